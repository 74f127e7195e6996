/** What is short to say of a commune that was clicked on the map: the rest is the list's. */

import { type Commune, VERDICTS } from "../api/api";
import type { Context } from "../context";
import { h } from "../dom";
import { markElement } from "../map/icons";
import { capital, unitName } from "../place";
import { t, word } from "../text";

export function communeText(context: Context, commune: Commune, chosen: () => void): HTMLElement {
  const { former, totals } = commune;
  const before = [...new Set(former.map((unit) => unitName(unit)))];
  const counts = VERDICTS.flatMap((verdict) => {
    const villages = totals[verdict]?.villages ?? 0;
    return villages === 0 ? [] : [h("li", {}, markElement(verdict, "stated", false, context.palette, 18), ` ${word("verdict_short", verdict)}: `, h("strong", {}, t("list_count", { n: villages })))];
  });
  const filter = () => {
    context.store.update({ filters: { ...context.store.now.filters, unit: String(commune.code), district: null } });
    chosen();
  };
  return h("div", { class: "place-popup", "data-test": "place-popup", "data-code": commune.code },
    h("p", {}, h("strong", {}, capital(unitName(commune)))),
    before.length > 0 && h("p", { class: "quiet small" }, capital(t("place_old", { places: before.join(", ") }))),
    counts.length === 0 ? h("p", { class: "quiet small" }, t("place_no_villages")) : h("ul", { class: "plain-list" }, ...counts),
    counts.length > 0 && h("button", { type: "button", class: "plain small", "data-test": "place-filter", onclick: filter }, t("place_filter")));
}
