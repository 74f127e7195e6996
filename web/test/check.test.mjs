// The check view: files in, questions answered in place, one act of filing; the draft is its sender's.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertClean, drawnAs, idle, launch, open, screen } from "./browser.mjs";
import { startService } from "./service.mjs";

const HEAD = "ma_tram,ten_tram,loai_su_kien,ngay_su_kien,cong_nghe,bang_tan,kinh_do,vi_do,he_toa_do,xa,huyen,do_cao_anten_m,cac_thon_phuc_vu,uoc_so_ho,thay_the,anh,ghi_chu\n";
const ROWS = HEAD
  + `QNI0003,,on_air,2026-09-22,4G,,"108,728","14,709",WGS84,,,,lang-mam,,,,\n`
  + `QNI0004,,Đã hoàn thành,2026-09-22,4G,,"108,82","14,703",WGS84,,,,Kon Dóc,,,,\n`
  + `QNI0005,,phát sóng,22/9/2026,4G,,"108,886","14,767",WGS84,,,,Nước Giap,,,,\n`
  + `QNI0006,,phát sóng,,4G,,"108,886","14,767",WGS84,,,,Nước Giáp,,,,\n`;

let service;
let browser;
let viettel;
let page;

before(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  viettel = await service.key("carrier", "--carrier", "viettel");
  page = await open(browser, service.address, { key: viettel });
});

after(async () => {
  await browser?.close();
  await service?.close();
});

const question = (code) => page.locator(`[data-test=question-item][data-code="${code}"]`);
const points = () => page.evaluate(() => Object.fromEntries(window.phusongMap.queryRenderedFeatures({ layers: ["draft-points"] }).map(({ properties }) => [properties.row, properties.outcome])));
const choose = (text) => page.getByTestId("csv-input").setInputFiles({ name: "bao-cao.csv", mimeType: "text/csv", buffer: Buffer.from(text) });

test("a file is understood row by row, its points stand on the map, nothing is filed", async () => {
  await page.getByTestId("report-open").click();
  await page.getByTestId("report-tab-file").click();
  await choose(ROWS);
  await page.getByTestId("check-summary").filter({ hasText: "bao-cao.csv: 4 dòng · 2 dòng gửi được" }).waitFor();
  assert.ok(await page.getByTestId("report-submit").isDisabled(), "a refused row keeps all from being filed");
  await page.waitForFunction(() => window.phusongMap.queryRenderedFeatures({ layers: ["draft-points"] }).length >= 2);
  await idle(page);
  const drawn = await points();
  assert.deepEqual([drawn[2], drawn[4]], ["fileable", "asked"]);
  await screen(page, "check-vi");
  assert.deepEqual((await service.ask("/api/v1/reports", { key: viettel })).items, []);
});

test("a draft is its sender's alone, and is taken up where it was left", async () => {
  const vnpt = await service.key("carrier", "--carrier", "vnpt");
  const { drafts: [mine] } = await service.ask("/api/v1/filings", { key: viettel });
  assert.deepEqual((await service.ask("/api/v1/filings", { key: vnpt })).drafts, []);
  await assert.rejects(service.ask(`/api/v1/filings/${mine.id}`, { key: vnpt }), /404/);
  await page.getByTestId("report-tab-form").click();
  await page.getByTestId("report-tab-file").click();
  await page.getByTestId("check-draft").filter({ hasText: "bao-cao.csv" }).click();
  await page.getByTestId("check-summary").waitFor();
});

test("each question is answered where it stands; then one act files every row", async () => {
  const asked = page.getByTestId("question-item");
  const before = await asked.count();
  assert.equal(before, 3);
  await page.locator("[data-test=question-item][data-severity=refuse] [data-test=answer-text]").fill("22/9/2026");
  await page.locator("[data-test=question-item][data-severity=refuse] button[type=submit]").click();
  await page.waitForFunction((n) => document.querySelectorAll("[data-test=question-item]").length < n, before);
  await page.locator("[data-test=question-item] [data-id=on_air]").click();
  await page.getByTestId("would-move").getByText("Kon Dóc: trắng sóng → đã phủ sóng").waitFor();
  await page.locator("[data-test=question-item] [data-id=nuoc-giap]").click();
  await asked.first().waitFor({ state: "detached" });
  await screen(page, "check-answered-vi");
  const submit = page.getByTestId("report-submit");
  await submit.filter({ hasText: "Gửi 4 dòng" }).click();
  await page.getByTestId("report-receipt").waitFor();
  await page.getByTestId("home").click();
  await Promise.all(["lang-mam", "kon-doc", "nuoc-giap"].map((id) => drawnAs(page, id, "covered-stated-unsettled")));
  assert.deepEqual(await points(), {}, "filed: no longer a draft on the map");
  const { items } = await service.ask("/api/v1/reports", { key: viettel });
  assert.equal(items.length, 1);
  assert.equal(items[0].rows, 4);
});

test("a row is left out, a draft is thrown away, a file that is none says so", async () => {
  await page.getByRole("button", { name: "Gửi lần khác" }).click();
  await choose(HEAD + `QNI0007,,on_air,2026-09-23,4G,,"108,728","14,709",WGS84,,,,lang-mam,,,,\n` + `QNI0008,,phát sóng,,4G,,"108,7","14,7",WGS84,,,,lang-mam,,,,\n`);
  await page.locator("[data-test=question-item][data-severity=refuse] [data-test=leave-out]").click();
  await page.locator("[data-test=report-status].fine").waitFor();
  assert.ok(await page.getByTestId("report-submit").isEnabled());
  await page.getByTestId("check-discard").click();
  await page.getByTestId("drop-zone").waitFor();
  await page.getByTestId("check-summary").waitFor({ state: "detached" });
  const { drafts } = await service.ask("/api/v1/filings", { key: viettel });
  assert.ok(drafts.every(({ filed }) => filed.length > 0), "what was thrown away is gone");
  assertClean(page);
  assert.deepEqual(service.warnings(), []);
});
