//! `phusong import`: files of reports into a data directory at rest, as the department enters
//! them on a carrier's behalf.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use phusong_atlas::domain::Role;
use serde_json::{Value, json};

use super::Failure;
use super::commands::{Done, fail, say};
use crate::service::{Actor, FileError, OpenError, Sending, Service, Upload, WriteError};
use phusong_intake::Format;
use phusong_intake::report::{Declared, Draft};

/// Most findings shown of one file.
const MOST_SHOWN: usize = 50;

#[derive(Debug, Args)]
pub struct Import {
    /// CSV, JSON, GeoJSON or GeoPackage files, each a report of its own.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[arg(long, env = "PHUSONG_DATA")]
    data: PathBuf,
    /// Doanh nghiệp được nhập thay. / The carrier on whose behalf they are entered.
    #[arg(long)]
    carrier: String,
    /// The system of files that name none: EPSG:5898 …
    #[arg(long)]
    crs: Option<String>,
    /// Chỉ kiểm tra, không ghi. / Check only; files nothing.
    #[arg(long)]
    dry_run: bool,
    /// For programs: one line of JSON a file.
    #[arg(long)]
    json: bool,
}

pub fn run(import: &Import) -> Done {
    let service = Service::open(&import.data).map_err(in_use)?;
    let actor = Actor { role: Role::Officer, key: None };
    let sending = Sending {
        on_behalf: Some(import.carrier.clone()),
        declared: Declared { crs: import.crs.clone(), layer: None },
        ..Sending::default()
    };
    let mut refused = 0;
    for path in &import.files {
        let upload = receive(&service, &actor, path)?;
        let read = if import.dry_run {
            service.draft(&actor, &sending, &upload).map(|drafted| (None, drafted.draft))
        } else {
            service
                .file_report(&actor, &sending, &upload)
                .map(|filed| (Some(filed.written.id.to_string()), filed.draft))
        };
        let (report, draft) = match read {
            Ok(read) => read,
            Err(FileError::Refused(draft)) => (None, *draft),
            Err(error) => return Err(told(path, &error)),
        };
        refused += usize::from(!draft.can_file());
        if import.json {
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
    let unreadable = |error: std::io::Error| {
        fail(66, format!("{shown}: không đọc được"), format!("{shown}: {error}"))
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let mut receiving = service.receive(actor, format).map_err(|error| told(path, &error))?;
    let mut piece = vec![0; 64 * 1024];
    loop {
        match file.read(&mut piece).map_err(unreadable)? {
            0 => return Ok(receiving.finish()),
            many => receiving.write(&piece[..many]).map_err(|error| told(path, &error))?,
        }
    }
}

fn told(path: &Path, error: &FileError) -> Failure {
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
