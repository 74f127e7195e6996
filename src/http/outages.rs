//! `/api/v1/outages`: who is out of touch, carrier by commune by hour. An overlay: no verdict rests
//! on it. And `/api/v1/certificates`, which stand beside the verdicts too.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use phusong_atlas::atlas::{
    Atlas, CertificateCard, HourState, OutageCard, OutageState, content_hash,
};
use phusong_atlas::domain::{CarrierId, Day, UnitId};
use phusong_intake::report::{Cells, Column};
use serde::{Deserialize, Serialize};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::{JsonBody, idempotency_key};
use super::duties::{carrier_name, named};
use super::filing::{filed_wire, status_of};
use super::gaps::area_of;
use super::letter::LetterBody;
use super::params::doc::{self, Paging};
use super::params::{Params, Rows};
use super::problem::Problem;
use super::question::{as_of, atlas_of, carriers};
use super::reports::answered;
use super::table::{self, Tabled, column, joined, maybe};
use super::wire::contested::{Certificate, Outage, OutageHours, OutageList};
use super::wire::{self, Acted};
use super::{App, blocking};
use crate::service::{Certified, Going, now};

const STATES: [(&str, OutageState); 3] = [
    ("ongoing", OutageState::Ongoing),
    ("stale", OutageState::Stale),
    ("ended", OutageState::Ended),
];

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, tell)).routes(routes!(certify))
}

#[derive(Debug)]
struct Filters;

impl IntoParams for Filters {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::texts("carrier", "mã doanh nghiệp / carrier ids"),
            doc::integer("unit", 1, "mã xã hiện nay / code of a commune of today"),
            doc::words("state", &STATES, "mặc định / default: ongoing,stale"),
            doc::day("as_of", "ngày của bảng giờ / the day of the hours; default today"),
        ]
    }
}

/// When it is looked at: now, or the end of a day that is over.
fn looked_at(day: Day) -> Timestamp {
    day.plus_days(1).start().min(now())
}

/// Mất liên lạc: nhà mạng × xã × giờ / Outages: carrier × commune × hour
#[utoipa::path(
    get, path = "/api/v1/outages", tag = "outages", params(Filters, Tabled, Paging),
    responses((status = 200, content((OutageList = "application/json"), (String = "text/csv"))))
)]
async fn list(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let make = move |params: &Params| outage_list(&atlas, params, Rows::Page);
    table::listed(params, &headers, (&COLUMNS, |list: OutageList| (list.items, list.next)), make)
        .await
}

/// The hours of the day are of carrier and commune, not of an outage: JSON alone has them.
const COLUMNS: [table::Column<Outage>; 14] = [
    column("carrier", "Mã doanh nghiệp", |one| one.carrier.clone()),
    column("carrier_name", "Doanh nghiệp", |one| one.carrier_name.clone()),
    column("site", "Mã trạm", |one| maybe(one.site.as_ref())),
    column("villages", "Mã thôn", |one| joined(one.villages.iter().map(|village| &*village.id))),
    column("village_names", "Thôn", |one| {
        joined(one.villages.iter().map(|village| &*village.name))
    }),
    column("communes", "Xã", |one| joined(one.communes.iter().map(|unit| &*unit.name))),
    column("technologies", "Công nghệ", |one| {
        joined(one.technologies.iter().map(|technology| technology.as_str()))
    }),
    column("start", "Từ (UTC)", |one| one.start.clone()),
    column("end", "Đến (UTC)", |one| maybe(one.end.as_ref())),
    column("state", "Mã tình trạng", |one| one.state.to_owned()),
    column("state_vi", "Tình trạng", |one| one.state_vi.to_owned()),
    column("cause", "Nguyên nhân", |one| maybe(one.cause.as_ref())),
    column("last_heard", "Tin gần nhất (UTC)", |one| one.last_heard.clone()),
    column("entry", "Dòng", |one| format!("{}/{}", one.entry.report, one.entry.row)),
];

