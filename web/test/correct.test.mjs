// Rows of confirmations, figures and outages are corrected from where they stand; and news from elsewhere takes nothing away that is being typed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertClean, launch, live, open, PHONE, still } from "./browser.mjs";
import { startService } from "./service.mjs";

let service;
let browser;
let officer;

before(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  officer = await service.key("officer");
});

after(async () => {
  await browser?.close();
  await service?.close();
});

/** Files a CSV as it stands; the report's code. */
async function filed(key, name, lines, beside = {}) {
  const form = new FormData();
  form.append("file", new Blob([lines.join("\n")]), name);
  for (const [field, value] of Object.entries(beside)) form.append(field, value);
  const { id } = await service.ask("/api/v1/filings", { method: "POST", body: form, key });
  return (await service.ask(`/api/v1/filings/${id}/file`, { method: "POST", headers: { "If-Match": "*" }, key })).report;
}

async function rowsOf(report, key) {
  return (await service.ask(`/api/v1/reports/${report}`, { key })).rows;
}

/** From the list of filings to the form, its check and its receipt. */
async function correct(page, report, change) {
  await page.getByTestId("officer-open").click();
  await page.getByTestId("reports-all").click();
  await page.locator(`[data-test=officer-report][data-report="${report}"]`).getByTestId("correct").first().click();
  await page.getByTestId("corrects").getByText(`dòng 1 của báo cáo ${report}`).waitFor();
  // Nothing changed is nothing to file.
  await page.getByTestId("correct-check").click();
  await page.getByText("Chưa sửa ô nào.").waitFor();
  await change(page);
  await page.getByTestId("correct-check").click();
  await page.getByTestId("report-status").getByText("Có thể gửi.").waitFor();
  await page.getByTestId("report-submit").click();
  await page.getByTestId("report-receipt").waitFor();
  await page.getByRole("button", { name: "Về các lần gửi" }).click();
  await page.getByTestId("officer-panel").waitFor();
}

test("a figure of the department is corrected, and counts in the place of the old one", async () => {
  const report = await filed(officer, "so-lieu.csv", ["chi_tieu,don_vi,ky,tu_so,mau_so,chinh_thuc", "smartphone_share,Huyện Ba Tơ,06/2025,700,1000,chính thức"]);
  const page = await open(browser, service.address, { key: officer });
  await correct(page, report, async () => {
    assert.equal(await page.locator("[name=ky]").inputValue(), "06/2025");
    await page.getByTestId("correct-panel").getByText("huyện Ba Tơ (cũ)").waitFor();
    await page.locator("[name=tu_so]").fill("810");
    await still(page, "correct-figure");
  });
  assert.deepEqual((await rowsOf(report, officer)).map(({ state }) => state), ["replaced"]);
  const { items: [{ points: [{ now }] }] } = await service.ask("/api/v1/statistics?indicator=smartphone_share&by=district_old&unit=535&from=2025-06-01", { key: officer });
  assert.deepEqual([now.numerator, now.denominator], [810, 1000]);
  assertClean(page);
});

test("a commune corrects what it confirmed, on a telephone", async () => {
  const commune = await service.key("commune", "--commune", "21520");
  const { report } = await service.ask("/api/v1/observations", { method: "POST", key: commune, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ rows: [{ village: "kon-doc", says: "lacks", day: "2026-11-20", carrier: "viettel", technology: ["4G"], note: "đi một chỗ" }] }) });
  const page = await open(browser, service.address, { key: commune, viewport: PHONE });
  await correct(page, report, async () => {
    await page.getByTestId("held-thon").getByText("Kon Dóc").waitFor();
    assert.equal(await page.locator("[name=ghi_chu]").inputValue(), "đi một chỗ");
    await page.locator("[name=co_song]").selectOption("weak");
    await still(page, "correct-confirmation-phone");
  });
  assert.deepEqual((await rowsOf(report, commune)).map(({ state }) => state), ["replaced"]);
  const { items: [newest] } = await service.ask("/api/v1/reports?kind=observation", { key: commune });
  const [{ understood, note }] = await rowsOf(newest.report, commune);
  assert.deepEqual([understood.village, understood.says, understood.day, understood.technologies, note], ["kon-doc", "weak", "2026-11-20", ["4G"], "đi một chỗ"]);
  assertClean(page);
});

