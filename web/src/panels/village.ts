/** One village's story: the verdict, who owes it, why, what is missing, and what lies behind it. */

import { type Cluster, type Duty, type EntryRef, type EntryRows, type HistoryRow, type NearSite, type Reason, type Statement, TECHNOLOGIES, type Technology, type VillagePage } from "../api/api";
import { type Context, ownParty } from "../context";
import { type Child, h, svg } from "../dom";
import { markElement, type Trust } from "../map/icons";
import { capital, placeBefore, placeNow } from "../place";
import { NO_FILTERS } from "../state";
import { day, either, instant, metres, number, prose, t, textKey, word } from "../text";
import { lower, mark, trustOfGrade, verdictBadge, verdictText } from "../verdict";
import { challengeForm, disputeText, dutyText, storyFold } from "./duties";
import { asOfText } from "./list";
import { dossierLinks } from "./papers";

export function villagePanel(context: Context, page: VillagePage): HTMLElement {
  return h("article", { class: "village", "data-test": "village-panel", "data-village": page.id, "data-verdict": page.verdict, "data-version": page.version, "aria-labelledby": "village-name" },
    heading(context, page),
    h("div", { class: "verdict-block" }, verdictBadge(page, context.palette),
      questionLine(context),
      h("p", { class: "quiet small" }, capital(asOfText(page, context.store.now.filters.knownAt)), page.source_word !== null && ` · ${t("source_word", { word: page.source_word })}`)),
    dossierLinks(context, page.id),
    section(t("v_matrix"), matrix(context, page), chains(context, page)),
    section(t("v_duty"), ...duties(context, page)),
    page.disputes.length > 0 && section(t("v_disputes"), ...page.disputes.map((one) => h("div", { class: "duty", "data-test": "village-dispute" }, ...disputeText(context, one)))),
    challengeForm(context, page),
    page.outages.length > 0 && section(t("v_outages"), list(page.outages.map((one) => h("li", { "data-test": "village-outage" }, h("strong", {}, one.carrier_name), " ", h("span", { class: "flag" }, word("outage", one.state)), ` ${t("outage_since", { at: instant(one.start) })}`, one.cause !== null && ` · ${one.cause}`)))),
    section(t("v_commune"), ...communeSays(context, page)),
    section(t("v_why"), ...reasonGroups(context, page)),
    page.missing.length > 0 && section(t("v_missing"), list(page.missing.map((reason) => h("li", {}, prose(texts(reason)))), "todo")),
    page.what_if.length > 0 && section(t("v_what_if"), list(page.what_if.map((deed) => h("li", {}, prose({ vi: deed.text_vi, en: deed.text_en }))), "todo")),
    section(t("v_where"), ...where(context, page)),
    section(t("v_timeline"), timeline(context, page)),
    page.clusters.some((cluster) => !cluster.implied) && section(t("v_clusters"), clusters(page.clusters)),
    page.nearest_sites && page.nearest_sites.length > 0 && section(t("v_sites"), sites(context, page.nearest_sites)),
    page.statements.length > 0 && section(t("v_statements"), h("p", { class: "quiet small" }, t("v_statements_note")), statements(page.statements, page)),
    section(t("v_history"), history(context, page.history)),
    section(t("v_facts"), facts(page)),
    h("footer", { class: "quiet small" }, t("v_rule", { title: either({ vi: page.rule_set.title_vi, en: page.rule_set.title_en }), version: String(page.rule_set.version) })));
}

