//! What a cell's text means as a value: numbers with their bounds, days, technologies and bands,
//! the words of closed lists, carriers, lists of villages.
//!
//! Nothing is chosen where two readings are possible: the type of every answer says so. Not here:
//! coordinates ([`crate::doctor`]), letters ([`crate::repair`]), places (the gazetteer).

pub mod carriers;
pub mod day;
pub mod number;
pub mod period;
pub mod radio;
pub mod villages;
pub mod words;
