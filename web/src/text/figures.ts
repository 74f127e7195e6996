/** Words of the panel of targets: loaded with it, not with the page. */

import { inVietnamese, number } from "./index";

const vi = {
  title: "Chỉ tiêu", close: "Đóng", loading: "Đang tính…", failed: "Không tải được: {why}",
  tab_targets: "Chỉ tiêu", tab_criteria: "Tiêu chí xã", tab_missing: "Chưa báo cáo",
  totals: "Đạt {met} · chưa đạt {not_met} · chưa đủ dữ liệu {insufficient}; tính đến hết ngày {day}",
  met: "đạt", not_met: "chưa đạt", insufficient: "chưa đủ dữ liệu", passes: "đạt", fails: "chưa đạt",
  plan: "kế hoạch {sign} {bar}", now: "{ratio} ({part}/{whole}), kỳ đến {to}", short: "còn thiếu {points} điểm (≈ {lacking} trên {whole})",
  partial: "kỳ đến {to} mới có {reported} % báo cáo: {ratio}", absent: "chưa báo cáo: {who}", at_due: "vào hạn {due}: {ratio} — {verdict}",
  inferred: "hạn là suy luận", none: "Chưa có số liệu", undefined_indicator: "Chưa có định nghĩa chỉ tiêu này", estimated: "ước tính", provisional: "sơ bộ",
  on_map: "Xem theo xã trên bản đồ", off_map: "Thôi tô bản đồ", chart: "{name}: {n} kỳ, từ {first} đến {last}; kế hoạch {bar}",
  legend: "{name}, kỳ đến {to}", no_figure: "chưa có số liệu", legend_estimated: "{n} xã có số ước tính (chia theo số hộ)", no_communes: "Chưa có số liệu nào chia được theo xã.",
  edition: "bộ tiêu chí {edition}", today: "nay thuộc {units}", criteria_totals: "Đạt {passes} · chưa đạt {fails} · chưa đủ dữ liệu {insufficient}",
  missing_none: "Kỳ vừa hết: mọi doanh nghiệp đã gửi số liệu.", missing_some: "Kỳ vừa hết còn thiếu {n} số liệu (chỉ tiêu × đơn vị × doanh nghiệp):", findings: "Điều cần xem lại ({n})",
  per_100: "trên 100",
};

const en: Record<keyof typeof vi, string> = {
  title: "Targets", close: "Close", loading: "Working it out…", failed: "Could not be loaded: {why}",
  tab_targets: "Targets", tab_criteria: "Commune criteria", tab_missing: "Not filed",
  totals: "{met} met · {not_met} not met · {insufficient} insufficient data; as of {day}",
  met: "met", not_met: "not met", insufficient: "insufficient data", passes: "passes", fails: "fails",
  plan: "plan {sign} {bar}", now: "{ratio} ({part}/{whole}), period to {to}", short: "{points} points short (≈ {lacking} of {whole})",
  partial: "of the period to {to} only {reported} % reported: {ratio}", absent: "not filed: {who}", at_due: "on the due day {due}: {ratio} — {verdict}",
  inferred: "the due day is inferred", none: "No figures yet", undefined_indicator: "Nobody has defined this indicator", estimated: "estimated", provisional: "provisional",
  on_map: "Show by commune on the map", off_map: "Clear the map", chart: "{name}: {n} periods, {first} to {last}; plan {bar}",
  legend: "{name}, period to {to}", no_figure: "no figures yet", legend_estimated: "{n} communes are estimated (divided by households)", no_communes: "No figure can be shown by commune yet.",
  edition: "edition {edition}", today: "today in {units}", criteria_totals: "{passes} pass · {fails} fail · {insufficient} insufficient data",
  missing_none: "Last period: every carrier has filed.", missing_some: "Of the last period {n} figures are missing (indicator × unit × carrier):", findings: "To look at ({n})",
  per_100: "per 100",
};

export const words = { vi, en };

export type FigureWord = keyof typeof vi;

export function w(key: FigureWord, values: Readonly<Record<string, string | number>> = {}): string {
  return (inVietnamese() ? vi : en)[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}
