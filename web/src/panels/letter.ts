/** The letter a filing came with, and for whom it is filed: asked in the same way by every form. */

import type { Context } from "../context";
import { DayField, daysSound } from "../day";
import { h } from "../dom";
import { capital, unitName } from "../place";
import { t, today } from "../text";

/** Number, day and title of the letter; all may follow later. */
export class Letter {
  readonly element: HTMLElement;
  readonly #fields = {
    number: h("input", { name: "van_ban_so", id: "f-van_ban_so" }),
    day: new DayField("f-van_ban_ngay", "van_ban_ngay", "", { max: today() }),
    title: h("input", { name: "van_ban_trich_yeu", id: "f-van_ban_trich_yeu" }),
  };

  constructor() {
    const { number, day, title } = this.#fields;
    const field = (label: string, input: HTMLElement, shown = input) => h("div", { class: "field" }, h("label", { for: input.id }, label), shown);
    this.element = h("details", { class: "fold" }, h("summary", {}, t("report_document")),
      h("div", { class: "pair" }, field(t("report_document_number"), number), field(t("report_document_day"), day.input, day.element)),
      field(t("report_document_title"), title), h("p", { class: "hint" }, t("report_document_hint")));
  }

  /** False: its day is none, and that is said beside it. */
  sound(): boolean {
    const sound = daysSound([this.#fields.day]);
    if (!sound) this.element.setAttribute("open", "");
    return sound;
  }

  /** What was typed in, without what was left empty. */
  filled(): Record<string, string> {
    return Object.fromEntries(Object.entries(this.#fields).map(([name, input]) => [name, input.value.trim()]).filter(([, value]) => value !== ""));
  }
}

/** Whose word a file is that an officer sends: the department's own, or somebody's on whose behalf. */
export function ownerChoice(context: Context): HTMLSelectElement {
  const carriers = context.known.carriers.filter(({ kind }) => kind === "mno");
  const communes = (context.known.communes?.items ?? []).toSorted((a, b) => a.name.localeCompare(b.name, "vi"));
  return h("select", { name: "on_behalf_of", id: "f-on_behalf_of", required: true, "data-test": "on-behalf" },
    h("option", { value: "" }, t("choose")), h("option", { value: OWN }, t("file_own")),
    h("optgroup", { label: t("report_on_behalf") }, ...carriers.map(({ id, name }) => h("option", { value: id }, name))),
    h("optgroup", { label: t("confirm_on_behalf") }, ...communes.map((commune) => h("option", { value: `commune:${commune.code}` }, capital(unitName(commune))))));
}

/** Nobody's but the department's. */
export const OWN = "department";

/** For which carrier an officer files. */
export function carrierChoice(context: Context): HTMLSelectElement {
  const carriers = context.known.carriers.filter(({ kind }) => kind === "mno");
  return h("select", { name: "on_behalf_of", id: "f-on_behalf_of", required: true, "data-test": "on-behalf" },
    h("option", { value: "" }, t("choose")), ...carriers.map(({ id, name }) => h("option", { value: id }, name)));
}
