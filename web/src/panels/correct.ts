/** A row of a confirmation, a figure or an outage that is filed anew in its place: its values in a form, then the check view. */

import { SAYINGS, TECHNOLOGIES } from "../api/api";
import { columnName, headingsAtHand } from "../columns";
import type { Context, Correctable, FiledRow } from "../context";
import { DayField, daysSound } from "../day";
import { fill, h } from "../dom";
import { t, word } from "../text";
import { c } from "../text/correct";
import { checkGiven } from "./check";
import { indicatorName, unitOf, villageLink } from "./findings";

type Understood = Readonly<Record<string, unknown>>;

/** One column: what is shown, and what would be filed. */
interface Field { readonly column: string; readonly shown: HTMLElement; value(): string }

/** Columns of each template in the order of its form. */
const COLUMNS: Readonly<Record<Correctable, readonly string[]>> = {
  confirmation: ["thon", "cum_dan_cu", "co_song", "ngay_quan_sat", "nha_mang", "cong_nghe", "moi_truong", "dich_vu", "ghi_chu"],
  statistics: ["chi_tieu", "don_vi", "ky", "tu_so", "mau_so", "nha_mang", "chinh_thuc", "ghi_chu"],
  outages: ["nha_mang", "ma_tram", "xa", "thon", "cong_nghe", "bat_dau", "ket_thuc", "nguyen_nhan", "ghi_chu"],
};

/** What a row is about is not corrected: another thing is another row. */
const HELD = ["thon", "cum_dan_cu", "chi_tieu", "xa"];

const CHOICES: Readonly<Record<string, readonly string[]>> = { co_song: SAYINGS, moi_truong: ["outdoor", "indoor"], dich_vu: ["data", "voice"], chinh_thuc: ["provisional", "final"] };
const CHOICE_WORDS: Readonly<Record<string, string>> = { co_song: "says", moi_truong: "environment", dich_vu: "service", chinh_thuc: "standing" };

export function correctPanel(context: Context, row: FiledRow & { readonly kind: Correctable }, close: () => void): HTMLElement {
  const body = h("div", {});
  void headingsAtHand().then(() => fill(body, correctForm(context, row, close)));
  return h("section", { class: "work-panel", "aria-labelledby": "correct-title", "data-test": "correct-panel" },
    h("header", {}, h("h2", { id: "correct-title", tabindex: -1 }, c(`title_${row.kind}`)),
      h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: close }, "×")),
    h("p", { class: "finding note", "data-test": "corrects" }, t("correcting", { row: row.row, report: row.report })),
    body);
}

function correctForm(context: Context, row: FiledRow & { readonly kind: Correctable }, close: () => void): HTMLElement {
  const said = asTemplate(row);
  const fields = COLUMNS[row.kind].map((column) => fieldOf(context, column, said[column], text(row.understood["cluster_name"])));
  const days: DayField[] = fields.flatMap((field) => ("day" in field && field.day instanceof DayField ? [field.day] : []));
  const before = line(fields);
  const checked = h("div", { "data-test": "correct-checked" });
  const told = h("p", { class: "status", role: "status" });
  const check = () => {
    told.textContent = "";
    if (!daysSound(days)) return;
    if (line(fields) === before) {
      told.textContent = c("unchanged");
      return;
    }
    const head = [...fields.map(({ column }) => column), "thay_the"].join(",");
    const file = new File([`${head}\n${line(fields)},${row.report}/${row.row}\n`], `dinh-chinh-${row.report}-${row.row}.csv`, { type: "text/csv" });
    fill(checked, checkGiven(context, { file, kind: row.kind, onBehalf: row.onBehalf, again: close }));
  };
  const form = h("form", { class: "report-form", novalidate: true, onsubmit: (event) => { event.preventDefault(); check(); } },
    ...fields.map(({ shown }) => shown),
    h("div", { class: "buttons" }, told, h("button", { type: "submit", class: "plain strong", "data-test": "correct-check" }, c("check"))));
  // What was checked is no longer what would be filed.
  form.addEventListener("input", () => {
    fill(checked);
    told.textContent = "";
  });
  return h("div", {}, form, checked);
}

/** A line of CSV, without its end. */
function line(fields: readonly Field[]): string {
  return fields.map((field) => `"${field.value().replaceAll('"', '""')}"`).join(",");
}

