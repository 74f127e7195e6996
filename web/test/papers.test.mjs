// Papers to take away: the folder of all dossiers tells how far it is, and may be stopped.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertClean, launch, open, screen } from "./browser.mjs";
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

test("the folder of all villages is counted while it comes, and who stops it has no file", async () => {
  const page = await open(browser, service.address, { key: await service.key("officer") });
  await page.getByTestId("officer-open").click();
  const coming = page.waitForEvent("download", { timeout: 180_000 });
  await page.getByTestId("bundle-zip").click();
  await page.getByText(/đã lập [1-9]\d*\/10 văn bản/).waitFor();
  await screen(page, "papers-zip");
  assert.equal((await coming).suggestedFilename(), "tap-phieu-toan-tinh.zip");
  await page.getByTestId("bundle-zip").waitFor();

  let files = 0;
  page.on("download", () => { files += 1; });
  await page.getByTestId("bundle-zip").click();
  await page.getByText(/đã lập [1-9]\d*\/10 văn bản/).waitFor();
  await page.getByTestId("bundle-zip-cancel").click();
  await page.getByTestId("bundle-zip").waitFor();
  assert.equal(await page.getByTestId("bundle-zip-cancel").count(), 0);
  assert.equal(files, 0);
  assertClean(page);
});

test("when the names that wait cannot be had, the panel says so", async () => {
  const page = await open(browser, service.address, { key: await service.key("officer") });
  await page.route("**/api/v1/names/questions?*", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ title: "Đang bận", status: 503, code: "busy" }) }));
  await page.getByTestId("officer-open").click();
  await page.getByTestId("names").getByRole("alert").getByText("Đang bận").waitFor();
});
