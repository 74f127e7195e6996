//! GeoJSON, KML, GPX and ASCII grids before GDAL may see them: the first byte says which.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phusong_gis::checks;

fuzz_target!(|bytes: &[u8]| {
    let Some((which, text)) = bytes.split_first() else { return };
    let answer = match which % 3 {
        0 => checks::geojson(text),
        1 => checks::kml_or_gpx(text),
        _ => checks::ascii_grid(text),
    };
    if let Err(why) = answer {
        assert!(!why.message_vi().is_empty());
    }
});
