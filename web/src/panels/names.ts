/** Names that wait for a decision, and those that were decided: between a sender and the department. */

import { ApiError } from "../api/client";
import { type NameDecision, type NameQuestion, names } from "../api/names";
import type { Context } from "../context";
import { fill, h, refill } from "../dom";
import { either, instant, prose, t } from "../text";

/** More would push what waits below out of sight. */
const FEW = 2;

export function namesSection(context: Context): HTMLElement {
  const section = h("section", { class: "names", "data-test": "names" });
  const load = () => draw().catch((error: unknown) => {
    // Who has no part in names is not told of them.
    const theirs = !(error instanceof ApiError && [401, 403].includes(error.status));
    fill(section, theirs && h("p", { class: "problem", role: "alert" }, t("failed", { why: error instanceof Error ? error.message : String(error) })));
  });
  const draw = async () => {
    const [asked, { decisions: decided, revoked = [] }] = await Promise.all([names.questions(), names.decisions()]);
    refill(section,
      asked.length > 0 && h("details", { class: "fold", open: asked.length <= FEW }, h("summary", {}, t("names_asked", { n: asked.length })), h("ul", { class: "plain-list" }, ...asked.map((one) => questionItem(context, one, () => void load())))),
      decided.length > 0 && h("details", { class: "fold" }, h("summary", {}, t("names_decided", { n: decided.length })), h("ul", { class: "plain-list" }, ...decided.map((one) => decisionItem(context, one, () => void load())))),
      revoked.length > 0 && h("details", { class: "fold", open: true, "data-test": "names-revoked" }, h("summary", {}, t("names_revoked", { n: revoked.length })), h("ul", { class: "plain-list" }, ...revoked.map((one) => decisionItem(context, one, null)))));
  };
  void load();
  return section;
}

function questionItem(context: Context, question: NameQuestion, again: () => void): HTMLElement {
  const reason = h("input", { "aria-label": t("names_reason"), placeholder: t("names_reason"), "data-test": "name-reason" });
  const told = h("p", { class: "small", role: "status" });
  const decide = async (means: string) => {
    if (reason.value.trim() === "") { told.textContent = t("names_reason_first"); reason.focus(); return; }
    try {
      await names.decide(question, means, reason.value.trim(), question.sender);
      again();
    } catch (error) {
      told.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  const typed = h("input", { "aria-label": t("names_id"), placeholder: t("names_id"), autocomplete: "off" });
  return h("li", { class: "finding ask", "data-test": "name-question" },
    h("p", {}, h("strong", {}, `“${question.text}”`), question.beside !== null && ` (${question.beside})`, ` · ${context.partyName(question.sender)} · ${instant(question.asked_at)}`),
    reason,
    h("div", { class: "candidates" }, ...question.candidates.map((candidate) => h("button", { type: "button", class: "candidate", "data-test": "candidate", "data-id": candidate.id, onclick: () => void decide(candidate.id) },
      h("strong", {}, candidate.name || candidate.id), h("span", { class: "small" }, prose({ vi: candidate.reason_vi, en: candidate.reason_en }))))),
    h("form", { class: "answer-typed", onsubmit: (event) => { event.preventDefault(); if (typed.value.trim() !== "") void decide(typed.value.trim()); } }, typed, h("button", { type: "submit", class: "plain small" }, t("answer"))),
    told);
}

/** `again`: after it was revoked; null: it is. */
function decisionItem(context: Context, decision: NameDecision, again: (() => void) | null): HTMLElement {
  const told = h("p", { class: "small", role: "status" });
  const revoke = async () => {
    try {
      await names.revoke(decision.entry.report, either({ vi: "thu hồi quyết định về tên", en: "the decision on the name is revoked" }));
      again?.();
    } catch (error) {
      told.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  return h("li", { "data-test": "name-decision" },
    h("p", {}, h("strong", {}, `“${decision.text}”`), decision.beside !== null && ` (${decision.beside})`, ` → ${decision.name}`),
    h("p", { class: "quiet small" }, `${context.partyName(decision.sender)} · ${t("names_by", { who: context.partyName(decision.by), when: instant(decision.decided_at) })} · ${decision.reason}`),
    h("p", { class: "small" }, decision.rests_total === 0 ? t("names_rests_none") : `${t("names_rests", { n: decision.rests_total })} ${decision.rests.slice(0, 8).map(({ report, row }) => `${report}/${row}`).join(", ")}`),
    again !== null && h("button", { type: "button", class: "link small", "data-test": "name-revoke", onclick: () => void revoke() }, t("names_revoke")), told);
}
