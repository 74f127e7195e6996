//! Texts whose bytes mean nothing yet: a DBF or a MapInfo table holds single bytes of some code
//! page, and what it declares is often wrong or missing. They are handed on byte for byte, and
//! whoever knows TCVN3, VNI and Windows-1258 decodes them.
//!
//! Not here: those tables (the intake's).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::geofile::{Layer, Value};

/// What the texts of a layer are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextEncoding {
    /// Texts are what they say.
    Unicode,
    /// Every text, names of fields too, has one character U+0000–U+00FF for each byte of the
    /// file: [`raw_bytes`] gives them back, [`Layer::decode_texts`] puts an end to it.
    Bytes { declared: Option<DeclaredEncoding> },
}

/// An encoding as the file names it, right or wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredEncoding {
    /// Its own word: the content of a .cpg, `LDID 0x57`, MapInfo's `WindowsVietnamese`.
    pub words: String,
    /// The Windows code page it stands for (1258, 65001 is UTF-8), where it stands for one.
    pub code_page: Option<u16>,
}

impl DeclaredEncoding {
    const UTF_8: u16 = 65_001;

    pub fn is_utf8(&self) -> bool {
        self.code_page == Some(Self::UTF_8)
    }

    /// From a .cpg: `UTF-8`, `1258`, `CP1258`, `ANSI 1258`, `ISO-8859-1`, `LDID/87`.
    pub(crate) fn of_cpg(text: &str) -> Option<Self> {
        let words: String = text.trim().chars().take(40).collect();
        if words.is_empty() {
            return None;
        }
        let plain: String =
            words.to_lowercase().chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect();
        if let Some(id) = plain.strip_prefix("ldid/").and_then(|id| id.parse().ok()) {
            return Some(Self { words, code_page: Self::of_ldid(id).and_then(|of| of.code_page) });
        }
        let code_page = match plain.as_str() {
            "utf8" => Some(Self::UTF_8),
            "iso88591" | "88591" | "latin1" => Some(28_591),
            other => {
                let digits = other.trim_start_matches(|c: char| !c.is_ascii_digit());
                digits.parse().ok().filter(|page| (437..=1_361).contains(page) || *page == 65_001)
            }
        };
        Some(Self { words, code_page })
    }

    /// From byte 29 of a DBF. Source: the dBASE and FoxPro language drivers; 0x57 is "the page of
    /// the machine it was made on" and so says nothing.
    pub(crate) fn of_ldid(id: u8) -> Option<Self> {
        const KNOWN: [(u8, u16); 20] = [
            (0x01, 437),
            (0x02, 850),
            (0x03, 1252),
            (0x4d, 936),
            (0x4e, 949),
            (0x4f, 950),
            (0x58, 1252),
            (0x59, 1252),
            (0x64, 852),
            (0x65, 866),
            (0x78, 950),
            (0x79, 949),
            (0x7a, 936),
            (0x7b, 932),
            (0x7c, 874),
            (0xc8, 1250),
            (0xc9, 1251),
            (0xca, 1254),
            (0xcb, 1253),
            (0xcc, 1257),
        ];
        if id == 0 {
            return None;
        }
        let code_page = KNOWN.iter().find(|(known, _)| *known == id).map(|(_, page)| *page);
        Some(Self { words: format!("LDID 0x{id:02x}"), code_page })
    }

    /// From MapInfo's word for a character set.
    pub(crate) fn of_mapinfo(words: &str) -> Self {
        let code_page = match words.to_lowercase().as_str() {
            "windowslatin1" => Some(1252),
            "windowslatin2" => Some(1250),
            "windowscyrillic" => Some(1251),
            "windowsgreek" => Some(1253),
            "windowsturkish" => Some(1254),
            "windowsvietnamese" => Some(1258),
            "windowsthai" => Some(874),
            "windowssimpchinese" => Some(936),
            "windowstradchinese" => Some(950),
            "windowsjapanese" => Some(932),
            "windowskorean" => Some(949),
            "iso8859_1" => Some(28_591),
            "utf-8" | "utf8" => Some(Self::UTF_8),
            // "Neutral" names none.
            _ => None,
        };
        Self { words: words.chars().take(40).collect(), code_page }
    }
}

