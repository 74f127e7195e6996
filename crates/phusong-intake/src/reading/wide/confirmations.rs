//! Confirmations with carriers across, each with its technologies or without: every cell is a word
//! on the village of its row.

use phusong_atlas::domain::Day;

use super::measures::Measures;
use super::{Entry, Looked, Sense, Wide, as_long, choice, headings, part};
use crate::finding::{Finding, Severity};
use crate::reading::confirmation;
use crate::report::Column;
use crate::table::layout::{Fixed, Layout};
use crate::template::Kind;
use crate::values::day::day_of;

pub fn of(looked: &Looked<'_>) -> Option<Wide> {
    let measures = Measures::of(&[], &[]);
    let (block, columns) = looked.best(Kind::Confirmation, &measures, &headings::OF_SIGNAL)?;
    let mut layout = looked.layout(Kind::Confirmation, &block, &columns);
    let entries: Vec<Entry> = columns
        .iter()
        .filter_map(|one| match &one.sense {
            Sense::Tells(told) => {
                Some(Entry { at: one.at, heading: one.heading.clone(), told: told.clone() })
            }
            _ => None,
        })
        .filter(|one| one.told.carrier.is_some() || one.told.technologies.is_some())
        .filter(|one| one.told.key.is_none() && one.told.months.is_none())
        .collect();
    let names_place = layout.has(Column::Village) || layout.has(Column::Cluster);
    if !names_place || !says_signal(looked, &layout, &entries) {
        return None;
    }
    let lines = looked.lines(&layout);
    layout.marks_are_open = confirmation::marks_are_open(looked.table, &lines);
    let asked = (!layout.has(Column::ObservedDay)).then(|| which_day(looked, &lines));
    let mut parts: Vec<Layout> = Vec::new();
    for entry in &entries {
        let fix = |column, means: &str, written: &str| Fixed {
            column,
            written: written.to_owned(),
            means: means.to_owned(),
        };
        let mut fixed = Vec::new();
        if let Some((name, written)) = &entry.told.carrier {
            fixed.push(fix(Column::Carrier, name, written));
        }
        if let Some(technologies) = &entry.told.technologies {
            fixed.push(fix(Column::Technologies, technologies, &entry.heading));
        }
        let means = |fixed: &[Fixed]| fixed.iter().map(|one| one.means.clone()).collect::<Vec<_>>();
        // The same once more: the first is read, and held against the other row by row.
        if let Some(first) = parts.iter_mut().find(|part| means(&part.fixed) == means(&fixed)) {
            let at = first.column(Column::Says).map_or(0, |mapped| mapped.at);
            first.twins.push((at, entry.at));
            let other = layout.columns.iter().find(|mapped| mapped.at == entry.at);
            first.columns.extend(other.cloned());
            layout.twins.push((at, entry.at));
            continue;
        }
        let mut own = part(&layout, &[(entry.at, Column::Says)]);
        own.fixed = fixed;
        own.once.extend(asked.clone().map(|found| (Column::ObservedDay, found)));
        parts.push(own);
    }
    for part in &parts {
        let at = part.column(Column::Says).map(|mapped| mapped.at);
        if let Some(own) = layout.columns.iter_mut().find(|own| Some(own.at) == at) {
            own.means = Some(Column::Says);
        }
    }
    let name = |part: &Layout| {
        part.fixed.iter().map(|fixed| fixed.means.clone()).collect::<Vec<_>>().join(" ")
    };
    let findings = vec![as_long(&parts, &name)];
    Some(Wide { layout, parts, findings })
}

/// Most of its cells are words on signal, and no numbers.
fn says_signal(looked: &Looked<'_>, layout: &Layout, entries: &[Entry]) -> bool {
    let (mut filled, mut words) = (0, 0);
    for entry in entries {
        for row in looked.cells(layout, entry.at) {
            filled += 1;
            words += usize::from(confirmation::is_said(&row.text(entry.at)));
        }
    }
    words > 0 && words * 2 >= filled
}

/// The day of what was seen, where no column tells it: days that the title names are offered.
fn which_day(looked: &Looked<'_>, lines: &[String]) -> Finding {
    let message = (
        "bảng không có cột Ngày quan sát: các thôn được quan sát ngày nào?",
        "the table has no column Observed: on which day were the villages seen?",
    );
    let remedy = (
        "trả lời một lần cho cả bảng; nếu khác nhau, thêm cột Ngày quan sát",
        "answer once for the whole table; where they differ, add the column Observed",
    );
    let mut days: Vec<Day> = lines.iter().flat_map(|line| days_in(line)).collect();
    let named = days.len();
    days.extend(looked.said.document_day);
    let today = looked.ground.evidence.as_ref().map(|evidence| evidence.today);
    let offered =
        days.iter().enumerate().filter(|(_, day)| today.is_none_or(|today| **day <= today));
    let offered = offered.map(|(at, day)| {
        let (reason, score) = if at < named {
            (("tiêu đề có nêu", "named in the title"), 50)
        } else {
            (("ngày văn bản", "the letter's day"), 30)
        };
        choice(&day.to_string(), &day.to_string(), reason, score)
    });
    let mut found = Finding::new("list-observed", Severity::Ask, message, remedy).with(offered);
    found.candidates.dedup_by(|one, other| one.id == other.id);
    found
}

/// `20/11/2026`, `ngày 20 tháng 11 năm 2026`.
fn days_in(line: &str) -> Vec<Day> {
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || "(),;:".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let written = words.iter().filter_map(|word| day_of(word));
    let spelled = words.windows(5).filter_map(|five| {
        let [day, thang, month, nam, year] = five else { return None };
        let is = thang.to_lowercase() == "tháng" && nam.to_lowercase() == "năm";
        is.then(|| day_of(&format!("{day}/{month}/{year}"))).flatten()
    });
    written.chain(spelled).collect()
}
