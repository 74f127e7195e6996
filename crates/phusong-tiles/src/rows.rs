//! A shard made ready for a day: where its villages, clusters and sites are in the world, and
//! what is shown of each. Shared by every view in which the shard is the same.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;

use phusong_atlas::atlas::{
    ClusterVerdict, Common, ContentHash, Flags, Home, Letters, Question, Shard, ShardDay,
    SiteState, VillageCard, VillageVerdict, content_hash,
};
use phusong_atlas::domain::{Day, Grade, Position, TechSet};

use crate::grid::{GridBox, GridPoint, World, snap, world};

#[derive(Debug)]
pub struct ShardRows {
    shard: Arc<Shard>,
    answers: Arc<ShardDay>,
    letters: Arc<Letters>,
    pub villages: Points<VillageRow>,
    pub clusters: Points<ClusterRow>,
    pub sites: Points<SiteRow>,
    /// By the commune that holds them that day.
    pub counts: BTreeMap<Home, Counts>,
}

/// Villages of a commune that exist and lie in it that day, wherever they are known to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Counts {
    pub villages: u32,
    pub gaps: u32,
    pub insufficient: u32,
}

impl Counts {
    pub(crate) const fn add(&mut self, other: Self) {
        self.villages += other.villages;
        self.gaps += other.gaps;
        self.insufficient += other.insufficient;
    }
}

/// Rows with their places, in a fixed order. A shard holds some dozens to some hundreds, which
/// are looked through faster than a tree over them.
#[derive(Debug)]
pub struct Points<R> {
    at: Vec<World>,
    rows: Vec<R>,
    bounds: Option<(World, World)>,
    /// Of everything that is shown of them.
    pub hash: ContentHash,
}

#[derive(Debug)]
pub struct VillageRow {
    /// Into the shard's villages.
    place: u32,
    grade: Option<Grade>,
}

#[derive(Debug)]
pub struct ClusterRow {
    /// Into the day's clusters.
    place: u32,
    /// Into the card's facts; an implied cluster has none.
    fact: Option<u32>,
}

#[derive(Debug)]
pub struct SiteRow {
    place: u32,
    state: SiteState,
    technologies: TechSet,
}

/// All that is shown of a village: what stands in the tile, and what its address is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShownVillage<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub verdict: VillageVerdict,
    pub flags: Flags,
    pub disputed: bool,
    pub grade: Option<Grade>,
    pub households: Option<u32>,
    pub uncertainty_m: Option<u32>,
    pub commune: Option<u32>,
    pub duty: Option<&'a str>,
    pub inferred: bool,
    pub letters: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShownCluster<'a> {
    pub id: &'a str,
    pub village: &'a str,
    pub name: Option<&'a str>,
    pub verdict: ClusterVerdict,
    pub centre: bool,
    pub households: Option<u32>,
    pub letters: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShownSite<'a> {
    pub carrier: &'a str,
    pub code: &'a str,
    pub name: Option<&'a str>,
    pub state: SiteState,
    pub technologies: TechSet,
}

/// Trắng sóng, lõm sóng, chưa đáp ứng yêu cầu.
pub const fn is_gap(verdict: VillageVerdict) -> bool {
    matches!(
        verdict,
        VillageVerdict::NoSignal | VillageVerdict::PartialHole | VillageVerdict::NotAsAsked
    )
}

impl<R> Points<R> {
    fn of<S: Hash>(rows: Vec<(Position, R)>, shown: impl Fn(&R) -> S) -> Self {
        let content: Vec<(Position, S)> =
            rows.iter().map(|(position, row)| (*position, shown(row))).collect();
        let hash = content_hash(&content);
        let at: Vec<World> = rows.iter().map(|(position, _)| world(*position)).collect();
        let bounds = at.iter().fold(None, |bounds, at| {
            let (min, max) = bounds.unwrap_or((*at, *at));
            Some((
                World { x: at.x.min(min.x), y: at.y.min(min.y) },
                World { x: at.x.max(max.x), y: at.y.max(max.y) },
            ))
        });
        Self { at, rows: rows.into_iter().map(|(_, row)| row).collect(), bounds, hash }
    }

    pub const fn bounds(&self) -> Option<(World, World)> {
        self.bounds
    }

    /// Can any of them be in the window? Snapping keeps order, so the corners decide.
    pub fn meets(&self, z: u8, window: &GridBox) -> bool {
        self.bounds.is_some_and(|(min, max)| {
            window.meets(&GridBox { min: snap(min, z), max: snap(max, z) })
        })
    }

    /// Those in the window, in order, with their places on the grid.
    pub fn within(&self, z: u8, window: &GridBox) -> impl Iterator<Item = (GridPoint, &R)> {
        let rows = if self.meets(z, window) { &self.rows[..] } else { &[] };
        self.at
            .iter()
            .zip(rows)
            .map(move |(at, row)| (snap(*at, z), row))
            .filter(|(at, _)| window.contains(*at))
    }
}

