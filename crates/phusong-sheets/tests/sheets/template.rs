//! Templates as people download them: what our own reader finds in them.

use phusong_sheets::{
    ColumnHolds, ColumnSpec, DATA_SHEET, EXAMPLE_SHEET, FORMER_SHEET, INSTRUCTIONS_SHEET,
    TemplateSpec, Within,
};

use crate::{make, read, shown};

fn spec() -> TemplateSpec<'static> {
    let column = |key, heading_vi, needed, holds, example| ColumnSpec {
        key,
        heading_vi,
        heading_en: "in English",
        needed,
        holds,
        note_vi: "giữ nguyên qua các lần báo cáo",
        note_en: "",
        example,
    };
    let events = vec!["kế hoạch", "phát sóng", "nâng cấp, điều chỉnh"];
    TemplateSpec {
        kind: "site-report",
        title_vi: "Báo cáo hoàn thành trạm & danh sách",
        title_en: "Completion report",
        columns: vec![
            column("ma_tram", "Mã trạm", true, ColumnHolds::Code, "00536"),
            column("su_kien", "Sự kiện", true, ColumnHolds::Choice(events), "phát sóng"),
            column("ngay", "Ngày", true, ColumnHolds::Day, "20/11/2026"),
            column("kinh_do", "Kinh độ", false, ColumnHolds::Coordinate, "108,7922"),
            column("cao", "Độ cao anten", false, ColumnHolds::Number { unit: "m" }, "42"),
            column("ho", "Số hộ", false, ColumnHolds::Count, "120"),
            column("xa", "Xã", false, ColumnHolds::Offered(vec!["Xã Ba Tơ", "Xã Ba Vì"]), "Ba Tơ"),
            column("cn", "Công nghệ", false, ColumnHolds::Several(vec!["3G", "4G"]), "=3G;4G"),
        ],
        former: vec![("Xã Ba Tơ", "thị trấn Ba Tơ, huyện Ba Tơ (cũ)")],
    }
}

#[test]
fn a_template_is_ready_to_be_filled() {
    let bytes = spec().to_xlsx().expect("written");
    let book = read(&bytes).expect("read");
    let names: Vec<(&str, bool)> =
        book.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.hidden)).collect();
    let expected = [
        (DATA_SHEET, false),
        (EXAMPLE_SHEET, false),
        (INSTRUCTIONS_SHEET, false),
        (FORMER_SHEET, false),
        ("Danh mục", true),
    ];
    assert_eq!(names, expected);
    let heads = "1: A “Mã trạm” | B “Sự kiện” | C “Ngày” | D “Kinh độ” | E “Độ cao anten” | \
                 F “Số hộ” | G “Xã” | H “Công nghệ”\n";
    assert_eq!(shown(&book.sheets[0]), heads);
    let example = "2: A “00536” | B “phát sóng” | C “20/11/2026” | D “108,7922” | E “42” | \
                   F “120” | G “Ba Tơ” | H “=3G;4G”\n";
    assert_eq!(shown(&book.sheets[1]), format!("{heads}{example}"));
    assert_eq!(
        shown(&book.sheets[4]),
        "1: A “kế hoạch” | B “Xã Ba Tơ”\n2: A “phát sóng” | B “Xã Ba Vì”\n3: A “nâng cấp, điều chỉnh”\n"
    );
    assert!(shown(&book.sheets[3]).contains("B “thị trấn Ba Tơ, huyện Ba Tơ (cũ)”"));
    let note = &book.sheets[0].comments[1].text;
    assert!(note.contains("Bắt buộc") && note.contains("kế hoạch; phát sóng"), "{note}");
}

#[test]
fn closed_lists_drop_down_and_codes_stay_text() {
    let parts = make::parts(&spec().to_xlsx().expect("written"));
    let part = |name: &str| {
        let bytes = parts.iter().find(|(part, _)| part == name).expect(name).1.clone();
        String::from_utf8(bytes).expect("text")
    };
    let sheet = part("xl/worksheets/sheet1.xml");
    for word in [
        "<formula1>'Danh mục'!$A$1:$A$3</formula1>",
        "sqref=\"B2:B10001\"",
        "<formula1>'Danh mục'!$B$1:$B$2</formula1>",
        "sqref=\"G2:G10001\"",
        "type=\"whole\"",
        "type=\"decimal\"",
        "state=\"frozen\"",
        "fitToWidth=\"1\"",
        "orientation=\"landscape\"",
    ] {
        let alike = word.replace("fitToWidth=\"1\"", "fitToPage=\"1\"");
        assert!(sheet.contains(word) || sheet.contains(&alike), "{word}\n{sheet}");
    }
    assert!(part("xl/styles.xml").contains("numFmtId=\"49\""), "text cells");
    assert!(part("xl/workbook.xml").contains("_xlnm.Print_Titles"), "headings on every page");
}

#[test]
fn the_same_template_is_the_same_file() {
    assert_eq!(spec().to_xlsx().expect("written"), spec().to_xlsx().expect("written"));
}

/// A template whose villages drop down by commune.
fn narrowed<'a>(words: Vec<(&'a str, &'a str)>, all: Vec<&'a str>) -> String {
    let within = Within { key: "xa", words, all, several: true };
    let villages = ColumnSpec {
        key: "thon",
        heading_vi: "Thôn",
        heading_en: "Villages",
        needed: false,
        holds: ColumnHolds::Within(within),
        note_vi: "",
        note_en: "",
        example: "Kon Dóc",
    };
    let mut spec = spec();
    spec.columns.push(villages);
    let parts = make::parts(&spec.to_xlsx().expect("written"));
    let sheet = parts.into_iter().find(|(part, _)| part == "xl/worksheets/sheet1.xml");
    let sheet = String::from_utf8(sheet.expect("the sheet").1).expect("text");
    let rules = sheet.split("<dataValidation ").find(|rule| rule.contains("I2:I10001"));
    let rule = rules.expect("its rule").to_owned();
    let begin = rule.find("<formula1>").expect("a list") + "<formula1>".len();
    assert!(!rule.contains("showErrorMessage"), "what is not offered may be written out");
    rule[begin..].split("</formula1>").next().expect("its end").to_owned()
}

#[test]
fn a_list_is_narrowed_to_the_place_that_the_row_names() {
    let words = vec![("Xã Ba Tơ", "Kon Dóc"), ("Xã Ba Tơ", "Làng Mâm"), ("Xã Ba Vì", "Gò Tranh")];
    let formula = narrowed(words, vec!["Gò Tranh", "Kon Dóc", "Làng Mâm"]);
    assert_eq!(
        formula,
        "IF(COUNTIF('Danh mục'!$C$1:$C$3,$G2)=0,'Danh mục'!$E$1:$E$3,\
         OFFSET('Danh mục'!$D$1,MATCH($G2,'Danh mục'!$C$1:$C$3,0)-1,0,\
         COUNTIF('Danh mục'!$C$1:$C$3,$G2),1))"
    );

    // Of a whole country: a rule of Excel has 255 letters at most, and a list 32,767 lines.
    let names: Vec<String> = (0..100_000).map(|number| format!("Thôn {number}")).collect();
    let words = names.iter().map(|name| ("Xã Rất Lớn", name.as_str())).collect();
    let formula = narrowed(words, names.iter().map(String::as_str).collect());
    assert!(formula.chars().count() <= 255, "{formula}");
    assert!(formula.contains("$C$1:$C$100000") && formula.contains("'Danh mục'!$E$1:$E$1,"));
}
