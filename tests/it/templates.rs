//! Names in the drop-downs of templates: today's, as far as who fills it in may know them, each
//! understood when it comes back.

use std::io::{Cursor, Read};

use crate::edge::House;

/// The sheets of a workbook as (name, rows of texts).
fn sheets(bytes: &[u8]) -> Vec<(String, Vec<Vec<String>>)> {
    let mut package = zip::ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let mut part = |name: &str| {
        let mut text = String::new();
        let found = package.by_name(name).map(|mut file| file.read_to_string(&mut text));
        found.ok().map(|read| read.map(|_| text).expect("text"))
    };
    let strings = part("xl/sharedStrings.xml").expect("strings");
    let strings: Vec<String> = between(&strings, "<si>", "</si>")
        .map(|one| {
            between(one, "<t", "</t>")
                .map(|text| &text[text.find('>').map_or(0, |at| at + 1)..])
                .collect()
        })
        .collect();
    let book = part("xl/workbook.xml").expect("a book");
    let names = between(&book, "<sheet name=\"", "\"").map(str::to_owned);
    names
        .enumerate()
        .map(|(at, name)| {
            let sheet = part(&format!("xl/worksheets/sheet{}.xml", at + 1)).expect("a sheet");
            let rows = between(&sheet, "<row ", "</row>").map(|row| {
                let cells = between(row, "t=\"s\"><v>", "</v>");
                cells.map(|at| strings[at.parse::<usize>().expect("a number")].clone()).collect()
            });
            (name, rows.collect())
        })
        .collect()
}

fn between<'t>(text: &'t str, from: &'t str, to: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(from).skip(1).filter_map(move |rest| rest.split_once(to).map(|(one, _)| one))
}

/// What a template offers a role, all lists in one, and its table of old names.
fn offered(house: &House, kind: &str, role: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let answer = house.get(&format!("/api/v1/templates/{kind}.xlsx"), role);
    assert_eq!(answer.status, 200);
    let sheets = sheets(&answer.body);
    let of = |name: &str| {
        let found = sheets.iter().find(|(own, _)| own == name);
        found.map(|(_, rows)| rows.clone()).unwrap_or_default()
    };
    (of("Danh mục").concat(), of("Tên cũ"))
}

#[test]
fn templates_offer_the_names_of_today_and_tell_the_old_ones() {
    let house = House::open();
    let (names, former) = offered(&house, "confirmation", "officer");
    let has = |name: &str| names.iter().any(|own| own == name);
    for name in ["Kon Dóc", "Làng Mâm", "Viettel"] {
        assert!(has(name), "{name} is not offered: {names:?}");
    }
    let village = house.get("/api/v1/villages/kon-doc", "officer").json();
    let commune = village["commune"]["name"].as_str().expect("a name");
    assert!(has(&format!("Xã {commune}")), "{commune}: {names:?}");
    assert!(!names.iter().any(|name| name.contains("(cũ)")), "old communes are told, not offered");
    let line = former.iter().find(|row| row[0] == format!("Xã {commune}"));
    let line = line.unwrap_or_else(|| panic!("{commune}: {former:?}"));
    assert!(line[1].contains("(cũ)") && line[1].contains("huyện"), "{line:?}");

    // A commune is offered its own; a kind without places has no such sheet.
    let (own, _) = offered(&house, "confirmation", "commune");
    let mut communes: Vec<&String> = own.iter().filter(|name| name.starts_with("Xã ")).collect();
    communes.dedup();
    assert_eq!(communes, [&format!("Xã {commune}")]);
    assert!(own.contains(&"Kon Dóc".to_owned()) && !own.contains(&"Thôn Cà".to_owned()), "{own:?}");
    assert_eq!(offered(&house, "measurement", "officer").1, Vec::<Vec<String>>::new());
}

#[test]
fn every_name_that_is_offered_is_understood() {
    let house = House::open();
    let (names, _) = offered(&house, "villages", "officer");
    let communes = names
        .iter()
        .filter(|name| ["Xã ", "Phường ", "Đặc khu "].iter().any(|kind| name.starts_with(kind)));
    let mut csv = String::from("Thôn;Xã\n");
    let mut count = 0;
    for (number, commune) in communes.enumerate() {
        csv.extend(["Thôn Thử ", &number.to_string(), ";", commune, "\n"]);
        count += 1;
    }
    assert!(count > 90, "{names:?}");
    let parts = [("file", Some("thon.csv"), csv.as_str()), ("kind", None, "villages")];
    let (status, draft) = crate::filings::begin(&house, "officer", &parts);
    assert_eq!((status, draft["rows_total"].as_u64()), (201, Some(count)), "{draft}");
    let questions = draft["questions"].as_array().expect("a list");
    let about_names: Vec<_> = questions.iter().filter(|asked| asked["column"] == "xa").collect();
    assert!(about_names.is_empty(), "{about_names:?}");
}

