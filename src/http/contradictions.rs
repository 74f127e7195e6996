//! `GET /api/v1/contradictions`: where statements are of other minds, worst first; and the cause that
//! a carrier names for one.

use std::num::NonZeroU32;

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use phusong_atlas::atlas::{self, Against, Atlas, SaidKind, Standing, content_hash};
use phusong_atlas::domain::{CarrierId, Day, Says, UnitId};
use phusong_atlas::history::ClusterKey;
use serde::Deserialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::{JsonBody, idempotency_key};
use super::duties::{carrier_name, named, unit};
use super::gaps::area_of;
use super::params::doc::{self, Paging};
use super::params::{Params, Rows};
use super::problem::Problem;
use super::question::{as_of, atlas_of, carriers, known_at};
use super::reports::{answered, party};
use super::table::{self, Column, FORMATS, Headings, column, maybe};
use super::wire::Acted;
use super::wire::contested::{Cause, Contradiction, ContradictionList, NamedCause, Side};
use super::{App, blocking};
use crate::service::Explained;

const AGAINST: [(&str, Against); 4] = [
    ("measurement", Against::Measurement),
    ("commune", Against::Commune),
    ("list", Against::List),
    ("carrier", Against::Carrier),
];
const STANDINGS: [(&str, Standing); 4] = [
    ("refuted", Standing::Refuted),
    ("contested", Standing::Contested),
    ("awaiting", Standing::Awaiting),
    ("outweighs", Standing::Outweighs),
];

/// How the order comes about.
const NOTE: (&str, &str) = (
    "Xếp theo mức nghiêm trọng × số hộ; mức = ai nói ngược lại (đo kiểm 4, xã 3, danh sách 2, doanh nghiệp 1) × khai báo ra sao (bị bác 3, tranh chấp 2, còn lại 1).",
    "By severity × households; severity = whose word (measurement 4, commune 3, list 2, carrier 1) × what becomes of the claim (refuted 3, contested 2, else 1).",
);

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(explain))
}

#[derive(Debug)]
struct Filters;

impl IntoParams for Filters {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::texts("carrier", "mã doanh nghiệp / carrier ids"),
            doc::words("against", &AGAINST, "ai nói ngược lại / whose word speaks against"),
            doc::words("standing", &STANDINGS, "khai báo ra sao / what becomes of the claim"),
            doc::integer("unit", 1, "mã xã hiện nay / code of a commune of today"),
            doc::integer("district", 1, "mã huyện cũ / code of an old district"),
            doc::as_of(),
            doc::known_at(),
            doc::word("format", &FORMATS, "thay cho Accept / instead of Accept"),
            Headings::parameter(),
        ]
    }
}

#[derive(Debug)]
struct Asked {
    carriers: Vec<CarrierId>,
    against: Option<Vec<Against>>,
    standing: Option<Vec<Standing>>,
    commune: Option<UnitId>,
    district: Option<UnitId>,
}

impl Asked {
    fn read(params: &Params, atlas: &Atlas) -> Result<Self, Problem> {
        let area = area_of(params, atlas, None)?;
        Ok(Self {
            carriers: carriers(params, atlas)?,
            against: params.words("against", &AGAINST)?,
            standing: params.words("standing", &STANDINGS)?,
            commune: area.commune,
            district: area.district_old,
        })
    }

    fn suits(&self, atlas: &Atlas, one: &atlas::Contradiction) -> bool {
        (self.carriers.is_empty() || self.carriers.contains(&atlas.carrier(one.carrier).id))
            && self.against.as_ref().is_none_or(|list| list.contains(&one.against))
            && self.standing.as_ref().is_none_or(|list| list.contains(&one.standing))
            && self.commune.is_none_or(|unit| one.units.commune == Some(unit))
            && self.district.is_none_or(|unit| one.units.district_old == Some(unit))
    }
}

