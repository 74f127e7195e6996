/** Words of the papers that are taken away or come back: loaded with them. */

import { inVietnamese, number } from "./index";

const vi = {
  intro: "Lập theo phần người xem được thấy. Cùng dữ liệu thì cùng tệp, kiểm tra lại được ở dưới.",
  bundle_title: "Tập phiếu hiện trạng thôn", bundle_of: "Của", province: "Toàn tỉnh", carriers: "Thôn trong nhiệm vụ của doanh nghiệp", communes: "Thôn của xã",
  bundle_most: "Trên {n} thôn thì chỉ có ZIP, mỗi thôn một tệp.", dossier_where: "Phiếu của một thôn: mở thôn đó trên bản đồ.",
  tables_title: "Bảng số liệu", tables_note: "Mỗi bảng kèm định nghĩa và nguồn.", table_villages: "Các thôn", table_duties: "Nhiệm vụ, cam kết", table_statistics: "Số liệu chỉ tiêu",
};

const en: Record<keyof typeof vi, string> = {
  intro: "Made of what its reader may see. The same data gives the same file, and it can be checked below.",
  bundle_title: "Bundles of village dossiers", bundle_of: "Of", province: "The whole province", carriers: "Villages a carrier owes", communes: "Villages of a commune",
  bundle_most: "More than {n} villages come as a ZIP, a file each.", dossier_where: "One village's dossier: open it on the map.",
  tables_title: "Tables", tables_note: "Each with its definitions and sources.", table_villages: "Villages", table_duties: "Duties, promises", table_statistics: "Figures",
};

export const words = { vi, en };

export function w(key: keyof typeof vi, values: Readonly<Record<string, number>> = {}): string {
  return (inVietnamese() ? vi : en)[key].replace(/\{(\w+)\}/g, (whole, name: string) => (values[name] === undefined ? whole : number(values[name])));
}
