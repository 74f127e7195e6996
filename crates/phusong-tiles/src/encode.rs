//! From what lies in a window to the bytes of a tile (MVT 2.1). The order of layers, features,
//! keys and values is fixed: the same content is the same bytes.

use fast_mvt::{MvtCoord, MvtFeatureBuilder, MvtGeomType, MvtLayerBuilder, MvtValueRef};
use phusong_atlas::atlas::{ClusterVerdict, Flags, VillageVerdict};
use phusong_atlas::domain::{Grade, TechSet, Technology};

use crate::clip::clip;
use crate::grid::{EXTENT, GridPoint, TileId};
use crate::layer::{Layer, LayerSet};
use crate::outline::Shape;
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
    pub fn encode(&self, tile: TileId, layers: LayerSet) -> Result<Vec<u8>, TileError> {
        let mut bytes = Vec::new();
        let mut thinned = Vec::new();
        for layer in layers.iter() {
            let start = MvtLayerBuilder::new(layer.as_str())?;
            let (full, of) = match layer {
                Layer::Communes => (self.communes(tile, start)?, 0),
                Layer::Villages => self.villages(tile, start, |_| true)?,
                Layer::Gaps => self.villages(tile, start, |village| is_gap(village.verdict))?,
                Layer::Clusters => {
                    let shown =
                        |rows: &'_ ShardRows, row: &'_ _| Some(cluster_rank(&rows.cluster(row)));
                    let tag = |feature: &mut _, rows: &ShardRows, row: &_| {
                        cluster(feature, &rows.cluster(row))
                    };
                    self.points(tile, start, |rows| &rows.clusters, shown, tag)?
                }
                Layer::Sites => {
                    let shown = |rows: &'_ ShardRows, row: &'_ _| Some(even(rows.site(row).code));
                    let tag =
                        |feature: &mut _, rows: &ShardRows, row: &_| site(feature, &rows.site(row));
                    self.points(tile, start, |rows| &rows.sites, shown, tag)?
                }
            };
            let count = full.num_features();
            if count > 0 {
                bytes.extend_from_slice(&full.encode());
            }
            if count < of {
                thinned.push((layer, count, of));
            }
        }
        if !thinned.is_empty() {
            bytes.extend_from_slice(&told(&thinned)?.encode());
        }
        Ok(bytes)
    }

    fn villages(
        &self,
        tile: TileId,
        start: MvtLayerBuilder,
        wanted: impl Fn(&ShownVillage<'_>) -> bool,
    ) -> Encoded<(MvtLayerBuilder, usize)> {
        let rank = |rows: &ShardRows, row: &_| {
            Some(rows.village(row)).filter(&wanted).map(|shown| village_rank(&shown))
        };
        let tag = |feature: &mut _, rows: &ShardRows, row: &_| village(feature, &rows.village(row));
        self.points(tile, start, |rows| &rows.villages, rank, tag)
    }

    /// Adds the points in the tile's window that have a rank, and says how many there are: in a
    /// far tile the foremost [`MOST_FAR`] stand, in the order of all.
    fn points<'a, R: 'a>(
        &'a self,
        tile: TileId,
        mut layer: MvtLayerBuilder,
        of: impl Fn(&'a ShardRows) -> &'a Points<R>,
        rank: impl Fn(&ShardRows, &R) -> Option<u64>,
        tag: impl Fn(&mut MvtFeatureBuilder, &ShardRows, &R) -> Encoded<()>,
    ) -> Encoded<(MvtLayerBuilder, usize)> {
        let (origin, window) = (tile.origin(), tile.window());
        let add = |mut layer: MvtLayerBuilder, at: GridPoint, rows: &ShardRows, row: &R| {
            let mut feature = layer.feature_of(MvtGeomType::Point);
            feature.points([MvtCoord { x: at.x - origin.x, y: at.y - origin.y }])?;
            tag(&mut feature, rows, row)?;
            layer = feature.end();
            Encoded::Ok(layer)
        };
        if tile.z() > FAR {
            for rows in self.shards() {
                for (at, row) in of(rows).within(tile.z(), &window) {
                    if rank(rows, row).is_some() {
                        layer = add(layer, at, rows, row)?;
                    }
                }
            }
            return Ok((layer, 0));
        }
        let mut candidates: Vec<(u64, usize, GridPoint, &ShardRows, &R)> = Vec::new();
        for rows in self.shards() {
            for (at, row) in of(rows).within(tile.z(), &window) {
                if let Some(rank) = rank(rows, row) {
                    candidates.push((rank, candidates.len(), at, rows, row));
                }
            }
        }
        let all = candidates.len();
        if all > MOST_FAR {
            candidates.select_nth_unstable_by_key(MOST_FAR, |one| (one.0, one.1));
            candidates.truncate(MOST_FAR);
            candidates.sort_unstable_by_key(|one| one.1);
        }
        for (_, _, at, rows, row) in candidates {
            layer = add(layer, at, rows, row)?;
        }
        Ok((layer, all))
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
fn even(code: &str) -> u64 {
    code.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The layer that says what a far tile leaves out.
fn told(thinned: &[(Layer, usize, usize)]) -> Encoded<MvtLayerBuilder> {
    let mut layer = MvtLayerBuilder::new(THINNED)?;
    let middle = MvtCoord { x: EXTENT / 2, y: EXTENT / 2 };
    for (name, shown, of) in thinned {
        let mut feature = layer.feature_of(MvtGeomType::Point);
        feature.points([middle])?;
        text(&mut feature, "layer", name.as_str())?;
        number(&mut feature, "shown", u32::try_from(*shown).unwrap_or(u32::MAX))?;
        number(&mut feature, "of", u32::try_from(*of).unwrap_or(u32::MAX))?;
        layer = feature.end();
    }
    Ok(layer)
}

fn village(feature: &mut MvtFeatureBuilder, shown: &ShownVillage<'_>) -> Encoded<()> {
    text(feature, "id", shown.id)?;
    text(feature, "name", shown.name)?;
    text(feature, "verdict", shown.verdict.as_str())?;
    text(feature, "flags", flags(shown.flags, shown.disputed))?;
    maybe_text(feature, "grade", shown.grade.map(Grade::as_str))?;
    maybe_number(feature, "households", shown.households)?;
    maybe_number(feature, "uncertainty_m", shown.uncertainty_m)?;
    maybe_number(feature, "commune", shown.commune)?;
    maybe_text(feature, "duty", shown.duty)?;
    feature.tag_ref("inferred", MvtValueRef::Bool(shown.inferred))?;
    text(feature, "q", shown.letters)
}

fn cluster(feature: &mut MvtFeatureBuilder, shown: &ShownCluster<'_>) -> Encoded<()> {
    text(feature, "id", shown.id)?;
    text(feature, "village", shown.village)?;
    maybe_text(feature, "name", shown.name)?;
    let verdict = match shown.verdict {
        ClusterVerdict::Covered => "covered",
        ClusterVerdict::NotCovered => "not_covered",
        ClusterVerdict::Insufficient => "insufficient",
    };
    text(feature, "verdict", verdict)?;
    feature.tag_ref("centre", MvtValueRef::Bool(shown.centre))?;
    maybe_number(feature, "households", shown.households)?;
    text(feature, "q", shown.letters)
}

fn site(feature: &mut MvtFeatureBuilder, shown: &ShownSite<'_>) -> Encoded<()> {
    text(feature, "carrier", shown.carrier)?;
    text(feature, "code", shown.code)?;
    maybe_text(feature, "name", shown.name)?;
    text(feature, "state", shown.state.as_str())?;
    text(feature, "technologies", technologies(shown.technologies))
}

fn commune(feature: &mut MvtFeatureBuilder, row: &CommuneRow) -> Encoded<()> {
    let known = |text: &str| !text.is_empty();
    number(feature, "code", row.code)?;
    maybe_text(feature, "name", Some(row.name.as_str()).filter(|name| known(name)))?;
    maybe_text(feature, "kind", Some(row.kind.as_str()).filter(|kind| known(kind)))?;
    feature.tag_ref("approximate", MvtValueRef::Bool(row.approximate))?;
    number(feature, "villages", row.counts.villages)?;
    number(feature, "gaps", row.counts.gaps)?;
    number(feature, "insufficient", row.counts.insufficient)
}

fn text(feature: &mut MvtFeatureBuilder, key: &str, value: &str) -> Encoded<()> {
    feature.tag_ref(key, MvtValueRef::String(value)).map(|_| ())
}

fn number(feature: &mut MvtFeatureBuilder, key: &str, value: u32) -> Encoded<()> {
    feature.tag_ref(key, MvtValueRef::UInt(value.into())).map(|_| ())
}

/// Absent means unknown.
fn maybe_text(feature: &mut MvtFeatureBuilder, key: &str, value: Option<&str>) -> Encoded<()> {
    value.map_or(Ok(()), |value| text(feature, key, value))
}

fn maybe_number(feature: &mut MvtFeatureBuilder, key: &str, value: Option<u32>) -> Encoded<()> {
    value.map_or(Ok(()), |value| number(feature, key, value))
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
