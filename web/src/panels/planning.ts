/** What planners ask: where more sites would serve most, which gap first, days and carriers side by side, another rule set. */

import { type Verdict, VERDICTS } from "../api/api";
import { planning, type Ranking, type RuleSetOnFile, type RulesDiff, type SideBySide, type SitePlan } from "../api/planning";
import type { Context } from "../context";
import { type Child, fill, h } from "../dom";
import { markElement } from "../map/icons";
import { capital, unitName } from "../place";
import { questionQuery } from "../query";
import { day, decimal, degrees, either, households, householdsOf, number, prose, t, tenths, type TextKey, today, word } from "../text";
import { ScoreBars } from "./score";
import type { Standing } from "./standing";

const VIEWS = ["sites", "ranking", "side", "rules", "single", "clusters", "series", "then", "changes"] as const;
type View = (typeof VIEWS)[number];

const TITLES: Readonly<Record<View, TextKey>> = { sites: "plan_sites", ranking: "plan_ranking", side: "plan_side", rules: "plan_rules", single: "plan_single", clusters: "plan_clusters", series: "plan_series", then: "plan_then", changes: "plan_changes" };

/** `rules`: two rule sets, `id:version` each, to begin with their comparison. */
export function planningPanel(context: Context, rules: readonly [string, string] | null, close: () => void): HTMLElement {
  const tabs = h("div", { class: "tabs many", role: "group", "aria-label": t("plan_title") });
  const body = h("div", { class: "planning-view" });
  const views: Readonly<Record<View, () => HTMLElement>> = {
    sites: () => sitesView(context), ranking: () => rankingView(context), side: () => sideView(context), rules: () => rulesView(context, rules),
    single: () => later(context, "single"), clusters: () => later(context, "clusters"), series: () => later(context, "series"), then: () => later(context, "then"), changes: () => later(context, "changes"),
  };
  const show = (view: View) => {
    context.showPoints([], () => {});
    context.showCircles([]);
    fill(tabs, ...VIEWS.filter((one) => (one !== "single" || context.may("see_sites")) && (one !== "sites" || context.may("plan_sites"))).map((one) => h("button", { type: "button", "aria-pressed": String(one === view), "data-test": `plan-${one}`, onclick: () => show(one) }, t(TITLES[one]))));
    fill(body, views[view]());
  };
  show(rules !== null ? "rules" : context.may("plan_sites") ? "sites" : "ranking");
  return h("section", { class: "work-panel", "aria-labelledby": "planning-title", "data-test": "planning-panel" },
    h("header", {}, h("h2", { id: "planning-title", tabindex: -1 }, t("plan_title")),
      h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: close }, "×")),
    tabs, body);
}

/** A view that is read when it is first asked for. */
function later(context: Context, view: Standing): HTMLElement {
  const place = h("div", { "data-test": `standing-${view}` });
  void into(place, async () => [(await import("./standing")).standingView(context, view)]);
  return place;
}

/** Runs a question and shows its answer, or why there is none. */
async function into(place: HTMLElement, asked: () => Promise<readonly Child[]>): Promise<void> {
  fill(place, h("p", { class: "quiet", role: "status" }, t("loading")));
  try {
    fill(place, ...await asked());
  } catch (error) {
    fill(place, h("p", { class: "problem", role: "alert" }, t("failed", { why: error instanceof Error ? error.message : String(error) })));
  }
}

function field(label: string, input: HTMLElement): HTMLElement {
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input);
}

