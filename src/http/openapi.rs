//! The contract: the OpenAPI 3.1 document of the routes, what every operation has in common, and
//! which query parameters each one takes.

use std::collections::BTreeMap;

use axum::http::Method;
use utoipa::OpenApi;
use utoipa::openapi::path::{HttpMethod, Operation, ParameterIn};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};

use super::problem::Kind;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Phủ Sóng",
        description = "Bản đồ phủ sóng viễn thông của tỉnh / The telecom coverage map of the province.\n\n\
            Không có khóa: phần công khai. / No key: the public view. \
            What a key may not see is 404, equal to the byte to what does not exist. \
            Every problem is `application/problem+json` in Vietnamese, or English by Accept-Language.",
    ),
    components(schemas(super::problem::Rendered)),
    security((), ("key" = [])),
)]
struct Base;

/// The document without routes.
pub fn base() -> utoipa::openapi::OpenApi {
    let mut document = Base::openapi();
    let mut key = Http::new(HttpAuthScheme::Bearer);
    key.description = Some("`phusong key create` makes one: `ps_…`".to_owned());
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("key", SecurityScheme::Http(key));
    document
}

/// The finished document, and what it says of each route's query.
#[derive(Debug)]
pub struct Contract {
    /// As JSON.
    pub document: String,
    query_names: BTreeMap<(String, &'static str), Vec<String>>,
}

impl Contract {
    pub fn of(mut document: utoipa::openapi::OpenApi) -> Self {
        let mut query_names = BTreeMap::new();
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in [
                (HttpMethod::Get, &mut item.get),
                (HttpMethod::Post, &mut item.post),
                (HttpMethod::Patch, &mut item.patch),
                (HttpMethod::Delete, &mut item.delete),
            ] {
                let Some(operation) = operation else { continue };
                let names = operation
                    .parameters
                    .iter()
                    .flatten()
                    .filter_map(parameter)
                    .filter(|parameter| parameter.parameter_in == ParameterIn::Query)
                    .map(|parameter| parameter.name.clone())
                    .collect();
                query_names.insert((path.clone(), word(&method)), names);
                add_common(operation, &method);
            }
        }
        // Names and texts of our own: it cannot fail to become JSON.
        Self { document: document.to_pretty_json().unwrap_or_default(), query_names }
    }

    /// The query parameters of a route; those of GET are those of HEAD.
    pub fn query_names(&self, path: &str, method: &Method) -> &[String] {
        let method = match *method {
            Method::POST => "POST",
            Method::PATCH => "PATCH",
            Method::DELETE => "DELETE",
            _ => "GET",
        };
        self.query_names.get(&(path.to_owned(), method)).map_or(&[], Vec::as_slice)
    }
}

fn word(method: &HttpMethod) -> &'static str {
    match method {
        HttpMethod::Post => "POST",
        HttpMethod::Patch => "PATCH",
        HttpMethod::Delete => "DELETE",
        _ => "GET",
    }
}

fn parameter(
    parameter: &RefOr<utoipa::openapi::path::Parameter>,
) -> Option<&utoipa::openapi::path::Parameter> {
    match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    }
}

/// What any operation may answer with, besides what its own annotation says.
fn add_common(operation: &mut Operation, method: &HttpMethod) {
    let mut common = vec![
        Kind::BadQuery,
        Kind::Unauthorized,
        Kind::NotAcceptable,
        Kind::AddressTooLong,
        Kind::Internal,
        Kind::NotReady,
    ];
    if *method == HttpMethod::Get {
        let unchanged = "Chưa đổi (If-None-Match) / not modified".to_owned();
        let response: Response = ResponseBuilder::new().description(unchanged).build();
        operation.responses.responses.entry("304".to_owned()).or_insert(RefOr::T(response));
        common.push(Kind::RangeNotSatisfiable);
    } else {
        common.extend([
            Kind::Forbidden,
            Kind::TooLarge,
            Kind::ContentType,
            Kind::BadBody,
            Kind::DiskFull,
        ]);
    }
    for kind in common {
        let status = kind.row().status.to_string();
        operation.responses.responses.entry(status).or_insert_with(|| RefOr::T(problem(kind)));
    }
}

/// A problem of this kind, as a response of the document.
pub fn problem(kind: Kind) -> Response {
    let row = kind.row();
    ResponseBuilder::new()
        .description(format!("{} / {}", row.vi, row.en))
        .content("application/problem+json", Content::new(Some(Ref::from_schema_name("Problem"))))
        .build()
}
