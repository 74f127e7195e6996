//! The page, from inside the binary: `web/dist` as it was built, brotli beside every text file.
//! Nothing is compressed, read from disk or fetched at run time.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::App;
use super::actor::Caller;
use super::problem::Problem;
#[derive(RustEmbed)]
#[folder = "web/dist/"]
struct Dist;

/// Scripts, styles, fonts, workers and data from ourselves only, nothing inline, no frame around us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const GUARDS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Vite puts a hash of the content into every name below `assets/`: a name never changes meaning.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Names without a hash are asked for again; the ETag keeps the answer short.
const ASK_AGAIN: &str = "no-cache";

/// One file of the page in every form it can be sent in.
#[derive(Debug)]
struct File {
    content_type: &'static str,
    cache: &'static str,
    plain: Form,
    brotli: Option<Form>,
}

#[derive(Debug)]
struct Form {
    bytes: Bytes,
    etag: HeaderValue,
}

static FILES: LazyLock<HashMap<String, File>> = LazyLock::new(|| {
    let names = Dist::iter().filter(|name| !is_brotli(name));
    names.filter_map(|name| Some((name.to_string(), File::embedded(&name)?))).collect()
});

/// `/`, the hashed files below `/assets/`, and the icon: files, so not in the contract.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(async |headers: HeaderMap| send("index.html", &headers)))
        .route("/favicon.svg", get(async |headers: HeaderMap| send("favicon.svg", &headers)))
        .route("/assets/{*name}", get(asset))
}

async fn asset(
    _caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = FILES.get(&format!("assets/{name}"));
    file.map(|file| file.answer(&headers)).ok_or_else(Problem::not_found)
}

fn send(name: &str, headers: &HeaderMap) -> Response {
    FILES
        .get(name)
        .map_or_else(|| StatusCode::NOT_FOUND.into_response(), |file| file.answer(headers))
}

impl File {
    fn embedded(name: &str) -> Option<Self> {
        let plain = Form::of(Dist::get(name)?);
        let brotli = Dist::get(&format!("{name}.br")).map(Form::of);
        let cache = if name.starts_with("assets/") { FOR_EVER } else { ASK_AGAIN };
        Some(Self { content_type: content_type(name), cache, plain, brotli })
    }

