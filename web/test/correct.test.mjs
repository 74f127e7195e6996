// Rows of every template are corrected from where they stand; and news from elsewhere takes nothing away that is being typed.

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
async function correct(page, report, change, row = 1) {
  await begin(page, report, row);
  // Nothing changed is nothing to file.
  await page.getByTestId("correct-check").click();
  await page.getByText("Chưa sửa ô nào.").waitFor();
  await change(page);
  await page.getByTestId("correct-check").click();
  await end(page);
}

/** From the list of filings to the row's form. */
async function begin(page, report, row) {
  await page.getByTestId("officer-open").click();
  await page.getByTestId("reports-all").click();
  await page.locator(`[data-test=officer-report][data-report="${report}"] .report-rows li`).nth(row - 1).getByTestId("correct").click();
  await page.getByTestId("corrects").getByText(`dòng ${row} của báo cáo ${report}`).waitFor();
}

/** From the check to the receipt and back. */
async function end(page) {
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
  await page.context().close();
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
  await page.context().close();
});

test("an officer corrects a confirmation that was typed in for a commune", async () => {
  const report = await filed(officer, "xac-nhan.csv", ["thon,xa,co_song,ngay_quan_sat,nha_mang", "Kon Dóc,Đặng Thuỳ Trâm,không,21/11/2026,VNPT"], { on_behalf_of: "commune:21520" });
  const page = await open(browser, service.address, { key: officer });
  await correct(page, report, () => page.locator("[name=ngay_quan_sat]").fill("22/11/2026"));
  const { items: [newest] } = await service.ask("/api/v1/reports?kind=observation", { key: officer });
  assert.equal(newest.owner, "commune:21520");
  assert.equal((await rowsOf(newest.report, officer))[0].understood.day, "2026-11-22");
  assertClean(page);
  await page.context().close();
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
  await page.context().close();
});

/** What the newest filing of a kind says, and the states of the rows before it. */
async function newest(report, kind, key) {
  const { items: [last] } = await service.ask(`/api/v1/reports?kind=${kind}`, { key });
  const [[{ understood, note }], before] = await Promise.all([rowsOf(last.report, key), rowsOf(report, key)]);
  return { understood, note, states: before.map(({ state }) => state) };
}

test("a step, a promise and what stands in the way are corrected, each by itself", async () => {
  const viettel = await service.key("carrier", "--carrier", "viettel");
  const report = await filed(viettel, "tien-do.csv", ["thon,moc,ngay_dat,ngay_cam_ket,vuong_mac,vuong_mac_tu", "Kon Dóc,khảo sát,10/03/2026,31/12/2026,chưa có đất,01/05/2026"], { kind: "duties", document_day: "2026-05-02" });
  const page = await open(browser, service.address, { key: viettel });
  await correct(page, report, async () => {
    await page.getByTestId("held-thon").getByText("Kon Dóc").waitFor();
    await page.getByTestId("held-dieu_khoan").getByText("IV.16").waitFor();
    assert.equal(await page.locator("[name=moc] option").count(), 7, "who owes something closes it not");
    await page.locator("[name=ngay_dat]").fill("12/03/2026");
    await still(page, "correct-step");
  });
  assert.equal((await newest(report, "progress", viettel)).understood.ngay_dat, "2026-03-12");
  await correct(page, report, () => page.locator("[name=ngay_cam_ket]").fill("31/01/2027"), 2);
  const promised = (await newest(report, "progress", viettel)).understood;
  assert.deepEqual([promised.ngay_cam_ket, promised.ngay_noi], ["2027-01-31", "2026-05-02"], "it was promised on the day on which it was");
  await correct(page, report, () => page.locator("[name=go_vuong_mac]").fill("01/10/2026"), 3);
  const { understood, states } = await newest(report, "progress", viettel);
  assert.deepEqual([understood.nguyen_van, understood.vuong_mac_tu, understood.go_vuong_mac], ["chưa có đất", "2026-05-01", "2026-10-01"]);
  assert.deepEqual(states, ["replaced", "replaced", "replaced"]);
  assertClean(page);
  await page.context().close();
});

test("a claim of coverage is corrected, and keeps what the form does not ask", async () => {
  const vnpt = await service.key("carrier", "--carrier", "vnpt");
  const report = await filed(vnpt, "vung-phu.csv", ["cong_nghe,tu_ngay,can_cu,cac_thon_phuc_vu", "2G;4G,01/10/2026,kiểm kê,Thôn Cà; Thôn Sơn"], { kind: "coverage" });
  const page = await open(browser, service.address, { key: vnpt });
  await correct(page, report, async () => {
    await page.locator("[name=cong_nghe][value='2G']").uncheck();
    await page.locator("[name=cac_thon_phuc_vu][value=thon-son]").uncheck();
    await still(page, "correct-claim");
  });
  const { understood, states } = await newest(report, "report", vnpt);
  assert.deepEqual([understood.cong_nghe, understood.cac_thon_phuc_vu, understood.tu_ngay, understood.can_cu, states], [["4G"], ["thon-ca"], "2026-10-01", "inventory", ["replaced"]]);
  assertClean(page);
  await page.context().close();
});

test("a village and a cluster of a list are corrected, and a measurement by another log", async () => {
  const { position: placed } = await service.ask("/api/v1/villages/kon-doc", { key: officer });
  const list = await filed(officer, "thon.csv", ["thon,xa,uoc_so_ho,cum_dan_cu,trung_tam,kinh_do,vi_do,sai_so_m", "Kon Dóc,21520,41,,,,,", "Kon Dóc,21520,20,Nóc Ông Út,có,\"108,8216\",\"14,7030\",30"], { kind: "villages" });
  const page = await open(browser, service.address, { key: officer });
  await correct(page, list, async () => {
    await page.getByTestId("held-xa").getByText("Xã Đặng Thuỳ Trâm").waitFor();
    await page.locator("[name=uoc_so_ho]").fill("43");
    await page.locator("[name=dien_luoi]").selectOption("yes");
    await still(page, "correct-village");
  });
  const village = (await newest(list, "places", officer)).understood;
  assert.deepEqual([village.ma_thon, village.uoc_so_ho, village.dien_luoi], ["kon-doc", 43, true]);
  const { position } = await service.ask("/api/v1/villages/kon-doc", { key: officer });
  assert.equal(position.basis, placed.basis, "a place that was not touched is as sure as it was");
  await correct(page, list, () => page.locator("[name=uoc_so_ho]").fill("22"), 2);
  const { understood: cluster, states } = await newest(list, "places", officer);
  assert.deepEqual([cluster.cum_dan_cu, cluster.uoc_so_ho, cluster.trung_tam, cluster.kinh_do, states], ["Nóc Ông Út", 22, true, 108.8216, ["replaced", "replaced"]]);

  const log = (level) => ["Timestamp,Longitude,Latitude,Operatorname,NetworkMode,RSRP", ...[10, 11, 12].map((second) => `2026.11.20_08.00.${second},108.82${second},14.703,Viettel,LTE,${level}`)];
  const measured = await filed(officer, "do-kiem.csv", log(-98), { kind: "measurement" });
  await begin(page, measured, 1);
  await page.getByText("Nóc Ông Út, Viettel, 4G, 3 mẫu đo").waitFor();
  await still(page, "correct-measurement");
  await page.getByTestId("correct-log").setInputFiles({ name: "do-lai.csv", mimeType: "text/csv", buffer: Buffer.from(log(-101).join("\n")) });
  await end(page);
  assert.deepEqual((await newest(measured, "measurement", officer)).states, ["replaced"]);
  assertClean(page);
  await page.context().close();
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
  await page.context().close();
});
