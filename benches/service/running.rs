//! A service in a process of its own, over loopback.

use std::io::BufRead;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::Client;

/// Killed (with -9) when it goes.
pub struct Running {
    child: Child,
    pub address: String,
}

impl Running {
    /// Started, and how long until the line with the address.
    pub fn start(command: &mut Command) -> (Self, Duration) {
        let began = Instant::now();
        let started = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = started.expect("the program starts");
        let mut out = std::io::BufReader::new(child.stdout.take().expect("piped"));
        let mut address = String::new();
        while !address.contains("://") {
            address.clear();
            assert!(out.read_line(&mut address).expect("a line") > 0, "it did not start");
        }
        let address = address.rsplit("://").next().unwrap_or_default();
        let address = address.split_whitespace().next().unwrap_or_default().trim_end_matches('/');
        (Self { address: address.to_owned(), child }, began.elapsed())
    }

    pub fn client(&self, key: &str) -> Client {
        Client::to(&self.address, key)
    }

    /// Resident and greatest resident memory, MB.
    pub fn memory_mb(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("Linux");
        let of = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).expect(name);
            let kib: u64 = line.split_whitespace().nth(1).expect(name).parse().expect(name);
            kib * 1024 / 1_000_000
        };
        (of("VmRSS:"), of("VmHWM:"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}
