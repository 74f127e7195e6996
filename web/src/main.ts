/** The page put together: reads what is known, shows panels, keeps list, map and story in step. */

import "./styles/fonts.css";
import "./styles/page.css";
import "./styles/narrow.css";
import "./styles/print.css";
import type { Changed, GapList, Technology, VillageSummary } from "./api/api";
import { api, ApiError, key, speak } from "./api/client";
import { listen } from "./api/events";
import type { Context, Correctable, FiledRow, Known } from "./context";
import { fill, h } from "./dom";
import { Stage } from "./stage";
import { LIGHT } from "./map/palette";
import type { Answers } from "./map/verdict";
import { sheetHandle } from "./sheet";
import { confirmPanel } from "./panels/confirm";
import { dutiesPanel } from "./panels/duties";
import { filtersPanel } from "./panels/filters";
import { asOfText, ListPanel } from "./panels/list";
import { officerPanel } from "./panels/officer";
import { communeText } from "./panels/place";
import { planningPanel } from "./panels/planning";
import { reportPanel } from "./panels/report";
import { searchPanel } from "./panels/search";
import { signInControls } from "./panels/signin";
import { Toasts } from "./panels/toast";
import { villagePanel } from "./panels/village";
import { everyVerdictQuery, gapQuery, polygonOf, questionQuery, tilesAnswer } from "./query";
import { type Filters, oneOf, type State, Store, takeSignInToken } from "./state";
import { either, t, type TextKey, useLanguage } from "./text";
import { capital, placedName, subtitle, unitName } from "./place";
import { carryOver } from "./typed";
import { speakOfFields } from "./valid";
import { lower, trustOf, verdictText } from "./verdict";

/** Toasts for single villages up to here; beyond, one for all. */
const MOST_TOLD = 4;

/** Who plans; the answers themselves are for everyone. */
const PLANNERS = ["planner", "officer", "approver", "auditor"];

/** Longer than this, and the reader is told what is waited for. */
const SLOW_MS = 400;

/** As in narrow.css: one sheet at a time. */
const NARROW = "(max-width: 860px)";

/** How much of a narrow screen the sheet takes. */
const SHEET = ["low", "half", "high"] as const;
type SheetHeight = (typeof SHEET)[number];

type Work = { readonly kind: "officer" | "duties" | "figures" | "documents" } | { readonly kind: "report"; readonly corrects: FiledRow | null } | { readonly kind: "planning"; readonly rules: readonly [string, string] | null } | { readonly kind: "confirm"; readonly village: string | null } | { readonly kind: "correct"; readonly row: FiledRow & { readonly kind: Correctable } } | null;

class Page {
  readonly #store = new Store();
  readonly #known: Known = { me: null, carriers: [], communes: null, order: null };
  readonly #toasts = new Toasts();
  readonly #top = h("header", { class: "top" });
  readonly #demo = h("p", { class: "demo", "data-test": "demo", hidden: true });
  readonly #printed = h("p", { class: "printed" });
  readonly #side = h("div", { class: "side", id: "side" });
  readonly #story = h("aside", { class: "story", hidden: true });
  readonly #stage: Stage;
  readonly #context: Context;
  /** The last verdict this page has shown of a village, to say what moved. */
  readonly #verdicts = new Map<string, string>();
  readonly #names = new Map<string, string>();
  /** With their communes: many villages are called the same. */
  readonly #places = new Map<string, string>();
  #list: ListPanel;
  #gaps: GapList | null = null;
  /** Why there is no list, while there is none. */
  #listFailure: string | null = null;
  #asked: Answers | null = null;
  #asking: AbortController | null = null;
  #work: Work = null;
  /** Clicked on the map: it stays where it is. */
  #chosenOnMap: string | null = null;
  #stopListening = () => {};

