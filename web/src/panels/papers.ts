/** Papers to take away: a village's dossier, the report of a period, bundles of dossiers. */

import { address, download, streamed } from "../api/client";
import { type Context } from "../context";
import { fill, h, save } from "../dom";
import { t } from "../text";

type Days = Record<string, string | null>;

/** A file under a name; while it is made it cannot be asked for again. */
export function take(context: Context, label: string, test: string, what: () => { path: string; name: string; days?: Days }): HTMLButtonElement {
  const button = h("button", { type: "button", class: "link", "data-test": test }, label);
  button.addEventListener("click", () => void (async () => {
    const { path, name, days } = what();
    button.disabled = true;
    try {
      save(await download(address(path, days), null, "*/*"), name);
    } catch (error) {
      context.toast(t("failed", { why: error instanceof Error ? error.message : "" }));
    } finally {
      button.disabled = false;
    }
  })());
  return button;
}

/** A packed folder that is sent as it is made: how many papers it holds already, and a way out. */
export function folder(context: Context, label: string, test: string, path: string, name: string): HTMLElement {
  const place = h("span", { class: "folder" });
  const start = h("button", { type: "button", class: "link", "data-test": test }, label);
  const make = async () => {
    const stop = new AbortController();
    const bar = h("progress", { "aria-label": label });
    const said = h("span", { class: "small", role: "status" });
    fill(place, bar, " ", said, " ", h("button", { type: "button", class: "link", "data-test": `${test}-cancel`, onclick: () => stop.abort() }, t("cancel")));
    const count = fileCounter();
    let whole = 0;
    try {
      save(await streamed(path, stop.signal, {
        head: (headers) => { whole = Number(headers.get("x-phusong-papers")); bar.max = Math.max(1, whole); },
        piece: (bytes) => {
          bar.value = Math.min(count(bytes), bar.max);
          said.textContent = t("papers_made", { n: bar.value, of: whole });
        },
      }), name);
    } catch (error) {
      if (!stop.signal.aborted) context.toast(t("failed", { why: error instanceof Error ? error.message : String(error) }));
    }
    fill(place, start);
  };
  start.addEventListener("click", () => void make());
  fill(place, start);
  return place;
}

/** Counts the files of a ZIP as its pieces come: each begins with `PK\x03\x04`, in one piece or two. */
export function fileCounter(): (piece: Uint8Array) => number {
  const mark = [0x50, 0x4b, 0x03, 0x04];
  let [met, files] = [0, 0];
  return (piece) => {
    for (const byte of piece) {
      met = byte === mark[met] ? met + 1 : byte === mark[0] ? 1 : 0;
      if (met === mark.length) [met, files] = [0, files + 1];
    }
    return files;
  };
}

/** Under a village's name, as of the days that the page shows. */
export function dossierLinks(context: Context, village: string): HTMLElement {
  const link = (form: "pdf" | "docx") => take(context, form.toUpperCase(), `dossier-${form}`, () => {
    const { asOf, knownAt } = context.store.now.filters;
    return { path: `/api/v1/villages/${village}/dossier.${form}`, name: `phieu-hien-trang-${village}.${form}`, days: { as_of: asOf, known_at: knownAt } };
  });
  return h("p", { class: "small papers" }, `${t("v_dossier")}: `, link("pdf"), " · ", link("docx"));
}

/** How far back periods are offered. */
const PERIODS = 36;

/** The periods that are over, the latest first. */
export function periods(now: Date): string[] {
  const [year = 0, month = 1] = lastPeriod(now).split("-").map(Number);
  return Array.from({ length: PERIODS }, (_, back) => new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7));
}

/** A period is over on the 15th of the month it is named by. */
export function lastPeriod(now: Date): string {
  const ended = new Date(Date.UTC(now.getFullYear(), now.getMonth() - (now.getDate() >= 15 ? 0 : 1), 1));
  return ended.toISOString().slice(0, 7);
}
