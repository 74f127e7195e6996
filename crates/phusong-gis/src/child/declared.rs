//! What a file declares of its coordinate system, brought to an EPSG code where its parameters
//! are those of a system that this country's papers use. Anything else keeps its name.

use gdal::spatial_ref::SpatialRef;

use crate::crs::DatumShift;
use crate::error::clip;
use crate::geofile::DeclaredCrs;

/// `None`: the file declares nothing, in whatever words.
pub(super) fn declared(crs: &SpatialRef) -> Option<DeclaredCrs> {
    if crs.is_local() {
        return None;
    }
    let name = crs.name();
    let proj4 = Proj4(crs.to_proj4().unwrap_or_default());
    let shift = proj4.shift();
    let authority = match crs.auth_name().as_deref() {
        Some("EPSG") => crs.auth_code().ok().and_then(|code| u32::try_from(code).ok()),
        _ => None,
    };
    // The GeoPackage's own words for "not known" (srs_id -1 and 0).
    let undefined = name.as_deref().is_some_and(|name| name.starts_with("Undefined"));
    if authority.is_none() && undefined {
        return None;
    }
    let epsg = authority.or_else(|| {
        let datum = crs.get_attr_value("DATUM", 0).ok().flatten().unwrap_or_default();
        known(&proj4, datum_of(&proj4, &datum, shift)?)
    });
    let is_nameless = name.as_deref().is_none_or(|name| matches!(name, "" | "unnamed" | "unknown"));
    let wkt_name = if is_nameless { Some(proj4.0.trim().to_owned()) } else { name };
    Some(DeclaredCrs { epsg, wkt_name: wkt_name.map(clip), shift })
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Datum {
    Wgs84,
    Vn2000,
}

fn datum_of(proj4: &Proj4, name: &str, shift: Option<DatumShift>) -> Option<Datum> {
    let name: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let is_vn2000 = ["vn2000", "vietnam2000", "hanoi2000"].iter().any(|word| name.contains(word));
    let is_wgs84 = ["wgs1984", "worldgeodeticsystem1984", "wgs84"].contains(&&*name.replacen(
        'd',
        "",
        usize::from(name.starts_with("dw")),
    )) || proj4.text("datum") == Some("WGS84");
    if is_vn2000 || shift.is_some() {
        // Both stand on WGS 84's ellipsoid; another one is another datum.
        let fits = proj4.text("ellps").is_none_or(|ellipsoid| ellipsoid == "WGS84");
        fits.then_some(Datum::Vn2000)
    } else {
        is_wgs84.then_some(Datum::Wgs84)
    }
}

/// Source: EPSG register. All grids: false easting 500 000 m, false northing 0.
fn known(proj4: &Proj4, datum: Datum) -> Option<u32> {
    let projection = proj4.text("proj")?;
    if projection == "longlat" {
        return Some(if datum == Datum::Vn2000 { 4756 } else { 4326 });
    }
    let (meridian_deg, scale) = match projection {
        "utm" if !proj4.has("south") => (proj4.number("zone")? * 6.0 - 183.0, 0.9996),
        "tmerc" => {
            let is =
                |key: &str, wanted: f64| (proj4.number(key).unwrap_or(0.0) - wanted).abs() < 1e-6;
            if !(is("lat_0", 0.0) && is("x_0", 500_000.0) && is("y_0", 0.0)) {
                return None;
            }
            (proj4.number("lon_0")?, proj4.number("k").or_else(|| proj4.number("k_0"))?)
        }
        _ => return None,
    };
    let in_metres = proj4.text("units").is_none_or(|units| units == "m");
    let is_scale = |wanted: f64| (scale - wanted).abs() < 1e-9;
    let minutes = meridian_deg * 60.0;
    let on = |wanted: u32| (minutes - f64::from(wanted)).abs() < 1e-4;
    let fits = |&&(at, _): &&(u32, u32)| on(at);
    let code = |found: &(u32, u32)| found.1;
    match datum {
        _ if !in_metres => None,
        Datum::Vn2000 if is_scale(0.9999) => TM3_ZONES.iter().find(fits).map(code),
        Datum::Vn2000 if is_scale(0.9996) => {
            [(105 * 60, 3405), (111 * 60, 3406)].iter().find(fits).map(code)
        }
        Datum::Wgs84 if is_scale(0.9996) => {
            [(105 * 60, 32_648), (111 * 60, 32_649)].iter().find(fits).map(code)
        }
        _ => None,
    }
}

/// VN-2000 / TM-3: central meridian in minutes of arc, EPSG code.
const TM3_ZONES: [(u32, u32); 18] = [
    (102 * 60, 5896),
    (105 * 60, 5897),
    (108 * 60, 5898),
    (107 * 60 + 45, 5899),
    (103 * 60, 9205),
    (104 * 60, 9206),
    (104 * 60 + 30, 9207),
    (104 * 60 + 45, 9208),
    (105 * 60 + 30, 9209),
    (105 * 60 + 45, 9210),
    (106 * 60, 9211),
    (106 * 60 + 15, 9212),
    (106 * 60 + 30, 9213),
    (107 * 60, 9214),
    (107 * 60 + 15, 9215),
    (107 * 60 + 30, 9216),
    (108 * 60 + 15, 9217),
    (108 * 60 + 30, 9218),
];

/// A definition in PROJ's words: `+proj=tmerc +lat_0=0 …`.
struct Proj4(String);

impl Proj4 {
    fn text(&self, key: &str) -> Option<&str> {
        let pairs = self.0.split_ascii_whitespace().filter_map(|pair| pair.strip_prefix('+'));
        pairs.filter_map(|pair| pair.split_once('=')).find(|(k, _)| *k == key).map(|(_, v)| v)
    }

    fn has(&self, key: &str) -> bool {
        self.0.split_ascii_whitespace().any(|word| word.strip_prefix('+') == Some(key))
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.text(key)?.parse().ok()
    }

    /// The two published sets in the position vector convention of `towgs84` (metres, arc
    /// seconds, parts per million), told apart by their shifts; the small rest within rounding.
    fn shift(&self) -> Option<DatumShift> {
        const PUBLISHED: [(DatumShift, [f64; 7]); 2] = [
            (
                DatumShift::Epsg6960,
                [
                    -191.904_414_29,
                    -39.303_182_79,
                    -111.450_328_35,
                    0.009_288_36,
                    -0.019_754_79,
                    0.004_273_72,
                    0.252_906_278,
                ],
            ),
            (
                DatumShift::Epsg5194,
                [-192.873, -39.382, -111.202, -0.002_05, -0.000_5, 0.003_35, 0.018_8],
            ),
        ];
        let numbers =
            self.text("towgs84")?.split(',').map(str::parse).collect::<Result<Vec<f64>, _>>();
        let mut found = numbers.ok()?;
        found.resize(7, 0.0);
        let tolerance = [0.01, 0.01, 0.01, 0.001, 0.001, 0.001, 0.001];
        let close = |wanted: &[f64; 7]| {
            let apart = found.iter().zip(wanted).map(|(found, wanted)| (found - wanted).abs());
            apart.zip(tolerance).all(|(apart, tolerance)| apart <= tolerance)
        };
        PUBLISHED.iter().find(|(_, wanted)| close(wanted)).map(|(shift, _)| *shift)
    }
}
