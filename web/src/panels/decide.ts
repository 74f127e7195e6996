/** Decisions of the department and certificates: what there is to decide on, a form for each act, and what the act did. Read when opened. */

import { type Acted, type EntryRef, type Finding, TECHNOLOGIES, type Technology } from "../api/api";
import { actName, api, ApiError, ask, json, sending } from "../api/client";
import { CAUSES, contested, type Contradiction, type Dispute } from "../api/contested";
import type { Context } from "../context";
import { DayField } from "../day";
import { type Child, fill, h, refill, save } from "../dom";
import { day, either, t, today, word } from "../text";
import { d, type DecideWord } from "../text/decide";
import { placeLine, unitName } from "../place";
import { mark } from "../verdict";
import { raisedText } from "./duties";
import { findingItem, movedList } from "./findings";
import { searchBox } from "./search";
import { type KnownSite, offerSites, siteFinder } from "./sites";

interface Docket {
  readonly sunsets: readonly { readonly entry: EntryRef; readonly carrier: string | null; readonly technology: Technology; readonly first_day_without: string; readonly source: string; readonly confirmed: boolean }[];
  readonly rule_sets: readonly { readonly id: string; readonly version: number; readonly title_vi: string; readonly title_en: string; readonly in_force: boolean }[];
  readonly disputed: readonly string[];
  readonly restricted: readonly { readonly carrier: string; readonly code: string }[];
}

/** Disputes that still wait for something. */
const UNSETTLED = "opened,answered,checked";

/** A field: its name, its label, what it holds; `?` at the end: may stay empty. `unit` is a code, offered by name; `villages` and `technologies` are several. */
type Kind = "text" | "text?" | "day" | "day?" | "number" | "number?" | "unit" | "unit?" | "site" | "site?" | "sites" | "villages?" | "technologies?" | readonly (readonly [string, string])[];
type Field = readonly [name: string, label: DecideWord, kind: Kind];
type Values = Readonly<Record<string, unknown>>;

export function decisionsView(context: Context): HTMLElement {
  const lists = h("div", { class: "decided" });
  const forms = h("div", {});
  // The lists follow each act; the forms stay, with what was typed and what the act did.
  const load = () => Promise.all([ask<Docket>("/api/v1/decisions"), disputes()]).then(([docket, disputed]) => {
    refill(lists, ...listed(context, docket, disputed, load));
    if (forms.childElementCount === 0) fill(forms, ...acts(context, docket, load));
  }, (error: unknown) => fill(lists, h("p", { class: "problem", role: "alert" }, t("failed", { why: message(error) }))));
  void load();
  return h("div", { "data-test": "decisions" }, lists, forms);
}

/** By village: the docket names them by id alone. */
async function disputes(): Promise<ReadonlyMap<string, Dispute>> {
  const { items } = await contested.disputes(UNSETTLED).catch((): { items: Dispute[] } => ({ items: [] }));
  return new Map(items.map((one) => [one.village.id, one]));
}

function rulesName(set: Docket["rule_sets"][number]): string {
  return d("rule_set", { title: either({ vi: set.title_vi, en: set.title_en }), version: String(set.version) });
}

function listed(context: Context, docket: Docket, disputed: ReadonlyMap<string, Dispute>, again: () => Promise<void>): readonly Child[] {
  const inForce = docket.rule_sets.find((set) => set.in_force);
  const code = ({ id, version }: Docket["rule_sets"][number]) => `${id}:${version}`;
  const compare = (set: Docket["rule_sets"][number]) => inForce !== undefined && !set.in_force && h("button", { type: "button", class: "link small", "data-test": "rules-diff", onclick: () => context.compareRules(code(inForce), code(set)) }, d("diff"));
  const list = (title: DecideWord, items: readonly HTMLElement[]) => [h("h3", {}, d(title)), items.length === 0 ? h("p", { class: "quiet small" }, d("none")) : h("ul", { class: "plain-list" }, ...items)];
  return [
    ...list("sunsets", docket.sunsets.map((sunset) => sunsetItem(context, sunset, again))),
    ...list("rules", docket.rule_sets.map((set) => h("li", { "data-test": "rule-set" }, h("p", {}, rulesName(set), set.in_force && h("strong", {}, ` · ${d("in_force")}`)), compare(set)))),
    ...list("disputed", docket.disputed.map((id) => disputedItem(context, id, disputed.get(id)))),
    ...list("restricted", docket.restricted.map(({ carrier, code }) => h("li", {}, `${context.carrierName(carrier)} ${code}`))),
  ];
}

