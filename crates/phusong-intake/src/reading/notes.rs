//! Findings on a table as a whole: what was not read, what frames it, what its rows hide.

mod meant;

use std::collections::BTreeSet;

use phusong_atlas::gazetteer::fold_for_search;

use super::assemble::Assembled;
use crate::finding::{Finding, Severity};
use crate::repair::text::{Doubt, Unsure};
use crate::report::{Column, DraftRow};
use crate::table::Table;
use crate::table::layout::{self, Layout, Learnt, Mapped, Repair, RowKind};
use crate::template::Kind;

pub use meant::{are_claims, group_names, groups_by_state, share_of_plan, signal_in_title};
use meant::{boxes, other_meanings, side_by_side};

const NOTHING: (&str, &str) = ("không cần làm gì", "nothing to do");
/// Columns or rows named in one finding.
pub const MOST_NAMED: usize = 12;

/// A text as it is shown beside another.
pub fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

pub fn nothing_to_read() -> Finding {
    let message = (
        "không tìm thấy bảng nào có tiêu đề cột của mẫu",
        "no table with the headings of a template was found",
    );
    let remedy = (
        "kiểm tra tiêu đề cột, hoặc tải mẫu về và điền lại",
        "check the headings, or fill in the template that can be downloaded",
    );
    Finding::new("no-table", Severity::Refuse, message, remedy)
}

/// The columns of outlines without any: a map file has to bring those.
pub fn outlines_are_drawn() -> Finding {
    let message = (
        "bảng tính không vẽ được ranh giới: các cột này đi cùng một tệp bản đồ",
        "a table draws no outlines: these columns go with a map file",
    );
    let remedy = (
        "gửi GeoPackage, shapefile (ZIP), GeoJSON, KML hoặc MapInfo có các cột này",
        "send a GeoPackage, a shapefile (ZIP), GeoJSON, KML or MapInfo with these columns",
    );
    Finding::new("outlines-as-table", Severity::Refuse, message, remedy)
}

/// A wide table makes several rows of each of its own.
pub fn too_many_rows() -> Finding {
    let message = ("quá 200.000 dòng", "over 200,000 rows");
    let remedy = ("chia thành nhiều tệp", "split the file");
    Finding::new("too-many-rows", Severity::Refuse, message, remedy)
}

/// Rows below a signature are names of who signed: never left out unsaid where they may be more.
pub fn below_signatures(
    table: &Table,
    framing: &[(u32, RowKind)],
    read: &Repair<'_>,
    findings: &mut Vec<Finding>,
) {
    let rows = layout::below_signatures(table, framing, read);
    if rows.is_empty() {
        return;
    }
    let rows = rows.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let message = (
        format!("dòng {rows} đứng dưới dòng chữ ký, được coi là tên người ký: không đọc"),
        format!("row {rows} stands below those who sign, and is taken for their names: not read"),
    );
    let remedy = (
        "nếu là số liệu, chuyển dòng chữ ký xuống cuối bảng",
        "if it is data, put those who sign at the end of the table",
    );
    let found = Finding::new("below-signature", Severity::Warn, message, remedy);
    findings.push(found.in_sheet(&table.name));
}

pub fn no_headings(table: &str) -> Finding {
    let message = if table.is_empty() {
        (
            "tệp không có tiêu đề cột của mẫu nào: không đọc".to_owned(),
            "the file has no template's headings: it is not read".to_owned(),
        )
    } else {
        (
            format!("trang “{table}” không có tiêu đề cột của mẫu nào: không đọc"),
            format!("the sheet {table:?} has no template's headings: it is not read"),
        )
    };
    Finding::new("sheet-not-read", Severity::Note, message, NOTHING).in_sheet(table)
}

pub fn other_kind(taken: Kind, other: Kind, rows: usize) -> Finding {
    let (taken, other) = (taken.template(), other.template());
    let message = (
        format!("{rows} dòng thuộc loại “{}”, không gửi cùng “{}”", other.title_vi, taken.title_vi),
        format!("{rows} rows are a {}, not filed with a {}", other.title_en, taken.title_en),
    );
    let remedy = ("gửi riêng các dòng này", "file these rows apart");
    Finding::new("other-kind", Severity::Ask, message, remedy)
}

