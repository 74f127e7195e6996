// The check view: files in, questions answered in place, one act of filing; the draft is its sender's.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { parts, workbook, zip } from "./book.mjs";
import { assertClean, drawnAs, idle, launch, open, PHONE, screen } from "./browser.mjs";
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

test("rows that are not filed are counted too, and every sort of point stands in the key", async () => {
  const key = await service.key("carrier", "--carrier", "gmobile");
  const on = await open(browser, service.address, { key });
  await on.getByTestId("report-open").click();
  await on.getByTestId("report-tab-file").click();
  const [heading, first] = ROWS.split("\n");
  await on.getByTestId("csv-input").setInputFiles({ name: "hai-lan.csv", mimeType: "text/csv", buffer: Buffer.from([heading, first, first].join("\n")) });
  await on.getByTestId("check-summary").filter({ hasText: "hai-lan.csv: 2 dòng · 1 dòng gửi được · 1 dòng không gửi hoặc trùng" }).waitFor();
  assert.equal((await on.getByTestId("point-key").innerText()).trim(), "Trên bản đồ: gửi được trùng, tính một lần");
  await on.context().close();
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
  await page.getByTestId("would-move").getByText("Kon Dóc (xã Đặng Thuỳ Trâm): trắng sóng → đã phủ sóng").waitFor();
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

// As an office sends it: a title, a heading in two merged rows, a number as text, a word that says two things, a total.
const BOOK = workbook("Trạm tháng 10", [
  ["BÁO CÁO TIẾN ĐỘ TRẠM BTS THÁNG 10 NĂM 2026"],
  [null],
  ["STT", "Mã trạm", "Địa điểm", null, "Tọa độ", null, "Công nghệ", "Ngày", "Tình trạng", "Thôn phục vụ"],
  [null, null, "Xã", "Huyện", "Vĩ độ", "Kinh độ", null, null, null, null],
  [1, "QNI0101", "Ba Trang", "Ba Tơ", "14,704", "108,822", "4G", "01/10/2026", "phát sóng", "Kon Dóc"],
  [2, "QNI0102", "Ba Bích", "Ba Tơ", "14,709", "108,728", "4G/LTE", "02/10/2026", "Đã hoàn thành", "Làng Mâm"],
  [3, "QNI0103", "Ba Trang", "Ba Tơ", "14,705", "108,823", "4G", "03/10/2026", "phát sóng", "Kon Dóc"],
  [null, "Tổng cộng", null, null, null, null, null, null, 3, null],
], ["A1:J1", "C3:D3", "E3:F3"]);

/** Drops files on the zone as a hand does; `times`: the bytes so often, which need not travel to the browser. */
async function drop(on, files) {
  const data = await on.evaluateHandle((all) => {
    const transfer = new DataTransfer();
    for (const { name, base64, times } of all) {
      const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
      transfer.items.add(new File(Array(times).fill(bytes), name));
    }
    return transfer;
  }, files.map(({ name, bytes, times = 1 }) => ({ name, base64: bytes.toString("base64"), times })));
  const zone = on.getByTestId("drop-zone");
  await zone.dispatchEvent("dragover", { dataTransfer: data });
  await zone.dispatchEvent("drop", { dataTransfer: data });
}

async function fresh() {
  const other = await service.key("carrier", "--carrier", "mobifone");
  const on = await open(browser, service.address, { key: other, acceptDownloads: true });
  await on.getByTestId("report-open").click();
  await on.getByTestId("report-tab-file").click();
  await on.getByTestId("drop-zone").waitFor();
  return on;
}

test("a workbook is dropped, understood, answered, given back with notes, and filed", async () => {
  const on = await fresh();
  // Who has no workbook takes one along: the names of today drop down in it.
  await on.getByTestId("templates").locator("summary").click();
  const [template] = await Promise.all([on.waitForEvent("download"), on.locator("[data-kind=outages]").click()]);
  assert.equal(template.suggestedFilename(), "outages.xlsx");
  const offered = parts(await readFile(await template.path()))["xl/sharedStrings.xml"];
  for (const name of ["Kon Dóc", "Xã Ba Tơ", "Huyện Ba Tơ"]) assert.ok(offered.includes(name), `${name} is offered`);
  await drop(on, [{ name: "tien-do-thang-10.xlsx", bytes: BOOK }]);
  await on.getByTestId("check-summary").filter({ hasText: "tien-do-thang-10.xlsx: 3 dòng · 2 dòng gửi được · 1 dòng chờ trả lời" }).waitFor();
  // One that lies on the edge of two tiles is found twice.
  await on.waitForFunction(() => new Set(window.phusongMap.queryRenderedFeatures({ layers: ["draft-points"] }).map(({ properties }) => properties.row)).size === 3);
  const outcomes = await on.evaluate(() => Object.fromEntries(window.phusongMap.queryRenderedFeatures({ layers: ["draft-points"] }).map(({ properties }) => [properties.row, properties.outcome])));
  assert.deepEqual(outcomes, { 5: "fileable", 6: "asked", 7: "fileable" });
  assert.equal((await on.getByTestId("point-key").innerText()).trim(), "Trên bản đồ: gửi được cần làm rõ");
  // Findings of one sort stand together; the question names its row, and leads to it.
  const asked = on.getByTestId("question-item");
  assert.deepEqual(await asked.evaluateAll((all) => all.map(({ dataset }) => dataset.code)), ["bare-complete"]);
  await screen(on, "check-xlsx-vi");

  const [download] = await Promise.all([on.waitForEvent("download"), on.getByTestId("answered-file").click()]);
  assert.match(download.suggestedFilename(), /^tien-do-thang-10.*\.xlsx$/);
  const back = parts(await readFile(await download.path()));
  const texts = Object.entries(back).filter(([name]) => /^xl\/(worksheets\/|sharedStrings)/.test(name)).map(([, text]) => text).join("");
  for (const said of ["QNI0101", "Làng Mâm", "Kết quả (Phủ Sóng)", "Cần trả lời", "Đã hoàn thành"]) assert.ok(texts.includes(said), `${said} stands in the file that came back`);
  assert.ok(back["xl/workbook.xml"].includes("Trạm tháng 10") && back["xl/styles.xml"].includes("Times New Roman"), "it is the sender's own file");

  await asked.locator("[data-id=on_air]").click();
  await asked.waitFor({ state: "detached" });
  await on.getByTestId("would-move").getByText("Kon Dóc").waitFor();
  await on.getByTestId("report-submit").filter({ hasText: "Gửi 3 dòng" }).click();
  await on.getByTestId("report-receipt").waitFor();
  await screen(on, "check-xlsx-receipt-vi");
  assertClean(on);
  await on.context().close();
});

test("a raster has no ground until its questions are answered; then the map goes to its area", async () => {
  const on = await fresh();
  const grid = Buffer.from("ncols 4\nnrows 2\nxllcorner 108.6\nyllcorner 14.6\ncellsize 0.02\n-90 -100 -120 -9999\n-95 -105 -125 -9999\n");
  await drop(on, [{ name: "phu-song.asc", bytes: grid }]);
  const asked = (code) => on.locator(`[data-test=question-item][data-code="${code}"]`);
  const type = async (code, text) => {
    await asked(code).getByTestId("answer-text").fill(text);
    await asked(code).locator("button[type=submit]").click();
    await asked(code).waitFor({ state: "detached" });
  };
  await asked("raster-unit").waitFor();
  const zoom = () => on.evaluate(() => window.phusongMap.getZoom());
  const far = await zoom();
  await screen(on, "check-raster-asked-vi");
  await asked("raster-unit").locator("[data-test=candidate]", { hasText: "dBm" }).click();
  await asked("raster-unit").waitFor({ state: "detached" });
  await type("raster-technology", "4G");
  await type("raster-day", "01/10/2026");
  await type("raster-nodata", "-9999");
  await on.getByTestId("report-submit").and(on.locator(":enabled")).waitFor();
  await on.waitForFunction(() => window.phusongMap.queryRenderedFeatures({ layers: ["draft-areas"] }).length > 0);
  await idle(on);
  assert.ok(await zoom() > far + 0.5, "the map went to the area");
  const [west, south, east, north] = await on.evaluate(() => window.phusongMap.getBounds().toArray().flat());
  assert.ok(west < 108.6 && east > 108.66 && south < 14.6 && north > 14.64, "all of it is in view");
  await screen(on, "check-raster-vi");
  // No column is named by the word that programs use for it.
  const named = await on.getByTestId("check-body").innerText();
  assert.ok(!/\b(dich_vu|nguong_dbm|gia_tri_trong|tu_ngay)\b/.test(named), named);
  assertClean(on);
  await on.context().close();
});

test("a large file goes on by itself after a lost connection", async () => {
  const on = await fresh();
  const [letter, times] = [Buffer.alloc(95_000, "%PDF-1.7 văn bản có chữ ký "), 100];
  let pieces = 0;
  await on.route("**/api/v1/uploads/*", async (route) => {
    pieces += 1;
    if (pieces === 2) await route.abort("connectionreset");
    else await route.continue();
  });
  await drop(on, [{ name: "cong-van.pdf", bytes: letter, times }, { name: "tien-do.xlsx", bytes: BOOK }]);
  await on.getByTestId("report-status").filter({ hasText: "Mất kết nối" }).waitFor();
  await screen(on, "check-upload-lost-vi");
  await on.getByTestId("check-summary").filter({ hasText: "cong-van.pdf, tien-do.xlsx" }).waitFor();
  assert.equal(pieces, 4, "three pieces, of which one was sent again");
  const { drafts: [draft] } = await service.ask("/api/v1/filings", { key: await service.key("carrier", "--carrier", "mobifone") });
  assert.deepEqual(draft.files.map(({ name, bytes }) => [name, bytes]), [["cong-van.pdf", times * letter.length], ["tien-do.xlsx", BOOK.length]]);
  assert.deepEqual(on.faults.filter((fault) => !/ERR_CONNECTION_RESET/.test(fault)), []);
  await on.context().close();
  assert.deepEqual(service.warnings(), []);
});

test("in which system a drawing is, is chosen where it is asked, and may be chosen again", async () => {
  const on = await fresh();
  const mif = 'Version 300\nCharset "Neutral"\nDelimiter ","\nCoordSys NonEarth Units "m" Bounds (0, 0) (1000000, 2000000)\nColumns 4\n  ma_tram Char(20)\n  su_kien Char(20)\n  ngay Char(20)\n  cong_nghe Char(20)\nData\n\nPoint 588305.36 1626337.87\n';
  await drop(on, [{ name: "tram.zip", bytes: zip({ "tram.mif": mif, "tram.mid": '"QNI0901","on_air","01/11/2026","4G"\n' }) }]);
  const asked = on.locator("[data-test=question-item][data-code=crs-ambiguous]");
  await asked.waitFor();
  assert.ok(!(await asked.innerText()).includes("crs="), "nothing for programs only");
  const choices = await asked.getByTestId("candidate").evaluateAll((all) => all.map(({ dataset, textContent }) => [dataset.id, textContent]));
  assert.ok(choices.length > 2 && choices.every(([, text]) => text.includes(" km")), JSON.stringify(choices));
  await screen(on, "check-crs-vi");
  const place = () => on.evaluate(() => document.querySelector(".check-row")?.textContent ?? "");
  await asked.locator("[data-id='EPSG:5898']").click();
  await asked.waitFor({ state: "detached" });
  assert.match(await place(), /108[.,]82/);
  await on.waitForFunction(() => window.phusongMap.queryRenderedFeatures({ layers: ["draft-points"] }).length > 0);
  assertClean(on);
  await on.context().close();
});

test("what was answered elsewhere meanwhile is shown, and nothing is done over it", async () => {
  const key = await service.key("carrier", "--carrier", "mobifone");
  const late = await open(browser, service.address, { key });
  await late.getByTestId("report-open").click();
  await late.getByTestId("report-tab-file").click();
  await late.getByTestId("csv-input").setInputFiles({ name: "bao-cao.csv", mimeType: "text/csv", buffer: Buffer.from(ROWS) });
  await late.getByTestId("check-summary").waitFor();
  const asked = late.getByTestId("question-item");
  assert.equal(await asked.count(), 3);
  // Another window of the same sender.
  const { drafts: [draft] } = await service.ask("/api/v1/filings", { key });
  const answers = [{ column: "loai_su_kien", value: "Đã hoàn thành", means: "built" }];
  await service.ask(`/api/v1/filings/${draft.id}/answers`, { key, method: "POST", headers: { "Content-Type": "application/json", "If-Match": "*" }, body: JSON.stringify({ answers }) });
  await late.locator("[data-test=question-item] [data-id=on_air]").click();
  await late.getByTestId("report-status").filter({ hasText: "đã được sửa ở nơi khác" }).waitFor();
  assert.equal(await asked.count(), 2, "the newest state is shown");
  const { rows } = await service.ask(`/api/v1/filings/${draft.id}`, { key });
  assert.equal(rows.find(({ row }) => row === 3).understood.loai_su_kien, "built", "the first answer stands");
  // From there it goes on.
  await late.locator("[data-test=question-item] [data-id=nuoc-giap]").click();
  await late.waitForFunction(() => document.querySelectorAll("[data-test=question-item]").length < 2);
  assert.ok(late.faults.every((fault) => /412/.test(fault)), late.faults.join("\n"));
  await late.context().close();
});

test("a log tells what its samples come to before it is filed", async () => {
  const key = await service.key("officer");
  const list = new FormData();
  list.set("kind", "villages");
  const listed = "Thôn;Mã thôn;Xã;Cụm dân cư;Trung tâm;Kinh độ;Vĩ độ;Sai số (m)\nKon Dóc;kon-doc;21520;Nóc Ông Rin;có;108,8222;14,7036;50\n";
  list.set("file", new Blob([listed], { type: "text/csv" }), "thon.csv");
  const draft = await service.ask("/api/v1/filings", { key, method: "POST", body: list });
  await service.ask(`/api/v1/filings/${draft.id}/file`, { key, method: "POST", headers: { "If-Match": "*" } });
  // 36 cells of 50 m, all of them good.
  const rows = Array.from({ length: 36 }, (_, at) => `2026.11.10_08.${String(at).padStart(2, "0")}.00,${(108.8216 + (at % 8) * 0.00056).toFixed(6)},${(14.703 + Math.floor(at / 8) * 0.00056).toFixed(6)},5,Viettel,12,LTE,-95`);
  const log = `Timestamp,Longitude,Latitude,Speed,Operatorname,CellID,NetworkMode,RSRP\n${rows.join("\n")}\n`;
  const desk = await open(browser, service.address, { key });
  await desk.getByTestId("report-open").click();
  await desk.getByTestId("report-tab-file").click();
  // Logs are the department's own: nobody's on whose behalf.
  assert.ok(await desk.getByTestId("on-behalf").locator("option[value='commune:21520']").count());
  await desk.getByTestId("on-behalf").selectOption("department");
  await desk.getByTestId("csv-input").setInputFiles({ name: "do-kiem.csv", mimeType: "text/csv", buffer: Buffer.from(log) });
  const set = desk.locator("[data-test=check-set][data-reading=confirms]");
  await set.getByText("36/36").waitFor();
  await set.getByText("Nóc Ông Rin").waitFor();
  assert.match(await set.innerText(), /90,4\s%\s–\s100,0\s%/, "Wilson limits of 36 of 36");
  assert.equal(await set.locator("tbody tr").count(), 36);
  await screen(desk, "check-sets-vi");
  assertClean(desk);
  await desk.context().close();
});

test("on a phone the findings stay in sight once a file was read", async () => {
  const phone = await open(browser, service.address, { key: await service.key("carrier", "--carrier", "gmobile"), viewport: PHONE });
  await phone.getByTestId("report-open").click();
  await phone.getByTestId("report-tab-file").click();
  await phone.getByTestId("csv-input").setInputFiles({ name: "bao-cao.csv", mimeType: "text/csv", buffer: Buffer.from(ROWS) });
  await phone.getByTestId("check-summary").waitFor();
  assert.equal(await phone.locator(".side").getAttribute("data-sheet"), "high");
  await screen(phone, "check-phone");
  await phone.context().close();
});
