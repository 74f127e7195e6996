//! Evidence in: observations of communes and the department, field measurements. The same walk
//! as a report: preview, file, receipt, what moved.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use phusong_atlas::atlas::{
    Atlas, CarrierIndex, ClusterCard, ForeseenSet, Place, SaidKind, SetKey, Tally, VillageCard,
    tally,
};
use phusong_atlas::domain::{
    CarrierId, ClusterId, Day, DocumentRef, Fact, FiledRow, Filing, FilingKind, MeasurementRule,
    ObservationKind, Party, RowRef, Sample, SampleFact, SiteEventKind, TechSet, UnitCode, UnitId,
    UnitLevel, VillageId,
};
use phusong_atlas::history::ClusterKey;

use super::actor::{Action, Actor, Object, can};
use super::filing::{FileError, Filed, Moved, without_letter};
use super::open::{Service, today};
use phusong_intake::evidence::{Began, Ended, EvidenceContext, KnownCluster};
use phusong_intake::measurement::{self, SentMeasurement};
use phusong_intake::observation::{self, SentObservation};
use phusong_intake::report::Draft;

/// What was sent.
#[derive(Debug, Clone, Copy)]
pub enum Sent<'a> {
    Observations(&'a [SentObservation]),
    Measurements(&'a [SentMeasurement]),
}

/// A filed row's samples, counted alone by the rule set in force.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// As the sender counts, from 1.
    pub row: u32,
    pub samples: usize,
    /// `None`: the rule set has no threshold for the technology.
    pub tally: Option<Tally>,
}

/// A set of samples as it will count once what is sent is filed.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreseen {
    pub key: SetKey,
    pub set: ForeseenSet,
    pub cluster_name: Option<String>,
    pub village: Option<VillageId>,
}

impl Service {
    /// Whose word it is: the actor's own, or, from an officer, on behalf of a commune or carrier.
    fn evidence_owner(
        &self,
        actor: &Actor,
        on_behalf: Option<&str>,
        sent: Sent<'_>,
    ) -> Result<Party, FileError> {
        let action = match sent {
            Sent::Observations(_) => Action::Observe,
            Sent::Measurements(_) => Action::Measure,
        };
        can(actor, action, Object::House)?;
        let Some(text) = on_behalf else {
            return actor.party().ok_or(FileError::NotAllowed);
        };
        let unknown = || FileError::UnknownParty(text.to_owned());
        let atlas = self.atlas(&actor.scope());
        let commune = text.trim_start_matches("commune:").parse().ok().map(UnitCode);
        if let Some(code) = commune {
            let unit = commune_of(&atlas, code).ok_or_else(unknown)?;
            let commune = Party::Commune(unit);
            can(actor, action, Object::Word { of: &commune })?;
            return Ok(commune);
        }
        let carrier = CarrierId::new(text).ok().filter(|id| atlas.common.carrier(id).is_some());
        match (sent, carrier) {
            (Sent::Measurements(_), Some(carrier)) => {
                let carrier = Party::Carrier(carrier);
                can(actor, action, Object::Word { of: &carrier })?;
                Ok(carrier)
            }
            _ => Err(unknown()),
        }
    }

    /// What was understood, with every fault; files nothing.
    pub fn preview_evidence(
        &self,
        actor: &Actor,
        on_behalf: Option<&str>,
        document: &DocumentRef,
        sent: Sent<'_>,
    ) -> Result<Draft, FileError> {
        let owner = self.evidence_owner(actor, on_behalf, sent)?;
        Ok(self.read_evidence(actor, &owner, document, sent))
    }

    fn read_evidence(
        &self,
        actor: &Actor,
        owner: &Party,
        document: &DocumentRef,
        sent: Sent<'_>,
    ) -> Draft {
        let mut draft = self.with_evidence(actor, owner, |context, rule| match sent {
            Sent::Observations(rows) => observation::read(rows, observed_as(owner), context),
            Sent::Measurements(rows) => {
                let own = EvidenceContext { own: None, ..*context };
                measurement::read(rows, rule, &own)
            }
        });
        // Samples are the department's own evidence, whoever's network they were taken on.
        if matches!(sent, Sent::Observations(_)) {
            draft.findings.extend(without_letter(actor, owner, document));
        }
        draft
    }

