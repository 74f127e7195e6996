//! Papers over HTTP: what they say, to whom, and whether they are known again.

use std::io::{Cursor, Read as _};

use phusong::report::Seal;
use phusong::service::{PaperTrust, check_paper};
use phusong::vault::keys::{NewKey, SigningKey};

use crate::edge::{Ask, House, report};
use crate::served::phusong;

pub const PDF: &str = "/api/v1/villages/kon-doc/dossier.pdf";
const DOCX: &str = "/api/v1/villages/kon-doc/dossier.docx";

/// A report of a site beside Kon Dóc, published.
fn published(house: &House, code: &str) {
    let filed = house.post("/api/v1/reports", "viettel", &report(code, "kon-doc", "2026-10-01"));
    assert_eq!(filed.status, 201, "{}", filed.text());
    let id = filed.json()["report"].as_str().expect("an id").to_owned();
    let done = house.post(&format!("/api/v1/reports/{id}/publish"), "officer", "{}");
    assert_eq!(done.status, 200, "{}", done.text());
}

fn part(docx: &[u8], name: &str) -> String {
    let mut package = zip::ZipArchive::new(Cursor::new(docx)).expect("a package");
    let mut text = String::new();
    package.by_name(name).expect("a part").read_to_string(&mut text).expect("text");
    text
}

#[test]
fn the_same_state_gives_the_same_bytes_in_a_file_of_its_own_name() {
    let house = House::open();
    for (path, kind) in [(PDF, "application/pdf"), (DOCX, "wordprocessingml.document")] {
        let one = house.get(path, "officer");
        assert_eq!(one.status, 200, "{}", one.text());
        assert!(one.header("content-type").ends_with(kind));
        assert!(one.header("content-disposition").contains("phieu-hien-trang-kon-doc-"));
        assert!(!one.header("etag").is_empty());
        assert_eq!(one.body, house.get(path, "officer").body);
    }
    for gone in ["/api/v1/villages/nowhere/dossier.pdf", "/api/v1/villages/kon-doc/dossier.odt"] {
        assert_eq!(house.get(gone, "officer").status, 404);
    }
    // Before the order nobody knew of it.
    assert_eq!(house.get(&format!("{PDF}?as_of=2999-01-01"), "officer").status, 400);
}

#[test]
fn a_paper_of_the_department_is_laid_out_as_the_decree_asks_and_others_get_an_extract() {
    let house = House::open();
    let officers = part(&house.get(DOCX, "officer").body, "word/document.xml");
    for words in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "PHIẾU HIỆN TRẠNG THÔN",
        "Nơi nhận:",
        "GIÁM ĐỐC",
        "mục IV.16 Kế hoạch ban hành kèm theo Quyết định số 03/QĐ-BCĐ",
        "Ranh giới gần đúng, không có giá trị pháp lý",
        "w:top=\"1134\" w:right=\"851\" w:bottom=\"1134\" w:left=\"1701\"",
    ] {
        assert!(officers.contains(words), "{words}");
    }
    let public = part(&house.get(DOCX, "public").body, "word/document.xml");
    for words in ["CỘNG HÒA", "GIÁM ĐỐC", "Nơi nhận"] {
        assert!(!public.contains(words), "{words} in an extract");
    }
}

#[test]
fn the_public_paper_holds_no_site_and_no_distance_and_others_do() {
    let house = House::open();
    published(&house, "QNI0042");
    let seen = |role| part(&house.get(DOCX, role).body, "word/document.xml");
    let (officer, public) = (seen("officer"), seen("public"));
    assert!(officer.contains("QNI0042") && officer.contains("Trạm đang phát sóng gần nhất"));
    assert!(!public.contains("QNI0042") && !public.contains("gần nhất"));
    assert!(officer.contains("Khoảng cách") && !public.contains("Khoảng cách"));
    assert!(public.contains("Viettel") && public.contains("Khai báo có (E1)"));
    // A rival sees the published claim, and neither the site nor how far it is.
    let rival = seen("vnpt");
    assert!(!rival.contains("QNI0042"));
}

