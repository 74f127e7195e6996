//! The tables as shipped hold what the order says; broken tables are refused with their place.

use std::collections::BTreeMap;
use std::path::PathBuf;

use phusong_atlas::domain::{
    AgencySuccessionFact, CarrierKind, Comparator, Day, EntrySeq, Fact, FiledRow, GoalFact,
    GoalKind, RowRef, UnitFact, UnitLevel, UnitRelation, UnitSuccessionFact,
};

use super::*;

fn shipped() -> Vec<FiledRow> {
    embedded().unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn count(rows: &[FiledRow], which: impl Fn(&Fact) -> bool) -> usize {
    rows.iter().filter(|row| which(&row.fact)).count()
}

fn goals(rows: &[FiledRow]) -> Vec<&GoalFact> {
    let goal = |row: &'_ FiledRow| matches!(row.fact, Fact::Goal(_));
    rows.iter()
        .filter(|row| goal(row))
        .filter_map(|row| if let Fact::Goal(fact) = &row.fact { Some(&**fact) } else { None })
        .collect()
}

#[test]
fn the_order_names_nine_villages_with_their_carrier_and_clause() {
    let rows = shipped();
    let mut duties: Vec<_> = rows
        .iter()
        .filter_map(|row| match &row.fact {
            Fact::Duty(d) => Some(format!("{} {} {}", d.clause, d.carrier, d.village)),
            _ => None,
        })
        .collect();
    duties.sort();
    let expected = [
        "IV.16 viettel ca-xen",
        "IV.16 viettel cay-muoi",
        "IV.16 viettel dak-pao",
        "IV.16 viettel go-tranh",
        "IV.16 viettel kon-doc",
        "IV.16 viettel lang-mam",
        "IV.16 viettel nuoc-giap",
        "IV.17 vnpt thon-ca",
        "IV.17 vnpt thon-son",
    ];
    assert_eq!(duties, expected);
    for row in &rows {
        match &row.fact {
            Fact::Duty(duty) => {
                assert!(duty.technology.is_none(), "the order names no technology");
                assert!(duty.due_inferred.is_some(), "the order names no day");
                assert_eq!(
                    duty.cite,
                    format!(
                        "mục {} Kế hoạch ban hành kèm theo Quyết định số 03/QĐ-BCĐ ngày 07/6/2023 \
                         của Trưởng Ban Chỉ đạo Chuyển đổi số tỉnh Quảng Ngãi",
                        duty.clause
                    )
                );
            }
            Fact::Observation(listing) => {
                assert_eq!(listing.source_word.as_deref(), Some("lõm sóng"));
                assert_eq!(listing.day.to_string(), "2023-06-07");
            }
            _ => {}
        }
    }
    assert_eq!(count(&rows, |fact| matches!(fact, Fact::Observation(_))), 9);
    let guessed = |fact: &Fact| matches!(fact, Fact::Village(v) if v.unit_inferred.is_some());
    assert_eq!(count(&rows, |fact| matches!(fact, Fact::Village(_))), 9);
    assert_eq!(count(&rows, guessed), 5, "five of the nine have an inferred commune");
    let clauses: Vec<_> = rows
        .iter()
        .filter_map(|row| match &row.fact {
            Fact::OrderClause(clause) => Some(clause.clause.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(clauses, ["Điều 2", "IV.1", "IV.16", "IV.17", "IV.18"]);
}

#[test]
fn the_orders_targets_stand_with_comparator_and_figure() {
    let rows = shipped();
    let mut targets: Vec<_> = goals(&rows)
        .into_iter()
        .filter(|goal| goal.kind == GoalKind::Target)
        .map(|goal| {
            let sign = match goal.comparator {
                Some(Comparator::Above) => ">",
                Some(Comparator::AtLeast) => "≥",
                None => "?",
            };
            let figure = goal.threshold_milli.unwrap_or_default() / 1000;
            format!("{} {sign} {figure} {}", goal.clause, goal.scope_name)
        })
        .collect();
    targets.sort();
    let expected = [
        "II.2h > 30 Tỉnh Quảng Ngãi",
        "II.4a > 80 Tỉnh Quảng Ngãi",
        "II.4b > 80 Tỉnh Quảng Ngãi",
        "II.5c > 20 Tỉnh Quảng Ngãi",
        "II.5d > 20 Tỉnh Quảng Ngãi",
        "VI.1 > 87 Thành phố Quảng Ngãi",
        "VI.12 ≥ 90 Huyện Trà Bồng",
        "VI.9 ≥ 76 Huyện Minh Long",
    ];
    assert_eq!(targets, expected);
}

#[test]
fn the_orders_communes_stand_under_their_old_district() {
    let rows = shipped();
    let named = |indicator: &str| {
        let mut names: Vec<_> = goals(&rows)
            .into_iter()
            .filter(|goal| goal.indicator == indicator)
            .map(|goal| goal.scope_name.split(" (").next().unwrap_or_default().to_owned())
            .collect();
        names.sort();
        names
    };
    let ntm = ["Ba Liên", "Ba Vì", "Ba Điền", "Bình An", "Sơn Kỳ", "Sơn Trung", "Trà Giang"];
    let mut expected: Vec<String> = ntm.iter().map(|name| format!("Xã {name}")).collect();
    expected.extend(["Xã Trà Tân".to_owned(), "Huyện Mộ Đức".to_owned()]);
    expected.sort();
    assert_eq!(named("ict-criterion-ntm"), expected);
    let advanced = [
        "Bình Thạnh",
        "Bình Trung",
        "Hành Thuận",
        "Hành Thịnh",
        "Hành Tín Đông",
        "Nghĩa Hiệp",
        "Nghĩa Lâm",
        "Phổ Thuận",
        "Tịnh Khê",
        "Tịnh Minh",
        "Tịnh Sơn",
        "Tịnh Ấn Tây",
        "Đức Minh",
        "Đức Thạnh",
    ];
    let mut expected: Vec<String> = advanced.iter().map(|name| format!("Xã {name}")).collect();
    expected.sort();
    assert_eq!(named("ict-criterion-ntm-nang-cao"), expected);
}

#[test]
fn public_statements_agencies_carriers_and_rules_are_there() {
    let rows = shipped();
    let said: String = rows
        .iter()
        .filter_map(|row| match &row.fact {
            Fact::PublicStatement(fact) => {
                Some(format!("{}: {}\n", fact.publication, fact.text_vi))
            }
            _ => None,
        })
        .collect();
    let words = ["11 thôn", "Sơn Hà", "11 trạm BTS", "Mô Níc", "1.730", "3.700", "100 %", "95 %"];
    for word in words.iter().chain(&["7 doanh nghiệp"]) {
        assert!(said.contains(word), "{word} is missing in:\n{said}");
    }
    let succeeds = |from: &str, to: &str| {
        count(&rows, |fact| {
            matches!(fact, Fact::AgencySuccession(AgencySuccessionFact { from: f, to: t, day, .. })
                if f.as_str() == from && t.as_str() == to && day.to_string() == "2025-03-01")
        })
    };
    for (from, to) in [
        ("so-tttt", "so-khcn"),
        ("so-khdt", "so-tai-chinh"),
        ("bo-tttt", "bo-khcn"),
        ("so-tttt", "cong-an-tinh"),
    ] {
        assert_eq!(succeeds(from, to), 1, "{from} → {to}");
    }
    let operators = |fact: &Fact| matches!(fact, Fact::Carrier(c) if c.kind == CarrierKind::Mno);
    assert!(count(&rows, operators) >= 5);
    let vnpt = |fact: &Fact| {
        matches!(fact, Fact::Carrier(c) if c.id.as_str() == "vnpt"
            && c.aliases.iter().any(|alias| alias == "VinaPhone")
            && c.aliases.iter().any(|alias| alias == "Viễn thông Quảng Ngãi"))
    };
    assert_eq!(count(&rows, vnpt), 1);
    assert_eq!(count(&rows, |fact| matches!(fact, Fact::RuleSet(_))), 2);
    // Handsets that know only 2G, October 2024; 2G itself, September 2026.
    assert_eq!(count(&rows, |fact| matches!(fact, Fact::Sunset(_))), 2);
}

fn units(rows: &[FiledRow]) -> Vec<&UnitFact> {
    rows.iter()
        .filter_map(|row| if let Fact::Unit(unit) = &row.fact { Some(unit) } else { None })
        .collect()
}

fn successions(rows: &[FiledRow]) -> Vec<&UnitSuccessionFact> {
    rows.iter()
        .filter_map(|row| if let Fact::UnitSuccession(s) = &row.fact { Some(s) } else { None })
        .collect()
}

#[test]
fn units_before_and_after_july_2025_are_all_there() {
    let rows = shipped();
    let of = |level, today: bool| {
        let units = units(&rows);
        units.iter().filter(|u| u.level == level && u.valid_to.is_none() == today).count()
    };
    assert_eq!(of(UnitLevel::Commune, true), 96);
    assert_eq!(of(UnitLevel::Commune, false), 170 + 102);
    assert_eq!(of(UnitLevel::District, false), 13 + 10);
    assert_eq!(of(UnitLevel::Province, false), 2);
    let kinds =
        |kind: &str| units(&rows).iter().filter(|u| u.valid_to.is_none() && u.kind == kind).count();
    assert_eq!((kinds("xa"), kinds("phuong"), kinds("dac-khu")), (86, 9, 1));
    assert!(successions(&rows).iter().all(|s| s.day.to_string() == "2025-07-01"));
    let same_code = successions(&rows).iter().filter(|s| s.from.code == s.to.code).count();
    assert_eq!(same_code, 95 + 1, "95 codes of communes were used again, and the province's");
}

// --- against the reference data, where it is there

fn reference(name: &str) -> Option<String> {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/admin").join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("SKIPPED: ../shared/data/admin/{name} is not here: nothing was compared");
    }
    text
}

fn column<'a>(record: &'a csv::StringRecord, header: &csv::StringRecord, name: &str) -> &'a str {
    let at = header.iter().position(|column| column == name).expect(name);
    &record[at]
}

/// `Phường` → `phuong`, `Thị trấn` → `thi-tran`: our words for kinds.
fn kind_word(written: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let plain = |c: char| match c {
        'đ' | 'Đ' => Some('d'),
        ' ' => Some('-'),
        c if c.is_ascii() => Some(c.to_ascii_lowercase()),
        _ => None,
    };
    written.nfd().filter_map(plain).collect()
}

/// Dots over letters and where the tone stands differ among sources; nothing else may.
fn spelling(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfd().filter(char::is_ascii).collect::<String>().to_lowercase()
}

#[test]
fn old_communes_are_those_of_the_official_list_row_by_row() {
    let Some(text) = reference("communes_pre2025_codes.csv") else { return };
    let rows = shipped();
    let ours: BTreeMap<u32, &UnitFact> = units(&rows)
        .into_iter()
        .filter(|unit| unit.level == UnitLevel::Commune && unit.valid_to.is_some())
        .map(|unit| (unit.id.code.0, unit))
        .collect();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let mut seen = 0;
    for record in reader.records().map(Result::unwrap) {
        let of = |name: &str| column(&record, &header, name).to_owned();
        let unit = ours.get(&of("code").parse().unwrap()).unwrap_or_else(|| panic!("{record:?}"));
        assert_eq!(unit.name, of("name"));
        assert_eq!(unit.kind, kind_word(&of("type")), "{}", unit.name);
        let parent = unit.parent.expect("a district").code.0;
        assert_eq!(parent, of("district_code").parse::<u32>().unwrap(), "{}", unit.name);
        seen += 1;
    }
    assert_eq!(seen, ours.len());
}

#[test]
fn todays_units_are_those_of_the_reference_map() {
    let Some(text) = reference("qn_communes_2025.geojson") else { return };
    let rows = shipped();
    let ours: BTreeMap<u32, &UnitFact> = units(&rows)
        .into_iter()
        .filter(|unit| unit.level == UnitLevel::Commune && unit.valid_to.is_none())
        .map(|unit| (unit.id.code.0, unit))
        .collect();
    let map: serde_json::Value = serde_json::from_str(&text).unwrap();
    let features = map["features"].as_array().unwrap();
    for feature in features {
        let of = |name: &str| feature["properties"][name].as_str().unwrap().to_owned();
        let unit = ours.get(&of("code").parse().unwrap()).unwrap_or_else(|| panic!("{feature}"));
        assert_eq!(spelling(&unit.name), spelling(&of("name")));
        assert_eq!(unit.kind, kind_word(&of("type")), "{}", unit.name);
        let geometry: geojson::Geometry =
            serde_json::from_value(feature["geometry"].clone()).unwrap();
        let area: geo::Geometry = geometry.try_into().unwrap();
        let centre = unit.centre.expect("a centre");
        let at = geo::Point::new(centre.lon_deg(), centre.lat_deg());
        assert!(geo::Contains::contains(&area, &at), "{}: its centre is outside", unit.name);
    }
    assert_eq!(features.len(), ours.len());
}

#[test]
fn successions_are_those_of_the_resolution_row_by_row() {
    let Some(text) = reference("crosswalk_communes_2025.csv") else { return };
    let rows = shipped();
    let mut ours: Vec<_> = successions(&rows)
        .into_iter()
        // The two provinces are no rows of that table.
        .filter(|succession| succession.from.code.0 > 99)
        .map(|s| (s.from.code.0, s.to.code.0, s.relation == UnitRelation::Part))
        .collect();
    ours.sort_unstable();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let mut theirs: Vec<(u32, u32, bool)> = reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let of = |name: &str| column(&record, &header, name);
            let old = if of("old_code").is_empty() { "old_district_code" } else { "old_code" };
            let code = |name: &str| of(name).parse().unwrap();
            (code(old), code("new_code"), of("relation") == "partial")
        })
        .collect();
    theirs.sort_unstable();
    assert_eq!(ours, theirs);
}

