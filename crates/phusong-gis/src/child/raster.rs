//! Rasters, band by band: what they declare, what their cells hold, and the cells asked for.

use std::collections::BTreeMap;
use std::io::Write;

use gdal::raster::{GdalDataType, RasterBand};
use gdal::spatial_ref::SpatialRef;
use gdal::{Dataset, Metadata};
use geo::CoordsIter;

use super::declared::declared;
use super::plan::Source;
use super::send;
use crate::error::{Measure, ReadError, Refused, clip};
use crate::geofile::{DeclaredCrs, Limits};
use crate::note::Note;
use crate::raster::{CellQuestion, CellRange, CellRun, CellStatistics, Raster, drawn};
use crate::wire::{Frame, WireGeometry};

/// More is a cube or a picture, not coverage.
const BANDS_MAX: usize = 16;
/// More different values are a measure, not classes.
const CLASSES_MAX: usize = 32;
/// Rows are read so many bytes at a time.
const WINDOW_BYTES: usize = 32 << 20;

/// Every band, or the one that is asked for among all `rasters` of the file, of which so many came
/// `before`. How many there are.
pub(super) fn read_bands(
    out: &mut impl Write,
    dataset: &Dataset,
    source: &Source,
    limits: &Limits,
    (question, before): (Option<&CellQuestion>, usize),
) -> Result<usize, ReadError> {
    let bands = dataset.raster_count();
    if bands > BANDS_MAX {
        return Err(ReadError::TooLarge { what: Measure::Bands, max: BANDS_MAX as u64 });
    }
    for number in 1..=bands {
        let band = dataset.rasterband(number).map_err(library)?;
        let asked = question.filter(|question| question.raster + 1 == before + number);
        if question.is_some() && asked.is_none() {
            continue;
        }
        let mut grid = Grid::of(&band, limits)?;
        if let Some(nodata) = asked.and_then(|question| question.nodata) {
            grid.nodata = grid.nodata.or(Some(nodata));
        }
        if grid.mask.is_some() {
            send(out, &Frame::Notes(vec![Note::Masked]))?;
        }
        let mut raster = about(dataset, source, &grid)?;
        raster.band = u16::try_from(number).unwrap_or(u16::MAX);
        raster.bands = u16::try_from(bands).unwrap_or(u16::MAX);
        raster.statistics = statistics(&grid)?;
        send(out, &Frame::Raster(Box::new(raster)))?;
        if let Some(question) = asked {
            send_area(out, &grid, question, limits)?;
        }
    }
    Ok(bands)
}

pub(super) fn crs_of_prj(text: &[u8]) -> Option<DeclaredCrs> {
    let text = std::str::from_utf8(text).ok()?;
    SpatialRef::from_esri(text.trim()).ok().as_ref().and_then(declared)
}

fn library(error: impl std::fmt::Display) -> ReadError {
    ReadError::library(error.to_string())
}

fn about(dataset: &Dataset, source: &Source, grid: &Grid<'_>) -> Result<Raster, ReadError> {
    let whole = |side: usize| u32::try_from(side).map_err(|_too_wide| ReadError::protocol());
    let geotransform = source.geotransform.or_else(|| dataset.geo_transform().ok());
    let declared_crs = source.crs.or(|| dataset.spatial_ref().ok().as_ref().and_then(declared));
    let unit = grid.band.unit();
    let colour = grid.band.color_interpretation().name();
    Ok(Raster {
        band: 1,
        bands: 1,
        columns: whole(grid.columns)?,
        rows: whole(grid.rows)?,
        geotransform: geotransform.filter(|numbers| numbers.iter().all(|n| n.is_finite())),
        declared_crs,
        unit: (!unit.trim().is_empty()).then(|| clip(unit.trim().to_owned())),
        nodata: grid.band.no_data_value(),
        cell_type: grid.band.band_type().to_string(),
        colour: (colour != "Undefined").then_some(colour),
        scale: grid.scale.filter(|scale| !is(*scale, 1.0)),
        offset: grid.offset.filter(|offset| !is(*offset, 0.0)),
        declared: said(grid.band, dataset),
        statistics: CellStatistics::default(),
    })
}

