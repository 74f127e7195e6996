//! A village as lists show it.

use phusong_atlas::atlas::{
    Atlas, DutyCard, Flagged, Former, Question, VillageCard, VillageVerdict, explain,
};
use phusong_atlas::domain::{Day, SiteId, UnitId, VillageFact};

use crate::http::wire::codes::{Flag, Verdict};
use crate::http::wire::duty::NamedVillage;
use crate::http::wire::{CommuneOf, Duty, Position, Reason, Unit, VillageSummary};
use crate::http::words;
use crate::report::words::why_due;

pub fn summary(
    atlas: &Atlas,
    card: &VillageCard,
    question: &Question,
    found: Flagged<VillageVerdict>,
) -> VillageSummary {
    summary_seeing(atlas, card, question, found, |site| atlas.site(site).is_some())
}

/// The same; `sees` is asked for every site that a reason rests on. Beside it, everything here is
/// of the village's own shard.
pub fn summary_seeing(
    atlas: &Atlas,
    card: &VillageCard,
    question: &Question,
    found: Flagged<VillageVerdict>,
    sees: impl Fn(&SiteId) -> bool,
) -> VillageSummary {
    let day = question.day;
    let fact = card.fact_on(day);
    let units = atlas.units_of(card, day);
    let verdict = Verdict::from(found.verdict);
    let (verdict_vi, verdict_en) = verdict.words();
    VillageSummary {
        id: card.id.to_string(),
        name: fact.map(|fact| fact.name.clone()),
        aliases: fact.map(|fact| fact.aliases.clone()).unwrap_or_default(),
        kind: fact.map(|fact| fact.kind.into()),
        commune: commune(atlas, units.commune, fact),
        commune_old: unit(atlas, units.commune_old),
        district_old: unit(atlas, units.district_old),
        position: position(card, day),
        verdict,
        verdict_vi,
        verdict_en,
        flags: Flag::of(found.flags, card.disputed_on(day)),
        grade: card.grade_behind(question, &atlas.common).map(Into::into),
        source_word: card.source_word_on(day).map(str::to_owned),
        households: card.households_on(day),
        people: fact.and_then(|fact| fact.people),
        grid_power: fact.and_then(|fact| fact.grid_power).into(),
        especially_hard: fact.and_then(|fact| fact.especially_hard).into(),
        duties: card.owed_on(day).map(|(former, card)| duty(former, card, day)).collect(),
        waiting_days: card.open_duty(day).map(|owed| owed.waiting_days(day)),
        nearest_site_m: None,
        reasons: reasons(atlas, card, question, &sees),
    }
}

/// The same with the distance to the nearest site on air, for those who see sites. Apart, because
/// it rests on sites of other communes too.
pub fn with_nearest_site(
    atlas: &Atlas,
    card: &VillageCard,
    day: Day,
    summary: VillageSummary,
) -> VillageSummary {
    let near = || atlas.nearest_site_m(card.position_on(day), day);
    VillageSummary { nearest_site_m: atlas.sees_sites().then(near), ..summary }
}

fn unit(atlas: &Atlas, unit: Option<UnitId>) -> Option<Unit> {
    let fact = atlas.common.units.get(unit?)?;
    Some(Unit { code: fact.id.code.0, name: fact.name.clone(), kind: fact.kind.clone() })
}

fn commune(atlas: &Atlas, of: Option<UnitId>, fact: Option<&VillageFact>) -> CommuneOf {
    let known = unit(atlas, of);
    CommuneOf {
        code: known.as_ref().map(|unit| unit.code),
        name: known.as_ref().map(|unit| unit.name.clone()),
        kind: known.map(|unit| unit.kind),
        inferred: fact.and_then(|fact| fact.unit_inferred.clone()),
    }
}

/// Its own, or that of the cluster that stands for it.
fn position(card: &VillageCard, day: Day) -> Option<Position> {
    let stand = card.stand_on(day)?;
    let basis = crate::report::words::position_basis(card, &stand, day);
    Some(Position::of(stand.located, basis))
}

fn reasons(
    atlas: &Atlas,
    card: &VillageCard,
    question: &Question,
    sees: &impl Fn(&SiteId) -> bool,
) -> Vec<Reason> {
    let least = question.least_technology(&atlas.common);
    card.clusters_on(question.day)
        .flat_map(|cluster| explain(cluster, question, &atlas.common, least, sees))
        .map(|reason| words::reason(atlas, &reason))
        .collect()
}

fn duty(former: Option<&Former>, card: &DutyCard, day: Day) -> Duty {
    let fact = &card.fact;
    let named = |former: &Former| NamedVillage {
        id: former.village.to_string(),
        name: former.name.clone(),
    };
    Duty {
        id: fact.id.to_string(),
        former_village: former.map(named),
        clause: fact.clause.clone(),
        cite: fact.cite.clone(),
        carrier: fact.carrier.to_string(),
        technology: fact.technology.map(Into::into),
        given: fact.given.to_string(),
        due: fact.due.map(|day| day.to_string()),
        due_inferred: fact.due_inferred.is_some(),
        due_inferred_why: fact.due_inferred.as_deref().map(why_due).map(str::to_owned),
        state: card.state_on(day).into(),
    }
}
