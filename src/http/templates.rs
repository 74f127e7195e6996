//! Templates to fill in: listed, and as a workbook.

use axum::Json;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::params::Params;
use super::problem::{Problem, Rendered};
use super::{App, blocking};
use crate::service::{Offered, template_xlsx, today};
use phusong_intake::template::{Kind, Need};

/// Its media type.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(workbook))
}

/// One kind of thing that files say.
#[derive(Serialize, ToSchema)]
struct TemplateLine {
    kind: &'static str,
    title_vi: &'static str,
    title_en: &'static str,
    columns: Vec<TemplateColumn>,
}

#[derive(Serialize, ToSchema)]
struct TemplateColumn {
    /// As `means` and answers name it.
    column: &'static str,
    heading_vi: &'static str,
    heading_en: &'static str,
    needed: bool,
    note_vi: &'static str,
    note_en: &'static str,
    /// Of a village of the register, as far as whoever asks may know it.
    example: String,
}

#[derive(Serialize, ToSchema)]
struct TemplateList {
    templates: Vec<TemplateLine>,
}

/// Các mẫu tệp / What files may say, column by column
#[utoipa::path(get, path = "/api/v1/templates", tag = "filings", responses((status = 200, body = TemplateList)))]
async fn list(caller: Caller, _params: Params) -> Result<Json<TemplateList>, Problem> {
    blocking(move || {
        let atlas = caller.service.atlas(&caller.actor.scope());
        let offered = Offered::of(&atlas, &caller.actor.role, today());
        Ok(Json(TemplateList { templates: Kind::ALL.map(|kind| line(kind, &offered)).into() }))
    })
    .await
}

fn line(kind: Kind, offered: &Offered) -> TemplateLine {
    let template = kind.template();
    let columns = template.columns.iter().map(|spec| TemplateColumn {
        column: spec.column.as_str(),
        heading_vi: spec.heading_vi,
        heading_en: spec.heading_en,
        needed: spec.need != Need::Free,
        note_vi: spec.note_vi,
        note_en: spec.note_en,
        example: offered.example(spec),
    });
    TemplateLine {
        kind: kind.as_str(),
        title_vi: template.title_vi,
        title_en: template.title_en,
        columns: columns.collect(),
    }
}

/// Tải mẫu XLSX / A template as a workbook, with drop-downs, notes and an example
#[utoipa::path(
    get, path = "/api/v1/templates/{file}", tag = "filings",
    params(("file" = String, Path, description = "site-report.xlsx, villages.xlsx …")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn workbook(
    caller: Caller,
    Path(file): Path<String>,
    _params: Params,
) -> Result<Response, Problem> {
    let kind = file.strip_suffix(".xlsx").and_then(Kind::named).ok_or_else(Problem::not_found)?;
    blocking(move || {
        let atlas = caller.service.atlas(&caller.actor.scope());
        let offered = Offered::of(&atlas, &caller.actor.role, today());
        let bytes = template_xlsx(kind, &offered);
        let bytes = bytes.map_err(|error| Problem::internal(&error))?;
        Ok(attached(&format!("{}.xlsx", kind.as_str()), XLSX, bytes))
    })
    .await
}

/// A file to be kept, under a name of plain letters and, where it has others, its own.
pub fn attached(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    (
        [
            (header::CONTENT_TYPE, media_type.to_owned()),
            (header::CONTENT_DISPOSITION, disposition(name)),
        ],
        bytes,
    )
        .into_response()
}

/// `Content-Disposition` of a file to be kept.
pub fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' })
        .collect();
    let own: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{own}")
}
