//! Where a row is: its coordinates and its drawn area. Nothing is guessed: one reading is proposed
//! with a note, several are asked, none is refused with the nearest miss.

use geo::Coord;
use phusong_atlas::domain::{Area, Position, UnitId, distance_m};
use phusong_atlas::gazetteer::Now;
use phusong_gis::Crs;

use super::cells::Drawn;
use super::columns::Column;
use super::row::Row;
use crate::area::{OutlineFault, area_of};
use crate::coordinates::{
    PairFault, Reading, Written, pair, reading, readings, undeclared_systems,
};
use crate::finding::{Candidate, Finding, Severity};

/// Farther than this from every commune's centre is another province. A site beyond the border
/// may serve villages inside.
pub const PROVINCE_MARGIN_M: f64 = 60_000.0;
/// Farther than this from its declared commune's centre is asked.
const COMMUNE_MARGIN_M: f64 = 25_000.0;
/// A reading without a declared system must come as near as this to the place that it claims.
pub const CLAIM_MARGIN_M: f64 = 15_000.0;
/// A site that moved farther than this since its last report is a finding.
const MOVED_M: f64 = 200.0;
/// A point drawn and a point written may differ by this much.
const SAME_POINT_M: f64 = 50.0;

/// A position with how it came about.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub position: Option<Position>,
    pub operation: Option<String>,
    /// Something was said, even if it could not be taken.
    pub stated: bool,
}

impl Row<'_, '_> {
    /// WGS 84, or a declared system through PROJ, with the operation named.
    pub fn position(&mut self, unit: Option<UnitId>, before: Option<Position>) -> Found {
        let drawn = match self.cells.drawn {
            Some(Drawn::Point { first, second }) => Some(self.drawn_point(first, second)),
            _ => None,
        };
        let written = self.written();
        let stated = drawn.is_some() || written.is_some();
        let read = match (drawn, written) {
            (Some(drawn), Some(written)) => {
                self.compare(drawn.as_ref(), written.as_ref(), unit);
                drawn
            }
            (Some(read), None) | (None, Some(read)) => read,
            (None, None) => None,
        };
        let Some(reading) = read.and_then(|found| self.decide(&found, unit)) else {
            return Found { stated, ..Found::default() };
        };
        self.check_place(reading.position, unit, before);
        Found { position: Some(reading.position), operation: reading.operation, stated }
    }

    fn drawn_crs(&self) -> Crs {
        self.cells.drawn_crs.unwrap_or(self.context.drawn_crs)
    }

    fn decide(&mut self, said: &Said, unit: Option<UnitId>) -> Option<Reading> {
        match said.system {
            System::Declared(crs) => self.declared(crs, &said.readings, unit),
            System::Open => self.proposed(&said.readings, unit),
        }
    }

    /// What the cells say; outer `None` when they are empty, inner when they are refused.
    #[expect(clippy::option_option, reason = "silent and refused are two answers")]
    fn written(&mut self) -> Option<Option<Said>> {
        let east = self.cells.text(Column::Longitude).to_owned();
        let north = self.cells.text(Column::Latitude).to_owned();
        if east.is_empty() && north.is_empty() {
            return None;
        }
        let (easts, norths) = match pair(&east, &north) {
            Ok(pair) => pair,
            Err(fault) => {
                let (column, code, vi, en) = match fault {
                    PairFault::Half if east.is_empty() => (
                        Column::Longitude,
                        "half-position",
                        "thiếu kinh độ",
                        "longitude is missing",
                    ),
                    PairFault::Half => {
                        (Column::Latitude, "half-position", "thiếu vĩ độ", "latitude is missing")
                    }
                    PairFault::East => {
                        (Column::Longitude, "bad-number", "không phải là số", "not a number")
                    }
                    PairFault::North => {
                        (Column::Latitude, "bad-number", "không phải là số", "not a number")
                    }
                };
                self.refuse(code, column, vi, en);
                return Some(None);
            }
        };
        let zero = |numbers: &[crate::coordinates::Number]| {
            numbers.iter().any(|number| number.value == 0.0)
        };
        if zero(&easts) || zero(&norths) {
            self.impossible();
            return Some(None);
        }
        let text = self.cells.text(Column::Crs).to_owned();
        let said = if text.is_empty() {
            match undeclared_systems(&easts, &norths)[..] {
                [crs] => Said::declared(crs, readings(&easts, &norths, &[crs])),
                ref several => Said::open(readings(&easts, &norths, several)),
            }
        } else {
            match Crs::parse(&text) {
                Ok(crs) => Said::declared(crs, readings(&easts, &norths, &[crs])),
                Err(error) if !error.candidates().is_empty() => {
                    Said::open(readings(&easts, &norths, error.candidates()))
                }
                Err(_) => {
                    self.refuse(
                        "crs",
                        Column::Crs,
                        "không rõ hệ tọa độ; ghi WGS84 hoặc VN-2000 kèm kinh tuyến trục",
                        "unknown coordinate system; write WGS84, or VN-2000 with its central meridian",
                    );
                    return Some(None);
                }
            }
        };
        Some(Some(said))
    }

