/** Words of the panel of targets: loaded with it, not with the page. */

import { inVietnamese, number } from "./index";

const vi = {
  title: "Chỉ tiêu", close: "Đóng", loading: "Đang tính…", failed: "Không tải được: {why}",
  tab_targets: "Chỉ tiêu", tab_figures: "Số liệu", tab_criteria: "Tiêu chí xã", tab_missing: "Chưa báo cáo",
  indicator: "Chỉ tiêu", cut: "Theo", by_province: "tỉnh", by_province_old: "tỉnh (cũ)", by_district_old: "huyện (cũ)", by_commune: "xã", by_commune_old: "xã (cũ)", period: "Kỳ", by_month: "tháng", by_report: "kỳ báo cáo (15–14)",
  reported_at: "So với đã báo cáo đến hết ngày", show: "Xem", units: "{n} đơn vị có số liệu", unit: "Đơn vị", latest: "Kỳ cuối", ratio: "Tỷ lệ", part_whole: "Thực hiện", previous: "So kỳ trước", last_year: "So cùng kỳ", reported: "mới {n} % báo cáo", then: "Số đã báo cáo", then_none: "chưa có", moved: "Nay khác",
  points: "{n} điểm", counted: "Tử số: {part}; mẫu số: {whole}. Nguồn: {source}", back_to_units: "Mọi đơn vị", csv: "Tải CSV", no_figures: "Chưa có số liệu nào của chỉ tiêu này.", split: "Chưa rõ cách chia: {why}", moved_by: "vì {rows}", table: "{name}: {unit}", first_last: "{from}: {first} → {to}: {last}",
  set_ntm: "nông thôn mới", set_ntm_nang_cao: "nông thôn mới nâng cao", criteria_unit: "Xã", criteria_named: "các xã nêu trong kế hoạch", criteria_day: "Tính đến hết ngày", criteria_days_note: "Bộ tiêu chí được chọn theo ngày này.",
  totals: "Đạt {met} · chưa đạt {not_met} · chưa đủ dữ liệu {insufficient}; tính đến hết ngày {day}",
  met: "đạt", not_met: "chưa đạt", insufficient: "chưa đủ dữ liệu", passes: "đạt", fails: "chưa đạt",
  plan: "kế hoạch {sign} {bar}", now: "{ratio} ({part}/{whole}), kỳ đến {to}", short: "Còn thiếu {points} điểm phần trăm (≈ {lacking} trên {whole})", short_plain: "Còn thiếu {points} (≈ {lacking} trên {whole})",
  partial: "Kỳ đến {to} mới có {reported} % báo cáo: {ratio}", absent: "Chưa báo cáo: {who}", at_due: "Vào hạn {due}: {ratio} — {verdict}",
  inferred: "hạn là suy luận", none: "Chưa có số liệu", undefined_indicator: "Chưa có định nghĩa chỉ tiêu này", estimated: "ước tính", provisional: "sơ bộ",
  on_map: "Xem theo xã trên bản đồ", off_map: "Bỏ tô màu trên bản đồ", chart: "{name}: {n} kỳ, từ {first} đến {last}; kế hoạch {bar}",
  range: "{from} – dưới {to}", legend: "{name}, kỳ đến {to}", no_figure: "chưa có số liệu", legend_estimated: "{n} xã có số ước tính (chia theo số hộ)", no_communes: "Chưa có số liệu nào chia được theo xã.",
  edition: "bộ tiêu chí {edition}", today: "nay thuộc {units}", criteria_totals: "Đạt {passes} · chưa đạt {fails} · chưa đủ dữ liệu {insufficient}",
  missing_none: "Kỳ vừa hết: mọi doanh nghiệp đã gửi số liệu.", missing_some: "Kỳ vừa hết còn thiếu {n} số liệu (chỉ tiêu × đơn vị × doanh nghiệp):", findings: "Điều cần xem lại ({n})",
  per_100: "trên 100",
};

const en: Record<keyof typeof vi, string> = {
  title: "Targets", close: "Close", loading: "Working it out…", failed: "Could not be loaded: {why}",
  tab_targets: "Targets", tab_figures: "Figures", tab_criteria: "Commune criteria", tab_missing: "Not filed",
  indicator: "Indicator", cut: "By", by_province: "province", by_province_old: "former province", by_district_old: "former district", by_commune: "commune", by_commune_old: "former commune", period: "Period", by_month: "month", by_report: "reporting period (15th to 14th)",
  reported_at: "Against what was reported to the end of", show: "Show", units: "{n} units with figures", unit: "Unit", latest: "Last period", ratio: "Ratio", part_whole: "Count", previous: "From the period before", last_year: "From a year before", reported: "{n} % reported", then: "As reported", then_none: "none yet", moved: "Moved",
  points: "{n} points", counted: "Counted: {part}, of {whole}. Source: {source}", back_to_units: "All units", csv: "Download CSV", no_figures: "No figure of this indicator yet.", split: "How it is divided is not known: {why}", moved_by: "by {rows}", table: "{name}: {unit}", first_last: "{from}: {first} → {to}: {last}",
  set_ntm: "new countryside", set_ntm_nang_cao: "advanced new countryside", criteria_unit: "Commune", criteria_named: "the communes that the order names", criteria_day: "As of the end of", criteria_days_note: "The edition is that of this day.",
  totals: "{met} met · {not_met} not met · {insufficient} insufficient data; as of {day}",
  met: "met", not_met: "not met", insufficient: "insufficient data", passes: "passes", fails: "fails",
  plan: "plan {sign} {bar}", now: "{ratio} ({part}/{whole}), period to {to}", short: "{points} percentage points short (≈ {lacking} of {whole})", short_plain: "{points} short (≈ {lacking} of {whole})",
  partial: "of the period to {to} only {reported} % reported: {ratio}", absent: "not filed: {who}", at_due: "on the due day {due}: {ratio} — {verdict}",
  inferred: "the due day is inferred", none: "No figures yet", undefined_indicator: "Nobody has defined this indicator", estimated: "estimated", provisional: "provisional",
  on_map: "Show by commune on the map", off_map: "Clear the map", chart: "{name}: {n} periods, {first} to {last}; plan {bar}",
  range: "{from} – under {to}", legend: "{name}, period to {to}", no_figure: "no figures yet", legend_estimated: "{n} communes are estimated (divided by households)", no_communes: "No figure can be shown by commune yet.",
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
