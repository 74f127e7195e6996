// What is owed, where statements differ, what is disputed: the panel that leads from them to the villages.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertClean, LAPTOP, launch, live, open, screen } from "./browser.mjs";
import { startService } from "./service.mjs";

let service;
let browser;

before(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});

after(async () => {
  await browser?.close();
  await service?.close();
});

test("everybody sees who owes what, and a complaint shows once an officer has opened it", async () => {
  const page = await open(browser, service.address);
  await page.getByTestId("duties-open").click();
  const lines = page.getByTestId("duty-line");
  await lines.first().waitFor();
  assert.equal(await lines.count(), 9);
  assert.doesNotMatch(await page.getByTestId("duties-body").textContent(), /≥ 0/, "at least none says nothing");
  const name = lines.first().locator(".link").first();
  assert.equal(await name.evaluate((link) => link.getBoundingClientRect().left), await lines.first().evaluate((line) => line.getBoundingClientRect().left), "names stand at the left");
  assert.match(await lines.first().textContent(), /Quá hạn.*hạn 31\/12\/2023.*suy luận/s);
  // Step by step, and that nothing was promised.
  await lines.first().getByTestId("duty-told").locator("summary").click();
  const told = lines.first().getByTestId("duty-story");
  await told.getByText("Chưa có cam kết nào.").waitFor();
  assert.match(await told.locator("[data-step=given]").textContent(), /giao · 07\/6\/2023 · Sở Khoa học và Công nghệ · mục IV\.16/);
  assert.match(await told.getByTestId("steps-ahead").textContent(), /^Chưa tới: khảo sát, .*phát sóng/);
  await screen(page, "duty-told-vi");
  await page.locator("select[name=carrier]").selectOption("vnpt");
  await page.waitForFunction(() => document.querySelectorAll("[data-test=duty-line]").length === 2);
  await screen(page, "duties-vi");
  await page.getByTestId("tab-disputes").click();
  await page.getByText("Chưa có phản ánh nào được mở.").waitFor();
  await lines.first().waitFor({ state: "detached" });

  await page.evaluate(() => { location.hash = "#thon=kon-doc"; });
  const verdict = page.getByTestId("village-verdict");
  await verdict.waitFor();
  assert.equal(await verdict.evaluate((badge) => getComputedStyle(badge).display), "flex", "the verdict looks as it did without the panel of targets");
  const challenge = page.getByTestId("challenge");
  await challenge.locator("summary").click();
  await challenge.locator("textarea").fill("Nhà tôi vẫn chưa gọi được");
  await page.getByTestId("challenge-send").click();
  await page.getByText("Phản ánh chỉ hiện sau khi cán bộ mở.").waitFor();

  const officer = await open(browser, service.address, { key: await service.key("officer"), viewport: LAPTOP });
  await live(officer);
  for (const control of await officer.locator(".top button").all()) {
    const box = await control.boundingBox();
    assert.ok(box === null || (box.x >= 0 && box.x + box.width <= LAPTOP.width), `${await control.textContent()} is within the window`);
  }
  await officer.getByTestId("duties-open").click();
  await officer.getByTestId("tab-disputes").click();
  const waiting = officer.getByTestId("complaint");
  await waiting.getByText("Nhà tôi vẫn chưa gọi được").first().waitFor();
  await waiting.getByRole("button", { name: "Kon Dóc" }).waitFor();
  assert.match(await waiting.textContent(), /Gửi từ trang công khai/);
  assert.doesNotMatch(await waiting.textContent(), /kon-doc|public/, "a name where there is one");
  assert.equal(await waiting.getByTestId("dispute-dismiss").isVisible(), false, "what erases for good is not one press away");
  // The sender's words may name people: the officer writes what becomes public.
  assert.equal(await officer.getByTestId("dispute-open-text").inputValue(), "");
  await officer.getByTestId("dispute-open-text").fill("Có phản ánh là chưa gọi được");
  await officer.getByTestId("dispute-open").click();
  const opened = officer.locator("[data-test=dispute][data-stage=opened]");
  await opened.getByText("phản ánh hôm nay").waitFor();
  for (const name of await opened.locator("select").all()) assert.equal(await name.inputValue(), "", "no finding is chosen for the officer");
  await page.getByTestId("village-dispute").waitFor();
  for (const one of [page, officer]) {
    assertClean(one);
    await one.context().close();
  }
});

test("who is out of touch shows by the hour and on the map, and leaves it with the panel", async () => {
  const key = await service.key("carrier", "--carrier", "viettel");
  const start = new Date(Date.now() - 90 * 60_000).toISOString();
  const filed = await fetch(new URL("/api/v1/outages", service.address), {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", "Idempotency-Key": "mat-lien-lac-1" },
    body: JSON.stringify({ rows: [{ village: "kon-doc", start, cause: "mất điện lưới" }] }),
  });
  assert.equal(filed.status, 201, await filed.text());

  const officer = await open(browser, service.address, { key: await service.key("officer") });
  await live(officer);
  await officer.getByTestId("duties-open").click();
  await officer.getByTestId("tab-outages").click();
  await officer.locator("[data-test=outage][data-state=ongoing]").getByText("mất điện lưới").waitFor();
  const strip = officer.getByTestId("outage-hours");
  assert.match(await strip.textContent(), /Viettel · .*Đặng Thuỳ Trâm.* giờ mất liên lạc/s);
  assert.equal(await strip.locator(".hours i").count(), 24);
  const hatched = (some) => officer.waitForFunction((wanted) =>
    window.phusongMap.isStyleLoaded() && window.phusongMap.queryRenderedFeatures({ layers: ["hatch-ongoing"] }).length > 0 === wanted, some);
  await hatched(true);
  await screen(officer, "outages-vi");
  await officer.getByTestId("tab-duties").click();
  await officer.getByTestId("duty-line").first().waitFor();
  await hatched(false);
  assertClean(officer);
  await officer.context().close();
});

test("a village that was merged says what its former name was owed", async () => {
  const officer = await service.key("officer");
  const form = new FormData();
  form.append("file", new Blob(["Thôn;Xã;Thôn cũ;Từ ngày\nKon Mới;21520;Kon Dóc;2026-01-01\n"]), "thon.csv");
  form.append("kind", "villages");
  const draft = await service.ask("/api/v1/filings", { key: officer, method: "POST", body: form });
  await service.ask(`/api/v1/filings/${draft.id}/file`, { key: officer, method: "POST", headers: { "If-Match": "*" } });
  const { items } = await service.ask("/api/v1/villages?q=Kon%20M%E1%BB%9Bi");
  const page = await open(browser, service.address, { hash: `#thon=${items[0].id}` });
  const former = page.getByTestId("duty-former").filter({ hasText: "Kon Dóc" });
  await former.waitFor();
  await former.scrollIntoViewIfNeeded();
  await screen(page, "duty-former-vi");
  assertClean(page);
  await page.context().close();
});
