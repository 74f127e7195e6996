//! `GET /api/v1/changes`: which village moved on which day because of which rows; or, by known
//! time, which report moved which village.

use axum::Json;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use phusong_atlas::atlas::{Atlas, Held, Question, VillageChange, content_hash};
use phusong_atlas::domain::{Day, VillageId};
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::causes::reasons;
use super::params::doc::Paging;
use super::params::{self, Params, doc};
use super::problem::Problem;
use super::question::{Asked, atlas_at, atlas_of, question, question_wire};
use super::table::{self, Column, Headings, column, maybe};
use super::wire::codes::{Flag, Verdict};
use super::wire::{self, Reason};
use super::{App, blocking};
use crate::service::{EntryMoves, KnownError, today};

/// A stretch of known time folds the ledger entry by entry: no longer than a year.
const LONGEST_KNOWN_DAYS: i32 = 366;

/// Only verdicts, or the flags beside them too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Verdict,
    All,
}

const WHATS: [(&str, What); 2] = [("verdict", What::Verdict), ("all", What::All)];

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Between which days.
#[derive(Debug)]
struct Between;

impl IntoParams for Between {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let known = "thời gian nhận dữ liệu / known time";
        vec![
            doc::day("from", "so với hết ngày này / compared with the end of this day"),
            doc::day("to", "đến hết ngày; mặc định hôm nay / to the end of; default today"),
            doc::day("known_from", &format!("{known}: sau ngày / after the day")),
            doc::day("known_to", &format!("{known}: đến hết ngày / to the end of the day")),
            doc::word("what", &WHATS, "mặc định / default: verdict; all: cả cờ / flags too"),
            doc::word("format", &table::FORMATS, "thay cho Accept / instead of Accept"),
            Headings::parameter(),
        ]
    }
}

/// A village that is another class (or has other flags) from a day, or since a report.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Change {
    pub village: String,
    pub name: String,
    pub commune: Option<String>,
    /// The first day of what it is after; null when asked by known time.
    #[schema(format = Date)]
    pub day: Option<String>,
    /// When the report was recorded; null when asked by days.
    #[schema(format = DateTime)]
    pub recorded_at: Option<String>,
    /// Null: the village was not there yet.
    pub from: Option<Verdict>,
    /// Null: the village is no more.
    pub to: Option<Verdict>,
    pub from_flags: Vec<Flag>,
    pub to_flags: Vec<Flag>,
    pub because: Vec<Reason>,
    /// The filing that moved it, and those it acts upon, as far as this actor may know of them.
    pub reports: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeList {
    pub version: String,
    pub question: wire::Question,
    #[schema(format = Date)]
    pub from: Option<String>,
    #[schema(format = Date)]
    pub to: Option<String>,
    #[schema(format = Date)]
    pub known_from: Option<String>,
    #[schema(format = Date)]
    pub known_to: Option<String>,
    /// By known time: the day whose verdicts are compared.
    #[schema(format = Date)]
    pub as_of: Option<String>,
    pub count: usize,
    pub items: Vec<Change>,
    pub next: Option<String>,
}

/// The stretch asked: of days, or of known time.
#[derive(Debug, Clone, Copy)]
enum Stretch {
    Days { from: Day, to: Day },
    Known { from: Day, to: Day },
}

