//! The map extract: a village with the circles within which its clusters lie, its commune and
//! what is around, with the archipelagos that it leaves out in an inset. Made from the Atlas' own
//! geometry; draws no border but communes'.

mod inset;
mod names;

use geo::{Intersects, MultiPolygon, Rect, coord};
use phusong_atlas::atlas::{Areas, Atlas, CommuneArea, Place, VillageCard};
use phusong_atlas::domain::{Day, Position, UnitId};
use phusong_typeset::{Block, Drawing, Ink, Shape};

use super::words;
use names::{Name, Names};

const WIDTH_MM: f64 = 150.0;
const HEIGHT_MM: f64 = 80.0;
/// The least ground shown from side to side.
const LEAST_WIDTH_M: f64 = 16_000.0;
/// One degree of latitude at 15° N (WGS 84).
const DEGREE_M: f64 = 110_650.0;

const LAND: &str = "#f6f4ee";
const OWN: &str = "#e4ecd8";
const EDGE: &str = "#8a8a80";
const INK: &str = "#1d1d1b";
const DOUBT: &str = "#b3541e";

/// Ground to paper: an equirectangular plane around the middle, true to 0.1 % over 100 km.
struct Sheet {
    middle: Position,
    mm_per_m: f64,
}

impl Sheet {
    fn around(window: Rect<f64>) -> Option<Self> {
        let middle = window.center();
        let middle = Position::new(middle.x, middle.y).ok()?;
        let squeeze = middle.lat_deg().to_radians().cos();
        let width_m = (window.width() * squeeze * DEGREE_M).max(LEAST_WIDTH_M);
        let height_m = window.height() * DEGREE_M;
        // The marks keep clear of the frame.
        let mm_per_m = ((WIDTH_MM - 16.0) / width_m).min((HEIGHT_MM - 16.0) / height_m.max(1.0));
        Some(Self { middle, mm_per_m })
    }

    fn place(&self, lon: f64, lat: f64) -> [f64; 2] {
        let squeeze = self.middle.lat_deg().to_radians().cos();
        let east_m = (lon - self.middle.lon_deg()) * squeeze * DEGREE_M;
        let north_m = (lat - self.middle.lat_deg()) * DEGREE_M;
        [WIDTH_MM / 2.0 + east_m * self.mm_per_m, HEIGHT_MM / 2.0 - north_m * self.mm_per_m]
    }

    fn at(&self, at: Position) -> [f64; 2] {
        self.place(at.lon_deg(), at.lat_deg())
    }

    /// Is there room for a name?
    fn shows(&self, at: Position) -> bool {
        let [x, y] = self.at(at);
        (14.0..WIDTH_MM - 14.0).contains(&x) && (6.0..HEIGHT_MM - 4.0).contains(&y)
    }

    /// The ground under the paper, in degrees.
    fn window(&self) -> Rect<f64> {
        let squeeze = self.middle.lat_deg().to_radians().cos();
        let lat = HEIGHT_MM / 2.0 / self.mm_per_m / DEGREE_M;
        let lon = WIDTH_MM / 2.0 / self.mm_per_m / DEGREE_M / squeeze;
        let middle = coord! { x: self.middle.lon_deg(), y: self.middle.lat_deg() };
        Rect::new(middle - coord! { x: lon, y: lat }, middle + coord! { x: lon, y: lat })
    }

    fn rings(&self, area: &MultiPolygon<f64>) -> Vec<Vec<[f64; 2]>> {
        let rings = area
            .iter()
            .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        rings.map(|ring| ring.coords().map(|c| self.place(c.x, c.y)).collect()).collect()
    }
}

const fn outline(line: &'static str, line_mm: f32, dashed: bool) -> Ink {
    Ink { fill: None, fill_opacity: 0.0, line: Some(line), line_mm, dashed }
}

const fn filled(fill: &'static str, fill_opacity: f32, line: &'static str, line_mm: f32) -> Ink {
    Ink { fill: Some(fill), fill_opacity, line: Some(line), line_mm, dashed: false }
}

