//! What lines over a table say of all of its rows: whose they are, and with which technology. What
//! no column tells is asked once.

use std::collections::BTreeSet;

use phusong_atlas::domain::{CarrierFact, Party, Technology};

use super::{Looked, choice, headings};
use crate::finding::{Candidate, Finding, Severity};
use crate::report::Column;
use crate::table::layout::{Fixed, Layout};
use crate::template::Kind;
use crate::values::radio::radio;

/// In answer to the question whose the rows are.
pub const EVERYBODY: &str = "tất cả doanh nghiệp";
/// In answer to the question of which technology they speak.
pub const EVERY_TECHNOLOGY: &str = "mọi công nghệ";

/// The carrier as which a sheet is named, and so written.
pub fn sheets_carrier(sheet: &str, carriers: &[CarrierFact]) -> Option<(String, String)> {
    let sheet = sheet.trim();
    let (name, written) = headings::carriers_in(sheet, carriers).into_iter().next()?;
    (written == sheet).then_some((name, written))
}

/// The one carrier that lines name.
pub fn one_carrier(lines: &[String], carriers: &[CarrierFact]) -> Option<String> {
    let named = lines.iter().flat_map(|line| headings::carriers_in(line, carriers));
    let named: BTreeSet<String> = named.map(|(name, _)| name).collect();
    let mut named = named.into_iter();
    named.next().filter(|_| named.next().is_none())
}

/// One carrier alone stands over rows that name none.
pub fn whose(looked: &Looked<'_>, name: &str, kind: Kind) -> Option<Finding> {
    let carriers = looked.ground.carriers();
    let own = match looked.ground.known.as_ref().map(|known| known.owner) {
        Some(Party::Carrier(own)) => carriers.iter().find(|carrier| carrier.id == *own),
        Some(_) => None,
        None => looked.ground.report.as_ref().map(|context| context.carrier),
    };
    if own.is_some_and(|own| own.name == name) {
        return None;
    }
    let message = match kind {
        Kind::Statistics => (
            format!("tiêu đề nêu {name}: số liệu của riêng doanh nghiệp này?"),
            format!("the title names {name}: are the figures its own?"),
        ),
        _ => (
            format!("tiêu đề nêu {name}: các dòng là của riêng doanh nghiệp này?"),
            format!("the title names {name}: are the rows its own?"),
        ),
    };
    let remedy = ("trả lời một lần cho cả bảng", "answer once for the whole table");
    let found = Finding::new("title-carrier", Severity::Ask, message, remedy);
    let all = ("mọi doanh nghiệp cộng lại", "of all carriers together");
    let titled = || choice(name, name, ("tiêu đề có nêu", "named in the title"), 40);
    let has_all = matches!(kind, Kind::Statistics | Kind::Confirmation);
    let everybody = has_all.then(|| choice(EVERYBODY, EVERYBODY, all, 20));
    Some(match own {
        Some(own) => found.with([choice(&own.name, &own.name, ("bên gửi", "the sender"), 30)]),
        None => found.with(std::iter::once(titled()).chain(everybody)),
    })
}

/// What the title of a long table says of all its rows is asked once, where no column tells it; a
/// sheet called as a carrier is its.
pub fn of_long_table(looked: &Looked<'_>, layout: &mut Layout) -> Option<Finding> {
    const OF_CARRIERS: [Kind; 6] = [
        Kind::Statistics,
        Kind::Confirmation,
        Kind::Outages,
        Kind::Duties,
        Kind::SiteReport,
        Kind::Coverage,
    ];
    if !OF_CARRIERS.contains(&layout.kind) {
        return None;
    }
    hold_against_words(looked, layout);
    let lines = looked.lines(layout);
    let technology = which_technology(looked, layout, &lines);
    layout.once.extend(technology.map(|found| (Column::Technologies, found)));
    whose_once(looked, layout, &lines)
}

