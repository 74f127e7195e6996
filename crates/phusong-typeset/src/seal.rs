//! The seal by which a PDF of ours is known again.
//!
//! It is a place of fixed length beside the state in the metadata, wherever that stands: how long
//! the file is, whose key, and a signature over the whole file with the signature's own place
//! blank. What others append behind our last byte (their own signatures) leaves it whole, and is
//! told. Which key is trusted is the caller's business.

const BEGINS: &[u8] = b"phusong paper=";
const BYTE_RANGE: &[u8] = b"/ByteRange";
const LENGTH_DIGITS: usize = 10;
const KEY_DIGITS: usize = 64;
const SIGNATURE_DIGITS: usize = 128;

/// What stands behind the state until the file is sealed.
pub(crate) fn blank() -> String {
    let zeros = |count| "0".repeat(count);
    format!(
        "length={} key={} seal={}",
        zeros(LENGTH_DIGITS),
        zeros(KEY_DIGITS),
        zeros(SIGNATURE_DIGITS)
    )
}

/// A file of ours whose seal is to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsealed {
    bytes: Vec<u8>,
    /// Where each copy of the signature's place begins.
    signatures: Vec<usize>,
}

impl Unsealed {
    /// Writes its length and the key's name; `None`: no paper of ours, no key of 64 hex digits, or
    /// a paper that tells of two states.
    pub fn of(pdf: Vec<u8>, key_hex: &str) -> Option<Self> {
        let blank = blank();
        let start = find(&pdf, BEGINS)?;
        let state_end = start + find(&pdf[start..], b" length=")?;
        let whole = [&pdf[start..state_end], b" ", blank.as_bytes()].concat();
        let filled = format!("length={:0LENGTH_DIGITS$} key={key_hex} seal=", pdf.len());
        if filled.len() + SIGNATURE_DIGITS != blank.len() {
            return None;
        }
        let blank_at = whole.len() - blank.len();
        let mut bytes = pdf;
        let mut signatures = Vec::new();
        for at in places(&bytes, BEGINS) {
            if !bytes[at..].starts_with(&whole) {
                return None;
            }
            let from = at + blank_at;
            bytes[from..from + filled.len()].copy_from_slice(filled.as_bytes());
            signatures.push(from + filled.len());
        }
        Some(Self { bytes, signatures })
    }

    /// What is to be signed.
    pub fn message(&self) -> &[u8] {
        &self.bytes
    }

    /// The file with its signature of 128 hex digits.
    pub fn sealed(mut self, signature_hex: &str) -> Option<Vec<u8>> {
        if signature_hex.len() != SIGNATURE_DIGITS {
            return None;
        }
        for at in self.signatures {
            self.bytes[at..at + SIGNATURE_DIGITS].copy_from_slice(signature_hex.as_bytes());
        }
        Some(self.bytes)
    }
}

/// A seal as it was read from a file; whether the signature fits is for the holder of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// `phusong paper=… as_of=…`.
    pub state: String,
    pub key_hex: String,
    pub signature_hex: String,
    /// What was signed.
    pub message: Vec<u8>,
    /// How long the file was when it left the house.
    pub length: usize,
    pub appended: Appended,
}

/// What stands behind our last byte. A reader shows the file with it, so it may change what is
/// seen; whose signature it is, is not checked here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    Nothing,
    /// A signature of a PDF reader's kind that covers the file to its end.
    Signature {
        bytes: usize,
    },
    /// Something that no signature covers.
    Unsigned {
        bytes: usize,
    },
}