/// `None`: nobody knows where the village lies.
pub(super) fn extract(atlas: &Atlas, card: &VillageCard, day: Day) -> Option<Block> {
    let window = ground(card, day)?;
    let sheet = Sheet::around(window)?;
    let own = atlas.units_of(card, day).commune;
    let mut shapes = Vec::new();
    let seen = sheet.window();
    let corners = (seen.min().into(), seen.max().into());
    let areas = atlas.areas.meeting(corners.0, corners.1);
    for area in &areas {
        let fill = if Some(area.unit) == own { OWN } else { LAND };
        let ink = filled(fill, 1.0, EDGE, 0.25);
        shapes.push(Shape::Area { rings: sheet.rings(area.area.polygons()), ink });
    }
    let mut names = Names::default();
    let corner = free_corner(card, day, &sheet);
    names.keep_free(corner, [corner[0] + inset::WIDTH_MM, corner[1] + inset::HEIGHT_MM]);
    // The scale bar and north.
    names.keep_free([0.0, HEIGHT_MM - 12.0], [55.0, HEIGHT_MM]);
    names.keep_free([WIDTH_MM - 12.0, 0.0], [WIDTH_MM, 16.0]);
    clusters(card, day, &sheet, &mut shapes, &mut names);
    own_commune(atlas, own, &areas, &sheet, &mut names);
    neighbours(atlas, card, day, &sheet, &mut shapes, &mut names);
    for area in areas.iter().filter(|area| Some(area.unit) != own && sheet.shows(area.centre)) {
        let text = atlas.common.units.label(area.unit);
        let (at, size_mm) = (sheet.at(area.centre), 3.0);
        names.put(&Name { at, text: &text, size_mm, strong: false, centred: true });
    }
    shapes.extend(names.into_shapes());
    shapes.extend(inset::inset(corner, sheet.middle));
    furniture(&sheet, &mut shapes);
    let approximate = areas.iter().any(|area| area.approximate);
    // Outlines are those of today's communes, whatever the paper's day.
    let of_today = areas.iter().any(|area| area.unit.valid_from > day);
    Some(Block::Figure {
        drawing: Drawing { width_mm: WIDTH_MM, height_mm: HEIGHT_MM, shapes },
        caption: caption(&sheet, approximate, of_today),
    })
}

/// Its name at its centre, else at the upper edge.
fn own_commune(
    atlas: &Atlas,
    own: Option<UnitId>,
    areas: &[&CommuneArea],
    sheet: &Sheet,
    names: &mut Names,
) {
    let Some(own) = own else { return };
    let text = atlas.common.units.label(own);
    let centre = areas.iter().find(|area| area.unit == own).map(|area| area.centre);
    let centre = centre.filter(|centre| sheet.shows(*centre)).map(|centre| sheet.at(centre));
    let places = centre.into_iter().chain([[WIDTH_MM / 2.0, 6.0]]);
    for at in places {
        let name = Name { at, text: &text, size_mm: 3.0, strong: true, centred: true };
        if names.put(&name) {
            return;
        }
    }
}

/// For the inset: the lower right corner, unless one of the village's clusters lies under it.
fn free_corner(card: &VillageCard, day: Day, sheet: &Sheet) -> [f64; 2] {
    let lower_right = [WIDTH_MM - inset::WIDTH_MM, HEIGHT_MM - inset::HEIGHT_MM];
    let places = card.clusters_on(day).filter_map(|cluster| cluster.place_on(day));
    let bounds = places.filter_map(Place::bounds);
    let hidden = bounds.map(|(min, max)| {
        let middle = [f64::midpoint(min[0], max[0]), f64::midpoint(min[1], max[1])];
        sheet.place(middle[0], middle[1])
    });
    let under = |[x, y]: [f64; 2]| x > lower_right[0] && y > lower_right[1];
    if hidden.into_iter().any(under) { [0.0, 0.0] } else { lower_right }
}

fn caption(sheet: &Sheet, approximate: bool, of_today: bool) -> String {
    let ratio = 1_000.0 / sheet.mm_per_m;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a map's scale")]
    let ratio = (ratio / 1_000.0).round() as u64 * 1_000;
    let circles = "vòng tròn nét đứt: sai số vị trí";
    let note = if approximate {
        " Ranh giới gần đúng, không có giá trị pháp lý."
    } else {
        ""
    };
    let today = if of_today { " Xã vẽ theo đơn vị hiện nay." } else { "" };
    let ratio = words::number(ratio);
    let beside =
        "Khung phụ: quần đảo Hoàng Sa (TP. Đà Nẵng) và quần đảo Trường Sa (tỉnh Khánh Hòa).";
    format!("Trích bản đồ, tỷ lệ khoảng 1:{ratio}; {circles}.{note}{today} {beside}")
}

