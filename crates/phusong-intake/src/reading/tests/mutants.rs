//! Damaged copies of good tables, the same every time: from their bytes to a draft, each is read or
//! named, and none panics. `PHUSONG_MUTANTS` sets how many of each (a release takes 10,000).

use phusong_atlas::domain::Party;

use super::super::Said;
use super::{beside, reading};
use crate::repair::dirt::{Seeded, tcvn3, vni, windows1258};
use crate::report::csv_table;
use crate::template::Kind;

const EACH: usize = 300;

const SITES: &str = "STT;Mã trạm;Loại sự kiện;Ngày sự kiện;Công nghệ;Băng tần;Kinh độ;Vĩ độ;Xã;Thôn phục vụ;Số hộ\n\
    1;Q1;phát sóng;01/11/2026;4G, 5G;L1800;108,822;14,704;Ba Trang;Kon Dóc;≥ 120\n\
    2;Q2;-nt-;13/10/2026;NR;2600;105°20'53\"Đ/22°37'45\"B;;Đăk Tô;\"Làng Kênh 1, 2\";chưa rõ\n";
const GNETTRACK: &str = "Timestamp,Longitude,Latitude,Speed,Operatorname,CellID,NetworkMode,RSRP\n\
    2026.11.20_08.00.10,108.8216,14.703,5,Viettel,12,LTE,-98\n\
    2026.11.20_08.00.11,108.8217,14.703,5,Viettel,12,5G,-\n";
const NETWORK_SURVEY: &str = "time,longitude,latitude,mnc,rat,rsrp\n\
    2026-11-20T08:00:10Z,108.8216,14.703,45204,LTE,-98\n";
const VILLAGES: &str = "Thôn;Xã;Kinh độ;Vĩ độ;Sai số (m);Số hộ;Điện lưới\n\
    Thôn Thử;Ba Tơ;108,6;14,7;50;41;có\n";
const STATISTICS: &str = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số;Tỷ lệ\n\
    hộ có cáp quang;Ba Tơ;10/2026;45;100;45,0 %\n";
const DUTIES: &str = "Thôn;Mốc tiến độ;Ngày đạt;Ngày cam kết;Vướng mắc;Vướng mắc từ\n\
    Kon Dóc;khảo sát;10/03/2026;31/12/2027;chưa có điện lưới;01/03/2026\n";
const OUTAGES: &str = "Thôn;Bắt đầu;Kết thúc;Nguyên nhân\n\
    Kon Dóc;20/11/2025 06:00;20/11/2025 09:30;mất điện\n";

fn utf16(text: &str) -> Vec<u8> {
    [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

fn goods() -> Vec<(&'static str, Kind, Vec<u8>)> {
    let tabs = SITES.replace(';', "\t");
    vec![
        ("CSV", Kind::SiteReport, SITES.into()),
        ("TSV", Kind::SiteReport, tabs.clone().into()),
        ("UTF-16", Kind::SiteReport, utf16(&tabs)),
        ("TCVN3", Kind::SiteReport, tcvn3(SITES)),
        ("VNI", Kind::SiteReport, vni(SITES)),
        ("Windows-1258", Kind::SiteReport, windows1258(SITES)),
        ("G-NetTrack", Kind::Measurement, GNETTRACK.into()),
        ("Network Survey", Kind::Measurement, NETWORK_SURVEY.into()),
        ("villages", Kind::Villages, VILLAGES.into()),
        ("statistics", Kind::Statistics, STATISTICS.into()),
        ("duties", Kind::Duties, DUTIES.into()),
        ("outages", Kind::Outages, OUTAGES.into()),
    ]
}

fn mutant(good: &[u8], dice: &mut Seeded) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len().max(1));
        match dice.below(4) {
            _ if bytes.is_empty() => {}
            0 => bytes[at] = u8::try_from(dice.below(256)).expect("a byte"),
            1 => bytes[at] ^= 1 << dice.below(8),
            2 => drop(bytes.drain(at..(at + dice.below(32)).min(bytes.len()))),
            _ => bytes.insert(at, bytes[at]),
        }
    }
    bytes
}

#[test]
fn tables_of_mutants_are_read_or_named() {
    let count = std::env::var("PHUSONG_MUTANTS").ok().and_then(|n| n.parse().ok()).unwrap_or(EACH);
    for (name, kind, good) in goods() {
        let mut dice = Seeded::new(0x9e37_79b9_7f4a_7c15);
        let mut read = 0;
        for number in 0..count {
            let bytes = mutant(&good, &mut dice);
            let table = match csv_table(&|| Ok(bytes.as_slice()), 1_000) {
                Ok((table, _)) => table,
                Err(why) => {
                    assert!(!why.findings.is_empty(), "{name} {number}");
                    continue;
                }
            };
            let most = table.rows.len();
            let reading = match kind {
                Kind::SiteReport => reading(table, &Said::default()),
                kind => beside::read_table(kind, &Party::Department, table),
            };
            let draft = reading.draft;
            assert!(draft.rows.len() <= most, "{name} {number}: more rows than the file has");
            let is_told = !draft.rows.is_empty() || !draft.findings.is_empty();
            assert!(is_told || most == 0, "{name} {number}: nothing read, nothing said");
            read += usize::from(reading.kind.is_some());
        }
        // The damage is such that it gets beyond the first check.
        assert!(read * 10 > count, "{name}: {read} of {count} were understood");
    }
}