pub fn not_filed_here(kind: Kind) -> Finding {
    let template = kind.template();
    let message = (
        format!("không nhận “{}” từ người gửi này", template.title_vi),
        format!("a {} is not taken from this sender", template.title_en),
    );
    let remedy = match kind {
        Kind::Measurement => (
            "nhật ký đo kiểm do Sở nộp: gửi tệp cho Sở",
            "logs of measurements are the department's to file: send it the file",
        ),
        _ => {
            ("kiểm tra loại báo cáo và quyền của khóa", "check the kind of file and the key's role")
        }
    };
    Finding::new("kind-not-taken", Severity::Refuse, message, remedy)
}

/// Columns that are missing, doubled or not read.
pub fn of_layout(table: &Table, layout: &Layout, findings: &mut Vec<Finding>) {
    let template = layout.kind.template();
    for column in &layout.missing {
        let heading = template.spec(*column).map_or("", |spec| spec.heading_vi);
        let message = (
            format!("thiếu cột “{heading}” ({})", column.as_str()),
            format!("the column {heading:?} ({}) is missing", column.as_str()),
        );
        let remedy =
            ("thêm cột, hoặc chỉ ra cột nào mang nghĩa này", "add it, or tell which column it is");
        // Which site it is can be told by an answer; an event, a day or a place cannot.
        let is_code = *column == Column::SiteCode;
        let severity = if is_code { Severity::Ask } else { Severity::Refuse };
        let names = layout.column(Column::SiteName).filter(|_| is_code);
        let mut finding = Finding::new("missing-column", severity, message, remedy)
            .on(column.as_str())
            .in_sheet(&table.name);
        let told = |mapped: &Mapped, (vi, en): (&str, &str), score| crate::Candidate {
            id: mapped.heading.clone(),
            name: format!("{}: {}", table.column_name(mapped.at), short(&mapped.heading)),
            reason_vi: vi.to_owned(),
            reason_en: en.to_owned(),
            score,
        };
        let named =
            names.map(|mapped| told(mapped, ("tên trạm có thể là mã", "names may be codes"), 40));
        let others = unread(table, layout)
            .map(|mapped| told(mapped, ("cột chưa rõ nghĩa", "a column of unknown meaning"), 30));
        finding.candidates = named.into_iter().chain(others).take(MOST_NAMED).collect();
        findings.push(finding);
    }
    twins(table, layout, findings);
    findings.extend(boxes(table, layout));
    findings.extend(side_by_side(table, layout));
    findings.extend(other_meanings(table, layout));
    let mended = layout.mended.iter().take(MOST_NAMED).map(|(column, was, read)| {
        format!("{}: “{}” → “{}”", table.column_name(*column), short(was), short(read))
    });
    let mended: Vec<String> = mended.collect();
    if !mended.is_empty() {
        let shown = mended.join("; ");
        let message = (
            format!("chữ trong tiêu đề cột được sửa: {shown}"),
            format!("letters of headings were mended: {shown}"),
        );
        let remedy = ("xem lại tiêu đề đã sửa", "look at the headings as they are read");
        let finding = Finding::new("heading-mended", Severity::Note, message, remedy);
        findings.push(finding.in_sheet(&table.name));
    }
    if let Some(network) = layout.network {
        let message = (
            format!("loại mạng theo các cột của nhật ký: {network}"),
            format!("the columns of the log tell its network: {network}"),
        );
        let finding = Finding::new("network-by-columns", Severity::Note, message, NOTHING);
        findings.push(finding.in_sheet(&table.name));
    }
    findings.extend(columns_not_read(table, layout));
}

