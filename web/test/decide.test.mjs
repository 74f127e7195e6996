// What the department decides on the page: every act once, its errors beside the form, what it did; and certificates.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertClean, launch, open, PHONE, still } from "./browser.mjs";
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
  await page.getByTestId("reports-decision").click();
  await page.getByTestId("decisions-open").locator("> summary").click();
  const waiting = page.locator("[data-test=sunset][data-confirmed=false]");
  await waiting.first().waitFor();
  const count = await waiting.count();
  await page.getByTestId("confirm-sunset").first().click();
  await page.locator("[data-test=sunset][data-confirmed=true]").waitFor();
  assert.equal(await waiting.count(), count - 1);
  const { sunsets } = await service.ask("/api/v1/decisions", { key });
  assert.equal(sunsets.filter(({ confirmed }) => confirmed).length, 1);
  const [toast, demo] = await Promise.all(["toast", "demo"].map((name) => page.getByTestId(name).first().boundingBox()));
  assert.ok(toast.y >= demo.y + demo.height, "a message covers no other");
  await still(page, "decisions-vi");

  const aside = page.getByTestId("decide-set_aside");
  await aside.locator("summary").click();
  await aside.locator("[name=report]").fill("0000000000000000");
  await aside.locator("[name=row]").fill("1");
  for (const name of ["carrier", "cause"]) {
    assert.equal(await aside.locator(`[name=${name}]`).inputValue(), "", "nothing is decided by a default");
    await aside.locator(`[name=${name}]`).selectOption({ index: 1 });
  }
  await aside.locator("[type=submit]").click();
  await aside.getByRole("alert").waitFor();

  const adopt = page.getByTestId("decide-adopt_rule_set");
  await adopt.locator("summary").click();
  await adopt.locator("select").selectOption("vi-du-nghiem:1");
  await adopt.locator("[type=submit]").click();
  await page.getByTestId("done-adopt_rule_set").getByText("Đã ghi, mã").waitFor();
  await still(page, "decisions-forms-vi");

  // The list above follows the act.
  await page.getByTestId("rule-set").filter({ hasText: "phiên bản 1 · đang áp dụng" }).filter({ hasText: /nghiêm|chặt/i }).waitFor();

  // Every act stands in a list of its own, in words, and leads to what it changed.
  await page.getByTestId("reports-decision").click();
  const acts = page.getByTestId("act");
  await acts.and(page.locator("[data-act=adopt_rule_set]")).filter({ hasText: "Ví dụ nghiêm hơn" }).filter({ hasText: "phiên bản 1" }).waitFor();
  const sunset = acts.and(page.locator("[data-act=confirm_sunset]"));
  await sunset.getByTestId("acts-on").click();
  await sunset.locator("[data-act=announce_sunset]").filter({ hasText: "2G" }).waitFor();
  await acts.and(page.locator("[data-act=publish]")).first().getByText("thôn:").waitFor();
  assert.equal(await page.locator("[data-test=officer-report]").count(), (await service.ask("/api/v1/reports?kind=decision&limit=50", { key })).items.length);
  await still(page, "acts-vi");

  const target = page.getByTestId("decide-set_target");
  await target.locator("summary").click();
  const fill = async (values) => {
    for (const [name, value] of Object.entries(values)) await target.locator(`[name=${name}]`).fill(value);
  };
  await fill({ id: "goal-ii4b-fibre", clause: "mục thử", indicator: "fibre_households", threshold: "85", code: "51", due: "2027-12-31", owner: "Sở KH&CN", text_vi: "Hộ có cáp quang", text_en: "Households with fibre", source: "thử nghiệm" });
  await target.locator("[name=comparator]").selectOption("at_least");
  await target.locator("[type=submit]").click();
  await target.locator("[name=id][aria-invalid=true]").waitFor();
  await target.locator("#beside-set_target-id").getByTestId("finding").waitFor();
  await fill({ id: "muc-tieu-trang" });
  await target.locator("[type=submit]").click();
  await page.getByTestId("done-set_target").getByText("Đã ghi, mã").waitFor();
  const { items } = await service.ask("/api/v1/targets", { key });
  const made = items.find(({ id }) => id === "muc-tieu-trang");
  assert.equal(made.scope_name, "tỉnh Quảng Ngãi", "the province of today, not the former one");

  await page.getByTestId("report-open").click();
  await page.getByTestId("report-tab-certificate").click();
  const form = page.getByTestId("certificate-view").locator("form");
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

