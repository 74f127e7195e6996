//! A coverage raster, once read: what the file declares of itself, what its cells hold, and the
//! cells that were asked for. What the file does not say stays `None`: no unit, no "no data"
//! value and no system is ever assumed.

use std::collections::HashMap;

use geo::{Coord, CoordsIter, LineString, MapCoords, MultiPolygon, Polygon, Simplify, unary_union};
use serde::{Deserialize, Serialize};

use crate::geofile::DeclaredCrs;

/// One band of a raster.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Raster {
    /// Place of the band in its file, counted from 1.
    pub band: u16,
    pub bands: u16,
    pub columns: u32,
    pub rows: u32,
    /// Where a cell's corner stands: `x = [0] + column·[1] + row·[2]`,
    /// `y = [3] + column·[4] + row·[5]`, from the upper left corner on. `None`: the file does not
    /// say where it lies.
    pub geotransform: Option<[f64; 6]>,
    pub declared_crs: Option<DeclaredCrs>,
    /// The unit of the values in the file's own word ("dBm").
    pub unit: Option<String>,
    /// The value that stands for "no data", in the file's own numbers.
    pub nodata: Option<f64>,
    /// What kind of number a cell is: `Byte`, `Int16`, `Float32` …
    pub cell_type: String,
    /// `Gray`, `Red`, `Palette` …: a coloured picture of a map is not coverage.
    pub colour: Option<String>,
    /// Value = number × scale + offset, where the file declares them; statistics and cells
    /// handed out are values.
    pub scale: Option<f64>,
    pub offset: Option<f64>,
    /// What the file says of itself beside its cells (GDAL's metadata), as key and value; of the
    /// band before of the whole file.
    pub declared: Vec<(String, String)>,
    pub statistics: CellStatistics,
}

/// What the cells hold. Declared "no data" is left out of the figures; an undeclared one (−9999
/// in every corner) shows as an odd `min` that many cells share.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CellStatistics {
    pub valid: u64,
    pub nodata: u64,
    /// NaN or infinite, though not declared as "no data".
    pub not_finite: u64,
    /// Of valid cells; `None` when there are none.
    pub range: Option<CellRange>,
    /// Every value with its count, if there are few: a raster of classes. In rising order.
    pub classes: Option<Vec<(f64, u64)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CellRange {
    pub min: f64,
    /// Cells that hold exactly `min`.
    pub min_cells: u64,
    pub max: f64,
    pub max_cells: u64,
    pub mean: f64,
    pub std_dev: f64,
}

/// Which cells are wanted. "No data" and numbers that are not finite never are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CellPick {
    /// Both ends count. `f64::INFINITY` is an end too.
    Between { min: f64, max: f64 },
    /// Classes.
    Values(Vec<f64>),
}

impl CellPick {
    /// The usual question: this signal or stronger.
    pub fn at_least(min: f64) -> Self {
        Self::Between { min, max: f64::INFINITY }
    }

    pub(crate) fn takes(&self, value: f64) -> bool {
        match self {
            Self::Between { min, max } => (*min..=*max).contains(&value),
            Self::Values(values) => values.contains(&value),
        }
    }
}

/// A question for the cells of one band.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellQuestion {
    /// Counted from 1.
    /// Place in [`crate::GeoFile::rasters`]: a file has bands, and a ZIP may hold several files.
    pub raster: usize,
    pub pick: CellPick,
    /// What the sender said stands for "no data", where the file does not.
    pub nodata: Option<f64>,
}

/// Neighbouring cells of one row: a compact grid is a list of these, row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct CellRun {
    /// Counted from 0, northernmost first in most files.
    pub row: u32,
    pub first_column: u32,
    pub cells: u32,
}

