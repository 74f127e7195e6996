/** Words of the form that corrects a row: loaded with it. */

import { inVietnamese } from "./index";

const vi = {
  title_confirmation: "Đính chính xác nhận", title_statistics: "Đính chính số liệu", title_outages: "Đính chính mất liên lạc",
  title_coverage: "Đính chính khai báo vùng phủ", title_villages: "Đính chính danh sách thôn", title_duties: "Đính chính tiến độ nhiệm vụ", title_measurement: "Đính chính kết quả đo",
  check: "Kiểm tra thử",
  every: "mọi doanh nghiệp", unsaid: "không nêu",
  period_form: "tháng/năm, hoặc ngày đầu–ngày cuối", time_form: "giờ của tỉnh: 27/11/2026 05:00", unchanged: "Chưa sửa ô nào.",
  empty_stays: "Ô để trống thì giữ như đã ghi.",
  basis_statement: "khai báo", basis_inventory: "kiểm kê", basis_on_air_log: "nhật ký phát sóng", basis_prediction: "tính toán dự báo",
  measured: "Kết quả đã gửi: cụm {cluster}, {carrier}, {technology}, {samples} mẫu đo.",
  log: "Chọn tệp đo…", log_means: "Mẫu đo không sửa từng dòng: gửi lại cả tệp đo (CSV của máy đo hoặc XLSX).",
};

const en: Record<keyof typeof vi, string> = {
  title_confirmation: "Correct a confirmation", title_statistics: "Correct a figure", title_outages: "Correct an outage",
  title_coverage: "Correct a coverage claim", title_villages: "Correct a list of villages", title_duties: "Correct a duty's progress", title_measurement: "Correct a measurement",
  check: "Check",
  every: "every carrier", unsaid: "not said",
  period_form: "month/year, or first day–last day", time_form: "the province's time: 27/11/2026 05:00", unchanged: "Nothing was changed yet.",
  empty_stays: "An empty field stays as it was filed.",
  basis_statement: "a statement", basis_inventory: "an inventory", basis_on_air_log: "an on-air log", basis_prediction: "a prediction",
  measured: "Filed: cluster {cluster}, {carrier}, {technology}, {samples} samples.",
  log: "Choose the log…", log_means: "Samples are not mended one by one: send the whole log again (the device's CSV, or XLSX).",
};

export const words = { vi, en };
export type CorrectWord = keyof typeof vi;

export function c(key: CorrectWord, values: Readonly<Record<string, string>> = {}): string {
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), (inVietnamese() ? vi : en)[key]);
}
