// How heavy the page is and how fast it draws, in a real Chromium against the real binary: figures
// for docs/performance.md, never a test.
//   node test/speed.mjs            against target/release/phusong when it is there, else debug
//   PHUSONG_BIN=… node test/speed.mjs

import { existsSync, readdirSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DESKTOP, drawn, idle, launch, PHONE } from "./browser.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DIST = join(ROOT, "web", "dist");
const LOADS = Number(process.env.PHUSONG_LOADS ?? 7);
const PAN_MS = 4_000;

const release = join(ROOT, "target", "release", "phusong");
process.env.PHUSONG_BIN ??= existsSync(release) ? release : join(ROOT, "target", "debug", "phusong");
const { BINARY, startService } = await import("./service.mjs");

const service = await startService();
const browser = await launch();
console.log(`${BINARY.replace(ROOT, "")}, Chromium ${browser.version()} drawing in software, ${cpus().length} × ${cpus()[0]?.model ?? "?"}`);
sizes();
for (const [name, viewport] of [["1440 × 900", DESKTOP], ["390 × 844", PHONE]]) await firstMap(name, viewport);
await panning();
await browser.close();
await service.close();

/** Bytes as they lie in the binary: brotli where there is brotli. */
function sizes() {
  const files = readdirSync(DIST, { recursive: true }).map(String).filter((name) => statSync(join(DIST, name)).isFile() && !name.endsWith(".br"));
  const packed = (name) => statSync(join(DIST, existsSync(join(DIST, `${name}.br`)) ? `${name}.br` : name)).size;
  const group = (title, chosen) => {
    const some = files.filter(chosen);
    const sum = (of) => kilobytes(some.reduce((all, name) => all + of(name), 0));
    console.log(`${title}: ${sum(packed)} sent (${sum((name) => statSync(join(DIST, name)).size)} plain), ${some.length} files`);
  };
  group("our own JavaScript", (name) => /assets\/(?!maplibre)[^/]*\.js$/.test(name));
  group("our own HTML and CSS", (name) => /index[^/]*\.(html|css)$/.test(name));
  group("map library, its worker and CSS", (name) => /assets\/maplibre.*\.(m?js|css)$/.test(name));
  group("fonts", (name) => name.endsWith(".woff2"));
  group("land and sea", (name) => name.endsWith(".geojson"));
}

/** From navigation to the first painted map with the nine villages, and to the moment at which the full one is at rest. */
async function firstMap(name, viewport) {
  const [cold, warm, bytes, work] = [[], [], [], []];
  const [first, rest] = [(loads) => spread(loads.map(([painted]) => painted)), (loads) => spread(loads.map(([, still]) => still))];
  for (let load = 0; load < LOADS; load += 1) {
    const context = await browser.newContext({ viewport, locale: "vi-VN" });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    let sent = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => { sent += encodedDataLength; });
    cold.push(await mapTime(page));
    bytes.push(sent);
    const { metrics } = await session.send("Performance.getMetrics");
    work.push((metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000);
    warm.push(await mapTime(page));
    await context.close();
  }
  console.log(`first map with the nine villages, ${name}: ${first(cold)} cold, ${first(warm)} from the browser's cache`);
  console.log(`full map at rest, ${name}: ${rest(cold)} cold, ${rest(warm)} from the browser's cache; cold: main thread ${Math.round(median(work))} ms of processor, ${kilobytes(median(bytes))} on the wire`);
}

async function mapTime(page) {
  await page.goto(service.address);
  await idle(page);
  const villages = Object.keys(await drawn(page)).length;
  if (villages !== 9) throw new Error(`${villages} villages drawn`);
  return page.evaluate(() => ["phusong-first-map", "phusong-map"].map((name) => performance.getEntriesByName(name)[0].startTime));
}

/** What a frame costs the main thread while the map is panned, on the processor: waiting for software
 * drawing, or for other programs, is not the page's. */
async function panning() {
  const context = await browser.newContext({ viewport: DESKTOP, locale: "vi-VN" });
  const page = await context.newPage();
  await page.goto(`${service.address}#map=9.50/14.9000/108.6000`);
  await idle(page);
  const pan = () => page.evaluate((duration) => new Promise((resolve) => {
    const map = window.phusongMap;
    let frames = 0;
    const count = () => { frames += 1; };
    map.on("render", count);
    map.once("moveend", () => { map.off("render", count); resolve(frames); });
    map.easeTo({ center: map.getCenter().lng > 108.7 ? [108.6, 14.9] : [108.85, 15.05], duration, easing: (t) => t });
  }), PAN_MS);
  // There and back first, so that the making of tiles is not what is measured.
  for (let way = 0; way < 2; way += 1) {
    await pan();
    await idle(page);
  }
  await browser.startTracing(page, { categories: ["devtools.timeline", "toplevel"] });
  const frames = await pan();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
  const main = traceEvents.find(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const mine = traceEvents.filter(({ ph, pid, tid }) => ph === "X" && pid === main.pid && tid === main.tid);
  const cost = (name) => mine.filter((event) => event.name === name).reduce((all, { tdur = 0 }) => all + tdur, 0) / 1000 / frames;
  console.log(`panning at 1440 × 900: ${frames} frames in ${PAN_MS / 1000} s; main thread ${cost("ThreadControllerImpl::RunTask").toFixed(1)} ms of processor a frame, of it script ${cost("FireAnimationFrame").toFixed(1)}`);
  await context.close();
}

function spread(times) {
  return `${Math.round(median(times))} ms (${Math.round(Math.min(...times))}–${Math.round(Math.max(...times))})`;
}

function median(values) {
  return percentile(values, 0.5);
}

function percentile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