/// Những gì đã đổi giữa hai ngày / What changed between two days, or which report moved which village
///
/// With `from` (and `to`): verdicts at the end of the two days, each step between with its cause.
/// With `known_from` and `known_to`: what each filing recorded in between moved, for the day
/// `as_of`.
#[utoipa::path(
    get, path = "/api/v1/changes", tag = "changes", params(Between, Asked, Paging),
    responses((status = 200, content((ChangeList = "application/json"), (String = "text/csv"))))
)]
async fn list(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let stretch = stretch(&params)?;
    let what = params.word("what", &WHATS)?.unwrap_or(What::Verdict);
    let atlas = match stretch {
        Stretch::Days { .. } => atlas_of(&caller, &params).await?,
        // As known at its end: what is recorded later does not change the answer.
        Stretch::Known { to, .. } => atlas_at(&caller, Some(to)).await?,
    };
    let asked = question(&params, &atlas)?;
    let changes = match stretch {
        Stretch::Days { from, to } => by_days(&atlas, &asked, (from, to), what),
        Stretch::Known { from, to } => {
            let (service, scope, asked) =
                (caller.service.clone(), caller.actor.scope(), asked.clone());
            let moves = blocking(move || {
                service.moves(&scope, from, to, &asked).map_err(|error| Problem::internal(&error))
            })
            .await?;
            by_report(&atlas, &moves)
        }
    };
    let bound = content_hash(&(atlas.version, format!("{stretch:?}{what:?}{asked:?}")));
    let (limit, offset) = (params.limit()?, params.offset(bound)?);
    let count = changes.len();
    let items = changes.into_iter().skip(offset).take(limit);
    let next = params::next(bound, offset + limit, count);
    if table::wants_csv(&params, &headers)? {
        let csv = table::csv(&COLUMNS, Headings::of(&params)?, items);
        return Ok(table::page(&params, csv, next.as_deref()));
    }
    let list = ChangeList { items: items.collect(), next, count, ..head(&atlas, &asked, stretch) };
    Ok(Json(list).into_response())
}

/// All that changed; `moves` says what the filings of a stretch of known time moved.
pub fn between(
    atlas: &Atlas,
    params: &Params,
    moves: impl FnOnce((Day, Day), &Question) -> Result<Vec<EntryMoves>, KnownError>,
) -> Result<ChangeList, Problem> {
    let stretch = stretch(params)?;
    let what = params.word("what", &WHATS)?.unwrap_or(What::Verdict);
    let asked = question(params, atlas)?;
    let items = match stretch {
        Stretch::Days { from, to } => by_days(atlas, &asked, (from, to), what),
        Stretch::Known { from, to } => {
            let moves = moves((from, to), &asked).map_err(|error| Problem::internal(&error))?;
            by_report(atlas, &moves)
        }
    };
    Ok(ChangeList { count: items.len(), items, ..head(atlas, &asked, stretch) })
}

fn head(atlas: &Atlas, asked: &Question, stretch: Stretch) -> ChangeList {
    let (days, known) = match stretch {
        Stretch::Days { from, to } => (Some((from, to)), None),
        Stretch::Known { from, to } => (None, Some((from, to))),
    };
    ChangeList {
        version: atlas.version.to_string(),
        question: question_wire(atlas, asked),
        from: days.map(|(from, _)| from.to_string()),
        to: days.map(|(_, to)| to.to_string()),
        known_from: known.map(|(from, _)| from.to_string()),
        known_to: known.map(|(_, to)| to.to_string()),
        as_of: known.map(|_| asked.day.to_string()),
        count: 0,
        items: Vec::new(),
        next: None,
    }
}

fn stretch(params: &Params) -> Result<Stretch, Problem> {
    let day = |name| params.past_day(name);
    let in_order = |name: &str, from: Day, to: Day| {
        if from <= to {
            Ok(())
        } else {
            let (vi, en) = ("ngày đầu phải không sau ngày cuối", "must not be after the last day");
            Err(params.bad(name, vi, en))
        }
    };
    match (day("from")?, day("known_from")?) {
        (Some(from), None) => {
            let to = day("to")?.unwrap_or_else(today);
            in_order("from", from, to)?;
            for name in ["known_to", "as_of"] {
                if params.text(name).is_some() {
                    return Err(params.bad(name, "không đi cùng from", "does not go with from"));
                }
            }
            Ok(Stretch::Days { from, to })
        }
        (None, Some(from)) => {
            let to = day("known_to")?.unwrap_or_else(today);
            in_order("known_from", from, to)?;
            if to.number() - from.number() > LONGEST_KNOWN_DAYS {
                let (vi, en) = ("khoảng dài nhất là 366 ngày", "the stretch is at most 366 days");
                return Err(params.bad("known_from", vi, en));
            }
            for name in ["to", "known_at"] {
                if params.text(name).is_some() {
                    let en = "does not go with known_from";
                    return Err(params.bad(name, "không đi cùng known_from", en));
                }
            }
            Ok(Stretch::Known { from, to })
        }
        _ => Err(params.bad(
            "from",
            "cần from (và to), hoặc known_from (và known_to)",
            "from (and to), or known_from (and known_to), is needed",
        )),
    }
}

