//! Figures as statistics offices write them: periods that are no months, wide tables.

use phusong_atlas::domain::{CarrierId, Fact, Party, StatisticFact};

use super::beside::{read_said, reading as beside};
use super::{Answer, Means, Reading, Said, questions, rows, table};
use crate::report::{Column, csv_table};
use crate::table::Table;
use crate::template::Kind;

fn figures(reading: &Reading) -> Vec<StatisticFact> {
    let facts = reading.draft.to_file().filter_map(|row| match &row.fact {
        Fact::Statistic(fact) => Some(fact.clone()),
        _ => None,
    });
    facts.collect()
}

fn csv(text: &str) -> Table {
    csv_table(&|| Ok(text.as_bytes()), 1_000).expect("a table").0
}

fn answer(column: Column, value: Option<&str>, means: &str) -> Answer {
    let (value, means) = (value.map(str::to_owned), Means::Text(means.to_owned()));
    Answer { table: None, row: None, column: Some(column), value, means }
}

fn said(answers: &[Answer]) -> Said {
    let mut said = Said::default();
    answers.iter().for_each(|one| said.answers.give(one.clone()));
    said
}

/// A count is of a month: of a quarter or a year it is asked once which month's end it tells, and
/// the last one is offered first.
#[test]
fn a_period_longer_than_a_month_is_asked_once_with_its_last_month_first() {
    let list = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số\n\
                hộ có cáp quang;Huyện Ba Tơ;{};4;10\nhộ có cáp quang;Huyện Sơn Tây;{};5;10\n";
    for (period, first, many) in [
        ("Quý I/2025", "03/2025", 3),
        ("6 tháng đầu năm 2025", "06/2025", 6),
        ("Năm 2024", "12/2024", 12),
        ("2024", "12/2024", 12),
        ("9 tháng năm 2024", "09/2024", 9),
        ("01/01/2025 - 31/03/2025", "03/2025", 3),
        // What is to come was not counted.
        ("Quý IV/2026", "11/2026", 2),
    ] {
        let list = list.replace("{}", period);
        let asked = beside(Kind::Statistics, &Party::Department, &list);
        assert!(figures(&asked).is_empty(), "{period}: {:?}", rows(&asked));
        let questions = questions(&asked.draft);
        let [one] = &questions[..] else { panic!("{period}: {questions:#?}") };
        assert_eq!((one.finding.code, one.rows.len()), ("period-longer", 2), "{period}");
        let offered = &one.finding.candidates;
        assert_eq!((&*offered[0].id, offered.len()), (first, many), "{period}");
        let said = said(&[answer(Column::Period, Some(period), first)]);
        let kinds = [Kind::Statistics];
        let told = read_said(&kinds, &Party::Department, vec![csv(&list)], said);
        assert_eq!(figures(&told).len(), 2, "{period}: {:?}", rows(&told));
    }
    let list = list.replace("{}", "Tháng 9");
    let asked = beside(Kind::Statistics, &Party::Department, &list);
    let questions = questions(&asked.draft);
    let offered: Vec<&str> = questions[0].finding.candidates.iter().map(|one| &*one.id).collect();
    assert_eq!((questions[0].finding.code, offered), ("period-year", vec!["09/2026", "09/2025"]));
}
