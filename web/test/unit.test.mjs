// The page's pure functions, read by Vite as they stand in src/: no browser, no service.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as styleSpec from "@maplibre/maplibre-gl-style-spec";
import { createServer } from "vite";

let vite;
const load = (path) => vite.ssrLoadModule(path);

before(async () => {
  vite = await createServer({ root: fileURLToPath(new URL("..", import.meta.url)), appType: "custom", logLevel: "error", server: { middlewareMode: true, ws: false, watch: null }, optimizeDeps: { noDiscovery: true } });
});

after(async () => {
  await vite?.close();
});

test("households are said as far as they are counted, and decimals with a comma", async () => {
  const { households, householdsOf, tenths } = await load("/src/text/index.ts");
  assert.deepEqual([householdsOf(120, 0), householdsOf(120, 2), householdsOf(0, 2)], ["120 hộ", "≥\u00a0120 hộ; chưa rõ số hộ: 2 thôn", "chưa rõ số hộ: 2 thôn"]);
  assert.deepEqual([households(1234, 0), households(120, 2), households(0, 2), households(0, 0)], ["1.234 hộ", "≥\u00a0120 hộ", "chưa rõ số hộ", "0 hộ"]);
  assert.deepEqual([tenths(45.46), tenths(9)], ["45,5", "9,0"]);
});

test("coordinates of a text have the mark of the language; clauses, counts and what is quoted stay", async () => {
  globalThis.document ??= { documentElement: {} };
  const { useLanguage, written } = await load("/src/text/index.ts");
  useLanguage("vi");
  const cases = {
    "VN-2000 / TM-3 107°45': 108.634840; 14.917514": "VN-2000 / TM-3 107°45': 108,634840; 14,917514",
    "mục IV.16, hơn 1.730 vị trí, 12.345.678 hộ": "mục IV.16, hơn 1.730 vị trí, 12.345.678 hộ",
    "không đọc được “108.634840”": "không đọc được “108.634840”",
    "đỉnh -0.123456 ở ngoài": "đỉnh -0,123456 ở ngoài",
    "kỳ 07.06.2023": "kỳ 07.06.2023",
  };
  assert.deepEqual(Object.fromEntries(Object.keys(cases).map((text) => [text, written(text)])), cases);
  useLanguage("en");
  assert.equal(written("108.634840"), "108.634840");
  useLanguage("vi");
});

test("the whole province stands as large as it goes with no place beneath what lies over the map", async () => {
  const [{ homePadding }, { fitted, project }] = await Promise.all([load("/src/map/home.ts"), load("/src/map/sketch.ts")]);
  const extent = [107.2, 13.9, 109.2, 15.5];
  const places = [[107.3, 14.0], [108.9, 14.6], [109.1, 15.38], [108.0, 14.35], [107.6, 15.3]].map(([lon, lat]) => ({ lon, lat }));
  for (const [width, height] of [[360, 280], [390, 360], [700, 680], [1040, 810]]) {
    const size = { width, height };
    const boxes = [{ left: width - 116, top: height - 140, right: width - 8, bottom: height - 38 }, { left: width - 54, top: 0, right: width, bottom: 110 }];
    const padding = homePadding(extent, size, { left: 0, bottom: 36, boxes }, places);
    const view = fitted(extent, { ...size, padding });
    for (const { lon, lat } of places) {
      const [x, y] = project(view, size, lon, lat);
      assert.ok(x > 0 && y > 0 && x < width && y < height - 36, `${width}: ${lon} ${lat} is within`);
      assert.ok(!boxes.some((box) => x > box.left && x < box.right && y > box.top && y < box.bottom), `${width}: ${lon} ${lat} is free`);
    }
  }
  // Nothing in the way: the middle, and all the room there is.
  const { left, top, right, bottom } = homePadding(extent, { width: 800, height: 800 }, { left: 0, bottom: 0, boxes: [] }, places);
  assert.ok(Math.abs(left - right) < 0.01 && Math.abs(top - bottom) < 0.01 && Math.min(left, top) < 12.01);
});

