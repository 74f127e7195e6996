//! The catalogue of findings: one table for people, made from the code, and one for programs.

use std::fmt::Write as _;

use phusong_intake::catalogue::catalogue;

use crate::edge::House;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/findings.md");

fn page() -> String {
    let mut page = String::from(
        "# Findings\n\nWhat the intake can say of a file, a row or a cell. `refuse`: not taken until mended. `ask`: counts for nothing until answered. `warn`: taken, look again. `note`: said, nothing to do. `{…}` stands for what a row fills in. For programs: `GET /api/v1/findings`.\n\nMade from the code (`PHUSONG_BLESS=1 cargo test --test it -- findings`).\n\n| code | weight | message | remedy |\n| --- | --- | --- | --- |\n",
    );
    for entry in catalogue() {
        let cell = |text: &str| text.replace('|', "\\|");
        let (vi, en) = (cell(entry.message_vi), cell(entry.message_en));
        let (remedy_vi, remedy_en) = (cell(entry.remedy_vi), cell(entry.remedy_en));
        let _infallible = writeln!(
            page,
            "| `{}` | {} | {vi}<br>{en} | {remedy_vi}<br>{remedy_en} |",
            entry.code, entry.severities
        );
    }
    page
}

#[test]
fn the_page_is_the_one_that_was_read() {
    let page = page();
    if std::env::var_os("PHUSONG_BLESS").is_some() {
        std::fs::write(PATH, &page).expect("written");
    }
    let kept = std::fs::read_to_string(PATH).expect("docs/findings.md");
    assert!(kept == page, "docs/findings.md is not what the code says: bless it");
}

#[test]
fn programs_get_every_code_with_both_texts() {
    let house = House::open();
    let answer = house.get("/api/v1/findings", "public").json();
    let listed = answer["findings"].as_array().expect("a list");
    assert_eq!(listed.len(), catalogue().count());
    for entry in listed {
        for name in ["code", "message_vi", "message_en", "remedy_vi", "remedy_en"] {
            assert!(entry[name].as_str().is_some_and(|text| !text.is_empty()), "{entry}");
        }
    }
}
