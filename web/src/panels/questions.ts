/** Questions of a draft, each answered where it stands: a candidate, a text, or the rows left out. */

import type { Answer, DraftQuestion } from "../api/filings";
import { names } from "../api/names";
import { columnName } from "../columns";
import { h } from "../dom";
import { either, prose, t, word, written } from "../text";

const SYSTEM = "he_toa_do";
const READING = /^(EPSG:\d+|by-row$)/;
/** Rows named with a question; the rest are counted. */
const MOST_ROWS = 8;

export function questionItem(question: DraftQuestion, answer: (answers: readonly Answer[]) => void, go: (row: number, sheet: string) => void, sender: string | null = null, severalSheets = false): HTMLElement {
  const { candidates, column, value } = question;
  const { name } = question;
  const reason = h("input", { "aria-label": t("names_remember"), placeholder: t("names_remember"), autocomplete: "off", "data-test": "name-remember" });
  const told = h("p", { class: "problem", role: "alert", hidden: true });
  /** With a reason beside it the answer holds for the next files too: a decision, then read anew. */
  const say = (means: string) => {
    if (name === undefined || reason.value.trim() === "") answer(answersTo(question, means));
    else void names.decide(name, means, reason.value.trim(), sender).then(() => answer([]), (error: unknown) => {
      // The answer itself is kept where it was given; only this file then has it.
      told.textContent = t("failed", { why: error instanceof Error ? error.message : String(error) });
      told.hidden = false;
    });
  };
  const input = h("input", { "aria-label": t("answer_typed"), placeholder: t("answer_typed"), autocomplete: "off", "data-test": "answer-text" });
  const typed = h("form", { class: "answer-typed", onsubmit: (event) => { event.preventDefault(); if (input.value.trim() !== "") say(input.value.trim()); } },
    input, h("button", { type: "submit", class: "plain small" }, t("answer")));
  const rows = question.rows;
  const remedy = written(either({ vi: question.remedy_vi, en: question.remedy_en }));
  return h("li", { class: `finding ${question.severity}`, "data-test": "question-item", "data-code": question.code, "data-severity": question.severity },
    h("p", {}, h("strong", {}, word("severity", question.severity)), column && ` (${columnName(column)})`, ": ", written(either({ vi: question.message_vi, en: question.message_en })), value ? ` – “${value}”` : null),
    rows.length > 0 && h("p", { class: "small" }, question.rows_total === 1 ? `${t("question_row")} ` : `${t("question_rows", { n: question.rows_total })}: `,
      ...rows.slice(0, MOST_ROWS).flatMap((row, i) => [i > 0 && ", ", h("button", { type: "button", class: "link", onclick: () => go(row, sheetAt(question, i)) }, String(row)),
        // Rows of several sheets: the last of each run names its own.
        severalSheets && sheetAt(question, i) !== "" && (i + 1 === Math.min(rows.length, MOST_ROWS) || sheetAt(question, i + 1) !== sheetAt(question, i)) && ` (“${sheetAt(question, i)}”)`]),
      question.rows_total > MOST_ROWS && ` … (+${question.rows_total - Math.min(rows.length, MOST_ROWS)})`),
    remedy !== "" && h("p", { class: "quiet small" }, remedy),
    name !== undefined && reason,
    candidates.length > 0 && h("div", { class: "candidates" }, ...candidates.map((candidate) =>
      h("button", { type: "button", class: "candidate", "data-test": "candidate", "data-id": candidate.id, onclick: () => say(candidate.id) },
        h("strong", {}, written(candidate.name) || candidate.id), h("span", { class: "small" }, prose({ vi: candidate.reason_vi, en: candidate.reason_en }))))),
    column && typed,
    told,
    rows.length > 0 && h("button", { type: "button", class: "link small", "data-test": "leave-out", onclick: () => answer(rows.map((row, i) => ({ ...placed(sheetAt(question, i)), row, leave_out: true }))) }, rows.length === 1 ? t("leave_out_one") : t("leave_out", { n: rows.length })));
}

/**
 * A word is answered wherever it stands in its column; an empty or single cell where it is; what
 * concerns no row, for the whole column.
 */
export function answersTo(question: Pick<DraftQuestion, "code" | "sheet" | "column" | "value" | "rows" | "rows_total" | "sheets">, means: string): Answer[] {
  const { rows } = question;
  // In which system a place is read is said in the column for it, wherever the question stands.
  const reads = READING.test(means);
  const column = reads ? SYSTEM : question.column;
  const value = reads && question.column !== SYSTEM ? null : question.value;
  if (!column) return [];
  const sheet = placed(question.sheet ?? "");
  // What is asked of a row is said of it alone, whatever else bears its value.
  if (OF_ROWS.has(question.code)) return rows.map((row, i) => ({ ...placed(sheetAt(question, i)), row, column, means }));
  if (value) return [{ ...sheet, column, value, means, ...(rows.length === 1 && question.rows_total === 1 && rows[0] !== undefined ? { row: rows[0] } : {}) }];
  return rows.length === 0 || OF_TABLE.has(question.code) ? [{ ...sheet, column, means }] : rows.map((row, i) => ({ ...placed(sheetAt(question, i)), row, column, means }));
}

/** Asked because the table has no such column: one answer stands for all its rows. */
const OF_TABLE: ReadonlySet<string> = new Set(["are-claims", "are-reached", "event-missing", "list-day", "list-indicator", "list-observed", "list-period", "list-unit", "list-year", "title-carrier", "title-technology"]);

/** Asked by what other cells of the row say. */
const OF_ROWS: ReadonlySet<string> = new Set(["hour-unread", "restored-when", "end-day-missing"]);

/** The sheet of a question's nth row; none has no name. */
function sheetAt({ sheet, sheets }: Pick<DraftQuestion, "sheet" | "sheets">, at: number): string {
  return sheets?.[at] ?? sheet ?? "";
}

function placed(sheet: string): { sheet?: string } {
  return sheet === "" ? {} : { sheet };
}