function sitesView(context: Context): HTMLElement {
  const reach = h("input", { id: "plan-reach", type: "number", min: 100, max: 35_000, step: 100, value: 3_000, required: true });
  const count = h("input", { id: "plan-count", type: "number", min: 1, max: 200, value: 5, required: true });
  const unsure = h("input", { id: "plan-unsure", type: "checkbox" });
  const answer = h("div", { class: "answer" });
  const { unit, district } = context.store.now.filters;
  const search = () => into(answer, async () => {
    const demand = unsure.checked ? "not_covered,insufficient" : null;
    const plan = await planning.sites({ ...questionQuery(context.store.now.filters), unit, district, reach_m: reach.value, sites: count.value, demand });
    // Left meanwhile: no circle may stay that no panel explains.
    if (!answer.isConnected) return [];
    context.showCircles(plan.sites.map(({ lon, lat }) => ({ lon, lat, radius_m: plan.reach_m })));
    context.showPoints(plan.sites.map(({ lon, lat, rank }) => ({ lon, lat, row: rank, outcome: "fileable" })), (rank) => answer.querySelector<HTMLElement>(`[data-rank="${rank}"] button`)?.focus());
    context.goToPoints(plan.sites);
    return sitesAnswer(context, plan);
  }).then(() => answer.querySelector<HTMLElement>("[data-test=plan-total]")?.focus());
  return h("div", {},
    h("p", { class: "note" }, t("plan_sites_note")),
    h("form", { onsubmit: (event) => { event.preventDefault(); void search(); } },
      h("div", { class: "pair" }, field(t("plan_reach"), reach), field(t("plan_count"), count)),
      h("label", { class: "small tick-line" }, unsure, " ", t("plan_unsure")),
      h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary", "data-test": "plan-search" }, t("plan_search")))),
    answer);
}

function sitesAnswer(context: Context, plan: SitePlan): readonly Child[] {
  const { demand } = plan;
  const unknown = plan.sites.reduce((sum, site) => sum + site.adds_clusters_households_unknown, 0);
  return [
    h("p", { "data-test": "plan-total", tabindex: -1 }, t("plan_total", { n: plan.sites.length, clusters: plan.clusters, of: demand.clusters, households: households(plan.households, unknown) }), " ",
      plan.gap === 0 ? t("plan_best") : t("plan_gap", { percent: tenths(plan.gap * 100) })),
    demand.clusters_unplaced > 0 && h("p", { class: "quiet small" }, t("plan_unplaced", { n: demand.clusters_unplaced })),
    demand.clusters_uncertain > 0 && h("p", { class: "quiet small" }, t("plan_uncertain", { n: demand.clusters_uncertain })),
    h("ol", { class: "reports" }, ...plan.sites.map((site) => h("li", { "data-rank": site.rank, "data-test": "plan-site" },
      h("p", {}, h("button", { type: "button", class: "link", onclick: () => context.goToPoints([site]) }, `${site.rank}. ${degrees(site.lon)}; ${degrees(site.lat)}`),
        site.existing && ` · ${t("plan_existing", { code: site.existing.code })}`),
      h("p", { class: "small" }, t("plan_adds", { households: households(site.adds_households, site.adds_clusters_households_unknown), clusters: site.adds_clusters }),
        site.adds_households > 0 && site.adds_clusters_households_unknown > 0 && ` (${t("plan_adds_unknown", { n: site.adds_clusters_households_unknown })})`),
      h("p", { class: "small" }, ...villages(context, site.clusters))))),
  ];
}

function villages(context: Context, clusters: SitePlan["sites"][number]["clusters"]): readonly Child[] {
  const names = new Map(clusters.map(({ village, village_name }) => [village, village_name ?? village]));
  return [...names].flatMap(([id, name], i) => [i > 0 && ", ", h("button", { type: "button", class: "link small", onclick: () => context.open(id) }, name)]);
}

function rankingView(context: Context): HTMLElement {
  const answer = h("div", {});
  const { unit, district } = context.store.now.filters;
  const load = (weights: string | null) => into(answer, async () => {
    const ranking = await planning.ranking({ ...questionQuery(context.store.now.filters), unit, district, weights, limit: 100 });
    return rankingAnswer(context, ranking, load);
  });
  void load(null);
  return answer;
}

function rankingAnswer(context: Context, ranking: Ranking, again: (weights: string) => Promise<void>): readonly Child[] {
  const inputs = ranking.weights.map((weight) => ({ weight, input: h("input", { id: `plan-w-${weight.factor}`, type: "number", min: 0, max: 1000, step: 1, value: weight.weight }) }));
  const bars = new ScoreBars(ranking.weights);
  const text = (factor: string) => {
    const found = ranking.weights.find((weight) => weight.factor === factor);
    return found ? either({ vi: found.text_vi, en: found.text_en }) : factor;
  };
  return [
    h("form", { onsubmit: (event) => { event.preventDefault(); void again(inputs.filter(({ input }) => Number(input.value) > 0).map(({ weight, input }) => `${weight.factor}:${input.value}`).join(",")); } },
      h("details", { class: "fold" }, h("summary", {}, t("plan_weights")),
        ...inputs.map(({ weight, input }) => field(either({ vi: weight.text_vi, en: weight.text_en }), input)),
        h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, t("plan_rank"))))),
    h("p", { class: "quiet small" }, t("plan_formula")),
    bars.key(),
    h("ol", { class: "reports" }, ...ranking.items.map((item) => h("li", { "data-test": "plan-ranked" },
      h("p", {}, h("button", { type: "button", class: "link", onclick: () => context.open(item.village.id) }, `${item.rank}. ${item.village.name}`), h("span", { class: "quiet small" }, ` · ${unitName(item.village.commune)}`),
        ` · ${t("plan_score", { score: tenths(item.score) })} · ${word("verdict", item.village.verdict)}`),
      bars.bar(item),
      h("p", { class: "quiet small" }, item.parts.filter(({ points }) => points > 0).map(({ factor, points }) => `${text(factor)} ${tenths(points)}`).join(" + "))))),
  ];
}

