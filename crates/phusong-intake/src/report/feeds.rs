//! The lines on which a site lives, by the names its carrier writes.

use phusong_atlas::domain::Feeds;
use phusong_atlas::gazetteer::fold_for_search;

use super::columns::Column;
use super::row::Row;
use crate::finding::Severity;

/// Kinds of line, folded: two sites may both have one and share nothing.
const KINDS: [&str; 27] = [
    "ac quy",
    "acquy",
    "battery",
    "cap quang",
    "dien luc",
    "dien luoi",
    "dien luoi quoc gia",
    "evn",
    "fiber",
    "fibre",
    "generator",
    "grid",
    "luoi dien",
    "luoi dien quoc gia",
    "may no",
    "may phat",
    "may phat dien",
    "microwave",
    "nang luong mat troi",
    "pin mat troi",
    "quang",
    "satellite",
    "solar",
    "ve tinh",
    "vi ba",
    "viba",
    "vsat",
];

/// Cells that say there is nothing to say.
const NOTHING: [&str; 4] = ["", "chua co", "khong", "khong ro"];

impl Row<'_, '_> {
    /// `None`: the row names no line.
    pub fn feeds(&mut self) -> Option<Box<Feeds>> {
        let feeds =
            Feeds { backhaul: self.lines(Column::Backhaul), power: self.lines(Column::PowerFeed) };
        (feeds != Feeds::default()).then(|| Box::new(feeds))
    }

    /// Each once and sorted, so that the order in which they were written tells nothing.
    fn lines(&mut self, column: Column) -> Vec<String> {
        let written = self.cells.list(column, &[';', ',', '\n']);
        let (kinds, mut names): (Vec<_>, Vec<_>) = written
            .into_iter()
            .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|name| !NOTHING.contains(&&*fold_for_search(name)))
            .partition(|name| KINDS.contains(&&*fold_for_search(name)));
        if !kinds.is_empty() {
            self.find(
                Severity::Note,
                "line-unnamed",
                column,
                (
                    "đây là loại nguồn, không phải tên đường dây: không dùng để tìm điểm lỗi chung",
                    "a kind, not the name of a line: not used to find what sites share",
                ),
                ("ghi tên tuyến hoặc tên lộ nếu biết", "write the line's name if it is known"),
            );
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}
