//! The append-only store of everything anyone filed.
