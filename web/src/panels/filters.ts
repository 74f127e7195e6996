/** The filters: each change goes into the state, and with it into the address. */

import { GRADES, TECHNOLOGIES } from "../api/api";
import type { Context } from "../context";
import { h } from "../dom";
import { DUTIES, type Filters, NO_FILTERS, oneOf } from "../state";
import { t, today } from "../text";

type Choice = readonly [value: string, label: string];

export function filtersPanel(context: Context): HTMLElement {
  const { store, known } = context;
  const { filters } = store.now;
  const set = (change: Partial<Filters>) => store.update({ filters: { ...store.now.filters, ...change } });
  const carriers = known.carriers.filter(({ kind }) => kind === "mno");

  const select = (name: string, label: string, value: string, choices: readonly Choice[], chosen: (value: string) => void) => {
    const box = h("select", { name, id: `filter-${name}` }, ...choices.map(([code, text]) => h("option", { value: code, selected: code === value }, text)));
    box.addEventListener("change", () => chosen(box.value));
    return h("div", { class: "field" }, h("label", { for: `filter-${name}` }, label), box);
  };
  const date = h("input", { type: "date", name: "as_of", id: "filter-as_of", value: filters.asOf ?? "", max: today(), min: "2023-01-01" });
  date.addEventListener("change", () => set({ asOf: date.value === "" || date.value === today() ? null : date.value }));

  const fields = [
    select("carrier", t("filter_carrier"), filters.carrier,
      [["any", t("carrier_any")], ["each", t("carrier_each")], ...carriers.map(({ id, name }): Choice => [id, name])],
      (carrier) => set({ carrier })),
    select("technology", t("filter_technology"), filters.technology ?? "",
      [["", t("technology_base")], ...TECHNOLOGIES.map((technology): Choice => [technology, t("technology_from", { t: technology })])],
      (value) => set({ technology: oneOf(TECHNOLOGIES, value) })),
    select("grade", t("filter_grade"), filters.grade,
      GRADES.map((grade): Choice => [grade, t(`grade_short_${grade}`)]),
      (value) => set({ grade: oneOf(GRADES, value) ?? NO_FILTERS.grade })),
    select("duty", t("filter_duty"), filters.duty ?? "",
      [["", t("duty_all")], ...DUTIES.map((duty): Choice => [duty, t(`duty_${duty}`)])],
      (value) => set({ duty: oneOf(DUTIES, value) })),
    ...(known.communes === null ? [] : [select("unit", t("filter_unit"), filters.unit ?? "",
      [["", t("unit_all")], ...[...known.communes.items].sort((a, b) => a.name.localeCompare(b.name, "vi")).map(({ code, name }): Choice => [String(code), name])],
      (unit) => set({ unit: unit === "" ? null : unit }))]),
    h("div", { class: "field" }, h("label", { for: "filter-as_of" }, t("filter_as_of")), date),
  ];
  const active = (["carrier", "technology", "grade", "duty", "unit", "asOf"] as const).filter((name) => filters[name] !== NO_FILTERS[name]).length;
  const panel = h("details", { class: "filters", "data-test": "filters", open: active > 0 },
    h("summary", {}, t("filters"), active > 0 && h("span", { class: "count" }, active)),
    h("div", { class: "filter-grid" }, ...fields),
    filters.grade !== NO_FILTERS.grade && h("p", { class: "quiet small" }, t("map_by_list")),
    active > 0 && h("button", { type: "button", class: "link", onclick: () => store.update({ filters: { ...NO_FILTERS, sort: store.now.filters.sort } }) }, t("filters_reset")));
  return panel;
}
