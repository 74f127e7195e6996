/** What hangs on one site, clusters without coverage, the course over time, then and now, and what changed: read when a planner asks. */

import { type Verdict, VERDICTS } from "../api/api";
import { address, ask, download, type Query, wholeCsv } from "../api/client";
import { type ChangeList, type ClusterGaps, type CoverageSeries, type HangingList, type ThenNow } from "../api/planning";
import type { Context } from "../context";
import { DayField } from "../day";
import { type Child, fill, h, save } from "../dom";
import { unitName } from "../place";
import { questionQuery } from "../query";
import { day, either, households, instant, inVietnamese, number, prose, t, tenths, today, word } from "../text";
import { p } from "../text/planning";
import { chart } from "./chart";

const LIMIT = 100;

export const STANDING = ["single", "clusters", "series", "then", "changes"] as const;
export type Standing = (typeof STANDING)[number];

export function standingView(context: Context, view: Standing): HTMLElement {
  const { unit, district } = context.store.now.filters;
  const question = { ...questionQuery(context.store.now.filters), unit, district };
  if (view === "single") return plain((cursor) => single(context, { ...question, limit: LIMIT, cursor }));
  if (view === "clusters") return plain((cursor) => clusters(context, { ...question, verdict: "not_covered", limit: LIMIT, cursor }));
  if (view === "series") return dated([["from", p("day_from"), "2023-01-01"], ["to", p("day_to"), today()]], ({ from, to }) => series({ ...question, as_of: null, from, to }));
  if (view === "then") return dated([["known_at", p("day_known"), monthsAgo(12)]], ({ known_at }, cursor) => thenNow(context, { ...question, known_at, limit: LIMIT, cursor }));
  return changesView(context);
}

/** By days: which verdicts changed. By known time: which filing changed what we say of one day. */
function changesView(context: Context): HTMLElement {
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": t("plan_changes") });
  const place = h("div", {});
  const { asOf } = context.store.now.filters;
  const question = { ...questionQuery(context.store.now.filters), limit: LIMIT };
  const ways = {
    days: () => dated([["from", p("day_from"), monthsAgo(12)], ["to", p("day_to"), today()]], ({ from, to }, cursor) => changes(context, { ...question, as_of: null, from, to, cursor })),
    known: () => dated([["known_from", p("known_from"), monthsAgo(12)], ["known_to", p("known_to"), today()]], ({ known_from, known_to }, cursor) => changes(context, { ...question, as_of: asOf, known_at: null, known_from, known_to, cursor })),
  };
  const show = (way: keyof typeof ways) => {
    fill(tabs, ...(["days", "known"] as const).map((one) => h("button", { type: "button", "aria-pressed": String(one === way), "data-test": `changes-${one}`, onclick: () => show(one) }, p(`changes_${one}`))));
    fill(place, ways[way]());
  };
  show("days");
  return h("div", { class: "answer" }, tabs, place);
}

interface Answer { readonly shown: readonly Child[]; readonly items: readonly HTMLElement[]; readonly next: string | null; readonly csv: Export | null }
/** A list to be saved, read when it is asked for. */
interface Export { readonly name: string; readonly read: () => Promise<Blob> }
type Asked = (cursor: string | null) => Promise<Answer>;

/** An answer that needs no days: asked at once. */
function plain(asked: Asked): HTMLElement {
  const answer = h("div", { class: "answer" });
  void into(answer, asked);
  return answer;
}

