/** Words of decisions, certificates and the coordinate doctor: loaded with them. */

import { inVietnamese, number } from "./index";

const vi = {
  confirm_sunset: "Xác nhận dừng công nghệ", adopt_rule_set: "Áp dụng bộ tiêu chí", set_aside: "Gạt một ý kiến không có sóng", restrict_site: "Hạn chế xem trạm", share_structure: "Các trạm chung cột", define_indicator: "Định nghĩa chỉ tiêu", set_target: "Đặt chỉ tiêu", count_unit: "Số thôn, số hộ của đơn vị", certificate: "Gửi giấy chứng nhận kiểm định",
  sunsets: "Dừng công nghệ", sunset: "{technology} dừng từ {day}; {who}", everybody: "mọi doanh nghiệp", confirmed: "đã xác nhận", confirm: "Xác nhận", rules: "Bộ tiêu chí trong sổ", in_force: "đang áp dụng", disputed: "Thôn đang có phản ánh", restricted: "Trạm bị hạn chế xem", none: "Không có.", diff: "So với bộ đang áp dụng: thôn nào đổi, vì sao", rule_set: "{title}, phiên bản {version}",
  open_public: "Mở trang cho công chúng", public_closed: "Trang đang đóng với công chúng: ai không có khóa thì không xem được gì. Đã mở thì không đóng lại.",
  send: "Gửi quyết định", send_certificate: "Gửi giấy", done: "Đã ghi, mã {report}.", done_second: "Đã ghi, mã {report}; chờ người thứ hai.", moves: "Thôn đổi đánh giá:", take: "Tải biên nhận (JSON)",
  f_rules: "Bộ tiêu chí", f_from: "Từ ngày", f_report: "Mã báo cáo", f_row: "Dòng", f_carrier: "Doanh nghiệp", f_cause: "Nguyên nhân được chấp nhận", f_code: "Mã trạm", f_unit: "Mã đơn vị hành chính", f_sites: "Các trạm, mỗi dòng: doanh nghiệp, mã trạm", f_source: "Nguồn", f_id: "Mã, chữ thường không dấu", f_name_vi: "Tên (tiếng Việt)", f_name_en: "Tên (tiếng Anh)", f_kind: "Loại", f_denominator_of: "Mẫu số của", f_numerator_vi: "Tử số (tiếng Việt)", f_numerator_en: "Tử số (tiếng Anh)", f_denominator_vi: "Mẫu số (tiếng Việt)", f_denominator_en: "Mẫu số (tiếng Anh)", f_clause: "Điều khoản", f_indicator: "Mã chỉ tiêu", f_comparator: "So sánh", f_threshold: "Ngưỡng", f_due: "Hạn", f_owner: "Cơ quan chủ trì", f_text_vi: "Nội dung (tiếng Việt)", f_text_en: "Nội dung (tiếng Anh)", f_day: "Ngày có số", f_villages: "Số thôn", f_to: "Mã đơn vị nhận", f_households: "Số hộ", f_number: "Số giấy", f_issued: "Ngày cấp", f_expires: "Hết hạn", f_site: "Mã trạm", f_villages_of: "Các thôn", f_technologies: "Công nghệ", f_contradiction: "Chọn từ các mâu thuẫn", choose: "— chọn —", find_site: "Tìm trạm theo mã, tên để thêm", no_contradiction: "Không có mâu thuẫn nào.", set_aside_means: "Ý kiến “không có sóng” được gạt thì coi như đã được trả lời, chỉ đối với doanh nghiệp này và vì nguyên nhân được chấp nhận.",
  f_valid_from: "Đơn vị của thời kỳ", optional: "không bắt buộc", o_unit_now: "hiện nay, từ {day}", o_unit_old: "cũ, trước {day}", o_unit_oldest: "có từ trước khi có sổ", o_share: "tỷ lệ %", o_per_hundred: "trên 100", o_carrier: "doanh nghiệp", o_place: "nơi", o_above: "trên (>)", o_at_least: "ít nhất (≥)",
};

const en: Record<keyof typeof vi, string> = {
  confirm_sunset: "Confirm a sunset", adopt_rule_set: "Adopt a rule set", set_aside: "Set an opposition aside", restrict_site: "Restrict a site", share_structure: "Sites on one mast", define_indicator: "Define an indicator", set_target: "Set a target", count_unit: "Villages, households of a unit", certificate: "File a certificate of inspection",
  sunsets: "Sunsets", sunset: "{technology} ends on {day}; {who}", everybody: "every carrier", confirmed: "confirmed", confirm: "Confirm", rules: "Rule sets on file", in_force: "in force", disputed: "Disputed villages", restricted: "Restricted sites", none: "None.", diff: "Against the set in force: which villages change, and why", rule_set: "{title}, version {version}",
  open_public: "Open to the public", public_closed: "Closed to the public: whoever has no key is shown nothing. What is open is not closed again.",
  send: "Send the decision", send_certificate: "File it", done: "Filed as {report}.", done_second: "Filed as {report}; awaits a second person.", moves: "Villages whose verdict moved:", take: "Download the receipt (JSON)",
  f_rules: "Rule set", f_from: "From", f_report: "Report", f_row: "Row", f_carrier: "Carrier", f_cause: "Accepted cause", f_code: "Site code", f_unit: "Code of the unit", f_sites: "Sites, one a line: carrier, code", f_source: "Source", f_id: "Id, lower case", f_name_vi: "Name (Vietnamese)", f_name_en: "Name (English)", f_kind: "Kind", f_denominator_of: "Denominator of", f_numerator_vi: "Numerator (Vietnamese)", f_numerator_en: "Numerator (English)", f_denominator_vi: "Denominator (Vietnamese)", f_denominator_en: "Denominator (English)", f_clause: "Clause", f_indicator: "Indicator", f_comparator: "Comparison", f_threshold: "Threshold", f_due: "Due", f_owner: "Owner", f_text_vi: "Text (Vietnamese)", f_text_en: "Text (English)", f_day: "Counted on", f_villages: "Villages", f_to: "Code of the unit that received", f_households: "Households", f_number: "Number", f_issued: "Issued", f_expires: "Expires", f_site: "Site code", f_villages_of: "Villages", f_technologies: "Technologies", f_contradiction: "Choose from the contradictions", choose: "— choose —", find_site: "Find a site by code or name to add", no_contradiction: "No contradiction.", set_aside_means: "An opposition set aside counts as answered for this carrier, by the cause accepted.",
  f_valid_from: "Unit as it was", optional: "optional", o_unit_now: "of today, from {day}", o_unit_old: "former, before {day}", o_unit_oldest: "older than the register", o_share: "share, %", o_per_hundred: "per 100", o_carrier: "carrier", o_place: "place", o_above: "above (>)", o_at_least: "at least (≥)",
};

export const words = { vi, en };
export type DecideWord = keyof typeof vi;

export function d(key: DecideWord, values: Readonly<Record<string, string | number>> = {}): string {
  return (inVietnamese() ? vi : en)[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}
