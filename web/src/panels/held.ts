/** A draft beside what was filed before of the same document: new, changed, unchanged, gone. */

import type { Answers, DraftHeld, DraftRow, FilingDraft } from "../api/filings";
import type { Context } from "../context";
import { type Child, h } from "../dom";
import { instant, t, word } from "../text";
import { understoodText } from "./findings";
import { columnName } from "../columns";

/** Findings that this section asks itself. */
export const HELD_CODES: readonly string[] = ["rows-gone", "earlier-filing", "held-against", "filed-before"];

export function heldSection(context: Context, { held }: FilingDraft, answer: (answers: Answers) => void): Child {
  if (held.basis === null) return held.likely.length > 0 && likely(held, answer);
  const same = held.new === 0 && held.changed === 0 && held.gone_total === 0;
  const parts = (["new", "changed", "unchanged"] as const).filter((name) => held[name] > 0).map((name) => t("held_count", { n: held[name], what: word("held", name) }));
  if (held.gone_total > 0) parts.push(t("held_count", { n: held.gone_total, what: word("held", "gone") }));
  return h("section", { class: "held", "data-test": "check-held", "aria-labelledby": "check-held" },
    h("h3", { id: "check-held" }, t(same ? "held_same" : "held_title")),
    h("p", { class: "small" }, t(`held_${held.basis}`), " ", ...held.filings.flatMap(({ report, recorded_at }, i) => [i > 0 && ", ", h("code", {}, report), ` (${instant(recorded_at)})`])),
    !same && h("p", { "data-test": "held-counts" }, parts.join(" · ")),
    held.basis === "chosen" && h("button", { type: "button", class: "link small", onclick: () => answer({ compare_with: "none" }) }, t("held_not")),
    held.gone_total > 0 && gone(context, held, answer));
}

function gone(context: Context, held: DraftHeld, answer: (answers: Answers) => void): HTMLElement {
  const all = (becomes: "keep" | "withdraw") => h("button", { type: "button", class: "plain small", "data-test": `gone-${becomes}`, onclick: () => answer({ gone: { all: becomes } }) }, t(`gone_${becomes}_all`));
  const choice = (row: string, chosen: "keep" | "withdraw" | null) => {
    const box = h("select", { "aria-label": t("gone_becomes", { row }) }, h("option", { value: "", selected: chosen === null }, t("gone_unsaid")), ...(["keep", "withdraw"] as const).map((name) => h("option", { value: name, selected: name === chosen }, t(`gone_${name}`))));
    box.addEventListener("change", () => { if (box.value === "keep" || box.value === "withdraw") answer({ gone: { [row]: box.value } }); });
    return box;
  };
  return h("div", { class: "finding ask" }, h("p", {}, t("gone_means")), h("div", { class: "buttons" }, all("keep"), all("withdraw")),
    h("ul", { class: "plain-list" }, ...held.gone.map(({ row, understood, becomes }) => h("li", { "data-test": "gone-row" }, h("p", { class: "small" }, h("code", {}, row), " ", choice(row, becomes)), understoodText(context, understood)))));
}

function likely(held: DraftHeld, answer: (answers: Answers) => void): HTMLElement {
  const offer = (id: string, text: string) => h("button", { type: "button", class: "candidate", "data-test": "compare-with", "data-id": id, onclick: () => answer({ compare_with: id }) }, h("strong", {}, text));
  return h("section", { class: "finding ask", "data-test": "check-likely" }, h("p", {}, t("held_likely")),
    h("div", { class: "candidates" }, ...held.likely.map(({ report, recorded_at }) => offer(report, t("held_replaces", { report, day: instant(recorded_at) }))), offer("none", t("held_none"))));
}

/** What is another value now in a row. */
export function againstText({ against }: DraftRow): Child {
  if (against === undefined || against.is === "new" || against.differences.length === 0) return false;
  return h("ul", { class: "plain-list small", "data-test": "row-differences" }, ...against.differences.map(({ column, before, after }) => h("li", {}, `${columnName(column)}: `, h("del", {}, shown(before)), " → ", h("ins", {}, shown(after)))));
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  return Array.isArray(value) ? value.map(shown).join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value);
}
