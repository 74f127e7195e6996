/** What is owed, where statements differ, what is disputed, who is out of touch: four lists, each leading to the village. */

import type { UnitName } from "../api/api";
import { AUTHORITYS, type BoardCounts, CAUSES, type Complaint, type Contradiction, contested, type Counted, type Dispute, type DutyLine, FINDINGS, type NamedVillage, type OutageHours, type OutageList, STEPS } from "../api/contested";
import { type Context, ownParty } from "../context";
import { DayField, type DayLimits } from "../day";
import { type Child, fill, h, refill } from "../dom";
import type { OutageMark } from "../map/layers";
import { capital, unitName } from "../place";
import { day, either, instant, number, prose, t, textKey, today, word } from "../text";
import { whenChanged } from "../typed";

const TABS = ["duties", "contradictions", "disputes", "outages"] as const;
type Tab = (typeof TABS)[number];

export function dutiesPanel(context: Context, close: () => void): HTMLElement {
  const body = h("div", { class: "duties-body", "data-test": "duties-body" });
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": t("duties_title") });
  let tab: Tab = "duties";
  const draw: Record<Tab, () => Promise<Child[]>> = {
    duties: () => dutyTab(context),
    contradictions: () => contradictionTab(context, load),
    disputes: () => disputeTab(context, load),
    outages: () => outageTab(context, () => tab === "outages" && panel.isConnected),
  };
  async function load(): Promise<void> {
    fill(tabs, ...TABS.map((one) => h("button", { type: "button", "aria-pressed": String(one === tab), "data-test": `tab-${one}`, onclick: () => { tab = one; void load(); } }, t(textKey(`tab_${one}`) ?? "duties"))));
    const shown = tab;
    if (shown !== "outages") context.outages(null);
    try {
      const children = await draw[shown]();
      if (shown === tab) refill(body, ...children);
    } catch (error) {
      if (shown === tab) fill(body, h("p", { class: "problem", role: "alert" }, t("failed", { why: message(error) })));
    }
  }
  void load();
  const panel = h("section", { class: "work-panel", "aria-labelledby": "duties-title", "data-test": "duties-panel" },
    h("header", {}, h("h2", { id: "duties-title", tabindex: -1 }, t("duties_title")), h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: close }, "×")),
    tabs, body);
  whenChanged(panel, tabs, () => void load());
  return panel;
}

async function dutyTab(context: Context): Promise<Child[]> {
  const board = await contested.board();
  const rows = h("ol", { class: "reports", "data-test": "duty-lines" });
  const carrier = select("carrier", [["", t("any")], ...board.carriers.map((one): [string, string] => [one.carrier, one.carrier_name])]);
  const state = select("state", [["", t("any")], ...(["overdue", "open", "not_yet_given", "confirmed"] as const).map((code): [string, string] => [code, word("duty_state", code)])]);
  let asked = 0;
  const load = async () => {
    const own = (asked += 1);
    const list = await contested.duties({ carrier: carrier.value, state: state.value });
    if (own !== asked) return;
    fill(rows, ...(list.items.length === 0 ? [h("li", { class: "quiet" }, t("duties_none"))] : list.items.map((line) => h("li", { "data-test": "duty-line", "data-state": line.state }, placedLink(context, line), ...dutyText(line), storyFold(context, line.id), progressForm(context, line)))));
  };
  const again = () => void load().catch((error: unknown) => fill(rows, h("li", { class: "problem", role: "alert" }, t("failed", { why: message(error) }))));
  carrier.addEventListener("change", again);
  state.addEventListener("change", again);
  await load();
  return [
    h("dl", { class: "facts" }, ...counts(board.whole)),
    h("div", { class: "board" }, ...board.carriers.map((one) => h("details", {}, h("summary", {}, one.carrier_name),
      ...one.periods.map((period) => h("div", {}, h("h4", {}, period.year === null ? t("board_no_day") : t("board_quarter", { q: String(period.quarter), year: String(period.year) })), h("dl", { class: "facts" }, ...counts(period.counts)))))),
      scenario(context)),
    h("div", { class: "buttons left" }, h("label", { class: "small" }, t("duty_filter_carrier"), " ", carrier), h("label", { class: "small" }, t("duty_filter_state"), " ", state)),
    rows,
  ];
}

