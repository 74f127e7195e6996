//! `GET /api/v1/planning/single-points`: villages whose signal hangs on one site.

use axum::Json;
use phusong_atlas::atlas::{Atlas, Carriers, HangingVillage, Question, content_hash};
use phusong_atlas::domain::{Scope, Technology};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{cluster_id, cluster_name, commune, village_name};
use crate::http::actor::Caller;
use crate::http::gaps::{Where, left_by};
use crate::http::params::doc::Paging;
use crate::http::params::{Params, Rows};
use crate::http::problem::{Problem, Rendered};
use crate::http::question::{Asked, atlas_of, known_at, question, question_wire};
use crate::http::wire::codes::Verdict;
use crate::http::wire::{self, Unit};
use crate::http::{App, blocking};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(single_points))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SiteRef {
    pub carrier: String,
    pub code: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HangingCluster {
    pub id: String,
    pub name: Option<String>,
    pub households: Option<u32>,
    /// Null: a site that this key may not see.
    pub site: Option<SiteRef>,
    pub carriers: Vec<String>,
    #[schema(value_type = Vec<String>)]
    pub technologies: Vec<&'static str>,
    /// Statements that name no site speak for it too: a commune's word, a claim by area.
    pub unnamed_support: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HangingItem {
    pub village: String,
    pub name: Option<String>,
    pub commune: Option<Unit>,
    pub verdict: Verdict,
    /// Of the clusters below, as far as known.
    pub households: u64,
    pub clusters: Vec<HangingCluster>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HangingList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub question: wire::Question,
    /// What the ledger does not record, so that nobody reads more into the list.
    pub note_vi: &'static str,
    pub note_en: &'static str,
    pub count: usize,
    pub items: Vec<HangingItem>,
    pub next: Option<String>,
}

/// Thôn chỉ dựa vào một trạm (404 khi không được xem trạm) / Villages that hang on one site (404 for those who see none)
///
/// A carrier is told of its own sites alone.
#[utoipa::path(
    get, path = "/api/v1/planning/single-points", tag = "planning", params(Asked, Where, Paging),
    responses(
        (status = 200, body = HangingList),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn single_points(caller: Caller, params: Params) -> Result<Json<HangingList>, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    if !atlas.sees_sites() {
        return Err(Problem::not_found());
    }
    blocking(move || hanging(&atlas, &params, Rows::Page).map(Json)).await
}

/// For a view that sees sites.
pub fn hanging(atlas: &Atlas, params: &Params, rows: Rows) -> Result<HangingList, Problem> {
    let query = left_by(params, atlas, own(atlas, question(params, atlas)?))?;
    let page = rows.of(params, content_hash(&(atlas.version, format!("{query:?}"))))?;
    let found = atlas.hanging(&query);
    Ok(HangingList {
        version: atlas.version.to_string(),
        as_of: query.question.day.to_string(),
        known_at: known_at(params)?.to_string(),
        question: question_wire(atlas, &query.question),
        note_vi: "Theo trạm nêu trong báo cáo; sổ chưa ghi truyền dẫn và nguồn điện của trạm.",
        note_en: "By the sites that reports name; backhaul and power of sites are not recorded.",
        count: found.len(),
        items: page.of(&found).map(|row| item(atlas, row, &query.question)).collect(),
        next: page.next(found.len()),
    })
}

/// A carrier's question is about its own signal: what others stand on is not told.
fn own(atlas: &Atlas, question: Question) -> Question {
    match &atlas.scope {
        Scope::Carrier(own) => {
            let own = atlas.common.carrier(own).into_iter().collect();
            Question { carriers: Carriers::Named(own), ..question }
        }
        _ => question,
    }
}

fn item(atlas: &Atlas, row: &HangingVillage, question: &Question) -> HangingItem {
    let (card, day) = (row.card(), question.day);
    let clusters = row.clusters.iter().map(|hanging| {
        let known = card.clusters.iter().find(|cluster| cluster.key == hanging.key);
        let carriers = hanging.carriers.iter().map(|index| atlas.carrier(*index).id.to_string());
        HangingCluster {
            id: cluster_id(&hanging.key),
            name: known.and_then(|cluster| cluster_name(cluster, card, day)),
            households: hanging.households,
            site: hanging.site.as_ref().map(|site| SiteRef {
                carrier: site.carrier.to_string(),
                code: site.code.as_str().to_owned(),
            }),
            carriers: carriers.collect(),
            technologies: hanging.technologies.iter().map(Technology::as_str).collect(),
            unnamed_support: hanging.unnamed,
        }
    });
    HangingItem {
        village: card.id.to_string(),
        name: village_name(card, day),
        commune: commune(atlas, atlas.units_of(card, day).commune),
        verdict: row.answer.into(),
        households: row.households,
        clusters: clusters.collect(),
    }
}
