//! A line of the register and a duty's page, in codes and in words.

use phusong_atlas::atlas::{self, Atlas, DutyRow, Evidence, Told, VillageCard, standing};
use phusong_atlas::domain::{
    AgencyFact, BlockerFact, BlockerKind, Day, FundingFact, MilestoneFact, MilestoneStep, Slug,
    UnitId, VillageId,
};

use crate::http::communes::unit_wire;
use crate::http::reports::party;
use crate::http::table::{Column, column, joined, maybe};
use crate::http::wire::codes::{Flag, Technology, Verdict};
use crate::http::wire::duty::{
    AgencyThen, AssumedVillage, Blocker, DutyFinding, DutyLine, DutyPage, Funding, NamedVillage,
    OnAirTold, OwedKind, PromiseTold, StepLine, StepTold, WaitsFor,
};
use crate::http::wire::{EntryRef, Unit};
use crate::report::words;

/// Everything owed to a village, with what went into it.
pub fn lines_of(atlas: &Atlas, card: &VillageCard, day: Day) -> Vec<DutyLine> {
    atlas.duties_of(card, day).iter().map(|row| line(atlas, row, day)).collect()
}

pub fn line(atlas: &Atlas, row: &DutyRow, day: Day) -> DutyLine {
    let duty = row.duty();
    let fact = duty.map(|duty| &duty.fact);
    let promises = row.promises(day);
    let (state_vi, state_en) = words::duty(row.state);
    let (stage_vi, stage_en) = words::step(row.stage);
    let waits_for = WaitsFor::from(row.waits_for);
    let card = row.card();
    let last = promises.last();
    DutyLine {
        id: row.id(),
        kind: if duty.is_some() { OwedKind::Duty } else { OwedKind::Promise },
        village: named(atlas, &card.id, day),
        village_now: row.village_now.iter().map(|id| named(atlas, id, day)).collect(),
        commune: unit(atlas, row.units.commune),
        commune_old: unit(atlas, row.units.commune_old),
        district_old: unit(atlas, row.units.district_old),
        carrier: row.carrier.to_string(),
        carrier_name: words::carrier_name(atlas, &row.carrier),
        clause: fact.map(|fact| fact.clause.clone()),
        cite: fact.map(|fact| fact.cite.clone()),
        technology: fact
            .map_or_else(|| last.and_then(|last| last.technology), |fact| fact.technology)
            .map(Into::into),
        given: row.given.to_string(),
        due: row.due.map(|day| day.to_string()),
        due_inferred: fact.is_some_and(|fact| fact.due_inferred.is_some()),
        due_inferred_why: fact
            .and_then(|fact| fact.due_inferred.as_deref())
            .map(|why| words::why_due(why).to_owned()),
        promised: row.promised.map(|day| day.to_string()),
        promises: promises.0.len(),
        slipped_days: promises.slipped_days().filter(|days| *days != 0),
        state: row.state.into(),
        state_vi,
        state_en,
        stage: row.stage.into(),
        stage_vi,
        stage_en,
        waits_for,
        waits_for_vi: waits_for.words().0,
        waits_for_en: waits_for.words().1,
        waiting_days: row.waiting_days,
        late_days: row.late_days,
        reopened: duty.map_or(0, |duty| duty.reopened_on(day)),
        blockers: standing(&card.blockers, &row.carrier, day)
            .map(|told| blocker(atlas, told, day))
            .collect(),
        funding: duty.and_then(|duty| duty.funding_on(day)).map(funding),
        households: row.households,
        own_signal: row.own_signal.verdict.into(),
        own_signal_flags: Flag::of(row.own_signal.flags, false),
        findings: row.findings.iter().map(finding).collect(),
        entry: duty.map(|duty| (&duty.evidence).into()),
    }
}

pub fn page(atlas: &Atlas, row: &DutyRow, day: Day) -> DutyPage {
    let card = row.card();
    let own = card.blockers.iter().filter(|told| told.fact.carrier == row.carrier);
    let known = own.filter(|told| told.fact.since <= day);
    let funding_told = row.duty().map(|duty| duty.funding.as_slice()).unwrap_or_default();
    DutyPage {
        version: atlas.version.to_string(),
        as_of: day.to_string(),
        line: line(atlas, row, day),
        steps: steps(row, day),
        promises_told: promises(row, day),
        blockers_told: known.map(|told| blocker(atlas, told, day)).collect(),
        funding_told: funding_told
            .iter()
            .filter(|told| told.fact.day <= day)
            .map(funding)
            .collect(),
        reports_on_air: row.on_air.iter().map(on_air).collect(),
    }
}

fn on_air((day, evidence): &(Day, Evidence)) -> OnAirTold {
    OnAirTold { day: day.to_string(), entry: evidence.into() }
}