/// Mâu thuẫn giữa khai báo, đo kiểm và xác nhận / Contradictions, worst first by households
#[utoipa::path(
    get, path = "/api/v1/contradictions", tag = "evidence", params(Filters, Paging),
    responses((status = 200, content((ContradictionList = "application/json"), (String = "text/csv"))))
)]
async fn list(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let make = move |params: &Params| contradiction_list(&atlas, params, Rows::Page);
    table::listed(
        params,
        &headers,
        (&COLUMNS, |list: ContradictionList| (list.items, list.next)),
        make,
    )
    .await
}

pub fn contradiction_list(
    atlas: &Atlas,
    params: &Params,
    rows: Rows,
) -> Result<ContradictionList, Problem> {
    let (asked, day) = (Asked::read(params, atlas)?, as_of(params)?);
    let bound = content_hash(&(atlas.version, format!("{asked:?}"), day, "contradictions"));
    let page = rows.of(params, bound)?;
    let mut found = atlas.contradictions(day);
    found.retain(|one| asked.suits(atlas, one));
    Ok(ContradictionList {
        version: atlas.version.to_string(),
        as_of: day.to_string(),
        known_at: known_at(params)?.to_string(),
        note_vi: NOTE.0,
        note_en: NOTE.1,
        items: page.of(&found).map(|one| item(atlas, one, day)).collect(),
        next: page.next(found.len()),
    })
}