/// All that nobody said the meaning of. A day in a list of sites tells of an event.
fn columns_not_read(table: &Table, layout: &Layout) -> Option<Finding> {
    let all: Vec<&Mapped> = unread(table, layout).collect();
    let names = all.iter().take(MOST_NAMED);
    let names: Vec<String> = names
        .map(|mapped| format!("{} ({})", table.column_name(mapped.at), short(&mapped.heading)))
        .collect();
    let tells_days = |mapped: &&Mapped| {
        let folded = fold_for_search(&mapped.heading);
        layout.kind == Kind::SiteReport
            && (folded.split(' ').any(|word| word == "ngay") || folded.starts_with("thoi gian "))
    };
    let says = |mapped: &&Mapped, words: &[&str]| {
        let folded = fold_for_search(&mapped.heading);
        words.iter().any(|words| folded.contains(words))
    };
    let weighs = |mapped: &&Mapped| match layout.kind {
        Kind::Confirmation => mapped.heading.to_lowercase().contains("sóng"),
        Kind::Outages => says(mapped, &["so tram", "so luong tram", "so bts", "so site"]),
        _ => false,
    };
    let severity = if all.iter().copied().any(|one| tells_days(&one) || weighs(&one)) {
        Severity::Warn
    } else {
        Severity::Note
    };
    if !names.is_empty() {
        let more = if all.len() > names.len() { " …" } else { "" };
        let shown = format!("{}{more}", names.join(", "));
        let message =
            (format!("không đọc các cột: {shown}"), format!("columns that are not read: {shown}"));
        let remedy = ("chỉ ra nghĩa của cột nếu cần", "tell what they mean where it matters");
        let finding = Finding::new("columns-not-read", severity, message, remedy);
        return Some(finding.in_sheet(&table.name));
    }
    None
}

/// A heading that this sender confirmed before is gone, its column with it, and others are not
/// understood: one of these may be the same under a new name.
pub fn headings_changed(table: &Table, layout: &Layout, learnt: &Learnt) -> Option<Finding> {
    let template = layout.kind.template();
    let is_here = |heading: &str| {
        layout.columns.iter().any(|mapped| fold_for_search(&mapped.heading) == heading)
    };
    let lost: Vec<String> = learnt
        .iter()
        .filter_map(|(heading, column)| Some((heading, template.spec((*column)?)?)))
        .filter(|(heading, spec)| !layout.has(spec.column) && !is_here(heading))
        .map(|(heading, spec)| format!("“{heading}” ({})", spec.heading_vi))
        .take(MOST_NAMED)
        .collect();
    let open: Vec<&Mapped> = unread(table, layout).take(MOST_NAMED).collect();
    if lost.is_empty() || open.is_empty() {
        return None;
    }
    let (lost, shown) = (
        lost.join(", "),
        open.iter().map(|mapped| short(&mapped.heading)).collect::<Vec<_>>().join(", "),
    );
    let message = (
        format!("tiêu đề đã dùng trước đây không còn: {lost}; cột chưa rõ nghĩa: {shown}"),
        format!("headings confirmed before are gone: {lost}; columns of unknown meaning: {shown}"),
    );
    let remedy = ("chỉ ra nghĩa của cột đã đổi tên", "tell what the renamed column means");
    let mut finding = Finding::new("headings-changed", Severity::Warn, message, remedy);
    finding.candidates = open
        .iter()
        .map(|mapped| crate::Candidate {
            id: mapped.heading.clone(),
            name: format!("{}: {}", table.column_name(mapped.at), short(&mapped.heading)),
            reason_vi: "cột chưa rõ nghĩa".to_owned(),
            reason_en: "a column of unknown meaning".to_owned(),
            score: 30,
        })
        .collect();
    Some(finding.in_sheet(&table.name))
}

/// Photos that are named and sent in the same filing are no longer only named.
pub fn photos_sent<'n>(rows: &mut [DraftRow], files: impl Iterator<Item = &'n str>) {
    let bare = |name: &str| name.rsplit(['/', '\\']).next().unwrap_or(name).trim().to_lowercase();
    let sent: BTreeSet<String> = files.map(bare).collect();
    for row in rows {
        row.findings.retain(|finding| {
            let named = finding.value.as_deref().unwrap_or_default();
            let mut names = named.split([';', ',', '\n']).filter(|name| !name.trim().is_empty());
            finding.code != "photos-named" || !names.all(|name| sent.contains(&bare(name)))
        });
    }
}

/// Two columns of one meaning.
fn twins(table: &Table, layout: &Layout, findings: &mut Vec<Finding>) {
    let is_ticked = |at: &u16| layout.box_at(*at).is_some();
    for (first, second) in &layout.twins {
        // Of several to be ticked one tells.
        if is_ticked(first) && is_ticked(second) {
            continue;
        }
        let (first, second) = (table.column_name(*first), table.column_name(*second));
        let message = (
            format!("cột {first} và {second} cùng nghĩa: chỉ đọc cột {first}"),
            format!("columns {first} and {second} mean the same: only {first} is read"),
        );
        let remedy = ("đổi tên hoặc bỏ một cột", "rename or drop one of them");
        findings.push(
            Finding::new("duplicate-column", Severity::Ask, message, remedy)
                .on(&second)
                .in_sheet(&table.name),
        );
    }
}

