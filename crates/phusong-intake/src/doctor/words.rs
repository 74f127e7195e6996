//! What the doctor says, in both languages.

use phusong_gis::Crs;

use super::decide::{Decision, Reason};
use super::ground::Ready;
use super::habit::{Form, Habit, Order};
use super::reading::Reading;
use super::{Declared, HabitCandidate, Point, Verdict};
use crate::finding::{Candidate, Finding, Severity};

pub const EAST: &str = "kinh_do";
pub const NORTH: &str = "vi_do";
pub const CRS: &str = "he_toa_do";
/// The answer that leaves each row of a mixed file to its own commune.
pub const BY_ROW: &str = "by-row";

const STATE_IT: (&str, &str) = (
    "chọn một cách hiểu, hoặc ghi hệ tọa độ vào cột he_toa_do",
    "choose one, or state the system in he_toa_do",
);
const NOTHING: (&str, &str) = ("không cần làm gì nếu đúng", "nothing to do if that is right");
pub const CHECK: (&str, &str) = ("kiểm tra tọa độ", "check the coordinates");

/// `múi 107°30'` as surveyors say it; the full name where there is no such zone.
fn zone(habit: Habit) -> String {
    match habit.crs.name().split_once("TM-3 ") {
        Some((_, meridian)) if habit.is_plain() => format!("múi {meridian}"),
        _ => habit.name_vi(),
    }
}

pub fn km(metres: f64) -> String {
    if metres < 10_000.0 {
        format!("{:.1}", metres / 1000.0)
    } else {
        format!("{:.0}", metres / 1000.0)
    }
}

/// The same as Vietnamese writes it.
pub fn km_vi(metres: f64) -> String {
    km(metres).replace('.', ",")
}

/// A question on the system of many rows: answered where they name it, or would.
pub fn on_system(finding: Finding, key: &str) -> Finding {
    if finding.candidates.is_empty() {
        return finding;
    }
    Finding { value: (!key.is_empty()).then(|| key.to_owned()), ..finding.on(CRS) }
}

/// A habit for the whole file, as a choice.
pub fn habit_candidate(candidate: &HabitCandidate) -> Candidate {
    let HabitCandidate { habit, fits, of, median_m, sample } = candidate;
    let place =
        sample.map_or_else(String::new, |at| format!(": {:.6}; {:.6}", at.lon_deg(), at.lat_deg()));
    let (km_vi, km) = (km_vi(*median_m), km(*median_m));
    Candidate {
        id: habit.id(),
        name: format!("{}{place}", habit.name_vi()),
        reason_vi: match sample {
            Some(_) => {
                format!("{fits}/{of} dòng nằm đúng nơi đã nêu; trung vị cách tâm xã {km_vi} km")
            }
            None => format!("{fits}/{of} dòng: các số không thể có trong hệ này"),
        },
        reason_en: match sample {
            Some(_) => format!(
                "{fits} of {of} rows lie where they say; the median is {km} km from the commune's centre"
            ),
            None => format!("{fits} of {of} rows: no such numbers in this system"),
        },
        score: u8::try_from(fits * 90 / (*of).max(1)).unwrap_or(90) + 5,
    }
}

/// A reading of one row, as a choice.
pub fn reading_candidate(reading: &Reading, point: &Point<'_>, ready: &Ready<'_>) -> Candidate {
    let miss = ready.miss(reading.position, point);
    let (label, metres) = ready.said(reading.position, point);
    let (km_vi, km) = (km_vi(metres), km(metres));
    let (mut vi, mut en) =
        (format!("cách tâm {label} {km_vi} km"), format!("{km} km from {label}"));
    if miss.on_the_spot {
        vi = format!("đúng vị trí đã báo trước đây của trạm; {vi}");
        en = format!("where the site was reported before; {en}");
    }
    let (lon, lat) = (reading.position.lon_deg(), reading.position.lat_deg());
    Candidate {
        id: reading.habit.id(),
        name: format!("{}: {lon:.6}; {lat:.6}", reading.habit.name_vi()),
        reason_vi: vi,
        reason_en: en,
        score: match (miss.fits, reading.habit.form.is_natural()) {
            (true, true) => 80,
            (true, false) => 60,
            (false, _) => 25,
        },
    }
}

