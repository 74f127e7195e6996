//! Laws of what planners ask: villages are bounded by their clusters, parts sum to the whole, a
//! change of rules moves what was foretold, and a site on which a cluster hangs takes its signal
//! along.

use std::collections::BTreeSet;
use std::sync::Arc;

use phusong_atlas::atlas::{
    AreaFilter, Atlas, ClusterCount, ClusterDay, ClusterTotals, ClusterVerdict, GapQuery, HangsOn,
    Households, Question, RuleMove, Sort, Totals, VillageVerdict, rule_moves,
};
use phusong_atlas::domain::{
    ClaimBasis, Day, DocumentRef, Entry, EntrySeq, Fact, FiledRow, Filing, FilingKind, Party,
    Places, ReportId, RuleSet, Scope, SiteEventFact, SiteEventKind, SiteId, Slug, TechSet,
    Technology, VillageId,
};
use phusong_atlas::history::History;
use proptest::prelude::*;

use crate::histories::{Case, case, scopes};
use crate::production::{config, ground, question};

fn atlas_of(case: &Case, scope: &Scope) -> Atlas {
    let history = History::fold(case.entries());
    Atlas::build(&history, scope.clone(), &ground(&case.history.rules))
}

fn all(question: &Question) -> GapQuery {
    GapQuery {
        question: question.clone(),
        verdicts: VillageVerdict::ALL.to_vec(),
        area: AreaFilter::default(),
        duty: None,
        grid_power: None,
        especially_hard: None,
        sort: Sort::Name,
    }
}

const WANTED: [ClusterVerdict; 3] =
    [ClusterVerdict::Covered, ClusterVerdict::NotCovered, ClusterVerdict::Insufficient];

fn sum(parts: impl Iterator<Item = Households>) -> Households {
    parts.fold(Households::default(), |sum, part| Households {
        villages: sum.villages + part.villages,
        households: sum.households + part.households,
        villages_households_unknown: sum.villages_households_unknown
            + part.villages_households_unknown,
    })
}

fn sum_of_clusters(parts: impl Iterator<Item = ClusterCount>) -> ClusterCount {
    parts.fold(ClusterCount::default(), |sum, part| ClusterCount {
        clusters: sum.clusters + part.clusters,
        households: sum.households + part.households,
        clusters_households_unknown: sum.clusters_households_unknown
            + part.clusters_households_unknown,
    })
}

/// Stricter in some numbers, and with another name.
fn other_rules(rules: &RuleSet, base: Technology) -> RuleSet {
    let mut other = rules.clone();
    other.id.id = Slug::new("khac").expect("a slug");
    other.base = vec![(Day::EARLIEST, base)];
    other.ageing_months = 6;
    other.shelf_life_months = 3;
    other.measurement.good_share = 0.95;
    other
}

/// One more entry of the department, recorded with the last.
fn entry_after(entries: &[Entry], rows: Vec<Fact>) -> Entry {
    let last = entries.last().expect("a ledger begins with its places");
    let filing = Filing {
        kind: FilingKind::Decision,
        owner: Party::Department,
        filed_by: Party::Department,
        person: None,
        document: DocumentRef::default(),
        files: Vec::new(),
    };
    let row = |fact| FiledRow { fact, replaces: None, note: None };
    let seq = EntrySeq(last.seq.0 + 1);
    let id = ReportId::of_leaf(&[0xa5; 32]);
    let rows = rows.into_iter().map(row).collect();
    Entry { seq, id, recorded_at: last.recorded_at, filing, rows }
}

fn gone(site: &SiteId, day: Day) -> Fact {
    Fact::SiteEvent(SiteEventFact {
        site: site.clone(),
        site_name: None,
        event: SiteEventKind::Decommissioned,
        day,
        technologies: TechSet::NONE,
        bands: Vec::new(),
        position: None,
        position_operation: None,
        unit: None,
        antenna_height_agl_m: None,
        serves: Places::default(),
        area: None,
        households_estimate: None,
        environment: None,
        service: None,
        feeds: None,
        basis: ClaimBasis::Statement,
    })
}

