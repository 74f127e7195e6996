/** Where the whole province stands: as large as it goes with no place of it beneath a button, the legend or the inset. Pure. */

import { type Frame, mercator, WORLD_PX } from "./sketch";

export type Extent = readonly [west: number, south: number, east: number, north: number];

/** What lies over the map, in pixels from its upper left corner. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Whole sides that are taken, and single boxes. */
export interface Covered {
  readonly left: number;
  readonly bottom: number;
  readonly boxes: readonly Box[];
}

export interface Place {
  readonly lon: number;
  readonly lat: number;
}

type Size = Pick<Frame, "width" | "height">;
type Padding = Frame["padding"];

/** Free around the province. */
const MARGIN_PX = 12;
/** Half a mark, and a little air. */
const BESIDE_PX = 14;
/** How finely is looked for room. */
const STEP_PX = 6;
const STEP_SIZE = 0.96;
/** Smaller than this share of what fits, the province tells too little: then something may lie over a village. */
const LEAST = 0.66;

export function homePadding(extent: Extent, { width, height }: Size, covered: Covered, places: readonly Place[]): Padding {
  const free = { left: MARGIN_PX + covered.left, top: MARGIN_PX, right: width - MARGIN_PX, bottom: height - MARGIN_PX - covered.bottom };
  const plain = { left: free.left, top: free.top, right: width - free.right, bottom: height - free.bottom };
  const [[west, north], [east, south]] = [mercator(extent[0], extent[3]), mercator(extent[2], extent[1])];
  const largest = Math.min((free.right - free.left) / (east - west), (free.bottom - free.top) / (south - north));
  if (largest <= 0 || largest > WORLD_PX * 2 ** 20) return plain;
  const points = places.map(({ lon, lat }) => mercator(lon, lat)).map(([x, y]): [number, number] => [x - west, y - north]);
  for (let px = largest; px > largest * LEAST; px *= STEP_SIZE) {
    const at = nearestTo(free, (east - west) * px, (south - north) * px, (left, top) =>
      !covered.boxes.some((box) => points.some(([x, y]) => meets(box, left + x * px, top + y * px))));
    if (at === null) continue;
    return { left: at.left, top: at.top, right: width - at.left - (east - west) * px, bottom: height - at.top - (south - north) * px };
  }
  return plain;
}

function meets({ left, top, right, bottom }: Box, x: number, y: number): boolean {
  return x > left - BESIDE_PX && x < right + BESIDE_PX && y > top - BESIDE_PX && y < bottom + BESIDE_PX;
}

/** Where it is free, as near to the middle as there is room. */
function nearestTo(free: Box, wide: number, high: number, isFree: (left: number, top: number) => boolean): { left: number; top: number } | null {
  const [spareX, spareY] = [Math.max(0, free.right - free.left - wide), Math.max(0, free.bottom - free.top - high)];
  const [middleX, middleY] = [free.left + spareX / 2, free.top + spareY / 2];
  const steps = (spare: number) => Array.from({ length: Math.floor(spare / 2 / STEP_PX) + 1 }, (_, i) => i * STEP_PX).flatMap((by) => (by === 0 ? [0] : [by, -by]));
  const tries = steps(spareX).flatMap((dx) => steps(spareY).map((dy) => ({ dx, dy }))).toSorted((a, b) => Math.hypot(a.dx, a.dy) - Math.hypot(b.dx, b.dy));
  for (const { dx, dy } of tries) if (isFree(middleX + dx, middleY + dy)) return { left: middleX + dx, top: middleY + dy };
  return null;
}