function dated(days: readonly (readonly [string, string, string])[], asked: (days: Readonly<Record<string, string>>, cursor: string | null) => Promise<Answer>): HTMLElement {
  const answer = h("div", { class: "answer" });
  const fields = days.map(([name, label, value]) => ({ name, label, field: new DayField(`standing-${name}`, name, value, { max: today(), required: true }) }));
  const load = () => {
    const chosen = Object.fromEntries(fields.map(({ name, field }) => [name, field.value]));
    void into(answer, (cursor) => asked(chosen, cursor));
  };
  load();
  return h("div", {},
    h("form", { onsubmit: (event) => { event.preventDefault(); load(); } },
      h("div", { class: "pair" }, ...fields.map(({ label, field }) => h("div", { class: "field" }, h("label", { for: field.input.id }, label), field.element))),
      h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary", "data-test": "standing-show" }, p("show")))),
    answer);
}

async function into(place: HTMLElement, asked: Asked): Promise<void> {
  const problem = (error: unknown) => h("p", { class: "problem", role: "alert" }, t("failed", { why: error instanceof Error ? error.message : String(error) }));
  fill(place, h("p", { class: "quiet", role: "status" }, t("loading")));
  try {
    const first = await asked(null);
    const list = h("ol", { class: "reports" }, ...first.items);
    const more = h("div", {});
    const drawMore = (next: string | null) => fill(more, next !== null && h("button", { type: "button", class: "plain wide", onclick: () => {
      asked(next).then((page) => { list.append(...page.items); drawMore(page.next); }, (error: unknown) => fill(more, problem(error)));
    } }, p("more")));
    drawMore(first.next);
    const told = h("span", {});
    fill(place, ...first.shown, first.csv !== null && h("p", { class: "exports small" }, h("button", { type: "button", class: "link small", "data-test": "standing-csv", onclick: () => void take(first.csv, told) }, p("csv")), " ", told), first.items.length > 0 && list, more);
  } catch (error) {
    fill(place, problem(error));
  }
}

async function take(file: Export | null, told: HTMLElement): Promise<void> {
  fill(told);
  try {
    if (file !== null) save(await file.read(), file.name);
  } catch (error) {
    fill(told, h("span", { class: "problem", role: "alert" }, t("failed", { why: error instanceof Error ? error.message : String(error) })));
  }
}

/** The same question as a file: all rows. */
function file(path: string, name: string, query: Query): Export {
  return { name: `${name}.csv`, read: () => ("limit" in query ? wholeCsv(path, query) : download(address(path, { ...query, headings: inVietnamese() ? "vi" : null }), null, "text/csv")) };
}

function village(context: Context, id: string, name: string | null): HTMLElement {
  return h("button", { type: "button", class: "link", onclick: () => context.open(id) }, name ?? id);
}

async function single(context: Context, query: Query): Promise<Answer> {
  const list: HangingList = await ask(address("/api/v1/planning/single-points", query));
  return {
    shown: [h("p", { "data-test": "standing-count" }, list.count === 0 ? p("none") : p("single_count", { n: list.count })), h("p", { class: "quiet small" }, either({ vi: list.note_vi, en: list.note_en }))],
    items: list.items.map((item) => h("li", { "data-test": "single-item" },
      h("p", {}, village(context, item.village, item.name), item.commune && ` · ${unitName(item.commune)}`, ` · ${word("verdict", item.verdict)} · ${p("cluster_households", { n: item.households })}`),
      h("ul", { class: "small plain-list" }, ...item.clusters.map((cluster) => h("li", {},
        `${cluster.name === null ? p("cluster_unnamed") : p("cluster", { name: cluster.name })} (${cluster.households === null ? p("cluster_unknown") : p("cluster_households", { n: cluster.households })}) — `,
        cluster.line !== null ? p(cluster.on === "power" ? "single_power" : "single_backhaul", { line: cluster.line, sites: cluster.sites.map(({ carrier, code }) => `${context.carrierName(carrier)} ${code}`).join(", ") })
          : cluster.site ? p("single_site", { carrier: context.carrierName(cluster.site.carrier), code: cluster.site.code }) : p("single_one", { carrier: cluster.carriers.map((id) => context.carrierName(id)).join(", ") }),
        cluster.technologies.length > 0 && ` · ${cluster.technologies.join(", ")}`))))),
    next: list.next, csv: null,
  };
}

async function clusters(context: Context, query: Query): Promise<Answer> {
  const path = "/api/v1/planning/clusters";
  const list: ClusterGaps = await ask(address(path, query));
  const { covered, not_covered: not, insufficient: unsure } = list.totals;
  const of = (total: typeof covered) => households(total.households, total.clusters_households_unknown);
  return {
    shown: [h("p", { "data-test": "standing-count" }, p("clusters_totals", { covered: covered.clusters, covered_of: of(covered), not: not.clusters, not_of: of(not), unsure: unsure.clusters, unsure_of: of(unsure) }))],
    items: list.items.map((item) => h("li", { "data-test": "cluster-item" },
      h("p", {}, village(context, item.village, item.village_name), ` · ${item.implied ? p("clusters_centre") : item.name === null ? p("cluster_unnamed") : p("cluster", { name: item.name })}`, item.commune && ` · ${unitName(item.commune)}`, ` · ${item.households === null ? p("cluster_unknown") : p("cluster_households", { n: item.households })}`))),
    next: list.next, csv: file(path, "cum-dan-cu", query),
  };
}

async function series(query: Query): Promise<Answer> {
  const path = "/api/v1/planning/series";
  const { points } = await ask<CoverageSeries>(address(path, query));
  const counted = points.map(({ day: on, clusters: all }) => {
    const known = all.covered.households + all.not_covered.households + all.insufficient.households;
    const unknown = all.covered.clusters_households_unknown + all.not_covered.clusters_households_unknown + all.insufficient.clusters_households_unknown;
    return { on, covered: all.covered.households, known, unknown, share: known === 0 ? null : (100 * all.covered.households) / known };
  });
  const drawn = counted.flatMap(({ on, share, unknown }) => (share === null ? [] : [{ from: on, ratio: share, complete: unknown === 0 }]));
  const [first, last] = [drawn[0], drawn.at(-1)];
  return {
    shown: [
      first && last && h("figure", {}, h("figcaption", {}, p("series_title")),
        chart(drawn, null, p("series_label", { from: day(first.from), to: day(last.from), first: tenths(first.ratio), last: tenths(last.ratio) })),
        h("p", { class: "quiet small" }, `${day(first.from)}: ${tenths(first.ratio)} % → ${day(last.from)}: ${tenths(last.ratio)} %`)),
      h("p", { class: "quiet small" }, p("series_note")),
      h("div", { class: "wide-table", tabindex: 0, role: "region", "aria-label": p("series_title") }, h("table", { class: "numbers", "data-test": "series-table" },
        h("thead", {}, h("tr", {}, ...(["series_day", "series_covered", "series_known", "series_share", "series_unknown"] as const).map((key) => h("th", { scope: "col" }, p(key))))),
        h("tbody", {}, ...counted.map(({ on, covered, known, share, unknown }) => h("tr", {}, h("td", {}, day(on)), h("td", {}, number(covered)), h("td", {}, number(known)), h("td", {}, share === null ? "–" : `${tenths(share)}\u00a0%`), h("td", {}, number(unknown))))))),
    ],
    items: [], next: null, csv: file(path, "theo-thoi-gian", query),
  };
}

async function thenNow(context: Context, query: Query): Promise<Answer> {
  const both: ThenNow = await ask(address("/api/v1/planning/then-and-now", query));
  const verdict = (code: Verdict | null) => (code === null ? p("moved_none") : word("verdict", code));
  const rules = ({ id, version }: ThenNow["rules_then"]) => `${id}:${version}`;
  const cell = (total: ThenNow["then"][Verdict]) => `${p("villages", { n: total.villages })} (${households(total.households, total.villages_households_unknown)})`;
  return {
    shown: [
      h("p", { class: "quiet small" }, p("then_note", { as_of: day(both.as_of), known: day(String(query.known_at)) })),
      h("div", { class: "wide-table" }, h("table", { "data-test": "then-table" },
        h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, p("then")), h("th", { scope: "col" }, p("now")))),
        h("tbody", {}, ...VERDICTS.map((code) => h("tr", {}, h("th", { scope: "row" }, word("verdict", code)), h("td", {}, cell(both.then[code])), h("td", {}, cell(both.now[code]))))))),
      rules(both.rules_then) !== rules(both.rules_now) && h("p", { class: "quiet small" }, p("then_rules", { then: either({ vi: both.rules_then.title_vi, en: both.rules_then.title_en }), now: either({ vi: both.rules_now.title_vi, en: both.rules_now.title_en }) })),
      h("p", { "data-test": "standing-count" }, p("moved", { n: both.count })),
    ],
    items: both.moved.map((item) => h("li", { "data-test": "then-item" },
      h("p", {}, village(context, item.village, item.name), item.commune && ` · ${unitName(item.commune)}`, `: ${verdict(item.then)} → ${verdict(item.now)}`),
      item.moved_by.length > 0 && h("ul", { class: "small plain-list" }, ...item.moved_by.map((by) => h("li", {}, p("moved_by", { when: instant(by.recorded_at), reports: by.reports.join(", "), verdict: verdict(by.to) })))))),
    next: both.next, csv: null,
  };
}

