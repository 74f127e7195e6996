/** A row that is filed anew in its place: its values in a form, then the check view. Measurements are another file. */

import { SAYINGS, TECHNOLOGIES } from "../api/api";
import { api } from "../api/client";
import { AUTHORITYS, contested, STEPS } from "../api/contested";
import { columnName, headingsAtHand } from "../columns";
import { type Context, type Correctable, type FiledRow, ownParty } from "../context";
import { DayField, daysSound } from "../day";
import { fill, h } from "../dom";
import { t, word } from "../text";
import { c } from "../text/correct";
import { checkGiven } from "./check";
import { indicatorName, unitOf, villageLink } from "./findings";

type Understood = Readonly<Record<string, unknown>>;
type Corrected = FiledRow & { readonly kind: Correctable };

/** One column: what is shown, and what would be filed. */
interface Field { readonly column: string; readonly shown: HTMLElement; readonly day?: DayField; readonly before?: string; readonly value: () => string }

/** What a row says: a template may say several sorts. */
type Sort = Exclude<Correctable, "duties" | "villages" | "measurement"> | "village" | "cluster" | "step" | "promise" | "blocker" | "funding";

const ABOUT_DUTY = ["thon", "nha_mang", "dieu_khoan"];

/** Columns in the order of the form. */
const COLUMNS: Readonly<Record<Sort, readonly string[]>> = {
  confirmation: ["thon", "cum_dan_cu", "co_song", "ngay_quan_sat", "nha_mang", "cong_nghe", "moi_truong", "dich_vu", "ghi_chu"],
  statistics: ["chi_tieu", "don_vi", "ky", "tu_so", "mau_so", "nha_mang", "chinh_thuc", "ghi_chu"],
  outages: ["nha_mang", "ma_tram", "xa", "thon", "cong_nghe", "bat_dau", "ket_thuc", "nguyen_nhan", "ghi_chu"],
  coverage: ["nha_mang", "cong_nghe", "tu_ngay", "den_ngay", "can_cu", "moi_truong", "dich_vu", "ma_tram", "cac_thon_phuc_vu", "ghi_chu"],
  village: ["ma_thon", "xa", "thon", "loai_thon", "kinh_do", "vi_do", "he_toa_do", "sai_so_m", "uoc_so_ho", "nhan_khau", "dien_luoi", "dac_biet_kho_khan", "tu_ngay", "ghi_chu"],
  cluster: ["ma_thon", "thon", "xa", "cum_dan_cu", "trung_tam", "kinh_do", "vi_do", "he_toa_do", "uoc_so_ho", "tu_ngay", "ghi_chu"],
  step: [...ABOUT_DUTY, "moc", "ngay_dat", "ghi_chu"],
  promise: [...ABOUT_DUTY, "ngay_cam_ket", "cong_nghe", "ghi_chu"],
  blocker: [...ABOUT_DUTY, "vuong_mac", "vuong_mac_tu", "go_vuong_mac", "ghi_chu"],
  funding: [...ABOUT_DUTY, "nguon_von", "khai_toan_vnd", "ghi_chu"],
};

/** What a row is about is not corrected: another thing is another row. */
const HELD: Readonly<Partial<Record<Sort, readonly string[]>>> = {
  confirmation: ["thon", "cum_dan_cu"], statistics: ["chi_tieu"], outages: ["thon", "xa"], coverage: ["nha_mang"], village: ["ma_thon", "xa"], cluster: ["ma_thon", "thon", "xa", "cum_dan_cu"],
  step: ABOUT_DUTY, promise: ABOUT_DUTY, blocker: ABOUT_DUTY, funding: ABOUT_DUTY,
};
/** Filed as they are, and nothing to look at. */
const UNSEEN = ["ma_thon", "he_toa_do"];

const DAYS: Readonly<Record<string, "needed" | "free">> = { ngay_quan_sat: "needed", ngay_dat: "needed", ngay_cam_ket: "needed", vuong_mac_tu: "needed", go_vuong_mac: "free", tu_ngay: "free", den_ngay: "free" };
const NUMBERS = ["tu_so", "mau_so", "uoc_so_ho", "nhan_khau", "sai_so_m", "khai_toan_vnd"];
/** Where something is, said together or not at all. */
const PLACED = ["kinh_do", "vi_do", "he_toa_do", "sai_so_m"];
const YES_NO = ["dien_luoi", "dac_biet_kho_khan", "trung_tam"];