#[test]
fn a_village_that_only_its_commune_knows_is_offered_to_no_other() {
    let house = House::open();
    let csv = "Thôn;Xã\nThôn Chưa Công Bố;Ba Tơ\n".replace("Ba Tơ", "XÃ");
    let commune = house.get("/api/v1/villages/kon-doc", "commune").json();
    let csv = csv.replace("XÃ", commune["commune"]["name"].as_str().expect("a name"));
    let parts = [("file", Some("thon.csv"), csv.as_str()), ("kind", None, "villages")];
    let (_, draft) = crate::filings::begin(&house, "commune", &parts);
    let before = offered(&house, "villages", "vnpt");
    let at = format!("/api/v1/filings/{}/file", draft["id"].as_str().expect("an id"));
    let filed = house.post(&at, "commune", "");
    assert_eq!(filed.status, 201, "{} {draft}", filed.text());
    let knows =
        |role: &str| offered(&house, "villages", role).0.contains(&"Thôn Chưa Công Bố".to_owned());
    assert!(knows("commune"), "its own");
    assert!(!knows("vnpt") && !knows("public"));
    assert_eq!(offered(&house, "villages", "vnpt"), before);
}

/// Text between tags, with what XML escapes.
fn plain(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

/// What drops down in a column of villages when the row's commune is this: the rule of the cell,
/// worked out by hand on the sheet of lists.
fn dropped(house: &House, kind: &str, heading: &str, commune: &str) -> Vec<String> {
    let answer = house.get(&format!("/api/v1/templates/{kind}.xlsx"), "officer");
    let all = sheets(&answer.body);
    let heads = &all.iter().find(|(name, _)| name == "Dữ liệu").expect("the sheet").1[0];
    let letter = |heading: &str| {
        let at = heads.iter().position(|head| head == heading).expect("a column");
        char::from(b'A' + u8::try_from(at).expect("few"))
    };
    let mut package = zip::ZipArchive::new(Cursor::new(&answer.body)).expect("a package");
    let mut part = |name: &str| {
        let mut text = String::new();
        package.by_name(name).expect(name).read_to_string(&mut text).expect("text");
        text
    };
    let data = part("xl/worksheets/sheet1.xml");
    let place = format!("{0}2:{0}10001", letter(heading));
    let rule = data.split("<dataValidation ").find(|rule| rule.contains(&place)).expect("a rule");
    let formula = plain(between(rule, "<formula1>", "</formula1>").next().expect("a list"));
    let key = letter("Xã");
    assert!(
        formula.starts_with("IF(COUNTIF(") && formula.contains(&format!("${key}2")),
        "{formula}"
    );
    assert!(formula.contains(",OFFSET(") && formula.contains("MATCH("), "{formula}");
    let first = formula.split("!$").nth(1).and_then(|range| range.chars().next());
    let places = first.expect("the column of places");
    let words = char::from(u8::try_from(places).expect("ASCII") + 1);
    let lists = part(&format!("xl/worksheets/sheet{}.xml", all.len()));
    let strings = part("xl/sharedStrings.xml");
    let strings: Vec<String> = between(&strings, "<si>", "</si>")
        .map(|one| between(one, "<t>", "</t>").map(plain).collect())
        .collect();
    let cell = |column: char, row: usize| {
        let begin = format!("<c r=\"{column}{row}\" t=\"s\"><v>");
        let mut found = between(&lists, &begin, "</v>");
        found.next().map(|at| strings[at.parse::<usize>().expect("a number")].clone())
    };
    let rows = (1..).take_while(|row| cell(places, *row).is_some());
    let own: Vec<usize> =
        rows.filter(|row| cell(places, *row).as_deref() == Some(commune)).collect();
    assert!(own.windows(2).all(|pair| pair[1] == pair[0] + 1), "they stand together: {own:?}");
    own.into_iter().filter_map(|row| cell(words, row)).collect()
}

#[test]
fn villages_drop_down_by_the_commune_of_their_row() {
    let house = House::open();
    let villages = ["kon-doc", "dak-pao", "thon-ca"].map(|id| {
        let page = house.get(&format!("/api/v1/villages/{id}"), "officer").json();
        let commune = page["commune"]["name"].as_str().expect("a commune").to_owned();
        (format!("Xã {commune}"), page["name"].as_str().expect("a name").to_owned())
    });
    for (kind, heading) in [("confirmation", "Thôn"), ("site-report", "Thôn phục vụ")] {
        for (commune, name) in &villages {
            let found = dropped(&house, kind, heading, commune);
            assert!(found.contains(name), "{kind}: {name} of {commune}: {found:?}");
            for (other, foreign) in villages.iter().filter(|(other, _)| other != commune) {
                assert!(!found.contains(foreign), "{foreign} is of {other}");
            }
        }
        assert_eq!(dropped(&house, kind, heading, "Xã Không Có"), Vec::<String>::new());
    }
}

/// What the example of a template says, as a table of one row.
fn filled(house: &House, kind: &str, role: &str) -> String {
    let list = house.get("/api/v1/templates", role).json();
    let of_kind = |one: &&serde_json::Value| one["kind"] == kind;
    let template = list["templates"].as_array().expect("a list").iter().find(of_kind);
    let columns = template.expect("a template")["columns"].as_array().expect("columns");
    let row = |member: &str| {
        let cells = columns.iter().map(|column| column[member].as_str().expect("a text"));
        cells.map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",")
    };
    format!("{}\n{}\n", row("heading_vi"), row("example"))
}

