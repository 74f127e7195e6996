//! Duties, one a line.

use std::collections::BTreeSet;

use phusong_atlas::atlas::{Atlas, DutyCard, VillageCard};
use phusong_atlas::domain::{Day, MilestoneStep, RowNumber};

use super::{Column, Export, Form, Line, Value, basis, carrier_name, column};
use crate::report::{Asked, words};

const COLUMNS: [Column; 15] = [
    column("id", "Mã nhiệm vụ", Form::Text, 18, "Tên riêng của nhiệm vụ trong hệ thống"),
    column("clause", "Mục", Form::Text, 9, "Mục của văn bản giao nhiệm vụ"),
    column("cite", "Trích dẫn", Form::Text, 40, "Văn bản giao nhiệm vụ"),
    column("village", "Mã thôn", Form::Text, 12, "Thôn phải phủ sóng"),
    column("village_name", "Thôn", Form::Text, 18, "Tên thôn tính đến ngày"),
    column("commune", "Xã", Form::Text, 20, "Xã hiện nay"),
    column("carrier", "Doanh nghiệp", Form::Text, 18, "Doanh nghiệp được giao"),
    column("technology", "Công nghệ", Form::Text, 9, "Trống: văn bản không nêu"),
    column("given", "Ngày giao", Form::Day, 12, "Ngày văn bản giao"),
    column("due", "Hạn", Form::Day, 12, "Trống: văn bản không nêu"),
    column("due_inferred", "Hạn suy luận vì", Form::Text, 24, "Có chữ: hạn là suy luận"),
    column("state_vi", "Tình trạng", Form::Text, 20, "Tính từ các mốc đã báo, không ai đặt tay"),
    column("last_step", "Mốc gần nhất", Form::Text, 20, "Mốc tiến độ gần nhất đã báo"),
    column("last_day", "Ngày của mốc", Form::Day, 12, "Ngày của mốc gần nhất"),
    column("entry", "Lần gửi", Form::Text, 24, "Lần gửi, dòng trong sổ nói về nhiệm vụ"),
];

pub fn duties(atlas: &Atlas, asked: &Asked) -> Export {
    let mut sources = BTreeSet::new();
    let mut lines = Vec::new();
    for shard in atlas.shards() {
        for card in shard.villages.iter().filter(|card| card.exists_on(asked.day())) {
            for duty in &card.duties {
                sources.insert(duty.fact.cite.clone());
                let at = card.position_on(asked.day());
                let at = at.map(|at| [at.lon_deg(), at.lat_deg()]);
                lines.push((
                    duty.fact.id.clone(),
                    Line { at, cells: line(atlas, card, duty, asked.day()) },
                ));
            }
        }
    }
    lines.sort_by(|a, b| a.0.cmp(&b.0));
    Export {
        name: "duties",
        title: "Nhiệm vụ phủ sóng được giao".to_owned(),
        columns: COLUMNS.to_vec(),
        lines: lines.into_iter().map(|(_, line)| line).collect(),
        spatial: true,
        basis: basis(atlas, asked),
        sources: sources.into_iter().collect(),
        day: asked.known_at,
        demo: asked.demo,
    }
}

fn line(atlas: &Atlas, card: &VillageCard, duty: &DutyCard, day: Day) -> Vec<Value> {
    let fact = &duty.fact;
    let told = duty.round_on(day).last().map(|told| &told.fact);
    let told = told.filter(|mile| mile.step != MilestoneStep::Given);
    let commune = atlas.units_of(card, day).commune;
    let row = RowNumber::of_index(duty.evidence.row).get();
    vec![
        Value::text(fact.id.as_str()),
        Value::text(fact.clause.clone()),
        Value::text(fact.cite.clone()),
        Value::text(card.id.as_str()),
        Value::maybe(card.fact_on(day).map(|fact| fact.name.clone())),
        Value::maybe(commune.map(|unit| atlas.common.units.label(unit))),
        Value::text(carrier_name(atlas, &fact.carrier)),
        Value::maybe(fact.technology.map(|technology| technology.to_string())),
        Value::day(Some(fact.given)),
        Value::day(fact.due),
        Value::maybe(fact.due_inferred.clone()),
        Value::text(words::duty(duty.state_on(day))),
        Value::maybe(told.map(|mile| words::step(mile.step))),
        Value::day(told.map(|mile| mile.day)),
        Value::text(format!("{}, dòng {row}", duty.evidence.report)),
    ]
}
