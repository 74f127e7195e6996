//! From what lies in a window to the bytes of a tile (MVT 2.1). The order of layers, features,
//! keys and values is fixed: the same content is the same bytes.

use fast_mvt::{MvtCoord, MvtFeatureBuilder, MvtGeomType, MvtLayerBuilder, MvtValueRef};
use phusong_atlas::atlas::{ClusterVerdict, Flags, VillageVerdict};
use phusong_atlas::domain::{Grade, TechSet, Technology};

use crate::clip::clip;
use crate::grid::{EXTENT, GridPoint, TileId};
use crate::layer::{Layer, LayerSet};
use crate::outline::Shape;
use crate::point_layer::{PointLayer, Value};
use crate::rows::{Points, ShardRows, ShownCluster, ShownSite, ShownVillage, is_gap};
use crate::view::{CommuneRow, TileView};

/// A tile that the format cannot hold: 2^32 values, or 2^29 points in one feature.
#[derive(Debug, thiserror::Error)]
#[error("the tile cannot be written")]
pub struct TileError(#[from] fast_mvt::MvtError);

/// Zooms up to this one show a whole country or region: there points are thinned.
pub const FAR: u8 = 7;
/// So many points of a layer stand in a far tile; more would be soup on the screen and megabytes
/// on the wire.
pub const MOST_FAR: usize = 2_000;
/// The layer in which a far tile says what it leaves out.
pub const THINNED: &str = "thinned";

type Encoded<T> = Result<T, fast_mvt::MvtError>;

impl TileView {
    /// The tile's bytes; none at all when nothing lies in it. A layer without features is left
    /// out.
    pub fn encode<'a>(&'a self, tile: TileId, layers: LayerSet) -> Result<Vec<u8>, TileError> {
        let mut bytes = Vec::new();
        let mut thinned = Vec::new();
        for layer in layers.iter() {
            let (points, of) = match layer {
                Layer::Communes => {
                    let full = self.communes(tile, MvtLayerBuilder::new(layer.as_str())?)?;
                    if full.num_features() > 0 {
                        bytes.extend_from_slice(&full.encode());
                    }
                    continue;
                }
                Layer::Villages | Layer::Gaps => {
                    let shown = |rows: &'a ShardRows, row: &'a _| {
                        let all = layer == Layer::Villages;
                        Some(rows.village(row)).filter(|shown| all || is_gap(shown.verdict))
                    };
                    self.points(
                        (tile, layer),
                        |rows| &rows.villages,
                        shown,
                        (village_rank, village),
                    )
                }
                Layer::Clusters => {
                    let shown = |rows: &'a ShardRows, row: &'a _| Some(rows.cluster(row));
                    self.points(
                        (tile, layer),
                        |rows| &rows.clusters,
                        shown,
                        (cluster_rank, cluster),
                    )
                }
                Layer::Sites => {
                    let shown = |rows: &'a ShardRows, row: &'a _| Some(rows.site(row));
                    self.points((tile, layer), |rows| &rows.sites, shown, (site_rank, site))
                }
            };
            points.write(&mut bytes);
            if points.count() < of {
                thinned.push((layer, points.count(), of));
            }
        }
        told(&thinned).write(&mut bytes);
        Ok(bytes)
    }

    /// The points of a layer in the tile's window, and how many there are: in a far tile the
    /// foremost [`MOST_FAR`] by rank stand, in the order of all.
    fn points<'a, R: 'a, S>(
        &'a self,
        (tile, layer): (TileId, Layer),
        of: impl Fn(&'a ShardRows) -> &'a Points<R>,
        shown: impl Fn(&'a ShardRows, &'a R) -> Option<S>,
        (rank, tag): (impl Fn(&S) -> u64, impl Fn(&mut PointLayer, &S)),
    ) -> (PointLayer, usize) {
        let (origin, window) = (tile.origin(), tile.window());
        let met = || {
            self.shards().iter().flat_map(|rows| {
                let met = of(rows).within(tile.z(), &window);
                met.map(move |(at, row)| (at, &**rows, row))
            })
        };
        let mut layer = PointLayer::new(layer.as_str());
        let mut add = |at: GridPoint, shown: &S| {
            tag(&mut layer, shown);
            layer.place(GridPoint { x: at.x - origin.x, y: at.y - origin.y });
        };
        if tile.z() > FAR {
            for (at, rows, row) in met() {
                if let Some(shown) = shown(rows, row) {
                    add(at, &shown);
                }
            }
            return (layer, 0);
        }
        let mut candidates: Vec<(u64, usize, GridPoint, &ShardRows, &R)> = Vec::new();
        for (at, rows, row) in met() {
            if let Some(shown) = shown(rows, row) {
                candidates.push((rank(&shown), candidates.len(), at, rows, row));
            }
        }
        let all = candidates.len();
        if all > MOST_FAR {
            candidates.select_nth_unstable_by_key(MOST_FAR, |one| (one.0, one.1));
            candidates.truncate(MOST_FAR);
            candidates.sort_unstable_by_key(|one| one.1);
        }
        for (_, _, at, rows, row) in candidates {
            if let Some(shown) = shown(rows, row) {
                add(at, &shown);
            }
        }
        (layer, all)
    }

    fn communes(&self, tile: TileId, mut layer: MvtLayerBuilder) -> Encoded<MvtLayerBuilder> {
        let window = tile.area_window();
        for (outline, row, _) in self.communes_meeting(tile.z(), &window) {
            let shapes = clip(outline, &window);
            if shapes.is_empty() {
                continue;
            }
            let mut feature = layer.feature_of(MvtGeomType::Polygon);
            polygons(&mut feature, &shapes, tile.origin())?;
            commune(&mut feature, row)?;
            layer = feature.end();
        }
        Ok(layer)
    }
}

fn polygons(feature: &mut MvtFeatureBuilder, shapes: &[Shape], origin: GridPoint) -> Encoded<()> {
    for shape in shapes {
        for (place, ring) in shape.iter().enumerate() {
            let local = ring.iter().map(|at| MvtCoord { x: at.x - origin.x, y: at.y - origin.y });
            feature.ring(local, place == 0)?;
        }
    }
    Ok(())
}

/// What is wanting first, then most households; the least rank stays longest.
fn village_rank(shown: &ShownVillage<'_>) -> u64 {
    let class = VillageVerdict::ALL.iter().position(|verdict| *verdict == shown.verdict);
    let households = u64::from(shown.households.unwrap_or(0));
    (class.unwrap_or(0) as u64) << 32 | (u64::from(u32::MAX) - households)
}

fn cluster_rank(shown: &ShownCluster<'_>) -> u64 {
    let class = u64::from(shown.verdict == ClusterVerdict::Covered);
    let households = u64::from(shown.households.unwrap_or(0));
    class << 32 | (u64::from(u32::MAX) - households)
}

/// Evenly over the ground, whatever the order of codes: FNV-1a.
fn site_rank(shown: &ShownSite<'_>) -> u64 {
    shown.code.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The layer that says what a far tile leaves out.
fn told(thinned: &[(Layer, usize, usize)]) -> PointLayer {
    let mut layer = PointLayer::new(THINNED);
    for (name, shown, of) in thinned {
        layer.tag("layer", Value::Text(name.as_str()));
        layer.tag("shown", Value::Number(u32::try_from(*shown).unwrap_or(u32::MAX)));
        layer.tag("of", Value::Number(u32::try_from(*of).unwrap_or(u32::MAX)));
        layer.place(GridPoint { x: EXTENT / 2, y: EXTENT / 2 });
    }
    layer
}

fn village(layer: &mut PointLayer, shown: &ShownVillage<'_>) {
    layer.tag("id", Value::Text(shown.id));
    layer.tag("name", Value::Text(shown.name));
    layer.tag("verdict", Value::Text(shown.verdict.as_str()));
    layer.tag("flags", Value::Text(flags(shown.flags, shown.disputed)));
    known(layer, "grade", shown.grade.map(Grade::as_str).map(Value::Text));
    known(layer, "households", shown.households.map(Value::Number));
    known(layer, "uncertainty_m", shown.uncertainty_m.map(Value::Number));
    known(layer, "commune", shown.commune.map(Value::Number));
    known(layer, "duty", shown.duty.map(Value::Text));
    layer.tag("inferred", Value::Is(shown.inferred));
    layer.tag("q", Value::Text(shown.letters));
}

fn cluster(layer: &mut PointLayer, shown: &ShownCluster<'_>) {
    layer.tag("id", Value::Text(shown.id));
    layer.tag("village", Value::Text(shown.village));
    known(layer, "name", shown.name.map(Value::Text));
    let verdict = match shown.verdict {
        ClusterVerdict::Covered => "covered",
        ClusterVerdict::NotCovered => "not_covered",
        ClusterVerdict::Insufficient => "insufficient",
    };
    layer.tag("verdict", Value::Text(verdict));
    layer.tag("centre", Value::Is(shown.centre));
    known(layer, "households", shown.households.map(Value::Number));
    layer.tag("q", Value::Text(shown.letters));
}

fn site(layer: &mut PointLayer, shown: &ShownSite<'_>) {
    layer.tag("carrier", Value::Text(shown.carrier));
    layer.tag("code", Value::Text(shown.code));
    known(layer, "name", shown.name.map(Value::Text));
    layer.tag("state", Value::Text(shown.state.as_str()));
    layer.tag("technologies", Value::Text(technologies(shown.technologies)));
}

/// Absent means unknown.
fn known(layer: &mut PointLayer, key: &'static str, value: Option<Value<'_>>) {
    if let Some(value) = value {
        layer.tag(key, value);
    }
}

fn commune(feature: &mut MvtFeatureBuilder, row: &CommuneRow) -> Encoded<()> {
    let mut tag = |key, value| feature.tag_ref(key, value).map(|_| ());
    let number = |number: u32| MvtValueRef::UInt(number.into());
    tag("code", number(row.code))?;
    for (key, text) in [("name", &row.name), ("kind", &row.kind)] {
        if !text.is_empty() {
            tag(key, MvtValueRef::String(text))?;
        }
    }
    tag("approximate", MvtValueRef::Bool(row.approximate))?;
    tag("villages", number(row.counts.villages))?;
    tag("gaps", number(row.counts.gaps))?;
    tag("insufficient", number(row.counts.insufficient))
}

const fn flags(flags: Flags, disputed: bool) -> &'static str {
    match (flags.pending, flags.recheck, disputed) {
        (false, false, false) => "",
        (false, false, true) => "disputed",
        (false, true, false) => "recheck",
        (false, true, true) => "recheck,disputed",
        (true, false, false) => "pending",
        (true, false, true) => "pending,disputed",
        (true, true, false) => "pending,recheck",
        (true, true, true) => "pending,recheck,disputed",
    }
}

/// Technologies on air, least first.
fn technologies(set: TechSet) -> &'static str {
    const NAMES: [&str; 16] = [
        "",
        "2G",
        "3G",
        "2G,3G",
        "4G",
        "2G,4G",
        "3G,4G",
        "2G,3G,4G",
        "5G",
        "2G,5G",
        "3G,5G",
        "2G,3G,5G",
        "4G,5G",
        "2G,4G,5G",
        "3G,4G,5G",
        "2G,3G,4G,5G",
    ];
    let bit = |technology: Technology| usize::from(set.contains(technology)) << technology.index();
    NAMES[Technology::ALL.into_iter().map(bit).sum::<usize>()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_of_technologies_has_its_own_name() {
        for bits in 0..16_usize {
            let set: TechSet =
                Technology::ALL.into_iter().filter(|t| bits >> t.index() & 1 == 1).collect();
            let names: Vec<&str> = set.iter().map(Technology::as_str).collect();
            assert_eq!(technologies(set), names.join(","));
        }
    }
}
