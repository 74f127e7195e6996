/**
 * The check view: files in, what was understood of them beside the map, each question answered in
 * place, then filed as one act. The draft is its sender's alone and can be taken up again later.
 */

import type { Finding } from "../api/api";
import { actName, ApiError } from "../api/client";
import { type Answers, type DraftLine, type DraftRow, type DraftTable, type FilingDraft, answeredFile, filings, total, upload } from "../api/filings";
import { LARGE_BYTES } from "../api/uploads";
import { templateFile, templates } from "../api/templates";
import { columnName, headingsAtHand } from "../columns";
import type { Context } from "../context";
import { type Child, fill, h, save } from "../dom";
import type { DraftPoint } from "../map/map";
import { either, instant, number, t, textKey, word } from "../text";
import { againstText, HELD_CODES, heldSection } from "./held";
import { findingItem, movedList, observationText, understoodText } from "./findings";
import { Letter, OWN, ownerChoice } from "./letter";
import { questionItem } from "./questions";
import { receipt } from "./receipt";
import { setsSection } from "./sets";

export const COLUMNS = [
  "ma_tram", "ten_tram", "loai_su_kien", "ngay_su_kien", "cong_nghe", "bang_tan", "kinh_do", "vi_do", "he_toa_do", "xa", "huyen",
  "do_cao_anten_m", "cac_thon_phuc_vu", "uoc_so_ho", "thay_the", "anh", "ghi_chu",
  "truyen_dan", "nguon_dien",
] as const;
export type Column = (typeof COLUMNS)[number];

const ACCEPTED = ".xlsx,.xls,.ods,.csv,.tsv,.txt,.docx,.geojson,.json,.kml,.kmz,.gpkg,.zip,.tab,.mif,.gpx,.tif,.asc,.pdf,.jpg,.jpeg,.png";
/** Rows shown; those with questions come first. */
const MOST_ROWS = 200;

export function checkView(context: Context): HTMLElement {
  return new CheckView(context, null).element;
}

/** A file that a form made: `again`, once it is filed or thrown away. */
export interface Given {
  readonly file: File;
  readonly kind: string;
  readonly onBehalf: string | null;
  /** `REPORT/ROW` whose place all of it takes, where its rows do not say so themselves. */
  readonly replaces?: string;
  readonly again: () => void;
}

export function checkGiven(context: Context, given: Given): HTMLElement {
  return new CheckView(context, given).element;
}

class CheckView {
  readonly element = h("div", { class: "report-form", "data-test": "check-view" });
  readonly #context: Context;
  readonly #given: Given | null;
  #draft: FilingDraft | null = null;
  #idempotency = actName();
  /** What changes the draft is done one after the other: each says which state it means. */
  #turn = Promise.resolve();
  /** Something of the draft is on the map. */
  #isInView = false;
  /** What the draft knows of the letter. */
  #letterSent = "{}";
  readonly #behalf: HTMLSelectElement | null;
  readonly #letter = new Letter();
  readonly #files = h("input", { type: "file", id: "check-files", name: "file", multiple: true, accept: ACCEPTED, class: "sr-only", "data-test": "csv-input" });
  readonly #chosen = h("p", { class: "small", "data-test": "check-chosen" });
  readonly #templates = h("details", { class: "small", "data-test": "templates" }, h("summary", {}, t("templates")));
  readonly #status = h("p", { class: "status", role: "status", "data-test": "report-status" });
  readonly #body = h("div", { class: "check-body", "data-test": "check-body" });
  readonly #submit = h("button", { type: "button", class: "primary", "data-test": "report-submit", disabled: true, onclick: () => void this.#file() }, t("submit"));
  readonly #drop = h("button", { type: "button", class: "plain", hidden: true, "data-test": "check-discard", onclick: () => void this.#discard() }, t("check_discard"));

