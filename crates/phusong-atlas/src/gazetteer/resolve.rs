//! A name to a place: found with a reason, ambiguous, or unknown with what it may have meant.

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;

use super::names::{NameKey, fold_for_search, normalise, without_kind};
use super::suggest::NearIndex;
use super::unit_text::UnitText;
use super::units::Units;
use crate::domain::{
    Day, Located, UnitFact, UnitId, UnitLevel, UnitSuccessionFact, VillageFact, VillageId,
};

/// How many candidates are worth showing.
const MOST_CANDIDATES: usize = 10;

/// What a document says of a village.
#[derive(Debug, Clone, Copy, Default)]
pub struct VillageQuery<'a> {
    /// A handle, a name or an alias.
    pub name: &'a str,
    /// Old or new commune.
    pub commune: Option<&'a str>,
    /// A district, abolished or not.
    pub district: Option<&'a str>,
    /// The day the document speaks of.
    pub day: Option<Day>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution<Id> {
    Found {
        id: Id,
        reason: MatchReason,
    },
    /// Several fit: ask.
    Ambiguous(Vec<Candidate<Id>>),
    /// None fits; these come near.
    Unknown(Vec<Candidate<Id>>),
}

/// A place that a name may have meant, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate<Id> {
    pub id: Id,
    pub name: String,
    /// The units that hold it (or it itself), as people say them.
    pub units: Vec<String>,
    /// 0 to 100.
    pub score: u8,
    pub reason: MatchReason,
}

/// Why a name was taken for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatchReason {
    pub how: How,
    pub context: Context,
}

/// How the name agreed, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    Code,
    Exact,
    Alias,
    /// But for tone placement, prefix, Đăk/Đắk and the like.
    Spelling,
    /// But for accents: only ever a suggestion.
    Folded,
    /// One letter off: only ever a suggestion.
    Near,
}

/// How the named commune, district and day agreed, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    Inside,
    /// By succession: a unit that its own came from or went into.
    Kin,
    /// The document names no unit.
    Unstated,
    /// The document names a unit that we do not know, or not one alone.
    UnitUnknown,
    Elsewhere,
}

impl MatchReason {
    fn score(self) -> u8 {
        let name = match self.how {
            How::Code => 100,
            How::Exact => 90,
            How::Alias => 86,
            How::Spelling => 82,
            How::Folded => 60,
            How::Near => 45,
        };
        match self.context {
            Context::Inside => (name + 8_u8).min(100),
            Context::Kin => (name + 4).min(100),
            Context::Unstated => name,
            Context::UnitUnknown => name - 10,
            Context::Elsewhere => name - 30,
        }
    }

    pub fn vi(self) -> String {
        let how = match self.how {
            How::Code => "đúng mã",
            How::Exact => "đúng tên",
            How::Alias => "đúng tên gọi khác",
            How::Spelling => "cùng tên, khác cách viết",
            How::Folded => "chỉ giống khi bỏ dấu",
            How::Near => "chỉ khác một chữ cái",
        };
        let context = match self.context {
            Context::Inside => ", đúng địa bàn đã nêu",
            Context::Kin => ", thuộc địa bàn đã nêu qua sắp xếp đơn vị hành chính",
            Context::Unstated => "",
            Context::UnitUnknown => ", chưa xác định được địa bàn đã nêu",
            Context::Elsewhere => ", nhưng không thuộc địa bàn (hoặc thời điểm) đã nêu",
        };
        format!("{how}{context}")
    }

    pub fn en(self) -> String {
        let how = match self.how {
            How::Code => "the code itself",
            How::Exact => "the same name",
            How::Alias => "another name of it",
            How::Spelling => "the same name, spelled otherwise",
            How::Folded => "alike only without accents",
            How::Near => "one letter apart",
        };
        let context = match self.context {
            Context::Inside => ", in the unit named",
            Context::Kin => ", in the unit named by succession of units",
            Context::Unstated => "",
            Context::UnitUnknown => ", the unit named is not certain",
            Context::Elsewhere => ", but not in the unit (or at the time) named",
        };
        format!("{how}{context}")
    }
}

