/** Names of what entries tell that is in no template's column. */

export const viColumns = {
  f_noi_dung: "Nội dung", f_so_sanh: "Phải đạt", f_nguong: "Ngưỡng", f_don_vi_tinh: "Đơn vị tính", f_pham_vi: "Phạm vi", f_han: "Hạn",
  f_chu_tri: "Chủ trì", f_can_cu: "Căn cứ", f_nguon: "Nguồn",
  f_ten_ghi: "Tên ghi trong tệp", f_ben_canh: "Cạnh đó ghi", f_nghia_la: "Nghĩa là", f_ly_do: "Lý do", f_tai_khoan: "Tài khoản", f_dien_tich_km2: "Diện tích (km²)",
};

export const enColumns: Record<keyof typeof viColumns, string> = {
  f_noi_dung: "Content", f_so_sanh: "Has to be", f_nguong: "Threshold", f_don_vi_tinh: "Unit of measure", f_pham_vi: "Scope", f_han: "Due",
  f_chu_tri: "In charge", f_can_cu: "Basis", f_nguon: "Source",
  f_ten_ghi: "Name in the file", f_ben_canh: "Written beside it", f_nghia_la: "Means", f_ly_do: "Reason", f_tai_khoan: "Account", f_dien_tich_km2: "Area (km²)",
};
