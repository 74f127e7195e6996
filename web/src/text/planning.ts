/** Words of what stands on one site, clusters, the course over time and what moved: loaded with those views. */

import { inVietnamese, number } from "./index";

const vi = {
  day_from: "Từ ngày", day_to: "Đến ngày", day_known: "Đã biết đến hết ngày", show: "Xem", csv: "Tải CSV", none: "Không có thôn nào.", more: "Xem thêm",
  single_count: "{n} thôn có cụm chỉ dựa vào một trạm, một tuyến truyền dẫn hoặc một nguồn điện.", single_site: "một trạm: {carrier} {code}", single_one: "một doanh nghiệp: {carrier}, chưa rõ trạm", single_backhaul: "một tuyến truyền dẫn: {line}, nuôi các trạm {sites}", single_power: "một nguồn điện: {line}, nuôi các trạm {sites}", cluster: "cụm {name}", cluster_unnamed: "cụm chưa có tên", cluster_households: "{n} hộ", cluster_unknown: "chưa rõ số hộ",
  clusters_totals: "Đã phủ sóng {covered} cụm ({covered_of}) · chưa có sóng {not} cụm ({not_of}) · chưa đủ dữ liệu {unsure} cụm ({unsure_of})", clusters_centre: "cụm trung tâm, suy từ thôn",
  series_label: "Tỷ lệ hộ ở cụm đã phủ sóng, từ {from} đến {to}: {first} % → {last} %", series_title: "Hộ ở cụm đã phủ sóng trên các hộ đã biết", series_day: "Hết ngày", series_covered: "Hộ có sóng", series_share: "Tỷ lệ", series_known: "Số hộ đã biết", series_unknown: "Cụm chưa rõ số hộ", series_note: "Chấm rỗng: có cụm chưa rõ số hộ. Mỗi ngày tính theo bộ tiêu chí của ngày đó.",
  then: "Đã báo cáo", now: "Nay tính", then_note: "Tính đến hết ngày {as_of}: theo dữ liệu đã biết đến hết ngày {known}, và theo dữ liệu biết hôm nay.", then_rules: "Bộ tiêu chí: {then} → {now}", moved: "{n} thôn đổi đánh giá", moved_by: "{when}, báo cáo {reports}: {verdict}", moved_none: "chưa có trong sổ", villages: "{n} thôn",
  changes_days: "Theo ngày", changes_known: "Theo ngày nhận dữ liệu", known_from: "Nhận sau ngày", known_to: "Nhận đến hết ngày",
  changes_count: "{n} thay đổi từ {from} đến {to}", known_count: "{n} thay đổi trong đánh giá của ngày {as_of}, do dữ liệu nhận sau ngày {from} đến hết ngày {to}", known_by: "ghi nhận {when}, báo cáo {reports}", known_by_unseen: "ghi nhận {when}",
};

const en: Record<keyof typeof vi, string> = {
  day_from: "From", day_to: "To", day_known: "As known at the end of", show: "Show", csv: "Download CSV", none: "No village.", more: "Show more",
  single_count: "{n} villages have clusters that rest on one site, one backhaul or one power feed.", single_site: "one site: {carrier} {code}", single_one: "one carrier: {carrier}, site unknown", single_backhaul: "one backhaul: {line}, for the sites {sites}", single_power: "one power feed: {line}, for the sites {sites}", cluster: "cluster {name}", cluster_unnamed: "a cluster without a name", cluster_households: "{n} households", cluster_unknown: "households unknown",
  clusters_totals: "Covered {covered} clusters ({covered_of}) · not covered {not} clusters ({not_of}) · insufficient data {unsure} clusters ({unsure_of})", clusters_centre: "centre, inferred from the village",
  series_label: "Share of households in covered clusters, {from} to {to}: {first} % → {last} %", series_title: "Households in covered clusters, of those that are known", series_day: "End of", series_covered: "Households covered", series_share: "Share", series_known: "Known households", series_unknown: "Clusters, households unknown", series_note: "A hollow dot: some clusters' households are unknown. Each day by the rule set of that day.",
  then: "Reported then", now: "Computed now", then_note: "As of {as_of}: by what was known at the end of {known}, and by what is known today.", then_rules: "Rule set: {then} → {now}", moved: "{n} villages have another verdict", moved_by: "{when}, report {reports}: {verdict}", moved_none: "not in the register", villages: "{n} villages",
  changes_days: "By days", changes_known: "By when we learned it", known_from: "Received after", known_to: "Received to the end of",
  changes_count: "{n} changes from {from} to {to}", known_count: "{n} changes in the verdicts of {as_of}, by data received after {from} and to the end of {to}", known_by: "recorded {when}, report {reports}", known_by_unseen: "recorded {when}",
};

export const words = { vi, en };

export function p(key: keyof typeof vi, values: Readonly<Record<string, string | number>> = {}): string {
  return (inVietnamese() ? vi : en)[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}
