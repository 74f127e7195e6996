/** The legend: everything the map draws, in words, readable in grey. */

import { VERDICTS } from "../api/api";
import type { Context } from "../context";
import { type Child, h, svg } from "../dom";
import { markElement } from "../map/icons";
import { t } from "../text";

export function legend(context: Context, approximate: boolean, open: boolean): HTMLElement {
  const { palette } = context;
  const picture = (...parts: readonly Child[]) => svg("svg", { viewBox: "0 0 24 24", width: 22, height: 22, "aria-hidden": "true" }, ...parts);
  const line = svg("path", { d: "M1 12h22", fill: "none", stroke: palette.communeLine, "stroke-width": 2, "stroke-dasharray": "6 3" });
  const tinted = svg("rect", { x: 2, y: 4, width: 20, height: 16, fill: palette.communeTint, stroke: palette.communeLine, "stroke-width": 1.4, "stroke-dasharray": "5 2.5" });
  const ring = svg("circle", { cx: 12, cy: 12, r: 9.5, fill: palette.accent, "fill-opacity": 0.07, stroke: palette.accent, "stroke-width": 1.5, "stroke-dasharray": "3.5 2.6" });
  return h("details", { class: "legend", open, "data-test": "legend" },
    h("summary", {}, t("legend")),
    h("ul", {}, ...VERDICTS.map((verdict) => row(markElement(verdict, "stated", false, palette, 22), verdict === "insufficient" ? t("legend_far", { verdict: t("verdict_insufficient") }) : t(`verdict_${verdict}`), t(`means_${verdict}`)))),
    h("ul", {},
      row(markElement("covered", "verified", false, palette, 22), t("legend_solid")),
      row(markElement("covered", "confirmed", false, palette, 22), t("legend_pale")),
      row(markElement("covered", "stated", false, palette, 22), t("legend_hollow")),
      row(markElement("no_signal", "stated", true, palette, 22), t("legend_dotted"))),
    h("ul", {},
      row(picture(ring), t("legend_circle")),
      context.may("see_sites") ? row(siteMark(), t("legend_site")) : null,
      row(picture(tinted), t("legend_tint")),
      row(picture(line), approximate ? t("legend_commune_approximate") : t("legend_commune"))));
}

function row(symbol: Node, text: string, title?: string): HTMLElement {
  return h("li", { title }, h("span", { class: "legend-mark" }, symbol), h("span", {}, text));
}

function siteMark(): SVGSVGElement {
  const mast = (x: number, fill: string) => svg("path", { d: `M${x} 6 ${x + 4.6} 17H${x - 4.6}z`, fill, stroke: "#1c2733", "stroke-width": 1.3, "stroke-linejoin": "round" });
  return svg("svg", { viewBox: "0 0 24 24", width: 22, height: 22, "aria-hidden": "true" }, mast(6.5, "#1c2733"), mast(17.5, "#ffffff"));
}
