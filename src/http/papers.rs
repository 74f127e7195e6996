//! Papers as PDF and DOCX: a village's *phiếu hiện trạng*, the *báo cáo kỳ*.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use phusong_atlas::atlas::Question;
use phusong_atlas::domain::{Period, VillageId};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::params::{Params, doc};
use super::problem::{Problem, Rendered};
use super::templates::disposition;
use super::villages::card_on;
use super::{App, question};
use crate::report::{self, Asked, Document, Periods, Views};
use crate::service::{Data, Service, today};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(dossier)).routes(routes!(period))
}

/// The days of a paper.
#[derive(Debug)]
pub struct Days;

impl IntoParams for Days {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![doc::as_of(), doc::known_at()]
    }
}

/// The form of a paper, by the name of the file that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Pdf,
    Docx,
}

impl Form {
    /// The paper's name and its form.
    pub fn of(file: &str) -> Option<(&str, Self)> {
        let (name, ending) = file.rsplit_once('.')?;
        match ending {
            "pdf" => Some((name, Self::Pdf)),
            "docx" => Some((name, Self::Docx)),
            _ => None,
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
        }
    }

    /// The paper as a file; a PDF bears the seal.
    pub fn bytes(self, service: &Service, paper: &Document) -> Result<Vec<u8>, Problem> {
        let made = match self {
            Self::Pdf => report::pdf(paper).map(|pdf| service.seal(pdf)),
            Self::Docx => report::docx(paper),
        };
        made.map_err(|error| Problem::internal(&error))
    }
}

pub fn asked(caller: &Caller, params: &Params) -> Result<Asked, Problem> {
    let day = question::as_of(params)?;
    Ok(Asked {
        question: Question::default_on(day),
        known_at: question::known_at(params)?,
        demo: caller.service.data() == Data::Demo,
    })
}

/// Phiếu hiện trạng thôn / A village's dossier on paper
#[utoipa::path(
    get, path = "/api/v1/villages/{id}/{file}", tag = "villages",
    params(("id" = String, Path), ("file" = String, Path, description = "dossier.pdf, dossier.docx"), Days),
    responses(
        (status = 200, content(
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        )),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn dossier(
    State(app): State<App>,
    caller: Caller,
    Path((id, file)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Problem> {
    let form = Form::of(&file).filter(|(name, _)| *name == "dossier");
    let (_, form) = form.ok_or_else(Problem::not_found)?;
    let asked = asked(&caller, &params)?;
    let id = VillageId::new(&id).map_err(|_no_id| Problem::not_found())?;
    let atlas = question::atlas_of(&caller, &params).await?;
    let day = asked.day();
    card_on(&atlas, &id, day)?;
    let name = format!("phieu-hien-trang-{id}-{day}.{}", form.ending());
    // The paper names its scope and version, so they are part of what it depends on.
    let key = ("dossier", atlas.scope.clone(), atlas.version, id.clone(), day, asked.known_at);
    let view = Arc::clone(&atlas);
    let make = move || {
        let (_, card) = view.village(&id).ok_or_else(Problem::not_found)?;
        form.bytes(&caller.service, &report::dossier(&view, card, &asked))
    };
    let kept = app.answers.get_at_desk(&atlas, &key, form.media_type(), make).await?;
    Ok(([(header::CONTENT_DISPOSITION, disposition(&name))], kept).into_response())
}

/// The day up to which a period report is known.
#[derive(Debug)]
struct KnownAt;

impl IntoParams for KnownAt {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![doc::known_at()]
    }
}

/// `2026-11`: the period that ends in that month.
fn periods(name: &str) -> Option<Periods> {
    let (year, month) = name.split_once('-').filter(|_| name.len() == 7)?;
    Periods::ending_in(year.parse().ok()?, month.parse().ok()?)
}

/// Báo cáo kỳ / The report of a period
///
/// A period runs from the 15th to the 14th and is named by the month in which it ends.
#[utoipa::path(
    get, path = "/api/v1/period-reports/{file}", tag = "papers",
    params(("file" = String, Path, description = "2026-11.pdf, 2026-11.docx"), KnownAt),
    responses(
        (status = 200, content(
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        )),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn period(
    State(app): State<App>,
    caller: Caller,
    Path(file): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    let (name, form) = Form::of(&file).ok_or_else(Problem::not_found)?;
    let periods = periods(name).filter(|periods| periods.this.to <= today());
    let periods = periods.ok_or_else(Problem::not_found)?;
    let known_at = question::known_at(&params)?;
    let asked = Asked {
        question: Question::default_on(periods.this.to.plus_days(-1)),
        known_at,
        demo: caller.service.data() == Data::Demo,
    };
    let now = question::atlas_of(&caller, &params).await?;
    let at_the_end =
        |period: Period| question::atlas_at(&caller, Some(period.to.plus_days(-1).min(known_at)));
    let before = at_the_end(periods.before).await?;
    let year = at_the_end(periods.year).await?;
    let versions = (now.version, before.version, year.version);
    let key = ("period", now.scope.clone(), versions, periods.this, known_at);
    let views = Views { now: Arc::clone(&now), then_before: before, then_year: year };
    let make = move || form.bytes(&caller.service, &report::period_report(&views, periods, &asked));
    let kept = app.answers.get_at_desk(&now, &key, form.media_type(), make).await?;
    let name = format!("bao-cao-ky-{file}");
    Ok(([(header::CONTENT_DISPOSITION, disposition(&name))], kept).into_response())
}