    /// A point of the file's geometry, in the file's system.
    fn drawn_point(&mut self, first: f64, second: f64) -> Option<Said> {
        if first == 0.0 && second == 0.0 {
            self.impossible();
            return None;
        }
        let crs = self.drawn_crs();
        let mut found: Vec<Reading> = reading(crs, first, second).into_iter().collect();
        found.extend(
            reading(crs, second, first).map(|reading| Reading { swapped: true, ..reading }),
        );
        Some(Said::declared(crs, found))
    }

    fn compare(&mut self, drawn: Option<&Said>, written: Option<&Said>, unit: Option<UnitId>) {
        let first = |said: &Said| {
            said.readings.iter().find(|reading| reading.is_plain()).map(|reading| reading.position)
        };
        let (Some(drawn), Some(written)) = (drawn.and_then(first), written) else { return };
        let near = written
            .readings
            .iter()
            .any(|reading| distance_m(reading.position, drawn) <= SAME_POINT_M);
        if !near {
            let apart = written
                .readings
                .iter()
                .map(|reading| distance_m(reading.position, drawn))
                .min_by(f64::total_cmp)
                .map_or_else(String::new, |metres| format!(" {metres} m"));
            let _ = unit;
            self.find(
                Severity::Ask,
                "two-positions",
                Column::Longitude,
                (
                    &format!("điểm vẽ và tọa độ ghi trong cột lệch nhau{apart}; tạm lấy điểm vẽ"),
                    &format!("the drawn point and the written coordinates differ{apart}; the drawn one is kept"),
                ),
                ("sửa hoặc bỏ một trong hai", "mend or drop one of the two"),
            );
        }
    }

    fn impossible(&mut self) {
        self.refuse(
            "bad-coordinates",
            Column::Longitude,
            "tọa độ không thể có",
            "no such coordinates",
        );
    }

    /// A stated system is believed; what does not fit it is said.
    fn declared(&mut self, crs: Crs, found: &[Reading], unit: Option<UnitId>) -> Option<Reading> {
        let mut fitting: Vec<Reading> = found
            .iter()
            .filter(|reading| self.miss_m(reading.position, None).1 <= PROVINCE_MARGIN_M)
            .cloned()
            .collect();
        if let Some(plain) = fitting.iter().position(Reading::is_plain) {
            return Some(fitting.swap_remove(plain));
        }
        fitting.sort_by_key(|reading| reading.written);
        match fitting.as_slice() {
            [] => self.no_reading(found, unit),
            [one]
                if one.swapped
                    && !crs.is_projected()
                    && !one.by_letters
                    && !self.cells.axes_by_letter =>
            {
                let candidate = self.reading_candidate(one, unit);
                let finding = self.ask_unfileable(
                    "swapped",
                    Column::Longitude,
                    ("kinh độ và vĩ độ bị đổi chỗ?", "are longitude and latitude swapped?"),
                    ("đổi chỗ hai ô", "swap the two cells"),
                );
                finding.candidates.push(candidate);
                None
            }
            [one] => {
                let one = one.clone();
                self.note_reading(&one);
                Some(one)
            }
            several => self.ask_reading(several, unit),
        }
    }

    /// Numbers without a system of their own: only what comes near the place that they claim.
    fn proposed(&mut self, found: &[Reading], unit: Option<UnitId>) -> Option<Reading> {
        let fitting: Vec<Reading> = found
            .iter()
            .filter(|reading| self.is_plausible(reading.position, unit))
            .cloned()
            .collect();
        match fitting.as_slice() {
            [] => self.no_reading(found, unit),
            [one] => {
                let one = one.clone();
                let vi = format!(
                    "chưa ghi rõ hệ tọa độ: hiểu là {}, cách hiểu duy nhất hợp lý",
                    one.crs.name()
                );
                let en = format!(
                    "no single system is stated: read as {}, the only plausible one",
                    one.crs.name()
                );
                self.find(
                    Severity::Note,
                    "crs-proposed",
                    Column::Crs,
                    (&vi, &en),
                    ("ghi hệ tọa độ vào cột he_toa_do", "state the system in he_toa_do"),
                );
                self.note_reading(&one);
                Some(one)
            }
            several => self.ask_reading(several, unit),
        }
    }

