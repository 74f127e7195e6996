//! `GET /api/v1/order`: clauses, goals, agencies, and what was said in public.

use axum::Json;
use phusong_atlas::atlas::{Atlas, OrderFacts};
use phusong_atlas::domain::{AgencyFact, UnitId, UnitRelation};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::problem::Problem;
use super::statistics::{UnitRef, unit_ref};
use super::wire::Statement;
use super::{App, blocking, question};
use crate::report::words::why_due;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(order))
}

#[derive(Debug, Serialize, ToSchema)]
struct Order {
    clauses: Vec<Clause>,
    goals: Vec<Goal>,
    /// Who owes which village: as the order was written, and as it is today.
    duties: Vec<OrderDuty>,
    statements: Vec<Statement>,
    agencies: Vec<Agency>,
}

/// A duty on its ground, then and now.
#[derive(Debug, Serialize, ToSchema)]
struct OrderDuty {
    id: String,
    clause: String,
    cite: String,
    carrier: String,
    village: String,
    village_name: String,
    /// What held the village when the duty was given; the order itself names the district alone.
    commune_old: Option<UnitRef>,
    district_old: Option<UnitRef>,
    /// What holds it today.
    commune: Option<UnitRef>,
    /// Why a commune is *suy luận*.
    inferred: Option<String>,
    /// Villages that follow it, where it is no more.
    followed_by: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names on the wire")]
struct Clause {
    clause: String,
    text_vi: String,
    text_en: String,
    who: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct Goal {
    id: String,
    clause: String,
    indicator: String,
    /// In thousandths of `unit`, so that 76 % is 76000.
    threshold_milli: Option<i64>,
    unit: Option<String>,
    scope: String,
    /// The unit as the order was written.
    as_written: Option<UnitRef>,
    /// The units of today that hold its ground.
    as_today: Vec<UnitRef>,
    /// *Cần làm rõ*: a part of its ground went to one of them, a part to another.
    divided: bool,
    text_vi: String,
    text_en: String,
    #[schema(format = Date)]
    due: Option<String>,
    /// Why `due` is *suy luận*.
    due_inferred: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Agency {
    id: String,
    name_vi: String,
    name_en: String,
    #[schema(format = Date)]
    valid_to: Option<String>,
    /// Who took over what, from when.
    successors: Vec<Successor>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Successor {
    agency: String,
    name_vi: Option<String>,
    name_en: Option<String>,
    #[schema(format = Date)]
    day: String,
    /// Null: everything.
    matter: Option<String>,
    inferred: Option<String>,
}

/// Kế hoạch: điều khoản, mục tiêu, phát biểu / The order: clauses, goals, public statements
#[utoipa::path(get, path = "/api/v1/order", tag = "order", responses((status = 200, body = Order)))]
async fn order(caller: Caller) -> Result<Json<Order>, Problem> {
    let atlas = question::atlas_now(&caller).await?;
    blocking(move || Ok(Json(told(&atlas)))).await
}

fn told(atlas: &Atlas) -> Order {
    let (order, units) = (&atlas.order, &atlas.common.units);
    let clauses = order.clauses.iter().map(|fact| Clause {
        clause: fact.clause.clone(),
        text_vi: fact.text_vi.clone(),
        text_en: fact.text_en.clone(),
        who: fact.who.clone(),
    });
    let goals = order.goals.iter().map(|fact| Goal {
        id: fact.id.to_string(),
        clause: fact.clause.clone(),
        indicator: fact.indicator.clone(),
        threshold_milli: fact.threshold_milli,
        unit: fact.unit.clone(),
        scope: fact.scope_name.clone(),
        as_written: fact.scope.map(|unit| unit_ref(units, unit)),
        as_today: today(atlas, fact.scope),
        divided: fact.scope.is_some_and(|unit| is_divided(atlas, unit)),
        text_vi: fact.text_vi.clone(),
        text_en: fact.text_en.clone(),
        due: fact.due.map(|day| day.to_string()),
        due_inferred: fact.due_inferred.as_deref().map(why_due).map(str::to_owned),
    });
    let agencies = order.agencies.iter().map(|fact| Agency {
        id: fact.id.as_str().to_owned(),
        name_vi: fact.name_vi.clone(),
        name_en: fact.name_en.clone(),
        valid_to: fact.valid_to.map(|day| day.to_string()),
        successors: successors(order, fact),
    });
    Order {
        clauses: clauses.collect(),
        goals: goals.collect(),
        duties: duties(atlas),
        statements: statements(atlas),
        agencies: agencies.collect(),
    }
}

fn today(atlas: &Atlas, unit: Option<UnitId>) -> Vec<UnitRef> {
    let heirs = unit.into_iter().flat_map(|unit| atlas.today_of(unit));
    heirs.map(|unit| unit_ref(&atlas.common.units, unit)).collect()
}

/// The unit itself went to several, in parts.
fn is_divided(atlas: &Atlas, unit: UnitId) -> bool {
    let steps = atlas.common.units.successors(unit);
    steps.iter().any(|step| step.relation == UnitRelation::Part)
}

fn successors(order: &OrderFacts, agency: &AgencyFact) -> Vec<Successor> {
    let steps = order.agency_successions.iter().filter(|step| step.from == agency.id);
    steps
        .map(|step| {
            let heir = order.agencies.iter().find(|agency| agency.id == step.to);
            Successor {
                agency: step.to.as_str().to_owned(),
                name_vi: heir.map(|heir| heir.name_vi.clone()),
                name_en: heir.map(|heir| heir.name_en.clone()),
                day: step.day.to_string(),
                matter: step.part.clone(),
                inferred: step.inferred.clone(),
            }
        })
        .collect()
}

/// By clause, then village.
fn duties(atlas: &Atlas) -> Vec<OrderDuty> {
    let units = &atlas.common.units;
    let now = crate::service::today();
    let mut duties: Vec<OrderDuty> = atlas
        .village_ids()
        .filter_map(|id| atlas.village(id))
        .flat_map(|(_, card)| card.duties.iter().map(move |duty| (card, &duty.fact)))
        .map(|(card, fact)| {
            let (then, today) = (atlas.units_of(card, fact.given), atlas.units_of(card, now));
            let named = |unit: Option<UnitId>| unit.map(|unit| unit_ref(units, unit));
            let village = card.fact_on(fact.given);
            OrderDuty {
                id: fact.id.to_string(),
                clause: fact.clause.clone(),
                cite: fact.cite.clone(),
                carrier: fact.carrier.to_string(),
                village: card.id.to_string(),
                village_name: village.map(|fact| fact.name.clone()).unwrap_or_default(),
                commune_old: named(then.commune_old),
                district_old: named(then.district_old),
                commune: named(today.commune),
                inferred: village.and_then(|fact| fact.unit_inferred.clone()),
                followed_by: card
                    .to
                    .iter()
                    .filter(|_| !card.exists_on(now))
                    .map(|step| step.to.to_string())
                    .collect(),
            }
        })
        .collect();
    duties.sort_by(|a, b| (&a.clause, &a.village).cmp(&(&b.clause, &b.village)));
    duties
}

pub fn statements(atlas: &Atlas) -> Vec<Statement> {
    atlas
        .order
        .statements
        .iter()
        .map(|said| Statement {
            id: said.id.as_str().to_owned(),
            publication: said.publication.clone(),
            title: said.title.clone(),
            when: said.said_when.clone(),
            text_vi: said.text_vi.clone(),
            text_en: said.text_en.clone(),
            names: said.names.clone(),
            source: said.source.clone(),
        })
        .collect()
}