// --- broken tables

/// The shipped tables with one text in one of them changed.
fn broken(file: &str, from: &str, to: &str) -> Vec<String> {
    let changed: Vec<(&str, String)> = EMBEDDED
        .iter()
        .map(|(name, text)| {
            let is_it = *name == file;
            assert!(!is_it || text.contains(from), "{from:?} is not in {file}");
            (*name, if is_it { text.replacen(from, to, 1) } else { (*text).to_owned() })
        })
        .collect();
    let files: Vec<(&str, &str)> =
        changed.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let faults = load(&files).expect_err("a broken table is refused");
    faults.into_iter().map(|fault| fault.message_en).collect()
}

#[test]
fn a_broken_table_is_refused_with_file_row_and_column() {
    let cases = [
        ("goals.csv", ",>,30,%", ",>,ba mươi,%", "goals.csv, row 2, column threshold: "),
        ("goals.csv", ",>,30,%", ",>,,%", "goals.csv, row 2, column threshold: "),
        ("goals.csv", ",>,30,%", ",=,30,%", "goals.csv, row 2, column comparator: "),
        ("villages.csv", ",531,108.62,", ",599,108.62,", "villages.csv, row 2, column old_commune"),
        ("villages.csv", ",108.62,", ",208.62,", "villages.csv, row 2, column lon: "),
        ("villages.csv", ",108.62,", ",NaN,", "villages.csv, row 2, column lon: "),
        ("villages.csv", "ca-xen,Cà Xen", "ca xen,Cà Xen", "villages.csv, row 2, column id: "),
        ("duties.csv", ",ca-xen,viettel", ",ca-xen,vietel", "duties.csv, row 2, column carrier: "),
        ("duties.csv", ",ca-xen,viettel", ",ca-xem,viettel", "duties.csv, row 2, column village: "),
        ("duties.csv", ",2023-12-31,", ",2023-02-31,", "duties.csv, row 2, column due: "),
        ("duties.csv", ",2023-12-31,", ",2022-12-31,", "duties.csv, row 2, column due: "),
        ("listings.csv", "ca-xen,lacks", "ca-xen,lack", "listings.csv, row 2, column says: "),
        ("units.csv", "51,Quảng Ngãi,tinh", "51, Quảng Ngãi,tinh", "units.csv, row 2, column name"),
        ("units.csv", "1231697,358015", "358015,1231697", "units.csv, row 2, column households"),
        ("units.csv", "524,Bình Sơn", "522,Bình Sơn", "units.csv, row 5: the same as row 4"),
        ("unit_successions.csv", "21010,,21028", "21010,,21029", "column to_code: 21029"),
        (
            "letterhead.csv",
            "so-tttt,,2025-03-01,",
            "so-tttt,,2025-02-31,",
            "letterhead.csv, row 2, column valid_to: ",
        ),
        (
            "letterhead.csv",
            "Giám đốc,Quảng Ngãi",
            ",Quảng Ngãi",
            "letterhead.csv, row 2, column signatory: ",
        ),
        ("technologies.csv", "2G,2,", "7G,7,", "technologies.csv, row 2, column id: "),
        ("agencies.csv", "id,name_vi", "name_vi,id", "agencies.csv, row 1: columns are out of"),
        ("agencies.csv", "id,name_vi", "id,ten", "agencies.csv, row 1, column name_vi: is missing"),
        (
            "carriers.csv",
            "kind,valid_from",
            "kind,kind",
            "carriers.csv, row 1, column kind: stands",
        ),
        ("carriers.csv", "gmobile,Gmobile,", "gmobile,", "carriers.csv, row 2: "),
        ("rules/default.toml", "span_days = 31", "span_days = \"31\"", "rules/default.toml, row "),
    ];
    for (file, from, to, expected) in cases {
        let faults = broken(file, from, to);
        let told = faults.iter().any(|fault| fault.contains(expected));
        assert!(told, "{file}: {from:?} → {to:?} should say {expected:?}:\n{faults:#?}");
    }
}

