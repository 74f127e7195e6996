//! `GET|POST /api/v1/gaps`: one typed query, answered as JSON, GeoJSON, CSV, XLSX or GeoPackage.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use phusong_atlas::atlas::{
    AreaFilter, Atlas, ContentHash, DutyFilter, GapQuery, GapRow, Gaps, Households, Question, Sort,
    Tri, VillageVerdict, content_hash,
};
use phusong_atlas::domain::{Area, Day, UnitCode, UnitId, UnitLevel};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::answers::{self, Answers, JSON, List, ListRow, Made, NextPage};
use super::body::Received;
use super::communes::boundaries;
use super::exports::{FileForm, GEOPACKAGE};
use super::front::quality;
use super::params::doc::Paging;
use super::params::{self, Params, doc};
use super::problem::Problem;
use super::question::{Asked, atlas_of, known_at, question, question_wire};
use super::table::{self, Headings};
use super::templates::XLSX;
use super::villages::village_csv;
use super::wire::{GapList, Point, Total, Totals, VillageFeature, VillageFeatures, VillageSummary};
use super::{App, area, body, villages};
use crate::report::{Asked as Told, export};
use crate::service::Data;

pub const VERDICTS: [(&str, VillageVerdict); 5] = [
    ("covered", VillageVerdict::Covered),
    ("not_as_asked", VillageVerdict::NotAsAsked),
    ("no_signal", VillageVerdict::NoSignal),
    ("partial_hole", VillageVerdict::PartialHole),
    ("insufficient", VillageVerdict::Insufficient),
];
const DUTIES: [(&str, DutyFilter); 3] =
    [("none", DutyFilter::None), ("open", DutyFilter::Open), ("overdue", DutyFilter::Overdue)];
const TRI: [(&str, Tri); 3] = [("yes", Tri::Yes), ("no", Tri::No), ("unknown", Tri::Unknown)];
const SORTS: [(&str, Sort); 4] = [
    ("households", Sort::Households),
    ("waiting", Sort::Waiting),
    ("distance", Sort::Distance),
    ("name", Sort::Name),
];
const FORMATS: [(&str, Form); 5] = [
    ("json", Form::Json),
    ("geojson", Form::GeoJson),
    ("csv", Form::Csv),
    ("xlsx", Form::File(FileForm::Xlsx)),
    ("gpkg", Form::File(FileForm::GeoPackage)),
];

#[derive(Debug, Clone, Copy)]
enum Form {
    Json,
    GeoJson,
    Csv,
    /// Every row that is found, whatever the page.
    File(FileForm),
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, within))
}

/// Which villages, in which order.
#[derive(Debug)]
struct Filters;

impl IntoParams for Filters {
    fn into_params(inside: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let verdict = doc::words(
            "verdict",
            &VERDICTS,
            "mặc định / default: no_signal,partial_hole,not_as_asked",
        );
        let form = [
            doc::word("sort", &SORTS, "mặc định / default: households"),
            doc::word("format", &FORMATS, "thay cho Accept / instead of Accept"),
            Headings::parameter(),
        ];
        std::iter::once(verdict).chain(Where::into_params(inside)).chain(form).collect()
    }
}

/// Of which villages: the filters that every question about many villages has.
#[derive(Debug)]
pub struct Where;

impl IntoParams for Where {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = vec![doc::word("duty", &DUTIES, "nhiệm vụ được giao / duty")];
        all.extend(area_parameters());
        all.push(doc::word("grid_power", &TRI, "điện lưới / grid power"));
        all.push(doc::word("especially_hard", &TRI, "đặc biệt khó khăn / especially hard"));
        all
    }
}

/// Các thôn chưa có sóng / Villages without coverage, worst first
///
/// JSON, GeoJSON, CSV, XLSX or GeoPackage by `Accept` or `format`; the last two hold every row.
#[utoipa::path(
    get, path = "/api/v1/gaps", tag = "gaps", params(Asked, Filters, Paging),
    responses((status = 200, content(
        (GapList = "application/json"), (VillageFeatures = "application/geo+json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/geopackage+sqlite3"),
    )))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    gaps(&app, caller, params, &headers, None).await
}

/// Các thôn chưa có sóng trong một đa giác / Villages without coverage within a GeoJSON polygon
#[utoipa::path(
    post, path = "/api/v1/gaps", tag = "gaps", params(Asked, Filters, Paging),
    request_body(description = "Polygon, MultiPolygon", content((Object = "application/json"), (Object = "application/geo+json"))),
    responses((status = 200, content(
        (GapList = "application/json"), (VillageFeatures = "application/geo+json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/geopackage+sqlite3"),
    )))
)]
async fn within(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    headers: HeaderMap,
    Received(bytes): Received,
) -> Result<Response, Problem> {
    let polygon = area::polygon(body::json(&headers, &bytes)?)?;
    gaps(&app, caller, params, &headers, Some(polygon)).await
}

