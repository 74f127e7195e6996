//! Villages as a table: one row each, with codes for programs and words for people.

use crate::http::table::{Column, Headings, column, csv, maybe};
use crate::http::wire::VillageSummary;
use crate::http::wire::codes::{DutyState, Known};

/// The table; the distance to a site only for those who see sites.
pub fn village_csv(
    headings: Headings,
    sees_sites: bool,
    items: impl Iterator<Item = VillageSummary>,
) -> Vec<u8> {
    if !sees_sites {
        return csv(&COLUMNS, headings, items);
    }
    let mut columns: Vec<Column<VillageSummary>> = COLUMNS.into();
    columns.push(column("nearest_site_m", "Trạm gần nhất (m)", |village| {
        maybe(village.nearest_site_m.flatten())
    }));
    csv(&columns, headings, items)
}

const COLUMNS: [Column<VillageSummary>; 26] = [
    column("id", "Mã thôn", |village| village.id.clone()),
    column("name", "Thôn", |village| maybe(village.name.as_ref())),
    column("commune_code", "Mã xã", |village| maybe(village.commune.code)),
    column("commune", "Xã", |village| maybe(village.commune.name.as_ref())),
    column("commune_inferred", "Xã suy luận vì", |village| {
        maybe(village.commune.inferred.as_ref())
    }),
    column("commune_old", "Xã cũ", |village| {
        maybe(village.commune_old.as_ref().map(|unit| &unit.name))
    }),
    column("district_old", "Huyện cũ", |village| {
        maybe(village.district_old.as_ref().map(|unit| &unit.name))
    }),
    column("verdict", "Mã đánh giá", |village| village.verdict.as_str().to_owned()),
    column("verdict_vi", "Đánh giá", |village| village.verdict_vi.to_owned()),
    column("flags", "Mã cờ", |village| {
        village.flags.iter().map(|flag| flag.as_str()).collect::<Vec<_>>().join(",")
    }),
    column("flags_vi", "Lưu ý", |village| {
        village.flags.iter().map(|flag| flag.vi()).collect::<Vec<_>>().join(", ")
    }),
    column("source_word", "Từ trong văn bản", |village| maybe(village.source_word.as_ref())),
    column("households", "Số hộ", |village| maybe(village.households)),
    column("people", "Nhân khẩu", |village| maybe(village.people)),
    column("grid_power", "Điện lưới", |village| known(village.grid_power).to_owned()),
    column("especially_hard", "Đặc biệt khó khăn", |village| {
        known(village.especially_hard).to_owned()
    }),
    column("duty_clause", "Nhiệm vụ theo mục", |village| {
        each_duty(village, |duty| duty.clause.clone())
    }),
    column("duty_carrier", "Doanh nghiệp được giao", |village| {
        each_duty(village, |duty| duty.carrier.clone())
    }),
    column("duty_due", "Hạn", |village| each_duty(village, |duty| maybe(duty.due.as_ref()))),
    column("duty_due_inferred", "Hạn suy luận vì", |village| {
        each_duty(village, |duty| maybe(duty.due_inferred_why.as_ref()))
    }),
    column("duty_state_vi", "Tình trạng nhiệm vụ", |village| {
        each_duty(village, |duty| duty_vi(duty.state).to_owned())
    }),
    column("waiting_days", "Số ngày chờ", |village| maybe(village.waiting_days)),
    column("lon", "Kinh độ", |village| maybe(village.position.as_ref().map(|at| at.lon))),
    column("lat", "Vĩ độ", |village| maybe(village.position.as_ref().map(|at| at.lat))),
    column("uncertainty_m", "Sai số vị trí (m)", |village| {
        maybe(village.position.as_ref().map(|at| at.uncertainty_m))
    }),
    column("position_basis", "Căn cứ vị trí", |village| {
        maybe(village.position.as_ref().and_then(|at| at.basis.as_ref()))
    }),
];

fn each_duty(
    village: &VillageSummary,
    cell: impl Fn(&crate::http::wire::Duty) -> String,
) -> String {
    village.duties.iter().map(cell).collect::<Vec<_>>().join("; ")
}

pub const fn duty_vi(state: DutyState) -> &'static str {
    match state {
        DutyState::NotYetGiven => "chưa giao",
        DutyState::Open => "đang thực hiện",
        DutyState::Overdue => "quá hạn",
        DutyState::Confirmed => "đã xác nhận hoàn thành",
    }
}

pub const fn known(known: Known) -> &'static str {
    match known {
        Known::Yes => "yes",
        Known::No => "no",
        Known::Unknown => "unknown",
    }
}
