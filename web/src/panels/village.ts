/** One village's story: the verdict, why, who owes it, what is missing, and what lies behind it. */

import { type Cluster, type Duty, type EntryRef, type HistoryRow, type NearSite, type Reason, type Statement, TECHNOLOGIES, type VillagePage } from "../api/api";
import type { Context } from "../context";
import { type Child, h } from "../dom";
import { day, either, instant, metres, number, prose, t, today, word } from "../text";
import { markElement } from "../map/icons";
import { lower, mark, verdictBadge, verdictText } from "../verdict";
import { placeLine } from "./list";

export function villagePanel(context: Context, page: VillagePage): HTMLElement {
  const close = h("button", { type: "button", class: "icon-button", "aria-label": t("close"), title: t("close"), "data-test": "village-close", onclick: () => context.open(null) }, "×");
  return h("article", { class: "village", "data-test": "village-panel", "data-village": page.id, "data-verdict": page.verdict, "aria-labelledby": "village-name" },
    h("header", {}, h("div", {},
      h("p", { class: "kicker" }, word("kind", page.kind)),
      h("h2", { id: "village-name", tabindex: -1 }, page.name),
      h("p", { class: "place" }, placeLine(page)),
      page.aliases.length > 0 && h("p", { class: "quiet small" }, t("also_called", { names: page.aliases.join(", ") })),
      page.commune.inferred !== null && page.commune.inferred !== undefined && h("p", { class: "inferred small" }, t("inferred_because", { why: page.commune.inferred }))), close),
    verdictBadge(page, context.palette),
    h("p", { class: "quiet small" }, t("list_as_of", { day: day(page.as_of || today()) }), page.source_word !== null && ` · ${t("source_word", { word: page.source_word })}`),
    section(t("v_why"), ...reasonGroups(page)),
    section(t("v_duty"), ...duties(context, page)),
    section(t("v_missing"), list(page.missing.map((reason) => h("li", {}, prose(texts(reason)))), "todo")),
    section(t("v_where"), ...where(context, page)),
    section(t("v_facts"), facts(page)),
    section(t("v_matrix"), matrix(context, page)),
    page.clusters.some((cluster) => !cluster.implied) && section(t("v_clusters"), clusters(page.clusters)),
    section(t("v_timeline"), timeline(context, page)),
    page.nearest_sites && page.nearest_sites.length > 0 && section(t("v_sites"), sites(context, page.nearest_sites)),
    section(t("v_history"), history(context, page.history)),
    page.statements.length > 0 && folded(t("v_statements"), statements(page.statements, page)),
    h("footer", { class: "quiet small" }, t("v_rule", { title: either({ vi: page.rule_set.title_vi, en: page.rule_set.title_en }), version: String(page.rule_set.version) })));
}

function section(title: string, ...children: readonly Child[]): HTMLElement {
  return h("section", {}, h("h3", {}, title), ...children);
}

function folded(title: string, ...children: readonly Child[]): HTMLElement {
  return h("details", { class: "fold" }, h("summary", {}, title), ...children);
}

function list(items: readonly HTMLElement[], kind = ""): HTMLElement {
  return h("ul", { class: `plain-list ${kind}` }, ...items);
}

function texts(reason: Reason): { vi: string | null | undefined; en: string | null | undefined } {
  return { vi: reason.text_vi, en: reason.text_en };
}

/** “Số này ở đâu ra?”: the ledger rows behind a statement, each leading to its line in the history. */
function entries(refs: readonly EntryRef[]): HTMLElement {
  return h("details", { class: "entries", "data-test": "entries" },
    h("summary", {}, t("v_entries")),
    refs.length === 0 ? h("p", {}, t("v_entries_none")) : list(refs.map((ref) => h("li", {}, entryLink(ref)))));
}

function entryLink({ report, row }: EntryRef): HTMLElement {
  const go = () => {
    const target = document.getElementById(historyId({ report, row }));
    target?.scrollIntoView({ block: "center" });
    target?.focus();
  };
  return h("button", { type: "button", class: "link", onclick: go }, t("v_entry", { report, row: String(row) }));
}

