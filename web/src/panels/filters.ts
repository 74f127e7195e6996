/** The filters: each change goes into the state, and with it into the address. */

import { GRADES, TECHNOLOGIES } from "../api/api";
import type { Context } from "../context";
import { DayField } from "../day";
import { h } from "../dom";
import { areaKm2 } from "../map/draw";
import { tilesAnswer } from "../query";
import { type Area, DUTIES, type Filters, KNOWN, NO_FILTERS, oneOf } from "../state";
import { number, t, today } from "../text";
import { districts } from "../units";

type Choice = readonly [value: string, label: string];
type Set = (change: Partial<Filters>) => void;

/** Folded away until wanted; each counts when it is not as usual. */
const FOLDED = ["environment", "service", "grade", "duty", "unit", "district", "gridPower", "especiallyHard", "area", "asOf", "knownAt"] as const;
const ALWAYS = ["carrier", "technology"] as const;

/** Carrier and technology are always there; the rest folds away until it is wanted. */
export function filtersPanel(context: Context): HTMLElement {
  const { store } = context;
  const { filters } = store.now;
  const set: Set = (change) => store.update({ filters: { ...store.now.filters, ...change } });
  const carriers = context.known.carriers.filter(({ kind }) => kind === "mno");
  const quick = [
    select("carrier", t("filter_carrier"), filters.carrier,
      [["any", t("carrier_any")], ["each", t("carrier_each")], ...carriers.map(({ id, name }): Choice => [id, name])],
      (carrier) => set({ carrier })),
    select("technology", t("filter_technology"), filters.technology ?? "",
      [["", t("technology_base")], ...TECHNOLOGIES.map((technology): Choice => [technology, t("technology_from", { t: technology })])],
      (value) => set({ technology: oneOf(TECHNOLOGIES, value) })),
  ];
  const unusual = (name: keyof Filters) => filters[name] !== NO_FILTERS[name];
  const hidden = FOLDED.filter(unusual).length;
  const active = hidden + ALWAYS.filter(unusual).length;
  return h("div", { class: "filters", role: "group", "aria-label": t("filters_label"), "data-test": "filters" },
    h("div", { class: "filter-grid" }, ...quick),
    h("details", { open: hidden > 0 },
      h("summary", {}, t("filters"), hidden > 0 && h("span", { class: "count" }, hidden)),
      group(t("filters_signal"), h("div", { class: "filter-grid three" }, ...signal(filters, set))),
      group(t("filters_where"), h("div", { class: "filter-grid" }, ...units(context, filters, set)), h("div", { class: "filter-grid three" }, ...attributes(filters, set)),
        areaField(context, filters.area, (area) => set({ area }))),
      group(t("filters_when"), h("div", { class: "filter-grid" }, dateField("as_of", t("filter_as_of"), filters.asOf, (asOf) => set({ asOf })), dateField("known_at", t("filter_known_at"), filters.knownAt, (knownAt) => set({ knownAt }))))),
    filters.knownAt !== null && h("p", { class: "quiet small" }, t("known_at_means")),
    !tilesAnswer(filters) && h("p", { class: "quiet small" }, t("map_by_list")),
    active > 0 && h("button", { type: "button", class: "link", "data-test": "filters-reset", onclick: () => store.update({ filters: { ...NO_FILTERS, sort: store.now.filters.sort } }) }, t("filters_reset")));
}

function group(title: string, ...rows: readonly HTMLElement[]): HTMLElement {
  return h("fieldset", {}, h("legend", {}, title), ...rows);
}

function signal(filters: Filters, set: Set): HTMLElement[] {
  return [
    select("environment", t("filter_environment"), filters.environment, [["outdoor", t("environment_outdoor")], ["indoor", t("environment_indoor")]],
      (value) => set({ environment: oneOf(["outdoor", "indoor"], value) ?? NO_FILTERS.environment })),
    select("service", t("filter_service"), filters.service, [["data", t("service_data")], ["voice", t("service_voice")]],
      (value) => set({ service: oneOf(["data", "voice"], value) ?? NO_FILTERS.service })),
    select("grade", t("filter_grade"), filters.grade, GRADES.map((grade): Choice => [grade, t(`grade_short_${grade}`)]),
      (value) => set({ grade: oneOf(GRADES, value) ?? NO_FILTERS.grade })),
  ];
}

