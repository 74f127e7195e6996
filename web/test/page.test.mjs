// What everybody can do with the page, in a real Chromium against the real binary.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { assertClean, drawn, drawnAs, idle, LAPTOP, launch, live, open, PHONE, screen, still } from "./browser.mjs";
import { startService } from "./service.mjs";

const NINE = { "dak-pao": "Đăk Pao", "ca-xen": "Cà Xen", "go-tranh": "Gò Tranh", "kon-doc": "Kon Dóc", "lang-mam": "Làng Mâm", "nuoc-giap": "Nước Giáp", "cay-muoi": "Cây Muối", "thon-son": "Thôn Sơn", "thon-ca": "Thôn Cà" };
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

test("the binary holds the page that was built last", async () => {
  const built = await readFile(new URL("../dist/index.html", import.meta.url), "utf8");
  const served = await (await fetch(service.address)).text();
  assert.equal(served, built, "the binary was built before web/dist: run cargo build again");
});

test("the nine villages of the order stand in the list and on the map, each with its sign", async () => {
  const page = await open(browser, service.address);
  const items = page.getByTestId("gap-item");
  assert.equal(await items.count(), 9);
  for (const [id, name] of Object.entries(NINE)) {
    const item = page.locator(`[data-test=gap-item][data-village=${id}]`);
    assert.equal(await item.locator(".gap-name").textContent(), name);
    assert.match(await item.textContent(), /Trắng sóng, theo danh sách 07\/6\/2023, cần xác nhận lại/);
    assert.match(await item.textContent(), id.startsWith("thon-") ? /VNPT · quá hạn/ : /Viettel · quá hạn/);
  }
  const marks = await drawn(page);
  assert.deepEqual(Object.keys(marks).toSorted(), Object.keys(NINE).toSorted());
  assert.deepEqual([...new Set(Object.values(marks))], ["no_signal-stated-unsettled"]);
  assert.match(await page.locator(".map-note").textContent(), /Ranh giới gần đúng, không có giá trị pháp lý/);
  assert.match(await page.locator(".inset-map").textContent(), /Hoàng Sa\(TP\. Đà Nẵng\).*Trường Sa\(tỉnh Khánh Hòa\)/s);
  assert.match(await page.getByTestId("scope-note").textContent(), /Bản công khai/);
  await screen(page, "map-vi");

  await page.locator("[data-village=kon-doc] button").hover();
  const halo = await page.evaluate(() => JSON.stringify(window.phusongMap.getFilter("village-halo")));
  assert.match(halo, /kon-doc/, "hovering a line marks the village on the map");
  const at = await page.evaluate(() => window.phusongMap.project([108.401, 15.274]));
  const box = await page.locator(".map canvas").boundingBox();
  await page.mouse.move(box.x + at.x, box.y + at.y);
  await page.locator("[data-test=gap-item][data-village=thon-ca].hovered").waitFor();
  await page.mouse.click(box.x + at.x, box.y + at.y);
  await page.locator("[data-test=village-panel][data-village=thon-ca]").waitFor();
  assert.equal(await page.locator("[data-test=gap-item][data-village=thon-ca] button").getAttribute("aria-current"), "true");
  assertClean(page);
  await page.context().close();
});

test("a plain map with the nine villages comes first, where the full one will draw them", async () => {
  const page = await open(browser, service.address, { remember: () => {
    const seen = new Map();
    window.firstMap = () => Object.fromEntries(seen);
    new MutationObserver(() => {
      for (const mark of document.querySelectorAll(".sketch-village")) {
        const [x, y, width] = ["x", "y", "width"].map((name) => Number(mark.querySelector("svg").getAttribute(name)));
        seen.set(mark.dataset.village, [x + width / 2, y + width / 2]);
      }
    }).observe(document, { subtree: true, childList: true });
  } });
  const first = await page.evaluate(() => window.firstMap());
  assert.deepEqual(Object.keys(first).toSorted(), Object.keys(NINE).toSorted());
  const places = await page.evaluate(async () => {
    const { items } = await (await fetch("/api/v1/gaps?limit=100")).json();
    return items.map(({ id, position }) => [id, window.phusongMap.project(position)]);
  });
  for (const [id, { x, y }] of places) assert.ok(Math.hypot(first[id][0] - x, first[id][1] - y) < 1.5, `${id}: ${first[id]} is not ${x} ${y}`);
  assert.equal(await page.getByTestId("sketch").count(), 0, "the full map takes its place");
  assertClean(page);
  await page.context().close();
});

