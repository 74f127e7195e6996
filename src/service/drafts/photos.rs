//! What a photo says of itself: when and where it was taken, where its EXIF tells. A photo without
//! is no suspicion. Photos are given back to their owner and the department only, so nothing of
//! this reaches the public. No pixel is ever decoded here: what a photo is, its frame tells.

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

/// What another format would hide in stands at the end of a photo: so much is looked at.
pub const TAIL_BYTES: u64 = 64 << 10;

/// No camera takes more; a picture of more is made to fill the memory of whoever opens it.
const MOST_PIXELS: u64 = 250_000_000;

/// Why the file is not kept as a photo: it is something else as well, or it says that it is larger
/// than any photo. `head` and `tail` are its beginning and its end.
pub fn refusal(head: &[u8], tail: &[u8]) -> Option<Finding> {
    let (code, message, remedy) = if is_also_another(head) || is_also_another(tail) {
        (
            "not-a-photo",
            (
                "tệp mang tên ảnh nhưng chứa cả nội dung khác (HTML, SVG, PDF hoặc ZIP)",
                "the file calls itself a photo and holds something else too (HTML, SVG, PDF or ZIP)",
            ),
            ("lưu lại ảnh dạng JPEG hoặc PNG rồi gửi lại", "save the photo as JPEG or PNG again"),
        )
    } else if size_of(head).is_some_and(|(width, height)| width * height > MOST_PIXELS) {
        (
            "photo-too-large",
            ("ảnh quá 250 triệu điểm ảnh", "a photo of more than 250 million pixels"),
            ("thu nhỏ ảnh rồi gửi lại", "make the photo smaller and send it again"),
        )
    } else {
        return None;
    };
    Some(Finding::new(code, Severity::Refuse, message, remedy))
}

/// Marks by which a browser or an unpacker would take it for its own.
fn is_also_another(part: &[u8]) -> bool {
    let has = |mark: &[u8]| part.windows(mark.len()).any(|at| at.eq_ignore_ascii_case(mark));
    let ends_a_zip = part.windows(22).enumerate().any(|(at, end)| {
        let comment = usize::from(u16::from_le_bytes([end[20], end[21]]));
        end.starts_with(b"PK\x05\x06") && at + 22 + comment == part.len()
    });
    let marks: [&[u8]; 7] =
        [b"<html", b"<script", b"<svg ", b"<svg>", b"<!doctype", b"<?php", b"%PDF-"];
    ends_a_zip || marks.into_iter().any(has)
}

/// Width and height in pixels, as the file's frame states them.
fn size_of(head: &[u8]) -> Option<(u64, u64)> {
    if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        let number = |at: usize| {
            let bytes: [u8; 4] = head.get(at..at + 4)?.try_into().ok()?;
            Some(u64::from(u32::from_be_bytes(bytes)))
        };
        return Some((number(16)?, number(20)?));
    }
    // Source: ITU-T T.81, annex B: a marker, its length, and in a frame header height and width.
    let mut at = 2;
    loop {
        let [0xff, marker, high, low] = head.get(at..at + 4)? else { return None };
        let short = |at: usize| {
            let bytes: [u8; 2] = head.get(at..at + 2)?.try_into().ok()?;
            Some(u64::from(u16::from_be_bytes(bytes)))
        };
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((short(at + 7)?, short(at + 5)?));
            }
            _ => at += 2 + usize::from(u16::from_be_bytes([*high, *low])),
        }
    }
}

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

    /// 87 and 88.
    #[test]
    fn what_is_no_photo_or_larger_than_any_is_refused() {
        let code = |bytes: &[u8]| refusal(bytes, bytes).map(|finding| finding.code);
        let good = photo("2026:10:20 08:00:00", None);
        assert_eq!(code(&good), None);
        let framed = |width: u16, height: u16| {
            let (width, height) = (width.to_be_bytes(), height.to_be_bytes());
            let frame = [&b"\xff\xc0\x00\x0b\x08"[..], &height, &width, b"\x01\x01\x11\x00"];
            [&good[..good.len() - 2], &frame.concat(), b"\xff\xd9"].concat()
        };
        assert_eq!(size_of(&framed(4_000, 3_000)), Some((4_000, 3_000)));
        assert_eq!(code(&framed(16_320, 12_240)), None, "a telephone's 200 million");
        assert_eq!(code(&framed(60_000, 60_000)), Some("photo-too-large"));
        for beside in [&b"<HTML><body>"[..], b"<svg onload=x>", b"%PDF-1.7", &[]] {
            let end = if beside.is_empty() {
                [&b"PK\x05\x06"[..], &[0; 18]].concat()
            } else {
                beside.to_vec()
            };
            assert_eq!(code(&[&good[..], &end].concat()), Some("not-a-photo"));
        }
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
