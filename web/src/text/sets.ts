/** Words of what a log of measurements comes to. */

import { inVietnamese, number } from "./index";

const vi = {
  title: "Bộ đo sẽ nói gì", cluster: "Cụm dân cư", carrier: "Nhà mạng", days: "Ngày", cells: "Ô lưới đạt", limits: "Khoảng Wilson của tỷ lệ đạt", p: "p", reading: "Kết luận",
  samples: "{samples} mẫu, {near} mẫu đủ gần cụm, {on_file} mẫu đã có từ trước; ô đạt khi trung vị từ {level} dBm.",
  each: "Từng ô lưới", day: "Ngày", place: "Góc tây nam (đông; bắc, m)", count: "Số mẫu", median: "Trung vị (dBm)", good: "đạt", bad: "không đạt",
  note: "Mỗi ô lưới mỗi ngày là một lần đo, lấy trung vị các mẫu; gồm cả mẫu cùng nguồn đã gửi.",
};

const en: Record<keyof typeof vi, string> = {
  title: "What the samples will say", cluster: "Cluster", carrier: "Carrier", days: "Days", cells: "Good cells", limits: "Wilson limits of the good share", p: "p", reading: "Reading",
  samples: "{samples} samples, {near} of them near enough to the cluster, {on_file} filed before; a cell is good from a median of {level} dBm on.",
  each: "Cell by cell", day: "Day", place: "South-west corner (east; north, m)", count: "Samples", median: "Median (dBm)", good: "good", bad: "failed",
  note: "A cell of the grid counts once a day, by the median of its samples; those that the same source filed before count too.",
};

export const words = { vi, en };

export function m(key: keyof typeof vi, values: Readonly<Record<string, number>> = {}): string {
  return (inVietnamese() ? vi : en)[key].replace(/\{(\w+)\}/g, (whole, name: string) => (values[name] === undefined ? whole : number(values[name])));
}
