//! Bad GeoPackages: rows 39 to 42.

use std::path::Path;

use super::{Bad, refused, taken};
use crate::files::geopackage;

/// With a header that says where the point lies; the point itself lies elsewhere.
const LYING_ENVELOPE: &str = "UPDATE tram SET geom = CAST(X'47500003' || substr(geom, 5, 4)
    || X'000000000000F03F000000000000F03F000000000000F03F000000000000F03F'
    || substr(geom, 9) AS BLOB)";

pub fn bad(folder: &Path) -> Vec<Bad> {
    let at = folder.join("made.gpkg");
    let made = |statements: &str| {
        let _ = std::fs::remove_file(&at);
        geopackage(&at);
        let db = rusqlite::Connection::open(&at).expect("a package");
        db.execute_batch(statements).expect("changed");
        db.close().expect("a package");
        std::fs::read(&at).expect("a package")
    };
    let whole = made("");
    let trigger = "CREATE TRIGGER rtree_tram_x AFTER INSERT ON tram
                   BEGIN SELECT load_extension('/x'); END;";
    let files = vec![
        refused(
            39,
            "khung-nhin.gpkg",
            made("CREATE VIEW an AS SELECT * FROM tram;"),
            "not-allowed",
        ),
        refused(39, "kich-hoat.gpkg", made(trigger), "not-allowed"),
        refused(40, "cut.gpkg", &whole[..whole.len() / 2], "broken-file"),
        refused(41, "khac.gpkg", made("PRAGMA application_id = 0;"), "not-allowed"),
        taken(42, "hop-bao.gpkg", made(LYING_ENVELOPE), ""),
    ];
    let _ = std::fs::remove_file(&at);
    files
}
