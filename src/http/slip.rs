//! `GET /api/v1/villages/{id}/slip`: the *phiếu xác nhận* of a village on paper, cluster by cluster,
//! with a QR code that leads back to the village. Made for the public: it holds names, no signal.

use std::fmt::Write as _;

use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64;
use phusong_atlas::atlas::{Atlas, VillageCard};
use phusong_atlas::domain::{Day, VillageId};
use qrcode::QrCode;
use qrcode::render::svg;
use sha2::{Digest, Sha256};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::actor::Caller;
use super::problem::{Problem, Rendered};
use super::question;
use super::tiles::base_of;
use super::villages::card_on;
use crate::service::today;

/// Side of the QR code on paper, in pixels.
const QR_PX: u32 = 132;

const STYLE: &str = "@page{size:A4;margin:20mm 15mm 20mm 30mm}\
body{font:13pt/1.4 serif;color:#000;background:#fff;max-width:180mm;margin:0 auto;padding:6mm}\
h1{font-size:15pt;text-align:center;margin:4mm 0}\
header{display:flex;justify-content:space-between;gap:8mm}\
table{border-collapse:collapse;width:100%;margin:4mm 0;font-size:11pt}\
th,td{border:1px solid #000;padding:1.5mm;vertical-align:top}\
td.box{white-space:nowrap;text-align:center}\
footer{display:flex;justify-content:space-between;margin-top:8mm;min-height:35mm}\
p{margin:1.5mm 0}.small{font-size:10pt}";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(slip))
}

/// Phiếu xác nhận của thôn để in, có mã QR / A village's confirmation slip to print, with a QR code
#[utoipa::path(
    get, path = "/api/v1/villages/{id}/slip", tag = "villages", params(("id" = String, Path)),
    responses(
        (status = 200, body = String, content_type = "text/html"),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn slip(
    State(app): State<App>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (mut parts, _none) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, &app).await?;
    let atlas = question::atlas_now(&caller).await?;
    let id = VillageId::new(&id).map_err(|_no_id| Problem::not_found())?;
    let day = today();
    let card = card_on(&atlas, &id, day)?;
    let link = format!("{}/#thon={id}", base_of(&app, &parts)?);
    let code = QrCode::new(&link).map_err(|error| Problem::internal(&error))?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(QR_PX, QR_PX).build();
    // The drawing stands inside the page: it needs no prologue of its own.
    let drawing = drawn.find("<svg").map_or("", |at| &drawn[at..]);
    Ok(answer(page(&atlas, card, day, &link, drawing)))
}

/// Its one style is allowed by its hash: nothing else may style or run.
fn answer(page: String) -> Response {
    let hash = BASE64.encode(&Sha256::digest(STYLE.as_bytes()));
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'");
    let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn page(atlas: &Atlas, card: &VillageCard, day: Day, link: &str, drawing: &str) -> String {
    let fact = card.fact_on(day);
    let name = fact.map_or_else(|| card.id.to_string(), |fact| fact.name.clone());
    let units = atlas.units_of(card, day);
    let unit = |unit| {
        let known = Option::and_then(unit, |unit| atlas.common.units.get(unit));
        known.map_or_else(|| "……………".to_owned(), |fact| escaped(&fact.name))
    };
    let carriers: Vec<String> =
        atlas.common.operators_on(day).map(|index| escaped(&atlas.carrier(index).name)).collect();
    let mut rows = String::new();
    for cluster in card.clusters_on(day) {
        let own = cluster.fact_on(day).map(|fact| fact.name.clone());
        let own = own.unwrap_or_else(|| "Trung tâm thôn (chưa có danh sách cụm dân cư)".to_owned());
        let boxes = "<td class=\"box\">☐ có<br>☐ yếu<br>☐ không</td>".repeat(carriers.len());
        let _never_fails = write!(rows, "<tr><td>{}</td>{boxes}</tr>", escaped(&own));
    }
    let mut heads = String::new();
    for name in &carriers {
        let _never_fails = write!(heads, "<th>{name}</th>");
    }
    let (name, id, link) = (escaped(&name), escaped(card.id.as_str()), escaped(link));
    let (commune, old) = (unit(units.commune), unit(units.district_old));
    format!(
        "<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Phiếu xác nhận: {name}</title><style>{STYLE}</style></head><body>\
<header><div><p><b>PHIẾU XÁC NHẬN TÌNH TRẠNG SÓNG DI ĐỘNG</b></p><p>Thôn: <b>{name}</b> ({id})</p>\
<p>Xã, phường hiện nay: {commune}; huyện (cũ): {old}</p>\
<p>Ngày quan sát: ……/……/…………</p></div><div>{drawing}</div></header>\
<p>Đánh dấu cho từng cụm dân cư và từng doanh nghiệp, theo sóng ngoài trời trên điện thoại thông thường. Để trống nếu không biết.</p>\
<table><thead><tr><th>Cụm dân cư</th>{heads}</tr></thead><tbody>{rows}</tbody></table>\
<p>Ghi chú: ………………………………………………………………………………………………</p>\
<footer><div><p>Người quan sát</p><p class=\"small\">(họ tên, số điện thoại)</p></div>\
<div><p>Xác nhận của Ủy ban nhân dân xã</p><p class=\"small\">(ký, ghi rõ họ tên, đóng dấu)</p></div></footer>\
<p class=\"small\">Nhập kết quả tại {link}, mục “Xác nhận”. Phiếu chỉ có giá trị khi xã ký; hệ thống không ký thay.</p></body></html>"
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}
