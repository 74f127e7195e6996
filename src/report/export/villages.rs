//! Villages, one a line.

use std::collections::BTreeSet;

use phusong_atlas::atlas::{Atlas, DutyState, GapRow};
use phusong_atlas::domain::UnitId;

use super::{Column, Export, Form, Line, Value, basis, column};
use crate::report::{Asked, words};

const COLUMNS: [Column; 29] = [
    column(
        "id",
        "Mã thôn",
        Form::Text,
        12,
        "Tên riêng của thôn trong hệ thống; không đổi khi thôn đổi tên",
    ),
    column("name", "Thôn", Form::Text, 18, "Tên theo nguồn mới nhất tính đến ngày"),
    column("kind", "Loại", Form::Text, 10, "thôn, tổ dân phố, làng"),
    column(
        "commune_code",
        "Mã xã",
        Form::Text,
        9,
        "Mã xã hiện nay; mã được dùng lại nên chỉ có nghĩa cùng ngày",
    ),
    column("commune", "Xã", Form::Text, 20, "Xã, phường, đặc khu hiện nay"),
    column(
        "commune_inferred",
        "Xã suy luận vì",
        Form::Text,
        24,
        "Có chữ: thôn thuộc xã này là suy luận, cần xác nhận",
    ),
    column("commune_old", "Xã trước 01/7/2025", Form::Text, 22, "Xã cũ, nếu biết"),
    column("district_old", "Huyện trước 01/7/2025", Form::Text, 20, "Huyện cũ, nếu biết"),
    column(
        "verdict",
        "Mã đánh giá",
        Form::Text,
        14,
        "covered, not_as_asked, no_signal, partial_hole, insufficient",
    ),
    column(
        "verdict_vi",
        "Đánh giá",
        Form::Text,
        20,
        "Trắng sóng: trung tâm thôn không có sóng; lõm sóng: có cụm không có; chưa đủ dữ liệu không tính là có hay không",
    ),
    column("flags_vi", "Lưu ý", Form::Text, 20, "chờ xác nhận, cần xác nhận lại, đang có phản ánh"),
    column(
        "grade",
        "Mức xác minh",
        Form::Text,
        9,
        "E1 doanh nghiệp khai báo; E2 danh sách, nhật ký, dự báo; E3 xã xác nhận; E4 đo kiểm; E5 hai nguồn độc lập từ E3, E4",
    ),
    column("source_word", "Từ trong văn bản", Form::Text, 14, "Từ mà nguồn dùng, giữ nguyên"),
    column("households", "Số hộ", Form::Count, 9, "Trống: chưa rõ"),
    column("people", "Nhân khẩu", Form::Count, 9, "Trống: chưa rõ"),
    column("grid_power", "Điện lưới", Form::Text, 9, "có, không; trống: chưa rõ"),
    column("especially_hard", "Đặc biệt khó khăn", Form::Text, 9, "có, không; trống: chưa rõ"),
    column("duty_clause", "Nhiệm vụ theo mục", Form::Text, 12, "Mục của văn bản giao nhiệm vụ"),
    column(
        "duty_carrier",
        "Doanh nghiệp được giao",
        Form::Text,
        18,
        "Doanh nghiệp được giao nhiệm vụ phủ sóng thôn",
    ),
    column("duty_due", "Hạn", Form::Day, 12, "Hạn sớm nhất còn mở; có thể là suy luận"),
    column("duty_due_inferred", "Hạn suy luận vì", Form::Text, 24, "Có chữ: hạn là suy luận"),
    column(
        "duty_state_vi",
        "Tình trạng nhiệm vụ",
        Form::Text,
        18,
        "đang thực hiện, quá hạn, đã xác nhận hoàn thành",
    ),
    column("waiting_days", "Số ngày chờ", Form::Count, 9, "Từ ngày giao nhiệm vụ còn mở lâu nhất"),
    column("lon", "Kinh độ", Form::Number, 11, "Độ, WGS 84"),
    column("lat", "Vĩ độ", Form::Number, 11, "Độ, WGS 84"),
    column(
        "uncertainty_m",
        "Sai số vị trí (m)",
        Form::Count,
        10,
        "Bán kính mà vị trí thật nằm trong đó",
    ),
    column(
        "position_grade",
        "Cách có vị trí",
        Form::Text,
        18,
        "khảo sát, xã xác nhận, danh mục địa danh, tâm xã",
    ),
    column("source", "Nguồn về thôn", Form::Text, 30, "Văn bản hay công trình nói về thôn"),
    column(
        "nearest_site_m",
        "Trạm gần nhất (m)",
        Form::Number,
        10,
        "Khoảng cách đường thẳng tới trạm đang phát sóng gần nhất; chỉ dùng nội bộ",
    ),
];

