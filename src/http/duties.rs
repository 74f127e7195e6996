//! `GET /api/v1/duties`: the register, its board, one duty, and what would be left if every promise
//! were kept.

mod lines;

use axum::Json;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use phusong_atlas::atlas::{
    Atlas, Board, BoardCell, DutyQuery, DutyState, Households, VillageVerdict, WaitsFor,
    content_hash,
};
use phusong_atlas::domain::Day;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::gaps::area_of;
use super::params::doc::{self, Paging};
use super::params::{Params, Rows};
use super::problem::{Problem, Rendered};
use super::question::{as_of, atlas_of, carriers, known_at};
use super::table::{self, FORMATS, Headings};
use super::wire::Total;
use super::wire::codes::Verdict;
use super::wire::duty::{
    AssumedVillage, BoardCarrier, BoardCounts, BoardPeriod, DutyBoard, DutyList, DutyPage,
    PromiseKept, Scenario,
};
use super::{App, blocking};
pub use crate::report::words::carrier_name;
use crate::service::today;
use lines::line;
pub use lines::{lines_of, named, unit};

const STATES: [(&str, DutyState); 4] = [
    ("not_yet_given", DutyState::NotYetGiven),
    ("open", DutyState::Open),
    ("overdue", DutyState::Overdue),
    ("confirmed", DutyState::Confirmed),
];

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(board))
        .routes(routes!(scenario))
        .routes(routes!(page))
}

/// Which part of the register.
#[derive(Debug)]
struct Filters;

impl IntoParams for Filters {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::texts("carrier", "mã doanh nghiệp / carrier ids"),
            doc::words(
                "state",
                &STATES,
                "trạng thái; open: cả quá hạn / state; open: overdue ones too",
            ),
            doc::day("due_from", "hạn từ ngày / due from (else promised)"),
            doc::day("due_to", "hạn đến hết ngày / due to"),
            doc::integer("unit", 1, "mã xã hiện nay / code of a commune of today"),
            doc::integer("commune_old", 1, "mã xã cũ / code of an old commune"),
            doc::integer("district", 1, "mã huyện cũ / code of an old district"),
            doc::as_of(),
            doc::known_at(),
        ]
    }
}

/// As a table.
#[derive(Debug)]
struct Forms;

impl IntoParams for Forms {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::word("format", &FORMATS, "thay cho Accept / instead of Accept"),
            Headings::parameter(),
        ]
    }
}

fn query(params: &Params, atlas: &Atlas) -> Result<DutyQuery, Problem> {
    let mut states = params.words("state", &STATES)?.unwrap_or_default();
    // What is overdue is open still, here as in /gaps.
    if states.contains(&DutyState::Open) && !states.contains(&DutyState::Overdue) {
        states.push(DutyState::Overdue);
    }
    Ok(DutyQuery {
        carriers: carriers(params, atlas)?,
        states,
        due_from: params.any_day("due_from")?,
        due_to: params.any_day("due_to")?,
        area: area_of(params, atlas, None)?,
    })
}

/// Nhiệm vụ và cam kết / The register of duties and promises, worst first
#[utoipa::path(
    get, path = "/api/v1/duties", tag = "duties", params(Filters, Forms, Paging),
    responses((status = 200, content((DutyList = "application/json"), (String = "text/csv"))))
)]
async fn list(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let make = move |params: &Params| duty_list(&atlas, params, Rows::Page);
    table::listed(
        params,
        &headers,
        (&lines::COLUMNS, |list: DutyList| (list.items, list.next)),
        make,
    )
    .await
}

pub fn duty_list(atlas: &Atlas, params: &Params, rows: Rows) -> Result<DutyList, Problem> {
    let (query, day) = (query(params, atlas)?, as_of(params)?);
    let page = rows.of(params, content_hash(&(atlas.version, format!("{query:?}"), day)))?;
    let rows = atlas.duties(&query, day);
    Ok(DutyList {
        version: atlas.version.to_string(),
        as_of: day.to_string(),
        known_at: known_at(params)?.to_string(),
        items: page.of(&rows).map(|row| line(atlas, row, day)).collect(),
        next: page.next(rows.len()),
    })
}

/// Một nhiệm vụ / One duty with its steps, promises, blockers and funding
#[utoipa::path(
    get, path = "/api/v1/duties/{id}", tag = "duties",
    params(("id" = String, Path), AsOf),
    responses(
        (status = 200, body = DutyPage),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn page(
    caller: Caller,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<DutyPage>, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let day = as_of(&params)?;
    blocking(move || {
        let row = atlas.duty(&id, day).ok_or_else(Problem::not_found)?;
        Ok(Json(lines::page(&atlas, &row, day)))
    })
    .await
}

/// The day alone.
#[derive(Debug)]
struct AsOf;

impl IntoParams for AsOf {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![doc::as_of(), doc::known_at()]
    }
}

