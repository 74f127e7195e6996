//! What files really hold, made readable: old fonts and torn encodings to Vietnamese text, bytes
//! to letters. Every repair is named; what can be read in two ways is asked, never guessed.
//!
//! Pure. Not here: what a name means (the gazetteer), what a number or a day means
//! ([`crate::values`]).

pub mod bytes;
pub mod text;

#[cfg(test)]
pub(crate) mod dirt;
#[cfg(test)]
mod measured;