/// Every step in order, with all that was told of it in whatever round.
fn steps(row: &DutyRow, day: Day) -> Vec<StepLine> {
    let Some(duty) = row.duty() else { return Vec::new() };
    let round = duty.round_on(day);
    let is_of_round = |told: &Told<MilestoneFact>| round.contains(told);
    let missing = |step: MilestoneStep| {
        row.findings.iter().any(
            |found| matches!(found, atlas::DutyFinding::Missing { step: missing } if *missing == step),
        )
    };
    let line = |step: MilestoneStep| {
        let told = duty.steps.iter().filter(|told| told.fact.step == step && told.fact.day <= day);
        let mut told: Vec<StepTold> = told
            .map(|told| StepTold {
                day: told.fact.day.to_string(),
                evidence: told.fact.source.clone(),
                by: party(&told.by),
                entry: (&told.evidence).into(),
                earlier_round: !is_of_round(told),
            })
            .collect();
        // The order itself gave it.
        if step == MilestoneStep::Given && duty.fact.given <= day {
            let given = StepTold {
                day: duty.fact.given.to_string(),
                evidence: duty.fact.cite.clone(),
                by: "department".to_owned(),
                entry: (&duty.evidence).into(),
                earlier_round: false,
            };
            told.insert(0, given);
        }
        let (step_vi, step_en) = words::step(step);
        StepLine { step: step.into(), step_vi, step_en, told, missing: missing(step) }
    };
    MilestoneStep::ALL.into_iter().map(line).collect()
}

fn promises(row: &DutyRow, day: Day) -> Vec<PromiseTold> {
    let promises = row.promises(day).0;
    let before = std::iter::once(None).chain(promises.iter().map(Some));
    let told = promises.iter().zip(before).map(|(told, before)| PromiseTold {
        said: told.fact.said.to_string(),
        promised: told.fact.promised.to_string(),
        slip_days: before.map(|before| told.fact.promised.number() - before.fact.promised.number()),
        technology: told.fact.technology.map(Into::into),
        source: told.fact.source.clone(),
        by: party(&told.by),
        entry: (&told.evidence).into(),
    });
    told.collect()
}

const fn blocker_code(kind: BlockerKind) -> &'static str {
    match kind {
        BlockerKind::Land => "land",
        BlockerKind::GridPower => "grid_power",
        BlockerKind::Road => "road",
        BlockerKind::Backhaul => "backhaul",
        BlockerKind::Permit => "permit",
        BlockerKind::Other => "other",
    }
}

fn blocker(atlas: &Atlas, told: &Told<BlockerFact>, day: Day) -> Blocker {
    let fact = &told.fact;
    let (kind, kind_vi) = (blocker_code(fact.kind), words::blocker(fact.kind).0);
    let end = fact.lifted.filter(|lifted| *lifted <= day).unwrap_or(day);
    let now = |id: &Slug| -> Vec<AgencyThen> {
        atlas.agencies_on(id, day).into_iter().map(agency).collect()
    };
    let named = |id: &Slug| {
        let known = atlas.order.agencies.iter().find(|agency| agency.id == *id);
        known.map_or_else(|| id.as_str().to_owned(), |agency| agency.name_vi.clone())
    };
    Blocker {
        kind,
        kind_vi,
        text: fact.text.clone(),
        since: fact.since.to_string(),
        lifted: fact.lifted.filter(|lifted| *lifted <= day).map(|day| day.to_string()),
        days: end.number() - fact.since.number(),
        responsible: fact.responsible.as_ref().map(named),
        responsible_now: fact.responsible.as_ref().map(now).unwrap_or_default(),
        by: party(&told.by),
        entry: (&told.evidence).into(),
    }
}

fn agency(fact: &AgencyFact) -> AgencyThen {
    AgencyThen {
        id: fact.id.as_str().to_owned(),
        name_vi: fact.name_vi.clone(),
        name_en: fact.name_en.clone(),
        inferred: fact.inferred.clone(),
    }
}

fn funding(told: &Told<FundingFact>) -> Funding {
    Funding {
        day: told.fact.day.to_string(),
        funds: told.fact.funds.clone(),
        estimate_vnd: told.fact.estimate_vnd,
        by: party(&told.by),
        entry: EntryRef::from(&told.evidence),
    }
}

fn finding(found: &atlas::DutyFinding) -> DutyFinding {
    use atlas::DutyFinding::{Backward, BeforeGiven, Missing, OnAirUntold, PromiseBroken};
    let code = match found {
        Missing { .. } => "missing_step",
        Backward { .. } => "backward_day",
        BeforeGiven { .. } => "before_given",
        PromiseBroken { .. } => "promise_broken",
        OnAirUntold { .. } => "on_air_untold",
    };
    let (text_vi, text_en) = words::duty_finding(found, |day| day.to_string());
    DutyFinding { code, text_vi, text_en }
}

