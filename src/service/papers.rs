//! Papers that leave the house: sealed with the service's key, so that they are known again.

use std::path::Path;

use data_encoding::HEXLOWER as HEX;

use super::open::{OpenError, Service, fresh_key};
use crate::report::{Seal, Unsealed};
use crate::vault::keys::{PublicKey, SigningKey};

/// What a PDF says of itself, and whether it is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// `phusong paper=… as_of=…`.
    pub seal: Seal,
    pub trust: PaperTrust,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperTrust {
    /// Whole, and signed by a key that the checker brought along.
    Pinned,
    /// Whole by the key that the paper itself names, which anyone may have made: proves nothing.
    SelfNamed,
    /// Signed by another key than those brought along.
    OtherKey,
    /// Changed since it was sealed, or never ours.
    Broken,
}

impl Service {
    /// The PDF with the service's seal. One that cannot be sealed comes back as it is: a paper
    /// that nobody can know again is still a paper.
    pub fn seal(&self, pdf: Vec<u8>) -> Vec<u8> {
        sealed(&self.shared.signing, pdf)
    }
}

/// The same with the key of a data directory, beside a running service.
pub fn seal_with(dir: &Path, pdf: Vec<u8>) -> Result<Vec<u8>, OpenError> {
    let key = SigningKey::open_or_create(dir, &fresh_key()?).map_err(OpenError::Key)?;
    Ok(sealed(&key, pdf))
}

fn sealed(key: &SigningKey, pdf: Vec<u8>) -> Vec<u8> {
    let name = HEX.encode(&key.public().to_bytes());
    let Some(unsealed) = Unsealed::of(pdf.clone(), &name) else {
        tracing::error!("a paper went out without the seal: it has no place for one");
        return pdf;
    };
    let signature = key.sign(&paper_message(unsealed.message()));
    unsealed.sealed(&HEX.encode(&signature)).unwrap_or(pdf)
}

/// Set apart from what else the key signs.
fn paper_message(bytes: &[u8]) -> Vec<u8> {
    [b"phusong paper 1\0".as_slice(), bytes].concat()
}

/// `None`: the file carries no seal of ours.
pub fn check_paper(file: &[u8], trusted: &[PublicKey]) -> Option<Sealed> {
    let seal = Seal::read(file)?;
    let trust = trust(&seal, trusted);
    Some(Sealed { seal, trust })
}

fn trust(seal: &Seal, trusted: &[PublicKey]) -> PaperTrust {
    let signature: Option<[u8; 64]> =
        HEX.decode(seal.signature_hex.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    let (Some(key), Some(signature)) = (PublicKey::from_hex(&seal.key_hex), signature) else {
        return PaperTrust::Broken;
    };
    if !key.verifies(&paper_message(&seal.message), &signature) {
        return PaperTrust::Broken;
    }
    let same = |one: &PublicKey| one.to_bytes() == key.to_bytes();
    match trusted {
        [] => PaperTrust::SelfNamed,
        known if known.iter().any(same) => PaperTrust::Pinned,
        _ => PaperTrust::OtherKey,
    }
}