test("the map does not wait for a list that cannot be had", async () => {
  const context = await browser.newContext({ viewport: LAPTOP, locale: "vi-VN" });
  const page = await context.newPage();
  await page.route("**/api/v1/gaps?*", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ title: "Đang bận", status: 503, code: "busy" }) }));
  await page.goto(service.address);
  await page.getByText("Đang bận").waitFor();
  await idle(page);
  assert.deepEqual(Object.keys(await drawn(page)).toSorted(), Object.keys(NINE).toSorted());
  await context.close();
});

test("where a browser cannot draw the full map, the plain one stays and opens villages", async () => {
  const context = await browser.newContext({ viewport: LAPTOP, locale: "vi-VN" });
  await context.addInitScript(() => {
    const { getContext } = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return kind.startsWith("webgl") ? null : getContext.call(this, kind, ...rest); };
  });
  const page = await context.newPage();
  await page.goto(service.address);
  await page.locator(".banner").filter({ hasText: "chỉ vẽ được bản đồ đơn giản" }).waitFor();
  assert.equal(await page.locator(".sketch-village").count(), 9);
  await still(page, "plain-map-vi");
  await page.locator(".sketch-village[data-village=kon-doc]").click();
  await page.locator("[data-test=village-panel][data-village=kon-doc]").waitFor();
  await context.close();
});

test("a village tells its story: duty, clause, honest position, sources, what is missing", async () => {
  const page = await open(browser, service.address, { hash: "#thon=kon-doc" });
  const story = page.getByTestId("village-panel");
  await story.waitFor();
  const text = await story.innerText();
  for (const told of [/Kon Dóc/, /mục IV\.16 Kế hoạch ban hành kèm theo Quyết định số 03\/QĐ-BCĐ ngày 07\/6\/2023/, /Hạn 31\/12\/2023/, /suy luận/, /± 700 m/,
    /theo danh sách 07\/6\/2023, cần xác nhận lại/, /Nguồn ghi: “lõm sóng”/, /Chưa có xác nhận của xã/, /Câu hỏi đặt ra cho Viettel/, /Nỗ lực phủ sóng di động/, /Hơn 1\.730 vị trí cột/]) {
    assert.match(text, told);
  }
  assert.equal(await story.getByTestId("village-verdict").getAttribute("data-trust"), "stated");
  await story.getByTestId("entries").first().locator("summary").click();
  await story.getByTestId("entries").first().getByRole("button").first().click();
  assert.equal(await page.evaluate(() => document.activeElement?.dataset.test), "history-row", "a number leads to the entry behind it");
  assert.equal(await page.locator("header.top").evaluate((top) => top.getBoundingClientRect().top), 0, "the page stays in its window");
  await screen(page, "village-vi");
  assertClean(page);
  await page.context().close();
});

test("search forgives missing accents and knows former names", async () => {
  const page = await open(browser, service.address);
  const search = page.getByTestId("search");
  const first = page.getByTestId("search-result").first();
  await search.fill("lang mam");
  await first.filter({ hasText: "Làng Mâm" }).waitFor();
  await screen(page, "search-vi");
  await search.press("Enter");
  await page.locator("[data-test=village-panel][data-village=lang-mam]").waitFor();
  await search.fill("ba trang");
  await page.getByTestId("search-result").filter({ hasText: /Xã Ba Trang \(cũ\)/ }).waitFor();
  await search.fill("minh long");
  await page.getByTestId("search-result").filter({ hasText: /Huyện Minh Long \(cũ\)/ }).click();
  await page.waitForFunction(() => document.querySelectorAll("[data-test=gap-item]").length === 2);
  assertClean(page);
  await page.context().close();
});

