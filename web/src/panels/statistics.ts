/** An indicator by unit and period: now, against the period and the year before, and against what was reported then. */

import { type Indicator, figures, indicators, type StatisticPoint, STATISTICS, type StatisticUnit } from "../api/figures";
import { wholeCsv } from "../api/client";
import type { Context } from "../context";
import { DayField } from "../day";
import { type Child, fill, h, save } from "../dom";
import { capital } from "../place";
import { day, either, monthName, number, tenths, today, twoPlaces } from "../text";
import { w } from "../text/figures";
import { chart } from "./chart";

const CUTS = ["province", "district_old", "commune", "province_old", "commune_old"] as const;
/** Periods of one unit that are shown; the rest is in the CSV. */
const MOST = 24;

/** `shade`: communes on the map by their figure of a period. */
export async function statisticsView(context: Context, shade: (indicator: Indicator, from: string, to: string) => void): Promise<Child[]> {
  const all = await indicators();
  const answer = h("div", { class: "statistics", "data-test": "statistics" });
  const indicator = h("select", { id: "stat-indicator" }, ...all.map((one) => h("option", { value: one.id }, either({ vi: one.name_vi, en: one.name_en }))));
  const by = h("select", { id: "stat-by" }, ...CUTS.map((cut) => h("option", { value: cut }, w(`by_${cut}`))));
  const period = h("select", { id: "stat-period" }, h("option", { value: "month" }, w("by_month")), h("option", { value: "report" }, w("by_report")));
  const reported = new DayField("stat-reported", "reported_at", "", { max: today() }, (iso) => { if (iso !== asked) void load(); });
  let turn = 0;
  // A day is told when it is whole, and again when its field is left: what it opened meanwhile stays.
  let asked = "";
  const load = async () => {
    if (!reported.check()) return;
    asked = reported.value;
    const own = (turn += 1);
    const { asOf, knownAt } = context.store.now.filters;
    const query = { indicator: indicator.value, by: by.value, period: period.value, as_of: asOf, known_at: knownAt, reported_at: reported.value || null };
    fill(answer, h("p", { class: "quiet", role: "status" }, w("loading")));
    try {
      const list = await figures.statistics(query);
      if (own !== turn) return;
      const csv = h("button", { type: "button", class: "link small", "data-test": "statistics-csv", onclick: () => void wholeCsv(STATISTICS, query).then((blob) => save(blob, `so-lieu-${query.indicator}.csv`), failed) }, w("csv"));
      showUnits(answer, list.indicator, list.items.filter(({ points }) => points.length > 0), query.reported_at !== null, csv, shade);
    } catch (error) {
      if (own === turn) failed(error);
    }
  };
  const failed = (error: unknown) => fill(answer, h("p", { class: "problem", role: "alert" }, w("failed", { why: error instanceof Error ? error.message : String(error) })));
  for (const one of [indicator, by, period]) one.addEventListener("change", () => void load());
  void load();
  const field = (label: string, input: HTMLElement, id: string) => h("div", { class: "field" }, h("label", { for: id }, label), input);
  return [
    h("form", { class: "statistics-form", onsubmit: (event) => { event.preventDefault(); void load(); } },
      field(w("indicator"), indicator, indicator.id),
      h("div", { class: "pair" }, field(w("cut"), by, by.id), field(w("period"), period, period.id)),
      h("div", { class: "pair" }, field(w("reported_at"), reported.element, reported.input.id), h("div", { class: "buttons" }, h("button", { type: "submit", class: "plain", "data-test": "statistics-show" }, w("show"))))),
    answer,
  ];
}

type Ratio = (value: number | null) => string;

