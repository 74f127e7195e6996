/**
 * The one module that touches the map: it takes plain values in and gives plain events out.
 * Loaded lazily, so that the list is there before the map library is.
 */

import * as maplibregl from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import { type Technology, VERDICTS, type VillageSummary } from "../api/api";
import { headers } from "../api/client";
import type { Area, Filters, Language, View } from "../state";
import { t } from "../text";
import { circleFeature } from "./circle";
import { areaFeature, Drawing } from "./draw";
import { drawHatch, drawIcon, drawFar, drawOutside, drawSite, drawTown, iconName, FAR, OUTSIDE, TRUSTS } from "./icons";
import { chosenVillage, communeFill, communesOf, hatchName, labelLayers, OUTAGES, type OutageMark, seldomLayers, siteLayers, TOWN_NAME_PX, TOWN_SIDES, villageLayers, villageOpacity } from "./layers";
import { places } from "virtual:basemap";
import type { Palette } from "./palette";
import { type Shading, shadeExpression } from "./shade";
import { type Covered, type Extent, homePadding, type Place } from "./home";
import { project } from "./sketch";
import { siteSource, style } from "./style";
import { type Answers, verdictExpression } from "./verdict";

/** What the reader may roam: as far as the packaged land goes, the whole East Sea with it. */
const ROAM: Extent = [102, 6, 118, 24];

export interface Shown {
  readonly filters: Filters;
  readonly language: Language;
  readonly village: string | null;
  readonly carriers: readonly string[];
  readonly base: Technology;
  readonly asked: Answers | null;
  readonly maySeeSites: boolean;
}

export interface MapEvents {
  moved(view: View, bounds: { west: number; south: number; east: number; north: number }): void;
  chose(village: string): void;
  hovered(village: string | null): void;
  /** A click that met no village: what to say there, by the code of the commune; null: nothing. */
  place(commune: string, close: () => void): HTMLElement | null;
  /** Everything has been drawn for the first time. */
  drawn(): void;
  /** What the legend, the buttons, the inset and the notes cover. */
  covered(): Covered;
  /** Where the inset and the notes stand: their left and upper edge; null: nowhere at the right. */
  corner(): { readonly left: number; readonly top: number } | null;
}

type Padding = Required<maplibregl.PaddingOptions>;

/** What is gone to is not looked at more closely than this: its surroundings tell where it is. */
const MOST_ZOOM = 10.5;
/** An inset is higher than this, a folded legend is not. */
const INSET_PX = 70;
/** Half the height of a name. */
const LINE_PX = 8;
/** Between a point and what would cover it. */
const BESIDE_PX = 24;

export type Point = Place;

/** An area of a draft: polygons of rings of [longitude, latitude]. */
export interface DraftArea { readonly row: number; readonly polygons: [number, number][][][] }

/** A row of a draft on the map. */
export interface DraftPoint extends Point {
  readonly row: number;
  readonly outcome: "fileable" | "repeated" | "blocked" | "aside" | "asked";
}

export interface CommuneName {
  readonly code: string;
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  readonly gaps: number;
}

declare global {
  interface Window {
    phusongMap?: maplibregl.Map;
  }
}

export class CoverageMap {
  readonly #map: maplibregl.Map;
  readonly #palette: Palette;
  #shown: Shown;
  #villages: readonly VillageSummary[] = [];
  #picking: ((position: Point | null) => void) | null = null;
  #pointChosen: (row: number) => void = () => {};
  #drawing: { readonly area: Drawing; readonly then: (area: Area | null) => void } | null = null;
  #townSide: keyof typeof TOWN_SIDES = "right";
  readonly #pin: maplibregl.Marker;
  readonly #covered: MapEvents["covered"];
  readonly #corner: MapEvents["corner"];
  /** Nobody has moved the map away from the whole province. */
  #atHome: boolean;
  /** The whole province. */
  readonly #extent: Extent;
  /** What must not lie beneath the inset when the whole province is shown. */
  #centres: readonly Place[] = [];

