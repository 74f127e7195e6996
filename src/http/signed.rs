//! Papers that come back: is a PDF ours, and the signed ones that are kept.
//!
//! Making papers: `papers` and `bundles`.

use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, StatusCode, header};
use data_encoding::HEXLOWER;
use phusong_atlas::atlas::content_hash;
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::actor::Caller;
use super::body::{in_time, media_type};
use super::letter;
use super::params::doc::Paging;
use super::params::{Params, Rows};
use super::problem::{Kind, Problem, Rendered};
use super::reports::answered;
use super::turns::at_desk;
use super::wire::{Acted, EntryRows};
use crate::report::{Appended, Seal, state_word};
use crate::service::{Action, Grounds, KeepError, Object, PaperTrust, Sealed, SignedPaper, can};

/// A bundle of 60 villages has a third of it; the rest is for signatures with pictures.
const MOST_BYTES: usize = 32 << 20;
/// It has come whole by then.
const LONGEST: Duration = Duration::from_mins(2);
const PDF: &str = "application/pdf";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(check)).routes(routes!(signed, keep))
}

/// What stands behind our last byte.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Behind {
    Nothing,
    /// Signatures of a PDF reader's kind over the whole file; whose, is not checked here.
    Signature,
    /// Something that no signature covers: what is shown may have been changed.
    Unsigned,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Origin {
    /// Made by this service, every byte of it unchanged.
    Ours,
    /// A whole seal of another service.
    OtherService,
    /// Changed since it was sealed.
    Changed,
    /// No seal at all, or cut short.
    NoSeal,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Standing {
    /// Every row behind its verdicts and duties still counts.
    Stands,
    /// Some were withdrawn, returned or corrected: make the paper again.
    Superseded,
    /// Its state is not found in this ledger.
    Unknown,
}

/// What a paper says of itself; proven where the origin is `ours`.
#[derive(Debug, Serialize, ToSchema)]
struct PaperState {
    /// `dossier`, `period` …
    paper: String,
    subject: String,
    as_of: String,
    known_at: String,
    scope: String,
    /// The content it was made from.
    version: String,
    method: String,
}

impl PaperState {
    fn of(word: impl Fn(&str) -> Option<String>) -> Self {
        let word = |name| word(name).unwrap_or_default();
        Self {
            paper: word("paper"),
            subject: word("subject"),
            as_of: word("as_of"),
            known_at: word("known_at"),
            scope: word("scope"),
            version: word("atlas"),
            method: word("method"),
        }
    }
}

/// Whether a PDF is ours.
#[derive(Debug, Serialize, ToSchema)]
struct PaperCheck {
    origin: Origin,
    text_vi: &'static str,
    text_en: &'static str,
    /// Absent without a seal.
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<PaperState>,
    behind: Behind,
    behind_bytes: usize,
    /// For the department, of papers that are ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<Standing>,
    /// Rows that no longer count.
    taken_back: Vec<EntryRows>,
}

impl PaperCheck {
    fn of(paper: Option<&Sealed>, grounds: Option<&Grounds>) -> Self {
        let origin = origin(paper);
        let (behind, behind_bytes) = match paper.map(|paper| paper.seal.appended) {
            None | Some(Appended::Nothing) => (Behind::Nothing, 0),
            Some(Appended::Signature { bytes }) => (Behind::Signature, bytes),
            Some(Appended::Unsigned { bytes }) => (Behind::Unsigned, bytes),
        };
        let (text_vi, text_en) = said(&origin, &behind);
        Self {
            origin,
            text_vi,
            text_en,
            says: paper.map(|paper| says(&paper.seal)),
            behind,
            behind_bytes,
            standing: grounds.map(Into::into),
            taken_back: taken_back(grounds),
        }
    }
}

impl From<&Grounds> for Standing {
    fn from(grounds: &Grounds) -> Self {
        match grounds {
            Grounds::Stand => Self::Stands,
            Grounds::TakenBack(_) => Self::Superseded,
            Grounds::Unknown => Self::Unknown,
        }
    }
}

fn taken_back(grounds: Option<&Grounds>) -> Vec<EntryRows> {
    match grounds {
        Some(Grounds::TakenBack(rows)) => rows.iter().map(Into::into).collect(),
        _ => Vec::new(),
    }
}

fn origin(paper: Option<&Sealed>) -> Origin {
    match paper.map(|paper| paper.trust) {
        None => Origin::NoSeal,
        Some(PaperTrust::Pinned) => Origin::Ours,
        Some(PaperTrust::OtherKey | PaperTrust::SelfNamed) => Origin::OtherService,
        Some(PaperTrust::Broken) => Origin::Changed,
    }
}

fn says(seal: &Seal) -> PaperState {
    PaperState::of(|name| seal.word(name).map(str::to_owned))
}

fn said(origin: &Origin, behind: &Behind) -> (&'static str, &'static str) {
    match (origin, behind) {
        (Origin::Ours, Behind::Nothing) => {
            ("Đúng là văn bản của hệ thống này, nguyên vẹn", "Ours, unchanged")
        }
        (Origin::Ours, Behind::Signature) => (
            "Phần do hệ thống này lập còn nguyên vẹn; sau đó có chữ ký được thêm vào (chưa kiểm chữ ký của ai)",
            "Our part is unchanged; a signature was appended (whose, is not checked here)",
        ),
        (Origin::Ours, Behind::Unsigned) => (
            "Sau phần của hệ thống có nội dung được thêm vào mà không chữ ký nào bao hết: bản hiển thị có thể đã bị đổi",
            "Something stands behind our part that no signature covers: what is shown may have been changed",
        ),
        (Origin::OtherService, _) => {
            ("Dấu đúng nhưng của hệ thống khác", "A whole seal, of another service")
        }
        (Origin::Changed, _) => {
            ("Nội dung đã bị sửa sau khi lập: dấu không khớp", "Changed since it was made")
        }
        (Origin::NoSeal, _) => (
            "Tệp không mang dấu của hệ thống này, hoặc đã bị cắt",
            "The file carries no seal of this service, or was cut short",
        ),
    }
}

/// A whole PDF, in memory.
async fn pdf(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    if media_type(headers) != PDF {
        return Err(Problem::new(Kind::ContentType)
            .because("Cần application/pdf", "application/pdf is needed"));
    }
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let announced: Option<usize> = announced.and_then(|text| text.parse().ok());
    if announced.is_some_and(|bytes| bytes > MOST_BYTES) {
        return Err(Problem::new(Kind::TooLarge));
    }
    // Only a body over the limit, or one that broke off, ends so.
    in_time(LONGEST, to_bytes(body, MOST_BYTES))
        .await?
        .map_err(|_over| Problem::new(Kind::TooLarge))
}

/// Văn bản PDF này có phải của hệ thống không / Is this PDF ours, and from which state?
///
/// Nothing is kept. Signatures that others appended are told of, not checked.
#[utoipa::path(
    post, path = "/api/v1/papers/check", tag = "papers",
    request_body(content((Vec<u8> = "application/pdf"))),
    responses((status = 200, body = PaperCheck))
)]
async fn check(
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<PaperCheck>, Problem> {
    let file = pdf(&headers, body).await?;
    at_desk(move || {
        let paper = caller.service.check_paper(&file).map_err(|error| Problem::internal(&error))?;
        let ours = paper.as_ref().filter(|paper| paper.trust == PaperTrust::Pinned);
        let grounds = match ours {
            None => None,
            Some(paper) => caller
                .service
                .grounds_of(&caller.actor, &paper.seal)
                .map_err(|error| Problem::internal(&error))?,
        };
        Ok(Json(PaperCheck::of(paper.as_ref(), grounds.as_ref())))
    })
    .await
}

/// The letter under which a signed paper went out.
#[derive(Debug)]
struct Beside;

impl IntoParams for Beside {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        letter::params().into()
    }
}