pub fn outage_list(atlas: &Atlas, params: &Params, rows: Rows) -> Result<OutageList, Problem> {
    let (day, states) = (as_of(params)?, params.words("state", &STATES)?);
    let states = states.unwrap_or_else(|| vec![OutageState::Ongoing, OutageState::Stale]);
    let (carriers, commune) = (carriers(params, atlas)?, area_of(params, atlas, None)?.commune);
    let asked = ("outages", day, params.text("state"), &carriers, commune);
    let page = rows.of(params, content_hash(&(atlas.version, asked)))?;
    let (at, stale_hours) = (looked_at(day), atlas.common.rules.outage_stale_hours());
    let mut hours: BTreeMap<(CarrierId, UnitId), Vec<&OutageCard>> = BTreeMap::new();
    let mut found = Vec::new();
    let all: Vec<&OutageCard> = atlas.beside.outages.iter().collect();
    for (outage, communes) in all.iter().copied().zip(atlas.communes_of_outages(&all, day)) {
        let state = outage.state_at(at, stale_hours);
        let suits = (carriers.is_empty() || carriers.contains(&outage.carrier))
            && commune.is_none_or(|unit| communes.contains(&unit));
        let Some(state) = state.filter(|_| suits) else { continue };
        for unit in &communes {
            hours.entry((outage.carrier.clone(), *unit)).or_default().push(outage);
        }
        if states.contains(&state) {
            found.push((outage, communes));
        }
    }
    let hours = hours.into_iter().filter_map(|((carrier, unit), outages)| {
        let commune = super::communes::unit_wire(atlas, unit)?;
        let (letters, most) = by_hour(&outages, day, at, stale_hours);
        letters.contains(['o', 's']).then(|| OutageHours {
            carrier: carrier.to_string(),
            commune,
            hours: letters,
            most,
        })
    });
    let items = page.of(&found).map(|(outage, communes)| item(atlas, outage, communes, at, day));
    Ok(OutageList {
        version: atlas.version.to_string(),
        as_of: day.to_string(),
        stale_hours,
        note_vi: "Lớp phủ tạm thời: không làm thay đổi đánh giá phủ sóng. Quá hạn cập nhật không có nghĩa là đã khôi phục.",
        note_en: "A temporary overlay: no verdict changes by it. Stale does not mean restored.",
        items: items.collect(),
        next: page.next(found.len()),
        hours: hours.collect(),
    })
}

fn by_hour(outages: &[&OutageCard], day: Day, at: Timestamp, stale_hours: u32) -> (String, u32) {
    const HOURS: i64 = 24;
    let start = day.start();
    let hour = |number: i64| {
        start.checked_add(SignedDuration::from_hours(number)).unwrap_or(Timestamp::MAX)
    };
    let (mut letters, mut most) = (String::new(), 0);
    for number in 0..HOURS {
        let window = (hour(number), hour(number + 1));
        let states: Vec<HourState> =
            outages.iter().map(|outage| outage.within(window, at, stale_hours)).collect();
        let out = states.iter().filter(|state| **state == HourState::Out).count();
        most = most.max(u32::try_from(out).unwrap_or(u32::MAX));
        letters.push(match states.iter().max() {
            Some(HourState::Out) => 'o',
            Some(HourState::Stale) => 's',
            _ => '-',
        });
    }
    (letters, most)
}

fn item(
    atlas: &Atlas,
    outage: &OutageCard,
    communes: &[UnitId],
    at: Timestamp,
    day: Day,
) -> Outage {
    let state = outage.state_at(at, atlas.common.rules.outage_stale_hours());
    let communes = communes.iter();
    let (code, state_vi) = match state {
        Some(OutageState::Ongoing) | None => ("ongoing", "đang mất liên lạc"),
        Some(OutageState::Stale) => ("stale", "quá hạn cập nhật"),
        Some(OutageState::Ended) => ("ended", "đã khôi phục"),
    };
    Outage {
        carrier: outage.carrier.to_string(),
        carrier_name: carrier_name(atlas, &outage.carrier),
        site: outage.site.as_ref().map(|site| site.code.as_str().to_owned()),
        villages: outage.villages.iter().map(|id| named(atlas, id, day)).collect(),
        communes: communes.filter_map(|unit| super::communes::unit_wire(atlas, *unit)).collect(),
        technologies: outage.technologies.iter().map(Into::into).collect(),
        start: outage.start.to_string(),
        end: outage.end.map(|end| end.to_string()),
        state: code,
        state_vi,
        cause: outage.cause.clone(),
        last_heard: outage.told_at.to_string(),
        entry: (&outage.evidence).into(),
    }
}

/// Those that touch a village and have not ended, as they look on the day.
pub fn of_village(
    atlas: &Atlas,
    card: &phusong_atlas::atlas::VillageCard,
    day: Day,
) -> Vec<Outage> {
    let (at, stale_hours) = (looked_at(day), atlas.common.rules.outage_stale_hours());
    let lasts = |outage: &&OutageCard| {
        outage.state_at(at, stale_hours).is_some_and(|state| state != OutageState::Ended)
    };
    let outages: Vec<&OutageCard> = atlas.outages_of(card, day).filter(lasts).collect();
    let communes = atlas.communes_of_outages(&outages, day);
    let each = outages.into_iter().zip(&communes);
    each.map(|(outage, communes)| item(atlas, outage, communes, at, day)).collect()
}

