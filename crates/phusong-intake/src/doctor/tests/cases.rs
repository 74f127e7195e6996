//! What becomes of coordinates as people write them: a table of cases.

use phusong_atlas::domain::Position;
use phusong_gis::{Crs, DatumShift};

use super::super::{Axes, Declared, Habit, Point, Said, State, Verdict};
use super::{WORLD, commune, diagnose, in_system, told};

/// Kon Dóc's commune and a place in it.
const BA_TRANG: &str = "Ba Trang, Ba Tơ";
const PLACE: (f64, f64) = (108.822, 14.704);

fn point<'a>(east: &'a str, north: &'a str, claimed: &str) -> Point<'a> {
    Point { row: 1, east, north, claimed: commune(claimed, Some(WORLD.today)), ..Point::default() }
}

/// In cells, north last.
fn cells(crs: Crs, at: (f64, f64)) -> (String, String) {
    let (east, north) = in_system(crs, DatumShift::Epsg6960, at);
    (format!("{east:.2}"), format!("{north:.2}"))
}

#[test]
fn one_row_without_a_word_about_its_system() {
    let (tm_east, tm_north) = cells(Crs::Vn2000Tm10800, PLACE);
    let (utm_east, utm_north) = cells(Crs::Vn2000Utm48, PLACE);
    let zoned = format!("48{}", utm_east.split('.').next().expect("whole metres"));
    let cases: &[(&str, &str, &str)] = &[
        ("108.822", "14.704", "✓"),
        ("108,822", "14,704", "✓"),
        ("108°49'19.2\"", "14°42'14.4\"", "✓"),
        ("108.49.19", "14.42.14", "✓"),
        ("108.822E", "14.704 N", "✓"),
        ("108.822/14.704", "", "✓"),
        ("14.704, 108.822", "", "✓ axis-order"),
        ("14.704", "108.822", "… swapped?"),
        ("14.704 N", "108.822 E", "✓ axis-order"),
        ("108822000", "14704000", "✓ crs-proposed number-form"),
        ("-108.822", "14.704", "✓ crs-proposed number-form"),
        (&tm_east, &tm_north, "✓ crs-proposed"),
        (&tm_north, &tm_east, "✓ crs-proposed axis-order"),
        (&utm_east, &utm_north, "… crs-ambiguous?"),
        (&zoned, &utm_north, "… crs-ambiguous?"),
        ("108.822", "17.704", "✗ outside-province!"),
        ("108.822", "0", "✗ bad-coordinates!"),
        ("1e309", "14.704", "✗ bad-number!"),
        ("NaN", "14.704", "✗ bad-number!"),
        ("chưa có", "-", "✗ bad-number!"),
        ("108.822", "", "✗ half-position!"),
        ("", "", "-"),
    ];
    for (east, north, expected) in cases {
        let diagnosis = diagnose(&[point(east, north, BA_TRANG)], &Declared::default());
        assert_eq!(told(&diagnosis), *expected, "{east} {north}");
    }
}

/// A place and what the file says of it, all cells plain: what is found beside the position.
#[test]
fn a_place_is_held_against_what_is_known() {
    let near = Position::new(108.822, 14.703).expect("110 m off");
    let far = Position::new(108.822, 14.700).expect("440 m off");
    let cases: Vec<(&str, Point<'_>, &str)> = vec![
        ("in its commune", point("108.822", "14.704", BA_TRANG), "✓"),
        ("in another commune", point("108.822", "14.704", "Ba Tơ"), "✓ outside-cell"),
        ("far from its commune", point("108.822", "15.104", BA_TRANG), "✓ far-from-commune?"),
        ("at sea", point("109.1", "14.95", ""), "✓ outside-every-commune~ at-sea~"),
        ("beyond the border", point("107.2", "14.7", ""), "✓ outside-every-commune~"),
        ("on the province's centre", point("107.88884", "14.66681", ""), "✓ unit-centre~"),
        ("where it was", Point { before: Some(near), ..point("108.822", "14.704", BA_TRANG) }, "✓"),
        ("moved", Point { before: Some(far), ..point("108.822", "14.704", BA_TRANG) }, "✓ moved~"),
        (
            "another site filed before stands there",
            Point { code: Some("MOI"), ..point("108.9", "14.9", "") },
            "✓ same-point~",
        ),
        ("the same site", Point { code: Some("CU"), ..point("108.9", "14.9", "") }, "✓"),
    ];
    for (case, point, expected) in cases {
        let diagnosis = diagnose(&[point], &Declared::default());
        assert_eq!(told(&diagnosis), expected, "{case}");
    }
}

#[test]
fn a_declared_system_is_believed_unless_the_rows_contradict_it() {
    let own = cells(Crs::Vn2000Tm10800, PLACE);
    let other = cells(Crs::Vn2000Tm10730, PLACE);
    let says = |text: &str| Declared::of_text(text, Said::Heading, Axes::Letters);
    let cases = [
        (&own, "VN-2000, múi 3°, KTT 108°00'", "✓"),
        (&own, "KTT 108", "✓"),
        (&own, "VN-2000", "✓ crs-proposed"),
        (&other, "VN-2000, KTT 108°00'", "… crs-contradicted?"),
        (&other, "VN-2000", "✓ crs-proposed"),
        (&own, "WGS84", "… crs-contradicted?"),
    ];
    for ((east, north), text, expected) in cases {
        let diagnosis = diagnose(&[point(east, north, BA_TRANG)], &says(text));
        assert_eq!(told(&diagnosis), expected, "{text}");
    }
}

