/** What a log of measurements comes to before it is filed: its sets, cell by cell, with their limits. */

import type { SampleSet } from "../api/filings";
import type { Context } from "../context";
import { type Child, h } from "../dom";
import { day, decimal, either, number, tenths } from "../text";
import { m } from "../text/sets";

const share = (value: number): string => `${tenths(value * 100)} %`;

export function setsSection(context: Context, sets: readonly SampleSet[]): Child {
  if (sets.length === 0) return false;
  return h("section", { "aria-labelledby": "check-sets", "data-test": "check-sets" }, h("h3", { id: "check-sets" }, m("title")), h("p", { class: "quiet small" }, m("note")),
    ...sets.map((set) => setItem(context, set)));
}

function setItem({ known }: Context, set: SampleSet): HTMLElement {
  const carrier = known.carriers.find(({ id }) => id === set.carrier)?.name ?? set.carrier;
  const days = set.first === set.last ? day(set.first) : `${day(set.first)} – ${day(set.last)}`;
  const told = [
    [m("days"), days],
    [m("cells"), `${number(set.good)}/${number(set.cells)}`],
    [m("limits"), `${share(set.wilson_lower)} – ${share(set.wilson_upper)}`],
    [m("p"), decimal(Math.round(set.p_at_most * 1e6) / 1e6)],
    [m("reading"), either({ vi: set.reading_vi, en: set.reading_en })],
  ] as const;
  return h("details", { class: "fold", open: true, "data-test": "check-set", "data-reading": set.reading },
    h("summary", {}, `${set.cluster_name ?? set.cluster} · ${carrier} ${set.technology}`),
    h("dl", { class: "facts" }, ...told.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    h("p", { class: "quiet small" }, m("samples", { samples: set.samples, near: set.near, on_file: set.on_file, level: set.good_level_dbm })),
    set.each_cell.length > 0 && h("details", { class: "fold" }, h("summary", {}, m("each")),
      h("table", {}, h("thead", {}, h("tr", {}, ...(["day", "place", "count", "median", "reading"] as const).map((key) => h("th", { scope: "col" }, m(key))))),
        h("tbody", {}, ...set.each_cell.map((cell) => h("tr", {}, h("td", {}, day(cell.day)), h("td", {}, `${number(cell.east_m)}; ${number(cell.north_m)}`), h("td", {}, number(cell.samples)), h("td", {}, number(cell.median_dbm)), h("td", {}, m(cell.good ? "good" : "bad"))))))));
}
