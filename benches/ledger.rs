//! Ledger appends, each durable before it is answered: our one writer against plain `SQLite`.
//!
//! 1, 16 and 256 callers hand over an entry and wait for it. Ours: one thread takes what waits and
//! makes it durable with one fsync. The yardstick: every caller in turn commits its own row, in
//! the same WAL with `synchronous=FULL`. `scripts/bench ledger [SECONDS]`

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use phusong::ledger::{Ledger, NewEntry, format};
use phusong::service::{fresh_key, now};
use phusong::vault::keys::SigningKey;
use rusqlite::Connection;
use tempfile::TempDir;

const CALLERS: [usize; 3] = [1, 16, 256];
/// Most entries in one transaction, as in the service.
const BATCH: usize = 256;
/// About a report of one row.
const BODY_BYTES: usize = 500;

fn main() {
    let seconds = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(3);
    let time = Duration::from_secs(seconds);
    println!(
        "appends a second, {BODY_BYTES} B each, fsync before the answer, {seconds} s a figure"
    );
    println!("{:>8} {:>14} {:>22}", "callers", "our writer", "SQLite, a row a commit");
    for callers in CALLERS {
        // Beside the build, so that the disk is the one that ledgers lie on, not a memory disk.
        let here = || TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let (ours, plain) = (here(), here());
        let ours = appends(ours.path(), callers, time);
        let plain = commits(plain.path(), callers, time);
        println!("{callers:>8} {ours:>12.0}/s {plain:>20.0}/s");
    }
}

fn entry(number: u64) -> NewEntry {
    let mut salt = [0; 16];
    salt[..8].copy_from_slice(&number.to_le_bytes());
    NewEntry { format: format::CURRENT, salt, body: vec![b'x'; BODY_BYTES], idempotency: None }
}

/// `work` by so many callers until the time is up; how many a second.
fn rate(callers: usize, time: Duration, work: impl Fn(u64) + Sync) -> f64 {
    let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for caller in 0..callers as u64 {
            let (stop, done, work) = (&stop, &done, &work);
            scope.spawn(move || {
                for number in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    work(caller << 40 | number);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        std::thread::park_timeout(time);
        stop.store(true, Ordering::Relaxed);
    });
    #[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
    let done = done.load(Ordering::Relaxed) as f64;
    done / begun.elapsed().as_secs_f64()
}

type Waiting = (NewEntry, Sender<()>);

fn appends(dir: &Path, callers: usize, time: Duration) -> f64 {
    let key = SigningKey::new(&fresh_key().expect("randomness"));
    let mut ledger = Ledger::open(dir, key, now()).expect("a ledger");
    let (sender, receiver): (Sender<Waiting>, Receiver<Waiting>) = channel();
    let writer = std::thread::spawn(move || {
        while let Ok(first) = receiver.recv() {
            let mut waiting = vec![first];
            waiting.extend(receiver.try_iter().take(BATCH - 1));
            let (entries, replies): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
            ledger.append_batch(now(), entries).expect("appended");
            for reply in replies {
                reply.send(()).expect("somebody waits");
            }
        }
    });
    let sender = Arc::new(Mutex::new(sender));
    let rate = rate(callers, time, |number| {
        let (reply, answer) = channel();
        let mine = sender.lock().expect("no panic").clone();
        mine.send((entry(number), reply)).expect("the writer runs");
        answer.recv().expect("answered");
    });
    drop(sender);
    writer.join().expect("no panic");
    rate
}

fn commits(dir: &Path, callers: usize, time: Duration) -> f64 {
    let connection = Connection::open(dir.join("plain.db")).expect("a database");
    connection
        .execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
             CREATE TABLE entry (seq INTEGER PRIMARY KEY, salt BLOB, body BLOB) STRICT;",
        )
        .expect("a table");
    let connection = Mutex::new(connection);
    rate(callers, time, |number| {
        let NewEntry { salt, body, .. } = entry(number);
        let connection = connection.lock().expect("no panic");
        let insert = "INSERT INTO entry (salt, body) VALUES (?1, ?2)";
        connection.execute(insert, (&salt[..], body)).expect("written");
    })
}
