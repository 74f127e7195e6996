//! Every reading of a row's numbers that lands in or near the province. What cannot is left out
//! by its magnitude, before anything is computed.

use phusong_atlas::domain::Position;
use phusong_gis::{Crs, DatumShift, Operation, Transformer, with_transformer};

use super::habit::{Form, Habit, Order};
use super::number::{Axis, Number, Numbers};

/// One thing that a pair of cells may mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    pub habit: Habit,
    /// As the system counts, east first.
    pub east: f64,
    pub north: f64,
    pub position: Position,
    pub operation: Operation,
    /// No heading is contradicted: letters say which is which, or both stood in one cell.
    pub order_told: bool,
}

impl Reading {
    /// `EPSG:5898 → WGS 84, EPSG:6960`; nothing when it was WGS 84.
    pub fn operation_name(&self) -> Option<String> {
        let crs = self.habit.crs;
        (crs != Crs::Wgs84)
            .then(|| format!("EPSG:{} → WGS 84, {}", crs.epsg(), self.operation.name()))
    }
}

/// East and north of a system between which numbers may lie.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Span {
    east: (f64, f64),
    north: (f64, f64),
}

/// The window in which places are looked for, in every system.
#[derive(Debug, Clone)]
pub struct Window {
    spans: Vec<(Crs, Span)>,
}

/// How far beyond the province a reading is still looked at, in degrees.
const BEYOND_DEG: f64 = 0.6;
/// Points along each side of the window that are carried into a grid.
const SIDE_POINTS: u8 = 4;

impl Window {
    /// Around a box in degrees.
    pub fn around(
        [west, south]: [f64; 2],
        [east, north]: [f64; 2],
        transformer: &Transformer,
    ) -> Self {
        let degrees = Span {
            east: (west - BEYOND_DEG, east + BEYOND_DEG),
            north: (south - BEYOND_DEG, north + BEYOND_DEG),
        };
        let spans = Crs::ALL.into_iter().filter_map(|crs| {
            let span =
                if crs.is_projected() { grid_span(crs, degrees, transformer)? } else { degrees };
            Some((crs, span))
        });
        Self { spans: spans.collect() }
    }

    fn of(&self, crs: Crs) -> Option<Span> {
        self.spans.iter().find(|(own, _)| *own == crs).map(|(_, span)| *span)
    }
}

fn grid_span(crs: Crs, degrees: Span, transformer: &Transformer) -> Option<Span> {
    let mut span: Option<Span> = None;
    for x in 0..=SIDE_POINTS {
        for y in 0..=SIDE_POINTS {
            if x % SIDE_POINTS != 0 && y % SIDE_POINTS != 0 {
                continue;
            }
            let along = |(from, to): (f64, f64), step: u8| {
                from + (to - from) * f64::from(step) / f64::from(SIDE_POINTS)
            };
            let (lon, lat) = (along(degrees.east, x), along(degrees.north, y));
            let at = transformer.from_wgs84(crs, DatumShift::Epsg6960, lon, lat).ok()?;
            let grown =
                span.unwrap_or(Span { east: (at.first, at.first), north: (at.second, at.second) });
            span = Some(Span {
                east: (grown.east.0.min(at.first), grown.east.1.max(at.first)),
                north: (grown.north.0.min(at.second), grown.north.1.max(at.second)),
            });
        }
    }
    span
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The forms that a whole file may have.
    Usual,
    /// Also those that only a row that fits nowhere is asked about.
    Deep,
}

/// Every reading in these systems that lands in the window, in the order of the systems.
pub fn readings(
    numbers: &[Numbers; 2],
    systems: &[Crs],
    window: &Window,
    (depth, shift): (Depth, DatumShift),
    transformer: &Transformer,
) -> Vec<Reading> {
    let mut found = Vec::new();
    for crs in systems {
        for order in [Order::AsHeaded, Order::Swapped] {
            in_order(numbers, (*crs, order), window, (depth, shift), transformer, &mut found);
        }
    }
    found
}

