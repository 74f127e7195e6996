//! What is no photo, or too large a one: rows 87 and 88.

use super::{Bad, refused};

/// A JPEG that says how large it is and holds nothing else.
fn jpeg(width: u16, height: u16, after: &[u8]) -> Vec<u8> {
    let (width, height) = (width.to_be_bytes(), height.to_be_bytes());
    let frame = [&b"\xff\xc0\x00\x0b\x08"[..], &height, &width, b"\x01\x01\x11\x00"].concat();
    [&b"\xff\xd8"[..], &frame, b"\xff\xd9", after].concat()
}

/// A PNG of that size, with nothing in it.
fn png(width: u32, height: u32) -> Vec<u8> {
    let head =
        [&b"IHDR"[..], &width.to_be_bytes(), &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n\0\0\0\x0d"[..], &head, &[0; 4], b"\0\0\0\0IEND\xae\x42\x60\x82"].concat()
}

pub fn bad() -> Vec<Bad> {
    let page = b"<html><script>alert(1)</script></html>";
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    let packed = crate::served::zip(&[("a.txt", b"x")]);
    vec![
        refused(87, "anh.svg", &svg[..], "not-allowed"),
        refused(87, "anh.png", &page[..], "not-allowed"),
        refused(87, "anh.jpg", jpeg(640, 480, page), "not-a-photo"),
        refused(87, "anh2.jpg", jpeg(640, 480, &packed), "not-a-photo"),
        refused(88, "lon.jpg", jpeg(60_000, 60_000, b""), "photo-too-large"),
        refused(88, "lon.png", png(100_000, 100_000), "photo-too-large"),
    ]
}
