//! The strict look at a GeoJSON before GDAL sees it: depth, keys that stand twice, numbers no
//! computer holds, a foreign `crs`, and how many features there should be. One pass, constant
//! memory but for the keys of one object.

use std::collections::HashSet;
use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::{Damage, ReadError, Refused, clip};
use crate::json_words::json_syntax;

/// Levels of nesting; a GeometryCollection of multipolygons needs nine.
pub(crate) const DEEPEST: u32 = 64;

/// What the pass found out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// The name in a top-level `crs` member (dropped by RFC 7946, still written).
    pub crs_name: Option<String>,
    /// Members of `features`; `None` when the file is one feature or geometry.
    pub features: Option<u64>,
}

/// Reads to the end.
///
/// # Errors
/// `BrokenFile` naming the line; `NotAllowed` when it is JSON but no GeoJSON.
pub(crate) fn check(from: impl Read) -> Result<Summary, ReadError> {
    let mut findings = Findings::default();
    let mut json = serde_json::Deserializer::from_reader(from);
    let read = Node { findings: &mut findings, depth: 0, place: Place::Root }
        .deserialize(&mut json)
        .and_then(|()| json.end());
    if let Err(error) = read {
        let line = error.line();
        let what = match findings.fault.take() {
            Some(Fault::TooDeep) => Damage::TooDeep { line, max: DEEPEST },
            Some(Fault::DuplicateKey(key)) => Damage::DuplicateKey { key: clip(key), line },
            None => {
                let (why_vi, why_en) = json_syntax(&error);
                let (why_vi, why_en) = (why_vi.to_owned(), why_en.to_owned());
                Damage::Json { line, column: error.column(), why_vi, why_en }
            }
        };
        return Err(ReadError::BrokenFile { what });
    }
    let kind = findings.kind.as_deref().unwrap_or_default();
    if !GEOJSON_TYPES.contains(&kind) {
        let looks_like = "JSON without a GeoJSON type".to_owned();
        return Err(ReadError::NotAllowed { what: Refused::Content { looks_like } });
    }
    let features = (kind == "FeatureCollection").then_some(findings.features);
    Ok(Summary { crs_name: findings.crs_name, features })
}

const GEOJSON_TYPES: [&str; 9] = [
    "FeatureCollection",
    "Feature",
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
];

#[derive(Debug, Default)]
struct Findings {
    fault: Option<Fault>,
    kind: Option<String>,
    crs_name: Option<String>,
    features: u64,
}

#[derive(Debug)]
enum Fault {
    TooDeep,
    DuplicateKey(String),
}

/// Where in the document a value stands, as far as that matters.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Root,
    Type,
    Features,
    Crs,
    CrsProperties,
    CrsName,
    Elsewhere,
}

impl Place {
    fn below(self, key: &str) -> Self {
        match (self, key) {
            (Self::Root, "type") => Self::Type,
            (Self::Root, "features") => Self::Features,
            (Self::Root, "crs") => Self::Crs,
            (Self::Crs, "properties") => Self::CrsProperties,
            (Self::CrsProperties, "name") => Self::CrsName,
            _ => Self::Elsewhere,
        }
    }
}

struct Node<'f> {
    findings: &'f mut Findings,
    depth: u32,
    place: Place,
}

impl Node<'_> {
    fn enter<E: serde::de::Error>(&mut self) -> Result<(), E> {
        self.depth += 1;
        if self.depth > DEEPEST {
            self.findings.fault = Some(Fault::TooDeep);
            return Err(E::custom("nested too deep"));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        match self.place {
            Place::Type => self.findings.kind = Some(clip(text.to_owned())),
            Place::CrsName => self.findings.crs_name = Some(clip(text.to_owned())),
            _ => {}
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        self.enter()?;
        loop {
            let item = Node { findings: self.findings, depth: self.depth, place: Place::Elsewhere };
            if items.next_element_seed(item)?.is_none() {
                return Ok(());
            }
            if self.place == Place::Features {
                self.findings.features += 1;
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        self.enter()?;
        let mut seen: HashSet<String> = HashSet::new();
        while let Some(key) = members.next_key::<String>()? {
            let place = self.place.below(&key);
            if !seen.insert(key.clone()) {
                self.findings.fault = Some(Fault::DuplicateKey(key));
                let _ = members.next_value::<IgnoredAny>();
                return Err(A::Error::custom("key stands twice"));
            }
            let findings = &mut *self.findings;
            members.next_value_seed(Node { findings, depth: self.depth, place })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(text: &str) -> String {
        match check(text.as_bytes()) {
            Ok(summary) => format!("{:?} {:?}", summary.features, summary.crs_name),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn faults_are_named_with_their_line() {
        let deep = format!("{{\"type\":\"Point\",\"x\":{}", "[".repeat(10_000));
        let cases = [
            (deep.as_str(), "line 1: nested deeper than 64 levels"),
            ("{\"type\":\"Point\",\n\"a\":{\"b\":1,\"b\":2}}", "line 2: key \"b\" stands twice"),
            (
                "{\"type\":\"Point\",\"coordinates\":[1e400,0]}",
                "line 1, column 37: the number is too large",
            ),
            ("{\"type\":\"Point\"", "it stops before everything is closed"),
            ("{\"type\":\"Point\"} x", "something follows after the end"),
            ("{\"type\":\"Topology\"}", "JSON without a GeoJSON type"),
            ("{}", "JSON without a GeoJSON type"),
        ];
        for (text, expected) in cases {
            assert!(code_of(text).contains(expected), "{expected}: {}", code_of(text));
        }
    }

    #[test]
    fn features_and_crs_are_told() {
        let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","features":[1]},{}],
            "crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::5898"}}}"#;
        assert_eq!(code_of(text), "Some(2) Some(\"urn:ogc:def:crs:EPSG::5898\")");
        assert_eq!(code_of(r#"{"type":"Point","coordinates":[1,2]}"#), "None None");
    }
}
