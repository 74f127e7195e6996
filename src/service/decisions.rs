//! The department's decisions: each names what it acts upon, is checked against what there is,
//! and is filed as an entry of its own, so that withdrawing the entry undoes it.

mod counted;

use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{
    CarrierId, Day, Fact, ObservationFact, Party, PersonId, ReportId, RowNumber, RowRef, RuleSet,
    RuleSetId, Says, Scope, SiteCode, SiteId, StructureFact, SunsetFact, VillageId,
};
use phusong_atlas::gazetteer::{Resolution, VillageQuery};
use phusong_atlas::history::{History, Row};

pub use counted::{NewIndicator, NewTarget, UnitCounted};

use super::accounts::filer;
use super::actor::{Action, Actor, Object, can};
use super::acts::ActError;
use super::open::{Service, today};
use super::writer::Written;
use crate::ledger::Receipt;
use phusong_intake::{Candidate, Finding, Severity};

/// What an officer (for a restriction: an approver, or the carrier's manager) decides.
#[derive(Debug, Clone, PartialEq)]
pub enum Ruling {
    /// An opposition is answered for a carrier, with a cause.
    SetAside {
        report: String,
        row: RowNumber,
        carrier: String,
        cause: String,
    },
    ConfirmSunset {
        report: String,
        row: RowNumber,
    },
    AdoptRuleSet {
        id: String,
        version: u32,
        from: String,
    },
    RestrictSite {
        carrier: String,
        code: String,
    },
    /// Several sites, as (carrier, code), stand on one mast.
    ShareStructure {
        sites: Vec<(String, String)>,
        source: String,
    },
    DefineIndicator(Box<NewIndicator>),
    SetTarget(Box<NewTarget>),
    CountUnit(UnitCounted),
}

#[derive(Debug, thiserror::Error)]
pub enum RulingError {
    #[error("this key may not do that")]
    NotAllowed,
    /// Nothing was filed.
    #[error("the decision names what is not there, or lacks something")]
    Faulty(Vec<Finding>),
    #[error(transparent)]
    Act(#[from] ActError),
}

/// An announced sunset with the row that announces it.
#[derive(Debug, Clone)]
pub struct KnownSunset {
    pub report: ReportId,
    pub row: RowNumber,
    pub fact: SunsetFact,
    pub confirmed: bool,
    /// Whose account confirmed it, for those who may know.
    pub confirmed_by: Option<PersonId>,
}

/// A rule set on file.
#[derive(Debug, Clone)]
pub struct KnownRules {
    pub report: ReportId,
    pub row: RowNumber,
    pub rules: RuleSet,
    /// The one that this scope's verdicts follow.
    pub in_force: bool,
    /// Whose account filed it, for those who may know.
    pub filed_by: Option<PersonId>,
}

/// What can be decided on, as one scope knows it.
#[derive(Debug, Clone, Default)]
pub struct Docket {
    pub sunsets: Vec<KnownSunset>,
    pub rule_sets: Vec<KnownRules>,
    /// Villages with an open dispute.
    pub disputed: Vec<VillageId>,
    /// Only for those who may see them, with whose account it was for those who may know.
    pub restricted: Vec<(SiteId, Option<PersonId>)>,
}

impl Service {
    /// Files a decision. Without a key of its own each is a new act: it may be taken, undone and
    /// taken again.
    pub fn rule(
        &self,
        actor: &Actor,
        ruling: &Ruling,
        key: Option<&str>,
    ) -> Result<(Written, Receipt), RulingError> {
        let needed = match ruling {
            Ruling::RestrictSite { .. } => Action::Restrict,
            _ => Action::Decide,
        };
        can(actor, needed, Object::House).map_err(|_refusal| RulingError::NotAllowed)?;
        let atlas = self.atlas(&actor.scope());
        let fact = match ruling {
            Ruling::SetAside { report, row, carrier, cause } => {
                self.set_aside(&atlas, (report, *row), carrier, cause)
            }
            Ruling::ConfirmSunset { report, row } => self.confirm_sunset((report, *row)),
            Ruling::AdoptRuleSet { id, version, from } => self.adopt(id, *version, from),
            Ruling::RestrictSite { carrier, code } => {
                let site = site_of(&atlas, carrier, code);
                if let Ok(site) = &site {
                    let of = &Party::Carrier(site.carrier.clone());
                    can(actor, needed, Object::Word { of })
                        .map_err(|_refusal| RulingError::NotAllowed)?;
                }
                site.map(|site| Fact::RestrictSite { site })
            }
            Ruling::ShareStructure { sites, source } => structure(&atlas, sites, source),
            Ruling::DefineIndicator(new) => counted::indicator(&atlas, new),
            Ruling::SetTarget(new) => counted::target(&atlas, new),
            Ruling::CountUnit(counted) => counted::unit(&atlas, counted),
        };
        let fact = fact.map_err(|finding| RulingError::Faulty(vec![*finding]))?;
        Ok(self.decision(actor, vec![fact], key)?)
    }