test("a day is typed as this country writes it, and shown so", async () => {
  const { dayOf, typedDay } = await load("/src/day.ts");
  const cases = { "07/06/2023": "2023-06-07", "7/6/2023": "2023-06-07", " 7-6-2023 ": "2023-06-07", "07.06.2023": "2023-06-07", "07062023": "2023-06-07", "2023-06-07": "2023-06-07", "29/02/2024": "2024-02-29", "31/02/2023": null, "29/02/2023": null, "06/13/2023": null, "7/6/23": null, "00/01/2023": null, "": null, "hôm qua": null };
  assert.deepEqual(Object.fromEntries(Object.keys(cases).map((typed) => [typed, dayOf(typed)])), cases);
  assert.equal(typedDay("2023-06-07"), "07/06/2023");
  assert.equal(typedDay("hôm qua"), "hôm qua");
});

test("the page behind a page is where its link leads", async () => {
  const { nextPage } = await load("/src/api/client.ts");
  assert.equal(nextPage(null, "/api/v1/gaps?limit=2"), null);
  assert.equal(nextPage('<?limit=2&cursor=2.ab>; rel="next"', "/api/v1/gaps?limit=2&cursor=1.cd"), "/api/v1/gaps?limit=2&cursor=2.ab");
  assert.equal(nextPage('</about>; rel="help"', "/api/v1/gaps"), null);
});

test("every Vietnamese text has its English one, with the same blanks", async () => {
  const [{ vi }, { en }] = await Promise.all([load("/src/text/vi.ts"), load("/src/text/en.ts")]);
  const blanks = (text) => [...text.matchAll(/\{\w+\}/g)].map(([blank]) => blank).toSorted();
  assert.deepEqual(Object.keys(en).toSorted(), Object.keys(vi).toSorted());
  for (const [key, text] of Object.entries(vi)) {
    assert.notEqual(text.trim(), "", key);
    assert.equal(text, text.normalize("NFC"), key);
    assert.deepEqual(blanks(en[key]), blanks(text), key);
  }
});

test("days and numbers as official papers write them", async () => {
  globalThis.document ??= { documentElement: {} };
  const text = await load("/src/text/index.ts");
  const written = () => [text.day("2023-06-07"), text.day("2026-11-20"), text.number(1730), text.metres(700), text.metres(36_400), text.metres(1_250), text.instant("2026-11-25T20:29:00Z")];
  text.useLanguage("vi");
  assert.deepEqual(written(), ["07/6/2023", "20/11/2026", "1.730", "700 m", "36 km", "1,3 km", "03:29 ngày 26/11/2026"]);
  text.useLanguage("en");
  assert.deepEqual(written(), ["7 June 2023", "20 November 2026", "1,730", "700 m", "36 km", "1.3 km", "26 November 2026, 03:29"]);
  text.useLanguage("vi");
});

test("search folds accents, case and đ, however they were typed", async () => {
  const { fold } = await load("/src/units.ts");
  for (const [typed, folded] of [["Làng Mâm", "lang mam"], ["ĐẶNG THÙY TRÂM", "dang thuy tram"], ["Đăk  Pao", "dak pao"], ["Lang Mam".normalize("NFD"), "lang mam"]]) assert.equal(fold(typed), folded);
});

test("an address is a view: what is written is read back, what is nonsense falls away", async () => {
  const { readHash, writeHash, NO_FILTERS } = await load("/src/state.ts");
  const state = {
    language: "en", village: "kon-doc", view: { zoom: 9.5, lat: 14.75, lon: 108.8 },
    filters: {
      carrier: "viettel", technology: "4G", grade: "E3", environment: "indoor", service: "voice", duty: "overdue", verdicts: ["covered", "insufficient"], unit: "21520", district: null,
      gridPower: "no", especiallyHard: "unknown", area: [[108.7, 14.7], [108.9, 14.7], [108.8, 14.9]], asOf: "2023-12-31", knownAt: "2024-01-31", sort: "name",
    },
  };
  assert.deepEqual(readHash(writeHash(state)), state);
  assert.deepEqual(readHash("#map=x/y/z&cn=9G&xm=E9&thon=<script>&ngay=yesterday&nhan=2024-1-1&noi=moon&dv=&vung=108,14;109,14&dien=maybe&kq=,&lang=fr"), { language: "vi", village: null, view: null, filters: NO_FILTERS });
});

