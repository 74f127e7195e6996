/** A carrier's report: check it as often as wanted, then file it once. */

import { type Candidate, EVENT_KINDS, type Finding, TECHNOLOGIES, type VillageSummary } from "../api/api";
import { actName, api, ApiError, json, type ReportBody } from "../api/client";
import type { Context, FiledRow } from "../context";
import { DayField, typedDay } from "../day";
import { type Child, fill, h } from "../dom";
import { placeLine } from "../place";
import { decimal, degrees, t, type TextKey } from "../text";
import { mark } from "../verdict";
import { checkView, COLUMNS, type Column } from "./check";
import { findingItem, previewMoves, previewText } from "./findings";
import { doctor } from "./doctor";
import { carrierChoice, Letter } from "./letter";
import { receipt } from "./receipt";
import { searchBox } from "./search";
import { offerSites } from "./sites";

/** A candidate that is a reading of coordinates, not a value. */
const READING = /^EPSG:\d+/;

const SYSTEMS: readonly (readonly [string, TextKey])[] = [["WGS84", "crs_wgs84"], ["EPSG:5898", "crs_5898"], ["EPSG:9216", "crs_9216"], ["EPSG:3405", "crs_3405"]];

/** `corrects`: a row to begin with, to be replaced by what is filed. */
export function reportPanel(context: Context, corrects: FiledRow | null, close: () => void): HTMLElement {
  const body = h("div", {});
  const intro = h("p", { class: "quiet small" }, t("report_intro"));
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": t("report_title") });
  const certificate = () => {
    const place = h("div", { "data-test": "certificate-view" });
    import("./decide").then(({ certificateForm }) => fill(place, certificateForm(context)), (error: unknown) => fill(place, h("p", { class: "problem", role: "alert" }, String(error))));
    return place;
  };
  const ways = [["form", "report_by_form"], ["file", "report_by_file"], ["certificate", "certificates"]] as const;
  const show = (which: (typeof ways)[number][0], replaced: FiledRow | null = null) => {
    fill(tabs, ...ways.filter(([code]) => code !== "certificate" || context.may("report") || context.may("decide")).map(([code, label]) =>
      h("button", { type: "button", "data-test": `report-tab-${code}`, "aria-pressed": String(code === which), onclick: () => show(code) }, t(label))));
    intro.hidden = which !== "form";
    doctored.hidden = which === "certificate";
    fill(body, which === "form" ? new ReportForm(context, replaced, () => show("form")).element : which === "file" ? checkView(context) : certificate());
  };
  const doctored = doctor(context);
  show("form", corrects);
  return h("section", { class: "work-panel", "aria-labelledby": "report-title", "data-test": "report-panel" },
    h("header", {}, h("h2", { id: "report-title", tabindex: -1 }, t(context.may("report") ? "report_title" : "enter_data")), h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: close }, "×")),
    intro, tabs, body, doctored);
}

/** One row, typed in. */
class ReportForm {
  readonly element: HTMLFormElement;
  readonly #context: Context;
  readonly #again: () => void;
  readonly #beside = new Map<string, HTMLElement>();
  readonly #fields = new Map<Column, HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>();
  readonly #technologies: HTMLInputElement[];
  readonly #villages: { id: string; name: string }[] = [];
  readonly #chosenVillages = h("ul", { class: "chosen-villages" });
  readonly #result = h("div", { class: "result", "aria-live": "polite", "data-test": "report-result" });
  readonly #submit = h("button", { type: "submit", class: "primary", "data-test": "report-submit", disabled: true }, t("submit"));
  readonly #status = h("p", { class: "status", role: "status", "data-test": "report-status" });
  readonly #behalf: HTMLSelectElement | null;
  readonly #letter = new Letter();
  readonly #day = new DayField("f-ngay_su_kien", "ngay_su_kien", "", { describedBy: "beside-ngay_su_kien" });
  #idempotency = actName();
  /** Checks so far. */
  #turn = 0;

