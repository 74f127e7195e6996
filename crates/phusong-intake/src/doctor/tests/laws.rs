//! The law of the doctor: whatever habit a true place is written in, it is the truth that comes
//! out, or a question with the truth among its choices. Never another place in silence.

use std::fmt::Write as _;

use geo::Intersects;
use phusong_atlas::domain::{Position, UnitId};
use phusong_gis::{Crs, DatumShift};
use proptest::prelude::*;

use super::super::ground::{BOUNDARY_ERROR_M, outline_m};
use super::super::number::{numbers, pair};
use super::super::{Axes, Declared, Diagnosis, Form, Point, Said, State};
use super::{WORLD, diagnose, in_system, metres};
use crate::finding::{Finding, Severity};

/// Nobody takes a place for another that lies so near: VN-2000 for WGS 84 is 226 m.
const SILENT_M: f64 = 300.0;

/// How a sender writes.
#[derive(Debug, Clone, Copy)]
struct Style {
    crs: Crs,
    swapped: bool,
    writing: Writing,
}

#[derive(Debug, Clone, Copy)]
enum Writing {
    Decimal,
    Comma,
    Spaced,
    Dotted,
    PointLost,
    ZonePrefixed,
    Kilometres,
    ExtraSign,
    Sexagesimal,
    Packed,
}

fn write(style: Style, (lon, lat): (f64, f64)) -> (String, String) {
    let (east, north) = in_system(style.crs, DatumShift::Epsg6960, (lon, lat));
    let decimals = if style.crs.is_projected() { 2 } else { 6 };
    let cell = |value: f64, is_east: bool| {
        let plain = format!("{value:.decimals$}");
        match style.writing {
            Writing::Comma => plain.replace('.', ","),
            Writing::Spaced => grouped(&plain, ' '),
            Writing::Dotted => grouped(&plain, '.'),
            Writing::PointLost => plain.replace('.', ""),
            Writing::ZonePrefixed if is_east => format!("48{value:06.0}"),
            Writing::Decimal | Writing::ZonePrefixed => plain,
            Writing::Kilometres => format!("{:.5}", value / 1000.0),
            Writing::ExtraSign => format!("-{plain}"),
            Writing::Sexagesimal => sexagesimal(value),
            Writing::Packed => packed(value),
        }
    };
    let (east, north) = (cell(east, true), cell(north, false));
    if style.swapped { (north, east) } else { (east, north) }
}

/// `1.631.395,08`.
fn grouped(plain: &str, mark: char) -> String {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push(mark);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        let _ = write!(text, ",{fraction}");
    }
    text
}

fn parts(value: f64) -> (f64, f64, f64) {
    let seconds = (value * 3600.0 * 100.0).round() / 100.0;
    ((seconds / 3600.0).floor(), (seconds / 60.0).floor() % 60.0, seconds % 60.0)
}

fn sexagesimal(value: f64) -> String {
    let (degrees, minutes, seconds) = parts(value);
    format!("{degrees}°{minutes:02}'{seconds:05.2}\"")
}

fn packed(value: f64) -> String {
    let (degrees, minutes, seconds) = parts(value);
    format!("{degrees}{minutes:02}{seconds:05.2}")
}

fn style() -> impl Strategy<Value = Style> {
    let writings = proptest::sample::select(vec![
        Writing::Decimal,
        Writing::Comma,
        Writing::Spaced,
        Writing::Dotted,
        Writing::PointLost,
        Writing::ZonePrefixed,
        Writing::Kilometres,
        Writing::ExtraSign,
        Writing::Sexagesimal,
        Writing::Packed,
    ]);
    let systems = proptest::sample::select(Crs::ALL.to_vec());
    (systems, any::<bool>(), writings).prop_filter_map(
        "no such writing in that system",
        |(crs, swapped, writing)| {
            let fits = match writing {
                Writing::ZonePrefixed | Writing::Kilometres | Writing::Spaced | Writing::Dotted => {
                    crs.is_projected()
                }
                Writing::Sexagesimal | Writing::Packed => !crs.is_projected(),
                _ => true,
            };
            fits.then_some(Style { crs, swapped, writing })
        },
    )
}

/// Places of one corner of the province, as one report has them, each with the commune it lies
/// in; the corner anywhere.
fn places() -> impl Strategy<Value = Vec<(f64, f64)>> {
    ((107.4..109.1, 14.0..15.4), proptest::collection::vec((-0.15..0.15, -0.15..0.15), 1..12))
        .prop_map(|((lon, lat), steps)| {
            steps.into_iter().map(|(east, north)| (lon + east, lat + north)).collect()
        })
        .prop_map(|places: Vec<(f64, f64)>| {
            places.into_iter().filter(|place| home(*place).is_some()).collect()
        })
}

fn home((lon, lat): (f64, f64)) -> Option<UnitId> {
    WORLD.areas.holding(Position::new(lon, lat).ok()?)
}

fn is_as_near_as_most(at: Position, truth: (f64, f64)) -> bool {
    let cell = home(truth).and_then(|unit| WORLD.areas.get(unit)).expect("a commune's cell");
    let polygons = cell.area.polygons();
    polygons.intersects(&at.point()) || outline_m(polygons, at) <= BOUNDARY_ERROR_M
}

