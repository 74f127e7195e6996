//! Coordinate systems: the closed set that this province's papers use, and the way from each to
//! WGS 84 and back.
//!
//! Lives here: [`Crs`], the words officers write for one, [`DatumShift`], [`Transformer`].
//! Does not: guessing which system a bare pair of numbers is in (the intake's coordinate doctor
//! does, by asking this module for every reading), and any coordinate system of the wider world.
//!
//! Every operation is an explicit PROJ pipeline with its parameters written out below, so no
//! result depends on PROJ's own choice of operation, on its database, on grids or on a network.

mod words;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use proj::Proj;

pub use words::CrsTextError;

/// A coordinate system of the closed set. Coordinates are always given east first: (easting,
/// northing) in metres, or (longitude, latitude) in degrees, whatever the axis order on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Crs {
    /// WGS 84 longitude and latitude (EPSG:4326).
    Wgs84,
    /// WGS 84 / UTM zone 48N (EPSG:32648), central meridian 105°.
    Wgs84Utm48,
    /// WGS 84 / UTM zone 49N (EPSG:32649), central meridian 111°.
    Wgs84Utm49,
    /// VN-2000 longitude and latitude (EPSG:4756).
    Vn2000,
    /// VN-2000 / UTM zone 48N (EPSG:3405); appears undeclared in planning files.
    Vn2000Utm48,
    /// VN-2000 / UTM zone 49N (EPSG:3406).
    Vn2000Utm49,
    /// VN-2000 / TM-3 107°30' (EPSG:9216): the old Kon Tum.
    Vn2000Tm10730,
    /// VN-2000 / TM-3 107°45' (EPSG:5899).
    Vn2000Tm10745,
    /// VN-2000 / TM-3 108°00' (EPSG:5898): Quảng Ngãi.
    Vn2000Tm10800,
    /// VN-2000 / TM-3 108°15' (EPSG:9217).
    Vn2000Tm10815,
    /// VN-2000 / TM-3 108°30' (EPSG:9218).
    Vn2000Tm10830,
}

/// The transverse Mercator grid of a projected system.
#[derive(Debug, Clone, Copy)]
struct Grid {
    central_meridian_deg: f64,
    scale: f64,
}

impl Crs {
    /// Every system of the set, the likelier ones for this province first.
    pub const ALL: [Self; 11] = [
        Self::Vn2000Tm10800,
        Self::Vn2000Tm10730,
        Self::Wgs84,
        Self::Vn2000Tm10815,
        Self::Vn2000Tm10745,
        Self::Vn2000Tm10830,
        Self::Vn2000Utm49,
        Self::Vn2000Utm48,
        Self::Vn2000,
        Self::Wgs84Utm49,
        Self::Wgs84Utm48,
    ];

