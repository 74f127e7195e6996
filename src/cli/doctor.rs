//! `phusong doctor`: what two numbers, or the rows of a CSV, may mean. Needs no ledger.

use std::io::{IsTerminal, Read as _};
use std::path::PathBuf;

use clap::Args;
use comfy_table::{ContentArrangement, Table};
use phusong_atlas::domain::Position;
use phusong_intake::doctor::State;
use phusong_intake::report::Column;

use super::commands::{Done, fail, say};
use crate::http::terminal::Coordinates;
use crate::service::coordinates::{Examined, WrittenPoint, WrittenPoints, examine_packaged};

#[derive(Debug, Args)]
pub struct Doctor {
    /// Số hướng đông, hoặc cả hai số. / East, or both numbers in one word.
    #[arg(allow_negative_numbers = true, conflicts_with = "file")]
    east: Option<String>,
    /// Số hướng bắc. / North.
    #[arg(allow_negative_numbers = true, conflicts_with = "file")]
    north: Option<String>,
    /// Tệp CSV có cột kinh_do, vi_do (xa, huyen, he_toa_do); `-`: đầu vào chuẩn. / A CSV; `-`: stdin.
    #[arg(long, required_unless_present = "east")]
    file: Option<PathBuf>,
    /// Hệ tọa độ được khai báo. / The system that is declared.
    #[arg(long)]
    crs: Option<String>,
    /// Tên xã. / The commune.
    #[arg(long, conflicts_with = "file")]
    commune: Option<String>,
    /// Huyện cũ. / The old district.
    #[arg(long, conflicts_with = "file")]
    district: Option<String>,
    /// Cho chương trình: như API. / For programs: the shape of the API.
    #[arg(long)]
    json: bool,
}

pub fn run(doctor: &Doctor) -> Done {
    let mut asked = match &doctor.file {
        Some(file) => of_csv(&text(file)?)?,
        None => of_numbers(doctor),
    };
    asked.crs.clone_from(&doctor.crs);
    let examined = examine_packaged(&asked)
        .map_err(|error| fail(78, "không đọc được dữ kiện đi kèm", error.to_string()))?;
    let is_read = examined.readings.iter().any(|readings| !readings.is_empty());
    if doctor.json {
        let shape = Coordinates::from(examined);
        let text = serde_json::to_string_pretty(&shape)
            .map_err(|error| fail(74, "không viết được JSON", error.to_string()))?;
        say(&text)?;
    } else {
        for finding in &examined.diagnosis.findings {
            say(&format!("{} / {}", finding.message_vi, finding.message_en))?;
        }
        match doctor.file {
            None => readings(&examined)?,
            Some(_) => rows(&examined)?,
        }
    }
    if is_read { Ok(()) } else { Err(nothing_read(doctor)) }
}

/// Programs are told by the exit code, people of what they may have meant.
fn nothing_read(doctor: &Doctor) -> super::Failure {
    let named = doctor.east.as_deref().filter(|name| std::path::Path::new(name).is_file());
    match named {
        Some(name) => fail(
            65,
            format!("“{name}” không phải số; đọc tệp thì dùng --file {name}"),
            format!("{name:?} is no number; to read a file: --file {name}"),
        ),
        None => fail(65, "không đọc được tọa độ nào", "no coordinates could be read"),
    }
}

fn text(file: &std::path::Path) -> Result<String, super::Failure> {
    let read = if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    read.map_err(|error| {
        fail(66, format!("không đọc được {}: {error}", file.display()), error.to_string())
    })
}

fn of_numbers(doctor: &Doctor) -> WrittenPoints {
    let point = WrittenPoint {
        row: 1,
        east: doctor.east.clone().unwrap_or_default(),
        north: doctor.north.clone().unwrap_or_default(),
        crs: None,
        commune: doctor.commune.clone(),
        district: doctor.district.clone(),
    };
    WrittenPoints { points: vec![point], ..WrittenPoints::default() }
}

fn of_csv(text: &str) -> Result<WrittenPoints, super::Failure> {
    let bad = |error: csv::Error| fail(65, format!("CSV hỏng: {error}"), error.to_string());
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|mark| head.bytes().filter(|byte| byte == mark).count());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .flexible(true)
        .from_reader(text.as_bytes());
    let headings: Vec<_> = reader
        .headers()
        .map_err(bad)?
        .iter()
        .map(|heading| Column::headed(heading.trim_start_matches('\u{feff}')))
        .collect();
    let at = |column| {
        headings.iter().position(|heading| heading.is_some_and(|heading| heading.column == column))
    };
    let place = [Column::Longitude, Column::Latitude].map(at);
    if place == [None, None] {
        return Err(fail(65, "CSV không có cột kinh_do, vi_do", "no column kinh_do or vi_do"));
    }
    let by_letters = headings.iter().flatten().any(|heading| heading.axis_by_letter);
    let [crs, commune, district] = [Column::Crs, Column::Commune, Column::District].map(at);
    let mut points = Vec::new();
    for (row, record) in (1..).zip(reader.records()) {
        let record = record.map_err(bad)?;
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).map(str::to_owned);
        let filled = |at| cell(at).filter(|text| !text.trim().is_empty());
        points.push(WrittenPoint {
            row,
            east: cell(place[0]).unwrap_or_default(),
            north: cell(place[1]).unwrap_or_default(),
            crs: filled(crs),
            commune: filled(commune),
            district: filled(district),
        });
    }
    Ok(WrittenPoints { by_letters, points, ..WrittenPoints::default() })
}

fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.set_header(headings.to_vec());
    if std::io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    table
}

/// Every reading of the two numbers.
fn readings(examined: &Examined) -> Done {
    let mut shown = table(&["", "cách hiểu", "kinh độ", "vĩ độ", "cách", "phép chuyển"]);
    for one in examined.readings.iter().flatten() {
        shown.add_row([
            if one.fits { "✓" } else { "" }.to_owned(),
            one.habit.name_vi(),
            format!("{:.6}", one.position.lon_deg()),
            format!("{:.6}", one.position.lat_deg()),
            format!("{:.1} km {}", one.metres / 1000.0, one.from),
            one.operation.clone().unwrap_or_default(),
        ]);
    }
    say(&shown.to_string())?;
    for finding in examined.diagnosis.rows.iter().flat_map(|row| &row.findings) {
        say(&format!("{} / {}", finding.message_vi, finding.message_en))?;
    }
    Ok(())
}

/// Where each row is, or what is asked of it.
fn rows(examined: &Examined) -> Done {
    let mut shown = table(&["dòng", "", "kinh độ", "vĩ độ", "phép chuyển", "ghi chú"]);
    for row in &examined.diagnosis.rows {
        let mark = match row.state {
            State::Empty => "-",
            State::Placed => "✓",
            State::WaitsForFile | State::Asked => "?",
            State::Refused => "✗",
        };
        let degrees = |value: Option<f64>| value.map_or(String::new(), |deg| format!("{deg:.6}"));
        let notes: Vec<&str> = row.findings.iter().map(|one| one.message_vi.as_str()).collect();
        shown.add_row([
            row.row.to_string(),
            mark.to_owned(),
            degrees(row.position.map(Position::lon_deg)),
            degrees(row.position.map(Position::lat_deg)),
            row.operation.clone().unwrap_or_default(),
            notes.join("; "),
        ]);
    }
    say(&shown.to_string())
}
