//! A new workbook beside the original: the sender's values with our columns, and the summary.

use std::collections::HashMap;

use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::summary::{self, Look};
use super::{Answers, Because, Outcome, SheetAnswers, fit, our_cells, our_headings};
use crate::book::{Book, Cell, Row, Sheet};
use crate::limits::COLUMNS;
use crate::template::properties;

struct Looks {
    title: Format,
    heading: Format,
    text: Format,
    outcomes: HashMap<Outcome, Format>,
    day: Format,
    moment: Format,
    time: Format,
    percent: Format,
}

impl Looks {
    fn new() -> Self {
        let text = Format::new().set_num_format_index(49).set_text_wrap();
        let text = text.set_align(FormatAlign::Top);
        let coloured =
            |outcome: Outcome| (outcome, text.clone().set_background_color(outcome.colour()));
        Self {
            title: Format::new().set_bold().set_font_size(14),
            heading: text.clone().set_bold().set_background_color(Color::RGB(0x00DD_EBF7)),
            outcomes: Outcome::ALL.into_iter().map(coloured).collect(),
            text,
            day: Format::new().set_num_format("dd/mm/yyyy"),
            moment: Format::new().set_num_format("dd/mm/yyyy hh:mm"),
            time: Format::new().set_num_format("[h]:mm:ss"),
            percent: Format::new().set_num_format("0.##%"),
        }
    }

    fn outcome(&self, outcome: Outcome) -> &Format {
        self.outcomes.get(&outcome).unwrap_or(&self.text)
    }
}

pub(super) fn write(
    book: &Book,
    answers: &Answers,
    because: &Because,
) -> Result<Vec<u8>, XlsxError> {
    let mut made = Workbook::new();
    made.set_properties(&properties("Phủ Sóng")?);
    let looks = Looks::new();
    let mut names = Names::default();
    let summary = made.add_worksheet();
    summary.set_name(names.fit(super::SUMMARY_SHEET))?.set_active(true);
    write_summary(summary, answers, because, &looks)?;
    for sheet in &book.sheets {
        let page = made.add_worksheet();
        page.set_name(names.fit(&sheet.name))?;
        let answered = answers.sheets.iter().find(|answered| answered.sheet == sheet.name);
        write_sheet(page, sheet, answered, &looks)?;
    }
    made.save_to_buffer()
}

fn write_summary(
    page: &mut Worksheet,
    answers: &Answers,
    because: &Because,
    looks: &Looks,
) -> Result<(), XlsxError> {
    for (column, width) in (0..).zip(summary::WIDTHS) {
        page.set_column_width(column, width)?;
    }
    for (row, line) in (0..).zip(summary::lines(answers, Some(because))) {
        for (column, text) in (0..).zip(line.cells) {
            match line.look {
                Look::Title => {
                    page.write_string_with_format(row, column, fit(&text), &looks.title)?
                }
                Look::Heading => {
                    page.write_string_with_format(row, column, fit(&text), &looks.heading)?
                }
                Look::Plain => page.write_string(row, column, fit(&text))?,
                Look::Outcome(outcome) => {
                    let look = looks.outcome(outcome);
                    page.write_string_with_format(row, column, fit(&text), look)?
                }
            };
        }
    }
    Ok(())
}