/// Of two cells under headings of one meaning: heading and text of each.
pub fn two_values(both: &[(&str, &str); 2]) -> Finding {
    let [(first, _), (second, _)] = both;
    let message = (
        format!("“{first}” và “{second}” cùng nghĩa nhưng ghi khác nhau: giá trị nào?"),
        format!("{first:?} and {second:?} mean the same and differ: which one is it?"),
    );
    let remedy = ("chọn một, hoặc bỏ một trong hai cột", "choose one, or drop one of the columns");
    let filled = both.iter().filter(|(_, text)| !text.is_empty());
    Finding::new("two-values", Severity::Ask, message, remedy).with(filled.map(
        |(heading, text)| crate::Candidate {
            id: (*text).to_owned(),
            name: (*text).to_owned(),
            reason_vi: (*heading).to_owned(),
            reason_en: (*heading).to_owned(),
            score: 50,
        },
    ))
}

/// More than one table on a sheet: only the one under its headings is read, and nothing is filed
/// without the others.
pub fn other_tables(table: &Table, above: &[u32], framing: &[(u32, RowKind)]) -> Option<Finding> {
    let below = framing.iter().find(|(_, kind)| *kind == RowKind::OtherTable);
    let row = above.first().copied().or(below.map(|(row, _)| *row))?;
    let message = (
        format!("trang có nhiều bảng: dòng {row} là tiêu đề của một bảng khác, chưa đọc"),
        format!("several tables on a sheet: row {row} heads another one, which is not read"),
    );
    let remedy = ("để mỗi bảng ở một trang rồi gửi lại", "put each on its own sheet, send again");
    Some(Finding::new("other-table", Severity::Refuse, message, remedy).in_sheet(&table.name))
}

/// Of a count that is drawn as one with the row above it.
pub fn counts_together() -> Finding {
    let message = (
        "ô gộp với dòng trên: số đó chỉ tính ở dòng đầu, dòng này để trống",
        "merged with the row above: the number counts there alone, this row has none",
    );
    let remedy = ("tách ô và ghi số của từng dòng", "split the cell, write each row's number");
    Finding::new("merged-count", Severity::Warn, message, remedy)
}

/// A cell whose letters can be read in two ways, or are gone.
pub fn doubtful_text(doubt: &Doubt) -> Finding {
    let message = match doubt.why {
        Unsure::TwoReadings => (
            "chữ trong ô đọc được hai cách: Unicode hay phông cũ",
            "the letters can be read in two ways: Unicode, or an old font",
        ),
        Unsure::UnknownEncoding => (
            "chữ trong ô không phải tiếng Việt Unicode; chưa rõ bảng mã",
            "the letters are not Vietnamese in Unicode; their encoding is not clear",
        ),
        Unsure::LettersLost => {
            ("chữ trong ô bị mất trên đường đi", "letters of this cell were lost on the way")
        }
    };
    let remedy = ("chọn cách đọc đúng, hoặc gõ lại ô", "choose the right reading, or type it anew");
    let finding = Finding::new(doubt.why.code(), Severity::Ask, message, remedy);
    finding.with(doubt.readings.iter().map(|reading| crate::Candidate {
        id: reading.clone(),
        name: reading.clone(),
        reason_vi: "một cách đọc các chữ trong ô".to_owned(),
        reason_en: "one reading of its letters".to_owned(),
        score: 50,
    }))
}

/// Columns that hold something nobody has said the meaning of. Those of a layer that stand empty
/// are its format's own.
fn unread<'l>(table: &'l Table, layout: &'l Layout) -> impl Iterator<Item = &'l Mapped> {
    let twins: Vec<u16> = layout.twins.iter().map(|(_, second)| *second).collect();
    let holds =
        |at: u16| table.rows.iter().any(|row| row.cell(at).is_some_and(|cell| !cell.is_blank()));
    layout.columns.iter().filter(move |mapped| {
        mapped.means.is_none()
            && !twins.contains(&mapped.at)
            && layout.beside.iter().all(|(at, _)| *at != mapped.at)
            && (table.fields.is_none() || holds(mapped.at))
    })
}

