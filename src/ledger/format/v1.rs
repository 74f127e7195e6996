//! Version 1: compact JSON, one tag `k` for each kind of fact, nothing written that is empty.
//!
//! Never change a name or meaning here: a new form is a new version beside this one.

mod facts;
mod wire;

use std::fmt;
use std::sync::Arc;

use phusong_atlas::domain::{
    AccountFact, AgencyFact, AgencySuccessionFact, BlockerFact, BoundaryFact, CarrierFact,
    CarrierId, CertificateFact, ClaimFact, ClusterFact, CommitmentFact, CriterionFact, Day,
    DisputeAnswerFact, DisputeCheckFact, DisputeEndFact, DisputeFact, DutyFact, Fact, FiledRow,
    Filing, FundingFact, GoalFact, IndicatorFact, MilestoneFact, NameDecisionFact,
    NameQuestionFact, NameUseFact, NamedCauseFact, ObservationFact, OrderClauseFact, OutageFact,
    PublicStatementFact, RowRef, RuleSet, RuleSetId, SampleFact, SignedPaperFact, SiteEventFact,
    SiteId, StatisticFact, StructureFact, SunsetFact, Target, UnitCountFact, UnitFact,
    UnitSuccessionFact, VillageFact, VillageId, VillageServiceFact, VillageSuccessionFact,
};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use wire::{Read, Wire, Write, text};

/// `{"filing":{…},"rows":[…]}`.
pub fn encode(filing: &Filing, rows: &[FiledRow]) -> Vec<u8> {
    let body = BodyOut { filing: Write(filing), rows: rows.iter().map(Write).collect() };
    // Only a map key that is no text, or an I/O error, could fail here: there is neither.
    serde_json::to_vec(&body).unwrap_or_default()
}

pub fn decode(body: &[u8]) -> Result<(Filing, Vec<FiledRow>), serde_json::Error> {
    // Once for the whole: else each text in it is checked for itself.
    let body = std::str::from_utf8(body).map_err(serde_json::Error::custom)?;
    let body: BodyIn = serde_json::from_str(body)?;
    Ok((body.filing, body.rows))
}

/// A filing with the bytes in which a body that is filed so begins, up to its rows.
#[derive(Debug, Clone)]
pub struct Beginning {
    bytes: Vec<u8>,
    pub filing: Arc<Filing>,
}

impl Beginning {
    pub fn of(filing: Filing) -> Self {
        let mut bytes = encode(&filing, &[]);
        bytes.truncate(bytes.len().saturating_sub(NO_ROWS.len()));
        Self { bytes, filing: Arc::new(filing) }
    }

    /// The rows of a body that begins so; `None`: it begins otherwise, or they cannot be read
    /// alone, and [`decode`] has to tell why.
    pub fn rows_of(&self, body: &[u8]) -> Option<Vec<FiledRow>> {
        let rows = body.strip_prefix(&self.bytes[..])?.strip_suffix(b"}")?;
        serde_json::from_str::<RowsIn>(std::str::from_utf8(rows).ok()?).ok().map(|rows| rows.0)
    }
}

/// In which a body without rows ends.
const NO_ROWS: &[u8] = b"[]}";

#[derive(Deserialize)]
#[serde(transparent)]
struct RowsIn(#[serde(deserialize_with = "read_rows")] Vec<FiledRow>);

#[derive(Serialize)]
struct BodyOut<'a> {
    filing: Write<'a, Filing>,
    rows: Vec<Write<'a, FiledRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BodyIn {
    #[serde(with = "wire")]
    filing: Filing,
    #[serde(deserialize_with = "read_rows")]
    rows: Vec<FiledRow>,
}

/// A list of rows whose faults say which row.
fn read_rows<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<FiledRow>, D::Error> {
    struct Rows;

    impl<'de> Visitor<'de> for Rows {
        type Value = Vec<FiledRow>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("rows")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut rows = Vec::new();
            loop {
                let at = rows.len();
                match seq.next_element::<Read<FiledRow>>() {
                    Ok(Some(row)) => rows.push(row.0),
                    Ok(None) => return Ok(rows),
                    Err(error) => return Err(A::Error::custom(format_args!("row {at}: {error}"))),
                }
            }
        }
    }

    from.deserialize_seq(Rows)
}

