//! Headings of outages that tell a part of an instant: the hour beside its day, how long it lasted,
//! from when to when in one cell.

use phusong_atlas::gazetteer::fold_for_search;

use super::Layout;
use crate::report::Column;

/// What a column tells beside the columns of its template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    StartTime,
    EndTime,
    /// How long, or from when to when: its cells tell which. Of how many minutes a bare number is.
    Told {
        minutes: Option<i64>,
    },
    /// Of a wide table: it adds up others and is not counted.
    Sum,
}

const STARTS: [&str; 9] = [
    "bat dau",
    "mat lien lac",
    "mat song",
    "xay ra",
    "su co",
    "gian doan",
    "gio mat",
    "luc mat",
    "gio bi mat",
];
const ENDS: [&str; 11] = [
    "ket thuc",
    "khoi phuc",
    "phuc hoi",
    "xu ly xong",
    "khac phuc",
    "hoan thanh",
    "co song lai",
    "co lai",
    "tro lai",
    "gio co song",
    "luc co song",
];
const LENGTHS: [&str; 9] = [
    "thoi luong",
    "so gio",
    "so phut",
    "tong thoi gian",
    "keo dai",
    "thoi gian mat lien lac",
    "thoi gian mat song",
    "thoi gian gian doan",
    "duration",
];

/// Folded, remarks in brackets apart.
fn folded(texts: &[String]) -> String {
    let bare = texts.iter().map(|text| text.split('(').next().unwrap_or_default());
    fold_for_search(&bare.collect::<Vec<_>>().join(" "))
}

fn says(folded: &str, word: &str) -> bool {
    folded.split(' ').any(|own| own == word)
}

fn any(folded: &str, words: &[&str]) -> bool {
    words.iter().any(|word| folded.contains(word))
}

pub const fn is_instant(column: Column) -> bool {
    matches!(column, Column::OutageStart | Column::OutageEnd)
}

/// `Giờ mất điện`: an outage of power is no loss of signal.
pub fn is_of_power(texts: &[String]) -> bool {
    let bare = folded(texts);
    let of_signal = ["song", "lien lac", "tin hieu", "dien thoai", "dich vu"];
    let of_power = ["dien", "ac", "nguon", "luoi"].iter().any(|word| says(&bare, word));
    of_power && !any(&bare, &of_signal)
}

/// The part that the texts above a column name; `None`: none.
pub fn part_of(texts: &[String]) -> Option<Part> {
    if is_of_power(texts) {
        return None;
    }
    let bare = folded(texts);
    let whole = fold_for_search(&texts.join(" "));
    // `Thời gian mất liên lạc | Ngày | Giờ`: the lower line tells.
    let last = texts.last().map(|text| fold_for_search(text));
    let is_moment = texts.len() > 1 && matches!(last.as_deref(), Some("ngay" | "gio"));
    let spans = says(&bare, "tu") && says(&bare, "den");
    if !is_moment && (any(&bare, &LENGTHS) || spans || bare == "thoi gian") {
        let minutes = match (says(&whole, "phut"), says(&whole, "gio")) {
            (true, false) => Some(1),
            (false, true) => Some(60),
            _ => None,
        };
        return Some(Part::Told { minutes });
    }
    if !says(&bare, "gio") || says(&bare, "ngay") {
        return None;
    }
    match (any(&bare, &STARTS) || bare == "tu gio", any(&bare, &ENDS) || bare == "den gio") {
        (_, true) => Some(Part::EndTime),
        (true, false) => Some(Part::StartTime),
        (false, false) => None,
    }
}

/// The instant whose day the texts name.
pub fn day_of(texts: &[String]) -> Option<Column> {
    let bare = folded(texts);
    if is_of_power(texts) {
        return None;
    }
    let is_moment =
        says(&bare, "ngay") || bare.starts_with("thoi diem ") || bare.starts_with("thoi gian ");
    match (is_moment, any(&bare, &STARTS), any(&bare, &ENDS)) {
        (true, _, true) => Some(Column::OutageEnd),
        (true, true, false) => Some(Column::OutageStart),
        _ => None,
    }
}

impl Layout {
    /// A bare *Ngày* beside hours is their day; a column of “from … to …” stands for the start.
    pub(super) fn complete_hours(&mut self) {
        if self.beside.is_empty() {
            return;
        }
        let times = |part: Part| matches!(part, Part::StartTime | Part::EndTime);
        if !self.has(Column::OutageStart)
            && self.beside.iter().any(|(_, part)| times(*part))
            && let Some(day) = self
                .columns
                .iter_mut()
                .find(|mapped| mapped.means.is_none() && fold_for_search(&mapped.heading) == "ngay")
        {
            day.means = Some(Column::OutageStart);
        }
        // *Thời gian* alone may be anything.
        let is_told = |part: Part| matches!(part, Part::Told { .. });
        if !self.has(Column::Cause) && !self.has(Column::OutageStart) {
            self.beside.retain(|(at, part)| {
                let heading = self.columns.iter().find(|mapped| mapped.at == *at);
                let bare = heading.map(|mapped| fold_for_search(&mapped.heading));
                !is_told(*part) || bare.as_deref() != Some("thoi gian")
            });
        }
        let spans = self.beside.iter().any(|(_, part)| is_told(*part));
        let has_start = self.has(Column::OutageStart);
        self.missing.retain(|column| *column != Column::OutageStart || !spans && !has_start);
    }
}
