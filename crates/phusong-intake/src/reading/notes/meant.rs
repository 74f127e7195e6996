//! Findings on what headings and titles mean, or may mean besides: said, and nothing is guessed.

use phusong_atlas::gazetteer::fold_for_search;

use super::{MOST_NAMED, short, unread};
use crate::finding::{Finding, Severity};
use crate::reading::confirmation;
use crate::report::Column;
use crate::table::Table;
use crate::table::layout::{self, Layout, Mapped, RowKind};
use crate::template::Kind;

pub fn share_of_plan(name: &str) -> Finding {
    let message = (
        format!("cột {name} có thể là tỷ lệ so với kế hoạch: không đọc"),
        format!("column {name} may be the share of the plan: not read"),
    );
    let remedy = (
        "nếu là tỷ lệ của chỉ tiêu, chỉ ra nghĩa của cột",
        "if it is the indicator's share, tell what the column means",
    );
    Finding::new("share-of-plan", Severity::Warn, message, remedy)
}

/// Rows of claims under a title of places without signal, or beside a column of shares: are they what
/// is covered?
pub fn are_claims(layout: &Layout, lines: &[String]) -> Option<Finding> {
    const RESULTS: [&str; 4] = ["ket qua phu", "ket qua thuc hien", "da hoan thanh", "da phu song"];
    if layout.kind != Kind::Coverage {
        return None;
    }
    let has = |line: &str, words: &[&str]| {
        let folded = fold_for_search(line);
        words.iter().any(|word| folded.contains(word))
    };
    let is_open = |line: &&str| confirmation::speaks_of_gaps(line) && !has(line, &RESULTS);
    let shares = layout.columns.iter().filter(|mapped| mapped.means.is_none());
    let mut shares = shares.map(|mapped| &*mapped.heading).filter(|heading| {
        has(heading, &["ty le", "ti le", "phan tram", "muc do"]) && has(heading, &["phu", "song"])
    });
    let shown = short(lines.iter().map(String::as_str).find(is_open).or_else(|| shares.next())?);
    let message = (
        format!("“{shown}”: các dòng có phải là nơi đã phủ sóng từ ngày nêu?"),
        format!("{shown:?}: are the rows places that are covered from their day on?"),
    );
    let remedy = (
        "trả lời một lần cho cả bảng; nếu không phải, bỏ các dòng",
        "answer once for the whole table; leave the rows out where they are not",
    );
    let yes = crate::Candidate {
        id: "statement".to_owned(),
        name: "khai báo: đã phủ sóng".to_owned(),
        reason_vi: "nơi đã phủ sóng từ ngày nêu".to_owned(),
        reason_en: "covered from its day on".to_owned(),
        score: 30,
    };
    Some(Finding::new("are-claims", Severity::Ask, message, remedy).with([yes]))
}

/// A list of villages, of which the title says that they have no signal: a list says nothing of it.
/// So do columns of carriers and technologies in it.
pub fn signal_in_title(
    table: &Table,
    layout: &Layout,
    lines: &[String],
    names_signal: &dyn Fn(&str) -> bool,
) -> Option<Finding> {
    if layout.kind != Kind::Villages {
        return None;
    }
    let mut columns = unread(table, layout).map(|mapped| &mapped.heading);
    let column = columns.find(|heading| names_signal(heading));
    let speaks = |line: &&String| {
        let folded = fold_for_search(line);
        // Not *sông*; a line may be typed without accents.
        let names_signal = line.to_lowercase().contains("sóng")
            || line.is_ascii() && folded.split(' ').any(|word| word == "song");
        names_signal && (confirmation::speaks_of_gaps(line) || folded.contains("phu song"))
    };
    let shown = short(lines.iter().find(speaks).or(column)?);
    let message = (
        format!(
            "“{shown}”: bảng chỉ được đọc là danh sách thôn, chưa ghi nhận thôn nào có sóng hay không"
        ),
        format!("{shown:?}: it is read as a list of villages, which says nothing of their signal"),
    );
    let remedy = (
        "để báo tình trạng sóng, thêm cột Có sóng và Ngày quan sát, gửi theo mẫu xác nhận",
        "to tell of signal add the columns Coverage and Observed, and send it as a confirmation",
    );
    let finding = Finding::new("signal-in-title", Severity::Warn, message, remedy);
    Some(finding.in_sheet(&table.name))
}

/// Groups of a list of sites by how they stand, which no column tells: one answer is not of all.
pub fn groups_by_state(
    table: &Table,
    layout: &Layout,
    framing: &[(u32, RowKind)],
) -> Option<Finding> {
    const STATES: [&str; 9] = [
        "phat song",
        "xay dung",
        "thao do",
        "ke hoach",
        "quy hoach",
        "tam dung",
        "tam ngung",
        "du kien",
        "hoat dong",
    ];
    if layout.kind != Kind::SiteReport || layout.has(Column::Event) {
        return None;
    }
    let tells = |(_, kind): &&(u32, RowKind)| match kind {
        RowKind::Group(text) => {
            let folded = fold_for_search(text);
            STATES.iter().any(|words| folded.contains(words))
        }
        _ => false,
    };
    let rows: Vec<String> =
        framing.iter().filter(tells).take(MOST_NAMED).map(|(row, _)| row.to_string()).collect();
    if rows.is_empty() {
        return None;
    }
    let shown = rows.join(", ");
    let message = (
        format!("dòng {shown} chia trạm theo tình trạng, không có cột nào nêu: chưa đọc"),
        format!("row {shown} divides the sites by how they stand, which no column tells: not read"),
    );
    let remedy = (
        "thêm cột Sự kiện cho từng dòng; một câu trả lời chung áp dụng cho mọi nhóm",
        "add the column Event to each row; one answer for the list is of every group",
    );
    Some(Finding::new("groups-by-state", Severity::Warn, message, remedy).in_sheet(&table.name))
}

