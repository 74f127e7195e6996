//! From what lies in a window to the bytes of a tile (MVT 2.1). The order of layers, features,
//! keys and values is fixed: the same content is the same bytes.

use fast_mvt::{MvtCoord, MvtFeatureBuilder, MvtGeomType, MvtLayerBuilder, MvtValueRef};
use phusong_atlas::atlas::{ClusterVerdict, Flags};
use phusong_atlas::domain::{Grade, TechSet, Technology};

use crate::clip::clip;
use crate::grid::{GridPoint, TileId};
use crate::layer::{Layer, LayerSet};
use crate::outline::Shape;
use crate::rows::{Points, ShardRows, ShownCluster, ShownSite, ShownVillage, is_gap};
use crate::view::{CommuneRow, TileView};

/// A tile that the format cannot hold: 2^32 values, or 2^29 points in one feature.
#[derive(Debug, thiserror::Error)]
#[error("the tile cannot be written")]
pub struct TileError(#[from] fast_mvt::MvtError);

type Encoded<T> = Result<T, fast_mvt::MvtError>;

impl TileView {
    /// The tile's bytes; none at all when nothing lies in it. A layer without features is left
    /// out.
    pub fn encode(&self, tile: TileId, layers: LayerSet) -> Result<Vec<u8>, TileError> {
        let mut bytes = Vec::new();
        for layer in layers.iter() {
            let start = MvtLayerBuilder::new(layer.as_str())?;
            let full = match layer {
                Layer::Communes => self.communes(tile, start)?,
                Layer::Villages => self.villages(tile, start, |_| true)?,
                Layer::Gaps => self.villages(tile, start, |village| is_gap(village.verdict))?,
                Layer::Clusters => self.fold(start, |layer, rows| {
                    points(tile, layer, &rows.clusters, |row| Some(rows.cluster(row)), cluster)
                })?,
                Layer::Sites => self.fold(start, |layer, rows| {
                    points(tile, layer, &rows.sites, |row| Some(rows.site(row)), site)
                })?,
            };
            if full.num_features() > 0 {
                bytes.extend_from_slice(&full.encode());
            }
        }
        Ok(bytes)
    }

    fn fold(
        &self,
        start: MvtLayerBuilder,
        add: impl FnMut(MvtLayerBuilder, &std::sync::Arc<ShardRows>) -> Encoded<MvtLayerBuilder>,
    ) -> Encoded<MvtLayerBuilder> {
        self.shards().iter().try_fold(start, add)
    }

    fn villages(
        &self,
        tile: TileId,
        start: MvtLayerBuilder,
        wanted: impl Fn(&ShownVillage<'_>) -> bool,
    ) -> Encoded<MvtLayerBuilder> {
        self.fold(start, |layer, rows| {
            let shown = |row: &_| Some(rows.village(row)).filter(&wanted);
            points(tile, layer, &rows.villages, shown, village)
        })
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

/// Adds the points in the tile's window for which there is something to show.
fn points<R, S>(
    tile: TileId,
    mut layer: MvtLayerBuilder,
    points: &Points<R>,
    shown: impl Fn(&R) -> Option<S>,
    tag: impl Fn(&mut MvtFeatureBuilder, &S) -> Encoded<()>,
) -> Encoded<MvtLayerBuilder> {
    let origin = tile.origin();
    for (at, row) in points.within(tile.z(), &tile.window()) {
        let Some(shown) = shown(row) else { continue };
        let mut feature = layer.feature_of(MvtGeomType::Point);
        feature.points([MvtCoord { x: at.x - origin.x, y: at.y - origin.y }])?;
        tag(&mut feature, &shown)?;
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
