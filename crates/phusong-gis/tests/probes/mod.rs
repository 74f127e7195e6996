//! What a taken-over parser would try, and children that misbehave.

use std::fs;
use std::io::Read;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use phusong_gis::Limits;

pub const NAMES: [&str; 14] = [
    "inside",
    "passwd",
    "own-environment",
    "link-out",
    "write",
    "remove",
    "chmod",
    "tcp",
    "listen",
    "udp",
    "unix",
    "exec",
    "thread",
    "kill-parent",
];

pub fn run(arguments: &[String]) -> ExitCode {
    let mut request = Vec::new();
    match arguments.first().map(String::as_str) {
        Some("walls") => return walls(&arguments[1..]),
        Some("measure") => {
            crate::formats::measure(Path::new(&arguments[1]));
            return ExitCode::SUCCESS;
        }
        Some("sleep") => std::thread::sleep(Duration::from_mins(1)),
        Some("spin") => loop {
            std::hint::spin_loop();
        },
        Some("abort") => std::process::abort(),
        Some("babble") => print!("{}", "\u{0}".repeat(10_000)),
        // Well-formed, but with another thread about.
        Some("unsandboxed") => {
            let _idle = std::thread::spawn(|| std::thread::sleep(Duration::from_mins(1)));
            return phusong_gis::run_child();
        }
        _ => {}
    }
    let _ = std::io::stdin().read_to_end(&mut request);
    ExitCode::SUCCESS
}

/// Success when the walls did their work.
fn walls(arguments: &[String]) -> ExitCode {
    let [probe, folder, port] = arguments else { return ExitCode::FAILURE };
    let folder = Path::new(folder);
    let link = folder.join("link");
    if probe == "link-out" {
        std::os::unix::fs::symlink("/etc/passwd", &link).expect("a link");
    }
    let entered = phusong_gis::sandbox::enter(folder, &Limits::default());
    if entered.is_err() {
        return ExitCode::FAILURE;
    }
    let address = format!("127.0.0.1:{port}");
    let held = match probe.as_str() {
        "inside" => fs::read(folder.join("inside")).is_ok(),
        "passwd" => fs::read("/etc/passwd").is_err(),
        "own-environment" => fs::read("/proc/self/environ").is_err(),
        "link-out" => fs::read(&link).is_err(),
        "write" => {
            fs::write(folder.join("new"), "x").is_err()
                && fs::write(folder.join("inside"), "x").is_err()
                && fs::write("/dev/shm/new", "x").is_err()
        }
        "remove" => fs::remove_file(folder.join("inside")).is_err(),
        "chmod" => {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(folder.join("inside"), fs::Permissions::from_mode(0o777)).is_err()
        }
        "tcp" => TcpStream::connect(&address).is_err(),
        "listen" => TcpListener::bind("127.0.0.1:0").is_err(),
        "udp" => UdpSocket::bind("127.0.0.1:0").is_err(),
        "unix" => UnixStream::pair().is_err(),
        "exec" => Command::new("/bin/true").status().is_err(),
        "thread" => std::thread::Builder::new().spawn(|| {}).is_err(),
        "kill-parent" => signal_is_refused(),
        _ => false,
    };
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(unsafe_code, reason = "std cannot send a signal")]
fn signal_is_refused() -> bool {
    // SAFETY: signal 0 to the parent: a question, nothing is delivered.
    unsafe { libc::kill(libc::getppid(), 0) != 0 }
}
