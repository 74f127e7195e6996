//! A declared template as a workbook that people download and fill: headings with notes, closed
//! lists as drop-downs, an example on a sheet of its own, instructions. What the columns are is
//! the business of the intake.
//!
//! Codes, coordinates and days are text cells on purpose: Excel would take leading zeros off a
//! code, a decimal comma for a separator, and read 05/03 as a day of May on an English machine,
//! each without a word.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties,
    ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Note, Workbook, Worksheet,
    XlsxError,
};

/// The sheet that is filled.
pub const DATA_SHEET: &str = "Dữ liệu";
/// The same columns with an example; not to be read as data.
pub const EXAMPLE_SHEET: &str = "Ví dụ";
pub const INSTRUCTIONS_SHEET: &str = "Hướng dẫn";
/// Names of places before they were called as in the drop-downs.
pub const FORMER_SHEET: &str = "Tên cũ";
/// Hidden: the words of the drop-downs.
pub const LISTS_SHEET: &str = "Danh mục";

/// Rows that drop-downs and checks reach.
const CHECKED_ROWS: u32 = 10_000;
/// More than this a drop-down of Excel does not show.
const MOST_SHOWN: usize = 32_767;

#[derive(Debug, Clone, PartialEq)]
pub struct TemplateSpec<'a> {
    /// The template's name in addresses: `site-report`.
    pub kind: &'a str,
    pub title_vi: &'a str,
    pub title_en: &'a str,
    pub columns: Vec<ColumnSpec<'a>>,
    /// A name of today, and what it was before; none: no sheet of them.
    pub former: Vec<(&'a str, &'a str)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ColumnSpec<'a> {
    /// The column's stable word: `ma_tram`.
    pub key: &'a str,
    pub heading_vi: &'a str,
    pub heading_en: &'a str,
    pub needed: bool,
    pub holds: ColumnHolds<'a>,
    pub note_vi: &'a str,
    pub note_en: &'a str,
    pub example: &'a str,
}

