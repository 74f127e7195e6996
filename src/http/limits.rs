//! How much one asker may ask: budgets by address and by key, so that one cannot take the house
//! down for all. What is over the budget waits: 429 with `Retry-After`.
//!
//! Wrong sign-ins have a budget of their own, in `service::sign_in`.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method};
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::App;
use super::actor::credential;
use crate::service::Service;

/// For one address without a key: a page with its tiles in one go, then 60 a second.
const PUBLIC: Budget = Budget { per_s: 60, burst: 300 };
/// For one key: a system that files and reads at once.
const KEY: Budget = Budget { per_s: 120, burst: 600 };
/// The share of a key's budget that only writing may use, in percent.
const RESERVED_PERCENT: u32 = 20;
/// After so many requests, those who have not come again for long are forgotten.
const TIDY_EVERY: u32 = 1 << 14;

/// Whether requests are counted, and by which address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum RateLimit {
    /// By the address of the connection, whatever a header says.
    On,
    /// Behind a proxy on this machine: by the last address in X-Forwarded-For, which the proxy
    /// wrote, of connections from this machine.
    Proxy,
    /// For measuring, or when something in front counts.
    #[default]
    Off,
}

#[derive(Debug, Clone, Copy)]
struct Budget {
    per_s: u32,
    burst: u32,
}

impl Budget {
    const fn quota(self) -> Quota {
        Quota::per_second(at_least_one(self.per_s)).allow_burst(at_least_one(self.burst))
    }

    const fn percent(self, share: u32) -> Self {
        Self { per_s: self.per_s * share / 100, burst: self.burst * share / 100 }
    }
}

const fn at_least_one(count: u32) -> NonZeroU32 {
    match NonZeroU32::new(count) {
        Some(count) => count,
        None => NonZeroU32::MIN,
    }
}

type Buckets<K> =
    RateLimiter<K, DashMapStateStore<K>, MonotonicClock, NoOpMiddleware<std::time::Instant>>;

fn buckets<K: Hash + Eq + Clone>(budget: Budget) -> Buckets<K> {
    RateLimiter::dashmap_with_clock(budget.quota(), MonotonicClock)
}

/// What everybody has asked for lately.
#[derive(Debug)]
pub struct Limits {
    mode: RateLimit,
    by_address: Buckets<IpAddr>,
    by_key: Buckets<Arc<str>>,
    /// What a key may write beyond what it has read.
    reserve: Buckets<Arc<str>>,
    asked: AtomicU32,
}

impl Limits {
    pub fn new(mode: RateLimit) -> Self {
        Self {
            mode,
            by_address: buckets(PUBLIC),
            by_key: buckets(KEY.percent(100 - RESERVED_PERCENT)),
            reserve: buckets(KEY.percent(RESERVED_PERCENT)),
            asked: AtomicU32::new(0),
        }
    }

    /// How many seconds to wait, when this request is over its asker's budget.
    pub fn check(&self, service: &Service, request: &Request) -> Option<u16> {
        if self.mode == RateLimit::Off || watches(request.uri().path()) {
            return None;
        }
        let key = credential(request.headers())
            .ok()
            .flatten()
            .and_then(|token| service.actor(token).ok()?.key);
        self.over(key.as_ref(), request)
    }

    /// The same of an asker whose key is known; of those without one the address counts.
    pub fn over(&self, key: Option<&Arc<str>>, request: &Request) -> Option<u16> {
        if self.mode == RateLimit::Off {
            return None;
        }
        if self.asked.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            self.tidy();
        }
        let Some(key) = key else {
            // Wrong keys too: who guesses is known by the address alone.
            let from = self.asker(request.extensions(), request.headers())?;
            return wait(&self.by_address, &whole_network(from));
        };
        let over = wait(&self.by_key, key)?;
        if writes(request.method()) { wait(&self.reserve, key) } else { Some(over) }
    }

    /// Where the request comes from; nowhere when it did not come over a network.
    pub fn asker(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical();
        let through = self.mode == RateLimit::Proxy && peer.is_loopback();
        let told = through.then(|| last_forwarded(headers)).flatten();
        Some(told.unwrap_or(peer))
    }

    fn tidy(&self) {
        self.by_address.retain_recent();
        self.by_key.retain_recent();
        self.reserve.retain_recent();
    }
}

