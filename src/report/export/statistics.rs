//! Figures as they were filed, one a line: counts, never shares alone.

use std::collections::BTreeSet;

use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{FigureStanding, RowNumber};

use super::{Column, Export, Form, Line, Value, basis, column};
use crate::report::{Asked, words};

const COLUMNS: [Column; 14] = [
    column("indicator", "Mã chỉ tiêu", Form::Text, 20, "Tên riêng của chỉ tiêu trong hệ thống"),
    column("name", "Chỉ tiêu", Form::Text, 34, "Tên chỉ tiêu"),
    column("numerator_of", "Tử số là", Form::Text, 30, "Đếm cái gì"),
    column("denominator_of", "Mẫu số là", Form::Text, 30, "Trên tổng nào"),
    column("unit_code", "Mã đơn vị", Form::Text, 9, "Mã đơn vị hành chính; chỉ có nghĩa cùng ngày"),
    column("unit", "Đơn vị", Form::Text, 26, "Đơn vị hành chính như nguồn nêu, kể cả đơn vị cũ"),
    column("from", "Từ ngày", Form::Day, 12, "Ngày đầu kỳ"),
    column("until", "Đến hết ngày", Form::Day, 12, "Ngày cuối kỳ"),
    column("carrier", "Doanh nghiệp", Form::Text, 18, "Trống: tất cả doanh nghiệp"),
    column("numerator", "Tử số", Form::Count, 12, "Số đếm; trống: nguồn không nêu"),
    column("denominator", "Mẫu số", Form::Count, 12, "Số đếm; trống: nguồn không nêu"),
    column("standing", "Tình trạng", Form::Text, 12, "sơ bộ, chính thức"),
    column("source", "Nguồn", Form::Text, 34, "Văn bản hay tệp mà số liệu lấy từ đó"),
    column("entry", "Lần gửi", Form::Text, 24, "Lần gửi, dòng trong sổ"),
];

/// Those in force on the day that they are known at.
pub fn statistics(atlas: &Atlas, asked: &Asked) -> Export {
    let mut sources = BTreeSet::new();
    let mut lines = Vec::new();
    for indicator in &atlas.order.indicators {
        for filed in atlas.figures.of_indicator(&indicator.id) {
            let (fact, evidence) = (filed.fact(), filed.now().evidence);
            sources.insert(fact.source.clone());
            let row = RowNumber::of_index(evidence.row).get();
            let cells = vec![
                Value::text(indicator.id.as_str()),
                Value::text(indicator.name_vi.clone()),
                Value::text(indicator.numerator_vi.clone()),
                Value::text(indicator.denominator_vi.clone()),
                Value::text(fact.unit.code.0.to_string()),
                Value::text(atlas.common.units.label(fact.unit)),
                Value::day(Some(fact.period.from)),
                Value::day(Some(fact.period.to.plus_days(-1))),
                Value::maybe(fact.carrier.as_ref().map(|id| words::carrier_name(atlas, id))),
                fact.numerator.map_or(Value::Unknown, Value::Count),
                fact.denominator.map_or(Value::Unknown, Value::Count),
                Value::text(match fact.standing {
                    FigureStanding::Provisional => "sơ bộ",
                    FigureStanding::Final => "chính thức",
                }),
                Value::text(fact.source.clone()),
                Value::text(format!("{}, dòng {row}", evidence.report)),
            ];
            lines.push(Line { at: None, cells });
        }
    }
    sources.remove("");
    Export {
        name: "statistics",
        title: "Số liệu theo kỳ và đơn vị".to_owned(),
        columns: COLUMNS.to_vec(),
        lines,
        spatial: false,
        basis: basis(atlas, asked),
        sources: sources.into_iter().collect(),
        day: asked.known_at,
        demo: asked.demo,
    }
}
