// Land of the region around the East Sea as one GeoJSON file: where the map draws ground.
//
// Source: Natural Earth 1:10m (public domain), by way of npm `world-atlas` (ISC).
// Only land: no national border is read or written. Coordinates are cut to 4 decimals
// (about 11 m); the source itself is good to a few hundred metres, so the coastline is
// for orientation and for clipping approximate cells, never for deciding where a place is.
//
// Run by `scripts/basemap`, which installs the packages in a temporary folder.

import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const { feature } = require("topojson-client");
const clipping = require("polygon-clipping");

/** West, south, east, north: the mainland coast and the East Sea with Hoàng Sa and Trường Sa. */
const [WEST, SOUTH, EAST, NORTH] = [102, 6, 118, 24];
const DECIMALS = 4;

const atlas = JSON.parse(readFileSync(require.resolve("world-atlas/land-10m.json"), "utf8"));
const land = feature(atlas, atlas.objects.land);
const window = [[[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]];

const polygons = (land.type === "FeatureCollection" ? land.features : [land])
  .flatMap(({ geometry }) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates))
  .filter(touchesWindow)
  .flatMap((polygon) => clipping.intersection(polygon, window))
  .map((rings) => rings.map(cut).filter((ring) => ring.length >= 4))
  .filter((rings) => rings.length > 0)
  .map((rings) => rings.map((ring, index) => wind(ring, index === 0)))
  .sort((a, b) => Math.abs(twiceArea(b[0])) - Math.abs(twiceArea(a[0])) || compare(a[0][0], b[0][0]));

/** Lý Sơn is missing in the source. Its stand-in is a disc: centre and declared area as in `units.csv`, 21548. */
const lySon = { name: "Lý Sơn", lon: 109.11553, lat: 15.38498, area_km2: 10.4 };

const lines = [
  ...polygons.map((coordinates) => line({}, coordinates)),
  line({ name: lySon.name, approximate: "disc of the declared area" }, [disc(lySon)]),
];
const head = {
  type: "FeatureCollection",
  name: "land",
  bbox: [WEST, SOUTH, EAST, NORTH],
  source: "Natural Earth 1:10m land (public domain), npm world-atlas 2.0.2 (ISC)",
};
writeFileSync(process.argv[2], `${JSON.stringify(head).slice(0, -1)},"features":[\n${lines.join(",\n")}\n]}\n`);
console.log(`basemap: ${polygons.length} polygons, ${polygons.flat(2).length} vertices`);

function line(properties, coordinates) {
  return JSON.stringify({ type: "Feature", properties, geometry: { type: "Polygon", coordinates } });
}

/** A closed ring of 32 sides, counter-clockwise, around an island too small for the source. */
function disc({ lon, lat, area_km2 }) {
  const radiusDeg = Math.sqrt(area_km2 / Math.PI) / 111.195; // mean degree of latitude, km
  const ring = Array.from({ length: 32 }, (_, i) => {
    const turn = (2 * Math.PI * i) / 32;
    return [lon + (radiusDeg * Math.cos(turn)) / Math.cos((lat * Math.PI) / 180), lat + radiusDeg * Math.sin(turn)];
  });
  return cut([...ring, ring[0]]);
}

function touchesWindow([outer]) {
  const lons = outer.map(([lon]) => lon), lats = outer.map(([, lat]) => lat);
  const least = (values) => values.reduce((a, b) => Math.min(a, b));
  const most = (values) => values.reduce((a, b) => Math.max(a, b));
  return most(lons) >= WEST && least(lons) <= EAST && most(lats) >= SOUTH && least(lats) <= NORTH;
}

/** Cuts to the kept decimals and drops vertices that fall on their neighbour. */
function cut(ring) {
  const short = ring.map((point) => point.map((value) => Number(value.toFixed(DECIMALS))));
  return short.filter((point, i) => i === 0 || point[0] !== short[i - 1][0] || point[1] !== short[i - 1][1]);
}

/** RFC 7946: outer rings counter-clockwise, holes clockwise. */
function wind(ring, outer) {
  return (twiceArea(ring) > 0) === outer ? ring : ring.toReversed();
}

function twiceArea(ring) {
  return ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i][0] * y - x * ring[i][1], 0);
}

function compare(a, b) {
  return a[0] - b[0] || a[1] - b[1];
}