fn item(atlas: &Atlas, one: &atlas::Contradiction, day: Day) -> Contradiction {
    let card = one.card();
    let carrier = &atlas.carrier(one.carrier).id;
    let clusters = one.clusters.iter().filter_map(|place| match &card.clusters[*place].key {
        ClusterKey::Known(id) => Some(id.to_string()),
        ClusterKey::Implied(_) => None,
    });
    let (text_vi, text_en) = sentence(one);
    let code = |words: &[(&'static str, Against)]| {
        words.iter().find(|(_, own)| *own == one.against).map_or("", |(code, _)| *code)
    };
    Contradiction {
        village: named(atlas, &card.id, day),
        commune: unit(atlas, one.units.commune),
        district_old: unit(atlas, one.units.district_old),
        carrier: carrier.to_string(),
        carrier_name: carrier_name(atlas, carrier),
        technologies: one.technologies.iter().map(Into::into).collect(),
        clusters: clusters.collect(),
        against: code(&AGAINST),
        standing: STANDINGS
            .iter()
            .find(|(_, own)| *own == one.standing)
            .map_or("", |(code, _)| *code),
        text_vi,
        text_en,
        claim: side(&one.claim),
        opposition: side(&one.opposition),
        households: one.households,
        severity: atlas::severity(one.against, one.standing),
        weight: one.weight,
        cause: one.cause.as_ref().map(cause),
    }
}

fn cause(card: &atlas::CauseCard) -> NamedCause {
    let cause = Cause::from(card.cause);
    NamedCause {
        cause,
        cause_vi: cause.words().0,
        cause_en: cause.words().1,
        text: card.text.clone(),
        recorded: card.recorded.to_string(),
        entry: (&card.evidence).into(),
    }
}

/// `REPORT/ROW`; empty where it may not be known.
fn row_of(side: &Side) -> String {
    side.entry.as_ref().map_or_else(String::new, |at| format!("{}/{}", at.report, at.row))
}

fn side(side: &atlas::Side) -> Side {
    Side {
        source: side.kind.into(),
        by: party(&side.by),
        says: match side.says {
            Says::Has => "has",
            Says::Lacks => "lacks",
            Says::Weak => "weak",
        },
        day: side.day.to_string(),
        grade: side.grade.into(),
        site: side.site.as_ref().map(|site| site.code.as_str().to_owned()),
        entry: (!side.evidence.is_hidden()).then(|| (&side.evidence).into()),
        entries: side.rows.iter().map(Into::into).collect(),
    }
}

fn sentence(one: &atlas::Contradiction) -> (String, String) {
    let (claim, against) = (&one.claim, &one.opposition);
    let (who_vi, who_en) = match claim.kind {
        SaidKind::Commune => ("xã xác nhận", "the commune confirms"),
        SaidKind::Measured => ("đo kiểm", "a measurement finds"),
        SaidKind::List => ("danh sách ghi", "a list says"),
        _ => ("doanh nghiệp khai", "the carrier claims"),
    };
    let (but_vi, but_en) = match one.against {
        Against::Measurement => ("đo kiểm", "a measurement"),
        Against::Commune => ("xã", "the commune"),
        Against::List => ("danh sách của cơ quan", "an authority's list"),
        Against::Carrier => ("một doanh nghiệp", "a carrier"),
    };
    let (no_vi, no_en) = match against.says {
        Says::Weak => ("cho là sóng yếu", "calls it weak"),
        _ => ("cho là không có sóng", "says there is none"),
    };
    let (end_vi, end_en) = match one.standing {
        Standing::Refuted => ("khai báo bị bác", "the claim is refuted"),
        Standing::Contested => {
            ("chưa phân định, cần làm rõ", "neither outweighs the other: to be cleared up")
        }
        Standing::Awaiting => {
            ("khai báo sau, chờ xác nhận", "the claim is later, awaiting confirmation")
        }
        Standing::Outweighs => {
            ("bằng chứng có sóng mạnh hơn", "the evidence of signal is stronger")
        }
    };
    (
        format!(
            "{who_vi} có sóng ({}, {}); {but_vi} {no_vi} ({}, {}): {end_vi}.",
            claim.day, claim.grade, against.day, against.grade
        ),
        format!(
            "{who_en} signal ({}, {}); {but_en} {no_en} ({}, {}): {end_en}.",
            claim.day, claim.grade, against.day, against.grade
        ),
    )
}

fn technologies(list: &[crate::http::wire::codes::Technology]) -> String {
    list.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(" ")
}

const COLUMNS: [Column<Contradiction>; 13] = [
    column("village", "Mã thôn", |one| one.village.id.clone()),
    column("village_name", "Thôn", |one| one.village.name.clone()),
    column("commune", "Xã", |one| maybe(one.commune.as_ref().map(|unit| unit.name.clone()))),
    column("carrier", "Doanh nghiệp", |one| one.carrier_name.clone()),
    column("technologies", "Công nghệ", |one| technologies(&one.technologies)),
    column("against", "Bên nói ngược", |one| one.against.to_owned()),
    column("standing", "Khai báo", |one| one.standing.to_owned()),
    column("text_vi", "Nội dung", |one| one.text_vi.clone()),
    column("households", "Số hộ", |one| maybe(one.households)),
    column("weight", "Trọng số", |one| one.weight.to_string()),
    column("claim", "Dòng khai báo", |one| row_of(&one.claim)),
    column("opposition", "Dòng nói ngược", |one| row_of(&one.opposition)),
    column("cause", "Nguyên nhân doanh nghiệp nêu", |one| {
        maybe(one.cause.as_ref().map(|cause| format!("{}: {}", cause.cause_vi, cause.text)))
    }),
];

/// A row of the ledger.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RowBody {
    report: String,
    /// From 1.
    #[schema(value_type = u32, minimum = 1)]
    row: NonZeroU32,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CauseBody {
    claim: RowBody,
    against: RowBody,
    /// Officers name it; a carrier is itself.
    carrier: Option<String>,
    cause: Cause,
    text: String,
}

/// Doanh nghiệp nêu nguyên nhân / The carrier names the cause of a contradiction
#[utoipa::path(
    post, path = "/api/v1/contradictions/cause", tag = "evidence", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    request_body(content = CauseBody),
    responses((status = 201, body = Acted), (status = 200, body = Acted, description = "đã gửi trước đó / filed before"))
)]
async fn explain(
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CauseBody>,
) -> Result<(StatusCode, Json<Acted>), Problem> {
    let key = idempotency_key(&headers)?;
    let sent = Explained {
        claim: (body.claim.report, body.claim.row.into()),
        against: (body.against.report, body.against.row.into()),
        carrier: body.carrier,
        cause: body.cause.into(),
        text: body.text,
    };
    blocking(move || {
        Ok(answered(&caller.service.name_cause(&caller.actor, &sent, key.as_deref())?))
    })
    .await
}