function counts(of: BoardCounts): HTMLElement[] {
  const lines = [["board_overdue", of.overdue], ["board_open", of.open], ["board_broken", of.promise_broken], ["board_waits_carrier", of.waits_for_carrier], ["board_waits_agency", of.waits_for_agency], ["board_waits_department", of.waits_for_department], ["board_confirmed", of.confirmed]] as const;
  return lines.filter(([, count]) => count.villages > 0).flatMap(([name, count]) => {
    return [h("dt", {}, t(name)), h("dd", {}, countText(count))];
  });
}

/** A bound only where it bounds: nobody's households are "at least none". */
export function countText({ villages, households, villages_households_unknown }: Counted): string {
  const key = villages_households_unknown === 0 ? "board_count" : households > 0 ? "board_count_unknown" : "board_count_none";
  return t(key, { n: villages, h: households, u: villages_households_unknown });
}

/** Everything a line says, for the panel and for the village's own page. */
export function dutyText(line: DutyLine): Child[] {
  const stage = either({ vi: line.stage_vi, en: line.stage_en });
  const waits = either({ vi: line.waits_for_vi, en: line.waits_for_en });
  const promised = line.promised === null ? null : t("duty_line_promised", { day: day(line.promised) });
  const parts: Child[] = [
    line.clause ?? t("duty_line_unordered"),
    line.due !== null && ` · ${t("duty_line_due", { day: day(line.due) })}`, line.due !== null && line.due_inferred && h("span", { class: "inferred" }, ` (${t("inferred")})`),
    promised !== null && ` · ${promised}`, line.slipped_days !== null && ` (${t("duty_line_slipped", { n: line.slipped_days })})`,
  ];
  const open = line.state === "open" || line.state === "overdue";
  return [
    h("p", { class: "duty-head" }, h("strong", {}, line.carrier_name), h("span", { class: `duty-state ${line.state}` }, word("duty_state", line.state)),
      line.late_days !== null && h("span", { class: "waiting" }, t("duty_line_late", { n: line.late_days }))),
    h("p", { class: "small" }, ...parts),
    h("p", { class: "small" }, t("duty_line_stage", { stage }), open && ` · ${t("duty_line_waits", { who: waits })}`, line.waiting_days !== null && t("duty_line_waiting", { n: line.waiting_days }), line.reopened > 0 && ` · ${t("duty_line_reopened", { n: line.reopened })}`),
    line.village_now.length > 0 && h("p", { class: "small" }, t("duty_line_was", { names: names(line.village_now) })),
    ...line.blockers.map((one) => h("p", { class: "small" }, t("duty_line_blocker", { kind: one.kind_vi, text: one.text.replace(/[.\s]+$/, ""), day: day(one.since) }),
      one.responsible_now.length > 0 && ` · ${t("duty_line_responsible", { names: one.responsible_now.map((agency) => either({ vi: agency.name_vi, en: agency.name_en })).join(", ") })}`)),
    line.funding !== null && h("p", { class: "small" }, t("duty_line_funding", { funds: line.funding.funds }), line.funding.estimate_vnd !== null && ` · ${number(line.funding.estimate_vnd)} đ`),
    ...line.findings.map((one) => h("p", { class: "small inferred" }, prose({ vi: one.text_vi, en: one.text_en }))),
  ];
}

function names(villages: readonly NamedVillage[]): string {
  return villages.map((one) => one.name).join(", ");
}

function villageLink(context: Context, village: NamedVillage): HTMLElement {
  return h("button", { type: "button", class: "link", onclick: () => context.open(village.id), onpointerenter: () => context.mark(village.id), onpointerleave: () => context.mark(null) }, h("strong", {}, village.name));
}

/** All that was told of it: read when it is opened. */
export function storyFold(context: Context, id: string): HTMLElement {
  const place = h("div", {});
  const fold = h("details", { class: "small", "data-test": "duty-told" }, h("summary", {}, t("duty_told")), place);
  fold.addEventListener("toggle", () => {
    if (!fold.open || place.childElementCount > 0) return;
    fill(place, h("p", { class: "quiet", role: "status" }, t("loading")));
    import("./duty").then(({ dutyStory }) => dutyStory(context, id)).then((story) => fill(place, story), (error: unknown) => fill(place, h("p", { class: "problem", role: "alert" }, t("failed", { why: message(error) }))));
  });
  return fold;
}

