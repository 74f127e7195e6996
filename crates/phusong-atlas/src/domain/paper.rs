//! A paper of the house that came back signed.

/// Its file is the entry's own; whose and of which state it is, its seal says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignedPaperFact {
    /// As the seal writes it: `phusong paper=… subject=… as_of=…`.
    pub state: String,
    /// What others appended behind our last byte.
    pub appended_bytes: u32,
}
