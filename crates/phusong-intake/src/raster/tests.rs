//! What is asked of a raster, and the row that comes of it.

use phusong_atlas::domain::Technology;
use phusong_gis::{CellPick, CellRange, CellStatistics, DeclaredCrs, Raster};

use super::*;
use crate::reading::{Answer, Means};
use crate::table::TableRow;

/// Four cells of −95, −100, −80 and −9999, as an ASCII grid would be read: nothing declared.
fn bare() -> Raster {
    let range = CellRange {
        min: -9_999.0,
        min_cells: 1,
        max: -80.0,
        max_cells: 1,
        mean: 0.0,
        std_dev: 0.0,
    };
    let classes = vec![(-9_999.0, 1), (-100.0, 1), (-95.0, 1), (-80.0, 1)];
    Raster {
        band: 1,
        bands: 1,
        columns: 2,
        rows: 2,
        geotransform: Some([108.7, 0.01, 0.0, 14.8, 0.0, -0.01]),
        cell_type: "Float32".to_owned(),
        statistics: CellStatistics {
            valid: 4,
            range: Some(range),
            classes: Some(classes),
            ..CellStatistics::default()
        },
        ..Raster::default()
    }
}

fn good() -> GoodLevels {
    let ddbm = [None, None, Some(-1_100), None];
    GoodLevels { ddbm, rule_set: "mặc định 1".to_owned() }
}

fn answer(row: Option<u32>, column: Column, means: &str) -> Answer {
    let means = Means::Text(means.to_owned());
    Answer { table: None, row, column: Some(column), value: None, means }
}

/// What is asked, or which cells are wanted, once this was answered.
fn planned(raster: Raster, answers: &[(Column, &str)]) -> Vec<String> {
    let source = Source { name: "a.asc".to_owned(), rasters: vec![raster], ..Source::default() };
    let mut said = Said::default();
    for (column, means) in answers {
        said.answers.give(answer(None, *column, means));
    }
    let told = |one: &Planned| {
        let codes: Vec<&str> = one.findings.iter().map(|found| found.code).collect();
        if let Some(question) = one.question() {
            format!("{} {:?} {:?} {codes:?}", one.row, question.pick, question.nodata)
        } else {
            format!("{} {}", one.row, codes.join(" "))
        }
    };
    plan(&source, &said, &good()).iter().map(told).collect()
}

const TECHNOLOGY: (Column, &str) = (Column::Technologies, "4G");
const DAY: (Column, &str) = (Column::FromDay, "2026-10-01");
const DBM: (Column, &str) = (Column::RasterUnit, "dBm");
const NODATA: (Column, &str) = (Column::RasterNodata, "-9999");
const SERVICE: (Column, &str) = (Column::Service, "dữ liệu");

#[test]
fn nothing_is_assumed_and_everything_is_asked_at_once() {
    let asked = "1 raster-technology raster-day raster-unit raster-nodata";
    assert_eq!(planned(bare(), &[]), [asked]);
    assert_eq!(planned(bare(), &[TECHNOLOGY, DAY]), ["1 raster-unit raster-nodata"]);
    assert_eq!(planned(bare(), &[TECHNOLOGY, DAY, DBM]), ["1 raster-nodata"]);
    assert_eq!(planned(bare(), &[TECHNOLOGY, DAY, NODATA]), ["1 raster-unit"]);
    let metres = Raster { unit: Some("m".to_owned()), ..bare() };
    assert_eq!(planned(metres, &[TECHNOLOGY, DAY, NODATA]), ["1 raster-unit"]);
}

