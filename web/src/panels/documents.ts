/** Papers: the report of a period, bundles of dossiers, tables as files, and whether a paper is ours. */

import type { Context } from "../context";
import { fill, h } from "../dom";
import { capital, unitName } from "../place";
import { monthName, t } from "../text";
import { w } from "../text/documents";
import { folder, periods, take } from "./papers";
import { signedSection } from "./signed";

/** Beyond, a bundle is one file a village. */
const MOST_IN_ONE = 60;

export function documentsPanel(context: Context, close: () => void): HTMLElement {
  return h("section", { class: "work-panel documents", "aria-labelledby": "documents-title", "data-test": "documents-panel" },
    h("header", {}, h("h2", { id: "documents-title", tabindex: -1 }, t("papers_title")),
      h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: close }, "×")),
    h("p", { class: "quiet small" }, w("intro")),
    periodSection(context), bundleSection(context), tableSection(context), signedSection(context));
}

/** Chosen by the month in which the period ends. */
function periodSection(context: Context): HTMLElement {
  const month = h("select", { id: "period", name: "period" }, ...periods(new Date()).map((one) => h("option", { value: one }, monthName(one))));
  const report = (form: "pdf" | "docx") => take(context, form.toUpperCase(), `period-${form}`, () =>
    ({ path: `/api/v1/period-reports/${month.value}.${form}`, name: `bao-cao-ky-${month.value}.${form}` }));
  return h("section", {}, h("h3", {}, t("papers_take")),
    h("div", { class: "field" }, h("label", { for: "period" }, t("papers_period")), month, h("p", { class: "hint" }, t("papers_period_note"))),
    h("p", { class: "paper-forms" }, report("pdf"), report("docx")));
}

function bundleSection(context: Context): HTMLElement {
  const { carriers, communes } = context.known;
  const all = (communes?.items ?? []).filter(({ villages }) => villages > 0);
  const most = new Map([["province", all.reduce((sum, { villages }) => sum + villages, 0)], ...all.map(({ code, villages }): [string, number] => [`commune-${code}`, villages])]);
  const of = h("select", { id: "bundle-of", name: "bundle" }, h("option", { value: "province" }, w("province")),
    h("optgroup", { label: w("carriers") }, ...carriers.filter(({ kind }) => kind === "mno").map(({ id, name }) => h("option", { value: `carrier-${id}` }, name))),
    h("optgroup", { label: w("communes") }, ...all.toSorted((a, b) => a.name.localeCompare(b.name, "vi")).map((commune) => h("option", { value: `commune-${commune.code}` }, capital(unitName(commune))))));
  const forms = h("p", { class: "paper-forms" });
  const draw = () => {
    const { value } = of;
    const [path, name] = [`/api/v1/bundles/${value}`, `tap-phieu-${value === "province" ? "toan-tinh" : value}`];
    const one = (form: "pdf" | "docx") => take(context, form.toUpperCase(), `bundle-${form}`, () => ({ path: `${path}.${form}`, name: `${name}.${form}` }));
    const fits = (most.get(value) ?? 0) <= MOST_IN_ONE;
    fill(forms, fits && one("pdf"), fits && one("docx"), folder(context, "ZIP", "bundle-zip", `${path}.zip`, `${name}.zip`));
  };
  of.addEventListener("change", draw);
  draw();
  return h("section", {}, h("h3", {}, w("bundle_title")),
    h("div", { class: "field" }, h("label", { for: of.id }, w("bundle_of")), of, h("p", { class: "hint" }, w("bundle_most", { n: MOST_IN_ONE }), " ", w("dossier_where"))), forms);
}

function tableSection(context: Context): HTMLElement {
  const days = () => ({ as_of: context.store.now.filters.asOf, known_at: context.store.now.filters.knownAt });
  const line = (label: string, table: string, forms: readonly string[]) => h("p", { class: "paper-forms" }, h("span", {}, label),
    ...forms.map((form) => take(context, form === "gpkg" ? "GeoPackage" : form.toUpperCase(), `table-${table}-${form}`, () => ({ path: `/api/v1/exports/${table}.${form}`, name: `${table}.${form}`, days: days() }))));
  return h("section", {}, h("h3", {}, w("tables_title")),
    line(w("table_villages"), "villages", ["xlsx", "gpkg"]), line(w("table_duties"), "duties", ["xlsx", "gpkg"]), line(w("table_statistics"), "statistics", ["xlsx"]),
    h("p", { class: "hint" }, w("tables_note")));
}