    /// The system with this EPSG code, if it is one of the set.
    pub fn from_epsg(code: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|crs| crs.epsg() == code)
    }

    /// Reads what people write: "VN-2000 KTT 107°30'", "EPSG:5898", "WGS84", "VN2000 UTM 48N",
    /// "urn:ogc:def:crs:EPSG::9216".
    ///
    /// # Errors
    /// [`CrsTextError::Ambiguous`] with the candidates when the words name a datum without a
    /// meridian, or a meridian without a datum; [`CrsTextError::Unknown`] when they name nothing
    /// of the set. Nothing is guessed.
    pub fn parse(text: &str) -> Result<Self, CrsTextError> {
        words::parse(text)
    }

    /// The EPSG code.
    pub fn epsg(self) -> u32 {
        match self {
            Self::Wgs84 => 4326,
            Self::Wgs84Utm48 => 32648,
            Self::Wgs84Utm49 => 32649,
            Self::Vn2000 => 4756,
            Self::Vn2000Utm48 => 3405,
            Self::Vn2000Utm49 => 3406,
            Self::Vn2000Tm10730 => 9216,
            Self::Vn2000Tm10745 => 5899,
            Self::Vn2000Tm10800 => 5898,
            Self::Vn2000Tm10815 => 9217,
            Self::Vn2000Tm10830 => 9218,
        }
    }

    /// A name for people, the same in Vietnamese and English.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wgs84 => "WGS 84",
            Self::Wgs84Utm48 => "WGS 84 / UTM 48N",
            Self::Wgs84Utm49 => "WGS 84 / UTM 49N",
            Self::Vn2000 => "VN-2000",
            Self::Vn2000Utm48 => "VN-2000 / UTM 48N",
            Self::Vn2000Utm49 => "VN-2000 / UTM 49N",
            Self::Vn2000Tm10730 => "VN-2000 / TM-3 107°30'",
            Self::Vn2000Tm10745 => "VN-2000 / TM-3 107°45'",
            Self::Vn2000Tm10800 => "VN-2000 / TM-3 108°00'",
            Self::Vn2000Tm10815 => "VN-2000 / TM-3 108°15'",
            Self::Vn2000Tm10830 => "VN-2000 / TM-3 108°30'",
        }
    }

    /// Whether coordinates are metres on a grid; otherwise they are degrees.
    pub fn is_projected(self) -> bool {
        self.grid().is_some()
    }

    /// Whether the system stands on the VN-2000 datum, so that a [`DatumShift`] matters.
    pub fn is_vn2000(self) -> bool {
        !matches!(self, Self::Wgs84 | Self::Wgs84Utm48 | Self::Wgs84Utm49)
    }

    /// Central meridian in degrees east; `None` for longitude and latitude.
    pub fn central_meridian_deg(self) -> Option<f64> {
        self.grid().map(|grid| grid.central_meridian_deg)
    }

    /// False easting 500 000 m, false northing 0, latitude of origin 0 for all of them. Source:
    /// EPSG register; scale 0.9999 for the 3° zones of VN-2000, 0.9996 for UTM.
    fn grid(self) -> Option<Grid> {
        let (central_meridian_deg, scale) = match self {
            Self::Wgs84 | Self::Vn2000 => return None,
            Self::Wgs84Utm48 | Self::Vn2000Utm48 => (105.0, 0.9996),
            Self::Wgs84Utm49 | Self::Vn2000Utm49 => (111.0, 0.9996),
            Self::Vn2000Tm10730 => (107.5, 0.9999),
            Self::Vn2000Tm10745 => (107.75, 0.9999),
            Self::Vn2000Tm10800 => (108.0, 0.9999),
            Self::Vn2000Tm10815 => (108.25, 0.9999),
            Self::Vn2000Tm10830 => (108.5, 0.9999),
        };
        Some(Grid { central_meridian_deg, scale })
    }
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (EPSG:{})", self.name(), self.epsg())
    }
}

/// The seven parameters between VN-2000 and WGS 84. The two published sets differ by 0.74 m in
/// this province; leaving the shift out is 226 m off.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum DatumShift {
    /// EPSG:6960, the ministry's parameters of 2007, and PROJ's own choice.
    #[default]
    Epsg6960,
    /// EPSG:5194, found in older software.
    Epsg5194,
    /// No shift: for files made by software that knew none. Only to be chosen knowingly.
    None,
}

impl DatumShift {
    /// PROJ's helmert step from VN-2000 to WGS 84 (metres, arc seconds, parts per million).
    /// Source: EPSG register, operations 6960 and 5194, both of method 9607 (coordinate frame).
    fn helmert(self) -> Option<&'static str> {
        match self {
            Self::Epsg6960 => Some(
                "+proj=helmert +x=-191.90441429 +y=-39.30318279 +z=-111.45032835 \
                 +rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278 \
                 +convention=coordinate_frame",
            ),
            Self::Epsg5194 => Some(
                "+proj=helmert +x=-192.873 +y=-39.382 +z=-111.202 \
                 +rx=0.00205 +ry=0.0005 +rz=-0.00335 +s=0.0188 \
                 +convention=coordinate_frame",
            ),
            Self::None => None,
        }
    }
}

/// What was done to a coordinate; shown with every result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// The datum is WGS 84 already: at most a map projection was undone or done.
    SameDatum,
    /// EPSG:6960 between VN-2000 and WGS 84.
    Epsg6960,
    /// EPSG:5194 between VN-2000 and WGS 84.
    Epsg5194,
    /// VN-2000 taken for WGS 84: about 226 m off, because the caller asked for no shift.
    NoShift,
}

impl Operation {
    fn of(crs: Crs, shift: DatumShift) -> Self {
        match (crs.is_vn2000(), shift) {
            (false, _) => Self::SameDatum,
            (true, DatumShift::Epsg6960) => Self::Epsg6960,
            (true, DatumShift::Epsg5194) => Self::Epsg5194,
            (true, DatumShift::None) => Self::NoShift,
        }
    }