/// The answer to a [`CellQuestion`] as one area.
#[derive(Debug, Clone, PartialEq)]
pub struct CoveredArea {
    /// Its statistics leave out what was said to be "no data".
    pub raster: Raster,
    /// How many cells were picked.
    pub cells: u64,
    /// In the file's own coordinates; empty when no cell was picked or the file does not say
    /// where it lies.
    pub area: MultiPolygon<f64>,
    /// The outline was drawn simpler: no point of it lies further from the cells' edges than this
    /// part of a cell.
    pub simplified_within_cells: Option<f64>,
}

/// Outlines of more vertices than this are drawn simpler.
const EXACT_VERTICES: usize = 20_000;
/// No point of a simpler outline lies further from the true one, in cells. The corners of a slope
/// lie seven tenths of a cell from a line along it: with less, every stair would stay.
const WITHIN_CELLS: f64 = 1.0;
/// A ring is made simpler piece by piece: the library calls itself once for each point it keeps,
/// and a ring may have hundreds of thousands.
const PIECE_VERTICES: usize = 512;

/// An outline in columns and rows, simpler when it has to be, and by how much.
pub(crate) fn drawn(runs: &[CellRun]) -> (MultiPolygon<f64>, Option<f64>) {
    let exact = outline(runs);
    if exact.coords_count() <= EXACT_VERTICES {
        return (exact, None);
    }
    // Rings made simpler one by one may cross: their union does not, and has no other edges.
    let rings: Vec<Polygon<f64>> = exact
        .iter()
        .map(|area| {
            Polygon::new(simpler(area.exterior()), area.interiors().iter().map(simpler).collect())
        })
        .collect();
    let simple = unary_union(&rings);
    if simple.0.is_empty() { (exact, None) } else { (simple, Some(WITHIN_CELLS)) }
}

/// A closed ring with fewer points, or as it is where too few would be left; where pieces meet,
/// the point stays.
fn simpler(ring: &LineString<f64>) -> LineString<f64> {
    let mut kept: Vec<Coord<f64>> = Vec::new();
    for start in (0..ring.0.len().saturating_sub(1)).step_by(PIECE_VERTICES) {
        let end = (start + PIECE_VERTICES).min(ring.0.len() - 1);
        let piece = LineString::new(ring.0[start..=end].to_vec()).simplify(WITHIN_CELLS);
        kept.pop();
        kept.extend(piece.0);
    }
    if kept.len() < 4 { ring.clone() } else { LineString::new(kept) }
}

/// Picked cells as areas in columns and rows.
fn outline(runs: &[CellRun]) -> MultiPolygon<f64> {
    let rectangles: Vec<Polygon<f64>> = stacked(runs).into_iter().map(Rectangle::polygon).collect();
    // Columns and rows are whole numbers, so neighbours share their edges exactly.
    match rectangles.len() {
        0 => MultiPolygon::new(Vec::new()),
        1 => MultiPolygon::new(rectangles),
        _ => unary_union(&rectangles),
    }
}