/// Bảng nhiệm vụ / The board: by carrier and by quarter of the deadline
#[utoipa::path(
    get, path = "/api/v1/duties/board", tag = "duties", params(Filters),
    responses((status = 200, body = DutyBoard))
)]
async fn board(caller: Caller, params: Params) -> Result<Json<DutyBoard>, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    blocking(move || boarded(&atlas, &params).map(Json)).await
}

pub fn boarded(atlas: &Atlas, params: &Params) -> Result<DutyBoard, Problem> {
    let day = as_of(params)?;
    let board = Board::of(&atlas.duties(&query(params, atlas)?, day));
    let carriers = board.carriers.iter().map(|(carrier, periods)| BoardCarrier {
        carrier: carrier.to_string(),
        carrier_name: carrier_name(atlas, carrier),
        periods: periods
            .iter()
            .map(|(period, cell)| BoardPeriod {
                year: period.map(|period| period.year),
                quarter: period.map(|period| period.quarter),
                counts: cell.into(),
            })
            .collect(),
    });
    Ok(DutyBoard {
        version: atlas.version.to_string(),
        as_of: day.to_string(),
        known_at: known_at(params)?.to_string(),
        whole: (&board.whole).into(),
        carriers: carriers.collect(),
    })
}

impl From<Households> for Total {
    fn from(total: Households) -> Self {
        Self {
            villages: total.villages,
            households: total.households,
            villages_households_unknown: total.villages_households_unknown,
        }
    }
}

impl From<&BoardCell> for BoardCounts {
    fn from(cell: &BoardCell) -> Self {
        let state = |state| cell.by_state.get(&state).copied().unwrap_or_default().into();
        let wait = |wait| cell.by_wait.get(&wait).copied().unwrap_or_default().into();
        Self {
            overdue: state(DutyState::Overdue),
            open: state(DutyState::Open),
            not_yet_given: state(DutyState::NotYetGiven),
            confirmed: state(DutyState::Confirmed),
            waits_for_carrier: wait(WaitsFor::Carrier),
            waits_for_agency: wait(WaitsFor::Agency),
            waits_for_department: wait(WaitsFor::Department),
            promise_broken: cell.broken.into(),
        }
    }
}

/// When.
#[derive(Debug)]
struct On;

impl IntoParams for On {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let on = doc::day("on", "ngày D, hôm nay hoặc sau đó / day D, today or later");
        vec![doc::needed(on)]
    }
}

/// Giả định: nếu cam kết đúng hạn, ngày D còn thôn nào / Assumed: if promises are kept, which villages are left on day D
#[utoipa::path(
    get, path = "/api/v1/duties/scenario", tag = "duties", params(On, table::Tabled),
    responses((status = 200, content((Scenario = "application/json"), (String = "text/csv"))))
)]
async fn scenario(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let atlas = super::question::atlas_now(&caller).await?;
    let make = move |params: &Params| if_kept(&atlas, params);
    let rows = |found: Scenario| (found.items, None);
    table::listed(params, &headers, (&lines::ASSUMED, rows), make).await
}

pub fn if_kept(atlas: &Atlas, params: &Params) -> Result<Scenario, Problem> {
    let missing = || params.bad("on", "cần ngày D", "day D is needed");
    let on = params.any_day("on")?.ok_or_else(missing)?;
    let now = today();
    if on < now {
        return Err(params.bad("on", "ngày đã qua: xem hiện trạng", "the day has passed"));
    }
    Ok(assumed(atlas, now, on))
}

fn assumed(atlas: &Atlas, now: Day, on: Day) -> Scenario {
    let found = atlas.if_promises_are_kept(now, on);
    let (mut gaps, mut left) = (Households::default(), Households::default());
    for one in &found {
        gaps.count(one.households);
        if one.then.verdict != VillageVerdict::Covered {
            left.count(one.households);
        }
    }
    let items = found.iter().map(|one| {
        let card = &one.shard.villages[one.place];
        let then = Verdict::from(one.then.verdict);
        AssumedVillage {
            village: lines::named(atlas, &card.id, now),
            commune: lines::unit(atlas, atlas.units_of(card, now).commune),
            households: one.households,
            verdict_today: one.today.verdict.into(),
            verdict_then: then,
            verdict_then_vi: then.words().0,
            kept: one
                .kept
                .iter()
                .map(|(carrier, day)| PromiseKept {
                    carrier: carrier.to_string(),
                    day: day.to_string(),
                })
                .collect(),
            next_promise: one.next_promise.map(|day| day.to_string()),
        }
    });
    Scenario {
        version: atlas.version.to_string(),
        assumed: true,
        note_vi: "Giả định: mọi cam kết đã ghi được thực hiện đúng ngày. Không phải hiện trạng.",
        note_en: "Assumed: every promise on file is kept on its day. Not how things are.",
        as_of: now.to_string(),
        on: on.to_string(),
        gaps_today: gaps.into(),
        left: left.into(),
        items: items.collect(),
    }
}
