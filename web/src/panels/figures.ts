/** Targets, commune criteria and who has not filed: what the order asks, and how far it is. */

import type { CriterionList, Figure, MissingList, Target, TargetFigure, TargetList, UnitCriterion } from "../api/figures";
import { figures } from "../api/figures";
import type { Context } from "../context";
import { type Child, fill, h } from "../dom";
import { shadeOf, stepsOf } from "../map/shade";
import { DayField } from "../day";
import { capital, unitName } from "../place";
import { day, either, number, today, twoPlaces } from "../text";
import { type FigureWord, w } from "../text/figures";
import { chart } from "./chart";
import { statisticsView } from "./statistics";

type Tab = "targets" | "figures" | "criteria" | "missing";

/** A mark for each verdict: it reads without colour. */
const SIGNS: Readonly<Record<string, string>> = { met: "✓", passes: "✓", not_met: "✗", fails: "✗", insufficient: "?" };

export function figuresPanel(context: Context, close: () => void): HTMLElement {
  const body = h("div", { class: "figures" });
  const legend = h("div", { class: "shade-legend", hidden: true, "data-test": "shade-legend" });
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": w("title") });
  let tab: Tab = "targets";
  const days = () => ({ as_of: context.store.now.filters.asOf, known_at: context.store.now.filters.knownAt });

  const shade = async (indicator: Target["indicator"], from: string | undefined, last: string | undefined) => {
    if (indicator === null) return;
    const list = await figures.byCommune(indicator.id, from ?? "2023-01-01", days());
    // Closed meanwhile: its shading went with it.
    if (!panel.isConnected) return;
    const found = list.items.flatMap(({ unit, points }): [string, Figure, number][] => {
      const now = points.find((point) => point.from === from)?.now;
      return now?.ratio === null || now === undefined || now === null ? [] : [[String(unit.code), now, now.ratio]];
    });
    const steps = stepsOf(found.map(([, , ratio]) => ratio));
    context.shade(found.length === 0 ? null : { values: new Map(found.map(([code, , ratio]) => [code, ratio])), steps });
    drawLegend(legend, either({ vi: indicator.name_vi, en: indicator.name_en }), last ?? "", steps, list.indicator.kind === "share" ? "\u00a0%" : "", found.filter(([, now]) => now.estimated).length, () => {
      context.shade(null);
      legend.hidden = true;
    });
  };

  const failed = (error: unknown) => fill(body, h("p", { class: "problem", role: "alert" }, w("failed", { why: error instanceof Error ? error.message : String(error) })));
  const load = async () => {
    const shown = tab;
    fill(body, h("p", { class: "quiet" }, w("loading")));
    const draw: Record<Tab, () => Promise<Child[]>> = {
      targets: async () => targetsOf(await figures.targets(days()), context, ({ indicator, judged, latest }) => void shade(indicator, (judged ?? latest)?.from, (judged ?? latest)?.to).catch(failed)),
      figures: async () => statisticsView(context, (indicator, from, to) => void shade(indicator, from, to).catch(failed)),
      criteria: async () => criteriaView(context, days()),
      missing: async () => missingOf(await figures.missing(days()), context),
    };
    try {
      const children = await draw[shown]();
      // Another tab was chosen meanwhile.
      if (shown === tab) fill(body, ...children);
    } catch (error) {
      if (shown === tab) failed(error);
    }
  };
  const names: readonly [Tab, FigureWord][] = [["targets", "tab_targets"], ["figures", "tab_figures"], ["criteria", "tab_criteria"], ["missing", "tab_missing"]];
  const drawTabs = () => fill(tabs, ...names.map(([code, name]) =>
    h("button", { type: "button", "aria-pressed": String(code === tab), "data-test": `figures-${code}`, onclick: () => { tab = code; drawTabs(); void load(); } }, w(name))));
  drawTabs();
  void load();
  const panel = h("section", { class: "work-panel", "aria-labelledby": "figures-title", "data-test": "figures-panel" },
    h("header", {}, h("h2", { id: "figures-title", tabindex: -1 }, w("title")),
      h("button", { type: "button", class: "icon-button", "aria-label": w("close"), onclick: () => { context.shade(null); close(); } }, "×")),
    tabs, legend, body);
  // Who asks a question of his own asks it anew himself.
  panel.addEventListener("phusong-changed", () => { if (tab === "targets" || tab === "missing") void load(); });
  return panel;
}

function badge(verdict: string): HTMLElement {
  return h("span", { class: `met-mark ${verdict}` }, h("span", { "aria-hidden": "true" }, SIGNS[verdict] ?? "?"), " ", w(verdictWord(verdict)));
}

