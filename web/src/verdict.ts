/** How a verdict is named and marked on the page, the same in every panel. */

import type { Flag, Grade, Reason, Verdict } from "./api/api";
import { h } from "./dom";
import { markElement, type Trust } from "./map/icons";
import type { Palette } from "./map/palette";
import { day, t, word } from "./text";

export interface Judged {
  readonly verdict: Verdict;
  readonly flags: readonly Flag[];
  readonly grade?: Grade | null | undefined;
  readonly reasons?: readonly Reason[] | undefined;
  readonly source_word?: string | null | undefined;
}

/** Verified from E4 on, the commune's word at E3, and neither while something is left to confirm. */
export function trustOf(judged: Judged): Trust {
  const grade = gradeOf(judged);
  return judged.flags.length > 0 || grade === null ? "stated" : trustOfGrade(grade);
}

export function trustOfGrade(grade: Grade): Trust {
  return grade >= "E4" ? "verified" : grade === "E3" ? "confirmed" : "stated";
}

/** The best grade behind the verdict: as the answer says, else among the reasons on its side. */
function gradeOf(judged: Judged): Grade | null {
  if (judged.grade) return judged.grade;
  return speaking(judged).reduce<Grade | null>((best, { grade }) => (grade && (best === null || grade > best) ? grade : best), null);
}

/** The reasons on the verdict's side. */
function speaking({ verdict, reasons = [] }: Judged): Reason[] {
  const side = verdict === "covered" || verdict === "not_as_asked" ? "support" : "opposition";
  return reasons.filter(({ role }) => role === side);
}

/** `theo danh sách 07/6/2023, cần xác nhận lại`, while an old list is what the verdict stands on. */
export function listingSign({ flags, reasons = [], source_word }: Judged): string | null {
  if (!flags.includes("recheck") || source_word === null || source_word === undefined) return null;
  const days = reasons.flatMap((reason) => (reason.role === "opposition" && reason.grade === "E2" && reason.day ? [reason.day] : []));
  const first = days.toSorted()[0];
  return first === undefined ? null : t("sign_listed", { day: day(first) });
}

/** What the verdict rests on, and whether that is verified: never the same words for both. */
export function basisText(judged: Judged): string {
  const sign = listingSign(judged);
  if (sign !== null) return sign;
  const grade = gradeOf(judged);
  if (judged.verdict === "insufficient" || grade === null) return t("basis_none");
  const flags = judged.flags.map((flag) => `, ${word("flag", flag)}`).join("");
  return basisOf(judged, grade) + flags;
}

/** By whose word it is, when the answer tells; a commune's word or a measurement loses grades with the years. */
function basisOf(judged: Judged, grade: Grade): string {
  if (grade === "E5") return t("basis_E5");
  const sources = speaking(judged).filter((reason) => reason.grade === grade).map(({ source }) => source);
  if (sources.includes("measured")) return t(grade === "E4" ? "basis_E4" : "basis_measured_old");
  if (sources.includes("commune")) return t(grade === "E3" ? "basis_E3" : "basis_commune_old");
  if (sources.includes("list")) return t("basis_list");
  return word("basis", grade);
}

export function mark(judged: Judged, palette: Palette, size?: number): SVGSVGElement {
  return markElement(judged.verdict, trustOf(judged), judged.flags.length > 0, palette, size);
}

/** `Trắng sóng (cần xác nhận lại)`. */
export function verdictText({ verdict, flags }: Judged): string {
  const notes = flags.map((flag) => word("flag", flag)).join(", ");
  return notes === "" ? word("verdict", verdict) : `${word("verdict", verdict)} (${notes})`;
}

export function verdictBadge(judged: Judged, palette: Palette): HTMLElement {
  const trust = trustOf(judged);
  return h("div", { class: `badge verdict-${judged.verdict} ${trust}`, "data-test": "village-verdict", "data-verdict": judged.verdict, "data-trust": trust },
    mark(judged, palette, 40),
    h("div", { class: "badge-text" }, h("strong", {}, word("verdict", judged.verdict)), h("span", { class: "trust" }, basisText(judged))));
}

/** `verdict` in the middle of a sentence. */
export function lower(text: string): string {
  return text.charAt(0).toLocaleLowerCase("vi") + text.slice(1);
}
