/** Decisions of the department and certificates: what there is to decide on, a form for each act, and what the act did. Read when opened. */

import type { Acted, EntryRef, Technology } from "../api/api";
import { actName, ApiError, ask, json, sending } from "../api/client";
import { CAUSES } from "../api/contested";
import type { Context } from "../context";
import { type Child, fill, h, save } from "../dom";
import { day, either, t, today, word } from "../text";
import { d, type DecideWord } from "../text/decide";
import { findingItem, movedList } from "./findings";

interface Docket {
  readonly sunsets: readonly { readonly entry: EntryRef; readonly carrier: string | null; readonly technology: Technology; readonly first_day_without: string; readonly source: string; readonly confirmed: boolean }[];
  readonly rule_sets: readonly { readonly id: string; readonly version: number; readonly title_vi: string; readonly title_en: string; readonly in_force: boolean }[];
  readonly disputed: readonly string[];
  readonly restricted: readonly { readonly carrier: string; readonly code: string }[];
}

/** A field: its name, its label, what it holds; `?` at the end: may stay empty. */
type Kind = "text" | "text?" | "day" | "day?" | "number" | "number?" | "sites" | readonly (readonly [string, string])[];
type Field = readonly [name: string, label: DecideWord, kind: Kind];
type Values = Readonly<Record<string, unknown>>;

export function decisionsView(context: Context): HTMLElement {
  const lists = h("div", {});
  const forms = h("div", {});
  // The lists follow each act; the forms stay, with what was typed and what the act did.
  const load = () => ask<Docket>("/api/v1/decisions").then((docket) => {
    fill(lists, ...listed(context, docket, load));
    if (forms.childElementCount === 0) fill(forms, ...acts(context, docket, load));
  }, (error: unknown) => fill(lists, h("p", { class: "problem", role: "alert" }, t("failed", { why: message(error) }))));
  void load();
  return h("div", { "data-test": "decisions" }, lists, forms);
}

function listed(context: Context, docket: Docket, again: () => Promise<void>): readonly Child[] {
  const list = (title: DecideWord, items: readonly HTMLElement[]) => [h("h3", {}, d(title)), items.length === 0 ? h("p", { class: "quiet small" }, d("none")) : h("ul", { class: "plain-list" }, ...items)];
  return [
    ...list("sunsets", docket.sunsets.map((sunset) => sunsetItem(context, sunset, again))),
    ...list("rules", docket.rule_sets.map((set) => h("li", {}, `${either({ vi: set.title_vi, en: set.title_en })} (${set.id} ${set.version})`, set.in_force && ` · ${d("in_force")}`))),
    h("p", { class: "quiet small" }, d("diff")),
    ...list("disputed", docket.disputed.map((id) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => context.open(id) }, id)))),
    ...list("restricted", docket.restricted.map(({ carrier, code }) => h("li", {}, `${context.carrierName(carrier)} ${code}`))),
  ];
}

function acts(context: Context, docket: Docket, again: () => Promise<void>): readonly Child[] {
  const carriers = context.known.carriers.map(({ id, name }) => [id, name] as const);
  const decide = (what: DecideWord, fields: readonly Field[], body: (values: Values) => unknown = (values) => values) =>
    h("details", { class: "fold", "data-test": `decide-${what}` }, h("summary", {}, d(what)), actForm(what, fields, "/api/v1/decisions", (values) => ({ [what]: body(values) }), "send", again));
  const site: readonly Field[] = [["carrier", "f_carrier", carriers], ["code", "f_code", "text"]];
  const rules = docket.rule_sets.map((set) => [`${set.id}:${set.version}`, `${either({ vi: set.title_vi, en: set.title_en })} (${set.id} ${set.version})`] as const);
  // Codes were used again: the day tells which of two units is meant.
  const unit: readonly Field[] = [["code", "f_unit", "number"], ["valid_from", "f_valid_from", [["2025-07-01", d("o_unit_now")], ["", d("o_unit_old")]]]];
  return [
    context.may("decide") && h("div", {},
      decide("adopt_rule_set", [["rules", "f_rules", rules], ["from", "f_from", "day"]], ({ rules: chosen, from }) => {
        const [id, version] = String(chosen).split(":");
        return { id, version: Number(version), from };
      }),
      decide("set_aside", [["report", "f_report", "text"], ["row", "f_row", "number"], ["carrier", "f_carrier", carriers], ["cause", "f_cause", CAUSES.map((code) => [code, word("cause", code)] as const)]]),
      decide("share_structure", [["sites", "f_sites", "sites"], ["source", "f_source", "text"]]),
      decide("define_indicator", [["id", "f_id", "text"], ["name_vi", "f_name_vi", "text"], ["name_en", "f_name_en", "text"], ["kind", "f_kind", [["share", d("o_share")], ["per_hundred", d("o_per_hundred")]]], ["denominator_of", "f_denominator_of", [["place", d("o_place")], ["carrier", d("o_carrier")]]],
        ["numerator_vi", "f_numerator_vi", "text"], ["numerator_en", "f_numerator_en", "text"], ["denominator_vi", "f_denominator_vi", "text"], ["denominator_en", "f_denominator_en", "text"], ["source", "f_source", "text"]]),
      decide("set_target", [["id", "f_id", "text"], ["clause", "f_clause", "text"], ["indicator", "f_indicator", "text"], ["comparator", "f_comparator", [["at_least", d("o_at_least")], ["above", d("o_above")]]], ["threshold", "f_threshold", "number"], ...unit, ["due", "f_due", "day?"], ["owner", "f_owner", "text"], ["text_vi", "f_text_vi", "text"], ["text_en", "f_text_en", "text"], ["source", "f_source", "text"]]),
      decide("count_unit", [...unit, ["day", "f_day", "day"], ["villages", "f_villages", "number?"], ["to", "f_to", "number?"], ["households", "f_households", "number?"], ["source", "f_source", "text"]])),
    context.may("restrict") && decide("restrict_site", site),
  ];
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
  return actForm("certificate", [...carrier, ["number", "f_number", "text"], ["issued", "f_issued", "day"], ["expires", "f_expires", "day?"], ["site", "f_site", "text?"], ["source", "f_source", "text"]], "/api/v1/certificates", (values) => values, "send_certificate");
}