/// Whatever is taken is true, and whatever is asked has the truth among its choices.
///
/// `said`: a system that the heading names. Read in it, a row may lie in its very commune, or as
/// near to it as most, although it was written in another: nothing could tell, so that is let pass.
fn holds(
    diagnosis: &Diagnosis,
    truths: &[(f64, f64)],
    said: Option<Crs>,
) -> Result<(), TestCaseError> {
    for (row, truth) in diagnosis.rows.iter().zip(truths) {
        match row.state {
            State::Placed => {
                let off_m = metres(row.position.expect("placed"), *truth);
                let as_said = row.habit.is_some_and(|habit| Some(habit.crs) == said)
                    && row.position.is_some_and(|at| is_as_near_as_most(at, *truth));
                let loud = |one: &Finding| one.severity != Severity::Note;
                prop_assert!(
                    as_said || off_m <= SILENT_M || row.findings.iter().any(loud),
                    "{off_m} m off in silence: {row:#?}\n{:#?}",
                    diagnosis.groups
                );
            }
            State::Asked => {
                let near = row.candidates.iter().any(|one| {
                    let (_, place) = one.name.rsplit_once(": ").expect("a place");
                    let (lon, lat) = place.split_once("; ").expect("two numbers");
                    let at = Position::new(
                        lon.parse().expect("a number"),
                        lat.parse().expect("a number"),
                    );
                    metres(at.expect("a place"), *truth) <= SILENT_M
                });
                prop_assert!(near, "the truth is not among the choices: {row:#?}");
            }
            State::WaitsForFile => {
                let first = &diagnosis.rows[0];
                let known = diagnosis.groups.iter().flat_map(|group| &group.candidates);
                let near =
                    known.filter_map(|one| one.sample).any(|at| metres(at, truths[0]) <= SILENT_M);
                prop_assert!(near, "{:#?}\n{first:#?}", diagnosis.groups);
            }
            State::Refused | State::Empty => {
                prop_assert!(!row.findings.is_empty(), "nothing is said: {row:#?}");
            }
        }
    }
    Ok(())
}

/// `claiming`: rows name their communes.
fn examined(style: Style, truths: &[(f64, f64)], declared: &Declared, claiming: bool) -> Diagnosis {
    let cells: Vec<_> = truths.iter().map(|truth| write(style, *truth)).collect();
    let points: Vec<Point<'_>> = (1..)
        .zip(cells.iter().zip(truths))
        .map(|(row, ((east, north), truth))| Point {
            row,
            east,
            north,
            claimed: home(*truth).filter(|_| claiming),
            ..Point::default()
        })
        .collect();
    diagnose(&points, declared)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Nothing is declared, the rows name their communes.
    #[test]
    fn true_places_in_any_habit(truths in places(), style in style()) {
        prop_assume!(!truths.is_empty());
        holds(&examined(style, &truths, &Declared::default(), true), &truths, None)?;
    }

    /// The heading names one system, rightly or wrongly.
    #[test]
    fn true_places_under_any_heading(
        truths in places(),
        style in style(),
        said in proptest::sample::select(Crs::ALL.to_vec()),
        letters in any::<bool>(),
    ) {
        prop_assume!(!truths.is_empty());
        let axes = if letters { Axes::Letters } else { Axes::Words };
        let declared = Declared::of_crs(said, Said::Heading, axes);
        holds(&examined(style, &truths, &declared, true), &truths, Some(said))?;
    }

    /// Nothing is declared and no commune named: only the province tells.
    #[test]
    fn true_places_that_claim_nothing(truths in places(), style in style()) {
        prop_assume!(!truths.is_empty());
        // Degrees without a word are the template's own; run together they look like others.
        prop_assume!(!matches!(style.writing, Writing::Packed));
        holds(&examined(style, &truths, &Declared::default(), false), &truths, None)?;
    }

    /// There and back again, within a centimetre, in every system of ours.
    #[test]
    fn a_position_survives_the_way_through_vn_2000(
        place in (107.4..109.2, 13.9..15.5),
        which in 0..Crs::ALL.len(),
    ) {
        let crs = Crs::ALL[which];
        let (east, north) = in_system(crs, DatumShift::Epsg6960, place);
        let back = super::super::place_in(crs, east, north).expect("a place");
        prop_assert!(metres(back, place) <= 0.02, "{crs}: {} m", metres(back, place));
    }

    /// Any text is a number, several, or none; never a panic, never NaN.
    #[test]
    fn any_text_may_stand_where_a_number_should(text in "[0-9.,°'\"NBEĐ +\\-eE/;a-z=:]{0,24}") {
        prop_assert!(numbers(&text).iter().all(|number| !number.value.is_nan()));
        let _ = pair(&text, &text);
        let point = Point { row: 1, east: &text, north: "14.7", ..Point::default() };
        let _ = diagnose(&[point], &Declared::default());
    }
}

/// Every form has its word, so that no repair goes untold.
#[test]
fn every_form_but_the_plain_one_is_told() {
    for writing in [Form::Grouped, Form::ZonePrefixed, Form::Kilometres, Form::ExtraSign] {
        assert!(writing.told().is_some());
    }
    assert!(Form::Plain.told().is_none());
}
