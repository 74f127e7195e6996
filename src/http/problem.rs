//! Errors on the wire: `application/problem+json` (RFC 9457).
//!
//! A handler says what is wrong in both languages; the front ([`super::front`]) knows who asked and
//! renders it in the asker's. The texts of every kind stand in one [`catalogue`].

pub mod catalogue;

use std::error::Error;
use std::fmt::Write as _;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::Finding;
use crate::service::{ActError, ContestError, FileError, RulingError, SignInError, WriteError};
pub use catalogue::Kind;
use phusong_intake::Because;

/// Faults named in one answer; a file with more is told the first ones.
const MOST_ERRORS: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Vi,
    En,
}

/// What went wrong, in both languages, before anybody has asked in one.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: Kind,
    /// The kind's own code, or the room's below that knows more.
    code: &'static str,
    detail: Option<(String, String)>,
    errors: Vec<Finding>,
    /// For the log only: the chain of causes.
    cause: Option<String>,
    /// When it is worth asking again, where that is known better than for the kind.
    retry_after_s: Option<u16>,
}

/// A problem as it is sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "/problems/bad-query", "title": "Tham số không hợp lệ", "status": 400, "code": "bad-query",
    "detail": "Tham số bbox: cần west,south,east,north", "errors": [],
}))]
pub struct Rendered {
    /// `/problems/` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem this is, in the language of `Accept-Language` (vi by default).
    pub title: &'static str,
    pub status: u16,
    /// Stable word for programs.
    pub code: &'static str,
    /// What exactly, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Every fault with its place: row and column, parameter, or JSON pointer.
    pub errors: Vec<Finding>,
    /// Of a fault of the service itself (5xx); every answer has it as `x-request-id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

impl Problem {
    pub fn new(kind: Kind) -> Self {
        let code = kind.row().code;
        Self { kind, code, detail: None, errors: Vec::new(), cause: None, retry_after_s: None }
    }

    /// What exactly, as (Vietnamese, English).
    #[must_use]
    pub fn because(mut self, vi: impl Into<String>, en: impl Into<String>) -> Self {
        self.detail = Some((vi.into(), en.into()));
        self
    }

    #[must_use]
    fn coded(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// When it is worth asking again.
    #[must_use]
    pub fn after_s(self, seconds: u16) -> Self {
        Self { retry_after_s: Some(seconds), ..self }
    }

    /// The same bytes for what does not exist and for what the actor may not see.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound)
    }

    pub fn forbidden() -> Self {
        Self::new(Kind::Forbidden)
    }

    pub fn bad_query(parameter: &str, vi: &str, en: &str) -> Self {
        let finding = Finding::refuse("bad-parameter", vi, en).of_column(parameter);
        let problem = Self::new(Kind::BadQuery)
            .because(format!("Tham số {parameter}: {vi}"), format!("Parameter {parameter}: {en}"));
        Self { errors: vec![finding], ..problem }
    }

    /// A body that can be read but not taken.
    pub fn body(vi: &str, en: &str) -> Self {
        Self::new(Kind::BadBody).because(vi, en)
    }

    /// The same, at a place of the JSON (RFC 6901).
    pub fn at(pointer: &str, vi: &str, en: &str) -> Self {
        Self::found("bad-member", pointer, vi, en)
    }

    /// The same with a code of its own.
    pub fn found(code: &'static str, pointer: &str, vi: &str, en: &str) -> Self {
        let finding = Finding::refuse(code, vi, en).at_pointer(pointer);
        let problem = Self::new(Kind::BadBody)
            .because(format!("{pointer}: {vi}"), format!("{pointer}: {en}"));
        Self { errors: vec![finding], ..problem }
    }

    /// What to do about each of its faults.
    #[must_use]
    pub fn remedied(mut self, vi: &str, en: &str) -> Self {
        self.errors = self.errors.into_iter().map(|error| error.remedied(vi, en)).collect();
        self
    }

    /// Our own fault: the chain goes to the log, an id to the caller.
    pub fn internal(error: &dyn Error) -> Self {
        Self { cause: Some(chain(error)), ..Self::new(Kind::Internal) }
    }

    pub fn panicked(message: &str) -> Self {
        Self { cause: Some(format!("panic: {message}")), ..Self::new(Kind::Internal) }
    }

    /// With faults of the edge's own.
    #[must_use]
    pub fn naming(mut self, errors: impl IntoIterator<Item = Finding>) -> Self {
        self.errors = errors.into_iter().take(MOST_ERRORS).collect();
        self
    }

