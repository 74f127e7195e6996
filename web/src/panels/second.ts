/** What waits for a second person: who filed it, and to publish it for whoever may be that person. */

import type { AwaitingSecond } from "../api/api";
import { api } from "../api/client";
import { headingsAtHand } from "../columns";
import type { Context } from "../context";
import { type Child, fill, h, refill } from "../dom";
import { instant, t } from "../text";
import { s } from "../text/second";
import { factsText } from "./findings";

export function secondSection(context: Context): HTMLElement {
  const section = h("section", { class: "names", "data-test": "second" });
  const load = async () => {
    try {
      const { awaiting_second: waiting = [] } = await api.docket();
      refill(section, waiting.length > 0 && h("details", { class: "fold", open: true },
        h("summary", {}, s("title", { n: waiting.length })),
        h("ul", { class: "plain-list" }, ...waiting.map((one) => item(context, one, () => void load())))));
    } catch (error) {
      fill(section, h("p", { class: "problem", role: "alert" }, t("failed", { why: message(error) })));
    }
  };
  void load();
  return section;
}

function item(context: Context, one: AwaitingSecond, again: () => void): HTMLElement {
  const told = h("p", { class: "small", role: "status" });
  const content = h("div", { "data-test": "second-content" }, h("p", { class: "quiet small" }, t("loading")));
  void contentOf(context, one).then((children) => fill(content, ...children));
  const publish = h("button", { type: "button", class: "primary", "data-test": "second-publish" }, t("publish"));
  publish.addEventListener("click", () => {
    publish.disabled = true;
    api.publish(one.report, null).then(() => {
      context.toast(t("published", { report: one.report }));
      context.changed();
      again();
    }, (error: unknown) => {
      publish.disabled = false;
      told.textContent = message(error);
    });
  });
  return h("li", { class: "finding ask", "data-test": "second-item", "data-report": one.report },
    h("p", {}, h("strong", {}, s(one.what)), ` · ${t("officer_rows", { n: one.rows })} · ${t("report_code", { report: one.report })}`),
    h("p", { class: "quiet small" }, `${context.partyName(one.owner)} · ${s("by", { who: personName(one.by), when: instant(one.recorded_at) })}`),
    content,
    one.may_publish ? h("div", { class: "buttons left" }, publish) : h("p", { class: "small" }, s("not_you")),
    told);
}

/** What the second person is asked to agree to, row by row. */
async function contentOf(context: Context, { report, what }: AwaitingSecond): Promise<readonly Child[]> {
  try {
    const [{ rows }] = await Promise.all([api.report(report), headingsAtHand()]);
    return rows.filter(({ state }) => state === "awaits_second").map(({ row, understood }) => {
      const name = understood[what === "restriction" ? "ma_tram" : what === "goal" ? "noi_dung" : "thon"];
      return h("details", { class: "entries", open: rows.length === 1 }, h("summary", {}, `${t("finding_row", { row })}: ${String(name ?? "")}`), factsText(context, Object.entries(understood).filter(([column]) => column !== "ma_thon" && column !== "ma_cum")));
    });
  } catch (error) {
    return [h("p", { class: "problem", role: "alert" }, t("failed", { why: message(error) }))];
  }
}

/** The name of an account; its code once the name was erased. */
export function personName(by: AwaitingSecond["by"] | undefined): string {
  return by === null || by === undefined ? s("unnamed") : by.name ?? by.account;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