/// A village as the register knows it, its facts put together.
#[derive(Debug, Clone)]
pub struct KnownVillage {
    pub id: VillageId,
    /// Its latest name.
    pub name: String,
    /// Aliases and earlier names.
    pub aliases: Vec<String>,
    pub units: Vec<UnitId>,
    pub unit_inferred: bool,
    pub located: Option<Located>,
}

/// Names and units over time. Built once from facts, then only read.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    units: Units,
    pub(super) villages: Vec<KnownVillage>,
    by_id: HashMap<VillageId, u32>,
    by_key: HashMap<String, Vec<u32>>,
    near_villages: NearIndex,
    near_units: NearIndex,
    unit_ids: Vec<UnitId>,
}

/// What the document's commune and district may mean.
enum Asked {
    Nothing,
    /// A unit is named that none of ours can be.
    NoUnit,
    /// One of these.
    Units(Vec<UnitId>),
}

impl Gazetteer {
    pub fn new(
        units: &[UnitFact],
        successions: &[UnitSuccessionFact],
        villages: &[VillageFact],
    ) -> Self {
        let units = Units::new(units, successions);
        let villages = put_together(villages);
        let mut by_key: HashMap<String, Vec<u32>> = HashMap::new();
        let mut by_id = HashMap::new();
        let mut folded = Vec::new();
        for (at, village) in (0_u32..).zip(&villages) {
            by_id.insert(village.id.clone(), at);
            for name in std::iter::once(&village.name).chain(&village.aliases) {
                let key = normalise(name);
                folded.push((fold_for_search(&key), at));
                let same = by_key.entry(key).or_default();
                if same.last() != Some(&at) {
                    same.push(at);
                }
            }
        }
        let unit_keys: Vec<(String, UnitId)> = units.keys().collect();
        let unit_ids: Vec<UnitId> = unit_keys.iter().map(|(_, id)| *id).collect();
        let near_units = NearIndex::new((0_u32..).zip(unit_keys).map(|(at, (key, _))| (key, at)));
        let near_villages = NearIndex::new(folded.into_iter());
        Self { units, villages, by_id, by_key, near_villages, near_units, unit_ids }
    }

    pub fn units(&self) -> &Units {
        &self.units
    }

    pub fn village(&self, id: &VillageId) -> Option<&KnownVillage> {
        self.by_id.get(id).and_then(|at| self.villages.get(*at as usize))
    }

    /// The village that a document names, if it names one.
    pub fn resolve_village(&self, query: &VillageQuery<'_>) -> Resolution<VillageId> {
        let name = query.name.trim();
        if let Ok(id) = VillageId::new(name)
            && self.by_id.contains_key(&id)
        {
            let reason = MatchReason { how: How::Code, context: Context::Unstated };
            return Resolution::Found { id, reason };
        }
        let asked = self.asked(query.commune, query.district, query.day);
        let key = normalise(name);
        let same = self.by_key.get(&key).map_or(&[][..], Vec::as_slice);
        let matches: Vec<(u32, MatchReason)> = same
            .iter()
            .map(|at| {
                let village = &self.villages[*at as usize];
                let context = self.context_of(village, &asked);
                (*at, MatchReason { how: spelled_how(village, name), context })
            })
            .collect();
        match best(&matches) {
            Best::One(at, reason) => {
                Resolution::Found { id: self.villages[at as usize].id.clone(), reason }
            }
            Best::Several(several) => Resolution::Ambiguous(self.village_candidates(several)),
            Best::None => {
                let folded = fold_for_search(&key);
                // Typed without accents, `thon` and `lang` stand before the name unread.
                let bare = without_kind(&folded);
                let mut near = matches;
                for asked_as in [bare, &folded] {
                    for at in self.near_villages.near(asked_as) {
                        if near.iter().all(|(known, _)| *known != at) {
                            let village = &self.villages[at as usize];
                            let is_it = folds_to(village, &folded) || folds_to(village, bare);
                            let how = if is_it { How::Folded } else { How::Near };
                            let context = self.context_of(village, &asked);
                            near.push((at, MatchReason { how, context }));
                        }
                    }
                }
                Resolution::Unknown(self.village_candidates(near))
            }
        }
    }

