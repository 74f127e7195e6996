//! An Atlas as its tiles show it on one day: what lies where, and by what content a tile is
//! known.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use phusong_atlas::atlas::{Areas, Atlas, Common, ContentHash, Home, Shard, content_hash};
use phusong_atlas::domain::Day;

use crate::grid::{GridBox, TileId, World};
use crate::layer::{Layer, LayerSet};
use crate::outline::{Outline, Outlines};
use crate::rows::{Counts, ShardRows};

/// What is shown of a commune.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommuneRow {
    pub code: u32,
    pub name: String,
    pub kind: String,
    pub approximate: bool,
    pub counts: Counts,
}

/// One scope's Atlas on one day, ready to be cut into tiles.
#[derive(Debug)]
pub struct TileView {
    pub day: Day,
    /// In order of commune. Some thousands at most, so their boxes are looked through: sorting
    /// them into a tree costs more than all the tiles made before the next change save by it.
    shards: Vec<Arc<ShardRows>>,
    outlines: Arc<Outlines>,
    areas_hash: ContentHash,
    /// As the outlines of a zoom.
    communes: Vec<(CommuneRow, ContentHash)>,
}

/// The rows that views are holding, so that scopes and days with the same shard share them.
#[derive(Debug, Default)]
pub struct RowPool {
    held: Mutex<HashMap<(ContentHash, ContentHash, Day), Weak<ShardRows>>>,
}

impl RowPool {
    /// `common`: the hash of what [`Common`] brings into verdicts.
    fn rows(&self, shard: &Arc<Shard>, day: Day, common: (&Common, ContentHash)) -> Arc<ShardRows> {
        let key = (shard.hash, common.1, day);
        let held = || self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rows) = held().get(&key).and_then(Weak::upgrade) {
            return rows;
        }
        let made = Arc::new(ShardRows::new(Arc::clone(shard), day, common.0));
        held().insert(key, Arc::downgrade(&made));
        made
    }

    /// How many shards' rows are held.
    pub fn held(&self) -> usize {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn forget_the_dropped(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, rows| rows.strong_count() > 0);
    }
}

impl TileView {
    /// Computes only the shards that no view in the pool holds already.
    pub fn of(atlas: &Atlas, day: Day, outlines: Arc<Outlines>, pool: &RowPool) -> Self {
        let common = &*atlas.common;
        let assessed_by = content_hash(&(&common.carriers, &common.rules.id, common.units_hash));
        let shards: Vec<_> =
            atlas.shards().map(|shard| pool.rows(shard, day, (common, assessed_by))).collect();
        pool.forget_the_dropped();
        let mut counts: BTreeMap<Home, Counts> = BTreeMap::new();
        for (home, own) in shards.iter().flat_map(|rows| &rows.counts) {
            counts.entry(*home).or_default().add(*own);
        }
        let row = |area: &phusong_atlas::atlas::CommuneArea| {
            let fact = common.units.get(area.unit);
            let row = CommuneRow {
                code: area.unit.code.0,
                name: fact.map(|fact| fact.name.clone()).unwrap_or_default(),
                kind: fact.map(|fact| fact.kind.clone()).unwrap_or_default(),
                approximate: area.approximate,
                counts: counts.get(&Some(area.unit)).copied().unwrap_or_default(),
            };
            let hash = content_hash(&row);
            (row, hash)
        };
        let communes = outlines.areas().all().iter().map(row).collect();
        let areas_hash = outlines.areas().hash();
        Self { day, shards, outlines, areas_hash, communes }
    }

    /// Whether a tile of this zoom only needs to be cut.
    pub fn is_ready(&self, z: u8) -> bool {
        self.outlines.are_made(z)
    }

    /// The content that a tile is made of: equal keys, equal bytes.
    ///
    /// It names the shards and communes that the tile can show and nothing else, so a change
    /// elsewhere leaves it, and scopes that see the same here share it.
    pub fn key(&self, tile: TileId, layers: LayerSet) -> ContentHash {
        let window = tile.window();
        let mut parts: Vec<(Layer, ContentHash)> = Vec::new();
        for layer in layers.iter() {
            match layer {
                Layer::Communes => {
                    let window = tile.area_window();
                    let communes = self.communes_meeting(tile.z(), &window);
                    let before = parts.len();
                    parts.extend(communes.map(|(_, _, hash)| (layer, hash)));
                    if parts.len() > before {
                        parts.push((layer, self.areas_hash));
                    }
                }
                Layer::Villages | Layer::Gaps => {
                    let rows = self.shards.iter().map(|rows| &rows.villages);
                    let met = rows.filter(|points| points.meets(tile.z(), &window));
                    parts.extend(met.map(|points| (layer, points.hash)));
                }
                Layer::Clusters => {
                    let rows = self.shards.iter().map(|rows| &rows.clusters);
                    let met = rows.filter(|points| points.meets(tile.z(), &window));
                    parts.extend(met.map(|points| (layer, points.hash)));
                }
                Layer::Sites => {
                    let rows = self.shards.iter().map(|rows| &rows.sites);
                    let met = rows.filter(|points| points.meets(tile.z(), &window));
                    parts.extend(met.map(|points| (layer, points.hash)));
                }
            }
        }
        content_hash(&(tile, layers, parts))
    }

    pub(crate) fn shards(&self) -> &[Arc<ShardRows>] {
        &self.shards
    }

    pub(crate) fn communes_meeting(
        &self,
        z: u8,
        window: &GridBox,
    ) -> impl Iterator<Item = (&Outline, &CommuneRow, ContentHash)> {
        let meets = |outline: &Outline| outline.bounds.is_some_and(|bounds| bounds.meets(window));
        self.outlines
            .on(z)
            .iter()
            .zip(&self.communes)
            .filter(move |(outline, _)| meets(outline))
            .map(|(outline, (row, hash))| (outline, row, *hash))
    }

    pub(crate) fn areas(&self) -> &Areas {
        self.outlines.areas()
    }

    /// The boxes of everything that the layers can show as points.
    pub(crate) fn point_boxes(&self, layers: LayerSet) -> impl Iterator<Item = (World, World)> {
        self.shards.iter().flat_map(move |rows| {
            let of =
                |layer, bounds: Option<(World, World)>| bounds.filter(|_| layers.contains(layer));
            [
                of(Layer::Villages, rows.villages.bounds()),
                of(Layer::Gaps, rows.villages.bounds()),
                of(Layer::Clusters, rows.clusters.bounds()),
                of(Layer::Sites, rows.sites.bounds()),
            ]
            .into_iter()
            .flatten()
        })
    }
}
