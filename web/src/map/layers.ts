/** The map's layers as pure functions of the palette and of what is asked. */

import type { ExpressionSpecification, FilterSpecification, LayerSpecification, SymbolLayerSpecification } from "maplibre-gl";
import type { Verdict } from "../api/api";
import type { Filters, Language } from "../state";
import type { Palette } from "./palette";
import { FAR } from "./icons";
import { type Answers, iconExpression, UNSETTLED } from "./verdict";

export const FONT = ["Be Vietnam Pro Medium"];
export const FONT_STRONG = ["Be Vietnam Pro SemiBold"];

export function groundLayers(palette: Palette): LayerSpecification[] {
  return [
    { id: "sea", type: "background", paint: { "background-color": palette.sea } },
    { id: "land", type: "fill", source: "land", paint: { "fill-color": palette.land } },
    { id: "coast-glow", type: "line", source: "land", paint: { "line-color": palette.coast, "line-width": 3, "line-blur": 3, "line-opacity": 0.45 } },
    { id: "coast", type: "line", source: "land", paint: { "line-color": palette.coast, "line-width": 0.7 } },
  ];
}

/** A commune with gaps is tinted, unless a figure shades it. */
export function communeFill(palette: Palette): ExpressionSpecification {
  const gaps: ExpressionSpecification = ["coalesce", ["get", "gaps"], 0];
  return ["case", [">", gaps, 0], palette.communeTint, palette.commune];
}

export function communeLayers(palette: Palette): LayerSpecification[] {
  return [
    {
      id: "communes", type: "fill", source: "tiles", "source-layer": "communes",
      paint: { "fill-color": communeFill(palette), "fill-antialias": false },
    },
    {
      id: "commune-lines-casing", type: "line", source: "tiles", "source-layer": "communes",
      paint: { "line-color": "#ffffff", "line-width": ["interpolate", ["linear"], ["zoom"], 7, 1.2, 12, 3.2] },
    },
    {
      id: "commune-lines", type: "line", source: "tiles", "source-layer": "communes",
      paint: {
        "line-color": palette.communeLine,
        "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.5, 12, 1.1],
        "line-dasharray": [4, 2],
      },
    },
    {
      id: "commune-chosen", type: "line", source: "tiles", "source-layer": "communes", filter: ["==", ["get", "code"], ""],
      paint: { "line-color": palette.accent, "line-width": 2 },
    },
  ];
}

export function uncertaintyLayers(palette: Palette): LayerSpecification[] {
  return [
    {
      id: "uncertainty-fill", type: "fill", source: "uncertainty",
      filter: ["get", "selected"],
      paint: { "fill-color": palette.accent, "fill-opacity": 0.07 },
    },
    {
      id: "uncertainty-line", type: "line", source: "uncertainty",
      paint: {
        "line-color": ["case", ["get", "selected"], palette.accent, palette.label],
        "line-width": ["case", ["get", "selected"], 1.8, 0.9],
        "line-opacity": ["case", ["get", "selected"], 0.95, 0.5],
        "line-dasharray": [3, 2.5],
      },
    },
  ];
}

