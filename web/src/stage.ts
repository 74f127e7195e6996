/**
 * The map's frame on the page: shows a first, plain map, loads the other lazily, queues what is
 * asked of it before it is there, and shows legend, inset and notes around it.
 */

import type { Technology, VillageSummary } from "./api/api";
import { api } from "./api/client";
import type { Context } from "./context";
import { fill, h, svg } from "./dom";
import { type Bounds, inset, insetRings, type Ring, showsArchipelagos } from "./map/inset";
import { type Box, type Covered, homePadding } from "./map/home";
import { scaleOf } from "./map/scale";
import { fitted, sketch } from "./map/sketch";
import type { CommuneName, CoverageMap, DraftArea, DraftPoint, MapEvents, Point } from "./map/map";
import type { OutageMark } from "./map/layers";
import type { Shading } from "./map/shade";
import type { Answers } from "./map/verdict";
import { legend } from "./panels/legend";
import type { Area, Filters, Language, View } from "./state";
import { metres, t, word } from "./text";
import { centreOf } from "./units";
import landUrl from "../../geodata/basemap/land.geojson?url";

export interface Showing {
  readonly filters: Filters;
  readonly language: Language;
  readonly village: string | null;
  readonly base: Technology;
  readonly asked: Answers | null;
  readonly maySeeSites: boolean;
}

export type StageEvents = Pick<MapEvents, "chose" | "hovered" | "place"> & { moved(view: View): void };

/** Narrower than this, the legend may lie over the province. */
const WIDE_PX = 820;
/** Longest scale bar. */
const SCALE_PX = 110;
/** What begins this near to the left stands at the left. */
const NEAR_PX = 20;
/** A smaller map keeps its legend folded until it is asked for. */
const ROOM_PX = { wide: 760, high: 560 };

export class Stage {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #events: StageEvents;
  readonly #canvas = h("div", { class: "map", role: "region" });
  readonly #legend = h("div", { class: "legend-box" });
  readonly #sketch = h("div", { class: "sketch-box" });
  readonly #paper = h("img", { class: "map-paper", alt: "" });
  readonly #inset = h("div", { class: "inset", hidden: true });
  readonly #note = h("p", { class: "map-note" });
  readonly #scale = h("div", { class: "scale" });
  readonly #banner = h("div", { class: "banner", role: "status", hidden: true });
  readonly #locate = h("button", { type: "button", class: "home locate", "data-test": "locate", hidden: !isSecureContext || !("geolocation" in navigator), onclick: () => this.#whereAmI() }, locateSign());
  readonly #home = h("button", { type: "button", class: "home", "data-test": "home", onclick: () => this.home() }, homeSign());
  /** Outer rings in degrees. */
  /** Null: not there yet. */
  #land: Ring[] | null = null;
  /** What the first map was drawn of last. */
  #sketched = "";
  #province: Bounds | null = null;
  #carriers: readonly string[] = [];
  #showing: Showing | null = null;
  #villages: readonly VillageSummary[] | null = null;
  #map: CoverageMap | null = null;
  #sketchShown = () => {};
  /** Where the map goes once it is there. */
  #goingTo: VillageSummary | null = null;
  /** Once the reader has opened or closed the legend, it stays as they want it. */
  #legendChosen = false;
  /** Something on the map waits for the reader: a position, an area. */
  #waiting: (() => void) | null = null;

