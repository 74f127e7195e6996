//! The rules of rows, as tables.
