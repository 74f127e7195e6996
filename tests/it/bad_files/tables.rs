//! Bad CSV: rows 16 to 23.

use super::{Bad, refused, taken};

const HEADER: &str = "ma_tram,loai_su_kien,ngay_su_kien,cong_nghe,kinh_do,vi_do,cac_thon_phuc_vu\n";
const SITE: &str = "Q1,on_air,2026-11-01,4G,108.8222,14.7042,Kon Dóc\n";

fn utf16(text: &str) -> Vec<u8> {
    [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

pub fn bad() -> Vec<Bad> {
    let good = format!("{HEADER}{SITE}");
    let again = SITE.replace("4G", "5G");
    let formula = SITE.replace("Q1", "=cmd|' /C calc'!A0");
    vec![
        taken(16, "utf16.csv", utf16(&good), "encoding"),
        refused(17, "nul.csv", format!("{HEADER}Q1\0,on_air\n"), "nul"),
        refused(18, "dai.csv", format!("{HEADER}{}", "x".repeat(70_000)), "cell-too-long"),
        refused(19, "nhay.csv", format!("{good}Q2,\"on_air,2026\nQ3,,\n"), "open-quote"),
        taken(20, "cham-phay.csv", good.replace(',', ";"), "delimiter"),
        taken(21, "cong-thuc.csv", format!("{HEADER}{formula}"), ""),
        refused(22, "hai-cot.csv", good.replacen("cong_nghe", "ma_tram", 1), "duplicate-column"),
        refused(23, "hai-dong.csv", format!("{good}{again}"), "conflicting-rows"),
    ]
}
