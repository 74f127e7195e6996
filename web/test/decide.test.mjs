// An officer confirms a sunset and adopts a rule set; errors stand beside the form; a certificate is filed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertClean, launch, open, still } from "./browser.mjs";
import { startService } from "./service.mjs";

let service;
let browser;

before(async () => {
  [service, browser] = await Promise.all([startService("--demo"), launch()]);
});

after(async () => {
  await browser?.close();
  await service?.close();
});

test("an officer decides on the page, and the register holds it", async () => {
  const key = await service.key("officer");
  const page = await open(browser, service.address, { key });
  await page.getByTestId("officer-open").click();
  await page.getByTestId("decisions-open").locator("> summary").click();
  const waiting = page.locator("[data-test=sunset][data-confirmed=false]");
  await waiting.first().waitFor();
  const count = await waiting.count();
  await page.getByTestId("confirm-sunset").first().click();
  await page.locator("[data-test=sunset][data-confirmed=true]").waitFor();
  assert.equal(await waiting.count(), count - 1);
  const { sunsets } = await service.ask("/api/v1/decisions", { key });
  assert.equal(sunsets.filter(({ confirmed }) => confirmed).length, 1);
  await still(page, "decisions-vi");

  const aside = page.getByTestId("decide-set_aside");
  await aside.locator("summary").click();
  await aside.locator("[name=report]").fill("0000000000000000");
  await aside.locator("[name=row]").fill("1");
  await aside.locator("[type=submit]").click();
  await aside.getByRole("alert").waitFor();

  const adopt = page.getByTestId("decide-adopt_rule_set");
  await adopt.locator("summary").click();
  await adopt.locator("select").selectOption("vi-du-nghiem:1");
  await adopt.locator("[type=submit]").click();
  await page.getByTestId("done-adopt_rule_set").getByText("Đã ghi, mã").waitFor();
  await still(page, "decisions-forms-vi");

  // The list above follows the act.
  await page.getByTestId("decisions").getByText(/vi-du-nghiem 1\) · /).waitFor();

  const target = page.getByTestId("decide-set_target");
  await target.locator("summary").click();
  const fill = async (values) => {
    for (const [name, value] of Object.entries(values)) await target.locator(`[name=${name}]`).fill(value);
  };
  await fill({ id: "goal-ii4b-fibre", clause: "mục thử", indicator: "fibre_households", threshold: "85", code: "51", due: "2027-12-31", owner: "Sở KH&CN", text_vi: "Hộ có cáp quang", text_en: "Households with fibre", source: "thử nghiệm" });
  await target.locator("[type=submit]").click();
  await target.locator("[name=id][aria-invalid=true]").waitFor();
  await target.locator("#beside-set_target-id").getByTestId("finding").waitFor();
  await fill({ id: "muc-tieu-trang" });
  await target.locator("[type=submit]").click();
  await page.getByTestId("done-set_target").getByText("Đã ghi, mã").waitFor();
  const { items } = await service.ask("/api/v1/targets", { key });
  const made = items.find(({ id }) => id === "muc-tieu-trang");
  assert.equal(made.scope_name, "tỉnh Quảng Ngãi", "the province of today, not the former one");

  await page.getByTestId("certificate-open").locator("> summary").click();
  const form = page.getByTestId("certificate-open").locator("form");
  await form.locator("[name=carrier]").selectOption("viettel");
  await form.locator("[name=number]").fill("C01/2026");
  await form.locator("[name=issued]").fill("2026-01-05");
  await form.locator("[name=site]").fill("MH-viettel-001");
  await form.locator("[name=source]").fill("Giấy chứng nhận kiểm định (minh hoạ)");
  await form.locator("[type=submit]").click();
  await page.getByTestId("done-certificate").getByText("Đã ghi, mã").waitFor();
  await still(page, "certificate-vi");
  // The two refusals above are the browser's own notes on answers of 422.
  const refused = page.faults.filter((fault) => /status of 4(04|22)/.test(fault));
  assert.equal(refused.length, 2, page.faults.join("\n"));
  page.faults.splice(0, page.faults.length, ...page.faults.filter((fault) => !refused.includes(fault)));
  assertClean(page);
  await page.context().close();
});
