//! What a GeoPackage may not carry.

use gdal::Dataset;
use gdal::vector::LayerAccess;

use super::Log;
use crate::error::{ReadError, Refused, clip};

/// No views, no triggers but those every GeoPackage writer makes, no virtual tables but the
/// spatial index. Nothing here ever fires or calls out when read, but a file that carries such
/// things is not what a carrier's survey tool writes.
pub(super) fn check(dataset: &Dataset, log: &Log) -> Result<(), ReadError> {
    const QUERY: &str = "SELECT type, name, sql FROM sqlite_master \
                         WHERE type IN ('view', 'trigger') OR sql LIKE 'CREATE VIRTUAL%'";
    let library = |error: gdal::errors::GdalError| ReadError::library(error.to_string());
    let result = dataset.execute_sql(QUERY, None, gdal::vector::sql::Dialect::DEFAULT);
    log.check()?;
    let Some(mut found) = result.map_err(library)? else { return Ok(()) };
    for row in found.features() {
        let cell = |at: usize| row.field_as_string(at).ok().flatten().unwrap_or_default();
        let (kind, name, sql) = (cell(0), clip(cell(1)), cell(2).to_lowercase());
        let what = match kind.as_str() {
            "view" => Refused::View { name },
            "trigger" if !is_usual_trigger(&name, &sql) => Refused::Trigger { name },
            "table" if !(name.starts_with("rtree_") && sql.contains("using rtree")) => {
                Refused::VirtualTable { name }
            }
            _ => continue,
        };
        return Err(ReadError::NotAllowed { what });
    }
    log.check()
}

/// The triggers of OGC 12-128 (spatial index, tiles, metadata) and of GDAL (feature counts).
fn is_usual_trigger(name: &str, sql_lowercase: &str) -> bool {
    const USUAL: [&str; 5] = [
        "rtree_",
        "trigger_insert_feature_count_",
        "trigger_delete_feature_count_",
        "gpkg_",
        "tile_",
    ];
    const CALLS_OUT: [&str; 6] =
        ["load_extension", "readfile", "writefile", "fts3_tokenizer", "attach", "spatialite"];
    USUAL.iter().any(|start| name.starts_with(start))
        && !CALLS_OUT.iter().any(|word| sql_lowercase.contains(word))
}