    #[must_use]
    pub fn with(mut self, findings: impl IntoIterator<Item = phusong_intake::Finding>) -> Self {
        self.errors = findings.into_iter().take(MOST_ERRORS).map(Finding::from).collect();
        self
    }

    /// Of a JSON body with `rows`: every fault also with its JSON pointer.
    #[must_use]
    pub fn pointing(mut self) -> Self {
        for error in self.errors.iter_mut().filter(|error| error.pointer.is_none()) {
            let row = error.row.map(|row| format!("/rows/{}", row.saturating_sub(1)));
            let member = error.column.as_deref().filter(|column| !column.is_empty());
            let member = member.map(|column| match column.strip_prefix("document.") {
                Some(inner) if row.is_none() => format!("/document/{}", token(inner)),
                _ => format!("/{}", token(column)),
            });
            let place = format!("{}{}", row.unwrap_or_default(), member.unwrap_or_default());
            error.pointer = Some(place).filter(|place| !place.is_empty());
        }
        self
    }

    /// May this key not do it?
    pub fn is_forbidden(&self) -> bool {
        matches!(self.kind, Kind::Forbidden)
    }

    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.row().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What exactly is wrong, as (Vietnamese, English).
    pub fn texts(&self) -> (String, String) {
        let row = self.kind.row();
        self.detail.clone().unwrap_or_else(|| (row.vi.to_owned(), row.en.to_owned()))
    }

    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    pub fn render(&self, language: Language, trace_id: Option<&str>) -> Rendered {
        let row = self.kind.row();
        Rendered {
            kind: format!("/problems/{}", self.code),
            title: match language {
                Language::Vi => row.vi,
                Language::En => row.en,
            },
            status: row.status,
            code: self.code,
            detail: self.detail.clone().map(|(vi, en)| match language {
                Language::Vi => vi,
                Language::En => en,
            }),
            errors: self.errors.clone(),
            trace_id: trace_id.filter(|_| row.status >= 500).map(str::to_owned),
        }
    }
}

/// A member's name in a JSON pointer (RFC 6901).
pub fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let _never_fails = write!(text, ": {cause}");
        next = cause.source();
    }
    text
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        match error {
            FileError::NotAllowed => Self::forbidden(),
            FileError::Unnamed => Self::new(Kind::Unnamed).because(
                "Việc này cần hai người nên phải biết ai làm, mà khóa này không có tên; hãy nhờ bên vận hành cấp khóa có tên (phusong key create --name)",
                "This takes two people, so it has to be known who acts, and this key has no name; ask whoever runs the service for a key with a name (phusong key create --name)",
            ),
            FileError::UnknownCarrier { asked, candidates } => {
                let (vi, en) = if asked.is_empty() {
                    ("Chưa nêu doanh nghiệp".to_owned(), "No carrier is named".to_owned())
                } else {
                    (
                        format!("Không có doanh nghiệp “{asked}”"),
                        format!("There is no carrier {asked:?}"),
                    )
                };
                let remedy = ("chọn một mã trong danh sách", "choose an id of the list");
                let refuse = phusong_intake::Severity::Refuse;
                let finding =
                    phusong_intake::Finding::new("unknown-carrier", refuse, (&*vi, &*en), remedy)
                        .on("on_behalf_of")
                        .with(candidates);
                Self::new(Kind::UnknownCarrier).because(vi, en).with([finding])
            }
            FileError::UnknownParty(id) => Self::new(Kind::UnknownParty).because(
                format!("Không có xã hoặc doanh nghiệp “{id}”"),
                format!("There is no commune or carrier {id:?}"),
            ),
            FileError::InProgress => Self::new(Kind::InProgress),
            FileError::Refused(draft) => Self::new(Kind::Refused).with(draft.blocking_first()),
            FileError::Unreadable(why) => {
                let kind = match why.because {
                    Because::Malformed => Kind::BadJson,
                    Because::Damaged => Kind::Unreadable,
                    Because::TooLarge => Kind::TooLarge,
                    Because::OtherKind => Kind::ContentType,
                    Because::NoReader => Kind::NoReader,
                };
                let detail =
                    why.findings.first().map(|f| (f.message_vi.clone(), f.message_en.clone()));
                Self { detail, ..Self::new(kind) }.with(why.findings)
            }
            FileError::TooLarge { limit_bytes } => Self::new(Kind::TooLarge).because(
                format!("Tối đa {limit_bytes} byte"),
                format!("At most {limit_bytes} bytes"),
            ),
            FileError::Busy => Self::new(Kind::Busy),
            FileError::DiskFull => Self::new(Kind::DiskFull),
            FileError::Io(_) | FileError::Random(_) => Self::internal(&error),
            FileError::Vault(error) => Self::internal(&error).coded(error.code()),
            FileError::Write(error) => error.into(),
            FileError::Ledger(error) => Self::internal(&error).coded(error.code()),
        }
    }
}