/// From columns and rows to where the file says they stand.
pub(crate) fn placed(cells: &MultiPolygon<f64>, geotransform: [f64; 6]) -> MultiPolygon<f64> {
    let [x, x_column, x_row, y, y_column, y_row] = geotransform;
    cells.map_coords(|at| Coord {
        x: x + at.x * x_column + at.y * x_row,
        y: y + at.x * y_column + at.y * y_row,
    })
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Rectangle {
    first_column: u32,
    end_column: u32,
    first_row: u32,
    end_row: u32,
}

impl Rectangle {
    fn polygon(self) -> Polygon<f64> {
        let [west, east, north, south] =
            [self.first_column, self.end_column, self.first_row, self.end_row].map(f64::from);
        let ring = [(west, north), (east, north), (east, south), (west, south), (west, north)];
        Polygon::new(LineString::from(ring.to_vec()), Vec::new())
    }
}

/// Runs that stand exactly below each other become one rectangle.
fn stacked(runs: &[CellRun]) -> Vec<Rectangle> {
    let mut done: Vec<Rectangle> = Vec::new();
    let mut growing: HashMap<(u32, u32), Rectangle> = HashMap::new();
    for run in runs {
        let end_column = run.first_column.saturating_add(run.cells);
        let fresh = Rectangle {
            first_column: run.first_column,
            end_column,
            first_row: run.row,
            end_row: run.row.saturating_add(1),
        };
        let place = growing.entry((run.first_column, end_column)).or_insert(fresh);
        if place.end_row == run.row {
            place.end_row = fresh.end_row;
        } else if *place != fresh {
            done.push(std::mem::replace(place, fresh));
        }
    }
    done.extend(growing.into_values());
    // The map has no order of its own.
    done.sort_by_key(|found| (found.first_row, found.first_column));
    done
}

#[cfg(test)]
mod tests {
    use geo::{Area, Contains, Point};

    use super::*;

    fn runs(rows: &[&str]) -> Vec<CellRun> {
        let mut runs = Vec::new();
        for (row, text) in (0..).zip(rows) {
            for (at, mark) in (0_u32..).zip(text.chars()) {
                if mark == '#' {
                    match runs.last_mut() {
                        Some(CellRun { row: last, first_column, cells })
                            if *last == row && *first_column + *cells == at =>
                        {
                            *cells += 1;
                        }
                        _ => runs.push(CellRun { row, first_column: at, cells: 1 }),
                    }
                }
            }
        }
        runs
    }

    const AT: [f64; 6] = [500_000.0, 50.0, 0.0, 1_600_000.0, 0.0, -50.0];

    #[test]
    fn an_area_has_its_cells_and_its_holes() {
        let runs = runs(&["#####", "#...#", "#.#.#", "#...#", "#####"]);
        let area = placed(&outline(&runs), AT);
        let expected_m2 = 17.0 * 50.0 * 50.0;
        assert!((area.unsigned_area() - expected_m2).abs() < 1e-6, "{}", area.unsigned_area());
        assert_eq!(area.0.len(), 2);
        assert!(area.contains(&Point::new(500_125.0, 1_599_875.0)));
        assert!(!area.contains(&Point::new(500_075.0, 1_599_875.0)));
    }

    #[test]
    fn cells_that_touch_at_a_corner_are_two_areas() {
        let area = placed(&outline(&runs(&["#....", ".#..."])), AT);
        assert!((area.unsigned_area() - 5_000.0).abs() < 1e-6);
        assert!(outline(&runs(&["....."])).0.is_empty());
    }

    #[test]
    fn a_long_outline_is_drawn_simpler_and_stays_within_a_cell() {
        // A slope of single steps: 2 × 12,000 corners that a line follows within a cell.
        let steps = 12_000_u32;
        let runs: Vec<CellRun> =
            (0..steps).map(|row| CellRun { row, first_column: 0, cells: row + 1 }).collect();
        let exact = outline(&runs);
        assert!(exact.coords_count() > EXACT_VERTICES, "{}", exact.coords_count());
        let (simple, within) = drawn(&runs);
        assert_eq!(within, Some(WITHIN_CELLS));
        assert!(simple.coords_count() < 100, "{}", simple.coords_count());
        let far = simple.coords_iter().map(|at| {
            let east = at.x - at.y;
            // Beside the slope, or on the west and south edges.
            east.abs().min(at.x.abs()).min((at.y - f64::from(steps)).abs())
        });
        assert!(far.fold(0.0, f64::max) <= 1.0);
        let lost = (simple.unsigned_area() - exact.unsigned_area()).abs();
        assert!(lost <= 0.5 * f64::from(steps) * 1.5, "{lost}");
        assert_eq!(drawn(&runs[..10]).1, None);
    }

    #[test]
    fn ends_count_and_nothing_is_not_a_number() {
        let pick = CellPick::at_least(-95.0);
        assert!(pick.takes(-95.0) && pick.takes(0.0) && !pick.takes(-95.001));
        assert!(!pick.takes(f64::NAN) && !CellPick::Values(vec![1.0]).takes(f64::NAN));
    }
}