function sideView(context: Context): HTMLElement {
  const answer = h("div", {});
  const { unit, district } = context.store.now.filters;
  const load = (days: readonly string[]) => into(answer, async () => {
    const side = await planning.sideBySide({ unit, district, days: days.join(",") });
    return sideAnswer(context, side, load);
  });
  void load([today()]);
  return answer;
}

function sideAnswer(context: Context, side: SideBySide, again: (days: readonly string[]) => Promise<void>): readonly Child[] {
  const who = (carrier: string) => (carrier === "any" ? t("plan_any") : carrier === "each" ? t("plan_each") : context.carrierName(carrier));
  const gaps = (cell: SideBySide["rows"][number]["cells"][number]) => VERDICTS.filter((verdict) => verdict !== "covered" && verdict !== "insufficient").reduce((sum, verdict) => sum + cell.villages[verdict].villages, 0);
  const carriers = [...new Set(side.rows.map(({ carrier }) => carrier))];
  const of = (carrier: string) => side.rows.filter((row) => row.carrier === carrier);
  const counted = (verdict: Verdict, villages: number) => {
    const name = verdict === "no_signal" ? t("plan_not_as_asked") : word("verdict", verdict);
    return h("span", { class: "side-count", title: name }, markElement(verdict, "stated", false, context.palette, 15), h("span", { class: "sr-only" }, `${name}: `), number(villages));
  };
  return [
    h("div", { class: "buttons left" }, h("button", { type: "button", class: "plain small", onclick: () => void again([today()]) }, t("plan_today")),
      ...side.turnings.map((turning) => h("button", { type: "button", class: "plain small", "data-test": "plan-turning", onclick: () => void again([turning.before, turning.after]) }, `${either({ vi: turning.text_vi, en: turning.text_en })}: ${day(turning.after)}`))),
    h("p", { class: "quiet small" }, t("plan_side_note")),
    h("div", { class: "wide-table side-table" }, h("table", { "data-test": "side-table" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("plan_who")), h("th", { scope: "col" }, t("plan_from")), ...side.days.map((one) => h("th", { scope: "col" }, day(one))))),
      // Each carrier once, its technologies below one another.
      ...carriers.map((carrier) => h("tbody", {}, ...of(carrier).map((row, i, all) => h("tr", {},
        i === 0 && h("th", { scope: "rowgroup", rowspan: all.length }, capital(who(carrier))), h("td", {}, row.technology ?? t("plan_base")),
        ...row.cells.map((cell) => h("td", {}, counted("no_signal", gaps(cell)), counted("covered", cell.villages.covered.villages), counted("insufficient", cell.villages.insufficient.villages))))))))),
  ];
}