/** The drawn area, and its corners while it is being drawn. */
export function areaLayers(palette: Palette): LayerSpecification[] {
  return [
    { id: "area-fill", type: "fill", source: "area", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": palette.accent, "fill-opacity": 0.06 } },
    { id: "area-line", type: "line", source: "area", paint: { "line-color": palette.accent, "line-width": 2.2 } },
    {
      id: "area-corners", type: "circle", source: "area", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": ["case", ["get", "first"], 7, 4.5], "circle-color": palette.halo, "circle-stroke-color": palette.accent, "circle-stroke-width": 2.2 },
    },
  ];
}

/** What a proposed site would reach. */
export function planLayers(palette: Palette): LayerSpecification[] {
  return [
    { id: "plan-fill", type: "fill", source: "plan", paint: { "fill-color": palette.ask, "fill-opacity": 0.12 } },
    { id: "plan-line", type: "line", source: "plan", paint: { "line-color": palette.ask, "line-width": 1.6, "line-dasharray": [2, 1.5] } },
  ];
}

/** Out of touch, or no longer heard of: two hatchings over whatever fills a commune. */
export const OUTAGES = ["ongoing", "stale"] as const;
export type OutageMark = (typeof OUTAGES)[number];

export function hatchName(mark: OutageMark): string {
  return `hatch-${mark}`;
}

export function outageLayers(): LayerSpecification[] {
  return OUTAGES.map((mark) => ({
    id: hatchName(mark), type: "fill", source: "tiles", "source-layer": "communes", filter: communesOf([]),
    paint: { "fill-pattern": hatchName(mark) },
  }));
}

export function communesOf(codes: readonly string[]): FilterSpecification {
  return ["in", ["to-string", ["get", "code"]], ["literal", [...codes]]];
}

/** Rows of a file that is being checked: where we understood them to be. */
export function draftLayers(palette: Palette): LayerSpecification[] {
  return [
    {
      id: "draft-areas", type: "fill", source: "draft", filter: ["!=", ["geometry-type"], "Point"],
      paint: { "fill-color": palette.accent, "fill-opacity": 0.22, "fill-outline-color": palette.accent },
    },
    {
      id: "draft-points", type: "circle", source: "draft", filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 7, 4.5, 12, 8],
        "circle-color": ["match", ["get", "outcome"], "fileable", palette.accent, "asked", palette.ask, "blocked", palette.halo, palette.faintLabel],
        "circle-stroke-color": ["match", ["get", "outcome"], "blocked", palette.verdict.no_signal, palette.halo],
        "circle-stroke-width": ["match", ["get", "outcome"], "blocked", 3, 1.6],
      },
    },
    {
      id: "draft-rows", type: "symbol", source: "draft", minzoom: 9,
      layout: { "text-field": ["to-string", ["get", "row"]], "text-font": FONT_STRONG, "text-size": 11, "text-anchor": "bottom", "text-offset": [0, -1.2], "text-allow-overlap": true },
      paint: { "text-color": palette.ink, "text-halo-color": palette.halo, "text-halo-width": 1.6 },
    },
  ];
}

/** Layers that mostly hold nothing. */
export function seldomLayers(palette: Palette): LayerSpecification[] {
  return [...areaLayers(palette), ...planLayers(palette), ...draftLayers(palette)];
}

/** Where villages crowd, at whichever side of its dot there is room: the sides in the order in which they are tried. */
export const TOWN_SIDES = {
  right: ["left", "right", "bottom", "top", "bottom-left", "top-left", "bottom-right", "top-right"],
  left: ["right", "bottom-right", "top-right", "bottom", "top"],
} as const;
/** A town's name is no longer. */
export const TOWN_NAME_PX = 84;