    /// The unit that a document names: a code, or a name with or without `xã`, `H.` and the
    /// like, `(cũ)`, and a district after a comma. Communes before districts before provinces.
    pub fn resolve_unit(
        &self,
        name: &str,
        district: Option<&str>,
        day: Option<Day>,
    ) -> Resolution<UnitId> {
        self.unit_named(name, district, day, true)
    }

    /// The same in a column of units of every level: there a bare name that a town, its district
    /// or its province bear is nobody's in particular. `xã`, `huyện` and the like decide.
    pub fn resolve_unit_of_any_level(
        &self,
        name: &str,
        district: Option<&str>,
        day: Option<Day>,
    ) -> Resolution<UnitId> {
        self.unit_named(name, district, day, false)
    }

    fn unit_named(
        &self,
        name: &str,
        district: Option<&str>,
        day: Option<Day>,
        prefers_communes: bool,
    ) -> Resolution<UnitId> {
        let text = UnitText::of(name);
        let district = district.map(str::trim).filter(|d| !d.is_empty()).or(text.district);
        let above = match district.map(|district| self.units_called(district)) {
            None => Asked::Nothing,
            Some(units) if units.is_empty() => Asked::NoUnit,
            Some(units) => Asked::Units(self.prefer_level(units, UnitLevel::District)),
        };
        let coded = text.code.is_some();
        let matches: Vec<(UnitId, MatchReason)> = self
            .units_called(name)
            .into_iter()
            .map(|id| {
                let how = match coded {
                    true => How::Code,
                    false if self.units.spelled(id, text.name) => How::Exact,
                    false => How::Spelling,
                };
                (id, MatchReason { how, context: self.context_of_unit(id, &above) })
            })
            .collect();
        let mut fitting: Vec<_> = matches
            .iter()
            .filter(|(_, reason)| reason.context <= Context::Unstated)
            .copied()
            .collect();
        if let Some(day) = day {
            retain_if_any(&mut fitting, |(id, _)| self.units.is_valid(*id, day));
        }
        // What lies in a district that is named beside it is a commune.
        if prefers_communes || district.is_some() {
            for level in [UnitLevel::Commune, UnitLevel::District] {
                retain_if_any(&mut fitting, |(id, _)| self.units.is_level(*id, level));
            }
        }
        let nearest = fitting.iter().map(|(_, reason)| reason.context).min();
        fitting.retain(|(_, reason)| Some(reason.context) == nearest);
        match fitting.as_slice() {
            [(id, reason)] => Resolution::Found { id: *id, reason: *reason },
            [] => {
                let mut near = matches;
                let folded = fold_for_search(&normalise(text.name));
                for at in self.near_units.near(&folded) {
                    let id = self.unit_ids[at as usize];
                    if near.iter().all(|(known, _)| *known != id) {
                        let same = self
                            .units
                            .get(id)
                            .is_some_and(|u| fold_for_search(&normalise(&u.name)) == folded);
                        let how = if same { How::Folded } else { How::Near };
                        let context = self.context_of_unit(id, &above);
                        near.push((id, MatchReason { how, context }));
                    }
                }
                Resolution::Unknown(self.unit_candidates(near))
            }
            _ => Resolution::Ambiguous(self.unit_candidates(fitting)),
        }
    }

    /// Every unit a text may mean, whatever the day.
    fn units_called(&self, name: &str) -> Vec<UnitId> {
        let text = UnitText::of(name);
        if let Some(code) = text.code {
            return self.units.with_code(code).map(|unit| unit.id).collect();
        }
        let key = NameKey::of(text.name);
        let mut ids = self.units.with_key(&key.key).to_vec();
        if let Some(kind) = key.kind {
            retain_if_any(&mut ids, |id| self.units.is_kind(*id, kind));
        }
        if let Some(old) = text.old {
            retain_if_any(&mut ids, |id| {
                self.units.get(*id).is_some_and(|unit| unit.valid_to.is_some() == old)
            });
        }
        ids
    }