test("an officer corrects a confirmation that was typed in for a commune", async () => {
  const report = await filed(officer, "xac-nhan.csv", ["thon,xa,co_song,ngay_quan_sat,nha_mang", "Kon Dóc,Đặng Thuỳ Trâm,không,21/11/2026,VNPT"], { on_behalf_of: "commune:21520" });
  const page = await open(browser, service.address, { key: officer });
  await correct(page, report, () => page.locator("[name=ngay_quan_sat]").fill("22/11/2026"));
  const { items: [newest] } = await service.ask("/api/v1/reports?kind=observation", { key: officer });
  assert.equal(newest.owner, "commune:21520");
  assert.equal((await rowsOf(newest.report, officer))[0].understood.day, "2026-11-22");
  assertClean(page);
});

test("a carrier ends an outage by correcting its row", async () => {
  const viettel = await service.key("carrier", "--carrier", "viettel");
  const report = await filed(viettel, "mat-lien-lac.csv", ["nha_mang,xa,bat_dau,nguyen_nhan", "Viettel,Ba Tơ,20/11/2026 05:00,mất điện"]);
  const page = await open(browser, service.address, { key: viettel });
  await correct(page, report, async () => {
    assert.equal(await page.locator("[name=bat_dau]").inputValue(), "20/11/2026 05:00");
    await page.locator("[name=ket_thuc]").fill("20/11/2026 08:30");
  });
  assert.deepEqual((await rowsOf(report, viettel)).map(({ state }) => state), ["replaced"]);
  assertClean(page);
});

test("what is typed stays while others file: a reason in the list, a complaint in a village's story", async () => {
  const vnpt = await service.key("carrier", "--carrier", "vnpt");
  const report = (code) => service.ask("/api/v1/reports", { method: "POST", key: vnpt, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ rows: [{ ma_tram: code, loai_su_kien: "on_air", ngay_su_kien: "2026-11-01", cong_nghe: "4G", kinh_do: 108.4, vi_do: 15.2, cac_thon_phuc_vu: "thon-ca" }] }) });
  await report("QNI-A");
  const page = await open(browser, service.address, { key: officer, hash: "#thon=thon-ca" });
  await live(page);
  await page.getByTestId("officer-open").click();
  await page.getByTestId("return").first().click();
  await page.locator("[name=reason]").fill("thiếu ảnh trạm");
  const complaint = page.getByTestId("challenge");
  await complaint.locator("summary").click();
  await complaint.locator("textarea").fill("nhà tôi không bắt được");
  await page.locator("[data-test=village-panel] details.entries > summary").first().click();
  const before = await page.getByTestId("village-panel").getAttribute("data-version");
  await report("QNI-B");
  await page.getByTestId("changed-elsewhere").waitFor();
  await page.waitForFunction((version) => document.querySelector("[data-test=village-panel]")?.getAttribute("data-version") !== version, before);
  assert.equal(await page.locator("[name=reason]").inputValue(), "thiếu ảnh trạm");
  assert.equal(await page.getByTestId("challenge").locator("textarea").inputValue(), "nhà tôi không bắt được");
  assert.equal(await page.locator("[data-test=village-panel] details.entries").first().getAttribute("open"), "");
  await still(page, "typed-stays");
  await page.getByRole("button", { name: "Đọc lại" }).click();
  await page.getByTestId("officer-report").filter({ hasText: "QNI-B" }).waitFor();
  assert.equal(await page.locator("[name=reason]").count(), 0);
  assertClean(page);
});
