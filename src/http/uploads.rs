//! Files in several requests, continued where they stopped: promised by SHA-256 and size, named in
//! a filing by their hash. Header names are those of the IETF's Resumable Uploads for HTTP.

use axum::Json;
use axum::body::{Body, BodyDataStream};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::{JsonBody, media_type};
use super::params::Params;
use super::problem::{Kind, Problem, Rendered};
use super::upload::{add, drain};
use super::{App, blocking};
use crate::service::{Begun, ContentHash, Incoming, Promise, UploadError};

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
const PIECE_TYPE: &str = "application/partial-upload";
/// Longest name of a file.
const NAME_CHARS: usize = 200;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, begin)).routes(routes!(show, append, discard))
}

/// What will come.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PromiseBody {
    /// Of the whole file, in hex.
    sha256: String,
    /// In bytes.
    #[schema(minimum = 1)]
    size: u64,
    name: String,
}

/// A file on its way here.
#[derive(Serialize, ToSchema)]
struct UploadPage {
    /// Null when its sender has sent this content before: nothing has to come.
    id: Option<String>,
    /// In hex; by it a filing names the file (`upload`).
    sha256: String,
    size: u64,
    name: String,
    /// How many of its bytes are here.
    offset: u64,
    complete: bool,
    /// When it is dropped, unless more of it comes.
    expires: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct UploadList {
    uploads: Vec<UploadPage>,
}

impl From<&Incoming> for UploadPage {
    fn from(incoming: &Incoming) -> Self {
        Self {
            id: Some(incoming.id.clone()),
            offset: incoming.offset,
            complete: incoming.is_whole(),
            expires: Some(incoming.expires.to_string()),
            ..Self::of(&incoming.promise)
        }
    }
}

impl UploadPage {
    /// Of content that is here.
    fn of(promise: &Promise) -> Self {
        Self {
            id: None,
            sha256: HEXLOWER.encode(&promise.sha256),
            size: promise.size,
            name: promise.name.clone(),
            offset: promise.size,
            complete: true,
            expires: None,
        }
    }

    fn answer(self, status: StatusCode) -> Response {
        let place = self.id.as_ref().map(|id| format!("/api/v1/uploads/{id}"));
        let complete = HeaderValue::from_static(if self.complete { "?1" } else { "?0" });
        let offset = HeaderValue::from(self.offset);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(OFFSET, offset);
        headers.insert(COMPLETE, complete);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(Ok(place)) = place.map(|place| HeaderValue::from_str(&place)) {
            headers.insert(header::LOCATION, place);
        }
        response
    }
}

/// Why a piece was not taken, and from where to go on.
struct Refused {
    problem: Problem,
    offset: Option<u64>,
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self { problem, offset: None }
    }
}

impl From<UploadError> for Refused {
    fn from(error: UploadError) -> Self {
        let offset = match error {
            UploadError::Elsewhere { offset } => Some(offset),
            _ => None,
        };
        Self { problem: error.into(), offset }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.problem.into_response();
        if let Some(offset) = self.offset {
            response.headers_mut().insert(OFFSET, HeaderValue::from(offset));
        }
        response
    }
}

/// Báo trước một tệp lớn: đã có, gửi tiếp, hay gửi mới / Promise a file: is it here, half here, or to come
#[utoipa::path(
    post, path = "/api/v1/uploads", tag = "filings", security(("key" = [])),
    request_body = PromiseBody,
    responses((status = 201, body = UploadPage), (status = 200, body = UploadPage, description = "đã có, hoặc đang gửi dở / here, or half here"), (status = 429, body = Rendered, content_type = "application/problem+json"))
)]
async fn begin(
    caller: Caller,
    _params: Params,
    JsonBody(body): JsonBody<PromiseBody>,
) -> Result<Response, Problem> {
    let promise = promise(&body)?;
    blocking(move || {
        Ok(match caller.service.begin_upload(&caller.actor, &promise)? {
            Begun::Here => UploadPage::of(&promise).answer(StatusCode::OK),
            Begun::Known(incoming) => UploadPage::from(&incoming).answer(StatusCode::OK),
            Begun::New(incoming) => UploadPage::from(&incoming).answer(StatusCode::CREATED),
        })
    })
    .await
}

/// Các tệp đang gửi dở của người gửi / The sender's files on their way here
#[utoipa::path(
    get, path = "/api/v1/uploads", tag = "filings", security(("key" = [])),
    responses((status = 200, body = UploadList), (status = 403, body = Rendered, content_type = "application/problem+json"))
)]
async fn list(caller: Caller, _params: Params) -> Result<Json<UploadList>, Problem> {
    blocking(move || {
        let uploads = caller.service.uploads(&caller.actor)?;
        Ok(Json(UploadList { uploads: uploads.iter().map(Into::into).collect() }))
    })
    .await
}

