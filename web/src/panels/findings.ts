/** What the service says of a report's rows, beside the fields it speaks of. */

import type { Candidate, Finding, Moved, Preview } from "../api/api";
import { type Child, h } from "../dom";
import { either, prose, t, textKey, word } from "../text";
import { lower } from "../verdict";

/** One finding, beside its field or apart from it; a click on a candidate hands it to `choose`. */
export function findingItem(finding: Finding, where: "beside" | "apart", choose: ((finding: Finding, candidate: Candidate) => void) | null): HTMLElement {
  const column = finding.column ? textKey(`f_${finding.column}`) : null;
  const place = [finding.row && where === "apart" ? t("finding_row", { row: String(finding.row) }) : null, where === "beside" ? null : column ? t(column) : finding.column].filter(Boolean).join(", ");
  const remedy = either({ vi: finding.remedy_vi, en: finding.remedy_en });
  const candidates = finding.candidates ?? [];
  return h("div", { class: `finding ${finding.severity}`, "data-test": "finding", "data-code": finding.code, "data-severity": finding.severity },
    h("p", {}, h("strong", {}, word("severity", finding.severity)), place && ` (${place})`, ": ", either({ vi: finding.message_vi, en: finding.message_en }), finding.value ? ` – “${finding.value}”` : null),
    remedy && h("p", { class: "small" }, remedy),
    candidates.length > 0 && choose !== null && h("div", { class: "candidates" }, h("p", { class: "small" }, t("candidates")),
      ...candidates.map((candidate) => h("button", { type: "button", class: "candidate", "data-test": "candidate", "data-id": candidate.id, onclick: () => choose(finding, candidate) },
        h("strong", {}, candidate.name), h("span", { class: "small" }, prose({ vi: candidate.reason_vi, en: candidate.reason_en }))))));
}

/** Counts, whether it can be filed, and which verdicts would move. */
export function previewSummary(preview: Preview): Child[] {
  const { counts } = preview;
  const none = counts.refuse + counts.ask + counts.warn + counts.note === 0;
  return [
    h("p", { class: preview.can_file ? "good" : "problem" }, none ? t("preview_clean") : t("preview_counts", { ...counts })),
    !preview.can_file && h("p", { class: "problem" }, t("preview_cannot")),
    preview.would_move.length > 0 && h("div", {}, h("p", {}, t("preview_moves")), movedList(preview.would_move)),
  ];
}

export function movedList(moved: readonly Moved[]): HTMLElement {
  return h("ul", { class: "plain-list" }, ...moved.map(({ name, from, to }) =>
    h("li", {}, t("toast_moved", { name, from: lower(word("verdict", from)), to: lower(word("verdict", to)) }))));
}

/** What the service understood of a row: names and values, in its own order. */
export function understoodText(understood: Readonly<Record<string, unknown>>): HTMLElement {
  const parts = Object.entries(understood).flatMap(([name, value]): HTMLElement[] => {
    const text = name === "loai_su_kien" && typeof value === "string" ? word("event", value) : show(value);
    if (text === "") return [];
    const key = textKey(`f_${name}`);
    return [h("dt", {}, key ? t(key) : name), h("dd", {}, text)];
  });
  return h("dl", { class: "facts small" }, ...parts);
}

function show(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map(show).filter(Boolean).join(", ");
  if (typeof value === "object") return Object.entries(value).map(([name, inner]) => `${name}: ${show(inner)}`).join(", ");
  return String(value);
}
