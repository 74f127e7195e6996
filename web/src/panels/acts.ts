/** What an act did, in words; what it acted on is a click away. */

import type { ReportPage } from "../api/api";
import { api } from "../api/client";
import type { Context } from "../context";
import { type Child, fill, h } from "../dom";
import { t, word } from "../text";
import { observationText, understoodText, villageLink } from "./findings";

type Row = ReportPage["rows"][number];
type ActsOn = NonNullable<Row["acts_on"]>;

export function actText(context: Context, row: Row): HTMLElement {
  return h("div", { class: "row-text", "data-test": "act", "data-act": row.act },
    h("p", {}, h("strong", {}, word("act", row.act ?? ""))),
    ...(row.acts_on === undefined ? [] : targetText(context, row.acts_on)),
    Object.keys(row.understood).length > 0 && understoodText(context, row.understood));
}

function targetText(context: Context, { report, rows, villages }: ActsOn): Child[] {
  const place = h("div", { class: "acts-on", hidden: true });
  const link = h("button", { type: "button", class: "link", "data-test": "acts-on", "aria-expanded": "false" }, t("report_code", { report }));
  link.addEventListener("click", () => {
    place.hidden = !place.hidden;
    link.setAttribute("aria-expanded", String(!place.hidden));
    if (place.childElementCount === 0) void show(context, place, report, rows);
  });
  const which = rows.length === 0 ? "" : `, ${rows.map((row) => t("finding_row", { row: String(row) })).join(", ")}`;
  return [
    h("p", {}, `${t("act_on")} `, link, which, villages.length > 0 && ` · ${t("act_villages")} `, ...villages.flatMap((village, i) => [i > 0 && ", ", villageLink(context, village)])),
    place,
  ];
}

async function show(context: Context, place: HTMLElement, report: string, rows: readonly number[]): Promise<void> {
  fill(place, h("p", { class: "quiet small" }, t("loading")));
  try {
    const page = await api.report(report);
    const named = page.rows.filter(({ row }) => rows.length === 0 || rows.includes(row));
    const said = (row: Row) => (row.act !== undefined ? actText(context, row) : page.kind === "observation" ? observationText(context, row.understood) : understoodText(context, row.understood));
    fill(place, h("p", { class: "quiet small" }, context.partyName(page.owner)), h("ul", { class: "plain-list" }, ...named.map((row) => h("li", {}, said(row)))));
  } catch (error) {
    fill(place, h("p", { class: "problem", role: "alert" }, t("failed", { why: error instanceof Error ? error.message : String(error) })));
  }
}