impl From<WriteError> for Problem {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::KeyReused => Self::new(Kind::KeyReused),
            WriteError::Ledger { code, message, message_vi } => {
                let kind = match code {
                    "disk-full" => Kind::DiskFull,
                    "entry-too-large" => Kind::TooLarge,
                    _ => Kind::LedgerRefuses,
                };
                Self { cause: Some(message.clone()), ..Self::new(kind) }
                    .because(message_vi, message)
                    .coded(code)
            }
            WriteError::DiskLow(percent) => Self::new(Kind::DiskFull).because(
                format!(
                    "Đĩa còn trống dưới {percent} %: chưa ghi gì; vẫn xem được; hãy báo bên vận hành"
                ),
                format!("{}; tell whoever runs the service", WriteError::DiskLow(percent)),
            ),
            WriteError::Stopping => Self::new(Kind::Stopping),
        }
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        match error {
            ActError::NotAllowed => Self::forbidden(),
            ActError::NotFound => Self::not_found(),
            ActError::SamePerson => Self::new(Kind::SecondPerson).because(
                "Tài khoản đã gửi không tự công bố được; hãy để một tài khoản khác có quyền công bố làm việc này",
                "The account that filed it cannot publish it; another account that may publish has to",
            ),
            ActError::ReasonMissing => Self::new(Kind::ReasonMissing),
            ActError::NoRows => Self::at(
                "/rows",
                "không chọn dòng nào; chọn ít nhất một dòng, hoặc bỏ hẳn \"rows\" để chỉ mọi dòng",
                "no row is chosen; choose one at least, or leave \"rows\" out to mean them all",
            ),
            ActError::Withdrawn => Self::new(Kind::AlreadyWithdrawn).because(
                "Đã thu hồi nên không công bố hay trả lại được; bên gửi cần gửi báo cáo mới",
                "It was withdrawn, so it can be neither published nor returned; its sender has to file it anew",
            ),
            ActError::AlreadySo => Self::new(Kind::AlreadySo).because(
                "Một tài khoản khác, hoặc nhiều lần trước, đã làm việc này rồi; hãy tải lại để xem",
                "Another account, or several earlier acts, did this already; load it again to see",
            ),
            ActError::ReasonTooLong => {
                Self::at("/reason", "quá 2.000 ký tự", "over 2,000 characters")
            }
            ActError::File(error) => error.into(),
        }
    }
}

impl From<RulingError> for Problem {
    fn from(error: RulingError) -> Self {
        match error {
            RulingError::NotAllowed => Self::forbidden(),
            RulingError::Faulty(findings) => Self::new(Kind::BadBody).with(findings),
            RulingError::Act(error) => error.into(),
        }
    }
}

impl From<ContestError> for Problem {
    fn from(error: ContestError) -> Self {
        match error {
            ContestError::NotAllowed => Self::forbidden(),
            ContestError::NotFound => Self::not_found(),
            ContestError::Full => Self::new(Kind::TooManyRequests).because(
                "Đang có quá nhiều phản ánh chờ cán bộ; hãy gửi lại sau",
                "Too many complaints wait for an officer; send it again later",
            ),
            ContestError::Faulty(findings) => Self::new(Kind::BadBody).with(findings),
            ContestError::Ruling(error) => error.into(),
            ContestError::File(error) => error.into(),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Self::new(Kind::Unauthorized).because(
                "Liên kết đăng nhập không đúng, đã dùng, hoặc quá một giờ",
                "The sign-in link is wrong, was used, or is older than an hour",
            ),
            SignInError::TooMany => Self::new(Kind::TooManyTries),
            SignInError::Random(_) | SignInError::Vault(_) => Self::internal(&error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response =
            (self.status(), axum::Json(self.render(Language::Vi, None))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        let realm = match self.kind {
            Kind::Unauthorized => Some("Bearer realm=\"phusong\", error=\"invalid_token\""),
            Kind::KeyNeeded | Kind::PublicClosed => Some("Bearer realm=\"phusong\""),
            _ => None,
        };
        if let Some(realm) = realm {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(realm));
        }
        if let Some(seconds) = self.retry_after_s.or(self.kind.row().retry_after_s) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}