function disputedItem(context: Context, id: string, dispute: Dispute | undefined): HTMLElement {
  const link = h("button", { type: "button", class: "link", onclick: () => context.open(id) }, dispute?.village.name ?? "…");
  if (dispute === undefined) void context.villageName(id).then((name) => { link.textContent = name; });
  return h("li", { "data-test": "disputed" }, link, dispute?.commune && `, ${unitName(dispute.commune)}`, dispute && h("span", { class: "quiet small" }, ` · ${raisedText(dispute)}`));
}

function acts(context: Context, docket: Docket, again: () => Promise<void>): readonly Child[] {
  const carriers = context.known.carriers.map(({ id, name }) => [id, name] as const);
  const decide = (what: DecideWord, fields: readonly Field[], body: (values: Values) => unknown = (values) => values) =>
    h("details", { class: "fold", "data-test": `decide-${what}` }, h("summary", {}, d(what)), actForm(what, fields, "/api/v1/decisions", (values) => ({ [what]: body(values) }), "send", again, context));
  const site: readonly Field[] = [["carrier", "f_carrier", carriers], ["code", "f_code", "site"]];
  const rules = docket.rule_sets.map((set) => [`${set.id}:${set.version}`, rulesName(set)] as const);
  // Codes were used again: the day tells which of two units is meant.
  const unit: readonly Field[] = [["code", "f_unit", "unit"], ["valid_from", "f_valid_from", unitsOf(context)]];
  return [
    context.known.me?.public_closed === true && context.may("open_public") && openPublic(context),
    h("div", { class: "folds" }, ...(!context.may("decide") ? [] : [
      decide("adopt_rule_set", [["rules", "f_rules", rules], ["from", "f_from", "day"]], ({ rules: chosen, from }) => {
        const [id, version] = String(chosen).split(":");
        return { id, version: Number(version), from };
      }),
      withContradictions(context, decide("set_aside", [["report", "f_report", "text"], ["row", "f_row", "number"], ["carrier", "f_carrier", carriers], ["cause", "f_cause", CAUSES.map((code) => [code, word("cause", code)] as const)]])),
      decide("share_structure", [["sites", "f_sites", "sites"], ["source", "f_source", "text"]]),
      decide("define_indicator", [["id", "f_id", "text"], ["name_vi", "f_name_vi", "text"], ["name_en", "f_name_en", "text"], ["kind", "f_kind", [["share", d("o_share")], ["per_hundred", d("o_per_hundred")]]], ["denominator_of", "f_denominator_of", [["place", d("o_place")], ["carrier", d("o_carrier")]]],
        ["numerator_vi", "f_numerator_vi", "text"], ["numerator_en", "f_numerator_en", "text"], ["denominator_vi", "f_denominator_vi", "text"], ["denominator_en", "f_denominator_en", "text"], ["source", "f_source", "text"]]),
      decide("set_target", [["id", "f_id", "text"], ["clause", "f_clause", "text"], ["indicator", "f_indicator", "text"], ["comparator", "f_comparator", [["at_least", d("o_at_least")], ["above", d("o_above")]]], ["threshold", "f_threshold", "number"], ...unit, ["due", "f_due", "day?"], ["owner", "f_owner", "text"], ["text_vi", "f_text_vi", "text"], ["text_en", "f_text_en", "text"], ["source", "f_source", "text"]]),
      decide("count_unit", [...unit, ["day", "f_day", "day"], ["villages", "f_villages", "number?"], ["to", "f_to", "unit?"], ["households", "f_households", "number?"], ["source", "f_source", "text"]]),
    ]), context.may("restrict") && decide("restrict_site", site)),
  ];
}

function openPublic(context: Context): HTMLElement {
  const told = h("p", { role: "status" }, d("public_closed"));
  const open = async () => {
    try {
      await ask("/api/v1/public-view", sending(json({ open: true })));
      context.changed();
      place.remove();
    } catch (error) {
      fill(told, h("span", { class: "problem", role: "alert" }, message(error)));
    }
  };
  const place = h("div", { "data-test": "public-closed" }, told, h("button", { type: "button", class: "plain", onclick: () => void open() }, d("open_public")));
  return place;
}

