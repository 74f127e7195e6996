/** One search box for villages (by the server, accents optional), communes and former districts. */

import type { VillageSummary } from "../api/api";
import { api } from "../api/client";
import type { Context } from "../context";
import { fill, h } from "../dom";
import { t, word } from "../text";
import { centreOf, districts, fold } from "../units";
import { mark } from "../verdict";
import { capital, placeLine, unitName } from "../place";

const WAIT_MS = 180;
const MOST = 8;

export interface Found {
  readonly label: string;
  readonly detail: string;
  readonly symbol: Node | null;
  choose(): void;
}

/** A combobox whose results come from `find`; used for the header and for villages served. */
export function searchBox(
  options: { id: string; test: string; resultTest: string; label: string; placeholder: string; clearOnChoice: boolean },
  find: (text: string, signal: AbortSignal) => Promise<Found[]>,
): HTMLElement {
  const { id } = options;
  const list = h("ul", { class: "results", id: `${id}-results`, role: "listbox", "aria-label": options.label, hidden: true });
  const input = h("input", {
    type: "search", id, "data-test": options.test, placeholder: options.placeholder, "aria-label": options.label, autocomplete: "off", spellcheck: "false",
    role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-results`, "aria-autocomplete": "list",
  });
  let found: Found[] = [];
  let at = -1;
  let asking: AbortController | null = null;
  let timer = 0;

  const spoken = h("p", { class: "sr-only", role: "status", "aria-live": "polite" });
  const close = () => {
    list.hidden = true;
    spoken.textContent = "";
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const choose = (index: number) => {
    const one = found[index];
    if (!one) return;
    input.value = options.clearOnChoice ? "" : one.label;
    close();
    one.choose();
  };
  const highlight = (index: number) => {
    at = index;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
    if (index >= 0) input.setAttribute("aria-activedescendant", `${id}-${index}`);
  };
  const ask = async () => {
    const text = input.value.trim();
    asking?.abort();
    if (text.length < 2) return close();
    const mine = new AbortController();
    asking = mine;
    try {
      found = (await find(text, mine.signal)).slice(0, MOST);
    } catch {
      if (mine.signal.aborted) return;
      found = [];
    }
    if (mine.signal.aborted) return;
    fill(list, ...found.map(({ label, detail, symbol }, i) =>
      h("li", { id: `${id}-${i}`, role: "option", "aria-selected": "false", "data-test": options.resultTest, onmousedown: (event) => { event.preventDefault(); choose(i); } },
        symbol, h("span", { class: "result-text" }, h("span", { class: "result-name" }, label), h("span", { class: "quiet small" }, detail)))));
    if (found.length === 0) fill(list, h("li", { class: "quiet" }, t("search_none", { q: text })));
    spoken.textContent = found.length === 0 ? t("search_none", { q: text }) : t("search_hint", { n: found.length });
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    highlight(found.length === 0 ? -1 : 0);
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => void ask(), WAIT_MS); });
  input.addEventListener("blur", () => {
    // An answer on its way would open over what is used now.
    clearTimeout(timer);
    asking?.abort();
    close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (found.length === 0) return;
      highlight((at + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length);
      event.preventDefault();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden) choose(at);
    } else if (event.key === "Escape" && !list.hidden) {
      close();
      // The list is closed; what was typed stays.
      event.preventDefault();
      event.stopPropagation();
    }
  });
  return h("div", { class: "search", role: "search" }, input, list, spoken);
}

export function searchPanel(context: Context): HTMLElement {
  return searchBox(
    { id: "search", test: "search", resultTest: "search-result", label: t("search"), placeholder: t("search_placeholder"), clearOnChoice: false },
    async (text, signal) => {
      const { items } = await api.villages({ q: text, limit: MOST }, signal);
      return [...items.map((village) => villageFound(context, village)), ...districtsFound(context, text), ...communesFound(context, text)];
    });
}

function villageFound(context: Context, village: VillageSummary): Found {
  return {
    label: village.name, detail: placeLine(village), symbol: mark(village, context.palette, 22),
    choose: () => { context.open(village.id); context.goTo(village); },
  };
}

function communesFound(context: Context, text: string): Found[] {
  const wanted = fold(text);
  return (context.known.communes?.items ?? []).flatMap((commune) => {
    const old = commune.former.find(({ name }) => fold(name).includes(wanted));
    const own = fold(commune.name).includes(wanted);
    if (!own && !old) return [];
    const now = unitName(commune);
    return [{
      label: own || !old ? capital(now) : capital(t("old_unit", { kind: word("unit_kind", old.kind ?? "xa"), name: old.name })),
      detail: own || !old ? (commune.villages === 0 ? t("search_no_villages") : t("search_villages", { n: commune.villages })) : t("search_old", { now }),
      symbol: null,
      choose: () => {
        context.store.update({ filters: { ...context.store.now.filters, unit: String(commune.code), district: null } });
        const centre = centreOf(commune);
        if (centre) context.goToPoints([centre]);
      },
    }];
  });
}

function districtsFound(context: Context, text: string): Found[] {
  const wanted = fold(text);
  return districts(context.known.communes?.items ?? []).filter(({ name }) => fold(name).includes(wanted)).map((district) => ({
    label: capital(t("old_unit", { kind: word("unit_kind", district.kind), name: district.name })),
    detail: t("search_district_now", { n: district.communes.length }),
    symbol: null,
    choose: () => {
      context.store.update({ filters: { ...context.store.now.filters, district: district.code, unit: null } });
      context.goToPoints(district.communes.flatMap((commune) => centreOf(commune) ?? []));
    },
  }));
}
