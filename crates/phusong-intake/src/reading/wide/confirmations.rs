//! Confirmations with carriers across, each with its technologies or without: every cell is a word
//! on the village of its row.

use phusong_atlas::domain::Day;
use phusong_atlas::gazetteer::fold_for_search;

use super::measures::Measures;
use super::{Entry, Looked, Sense, Wide, as_long, choice, headings, part, titles};
use crate::finding::{Finding, Severity};
use crate::reading::confirmation;
use crate::report::Column;
use crate::table::layout::{Fixed, Layout, Ticked, holds_counts};
use crate::template::Kind;
use crate::values::day::day_of;

pub fn of(looked: &Looked<'_>) -> Option<Wide> {
    let measures = Measures::of(&[], &[]);
    let (block, columns) = looked.best(Kind::Confirmation, &measures, &headings::OF_SIGNAL)?;
    let mut layout = looked.layout(Kind::Confirmation, &block, &columns);
    let says_song = |texts: &str| fold_for_search(texts).split(' ').any(|word| word == "song");
    let is_of_signal = columns.iter().any(|one| says_song(&one.heading))
        || looked.lines(&layout).iter().any(|line| says_song(line));
    let entries: Vec<Entry> = columns
        .iter()
        .filter_map(|one| match &one.sense {
            Sense::Tells(told) => {
                Some(Entry { at: one.at, heading: one.heading.clone(), told: told.clone() })
            }
            _ => None,
        })
        .filter(|Entry { told, .. }| {
            told.carrier.is_some()
                || told.technologies.is_some()
                || told.signal.says() && is_of_signal
        })
        .filter(|one| one.told.key.is_none() && one.told.months.is_none())
        .collect();
    let names_place = layout.has(Column::Village) || layout.has(Column::Cluster);
    if !names_place || !says_signal(looked, &layout, &entries) {
        return None;
    }
    if ticks_are_open(&alike(&entries)) {
        return None;
    }
    let lines = looked.lines(&layout);
    layout.marks_are_open = confirmation::marks_are_open(looked.table, &lines);
    let asked = (!layout.has(Column::ObservedDay)).then(|| which_day(looked, &lines));
    let (mut parts, mut titled) = (Vec::<Layout>::new(), Vec::new());
    for own in alike(&entries) {
        let mut part = part_of(looked, &layout, &own);
        part.once.extend(asked.clone().map(|found| (Column::ObservedDay, found)));
        let technology = titles::which_technology(looked, &part, &lines);
        part.once.extend(technology.map(|found| (Column::Technologies, found)));
        titled.extend(titles::whose_once(looked, &mut part, &lines));
        layout.twins.extend(&part.twins);
        layout.boxes.extend(part.boxes.iter().cloned());
        parts.push(part);
    }
    for part in &parts {
        let at = part.column(Column::Says).map(|mapped| mapped.at);
        if let Some(own) = layout.columns.iter_mut().find(|own| Some(own.at) == at) {
            own.means = Some(Column::Says);
        }
    }
    let name = |part: &Layout| {
        let template = Kind::Confirmation.template();
        let shown = |fixed: &Fixed| {
            let holds = template.spec(fixed.column).map(|spec| spec.holds);
            let words = fixed.means.split("; ");
            let shown = words.map(|word| holds.and_then(|holds| holds.shown(word)).unwrap_or(word));
            shown.collect::<Vec<_>>().join("; ")
        };
        part.fixed.iter().map(shown).collect::<Vec<_>>().join(" ")
    };
    // Said once of all parts.
    titled.truncate(1);
    let findings = std::iter::once(as_long(&parts, &name)).chain(titled).collect();
    Some(Wide { layout, parts, findings })
}

/// What the headings of a column say of every row.
fn fixed(entry: &Entry) -> Vec<Fixed> {
    let told = &entry.told;
    let fix = |column, means: &str, written: &str| Fixed {
        column,
        written: written.to_owned(),
        means: means.to_owned(),
    };
    let carrier = told.carrier.as_ref();
    let carrier = carrier.map(|(name, written)| fix(Column::Carrier, name, written));
    let heading = &entry.heading;
    let technologies = told.technologies.as_ref();
    let technologies = technologies.map(|own| fix(Column::Technologies, own, heading));
    let environment = told.signal.environment();
    let environment = environment.map(|own| fix(Column::Environment, &own, heading));
    let service = told.signal.service().map(|own| fix(Column::Service, own, heading));
    [carrier, technologies, environment, service].into_iter().flatten().collect()
}

/// Columns that say the same of their rows, but for the word that is ticked in them.
fn alike(entries: &[Entry]) -> Vec<Vec<&Entry>> {
    let means = |one: &Entry| fixed(one).into_iter().map(|own| (own.column, own.means));
    let mut found: Vec<Vec<&Entry>> = Vec::new();
    for entry in entries {
        match found.iter_mut().find(|all| means(all[0]).eq(means(entry))) {
            Some(all) => all.push(entry),
            None => found.push(vec![entry]),
        }
    }
    found
}

/// A word alone on a line below a carrier (`Viettel › Sóng yếu`), and none beside it that says
/// otherwise: it may be a row that lacks its village.
fn ticks_are_open(all: &[Vec<&Entry>]) -> bool {
    let is_open = |own: &Vec<&Entry>| match &own[..] {
        [one] => {
            let inner = one.heading.rsplit_once(" › ").map(|(_, inner)| fold_for_search(inner));
            let said = inner.and_then(|inner| confirmation::said_by(&inner));
            said.is_some_and(|said| said != "has")
        }
        _ => false,
    };
    all.iter().any(is_open) && all.iter().all(|own| own.len() == 1)
}

/// The columns of one statement: one of words, or several to be ticked (`Viettel › Có | Không`). The
/// same once more is held against the first row by row.
fn part_of(looked: &Looked<'_>, whole: &Layout, own: &[&Entry]) -> Layout {
    let first = own[0].at;
    let mut part = part(whole, &[(first, Column::Says)]);
    (part.fixed, part.twins) = (fixed(own[0]), Vec::new());
    for other in own.iter().skip(1) {
        part.twins.push((first, other.at));
        let mapped = whole.columns.iter().find(|mapped| mapped.at == other.at);
        part.columns.extend(mapped.cloned());
    }
    let word = |one: &Entry| one.told.signal.word.clone();
    let below = whole.heading_rows.map_or(0, |(_, last)| last);
    let counts = own.iter().any(|one| holds_counts(looked.table, below, one.at));
    // A heading that says yes asks for a word below it; one that says no is ticked.
    let is_ticked = own.iter().any(|one| word(one).is_some_and(|(ours, _)| ours != "has"));
    part.boxes.clear();
    if is_ticked {
        let ticked = |one: &&Entry| {
            let (at, column) = (one.at, Column::Says);
            word(one).map(|(_, word)| Ticked { at, column, word, counts })
        };
        part.boxes = own.iter().filter_map(ticked).collect();
    }
    part
}

/// Most of its cells are words on signal, and no numbers.
fn says_signal(looked: &Looked<'_>, layout: &Layout, entries: &[Entry]) -> bool {
    let (mut filled, mut words) = (0, 0);
    for entry in entries {
        for row in looked.cells(layout, entry.at) {
            filled += 1;
            let text = row.text(entry.at);
            let is_mark = entry.told.signal.word.is_some() && matches!(text.trim(), "0" | "1");
            words += usize::from(is_mark || confirmation::is_said(&text));
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
