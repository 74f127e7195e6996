/** Words of the form that corrects a row: loaded with it. */

import { inVietnamese } from "./index";

const vi = {
  title_confirmation: "Đính chính xác nhận", title_statistics: "Đính chính số liệu", title_outages: "Đính chính mất liên lạc",
  check: "Kiểm tra thử",
  every: "mọi doanh nghiệp", unsaid: "không nêu",
  period_form: "tháng/năm, hoặc ngày đầu–ngày cuối", time_form: "giờ của tỉnh: 27/11/2026 05:00", unchanged: "Chưa sửa ô nào.",
};

const en: Record<keyof typeof vi, string> = {
  title_confirmation: "Correct a confirmation", title_statistics: "Correct a figure", title_outages: "Correct an outage",
  check: "Check",
  every: "every carrier", unsaid: "not said",
  period_form: "month/year, or first day–last day", time_form: "the province's time: 27/11/2026 05:00", unchanged: "Nothing was changed yet.",
};

export const words = { vi, en };
export type CorrectWord = keyof typeof vi;

export function c(key: CorrectWord): string {
  return (inVietnamese() ? vi : en)[key];
}