    fn note_reading(&mut self, one: &Reading) {
        if one.swapped {
            self.find(
                Severity::Note,
                "axis-order",
                Column::Longitude,
                (
                    "X là hướng bắc, Y là hướng đông: đã hiểu theo đó",
                    "X is north and Y is east here: read accordingly",
                ),
                ("không cần làm gì", "nothing to do"),
            );
        }
        if one.written != Written::Plainly {
            let (vi, en) = match one.written {
                Written::ZonePrefixed => {
                    ("bỏ số múi ở đầu tung độ", "the zone before the easting was left out")
                }
                _ => (
                    "dấu phân cách hàng nghìn: đã hiểu theo đó",
                    "thousands are grouped: read accordingly",
                ),
            };
            self.find(
                Severity::Note,
                "number-form",
                Column::Longitude,
                (vi, en),
                ("kiểm tra vị trí trên bản đồ", "check the place on the map"),
            );
        }
    }

    fn ask_reading(&mut self, several: &[Reading], unit: Option<UnitId>) -> Option<Reading> {
        let candidates: Vec<Candidate> =
            several.iter().map(|reading| self.reading_candidate(reading, unit)).collect();
        let finding = self.find(
            Severity::Ask,
            "crs-ambiguous",
            Column::Crs,
            (
                "tọa độ có nhiều cách hiểu: chưa lấy vị trí nào",
                "the coordinates have several readings: no position was taken",
            ),
            ("ghi hệ tọa độ vào cột he_toa_do", "state the system in he_toa_do"),
        );
        finding.candidates = candidates;
        None
    }

    /// Refused, with the nearest miss and what the numbers would be in other systems.
    fn no_reading(&mut self, found: &[Reading], unit: Option<UnitId>) -> Option<Reading> {
        let nearest = found
            .iter()
            .map(|reading| (self.miss_m(reading.position, unit), reading))
            .min_by(|a, b| a.0.1.total_cmp(&b.0.1));
        let Some(((label, metres), _)) = nearest else {
            self.impossible();
            return None;
        };
        let km = (metres / 1000.0).round();
        let vi = format!("ngoài nơi đã nêu: cách nhất {km} km từ {label}");
        let en = format!("not at the place stated: at best {km} km from {label}");
        let others = self.other_systems(unit);
        let finding = self.refuse("outside-province", Column::Longitude, &vi, &en);
        finding.candidates = others;
        None
    }

    /// The same cells in every other system: those that come near the claimed place.
    fn other_systems(&self, unit: Option<UnitId>) -> Vec<Candidate> {
        let (east, north) = match self.cells.drawn {
            Some(Drawn::Point { first, second }) => (first.to_string(), second.to_string()),
            _ => (
                self.cells.text(Column::Longitude).to_owned(),
                self.cells.text(Column::Latitude).to_owned(),
            ),
        };
        let Ok((easts, norths)) = pair(&east, &north) else { return Vec::new() };
        readings(&easts, &norths, &Crs::ALL)
            .into_iter()
            .filter(|reading| self.is_plausible(reading.position, unit))
            .map(|reading| self.reading_candidate(&reading, unit))
            .take(6)
            .collect()
    }

    fn reading_candidate(&self, reading: &Reading, unit: Option<UnitId>) -> Candidate {
        let (label, metres) = self.miss_m(reading.position, unit);
        let km = metres / 1000.0;
        let order = if reading.swapped { ", X/Y ↔" } else { "" };
        Candidate {
            id: format!("EPSG:{}", reading.crs.epsg()),
            name: format!(
                "{}{order}: {:.6}; {:.6}",
                reading.crs.name(),
                reading.position.lon_deg(),
                reading.position.lat_deg()
            ),
            reason_vi: format!("cách {label} {km:.1} km"),
            reason_en: format!("{km:.1} km from {label}"),
            score: if metres <= CLAIM_MARGIN_M { 80 } else { 30 },
        }
    }

    /// Distance to the commune claimed, or else to the nearest one's centre, with its name.
    fn miss_m(&self, at: Position, unit: Option<UnitId>) -> (String, f64) {
        let units = self.context.gazetteer.units();
        let claimed = unit.and_then(|id| Some((id, units.get(id)?.centre?)));
        match claimed {
            Some((id, centre)) => (units.label(id), distance_m(centre, at)),
            None => units
                .nearest_commune(at, self.context.today)
                .map_or_else(|| ("?".to_owned(), 0.0), |(id, metres)| (units.label(id), metres)),
        }
    }

