//! What a photo says of itself: when and where it was taken, where its EXIF tells. A photo without
//! is no suspicion. Photos are given back to their owner and the department only, so nothing of
//! this reaches the public.

use std::io::Cursor;

use exif::{DateTime, Exif, In, Rational, Reader, Tag, Value};
use phusong_atlas::atlas::Areas;
use phusong_atlas::domain::{Day, Position};
use phusong_atlas::gazetteer::Units;
use phusong_intake::{Finding, Severity};

/// EXIF stands at the beginning of a photo: no more than this is looked at.
pub const HEAD_BYTES: u64 = 256 << 10;

/// Farther than this from every commune's centre is another province, as for rows.
const PROVINCE_MARGIN_M: f64 = 60_000.0;

/// Nothing when it says nothing that can be read.
pub fn told(head: &[u8], areas: &Areas, units: &Units, today: Day) -> Vec<Finding> {
    let Ok(exif) = Reader::new().read_from_container(&mut Cursor::new(head)) else {
        return Vec::new();
    };
    let (day, at) = (day_of(&exif), position_of(&exif));
    let home = at.filter(|at| is_near(units, *at, today)).and_then(|at| areas.home_of(at));
    let home = home.and_then(|unit| units.get(unit));
    let mut found = Vec::new();
    let when = day.map_or_else(String::new, |day| format!("{day}"));
    let place =
        at.map_or_else(String::new, |at| format!("{:.5}, {:.5}", at.lat_deg(), at.lon_deg()));
    if day.is_some() || at.is_some() {
        let within = home.map_or_else(String::new, |unit| format!(" ({})", unit.name));
        let message = (
            format!("ảnh tự ghi: {when} {place}{within}"),
            format!("the photo says of itself: {when} {place}{within}"),
        );
        let remedy = ("đối chiếu với dòng báo cáo", "hold it against the row");
        found.push(Finding::new("photo-told", Severity::Note, message, remedy));
    }
    if day.is_some_and(|day| day > today) {
        let message = ("ảnh ghi ngày chụp ở tương lai", "the photo is dated in the future");
        let remedy = ("kiểm tra đồng hồ của máy", "check the clock of the device");
        found.push(Finding::new("photo-future", Severity::Warn, message, remedy));
    }
    if at.is_some() && home.is_none() {
        let message = ("ảnh ghi vị trí ngoài tỉnh", "the photo was taken outside the province");
        let remedy = ("kiểm tra đúng ảnh chưa", "check that it is the right photo");
        found.push(Finding::new("photo-away", Severity::Warn, message, remedy));
    }
    found
}

/// The nearest commune is not that of a place in another province.
fn is_near(units: &Units, at: Position, today: Day) -> bool {
    units.nearest_commune(at, today).is_none_or(|(_, metres)| metres <= PROVINCE_MARGIN_M)
}

fn day_of(exif: &Exif) -> Option<Day> {
    let field = exif.get_field(Tag::DateTimeOriginal, In::PRIMARY)?;
    let Value::Ascii(texts) = &field.value else { return None };
    let taken = DateTime::from_ascii(texts.first()?).ok()?;
    let narrow = |number: u8| i8::try_from(number).ok();
    Day::new(i16::try_from(taken.year).ok()?, narrow(taken.month)?, narrow(taken.day)?).ok()
}

fn position_of(exif: &Exif) -> Option<Position> {
    let lat = angle(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, b'S')?;
    let lon = angle(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, b'W')?;
    Position::new(lon, lat).ok()
}

/// Degrees, minutes and seconds, with the side of the equator or of Greenwich.
fn angle(exif: &Exif, tag: Tag, side: Tag, negative: u8) -> Option<f64> {
    let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    let [degrees, minutes, seconds] = parts.as_slice() else { return None };
    let sexagesimal = [(degrees, 1.0), (minutes, 60.0), (seconds, 3600.0)];
    let sum: f64 = sexagesimal.iter().map(|(part, by): &(&Rational, f64)| part.to_f64() / by).sum();
    let is_negative = match exif.get_field(side, In::PRIMARY).map(|field| &field.value) {
        Some(Value::Ascii(texts)) => texts.first().and_then(|text| text.first()) == Some(&negative),
        _ => false,
    };
    let sum = if is_negative { -sum } else { sum };
    sum.is_finite().then_some(sum)
}

