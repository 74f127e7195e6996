/** A day typed as this country writes it, dd/mm/yyyy, whatever language the browser speaks; the browser's own calendar opens beside it. */

import { h, svg } from "./dom";
import { day, t } from "./text";

export interface DayLimits {
  readonly min?: string;
  readonly max?: string;
  readonly required?: boolean;
  /** What else is said of the field: ids of elements. */
  readonly describedBy?: string;
}

/** `07/06/2023`, `7-6-2023`, `07062023` or `2023-06-07` → `2023-06-07`; null: no day of the calendar. */
export function dayOf(text: string): string | null {
  const bare = text.trim();
  const [, y = "", mo = "", da = ""] = /^(\d{4})-(\d\d?)-(\d\d?)$/.exec(bare) ?? [];
  const [, d = da, m = mo, year = y] = /^(\d\d?)[/.\-\s]+(\d\d?)[/.\-\s]+(\d{4})$/.exec(bare) ?? /^(\d\d)(\d\d)(\d{4})$/.exec(bare) ?? [];
  if (year === "") return null;
  const iso = `${year}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`;
  const known = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(known.getTime()) && known.toISOString().startsWith(iso) ? iso : null;
}

/** `2023-06-07` → `07/06/2023`, as a field shows it; else as it is. */
export function typedDay(iso: string): string {
  return iso.replace(/^(\d{4})-(\d\d)-(\d\d)$/, "$3/$2/$1");
}

/** Signs of a day that is written out. */
const WHOLE = 10;

export class DayField {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly #limits: DayLimits;
  readonly #fault: HTMLElement;
  readonly #calendar: HTMLInputElement;
  readonly #chosen: (iso: string) => void;

  /** `chosen`: told each day that was finished, and "" when the field was emptied. */
  constructor(id: string, name: string, value: string, limits: DayLimits = {}, chosen: (iso: string) => void = () => {}) {
    this.#limits = limits;
    this.#chosen = chosen;
    this.#fault = h("p", { class: "day-fault", id: `${id}-fault`, role: "alert" });
    this.input = h("input", { type: "text", id, name, inputmode: "numeric", autocomplete: "off", maxlength: WHOLE, placeholder: t("day_form"), required: limits.required, value: typedDay(value), "aria-describedby": [this.#fault.id, limits.describedBy].filter(Boolean).join(" ") });
    this.#calendar = h("input", { type: "date", class: "day-calendar", tabindex: -1, "aria-hidden": "true", min: limits.min, max: limits.max });
    this.#calendar.addEventListener("change", () => {
      if (this.#calendar.value === "") return;
      this.input.value = typedDay(this.#calendar.value);
      for (const kind of ["input", "change"]) this.input.dispatchEvent(new Event(kind, { bubbles: true }));
      this.input.focus();
    });
    this.input.addEventListener("input", (event) => this.#typed(event));
    this.input.addEventListener("change", () => { if (this.check()) this.#chosen(this.value); });
    this.element = h("div", { class: "day-field" }, h("div", { class: "day-box" }, this.input, this.#calendar, this.#button()), this.#fault);
  }

  /** The day as `2026-11-26`; "" when nothing is typed; what is no day stays as it was typed. */
  get value(): string {
    const typed = this.input.value.trim();
    return dayOf(typed) ?? typed;
  }

  /** Says what is wrong beside the field; false: something is. */
  check(): boolean {
    const fault = this.#wrong();
    if (fault === null) this.input.value = typedDay(this.value);
    this.#say(fault ?? "");
    return fault === null;
  }

  #wrong(): string | null {
    const typed = this.input.value.trim();
    const iso = dayOf(typed);
    const { min, max } = this.#limits;
    if (typed === "") return null;
    if (iso === null) return t("day_wrong");
    if (min !== undefined && iso < min) return t("day_before", { day: day(min) });
    return max !== undefined && iso > max ? t("day_after", { day: day(max) }) : null;
  }

  #say(fault: string): void {
    this.#fault.textContent = fault;
    this.input.setCustomValidity(fault);
    if (fault === "") this.input.removeAttribute("aria-invalid");
    else this.input.setAttribute("aria-invalid", "true");
  }

  /** A number pad has no stroke: it comes by itself behind day and month. A whole day is told at once. */
  #typed(event: Event): void {
    this.#say("");
    const { input } = this;
    const atEnd = input.selectionStart === input.value.length;
    if (event instanceof InputEvent && event.inputType.startsWith("insert") && atEnd) input.value = input.value.replace(/\/{2,}/g, "/").replace(/^(\d\d|\d\d\/\d\d)$/, "$1/");
    if (input.value.length === WHOLE && this.check()) this.#chosen(this.value);
  }

  #button(): HTMLElement | false {
    if (!("showPicker" in this.#calendar)) return false;
    const open = () => {
      this.#calendar.value = dayOf(this.input.value) ?? "";
      try {
        this.#calendar.showPicker();
      } catch {
        // A frame of another origin may not: the day can still be typed.
        this.input.focus();
      }
    };
    return h("button", { type: "button", class: "day-open", "aria-label": t("day_calendar"), title: t("day_calendar"), onclick: open },
      svg("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" },
        svg("path", { d: "M3.5 5.5h13v11h-13zM3.5 8.5h13M7 3v4M13 3v4", fill: "none", stroke: "currentColor", "stroke-width": 1.5, "stroke-linejoin": "round", "stroke-linecap": "round" })));
  }
}

/** The first field that holds no day within its limits gets the focus; true: there is none. */
export function daysSound(fields: readonly DayField[]): boolean {
  const wrong = fields.filter((field) => !field.check());
  wrong[0]?.input.focus();
  return wrong.length === 0;
}
