//! Reports in: preview, file, and the raw files given back.

use axum::Json;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use phusong_atlas::domain::ReportId;
use serde_json::Value;
use std::io::Read;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::params::Params;
use super::problem::{Kind, Problem, Rendered};
use super::upload::{Beside, beside, receive};
use super::wire::{Filed, Preview, PreviewRow, RawFile, SeverityCounts};
use super::{App, blocking, reports};
use crate::service::{self, ContentHash, Drafted, GivenFile, RawFileError, RowState};
use phusong_intake::Format;
use phusong_intake::report::{Counts, Draft, DraftRow, Outcome};

/// Rows in one preview; a longer report shows those with questions first.
const MOST_ROWS: usize = 1_000;
/// Findings in one answer to a filing.
const MOST_FINDINGS: usize = 1_000;
/// Bytes of a raw file sent at once.
const PIECE_BYTES: usize = 64 * 1024;

/// A completion report as JSON.
#[derive(ToSchema)]
#[expect(dead_code, reason = "for the contract: the body is read row by row")]
struct ReportBody {
    /// One site event each, with the columns of a completion report: `ma_tram`, `loai_su_kien`,
    /// `ngay_su_kien`, `cong_nghe`, `kinh_do`, `vi_do`, `cac_thon_phuc_vu` …
    #[schema(value_type = Vec<Object>)]
    rows: Vec<Value>,
    /// Carrier's id; officers only.
    on_behalf_of: Option<String>,
    document: Option<DocumentBody>,
}

/// The letter it came with; number and day may follow later.
#[derive(ToSchema)]
#[expect(dead_code, reason = "for the contract: the body is read row by row")]
struct DocumentBody {
    number: Option<String>,
    #[schema(format = Date)]
    day: Option<String>,
    title: Option<String>,
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(preview)).routes(routes!(file)).routes(routes!(raw_file))
}

/// Kiểm tra thử, không ghi gì / Preview: what would be understood; files nothing
#[utoipa::path(
    post, path = "/api/v1/reports/preview", tag = "reports", security(("key" = [])),
    params(Beside),
    request_body(content(
        (ReportBody = "application/json"), (String = "text/csv"), (Object = "application/geo+json"),
        (Vec<u8> = "application/geopackage+sqlite3"),
    )),
    responses((status = 200, body = Preview))
)]
async fn preview(
    caller: Caller,
    params: Params,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Preview>, Problem> {
    let sending = beside(&params, &headers)?;
    let upload = receive(&caller, &headers, body).await?;
    let preview = blocking(move || {
        let drafted = caller.service.draft(&caller.actor, &sending, &upload)?;
        Ok(previewed(&caller, &drafted))
    });
    preview.await.map(Json)
}

/// Gửi báo cáo / File a report
#[utoipa::path(
    post, path = "/api/v1/reports", tag = "reports", security(("key" = [])),
    params(Beside, ("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    request_body(content(
        (ReportBody = "application/json"), (String = "text/csv"), (Object = "application/geo+json"),
        (Vec<u8> = "application/geopackage+sqlite3"),
    )),
    responses((status = 201, body = Filed), (status = 200, body = Filed, description = "đã gửi trước đó / filed before"))
)]
async fn file(
    caller: Caller,
    params: Params,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let sending = beside(&params, &headers)?;
    let upload = receive(&caller, &headers, body).await?;
    blocking(move || {
        let done = caller.service.file_report(&caller.actor, &sending, &upload);
        let done = done.map_err(|error| match (Problem::from(error), upload.format) {
            (problem, Format::Json) => problem.pointing(),
            (problem, _) => problem,
        })?;
        Ok(filed(&caller, &done))
    })
    .await
}

/// What was understood, and what it would move.
pub fn previewed(caller: &Caller, drafted: &Drafted) -> Preview {
    let moved = caller.service.would_move(&caller.actor, drafted);
    preview_of(&drafted.draft, &moved)
}

/// A draft of any kind, and what it would move.
pub fn preview_of(draft: &Draft, moved: &[service::Moved]) -> Preview {
    Preview {
        draft: None,
        rows: previewed_rows(draft),
        rows_total: draft.rows.len(),
        findings: draft.findings.iter().cloned().map(Into::into).collect(),
        counts: draft.counts().into(),
        would_move: moved.iter().map(Into::into).collect(),
        can_file: draft.can_file(),
    }
}

/// The first rows, those with questions before others; in the file's order.
pub fn previewed_rows(draft: &Draft) -> Vec<PreviewRow> {
    let mut shown: Vec<(usize, &DraftRow)> = draft.rows.iter().enumerate().collect();
    shown.sort_by_key(|(_, row)| (row.outcome != Outcome::Blocked, row.findings.is_empty()));
    shown.truncate(MOST_ROWS);
    shown.sort_by_key(|(at, _)| *at);
    shown.into_iter().map(|(_, row)| PreviewRow::from(row)).collect()
}

impl From<Counts> for SeverityCounts {
    fn from(counts: Counts) -> Self {
        Self { refuse: counts.refuse, ask: counts.ask, warn: counts.warn, note: counts.note }
    }
}