/** Evaluates a style expression for a village's properties, as the map does. */
function evaluate(expression, properties) {
  const compiled = styleSpec.createExpression(expression, { type: "string", "property-type": "data-driven", expression: { parameters: ["zoom", "feature"] } });
  assert.equal(compiled.result, "success", JSON.stringify(compiled.value));
  return compiled.value.evaluate({ zoom: 9 }, { type: 1, properties });
}

test("filters read the letters of a tile: any, each and one carrier, from each technology", async () => {
  const { verdictExpression } = await load("/src/map/verdict.ts");
  const carriers = ["viettel", "vnpt"];
  // any: c c c a; viettel: c c c a; vnpt: a a a a, as 2G 3G 4G 5G.
  const village = { id: "v", verdict: "covered", flags: "", q: "ccca" + "ccca" + "aaaa" };
  const shown = (carrier, technology, properties = village) => evaluate(verdictExpression({ carrier, technology, base: "2G", carriers, asked: null }), properties);
  const table = [
    ["any", null, "covered"], ["any", "4G", "covered"], ["any", "5G", "not_as_asked"],
    ["viettel", null, "covered"], ["viettel", "5G", "not_as_asked"], ["vnpt", null, "not_as_asked"],
    ["each", null, "not_as_asked"], ["each", "5G", "not_as_asked"], ["nobody", null, "covered"],
  ];
  for (const [carrier, technology, verdict] of table) assert.equal(shown(carrier, technology), verdict, `${carrier} ${technology}`);
  const nowhere = { id: "v", verdict: "no_signal", flags: "recheck", q: "nnnn" + "nnnn" + "nnnn" };
  for (const carrier of ["any", "viettel", "each"]) assert.equal(shown(carrier, "3G", nowhere), "no_signal");
  assert.equal(shown("each", "2G", { ...village, q: "cccc".repeat(3) }), "covered");
  assert.equal(shown("viettel", "2G", { id: "v", verdict: "covered" }), "insufficient", "a tile without letters claims nothing");
});

test("what the tiles cannot answer is drawn from what the service answered, the rest as outside", async () => {
  const { iconExpression, verdictExpression } = await load("/src/map/verdict.ts");
  const asked = new Map([["a", { verdict: "covered", trust: "confirmed", unsettled: false }], ["b", { verdict: "no_signal", trust: "stated", unsettled: true }]]);
  const expression = verdictExpression({ carrier: "any", technology: null, base: "2G", carriers: [], asked });
  assert.deepEqual(["a", "b", "c"].map((id) => evaluate(expression, { id, verdict: "covered" })), ["covered", "no_signal", "insufficient"]);
  // The tile's own grade and flags are of today's question: the answer's stand instead.
  const drawn = (id) => evaluate(iconExpression(expression, asked), { id, verdict: "covered", grade: "E5", flags: "recheck" });
  assert.deepEqual(["a", "b", "c"].map(drawn), ["covered-confirmed", "no_signal-stated-unsettled", "outside"]);
});

test("measured is drawn solid, the commune's word pale, a claim hollow; nothing to be confirmed is solid", async () => {
  const { iconExpression } = await load("/src/map/verdict.ts");
  const drawn = (properties) => evaluate(iconExpression(["string", "covered"], null), properties);
  const table = [[{ grade: "E3" }, "covered-confirmed"], [{ grade: "E5", flags: "" }, "covered-verified"], [{ grade: "E4" }, "covered-verified"], [{ grade: "E2" }, "covered-stated"], [{}, "covered-stated"],
    [{ grade: "E4", flags: "pending" }, "covered-stated-unsettled"], [{ grade: "E3", flags: "recheck" }, "covered-stated-unsettled"]];
  for (const [properties, mark] of table) assert.equal(drawn(properties), mark, JSON.stringify(properties));
});

