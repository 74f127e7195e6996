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