    fn is_plausible(&self, at: Position, unit: Option<UnitId>) -> bool {
        let inside = match unit {
            Some(unit) => self.is_within(at, unit),
            None => self.context.areas.holding(at).is_some(),
        };
        inside || self.miss_m(at, unit).1 <= CLAIM_MARGIN_M
    }

    /// By the cells of today's communes, which are computed until real boundaries are filed.
    fn is_within(&self, at: Position, unit: UnitId) -> bool {
        let now = match self.context.gazetteer.units().on_day(unit, self.context.today) {
            Now::One(unit) => vec![unit],
            Now::Several(units) => units,
            Now::Unknown => Vec::new(),
        };
        let units = self.context.gazetteer.units();
        self.context
            .areas
            .holding(at)
            .is_some_and(|cell| now.iter().any(|unit| units.contains(*unit, cell)))
    }

    /// A position that was taken, held against what else the row and earlier reports say.
    fn check_place(&mut self, at: Position, unit: Option<UnitId>, before: Option<Position>) {
        let declared = unit.filter(|unit| {
            self.context.gazetteer.units().get(*unit).is_some_and(|fact| fact.centre.is_some())
        });
        if let Some(unit) = declared {
            let (label, metres) = self.miss_m(at, Some(unit));
            let km = (metres / 1000.0).round();
            if metres > COMMUNE_MARGIN_M {
                let others = self.other_systems(Some(unit));
                let vi = format!("cách {label} {km} km");
                let en = format!("{km} km from the declared commune");
                let finding = self.find(
                    Severity::Ask,
                    "far-from-commune",
                    Column::Longitude,
                    (&vi, &en),
                    (
                        "kiểm tra tọa độ, hệ tọa độ, kinh tuyến trục và tên xã",
                        "check coordinates, their system and meridian, and the commune",
                    ),
                );
                finding.candidates = others;
            } else if !self.is_within(at, unit) {
                let (vi, en) = (
                    format!("ngoài ranh giới gần đúng của {label} (cách tâm {km} km)"),
                    format!(
                        "outside the approximate boundary of the commune ({km} km from its centre)"
                    ),
                );
                self.find(
                    Severity::Note,
                    "outside-cell",
                    Column::Longitude,
                    (&vi, &en),
                    (
                        "ranh giới gần đúng, không có giá trị pháp lý: chỉ cần xem lại",
                        "the boundary is approximate and has no legal value: only look again",
                    ),
                );
            }
        } else if self.context.areas.holding(at).is_none() {
            self.find(
                Severity::Warn,
                "outside-every-commune",
                Column::Longitude,
                (
                    "điểm ở ngoài mọi xã của tỉnh (ngoài biển hoặc tỉnh bên?)",
                    "the point lies in no commune of the province (at sea, or beyond the border?)",
                ),
                ("kiểm tra tọa độ", "check the coordinates"),
            );
        }
        if let Some(metres) =
            before.map(|old| distance_m(old, at)).filter(|metres| *metres > MOVED_M)
        {
            let vi = format!("trạm dời {metres} m so với lần báo cáo trước");
            let en = format!("the site moved {metres} m since its last report");
            self.find(
                Severity::Warn,
                "moved",
                Column::Longitude,
                (&vi, &en),
                ("kiểm tra tọa độ", "check the coordinates"),
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
        let place = |vertex: Coord<f64>| reading(crs, vertex.x, vertex.y).map(|at| at.position);
        let swapped = |vertex: Coord<f64>| reading(crs, vertex.y, vertex.x).map(|at| at.position);
        match area_of(&outline, place, self.context.window) {
            Ok(area) => Some(area),
            Err(OutlineFault::Outside { .. })
                if area_of(&outline, swapped, self.context.window).is_ok() =>
            {
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
                let finding =
                    Finding::new(fault.code(), Severity::Refuse, (fault.vi(), fault.en()), REDRAW);
                self.findings.push(finding.at(self.cells.row, "hinh_hoc", ""));
                None
            }
        }
    }
}

const REDRAW: (&str, &str) = (
    "sửa đường biên trong phần mềm bản đồ rồi gửi lại",
    "mend the outline in a map program, send again",
);

/// What a pair of coordinates says.
#[derive(Debug, Clone)]
struct Said {
    system: System,
    readings: Vec<Reading>,
}

#[derive(Debug, Clone, Copy)]
enum System {
    Declared(Crs),
    /// None is named, or not one alone.
    Open,
}

impl Said {
    fn declared(crs: Crs, readings: Vec<Reading>) -> Self {
        Self { system: System::Declared(crs), readings }
    }

    fn open(readings: Vec<Reading>) -> Self {
        Self { system: System::Open, readings }
    }
}
