//! `GET /api/v1/planning/single-points`: villages whose signal hangs on one site, one backhaul or
//! one power feed.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::Response;
use phusong_atlas::atlas::{
    Atlas, Carriers, HangingVillage, HangsOn, LineKind, Question, RecordedLines, content_hash,
};
use phusong_atlas::domain::{Scope, SiteId, Technology};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{cluster_name, commune, village_name};
use crate::http::App;
use crate::http::actor::Caller;
use crate::http::gaps::{Where, left_by};
use crate::http::params::doc::Paging;
use crate::http::params::{Params, Rows};
use crate::http::problem::{Problem, Rendered};
use crate::http::question::{Asked, atlas_of, known_at, question, question_wire};
use crate::http::table::{self, Column, Tabled, column, joined, maybe};
use crate::http::wire::codes::Verdict;
use crate::http::wire::{self, Unit};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(single_points))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SiteRef {
    pub carrier: String,
    pub code: String,
}

impl From<&SiteId> for SiteRef {
    fn from(site: &SiteId) -> Self {
        Self { carrier: site.carrier.to_string(), code: site.code.as_str().to_owned() }
    }
}

impl From<RecordedLines> for Recorded {
    fn from(RecordedLines { sites, backhaul, power }: RecordedLines) -> Self {
        Self { sites, backhaul, power }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HangingCluster {
    pub id: String,
    pub name: Option<String>,
    pub households: Option<u32>,
    /// `site`, `backhaul`, `power`: a cluster on one backhaul and one feed stands here twice.
    pub on: &'static str,
    /// The one site; null: one that this key may not see, or several that share a line.
    pub site: Option<SiteRef>,
    /// The line that several sites share, as their carriers name it.
    pub line: Option<String>,
    /// The sites on that line; empty where it is one site.
    pub sites: Vec<SiteRef>,
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

/// Sites on air that this key may see, and of how many a line is on record.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recorded {
    pub sites: usize,
    pub backhaul: usize,
    pub power: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HangingList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub question: wire::Question,
    /// How far the ledger records lines, so that nobody reads more into the list.
    pub note_vi: String,
    pub note_en: String,
    pub recorded: Recorded,
    pub count: usize,
    pub items: Vec<HangingItem>,
    pub next: Option<String>,
}

/// Thôn chỉ dựa vào một trạm, một tuyến truyền dẫn hoặc một nguồn điện (404 khi không được xem trạm) / Villages that hang on one site, one backhaul or one power feed (404 for those who see none)
///
/// A carrier is told of its own sites alone.
#[utoipa::path(
    get, path = "/api/v1/planning/single-points", tag = "planning", params(Asked, Where, Tabled, Paging),
    responses(
        (status = 200, content((HangingList = "application/json"), (String = "text/csv"))),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn single_points(
    caller: Caller,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    if !atlas.sees_sites() {
        return Err(Problem::not_found());
    }
    let make = move |params: &Params| hanging(&atlas, params, Rows::Page);
    table::listed(
        params,
        &headers,
        (&COLUMNS, |list: HangingList| (lines(list.items), list.next)),
        make,
    )
    .await
}

/// A cluster of a village.
type Line = (Arc<HangingItem>, HangingCluster);

fn lines(items: Vec<HangingItem>) -> Vec<Line> {
    let each = items.into_iter().flat_map(|mut item| {
        let clusters = std::mem::take(&mut item.clusters);
        let item = Arc::new(item);
        clusters.into_iter().map(move |cluster| (Arc::clone(&item), cluster))
    });
    each.collect()
}

const COLUMNS: [Column<Line>; 13] = [
    column("village", "Mã thôn", |(item, _)| item.village.clone()),
    column("name", "Thôn", |(item, _)| maybe(item.name.as_ref())),
    column("commune", "Xã", |(item, _)| maybe(item.commune.as_ref().map(|unit| &unit.name))),
    column("verdict_vi", "Đánh giá", |(item, _)| item.verdict.words().0.to_owned()),
    column("cluster", "Mã cụm", |(_, cluster)| cluster.id.clone()),
    column("cluster_name", "Cụm dân cư", |(_, cluster)| maybe(cluster.name.as_ref())),
    column("households", "Số hộ", |(_, cluster)| maybe(cluster.households)),
    column("on", "Dựa vào (mã)", |(_, cluster)| cluster.on.to_owned()),
    column("on_vi", "Dựa vào", |(_, cluster)| on_vi(cluster.on).to_owned()),
    column("line", "Tuyến hoặc nguồn", |(_, cluster)| maybe(cluster.line.as_ref())),
    column("sites", "Trạm", |(_, cluster)| {
        joined(
            cluster
                .site
                .iter()
                .chain(&cluster.sites)
                .map(|site| format!("{} {}", site.carrier, site.code)),
        )
    }),
    column("carriers", "Doanh nghiệp", |(_, cluster)| joined(cluster.carriers.iter())),
    column("technologies", "Công nghệ", |(_, cluster)| joined(cluster.technologies.iter())),
];

fn on_vi(on: &str) -> &'static str {
    match on {
        "site" => "một trạm",
        "backhaul" => "một tuyến truyền dẫn",
        _ => "một nguồn điện",
    }
}

/// For a view that sees sites.
pub fn hanging(atlas: &Atlas, params: &Params, rows: Rows) -> Result<HangingList, Problem> {
    let query = left_by(params, atlas, own(atlas, question(params, atlas)?))?;
    let page = rows.of(params, content_hash(&(atlas.version, format!("{query:?}"))))?;
    let found = atlas.hanging(&query);
    let recorded = atlas.recorded_lines(query.question.day);
    Ok(HangingList {
        version: atlas.version.to_string(),
        as_of: query.question.day.to_string(),
        known_at: known_at(params)?.to_string(),
        question: question_wire(atlas, &query.question),
        note_vi: format!(
            "Theo báo cáo của doanh nghiệp: trong {} trạm đang phát sóng, {} trạm đã ghi tuyến \
             truyền dẫn, {} trạm đã ghi nguồn điện. Tuyến truyền dẫn của một nhà mạng, nguồn điện của mọi nhà mạng: tên ghi giống nhau được coi là một.",
            recorded.sites, recorded.backhaul, recorded.power,
        ),
        note_en: format!(
            "By what carriers report: of {} sites on air, {} have a backhaul on record, {} a power \
             feed. Backhauls of one carrier, and power feeds of all, that are written alike are taken for one.",
            recorded.sites, recorded.backhaul, recorded.power,
        ),
        recorded: recorded.into(),
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
        let (on, site, line, sites) = match &hanging.on {
            HangsOn::Site(site) => ("site", site.as_ref().map(SiteRef::from), None, Vec::new()),
            HangsOn::Line { kind, name, sites } => (
                match kind {
                    LineKind::Backhaul => "backhaul",
                    LineKind::Power => "power",
                },
                None,
                Some(name.clone()),
                sites.iter().map(SiteRef::from).collect(),
            ),
        };
        HangingCluster {
            id: hanging.key.as_str().to_owned(),
            name: known.and_then(|cluster| cluster_name(cluster, card, day)),
            households: hanging.households,
            on,
            site,
            line,
            sites,
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