/// How many requests may be under way at once, so that those who were let in are answered soon
/// and the others told at once to come again. What is slow to send its body counts too; nobody's
/// slowness takes the places of another kind of asker.
const READERS: usize = 800;
const WRITERS: usize = 150;
const WRITERS_WITHOUT_KEY: usize = 50;

/// Who is inside.
#[derive(Debug)]
pub struct Crowd {
    readers: Semaphore,
    writers: Semaphore,
    writers_without_key: Semaphore,
}

/// A place of one request, until it is answered.
#[derive(Debug)]
pub enum Inside<'a> {
    Placed(SemaphorePermit<'a>),
    /// Whoever watches over the house takes no place.
    Watching,
}

impl Default for Crowd {
    fn default() -> Self {
        Self {
            readers: Semaphore::new(READERS),
            writers: Semaphore::new(WRITERS),
            writers_without_key: Semaphore::new(WRITERS_WITHOUT_KEY),
        }
    }
}

impl Crowd {
    /// `None`: it is full. A key that nobody gave out is none.
    pub fn enter(&self, service: &Service, request: &Request) -> Option<Inside<'_>> {
        if watches(request.uri().path()) {
            return Some(Inside::Watching);
        }
        let places = if !writes(request.method()) {
            &self.readers
        } else if has_key(service, request.headers()) {
            &self.writers
        } else {
            &self.writers_without_key
        };
        places.try_acquire().ok().map(Inside::Placed)
    }
}

fn has_key(service: &Service, headers: &HeaderMap) -> bool {
    let token = credential(headers).ok().flatten();
    token.is_some_and(|token| service.actor(token).is_ok())
}

fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Where a request comes from, as the limits see it.
#[derive(Debug, Clone, Copy)]
pub struct Asker(pub Option<IpAddr>);

impl FromRequestParts<App> for Asker {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(app.limits.asker(&parts.extensions, &parts.headers)))
    }
}

/// Whoever watches over the house is never turned away.
fn watches(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics")
}

fn wait<K: Hash + Eq + Clone>(buckets: &Buckets<K>, asker: &K) -> Option<u16> {
    let over = buckets.check_key(asker).err()?;
    let wait = over.wait_time_from(MonotonicClock.now());
    let seconds = (wait + Duration::from_millis(999)).as_secs().max(1);
    Some(u16::try_from(seconds).unwrap_or(u16::MAX))
}

/// One customer of IPv6 has a whole /64.
fn whole_network(from: IpAddr) -> IpAddr {
    match from {
        IpAddr::V4(_) => from,
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// The hop that the proxy itself saw: it stands last, whatever the asker wrote before it.
fn last_forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse::<IpAddr>().ok().map(|from| from.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(peer: &str, forwarded: &[&str]) -> Request {
        let mut request = Request::new(axum::body::Body::empty());
        let peer: SocketAddr = peer.parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(peer));
        for value in forwarded {
            request.headers_mut().append("x-forwarded-for", value.parse().expect("a header"));
        }
        request
    }

    fn asker(mode: RateLimit, peer: &str, forwarded: &[&str]) -> String {
        let request = request(peer, forwarded);
        let asker = Limits::new(mode).asker(request.extensions(), request.headers());
        asker.expect("an address").to_string()
    }

    #[test]
    fn a_forged_forwarded_header_changes_nothing() {
        use RateLimit::{On, Proxy};
        let cases: [(RateLimit, &str, &[&str], &str); 7] = [
            (On, "203.0.113.7:1", &["198.51.100.1"], "203.0.113.7"),
            (On, "127.0.0.1:1", &["198.51.100.1"], "127.0.0.1"),
            (Proxy, "203.0.113.7:1", &["198.51.100.1"], "203.0.113.7"),
            // The proxy appends what it saw; what the asker forged stands before it.
            (Proxy, "127.0.0.1:1", &["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
            (Proxy, "127.0.0.1:1", &["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
            (Proxy, "127.0.0.1:1", &["nonsense"], "127.0.0.1"),
            (Proxy, "[::ffff:127.0.0.1]:1", &[], "127.0.0.1"),
        ];
        for (mode, peer, forwarded, expected) in cases {
            assert_eq!(asker(mode, peer, forwarded), expected, "{mode:?} {peer} {forwarded:?}");
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_asker() {
        let of = |text: &str| whole_network(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::4"), of("2001:db8:1:3::4"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
