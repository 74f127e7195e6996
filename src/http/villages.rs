//! Villages: the list, the village's own page, the nearest sites; the order.

use axum::extract::Path;
use axum::response::Response;
use phusong_atlas::atlas::{
    Atlas, CarrierStates, Carriers, ClusterCard, DutyCard, Flagged, Question, Step, VillageCard,
    VillageVerdict, explain, letter_carriers, missing, timeline, waiting_days,
};
use phusong_atlas::domain::{Day, Position, SiteId, Technology, UnitId, VillageId};
use phusong_atlas::gazetteer::HitTarget;
use serde_json::{Value, json};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::params::{Params, doc};
use super::problem::{Problem, Rendered};
use super::question::{Asked, TECHNOLOGIES};
use super::{App, answer, question, words};
use crate::service::{may_see_entry, today};

/// Nearest sites on a village's page.
const NEAREST: usize = 3;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(page))
        .routes(routes!(nearest))
        .routes(routes!(order))
}

/// How villages are looked for.
#[derive(Debug)]
struct Search;

impl IntoParams for Search {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::text("q", "tên, không cần dấu / name, accents or not"),
            doc::limit(),
            doc::day("as_of", "tính đến hết ngày / on which day"),
        ]
    }
}

/// Where from, and which sites.
#[derive(Debug)]
struct Nearest;

impl IntoParams for Nearest {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::needed(doc::numbers("lon", 1, "độ / degrees, WGS 84")),
            doc::needed(doc::numbers("lat", 1, "độ / degrees, WGS 84")),
            doc::text("carrier", "mã doanh nghiệp / carrier id"),
            doc::word("technology", &TECHNOLOGIES, "công nghệ / technology"),
            doc::day("as_of", "tính đến hết ngày / on which day"),
            doc::limit(),
        ]
    }
}

/// Tìm thôn, không cần dấu / Villages by name, accents or not
#[utoipa::path(
    get, path = "/api/v1/villages", tag = "villages", params(Search),
    responses((status = 200, body = Object))
)]
async fn list(caller: Caller, params: Params) -> Result<Response, Problem> {
    let day = params.past_day("as_of")?.unwrap_or_else(today);
    let atlas = caller.service.atlas(&caller.actor.scope());
    let limit = params.limit()?;
    let ids: Vec<VillageId> = match params.text("q") {
        Some(text) => caller
            .service
            .gazetteer()
            .search(text, limit)
            .into_iter()
            .filter_map(|hit| match hit.target {
                HitTarget::Village(id) => Some(id),
                HitTarget::Unit(_) => None,
            })
            .collect(),
        None => atlas.village_ids().take(limit).cloned().collect(),
    };
    let items: Vec<Value> = ids
        .iter()
        .filter_map(|id| atlas.village(id))
        .filter(|(_, card)| card.exists_on(day))
        .map(|(_, card)| {
            let question = Question::default_on(day);
            summary(&atlas, card, &question, card.verdict(&question, &atlas.common))
        })
        .collect();
    Ok(answer(json!({ "version": atlas.version.to_string(), "items": items, "next": null })))
}

