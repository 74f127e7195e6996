//! `phusong import`: files into a data directory at rest, as the department enters them, or over
//! HTTP to a service that runs; a folder can be watched.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use phusong_atlas::domain::Role;
use serde_json::{Value, json};

use super::Failure;
use super::commands::{Done, fail, say};
use super::folder::{Asked, Door, watch};
use super::progress::Long;
use crate::service::{
    Actor, FileError, OpenError, Receiving, Sending, Service, Upload, WriteError,
};
use phusong_intake::Format;
use phusong_intake::report::{Declared, Draft};
use phusong_intake::template::Kind;

/// Most findings shown of one file.
const MOST_SHOWN: usize = 50;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Import {
    #[command(subcommand)]
    what: Option<What>,
    /// Tệp báo cáo, hoặc thư mục với --watch. / Files, each a report of its own; a folder with --watch.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    into: Into,
    /// Doanh nghiệp được nhập thay. / The carrier on whose behalf they are entered; left out: the
    /// department's own (or the key's own) files.
    #[arg(long)]
    carrier: Option<String>,
    /// Theo dõi thư mục: mỗi tệp một lần, kết quả ghi bên cạnh. / Watch the folder: each file once,
    /// its result written beside it.
    #[arg(long)]
    watch: bool,
}

/// Where to, and how.
#[derive(Debug, Args)]
struct Into {
    #[arg(long, env = "PHUSONG_DATA", required_unless_present = "to")]
    data: Option<PathBuf>,
    /// Gửi tới hệ thống đang chạy. / To a service that runs: http://address
    #[arg(long, requires = "key", conflicts_with = "data")]
    to: Option<String>,
    /// With --to.
    #[arg(long, env = "PHUSONG_KEY", hide_env_values = true)]
    key: Option<String>,
    /// The system of files that name none: EPSG:5898 …
    #[arg(long)]
    crs: Option<String>,
    /// Chỉ kiểm tra, không ghi. / Check only; files nothing.
    #[arg(long)]
    dry_run: bool,
    /// Cho chương trình: mỗi tệp một dòng JSON. / For programs: one line of JSON a file.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Ranh giới đơn vị hành chính. / Outlines of units, in the place of computed cells.
    #[command(
        after_help = "Ví dụ / Example:\n  phusong import boundaries ranh-gioi.gpkg --data DIR"
    )]
    Boundaries {
        file: PathBuf,
        #[command(flatten)]
        into: Into,
    },
}

pub fn run(import: &Import) -> Done {
    if let Some(What::Boundaries { file, into }) = &import.what {
        let asked = Asked { kind: Some(Kind::Boundaries), ..asked(into, None) };
        return through(std::slice::from_ref(file), &door(into)?, &asked, into.json);
    }
    let into = &import.into;
    let asked = asked(into, import.carrier.clone());
    if import.watch {
        let [folder] = import.files.as_slice() else {
            return Err(fail(2, "--watch cần đúng một thư mục", "--watch needs one folder"));
        };
        return watch(folder, &door(into)?, &asked, into.json);
    }
    let plain = import.files.iter().all(|path| Format::of_file_name(path).is_some());
    match (&import.carrier, &into.data) {
        (Some(carrier), Some(data)) if plain => reports(import, data, carrier),
        _ => through(&import.files, &door(into)?, &asked, into.json),
    }
}

fn asked(into: &Into, carrier: Option<String>) -> Asked {
    Asked { carrier, crs: into.crs.clone(), kind: None, dry_run: into.dry_run }
}

fn door(into: &Into) -> Result<Door, Failure> {
    match (&into.data, &into.to, &into.key) {
        (_, Some(url), Some(key)) => {
            if !url.starts_with("http://") {
                return Err(fail(
                    2,
                    "--to cần địa chỉ http://… trong mạng nội bộ",
                    "--to needs an address http://… within your own network",
                ));
            }
            Ok(Door::There { url: url.clone(), key: key.clone() })
        }
        (Some(data), _, _) => Ok(Door::here(Service::open(data).map_err(in_use)?)),
        _ => Err(fail(2, "cần --data hoặc --to", "--data or --to is needed")),
    }
}