test("filters change the list, the map and the address, and an address is a view", async () => {
  const page = await open(browser, service.address);
  await page.locator("#filter-carrier").selectOption("vnpt");
  await page.locator("#filter-technology").selectOption("4G");
  await page.waitForFunction(() => location.hash.includes("nm=vnpt") && location.hash.includes("cn=4G"));
  await page.locator("[data-test=filters] summary").click();
  await page.locator("#filter-duty").selectOption("none");
  await page.getByText("Không có thôn nào khớp với bộ lọc.").waitFor();
  await page.getByTestId("filters-reset").click();
  await page.getByTestId("gap-item").nth(8).waitFor();
  await page.locator("#filter-as_of").fill("2023-01-01");
  await page.getByText("Không có thôn nào khớp với bộ lọc.").waitFor();
  await page.getByTestId("chip").and(page.locator("[data-verdict=insufficient]")).click();
  await page.getByTestId("gap-item").nth(8).waitFor();
  await page.waitForFunction(() => window.phusongMap.queryRenderedFeatures({ layers: ["villages"] }).every(({ properties }) => properties.verdict === "insufficient"));
  assertClean(page);
  const shared = await open(browser, service.address, { hash: new URL(page.url()).hash });
  assert.equal(await shared.getByTestId("gap-item").count(), 9);
  assert.equal(await shared.locator("#filter-as_of").inputValue(), "01/01/2023");
  await Promise.all([page.context().close(), shared.context().close()]);
});

test("a day is typed and shown as day/month/year, also in a browser that speaks English", async () => {
  const page = await open(browser, service.address, { locale: "en-US" });
  await page.locator("[data-test=filters] summary").click();
  const field = page.locator("#filter-as_of");
  assert.equal(await field.getAttribute("placeholder"), "ngày/tháng/năm");
  await field.click();
  // The strokes come by themselves, as a number pad has none.
  await page.keyboard.type("07062023");
  await page.waitForFunction(() => location.hash.includes("2023-06-07"));
  assert.equal(await field.inputValue(), "07/06/2023");
  await page.getByText("tính đến hết ngày 07/6/2023").first().waitFor();

  await field.fill("31/02/2024");
  await page.getByRole("alert").filter({ hasText: "Không có ngày này" }).waitFor();
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  assert.match(await field.getAttribute("aria-describedby"), /filter-as_of-fault/);
  await field.fill("01/01/2099");
  await page.getByRole("alert").filter({ hasText: "Ngày không được sau" }).waitFor();
  assert.ok(page.url().includes("2023-06-07"), "what is no day asks nothing");
  await still(page, "day-wrong-vi");

  await field.fill("");
  await field.blur();
  await page.waitForFunction(() => !location.hash.includes("2023-06-07"));
  assert.equal(await page.locator("input[type=date]:not([aria-hidden=true])").count(), 0, "no field writes days as the browser does");
  await page.getByTestId("sign-in").click();
  await page.locator("dialog [type=submit]").click();
  assert.equal(await page.getByTestId("key-input").evaluate((input) => input.validationMessage), "Cần điền mục này.", "what is wrong is said in the page's language");
  assertClean(page);
  await page.context().close();
});

test("a click on a commune says what is there and leads to its villages", async () => {
  const page = await open(browser, service.address, { permissions: ["geolocation"], geolocation: { longitude: 108.82, latitude: 14.7 } });
  const { items } = await service.ask("/api/v1/communes");
  const commune = items.find(({ code }) => code === 21520);
  const box = await page.locator(".map canvas").boundingBox();
  // Within the commune, away from any village's mark.
  const [x, y] = await page.evaluate(([lon, lat]) => {
    const map = window.phusongMap;
    const middle = map.project([lon, lat]);
    const steps = [...Array(15)].map((_, i) => (i - 7) * 6);
    const near = ([left, top], layer, reach) => map.queryRenderedFeatures([[left - reach, top - reach], [left + reach, top + reach]], { layers: [layer] });
    return steps.flatMap((dx) => steps.map((dy) => [middle.x + dx, middle.y + dy])).find((at) => near(at, "villages", 12).length === 0 && near(at, "communes", 3).every(({ properties }) => String(properties.code) === "21520"));
  }, [commune.centre.lon, commune.centre.lat]);
  await page.mouse.click(box.x + x, box.y + y);
  const popup = page.getByTestId("place-popup");
  await popup.getByText("thôn", { exact: false }).first().waitFor();
  assert.equal(await popup.getAttribute("data-code"), "21520");
  assert.match(await popup.textContent(), /Trước là xã .*Trắng sóng: 3 thôn/);
  await screen(page, "commune-vi");
  await popup.getByTestId("place-filter").click();
  await page.waitForFunction(() => location.hash.includes("21520"));
  await page.waitForFunction(() => document.querySelectorAll("[data-test=gap-item]").length === 3);
  assert.equal(await popup.count(), 0);

  await page.getByTestId("locate").click();
  await page.waitForFunction(() => window.phusongMap.getZoom() > 10 && Math.abs(window.phusongMap.getCenter().lng - 108.82) < 0.3);
  const names = await page.locator(".map button").evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label")));
  assert.deepEqual(names, ["Phóng to", "Thu nhỏ"], "the library's buttons speak the page's language");
  await page.getByTestId("lang").click();
  await page.locator(".map button[aria-label='Zoom in']").waitFor();
  assertClean(page);
  await page.context().close();
});

