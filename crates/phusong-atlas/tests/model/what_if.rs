//! What would change a verdict, by the same rules, and what would not.

use phusong_atlas::atlas::{Atlas, Deed, Question, VillageVerdict, what_if};
use phusong_atlas::domain::{Grade, Technology};

use crate::book::{day, village};
use crate::questions::told;

#[test]
fn what_if_says_what_would_change_a_verdict_and_nothing_else() {
    use VillageVerdict::{Covered, Insufficient, NoSignal};
    let deeds = |atlas: &Atlas, who: &str, grade: Grade| {
        let (_, card) = atlas.village(&village(who)).expect("registered");
        let question = Question { grade, ..Question::default_on(day("2026-11-01")) };
        let found = what_if(card, &question, &atlas.common).into_iter();
        found
            .map(|what| (what.deed, what.answer.verdict, what.answer.flags.pending))
            .collect::<Vec<_>>()
    };
    let lines = "
        2020-01-02 dept: village @v1; village @v2
        2023-06-07 dept: list lacks @v1";
    let listed = told(lines);
    assert_eq!(
        deeds(&listed, "v1", Grade::E1),
        [
            (Deed::OnAir, Covered, true),
            (Deed::CommuneHas, Covered, false),
            (Deed::MeasuredHas, Covered, false),
            // The list is past its shelf life; a fresh no is not.
            (Deed::CommuneLacks, NoSignal, false),
            (Deed::SetAside, Insufficient, false),
        ]
    );
    assert_eq!(
        deeds(&listed, "v1", Grade::E3),
        [
            (Deed::CommuneHas, Covered, false),
            (Deed::MeasuredHas, Covered, false),
            (Deed::CommuneLacks, NoSignal, false),
        ],
        "a carrier's word is below the asked grade"
    );
    let reported =
        told(&format!("{lines}\n2026-10-01 viettel: on_air S1 4G @v1; on_air S2 4G @v2"));
    assert_eq!(
        deeds(&reported, "v2", Grade::E1),
        [(Deed::CommuneLacks, NoSignal, false)],
        "a no that names no carrier is of all"
    );
}

/// A second word of the same commune is no second source (DOMAIN §4 step 4), and takes back its
/// first (step 5).
#[test]
fn what_if_knows_the_commune_that_has_spoken_before() {
    let atlas = told(
        "2020-01-02 dept: village @v1
         2026-10-01 viettel: on_air S1 4G @v1
         2026-10-02 xa: commune has viettel 4G @v1",
    );
    let (_, card) = atlas.village(&village("v1")).expect("registered");
    let deeds = |grade| {
        let technology = Some(Technology::G4);
        let question = Question { grade, technology, ..Question::default_on(day("2026-11-01")) };
        let found = what_if(card, &question, &atlas.common).into_iter();
        found.map(|what| (what.deed, what.answer.verdict)).collect::<Vec<_>>()
    };
    assert!(!deeds(Grade::E5).iter().any(|(deed, _)| *deed == Deed::CommuneHas));
    assert!(deeds(Grade::E5).contains(&(Deed::MeasuredHas, VillageVerdict::Covered)));
    assert!(deeds(Grade::E1).contains(&(Deed::CommuneLacks, VillageVerdict::NoSignal)));
}
