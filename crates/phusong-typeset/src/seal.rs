//! The seal by which a PDF of ours is known again.
//!
//! It is a place of fixed length beside the state in the metadata, wherever that stands: how long
//! the file is, whose key, and a signature over the whole file with the signature's own place
//! blank. What others append behind our last byte (their own signatures) leaves it whole. Which
//! key is trusted is the caller's business.

const BEGINS: &[u8] = b"phusong paper=";
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
    /// Writes its length and the key's name; `None`: no paper of ours, or no key of 64 hex digits.
    pub fn of(pdf: Vec<u8>, key_hex: &str) -> Option<Self> {
        let blank = blank();
        let seal_at = blank.len() - SIGNATURE_DIGITS;
        let filled = format!("length={:0LENGTH_DIGITS$} key={key_hex} seal=", pdf.len());
        if filled.len() != seal_at {
            return None;
        }
        let mut bytes = pdf;
        let mut signatures = Vec::new();
        let mut from = 0;
        while let Some(found) = find(&bytes[from..], blank.as_bytes()) {
            let at = from + found;
            bytes[at..at + seal_at].copy_from_slice(filled.as_bytes());
            signatures.push(at + seal_at);
            from = at + blank.len();
        }
        (!signatures.is_empty()).then_some(Self { bytes, signatures })
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
    /// Bytes behind ours.
    pub appended: usize,
    /// They hold a signature of a PDF reader's kind.
    pub appended_signs: bool,
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
        let (ours, appended) = file.split_at_checked(length)?;
        let mut message = ours.to_vec();
        let mut from = 0;
        while let Some(found) = find(&message[from..], signature_hex.as_bytes()) {
            let at = from + found;
            message[at..at + SIGNATURE_DIGITS].fill(b'0');
            from = at + SIGNATURE_DIGITS;
        }
        Some(Self {
            state,
            key_hex,
            signature_hex,
            message,
            appended: appended.len(),
            appended_signs: find(appended, b"/ByteRange").is_some(),
        })
    }

    /// A word of the state: `as_of`, `subject` …
    pub fn word(&self, name: &str) -> Option<&str> {
        self.state.split(' ').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }
}

fn field(rest: &mut &[u8], name: &[u8], digits: usize) -> Option<String> {
    let value = rest.strip_prefix(name)?;
    let (value, after) = value.split_at_checked(digits)?;
    *rest = after;
    let plain = value.iter().all(u8::is_ascii_hexdigit);
    plain.then(|| String::from_utf8_lossy(value).into_owned())
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
        assert_eq!((seal.appended, seal.appended_signs), (0, false));

        let longer = [sealed.as_slice(), b" /ByteRange [0 1]"].concat();
        let appended = Seal::read(&longer).expect("a seal");
        assert_eq!(appended.message, signed);
        assert!(appended.appended_signs);

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
}