test("on a slow network what was chosen is said at once, and a failure offers to try again", async () => {
  const page = await open(browser, service.address);
  let go = null;
  await page.route("**/api/v1/villages/kon-doc*", async (route) => {
    await new Promise((resolve) => { go = resolve; });
    await route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ title: "Đang bận", status: 503, code: "busy" }) });
  });
  await page.locator("[data-village=kon-doc] button").click();
  const waits = page.getByTestId("village-waits");
  await waits.getByText("Kon Dóc").waitFor();
  await waits.getByRole("status").getByText("Đang tải").waitFor();
  go();
  await waits.getByRole("alert").getByText("Đang bận").waitFor();
  await page.unroute("**/api/v1/villages/kon-doc*");
  await page.route("**/api/v1/villages/kon-doc*", (route) => route.abort());
  await waits.getByRole("button", { name: "Thử lại" }).click();
  await waits.getByRole("alert").getByText("Không kết nối được với máy chủ").waitFor();
  await page.unroute("**/api/v1/villages/kon-doc*");
  await waits.getByRole("button", { name: "Thử lại" }).click();
  await page.getByTestId("village-verdict").waitFor();
  await page.context().close();
});

test("a village chosen in the list is gone to, one clicked on the map stays where it is", async () => {
  const page = await open(browser, service.address);
  const zoom = () => page.evaluate(() => window.phusongMap.getZoom());
  const home = await zoom();
  const { x, y } = await page.evaluate(() => window.phusongMap.project([108.401, 15.274]));
  const box = await page.locator(".map canvas").boundingBox();
  await page.mouse.click(box.x + x, box.y + y);
  await page.getByTestId("village-verdict").waitFor();
  await idle(page);
  assert.ok(await zoom() <= home + 0.01, "the reader sees it already");
  await page.getByTestId("village-close").click();
  await page.locator("[data-village=kon-doc] button").click();
  await page.waitForFunction((from) => window.phusongMap.getZoom() > from + 1, home);
  await page.waitForFunction(() => { const { lng, lat } = window.phusongMap.getCenter(); return Math.hypot(lng - 108.82, lat - 14.7) < 0.4; });
  await page.context().close();
});

test("on paper the map stands whole with nothing over it, and a village's story goes without the list", async () => {
  const page = await open(browser, service.address);
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  await page.locator(".map-paper").evaluate((image) => image.decode());
  const [map, corner, list] = await Promise.all([".map-paper", ".corner", ".list-panel"].map((part) => page.locator(part).boundingBox()));
  assert.ok(corner.y >= map.y + map.height && map.y >= list.y + list.height, JSON.stringify({ map, corner, list }));
  await page.emulateMedia({ media: "screen" });
  await page.locator("[data-village=kon-doc] button").click();
  await page.getByTestId("village-verdict").waitFor();
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".list-panel").isVisible(), false);
  const [story, below] = await Promise.all([".story", ".stage"].map((part) => page.locator(part).boundingBox()));
  assert.ok(below.y >= story.y + story.height);
  await page.context().close();
});

test("on paper a panel has the whole width, without what is pressed or typed into", async () => {
  const page = await open(browser, service.address);
  await page.getByTestId("duties-open").click();
  await page.getByTestId("duty-line").nth(8).waitFor();
  await page.setViewportSize({ width: 703, height: 1030 });
  await page.emulateMedia({ media: "print" });
  assert.ok((await page.getByTestId("duties-panel").boundingBox()).width > 600);
  for (const part of [".tabs", ".duties-body select", ".duties-body details"]) assert.equal(await page.locator(part).first().isVisible(), false, part);
  assert.ok(await page.getByText("Bản đồ phủ sóng viễn thông tỉnh Quảng Ngãi").isVisible());
  await page.context().close();
});