#[test]
fn a_pdf_is_known_again_whole_and_not_when_a_byte_was_changed() {
    let house = House::open();
    let pdf = house.get(PDF, "officer").body;
    let paper = check_paper(&pdf, &[]).expect("a seal");
    assert_eq!(paper.trust, PaperTrust::SelfNamed);
    assert_eq!(paper.seal.word("subject"), Some("kon-doc"));
    assert_eq!(paper.seal.word("scope"), Some("officer"));
    let page = house.get("/api/v1/villages/kon-doc", "officer").json();
    assert_eq!(paper.seal.word("atlas"), page["version"].as_str());

    let at = |part: usize| pdf.len() * part / 7;
    for place in (1..7).map(at).chain([20, pdf.len() - 2]) {
        let mut changed = pdf.clone();
        changed[place] ^= 1;
        let told = check_paper(&changed, &[]).map(|paper| paper.trust);
        assert!(matches!(told, None | Some(PaperTrust::Broken)), "byte {place}: {told:?}");
    }
    assert!(check_paper(&pdf[..pdf.len() - 1], &[]).is_none());
    assert!(Seal::read(b"%PDF-1.7 nothing of ours").is_none());
}

/// The paper as a PDF reader signs it: an object behind it, with all but its digits in the range.
pub fn signed(pdf: &[u8]) -> Vec<u8> {
    let head = |range: &str| format!("\n9 0 obj <</Type/Sig/ByteRange [{range:<40}]/Contents ");
    let until = pdf.len() + head("").len();
    let (digits, end) = ("3082".repeat(16), ">> endobj\n%%EOF\n");
    let range = format!("0 {until} {} {}", until + digits.len() + 2, end.len());
    [pdf, format!("{}<{digits}>{end}", head(&range)).as_bytes()].concat()
}

#[test]
fn the_command_line_says_what_stands_behind_our_bytes_and_trusts_no_key_that_only_the_file_names() {
    let house = House::open();
    let pdf = house.get(PDF, "officer").body;
    let data = house.dir.path().to_str().expect("utf-8");
    let place = |name: &str| house.dir.path().join(name).to_str().expect("utf-8").to_owned();
    let verify = |file: &str, bytes: &[u8], more: &[&str]| {
        std::fs::write(place(file), bytes).expect("written");
        phusong(&[&["verify-report", &place(file)], more].concat())
    };
    let (code, told) = verify("whole.pdf", &pdf, &["--data", data]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("nguyên vẹn") && told.contains("dossier kon-doc"), "{told}");

    let (code, told) = verify("self.pdf", &pdf, &[]);
    assert_eq!(code, 65, "whoever has a key may make such a file: {told}");
    assert!(told.contains("Tệp tự khai") && !told.contains("nguyên vẹn"), "{told}");

    let original = place("original.pdf");
    let taken = ["--data", data, "--original", &original];
    let (code, told) = verify("signed.pdf", &signed(&pdf), &taken);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("có thể đổi nội dung hiển thị"), "{told}");
    assert_eq!(std::fs::read(&original).expect("our part"), pdf);

    let longer = [pdf.as_slice(), b"\n7 0 obj (another figure) endobj\n%%EOF"].concat();
    assert_eq!(verify("longer.pdf", &longer, &["--data", data]).0, 65);
    let after = [signed(&pdf).as_slice(), b"\n7 0 obj (another figure) endobj"].concat();
    assert_eq!(verify("after.pdf", &after, &["--data", data]).0, 65);
    let other = tempfile::TempDir::new().expect("a directory");
    let other = SigningKey::open_or_create(other.path(), &NewKey { secret: [9; 32] });
    let other = other.expect("another service's key").public().to_bytes();
    let hex = other.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    assert_eq!(verify("other.pdf", &pdf, &["--key", &hex]).0, 65);
    assert_eq!(verify("none.pdf", b"%PDF-1.7", &["--data", data]).0, 65);
}

#[test]
fn a_paper_that_is_known_is_not_sent_again() {
    let house = House::open();
    let whole = house.get(PDF, "public");
    let tag = [("if-none-match", whole.header("etag"))];
    assert_eq!(house.ask(&Ask::get(PDF).with(&tag)).status, 304);
}