#[test]
fn a_row_without_source_is_refused_in_every_table() {
    for (name, text) in EMBEDDED.iter().filter(|(name, _)| !name.starts_with("rules/")) {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        let source = header.iter().position(|column| column == "source").unwrap();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&header).unwrap();
        for record in reader.records().map(Result::unwrap) {
            let cells = record.iter().enumerate();
            writer
                .write_record(cells.map(|(at, cell)| if at == source { "" } else { cell }))
                .unwrap();
        }
        let emptied = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let faults = load(&[(name, &emptied)]).expect_err(name);
        let told = faults.iter().any(|fault| fault.column.as_deref() == Some("source"));
        assert!(told, "{name}: {faults:#?}");
    }
}

#[test]
fn every_fault_is_told_not_the_first() {
    let text = "village,says,source_word,day,clause,document,grade,source,inferred\n\
                kon-doc,lacks,lõm sóng,2023-02-31,IV.16,x,E2,x,\n\
                ,lacks,lõm sóng,2023-06-07,IV.16,x,E2,x,\n";
    let faults = load(&[("listings.csv", text)]).unwrap_err();
    let places: Vec<_> = faults.iter().map(|fault| (fault.row, fault.column.as_deref())).collect();
    assert_eq!(places, [(Some(2), Some("day")), (Some(3), Some("village"))]);
}

