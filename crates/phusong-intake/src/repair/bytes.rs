//! The bytes of a text file as UTF-8: byte-order marks and UTF-16 are undone on the way, and what
//! no text holds is found with its line. Constant memory, whatever the file's size.
//!
//! A file in an old encoding is read byte by byte ([`Utf8::western`]): what its letters meant is
//! told column by column, as in a workbook ([`super::text`]).

use std::io::{self, Read};

use encoding_rs::WINDOWS_1252;

use super::text::{Script, Survey, View};

/// Bytes asked from the file at once.
const PIECE: usize = 64 * 1024;

/// Why the bytes are no text, and on which line, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what:?}")]
pub struct TextFault {
    pub line: usize,
    pub what: NoText,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoText {
    NotUtf8,
    NotUtf16,
    Nul,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// One byte a letter, read as Windows-1252 whatever it is.
    SingleByte,
}

/// Reads a file as UTF-8. A [`TextFault`] comes wrapped in an `io::Error`.
#[derive(Debug)]
pub struct Utf8<R> {
    from: R,
    encoding: Option<Encoding>,
    /// Checked text that was not given out yet: `ready[given..]`.
    ready: Vec<u8>,
    given: usize,
    /// The start of a letter whose rest has not come yet.
    rest: Vec<u8>,
    line: usize,
    ended: bool,
    is_checked: bool,
}

impl<R: Read> Utf8<R> {
    pub fn new(from: R) -> Self {
        Self {
            from,
            encoding: None,
            ready: Vec::new(),
            given: 0,
            rest: Vec::new(),
            line: 1,
            ended: false,
            is_checked: false,
        }
    }

    /// Every byte a letter, as Windows-1252 has them: nothing is refused but NUL.
    pub fn western(from: R) -> Self {
        Self { encoding: Some(Encoding::SingleByte), ..Self::new(from) }
    }

    /// The same file once more: what was read to its end before is not checked again.
    #[must_use]
    pub fn again(self) -> Self {
        Self { is_checked: true, ..self }
    }

    /// Known once something was read.
    pub fn encoding(&self) -> Encoding {
        self.encoding.unwrap_or(Encoding::Utf8)
    }

    fn fill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        let mut raw = std::mem::take(&mut self.rest);
        raw.reserve(PIECE);
        let before = raw.len();
        (&mut self.from).take(PIECE as u64).read_to_end(&mut raw)?;
        self.ended = raw.len() == before;
        let raw = match self.encoding {
            Some(_) => raw.as_slice(),
            None => self.take_mark(&raw),
        };
        match self.encoding() {
            Encoding::Utf8 if self.is_checked => self.ready.extend_from_slice(raw),
            Encoding::Utf8 => self.utf8(raw)?,
            Encoding::Utf16Le => self.utf16(raw, u16::from_le_bytes)?,
            Encoding::Utf16Be => self.utf16(raw, u16::from_be_bytes)?,
            Encoding::SingleByte => {
                let (text, _) = WINDOWS_1252.decode_without_bom_handling(raw);
                self.ready.extend_from_slice(text.as_bytes());
            }
        }
        if self.is_checked {
            return Ok(());
        }
        if let Some(at) = memchr::memchr(0, &self.ready) {
            let line = self.line + lines(&self.ready[..at]);
            return Err(fault(line, NoText::Nul));
        }
        self.line += lines(&self.ready);
        Ok(())
    }

    fn take_mark<'b>(&mut self, raw: &'b [u8]) -> &'b [u8] {
        let (encoding, length) = match raw {
            [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
            [0xff, 0xfe, ..] => (Encoding::Utf16Le, 2),
            [0xfe, 0xff, ..] => (Encoding::Utf16Be, 2),
            _ => (unmarked(raw), 0),
        };
        self.encoding = Some(encoding);
        &raw[length..]
    }

    fn utf8(&mut self, raw: &[u8]) -> io::Result<()> {
        let valid = match std::str::from_utf8(raw) {
            Ok(_) => raw.len(),
            // The letter may go on in the next piece.
            Err(error) if error.error_len().is_none() && !self.ended => error.valid_up_to(),
            Err(error) => {
                let line = self.line + lines(&raw[..error.valid_up_to()]);
                return Err(fault(line, NoText::NotUtf8));
            }
        };
        self.ready.extend_from_slice(&raw[..valid]);
        self.rest = raw[valid..].to_vec();
        Ok(())
    }

    fn utf16(&mut self, raw: &[u8], unit: fn([u8; 2]) -> u16) -> io::Result<()> {
        let mut whole = raw.len() - raw.len() % 2;
        let high = |at: usize| (0xd800..0xdc00).contains(&unit([raw[at], raw[at + 1]]));
        if whole >= 2 && high(whole - 2) && !self.ended {
            whole -= 2; // half a letter
        }
        let units = raw[..whole].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        for letter in char::decode_utf16(units) {
            let Ok(letter) = letter else {
                let line = self.line + lines(&self.ready);
                return Err(fault(line, NoText::NotUtf16));
            };
            self.ready.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
        if self.ended && whole < raw.len() {
            return Err(fault(self.line + lines(&self.ready), NoText::NotUtf16));
        }
        self.rest = raw[whole..].to_vec();
        Ok(())
    }
}

