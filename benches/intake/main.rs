//! Files as offices send them: what a reading costs, beside the bare library in the same run.
//!
//! `scripts/bench intake [workbook|csv|package|doctor|names]`. In this process, without a server:
//! 10,000 rows as XLSX, 100,000 as CSV, 100 MB of outlines as a GeoPackage, 100,000 points, 100,000
//! names. Rates are by processor time: the clock tells of the machine's other work too. Places are
//! those of the packaged tables; sites and outlines are invented.

#[path = "../tiles/dice.rs"]
mod dice;
mod files;
mod package;
mod world;

use std::collections::HashMap;
use std::fmt;
use std::io::Cursor;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use calamine::{Reader, Xlsx};
use phusong_atlas::cores::alone;
use phusong_atlas::gazetteer::{Resolution, VillageQuery};
use phusong_gis::{Crs, DatumShift, Limits, SandboxedReader, with_transformer};
use phusong_intake::doctor::{Axes, Declared, Ground, Point, Said as SaidBy, State, examine};
use phusong_intake::reading::{self, Reading, Said, Source};
use phusong_intake::report::csv_table;
use phusong_intake::table::from_book;
use phusong_sheets::BookLimits;

use dice::Dice;
use world::World;

/// Each figure is the middle one of so many.
const TURNS: usize = 5;
const ROWS_XLSX: usize = 10_000;
const ROWS_CSV: usize = 100_000;
const POINTS: usize = 100_000;
const NAMES: usize = 100_000;
const MOST_ROWS: usize = 200_000;
const TICK: Duration = Duration::from_millis(1);

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let what = arguments.next();
    match (what.as_deref(), arguments.next()) {
        // This program is its own reader of foreign files, as the service is.
        (Some("read-geo-child"), _) => return phusong_gis::run_child(),
        (Some("package-alone"), Some(folder)) => package::alone(&folder, &World::packaged()),
        _ => {
            let is = |name: &str| what.as_deref().is_none_or(|asked| asked == name);
            let world = World::packaged();
            let parts: [Part; 5] = [
                ("workbook", workbook),
                ("csv", csv_file),
                ("doctor", doctor),
                ("names", names),
                ("package", package::measured),
            ];
            parts.iter().filter(|(name, _)| is(name)).for_each(|(_, part)| part(&world));
        }
    }
    ExitCode::SUCCESS
}

/// What is measured, by name.
type Part = (&'static str, fn(&World));

/// The child that reads foreign files: this program again.
fn reader() -> SandboxedReader {
    SandboxedReader::new(std::env::current_exe().expect("a program"), ["read-geo-child"])
}

fn timed<T>(make: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let made = make();
    (made, begun.elapsed())
}

/// The middle one of several turns on the clock, and what a turn took of the processor.
#[derive(Debug, Clone, Copy)]
struct Took {
    wall: Duration,
    cpu: Duration,
}

impl Took {
    fn with(self, other: Self) -> Self {
        Self { wall: self.wall + other.wall, cpu: self.cpu + other.cpu }
    }
}

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms (CPU {} ms)", self.wall.as_millis(), self.cpu.as_millis())
    }
}

/// What the last turn made, too.
fn middle<T>(mut make: impl FnMut() -> T) -> (T, Took) {
    let before = cpu();
    let (mut made, first) = timed(&mut make);
    let mut took = vec![first];
    for _ in 1..TURNS {
        drop(made);
        let (again, time) = timed(&mut make);
        made = again;
        took.push(time);
    }
    took.sort_unstable();
    let turns = u32::try_from(TURNS).expect("few");
    (made, Took { wall: took[TURNS / 2], cpu: cpu().saturating_sub(before) / turns })
}

/// Of this process and of its children that have ended; Linux counts hundredths of a second.
fn cpu() -> Duration {
    let line = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = line.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    let ticks: u64 = fields.skip(11).take(4).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * ticks)
}

fn told(reading: &Reading) -> String {
    let rows = reading.draft.rows.len();
    let filed = reading.draft.to_file().count();
    let changed: usize = reading.steps.iter().map(Vec::len).sum();
    format!("{rows} rows, {filed} to file, {changed} cells changed, {:?}", reading.draft.counts())
}

/// TCVN3 letters, decimal commas, days as serial numbers.
fn workbook(world: &World) {
    let folder = files::folder();
    let bytes = files::workbook(world, ROWS_XLSX);
    std::fs::write(folder.path().join("file"), &bytes).expect("a file");
    let (limits, book_limits) = (Limits::default(), BookLimits::default());
    let (_, bare) = middle(|| {
        let mut book = Xlsx::new(Cursor::new(bytes.as_slice())).expect("a workbook");
        let sheets = book.worksheets();
        sheets.iter().map(|(_, range)| range.used_cells().count()).sum::<usize>()
    });
    let (_, read) =
        middle(|| reader().read_book(folder.path(), "file", &limits, &book_limits).expect("read"));
    let book = reader().read_book(folder.path(), "file", &limits, &book_limits).expect("read");
    let (tables, findings) = from_book::tables(book);
    let source = Source { name: "bao-cao.xlsx".to_owned(), tables, findings, ..Source::default() };
    let (reading, understood) =
        middle(|| world.on(|ground| reading::read(&[&source], &Said::default(), ground)));
    println!("XLSX, {ROWS_XLSX} rows, {} kB: {}", bytes.len() / 1_000, told(&reading));
    println!("  read by the child {read}; repaired, resolved, checked {understood}");
    println!("  together (1 s): {}; bare calamine {bare}", read.with(understood));
}