/** One unit is shown at once; of several first the last period of each. */
function showUnits(place: HTMLElement, indicator: Indicator, items: readonly StatisticUnit[], against: boolean, csv: HTMLElement, shade: (indicator: Indicator, from: string, to: string) => void): void {
  const ratio: Ratio = (value) => (value === null ? "–" : indicator.kind === "share" ? `${twoPlaces(value)}\u00a0%` : twoPlaces(value));
  const definition = h("p", { class: "quiet small" }, w("counted", { part: either({ vi: indicator.numerator_vi, en: indicator.numerator_en }), whole: either({ vi: indicator.denominator_vi, en: indicator.denominator_en }), source: indicator.source }));
  const latest = items.flatMap(({ points }) => points.at(-1) ?? []).toSorted((one, other) => one.from.localeCompare(other.from)).at(-1);
  const tools = h("p", { class: "exports small" }, csv, latest && " · ", latest && h("button", { type: "button", class: "link small", "data-test": "statistics-map", onclick: () => shade(indicator, latest.from, latest.to) }, w("on_map")));
  const one = (item: StatisticUnit) => fill(place, definition, items.length > 1 && h("button", { type: "button", class: "link small", "data-test": "statistics-back", onclick: several }, `← ${w("back_to_units")}`), ...unitParts(indicator, item, against, ratio), tools);
  const several = () => fill(place, definition, h("p", { "data-test": "statistics-count" }, w("units", { n: items.length })),
    table(w("unit"), [w("unit"), w("latest"), w("ratio"), w("previous"), w("last_year")], items.map((item) => {
      const point = item.points.at(-1);
      return [h("button", { type: "button", class: "link", "data-test": "statistics-unit", onclick: () => one(item) }, capital(item.unit.label)), point ? periodName(point) : "–", h("span", {}, ratio(point?.now?.ratio ?? null), ...marks(point)), signed(point?.from_previous), signed(point?.from_last_year)];
    })), tools);
  const [only] = items;
  if (only === undefined) fill(place, definition, h("p", { class: "quiet" }, w("no_figures")));
  else if (items.length === 1) one(only);
  else several();
}

/** `against`: beside what was reported by a day. */
function unitParts(indicator: Indicator, { unit, points, findings }: StatisticUnit, against: boolean, ratio: Ratio): Child[] {
  const drawn = points.flatMap(({ from, to, now }) => (now === null || now.ratio === null ? [] : [{ from, to, ratio: now.ratio, complete: now.complete }]));
  const [first, last] = [drawn[0], drawn.at(-1)];
  const name = either({ vi: indicator.name_vi, en: indicator.name_en });
  const shown = points.slice(-MOST).toReversed();
  return [
    h("h3", { "data-test": "statistics-of" }, w("table", { name, unit: unit.label })),
    first && last && drawn.length > 1 && h("figure", {}, chart(drawn, null, w("table", { name, unit: unit.label })),
      h("figcaption", { class: "quiet small" }, w("first_last", { from: day(first.to), first: ratio(first.ratio), to: day(last.to), last: ratio(last.ratio) }))),
    table(w("table", { name, unit: unit.label }), [w("period"), w("part_whole"), w("ratio"), w("previous"), w("last_year"), ...(against ? [w("then"), w("moved")] : [])], shown.map((point) => {
      const { now, then, moved } = point;
      const count = now === null || now.numerator === null ? "–" : `${number(now.numerator)}/${now.denominator === null ? "–" : number(now.denominator)}`;
      return [periodName(point), count, h("span", {}, ratio(now?.ratio ?? null), ...marks(point)), signed(point.from_previous), signed(point.from_last_year),
        ...(against ? [then === null ? w("then_none") : ratio(then.ratio), moved === null ? "–" : h("span", {}, signed(moved.points), moved.by.length > 0 && h("span", { class: "quiet small" }, ` ${w("moved_by", { rows: moved.by.slice(0, 3).map(({ report, row }) => `${report}/${row}`).join(", ") })}`))] : [])];
    })),
    findings.length > 0 && h("details", {}, h("summary", {}, w("findings", { n: findings.length })), h("ul", {}, ...findings.slice(0, 50).map((note) => h("li", {}, `${day(note.from)} – ${day(note.to)}: `, either({ vi: note.text_vi, en: note.text_en }))))),
  ];
}

/** A calendar month by its name. */
function periodName({ from, to }: StatisticPoint): string {
  const [year = 0, month = 1] = from.split("-").map(Number);
  const whole = from.endsWith("-01") && to === new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
  return whole ? capital(monthName(from.slice(0, 7))) : `${day(from)} – ${day(to)}`;
}

function marks(point: StatisticPoint | undefined): Child[] {
  const now = point?.now;
  return [now && !now.complete && h("span", { class: "flag" }, w("reported", { n: tenths(now.reported) })), now?.estimated === true && h("span", { class: "flag" }, w("estimated")), now?.standing === "provisional" && h("span", { class: "flag" }, w("provisional"))];
}

/** Points with their sign: a rise is told from a fall without colour. */
function signed(points: number | null | undefined): string {
  return points === null || points === undefined ? "–" : `${points > 0 ? "+" : points < 0 ? "−" : "±"}${twoPlaces(Math.abs(points))}`;
}

function table(name: string, heads: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  return h("div", { class: "wide-table", tabindex: 0, role: "region", "aria-label": name }, h("table", { "data-test": "statistics-table" },
    h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, ...rows.map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, first ?? ""), ...rest.map((cell) => h("td", {}, cell)))))));
}
