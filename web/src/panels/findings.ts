/** What the service says of a report's rows, beside the fields it speaks of. */

import type { Candidate, Finding, Moved, Preview } from "../api/api";
import { indicators } from "../api/figures";
import { planning } from "../api/planning";
import { columnName } from "../columns";
import type { Context } from "../context";
import { type Child, h } from "../dom";
import { day, decimal, degrees, either, prose, t, word, written } from "../text";
import { lower } from "../verdict";
import { capital, placedName, unitName } from "../place";

/** One finding, beside its field or apart from it; a click on a candidate hands it to `choose`. */
export function findingItem(finding: Finding, where: "beside" | "apart", choose: ((finding: Finding, candidate: Candidate) => void) | null): HTMLElement {
  const column = finding.column ? columnName(finding.column) : null;
  const place = [finding.row && where === "apart" ? t("finding_row", { row: String(finding.row) }) : null, where === "beside" ? null : column].filter(Boolean).join(", ");
  const remedy = written(either({ vi: finding.remedy_vi, en: finding.remedy_en }));
  const candidates = finding.candidates ?? [];
  return h("div", { class: `finding ${finding.severity}`, "data-test": "finding", "data-code": finding.code, "data-severity": finding.severity },
    h("p", {}, h("strong", {}, word("severity", finding.severity)), place && ` (${place})`, ": ", written(either({ vi: finding.message_vi, en: finding.message_en })), finding.value ? ` – “${finding.value}”` : null),
    remedy && h("p", { class: "small" }, capital(remedy)),
    candidates.length > 0 && choose !== null && h("div", { class: "candidates" }, h("p", { class: "small" }, t("candidates")),
      ...candidates.map((candidate) => h("button", { type: "button", class: "candidate", "data-test": "candidate", "data-id": candidate.id, onclick: () => choose(finding, candidate) },
        h("strong", {}, written(candidate.name)), h("span", { class: "small" }, prose({ vi: candidate.reason_vi, en: candidate.reason_en }))))));
}

/** What a preview comes to, in one line. */
export function previewText({ counts, can_file }: Preview): string {
  const counted = (["refuse", "ask", "warn", "note"] as const).filter((severity) => counts[severity] > 0)
    .map((severity) => t("preview_count", { n: counts[severity], what: lower(word("severity", severity)) })).join(" · ");
  if (counted === "") return t("preview_clean");
  return `${counted}. ${t(can_file ? "preview_can" : counts.refuse > 0 ? "preview_cannot" : "preview_unanswered")}`;
}

/** Which verdicts would move. */
export function previewMoves({ would_move }: Preview): Child[] {
  return [would_move.length > 0 && h("div", { class: "moves", "data-test": "would-move" }, h("p", {}, t("preview_moves")), movedList(would_move))];
}

export function movedList(moved: readonly Moved[]): HTMLElement {
  return h("ul", { class: "plain-list" }, ...moved.map(({ from, to, ...village }) =>
    h("li", {}, t("toast_moved", { name: placedName(village), from: lower(word("verdict", from)), to: lower(word("verdict", to)) }))));
}

/** A row as a sentence a clerk can check; what it says besides stands folded below. */
export function understoodText(context: Context, understood: Readonly<Record<string, unknown>>): HTMLElement {
  const text = (name: string) => show(understood[name]);
  const event = text("loai_su_kien");
  const villages = understood["cac_thon_phuc_vu"];
  // No event of a site: what it is stands in its columns alone.
  if (event === "") return h("div", { class: "row-text" }, servedText(context, villages), factsText(context, Object.entries(understood).filter(([name]) => name !== "cac_thon_phuc_vu")));
  const at = ["kinh_do", "vi_do"].map((name) => coordinate(understood[name])).filter(Boolean).join("; ");
  const first = [event && word("event", event), text("cong_nghe"), text("ngay_su_kien") && day(text("ngay_su_kien"))].filter(Boolean).join(", ");
  const site = [text("ma_tram"), text("ten_tram")].filter(Boolean).join(" – ");
  const rest = Object.entries(understood).filter(([name, value]) => !SAID.has(name) && show(value) !== "");
  return h("div", { class: "row-text" },
    h("p", {}, h("strong", {}, first), site !== "" && `, ${t("row_site", { site })}`),
    servedText(context, villages),
    at !== "" && h("p", { class: "quiet small" }, t("row_at", { at })),
    rest.length > 0 && h("details", { class: "entries" }, h("summary", {}, t("group_more")), factsText(context, rest)));
}

