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

/** Verified only when the answer says so: E3 or better and nothing left to confirm. */
export function trustOf(judged: Judged): Trust {
  const grade = gradeOf(judged);
  return judged.flags.length === 0 && grade !== null && grade >= "E3" ? "verified" : "stated";
}

/** The best grade behind the verdict: as the answer says, else among the reasons on its side. */
function gradeOf({ verdict, grade, reasons = [] }: Judged): Grade | null {
  if (grade) return grade;
  const side = verdict === "covered" || verdict === "not_as_asked" ? "support" : "opposition";
  const grades = reasons.flatMap(({ role, grade: own }): Grade[] => role === side && own ? [own] : []);
  return grades.reduce<Grade | null>((best, own) => (best === null || own > best ? own : best), null);
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
  return word("basis", grade) + flags;
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