export function labelLayers(palette: Palette, language: Language): LayerSpecification[] {
  const halo = { "text-halo-color": palette.halo, "text-halo-width": 1.4 };
  const placeName: ExpressionSpecification = ["coalesce", ["get", language === "en" ? "name_en" : "name"], ["get", "name"]];
  return [
    {
      id: "sea-names", type: "symbol", source: "places", filter: ["==", ["get", "kind"], "sea"], maxzoom: 9,
      layout: { "text-field": ["upcase", placeName], "text-font": FONT, "text-size": 15, "text-letter-spacing": 0.32 },
      paint: { "text-color": palette.seaLabel },
    },
    {
      id: "neighbour-names", type: "symbol", source: "places", filter: ["in", ["get", "kind"], ["literal", ["province", "country"]]], minzoom: 6.5,
      layout: { "text-field": ["upcase", placeName], "text-font": FONT, "text-size": 11, "text-letter-spacing": 0.18 },
      paint: { "text-color": palette.faintLabel, ...halo },
    },
    {
      id: "islands", type: "circle", source: "islands", filter: ["==", ["get", "kind"], "island"],
      paint: { "circle-radius": 2, "circle-color": palette.label, "circle-opacity": 0.7 },
    },
    {
      id: "archipelago-names", type: "symbol", source: "islands", filter: ["==", ["get", "kind"], "archipelago"], maxzoom: 9,
      layout: { "text-field": twoLines(language), "text-font": FONT_STRONG, "text-size": 12, "text-max-width": 20, "text-allow-overlap": true },
      paint: { "text-color": palette.label, ...halo },
    },
    {
      // From near the island that is a unit of its own has that unit's name.
      id: "island-names", type: "symbol", source: "islands", filter: ["==", ["get", "kind"], "island"], minzoom: 6.5,
      layout: { "text-field": ["step", ["zoom"], ["get", "name"], 8.6, ["case", ["==", ["get", "id"], "ly-son"], "", ["get", "name"]]], "text-font": FONT, "text-size": 10.5, "text-variable-anchor": ["right", "left", "top"], "text-radial-offset": 0.9 },
      paint: { "text-color": palette.label, ...halo },
    },
    {
      id: "commune-names", type: "symbol", source: "commune-names", minzoom: 8.6,
      layout: {
        "text-field": ["get", "name"], "text-font": FONT, "text-max-width": 7, "text-padding": 4,
        "text-size": ["interpolate", ["linear"], ["zoom"], 8.6, 10, 12, 13],
        "symbol-sort-key": ["-", 0, ["get", "gaps"]],
      },
      paint: { "text-color": ["case", [">", ["get", "gaps"], 0], palette.label, palette.faintLabel], ...halo },
    },
    {
      id: "towns", type: "symbol", source: "places", filter: ["==", ["get", "kind"], "town"], maxzoom: 8.6,
      layout: { "icon-image": "town", "icon-padding": 0, "text-field": placeName, "text-font": FONT_STRONG, "text-size": 12, "text-variable-anchor": [...TOWN_SIDES.right], "text-radial-offset": 0.6, "text-padding": 0 },
      paint: { "text-color": palette.label, ...halo },
    },
  ];
}

/** `Quần đảo Hoàng Sa` over `(TP. Đà Nẵng)`. */
function twoLines(language: Language): ExpressionSpecification {
  const name: ExpressionSpecification = ["coalesce", ["get", language === "en" ? "name_en" : "name"], ["get", "name"]];
  const bracket: ExpressionSpecification = ["index-of", " (", name];
  return ["concat", ["slice", name, 0, bracket], "\n", ["slice", name, ["+", bracket, 1]]];
}

export function siteLayers(palette: Palette): LayerSpecification[] {
  return [{
    id: "sites", type: "symbol", source: "sites", "source-layer": "sites", minzoom: 8,
    layout: {
      "icon-image": ["case", ["==", ["get", "state"], "operational"], "site-on", "site-off"],
      "icon-allow-overlap": true,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 8, 0.4, 10, 0.65, 12, 1],
      "text-field": ["step", ["zoom"], "", 12, ["get", "code"]],
      "text-font": FONT, "text-size": 10, "text-anchor": "top", "text-offset": [0, 0.8], "text-optional": true,
    },
    paint: { "text-color": palette.label, "text-halo-color": palette.halo, "text-halo-width": 1.2 },
  }];
}

