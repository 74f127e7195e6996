//! From an Atlas to vector tiles. Pure: no store, no server, no clock.
