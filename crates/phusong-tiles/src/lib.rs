//! From an Atlas to vector tiles. Pure: no store, no server, no clock.
//!
//! A tile is made in four steps, each with its own module: what lies in the window ([`TileView`]
//! knows every shard's box), clip (areas only, `clip`), snap ([`grid`]), encode (`encode`). Areas
//! are projected, snapped and simplified once per zoom ([`Outlines`]); a tile only cuts them.
//!
//! What every layer holds stands in `tiles/SCHEMA.md`. Nothing here knows who asks: an Atlas
//! holds only what its scope may see, and a tile is made of nothing else.

mod clip;
mod encode;
pub mod grid;
mod layer;
mod outline;
mod point_layer;
mod rows;
mod simplify;
mod tilejson;
mod view;

pub use encode::{FAR, MOST_FAR, THINNED, TileError};
pub use grid::TileId;
pub use layer::{Layer, LayerSet};
pub use outline::Outlines;
pub use tilejson::tilejson;
pub use view::{RowPool, TileView};
