//! Told to stop, the service ends what was begun, closes its ledger and goes with 0: by Ctrl-C as
//! by what `systemctl stop` sends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;

use tempfile::TempDir;

use crate::served::{Served, key, phusong};

fn send(served: &Served, text: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(served.address()).expect("connects");
    stream.write_all(text.as_bytes()).expect("sent");
    BufReader::new(stream)
}

fn line(from: &mut impl BufRead) -> String {
    let mut line = String::new();
    from.read_line(&mut line).expect("a line");
    line
}

#[test]
fn what_was_begun_ends_and_is_kept_whichever_signal_comes() {
    for signal in ["TERM", "INT"] {
        let data = TempDir::new().expect("a directory");
        let viettel = key(data.path(), &["carrier", "--carrier", "viettel"]);
        let mut served = Served::start(data.path());
        let mut listening = send(&served, "GET /events HTTP/1.1\r\nhost: x\r\n\r\n");
        assert!(line(&mut listening).contains("200"), "events");

        let body = "ma_tram,loai_su_kien,ngay_su_kien,cong_nghe,kinh_do,vi_do,cac_thon_phuc_vu\n\
                    QNI001,on_air,2026-11-01,4G,108.822,14.704,Kon Dóc\n";
        let head = format!(
            "POST /api/v1/reports HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {viettel}\r\n\
             content-type: text/csv\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let mut filing = send(&served, &head);
        assert!(line(&mut filing).contains("100"), "the body is awaited: the request has begun");

        served.signal(signal);
        let mut rest = String::new();
        listening.read_to_string(&mut rest).expect("the stream of events ends");
        // Now it is stopping, and the report is still on its way.
        filing.get_mut().write_all(body.as_bytes()).expect("sent");
        let mut answer = String::new();
        filing.read_to_string(&mut answer).expect("an answer");
        assert!(answer.contains("HTTP/1.1 201"), "SIG{signal}: {answer}");
        assert_eq!(served.wait(), Some(0), "SIG{signal}");
        assert_closed(data.path());
        let again = Served::start(data.path());
        let (_, list) = again.get("/api/v1/reports", &viettel);
        assert_eq!(list["items"].as_array().expect("a list").len(), 1, "the report is kept");
    }
}

/// The log was copied into the database, as the last connection does when it closes.
fn assert_closed(data: &Path) {
    let log = std::fs::metadata(data.join("ledger.db-wal")).map_or(0, |log| log.len());
    assert_eq!(log, 0, "the ledger was not closed");
    let dir = data.to_str().expect("utf-8");
    assert_eq!(phusong(&["ledger", "verify", "--data", dir]).0, 0);
}

#[test]
fn the_unit_stops_the_service_by_a_signal_that_it_hears_and_waits_long_enough() {
    let unit = include_str!("../../deploy/phusong.service");
    let setting = |name: &str| {
        unit.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).unwrap_or("")
    };
    assert!(matches!(setting("KillSignal"), "" | "SIGTERM" | "SIGINT"));
    let waits_s: u64 = setting("TimeoutStopSec").parse().expect("seconds");
    assert!(waits_s > phusong::cli::STOP_GRACE.as_secs(), "systemd kills before requests end");
}
