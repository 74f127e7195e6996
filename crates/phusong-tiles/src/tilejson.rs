//! TileJSON 3.0: where the tiles are, what is in them, and how to read `q`.

use phusong_atlas::atlas::{Atlas, letter_carriers};
use serde_json::{Map, Value, json};

use crate::encode::{FAR, MOST_FAR, THINNED};
use crate::grid::{MAX_ZOOM, World};
use crate::layer::{Layer, LayerSet};
use crate::view::TileView;

/// `tiles`: the address of a tile with `{z}`, `{x}` and `{y}` in it.
///
/// Source: TileJSON 3.0.0.
pub fn tilejson(view: &TileView, atlas: &Atlas, layers: LayerSet, tiles: &str) -> Value {
    let carriers: Vec<&str> = letter_carriers(&atlas.common)
        .into_iter()
        .map(|index| atlas.carrier(index).id.as_str())
        .collect();
    let approximate = layers.contains(Layer::Communes) && view.areas().any_approximate();
    let boundaries = if approximate {
        " · Ranh giới gần đúng, không có giá trị pháp lý"
    } else {
        ""
    };
    json!({
        "tilejson": "3.0.0",
        "name": "Phủ Sóng",
        "scheme": "xyz",
        "tiles": [tiles],
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "bounds": bounds_deg(view, layers),
        "attribution": format!("Phủ Sóng{boundaries}"),
        "vector_layers": layers.iter().map(vector_layer).collect::<Vec<_>>(),
        "phusong": {
            "carriers": carriers,
            "technologies": ["2G", "3G", "4G", "5G"],
            "as_of": view.day.to_string(),
            "version": atlas.version.to_string(),
            // A far tile holds no more points of a layer, and says so in a layer of its own.
            "thinned": { "layer": THINNED, "maxzoom": FAR, "most": MOST_FAR },
        },
    })
}

fn vector_layer(layer: Layer) -> Value {
    let fields: Map<String, Value> =
        fields(layer).iter().map(|(name, kind)| ((*name).to_owned(), json!(kind))).collect();
    json!({
        "id": layer.as_str(), "fields": fields, "minzoom": 0, "maxzoom": MAX_ZOOM,
    })
}

/// As `tiles/SCHEMA.md` has them.
const fn fields(layer: Layer) -> &'static [(&'static str, &'static str)] {
    match layer {
        Layer::Communes => &[
            ("code", "Number"),
            ("name", "String"),
            ("kind", "String"),
            ("approximate", "Boolean"),
            ("villages", "Number"),
            ("gaps", "Number"),
            ("insufficient", "Number"),
        ],
        Layer::Villages | Layer::Gaps => &[
            ("id", "String"),
            ("name", "String"),
            ("verdict", "String"),
            ("flags", "String"),
            ("grade", "String"),
            ("households", "Number"),
            ("uncertainty_m", "Number"),
            ("commune", "Number"),
            ("duty", "String"),
            ("inferred", "Boolean"),
            ("q", "String"),
        ],
        Layer::Clusters => &[
            ("id", "String"),
            ("village", "String"),
            ("name", "String"),
            ("verdict", "String"),
            ("centre", "Boolean"),
            ("households", "Number"),
            ("q", "String"),
        ],
        Layer::Sites => &[
            ("carrier", "String"),
            ("code", "String"),
            ("name", "String"),
            ("state", "String"),
            ("technologies", "String"),
        ],
    }
}

/// West, south, east, north of all that the layers can show; the whole world for nothing.
fn bounds_deg(view: &TileView, layers: LayerSet) -> [f64; 4] {
    let z0 = |at: World| (at.x, at.y);
    let areas = view.areas().bounds().filter(|_| layers.contains(Layer::Communes));
    let areas = areas.map(|([west, south], [east, north])| {
        (crate::grid::project(west, north), crate::grid::project(east, south))
    });
    let boxes = view.point_boxes(layers).chain(areas);
    let whole = (World { x: 0.0, y: 0.0 }, World { x: 1.0, y: 1.0 });
    let (min, max) = boxes
        .reduce(|a, b| {
            let ((ax, ay), (bx, by)) = (z0(a.0), z0(b.0));
            let ((cx, cy), (dx, dy)) = (z0(a.1), z0(b.1));
            (World { x: ax.min(bx), y: ay.min(by) }, World { x: cx.max(dx), y: cy.max(dy) })
        })
        .unwrap_or(whole);
    let lon = |x: f64| x * 360.0 - 180.0;
    let lat = |y: f64| (std::f64::consts::PI * (1.0 - 2.0 * y)).sinh().atan().to_degrees();
    // Outwards to 1e-5°, about a metre.
    let down = |deg: f64| (deg * 1e5).floor() / 1e5;
    let up = |deg: f64| (deg * 1e5).ceil() / 1e5;
    [down(lon(min.x)), down(lat(max.y)), up(lon(max.x)), up(lat(min.y))]
}
