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
const LOADS = 7;
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
  group("our own JavaScript", (name) => /assets\/(index|map)-[^/]*\.js$/.test(name));
  group("our own HTML and CSS", (name) => /index[^/]*\.(html|css)$/.test(name));
  group("map library, its worker and CSS", (name) => /assets\/maplibre.*\.(m?js|css)$/.test(name));
  group("fonts", (name) => name.endsWith(".woff2"));
  group("land and sea", (name) => name.endsWith(".geojson"));
}

/** From navigation to the first moment at which the map is at rest with the nine villages on it. */
async function firstMap(name, viewport) {
  const [cold, warm, bytes] = [[], [], []];
  for (let load = 0; load < LOADS; load += 1) {
    const context = await browser.newContext({ viewport, locale: "vi-VN" });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    let sent = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => { sent += encodedDataLength; });
    cold.push(await mapTime(page));
    bytes.push(sent);
    warm.push(await mapTime(page));
    await context.close();
  }
  console.log(`first useful map, ${name}: ${spread(cold)} cold, ${spread(warm)} from the browser's cache; ${kilobytes(median(bytes))} on the wire cold`);
}

async function mapTime(page) {
  await page.goto(service.address);
  await idle(page);
  const villages = Object.keys(await drawn(page)).length;
  if (villages !== 9) throw new Error(`${villages} villages drawn`);
  return page.evaluate(() => performance.getEntriesByName("phusong-map")[0].startTime);
}

/** What a frame costs the main thread while the map is panned, and how long its tasks are. */
async function panning() {
  const context = await browser.newContext({ viewport: DESKTOP, locale: "vi-VN" });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const frames = [];
    window.frameCosts = frames;
    const real = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (act) => real((now) => {
      const begun = performance.now();
      act(now);
      frames.push(performance.now() - begun);
    });
  });
  await page.goto(`${service.address}#map=9.50/14.9000/108.6000`);
  await idle(page);
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  const tasks = async () => Object.fromEntries((await session.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
  // Once there and back first, so that tiles are not what is measured.
  const pan = (ms) => page.evaluate((duration) => new Promise((resolve) => {
    window.phusongMap.once("moveend", resolve);
    window.phusongMap.easeTo({ center: window.phusongMap.getCenter().lng > 108.7 ? [108.6, 14.9] : [108.85, 15.05], duration, easing: (t) => t });
  }), ms);
  await pan(PAN_MS);
  await idle(page);
  await pan(PAN_MS);
  await idle(page);
  await page.evaluate(() => { window.frameCosts.length = 0; });
  const before = await tasks();
  await pan(PAN_MS);
  const after = await tasks();
  const frames = await page.evaluate(() => window.frameCosts);
  const all = ((after.TaskDuration - before.TaskDuration) * 1000) / frames.length;
  console.log(`panning at 1440 × 900: ${frames.length} frames in ${PAN_MS / 1000} s; script ${median(frames).toFixed(1)} ms a frame (p95 ${percentile(frames, 0.95).toFixed(1)}), all main-thread work ${all.toFixed(1)} ms a frame`);
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