function verdictWord(verdict: string): FigureWord {
  return verdict === "met" || verdict === "not_met" || verdict === "passes" || verdict === "fails" ? verdict : "insufficient";
}

function targetsOf(list: TargetList, context: Context, shade: (target: Target) => void): Child[] {
  return [
    h("p", { class: "quiet" }, w("totals", { ...list.totals, day: day(list.as_of) })),
    h("ol", { class: "target-list" }, ...list.items.map((target) => targetItem(target, context, shade))),
  ];
}

function targetItem(target: Target, context: Context, shade: (target: Target) => void): HTMLElement {
  const { judged, latest, threshold } = target;
  const share = target.threshold_unit === "%";
  const ratio = (value: number | null) => (value === null ? "–" : share ? `${twoPlaces(value)}\u00a0%` : `${twoPlaces(value)} ${w("per_100")}`);
  const bar = threshold === null ? "" : ratio(threshold);
  const short = target.verdict === "not_met" && judged?.distance !== null && judged?.distance !== undefined;
  return h("li", { "data-test": "target", "data-clause": target.clause, "data-verdict": target.verdict },
    h("p", { class: "target-head" }, h("strong", {}, target.clause), " ", either({ vi: target.text_vi, en: target.text_en }), " ", badge(target.verdict)),
    h("p", { class: "quiet small" }, target.scope_name, threshold !== null && ` · ${w("plan", { sign: target.sign ?? "", bar })}`, target.due !== null && ` · ${day(target.due)}`, target.due_inferred !== null && ` (${w("inferred")})`),
    judged && h("p", {}, w("now", { ratio: ratio(judged.ratio), part: judged.numerator, whole: judged.denominator ?? "–", to: day(judged.to) }), ...marks(judged)),
    short && judged && h("p", {}, w(share ? "short" : "short_plain", { points: twoPlaces(judged.distance ?? 0), lacking: judged.lacking ?? 0, whole: judged.denominator ?? "–" })),
    latest && h("p", {}, w("partial", { to: day(latest.to), reported: latest.reported, ratio: ratio(latest.ratio) })),
    latest && latest.missing.length > 0 && h("p", { class: "quiet small" }, w("absent", { who: latest.missing.map((one) => context.carrierName(one.carrier)).join(", ") })),
    !judged && !latest && h("p", { class: "quiet" }, w(target.indicator === null ? "undefined_indicator" : "none")),
    target.series.length > 1 && chart(target.series, threshold, w("chart", { name: target.indicator === null ? target.clause : either({ vi: target.indicator.name_vi, en: target.indicator.name_en }), n: target.series.length, first: ratio(target.series[0]?.ratio ?? null), last: ratio(target.series.at(-1)?.ratio ?? null), bar })),
    target.series.length > 1 && h("p", { class: "quiet small" }, w("first_last", { from: day(target.series[0]?.from ?? ""), first: ratio(target.series[0]?.ratio ?? null), to: day(target.series.at(-1)?.from ?? ""), last: ratio(target.series.at(-1)?.ratio ?? null) })),
    target.trend && h("p", { class: "trend" }, capital(either({ vi: target.trend.text_vi, en: target.trend.text_en }))),
    target.at_due && h("p", { class: "quiet small" }, w("at_due", { due: day(target.due ?? ""), ratio: ratio(target.at_due.ratio), verdict: w(target.at_due.meets === null || !target.at_due.complete ? "insufficient" : target.at_due.meets ? "met" : "not_met") })),
    target.findings.length > 0 && h("details", {}, h("summary", {}, w("findings", { n: target.findings.length })),
      h("ul", {}, ...target.findings.slice(0, 50).map((note) => h("li", {}, `${day(note.from)} – ${day(note.to)}, ${note.unit.label}: `, either({ vi: note.text_vi, en: note.text_en }))))),
    target.series.length > 0 && h("button", { type: "button", class: "link", "data-test": "target-map", onclick: () => shade(target) }, w("on_map")));
}

function marks(figure: TargetFigure): Child[] {
  return [
    figure.estimated && h("span", { class: "flag" }, w("estimated")),
    figure.standing === "provisional" && h("span", { class: "flag" }, w("provisional")),
  ];
}

