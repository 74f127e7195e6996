//! A report's body on its way in: told by its Content-Type, counted while it comes, never twice
//! in memory.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::multipart::Field;
use axum::http::{HeaderMap, header};
use tokio_stream::{Stream, StreamExt};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::actor::Caller;
use super::blocking;
use super::body::{idempotency_key, in_time, media_type};
use super::letter;
use super::params::{Params, doc};
use super::problem::{Kind, Problem};
use crate::service::{Continuing, FileError, Incoming, Receiving, Sending, Upload, UploadError};
use phusong_intake::Format;
use phusong_intake::report::Declared;

/// So much is gathered before it is written.
const GATHERED_BYTES: usize = 64 << 10;
/// Who sends nothing for so long has gone.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// What is still read of a body that was refused, so that its sender gets to read why.
const DRAINED_BYTES: u64 = 64 << 20;

/// What can be said beside a file; a JSON body says the first four itself.
#[derive(Debug)]
pub struct Beside;

impl IntoParams for Beside {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let behalf = "nhập thay doanh nghiệp / for which carrier (officers)";
        let crs = "hệ tọa độ của tệp, ví dụ EPSG:5898 / the file's coordinate system";
        let layer = "lớp cần đọc / which layer of the file";
        std::iter::once(doc::text("on_behalf_of", behalf))
            .chain(letter::params())
            .chain([doc::text("crs", crs), doc::text("layer", layer)])
            .collect()
    }
}

pub fn beside(params: &Params, headers: &HeaderMap) -> Result<Sending, Problem> {
    let text = |name| params.text(name).map(str::to_owned);
    Ok(Sending {
        on_behalf: text("on_behalf_of"),
        document: letter::beside(params)?,
        declared: Declared { crs: text("crs"), layer: text("layer") },
        idempotency_key: idempotency_key(headers)?,
    })
}

/// Takes the whole body, or says why not.
pub async fn receive(caller: &Caller, headers: &HeaderMap, body: Body) -> Result<Upload, Problem> {
    let kind = media_type(headers);
    let format = [Format::Json, Format::Csv, Format::GeoJson, Format::GeoPackage]
        .into_iter()
        .find(|format| format.media_type() == kind);
    let Some(format) = format else {
        return Err(Problem::new(Kind::ContentType).because(
            "Cần application/json, text/csv, application/geo+json hoặc application/geopackage+sqlite3",
            "application/json, text/csv, application/geo+json or application/geopackage+sqlite3 is needed",
        ));
    };
    let mut body = body.into_data_stream();
    let length = announced_bytes(headers);
    let too_large = length.is_some_and(|length| length > format.limit_bytes());
    let begun = if too_large {
        Err(FileError::TooLarge { limit_bytes: format.limit_bytes() })
    } else {
        let (service, actor) = (caller.service.clone(), caller.actor.clone());
        blocking(move || Ok(service.receive(&actor, format))).await?
    };
    let taken = match begun {
        Ok(receiving) => take(receiving, &mut body).await,
        Err(error) => Err(error.into()),
    };
    if taken.is_err() && length.is_none_or(|length| length <= DRAINED_BYTES) {
        drain(&mut body).await;
    }
    taken
}

/// What is left of a body that was refused, within bounds.
pub async fn drain<E>(body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin)) {
    let mut left = DRAINED_BYTES;
    while let Ok(Some(Ok(piece))) = in_time(LONGEST_PAUSE, body.next()).await
        && let Some(rest) = left.checked_sub(piece.len() as u64)
    {
        left = rest;
    }
}

/// More of a file on its way here; what came before the body broke off stays.
pub async fn add<E>(
    mut continuing: Continuing,
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
) -> Result<Result<Incoming, UploadError>, Problem> {
    loop {
        let (pieces, came) = gather(body).await;
        let bytes = pieces.concat();
        let written = blocking(move || {
            Ok(match continuing.write(&bytes) {
                Ok(()) => Ok(continuing),
                Err(error) => Err(error),
            })
        });
        continuing = match written.await? {
            Ok(continuing) => continuing,
            Err(error) => return Ok(Err(error)),
        };
        match came {
            Came::More => {}
            Came::Whole => return blocking(move || Ok(continuing.end())).await,
            Came::BrokenOff(problem) => {
                let _what_came_stays = blocking(move || Ok(continuing.end())).await;
                return Err(problem);
            }
        }
    }
}

/// One file of a form, on its way to the disk.
pub async fn take_file(caller: &Caller, mut field: Field<'_>) -> Result<Upload, Problem> {
    let (service, actor) = (caller.service.clone(), caller.actor.clone());
    let receiving = blocking(move || Ok(service.receive_file(&actor)?)).await?;
    take(receiving, &mut field).await
}

/// Who sends slowly holds no thread: pieces are gathered here and written many at a time.
async fn take<E>(
    mut receiving: Receiving,
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
) -> Result<Upload, Problem> {
    loop {
        let (pieces, came) = gather(body).await;
        if let Came::BrokenOff(problem) = came {
            return Err(problem);
        }
        receiving = blocking(move || {
            pieces.iter().try_for_each(|piece| receiving.write(piece))?;
            Ok(receiving)
        })
        .await?;
        if matches!(came, Came::Whole) {
            return Ok(receiving.finish());
        }
    }
}

/// The length that is announced.
pub fn announced_bytes(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// How a gathering ended.
enum Came {
    More,
    Whole,
    BrokenOff(Problem),
}

/// The next pieces, and what comes after them.
async fn gather<E>(
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
) -> (Vec<Bytes>, Came) {
    let (mut pieces, mut bytes) = (Vec::new(), 0);
    while bytes < GATHERED_BYTES {
        let next = match in_time(LONGEST_PAUSE, body.next()).await {
            Ok(next) => next,
            Err(problem) => return (pieces, Came::BrokenOff(problem)),
        };
        match next {
            None => return (pieces, Came::Whole),
            Some(Ok(piece)) => {
                bytes += piece.len();
                pieces.push(piece);
            }
            Some(Err(_broke_off)) => {
                let problem = Problem::new(Kind::BadRequest)
                    .because("Nội dung dừng giữa chừng", "The body broke off");
                return (pieces, Came::BrokenOff(problem));
            }
        }
    }
    (pieces, Came::More)
}
