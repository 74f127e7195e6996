//! Steps of duties across, each with its day below it (`Khảo sát | Xây dựng | Phát sóng`): every
//! column is a step of the villages of its rows, and what else a row says is said once.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use phusong_atlas::gazetteer::fold_for_search;

use super::{
    Headed, Looked, Sense, Wide, as_long, choice, learnt, swallows_a_row, without_references,
};
use crate::finding::{Finding, Severity};
use crate::progress::step_called;
use crate::report::Column;
use crate::table::layout::{Fixed, Layout, NAMES, blocks, means_among};
use crate::template::Kind;
use crate::told::step_word;
use crate::values::day::DayHabit;

/// Fewer steps may be words of another table.
const LEAST_STEPS: usize = 2;

/// What stands over steps and says nothing more.
const OVER: [&str; 8] = [
    "ngay dat",
    "tien do",
    "moc",
    "moc tien do",
    "cac moc",
    "ngay thuc hien",
    "thoi gian",
    "tien do thuc hien",
];

/// What a row says beside its steps.
const BESIDE: [Column; 4] =
    [Column::PromisedDay, Column::Blocker, Column::Funds, Column::EstimateVnd];
const OF_BESIDE: [Column; 7] = [
    Column::PromisedDay,
    Column::Blocker,
    Column::BlockerSince,
    Column::BlockerLifted,
    Column::Responsible,
    Column::Funds,
    Column::EstimateVnd,
];

