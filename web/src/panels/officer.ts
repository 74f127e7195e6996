/** Reports that were filed: for an officer to publish or return, for a carrier to follow and withdraw. */

import type { Acted, ReportPage, ReportSummary } from "../api/api";
import { api } from "../api/client";
import { headingsAtHand } from "../columns";
import { type Context, type FiledRow, ownParty } from "../context";
import { type Child, fill, h, refill } from "../dom";
import { day, instant, t, textKey, word } from "../text";
import { whenChanged } from "../typed";
import { namesSection } from "./names";
import { actText } from "./acts";
import { personName, secondSection } from "./second";
import { observationText, understoodText } from "./findings";

/** Decisions and other acts on what was filed: a list of their own. */
const ACTS = "decision";
/** Reports whose rows are shown without asking. */
const OPENED = 6;

export function officerPanel(context: Context, close: () => void): HTMLElement {
  const items = h("ol", { class: "reports" });
  const more = h("div", {});
  const states: readonly [string, string][] = [["filed", t("officer_state_waiting")], ["", t("officer_state_all")], [ACTS, t("officer_acts")]];
  let state = context.may("publish") ? "filed" : "";
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": t("officer_title") });

  const load = async (cursor: string | null) => {
    try {
      const shown = state;
      const page = await api.reports({ ...(shown === ACTS ? { kind: ACTS } : { state: shown }), cursor, limit: 50 });
      // Another tab was chosen meanwhile.
      if (shown !== state) return;
      if (cursor === null) refill(items);
      items.append(...page.items.map((report, i) => new ReportItem(context, report, cursor === null && i < OPENED).element));
      if (items.childElementCount === 0) fill(items, h("li", { class: "quiet" }, t(state === ACTS ? "officer_acts_none" : "officer_none")));
      fill(more, page.next && h("button", { type: "button", class: "plain wide", onclick: () => void load(page.next) }, t("list_more")));
    } catch (error) {
      fill(items, h("li", { class: "problem", role: "alert" }, t("failed", { why: message(error) })));
    }
  };
  // Beside what was decided, what there is to decide.
  const deciding = context.may("decide") || context.may("restrict") ? h("div", { class: "folds", hidden: true }, decisionsFold(context)) : null;
  const drawTabs = () => {
    if (deciding) deciding.hidden = state !== ACTS;
    drawTabButtons();
  };
  const drawTabButtons = () => fill(tabs, ...states.map(([code, label]) =>
    h("button", { type: "button", "aria-pressed": String(code === state), "data-test": `reports-${code || "all"}`, onclick: () => { state = code; drawTabs(); void load(null); } }, label)));
  drawTabs();
  void load(null);
  const panel = h("section", { class: "work-panel", "aria-labelledby": "officer-title", "data-test": "officer-panel" },
    h("header", {}, h("h2", { id: "officer-title", tabindex: -1 }, t(context.may("publish") ? "officer_title" : "officer")),
      h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: close }, "×")),
    secondSection(context), namesSection(context), tabs, deciding, items, more);
  whenChanged(panel, tabs, () => void load(null));
  return panel;
}

/** To decide: read when it is opened. */
function decisionsFold(context: Context): HTMLElement {
  const place = h("div", {});
  const fold = h("details", { class: "fold", "data-test": "decisions-open" }, h("summary", {}, t("decisions")), place);
  fold.addEventListener("toggle", () => {
    if (!fold.open || place.childElementCount > 0) return;
    import("./decide").then(({ decisionsView }) => fill(place, decisionsView(context)), (error: unknown) => fill(place, h("p", { class: "problem", role: "alert" }, message(error))));
  });
  return fold;
}

/** One report with what may be done to it. */
class ReportItem {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #report: ReportSummary;
  readonly #detail = h("div", { class: "report-rows" });
  readonly #form = h("div", {});
  /** Ticked rows of a report with several; all at first. */
  readonly #rows = new Map<number, HTMLInputElement>();

