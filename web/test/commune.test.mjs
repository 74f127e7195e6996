// A commune confirms its villages; an officer types in for others; a link signs in and out.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertClean, drawnAs, idle, launch, live, open, PHONE, screen } from "./browser.mjs";
import { startService } from "./service.mjs";

const GAP = "no_signal-stated-unsettled";
const AT = "#map=9.60/14.7500/108.8000";

let service;
let demo;
let browser;

before(async () => {
  [service, demo, browser] = await Promise.all([startService(), startService("--demo"), launch()]);
});

after(async () => {
  await browser?.close();
  await Promise.all([service?.close(), demo?.close()]);
});

const stories = (page, is) => page.locator(`[data-test=village-panel][data-village=kon-doc][data-verdict=${is}]`).waitFor();

test("a commune says what it saw in its own villages: checked, filed, published, and never taken for a measurement", async () => {
  const [commune, department] = await Promise.all([service.key("commune", "--commune", "21520"), service.key("officer")]);
  const own = await open(browser, service.address, { hash: AT, key: commune });
  const officer = await open(browser, service.address, { hash: AT, key: department });
  const everyone = await open(browser, service.address, { hash: `${AT}&thon=kon-doc` });
  await Promise.all([own, officer, everyone].map(live));
  assert.match(await own.getByTestId("who").textContent(), /Cán bộ xã – Xã Đặng Thu/);
  assert.match(await own.getByTestId("scope-note").textContent(), /Bản của Xã Đặng Thu/);

  await own.getByTestId("confirm-open").click();
  const villages = own.getByTestId("confirm-village");
  await villages.first().waitFor();
  assert.deepEqual((await villages.evaluateAll((all) => all.map(({ dataset }) => dataset.village))).toSorted(), ["cay-muoi", "kon-doc", "nuoc-giap"], "its own villages only");
  await own.getByTestId("report-preview").click();
  await own.getByText("Chưa có câu trả lời nào").waitFor();
  await own.locator("[data-village=kon-doc] summary").first().click();
  const row = (carrier) => own.locator(`[data-test=confirm-village][data-village=kon-doc] [data-carrier=${carrier}]`);
  await row("viettel").locator(".say-has").click();
  await row("viettel").locator("input[value='4G']").check();
  await row("mobifone").locator(".say-weak").click();
  await row("vnpt").locator(".say-has").click();
  await own.locator("#seen-note").fill("Gọi thử tại nhà văn hóa thôn");
  await own.getByTestId("report-preview").click();
  await own.getByTestId("would-move").getByText("Kon Dóc (xã Đặng Thuỳ Trâm): trắng sóng → đã phủ sóng").waitFor();
  await row("vnpt").locator("[data-code=has-unnamed]").waitFor();
  await screen(own, "commune-form-vi");
  await own.getByTestId("report-submit").click();
  await own.getByTestId("report-receipt").getByText("chờ Sở công bố").waitFor();
  await Promise.all([drawnAs(own, "kon-doc", "covered-confirmed"), drawnAs(officer, "kon-doc", "covered-confirmed"), drawnAs(everyone, "kon-doc", GAP)]);

  await officer.getByTestId("officer-open").click();
  const filed = officer.getByTestId("officer-report").first();
  await filed.getByText("có sóng (Viettel; 4G; ngoài trời)").or(filed.getByText("(Viettel; 4G)")).waitFor();
  await filed.getByText("Gọi thử tại nhà văn hóa thôn").waitFor();
  await screen(officer, "commune-officer-vi");
  await filed.getByTestId("publish").click();
  await Promise.all([stories(everyone, "covered"), drawnAs(everyone, "kon-doc", "covered-confirmed")]);
  const badge = everyone.getByTestId("village-verdict");
  assert.equal(await badge.getAttribute("data-trust"), "confirmed");
  assert.match(await badge.textContent(), /xã xác nhận/);
  assert.doesNotMatch(await badge.textContent(), /xác minh|khai báo/, "neither verified nor a carrier's claim");
  const said = everyone.getByTestId("commune-says");
  assert.match(await said.textContent(), /Xã Đặng Thu.*Xã xác nhận: có sóng \(Viettel; 4G\)/s);
  assert.doesNotMatch(await everyone.getByTestId("village-panel").textContent(), /nhà văn hóa thôn/, "the note is not the public's");
  await screen(everyone, "commune-village-vi");

  await own.getByTestId("officer-open").click();
  await own.locator("[data-test=officer-report][data-state=published]").waitFor();
  for (const page of [own, officer, everyone]) {
    await idle(page);
    assertClean(page);
    await page.context().close();
  }
});

test("cluster by cluster, where clusters are listed", async () => {
  const officer = await demo.key("officer");
  const { items } = await demo.ask("/api/v1/gaps?verdict=covered,not_as_asked,no_signal,partial_hole,insufficient&limit=1000", { key: officer });
  const village = items.find(({ id }) => id.startsWith("minh-hoa"));
  const key = await demo.key("commune", "--commune", String(village.commune.code));
  const page = await open(browser, demo.address, { key, hash: `#thon=${village.id}`, viewport: PHONE });
  await page.getByTestId("confirm-here").click();
  const cluster = page.locator(`[data-test=confirm-village][data-village="${village.id}"] [data-test=confirm-cluster]`).first();
  await cluster.locator("summary").click();
  await cluster.locator("[data-carrier=every] .say-lacks").click();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing wider than a phone");
  await screen(page, "commune-phone-vi");
  await page.getByTestId("report-preview").click();
  await page.locator("[data-test=report-status].fine").waitFor();
  await page.getByTestId("report-submit").click();
  const report = await page.getByTestId("report-receipt").getAttribute("data-report");
  const filed = await demo.ask(`/api/v1/reports/${report}`, { key: officer });
  assert.equal(filed.kind, "observation");
  assert.equal(filed.rows[0].understood.says, "lacks");
  assert.ok(filed.rows[0].understood.cluster.startsWith(`${village.id}.`));
  assertClean(page);
  await page.context().close();
});

