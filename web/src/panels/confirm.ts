/**
 * A commune says what is seen in its villages: whole village or cluster by cluster, network by
 * network. Checked as often as wanted, filed once. An officer may type it in for a commune.
 */

import { type Preview, SAYINGS, type Says, TECHNOLOGIES, type Technology, VERDICTS, type VillageSummary } from "../api/api";
import { actName, api, ApiError, json, type ReportBody } from "../api/client";
import type { Context } from "../context";
import { DayField, daysSound } from "../day";
import { fill, h } from "../dom";
import { capital, unitName } from "../place";
import { t, today, word } from "../text";
import { mark, verdictText } from "../verdict";
import { findingItem, previewMoves, previewText } from "./findings";
import { Letter } from "./letter";
import { receipt } from "./receipt";

/** Who saw it, by office: no person is named. */
const OBSERVERS = ["village_head", "commune_officer", "digital_team", "resident"] as const;
/** Villages of one commune; the largest have some thirty. */
const MOST_VILLAGES = 200;
/** No network in particular. */
const EVERY = "";

/** One answer: at a place, of one network. */
interface Answer {
  readonly place: { readonly village: string } | { readonly cluster: string };
  readonly carrier: string;
  says: Says | null;
  readonly technologies: Set<Technology>;
  /** Where its findings are shown. */
  readonly beside: HTMLElement;
}

export function confirmPanel(context: Context, village: string | null, close: () => void): HTMLElement {
  const body = h("div", {});
  const show = (first: string | null) => fill(body, new ConfirmForm(context, first, () => show(null)).element);
  show(village);
  return h("section", { class: "work-panel", "aria-labelledby": "confirm-title", "data-test": "confirm-panel" },
    h("header", {}, h("h2", { id: "confirm-title", tabindex: -1 }, t("confirm_title")), h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: close }, "×")),
    h("p", { class: "quiet small" }, t("confirm_intro")),
    body);
}

class ConfirmForm {
  readonly element: HTMLFormElement;
  readonly #context: Context;
  readonly #again: () => void;
  /** The village that is opened at first. */
  readonly #first: string | null;
  readonly #answers: Answer[] = [];
  readonly #villages = h("div", { class: "confirm-villages", "data-test": "confirm-villages" });
  readonly #result = h("div", { class: "result", "aria-live": "polite" });
  readonly #status = h("p", { class: "status", role: "status", "data-test": "report-status" });
  readonly #submit = h("button", { type: "submit", class: "primary", "data-test": "report-submit", disabled: true }, t("submit"));
  readonly #commune: HTMLSelectElement | null;
  readonly #letter = new Letter();
  readonly #day = new DayField("seen-day", "day", today(), { max: today(), required: true });
  readonly #observer: HTMLSelectElement;
  readonly #environment: HTMLSelectElement;
  readonly #note = h("textarea", { id: "seen-note", name: "note", rows: 2 });
  #idempotency = actName();