function servedText(context: Context, villages: unknown): Child {
  return Array.isArray(villages) && villages.length > 0 && h("p", {}, `${t("group_serves")}: `, ...villages.flatMap((id, i) => [i > 0 && ", ", villageLink(context, String(id))]));
}

/** Column by column under the names that people know: what it is about first. */
export function factsText(context: Context, facts: readonly (readonly [string, unknown])[]): HTMLElement {
  const told = facts.map(([name, value]): [string, string | HTMLElement] => [name, placeIn(context, name, value) ?? showIn(context, name, value)]).filter(([, text]) => text !== "");
  const place = (name: string) => (FIRST.indexOf(name) + 1 || FIRST.length + 1);
  return h("dl", { class: "facts small" }, ...told.toSorted(([a], [b]) => place(a) - place(b)).flatMap(([name, text]) => [h("dt", {}, columnName(name)), h("dd", {}, text)]));
}

/** A village by its name, also where a duty holds it in its id; null: the column is about something else. */
function placeIn(context: Context, name: string, value: unknown): HTMLElement | null {
  const id = Array.isArray(value) && value.length === 1 ? String(value[0]) : value;
  if (typeof id !== "string") return null;
  if (name === "bo_tieu_chi") return rulesName(id);
  if (name === "chi_tieu") return indicatorName(id);
  if (name === "thon" || name === "thon_cu") return /^[a-z0-9]+([-.][a-z0-9]+)*$/.test(id) ? villageLink(context, id) : null;
  const duty = name === "nhiem_vu" ? /^duty-([a-z]+)(\d+)-(.+)$/.exec(id) ?? /^cam-ket()()\.[^.]+\.(.+)$/.exec(id) : null;
  if (duty === null) return null;
  return h("span", {}, duty[1] ? `${duty[1].toUpperCase()}.${duty[2]} · ` : null, villageLink(context, duty[3] ?? ""));
}

const FIRST = ["so_giay", "ten_chi_tieu", "cac_tram", "don_vi", "noi_dung", "thon", "loai_thon", "ma_thon", "ten_khac", "nha_mang", "ma_tram", "so_sanh", "nguong", "don_vi_tinh", "pham_vi", "han", "xa", "kinh_do", "vi_do", "sai_so_m", "uoc_so_ho"];

const CODED: Readonly<Record<string, string>> = { nguyen_nhan: "cause", ket_qua: "finding", loai_thon: "kind", moc: "step", vuong_mac: "blocker", chinh_thuc: "standing" };

/** Codes in the words of their column; what this page does not know stays as it is. */
function showIn(context: Context, name: string, value: unknown): string {
  const prefix = CODED[name];
  if (prefix !== undefined && typeof value === "string") return word(prefix, value);
  if (name === "nha_mang" && typeof value === "string") return context.carrierName(value);
  if (name === "xa" && Array.isArray(value)) return [...new Set(value.map(String))].map((code) => unitOf(context, code)).join(", ");
  if (name === "don_vi" || name === "don_vi_nhan") return value === null ? "" : unitOf(context, String(value));
  if (name === "cac_tram" && Array.isArray(value)) return value.map(({ nha_mang, ma_tram }: { nha_mang: string; ma_tram: string }) => `${context.carrierName(nha_mang)} ${ma_tram}`).join(", ");
  // A code is no amount: its digits stay together.
  if (typeof value === "number" && !name.startsWith("ma_")) return decimal(value);
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? day(value) : show(value);
}

