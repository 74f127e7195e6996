// The coordinate doctor below the report form: all readings with their distances, one shown on the map.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertClean, launch, open, still } from "./browser.mjs";
import { startService } from "./service.mjs";

test("two numbers are read in every system, and a click shows one", async () => {
  const [service, browser] = await Promise.all([startService(), launch()]);
  try {
    const page = await open(browser, service.address, { key: await service.key("carrier", "--carrier", "viettel") });
    await page.getByTestId("report-open").click();
    const doctor = page.getByTestId("doctor");
    await doctor.locator("summary").click();
    for (const input of await doctor.locator("input").all()) assert.ok(await input.evaluate(({ labels }) => labels[0]?.getBoundingClientRect().height > 0), "each field has a label that is seen");
    await doctor.locator("[name=east]").fill("595000");
    await doctor.locator("[name=north]").fill("1650000");
    await doctor.locator("[name=commune]").fill("Ba Vì");
    await doctor.locator("[type=submit]").click();
    await doctor.getByText("cách xã Ba Vì 21 km").waitFor();
    assert.ok(await doctor.getByTestId("reading").count() > 3);
    await doctor.getByTestId("reading").first().locator("button").click();
    await page.waitForFunction(() => Math.abs(window.phusongMap.getCenter().lng - 108.634840) < 0.2);
    await still(page, "doctor-vi");
    assertClean(page);
  } finally {
    await browser.close();
    await service.close();
  }
});
