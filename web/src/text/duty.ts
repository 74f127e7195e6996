/** Words of a duty's steps and promises, as they were told: loaded with them. */

import { inVietnamese, number } from "./index";

const vi = {
  missing: "thiếu, chưa ai báo", ahead: "Chưa tới: {steps}", earlier: "trước khi mở lại", told: "{day} · {who} · {evidence}", promises: "Các lần cam kết", promise: "{said}: cam kết {promised}", slip: "lùi {n} ngày", sooner: "sớm hơn {n} ngày",
  blockers: "Vướng mắc đã nêu", blocker: "{kind}: {text}, từ {since}", lifted: "đã gỡ {day}", on_air: "Trạm báo phát sóng", no_promise: "Chưa có cam kết nào.",
};

const en: Record<keyof typeof vi, string> = {
  missing: "missing, nobody has told", ahead: "Not yet: {steps}", earlier: "before it was reopened", told: "{day} · {who} · {evidence}", promises: "Promises", promise: "{said}: promised {promised}", slip: "{n} days later", sooner: "{n} days sooner",
  blockers: "Blockers told", blocker: "{kind}: {text}, since {since}", lifted: "lifted {day}", on_air: "Sites reported on air", no_promise: "No promise yet.",
};

export const words = { vi, en };

export function y(key: keyof typeof vi, values: Readonly<Record<string, string | number>> = {}): string {
  return (inVietnamese() ? vi : en)[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}
