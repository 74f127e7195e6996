/** The list of gaps beside the map, with its totals, sorting, paging and export. */

import type { FeatureCollection, Polygon } from "geojson";
import { type GapList, type Total, VERDICTS, type Verdict, type VillageSummary } from "../api/api";
import { address, api, download, everyPage, type Query, wholeCsv } from "../api/client";
import type { Context } from "../context";
import { fill, h, save } from "../dom";
import { markElement } from "../map/icons";
import { capital, placeBefore, placeNow } from "../place";
import { gapQuery, polygonOf } from "../query";
import { type Filters, GAP_VERDICTS, NO_FILTERS, oneOf, SORTS } from "../state";
import { day, households, metres, number, t, today, word } from "../text";
import { listingSign, mark, trustOfGrade, verdictText } from "../verdict";
import { scopeText } from "./scope";

export class ListPanel {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #head = h("div", { class: "list-head" });
  readonly #items = h("ol", { class: "gaps", id: "gap-list", tabindex: -1 });
  readonly #foot = h("div", { class: "list-foot" });
  /** What changed, for those who do not see it change. */
  readonly #spoken = h("p", { class: "sr-only", role: "status", "aria-live": "polite" });

  constructor(context: Context, above: readonly Node[]) {
    this.#context = context;
    this.element = h("section", { class: "list-panel", "aria-labelledby": "list-title", "data-test": "list" }, ...above, this.#head, this.#spoken, this.#items, this.#foot);
    fill(this.#head, h("p", { class: "quiet", role: "status" }, t("loading")));
    this.#items.addEventListener("keydown", (event) => this.#step(event));
  }

  show(list: GapList): void {
    const focused = document.activeElement?.closest("[data-village]")?.getAttribute("data-village");
    this.element.dataset["version"] = list.version;
    fill(this.#head, ...this.#headParts(list));
    fill(this.#items, ...list.items.map((village) => this.#item(village)));
    fill(this.#foot, ...this.#footParts(list));
    this.#mark(this.#context.store.now.village);
    const spoken = totalsText(list, this.#context.store.now.filters.verdicts).join("");
    if (this.#spoken.textContent !== spoken) this.#spoken.textContent = spoken;
    if (focused) this.#button(focused)?.focus({ preventScroll: true });
  }

  fail(why: string, retry: () => void): void {
    fill(this.#head, h("p", { class: "problem", role: "alert" }, t("failed", { why })), h("button", { type: "button", class: "plain", onclick: retry }, t("retry")));
  }

  /** Marks the opened village and brings its line into view. */
  select(village: string | null): void {
    this.#mark(village)?.scrollIntoView({ block: "nearest" });
  }

  /** Back to the line of a village, when its story closes. */
  focus(village: string): void {
    this.#button(village)?.focus({ preventScroll: true });
  }

  /** From the map: the village under the pointer. */
  hover(village: string | null): void {
    for (const item of this.#items.children) item.classList.toggle("hovered", item.getAttribute("data-village") === village);
  }

  #mark(village: string | null): Element | null {
    let found: Element | null = null;
    for (const item of this.#items.children) {
      const chosen = item.getAttribute("data-village") === village;
      item.classList.toggle("chosen", chosen);
      const button = item.querySelector("button");
      if (chosen) button?.setAttribute("aria-current", "true");
      else button?.removeAttribute("aria-current");
      if (chosen) found = item;
    }
    return found;
  }

  #headParts(list: GapList): HTMLElement[] {
    const { filters } = this.#context.store.now;
    const onlyGaps = filters.verdicts.every((verdict) => verdict !== "covered" && verdict !== "insufficient");
    const [counted, ...rest] = totalsText(list, filters.verdicts);
    return [
      h("h2", { id: "list-title" }, t(onlyGaps ? "list_title" : "list_title_all"), " ", h("span", { class: "as-of" }, asOfText(list, filters.knownAt))),
      this.#chips(list),
      h("p", { class: "totals" }, h("strong", {}, counted), rest.join("")),
      h("p", { class: "scope-note", "data-test": "scope-note" }, scopeText(this.#context)),
      this.#sorting(),
    ];
  }

  /** One chip per verdict: how many villages, and a switch for the list. */
  #chips(list: GapList): HTMLElement {
    const { store, palette } = this.#context;
    const chosen = store.now.filters.verdicts;
    const flip = (verdict: Verdict) => {
      const next = chosen.includes(verdict) ? chosen.filter((other) => other !== verdict) : VERDICTS.filter((other) => other === verdict || chosen.includes(other));
      store.update({ filters: { ...store.now.filters, verdicts: next.length === 0 ? GAP_VERDICTS : next } });
    };
    return h("div", { class: "chips", role: "group", "aria-label": t("filter_verdict") }, ...VERDICTS.map((verdict) =>
      h("button", { type: "button", class: "chip", "aria-pressed": String(chosen.includes(verdict)), title: t(`means_${verdict}`), "data-test": "chip", "data-verdict": verdict, onclick: () => flip(verdict) },
        // Counted from the asked grade up: no more is shown than what that is worth.
        markElement(verdict, trustOfGrade(store.now.filters.grade), false, palette, 20),
        h("span", { class: "chip-count" }, number(list.totals[verdict]?.villages ?? 0)),
        h("span", { class: "chip-word" }, t(`verdict_short_${verdict}`)))));
  }

  #sorting(): HTMLElement {
    const { store } = this.#context;
    const sorts = SORTS.filter((sort) => sort !== "distance" || this.#context.may("see_sites"));
    const select = h("select", { id: "sort", name: "sort" }, ...sorts.map((sort) => h("option", { value: sort, selected: store.now.filters.sort === sort }, t(`sort_${sort}`))));
    select.addEventListener("change", () => store.update({ filters: { ...store.now.filters, sort: oneOf(SORTS, select.value) ?? "households" } }));
    const take = (label: string, accept: string, name: string) => h("button", { type: "button", class: "link", onclick: () => void this.#export(accept, name) }, label);
    return h("div", { class: "list-tools" },
      h("label", { for: "sort" }, t("sort")), select,
      h("span", { class: "exports" }, `${t("export")}: `, take("CSV", "text/csv", "thon-chua-dat.csv"), " · ", take("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "thon-chua-dat.xlsx"), " · ", take("GeoJSON", "application/geo+json", "thon-chua-dat.geojson"), " · ", take("GeoPackage", "application/geopackage+sqlite3", "thon-chua-dat.gpkg")));
  }

  async #export(accept: string, name: string): Promise<void> {
    try {
      const { filters } = this.#context.store.now;
      const [path, query, within] = ["/api/v1/gaps", gapQuery(filters), filters.area && polygonOf(filters.area)];
      // XLSX and GeoPackage hold every row; the others come by pages.
      save(accept === "text/csv" ? await wholeCsv(path, query, within) : accept === "application/geo+json" ? await wholeFeatures(path, query, within) : await download(address(path, query), within, accept), name);
    } catch (error) {
      this.#context.toast(t("failed", { why: error instanceof Error ? error.message : "" }));
    }
  }

  #item(village: VillageSummary): HTMLElement {
    const { open, mark: markOnMap, palette } = this.#context;
    const before = placeBefore(village);
    const sign = listingSign(village);
    return h("li", {
      "data-test": "gap-item", "data-village": village.id, "data-verdict": village.verdict,
      onmouseenter: () => markOnMap(village.id), onmouseleave: () => markOnMap(null),
    },
      h("button", { type: "button", class: "gap", onclick: () => open(village.id), onfocus: () => markOnMap(village.id), onblur: () => markOnMap(null) },
        mark(village, palette, 28),
        h("span", { class: "gap-main" },
          h("span", { class: "gap-top" }, h("span", { class: "gap-name" }, village.name), this.#owed(village)),
          h("span", { class: "gap-top" }, h("span", { class: "gap-place" }, placeNow(village)), this.#facts(village)),
          before !== "" && h("span", { class: "gap-before" }, capital(before)),
          h("span", { class: "gap-verdict" },
            h("strong", {}, sign === null ? verdictText(village) : word("verdict", village.verdict)), sign !== null && `, ${sign}`))));
  }

  #owed(village: VillageSummary): HTMLElement | null {
    const open = village.duties.filter((duty) => duty.state !== "confirmed");
    if (open.length === 0) return null;
    const who = [...new Set(open.map((duty) => this.#context.carrierName(duty.carrier)))].join(", ");
    const overdue = open.some((duty) => duty.state === "overdue");
    return h("span", { class: "gap-owed" }, who, overdue && h("span", { class: "overdue" }, ` · ${t("gap_overdue")}`));
  }

  #facts(village: VillageSummary): HTMLElement | null {
    const parts = [
      village.households === null ? null : t("list_households", { n: village.households }),
      village.waiting_days === null ? null : t("gap_waiting", { n: village.waiting_days }),
      village.nearest_site_m === null || village.nearest_site_m === undefined ? null : t("gap_nearest", { m: metres(village.nearest_site_m) }),
    ].filter((part) => part !== null);
    return parts.length === 0 ? null : h("span", { class: "gap-facts" }, parts.join(" · "));
  }

  #footParts(list: GapList): HTMLElement[] {
    if (list.items.length === 0) {
      const { store } = this.#context;
      const reset = () => store.update({ filters: { ...NO_FILTERS, sort: store.now.filters.sort } });
      // An empty list says how it is filled again.
      return [h("p", { class: "quiet" }, t("list_none")), ...(narrowed(store.now.filters) ? [h("button", { type: "button", class: "plain small", "data-test": "none-reset", onclick: reset }, t("filters_reset"))] : [])];
    }
    if (list.next === null || list.next === undefined) return [];
    return [h("button", { type: "button", class: "plain wide", onclick: () => void this.#more(list) }, t("list_more"))];
  }

  async #more(list: GapList): Promise<void> {
    try {
      const { filters } = this.#context.store.now;
      const page = await api.gaps({ ...gapQuery(filters), cursor: list.next }, filters.area && polygonOf(filters.area));
      this.show({ ...page, items: [...list.items, ...page.items] });
    } catch {
      // The view changed under the cursor: begin again.
      this.#context.changed();
    }
  }

  #button(village: string): HTMLButtonElement | null {
    for (const item of this.#items.children) {
      if (item.getAttribute("data-village") === village) return item.querySelector("button");
    }
    return null;
  }

  /** Arrow keys walk the list; Enter opens, as on any button. */
  #step(event: KeyboardEvent): void {
    const buttons = [...this.#items.querySelectorAll("button")];
    const at = buttons.findIndex((button) => button === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    buttons[Math.min(Math.max(to, 0), buttons.length - 1)]?.focus();
    event.preventDefault();
  }
}

/** Whether anything but the order is asked otherwise than usual. */
function narrowed(filters: Filters): boolean {
  return JSON.stringify({ ...filters, sort: NO_FILTERS.sort }) !== JSON.stringify(NO_FILTERS);
}

/** All pages of a GeoJSON as one collection. */
async function wholeFeatures(path: string, query: Query, within: Polygon | null): Promise<Blob> {
  const [first, ...more]: FeatureCollection[] = (await everyPage(path, query, within, "application/geo+json")).map((piece) => JSON.parse(piece));
  return new Blob([JSON.stringify({ ...first, features: [...first?.features ?? [], ...more.flatMap(({ features }) => features)] })], { type: "application/geo+json" });
}

/** `tính đến hết ngày …, theo dữ liệu nhận đến hết ngày …`. */
export function asOfText({ as_of, known_at }: Pick<GapList, "as_of" | "known_at">, knownAt: string | null): string {
  const text = t("list_as_of", { day: day(as_of || today()) });
  return knownAt === null ? text : `${text}, ${t("list_known_at", { day: day(known_at || knownAt) })}`;
}

/** Villages and households of the listed verdicts, with what is not known said. */
function totalsText(list: GapList, verdicts: readonly Verdict[]): [string, ...string[]] {
  const totals = verdicts.flatMap((verdict): Total[] => list.totals[verdict] ? [list.totals[verdict]] : []);
  const sum = (of: (total: Total) => number) => totals.reduce((all, total) => all + of(total), 0);
  const [villages, people, unknown] = [sum((total) => total.villages), sum((total) => total.households), sum((total) => total.villages_households_unknown)];
  const signs = list.next === null || list.next === undefined ? list.items.map(listingSign) : [];
  const signed = signs.filter((sign) => sign !== null);
  const sign = signed[0] !== undefined && signed.every((other) => other === signed[0]) ? signed[0] : null;
  const counted = sign !== null && signed.length === villages ? t("list_signed", { n: villages, sign }) : t("list_count", { n: villages });
  const some = villages === 0 || (people === 0 && unknown > 0) ? null : households(people, unknown);
  const rest = [
    sign !== null && signed.length !== villages ? t("list_signed", { n: signed.length, sign }) : null,
    some,
    unknown === 0 ? null : unknown === villages ? t("list_households_none") : t("list_households_unknown", { n: unknown }),
  ].filter((part) => part !== null);
  return [counted, rest.length === 0 ? "." : `; ${rest.join(", ")}.`];
}