/// Metadata of the band, then of the file; so much of it.
fn said(band: &RasterBand<'_>, dataset: &Dataset) -> Vec<(String, String)> {
    const MOST: usize = 64;
    let items = [band.metadata_domain(""), dataset.metadata_domain("")].into_iter().flatten();
    let pairs = items.flatten().filter_map(|item| {
        let (key, value) = item.split_once('=')?;
        Some((clip(key.to_owned()), clip(value.to_owned())))
    });
    pairs.take(MOST).collect()
}

#[expect(clippy::float_cmp, reason = "numbers as declared, and \"no data\" is one of them")]
fn is(found: f64, wanted: f64) -> bool {
    found == wanted
}

/// One band, read window by window.
struct Grid<'b> {
    band: &'b RasterBand<'b>,
    mask: Option<RasterBand<'b>>,
    columns: usize,
    rows: usize,
    window_rows: usize,
    nodata: Option<f64>,
    is_single: bool,
    scale: Option<f64>,
    offset: Option<f64>,
}

/// What one cell holds.
#[derive(Debug, Clone, Copy)]
enum Held {
    Value(f64),
    Nothing,
    NotFinite,
}

impl<'b> Grid<'b> {
    fn of(band: &'b RasterBand<'b>, limits: &Limits) -> Result<Self, ReadError> {
        let (columns, rows) = band.size();
        let cells = (columns as u64).saturating_mul(rows as u64);
        let (block_columns, block_rows) = band.block_size();
        let block_bytes = block_columns.saturating_mul(block_rows).saturating_mul(8);
        if cells > limits.cells || block_bytes as u64 > limits.memory_bytes / 4 {
            return Err(ReadError::TooLarge { what: Measure::Cells, max: limits.cells });
        }
        if columns == 0 || rows == 0 {
            return Err(ReadError::NoFeatures);
        }
        let kind = band.band_type();
        // CInt16, CFloat32 …
        if kind.name().starts_with('C') {
            let looks_like = "a raster of complex numbers".to_owned();
            return Err(ReadError::NotAllowed { what: Refused::Content { looks_like } });
        }
        let flags = band.mask_flags().map_err(library)?;
        let has_mask = !flags.is_all_valid() && !flags.is_nodata();
        let affordable = (WINDOW_BYTES / 8 / columns).max(1);
        Ok(Self {
            mask: has_mask.then(|| band.open_mask_band().map_err(library)).transpose()?,
            columns,
            rows,
            window_rows: block_rows.max(1).min(affordable).min(rows),
            nodata: band.no_data_value(),
            is_single: kind == GdalDataType::Float32,
            scale: band.scale(),
            offset: band.offset(),
            band,
        })
    }

    fn holds(&self, number: f64) -> Held {
        let is_nothing = self.nodata.is_some_and(|nodata| {
            // A number written in decimals is seldom the single it became.
            #[expect(clippy::cast_possible_truncation, reason = "that is the point")]
            let singles = self.is_single.then_some((nodata as f32, number as f32));
            is(number, nodata)
                || singles.is_some_and(|(a, b)| a.to_bits() == b.to_bits())
                || nodata.is_nan() && number.is_nan()
        });
        if is_nothing {
            return Held::Nothing;
        }
        let value = number.mul_add(self.scale.unwrap_or(1.0), self.offset.unwrap_or(0.0));
        if value.is_finite() { Held::Value(value) } else { Held::NotFinite }
    }

    /// Gives each row to `take`, with its place from 0.
    fn each_row(
        &self,
        mut take: impl FnMut(u32, &[Held]) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let mut numbers = vec![0.0_f64; self.columns * self.window_rows];
        let mut shown = vec![255_u8; if self.mask.is_some() { numbers.len() } else { 0 }];
        let mut line = Vec::with_capacity(self.columns);
        let mut done = 0;
        while done < self.rows {
            let height = self.window_rows.min(self.rows - done);
            let cells = self.columns * height;
            let size = (self.columns, height);
            let corner = (0, done.cast_signed());
            let window = &mut numbers[..cells];
            self.band.read_into_slice(corner, size, size, window, None).map_err(library)?;
            if let Some(mask) = &self.mask {
                let window = &mut shown[..cells];
                mask.read_into_slice(corner, size, size, window, None).map_err(library)?;
            }
            for row in 0..height {
                let row_cells = row * self.columns..(row + 1) * self.columns;
                let hidden = |at: usize| shown.get(at).is_some_and(|shown| *shown == 0);
                line.clear();
                line.extend(
                    row_cells.map(
                        |at| {
                            if hidden(at) { Held::Nothing } else { self.holds(numbers[at]) }
                        },
                    ),
                );
                take(u32::try_from(done + row).unwrap_or(u32::MAX), &line)?;
            }
            done += height;
        }
        Ok(())
    }
}

