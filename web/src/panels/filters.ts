/** The filters: each change goes into the state, and with it into the address. */

import { GRADES, TECHNOLOGIES } from "../api/api";
import type { Context } from "../context";
import { h } from "../dom";
import { DUTIES, type Filters, NO_FILTERS, oneOf } from "../state";
import { t, today } from "../text";
import { districts } from "../units";

type Choice = readonly [value: string, label: string];

/** Carrier and technology are always there; the rest folds away until it is wanted. */
export function filtersPanel(context: Context): HTMLElement {
  const { store, known } = context;
  const { filters } = store.now;
  const set = (change: Partial<Filters>) => store.update({ filters: { ...store.now.filters, ...change } });
  const carriers = known.carriers.filter(({ kind }) => kind === "mno");
  const communes = known.communes?.items ?? [];
  const old = districts(communes);

  const quick = [
    select("carrier", t("filter_carrier"), filters.carrier,
      [["any", t("carrier_any")], ["each", t("carrier_each")], ...carriers.map(({ id, name }): Choice => [id, name])],
      (carrier) => set({ carrier })),
    select("technology", t("filter_technology"), filters.technology ?? "",
      [["", t("technology_base")], ...TECHNOLOGIES.map((technology): Choice => [technology, t("technology_from", { t: technology })])],
      (value) => set({ technology: oneOf(TECHNOLOGIES, value) })),
  ];
  const more = [
    select("grade", t("filter_grade"), filters.grade,
      GRADES.map((grade): Choice => [grade, t(`grade_short_${grade}`)]),
      (value) => set({ grade: oneOf(GRADES, value) ?? NO_FILTERS.grade })),
    select("duty", t("filter_duty"), filters.duty ?? "",
      [["", t("duty_all")], ...DUTIES.map((duty): Choice => [duty, t(`duty_${duty}`)])],
      (value) => set({ duty: oneOf(DUTIES, value) })),
    communes.length > 0 && select("unit", t("filter_unit"), filters.unit ?? "",
      [["", t("unit_all")], ...byName(communes).map(({ code, name }): Choice => [String(code), name])],
      (unit) => set({ unit: unit === "" ? null : unit, district: null })),
    old.length > 0 && select("district", t("filter_district"), filters.district ?? "",
      [["", t("district_all")], ...byName(old).map(({ code, name }): Choice => [code, name])],
      (district) => set({ district: district === "" ? null : district, unit: null })),
    dateField(filters.asOf, (asOf) => set({ asOf })),
  ];
  const hidden = (["grade", "duty", "unit", "district", "asOf"] as const).filter((name) => filters[name] !== NO_FILTERS[name]).length;
  const active = hidden + (["carrier", "technology"] as const).filter((name) => filters[name] !== NO_FILTERS[name]).length;
  return h("div", { class: "filters", "data-test": "filters" },
    h("div", { class: "filter-grid" }, ...quick),
    h("details", { open: hidden > 0 },
      h("summary", {}, t("filters"), hidden > 0 && h("span", { class: "count" }, hidden)),
      h("div", { class: "filter-grid" }, ...more)),
    filters.grade !== NO_FILTERS.grade && h("p", { class: "quiet small" }, t("map_by_list")),
    active > 0 && h("button", { type: "button", class: "link", "data-test": "filters-reset", onclick: () => store.update({ filters: { ...NO_FILTERS, sort: store.now.filters.sort } }) }, t("filters_reset")));
}

function select(name: string, label: string, value: string, choices: readonly Choice[], chosen: (value: string) => void): HTMLElement {
  const box = h("select", { name, id: `filter-${name}` }, ...choices.map(([code, text]) => h("option", { value: code, selected: code === value }, text)));
  box.addEventListener("change", () => chosen(box.value));
  return h("div", { class: value === choices[0]?.[0] ? "field" : "field set" }, h("label", { for: `filter-${name}` }, label), box);
}

function dateField(asOf: string | null, chosen: (day: string | null) => void): HTMLElement {
  const date = h("input", { type: "date", name: "as_of", id: "filter-as_of", value: asOf ?? "", max: today(), min: "2023-01-01" });
  date.addEventListener("change", () => chosen(date.value === "" || date.value === today() ? null : date.value));
  return h("div", { class: asOf === null ? "field" : "field set" }, h("label", { for: "filter-as_of" }, t("filter_as_of")), date);
}

function byName<T extends { readonly name: string }>(units: readonly T[]): T[] {
  return units.toSorted((a, b) => a.name.localeCompare(b.name, "vi"));
}
