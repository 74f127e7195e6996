//! Confirmations in a file: observations in the columns of their template. What one alone may mean
//! is taken, the rest is asked and can be answered where it stands.

use phusong_atlas::domain::ObservationKind;
use phusong_atlas::gazetteer::fold_for_search;
use serde_json::{Map, Value};

use super::kinds::{Ground, each};
use super::notes;
use super::wide::without_references;
use crate::evidence::EvidenceContext;
use crate::finding::{Candidate, Finding, Severity};
use crate::known::several::of_each_carrier;
use crate::observation::{self, SentObservation};
use crate::report::{Cells, Column, Draft, DraftRow};
use crate::table::{Cell, Table};
use crate::template::{Holds, Kind};

/// Members of an observation, and the columns that say them in a file.
const MEMBERS: [(&str, Column); 11] = [
    ("village", Column::Village),
    ("cluster", Column::Cluster),
    ("says", Column::Says),
    ("day", Column::ObservedDay),
    ("carrier", Column::Carrier),
    ("technology", Column::Technologies),
    ("technologies", Column::Technologies),
    ("environment", Column::Environment),
    ("service", Column::Service),
    ("note", Column::Note),
    ("replaces", Column::Replaces),
];

/// Refused where a program sends them; in a file they are questions with their choices.
const ASKED: [&str; 8] = [
    "ambiguous-village",
    "unknown-village",
    "unknown-cluster",
    "unknown-carrier",
    "unknown-technology",
    "no-coverage-technology",
    "bad-word",
    "word-missing",
];

pub fn read(rows: Vec<Cells>, ground: &Ground<'_>) -> Draft {
    let Some(context) = &ground.evidence else {
        return Draft::refused(notes::not_filed_here(Kind::Confirmation));
    };
    let mut draft = Draft::default();
    // What is seen of several carriers is seen of each.
    draft.rows = each(rows, &|cells| {
        let own = of_each_carrier(cells, context.carriers);
        DraftRow::together(
            own.into_iter().map(|cells| read_one(cells, ground.observation, context)),
        )
    });
    observation::find_conflicts(&mut draft.rows);
    draft.rows.iter_mut().flat_map(|row| &mut row.findings).for_each(in_the_file);
    draft
}

fn read_one(mut cells: Cells, kind: ObservationKind, context: &EvidenceContext<'_>) -> DraftRow {
    let mut row = observation::read_row(&sent(&cells), cells.row, kind, context);
    if cells.asks_once(Column::ObservedDay) {
        // Asked for all rows at once, in place of each by itself.
        row.findings.retain(|found| found.column.as_deref() != Some("day"));
    }
    let asks = [Column::Carrier, Column::Technologies].map(|column| cells.asks_once(column));
    if asks.contains(&true) || cells.is_open {
        row.withhold();
    }
    row.findings.splice(0..0, cells.findings);
    let told = in_columns(row.understood());
    row.tell(told);
    row
}

/// As people say it under the heading *Có sóng*; others are asked.
const SAID: [(&str, &[&str]); 3] = [
    (
        "has",
        &[
            "co",
            "da co",
            "co song",
            "da co song",
            "da phu song",
            "song tot",
            "tot",
            "x",
            "v",
            "yes",
        ],
    ),
    (
        "lacks",
        &[
            "khong",
            "khong co",
            "khong song",
            "chua",
            "chua co",
            "chua co song",
            "khong co song",
            "chua phu song",
            "chua duoc phu song",
            "mat song",
            "trang song",
            "no",
        ],
    ),
    (
        "weak",
        &[
            "yeu",
            "song yeu",
            "kem",
            "song kem",
            "song chap chon",
            "chap chon",
            "luc co luc khong",
            "co nhung yeu",
        ],
    ),
];

/// Is this a word on signal, or a mark that stands for one?
pub fn is_said(text: &str) -> bool {
    let text = text.trim();
    matches!(text, "-" | "–" | "—") || says(text, false).1.is_some()
}

/// Ticks, which folding leaves nothing of.
pub const TICKS: [&str; 6] = ["✓", "✔", "√", "☑", "+", "✅"];

/// Our word for what a heading says, folded: no mark is one.
pub fn said_by(folded: &str) -> Option<&'static str> {
    let is_word = folded.len() > 1;
    let mut known = SAID.iter().filter(|(_, words)| is_word && words.contains(&folded));
    known.next().map(|(ours, _)| *ours)
}

/// Ours, and the sender's own where it is another.
fn says(text: &str, marks_are_open: bool) -> (String, Option<String>) {
    let folded = fold_for_search(text);
    let is_tick = TICKS.contains(&text.trim().trim_end_matches('\u{fe0f}'));
    let folded = if is_tick { "x" } else { &*folded };
    if marks_are_open && ["x", "v"].contains(&folded) {
        return (text.to_owned(), None);
    }
    let known = SAID.iter().find(|(_, words)| words.contains(&folded));
    match known {
        Some((ours, _)) => ((*ours).to_owned(), Some(text.to_owned())),
        None => (text.to_owned(), None),
    }
}

