//! The address under which others reach the service, said by whoever runs it: headers of a request
//! can be forged, so what they say of scheme and host behind a proxy is not believed.

use std::fmt;
use std::str::FromStr;

use axum::http::Uri;

/// `https://phusong.example` or `https://example/phusong`: no slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "cần địa chỉ đầy đủ, ví dụ https://phusong.example / a whole address is needed, for example https://phusong.example"
)]
pub struct NoPublicUrl;

impl FromStr for PublicUrl {
    type Err = NoPublicUrl;

    fn from_str(text: &str) -> Result<Self, NoPublicUrl> {
        let uri: Uri = text.parse().map_err(|_no_uri| NoPublicUrl)?;
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        let host = uri.authority().filter(|host| !host.as_str().contains('@'));
        if !is_web || host.is_none() || uri.query().is_some() || text.contains('#') {
            return Err(NoPublicUrl);
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_address_and_nothing_else() {
        let read = |text: &str| text.parse::<PublicUrl>().map(|url| url.to_string()).ok();
        let good = [
            ("https://phusong.example", "https://phusong.example"),
            ("https://phusong.example/", "https://phusong.example"),
            ("http://10.0.0.5:8080", "http://10.0.0.5:8080"),
            ("https://example/phusong/", "https://example/phusong"),
        ];
        for (text, expected) in good {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "phusong.example",
            "/phusong",
            "ftp://x",
            "https://",
            "https://x?y=1",
            "https://u:p@x",
            "https://x/#a",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
