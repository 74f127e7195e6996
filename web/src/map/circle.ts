/** Circles on the ground. */

import type { Feature, Polygon } from "geojson";

/** Mean radius of the Earth in metres (IUGG R1); against the ellipsoid it is off by < 0.6 %. */
const EARTH_M = 6_371_008.8;
const CORNERS = 96;

/**
 * The circle of `radius_m` metres around a position, as a closed ring in degrees.
 *
 * Shape: (lon, lat, radius) → polygon of 96 corners, counter-clockwise (RFC 7946).
 * Limits: on the sphere; far below the uncertainty it draws.
 * Source: the direct great-circle problem.
 */
export function circle(lon: number, lat: number, radius_m: number): Polygon {
  const angle = radius_m / EARTH_M;
  const phi = radians(lat);
  const ring = Array.from({ length: CORNERS }, (_, i) => {
    const bearing = -(2 * Math.PI * i) / CORNERS;
    const north = Math.asin(Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(bearing));
    const east = Math.atan2(Math.sin(bearing) * Math.sin(angle) * Math.cos(phi), Math.cos(angle) - Math.sin(phi) * Math.sin(north));
    return [lon + degrees(east), degrees(north)];
  });
  const first = ring[0];
  return { type: "Polygon", coordinates: [first ? [...ring, first] : ring] };
}

export function circleFeature(id: string, lon: number, lat: number, radius_m: number, selected: boolean): Feature {
  return { type: "Feature", properties: { id, selected, radius_m }, geometry: circle(lon, lat, radius_m) };
}

function radians(deg: number): number {
  return (deg * Math.PI) / 180;
}

function degrees(rad: number): number {
  return (rad * 180) / Math.PI;
}
