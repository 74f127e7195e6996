/** Words in the chosen language, and how days, numbers and distances are written in it. */

import type { Language } from "../state";
import { en } from "./en";
import { vi } from "./vi";

export type TextKey = keyof typeof vi;

const TEXTS: Record<Language, Record<TextKey, string>> = { vi, en };
/** The day and hour of the province, wherever the reader sits. */
const ZONE = { timeZone: "Asia/Ho_Chi_Minh" } as const;
let language: Language = "vi";

export function useLanguage(next: Language): void {
  language = next;
  document.documentElement.lang = next;
}

export function inVietnamese(): boolean {
  return language === "vi";
}

export function t(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}

/** The key if it is one, else null: for codes that a newer server may add. */
export function textKey(key: string): TextKey | null {
  return isTextKey(key) ? key : null;
}

/** The words of a code, or the code itself when this page does not know it. */
export function word(prefix: string, code: string): string {
  const key = textKey(`${prefix}_${code.replaceAll("-", "_")}`);
  return key === null ? code : t(key);
}

/** The one of two texts that is in the chosen language. */
export function either(texts: { vi: string | null | undefined; en: string | null | undefined }): string {
  return (language === "vi" ? texts.vi : texts.en) || texts.vi || texts.en || "";
}

/** A sentence of the server with its days and coordinates written as this page writes them. */
export function prose(texts: { vi: string | null | undefined; en: string | null | undefined }): string {
  return written(either(texts)).replace(/\b\d{4}-\d\d-\d\d\b/g, day);
}

/** Coordinates of a text in the mark that the language has: `108.634840` → 108,634840 in Vietnamese. Four places and more, so that no `1.730` and no clause is meant. */
export function written(text: string): string {
  if (language !== "vi") return text;
  // What stands in quotation marks is somebody's own.
  return text.replace(/“[^”]*”|(?<![\d.,])(-?\d{1,7})\.(\d{4,})(?![\d.,]\d)/g, (found, whole, places) => (places === undefined ? found : `${whole},${places}`));
}

export function number(value: number): string {
  return value.toLocaleString(language === "vi" ? "vi-VN" : "en-GB");
}

/** A number of a rule, with all its places. */
export function decimal(value: number): string {
  return value.toLocaleString(language === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: 6 });
}

/** A ratio, to two places at most. */
export function twoPlaces(value: number): string {
  return value.toLocaleString(language === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: 2 });
}

/** A coordinate, with all its places: 108,7420 in Vietnamese. */
export function degrees(value: number, places = 4): string {
  return value.toLocaleString(language === "vi" ? "vi-VN" : "en-GB", { minimumFractionDigits: places, maximumFractionDigits: places });
}

/** One decimal place: 45,5 in Vietnamese, 45.5 in English. */
export function tenths(value: number): string {
  return value.toLocaleString(language === "vi" ? "vi-VN" : "en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** Households of places of which some are not counted: none is never "≥ 0". */
export function households(known: number, unknown: number): string {
  if (unknown === 0) return t("list_households", { n: known });
  return known === 0 ? t("list_households_none") : t("list_households_least", { n: known });
}

/** The same, with how many villages are not counted. */
export function householdsOf(known: number, unknown: number): string {
  if (unknown === 0) return households(known, 0);
  const left = t("list_villages_unknown", { n: unknown });
  return known === 0 ? left : `${households(known, unknown)}; ${left}`;
}

/** `2023-06-07` → 07/6/2023 as official papers write it; in English 7 June 2023. */
export function day(iso: string): string {
  const [year, month, date] = iso.slice(0, 10).split("-").map(Number);
  if (year === undefined || month === undefined || date === undefined || Number.isNaN(year + month + date)) return iso;
  if (language === "en") return new Date(Date.UTC(year, month - 1, date)).toLocaleDateString("en-GB", { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(date)}/${month < 3 ? two(month) : month}/${year}`;
}

/** `2026-11` → tháng 11/2026; in English November 2026. */
export function monthName(iso: string): string {
  const [year = 0, month = 1] = iso.split("-").map(Number);
  if (language === "vi") return `tháng ${month < 3 ? `0${month}` : month}/${year}`;
  return new Date(Date.UTC(year, month - 1, 1)).toLocaleDateString("en-GB", { timeZone: "UTC", month: "long", year: "numeric" });
}

/** An instant, in Vietnam's time. */
export function instant(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const [date, time] = [at.toLocaleDateString("sv-SE", ZONE), at.toLocaleTimeString("en-GB", { ...ZONE, timeStyle: "short" })];
  return language === "vi" ? `${time} ngày ${day(date)}` : `${day(date)}, ${time}`;
}

/** Today in Vietnam, `YYYY-MM-DD`. */
export function today(): string {
  return new Date().toLocaleDateString("sv-SE", ZONE);
}

export function metres(m: number): string {
  if (m < 1_000) return `${number(Math.round(m))} m`;
  const km = m / 1_000;
  return `${(km < 10 ? Math.round(km * 10) / 10 : Math.round(km)).toLocaleString(language === "vi" ? "vi-VN" : "en-GB")} km`;
}

function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(vi, key);
}
