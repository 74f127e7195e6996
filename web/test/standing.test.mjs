// What planners ask of the standing network: one site, clusters, the course over time, then and now, changes.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFile } from "node:fs/promises";
import { assertClean, launch, open, PHONE, screen, still } from "./browser.mjs";
import { startService } from "./service.mjs";

/** `07/06/2023` → `2023-06-07`. */
const iso = (typed) => typed.split("/").toReversed().join("-");

let service;
let browser;
let planner;
let auditor;

before(async () => {
  [service, browser] = await Promise.all([startService("--demo"), launch()]);
  [planner, auditor] = await Promise.all([service.key("planner"), service.key("auditor")]);
});

after(async () => {
  await browser?.close();
  await service?.close();
});

test("each standing question is answered with its villages, and saved where there is a file", async () => {
  const page = await open(browser, service.address, { key: auditor });
  await page.getByTestId("planning-open").click();

  await page.getByTestId("plan-single").click();
  const { count } = await service.ask("/api/v1/planning/single-points", { key: auditor });
  assert.ok(count > 0);
  await page.getByTestId("standing-count").getByText(`${count} thôn`).waitFor();
  await page.getByTestId("single-item").first().getByText("một trạm:").first().waitFor();
  await screen(page, "planning-single-vi");

  await page.getByTestId("plan-clusters").click();
  const clusters = await service.ask("/api/v1/planning/clusters?verdict=not_covered", { key: auditor });
  await page.getByTestId("standing-count").getByText(`chưa có sóng ${clusters.totals.not_covered.clusters} cụm`).waitFor();
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByTestId("standing-csv").click()]);
  assert.equal(saved.suggestedFilename(), "cum-dan-cu.csv");
  await screen(page, "planning-clusters-vi");

  await page.getByTestId("plan-series").click();
  await page.getByTestId("series-table").waitFor();
  const { points } = await service.ask("/api/v1/planning/series?from=2023-01-01", { key: auditor });
  assert.equal(await page.getByTestId("series-table").locator("tbody tr").count(), points.length);
  assert.match(await page.locator("svg.chart").getAttribute("aria-label"), /từ 01\/01\/2023 đến .* %/);
  await screen(page, "planning-series-vi");

  await page.getByTestId("plan-then").click();
  await page.getByTestId("then-table").waitFor();
  await page.getByTestId("then-item").first().getByText("chưa có trong sổ →").waitFor();
  await screen(page, "planning-then-vi");

  await page.getByTestId("plan-changes").click();
  await page.locator("#standing-from").fill("2023-01-01");
  await page.getByTestId("standing-show").click();
  const changes = await service.ask("/api/v1/changes?from=2023-01-01&limit=1", { key: auditor });
  await page.getByTestId("standing-count").getByText(`${changes.count} thay đổi từ 01/01/2023`).waitFor();
  await screen(page, "planning-changes-vi");
  await page.getByTestId("changes-known").click();
  const since = iso(await page.locator("#standing-known_from").inputValue());
  const known = await service.ask(`/api/v1/changes?known_from=${since}&limit=1`, { key: auditor });
  assert.ok(known.count > 0);
  await page.getByTestId("standing-count").getByText(`${known.count} thay đổi trong đánh giá của ngày`).waitFor();
  await page.getByTestId("change-item").first().getByText(/ghi nhận .* báo cáo/).waitFor();
  await screen(page, "planning-known-vi");
  await page.getByTestId("change-item").first().locator("button.link").click();
  await page.getByTestId("village-verdict").waitFor();
  assertClean(page);
  await page.context().close();
});

test("carriers and technologies side by side: each carrier once, each count with its meaning", async () => {
  const page = await open(browser, service.address, { key: planner });
  await page.getByTestId("planning-open").click();
  await page.getByTestId("plan-side").click();
  const table = page.getByTestId("side-table");
  await table.waitFor();
  const heads = await table.locator("th[scope=rowgroup]").allTextContents();
  assert.equal(new Set(heads).size, heads.length);
  assert.deepEqual(heads.slice(0, 2), ["Bất kỳ nhà mạng", "Đủ mọi nhà mạng"]);
  const { rows: [{ cells: [{ villages }] }] } = await service.ask("/api/v1/planning/side-by-side", { key: planner });
  assert.match(await table.locator("tbody td:nth-of-type(2)").first().textContent(), new RegExp(`Đã phủ sóng: ${villages.covered.villages}Chưa đủ dữ liệu: ${villages.insufficient.villages}$`));
  await screen(page, "planning-side-vi");
  assertClean(page);
  await page.context().close();
});