test("the whole style is sound, for the public and for those who see sites", async () => {
  const { style } = await load("/src/map/style.ts");
  const { LIGHT } = await load("/src/map/palette.ts");
  for (const siteTiles of [null, "http://127.0.0.1/tiles/sites/{z}/{x}/{y}.mvt"]) {
    const made = style({ palette: LIGHT, language: "vi", tiles: "http://127.0.0.1/tiles/villages/{z}/{x}/{y}.mvt", siteTiles, verdict: ["get", "verdict"], asked: null, listed: ["no_signal"] });
    // The validator is older than `font-faces` with ranges.
    const { "font-faces": _fonts, ...rest } = made;
    const faults = styleSpec.validateStyleMin({ ...rest, glyphs: "http://127.0.0.1/{fontstack}/{range}.pbf" });
    assert.deepEqual(faults.map(({ message }) => message), []);
    assert.equal(made.layers.some(({ id }) => id === "sites"), siteTiles !== null);
  }
});

test("verdict colours stay apart in grey print", async () => {
  const { LIGHT } = await load("/src/map/palette.ts");
  const lightness = (hex) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
  };
  const sorted = Object.values(LIGHT.verdict).map(lightness).toSorted((a, b) => a - b);
  for (let i = 1; i < sorted.length; i += 1) assert.ok(sorted[i] - sorted[i - 1] >= 6, `L* ${sorted.map(Math.round)}`);
});

test("an uncertainty circle has its radius, on the ground", async () => {
  const { circle } = await load("/src/map/circle.ts");
  const [ring] = circle(108.8216, 14.703, 36_400).coordinates;
  const metres = ([lon, lat]) => {
    const rad = Math.PI / 180;
    const a = Math.sin(((lat - 14.703) * rad) / 2) ** 2 + Math.cos(lat * rad) * Math.cos(14.703 * rad) * Math.sin(((lon - 108.8216) * rad) / 2) ** 2;
    return 2 * 6_371_008.8 * Math.asin(Math.sqrt(a));
  };
  for (const corner of ring) assert.ok(Math.abs(metres(corner) - 36_400) < 1);
  assert.deepEqual(ring[0], ring.at(-1));
});

test("a drawn area closes on its first corner, takes corners back, and knows how large it is", async () => {
  const { areaKm2, Drawing } = await load("/src/map/draw.ts");
  const pixels = ([lon, lat]) => ({ x: lon * 1000, y: lat * 1000 });
  const drawing = new Drawing();
  assert.equal(drawing.click([108, 14], pixels), false);
  assert.equal(drawing.click([108, 14], pixels), false, "a second click at the same place is no corner");
  assert.equal(drawing.click([109, 14], pixels), false);
  assert.equal(drawing.area(), null, "two corners enclose nothing");
  assert.equal(drawing.click([107, 13], pixels), false);
  drawing.undo();
  assert.equal(drawing.click([109, 15], pixels), false);
  assert.equal(drawing.click([108.005, 14.005], pixels), true);
  assert.deepEqual(drawing.area(), [[108, 14], [109, 14], [109, 15]]);
  // One degree square at 14–15 °N, on the sphere of mean radius.
  const square = areaKm2([[108, 14], [109, 14], [109, 15], [108, 15]]);
  assert.ok(Math.abs(square - 11_970) < 10, `${square}`);
  assert.equal(areaKm2([[108, 14], [108, 15], [109, 15], [109, 14]]), square, "either way round");
});

test("the scale bar is a round distance of the right length", async () => {
  const { scaleOf } = await load("/src/map/scale.ts");
  for (const [zoom, metres] of [[4, 500_000], [8.3, 20_000], [9.5, 10_000], [12, 2_000], [15, 200]]) {
    const { length_m, width_px } = scaleOf(zoom, 14.75, 110);
    assert.equal(length_m, metres);
    assert.ok(width_px <= 110 && width_px > 40, `${width_px}`);
  }
  const { length_m, width_px } = scaleOf(9, 0, 200);
  assert.ok(Math.abs(length_m / width_px - 40_075_016.7 / 512 / 512) < 0.01);
});

