//! gzip, br and zstd of whole bodies.

use std::io::Write;

use axum::http::{HeaderMap, header};

use super::super::actor::weighted;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    Plain,
    Gzip,
    Brotli,
    Zstd,
}

/// Cheap enough to do anew for every answer.
const BROTLI_QUALITY: i32 = 4;
const ZSTD_LEVEL: i32 = 3;

impl Encoding {
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
            Self::Zstd => Some("zstd"),
        }
    }

    /// `None`: leave it plain.
    pub fn encode(self, plain: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Plain => None,
            Self::Gzip => {
                let mut writer =
                    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                writer.write_all(plain).ok()?;
                writer.finish().ok()
            }
            Self::Brotli => {
                let params = brotli::enc::BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    ..Default::default()
                };
                let mut out = Vec::new();
                brotli::BrotliCompress(&mut &plain[..], &mut out, &params).ok()?;
                Some(out)
            }
            Self::Zstd => zstd::bulk::compress(plain, ZSTD_LEVEL).ok(),
        }
    }
}

/// The best encoding that the asker admits, for content that is worth it.
pub fn chosen(asked: &HeaderMap, answer: &HeaderMap) -> Encoding {
    let kind = answer.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    let is_text = kind.starts_with("text/")
        || kind.ends_with("json")
        || kind.ends_with("javascript")
        || kind.ends_with("xml");
    if is_text { best(asked).unwrap_or(Encoding::Plain) } else { Encoding::Plain }
}

/// The encoding that `Accept-Encoding` wants most; `None` when it admits none of ours
/// (RFC 9110 §12.5.3).
pub fn best(asked: &HeaderMap) -> Option<Encoding> {
    /// A plain body is always admitted, if nothing says otherwise; nothing else is.
    const UNSAID: f32 = 0.0001;
    let mut weights: [Option<f32>; 4] = [None; 4];
    let mut any = None;
    for value in asked.get_all(header::ACCEPT_ENCODING) {
        for (name, quality) in weighted(value.to_str().unwrap_or("")) {
            let place = match name.to_ascii_lowercase().as_str() {
                "zstd" => 0,
                "br" => 1,
                "gzip" | "x-gzip" => 2,
                "identity" => 3,
                "*" => {
                    any = Some(quality);
                    continue;
                }
                _ => continue,
            };
            weights[place] = Some(quality);
        }
    }
    let weight =
        |place: usize| weights[place].or(any).unwrap_or(if place == 3 { UNSAID } else { 0.0 });
    // Of equal weight, the cheapest to make for what it saves.
    let ours = [Encoding::Zstd, Encoding::Brotli, Encoding::Gzip, Encoding::Plain];
    let mut best: Option<(f32, Encoding)> = None;
    for (place, encoding) in ours.into_iter().enumerate() {
        if weight(place) > best.map_or(0.0, |(most, _)| most) {
            best = Some((weight(place), encoding));
        }
    }
    best.map(|(_, encoding)| encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_with_the_greater_weight_wins() {
        let cases = [
            ("", Some(Encoding::Plain)),
            ("gzip", Some(Encoding::Gzip)),
            ("gzip, deflate, br, zstd", Some(Encoding::Zstd)),
            ("gzip, br", Some(Encoding::Brotli)),
            ("br;q=0.5, gzip;q=0.8", Some(Encoding::Gzip)),
            ("br;q=0.5, gzip;q=0.8, identity;q=0.9", Some(Encoding::Plain)),
            ("gzip;q=0", Some(Encoding::Plain)),
            ("*", Some(Encoding::Zstd)),
            ("zstd;q=0, *", Some(Encoding::Brotli)),
            ("deflate", Some(Encoding::Plain)),
            ("identity;q=0", None),
            ("*;q=0", None),
            ("identity;q=0, gzip", Some(Encoding::Gzip)),
            ("*;q=0, identity", Some(Encoding::Plain)),
            ("GZIP", Some(Encoding::Gzip)),
        ];
        for (text, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, text.parse().unwrap());
            assert_eq!(best(&headers), expected, "{text:?}");
        }
        assert_eq!(best(&HeaderMap::new()), Some(Encoding::Plain));
    }
}