/// What is said of the file, or of its only row.
pub fn on_group(decision: &Decision, declared: &Declared) -> Option<Finding> {
    let choices = || decision.candidates.iter().map(habit_candidate);
    let finding = match (&decision.verdict, decision.reason) {
        (Verdict::Proposed(habit), Reason::OnlyPlausible) => proposed(*habit, decision),
        (Verdict::Asked, Reason::Swapped) => Finding::new(
            "swapped",
            Severity::Ask,
            ("kinh độ và vĩ độ bị đổi chỗ?", "are longitude and latitude swapped?"),
            ("đổi chỗ hai cột, hoặc xác nhận", "swap the two columns, or confirm"),
        )
        .with(choices()),
        (Verdict::Asked, Reason::Contradicted) => {
            contradicted(decision, declared).with(choices().map(|choice| kept(choice, decision)))
        }
        (Verdict::Asked, Reason::Mixed) => mixed(decision).with(choices()).with([by_row()]),
        (Verdict::Asked, _) => ambiguous(decision).with(choices()),
        _ => return None,
    };
    Some(finding)
}

/// What was declared, among the choices, keeps its word when it is chosen.
fn kept(choice: Candidate, decision: &Decision) -> Candidate {
    match decision.declared.as_ref().map(|own| own.habit) {
        Some(own) if own.id() == choice.id => Candidate { id: own.id_kept(), ..choice },
        _ => choice,
    }
}

fn proposed(habit: Habit, decision: &Decision) -> Finding {
    let (vi, en) = (habit.name_vi(), habit.name_en());
    let fits = decision.candidates.first().map(|one| (one.fits, one.of)).filter(|(_, of)| *of > 1);
    let (rows_vi, rows_en) = fits.map_or_else(Default::default, |(fits, of)| {
        (
            format!(" ({fits}/{of} dòng nằm đúng nơi đã nêu)"),
            format!(" ({fits} of {of} rows lie where they say)"),
        )
    });
    Finding::new(
        "crs-proposed",
        Severity::Note,
        (
            format!("chưa ghi rõ hệ tọa độ: hiểu là {vi}, cách hiểu duy nhất hợp lý{rows_vi}"),
            format!("no single system is stated: read as {en}, the only plausible one{rows_en}"),
        ),
        ("ghi hệ tọa độ vào cột he_toa_do", "state the system in he_toa_do"),
    )
}

fn contradicted(decision: &Decision, declared: &Declared) -> Finding {
    let said = declared.said.as_ref().map_or("WGS 84", |(_, text)| text.as_str());
    let best = decision.candidates.first().map(|one| one.habit);
    let (hint_vi, hint_en) = best.map_or_else(Default::default, |habit| {
        (
            format!(": có thể dùng nhầm {}", zone(habit)),
            format!(": perhaps it is {}", habit.name_en()),
        )
    });
    let (far_vi, far_en) = match &decision.declared {
        Some(own) if own.sample.is_some() => {
            let (km_vi, km) = (km_vi(own.median_m), km(own.median_m));
            (format!("cách xã khai báo {km_vi} km"), format!("{km} km from the declared commune"))
        }
        _ => ("không thể có trong hệ này".to_owned(), "not possible in that system".to_owned()),
    };
    Finding::new(
        "crs-contradicted",
        Severity::Ask,
        (
            format!("khai báo “{said}” nhưng tọa độ {far_vi}{hint_vi}"),
            format!("“{said}” is declared, but the coordinates are {far_en}{hint_en}"),
        ),
        STATE_IT,
    )
}

fn ambiguous(decision: &Decision) -> Finding {
    let is = |crs| decision.candidates.iter().any(|one| one.habit.crs == crs);
    let near =
        is(Crs::Vn2000Utm48) && is(Crs::Wgs84Utm48) || is(Crs::Vn2000Utm49) && is(Crs::Wgs84Utm49);
    let (vi, en) = if near {
        (" (VN-2000 và WGS 84 lệch nhau tới 226 m)", " (VN-2000 and WGS 84 differ by up to 226 m)")
    } else {
        ("", "")
    };
    Finding::new(
        "crs-ambiguous",
        Severity::Ask,
        (
            format!("tọa độ có nhiều cách hiểu{vi}: chưa lấy vị trí nào"),
            format!("the coordinates have several readings{en}: no position was taken"),
        ),
        STATE_IT,
    )
}

fn mixed(decision: &Decision) -> Finding {
    let names = |name: fn(Habit) -> String| {
        let all: Vec<String> = decision.candidates.iter().map(|one| name(one.habit)).collect();
        all.join("; ")
    };
    Finding::new(
        "crs-mixed",
        Severity::Ask,
        (
            format!("các dòng có vẻ theo hai hệ khác nhau: {}", names(Habit::name_vi)),
            format!("the rows seem to be in two systems: {}", names(Habit::name_en)),
        ),
        STATE_IT,
    )
}

