/** The coordinate doctor: every reading of two numbers, nearest first; a click shows one on the map. Nothing is filed. */

import { ask, json, sending } from "../api/client";
import type { Context } from "../context";
import { fill, h } from "../dom";
import { degrees, either, metres, t } from "../text";

interface Reading { readonly name_vi: string; readonly name_en: string; readonly lon: number; readonly lat: number; readonly fits: boolean; readonly distance_m: number; readonly from: string }

export function doctor(context: Context): HTMLElement {
  const field = (name: string, label: string, required: boolean) => ({ label, input: h("input", { id: `doctor-${name}`, name, required, autocomplete: "off" }) });
  const shown = ({ label, input }: ReturnType<typeof field>) => h("div", { class: "field" }, h("label", { for: input.id }, label), input);
  const [east, north, commune] = [field("east", t("f_kinh_do"), true), field("north", t("f_vi_do"), true), field("commune", t("f_xa"), false)];
  const answer = h("div", { role: "status" });
  const examine = async () => {
    try {
      const point = { east: east.input.value.trim(), north: north.input.value.trim(), ...(commune.input.value.trim() === "" ? {} : { commune: commune.input.value.trim() }) };
      const { rows } = await ask<{ rows: { readings: Reading[] }[] }>("/api/v1/tools/coordinates", sending(json({ points: [point] })));
      const readings = rows.flatMap((row) => row.readings);
      fill(answer, readings.length === 0 ? h("p", { class: "quiet small" }, t("doctor_none")) : h("ul", { class: "plain-list" }, ...readings.map((one) => h("li", { "data-test": "reading" },
        h("button", { type: "button", class: "link", onclick: () => { context.pin(one); context.goToPoints([one]); } }, either({ vi: one.name_vi, en: one.name_en })),
        h("p", { class: "small" }, `${degrees(one.lon, 6)}; ${degrees(one.lat, 6)} · ${t("doctor_from", { distance: metres(one.distance_m), place: one.from })}`)))));
    } catch (error) {
      fill(answer, h("p", { class: "problem", role: "alert" }, error instanceof Error ? error.message : String(error)));
    }
  };
  return h("details", { class: "fold", "data-test": "doctor" }, h("summary", {}, t("doctor")),
    h("form", { class: "report-form", onsubmit: (event) => { event.preventDefault(); void examine(); } }, h("div", { class: "pair" }, shown(east), shown(north)), shown(commune),
      h("div", { class: "buttons" }, h("button", { type: "submit", class: "plain" }, t("doctor_ask")))), answer);
}