#[test]
fn levels_are_offered_first_where_every_number_is_below_zero() {
    let offered = |values: &[f64]| {
        let mut raster = bare();
        let range = raster.statistics.range.expect("numbers");
        let (min, max) = (values[0], values[values.len() - 1]);
        raster.statistics.range = Some(CellRange { min, max, ..range });
        raster.statistics.classes = Some(values.iter().map(|value| (*value, 1)).collect());
        let source =
            Source { name: "a.asc".to_owned(), rasters: vec![raster], ..Source::default() };
        let planned = plan(&source, &Said::default(), &good());
        let asked = planned[0].findings.iter().find(|found| found.code == "raster-unit");
        let best = asked.expect("asked").candidates.iter().max_by_key(|one| one.score);
        best.expect("offered").id.clone()
    };
    assert_eq!(offered(&[-125.0, -110.0, -90.0]), "dBm");
    assert_eq!(offered(&[0.0, 1.0, 2.0]), "lớp");
    assert_eq!(offered(&[-9_999.0, 1.0, 2.0, 3.0]), "lớp");
}

#[test]
fn the_files_own_word_needs_no_answer() {
    let mut told = Raster { unit: Some("dBm".to_owned()), nodata: Some(-9_999.0), ..bare() };
    told.declared = vec![
        ("cong_nghe".to_owned(), "LTE".to_owned()),
        ("tu_ngay".to_owned(), "2026-10-01".to_owned()),
        ("dich_vu".to_owned(), "data".to_owned()),
    ];
    let wanted = "1 Between { min: -110.0, max: inf } None [\"raster-threshold\"]";
    assert_eq!(planned(told, &[]), [wanted]);
}

