// What planners ask of the standing network: one site, clusters, the course over time, then and now, changes.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertClean, launch, open, PHONE, screen, still } from "./browser.mjs";
import { startService } from "./service.mjs";

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
  assert.equal(saved.suggestedFilename(), "clusters.csv");
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
  await page.getByTestId("change-item").first().locator("button.link").click();
  await page.getByTestId("village-verdict").waitFor();
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