#[test]
fn a_bundle_is_one_paper_or_a_folder_of_papers_each_known_again() {
    let house = House::open();
    let bound = house.get("/api/v1/bundles/carrier-vnpt.docx", "officer");
    assert_eq!(bound.status, 200, "{}", bound.text());
    let text = part(&bound.body, "word/document.xml");
    for words in ["TẬP PHIẾU HIỆN TRẠNG THÔN", "Kèm theo Văn bản số", "Thôn Sơn", "Thôn Cà"]
    {
        assert!(text.contains(words), "{words}");
    }
    assert!(!text.contains("Kon Dóc"), "a village of another carrier's duty");

    let folder = house.get("/api/v1/bundles/carrier-vnpt.zip", "officer");
    assert_eq!((folder.status, folder.header("x-phusong-papers")), (200, "3"));
    let mut packed = zip::ZipArchive::new(Cursor::new(unchunked(&folder.body))).expect("a folder");
    let names: Vec<String> =
        packed.file_names().map(|name| name.expect("a name").into_owned()).collect();
    assert_eq!(names, ["0000-tong-hop.pdf", "0001-thon-ca.pdf", "0002-thon-son.pdf"]);
    for name in names {
        let mut pdf = Vec::new();
        packed.by_name(&name).expect("a paper").read_to_end(&mut pdf).expect("read");
        let paper = check_paper(&pdf, &[]).expect("a seal");
        assert_eq!(paper.trust, PaperTrust::SelfNamed, "{name}");
    }
    for gone in ["commune-1.pdf", "carrier-nobody.zip", "province.odt", "village-x.pdf"] {
        assert_eq!(house.get(&format!("/api/v1/bundles/{gone}"), "officer").status, 404, "{gone}");
    }
}

/// The body of a chunked answer.
pub fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|pair| pair == b"\r\n") {
        let length = std::str::from_utf8(&body[..end]).ok();
        let length =
            length.and_then(|text| usize::from_str_radix(text, 16).ok()).expect("a length");
        if length == 0 {
            break;
        }
        whole.extend(&body[end + 2..end + 2 + length]);
        body = &body[end + 4 + length..];
    }
    whole
}

#[test]
fn the_period_report_compares_what_was_known_then_with_what_is_computed_now() {
    let house = House::open();
    let last = "/api/v1/period-reports/2026-10.docx";
    let before = part(&house.get(last, "officer").body, "word/document.xml");
    for words in [
        "BÁO CÁO KỲ",
        "Lũy kế",
        "% kế hoạch",
        "So cùng kỳ",
        "Theo sổ lúc đó",
        "Khi đó sổ chưa có dữ liệu",
        "II.4a",
        "Chưa đủ số liệu",
    ] {
        assert!(before.contains(words), "{words}");
    }
    assert!(before.contains("còn 9 thôn trắng sóng hoặc lõm sóng"));
    published(&house, "QNI0001");
    let after = part(&house.get(last, "officer").body, "word/document.xml");
    assert!(
        after.contains("còn 8 thôn trắng sóng hoặc lõm sóng"),
        "a late report of 1/10 moves the period"
    );
    for gone in ["2999-01.pdf", "2026-13.pdf", "2026.pdf", "2026-10.txt"] {
        assert_eq!(house.get(&format!("/api/v1/period-reports/{gone}"), "officer").status, 404);
    }
}

/// Long before the order: days that no workbook's calendar holds, and still a file.
#[test]
fn tables_of_a_day_before_1900_are_files_too() {
    let house = House::open();
    for table in ["villages", "duties", "statistics"] {
        let path = format!("/api/v1/exports/{table}.xlsx?as_of=1899-12-31&known_at=1899-12-31");
        let answer = house.get(&path, "officer");
        assert_eq!(answer.status, 200, "{table}: {}", answer.text());
    }
}

