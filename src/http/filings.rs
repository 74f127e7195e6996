//! Filings of files (*lần gửi*): files in, a draft with questions out; answers; *gửi*.

mod form;
mod revision;

use axum::Json;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use phusong_atlas::domain::{DocumentRef, PlaceKind};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::{JsonBody, idempotency_key, media_type};
use super::filing::{filed, previewed_rows};
use super::letter::LetterBody;
use super::params::{Params, doc};
use super::problem::{Kind as ProblemKind, Problem, Rendered};
use super::templates::{XLSX, attached};
use super::wire::drafting::{
    CodeCount, DraftFile, DraftLetter, DraftLine, DraftList, DraftName, DraftQuestion, DraftRow,
    DraftRowPage, FilingDraft,
};
use super::wire::{Filed, SeverityCounts, measured};
use super::{App, blocking};
use crate::service::{Addition, DraftError, Drafting, FileError, State};
use phusong_intake::reading::{Answer, Means, Question, questions};
use phusong_intake::report::{Column, Outcome};
use phusong_intake::template::Kind;

/// Questions in one answer.
const MOST_QUESTIONS: usize = 200;
/// All files of one filing, and what stands around them.
const MOST_BYTES: usize = 220_000_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(show, discard))
        .routes(routes!(rows))
        .routes(routes!(answer))
        .routes(routes!(file))
        .routes(routes!(answered))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

/// `multipart/form-data`: one or more `file` parts, and what is said beside them.
#[derive(ToSchema)]
#[expect(dead_code, reason = "for the contract: the parts are read one by one")]
struct FilingForm {
    /// XLSX, CSV, GeoJSON, GeoPackage …; a signed letter as PDF; photos.
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
    /// Files that were sent before, by their SHA-256 (`/api/v1/uploads`); the part's file name, when
    /// it has one, is the file's.
    upload: Option<Vec<String>>,
    /// What the files say, when it is not to be told from their headings.
    kind: Option<String>,
    /// A carrier's id, or `commune:CODE`; officers only.
    on_behalf_of: Option<String>,
    document_number: Option<String>,
    #[schema(format = Date)]
    document_day: Option<String>,
    document_title: Option<String>,
    /// Coordinate system of files that do not tell theirs.
    crs: Option<String>,
    /// As many as needed: what stands for a column of the template where the files say nothing,
    /// `cong_nghe` and `tu_ngay` of a coverage raster, say.
    cong_nghe: Option<String>,
    tu_ngay: Option<String>,
    dich_vu: Option<String>,
    don_vi_gia_tri: Option<String>,
    gia_tri_trong: Option<String>,
    lop_phu_song: Option<String>,
    nguong_dbm: Option<String>,
}

/// What is answered, in any number at once.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswersBody {
    #[serde(default)]
    answers: Vec<DraftAnswerBody>,
    /// What headings mean: heading → column of the template; null: not read.
    #[serde(default)]
    headings: std::collections::BTreeMap<String, Option<String>>,
    kind: Option<String>,
    crs: Option<String>,
    document: Option<LetterBody>,
    /// The filing that this one takes the place of, or `none`.
    compare_with: Option<String>,
    /// Rows filed before that are not in the files any more, `REPORT/ROW` → `keep` or `withdraw`;
    /// `all` means each of them.
    #[serde(default)]
    gone: std::collections::BTreeMap<String, GoneBody>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum GoneBody {
    Keep,
    Withdraw,
}

/// To a cell (row and column), to a word wherever it stands in a column (column and value), to a
/// whole column (column alone), or to a row (`leave_out`).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DraftAnswerBody {
    sheet: Option<String>,
    row: Option<u32>,
    column: Option<String>,
    value: Option<String>,
    means: Option<String>,
    #[serde(default)]
    leave_out: bool,
}

/// Các bản nháp của người gửi / The sender's drafts
#[utoipa::path(
    get, path = "/api/v1/filings", tag = "filings", security(("key" = [])),
    responses((status = 200, body = DraftList), (status = 403, body = Rendered, content_type = "application/problem+json"))
)]
async fn list(caller: Caller, _params: Params) -> Result<Json<DraftList>, Problem> {
    blocking(move || {
        let drafts = caller.service.drafts(&caller.actor)?;
        let line =
            |(id, updated, state): &(String, jiff::Timestamp, State)| line(id, *updated, state);
        Ok(Json(DraftList { drafts: drafts.iter().map(line).collect() }))
    })
    .await
}