/// What stands in a column.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnHolds<'a> {
    Text,
    /// Text that looks like a number.
    Code,
    Day,
    /// Day and time.
    Moment,
    Count,
    Number {
        /// Empty if it has none.
        unit: &'a str,
    },
    Coordinate,
    /// One of these, as shown to people.
    Choice(Vec<&'a str>),
    /// Mostly one of these; what stands nowhere in the list is written out.
    Offered(Vec<&'a str>),
    /// The same, narrowed to the place that another column of the row names.
    Within(Within<'a>),
    /// Several of these (any, if none are given), divided by `;`.
    Several(Vec<&'a str>),
}

/// Words by place: of the place that the row names, and of all where it names none.
#[derive(Debug, Clone, PartialEq)]
pub struct Within<'a> {
    /// The column that names the place.
    pub key: &'a str,
    /// Place and word, those of one place together.
    pub words: Vec<(&'a str, &'a str)>,
    /// Every word, each once.
    pub all: Vec<&'a str>,
    /// A cell may hold more than one, divided by `;`.
    pub several: bool,
}

/// Why a workbook could not be written: a name or a length that Excel does not allow.
#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be written")]
pub struct WriteError(#[from] pub(crate) XlsxError);

impl TemplateSpec<'_> {
    /// The XLSX. The same spec gives the same bytes.
    ///
    /// # Errors
    /// If the spec does not fit a workbook: over 16,384 columns, a text over 32,767 letters.
    pub fn to_xlsx(&self) -> Result<Vec<u8>, WriteError> {
        let mut book = Workbook::new();
        book.set_properties(&properties(self.title_vi)?);
        let looks = Looks::new();

        let data = book.add_worksheet();
        data.set_name(DATA_SHEET)?;
        self.headings(data, &looks)?;
        self.checks(data)?;
        data.set_active(true);

        let example = book.add_worksheet();
        example.set_name(EXAMPLE_SHEET)?.set_tab_color(Color::RGB(0x00A0_A0A0));
        self.headings(example, &looks)?;
        for (at, column) in (0..).zip(&self.columns) {
            example.write_string_with_format(1, at, column.example, &looks.example)?;
        }

        self.instructions(book.add_worksheet(), &looks)?;
        if !self.former.is_empty() {
            self.former(book.add_worksheet(), &looks)?;
        }
        self.lists(book.add_worksheet())?;
        Ok(book.save_to_buffer()?)
    }

    /// Row 1: headings, widths, the kinds of the columns; frozen, and on every printed page.
    fn headings(&self, sheet: &mut Worksheet, looks: &Looks) -> Result<(), XlsxError> {
        for (at, column) in (0..).zip(&self.columns) {
            sheet.set_column_format(at, looks.column(&column.holds))?;
            sheet.set_column_width(at, column.width())?;
            let look = if column.needed { &looks.needed } else { &looks.free };
            sheet.write_string_with_format(0, at, column.heading_vi, look)?;
            let note = Note::new(column.note()).add_author_prefix(false).set_width(260);
            sheet.insert_note(0, at, &note.set_height(150))?;
        }
        sheet.set_row_height(0, 34)?;
        sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        print_setup(sheet, self.title_vi);
        Ok(())
    }

    fn checks(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let mut list = 0;
        for (at, column) in (0..).zip(&self.columns) {
            let check = DataValidation::new();
            let lists = column.holds.lists();
            let check = match (&column.holds, &lists[..]) {
                (ColumnHolds::Within(within), _) => {
                    let source = self.narrowed(within, [list, list + 1, list + 2]);
                    check.allow_list_formula(Formula::new(source))
                }
                (_, [words]) => {
                    let source = format!("={}", list_place(list, words.len()));
                    check.allow_list_formula(Formula::new(source))
                }
                _ => check,
            };
            list += u16::try_from(lists.len()).unwrap_or(0);
            let check = match &column.holds {
                ColumnHolds::Choice(_) => check
                    .set_error_style(DataValidationErrorStyle::Stop)
                    .set_error_title("Chọn trong danh sách")?
                    .set_error_message("Ô này chỉ nhận một giá trị có trong danh sách.")?,
                ColumnHolds::Offered(_) | ColumnHolds::Within(_) => check.show_error_message(false),
                ColumnHolds::Count => check
                    .allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(0))
                    .set_error_style(DataValidationErrorStyle::Warning)
                    .set_error_title("Số nguyên")?
                    .set_error_message("Ô này nhận số nguyên từ 0 trở lên.")?,
                ColumnHolds::Number { .. } => check
                    .allow_decimal_number(DataValidationRule::Between(-1e15, 1e15))
                    .set_error_style(DataValidationErrorStyle::Warning)
                    .set_error_title("Số")?
                    .set_error_message("Ô này nhận một số.")?,
                _ => continue,
            };
            sheet.add_data_validation(1, at, CHECKED_ROWS, at, &check)?;
        }
        Ok(())
    }

    /// The words of the place that the key's cell names: they stand together, so where they begin
    /// and how many they are is a range. `places`: the columns of places, words, and all words.
    fn narrowed(&self, within: &Within<'_>, [of, word, every]: [u16; 3]) -> String {
        let (words, all) = (within.words.len(), within.all.len());
        let every = list_place(every, if all > MOST_SHOWN { 1 } else { all });
        let Some(at) = self.columns.iter().position(|column| column.key == within.key) else {
            return format!("={every}");
        };
        let key = crate::book::column_letters(u16::try_from(at).unwrap_or(u16::MAX));
        let (of, first) = (list_place(of, words), list_place(word, 1));
        let (first, _) = first.split_once(':').unwrap_or((&first, ""));
        format!(
            "=IF(COUNTIF({of},${key}2)=0,{every},\
             OFFSET({first},MATCH(${key}2,{of},0)-1,0,COUNTIF({of},${key}2),1))"
        )
    }

    /// A column or more for each list. On a sheet of its own, because a list inside the cell's
    /// rule can hold neither a comma nor 256 letters.
    fn lists(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(LISTS_SHEET)?.set_very_hidden(true);
        let lists = self.columns.iter().flat_map(|column| column.holds.lists());
        for (column, words) in (0..).zip(lists) {
            for (row, word) in (0..).zip(words) {
                sheet.write_string(row, column, word)?;
            }
        }
        Ok(())
    }

    fn former(&self, sheet: &mut Worksheet, looks: &Looks) -> Result<(), XlsxError> {
        const SAYS: &str = "Tên cũ vẫn được nhận ở trang “Dữ liệu”; tên xã cũ thì ghi thêm huyện. \
            Trang này không được đọc khi nộp. / Old names are understood too; this sheet is not read.";
        sheet.set_name(FORMER_SHEET)?;
        sheet.set_column_width(0, 34)?.set_column_width(1, 90)?;
        sheet.merge_range(0, 0, 0, 1, SAYS, &looks.wrapped)?;
        sheet.set_row_height(0, 32)?;
        for (column, head) in (0..).zip(["Tên hiện nay", "Tên trước đây"]) {
            sheet.write_string_with_format(1, column, head, &looks.needed)?;
        }
        for (row, (name, before)) in (2..).zip(&self.former) {
            sheet.write_string_with_format(row, 0, *name, &looks.wrapped)?;
            sheet.write_string_with_format(row, 1, *before, &looks.wrapped)?;
        }
        sheet.set_freeze_panes(2, 0)?.set_repeat_rows(1, 1)?;
        print_setup(sheet, self.title_vi);
        Ok(())
    }

    fn instructions(&self, sheet: &mut Worksheet, looks: &Looks) -> Result<(), XlsxError> {
        const STEPS: [&str; 6] = [
            "1. Điền vào trang “Dữ liệu”, mỗi dòng một nội dung. Không đổi tiêu đề cột; được bỏ \
             trống hoặc xóa cột không bắt buộc.",
            "2. Cột có tiêu đề nền đậm là bắt buộc. Ô có mũi tên: chọn trong danh sách.",
            "3. Ngày ghi dạng ngày/tháng/năm, ví dụ 20/11/2026. Chỉ biết tháng thì ghi tháng/năm.",
            "4. Tọa độ ghi nguyên như bản đo; dấu phẩy hay dấu chấm thập phân đều được. Ghi hệ \
             tọa độ nếu có cột ấy.",
            "5. Điều chưa biết thì để trống. Không ghi số 0 thay cho “chưa biết”.",
            "6. Trang “Ví dụ” có một dòng điền mẫu và không được đọc khi nộp.",
        ];
        const STEPS_EN: &str = "Fill the sheet “Dữ liệu”, one matter a row; dark headings are \
            needed; days as day/month/year; leave unknown cells empty. “Ví dụ” is an example and \
            is not read.";
        sheet.set_name(INSTRUCTIONS_SHEET)?;
        for (column, width) in (0..).zip([24, 24, 11, 26, 40, 44, 22]) {
            sheet.set_column_width(column, width)?;
        }
        sheet.write_string_with_format(0, 0, self.title_vi, &looks.title)?;
        sheet.write_string_with_format(1, 0, self.title_en, &looks.quiet)?;
        let mut row = 3;
        for step in STEPS.into_iter().chain([STEPS_EN]) {
            sheet.merge_range(row, 0, row, 6, step, &looks.wrapped)?;
            sheet.set_row_height(row, if step.chars().count() > 150 { 32 } else { 18 })?;
            row += 1;
        }
        row += 1;
        let heads = ["Cột", "Column", "Bắt buộc", "Kiểu", "Giá trị cho phép", "Ghi chú", "Ví dụ"];
        for (column, head) in (0..).zip(heads) {
            sheet.write_string_with_format(row, column, head, &looks.needed)?;
        }
        for spec in &self.columns {
            row += 1;
            let note = [spec.note_vi, spec.note_en].into_iter().filter(|note| !note.is_empty());
            let note = note.collect::<Vec<_>>().join("\n");
            let cells = [
                spec.heading_vi,
                spec.heading_en,
                if spec.needed { "có" } else { "" },
                &spec.holds.kind_vi(),
                &spec.holds.words().join("; "),
                &note,
                spec.example,
            ];
            for (column, text) in (0..).zip(cells) {
                sheet.write_string_with_format(row, column, text, &looks.wrapped)?;
            }
        }
        print_setup(sheet, self.title_vi);
        Ok(())
    }
}

impl ColumnSpec<'_> {
    fn width(&self) -> f64 {
        let longest = self.heading_vi.chars().count().max(self.example.chars().count());
        f64::from(u32::try_from(longest).unwrap_or(u32::MAX)).clamp(8.0, 38.0) + 3.0
    }

    fn note(&self) -> String {
        let needed = if self.needed { "Bắt buộc. " } else { "" };
        let mut lines = vec![format!("{} · {}", self.heading_vi, self.heading_en)];
        lines.push(format!("{needed}{}.", self.holds.kind_vi()));
        let words = self.holds.words();
        if !words.is_empty() {
            lines.push(format!("Giá trị: {}.", words.join("; ")));
        }
        for note in [self.note_vi, self.note_en] {
            if !note.is_empty() {
                lines.push(note.to_owned());
            }
        }
        if !self.example.is_empty() {
            lines.push(format!("Ví dụ: {}", self.example));
        }
        lines.join("\n")
    }
}

