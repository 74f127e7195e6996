//! Large files: what the two processes keep in memory.

use std::path::Path;
use std::time::Instant;

use gdal::DriverManager;
use gdal::vector::{Feature, Geometry, LayerAccess, LayerOptions};
use phusong_gis::Limits;

use super::Test;

pub const TESTS: &[Test] =
    &[("a_large_geopackage_passes_through", a_large_geopackage_passes_through)];

/// 520 rings of 13,000 points: 108 MB.
const RINGS: u32 = 520;
const POINTS: u32 = 13_000;

fn write_geopackage(path: &Path) {
    let driver = DriverManager::get_driver_by_name("GPKG").expect("the driver");
    let mut dataset = driver.create_vector_only(path).expect("a package");
    let options = LayerOptions { name: "vung", ..Default::default() };
    let layer = dataset.create_layer(options).expect("a layer");
    let mut ring = Vec::new();
    for at in 0..POINTS {
        let angle = f64::from(at) / f64::from(POINTS - 1) * std::f64::consts::TAU;
        let (y, x) = if at == POINTS - 1 { (0.0, 1.0) } else { angle.sin_cos() };
        ring.extend_from_slice(&(108.5 + x).to_le_bytes());
        ring.extend_from_slice(&(14.5 + y).to_le_bytes());
    }
    // Well-known binary: little-endian, a polygon, of one ring, of so many points.
    let mut bytes = vec![1];
    for number in [3, 1, POINTS] {
        bytes.extend_from_slice(&u32::to_le_bytes(number));
    }
    bytes.extend_from_slice(&ring);
    for _ in 0..RINGS {
        let mut area = Feature::new(layer.defn()).expect("a feature");
        area.set_geometry(Geometry::from_wkb(&bytes).expect("a ring")).expect("placed");
        area.create(&layer).expect("kept");
    }
}

/// Most that this process ever held, and most that a child that has ended ever held, in MB.
#[expect(unsafe_code, reason = "std does not tell how much memory a process has used")]
fn peaks_mb() -> (i64, i64) {
    let peak = |whose: libc::c_int| {
        // SAFETY: a plain struct of numbers, filled by the call.
        unsafe {
            let mut usage: libc::rusage = std::mem::zeroed();
            assert_eq!(libc::getrusage(whose, &raw mut usage), 0);
            usage.ru_maxrss / 1_024
        }
    };
    (peak(libc::RUSAGE_SELF), peak(libc::RUSAGE_CHILDREN))
}

/// In a process of its own, so that no other test's memory is counted.
fn a_large_geopackage_passes_through() {
    let folder = tempfile::tempdir().expect("a folder");
    write_geopackage(&folder.path().join("body"));
    let bytes = std::fs::metadata(folder.path().join("body")).expect("a file").len();
    assert!(bytes > 100_000_000, "{bytes}");
    let output = std::process::Command::new(std::env::current_exe().expect("own path"))
        .args(["probe", "measure", folder.path().to_str().expect("a plain path")])
        .output()
        .expect("a process");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}");
    print!("  {} MB of polygons: {told}", bytes / 1_000_000);
    let numbers: Vec<i64> =
        told.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    let [parent_mb, child_mb, ..] = numbers[..] else { panic!("{told}") };
    assert!(parent_mb + child_mb < 300, "{told}");
}

/// The other process: reads, and tells what it took.
pub fn measure(folder: &Path) {
    let start = Instant::now();
    let limits = Limits { wall: std::time::Duration::from_mins(2), ..Limits::default() };
    let file = super::super::reader().read(folder, "body", &limits).expect("read");
    let (mut rows, mut points) = (0_u32, 0_usize);
    for feature in file.layers.iter().flat_map(|layer| &layer.features) {
        rows += 1;
        points += geo::CoordsIter::coords_count(feature.geometry.as_ref().expect("placed"));
    }
    assert_eq!((rows, points), (RINGS, (RINGS * POINTS) as usize));
    let (parent_mb, child_mb) = peaks_mb();
    println!("{parent_mb} MB here, {child_mb} MB in the child, {:?}", start.elapsed());
}
