//! Tables as files: villages, duties, statistics, each with its definitions and sources.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use phusong_atlas::atlas::{AreaFilter, Atlas, GapQuery, Sort, VillageVerdict};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::actor::Caller;
use super::params::Params;
use super::problem::{Problem, Rendered};
use super::question::{Asked as Question, atlas_of, known_at, question};
use super::templates::{XLSX, disposition};
use crate::report::Asked;
use crate::report::export::{self, Export};
use crate::service::Data;

pub const GEOPACKAGE: &str = "application/geopackage+sqlite3";
const GEOJSON: &str = "application/geo+json";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(file))
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileForm {
    Xlsx,
    GeoPackage,
    GeoJson,
}

impl FileForm {
    const ALL: [(&str, Self); 3] =
        [("xlsx", Self::Xlsx), ("gpkg", Self::GeoPackage), ("geojson", Self::GeoJson)];

    fn of_ending(ending: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(own, _)| *own == ending).map(|(_, form)| form)
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => XLSX,
            Self::GeoPackage => GEOPACKAGE,
            Self::GeoJson => GEOJSON,
        }
    }

    pub fn write(self, table: &Export) -> Result<Vec<u8>, Problem> {
        match self {
            Self::Xlsx => export::xlsx(table).map_err(|error| Problem::internal(&error)),
            Self::GeoPackage => {
                export::geopackage(table).map_err(|error| Problem::internal(&error))
            }
            Self::GeoJson => export::geojson(table).map_err(|error| Problem::internal(&error)),
        }
    }
}

/// What can be had as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Thing {
    Villages,
    Duties,
    Statistics,
}

impl Thing {
    const ALL: [(&str, Self); 3] =
        [("villages", Self::Villages), ("duties", Self::Duties), ("statistics", Self::Statistics)];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(own, _)| *own == name).map(|(_, thing)| thing)
    }

    fn table(self, atlas: &Atlas, asked: &Asked) -> Export {
        match self {
            Self::Duties => export::duties(atlas, asked),
            Self::Statistics => export::statistics(atlas, asked),
            Self::Villages => {
                let found = atlas.gaps(&GapQuery {
                    question: asked.question.clone(),
                    verdicts: vec![
                        VillageVerdict::Covered,
                        VillageVerdict::NotAsAsked,
                        VillageVerdict::NoSignal,
                        VillageVerdict::PartialHole,
                        VillageVerdict::Insufficient,
                    ],
                    area: AreaFilter::default(),
                    duty: None,
                    grid_power: None,
                    especially_hard: None,
                    sort: Sort::Name,
                });
                export::villages(atlas, asked, "Các thôn và đánh giá phủ sóng", found.rows.iter())
            }
        }
    }
}

/// What every export is asked for.
pub fn asked(caller: &Caller, params: &Params, atlas: &Atlas) -> Result<Asked, Problem> {
    Ok(Asked {
        question: question(params, atlas)?,
        known_at: known_at(params)?,
        demo: caller.service.data() == Data::Demo,
    })
}

/// Every export of a view by the name of its file, for a folder.
pub fn all(atlas: &Atlas, params: &Params, demo: bool) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let known_at = known_at(params)?;
    let asked = Asked { question: question(params, atlas)?, known_at, demo };
    let mut files = Vec::new();
    for (name, thing) in Thing::ALL {
        let table = thing.table(atlas, &asked);
        for (ending, form) in FileForm::ALL {
            files.push((format!("{name}.{ending}"), form.write(&table)?));
        }
    }
    Ok(files)
}

/// Bảng số liệu ra tệp, kèm định nghĩa và nguồn / Tables as files, with definitions and sources
#[utoipa::path(
    get, path = "/api/v1/exports/{file}", tag = "exports",
    params(("file" = String, Path, description = "villages, duties, statistics; .xlsx, .gpkg, .geojson"), Question),
    responses(
        (status = 200, content(
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (Vec<u8> = "application/geopackage+sqlite3"), (Object = "application/geo+json"),
        )),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn file(
    State(app): State<App>,
    caller: Caller,
    Path(file): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    let named = file.rsplit_once('.');
    let (thing, form) = named
        .and_then(|(name, ending)| Some((Thing::named(name)?, FileForm::of_ending(ending)?)))
        .ok_or_else(Problem::not_found)?;
    let atlas = atlas_of(&caller, &params).await?;
    let asked = asked(&caller, &params, &atlas)?;
    let key = (
        ("export", thing, form, atlas.scope.clone(), atlas.version),
        (asked.question.clone(), asked.known_at),
    );
    let name = format!("phusong-{}-{}", asked.day(), file);
    let view = Arc::clone(&atlas);
    let make = move || form.write(&thing.table(&view, &asked));
    let kept = app.answers.get_at_desk(&atlas, &key, form.media_type(), make).await?;
    Ok(([(header::CONTENT_DISPOSITION, disposition(&name))], kept).into_response())
}
