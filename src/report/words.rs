//! The words of the house, from one place: days and numbers as state papers write them, verdicts,
//! places; statements in [`said`], what is owed in [`owed`]. Where the API tells them too, in both languages.

mod owed;
mod said;

use phusong_atlas::atlas::{Atlas, ClusterVerdict, Flags, Stand, VillageCard, VillageVerdict};
use phusong_atlas::domain::{
    CarrierId, Day, Grade, PositionGrade, Scope, VillageFact, VillageId, VillageKind,
};

pub use owed::{blocker, duty, duty_finding, stage, step, why_due};
pub use said::{cause, fate, missing, reason, rows_of, said_by, what};

/// Vietnamese, English.
pub type Both = (&'static str, &'static str);

/// `07/6/2023`: a zero before days below 10 and before January and February (NĐ 30/2020).
pub fn day(day: Day) -> String {
    if day <= Day::EARLIEST {
        return "trước khi có sổ".to_owned();
    }
    let date = day.date();
    let month =
        if date.month() <= 2 { format!("{:02}", date.month()) } else { date.month().to_string() };
    format!("{:02}/{month}/{}", date.day(), date.year())
}

/// `12.345`.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

/// The same as English groups it: `12,345`.
pub fn number_en(count: u64) -> String {
    number(count).replace('.', ",")
}

/// `14,70300`.
pub fn degrees(degrees: f64) -> String {
    format!("{degrees:.4}").replace('.', ",")
}

pub fn metres(metres: f64) -> String {
    if metres < 10_000.0 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10,000")]
        let whole = metres.round() as u64;
        format!("{} m", number(whole))
    } else {
        format!("{:.1} km", metres / 1_000.0).replace('.', ",")
    }
}

pub const fn verdict(verdict: VillageVerdict) -> Both {
    match verdict {
        VillageVerdict::Covered => ("đã phủ sóng", "covered"),
        VillageVerdict::NotAsAsked => ("có sóng, chưa đáp ứng yêu cầu", "signal, not as asked"),
        VillageVerdict::NoSignal => ("trắng sóng", "no signal"),
        VillageVerdict::PartialHole => ("lõm sóng", "partial hole"),
        VillageVerdict::Insufficient => ("chưa đủ dữ liệu", "insufficient data"),
    }
}

pub const fn verdict_code(verdict: VillageVerdict) -> &'static str {
    match verdict {
        VillageVerdict::Covered => "covered",
        VillageVerdict::NotAsAsked => "not_as_asked",
        VillageVerdict::NoSignal => "no_signal",
        VillageVerdict::PartialHole => "partial_hole",
        VillageVerdict::Insufficient => "insufficient",
    }
}

pub const fn cluster_verdict(verdict: ClusterVerdict) -> &'static str {
    match verdict {
        ClusterVerdict::Covered => "có sóng",
        ClusterVerdict::NotCovered => "không có sóng",
        ClusterVerdict::Insufficient => "chưa đủ dữ liệu",
    }
}

pub fn flags(flags: Flags, disputed: bool) -> Vec<&'static str> {
    let all = [
        (flags.pending, "chờ xác nhận"),
        (flags.recheck, "cần xác nhận lại"),
        (disputed, "đang có phản ánh"),
    ];
    all.into_iter().filter(|(set, _)| *set).map(|(_, word)| word).collect()
}

pub const fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::E0 => "chưa có căn cứ",
        Grade::E1 => "doanh nghiệp khai báo",
        Grade::E2 => "danh sách của cơ quan nhà nước, nhật ký phát sóng hoặc dự báo",
        Grade::E3 => "xã xác nhận",
        Grade::E4 => "đo kiểm tại hiện trường",
        Grade::E5 => "hai nguồn độc lập từ xã xác nhận hoặc đo kiểm",
    }
}