async fn gaps(
    app: &App,
    caller: Caller,
    params: Params,
    headers: &HeaderMap,
    polygon: Option<Area>,
) -> Result<Response, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let query = query(&params, &atlas, polygon)?;
    let asked = format!("{query:?}");
    let bound = content_hash(&(atlas.version, &asked));
    let (limit, offset) = (params.limit()?, params.offset(bound)?);
    let (form, headings) = (form(&params, headers)?, Headings::of(&params)?);
    let page = Page { query, bound, limit, offset, known_at: known_at(&params)?, headings };
    let told = Told {
        question: page.query.question.clone(),
        known_at: page.known_at,
        demo: caller.service.data() == Data::Demo,
    };
    // A file names its scope and version.
    let named = matches!(form, Form::File(_)).then(|| (atlas.scope.clone(), atlas.version));
    let all = ("gaps", asked, limit, offset, page.known_at, headings, named);
    let (answers, view) = (Arc::clone(&app.answers), Arc::clone(&atlas));
    let kind = match form {
        Form::Json => JSON,
        Form::GeoJson => "application/geo+json",
        Form::Csv => table::CSV,
        Form::File(form) => form.media_type(),
    };
    let make = move || match form {
        Form::Json => page.json(&answers, &view).map(Made::from),
        Form::GeoJson => page.geojson(&view),
        Form::Csv => Ok(page.csv(&view)),
        Form::File(form) => {
            let found = view.gaps(&page.query);
            let rows = found.rows.iter();
            form.write(&export::villages(&view, &told, "Các thôn chưa có sóng", rows))
                .map(Made::from)
        }
    };
    let mut response = match form {
        Form::File(_) => app.answers.get_at_desk(&atlas, &all, kind, make).await,
        Form::Json | Form::GeoJson | Form::Csv => app.answers.get(&atlas, &all, kind, make).await,
    }?;
    let next = response.extensions_mut().remove::<NextPage>();
    Ok(table::linked(&params, response, next.as_ref().map(|NextPage(cursor)| &**cursor)))
}

/// What is asked for of all that the query finds.
struct Page {
    query: GapQuery,
    bound: ContentHash,
    limit: usize,
    offset: usize,
    known_at: Day,
    headings: Headings,
}

impl Page {
    fn rows<'a>(&self, found: &'a Gaps) -> impl Iterator<Item = &'a GapRow> {
        found.rows.iter().skip(self.offset).take(self.limit)
    }

    fn next(&self, found: &Gaps) -> Option<String> {
        params::next(self.bound, self.offset + self.limit, found.rows.len())
    }

    fn json(&self, answers: &Answers, atlas: &Atlas) -> Result<Vec<u8>, Problem> {
        let found = atlas.gaps(&self.query);
        let head =
            GapList { next: self.next(&found), ..head(atlas, &self.query, &found, self.known_at) };
        // The distance rests on sites of other communes: not kept with the village's own.
        if atlas.sees_sites() {
            let items = self.rows(&found).map(|row| item(atlas, &self.query, row)).collect();
            return written(&GapList { items, ..head });
        }
        let list = List::new(atlas, &self.query.question, atlas.sees_sites());
        answers::listed(&head, self.rows(&found), |row, out| {
            let row = ListRow { shard: &row.shard, place: row.place, answer: row.answer };
            answers.row(&list, &row, out);
        })
    }

    fn geojson(&self, atlas: &Atlas) -> Result<Made, Problem> {
        let found = atlas.gaps(&self.query);
        let bytes = geojson(atlas, self.rows(&found).map(|row| item(atlas, &self.query, row)))?;
        Ok(Made { bytes, next: self.next(&found) })
    }

    fn csv(&self, atlas: &Atlas) -> Made {
        let found = atlas.gaps(&self.query);
        let items = self.rows(&found).map(|row| item(atlas, &self.query, row));
        let bytes = village_csv(self.headings, atlas.sees_sites(), items);
        Made { bytes, next: self.next(&found) }
    }
}

fn item(atlas: &Atlas, query: &GapQuery, row: &GapRow) -> VillageSummary {
    let item = villages::summary(atlas, row.card(), &query.question, row.answer);
    villages::with_nearest_site(atlas, row.card(), query.question.day, item)
}

fn written(answer: &impl serde::Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(answer).map_err(|error| Problem::internal(&error))
}

/// The answer without its page.
fn head(atlas: &Atlas, query: &GapQuery, found: &Gaps, known_at: Day) -> GapList {
    GapList {
        version: atlas.version.to_string(),
        as_of: query.question.day.to_string(),
        known_at: known_at.to_string(),
        question: question_wire(atlas, &query.question),
        boundaries: boundaries(atlas.areas.any_approximate()),
        totals: (&found.totals).into(),
        items: Vec::new(),
        next: None,
    }
}

/// Every row of the query that these parameters ask of one Atlas: for the command line.
pub fn whole(atlas: &Atlas, params: &Params) -> Result<GapList, Problem> {
    let query = query(params, atlas, None)?;
    let found = atlas.gaps(&query);
    let items = found.rows.iter().map(|row| item(atlas, &query, row)).collect();
    Ok(GapList { items, ..head(atlas, &query, &found, known_at(params)?) })
}

