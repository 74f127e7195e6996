/** The receipt: what was filed and when, signed by the service, to keep. */

import type { Filed } from "../api/api";
import { h, save } from "../dom";
import { instant, t, type TextKey } from "../text";
import { movedList } from "./findings";

/** `onBehalf`: the department's own act, which counts for all at once. */
export function receipt(filed: Filed, onBehalf: boolean, again: () => void, next: TextKey = "report_another"): HTMLElement {
  const text = JSON.stringify(filed.receipt, null, 2);
  const take = () => save(new Blob([text], { type: "application/json" }), `bien-nhan-${filed.report}.json`);
  const state = filed.state === "awaits_second" ? t("receipt_state_awaits_second") : onBehalf ? t("receipt_state_on_behalf") : t(filed.state === "published" ? "receipt_state_published" : "receipt_state_filed");
  const title = h("h3", { tabindex: -1 }, t("receipt_title"));
  queueMicrotask(() => title.focus());
  return h("div", { class: "receipt", "data-test": "report-receipt", "data-report": filed.report, role: "status" },
    title,
    h("p", {}, t("receipt_text", { report: filed.report, time: instant(filed.recorded_at) })),
    h("p", {}, state),
    filed.moved.length > 0 && movedList(filed.moved),
    h("div", { class: "buttons left" }, h("button", { type: "button", class: "primary", "data-test": "receipt-download", onclick: take }, t("receipt_download")),
      h("button", { type: "button", class: "plain", onclick: again }, t(next))),
    h("details", { class: "fold" }, h("summary", {}, t("receipt_see")), h("pre", { tabindex: 0 }, text)));
}
