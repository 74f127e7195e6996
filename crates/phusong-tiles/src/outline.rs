//! Commune areas made ready for a zoom, once: projected, snapped to the zoom's grid, thinned to
//! it and repaired. A tile then only cuts them.
//!
//! What is here is valid by MVT 2.1 (section 4.3.4.4): rings do not cross or touch themselves,
//! holes lie within their shells, and a ring that collapses on a coarse grid is gone.

use std::sync::{Arc, OnceLock};

use geo::{LineString, MultiPolygon};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{ContourDirection, IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use phusong_atlas::atlas::Areas;

use crate::grid::{GridBox, GridPoint, MAX_ZOOM, World, project, snap};
use crate::simplify;

/// A shell and its holes; open rings.
pub type Shape = Vec<Vec<GridPoint>>;

/// How results come out: shells and holes as MVT and OGC want them, no point to spare.
pub const OPTIONS: IntOverlayOptions<u64> = IntOverlayOptions {
    preserve_input_collinear: false,
    output_direction: ContourDirection::CounterClockwise,
    preserve_output_collinear: false,
    min_output_area: 0,
    ogc: true,
};

/// One commune on one zoom; no shapes when nothing of it is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub shapes: Vec<Shape>,
    pub bounds: Option<GridBox>,
}

/// The areas of an Atlas for every zoom, each made when first asked for.
#[derive(Debug)]
pub struct Outlines {
    areas: Arc<Areas>,
    zooms: [OnceLock<Vec<Outline>>; MAX_ZOOM as usize + 1],
}

impl Outlines {
    pub fn new(areas: Arc<Areas>) -> Self {
        Self { areas, zooms: [const { OnceLock::new() }; MAX_ZOOM as usize + 1] }
    }

    pub const fn areas(&self) -> &Arc<Areas> {
        &self.areas
    }

    /// Whether those of this zoom have been asked for before.
    pub fn are_made(&self, z: u8) -> bool {
        self.zooms[usize::from(z.min(MAX_ZOOM))].get().is_some()
    }

    /// As [`Areas::all`], in the same order. Blocks while somebody makes them.
    pub fn on(&self, z: u8) -> &[Outline] {
        self.zooms[usize::from(z.min(MAX_ZOOM))].get_or_init(|| prepare(&self.areas, z))
    }
}

fn prepare(areas: &Areas, z: u8) -> Vec<Outline> {
    let snapped: Vec<Vec<Shape>> =
        areas.all().iter().map(|area| snapped(area.area.polygons(), z)).collect();
    let junctions = simplify::junctions(snapped.iter().flatten().flatten().map(Vec::as_slice));
    snapped
        .into_iter()
        .map(|shapes| {
            let mut overlay =
                Overlay::new_custom(0, OPTIONS, i_overlay::core::solver::Solver::AUTO);
            for ring in shapes.iter().flatten() {
                overlay.add_contour(&simplify::thin(ring, &junctions), ShapeType::Subject);
            }
            let shapes = overlay.overlay(OverlayRule::Subject, FillRule::NonZero);
            let bounds = GridBox::of(shapes.iter().flatten().flatten().copied());
            Outline { shapes, bounds }
        })
        .collect()
}

/// Rings on the grid, shells one way round and holes the other.
fn snapped(polygons: &MultiPolygon<f64>, z: u8) -> Vec<Shape> {
    let turned = |ring: &LineString<f64>, shell: bool| {
        let mut ring = on_grid(ring, z);
        if (area_2(&ring) > 0) != shell {
            ring.reverse();
        }
        ring
    };
    let shape = |polygon: &geo::Polygon<f64>| {
        let holes = polygon.interiors().iter().map(|hole| turned(hole, false));
        std::iter::once(turned(polygon.exterior(), true)).chain(holes).collect()
    };
    polygons.iter().map(shape).collect()
}

/// Edges are straight in longitude and latitude, so long ones get points between: none is off
/// by more than half a unit.
fn on_grid(ring: &LineString<f64>, z: u8) -> Vec<GridPoint> {
    let mut points: Vec<GridPoint> = Vec::with_capacity(ring.0.len());
    let mut push = |at: World| {
        let at = snap(at, z);
        if points.last() != Some(&at) {
            points.push(at);
        }
    };
    for line in ring.lines() {
        // Both neighbours of a border walk its edges the same way here.
        let forward = (line.start.x, line.start.y) <= (line.end.x, line.end.y);
        let (a, b) = if forward { (line.start, line.end) } else { (line.end, line.start) };
        let at = |along: f64| project(a.x + along * (b.x - a.x), a.y + along * (b.y - a.y));
        let pieces = pieces(at(0.0), at(0.5), at(1.0), z);
        for step in 0..pieces {
            let step = if forward { step } else { pieces - step };
            push(at(f64::from(step) / f64::from(pieces)));
        }
    }
    while points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    points
}

/// Into how many pieces an edge is cut so that none sags more than half a unit; a chord's sag
/// falls with the square of the pieces.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped just before")]
fn pieces(a: World, middle: World, b: World, z: u8) -> u32 {
    const MOST: f64 = 4096.0;
    let units = f64::from(crate::grid::EXTENT) * f64::from(1_u32 << z);
    let sag = (middle.y - f64::midpoint(a.y, b.y)).abs() * units;
    (sag / 0.5).sqrt().ceil().clamp(1.0, MOST) as u32
}

/// Twice the signed area.
fn area_2(ring: &[GridPoint]) -> i64 {
    let next = |place: usize| ring[(place + 1) % ring.len()];
    ring.iter().enumerate().map(|(place, at)| at.cross_product(next(place))).sum()
}