#[test]
fn an_example_that_is_filed_as_it_stands_raises_no_question() {
    let house = House::open();
    let file = |kind: &str, role: &str| {
        let csv = filled(&house, kind, role);
        let file = ("file", Some("vi-du.csv"), csv.as_str());
        let parts = [file, ("kind", None, kind), ("document_number", None, "12/BC")];
        let (status, draft) = crate::filings::begin(&house, role, &parts);
        assert_eq!(status, 201, "{kind}: {draft}");
        (draft, csv)
    };
    for (kind, role) in [
        ("site-report", "viettel"),
        ("site-report", "vnpt"),
        ("coverage", "vnpt"),
        ("villages", "officer"),
        ("villages", "commune"),
        ("statistics", "viettel"),
        ("statistics", "officer"),
        ("confirmation", "commune"),
        ("duties", "viettel"),
        ("duties", "vnpt"),
        ("duties", "officer"),
        ("outages", "viettel"),
    ] {
        let (draft, csv) = file(kind, role);
        let counts = &draft["counts"];
        let open = ["refuse", "ask", "warn"].map(|weight| counts[weight].as_u64());
        assert_eq!(open, [Some(0); 3], "{kind} by {role}: {csv}{}", draft["questions"]);
        assert_eq!((&draft["can_file"], &draft["rows_total"]), (&true.into(), &1.into()), "{kind}");
    }
    // The workbook's own sheet says the same.
    let book = sheets(&house.get("/api/v1/templates/villages.xlsx", "officer").body);
    let (_, example) = book.iter().find(|(name, _)| name == "Ví dụ").expect("an example");
    assert!(example[1].contains(&"Kon Dóc".to_owned()), "{example:?}");
    // A table draws no outline, and is told so.
    let (draft, _) = file("boundaries", "officer");
    assert_eq!(draft["questions"][0]["code"], "outlines-as-table", "{draft}");
}

#[test]
fn an_indicator_of_the_departments_own_can_be_chosen() {
    let house = House::open();
    let body = serde_json::json!({ "define_indicator": {
        "id": "ho_ngheo", "name_vi": "Hộ nghèo", "name_en": "Poor households", "kind": "share",
        "denominator_of": "place", "numerator_vi": "hộ nghèo", "numerator_en": "poor households",
        "denominator_vi": "hộ gia đình", "denominator_en": "households", "source": "thử",
    } });
    let defined = house.post("/api/v1/decisions", "officer", &body.to_string());
    assert_eq!(defined.status, 201, "{}", defined.text());
    let (names, _) = offered(&house, "statistics", "officer");
    assert!(names.contains(&"Hộ nghèo".to_owned()), "{names:?}");
    assert_eq!(names.iter().filter(|name| **name == "người dùng internet").count(), 1);
}
