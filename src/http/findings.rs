//! `/api/v1/findings`: the catalogue of what the intake can find.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::params::Params;
use super::problem::Problem;
use phusong_intake::catalogue::catalogue;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// One code; `{…}` in its words stands for what a row fills in.
#[derive(Debug, Serialize, ToSchema)]
struct CatalogueEntry {
    code: &'static str,
    /// `refuse`, `ask`, `warn`, `note`: each that it can have.
    severities: Vec<&'static str>,
    message_vi: &'static str,
    message_en: &'static str,
    remedy_vi: &'static str,
    remedy_en: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
struct Catalogue {
    findings: Vec<CatalogueEntry>,
}

/// Danh mục các phát hiện / Every finding of the intake, by code
#[utoipa::path(get, path = "/api/v1/findings", tag = "filings", responses((status = 200, body = Catalogue)))]
async fn list(_params: Params) -> Result<Json<Catalogue>, Problem> {
    let findings = catalogue().map(|entry| CatalogueEntry {
        code: entry.code,
        severities: entry.severities.split('/').collect(),
        message_vi: entry.message_vi,
        message_en: entry.message_en,
        remedy_vi: entry.remedy_vi,
        remedy_en: entry.remedy_en,
    });
    Ok(Json(Catalogue { findings: findings.collect() }))
}
