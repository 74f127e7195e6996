//! 100 MB of outlines as a GeoPackage: time, and the most memory that parent and child took.

use std::f64::consts::TAU;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use phusong_gis::Limits;
use phusong_intake::reading::{self, Said, Source};
use phusong_intake::table::from_geo;
use rusqlite::Connection;

use super::dice::Dice;
use super::world::World;
use super::{files, reader, timed, told};

const FILE_BYTES: usize = 100_000_000;
const VERTICES: usize = 2_000;

pub fn measured(world: &World) {
    let folder = files::folder();
    let at = folder.path().join("file");
    make(&at, world);
    let size = fs::metadata(&at).map_or(0, |file| file.len());
    let (vertices, bare) = timed(|| bare(&at));
    println!(
        "GeoPackage, {} MB; bare SQLite over its {vertices} vertices {bare:?}",
        size / 1_000_000
    );
    // A process of its own: the most memory it ever took is then this file's.
    let program = std::env::current_exe().expect("a program");
    let ended = Command::new(program).arg("package-alone").arg(folder.path()).status();
    assert!(ended.is_ok_and(|status| status.success()), "the package was not read");
}

pub fn alone(folder: &str, world: &World) {
    let before = most_mb("self");
    let (peak_kb, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let watch = {
        let (peak_kb, over) = (Arc::clone(&peak_kb), Arc::clone(&over));
        std::thread::spawn(move || watch(&peak_kb, &over))
    };
    let (file, took) = timed(|| reader().read(Path::new(folder), "file", &Limits::default()));
    over.store(true, Ordering::Relaxed);
    let _ = watch.join();
    let file = match file {
        Ok(file) => file,
        Err(refused) => return println!("  refused: {refused}"),
    };
    let (read, child) = (most_mb("self"), peak_kb.load(Ordering::Relaxed) / 1_024);
    println!("  read {took:?}; at most: child {child} MB, parent {read} MB ({before} MB before)");
    let (tables, findings, rasters) = from_geo::tables(file);
    let source = Source { name: "vung-phu.gpkg".to_owned(), tables, rasters, findings };
    let (reading, took) =
        timed(|| world.on(|ground| reading::read(&[&source], &Said::default(), ground)));
    println!(
        "  checked {took:?}; parent at most {} MB (300 MB): {}",
        most_mb("self"),
        told(&reading)
    );
}

/// The most memory that any child of this process took, looked at again and again: what the kernel
/// counts of children that ended (`ru_maxrss`) begins with what this process held when it began
/// them, and a child that ended has no `VmHWM`.
fn watch(peak_kb: &AtomicU64, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
        for task in tasks {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            for child in children.split_whitespace() {
                peak_kb.fetch_max(most_kb(child), Ordering::Relaxed);
            }
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn most_mb(process: &str) -> u64 {
    most_kb(process) / 1_024
}

fn most_kb(process: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}

/// Every blob, its numbers added up: what no reader can do without.
fn bare(at: &Path) -> usize {
    let db = Connection::open(at).expect("a package");
    let mut ask = db.prepare("SELECT geom FROM vung").expect("a table");
    let mut rows = ask.query([]).expect("rows");
    let mut vertices = 0;
    while let Some(row) = rows.next().expect("a row") {
        let blob = row.get_ref(0).and_then(|value| Ok(value.as_blob()?)).expect("a blob");
        vertices += blob[HEAD_BYTES..].chunks_exact(16).filter(|pair| pair[7] == 0x40).count();
    }
    vertices
}

/// GeoPackage header without an envelope, WKB polygon of one ring.
const HEAD_BYTES: usize = 8 + 5 + 4 + 4;

/// Source: OGC 12-128r18, the tables that a reader needs.
fn make(at: &Path, world: &World) {
    let mut db = Connection::open(at).expect("a package");
    db.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
         PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;
         CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
           organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
           definition TEXT NOT NULL, description TEXT);
         INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326,
           'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433],AUTHORITY[\"EPSG\",\"4326\"]]', '');
         CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL,
           identifier TEXT, description TEXT, last_change TEXT NOT NULL DEFAULT '2026-11-01T00:00:00.000Z',
           min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
         INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
           VALUES ('vung', 'features', 'vung', 4326);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT,
           geometry_type_name TEXT, srs_id INTEGER, z TINYINT, m TINYINT);
         INSERT INTO gpkg_geometry_columns VALUES ('vung', 'geom', 'POLYGON', 4326, 0, 0);
         CREATE TABLE vung (fid INTEGER PRIMARY KEY, geom BLOB, nha_mang TEXT, cong_nghe TEXT,
           tu_ngay DATE, can_cu TEXT, tham_so TEXT);",
    )
    .expect("a package");
    let mut dice = Dice(11);
    let all = db.transaction().expect("a transaction");
    for _ in 0..FILE_BYTES / (16 * VERTICES) {
        let centre = world.communes[dice.below(world.communes.len())].2;
        let outline = outline([centre.lon_deg(), centre.lat_deg()], &mut dice);
        all.execute(
            "INSERT INTO vung (geom, nha_mang, cong_nghe, tu_ngay, can_cu, tham_so)
             VALUES (?1, 'Viettel', '4G', '2026-11-01', 'mô phỏng', 'P.1812, 800 MHz')",
            [outline],
        )
        .expect("a row");
    }
    all.commit().expect("written");
}

/// A wobbly ring around a point: its edges never cross.
#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn outline(centre: [f64; 2], dice: &mut Dice) -> Vec<u8> {
    let reach_deg = 0.02 + 0.03 * dice.share();
    let mut ring: Vec<[f64; 2]> = (0..VERTICES - 1)
        .map(|at| {
            let angle = TAU * at as f64 / (VERTICES - 1) as f64;
            let radius = reach_deg * (0.8 + 0.2 * dice.share());
            [centre[0] + radius * angle.cos(), centre[1] + radius * angle.sin()]
        })
        .collect();
    ring.push(ring[0]);
    let mut blob = b"GP\0\x01".to_vec();
    blob.extend(4326_i32.to_le_bytes());
    blob.push(1);
    blob.extend(3_u32.to_le_bytes());
    blob.extend(1_u32.to_le_bytes());
    blob.extend(u32::try_from(ring.len()).expect("few").to_le_bytes());
    blob.extend(ring.iter().flatten().flat_map(|number| number.to_le_bytes()));
    blob
}
