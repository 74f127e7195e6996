/** Words of who one is: loaded with that dialog. */

import { inVietnamese } from "./index";

const vi = {
  title: "Khóa đang dùng", role: "Vai trò", of: "Của", person: "Tài khoản", unnamed: "khóa không tên", label: "Ghi chú", until: "Dùng được đến", for_ever: "không có hạn", sees: "Được xem", may: "Được làm",
  nothing: "chỉ xem", erased: "tên đã xóa", session: "Khóa này theo đường dẫn đăng nhập; đăng xuất là hết dùng.", tab: "Khóa chỉ nằm trong thẻ trình duyệt này.", close: "Đóng",
  may_report: "gửi báo cáo", may_on_behalf: "nhập thay", may_publish: "công bố", may_return: "trả lại để bổ sung", may_withdraw: "thu hồi phần mình gửi", may_observe: "xác nhận sóng tại thôn", may_measure: "gửi kết quả đo", may_decide: "ra quyết định",
  may_challenge: "gửi phản ánh", may_restrict: "hạn chế xem trạm", may_see_sites: "xem trạm", may_see_reports: "xem các lần gửi", may_prepare: "soạn bản nháp từ tệp", may_plan_sites: "tìm vị trí đặt trạm", may_open_public: "mở trang cho công chúng",
};

const en: Record<keyof typeof vi, string> = {
  title: "The key in use", role: "Role", of: "Of", person: "Account", unnamed: "a key without a name", label: "Note", until: "Good until", for_ever: "it has no end", sees: "Sees", may: "May",
  nothing: "only look", erased: "its name was erased", session: "This key came with a sign-in link; signing out ends it.", tab: "The key is in this browser tab only.", close: "Close",
  may_report: "file reports", may_on_behalf: "file on behalf of others", may_publish: "publish", may_return: "return filings", may_withdraw: "withdraw its own filings", may_observe: "confirm signal in villages", may_measure: "file measurements", may_decide: "decide",
  may_challenge: "file complaints", may_restrict: "restrict sites", may_see_sites: "see sites", may_see_reports: "see filings", may_prepare: "prepare drafts of files", may_plan_sites: "search for sites", may_open_public: "open the public view",
};

export const words = { vi, en };

export function a(key: keyof typeof vi): string {
  return (inVietnamese() ? vi : en)[key];
}

/** What an action is called; one that this page does not know keeps its code. */
export function mayText(action: string): string {
  const key = `may_${action}`;
  return isWord(key) ? a(key) : action;
}

function isWord(key: string): key is keyof typeof vi {
  return Object.hasOwn(vi, key);
}