/// Trang của một thôn / A village's own page
#[utoipa::path(
    get, path = "/api/v1/villages/{id}", tag = "villages", params(("id" = String, Path), Asked),
    responses((status = 200, body = Object), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn page(caller: Caller, Path(id): Path<String>, params: Params) -> Result<Response, Problem> {
    let atlas = question::atlas_of(&caller, &params).await?;
    let asked = question::question(&params, &atlas)?;
    let id = VillageId::new(&id).map_err(|_no_id| Problem::not_found())?;
    let Some((_, card)) = atlas.village(&id).filter(|(_, card)| card.exists_on(asked.day)) else {
        return Err(Problem::not_found());
    };
    Ok(answer(story(&caller, &atlas, card, &asked)))
}

/// Everything about a village that this view may tell.
fn story(caller: &Caller, atlas: &Atlas, card: &VillageCard, question: &Question) -> Value {
    let common = &atlas.common;
    let day = question.day;
    let mut page = summary(atlas, card, question, card.verdict(question, common));
    let clusters: Vec<Value> = card
        .clusters_on(day)
        .map(|cluster| {
            let verdict = cluster.verdict(question, common);
            let fact = cluster.fact_on(day);
            let carriers: Vec<Value> = question
                .carriers_in(common)
                .into_iter()
                .map(|carrier| {
                    let states = cluster.states(question, common, carrier);
                    let technologies = technologies(atlas, cluster, question, &states);
                    json!({ "carrier": atlas.carrier(carrier).id.as_str(), "technologies": technologies })
                })
                .collect();
            json!({
                "id": fact.map_or(card.id.as_str(), |fact| fact.id.as_str()),
                "name": fact.map(|fact| fact.name.as_str()),
                "implied": fact.is_none(),
                "centre": cluster.is_centre_on(day),
                "households": fact.and_then(|fact| fact.households),
                "verdict": words::cluster_verdict(verdict.verdict),
                "flags": words::flags(verdict.flags, false),
                "carriers": carriers,
            })
        })
        .collect();
    let sets = std::iter::once(("any".to_owned(), Carriers::Operators)).chain(
        letter_carriers(common)
            .into_iter()
            .map(|index| (atlas.carrier(index).id.to_string(), Carriers::Named(vec![index]))),
    );
    let matrix: Vec<Value> = sets
        .map(|(name, carriers)| {
            let of = |technology: Technology| {
                let asked = Question {
                    carriers: carriers.clone(),
                    technology: Some(technology),
                    ..question.clone()
                };
                (technology.as_str(), card.verdict(&asked, common).verdict.as_str())
            };
            let technologies: serde_json::Map<String, Value> = Technology::ALL
                .into_iter()
                .map(of)
                .map(|(technology, verdict)| (technology.to_owned(), json!(verdict)))
                .collect();
            json!({ "carrier": name, "technologies": technologies })
        })
        .collect();
    let rules = &common.rules;
    let extra = json!({
        "as_of": day.to_string(),
        "known_at": today().to_string(),
        "version": atlas.version.to_string(),
        "question": question::question_json(atlas, question),
        "rule_set": {
            "id": rules.id.id.as_str(), "version": rules.id.version,
            "title_vi": rules.title_vi, "title_en": rules.title_en,
        },
        "clusters": clusters,
        "matrix": matrix,
        "timeline": turns(card, question, atlas),
        "missing": missing(card, question, common).iter().map(words::missing).collect::<Vec<_>>(),
        "statements": statements(atlas),
        "history": history(caller, card),
    });
    merge(&mut page, extra);
    if atlas.sees_sites() {
        let from = card.fact_on(day).and_then(|fact| fact.located).map(|at| at.position);
        let near = from.map(|from| sites(atlas, from, day, None, None, NEAREST));
        merge(&mut page, json!({ "nearest_sites": near }));
    }
    page
}

/// What is known of each technology of one carrier at one cluster, and why.
fn technologies(
    atlas: &Atlas,
    cluster: &ClusterCard,
    question: &Question,
    states: &CarrierStates,
) -> Vec<Value> {
    let common = &atlas.common;
    let own = Question { carriers: Carriers::Named(vec![states.carrier]), ..question.clone() };
    let sees = |site: &SiteId| atlas.site(site).is_some();
    let reasons = explain(cluster, &own, common, Technology::G2, sees);
    Technology::ALL
        .into_iter()
        .map(|technology| {
            let judged = states.judged[technology.index()];
            let bearing: Vec<_> =
                reasons.iter().filter(|reason| reason.technologies.speaks_of(technology)).collect();
            let grade = bearing
                .iter()
                .filter(|reason| matches!(reason.step, Step::Covers | Step::CoversAwaiting))
                .map(|reason| reason.grade)
                .max();
            json!({
                "technology": technology.as_str(),
                "state": words::state(judged.state),
                "grade": grade.map(phusong_atlas::domain::Grade::as_str),
                "flags": words::flags(judged.flags, false),
                "reasons": bearing.into_iter().map(|r| words::reason(atlas, r)).collect::<Vec<_>>(),
            })
        })
        .collect()
}

/// The history of the verdict, with what brought each turn about.
fn turns(card: &VillageCard, question: &Question, atlas: &Atlas) -> Vec<Value> {
    timeline(card, question, &atlas.common, question.day)
        .into_iter()
        .map(|turn| {
            let because: Vec<Value> = turn
                .because
                .iter()
                .map(|e| json!({ "entries": [{ "report": e.report.to_string(), "row": e.row }] }))
                .collect();
            json!({
                "from": (turn.from > Day::EARLIEST).then(|| turn.from.to_string()),
                "verdict": turn.answer.verdict.as_str(),
                "flags": words::flags(turn.answer.flags, false),
                "because": because,
            })
        })
        .collect()
}

fn merge(page: &mut Value, extra: Value) {
    if let (Some(page), Value::Object(extra)) = (page.as_object_mut(), extra) {
        page.extend(extra);
    }
}

fn statements(atlas: &Atlas) -> Vec<Value> {
    atlas
        .order
        .statements
        .iter()
        .map(|said| {
            json!({
                "id": said.id.as_str(), "publication": said.publication, "title": said.title,
                "when": said.said_when, "text_vi": said.text_vi, "text_en": said.text_en,
                "names": said.names, "source": said.source,
            })
        })
        .collect()
}

/// The filings that name this village, as far as this actor may see them.
fn history(caller: &Caller, card: &VillageCard) -> Vec<Value> {
    let scope = caller.actor.scope();
    caller.service.with_history(|history| {
        let rows = history.index().naming_village.get(&card.id);
        rows.into_iter()
            .flatten()
            .map(|row| history.row(*row))
            .filter(|row| {
                let public = matches!(row.filing.filed_by, phusong_atlas::domain::Party::Department);
                public
                    || history
                        .entry(row.at.entry)
                        .is_some_and(|head| may_see_entry(history, head, &scope))
            })
            .map(|row| {
                json!({
                    "report": row.report.to_string(), "row": row.at.row,
                    "recorded_at": row.recorded_at.to_string(),
                    "filed_by": super::reports::party(&row.filing.filed_by),
                    "on_behalf_of": row.filing.on_behalf().then(|| super::reports::party(&row.filing.owner)),
                    "state": super::reports::row_state(row),
                })
            })
            .collect()
    })
}

/// One village as lists show it.
pub fn summary(
    atlas: &Atlas,
    card: &VillageCard,
    question: &Question,
    found: Flagged<VillageVerdict>,
) -> Value {
    let day = question.day;
    let common = &atlas.common;
    let fact = card.fact_on(day);
    let units = atlas.units_of(card, day);
    let unit = |unit: Option<UnitId>| {
        let fact = common.units.get(unit?)?;
        Some(json!({ "code": fact.id.code.0, "name": fact.name, "kind": fact.kind }))
    };
    let mut commune = unit(units.commune).unwrap_or(json!({}));
    merge(&mut commune, json!({ "inferred": fact.and_then(|fact| fact.unit_inferred.as_deref()) }));
    let position = fact.and_then(|fact| {
        let at = fact.located?;
        Some(json!({
            "lon": at.position.lon_deg(), "lat": at.position.lat_deg(),
            "uncertainty_m": at.uncertainty_m, "grade": words::position_grade(at.grade),
            "basis": fact.position_basis,
        }))
    });
    let word = words::verdict(found.verdict);
    let least = question.least_technology(common);
    let sees = |site: &SiteId| atlas.site(site).is_some();
    let reasons: Vec<Value> = card
        .clusters_on(day)
        .flat_map(|cluster| explain(cluster, question, common, least, sees))
        .map(|reason| words::reason(atlas, &reason))
        .collect();
    json!({
        "id": card.id.as_str(),
        "name": fact.map(|fact| fact.name.as_str()),
        "aliases": fact.map(|fact| fact.aliases.clone()),
        "kind": fact.map(|fact| words::village_kind(fact.kind)),
        "commune": commune,
        "commune_old": unit(units.commune_old),
        "district_old": unit(units.district_old),
        "position": position,
        "verdict": found.verdict.as_str(),
        "verdict_vi": word.0,
        "verdict_en": word.1,
        "flags": words::flags(found.flags, card.disputed_on(day)),
        "source_word": card.source_word_on(day),
        "households": fact.and_then(|fact| fact.households),
        "people": fact.and_then(|fact| fact.people),
        "grid_power": fact.map(|fact| yes_no(fact.grid_power)),
        "especially_hard": fact.map(|fact| yes_no(fact.especially_hard)),
        "duties": card.duties.iter().map(|duty| duty_json(duty, day)).collect::<Vec<_>>(),
        "waiting_days": waiting_days(card, day),
        "reasons": reasons,
    })
}

fn yes_no(known: Option<bool>) -> &'static str {
    match known {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

fn duty_json(duty: &DutyCard, day: Day) -> Value {
    let fact = &duty.fact;
    json!({
        "id": fact.id.as_str(), "clause": fact.clause, "cite": fact.cite,
        "carrier": fact.carrier.as_str(), "technology": fact.technology.map(Technology::as_str),
        "given": fact.given.to_string(), "due": fact.due.map(|day| day.to_string()),
        "due_inferred": fact.due_inferred.is_some(), "due_inferred_why": fact.due_inferred,
        "state": words::duty_state(duty.state_on(day)),
    })
}

fn sites(
    atlas: &Atlas,
    from: Position,
    day: Day,
    carrier: Option<&phusong_atlas::domain::CarrierId>,
    technology: Option<Technology>,
    limit: usize,
) -> Vec<Value> {
    atlas
        .nearest_sites(from, day, carrier, technology, limit)
        .iter()
        .map(|near| {
            let site = near.site();
            let on_air: Vec<&str> =
                site.life.technologies_on(day).iter().map(Technology::as_str).collect();
            json!({
                "carrier": site.id.carrier.as_str(), "code": site.id.code.as_str(),
                "name": site.name, "distance_m": near.distance_m,
                "state": site.state_on(day).as_str(), "technologies": on_air,
            })
        })
        .collect()
}

/// Trạm gần nhất (404 khi không được xem trạm) / Nearest sites (404 for those who see none)
#[utoipa::path(
    get, path = "/api/v1/sites/nearest", tag = "sites", params(Nearest),
    responses((status = 200, body = Object), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn nearest(caller: Caller, params: Params) -> Result<Response, Problem> {
    let atlas = caller.service.atlas(&caller.actor.scope());
    if !atlas.sees_sites() {
        return Err(Problem::not_found());
    }
    let number = |name| -> Result<f64, Problem> {
        let [number] =
            params.numbers::<1>(name)?.ok_or_else(|| params.bad(name, "thiếu", "is missing"))?;
        Ok(number)
    };
    let from = Position::new(number("lon")?, number("lat")?)
        .map_err(|_off| params.bad("lon", "ngoài Trái Đất", "off the globe"))?;
    let day = params.past_day("as_of")?.unwrap_or_else(today);
    let carrier = match params.text("carrier") {
        Some(id) => Some(
            phusong_atlas::domain::CarrierId::new(id)
                .map_err(|_no_id| params.bad("carrier", "sai", "no such carrier"))?,
        ),
        None => None,
    };
    let technology = question::technology(&params)?;
    let limit = params.limit()?.min(100);
    let items = sites(&atlas, from, day, carrier.as_ref(), technology, limit);
    Ok(answer(json!({ "version": atlas.version.to_string(), "items": items })))
}

/// Kế hoạch: điều khoản, mục tiêu, phát biểu / The order: clauses, goals, public statements
#[utoipa::path(get, path = "/api/v1/order", tag = "order", responses((status = 200, body = Object)))]
async fn order(caller: Caller) -> Response {
    let atlas = caller.service.atlas(&caller.actor.scope());
    let order = &atlas.order;
    let clauses: Vec<Value> = order
        .clauses
        .iter()
        .map(|fact| json!({ "clause": fact.clause, "text_vi": fact.text_vi, "text_en": fact.text_en, "who": fact.who }))
        .collect();
    let goals: Vec<Value> = order
        .goals
        .iter()
        .map(|fact| {
            json!({
                "id": fact.id.as_str(), "clause": fact.clause, "indicator": fact.indicator,
                "threshold_milli": fact.threshold_milli, "unit": fact.unit,
                "scope": fact.scope_name, "text_vi": fact.text_vi, "text_en": fact.text_en,
                "due": fact.due.map(|day| day.to_string()), "due_inferred": fact.due_inferred,
            })
        })
        .collect();
    let agencies: Vec<Value> = order
        .agencies
        .iter()
        .map(|fact| json!({ "id": fact.id.as_str(), "name_vi": fact.name_vi, "name_en": fact.name_en }))
        .collect();
    answer(json!({
        "clauses": clauses, "goals": goals, "statements": statements(&atlas), "agencies": agencies,
    }))
}