    /// Those of the level if any are, else communes, districts, provinces in this order.
    fn prefer_level(&self, mut ids: Vec<UnitId>, level: UnitLevel) -> Vec<UnitId> {
        for level in [level, UnitLevel::Commune, UnitLevel::District] {
            if ids.iter().any(|id| self.units.is_level(*id, level)) {
                ids.retain(|id| self.units.is_level(*id, level));
                break;
            }
        }
        ids
    }

    fn asked(&self, commune: Option<&str>, district: Option<&str>, day: Option<Day>) -> Asked {
        let stated = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
        let name = match (stated(commune), stated(district)) {
            (true, _) => commune,
            (false, true) => district,
            (false, false) => return Asked::Nothing,
        };
        let Some(name) = name else { return Asked::Nothing };
        if !stated(commune) {
            let units = self.prefer_level(self.units_called(name), UnitLevel::District);
            return if units.is_empty() { Asked::NoUnit } else { Asked::Units(units) };
        }
        match self.resolve_unit(name, district, day) {
            Resolution::Found { id, .. } => Asked::Units(vec![id]),
            Resolution::Ambiguous(several) => {
                Asked::Units(several.into_iter().map(|candidate| candidate.id).collect())
            }
            Resolution::Unknown(_) => Asked::NoUnit,
        }
    }

    fn context_of(&self, village: &KnownVillage, asked: &Asked) -> Context {
        match asked {
            Asked::Nothing => Context::Unstated,
            Asked::NoUnit => Context::UnitUnknown,
            Asked::Units(units) => units
                .iter()
                .map(|unit| self.village_in(village, *unit))
                .min()
                .unwrap_or(Context::Elsewhere),
        }
    }

    /// Does the village lie in the unit? A unit of the same time decides; without one, kinship
    /// does.
    fn village_in(&self, village: &KnownVillage, asked: UnitId) -> Context {
        let Some(asked_fact) = self.units.get(asked) else { return Context::UnitUnknown };
        let same_time: Vec<UnitId> = village
            .units
            .iter()
            .copied()
            .filter(|own| self.units.get(*own).is_some_and(|own| overlap(own, asked_fact)))
            .collect();
        let inside = |own: &UnitId| self.units.contains(asked, *own);
        if same_time.iter().any(inside) {
            return Context::Inside;
        }
        let finest_decides =
            same_time.iter().any(|own| self.units.is_level(*own, UnitLevel::Commune));
        if finest_decides {
            // An inferred commune is no reason to bind, nor to turn away: it is asked.
            return if village.unit_inferred { Context::UnitUnknown } else { Context::Elsewhere };
        }
        // The register knows only the district, the document names a commune of it.
        if same_time.iter().any(|own| self.units.contains(*own, asked)) {
            return Context::Kin;
        }
        let by_kin = village
            .units
            .iter()
            .any(|own| self.units.kin(*own).iter().any(|kin| self.units.contains(asked, *kin)));
        if by_kin { Context::Kin } else { Context::Elsewhere }
    }

    fn context_of_unit(&self, id: UnitId, above: &Asked) -> Context {
        match above {
            Asked::Nothing => Context::Unstated,
            Asked::NoUnit => Context::UnitUnknown,
            Asked::Units(units) if units.iter().any(|up| self.units.contains(*up, id)) => {
                Context::Inside
            }
            Asked::Units(units) => {
                let districts = self.units.districts_of(id);
                let kin = |up: &UnitId| districts.contains(up);
                if units.iter().any(kin) { Context::Kin } else { Context::Elsewhere }
            }
        }
    }

    fn village_candidates(&self, found: Vec<(u32, MatchReason)>) -> Vec<Candidate<VillageId>> {
        ranked(found.into_iter().map(|(at, reason)| {
            let village = &self.villages[at as usize];
            Candidate {
                id: village.id.clone(),
                name: village.name.clone(),
                units: village.units.iter().map(|unit| self.units.label(*unit)).collect(),
                score: reason.score(),
                reason,
            }
        }))
    }

