//! `GET|POST /api/v1/gaps`: one typed query, answered as JSON, GeoJSON or CSV.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use geo::CoordsIter;
use phusong_atlas::atlas::{
    AreaFilter, Atlas, CarrierIndex, Carriers, DutyFilter, GapQuery, Gaps, Mode, Question, Signal,
    Sort, Tri, VillageVerdict, content_hash,
};
use phusong_atlas::domain::{
    Area, CarrierId, Environment, Grade, Position, Service, Technology, UnitCode, UnitId, UnitLevel,
};
use serde_json::{Value, json};

use super::actor::Caller;
use super::params::Params;
use super::problem::Problem;
use super::{answer, villages};
use crate::service::today;

const KNOWN: [&str; 22] = [
    "carrier",
    "mode",
    "technology",
    "grade",
    "environment",
    "service",
    "verdict",
    "duty",
    "unit",
    "commune_old",
    "district",
    "bbox",
    "near",
    "radius_m",
    "grid_power",
    "especially_hard",
    "as_of",
    "known_at",
    "sort",
    "limit",
    "cursor",
    "format",
];

pub async fn list(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    gaps(caller, params, &headers, None).await
}

/// The same within a GeoJSON polygon.
pub async fn within(
    caller: Caller,
    params: Params,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let polygon = polygon(&body).ok_or_else(|| {
        Problem::body(
            caller.language,
            "Cần một Polygon hoặc MultiPolygon GeoJSON không rỗng trong phạm vi kinh vĩ độ hợp lệ",
            "A non-empty GeoJSON Polygon or MultiPolygon within valid degrees is needed",
        )
    })?;
    gaps(caller, params, &headers, Some(polygon)).await
}

fn polygon(body: &[u8]) -> Option<Area> {
    let geometry: geojson::Geometry = serde_json::from_slice(body).ok()?;
    let polygons = match geo::Geometry::try_from(geometry).ok()? {
        geo::Geometry::Polygon(polygon) => geo::MultiPolygon::new(vec![polygon]),
        geo::Geometry::MultiPolygon(polygons) => polygons,
        _ => return None,
    };
    let sound = polygons.coords_count() >= 4
        && polygons.coords_iter().all(|at| Position::new(at.x, at.y).is_ok());
    sound.then(|| Area::new(polygons))
}

async fn gaps(
    caller: Caller,
    params: Params,
    headers: &HeaderMap,
    polygon: Option<Area>,
) -> Result<Response, Problem> {
    params.only(&KNOWN)?;
    let atlas = atlas_of(&caller, &params).await?;
    let query = query(&params, &atlas, polygon)?;
    let limit = params.limit()?;
    let bound = content_hash(&(atlas.version, format!("{query:?}"))).to_string();
    let offset = params.offset(&bound)?;
    let found = atlas.gaps(&query);
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let format =
        params.word("format", &[("json", "json"), ("geojson", "geojson"), ("csv", "csv")])?;
    let rows = || found.rows.iter().skip(offset).take(limit);
    let items: Vec<Value> = rows()
        .map(|row| {
            let mut item = villages::summary(&atlas, row.card(), &query.question, row.answer);
            if atlas.sees_sites()
                && let Some(item) = item.as_object_mut()
            {
                item.insert("nearest_site_m".to_owned(), json!(row.nearest_site_m));
            }
            item
        })
        .collect();
    let next = (offset + limit < found.rows.len()).then(|| format!("{bound}.{}", offset + limit));
    Ok(match format {
        Some("geojson") => geojson(&atlas, items),
        Some("csv") => csv(&items),
        None if accept.contains("application/geo+json") => geojson(&atlas, items),
        None if accept.contains("text/csv") => csv(&items),
        _ => answer(json!({
            "version": atlas.version.to_string(),
            "as_of": query.question.day.to_string(),
            "known_at": params.text("known_at").map_or_else(|| today().to_string(), str::to_owned),
            "question": question_json(&atlas, &query.question),
            "boundaries": if atlas.ground.areas.any_approximate() { "approximate" } else { "official" },
            "totals": totals(&found),
            "items": items,
            "next": next,
        })),
    })
}

