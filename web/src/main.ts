/** The page put together: reads what is known, shows panels, keeps list, map and story in step. */

import "./styles/fonts.css";
import "./styles/page.css";
import type { Changed, GapList, Technology, Verdict, VillageSummary } from "./api/api";
import { api, ApiError, key, speak } from "./api/client";
import { listen } from "./api/events";
import type { Context, Known } from "./context";
import { fill, h } from "./dom";
import { Stage } from "./stage";
import { LIGHT } from "./map/palette";
import { filtersPanel } from "./panels/filters";
import { ListPanel } from "./panels/list";
import { officerPanel } from "./panels/officer";
import { reportPanel } from "./panels/report";
import { searchPanel } from "./panels/search";
import { signInControls } from "./panels/signin";
import { Toasts } from "./panels/toast";
import { villagePanel } from "./panels/village";
import { everyVerdictQuery, gapQuery, questionQuery } from "./query";
import { NO_FILTERS, type State, Store, takeSignInToken } from "./state";
import { day, t, useLanguage, word } from "./text";
import { lower, verdictText } from "./verdict";

/** Toasts for single villages up to here; beyond, one for all. */
const MOST_TOLD = 4;

type Work = "report" | "officer" | null;

class Page {
  readonly #store = new Store();
  readonly #known: Known = { me: null, carriers: [], communes: null, order: null };
  readonly #toasts = new Toasts();
  readonly #top = h("header", { class: "top" });
  readonly #demo = h("p", { class: "demo", "data-test": "demo", hidden: true });
  readonly #printed = h("p", { class: "printed" });
  readonly #side = h("div", { class: "side" });
  readonly #story = h("aside", { class: "story", hidden: true });
  readonly #stage: Stage;
  readonly #context: Context;
  /** The last verdict this page has shown of a village, to say what moved. */
  readonly #verdicts = new Map<string, string>();
  readonly #names = new Map<string, string>();
  #list: ListPanel;
  #gaps: GapList | null = null;
  #asked: ReadonlyMap<string, Verdict> | null = null;
  #asking: AbortController | null = null;
  #work: Work = null;
  #stopListening = () => {};