/** With its commune: many villages are called the same. */
function placedLink(context: Context, { village, commune }: { readonly village: NamedVillage; readonly commune: UnitName | null }): HTMLElement {
  return h("p", { class: "placed" }, villageLink(context, village), commune !== null && h("span", { class: "quiet small" }, ` · ${unitName(commune)}`));
}

function scenario(context: Context): HTMLElement {
  const on = new DayField("scenario-on", "on", `${today().slice(0, 4)}-12-31`, { min: today(), required: true });
  const found = h("div", { "data-test": "scenario" });
  const go = async () => {
    const answer = await contested.scenario(on.value);
    const left = answer.items.filter((one) => one.verdict_then !== "covered");
    fill(found, h("p", { class: "inferred" }, t("scenario_left", { day: day(answer.on), n: answer.left.villages, of: answer.gaps_today.villages })), h("p", { class: "quiet small" }, either({ vi: answer.note_vi, en: answer.note_en })),
      h("ul", { class: "plain-list" }, ...left.map((one) => h("li", {}, villageLink(context, one.village), " ", h("span", { class: "quiet small" }, one.next_promise === null ? t("scenario_no_promise") : t("scenario_next", { day: day(one.next_promise) }))))));
  };
  return h("details", {}, h("summary", {}, t("scenario_title")),
    form([dayLabel(t("scenario_on"), on)], t("scenario_go"), go, "scenario-go"), found);
}

/** For the carrier that owes it, and for the department. */
function progressForm(context: Context, line: DutyLine): HTMLElement | null {
  const own = ownParty(context.known.me);
  const officer = own === "department" && context.may("decide");
  if (!officer && own !== line.carrier) return null;
  const steps = STEPS.filter((code) => officer || !AUTHORITYS.includes(code));
  const fields = {
    step: select("step", [["", t("progress_none")], ...steps.map((code): [string, string] => [code, word("step", code)])]),
    step_day: dayField(line, "step_day", { max: today() }), promised: dayField(line, "promised"), blocker: input("text", {}), blocked_since: dayField(line, "blocked_since", { max: today() }), lifted: dayField(line, "lifted", { max: today() }), responsible: input("text", {}), evidence: input("text", {}),
  };
  const labels = { step: "progress_step", step_day: "progress_step_day", promised: "progress_promised", blocker: "progress_blocker", blocked_since: "progress_since", lifted: "progress_lifted", responsible: "progress_responsible", evidence: "progress_evidence" } as const;
  const keys = Object.keys(labels) as (keyof typeof labels)[];
  const send = async () => {
    const row: Record<string, string> = { village: line.village.id, carrier: line.carrier };
    if (line.clause !== null) row["clause"] = line.id;
    for (const key of keys) if (fields[key].value.trim() !== "") row[key] = fields[key].value.trim();
    await contested.progress(row, null);
    context.toast(t("progress_sent"));
    context.changed();
  };
  return h("details", { class: "small" }, h("summary", {}, t("progress_title")), form(keys.map((key) => labelled(t(labels[key]), fields[key])), t("progress_send"), send, "progress-send"));
}

/** Many lines have such a form at once: each its own ids. */
function dayField({ id }: { readonly id: string }, name: string, limits: DayLimits = {}): DayField {
  return new DayField(`${id}-${name}`, name, "", limits);
}

function labelled(label: string, field: HTMLElement | DayField): HTMLElement {
  return field instanceof DayField ? dayLabel(label, field) : h("label", {}, label, field);
}

/** The label names the text, not the calendar beside it. */
function dayLabel(label: string, field: DayField): HTMLElement {
  return h("div", { class: "field" }, h("label", { for: field.input.id }, label), field.element);
}

async function contradictionTab(context: Context, again: () => Promise<void>): Promise<Child[]> {
  const list = await contested.contradictions(null);
  if (list.items.length === 0) return [h("p", { class: "quiet" }, t("contradictions_none"))];
  const items = h("ol", { class: "reports" });
  const more = h("div", {});
  const add = (page: typeof list) => {
    items.append(...page.items.map((one) => contradictionItem(context, one, again)));
    fill(more, page.next !== null && h("button", { type: "button", class: "plain wide", onclick: () => void contested.contradictions(page.next).then(add, again) }, t("list_more")));
  };
  add(list);
  return [h("p", { class: "quiet small" }, either({ vi: list.note_vi, en: list.note_en })), items, more];
}

