//! Files of any kind through drafts: what is clear is filed, the result is written beside each
//! file. Into a data directory at rest, or over HTTP to a service that runs.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use data_encoding::HEXLOWER;
use phusong_atlas::domain::Role;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Failure;
use super::commands::{Done, fail, say};
use super::remote::Remote;
use crate::service::{Actor, DraftError, Drafting, FileError, Meant, Service, State};
use phusong_intake::reading::questions;
use phusong_intake::template::Kind;

/// Beside each file; it names the content that it speaks of, so that a file is read once.
const RESULT: &str = ".ket-qua.json";
const ANSWERED: &str = "-phan-hoi.";
/// Between two looks at a folder. A file is taken once it stayed the same from one to the next.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Questions told of one file.
const MOST_TOLD: usize = 50;

/// Where files go.
#[derive(Debug)]
pub enum Door {
    Here { service: Box<Service>, actor: Actor },
    There { url: String, key: String },
}

/// How files are to be read.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub carrier: Option<String>,
    pub crs: Option<String>,
    pub kind: Option<Kind>,
    pub dry_run: bool,
}

/// What became of one file.
#[derive(Debug)]
pub struct Sent {
    /// For programs; written beside the file when a folder is watched.
    pub result: Value,
    /// The file with our notes beside its rows.
    pub answered: Option<(&'static str, Vec<u8>)>,
}

impl Sent {
    /// Everything in it is filed, now or before.
    pub fn is_filed(&self) -> bool {
        !self.result["report"].is_null() && self.result["open"] == 0
    }
}

impl Door {
    pub fn here(service: Service) -> Self {
        let actor = Actor { role: Role::Officer, key: None, person: None };
        Self::Here { service: Box::new(service), actor }
    }