/// Gửi tệp để kiểm tra: tạo bản nháp, chưa ghi gì / Files in: a draft, nothing is filed
#[utoipa::path(
    post, path = "/api/v1/filings", tag = "filings", security(("key" = [])),
    request_body(content = FilingForm, content_type = "multipart/form-data"),
    responses((status = 201, body = FilingDraft, headers(("ETag" = String, description = "cho / for If-Match"))))
)]
async fn begin(
    caller: Caller,
    _params: Params,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let form = form.map_err(|_no_form| {
        // A form whose boundary is not told is one that cannot be read; anything else is no form.
        let is_form = media_type(&headers) == "multipart/form-data";
        let kind = if is_form { ProblemKind::BadRequest } else { ProblemKind::ContentType };
        Problem::new(kind).because(
            "Cần multipart/form-data với trường file hoặc upload",
            "multipart/form-data with a field file or upload is needed",
        )
    })?;
    let told = form::Told::of(&caller, &headers, form).await?;
    blocking(move || {
        let sent = told.sent();
        let (state, files) = told.all_here(&caller)?;
        let drafting = caller.service.begin_draft(&caller.actor, state, files)?;
        caller.service.uploads_taken(&caller.actor, &sent)?;
        let place = format!("/api/v1/filings/{}", drafting.id);
        let begun = (StatusCode::CREATED, Json(draft(&caller, &drafting)));
        let mut response = revision::written(drafting.revision, begun);
        if let Ok(place) = HeaderValue::from_str(&place) {
            response.headers_mut().insert(header::LOCATION, place);
        }
        Ok(response)
    })
    .await
}

/// Bản nháp và những điều cần làm rõ / A draft, with what is to be cleared up
#[utoipa::path(
    get, path = "/api/v1/filings/{id}", tag = "filings", security(("key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = FilingDraft, headers(("ETag" = String, description = "cho / for If-Match"))), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn show(
    caller: Caller,
    Path(id): Path<String>,
    _params: Params,
) -> Result<Response, Problem> {
    blocking(move || {
        let drafting = caller.service.drafting(&caller.actor, &id)?;
        Ok(revision::read(drafting.revision, Json(draft(&caller, &drafting))))
    })
    .await
}

struct Rows;

impl IntoParams for Rows {
    fn into_params(
        _in: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        vec![
            doc::integer("from", 0, "bắt đầu từ dòng thứ mấy của bản nháp, từ 0 / rows to skip"),
            doc::limit(),
        ]
    }
}

/// Các dòng của bản nháp, với từng thay đổi / Rows of a draft, with every change
#[utoipa::path(
    get, path = "/api/v1/filings/{id}/rows", tag = "filings", security(("key" = [])),
    params(("id" = String, Path), Rows),
    responses((status = 200, body = DraftRowPage), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn rows(
    caller: Caller,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<DraftRowPage>, Problem> {
    let from = params.parse::<usize>("from")?.unwrap_or(0);
    let limit = params.limit()?;
    blocking(move || {
        let drafting = caller.service.drafting(&caller.actor, &id)?;
        let reading = &drafting.reading;
        let steps = reading.steps.iter().map(Vec::as_slice).chain(std::iter::repeat(&[][..]));
        let rows = reading.draft.rows.iter().zip(steps).skip(from).take(limit);
        let rows = rows.map(|(row, steps)| DraftRow {
            row: row.into(),
            steps: steps.iter().map(Into::into).collect(),
        });
        let rows = rows.collect();
        Ok(Json(DraftRowPage { rows, rows_total: reading.draft.rows.len() }))
    })
    .await
}

/// Trả lời các câu hỏi, chỉ nghĩa của cột, bỏ dòng / Answer questions, name columns, leave rows out
#[utoipa::path(
    post, path = "/api/v1/filings/{id}/answers", tag = "filings", security(("key" = [])),
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "thẻ ETag của bản nháp đang sửa / the ETag of the draft that is meant")), request_body = AnswersBody,
    responses((status = 200, body = FilingDraft, headers(("ETag" = String, description = "cho / for If-Match"))), (status = 404, body = Rendered, content_type = "application/problem+json"), (status = 412, body = Rendered, content_type = "application/problem+json"), (status = 428, body = Rendered, content_type = "application/problem+json"))
)]
async fn answer(
    caller: Caller,
    Path(id): Path<String>,
    _params: Params,
    headers: HeaderMap,
    JsonBody(body): JsonBody<AnswersBody>,
) -> Result<Response, Problem> {
    let (meant, addition) = (revision::meant(&headers), addition(body)?);
    blocking(move || {
        let drafting = caller.service.answer_draft(&caller.actor, &id, &meant, addition)?;
        Ok(revision::written(drafting.revision, Json(draft(&caller, &drafting))))
    })
    .await
}

