/** The scale bar: a round distance and how long it is on the screen. */

/** Metres a pixel covers at zoom 0 on the equator, with 512-pixel tiles (WGS 84 equatorial radius). */
const EQUATOR_M_PER_PX = (2 * Math.PI * 6_378_137) / 512;
const ROUND = [1, 2, 5] as const;

export function metresPerPx(zoom: number, lat: number): number {
  return (EQUATOR_M_PER_PX * Math.cos((lat * Math.PI) / 180)) / 2 ** zoom;
}

export interface Scale {
  readonly length_m: number;
  readonly width_px: number;
}

/** The longest round distance (1, 2, 5 × 10ⁿ m) that fits into `most_px` at this latitude. */
export function scaleOf(zoom: number, lat: number, most_px: number): Scale {
  const m_per_px = metresPerPx(zoom, lat);
  const most_m = most_px * m_per_px;
  const power = 10 ** Math.floor(Math.log10(most_m));
  const length_m = ROUND.reduce<number>((best, digit) => (digit * power <= most_m ? digit * power : best), power);
  return { length_m, width_px: length_m / m_per_px };
}
