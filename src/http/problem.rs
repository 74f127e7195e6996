//! Errors on the wire: `application/problem+json` (RFC 9457), in the asker's language.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::intake::Finding;
use crate::service::{ActError, FileError, WriteError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Vi,
    En,
}

#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    language: Language,
    title: (String, String),
    errors: Vec<Value>,
}

impl Problem {
    pub fn new(status: u16, code: &'static str, language: Language, vi: &str, en: &str) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code,
            language,
            title: (vi.to_owned(), en.to_owned()),
            errors: Vec::new(),
        }
    }

    /// The same bytes for what does not exist and for what the actor may not see.
    pub fn not_found(language: Language) -> Self {
        Self::new(404, "not-found", language, "Không có mục này", "There is no such thing")
    }

    pub fn bad_query(language: Language, parameter: &str, vi: &str, en: &str) -> Self {
        let (vi, en) =
            (format!("Tham số {parameter}: {vi}"), format!("Parameter {parameter}: {en}"));
        Self::new(400, "bad-query", language, &vi, &en)
    }

    pub fn with(mut self, findings: impl IntoIterator<Item = Finding>) -> Self {
        self.errors =
            findings.into_iter().filter_map(|f| serde_json::to_value(f).ok()).take(200).collect();
        self
    }

    pub fn of_filing(error: FileError, language: Language) -> Self {
        match error {
            FileError::NotAllowed => Self::forbidden(language),
            FileError::UnknownCarrier(id) => Self::new(
                422,
                "unknown-carrier",
                language,
                &format!("Không có doanh nghiệp “{id}”"),
                &format!("There is no carrier {id:?}"),
            ),
            FileError::Refused(draft) => Self::new(
                422,
                "refused",
                language,
                "Báo cáo có dòng không nhận được; chưa ghi gì",
                "The report has rows that cannot be taken; nothing was filed",
            )
            .with(draft.all_findings().cloned().collect::<Vec<_>>()),
            FileError::Write(error) => Self::of_write(error, language),
            FileError::Ledger(error) => {
                Self::new(500, error.code(), language, &error.message_vi(), &error.to_string())
            }
        }
    }

    fn of_write(error: WriteError, language: Language) -> Self {
        match error {
            WriteError::KeyReused => Self::new(
                422,
                "idempotency-key-reused",
                language,
                "Khóa chống gửi trùng này đã dùng cho nội dung khác",
                "This idempotency key was used for other content",
            ),
            WriteError::Ledger { code, message, message_vi } => {
                let status = if code == "disk-full" { 507 } else { 503 };
                Self::new(status, code, language, &message_vi, &message)
            }
            WriteError::Stopping => Self::new(
                503,
                "stopping",
                language,
                "Hệ thống đang dừng",
                "The service is stopping",
            ),
        }
    }

    pub fn of_act(error: ActError, language: Language) -> Self {
        match error {
            ActError::NotAllowed => Self::forbidden(language),
            ActError::NotFound => Self::not_found(language),
            ActError::ReasonMissing => {
                Self::new(422, "reason-missing", language, "Cần nêu lý do", "A reason is needed")
            }
            ActError::File(error) => Self::of_filing(error, language),
        }
    }

    pub fn forbidden(language: Language) -> Self {
        Self::new(
            403,
            "forbidden",
            language,
            "Khóa này không được làm việc đó",
            "This key may not do that",
        )
    }

    pub fn body(language: Language, vi: &str, en: &str) -> Self {
        Self::new(422, "bad-body", language, vi, en)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = match self.language {
            Language::Vi => &self.title.0,
            Language::En => &self.title.1,
        };
        let body = json!({
            "type": format!("/problems/{}", self.code),
            "title": title,
            "status": self.status.as_u16(),
            "code": self.code,
            "errors": self.errors,
        });
        let mut response = (self.status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
