// One report from the form to everybody's map: carrier, officer and public look at it together.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertClean, drawnAs, idle, launch, live, open, screen } from "./browser.mjs";
import { startService } from "./service.mjs";

const GAP = "no_signal-stated-unsettled";
const CLAIMED = "covered-stated-unsettled";
const AT = "#map=9.60/14.7500/108.8000";

let service;
let browser;
let department;
let carrier;
let officer;
let rival;
let everyone;

before(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  let viettel;
  let vnpt;
  [viettel, department, vnpt] = await Promise.all([service.key("carrier", "--carrier", "viettel"), service.key("officer"), service.key("carrier", "--carrier", "vnpt")]);
  carrier = await open(browser, service.address, { hash: AT, key: viettel });
  officer = await open(browser, service.address, { hash: `${AT}&thon=kon-doc`, key: department });
  rival = await open(browser, service.address, { hash: AT, key: vnpt });
  everyone = await open(browser, service.address, { hash: `${AT}&thon=kon-doc` });
  await Promise.all([carrier, officer, rival, everyone].map(live));
  for (const page of [carrier, officer, rival, everyone]) await page.evaluate(() => { window.stillTheSame = true; });
});

after(async () => {
  await browser?.close();
  await service?.close();
});

const verdict = (page) => page.getByTestId("village-verdict").getAttribute("data-verdict");
const stories = (page, is) => page.locator(`[data-test=village-panel][data-village=kon-doc][data-verdict=${is}]`).waitFor();
const listed = (page) => page.locator("[data-test=gap-item][data-village=kon-doc]").count();

test("the form says what is wrong at the field, and files nothing", async () => {
  await carrier.getByTestId("report-open").click();
  await carrier.locator("[name=loai_su_kien]").selectOption("on_air");
  await carrier.getByTestId("report-preview").click();
  await carrier.locator("#beside-ngay_su_kien [data-severity=refuse]").waitFor();
  assert.equal(await carrier.locator("#f-ngay_su_kien").getAttribute("aria-invalid"), "true");
  assert.ok(await carrier.getByTestId("report-submit").isDisabled());
  await screen(carrier, "report-refused-vi");
  assert.deepEqual((await service.ask("/api/v1/reports", { key: department })).items, []);
});

test("what was looked for opens nothing once another field is used", async () => {
  let answer;
  const asked = new Promise((resolve) => {
    void carrier.route("**/api/v1/villages?q=*", (route) => { answer = () => route.continue(); resolve(); }, { times: 1 });
  });
  const settled = Promise.race(["requestfinished", "requestfailed"].map((event) => carrier.waitForEvent(event, (request) => request.url().includes("villages?q="))));
  await carrier.locator("[name=cac_thon_phuc_vu]").fill("Kon");
  await asked;
  await carrier.locator("[name=uoc_so_ho]").focus();
  await answer().catch(() => {});
  await settled;
  await carrier.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
  assert.ok(await carrier.locator("#f-cac_thon_phuc_vu-results").isHidden());
  await carrier.locator("[name=cac_thon_phuc_vu]").fill("");
});

test("a click on the map gives the position, a name without accents the village, the preview what would move", async () => {
  await carrier.locator("[name=ma_tram]").fill("QNI0001");
  await carrier.locator("[name=ngay_su_kien]").fill("2026-09-20");
  await carrier.locator("[name=cong_nghe][value='4G']").check();
  await carrier.getByTestId("pick").click();
  await carrier.evaluate(() => new Promise((resolve) => { window.phusongMap.once("idle", resolve); window.phusongMap.jumpTo({ center: [108.8216, 14.703], zoom: 12 }); }));
  const box = await carrier.locator(".map canvas").boundingBox();
  await carrier.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await carrier.waitForFunction(() => document.querySelector("[name=kinh_do]").value.startsWith("108,82"));
  await carrier.locator("[name=cac_thon_phuc_vu]").fill("kon doc");
  await carrier.getByTestId("village-picker-result").first().click();
  await carrier.getByTestId("report-preview").click();
  await carrier.getByTestId("would-move").getByText("Kon Dóc (xã Đặng Thuỳ Trâm): trắng sóng → đã phủ sóng").waitFor();
  await screen(carrier, "report-preview-vi");
});