function units(context: Context, filters: Filters, set: Set): (HTMLElement | false)[] {
  const communes = context.known.communes?.items ?? [];
  const old = districts(communes);
  return [
    communes.length > 0 && select("unit", t("filter_unit"), filters.unit ?? "",
      [["", t("unit_all")], ...byName(communes).map(({ code, name }): Choice => [String(code), name])],
      (unit) => set({ unit: unit === "" ? null : unit, district: null })),
    old.length > 0 && select("district", t("filter_district"), filters.district ?? "",
      [["", t("district_all")], ...byName(old).map(({ code, name }): Choice => [code, name])],
      (district) => set({ district: district === "" ? null : district, unit: null })),
  ];
}

function attributes(filters: Filters, set: Set): HTMLElement[] {
  const known: Choice[] = [["", t("any_answer")], ...KNOWN.map((answer): Choice => [answer, t(answer)])];
  return [
    select("duty", t("filter_duty"), filters.duty ?? "", [["", t("duty_all")], ...DUTIES.map((duty): Choice => [duty, t(`duty_${duty}`)])],
      (value) => set({ duty: oneOf(DUTIES, value) })),
    select("grid_power", t("v_power"), filters.gridPower ?? "", known, (value) => set({ gridPower: oneOf(KNOWN, value) })),
    select("especially_hard", t("v_hard"), filters.especiallyHard ?? "", known, (value) => set({ especiallyHard: oneOf(KNOWN, value) })),
  ];
}

/** Drawn with the pointer, or, without one, the map's own frame. */
function areaField(context: Context, area: Area | null, chosen: (area: Area | null) => void): HTMLElement {
  const draw = async () => {
    const drawn = await context.draw();
    if (drawn !== null) chosen(drawn);
  };
  const see = () => area && context.goToPoints(area.map(([lon, lat]) => ({ lon, lat })));
  const says = area && t("area_set", { n: area.length, km2: number(Math.round(areaKm2(area))) });
  return h("div", { class: area === null ? "field area-field" : "field area-field set", role: "group", "aria-labelledby": "label-area" },
    h("span", { class: "label", id: "label-area" }, t("filter_area")),
    says && h("p", { class: "small", "data-test": "area-says" }, says),
    h("div", { class: "buttons left" },
      h("button", { type: "button", class: "plain small", id: "area-draw", "data-test": "area-draw", onclick: () => void draw() }, t(area === null ? "area_draw" : "area_redraw")),
      h("button", { type: "button", class: "plain small", id: "area-frame", "data-test": "area-frame", onclick: () => chosen(context.frame()) }, t("area_frame")),
      area && h("button", { type: "button", class: "link", onclick: see }, t("v_zoom")),
      area && h("button", { type: "button", class: "link", "data-test": "area-drop", onclick: () => chosen(null) }, t("area_drop"))));
}

function select(name: string, label: string, value: string, choices: readonly Choice[], chosen: (value: string) => void): HTMLElement {
  const box = h("select", { name, id: `filter-${name}` }, ...choices.map(([code, text]) => h("option", { value: code, selected: code === value }, text)));
  box.addEventListener("change", () => chosen(box.value));
  return h("div", { class: value === choices[0]?.[0] ? "field" : "field set" }, h("label", { for: `filter-${name}` }, label), box);
}

function dateField(name: string, label: string, value: string | null, chosen: (day: string | null) => void): HTMLElement {
  const field = new DayField(`filter-${name}`, name, value ?? "", { max: today() }, (iso) => chosen(iso === "" || iso === today() ? null : iso));
  return h("div", { class: value === null ? "field" : "field set" }, h("label", { for: `filter-${name}` }, label), field.element);
}

function byName<T extends { readonly name: string }>(units: readonly T[]): T[] {
  return units.toSorted((a, b) => a.name.localeCompare(b.name, "vi"));
}
