//! A service inside the test, so that facts no route files yet can be put into its ledger.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use phusong::service::Service;
use phusong_atlas::domain::{
    ClusterFact, ClusterId, DocumentRef, Fact, FiledRow, Filing, FilingKind, Located, Party,
    Position, PositionGrade, Scope, Shape, VillageFact, VillageId, VillageKind,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::served::key;

pub struct House {
    _data: TempDir,
    pub service: Service,
    pub viettel: String,
    pub vnpt: String,
    pub officer: String,
    pub approver: String,
    /// Of today's commune 21520, which holds Kon Dóc.
    pub commune: String,
    address: SocketAddr,
    _runtime: Runtime,
}

/// A whole answer.
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }
}

impl House {
    pub fn new() -> Self {
        let data = TempDir::new().expect("a directory");
        let made = |role: &[&str]| key(data.path(), role);
        let (viettel, vnpt) =
            (made(&["carrier", "--carrier", "viettel"]), made(&["carrier", "--carrier", "vnpt"]));
        let (officer, approver) = (made(&["officer"]), made(&["approver"]));
        let commune = made(&["commune", "--commune", "21520"]);
        let service = Service::open(data.path()).expect("opens");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener =
            runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = phusong::http::router(service.clone());
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            _data: data,
            service,
            viettel,
            vnpt,
            officer,
            approver,
            commune,
            address,
            _runtime: runtime,
        }
    }

    pub fn ask(&self, method: &str, path: &str, key: &str, headers: &str, body: &str) -> Reply {
        let mut stream = TcpStream::connect(self.address).expect("connects");
        let bearer =
            if key.is_empty() { String::new() } else { format!("authorization: Bearer {key}\r\n") };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{bearer}{headers}\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(body.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(answer[..end].to_vec()).expect("ASCII");
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        Reply { status, body: answer[end + 4..].to_vec() }
    }

    pub fn get(&self, path: &str, key: &str) -> (u16, Value) {
        let reply = self.ask("GET", path, key, "", "");
        (reply.status, reply.json())
    }

    pub fn post(&self, path: &str, key: &str, body: &Value) -> (u16, Value) {
        let reply = self.ask("POST", path, key, "", &body.to_string());
        (reply.status, reply.json())
    }

    /// Files facts as the department's register does.
    pub fn register(&self, facts: Vec<Fact>) {
        let filing = Filing {
            kind: FilingKind::Register,
            owner: Party::Department,
            filed_by: Party::Department,
            person: None,
            document: DocumentRef::default(),
            files: Vec::new(),
        };
        let rows = facts.into_iter().map(|fact| FiledRow { fact, replaces: None, note: None });
        self.service.write(filing, rows.collect(), None, Scope::Officer).expect("filed");
    }

    /// The verdict and flags of a village in a view.
    pub fn verdict(&self, village: &str, key: &str) -> (String, Value) {
        let (status, page) = self.get(&format!("/api/v1/villages/{village}"), key);
        assert_eq!(status, 200, "{page}");
        (page["verdict"].as_str().expect("a verdict").to_owned(), page["flags"].clone())
    }
}

pub fn located(lon: f64, lat: f64, uncertainty_m: u32) -> Located {
    let position = Position::new(lon, lat).expect("on the globe");
    Located { position, uncertainty_m, grade: PositionGrade::Surveyed }
}

/// A cluster of a village, invented for the test.
pub fn cluster(id: &str, village: &str, at: Located, centre: bool) -> Fact {
    Fact::Cluster(ClusterFact {
        day: None,
        id: ClusterId::new(id).expect("an id"),
        village: VillageId::new(village).expect("an id"),
        name: format!("Cụm {id}"),
        shape: Shape::Point(at),
        households: Some(30),
        centre,
        source: "thử nghiệm".to_owned(),
    })
}

/// A village invented for the test.
pub fn village(id: &str, name: &str, at: Option<Located>) -> VillageFact {
    VillageFact {
        day: None,
        id: VillageId::new(id).expect("an id"),
        name: name.to_owned(),
        aliases: Vec::new(),
        kind: VillageKind::Thon,
        units: Vec::new(),
        unit_inferred: None,
        located: at,
        position_basis: None,
        households: None,
        people: None,
        grid_power: None,
        especially_hard: None,
        source: "thử nghiệm".to_owned(),
    }
}