function drawLegend(element: HTMLElement, name: string, to: string, steps: readonly number[], mark: string, estimated: number, clear: () => void): void {
  element.hidden = false;
  if (steps.length === 0) return fill(element, h("p", { class: "quiet" }, w("no_communes")));
  const range = (from: number, i: number) => {
    const next = steps[i + 1];
    return next === undefined ? `≥ ${twoPlaces(from)}${mark}` : w("range", { from: twoPlaces(from), to: `${twoPlaces(next)}${mark}` });
  };
  fill(element,
    h("p", {}, h("strong", {}, w("legend", { name, to: day(to) }))),
    h("ul", {}, ...steps.map((from, i) => swatch(shadeOf(i, steps.length), range(from, i))), swatch(null, w("no_figure"))),
    estimated > 0 && h("p", { class: "quiet small" }, w("legend_estimated", { n: estimated })),
    h("button", { type: "button", class: "link", onclick: clear }, w("off_map")));
}

function swatch(colour: string | null, text: string): HTMLElement {
  const box = h("span", { class: colour === null ? "swatch swatch-none" : "swatch" });
  if (colour !== null) box.style.backgroundColor = colour;
  return h("li", {}, box, text);
}

/** Those that the order names, or any commune of today; by the edition of a day. */
function criteriaView(context: Context, days: { readonly as_of: string | null; readonly known_at: string | null }): Child[] {
  const answer = h("div", { "data-test": "criteria" });
  const units = (context.known.communes?.items ?? []).toSorted((a, b) => a.name.localeCompare(b.name, "vi"));
  const unit = h("select", { id: "criteria-unit" }, h("option", { value: "" }, w("criteria_named")), ...units.map((one) => h("option", { value: one.code }, capital(unitName(one)))));
  let turn = 0;
  let asked = "";
  const load = async () => {
    if (!on.check()) return;
    asked = on.value;
    const own = (turn += 1);
    fill(answer, h("p", { class: "quiet", role: "status" }, w("loading")));
    const shown = await figures.criteria({ ...days, as_of: on.value || days.as_of }, unit.value || null).then((list) => criteriaOf(list, context), (error: unknown) => [h("p", { class: "problem", role: "alert" }, w("failed", { why: error instanceof Error ? error.message : String(error) }))]);
    if (own === turn) fill(answer, ...shown);
  };
  const on = new DayField("criteria-day", "as_of", days.as_of ?? today(), { max: today() }, (iso) => { if (iso !== asked) void load(); });
  unit.addEventListener("change", () => void load());
  void load();
  return [
    h("div", { class: "pair" }, h("div", { class: "field" }, h("label", { for: unit.id }, w("criteria_unit")), unit), h("div", { class: "field" }, h("label", { for: on.input.id }, w("criteria_day")), on.element)),
    h("p", { class: "hint" }, w("criteria_days_note")), answer,
  ];
}

function criteriaOf(list: CriterionList, context: Context): Child[] {
  return [
    h("p", { class: "quiet" }, w("criteria_totals", { ...list.totals })),
    h("ol", { class: "target-list" }, ...list.items.map((item) => criterionItem(item, context))),
  ];
}

function criterionItem(item: UnitCriterion, context: Context): HTMLElement {
  const today = item.today.map((unit) => unit.label).join("; ");
  return h("li", { "data-test": "criterion", "data-verdict": item.verdict },
    h("p", { class: "target-head" }, h("strong", {}, capital(item.unit.label)), " ", badge(item.verdict)),
    h("p", { class: "small", "data-test": "criterion-set" }, capital(w(item.set.endsWith("nang-cao") ? "set_ntm_nang_cao" : "set_ntm")), item.clause !== null && ` · ${item.clause}`, item.due !== null && ` · ${day(item.due)}`),
    h("p", { class: "quiet small" }, today !== "" && w("today", { units: today }), item.edition !== null && ` · ${w("edition", { edition: item.edition })}`),
    h("ul", {}, ...item.contents.map((content) => h("li", {}, either({ vi: content.text_vi, en: content.text_en }), ": ", w(verdictWord(content.verdict)),
      content.why_vi !== "" && !content.text_vi.includes(content.why_vi) && ` — ${either({ vi: content.why_vi, en: content.why_en })} `,
      ...content.deciding.slice(0, 12).map((village) => h("button", { type: "button", class: "link", onclick: () => context.open(village.id) }, village.name, " "))))));
}

function missingOf(list: MissingList, context: Context): Child[] {
  if (list.count === 0) return [h("p", {}, w("missing_none"))];
  return [
    h("p", {}, w("missing_some", { n: list.count })),
    h("ul", {}, ...list.by_carrier.map(({ carrier, missing }) => h("li", {}, `${context.carrierName(carrier)}: ${number(missing)}`))),
  ];
}