pub fn certificate(card: &CertificateCard, day: Day) -> Certificate {
    Certificate {
        carrier: card.carrier.to_string(),
        number: card.number.clone(),
        issued: card.issued.to_string(),
        expires: card.expires.map(|day| day.to_string()),
        expired: card.is_expired_on(day),
        site: card.site.as_ref().map(|site| site.code.as_str().to_owned()),
        technologies: card.technologies.iter().map(Into::into).collect(),
        source: card.source.clone(),
        entry: (&card.evidence).into(),
    }
}

/// A site, a village or a commune out of touch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OutageRow {
    carrier: Option<String>,
    site: Option<String>,
    village: Option<String>,
    /// Name or code of today.
    commune: Option<String>,
    technology: Option<String>,
    /// RFC 3339, or 20/11/2026 06:30 in local time.
    start: String,
    /// None: it lasts.
    end: Option<String>,
    cause: Option<String>,
    note: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OutagesBody {
    rows: Vec<OutageRow>,
    /// A carrier's id; officers only.
    on_behalf_of: Option<String>,
    document: Option<LetterBody>,
}

impl OutageRow {
    fn cells(self, number: u32) -> Cells {
        let mut cells = Cells::new(number);
        let said = [
            (Column::Carrier, self.carrier),
            (Column::SiteCode, self.site),
            (Column::Village, self.village),
            (Column::Commune, self.commune),
            (Column::Technologies, self.technology),
            (Column::OutageStart, Some(self.start)),
            (Column::OutageEnd, self.end),
            (Column::Cause, self.cause),
            (Column::Note, self.note),
        ];
        for (column, text) in said {
            cells.push(column, text.as_deref().unwrap_or_default());
        }
        cells
    }
}

/// Báo mất liên lạc, gia hạn hoặc khôi phục / Tell of outages, that they last, or that they ended
///
/// The same outage told again is heard of again; with `end` it has ended.
#[utoipa::path(
    post, path = "/api/v1/outages", tag = "outages", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    request_body(content = OutagesBody),
    responses((status = 201, body = wire::Filed), (status = 200, body = wire::Filed, description = "đã gửi trước đó / filed before"))
)]
async fn tell(
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<OutagesBody>,
) -> Result<(StatusCode, Json<wire::Filed>), Problem> {
    let key = idempotency_key(&headers)?;
    let document = LetterBody::read(body.document)?;
    let rows = (1..).zip(body.rows).map(|(number, row)| row.cells(number)).collect();
    let behalf = body.on_behalf_of;
    blocking(move || {
        let (service, actor) = (&caller.service, &caller.actor);
        let sent = Going::Outages(rows);
        let filed = service.file_going(actor, behalf.as_deref(), document, key.as_deref(), sent)?;
        Ok((status_of(&filed), Json(filed_wire(&caller, &filed))))
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CertificateBody {
    /// Officers name it; a carrier is itself.
    carrier: Option<String>,
    number: String,
    #[schema(format = Date)]
    issued: String,
    #[schema(format = Date)]
    expires: Option<String>,
    /// The carrier's own code.
    site: Option<String>,
    #[serde(default)]
    villages: Vec<String>,
    #[serde(default)]
    technologies: Vec<String>,
    /// Who issued it.
    source: String,
}

/// What came of a certificate, and what is odd in it: a site that nobody has reported, a number
/// that another certificate bears.
#[derive(Debug, Serialize, ToSchema)]
struct CertificateFiled {
    #[serde(flatten)]
    acted: Acted,
    findings: Vec<wire::Finding>,
}

/// Giấy chứng nhận kiểm định / A certificate of inspection: stands beside the verdicts
#[utoipa::path(
    post, path = "/api/v1/certificates", tag = "evidence", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    request_body(content = CertificateBody),
    responses((status = 201, body = CertificateFiled), (status = 200, body = CertificateFiled, description = "đã gửi trước đó / filed before"))
)]
async fn certify(
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CertificateBody>,
) -> Result<(StatusCode, Json<CertificateFiled>), Problem> {
    let key = idempotency_key(&headers)?;
    let CertificateBody { carrier, number, issued, expires, site, villages, technologies, source } =
        body;
    let sent = Certified { carrier, number, issued, expires, site, villages, technologies, source };
    blocking(move || {
        let (act, odd) = caller.service.certify(&caller.actor, &sent, key.as_deref())?;
        let (status, Json(acted)) = answered(&act);
        let findings = odd.into_iter().map(Into::into).collect();
        Ok((status, Json(CertificateFiled { acted, findings })))
    })
    .await
}