    fn set_aside(
        &self,
        atlas: &Atlas,
        (report, row): (&str, RowNumber),
        carrier: &str,
        cause: &str,
    ) -> Result<Fact, Box<Finding>> {
        let opposes = |row: Row<'_>| match &*row.fact() {
            Fact::Observation(ObservationFact { says, .. }) => *says != Says::Has,
            Fact::Sample(_) => true,
            _ => false,
        };
        let opposition = self.row_that(report, row, opposes, "set_aside")?;
        let known = CarrierId::new(carrier).ok().filter(|id| atlas.common.carrier(id).is_some());
        let carrier = known.ok_or_else(|| {
            let (vi, en) = ("không có doanh nghiệp này", "there is no such carrier");
            fault("unknown-carrier", "carrier", carrier, vi, en)
        })?;
        said("cause", cause).map(|cause| Fact::SetAside { opposition, carrier, cause })
    }

    fn confirm_sunset(&self, (report, row): (&str, RowNumber)) -> Result<Fact, Box<Finding>> {
        let is_sunset = |row: Row<'_>| matches!(*row.fact(), Fact::Sunset(_));
        let sunset = self.row_that(report, row, is_sunset, "confirm_sunset")?;
        Ok(Fact::ConfirmSunset { sunset })
    }

    /// A row by `REPORT` and number that is what the decision needs and still counts.
    fn row_that(
        &self,
        report: &str,
        row: RowNumber,
        suits: impl Fn(Row<'_>) -> bool,
        column: &str,
    ) -> Result<RowRef, Box<Finding>> {
        let found = report.parse::<ReportId>().ok().and_then(|id| {
            self.with_history(|history| {
                let head = history.entry_by_id(id)?;
                let at = RowRef { entry: head.seq, row: row.index() };
                let index = history.find(at)?;
                let good = history.counts(index, &Scope::Approver) && suits(history.row(index));
                good.then_some(at)
            })
        });
        found.ok_or_else(|| {
            let value = format!("{report}/{row}");
            let vi = "không có dòng còn hiệu lực như vậy để quyết định";
            fault("no-such-row", column, &value, vi, "there is no such row that still counts")
        })
    }

    fn adopt(&self, id: &str, version: u32, from: &str) -> Result<Fact, Box<Finding>> {
        let from: Day = from.parse().map_err(|_no_day| {
            let (vi, en) = ("ngày không có trong lịch", "not a day of the calendar");
            fault("bad-day", "from", from, vi, en)
        })?;
        if from > today() {
            let vi = "bộ tiêu chí chỉ áp dụng từ ngày đã đến";
            let value = from.to_string();
            return Err(fault("future-day", "from", &value, vi, "the day must have come"));
        }
        let known = self.docket(&Scope::Approver).rule_sets;
        let wanted = known
            .iter()
            .find(|known| known.rules.id.id.as_str() == id && known.rules.id.version == version);
        let Some(wanted) = wanted else {
            let (vi, en) = ("không có bộ tiêu chí này", "there is no such rule set");
            let mut finding = fault("unknown-rule-set", "id", &format!("{id} {version}"), vi, en);
            finding.candidates = known.iter().map(offer_rules).collect();
            return Err(finding);
        };
        Ok(Fact::AdoptRuleSet { rule_set: wanted.rules.id.clone(), from })
    }

    pub(super) fn village_of(&self, text: &str) -> Result<VillageId, RulingError> {
        let gazetteer = self.gazetteer();
        let query = VillageQuery { name: text, ..VillageQuery::default() };
        let places = match gazetteer.resolve_village(&query) {
            Resolution::Found { id, .. } => return Ok(id),
            Resolution::Ambiguous(places) | Resolution::Unknown(places) => places,
        };
        let (vi, en) = ("không rõ thôn nào", "which village is meant?");
        let mut finding = fault("unknown-village", "village", text, vi, en);
        finding.candidates = places
            .iter()
            .map(|place| Candidate {
                id: place.id.to_string(),
                name: place.name.clone(),
                reason_vi: place.reason.vi(),
                reason_en: place.reason.en(),
                score: place.score,
            })
            .collect();
        Err(RulingError::Faulty(vec![*finding]))
    }

    /// What can be decided on, as the scope knows it.
    pub fn docket(&self, scope: &Scope) -> Docket {
        let atlas = self.atlas(scope);
        let in_force = &atlas.common.rules.id;
        let sites = atlas.shards().flat_map(|shard| &shard.sites);
        let villages = atlas.shards().flat_map(|shard| &shard.villages);
        let disputed = villages.filter(|card| card.disputed_on(today()));
        self.with_history(|history| Docket {
            sunsets: sunsets(history, scope),
            rule_sets: rule_sets(history, scope, in_force),
            disputed: disputed.map(|card| card.id.clone()).collect(),
            restricted: sites
                .filter(|site| site.restricted)
                .map(|site| (site.id.clone(), restricted_by(history, scope, &site.id)))
                .collect(),
        })
    }
}

fn sunsets(history: &History, scope: &Scope) -> Vec<KnownSunset> {
    let index = history.index();
    let counting = index.sunsets.iter().filter(|row| history.counts(**row, scope));
    let known = counting.filter_map(|row| {
        let row = history.row(*row);
        let Some(Fact::Sunset(fact)) = row.kept() else { return None };
        let acts = index.sunset_confirmations.get(&row.at);
        let act = acts.into_iter().flatten().find(|act| history.counts(**act, scope));
        let confirmed_by = act.and_then(|act| filer(scope, history.row(*act).filing)).cloned();
        Some(KnownSunset {
            report: row.report,
            row: row.at.number(),
            fact: fact.clone(),
            confirmed: act.is_some(),
            confirmed_by,
        })
    });
    known.collect()
}

pub(super) fn rule_sets(history: &History, scope: &Scope, in_force: &RuleSetId) -> Vec<KnownRules> {
    let rows = history.index().rule_sets.iter();
    let known = rows.filter(|row| history.counts(**row, scope)).filter_map(|row| {
        let row = history.row(*row);
        let Some(Fact::RuleSet(rules)) = row.kept() else { return None };
        Some(KnownRules {
            report: row.report,
            row: row.at.number(),
            rules: rules.as_ref().clone(),
            in_force: rules.id == *in_force,
            filed_by: filer(scope, row.filing).cloned(),
        })
    });
    known.collect()
}

fn restricted_by(history: &History, scope: &Scope, site: &SiteId) -> Option<PersonId> {
    let acts = history.index().restrictions.get(site)?;
    let act = acts.iter().find(|act| history.counts(**act, scope))?;
    filer(scope, history.row(*act).filing).cloned()
}

/// Two or more sites that this actor sees, each once.
fn structure(
    atlas: &Atlas,
    sites: &[(String, String)],
    source: &str,
) -> Result<Fact, Box<Finding>> {
    let found: Result<Vec<SiteId>, _> =
        sites.iter().map(|(carrier, code)| site_of(atlas, carrier, code)).collect();
    let mut sites = found?;
    sites.sort_unstable();
    sites.dedup();
    if sites.len() < 2 {
        let (vi, en) = ("cần ít nhất hai trạm", "two sites at least");
        return Err(fault("too-few-sites", "sites", "", vi, en));
    }
    let source = said("source", source)?;
    Ok(Fact::Structure(StructureFact { sites, source }))
}

fn site_of(atlas: &Atlas, carrier: &str, code: &str) -> Result<SiteId, Box<Finding>> {
    let id = CarrierId::new(carrier)
        .and_then(|carrier| Ok(SiteId { carrier, code: SiteCode::new(code)? }))
        .ok()
        .filter(|id| atlas.site(id).is_some());
    id.ok_or_else(|| {
        let value = format!("{carrier}/{code}");
        fault("unknown-site", "site", &value, "không có trạm này", "there is no such site")
    })
}

/// Longest text of a decision, a complaint or an answer, in characters.
pub(super) const LONGEST: usize = 2_000;

/// A text that says something, and not too much: what is filed stays for good.
pub(super) fn said(column: &str, text: &str) -> Result<String, Box<Finding>> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        let (vi, en) = ("quá 2.000 ký tự", "over 2,000 characters");
        return Err(fault("too-long", column, "", vi, en));
    }
    if text.is_empty() {
        let (vi, en) = match column {
            "reason" | "cause" => ("cần nêu lý do", "a reason is needed"),
            _ => ("không được để trống", "this may not be left empty"),
        };
        return Err(fault("reason-missing", column, "", vi, en));
    }
    Ok(text.to_owned())
}

pub(super) fn fault(
    code: &'static str,
    column: &str,
    value: &str,
    vi: &str,
    en: &str,
) -> Box<Finding> {
    let remedy = ("sửa rồi gửi lại", "mend it and send again");
    let mut finding = Finding::new(code, Severity::Refuse, (vi, en), remedy).at(0, column, value);
    finding.row = None;
    Box::new(finding)
}

fn offer_rules(known: &KnownRules) -> Candidate {
    Candidate {
        id: format!("{} {}", known.rules.id.id.as_str(), known.rules.id.version),
        name: known.rules.title_vi.clone(),
        reason_vi: String::new(),
        reason_en: String::new(),
        score: 50,
    }
}