test("from afar a village without data is a dot, until the list asks for it; gaps keep their marks", async () => {
  const demo = await startService("--demo");
  const page = await open(browser, demo.address);
  const marks = async () => {
    const drawnNow = await drawn(page);
    const verdicts = await page.evaluate(() => Object.fromEntries(window.phusongMap.queryRenderedFeatures({ layers: ["villages"] }).map(({ properties }) => [properties.id, [properties.verdict, properties.flags]])));
    return Object.entries(verdicts).map(([id, [verdict, flags]]) => ({ verdict, flags, mark: drawnNow[id] }));
  };
  const far = await marks();
  assert.ok(far.some(({ mark }) => mark === "far"));
  for (const { verdict, flags, mark } of far) assert.equal(mark === "far", verdict === "insufficient" && !flags, `${verdict} is drawn as ${mark}`);
  await screen(page, "far-vi");
  await page.getByTestId("chip").and(page.locator("[data-verdict=insufficient]")).click();
  await page.waitForFunction(() => window.phusongMap.queryRenderedFeatures({ layers: ["villages"] }).every(({ layer }) => String(layer.layout["icon-image"].name ?? layer.layout["icon-image"]) !== "far"));
  assertClean(page);
  await page.context().close();
  await demo.close();
});

test("in the reader's own colours what is chosen is still told from what is not", async () => {
  const page = await open(browser, service.address, { forcedColors: "active" });
  await page.getByTestId("gap-item").first().locator("button").click();
  await page.getByTestId("village-panel").waitFor();
  const look = (element) => element.evaluate((one) => { const { outlineStyle, outlineWidth, backgroundColor } = getComputedStyle(one); return `${outlineStyle} ${outlineWidth} ${backgroundColor}`; });
  const chips = page.getByTestId("chip");
  assert.notEqual(await look(chips.and(page.locator("[aria-pressed=true]")).first()), await look(chips.and(page.locator("[aria-pressed=false]")).first()));
  assert.notEqual(await look(page.locator(".gaps .chosen .gap")), await look(page.locator(".gaps li:not(.chosen) .gap").first()));
  await page.getByTestId("duties-open").click();
  assert.notEqual(await look(page.locator(".tabs [aria-pressed=true]")), await look(page.locator(".tabs [aria-pressed=false]").first()));
  await screen(page, "forced-colours-vi");
  assertClean(page);
  await page.context().close();
});

test("an area drawn on the map, signal indoors, and what was known on a day: each is asked and drawn", async () => {
  const page = await open(browser, service.address);
  await page.locator("[data-test=filters] summary").click();
  await page.getByTestId("area-draw").click();
  const box = await page.locator(".map canvas").boundingBox();
  const at = (corners) => page.evaluate((all) => all.map((corner) => window.phusongMap.project(corner)), corners);
  // Around Đăk Pao and Thôn Sơn.
  for (const { x, y } of await at([[108.15, 14.75], [108.55, 14.75], [108.55, 15.22], [108.15, 15.22]])) await page.mouse.click(box.x + x, box.y + y);
  await screen(page, "draw-vi");
  await page.keyboard.press("Enter");
  await page.getByTestId("area-says").filter({ hasText: "Vùng 4 đỉnh" }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll("[data-test=gap-item]").length === 2);
  await drawnAs(page, "kon-doc", "outside");
  await drawnAs(page, "dak-pao", "no_signal-stated-unsettled");
  await screen(page, "area-vi");
  const shared = await open(browser, service.address, { hash: new URL(page.url()).hash });
  assert.equal(await shared.getByTestId("gap-item").count(), 2, "the address holds the area");
  await page.getByTestId("area-drop").click();
  await page.getByTestId("gap-item").nth(8).waitFor();

  await page.locator("#filter-environment").selectOption("indoor");
  await page.locator("#filter-service").selectOption("voice");
  await page.waitForFunction(() => location.hash.includes("noi=indoor") && location.hash.includes("dv=voice"));
  await page.locator("[data-village=kon-doc] button").click();
  assert.match(await page.getByTestId("question").textContent(), /Trong nhà · Thoại/);
  await page.keyboard.press("Escape");
  // Nothing had been filed then: this ledger begins today.
  await page.locator("#filter-known_at").fill("2024-01-31");
  await page.getByText("Không có thôn nào khớp với bộ lọc.").waitFor();
  assert.match(await page.locator(".as-of").textContent(), /theo dữ liệu nhận đến hết ngày 31\/01\/2024/);
  await page.getByTestId("filters-reset").click();
  await page.getByTestId("gap-item").nth(8).waitFor();
  assertClean(page);
  await Promise.all([page.context().close(), shared.context().close()]);
});

