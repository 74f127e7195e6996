/** Reports that were filed: for an officer to publish or return, for a carrier to follow. */

import type { ReportPage, ReportSummary } from "../api/api";
import { api } from "../api/client";
import type { Context } from "../context";
import { type Child, fill, h } from "../dom";
import { day, instant, t, word } from "../text";
import { understoodText } from "./findings";

export function officerPanel(context: Context, close: () => void): HTMLElement {
  const items = h("ol", { class: "reports" });
  const more = h("div", {});
  const states: readonly [string, string][] = [["filed", t("officer_state_waiting")], ["", t("officer_state_all")]];
  let state = context.may("publish") ? "filed" : "";
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": t("officer_title") });

  const load = async (cursor: string | null) => {
    try {
      const page = await api.reports({ state, cursor, limit: 50 });
      if (cursor === null) items.replaceChildren();
      items.append(...page.items.map((report) => reportItem(context, report, () => void load(null))));
      if (items.childElementCount === 0) fill(items, h("li", { class: "quiet" }, t("officer_none")));
      fill(more, page.next && h("button", { type: "button", class: "plain wide", onclick: () => void load(page.next) }, t("list_more")));
    } catch (error) {
      fill(items, h("li", { class: "problem", role: "alert" }, t("failed", { why: message(error) })));
    }
  };
  const drawTabs = () => fill(tabs, ...states.map(([code, label]) =>
    h("button", { type: "button", "aria-pressed": String(code === state), onclick: () => { state = code; drawTabs(); void load(null); } }, label)));
  drawTabs();
  void load(null);
  const panel = h("section", { class: "work-panel", "aria-labelledby": "officer-title", "data-test": "officer-panel" },
    h("header", {}, h("h2", { id: "officer-title", tabindex: -1 }, t(context.may("publish") ? "officer_title" : "officer")),
      h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: close }, "×")),
    tabs, items, more);
  panel.addEventListener("phusong-changed", () => void load(null));
  return panel;
}

function reportItem(context: Context, report: ReportSummary, reload: () => void): HTMLElement {
  const rows = Array.isArray(report.rows) ? report.rows.length : report.rows;
  const detail = h("div", { class: "report-rows" });
  const act = async (button: HTMLButtonElement, what: () => Promise<unknown>, done: string) => {
    button.disabled = true;
    try {
      await what();
      context.toast(done);
      context.changed();
      reload();
    } catch (error) {
      button.disabled = false;
      fill(detail, h("p", { class: "problem", role: "alert" }, message(error)));
    }
  };
  const buttons: HTMLElement[] = [];
  if (context.may("publish") && (report.state === "filed" || report.state === "returned")) {
    const publish = h("button", { type: "button", class: "primary", "data-test": "publish" }, t("publish"));
    publish.addEventListener("click", () => void act(publish, () => api.publish(report.report), t("published", { report: report.report })));
    buttons.push(publish);
  }
  if (context.may("return") && report.state === "filed") {
    buttons.push(h("button", { type: "button", class: "plain", "data-test": "return", onclick: () => fill(detail, returnForm(report, act)) }, t("give_back")));
  }
  const show = h("button", { type: "button", class: "link", onclick: () => void rowsOf(report).then((parts) => fill(detail, ...parts)) }, t("officer_detail"));
  return h("li", { "data-test": "officer-report", "data-report": report.report, "data-state": report.state },
    h("p", {}, h("strong", {}, context.carrierName(report.owner)), " · ", report.report, " ", h("span", { class: "flag" }, word("row_state", report.state))),
    h("p", { class: "quiet small" }, instant(report.recorded_at), rows !== null && rows !== undefined && ` · ${t("officer_rows", { n: rows })}`,
      report.document?.number && ` · ${report.document.number}`, report.document?.day && ` (${day(report.document.day)})`),
    h("div", { class: "buttons left" }, ...buttons, show), detail);
}

function returnForm(report: ReportSummary, act: (button: HTMLButtonElement, what: () => Promise<unknown>, done: string) => Promise<void>): HTMLElement {
  const reason = h("textarea", { name: "reason", id: `reason-${report.report}`, rows: 3, required: true });
  const confirm = h("button", { type: "submit", class: "primary", "data-test": "return-confirm" }, t("give_back_confirm"));
  return h("form", { onsubmit: (event) => { event.preventDefault(); void act(confirm, () => api.giveBack(report.report, reason.value.trim()), t("given_back", { report: report.report })); } },
    h("label", { for: `reason-${report.report}` }, t("give_back_reason")), reason, h("div", { class: "buttons" }, confirm));
}

async function rowsOf(report: ReportSummary): Promise<Child[]> {
  try {
    const page: ReportPage = await api.report(report.report);
    return [h("ul", { class: "plain-list" }, ...page.rows.map((row) => h("li", {},
      h("p", { class: "small" }, h("strong", {}, t("finding_row", { row: String(row.row) })), ` · ${word("row_state", row.state)}`, row.reason ? ` · ${row.reason}` : null),
      understoodText(row.understood))))];
  } catch (error) {
    return [h("p", { class: "problem" }, message(error))];
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