async function changes(context: Context, query: Query): Promise<Answer> {
  const path = "/api/v1/changes";
  const list: ChangeList = await ask(address(path, query));
  const verdict = (code: Verdict | null) => (code === null ? p("moved_none") : word("verdict", code));
  return {
    shown: [h("p", { "data-test": "standing-count" }, "known_from" in query
      ? p("known_count", { n: list.count, as_of: day(list.as_of ?? today()), from: day(String(query.known_from)), to: day(String(query.known_to)) })
      : p("changes_count", { n: list.count, from: day(String(query.from)), to: day(String(query.to)) }))],
    items: list.items.map((item) => h("li", { "data-test": "change-item" },
      h("p", {}, village(context, item.village, item.name), item.commune && ` · ${item.commune}`, item.day && ` · ${day(item.day)}`, `: ${verdict(item.from)} → ${verdict(item.to)}`),
      item.recorded_at !== null && h("p", { class: "small" }, item.reports.length === 0 ? p("known_by_unseen", { when: instant(item.recorded_at) }) : p("known_by", { when: instant(item.recorded_at), reports: item.reports.join(", ") })),
      item.because.length > 0 && h("ul", { class: "small plain-list" }, ...item.because.map((reason) => h("li", {}, prose({ vi: reason.text_vi, en: reason.text_en })))))),
    next: list.next, csv: file(path, "thay-doi", query),
  };
}

function monthsAgo(months: number): string {
  const at = new Date(`${today()}T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() - months);
  return at.toISOString().slice(0, 10);
}
