//! Where a row is: its coordinates as the doctor reads them in the whole file, and its drawn area.

use std::borrow::Borrow;
use std::collections::HashMap;

use geo::{Coord, CoordsIter};
use phusong_atlas::cores::in_pieces;
use phusong_atlas::domain::{Area, Day, Located, Position, SiteCode, UnitId, distance_m};
use phusong_atlas::gazetteer::{Resolution, VillageQuery};
use phusong_gis::Crs;

use super::Context;
use super::cells::{Cells, Drawn, GEOMETRY};
use super::columns::Column;
use super::row::Row;
use crate::amount::{En, Vi, whole};
use crate::area::{OutlineFault, area_of};
use crate::doctor::{
    Axes, Declared, Ground, Point, RowDiagnosis, Said, State, Verdict, examine, is_answer,
    numbers as numbers_of, place_in, systems,
};
use crate::finding::{Candidate, Finding, Severity};
use crate::table::PIECE_ROWS;
use crate::values::day::day_of;

/// A point drawn and a point written may differ by this much.
const SAME_POINT_M: f64 = 50.0;

/// Two pairs of one row may differ by this much: by a datum that one of them leaves unsaid.
const SAME_PLACE_M: f64 = 300.0;

/// What the doctor says of one row.
#[derive(Debug, Clone, Default)]
pub struct Diagnosed {
    written: Option<RowDiagnosis>,
    /// Boxed: few rows are drawn as a point.
    drawn: Option<Box<RowDiagnosis>>,
    /// The unit that the row names, on that day.
    pub unit: Option<(UnitId, Option<Day>)>,
}

/// A position with how it came about.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub position: Option<Position>,
    pub operation: Option<String>,
    /// Something was said, even if it could not be taken.
    pub stated: bool,
}

/// Every row of a file before the doctor, in their order, with findings on the file.
pub fn diagnose(rows: &[Cells], context: &Context<'_>) -> (Vec<Diagnosed>, Vec<Finding>) {
    let mut found: Vec<Diagnosed> = vec![Diagnosed::default(); rows.len()];
    let mut findings = Vec::new();
    let claims = || Claims { context, units: HashMap::new() };
    let claimed = in_pieces(rows.chunks(PIECE_ROWS), claims, |claims, rows| {
        rows.iter().map(|row| claims.of(row)).collect::<Vec<Claimed>>()
    });
    let claimed: Vec<Claimed> = claimed.into_iter().flatten().collect();
    for (found, claimed) in found.iter_mut().zip(&claimed) {
        found.unit = claimed.unit.map(|unit| (unit, claimed.day));
    }
    let sites_at = |at: Position| context.sites_at.map(|ask| ask(at)).unwrap_or_default();
    let ground = Ground {
        gazetteer: context.gazetteer,
        areas: context.areas,
        land: context.land,
        today: context.today,
        sites_at: &sites_at,
    };
    for (heading, members) in by_heading(rows) {
        let points: Vec<Point<'_>> =
            members.iter().map(|at| written(&rows[*at], &claimed[*at])).collect();
        if points.iter().all(|point| point.east.is_empty() && point.north.is_empty()) {
            continue;
        }
        let diagnosis = examine(&points, &heading, &ground);
        findings.extend(diagnosis.findings);
        for (at, row) in members.iter().zip(diagnosis.rows) {
            found[*at].written = (row.state != State::Empty).then_some(row);
        }
    }
    for (crs, members) in by_drawn_system(rows, context) {
        let numbers: Vec<(String, String)> = members.iter().map(|at| numbers(&rows[*at])).collect();
        let points: Vec<Point<'_>> = members
            .iter()
            .zip(&numbers)
            .map(|(at, (east, north))| Point {
                east,
                north,
                row_crs: None,
                ..written(&rows[*at], &claimed[*at])
            })
            .collect();
        let declared = Declared::of_crs(crs, Said::File, Axes::Words);
        let diagnosis = examine(&points, &declared, &ground);
        findings.extend(diagnosis.findings);
        for (at, row) in members.iter().zip(diagnosis.rows) {
            found[*at].drawn = Some(Box::new(row));
        }
    }
    (found, findings)
}

