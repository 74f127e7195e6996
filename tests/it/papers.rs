//! Papers over HTTP: what they say, to whom, and whether they are known again.

use std::io::{Cursor, Read as _};

use phusong::report::Seal;
use phusong::service::{PaperTrust, check_paper};

use crate::edge::{Ask, House, report};

const PDF: &str = "/api/v1/villages/kon-doc/dossier.pdf";
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
        "w:top=\"1134\" w:right=\"850\" w:bottom=\"1134\" w:left=\"1701\"",
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
    assert!(public.contains("Viettel") && public.contains("Khai báo có (E1)"));
    // A rival sees the published claim, and neither the site nor how far it is.
    let rival = seen("vnpt");
    assert!(!rival.contains("QNI0042"));
}

#[test]
fn a_pdf_is_known_again_whole_or_with_signatures_appended_and_not_when_changed() {
    let house = House::open();
    let pdf = house.get(PDF, "officer").body;
    let paper = check_paper(&pdf, &[]).expect("a seal");
    assert_eq!(paper.trust, PaperTrust::SelfNamed);
    assert_eq!(paper.seal.word("subject"), Some("kon-doc"));
    assert_eq!(paper.seal.word("scope"), Some("officer"));
    let page = house.get("/api/v1/villages/kon-doc", "officer").json();
    assert_eq!(paper.seal.word("atlas"), page["version"].as_str());

    let signed =
        [pdf.as_slice(), b"\n9 0 obj <</Type/Sig/ByteRange[0 1 2 3]>> endobj\n%%EOF"].concat();
    let again = check_paper(&signed, &[]).expect("a seal");
    assert_eq!((again.trust, again.seal.appended_signs), (PaperTrust::SelfNamed, true));

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

#[test]
fn a_paper_that_is_known_is_not_sent_again() {
    let house = House::open();
    let whole = house.get(PDF, "public");
    let tag = [("if-none-match", whole.header("etag"))];
    assert_eq!(house.ask(&Ask::get(PDF).with(&tag)).status, 304);
}
