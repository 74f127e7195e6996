/** How a verdict is named and marked on the page, the same in every panel. */

import type { Flag, Grade, Reason, Verdict } from "./api/api";
import { h } from "./dom";
import { markElement, type Trust } from "./map/icons";
import type { Palette } from "./map/palette";
import { t, word } from "./text";

export interface Judged {
  readonly verdict: Verdict;
  readonly flags: readonly Flag[];
  readonly grade?: Grade | null | undefined;
  readonly reasons?: readonly Reason[] | undefined;
}

/** Verified only when the answer says so: E3 or better and nothing left to confirm. */
export function trustOf(judged: Judged): Trust {
  const grade = judged.grade ?? bestGrade(judged);
  return judged.flags.length === 0 && grade !== null && grade >= "E3" ? "verified" : "stated";
}

/** The best grade among the reasons on the verdict's side. */
function bestGrade({ verdict, reasons = [] }: Judged): Grade | null {
  const side = verdict === "covered" || verdict === "not_as_asked" ? "support" : "opposition";
  const grades = reasons.flatMap(({ role, grade }): Grade[] => role === side && grade ? [grade] : []);
  return grades.reduce<Grade | null>((best, grade) => (best === null || grade > best ? grade : best), null);
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
  return h("span", { class: `badge verdict-${judged.verdict}` },
    mark(judged, palette, 26),
    h("span", { class: "badge-text" },
      h("strong", { "data-test": "village-verdict", "data-verdict": judged.verdict }, word("verdict", judged.verdict)),
      ...judged.flags.map((flag) => h("span", { class: "flag" }, word("flag", flag))),
      h("span", { class: "trust" }, t(trustOf(judged) === "verified" ? "verified" : "claimed"))));
}

/** `verdict` in the middle of a sentence. */
export function lower(text: string): string {
  return text.charAt(0).toLocaleLowerCase("vi") + text.slice(1);
}