    fn unit_candidates(&self, found: Vec<(UnitId, MatchReason)>) -> Vec<Candidate<UnitId>> {
        ranked(found.into_iter().map(|(id, reason)| Candidate {
            id,
            name: self.units.get(id).map_or_else(String::new, |unit| unit.name.clone()),
            units: vec![self.units.label(id)],
            score: reason.score(),
            reason,
        }))
    }
}

fn ranked<Id: Ord>(candidates: impl Iterator<Item = Candidate<Id>>) -> Vec<Candidate<Id>> {
    let mut all: Vec<Candidate<Id>> = candidates.collect();
    all.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    all.truncate(MOST_CANDIDATES);
    all
}

enum Best {
    One(u32, MatchReason),
    Several(Vec<(u32, MatchReason)>),
    None,
}

/// One match that stands alone in the best place it can stand. Within a named unit the letter
/// decides between Thôn Sơn and Làng Sơn; without one, both are asked.
fn best(matches: &[(u32, MatchReason)]) -> Best {
    let Some(place) = matches.iter().map(|(_, reason)| reason.context).min() else {
        return Best::None;
    };
    if place > Context::Unstated {
        return Best::None;
    }
    let mut fitting: Vec<_> =
        matches.iter().filter(|(_, reason)| reason.context == place).copied().collect();
    if place != Context::Unstated && fitting.iter().any(|(_, reason)| reason.how <= How::Alias) {
        fitting.retain(|(_, reason)| reason.how <= How::Alias);
    }
    match fitting.as_slice() {
        [(at, reason)] => Best::One(*at, *reason),
        _ => Best::Several(fitting),
    }
}

fn spelled_how(village: &KnownVillage, name: &str) -> How {
    let same = |known: &str| known.nfc().eq(name.nfc());
    if same(&village.name) {
        How::Exact
    } else if village.aliases.iter().any(|alias| same(alias)) {
        How::Alias
    } else {
        How::Spelling
    }
}

fn folds_to(village: &KnownVillage, folded: &str) -> bool {
    std::iter::once(&village.name)
        .chain(&village.aliases)
        .any(|name| fold_for_search(&normalise(name)) == folded)
}

fn overlap(a: &UnitFact, b: &UnitFact) -> bool {
    let starts_before_end =
        |x: &UnitFact, y: &UnitFact| y.valid_to.is_none_or(|end| x.id.valid_from < end);
    starts_before_end(a, b) && starts_before_end(b, a)
}

fn retain_if_any<T>(items: &mut Vec<T>, keep: impl Fn(&T) -> bool) {
    if items.iter().any(&keep) {
        items.retain(keep);
    }
}

/// One village per id: the latest day's facts hold, earlier names stay as aliases.
fn put_together(facts: &[VillageFact]) -> Vec<KnownVillage> {
    let mut by_id: BTreeMap<&VillageId, Vec<&VillageFact>> = BTreeMap::new();
    for fact in facts {
        by_id.entry(&fact.id).or_default().push(fact);
    }
    by_id
        .into_values()
        .filter_map(|mut facts| {
            facts.sort_unstable();
            let latest = *facts.last()?;
            let mut aliases: Vec<String> = Vec::new();
            let mut units: Vec<UnitId> = Vec::new();
            for fact in facts.iter().rev() {
                for name in fact.aliases.iter().chain([&fact.name]) {
                    if *name != latest.name && !aliases.contains(name) {
                        aliases.push(name.clone());
                    }
                }
                units.extend(
                    fact.units
                        .iter()
                        .filter(|unit| !units.contains(unit))
                        .copied()
                        .collect::<Vec<_>>(),
                );
            }
            units.sort_by_key(|unit| (unit.valid_from, unit.code));
            Some(KnownVillage {
                id: latest.id.clone(),
                name: latest.name.clone(),
                aliases,
                units,
                unit_inferred: latest.unit_inferred.is_some(),
                located: latest.located,
            })
        })
        .collect()
}
