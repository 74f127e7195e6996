//! What stands against what, and the fields that came later to earlier kinds.

use phusong_atlas::domain::*;

use super::Dice;

impl Dice {
    pub(super) fn contested(&mut self, kind: u64) -> Fact {
        use DisputeFinding::{NotUpheld, Unclear, Upheld};
        match kind {
            37 => Fact::Funding(FundingFact {
                day: self.day(),
                duty: DutyId(self.slug()),
                funds: self.text(),
                estimate_vnd: self.maybe(|dice| u64::from(dice.small())),
                source: self.text(),
            }),
            38 => Fact::Certificate(CertificateFact {
                carrier: self.carrier(),
                number: self.text(),
                issued: self.day(),
                expires: self.maybe(Self::day),
                site: self.maybe(Self::site),
                places: self.places(),
                technologies: self.technologies(),
                source: self.text(),
            }),
            39 => Fact::NamedCause(NamedCauseFact {
                claim: self.row_ref(),
                against: self.row_ref(),
                carrier: self.carrier(),
                cause: self.cause(),
                text: self.text(),
            }),
            40 => Fact::Dispute(DisputeFact {
                village: self.village(),
                raised: self.day(),
                text: self.text(),
                by: self.maybe(Self::party),
                carrier: self.maybe(Self::carrier),
            }),
            41 => Fact::DisputeAnswer(DisputeAnswerFact {
                dispute: self.row_ref(),
                carrier: self.carrier(),
                cause: self.cause(),
                text: self.text(),
            }),
            42 => Fact::DisputeCheck(DisputeCheckFact {
                dispute: self.row_ref(),
                day: self.day(),
                finding: self.of(&[Upheld, NotUpheld, Unclear]),
                text: self.text(),
            }),
            43 => Fact::DisputeEnd(DisputeEndFact {
                dispute: self.row_ref(),
                finding: self.of(&[Upheld, NotUpheld, Unclear]),
                reason: self.text(),
            }),
            44 => Fact::Blocker(BlockerFact {
                village: self.village(),
                carrier: self.carrier(),
                kind: BlockerKind::Land,
                since: self.day(),
                lifted: self.maybe(Self::day),
                duty: self.maybe(|dice| DutyId(dice.slug())),
                responsible: self.maybe(Self::slug),
                text: self.text(),
                source: self.text(),
            }),
            46 => {
                Fact::Structure(StructureFact { sites: self.list(Self::site), source: self.text() })
            }
            _ => Fact::RuleSet(Box::new(RuleSet {
                outage_stale_hours: self.maybe(Self::small),
                independence: Independence::SourceAndKind,
                ..self.rule_set()
            })),
        }
    }

    pub(super) fn rule_set(&mut self) -> RuleSet {
        RuleSet {
            id: RuleSetId { id: self.slug(), version: self.small() },
            title_vi: self.text(),
            title_en: self.text(),
            valid_from: self.day(),
            base: self.list(|dice| (dice.day(), dice.technology())),
            shelf_life_months: self.small(),
            ageing_months: self.small(),
            pair_window_months: self.small(),
            measurement: MeasurementRule {
                span_days: self.signed(),
                radius_m: self.number(),
                cell_m: self.small(),
                grid_epsg: self.small(),
                wilson_z: self.number(),
                good_share: self.number(),
                oppose_p: self.number(),
                oppose_failures: self.small(),
                oppose_failure_days: self.small(),
                good_level_ddbm: [(); 4].map(|()| self.maybe(|dice| dice.of(&[-1050, 0]))),
            },
            reach_m: [(); 4].map(|()| self.maybe(Self::small)),
            outage_stale_hours: None,
            independence: Independence::Source,
            source: self.text(),
        }
    }

    pub(super) fn role(&mut self) -> Role {
        let (carrier, unit) = (self.carrier(), self.unit());
        let own = Role::CarrierManager(carrier.clone());
        let roles = [own, Role::CarrierReporter(carrier), Role::Commune(unit), Role::Officer];
        self.of(&[&roles[..], &[Role::Approver, Role::Auditor, Role::Planner, Role::Admin]].concat())
    }

    fn cause(&mut self) -> Cause {
        use Cause::{Fault, Load, NotYetOnMap, PlannedOutage, Terrain, WrongMap};
        self.of(&[PlannedOutage, Fault, NotYetOnMap, Load, Terrain, WrongMap])
    }
}