#[test]
fn tables_as_files_hold_their_definitions() {
    let house = House::open();
    published(&house, "QNI0042");
    let xlsx = house.get("/api/v1/exports/villages.xlsx", "officer");
    assert_eq!(xlsx.status, 200, "{}", xlsx.text());
    let strings = part(&xlsx.body, "xl/sharedStrings.xml");
    for words in ["Kon Dóc", "Trạm gần nhất (m)", "Sai số vị trí (m)", "Ranh giới gần đúng"]
    {
        assert!(strings.contains(words), "{words}");
    }
    assert!(part(&xlsx.body, "xl/workbook.xml").contains("Định nghĩa và nguồn"));
    let public = house.get("/api/v1/exports/villages.xlsx", "public").body;
    assert!(!part(&public, "xl/sharedStrings.xml").contains("Trạm gần nhất"));

    let gaps = house.get("/api/v1/gaps?format=gpkg", "public");
    assert_eq!(&gaps.body[68..72], b"GPKG");
    let duties = house.get("/api/v1/exports/duties.geojson", "public").json();
    assert_eq!(duties["features"].as_array().map(Vec::len), Some(9));
    assert_eq!(duties["features"][0]["properties"]["clause"], "IV.16");
    let statistics = house.get("/api/v1/exports/statistics.xlsx", "public");
    assert!(part(&statistics.body, "xl/sharedStrings.xml").contains("Tử số"));
}

#[test]
fn at_the_terminal_a_period_that_lasts_has_no_report_and_no_option_is_passed_over() {
    let house = House::open();
    let data = house.dir.path().to_str().expect("UTF-8");
    let out = house.dir.path().join("bao-cao.docx");
    let to = ["--data", data, "--out", out.to_str().expect("UTF-8")];
    let lasting = phusong::service::today().plus_days(40).to_string();
    let report = |period: &str| phusong(&[&["report", period], &to[..]].concat()).0;
    assert_eq!(report(&lasting[..7]), 2);
    assert!(!out.exists());
    // What a paper does not answer to is refused, not passed over.
    for (paper, of, option) in
        [("dossier", "kon-doc", "--carrier"), ("report", "2026-10", "--as-of")]
    {
        let asked = [&[paper, of, option, "2026-01-01"], &to[..]].concat();
        assert_eq!(phusong(&asked).0, 2, "{paper} {option}");
        assert!(!out.exists());
    }
    assert_eq!(report("2026-10"), 0);
    assert!(out.exists());
}

#[test]
fn a_paper_whose_evidence_was_taken_back_is_ours_and_marked_superseded() {
    let house = House::open();
    let data = house.dir.path().to_str().expect("utf-8");
    let body = crate::edge::on_air("QNI41", "kon-doc", "2026-11-01");
    let filed = house.post("/api/v1/reports", "viettel", &body.to_string()).json();
    let report = filed["report"].as_str().expect("an id").to_owned();
    let pdf = house.get(PDF, "officer").body;
    let place = house.dir.path().join("kept.pdf");
    std::fs::write(&place, &pdf).expect("written");
    let verified = || {
        let (code, told) =
            phusong(&["verify-report", place.to_str().expect("utf-8"), "--data", data]);
        assert_eq!(code, 0, "it is ours: {told}");
        assert!(told.contains("nguyên vẹn"), "{told}");
        told
    };
    assert!(verified().contains("vẫn còn hiệu lực"));
    // More of the same is no reason; nor is what bears on another village.
    published(&house, "QNI42");
    let other = crate::edge::on_air("QNI43", "thon-ca", "2026-11-01");
    let other = house.post("/api/v1/reports", "viettel", &other.to_string()).json();
    let withdraw = |report: &str| {
        let act = format!("/api/v1/reports/{report}/withdraw");
        assert_eq!(house.post(&act, "viettel", r#"{"reason":"nhầm"}"#).status, 200);
    };
    withdraw(other["report"].as_str().expect("an id"));
    assert!(verified().contains("vẫn còn hiệu lực"));

    // Retraction is allowed, and every copy that used it can be told.
    withdraw(&report);
    let told = verified();
    assert!(told.contains("ĐÃ BỊ THAY THẾ"), "{told}");
    assert!(told.contains(&format!("lần gửi {report}, dòng 1")), "{told}");
    let again = house.get(PDF, "officer").body;
    std::fs::write(&place, again).expect("written");
    assert!(verified().contains("vẫn còn hiệu lực"), "made again it stands");
}