impl From<&DraftRow> for PreviewRow {
    fn from(row: &DraftRow) -> Self {
        Self {
            sheet: row.table.clone(),
            row: row.row,
            outcome: match row.outcome {
                Outcome::Fileable => "fileable",
                Outcome::Repeated => "repeated",
                Outcome::Blocked => "blocked",
                Outcome::Aside => "aside",
            },
            understood: row.understood(),
            against: row.against.as_ref().map(Into::into),
            findings: row.findings.iter().cloned().map(Into::into).collect(),
        }
    }
}

impl From<(ContentHash, Option<u64>)> for RawFile {
    fn from((sha256, bytes): (ContentHash, Option<u64>)) -> Self {
        Self { sha256: HEXLOWER.encode(&sha256), bytes }
    }
}

/// 201, or 200 when it had been filed before, with what became of it since.
pub fn filed(caller: &Caller, filed: &service::Filed) -> Response {
    (status_of(filed), Json(filed_wire(caller, filed))).into_response()
}

pub fn status_of(filed: &service::Filed) -> StatusCode {
    if filed.written.repeated { StatusCode::OK } else { StatusCode::CREATED }
}

pub fn filed_wire(caller: &Caller, filed: &service::Filed) -> Filed {
    let view = caller.service.report_view(&caller.actor, filed.written.id);
    let state = view.map_or(RowState::Filed, |view| view.line.state);
    let findings = filed.draft.all_findings().take(MOST_FINDINGS);
    Filed {
        acted: reports::acted(&filed.written, &filed.receipt),
        state: state.into(),
        rows: filed.draft.to_file().count(),
        findings: findings.cloned().map(Into::into).collect(),
    }
}

/// Tệp gốc như đã gửi / A raw file as it was sent (its owner and the department)
///
/// Người được nhập thay nhận ảnh đã bỏ EXIF / whoever it was typed in for gets photos without EXIF
#[utoipa::path(
    get, path = "/api/v1/reports/{id}/files/{sha256}", tag = "reports", security(("key" = [])),
    params(("id" = String, Path), ("sha256" = String, Path)),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
        (status = 410, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn raw_file(
    caller: Caller,
    Path((id, sha256)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id: ReportId = id.parse().map_err(|_no_id| Problem::not_found())?;
    let hash = HEXLOWER.decode(sha256.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    let hash = hash.ok_or_else(Problem::not_found)?;
    let (file, head, is_bare) = blocking(move || {
        let told = |error| match error {
            RawFileError::NotFound => Problem::not_found(),
            RawFileError::Destroyed => Problem::new(Kind::Gone),
            RawFileError::Vault(_) | RawFileError::Content(_) => Problem::internal(&error),
        };
        let GivenFile { content: mut file, is_bare } =
            caller.service.raw_file(&caller.actor, id, hash).map_err(told)?;
        let head = piece(&mut file).map_err(|error| Problem::internal(&error))?;
        Ok((file, head, is_bare))
    })
    .await?;
    let (media_type, ending) = kind_of(&head);
    let name = format!("attachment; filename=\"{id}-{}.{ending}\"", &sha256[..8]);
    let mut response = streamed(file, head).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    // Of other bytes than those of the hash the name is another one.
    let tag = if is_bare { format!("\"{sha256}-bare\"") } else { format!("\"{sha256}\"") };
    for (header, value) in [(header::CONTENT_DISPOSITION, name), (header::ETAG, tag)] {
        let value = HeaderValue::from_str(&value).map_err(|error| Problem::internal(&error))?;
        headers.insert(header, value);
    }
    Ok(response)
}

/// By the first bytes: a name for the file that is given back.
fn kind_of(head: &[u8]) -> (&'static str, &'static str) {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if head.starts_with(b"SQLite format 3\0") {
        (Format::GeoPackage.media_type(), "gpkg")
    } else if head.starts_with(b"%PDF") {
        ("application/pdf", "pdf")
    } else if head.starts_with(b"\xff\xd8\xff") {
        ("image/jpeg", "jpg")
    } else if head.starts_with(b"\x89PNG") {
        ("image/png", "png")
    } else if head.starts_with(b"PK\x03\x04") {
        ("application/zip", "zip")
    } else if head.starts_with(b"\xd0\xcf\x11\xe0") {
        ("application/x-ole-storage", "xls")
    } else if text.starts_with(b"{") {
        (Format::Json.media_type(), "json")
    } else {
        ("text/csv; charset=utf-8", "csv")
    }
}

fn piece(file: &mut dyn Read) -> std::io::Result<Vec<u8>> {
    let mut piece = Vec::with_capacity(PIECE_BYTES);
    file.take(PIECE_BYTES as u64).read_to_end(&mut piece)?;
    Ok(piece)
}

/// The rest is read as fast as it is taken; damage breaks the stream off.
fn streamed(mut file: Box<dyn Read + Send>, head: Vec<u8>) -> Body {
    let (pieces, arriving) = tokio::sync::mpsc::channel(4);
    tokio::task::spawn_blocking(move || {
        let mut next = Ok(head);
        loop {
            let last = next.as_ref().map_or(true, Vec::is_empty);
            if next.as_ref().is_ok_and(Vec::is_empty) || pieces.blocking_send(next).is_err() || last
            {
                return;
            }
            next = piece(&mut file);
        }
    });
    Body::from_stream(tokio_stream::wrappers::ReceiverStream::new(arriving))
}