/** Since when the units of today stand, the newest first; then those before the first such day. */
function unitsOf({ known }: Context): readonly (readonly [string, string])[] {
  const days = [...new Set((known.communes?.items ?? []).flatMap(({ valid_from: from }) => (from === null ? [] : [from])))].toSorted();
  const [first] = days;
  return [...days.toReversed().map((from): [string, string] => [from, d("o_unit_now", { day: day(from) })]), ["", first === undefined ? d("o_unit_oldest") : d("o_unit_old", { day: day(first) })]];
}

/** What may be set aside is chosen from the contradictions; its report and row may be typed too. */
function withContradictions(context: Context, form: HTMLElement): HTMLElement {
  const choice = h("select", { id: "set_aside-contradiction", "data-test": "set-aside-choice" });
  let items: readonly Contradiction[] = [];
  const name = ({ village, carrier, technologies, opposition }: Contradiction) =>
    `${village.name} · ${context.carrierName(carrier)} · ${technologies.join(", ")} · ${word("source", opposition.source)}, ${day(opposition.day)}`;
  form.addEventListener("toggle", () => {
    if (choice.childElementCount > 0) return;
    fill(choice, h("option", { value: "" }, t("loading")));
    contested.contradictions(null).then((list) => {
      items = list.items;
      fill(choice, h("option", { value: "" }, d(items.length === 0 ? "no_contradiction" : "choose")), ...items.map((one, i) => h("option", { value: String(i) }, name(one))));
    }, () => fill(choice, h("option", { value: "" }, d("no_contradiction"))));
  });
  choice.addEventListener("change", () => {
    const one = items[Number(choice.value)];
    const entry = one?.opposition.entry;
    if (choice.value === "" || !one || !entry) return;
    const { report, row } = entry;
    for (const [field, value] of [["report", report], ["row", String(row)], ["carrier", one.carrier]] as const) {
      const input = form.querySelector<HTMLInputElement | HTMLSelectElement>(`[name="${field}"]`);
      if (input) input.value = value;
    }
  });
  form.querySelector("form")?.prepend(h("p", { class: "hint" }, d("set_aside_means")), h("div", { class: "field" }, h("label", { for: choice.id }, d("f_contradiction")), choice));
  return form;
}

function sunsetItem(context: Context, sunset: Docket["sunsets"][number], again: () => Promise<void>): HTMLElement {
  const told = h("div", { role: "status" });
  const name = actName();
  const confirm = h("button", { type: "button", class: "plain", "data-test": "confirm-sunset" }, d("confirm"));
  confirm.addEventListener("click", () => {
    confirm.disabled = true;
    ask<Acted>("/api/v1/decisions", sending(json({ confirm_sunset: { report: sunset.entry.report, row: sunset.entry.row } }), name)).then((acted) => {
      context.toast(d("done", { report: acted.report }));
      context.changed();
      return again();
    }).catch((error: unknown) => {
      confirm.disabled = false;
      fill(told, h("p", { class: "problem", role: "alert" }, message(error)));
    });
  });
  return h("li", { "data-test": "sunset", "data-confirmed": String(sunset.confirmed) },
    h("p", {}, d("sunset", { technology: sunset.technology, day: day(sunset.first_day_without), who: sunset.carrier === null ? d("everybody") : context.carrierName(sunset.carrier) }), sunset.confirmed && ` · ${d("confirmed")}`),
    h("p", { class: "quiet small" }, sunset.source), !sunset.confirmed && context.may("decide") && h("div", { class: "buttons left" }, confirm), told);
}

export function certificateForm(context: Context): HTMLElement {
  const own = context.known.me?.carrier;
  const carrier: readonly Field[] = own ? [] : [["carrier", "f_carrier", context.known.carriers.map(({ id, name }) => [id, name] as const)]];
  return actForm("certificate", [...carrier, ["number", "f_number", "text"], ["issued", "f_issued", "day"], ["expires", "f_expires", "day?"], ["site", "f_site", "site?"], ["villages", "f_villages_of", "villages?"], ["technologies", "f_technologies", "technologies?"], ["source", "f_source", "text"]], "/api/v1/certificates", (values) => values, "send_certificate", undefined, context);
}

