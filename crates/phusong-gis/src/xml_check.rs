//! The strict look at a KML or GPX before the library sees it: well-formed, not too deep, no
//! DOCTYPE (so no entities and nothing fetched), which root it has, how many rows there should
//! be, and that every coordinate is one (the library takes `15,1` for 15 and a word for 0). One
//! pass; no more memory than the longest text.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::error::{Damage, ReadError, Refused, clip};
use crate::geofile::Driver;

/// Levels of nesting; folders in folders of a real KML reach twenty.
const DEEPEST: usize = 100;

/// What the pass found out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub driver: Option<Driver>,
    /// Placemarks of a KML; waypoints, routes and tracks of a GPX.
    pub rows: u64,
    pub network_links: u64,
    /// Where the first network link leads.
    pub first_link: String,
    /// How the document calls itself.
    pub title: String,
    /// A time with fewer letters than a whole day.
    pub has_times_without_day: bool,
}

/// Reads to the end.
///
/// # Errors
/// `BrokenFile` with the parser's words; `NotAllowed` for a DOCTYPE or another root.
pub(crate) fn check(from: impl BufRead) -> Result<Summary, ReadError> {
    let mut xml = Reader::from_reader(from);
    xml.config_mut().expand_empty_elements = true;
    let mut summary = Summary::default();
    let mut path: Vec<Name> = Vec::new();
    let mut buffer = Vec::new();
    let mut coordinates = String::new();
    loop {
        buffer.clear();
        let event = xml.read_event_into(&mut buffer).map_err(|error| damage(&error))?;
        match event {
            Event::DocType(_) => return Err(refused(Refused::Doctype)),
            Event::Start(start) => {
                let name = Name::of(&start);
                if path.is_empty() {
                    summary.driver = Some(root(&start, name)?);
                }
                summary.count(name, &path);
                if name == Name::GpxRow || name == Name::GpxPoint {
                    summary.check_place(&start)?;
                }
                path.push(name);
                if path.len() > DEEPEST {
                    return Err(damage(format!("nested deeper than {DEEPEST} levels")));
                }
            }
            Event::End(_) => {
                if let Some(Name::Coordinates | Name::Coord) = path.last() {
                    summary.check_coordinates(&path, &coordinates)?;
                    coordinates.clear();
                }
                path.pop();
            }
            Event::Text(text) => summary.hear(&path, &text, &mut coordinates),
            Event::CData(text) => summary.hear(&path, &text, &mut coordinates),
            Event::Eof => break,
            _ => {}
        }
    }
    if path.is_empty() { Ok(summary) } else { Err(damage("it ends too early")) }
}

/// Elements that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Kml,
    Gpx,
    Document,
    /// Of whatever holds it.
    Title,
    Placemark,
    NetworkLink,
    Href,
    Time,
    /// `wpt` has a place, `rte` and `trk` have points.
    GpxRow,
    GpxPoint,
    Point,
    Coordinates,
    /// Of a `gx:Track`.
    Coord,
    Other,
}

impl Name {
    fn of(start: &BytesStart<'_>) -> Self {
        match start.local_name().as_ref() {
            "kml" => Self::Kml,
            "gpx" => Self::Gpx,
            "Document" => Self::Document,
            "name" => Self::Title,
            "Placemark" => Self::Placemark,
            "NetworkLink" => Self::NetworkLink,
            "href" => Self::Href,
            "when" | "begin" | "end" => Self::Time,
            "wpt" | "rte" | "trk" => Self::GpxRow,
            "trkpt" | "rtept" => Self::GpxPoint,
            "Point" => Self::Point,
            "coordinates" => Self::Coordinates,
            "coord" => Self::Coord,
            _ => Self::Other,
        }
    }
}

fn root(start: &BytesStart<'_>, name: Name) -> Result<Driver, ReadError> {
    match name {
        Name::Kml => Ok(Driver::Kml),
        Name::Gpx => Ok(Driver::Gpx),
        _ => {
            let looks_like = clip(format!("XML whose root is {}", start.name().as_ref()));
            Err(refused(Refused::Content { looks_like }))
        }
    }
}

impl Summary {
    fn count(&mut self, name: Name, path: &[Name]) {
        match name {
            Name::Placemark => self.rows += 1,
            Name::GpxRow if path.len() == 1 => self.rows += 1,
            Name::NetworkLink => self.network_links += 1,
            _ => {}
        }
    }

    fn hear(&mut self, path: &[Name], text: &str, coordinates: &mut String) {
        const A_DAY: usize = "2025-07-01".len();
        match path.last() {
            Some(Name::Coordinates | Name::Coord) => coordinates.push_str(text),
            Some(Name::Title) if self.title.is_empty() && is_of_the_whole(path) => {
                self.title = clip(text.trim().to_owned());
            }
            Some(Name::Href) if path.contains(&Name::NetworkLink) && self.first_link.is_empty() => {
                self.first_link = clip(text.trim().to_owned());
            }
            Some(Name::Time) if !text.trim().is_empty() && text.trim().len() < A_DAY => {
                self.has_times_without_day = true;
            }
            _ => {}
        }
    }