/// Everything that is known of where the village lies, with its uncertainty.
fn ground(card: &VillageCard, day: Day) -> Option<Rect<f64>> {
    let places = card.clusters_on(day).filter_map(|cluster| cluster.place_on(day));
    let own = card.fact_on(day).and_then(|fact| fact.located).map(Place::disc);
    let bounds = places.cloned().chain(own).filter_map(|place| place.bounds());
    bounds.map(|(min, max)| Rect::new(min, max)).reduce(|a, b| {
        let min = coord! { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
        let max = coord! { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
        Rect::new(min, max)
    })
}

/// Other villages within the frame, as dots with their names.
fn neighbours(
    atlas: &Atlas,
    card: &VillageCard,
    day: Day,
    sheet: &Sheet,
    shapes: &mut Vec<Shape>,
    names: &mut Names,
) {
    let seen = sheet.window();
    let homes = Areas::meeting(&atlas.areas, seen.min().into(), seen.max().into());
    for area in homes {
        let Some(shard) = atlas.shard(Some(area.unit)) else { continue };
        for other in shard.villages.iter().filter(|other| other.id != card.id) {
            let Some(at) = other.position_on(day).filter(|_| other.exists_on(day)) else {
                continue;
            };
            if !seen.intersects(&at.point()) {
                continue;
            }
            let [x, y] = sheet.at(at);
            let ink = filled("#ffffff", 1.0, EDGE, 0.35);
            shapes.push(Shape::Disc { centre: [x, y], radius_mm: 0.8, ink });
            if (10.0..WIDTH_MM - 22.0).contains(&x) && (4.0..HEIGHT_MM - 4.0).contains(&y) {
                let text = words::village(other.fact_on(day), &other.id);
                let at = [x + 1.6, y + 0.9];
                names.put(&Name { at, text: &text, size_mm: 2.6, strong: false, centred: false });
            }
        }
    }
}

fn clusters(
    card: &VillageCard,
    day: Day,
    sheet: &Sheet,
    shapes: &mut Vec<Shape>,
    names: &mut Names,
) {
    for cluster in card.clusters_on(day) {
        match cluster.place_on(day) {
            Some(Place::Disc { centre, uncertainty_m }) => {
                let radius_mm = f64::from(*uncertainty_m) * sheet.mm_per_m;
                let ink =
                    Ink { fill: Some(DOUBT), fill_opacity: 0.08, ..outline(DOUBT, 0.35, true) };
                shapes.push(Shape::Disc { centre: sheet.at(*centre), radius_mm, ink });
                let ink = filled(DOUBT, 1.0, "#ffffff", 0.3);
                shapes.push(Shape::Disc { centre: sheet.at(*centre), radius_mm: 1.1, ink });
            }
            Some(Place::Outline { area, .. }) => {
                let ink = filled(DOUBT, 0.15, DOUBT, 0.35);
                shapes.push(Shape::Area { rings: sheet.rings(area.polygons()), ink });
            }
            None => {}
        }
    }
    if let Some(at) = card.position_on(day) {
        let [x, y] = sheet.at(at);
        // Above a small circle, within a large one.
        let radius_mm = located_m(card, day) * sheet.mm_per_m;
        let up = if (1.5..16.0).contains(&radius_mm) { radius_mm + 1.0 } else { 2.2 };
        let text = words::village(card.fact_on(day), &card.id);
        names.keep_free([x - 1.2, y - 1.2], [x + 1.2, y + 1.2]);
        let at = [x, y - up];
        names.put(&Name { at, text: &text, size_mm: 3.6, strong: true, centred: true });
    }
}

fn located_m(card: &VillageCard, day: Day) -> f64 {
    let stand = card.stand_on(day);
    stand.map_or(0.0, |stand| f64::from(stand.located.uncertainty_m))
}

/// Scale bar and north.
fn furniture(sheet: &Sheet, shapes: &mut Vec<Shape>) {
    let longest_m = 40.0 / sheet.mm_per_m;
    let steps = [50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5];
    let length_km = steps.into_iter().find(|km| km * 1_000.0 <= longest_m).unwrap_or(0.5);
    let length_mm = length_km * 1_000.0 * sheet.mm_per_m;
    let (left, low) = (5.0, HEIGHT_MM - 5.0);
    let ink = outline(INK, 0.45, false);
    let points = vec![
        [left, low - 1.5],
        [left, low],
        [left + length_mm, low],
        [left + length_mm, low - 1.5],
    ];
    shapes.push(Shape::Line { points, ink });
    let word =
        |at, text: String| Shape::Word { at, text, size_mm: 2.8, strong: false, centred: true };
    shapes.push(word([left, low - 2.2], "0".to_owned()));
    let length = format!("{length_km} km").replace('.', ",");
    shapes.push(word([left + length_mm, low - 2.2], length));

    let (right, low) = (WIDTH_MM - 0.1, HEIGHT_MM - 0.1);
    let frame = vec![[0.1, 0.1], [right, 0.1], [right, low], [0.1, low]];
    shapes.push(Shape::Area { rings: vec![frame], ink: outline(INK, 0.2, false) });
    let (x, top) = (WIDTH_MM - 7.0, 5.0);
    let arrow = vec![[x, top], [x + 1.8, top + 6.0], [x, top + 4.8], [x - 1.8, top + 6.0]];
    shapes.push(Shape::Area { rings: vec![arrow], ink: filled(INK, 1.0, INK, 0.1) });
    shapes.push(word([x, top + 9.4], "B".to_owned()));
}
