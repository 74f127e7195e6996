//! Points with attributes as an OGC GeoPackage 1.3, made in memory.
//!
//! Not through GDAL: that lives in the sandboxed child, which writes nothing, and its SQLite is the
//! system's. Ours is linked already, and the format is six tables. Not here: reading, lines, areas.
//! The same layers give the same bytes.

use rusqlite::{Connection, params_from_iter, types::Value};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Text,
    Integer,
    Real,
    /// A civil day as ISO text.
    Day,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Integer(i64),
    Real(f64),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// WGS 84 longitude and latitude; absent: nowhere known.
    pub at: Option<[f64; 2]>,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// A name of ours: small letters and `_`.
    pub name: &'static str,
    pub title: String,
    pub description: String,
    pub columns: Vec<(String, Holds)>,
    /// Has geometry; else a table of attributes.
    pub spatial: bool,
    pub features: Vec<Feature>,
}

#[derive(Debug, thiserror::Error)]
#[error("the GeoPackage could not be made")]
pub struct GeoPackageError(#[from] rusqlite::Error);

/// `GPKG`.
const APPLICATION_ID: i32 = 0x4750_4b47;
/// 1.3.0.
const USER_VERSION: i32 = 10_300;

const TABLES: &str = "
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL,
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY[\"EPSG\",\"4326\"]]', 'longitude/latitude');
";

/// `day`: the civil day that stands for the last change, `2026-11-26`; no clock is read.
pub fn geopackage(layers: &[Layer], day: &str) -> Result<Vec<u8>, GeoPackageError> {
    let mut made = Connection::open_in_memory()?;
    made.pragma_update(None, "application_id", APPLICATION_ID)?;
    made.pragma_update(None, "user_version", USER_VERSION)?;
    made.execute_batch(TABLES)?;
    let last_change = format!("{day}T00:00:00.000Z");
    for layer in layers {
        write(&made, layer, &last_change)?;
    }
    Ok(made.serialize("main")?.to_vec())
}

fn write(made: &Connection, layer: &Layer, last_change: &str) -> Result<(), rusqlite::Error> {
    let name = quoted(layer.name);
    let columns: Vec<String> = layer
        .columns
        .iter()
        .map(|(column, holds)| {
            let kind = match holds {
                Holds::Text => "TEXT",
                Holds::Integer => "INTEGER",
                Holds::Real => "DOUBLE",
                Holds::Day => "DATE",
            };
            format!(", {} {kind}", quoted(column))
        })
        .collect();
    let columns = columns.concat();
    let geometry = if layer.spatial { ", geom POINT" } else { "" };
    made.execute_batch(&format!(
        "CREATE TABLE {name} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL{geometry}{columns});"
    ))?;
    let corners = layer.features.iter().filter_map(|feature| feature.at);
    let bounds = corners.fold(None, |bounds: Option<[f64; 4]>, [x, y]| {
        let [west, south, east, north] = bounds.unwrap_or([x, y, x, y]);
        Some([west.min(x), south.min(y), east.max(x), north.max(y)])
    });
    let corner = |place: usize| bounds.map_or(Value::Null, |bounds| Value::Real(bounds[place]));
    let kind = if layer.spatial { "features" } else { "attributes" };
    let text = |text: &str| Value::Text(text.to_owned());
    let srs = if layer.spatial { Value::Integer(4326) } else { Value::Null };
    made.execute(
        "INSERT INTO gpkg_contents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params_from_iter([
            text(layer.name),
            text(kind),
            text(&layer.title),
            text(&layer.description),
            text(last_change),
            corner(0),
            corner(1),
            corner(2),
            corner(3),
            srs,
        ]),
    )?;
    if layer.spatial {
        made.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', 'POINT', 4326, 0, 0)",
            [layer.name],
        )?;
    }
    let count = layer.columns.len() + usize::from(layer.spatial);
    let marks: Vec<_> = (1..=count).map(|place| format!(", ?{place}")).collect();
    let marks = marks.concat();
    let mut insert = made.prepare(&format!("INSERT INTO {name} VALUES (NULL{marks})"))?;
    for feature in &layer.features {
        let at = layer.spatial.then(|| feature.at.map_or(Value::Null, |at| Value::Blob(point(at))));
        let cells = feature.cells.iter().map(|cell| match cell {
            Cell::Empty => Value::Null,
            Cell::Text(text) => Value::Text(text.clone()),
            Cell::Integer(number) => Value::Integer(*number),
            Cell::Real(number) => Value::Real(*number),
        });
        insert.execute(params_from_iter(at.into_iter().chain(cells)))?;
    }
    Ok(())
}

/// GeoPackageBinary without envelope, then little-endian WKB (OGC 12-128r17, 2.1.3).
fn point([lon, lat]: [f64; 2]) -> Vec<u8> {
    let mut blob = b"GP\0\x01".to_vec();
    blob.extend(4326_i32.to_le_bytes());
    blob.push(1);
    blob.extend(1_u32.to_le_bytes());
    blob.extend(lon.to_le_bytes());
    blob.extend(lat.to_le_bytes());
    blob
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_layers_are_the_same_file_and_it_reads_back() {
        let layer = Layer {
            name: "villages",
            title: "Thôn".to_owned(),
            description: String::new(),
            columns: vec![("ten".to_owned(), Holds::Text), ("so_ho".to_owned(), Holds::Integer)],
            spatial: true,
            features: vec![
                Feature {
                    at: Some([108.8216, 14.703]),
                    cells: vec![Cell::Text("=1+1".to_owned()), Cell::Integer(120)],
                },
                Feature { at: None, cells: vec![Cell::Text("Cà Xen".to_owned()), Cell::Empty] },
            ],
        };
        let made = geopackage(std::slice::from_ref(&layer), "2026-11-26").expect("a file");
        assert_eq!(made, geopackage(&[layer], "2026-11-26").expect("a file"));
        assert_eq!(&made[..16], b"SQLite format 3\0");
        assert_eq!(&made[68..72], b"GPKG");

        let mut read = Connection::open_in_memory().expect("a connection");
        read.deserialize_read_exact("main", made.as_slice(), made.len(), true).expect("read");
        let rows: Vec<(String, Option<i64>, Option<Vec<u8>>)> = read
            .prepare("SELECT ten, so_ho, geom FROM villages ORDER BY fid")
            .and_then(|mut rows| {
                rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
            })
            .expect("rows");
        assert_eq!(rows[0].0, "=1+1");
        assert_eq!(rows[0].2.as_deref().map(|blob| &blob[..2]), Some(b"GP".as_slice()));
        assert_eq!(rows[1], ("Cà Xen".to_owned(), None, None));
    }
}
