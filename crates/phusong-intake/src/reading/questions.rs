//! What a sender is asked, each question once however many rows ask it.

use std::collections::BTreeMap;

use crate::finding::{Finding, Severity};
use crate::report::Draft;

/// One question, with the rows that ask it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// As it stands in the first row, with its candidates.
    pub finding: Finding,
    /// (sheet, row) of each row, in the file's order; none: the filing as a whole.
    pub rows: Vec<(Option<String>, u32)>,
}

/// Their rows say more than the value, and one answer is not of all that bear it.
pub const OF_ROWS: [&str; 3] = ["hour-unread", "restored-when", "end-day-missing"];

/// What tells such a question from another of the same value.
fn by_content(finding: &Finding) -> Option<(&str, Vec<&str>)> {
    OF_ROWS.contains(&finding.code).then(|| {
        let candidates = finding.candidates.iter().map(|one| &*one.id);
        (&*finding.message_vi, candidates.collect())
    })
}

/// Refusals and questions of a draft: those of the filing first, then those of most rows.
/// Alike are those of one code, column and value; whose the figures of a sheet are is asked of each,
/// and of a row what its other cells tell beside the value.
pub fn of(draft: &Draft) -> Vec<Question> {
    let is_open = |finding: &&Finding| finding.severity <= Severity::Ask;
    let mut questions: Vec<Question> = draft
        .findings
        .iter()
        .filter(is_open)
        .map(|finding| Question { finding: finding.clone(), rows: Vec::new() })
        .collect();
    let whole = questions.len();
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for row in &draft.rows {
        for finding in row.findings.iter().filter(is_open) {
            let key = (
                finding.code,
                finding.column.as_deref().unwrap_or_default(),
                finding.value.as_deref().unwrap_or_default(),
                row.table.as_deref().filter(|_| finding.code == "title-carrier"),
                by_content(finding),
            );
            let at = *known.entry(key).or_insert_with(|| {
                questions.push(Question { finding: finding.clone(), rows: Vec::new() });
                questions.len() - 1
            });
            let question = &mut questions[at];
            // One answer speaks of all its sheets.
            if question.finding.sheet != row.table {
                question.finding.sheet = None;
            }
            question.rows.push((row.table.clone(), row.row));
        }
    }
    questions[whole..].sort_by_key(|question| {
        (question.finding.severity, std::cmp::Reverse(question.rows.len()))
    });
    questions
}