#[cfg(test)]
mod tests {
    use exif::Field;
    use exif::experimental::Writer;

    use super::*;
    use crate::service::Service;

    fn photo(day: &str, at: Option<[u32; 2]>) -> Vec<u8> {
        let degrees = |number: u32| {
            let part = |num| Rational { num, denom: 1 };
            Value::Rational(vec![part(number), part(30), part(0)])
        };
        let mut fields = vec![(Tag::DateTimeOriginal, Value::Ascii(vec![day.as_bytes().to_vec()]))];
        if let Some([lat, lon]) = at {
            fields.extend([
                (Tag::GPSLatitude, degrees(lat)),
                (Tag::GPSLatitudeRef, Value::Ascii(vec![b"N".to_vec()])),
                (Tag::GPSLongitude, degrees(lon)),
                (Tag::GPSLongitudeRef, Value::Ascii(vec![b"E".to_vec()])),
            ]);
        }
        let fields: Vec<Field> = fields
            .into_iter()
            .map(|(tag, value)| Field { tag, ifd_num: In::PRIMARY, value })
            .collect();
        let mut writer = Writer::new();
        for field in &fields {
            writer.push_field(field);
        }
        let mut tiff = Cursor::new(Vec::new());
        writer.write(&mut tiff, false).expect("written");
        let tiff = tiff.into_inner();
        let length = u16::try_from(tiff.len() + 8).expect("short").to_be_bytes();
        let mut jpeg = vec![0xff, 0xd8, 0xff, 0xe1, length[0], length[1]];
        jpeg.extend(b"Exif\0\0");
        jpeg.extend(tiff);
        jpeg.extend([0xff, 0xd9]);
        jpeg
    }

    fn codes(photo: &[u8]) -> Vec<&'static str> {
        let today = "2026-11-01".parse().expect("a day");
        let found = told(photo, &Areas::default(), &Units::default(), today);
        found.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn a_photo_taken_in_the_province_says_in_which_unit() {
        let dir = tempfile::TempDir::new().expect("a directory");
        let service = Service::open(dir.path()).expect("opens");
        let atlas = service.atlas(&phusong_atlas::domain::Scope::Public);
        let today = "2026-11-01".parse().expect("a day");
        let at = |lat, lon| {
            let photo = photo("2026:10:20 08:00:00", Some([lat, lon]));
            told(&photo, &atlas.areas, &atlas.common.units, today)
        };
        let (home, away) = (at(14, 108), at(21, 105));
        let codes = |found: &[Finding]| found.iter().map(|one| one.code).collect::<Vec<_>>();
        assert_eq!(codes(&home), ["photo-told"], "14.5, 108.5 is in the province");
        let place = Position::new(108.5, 14.5).expect("on the globe");
        let unit = atlas.areas.home_of(place).and_then(|unit| atlas.common.units.get(unit));
        let name = &unit.expect("a unit").name;
        assert!(home[0].message_vi.contains(&**name), "{}", home[0].message_vi);
        assert_eq!(codes(&away), ["photo-told", "photo-away"]);
    }

    #[test]
    fn a_photo_is_held_against_the_calendar_and_the_province_and_silence_is_no_suspicion() {
        assert_eq!(codes(&photo("2026:10:20 08:00:00", None)), ["photo-told"]);
        assert_eq!(codes(&photo("2027:01:01 08:00:00", None)), ["photo-told", "photo-future"]);
        let away = photo("2026:10:20 08:00:00", Some([21, 105]));
        assert_eq!(codes(&away), ["photo-told", "photo-away"]);
        for silent in [&b""[..], b"\xff\xd8\xff\xd9", b"\x89PNG\r\n\x1a\n", &away[..40]] {
            assert!(codes(silent).is_empty());
        }
    }
}