fn by_days(atlas: &Atlas, asked: &Question, (from, to): (Day, Day), what: What) -> Vec<Change> {
    let changes = atlas.changes(asked, from, to).into_iter();
    changes
        .filter(|change| what == What::All || change.moves())
        .map(|change| by_day(atlas, &change))
        .collect()
}

fn by_day(atlas: &Atlas, change: &VillageChange) -> Change {
    let verdict = |held: Held| held.map(|held| Verdict::from(held.verdict));
    let flags = |held: Held| held.map(|held| Flag::of(held.flags, false)).unwrap_or_default();
    let because = reasons(atlas, &change.village, &change.because, change.day);
    let mut reports: Vec<String> =
        because.iter().flat_map(|reason| &reason.entries).map(|row| row.report.clone()).collect();
    reports.sort_unstable();
    reports.dedup();
    let (name, commune) = named(atlas, &change.village, change.day);
    Change {
        village: change.village.to_string(),
        name,
        commune,
        day: Some(change.day.to_string()),
        recorded_at: None,
        from: verdict(change.before),
        to: verdict(change.after),
        from_flags: flags(change.before),
        to_flags: flags(change.after),
        because,
        reports,
    }
}

fn by_report(atlas: &Atlas, moves: &[EntryMoves]) -> Vec<Change> {
    let mut changes = Vec::new();
    for entry in moves {
        for moved in &entry.moved {
            let (_, commune) = named(atlas, &moved.village, today());
            changes.push(Change {
                village: moved.village.to_string(),
                name: moved.name.clone(),
                commune,
                day: None,
                recorded_at: Some(entry.recorded_at.to_string()),
                from: Some(moved.from.into()),
                to: Some(moved.to.into()),
                from_flags: Vec::new(),
                to_flags: Vec::new(),
                because: Vec::new(),
                reports: entry.reports.iter().map(ToString::to_string).collect(),
            });
        }
    }
    changes
}

fn named(atlas: &Atlas, id: &VillageId, day: Day) -> (String, Option<String>) {
    let Some((_, card)) = atlas.village(id) else { return (id.to_string(), None) };
    let name = card.fact_on(day).map_or_else(|| id.to_string(), |fact| fact.name.clone());
    let unit = atlas.units_of(card, day).commune;
    let commune = unit.and_then(|unit| atlas.common.units.get(unit));
    (name, commune.map(|fact| fact.name.clone()))
}

const COLUMNS: [Column<Change>; 11] = [
    column("village", "Mã thôn", |change| change.village.clone()),
    column("name", "Thôn", |change| change.name.clone()),
    column("commune", "Xã", |change| maybe(change.commune.as_ref())),
    column("day", "Từ ngày", |change| maybe(change.day.as_ref())),
    column("recorded_at", "Ghi nhận lúc", |change| maybe(change.recorded_at.as_ref())),
    column("from", "Mã trước", |change| maybe(change.from.map(Verdict::as_str))),
    column("to", "Mã sau", |change| maybe(change.to.map(Verdict::as_str))),
    column("from_vi", "Trước", |change| maybe(change.from.map(|verdict| verdict.words().0))),
    column("to_vi", "Sau", |change| maybe(change.to.map(|verdict| verdict.words().0))),
    column("because_vi", "Vì", |change| {
        change.because.iter().map(|r| r.text_vi.clone()).collect::<Vec<_>>().join(" ")
    }),
    column("reports", "Lần gửi", |change| change.reports.join(" ")),
];