/// `{"fact":{…},"replaces":[entry,row],"note":"…"}`.
#[derive(Serialize, Deserialize)]
#[serde(remote = "FiledRow", deny_unknown_fields)]
struct RowForm {
    #[serde(with = "wire")]
    fact: Fact,
    #[serde(with = "wire", default, skip_serializing_if = "Option::is_none")]
    replaces: Option<RowRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl Wire for FiledRow {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        RowForm::serialize(self, to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        RowForm::deserialize(from)
    }
}

/// Facts that are one struct, and acts with their fields, each with its tag.
macro_rules! kinds {
    (
        structs { $($variant:ident($fact:ty) = $tag:literal),* $(,)? }
        acts { $($act:ident { $($field:ident: $type:ty),* } = $word:literal),* $(,)? }
    ) => {
        /// What is written: the tag first, then the fields beside it.
        #[derive(Serialize)]
        #[serde(remote = "Fact", tag = "k")]
        enum FactForm {
            $(#[serde(rename = $tag)] $variant(#[serde(with = "wire")] $fact),)*
            $(#[serde(rename = $word)] $act { $(#[serde(with = "wire")] $field: $type),* },)*
        }

        enum Kind {
            $($variant,)*
            $($act,)*
        }

        impl<'de> Deserialize<'de> for Kind {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                text(from, "a kind of fact", |text| match text {
                    $($tag => Some(Self::$variant),)*
                    $($word => Some(Self::$act),)*
                    _ => None,
                })
            }
        }

        /// The fields after the tag.
        fn fields<'de, D: Deserializer<'de>>(kind: Kind, from: D) -> Result<Fact, D::Error> {
            $(
                #[derive(Deserialize)]
                #[serde(deny_unknown_fields)]
                struct $act { $(#[serde(with = "wire")] $field: $type),* }
            )*
            match kind {
                $(Kind::$variant => <$fact>::read(from).map(Fact::$variant),)*
                $(Kind::$act => {
                    let $act { $($field),* } = $act::deserialize(from)?;
                    Ok(Fact::$act { $($field),* })
                })*
            }
        }
    };
}

kinds! {
    structs {
        Carrier(CarrierFact) = "carrier",
        Unit(UnitFact) = "unit",
        UnitSuccession(UnitSuccessionFact) = "unit_succession",
        Village(VillageFact) = "village",
        VillageSuccession(VillageSuccessionFact) = "village_succession",
        Cluster(ClusterFact) = "cluster",
        SiteEvent(SiteEventFact) = "site_event",
        Claim(ClaimFact) = "claim",
        Observation(ObservationFact) = "observation",
        Sample(SampleFact) = "samples",
        Duty(DutyFact) = "duty",
        Milestone(MilestoneFact) = "milestone",
        Goal(Box<GoalFact>) = "goal",
        OrderClause(OrderClauseFact) = "order_clause",
        PublicStatement(PublicStatementFact) = "public_statement",
        Agency(AgencyFact) = "agency",
        AgencySuccession(AgencySuccessionFact) = "agency_succession",
        Sunset(SunsetFact) = "sunset",
        RuleSet(Box<RuleSet>) = "rule_set",
        Publish(Target) = "publish",
        Commitment(CommitmentFact) = "commitment",
        Blocker(BlockerFact) = "blocker",
        Outage(OutageFact) = "outage",
        Statistic(StatisticFact) = "statistic",
        Boundary(BoundaryFact) = "boundary",
        Indicator(Box<IndicatorFact>) = "indicator",
        UnitCount(UnitCountFact) = "unit_count",
        VillageService(VillageServiceFact) = "village_service",
        Criterion(CriterionFact) = "criterion",
        NameQuestion(NameQuestionFact) = "name_question",
        NameDecision(NameDecisionFact) = "name_decision",
        NameUse(NameUseFact) = "name_use",
        SignedPaper(SignedPaperFact) = "signed_paper",
        Funding(FundingFact) = "funding",
        Certificate(CertificateFact) = "certificate",
        Structure(StructureFact) = "structure",
        NamedCause(NamedCauseFact) = "named_cause",
        Dispute(DisputeFact) = "dispute",
        DisputeAnswer(DisputeAnswerFact) = "dispute_answer",
        DisputeCheck(DisputeCheckFact) = "dispute_check",
        DisputeEnd(DisputeEndFact) = "dispute_end",
        Account(AccountFact) = "account",
    }
    acts {
        Return { target: Target, reason: String } = "return",
        Withdraw { target: Target, reason: String } = "withdraw",
        SetAside { opposition: RowRef, carrier: CarrierId, cause: String } = "set_aside",
        ConfirmSunset { sunset: RowRef } = "confirm_sunset",
        AdoptRuleSet { rule_set: RuleSetId, from: Day } = "adopt_rule_set",
        RestrictSite { site: SiteId } = "restrict_site",
        OpenDispute { village: VillageId, text: String } = "open_dispute",
        CloseDispute { village: VillageId, reason: String } = "close_dispute",
    }
}

impl<T: Wire> Wire for Box<T> {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.as_ref().write(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::read(from).map(Self::new)
    }
}

/// The key `k` of a fact.
struct Tag;

impl<'de> Deserialize<'de> for Tag {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text(from, "the kind, k, first", |key| (key == "k").then_some(Self))
    }
}

impl Wire for Fact {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        FactForm::serialize(self, to)
    }

    /// The tag comes first, so that the fields are read where they lie, without a buffer.
    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Tagged;

        impl<'de> Visitor<'de> for Tagged {
            type Value = Fact;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a fact that begins with its kind, k")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fact, A::Error> {
                let Some(Tag) = map.next_key()? else {
                    return Err(A::Error::missing_field("k"));
                };
                let kind = map.next_value()?;
                fields(kind, MapAccessDeserializer::new(map))
            }
        }

        from.deserialize_map(Tagged)
    }
}