/// The doctor's verdict on what the first features draw, one vertex each, and what it tells first.
pub fn sampled(
    rows: &[impl Borrow<Cells>],
    most: usize,
    context: &Context<'_>,
) -> (Option<Verdict>, Vec<Finding>) {
    with_sample(rows, most, context, |points, ground| {
        let mut diagnosis = examine(points, &Declared::default(), ground);
        let rows = diagnosis.rows.into_iter().flat_map(|row| row.findings);
        diagnosis.findings.extend(rows);
        let verdict = diagnosis.groups.into_iter().next().map(|group| group.verdict);
        (verdict, diagnosis.findings)
    })
}

/// Where the first features lie in each system: those first that fit best.
pub fn choices(rows: &[impl Borrow<Cells>], most: usize, context: &Context<'_>) -> Vec<Candidate> {
    with_sample(rows, most, context, systems)
}

/// What the first features draw, one vertex each, with what they say of their place.
fn with_sample<T>(
    rows: &[impl Borrow<Cells>],
    most: usize,
    context: &Context<'_>,
    ask: impl FnOnce(&[Point<'_>], &Ground<'_>) -> T,
) -> T {
    let mut claims = Claims { context, units: HashMap::new() };
    let drawn = rows.iter().map(Borrow::borrow).filter_map(|row: &Cells| {
        let (x, y) = match row.drawn.as_ref()? {
            Drawn::Point { first, second } => (*first, *second),
            Drawn::Area(outline) => outline.coords_iter().next().map(|c| (c.x, c.y))?,
        };
        Some((row, x.to_string(), y.to_string(), claims.of(row)))
    });
    let drawn: Vec<(&Cells, String, String, Claimed)> = drawn.take(most).collect();
    let points: Vec<Point<'_>> = drawn
        .iter()
        .map(|(row, east, north, claimed)| Point {
            east,
            north,
            row_crs: None,
            answer: None,
            ..written(row, claimed)
        })
        .collect();
    let ground = Ground {
        gazetteer: context.gazetteer,
        areas: context.areas,
        land: None,
        today: context.today,
        sites_at: &|_| Vec::new(),
    };
    ask(&points, &ground)
}

/// What a row's coordinates can be held against.
#[derive(Debug, Clone, Copy, Default)]
struct Claimed {
    unit: Option<UnitId>,
    day: Option<Day>,
    village: Option<Located>,
    before: Option<Position>,
}

/// Names that were looked up already: a file repeats them.
struct Claims<'r, 'c> {
    context: &'r Context<'c>,
    units: HashMap<(&'r str, &'r str, Option<Day>), Option<UnitId>>,
}

impl<'r> Claims<'r, '_> {
    fn of(&mut self, row: &'r Cells) -> Claimed {
        let context = self.context;
        let day = [Column::EventDay, Column::FromDay]
            .into_iter()
            .find_map(|column| day_of(row.text(column)));
        let (name, district) = (row.text(Column::Commune), row.text(Column::District));
        // An outline of a unit is said to be that unit's.
        let name = if name.is_empty() { bare_code(row.text(Column::UnitCode)) } else { name };
        let unit = if name.is_empty() {
            None
        } else {
            *self.units.entry((name, district, day)).or_insert_with(|| {
                let district = Some(district).filter(|text| !text.is_empty());
                match context.gazetteer.resolve_unit(name, district, day) {
                    Resolution::Found { id, .. } => Some(id),
                    _ => None,
                }
            })
        };
        let village = || {
            let name = row.list(Column::Villages, &[';', ',', '\n']).into_iter().next()?;
            let query = VillageQuery {
                name: &name,
                commune: Some(row.text(Column::Commune)).filter(|text| !text.is_empty()),
                district: Some(district).filter(|text| !text.is_empty()),
                day,
            };
            match context.gazetteer.resolve_village(&query) {
                Resolution::Found { id, .. } => context.gazetteer.village(&id)?.located,
                _ => None,
            }
        };
        let site = SiteCode::new(row.text(Column::SiteCode)).ok();
        Claimed {
            unit,
            day,
            village: if unit.is_none() { village() } else { None },
            before: site.and_then(|code| (context.site)(&code)).and_then(|site| site.position),
        }
    }
}