function actForm(what: DecideWord, fields: readonly Field[], path: string, body: (values: Values) => unknown, label: DecideWord, after: () => Promise<void> = async () => {}): HTMLElement {
  let name = actName();
  const told = h("div", { role: "status", "data-test": `done-${what}` });
  const made = fields.map(([field, text, kind]) => {
    const shared = { id: `${what}-${field}`, name: field, required: typeof kind === "string" ? !kind.endsWith("?") : kind.every(([code]) => code !== ""), "aria-describedby": `beside-${what}-${field}` };
    const input = typeof kind !== "string" ? h("select", shared, ...kind.map(([code, shownAs]) => h("option", { value: code }, shownAs)))
      : kind === "sites" ? h("textarea", { ...shared, rows: 3 })
      : h("input", { ...shared, type: kind.startsWith("day") ? "date" : kind.startsWith("number") ? "number" : "text", step: "any", value: kind === "day" ? today() : "" });
    return { field, text, kind, input, beside: h("div", { class: "beside", id: `beside-${what}-${field}` }) };
  });
  const send = h("button", { type: "submit", class: "primary" }, d(label));
  const clear = () => {
    for (const { input, beside } of made) {
      beside.replaceChildren();
      input.removeAttribute("aria-invalid");
    }
  };
  const file = async () => {
    send.disabled = true;
    clear();
    try {
      const values = Object.fromEntries(made.filter(({ input }) => input.value.trim() !== "").map(({ field, kind, input }) => [field, valueOf(kind, input.value.trim())]));
      const acted = await ask<Acted & { awaits_second?: boolean }>(path, sending(json(body(values)), name));
      name = actName();
      const take = () => save(new Blob([JSON.stringify(acted.receipt, null, 2)], { type: "application/json" }), `bien-nhan-${acted.report}.json`);
      fill(told, h("p", {}, d(acted.awaits_second ? "done_second" : "done", { report: acted.report })), acted.moved.length > 0 && h("p", {}, d("moves")), acted.moved.length > 0 && movedList(acted.moved),
        h("button", { type: "button", class: "link", onclick: take }, d("take")));
      await after();
    } catch (error) {
      const apart = (error instanceof ApiError ? error.findings : []).flatMap((finding) => {
        const place = made.find(({ field }) => field === finding.column?.split(".").at(-1));
        if (place === undefined) return [findingItem(finding, "apart", null)];
        place.input.setAttribute("aria-invalid", "true");
        place.beside.append(findingItem(finding, "beside", null));
        return [];
      });
      fill(told, h("p", { class: "problem", role: "alert" }, message(error)), ...apart);
    }
    send.disabled = false;
  };
  return h("form", { class: "report-form", onsubmit: (event) => { event.preventDefault(); void file(); } },
    ...made.map(({ text, input, beside }) => h("div", { class: "field" }, h("label", { for: input.id }, d(text)), input, beside)),
    h("div", { class: "buttons" }, send), told);
}

function valueOf(kind: Kind, text: string): unknown {
  if (kind === "sites") {
    return text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
      const [carrier = "", ...code] = line.split(/[,;\s]+/);
      return { carrier: carrier.toLowerCase(), code: code.join(" ") };
    });
  }
  return typeof kind === "string" && kind.startsWith("number") ? Number(text) : text;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