  constructor() {
    useLanguage(this.#store.now.language);
    speak(this.#store.now.language);
    this.#context = {
      store: this.#store, palette: LIGHT, known: this.#known,
      may: (action) => this.#known.me?.may.includes(action) ?? false,
      carrierName: (id) => this.#known.carriers.find((carrier) => carrier.id === id)?.name ?? id,
      villageName: async (id) => this.#names.get(id) ?? await api.village(id, {}).then((page) => page.name, () => id),
      toast: (text) => this.#toasts.say(text),
      open: (village) => this.#store.update({ village }),
      mark: (village) => this.#stage.mark(village),
      goTo: (village) => { this.#sheet("low"); this.#stage.goTo(village); },
      goToPoints: (points) => { this.#sheet("low"); this.#stage.goToPoints(points); },
      home: () => this.#stage.home(),
      pick: () => { this.#sheet("low"); return this.#stage.pick().finally(() => this.#sheet("high")); },
      stopPicking: () => this.#stage.stopPicking(),
      pin: (position) => this.#stage.pin(position),
      changed: () => void this.#reload(),
      signIn: (value) => this.#signIn(value),
    };
    this.#stage = new Stage(this.#context, {
      moved: (view) => this.#store.update({ view }),
      chose: (village) => this.#store.update({ village }),
      hovered: (village) => this.#list.hover(village),
    });
    this.#list = new ListPanel(this.#context, []);
    this.#shell();
    this.#store.onChange((now, before) => this.#stateChanged(now, before));
    addEventListener("keydown", (event) => { if (event.key === "Escape") this.#escape(); });
  }

  async start(): Promise<void> {
    await this.#followLink();
    const known = this.#readKnown().catch(async (error: unknown) => {
      // A key that no longer opens anything: on as the public.
      if (!(error instanceof ApiError && error.status === 401)) return;
      key.set(null);
      await this.#readKnown().catch(() => undefined);
    });
    void this.#stage.start(this.#shown());
    const gaps = this.#loadGaps();
    await known;
    await gaps;
    this.#shell();
    this.#stage.show(this.#shown());
    if (this.#store.now.village !== null) await this.#openVillage(this.#store.now.village, this.#store.now.view === null);
    this.#live();
  }

  /** `#signin=TOKEN`: a one-time link; its token leaves the address before anything else happens. */
  async #followLink(): Promise<void> {
    const token = takeSignInToken();
    if (token === null) return;
    // A key from before must not stand in the way of the new one.
    key.set(null);
    try {
      key.set((await api.session(token)).key);
    } catch (error) {
      this.#toasts.say(error instanceof ApiError && error.status < 500 ? t("sign_in_link_wrong") : t("failed", { why: message(error) }));
    }
  }

  async #readKnown(): Promise<void> {
    const rest = Promise.allSettled([api.communes(), api.order()]);
    const [me, carriers] = await Promise.all([api.me(), api.carriers()]);
    this.#known.me = me;
    this.#known.carriers = carriers.items;
    const [communes, order] = await rest;
    this.#known.communes = communes.status === "fulfilled" ? communes.value : null;
    this.#known.order = order.status === "fulfilled" ? order.value : null;
  }

  /** Everything but the map's own element, in the chosen language. */
  #shell(): void {
    this.#demo.hidden = this.#known.me?.demo !== true;
    this.#demo.textContent = t("demo");
    document.title = this.#demo.hidden ? t("document_title") : `${t("demo_short")} — ${t("document_title")}`;
    this.#drawTop();
    const old = this.#gaps;
    this.#drawSide();
    if (old) this.#list.show(old);
    this.#stage.relabel(old?.boundaries !== "official");
    const app = document.getElementById("app");
    if (app && app.childElementCount === 0) {
      app.append(
        h("a", { class: "skip", href: "#list-title", onclick: (event) => { event.preventDefault(); document.getElementById("gap-list")?.focus(); } }, t("skip_to_list")),
        this.#top, this.#demo, h("main", {}, this.#side, this.#stage.element, this.#story), this.#printed, this.#toasts.element);
    }
  }

  #drawTop(): void {
    const { language } = this.#store.now;
    const mayReport = this.#context.may("report") || this.#context.may("on_behalf");
    const maySeeReports = this.#context.may("publish") || this.#context.may("see_reports");
    fill(this.#top,
      h("h1", { class: "brand" }, h("img", { src: "/favicon.svg", alt: "", width: 30, height: 30 }), h("span", {}, h("strong", {}, t("title")), h("span", { class: "brand-dash" }, " — "), h("span", { class: "subtitle" }, t("subtitle")))),
      searchPanel(this.#context),
      h("nav", { class: "actions" },
        mayReport && h("button", { type: "button", class: "plain strong work", "data-test": "report-open", onclick: () => this.#open("report") }, t("report")),
        maySeeReports && h("button", { type: "button", class: "plain work", "data-test": "officer-open", onclick: () => this.#open("officer") }, t("officer")),
        ...signInControls(this.#context),
        h("button", { type: "button", class: "plain lang", "data-test": "lang", lang: language === "vi" ? "en" : "vi", "aria-label": t("switch_language_label"), onclick: () => this.#store.update({ language: language === "vi" ? "en" : "vi" }) }, h("span", { class: "long" }, t("switch_language")), h("span", { class: "short" }, language === "vi" ? "EN" : "VI"))));
  }

  #drawSide(): void {
    const toggle = h("button", { type: "button", class: "sheet-handle", "aria-label": t("sheet_toggle"), onclick: () => this.#sheet(this.#side.dataset["sheet"] === "high" ? "low" : "high") });
    this.#side.classList.toggle("working", this.#work !== null);
    if (this.#work === null) {
      this.#list = new ListPanel(this.#context, [filtersPanel(this.#context)]);
      fill(this.#side, toggle, this.#list.element);
    } else {
      const close = () => this.#open(null);
      fill(this.#side, toggle, this.#work === "report" ? reportPanel(this.#context, close) : officerPanel(this.#context, close));
      this.#side.querySelector("h2")?.focus();
    }
  }

  #open(work: Work): void {
    this.#stage.stopPicking();
    this.#stage.pin(null);
    this.#work = work;
    this.#drawSide();
    if (work === null && this.#gaps) this.#list.show(this.#gaps);
    this.#sheet("high");
    this.#stage.resize();
  }

  #sheet(height: "low" | "high"): void {
    this.#side.dataset["sheet"] = height;
  }

  #escape(): void {
    if (document.querySelector("dialog[open]")) return;
    if (this.#stage.stopPicking()) return;
    if (this.#store.now.village !== null) this.#store.update({ village: null });
  }

  #stateChanged(now: State, before: State): void {
    if (now.language !== before.language) {
      useLanguage(now.language);
      speak(now.language);
      this.#shell();
      if (now.village !== null) void this.#openVillage(now.village, false);
    }
    if (now.filters !== before.filters && JSON.stringify(now.filters) !== JSON.stringify(before.filters)) {
      if (this.#work === null) this.#drawFilters();
      void this.#loadGaps();
      if (now.village !== null && now.village === before.village) void this.#openVillage(now.village, false);
    }
    if (now.village !== before.village) {
      if (now.village === null) this.#closeVillage(before.village);
      else void this.#openVillage(now.village, true);
    }
    if (now.filters !== before.filters || now.village !== before.village || now.language !== before.language) this.#stage.show(this.#shown());
  }

  #drawFilters(): void {
    const old = this.#side.querySelector(".filters");
    const focused = document.activeElement?.id;
    if (old === null) return;
    const next = filtersPanel(this.#context);
    if (old.querySelector("details")?.open) next.querySelector("details")?.setAttribute("open", "");
    old.replaceWith(next);
    if (focused) document.getElementById(focused)?.focus();
  }

  #shown(): Parameters<Stage["show"]>[0] {
    const { filters, language, village } = this.#store.now;
    const base: Technology = filters.technology ?? this.#gaps?.question.technology ?? "2G";
    return { filters, language, village, base, asked: this.#asked, maySeeSites: this.#context.may("see_sites") };
  }

  async #loadGaps(): Promise<void> {
    this.#asking?.abort();
    const mine = new AbortController();
    this.#asking = mine;
    const { filters } = this.#store.now;
    try {
      // Only a grade above E1 is beyond the letters in the tiles, and they name no old district.
      const inTiles = filters.grade === NO_FILTERS.grade && filters.district === null;
      const everyVerdict = inTiles ? null : api.gaps(everyVerdictQuery(filters), mine.signal);
      const [gaps, every] = await Promise.all([api.gaps(gapQuery(filters), mine.signal), everyVerdict]);
      this.#gaps = gaps;
      this.#asked = every && new Map(every.items.map(({ id, verdict }) => [id, verdict]));
      for (const village of gaps.items) this.#remember(village);
      if (this.#work === null) this.#list.show(gaps);
      this.#printed.textContent = t("print_note", { day: day(gaps.as_of) });
      this.#stage.list(gaps.items);
      this.#stage.relabel(gaps.boundaries !== "official");
      this.#stage.show(this.#shown());
    } catch (error) {
      if (mine.signal.aborted) return;
      this.#list.fail(message(error), () => void this.#loadGaps());
    }
  }

  async #openVillage(id: string, show: boolean): Promise<void> {
    try {
      const page = await api.village(id, questionQuery(this.#store.now.filters));
      if (this.#store.now.village !== id) return;
      const scroll = this.#story.querySelector(`[data-village="${CSS.escape(id)}"]`) ? this.#story.scrollTop : 0;
      fill(this.#story, villagePanel(this.#context, page));
      this.#story.hidden = false;
      this.#story.scrollTop = scroll;
      this.#stage.resize();
      this.#remember(page);
      this.#stage.list([...(this.#gaps?.items ?? []).filter((village) => village.id !== id), page]);
      this.#list.select(id);
      if (show) {
        this.#stage.goTo(page);
        this.#story.querySelector<HTMLElement>("#village-name")?.focus({ preventScroll: true });
      }
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) this.#store.update({ village: null });
      this.#toasts.say(t("failed", { why: message(error) }));
    }
  }

  #closeVillage(id: string | null): void {
    this.#story.hidden = true;
    this.#story.replaceChildren();
    this.#list.select(null);
    this.#stage.resize();
    this.#stage.list(this.#gaps?.items ?? []);
    if (id !== null) this.#list.focus(id);
  }

  async #reload(): Promise<void> {
    this.#stage.refresh();
    await this.#loadGaps();
    const { village } = this.#store.now;
    if (village !== null) await this.#openVillage(village, false);
    this.#side.querySelector(".work-panel")?.dispatchEvent(new Event("phusong-changed"));
  }

  async #signIn(value: string | null): Promise<void> {
    const before = key.get();
    key.set(value);
    try {
      await this.#readKnown();
    } catch (error) {
      key.set(before);
      throw error;
    }
    this.#work = null;
    this.#verdicts.clear();
    this.#shell();
    this.#stage.show(this.#shown());
    await this.#reload();
    this.#live();
  }

  #live(): void {
    this.#stopListening();
    this.#stopListening = listen({
      changed: (change) => void this.#changed(change),
      connected: (again) => {
        document.documentElement.dataset["live"] = "on";
        if (!again) return void this.#catchUp();
        this.#toasts.say(t("online_again"));
        void this.#reload();
      },
      lost: () => {
        document.documentElement.dataset["live"] = "off";
        this.#toasts.say(t("offline"));
      },
    });
  }

  /** What changed between the first answers and the first moment of listening. */
  async #catchUp(): Promise<void> {
    const me = await api.me().catch(() => null);
    if (me !== null && this.#gaps !== null && me.version !== this.#gaps.version) await this.#reload();
  }

  async #changed({ villages }: Changed): Promise<void> {
    const before = new Map(villages.map((id) => [id, this.#verdicts.get(id)]));
    await this.#reload();
    if (villages.length > MOST_TOLD) return this.#toasts.say(t("toast_updated", { n: villages.length }));
    const pages = await Promise.allSettled(villages.map((id) => api.village(id, questionQuery(this.#store.now.filters))));
    for (const page of pages) {
      if (page.status !== "fulfilled") continue;
      const from = before.get(page.value.id);
      const to = this.#remember(page.value);
      if (from !== to) this.#toasts.say(from === undefined ? `${page.value.name}: ${to}` : t("toast_moved", { name: page.value.name, from, to }));
    }
  }

  #remember(village: VillageSummary): string {
    const { verdict, flags } = village;
    this.#names.set(village.id, village.name);
    const text = flags.length === 0 ? lower(word("verdict", verdict)) : lower(verdictText({ verdict, flags }));
    this.#verdicts.set(village.id, text);
    return text;
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

void new Page().start();
