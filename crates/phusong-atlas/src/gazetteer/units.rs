//! Administrative units over time: which unit a code or a name was on a day, what held it, and
//! what became of it.
//!
//! A unit is (code, valid_from): codes are reused and names move, so neither alone is enough.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::names::{NameKey, fold_for_search, normalise};
use crate::domain::{
    Day, Position, UnitCode, UnitFact, UnitId, UnitLevel, UnitRelation, UnitSuccessionFact,
    distance_m, ecef_m,
};

/// One step of succession, seen from either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnitSuccessor {
    pub unit: UnitId,
    pub day: Day,
    pub relation: UnitRelation,
}

/// What a unit is on another day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Now {
    /// The whole of it lies in this unit (which may be itself).
    One(UnitId),
    /// It was divided, or is made of several: ask.
    Several(Vec<UnitId>),
    /// Our records do not say.
    Unknown,
}

/// All units, of every time. Built once, then only read.
#[derive(Debug, Clone, Default)]
pub struct Units {
    facts: BTreeMap<UnitId, UnitFact>,
    by_name: HashMap<String, Vec<UnitId>>,
    children: HashMap<UnitId, Vec<UnitId>>,
    later: HashMap<UnitId, Vec<UnitSuccessor>>,
    earlier: HashMap<UnitId, Vec<UnitSuccessor>>,
    /// Commune centres, earth-centred.
    centres: Vec<(UnitId, Position, [f64; 3])>,
}

impl Units {
    /// The order of the facts plays no part: of two about one unit, the greater content holds.
    pub fn new(facts: &[UnitFact], successions: &[UnitSuccessionFact]) -> Self {
        let mut units = Self::default();
        for fact in facts {
            let known = units.facts.entry(fact.id).or_insert_with(|| fact.clone());
            if *fact > *known {
                *known = fact.clone();
            }
        }
        for (id, fact) in &units.facts {
            units.by_name.entry(normalise(&fact.name)).or_default().push(*id);
            if let Some(parent) = fact.parent {
                units.children.entry(parent).or_default().push(*id);
            }
            if let (UnitLevel::Commune, Some(centre)) = (fact.level, fact.centre) {
                units.centres.push((*id, centre, ecef_m(centre)));
            }
        }
        let steps: BTreeSet<&UnitSuccessionFact> = successions.iter().collect();
        for step in steps {
            let seen = |unit| UnitSuccessor { unit, day: step.day, relation: step.relation };
            push_new(units.later.entry(step.from).or_default(), seen(step.to));
            push_new(units.earlier.entry(step.to).or_default(), seen(step.from));
        }
        units
    }

    pub fn get(&self, id: UnitId) -> Option<&UnitFact> {
        self.facts.get(&id)
    }

    /// Every unit, by (code, valid_from).
    pub fn iter(&self) -> impl Iterator<Item = &UnitFact> {
        self.facts.values()
    }

    /// Every unit that ever had the code, oldest first.
    pub fn with_code(&self, code: UnitCode) -> impl Iterator<Item = &UnitFact> {
        let from = UnitId { code, valid_from: Day::EARLIEST };
        let to = UnitId { code, valid_from: Day::NEVER };
        self.facts.range(from..=to).map(|(_, fact)| fact)
    }

    /// The unit that had the code on the day.
    pub fn at(&self, code: UnitCode, day: Day) -> Option<&UnitFact> {
        self.with_code(code).find(|fact| valid_on(fact, day))
    }

    pub fn is_valid(&self, id: UnitId, day: Day) -> bool {
        self.get(id).is_some_and(|fact| valid_on(fact, day))
    }

    /// Every unit of the day.
    pub fn valid_on(&self, day: Day) -> impl Iterator<Item = &UnitFact> {
        self.iter().filter(move |fact| valid_on(fact, day))
    }

    /// Units that spell the name, of any level, place and time unless narrowed; by id.
    pub fn named(
        &self,
        name: &str,
        level: Option<UnitLevel>,
        parent: Option<UnitId>,
        day: Option<Day>,
    ) -> Vec<UnitId> {
        self.with_key(&normalise(name))
            .iter()
            .copied()
            .filter(|id| {
                self.get(*id).is_some_and(|fact| {
                    level.is_none_or(|l| fact.level == l)
                        && parent.is_none_or(|p| self.contains(p, *id))
                        && day.is_none_or(|d| valid_on(fact, d))
                })
            })
            .collect()
    }

