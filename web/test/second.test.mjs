// What waits for a second person: the first sees that it waits, the second publishes it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { assertClean, launch, open, still } from "./browser.mjs";
import { startService } from "./service.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let service;
let browser;

before(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});

after(async () => {
  await browser?.close();
  await service?.close();
});

/** Files a list of villages with a key. */
async function fileList(key, csv) {
  const form = new FormData();
  form.append("file", new Blob([csv]), "thon.csv");
  form.append("kind", "villages");
  const { id } = await service.ask("/api/v1/filings", { key, method: "POST", body: form });
  return service.ask(`/api/v1/filings/${id}/file`, { key, method: "POST", headers: { "If-Match": "*" } });
}

test("a list of villages waits for another officer, who sees by whom it is", async () => {
  const [first, second] = await Promise.all([service.key("officer", "--name", "Cán bộ A"), service.key("officer", "--name", "Cán bộ B")]);
  const filed = await fileList(first, "Thôn;Xã;Số hộ\nKon Dóc;21520;41\n");
  assert.equal(filed.awaits_second, true);
  const households = async () => (await service.ask("/api/v1/villages/kon-doc")).households;
  assert.notEqual(await households(), 41);

  const own = await open(browser, service.address, { key: first });
  await own.getByTestId("officer-open").click();
  await own.getByTestId("second").getByText("Cần một tài khoản khác có quyền công bố.").waitFor();
  assert.equal(await own.getByTestId("second-publish").count(), 0);

  const other = await open(browser, service.address, { key: second });
  await other.getByTestId("officer-open").click();
  const item = other.locator(`[data-test=second-item][data-report="${filed.report}"]`);
  await item.getByText("Cán bộ A").waitFor();
  // Nobody agrees to what is not shown.
  await item.getByTestId("second-content").getByText("41", { exact: true }).waitFor();
  await other.getByText("Chờ người thứ hai (1)").waitFor();
  await still(other, "second-vi");
  await other.evaluate(await readFile(AXE, "utf8"));
  const { violations } = await other.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).slice(0, 4).join(" | ")}`), []);
  await item.getByTestId("second-publish").click();
  await item.waitFor({ state: "detached" });
  assert.equal(await households(), 41);
  for (const page of [own, other]) {
    assertClean(page);
    await page.context().close();
  }
  assert.deepEqual(service.warnings(), []);
});