/// The bytes behind a text of a [`TextEncoding::Bytes`] layer; `None` when it is no such text.
pub fn raw_bytes(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

/// One character for each byte.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

impl Layer {
    /// Gives every text of a [`TextEncoding::Bytes`] layer to `decode` as the bytes it was, and
    /// keeps what comes back; the layer is Unicode then. Does nothing to a Unicode layer.
    pub fn decode_texts(&mut self, mut decode: impl FnMut(&[u8]) -> String) {
        if self.encoding == TextEncoding::Unicode {
            return;
        }
        let mut decoded = |text: &str| raw_bytes(text).map(|bytes| decode(&bytes));
        let fields: Vec<(Arc<str>, Arc<str>)> = self
            .fields
            .iter()
            .map(|name| (Arc::clone(name), decoded(name).map_or(Arc::clone(name), Into::into)))
            .collect();
        for feature in &mut self.features {
            for (name, value) in &mut feature.attributes {
                if let Some((_, new)) = fields.iter().find(|(old, _)| old == name) {
                    *name = Arc::clone(new);
                }
                if let Value::Text(text) = value
                    && let Some(new) = decoded(text)
                {
                    *text = new;
                }
            }
        }
        self.fields = fields.into_iter().map(|(_, new)| new).collect();
        self.encoding = TextEncoding::Unicode;
    }

    /// Decodes the layer as UTF-8 if every one of its texts is that (plain ASCII is), and leaves
    /// it alone if one is not. Vietnamese in TCVN3, VNI or Windows-1258 never passes for UTF-8: no
    /// syllable puts a byte of 0x80–0xBF behind one of 0xC2–0xF4.
    pub(crate) fn decode_if_utf8(&mut self) {
        let is_utf8 =
            |text: &str| raw_bytes(text).is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok());
        let cells = self.features.iter().flat_map(|feature| &feature.attributes);
        let mut texts = cells.filter_map(|(_, value)| match value {
            Value::Text(text) => Some(text.as_str()),
            Value::Integer(_) | Value::Real(_) => None,
        });
        if self.fields.iter().all(|name| is_utf8(name)) && texts.all(is_utf8) {
            self.decode_texts(|bytes| String::from_utf8_lossy(bytes).into_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geofile::Feature;

    fn layer(texts: &[&[u8]]) -> Layer {
        let name: Arc<str> = of_bytes(b"t\xean").into();
        let feature = |(row, text): (u32, &&[u8])| Feature {
            row,
            geometry: Err(crate::GeometryFault::Missing),
            attributes: vec![(Arc::clone(&name), Value::Text(of_bytes(text)))],
        };
        Layer {
            name: "lop".to_owned(),
            declared_crs: None,
            encoding: TextEncoding::Bytes { declared: None },
            fields: vec![Arc::clone(&name)],
            features: (1..).zip(texts).map(feature).collect(),
        }
    }

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(raw_bytes(&of_bytes(&all)), Some(all));
        assert_eq!(raw_bytes("Quảng"), None);
    }

    #[test]
    fn decoding_reaches_names_and_cells() {
        let mut layer = layer(&[b"Th\xf4n"]);
        layer.decode_if_utf8();
        assert_ne!(layer.encoding, TextEncoding::Unicode, "Latin-1 is not UTF-8");
        layer.decode_texts(of_bytes);
        assert_eq!(layer.encoding, TextEncoding::Unicode);
        assert_eq!(&*layer.fields[0], "tên");
        let cell = layer.features[0].attribute("tên");
        assert_eq!(cell, Some(&Value::Text("Thôn".to_owned())));
    }

    #[test]
    fn utf8_is_seen_and_old_fonts_are_not_taken_for_it() {
        let mut utf8 = layer(&["Sơn Tây Thượng".as_bytes(), b"QN-1"]);
        utf8.fields = vec!["ten".into()];
        utf8.decode_if_utf8();
        assert_eq!(utf8.features[0].attributes[0].1, Value::Text("Sơn Tây Thượng".to_owned()));
        // "Sơn Tây Thượng" in TCVN3, VNI and Windows-1258.
        for old in [
            &b"S\xacn T\xa9y Th\xad\xeeng"[..],
            b"S\xf4n T\xe2y Th\xf6\xf4\xefng",
            b"S\xf5n T\xe2y Th\xfd\xf5\xf2ng",
        ] {
            let mut layer = layer(&[old]);
            layer.fields = vec!["ten".into()];
            layer.decode_if_utf8();
            assert_ne!(layer.encoding, TextEncoding::Unicode, "{old:?}");
        }
    }

    #[test]
    fn declared_code_pages() {
        let page = |words: &str| DeclaredEncoding::of_cpg(words).and_then(|found| found.code_page);
        for (words, expected) in [
            ("UTF-8\r\n", Some(65_001)),
            ("1258", Some(1258)),
            ("ANSI 1258", Some(1258)),
            ("windows-1258", Some(1258)),
            ("ISO-8859-1", Some(28_591)),
            ("LDID/3", Some(1252)),
            ("LDID/87", None),
            ("TCVN3", None),
            ("", None),
        ] {
            assert_eq!(page(words), expected, "{words:?}");
        }
        assert_eq!(DeclaredEncoding::of_mapinfo("WindowsVietnamese").code_page, Some(1258));
        assert_eq!(DeclaredEncoding::of_mapinfo("Neutral").code_page, None);
        assert_eq!(DeclaredEncoding::of_ldid(0), None);
    }
}
