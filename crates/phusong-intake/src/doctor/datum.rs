//! By which parameters a sender's software went from VN-2000 to WGS 84: told by rows whose place
//! is known otherwise.

use phusong_atlas::domain::Position;
use phusong_gis::{Crs, DatumShift, Transformer};

/// Rows needed to tell.
const CONTROL_ROWS: usize = 3;
/// A known place farther off than this is no control of the same survey.
const CONTROL_M: f64 = 5.0;
/// What the fitting parameters may leave, as a median.
const RESIDUAL_M: f64 = 0.25;

/// How well one set of parameters explains the control rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DatumFit {
    pub shift: DatumShift,
    /// Residual of the middle row.
    pub median_m: f64,
    pub rows: usize,
}

/// The parameters that explain the rows clearly better than the default; `None` when the default
/// does as well, or too few rows tell. A row: east and north as written, and its known place.
pub fn fitted(
    crs: Crs,
    rows: &[(f64, f64, Position)],
    transformer: &Transformer,
) -> Option<DatumFit> {
    if !crs.is_vn2000() {
        return None;
    }
    let residuals = |shift| {
        let metres = rows.iter().filter_map(|(east, north, known)| {
            let at = transformer.to_wgs84(crs, shift, *east, *north).ok()?;
            Some(apart_m(at.lon_deg, at.lat_deg, *known))
        });
        let mut metres: Vec<f64> = metres.filter(|metres| *metres <= CONTROL_M).collect();
        metres.sort_by(f64::total_cmp);
        let median_m = metres.get(metres.len() / 2).copied()?;
        Some(DatumFit { shift, median_m, rows: metres.len() })
    };
    let default = residuals(DatumShift::default())?;
    let other = residuals(DatumShift::Epsg5194)?;
    let clear = other.median_m <= RESIDUAL_M && other.median_m * 2.0 < default.median_m;
    (clear && other.rows >= CONTROL_ROWS).then_some(other)
}

/// To a millimetre, which whole metres of the domain's distances do not tell.
fn apart_m(lon_deg: f64, lat_deg: f64, known: Position) -> f64 {
    let scale = lat_deg.to_radians().cos();
    let (x, y) =
        ((lon_deg - known.lon_deg()) * 111_320.0 * scale, (lat_deg - known.lat_deg()) * 110_650.0);
    x.hypot(y)
}
