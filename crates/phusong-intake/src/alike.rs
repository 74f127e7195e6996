//! What every kind of file is asked alike: a day that is left open, a technology that may be two
//! things or none.

use phusong_atlas::domain::{Day, Technology};

use crate::finding::{Candidate, Finding, Severity};
use crate::values::day::{DayReading, Span};
use crate::values::radio::{Either, Radio};

pub const WRITE_DAY: (&str, &str) =
    ("ghi ngày theo dạng 20/11/2026", "write the day as 2026-11-20");
const WRITE_ONE: (&str, &str) = ("ghi 2G, 3G, 4G hoặc 5G", "write 2G, 3G, 4G or 5G");
const DECIMAL_COMMA: (&str, &str) = ("dấu phẩy thập phân", "a decimal comma");
const COMMA_BETWEEN: (&str, &str) =
    ("dấu phẩy giữa hai công nghệ", "a comma between two technologies");

/// The question of a cell that leaves its day open, with the days that it may mean.
pub fn open_day(read: &DayReading) -> Option<Finding> {
    let remedy = WRITE_DAY;
    match read {
        DayReading::Either(days) => {
            let message = (
                "ngày/tháng hay tháng/ngày? Trong tệp có cả hai cách viết",
                "day/month or month/day? The file writes both",
            );
            let finding = Finding::new("day-order", Severity::Ask, message, remedy);
            let reason = ("một cách đọc ngày trong ô", "one reading of the cell");
            let choice = |day: &Day| candidate(&day.to_string(), reason, 50);
            Some(finding.with(days.iter().map(choice)))
        }
        DayReading::Only(Span::About(day)) => {
            let message = (
                "ô chỉ nêu trước, sau hoặc khoảng ngày nào: cần ngày cụ thể",
                "the cell tells before, after or about which day: the day itself is needed",
            );
            let finding = Finding::new("day-missing", Severity::Ask, message, remedy);
            let reason = ("ngày nêu trong ô", "the day in the cell");
            Some(finding.with([candidate(&day.to_string(), reason, 50)]))
        }
        DayReading::Only(Span::NoYear) => {
            let message = ("ngày chưa có năm", "the day tells no year");
            Some(Finding::new("day-missing", Severity::Ask, message, remedy))
        }
        DayReading::Only(_) => {
            let message = (
                "chỉ nêu tháng, quý hoặc năm: cần ngày cụ thể",
                "only a month, quarter or year is told: a day is needed",
            );
            Some(Finding::new("day-missing", Severity::Ask, message, remedy))
        }
        _ => None,
    }
}

/// All that is to be said of a cell of technologies.
pub fn of_technologies(said: &Radio) -> Vec<Finding> {
    let mut found = Vec::new();
    for word in &said.unknown {
        // Without it the row would speak of all technologies, or of too few.
        let message = (
            format!("không rõ công nghệ “{word}”; dùng 2G, 3G, 4G, 5G"),
            format!("unknown technology “{word}”; use 2G, 3G, 4G, 5G"),
        );
        let finding = Finding::new("unknown-technology", Severity::Ask, message, WRITE_ONE);
        found.push(finding.with(technologies()));
    }
    for either in &said.either {
        let (message, choices) = two_readings(either);
        let code = "technology-two-readings";
        found.push(Finding::new(code, Severity::Ask, message, WRITE_ONE).with(choices));
    }
    if !said.no_coverage.is_empty() {
        let words = said.no_coverage.join(", ");
        let message = (
            format!("{words} không phải công nghệ phủ sóng di động: không tính"),
            format!("{words} is no technology of mobile coverage: not counted"),
        );
        let code = "no-coverage-technology";
        found.push(if said.technologies.is_empty() {
            Finding::new(code, Severity::Ask, message, WRITE_ONE).with(technologies())
        } else {
            let remedy = ("không cần làm gì", "nothing to do");
            Finding::new(code, Severity::Note, message, remedy)
        });
    }
    found
}

/// What a cell is asked that says `4,5G`: as (Vietnamese, English), and its two choices.
pub fn two_readings(either: &Either) -> ((String, String), Vec<Candidate>) {
    let (text, rounded) = (&either.text, either.rounded.as_str());
    let listed: Vec<&str> = either.listed.iter().map(Technology::as_str).collect();
    let listed = listed.join("+");
    let message = (
        format!("“{text}”: một nấc của {rounded}, hay {listed}?"),
        format!("{text:?}: a step of {rounded}, or {listed}?"),
    );
    let choices =
        vec![candidate(rounded, DECIMAL_COMMA, 60), candidate(&listed, COMMA_BETWEEN, 40)];
    (message, choices)
}

/// The same of one that can be of one technology only.
pub fn one_of(either: &Either) -> Vec<Candidate> {
    let others = either.listed.iter().filter(|one| *one != either.rounded);
    let others = others.map(|one| candidate(one.as_str(), COMMA_BETWEEN, 40));
    std::iter::once(candidate(either.rounded.as_str(), DECIMAL_COMMA, 60)).chain(others).collect()
}

/// All that a technology may be.
pub fn technologies() -> impl Iterator<Item = Candidate> {
    Technology::ALL.into_iter().map(|one| candidate(one.as_str(), ("", ""), 25))
}

fn candidate(id: &str, (reason_vi, reason_en): (&str, &str), score: u8) -> Candidate {
    Candidate {
        id: id.to_owned(),
        name: id.to_owned(),
        reason_vi: reason_vi.to_owned(),
        reason_en: reason_en.to_owned(),
        score,
    }
}