/// Tệp đang dừng ở đâu (Upload-Offset) / Where a file stands
#[utoipa::path(
    get, path = "/api/v1/uploads/{id}", tag = "filings", security(("key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = UploadPage), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn show(
    caller: Caller,
    Path(id): Path<String>,
    _params: Params,
) -> Result<Response, Problem> {
    blocking(move || {
        let incoming = caller.service.upload(&caller.actor, &id)?;
        Ok(UploadPage::from(&incoming).answer(StatusCode::OK))
    })
    .await
}

/// Gửi tiếp từ Upload-Offset; xong thì so với SHA-256 đã báo / Go on from Upload-Offset; the whole is held against its hash
#[utoipa::path(
    patch, path = "/api/v1/uploads/{id}", tag = "filings", security(("key" = [])),
    params(("id" = String, Path), ("Upload-Offset" = u64, Header, description = "phần gửi này bắt đầu từ byte nào / the byte that this body begins with")),
    request_body(content = Vec<u8>, content_type = "application/partial-upload"),
    responses((status = 200, body = UploadPage), (status = 404, body = Rendered, content_type = "application/problem+json"), (status = 408, body = Rendered, content_type = "application/problem+json"), (status = 409, body = Rendered, content_type = "application/problem+json"))
)]
async fn append(
    caller: Caller,
    Path(id): Path<String>,
    _params: Params,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    let mut body = body.into_data_stream();
    let added = added(caller, id, offset(&headers), &mut body).await;
    if added.is_err() {
        drain(&mut body).await;
    }
    Ok(UploadPage::from(&added?).answer(StatusCode::OK))
}

async fn added(
    caller: Caller,
    id: String,
    offset: Result<u64, Problem>,
    body: &mut BodyDataStream,
) -> Result<Incoming, Refused> {
    let begun = blocking(move || match offset {
        Ok(offset) => Ok(caller.service.continue_upload(&caller.actor, &id, offset)),
        // Another's is not there, however it is asked for.
        Err(told) => Err(caller.service.upload(&caller.actor, &id).err().map_or(told, Into::into)),
    });
    Ok(add(begun.await??, body).await??)
}

/// Bỏ một tệp gửi dở / Throw a half-sent file away
#[utoipa::path(
    delete, path = "/api/v1/uploads/{id}", tag = "filings", security(("key" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn discard(
    caller: Caller,
    Path(id): Path<String>,
    _params: Params,
) -> Result<StatusCode, Problem> {
    blocking(move || {
        caller.service.discard_upload(&caller.actor, &id)?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// 64 hex digits.
pub fn content_hash(text: &str) -> Option<ContentHash> {
    HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok()?.try_into().ok()
}

fn promise(body: &PromiseBody) -> Result<Promise, Problem> {
    let sha256 = content_hash(&body.sha256)
        .ok_or_else(|| Problem::at("/sha256", "phải là 64 chữ số hex", "must be 64 hex digits"))?;
    if body.size == 0 {
        return Err(Problem::at("/size", "tệp rỗng", "the file is empty"));
    }
    let name: String = body.name.trim().chars().take(NAME_CHARS).collect();
    if name.is_empty() {
        return Err(Problem::at("/name", "thiếu tên tệp", "the file's name is missing"));
    }
    Ok(Promise { sha256, size: body.size, name })
}

fn offset(headers: &HeaderMap) -> Result<u64, Problem> {
    if media_type(headers) != PIECE_TYPE {
        let (vi, en) = (format!("Cần {PIECE_TYPE}"), format!("{PIECE_TYPE} is needed"));
        return Err(Problem::new(Kind::ContentType).because(vi, en));
    }
    let offset = headers.get(OFFSET).and_then(|value| value.to_str().ok());
    offset.and_then(|text| text.parse().ok()).ok_or_else(|| {
        Problem::new(Kind::BadRequest).because(
            "Thiếu Upload-Offset, hoặc không phải là số byte",
            "Upload-Offset is missing, or is no number of bytes",
        )
    })
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::NotFound => Self::not_found(),
            UploadError::Full => Self::new(Kind::TooManyRequests).because(
                "Đang có quá nhiều tệp gửi dở: hãy gửi nốt hoặc bỏ bớt; sau một ngày chúng tự hết hạn",
                "Too many files are half-sent: finish or discard some; after a day they expire",
            ),
            UploadError::Elsewhere { offset } => Self::new(Kind::UploadOffset)
                .because(format!("Hãy gửi tiếp từ byte {offset}"), format!("Go on from byte {offset}")),
            UploadError::TooLong => Self::body(
                "gửi nhiều byte hơn đã báo; phần đã nhận vẫn giữ",
                "more bytes came than were promised; what fits is kept",
            ),
            UploadError::OtherContent => Self::new(Kind::OtherContent),
            UploadError::File(error) => error.into(),
        }
    }
}