function historyId({ report, row }: EntryRef): string {
  return `entry-${report}-${row}`;
}

function reasonGroups(page: VillagePage): Child[] {
  const group = (title: string, reasons: readonly Reason[], kind: string) =>
    reasons.length > 0 && h("div", { class: `reasons ${kind}` }, h("h4", {}, title), list(reasons.map(reasonItem)));
  const of = (role: Reason["role"]) => page.reasons.filter((reason) => reason.role === role);
  if (page.reasons.length === 0) return [h("p", {}, t("means_insufficient"), ". ", t("v_entries_none"))];
  return [
    group(t("v_opposes"), of("opposition"), "opposes"),
    group(t("v_supports"), of("support"), "supports"),
    group(t("v_notes"), page.reasons.filter(({ role }) => role !== "support" && role !== "opposition"), "notes"),
  ];
}

function reasonItem(reason: Reason): HTMLElement {
  return h("li", {}, h("p", {}, prose(texts(reason)), reason.grade && h("span", { class: `grade ${reason.grade >= "E3" ? "solid" : ""}`, title: word("grade", reason.grade) }, reason.grade)), entries(reason.entries));
}

function duties(context: Context, page: VillagePage): Child[] {
  if (page.duties.length === 0) return [h("p", {}, t("v_duty_none"))];
  const waiting = page.waiting_days === null ? null : h("p", { class: "waiting" }, t("v_waiting", { n: page.waiting_days }));
  return [...page.duties.map((duty) => dutyItem(context, duty)), waiting];
}

function dutyItem(context: Context, duty: Duty): HTMLElement {
  const clause = context.known.order?.clauses.find((one) => one.clause === duty.clause);
  const due = duty.due === null ? t("v_due_none") : t("v_due", { day: day(duty.due) });
  return h("div", { class: "duty" },
    h("p", {}, h("strong", {}, context.carrierName(duty.carrier)), " ", h("span", { class: `duty-state ${duty.state}` }, word("duty_state", duty.state))),
    h("p", { class: "small" }, t("v_given", { day: day(duty.given) }), " · ", due, duty.due !== null && duty.due_inferred && h("span", { class: "inferred" }, ` (${t("inferred")}: ${t("v_due_inferred")})`), " · ", duty.technology ?? t("v_technology_unsaid")),
    clause && h("blockquote", {}, either({ vi: clause.text_vi, en: clause.text_en })),
    h("p", { class: "cite" }, duty.cite));
}

function where(context: Context, page: VillagePage): Child[] {
  const { position } = page;
  if (position === null) return [h("p", {}, t("v_position_none"))];
  const basis = word("position", position.grade);
  return [
    h("p", {}, h("strong", {}, t("v_position", { m: metres(position.uncertainty_m), basis }))),
    position.basis !== null && position.basis !== "" && h("p", { class: "quiet small" }, position.basis),
    h("button", { type: "button", class: "plain small", onclick: () => context.goTo(page) }, t("v_zoom")),
  ];
}

