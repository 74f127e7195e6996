//! What was packed comes back, to the bit; foreign bytes are no fact, and no panic.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::*;
use crate::domain::RowRef;

fn slug() -> impl Strategy<Value = String> {
    "[a-z0-9._-]{1,40}"
}

fn carrier() -> impl Strategy<Value = CarrierId> {
    slug().prop_map(|id| CarrierId::new(&id).expect("an id"))
}

fn site() -> impl Strategy<Value = SiteId> {
    let code = "[A-ZĐ0-9][A-ZĐ0-9 _-]{0,20}[0-9]";
    (carrier(), code)
        .prop_map(|(carrier, code)| SiteId { carrier, code: SiteCode::new(&code).expect("a code") })
}

fn places() -> impl Strategy<Value = Places> {
    let village = slug().prop_map(|id| VillageId::new(&id).expect("an id"));
    let cluster = slug().prop_map(|id| ClusterId::new(&id).expect("an id"));
    (vec(village, 0..4), vec(cluster, 0..4))
        .prop_map(|(villages, clusters)| Places { villages, clusters })
}

fn day() -> impl Strategy<Value = Day> {
    prop_oneof![Just(Day::EARLIEST), Just(Day::NEVER), (-20_000..40_000).prop_map(Day::from_number)]
}

fn technologies() -> impl Strategy<Value = TechSet> {
    vec(prop::sample::select(&Technology::ALL[..]), 0..4)
        .prop_map(|named| named.into_iter().collect())
}

fn signal() -> impl Strategy<Value = (TechSet, Option<Environment>, Option<Service>)> {
    let environment = prop_oneof![Just(Environment::Outdoor), Just(Environment::Indoor)];
    let service = prop_oneof![Just(Service::Voice), Just(Service::Data)];
    (technologies(), of(environment), of(service))
}

fn basis() -> impl Strategy<Value = ClaimBasis> {
    prop_oneof![
        Just(ClaimBasis::Statement),
        Just(ClaimBasis::Inventory),
        Just(ClaimBasis::OnAirLog),
        ".{0,12}".prop_map(|parameters| ClaimBasis::Prediction { parameters }),
    ]
}

fn position() -> impl Strategy<Value = Position> {
    (-180.0..180.0, -90.0..90.0).prop_map(|(lon, lat)| Position::new(lon, lat).expect("a place"))
}

fn unit() -> impl Strategy<Value = UnitId> {
    (any::<u32>(), day()).prop_map(|(code, valid_from)| UnitId { code: UnitCode(code), valid_from })
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    vec(".{0,12}", 0..3)
}

fn site_event() -> impl Strategy<Value = Fact> {
    let event = prop::sample::select(&SiteEventKind::ALL[..]);
    let texts = (of(".{0,12}"), lines(), of(".{0,12}"));
    let numbers = (of(position()), of(unit()), of(any::<f64>()), of(any::<u32>()));
    let feeds =
        (lines(), lines()).prop_map(|(backhaul, power)| Box::new(Feeds { backhaul, power }));
    (site(), event, day(), signal(), texts, numbers, (places(), of(feeds), basis())).prop_map(
        |(site, event, day, signal, texts, numbers, (serves, feeds, basis))| {
            let (technologies, environment, service) = signal;
            let (site_name, bands, position_operation) = texts;
            let (position, unit, height, households_estimate) = numbers;
            Fact::SiteEvent(SiteEventFact {
                site,
                site_name,
                event,
                day,
                technologies,
                bands,
                position,
                position_operation,
                unit,
                antenna_height_agl_m: height.filter(|height| !height.is_nan()),
                serves,
                area: None,
                households_estimate,
                environment,
                service,
                feeds,
                basis,
            })
        },
    )
}

fn claim() -> impl Strategy<Value = Fact> {
    (carrier(), signal(), day(), of(day()), basis(), of(site()), places()).prop_map(
        |(carrier, (technologies, environment, service), from, to, basis, site, serves)| {
            Fact::Claim(ClaimFact {
                carrier,
                technologies,
                environment,
                service,
                from,
                to,
                basis,
                site,
                serves,
                area: None,
            })
        },
    )
}