/// The rows of a query; the distance to a site only for those who see sites.
pub fn villages<'a>(
    atlas: &Atlas,
    asked: &Asked,
    title: &str,
    rows: impl Iterator<Item = &'a GapRow>,
) -> Export {
    let told = if atlas.sees_sites() { COLUMNS.len() } else { COLUMNS.len() - 1 };
    let mut sources = BTreeSet::new();
    let lines = rows
        .map(|row| {
            let card = row.card();
            if let Some(fact) = card.fact_on(asked.day()) {
                sources.insert(fact.source.clone());
            }
            let owed = atlas.duties_of(card, asked.day());
            sources.extend(
                owed.iter().filter_map(|row| row.duty().map(|duty| duty.fact.cite.clone())),
            );
            let mut cells = line(atlas, row, asked);
            cells.truncate(told);
            let at = card.position_on(asked.day());
            Line { at: at.map(|at| [at.lon_deg(), at.lat_deg()]), cells }
        })
        .collect();
    sources.remove("");
    Export {
        name: "villages",
        title: title.to_owned(),
        columns: COLUMNS[..told].to_vec(),
        lines,
        spatial: true,
        basis: basis(atlas, asked),
        sources: sources.into_iter().collect(),
        day: asked.known_at,
        demo: asked.demo,
    }
}

fn line(atlas: &Atlas, row: &GapRow, asked: &Asked) -> Vec<Value> {
    let (card, question, day) = (row.card(), &asked.question, asked.day());
    let fact = card.fact_on(day);
    let units = atlas.units_of(card, day);
    let label =
        |unit: Option<UnitId>| Value::maybe(unit.map(|unit| atlas.common.units.label(unit)));
    let flags = words::flags(row.answer.flags, card.disputed_on(day));
    let known =
        |known: Option<bool>| Value::maybe(known.map(|yes| if yes { "có" } else { "không" }));
    let located = card.stand_on(day).map(|stand| stand.located);
    // As the register has them: also those of villages that went into this one.
    let mut owed = atlas.duties_of(card, day);
    owed.retain(|row| row.duty().is_some() && row.state != DutyState::NotYetGiven);
    let all = |cells: Vec<String>| Value::text(cells.join("; "));
    let clauses = owed.iter().filter_map(|row| row.duty().map(|duty| duty.fact.clause.clone()));
    let carriers = owed.iter().map(|row| words::carrier_name(atlas, &row.carrier));
    let states = owed.iter().map(|row| words::duty(row.state).0.to_owned());
    let open = owed.iter().filter(|row| row.state.is_open() && row.due.is_some());
    let first_due = open.min_by_key(|row| row.due);
    let due = first_due.and_then(|row| row.due);
    let due_inferred = first_due.and_then(|row| row.duty()?.fact.due_inferred.as_deref());
    let near =
        atlas.sees_sites().then(|| atlas.nearest_site_m(card.position_on(day), day)).flatten();
    let waiting = owed.iter().filter_map(|row| row.waiting_days).max();
    let waiting = waiting.and_then(|days| u32::try_from(days).ok());
    vec![
        Value::text(card.id.as_str()),
        Value::maybe(fact.map(|fact| fact.name.clone())),
        Value::maybe(fact.map(|fact| words::kind(fact.kind))),
        Value::maybe(units.commune.map(|unit| unit.code.0.to_string())),
        label(units.commune),
        Value::maybe(fact.and_then(|fact| fact.unit_inferred.clone())),
        label(units.commune_old),
        label(units.district_old),
        Value::text(words::verdict_code(row.answer.verdict)),
        Value::text(words::verdict(row.answer.verdict).0),
        Value::text(flags.join(", ")),
        Value::maybe(card.grade_behind(question, &atlas.common).map(|grade| grade.to_string())),
        Value::maybe(card.source_word_on(day)),
        Value::count(card.households_on(day)),
        Value::count(fact.and_then(|fact| fact.people)),
        known(fact.and_then(|fact| fact.grid_power)),
        known(fact.and_then(|fact| fact.especially_hard)),
        all(clauses.collect()),
        all(carriers.collect()),
        Value::day(due),
        Value::maybe(due_inferred.map(words::why_due)),
        all(states.collect()),
        Value::count(waiting),
        located.map_or(Value::Unknown, |at| Value::Number(at.position.lon_deg())),
        located.map_or(Value::Unknown, |at| Value::Number(at.position.lat_deg())),
        Value::count(located.map(|at| at.uncertainty_m)),
        Value::maybe(located.map(|at| words::position_grade(at.grade))),
        Value::maybe(fact.map(|fact| fact.source.clone())),
        near.map_or(Value::Unknown, Value::Number),
    ]
}