test("the whole province stays in view when a panel opens, until the reader moves the map", async () => {
  const page = await open(browser, service.address);
  const { bounds: [west, south, east, north] } = await (await fetch(new URL("/tiles/communes.json", service.address))).json();
  const corners = () => page.evaluate((all) => all.map((corner) => window.phusongMap.project(corner)), [[west, north], [east, south]]);
  const within = async () => {
    const [[first, last], { width, height }] = [await corners(), await page.locator(".map canvas").boundingBox()];
    return first.x >= 0 && first.y >= 0 && last.x <= width && last.y <= height;
  };
  await page.getByTestId("duties-open").click();
  await idle(page);
  assert.ok(await within());
  await page.getByRole("button", { name: "Đóng" }).first().click();
  await idle(page);
  await page.locator(".map canvas").hover();
  await page.mouse.wheel(0, -400);
  await page.waitForFunction(() => window.phusongMap.getZoom() > 8.2);
  await idle(page);
  const zoom = () => page.evaluate(() => window.phusongMap.getZoom());
  const before = await zoom();
  await page.getByTestId("duties-open").click();
  await idle(page);
  assert.equal(await zoom(), before, "where the reader looks is the reader's");
  assertClean(page);
  await page.context().close();
});

test("Esc gives a drawing up; a finger closes it by the button", async () => {
  const page = await open(browser, service.address, { hash: "#nv=overdue" });
  await page.getByTestId("area-draw").click();
  await page.getByText("Nhấp để đặt từng đỉnh").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("Nhấp để đặt từng đỉnh").waitFor({ state: "hidden" });
  assert.equal(await page.getByTestId("area-says").count(), 0);
  await page.getByTestId("area-frame").click();
  await page.getByTestId("area-says").filter({ hasText: "4 đỉnh" }).waitFor();
  assert.equal(await page.getByTestId("gap-item").count(), 9);
  assertClean(page);
  await page.context().close();
});

test("English by a switch, and back", async () => {
  const page = await open(browser, service.address, { viewport: LAPTOP });
  await page.getByTestId("lang").click();
  await page.getByText("Villages without the coverage asked for").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  assert.match(await page.title(), /Telecom coverage map/);
  assert.match(await page.locator("[data-village=kon-doc]").first().textContent(), /No signal, by the list of 7 June 2023, to be confirmed again/);
  assert.match(await page.locator(".map-note").textContent(), /without legal value/);
  await screen(page, "map-en");
  await page.getByTestId("lang").click();
  await page.getByText("Thôn chưa đạt yêu cầu phủ sóng").waitFor();
  assertClean(page);
  await page.context().close();
});

test("a phone shows map and list, nothing wider than its screen", async () => {
  const page = await open(browser, service.address, { viewport: PHONE, hasTouch: true, isMobile: true });
  assert.equal(Object.keys(await drawn(page)).length, 9);
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  assert.ok(await fits());
  await screen(page, "phone-vi");
  await page.locator("[data-village=kon-doc] button").tap();
  await page.getByTestId("village-panel").waitFor();
  assert.ok(await fits());
  await screen(page, "phone-village-vi");
  await page.getByTestId("village-close").tap();
  await page.getByTestId("village-panel").waitFor({ state: "detached" });
  assertClean(page);
  await page.context().close();
});

test("the keyboard alone walks from the address bar to a village and back", async () => {
  const page = await open(browser, service.address);
  const active = () => page.evaluate(() => document.activeElement?.closest("[data-village]")?.getAttribute("data-village") ?? document.activeElement?.id ?? "");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await active(), "gap-list");
  await page.keyboard.press("ArrowDown");
  const first = await active();
  await page.keyboard.press("ArrowDown");
  const second = await active();
  assert.notEqual(first, second);
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, "none", "what has the focus is seen");
  await page.keyboard.press("Enter");
  await page.locator(`[data-test=village-panel][data-village=${second}]`).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "village-name");
  await page.keyboard.press("Escape");
  await page.getByTestId("village-panel").waitFor({ state: "detached" });
  assert.equal(await active(), second, "closing leads back to the line it came from");
  assertClean(page);
  await page.context().close();
});

