// What a narrow screen and a finger need: nothing of use beneath the inset, one sheet at a time, buttons large enough.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertClean, drawn, idle, launch, open, PHONE } from "./browser.mjs";
import { startService } from "./service.mjs";

const FINGER = { hasTouch: true, isMobile: true };
const LEAST_PX = 44;

let service;
let browser;
let keys;

before(async () => {
  [service, browser] = await Promise.all([startService("--demo"), launch()]);
  const [carrier, officer] = await Promise.all([service.key("carrier", "--carrier", "viettel"), service.key("officer")]);
  keys = { everybody: null, carrier, officer };
});

after(async () => {
  await browser?.close();
  await service?.close();
});

test("no village lies beneath the inset or a button, and no button beneath another, on any phone", async () => {
  for (const [who, key] of Object.entries(keys)) {
    const page = await open(browser, service.address, { viewport: PHONE, key, ...FINGER });
    for (const [width, height] of [[390, 844], [360, 740], [375, 667], [414, 896]]) {
      if (width !== PHONE.width) {
        // As a phone of that size opens it, not as one that is turned.
        await page.setViewportSize({ width, height });
        await page.goto(`${service.address}?${width}`);
        await idle(page);
      }
      const found = await page.evaluate(() => {
        const parts = [".inset", ".map-note", ".home", ".locate", ".legend-box", ".maplibregl-ctrl-group"].map((name) => [name, document.querySelector(name).getBoundingClientRect()]).filter(([, box]) => box.width > 0);
        const map = document.querySelector(".map canvas").getBoundingClientRect();
        const meets = (box, x, y) => x > box.left && x < box.right && y > box.top && y < box.bottom;
        const hidden = window.phusongMap.querySourceFeatures("tiles", { sourceLayer: "villages" }).flatMap(({ geometry, properties }) => {
          const { x, y } = window.phusongMap.project(geometry.coordinates);
          return parts.filter(([, box]) => meets(box, x + map.left, y + map.top)).map(([name]) => `${properties.name} beneath ${name}`);
        });
        const towns = parts.flatMap(([name, { left, right, top, bottom }]) => window.phusongMap.queryRenderedFeatures([[left - map.left, top - map.top], [right - map.left, bottom - map.top]], { layers: ["towns"] }).map(({ properties }) => `the name of ${properties.name} beneath ${name}`));
        const over = parts.flatMap(([one, a], i) => parts.slice(i + 1).filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).map(([other]) => `${one} over ${other}`));
        return [...new Set([...hidden, ...towns, ...over])];
      });
      assert.deepEqual(found, [], `${width} × ${height}, ${who}`);
      assert.ok(Object.keys(await drawn(page)).length > 9);
    }
    assertClean(page);
    await page.context().close();
  }
});

test("up to five tasks share a line, six and seven take two", async () => {
  const all = { ...keys, planner: await service.key("planner"), commune: await service.key("commune", "--commune", "21520") };
  for (const [who, tasks, lines] of [["planner", 4, 1], ["commune", 5, 1], ["carrier", 6, 2], ["officer", 7, 2]]) {
    const page = await open(browser, service.address, { viewport: PHONE, key: all[who], ...FINGER });
    for (const width of [360, 390]) {
      await page.setViewportSize({ ...PHONE, width });
      const boxes = await page.locator(".top .work").evaluateAll((tasks) => tasks.map((task) => { const { top, left, right } = task.getBoundingClientRect(); return { top, left, right, cut: task.scrollWidth > task.clientWidth + 1 }; }));
      assert.deepEqual([boxes.length, new Set(boxes.map(({ top }) => top)).size], [tasks, lines], `${who}, ${width}`);
      assert.ok(boxes.every(({ left, right, cut }) => left >= 0 && right <= width && !cut), JSON.stringify(boxes));
    }
    await page.context().close();
  }
});

/** What can be pressed and is seen, lower than a finger needs; links within a sentence may be. */
function tooSmall(page) {
  return page.evaluate((least) => [...document.querySelectorAll("button, select, summary, input:not([type=hidden]), textarea")].flatMap((control) => {
    if (control.closest(".sr-only, [hidden]") || control.matches(".day-calendar, .sr-only") || getComputedStyle(control).visibility === "hidden") return [];
    const label = control.matches("[type=checkbox], [type=radio]") ? control.closest("label") : null;
    const { width, height } = (label ?? control).getBoundingClientRect();
    if (height === 0 || (control.matches(".link") && control.closest("p, li"))) return [];
    return height < least - 0.5 || width < least - 0.5 ? [`${Math.round(width)} × ${Math.round(height)} ${control.tagName} ${control.id || control.className} “${control.textContent.trim().slice(0, 30)}”`] : [];
  }), LEAST_PX);
}

