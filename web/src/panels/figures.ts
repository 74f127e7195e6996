/** Targets, commune criteria and who has not filed: what the order asks, and how far it is. */

import type { CriterionList, Figure, MissingList, Target, TargetFigure, TargetList, UnitCriterion } from "../api/figures";
import { figures } from "../api/figures";
import type { Context } from "../context";
import { type Child, fill, h } from "../dom";
import { shadeOf, stepsOf } from "../map/shade";
import { capital } from "../place";
import { day, either, number, twoPlaces } from "../text";
import { type FigureWord, w } from "../text/figures";
import { chart } from "./chart";

type Tab = "targets" | "criteria" | "missing";

/** A mark for each verdict: it reads without colour. */
const SIGNS: Readonly<Record<string, string>> = { met: "✓", passes: "✓", not_met: "✗", fails: "✗", insufficient: "?" };

export function figuresPanel(context: Context, close: () => void): HTMLElement {
  const body = h("div", { class: "figures" });
  const legend = h("div", { class: "shade-legend", hidden: true, "data-test": "shade-legend" });
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": w("title") });
  let tab: Tab = "targets";
  const days = () => ({ as_of: context.store.now.filters.asOf, known_at: context.store.now.filters.knownAt });

  const shade = async (target: Target) => {
    if (target.indicator === null) return;
    const to = target.judged ?? target.latest;
    const list = await figures.byCommune(target.indicator.id, to?.from ?? "2023-01-01", days());
    // Closed meanwhile: its shading went with it.
    if (!panel.isConnected) return;
    const found = list.items.flatMap(({ unit, points }): [string, Figure, number][] => {
      const now = points.find((point) => point.from === to?.from)?.now;
      return now?.ratio === null || now === undefined || now === null ? [] : [[String(unit.code), now, now.ratio]];
    });
    const steps = stepsOf(found.map(([, , ratio]) => ratio));
    context.shade(found.length === 0 ? null : { values: new Map(found.map(([code, , ratio]) => [code, ratio])), steps });
    drawLegend(legend, either({ vi: target.indicator.name_vi, en: target.indicator.name_en }), to?.to ?? "", steps, found.filter(([, now]) => now.estimated).length, () => {
      context.shade(null);
      legend.hidden = true;
    });
  };

  const failed = (error: unknown) => fill(body, h("p", { class: "problem", role: "alert" }, w("failed", { why: error instanceof Error ? error.message : String(error) })));
  const load = async () => {
    const shown = tab;
    fill(body, h("p", { class: "quiet" }, w("loading")));
    const draw: Record<Tab, () => Promise<Child[]>> = {
      targets: async () => targetsOf(await figures.targets(days()), context, (target) => void shade(target).catch(failed)),
      criteria: async () => criteriaOf(await figures.criteria(days()), context),
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
  const names: readonly [Tab, FigureWord][] = [["targets", "tab_targets"], ["criteria", "tab_criteria"], ["missing", "tab_missing"]];
  const drawTabs = () => fill(tabs, ...names.map(([code, name]) =>
    h("button", { type: "button", "aria-pressed": String(code === tab), "data-test": `figures-${code}`, onclick: () => { tab = code; drawTabs(); void load(); } }, w(name))));
  drawTabs();
  void load();
  const panel = h("section", { class: "work-panel", "aria-labelledby": "figures-title", "data-test": "figures-panel" },
    h("header", {}, h("h2", { id: "figures-title", tabindex: -1 }, w("title")),
      h("button", { type: "button", class: "icon-button", "aria-label": w("close"), onclick: () => { context.shade(null); close(); } }, "×")),
    tabs, legend, body);
  panel.addEventListener("phusong-changed", () => void load());
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
    short && judged && h("p", {}, w("short", { points: twoPlaces(judged.distance ?? 0), lacking: judged.lacking ?? 0, whole: judged.denominator ?? "–" })),
    latest && h("p", {}, w("partial", { to: day(latest.to), reported: latest.reported, ratio: ratio(latest.ratio) })),
    latest && latest.missing.length > 0 && h("p", { class: "quiet small" }, w("absent", { who: latest.missing.map((one) => context.carrierName(one.carrier)).join(", ") })),
    !judged && !latest && h("p", { class: "quiet" }, w(target.indicator === null ? "undefined_indicator" : "none")),
    target.series.length > 1 && chart(target.series, threshold, w("chart", { name: target.indicator === null ? target.clause : either({ vi: target.indicator.name_vi, en: target.indicator.name_en }), n: target.series.length, first: ratio(target.series[0]?.ratio ?? null), last: ratio(target.series.at(-1)?.ratio ?? null), bar })),
    target.trend && h("p", { class: "trend" }, either({ vi: target.trend.text_vi, en: target.trend.text_en })),
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

function drawLegend(element: HTMLElement, name: string, to: string, steps: readonly number[], estimated: number, clear: () => void): void {
  element.hidden = false;
  if (steps.length === 0) return fill(element, h("p", { class: "quiet" }, w("no_communes")));
  const range = (from: number, i: number) => {
    const next = steps[i + 1];
    return next === undefined ? `≥ ${twoPlaces(from)}` : `${twoPlaces(from)} – < ${twoPlaces(next)}`;
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
