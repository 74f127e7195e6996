// A real Chromium, and pages that remember everything that went wrong on them.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, selectors } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SCREENS = process.env.PHUSONG_SCREENS ?? join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "screens");
export const DESKTOP = { width: 1440, height: 900 };
export const LAPTOP = { width: 1280, height: 720 };
export const PHONE = { width: 390, height: 844 };
/** Longest wait for anything the page should do at once; a busy machine draws slowly. */
const PATIENCE_MS = 40_000;

/** Only the map is drawn by the software GPU. Debian's Chromium would have it draw every button too, which kept a core busy on pages where nothing moves and made each page wait twice as long. */
const SOFTWARE = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-gpu-rasterization", "--disable-gpu-compositing"];

export async function launch() {
  selectors.setTestIdAttribute("data-test");
  mkdirSync(SCREENS, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...SOFTWARE, "--lang=vi"],
  });
}

/** A page in a context of its own; with a key, signed in. `remember` runs in it before its own scripts. */
export async function open(browser, address, { viewport = DESKTOP, hash = "", key = null, remember = null, ...options } = {}) {
  const context = await browser.newContext({ viewport, locale: "vi-VN", timezoneId: "Asia/Ho_Chi_Minh", ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  if (key !== null) await context.addInitScript((value) => sessionStorage.setItem("phusong-key", value), key);
  if (remember !== null) await context.addInitScript(remember);
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    // Chromium's notes on software drawing, and on a file that was used later than it expects, are about the machine, not the page.
    if (["error", "warning"].includes(message.type()) && !/GPU stall|WebGL|GroupMarkerNotSet|preloaded using link preload but not used/.test(message.text())) faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.stack ?? String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !/^(data|blob):/.test(request.url())) faults.push(`asks elsewhere: ${request.url()}`);
  });
  page.faults = faults;
  await page.goto(address + hash);
  await idle(page);
  return page;
}

/** The map has drawn all that was asked of it. */
export async function idle(page) {
  await page.waitForFunction(() => document.documentElement.dataset.map === "idle" && window.phusongMap.loaded());
}

/** The page is told of changes from here on. */
export async function live(page) {
  await page.locator("html[data-live=on]").waitFor({ state: "attached" });
}

export async function screen(page, name) {
  await idle(page);
  await still(page, name);
}

/** A picture of a page that may have no map to wait for. */
export async function still(page, name) {
  await page.screenshot({ path: join(SCREENS, `${name}.png`) });
}

/** Villages as they are drawn now: id → name of the mark. */
export function drawn(page) {
  return page.evaluate(() => Object.fromEntries(window.phusongMap.queryRenderedFeatures({ layers: ["villages"] })
    .map(({ properties, layer }) => [properties.id, String(layer.layout["icon-image"].name ?? layer.layout["icon-image"])])));
}

/** Waits until a village is drawn with a mark. */
export async function drawnAs(page, village, mark) {
  await page.waitForFunction(([id, name]) => window.phusongMap.queryRenderedFeatures({ layers: ["villages"] })
    .some(({ properties, layer }) => properties.id === id && String(layer.layout["icon-image"].name ?? layer.layout["icon-image"]) === name), [village, mark]);
}

/** Nothing went wrong on the page: no error, no warning, nothing asked of another origin. */
export function assertClean(page) {
  assert.deepEqual(page.faults, []);
}