/** What was understood, under the columns of the template. */
function asTemplate({ kind, understood: u, note }: FiledRow): Understood {
  if (kind !== "confirmation") return { ...u, ghi_chu: note };
  return { thon: u["cluster"] === null ? u["village"] : null, cum_dan_cu: u["cluster"], co_song: u["says"], ngay_quan_sat: u["day"], nha_mang: u["carrier"], cong_nghe: u["technologies"], moi_truong: u["environment"], dich_vu: u["service"], ghi_chu: note };
}

function fieldOf(context: Context, column: string, value: unknown, clusterName: string): Field & { readonly day?: DayField } {
  const id = `correct-${column}`;
  const labelled = (input: HTMLElement, hint?: string) => h("div", { class: "field" }, h("label", { for: id }, columnName(column)), input, hint !== undefined && h("p", { class: "hint" }, hint));
  if (HELD.includes(column)) return heldField(context, column, value, column === "cum_dan_cu" ? clusterName : "");
  if (column === "cong_nghe") return technologies(column, list(value));
  if (column === "ngay_quan_sat") {
    const day = new DayField(id, column, text(value), { required: true });
    return { column, day, shown: h("div", { class: "field" }, h("label", { for: id }, columnName(column)), day.element), value: () => day.value };
  }
  const choices = column === "nha_mang" ? context.known.carriers.map(({ id: code, name }): [string, string] => [code, name])
    : CHOICES[column]?.map((code): [string, string] => [code, word(CHOICE_WORDS[column] ?? "", code)]);
  if (choices !== undefined) {
    const none: [string, string][] = column === "co_song" ? [] : [["", c(column === "nha_mang" ? "every" : "unsaid")]];
    const select = h("select", { id, name: column }, ...[...none, ...choices].map(([code, shown]) => h("option", { value: code, selected: code === text(value) }, shown)));
    return { column, shown: labelled(select), value: () => select.value };
  }
  const [typed, hint] = column === "ky" ? [periodText(value), c("period_form")] : column === "bat_dau" || column === "ket_thuc" ? [timeText(value), c("time_form")]
    : column === "don_vi" ? [text(value), unitOf(context, text(value))] : [text(value), undefined];
  const input = h("input", { id, name: column, value: typed, autocomplete: "off", inputmode: ["tu_so", "mau_so"].includes(column) ? "numeric" : null });
  return { column, shown: labelled(input, hint), value: () => input.value.trim() };
}

/** Shown, and filed as it was. */
function heldField(context: Context, column: string, value: unknown, name: string): Field {
  const codes = list(value);
  const shown = column === "thon" ? codes.map((code) => villageLink(context, code)) : codes.map((code) => column === "chi_tieu" ? indicatorName(code) : h("span", {}, column === "xa" ? unitOf(context, code) : name || code));
  return {
    column, value: () => codes.join(";"),
    shown: codes.length === 0 ? h("div", { hidden: true }) : h("p", { class: "small", "data-test": `held-${column}` }, `${columnName(column)}: `, ...shown.flatMap((one, i) => [i > 0 ? ", " : "", one])),
  };
}

function technologies(column: string, chosen: readonly string[]): Field {
  const boxes = TECHNOLOGIES.map((technology) => h("input", { type: "checkbox", name: column, value: technology, checked: chosen.includes(technology) }));
  return {
    column, value: () => boxes.filter((box) => box.checked).map((box) => box.value).join(";"),
    shown: h("div", { class: "field" }, h("span", { class: "label", id: "correct-technologies" }, columnName(column)),
      h("div", { class: "checks", role: "group", "aria-labelledby": "correct-technologies" }, ...boxes.map((box) => h("label", {}, box, ` ${box.value}`)))),
  };
}

function text(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : value === null || value === undefined || value === "" ? [] : [String(value)];
}

/** A calendar month as `11/2026`, any other period by its days. */
function periodText(value: unknown): string {
  const [from = "", to = ""] = list(value);
  const [year = "", month = ""] = from.split("-");
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).toISOString().slice(0, 10);
  const typed = (iso: string) => iso.split("-").toReversed().join("/");
  return from.endsWith("-01") && to === last ? `${month}/${year}` : from === "" ? "" : `${typed(from)} - ${typed(to)}`;
}

/** An instant as the province's clock showed it, in the form that files use. */
function timeText(value: unknown): string {
  const at = new Date(text(value));
  if (text(value) === "" || Number.isNaN(at.getTime())) return "";
  const [date = "", time = ""] = at.toLocaleString("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" }).split(" ");
  return `${date.split("-").toReversed().join("/")} ${time.slice(0, 5)}`;
}
