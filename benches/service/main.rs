//! The whole service over loopback: start from a long ledger, memory, questions, filed → visible
//! under load, and coming back from kill -9.
//!
//! The real binary, real HTTP, a province of 1,006 villages and 20,000 sites with invented places.
//! `scripts/bench service [ENTRIES] [ROUNDS]` (100,000 entries, 500 rounds = 1,000 questions)

mod client;
mod keys;
mod province;
mod questions;
mod running;

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use client::Client;
use keys::Keys;
use running::Running;
use tempfile::TempDir;

const STARTS: usize = 5;
/// Connections that keep asking while reports are filed.
const LOAD: usize = 4;
/// After so long without a write the service has given back what it freed.
const QUIET: Duration = Duration::from_secs(8);
const BINARY: &str = env!("CARGO_BIN_EXE_phusong");

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|word| word.parse().ok());
    let entries: u64 = numbers.next().unwrap_or(100_000);
    let rounds = usize::try_from(numbers.next().unwrap_or(500)).expect("a small number");
    let data = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let began = Instant::now();
    let filed = province::fill(data.path(), entries);
    println!("{filed} entries written and durable in {:.1} s", began.elapsed().as_secs_f64());

    let keys = Keys::make(data.path(), Some("21499"));
    let (first, took) = start(data.path());
    println!("first start (files geodata): {:.3} s", took.as_secs_f64());
    drop(first);
    starts(data.path());
    memory(data.path(), &keys);
    let (running, _) = start(data.path());
    questions::ask(&running.address, &keys.officer);
    drop(running);
    visible(data.path(), &keys, rounds);
    killed(data.path(), &keys);
}

fn start(data: &Path) -> (Running, Duration) {
    let asked = ["serve", "--rate-limit", "off", "--listen", "127.0.0.1:0", "--data"];
    Running::start(Command::new(BINARY).args(asked).arg(data))
}

/// The value below which `share` of the sorted times lie.
fn quantile_ms(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand times")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let at = ((times.len() as f64 * share) as usize).min(times.len() - 1);
    times[at].as_secs_f64() * 1000.0
}

fn told(what: &str, times: &mut [Duration]) {
    println!(
        "{what}: p50 {:.2} ms, p99 {:.2} ms, worst {:.2} ms of {}",
        quantile_ms(times, 0.5),
        quantile_ms(times, 0.99),
        quantile_ms(times, 1.0),
        times.len()
    );
}

fn starts(data: &Path) {
    let mut times: Vec<Duration> = (0..STARTS).map(|_| start(data).1).collect();
    told("start to the printed address", &mut times);
}