test("an officer files a carrier's CSV on its behalf, and it counts at once", async () => {
  const [department, viettel] = await Promise.all([service.key("officer"), service.key("carrier", "--carrier", "viettel")]);
  const officer = await open(browser, service.address, { hash: AT, key: department });
  await officer.getByTestId("report-open").click();
  await officer.getByTestId("report-tab-file").click();
  const csv = "ma_tram,ten_tram,loai_su_kien,ngay_su_kien,cong_nghe,bang_tan,kinh_do,vi_do,he_toa_do,xa,huyen,do_cao_anten_m,cac_thon_phuc_vu,uoc_so_ho,thay_the,anh,ghi_chu\n"
    + `QNI0009,,on_air,2026-09-22,4G,,"108,728","14,709",WGS84,,,,lang-mam,,,,\n`;
  await officer.getByTestId("csv-input").setInputFiles({ name: "cong-van.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await officer.getByText("Hãy chọn tệp này của ai.").waitFor();
  assert.ok(await officer.getByTestId("report-submit").isDisabled());
  await officer.getByTestId("on-behalf").selectOption("viettel");
  await officer.getByText("Làng Mâm (xã Ba Tơ): trắng sóng → đã phủ sóng").waitFor();
  await officer.locator("details.fold > summary").first().click();
  await officer.locator("#f-van_ban_so").fill("12/CV-VTQN");
  await screen(officer, "on-behalf-vi");
  await officer.getByTestId("report-submit").click();
  await officer.getByTestId("report-receipt").getByText("được tính ngay").waitFor();
  const everyone = await open(browser, service.address, { hash: AT });
  await drawnAs(everyone, "lang-mam", "covered-stated-unsettled");
  const { items } = await service.ask("/api/v1/reports", { key: viettel });
  const page = await service.ask(`/api/v1/reports/${items[0].report}`, { key: viettel });
  assert.deepEqual([page.owner, page.filed_by, page.on_behalf, page.document.number], ["viettel", "department", true, "12/CV-VTQN"]);
  for (const one of [officer, everyone]) {
    assertClean(one);
    await one.context().close();
  }
});

test("a sign-in link opens the page once; signing out ends its key, and only its key", async () => {
  const link = await service.link("officer");
  const page = await open(browser, "", { hash: link });
  await page.getByTestId("who").filter({ hasText: "Cán bộ Sở" }).waitFor();
  assert.doesNotMatch(page.url(), /signin/, "the token does not stay in the address");
  const key = await page.evaluate(() => sessionStorage.getItem("phusong-key"));
  assert.equal((await service.ask("/api/v1/me", { key })).role, "officer");
  await page.getByTestId("who").click();
  await page.getByTestId("account").getByText("đăng xuất là hết dùng").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Đóng", "one key pressed too many signs nobody out");
  await page.getByTestId("sign-out").click();
  await page.getByTestId("sign-in").waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.getItem("phusong-key")), null);
  await assert.rejects(service.ask("/api/v1/me", { key }), /401/);
  assert.deepEqual(page.faults, []);

  const second = await open(browser, "", { hash: link });
  await second.getByText("Đường dẫn đăng nhập đã dùng hoặc đã hết hạn.").waitFor();
  await second.getByTestId("sign-in").waitFor();
  assert.ok(second.faults.every((fault) => /401/.test(fault)), second.faults.join("\n"));

  const standing = await service.key("carrier", "--carrier", "vnpt");
  await second.getByTestId("sign-in").click();
  await second.getByTestId("key-input").fill(standing);
  await second.getByTestId("sign-in-submit").click();
  await second.getByTestId("who").filter({ hasText: "VNPT" }).waitFor();
  await second.getByTestId("who").click();
  await second.getByTestId("account").getByText("không có hạn").waitFor();
  await second.getByTestId("sign-out").click();
  await second.getByTestId("sign-in").waitFor();
  assert.equal((await service.ask("/api/v1/me", { key: standing })).role, "carrier", "a key in use elsewhere stays good");
  await Promise.all([page.context().close(), second.context().close()]);
});

test("a carrier's claim is announced as unverified, and counted under a hollow mark", async () => {
  const [viettel, officer] = await Promise.all([demo.key("carrier", "--carrier", "viettel"), demo.key("officer")]);
  const { items } = await demo.ask("/api/v1/gaps?verdict=insufficient&limit=1000");
  const village = items.find(({ flags, position }) => flags.length === 0 && position !== null);
  const page = await open(browser, demo.address);
  await live(page);
  const row = { ma_tram: "MH-VIETTEL-900", loai_su_kien: "on_air", ngay_su_kien: "2026-01-05", cong_nghe: "4G", kinh_do: village.position.lon, vi_do: village.position.lat, cac_thon_phuc_vu: village.id };
  const post = (path, key, body) => demo.ask(path, { method: "POST", key, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const { report } = await post("/api/v1/reports", viettel, { rows: [row] });
  await post(`/api/v1/reports/${report}/publish`, officer, {});
  await page.getByTestId("toast").filter({ hasText: `${village.name} (` }).filter({ hasText: "đã phủ sóng (chưa xác minh)" }).waitFor();
  // White within, not filled: as on the map.
  const fill = await page.locator("[data-test=chip][data-verdict=covered] svg path").first().getAttribute("fill");
  assert.equal(fill, "#ffffff");
  assertClean(page);
  await page.context().close();
});

test("the services had nothing to warn of", () => {
  assert.deepEqual([...service.warnings(), ...demo.warnings()], []);
});