function rulesView(context: Context, pair: readonly [string, string] | null): HTMLElement {
  const place = h("div", {});
  void into(place, async () => {
    const { items } = await planning.rules();
    const answer = h("div", { class: "answer" });
    const code = (set: RuleSetOnFile) => `${set.id}:${set.version}`;
    const choice = (id: string, chosen: string) => h("select", { id }, ...items.map((set) =>
      h("option", { value: code(set), selected: code(set) === chosen }, `${rulesName(set)}${set.in_force ? ` · ${t("plan_in_force")}` : ""}`)));
    const inForce = items.find((set) => set.in_force) ?? items[0];
    const other = items.find((set) => set !== inForce);
    const [a, b] = [choice("plan-a", pair?.[0] ?? (inForce ? code(inForce) : "")), choice("plan-b", pair?.[1] ?? (other ? code(other) : ""))];
    const named = (value: string) => items.find((set) => code(set) === value);
    const compare = () => into(answer, async () => rulesAnswer(context, await planning.rulesDiff({ ...questionQuery({ ...context.store.now.filters, knownAt: null }), a: a.value, b: b.value }), named(a.value), named(b.value)));
    if (pair !== null) void compare();
    return [
      h("form", { onsubmit: (event) => { event.preventDefault(); void compare(); } }, field(t("plan_rules_a"), a), field(t("plan_rules_b"), b),
        h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary", "data-test": "plan-compare" }, t("plan_compare")))),
      answer,
    ];
  });
  return place;
}

function rulesName(set: RuleSetOnFile | undefined): string {
  return set === undefined ? "" : t("plan_rule_set", { title: either({ vi: set.title_vi, en: set.title_en }), version: String(set.version) });
}

/** A setting as it is filed, in words: days, decimals and what sources have to differ in. */
function settingText(value: string | null): string {
  if (value === null) return "–";
  if (value === "source" || value === "source_and_kind") return t(`plan_differ_${value}`);
  if (/^-?\d+(\.\d+)?$/.test(value)) return decimal(Number(value));
  return value.replace("…:", t("plan_from_start")).replace(/\d{4}-\d\d-\d\d:/g, (from) => t("plan_from_day", { day: day(from.slice(0, 10)) }));
}

function rulesAnswer(context: Context, diff: RulesDiff, a: RuleSetOnFile | undefined, b: RuleSetOnFile | undefined): readonly Child[] {
  const verdict = (code: RulesDiff["items"][number]["under_a"]) => (code === null ? "–" : word("verdict", code));
  return [
    h("p", { "data-test": "plan-moves" }, t("plan_moves", { moves: diff.moves, households: householdsOf(diff.households, diff.villages_households_unknown), flags: diff.flags_only })),
    h("details", { class: "fold" }, h("summary", {}, t("plan_settings", { n: diff.settings.length })), h("div", { class: "wide-table" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("plan_setting")), h("th", { scope: "col" }, rulesName(a)), h("th", { scope: "col" }, rulesName(b)))), h("tbody", {}, ...diff.settings.map((one) =>
      h("tr", {}, h("td", {}, either({ vi: one.text_vi, en: one.text_en })), h("td", {}, settingText(one.a)), h("td", {}, settingText(one.b)))))))),
    h("ol", { class: "reports" }, ...diff.items.map((item) => h("li", { "data-test": "plan-moved" },
      h("p", {}, h("button", { type: "button", class: "link", onclick: () => context.open(item.village) }, item.name ?? item.village),
        `: ${item.moves ? `${verdict(item.under_a)} → ${verdict(item.under_b)}` : t("plan_only_flags", { verdict: verdict(item.under_a) })}`),
      h("ul", { class: "small plain-list" }, ...[...new Set(item.because.map((reason) => prose({ vi: reason.text_vi, en: reason.text_en })))].map((text) => h("li", {}, text)))))),
  ];
}
