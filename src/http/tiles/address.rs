//! What a tile's address names, and the host under which the asker knows us.

use axum::http::header;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use phusong_tiles::{LayerSet, TileId};

use super::super::problem::{Kind, Problem};

/// `/tiles/{layers}/{z}/{x}/{y}.mvt`.
///
/// What is no number is 400; what no pyramid or layer has is 404, and so is any other path. A
/// layer that `is_shown` denies is as if it were not, whatever else is wrong.
pub fn tile(
    path: &str,
    is_shown: impl Fn(LayerSet) -> bool,
) -> Result<(LayerSet, TileId), Problem> {
    let mut segments = path.strip_prefix("/tiles/").unwrap_or_default().split('/');
    let mut next = || segments.next().ok_or_else(Problem::not_found);
    let (names, z, x, y) = (next()?, next()?, next()?, next()?);
    let layers = layers(names, is_shown)?;
    let y = y.strip_suffix(".mvt").ok_or_else(Problem::not_found)?;
    let tile = TileId::new(number(z)?, number(x)?, number(y)?).ok_or_else(Problem::not_found)?;
    Ok((layers, tile))
}

/// `/tiles/{layers}.json`.
pub fn description(path: &str, is_shown: impl Fn(LayerSet) -> bool) -> Result<LayerSet, Problem> {
    let file = path.strip_prefix("/tiles/").and_then(|file| file.strip_suffix(".json"));
    layers(file.ok_or_else(Problem::not_found)?, is_shown)
}

/// A comma may come percent-encoded; nothing else in a layer's name needs it.
fn layers(names: &str, is_shown: impl Fn(LayerSet) -> bool) -> Result<LayerSet, Problem> {
    let layers = if names.contains('%') {
        LayerSet::parse(&names.replace("%2C", ",").replace("%2c", ","))
    } else {
        LayerSet::parse(names)
    };
    layers.filter(|layers| is_shown(*layers)).ok_or_else(Problem::not_found)
}

/// Plain digits, as one writes a number: no sign, exponent, leading zero or other script.
fn number(text: &str) -> Result<u64, Problem> {
    let way_out = text.contains("..") || text.to_ascii_lowercase().contains("%2f");
    if way_out {
        return Err(Problem::not_found());
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.is_empty()
        && (text == "0" || !text.starts_with('0'));
    let number = text.parse().ok().filter(|_| plain);
    number.ok_or_else(|| {
        Problem::new(Kind::BadRequest).because(
            "Địa chỉ ô bản đồ: z, x, y phải là số nguyên không âm, ví dụ 8/205/117",
            "The tile's address: z, x, y must be whole numbers from 0, for example 8/205/117",
        )
    })
}

/// The host and port that the asker used, from the address or the one Host header.
///
/// It goes into our answer, so it is taken only when it is plainly a host.
pub fn host(parts: &Parts) -> Result<String, Problem> {
    let bad = || {
        Problem::new(Kind::BadRequest).because(
            "Thiếu tiêu đề Host, hoặc Host không phải là tên máy chủ",
            "The Host header is missing or is no host",
        )
    };
    if let Some(authority) = parts.uri.authority() {
        return plain(authority).ok_or_else(bad);
    }
    let mut given = parts.headers.get_all(header::HOST).iter();
    let (Some(only), None) = (given.next(), given.next()) else { return Err(bad()) };
    let authority = only.to_str().ok().and_then(|text| text.parse::<Authority>().ok());
    authority.as_ref().and_then(plain).ok_or_else(bad)
}

fn plain(authority: &Authority) -> Option<String> {
    let text = authority.as_str();
    let of_a_host = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']')
    };
    let good = !authority.host().is_empty() && text.len() <= 255 && text.bytes().all(of_a_host);
    good.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    #[test]
    fn addresses_as_people_and_programs_write_them() {
        let cases = [
            ("villages/8/205/117.mvt", 200),
            ("communes,villages/0/0/0.mvt", 200),
            ("communes%2Cvillages/0/0/0.mvt", 200),
            ("villages/14/16383/16383.mvt", 200),
            ("villages/-1/0/0.mvt", 400),
            ("villages/1e3/0/0.mvt", 400),
            ("villages/+8/0/0.mvt", 400),
            ("villages/08/0/0.mvt", 400),
            ("villages/8/%D9%A3/0.mvt", 400),
            ("villages/8/ 1/0.mvt", 400),
            ("villages/18446744073709551616/0/0.mvt", 400),
            ("villages/8/0/.mvt", 400),
            ("villages/8/0/1.5.mvt", 400),
            ("villages/18446744073709551615/0/0.mvt", 404),
            ("villages/15/0/0.mvt", 404),
            ("villages/30/0/0.mvt", 404),
            ("villages/8/256/0.mvt", 404),
            ("villages/8/0/256.mvt", 404),
            ("villages/8/0/0.png", 404),
            ("villages/8/0/0", 404),
            ("villages/8/..%2f..%2fetc/0.mvt", 404),
            ("villages/8/0/..%2F0.mvt", 404),
            ("roads/8/0/0.mvt", 404),
            ("roads/-1/0/0.mvt", 404),
            ("villages,villages/8/0/0.mvt", 404),
            ("..%2fvillages/8/0/0.mvt", 404),
        ];
        for (path, status) in cases {
            let found = match tile(&format!("/tiles/{path}"), |_| true) {
                Ok(_) => 200,
                Err(problem) => problem.status().as_u16(),
            };
            assert_eq!(found, status, "{path}");
        }
    }

    #[test]
    fn only_a_plain_host_goes_into_an_answer() {
        let cases = [
            (vec!["phusong.example:8080"], Some("phusong.example:8080")),
            (vec!["[::1]:8080"], Some("[::1]:8080")),
            (vec!["127.0.0.1"], Some("127.0.0.1")),
            (vec![], None),
            (vec![""], None),
            (vec!["a", "b"], None),
            (vec!["user@evil.example"], None),
            (vec!["evil.example/path"], None),
            (vec!["evil.example\"><script>"], None),
            (vec!["evil example"], None),
        ];
        for (hosts, expected) in cases {
            let mut request = Request::builder().uri("/tiles/villages.json");
            for host in &hosts {
                request = request.header(header::HOST, *host);
            }
            let (parts, ()) = request.body(()).unwrap().into_parts();
            assert_eq!(host(&parts).ok().as_deref(), expected, "{hosts:?}");
        }
    }
}
