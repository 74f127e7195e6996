//! Outlines of units from a layer: which unit, since when, and where it truly lies.

use std::collections::BTreeMap;

use geo::{BoundingRect, Coord, Rect};
use phusong_atlas::domain::{Area, BoundaryFact, Day, Fact, UnitId, distance_m};
use phusong_atlas::gazetteer::Resolution;
use phusong_gis::Crs;

use crate::area::{Outline, area_of};
use crate::doctor::place_in;
use crate::finding::Severity;
use crate::known::{Asked, Known};
use crate::report::{Cells, Column, DraftRow, Drawn, Outcome, bare_code};
use crate::twins::{conflicting, named};

/// An outline further than this from its unit's centre is another unit's, or in another system.
const FAR_M: f64 = 40_000.0;
/// How far outlines may reach beyond the cells that we know, in degrees.
const BEYOND_DEG: f64 = 1.0;

pub fn read_row(cells: Cells, known: &Known<'_>) -> DraftRow {
    let mut row = Asked::new(cells, known);
    let unit = unit(&mut row);
    let from = row.day(Column::FromDay);
    if from.is_some_and(|day| day > known.today()) {
        let message = (
            "ranh giới có hiệu lực từ ngày chưa tới: gửi khi đã có hiệu lực",
            "the outline holds from a day to come: send it once that day is here",
        );
        row.refuse("future-day", Column::FromDay, message);
    }
    let area = outline(&mut row);
    let fact = unit.zip(area).map(|(unit, area)| {
        far_from_centre(&mut row, unit, &area, Column::UnitCode);
        let from = from.or((unit.valid_from != Day::EARLIEST).then_some(unit.valid_from));
        let source = String::new();
        Fact::Boundary(BoundaryFact { unit, from: from.unwrap_or(known.today()), area, source })
    });
    let replaces = row.replaces();
    row.done(fact.into_iter().collect(), replaces)
}

/// By its code; a name beside it has to be that unit's.
fn unit(row: &mut Asked<'_, '_>) -> Option<UnitId> {
    let Some(code) = row.said(Column::UnitCode) else {
        let message = ("thiếu mã đơn vị", "the unit's code is missing");
        row.refuse("unit", Column::UnitCode, message);
        return None;
    };
    let code = bare_code(&code).to_owned();
    let gazetteer = row.known.evidence.gazetteer;
    let today = Some(row.known.today());
    let by_code = code.bytes().all(|byte| byte.is_ascii_digit());
    let Resolution::Found { id, .. } = gazetteer.resolve_unit(&code, None, today) else {
        let message = ("không có đơn vị mang mã này", "there is no unit of this code");
        row.refuse("unit", Column::UnitCode, message);
        return None;
    };
    if !by_code {
        let message = ("cần mã số của đơn vị", "the unit's number is needed");
        row.refuse("unit", Column::UnitCode, message);
        return None;
    }
    if let Some(name) = row.said(Column::Unit) {
        let named = gazetteer.resolve_unit(&name, None, today);
        if !matches!(named, Resolution::Found { id: other, .. } if other == id) {
            let label = gazetteer.units().label(id);
            let vi = format!("mã là của {label}, tên ghi là “{name}”");
            let en = format!("the code is {label}'s, the name says “{name}”");
            let remedy = ("sửa mã hoặc tên", "mend the code or the name");
            row.find(Severity::Ask, "unit-name-differs", Column::Unit, (&vi, &en), remedy);
        }
    }
    Some(id)
}

fn outline(row: &mut Asked<'_, '_>) -> Option<Area> {
    let Some(Drawn::Area(outline)) = row.cells.drawn.take() else {
        if row.cells.place_waits || row.cells.geometry_is_told() {
            return None;
        }
        let message = ("dòng này không vẽ vùng nào", "the row draws no area");
        row.refuse("no-outline", Column::UnitCode, message);
        return None;
    };
    drawn_area(row, &outline, Column::UnitCode)
}

/// In the layer's system; what is wrong with it is told at the column.
pub fn drawn_area(row: &mut Asked<'_, '_>, outline: &Outline, column: Column) -> Option<Area> {
    let crs = row.cells.drawn_crs.unwrap_or(Crs::Wgs84);
    let place = |vertex: Coord<f64>| place_in(crs, vertex.x, vertex.y);
    match area_of(outline, place, window(row.known)) {
        Ok(area) => Some(area),
        Err(fault) => {
            let (vi, en) = (fault.vi(), fault.en());
            row.refuse(fault.code(), column, (&vi, &en));
            None
        }
    }
}

fn window(known: &Known<'_>) -> Rect<f64> {
    let (south_west, north_east) = known.areas.bounds().unwrap_or(([-180.0, -90.0], [180.0, 90.0]));
    Rect::new(
        (south_west[0] - BEYOND_DEG, south_west[1] - BEYOND_DEG),
        (north_east[0] + BEYOND_DEG, north_east[1] + BEYOND_DEG),
    )
}

/// A wrong zone or another unit's outline lies elsewhere.
pub fn far_from_centre(row: &mut Asked<'_, '_>, unit: UnitId, area: &Area, column: Column) {
    let Some(known) = row.known.areas.get(unit) else { return };
    let Some(bounds) = area.polygons().bounding_rect() else { return };
    let middle = bounds.center();
    let Ok(middle) = phusong_atlas::domain::Position::new(middle.x, middle.y) else { return };
    let apart_m = distance_m(middle, known.centre);
    if apart_m > FAR_M {
        let km = (apart_m / 1_000.0).round();
        let vi = format!("đường biên cách trung tâm đơn vị {km} km: sai mã, hoặc sai hệ tọa độ?");
        let en =
            format!("the outline lies {km} km from the unit's centre: a wrong code or system?");
        let remedy = ("kiểm tra mã và hệ tọa độ", "check the code and the system");
        row.find(Severity::Ask, "outline-far", column, (&vi, &en), remedy);
    }
}

/// Two outlines of one unit and day: both are asked.
pub fn ask_twins(rows: &mut [DraftRow]) {
    let mut known: BTreeMap<(UnitId, Day), usize> = BTreeMap::new();
    for at in 0..rows.len() {
        let Some(Fact::Boundary(fact)) = rows[at].filed.as_ref().map(|filed| &filed.fact) else {
            continue;
        };
        let key = (fact.unit, fact.from);
        let Some(first) = known.insert(key, at) else { continue };
        for (this, other) in [(first, at), (at, first)] {
            let number = named(&rows[other], &rows[this]);
            let message = (
                format!("cùng đơn vị và ngày với dòng {number}"),
                format!("the same unit and day as row {number}"),
            );
            let ask = conflicting(message).at(rows[this].row, Column::UnitCode.as_str(), "");
            rows[this].findings.push(ask);
            rows[this].outcome = Outcome::Blocked;
        }
    }
}
