//! Tiles as those who read them see them: decoded by hand, held against slow and plain readings.

mod areas;
mod ledger;
mod mvt;
mod points;
mod same;