pub const fn kind(kind: VillageKind) -> &'static str {
    match kind {
        VillageKind::Thon => "thôn",
        VillageKind::ToDanPho => "tổ dân phố",
        VillageKind::Lang => "làng",
    }
}

/// On what the place of a village rests: its source's words, or the cluster that stands for it.
pub fn position_basis(card: &VillageCard, stand: &Stand<'_>, day: Day) -> Option<String> {
    match stand.of {
        None => card.fact_on(day)?.position_basis.clone(),
        Some(of) => Some(format!("theo vị trí của cụm {}", of.fact_on(day)?.name)),
    }
}

/// `thôn Kon Dóc`; a name that brings its kind stays as it is.
pub fn village(fact: Option<&VillageFact>, id: &VillageId) -> String {
    let Some(fact) = fact else { return id.to_string() };
    let kind = kind(fact.kind);
    if fact.name.to_lowercase().starts_with(kind) {
        fact.name.clone()
    } else {
        format!("{kind} {}", fact.name)
    }
}

pub fn village_of(atlas: &Atlas, id: &VillageId) -> String {
    village(atlas.village(id).and_then(|(_, card)| card.facts.last()), id)
}

/// Its last name alone.
pub fn village_name(atlas: &Atlas, id: &VillageId) -> String {
    let fact = atlas.village(id).and_then(|(_, card)| card.facts.last());
    fact.map_or_else(|| id.to_string(), |fact| fact.name.clone())
}

/// With a capital letter first.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// As it is known in the register; of one that nobody knows, its id.
pub fn carrier_name(atlas: &Atlas, id: &CarrierId) -> String {
    let index = atlas.common.carrier(id);
    index.map_or_else(|| id.to_string(), |index| atlas.carrier(index).name.clone())
}

/// With one mark at its end: what people typed may bring its own.
pub fn ended(text: &str) -> String {
    let text = text.trim_end();
    let marked = text.ends_with(['.', '!', '?', '…']);
    if marked { text.to_owned() } else { format!("{text}.") }
}

pub fn scope(atlas: &Atlas) -> String {
    match &atlas.scope {
        Scope::Public => "công khai".to_owned(),
        Scope::Carrier(id) => format!("doanh nghiệp {}", carrier_name(atlas, id)),
        Scope::Commune(unit) => atlas.common.units.label(*unit),
        Scope::Officer => "cơ quan quản lý".to_owned(),
        Scope::Approver => "cơ quan quản lý, gồm cả trạm hạn chế".to_owned(),
    }
}

pub const fn position_grade(grade: PositionGrade) -> &'static str {
    match grade {
        PositionGrade::Surveyed => "khảo sát thực địa",
        PositionGrade::CommuneConfirmed => "xã xác nhận",
        PositionGrade::Gazetteer => "theo danh mục địa danh",
        PositionGrade::CommuneCentre => "lấy theo tâm xã",
        PositionGrade::Unknown => "chưa rõ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_numbers_are_written_as_state_papers_write_them() {
        let written = |text: &str| day(text.parse().expect("a day"));
        assert_eq!(written("2023-06-07"), "07/6/2023");
        assert_eq!(written("2026-01-15"), "15/01/2026");
        assert_eq!(written("2026-11-26"), "26/11/2026");
        let numbers = [0, 999, 1_000, 12_345, 1_234_567].map(number);
        assert_eq!(numbers, ["0", "999", "1.000", "12.345", "1.234.567"]);
        assert_eq!(number_en(21_800), "21,800");
        assert_eq!(metres(36_400.0), "36,4 km");
        assert_eq!(metres(6_400.4), "6.400 m");
    }

    #[test]
    fn what_people_typed_ends_with_one_mark() {
        let all = ["chưa có đất", "chưa có đất. ", "bao giờ xong?", "chờ…"].map(ended);
        assert_eq!(all, ["chưa có đất.", "chưa có đất.", "bao giờ xong?", "chờ…"]);
    }
}