test("whatever is pressed with a finger is large enough", async () => {
  const everybody = await open(browser, service.address, { viewport: PHONE, hash: "#thon=kon-doc", ...FINGER });
  await everybody.getByTestId("village-verdict").waitFor();
  await everybody.getByTestId("challenge").locator("summary").click();
  const found = { story: await tooSmall(everybody) };
  await everybody.getByTestId("village-close").click();
  await everybody.locator("[data-test=filters] summary").click();
  found.list = await tooSmall(everybody);
  await everybody.context().close();

  const page = await open(browser, service.address, { viewport: PHONE, key: keys.officer, ...FINGER });
  await page.getByTestId("report-open").click();
  found.report = await tooSmall(page);
  await page.getByTestId("report-tab-file").click();
  await page.getByTestId("drop-zone").waitFor();
  found.file = await tooSmall(page);
  await page.getByTestId("confirm-open").click();
  await page.getByTestId("confirm-commune").selectOption("21520");
  await page.locator("[data-village=kon-doc] summary").first().click();
  await page.locator("[data-village=kon-doc] [data-carrier=viettel] .say-has").click();
  found.confirm = await tooSmall(page);
  await page.getByTestId("documents-open").click();
  await page.getByTestId("bundle-zip").waitFor();
  found.documents = await tooSmall(page);
  await page.getByTestId("officer-open").click();
  await page.getByTestId("reports-decision").click();
  await page.getByTestId("decisions-open").locator("> summary").click();
  await page.getByTestId("rule-set").first().waitFor();
  for (const fold of await page.locator("[data-test^=decide-] > summary").all()) await fold.click();
  found.officer = await tooSmall(page);
  await page.getByTestId("duties-open").click();
  for (const fold of await page.getByTestId("duty-line").first().locator("summary").all()) await fold.click();
  found.duties = await tooSmall(page);
  await page.getByTestId("planning-open").click();
  found.planning = await tooSmall(page);
  await page.getByTestId("figures-open").click();
  await page.getByTestId("target").first().waitFor();
  found.figures = await tooSmall(page);
  assert.deepEqual(found, Object.fromEntries(Object.keys(found).map((name) => [name, []])));
  assertClean(page);
  await page.context().close();
});

/** Until an element is where the reader can see it, not behind a sheet. */
async function inSight(page, test) {
  await page.waitForFunction((name) => {
    const element = document.querySelector(`[data-test=${name}]`);
    const { left, top, width, height } = element.getBoundingClientRect();
    const met = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 12));
    return met !== null && (element.contains(met) || met.contains(element));
  }, test);
}

test("what was asked for stays in sight: found places, the next question, the story of a village", async () => {
  const page = await open(browser, service.address, { viewport: PHONE, key: keys.officer, ...FINGER });
  await page.getByTestId("planning-open").click();
  await page.getByTestId("plan-search").click();
  await page.getByTestId("plan-total").waitFor();
  await inSight(page, "plan-total");
  await page.getByTestId("plan-ranking").click();
  await page.getByTestId("plan-ranked").first().waitFor();
  await inSight(page, "plan-ranking");
  await page.waitForFunction(() => document.querySelector(".side").getBoundingClientRect().height > 250);

  await page.getByTestId("duties-open").click();
  await page.getByTestId("duty-line").first().locator(".link").first().click();
  await page.getByTestId("village-verdict").waitFor();
  await idle(page);
  assert.equal(await page.getByTestId("duties-panel").isVisible(), false, "one sheet at a time");
  await page.getByTestId("village-close").click();
  await page.getByTestId("duties-panel").waitFor();
  assertClean(page);
  await page.context().close();
});

test("the sheet is dragged, pressed, and comes up again when it is used", async () => {
  const page = await open(browser, service.address, { viewport: PHONE });
  const sheet = async () => await page.locator(".side").getAttribute("data-sheet") ?? "half";
  const handle = page.locator(".sheet-handle");
  const drag = async (by, height) => {
    const { x, y, width } = await handle.boundingBox();
    await page.mouse.move(x + width / 2, y + 10);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + 10 + by, { steps: 3 });
    await page.mouse.up();
    assert.equal(await sheet(), height);
    await page.locator(".side").evaluate((side) => Promise.all(side.getAnimations().map(({ finished }) => finished)));
  };
  await drag(-80, "high");
  await drag(80, "half");
  await drag(80, "low");
  await page.getByRole("heading", { level: 2 }).first().click({ force: true, position: { x: 4, y: 4 } });
  assert.equal(await sheet(), "half");
  await handle.click();
  assert.equal(await sheet(), "high");
  await handle.click();
  assert.equal(await sheet(), "half");
  assertClean(page);
  await page.context().close();
});

test("a link that names a village leads to it on the map", async () => {
  const page = await open(browser, service.address, { hash: "#thon=kon-doc" });
  await page.getByTestId("village-verdict").waitFor();
  await page.waitForFunction(() => window.phusongMap.getZoom() > 9 && Math.abs(window.phusongMap.getCenter().lng - 108.82) < 0.3);
  assertClean(page);
  await page.context().close();
});
