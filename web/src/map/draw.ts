/**
 * Drawing an area with the pointer: each click sets a corner; a click on the first corner, a double
 * click or Enter closes it, Backspace takes the last corner back. Pure state; map.ts shows it.
 */

import type { Feature } from "geojson";
import { polygonOf } from "../query";
import type { Area } from "../state";

type Corner = Area[number];

/** A click this near to the first corner, in pixels, closes the area. */
const CLOSING_PX = 12;
/** Fewer corners enclose nothing. */
const LEAST = 3;

export class Drawing {
  #corners: Corner[] = [];
  #pointer: Corner | null = null;

  /** True when the area is closed by this click. */
  click(at: Corner, pixels: (corner: Corner) => { x: number; y: number }): boolean {
    const [first] = this.#corners;
    if (first && this.#corners.length >= LEAST) {
      const [a, b] = [pixels(first), pixels(at)];
      if (Math.hypot(a.x - b.x, a.y - b.y) <= CLOSING_PX) return true;
    }
    const last = this.#corners.at(-1);
    if (!last || last[0] !== at[0] || last[1] !== at[1]) this.#corners.push(at);
    return false;
  }

  move(at: Corner): void {
    this.#pointer = at;
  }

  /** Takes the last corner back. */
  undo(): void {
    this.#corners.pop();
  }

  /** The area, once there is one. */
  area(): Area | null {
    return this.#corners.length >= LEAST ? [...this.#corners] : null;
  }

  features(): Feature[] {
    const corners = this.#pointer ? [...this.#corners, this.#pointer] : this.#corners;
    return [
      ...(corners.length >= LEAST ? [areaFeature(corners)] : []),
      ...(corners.length === 2 ? [line(corners)] : []),
      ...this.#corners.map((corner, i): Feature => ({ type: "Feature", properties: { first: i === 0 }, geometry: { type: "Point", coordinates: [...corner] } })),
    ];
  }
}

export function areaFeature(area: Area): Feature {
  return { type: "Feature", properties: {}, geometry: polygonOf(area) };
}

function line(corners: Area): Feature {
  return { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: corners.map((corner) => [...corner]) } };
}

/**
 * How large an area is, in km².
 *
 * Shape: corners in degrees → square kilometres, never negative.
 * Limits: on the sphere of mean radius; for saying how large, not for deciding anything.
 * Source: the spherical polygon excess in its trapezium form.
 */
export function areaKm2(area: Area): number {
  const EARTH_KM = 6_371.0088;
  const rad = Math.PI / 180;
  const doubled = area.reduce((sum, [lon, lat], i) => {
    const [nextLon, nextLat] = area[(i + 1) % area.length] ?? [lon, lat];
    return sum + (nextLon - lon) * rad * (2 + Math.sin(lat * rad) + Math.sin(nextLat * rad));
  }, 0);
  return Math.abs(doubled * EARTH_KM * EARTH_KM) / 2;
}
