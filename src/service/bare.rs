//! A photo without what it says beside its picture: place, time, device, thumbnails, texts.
//!
//! Segments are left out and nothing is encoded anew, so that the picture stays bit for bit. What
//! follows the end of the picture (a film, another photo with places of its own) goes too.

use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::Png;
use img_parts::{Bytes, ImageEXIF};

/// Chunks of a PNG that make its picture and its colours; all others speak beside it.
const OF_PICTURE: [&[u8; 4]; 13] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT",
    b"bKGD", b"pHYs", b"cICP",
];

/// Is it a photo, as far as the first bytes tell?
pub fn is_photo(head: &[u8]) -> bool {
    head.starts_with(b"\xff\xd8\xff") || head.starts_with(b"\x89PNG")
}

/// `None`: it is damaged, and nobody can tell what stands where in it.
pub fn bare(photo: Vec<u8>) -> Option<Vec<u8>> {
    let photo = Bytes::from(photo);
    if photo.starts_with(b"\x89PNG") {
        let mut png = Png::from_bytes(photo).ok()?;
        png.chunks_mut().retain(|chunk| OF_PICTURE.contains(&&chunk.kind()));
        return Some(png.encoder().bytes().to_vec());
    }
    let mut jpeg = Jpeg::from_bytes(photo).ok()?;
    let turned = jpeg.exif().as_deref().and_then(orientation);
    jpeg.segments_mut().retain(is_of_picture);
    // How the device was held is of the picture: without it the picture lies on its side.
    jpeg.set_exif(turned.map(|turned| Bytes::from(only_turned(turned))));
    let mut bytes = jpeg.encoder().bytes().to_vec();
    bytes.truncate(end_of_picture(&bytes)?);
    Some(bytes)
}

/// Frames, tables and scans; of applications' own, what decoders need: density, colours, and
/// which transform they went through.
fn is_of_picture(segment: &JpegSegment) -> bool {
    let says = |word: &[u8]| segment.contents().starts_with(word);
    match segment.marker() {
        markers::APP0 => says(b"JFIF\0"),
        markers::APP2 => says(b"ICC_PROFILE\0"),
        markers::APP14 => says(b"Adobe"),
        markers::APP1..=markers::APP15 | markers::JPG0..=markers::COM => false,
        _ => true,
    }
}

fn orientation(exif: &[u8]) -> Option<u16> {
    let read = exif::Reader::new().read_raw(exif.to_vec()).ok()?;
    let field = read.get_field(exif::Tag::Orientation, exif::In::PRIMARY)?;
    field.value.get_uint(0).and_then(|turned| u16::try_from(turned).ok())
}

/// TIFF with one directory of one entry. Source: TIFF 6.0, sections 2 and 8.
fn only_turned(turned: u16) -> Vec<u8> {
    let [high, low] = turned.to_be_bytes();
    let mut tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    tiff.extend([high, low, 0, 0, 0, 0, 0, 0]);
    tiff
}

/// Just after the marker that ends the picture. Source: ITU-T T.81, annex B.
fn end_of_picture(jpeg: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        match (*jpeg.get(at)?, *jpeg.get(at + 1)?) {
            (0xff, markers::EOI) => return Some(at + 2),
            // A byte of a scan, a stuffed one, a restart: none of them has a length.
            (0xff, 0x00 | 0x01 | markers::RST0..=markers::RST7) => at += 2,
            (0xff, 0xff) | (0x00..=0xfe, _) => at += 1,
            (0xff, _) => {
                let length: [u8; 2] = jpeg.get(at + 2..at + 4)?.try_into().ok()?;
                at += 2 + usize::from(u16::from_be_bytes(length));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
        let length = u16::try_from(contents.len() + 2).expect("short").to_be_bytes();
        [&[0xff, marker][..], &length, contents].concat()
    }

    /// A picture of which only the frame is one, in two scans with a table that looks like an end.
    fn picture() -> Vec<u8> {
        [
            segment(markers::SOF2, &[8, 0, 2, 0, 2, 1, 1, 0x11, 0]),
            segment(markers::SOS, &[1, 1, 0, 0, 63, 0]),
            vec![0x12, 0xff, 0x00, 0x34, 0xff, markers::RST0, 0x56],
            segment(markers::DHT, &[0xff, markers::EOI, 0x77]),
            segment(markers::SOS, &[1, 1, 0, 0, 63, 0]),
            vec![0x78, 0xff, markers::EOI],
        ]
        .concat()
    }

    fn exif(turned: u16) -> Vec<u8> {
        [b"Exif\0\0".to_vec(), only_turned(turned), b"GPS 14.704 108.822".to_vec()].concat()
    }

    #[test]
    fn everything_beside_the_picture_goes_and_the_picture_stays_bit_for_bit() {
        let colours = segment(markers::APP2, b"ICC_PROFILE\0 colours");
        let photo = [
            vec![0xff, markers::SOI],
            segment(markers::APP0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0"),
            segment(markers::APP1, &exif(6)),
            segment(markers::APP1, b"http://ns.adobe.com/xap/1.0/\0<x:place/>"),
            colours.clone(),
            segment(markers::APP2, b"MPF\0 another picture"),
            segment(markers::APP13, b"Photoshop 3.0\0 a name"),
            segment(markers::COM, b"words"),
            picture(),
            // What telephones put behind: a film, a second photo.
            vec![0xff, markers::SOI],
            segment(markers::APP1, &exif(1)),
            b"ftypmp42".to_vec(),
        ]
        .concat();
        let bare = bare(photo).expect("a photo");
        let says = |word: &[u8]| bare.windows(word.len()).any(|at| at == word);
        for gone in [&b"GPS"[..], b"xap", b"MPF", b"Photoshop", b"words", b"ftyp"] {
            assert!(!says(gone), "{}", String::from_utf8_lossy(gone));
        }
        assert!(says(&colours) && bare.ends_with(&picture()));
        let turned = Jpeg::from_bytes(bare.clone().into()).expect("a photo").exif();
        assert_eq!(turned.as_deref().and_then(orientation), Some(6), "it stands upright");
        assert!(
            super::bare(bare.clone()).is_some_and(|again| again == bare),
            "nothing more to take"
        );
    }

    #[test]
    fn a_png_keeps_its_picture_and_a_damaged_photo_is_none() {
        let chunk = |kind: &[u8; 4], contents: &'static [u8]| {
            let chunk = img_parts::png::PngChunk::new(*kind, Bytes::from_static(contents));
            chunk.encoder().bytes().to_vec()
        };
        let own =
            [chunk(b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0"), chunk(b"IDAT", b"pixels")];
        let beside = [chunk(b"eXIf", b"GPS"), chunk(b"tEXt", b"Author\0A"), chunk(b"tIME", b"1")];
        let signature = b"\x89PNG\r\n\x1a\n".to_vec();
        let end = chunk(b"IEND", b"");
        let whole = [&signature, &own[0], &beside.concat(), &own[1], &end]
            .into_iter()
            .flatten()
            .copied()
            .collect::<Vec<u8>>();
        let expected = [signature, own.concat(), end].concat();
        assert_eq!(bare([&whole[..], b"PK behind"].concat()), Some(expected));
        for broken in [&whole[..20], b"\xff\xd8\xff\xe1\xff", b"\xff\xd8\xff"] {
            assert_eq!(bare(broken.to_vec()), None);
        }
    }
}
