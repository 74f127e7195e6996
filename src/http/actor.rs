//! Who asks, and of which service: taken from the request once, before the handler runs.

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::front::RoleSeen;
use super::params::Params;
use super::problem::{Kind, Language, Problem};
use super::{App, words};
use crate::service::{Actor, Service};

#[derive(Debug)]
pub struct Caller {
    pub actor: Actor,
    pub service: Service,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let actor = match credential(&parts.headers)? {
            None if app.service.is_public_closed() && !opens_closed(parts) => {
                return Err(Problem::new(Kind::PublicClosed));
            }
            None => Actor::PUBLIC,
            Some(token) => {
                app.service.actor(token).map_err(|_closed| Problem::new(Kind::Unauthorized))?
            }
        };
        if let Some(seen) = parts.extensions.get::<RoleSeen>() {
            seen.set(words::role(&actor.role));
        }
        // What the contract does not name, nobody reads: 400 before the handler runs.
        if let Some(query) = parts.uri.query()
            && let Some(path) = parts.extensions.get::<MatchedPath>()
        {
            let known = app.contract.query_names(path.as_str(), &parts.method);
            Params::read(query)?.only(known)?;
        }
        Ok(Self { actor, service: app.service.clone() })
    }
}

/// Of what is told, what answers without a key while the public view is closed: who one is, the
/// way in, whether a paper is ours. The page itself tells nothing.
fn opens_closed(parts: &Parts) -> bool {
    const TOLD: [&str; 3] = ["/api/", "/tiles/", "/events"];
    const OPEN: [&str; 3] = ["/api/v1/me", "/api/v1/session", "/api/v1/papers/check"];
    let Some(path) = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str) else {
        return false;
    };
    !TOLD.iter().any(|told| path.starts_with(told)) || OPEN.contains(&path)
}

/// The bearer's key, if there is one.
pub fn credential(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let value = match (given.next(), given.next()) {
        (None, _) => return Ok(None),
        (Some(_), Some(_)) => return Err(Problem::new(Kind::TwoCredentials)),
        (Some(value), None) => value.to_str().ok(),
    };
    let token = value.and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    token.map(Some).ok_or_else(|| Problem::new(Kind::Unauthorized))
}

impl Language {
    /// The best of what `Accept-Language` admits; Vietnamese when it says nothing of either.
    pub fn asked(headers: &HeaderMap) -> Self {
        let mut best = (0.0, Self::Vi);
        for value in headers.get_all(header::ACCEPT_LANGUAGE) {
            for (tag, quality) in weighted(value.to_str().unwrap_or("")) {
                let language = match tag.split('-').next().unwrap_or("").to_ascii_lowercase() {
                    primary if primary == "vi" || primary == "*" => Self::Vi,
                    primary if primary == "en" => Self::En,
                    _ => continue,
                };
                if quality > best.0 {
                    best = (quality, language);
                }
            }
        }
        best.1
    }
}

/// `a;q=0.5, b` → (a, 0.5), (b, 1): what any Accept header says, in its order.
pub fn weighted(text: &str) -> impl Iterator<Item = (&str, f32)> {
    text.split(',').filter_map(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let name = pieces.next().filter(|name| !name.is_empty())?;
        let quality = pieces
            .find_map(|piece| piece.strip_prefix("q=").or_else(|| piece.strip_prefix("Q=")))
            .map_or(1.0, |text| text.parse::<f32>().unwrap_or(0.0).clamp(0.0, 1.0));
        Some((name, quality))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_with_the_greater_weight_wins_and_vietnamese_when_none_is_named() {
        let cases = [
            ("", Language::Vi),
            ("en", Language::En),
            ("en-GB,en;q=0.9", Language::En),
            ("vi,en;q=0.9", Language::Vi),
            ("en;q=0.4, vi;q=0.5", Language::Vi),
            ("fr, en;q=0.1", Language::En),
            ("fr", Language::Vi),
            ("en;q=0", Language::Vi),
            ("*", Language::Vi),
            ("EN", Language::En),
        ];
        for (text, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, text.parse().unwrap());
            assert_eq!(Language::asked(&headers), expected, "{text:?}");
        }
    }
}
