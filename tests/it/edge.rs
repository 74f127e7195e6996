//! The service in this process, behind a real socket, with a key for every role made before it
//! opens.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use phusong::http::Edge;
use phusong::service::{Service, World};
use phusong::vault::Vault;
use phusong::vault::api_keys::{Holder, NewApiKey};
use phusong::vault::keys::{NewKey, SigningKey};
use phusong::vault::people::PersonId;
use phusong_atlas::domain::{self, Role};
use serde_json::Value;
use tempfile::TempDir;

/// Kon Dóc's commune of today.
pub const COMMUNE: &str = "21520";

/// Every role that exists, and what a key of it is made with.
pub const ROLES: [(&str, Option<&str>); 10] = [
    ("viettel", Some("viettel")),
    ("viettel-manager", Some("viettel")),
    ("vnpt", Some("vnpt")),
    ("commune", Some(COMMUNE)),
    ("officer", None),
    ("approver", None),
    ("auditor", None),
    ("planner", None),
    ("admin", None),
    ("public", None),
];

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Without what is this one exchange's own: when it was, and its name.
    pub fn lasting(mut self) -> Self {
        self.headers.remove("date");
        self.headers.remove("x-request-id");
        self
    }
}

/// One request; the key and any header beside it.
#[derive(Debug, Clone, Default)]
pub struct Ask<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub key: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a [u8],
}

impl<'a> Ask<'a> {
    pub fn get(path: &'a str) -> Self {
        Self { method: "GET", path, ..Self::default() }
    }

    pub fn json(method: &'a str, path: &'a str, body: &'a str) -> Self {
        const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
        Self { method, path, headers: JSON, body: body.as_bytes(), ..Self::default() }
    }

    pub fn by(self, key: &'a str) -> Self {
        Self { key, ..self }
    }

    pub fn with(self, headers: &'a [(&'a str, &'a str)]) -> Self {
        Self { headers, ..self }
    }
}

pub struct House {
    pub dir: TempDir,
    pub service: Service,
    pub address: SocketAddr,
    keys: BTreeMap<&'static str, String>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
}

/// Keys are the same in every house: what they open is what differs.
fn make_keys(dir: &Path) -> BTreeMap<&'static str, String> {
    let vault = Vault::open(dir).expect("a vault");
    SigningKey::open_or_create(dir, &NewKey { secret: [77; 32] }).expect("a signing key");
    let mut keys = BTreeMap::new();
    for (number, (name, scope)) in (1_u8..).zip(ROLES) {
        let role = match name {
            "public" => {
                keys.insert(name, String::new());
                continue;
            }
            "viettel" | "vnpt" => "carrier",
            "viettel-manager" => "carrier-manager",
            other => other,
        };
        let holder = Holder::parse(role, scope).expect("a role");
        let (label, secret) = (String::new(), NewKey { secret: [number; 32] });
        let new = NewApiKey { holder, label, expires: None, person: None, secret };
        let made = vault.create_api_key(phusong::service::now(), &new);
        keys.insert(name, made.expect("a key").1.reveal().to_owned());
    }
    keys
}

impl House {
    pub fn open() -> Self {
        Self::open_in(World::real())
    }

    pub fn open_in(world: World) -> Self {
        Self::open_at(world, Edge::default())
    }

    /// The same, as it meets the network.
    pub fn open_at(world: World, edge: Edge) -> Self {
        let dir = TempDir::new().expect("a directory");
        let keys = make_keys(dir.path());
        let service = Service::open_in(dir.path(), world).expect("a service");
        let router = phusong::http::router_at(service.clone(), edge, Arc::default());
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("an address");
        let serving = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                let service = router.into_make_service_with_connect_info::<SocketAddr>();
                let serving = axum::serve(listener, service).with_graceful_shutdown(async {
                    let _gone = stopped.await;
                });
                tokio::select! { _ended = serving.into_future() => {} };
            });
            runtime.shutdown_background();
        });
        Self { dir, service, address, keys, stop: Some(stop), serving: Some(serving) }
    }

    /// A key of a new account under this name, once the ledger knows it; gives the account.
    pub fn name(&mut self, who: &'static str, role: &str, scope: Option<&str>) -> String {
        let number = 100 + u8::try_from(self.keys.len()).expect("few");
        let person = PersonId::new([number; 10]);
        let vault = Vault::open(self.dir.path()).expect("a vault");
        let now = phusong::service::now();
        vault.add_person(now, &person, who).expect("a person");
        let holder = Holder::parse(role, scope).expect("a role");
        let (label, secret) = (String::new(), NewKey { secret: [number; 32] });
        let new = NewApiKey { holder, label, expires: None, person: Some(person.clone()), secret };
        let token = vault.create_api_key(now, &new).expect("a key").1.reveal().to_owned();
        let account = domain::PersonId::new(person.as_str()).expect("an id");
        let knows = |role: &Role| {
            self.service.with_history(|history| history.accounts().knows(&account, role))
        };
        let begun = std::time::Instant::now();
        while !self.service.actor(&token).is_ok_and(|actor| knows(&actor.role)) {
            assert!(begun.elapsed().as_secs() < 10, "{who} is not known");
            std::thread::yield_now();
        }
        self.keys.insert(who, token);
        person.to_string()
    }

    pub fn key(&self, role: &str) -> &str {
        &self.keys[role]
    }

    pub fn ask(&self, ask: &Ask<'_>) -> Answer {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        let mut head = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", ask.method, ask.path);
        if !ask.headers.iter().any(|(name, _)| *name == "host") {
            head.push_str("host: phusong.example\r\n");
        }
        if !ask.key.is_empty() {
            head.extend(["authorization: Bearer ", ask.key, "\r\n"]);
        }
        for (name, value) in ask.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        if !ask.body.is_empty() || ask.method == "POST" {
            head.extend(["content-length: ", &ask.body.len().to_string(), "\r\n"]);
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).expect("sent");
        // An early refusal may close before all of a body is taken.
        let _refused_early = stream.write_all(ask.body);
        let mut answer = Vec::new();
        let _reset = stream.read_to_end(&mut answer);
        read(&answer)
    }

    pub fn get(&self, path: &str, role: &str) -> Answer {
        self.ask(&Ask::get(path).by(self.key(role)))
    }

    /// Of a draft whatever it is by now.
    pub fn post(&self, path: &str, role: &str, body: &str) -> Answer {
        const ANY: &[(&str, &str)] = &[("content-type", "application/json"), ("if-match", "*")];
        self.ask(&Ask::json("POST", path, body).with(ANY).by(self.key(role)))
    }
}

fn read(answer: &[u8]) -> Answer {
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let mut headers = BTreeMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        let twice = headers.insert(name.to_ascii_lowercase(), value.to_owned());
        assert!(twice.is_none(), "{name} stands twice in {head}");
    }
    Answer { status: status.expect("a status"), headers, body: answer[end + 4..].to_vec() }
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(serving) = self.serving.take() {
            let _ended = serving.join();
        }
    }
}

/// A report that one site serving a village went on air.
pub fn on_air(code: &str, village: &str, day: &str) -> Value {
    serde_json::json!({ "rows": [{
        "ma_tram": code, "loai_su_kien": "on_air", "ngay_su_kien": day, "cong_nghe": "4G",
        "kinh_do": 108.822, "vi_do": 14.704, "cac_thon_phuc_vu": village,
    }] })
}

/// The same as a body to send.
pub fn report(code: &str, village: &str, day: &str) -> String {
    on_air(code, village, day).to_string()
}