fn totals(gaps: &Gaps) -> Value {
    gaps.totals
        .iter()
        .map(|(verdict, total)| {
            let total = json!({
                "villages": total.villages, "households": total.households,
                "villages_households_unknown": total.villages_households_unknown,
            });
            (verdict.as_str().to_owned(), total)
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn geojson(atlas: &Atlas, items: Vec<Value>) -> Response {
    let features: Vec<Value> = items
        .into_iter()
        .map(|item| {
            let at = &item["position"];
            let geometry = if at.is_null() {
                Value::Null
            } else {
                json!({ "type": "Point", "coordinates": [at["lon"], at["lat"]] })
            };
            json!({ "type": "Feature", "id": item["id"], "geometry": geometry, "properties": item })
        })
        .collect();
    let body = json!({
        "type": "FeatureCollection", "version": atlas.version.to_string(), "features": features,
    });
    typed(answer(body), "application/geo+json")
}

fn typed(mut response: Response, content_type: &'static str) -> Response {
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Cells that a spreadsheet would take for a formula get a quote before them.
fn csv(items: &[Value]) -> Response {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let columns = [
        "id",
        "name",
        "commune",
        "verdict_vi",
        "flags",
        "households",
        "lon",
        "lat",
        "uncertainty_m",
        "waiting_days",
    ];
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
            format!("'{text}")
        }
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    };
    let mut written = writer.write_record(columns);
    for item in items {
        let at = &item["position"];
        let cells = [
            &item["id"],
            &item["name"],
            &item["commune"]["name"],
            &item["verdict_vi"],
            &item["flags"],
            &item["households"],
            &at["lon"],
            &at["lat"],
            &at["uncertainty_m"],
            &item["waiting_days"],
        ];
        written = written.and_then(|()| writer.write_record(cells.map(text)));
    }
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    let mut response = ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// The caller's Atlas, as known at the asked day; folding again stays off the async threads.
pub async fn atlas_of(caller: &Caller, params: &Params) -> Result<Arc<Atlas>, Problem> {
    let known_at = params.past_day("known_at")?;
    let (service, scope, language) =
        (caller.service.clone(), caller.actor.scope(), caller.language);
    let known = tokio::task::spawn_blocking(move || service.atlas_known(&scope, known_at)).await;
    known.ok().and_then(Result::ok).ok_or_else(|| {
        Problem::new(
            500,
            "ledger-read",
            language,
            "Không đọc lại được sổ",
            "The ledger could not be read again",
        )
    })
}

pub fn technology(params: &Params) -> Result<Option<Technology>, Problem> {
    params.word("technology", &Technology::ALL.map(|technology| (technology.as_str(), technology)))
}

/// What is asked, from the parameters that all questions share.
pub fn question(params: &Params, atlas: &Atlas) -> Result<Question, Problem> {
    let day = params.past_day("as_of")?.unwrap_or_else(today);
    let unknown = || params.bad("carrier", "không có doanh nghiệp này", "there is no such carrier");
    let carriers = match params.text("carrier") {
        None | Some("any" | "each") => Carriers::Operators,
        Some(list) => {
            let mut named: Vec<CarrierIndex> = list
                .split(',')
                .map(|id| CarrierId::new(id.trim()).ok().and_then(|id| atlas.common.carrier(&id)))
                .collect::<Option<_>>()
                .ok_or_else(unknown)?;
            named.sort_unstable();
            named.dedup();
            Carriers::Named(named)
        }
    };
    let each = params.text("carrier") == Some("each");
    let mode = params.word("mode", &[("any", Mode::Any), ("each", Mode::Each)])?;
    let environment = params.word(
        "environment",
        &[("outdoor", Environment::Outdoor), ("indoor", Environment::Indoor)],
    )?;
    let service = params.word("service", &[("data", Service::Data), ("voice", Service::Voice)])?;
    let grades = Grade::ASKABLE.map(|grade| (grade.as_str(), grade));
    Ok(Question {
        carriers,
        mode: mode.unwrap_or(if each { Mode::Each } else { Mode::Any }),
        technology: technology(params)?,
        signal: Signal {
            environment: environment.unwrap_or(Environment::Outdoor),
            service: service.unwrap_or(Service::Data),
        },
        grade: params.word("grade", &grades)?.unwrap_or(Grade::E1),
        day,
    })
}

pub fn question_json(atlas: &Atlas, question: &Question) -> Value {
    let carriers: Vec<&str> = question
        .carriers_in(&atlas.common)
        .into_iter()
        .map(|index| atlas.carrier(index).id.as_str())
        .collect();
    json!({
        "carriers": carriers,
        "mode": if question.mode == Mode::Each { "each" } else { "any" },
        "technology": question.least_technology(&atlas.common).as_str(),
        "grade": question.grade.as_str(),
        "environment": if question.signal.environment == Environment::Indoor { "indoor" } else { "outdoor" },
        "service": if question.signal.service == Service::Voice { "voice" } else { "data" },
    })
}

fn query(params: &Params, atlas: &Atlas, polygon: Option<Area>) -> Result<GapQuery, Problem> {
    let question = question(params, atlas)?;
    let all = VillageVerdict::ALL.map(|verdict| (verdict.as_str(), verdict));
    let verdicts = match params.text("verdict") {
        None => {
            vec![VillageVerdict::NoSignal, VillageVerdict::PartialHole, VillageVerdict::NotAsAsked]
        }
        Some(list) => list
            .split(',')
            .map(|word| {
                all.iter().find(|(name, _)| *name == word.trim()).map(|(_, verdict)| *verdict)
            })
            .collect::<Option<_>>()
            .ok_or_else(|| params.bad("verdict", "sai giá trị", "no such verdict"))?,
    };
    let tri = [("yes", Tri::Yes), ("no", Tri::No), ("unknown", Tri::Unknown)];
    let sort = params
        .word(
            "sort",
            &[
                ("households", Sort::Households),
                ("waiting", Sort::Waiting),
                ("distance", Sort::Distance),
                ("name", Sort::Name),
            ],
        )?
        .unwrap_or_default();
    if sort == Sort::Distance && !atlas.sees_sites() {
        return Err(params.bad(
            "sort",
            "chỉ cho người được xem trạm",
            "only for those who may see sites",
        ));
    }
    Ok(GapQuery {
        question,
        verdicts,
        area: area(params, atlas, polygon)?,
        duty: params.word(
            "duty",
            &[
                ("none", DutyFilter::None),
                ("open", DutyFilter::Open),
                ("overdue", DutyFilter::Overdue),
            ],
        )?,
        grid_power: params.word("grid_power", &tri)?,
        especially_hard: params.word("especially_hard", &tri)?,
        sort,
    })
}

fn area(params: &Params, atlas: &Atlas, polygon: Option<Area>) -> Result<AreaFilter, Problem> {
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
    let bounds = match params.numbers::<4>("bbox")? {
        None => None,
        Some([west, south, east, north])
            if west < east
                && south < north
                && Position::new(west, south).is_ok()
                && Position::new(east, north).is_ok() =>
        {
            Some(([west, south], [east, north]))
        }
        Some(_) => {
            return Err(params.bad(
                "bbox",
                "cần west,south,east,north tăng dần (không qua kinh tuyến 180°)",
                "west,south,east,north in order are needed (not across the antimeridian)",
            ));
        }
    };
    let near = match (params.numbers::<2>("near")?, params.numbers::<1>("radius_m")?) {
        (None, None) => None,
        (Some([lon, lat]), Some([radius_m])) if radius_m > 0.0 => Some((
            Position::new(lon, lat)
                .map_err(|_off| params.bad("near", "ngoài Trái Đất", "off the globe"))?,
            radius_m,
        )),
        _ => {
            return Err(params.bad(
                "near",
                "near đi cùng radius_m > 0",
                "near goes with radius_m > 0",
            ));
        }
    };
    Ok(AreaFilter {
        commune: unit("unit", UnitLevel::Commune, true)?,
        commune_old: unit("commune_old", UnitLevel::Commune, false)?,
        district_old: unit("district", UnitLevel::District, false)?,
        bounds,
        polygon,
        near,
    })
}
