//! Duties, one a line.

use std::collections::BTreeSet;

use phusong_atlas::atlas::{Atlas, DutyQuery, DutyRow};
use phusong_atlas::domain::{Day, MilestoneStep, RowNumber};

use super::{Column, Export, Form, Line, Value, basis, column};
use crate::report::{Asked, words};

const COLUMNS: [Column; 18] = [
    column(
        "id",
        "Mã nhiệm vụ",
        Form::Text,
        18,
        "Tên riêng của nhiệm vụ trong hệ thống; cam-ket.…: cam kết không theo văn bản giao",
    ),
    column(
        "clause",
        "Mục",
        Form::Text,
        9,
        "Mục của văn bản giao; trống: cam kết không theo văn bản",
    ),
    column("cite", "Trích dẫn", Form::Text, 40, "Văn bản giao nhiệm vụ"),
    column("village", "Mã thôn", Form::Text, 12, "Thôn phải phủ sóng"),
    column("village_name", "Thôn", Form::Text, 18, "Tên thôn tính đến ngày, hoặc khi còn"),
    column("village_now", "Thôn nay là", Form::Text, 18, "Có chữ: thôn đã nhập, chia hoặc đổi tên"),
    column("commune", "Xã", Form::Text, 20, "Xã hiện nay"),
    column("carrier", "Doanh nghiệp", Form::Text, 18, "Doanh nghiệp được giao"),
    column("technology", "Công nghệ", Form::Text, 9, "Trống: văn bản không nêu"),
    column("given", "Ngày giao", Form::Day, 12, "Ngày văn bản giao"),
    column("due", "Hạn", Form::Day, 12, "Trống: văn bản không nêu"),
    column("due_inferred", "Hạn suy luận vì", Form::Text, 24, "Có chữ: hạn là suy luận"),
    column("promised", "Ngày cam kết", Form::Day, 12, "Ngày cam kết gần nhất của doanh nghiệp"),
    column(
        "late_days",
        "Số ngày trễ",
        Form::Count,
        9,
        "Quá hạn, hoặc quá ngày cam kết khi không có hạn",
    ),
    column("state_vi", "Tình trạng", Form::Text, 20, "Tính từ các mốc đã báo, không ai đặt tay"),
    column("last_step", "Mốc gần nhất", Form::Text, 20, "Mốc tiến độ gần nhất đã báo"),
    column("last_day", "Ngày của mốc", Form::Day, 12, "Ngày của mốc gần nhất"),
    column("entry", "Lần gửi", Form::Text, 24, "Lần gửi, dòng trong sổ nói về nhiệm vụ"),
];

/// The register of a day, in the order of names.
pub fn duties(atlas: &Atlas, asked: &Asked) -> Export {
    let day = asked.day();
    let mut rows = atlas.duties(&DutyQuery::default(), day);
    rows.sort_by_cached_key(DutyRow::id);
    let cites = rows.iter().filter_map(|row| row.duty().map(|duty| duty.fact.cite.clone()));
    let sources: BTreeSet<String> = cites.collect();
    let lines = rows
        .iter()
        .map(|row| {
            let at = row.card().position_on(last_day(row, day));
            Line { at: at.map(|at| [at.lon_deg(), at.lat_deg()]), cells: line(atlas, row, day) }
        })
        .collect();
    Export {
        name: "duties",
        title: "Nhiệm vụ phủ sóng được giao và cam kết".to_owned(),
        columns: COLUMNS.to_vec(),
        lines,
        spatial: true,
        basis: basis(atlas, asked),
        sources: sources.into_iter().collect(),
        day: asked.known_at,
        demo: asked.demo,
    }
}

/// Of a village that is no more: its last.
fn last_day(row: &DutyRow, day: Day) -> Day {
    day.min(row.card().end.plus_days(-1))
}

fn line(atlas: &Atlas, row: &DutyRow, day: Day) -> Vec<Value> {
    let (card, duty) = (row.card(), row.duty());
    let fact = duty.map(|duty| &duty.fact);
    let promises = row.promises(day);
    let technology = fact.map_or_else(
        || promises.last().and_then(|promise| promise.technology),
        |fact| fact.technology,
    );
    let told = duty.and_then(|duty| duty.round_on(day).last()).map(|told| &told.fact);
    let told = told.filter(|mile| mile.step != MilestoneStep::Given);
    let name = card.fact_on(last_day(row, day)).map(|fact| fact.name.clone());
    let now: Vec<_> = row.village_now.iter().map(|id| words::village_of(atlas, id)).collect();
    let evidence = duty.map(|duty| duty.evidence);
    let evidence = evidence.or_else(|| promises.0.last().map(|told| told.evidence));
    vec![
        Value::text(row.id()),
        Value::maybe(fact.map(|fact| fact.clause.clone())),
        Value::maybe(fact.map(|fact| fact.cite.clone())),
        Value::text(card.id.as_str()),
        Value::maybe(name),
        Value::text(now.join("; ")),
        Value::maybe(row.units.commune.map(|unit| atlas.common.units.label(unit))),
        Value::text(words::carrier_name(atlas, &row.carrier)),
        Value::maybe(technology.map(|technology| technology.to_string())),
        Value::day(Some(row.given)),
        Value::day(row.due),
        Value::maybe(fact.and_then(|fact| fact.due_inferred.as_deref()).map(words::why_due)),
        Value::day(row.promised),
        Value::count(row.late_days.and_then(|days| u32::try_from(days).ok())),
        Value::text(words::duty(row.state).0),
        Value::maybe(told.map(|mile| words::step(mile.step).0)),
        Value::day(told.map(|mile| mile.day)),
        Value::maybe(
            evidence
                .map(|row| format!("{}, dòng {}", row.report, RowNumber::of_index(row.row).get())),
        ),
    ]
}