fn csv_file(world: &World) {
    let bytes = files::csv(world, ROWS_CSV);
    let (_, bare) = middle(|| {
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(bytes.as_slice());
        let mut record = csv::StringRecord::new();
        let mut cells = 0;
        while reader.read_record(&mut record).expect("a record") {
            cells += record.len();
        }
        cells
    });
    let (_, read) = middle(|| csv_table(&|| Ok(bytes.as_slice()), MOST_ROWS).expect("a table"));
    let (table, findings) = csv_table(&|| Ok(bytes.as_slice()), MOST_ROWS).expect("a table");
    let source = Source {
        name: "bao-cao.csv".to_owned(),
        tables: vec![table],
        findings,
        ..Source::default()
    };
    let (reading, understood) =
        middle(|| world.on(|ground| reading::read(&[&source], &Said::default(), ground)));
    let (_, by_one) =
        alone(|| middle(|| world.on(|ground| reading::read(&[&source], &Said::default(), ground))));
    println!("CSV, {ROWS_CSV} rows, {} kB: {}", bytes.len() / 1_000, told(&reading));
    println!("  read {read}; repaired, resolved, checked {understood}, by one core alone {by_one}");
    println!("  together (1 s): {}; bare csv {bare}", read.with(understood));
}

/// Metres of two systems that nobody declared, and degrees.
fn doctor(world: &World) {
    let ground = Ground {
        gazetteer: &world.gazetteer,
        areas: &world.areas,
        land: Some(&world.land),
        today: world.today,
        sites_at: &|_| Vec::new(),
    };
    for crs in [Crs::Wgs84, Crs::Vn2000Tm10800, Crs::Vn2000Tm10730] {
        let written = files::points(world, POINTS, crs);
        let points: Vec<Point<'_>> = (1_u32..)
            .zip(&written)
            .map(|(row, (unit, east, north))| Point {
                row,
                east,
                north,
                claimed: Some(*unit),
                ..Point::default()
            })
            .collect();
        let declared = Declared::of_text("", SaidBy::Heading, Axes::Words);
        let (diagnosis, took) = middle(|| examine(&points, &declared, &ground));
        let (_, bare) = middle(|| {
            with_transformer(|proj| {
                let number = |text: &str| text.parse::<f64>().expect("a number");
                let there = |(_, east, north): &(_, String, String)| {
                    proj.to_wgs84(crs, DatumShift::Epsg6960, number(east), number(north))
                };
                written.iter().filter(|point| there(point).is_ok()).count()
            })
        });
        let placed = diagnosis.rows.iter().filter(|row| row.state == State::Placed).count();
        println!(
            "doctor, {POINTS} points in undeclared {crs}: {placed} placed; {:.0}/s (100,000/s); PROJ alone {:.0}/s",
            per_second(POINTS, took),
            per_second(POINTS, bare)
        );
    }
}

/// As they are written: with and without kind, district and marks; old and new.
fn names(world: &World) {
    let written = files::names(world, NAMES, &mut Dice(3));
    let table: HashMap<&str, usize> =
        written.iter().enumerate().map(|(at, asked)| (asked.name.as_str(), at)).collect();
    let (_, bare) =
        middle(|| written.iter().filter(|asked| table.contains_key(asked.name.as_str())).count());
    let gazetteer = &world.gazetteer;
    let (found, took) = middle(|| {
        let units = written.iter().filter(|asked| {
            let found = gazetteer.resolve_unit(&asked.name, asked.district.as_deref(), asked.day);
            matches!(found, Resolution::Found { .. })
        });
        units.count()
    });
    println!(
        "names of units, {NAMES}: {found} found; {:.0}/s (100,000/s); a HashMap of the same words {:.0}/s",
        per_second(NAMES, took),
        per_second(NAMES, bare)
    );
    let villages = files::village_names(world, NAMES, &mut Dice(5));
    let (found, took) = middle(|| {
        let named = villages.iter().filter(|asked| {
            let query = VillageQuery {
                name: &asked.name,
                commune: None,
                district: asked.district.as_deref(),
                day: asked.day,
            };
            matches!(gazetteer.resolve_village(&query), Resolution::Found { .. })
        });
        named.count()
    });
    println!(
        "names of villages, {NAMES}: {found} found; {:.0}/s (100,000/s)",
        per_second(NAMES, took)
    );
}

#[expect(clippy::cast_precision_loss, reason = "counts")]
fn per_second(count: usize, took: Took) -> f64 {
    count as f64 / took.cpu.max(TICK).as_secs_f64()
}