test("a score is a bar of its parts, and each part's weight stands beside its colour", async () => {
  const page = await open(browser, service.address, { key: planner });
  await page.getByTestId("planning-open").click();
  await page.getByTestId("plan-ranking").click();
  const ranked = page.getByTestId("plan-ranked");
  await ranked.first().waitFor();
  const { weights, items: [first] } = await service.ask("/api/v1/planning/ranking?limit=1", { key: planner });
  const counted = weights.filter(({ weight }) => weight > 0);
  const key = page.getByTestId("score-key").locator("li");
  assert.equal(await key.count(), counted.length);
  const shares = await key.locator("strong").allTextContents();
  assert.equal(Math.round(shares.reduce((sum, share) => sum + Number(share.replace(",", ".")), 0)), 100);
  const parts = ranked.first().getByTestId("score").locator("span");
  assert.equal(await parts.count(), first.parts.filter(({ points }) => points > 0).length);
  const [bar, ...widths] = await Promise.all([ranked.first().getByTestId("score"), ...await parts.all()].map(async (one) => (await one.boundingBox()).width));
  assert.ok(Math.abs((100 * widths.reduce((sum, width) => sum + width, 0)) / bar - first.score) < 1, "as long as the score, of a hundred");
  await screen(page, "planning-ranking-vi");
  assertClean(page);
  await page.context().close();
});

test("on a phone the views fit", async () => {
  const page = await open(browser, service.address, { viewport: PHONE, key: planner });
  await page.getByTestId("planning-open").click();
  await page.getByTestId("plan-series").click();
  assert.equal(await page.getByTestId("plan-single").count(), 0, "who sees no site is not asked to look at them");
  await page.getByTestId("series-table").waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing sticks out");
  await still(page, "planning-phone");
  assertClean(page);
  await page.context().close();
});

test("a file holds every row, however many pages the list has", async () => {
  const page = await open(browser, service.address, { key: auditor });
  // Pages of two rows: the page asks for as many as there are.
  await page.route(/limit=1000/, (route) => route.continue({ url: route.request().url().replace("limit=1000", "limit=2") }));
  await page.getByTestId("planning-open").click();
  await page.getByTestId("plan-clusters").click();
  await page.getByTestId("standing-count").waitFor();
  const { totals } = await service.ask("/api/v1/planning/clusters?verdict=not_covered", { key: auditor });
  const rows = async (click) => {
    const [saved] = await Promise.all([page.waitForEvent("download"), click()]);
    return (await readFile(await saved.path(), "utf8"));
  };
  const clusters = await rows(() => page.getByTestId("standing-csv").click());
  assert.ok(totals.not_covered.clusters > 2);
  assert.match(clusters, /^\ufeffMã cụm,/);
  assert.equal(clusters.trimEnd().split("\n").length, totals.not_covered.clusters + 1);
  assert.equal(clusters.split("Mã cụm").length, 2, "one row of headings");

  await page.getByTestId("plan-changes").click();
  const from = iso(await page.locator("#standing-from").inputValue());
  const changes = await service.ask(`/api/v1/changes?from=${from}&limit=1`, { key: auditor });
  await page.getByTestId("standing-count").getByText(`${changes.count} thay đổi`).waitFor();
  assert.ok(changes.count > 2);
  const changed = await rows(() => page.getByTestId("standing-csv").click());
  assert.equal(changed.trimEnd().split("\n").length, changes.count + 1);

  await page.getByTestId("planning-panel").getByRole("button", { name: "Đóng" }).click();
  const gaps = await service.ask("/api/v1/gaps?limit=1", { key: auditor });
  const all = ["no_signal", "partial_hole", "not_as_asked"].reduce((sum, verdict) => sum + gaps.totals[verdict].villages, 0);
  const list = await rows(() => page.locator(".exports").getByRole("button", { name: "CSV" }).click());
  assert.equal(list.trimEnd().split("\n").length, all + 1);
  const features = JSON.parse(await rows(() => page.locator(".exports").getByRole("button", { name: "GeoJSON" }).click()));
  assert.equal(features.features.length, all);
  assertClean(page);
  await page.context().close();
});

test("another rule set: which villages change, and why", async () => {
  const page = await open(browser, service.address, { key: planner });
  await page.getByTestId("planning-open").click();
  await page.getByTestId("plan-rules").click();
  await page.getByTestId("plan-compare").click();
  const { moves } = await service.ask("/api/v1/rules/diff?a=mac-dinh:1&b=vi-du-nghiem:1", { key: planner });
  assert.ok(moves > 0);
  await page.getByTestId("plan-moves").getByText(`${moves} thôn đổi đánh giá`).waitFor();
  const first = page.getByTestId("plan-moved").first();
  assert.match(await first.locator("p").first().textContent(), /: .+ → |chỉ đổi lưu ý/);
  const reasons = await first.locator("li").allTextContents();
  assert.ok(reasons.length > 0, "with its reasons");
  assert.equal(new Set(reasons).size, reasons.length, "each once");
  const [inside, item] = await Promise.all([first.locator("li").first(), first].map((one) => one.evaluate((shown) => [shown.getBoundingClientRect().left, getComputedStyle(shown).listStyleType])));
  assert.ok(inside[0] >= item[0] && inside[1] === "none", "nothing hangs out of the panel");
  assert.doesNotMatch(await page.getByTestId("planning-panel").innerText(), /mac-dinh|vi-du-nghiem/);
  const settings = page.getByTestId("planning-panel").locator("details", { hasText: "quy định khác nhau" });
  await settings.locator("summary").click();
  assert.doesNotMatch(await settings.innerText(), /source|\d{4}-\d\d-\d\d|…:|\d\.\d/, "settings in words");
  await screen(page, "planning-rules-vi");
  await first.locator("button.link").click();
  await page.getByTestId("village-verdict").waitFor();
  assertClean(page);
  await page.context().close();
});
