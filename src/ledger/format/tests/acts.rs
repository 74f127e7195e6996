//! Arbitrary acts of every kind, from a seed: the same seed gives the same act for ever.

mod contested;

use phusong_atlas::domain::*;

/// How many kinds of fact there are.
pub const KINDS: u64 = 53;

/// A site's event with what came to its form later.
const SITE_WITH_FEEDS: u64 = 52;

/// These are pictured as what they were when they were first written.
pub const CONTESTED_FROM: u64 = 40;
pub const CONTESTED_AS: u64 = 3;

pub struct Dice {
    state: u64,
    /// Every option filled, every list of two: for pictures of the written form.
    full: bool,
}

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self { state: seed, full: false }
    }

    pub fn full(seed: u64) -> Self {
        Self { state: seed, full: true }
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        let at = self.below(choices.len() as u64);
        choices[usize::try_from(at).unwrap()].clone()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.full || self.below(2) == 0).then(|| make(self))
    }

    fn list<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let len = if self.full { 2 } else { self.below(4) };
        (0..len).map(|_| make(self)).collect()
    }

    fn small(&mut self) -> u32 {
        let end = self.of(&[2, 100, 1 << 32]);
        u32::try_from(self.below(end)).unwrap()
    }

    fn signed(&mut self) -> i32 {
        i32::try_from(i64::from(self.small()) - (1 << 31)).unwrap()
    }

    fn number(&mut self) -> f64 {
        if self.full {
            return 35.5;
        }
        let bits = self.next();
        let any = f64::from_bits(bits);
        // NaN differs from itself.
        self.of(&[0.0, 1.0, -0.0, 35.5, 0.1, f64::INFINITY, if any.is_nan() { 0.2 } else { any }])
    }

    fn text(&mut self) -> String {
        let words = ["thôn Kon Dóc", "lõm sóng", "\"quoted\" \\ \n\t", "", "𝄞\u{0}\u{7f}", "Q 1"];
        if self.full { words[0].to_owned() } else { self.of(&words).to_owned() }
    }

    fn slug(&mut self) -> Slug {
        Slug::new(self.of(&["viettel", "vnpt", "kon-doc", "a.b_C-9", "x"])).unwrap()
    }

    fn carrier(&mut self) -> CarrierId {
        CarrierId(self.slug())
    }

    fn village(&mut self) -> VillageId {
        VillageId(self.slug())
    }

    fn cluster(&mut self) -> ClusterId {
        ClusterId(self.slug())
    }

    fn day(&mut self) -> Day {
        let number = self.signed();
        if self.full {
            return Day::new(2023, 6, 7).unwrap();
        }
        let any = Day::from_number(number / 700);
        self.of(&[Day::EARLIEST, Day::NEVER, any, Day::new(2024, 2, 29).unwrap()])
    }

    fn technology(&mut self) -> Technology {
        self.of(&Technology::ALL)
    }

    fn technologies(&mut self) -> TechSet {
        self.list(Self::technology).into_iter().collect()
    }

    fn unit(&mut self) -> UnitId {
        UnitId { code: UnitCode(self.small()), valid_from: self.day() }
    }

    fn position(&mut self) -> Position {
        if self.full {
            return Position::new(108.792_2, 15.120_1).unwrap();
        }
        let lon = self.signed() % 1_800_000_001;
        let lat = self.signed() % 900_000_001;
        Position::from_e7(lon, lat).unwrap()
    }

    fn located(&mut self) -> Located {
        use PositionGrade::*;
        let grades = [Surveyed, CommuneConfirmed, Gazetteer, CommuneCentre, Unknown];
        Located { position: self.position(), uncertainty_m: self.small(), grade: self.of(&grades) }
    }

    fn area(&mut self) -> Area {
        let ring = |dice: &mut Self| -> geo::LineString<f64> {
            (0..3).map(|_| dice.position().point()).collect()
        };
        let polygons = self.list(|dice| geo::Polygon::new(ring(dice), dice.list(ring)));
        Area::new(polygons.into_iter().collect())
    }

    fn places(&mut self) -> Places {
        Places { villages: self.list(Self::village), clusters: self.list(Self::cluster) }
    }

    fn site(&mut self) -> SiteId {
        let code = SiteCode::new(self.of(&["QNI-0123", "trạm Đăk Pao/1", "\"7\""])).unwrap();
        SiteId { carrier: self.carrier(), code }
    }

    fn environment(&mut self) -> Environment {
        self.of(&[Environment::Outdoor, Environment::Indoor])
    }

    fn service(&mut self) -> Service {
        self.of(&[Service::Voice, Service::Data])
    }

    fn basis(&mut self) -> ClaimBasis {
        let parameters = self.text();
        self.of(&[
            ClaimBasis::Statement,
            ClaimBasis::Inventory,
            ClaimBasis::OnAirLog,
            ClaimBasis::Prediction { parameters },
        ])
    }

    fn site_event(&mut self) -> SiteEventFact {
        SiteEventFact {
            site: self.site(),
            site_name: self.maybe(Self::text),
            event: self.of(&SiteEventKind::ALL),
            day: self.day(),
            technologies: self.technologies(),
            bands: self.list(Self::text),
            position: self.maybe(Self::position),
            position_operation: self.maybe(Self::text),
            unit: self.maybe(Self::unit),
            antenna_height_agl_m: self.maybe(Self::number),
            serves: self.places(),
            area: self.maybe(Self::area),
            households_estimate: self.maybe(Self::small),
            environment: self.maybe(Self::environment),
            service: self.maybe(Self::service),
            feeds: None,
            basis: self.basis(),
        }
    }

    fn feeds(&mut self) -> Feeds {
        Feeds { backhaul: self.list(Self::text), power: self.list(Self::text) }
    }

    fn row_ref(&mut self) -> RowRef {
        RowRef { entry: EntrySeq(self.next() >> self.of(&[0, 60])), row: self.small() }
    }

    fn target(&mut self) -> Target {
        Target { entry: EntrySeq(self.next() >> 40), rows: self.list(Self::small) }
    }

    fn party(&mut self) -> Party {
        let (carrier, unit) = (self.carrier(), self.unit());
        self.of(&[Party::Department, Party::Carrier(carrier), Party::Commune(unit)])
    }

    pub fn filing(&mut self) -> Filing {
        use FilingKind::*;
        Filing {
            kind: self.of(&[Register, Report, Observation, Measurement, Decision]),
            owner: self.party(),
            filed_by: self.party(),
            person: self.maybe(|dice| PersonId(dice.slug())),
            document: DocumentRef {
                number: self.maybe(Self::text),
                day: self.maybe(Self::day),
                title: self.maybe(Self::text),
            },
            files: self.list(|dice| [u8::try_from(dice.below(256)).unwrap(); 32]),
        }
    }

    pub fn row(&mut self, kind: u64) -> FiledRow {
        FiledRow {
            fact: self.fact(kind),
            replaces: self.maybe(Self::row_ref),
            note: self.maybe(Self::text),
        }
    }

    fn fact(&mut self, kind: u64) -> Fact {
        match kind % KINDS {
            0..=5 => self.register(kind % KINDS),
            6 => Fact::SiteEvent(self.site_event()),
            SITE_WITH_FEEDS => {
                let event = self.site_event();
                Fact::SiteEvent(SiteEventFact { feeds: Some(Box::new(self.feeds())), ..event })
            }
            7 => Fact::Claim(ClaimFact {
                carrier: self.carrier(),
                technologies: self.technologies(),
                environment: self.maybe(Self::environment),
                service: self.maybe(Self::service),
                from: self.day(),
                to: self.maybe(Self::day),
                basis: self.basis(),
                site: self.maybe(Self::site),
                serves: self.places(),
                area: self.maybe(Self::area),
            }),
            8 => Fact::Observation(ObservationFact {
                kind: self.of(&[
                    ObservationKind::AuthorityList,
                    ObservationKind::CommuneConfirmation,
                    ObservationKind::CarrierStatement,
                ]),
                says: self.of(&[Says::Has, Says::Lacks, Says::Weak]),
                source_word: self.maybe(Self::text),
                carrier: self.maybe(Self::carrier),
                technologies: self.technologies(),
                environment: self.maybe(Self::environment),
                service: self.maybe(Self::service),
                places: self.places(),
                day: self.day(),
                source: self.text(),
            }),
            9 => Fact::Sample(SampleFact {
                cluster: self.cluster(),
                carrier: self.carrier(),
                technology: self.technology(),
                samples: self.list(|dice| Sample {
                    day: dice.day(),
                    position: dice.position(),
                    easting_cm: dice.signed(),
                    northing_cm: dice.signed(),
                    level_ddbm: i16::try_from(dice.signed() >> 16).unwrap(),
                }),
            }),
            10..=18 => self.order(kind % KINDS),
            28..=32 => self.beside(kind % KINDS),
            33..=36 => self.counted(kind % KINDS),
            37..=39 => self.naming(kind % KINDS),
            50 => Fact::Account(AccountFact { person: PersonId(self.slug()), role: self.role() }),
            51 => Fact::SignedPaper(SignedPaperFact {
                state: self.text(),
                appended_bytes: self.small(),
            }),
            CONTESTED_FROM..=49 => self.contested(kind % KINDS - CONTESTED_AS),
            _ => self.act(kind % KINDS),
        }
    }

    fn register(&mut self, kind: u64) -> Fact {
        use VillageKind::*;
        match kind {
            0 => Fact::Carrier(CarrierFact {
                id: self.carrier(),
                name: self.text(),
                kind: self.of(&[
                    CarrierKind::Mno,
                    CarrierKind::Mvno,
                    CarrierKind::TowerOwner,
                    CarrierKind::Satellite,
                ]),
                aliases: self.list(Self::text),
                valid_from: self.maybe(Self::day),
                valid_to: self.maybe(Self::day),
                source: self.text(),
            }),
            1 => Fact::Unit(UnitFact {
                id: self.unit(),
                name: self.text(),
                kind: self.text(),
                level: self.of(&[UnitLevel::Province, UnitLevel::District, UnitLevel::Commune]),
                parent: self.maybe(Self::unit),
                valid_to: self.maybe(Self::day),
                centre: self.maybe(Self::position),
                households: self.maybe(Self::small),
                people: self.maybe(Self::small),
                source: self.text(),
                inferred: self.maybe(Self::text),
            }),
            2 => Fact::UnitSuccession(UnitSuccessionFact {
                from: self.unit(),
                to: self.unit(),
                day: self.day(),
                relation: self.of(&[
                    UnitRelation::Whole,
                    UnitRelation::Part,
                    UnitRelation::Renamed,
                ]),
                source: self.text(),
            }),
            3 => Fact::Village(VillageFact {
                day: self.maybe(Self::day),
                id: self.village(),
                name: self.text(),
                aliases: self.list(Self::text),
                kind: self.of(&[Thon, ToDanPho, Lang]),
                units: self.list(Self::unit),
                unit_inferred: self.maybe(Self::text),
                located: self.maybe(Self::located),
                position_basis: self.maybe(Self::text),
                households: self.maybe(Self::small),
                people: self.maybe(Self::small),
                grid_power: self.maybe(|dice| dice.below(2) == 0),
                especially_hard: self.maybe(|dice| dice.below(2) == 0),
                source: self.text(),
            }),
            4 => Fact::VillageSuccession(VillageSuccessionFact {
                from: self.village(),
                to: self.village(),
                day: self.day(),
                relation: self.of(&[
                    VillageRelation::Merged,
                    VillageRelation::Part,
                    VillageRelation::Renamed,
                ]),
                clusters: self.list(Self::cluster),
                source: self.text(),
            }),
            _ => {
                let point = Shape::Point(self.located());
                let outline = Shape::Outline { area: self.area(), uncertainty_m: self.small() };
                Fact::Cluster(ClusterFact {
                    day: self.maybe(Self::day),
                    id: self.cluster(),
                    village: self.village(),
                    name: self.text(),
                    shape: self.of(&[point, outline]),
                    households: self.maybe(Self::small),
                    centre: self.full || self.below(2) == 0,
                    source: self.text(),
                })
            }
        }
    }

    fn order(&mut self, kind: u64) -> Fact {
        use MilestoneStep::*;
        let steps = [
            Given,
            Surveyed,
            PlaceChosen,
            UnderConstruction,
            Installed,
            AwaitingOnAir,
            OnAir,
            AwaitingInspection,
            Passed,
            Failed,
            ConfirmedComplete,
            Reopened,
        ];
        match kind {
            10 => Fact::Duty(DutyFact {
                id: DutyId(self.slug()),
                clause: self.text(),
                cite: self.text(),
                village: self.village(),
                carrier: self.carrier(),
                technology: self.maybe(Self::technology),
                given: self.day(),
                due: self.maybe(Self::day),
                due_inferred: self.maybe(Self::text),
                source: self.text(),
            }),
            11 => Fact::Milestone(MilestoneFact {
                day: self.day(),
                duty: DutyId(self.slug()),
                step: self.of(&steps),
                source: self.text(),
            }),
            12 => Fact::Goal(Box::new(GoalFact {
                id: GoalId(self.slug()),
                clause: self.text(),
                kind: self.of(&[GoalKind::Target, GoalKind::CommuneCriterion]),
                indicator: self.text(),
                comparator: self.maybe(|dice| dice.of(&[Comparator::Above, Comparator::AtLeast])),
                threshold_milli: self.maybe(|dice| dice.next().cast_signed()),
                unit: self.maybe(Self::text),
                scope: self.maybe(Self::unit),
                scope_name: self.text(),
                due: self.maybe(Self::day),
                due_inferred: self.maybe(Self::text),
                owner: self.text(),
                text_vi: self.text(),
                text_en: self.text(),
                source: self.text(),
                inferred: self.maybe(Self::text),
            })),
            13 => Fact::OrderClause(OrderClauseFact {
                clause: self.text(),
                text_vi: self.text(),
                text_en: self.text(),
                who: self.text(),
                source: self.text(),
            }),
            14 => Fact::PublicStatement(PublicStatementFact {
                id: self.slug(),
                publication: self.text(),
                title: self.maybe(Self::text),
                said_when: self.text(),
                text_vi: self.text(),
                text_en: self.text(),
                names: self.maybe(Self::text),
                source: self.text(),
            }),
            15 => Fact::Agency(AgencyFact {
                id: self.slug(),
                name_vi: self.text(),
                name_en: self.text(),
                // Came later: what was written before has none.
                aliases: Vec::new(),
                valid_from: self.maybe(Self::day),
                valid_to: self.maybe(Self::day),
                source: self.text(),
                inferred: self.maybe(Self::text),
            }),
            16 => Fact::AgencySuccession(AgencySuccessionFact {
                from: self.slug(),
                to: self.slug(),
                day: self.day(),
                part: self.maybe(Self::text),
                source: self.text(),
                inferred: self.maybe(Self::text),
            }),
            17 => Fact::Sunset(SunsetFact {
                carrier: self.maybe(Self::carrier),
                technology: self.technology(),
                units: self.list(Self::unit),
                except: self.list(Self::unit),
                first_day_without: self.day(),
                source: self.text(),
            }),
            _ => Fact::RuleSet(Box::new(self.rule_set())),
        }
    }

    fn beside(&mut self, kind: u64) -> Fact {
        use BlockerKind::*;
        match kind {
            28 => Fact::Commitment(CommitmentFact {
                village: self.village(),
                carrier: self.carrier(),
                said: self.day(),
                promised: self.day(),
                duty: self.maybe(|dice| DutyId(dice.slug())),
                technology: self.maybe(Self::technology),
                source: self.text(),
            }),
            29 => Fact::Blocker(BlockerFact {
                village: self.village(),
                carrier: self.carrier(),
                kind: self.of(&[Land, GridPower, Road, Backhaul, Permit, Other]),
                since: self.day(),
                lifted: self.maybe(Self::day),
                duty: self.maybe(|dice| DutyId(dice.slug())),
                responsible: None,
                text: self.text(),
                source: self.text(),
            }),
            30 => Fact::Outage(OutageFact {
                carrier: self.carrier(),
                site: self.maybe(Self::site),
                places: self.places(),
                units: self.list(Self::unit),
                technologies: self.technologies(),
                start: self.day().start(),
                end: self.maybe(|dice| dice.day().start()),
                cause: self.maybe(Self::text),
                source: self.text(),
            }),
            31 => Fact::Statistic(StatisticFact {
                indicator: self.slug(),
                unit: self.unit(),
                period: Period { from: self.day(), to: self.day() },
                carrier: self.maybe(Self::carrier),
                standing: self.of(&[FigureStanding::Provisional, FigureStanding::Final]),
                numerator: self.maybe(Self::next),
                denominator: self.maybe(Self::next),
                stated_share_milli: self.maybe(Self::small),
                source: self.text(),
            }),
            _ => Fact::Boundary(BoundaryFact {
                unit: self.unit(),
                from: self.day(),
                area: self.area(),
                source: self.text(),
            }),
        }
    }

    fn counted(&mut self, kind: u64) -> Fact {
        use CriterionAsks::{FixedOrMobileInEveryVillage, NotHeld, NotLoaded};
        match kind {
            33 => Fact::Indicator(Box::new(IndicatorFact {
                id: self.slug(),
                name_vi: self.text(),
                name_en: self.text(),
                kind: self.of(&[IndicatorKind::Share, IndicatorKind::PerHundred]),
                denominator_of: self.of(&[DenominatorOf::Carrier, DenominatorOf::Place]),
                numerator_vi: self.text(),
                numerator_en: self.text(),
                denominator_vi: self.text(),
                denominator_en: self.text(),
                aliases: self.list(Self::text),
                carriers: self.list(Self::carrier),
                source: self.text(),
                inferred: self.maybe(Self::text),
            })),
            34 => Fact::UnitCount(UnitCountFact {
                unit: self.unit(),
                day: self.day(),
                villages: self.maybe(Self::small),
                to: self.maybe(Self::unit),
                households: self.maybe(Self::small),
                source: self.text(),
            }),
            35 => Fact::VillageService(VillageServiceFact {
                day: self.day(),
                village: self.village(),
                fixed_telephone: self.maybe(|dice| dice.of(&[true, false])),
                fixed_internet: self.maybe(|dice| dice.of(&[true, false])),
                source: self.text(),
            }),
            _ => Fact::Criterion(CriterionFact {
                indicator: self.text(),
                edition: self.text(),
                content: self.text(),
                valid_from: self.day(),
                valid_to: self.maybe(Self::day),
                asks: self.of(&[FixedOrMobileInEveryVillage, NotHeld, NotLoaded]),
                text_vi: self.text(),
                text_en: self.text(),
                source: self.text(),
                inferred: self.maybe(Self::text),
            }),
        }
    }

    fn naming(&mut self, kind: u64) -> Fact {
        match kind {
            37 => Fact::NameQuestion(NameQuestionFact {
                sender: self.party(),
                kind: self.of(&[PlaceKind::Village, PlaceKind::Unit]),
                text: self.text(),
                beside: self.maybe(Self::text),
            }),
            38 => {
                let (village, unit) = (self.village(), self.unit());
                Fact::NameDecision(NameDecisionFact {
                    sender: self.party(),
                    text: self.text(),
                    beside: self.maybe(Self::text),
                    means: self.of(&[NamedPlace::Village(village), NamedPlace::Unit(unit)]),
                    reason: self.text(),
                })
            }
            _ => Fact::NameUse(NameUseFact {
                decision: self.row_ref(),
                rows: self.list(Self::small),
            }),
        }
    }

    fn act(&mut self, kind: u64) -> Fact {
        match kind {
            19 => Fact::Publish(self.target()),
            20 => Fact::Return { target: self.target(), reason: self.text() },
            21 => Fact::Withdraw { target: self.target(), reason: self.text() },
            22 => Fact::SetAside {
                opposition: self.row_ref(),
                carrier: self.carrier(),
                cause: self.text(),
            },
            23 => Fact::ConfirmSunset { sunset: self.row_ref() },
            24 => {
                let rule_set = RuleSetId { id: self.slug(), version: self.small() };
                Fact::AdoptRuleSet { rule_set, from: self.day() }
            }
            25 => Fact::RestrictSite { site: self.site() },
            26 => Fact::OpenDispute { village: self.village(), text: self.text() },
            _ => Fact::CloseDispute { village: self.village(), reason: self.text() },
        }
    }
}
