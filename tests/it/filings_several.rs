//! Filings of several files, or of tables whose headings say too little.

use serde_json::{Value, json};

use crate::edge::{Ask, House};
use crate::filings::begin;

const HEAD: &str = "Mã trạm;Tên trạm;Vĩ độ;Kinh độ;Công nghệ;Ngày;Tình trạng;Thôn phục vụ\n";

fn row(code: &str, event: &str) -> String {
    format!("{code};Trạm {code};14.704;108.82{};4G;01/10/2026;{event};Kon Dóc\n", &code[3..])
}

fn answer(house: &House, draft: &Value, body: &Value) -> Value {
    let at = format!("/api/v1/filings/{}/answers", draft["id"].as_str().expect("an id"));
    let answered = house.post(&at, "viettel", &body.to_string());
    assert_eq!(answered.status, 200, "{}", answered.text());
    answered.json()
}

/// Two files without sheets: each row, question and answer is its own file's.
#[test]
fn rows_of_two_files_are_told_apart_by_their_files() {
    let house = House::open();
    let first = format!("{HEAD}{}{}", row("QNI1", "phát sóng"), row("QNI2", "hoàn thành"));
    let second = format!("{HEAD}{}{}", row("QNI3", "phát sóng"), row("QNI4", "hoàn thành"));
    let parts = [("file", Some("t10.csv"), &*first), ("file", Some("t11.csv"), &*second)];
    let (status, draft) = begin(&house, "viettel", &parts);
    assert_eq!(status, 201, "{draft}");
    let question = &draft["questions"][0];
    assert_eq!(question["code"], "bare-complete", "{draft}");
    assert_eq!(
        (&question["rows"], &question["sheets"]),
        (&json!([3, 3]), &json!(["t10.csv", "t11.csv"]))
    );
    assert_eq!(question.get("sheet"), None, "it is of both");
    // A row that is left out is left out of its own file.
    let left = answer(
        &house,
        &draft,
        &json!({"answers": [{"sheet": "t11.csv", "row": 3, "leave_out": true}]}),
    );
    let outcomes: Vec<&str> = left["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["outcome"].as_str())
        .collect();
    assert_eq!(outcomes, ["fileable", "blocked", "fileable", "aside"], "{left}");
    // Each answered file has the rows of its own.
    for (file, own, other) in [(0, "QNI1", "QNI3"), (1, "QNI3", "QNI1")] {
        let at = format!(
            "/api/v1/filings/{}/answered?file={file}",
            draft["id"].as_str().expect("an id")
        );
        let text = house.get(&at, "viettel").text();
        assert!(text.contains(own) && !text.contains(other), "{text}");
    }
    // One answer to a word holds in both.
    let said =
        json!({"answers": [{"column": "loai_su_kien", "value": "hoàn thành", "means": "built"}]});
    let both = answer(&house, &left, &said);
    assert_eq!(both["questions_total"], 0, "{both}");
}

/// “A missing site code is asked”: a list that has no column for it is asked which column that is.
#[test]
fn a_list_without_a_column_of_codes_is_asked_which_one_it_is() {
    let house = House::open();
    let list = format!("{HEAD}{}", row("QNI1", "phát sóng"));
    let rest: Vec<&str> = list.lines().map(|line| line.split_once(';').expect("cells").1).collect();
    let list = rest.join("\n");
    let (status, draft) = begin(&house, "viettel", &[("file", Some("t10.csv"), &list)]);
    let question = &draft["questions"][0];
    assert_eq!(
        (status, &question["code"], &question["severity"]),
        (201, &json!("missing-column"), &json!("ask")),
        "{draft}"
    );
    assert_eq!(question["candidates"][0]["id"], "Tên trạm");
    assert_eq!(draft["questions_total"], 1, "{draft}");
    let read = answer(&house, &draft, &json!({"headings": {"Tên trạm": "ma_tram"}}));
    assert_eq!(read["rows"][0]["understood"]["ma_tram"], "Trạm QNI1", "{read}");
}

/// What was understood stands beside every row in words, whatever the file says.
#[test]
fn the_answered_file_of_every_kind_speaks_in_words() {
    let house = House::open();
    let cases: [(&str, &str, &str, &[&str]); 5] = [
        (
            "viettel",
            "duties",
            "Thôn;Mốc tiến độ;Ngày đạt;Vướng mắc;Vướng mắc từ\nKon Dóc;khảo sát;10/03/2026;chưa có điện lưới;01/02/2026\n",
            &["Kon Dóc", "Viettel", "khảo sát", "10/3/2026", "điện lưới", "01/02/2026"],
        ),
        (
            "viettel",
            "outages",
            "Xã;Bắt đầu;Kết thúc;Nguyên nhân\nĐặng Thùy Trâm;20/11/2025 06:00;20/11/2025 09:30;mất điện\n",
            &["xã Đặng Thuỳ Trâm", "Viettel", "20/11/2025 06:00", "20/11/2025 09:30"],
        ),
        (
            "viettel",
            "statistics",
            "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số\nhộ có cáp quang;Đặng Thùy Trâm;10/2025;45;100\n",
            &["xã Đặng Thuỳ Trâm", "hộ có cáp quang", "01/10/2025 – 31/10/2025"],
        ),
        (
            "officer",
            "villages",
            "Thôn;Xã;Điện lưới;Đặc biệt khó khăn\nKon Dóc;Đặng Thùy Trâm;có;không\n",
            &["xã Đặng Thuỳ Trâm; xã Ba Trang, huyện Ba Tơ (cũ); ", ",Kon Dóc,", "có", "không"],
        ),
        (
            "commune",
            "confirmation",
            "Thôn;Có sóng;Ngày quan sát;Công nghệ;Nhà mạng\nKon Dóc;không;20/11/2025;4G;Vinaphone\n",
            &["Kon Dóc", "không có sóng", "20/11/2025", "VNPT"],
        ),
    ];
    for (role, kind, table, words) in cases {
        let parts = [("file", Some("bang.csv"), table), ("kind", None, kind)];
        let (status, draft) = begin(&house, role, &parts);
        assert_eq!(status, 201, "{draft}");
        let at = format!("/api/v1/filings/{}/answered", draft["id"].as_str().expect("an id"));
        let ask = Ask::get(&at).by(house.key(role));
        let text = house.ask(&ask).text();
        let row = text.lines().find(|line| {
            line.starts_with("\"bang\"") || line.contains(",2,") || line.starts_with('2')
        });
        for word in words {
            assert!(text.contains(word), "{kind}: no {word}: {row:?}\n{text}");
        }
        // A village's own id has a column of its own.
        let text = text.replace(",kon-doc,Kon Dóc,", ",,Kon Dóc,");
        for code in ["kon-doc", "21520", "viettel,", "grid_power", "true", "fibre_households"] {
            assert!(!text.contains(code), "{kind}: {code} stands in\n{text}");
        }
    }
}

/// A layout of which no heading is known can be told what it means, once its kind is stated.
#[test]
fn the_columns_of_an_unknown_layout_are_shown_and_told() {
    let house = House::open();
    let csv = "Cột một;Việc;Lúc xong;Mạng lưới;Trục ngang;Trục dọc;Nơi đặt\n\
        QNU1;phát sóng;01/10/2026;4G;108.822;14.704;Ba Trang\n";
    let parts = [("file", Some("rieng.csv"), csv), ("kind", None, "site-report")];
    let (status, draft) = begin(&house, "viettel", &parts);
    assert_eq!(status, 201, "{draft}");
    let columns = draft["tables"][0]["columns"].as_array().expect("columns");
    let shown: Vec<&str> = columns.iter().filter_map(|one| one["heading"].as_str()).collect();
    assert_eq!(shown.len(), 7, "{draft}");
    assert_eq!(draft["questions"][0]["code"], "missing-column", "{draft}");
    let at = format!("/api/v1/filings/{}/answers", draft["id"].as_str().expect("an id"));
    let told = json!({ "headings": {
        "Cột một": "ma_tram", "Việc": "loai_su_kien", "Lúc xong": "ngay_su_kien",
        "Mạng lưới": "cong_nghe", "Trục ngang": "kinh_do", "Trục dọc": "vi_do", "Nơi đặt": "xa",
    } });
    let read = house.post(&at, "viettel", &told.to_string());
    assert_eq!(read.status, 200, "{}", read.text());
    assert_eq!((&read.json()["fileable"], &read.json()["can_file"]), (&json!(1), &json!(true)));
    // What is no table stays none.
    let parts = [("file", Some("loi.csv"), "xin chào\n"), ("kind", None, "site-report")];
    let (_, draft) = begin(&house, "viettel", &parts);
    assert_eq!(draft["questions"][0]["code"], "no-table", "{draft}");
}

/// A workbook of one sheet, every cell a text.
fn workbook(rows: &[&str]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let mut data = String::new();
    for (row, line) in (1..).zip(rows) {
        data.extend([format!("<row r=\"{row}\">")]);
        for (column, text) in ('A'..).zip(line.split(';')).filter(|(_, text)| !text.is_empty()) {
            data.extend([format!(
                "<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"
            )]);
        }
        data += "</row>";
    }
    let link = |id: &str, kind: &str, to: &str| {
        format!(
            "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"{id}\" \
             Type=\"{LINKS}/{kind}\" Target=\"{to}\"/></Relationships>"
        )
    };
    let types = format!(
        "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{KIND}.worksheet+xml\"/>\
         </Types>"
    );
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><sheets>\
         <sheet name=\"Trạm\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let sheet = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{data}</sheetData></worksheet>");
    crate::served::zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", link("rId1", "officeDocument", "xl/workbook.xml").as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        (
            "xl/_rels/workbook.xml.rels",
            link("rId1", "worksheet", "worksheets/sheet1.xml").as_bytes(),
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// The answer to a file of a filing counts that file's rows, and tells the rows that frame a table
/// apart from those that are left out.
#[test]
fn an_answered_file_counts_its_own_rows() {
    let data = tempfile::TempDir::new().expect("a directory");
    let key = crate::served::key(data.path(), &["carrier", "--carrier", "viettel"]);
    let served = crate::served::Served::start(data.path());
    let heading = "Mã trạm;Sự kiện;Ngày;Công nghệ;Kinh độ;Vĩ độ;Xã";
    let row =
        |code: &str| format!("{code};phát sóng;01/10/2026;4G;108,82{};14,704;Ba Trang", &code[3..]);
    let (a, b, c) = (row("QNA1"), row("QNA2"), row("QNB3"));
    let book = workbook(&[heading, &a, &b, "Tổng cộng;;;2"]);
    // Two rows of the other file are refused, and by its separator it is told apart.
    let other = format!("{heading}\n{c}\n{c}\n").replace("01/10/2026", "31/02/2026");
    let part = |name: &str| {
        format!(
            "------x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        )
    };
    let body = [
        part("mot.xlsx").as_bytes(),
        &book,
        format!("\r\n{}{other}\r\n------x--\r\n", part("hai.csv")).as_bytes(),
    ]
    .concat();
    let kind = "multipart/form-data; boundary=----x";
    let (status, draft) = served.send("/api/v1/filings", &key, kind, &body);
    assert_eq!((status, &draft["rows_total"]), (201, &json!(4)), "{draft}");
    let at = format!("/api/v1/filings/{}/answered", draft["id"].as_str().expect("an id"));
    let answered = served.fetch(&at, &key).expect("a workbook");
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(answered)).expect("a package");
    let mut text = String::new();
    for at in 0..package.len() {
        let mut part = package.by_index(at).expect("a part");
        let mut read = String::new();
        if std::io::Read::read_to_string(&mut part, &mut read).is_ok() {
            text += &read;
        }
    }
    assert!(text.contains("2 dòng: 2 gửi được"), "{text}");
    assert!(text.contains("Ngoài ra 1 dòng"), "{text}");
    for others in ["bad-day", "delimiter", "dấu phân cách"] {
        assert!(!text.contains(others), "{others} is of the other file: {text}");
    }
    assert!(text.contains("serves-none"), "its own codes: {text}");
}