  constructor(context: Context, given: Given | null) {
    this.#context = context;
    this.#given = given;
    this.#behalf = given === null && context.may("on_behalf") ? ownerChoice(context) : null;
    if (given !== null) {
      fill(this.element, this.#letter.element, this.#body, h("div", { class: "buttons sticky" }, this.#status, this.#drop, this.#submit));
      void this.#send([given.file]);
      return;
    }
    this.#files.addEventListener("change", () => this.#take([...(this.#files.files ?? [])]));
    this.#behalf?.addEventListener("change", () => this.#take([...(this.#files.files ?? [])]));
    this.#begin();
    void headingsAtHand();
    void templates().then((all) => {
      fill(this.#templates, h("summary", {}, t("templates")), h("ul", { class: "plain-list" }, ...all.map(({ kind, title_vi: vi, title_en: en }) =>
        h("li", {}, h("button", { type: "button", class: "link", "data-kind": kind, onclick: () => void this.#template(kind) }, either({ vi, en }))))));
    }, () => this.#templates.remove());
  }

  async #template(kind: string): Promise<void> {
    try {
      save(await templateFile(kind), `${kind}.xlsx`);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Nothing chosen yet. */
  #begin(): void {
    this.#draft = null;
    this.#context.showPoints([], () => {});
    this.#submit.disabled = true;
    this.#drop.hidden = true;
    this.#chosen.textContent = "";
    const zone = h("label", { class: "drop-zone", for: "check-files", "data-test": "drop-zone" }, h("strong", {}, t("check_drop")), h("span", { class: "hint" }, t("check_kinds")), this.#chosen);
    zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => { event.preventDefault(); zone.classList.remove("over"); this.#take([...(event.dataTransfer?.files ?? [])]); });
    fill(this.#body);
    fill(this.element,
      this.#behalf && h("div", { class: "field" }, h("label", { for: this.#behalf.id }, t("file_of")), this.#behalf, h("p", { class: "hint" }, t("on_behalf_means"))),
      this.#files, zone,
      this.#templates,
      this.#letter.element, this.#body,
      h("div", { class: "buttons sticky" }, this.#status, this.#drop, this.#submit));
    void this.#offerDrafts();
  }

  /** Drafts of earlier, to be taken up again. */
  async #offerDrafts(): Promise<void> {
    const { drafts } = await filings.list().catch(() => ({ drafts: [] }));
    if (this.#draft !== null || this.#body.childElementCount > 0 || drafts.length === 0) return;
    const item = ({ id, updated, files }: DraftLine) => h("li", {}, h("button", { type: "button", class: "link", "data-test": "check-draft", onclick: () => void this.#again(id) }, files.map(({ name }) => name).join(", ")), h("span", { class: "quiet small" }, ` · ${instant(updated)}`));
    fill(this.#body, h("section", {}, h("h3", {}, t("check_drafts")), h("ul", { class: "plain-list" }, ...drafts.map(item))));
  }

  async #again(id: string): Promise<void> {
    try {
      this.#show(await filings.draft(id));
    } catch (error) {
      this.#fail(error);
    }
  }

  #take(files: readonly File[]): void {
    this.#chosen.textContent = files.map(({ name, size }) => `${name} (${bytes(size)})`).join(", ");
    if (files.length === 0) return;
    if (this.#behalf?.value === "") return this.#say(t("file_of_first"), "bad");
    void this.#send(files);
  }

  async #send(files: readonly File[]): Promise<void> {
    const stop = new AbortController();
    const bar = h("progress", { max: 1, value: 0, "aria-label": t("check_sending") });
    fill(this.#body, h("div", { class: "check-progress", "data-test": "check-progress" }, bar, h("button", { type: "button", class: "plain small", onclick: () => stop.abort() }, t("cancel"))));
    this.#say(t("check_sending"), "");
    this.#submit.disabled = true;
    const all = total(files);
    const told = {
      waits: () => this.#say(t("check_waits"), "bad"),
      sent: (count: number) => {
        bar.value = count / all;
        if (count < all) return this.#say(all > LARGE_BYTES ? t("check_sent", { sent: bytes(count), all: bytes(all) }) : t("check_sending"), "");
        bar.removeAttribute("value");
        this.#say(t("previewing"), "");
      },
    };
    this.#letterSent = JSON.stringify(this.#letter.filled());
    const letter = Object.fromEntries(Object.entries(this.#letter.filled()).map(([name, value]) => [`document_${name}`, value]));
    try {
      const draft = await upload(files, { ...letter, ...this.#beside() }, told, stop.signal);
      const answers = this.#known(draft);
      this.#show(answers === null ? draft : await filings.answer(draft, answers));
    } catch (error) {
      fill(this.#body);
      if (stop.signal.aborted) this.#say("", "");
      else this.#fail(error);
    }
  }

  /** What a file from a form need not be asked. */
  #known(draft: FilingDraft): Answers | null {
    const { replaces } = this.#given ?? {};
    // It says itself which row it replaces: it is no other filing's newer file.
    const none: Answers = this.#given !== null && draft.questions.some(({ code }) => code === "earlier-filing") ? { compare_with: "none" } : {};
    const answers: Answers = { ...none, ...(replaces === undefined ? {} : { answers: [{ column: "thay_the", means: replaces }] }) };
    return Object.keys(answers).length === 0 ? null : answers;
  }

  #beside(): Record<string, string> {
    if (this.#given !== null) return { kind: this.#given.kind, ...(this.#given.onBehalf === null ? {} : { on_behalf_of: this.#given.onBehalf }) };
    return this.#behalf && this.#behalf.value !== OWN ? { on_behalf_of: this.#behalf.value } : {};
  }

  #show(draft: FilingDraft): void {
    const focused = this.#draft?.id === draft.id;
    this.#draft = draft;
    this.#idempotency = actName();
    this.#drop.hidden = false;
    this.#submit.disabled = !draft.can_file;
    this.#submit.textContent = draft.rows_total > 1 ? t("check_file", { n: draft.fileable }) : t("submit");
    this.#say(draft.can_file ? (draft.open > 0 ? t("check_partly", { n: draft.open }) : t("preview_can")) : t("check_cannot"), draft.can_file ? "fine" : "bad");
    fill(this.#body, ...draftParts(this.#context, draft, { answer: (answers) => void this.#answer(answers), back: (at) => void this.#back(at), go: (row, sheet) => this.#toRow(row, sheet) }));
    const points = pointsOf(draft);
    this.#context.showPoints(points, (row) => this.#toRow(row), draft.areas);
    // A raster has no ground before its questions are answered: it is gone to once it has.
    const ground = [...points, ...cornersOf(draft)];
    if (ground.length > 0 && !(focused && this.#isInView)) this.#context.goToPoints(ground, false);
    this.#isInView = ground.length > 0;
  }

  /** In turn; what was begun before shows its draft first. */
  #next(act: (draft: FilingDraft) => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      if (this.#draft === null) return;
      try {
        await act(this.#draft);
      } catch (error) {
        if (error instanceof ApiError && error.status === 412) await this.#changed(this.#draft);
        else this.#fail(error);
      }
    });
    return this.#turn;
  }

  #answer(answers: Answers): Promise<void> {
    this.#say(t("previewing"), "");
    return this.#next(async (draft) => this.#show(await filings.answer(draft, answers)));
  }

  /** In another window, or by somebody with the same key: nothing was done, the newest state is shown. */
  async #changed({ id }: FilingDraft): Promise<void> {
    try {
      this.#show(await filings.draft(id));
      this.#say(t("check_changed"), "bad");
    } catch (error) {
      this.#fail(error);
    }
  }

  async #back(at: number): Promise<void> {
    if (this.#draft === null) return;
    try {
      const { blob, name } = await answeredFile(this.#draft.id, at);
      save(blob, name);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #file(): Promise<void> {
    if (!this.#letter.sound()) return;
    this.#submit.disabled = true;
    this.#say(t("submitting"), "");
    return this.#next(async (draft) => {
      try {
        // The letter may have been typed in after the files were sent.
        const document = this.#letter.filled();
        if (JSON.stringify(document) !== this.#letterSent) {
          this.#draft = await filings.answer(draft, { document });
          this.#letterSent = JSON.stringify(document);
        }
        const { open, on_behalf_of: onBehalf } = draft;
        const filed = await filings.file(this.#draft ?? draft, this.#idempotency);
        this.#context.showPoints([], () => {});
        fill(this.element, receipt(filed, onBehalf !== null, this.#given?.again ?? (() => this.#begin()), this.#given === null ? "report_another" : "to_filings"), open > 0 && h("p", { class: "row-reason" }, t("check_not_filed", { n: open })));
        this.#context.changed();
      } catch (error) {
        // The same key goes with the next attempt: an answer that was lost is not filed twice.
        this.#submit.disabled = false;
        throw error;
      }
    });
  }

  #discard(): Promise<void> {
    return this.#next(async (draft) => {
      await filings.discard(draft);
      if (this.#given !== null) return this.#given.again();
      this.#files.value = "";
      this.#say("", "");
      this.#begin();
    });
  }

  /** Of a row that only the map names, the first of its number. */
  #toRow(row: number, sheet?: string): void {
    const items = [...this.#body.querySelectorAll<HTMLElement>(`[data-row="${row}"]`)];
    const item = items.find(({ dataset }) => sheet === undefined || (dataset["sheet"] ?? "") === sheet);
    item?.setAttribute("open", "");
    item?.scrollIntoView({ block: "center" });
    item?.querySelector("summary")?.focus({ preventScroll: true });
  }

  #say(text: string, tone: "" | "fine" | "bad"): void {
    this.#status.textContent = text;
    this.#status.className = `status ${tone}`;
  }

  #fail(error: unknown): void {
    this.#say("", "");
    const why = error instanceof ApiError && error.code === "network" ? t("check_network") : error instanceof Error ? error.message : String(error);
    this.#body.querySelector(".problem")?.remove();
    this.#body.prepend(h("div", { class: "problem", role: "alert" }, h("p", {}, why), ...(error instanceof ApiError ? error.findings.map((finding) => findingItem(finding, "apart", null)) : [])));
  }
}

interface Acts {
  answer(answers: Answers): void;
  /** Gives a file back with our notes beside its rows. */
  back(file: number): void;
  go(row: number, sheet?: string): void;
}

function draftParts(context: Context, draft: FilingDraft, acts: Acts): Child[] {
  const refused = draft.rows.filter(({ findings }) => findings.some(({ severity }) => severity === "refuse")).length;
  const left = draft.rows.filter(({ outcome }) => outcome === "aside" || outcome === "repeated").length;
  const counted = [t("officer_rows", { n: draft.rows_total }), t("check_fileable", { n: draft.fileable }), draft.open > 0 && t("check_open", { n: draft.open }), refused > 0 && t("check_refused", { n: refused }), left > 0 && t("check_not_filed", { n: left })];
  const asked = draft.questions.filter(({ code }) => !HELD_CODES.includes(code));
  const whole = draft.findings.filter(({ code }) => !HELD_CODES.includes(code));
  const told = draft.codes.filter(({ code }) => !draft.questions.some((question) => question.code === code) && !HELD_CODES.includes(code));
  return [
    h("p", { class: "check-summary", "data-test": "check-summary" }, h("strong", {}, draft.files.map(({ name }) => name).join(", ")), ": ", counted.filter((part) => part !== false).join(" · ")),
    draft.kind && h("p", { class: "quiet small" }, t("check_kind", { kind: word("template", draft.kind) })),
    draft.would_move.length > 0 && h("div", { class: "moves", "data-test": "would-move" }, h("p", {}, t("preview_moves")), movedList(draft.would_move)),
    setsSection(context, draft.sets ?? []),
    h("p", { class: "answered" }, ...draft.files.flatMap(({ name }, at) => draft.tables.some(({ file }) => file === name) ? [h("button", { type: "button", class: "link", "data-test": "answered-file", onclick: () => acts.back(at) }, t("answered_file", { name })), " "] : [])),
    pointKey(draft),
    heldSection(context, draft, acts.answer),
    asked.length > 0 && h("section", { "aria-labelledby": "check-questions" }, h("h3", { id: "check-questions" }, t("check_questions", { n: draft.questions_total - (draft.questions.length - asked.length) })),
      h("ul", { class: "plain-list" }, ...asked.map((question) => questionItem(question, (answers) => acts.answer({ answers }), acts.go, draft.on_behalf_of, draft.tables.length > 1)))),
    whole.length > 0 && h("section", {}, ...whole.map((finding) => noteItem(finding, acts))),
    h("details", { class: "fold", "data-test": "check-columns" }, h("summary", {}, t("check_columns")), ...draft.tables.map((table) => tableColumns(table, acts))),
    draft.tables.some(({ changes }) => changes.length > 0) && h("details", { class: "fold", "data-test": "check-changes" }, h("summary", {}, t("check_changes")), ...draft.tables.map(tableChanges)),
    told.length > 0 && h("details", { class: "fold" }, h("summary", {}, t("check_told")), h("ul", { class: "plain-list small" }, ...told.map(({ code, count }) => h("li", {}, `${messageOf(draft, code)}: ${number(count)}`)))),
    h("section", { "aria-labelledby": "check-rows" }, h("h3", { id: "check-rows" }, t("check_rows")), ...draft.rows.slice(0, MOST_ROWS).map((row) => rowItem(context, draft, row)),
      draft.rows_total > MOST_ROWS && h("p", { class: "quiet small" }, t("check_more_rows", { n: draft.rows_total - MOST_ROWS }))),
  ];
}

/** A note, with the choice that it has: what was understood may be another. */
function noteItem(finding: Finding, acts: Acts): HTMLElement {
  const { candidates = [] } = finding;
  if (candidates.length === 0) return findingItem(finding, "apart", null);
  const asked = { ...finding, candidates, rows: [], rows_total: 0 };
  return h("details", { class: "fold", "data-test": "check-note", "data-code": finding.code }, h("summary", {}, either({ vi: finding.message_vi, en: finding.message_en })),
    h("ul", { class: "plain-list" }, questionItem(asked, (answers) => acts.answer({ answers }), acts.go)));
}

/** What each heading means, and another meaning by choice. */
function tableColumns(table: DraftTable, acts: Acts): HTMLElement {
  const names = [...new Set([...COLUMNS, ...table.columns.flatMap(({ means }) => (means === null ? [] : [means]))])];
  const choice = (heading: string, means: string | null) => {
    const box = h("select", { "aria-label": t("check_means", { heading }), "data-heading": heading }, h("option", { value: "", selected: means === null }, t("check_not_read")), ...names.map((name) => h("option", { value: name, selected: name === means }, columnName(name))));
    box.addEventListener("change", () => acts.answer({ headings: { [heading]: box.value === "" ? null : box.value } }));
    return box;
  };
  return h("div", { class: "check-table" }, h("p", { class: "small" }, h("strong", {}, (table.sheet.startsWith(table.file) ? [table.sheet] : [table.file, table.sheet]).filter(Boolean).join(" › ")), table.heading_rows && ` · ${t("check_heading_rows", { rows: [...new Set(table.heading_rows)].join("–") })}`),
    h("table", { class: "columns" }, h("tbody", {}, ...table.columns.map(({ at, heading, means }) => h("tr", {}, h("th", { scope: "row" }, h("span", { class: "quiet" }, `${at} `), heading), h("td", {}, choice(heading, means)))))));
}

/** `cột C (Tên thôn): TCVN3 → Unicode, 214 ô`. */
function tableChanges(table: DraftTable): HTMLElement {
  return h("ul", { class: "plain-list small" }, ...table.changes.map(({ column, heading, how, cells, before, after }) => h("li", {},
    h("p", {}, t("check_change", { column, heading, how: changeName(how), n: cells })), h("p", { class: "quiet" }, `“${before}” → “${after}”`))));
}

function changeName(how: string): string {
  const key = textKey(`how_${how.replaceAll("-", "_")}`);
  return key === null ? how : t(key);
}

function rowItem(context: Context, draft: FilingDraft, shown: DraftRow): HTMLElement {
  const { sheet = "", row, outcome, understood, findings, against } = shown;
  const text = draft.kind === "confirmation" ? observationText(context, asObservation(understood)) : understoodText(context, understood);
  return h("details", { class: "fold check-row", "data-row": row, "data-sheet": sheet, "data-outcome": outcome },
    h("summary", {}, t("finding_row", { row: String(row) }), draft.tables.length > 1 && sheet !== "" && ` (“${sheet}”)`, h("span", { class: `flag outcome-${outcome}` }, against && outcome !== "blocked" ? word("held", against.is) : word("outcome", outcome)), findings.length > 0 && h("span", { class: "quiet small" }, ` ${[...new Set(findings.map(({ severity }) => word("severity", severity)))].join(", ")}`)),
    againstText(shown), ...findings.map((finding) => findingItem(finding, "apart", null)), text);
}

/** A confirmation in a file is an observation under the columns of its template. */
function asObservation(understood: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const members = { village: "thon", cluster: "cum_dan_cu", says: "co_song", day: "ngay_quan_sat", carrier: "nha_mang", technologies: "cong_nghe", environment: "moi_truong", service: "dich_vu" };
  return Object.fromEntries(Object.entries(members).map(([member, column]) => [member, understood[column]]));
}

function messageOf(draft: FilingDraft, code: string): string {
  const finding = draft.rows.flatMap(({ findings }) => findings).find((one) => one.code === code) ?? draft.findings.find((one) => one.code === code);
  return finding ? (document.documentElement.lang === "en" ? finding.message_en : finding.message_vi) : code;
}

/** What the points of the file mean on the map. */
function pointKey(draft: FilingDraft): Child {
  const shown = new Set(pointsOf(draft).map(({ outcome }) => outcome));
  const marks = (["fileable", "asked", "blocked", "repeated", "aside"] as const).filter((outcome) => shown.has(outcome));
  return marks.length > 0 && h("p", { class: "point-key quiet small", "data-test": "point-key" }, `${t("check_on_map")}: `,
    ...marks.flatMap((outcome) => [h("span", { class: `point ${outcome}`, "aria-hidden": "true" }), outcome === "asked" ? t("check_asked") : word("outcome", outcome), " "]));
}

/** Where the rows were understood to be. */
export function pointsOf({ rows }: Pick<FilingDraft, "rows">): DraftPoint[] {
  return rows.flatMap(({ row, outcome, understood, findings }): DraftPoint[] => {
    const [lon, lat] = [understood["kinh_do"], understood["vi_do"]];
    if (typeof lon !== "number" || typeof lat !== "number") return [];
    return [{ row, lon, lat, outcome: findings.some(({ severity }) => severity === "ask") ? "asked" : outcome }];
  });
}

/** How far the areas of a draft reach. */
function cornersOf({ areas }: Pick<FilingDraft, "areas">): { lon: number; lat: number }[] {
  const ground = areas.flatMap(({ polygons }) => polygons.flat(2));
  if (ground.length === 0) return [];
  const [west, east, south, north] = ground.reduce(([w, e, s, n], [lon, lat]) => [Math.min(w, lon), Math.max(e, lon), Math.min(s, lat), Math.max(n, lat)], [180, -180, 90, -90]);
  return [{ lon: west, lat: south }, { lon: east, lat: north }];
}

function bytes(size: number): string {
  return size < 1_000_000 ? `${number(Math.max(1, Math.round(size / 1_000)))} kB` : `${number(Math.round(size / 100_000) / 10)} MB`;
}