fn observation() -> impl Strategy<Value = Fact> {
    let kind = prop_oneof![
        Just(ObservationKind::AuthorityList),
        Just(ObservationKind::CommuneConfirmation),
        Just(ObservationKind::CarrierStatement),
    ];
    let says = prop_oneof![Just(Says::Has), Just(Says::Lacks), Just(Says::Weak)];
    (kind, says, of(".{0,12}"), of(carrier()), signal(), places(), day(), ".{0,200}").prop_map(
        |(kind, says, source_word, carrier, signal, places, day, source)| {
            let (technologies, environment, service) = signal;
            Fact::Observation(ObservationFact {
                kind,
                says,
                source_word,
                carrier,
                technologies,
                environment,
                service,
                places,
                day,
                source,
            })
        },
    )
}

fn publication() -> impl Strategy<Value = Fact> {
    (any::<u64>(), vec(any::<u32>(), 0..5))
        .prop_map(|(entry, rows)| Fact::Publish(Target { entry: EntrySeq(entry), rows }))
}

fn packable() -> impl Strategy<Value = Fact> {
    prop_oneof![site_event(), claim(), observation(), publication()]
}

fn put(packed: &mut Packed, fact: &Fact) -> Option<Address> {
    let mut bytes = Vec::new();
    pack(fact, &mut bytes)?;
    packed.put(&bytes)
}

proptest! {
    #[test]
    fn what_was_packed_comes_back(facts in vec(packable(), 1..40)) {
        let mut packed = Packed::default();
        let addresses: Vec<Address> =
            facts.iter().map(|fact| put(&mut packed, fact).expect("of a kind that is packed")).collect();
        for (fact, address) in facts.iter().zip(addresses) {
            prop_assert_eq!(&packed.get(address).expect("whole"), fact);
            let is_publication = matches!(fact, Fact::Publish(_));
            prop_assert_eq!(packed.is_publication(address), is_publication);
            let step = match fact {
                Fact::SiteEvent(event) => Some(SiteStep::from(event)),
                _ => None,
            };
            prop_assert_eq!(packed.site_step(address), step);
            let mut bytes = Vec::new();
            pack(fact, &mut bytes);
            let FoundBy { site_row, site, places } = found_by(&bytes).expect("whole");
            let (of_row, of_claim, named) = match fact {
                Fact::SiteEvent(event) => {
                    (Some((event.site.clone(), event.event)), None, event.serves.clone())
                }
                Fact::Claim(claim) => (None, claim.site.clone(), claim.serves.clone()),
                Fact::Observation(seen) => (None, None, seen.places.clone()),
                _ => (None, None, Places::default()),
            };
            prop_assert_eq!((site_row, site, places), (of_row, of_claim, named));
        }
    }

    /// Whatever the bytes are: no panic, and no store of memory for a number that lies.
    #[test]
    fn foreign_bytes_are_none_or_some_fact(bytes in vec(any::<u8>(), 0..200), tag in 1..5_u8) {
        let _some = unpack(&bytes);
        let tagged: Vec<u8> = std::iter::once(tag).chain(bytes).collect();
        let _some = unpack(&tagged);
    }
}

fn told(number: u64) -> Fact {
    Fact::Publish(Target { entry: EntrySeq(number), rows: (0..40).collect() })
}

#[test]
fn they_go_on_from_piece_to_piece() {
    let mut packed = Packed::default();
    let addresses: Vec<Address> =
        (0..60_000).map(|number| put(&mut packed, &told(number)).expect("short")).collect();
    assert!(packed.pieces.len() > 2, "{} pieces", packed.pieces.len());
    for (number, address) in (0..).zip(addresses) {
        assert_eq!(packed.get(address), Some(told(number)));
    }
}

#[test]
fn a_copy_says_the_same_while_the_other_grows() {
    let mut packed = Packed::default();
    let first = put(&mut packed, &told(1)).expect("short");
    let copy = packed.clone();
    let second = put(&mut packed, &told(2)).expect("short");
    assert_eq!((copy.get(first), copy.get(second)), (Some(told(1)), None));
    assert_eq!((packed.get(first), packed.get(second)), (Some(told(1)), Some(told(2))));
}

#[test]
fn what_is_long_or_of_another_kind_is_not_packed() {
    let mut bytes = b"before".to_vec();
    let long = Fact::Publish(Target { entry: EntrySeq(1), rows: (0..9_000).collect() });
    let other = Fact::ConfirmSunset { sunset: RowRef { entry: EntrySeq(1), row: 0 } };
    assert_eq!((pack(&long, &mut bytes), pack(&other, &mut bytes)), (None, None));
    assert_eq!(bytes, b"before", "and leaves nothing behind");
}