fn statistics(grid: &Grid<'_>) -> Result<CellStatistics, ReadError> {
    let mut found = CellStatistics::default();
    let mut classes = Some(BTreeMap::<u64, (f64, u64)>::new());
    let mut range: Option<CellRange> = None;
    let mut spread = 0.0_f64;
    grid.each_row(|_, line| {
        for held in line {
            let value = match *held {
                Held::Value(value) => value,
                Held::Nothing => {
                    found.nodata += 1;
                    continue;
                }
                Held::NotFinite => {
                    found.not_finite += 1;
                    continue;
                }
            };
            found.valid += 1;
            let range = range.get_or_insert(CellRange {
                min: value,
                min_cells: 0,
                max: value,
                max_cells: 0,
                mean: 0.0,
                std_dev: 0.0,
            });
            add(range, value, found.valid, &mut spread);
            count_class(&mut classes, value);
        }
        Ok(())
    })?;
    if let Some(range) = &mut range {
        #[expect(clippy::cast_precision_loss, reason = "at most 10^8 cells")]
        let count = found.valid as f64;
        range.std_dev = (spread / count).sqrt();
        found.classes = classes.map(|classes| {
            let mut classes: Vec<(f64, u64)> = classes.into_values().collect();
            classes.sort_by(|a, b| a.0.total_cmp(&b.0));
            classes
        });
    }
    found.range = range;
    Ok(found)
}

/// Welford's running mean and sum of squared distances from it.
fn add(range: &mut CellRange, value: f64, count: u64, spread: &mut f64) {
    #[expect(clippy::cast_precision_loss, reason = "at most 10^8 cells")]
    let count = count as f64;
    let from_old = value - range.mean;
    range.mean += from_old / count;
    *spread += from_old * (value - range.mean);
    if value < range.min {
        (range.min, range.min_cells) = (value, 0);
    }
    if value > range.max {
        (range.max, range.max_cells) = (value, 0);
    }
    range.min_cells += u64::from(is(value, range.min));
    range.max_cells += u64::from(is(value, range.max));
}

fn count_class(classes: &mut Option<BTreeMap<u64, (f64, u64)>>, value: f64) {
    let Some(known) = classes else { return };
    known.entry(value.to_bits()).or_insert((value, 0)).1 += 1;
    if known.len() > CLASSES_MAX {
        *classes = None;
    }
}

/// The picked cells as one area, made here: a busy outline costs the child its time, not the
/// service.
fn send_area(
    out: &mut impl Write,
    grid: &Grid<'_>,
    question: &CellQuestion,
    limits: &Limits,
) -> Result<(), ReadError> {
    let runs = runs(grid, question, limits)?;
    let cells = runs.iter().map(|run| u64::from(run.cells)).sum();
    let (outline, simplified_within_cells) = drawn(&runs);
    let vertices = outline.coords_count();
    if vertices > limits.vertices_per_feature as usize {
        let max = limits.vertices_per_feature.into();
        return Err(ReadError::TooLarge { what: Measure::Vertices, max });
    }
    let outline = (vertices > 0).then(|| WireGeometry::of_areas(&outline));
    send(out, &Frame::Area { cells, outline, simplified_within_cells })
}

/// Stretches of picked cells, row by row.
fn runs(
    grid: &Grid<'_>,
    question: &CellQuestion,
    limits: &Limits,
) -> Result<Vec<CellRun>, ReadError> {
    let mut runs: Vec<CellRun> = Vec::new();
    grid.each_row(|row, line| {
        let mut run: Option<CellRun> = None;
        for (column, held) in (0_u32..).zip(line) {
            let wanted = matches!(held, Held::Value(value) if question.pick.takes(*value));
            match &mut run {
                Some(run) if wanted => run.cells += 1,
                None if wanted => run = Some(CellRun { row, first_column: column, cells: 1 }),
                _ => runs.extend(run.take()),
            }
        }
        runs.extend(run);
        if runs.len() > limits.cell_runs as usize {
            return Err(ReadError::TooLarge {
                what: Measure::CellRuns,
                max: limits.cell_runs.into(),
            });
        }
        Ok(())
    })?;
    Ok(runs)
}
