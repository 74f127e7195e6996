//! The plan's targets against the last figures of which everybody filed.

use phusong_atlas::atlas::{Atlas, PeriodKind, TargetCard, TargetVerdict};
use phusong_atlas::domain::{Comparator, Day};
use phusong_typeset::{Block, Cell, Sentence, Table};

use super::FIRST_DAY;
use crate::report::coverage::{centred, column};
use crate::report::sources::Sources;
use crate::report::words;

/// `None`: the plan has no target.
pub fn table(atlas: &Atlas, day: Day, sources: &mut Sources) -> Option<Block> {
    let cards = atlas.targets_by(day, &[PeriodKind::Month, PeriodKind::From(FIRST_DAY)]);
    if cards.is_empty() {
        return None;
    }
    let rows = cards.iter().map(|card| row(card, sources)).collect();
    let columns = vec![
        centred("Mục", 2),
        column("Chỉ tiêu", 9),
        centred("Kế hoạch", 3),
        centred("Thực hiện", 4),
        column("Kết quả", 5),
    ];
    Some(Block::Table(Table { columns, rows }))
}

fn row(card: &TargetCard<'_>, sources: &mut Sources) -> Vec<Cell> {
    let goal = card.goal;
    let plan = goal.threshold_milli.map_or_else(String::new, |threshold| {
        let sign = match goal.comparator {
            Some(Comparator::Above) => "> ",
            Some(Comparator::AtLeast) => "≥ ",
            None => "",
        };
        format!("{sign}{} {}", thousandths(threshold), unit(goal.unit.as_deref()))
    });
    let judged = card.judged.as_ref();
    let ratio = judged.and_then(|judged| judged.ratio_milli);
    let unit = unit(goal.unit.as_deref());
    let reached =
        ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{} {unit}", thousandths(ratio)));
    let mut reached = vec![Sentence::new(reached.trim().to_owned())];
    if let Some(judged) = judged {
        let (from, to) = (judged.period.from, judged.period.to.plus_days(-1));
        reached.push(Sentence::note(format!("({}–{})", words::day(from), words::day(to))));
    }
    let estimated = judged.is_some_and(|judged| judged.estimated);
    let result = match card.verdict {
        TargetVerdict::Met => Sentence::strong("Đạt"),
        TargetVerdict::NotMet => Sentence::new("Chưa đạt"),
        TargetVerdict::Insufficient => Sentence::note("Chưa đủ số liệu"),
    };
    let mut result = vec![result];
    if estimated {
        result.push(Sentence::note("(có phần ước tính)"));
    }
    let text = Sentence::new(goal.text_vi.clone()).from(sources.named(&goal.source));
    vec![
        Cell::from(goal.clause.clone()),
        text.into(),
        plan.trim().into(),
        reached.into(),
        result.into(),
    ]
}

/// As it is read aloud.
fn unit(code: Option<&str>) -> &str {
    match code {
        Some("per-100-people") => "trên 100 dân",
        other => other.unwrap_or_default(),
    }
}

/// `76,5` of 76,500 thousandths.
fn thousandths(milli: i64) -> String {
    let text = format!("{}.{:03}", milli / 1_000, milli.unsigned_abs() % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_written_in_words_that_people_read() {
        assert_eq!(unit(Some("per-100-people")), "trên 100 dân");
        assert_eq!((unit(Some("%")), unit(None)), ("%", ""));
    }

    #[test]
    fn thousandths_are_written_with_a_comma_and_no_more_digits_than_needed() {
        assert_eq!([76_000, 76_500, 80_001, 0].map(thousandths), ["76", "76,5", "80,001", "0"]);
    }
}