/** Village names and, above them, marks: what lies above is placed first, so no name covers a mark. */
export function villageLayers(palette: Palette, verdict: ExpressionSpecification, asked: Answers | null, selected: string | null, listed: readonly Verdict[]): [LayerSpecification, SymbolLayerSpecification, SymbolLayerSpecification] {
  const rank: ExpressionSpecification = ["match", verdict, "no_signal", 4, "partial_hole", 3, "not_as_asked", 2, "insufficient", 1, 0];
  return [
    {
      id: "village-halo", type: "circle", source: "tiles", "source-layer": "villages", filter: ["==", ["get", "id"], ""],
      paint: { "circle-radius": 19, "circle-color": palette.accent, "circle-opacity": 0.16, "circle-stroke-color": palette.accent, "circle-stroke-width": 2 },
    },
    {
      id: "village-names", type: "symbol", source: "tiles", "source-layer": "villages",
      layout: {
        "symbol-sort-key": ["-", 0, rank],
        "text-field": ["step", ["zoom"], "", 7.4, nameIfGap(verdict, selected), 11, ["get", "name"]],
        "text-font": FONT_STRONG, "text-size": ["interpolate", ["linear"], ["zoom"], 8, 11.5, 12, 13.5],
        "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": ["case", ["==", ["get", "id"], selected ?? ""], 2.1, 1.5], "text-justify": "auto", "text-max-width": 8,
      },
      paint: { "text-color": palette.ink, "text-halo-color": palette.halo, "text-halo-width": 1.6 },
    },
    {
      id: "villages", type: "symbol", source: "tiles", "source-layer": "villages",
      layout: {
        "icon-image": markImage(verdict, asked, selected, listed),
        "icon-size": markSize(verdict, selected, listed),
        "icon-allow-overlap": true,
        "symbol-sort-key": rank,
      },
    },
  ];
}

/** From here on every village has its own mark. */
const NEAR_ZOOM = 10;

/** From afar a thousand villages without data must not hide nine without signal: they are dots, unless the list asks for them. */
function markImage(verdict: ExpressionSpecification, asked: Answers | null, selected: string | null, listed: readonly Verdict[]): ExpressionSpecification {
  const mark = iconExpression(verdict, asked);
  if (asked !== null || listed.includes("insufficient")) return mark;
  const dotted: ExpressionSpecification = ["all", ["==", verdict, "insufficient"], ["!", UNSETTLED], ["!=", ["get", "id"], selected ?? ""]];
  return ["step", ["zoom"], ["case", dotted, FAR, mark], NEAR_ZOOM, mark];
}

/** What the list does not hold is smaller, the farther the more. */
function markSize(verdict: ExpressionSpecification, selected: string | null, listed: readonly Verdict[]): ExpressionSpecification {
  const sized = (dot: number, far: number, near: number): ExpressionSpecification =>
    ["case", ["==", ["get", "id"], selected ?? ""], near, ["match", verdict, [...listed], near, ["match", verdict, "insufficient", dot, far]]];
  return ["interpolate", ["linear"], ["zoom"], 6, sized(0.5, 0.3, 0.55), 9, sized(0.75, 0.55, 0.85), NEAR_ZOOM - 0.01, sized(1, 0.7, 0.9), NEAR_ZOOM, sized(0.7, 0.7, 0.9), 12, 1];
}

/** From afar only gaps are named, and the village whose story is open. */
function nameIfGap(verdict: ExpressionSpecification, selected: string | null): ExpressionSpecification {
  return ["case", ["==", ["get", "id"], selected ?? ""], ["get", "name"], ["match", verdict, ["no_signal", "partial_hole", "not_as_asked"], ["get", "name"], ""]];
}

/**
 * Villages outside the chosen duty or commune are faded, not hidden: the map stays whole. When the
 * server has answered, its answer is what lies outside.
 */
export function villageOpacity(filters: Filters, answered: boolean): ExpressionSpecification | number {
  if (answered) return 1;
  const conditions: ExpressionSpecification[] = [];
  if (filters.duty === "none") conditions.push(["!", ["has", "duty"]]);
  if (filters.duty === "open" || filters.duty === "overdue") conditions.push(["has", "duty"]);
  if (filters.unit !== null) conditions.push(["==", ["to-string", ["get", "commune"]], filters.unit]);
  return conditions.length === 0 ? 1 : ["case", ["all", ...conditions], 1, 0.25];
}

export function chosenVillage(id: string | null): FilterSpecification {
  return ["==", ["get", "id"], id ?? ""];
}