/// Hidden rows and columns, gaps in the running number, framing rows, comments.
pub fn of_rows(
    table: &Table,
    layout: &Layout,
    framing: &[(u32, RowKind)],
    rows: &[Assembled],
    findings: &mut Vec<Finding>,
) {
    hidden(table, layout, rows, findings);
    let mut say = |code, severity, message: (String, String), remedy| {
        findings.push(Finding::new(code, severity, message, remedy).in_sheet(&table.name));
    };
    if let Some((before, after, row)) = gap(rows) {
        let message = (
            format!("số thứ tự nhảy từ {before} đến {after} ở dòng {row}: thiếu dòng?"),
            format!(
                "the running number goes from {before} to {after} in row {row}: are rows missing?"
            ),
        );
        let remedy = ("kiểm tra có thiếu dòng không", "check for lost rows");
        say("ordinal-gap", Severity::Warn, message, remedy);
    }
    let totals: Vec<String> = framing
        .iter()
        .filter(|(_, kind)| *kind == RowKind::Total)
        .map(|(row, _)| row.to_string())
        .collect();
    if !totals.is_empty() {
        let shown = totals.join(", ");
        let message = (
            format!("dòng {shown} là dòng tổng: không tính"),
            format!("row {shown} is a total: not counted"),
        );
        say("total-row", Severity::Note, message, NOTHING);
    }
    if !table.comments.is_empty() {
        let many = table.comments.len();
        let message = (
            format!("{many} chú thích ô được giữ lại để xem, không dùng làm số liệu"),
            format!("{many} cell comments are kept to be seen, never used as values"),
        );
        say("comments-kept", Severity::Note, message, NOTHING);
    }
}

/// What is hidden is read all the same, and said.
fn hidden(table: &Table, layout: &Layout, rows: &[Assembled], findings: &mut Vec<Finding>) {
    let mut say = |code, vi: String, en: String| {
        let remedy = ("xem lại các dòng, cột ẩn", "look at what is hidden");
        let finding = Finding::new(code, Severity::Warn, (vi, en), remedy);
        findings.push(finding.in_sheet(&table.name));
    };
    let numbers: Vec<u32> = rows.iter().filter(|row| row.hidden).map(|row| row.cells.row).collect();
    if !numbers.is_empty() {
        let (many, shown) = (numbers.len(), named(&numbers));
        say(
            "hidden-rows",
            format!("{many} dòng ẩn được đọc như các dòng khác: dòng {shown}"),
            format!("{many} hidden rows are read like the others: row {shown}"),
        );
    }
    let columns: Vec<String> = layout
        .columns
        .iter()
        .filter(|mapped| mapped.means.is_some() && table.hidden_columns.contains(&mapped.at))
        .map(|mapped| table.column_name(mapped.at))
        .collect();
    if !columns.is_empty() {
        let shown = columns.join(", ");
        say(
            "hidden-columns",
            format!("các cột ẩn được đọc như các cột khác: {shown}"),
            format!("hidden columns are read like the others: {shown}"),
        );
    }
    if table.hidden {
        let name = &table.name;
        say(
            "hidden-sheet",
            format!("trang ẩn “{name}” được đọc"),
            format!("the hidden sheet {name:?} is read"),
        );
    }
}

/// The first place where the running number leaves something out.
fn gap(rows: &[Assembled]) -> Option<(u32, u32, u32)> {
    let numbered = rows.iter().filter_map(|row| {
        let number: u32 = row.cells.text(Column::Ordinal).parse().ok()?;
        Some((number, row.cells.row))
    });
    let numbers: Vec<(u32, u32)> = numbered.collect();
    let found = numbers.windows(2).find(|pair| pair[1].0 > pair[0].0.saturating_add(1))?;
    Some((found[0].0, found[1].0, found[1].1))
}

/// `3, 5, 8`, and that there are more.
fn named(rows: &[u32]) -> String {
    let shown: Vec<String> = rows.iter().take(MOST_NAMED).map(u32::to_string).collect();
    let more = if rows.len() > MOST_NAMED { " …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
