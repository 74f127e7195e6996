/**
 * The first map: land, towns and the listed villages as plain SVG, where the map library will put
 * them. It stands until that has drawn, and for good where a browser cannot draw the other (no
 * WebGL). No tile is read, so there are no communes on it.
 */

import { places } from "virtual:basemap";
import type { VillageSummary } from "../api/api";
import { svg } from "../dom";
import type { View } from "../state";
import { trustOf } from "../verdict";
import { markElement } from "./icons";
import type { Ring } from "./inset";
import type { Palette } from "./palette";
import { metresPerPx } from "./scale";

/** Width of the world in pixels at zoom 0, as the map library counts zooms. */
export const WORLD_PX = 512;
/** A village's mark at zooms 6, 9 and 12, as in layers.ts. */
const MARK = { px: 32, least: 0.55, middle: 0.85 };
const LETTER_PX = 7.2;
/** Half a mark, and half a line. */
const BESIDE_PX = 16;

export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Free of the province at each side, in pixels; the legend lies at the left. */
  readonly padding: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number };
}

/** Web Mercator in shares of the world, from the north-west. */
export function mercator(lon: number, lat: number): [number, number] {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

/** The view that shows the whole extent [west, south, east, north] within the padding. */
export function fitted([west, south, east, north]: readonly [number, number, number, number], { width, height, padding }: Frame): View {
  const [[left, top], [right, bottom]] = [mercator(west, north), mercator(east, south)];
  const [wide, high] = [width - padding.left - padding.right, height - padding.top - padding.bottom];
  const px = Math.min(wide / (right - left), high / (bottom - top));
  // The extent's middle stands in the middle of what the padding leaves.
  const x = (left + right) / 2 + (padding.right - padding.left) / 2 / px;
  const y = (top + bottom) / 2 + (padding.bottom - padding.top) / 2 / px;
  return { zoom: Math.log2(px / WORLD_PX), lon: (x - 0.5) * 360, lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI };
}

/** Where a position lies on the screen. */
export function project(view: View, { width, height }: Pick<Frame, "width" | "height">, lon: number, lat: number): [number, number] {
  const px = WORLD_PX * 2 ** view.zoom;
  const [[x, y], [middleX, middleY]] = [mercator(lon, lat), mercator(view.lon, view.lat)];
  return [width / 2 + (x - middleX) * px, height / 2 + (y - middleY) * px];
}

export interface SketchInput {
  readonly land: readonly Ring[];
  readonly villages: readonly VillageSummary[];
  readonly view: View;
  readonly size: Pick<Frame, "width" | "height">;
  readonly palette: Palette;
  readonly label: string;
  readonly open: (village: string) => void;
}

export function sketch({ land, villages, view, size, palette, label, open }: SketchInput): SVGSVGElement {
  const at = (lon: number, lat: number) => project(view, size, lon, lat);
  const rounded = (lon: number, lat: number) => at(lon, lat).map((px) => px.toFixed(1)).join(" ");
  const path = (ring: Ring) => `M${ring.map(([lon = 0, lat = 0]) => rounded(lon, lat)).join("L")}Z`;
  const shown = villages.flatMap((village) => (village.position ? [{ village, place: at(village.position.lon, village.position.lat) }] : []));
  const names = namesBeside(shown.map(({ village, place }) => ({ name: village.name, place })));
  const halo = { stroke: palette.halo, "stroke-width": 3, "paint-order": "stroke", "stroke-linejoin": "round" };
  const mark = markSize(view.zoom);
  return svg("svg", { class: "sketch", viewBox: `0 0 ${size.width} ${size.height}`, "aria-label": label, "data-test": "sketch" },
    svg("path", { d: land.map(path).join(""), fill: palette.land, stroke: palette.coast, "stroke-width": 0.7, "fill-rule": "evenodd" }),
    ...places.filter(({ kind }) => kind === "town").map(({ name, lon, lat }) => {
      const [x, y] = at(lon, lat);
      return svg("text", { x, y, ...halo, fill: palette.label, "font-size": 12, "font-weight": 600, "text-anchor": "middle" }, name);
    }),
    ...shown.map(({ village: { position }, place: [cx, cy] }) => svg("circle", {
      cx, cy, r: (position?.uncertainty_m ?? 0) / metresPerPx(view.zoom, position?.lat ?? 0), fill: "none", stroke: palette.label, "stroke-width": 0.9, "stroke-opacity": 0.5, "stroke-dasharray": "3 2.5" })),
    ...names.map(({ name, x, y, anchor }) => svg("text", { x, y, ...halo, fill: palette.ink, "font-size": 12, "font-weight": 600, "text-anchor": anchor, "dominant-baseline": "central" }, name)),
    ...shown.map(({ village, place: [x, y] }) => {
      const drawn = markElement(village.verdict, trustOf(village), village.flags.length > 0, palette, mark);
      drawn.setAttribute("x", String(x - mark / 2));
      drawn.setAttribute("y", String(y - mark / 2));
      return svg("g", { class: "sketch-village", "data-village": village.id, onclick: () => open(village.id) }, svg("title", {}, village.name), drawn);
    }));
}

function markSize(zoom: number): number {
  const slope = zoom < 9 ? MARK.least + ((zoom - 6) / 3) * (MARK.middle - MARK.least) : MARK.middle + ((zoom - 9) / 3) * (1 - MARK.middle);
  return MARK.px * Math.max(MARK.least, Math.min(1, slope));
}

interface Name {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "end";
}

/** Names beside their marks, right or left; a name that would lie on another, or on a mark, is left out. */
function namesBeside(marks: readonly { name: string; place: readonly [number, number] }[]): Name[] {
  const kept: (Name & { from: number; to: number })[] = [];
  for (const { name, place: [x, y] } of marks) {
    const wide = name.length * LETTER_PX;
    const sides = [
      { name, x: x + BESIDE_PX, y, anchor: "start", from: x + BESIDE_PX, to: x + BESIDE_PX + wide },
      { name, x: x - BESIDE_PX, y, anchor: "end", from: x - BESIDE_PX - wide, to: x - BESIDE_PX },
    ] as const;
    const free = sides.find((side) => {
      const meets = (from: number, to: number, height: number) => from < side.to && to > side.from && Math.abs(height - y) < BESIDE_PX;
      return !kept.some((other) => meets(other.from, other.to, other.y))
        && !marks.some(({ place: [otherX, otherY] }) => otherX !== x && meets(otherX - BESIDE_PX, otherX + BESIDE_PX, otherY));
    });
    if (free) kept.push(free);
  }
  return kept;
}
