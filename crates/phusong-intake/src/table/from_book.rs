//! Sheets of a workbook as tables.

use phusong_atlas::domain::Day;
use phusong_sheets::{
    Book, BookNote, Cell as SheetCell, EXAMPLE_SHEET, FORMER_SHEET, INSTRUCTIONS_SHEET,
    LISTS_SHEET, Sheet, column_letters,
};
use smol_str::{SmolStr, format_smolstr};

use super::{Cell, Comment, Merge, Table, TableRow};
use crate::finding::{Finding, Severity};

const LOOK: (&str, &str) = ("xem lại trong tệp gốc", "look at the original file");

/// Every sheet, and what its reader noted.
pub fn tables(book: Book) -> (Vec<Table>, Vec<Finding>) {
    let mut findings: Vec<Finding> = book.warnings.iter().filter_map(note).collect();
    // A filled template keeps its example and instructions: they are no data.
    let is_template = book.sheet(INSTRUCTIONS_SHEET).is_some() && book.sheet(LISTS_SHEET).is_some();
    let ours = [EXAMPLE_SHEET, INSTRUCTIONS_SHEET, FORMER_SHEET, LISTS_SHEET];
    let (beside, data): (Vec<Sheet>, Vec<Sheet>) = book
        .sheets
        .into_iter()
        .partition(|sheet| is_template && ours.contains(&sheet.name.as_str()));
    if !beside.is_empty() {
        let message = (
            "các trang ví dụ, hướng dẫn và danh mục của mẫu không được đọc",
            "the template's example, instructions and lists are not read",
        );
        let remedy = ("không cần làm gì", "nothing to do");
        findings.push(Finding::new("template-sheets", Severity::Note, message, remedy));
    }
    let from_1904 = book.warnings.contains(&BookNote::DatesFrom1904);
    let tables = data.into_iter().map(|sheet| Table { from_1904, ..table(sheet) });
    (tables.collect(), findings)
}

fn table(sheet: Sheet) -> Table {
    let rows = sheet.rows.into_iter().map(|row| TableRow {
        number: row.number,
        hidden: row.hidden,
        cells: row.cells.into_iter().map(|(at, value)| (at, cell(value))).collect(),
        ..TableRow::default()
    });
    Table {
        name: sheet.name,
        hidden: sheet.hidden,
        rows: rows.collect(),
        merges: sheet
            .merges
            .iter()
            .map(|merge| Merge {
                rows: (merge.first_row, merge.last_row),
                columns: (merge.first_column, merge.last_column),
            })
            .collect(),
        hidden_columns: sheet.hidden_columns,
        comments: sheet
            .comments
            .into_iter()
            .map(|comment| Comment { row: comment.row, column: comment.column, text: comment.text })
            .collect(),
        pictures: sheet
            .pictures
            .into_iter()
            .map(|picture| (picture.row, picture.column, picture.name))
            .collect(),
        ..Table::default()
    }
}

fn cell(value: SheetCell) -> Cell {
    match value {
        SheetCell::Text(text) => Cell::Text(text.into()),
        SheetCell::Number(number) => Cell::Number(number),
        SheetCell::Percent(share) => {
            Cell::Text(format_smolstr!("{}%", Cell::Number(share * 100.0).text()))
        }
        SheetCell::Bool(is) => Cell::Bool(is),
        SheetCell::Day(day) => match Day::new(day.year, day.month, day.day) {
            Ok(date) if day.seconds == 0 => Cell::Day(date),
            Ok(date) => Cell::Text(format_smolstr!("{date} {}", clock(day.seconds))),
            Err(_) => Cell::Text(format_smolstr!("{}-{}-{}", day.year, day.month, day.day)),
        },
        SheetCell::Time { seconds } => Cell::Text(clock(seconds)),
        SheetCell::Error(error) => Cell::Error(error),
        SheetCell::FormulaWithoutValue => Cell::NoValue,
    }
}

fn clock(seconds: u32) -> SmolStr {
    format_smolstr!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Hidden rows, columns and sheets, and comments, are told by the tables themselves.
fn note(note: &BookNote) -> Option<Finding> {
    let (code, severity, vi, en) = match note {
        BookNote::WrongExtension { named, kind } => (
            "wrong-extension",
            Severity::Warn,
            format!(
                "tên tệp có đuôi “{named}” nhưng nội dung là {}: đọc theo nội dung",
                kind.name()
            ),
            format!("named {named:?}, but it is {}: read by its content", kind.name()),
        ),
        BookNote::ComputedCells { sheet, cells } => (
            "computed-cells",
            Severity::Note,
            format!("trang “{sheet}”: {cells} ô công thức, lấy giá trị đã lưu"),
            format!("sheet {sheet:?}: {cells} formulas, their kept values are taken"),
        ),
        BookNote::DatesFrom1904 => (
            "dates-from-1904",
            Severity::Note,
            "ngày trong tệp tính từ năm 1904: đã đổi".to_owned(),
            "the file counts days from 1904: they were turned".to_owned(),
        ),
        BookNote::PicturesLeftOut { sheet, pictures } => (
            "pictures-left-out",
            Severity::Warn,
            format!("trang “{sheet}”: {pictures} ảnh quá lớn, chưa đọc"),
            format!("sheet {sheet:?}: {pictures} pictures are too large and were not read"),
        ),
        BookNote::LinkedWorkbooks => (
            "linked-workbooks",
            Severity::Warn,
            "tệp có liên kết sang tệp khác: không mở, lấy giá trị đã lưu".to_owned(),
            "the file links to others: they are not opened, kept values are taken".to_owned(),
        ),
        BookNote::NotRead { sheet, what } => (
            "not-read",
            Severity::Note,
            format!("trang “{sheet}”: không đọc {what}"),
            format!("sheet {sheet:?}: {what} is not read"),
        ),
        _ => return None,
    };
    Some(Finding::new(code, severity, (vi, en), LOOK))
}

/// `C12`, as spreadsheets name a cell.
pub fn cell_name(row: u32, column: u16) -> String {
    format!("{}{row}", column_letters(column))
}