test("the inset stands wherever an archipelago is out of sight", async () => {
  const { showsArchipelagos } = await load("/src/map/inset.ts");
  assert.equal(showsArchipelagos({ west: 107, south: 13.9, east: 109.2, north: 15.5 }), false);
  assert.equal(showsArchipelagos({ west: 102, south: 6, east: 118, north: 24 }), true);
  assert.equal(showsArchipelagos({ west: 102, south: 12, east: 118, north: 24 }), false);
});

test("what a verdict rests on is said, and a claim never sounds like a check", async () => {
  globalThis.document ??= { documentElement: {} };
  const { basisText, listingSign, trustOf } = await load("/src/verdict.ts");
  const listed = { verdict: "no_signal", flags: ["recheck"], source_word: "lõm sóng", reasons: [{ role: "opposition", grade: "E2", day: "2023-06-07", entries: [] }] };
  assert.equal(listingSign(listed), "theo danh sách 07/6/2023, cần xác nhận lại");
  assert.equal(listingSign({ ...listed, flags: [] }), null);
  const claim = { verdict: "covered", flags: ["pending"], reasons: [{ role: "support", grade: "E1", entries: [] }, { role: "opposition", grade: "E2", entries: [] }] };
  assert.equal(basisText(claim), "theo khai báo của doanh nghiệp, chưa xác minh, chờ xác nhận");
  assert.equal(trustOf(claim), "stated");
  const measured = { verdict: "covered", flags: [], reasons: [{ role: "support", grade: "E4", entries: [] }] };
  assert.equal(basisText(measured), "đã xác minh: đo tại thực địa");
  assert.equal(trustOf(measured), "verified");
  const commune = { verdict: "covered", flags: [], grade: "E3", reasons: [{ role: "support", source: "commune", grade: "E3", entries: [] }] };
  assert.equal(basisText(commune), "xã xác nhận");
  assert.equal(trustOf(commune), "confirmed");
  const old = { ...commune, grade: "E2", reasons: [{ role: "support", source: "commune", grade: "E2", entries: [] }] };
  assert.equal(basisText(old), "xã xác nhận, đã quá 12 tháng");
  const oldMeasurement = { ...commune, reasons: [{ role: "support", source: "measured", grade: "E3", entries: [] }] };
  assert.equal(basisText(oldMeasurement), "đo tại thực địa, đã quá 12 tháng", "an old measurement is not the commune's word");
});

for (const panel of ["figures", "planning", "decide", "correct", "documents", "account", "duty", "sets"]) {
  test(`the words of ${panel} are in both languages, with the same blanks`, async () => {
    const { words } = await load(`/src/text/${panel}.ts`);
    const blanks = (text) => [...text.matchAll(/\{\w+\}/g)].map(([blank]) => blank).toSorted();
    assert.deepEqual(Object.keys(words.en).toSorted(), Object.keys(words.vi).toSorted());
    for (const [key, vi] of Object.entries(words.vi)) {
      assert.notEqual(vi, "", key);
      assert.deepEqual(blanks(words.en[key]), blanks(vi), key);
    }
  });
}

test("communes are shaded by as many steps as their values differ, each darker than the one before", async () => {
  const { SHADES, shadeExpression, shadeOf, stepsOf } = await load("/src/map/shade.ts");
  assert.deepEqual(stepsOf([10, 20, 30, 40, 50]), [10, 20, 30, 40, 50]);
  assert.deepEqual(stepsOf([7, 7, 7]), [7]);
  assert.equal(shadeOf(0, 1), SHADES.at(-1), "one step is the darkest");
  const light = (colour) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 116 * Math.cbrt(0.2126 * r + 0.7152 * g + 0.0722 * b) - 16;
  };
  const steps = SHADES.map(light);
  for (const [i, step] of steps.slice(1).entries()) assert.ok(steps[i] - step > 12, `steps ${i} and ${i + 1} keep apart in grey: ${steps}`);
  assert.deepEqual(shadeExpression({ values: new Map([["21520", 15]]), steps: [10, 20] }, "#fff"),
    ["match", ["to-string", ["get", "code"]], "21520", shadeOf(0, 2), "#fff"]);
  assert.equal(shadeExpression({ values: new Map(), steps: [] }, "#fff"), "#fff");
});

