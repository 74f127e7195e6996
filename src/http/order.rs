//! `GET /api/v1/order`: clauses, goals, agencies, and what was said in public.

use axum::Json;
use phusong_atlas::atlas::Atlas;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::problem::Problem;
use super::wire::Statement;
use super::{App, question};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(order))
}

#[derive(Debug, Serialize, ToSchema)]
struct Order {
    clauses: Vec<Clause>,
    goals: Vec<Goal>,
    statements: Vec<Statement>,
    agencies: Vec<Agency>,
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
}

/// Kế hoạch: điều khoản, mục tiêu, phát biểu / The order: clauses, goals, public statements
#[utoipa::path(get, path = "/api/v1/order", tag = "order", responses((status = 200, body = Order)))]
async fn order(caller: Caller) -> Result<Json<Order>, Problem> {
    let atlas = question::atlas_now(&caller).await?;
    let order = &atlas.order;
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
        text_vi: fact.text_vi.clone(),
        text_en: fact.text_en.clone(),
        due: fact.due.map(|day| day.to_string()),
        due_inferred: fact.due_inferred.clone(),
    });
    let agencies = order.agencies.iter().map(|fact| Agency {
        id: fact.id.as_str().to_owned(),
        name_vi: fact.name_vi.clone(),
        name_en: fact.name_en.clone(),
    });
    Ok(Json(Order {
        clauses: clauses.collect(),
        goals: goals.collect(),
        statements: statements(&atlas),
        agencies: agencies.collect(),
    }))
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