impl ColumnHolds<'_> {
    fn kind_vi(&self) -> String {
        match self {
            Self::Text => "Chữ".to_owned(),
            Self::Code => "Mã, giữ nguyên như chữ".to_owned(),
            Self::Day => "Ngày (ngày/tháng/năm)".to_owned(),
            Self::Moment => "Ngày giờ (ngày/tháng/năm giờ:phút)".to_owned(),
            Self::Count => "Số nguyên".to_owned(),
            Self::Number { unit: "" } => "Số".to_owned(),
            Self::Number { unit } => format!("Số ({unit})"),
            Self::Coordinate => "Tọa độ".to_owned(),
            Self::Choice(_) => "Chọn trong danh sách".to_owned(),
            Self::Offered(_) => {
                "Chọn trong danh sách, hoặc ghi tên khác (xem trang “Tên cũ”)".to_owned()
            }
            Self::Within(Within { several: true, .. }) => "Một hay nhiều giá trị, cách nhau bằng \
                dấu “;”: chọn một trong danh sách của nơi ghi ở cùng dòng, hoặc ghi ra"
                .to_owned(),
            Self::Within(_) => "Chọn trong danh sách của nơi ghi ở cùng dòng, hoặc ghi tên khác \
                (xem trang “Tên cũ”)"
                .to_owned(),
            Self::Several(_) => "Một hay nhiều giá trị, cách nhau bằng dấu “;”".to_owned(),
        }
    }

    /// Columns of words that its drop-down needs. What is more than can be shown is left out.
    fn lists(&self) -> Vec<Vec<&str>> {
        match self {
            Self::Choice(words) | Self::Offered(words) => vec![words.clone()],
            Self::Within(Within { words, all, .. }) => {
                let (places, own) = words.iter().copied().unzip();
                let shown = all.len() <= MOST_SHOWN;
                vec![places, own, if shown { all.clone() } else { Vec::new() }]
            }
            _ => Vec::new(),
        }
    }

    /// Words that stand in notes: lists of names are too long for one.
    fn words(&self) -> &[&str] {
        match self {
            Self::Choice(words) | Self::Several(words) => words,
            _ => &[],
        }
    }
}