/// Named outright, or the form that `Accept` wants most; of equal weight, the first.
fn form(params: &Params, headers: &HeaderMap) -> Result<Form, Problem> {
    if let Some(named) = params.word("format", &FORMATS)? {
        return Ok(named);
    }
    let mut best = (0.0, Form::Json);
    for (kind, form) in [
        ("application/json", Form::Json),
        ("application/geo+json", Form::GeoJson),
        ("text/csv", Form::Csv),
        (XLSX, Form::File(FileForm::Xlsx)),
        (GEOPACKAGE, Form::File(FileForm::GeoPackage)),
    ] {
        let quality = quality(headers, kind);
        if quality > best.0 {
            best = (quality, form);
        }
    }
    Ok(best.1)
}

impl From<&[(VillageVerdict, Households); 5]> for Totals {
    fn from(totals: &[(VillageVerdict, Households); 5]) -> Self {
        let of = |verdict| {
            let known = totals.iter().find(|(class, _)| *class == verdict);
            let total = known.map(|(_, total)| *total).unwrap_or_default();
            Total {
                villages: total.villages,
                households: total.households,
                villages_households_unknown: total.villages_households_unknown,
            }
        };
        Self {
            covered: of(VillageVerdict::Covered),
            not_as_asked: of(VillageVerdict::NotAsAsked),
            no_signal: of(VillageVerdict::NoSignal),
            partial_hole: of(VillageVerdict::PartialHole),
            insufficient: of(VillageVerdict::Insufficient),
        }
    }
}

fn geojson(atlas: &Atlas, items: impl Iterator<Item = VillageSummary>) -> Result<Vec<u8>, Problem> {
    let features = items.map(|item| VillageFeature {
        kind: "Feature",
        id: item.id.clone(),
        geometry: item
            .position
            .as_ref()
            .map(|at| Point { kind: "Point", coordinates: [at.lon, at.lat] }),
        properties: item,
    });
    written(&VillageFeatures {
        kind: "FeatureCollection",
        version: atlas.version.to_string(),
        features: features.collect(),
    })
}

fn query(params: &Params, atlas: &Atlas, polygon: Option<Area>) -> Result<GapQuery, Problem> {
    let question = question(params, atlas)?;
    let verdicts = params.words("verdict", &VERDICTS)?.unwrap_or_else(|| {
        vec![VillageVerdict::NoSignal, VillageVerdict::PartialHole, VillageVerdict::NotAsAsked]
    });
    let sort = params.word("sort", &SORTS)?.unwrap_or_default();
    if sort == Sort::Distance && !atlas.sees_sites() {
        return Err(params.bad(
            "sort",
            "chỉ cho người được xem trạm",
            "only for those who may see sites",
        ));
    }
    let area = area_of(params, atlas, polygon)?;
    Ok(GapQuery { verdicts, area, sort, ..left_by(params, atlas, question)? })
}

/// Every village that the filters of [`Where`] leave, whatever its verdict.
pub fn left_by(params: &Params, atlas: &Atlas, question: Question) -> Result<GapQuery, Problem> {
    Ok(GapQuery {
        question,
        verdicts: VillageVerdict::ALL.to_vec(),
        area: area_of(params, atlas, None)?,
        duty: params.word("duty", &DUTIES)?,
        grid_power: params.word("grid_power", &TRI)?,
        especially_hard: params.word("especially_hard", &TRI)?,
        sort: Sort::default(),
    })
}

/// What [`area_of`] reads.
pub fn area_parameters() -> [Parameter; 6] {
    [
        doc::integer("unit", 1, "mã xã hiện nay / code of a commune of today"),
        doc::integer("commune_old", 1, "mã xã cũ / code of an old commune"),
        doc::integer("district", 1, "mã huyện cũ / code of an old district"),
        doc::numbers("bbox", 4, "west,south,east,north"),
        doc::numbers("near", 2, "lon,lat; cùng radius_m / with radius_m"),
        doc::numbers("radius_m", 1, "mét / metres"),
    ]
}

pub fn area_of(
    params: &Params,
    atlas: &Atlas,
    polygon: Option<Area>,
) -> Result<AreaFilter, Problem> {
    let unit = |name: &str, level: UnitLevel, today: bool| -> Result<Option<UnitId>, Problem> {
        let Some(code) = params.parse::<u32>(name)?.map(UnitCode) else { return Ok(None) };
        let found = atlas
            .common
            .units
            .with_code(code)
            .find(|unit| unit.level == level && unit.valid_to.is_none() == today);
        found
            .map(|unit| Some(unit.id))
            .ok_or_else(|| params.bad(name, "không có đơn vị này", "there is no such unit"))
    };
    Ok(AreaFilter {
        commune: unit("unit", UnitLevel::Commune, true)?,
        commune_old: unit("commune_old", UnitLevel::Commune, false)?,
        district_old: unit("district", UnitLevel::District, false)?,
        bounds: area::bounds(params)?,
        polygon,
        near: area::near(params)?,
    })
}
