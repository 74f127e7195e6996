//! Coverage rasters of a draft: what is asked of them, and the areas that the child draws.

use std::sync::Arc;

use geo::CoordsIter;
use phusong_atlas::domain::{Fact, Scope};
use phusong_gis::{CellQuestion, CoveredArea, Limits};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::{DraftError, Drafting, Owner, SentFile};
use crate::service::filing::FileError;
use crate::service::open::Service;
use crate::service::uploads::{ContentHash, FILE_NAME};
use phusong_intake::Finding;
use phusong_intake::raster::{GoodLevels, plan, tables};
use phusong_intake::reading::{Said, Source};
use phusong_intake::report::unreadable;

/// Memory for areas of drafts that are being worked on.
const KEPT_BYTES: u64 = 64 << 20;
const VERTEX_BYTES: u64 = 16;

/// What the child drew of a file for a question, or why it could not.
type Drawn = Arc<Result<CoveredArea, Vec<Finding>>>;
/// By content and question.
pub type RasterAreas = Cache<(ContentHash, String), Drawn, ByVertices>;

#[derive(Debug, Clone)]
pub struct ByVertices;

impl Weighter<(ContentHash, String), Drawn> for ByVertices {
    fn weight(&self, _key: &(ContentHash, String), drawn: &Drawn) -> u64 {
        let vertices = drawn.as_ref().as_ref().map_or(0, |drawn| drawn.area.coords_count());
        1_000 + VERTEX_BYTES * vertices as u64
    }
}

pub fn raster_areas() -> RasterAreas {
    const TYPICAL: usize = 16;
    Cache::with_weighter(TYPICAL, KEPT_BYTES, ByVertices)
}

/// Where an area of a row was understood to be, for the map.
#[derive(Debug)]
pub struct ShownArea {
    pub table: Option<String>,
    pub row: u32,
    pub area: geo::MultiPolygon<f64>,
}

impl Service {
    /// A file's rasters as further tables of it. Only a carrier claims coverage.
    pub(super) fn with_rasters(
        &self,
        owner: &Owner,
        file: &SentFile,
        source: &Arc<Source>,
        said: &Said,
    ) -> Result<Arc<Source>, DraftError> {
        let Some(carrier) = owner.carrier.as_ref().filter(|_| !source.rasters.is_empty()) else {
            return Ok(Arc::clone(source));
        };
        let atlas = self.atlas(&Scope::Carrier(carrier.id.clone()));
        let rules = &atlas.common.rules;
        let good = GoodLevels {
            ddbm: rules.measurement.good_level_ddbm,
            rule_set: format!("{} {}", rules.id.id.as_str(), rules.id.version),
        };
        let mut rows = Vec::new();
        for mut planned in plan(source, said, &good) {
            let drawn = match planned.question() {
                Some(question) => Some(self.drawn(file, question)?),
                None => None,
            };
            let area = match drawn.as_deref() {
                Some(Ok(area)) => Some(area.clone()),
                Some(Err(why)) => {
                    planned.fail(why.clone());
                    None
                }
                None => None,
            };
            rows.push((planned, area));
        }
        let drawn = tables(source, rows);
        let mut source = Source::clone(source);
        source.tables.extend(drawn);
        Ok(Arc::new(source))
    }

    fn drawn(&self, file: &SentFile, question: &CellQuestion) -> Result<Drawn, DraftError> {
        let key = (file.sha256, format!("{question:?}"));
        if let Some(known) = self.shared.raster_areas.get(&key) {
            return Ok(known);
        }
        let upload = self.lay_out(file.sha256)?;
        let folder = upload.folder().ok_or(FileError::NotAllowed)?;
        let turn = self.shared.readers.enter().ok_or(FileError::Busy)?;
        let limits = Limits::default();
        let read = self.shared.geo_reader.read_area(folder, FILE_NAME, &limits, question);
        drop(turn);
        let drawn = match read.map_err(|error| FileError::from(unreadable(&error))) {
            Ok(area) => Ok(area),
            Err(FileError::Unreadable(why)) => Err(why.findings),
            Err(other) => return Err(other.into()),
        };
        let drawn = Arc::new(drawn);
        self.shared.raster_areas.insert(key, Arc::clone(&drawn));
        Ok(drawn)
    }
}

impl Drafting {
    /// Areas of the first rows that have one.
    pub fn areas(&self) -> Vec<ShownArea> {
        const MOST: usize = 50;
        let rows = self.reading.draft.rows.iter();
        let areas = rows.filter_map(|row| {
            let area = row.facts().find_map(|filed| match &filed.fact {
                Fact::Claim(claim) => claim.area.as_ref(),
                Fact::SiteEvent(event) => event.area.as_ref(),
                _ => None,
            })?;
            let area = area.polygons().clone();
            Some(ShownArea { table: row.table.clone(), row: row.row, area })
        });
        areas.take(MOST).collect()
    }
}