const CHOICES: Readonly<Record<string, readonly string[]>> = { co_song: SAYINGS, moi_truong: ["outdoor", "indoor"], dich_vu: ["data", "voice"], chinh_thuc: ["provisional", "final"], moc: ["given", ...STEPS], loai_thon: ["thon", "to_dan_pho", "lang"] };
const CHOICE_WORDS: Readonly<Record<string, string>> = { co_song: "says", moi_truong: "environment", dich_vu: "service", chinh_thuc: "standing", moc: "step", loai_thon: "kind" };
const BASES = ["statement", "inventory", "on_air_log", "prediction"] as const;
/** One of them has to be said. */
const NEEDED = ["co_song", "moc", "loai_thon", "can_cu"];

export function correctPanel(context: Context, row: Corrected, close: () => void): HTMLElement {
  const body = h("div", {}, h("p", { class: "quiet", role: "status" }, t("loading")));
  void headingsAtHand().then(async () => fill(body, row.kind === "measurement" ? measuredAnew(context, row, close) : correctForm(context, row, await asTemplate(row), close)));
  return h("section", { class: "work-panel", "aria-labelledby": "correct-title", "data-test": "correct-panel" },
    h("header", {}, h("h2", { id: "correct-title", tabindex: -1 }, c(`title_${row.kind}`)),
      h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: close }, "×")),
    h("p", { class: "finding note", "data-test": "corrects" }, t("correcting", { row: row.row, report: row.report })),
    body);
}

/** Samples are not typed: the log is sent anew. */
function measuredAnew(context: Context, row: Corrected, close: () => void): HTMLElement {
  const checked = h("div", { "data-test": "correct-checked" });
  const input = h("input", { type: "file", id: "correct-log", class: "sr-only", accept: ".csv,.tsv,.txt,.xlsx,.zip", "data-test": "correct-log" });
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    if (file !== undefined) fill(checked, checkGiven(context, { file, kind: row.kind, onBehalf: row.onBehalf, replaces: `${row.report}/${row.row}`, again: close }));
  });
  const said = ["cluster", "carrier", "technology", "samples"].map((name) => text(row.understood[name]));
  const [cluster = "", carrier = "", technology = "", samples = ""] = said;
  return h("div", { class: "report-form" },
    h("p", {}, c("measured", { cluster: text(row.understood["cluster_name"]) || cluster, carrier: context.carrierName(carrier), technology, samples })),
    h("p", { class: "small" }, c("log_means")), h("p", {}, input, h("label", { for: "correct-log", class: "plain pick-file" }, c("log"))),
    checked);
}

function correctForm(context: Context, row: Corrected, said: Understood, close: () => void): HTMLElement {
  const sort = sortOf(row);
  const fields = COLUMNS[sort].map((column) => fieldOf(context, sort, column, said));
  const days: DayField[] = fields.flatMap(({ day }) => (day === undefined ? [] : [day]));
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
    row.kind === "villages" && h("p", { class: "hint" }, c("empty_stays")),
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
  return fields.map(({ column, value }) => `"${(PLACED.includes(column) && !isMoved(fields) ? "" : value()).replaceAll('"', '""')}"`).join(",");
}

/** A place that was not touched is not said anew: it stays as sure as it was. */
function isMoved(fields: readonly Field[]): boolean {
  return fields.some(({ column, value, before }) => PLACED.includes(column) && value() !== before);
}

function sortOf({ kind, understood: u }: Corrected): Sort {
  if (kind === "villages") return u["ma_cum"] ? "cluster" : "village";
  if (kind !== "duties") return kind === "measurement" ? "confirmation" : kind;
  return u["moc"] ? "step" : u["ngay_cam_ket"] ? "promise" : u["vuong_mac"] ? "blocker" : "funding";
}

/** What was understood, under the columns of the template. */
async function asTemplate(row: Corrected): Promise<Understood> {
  const { kind, understood: u, note } = row;
  if (kind === "duties") return { ...u, ...await aboutDuty(u), vuong_mac: u["nguyen_van"], ghi_chu: note };
  if (kind === "villages") {
    // A cluster's row names its village by its id.
    const id = u["ma_cum"] ? u["thon"] : u["ma_thon"];
    const { name, commune } = await api.village(text(id), {});
    return { ...u, ma_thon: id, thon: u["ma_cum"] ? name : u["thon"], xa: commune.code, he_toa_do: u["kinh_do"] === null ? "" : "WGS84", ghi_chu: note };
  }
  if (kind !== "confirmation") return { ...u, ghi_chu: note };
  return { thon: u["cluster"] === null ? u["village"] : null, cum_dan_cu: u["cluster"], co_song: u["says"], ngay_quan_sat: u["day"], nha_mang: u["carrier"], cong_nghe: u["technologies"], moi_truong: u["environment"], dich_vu: u["service"], ghi_chu: note };
}

/** A step and its funding name their duty alone. */
async function aboutDuty(u: Understood): Promise<Understood> {
  const id = text(u["nhiem_vu"]);
  const duty = u["thon"] || id === "" ? undefined : (await contested.duties({})).items.find((one) => one.id === id);
  return { thon: u["thon"] ?? duty?.village.id, nha_mang: u["nha_mang"] ?? duty?.carrier, dieu_khoan: id, clause: duty?.clause };
}

