//! Receipts: the service's signature over what was filed and when. A receipt tells nothing about
//! others: no place in the ledger, no size, no root.

use data_encoding::HEXLOWER as HEX;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::vault::keys::{PublicKey, SigningKey};

/// The only version there is.
const VERSION: u32 = 1;

/// JSON form: every field is covered by the signature but the key, which is what it is checked
/// against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    pub version: u32,
    /// Opaque name of what was filed.
    pub report: String,
    /// SHA-256 of the filed content, hex.
    pub content_sha256: String,
    /// Whose act it was: `carrier:viettel`, `department` …
    pub actor: String,
    pub recorded_at: Timestamp,
    /// The service's Ed25519 key, hex.
    pub public_key: String,
    /// Ed25519, hex.
    pub signature: String,
}

/// Against which key a receipt was found good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// A key the checker brought along.
    Pinned,
    /// Only the key that the receipt itself names: compare its id with the service's.
    SelfNamed,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    #[error("receipt version {0} is not known here")]
    Version(u32),
    #[error("the receipt names no Ed25519 key")]
    Key,
    #[error("the receipt was signed by another key than the one given")]
    OtherKey,
    #[error("the signature does not fit: the receipt was changed, or is not the service's")]
    Signature,
}

impl ReceiptError {
    pub fn message_vi(&self) -> &'static str {
        match self {
            Self::Version(_) => "phiên bản biên nhận này chưa được biết",
            Self::Key => "biên nhận không nêu khóa Ed25519 hợp lệ",
            Self::OtherKey => "biên nhận được ký bằng khóa khác với khóa đã cho",
            Self::Signature => {
                "chữ ký không khớp: biên nhận đã bị sửa hoặc không phải của hệ thống"
            }
        }
    }
}

impl Receipt {
    pub fn sign(
        key: &SigningKey,
        report: String,
        content: &[u8; 32],
        actor: String,
        recorded_at: Timestamp,
    ) -> Self {
        let mut receipt = Self {
            version: VERSION,
            report,
            content_sha256: HEX.encode(content),
            actor,
            recorded_at,
            public_key: HEX.encode(&key.public().to_bytes()),
            signature: String::new(),
        };
        receipt.signature = HEX.encode(&key.sign(&receipt.message()));
        receipt
    }

    /// Is it the service's, unchanged?
    pub fn verify(&self, pinned: Option<PublicKey>) -> Result<Trust, ReceiptError> {
        if self.version != VERSION {
            return Err(ReceiptError::Version(self.version));
        }
        let named = PublicKey::from_hex(&self.public_key).ok_or(ReceiptError::Key)?;
        if pinned.is_some_and(|pinned| pinned.to_bytes() != named.to_bytes()) {
            return Err(ReceiptError::OtherKey);
        }
        let signature = HEX
            .decode(self.signature.as_bytes())
            .ok()
            .and_then(|bytes| <[u8; 64]>::try_from(bytes).ok())
            .ok_or(ReceiptError::Signature)?;
        if !named.verifies(&self.message(), &signature) {
            return Err(ReceiptError::Signature);
        }
        Ok(if pinned.is_some() { Trust::Pinned } else { Trust::SelfNamed })
    }

    /// Length-prefixed, so that no two receipts share a message.
    fn message(&self) -> Vec<u8> {
        let mut message = b"phusong receipt\0".to_vec();
        message.extend(self.version.to_be_bytes());
        let at = self.recorded_at.to_string();
        for field in [&self.report, &self.content_sha256, &self.actor, &at] {
            message.extend((field.len() as u64).to_be_bytes());
            message.extend(field.as_bytes());
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::keys::NewKey;

    #[test]
    fn any_changed_field_breaks_the_signature() {
        let key = SigningKey::new(&NewKey { secret: [7; 32] });
        let at: Timestamp = "2026-11-20T03:04:05.678901Z".parse().unwrap();
        let receipt =
            Receipt::sign(&key, "abc".to_owned(), &[1; 32], "carrier:viettel".to_owned(), at);
        assert_eq!(receipt.verify(None), Ok(Trust::SelfNamed));
        assert_eq!(receipt.verify(Some(key.public())), Ok(Trust::Pinned));
        let other = SigningKey::new(&NewKey { secret: [8; 32] }).public();
        assert_eq!(receipt.verify(Some(other)), Err(ReceiptError::OtherKey));
        for change in [
            |r: &mut Receipt| r.report = "abd".to_owned(),
            |r: &mut Receipt| r.content_sha256 = "00".repeat(32),
            |r: &mut Receipt| r.actor = "carrier:vnpt".to_owned(),
            |r: &mut Receipt| r.recorded_at = Timestamp::UNIX_EPOCH,
        ] {
            let mut changed = receipt.clone();
            change(&mut changed);
            assert_eq!(changed.verify(None), Err(ReceiptError::Signature));
        }
    }
}