/// `'Danh mục'!$A$1:$A$6`
fn list_place(column: u16, words: usize) -> String {
    let letters = crate::book::column_letters(column);
    format!("'{LISTS_SHEET}'!${letters}$1:${letters}${}", words.max(1))
}

/// A4 across, as wide as the page, numbered.
fn print_setup(sheet: &mut Worksheet, title: &str) {
    const A4: u8 = 9;
    // In a header, & begins a code and 255 letters are the most.
    let title: String = title.chars().filter(|&letter| letter != '&').take(200).collect();
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3)
        .set_header(format!("&L{title}"))
        .set_footer("&RTrang &P/&N");
}

/// Without the day of making, so that the same content is the same file.
pub(crate) fn properties(title: &str) -> Result<DocProperties, XlsxError> {
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    Ok(DocProperties::new().set_title(title).set_author("Phủ Sóng").set_creation_datetime(&made))
}

struct Looks {
    needed: Format,
    free: Format,
    text: Format,
    plain: Format,
    example: Format,
    title: Format,
    quiet: Format,
    wrapped: Format,
}

impl Looks {
    fn new() -> Self {
        let head = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_border(FormatBorder::Thin);
        // Built-in format 49 is text.
        let text = Format::new().set_num_format_index(49);
        Self {
            needed: head
                .clone()
                .set_background_color(Color::RGB(0x001F_4E79))
                .set_font_color(Color::White),
            free: head.set_background_color(Color::RGB(0x00DD_EBF7)),
            example: text
                .clone()
                .set_italic()
                .set_background_color(Color::RGB(0x00F2_F2F2))
                .set_border(FormatBorder::Hair),
            text,
            plain: Format::new(),
            title: Format::new().set_bold().set_font_size(14),
            quiet: Format::new().set_italic().set_font_color(Color::RGB(0x0059_5959)),
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        }
    }

    fn column(&self, holds: &ColumnHolds<'_>) -> &Format {
        match holds {
            ColumnHolds::Count | ColumnHolds::Number { .. } => &self.plain,
            _ => &self.text,
        }
    }
}