fn write_sheet(
    page: &mut Worksheet,
    sheet: &Sheet,
    answered: Option<&SheetAnswers>,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let by_row: HashMap<u32, _> =
        answered.iter().flat_map(|a| &a.rows).map(|row| (row.row, row)).collect();
    for row in &sheet.rows {
        let answer = by_row.get(&row.number).copied();
        for (column, cell) in &row.cells {
            let marked = answer.filter(|answer| answer.marked.contains(column));
            let mark = marked.map(|answer| answer.outcome);
            write_cell(page, row, *column, cell, mark, looks)?;
        }
        for column in answer.into_iter().flat_map(|answer| &answer.marked) {
            if row.cell(*column).is_none() {
                let look = answer.map_or(&looks.text, |answer| looks.outcome(answer.outcome));
                page.write_blank(row.number - 1, *column, look)?;
            }
        }
    }
    let Some(answered) = answered else { return Ok(()) };
    // The grid is given without its borders; ours begins one column to its right.
    let ours = u32::try_from(answered.understood.len()).unwrap_or(COLUMNS) + 2;
    let first = u32::from(sheet.width()) + 1;
    let first = u16::try_from(first.min(COLUMNS.saturating_sub(ours))).unwrap_or(0);
    for (column, heading) in (first..).zip(our_headings(answered)) {
        page.set_column_width(column, if column == first + 1 { 60 } else { 20 })?;
        let row = answered.heading_row.max(1) - 1;
        page.write_string_with_format(row, column, fit(&heading), &looks.heading)?;
    }
    for answer in &answered.rows {
        for (column, text) in (first..).zip(our_cells(answered, answer)) {
            let look = if column == first { looks.outcome(answer.outcome) } else { &looks.text };
            page.write_string_with_format(answer.row.max(1) - 1, column, fit(&text), look)?;
        }
    }
    Ok(())
}

fn write_cell(
    page: &mut Worksheet,
    row: &Row,
    column: u16,
    cell: &Cell,
    mark: Option<Outcome>,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let at = row.number - 1;
    let with = |look: &Format| match mark {
        Some(mark) => look.clone().set_background_color(mark.colour()),
        None => look.clone(),
    };
    let plain = Format::new();
    match cell {
        Cell::Text(text) | Cell::Error(text) => {
            page.write_string_with_format(at, column, fit(text), &with(&plain))?
        }
        Cell::FormulaWithoutValue => {
            page.write_string_with_format(at, column, "(công thức chưa có giá trị)", &with(&plain))?
        }
        Cell::Number(number) => {
            page.write_number_with_format(at, column, *number, &with(&plain))?
        }
        Cell::Percent(share) => {
            page.write_number_with_format(at, column, *share, &with(&looks.percent))?
        }
        Cell::Bool(is) => page.write_boolean_with_format(at, column, *is, &with(&plain))?,
        Cell::Time { seconds } => {
            let days = f64::from(*seconds) / 86_400.0;
            page.write_number_with_format(at, column, days, &with(&looks.time))?
        }
        Cell::Day(day) => {
            let (year, month) = (u16::try_from(day.year), u8::try_from(day.month));
            let date = year.ok().zip(month.ok()).zip(u8::try_from(day.day).ok());
            let date = date.map(|((year, month), day)| {
                rust_xlsxwriter::ExcelDateTime::from_ymd(year, month, day)
            });
            match date {
                Some(Ok(date)) => {
                    let serial = date.to_excel() + f64::from(day.seconds) / 86_400.0;
                    let look = if day.seconds == 0 { &looks.day } else { &looks.moment };
                    page.write_number_with_format(at, column, serial, &with(look))?
                }
                _ => page.write_string_with_format(
                    at,
                    column,
                    format!("{:02}/{:02}/{}", day.day, day.month, day.year),
                    &with(&plain),
                )?,
            }
        }
    };
    Ok(())
}

/// Names that Excel takes for sheets: 31 letters, some forbidden, none twice.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn fit(&mut self, name: &str) -> String {
        let kept: String = name
            .chars()
            .map(|letter| match letter {
                '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'' => '-',
                letter if letter.is_control() => '-',
                letter => letter,
            })
            .collect();
        let base = if kept.trim().is_empty() { "Trang".to_owned() } else { kept };
        for number in 1_u32.. {
            let tail = if number == 1 { String::new() } else { format!(" ({number})") };
            let mut name = base.clone();
            while name.encode_utf16().count() + tail.len() > 31 {
                name.pop();
            }
            name += &tail;
            if !self.0.contains(&name.to_lowercase()) {
                self.0.push(name.to_lowercase());
                return name;
            }
        }
        base
    }
}