pub fn named(atlas: &Atlas, id: &VillageId, day: Day) -> NamedVillage {
    let name = atlas.village(id).and_then(|(_, card)| {
        card.fact_on(day.min(card.end.plus_days(-1))).map(|fact| fact.name.clone())
    });
    NamedVillage { id: id.to_string(), name: name.unwrap_or_else(|| id.to_string()) }
}

pub fn unit(atlas: &Atlas, unit: Option<UnitId>) -> Option<Unit> {
    unit_wire(atlas, unit?)
}

fn unit_name(unit: Option<&Unit>) -> String {
    maybe(unit.map(|unit| unit.name.clone()))
}

/// Nothing here is a statement of what is: every row says so.
pub const ASSUMED: [Column<AssumedVillage>; 12] = [
    column("village", "Mã thôn", |row| row.village.id.clone()),
    column("name", "Thôn", |row| row.village.name.clone()),
    column("commune", "Xã", |row| maybe(row.commune.as_ref().map(|unit| &unit.name))),
    column("households", "Số hộ", |row| maybe(row.households)),
    column("verdict_today", "Mã hôm nay", |row| row.verdict_today.as_str().to_owned()),
    column("verdict_today_vi", "Hôm nay", |row| row.verdict_today.words().0.to_owned()),
    column("verdict_then", "Mã khi đó", |row| row.verdict_then.as_str().to_owned()),
    column("verdict_then_vi", "Khi đó (giả định)", |row| row.verdict_then_vi.to_owned()),
    column("kept", "Cam kết coi là đúng hạn", |row| {
        joined(row.kept.iter().map(|kept| format!("{} {}", kept.carrier, kept.day)))
    }),
    column("next_promise", "Cam kết tiếp theo", |row| maybe(row.next_promise.as_ref())),
    column("assumed", "Giả định (mã)", |_| "yes".to_owned()),
    column("assumed_vi", "Tính chất", |_| "giả định".to_owned()),
];

pub const COLUMNS: [Column<DutyLine>; 27] = [
    column("id", "Mã nhiệm vụ", |line| line.id.clone()),
    column("village", "Mã thôn", |line| line.village.id.clone()),
    column("village_name", "Thôn", |line| line.village.name.clone()),
    column("village_now", "Thôn hiện nay", |line| {
        line.village_now.iter().map(|one| one.name.clone()).collect::<Vec<_>>().join("; ")
    }),
    column("commune", "Xã", |line| unit_name(line.commune.as_ref())),
    column("commune_old", "Xã (cũ)", |line| unit_name(line.commune_old.as_ref())),
    column("district_old", "Huyện (cũ)", |line| unit_name(line.district_old.as_ref())),
    column("carrier", "Mã doanh nghiệp", |line| line.carrier.clone()),
    column("carrier_name", "Doanh nghiệp", |line| line.carrier_name.clone()),
    column("clause", "Điều khoản", |line| maybe(line.clause.as_ref())),
    column("cite", "Căn cứ", |line| maybe(line.cite.as_ref())),
    column("technology", "Công nghệ", |line| maybe(line.technology.map(Technology::as_str))),
    column("given", "Ngày giao", |line| line.given.clone()),
    column("due", "Hạn", |line| maybe(line.due.as_ref())),
    column("due_inferred", "Hạn là suy luận vì", |line| {
        maybe(line.due_inferred_why.as_ref())
    }),
    column("promised", "Ngày cam kết", |line| maybe(line.promised.as_ref())),
    column("slipped_days", "Số ngày lùi cam kết", |line| maybe(line.slipped_days)),
    column("state", "Trạng thái", |line| line.state_vi.to_owned()),
    column("stage", "Mốc hiện tại", |line| line.stage_vi.to_owned()),
    column("waits_for", "Đang chờ", |line| line.waits_for_vi.to_owned()),
    column("waiting_days", "Số ngày chờ", |line| maybe(line.waiting_days)),
    column("late_days", "Số ngày trễ", |line| maybe(line.late_days)),
    column("blockers", "Vướng mắc", |line| {
        line.blockers
            .iter()
            .map(|one| format!("{}: {}", one.kind_vi, one.text))
            .collect::<Vec<_>>()
            .join("; ")
    }),
    column("funds", "Nguồn vốn", |line| {
        maybe(line.funding.as_ref().map(|one| one.funds.clone()))
    }),
    column("households", "Số hộ", |line| maybe(line.households)),
    column("own_signal", "Sóng của doanh nghiệp này", |line| {
        Verdict::words(line.own_signal).0.to_owned()
    }),
    column("findings", "Lưu ý", |line| {
        line.findings.iter().map(|one| one.text_vi.clone()).collect::<Vec<_>>().join("; ")
    }),
];