function fieldOf(context: Context, sort: Sort, column: string, said: Understood): Field {
  const id = `correct-${column}`;
  const value = said[column];
  const labelled = (input: HTMLElement, hint?: string) => h("div", { class: "field" }, h("label", { for: id }, columnName(column)), input, hint !== undefined && h("p", { class: "hint" }, hint));
  if (UNSEEN.includes(column) || HELD[sort]?.includes(column)) return heldField(context, sort, column, said);
  if (column === "cong_nghe" && sort !== "promise") return ticked(column, TECHNOLOGIES.map((one) => [one, one]), list(value));
  if (column === "cac_thon_phuc_vu") return ticked(column, list(value).map((code) => [code, villageLink(context, code)]), list(value));
  const need = DAYS[column];
  if (need !== undefined) {
    const day = new DayField(id, column, text(value), { required: need === "needed" });
    return { column, day, shown: h("div", { class: "field" }, h("label", { for: id }, columnName(column)), day.element), value: () => day.value };
  }
  const choices = choicesOf(context, column);
  if (choices !== null) {
    const none: [string, string][] = NEEDED.includes(column) ? [] : [["", c(column === "nha_mang" ? "every" : "unsaid")]];
    const chosen = typeof value === "boolean" ? (value ? "yes" : "no") : text(value);
    const select = h("select", { id, name: column }, ...[...none, ...choices].map(([code, shown]) => h("option", { value: code, selected: code === chosen }, shown)));
    return { column, shown: labelled(select), value: () => select.value };
  }
  const [typed, hint] = column === "ky" ? [periodText(value), c("period_form")] : column === "bat_dau" || column === "ket_thuc" ? [timeText(value), c("time_form")]
    : column === "don_vi" ? [text(value), unitOf(context, text(value))] : column === "kinh_do" || column === "vi_do" ? [text(value).replace(".", ","), undefined]
      : [list(value).join("; "), undefined];
  const input = h("input", { id, name: column, value: typed, autocomplete: "off", inputmode: NUMBERS.includes(column) ? "numeric" : null });
  return { column, shown: labelled(input, hint), before: typed, value: () => input.value.trim() };
}

function choicesOf(context: Context, column: string): [string, string][] | null {
  if (column === "nha_mang") return context.known.carriers.map(({ id, name }) => [id, name]);
  if (column === "can_cu") return BASES.map((code) => [code, c(`basis_${code}`)]);
  if (column === "cong_nghe") return TECHNOLOGIES.map((one) => [one, one]);
  if (YES_NO.includes(column)) return [["yes", t("yes")], ["no", t("no")]];
  const codes = CHOICES[column];
  if (codes === undefined) return null;
  // Who owes something closes it not.
  const mine = column === "moc" && ownParty(context.known.me) !== "department" ? codes.filter((code) => code !== "given" && !AUTHORITYS.includes(code)) : codes;
  return mine.map((code) => [code, word(CHOICE_WORDS[column] ?? "", code)]);
}

/** Shown, and filed as it was. */
function heldField(context: Context, sort: Sort, column: string, said: Understood): Field {
  const codes = list(said[column]);
  const shown = codes.map((code) => {
    if (column === "thon" && sort !== "cluster") return villageLink(context, code);
    if (column === "chi_tieu") return indicatorName(code);
    const name = column === "xa" ? unitOf(context, code) : column === "nha_mang" ? context.carrierName(code) : column === "dieu_khoan" ? text(said["clause"]) || code : column === "cum_dan_cu" ? text(said["cluster_name"]) || code : code;
    return h("span", {}, name);
  });
  return {
    column, before: codes.join(";"), value: () => codes.join(";"),
    shown: codes.length === 0 || UNSEEN.includes(column) ? h("div", { hidden: true }) : h("p", { class: "small", "data-test": `held-${column}` }, `${columnName(column)}: `, ...shown.flatMap((one, i) => [i > 0 ? ", " : "", one])),
  };
}

function ticked(column: string, choices: readonly (readonly [string, string | HTMLElement])[], chosen: readonly string[]): Field {
  const boxes = choices.map(([value, shown]) => ({ shown, box: h("input", { type: "checkbox", name: column, value, checked: chosen.includes(value) }) }));
  const id = `correct-${column}-title`;
  return {
    column, value: () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value).join(";"),
    shown: boxes.length === 0 ? h("div", { hidden: true }) : h("div", { class: "field" }, h("span", { class: "label", id }, columnName(column)),
      h("div", { class: "checks", role: "group", "aria-labelledby": id }, ...boxes.map(({ box, shown }) => h("label", {}, box, " ", shown)))),
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