/** Opens the decisions with a key, and one form of them. */
async function openDecisions(key, options = {}) {
  const page = await open(browser, service.address, { key, ...options });
  await page.getByTestId("officer-open").click();
  await page.getByTestId("reports-decision").click();
  await page.getByTestId("decisions-open").locator("> summary").click();
  await page.getByTestId("rule-set").first().waitFor();
  return page;
}

/** Fills in one act's form and sends it; the code of what was filed. */
async function decideOn(page, what, values) {
  const fold = page.getByTestId(`decide-${what}`);
  await fold.locator("> summary").click();
  for (const [name, value] of Object.entries(values)) {
    const field = fold.locator(`[name="${name}"]`);
    if (await field.evaluate((element) => element.tagName === "SELECT")) await field.selectOption(value);
    else await field.fill(value);
  }
  await fold.locator("[type=submit]").click();
  const told = page.getByTestId(`done-${what}`);
  await told.getByText("Đã ghi, mã").waitFor();
  return /mã ([^.;]+)/.exec(await told.textContent())[1];
}

test("each other act of the department is filed from its form", async () => {
  const [officer, approver] = await Promise.all([service.key("officer"), service.key("approver")]);
  const page = await openDecisions(officer);
  const [one, other] = await Promise.all(["viettel", "mobifone"].map(async (carrier) => (await service.ask(`/api/v1/sites?carrier=${carrier}&limit=1`, { key: officer })).items[0]));
  const filed = async (report) => service.ask(`/api/v1/reports/${report}`, { key: officer });

  // Sites are offered where their codes are typed.
  const share = page.getByTestId("decide-share_structure");
  await share.locator("> summary").click();
  await page.getByTestId("share_structure-sites-find").fill(one.code.toLowerCase());
  await page.getByTestId("share_structure-sites-result").filter({ hasText: one.code }).first().click();
  assert.equal(await share.locator("[name=sites]").inputValue(), `viettel, ${one.code}`);
  await share.locator("> summary").click();

  const shared = await decideOn(page, "share_structure", { sites: `viettel, ${one.code}\nmobifone ${other.code}`, source: "Biên bản khảo sát (minh hoạ)" });
  assert.deepEqual((await filed(shared)).rows[0].understood.cac_tram.map(({ ma_tram }) => ma_tram).toSorted(), [one.code, other.code].toSorted());

  await decideOn(page, "define_indicator", { id: "smart_meters", name_vi: "Hộ có công tơ thông minh", name_en: "Households with a smart meter", kind: "share", denominator_of: "place", numerator_vi: "hộ có công tơ", numerator_en: "households with one", denominator_vi: "số hộ", denominator_en: "households", source: "thử nghiệm" });
  const { items: indicators } = await service.ask("/api/v1/indicators");
  assert.ok(indicators.some(({ id }) => id === "smart_meters"));

  const counted = await decideOn(page, "count_unit", { code: "21520", valid_from: (await service.ask("/api/v1/communes")).items.find(({ code }) => code === 21520).valid_from, day: "2026-01-01", villages: "9", source: "thử nghiệm" });
  assert.equal((await filed(counted)).rows[0].understood.so_thon, 9);
  assert.ok(await page.locator("#count_unit-code-units option[value='21520']").getAttribute("label"), "codes are offered by name");

  // What is set aside is chosen from the contradictions, with its report and row.
  const { items: [contradiction] } = await service.ask("/api/v1/contradictions", { key: officer });
  const aside = page.getByTestId("decide-set_aside");
  await aside.locator("> summary").click();
  const choice = page.getByTestId("set-aside-choice");
  await choice.locator("option", { hasText: contradiction.village.name }).first().waitFor({ state: "attached" });
  await choice.selectOption("0");
  assert.equal(await aside.locator("[name=report]").inputValue(), contradiction.opposition.entry.report);
  await aside.locator("[name=cause]").selectOption("fault");
  await still(page, "decisions-set-aside-vi");
  await aside.locator("[type=submit]").click();
  await page.getByTestId("done-set_aside").getByText("Đã ghi, mã").waitFor();
  const left = (await service.ask("/api/v1/contradictions", { key: officer })).items;
  assert.ok(!left.some(({ village, carrier, opposition }) => village.id === contradiction.village.id && carrier === contradiction.carrier && opposition.entry.report === contradiction.opposition.entry.report && opposition.entry.row === contradiction.opposition.entry.row), "it no longer stands against that carrier");
  assertClean(page);

  const second = await openDecisions(approver);
  await decideOn(second, "restrict_site", { carrier: "viettel", code: one.code });
  const { restricted } = await service.ask("/api/v1/decisions", { key: approver });
  assert.ok(restricted.some(({ code }) => code === one.code));
  await second.getByTestId("decisions").getByText(`Viettel ${one.code}`).waitFor();
  assertClean(second);
  for (const shown of [page, second]) await shown.context().close();
});

