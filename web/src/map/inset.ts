/**
 * The inset: the East Sea with Quần đảo Hoàng Sa and Quần đảo Trường Sa, drawn from the packaged
 * land and islands whenever the map's own extent leaves an archipelago out. No border is drawn.
 */

import { islands } from "virtual:basemap";
import { svg } from "../dom";
import { t } from "../text";
import type { Palette } from "./palette";

export interface Bounds {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

const FRAME: Bounds = { west: 104.4, south: 7.2, east: 117.2, north: 19.4 };
const WIDTH = 208;
const SCALE = WIDTH / (FRAME.east - FRAME.west);
const HEIGHT = Math.round(SCALE * (FRAME.north - FRAME.south));

/** True when the extent shows both archipelagos whole, so that no inset is needed. */
export function showsArchipelagos({ west, south, east, north }: Bounds): boolean {
  return islands.every(({ lon, lat }) => lon > west && lon < east && lat > south && lat < north);
}

export type Ring = readonly (readonly number[])[];

/** The inset as SVG. `land` are outer rings in degrees; without them the islands still stand. */
export function inset(land: readonly Ring[], province: Bounds | null, name: string, palette: Palette): SVGSVGElement {
  const x = (lon: number) => Math.round((lon - FRAME.west) * SCALE * 10) / 10;
  const y = (lat: number) => Math.round((FRAME.north - lat) * SCALE * 10) / 10;
  const path = (ring: Ring) => `M${ring.map(([lon = 0, lat = 0]) => `${x(lon)} ${y(lat)}`).join("L")}Z`;
  const halo = { stroke: palette.sea, "stroke-width": 2.5, "paint-order": "stroke", "stroke-linejoin": "round" };
  const label = (lon: number, lat: number, lines: readonly string[], attributes: Record<string, string | number>) =>
    svg("text", { x: x(lon), y: y(lat), ...halo, ...attributes }, ...lines.map((line, i) => svg("tspan", { x: x(lon), dy: i === 0 ? 0 : "1.15em" }, line)));
  return svg("svg", { class: "inset-map", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": t("inset_label") },
    svg("rect", { width: WIDTH, height: HEIGHT, fill: palette.sea }),
    svg("path", { d: land.map(path).join(""), fill: palette.land, stroke: palette.coast, "stroke-width": 0.6 }),
    province && svg("rect", {
      x: x(province.west), y: y(province.north), width: (province.east - province.west) * SCALE, height: (province.north - province.south) * SCALE,
      fill: palette.accent, "fill-opacity": 0.14, stroke: palette.accent, "stroke-width": 1.2,
    }),
    ...islands.filter(({ kind, id }) => kind === "island" && id !== "ly-son").map(({ lon, lat }) => svg("circle", { cx: x(lon), cy: y(lat), r: 1.2, fill: palette.label })),
    province && label(province.east + 0.25, province.north - 0.1, [name], { class: "inset-minor", "font-size": 9.5, "font-weight": 600, fill: palette.accent }),
    label(112.1, 18.1, [t("hoang_sa_1"), t("hoang_sa_2")], { "font-size": 9.5, "text-anchor": "middle", fill: palette.ink }),
    label(112.7, 12.6, [t("truong_sa_1"), t("truong_sa_2")], { "font-size": 9.5, "text-anchor": "middle", fill: palette.ink }),
    label(113.6, 14.35, [t("bien_dong")], { class: "inset-minor", "font-size": 10, "letter-spacing": 2, "text-anchor": "middle", fill: palette.seaLabel }));
}

/** Rings of the land file that reach into the inset, thinned to what its size can show. */
export function insetRings(polygons: readonly Ring[]): Ring[] {
  return polygons
    .filter((ring) => ring.some(([lon = 0, lat = 0]) => lon > FRAME.west && lon < FRAME.east && lat > FRAME.south && lat < FRAME.north))
    .map(thin)
    .filter((ring) => ring.length > 3);
}

/** Drops vertices that lie within half a pixel of the last kept one. */
function thin(ring: Ring): Ring {
  const kept: (readonly number[])[] = [];
  for (const point of ring) {
    const last = kept.at(-1);
    const [lon = 0, lat = 0] = point;
    const [lastLon = 999, lastLat = 999] = last ?? [];
    if (Math.hypot(lon - lastLon, lat - lastLat) * SCALE > 0.5) kept.push(point);
  }
  return kept;
}
