//! The servers that are measured, each in a process of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use phusong::http::{self, tiles};
use phusong::service::Service;

use crate::province;

/// The first argument that makes this program a server.
pub const FLAG: &str = "--server";

/// `bare FILE`: an axum handler that sends the file; `service DIR`: the whole service;
/// `province`: the tiles of the invented province, with the service's own cache and answers.
pub fn run(arguments: &[String]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let router = match arguments {
            [kind, file] if kind == "bare" => bare(Path::new(file)),
            [kind, dir] if kind == "service" => {
                let service = Service::open(Path::new(dir)).expect("opens");
                http::router_at(service, http::Edge::default(), Arc::default())
            }
            [kind] if kind == "province" => of_province(),
            other => panic!("{other:?}"),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("{}", listener.local_addr().expect("bound"));
        axum::serve(listener, router).await.expect("served");
    });
}

fn bare(file: &Path) -> Router {
    let bytes = Bytes::from(std::fs::read(file).expect("a tile"));
    let kind = [(header::CONTENT_TYPE, "application/vnd.mapbox-vector-tile")];
    Router::new().route("/tile", get(async move || (kind, bytes.clone())))
}

fn of_province() -> Router {
    let atlas = Arc::new(province::atlas().1);
    let cache = Arc::new(tiles::TileCache::default());
    let (asked, counted) = (Arc::clone(&cache), cache);
    let tile = async move |request: Request| {
        let (parts, _none) = request.into_parts();
        tiles::from_atlas(&asked, &atlas, &parts).await.into_response()
    };
    Router::new()
        .route("/tiles/{layers}/{z}/{x}/{y}", get(tile))
        .route("/builds", get(async move || counted.stats().builds.to_string()))
}

/// A running server; killed when it goes.
pub struct Running {
    child: Child,
    pub address: String,
}

impl Running {
    /// On core 0 where `taskset` is at hand.
    pub fn start(arguments: &[&str]) -> Self {
        let own = std::env::current_exe().expect("a program");
        let mut command = if pinned() {
            let mut command = Command::new("taskset");
            command.args(["-c", "0"]).arg(own);
            command
        } else {
            Command::new(own)
        };
        let command = command.arg(FLAG).args(arguments).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the server starts");
        let mut address = String::new();
        let out = child.stdout.take().expect("piped");
        BufReader::new(out).read_line(&mut address).expect("a line");
        Self { child, address: address.trim().to_owned() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Is this process held to one core? The bench starts itself anew so, if it can.
pub fn pinned() -> bool {
    std::env::var_os("PHUSONG_BENCH_PINNED").is_some()
}

/// Starts this program again on core 1; `None` when that cannot be.
pub fn pin_self() -> Option<std::process::ExitStatus> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if pinned() || cores < 2 {
        return None;
    }
    let own = std::env::current_exe().expect("a program");
    Command::new("taskset")
        .args(["-c", "1"])
        .arg(own)
        .args(std::env::args().skip(1))
        .env("PHUSONG_BENCH_PINNED", "1")
        .status()
        .ok()
}
