//! Ids are opaque: they say which, never what. They compare exactly; folding is for searching.

use smol_str::SmolStr;

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no id: 1 to 40 letters, digits, '-', '_' or '.', of ASCII")]
pub struct IdError(pub String);

/// 1 to 40 ASCII letters, digits, `-`, `_` or `.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(SmolStr);

impl Slug {
    pub const MAX_LEN: usize = 40;

    /// # Errors
    /// [`IdError`] when the text is empty, too long or holds other characters.
    pub fn new(text: &str) -> Result<Self, IdError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if text.is_empty() || text.len() > Self::MAX_LEN || !text.bytes().all(allowed) {
            return Err(IdError(text.chars().take(80).collect()));
        }
        Ok(Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! slug_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Slug);

        impl $name {
            /// # Errors
            /// [`IdError`] as for [`Slug::new`].
            pub fn new(text: &str) -> Result<Self, IdError> {
                Slug::new(text).map(Self)
            }

            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )*};
}

slug_id! {
    /// A telecom enterprise (*doanh nghiệp viễn thông*): `viettel`, `vnpt`, …
    CarrierId;
    /// A village (*thôn*); never reused, survives renames. The order's nine are handles
    /// typed in `geodata/`.
    VillageId;
    /// A residential cluster (*cụm dân cư*).
    ClusterId;
    /// A duty of an order (*nhiệm vụ được giao*).
    DutyId;
    /// A goal: question + comparator + threshold + due day + owner + clause.
    GoalId;
    /// A person, by a name that says nothing; who it is stands in the vault and can be erased.
    PersonId;
}

/// The carrier's own code of a site, as it writes it (trimmed, NFC), 1 to 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteCode(SmolStr);

impl SiteCode {
    /// # Errors
    /// [`IdError`] when empty, longer than 64 characters, or holding control characters.
    pub fn new(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > 64 || text.chars().any(char::is_control) {
            return Err(IdError(text.chars().take(80).collect()));
        }
        Ok(Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A site (*điểm trạm*) is (carrier, code); codes are not reused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteId {
    pub carrier: CarrierId,
    pub code: SiteCode,
}

/// The opaque name of an entry towards people: the first 80 bits of its leaf hash. It counts
/// nothing, so it tells nobody how much others filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportId(pub [u8; 10]);

const CROCKFORD: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl ReportId {
    /// From the SHA-256 leaf hash.
    pub fn of_leaf(hash: &[u8; 32]) -> Self {
        let mut id = [0; 10];
        id.copy_from_slice(&hash[..10]);
        Self(id)
    }
}

impl std::fmt::Display for ReportId {
    /// 16 letters of Crockford's base 32, lower case.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use std::fmt::Write as _;
        let bits = self.0.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        for place in (0..16).rev() {
            let digit = (bits >> (5 * place) & 31) as usize;
            f.write_char(char::from(CROCKFORD[digit]))?;
        }
        Ok(())
    }
}

impl std::str::FromStr for ReportId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError(text.chars().take(80).collect());
        if text.len() != 16 {
            return Err(wrong());
        }
        let mut bits = 0_u128;
        for byte in text.bytes() {
            let digit = CROCKFORD.iter().position(|letter| *letter == byte).ok_or_else(wrong)?;
            bits = bits << 5 | digit as u128;
        }
        let mut id = [0; 10];
        id.copy_from_slice(&bits.to_be_bytes()[6..]);
        Ok(Self(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_id_reads_back_as_it_was_written() {
        let id = ReportId([0, 1, 2, 250, 4, 5, 6, 7, 8, 255]);
        assert_eq!(id.to_string().len(), 16);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("0O00000000000000".parse::<ReportId>().is_err());
    }
}