/// How many steps are found, in how few lines; the layout; the steps, each with its column.
type Found = ((usize, Reverse<u32>), Layout, Vec<(u16, &'static str)>);

pub fn of(looked: &Looked<'_>) -> Option<Wide> {
    if looked.table.fields.is_some() {
        return None;
    }
    let mut names = Kind::Duties.template().names();
    names.retain(|column| !matches!(column, Column::Step | Column::StepDay));
    let mut best: Option<Found> = None;
    for block in blocks(looked.table, looked.read) {
        let (mut columns, mut steps) = (Vec::new(), Vec::new());
        for (at, texts) in (0_u16..).zip(&block.headings).filter(|(_, texts)| !texts.is_empty()) {
            let step = step_of(texts).filter(|_| learnt(&looked.said.learnt, texts).is_none());
            steps.extend(step.map(|step| (at, step)));
            let named = match learnt(&looked.said.learnt, texts) {
                Some(told) => told,
                None => means_among(texts, &names),
            };
            let sense = named.filter(|_| step.is_none()).map_or(Sense::Unread, Sense::Names);
            columns.push(Headed { at, heading: texts.join(" › "), sense });
        }
        // A title above is none of the headings.
        let many = (steps.len(), Reverse(block.rows.1 - block.rows.0));
        let layout = looked.layout(Kind::Duties, &block, &columns);
        let is_name = |own: &Column| NAMES.contains(own);
        let naming = layout.columns.iter().filter(|own| own.means.as_ref().is_some_and(is_name));
        let naming: Vec<u16> = naming.map(|own| own.at).collect();
        let once: BTreeSet<&str> = steps.iter().map(|(_, step)| *step).collect();
        // A step told twice is planned and reached, or something else.
        let says = steps.len() >= LEAST_STEPS
            && once.len() == steps.len()
            && layout.has(Column::Village)
            && !layout.has(Column::Replaces)
            && !block.goes_on(looked.table, &naming, looked.read)
            && !swallows_a_row(&block, &columns);
        let is_better = best.as_ref().is_none_or(|(known, ..)| many > *known);
        if says && is_better && holds_days(looked, &layout, &steps) {
            best = Some((many, layout, steps));
        }
    }
    let (_, layout, steps) = best?;
    let planned = planned(looked, &layout, &steps);
    Some(split(layout, &steps, planned.as_ref()))
}

/// `KẾ HOẠCH TRIỂN KHAI`, `Lộ trình`: its days may be those by which a step is to be reached.
fn planned(looked: &Looked<'_>, layout: &Layout, steps: &[(u16, &str)]) -> Option<Finding> {
    const TO_COME: [&str; 4] = ["ke hoach", "du kien", "lo trinh", "cam ket"];
    let answers = looked.said.answers.of_tables(&[looked.label]);
    let is_reached = answers.column(Column::Basis).map(fold_for_search);
    if is_reached
        .is_some_and(|answer| !answer.starts_with("khong") && !answer.starts_with("du kien"))
    {
        return None;
    }
    let lines = looked.lines(layout);
    let speaks = |line: &&String| {
        let folded = without_references(line);
        TO_COME.iter().any(|words| folded.contains(words))
    };
    let today = looked.ground.known.as_ref().map(crate::known::Known::today);
    let is_to_come = |text: &str| {
        DayHabit::default().read(text).day().is_some_and(|day| today.is_some_and(|now| day > now))
    };
    let (table, columns) = (looked, steps.iter().map(|(at, _)| *at));
    let mut days = columns.flat_map(|at| table.cells(layout, at).map(move |row| row.text(at)));
    // Where one is to come, the others may have been planned too.
    let message = if let Some(line) = lines.iter().find(speaks) {
        (
            format!("tiêu đề “{line}”: các ngày trong bảng là ngày đã đạt?"),
            format!("the title {line:?}: are these the days on which the steps were reached?"),
        )
    } else {
        let day = days.find(|text| is_to_come(text))?;
        (
            format!("bảng có ngày ở tương lai ({day}): các ngày khác là ngày đã đạt?"),
            format!("a day of the table is to come ({day}): were the others reached?"),
        )
    };
    let remedy = (
        "trả lời một lần cho cả bảng; nếu là ngày dự kiến, bỏ các dòng",
        "answer once for the table; where they are planned, leave the rows out",
    );
    let found = Finding::new("are-reached", Severity::Ask, message, remedy);
    Some(found.with([choice("đã đạt", "đã đạt", ("ngày thực tế", "as it was"), 30)]))
}

/// The step that a heading names, and nothing else.
fn step_of(texts: &[String]) -> Option<&'static str> {
    // `(KH)` is no result.
    const REMARKS: [&str; 6] = ["", "th", "thuc hien", "thuc te", "ngay", "dd mm yyyy"];
    let (last, over) = texts.split_last()?;
    let is_plain = over.iter().all(|text| OVER.contains(&&*fold_for_search(text)));
    let (bare, remark) = last.split_once('(').unwrap_or((last, ""));
    if !REMARKS.contains(&&*fold_for_search(remark)) {
        return None;
    }
    let bare = bare.strip_prefix("Ngày ").unwrap_or(bare);
    step_called(&fold_for_search(bare)).filter(|_| is_plain).map(step_word)
}

/// Most of what stands below are days.
fn holds_days(looked: &Looked<'_>, layout: &Layout, steps: &[(u16, &str)]) -> bool {
    let (mut filled, mut days) = (0, 0);
    for (at, _) in steps {
        for row in looked.cells(layout, *at) {
            filled += 1;
            let is_day = DayHabit::default().read(&row.text(*at)).day().is_some();
            days += usize::from(is_day);
        }
    }
    days > 0 && days * 2 >= filled
}

fn split(mut layout: Layout, steps: &[(u16, &'static str)], planned: Option<&Finding>) -> Wide {
    let is_beside = |column: Option<Column>| column.is_some_and(|own| OF_BESIDE.contains(&own));
    let mut parts: Vec<Layout> = Vec::new();
    if BESIDE.iter().any(|column| layout.has(*column)) {
        let mut rest = layout.clone();
        rest.columns.retain(|own| own.means.is_some());
        parts.push(rest);
    }
    for (at, step) in steps {
        let mut part = layout.clone();
        part.columns.retain_mut(|own| {
            if own.at == *at {
                own.means = Some(Column::StepDay);
                return true;
            }
            own.means.is_some() && !is_beside(own.means)
        });
        let written = part.columns.iter().find(|own| own.at == *at);
        let written = written.map_or_else(String::new, |own| own.heading.clone());
        part.once = planned.cloned().map(|found| (Column::Basis, found)).into_iter().collect();
        part.fixed = vec![Fixed { column: Column::Step, written, means: (*step).to_owned() }];
        parts.push(part);
    }
    for own in &mut layout.columns {
        if steps.iter().any(|(at, _)| *at == own.at) {
            own.means = Some(Column::StepDay);
        }
    }
    let name = |part: &Layout| {
        let template = Kind::Duties.template();
        let holds = template.spec(Column::Step).map(|spec| spec.holds);
        let shown = |own: &Fixed| {
            holds.and_then(|holds| holds.shown(&own.means)).unwrap_or(&own.means).to_owned()
        };
        part.fixed.first().map_or_else(|| "cam kết, vướng mắc, vốn".to_owned(), shown)
    };
    let findings = vec![as_long(&parts, &name)];
    Wide { layout, parts, findings }
}
