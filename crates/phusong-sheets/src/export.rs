//! Tables as a workbook that people read: headings, typed cells, no formula. What the columns are
//! is the business of the report.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
};

use crate::template::WriteError;

#[derive(Debug, Clone, PartialEq)]
pub enum ExportCell {
    Empty,
    Text(String),
    Number(f64),
    /// Year, month, day.
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
/// If a table does not fit a workbook: over 1,048,576 rows, a text over 32,767 letters.
pub fn workbook(
    title: &str,
    day: (u16, u8, u8),
    sheets: &[ExportSheet],
) -> Result<Vec<u8>, WriteError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(day.0, day.1, day.2)?;
    let properties = DocProperties::new().set_title(title).set_author("Phủ Sóng");
    book.set_properties(&properties.set_creation_datetime(&made));
    for sheet in sheets {
        write(book.add_worksheet(), sheet)?;
    }
    Ok(book.save_to_buffer()?)
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
                    page.write_string_with_format(row, column, told, &text)?;
                }
                ExportCell::Number(value) => {
                    page.write_number_with_format(row, column, *value, &number)?;
                }
                ExportCell::Day(year, month, of_month) => {
                    let value = ExcelDateTime::from_ymd(*year, *month, *of_month)?;
                    page.write_datetime_with_format(row, column, &value, &day)?;
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