impl Seal {
    /// `None`: the file carries no seal of ours, or is shorter than the seal says.
    pub fn read(file: &[u8]) -> Option<Self> {
        let start = find(file, BEGINS)?;
        let head = &file[start..file.len().min(start + 1_000)];
        let state_end = find(head, b" length=")?;
        let state = std::str::from_utf8(&head[..state_end]).ok()?.to_owned();
        let mut rest = &head[state_end..];
        let length = field(&mut rest, b" length=", LENGTH_DIGITS)?;
        let key_hex = field(&mut rest, b" key=", KEY_DIGITS)?;
        let signature_hex = field(&mut rest, b" seal=", SIGNATURE_DIGITS)?;
        let length: usize = length.parse().ok()?;
        let ours = file.get(..length)?;
        let seal_end = state_end + blank().len() + 1;
        let whole = head.get(..seal_end)?;
        let mut message = ours.to_vec();
        // Only the seal's own copies: the same digits anywhere else are content.
        for at in places(ours, whole) {
            let end = at + seal_end;
            message[end - SIGNATURE_DIGITS..end].fill(b'0');
        }
        let appended = appended(file, length);
        Some(Self { state, key_hex, signature_hex, message, length, appended })
    }

    /// A word of the state: `as_of`, `subject` …
    pub fn word(&self, name: &str) -> Option<&str> {
        state_word(&self.state, name)
    }
}

/// A word of a paper's state as its seal writes it.
pub fn state_word<'s>(state: &'s str, name: &str) -> Option<&'s str> {
    state.split(' ').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn field(rest: &mut &[u8], name: &[u8], digits: usize) -> Option<String> {
    let value = rest.strip_prefix(name)?;
    let (value, after) = value.split_at_checked(digits)?;
    *rest = after;
    let plain = value.iter().all(u8::is_ascii_hexdigit);
    plain.then(|| String::from_utf8_lossy(value).into_owned())
}

fn appended(file: &[u8], length: usize) -> Appended {
    let bytes = file.len() - length;
    if bytes == 0 {
        return Appended::Nothing;
    }
    let tail = &file[length..];
    let ranges = places(tail, BYTE_RANGE).into_iter();
    let mut ranges = ranges.map(|at| &tail[at + BYTE_RANGE.len()..]);
    if ranges.any(|range| covers(file, length, range)) {
        Appended::Signature { bytes }
    } else {
        Appended::Unsigned { bytes }
    }
}

/// Is it `[0 b c d]` with all of the file in it but the signature's own hex digits (ISO 32000-2,
/// 12.8.1), which stand behind our bytes?
fn covers(file: &[u8], length: usize, range: &[u8]) -> bool {
    let numbers = || {
        let inner = range.trim_ascii_start().strip_prefix(b"[")?;
        let inner = &inner[..find(inner, b"]")?];
        let numbers = std::str::from_utf8(inner).ok()?.split_ascii_whitespace();
        let numbers: Vec<usize> = numbers.map(str::parse).collect::<Result<_, _>>().ok()?;
        <[usize; 4]>::try_from(numbers).ok()
    };
    let Some([0, until, from, rest]) = numbers() else { return false };
    let Some(signature) = file.get(until..from) else { return false };
    let digits = signature.strip_prefix(b"<").and_then(|digits| digits.strip_suffix(b">"));
    let signs = digits.is_some_and(|digits| {
        digits.iter().all(u8::is_ascii_hexdigit) && digits.iter().any(|digit| *digit != b'0')
    });
    let end = from.checked_add(rest).and_then(|end| file.get(end..));
    signs && until >= length && end.is_some_and(|after| after.trim_ascii().is_empty())
}

