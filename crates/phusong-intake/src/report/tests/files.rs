//! Bodies as files: JSON and CSV, whole and broken.

use serde_json::json;

use super::super::{MOST_FINDINGS, from_csv, read_json};
use super::{told, with_context};
use crate::{Because, Severity};

/// The body's own findings, or what each row became.
fn json_told(body: &str) -> String {
    match read_json(body.as_bytes()) {
        Err(why) => format!("{:?} {}", why.because, why.findings[0].message_en),
        Ok(body) => {
            let draft = with_context(|context| super::from_json(body, context));
            let whole = draft.findings.iter().map(|finding| {
                format!("{}@{}", finding.code, finding.column.as_deref().unwrap_or(""))
            });
            let rows = (0..draft.rows.len()).map(|at| told(&draft, at));
            whole.chain(rows).collect::<Vec<_>>().join(" | ")
        }
    }
}

#[test]
fn json_bodies() {
    let cases = [
        ("{", "Malformed the body is no valid JSON: line 1, column 1"),
        ("", "Malformed the body is no valid JSON: line 1, column 0"),
        ("{\"rows\":[\n{\"ma_tram\":1e400}]}", "Malformed the body is no valid JSON: line 2"),
        ("{\"rows\":[{\"ma_tram\":NaN}]}", "Malformed"),
        ("{\"rows\":[],\"rows\":[]}", "Malformed"),
        (
            "{\"rows\":[{\"xa\":\"a\",\n\"xa\":\"b\"}]}",
            "Malformed the body is no valid JSON: line 2",
        ),
        ("[]", "rows-missing@rows"),
        ("null", "rows-missing@rows"),
        ("{\"rows\":{}}", "rows-missing@rows"),
        ("{\"rows\":[]}", "no-rows@"),
        ("{\"rows\":[1]}", "✗ row-type!"),
        ("{\"rows\":[],\"reason\":1}", "bad-member@reason"),
        (
            "{\"rows\":[{}],\"on_behalf_of\":7.5,\"document\":{\"day\":\"31/02\"}}",
            "bad-member@document.day",
        ),
        ("{\"rows\":[{}],\"document\":[]}", "bad-member@document"),
    ];
    for (body, expected) in cases {
        let found = json_told(body);
        assert!(found.starts_with(expected), "{body}\n{found}");
    }
    let deep = format!("{{\"rows\":[{{\"xa\":{}", "[".repeat(100_000));
    assert!(json_told(&deep).starts_with("Malformed"));
}

fn csv_told(bytes: &[u8]) -> String {
    let read = with_context(|context| from_csv(&|| Ok(bytes), context));
    match read {
        Err(why) => {
            assert_eq!(why.because, Because::Damaged);
            let told = why
                .findings
                .iter()
                .map(|finding| format!("{} ({})", finding.code, finding.message_en));
            told.collect::<Vec<_>>().join(", ")
        }
        Ok(draft) => {
            let whole = draft.findings.iter().map(|finding| finding.code.to_owned());
            let rows = (0..draft.rows.len())
                .map(|at| format!("{}: {}", draft.rows[at].row, told(&draft, at)));
            whole.chain(rows).collect::<Vec<_>>().join(" | ")
        }
    }
}

const HEADER: &str = "ma_tram,loai_su_kien,ngay_su_kien,cong_nghe,kinh_do,vi_do,cac_thon_phuc_vu\n";
const GOOD: &str = "Q1,on_air,2026-11-01,4G,108.822,14.704,Kon Dóc\n";

fn utf16(text: &str, unit: fn(u16) -> [u8; 2], mark: [u8; 2]) -> Vec<u8> {
    mark.into_iter().chain(text.encode_utf16().flat_map(unit)).collect()
}

