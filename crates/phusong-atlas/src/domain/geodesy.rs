//! Distances on the WGS 84 ellipsoid.

use geo::{Distance, Geodesic};

use super::Position;

/// Geodesic distance on WGS 84, in metres, rounded to 1 m (DOMAIN §4).
///
/// Source: Karney (2013), through `geo`.
pub fn distance_m(a: Position, b: Position) -> f64 {
    Geodesic.distance(a.point(), b.point()).round()
}

/// Earth-centred coordinates of a point on the ellipsoid, in metres.
///
/// The straight chord between two such points is never longer than the geodesic, so an index
/// over them gives a lower bound for every distance.
pub fn ecef_m(position: Position) -> [f64; 3] {
    const A: f64 = 6_378_137.0;
    const F: f64 = 1.0 / 298.257_223_563;
    const E2: f64 = F * (2.0 - F);
    let (sin_lat, cos_lat) = position.lat_deg().to_radians().sin_cos();
    let (sin_lon, cos_lon) = position.lon_deg().to_radians().sin_cos();
    let n = A / (1.0 - E2 * sin_lat * sin_lat).sqrt();
    [n * cos_lat * cos_lon, n * cos_lat * sin_lon, n * (1.0 - E2) * sin_lat]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chord_never_exceeds_the_geodesic() {
        let a = Position::new(108.8216, 14.703).unwrap();
        for (lon, lat) in [(108.8217, 14.7031), (108.9, 14.8), (107.5, 15.2), (112.0, 9.0)] {
            let b = Position::new(lon, lat).unwrap();
            let (p, q) = (ecef_m(a), ecef_m(b));
            let chord: f64 = p.iter().zip(q).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt();
            assert!(chord <= distance_m(a, b) + 0.5, "{chord}");
        }
    }
}
