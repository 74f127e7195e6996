//! Who asks, in which language, of which service: taken from the request once.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::problem::{Language, Problem};
use crate::service::{Actor, Service};

#[derive(Debug)]
pub struct Caller {
    pub actor: Actor,
    pub language: Language,
    pub service: Service,
}

impl FromRequestParts<Service> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        let text = |name| {
            parts.headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
        };
        let language = match text(header::ACCEPT_LANGUAGE) {
            Some(asked) if asked.trim_start().starts_with("en") => Language::En,
            _ => Language::Vi,
        };
        let wrong = || {
            Problem::new(
                401,
                "unauthorized",
                language,
                "Khóa không đúng, đã hết hạn hoặc đã bị thu hồi",
                "The key is wrong, expired or revoked",
            )
        };
        let mut keys = parts.headers.get_all(header::AUTHORIZATION).iter();
        let actor = match (keys.next(), keys.next()) {
            (None, _) => Actor::PUBLIC,
            (Some(_), Some(_)) => {
                return Err(Problem::new(400, "two-keys", language, "Có hai khóa", "Two keys"));
            }
            (Some(value), None) => {
                let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
                service.actor(token.ok_or_else(wrong)?.trim()).map_err(|_closed| wrong())?
            }
        };
        Ok(Self { actor, language, service: service.clone() })
    }
}