fn places(within: &[u8], what: &[u8]) -> Vec<usize> {
    let mut all = Vec::new();
    let mut from = 0;
    while let Some(found) = find(&within[from..], what) {
        all.push(from + found);
        from += found + what.len();
    }
    all
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut from = 0;
    while let Some(found) = within[from..].iter().position(|byte| *byte == first) {
        let at = from + found;
        if within[at..].starts_with(what) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let state = format!("phusong paper=dossier subject=kon-doc {}", blank());
        format!("%PDF-1.7 ({state}) <x>{state}</x> %%EOF").into_bytes()
    }

    #[test]
    fn a_seal_is_read_back_and_anything_else_is_another_message() {
        let unsealed = Unsealed::of(file(), &"ab".repeat(32)).expect("ours");
        let signed = unsealed.message().to_vec();
        let sealed = unsealed.sealed(&"c1".repeat(64)).expect("a signature");
        let seal = Seal::read(&sealed).expect("a seal");
        assert_eq!(seal.message, signed);
        assert_eq!(seal.word("subject"), Some("kon-doc"));
        assert_eq!((seal.length, seal.appended), (sealed.len(), Appended::Nothing));

        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            let told = Seal::read(&changed);
            let same = told.is_some_and(|told| {
                told.message == signed && told.signature_hex == seal.signature_hex
            });
            assert!(!same, "byte {at}");
        }
        assert_eq!(Seal::read(&sealed[..sealed.len() - 1]), None);
    }

    fn sealed(file: Vec<u8>) -> Option<Vec<u8>> {
        Unsealed::of(file, &"ab".repeat(32))?.sealed(&"c1".repeat(64))
    }

    /// The file as a reader signs it: an object behind it, with all but its digits in the range.
    fn signed(file: &[u8], digit: &str, after: &str) -> Vec<u8> {
        let digits = digit.repeat(32);
        let head = |range: &str| format!("\n9 0 obj <</ByteRange [{range:<40}] /Contents ");
        let until = file.len() + head("").len();
        let (from, end) = (until + digits.len() + 2, ">> endobj %%EOF");
        let range = format!("0 {until} {from} {}", end.len());
        [
            file,
            head(&range).as_bytes(),
            b"<",
            digits.as_bytes(),
            b">",
            end.as_bytes(),
            after.as_bytes(),
        ]
        .concat()
    }

    #[test]
    fn what_is_appended_is_a_signature_only_when_one_covers_it_to_the_end() {
        let sealed = sealed(file()).expect("sealed");
        let told = |file: &[u8]| Seal::read(file).expect("a seal").appended;
        let once = signed(&sealed, "a", "");
        let bytes = once.len() - sealed.len();
        assert_eq!(told(&once), Appended::Signature { bytes });
        assert_eq!(told(&signed(&sealed, "a", "\r\n")), Appended::Signature { bytes: bytes + 2 });
        let twice = signed(&once, "b", "");
        assert_eq!(told(&twice), Appended::Signature { bytes: twice.len() - sealed.len() });
        let unsigned = [
            [sealed.as_slice(), b"\n7 0 obj (another figure) endobj"].concat(),
            [sealed.as_slice(), b" /ByteRange [0 1 2 3]"].concat(),
            signed(&sealed, "a", " 7 0 obj (another figure) endobj"),
            signed(&sealed, "0", ""),
        ];
        for file in unsigned {
            assert_eq!(told(&file), Appended::Unsigned { bytes: file.len() - sealed.len() });
        }
    }

    #[test]
    fn the_signature_is_blank_in_the_seals_own_place_only() {
        let whole = sealed(file()).expect("sealed");
        let signed = Seal::read(&whole).expect("a seal").message;
        // A file that held zeros as content, and holds the signature there now.
        let [zeros, digits] = ["0", "c1"].map(|part| part.repeat(SIGNATURE_DIGITS / part.len()));
        let content = |digits: &str| {
            let mut file = file();
            file.extend(format!(" content {digits}").bytes());
            sealed(file).expect("sealed")
        };
        let (ours, changed) = (content(&zeros), content(&digits));
        let [ours, changed] = [ours, changed].map(|file| Seal::read(&file).expect("a seal"));
        assert_ne!(ours.message, changed.message);
        assert_ne!(ours.message, signed);
    }

    #[test]
    fn a_paper_that_tells_of_two_states_is_not_sealed() {
        let other = format!("phusong paper=dossier subject=thon-ca {}", blank());
        let mut first = other.clone().into_bytes();
        first.extend(file());
        let mut last = file();
        last.extend(other.into_bytes());
        assert_eq!((sealed(first), sealed(last)), (None, None));
        assert_eq!(sealed(b"%PDF-1.7 nothing of ours".to_vec()), None);
    }
}