  constructor(context: Context, events: StageEvents) {
    this.#context = context;
    this.#events = events;
    this.#legend.addEventListener("click", (event) => { if (event.target instanceof Element && event.target.closest("summary")) this.#legendChosen = true; });
    addEventListener("beforeprint", () => {
      if (this.#map) this.#paper.src = this.#map.picture();
      this.#legend.querySelector("details")?.setAttribute("open", "");
    });
    addEventListener("afterprint", () => this.#fitLegend());
    new ResizeObserver(() => { this.#fitLegend(); this.#drawSketch(); }).observe(this.#canvas);
    this.element = h("div", { class: "stage" }, this.#canvas, this.#sketch, this.#paper, this.#banner, this.#home, this.#locate, this.#legend, h("div", { class: "corner" }, this.#inset, this.#note, this.#scale));
  }

  async start(showing: Showing): Promise<void> {
    this.#showing = showing;
    const firstMap = new Promise<void>((resolve) => { this.#sketchShown = resolve; });
    void this.#readLand();
    try {
      const tiles = await api.tilejson("communes,villages").catch(() => null);
      this.#carriers = tiles?.phusong?.carriers ?? this.#context.known.carriers.filter(({ kind }) => kind === "mno").map(({ id }) => id);
      const extent = tiles?.bounds ?? null;
      this.#province = extent && { west: extent[0], south: extent[1], east: extent[2], north: extent[3] };
      this.#drawInset();
      this.#drawSketch();
      // The map library keeps the page busy for as long as it begins.
      if (extent !== null) await firstMap;
      const { CoverageMap } = await import("./map/map");
      this.#map = new CoverageMap(this.#canvas, { ...this.#showing, carriers: this.#carriers }, extent, this.#communeNames(), this.#context.store.now.view, this.#context.palette, t("map_label"), {
        ...this.#events,
        drawn: () => this.#sketch.remove(),
        covered: () => this.#covered(),
        corner: () => this.#cornerAt(),
        moved: (view, bounds) => {
          this.#inset.hidden = showsArchipelagos(bounds);
          this.#drawScale(view);
          this.#events.moved(view);
        },
      });
      this.#map.list(this.#villages ?? []);
      this.#map.communes(this.#communeNames());
      if (this.#showing) this.show(this.#showing);
      if (this.#goingTo) this.#map.goTo(this.#goingTo, false);
    } catch (error) {
      console.error(error);
      this.#say(t("map_failed"));
    }
  }

  show(showing: Showing): void {
    this.#showing = showing;
    this.#map?.show({ ...showing, carriers: this.#carriers });
    this.#map?.communes(this.#communeNames());
    this.#drawSketch();
  }

  list(villages: readonly VillageSummary[]): void {
    this.#villages = villages;
    this.#map?.list(villages);
    this.#drawSketch();
  }

  mark(village: string | null): void {
    this.#map?.mark(village);
  }

  /** `stay`: only where it would be out of sight. */
  goTo(village: VillageSummary, stay = false): void {
    this.#goingTo = village;
    this.#map?.goTo(village, stay);
  }

  goToPoints(points: readonly Point[]): void {
    this.#map?.goToPoints(points);
  }

  home(): void {
    this.#map?.home();
  }

  /** The reader's own place, told by the device to this page alone. */
  #whereAmI(): void {
    this.#locate.disabled = true;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      this.#locate.disabled = false;
      const at = { lon: coords.longitude, lat: coords.latitude };
      this.pin(at);
      this.goToPoints([at]);
    }, () => {
      this.#locate.disabled = false;
      this.#context.toast(t("locate_failed"));
    }, { timeout: 15_000, maximumAge: 60_000 });
  }

  refresh(): void {
    this.#map?.refresh();
  }

  resize(): void {
    this.#map?.resize();
  }

  shade(shading: Shading | null): void {
    this.#map?.shade(shading);
  }

  outages(communes: ReadonlyMap<string, OutageMark> | null): void {
    this.#map?.outages(communes);
  }

  showPoints(points: readonly DraftPoint[], chosen: (row: number) => void, areas: readonly DraftArea[] = []): void {
    this.#map?.showPoints(points, chosen, areas);
  }

  showCircles(circles: readonly (Point & { readonly radius_m: number })[]): void {
    this.#map?.showCircles(circles);
  }

  pin(position: { lon: number; lat: number } | null): void {
    this.#map?.pin(position);
  }

  pick(): Promise<{ lon: number; lat: number } | null> {
    return this.#wait(t("picking"), (map, done) => map.pick(done), (map) => map.stopPicking());
  }

  /** An area drawn by clicks; null when the reader gave up or there is no map. */
  draw(): Promise<Area | null> {
    const close = h("button", { type: "button", class: "plain small", "data-test": "draw-close", onclick: () => this.#map?.stopDrawing(true) }, t("draw_close"));
    return this.#wait(t("drawing"), (map, done) => map.draw(done), (map) => map.stopDrawing(false), close);
  }

  frame(): Area | null {
    return this.#map?.frame() ?? null;
  }

  /** True when there was something to stop. */
  stopWaiting(): boolean {
    if (this.#waiting === null) return false;
    this.#waiting();
    return true;
  }

  /** Says what the map waits for, with a way out for those who have no keyboard. */
  #wait<T>(text: string, begin: (map: CoverageMap, done: (found: T | null) => void) => void, stop: (map: CoverageMap) => void, ...actions: readonly HTMLElement[]): Promise<T | null> {
    const map = this.#map;
    this.stopWaiting();
    if (map === null) return Promise.resolve(null);
    this.#say(text, ...actions, h("button", { type: "button", class: "plain small", onclick: () => this.stopWaiting() }, t("cancel")));
    this.#waiting = () => stop(map);
    return new Promise((resolve) => begin(map, (found: T | null) => {
      this.#waiting = null;
      this.#say(null);
      resolve(found);
    }));
  }

  /** Legend, inset and notes in the chosen language. */
  relabel(approximate: boolean): void {
    const open = this.#legend.querySelector("details")?.open ?? false;
    fill(this.#legend, legend(this.#context, approximate, open));
    this.#fitLegend();
    this.#drawInset();
    fill(this.#note, approximate ? h("em", {}, t("approximate")) : null, approximate ? " · " : null, t("coast_source"));
    this.#home.setAttribute("aria-label", t("home"));
    this.#home.title = t("home");
    this.#locate.setAttribute("aria-label", t("locate"));
    this.#locate.title = t("locate");
    this.#canvas.setAttribute("aria-label", `${t("map_label")}. ${t("map_hint")}`);
  }

  /** Where inset and notes stand, unless they are hidden or at the left. */
  #cornerAt(): { left: number; top: number } | null {
    const corner = this.#inset.parentElement;
    if (corner === null || this.#inset.hidden || corner.offsetLeft < NEAR_PX) return null;
    return { left: corner.offsetLeft + this.#inset.offsetLeft, top: corner.offsetTop };
  }

  /** The open legend takes the left, notes that reach across the bottom; the rest are boxes. */
  #covered(): Covered {
    const { clientWidth: wide, clientHeight: high } = this.#canvas;
    const whole = wide > WIDE_PX && this.#legend.querySelector("details")?.open === true;
    const note = this.#boxOf(this.#note);
    const across = note.right - note.left > wide / 2;
    const over = [this.#inset, ...(whole ? [] : [this.#legend]), ...(across ? [] : [this.#note])].map((element) => this.#boxOf(element));
    // The library's buttons stand above ours, from the map's upper edge.
    const [home, locate] = [this.#boxOf(this.#home), this.#boxOf(this.#locate)];
    const buttons = { left: Math.min(home.left, locate.right > locate.left ? locate.left : home.left), right: this.#canvas.clientWidth, top: 0, bottom: Math.max(home.bottom, locate.bottom) };
    return { left: whole ? this.#legend.offsetWidth + 12 : 0, bottom: across ? high - note.top : 0, boxes: [buttons, ...over].filter(({ left, right }) => right > left) };
  }

  #boxOf(element: Element): Box {
    const [map, box] = [this.#canvas, element].map((one) => one.getBoundingClientRect());
    if (map === undefined || box === undefined) return { left: 0, top: 0, right: 0, bottom: 0 };
    return { left: box.left - map.left, top: box.top - map.top, right: box.right - map.left, bottom: box.bottom - map.top };
  }

  /** The first map, once all of it is there: it is drawn whole, and anew only for what changes it until the other map is there. */
  #drawSketch(): void {
    if (!this.#sketch.isConnected || this.#province === null || this.#villages === null || this.#land === null) return;
    const size = { width: this.#canvas.clientWidth, height: this.#canvas.clientHeight };
    if (size.width === 0) return;
    const { west, south, east, north } = this.#province;
    const extent = [west, south, east, north] as const;
    const view = this.#context.store.now.view ?? fitted(extent, { ...size, padding: homePadding(extent, size, this.#covered(), this.#communeNames()) });
    const drawn = JSON.stringify([view, size, t("map_label"), this.#villages.map(({ id, verdict, flags }) => [id, verdict, flags])]);
    if (drawn === this.#sketched) return;
    const first = this.#sketched === "";
    this.#sketched = drawn;
    fill(this.#sketch, sketch({ land: this.#land, villages: this.#villages, view, size, palette: this.#context.palette, label: t("map_label"), open: (id) => this.#events.chose(id) }));
    if (first) void firstPaint().then(() => {
      performance.mark("phusong-first-map");
      this.#sketchShown();
    });
  }

  /** At rest only: while the map moves, nothing beside it is laid out anew. */
  #drawScale({ zoom, lat }: View): void {
    const { length_m, width_px } = scaleOf(zoom, lat, SCALE_PX);
    this.#scale.style.width = `${Math.round(width_px)}px`;
    this.#scale.textContent = metres(length_m);
  }

  #drawInset(): void {
    fill(this.#inset, inset(insetRings(this.#land ?? []), this.#province, this.#context.known.communes?.province?.name ?? "", this.#context.palette));
  }

  #fitLegend(): void {
    const details = this.#legend.querySelector("details");
    if (details && !this.#legendChosen) details.open = this.#canvas.clientWidth > ROOM_PX.wide && this.#canvas.clientHeight > ROOM_PX.high;
  }

  #say(text: string | null, ...actions: readonly HTMLElement[]): void {
    this.#banner.hidden = text === null;
    fill(this.#banner, text !== null && h("p", {}, text), ...actions);
  }

  #communeNames(): CommuneName[] {
    return (this.#context.known.communes?.items ?? []).flatMap((commune) => {
      const at = centreOf(commune);
      if (at === null) return [];
      const { code, name, kind, totals } = commune;
      const gaps = (totals.no_signal?.villages ?? 0) + (totals.partial_hole?.villages ?? 0) + (totals.not_as_asked?.villages ?? 0);
      const label = kind.startsWith("dac") ? `${word("unit_kind", kind)} ${name}` : name;
      return [{ code: String(code), name: label, ...at, gaps }];
    });
  }

  async #readLand(): Promise<void> {
    try {
      const land: GeoJSON.FeatureCollection = await (await fetch(landUrl)).json();
      this.#land = land.features.flatMap(({ geometry }) => (geometry.type === "Polygon" ? geometry.coordinates.slice(0, 1) : []));
      this.#drawInset();
    } catch {
      // Without land the islands and their names still stand in the inset, and villages on the map.
      this.#land = [];
    }
    this.#inset.hidden = false;
    this.#drawSketch();
  }
}

/** When the next frame has been drawn, and there is anything on the screen. */
async function firstPaint(): Promise<void> {
  await new Promise<void>((resolve) => { requestAnimationFrame(() => requestAnimationFrame(() => resolve())); });
  if (performance.getEntriesByName("first-contentful-paint").length > 0) return;
  await new Promise<void>((resolve) => { new PerformanceObserver((seen) => { if (seen.getEntriesByName("first-contentful-paint").length > 0) resolve(); }).observe({ type: "paint", buffered: true }); });
}

function locateSign(): SVGSVGElement {
  return svg("svg", { viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true" },
    svg("path", { d: "M12 3v3M12 18v3M3 12h3M18 12h3M12 7a5 5 0 1 0 0 10a5 5 0 1 0 0-10zM12 11a1 1 0 1 0 0 2a1 1 0 1 0 0-2z", fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round" }));
}

function homeSign(): SVGSVGElement {
  return svg("svg", { viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true" },
    svg("path", { d: "M4 11.2 12 4.5l8 6.7M6.5 9.6V19h11V9.6", fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round" }));
}