/// A unit's code without what a column of fractions adds to it: `21520.0`.
pub fn bare_code(text: &str) -> &str {
    text.trim().trim_end_matches(".0")
}

fn written<'a>(row: &'a Cells, claimed: &Claimed) -> Point<'a> {
    let some = |text: &'a str| Some(text).filter(|text| !text.is_empty());
    let crs = some(row.text(Column::Crs));
    let is_answer = row.crs_answered || crs.is_some_and(is_answer);
    Point {
        row: row.row,
        east: row.text(Column::Longitude),
        north: row.text(Column::Latitude),
        row_crs: crs.filter(|_| !is_answer),
        answer: crs.filter(|_| is_answer),
        code: some(row.text(Column::SiteCode)),
        claimed: claimed.unit,
        village: claimed.village,
        before: claimed.before,
    }
}

/// Rows under the same headings.
fn by_heading(rows: &[Cells]) -> Vec<(Declared, Vec<usize>)> {
    let mut groups: Vec<(Declared, Vec<usize>)> = Vec::new();
    let mut known: HashMap<(Option<&str>, bool), usize> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        let text = row.crs_heading.as_deref();
        let group = *known.entry((text, row.axes_by_letter)).or_insert_with(|| {
            let axes = if row.axes_by_letter { Axes::Letters } else { Axes::Words };
            groups.push((Declared::of_text(text.unwrap_or(""), Said::Heading, axes), Vec::new()));
            groups.len() - 1
        });
        groups[group].1.push(at);
    }
    groups
}

/// Rows that are drawn as points, by the system they are drawn in.
fn by_drawn_system(rows: &[Cells], context: &Context<'_>) -> Vec<(Crs, Vec<usize>)> {
    let mut groups: Vec<(Crs, Vec<usize>)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if !matches!(row.drawn, Some(Drawn::Point { .. })) {
            continue;
        }
        let crs = row.drawn_crs.unwrap_or(context.drawn_crs);
        match groups.iter_mut().find(|(own, _)| *own == crs) {
            Some((_, members)) => members.push(at),
            None => groups.push((crs, vec![at])),
        }
    }
    groups
}

fn numbers(row: &Cells) -> (String, String) {
    match row.drawn {
        Some(Drawn::Point { first, second }) => (first.to_string(), second.to_string()),
        _ => (String::new(), String::new()),
    }
}

impl Row<'_, '_> {
    /// As the doctor found it; a drawn point goes before a written one.
    pub fn position(&mut self) -> Found {
        let Diagnosed { written, drawn, .. } = std::mem::take(&mut self.diagnosed);
        let stated = written.is_some() || drawn.is_some();
        if let (Some(drawn), Some(written)) = (&drawn, &written) {
            self.compare(drawn, written);
        }
        let refused = |row: &RowDiagnosis| row.state == State::Refused;
        if let (Some(_), Some(written)) = (&drawn, written.as_ref().filter(|row| refused(row))) {
            self.findings.extend(written.findings.iter().cloned());
        }
        let Some(row) = drawn.map(|row| *row).or(written) else { return Found::default() };
        // An open question counts for nothing: neither does what hangs on it.
        let is_open = |finding: &Finding| finding.severity == Severity::Ask;
        if matches!(row.state, State::Asked | State::WaitsForFile)
            || row.findings.iter().any(is_open)
        {
            self.block();
        }
        self.findings.extend(row.findings);
        self.stands_at = row.position;
        if let (Some(at), Some(second)) = (row.position, self.cells.second_place.take()) {
            self.compare_second(at, &second.0, &second.1);
        }
        Found { position: row.position, operation: row.operation, stated }
    }