/// Files of any kind, each through a draft.
fn through(files: &[PathBuf], door: &Door, asked: &Asked, json: bool) -> Done {
    let (mut left, mut wrong) = (0, 0);
    for path in files {
        let long = Long::of_unknown_length("đọc, gửi / reading, sending");
        let sent = door.send(path, asked);
        long.done();
        let sent = sent?;
        // What is refused no answer mends; nor does one fill a file in which there is nothing.
        let is_wrong =
            sent.result["counts"]["refuse"] != 0 || (!sent.is_filed() && sent.result["rows"] == 0);
        wrong += usize::from(is_wrong);
        left += usize::from(!sent.is_filed() && !asked.dry_run && !is_wrong);
        if json {
            say(&sent.result.to_string())?;
            continue;
        }
        tell(&path.display().to_string(), &sent.result)?;
    }
    if wrong > 0 {
        return Err(fail(
            65,
            format!("{wrong} tệp không nhận được: sửa những chỗ nêu trên rồi gửi lại"),
            format!("{wrong} file(s) cannot be taken: mend what is told above, then send again"),
        ));
    }
    if left == 0 {
        return Ok(());
    }
    Err(fail(
        65,
        format!("{left} tệp còn điều cần làm rõ: trả lời trong bản nháp"),
        format!("{left} file(s) have open questions: answer them in their drafts"),
    ))
}

/// What became of a file, for people: how many rows, where they went, what is open.
pub(super) fn tell(shown: &str, result: &Value) -> Done {
    let rows = &result["rows"];
    match (result["report"].as_str(), result["message_vi"].as_str()) {
        (Some(report), _) => say(&format!("{shown}: {rows} dòng / rows → {report}"))?,
        (None, Some(why)) => {
            say(why)?;
            return say(result["message_en"].as_str().unwrap_or_default());
        }
        (None, None) => say(&format!("{shown}: {rows} dòng / rows"))?,
    }
    if let Some(open @ 1..) = result["open"].as_u64() {
        say(&format!("  {open} dòng chờ trả lời / rows wait for an answer"))?;
    }
    for question in result["questions"].as_array().into_iter().flatten() {
        let text = |name: &str| question[name].as_str().unwrap_or_default();
        say(&format!("  {:<18} {} ({})", text("column"), text("message_vi"), text("code")))?;
    }
    Ok(())
}

fn reports(import: &Import, data: &Path, carrier: &str) -> Done {
    let service = Service::open(data).map_err(in_use)?;
    let actor = Actor { role: Role::Officer, key: None, person: None };
    let sending = Sending {
        on_behalf: Some(carrier.to_owned()),
        declared: Declared { crs: import.into.crs.clone(), layer: None },
        ..Sending::default()
    };
    let mut refused = 0;
    for path in &import.files {
        let long = Long::of_unknown_length("đọc, gửi / reading, sending");
        let upload = receive(&service, &actor, path)?;
        let read = if import.into.dry_run {
            service.draft(&actor, &sending, &upload).map(|drafted| (None, drafted.draft))
        } else {
            service
                .file_report(&actor, &sending, &upload)
                .map(|filed| (Some(filed.written.id.to_string()), filed.draft))
        };
        long.done();
        let (report, draft) = match read {
            Ok(read) => read,
            Err(FileError::Refused(draft)) => (None, *draft),
            Err(error) => return Err(told(path, &error)),
        };
        refused += usize::from(!draft.can_file());
        if import.into.json {
            say(&line(path, report.as_deref(), &draft).to_string())?;
        } else {
            table(path, report.as_deref(), &draft)?;
        }
    }
    if refused == 0 {
        return Ok(());
    }
    Err(fail(
        65,
        format!("{refused} tệp có dòng không nhận được; chưa ghi gì của các tệp đó"),
        format!("{refused} file(s) have rows that cannot be taken; nothing of them was filed"),
    ))
}

