//! The summary on top, as lines of cells; the two writers lay them out.

use super::{Answers, Because, Outcome};

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Title,
    Heading,
    Plain,
    Outcome(Outcome),
}

pub(super) struct Line {
    pub look: Look,
    pub cells: Vec<String>,
}

pub(super) const WIDTHS: [u32; 4] = [34, 16, 12, 90];

pub(super) fn lines(answers: &Answers, because: Option<&Because>) -> Vec<Line> {
    let line = |look, cells: Vec<String>| Line { look, cells };
    let mut lines = Vec::new();
    for (at, title) in answers.titles.iter().enumerate() {
        lines.push(line(if at == 0 { Look::Title } else { Look::Plain }, vec![title.clone()]));
    }
    if let Some(because) = because {
        let text = format!(
            "Đây là tệp mới viết cạnh tệp gốc, vì {}: định dạng, ảnh và biểu đồ xem ở tệp gốc.",
            because.message_vi()
        );
        lines.push(line(Look::Plain, vec![text]));
    }
    for note in &answers.notes {
        lines.push(line(Look::Plain, vec![note.clone()]));
    }
    lines.push(line(Look::Plain, Vec::new()));
    lines.push(line(Look::Heading, ["Kết quả", "", "Số dòng"].map(str::to_owned).to_vec()));
    for outcome in Outcome::ALL {
        let rows = answers.sheets.iter().flat_map(|sheet| &sheet.rows);
        let count = rows.filter(|row| row.outcome == outcome).count();
        let cells = vec![outcome.word().to_owned(), String::new(), count.to_string()];
        lines.push(line(Look::Outcome(outcome), cells));
    }
    if !answers.totals.is_empty() {
        lines.push(line(Look::Plain, Vec::new()));
        let heads = ["Phát hiện", "Mức", "Số lần", "Nội dung"];
        lines.push(line(Look::Heading, heads.map(str::to_owned).to_vec()));
        for total in &answers.totals {
            let count = total.count.to_string();
            let cells =
                vec![total.code.clone(), total.severity.clone(), count, total.message.clone()];
            lines.push(line(Look::Plain, cells));
        }
    }
    lines
}