/// The readings of one system and order.
pub fn in_order(
    [easts, norths]: &[Numbers; 2],
    (crs, order): (Crs, Order),
    window: &Window,
    (depth, shift): (Depth, DatumShift),
    transformer: &Transformer,
    found: &mut Vec<Reading>,
) {
    let Some(span) = window.of(crs) else { return };
    let (easts, norths) = match order {
        Order::AsHeaded => (easts, norths),
        Order::Swapped => (norths, easts),
    };
    let begun = found.len();
    for first in easts {
        for east in ways(*first, span.east, crs, Axis::East, depth) {
            for second in norths {
                for north in ways(*second, span.north, crs, Axis::North, depth) {
                    if !go_together(east.1, north.1) {
                        continue;
                    }
                    let habit = Habit { crs, order, form: east.1.max(north.1) };
                    let order_told = first.free || first.axis.is_some() || second.axis.is_some();
                    let reading = compute(habit, east.0, north.0, shift, transformer);
                    let known = |reading: &Reading| {
                        found[begun..].iter().any(|known| known.position == reading.position)
                    };
                    if let Some(reading) = reading.filter(|reading| !known(reading)) {
                        found.push(Reading { order_told, ..reading });
                    }
                }
            }
        }
    }
}

/// A pair of numbers, east first, in one system, wherever it lands.
pub fn compute(
    habit: Habit,
    east: f64,
    north: f64,
    shift: DatumShift,
    transformer: &Transformer,
) -> Option<Reading> {
    let at = transformer.to_wgs84(habit.crs, shift, east, north).ok()?;
    let position = Position::new(at.lon_deg, at.lat_deg).ok()?;
    let operation = at.operation;
    Some(Reading { habit, east, north, position, operation, order_told: false })
}

/// One hand writes both cells: with bold forms they are alike, and run-together degrees come in
/// pairs.
fn go_together(east: Form, north: Form) -> bool {
    let packed = |form: Form| form == Form::Packed;
    packed(east) == packed(north) && (east == north || east.is_natural() || north.is_natural())
}

/// A vertex in a known system, by the default parameters; `None` where the system does not reach.
pub fn place_in(crs: Crs, east: f64, north: f64) -> Option<Position> {
    let reading = with_transformer(|transformer| {
        compute(Habit::plain(crs), east, north, DatumShift::default(), transformer)
    })?;
    Some(reading.position)
}

/// The values within the span that a number may stand for, two at most.
fn ways(
    number: Number,
    span: (f64, f64),
    crs: Crs,
    axis: Axis,
    depth: Depth,
) -> impl Iterator<Item = (f64, Form)> {
    let metres = crs.is_projected();
    let mut ways = [None, None];
    if number.axis.is_none_or(|named| named == axis) && !(metres && number.sexagesimal) {
        let within = |value: f64| span.0 <= value && value <= span.1;
        let value = number.value;
        ways[0] = if within(value) {
            Some((value, number.form))
        } else {
            mended(value, &within, metres).filter(|_| number.form == Form::Plain)
        };
        if depth == Depth::Deep && !metres && !number.sexagesimal && number.form == Form::Plain {
            ways[1] = packed(value).filter(|value| within(*value)).map(|v| (v, Form::Packed));
        }
    }
    ways.into_iter().flatten()
}

/// A number out of place, with what sender or spreadsheet may have done to it taken back.
fn mended(value: f64, within: &dyn Fn(f64) -> bool, metres: bool) -> Option<(f64, Form)> {
    /// No more decimals are written.
    const MOST_DECIMALS: i32 = 10;
    if within(-value) {
        return Some((-value, Form::ExtraSign));
    }
    let is_whole = value.fract() == 0.0;
    if metres && !is_whole && within(value * 1000.0) {
        return Some((value * 1000.0, Form::Kilometres));
    }
    let decimals = 1..=if is_whole { MOST_DECIMALS } else { 0 };
    let mut tried = decimals.map(|decimals| value / 10_f64.powi(decimals));
    tried.find(|value| within(*value)).map(|value| (value, Form::PointLost))
}

/// `1084732.5`, or the same behind a point: `108.47325`.
fn packed(value: f64) -> Option<f64> {
    let run = if value.abs() < 1_000.0 { value * 10_000.0 } else { value };
    // Dust of the multiplication must not make 60 seconds of 00.
    let run = (run * 1e6).round() / 1e6;
    let (degrees, minutes, seconds) =
        ((run / 10_000.0).floor(), (run / 100.0).floor() % 100.0, run % 100.0);
    let whole = (0.0..=180.0).contains(&degrees) && minutes < 60.0 && seconds < 60.0;
    whole.then(|| degrees + minutes / 60.0 + seconds / 3600.0)
}
