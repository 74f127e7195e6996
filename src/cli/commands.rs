//! What each command does.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

use clap::CommandFactory;
use phusong_atlas::atlas::{AreaFilter, Atlas, GapQuery, Question, Sort, VillageVerdict};
use phusong_atlas::domain::{Day, Scope};
use serde_json::json;

use super::{Cli, Command, Failure, KeyCommand, LedgerCommand, ReceiptCommand};
use crate::http;
use crate::ledger::{self, Held, LedgerError, LedgerReader, Receipt};
use crate::service::{Data, OpenError, Service, fresh_key, now, today};
use crate::vault::Vault;
use crate::vault::api_keys::{Holder, NewApiKey};
use crate::vault::keys::PublicKey;

pub(super) type Done = Result<(), Failure>;

pub fn run(command: Command) -> Done {
    match command {
        Command::Serve { data, listen, demo } => {
            serve(&data, listen, if demo { Data::Demo } else { Data::Real })
        }
        Command::Import(import) => super::import::run(&import),
        Command::Key { act } => key(act),
        Command::Gaps { data, as_of, json } => gaps(&data, as_of.as_deref(), json),
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

fn serve(data: &Path, listen: std::net::SocketAddr, kind: Data) -> Done {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let service = match kind {
        Data::Real => Service::open(data)?,
        Data::Demo => Service::open_demo(data)?,
    };
    let io =
        |error: std::io::Error| fail(74, format!("không mở được cổng: {error}"), error.to_string());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(io)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(io)?;
        let address = listener.local_addr().map_err(io)?;
        say(&format!("http://{address}/"))?;
        axum::serve(listener, http::router(service))
            .with_graceful_shutdown(async {
                let _interrupted = tokio::signal::ctrl_c().await;
            })
            .await
            .map_err(io)
    })
}

fn key(act: KeyCommand) -> Done {
    match act {
        KeyCommand::Create { data, role, carrier, commune, label } => {
            let scope = carrier.as_deref().or(commune.as_deref());
            let holder = Holder::parse(&role, scope).ok_or_else(|| {
                fail(
                    2,
                    "vai trò sai, hoặc thiếu/thừa --carrier, --commune",
                    "no such role, or --carrier/--commune is missing or too many",
                )
            })?;
            let new = NewApiKey { holder, label, expires: None, secret: fresh_key()? };
            let (_, token) = Vault::open(&data)?.create_api_key(now(), &new)?;
            say(token.reveal())
        }
        KeyCommand::List { data } => {
            for key in Vault::open(&data)?.api_keys()? {
                let state = if key.is_valid(now()) { "valid" } else { "ended" };
                let scope = key.holder.scope().unwrap_or("-");
                say(&format!(
                    "{}\t{}\t{scope}\t{state}\t{}",
                    key.id,
                    key.holder.role(),
                    key.label
                ))?;
            }
            Ok(())
        }
        KeyCommand::Revoke { data, id } => {
            let key = Vault::open(&data)?.revoke_api_key(now(), &id)?;
            say(&format!("{} revoked", key.id))
        }
    }
}

/// Invented data say so at the terminal too, beside what is printed.
pub(super) fn say_if_demo(data: &Path) -> Result<bool, Failure> {
    let demo = Data::of_directory(data)? == Some(Data::Demo);
    if demo {
        eprintln!("DỮ LIỆU MINH HOẠ, KHÔNG CÓ THẬT / INVENTED DATA");
    }
    Ok(demo)
}

/// Reads beside a running service: no lock is taken and nothing is written.
fn gaps(data: &Path, as_of: Option<&str>, as_json: bool) -> Done {
    let day: Day = match as_of {
        None => today(),
        Some(text) => text.parse().map_err(|_no_day| {
            fail(2, format!("{text:?} không phải là ngày"), format!("{text:?} is no day"))
        })?,
    };
    let atlas = Service::read_atlas(data, Scope::Officer)?;
    let demo = say_if_demo(data)?;
    let query = GapQuery {
        question: Question::default_on(day),
        verdicts: vec![
            VillageVerdict::NoSignal,
            VillageVerdict::PartialHole,
            VillageVerdict::NotAsAsked,
        ],
        area: AreaFilter::default(),
        duty: None,
        grid_power: None,
        especially_hard: None,
        sort: Sort::Households,
    };
    let found = atlas.gaps(&query);
    if as_json {
        let items: Vec<_> = found
            .rows
            .iter()
            .map(|row| http::village_json(&atlas, row.card(), &query.question, row.answer))
            .collect();
        let mut body = json!({ "as_of": day.to_string(), "items": items });
        if demo {
            body["demo"] = json!(true);
        }
        return say(&body.to_string());
    }
    for row in &found.rows {
        let card = row.card();
        let name = card.fact_on(day).map_or("", |fact| fact.name.as_str());
        let commune = commune_name(&atlas, card.id.as_str(), day);
        say(&format!("{:<12} {name:<14} {commune:<18} {}", card.id, row.answer.verdict.as_str()))?;
    }
    Ok(())
}

fn commune_name(atlas: &Atlas, village: &str, day: Day) -> String {
    let Ok(id) = phusong_atlas::domain::VillageId::new(village) else { return String::new() };
    atlas
        .village(&id)
        .and_then(|(_, card)| atlas.units_of(card, day).commune)
        .and_then(|unit| atlas.common.units.get(unit))
        .map_or_else(String::new, |unit| unit.name.clone())
}

fn ledger_act(act: LedgerCommand) -> Done {
    let mut onwards = |_| ControlFlow::Continue(());
    match act {
        LedgerCommand::Verify { data } => {
            let report = ledger::verify(&LedgerReader::open(&data)?, &Held::default())?;
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
            ledger::export(&LedgerReader::open(&data)?, &file, &mut onwards)?;
            say(&file.display().to_string())
        }
        LedgerCommand::Import { data, file } => {
            ledger::import(&file, &data, &Held::default(), &mut onwards)?;
            say(&data.display().to_string())
        }
        LedgerCommand::Recover { data, to } => {
            ledger::recover(&LedgerReader::open(&data)?, &to, &mut onwards)?;
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
