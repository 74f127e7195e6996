//! Tables as a workbook that people read: headings, typed cells, no formula. What the columns are
//! is the business of the report.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
};

use crate::answer::fit;
use crate::template::WriteError;

#[derive(Debug, Clone, PartialEq)]
pub enum ExportCell {
    Empty,
    Text(String),
    Number(f64),
    /// Year, month, day; as text where the workbook's calendar has not begun (1900).
    Day(u16, u8, u8),
}

#[derive(Debug, Clone, PartialEq)]
pub struct ExportSheet {
    /// At most 31 letters.
    pub name: String,
    pub headings: Vec<String>,
    pub rows: Vec<Vec<ExportCell>>,
    /// In letters.
    pub widths: Vec<u16>,
}

/// The XLSX; `day` (year, month, day) stands for when it was made, so that the same tables give the
/// same bytes.
///
/// # Errors
/// If a table does not fit a workbook: over 1,048,576 rows.
pub fn workbook(
    title: &str,
    day: (u16, u8, u8),
    sheets: &[ExportSheet],
) -> Result<Vec<u8>, WriteError> {
    let mut book = Workbook::new();
    let made = dated(day.0, day.1, day.2).map_or_else(|| dated(1900, 1, 1), Some);
    let properties = DocProperties::new().set_title(title).set_author("Phủ Sóng");
    if let Some(made) = made {
        book.set_properties(&properties.set_creation_datetime(&made));
    }
    for sheet in sheets {
        write(book.add_worksheet(), sheet)?;
    }
    Ok(book.save_to_buffer()?)
}

/// `None`: before the workbook's calendar begins.
fn dated(year: u16, month: u8, day: u8) -> Option<ExcelDateTime> {
    // The library takes 31/12/1899 for no day at all.
    ExcelDateTime::from_ymd(year, month, day).ok().filter(|_| year >= 1900)
}

fn write(page: &mut Worksheet, sheet: &ExportSheet) -> Result<(), WriteError> {
    page.set_name(&sheet.name)?;
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0x00EE_F1F4))
        .set_border(FormatBorder::Thin);
    // Text stays text, whatever it begins with.
    let text = Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top);
    let number = Format::new().set_align(FormatAlign::Top);
    let day = Format::new().set_num_format("dd/mm/yyyy").set_align(FormatAlign::Top);
    for (column, name) in (0_u16..).zip(&sheet.headings) {
        page.write_string_with_format(0, column, name, &heading)?;
    }
    for (column, width) in (0_u16..).zip(&sheet.widths) {
        page.set_column_width(column, f64::from(*width))?;
    }
    for (row, cells) in (1_u32..).zip(&sheet.rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                ExportCell::Empty => {}
                ExportCell::Text(told) => {
                    page.write_string_with_format(row, column, fit(told), &text)?;
                }
                ExportCell::Number(value) => {
                    page.write_number_with_format(row, column, *value, &number)?;
                }
                ExportCell::Day(year, month, of_month) => {
                    if let Some(value) = dated(*year, *month, *of_month) {
                        page.write_datetime_with_format(row, column, &value, &day)?;
                    } else {
                        let told = format!("{of_month:02}/{month:02}/{year:04}");
                        page.write_string_with_format(row, column, told, &text)?;
                    }
                }
            }
        }
    }
    page.set_freeze_panes(1, 0)?;
    if let (Ok(last_row), Ok(columns)) =
        (u32::try_from(sheet.rows.len()), u16::try_from(sheet.headings.len()))
        && columns > 0
    {
        page.autofilter(0, 0, last_row, columns - 1)?;
    }
    Ok(())
}