function contradictionItem(context: Context, one: Contradiction, again: () => Promise<void>): HTMLElement {
  return h("li", { "data-test": "contradiction", "data-against": one.against, "data-standing": one.standing },
    h("p", {}, villageLink(context, one.village), one.commune !== null && h("span", { class: "quiet" }, ` · ${unitName(one.commune)}`), ` · ${one.carrier_name} ${one.technologies.join(", ")}`),
    h("p", {}, capital(prose({ vi: one.text_vi, en: one.text_en }))),
    h("p", { class: "quiet small" }, one.households !== null && `${t("list_households", { n: one.households })} · `, t("contradiction_weight", { w: one.weight })),
    one.cause !== null && h("p", { class: "small" }, t("contradiction_cause", { cause: either({ vi: one.cause.cause_vi, en: one.cause.cause_en }), text: one.cause.text })),
    causeForm(context, one, again));
}

function causeForm(context: Context, one: Contradiction, again: () => Promise<void>): HTMLElement | null {
  const own = ownParty(context.known.me);
  if (own !== one.carrier && !(own === "department" && context.may("on_behalf"))) return null;
  const { claim: { entry: claim }, opposition: { entry: against } } = one;
  if (claim === null || against === null) return null;
  const cause = causeSelect();
  const text = h("textarea", { rows: 2, required: true });
  const send = async () => {
    await contested.explain({ claim, against, carrier: own === "department" ? one.carrier : null, cause: cause.value, text: text.value.trim() });
    await again();
  };
  return h("details", { class: "small" }, h("summary", {}, t("cause_title")), form([h("label", {}, t("cause"), cause), h("label", {}, t("cause_text"), text)], t("progress_send"), send, "cause-send"));
}

async function disputeTab(context: Context, again: () => Promise<void>): Promise<Child[]> {
  const officer = context.may("decide");
  const [opened, waiting] = await Promise.all([contested.disputes(), officer ? contested.waiting() : { items: [] }]);
  return [
    waiting.items.length > 0 && h("section", {}, h("h3", {}, t("dispute_waiting", { n: waiting.items.length })), h("ol", { class: "reports" }, ...waiting.items.map((one) => complaintItem(context, one, again)))),
    opened.items.length === 0 ? h("p", { class: "quiet" }, t("disputes_none")) : h("ol", { class: "reports" }, ...opened.items.map((one) => h("li", { "data-test": "dispute", "data-stage": one.stage }, placedLink(context, one), ...disputeText(context, one), ...disputeForms(context, one, again)))),
  ];
}

function complaintItem(context: Context, one: Complaint, again: () => Promise<void>): HTMLElement {
  const text = h("textarea", { rows: 2, required: true, maxlength: 2000, "data-test": "dispute-open-text" });
  const settle = (body: unknown) => async () => { await contested.settle(one.reference, body); context.changed(); await again(); };
  const link = villageLink(context, { id: one.village, name: one.village });
  void context.villageName(one.village).then((name) => fill(link, h("strong", {}, name)));
  return h("li", { "data-test": "complaint" }, link, h("p", { class: "quiet small" }, `${capital(context.partyName(one.sender))} · ${instant(one.received)}`, one.carrier !== null && ` · ${context.carrierName(one.carrier)}`),
    h("p", {}, one.text), one.contact !== null && h("p", { class: "small" }, t("dispute_contact", { contact: one.contact })),
    form([h("label", {}, t("dispute_open_text"), text)], t("dispute_open"), () => settle({ open: { text: text.value.trim() } })(), "dispute-open"),
    h("details", { class: "small" }, h("summary", {}, t("dispute_dismiss")), form([h("p", { class: "hint" }, t("dispute_dismiss_means"))], t("dispute_dismiss_go"), settle({ dismiss: {} }), "dispute-dismiss")));
}