  constructor(container: HTMLElement, shown: Shown, extent: Extent | null, centres: readonly Place[], view: View | null, palette: Palette, label: string, events: MapEvents) {
    maplibregl.setWorkerUrl(new URL(workerUrl, location.href).href);
    this.#palette = palette;
    this.#shown = shown;
    this.#covered = events.covered;
    this.#corner = events.corner;
    this.#extent = extent ?? ROAM;
    this.#centres = centres;
    this.#atHome = view === null && extent !== null;
    const place = view === null
      ? { bounds: boundsOf(this.#extent), fitBoundsOptions: { padding: this.#homePadding(container) } }
      : { center: { lng: view.lon, lat: view.lat }, zoom: view.zoom };
    this.#map = new maplibregl.Map({
      container,
      ...place,
      style: style({ palette, language: shown.language, tiles: tilesOf("communes,villages", shown), siteTiles: shown.maySeeSites ? tilesOf("sites", shown) : null, verdict: verdictOf(shown), asked: shown.asked, listed: shown.filters.verdicts }),
      maxBounds: boundsOf(ROAM),
      minZoom: 4,
      maxZoom: 15,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      // Names are placed anew so often while the map moves.
      fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
      renderWorldCopies: false,
      // Our own server is asked again each time; the ETag keeps the answer short.
      transformRequest: (url) => (ours(url) ? { url, headers: headers(), cache: "no-cache" } : { url }),
      locale: { "Map.Title": label },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    this.#pin = new maplibregl.Marker({ color: palette.accent });
    this.#nameControls();
    this.#addIcons();
    this.#listen(events);
    window.phusongMap = this.#map;
  }

  /** The library's own buttons speak English by themselves. */
  #nameControls(): void {
    const container = this.#map.getContainer();
    name(container.querySelector(".maplibregl-ctrl-zoom-in"), t("zoom_in"));
    name(container.querySelector(".maplibregl-ctrl-zoom-out"), t("zoom_out"));
    this.#pin.getElement().setAttribute("aria-label", t("pin"));
  }

  /** Restyles for what is shown now; tiles are fetched again only for another day or other rights. */
  show(shown: Shown): void {
    const before = this.#shown;
    this.#shown = shown;
    this.#whenStyled(() => {
      if (shown.filters.asOf !== before.filters.asOf) this.#aim();
      if (shown.maySeeSites !== before.maySeeSites) this.#toggleSites();
      if (shown.language !== before.language) {
        this.#relabel();
        this.#nameControls();
      }
      this.#restyleVillages();
      this.#drawCircles();
      this.#drawArea();
    });
  }

  /** The villages of the list, whose circles are drawn. */
  list(villages: readonly VillageSummary[]): void {
    this.#villages = villages;
    this.#whenStyled(() => this.#drawCircles());
  }

  communes(names: readonly CommuneName[]): void {
    const came = this.#centres.length !== names.length;
    this.#centres = names;
    if (came && this.#atHome) this.#map.fitBounds(boundsOf(this.#extent), { padding: this.#homePadding(), animate: false });
    this.#whenStyled(() => this.#data("commune-names", names.map(({ lon, lat, ...properties }) => (
      { type: "Feature", properties, geometry: { type: "Point", coordinates: [lon, lat] } }))));
  }

  /** Marks a village that is hovered in the list. */
  mark(village: string | null): void {
    this.#whenStyled(() => this.#map.setFilter("village-halo", chosenVillage(village ?? this.#shown.village)));
  }

  /** Brings a village into view, wide enough to show how unsure its place is; `stay`: only where it would be out of sight. */
  goTo(village: VillageSummary, stay: boolean): void {
    if (!village.position) return;
    const { lon, lat, uncertainty_m } = village.position;
    if (stay && this.#sees(lon, lat)) return;
    // A panel that opens beside the map must not call it home.
    this.#atHome = false;
    const reach = Math.max(uncertainty_m, 1_500) * 1.25 / 111_000;
    const east = reach / Math.cos((lat * Math.PI) / 180);
    this.#map.fitBounds([lon - east, lat - reach, lon + east, lat + reach], { padding: this.#around(30), maxZoom: MOST_ZOOM, animate: !stillMotion() });
  }

  /** One point close by, several as a whole. */
  goToPoints(points: readonly Point[]): void {
    const bounds = new maplibregl.LngLatBounds();
    for (const { lon, lat } of points) bounds.extend([lon, lat]);
    if (bounds.isEmpty()) return;
    const padding = this.#clear(points, bounds, this.#around(60));
    this.#atHome = false;
    this.#map.fitBounds(bounds, { padding, maxZoom: MOST_ZOOM, animate: !stillMotion() });
  }

  /** Room for the inset where a point would lie beneath it: beside it, or above it where that is too narrow. */
  #clear(points: readonly Point[], bounds: maplibregl.LngLatBounds, padding: Padding): Padding {
    const corner = this.#corner();
    const camera = this.#map.cameraForBounds(bounds, { padding, maxZoom: MOST_ZOOM });
    if (corner === null || camera?.zoom === undefined) return padding;
    const { clientWidth: width, clientHeight: height } = this.#map.getContainer();
    const { lng, lat } = maplibregl.LngLat.convert(camera.center ?? bounds.getCenter());
    const view = { zoom: camera.zoom, lon: lng, lat };
    const beneath = points.some((point) => {
      const [x, y] = project(view, { width, height }, point.lon, point.lat);
      return x > corner.left - BESIDE_PX && y > corner.top - BESIDE_PX;
    });
    if (!beneath) return padding;
    const [right, bottom] = [width - corner.left + BESIDE_PX, height - corner.top + BESIDE_PX];
    return width - right - padding.left > width / 3 ? { ...padding, right } : { ...padding, bottom };
  }

  #sees(lon: number, lat: number): boolean {
    const { x, y } = this.#map.project([lon, lat]);
    const { clientWidth, clientHeight } = this.#map.getContainer();
    return x > BESIDE_PX && y > BESIDE_PX && x < clientWidth - BESIDE_PX && y < clientHeight - BESIDE_PX;
  }

  home(): void {
    this.#map.fitBounds(boundsOf(this.#extent), { padding: this.#homePadding(), animate: !stillMotion() });
  }

  #homePadding({ clientWidth: width, clientHeight: height }: HTMLElement = this.#map.getContainer()): Padding {
    return homePadding(this.#extent, { width, height }, this.#covered(), this.#centres);
  }

  /** Asks the server again for the tiles in view: something changed. */
  refresh(): void {
    this.#map.refreshTiles("tiles");
    if (this.#map.getSource("sites")) this.#map.refreshTiles("sites");
  }

  resize(): void {
    this.#map.resize();
  }

  /** The map as it is now: a printer cannot take it from the canvas. */
  picture(): string {
    this.#map.redraw();
    return this.#map.getCanvas().toDataURL("image/png");
  }

  /** The next click gives a position; null when the reader gave up. */
  pick(then: (position: Point | null) => void): void {
    this.#picking = then;
    this.#map.getCanvas().classList.add("picking");
  }

  stopPicking(): void {
    this.#picking?.(null);
    this.#picking = null;
    this.#map.getCanvas().classList.remove("picking");
  }

  /** Clicks set corners until the area is closed; null when the reader gave up. */
  draw(then: (area: Area | null) => void): void {
    this.#drawing = { area: new Drawing(), then };
    this.#map.doubleClickZoom.disable();
    this.#map.getCanvas().classList.add("picking");
    this.#map.getCanvas().focus();
    this.#drawArea();
  }

  /** Closes what has been drawn, or gives it up. */
  stopDrawing(close: boolean): void {
    const drawing = this.#drawing;
    if (drawing === null) return;
    this.#drawing = null;
    this.#map.getCanvas().classList.remove("picking");
    this.#map.doubleClickZoom.enable();
    this.#drawArea();
    drawing.then(close ? drawing.area.area() : null);
  }

  /** What is in view now, as an area. */
  frame(): Area {
    const bounds = this.#map.getBounds();
    const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    return [[west, south], [east, south], [east, north], [west, north]];
  }

  /** The points of a draft; a click on one tells its row. */
  showPoints(points: readonly DraftPoint[], chosen: (row: number) => void, areas: readonly DraftArea[] = []): void {
    this.#pointChosen = chosen;
    this.#whenStyled(() => this.#data("draft", [
      ...areas.map(({ row, polygons }) => ({ type: "Feature" as const, properties: { row }, geometry: { type: "MultiPolygon" as const, coordinates: polygons } })),
      ...points.map(({ lon, lat, ...properties }) => ({ type: "Feature" as const, properties, geometry: { type: "Point" as const, coordinates: [lon, lat] } })),
    ]));
  }

  /** A figure by commune takes the place of the tint; the tiles stay as they are. */
  shade(shading: Shading | null): void {
    const fill = shading === null ? communeFill(this.#palette) : shadeExpression(shading, this.#palette.commune);
    this.#whenStyled(() => this.#map.setPaintProperty("communes", "fill-color", fill));
  }

  /** Communes where a carrier is out of touch, hatched; null: none. */
  outages(communes: ReadonlyMap<string, OutageMark> | null): void {
    const of = (mark: OutageMark) => [...communes ?? []].filter(([, one]) => one === mark).map(([code]) => code);
    this.#whenStyled(() => { for (const mark of OUTAGES) this.#map.setFilter(hatchName(mark), communesOf(of(mark))); });
  }

  /** Circles on the ground: what proposed sites would reach. */
  showCircles(circles: readonly (Point & { readonly radius_m: number })[]): void {
    this.#whenStyled(() => this.#data("plan", circles.map(({ lon, lat, radius_m }, i) => circleFeature(String(i), lon, lat, radius_m, false))));
  }

  pin(position: Point | null): void {
    if (position === null) this.#pin.remove();
    else this.#pin.setLngLat([position.lon, position.lat]).addTo(this.#map);
  }

  /** A short word at the place, until the reader clicks on. */
  #tellPlace(at: maplibregl.LngLat, place: MapEvents["place"]): void {
    const code = this.#map.queryRenderedFeatures(this.#map.project(at), { layers: ["communes"] })[0]?.properties["code"];
    const popup = new maplibregl.Popup({ maxWidth: "270px", focusAfterOpen: false });
    const content = code === undefined ? null : place(String(code), () => popup.remove());
    if (content === null) return;
    popup.setLngLat(at).setDOMContent(content).addTo(this.#map);
    name(popup.getElement().querySelector(".maplibregl-popup-close-button"), t("close"));
  }

  #around(margin: number): Padding {
    const { left, bottom, boxes } = this.#covered();
    const { clientWidth: wide, clientHeight: high } = this.#map.getContainer();
    // Beside the buttons at the right, and beside an inset at the left.
    const right = Math.max(0, ...boxes.filter((box) => box.top === 0).map((box) => wide - box.left));
    const inset = Math.max(0, ...boxes.filter((box) => box.left < wide / 4 && box.right < wide / 2 && box.top > high / 3 && box.bottom - box.top > INSET_PX).map((box) => box.right));
    return { top: margin, right: margin + right, bottom: margin + bottom, left: margin + Math.max(left, inset) };
  }

  #listen(events: MapEvents): void {
    const map = this.#map;
    const tellMoved = () => {
      const { lng, lat } = map.getCenter();
      const bounds = map.getBounds();
      events.moved({ zoom: map.getZoom(), lat, lon: lng }, { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() });
    };
    map.on("moveend", tellMoved);
    map.on("load", tellMoved);
    map.on("idle", () => { document.documentElement.dataset["map"] = "idle"; });
    map.once("idle", () => {
      performance.mark("phusong-map");
      events.drawn();
    });
    this.#whenStyled(() => this.#placeTownNames());
    for (const seen of ["moveend", "resize"] as const) map.on(seen, () => this.#whenStyled(() => this.#placeTownNames()));
    map.on("movestart", () => { document.documentElement.dataset["map"] = "moving"; });
    map.on("moveend", () => { this.#atHome = this.#showsHome(); });
    // The whole province stays whole beside a panel that grows.
    map.on("resize", () => { if (this.#atHome) map.fitBounds(boundsOf(this.#extent), { padding: this.#homePadding(), animate: false }); });
    this.#listenDrawing();
    map.on("click", (event) => {
      if (this.#drawing) {
        const { lng, lat } = event.lngLat;
        if (this.#drawing.area.click([lng, lat], (corner) => map.project([...corner]))) this.stopDrawing(true);
        else this.#drawArea();
        return;
      }
      if (this.#picking) {
        const then = this.#picking;
        this.#picking = null;
        map.getCanvas().classList.remove("picking");
        then({ lon: event.lngLat.lng, lat: event.lngLat.lat });
        return;
      }
      const row = this.#draftAt(event.point);
      if (row !== null) return this.#pointChosen(row);
      const id = this.#villageAt(event.point);
      if (id !== null) return events.chose(id);
      this.#tellPlace(event.lngLat, events.place);
    });
    let hovered: string | null = null;
    map.on("mousemove", (event) => {
      if (this.#drawing) return;
      const id = this.#villageAt(event.point);
      map.getCanvas().classList.toggle("over-village", id !== null);
      if (id === hovered) return;
      hovered = id;
      events.hovered(id);
    });
  }

  /** Names of towns stand at the left of their dots where what lies over the map would cover them at the right. */
  #placeTownNames(): void {
    const { boxes } = this.#covered();
    const covered = places.filter(({ kind }) => kind === "town").some(({ lon, lat }) => {
      const { x, y } = this.#map.project([lon, lat]);
      return boxes.some(({ left, right, top, bottom }) => x < right && x + TOWN_NAME_PX > left && y > top - LINE_PX && y < bottom + LINE_PX);
    });
    const side = covered ? "left" : "right";
    if (side === this.#townSide) return;
    this.#townSide = side;
    this.#map.setLayoutProperty("towns", "text-variable-anchor", [...TOWN_SIDES[side]]);
  }

  /** It is where `home` leads, in the size it has. */
  #showsHome(): boolean {
    const { center, zoom } = this.#map.cameraForBounds(boundsOf(this.#extent), { padding: this.#homePadding() }) ?? {};
    if (center === undefined || zoom === undefined) return false;
    const [from, to] = [this.#map.project(center), this.#map.project(this.#map.getCenter())];
    return Math.abs(zoom - this.#map.getZoom()) < 0.01 && from.dist(to) < 3;
  }

  #listenDrawing(): void {
    const map = this.#map;
    map.on("mousemove", ({ lngLat }) => {
      if (!this.#drawing) return;
      this.#drawing.area.move([lngLat.lng, lngLat.lat]);
      this.#drawArea();
    });
    map.on("dblclick", (event) => {
      if (!this.#drawing) return;
      event.preventDefault();
      this.stopDrawing(true);
    });
    map.getCanvas().addEventListener("keydown", (event) => {
      if (!this.#drawing) return;
      if (event.key === "Enter") this.stopDrawing(true);
      if (event.key === "Backspace") { this.#drawing.area.undo(); this.#drawArea(); event.preventDefault(); }
    });
  }

  #drawArea(): void {
    const { area } = this.#shown.filters;
    this.#data("area", this.#drawing ? this.#drawing.area.features() : area ? [areaFeature(area)] : []);
  }

  #villageAt(point: maplibregl.Point): string | null {
    if (!this.#map.getLayer("villages")) return null;
    const id: unknown = this.#map.queryRenderedFeatures([[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]], { layers: ["villages"] })[0]?.properties["id"];
    return typeof id === "string" ? id : null;
  }

  #draftAt(point: maplibregl.Point): number | null {
    if (!this.#map.getLayer("draft-points")) return null;
    const row: unknown = this.#map.queryRenderedFeatures([[point.x - 3, point.y - 3], [point.x + 3, point.y + 3]], { layers: ["draft-points"] })[0]?.properties["row"];
    return typeof row === "number" ? row : null;
  }

  #addIcons(): void {
    const ratio = Math.max(2, Math.ceil(devicePixelRatio));
    const add = (name: string, image: ImageData | null) => {
      if (image && !this.#map.hasImage(name)) this.#map.addImage(name, image, { pixelRatio: ratio });
    };
    for (const verdict of VERDICTS) {
      for (const trust of TRUSTS) {
        for (const unsettled of [false, true]) add(iconName(verdict, trust, unsettled), drawIcon(verdict, trust, unsettled, this.#palette, ratio));
      }
    }
    add(OUTSIDE, drawOutside(this.#palette, ratio));
    add(FAR, drawFar(this.#palette, ratio));
    for (const mark of OUTAGES) add(hatchName(mark), drawHatch(mark === "stale", this.#palette, ratio));
    add("town", drawTown(this.#palette, ratio));
    add("site-on", drawSite(true, this.#palette, ratio));
    add("site-off", drawSite(false, this.#palette, ratio));
  }

  #restyleVillages(): void {
    const [, ...layers] = villageLayers(this.#palette, verdictOf(this.#shown), this.#shown.asked, this.#shown.village, this.#shown.filters.verdicts);
    for (const { id, layout } of layers) {
      for (const name of ["icon-image", "icon-size", "symbol-sort-key", "text-field", "text-radial-offset"] as const) {
        if (layout?.[name] !== undefined) this.#map.setLayoutProperty(id, name, layout[name]);
      }
    }
    const opacity = villageOpacity(this.#shown.filters, this.#shown.asked !== null);
    this.#map.setPaintProperty("villages", "icon-opacity", opacity);
    this.#map.setPaintProperty("village-names", "text-opacity", opacity);
    this.#map.setFilter("village-halo", chosenVillage(this.#shown.village));
    this.#map.setFilter("commune-chosen", ["==", ["to-string", ["get", "code"]], this.#shown.filters.unit ?? "-"]);
  }

  #drawCircles(): void {
    const features = this.#villages.flatMap(({ id, position }) => {
      const selected = id === this.#shown.village;
      return position ? [circleFeature(id, position.lon, position.lat, position.uncertainty_m, selected)] : [];
    });
    this.#data("uncertainty", features);
  }

  /** What is empty is not drawn at all: each source costs every frame. */
  #data(source: string, features: GeoJSON.Feature[]): void {
    const found = this.#map.getSource(source);
    if (!(found instanceof maplibregl.GeoJSONSource)) return;
    found.setData({ type: "FeatureCollection", features });
    const visibility = features.length === 0 ? "none" : "visible";
    for (const { id } of seldomLayers(this.#palette).filter((layer) => "source" in layer && layer.source === source)) {
      if (this.#map.getLayoutProperty(id, "visibility") !== visibility) this.#map.setLayoutProperty(id, "visibility", visibility);
    }
  }

  #aim(): void {
    for (const [id, layers] of [["tiles", "communes,villages"], ["sites", "sites"]] as const) {
      const source = this.#map.getSource(id);
      if (source instanceof maplibregl.VectorTileSource) source.setTiles([tilesOf(layers, this.#shown)]);
    }
  }

  #toggleSites(): void {
    if (this.#shown.maySeeSites && !this.#map.getSource("sites")) {
      this.#map.addSource("sites", siteSource(tilesOf("sites", this.#shown)));
      for (const layer of siteLayers(this.#palette)) this.#map.addLayer(layer, "village-halo");
    } else if (!this.#shown.maySeeSites && this.#map.getSource("sites")) {
      for (const { id } of siteLayers(this.#palette)) this.#map.removeLayer(id);
      this.#map.removeSource("sites");
    }
  }

  #relabel(): void {
    for (const layer of labelLayers(this.#palette, this.#shown.language)) {
      if (layer.type === "symbol") this.#map.setLayoutProperty(layer.id, "text-field", layer.layout?.["text-field"]);
    }
  }

  #whenStyled(act: () => void): void {
    if (this.#map.getSource("uncertainty")) act();
    else this.#map.once("styledata", () => this.#whenStyled(act));
  }
}

function tilesOf(layers: string, { filters }: Shown): string {
  const day = filters.asOf === null ? "" : `?as_of=${filters.asOf}`;
  return `${location.origin}/tiles/${layers}/{z}/{x}/{y}.mvt${day}`;
}

function verdictOf({ filters, ...rest }: Shown): ReturnType<typeof verdictExpression> {
  return verdictExpression({ ...rest, carrier: filters.carrier, technology: filters.technology });
}

function boundsOf([west, south, east, north]: Extent): [number, number, number, number] {
  return [west, south, east, north];
}

function ours(url: string): boolean {
  return url.startsWith(`${location.origin}/tiles/`);
}

function stillMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function name(control: Element | null, label: string): void {
  control?.setAttribute("aria-label", label);
  control?.setAttribute("title", label);
  control?.querySelector("[title]")?.removeAttribute("title");
}