test("filed: the carrier's and the officer's open pages change, the public's and a rival's stay", async () => {
  assert.equal(await verdict(everyone), "no_signal");
  await carrier.getByTestId("report-submit").click();
  await carrier.getByTestId("report-receipt").waitFor();
  await Promise.all([drawnAs(carrier, "kon-doc", CLAIMED), drawnAs(officer, "kon-doc", CLAIMED), stories(officer, "covered")]);
  assert.equal(await listed(officer), 0);
  assert.match(await officer.getByTestId("village-verdict").textContent(), /theo khai báo của doanh nghiệp, chưa xác minh/);
  await screen(carrier, "report-receipt-vi");
  const download = carrier.waitForEvent("download");
  await carrier.getByTestId("receipt-download").click();
  assert.match((await download).suggestedFilename(), /^bien-nhan-.+\.json$/);
  await Promise.all([drawnAs(everyone, "kon-doc", GAP), drawnAs(rival, "kon-doc", GAP)]);
  assert.equal(await verdict(everyone), "no_signal");
  assert.equal(await listed(everyone), 1);
  assert.equal(await listed(rival), 1);
});

test("published with one click: the public page changes without reload", async () => {
  await officer.getByTestId("officer-open").click();
  const report = officer.getByTestId("officer-report").first();
  await report.getByText("trạm QNI0001").waitFor();
  await screen(officer, "officer-vi");
  await report.getByTestId("publish").click();
  await Promise.all([stories(everyone, "covered"), drawnAs(everyone, "kon-doc", CLAIMED), drawnAs(rival, "kon-doc", CLAIMED)]);
  await everyone.getByTestId("toast").filter({ hasText: "Kon Dóc" }).first().waitFor();
  assert.equal(await listed(everyone), 0);
  await screen(everyone, "published-vi");
});

test("returned with a reason: the public page goes back, and the carrier reads why", async () => {
  await officer.getByTestId("reports-all").click();
  const report = officer.locator("[data-test=officer-report][data-state=published]");
  await report.getByTestId("return").click();
  await report.locator("textarea").fill("Thiếu nhật ký phát sóng");
  await report.getByTestId("return-confirm").click();
  await Promise.all([stories(everyone, "no_signal"), drawnAs(everyone, "kon-doc", GAP)]);
  await carrier.getByTestId("officer-open").click();
  await carrier.locator("[data-test=officer-report][data-state=returned]").getByText("Thiếu nhật ký phát sóng").waitFor();
  await screen(carrier, "returned-vi");
});

test("withdrawn: what the carrier takes back is gone from its own view too", async () => {
  const row = { ma_tram: "QNI0002", loai_su_kien: "on_air", ngay_su_kien: "2026-09-21", cong_nghe: ["4G"], kinh_do: "108.886", vi_do: "14.767", cac_thon_phuc_vu: ["nuoc-giap"] };
  const key = await carrier.evaluate(() => sessionStorage.getItem("phusong-key"));
  const { report } = await service.ask("/api/v1/reports", { key, method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ rows: [row] }) });
  await drawnAs(carrier, "nuoc-giap", CLAIMED);
  const item = carrier.locator(`[data-test=officer-report][data-report="${report}"]`);
  await item.getByTestId("withdraw").click();
  await item.locator("textarea").fill("Nhập nhầm thôn");
  await item.getByTestId("withdraw-confirm").click();
  await drawnAs(carrier, "nuoc-giap", GAP);
  await carrier.locator(`[data-test=officer-report][data-report="${report}"][data-state=withdrawn]`).waitFor();
});

