/** A report as a file: its findings row by row, then the same act of filing. */

import type { Preview } from "../api/api";
import { api, type Query, type ReportBody } from "../api/client";
import type { Context } from "../context";
import { fill, h, save } from "../dom";
import { t, word } from "../text";
import { findingItem, previewMoves, previewSummary, understoodText } from "./findings";
import { carrierChoice, Letter } from "./letter";
import { receipt } from "./receipt";

export const COLUMNS = [
  "ma_tram", "ten_tram", "loai_su_kien", "ngay_su_kien", "cong_nghe", "bang_tan", "kinh_do", "vi_do", "he_toa_do", "xa", "huyen",
  "do_cao_anten_m", "cac_thon_phuc_vu", "uoc_so_ho", "thay_the", "anh", "ghi_chu",
] as const;
export type Column = (typeof COLUMNS)[number];

/** By the ending of the name; what it really holds is the service's to find out. */
const KINDS: readonly (readonly [ending: string, type: ReportBody["type"]])[] = [
  [".geojson", "application/geo+json"], [".json", "application/geo+json"], [".gpkg", "application/geopackage+sqlite3"],
];
/** Rows shown of a long file; those with questions come first. */
const MOST_ROWS = 200;

export function fileForm(context: Context, again: () => void): HTMLElement {
  return new FileForm(context, again).element;
}

class FileForm {
  readonly element = h("div", { class: "report-form" });
  readonly #context: Context;
  readonly #again: () => void;
  readonly #file = h("input", { type: "file", id: "csv", name: "csv", accept: ".csv,.geojson,.json,.gpkg,text/csv", "data-test": "csv-input" });
  readonly #behalf: HTMLSelectElement | null;
  readonly #letter = new Letter();
  readonly #result = h("div", { class: "result", "aria-live": "polite", "data-test": "report-result" });
  readonly #submit = h("button", { type: "button", class: "primary", "data-test": "report-submit", disabled: true }, t("submit"));
  #idempotency = crypto.randomUUID();

  constructor(context: Context, again: () => void) {
    this.#context = context;
    this.#again = again;
    this.#behalf = context.may("report") ? null : carrierChoice(context);
    const check = () => void this.#check();
    this.#file.addEventListener("change", check);
    this.#behalf?.addEventListener("change", check);
    this.#letter.element.addEventListener("change", () => { this.#idempotency = crypto.randomUUID(); });
    this.#submit.addEventListener("click", () => void this.#send());
    const template = () => save(new Blob([`\uFEFF${COLUMNS.join(",")}\r\n`], { type: "text/csv" }), "mau-bao-cao-tram.csv");
    fill(this.element,
      this.#behalf && h("div", { class: "field" }, h("label", { for: this.#behalf.id }, t("report_on_behalf")), this.#behalf, h("p", { class: "hint" }, t("on_behalf_means"))),
      h("div", { class: "field" }, h("label", { for: "csv" }, t("csv_choose")), this.#file, h("p", { class: "hint" }, t("csv_hint"))),
      h("button", { type: "button", class: "link", onclick: template }, t("csv_template")),
      this.#letter.element,
      this.#result,
      h("div", { class: "buttons sticky" }, h("button", { type: "button", class: "plain strong", "data-test": "report-preview", onclick: check }, t("preview")), this.#submit));
  }

  #body(): ReportBody | null {
    const content = this.#file.files?.[0];
    if (!content) return null;
    const name = content.name.toLowerCase();
    return { type: KINDS.find(([ending]) => name.endsWith(ending))?.[1] ?? "text/csv", content };
  }

  /** Beside the file: for whom, and its letter. */
  #query(): Query {
    const letter = Object.entries(this.#letter.filled()).map(([name, value]) => [`document_${name}`, value]);
    return { ...Object.fromEntries(letter), on_behalf_of: this.#behalf?.value };
  }

  async #check(): Promise<void> {
    const body = this.#body();
    this.#submit.disabled = true;
    this.#result.replaceChildren();
    if (this.#behalf?.value === "") return this.#say(t("on_behalf_first"));
    if (body === null) return this.#say(t("csv_first"));
    this.#say(t("previewing"));
    try {
      const preview = await api.preview("reports", body, this.#query());
      fill(this.#result, ...previewSummary(preview), ...previewMoves(preview), ...previewRows(this.#context, preview));
      this.#submit.disabled = !preview.can_file;
      this.#idempotency = crypto.randomUUID();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #send(): Promise<void> {
    const body = this.#body();
    if (body === null) return;
    this.#submit.disabled = true;
    try {
      const filed = await api.file("reports", body, this.#idempotency, this.#query());
      fill(this.element, receipt(filed, this.#behalf !== null, this.#again));
      this.#context.changed();
    } catch (error) {
      // The same key goes with the next attempt: an answer that was lost is not filed twice.
      this.#submit.disabled = false;
      this.#fail(error);
    }
  }

  #say(text: string): void {
    fill(this.#result, h("p", { class: "quiet" }, text));
  }

  #fail(error: unknown): void {
    fill(this.#result, h("p", { class: "problem", role: "alert" }, error instanceof Error ? error.message : String(error)));
  }
}

/** Rows with something to say come open, the rest folded. */
function previewRows(context: Context, preview: Preview): HTMLElement[] {
  const general = preview.findings.map((finding) => findingItem(finding, "apart", null));
  return [
    ...general,
    h("p", { class: "quiet small" }, t("csv_rows", { n: preview.rows_total ?? preview.rows.length })),
    ...preview.rows.slice(0, MOST_ROWS).map(({ row, findings, understood }) => h("details", { class: "fold", open: findings.some(({ severity }) => severity !== "note") },
      h("summary", {}, t("finding_row", { row: String(row) }), findings.length > 0 && ` · ${findings.map(({ severity }) => word("severity", severity)).join(", ")}`),
      ...findings.map((finding) => findingItem(finding, "apart", null)),
      understood && understoodText(context, understood))),
  ];
}