test("nothing that axe finds wrong, in list, story and sign-in", async () => {
  const page = await open(browser, service.address, { hash: "#thon=thon-ca", reducedMotion: "reduce" });
  await page.getByTestId("village-panel").waitFor();
  await page.evaluate(await readFile(AXE, "utf8"));
  const faults = async () => {
    const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).slice(0, 4).join(" | ")}`);
  };
  assert.deepEqual(await faults(), []);
  await page.getByTestId("sign-in").click();
  await page.getByTestId("key-input").waitFor();
  assert.deepEqual(await faults(), []);
  assertClean(page);
  await page.context().close();
});

test("nothing that axe finds wrong, in filters, forms, lists, papers, figures and the account", async () => {
  const page = await open(browser, service.address, { key: await service.key("officer"), hash: "#noi=indoor&vung=108,14.5;109,14.5;109,15.3", reducedMotion: "reduce" });
  await page.getByTestId("area-says").waitFor();
  assert.ok(await page.locator(".subtitle").isVisible(), "who has much to do still reads what this is");
  await page.evaluate(await readFile(AXE, "utf8"));
  const faults = async () => {
    const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).slice(0, 4).join(" | ")}`);
  };
  const found = { filters: await faults() };
  await page.getByTestId("confirm-open").click();
  await page.getByTestId("confirm-commune").selectOption("21520");
  await page.locator("[data-village=kon-doc] summary").first().click();
  await page.locator("[data-village=kon-doc] [data-carrier=viettel] .say-has").click();
  found.confirm = await faults();
  await page.getByTestId("report-open").click();
  await page.getByTestId("report-tab-file").click();
  await page.getByTestId("drop-zone").waitFor();
  found.check = await faults();
  await page.getByTestId("officer-open").click();
  await page.getByTestId("officer-panel").waitFor();
  found.filings = await faults();
  await page.getByTestId("documents-open").click();
  await page.getByTestId("bundle-zip").waitFor();
  found.documents = await faults();
  await page.getByTestId("figures-open").click();
  await page.getByTestId("figures-figures").click();
  await page.locator("#stat-by").selectOption("district_old");
  await page.getByText("Chưa có số liệu nào của chỉ tiêu này.").waitFor();
  found.figures = await faults();
  await page.getByTestId("who").click();
  await page.getByTestId("account").getByText("Cán bộ Sở").waitFor();
  found.account = await faults();
  await still(page, "account-vi");
  assert.deepEqual(found, { filters: [], confirm: [], check: [], filings: [], documents: [], figures: [], account: [] });
  assertClean(page);
  await page.context().close();
});

test("as long as the server is out of reach the page says so, and no longer", async () => {
  const page = await open(browser, service.address);
  await live(page);
  await page.route("**/events", (route) => route.abort());
  await page.getByTestId("sign-in").click();
  await page.getByTestId("key-input").fill(await service.key("planner"));
  await page.getByTestId("sign-in-submit").click();
  const toast = page.getByTestId("toast").filter({ hasText: "Mất kết nối với máy chủ" });
  await toast.waitFor();
  // A second try in vain says it no second time.
  await page.waitForRequest("**/events");
  assert.equal(await toast.count(), 1);
  await page.unroute("**/events");
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await live(page);
  await toast.waitFor({ state: "detached" });
  const others = page.faults.filter((fault) => !/ERR_FAILED/.test(fault));
  assert.deepEqual(others, []);
  await page.context().close();
});

test("a wrong key is said so and changes nothing", async () => {
  const page = await open(browser, service.address);
  await page.getByTestId("sign-in").click();
  await page.getByTestId("key-input").fill("ps_viettel_wrong");
  await page.getByTestId("sign-in-submit").click();
  await page.getByText("Khóa không đúng, đã hết hạn hoặc đã bị thu hồi.").waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.getItem("phusong-key")), null);
  await page.keyboard.press("Escape");
  await idle(page);
  assert.equal(await page.getByTestId("gap-item").count(), 9);
  assert.ok(page.faults.every((fault) => /401/.test(fault)), page.faults.join("\n"));
  await page.context().close();
});

test("the service had nothing to warn of", () => {
  assert.deepEqual(service.warnings(), []);
});
