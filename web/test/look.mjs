// Opens the page in a real Chromium and takes pictures, for people to look at.
//   node test/look.mjs http://127.0.0.1:8090/ OUT_FOLDER [CARRIER_KEY] [OFFICER_KEY]

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, selectors } from "playwright-core";

const [, , address, out, carrierKey, officerKey] = process.argv;
selectors.setTestIdAttribute("data-test");
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

await look("desktop-vi", DESKTOP, "");
await look("desktop-en", DESKTOP, "#lang=en");
await look("village-vi", DESKTOP, "#thon=kon-doc");
await look("village-en", DESKTOP, "#thon=thon-ca&lang=en");
await look("east-sea", DESKTOP, "#map=5.1/13.2/111.5");
await look("phone-vi", PHONE, "");
await look("phone-village", PHONE, "#thon=kon-doc");
await look("search", DESKTOP, "", async (page) => {
  await page.getByTestId("search").fill("lang mam");
  await page.getByTestId("search-result").first().waitFor();
});
await look("filters", DESKTOP, "#nm=viettel&cn=4G");
if (carrierKey) {
  await look("report-form", DESKTOP, "", async (page) => {
    await signIn(page, carrierKey);
    await page.getByTestId("report-open").click();
    await page.locator("[name=loai_su_kien]").selectOption("on_air");
    await page.locator("[name=ngay_su_kien]").fill("2026-11-20");
    await page.locator("[name=ma_tram]").fill("QNI0001");
    await page.locator("[name=kinh_do]").fill("108.8216");
    await page.locator("[name=vi_do]").fill("14.703");
    await page.locator("[name=cong_nghe][value='4G']").check();
    await page.locator("[name=cac_thon_phuc_vu]").fill("kon doc");
    await page.getByTestId("village-picker-result").first().click();
    await page.getByTestId("report-preview").click();
    await page.locator("[data-test=report-result] p:not(.quiet)").first().waitFor();
  });
  await look("report-ambiguous", DESKTOP, "", async (page) => {
    await signIn(page, carrierKey);
    await page.getByTestId("report-open").click();
    await page.locator("[name=loai_su_kien]").selectOption("on_air");
    await page.locator("[name=cac_thon_phuc_vu]").fill("Cà");
    await page.getByTestId("report-preview").click();
    await page.getByTestId("finding").first().waitFor();
  });
}
if (officerKey) {
  await look("officer", DESKTOP, "", async (page) => {
    await signIn(page, officerKey);
    await page.getByTestId("officer-open").click();
    await page.getByTestId("officer-panel").waitFor();
  });
}
await browser.close();

async function look(name, viewport, hash, act = async () => {}) {
  const context = await browser.newContext({ viewport, deviceScaleFactor: 1 });
  const page = await context.newPage();
  page.on("console", (message) => { if (["error", "warning"].includes(message.type()) && !/GPU stall|WebGL/.test(message.text())) console.log(`${name}: ${message.type()}: ${message.text()}`); });
  page.on("pageerror", (error) => console.log(`${name}: ${error.stack}`));
  page.on("request", (request) => { if (!request.url().startsWith(address) && !/^(data|blob):/.test(request.url())) console.log(`${name}: asks elsewhere: ${request.url()}`); });
  await page.goto(address + hash);
  await idle(page, name);
  await act(page);
  await idle(page, name);
  await page.screenshot({ path: join(out, `${name}.png`) });
  await context.close();
}

async function idle(page, name) {
  await page.locator("html[data-map=idle]").waitFor({ state: "attached", timeout: 20_000 }).catch(() => console.log(`${name}: the map was never idle`));
}

async function signIn(page, key) {
  await page.getByTestId("sign-in").click();
  await page.getByTestId("key-input").fill(key);
  await page.getByTestId("sign-in-submit").click();
  await page.getByTestId("who").waitFor();
}
