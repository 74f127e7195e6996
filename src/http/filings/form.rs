//! The form that a filing begins with: files, files that were sent before, and what is said beside
//! them.

use std::collections::BTreeMap;

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::http::{HeaderMap, StatusCode};

use super::{MOST_BYTES, kind};
use crate::http::actor::Caller;
use crate::http::body::in_time;
use crate::http::letter::day_of;
use crate::http::problem::{Kind as ProblemKind, Problem, token};
use crate::http::upload::{LONGEST_PAUSE, announced_bytes, take_file};
use crate::http::uploads::content_hash;
use crate::service::{ContentHash, DraftError, FileError, MOST_FILES, State, Upload, UploadError};
use phusong_intake::reading::{Answer, Means};
use phusong_intake::report::Column;

/// A filing as its form tells it.
pub struct Told {
    pub state: State,
    parts: Vec<Part>,
}

impl Told {
    /// Reads the form to its end.
    pub async fn of(
        caller: &Caller,
        headers: &HeaderMap,
        mut form: Multipart,
    ) -> Result<Self, Problem> {
        if announced_bytes(headers).is_some_and(|bytes| bytes > MOST_BYTES as u64) {
            return Err(Problem::new(ProblemKind::TooLarge));
        }
        let mut told = Self { state: State::default(), parts: Vec::new() };
        let mut before = BTreeMap::new();
        while let Some(field) =
            in_time(LONGEST_PAUSE, form.next_field()).await?.map_err(|error| broken(&error))?
        {
            let name = field.name().unwrap_or_default().to_owned();
            if matches!(&*name, "file" | "upload") {
                if told.parts.len() == MOST_FILES {
                    return Err(DraftError::TooMany.into());
                }
                let named = field.file_name().map(|name| name.chars().take(200).collect());
                told.parts.push(if name == "file" {
                    Part::Here(named, take_file(caller, field).await?)
                } else {
                    Part::Sent(named, sent_hash(&text_of(field).await?)?)
                });
            } else {
                let text = text_of(field).await?;
                once(&mut before, &name, &text)?;
                said(&mut told.state, &name, text)?;
            }
        }
        if told.parts.is_empty() {
            return Err(Problem::at("/file", "thiếu tệp", "a file is missing"));
        }
        Ok(told)
    }

    /// Which of its files were sent before.
    pub fn sent(&self) -> Vec<ContentHash> {
        self.parts.iter().filter_map(Part::sent).collect()
    }

    /// The files, those that were sent before laid beside those that came with the form; together
    /// they may be no larger than a form.
    pub fn all_here(self, caller: &Caller) -> Result<(State, Vec<(String, Upload)>), Problem> {
        let mut left = MOST_BYTES as u64;
        let mut files = Vec::with_capacity(self.parts.len());
        for part in self.parts {
            let (named, upload) = match part {
                Part::Here(named, upload) => (named, upload),
                Part::Sent(named, sha256) => {
                    let (own, upload) =
                        caller.service.sent_file(&caller.actor, &sha256).map_err(not_sent)?;
                    (named.or(own), upload)
                }
            };
            let limit_bytes = MOST_BYTES as u64;
            left = left.checked_sub(upload.bytes).ok_or(FileError::TooLarge { limit_bytes })?;
            files.push((named.unwrap_or_else(|| "tep".to_owned()), upload));
        }
        Ok((self.state, files))
    }
}

/// A file of a form, with the name that the form gives it.
enum Part {
    Here(Option<String>, Upload),
    /// Sent before, piece by piece.
    Sent(Option<String>, ContentHash),
}

impl Part {
    fn sent(&self) -> Option<ContentHash> {
        match self {
            Self::Here(..) => None,
            Self::Sent(_, sha256) => Some(*sha256),
        }
    }
}

fn sent_hash(text: &str) -> Result<ContentHash, Problem> {
    let (vi, en) = ("phải là SHA-256: 64 chữ số hex", "must be a SHA-256: 64 hex digits");
    content_hash(text).ok_or_else(|| Problem::at("/upload", vi, en))
}

fn not_sent(error: UploadError) -> Problem {
    match error {
        UploadError::NotFound => Problem::at(
            "/upload",
            "chưa có tệp này: hãy gửi qua /api/v1/uploads trước",
            "this file is not here: send it by /api/v1/uploads first",
        ),
        other => other.into(),
    }
}

fn broken(error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(ProblemKind::TooLarge),
        _ => Problem::body("biểu mẫu multipart bị hỏng", "the multipart form is broken"),
    }
}

async fn text_of(mut field: Field<'_>) -> Result<String, Problem> {
    const LONGEST: usize = 2_000;
    let mut text = Vec::new();
    while let Some(piece) =
        in_time(LONGEST_PAUSE, field.chunk()).await?.map_err(|error| broken(&error))?
    {
        text.extend_from_slice(&piece);
        if text.len() > LONGEST {
            return Err(Problem::body("một trường quá dài", "a field is too long"));
        }
    }
    let text = String::from_utf8(text).map_err(|_no_text| {
        Problem::body("một trường không phải chữ UTF-8", "a field is no UTF-8 text")
    })?;
    Ok(text.trim().to_owned())
}

/// A field that stands twice says two things, and nobody knows which was meant.
fn once(before: &mut BTreeMap<String, String>, name: &str, text: &str) -> Result<(), Problem> {
    if text.is_empty() {
        return Ok(());
    }
    let Some(first) = before.insert(name.to_owned(), text.to_owned()) else { return Ok(()) };
    let short = |text: &str| text.chars().take(60).collect::<String>();
    let (first, second) = (short(&first), short(text));
    let problem = Problem::found(
        "field-twice",
        &format!("/{}", token(name)),
        &format!("trường này gửi hai lần: “{first}”, rồi “{second}”"),
        &format!("this field came twice: “{first}”, then “{second}”"),
    );
    Err(problem.remedied(
        "chỉ gửi một lần; nhiều giá trị thì ghi trong một trường, cách nhau bằng dấu ;",
        "send it once; several values stand in one field, divided by ;",
    ))
}

/// A part beside the files.
fn said(state: &mut State, name: &str, text: String) -> Result<(), Problem> {
    let pointer = format!("/{name}");
    if text.is_empty() {
        return Ok(());
    }
    match name {
        "kind" => state.kind = Some(kind(&text)?),
        "on_behalf_of" => state.on_behalf = Some(text),
        "document_number" => state.document.number = Some(text),
        "document_title" => state.document.title = Some(text),
        "document_day" => {
            state.document.day = Some(day_of(&text, &pointer)?);
        }
        "crs" => state.crs = Some(text),
        // What the files do not say of a column: `cong_nghe`, `tu_ngay` of a raster.
        _ => {
            let Some(column) = Column::of_any(name) else {
                let (vi, en) = ("không có trường này", "there is no such field");
                return Err(Problem::at(&pointer, vi, en));
            };
            let means = Means::Text(text);
            let column = Some(column);
            state.answers.give(Answer { table: None, row: None, column, value: None, means });
        }
    }
    Ok(())
}