/// May a tick say that there is none, by the lines above the table or a note on its sheet?
pub fn marks_are_open(table: &Table, lines: &[String]) -> bool {
    lines.iter().any(|line| speaks_of_gaps(line)) || explains_gaps(table)
}

/// `Danh sách thôn lõm sóng`, `… chưa có sóng`, `… mất sóng`, `Đề nghị phủ sóng …`, `Kế hoạch …`: what
/// is lacking, or to come.
pub fn speaks_of_gaps(line: &str) -> bool {
    const LACKS: [&str; 13] = [
        "lom song",
        "trang song",
        "chua",
        "khong",
        "mat song",
        "song yeu",
        "yeu song",
        "song kem",
        "de nghi",
        "ke hoach",
        "du kien",
        "can phu",
        "can duoc",
    ];
    let folded = without_references(line);
    LACKS.iter().any(|words| folded.contains(words))
}

/// `Ghi chú: đánh dấu x vào thôn chưa có sóng`, wherever it stands.
fn explains_gaps(table: &Table) -> bool {
    let texts = table.rows.iter().flat_map(|row| &row.cells).filter_map(|(_, cell)| match cell {
        Cell::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.filter(|text| text.len() > 20).any(|text| {
        let folded = fold_for_search(text);
        ["ghi chu", "danh dau", "dau x"].iter().any(|words| folded.contains(words))
            && speaks_of_gaps(text)
    })
}

fn sent(cells: &Cells) -> SentObservation {
    let text = |column| Some(cells.text(column).to_owned()).filter(|text| !text.is_empty());
    let (says, source_word) = says(cells.text(Column::Says), cells.marks_are_open());
    // Both: indoors implies outdoors, and without a word it is everywhere that nothing is.
    let environment = match text(Column::Environment) {
        Some(both) if is_both(&both, "indoor", "outdoor") => {
            (says == "has").then(|| "indoor".to_owned())
        }
        one => one,
    };
    SentObservation {
        village: text(Column::Village).filter(|_| !cells.has(Column::Cluster)),
        cluster: text(Column::Cluster),
        commune: text(Column::Commune),
        district: text(Column::District),
        says,
        day: cells.text(Column::ObservedDay).to_owned(),
        days: cells.days,
        // All of them is what names none.
        carrier: text(Column::Carrier).filter(|all| {
            !["tat ca", "tat ca doanh nghiep", "moi mang"].contains(&&*fold_for_search(all))
        }),
        technologies: cells
            .texts(Column::Technologies)
            .filter(|all| fold_for_search(all) != "moi cong nghe")
            .map(str::to_owned)
            .collect(),
        environment,
        service: text(Column::Service).filter(|both| !is_both(both, "voice", "data")),
        source_word,
        note: text(Column::Note),
        replaces: text(Column::Replaces),
    }
}

/// Are the two words of a closed list those that a cell names?
pub(crate) fn is_both(text: &str, one: &str, other: &str) -> bool {
    let mut words: Vec<&str> = text.split("; ").collect();
    words.sort_unstable();
    let mut both = [one, other];
    both.sort_unstable();
    words == both
}

fn column_of(member: &str) -> Option<&'static str> {
    MEMBERS.iter().find(|(own, _)| *own == member).map(|(_, column)| column.as_str())
}

fn in_the_file(finding: &mut Finding) {
    if let Some(column) = finding.column.as_deref().and_then(column_of) {
        finding.column = Some(column.to_owned());
    }
    if ASKED.contains(&finding.code) {
        finding.severity = Severity::Ask;
    }
    if matches!(finding.code, "bad-word" | "word-missing") {
        let template = Kind::Confirmation.template();
        let spec = template
            .columns
            .iter()
            .find(|spec| Some(spec.column.as_str()) == finding.column.as_deref());
        let Some(Holds::Word(words)) = spec.map(|spec| spec.holds) else { return };
        let shown: Vec<&str> = words.iter().map(|(_, shown)| *shown).collect();
        let shown = shown.join(", ");
        if finding.code == "word-missing" {
            finding.remedy_vi = format!("ghi một trong: {shown}");
        } else {
            finding.message_vi = format!("phải là một trong: {shown}");
        }
        finding.candidates = words.iter().map(|(stored, shown)| word(stored, shown)).collect();
    }
}

fn word(stored: &str, shown: &str) -> Candidate {
    Candidate {
        id: stored.to_owned(),
        name: shown.to_owned(),
        reason_vi: String::new(),
        reason_en: String::new(),
        score: 30,
    }
}

/// What was understood, under the names of the template's columns.
pub fn in_columns(told: Value) -> Value {
    let Value::Object(members) = told else { return told };
    let named = |(member, value): (String, Value)| Some((column_of(&member)?.to_owned(), value));
    Value::Object(members.into_iter().filter_map(named).collect::<Map<String, Value>>())
}