#[test]
fn a_cell_that_names_a_system_goes_before_the_heading() {
    let (east, north) = cells(Crs::Vn2000Tm10730, PLACE);
    let heading = Declared::of_text("VN-2000 KTT 108", Said::Heading, Axes::Letters);
    let cases = [
        ("EPSG:9216", "✓"),
        ("VN-2000 KTT 107°30'", "✓"),
        ("EPSG:5898", "… crs-contradicted?"),
        ("hệ lạ", "✗ crs!"),
    ];
    for (cell, expected) in cases {
        let row = Point { row_crs: Some(cell), ..point(&east, &north, BA_TRANG) };
        assert_eq!(told(&diagnose(&[row], &heading)), expected, "{cell}");
    }
}

/// Nine rows on 108°00', one on 107°30': the odd one is asked, with what fits it first.
#[test]
fn odd_rows_are_shown_among_the_others() {
    let places: Vec<(f64, f64)> =
        (0..9).map(|step| (108.80 + f64::from(step) * 0.004, 14.704)).collect();
    let mut written: Vec<_> = places.iter().map(|at| cells(Crs::Vn2000Tm10800, *at)).collect();
    written.push(cells(Crs::Vn2000Tm10730, PLACE));
    let points: Vec<Point<'_>> = (1..)
        .zip(&written)
        .map(|(row, (east, north))| Point { row, ..point(east, north, BA_TRANG) })
        .collect();
    let diagnosis = diagnose(&points, &Declared::default());
    assert_eq!(diagnosis.groups[0].verdict, Verdict::Proposed(Habit::plain(Crs::Vn2000Tm10800)));
    let odd = diagnosis.rows.last().expect("ten rows");
    assert_eq!((odd.state, odd.odd), (State::Asked, true));
    assert_eq!(odd.candidates[0].id, "EPSG:9216", "{odd:#?}");
    assert!(diagnosis.rows[..9].iter().all(|row| row.state == State::Placed && !row.odd));

    let mut points = points;
    points[9].answer = Some("EPSG:9216");
    let answered = diagnose(&points, &Declared::default());
    assert_eq!(answered.rows[9].state, State::Placed);
    assert_eq!(answered.rows[9].operation.as_deref(), Some("EPSG:9216 → WGS 84, EPSG:6960"));
}

/// Half on one meridian, half on the other, and nobody says so.
#[test]
fn a_mixed_file_is_asked_once_and_may_go_row_by_row() {
    let east = (108.822, 14.704);
    let west = (107.93, 14.47);
    let written: Vec<_> = (0..10)
        .map(|row| match row % 2 {
            0 => (cells(Crs::Vn2000Tm10800, east), BA_TRANG),
            _ => (cells(Crs::Vn2000Tm10730, west), "Đăk Hà"),
        })
        .collect();
    let points: Vec<Point<'_>> = (1..)
        .zip(&written)
        .map(|(row, ((east, north), claimed))| Point { row, ..point(east, north, claimed) })
        .collect();
    let diagnosis = diagnose(&points, &Declared::default());
    assert_eq!(diagnosis.findings[0].code, "crs-mixed", "{:#?}", diagnosis.groups);
    assert!(diagnosis.rows.iter().all(|row| row.state == State::WaitsForFile));
    let by_row = diagnosis.findings[0].candidates.last().expect("a last choice").id.clone();
    let points: Vec<Point<'_>> =
        points.into_iter().map(|point| Point { answer: Some(&by_row), ..point }).collect();
    let answered = diagnose(&points, &Declared::default());
    for (at, row) in answered.rows.iter().enumerate() {
        let crs = if at % 2 == 0 { Crs::Vn2000Tm10800 } else { Crs::Vn2000Tm10730 };
        assert_eq!(row.habit, Some(Habit::plain(crs)), "{row:#?}");
    }
}

/// The sender's word ends the question, also when it keeps what the rows contradict.
#[test]
fn an_answer_for_the_file_is_taken() {
    let (east, north) = cells(Crs::Vn2000Tm10730, PLACE);
    let heading = Declared::of_text("VN-2000 KTT 108", Said::Heading, Axes::Letters);
    let rows = [point(&east, &north, BA_TRANG), Point { row: 2, ..point(&east, &north, BA_TRANG) }];
    for (answer, expected) in [
        ("EPSG:9216", "✓ | ✓"),
        ("EPSG:5898", "✓ far-from-commune~ at-sea~ | ✓ far-from-commune~ at-sea~"),
        ("EPSG:5898+declared", "✓ far-from-commune~ at-sea~ | ✓ far-from-commune~ at-sea~"),
        ("VN-2000 KTT 107°30'", "✓ | ✓"),
    ] {
        let answered = rows.map(|row| Point { answer: Some(answer), ..row });
        let diagnosis = diagnose(&answered, &heading);
        assert_eq!(told(&diagnosis), expected, "{answer}");
    }
}