#[test]
fn csv_bodies() {
    let good = format!("{HEADER}{GOOD}");
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (good.clone().into(), "1: ✓"),
        (format!("\u{feff}{good}").into(), "1: ✓"),
        (utf16(&good, u16::to_le_bytes, [0xff, 0xfe]), "encoding | 1: ✓"),
        (utf16(&good, u16::to_be_bytes, [0xfe, 0xff]), "encoding | 1: ✓"),
        (good.replace(',', ";").into(), "delimiter | 1: ✓"),
        (good.replace(',', "\t").into(), "delimiter | 1: ✓"),
        (good.replace('\n', "\r\n").into(), "1: ✓"),
        // Decimal commas need another delimiter, as Excel in Vietnamese writes it.
        (good.replace(',', ";").replace('.', ",").into(), "delimiter | 1: ✓"),
        (
            "Ngày sự kiện,Mã trạm,Loại sự kiện,Thôn,Vĩ độ,Kinh độ,Công nghệ\n\
             01/11/2026,Q1,phát sóng,Kon Dóc,14.704,108.822,4G\n"
                .into(),
            "1: ✓",
        ),
        (
            "site code;event;date;X (m);Y (m);CRS;technology;villages\n\
             Q1;on air;2026-11-01;1626337.87;588305.36;EPSG:5898;LTE;kon-doc\n"
                .into(),
            "delimiter | 1: ✓",
        ),
        (format!("{HEADER},,,,,,\n{GOOD}\n").into(), "empty-rows | 2: ✓"),
        (
            format!("{HEADER}=cmd|' /C calc'!A0,on_air,2026-11-01,4G,108.8,14.7,kon-doc").into(),
            "1: ✓",
        ),
        (HEADER.into(), "no-rows"),
        (
            format!("{HEADER}Q1,on_air\n{GOOD}").into(),
            "1: ✗ row-length! bad-day! technology-missing? place-missing! serves-none? | 2: ✓",
        ),
        (format!("{HEADER}{},x\n", GOOD.trim()).into(), "1: ✗ row-length!"),
        (format!("{HEADER}{},,\n", GOOD.trim()).into(), "1: ✓"),
        (
            b"".to_vec(),
            "missing-column (this column is missing), missing-column (this column is missing), missing-column (this column is missing)",
        ),
        (
            "ma_tram,la,loai_su_kien,ngay_su_kien\n".into(),
            "unknown-column (the template has no such column)",
        ),
        (
            "ma_tram,Mã trạm,loai_su_kien,ngay_su_kien\n".into(),
            "duplicate-column (this column stands twice)",
        ),
        ("ma_tram,loai_su_kien\n".into(), "missing-column (this column is missing)"),
        (
            format!("{good}Q2,\"on_air,2026\nQ3,,\n").into(),
            "open-quote (line 3: a quote is never closed)",
        ),
        (format!("{HEADER}Q1\0,on_air\n").into(), "nul (line 2: the file holds a NUL)"),
        ([HEADER.as_bytes(), b"Q\xe1,on_air\n"].concat(), "not-utf8 (line 2: not UTF-8)"),
        (utf16("\u{fffd}", |_| [0x00, 0xd8], [0xff, 0xfe]), "not-utf16 (line 1: broken UTF-16)"),
        (
            format!("{HEADER}{}", "x".repeat(70_000)).into(),
            "cell-too-long (line 2: a cell of more than 65536 bytes)",
        ),
    ];
    for (bytes, expected) in cases {
        let shown = String::from_utf8_lossy(&bytes).chars().take(300).collect::<String>();
        assert_eq!(csv_told(&bytes), expected, "{shown:?}");
    }
}

#[test]
fn a_long_report_has_a_note_beside_every_row_and_totals_of_every_code() {
    const ROWS: usize = 15_000;
    let bad = "Q,on_air,31/02/2026,6G,108.822,14.704,Kon Dóc\n".repeat(ROWS);
    let text = format!("{HEADER}{bad}");
    let draft = with_context(|context| from_csv(&|| Ok(text.as_bytes()), context)).unwrap();
    assert!(!draft.can_file());
    let codes = draft.codes();
    assert_eq!(codes["bad-day"], (Severity::Refuse, ROWS));
    assert_eq!(codes["unknown-technology"], (Severity::Ask, ROWS));
    let counts = draft.counts();
    assert_eq!((counts.refuse, counts.ask), (ROWS, ROWS), "{counts:?}");
    // Every row says that it is refused and why; the last ones by code.
    for row in &draft.rows {
        let gravest = row.findings.iter().min_by_key(|finding| finding.severity).expect("a note");
        assert_eq!((gravest.code, gravest.severity), ("bad-day", Severity::Refuse), "{}", row.row);
    }
    let last = &draft.rows[ROWS - 1].findings;
    assert_eq!(last.len(), 1);
    assert!(last[0].message_vi.ends_with("(còn: unknown-technology)"), "{}", last[0].message_vi);
    assert!(draft.findings.iter().any(|finding| finding.code == "more-findings"));
    let kept: usize = draft.rows.iter().map(|row| row.findings.len()).sum();
    assert!(kept < ROWS + MOST_FINDINGS, "{kept}");
}

#[test]
fn rows_come_from_pieces_of_any_size() {
    /// One byte at a time: letters and UTF-16 pairs are cut everywhere.
    struct Drip<'b>(&'b [u8]);
    impl std::io::Read for Drip<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let (Some((first, rest)), Some(place)) = (self.0.split_first(), out.first_mut()) else {
                return Ok(0);
            };
            (*place, self.0) = (*first, rest);
            Ok(1)
        }
    }
    let good = format!("{HEADER}{GOOD}{}", GOOD.replace("Q1", "Q2 𠀀"));
    let wide = utf16(&good, u16::to_le_bytes, [0xff, 0xfe]);
    for bytes in [good.as_bytes(), &wide] {
        let draft = with_context(|context| from_csv(&|| Ok(Drip(bytes)), context)).unwrap();
        assert_eq!(draft.to_file().count(), 2);
        assert_eq!(draft.rows[1].understood()["ma_tram"], json!("Q2 𠀀"));
    }
}