    /// A short stable name: `WGS 84`, `EPSG:6960`, `EPSG:5194`, `no datum shift`.
    pub fn name(self) -> &'static str {
        match self {
            Self::SameDatum => "WGS 84",
            Self::Epsg6960 => "EPSG:6960",
            Self::Epsg5194 => "EPSG:5194",
            Self::NoShift => "no datum shift",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A position in WGS 84, in degrees, and how it was come by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wgs84 {
    pub lon_deg: f64,
    pub lat_deg: f64,
    pub operation: Operation,
}

/// A position in some [`Crs`]: metres (easting, northing) or degrees (longitude, latitude).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrsPoint {
    pub crs: Crs,
    /// Easting in metres, or longitude in degrees.
    pub first: f64,
    /// Northing in metres, or latitude in degrees.
    pub second: f64,
    pub operation: Operation,
}

/// Why a coordinate has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GeodesyError {
    #[error("({first}, {second}) is not a pair of finite numbers")]
    NotFinite { first: f64, second: f64 },
    #[error("({first}, {second}) lies outside what {crs} can hold")]
    OutOfRange { crs: Crs, first: f64, second: f64 },
    #[error("PROJ could not compute {operation} for {crs}: {detail}")]
    Proj { crs: Crs, operation: Operation, detail: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Direction {
    ToWgs84,
    FromWgs84,
}

/// Metres that no grid of the set reaches: saves PROJ from absurd input.
const GRID_LIMIT_M: f64 = 10_000_000.0;
/// How far from its central meridian a grid is trusted, in degrees. Generous: a reading in the
/// wrong zone must still get an answer, so that it can be shown as wrong.
const GRID_REACH_DEG: f64 = 15.0;
/// Latitudes a grid answers for, in degrees (UTM's own northern limits).
const GRID_LATITUDES_DEG: std::ops::RangeInclusive<f64> = 0.0..=84.0;

/// Turns coordinates of any [`Crs`] into WGS 84 and back.
///
/// Neither `Send` nor `Sync`, because PROJ's objects are not: make one per thread and keep it,
/// or use [`with_transformer`], which does so. Each pipeline is built at first use and kept.
#[derive(Default)]
pub struct Transformer {
    pipelines: RefCell<HashMap<(Crs, DatumShift, Direction), Proj>>,
}

impl fmt::Debug for Transformer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transformer").field("pipelines", &self.pipelines.borrow().len()).finish()
    }
}

impl Transformer {
    /// An empty transformer; cheap.
    pub fn new() -> Self {
        Self::default()
    }

    /// From `crs` to WGS 84.
    ///
    /// Units: `first` easting in metres or longitude in degrees, `second` northing in metres or
    /// latitude in degrees. In Vietnamese papers X is NORTH: swap before calling.
    ///
    /// # Errors
    /// Not finite, out of range, or PROJ failed. Never a wrong answer in silence.
    pub fn to_wgs84(
        &self,
        crs: Crs,
        shift: DatumShift,
        first: f64,
        second: f64,
    ) -> Result<Wgs84, GeodesyError> {
        check_source(crs, first, second)?;
        let (lon_deg, lat_deg) = self.run(crs, shift, Direction::ToWgs84, first, second)?;
        if !within_reach(crs, lon_deg, lat_deg) {
            return Err(GeodesyError::OutOfRange { crs, first, second });
        }
        Ok(Wgs84 { lon_deg, lat_deg, operation: Operation::of(crs, shift) })
    }

    /// From WGS 84 degrees to `crs`.
    ///
    /// # Errors
    /// Not finite, out of range (also when the place is too far from the grid's meridian), or
    /// PROJ failed.
    pub fn from_wgs84(
        &self,
        crs: Crs,
        shift: DatumShift,
        lon_deg: f64,
        lat_deg: f64,
    ) -> Result<CrsPoint, GeodesyError> {
        check_source(Crs::Wgs84, lon_deg, lat_deg)?;
        if !within_reach(crs, lon_deg, lat_deg) {
            return Err(GeodesyError::OutOfRange { crs, first: lon_deg, second: lat_deg });
        }
        let (first, second) = self.run(crs, shift, Direction::FromWgs84, lon_deg, lat_deg)?;
        Ok(CrsPoint { crs, first, second, operation: Operation::of(crs, shift) })
    }