  constructor(context: Context, corrects: FiledRow | null, again: () => void) {
    this.#context = context;
    this.#again = again;
    this.#technologies = TECHNOLOGIES.map((technology) => h("input", { type: "checkbox", name: "cong_nghe", value: technology, id: `f-cong_nghe-${technology}` }));
    this.#behalf = context.may("report") ? null : carrierChoice(context);
    const preview = h("button", { type: "button", class: "plain strong", "data-test": "report-preview", onclick: () => void this.#preview() }, t("preview"));
    this.element = h("form", { class: "report-form", novalidate: true, onsubmit: (event) => { event.preventDefault(); void this.#file(); } },
      corrects && h("p", { class: "finding note", "data-test": "corrects" }, t("correcting", { row: corrects.row, report: corrects.report })),
      this.#behalf && h("div", { class: "field" }, h("label", { for: this.#behalf.id }, t("report_on_behalf")), this.#behalf, h("p", { class: "hint" }, t("on_behalf_means"))),
      ...this.#groups(),
      this.#result,
      h("div", { class: "buttons sticky" }, this.#status, preview, this.#submit));
    // Whatever was checked is no longer what would be filed.
    this.element.addEventListener("input", () => {
      this.#submit.disabled = true;
      this.#say("", "");
    });
    if (corrects !== null) this.#begin(corrects);
  }

  /** As it was filed: what is wrong is changed, the rest stays. */
  #begin({ report, row, owner, understood, note }: FiledRow): void {
    for (const column of this.#fields.keys()) this.#set(column, typed(this.#context, column, understood[column]));
    this.#set("he_toa_do", "WGS84");
    this.#set("thay_the", `${report}/${row}`);
    this.#set("ghi_chu", note ?? "");
    this.element.querySelector("#f-thay_the")?.closest("details")?.setAttribute("open", "");
    this.#day.input.value = typedDay(String(understood["ngay_su_kien"] ?? ""));
    if (this.#behalf) this.#behalf.value = owner;
    const [technologies, villages] = [list(understood["cong_nghe"]), list(understood["cac_thon_phuc_vu"])];
    for (const box of this.#technologies) box.checked = technologies.includes(box.value);
    for (const id of villages) void this.#context.villageName(id).then((name) => this.#addVillage({ id, name }));
  }

  #groups(): HTMLElement[] {
    const group = (title: string, ...children: readonly Child[]) => h("fieldset", {}, h("legend", {}, title), ...children);
    const events = [["", t("choose")] as const, ...EVENT_KINDS.map((kind) => [kind, t(`event_${kind}`)] as const)];
    const pick = h("button", { type: "button", class: "plain", "data-test": "pick", onclick: () => void this.#pick() }, t("pick_on_map"));
    return [
      group(t("group_event"),
        this.#select("loai_su_kien", events, ""),
        this.#dayField(),
        h("div", { class: "field" }, h("span", { class: "label", id: "label-cong_nghe" }, t("f_cong_nghe")),
          h("div", { class: "checks", role: "group", "aria-labelledby": "label-cong_nghe" }, ...this.#technologies.map((box) => h("label", {}, box, ` ${box.value}`))),
          this.#place("cong_nghe"))),
      group(t("group_site"),
        this.#siteField(), this.#input("ten_tram")),
      group(t("group_place"),
        this.#select("he_toa_do", SYSTEMS.map(([code, key]) => [code, t(key)]), "WGS84"),
        h("div", { class: "pair" }, this.#input("kinh_do", { inputmode: "decimal" }), this.#input("vi_do", { inputmode: "decimal" })),
        h("p", { class: "hint" }, t("hint_coordinates")), pick,
        h("div", { class: "pair" }, this.#input("xa"), this.#input("huyen"))),
      group(t("group_serves"), this.#villagePicker(), this.#input("uoc_so_ho", { inputmode: "numeric" })),
      h("details", { class: "fold" }, h("summary", {}, t("group_more")),
        h("div", { class: "pair" }, this.#input("bang_tan", {}, "hint_bang_tan"), this.#input("do_cao_anten_m", { inputmode: "decimal" })),
        h("div", { class: "pair" }, this.#input("truyen_dan", {}, "hint_truyen_dan"), this.#input("nguon_dien", {}, "hint_nguon_dien")),
        this.#input("thay_the", {}, "hint_thay_the"), this.#input("anh"), this.#area("ghi_chu")),
      this.#letter.element,
    ];
  }

  #input(column: Column, attributes: Record<string, string> = {}, hint?: TextKey): HTMLElement {
    const field = h("input", { name: column, id: `f-${column}`, "aria-describedby": `beside-${column}`, ...attributes });
    return this.#field(column, field, hint);
  }

  /** The carrier's own sites are offered; a new one is typed. */
  #siteField(): HTMLElement {
    const shown = this.#input("ma_tram", { autocomplete: "off" }, "hint_ma_tram");
    const input = this.#fields.get("ma_tram");
    const whose = () => this.#context.known.me?.carrier ?? (this.#behalf?.value || null);
    if (input instanceof HTMLInputElement) shown.append(offerSites(this.#context, input, whose, ({ name }) => {
      if (name !== null && this.#fields.get("ten_tram")?.value === "") this.#set("ten_tram", name);
    }));
    return shown;
  }

  #dayField(): HTMLElement {
    return h("div", { class: "field" }, h("label", { for: this.#day.input.id }, t("f_ngay_su_kien")), this.#day.element, this.#place("ngay_su_kien"));
  }

  #area(column: Column): HTMLElement {
    return this.#field(column, h("textarea", { name: column, id: `f-${column}`, rows: 2 }));
  }

  #select(column: Column, choices: readonly (readonly [string, string])[], value: string): HTMLElement {
    return this.#field(column, h("select", { name: column, id: `f-${column}`, "aria-describedby": `beside-${column}` }, ...choices.map(([code, text]) => h("option", { value: code, selected: code === value }, text))));
  }

  #field(column: Column, field: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement, hint?: TextKey): HTMLElement {
    this.#fields.set(column, field);
    return h("div", { class: "field" }, h("label", { for: `f-${column}` }, t(`f_${column}`)), field, hint && h("p", { class: "hint" }, t(hint)), this.#place(column));
  }

  /** Where the findings of a column are shown. */
  #place(column: Column): HTMLElement {
    const place = h("div", { class: "beside", id: `beside-${column}` });
    this.#beside.set(column, place);
    return place;
  }

  #villagePicker(): HTMLElement {
    const box = searchBox(
      { id: "f-cac_thon_phuc_vu", test: "village-picker", resultTest: "village-picker-result", label: t("f_cac_thon_phuc_vu"), placeholder: t("search_placeholder"), clearOnChoice: true },
      async (text, signal) => (await api.villages({ q: text, limit: 8 }, signal)).items.map((village) => ({
        label: village.name, detail: placeLine(village), symbol: mark(village, this.#context.palette, 20), choose: () => this.#addVillage(village),
      })));
    box.querySelector("input")?.setAttribute("name", "cac_thon_phuc_vu");
    return h("div", { class: "field" }, h("label", { for: "f-cac_thon_phuc_vu" }, t("f_cac_thon_phuc_vu")), this.#chosenVillages, box, h("p", { class: "hint" }, t("hint_villages")), this.#place("cac_thon_phuc_vu"));
  }

  #addVillage(village: Pick<VillageSummary, "id" | "name">): void {
    if (!this.#villages.some(({ id }) => id === village.id)) this.#villages.push({ id: village.id, name: village.name });
    this.#drawVillages();
    this.#submit.disabled = true;
  }

  #drawVillages(): void {
    fill(this.#chosenVillages, ...this.#villages.map((village) => h("li", { "data-village": village.id }, village.name,
      h("button", { type: "button", "aria-label": t("villages_remove", { name: village.name }), onclick: () => {
        this.#villages.splice(this.#villages.indexOf(village), 1);
        this.#drawVillages();
        this.#submit.disabled = true;
      } }, "×"))));
  }

  async #pick(): Promise<void> {
    const at = await this.#context.pick();
    if (at === null) return;
    this.#set("kinh_do", degrees(at.lon, 6));
    this.#set("vi_do", degrees(at.lat, 6));
    this.#set("he_toa_do", "WGS84");
    this.#context.pin(at);
  }

  #set(column: Column, value: string): void {
    const field = this.#fields.get(column);
    if (!field) return;
    field.value = value;
    this.#submit.disabled = true;
  }

  #body(): ReportBody {
    const row: Record<string, string | string[]> = {};
    for (const [column, field] of this.#fields) {
      if (field.value.trim() !== "") row[column] = field.value.trim();
    }
    // What is no day goes as it was typed: the service says what is wrong with it.
    if (this.#day.value !== "") row["ngay_su_kien"] = this.#day.value;
    if (row["kinh_do"] === undefined && row["vi_do"] === undefined) delete row["he_toa_do"];
    const technologies = this.#technologies.filter((box) => box.checked).map((box) => box.value);
    if (technologies.length > 0) row["cong_nghe"] = technologies;
    // A name typed but not chosen goes as it is: the service answers with candidates.
    const typed = this.element.querySelector<HTMLInputElement>("#f-cac_thon_phuc_vu")?.value.trim() ?? "";
    const villages = [...this.#villages.map(({ id }) => id), ...(typed === "" ? [] : [typed])];
    if (villages.length > 0) row["cac_thon_phuc_vu"] = villages;
    const document = this.#letter.filled();
    return json({
      rows: [row],
      ...(this.#behalf && this.#behalf.value !== "" ? { on_behalf_of: this.#behalf.value } : {}),
      ...(Object.keys(document).length > 0 ? { document } : {}),
    });
  }

  async #preview(): Promise<void> {
    if (!this.#letter.sound()) return;
    this.#say(t("previewing"), "");
    const turn = (this.#turn += 1);
    try {
      const preview = await api.preview("reports", this.#body());
      // Changed and checked again meanwhile: the later answer counts.
      if (turn !== this.#turn) return;
      this.#showFindings([...preview.findings, ...preview.rows.flatMap(({ findings }) => findings)]);
      fill(this.#result, ...previewMoves(preview));
      this.#say(previewText(preview), preview.can_file ? "fine" : "bad");
      this.#submit.disabled = !preview.can_file;
      this.#idempotency = actName();
      if (!preview.can_file) this.#toFirstFault();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The first field that something is wrong with, else the first question: seen, and ready to be answered. */
  #toFirstFault(): void {
    const wrong = this.element.querySelector<HTMLElement>("[aria-invalid=true]");
    if (wrong) return wrong.focus();
    const asked = this.element.querySelector<HTMLElement>(".finding.ask");
    asked?.closest(".field")?.querySelector<HTMLElement>("input, select, textarea")?.focus();
    asked?.scrollIntoView({ block: "nearest" });
  }

  async #file(): Promise<void> {
    if (this.#submit.disabled) return this.#say(t("preview_first"), "bad");
    this.#submit.disabled = true;
    this.#say(t("submitting"), "");
    try {
      const filed = await api.file("reports", this.#body(), this.#idempotency);
      this.#context.pin(null);
      this.element.replaceChildren(receipt(filed, this.#behalf !== null, this.#again));
      this.#context.changed();
    } catch (error) {
      // The same key goes with the next attempt: an answer that was lost is not filed twice.
      this.#submit.disabled = false;
      this.#failed(error);
    }
  }

  #say(text: string, tone: "" | "fine" | "bad"): void {
    this.#status.textContent = text;
    this.#status.className = `status ${tone}`;
  }

  #failed(error: unknown): void {
    if (error instanceof ApiError) this.#showFindings(error.findings);
    this.#say("", "");
    fill(this.#result, h("p", { class: "problem", role: "alert" }, error instanceof Error ? error.message : String(error)));
  }

  #showFindings(findings: readonly Finding[]): void {
    for (const place of this.#beside.values()) place.replaceChildren();
    for (const field of this.#fields.values()) field.removeAttribute("aria-invalid");
    const general: HTMLElement[] = [];
    for (const finding of unique(findings)) {
      const place = finding.column ? this.#beside.get(finding.column) : undefined;
      const item = findingItem(finding, place ? "beside" : "apart", (which, candidate) => this.#chosen(which, candidate));
      if (place) {
        place.append(item);
        if (finding.severity === "refuse") this.element.querySelector(`#f-${CSS.escape(finding.column ?? "")}`)?.setAttribute("aria-invalid", "true");
        place.closest("details")?.setAttribute("open", "");
      } else general.push(item);
    }
    this.element.querySelector(".general")?.remove();
    if (general.length > 0) this.#result.before(h("div", { class: "general" }, ...general));
  }

  /** The reader said which place was meant: put it in and check again. */
  #chosen(finding: Finding, candidate: Candidate): void {
    if (finding.column === "cac_thon_phuc_vu") {
      const typed = this.element.querySelector<HTMLInputElement>("#f-cac_thon_phuc_vu");
      if (typed) typed.value = "";
      this.#addVillage(candidate);
    } else if (READING.test(candidate.id)) {
      this.#read(candidate);
    } else {
      const column = COLUMNS.find((name) => name === finding.column);
      // A word of the form goes by its code; a unit by the code that tells it from others of its name.
      if (column) this.#set(column, candidate.id);
    }
    void this.#preview();
  }

  /** One way to read the two numbers: they stay as they were typed, their system is what was chosen. */
  #read({ id, name }: Candidate): void {
    const system = this.#fields.get("he_toa_do");
    if (!(system instanceof HTMLSelectElement)) return;
    // Said by the sender, not guessed: it stands although the place is far from where it should be.
    const chosen = `${id.replace(/\+declared$/, "")}+declared`;
    const known = [...system.options].find(({ value }) => value === chosen);
    if (known === undefined) system.append(h("option", { value: chosen }, name.split(": ")[0] ?? name));
    this.#set("he_toa_do", chosen);
  }
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** What was understood, as it would be typed. */
function typed({ known }: Context, column: Column, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (column === "xa") return known.communes?.items.find(({ code }) => String(code) === String(value))?.name ?? String(value);
  if (column === "kinh_do" || column === "vi_do") return typeof value === "number" ? degrees(value, 6) : String(value);
  return Array.isArray(value) ? value.join(", ") : typeof value === "number" ? decimal(value) : typeof value === "string" ? value : "";
}

function unique(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const print = JSON.stringify([finding.code, finding.row, finding.column, finding.message_vi]);
    return !seen.has(print) && seen.add(print);
  });
}