/** A unit of today, else of before, by its name; what is neither stays its code. */
export function unitOf(context: Context, code: string): string {
  const communes = context.known.communes?.items ?? [];
  const now = communes.find((one) => String(one.code) === code);
  if (now !== undefined) return `${unitName(now)} (${code})`;
  const former = communes.flatMap((commune) => commune.former);
  const districtsBefore = former.flatMap(({ district }) => (district === null || typeof district === "string" ? [] : [district]));
  const before = [...former, ...districtsBefore].find((one) => String(one.code) === code);
  return before === undefined ? code : t("old_unit", { kind: word("unit_kind", before.kind ?? "huyen"), name: before.name });
}

/** What was seen at a place, as a sentence: never in the words of a carrier's report. */
export function observationText(context: Context, understood: Readonly<Record<string, unknown>>): HTMLElement {
  const text = (name: string) => show(understood[name]);
  const place = text("village");
  const carrier = text("carrier");
  const of = [carrier === "" ? t("every_carrier") : context.carrierName(carrier), text("technologies") || t("every_technology"), ...["environment", "service"].flatMap((name) => (text(name) === "" ? [] : [word(name, text(name))]))];
  return h("div", { class: "row-text" },
    h("p", {}, ...clusterText(context, text("cluster"), text("cluster_name"), place || text("cluster_village")), ": ", h("strong", {}, lower(word("says", text("says")))), ` (${of.join("; ")}), ${t("seen_on", { day: day(text("day")) })}`),
    text("source_word") !== "" && h("p", { class: "quiet small" }, t("source_word", { word: text("source_word") })));
}

/** A cluster by its name and village; by its id only where this view knows neither. */
function clusterText(context: Context, cluster: string, name: string, village: string): Child[] {
  const link = village === "" ? null : villageLink(context, village);
  if (cluster === "") return [link];
  return [t("cluster_named", { id: name || (link === null ? cluster : t("cluster_nameless")) }), link && ", ", link];
}

/** Degrees to a metre, metres as they are: with the mark that the language has. */
function coordinate(value: unknown): string {
  return typeof value === "number" ? (Math.abs(value) > 180 ? decimal(value) : degrees(value, 5)) : show(value);
}

const SAID = new Set(["loai_su_kien", "cong_nghe", "ngay_su_kien", "ma_tram", "ten_tram", "kinh_do", "vi_do", "cac_thon_phuc_vu"]);

/** A rule set by its title; the title follows. */
function rulesName(code: string): HTMLElement {
  const shown = h("span", {}, code);
  void planning.rules().then(({ items }) => {
    const set = items.find(({ id, version }) => `${id}:${version}` === code);
    if (set !== undefined) shown.textContent = t("plan_rule_set", { title: either({ vi: set.title_vi, en: set.title_en }), version: String(set.version) });
  }, () => undefined);
  return shown;
}

/** An indicator by its name; the name follows. */
export function indicatorName(code: string): HTMLElement {
  const shown = h("span", {}, code);
  void indicators().then((items) => {
    const one = items.find(({ id }) => id === code);
    if (one !== undefined) shown.textContent = either({ vi: one.name_vi, en: one.name_en });
  }, () => undefined);
  return shown;
}

/** A village by name; the name follows when this page has not met it yet. */
export function villageLink(context: Context, id: string): HTMLElement {
  const link = h("button", { type: "button", class: "link", onclick: () => context.open(id) }, id);
  void context.villageName(id).then((name) => { link.textContent = name; });
  return link;
}

function show(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return t(value ? "yes" : "no");

  if (Array.isArray(value)) return value.map(show).filter(Boolean).join(", ");
  if (typeof value === "object") return Object.entries(value).map(([name, inner]) => `${name}: ${show(inner)}`).join(", ");
  return String(value);
}