  constructor(context: Context, report: ReportSummary, opened: boolean) {
    this.#context = context;
    this.#report = report;
    const rows = Array.isArray(report.rows) ? report.rows.length : report.rows;
    const behalf = report.on_behalf === true ? ` · ${t("on_behalf")}` : null;
    this.element = h("li", { "data-test": "officer-report", "data-report": report.report, "data-state": report.state },
      h("p", { class: "report-head" }, h("strong", {}, context.partyName(report.owner)), h("span", { class: `source source-${report.kind}` }, t(textKey(`filing_${report.kind}`) ?? "filing_report")),
        // An act waits for nothing.
        !(report.kind === ACTS && report.state === "filed") && h("span", { class: `flag state-${report.state}` }, word("row_state", report.state))),
      h("p", { class: "quiet small" }, instant(report.recorded_at), report.by && ` · ${personName(report.by)}`, rows !== null && rows !== undefined && ` · ${t("officer_rows", { n: rows })}`, behalf,
        report.document?.number && ` · ${report.document.number}`, report.document?.day && ` (${day(report.document.day)})`, ` · ${t("report_code", { report: report.report })}`),
      this.#detail,
      h("div", { class: "buttons left" }, ...this.#buttons(), !opened && h("button", { type: "button", class: "link", onclick: () => void this.#open() }, t("officer_detail"))),
      this.#form);
    if (opened) void this.#open();
  }

  #buttons(): HTMLElement[] {
    const { may, known } = this.#context;
    const { report: id, state, owner } = this.#report;
    const own = ownParty(known.me);
    const mine = own !== null && (owner === own || this.#report.filed_by === own);
    const buttons: HTMLElement[] = [];
    // What the department filed itself counts for all at once: there is nothing to publish.
    if (may("publish") && this.#report.filed_by !== "department" && (state === "filed" || state === "returned")) {
      const publish = h("button", { type: "button", class: "primary", "data-test": "publish" }, t("publish"));
      publish.addEventListener("click", () => void this.#act(publish, () => api.publish(id, this.#ticked()), t("published", { report: id })));
      buttons.push(publish);
    }
    // An act is taken back by who did it; nothing of it is to be completed.
    if (may("return") && this.#report.kind !== ACTS && (state === "filed" || state === "published")) {
      buttons.push(h("button", { type: "button", class: "plain", "data-test": "return", onclick: () => this.#ask("return") }, t("give_back")));
    }
    if (may("withdraw") && mine && state !== "withdrawn" && state !== "replaced") {
      buttons.push(h("button", { type: "button", class: "plain", "data-test": "withdraw", onclick: () => this.#ask("withdraw") }, t("withdraw")));
    }
    return buttons;
  }

  /** The ticked rows, or null when that is all of them. */
  #ticked(): number[] | null {
    const ticked = [...this.#rows].filter(([, box]) => box.checked).map(([row]) => row);
    return this.#rows.size === 0 || ticked.length === this.#rows.size ? null : ticked;
  }

  /** Returning and withdrawing need a reason. */
  #ask(what: "return" | "withdraw"): void {
    const { report: id } = this.#report;
    const [label, go, done] = what === "return"
      ? [t("give_back_reason"), t("give_back_confirm"), t("given_back", { report: id })]
      : [t("withdraw_reason"), t("withdraw_confirm"), t("withdrawn", { report: id })];
    const reason = h("textarea", { name: "reason", id: `reason-${id}`, rows: 3, required: true });
    const confirm = h("button", { type: "submit", class: "primary", "data-test": `${what}-confirm` }, go);
    const send = () => (what === "return" ? api.giveBack : api.withdraw)(id, reason.value.trim());
    fill(this.#form, h("form", { class: "reason-form", onsubmit: (event) => { event.preventDefault(); void this.#act(confirm, send, done); } },
      h("label", { for: `reason-${id}` }, label), reason,
      h("div", { class: "buttons" }, h("button", { type: "button", class: "plain", onclick: () => this.#form.replaceChildren() }, t("cancel")), confirm)));
    reason.focus();
  }

  async #act(button: HTMLButtonElement, what: () => Promise<Acted>, done: string): Promise<void> {
    button.disabled = true;
    try {
      await what();
      // Nothing of it waits to be sent any more.
      this.#form.replaceChildren();
      for (const box of this.#rows.values()) box.defaultChecked = box.checked;
      this.#context.toast(done);
      this.#context.changed();
    } catch (error) {
      button.disabled = false;
      fill(this.#form, h("p", { class: "problem", role: "alert" }, message(error)));
    }
  }

  async #open(): Promise<void> {
    try {
      const [page] = await Promise.all([api.report(this.#report.report), headingsAtHand()]);
      const [first] = page.rows;
      const shared = page.rows.length > 1 && first?.note && page.rows.every(({ note }) => note === first.note) ? first.note : null;
      fill(this.#detail, h("ul", { class: "plain-list" }, ...page.rows.map((row) => this.#row(row, page.rows.length > 1, shared === null))), noteText(shared));
    } catch (error) {
      fill(this.#detail, h("p", { class: "problem" }, message(error)));
    }
  }

  #said(row: ReportPage["rows"][number], noted: boolean): Child[] {
    const { reason, note, understood } = row;
    return [
      reason && h("p", { class: "small row-reason" }, `${t("reason")}: ${reason}`),
      row.act !== undefined ? actText(this.#context, row)
        : this.#report.kind === "observation" ? observationText(this.#context, understood) : understoodText(this.#context, understood),
      noted && noteText(note),
    ];
  }

  /** `noted`: its sender's note stands here, not below all rows. */
  #row(row: ReportPage["rows"][number], several: boolean, noted: boolean): HTMLElement {
    const head: Child[] = [t("finding_row", { row: String(row.row) }), row.state === this.#report.state ? null : ` · ${word("row_state", row.state)}`];
    if (several && this.#context.may("publish") && row.state !== "published") {
      const box = h("input", { type: "checkbox", checked: true });
      this.#rows.set(row.row, box);
      return h("li", {}, h("label", { class: "small row-tick" }, box, " ", ...head), ...this.#said(row, noted), this.#correct(row));
    }
    return h("li", {}, several && h("p", { class: "small row-tick" }, ...head), ...this.#said(row, noted), this.#correct(row));
  }

  /** Whoever filed a row may file it anew in its place. */
  #correct(row: ReportPage["rows"][number]): Child {
    const { may, known } = this.#context;
    const { report, owner, filed_by: by, kind: filing } = this.#report;
    const kind = correctable(filing, row.understood);
    if (kind === null || row.state === "withdrawn" || row.state === "replaced") return null;
    const own = ownParty(known.me);
    const behalf = own === "department" && owner !== own;
    const theirs = behalf ? by === own && may("on_behalf") : own === owner && (may("report") || may("observe"));
    if (!theirs) return null;
    return h("button", { type: "button", class: "link small alone", "data-test": "correct", onclick: () => this.#context.correct({ kind, onBehalf: behalf ? owner : null, report, row: row.row, owner, understood: row.understood, note: row.note ?? null }) }, t("correct"));
  }
}

/** Of which template a row is, as far as one of it takes another's place. */
function correctable(filing: string, understood: Readonly<Record<string, unknown>>): FiledRow["kind"] | null {
  const says = (...columns: readonly string[]) => columns.some((column) => understood[column]);
  if (filing === "observation") return "confirmation";
  if (filing === "measurement") return "measurement";
  if (filing === "report" && says("loai_su_kien")) return "site-report";
  if (filing === "report" && says("can_cu")) return "coverage";
  if (filing === "figures" && says("chi_tieu")) return "statistics";
  // What became of a village is told once; an outline is drawn anew.
  if (filing === "places" && says("ma_thon", "ma_cum") && understood["dien_tich_km2"] === undefined && understood["dien_thoai_co_dinh"] === undefined) return "villages";
  if (filing === "progress" && says("bat_dau")) return "outages";
  return filing === "progress" && says("moc", "ngay_cam_ket", "vuong_mac", "nguon_von") ? "duties" : null;
}

function noteText(note: string | null | undefined): HTMLElement | null {
  return note ? h("p", { class: "quiet small" }, t("note_of_sender", { note })) : null;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
