// The panel of targets: verdicts with their marks, a chart, communes shaded, criteria with villages.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertClean, idle, launch, open, PHONE, screen } from "./browser.mjs";
import { startService } from "./service.mjs";

let service;
let browser;

before(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  const officer = await service.key("officer");
  const months = ["07", "08", "09", "10", "11", "12"];
  // Invented figures, rising by two points a month.
  const rows = months.flatMap((month, i) => [
    `fibre_households;Tỉnh Quảng Ngãi;${month}/2025;${60 + 2 * i};100;chính thức`,
    `fibre_households;Huyện Ba Tơ;${month}/2025;${40 + 2 * i};100;chính thức`,
  ]);
  const form = new FormData();
  form.set("kind", "statistics");
  form.set("file", new Blob([`Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số;Chính thức\n${rows.join("\n")}\n`]), "so-lieu.csv");
  const draft = await service.ask("/api/v1/filings", { key: officer, method: "POST", body: form });
  await service.ask(`/api/v1/filings/${draft.id}/file`, { key: officer, method: "POST", headers: { "If-Match": "*" } });
});

after(async () => {
  await browser?.close();
  await service?.close();
});

const fills = (page) => page.evaluate(() => JSON.stringify(window.phusongMap.getPaintProperty("communes", "fill-color")));

test("targets are told, charted and shaded, and nothing is shaded once the panel is closed", async () => {
  const page = await open(browser, service.address);
  const before = await fills(page);
  await page.getByTestId("figures-open").click();
  const target = page.locator("[data-test=target][data-clause='II.4b']");
  await target.waitFor();
  assert.equal(await target.getAttribute("data-verdict"), "not_met");
  await target.getByText("✗").waitFor();
  await target.getByText("với đà hiện nay: tháng").waitFor();
  assert.equal(await target.locator("svg.chart circle").count(), 6);
  assert.doesNotMatch(await target.innerText(), /\d,\d{3,}/, "no more places than a reader needs");
  assert.match(await target.locator("svg.chart").getAttribute("aria-label"), /6 kỳ/);
  const undecided = page.locator("[data-test=target][data-clause='VI.9']");
  assert.equal(await undecided.getAttribute("data-verdict"), "insufficient");
  await target.getByTestId("target-map").click();
  await page.getByTestId("shade-legend").getByText("ước tính").waitFor();
  await idle(page);
  assert.notEqual(await fills(page), before);
  await screen(page, "figures-vi");
  await page.getByTestId("figures-criteria").click();
  await page.getByTestId("criterion").first().waitFor();
  assert.equal(await page.locator("[data-test=criterion][data-verdict=fails]").count(), 0, "unknown is never a failure");
  await page.getByTestId("figures-missing").click();
  await page.getByText("Kỳ vừa hết").waitFor();
  const [inside, body] = await page.locator(".figures").evaluate((list) => [list.querySelector("li").getBoundingClientRect().left, list.getBoundingClientRect().left]);
  assert.ok(inside >= body + 12, "points of a list stand within the panel");
  await page.getByText("Kỳ vừa hết").waitFor();
  await page.getByRole("button", { name: "Đóng" }).first().click();
  await page.getByTestId("gap-list").or(page.locator("[data-test=gap-item]").first()).first().waitFor();
  assert.equal(await fills(page), before);
  assertClean(page);
  await page.context().close();
});

test("figures are asked by unit and period: against the period before, and what was reported then", async () => {
  const page = await open(browser, service.address);
  await page.getByTestId("figures-open").click();
  await page.getByTestId("figures-figures").click();
  await page.locator("#stat-indicator").selectOption("fibre_households");
  await page.locator("#stat-by").selectOption("district_old");
  await page.getByTestId("statistics-unit").filter({ hasText: "Huyện Ba Tơ (cũ)" }).click();
  await page.getByTestId("statistics-of").getByText("Hộ gia đình có cáp quang: huyện Ba Tơ (cũ)").waitFor();
  const last = page.getByTestId("statistics-table").locator("tbody tr").first();
  assert.deepEqual(await last.locator("th, td").allTextContents(), ["Tháng 12/2025", "50/100", "50\u00a0%", "+2", "–"]);
  await page.getByText("31/7/2025: 40\u00a0% → 31/12/2025: 50\u00a0%").waitFor();
  // Yesterday nothing of it was known; by today all of it, and nothing moved since.
  const of = async (reportedAt) => {
    await page.locator("#stat-reported").fill(reportedAt);
    await page.getByTestId("statistics-unit").filter({ hasText: "Huyện Ba Tơ (cũ)" }).click();
    return (await last.locator("td").allTextContents()).slice(-2);
  };
  const yesterday = new Date(Date.now() - 36 * 3_600_000).toLocaleDateString("en-GB", { timeZone: "Asia/Ho_Chi_Minh" });
  assert.deepEqual(await of(yesterday), ["chưa có", "–"]);
  assert.deepEqual(await of(new Date().toLocaleDateString("en-GB", { timeZone: "Asia/Ho_Chi_Minh" })), ["50\u00a0%", "±0"]);
  const before = await fills(page);
  await page.getByTestId("statistics-map").click();
  await page.getByTestId("shade-legend").getByText("%").first().waitFor();
  await idle(page);
  assert.notEqual(await fills(page), before);
  await screen(page, "statistics-vi");
  assertClean(page);
  await page.context().close();
});

test("the criterion of any commune is asked, by the edition of a day", async () => {
  const page = await open(browser, service.address);
  await page.getByTestId("figures-open").click();
  await page.getByTestId("figures-criteria").click();
  await page.getByTestId("criterion").nth(5).waitFor();
  await page.locator("#criteria-unit").selectOption("21520");
  const both = page.getByTestId("criterion").filter({ hasText: "Xã Đặng Thuỳ Trâm" });
  await both.nth(1).waitFor();
  assert.equal(await page.getByTestId("criterion").count(), 2);
  assert.deepEqual(await page.getByTestId("criterion-set").allTextContents(), ["Nông thôn mới", "Nông thôn mới nâng cao"]);
  await page.locator("#criteria-day").fill("31/12/2025");
  await both.first().getByText("bộ tiêu chí 2021–2025").waitFor();
  assertClean(page);
  await page.context().close();
});

test("on a phone the panel fits", async () => {
  const page = await open(browser, service.address, { viewport: PHONE });
  await page.getByTestId("figures-open").click();
  await page.getByTestId("target").first().waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing sticks out");
  assertClean(page);
  await page.context().close();
});