  constructor() {
    useLanguage(this.#store.now.language);
    speak(this.#store.now.language);
    speakOfFields();
    this.#context = {
      store: this.#store, palette: LIGHT, known: this.#known,
      may: (action) => this.#known.me?.may.includes(action) ?? false,
      carrierName: (id) => this.#known.carriers.find((carrier) => carrier.id === id)?.name ?? id,
      partyName: (id) => this.#partyName(id),
      villageName: async (id) => this.#places.get(id) ?? await this.#placeOf(id),
      toast: (text) => this.#toasts.say(text),
      open: (village) => this.#store.update({ village }),
      mark: (village) => this.#stage.mark(village),
      goTo: (village) => { this.#sheet("half"); this.#stage.goTo(village); },
      goToPoints: (points, looks = true) => { if (looks) this.#sheet("half"); this.#stage.goToPoints(points); },
      home: () => this.#stage.home(),
      pick: () => this.#onMap(() => this.#stage.pick()),
      draw: () => this.#onMap(() => this.#stage.draw()),
      frame: () => this.#stage.frame(),
      showPoints: (points, chosen, areas) => this.#stage.showPoints(points, chosen, areas),
      shade: (shading) => this.#stage.shade(shading),
      outages: (communes) => this.#stage.outages(communes),
      showCircles: (circles) => this.#stage.showCircles(circles),
      pin: (position) => this.#stage.pin(position),
      changed: () => void this.#reload(),
      compareRules: (from, to) => this.#open({ kind: "planning", rules: [from, to] }),
      correct: (row) => this.#open(isOfTemplate(row) ? { kind: "correct", row } : { kind: "report", corrects: row }),
      confirm: (village) => this.#open({ kind: "confirm", village }),
      signIn: (value) => this.#signIn(value),
    };
    this.#stage = new Stage(this.#context, {
      moved: (view) => this.#store.update({ view }),
      chose: (village) => { this.#chosenOnMap = village; this.#store.update({ village }); },
      hovered: (village) => this.#list.hover(village),
      place: (code, close) => {
        const commune = this.#known.communes?.items.find((one) => String(one.code) === code);
        return commune === undefined ? null : communeText(this.#context, commune, close);
      },
    });
    this.#list = new ListPanel(this.#context, []);
    this.#shell();
    // Whoever uses a lowered sheet wants to see it; what leads to the map lowers it again.
    for (const used of ["click", "focusin"]) this.#side.addEventListener(used, ({ target }) => {
      if (this.#sheetNow() === "low" && target instanceof Element && !target.closest(".sheet-handle")) this.#sheet("half");
    }, true);
    this.#store.onChange((now, before) => this.#stateChanged(now, before));
    addEventListener("keydown", (event) => { if (event.key === "Escape") this.#escape(); });
  }

  async start(): Promise<void> {
    // A link that names a village and no place on the map leads to the village.
    const looksThere = this.#store.now.view === null;
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
    if (this.#store.now.village !== null) await this.#openVillage(this.#store.now.village, looksThere);
    this.#live();
  }

  /** `#signin=TOKEN`: a one-time link; its token leaves the address before anything else happens. */
  async #followLink(): Promise<void> {
    const token = takeSignInToken();
    if (token === null) return;
    // A key from before must not stand in the way of the new one.
    key.set(null);
    try {
      key.set((await api.session(token)).key, "session");
    } catch (error) {
      this.#toasts.say(error instanceof ApiError && error.status >= 400 && error.status < 500 ? t("sign_in_link_wrong") : t("failed", { why: message(error) }), "staying");
    }
  }

  async #readKnown(): Promise<void> {
    const rest = Promise.allSettled([api.communes(), api.order()]);
    const [me, carriers] = await Promise.allSettled([api.me(), api.carriers()]);
    if (me.status === "rejected") throw me.reason;
    this.#known.me = me.value;
    // Closed to the public: the list says so.
    if (carriers.status === "rejected") throw carriers.reason;
    this.#known.carriers = carriers.value.items;
    const [communes, order] = await rest;
    this.#known.communes = communes.status === "fulfilled" ? communes.value : null;
    this.#known.order = order.status === "fulfilled" ? order.value : null;
  }

  /** Everything but the map's own element, in the chosen language. */
  #shell(): void {
    this.#demo.hidden = this.#known.me?.demo !== true;
    this.#demo.textContent = t("demo");
    const title = `${t("title")} — ${subtitle(this.#known.communes?.province)}`;
    document.title = this.#demo.hidden ? title : `${t("demo_short")} — ${title}`;
    this.#drawTop();
    const old = this.#gaps;
    this.#drawSide();
    if (old) this.#list.show(old);
    else if (this.#listFailure !== null) this.#tellListFailure(this.#listFailure);
    this.#stage.relabel(old?.boundaries !== "official");
    const app = document.getElementById("app");
    if (app && app.childElementCount === 0) {
      app.append(
        h("a", { class: "skip", href: "#side", onclick: (event) => { event.preventDefault(); (document.getElementById("gap-list") ?? this.#side.querySelector("h2"))?.focus(); } }, t("skip_to_list")),
        this.#top, this.#demo, h("main", {}, this.#side, this.#stage.element, this.#story, this.#toasts.element), this.#printed);
    }
  }

  #drawTop(): void {
    const { language } = this.#store.now;
    // The department reports nothing of its own: it enters lists, figures and what others send on paper.
    const own = this.#context.may("report");
    const mayReport = own || this.#context.may("on_behalf");
    const maySeeReports = this.#context.may("publish") || this.#context.may("see_reports");
    fill(this.#top,
      h("h1", { class: "brand" }, h("img", { src: "/favicon.svg", alt: "", width: 30, height: 30 }), h("span", {}, h("strong", {}, t("title")), h("span", { class: "brand-dash" }, " — "), h("span", { class: "subtitle" }, subtitle(this.#known.communes?.province)))),
      searchPanel(this.#context),
      h("nav", { class: "actions" },
        h("button", { type: "button", class: "plain work", "data-test": "duties-open", onclick: () => this.#open({ kind: "duties" }) }, t("duties")),
        mayReport && h("button", { type: "button", class: `plain work ${own ? "strong" : ""}`, "data-test": "report-open", onclick: () => this.#open({ kind: "report", corrects: null }) }, t(own ? "report" : "enter_data")),
        this.#context.may("observe") && h("button", { type: "button", class: `plain work ${mayReport ? "" : "strong"}`, "data-test": "confirm-open", onclick: () => this.#open({ kind: "confirm", village: null }) }, t("confirm")),
        maySeeReports && h("button", { type: "button", class: "plain work", "data-test": "officer-open", onclick: () => this.#open({ kind: "officer" }) }, t("officer")),
        h("button", { type: "button", class: "plain work", "data-test": "figures-open", onclick: () => this.#open({ kind: "figures" }) }, t("figures")),
        h("button", { type: "button", class: "plain work", "data-test": "documents-open", onclick: () => this.#open({ kind: "documents" }) }, t("papers_title")),
        (PLANNERS.includes(this.#known.me?.role ?? "") || this.#context.may("plan_sites")) && h("button", { type: "button", class: "plain work", "data-test": "planning-open", onclick: () => this.#open({ kind: "planning", rules: null }) }, t("plan")),
        ...signInControls(this.#context),
        h("button", { type: "button", class: "plain lang", "data-test": "lang", lang: language === "vi" ? "en" : "vi", "aria-label": t("switch_language_label"), onclick: () => this.#store.update({ language: language === "vi" ? "en" : "vi" }) }, h("span", { class: "long" }, t("switch_language")), h("span", { class: "short" }, language === "vi" ? "EN" : "VI"))));
  }

  /** Which of the tasks is open. */
  #markWork(): void {
    for (const button of this.#top.querySelectorAll(".work")) {
      if (button.getAttribute("data-test") === `${this.#work?.kind}-open`) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  #drawSide(): void {
    const toggle = sheetHandle(t("sheet_toggle"), (way) => this.#moveSheet(way));
    this.#side.classList.toggle("working", this.#work !== null);
    if (this.#work === null) {
      this.#list = new ListPanel(this.#context, [filtersPanel(this.#context)]);
      fill(this.#side, toggle, this.#list.element);
    } else {
      fill(this.#side, toggle, this.#workPanel(this.#work));
      this.#side.querySelector("h2")?.focus();
    }
  }

  #workPanel(work: NonNullable<Work>): HTMLElement {
    const close = () => this.#open(null);
    if (work.kind === "duties") return dutiesPanel(this.#context, close);
    if (work.kind === "figures") return this.#later("figures", async () => (await import("./panels/figures")).figuresPanel(this.#context, close));
    if (work.kind === "documents") return this.#later("papers_title", async () => (await import("./panels/documents")).documentsPanel(this.#context, close));
    // Back to where the row stands.
    if (work.kind === "correct") return this.#later("correct", async () => (await import("./panels/correct")).correctPanel(this.#context, work.row, () => this.#open({ kind: "officer" })));
    if (work.kind === "planning") return planningPanel(this.#context, work.rules, close);
    if (work.kind === "confirm") return confirmPanel(this.#context, work.village, close);
    return work.kind === "report" ? reportPanel(this.#context, work.corrects, close) : officerPanel(this.#context, close);
  }

  /** Read when it is first asked for. */
  #later(title: TextKey, view: () => Promise<HTMLElement>): HTMLElement {
    const place = h("section", { class: "work-panel" }, h("h2", { tabindex: -1 }, t(title)));
    const failed = (error: unknown) => this.#toasts.say(t("failed", { why: message(error) }));
    view().then((panel) => {
      if (!place.isConnected) return;
      place.replaceWith(panel);
      this.#side.querySelector("h2")?.focus();
    }, failed);
    return place;
  }

  #placeOf(id: string): Promise<string> {
    return api.village(id, {}).then((page) => {
      this.#remember(page);
      return placedName(page);
    }, () => id);
  }

  #partyName(id: string | null): string {
    if (id === null) return t("unknown");
    if (id === "department") return t("department");
    if (id === "public") return t("from_public");
    const [kind, code] = id.split(":");
    if (kind === "carrier" && code !== undefined) return this.#context.carrierName(code);
    if (kind !== "commune" || code === undefined) return this.#context.carrierName(id);
    const commune = this.#known.communes?.items.find((one) => String(one.code) === code);
    return commune ? capital(unitName(commune)) : t("commune_coded", { code });
  }

  #open(work: Work): void {
    this.#stage.stopWaiting();
    this.#stage.pin(null);
    this.#stage.showPoints([], () => {});
    this.#stage.shade(null);
    this.#stage.outages(null);
    this.#stage.showCircles([]);
    // On a narrow screen the story lies over what is to be filled in.
    if (work !== null && matchMedia(NARROW).matches) this.#store.update({ village: null });
    const left = this.#work;
    const held = this.#side.contains(document.activeElement);
    this.#work = work;
    this.#markWork();
    this.#drawSide();
    if (work === null && this.#gaps) this.#list.show(this.#gaps);
    // Back where the panel was opened: the focus is not lost with it.
    if (work === null && left !== null && held) this.#top.querySelector<HTMLElement>(`[data-test="${left.kind}-open"]`)?.focus({ preventScroll: true });
    this.#sheet(work === null ? "half" : "high");
  }

  #sheet(height: SheetHeight): void {
    this.#side.dataset["sheet"] = height;
    this.#stage.resize();
    // What was just used, or what answers it, stays in sight when the room around it shrinks.
    if (height === "half") void Promise.allSettled(this.#side.getAnimations().map((sinking) => sinking.finished)).then(() => {
      const { activeElement: used } = document;
      if (used !== null && this.#side.contains(used)) used.scrollIntoView({ block: used.matches("[tabindex='-1']") ? "start" : "nearest" });
    });
  }

  /** The whole map for what is done on it; then the sheet is as it was. */
  #onMap<T>(act: () => Promise<T>): Promise<T> {
    const before = this.#sheetNow();
    this.#sheet("low");
    return act().finally(() => this.#sheet(before));
  }

  #sheetNow(): SheetHeight {
    return oneOf(SHEET, this.#side.dataset["sheet"]) ?? "half";
  }

  #moveSheet(way: "up" | "down" | "pressed"): void {
    const at = SHEET.indexOf(this.#sheetNow());
    const to = way === "up" ? at + 1 : way === "down" ? at - 1 : at === 1 ? 2 : 1;
    this.#sheet(SHEET[Math.max(0, Math.min(to, SHEET.length - 1))] ?? "half");
  }

  #escape(): void {
    if (document.querySelector("dialog[open]")) return;
    if (this.#stage.stopWaiting()) return;
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
      const everyAnswer = tilesAnswer(filters) ? null : everyVillage(filters, mine.signal);
      const [gaps, answers] = await Promise.all([api.gaps(gapQuery(filters), filters.area && polygonOf(filters.area), mine.signal), everyAnswer]);
      this.#gaps = gaps;
      this.#asked = answers;
      for (const village of gaps.items) this.#remember(village);
      if (this.#work === null) this.#list.show(gaps);
      this.#printed.textContent = t("print_note", { when: asOfText(gaps, filters.knownAt) });
      this.#stage.list(gaps.items);
      this.#stage.relabel(gaps.boundaries !== "official");
      this.#stage.show(this.#shown());
    } catch (error) {
      if (mine.signal.aborted) return;
      if (error instanceof ApiError && error.status === 401 && key.get() !== null) return void this.#keyEnded();
      this.#listFailure = message(error);
      this.#tellListFailure(this.#listFailure);
      // The map does not wait for a list that cannot be had.
      if (this.#gaps === null) this.#stage.list([]);
    }
  }

  #tellListFailure(why: string): void {
    this.#list.fail(why, () => void this.#loadGaps());
  }

  async #openVillage(id: string, show: boolean): Promise<void> {
    // A slow network: what was chosen is said at once.
    const waiting = setTimeout(() => this.#awaitVillage(id), SLOW_MS);
    try {
      const page = await api.village(id, questionQuery(this.#store.now.filters)).finally(() => clearTimeout(waiting));
      if (this.#store.now.village !== id) return;
      const scroll = this.#story.querySelector(`[data-village="${CSS.escape(id)}"]`) ? this.#story.scrollTop : 0;
      const panel = villagePanel(this.#context, page);
      const before = this.#story.querySelector<HTMLElement>(`[data-test=village-panel][data-village="${CSS.escape(id)}"]`);
      if (before !== null) carryOver(before, panel, "[data-test=challenge]");
      fill(this.#story, panel);
      this.#story.hidden = false;
      this.#story.scrollTop = scroll;
      this.#stage.resize();
      this.#remember(page);
      this.#stage.list([...(this.#gaps?.items ?? []).filter((village) => village.id !== id), page]);
      this.#list.select(id);
      if (show) {
        this.#stage.goTo(page, this.#chosenOnMap === id);
        this.#chosenOnMap = null;
        this.#story.querySelector<HTMLElement>("#village-name")?.focus({ preventScroll: true });
      }
    } catch (error) {
      // A village that was merged or split says what it became: one heir is gone to.
      const ended = error instanceof ApiError ? error.findings.find(({ code }) => code === "village-ended") : undefined;
      const heirs = ended?.candidates ?? [];
      if (error instanceof ApiError && error.status === 404) this.#store.update({ village: heirs.length === 1 ? heirs[0]?.id ?? null : null });
      if (ended) return void this.#toasts.say(either({ vi: ended.message_vi, en: ended.message_en }));
      const shown = this.#store.now.village !== id || this.#story.querySelector(`[data-village="${CSS.escape(id)}"]`) !== null;
      if (shown || (error instanceof ApiError && error.status === 404)) return void this.#toasts.say(t("failed", { why: message(error) }));
      this.#tellStory(id, h("p", { class: "problem", role: "alert" }, t("failed", { why: message(error) })), h("button", { type: "button", class: "plain", onclick: () => void this.#openVillage(id, show) }, t("retry")));
    }
  }

  #awaitVillage(id: string): void {
    if (this.#store.now.village !== id || this.#story.querySelector(`[data-village="${CSS.escape(id)}"]`)) return;
    this.#tellStory(id, h("p", { class: "quiet", role: "status" }, t("loading")));
  }

  /** Before there is a story, or instead of one. */
  #tellStory(id: string, ...said: readonly HTMLElement[]): void {
    fill(this.#story, h("article", { class: "village", "data-test": "village-waits" }, h("header", {}, h("h2", {}, this.#names.get(id) ?? "…"),
      h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: () => this.#store.update({ village: null }) }, "×")), ...said));
    this.#story.hidden = false;
    this.#stage.resize();
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

  /** The key was revoked or its day is over: on as the public, and said so. */
  async #keyEnded(): Promise<void> {
    key.set(null);
    this.#toasts.say(t("signed_out_by_time"), "staying");
    await this.#signIn(null);
  }

  async #signIn(value: string | null): Promise<void> {
    const before = key.get();
    // A key that came with a link ends here; without an answer its day ends it.
    if (value === null && key.isSession()) await api.endSession().catch(() => this.#toasts.say(t("sign_out_later")));
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
    let offline: HTMLElement | null = null;
    this.#stopListening = listen({
      changed: (change) => void this.#changed(change),
      connected: (again) => {
        document.documentElement.dataset["live"] = "on";
        offline?.remove();
        if (!again) return void this.#catchUp();
        this.#toasts.say(t("online_again"));
        void this.#reload();
      },
      lost: () => {
        document.documentElement.dataset["live"] = "off";
        // What is shown may be old for as long as this lasts.
        if (!offline?.isConnected) offline = this.#toasts.say(t("offline"), "staying");
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
    if (villages.length > MOST_TOLD) return void this.#toasts.say(t("toast_updated", { n: villages.length }));
    const pages = await Promise.allSettled(villages.map((id) => api.village(id, questionQuery(this.#store.now.filters))));
    for (const page of pages) {
      if (page.status !== "fulfilled") continue;
      const from = before.get(page.value.id);
      const to = this.#remember(page.value);
      if (from !== to) this.#toasts.say(from === undefined ? `${placedName(page.value)}: ${to}` : t("toast_moved", { name: placedName(page.value), from, to }));
    }
  }

  #remember(village: VillageSummary): string {
    const { verdict, flags } = village;
    this.#names.set(village.id, village.name);
    this.#places.set(village.id, placedName(village));
    // A claim is never told in the words of what was verified.
    const claimed = flags.length === 0 && (verdict === "covered" || verdict === "not_as_asked") && trustOf(village) === "stated";
    const text = lower(verdictText({ verdict, flags })) + (claimed ? ` (${t("trust_stated")})` : "");
    this.#verdicts.set(village.id, text);
    return text;
  }
}

/** What the server answers for every village that the filters leave. */
async function everyVillage(filters: Filters, signal: AbortSignal): Promise<Answers> {
  const found: [string, { verdict: VillageSummary["verdict"]; trust: ReturnType<typeof trustOf>; unsettled: boolean }][] = [];
  let cursor: string | null = null;
  do {
    const page: GapList = await api.gaps({ ...everyVerdictQuery(filters), cursor }, filters.area && polygonOf(filters.area), signal);
    found.push(...page.items.map((village): (typeof found)[number] => [village.id, { verdict: village.verdict, trust: trustOf(village), unsettled: village.flags.length > 0 }]));
    cursor = page.next;
  } while (cursor !== null);
  return new Map(found);
}

function isOfTemplate(row: FiledRow): row is FiledRow & { readonly kind: Correctable } {
  return row.kind !== "site-report";
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

void new Page().start();