test("disputed villages stand by name and commune, and a rule set leads to what it would change", async () => {
  const officer = await service.key("officer");
  const { reference } = await service.ask("/api/v1/disputes", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ village: "kon-doc", text: "Không gọi được" }) });
  const { items: waiting } = await service.ask("/api/v1/disputes/waiting", { key: officer });
  const asked = reference ?? waiting.at(-1).reference;
  await fetch(new URL(`/api/v1/disputes/waiting/${asked}`, service.address), { method: "POST", headers: { "Content-Type": "application/json", Authorization: `Bearer ${officer}` }, body: JSON.stringify({ open: { text: "Có phản ánh là không gọi được" } }) });
  const page = await openDecisions(officer);
  const item = page.getByTestId("disputed").filter({ hasText: "Kon Dóc" });
  await item.filter({ hasText: /xã / }).waitFor();
  assert.doesNotMatch(await page.getByTestId("decisions").innerText(), /kon-doc|mac-dinh|vi-du-nghiem/, "no code where there is a name");
  await page.getByTestId("rules-diff").first().click();
  await page.getByTestId("plan-moves").waitFor();
  const [a, b] = await Promise.all(["a", "b"].map((name) => page.locator(`#plan-${name}`).inputValue()));
  const diff = await service.ask(`/api/v1/rules/diff?a=${a}&b=${b}`, { key: officer });
  await page.getByTestId("plan-moves").getByText(`${diff.moves} thôn đổi đánh giá`).waitFor();
  assert.equal(await page.getByTestId("plan-moved").count(), diff.moves + diff.flags_only);
  await still(page, "rules-diff-vi");
  assertClean(page);
  await page.context().close();
});

test("the decisions in English and on a phone", async () => {
  const officer = await service.key("officer");
  const english = await openDecisions(officer, { hash: "#lang=en" });
  assert.doesNotMatch(await english.getByTestId("decisions").innerText(), /Quyết định|Bộ tiêu chí|đang áp dụng/);
  await still(english, "decisions-en");
  const phone = await openDecisions(officer, { viewport: PHONE });
  for (const fold of await phone.locator("[data-test^=decide-] > summary").all()) await fold.click();
  const wide = await phone.evaluate(() => [...document.querySelectorAll(".side *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 80)));
  assert.deepEqual(wide, [], "nothing sticks out");
  await phone.getByTestId("decide-set_target").scrollIntoViewIfNeeded();
  await still(phone, "decisions-phone");
  for (const page of [english, phone]) {
    assertClean(page);
    await page.context().close();
  }
});

test("a certificate names the villages and technologies it is about", async () => {
  const key = await service.key("carrier", "--carrier", "viettel");
  const page = await open(browser, service.address, { key });
  await page.getByTestId("report-open").click();
  await page.getByTestId("report-tab-certificate").click();
  const form = page.getByTestId("certificate-view").locator("form");
  for (const [name, value] of Object.entries({ number: "C02/2026", issued: "2026-02-05", source: "minh hoạ" })) await form.locator(`[name=${name}]`).fill(value);
  await page.getByTestId("certificate-villages").fill("kon doc");
  await page.getByTestId("certificate-villages-result").filter({ hasText: "Kon Dóc" }).first().click();
  await form.locator(".chosen-villages [data-village=kon-doc]").waitFor();
  await form.locator("[name=technologies][value='4G']").check();
  await form.locator("[name=site]").fill("QNI9999");
  await still(page, "certificate-villages-vi");
  await form.locator("[type=submit]").click();
  const told = page.getByTestId("done-certificate");
  await told.getByText("Đã ghi, mã").waitFor();
  await told.locator("[data-code=unknown-site]").waitFor();
  const report = /mã ([^.;]+)/.exec(await told.textContent())[1];
  const [{ understood }] = (await service.ask(`/api/v1/reports/${report}`, { key })).rows;
  assert.deepEqual([understood.so_giay, understood.cac_thon_phuc_vu, understood.cong_nghe], ["C02/2026", ["kon-doc"], ["4G"]]);
  await page.getByTestId("officer-open").click();
  const item = page.locator(`[data-test=officer-report][data-report="${report}"]`);
  await item.getByText("Kon Dóc").waitFor();
  await item.getByText("C02/2026").waitFor();
  await still(page, "certificate-filed-vi");
  assertClean(page);
  await page.context().close();
});