/// A signed paper that is kept.
#[derive(Debug, Serialize, ToSchema)]
struct SignedItem {
    report: String,
    #[schema(format = DateTime)]
    recorded_at: String,
    says: PaperState,
    signature_bytes: u32,
    document_number: Option<String>,
    #[schema(format = Date)]
    document_day: Option<String>,
    document_title: Option<String>,
    /// `/api/v1/reports/{report}/files/{sha256}` gives it back.
    sha256: Option<String>,
    /// `superseded`: something it rests on was withdrawn, returned or corrected since. Absent: not
    /// looked at yet; of a long list, ask again.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<Standing>,
    /// Rows that no longer count.
    taken_back: Vec<EntryRows>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SignedList {
    items: Vec<SignedItem>,
    next: Option<String>,
}

impl SignedItem {
    fn of(paper: SignedPaper, grounds: Option<&Grounds>) -> Self {
        let word = |name: &str| state_word(&paper.fact.state, name).map(str::to_owned);
        Self {
            report: paper.report.to_string(),
            recorded_at: paper.recorded_at.to_string(),
            says: PaperState::of(word),
            signature_bytes: paper.fact.appended_bytes,
            document_number: paper.document.number,
            document_day: paper.document.day.map(|day| day.to_string()),
            document_title: paper.document.title,
            sha256: paper.file.map(|hash| HEXLOWER.encode(&hash)),
            standing: grounds.map(Into::into),
            taken_back: taken_back(grounds),
        }
    }
}

/// Văn bản đã ký được lưu / Signed papers that are kept (the department's own)
#[utoipa::path(
    get, path = "/api/v1/papers", tag = "papers", security(("key" = [])), params(Paging),
    responses((status = 200, body = SignedList), (status = 403, body = Rendered, content_type = "application/problem+json"))
)]
async fn signed(caller: Caller, params: Params) -> Result<Json<SignedList>, Problem> {
    at_desk(move || {
        let kept = caller.service.signed_papers(&caller.actor)?;
        let ids: Vec<_> = kept.iter().map(|paper| paper.report).collect();
        let page = Rows::Page.of(&params, content_hash(&ids))?;
        let next = page.next(kept.len());
        let shown: Vec<_> = page.of(kept).collect();
        let grounds = caller.service.grounds_of_kept(&shown);
        let grounds = grounds.map_err(|error| Problem::internal(&error))?;
        let items = shown.into_iter().zip(&grounds);
        let items = items.map(|(paper, grounds)| SignedItem::of(paper, grounds.as_ref()));
        Ok(Json(SignedList { items: items.collect(), next }))
    })
    .await
}