    /// Reads with what the actor may know of villages, clusters and this owner's rows.
    pub(super) fn with_evidence<T>(
        &self,
        actor: &Actor,
        owner: &Party,
        read: impl FnOnce(&EvidenceContext<'_>, &MeasurementRule) -> T,
    ) -> T {
        let (atlas, gazetteer, today) = (self.atlas(&actor.scope()), self.gazetteer(), today());
        let known = |village: &VillageId, card: &ClusterCard| known_cluster(village, card);
        let listed = OnceLock::new();
        let cluster = |id: &ClusterId| {
            let (village, card) = listed.get_or_init(|| listed_on(&atlas, today)).get(id)?;
            known(village, card)
        };
        let clusters_of = |id: &VillageId| -> Vec<KnownCluster> {
            let Some((_, village)) = atlas.village(id) else { return Vec::new() };
            village.clusters_on(today).filter_map(|card| known(&village.id, card)).collect()
        };
        let own_commune = match owner {
            Party::Commune(unit) => Some(*unit),
            _ => None,
        };
        let is_own = |village: &VillageId| {
            let card = atlas.village(village).map(|(_, card)| card);
            card.and_then(|card| atlas.units_of(card, today).commune) == own_commune
        };
        let row_ref = |text: &str| self.named_row(owner, text);
        let on_air_from = |village: &VillageId, carrier: &CarrierId, technologies: TechSet| {
            let (_, card) = atlas.village(village)?;
            first_on_air(card, atlas.common.carrier(carrier)?, technologies)
        };
        let began = |village: &VillageId| began(&atlas, village);
        let ended = |village: &VillageId| ended(&atlas, village);
        let context = EvidenceContext {
            gazetteer: &gazetteer,
            carriers: &atlas.common.carriers,
            today,
            own: own_commune.is_some().then_some(&is_own),
            cluster: &cluster,
            clusters_of: &clusters_of,
            row_ref: &row_ref,
            on_air_from: &on_air_from,
            began: &began,
            ended: &ended,
        };
        read(&context, &atlas.common.rules.measurement)
    }

    /// All rows or none, one entry, a receipt. The same content again is the same act.
    pub fn file_evidence(
        &self,
        actor: &Actor,
        on_behalf: Option<&str>,
        document: DocumentRef,
        key: Option<&str>,
        sent: Sent<'_>,
    ) -> Result<Filed, FileError> {
        let owner = self.evidence_owner(actor, on_behalf, sent)?;
        let draft = self.read_evidence(actor, &owner, &document, sent);
        if !draft.can_file() {
            return Err(FileError::Refused(Box::new(draft)));
        }
        let filing = filing_of(actor, owner, document, sent)?;
        let rows = draft.to_file().cloned().collect();
        let (written, receipt) = self.act(actor, filing, rows, key)?;
        Ok(Filed { written, receipt, draft })
    }

    /// Which villages the draft would move in this actor's view, were it filed now.
    pub fn evidence_would_move(
        &self,
        actor: &Actor,
        on_behalf: Option<&str>,
        draft: &Draft,
        sent: Sent<'_>,
    ) -> Vec<Moved> {
        let owner = self.evidence_owner(actor, on_behalf, sent);
        let Ok(owner) = owner else { return Vec::new() };
        match filing_of(actor, owner, DocumentRef::default(), sent) {
            Ok(filing) => self.moved_by(actor, filing, draft.to_file().cloned().collect()),
            Err(_not_allowed) => Vec::new(),
        }
    }

    /// What the sets of samples will say, were the draft filed now.
    pub fn sets_foreseen(
        &self,
        actor: &Actor,
        on_behalf: Option<&str>,
        draft: &Draft,
        sent: Sent<'_>,
    ) -> Vec<Foreseen> {
        let Ok(owner) = self.evidence_owner(actor, on_behalf, sent) else { return Vec::new() };
        self.foreseen(actor, &owner, draft.to_file())
    }

    /// The same of rows of any filing by this owner.
    pub(super) fn foreseen<'r>(
        &self,
        actor: &Actor,
        owner: &Party,
        rows: impl Iterator<Item = &'r FiledRow>,
    ) -> Vec<Foreseen> {
        let mut sets: BTreeMap<SetKey, (Vec<Sample>, Vec<RowRef>)> = BTreeMap::new();
        for row in rows {
            let Fact::Sample(fact) = &row.fact else { continue };
            let key = SetKey {
                source: owner.clone(),
                cluster: fact.cluster.clone(),
                carrier: fact.carrier.clone(),
                technology: fact.technology,
            };
            let (samples, replaced) = sets.entry(key).or_default();
            samples.extend(&fact.samples);
            replaced.extend(row.replaces);
        }
        if sets.is_empty() {
            return Vec::new();
        }
        let (atlas, today) = (self.atlas(&actor.scope()), today());
        let listed = listed_on(&atlas, today);
        self.with_history(|history| {
            let each = sets.into_iter().flat_map(|(key, (samples, replaced))| {
                let known = listed.get(&key.cluster);
                let name = known.and_then(|(_, card)| Some(card.fact_on(today)?.name.clone()));
                let village = known.map(|(village, _)| (*village).clone());
                let sets = atlas.foreseen_sets(history, &key, &samples, &replaced);
                sets.into_iter().map(move |set| Foreseen {
                    key: key.clone(),
                    set,
                    cluster_name: name.clone(),
                    village: village.clone(),
                })
            });
            each.collect()
        })
    }

