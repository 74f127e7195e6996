//! gzip, br and zstd of whole bodies.

use std::io::Write;

use axum::http::{HeaderMap, header};

use super::super::actor::weighted;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    if !is_text {
        return Encoding::Plain;
    }
    // Of equal weight, the cheapest to make for what it saves.
    let mut best = (0.0, Encoding::Plain);
    for encoding in [Encoding::Zstd, Encoding::Brotli, Encoding::Gzip] {
        let mut named = None;
        let mut any = None;
        for value in asked.get_all(header::ACCEPT_ENCODING) {
            for (name, quality) in weighted(value.to_str().unwrap_or("")) {
                if Some(name) == encoding.name() {
                    named = Some(quality);
                } else if name == "*" {
                    any = Some(quality);
                }
            }
        }
        let quality = named.or(any).unwrap_or(0.0);
        if quality > best.0 {
            best = (quality, encoding);
        }
    }
    best.1
}