    /// Units by the normalised key of their name.
    pub(super) fn with_key(&self, key: &str) -> &[UnitId] {
        self.by_name.get(key).map_or(&[], Vec::as_slice)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = (String, UnitId)> {
        self.facts.values().map(|fact| (fold_for_search(&normalise(&fact.name)), fact.id))
    }

    /// The units above it, nearest first.
    pub fn ancestors(&self, id: UnitId) -> Vec<UnitId> {
        let mut above = Vec::new();
        let mut at = id;
        while let Some(parent) = self.get(at).and_then(|fact| fact.parent) {
            if parent == id || above.contains(&parent) {
                break;
            }
            above.push(parent);
            at = parent;
        }
        above
    }

    /// Is `unit` the same as `ancestor`, or below it?
    pub fn contains(&self, ancestor: UnitId, unit: UnitId) -> bool {
        ancestor == unit || self.ancestors(unit).contains(&ancestor)
    }

    /// What followed it, directly.
    pub fn successors(&self, id: UnitId) -> &[UnitSuccessor] {
        self.later.get(&id).map_or(&[], Vec::as_slice)
    }

    /// What it was made of, directly.
    pub fn predecessors(&self, id: UnitId) -> &[UnitSuccessor] {
        self.earlier.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The units before and after it, at whatever distance, without itself.
    pub fn kin(&self, id: UnitId) -> BTreeSet<UnitId> {
        let mut kin = self.walk(id, |units, at| units.predecessors(at));
        kin.extend(self.walk(id, |units, at| units.successors(at)));
        kin
    }

    fn walk(
        &self,
        from: UnitId,
        next: impl Fn(&Self, UnitId) -> &[UnitSuccessor],
    ) -> BTreeSet<UnitId> {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            for step in next(self, at) {
                if step.unit != from && seen.insert(step.unit) {
                    open.push(step.unit);
                }
            }
        }
        seen
    }

    /// What the unit is on the day: the commune of today for an old one, the old communes of
    /// one of today.
    pub fn on_day(&self, id: UnitId, day: Day) -> Now {
        let Some(fact) = self.get(id) else { return Now::Unknown };
        if valid_on(fact, day) {
            return Now::One(id);
        }
        let forward = fact.valid_to.is_some_and(|end| end <= day);
        let mut whole = true;
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::from([id]);
        let mut open = vec![id];
        while let Some(at) = open.pop() {
            let steps = if forward { self.successors(at) } else { self.predecessors(at) };
            for step in steps.iter().filter(|step| seen.insert(step.unit)) {
                whole &= step.relation != UnitRelation::Part;
                if self.is_valid(step.unit, day) {
                    found.insert(step.unit);
                } else {
                    open.push(step.unit);
                }
            }
        }
        let mut found: Vec<UnitId> = found.into_iter().collect();
        match (found.len(), whole) {
            (0, _) => Now::Unknown,
            (1, true) => found.pop().map_or(Now::Unknown, Now::One),
            _ => Now::Several(found),
        }
    }

    /// The districts of a unit: its own, or, where districts are no more, those that its
    /// territory belonged to.
    pub fn districts_of(&self, id: UnitId) -> Vec<UnitId> {
        let mut districts = BTreeSet::new();
        let mut kin = self.walk(id, |units, at| units.predecessors(at));
        kin.insert(id);
        for unit in kin {
            let Some(fact) = self.get(unit) else { continue };
            match fact.level {
                UnitLevel::District => {
                    districts.insert(unit);
                }
                UnitLevel::Commune => districts.extend(
                    self.ancestors(unit)
                        .into_iter()
                        .filter(|up| self.is_level(*up, UnitLevel::District)),
                ),
                UnitLevel::Province => districts.extend(
                    self.children(unit)
                        .iter()
                        .filter(|down| self.is_level(**down, UnitLevel::District)),
                ),
            }
        }
        districts.into_iter().collect()
    }

    /// The units directly below, by id.
    pub fn children(&self, id: UnitId) -> &[UnitId] {
        self.children.get(&id).map_or(&[], Vec::as_slice)
    }

    pub(super) fn is_level(&self, id: UnitId, level: UnitLevel) -> bool {
        self.get(id).is_some_and(|fact| fact.level == level)
    }

    /// The commune of the day whose centre lies nearest, with the distance in metres.
    pub fn nearest_commune(&self, at: Position, day: Day) -> Option<(UnitId, f64)> {
        let here = ecef_m(at);
        self.centres
            .iter()
            .filter(|(id, ..)| self.is_valid(*id, day))
            .map(|(id, centre, there)| {
                let chord2: f64 = here.iter().zip(there).map(|(a, b)| (a - b).powi(2)).sum();
                (chord2, *id, *centre)
            })
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .map(|(_, id, centre)| (id, distance_m(at, centre)))
    }

    /// `xã Ba Trang, huyện Ba Tơ (cũ)`: the unit as people say it, with what held it unless
    /// that is the province.
    pub fn label(&self, id: UnitId) -> String {
        let Some(fact) = self.get(id) else { return id.code.0.to_string() };
        let mut label = format!("{} {}", kind_vi(&fact.kind), fact.name);
        if let Some(up) = fact.parent.and_then(|parent| self.get(parent))
            && up.level == UnitLevel::District
        {
            label = format!("{label}, {} {}", kind_vi(&up.kind), up.name);
        }
        if fact.valid_to.is_some() {
            label.push_str(" (cũ)");
        }
        label
    }

    /// Does the unit's kind read as this word (`xã`, `huyện` …)?
    pub(super) fn is_kind(&self, id: UnitId, word: &str) -> bool {
        self.get(id).is_some_and(|fact| fold_for_search(&fact.kind) == fold_for_search(word))
    }

    /// Is the name written to the letter (Unicode form and prefix apart)?
    pub(super) fn spelled(&self, id: UnitId, text: &str) -> bool {
        self.get(id).is_some_and(|fact| {
            use unicode_normalization::UnicodeNormalization;
            fact.name.nfc().eq(text.trim().nfc())
                || NameKey::of(text)
                    .kind
                    .is_some_and(|kind| text.trim().nfc().eq(format!("{kind} {}", fact.name).nfc()))
        })
    }
}

/// The word for a kind of `geodata/units.csv`; a kind that is a word already stays.
pub fn kind_vi(kind: &str) -> &str {
    match kind {
        "xa" => "xã",
        "phuong" => "phường",
        "dac-khu" => "đặc khu",
        "thi-tran" => "thị trấn",
        "huyen" => "huyện",
        "thi-xa" => "thị xã",
        "thanh-pho" => "thành phố",
        "tinh" => "tỉnh",
        word => word,
    }
}

fn push_new(steps: &mut Vec<UnitSuccessor>, step: UnitSuccessor) {
    if !steps.contains(&step) {
        steps.push(step);
        steps.sort_unstable();
    }
}

fn valid_on(fact: &UnitFact, day: Day) -> bool {
    fact.id.valid_from <= day && fact.valid_to.is_none_or(|end| day < end)
}