/// A service that runs takes files over HTTP: say how.
fn in_use(error: OpenError) -> Failure {
    let failure = Failure::from(error);
    if failure.exit != 75 {
        return failure;
    }
    let how = "curl -H 'Authorization: Bearer KEY' -H 'Content-Type: text/csv' \
               --data-binary @FILE http://ADDRESS/api/v1/reports";
    fail(
        75,
        format!("{}\nHệ thống đang chạy: gửi qua HTTP: {how}", failure.vi),
        format!("{}\nThe service runs: send over HTTP: {how}", failure.en),
    )
}

fn receive(service: &Service, actor: &Actor, path: &Path) -> Result<Upload, Failure> {
    let shown = path.display();
    let format = Format::of_file_name(path).ok_or_else(|| {
        fail(
            65,
            format!("{shown}: cần .csv, .json, .geojson hoặc .gpkg"),
            format!("{shown}: .csv, .json, .geojson or .gpkg is needed"),
        )
    })?;
    let receiving = service.receive(actor, format).map_err(|error| told(path, &error))?;
    take(path, receiving)
}

/// A file of any kind.
pub(super) fn receive_any(
    service: &Service,
    actor: &Actor,
    path: &Path,
) -> Result<Upload, Failure> {
    take(path, service.receive_file(actor).map_err(|error| told(path, &error))?)
}

fn take(path: &Path, mut receiving: Receiving) -> Result<Upload, Failure> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| {
        fail(66, format!("{shown}: không đọc được"), format!("{shown}: {error}"))
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let mut piece = vec![0; 64 * 1024];
    loop {
        match file.read(&mut piece).map_err(unreadable)? {
            0 => return Ok(receiving.finish()),
            many => receiving.write(&piece[..many]).map_err(|error| told(path, &error))?,
        }
    }
}

pub(super) fn told(path: &Path, error: &FileError) -> Failure {
    let shown = path.display();
    let (exit, vi) = match error {
        FileError::DiskFull | FileError::Write(WriteError::DiskLow(_)) => {
            (73, "đĩa đã đầy: chưa ghi gì".to_owned())
        }
        FileError::TooLarge { limit_bytes } => (65, format!("lớn hơn {limit_bytes} byte")),
        FileError::UnknownCarrier { asked, .. } => (65, format!("không có doanh nghiệp “{asked}”")),
        FileError::Unreadable(why) => {
            let first = why.findings.first();
            let (vi, en) = first.map_or_else(Default::default, |finding| {
                (finding.message_vi.clone(), finding.message_en.clone())
            });
            return fail(65, format!("{shown}: {vi}"), format!("{shown}: {en}"));
        }
        FileError::Unnamed => {
            let vi = "việc này cần hai người: hãy gửi bằng khóa có tên (--to … --key …)";
            let en = "this takes two people: send it with a key that has a name (--to … --key …)";
            return fail(77, format!("{shown}: {vi}"), format!("{shown}: {en}"));
        }
        _ => (74, "không ghi được".to_owned()),
    };
    fail(exit, format!("{shown}: {vi}"), format!("{shown}: {error}"))
}

fn line(path: &Path, report: Option<&str>, draft: &Draft) -> Value {
    let counts = draft.counts();
    let findings: Vec<_> = draft.blocking_first().into_iter().take(MOST_SHOWN).collect();
    json!({
        "file": path.display().to_string(), "report": report, "can_file": draft.can_file(),
        "rows": draft.rows.len(), "findings": findings,
        "counts": {
            "refuse": counts.refuse, "ask": counts.ask, "warn": counts.warn, "note": counts.note,
        },
    })
}

fn table(path: &Path, report: Option<&str>, draft: &Draft) -> Done {
    let (shown, rows) = (path.display(), draft.rows.len());
    match report {
        Some(report) => say(&format!("{shown}: {rows} dòng / rows → {report}"))?,
        None => say(&format!("{shown}: {rows} dòng / rows"))?,
    }
    for finding in draft.blocking_first().iter().take(MOST_SHOWN) {
        let row = finding.row.map_or_else(String::new, |row| row.to_string());
        let column = finding.column.as_deref().unwrap_or("");
        say(&format!("  {row:>6}  {column:<18} {} ({})", finding.message_vi, finding.code))?;
    }
    Ok(())
}