    /// 200 in the form that the asker reads, or 304 when it has that form.
    fn answer(&self, asked: &HeaderMap) -> Response {
        let brotli = self.brotli.as_ref().filter(|_| reads_brotli(asked));
        let form = brotli.unwrap_or(&self.plain);
        let known = has(asked, &form.etag);
        let body = if known { Body::empty() } else { Body::from(form.bytes.clone()) };
        let mut response = body.into_response();
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache));
        headers.insert(header::ETAG, form.etag.clone());
        if self.brotli.is_some() {
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        if brotli.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        for (name, value) in GUARDS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

impl Form {
    fn of(file: EmbeddedFile) -> Self {
        let hash = data_encoding::HEXLOWER.encode(&file.metadata.sha256_hash()[..16]);
        let etag = HeaderValue::from_str(&format!("\"{hash}\""))
            .unwrap_or(HeaderValue::from_static("\"\""));
        let bytes = match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Self { bytes, etag }
    }
}

fn is_brotli(name: &str) -> bool {
    extension(name) == "br"
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn content_type(name: &str) -> &'static str {
    match extension(name) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "geojson" => "application/geo+json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// `br`, or everything, at a weight above nought (RFC 9110, 12.5.3).
fn reads_brotli(asked: &HeaderMap) -> bool {
    let weight_of = |wanted: &str| {
        let codings = asked.get_all(header::ACCEPT_ENCODING).iter();
        let codings =
            codings.filter_map(|value| value.to_str().ok()).flat_map(|all| all.split(','));
        codings.map(|one| one.split_once(';').unwrap_or((one, "q=1"))).find_map(|(name, weight)| {
            let weight = weight.trim().trim_start_matches(['q', 'Q', '=']);
            name.trim().eq_ignore_ascii_case(wanted).then(|| weight.parse().unwrap_or(0.0))
        })
    };
    weight_of("br").or_else(|| weight_of("*")).is_some_and(|weight: f32| weight > 0.0)
}

fn has(asked: &HeaderMap, etag: &HeaderValue) -> bool {
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|all| all.split(',')).map(str::trim).any(|one| {
        one == "*" || one.strip_prefix("W/").unwrap_or(one).as_bytes() == etag.as_bytes()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(cache: &'static str, brotli: Option<&'static str>) -> File {
        let form = |text: &'static str, etag| Form {
            bytes: Bytes::from_static(text.as_bytes()),
            etag: HeaderValue::from_static(etag),
        };
        File {
            content_type: "text/css; charset=utf-8",
            cache,
            plain: form("plain", "\"p\""),
            brotli: brotli.map(|text| form(text, "\"b\"")),
        }
    }

    fn asked(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    fn line(response: &Response) -> String {
        let header = |name| {
            response
                .headers()
                .get(name)
                .map_or("-", |value| value.to_str().unwrap_or("?"))
                .to_owned()
        };
        format!(
            "{} {} {} vary:{}",
            response.status().as_u16(),
            header(header::CONTENT_ENCODING),
            header(header::ETAG),
            header(header::VARY)
        )
    }

    #[test]
    fn the_form_follows_what_the_asker_reads() {
        let packed = file(FOR_EVER, Some("packed"));
        for (accepts, expected) in [
            ("gzip, deflate, br, zstd", "200 br \"b\" vary:accept-encoding"),
            ("br;q=0.1, gzip", "200 br \"b\" vary:accept-encoding"),
            ("BR", "200 br \"b\" vary:accept-encoding"),
            ("*", "200 br \"b\" vary:accept-encoding"),
            ("br;q=0, *", "200 - \"p\" vary:accept-encoding"),
            ("br;q=nonsense", "200 - \"p\" vary:accept-encoding"),
            ("gzip", "200 - \"p\" vary:accept-encoding"),
            ("identity", "200 - \"p\" vary:accept-encoding"),
        ] {
            let answer = packed.answer(&asked(&[(header::ACCEPT_ENCODING, accepts)]));
            assert_eq!(line(&answer), expected, "{accepts}");
        }
        assert_eq!(line(&packed.answer(&asked(&[]))), "200 - \"p\" vary:accept-encoding");
        let font = file(FOR_EVER, None);
        let answer = font.answer(&asked(&[(header::ACCEPT_ENCODING, "br")]));
        assert_eq!(line(&answer), "200 - \"p\" vary:-");
    }

    #[test]
    fn a_form_that_is_known_is_not_sent_again() {
        let packed = file(ASK_AGAIN, Some("packed"));
        for (known, status) in
            [("\"b\"", 304), ("W/\"b\"", 304), ("\"x\", \"b\"", 304), ("*", 304), ("\"p\"", 200)]
        {
            let answer = packed
                .answer(&asked(&[(header::ACCEPT_ENCODING, "br"), (header::IF_NONE_MATCH, known)]));
            assert_eq!(answer.status().as_u16(), status, "{known}");
            assert_eq!(answer.headers()[header::ETAG], "\"b\"");
        }
    }

    #[test]
    fn every_answer_carries_the_guards() {
        let answer = file(ASK_AGAIN, None).answer(&asked(&[]));
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap_or("");
        assert!(policy.starts_with("default-src 'none'"));
        assert!(!policy.contains("unsafe") && !policy.contains("http"));
        assert!(policy.contains("frame-ancestors 'none'"));
        assert_eq!(answer.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(answer.headers()[header::REFERRER_POLICY], "no-referrer");
    }

    #[test]
    fn the_embedded_page_is_whole() {
        let index = &FILES["index.html"];
        assert_eq!(index.cache, ASK_AGAIN);
        let text = String::from_utf8_lossy(&index.plain.bytes).into_owned();
        let named = text.split('"').filter_map(|part| part.strip_prefix('/'));
        for name in named.filter(|name| name.starts_with("assets/")) {
            assert_eq!(FILES[name].cache, FOR_EVER, "{name}");
        }
        for (name, file) in FILES.iter() {
            assert_ne!(file.content_type, "application/octet-stream", "{name}");
            assert!(!is_brotli(name));
        }
    }
}