test("a reading of the coordinates is chosen: the numbers stay as typed, and the page goes to what is still open", async () => {
  await carrier.getByTestId("report-open").click();
  const type = async (values) => { for (const [name, value] of Object.entries(values)) await carrier.locator(`[name=${name}]`).fill(value); };
  await carrier.locator("[name=loai_su_kien]").selectOption("on_air");
  await carrier.locator("[name=cong_nghe][value='4G']").check();
  await type({ ngay_su_kien: "01/10/2026", ma_tram: "QNI0777", kinh_do: "595000", vi_do: "1650000", xa: "Ba Vì", cac_thon_phuc_vu: "Thôn Cà" });
  await carrier.getByTestId("village-picker-result").first().waitFor();
  await carrier.keyboard.press("Escape");
  assert.equal(await carrier.locator("#f-cac_thon_phuc_vu").inputValue(), "Thôn Cà", "closing the list takes nothing away");
  await carrier.getByTestId("report-preview").click();
  await carrier.getByTestId("report-status").getByText("hãy trả lời các điểm cần làm rõ").waitFor();
  assert.equal(await carrier.evaluate(() => document.activeElement.id), "f-kinh_do", "the first question has the focus");
  const asked = carrier.locator("#beside-kinh_do [data-code=projected-row]");
  const [field, beside] = [await carrier.locator("#f-kinh_do").boundingBox(), await asked.boundingBox()];
  assert.ok(beside.width > field.width * 1.5, "what is asked has the form's whole width");
  const reading = asked.getByTestId("candidate").filter({ hasText: "107°45" });
  assert.match(await reading.textContent(), /108,634840; 14,91751\d/, "decimal commas, as everywhere");
  await carrier.locator("#beside-cac_thon_phuc_vu").getByTestId("candidate").first().click();
  await carrier.locator(".chosen-villages [data-village=thon-ca]").waitFor();
  await carrier.getByTestId("report-status").getByText(/^1 cần làm rõ/).waitFor();
  await reading.click();
  await carrier.locator("#beside-kinh_do [data-code=far-from-commune][data-severity=warn]").waitFor();
  assert.deepEqual(await carrier.evaluate(() => ["kinh_do", "vi_do"].map((name) => document.querySelector(`[name=${name}]`).value)), ["595000", "1650000"]);
  assert.match(await carrier.locator("[name=he_toa_do] option:checked").textContent(), /107°45/);
  await carrier.getByTestId("report-status").getByText("Có thể gửi.").waitFor();
  // A word of a list is chosen by its code.
  await carrier.locator("[name=loai_su_kien]").selectOption("");
  await carrier.getByTestId("report-preview").click();
  const missing = carrier.locator("#beside-loai_su_kien");
  assert.doesNotMatch(await missing.textContent(), /on_air|decommissioned/, "no code where there is a word");
  await missing.getByTestId("candidate").filter({ hasText: "phát sóng" }).click();
  await carrier.getByTestId("report-status").getByText("Có thể gửi.").waitFor();
  assert.equal(await carrier.locator("[name=loai_su_kien]").inputValue(), "on_air");
});

test("a CSV file is checked row by row and filed", async () => {
  await carrier.getByTestId("report-open").click();
  await carrier.getByTestId("report-tab-file").click();
  const csv = "ma_tram,ten_tram,loai_su_kien,ngay_su_kien,cong_nghe,bang_tan,kinh_do,vi_do,he_toa_do,xa,huyen,do_cao_anten_m,cac_thon_phuc_vu,uoc_so_ho,thay_the,anh,ghi_chu\n"
    + `QNI0003,,on_air,2026-09-22,4G,,"108,728","14,709",WGS84,,,,lang-mam,,,,\n`;
  await carrier.getByTestId("csv-input").setInputFiles({ name: "bao-cao.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await carrier.getByText("Làng Mâm (xã Ba Tơ): trắng sóng → đã phủ sóng").waitFor();
  await carrier.getByTestId("report-submit").click();
  await carrier.getByTestId("report-receipt").waitFor();
  await carrier.getByTestId("home").click();
  await Promise.all([drawnAs(carrier, "lang-mam", CLAIMED), drawnAs(officer, "lang-mam", CLAIMED)]);
});

test("a row is corrected from where it stands, and the old one is replaced", async () => {
  await carrier.getByTestId("officer-open").click();
  const filed = carrier.getByTestId("officer-report").filter({ hasText: "QNI0003" });
  await filed.getByTestId("correct").click();
  await carrier.getByTestId("corrects").getByText("Đính chính dòng 1").waitFor();
  await carrier.locator(".chosen-villages [data-village=lang-mam]").waitFor();
  const values = await carrier.evaluate(() => Object.fromEntries(["ma_tram", "loai_su_kien", "ngay_su_kien", "kinh_do", "he_toa_do", "thay_the"].map((name) => [name, document.querySelector(`[name=${name}]`).value])));
  const { thay_the: replaced, ...rest } = values;
  assert.deepEqual(rest, { ma_tram: "QNI0003", loai_su_kien: "on_air", ngay_su_kien: "22/09/2026", kinh_do: "108,728000", he_toa_do: "WGS84" });
  assert.match(replaced, /^[a-z0-9]{16}\/1$/);
  await carrier.locator("[name=ten_tram]").fill("Làng Mâm 1");
  await carrier.getByTestId("report-preview").click();
  await carrier.getByTestId("report-status").getByText("Có thể gửi.").waitFor();
  await carrier.getByTestId("report-submit").click();
  await carrier.getByTestId("report-receipt").waitFor();
  await carrier.getByTestId("officer-open").click();
  await carrier.locator(`[data-test=officer-report][data-report="${replaced.slice(0, 16)}"][data-state=replaced]`).waitFor();
  await carrier.getByTestId("officer-report").filter({ hasText: "Làng Mâm 1" }).first().waitFor();
});

test("no page was loaded anew, none complained, none asked elsewhere", async () => {
  for (const page of [carrier, officer, rival, everyone]) {
    await idle(page);
    assert.equal(await page.evaluate(() => window.stillTheSame), true);
    assertClean(page);
  }
  assert.deepEqual(service.warnings(), []);
});
