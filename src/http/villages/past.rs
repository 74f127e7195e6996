//! A village over time, and what would change its verdict.

use phusong_atlas::atlas::{self, Atlas, Deed, VillageCard};
use phusong_atlas::domain::{
    Day, UnitId, VillageFact, VillageId, VillageRelation, VillageSuccessionFact,
};

use phusong_intake::{Candidate, Finding, Severity};

use crate::http::problem::Problem;
use crate::http::wire::codes::{Flag, Verdict};
use crate::http::wire::{Known, Position, Succession, Unit, UnitThen, WhatIf};

use crate::report::words;

/// What one source says of it.
pub fn known(atlas: &Atlas, fact: &VillageFact) -> Known {
    Known {
        from: fact.day.map(|day| day.to_string()),
        name: fact.name.clone(),
        aliases: fact.aliases.clone(),
        units: fact.units.iter().filter_map(|unit| unit_then(atlas, *unit)).collect(),
        households: fact.households,
        people: fact.people,
        position: fact.located.map(|at| Position::of(at, fact.position_basis.clone())),
        source: fact.source.clone(),
    }
}

fn unit_then(atlas: &Atlas, unit: UnitId) -> Option<UnitThen> {
    let fact = atlas.common.units.get(unit)?;
    let since = fact.id.valid_from;
    Some(UnitThen {
        unit: Unit { code: fact.id.code.0, name: fact.name.clone(), kind: fact.kind.clone() },
        valid_from: (since > Day::EARLIEST).then(|| since.to_string()),
        valid_to: fact.valid_to.map(|day| day.to_string()),
        label: atlas.common.units.label(unit),
    })
}

/// The village as it stands that day.
///
/// # Errors
/// There is none; one that ended says where it went.
pub fn card_on<'a>(atlas: &'a Atlas, id: &VillageId, day: Day) -> Result<&'a VillageCard, Problem> {
    let (_, card) = atlas.village(id).ok_or_else(Problem::not_found)?;
    if card.exists_on(day) {
        return Ok(card);
    }
    let went: Vec<&VillageSuccessionFact> = card.to.iter().filter(|step| step.day <= day).collect();
    let Some(last) = went.iter().map(|step| step.day).max() else {
        return Err(Problem::not_found());
    };
    let name = |id: &VillageId| words::village_name(atlas, id);
    let heirs: Vec<String> =
        went.iter().map(|step| format!("{} ({})", name(&step.to), step.to)).collect();
    let (own, heirs) = (name(id), heirs.join(", "));
    let vi = format!("{own} không còn là thôn riêng từ ngày {last}: nay là {heirs}");
    let en = format!("{own} is no village of its own since {last}: now {heirs}");
    let remedy = (
        "xem thôn hiện nay, hoặc hỏi as_of một ngày trước đó",
        "see the village of today, or ask as_of a day before",
    );
    let candidates = went.iter().map(|step| Candidate {
        id: step.to.to_string(),
        name: name(&step.to),
        reason_vi: format!("từ ngày {}", step.day),
        reason_en: format!("since {}", step.day),
        score: 100,
    });
    let finding = Finding::new("village-ended", Severity::Refuse, (&*vi, &*en), remedy);
    Err(Problem::not_found().because(vi, en).with([finding.with(candidates)]))
}

pub fn successions(atlas: &Atlas, card: &VillageCard) -> Vec<Succession> {
    let from = card.from.iter().map(|step| succession(atlas, step, "from"));
    let to = card.to.iter().map(|step| succession(atlas, step, "to"));
    from.chain(to).collect()
}

fn succession(atlas: &Atlas, step: &VillageSuccessionFact, direction: &'static str) -> Succession {
    let other = if direction == "from" { &step.from } else { &step.to };
    Succession {
        direction,
        village: other.to_string(),
        name: words::village_name(atlas, other),
        day: step.day.to_string(),
        relation: match step.relation {
            VillageRelation::Merged => "merged",
            VillageRelation::Part => "part",
            VillageRelation::Renamed => "renamed",
            VillageRelation::Split => "split",
        },
        clusters: step.clusters.iter().map(ToString::to_string).collect(),
        source: step.source.clone(),
    }
}

pub const fn deed(deed: Deed) -> &'static str {
    match deed {
        Deed::OnAir => "on_air",
        Deed::CommuneHas => "commune_has",
        Deed::MeasuredHas => "measured_has",
        Deed::CommuneLacks => "commune_lacks",
        Deed::SetAside => "set_aside",
    }
}

pub fn what_if(atlas: &Atlas, what: &atlas::WhatIf) -> WhatIf {
    let names: Vec<&str> =
        what.carriers.iter().map(|carrier| atlas.carrier(*carrier).name.as_str()).collect();
    let (names, technology) = (names.join(", "), what.technology);
    let (vi, en) = match what.deed {
        Deed::OnAir => (
            format!("Nếu hôm nay {names} báo phát sóng {technology} phục vụ cả thôn"),
            format!("If {names} reported {technology} on air for the whole village today"),
        ),
        Deed::CommuneHas => (
            format!("Nếu xã xác nhận cả thôn có sóng {technology} của {names} (E3)"),
            format!("If the commune confirmed {names} {technology} in the whole village (E3)"),
        ),
        Deed::MeasuredHas => (
            format!("Nếu đo kiểm đạt {technology} của {names} ở mọi cụm dân cư (E4)"),
            format!("If measurements confirmed {names} {technology} in every cluster (E4)"),
        ),
        Deed::CommuneLacks => (
            "Nếu xã báo cả thôn không có sóng (E3)".to_owned(),
            "If the commune said there is no signal in the whole village (E3)".to_owned(),
        ),
        Deed::SetAside => (
            format!("Nếu cán bộ bác các ý kiến “không có sóng” đối với {names}"),
            format!("If an officer set aside every “no signal” for {names}"),
        ),
    };
    let verdict = Verdict::from(what.answer.verdict);
    let flags = Flag::of(what.answer.flags, false);
    let (verdict_vi, verdict_en) = verdict.words();
    let beside: Vec<&str> = flags.iter().map(|flag| flag.vi()).collect();
    let beside_vi =
        if beside.is_empty() { String::new() } else { format!(" ({})", beside.join(", ")) };
    let codes: Vec<&str> = flags.iter().map(|flag| flag.as_str()).collect();
    let beside_en =
        if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) };
    WhatIf {
        deed: deed(what.deed),
        carriers: what
            .carriers
            .iter()
            .map(|carrier| atlas.carrier(*carrier).id.to_string())
            .collect(),
        technology: technology.into(),
        verdict,
        flags,
        text_vi: format!("{vi}: {verdict_vi}{beside_vi}."),
        text_en: format!("{en}: {verdict_en}{beside_en}."),
    }
}
