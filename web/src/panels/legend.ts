/** The legend: everything the map draws, in words, readable in grey. */

import { VERDICTS } from "../api/api";
import type { Context } from "../context";
import { h, svg } from "../dom";
import { markElement } from "../map/icons";
import { t } from "../text";

export function legend(context: Context, approximate: boolean, open: boolean): HTMLElement {
  const { palette } = context;
  const row = (symbol: Node, text: string, note?: string) =>
    h("li", {}, h("span", { class: "legend-mark" }, symbol), h("span", {}, text, note !== undefined && h("span", { class: "quiet small" }, note)));
  const line = (attributes: Record<string, string | number>) =>
    svg("svg", { viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": "true" }, svg("path", { d: "M2 12h20", fill: "none", ...attributes }));
  const ring = svg("svg", { viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": "true" },
    svg("circle", { cx: 12, cy: 12, r: 9, fill: palette.accent, "fill-opacity": 0.07, stroke: palette.accent, "stroke-width": 1.6, "stroke-dasharray": "3.5 2.6" }));
  return h("details", { class: "legend", open },
    h("summary", {}, t("legend")),
    h("ul", {}, ...VERDICTS.map((verdict) => row(markElement(verdict, "verified", false, palette, 24), t(`verdict_${verdict}`), t(`means_${verdict}`)))),
    h("h3", {}, t("legend_trust")),
    h("ul", {},
      row(markElement("covered", "verified", false, palette, 24), t("legend_solid")),
      row(markElement("covered", "stated", false, palette, 24), t("legend_hollow")),
      row(markElement("no_signal", "stated", true, palette, 24), t("legend_dotted")),
      row(ring, t("legend_circle")),
      context.may("see_sites") ? row(siteMark(), t("legend_site")) : null,
      row(line({ stroke: palette.communeLine, "stroke-width": 2, "stroke-dasharray": "6 3" }), t("legend_commune"), approximate ? t("approximate") : undefined)));
}

function siteMark(): SVGSVGElement {
  const mast = (x: number, fill: string) => svg("path", { d: `M${x} 6 ${x + 4.6} 17H${x - 4.6}z`, fill, stroke: "#1c2733", "stroke-width": 1.3, "stroke-linejoin": "round" });
  return svg("svg", { viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": "true" }, mast(6.5, "#1c2733"), mast(17.5, "#ffffff"));
}