/// `Có sóng | Có sóng Viettel`: where the one says otherwise than the other, the row is asked.
fn hold_against_words(looked: &Looked<'_>, layout: &mut Layout) {
    let Some(says) = layout.column(Column::Says).map(|own| own.at) else { return };
    let (carriers, measures) = (looked.ground.carriers(), super::Measures::of(&[], &[]));
    let names_one = |heading: &str| {
        let texts: Vec<String> = heading.split(" › ").map(str::to_owned).collect();
        let told = headings::told(&texts, &measures, carriers, &headings::OF_SIGNAL);
        told.is_some_and(|told| told.is_clear && told.carrier.is_some())
    };
    let is_twin = |at: u16| layout.twins.iter().any(|(_, second)| *second == at);
    let open = layout.columns.iter().filter(|own| own.means.is_none() && !is_twin(own.at));
    let open: Vec<u16> = open.filter(|own| names_one(&own.heading)).map(|own| own.at).collect();
    layout.twins.extend(open.into_iter().map(|at| (says, at)));
}

/// The same of the carrier alone.
pub fn whose_once(looked: &Looked<'_>, layout: &mut Layout, lines: &[String]) -> Option<Finding> {
    let carriers = looked.ground.carriers();
    let is_told = |own: &Fixed| own.column == Column::Carrier;
    if layout.has(Column::Carrier) || layout.fixed.iter().any(is_told) {
        return None;
    }
    let fix = |written: &str, means: &str| Fixed {
        column: Column::Carrier,
        written: written.to_owned(),
        means: means.to_owned(),
    };
    let answers = looked.said.answers.of_tables(&[looked.label]);
    if let Some(answer) = answers.column(Column::Carrier) {
        layout.fixed.push(fix("", answer));
        return None;
    }
    if let Some((name, written)) = sheets_carrier(&looked.table.name, carriers) {
        // Its title may name another.
        if let Some(other) = one_carrier(&layout.title, carriers).filter(|own| *own != name) {
            let found = whose(looked, &other, layout.kind);
            layout.once.extend(found.map(|found| (Column::Carrier, found)));
            return None;
        }
        layout.fixed.push(fix(&written, &name));
        return Some(super::figures::from_title("doanh nghiệp", "the carrier", &name));
    }
    let name = one_carrier(lines, carriers)?;
    layout.once.extend(whose(looked, &name, layout.kind).map(|found| (Column::Carrier, found)));
    None
}

/// `TÌNH TRẠNG SÓNG 4G` over words on signal that name no technology.
pub fn which_technology(looked: &Looked<'_>, layout: &Layout, lines: &[String]) -> Option<Finding> {
    let is_told = layout.has(Column::Technologies)
        || layout.fixed.iter().any(|own| own.column == Column::Technologies);
    let answers = looked.said.answers.of_tables(&[looked.label]);
    let is_answered = answers.column(Column::Technologies).is_some();
    if layout.kind != Kind::Confirmation || is_told || is_answered {
        return None;
    }
    let is_mark = |c: char| c.is_whitespace() || "()[]/:,;|-–+".contains(c);
    let words = lines.iter().flat_map(|line| line.split(is_mark));
    let mut named: Vec<&'static str> = Vec::new();
    for word in words.filter(|word| word.contains(char::is_alphabetic)) {
        let said = radio(word);
        if said.unknown.is_empty() && said.either.is_empty() && said.no_coverage.is_empty() {
            named.extend(said.technologies.iter().map(Technology::as_str));
        }
    }
    named.sort_unstable();
    named.dedup();
    if named.is_empty() {
        return None;
    }
    let shown = named.join("; ");
    let message = (
        format!("tiêu đề nêu {shown}: các dòng chỉ nói về công nghệ này?"),
        format!("the title names {shown}: do the rows speak of it alone?"),
    );
    let remedy = ("trả lời một lần cho cả bảng", "answer once for the whole table");
    let found = Finding::new("title-technology", Severity::Ask, message, remedy);
    let choices: [Candidate; 2] = [
        choice(&shown, &shown, ("tiêu đề có nêu", "named in the title"), 40),
        choice(
            EVERY_TECHNOLOGY,
            EVERY_TECHNOLOGY,
            ("không riêng công nghệ nào", "of none alone"),
            20,
        ),
    ];
    Some(found.with(choices))
}
