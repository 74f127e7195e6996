/** Words of what waits for a second person. */

import { inVietnamese } from "./index";

const vi = {
  title: "Chờ người thứ hai ({n})", villages: "Danh sách thôn", goal: "Chỉ tiêu", restriction: "Hạn chế xem trạm",
  by: "{who} gửi {when}", unnamed: "khóa không tên", not_you: "Cần một tài khoản khác có quyền công bố.",
};

const en: Record<keyof typeof vi, string> = {
  title: "Awaiting a second person ({n})", villages: "List of villages", goal: "Target", restriction: "Restriction of a site",
  by: "{who} filed it {when}", unnamed: "a key without a name", not_you: "Another account that may publish has to.",
};

export function s(key: keyof typeof vi, values: Readonly<Record<string, string | number>> = {}): string {
  return (inVietnamese() ? vi : en)[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