proptest! {
    #![proptest_config(config())]

    /// A village is no better than its best cluster and no worse than its worst.
    #[test]
    fn a_village_is_bounded_by_its_clusters(case in case()) {
        for scope in scopes() {
            let atlas = atlas_of(&case, &scope);
            for asked in case.questions.iter().map(|asked| question(&atlas, asked)) {
                for id in atlas.village_ids() {
                    let (_, card) = atlas.village(id).expect("listed");
                    let village = card.verdict(&asked, &atlas.common).verdict;
                    let parts = card.parts(&asked, &atlas.common);
                    let every = |verdict| parts.iter().all(|(_, p)| p.asked.verdict == verdict);
                    let every_base = |verdict| parts.iter().all(|(_, p)| p.base.verdict == verdict);
                    let some_base = |verdict| parts.iter().any(|(_, p)| p.base.verdict == verdict);
                    if parts.is_empty() {
                        prop_assert_eq!(village, VillageVerdict::Insufficient);
                        continue;
                    }
                    let (yes, no) = (ClusterVerdict::Covered, ClusterVerdict::NotCovered);
                    prop_assert_eq!(village == VillageVerdict::Covered, every(yes));
                    match village {
                        VillageVerdict::NotAsAsked => prop_assert!(every_base(yes) && !every(yes)),
                        VillageVerdict::NoSignal | VillageVerdict::PartialHole => {
                            prop_assert!(some_base(no));
                        }
                        VillageVerdict::Insufficient => prop_assert!(!every(yes) && !every_base(no)),
                        VillageVerdict::Covered => {}
                    }
                }
            }
        }
    }

    /// By commune, by old district, by verdict, by village or by cluster: the same whole.
    #[test]
    fn totals_over_any_partition_equal_the_whole(case in case()) {
        for scope in [Scope::Officer, Scope::Public] {
            let atlas = atlas_of(&case, &scope);
            for asked in case.questions.iter().map(|asked| question(&atlas, asked)) {
                let query = all(&asked);
                let (gaps, groups) = (atlas.gaps(&query), atlas.gap_groups(&query));
                let counted = atlas.counted(&query);
                prop_assert_eq!(Totals(gaps.totals), groups.whole);
                prop_assert_eq!(counted.villages, groups.whole);
                for verdict in VillageVerdict::ALL {
                    let whole = groups.whole.of(verdict);
                    let of = |totals: &Totals| totals.of(verdict);
                    prop_assert_eq!(sum(groups.by_commune.values().map(of)), whole);
                    prop_assert_eq!(sum(groups.by_district_old.values().map(of)), whole);
                }
                prop_assert_eq!(gaps.rows.len(), groups.whole.all().villages as usize);
                let clusters = atlas.cluster_gaps(&query, &WANTED);
                prop_assert_eq!(clusters.totals, counted.clusters);
                prop_assert_eq!(clusters.rows.len(), clusters.totals.all().clusters as usize);
                let picks: [fn(&ClusterTotals) -> ClusterCount; 3] =
                    [|t| t.covered, |t| t.not_covered, |t| t.insufficient];
                for pick in picks {
                    let parts = sum_of_clusters(clusters.by_commune.values().map(pick));
                    prop_assert_eq!(parts, pick(&clusters.totals));
                }
                // One commune and all others are the whole too, as the villages lie on the day.
                for unit in atlas.common.units.iter().map(|unit| Some(unit.id)) {
                    let area = AreaFilter { commune: unit, ..AreaFilter::default() };
                    let query = GapQuery { area, ..query.clone() };
                    let (part, by_gaps) = (atlas.counted(&query), atlas.gaps(&query));
                    let expected = groups.by_commune.get(&unit).copied().unwrap_or_default();
                    prop_assert_eq!(part.villages, expected);
                    prop_assert_eq!(Totals(by_gaps.totals), expected);
                }
            }
        }
    }

    /// A series is the same question put day by day.
    #[test]
    fn a_series_asks_each_day_by_itself(case in case()) {
        let atlas = atlas_of(&case, &Scope::Officer);
        let asked: Vec<Question> =
            case.questions.iter().map(|asked| question(&atlas, asked)).collect();
        let days: Vec<Day> = asked.iter().map(|asked| asked.day).collect();
        let query = all(&asked[0]);
        for (point, day) in atlas.series(&query, &days).iter().zip(&days) {
            let on_day = Question { day: *day, ..asked[0].clone() };
            prop_assert_eq!(Totals(atlas.gaps(&all(&on_day)).totals), point.counted.villages);
        }
    }

    /// A day is told from another where nothing turned between: it says what it says alone.
    #[test]
    fn a_day_after_another_says_what_it_says_alone(case in case()) {
        for scope in [Scope::Officer, Scope::Public] {
            let atlas = atlas_of(&case, &scope);
            let (shards, common) = (atlas.shards(), &atlas.common);
            for shard in shards {
                let steps = shard.villages.iter().flat_map(|card| card.step_days(common));
                let beside = steps.flat_map(|day| [day.plus_days(-1), day, day.plus_days(400)]);
                let days: BTreeSet<Day> = beside.collect();
                for day in days.iter().chain(days.iter().rev()) {
                    let told = shard.on_day(*day, common);
                    let question = Question::default_on(*day);
                    let mut clusters = Vec::new();
                    for (place, card) in (0_u32..).zip(&shard.villages) {
                        let there = told.villages[place as usize].as_ref();
                        prop_assert_eq!(there.is_some(), card.exists_on(*day));
                        let Some(there) = there else { continue };
                        prop_assert_eq!(there.answer, card.verdict(&question, common));
                        for (cluster, own) in (0_u32..).zip(&card.clusters) {
                            if own.is_in(&card.id, *day) {
                                let answer = own.verdict(&question, common);
                                let position = own.position_on(*day);
                                clusters.push(ClusterDay { village: place, cluster, answer, position });
                            }
                        }
                    }
                    prop_assert_eq!(&told.clusters, &clusters);
                }
            }
        }
    }

    /// What the comparison foretells is what adopting the rule set does, village by village.
    #[test]
    fn adopting_a_rule_set_moves_what_was_foretold(case in case(), base in 0_usize..4) {
        let other = other_rules(&case.history.rules, Technology::ALL[base]);
        let entries = case.entries();
        let adoption = entry_after(entries, vec![
            Fact::RuleSet(Box::new(other.clone())),
            Fact::AdoptRuleSet { rule_set: other.id.clone(), from: Day::EARLIEST },
        ]);
        for scope in scopes() {
            let mut history = History::fold(entries);
            let ground = ground(&case.history.rules);
            let now = Atlas::build(&history, scope.clone(), &ground);
            let rules = Arc::new(other.clone());
            let under = Atlas::build_under(&history, scope.clone(), &ground, rules);
            let touched = history.apply(&adoption);
            let after = now.after(&history, &touched);
            let mut asked: Vec<Question> =
                case.questions.iter().map(|asked| question(&now, asked)).collect();
            let defaults: Vec<_> = asked.iter().map(|a| Question::default_on(a.day)).collect();
            asked.extend(defaults);
            for asked in asked {
                let foretold: Vec<RuleMove> = rule_moves(&now, &under, &asked);
                let held = |atlas: &Atlas, id: &VillageId| {
                    let (_, card) = atlas.village(id)?;
                    card.exists_on(asked.day).then(|| card.verdict(&asked, &atlas.common))
                };
                let differs = |id: &&VillageId| {
                    held(&now, id) != held(&after, id)
                };
                let moved: Vec<_> = now.village_ids().filter(differs).collect();
                let named: Vec<_> = foretold.iter().map(|moved| &moved.village).collect();
                prop_assert_eq!(named, moved);
                for moved in &foretold {
                    prop_assert_eq!(moved.under_b, held(&after, &moved.village));
                    // Something is always said of why.
                    prop_assert!(moved.base.is_some() || !moved.parts.is_empty(), "{:?}", moved);
                }
            }
        }
    }

    /// A cluster that hangs on one thing, and on nothing else, goes with it.
    #[test]
    fn what_hangs_on_one_thing_goes_with_it(case in case()) {
        let atlas = atlas_of(&case, &Scope::Approver);
        for asked in case.questions.iter().map(|asked| question(&atlas, asked)) {
            for hanging in atlas.hanging(&all(&asked)) {
                for cluster in hanging.clusters.iter().filter(|cluster| !cluster.unnamed) {
                    let sites: Vec<&SiteId> = match &cluster.on {
                        HangsOn::Site(site) => site.iter().collect(),
                        HangsOn::Line { sites, .. } => sites.iter().collect(),
                    };
                    prop_assert!(!sites.is_empty(), "an approver sees every site");
                    let gone = sites.into_iter().map(|site| gone(site, asked.day)).collect();
                    let end = entry_after(case.entries(), gone);
                    let entries: Vec<Entry> =
                        case.entries().iter().cloned().chain([end]).collect();
                    let without = Case {
                        known: entries.len(),
                        history: crate::histories::History {
                            entries,
                            rules: case.history.rules.clone(),
                        },
                        questions: case.questions.clone(),
                    };
                    let without = atlas_of(&without, &Scope::Approver);
                    let (_, card) = without.village(&hanging.card().id).expect("still there");
                    let other = card.clusters.iter().find(|other| other.key == cluster.key);
                    let verdict =
                        other.map(|other| other.verdict(&asked, &without.common).verdict);
                    prop_assert!(verdict.is_some_and(|v| v != ClusterVerdict::Covered));
                }
            }
        }
    }
}