// --- a newer version

fn filed(rows: &[FiledRow], entry: u64) -> Vec<OnFile<'_>> {
    let at = |row| RowRef { entry: EntrySeq(entry), row };
    (0..).zip(rows).map(|(row, filed)| OnFile { at: at(row), fact: &filed.fact }).collect()
}

#[test]
fn the_same_tables_again_change_nothing() {
    let rows = shipped();
    assert!(difference(&filed(&rows, 1), rows.clone()).is_empty());
}

#[test]
fn a_newer_table_adds_corrects_and_takes_back() {
    let before = shipped();
    let mut now = before.clone();
    let at =
        |which: &dyn Fn(&Fact) -> bool| before.iter().position(|row| which(&row.fact)).unwrap();
    let village = at(&|fact| matches!(fact, Fact::Village(v) if v.id.as_str() == "kon-doc"));
    let Fact::Village(fact) = &mut now[village].fact else { unreachable!() };
    fact.households = Some(41);
    let mut added = now[village].clone();
    let Fact::Village(fact) = &mut added.fact else { unreachable!() };
    fact.day = Some(Day::new(2026, 1, 1).unwrap());
    now.push(added);
    let statement = at(&|fact| matches!(fact, Fact::PublicStatement(_)));
    now.remove(statement);

    let found = difference(&filed(&before, 7), now.clone());
    assert_eq!(found.new.len(), 1);
    let replaced = RowRef { entry: EntrySeq(7), row: u32::try_from(village).unwrap() };
    assert_eq!(found.changed.iter().map(|row| row.replaces).collect::<Vec<_>>(), [Some(replaced)]);
    let [FiledRow { fact: Fact::Withdraw { target, reason }, .. }] = &found.gone[..] else {
        panic!("{found:#?}");
    };
    assert_eq!(
        (target.entry, &target.rows[..]),
        (EntrySeq(7), &[u32::try_from(statement).unwrap()][..])
    );
    assert!(!reason.is_empty());
}
