//! The same nation behind a real socket: start, memory, questions, filed → visible.
//!
//! The service runs in a process of its own: this program again, as `nation serve DIR`.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use phusong::http::Edge;
use phusong::ledger::{Ledger, NewEntry, Outcome, format};
use phusong::service::{Data, Service, fresh_key, now};
use phusong::vault::keys::SigningKey;
use phusong_atlas::domain::{Entry, Fact, Party, SiteEventKind};
use tempfile::TempDir;

use crate::client::Client;
use crate::country;
use crate::dice::Dice;
use crate::keys::Keys;
use crate::running::Running;
use crate::told;

const STARTS: usize = 3;
const ASKS: usize = 300;
const ROUNDS: usize = 100;
/// Connections that keep asking while reports are filed.
const LOAD: usize = 4;
const BATCH: usize = 256;
/// Of a longer ledger a service keeps the fold for its next start.
const PUT_BY: u64 = 50_000;

/// `changes` reports of one row each come after the nation's own.
pub fn measure(changes: u64) {
    let data = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let began = Instant::now();
    let filed = fill(data.path(), changes);
    println!("{filed} entries written and durable in {:.1?}", began.elapsed());
    let keys = Keys::make(data.path(), None);
    let starts = (0..STARTS).map(|_| start(data.path()).1).collect();
    told("start to the printed address (5 million: 10 s)", starts);

    let (running, _) = start(data.path());
    if filed > PUT_BY {
        let file = data.path().join("fold.bin");
        while !file.is_file() {
            std::thread::sleep(Duration::from_millis(50));
        }
        drop(running);
        let starts = (0..STARTS).map(|_| start(data.path()).1).collect();
        told("  where the fold was put by (2 s)", starts);
    } else {
        drop(running);
    }
    let (running, _) = start(data.path());
    println!("memory after start: {}", memory(&running));
    for key in [&keys.viettel, &keys.officer].into_iter().chain(&keys.others) {
        let mut client = running.client(key);
        let began = Instant::now();
        let answer = client.get("/api/v1/gaps?limit=1000");
        assert_eq!(answer.status, 200, "{}", answer.text());
        println!("a scope first asked for: {:?}; memory {}", began.elapsed(), memory(&running));
    }
    questions(&running, &keys);
    visible(&running, &keys);
    println!("memory afterwards: {}", memory(&running));
}

/// The service of the nation's tables, for the process that is measured.
pub fn serve(data: &Path) {
    let told = tracing_subscriber::fmt().with_writer(std::io::stderr);
    told.with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).init();
    let service = Service::open_with(data, country::tables(), Data::Real).expect("opens");
    let router = phusong::http::router_at(service, Edge::default(), std::sync::Arc::default());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("http://{}/", listener.local_addr().expect("an address"));
        let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
        axum::serve(listener, service).await.expect("serves");
    });
}

fn start(data: &Path) -> (Running, Duration) {
    let own = std::env::current_exe().expect("this program");
    Running::start(Command::new(own).arg("serve").arg(data))
}

fn memory(running: &Running) -> String {
    let (resident, greatest) = running.memory_mb();
    format!("{resident} MB resident (greatest {greatest} MB)")
}

/// The tables as the service files them, then everything else, entry by entry.
fn fill(data: &Path, changes: u64) -> u64 {
    let service = Service::open_with(data, country::tables(), Data::Real).expect("opens");
    service.stop();
    drop(service);
    let key = SigningKey::open_or_create(data, &fresh_key().expect("randomness")).expect("a key");
    let mut ledger = Ledger::open(data, key, now()).expect("a ledger");
    assert_eq!(ledger.size(), 1, "the nation's entries count on it");
    let entries = country::entries();
    let sites: Vec<Fact> = entries
        .iter()
        .flat_map(|entry| &entry.rows)
        .filter(|row| matches!(row.fact, Fact::SiteEvent(_)))
        .map(|row| row.fact.clone())
        .collect();
    for entry in &entries[1..] {
        append(&mut ledger, vec![stored(entry)]);
    }
    let mut waiting = Vec::new();
    for number in 0..changes {
        let site = usize::try_from(number).expect("a count") % sites.len();
        waiting.push(stored(&changed(number + 1_000, &sites[site])));
        if waiting.len() == BATCH {
            append(&mut ledger, std::mem::take(&mut waiting));
        }
    }
    append(&mut ledger, waiting);
    ledger.size()
}

/// A carrier's word that its site is still as it was.
fn changed(seq: u64, site: &Fact) -> Entry {
    let Fact::SiteEvent(mut event) = site.clone() else { unreachable!("filtered") };
    event.event = SiteEventKind::Changed;
    event.serves.villages.clear();
    let owner = Party::Carrier(event.site.carrier.clone());
    country::entry(seq, &owner, vec![Fact::SiteEvent(event)])
}

fn stored(entry: &Entry) -> NewEntry {
    let body = format::encode(&entry.filing, &entry.rows);
    NewEntry { format: format::CURRENT, salt: [7; 16], body, idempotency: None }
}

fn append(ledger: &mut Ledger, entries: Vec<NewEntry>) {
    let outcomes = ledger.append_batch(now(), entries).expect("appended");
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Appended(_))));
}