    /// WGS 84 degrees to the province's grid (EPSG:5898 by EPSG:6960): easting and northing in
    /// metres, as the rule set's 50 m cells are counted.
    pub fn grid_5898(&self, lon_deg: f64, lat_deg: f64) -> Result<CrsPoint, GeodesyError> {
        self.from_wgs84(Crs::Vn2000Tm10800, DatumShift::Epsg6960, lon_deg, lat_deg)
    }

    fn run(
        &self,
        crs: Crs,
        shift: DatumShift,
        direction: Direction,
        first: f64,
        second: f64,
    ) -> Result<(f64, f64), GeodesyError> {
        let operation = Operation::of(crs, shift);
        if !crs.is_projected() && matches!(operation, Operation::SameDatum | Operation::NoShift) {
            return Ok((first, second));
        }
        let failed = |detail: String| GeodesyError::Proj { crs, operation, detail };

        let mut pipelines = self.pipelines.borrow_mut();
        let proj = match pipelines.entry((crs, shift, direction)) {
            std::collections::hash_map::Entry::Occupied(found) => found.into_mut(),
            std::collections::hash_map::Entry::Vacant(free) => {
                let definition = pipeline(crs, shift, direction);
                free.insert(Proj::new(&definition).map_err(|error| failed(error.to_string()))?)
            }
        };
        let (x, y): (f64, f64) =
            proj.convert((first, second)).map_err(|error| failed(error.to_string()))?;
        if x.is_finite() && y.is_finite() {
            Ok((x, y))
        } else {
            Err(GeodesyError::OutOfRange { crs, first, second })
        }
    }
}

fn check_source(crs: Crs, first: f64, second: f64) -> Result<(), GeodesyError> {
    if !first.is_finite() || !second.is_finite() {
        return Err(GeodesyError::NotFinite { first, second });
    }
    let fits = if crs.is_projected() {
        first.abs() <= GRID_LIMIT_M && second.abs() <= GRID_LIMIT_M
    } else {
        first.abs() <= 180.0 && second.abs() <= 90.0
    };
    if fits { Ok(()) } else { Err(GeodesyError::OutOfRange { crs, first, second }) }
}

fn within_reach(crs: Crs, lon_deg: f64, lat_deg: f64) -> bool {
    crs.central_meridian_deg().is_none_or(|meridian_deg| {
        (lon_deg - meridian_deg).abs() <= GRID_REACH_DEG && GRID_LATITUDES_DEG.contains(&lat_deg)
    })
}

/// The whole operation written out. Both datums use the
/// WGS 84 ellipsoid. `push`/`pop` keep a 2-D point from taking up an invented height.
fn pipeline(crs: Crs, shift: DatumShift, direction: Direction) -> String {
    let grid = crs.grid().map(|Grid { central_meridian_deg, scale }| {
        format!(
            "+proj=tmerc +lat_0=0 +lon_0={central_meridian_deg} +k={scale} \
             +x_0=500000 +y_0=0 +ellps=WGS84"
        )
    });
    let helmert = if crs.is_vn2000() { shift.helmert() } else { None };
    let radians = "+step +proj=unitconvert +xy_in=deg +xy_out=rad";
    let degrees = "+step +proj=unitconvert +xy_in=rad +xy_out=deg";
    let between = |helmert: &str| {
        format!(
            "+step +proj=push +v_3 +step +proj=cart +ellps=WGS84 +step {helmert} \
             +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3"
        )
    };
    let steps = match direction {
        Direction::ToWgs84 => [
            grid.map_or_else(|| radians.to_owned(), |grid| format!("+step +inv {grid}")),
            helmert.map(between).unwrap_or_default(),
            degrees.to_owned(),
        ],
        Direction::FromWgs84 => [
            radians.to_owned(),
            helmert.map(|helmert| between(&format!("+inv {helmert}"))).unwrap_or_default(),
            grid.map_or_else(|| degrees.to_owned(), |grid| format!("+step {grid}")),
        ],
    };
    format!("+proj=pipeline {}", steps.join(" "))
}

thread_local! {
    static OF_THIS_THREAD: Transformer = Transformer::new();
}

/// Runs `ask` with this thread's own [`Transformer`], made at first use and kept.
pub fn with_transformer<T>(ask: impl FnOnce(&Transformer) -> T) -> T {
    OF_THIS_THREAD.with(ask)
}

#[cfg(test)]
mod tests;
