/** Papers that come back: is a PDF ours, and the signed ones that the department keeps. */

import { api } from "../api/client";
import { type PaperCheck, type PaperState, papers, type SignedPaper } from "../api/papers";
import type { Context } from "../context";
import { DayField } from "../day";
import { fill, h } from "../dom";
import { day, either, instant, t, today, word } from "../text";
import { lower } from "../verdict";
import { take } from "./papers";

/** For whoever holds a paper; what was kept is the department's own. */
export function signedSection(context: Context): HTMLElement {
  const keeps = context.may("publish");
  const told = h("div", { role: "status" });
  const list = h("div", { "data-test": "signed-list" });
  const pick = h("input", { type: "file", id: "signed-file", class: "sr-only", accept: "application/pdf,.pdf", "data-test": "signed-file" });
  const draw = async () => {
    const items: SignedPaper[] = [];
    let cursor: string | null = null;
    do {
      const page = await papers.kept(cursor);
      items.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    fill(list, items.length > 0 && h("details", { class: "fold" }, h("summary", {}, t("signed_list", { n: items.length })),
      h("ul", { class: "plain-list" }, ...items.map((paper) => keptItem(context, paper, () => void reload())))));
  };
  const failed = (error: unknown) => fill(told, h("p", { class: "problem", role: "alert" }, t("failed", { why: error instanceof Error ? error.message : String(error) })));
  const reload = () => draw().catch(failed);
  pick.addEventListener("change", () => {
    const file = pick.files?.[0];
    if (!file) return;
    fill(told, h("p", { class: "small" }, t("signed_checking")));
    papers.check(file).then((check) => fill(told, checkedText(context, check),
      check.origin === "ours" && check.behind === "signature" && keeps && keepForm(context, file, () => { fill(told); pick.value = ""; void reload(); }, failed)), failed);
  });
  if (keeps) void reload();
  return h("section", { class: "signed", "data-test": "signed" }, h("h3", {}, t(keeps ? "signed_title" : "signed_title_public")),
    h("p", { class: "small" }, t("signed_file")), h("p", {}, pick, h("label", { for: "signed-file", class: "plain pick-file" }, t("signed_pick"))), told, list);
}

/** `Phiếu hiện trạng thôn Kon Dóc, tính đến hết ngày …`: the name follows when it is not known yet. */
function whatText(context: Context, says: PaperState): HTMLElement {
  const { paper, subject, as_of, known_at } = says;
  const text = (about: string) => `${word("paper", paper)} ${about}, ${t("signed_as_of", { day: day(as_of), known: day(known_at) })}`;
  const shown = h("span", {}, text(subjectText(context, subject)));
  if (paper === "dossier") void context.villageName(subject).then((name) => { shown.textContent = text(name); });
  return shown;
}

/** `commune-21520`, `carrier-viettel`, `province` as people call them; anything else as it is. */
function subjectText(context: Context, subject: string): string {
  if (subject === "province") return t("whole_province");
  const [, kind, code] = /^(commune|carrier)-(.+)$/.exec(subject) ?? [];
  return kind === undefined || code === undefined ? subject : kind === "carrier" ? context.carrierName(code) : lower(context.partyName(`commune:${code}`));
}

function checkedText(context: Context, check: PaperCheck): HTMLElement {
  const good = check.origin === "ours" && check.behind !== "unsigned";
  return h("div", { class: `finding ${good ? "note" : "refuse"}`, "data-test": "signed-check", "data-origin": check.origin },
    h("p", {}, h("strong", {}, either({ vi: check.text_vi, en: check.text_en }))),
    check.origin === "ours" && h("p", { class: "small" }, check.says && whatText(context, check.says)),
    check.standing && h("p", { class: check.standing === "stands" ? "small" : "small overdue", "data-test": "signed-standing" }, t(`signed_${check.standing}`)),
    check.taken_back.length > 0 && h("ul", { class: "small" }, ...check.taken_back.map(({ report, row, to_row }) => h("li", {}, t("signed_rows", { report, row: to_row === undefined ? String(row) : `${row}–${to_row}` })))));
}

function keepForm(context: Context, file: File, done: () => void, failed: (error: unknown) => void): HTMLElement {
  const number = h("input", { id: "signed-number", name: "number", autocomplete: "off" });
  const date = new DayField("signed-day", "day", "", { max: today() });
  const keep = h("button", { type: "submit", class: "primary", "data-test": "signed-keep" }, t("signed_keep"));
  const send = async () => {
    keep.disabled = true;
    const acted = await papers.keep(file, { document_number: number.value.trim(), document_day: date.value });
    context.toast(t("signed_kept", { report: acted.report }));
    done();
  };
  return h("form", { class: "filter-grid signed-letter", onsubmit: (event) => { event.preventDefault(); void send().catch((error: unknown) => { keep.disabled = false; failed(error); }); } },
    h("div", { class: "field" }, h("label", { for: "signed-number" }, t("signed_number")), number),
    h("div", { class: "field" }, h("label", { for: "signed-day" }, t("signed_day")), date.element),
    keep);
}

function keptItem(context: Context, paper: SignedPaper, again: () => void): HTMLElement {
  const { report, says, sha256 } = paper;
  const number = paper.document_number === null ? "" : `${paper.document_number}${paper.document_day === null ? "" : ` (${day(paper.document_day)})`} · `;
  const takeBack = h("button", { type: "button", class: "link" }, t("signed_take_back"));
  takeBack.addEventListener("click", () => void api.withdraw(report, t("signed_take_back_reason")).then(again, (error: unknown) => context.toast(t("failed", { why: error instanceof Error ? error.message : String(error) }))));
  return h("li", { "data-test": "signed-item" },
    h("p", {}, whatText(context, says)),
    h("p", { class: "quiet small" }, number, t("signed_when", { when: instant(paper.recorded_at) }), " · ",
      sha256 !== null && take(context, t("signed_take"), "signed-take", () => ({ path: `/api/v1/reports/${report}/files/${sha256}`, name: `${says.paper}-${says.subject}-${says.as_of}-da-ky.pdf` })),
      " · ", takeBack));
}