/// One connection of an officer that asks without pause.
fn questions(running: &Running, keys: &Keys) {
    let mut dice = Dice(11);
    let mut district = || format!("district={:03}", 1 + dice.below(600));
    let mut dice = Dice(12);
    let mut region = move || {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let west = 102.5 + dice.below(20) as f64 * 0.2;
        format!("bbox={west:.1},12.0,{:.1},14.0", west + 2.0)
    };
    let every = "carrier=viettel&technology=4G&grade=E2&duty=overdue&grid_power=unknown\
                 &especially_hard=unknown&sort=distance";
    told(
        "gaps in an old district (2 ms, p99 10 ms)",
        asked(running, keys, || format!("/api/v1/gaps?{}", district())),
    );
    told(
        "gaps in a region's box (10 ms, p99 30 ms)",
        asked(running, keys, || format!("/api/v1/gaps?{}", region())),
    );
    told(
        "  with every filter on",
        asked(running, keys, || format!("/api/v1/gaps?{}&{every}", region())),
    );
    let mut day = 0;
    told(
        "  as of a day nobody asked for",
        asked(running, keys, || {
            day += 1;
            format!(
                "/api/v1/gaps?{}&as_of=2024-{:02}-{:02}",
                region(),
                1 + day % 12,
                1 + day / 12 % 28
            )
        }),
    );
    let mut dice = Dice(13);
    told(
        "nearest operational site (0.2 ms)",
        asked(running, keys, || {
            let (lon, lat) = (103.0 + 4.0 * dice.share(), 10.0 + 10.0 * dice.share());
            format!("/api/v1/sites/nearest?lon={lon:.5}&lat={lat:.5}&limit=1")
        }),
    );
}

fn asked(running: &Running, keys: &Keys, mut path: impl FnMut() -> String) -> Vec<Duration> {
    let mut client = running.client(&keys.officer);
    let mut one = || {
        let path = path();
        let began = Instant::now();
        let answer = client.get(&path);
        let took = began.elapsed();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        took
    };
    (0..ASKS).map(|_| one()).collect()
}

/// Files, publishes and withdraws while others keep asking; every first answer must be fresh.
fn visible(running: &Running, keys: &Keys) {
    let (stop, answers) = (AtomicBool::new(false), AtomicU64::new(0));
    let began = Instant::now();
    let mut times = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    std::thread::scope(|threads| {
        for number in 0..LOAD {
            let (stop, answers) = (&stop, &answers);
            threads.spawn(move || {
                let mut client = running.client("");
                let path = format!("/api/v1/gaps?district={:03}", 100 + number);
                while !stop.load(Ordering::Relaxed) {
                    client.get(&path);
                    answers.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let mut viettel = running.client(&keys.viettel);
        let mut officer = running.client(&keys.officer);
        let mut public = running.client("");
        for village in uncovered(&mut public) {
            let page = format!("/api/v1/villages/{village}");
            let place = position(&mut public, &page);
            let body = format!(
                r#"{{"rows":[{{"ma_tram":"NEW-{village}","loai_su_kien":"on_air","ngay_su_kien":
                "2026-10-01","cong_nghe":"4G","kinh_do":{},"vi_do":{},"cac_thon_phuc_vu":
                "{village}"}}]}}"#,
                place.0, place.1
            );
            let covered = |client: &mut Client, is: bool| {
                let says = json(client, &page)["verdict"] == "covered";
                assert_eq!(says, is, "stale: {village}");
            };
            let began = Instant::now();
            let filed = viettel.post("/api/v1/reports", &body);
            assert_eq!(filed.status, 201, "{}", filed.text());
            times[3].push(began.elapsed());
            covered(&mut viettel, true);
            times[0].push(began.elapsed());
            let report = filed.member("report");
            let mut act = |client: &mut Client, act: &str, body: &str, is: bool| {
                let began = Instant::now();
                let answer = client.post(&format!("/api/v1/reports/{report}/{act}"), body);
                assert_eq!(answer.status, 200, "{}", answer.text());
                covered(&mut public, is);
                began.elapsed()
            };
            times[1].push(act(&mut officer, "publish", "{}", true));
            times[2].push(act(&mut viettel, "withdraw", r#"{"reason":"đo thời gian"}"#, false));
        }
        stop.store(true, Ordering::Relaxed);
    });
    let rate = answers.load(Ordering::Relaxed) / began.elapsed().as_secs().max(1);
    println!("under {LOAD} connections that ask without pause ({rate} answers/s), 0 stale:");
    let [own, published, withdrawn, answered] = times;
    told("  filed → answered", answered);
    told("  filed → the carrier's own view (100 ms)", own);
    told("  published → the public's answer (100 ms)", published);
    told("  withdrawn → the public's answer (100 ms)", withdrawn);
}

/// Villages without signal all over the nation, as the public knows them.
fn uncovered(public: &mut Client) -> Vec<String> {
    let list = json(public, "/api/v1/gaps?limit=1000");
    let items = list["items"].as_array().expect("a list");
    let gaps = items.iter().filter(|item| item["verdict"] == "no_signal");
    let found: Vec<String> =
        gaps.filter_map(|item| item["id"].as_str()).take(ROUNDS).map(str::to_owned).collect();
    assert_eq!(found.len(), ROUNDS, "gaps enough");
    found
}

fn json(client: &mut Client, path: &str) -> serde_json::Value {
    serde_json::from_str(&client.get(path).text()).expect("JSON")
}

/// Longitude and latitude of a village's page.
fn position(client: &mut Client, page: &str) -> (f64, f64) {
    let page = json(client, page);
    let at = |name: &str| page["position"][name].as_f64().expect("a position");
    (at("lon"), at("lat"))
}