function heading(context: Context, page: VillagePage): HTMLElement {
  const before = placeBefore(page);
  const { inferred } = page.commune;
  return h("header", {}, h("div", {},
    h("p", { class: "kicker" }, word("kind", page.kind)),
    h("h2", { id: "village-name", tabindex: -1 }, page.name),
    h("p", { class: "place" }, placeNow(page), before !== "" && h("span", { class: "quiet" }, `, ${before}`)),
    page.aliases.length > 0 && h("p", { class: "quiet small" }, t("also_called", { names: page.aliases.join(", ") })),
    inferred !== null && inferred !== undefined && h("p", { class: "inferred small" }, t("inferred_because", { why: inferred }))),
    h("button", { type: "button", class: "icon-button", "aria-label": t("close"), title: t("close"), "data-test": "village-close", onclick: () => context.open(null) }, "×"));
}

/** What was asked, when it is not the usual question. */
function questionLine(context: Context): HTMLElement | null {
  const { carrier, technology, grade, environment, service } = context.store.now.filters;
  const parts = [
    carrier === NO_FILTERS.carrier ? null : carrier === "each" ? t("carrier_each") : context.carrierName(carrier),
    technology && t("technology_from", { t: technology }),
    environment === NO_FILTERS.environment ? null : t("environment_indoor"),
    service === NO_FILTERS.service ? null : t("service_voice"),
    grade === NO_FILTERS.grade ? null : word("grade", grade),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : h("p", { class: "small", "data-test": "question" }, t("question_of", { q: parts.join(" · ") }));
}

function section(title: string, ...children: readonly Child[]): HTMLElement {
  return h("section", {}, h("h3", {}, title), ...children);
}

function list(items: readonly HTMLElement[], kind = ""): HTMLElement {
  return h("ul", { class: `plain-list ${kind}` }, ...items);
}

function texts(reason: Reason): { vi: string | null | undefined; en: string | null | undefined } {
  return { vi: reason.text_vi, en: reason.text_en };
}

/** “Số này ở đâu ra?”: the ledger rows behind a statement, each leading to its line in the history. */
function entries(context: Context, page: VillagePage, refs: readonly EntryRows[]): HTMLElement {
  return h("details", { class: "entries", "data-test": "entries" },
    h("summary", {}, t("v_entries")),
    refs.length === 0 ? h("p", {}, t("v_entries_none")) : list(refs.map((ref) => h("li", {}, entryLink(context, page, ref)))));
}

function entryLink(context: Context, page: VillagePage, { report, row, to_row: last = row }: EntryRows): HTMLElement {
  const filed = page.history.find((one) => one.report === report && row <= one.row && one.row <= last);
  const go = () => {
    const target = document.getElementById(historyId(filed ?? { report, row }));
    target?.scrollIntoView({ block: "center" });
    target?.focus();
  };
  const whose = filed ? `, ${context.partyName(filed.on_behalf_of ?? filed.filed_by)}, ${instant(filed.recorded_at)}` : "";
  return h("button", { type: "button", class: "link", onclick: go }, t("v_entry", { report, row: last === row ? String(row) : `${row}–${last}` }) + whose);
}

function historyId({ report, row }: EntryRef): string {
  return `entry-${report}-${row}`;
}

/** The commune's own words, apart from what carriers claim and from what was measured. */
function communeSays(context: Context, page: VillagePage): Child[] {
  const said = page.reasons.filter(({ source }) => source === "commune");
  const { me } = context.known;
  const may = context.may("observe") && (ownParty(me) === "department" || String(me?.commune) === String(page.commune.code));
  return [
    said.length === 0 ? h("p", { class: "quiet" }, t("v_commune_none")) : h("div", { class: "commune-says", "data-test": "commune-says" }, houseSign(),
      h("div", {}, h("p", { class: "small" }, h("strong", {}, capital(placeNow(page)))), list(said.map((reason) => h("li", {}, prose(texts(reason))))))),
    h("a", { href: `/api/v1/villages/${encodeURIComponent(page.id)}/slip`, target: "_blank", rel: "noopener", class: "small", "data-test": "slip" }, t("slip")),
    may && h("button", { type: "button", class: "plain small", "data-test": "confirm-here", onclick: () => context.confirm(page.id) }, t("confirm_here")),
  ];
}

function houseSign(): SVGSVGElement {
  return svg("svg", { class: "mark", viewBox: "0 0 24 24", width: 26, height: 26, "aria-hidden": "true" },
    svg("path", { d: "M3 11 12 4l9 7M5.5 9.6V20h13V9.6M9.5 20v-5.5h5V20", fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linejoin": "round", "stroke-linecap": "round" }));
}

function reasonGroups(context: Context, page: VillagePage): Child[] {
  const group = (title: string, reasons: readonly Reason[], kind: string) =>
    reasons.length > 0 && h("div", { class: `reasons ${kind}` }, h("h4", {}, title), list(reasons.map((reason) => reasonItem(context, page, reason))));
  const of = (role: Reason["role"]) => page.reasons.filter((reason) => reason.role === role);
  if (page.reasons.length === 0) return [h("p", {}, t("means_insufficient"), ". ", t("v_entries_none"))];
  return [
    group(t("v_opposes"), of("opposition"), "opposes"),
    group(t("v_supports"), of("support"), "supports"),
    group(t("v_notes"), page.reasons.filter(({ role }) => role !== "support" && role !== "opposition"), "notes"),
  ];
}

function reasonItem(context: Context, page: VillagePage, reason: Reason): HTMLElement {
  const grade = reason.grade && h("span", { class: `grade ${trustOfGrade(reason.grade)}`, title: word("grade", reason.grade) }, reason.grade);
  const source = reason.source ? h("span", { class: `source source-${reason.source}` }, word("source", reason.source)) : null;
  return h("li", { "data-source": reason.source }, h("p", {}, source, prose(texts(reason)), grade), entries(context, page, reason.entries));
}

function duties(context: Context, page: VillagePage): Child[] {
  // Promises without an order, also of what went into this village.
  const own = new Set(page.duties.map((duty) => duty.id));
  const others = page.register.filter((line) => !own.has(line.id));
  if (page.duties.length === 0 && others.length === 0) return [h("p", {}, t("v_duty_none"))];
  return [
    ...page.duties.map((duty) => dutyItem(context, page, duty)),
    ...others.map((line) => h("div", { class: "duty", "data-test": "register-line", "data-state": line.state }, line.village.id !== page.id && h("p", {}, h("strong", {}, line.village.name)), ...dutyText(line))),
  ];
}

function dutyItem(context: Context, page: VillagePage, duty: Duty): HTMLElement {
  const clause = context.known.order?.clauses.find((one) => one.clause === duty.clause);
  const who = context.carrierName(duty.carrier);
  const due = duty.due === null ? t("v_due_none") : t("v_due", { day: day(duty.due) });
  const open = duty.state === "open" || duty.state === "overdue";
  return h("div", { class: "duty", "data-test": "duty", "data-state": duty.state },
    h("p", { class: "duty-head" }, h("strong", {}, who), h("span", { class: `duty-state ${duty.state}` }, word("duty_state", duty.state)),
      open && page.waiting_days !== null && h("span", { class: "waiting" }, t("v_waiting", { n: page.waiting_days }))),
    h("p", { class: "small" }, t("v_given", { day: day(duty.given) }), " · ", due, duty.due !== null && duty.due_inferred && h("span", { class: "inferred" }, ` (${t("inferred")}: ${t("v_due_inferred")})`), " · ", duty.technology ?? t("v_technology_unsaid")),
    duty.former_village !== null && h("p", { class: "small", "data-test": "duty-former" }, t("v_duty_former", { name: duty.former_village.name })),
    ...goings(page, duty), storyFold(context, duty.id),
    clause && h("blockquote", {}, either({ vi: clause.text_vi, en: clause.text_en })),
    h("p", { class: "cite" }, duty.cite),
    open && page.verdict !== "covered" && h("p", { class: "question" }, t("v_question", { who, name: page.name })));
}

/** How a duty goes on: promises, step, blockers, what is odd. Its head, clause and day stand above. */
function goings(page: VillagePage, duty: Duty): Child[] {
  const line = page.register.find((one) => one.id === duty.id);
  if (line === undefined) return [];
  const elsewhere = line.village_now.filter(({ id }) => id !== page.id);
  return dutyText({ ...line, village_now: elsewhere }).slice(line.promised === null ? 2 : 1);
}

function where(context: Context, page: VillagePage): Child[] {
  const { position } = page;
  if (position === null) return [h("p", {}, t("v_position_none"))];
  return [
    h("p", {}, h("strong", {}, t("v_position", { m: metres(position.uncertainty_m), basis: word("position", position.grade) }))),
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
  const cell = (carrier: string, technology: Technology, verdict: VillagePage["verdict"] | undefined) => {
    if (verdict === undefined) return h("td", {}, "–");
    const { trust, flags } = matrixTrust(page, carrier, technology);
    const text = `${verdictText({ verdict, flags })}, ${t(`trust_${trust}`)}`;
    return h("td", { title: text }, markElement(verdict, trust, flags.length > 0, context.palette, 24), h("span", { class: "sr-only" }, text));
  };
  return h("div", { class: "scroll-x" }, h("table", { class: "matrix" },
    h("caption", { class: "sr-only" }, t("v_matrix")),
    h("thead", {}, h("tr", {}, h("td", {}), ...TECHNOLOGIES.map((technology) => h("th", { scope: "col" }, technology)))),
    h("tbody", {}, ...page.matrix.map(({ carrier, technologies }) => h("tr", { class: carrier === "any" ? "any" : "" },
      h("th", { scope: "row" }, carrier === "any" ? t("v_any") : context.carrierName(carrier)),
      ...TECHNOLOGIES.map((technology) => cell(carrier, technology, technologies[technology])))))), h("p", { class: "quiet small" }, t("v_matrix_note")));
}

/** As good as its worst cluster: of each, the best unflagged grade from that technology up. */
function matrixTrust(page: VillagePage, carrier: string, least: Technology): { trust: Trust; flags: VillagePage["flags"] } {
  const from = TECHNOLOGIES.indexOf(least);
  const ofCluster = (cluster: Cluster) => cluster.carriers
    .filter((one) => carrier === "any" || one.carrier === carrier)
    .flatMap((one) => one.technologies.filter(({ technology }) => TECHNOLOGIES.indexOf(technology) >= from));
  const best = page.clusters.map((cluster) => ofCluster(cluster)
    .flatMap(({ state, grade, flags }) => (state === "covered" && flags.length === 0 && grade !== null ? [grade] : [])).toSorted().at(-1) ?? "E1");
  const worst = best.toSorted()[0];
  const covered = page.clusters.flatMap(ofCluster).filter(({ state }) => state === "covered");
  const speaking = covered.length > 0 ? covered : page.clusters.flatMap(ofCluster);
  const flags = speaking.some((state) => state.flags.length === 0) ? [] : [...new Set(speaking.flatMap((state) => state.flags))];
  return { trust: worst === undefined ? "stated" : trustOfGrade(worst), flags };
}

/** What each cluster × carrier × technology rests on, what the next grade needs, and from when the present one falls. */
function chains(context: Context, page: VillagePage): HTMLElement {
  const said = page.clusters.flatMap((cluster) => cluster.carriers.flatMap(({ carrier, technologies }) => technologies.filter(({ reasons }) => reasons.length > 0).map((one) => ({ cluster, carrier, one }))));
  return h("details", { class: "small", "data-test": "chains" }, h("summary", {}, t("v_chains")), list(said.map(({ cluster, carrier, one }) => h("li", {},
    h("p", {}, h("strong", {}, `${context.carrierName(carrier)} ${one.technology}`), cluster.implied ? "" : ` · ${cluster.name ?? ""}`, ` · ${t(`state_${one.state}`)}`, one.grade !== null && h("span", { class: `grade ${trustOfGrade(one.grade)}` }, one.grade)),
    list(one.reasons.map((reason) => h("li", {}, prose(texts(reason))))),
    one.next !== null && h("p", {}, t("v_next", { grade: one.next.grade, what: one.next.missing.map((reason) => prose(texts(reason))).join(" ") }), one.next.falls_on !== null && ` ${t("v_falls", { day: day(one.next.falls_on) })}`)))));
}

function clusters(all: readonly Cluster[]): HTMLElement {
  return list(all.map((cluster) => h("li", {},
    h("strong", {}, cluster.name ?? t("v_cluster_implied")), cluster.centre && ` (${t("v_cluster_centre")})`, ": ", lower(word("cluster", cluster.verdict)),
    ...cluster.flags.map((flag) => h("span", { class: "flag" }, word("flag", flag))),
    cluster.households !== null && h("span", { class: "quiet" }, ` · ${t("list_households", { n: cluster.households })}`))));
}

function timeline(context: Context, page: VillagePage): HTMLElement {
  return h("ol", { class: "timeline" }, ...page.timeline.toReversed().map((turn) => h("li", {},
    h("span", { class: "turn-mark" }, mark(turn, context.palette, 22)),
    h("div", {},
      h("p", {}, h("strong", {}, verdictText(turn)), h("span", { class: "quiet" }, ` ${turn.from === null ? t("v_since_always") : t("v_since", { day: day(turn.from) })}`)),
      ...turn.because.flatMap((reason) => { const text = prose(texts(reason)); return text === "" ? [] : [h("p", { class: "small" }, text)]; }),
      turn.because.length > 0 && entries(context, page, turn.because.flatMap((reason) => reason.entries))))));
}

function sites(context: Context, near: readonly NearSite[]): HTMLElement {
  return list(near.map((site) => h("li", {}, h("strong", {}, `${context.carrierName(site.carrier)} ${site.code}`), site.name !== null && ` – ${site.name}`,
    `: ${metres(site.distance_m)}, ${word("site", site.state)}${site.technologies.length > 0 ? ` (${site.technologies.join(", ")})` : ""}`)));
}

function history(context: Context, rows: readonly HistoryRow[]): HTMLElement {
  if (rows.length === 0) return h("p", {}, t("v_history_none"));
  return list(rows.toReversed().map((row) => h("li", { id: historyId(row), tabindex: -1, "data-test": "history-row", "data-state": row.state },
    h("p", {}, t(textKey(`history_${row.kind}`) ?? "history_report", { who: context.partyName(row.on_behalf_of ?? row.filed_by) }), " ",
      row.kind !== "register" && h("span", { class: "flag" }, word("row_state", row.state))),
    h("p", { class: "quiet small" }, [instant(row.recorded_at), row.on_behalf_of === null ? null : t("v_typed_in", { who: context.partyName(row.filed_by) }), t("v_entry", { report: row.report, row: String(row.row) })].filter((part) => part !== null).join(" · ")))), "history");
}

function statements(all: readonly Statement[], page: VillagePage): HTMLElement {
  return list(all.toSorted((a, b) => nearness(b, page) - nearness(a, page)).map((said) => h("li", { class: nearness(said, page) === 2 ? "named" : "" },
    h("p", {}, either({ vi: said.text_vi, en: said.text_en })),
    h("p", { class: "quiet small" }, [said.publication, said.title && `“${said.title}”`, said.when].filter(Boolean).join(", "), ". ", said.names ? t("v_names", { names: said.names }) : t("v_names_none")))), "said");
}

/** 2 when the statement names the village, 1 when it names its old district, else 0. */
function nearness({ names }: Statement, { name, district_old }: VillagePage): number {
  if (names?.includes(name)) return 2;
  return district_old !== null && names?.includes(district_old.name) ? 1 : 0;
}