    fn drawn_crs(&self) -> Crs {
        self.cells.drawn_crs.unwrap_or(self.context.drawn_crs)
    }

    /// A second pair of coordinates is another writing of the place, in one system or another; one
    /// that is no such thing is asked.
    fn compare_second(&mut self, at: Position, east: &str, north: &str) {
        let (easts, norths) = (numbers_of(east), numbers_of(north));
        let apart = Crs::ALL.into_iter().flat_map(|crs| {
            let pairs = easts.iter().flat_map(|east| norths.iter().map(|north| (*east, *north)));
            let both = pairs.flat_map(|(east, north)| [(east, north), (north, east)]);
            both.filter_map(move |(east, north)| place_in(crs, east.value, north.value))
        });
        // The likely systems come first: most are found at once.
        if apart.map(|place| distance_m(place, at)).any(|metres| metres <= SAME_PLACE_M) {
            return;
        }
        let vi = format!("hai cặp tọa độ của dòng không cùng một nơi: {east}; {north}");
        let en = format!("the row's two pairs of coordinates are not one place: {east}; {north}");
        self.ask_unfileable(
            "two-positions",
            Column::Longitude,
            (&vi, &en),
            ("sửa hoặc bỏ một trong hai", "mend or drop one of the two"),
        );
    }

    fn compare(&mut self, drawn: &RowDiagnosis, written: &RowDiagnosis) {
        let (Some(drawn), Some(written)) = (drawn.position, written.position) else { return };
        let apart_m = distance_m(drawn, written);
        if apart_m > SAME_POINT_M {
            let vi = format!("điểm vẽ và tọa độ ghi trong cột lệch nhau {} m", Vi(whole(apart_m)));
            let en = format!(
                "the drawn point and the written coordinates differ by {} m",
                En(whole(apart_m))
            );
            self.ask_unfileable(
                "two-positions",
                Column::Longitude,
                (&vi, &en),
                ("sửa hoặc bỏ một trong hai", "mend or drop one of the two"),
            );
        }
    }

    /// The drawn area, valid and in WGS 84; `None` when there is none or it is refused.
    pub fn area(&mut self) -> Option<Area> {
        let outline = match self.cells.drawn.take() {
            Some(Drawn::Area(outline)) => outline,
            point => {
                self.cells.drawn = point;
                return None;
            }
        };
        let crs = self.drawn_crs();
        let place = |vertex: Coord<f64>| place_in(crs, vertex.x, vertex.y);
        let swapped = |vertex: Coord<f64>| place_in(crs, vertex.y, vertex.x);
        match area_of(&outline, place, self.context.window) {
            Ok(area) => Some(area),
            Err(OutlineFault::Outside { .. })
                if area_of(&outline, swapped, self.context.window).is_ok() =>
            {
                self.place_is_told = true;
                self.ask_unfileable(
                    "swapped",
                    Column::Longitude,
                    (
                        "kinh độ và vĩ độ của đường biên bị đổi chỗ?",
                        "are longitude and latitude of the outline swapped?",
                    ),
                    ("xuất lại tệp đúng thứ tự trục", "export the file again in the right order"),
                );
                None
            }
            Err(fault) => {
                self.place_is_told = true;
                let finding =
                    Finding::new(fault.code(), Severity::Refuse, (fault.vi(), fault.en()), REDRAW);
                self.findings.push(finding.at(self.cells.row, GEOMETRY, ""));
                None
            }
        }
    }
}

const REDRAW: (&str, &str) = (
    "sửa đường biên trong phần mềm bản đồ rồi gửi lại",
    "mend the outline in a map program, send again",
);
