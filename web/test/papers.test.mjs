// Papers to take away: the folder of all dossiers tells how far it is, and may be stopped.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
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
  await page.getByTestId("documents-open").click();
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
  await page.context().close();
});

test("a signed paper comes back: checked, kept, and given back as it came", async () => {
  const key = await service.key("approver");
  const headers = { Authorization: `Bearer ${key}` };
  const pdf = Buffer.from(await (await fetch(`${service.address}api/v1/villages/kon-doc/dossier.pdf`, { headers })).arrayBuffer());
  const signed = signedBy(pdf);
  const page = await open(browser, service.address, { key });
  await page.getByTestId("documents-open").click();
  const choose = (name, buffer) => page.getByTestId("signed-file").setInputFiles({ name, mimeType: "application/pdf", buffer });
  await choose("la.pdf", Buffer.from("%PDF-1.7"));
  await page.locator("[data-test=signed-check][data-origin=no_seal]").waitFor();
  await choose("chua-ky.pdf", pdf);
  await page.locator("[data-test=signed-check][data-origin=ours]").filter({ hasText: "nguyên vẹn" }).waitFor();
  assert.equal(await page.getByTestId("signed-keep").count(), 0, "nobody has signed it");
  await choose("da-ky.pdf", signed);
  await page.getByTestId("signed-standing").filter({ hasText: "vẫn còn hiệu lực" }).waitFor();
  await page.locator("#signed-number").fill("12/BC-SKHCN");
  await page.locator("#signed-day").fill("2026-11-20");
  await page.getByTestId("signed-keep").scrollIntoViewIfNeeded();
  await screen(page, "papers-signed");
  await page.getByTestId("signed-keep").click();
  await page.getByTestId("signed-list").locator("summary").click();
  const item = page.getByTestId("signed-item").filter({ hasText: "12/BC-SKHCN (20/11/2026)" });
  await item.waitFor();
  const coming = page.waitForEvent("download");
  await item.getByTestId("signed-take").click();
  assert.ok((await readFile(await (await coming).path())).equals(signed), "as it came");
  assertClean(page);
  await page.context().close();
});

test("whoever holds a paper may ask whether it is ours, and takes the period's report and a commune's dossiers", async () => {
  const page = await open(browser, service.address);
  await page.getByTestId("documents-open").click();
  const pdf = Buffer.from(await (await fetch(`${service.address}api/v1/villages/kon-doc/dossier.pdf`)).arrayBuffer());
  await page.getByTestId("signed-file").setInputFiles({ name: "phieu.pdf", mimeType: "application/pdf", buffer: signedBy(pdf) });
  await page.locator("[data-test=signed-check][data-origin=ours]").waitFor();
  assert.equal(await page.getByTestId("signed-keep").count(), 0, "keeping it is the department's");
  const take = async (link) => {
    const coming = page.waitForEvent("download", { timeout: 180_000 });
    await page.getByTestId(link).click();
    const file = await coming;
    return [file.suggestedFilename(), (await readFile(await file.path())).subarray(0, 5).toString("latin1")];
  };
  assert.match((await take("period-pdf")).join(" "), /^bao-cao-ky-\d{4}-\d\d\.pdf %PDF-$/);
  await page.locator("#bundle-of").selectOption("commune-21520");
  assert.deepEqual(await take("bundle-pdf"), ["tap-phieu-commune-21520.pdf", "%PDF-"]);
  assert.deepEqual(await take("table-duties-xlsx"), ["duties.xlsx", "PK\u0003\u0004\u0014"]);
  await screen(page, "papers-public");
  await page.getByTestId("documents-panel").getByRole("button", { name: "Đóng" }).press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-test")), "documents-open", "the focus goes back to where the panel was opened");
  assertClean(page);
  await page.context().close();
});

/** As a PDF reader signs: an object behind the file, with all but its digits in the range. */
function signedBy(pdf) {
  const head = (range) => `\n9 0 obj <</Type/Sig/ByteRange [${range.padEnd(40)}]/Contents `;
  const until = pdf.length + head("").length;
  const [digits, end] = ["3082".repeat(16), ">> endobj\n%%EOF\n"];
  const range = `0 ${until} ${until + digits.length + 2} ${end.length}`;
  return Buffer.concat([pdf, Buffer.from(`${head(range)}<${digits}>${end}`)]);
}

test("when the names that wait cannot be had, the panel says so", async () => {
  const page = await open(browser, service.address, { key: await service.key("officer") });
  await page.route("**/api/v1/names/questions?*", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ title: "Đang bận", status: 503, code: "busy" }) }));
  await page.getByTestId("officer-open").click();
  await page.getByTestId("names").getByRole("alert").getByText("Đang bận").waitFor();
});