/// Lưu văn bản đã ký / Keep a paper of ours that came back signed
///
/// The file must be ours with a signature over all of it; it is kept as it came.
#[utoipa::path(
    post, path = "/api/v1/papers", tag = "papers", security(("key" = [])), params(Beside),
    request_body(content((Vec<u8> = "application/pdf"))),
    responses((status = 201, body = Acted), (status = 200, body = Acted, description = "đã gửi trước đó / filed before"))
)]
async fn keep(
    caller: Caller,
    params: Params,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Acted>), Problem> {
    // Before a byte of it is read.
    can(&caller.actor, Action::Decide, Object::House).map_err(KeepError::from)?;
    let document = letter::beside(&params)?;
    let file = pdf(&headers, body).await?;
    at_desk(move || {
        let (_, written, receipt) = caller.service.keep_signed(&caller.actor, &file, document)?;
        Ok(answered(&(written, receipt)))
    })
    .await
}

impl From<KeepError> for Problem {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::NotAllowed => Self::forbidden(),
            KeepError::NotOurs => Self::new(Kind::BadBody).because(
                "Không phải văn bản của hệ thống này, hoặc đã bị sửa sau khi lập: hãy tải lại bản PDF từ hệ thống rồi ký",
                "No paper of this service, or changed since it was made: take the PDF from here again and sign that",
            ),
            KeepError::NotSigned => Self::new(Kind::BadBody).because(
                "Văn bản chưa có chữ ký nào bao hết tệp: hãy ký số lên bản PDF rồi gửi lại",
                "No signature covers the whole file: sign the PDF and send it again",
            ),
            KeepError::File(error) => error.into(),
        }
    }
}