    /// Sends one file and files what is clear in it.
    pub fn send(&self, path: &Path, asked: &Asked) -> Result<Sent, Failure> {
        let name = name_of(path);
        match self {
            Self::Here { service, actor } => here(service, actor, path, &name, asked),
            Self::There { url, key } => Remote::new(url, key, path).take(path, &name, asked),
        }
    }
}

/// Looks at the folder for ever: each content once, over restarts too.
pub fn watch(folder: &Path, door: &Door, asked: &Asked, json: bool) -> Done {
    let unreadable = |error: std::io::Error| {
        let shown = folder.display();
        fail(66, format!("{shown}: không đọc được thư mục"), format!("{shown}: {error}"))
    };
    let mut seen = HashMap::<PathBuf, Looked>::new();
    loop {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
            .map_err(unreadable)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| is_sent(path))
            .collect();
        paths.sort();
        seen.retain(|path, _| paths.binary_search(path).is_ok());
        for path in paths {
            let Ok(now) = size_and_age(&path) else { continue };
            let before = seen.get(&path).copied();
            let same = before.filter(|before| before.now == now);
            seen.insert(path.clone(), Looked { now, is_done: same.is_some_and(|one| one.is_done) });
            // Still being copied, or told already: who takes the result away asks again.
            if same.is_none_or(|one| one.is_done && result_of(&path).exists()) {
                continue;
            }
            // Taken before it is sent: should the file change meanwhile, it is another one.
            let hash = hash_of(&path);
            if is_done(&path, &hash) {
                seen.insert(path, Looked { now, is_done: true });
                continue;
            }
            let mut beside = None;
            let result = match door.send(&path, asked) {
                Ok(sent) => {
                    if let Some((ending, bytes)) = &sent.answered {
                        let answered = answered_of(&path, ending);
                        put(&answered, bytes)?;
                        beside = Some(answered);
                    }
                    sent.result
                }
                // A full disk or a service that is away: the next look tries again.
                Err(failure) if matches!(failure.exit, 73..=75) => {
                    seen.remove(&path);
                    eprintln!("{}\n{}", failure.vi, failure.en);
                    continue;
                }
                Err(failure) => json!({
                    "file": name_of(&path), "sha256": hash, "report": null,
                    "message_vi": failure.vi, "message_en": failure.en,
                }),
            };
            put(&result_of(&path), format!("{result:#}\n").as_bytes())?;
            if json {
                say(&result.to_string())?;
            } else {
                super::import::tell(&path.display().to_string(), &result)?;
                beside.iter().try_for_each(|file| say(&format!("  {}", file.display())))?;
            }
            let is_done = result["sha256"] == hash;
            seen.insert(path, Looked { now, is_done });
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

/// A file at the last look: its size and when it was written, and whether that content is told.
#[derive(Debug, Clone, Copy)]
struct Looked {
    now: (u64, Duration),
    is_done: bool,
}

fn size_and_age(path: &Path) -> std::io::Result<(u64, Duration)> {
    let data = std::fs::metadata(path)?;
    let written = data.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok((data.len(), written))
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Neither a result of ours, nor hidden, nor the lock of a program that has it open.
fn is_sent(path: &Path) -> bool {
    let name = name_of(path);
    let kind = path.extension().unwrap_or_default();
    let is_half = ["part", "tmp"].iter().any(|half| kind.eq_ignore_ascii_case(half));
    path.is_file()
        && !is_half
        && !name.starts_with('.')
        && !name.starts_with("~$")
        && !name.ends_with(RESULT)
        && !name.contains(ANSWERED)
}

fn result_of(path: &Path) -> PathBuf {
    path.with_file_name(format!("{}{RESULT}", name_of(path)))
}

/// Named after the whole name of the file: `bc.csv` and `bc.kml` are answered apart.
fn answered_of(path: &Path, ending: &str) -> PathBuf {
    path.with_file_name(format!("{}{ANSWERED}{ending}", name_of(path)))
}

/// Its result speaks of this very content.
fn is_done(path: &Path, hash: &str) -> bool {
    let told = std::fs::read(result_of(path)).ok();
    let told = told.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    told.is_some_and(|told| told["sha256"] == hash)
}

pub fn hash_of(path: &Path) -> String {
    let Ok(mut file) = std::fs::File::open(path) else { return String::new() };
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut piece) {
            Ok(0) => return HEXLOWER.encode(&hash.finalize()),
            Ok(many) => hash.update(&piece[..many]),
            Err(_broken) => return String::new(),
        }
    }
}

/// Whole or not at all: somebody may be looking.
fn put(path: &Path, bytes: &[u8]) -> Done {
    let shown = path.display();
    let fresh = path.with_file_name(format!(".{}", name_of(path)));
    let written = std::fs::File::create(&fresh)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| std::fs::rename(&fresh, path));
    written.map_err(|error| {
        fail(74, format!("{shown}: không ghi được kết quả"), format!("{shown}: {error}"))
    })
}

fn here(
    service: &Service,
    actor: &Actor,
    path: &Path,
    name: &str,
    asked: &Asked,
) -> Result<Sent, Failure> {
    let told = |error: &DraftError| of_draft(path, error);
    let upload = super::import::receive_any(service, actor, path)?;
    let state = State {
        kind: asked.kind,
        on_behalf: asked.carrier.clone(),
        crs: asked.crs.clone(),
        ..State::default()
    };
    let hash = HEXLOWER.encode(&upload.sha256);
    let files = vec![(name.to_owned(), upload)];
    let drafting = service.begin_draft(actor, state, files).map_err(|error| told(&error))?;
    let answered = service.answered_file(actor, &drafting.id, 0).ok();
    let answered = answered.map(|file| (if file.is_xlsx { "xlsx" } else { "csv" }, file.bytes));
    let mut result = line(name, &hash, &drafting);
    if asked.dry_run {
        service.discard_draft(actor, &drafting.id, &Meant::Any).map_err(|error| told(&error))?;
    } else if drafting.can_file() || drafting.is_filed() {
        let filed = service.file_draft(actor, &drafting.id, &Meant::Any, None);
        let filed = filed.map_err(|error| told(&error))?;
        result["report"] = json!(filed.written.id.to_string());
        result["repeated"] = json!(filed.written.repeated);
    }
    Ok(Sent { result, answered })
}

fn line(name: &str, hash: &str, drafting: &Drafting) -> Value {
    let draft = &drafting.reading.draft;
    let counts = draft.counts();
    let asked: Vec<Value> = questions(draft)
        .iter()
        .take(MOST_TOLD)
        .map(|question| {
            let finding = &question.finding;
            json!({
                "code": finding.code, "column": finding.column, "value": finding.value,
                "rows": question.rows.iter().map(|(_, row)| *row).take(MOST_TOLD).collect::<Vec<_>>(),
                "message_vi": finding.message_vi, "message_en": finding.message_en,
            })
        })
        .collect();
    json!({
        "file": name, "sha256": hash, "draft": drafting.id, "report": null,
        "rows": draft.rows.len(), "open": drafting.open_rows(), "can_file": drafting.can_file(),
        "counts": {
            "refuse": counts.refuse, "ask": counts.ask, "warn": counts.warn, "note": counts.note,
        },
        "questions": asked,
    })
}

fn of_draft(path: &Path, error: &DraftError) -> Failure {
    let shown = path.display();
    match error {
        DraftError::File(FileError::NotAllowed | FileError::UnknownParty(_)) => fail(
            65,
            format!("{shown}: không nhận loại tệp này từ đơn vị đã nêu"),
            format!("{shown}: {error}"),
        ),
        DraftError::File(error) => super::import::told(path, error),
        _ => fail(65, format!("{shown}: không nhận được"), format!("{shown}: {error}")),
    }
}