/// UTF-16 without its mark: much of a text is ASCII, and every second byte of that is a NUL.
fn unmarked(raw: &[u8]) -> Encoding {
    let sample = &raw[..raw.len().min(4096) / 2 * 2];
    let nuls = |at: usize| sample.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    let many = sample.len() / 6;
    match (even, odd) {
        (0, odd) if odd > many && odd > 1 => Encoding::Utf16Le,
        (even, 0) if even > many && even > 1 => Encoding::Utf16Be,
        _ => Encoding::Utf8,
    }
}

/// In which encoding the cells of a single-byte file are, as far as their words tell: in
/// Vietnamese and in English.
pub fn single_bytes_named<'c>(
    cells: impl Iterator<Item = &'c str>,
) -> (&'static str, &'static str) {
    let mut survey = Survey::default();
    for cell in cells {
        survey.see(0, cell);
    }
    match survey.decide().legacy(0).map(|(legacy, _)| (legacy.script, legacy.view)) {
        Some((Script::Tcvn3, View::Western)) => ("TCVN3 (ABC)", "TCVN3 (ABC)"),
        Some((Script::Vni, View::Western)) => ("VNI", "VNI"),
        Some((Script::Windows1258, View::Western)) => ("Windows-1258", "Windows-1258"),
        _ => ("chưa rõ, hoặc nhiều bảng mã", "not clear, or several"),
    }
}

fn lines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

fn fault(line: usize, what: NoText) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, TextFault { line, what })
}

/// The fault inside an error, if it is one of ours.
pub fn fault_in(error: &io::Error) -> Option<TextFault> {
    error.get_ref()?.downcast_ref().copied()
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() {
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
        let many = out.len().min(self.ready.len() - self.given);
        out[..many].copy_from_slice(&self.ready[self.given..self.given + many]);
        self.given += many;
        Ok(many)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::dirt;

    fn read(mut text: Utf8<&[u8]>) -> (String, Encoding) {
        let mut out = String::new();
        text.read_to_string(&mut out).unwrap();
        (out, text.encoding())
    }

    #[test]
    fn utf_16_without_its_mark_is_known_by_its_nuls() {
        let text = "Mã trạm;Tên trạm\nQNI-1;Ba Tơ\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(Utf8::new(&little[..])), (text.to_owned(), Encoding::Utf16Le));
        assert_eq!(read(Utf8::new(&big[..])), (text.to_owned(), Encoding::Utf16Be));
        assert_eq!(read(Utf8::new(text.as_bytes())), (text.to_owned(), Encoding::Utf8));
        // A NUL in plain text stays a fault.
        assert!(Utf8::new(&b"a,b\0c\n"[..]).read_to_string(&mut String::new()).is_err());
    }

    #[test]
    fn what_was_read_before_is_handed_on_as_it_was() {
        let long = "Xã Ba Tơ; ".repeat(20_000);
        let utf16: Vec<u8> =
            format!("\u{feff}{long}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [long.as_bytes(), format!("\u{feff}{long}").as_bytes(), &utf16] {
            let first = read(Utf8::new(bytes));
            assert_eq!(first.0, long);
            assert_eq!(read(Utf8::new(bytes).again()), first);
        }
    }

    #[test]
    fn a_file_of_single_bytes_is_named_by_its_words() {
        let cells = ["Xã Ba Tơ", "Phường Cẩm Thành", "Thôn Nước Giáp", "Xã Sơn Tịnh"];
        let named = |encode: fn(&str) -> Vec<u8>| {
            let bytes = encode(&cells.join("\n"));
            let (text, encoding) = read(Utf8::western(&bytes[..]));
            assert_eq!(encoding, Encoding::SingleByte);
            single_bytes_named(text.lines()).1
        };
        assert_eq!(named(dirt::tcvn3), "TCVN3 (ABC)");
        assert_eq!(named(dirt::vni), "VNI");
        assert_eq!(named(dirt::windows1258), "Windows-1258");
        assert_eq!(named(|_| b"Caf\xe9 du monde".to_vec()), "not clear, or several");
    }
}