    /// The samples of each filed row, counted by the rule set the actor sees.
    pub fn count_samples(&self, actor: &Actor, draft: &Draft) -> Vec<Counted> {
        let atlas = self.atlas(&actor.scope());
        let rule = &atlas.common.rules.measurement;
        let filed = draft.rows.iter().filter_map(|row| match &row.filed.as_ref()?.fact {
            Fact::Sample(fact) => Some(counted(row.row, fact, rule)),
            _ => None,
        });
        filed.collect()
    }
}

/// The clusters that are listed on a day, each with its village: whoever asks for one asks for many.
fn listed_on(atlas: &Atlas, day: Day) -> HashMap<&ClusterId, (&VillageId, &ClusterCard)> {
    let mut listed = HashMap::new();
    for village in atlas.shards().flat_map(|shard| &shard.villages) {
        for card in village.clusters_on(day) {
            if let ClusterKey::Known(id) = &card.key {
                listed.entry(id).or_insert((&village.id, card));
            }
        }
    }
    listed
}

/// Since when a village made from others is one.
pub(super) fn began(atlas: &Atlas, village: &VillageId) -> Option<Began> {
    let (_, card) = atlas.village(village)?;
    let from = card.from.iter().filter(|step| step.day == card.start);
    (card.start > Day::EARLIEST)
        .then(|| Began { since: card.start, from: from.map(|step| step.from.clone()).collect() })
}

/// Since when a village is no more, and what it went into then.
pub(super) fn ended(atlas: &Atlas, village: &VillageId) -> Option<Ended> {
    let (_, card) = atlas.village(village)?;
    let next = card.to.iter().filter(|step| step.day == card.end).map(|step| step.to.clone());
    (card.end < Day::NEVER).then(|| (card.end, next.collect()))
}

/// The first day on which a reported site of the carrier served the village.
fn first_on_air(card: &VillageCard, carrier: CarrierIndex, technologies: TechSet) -> Option<Day> {
    let said = card.clusters.iter().flat_map(|cluster| &cluster.world.said);
    let rows = said.filter(|said| {
        said.kind == SaidKind::SiteRow(SiteEventKind::OnAir)
            && said.carrier == Some(carrier)
            && !said.plan
            && (technologies.is_empty()
                || technologies.iter().any(|one| said.technologies.speaks_of(one)))
    });
    rows.map(|said| said.from).min()
}

fn counted(row: u32, fact: &SampleFact, rule: &MeasurementRule) -> Counted {
    let threshold = rule.good_level_ddbm[fact.technology.index()];
    let tally = threshold.map(|level_ddbm| tally(&fact.samples, level_ddbm, rule));
    Counted { row, samples: fact.samples.len(), tally }
}

/// The filing of what was sent: the owner's word, filed by the actor.
fn filing_of(
    actor: &Actor,
    owner: Party,
    document: DocumentRef,
    sent: Sent<'_>,
) -> Result<Filing, FileError> {
    Ok(Filing {
        kind: match sent {
            Sent::Observations(_) => FilingKind::Observation,
            Sent::Measurements(_) => FilingKind::Measurement,
        },
        owner,
        filed_by: actor.party().ok_or(FileError::NotAllowed)?,
        person: actor.person.clone(),
        document,
        files: Vec::new(),
    })
}

/// E3 from a commune, E2 as the department's own list.
pub(super) fn observed_as(owner: &Party) -> ObservationKind {
    match owner {
        Party::Commune(_) => ObservationKind::CommuneConfirmation,
        Party::Department => ObservationKind::AuthorityList,
        Party::Carrier(_) => ObservationKind::CarrierStatement,
    }
}

pub(super) fn commune_of(atlas: &Atlas, code: UnitCode) -> Option<UnitId> {
    let unit = atlas.common.units.at(code, today())?;
    (unit.level == UnitLevel::Commune).then_some(unit.id)
}

pub(super) fn known_cluster(village: &VillageId, card: &ClusterCard) -> Option<KnownCluster> {
    let ClusterKey::Known(id) = &card.key else { return None };
    let place = card.place_on(today());
    Some(KnownCluster {
        id: id.clone(),
        name: card.fact_on(today()).map(|fact| fact.name.clone()).unwrap_or_default(),
        village: village.clone(),
        position: place.and_then(Place::centre),
        uncertainty_m: place.map_or(0, Place::uncertainty_m),
    })
}