  constructor(context: Context, first: string | null, again: () => void) {
    this.#context = context;
    this.#again = again;
    this.#first = first;
    this.#observer = h("select", { id: "seen-by", name: "observer" }, ...OBSERVERS.map((who) => h("option", { value: who }, t(`observer_${who}`))));
    this.#environment = h("select", { id: "seen-where", name: "environment" }, h("option", { value: "" }, t("environment_unsaid")),
      h("option", { value: "outdoor" }, t("environment_outdoor")), h("option", { value: "indoor" }, t("environment_indoor")));
    this.#commune = context.known.me?.commune ? null : this.#communeChoice();
    const preview = h("button", { type: "button", class: "plain strong", "data-test": "report-preview", onclick: () => void this.#preview() }, t("preview"));
    this.element = h("form", { class: "report-form", novalidate: true, onsubmit: (event) => { event.preventDefault(); void this.#file(); } },
      this.#commune && field(t("confirm_on_behalf"), this.#commune, t("on_behalf_means")),
      this.#seen(), this.#villages, field(t("f_ghi_chu"), this.#note, t("hint_no_names")), this.#commune && this.#letter.element,
      this.#result,
      h("div", { class: "buttons sticky" }, this.#status, preview, this.#submit));
    this.element.addEventListener("input", () => this.#stale());
    void this.#load();
  }

  #seen(): HTMLElement {
    return h("fieldset", {}, h("legend", {}, t("confirm_seen")),
      h("div", { class: "pair" }, h("div", { class: "field" }, h("label", { for: "seen-day" }, t("confirm_day")), this.#day.element), field(t("confirm_by"), this.#observer)),
      field(t("filter_environment"), this.#environment));
  }

  #communeChoice(): HTMLSelectElement {
    const communes = (this.#context.known.communes?.items ?? []).filter(({ villages }) => villages > 0);
    const box = h("select", { id: "seen-commune", name: "on_behalf_of", "data-test": "confirm-commune" }, h("option", { value: "" }, t("choose")),
      ...communes.toSorted((a, b) => a.name.localeCompare(b.name, "vi")).map((commune) => h("option", { value: commune.code }, capital(unitName(commune)))));
    box.addEventListener("change", () => void this.#load());
    return box;
  }

  #code(): string {
    return this.#commune ? this.#commune.value : String(this.#context.known.me?.commune ?? "");
  }

  /** The commune's villages; for an officer first the commune of the village it came from. */
  async #load(): Promise<void> {
    this.#answers.length = 0;
    try {
      if (this.#commune && this.#commune.value === "" && this.#first !== null) {
        const { commune } = await api.village(this.#first, {});
        this.#commune.value = String(commune.code ?? "");
      }
      const code = this.#code();
      if (code === "") return fill(this.#villages, h("p", { class: "quiet" }, t("confirm_choose_commune")));
      const { items } = await api.gaps({ unit: code, verdict: VERDICTS.join(","), sort: "name", limit: MOST_VILLAGES }, null);
      if (items.length === 0) return fill(this.#villages, h("p", { class: "quiet" }, t("confirm_no_villages")));
      fill(this.#villages, ...items.map((village) => this.#village(village, items.length === 1 || village.id === this.#first)));
    } catch (error) {
      fill(this.#villages, h("p", { class: "problem", role: "alert" }, t("failed", { why: message(error) })));
    }
  }

  #village(village: VillageSummary, open: boolean): HTMLElement {
    const grid = h("div", { class: "confirm-places" });
    const count = h("span", { class: "count", hidden: true });
    const details = h("details", { class: "confirm-village", "data-test": "confirm-village", "data-village": village.id },
      h("summary", {}, mark(village, this.#context.palette, 22), h("span", { class: "confirm-name" }, village.name, h("span", { class: "quiet small" }, verdictText(village))), count),
      grid);
    let drawn = false;
    const draw = () => {
      if (!details.open || drawn) return;
      drawn = true;
      void this.#places(village, grid);
    };
    grid.addEventListener("change", () => {
      const given = this.#answers.filter(({ says, beside }) => says !== null && grid.contains(beside)).length;
      count.hidden = given === 0;
      count.textContent = String(given);
      count.setAttribute("aria-label", t("confirm_given", { n: given }));
    });
    details.addEventListener("toggle", draw);
    if (open) {
      details.open = true;
      draw();
    }
    return details;
  }

  /** The whole village, and each of its listed clusters when there are any. */
  async #places(village: VillageSummary, grid: HTMLElement): Promise<void> {
    fill(grid, this.#place(t("confirm_whole_village"), { village: village.id }, `${village.id}-all`));
    const page = await api.village(village.id, {}).catch(() => null);
    const listed = (page?.clusters ?? []).filter(({ implied }) => !implied);
    if (listed.length === 0) return grid.append(h("p", { class: "hint" }, t("confirm_no_clusters")));
    const clusters = listed.map((cluster, i) => {
      const known = [cluster.centre ? t("v_cluster_centre") : null, cluster.households === null ? null : t("list_households", { n: cluster.households })].filter((part) => part !== null).join(", ");
      const name = t("confirm_cluster", { name: cluster.name || `${i + 1}, ${t("cluster_nameless")}` }) + (known === "" ? "" : ` (${known})`);
      return h("details", { class: "fold", "data-test": "confirm-cluster", "data-cluster": cluster.id }, h("summary", {}, name), this.#place(name, { cluster: cluster.id }, cluster.id));
    });
    grid.append(h("p", { class: "hint" }, t("confirm_by_cluster")), ...clusters);
  }

  #place(name: string, place: Answer["place"], id: string): HTMLElement {
    const carriers = this.#context.known.carriers.filter(({ kind }) => kind === "mno");
    const rows = [{ id: EVERY, name: t("every_carrier") }, ...carriers];
    return h("div", { class: "confirm-grid", role: "group", "aria-label": name }, h("p", { class: "confirm-place" }, name), ...rows.map((carrier) => this.#row(place, `${id}-${carrier.id || "every"}`, carrier)));
  }

  /** One network: not looked at, signal, weak, none; then by which technology. */
  #row(place: Answer["place"], id: string, carrier: { readonly id: string; readonly name: string }): HTMLElement {
    const answer: Answer = { place, carrier: carrier.id, says: null, technologies: new Set(), beside: h("div", { class: "beside" }) };
    this.#answers.push(answer);
    const boxes = TECHNOLOGIES.map((technology) => {
      const box = h("input", { type: "checkbox", value: technology, onchange: () => { if (box.checked) answer.technologies.add(technology); else answer.technologies.delete(technology); } });
      return h("label", {}, box, ` ${technology}`);
    });
    const technologies = h("div", { class: "confirm-technologies", role: "group", "aria-label": t("f_cong_nghe"), hidden: true }, ...boxes, h("span", { class: "hint" }, t("confirm_technology_hint")));
    const choices = [null, ...SAYINGS].map((says) => {
      const radio = h("input", { type: "radio", name: `says-${id}`, value: says ?? "", checked: says === null, onchange: () => { answer.says = says; technologies.hidden = says === null; } });
      return h("label", { class: `say say-${says ?? "unseen"}` }, radio, h("span", {}, says === null ? t("says_unseen") : word("says_short", says)));
    });
    return h("fieldset", { class: "confirm-row", "data-carrier": carrier.id || "every" }, h("legend", {}, carrier.name), h("div", { class: "says" }, ...choices), technologies, answer.beside);
  }

  #given(): Answer[] {
    return this.#answers.filter(({ says }) => says !== null);
  }

  #body(): ReportBody {
    const note = [t("observed_by", { who: t(`observer_${OBSERVERS.find((who) => who === this.#observer.value) ?? "village_head"}`) }), this.#note.value.trim()].filter(Boolean).join(" ");
    const rows = this.#given().map(({ place, carrier, says, technologies }) => ({
      ...place, says, day: this.#day.value, note,
      ...(carrier === EVERY ? {} : { carrier }),
      ...(technologies.size === 0 ? {} : { technology: [...technologies] }),
      ...(this.#environment.value === "" ? {} : { environment: this.#environment.value }),
    }));
    const document = this.#letter.filled();
    return json({ rows, ...(this.#commune ? { on_behalf_of: this.#commune.value } : {}), ...(Object.keys(document).length > 0 ? { document } : {}) });
  }

  /** Whatever was checked is no longer what would be filed. */
  #stale(): void {
    this.#submit.disabled = true;
    this.#result.replaceChildren();
    this.#say("", "");
  }

  async #preview(): Promise<void> {
    if (this.#given().length === 0) return this.#say(t("confirm_none"), "bad");
    if (!daysSound([this.#day]) || !this.#letter.sound()) return;
    this.#say(t("previewing"), "");
    try {
      const preview = await api.preview("observations", this.#body());
      this.#showFindings(preview);
      fill(this.#result, ...previewMoves(preview));
      this.#say(previewText(preview), preview.can_file ? "fine" : "bad");
      this.#submit.disabled = !preview.can_file;
      this.#idempotency = actName();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Beside the answer they speak of: rows go in the order of the answers. */
  #showFindings(preview: Preview): void {
    for (const { beside } of this.#answers) beside.replaceChildren();
    const given = this.#given();
    for (const { row, findings } of preview.rows) {
      given[row - 1]?.beside.append(...findings.map((finding) => findingItem(finding, "beside", null)));
      if (findings.some(({ severity }) => severity === "refuse" || severity === "ask")) given[row - 1]?.beside.closest("details")?.setAttribute("open", "");
    }
  }

  async #file(): Promise<void> {
    if (this.#submit.disabled) return this.#say(t("preview_first"), "bad");
    this.#submit.disabled = true;
    this.#say(t("submitting"), "");
    try {
      const filed = await api.file("observations", this.#body(), this.#idempotency);
      this.element.replaceChildren(receipt(filed, this.#commune !== null, this.#again));
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
    this.#say("", "");
    const findings = error instanceof ApiError ? error.findings : [];
    fill(this.#result, h("p", { class: "problem", role: "alert" }, message(error)), ...findings.map((finding) => findingItem(finding, "apart", null)));
  }
}

function field(label: string, input: HTMLElement, hint?: string): HTMLElement {
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input, hint !== undefined && h("p", { class: "hint" }, hint));
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