impl ShardRows {
    pub fn new(shard: Arc<Shard>, day: Day, common: &Common) -> Self {
        let answers = shard.on_day(day, common);
        let letters = answers.letters(&shard, common);
        let empty = || ContentHash::default();
        let mut rows = Self {
            villages: Points { at: vec![], rows: vec![], bounds: None, hash: empty() },
            clusters: Points { at: vec![], rows: vec![], bounds: None, hash: empty() },
            sites: Points { at: vec![], rows: vec![], bounds: None, hash: empty() },
            counts: BTreeMap::new(),
            shard,
            answers,
            letters,
        };
        let villages = rows.village_rows(day, common);
        rows.villages = Points::of(villages, |row| rows.village(row));
        let clusters = rows.cluster_rows(day);
        rows.clusters = Points::of(clusters, |row| rows.cluster(row));
        let sites = rows.site_rows(day);
        rows.sites = Points::of(sites, |row| rows.site(row));
        rows.counts = rows.count();
        rows
    }

    fn village_rows(&self, day: Day, common: &Common) -> Vec<(Position, VillageRow)> {
        let question = Question::default_on(day);
        let of = |(place, card): (u32, &Arc<VillageCard>)| {
            let answer = self.answers.villages[place as usize].as_ref()?;
            let grade = card.grade_behind(&question, common);
            Some((answer.position?, VillageRow { place, grade }))
        };
        (0..).zip(&self.shard.villages).filter_map(of).collect()
    }

    fn cluster_rows(&self, day: Day) -> Vec<(Position, ClusterRow)> {
        let of = |place: u32| {
            let answer = &self.answers.clusters[place as usize];
            let card = &self.shard.villages[answer.village as usize];
            let cluster = &card.clusters[answer.cluster as usize];
            let fact = cluster.fact_on(day).and_then(|fact| {
                Some((0..).zip(&cluster.facts).find(|(_, it)| std::ptr::eq(*it, fact))?.0)
            });
            Some((answer.position?, ClusterRow { place, fact }))
        };
        (0..).take(self.answers.clusters.len()).filter_map(of).collect()
    }

    /// Sites of which something has happened by that day, or is planned.
    fn site_rows(&self, day: Day) -> Vec<(Position, SiteRow)> {
        let of = |(place, card): (u32, &Arc<phusong_atlas::atlas::SiteCard>)| {
            let technologies = card.life.technologies_on(day);
            let row = SiteRow { place, state: card.state_on(day), technologies };
            card.position.filter(|_| card.known_on(day)).map(|at| (at, row))
        };
        (0..).zip(&self.shard.sites).filter_map(of).collect()
    }

    fn count(&self) -> BTreeMap<Home, Counts> {
        let mut by_commune: BTreeMap<Home, Counts> = BTreeMap::new();
        for village in self.answers.villages.iter().flatten() {
            let counts = by_commune.entry(village.units.commune).or_default();
            counts.villages += 1;
            counts.gaps += u32::from(is_gap(village.answer.verdict));
            counts.insufficient +=
                u32::from(village.answer.verdict == VillageVerdict::Insufficient);
        }
        by_commune
    }

    pub fn village(&self, row: &VillageRow) -> ShownVillage<'_> {
        let card = &self.shard.villages[row.place as usize];
        let answer = self.answers.villages[row.place as usize].as_ref();
        let fact = &card.facts[answer.map_or(0, |it| it.fact)];
        let (verdict, flags) = answer
            .map_or((VillageVerdict::Insufficient, Flags::default()), |it| {
                (it.answer.verdict, it.answer.flags)
            });
        ShownVillage {
            id: card.id.as_str(),
            name: &fact.name,
            verdict,
            flags,
            disputed: answer.is_some_and(|it| it.disputed),
            grade: row.grade,
            households: answer.map_or(fact.households, |it| it.households),
            uncertainty_m: card.stand_on(self.answers.day).map(|stand| stand.located.uncertainty_m),
            commune: answer.and_then(|it| it.units.commune).map(|unit| unit.code.0),
            duty: answer.and_then(|it| it.owed.as_deref()).map(|owed| owed.carrier.as_str()),
            inferred: fact.unit_inferred.is_some(),
            letters: letters(&self.letters.villages[row.place as usize]),
        }
    }

    pub fn cluster(&self, row: &ClusterRow) -> ShownCluster<'_> {
        let answer = &self.answers.clusters[row.place as usize];
        let card = &self.shard.villages[answer.village as usize];
        let cluster = &card.clusters[answer.cluster as usize];
        let fact = row.fact.map(|place| &cluster.facts[place as usize]);
        ShownCluster {
            id: cluster.key.as_str(),
            village: card.id.as_str(),
            name: fact.map(|fact| fact.name.as_str()),
            verdict: answer.answer.verdict,
            centre: fact.is_none_or(|fact| fact.centre),
            households: fact.and_then(|fact| fact.households),
            letters: letters(&self.letters.clusters[row.place as usize]),
        }
    }

    pub fn site(&self, row: &SiteRow) -> ShownSite<'_> {
        let card = &self.shard.sites[row.place as usize];
        ShownSite {
            carrier: card.id.carrier.as_str(),
            code: card.id.code.as_str(),
            name: card.name.as_deref(),
            state: row.state,
            technologies: row.technologies,
        }
    }
}

/// Letters are ASCII by construction.
fn letters(letters: &[u8]) -> &str {
    std::str::from_utf8(letters).unwrap_or_default()
}