    /// `lon,lat` or `lon,lat,height` with white space between; of a point just one. A blank after
    /// a comma is common and meant as none.
    fn check_coordinates(&self, path: &[Name], text: &str) -> Result<(), ReadError> {
        let is_coord = path.last() == Some(&Name::Coord);
        let is_point = path.iter().rev().nth(1) == Some(&Name::Point);
        let joined = if text.contains(", ") { text.replace(", ", ",") } else { text.to_owned() };
        let mut tuples = joined.split_ascii_whitespace();
        let bad = if is_coord {
            (!is_tuple(text.split_ascii_whitespace())).then_some(text)
        } else if is_point && tuples.clone().count() > 1 {
            Some(text)
        } else {
            tuples.find(|tuple| !is_tuple(tuple.split(',')))
        };
        bad.map_or(Ok(()), |text| Err(self.not_a_number(text)))
    }

    /// `lat` and `lon`, if it has either.
    fn check_place(&self, start: &BytesStart<'_>) -> Result<(), ReadError> {
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| damage(&error))?;
            if !matches!(attribute.key.as_ref(), "lat" | "lon") {
                continue;
            }
            let value = attribute.value.as_ref();
            if value.trim().parse::<f64>().is_err() {
                return Err(self.not_a_number(value));
            }
        }
        Ok(())
    }

    fn not_a_number(&self, text: &str) -> ReadError {
        let text = clip(text.trim().to_owned());
        ReadError::BrokenFile { what: Damage::NotANumber { place: self.rows.max(1), text } }
    }
}

/// `kml/Document/name`, or `gpx/metadata/name`.
fn is_of_the_whole(path: &[Name]) -> bool {
    matches!(path, [Name::Kml, Name::Document, Name::Title] | [Name::Gpx, Name::Other, Name::Title])
}

/// Two numbers, or three with a height.
fn is_tuple<'t>(mut parts: impl Iterator<Item = &'t str>) -> bool {
    let mut numbers = 0;
    let all = parts.all(|part| {
        numbers += 1;
        part.parse::<f64>().is_ok()
    });
    all && (2..=3).contains(&numbers)
}

fn refused(what: Refused) -> ReadError {
    ReadError::NotAllowed { what }
}

fn damage(detail: impl std::fmt::Display) -> ReadError {
    ReadError::BrokenFile { what: Damage::Xml { detail: clip(detail.to_string()) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        check(text.as_bytes()).map_or_else(|error| error.code(), |_| "read")
    }

    #[test]
    fn rows_links_and_times_are_told() {
        let text = r#"<?xml version="1.0"?><k:kml xmlns:k="http://www.opengis.net/kml/2.2">
            <Document><Placemark><TimeStamp><when>2025-08</when></TimeStamp></Placemark>
            <NetworkLink><Link><href> file:///etc/passwd </href></Link></NetworkLink>
            <Folder><Placemark/></Folder></Document></k:kml>"#;
        let expected = Summary {
            driver: Some(Driver::Kml),
            rows: 2,
            network_links: 1,
            title: String::new(),
            first_link: "file:///etc/passwd".to_owned(),
            has_times_without_day: true,
        };
        assert_eq!(check(text.as_bytes()), Ok(expected));
        let gpx = r#"<gpx><wpt lat="1" lon="2"/><trk><trkseg/></trk><rte/></gpx>"#;
        let found = check(gpx.as_bytes()).expect("read");
        assert_eq!((found.driver, found.rows), (Some(Driver::Gpx), 3));
    }

    #[test]
    fn coordinates_are_numbers() {
        let kml = |shape: &str, text: &str| {
            code(&format!("<kml><{shape}><coordinates>{text}</coordinates></{shape}></kml>"))
        };
        for (text, expected) in [
            ("108.7,15.1", "read"),
            (" 108.7, 15.1,7\n", "read"),
            ("", "read"),
            ("108,7 15,1", "broken-file"),
            ("108.7,abc", "broken-file"),
            ("108.7;15.1", "broken-file"),
            ("15°6'N,108°E", "broken-file"),
            ("108.7", "broken-file"),
            ("108,7,15,1", "broken-file"),
        ] {
            assert_eq!(kml("Point", text), expected, "{text}");
        }
        assert_eq!(kml("LinearRing", "1,2 3,4,5\n6,7"), "read");
        assert_eq!(kml("LinearRing", "1,2 3,x"), "broken-file");
        for (place, expected) in [
            (r#"lat="15.1" lon="108.7""#, "read"),
            (r#"lat="15,1" lon="108,7""#, "broken-file"),
            (r#"lat="abc" lon="108""#, "broken-file"),
        ] {
            assert_eq!(code(&format!("<gpx><wpt {place}/></gpx>")), expected, "{place}");
            let track = format!("<gpx><trk><trkseg><trkpt {place}/></trkseg></trk></gpx>");
            assert_eq!(code(&track), expected, "{place}");
        }
    }

    #[test]
    fn what_is_no_kml_is_refused() {
        let deep = format!("<kml>{}", "<Folder>".repeat(200));
        for (text, expected) in [
            ("<!DOCTYPE kml [<!ENTITY a 'b'>]><kml>&a;</kml>", "not-allowed"),
            ("<!DOCTYPE kml SYSTEM \"file:///etc/passwd\"><kml/>", "not-allowed"),
            ("<OGRVRTDataSource/>", "not-allowed"),
            ("<html><kml/></html>", "not-allowed"),
            ("<kml><Placemark></kml>", "broken-file"),
            ("<kml><Placemark>", "broken-file"),
            (deep.as_str(), "broken-file"),
            ("<kml/>", "read"),
        ] {
            assert_eq!(code(text), expected, "{text:.60}");
        }
    }
}