function actForm(what: DecideWord, fields: readonly Field[], path: string, body: (values: Values) => unknown, label: DecideWord, after: (() => Promise<void>) | undefined, context: Context): HTMLElement {
  let name = actName();
  const told = h("div", { role: "status", "data-test": `done-${what}` });
  const made = fields.map(([field, text, kind]) => fieldOf(context, what, field, text, kind));
  const send = h("button", { type: "submit", class: "primary" }, d(label));
  const clear = () => {
    for (const { input, beside } of made) {
      beside.replaceChildren();
      input?.removeAttribute("aria-invalid");
    }
  };
  const file = async () => {
    send.disabled = true;
    clear();
    try {
      const values = Object.fromEntries(made.map(({ field, value }) => [field, value()]).filter(([, value]) => value !== null));
      const acted = await ask<Acted & { awaits_second?: boolean; findings?: Finding[] }>(path, sending(json(body(values)), name));
      name = actName();
      const take = () => save(new Blob([JSON.stringify(acted.receipt, null, 2)], { type: "application/json" }), `bien-nhan-${acted.report}.json`);
      fill(told, h("p", {}, d(acted.awaits_second ? "done_second" : "done", { report: acted.report })), acted.moved.length > 0 && h("p", {}, d("moves")), acted.moved.length > 0 && movedList(acted.moved),
        ...(acted.findings ?? []).map((finding) => findingItem(finding, "apart", null)), h("button", { type: "button", class: "link", onclick: take }, d("take")));
      await after?.();
    } catch (error) {
      const apart = (error instanceof ApiError ? error.findings : []).flatMap((finding) => {
        const place = made.find(({ field }) => field === finding.column?.split(".").at(-1));
        if (place === undefined) return [findingItem(finding, "apart", null)];
        place.input?.setAttribute("aria-invalid", "true");
        place.beside.append(findingItem(finding, "beside", null));
        return [];
      });
      fill(told, h("p", { class: "problem", role: "alert" }, message(error)), ...apart);
    }
    send.disabled = false;
  };
  return h("form", { class: "report-form", onsubmit: (event) => { event.preventDefault(); void file(); } },
    ...made.map(({ shown }) => shown),
    h("div", { class: "buttons" }, send), told);
}

/** A field as it is shown, what it holds now (null: nothing), and where its findings go. */
interface Made { readonly field: string; readonly shown: HTMLElement; readonly input: Element | null; readonly beside: HTMLElement; value(): unknown }

function fieldOf(context: Context, what: DecideWord, field: string, text: DecideWord, kind: Kind): Made {
  const id = `${what}-${field}`;
  const beside = h("div", { class: "beside", id: `beside-${id}` });
  const label = optional(kind) ? `${d(text)} (${d("optional")})` : d(text);
  if (kind === "villages?") return villagesField(context, field, id, text, beside);
  if (kind === "technologies?") return technologiesField(field, id, text, beside);
  if (kind === "sites") return sitesField(context, field, id, text, beside);
  if (kind === "day" || kind === "day?") {
    const typed = new DayField(id, field, kind === "day" ? today() : "", { required: kind === "day", describedBy: beside.id });
    return { field, input: typed.input, beside, shown: h("div", { class: "field" }, h("label", { for: id }, label), typed.element, beside), value: () => typed.value || null };
  }
  const shared = { id, name: field, required: typeof kind === "string" ? !optional(kind) : kind.every(([code]) => code !== ""), "aria-describedby": beside.id };
  // Nothing is chosen for the one who decides; a list with an empty code has its own first choice.
  const input = typeof kind !== "string" ? h("select", shared, shared.required && h("option", { value: "" }, d("choose")), ...kind.map(([code, shownAs]) => h("option", { value: code }, shownAs)))
    : kind.startsWith("unit") ? h("input", { ...shared, inputmode: "numeric", autocomplete: "off", pattern: "[0-9]+", list: `${id}-units` })
    : h("input", { ...shared, type: kind.startsWith("number") ? "number" : "text", step: "any" });
  const offered = typeof kind !== "string" ? false : kind.startsWith("unit") ? unitsOffered(context, `${id}-units`)
    : (kind === "site" || kind === "site?") && input instanceof HTMLInputElement && offerSites(context, input, () => context.known.me?.carrier ?? null, ({ carrier }) => {
      const whose = input.form?.elements.namedItem("carrier");
      if (whose instanceof HTMLSelectElement) whose.value = carrier;
    });
  return {
    field, input, beside, shown: h("div", { class: "field" }, h("label", { for: id }, label), input, offered, beside),
    value: () => (input.value.trim() === "" ? null : valueOf(kind, input.value.trim())),
  };
}