export function disputeText(context: Context, one: Dispute): Child[] {
  return [
    h("p", {}, h("span", { class: "flag" }, word("dispute_stage", one.stage) === one.stage ? one.stage_vi : word("dispute_stage", one.stage)), " ", one.text),
    h("p", { class: "quiet small" }, raisedText(one), one.carrier !== null && ` · ${context.carrierName(one.carrier)}`),
    ...one.answers.map((answer) => h("p", { class: "small" }, t("dispute_answer_of", { who: context.carrierName(answer.carrier), cause: either({ vi: answer.cause_vi, en: answer.cause_en }), text: answer.text }))),
    ...one.checks.map((check) => h("p", { class: "small" }, t("dispute_check_of", { day: day(check.day), finding: word("finding", check.finding), text: check.text }))),
    one.end !== null && h("p", { class: "small" }, t("dispute_end_of", { day: day(one.end.day), reason: one.end.reason })),
  ];
}

/** Since when; on its first day that is today. */
export function raisedText({ raised, days }: Pick<Dispute, "raised" | "days">): string {
  return t(days === 0 ? "dispute_raised_today" : "dispute_raised", { day: day(raised), n: days });
}

function disputeForms(context: Context, one: Dispute, again: () => Promise<void>): Child[] {
  if (one.stage === "closed") return [];
  const own = ownParty(context.known.me);
  const officer = context.may("decide");
  const text = () => h("textarea", { rows: 2, required: true });
  const act = (what: "answer" | "check" | "close", body: () => unknown) => async () => { await contested.act(one.id, what, body()); context.changed(); await again(); };
  const mine = context.may("report") && (one.carrier === null || one.carrier === own);
  const [answer, cause, check, finding, on, reason, end] = [text(), causeSelect(), text(), findingSelect(), new DayField(`check-${one.id}`, "day", today(), { max: today(), required: true }), text(), findingSelect()];
  const folded = (title: string, inner: HTMLElement) => h("details", { class: "small" }, h("summary", {}, title), inner);
  return [
    mine && folded(t("dispute_answer"), form([h("label", {}, t("cause"), cause), h("label", {}, t("cause_text"), answer)], t("progress_send"), act("answer", () => ({ cause: cause.value, text: answer.value.trim() })), "answer-send")),
    officer && folded(t("dispute_check"), form([dayLabel(t("dispute_day"), on), h("label", {}, t("dispute_finding"), finding), h("label", {}, t("dispute_text"), check)], t("progress_send"), act("check", () => ({ day: on.value, finding: finding.value, text: check.value.trim() })), "check-send")),
    officer && folded(t("dispute_close"), form([h("label", {}, t("dispute_finding"), end), h("label", {}, t("reason"), reason)], t("progress_send"), act("close", () => ({ finding: end.value, reason: reason.value.trim() })), "close-send")),
  ];
}

/** For anybody who may challenge, at a village. */
export function challengeForm(context: Context, village: NamedVillage): HTMLElement | null {
  if (!context.may("challenge")) return null;
  const [text, contact] = [h("textarea", { rows: 3, required: true, maxlength: 2000 }), input("text", { maxlength: 200 })];
  const send = async () => {
    const answer = await contested.challenge({ village: village.id, text: text.value.trim(), contact: contact.value.trim() || null });
    context.toast(t(answer.waits === true ? "challenge_sent" : "challenge_opened"));
    text.value = "";
    if (answer.waits !== true) context.changed();
  };
  return h("details", { class: "small", "data-test": "challenge" }, h("summary", {}, t("challenge")), form([h("label", {}, t("challenge_text"), text), h("label", {}, t("challenge_contact"), contact)], t("challenge_send"), send, "challenge-send"));
}

/** What the letters of an hour say, worst first. */
const HOURS = [["o", "out"], ["s", "stale"], ["-", "none"]] as const;

function hourName(letter: string): (typeof HOURS)[number][1] {
  return HOURS.find(([one]) => one === letter)?.[1] ?? "none";
}

