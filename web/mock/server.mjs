// For development only, never built into the service: serves `dist/` with the CSP that the page
// needs and passes `/api`, `/events` and `/tiles` on to a running service. Where that service has
// no tiles or communes yet, rough ones are made here from its own answers and geodata/units.csv
// (Voronoi-like squares around centres: stand-ins, no boundaries).
//
//   PHUSONG_UPSTREAM=http://127.0.0.1:8080 node mock/server.mjs [port]

import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { extname, join, normalize } from "node:path";
import { GeoJSONVT } from "@maplibre/geojson-vt";
import { fromGeojsonVt } from "@maplibre/vt-pbf";

const upstream = new URL(process.env.PHUSONG_UPSTREAM ?? "http://127.0.0.1:8080");
const port = Number(process.argv[2] ?? 8090);
const dist = new URL("../dist/", import.meta.url).pathname;
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".geojson": "application/geo+json" };

const units = readFileSync(new URL("../../geodata/units.csv", import.meta.url), "utf8").split("\n").slice(1)
  .map((line) => line.split(",")).filter((cells) => cells[3] === "commune" && cells[6] === "2025-07-01" && cells[7] === "" && cells[8] !== "")
  .map(([code, name, kind, , , , , , lon, lat]) => ({ code: Number(code), name, kind: kind.replaceAll("-", "_"), lon: Number(lon), lat: Number(lat) }));

createServer(async (incoming, outgoing) => {
  const url = new URL(incoming.url, "http://localhost");
  const path = url.pathname;
  if (/^\/(api|events|tiles)(\/|$)/.test(path)) {
    const answer = await pass(incoming);
    if (answer.statusCode === 404 && (path.startsWith("/tiles/") || path === "/api/v1/communes")) {
      answer.resume();
      return path === "/api/v1/communes" ? send(outgoing, await communes(incoming.headers)) : tile(outgoing, path, url, incoming.headers);
    }
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
    return undefined;
  }
  const file = join(dist, normalize(path === "/" ? "/index.html" : path));
  if (!file.startsWith(dist) || !existsSync(file)) return outgoing.writeHead(404).end();
  outgoing.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", "Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff" });
  return createReadStream(file).pipe(outgoing);
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`));

function pass(incoming) {
  return new Promise((resolve, reject) => {
    const onward = request({ host: upstream.hostname, port: upstream.port, path: incoming.url, method: incoming.method, headers: { ...incoming.headers, host: upstream.host } }, resolve);
    onward.on("error", reject);
    incoming.pipe(onward);
  });
}

async function ask(path, headers) {
  const answer = await fetch(new URL(path, upstream), { headers: headers.authorization ? { authorization: headers.authorization } : {} });
  return answer.json();
}

async function everyVillage(headers, day) {
  const { items } = await ask(`/api/v1/gaps?limit=1000&verdict=no_signal,partial_hole,not_as_asked,insufficient,covered${day ? `&as_of=${day}` : ""}`, headers);
  return items;
}

async function communes(headers) {
  const villages = await everyVillage(headers);
  const items = units.map(({ code, name, kind, lon, lat }) => {
    const own = villages.filter((village) => village.commune.code === code);
    return { code, name, kind, centre: { lon, lat }, villages: own.length, former: [], totals: { no_signal: { villages: own.filter(({ verdict }) => verdict !== "covered").length, households: 0, villages_households_unknown: 0 } } };
  });
  return { version: "mock", boundaries: "approximate", items };
}

async function tile(outgoing, path, url, headers) {
  if (path.endsWith(".json")) return send(outgoing, { tilejson: "3.0.0", tiles: [], phusong: { carriers: ["gmobile", "mobifone", "vietnamobile", "viettel", "vnpt"] } });
  const [, layers, z, x, y] = /^\/tiles\/([\w,]+)\/(\d+)\/(\d+)\/(\d+)\.mvt$/.exec(path) ?? [];
  const villages = await everyVillage(headers, url.searchParams.get("as_of"));
  const made = {};
  if (layers.includes("villages")) made.villages = points(villages);
  if (layers.includes("communes")) made.communes = squares(villages);
  const found = Object.fromEntries(Object.entries(made).flatMap(([name, data]) => {
    const one = new GeoJSONVT(data, { maxZoom: 14, buffer: 64 }).getTile(Number(z), Number(x), Number(y));
    return one ? [[name, one]] : [];
  }));
  if (Object.keys(found).length === 0) return outgoing.writeHead(204).end();
  return outgoing.writeHead(200, { "Content-Type": "application/vnd.mapbox-vector-tile" }).end(Buffer.from(fromGeojsonVt(found, { version: 2 })));
}

function points(villages) {
  const letter = { covered: "c", not_as_asked: "a", no_signal: "n", partial_hole: "p", insufficient: "i" };
  return { type: "FeatureCollection", features: villages.filter(({ position }) => position).map((village) => ({
    type: "Feature", geometry: { type: "Point", coordinates: [village.position.lon, village.position.lat] },
    properties: { id: village.id, name: village.name, verdict: village.verdict, flags: village.flags.join(","), commune: village.commune.code, uncertainty_m: village.position.uncertainty_m, inferred: village.commune.inferred !== null, q: letter[village.verdict].repeat(24), ...(village.duties[0] ? { duty: village.duties[0].carrier } : {}) },
  })) };
}

function squares(villages) {
  const half = 0.07;
  return { type: "FeatureCollection", features: units.map(({ code, name, kind, lon, lat }) => ({
    type: "Feature", properties: { code, name, kind, approximate: true, gaps: villages.filter((village) => village.commune.code === code && village.verdict !== "covered").length },
    geometry: { type: "Polygon", coordinates: [[[lon - half, lat - half], [lon + half, lat - half], [lon + half, lat + half], [lon - half, lat + half], [lon - half, lat - half]]] },
  })) };
}

function send(outgoing, body) {
  outgoing.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