/// Of a group that names a carrier among other words.
pub fn group_names(name: &str) -> Finding {
    let message = (
        format!("tiêu đề nhóm nêu {name}: các dòng dưới là của riêng doanh nghiệp này?"),
        format!("the group's heading names {name}: are the rows below its own?"),
    );
    let remedy = ("trả lời một lần cho cả nhóm", "answer once for the group");
    let found = Finding::new("group-carrier", Severity::Ask, message, remedy);
    let reason = ("tiêu đề nhóm có nêu", "named in the group's heading");
    // Of several together nobody can be chosen.
    let one = (!name.contains(", ")).then(|| crate::Candidate {
        id: name.to_owned(),
        name: name.to_owned(),
        reason_vi: reason.0.to_owned(),
        reason_en: reason.1.to_owned(),
        score: 40,
    });
    found.with(one)
}

/// Headings that people also use for something else: how they are read is said. *Thôn* in a list of
/// sites may be where they stand, *dự kiến* is less than a promise.
pub fn other_meanings(table: &Table, layout: &Layout) -> Vec<Finding> {
    let of = |column: Column, kind: Kind, words: &[&str], read: (&str, &str)| {
        let mapped = layout.column(column).filter(|_| layout.kind == kind)?;
        let folded = fold_for_search(mapped.heading.rsplit(" › ").next().unwrap_or_default());
        if !words.contains(&&*folded) {
            return None;
        }
        let (name, heading) = (table.column_name(mapped.at), short(&mapped.heading));
        let message = (
            format!("cột {name} “{heading}” được hiểu là {}", read.0),
            format!("column {name} {heading:?} is read as {}", read.1),
        );
        let remedy = ("nếu không phải, chỉ ra nghĩa của cột", "if not, tell what it means");
        let found = Finding::new("heading-meaning", Severity::Warn, message, remedy);
        Some(found.in_sheet(&table.name))
    };
    let villages = &["thon", "ten thon", "thon lang", "village"];
    let served =
        ("các thôn trạm phục vụ, không phải nơi đặt trạm", "villages that the site serves");
    let plans = &["du kien hoan thanh"];
    let promised = ("ngày doanh nghiệp cam kết", "the day that the carrier promises");
    [
        of(Column::Villages, Kind::SiteReport, villages, served),
        of(Column::PromisedDay, Kind::Duties, plans, promised),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Columns of which the lower heading says what a tick means.
pub fn boxes(table: &Table, layout: &Layout) -> Option<Finding> {
    let named = layout.boxes.iter().take(MOST_NAMED);
    let named = named.map(|one| format!("{}: “{}”", table.column_name(one.at), short(&one.word)));
    let shown = named.collect::<Vec<_>>().join("; ");
    let message = (
        format!("ô đánh dấu mang nghĩa của tiêu đề phía trên: {shown}"),
        format!("a tick means what stands above it: {shown}"),
    );
    let remedy = ("xem lại các cột đã đọc", "look at the columns as they are read");
    let is_any = !layout.boxes.is_empty();
    is_any.then(|| {
        Finding::new("ticked-columns", Severity::Note, message, remedy).in_sheet(&table.name)
    })
}

/// `TT | Thôn | Số hộ | TT | Thôn | Số hộ`: the same headings once more, over rows of their own.
pub fn side_by_side(table: &Table, layout: &Layout) -> Option<Finding> {
    let heads: Vec<String> =
        layout.columns.iter().map(|mapped| fold_for_search(&mapped.heading)).collect();
    let many = (2..=4).find(|many| {
        let own = heads.len() / many;
        own >= 2 && own * many == heads.len() && heads.chunks(own).all(|part| *part == heads[..own])
    })?;
    let names = |mapped: &Mapped| mapped.means.is_some_and(|means| layout::NAMES.contains(&means));
    let second = &layout.columns[heads.len() / many];
    if !layout.columns.iter().any(names) {
        return None;
    }
    let name = table.column_name(second.at);
    let message = (
        format!("trang có các bảng đặt cạnh nhau: từ cột {name} là bảng khác, chưa đọc"),
        format!("tables side by side: from column {name} on it is another one, not read"),
    );
    let remedy =
        ("đưa các bảng xuống dưới nhau rồi gửi lại", "put one below the other, send again");
    Some(Finding::new("side-by-side", Severity::Refuse, message, remedy).in_sheet(&table.name))
}