/// Gửi: ghi mọi dòng đã rõ trong một lần / File every row that is clear, as one act
#[utoipa::path(
    post, path = "/api/v1/filings/{id}/file", tag = "filings", security(("key" = [])),
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "thẻ ETag của bản nháp đang sửa / the ETag of the draft that is meant"), ("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    responses((status = 201, body = Filed), (status = 200, body = Filed, description = "đã gửi trước đó / filed before"), (status = 404, body = Rendered, content_type = "application/problem+json"), (status = 412, body = Rendered, content_type = "application/problem+json"), (status = 428, body = Rendered, content_type = "application/problem+json"))
)]
async fn file(
    caller: Caller,
    Path(id): Path<String>,
    _params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (meant, key) = (revision::meant(&headers), idempotency_key(&headers)?);
    blocking(move || {
        let done = caller.service.file_draft(&caller.actor, &id, &meant, key.as_deref())?;
        Ok(filed(&caller, &done))
    })
    .await
}

/// Bỏ bản nháp và tệp của nó / Throw a draft and its files away
#[utoipa::path(
    delete, path = "/api/v1/filings/{id}", tag = "filings", security(("key" = [])),
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "thẻ ETag của bản nháp đang sửa / the ETag of the draft that is meant")),
    responses((status = 204), (status = 404, body = Rendered, content_type = "application/problem+json"), (status = 412, body = Rendered, content_type = "application/problem+json"), (status = 428, body = Rendered, content_type = "application/problem+json"))
)]
async fn discard(
    caller: Caller,
    Path(id): Path<String>,
    _params: Params,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let meant = revision::meant(&headers);
    blocking(move || {
        caller.service.discard_draft(&caller.actor, &id, &meant)?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

struct WhichFile;

impl IntoParams for WhichFile {
    fn into_params(
        _in: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        vec![doc::integer("file", 0, "tệp thứ mấy của lần gửi, từ 0 / which of its files, from 0")]
    }
}

/// Tệp phản hồi: tệp gốc với ghi chú bên cạnh từng dòng / The sender's file with a note beside every row
#[utoipa::path(
    get, path = "/api/v1/filings/{id}/answered", tag = "filings", security(("key" = [])),
    params(("id" = String, Path), WhichFile),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn answered(
    caller: Caller,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    let at = params.parse::<usize>("file")?.unwrap_or(0);
    blocking(move || {
        let file = caller.service.answered_file(&caller.actor, &id, at)?;
        let media_type = if file.is_xlsx { XLSX } else { "text/csv; charset=utf-8" };
        Ok(attached(&file.name, media_type, file.bytes))
    })
    .await
}

fn kind(text: &str) -> Result<Kind, Problem> {
    Kind::named(text).ok_or_else(|| {
        let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        let known = known.join(", ");
        Problem::at(
            "/kind",
            &format!("phải là một trong: {known}"),
            &format!("must be one of: {known}"),
        )
    })
}

fn column(pointer: &str, text: &str) -> Result<Column, Problem> {
    Column::of_any(text)
        .ok_or_else(|| Problem::at(pointer, "không có cột này", "there is no such column"))
}

fn addition(body: AnswersBody) -> Result<Addition, Problem> {
    let mut answers = Vec::with_capacity(body.answers.len());
    for (at, answer) in body.answers.into_iter().enumerate() {
        let pointer = format!("/answers/{at}");
        let means = match (answer.means, answer.leave_out, answer.row, &answer.column) {
            (Some(means), false, _, Some(_)) => Means::Text(means),
            (None, true, Some(_), None) => Means::LeaveOut,
            _ => {
                let (vi, en) = (
                    "cần `column` và `means`, hoặc `row` và `leave_out`",
                    "`column` and `means` are needed, or `row` and `leave_out`",
                );
                return Err(Problem::at(&pointer, vi, en));
            }
        };
        let name = |text: &String| column(&format!("{pointer}/column"), text);
        answers.push(Answer {
            table: answer.sheet,
            row: answer.row,
            column: answer.column.as_ref().map(name).transpose()?,
            value: answer.value,
            means,
        });
    }
    let mut headings = Vec::with_capacity(body.headings.len());
    for (heading, means) in body.headings {
        let means = means.as_deref().map(|text| column("/headings", text)).transpose()?;
        headings.push((heading, means));
    }
    let mut gone: Vec<(String, bool)> = Vec::new();
    let mut all_gone = None;
    for (name, means) in body.gone {
        let withdraw = means == GoneBody::Withdraw;
        if name == "all" { all_gone = Some(withdraw) } else { gone.push((name, withdraw)) }
    }
    Ok(Addition {
        answers,
        headings,
        kind: body.kind.as_deref().map(kind).transpose()?,
        crs: body.crs,
        document: body.document.map(|letter| LetterBody::read(Some(letter))).transpose()?,
        compare_with: body.compare_with,
        gone,
        all_gone,
    })
}

fn letter(document: &DocumentRef) -> DraftLetter {
    DraftLetter {
        number: document.number.clone(),
        day: document.day.map(|day| day.to_string()),
        title: document.title.clone(),
    }
}

fn line(id: &str, updated: jiff::Timestamp, state: &State) -> DraftLine {
    DraftLine {
        id: id.to_owned(),
        updated: updated.to_string(),
        files: state.files.iter().map(DraftFile::from).collect(),
        document: letter(&state.document),
        filed: state.filed.iter().map(|part| part.report.to_string()).collect(),
    }
}

/// Everything there is to say of a draft.
fn draft(caller: &Caller, drafting: &Drafting) -> FilingDraft {
    let reading = &drafting.reading;
    let counts = reading.draft.counts();
    let asked = questions(&reading.draft);
    let codes = reading.draft.codes();
    let told = reading.draft.findings.iter();
    let told = told.filter(|finding| finding.severity > phusong_intake::Severity::Ask);
    let moved = caller.service.draft_would_move(&caller.actor, drafting);
    FilingDraft {
        line: line(&drafting.id, drafting.updated, &drafting.state),
        created: drafting.created.to_string(),
        on_behalf_of: drafting.state.on_behalf.clone(),
        kind: reading.kind.map(Kind::as_str),
        crs: drafting.state.crs.clone(),
        tables: reading.tables.iter().map(Into::into).collect(),
        questions_total: asked.len(),
        questions: asked.iter().take(MOST_QUESTIONS).map(|one| question(drafting, one)).collect(),
        findings: told.cloned().map(Into::into).collect(),
        counts: SeverityCounts::from(counts),
        codes: codes.into_iter().map(|(code, (_, count))| CodeCount { code, count }).collect(),
        rows: previewed_rows(&reading.draft),
        rows_total: reading.draft.rows.len(),
        fileable: reading.draft.rows.iter().filter(|row| row.outcome == Outcome::Fileable).count(),
        open: drafting.open_rows(),
        can_file: drafting.can_file(),
        is_filed: drafting.is_filed(),
        would_move: moved.iter().map(Into::into).collect(),
        sets: measured::sets(&caller.service.draft_sets(&caller.actor, drafting)),
        areas: drafting.areas().into_iter().map(Into::into).collect(),
        held: (&drafting.held).into(),
    }
}

/// A question; of a name also what a decision on it would say.
fn question(drafting: &Drafting, question: &Question) -> DraftQuestion {
    let name = drafting.name_asked(question).map(|(kind, text, beside)| DraftName {
        of: match kind {
            PlaceKind::Village => "village",
            PlaceKind::Unit => "unit",
        },
        text,
        beside,
    });
    DraftQuestion { name, ..question.into() }
}

impl From<DraftError> for Problem {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::NotFound => Self::not_found(),
            DraftError::TooMany => Self::body(
                "quá nhiều tệp hoặc câu trả lời trong một lần gửi",
                "too many files or answers in one filing",
            ),
            DraftError::UnknownHeading(heading) => {
                let (vi, en) = (
                    format!("không có cột nào mang tiêu đề “{heading}”"),
                    format!("no column has the heading {heading:?}"),
                );
                Self::at("/headings", &vi, &en)
            }
            DraftError::Unsaid => Self::new(ProblemKind::MeantMissing),
            DraftError::Changed => Self::new(ProblemKind::Changed),
            DraftError::InWork => Self::new(ProblemKind::InProgress),
            DraftError::File(error) => FileError::into(error),
        }
    }
}
