//! A running `phusong serve` in a directory of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

pub struct Served {
    child: Child,
    address: String,
}

/// Status and body.
pub type Answer = (u16, Value);

impl Served {
    /// Starts the service and waits for the line with its address.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same, with more words for `serve`.
    pub fn start_with(data: &Path, more: &[&str]) -> Self {
        Self::start_program(Path::new(env!("CARGO_BIN_EXE_phusong")), data, more)
    }

    /// The same of a program that lies elsewhere.
    pub fn start_program(program: &Path, data: &Path, more: &[&str]) -> Self {
        let more = [&["--log", "warn"], more].concat();
        Self::spawn(Command::new(program).args(Self::words(data)).args(more))
    }

    /// The same, with its log in a place of the caller's.
    pub fn logging_into(data: &Path, what: &str, log: Stdio) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_phusong"));
        Self::spawn(command.args(Self::words(data)).args(["--log", what]).stderr(log))
    }

    fn words(data: &Path) -> [&str; 5] {
        let data = data.to_str().expect("utf-8");
        ["serve", "--listen", "127.0.0.1:0", "--data", data]
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        assert!(!address.is_empty(), "the service did not start");
        Self { child, address }
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// `TERM`, `INT`, …
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()));
    }

    /// Until it has ended; its exit code, if it ended by itself.
    pub fn wait(&mut self) -> Option<i32> {
        self.child.wait().expect("a child").code()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// One request on a connection of its own, of a draft whatever it is by now; `None` when the service went away meanwhile.
    pub fn try_ask(&self, method: &str, path: &str, key: &str, body: &str) -> Option<Answer> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        let bearer =
            if key.is_empty() { String::new() } else { format!("authorization: Bearer {key}\r\n") };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{bearer}if-match: *\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, serde_json::from_str(body).unwrap_or(Value::Null)))
    }

    pub fn ask(&self, method: &str, path: &str, key: &str, body: &str) -> Answer {
        self.try_ask(method, path, key, body).expect("an answer")
    }

    /// A body of any kind.
    pub fn send(&self, path: &str, key: &str, kind: &str, body: &[u8]) -> Answer {
        self.try_send(path, key, kind, body).expect("an answer")
    }

    /// One file as a filing.
    pub fn send_file(&self, key: &str, name: &str, content: &[u8]) -> Answer {
        let head = format!(
            "------x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        let body = [head.as_bytes(), content, b"\r\n------x--\r\n"].concat();
        self.send("/api/v1/filings", key, "multipart/form-data; boundary=----x", &body)
    }

    pub fn try_send(&self, path: &str, key: &str, kind: &str, body: &[u8]) -> Option<Answer> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nif-match: *\r\n\
             authorization: Bearer {key}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, serde_json::from_str(body).unwrap_or(Value::Null)))
    }

    /// The status for a body that is only announced.
    pub fn announce(&self, path: &str, key: &str, kind: &str, bytes: u64) -> u16 {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\
             content-type: {kind}\r\ncontent-length: {bytes}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("sent");
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).expect("a status line");
        line.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
    }

    /// The bytes of an answer, if it is 200.
    pub fn fetch(&self, path: &str, key: &str) -> Option<Vec<u8>> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        // HTTP/1.0: the body comes as it is, to the end of the connection.
        let head = format!("GET {path} HTTP/1.0\r\nauthorization: Bearer {key}\r\n\r\n");
        stream.write_all(head.as_bytes()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
        let ok = answer.starts_with(b"HTTP/1.0 200") || answer.starts_with(b"HTTP/1.1 200");
        ok.then(|| answer.split_off(end + 4))
    }

    pub fn get(&self, path: &str, key: &str) -> Answer {
        self.ask("GET", path, key, "")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// `phusong …` to its end: exit code and standard output.
pub fn phusong(args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_phusong")).args(args).output().expect("runs");
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A key of this role, made while the service may be running.
pub fn key(data: &Path, role: &[&str]) -> String {
    let data = data.to_str().expect("utf-8");
    let (code, out) = phusong(&[&["key", "create", "--data", data, "--role"], role].concat());
    assert_eq!(code, 0);
    out.trim().to_owned()
}

/// A ZIP of these members.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut made = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in members {
        made.start_file(*name, options).expect("a member");
        made.write_all(content).expect("a member");
    }
    made.finish().expect("a ZIP").into_inner()
}
