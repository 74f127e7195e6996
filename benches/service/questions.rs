//! Questions over HTTP, each beside a bare axum handler that gives the same number of bytes.

use std::time::{Duration, Instant};

use crate::client::Client;
use crate::quantile_ms;

/// One connection that asks without pause.
const ASKS: usize = 1_000;
const MANY: usize = 200;
/// Pages that each of them asks for.
const EACH: usize = 10;

/// What is asked, by whom it may be asked, and the path.
const QUESTIONS: [(&str, &str); 5] = [
    ("gaps in one old district", "/api/v1/gaps?district=535"),
    ("gaps in a box", "/api/v1/gaps?bbox=108.5,14.6,108.9,15.0"),
    (
        "a page of 1,000 villages",
        "/api/v1/gaps?verdict=no_signal,partial_hole,not_as_asked,insufficient,covered&limit=1000",
    ),
    ("a village's page", "/api/v1/villages/v-0001"),
    ("nearest operational site", "/api/v1/sites/nearest?lon=108.8&lat=14.9&limit=1"),
];

/// Prints for each question the times of one connection, ours and the bare handler's.
pub fn ask(address: &str, key: &str) {
    println!(
        "{:28} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "one connection", "bytes", "p50 ms", "p99 ms", "bare p50", "a second"
    );
    for (what, path) in QUESTIONS {
        let mut client = Client::to(address, key);
        let first = client.get(path);
        assert_eq!(first.status, 200, "{path}: {}", first.text());
        let bytes = first.text().len();
        let mut ours = times(&mut client, path, ASKS.min(200_000_000 / (bytes + 1)));
        let bare = Bare::serving(bytes);
        let mut theirs = times(&mut Client::to(&bare.address, ""), "/", ASKS);
        let whole: Duration = ours.iter().sum();
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        let rate = ours.len() as f64 / whole.as_secs_f64();
        println!(
            "{what:28} {bytes:>9} {:>9.3} {:>9.3} {:>9.3} {rate:>9.0}",
            quantile_ms(&mut ours, 0.5),
            quantile_ms(&mut ours, 0.99),
            quantile_ms(&mut theirs, 0.5),
        );
    }
    many(address, key);
}

fn times(client: &mut Client, path: &str, asks: usize) -> Vec<Duration> {
    let one = |_| {
        let began = Instant::now();
        assert_eq!(client.get(path).status, 200);
        began.elapsed()
    };
    (0..asks.max(20)).map(one).collect()
}

/// The page of 1,000 villages from many connections at once, beside the bare handler: none may
/// fail.
fn many(address: &str, key: &str) {
    let (_, path) = QUESTIONS[2];
    let bytes = Client::to(address, key).get(path).text().len();
    let ours = rate_of_many(address, key, path);
    let bare = Bare::serving(bytes);
    let theirs = rate_of_many(&bare.address, "", "/");
    println!(
        "a page of 1,000 villages, {MANY} connections: {ours:.0}/s, 0 failures; bare {theirs:.0}/s"
    );
}

fn rate_of_many(address: &str, key: &str, path: &str) -> f64 {
    let began = Instant::now();
    std::thread::scope(|threads| {
        for _ in 0..MANY {
            threads.spawn(|| {
                let mut client = Client::to(address, key);
                for _ in 0..EACH {
                    assert_eq!(client.get(path).status, 200);
                }
            });
        }
    });
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let asked = (MANY * EACH) as f64;
    asked / began.elapsed().as_secs_f64()
}

/// An axum handler that does nothing but answer.
struct Bare {
    address: String,
    _runtime: tokio::runtime::Runtime,
}

impl Bare {
    fn serving(bytes: usize) -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        listener.set_nonblocking(true).expect("set");
        let body = axum::body::Bytes::from(vec![b' '; bytes]);
        let router = axum::Router::new()
            .route("/", axum::routing::get(move || std::future::ready(body.clone())));
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, router).await
        });
        Self { address, _runtime: runtime }
    }
}
