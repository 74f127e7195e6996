//! Bundles of papers: of a commune, of a carrier's duties, of all villages.
//!
//! Few villages are one PDF or DOCX. As many as there are come as a packed folder that is sent as
//! it is made: how many papers it will hold stands in its head, whoever reads along sees how far
//! it is, and who hangs up ends the work.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{CarrierId, UnitCode, UnitLevel, VillageId};
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::SendTimeoutError;
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::papers::{self, Days, Form};
use super::params::Params;
use super::problem::{Kind, Problem, Rendered};
use super::templates::disposition;
use super::{App, blocking, question};
use crate::report::{self, Asked, BundleOf, MOST_BOUND};
use crate::service::{Service, give_back_memory};

/// A folder may take half a minute of every core.
static FOLDERS: Semaphore = Semaphore::const_new(1);

/// How many papers a folder will hold.
const PAPERS: HeaderName = HeaderName::from_static("x-phusong-papers");

/// Pieces that wait for a slow reader, and how long it may take for one of 64 KiB.
const WAITING: usize = 8;
const LONGEST_WAIT: Duration = Duration::from_mins(1);

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(bundle))
}

/// `commune-21520`, `carrier-viettel`, `province`, as far as the view knows it.
pub fn named(atlas: &Atlas, name: &str) -> Option<BundleOf> {
    if name == "province" {
        return Some(BundleOf::Province);
    }
    if let Some(code) = name.strip_prefix("commune-") {
        let code = UnitCode(code.parse().ok()?);
        let mut units = atlas.common.units.with_code(code);
        let unit =
            units.find(|unit| unit.level == UnitLevel::Commune && unit.valid_to.is_none())?;
        return Some(BundleOf::Commune(unit.id));
    }
    let id = CarrierId::new(name.strip_prefix("carrier-")?).ok()?;
    atlas.common.carrier(&id)?;
    Some(BundleOf::Carrier(id))
}

/// Tập phiếu hiện trạng: xã, doanh nghiệp, tỉnh / Dossiers of a commune, a carrier, the province
///
/// PDF and DOCX hold up to 60 villages (413 beyond); ZIP holds a summary and one PDF for each
/// village, sent as they are made: `x-phusong-papers` says how many, hanging up ends it. One folder
/// is made at a time (503 meanwhile).
#[utoipa::path(
    get, path = "/api/v1/bundles/{file}", tag = "papers",
    params(("file" = String, Path, description = "commune-21520.pdf, carrier-viettel.docx, province.zip"), Days),
    responses(
        (status = 200, content(
            (Vec<u8> = "application/pdf"), (Vec<u8> = "application/zip"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        )),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
        (status = 413, body = Rendered, content_type = "application/problem+json"),
        (status = 503, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn bundle(
    State(app): State<App>,
    caller: Caller,
    Path(file): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    let (name, ending) = file.rsplit_once('.').ok_or_else(Problem::not_found)?;
    let asked = papers::asked(&caller, &params)?;
    let atlas = question::atlas_of(&caller, &params).await?;
    let of = named(&atlas, name).ok_or_else(Problem::not_found)?;
    let (view, bundle, day) = (Arc::clone(&atlas), of.clone(), asked.day());
    let villages = blocking(move || Ok(report::members(&view, &bundle, day))).await?;
    if villages.is_empty() {
        return Err(Problem::not_found());
    }
    let file = format!("tap-phieu-{name}-{}.{ending}", asked.day());
    if ending == "zip" {
        return folder(&caller.service, atlas, of, villages, asked, &file);
    }
    let (_, form) = Form::of(&format!("x.{ending}")).ok_or_else(Problem::not_found)?;
    if villages.len() > MOST_BOUND {
        return Err(Problem::new(Kind::TooLarge));
    }
    let key =
        ("bundle", atlas.scope.clone(), atlas.version, of.clone(), asked.day(), asked.known_at);
    let view = Arc::clone(&atlas);
    let make = move || form.bytes(&caller.service, &report::bound(&view, &of, &villages, &asked));
    let kept = app.answers.get_at_desk(&atlas, &key, form.media_type(), make).await?;
    Ok(([(header::CONTENT_DISPOSITION, disposition(&file))], kept).into_response())
}

/// Writes into the body of an answer; an error when nobody reads any more, or so slowly that the
/// others wait for nothing.
struct Pipe {
    pieces: mpsc::Sender<io::Result<Bytes>>,
    runtime: Handle,
    longest_wait: Duration,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Ok(Bytes::copy_from_slice(bytes));
        let sent = self.runtime.block_on(self.pieces.send_timeout(piece, self.longest_wait));
        sent.map_err(|error| match error {
            SendTimeoutError::Timeout(_) => io::ErrorKind::TimedOut,
            SendTimeoutError::Closed(_) => io::ErrorKind::BrokenPipe,
        })?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn folder(
    service: &Service,
    atlas: Arc<Atlas>,
    of: BundleOf,
    villages: Vec<VillageId>,
    asked: Asked,
    file: &str,
) -> Result<Response, Problem> {
    let turn = FOLDERS.try_acquire().map_err(|_taken| Problem::new(Kind::Busy))?;
    let (send, receive) = mpsc::channel(WAITING);
    let count = (villages.len() + 1).to_string();
    let service = service.clone();
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let pipe =
            Pipe { pieces: send.clone(), runtime: Handle::current(), longest_wait: LONGEST_WAIT };
        let pipe = io::BufWriter::with_capacity(64 << 10, pipe);
        let seal = |pdf| service.seal(pdf);
        let written = report::folder((&atlas, &of, &asked), &villages, seal, pipe);
        report::clear_desk();
        give_back_memory();
        if let Err(error) = written {
            // An answer that ends early is an answer that failed; to nobody when nobody reads.
            let _nobody = send.try_send(Err(error));
        }
    });
    let head = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, disposition(file)),
        (PAPERS, count),
    ];
    Ok((head, Body::from_stream(ReceiverStream::new(receive))).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_that_stalls_ends_the_work_as_one_that_is_gone_does() {
        let written = async |receive: Option<mpsc::Receiver<io::Result<Bytes>>>, send| {
            let runtime = Handle::current();
            let longest_wait = Duration::from_millis(1);
            let write = move || {
                let mut pipe = Pipe { pieces: send, runtime, longest_wait };
                pipe.write_all(b"first").and_then(|()| pipe.write_all(b"second"))
            };
            let written = tokio::task::spawn_blocking(write).await.expect("no panic");
            drop(receive);
            written.expect_err("nobody reads").kind()
        };
        let (send, receive) = mpsc::channel(1);
        assert_eq!(written(Some(receive), send).await, io::ErrorKind::TimedOut);
        let (send, receive) = mpsc::channel(1);
        drop(receive);
        assert_eq!(written(None, send).await, io::ErrorKind::BrokenPipe);
    }
}
