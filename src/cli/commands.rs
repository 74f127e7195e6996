//! What each command does.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::Path;

use clap::CommandFactory;

use super::progress::Long;
use super::{Cli, Command, Failure, LedgerCommand, ReceiptCommand, logs, look};
use crate::http;
use crate::ledger::{self, Held, LedgerError, LedgerReader, Receipt};
use crate::service::{Data, OpenError, Service};
use crate::vault::api_keys::Holder;
use crate::vault::keys::PublicKey;

pub(super) type Done = Result<(), Failure>;

pub fn run(command: Command) -> Done {
    match command {
        Command::Serve { data, listen, demo, log_format, log } => {
            logs::start(log_format, log.as_deref());
            serve(&data, listen, if demo { Data::Demo } else { Data::Real })
        }
        Command::Import(import) => super::import::run(&import),
        Command::Key { act } => super::keys::run(act),
        Command::Gaps { reading, filters, json } => look::gaps(&reading, &filters, json),
        Command::Village { name, reading, json } => look::village(&reading, &name, json),
        Command::Export { to, reading } => look::export(&reading, &to),
        Command::Ledger { act } => ledger_act(act),
        Command::Geodata { act } => super::geodata::run(act),
        Command::Receipt { act: ReceiptCommand::Verify { file, key } } => receipt(&file, key),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "phusong", &mut std::io::stdout());
            Ok(())
        }
    }
}

pub(super) fn fail(exit: u8, vi: impl Into<String>, en: impl Into<String>) -> Failure {
    Failure { exit, vi: vi.into(), en: en.into() }
}

pub(super) fn say(line: &str) -> Done {
    writeln!(std::io::stdout(), "{line}")
        .map_err(|error| fail(74, format!("không in ra được: {error}"), error.to_string()))
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        let exit = match error.code() {
            "ledger-in-use" | "ledger-busy" => 75,
            "ledger-absent" | "no-such-entry" => 66,
            "disk-full" => 73,
            "ledger-damaged" | "bad-ledger-file" => 65,
            "ledger-format" => 78,
            _ => 74,
        };
        fail(exit, error.message_vi(), error.to_string())
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Ledger(error) => error.into(),
            OpenError::DemoOnReal(_) | OpenError::RealOnDemo(_) => {
                fail(78, error.message_vi(), error.to_string())
            }
            other => fail(74, other.message_vi(), other.to_string()),
        }
    }
}

impl From<crate::vault::VaultError> for Failure {
    fn from(error: crate::vault::VaultError) -> Self {
        fail(74, error.message_vi(), error.to_string())
    }
}

fn serve(data: &Path, listen: SocketAddr, kind: Data) -> Done {
    let is_new = !data.join(ledger::FILE).exists();
    let service = match kind {
        Data::Real => Service::open(data)?,
        Data::Demo => Service::open_demo(data)?,
    };
    let io = |error: std::io::Error| {
        fail(
            74,
            format!("không phục vụ được ở {listen}: {error}; hãy chọn địa chỉ khác bằng --listen"),
            format!("cannot serve at {listen}: {error}; choose another address with --listen"),
        )
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(io)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(io)?;
        let address = listener.local_addr().map_err(io)?;
        say(&format!("http://{address}/"))?;
        if is_new {
            offer_sign_in(data, address)?;
        }
        let router = http::router(service);
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(async {
                let _interrupted = tokio::signal::ctrl_c().await;
            })
            .await
            .map_err(io)
    })
}

/// At the first start somebody at the terminal gets a link to sign in with: there only, once.
fn offer_sign_in(data: &Path, address: SocketAddr) -> Done {
    let mut terminal = std::io::stderr();
    if !terminal.is_terminal() {
        return Ok(());
    }
    let link = super::keys::link(data, &Holder::Approver, &format!("http://{address}"))?;
    let text = format!(
        "\nĐăng nhập lần đầu (lãnh đạo; dùng một lần, trong một giờ):\n\
         First sign-in (approver; once, within the hour):\n  {link}\n\n"
    );
    terminal
        .write_all(text.as_bytes())
        .map_err(|error| fail(74, "không in ra được", error.to_string()))
}

/// Invented data say so at the terminal too, beside what is printed.
pub(super) fn say_if_demo(data: &Path) -> Result<bool, Failure> {
    let demo = Data::of_directory(data)? == Some(Data::Demo);
    if demo {
        eprintln!("DỮ LIỆU MINH HOẠ, KHÔNG CÓ THẬT / INVENTED DATA");
    }
    Ok(demo)
}

fn ledger_act(act: LedgerCommand) -> Done {
    match act {
        LedgerCommand::Verify { data } => {
            let long = Long::of_unknown_length("kiểm tra / checking");
            let report = ledger::verify(&LedgerReader::open(&data)?, &Held::default())?;
            long.done();
            let root = data_encoding::HEXLOWER.encode(&report.root);
            say(&format!("{} entries, root {root}", report.entries))?;
            let Some(first) = report.faults.first() else { return Ok(()) };
            for fault in &report.faults {
                say(&format!("entry {}: {}", fault.seq, fault.what))?;
            }
            Err(fail(
                65,
                format!("sổ có {} chỗ hỏng, đầu tiên ở mục {}", report.faults.len(), first.seq),
                format!("{} faults, the first at entry {}", report.faults.len(), first.seq),
            ))
        }
        LedgerCommand::Export { data, file } => {
            let long = Long::new("xuất / exporting");
            ledger::export(&LedgerReader::open(&data)?, &file, &mut |step| long.at(step))?;
            long.done();
            say(&file.display().to_string())
        }
        LedgerCommand::Import { data, file } => {
            let long = Long::new("nhập / importing");
            ledger::import(&file, &data, &Held::default(), &mut |step| long.at(step))?;
            long.done();
            say(&data.display().to_string())
        }
        LedgerCommand::Recover { data, to } => {
            let long = Long::new("cứu / recovering");
            ledger::recover(&LedgerReader::open(&data)?, &to, &mut |step| long.at(step))?;
            long.done();
            say(&to.display().to_string())
        }
    }
}

fn receipt(file: &Path, key: Option<String>) -> Done {
    let text = std::fs::read_to_string(file).map_err(|error| {
        fail(
            66,
            format!("{}: không đọc được", file.display()),
            format!("{}: {error}", file.display()),
        )
    })?;
    let receipt: Receipt = serde_json::from_str(&text).map_err(|error| {
        fail(65, "tệp không phải là biên nhận", format!("the file is no receipt: {error}"))
    })?;
    let pinned = match key {
        None => None,
        Some(hex) => {
            Some(PublicKey::from_hex(&hex).ok_or_else(|| fail(2, "khóa sai", "no such key"))?)
        }
    };
    match receipt.verify(pinned) {
        Ok(trust) => say(&format!("{trust:?}: {} {}", receipt.report, receipt.recorded_at)),
        Err(error) => Err(fail(65, error.message_vi(), error.to_string())),
    }
}