fn memory(data: &Path, keys: &Keys) {
    let (running, _) = start(data);
    let (resident, peak) = running.memory_mb();
    println!("memory after start: {resident} MB resident (greatest {peak} MB)");
    let all = [&keys.viettel, &keys.officer].into_iter().chain(&keys.others);
    for key in all {
        let answer = running.client(key).get("/api/v1/gaps?limit=1000");
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let (resident, peak) = running.memory_mb();
    println!("memory with every scope asked: {resident} MB resident (greatest {peak} MB)");
}

/// Files, publishes and withdraws while others keep asking; every first answer must be fresh.
fn visible(data: &Path, keys: &Keys, rounds: usize) {
    let (running, _) = start(data);
    let (stop, asked) = (AtomicBool::new(false), AtomicU64::new(0));
    let began = Instant::now();
    let mut times = Times::default();
    std::thread::scope(|scope| {
        for number in 0..LOAD {
            let (running, stop, asked) = (&running, &stop, &asked);
            scope.spawn(move || {
                let mut client = running.client("");
                let paths = [
                    province::tile_of(number * 2).as_str(),
                    "/api/v1/gaps?limit=100",
                    "/api/v1/gaps?district=535&limit=100",
                ]
                .map(str::to_owned);
                while !stop.load(Ordering::Relaxed) {
                    for path in &paths {
                        client.get(path);
                        asked.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        let mut asker = Asker {
            viettel: running.client(&keys.viettel),
            officer: running.client(&keys.officer),
            public: running.client(""),
        };
        for round in 0..rounds {
            asker.round(round, &mut times);
        }
        stop.store(true, Ordering::Relaxed);
    });
    let load = asked.load(Ordering::Relaxed) / began.elapsed().as_secs().max(1);
    println!("under {LOAD} connections that ask without pause ({load} answers/s):");
    told("  filed → the carrier's own view", &mut times.own);
    told("  published → public gap answer and tile", &mut times.public);
    told("  withdrawn → public gap answer and tile", &mut times.withdrawn);
    println!("  stale first answers: {} of {}", times.stale, times.questions);
    let (resident, peak) = running.memory_mb();
    println!("  memory afterwards: {resident} MB resident (greatest {peak} MB)");
    std::thread::sleep(QUIET);
    println!("  memory once writes were quiet: {} MB resident", running.memory_mb().0);
}

#[derive(Default)]
struct Times {
    own: Vec<Duration>,
    public: Vec<Duration>,
    withdrawn: Vec<Duration>,
    stale: usize,
    questions: usize,
}

struct Asker {
    viettel: Client,
    officer: Client,
    public: Client,
}

impl Asker {
    /// One uncovered village: covered for its carrier, then for all, then not again.
    fn round(&mut self, round: usize, times: &mut Times) {
        let village = province::uncovered(round);
        let tile = province::tile_of(village);
        let before = self.public.get(&tile).header("etag");

        let began = Instant::now();
        let filed = self.viettel.post("/api/v1/reports", &province::report(round, village));
        assert_eq!(filed.status, 201, "{}", filed.text());
        let page = self.viettel.get(&format!("/api/v1/villages/{}", province::id(village)));
        times.own.push(began.elapsed());
        times.note(page.text().contains("\"verdict\":\"covered\""));

        let report = filed.member("report");
        let began = Instant::now();
        let answer = self.officer.post(&format!("/api/v1/reports/{report}/publish"), "{}");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let seen = self.look(village, &tile);
        times.public.push(began.elapsed());
        times.note(!seen.is_gap && seen.etag != before);

        let began = Instant::now();
        let path = format!("/api/v1/reports/{report}/withdraw");
        let answer = self.viettel.post(&path, r#"{"reason":"đo thời gian"}"#);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let after = self.look(village, &tile);
        times.withdrawn.push(began.elapsed());
        times.note(after.is_gap && after.etag != seen.etag);
    }

    fn look(&mut self, village: usize, tile: &str) -> Seen {
        let gaps = self.public.get(&province::gaps_around(village));
        assert_eq!(gaps.status, 200, "{}", gaps.text());
        let named = format!("\"id\":\"{}\"", province::id(village));
        let tile = self.public.get(tile);
        assert_eq!(tile.status, 200);
        Seen { is_gap: gaps.text().contains(&named), etag: tile.header("etag") }
    }
}

struct Seen {
    is_gap: bool,
    etag: String,
}

impl Times {
    fn note(&mut self, fresh: bool) {
        self.questions += 1;
        self.stale += usize::from(!fresh);
    }
}

/// How long until it serves again, and is the last acknowledged report there.
fn killed(data: &Path, keys: &Keys) {
    let mut times = Vec::new();
    for number in 0..STARTS {
        let (running, _) = start(data);
        let body = province::report(100_000 + number, province::uncovered(number));
        let filed = running.client(&keys.viettel).post("/api/v1/reports", &body);
        assert_eq!(filed.status, 201, "{}", filed.text());
        drop(running);
        let (running, took) = start(data);
        times.push(took);
        let path = format!("/api/v1/reports/{}", filed.member("report"));
        let found = running.client(&keys.viettel).get(&path);
        assert_eq!(found.status, 200, "an acknowledged report is gone");
    }
    told("kill -9 → printed address again", &mut times);
}