fn by_row() -> Candidate {
    Candidate {
        id: BY_ROW.to_owned(),
        name: "mỗi dòng theo cách hiểu hợp với xã của nó".to_owned(),
        reason_vi: "chỉ lấy dòng hợp với đúng một cách hiểu".to_owned(),
        reason_en: "each row by the reading that fits its commune; only where one alone does"
            .to_owned(),
        score: 50,
    }
}

/// Notes on how the numbers were written, with how many rows.
pub fn on_forms(
    counts: &[(Form, usize)],
    proposed: Option<Habit>,
) -> impl Iterator<Item = Finding> {
    let told = counts.iter().filter(|(_, rows)| *rows > 0);
    told.filter_map(move |(form, rows)| {
        let (vi, en) = form.told()?;
        // As numbers stand they lie nowhere near: that is why.
        let is_bold = !form.is_natural() && proposed.is_some_and(|habit| habit.form == *form);
        let (why_vi, why_en) = if is_bold {
            (
                ", cách hiểu duy nhất hợp với nơi đã nêu",
                ", the only reading that lies where they say",
            )
        } else {
            ("", "")
        };
        Some(Finding::new(
            "number-form",
            Severity::Note,
            (
                format!("{vi}: đã hiểu theo đó ({rows} dòng){why_vi}"),
                format!("{en}: read accordingly ({rows} rows){why_en}"),
            ),
            ("kiểm tra vị trí trên bản đồ", "check the places on the map"),
        ))
    })
}

pub fn axis_order() -> Finding {
    Finding::new(
        "axis-order",
        Severity::Note,
        (
            "cột tung độ và hoành độ đổi chỗ so với tiêu đề: đã hiểu theo độ lớn của số",
            "east and north stand under each other's headings: told by the numbers",
        ),
        NOTHING,
    )
}

pub fn datum(operation: &str, rows: usize, median_m: f64) -> Finding {
    Finding::new(
        "datum-fitted",
        Severity::Note,
        (
            format!(
                "{rows} vị trí đã biết khớp với tham số {operation} (lệch {median_m:.2} m): dùng tham số đó cho cả tệp"
            ),
            format!(
                "{rows} known places fit {operation} (off by {median_m:.2} m): used for the whole file"
            ),
        ),
        NOTHING,
    )
}

/// A row that does not follow the file: what it seems to be.
pub fn odd(own: Option<Habit>, fitting: Habit) -> Finding {
    let degrees = own.is_some_and(|own| !own.crs.is_projected());
    let (code, vi, en) = if fitting.order == Order::Swapped
        && own.is_none_or(|own| own.order != fitting.order)
        && !fitting.crs.is_projected()
    {
        (
            "swapped",
            "kinh độ và vĩ độ của dòng này bị đổi chỗ?",
            "are longitude and latitude of this row swapped?",
        )
    } else if let (false, Some((_, _))) = (fitting.form.is_natural(), fitting.form.told()) {
        match fitting.form {
            Form::PointLost => ("point-lost", "mất dấu thập phân?", "was the decimal point lost?"),
            Form::ExtraSign => ("extra-sign", "thừa dấu âm?", "a minus sign too many?"),
            Form::Packed => (
                "packed-degrees",
                "độ, phút, giây viết liền?",
                "degrees, minutes and seconds run together?",
            ),
            _ => (
                "number-unit",
                "đơn vị khác các dòng còn lại?",
                "another unit than the other rows?",
            ),
        }
    } else if degrees && fitting.crs.is_projected() {
        ("projected-row", "số mét trong cột kinh độ, vĩ độ?", "metres in columns of degrees?")
    } else if own.is_some_and(|own| own.crs.is_projected()) && !fitting.crs.is_projected() {
        ("degrees-row", "số độ trong cột tọa độ mét?", "degrees in columns of metres?")
    } else {
        (
            "other-system",
            "dòng này có vẻ theo hệ tọa độ khác.",
            "this row seems to be in another system.",
        )
    };
    let name = (fitting.name_vi(), fitting.name_en());
    Finding::new(
        code,
        Severity::Ask,
        (format!("{vi} Hợp với: {}", name.0), format!("{en} Fits: {}", name.1)),
        ("chọn một cách hiểu, hoặc sửa hai ô", "choose one, or mend the two cells"),
    )
}