function facts(page: VillagePage): HTMLElement {
  const rows: [string, string][] = [
    [t("v_households"), page.households === null ? t("unknown") : number(page.households)],
    [t("v_people"), page.people === null ? t("unknown") : number(page.people)],
    [t("v_power"), t(page.grid_power ?? "unknown")],
    [t("v_hard"), t(page.especially_hard ?? "unknown")],
  ];
  return h("dl", { class: "facts" }, ...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

function matrix(context: Context, page: VillagePage): HTMLElement {
  const flagsOf = (carrier: string, technology: string) => page.clusters
    .flatMap((cluster) => cluster.carriers.filter((one) => one.carrier === carrier))
    .flatMap((one) => one.technologies.filter((state) => state.technology === technology))
    .flatMap(({ flags }) => flags);
  return h("div", { class: "scroll-x" }, h("table", { class: "matrix" },
    h("thead", {}, h("tr", {}, h("td", {}), ...TECHNOLOGIES.map((technology) => h("th", { scope: "col" }, technology)))),
    h("tbody", {}, ...page.matrix.map(({ carrier, technologies }) => h("tr", {},
      h("th", { scope: "row" }, carrier === "any" ? t("v_any") : context.carrierName(carrier)),
      ...TECHNOLOGIES.map((technology) => {
        const verdict = technologies[technology];
        if (verdict === undefined) return h("td", {}, "–");
        const flags = [...new Set(carrier === "any" ? page.flags : flagsOf(carrier, technology))];
        return h("td", { title: verdictText({ verdict, flags }) }, markElement(verdict, "stated", false, context.palette, 22), h("span", { class: "sr-only" }, verdictText({ verdict, flags })));
      }))))), h("p", { class: "quiet small" }, t("v_matrix_note")));
}

function clusters(all: readonly Cluster[]): HTMLElement {
  return list(all.map((cluster) => h("li", {},
    h("strong", {}, cluster.name ?? t("v_cluster_implied")), cluster.centre && ` (${t("v_cluster_centre")})`, ": ", lower(word("cluster", cluster.verdict)),
    ...cluster.flags.map((flag) => h("span", { class: "flag" }, word("flag", flag))),
    cluster.households !== null && h("span", { class: "quiet" }, ` · ${t("list_households", { n: cluster.households })}`))));
}

function timeline(context: Context, page: VillagePage): HTMLElement {
  return h("ol", { class: "timeline" }, ...page.timeline.toReversed().map((turn) => h("li", {},
    h("span", { class: "turn-mark" }, mark(turn, context.palette, 20)),
    h("div", {},
      h("p", {}, h("strong", {}, verdictText(turn)), h("span", { class: "quiet" }, ` ${turn.from === null ? t("v_since_always") : t("v_since", { day: day(turn.from) })}`)),
      ...turn.because.flatMap((reason) => { const text = prose(texts(reason)); return text === "" ? [] : [h("p", { class: "small" }, text)]; }),
      turn.because.length > 0 && entries(turn.because.flatMap((reason) => reason.entries))))));
}

function sites(context: Context, near: readonly NearSite[]): HTMLElement {
  return list(near.map((site) => h("li", {}, h("strong", {}, `${context.carrierName(site.carrier)} ${site.code}`), site.name !== null && ` – ${site.name}`,
    `: ${metres(site.distance_m)}, ${word("site", site.state)}${site.technologies.length > 0 ? ` (${site.technologies.join(", ")})` : ""}`)));
}

function history(context: Context, rows: readonly HistoryRow[]): HTMLElement {
  if (rows.length === 0) return h("p", {}, t("v_history_none"));
  const who = (party: string | null) => (party === null ? t("unknown") : party === "department" ? t("department") : context.carrierName(party));
  return list(rows.toReversed().map((row) => h("li", { id: historyId(row), tabindex: -1 },
    h("p", {}, prose({ vi: row.what_vi, en: row.what_en }) || t("v_entry", { report: row.report, row: String(row.row) }), " ", h("span", { class: "flag" }, word("row_state", row.state))),
    h("p", { class: "quiet small" }, `${t("v_entry", { report: row.report, row: String(row.row) })} · ${t("v_recorded", { day: instant(row.recorded_at) })} · ${t("v_filed_by", { who: who(row.filed_by) })}`, row.on_behalf_of !== null && ` (${t("v_on_behalf", { who: who(row.on_behalf_of) })})`))), "history");
}

function statements(all: readonly Statement[], page: VillagePage): HTMLElement {
  return list(all.map((said) => h("li", { class: said.names?.includes(page.name) ? "named" : "" },
    h("p", {}, either({ vi: said.text_vi, en: said.text_en })),
    h("p", { class: "quiet small" }, [said.publication, said.title && `“${said.title}”`, said.when].filter(Boolean).join(", "), ". ", said.names ? t("v_names", { names: said.names }) : t("v_names_none")))));
}