test("a folder's papers are counted as they come, wherever its pieces are cut", async () => {
  const { fileCounter } = await load("/src/panels/papers.ts");
  const bytes = new TextEncoder().encode("PK\x03\x04one PK PPK\x03\x04twoPK\x03\x05PK\x01\x02");
  for (const size of [1, 2, 3, 5, bytes.length]) {
    const count = fileCounter();
    let files = 0;
    for (let at = 0; at < bytes.length; at += size) files = count(bytes.subarray(at, at + size));
    assert.equal(files, 2, `pieces of ${size}`);
  }
});

test("households are bounded only where something is known of them", async () => {
  const { countText } = await load("/src/panels/duties.ts");
  const of = (villages, households, villages_households_unknown) => countText({ villages, households, villages_households_unknown });
  assert.equal(of(2, 300, 0), "2 nhiệm vụ, 300 hộ");
  assert.equal(of(2, 120, 1), "2 nhiệm vụ, ≥ 120 hộ (1 nhiệm vụ chưa rõ số hộ)");
  assert.equal(of(9, 0, 9), "9 nhiệm vụ, chưa rõ số hộ");
});

test("a choice of system is answered in the column for systems, wherever it is asked", async () => {
  const { answersTo } = await load("/src/panels/questions.ts");
  const asked = { sheet: null, rows: [], rows_total: 0 };
  assert.deepEqual(answersTo({ ...asked, column: "he_toa_do", value: null, sheet: "tram" }, "EPSG:5898"), [{ sheet: "tram", column: "he_toa_do", means: "EPSG:5898" }]);
  assert.deepEqual(answersTo({ ...asked, column: "he_toa_do", value: "VN-2000" }, "EPSG:9216"), [{ column: "he_toa_do", value: "VN-2000", means: "EPSG:9216" }]);
  assert.deepEqual(answersTo({ ...asked, column: "kinh_do", value: "588305; 1626337", rows: [4], rows_total: 1 }, "EPSG:9216+swapped"), [{ row: 4, column: "he_toa_do", means: "EPSG:9216+swapped" }]);
  // One answer for a list that has no such column, however many of its rows ask.
  assert.deepEqual(answersTo({ ...asked, code: "event-missing", column: "loai_su_kien", value: null, rows: [2, 3], rows_total: 900, sheet: "tram" }, "on_air"), [{ sheet: "tram", column: "loai_su_kien", means: "on_air" }]);
  // Rows of several sheets: each answer goes to its own row's sheet, a word's to all of them.
  const months = { ...asked, rows: [9, 9], rows_total: 2, sheets: ["Tháng 10", "Tháng 11"] };
  assert.deepEqual(answersTo({ ...months, column: "ngay_su_kien", value: null }, "2026-10-01"), [{ sheet: "Tháng 10", row: 9, column: "ngay_su_kien", means: "2026-10-01" }, { sheet: "Tháng 11", row: 9, column: "ngay_su_kien", means: "2026-10-01" }]);
  assert.deepEqual(answersTo({ ...months, column: "loai_su_kien", value: "hoàn thành" }, "on_air"), [{ column: "loai_su_kien", value: "hoàn thành", means: "on_air" }]);
  assert.deepEqual(answersTo({ ...asked, code: "hour-unread", column: "bat_dau", value: "20/11/2026", rows: [2, 4], rows_total: 2, sheet: "" }, "20/11/2026 6h"), [{ row: 2, column: "bat_dau", means: "20/11/2026 6h" }, { row: 4, column: "bat_dau", means: "20/11/2026 6h" }]);
  assert.deepEqual(answersTo({ ...asked, column: "kinh_do", value: "1O8", rows: [4], rows_total: 1 }, "108,8"), [{ column: "kinh_do", value: "1O8", means: "108,8", row: 4 }]);
});
