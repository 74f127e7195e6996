//! Who is given a photo, and what of it: as it was sent, without what it says of itself, or not
//! at all.

use serde_json::Value;
use tempfile::TempDir;

use crate::served::{Served, key, zip};

const FORM: &str = "multipart/form-data; boundary=----x";
const ROWS: &str = "ma_tram,loai_su_kien,ngay_su_kien,cong_nghe,kinh_do,vi_do,cac_thon_phuc_vu\n\
                    QNI951,on_air,01/11/2026,4G,\"108,822\",\"14,704\",Kon Dóc\n";
const SECRET: &[u8] = b"chup tai 14.704 108.822";
const PICTURE: &[u8] = b"\xff\xc0\x00\x0b\x08\x00\x02\x00\x02\x01\x01\x11\x00\
                         \xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\x34\xff\xd9";

/// A JPEG whose EXIF holds a text of its sender.
fn photo() -> Vec<u8> {
    let tiff = [b"MM\0*\0\0\0\x08\0\0\0\0\0\0", SECRET].concat();
    let length = u16::try_from(tiff.len() + 8).expect("short").to_be_bytes();
    [b"\xff\xd8\xff\xe1", &length[..], b"Exif\0\0", &tiff, PICTURE].concat()
}

fn has_secret(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|at| at == SECRET)
}

/// Files rows with the photo, by whoever holds the key; the photo's address.
fn filed(served: &Served, key: &str, on_behalf: Option<&str>) -> String {
    let packed = zip(&[("tram.csv", ROWS.as_bytes()), ("cot.jpg", &photo())]);
    let mut body = Vec::new();
    if let Some(owner) = on_behalf {
        let part = "------x\r\ncontent-disposition: form-data; name=\"on_behalf_of\"\r\n\r\n";
        body.extend(format!("{part}{owner}\r\n").bytes());
    }
    body.extend_from_slice(
        b"------x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"ho-so.zip\"\r\n\r\n",
    );
    body.extend_from_slice(&packed);
    body.extend_from_slice(b"\r\n------x--\r\n");
    let (status, draft) = served.send("/api/v1/filings", key, FORM, &body);
    assert_eq!((status, &draft["can_file"]), (201, &Value::Bool(true)), "{draft}");
    let at = format!("/api/v1/filings/{}/file", draft["id"].as_str().expect("an id"));
    let (status, filed) = served.ask("POST", &at, key, "");
    assert_eq!(status, 201, "{filed}");
    let page = format!("/api/v1/reports/{}", filed["report"].as_str().expect("an id"));
    let files = served.get(&page, key).1["files"].clone();
    let is_photo = |file: &&Value| file["bytes"].as_u64() == Some(photo().len() as u64);
    let own = files.as_array().expect("files").iter().find(is_photo).expect("the photo");
    format!("{page}/files/{}", own["sha256"].as_str().expect("a hash"))
}

#[test]
fn a_photo_is_given_whole_to_its_sender_and_the_department_and_bare_to_the_owner() {
    let data = TempDir::new().expect("a directory");
    let made = |role: &[&str]| key(data.path(), role);
    let viettel = made(&["carrier", "--carrier", "viettel"]);
    let vnpt = made(&["carrier", "--carrier", "vnpt"]);
    let (officer, approver) = (made(&["officer"]), made(&["approver"]));
    let (auditor, planner) = (made(&["auditor"]), made(&["planner"]));
    let commune = made(&["commune", "--commune", "21520"]);
    let served = Served::start(data.path());

    let typed_in = filed(&served, &officer, Some("viettel"));
    for who in [&officer, &approver, &auditor] {
        assert_eq!(served.fetch(&typed_in, who), Some(photo()), "as it was sent");
    }
    let bare = served.fetch(&typed_in, &viettel).expect("its owner sees what was said for it");
    assert!(!has_secret(&bare), "not of whom it is");
    assert_eq!(bare, [b"\xff\xd8", PICTURE].concat(), "the picture bit for bit");

    let own = filed(&served, &viettel, None);
    assert_eq!(served.fetch(&own, &viettel), Some(photo()));
    assert_eq!(served.fetch(&own, &officer), Some(photo()));
    // Published or not, a photo is nobody else's.
    for path in [&typed_in, &own] {
        let report = path.split("/files/").next().expect("a report");
        let _published = served.ask("POST", &format!("{report}/publish"), &officer, "{}");
        for who in ["", &vnpt, &commune, &planner] {
            assert_eq!(served.get(path, who).0, 404, "{path}");
        }
    }
}