#[test]
fn a_level_is_the_senders_or_that_of_the_rules_or_asked() {
    let with = |own: &[(Column, &'static str)]| {
        let base = [DAY, DBM, NODATA, SERVICE];
        planned(bare(), &[&base[..], own].concat())
    };
    let wanted = |dbm: &str, code: &str| {
        format!("1 Between {{ min: {dbm}, max: inf }} Some(-9999.0) [\"{code}\"]")
    };
    assert_eq!(with(&[TECHNOLOGY]), [wanted("-110.0", "raster-threshold")]);
    let own = (Column::RasterThreshold, "-95,5");
    assert_eq!(with(&[TECHNOLOGY, own]), [wanted("-95.5", "raster-threshold")]);
    let weak = (Column::RasterThreshold, "-115");
    assert_eq!(with(&[TECHNOLOGY, weak]), [wanted("-115.0", "raster-threshold-weak")]);
    // “−9,999” is −9999 or −10: asked, for the file's own comma is not known.
    assert_eq!(
        planned(bare(), &[TECHNOLOGY, DAY, DBM, (Column::RasterNodata, "-9,999")]),
        ["1 raster-nodata"]
    );
    // A lost sign is asked, and the rules say nothing of 3G.
    assert_eq!(with(&[TECHNOLOGY, (Column::RasterThreshold, "95")]), ["1 raster-threshold"]);
    assert_eq!(with(&[(Column::Technologies, "3G")]), ["1 raster-threshold"]);
    let both = with(&[(Column::Technologies, "3G/4G")]);
    assert_eq!(
        both,
        [
            "1 raster-threshold".to_owned(),
            wanted("-110.0", "raster-threshold").replacen('1', "101", 1)
        ]
    );
}

#[test]
fn classes_that_mean_covered_are_named_by_the_sender() {
    let mut classes = Raster { unit: Some("class".to_owned()), ..bare() };
    classes.statistics.classes = Some(vec![(0.0, 2), (1.0, 1), (2.0, 1)]);
    let with = |own: &[(Column, &'static str)]| {
        let base = [TECHNOLOGY, DAY, SERVICE, (Column::RasterNodata, "0")];
        planned(classes.clone(), &[&base[..], own].concat())
    };
    assert_eq!(with(&[]), ["1 raster-classes"]);
    assert_eq!(with(&[(Column::RasterClasses, "2;3")]), ["1 raster-classes"]);
    assert_eq!(with(&[(Column::RasterClasses, "0")]), ["1 raster-classes"]);
    assert_eq!(with(&[(Column::RasterClasses, "1; 2")]), ["1 Values([1.0, 2.0]) Some(0.0) []"]);
    classes.statistics.classes = None;
    assert_eq!(planned(classes, &[TECHNOLOGY, DAY, NODATA]), ["1 raster-many-classes"]);
}

#[test]
fn what_is_no_coverage_is_refused() {
    let all = [TECHNOLOGY, DAY, DBM, NODATA];
    let picture = Raster { colour: Some("Red".to_owned()), ..bare() };
    assert_eq!(planned(picture, &all), ["1 raster-picture"]);
    let nowhere = Raster { geotransform: None, ..bare() };
    assert_eq!(planned(nowhere, &all), ["1 raster-unplaced"]);
    let empty = CellStatistics { nodata: 4, ..CellStatistics::default() };
    let empty = Raster { nodata: Some(0.0), statistics: empty, ..bare() };
    assert_eq!(planned(empty, &all), ["1 raster-empty"]);
}

fn drawn(raster: Raster, cells: u64) -> TableRow {
    let mut said = Said::default();
    let source =
        Source { name: "a.asc".to_owned(), rasters: vec![raster.clone()], ..Source::default() };
    for (column, means) in [TECHNOLOGY, DAY, DBM, NODATA, SERVICE] {
        said.answers.give(answer(Some(1), column, means));
    }
    let one = plan(&source, &said, &good()).remove(0);
    assert_eq!(one.question().map(|own| own.pick.clone()), Some(CellPick::at_least(-110.0)));
    let area = geo::MultiPolygon::new(Vec::new());
    let area = CoveredArea { raster, cells, area, simplified_within_cells: Some(1.0) };
    tables(&source, vec![(one, Some(area))]).remove(0).rows.remove(0)
}

#[test]
fn a_drawn_band_is_a_row_with_its_parameters_and_what_was_done() {
    let row = drawn(bare(), 3);
    let texts: Vec<String> = row.cells.iter().map(|(_, cell)| cell.text().into_owned()).collect();
    assert_eq!(texts[0], Technology::G4.as_str());
    let parameters = "tệp a.asc; kênh 1/1; 2 × 2 ô; ô 0.01 × 0.01; 4G: ≥ -110 dBm";
    assert!(texts.iter().any(|text| text == parameters), "{texts:?}");
    let codes: Vec<&str> = row.findings.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["raster-threshold", "raster-read", "raster-simplified"]);
    assert!(!row.waits && row.drawn.is_some());
    // Not one cell, or levels that nobody receives, are no claim.
    let none = drawn(bare(), 0);
    assert!(none.waits && none.findings.iter().any(|found| found.code == "raster-none-covered"));
    let mut lost_sign = bare();
    if let Some(range) = &mut lost_sign.statistics.range {
        range.max = 95.0;
    }
    let asked = drawn(lost_sign, 3);
    assert!(asked.waits && asked.findings.iter().any(|found| found.code == "raster-above-zero"));
}

#[test]
fn grids_of_two_systems_are_never_placed_by_one() {
    let of = |epsg| {
        let declared_crs = Some(DeclaredCrs { epsg: Some(epsg), wkt_name: None, shift: None });
        Raster { declared_crs, ..bare() }
    };
    let rasters = vec![of(5898), of(9216), bare(), of(5898)];
    let source = Source { name: "a.zip".to_owned(), rasters, ..Source::default() };
    let area = |raster: &Raster| CoveredArea {
        raster: raster.clone(),
        cells: 1,
        area: geo::MultiPolygon::new(Vec::new()),
        simplified_within_cells: None,
    };
    let mut said = Said::default();
    for (column, means) in [TECHNOLOGY, DAY, DBM, NODATA, SERVICE] {
        said.answers.give(answer(None, column, means));
    }
    let planned = plan(&source, &said, &good());
    let planned = planned.into_iter().zip(&source.rasters).map(|(one, of)| (one, Some(area(of))));
    let told: Vec<(Option<u32>, usize)> = tables(&source, planned.collect())
        .iter()
        .map(|table| {
            let drawing = table.layer.as_ref().expect("drawn");
            (drawing.declared.as_ref().and_then(|crs| crs.epsg), table.rows.len())
        })
        .collect();
    assert_eq!(told, [(Some(5898), 2), (Some(9216), 1), (None, 1)]);
}