/** May stay empty. */
function optional(kind: Kind): boolean {
  return typeof kind === "string" && kind.endsWith("?");
}

/** Names beside the codes, so that nobody has to know them by heart. */
function unitsOffered(context: Context, id: string): HTMLElement {
  const communes = (context.known.communes?.items ?? []).toSorted((a, b) => a.name.localeCompare(b.name, "vi"));
  return h("datalist", { id }, ...communes.map((commune) => h("option", { value: String(commune.code), label: unitName(commune) }, unitName(commune))));
}

function technologiesField(field: string, id: string, text: DecideWord, beside: HTMLElement): Made {
  const boxes = TECHNOLOGIES.map((technology) => h("input", { type: "checkbox", name: field, value: technology }));
  return {
    field, input: null, beside,
    shown: h("div", { class: "field" }, h("span", { class: "label", id: `label-${id}` }, `${d(text)} (${d("optional")})`), h("div", { class: "checks", role: "group", "aria-labelledby": `label-${id}` }, ...boxes.map((box) => h("label", {}, box, ` ${box.value}`))), beside),
    value: () => { const chosen = boxes.filter((box) => box.checked).map((box) => box.value); return chosen.length === 0 ? null : chosen; },
  };
}

function villagesField(context: Context, field: string, id: string, text: DecideWord, beside: HTMLElement): Made {
  const chosen = new Map<string, string>();
  const shown = h("ul", { class: "chosen-villages" });
  const draw = () => fill(shown, ...[...chosen].map(([village, name]) => h("li", { "data-village": village }, name,
    h("button", { type: "button", "aria-label": t("villages_remove", { name }), onclick: () => { chosen.delete(village); draw(); } }, "×"))));
  const box = searchBox({ id, test: id, resultTest: `${id}-result`, label: d(text), placeholder: t("search_placeholder"), clearOnChoice: true },
    async (typed, signal) => (await api.villages({ q: typed, limit: 8 }, signal)).items.map((village) => ({
      label: village.name, detail: placeLine(village), symbol: mark(village, context.palette, 20), choose: () => { chosen.set(village.id, village.name); draw(); },
    })));
  return {
    field, input: box.querySelector("input"), beside, shown: h("div", { class: "field" }, h("label", { for: id }, `${d(text)} (${d("optional")})`), shown, box, beside),
    value: () => (chosen.size === 0 ? null : [...chosen.keys()]),
  };
}

/** Lines of `carrier, code`, typed or added by the search below. */
function sitesField(context: Context, field: string, id: string, text: DecideWord, beside: HTMLElement): Made {
  const input = h("textarea", { id, name: field, required: true, rows: 3, "aria-describedby": beside.id });
  const add = ({ carrier, code }: KnownSite) => { input.value = `${input.value.trim()}\n${carrier}, ${code}`.trim(); };
  const finder = searchBox({ id: `${id}-find`, test: `${id}-find`, resultTest: `${id}-result`, label: d("find_site"), placeholder: d("find_site"), clearOnChoice: true }, siteFinder(context, add));
  return {
    field, input, beside, shown: h("div", { class: "field" }, h("label", { for: id }, d(text)), input, finder, beside),
    value: () => (input.value.trim() === "" ? null : sitesIn(input.value)),
  };
}

function sitesIn(text: string): readonly { readonly carrier: string; readonly code: string }[] {
  return text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
    const [carrier = "", ...code] = line.split(/[,;\s]+/);
    return { carrier: carrier.toLowerCase(), code: code.join(" ") };
  });
}

function valueOf(kind: Kind, text: string): unknown {
  return typeof kind === "string" && /^(number|unit)/.test(kind) ? Number(text) : text;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