/** The day's hours as a strip; what it shows is also said in words. */
function hourStrip(context: Context, { carrier, commune, hours }: OutageHours): HTMLElement {
  const out = [...hours].flatMap((letter, hour) => (hourName(letter) === "out" ? [hour] : []));
  const said = out.length === 0 ? t("hour_stale") : t("hours_out", { n: String(out.length), first: String(out[0] ?? 0), last: String((out.at(-1) ?? 0) + 1) });
  return h("li", { class: "small", "data-test": "outage-hours" }, h("strong", {}, context.carrierName(carrier)), ` · ${unitName(commune)} · ${said}`,
    h("span", { class: "hours", "aria-hidden": "true" }, ...[...hours].map((letter, hour) => h("i", { class: `hour-${hourName(letter)}`, title: `${hour}–${hour + 1} h` }))),
    h("span", { class: "hours-scale", "aria-hidden": "true" }, ...[0, 6, 12, 18, 24].map((hour) => h("span", {}, `${hour} h`))));
}

/** Each commune once: out of touch for any carrier goes before no longer heard of. */
function hatched(list: OutageList): Map<string, OutageMark> {
  const marks = new Map<string, OutageMark>();
  for (const { communes, state } of list.items) {
    for (const { code } of communes) {
      if (state === "ongoing" || (state === "stale" && !marks.has(String(code)))) marks.set(String(code), state);
    }
  }
  return marks;
}

async function outageTab(context: Context, stillShown: () => boolean): Promise<Child[]> {
  const list = await contested.outages();
  // Left meanwhile: nothing may stay hatched that no panel explains.
  if (stillShown()) context.outages(hatched(list));
  const note = h("p", { class: "quiet small" }, either({ vi: list.note_vi, en: list.note_en }));
  if (list.items.length === 0 && list.hours.length === 0) return [note, h("p", { class: "quiet" }, t("outages_none"))];
  return [note, h("p", { class: "quiet small" }, t("outages_hatched")),
    list.hours.length > 0 && h("h3", {}, t("outage_hours")),
    h("p", { class: "hour-legend quiet small" }, ...HOURS.map(([, name]) => h("span", {}, h("i", { class: `hour-${name}` }), t(`hour_${name}`)))),
    h("ul", { class: "plain-list" }, ...list.hours.map((one) => hourStrip(context, one))),
    h("ol", { class: "reports" }, ...list.items.map((one) => h("li", { "data-test": "outage", "data-state": one.state },
      h("p", {}, h("strong", {}, one.carrier_name), " ", h("span", { class: "flag" }, word("outage", one.state)), one.site !== undefined && ` · ${one.site}`),
      h("p", { class: "small" }, ...one.villages.flatMap((village, i) => [i > 0 && ", ", villageLink(context, village)]), one.villages.length > 0 && one.communes.length > 0 && " · ", one.communes.map(unitName).join(", ")),
      h("p", { class: "quiet small" }, t("outage_since", { at: instant(one.start) }), " · ", t("outage_heard", { at: instant(one.last_heard) }), one.cause !== null && ` · ${one.cause}`))))];
}

function select(name: string, options: readonly (readonly [string, string])[]): HTMLSelectElement {
  return h("select", { name }, ...options.map(([value, label]) => h("option", { value }, label)));
}

function causeSelect(): HTMLSelectElement {
  return chosenSelect("cause", CAUSES.map((code) => [code, word("cause", code)] as const));
}

function findingSelect(): HTMLSelectElement {
  return chosenSelect("finding", FINDINGS.map((code) => [code, word("finding", code)] as const));
}

/** Nothing is said for the one who fills it in. */
function chosenSelect(name: string, options: readonly (readonly [string, string])[]): HTMLSelectElement {
  const box = select(name, [["", t("choose")], ...options]);
  box.required = true;
  return box;
}

function input(type: string, more: Readonly<Record<string, string | number | boolean>>): HTMLInputElement {
  return h("input", { type, ...more });
}

/** Fields and a button; what the server says against it stands below. */
function form(fields: readonly HTMLElement[], label: string, send: () => Promise<void>, test: string): HTMLFormElement {
  const said = h("p", { class: "problem", role: "alert", hidden: true });
  const button = h("button", { type: "submit", class: "plain strong", "data-test": test }, label);
  const submit = async () => {
    button.disabled = true;
    said.hidden = true;
    try {
      await send();
      shown.reset();
    } catch (error) {
      said.textContent = message(error);
      said.hidden = false;
    }
    button.disabled = false;
  };
  const shown = h("form", { class: "reason-form", onsubmit: (event) => { event.preventDefault(); void submit(); } }, ...fields, h("div", { class: "buttons" }, button), said);
  return shown;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
