//! The files that are read: seeded, so that every run reads the same bytes.

use std::collections::HashMap;
use std::fmt::Write;

use phusong_atlas::domain::{Day, UnitId, UnitLevel};
use phusong_gis::{Crs, DatumShift, with_transformer};
use phusong_intake::geodata;
use phusong_intake::repair::text::Script;
use phusong_sheets::{ExportCell, ExportSheet};

use super::dice::Dice;
use super::world::World;

pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// One invented site, in its commune.
struct Site {
    code: String,
    unit: usize,
    lon_deg: f64,
    lat_deg: f64,
    day: u8,
    technologies: &'static str,
}

fn sites(world: &World, count: usize) -> impl Iterator<Item = Site> {
    const NEAR_DEG: f64 = 0.02;
    let mut dice = Dice(20_230_607);
    (0..count).map(move |number| {
        let unit = dice.below(world.communes.len());
        let at = world.communes[unit].2;
        let off = |dice: &mut Dice| (dice.share() - 0.5) * NEAR_DEG;
        Site {
            code: format!("QNI{number:06}"),
            unit,
            lon_deg: at.lon_deg() + off(&mut dice),
            lat_deg: at.lat_deg() + off(&mut dice),
            day: u8::try_from(1 + dice.below(28)).expect("a day"),
            technologies: ["4G", "4G/5G", "2G, 4G", "LTE"][dice.below(4)],
        }
    })
}

const HEADINGS: [&str; 10] = [
    "STT",
    "Mã trạm",
    "Tên trạm",
    "Tình trạng",
    "Ngày phát sóng",
    "Công nghệ",
    "Kinh độ",
    "Vĩ độ",
    "Xã/phường",
    "Ghi chú",
];

/// As a font of the ABC family holds it: small letters where the font has no capitals.
struct Abc(HashMap<char, char>);

impl Abc {
    fn font() -> Self {
        let letters = (1..=255_u8).filter_map(|byte| match Script::Tcvn3.read(&[byte])?[..] {
            [letter] => Some((letter, char::from(byte))),
            _ => None,
        });
        Self(letters.collect())
    }

    fn written(&self, text: &str) -> String {
        let of = |letter: char| {
            let small = letter.to_lowercase().next().unwrap_or(letter);
            self.0.get(&letter).or_else(|| self.0.get(&small)).copied().unwrap_or(letter)
        };
        text.chars().map(of).collect()
    }
}

/// With what an old office does: an ABC font, decimal commas, days of the workbook's own kind.
pub fn workbook(world: &World, count: usize) -> Vec<u8> {
    let font = Abc::font();
    let abc = |text: &str| ExportCell::Text(font.written(text));
    let comma = |degrees: f64| ExportCell::Text(format!("{degrees:.6}").replace('.', ","));
    let rows = (1_u32..).zip(sites(world, count)).map(|(number, site)| {
        let commune = &world.communes[site.unit].1;
        vec![
            ExportCell::Number(f64::from(number)),
            ExportCell::Text(site.code),
            abc(&format!("Trạm {commune} {number}")),
            ExportCell::Text("phát sóng".to_owned()),
            ExportCell::Day(2026, 10, site.day),
            ExportCell::Text(site.technologies.to_owned()),
            comma(site.lon_deg),
            comma(site.lat_deg),
            abc(&format!("Xã {commune}")),
            abc("đã đo kiểm, đường vào trạm khó đi"),
        ]
    });
    let sheet = ExportSheet {
        name: "Báo cáo".to_owned(),
        headings: HEADINGS.map(ToOwned::to_owned).to_vec(),
        rows: rows.collect(),
        widths: vec![14; HEADINGS.len()],
    };
    phusong_sheets::workbook("Báo cáo", (2026, 11, 26), &[sheet]).expect("a workbook")
}

pub fn csv(world: &World, count: usize) -> Vec<u8> {
    let mut text = HEADINGS.join(";") + "\n";
    for (number, site) in (1..).zip(sites(world, count)) {
        let commune = &world.communes[site.unit].1;
        let Site { code, lon_deg, lat_deg, day, technologies, .. } = site;
        writeln!(
            text,
            "{number};{code};Trạm {commune} {number};phát sóng;{day:02}/10/2026;{technologies};{lon_deg:.6};{lat_deg:.6};Xã {commune};đã đo kiểm"
        )
        .expect("written");
    }
    text.into_bytes()
}

/// The commune, and the cells as written.
pub fn points(world: &World, count: usize, crs: Crs) -> Vec<(UnitId, String, String)> {
    with_transformer(|proj| {
        let written = sites(world, count).map(|site| {
            let there = proj.from_wgs84(crs, DatumShift::Epsg6960, site.lon_deg, site.lat_deg);
            let there = there.expect("on the grid");
            let decimals = if crs.is_projected() { 2 } else { 6 };
            let text = |number: f64| format!("{number:.decimals$}");
            (world.communes[site.unit].0, text(there.first), text(there.second))
        });
        written.collect()
    })
}

pub struct Asked {
    pub name: String,
    pub district: Option<String>,
    pub day: Option<Day>,
}

/// Units of before and after the merger of 2025, as papers write them.
pub fn names(world: &World, count: usize, dice: &mut Dice) -> Vec<Asked> {
    let units: Vec<_> =
        world.gazetteer.units().iter().filter(|unit| unit.level != UnitLevel::Province).collect();
    let name = |id| world.gazetteer.units().get(id).map(|unit| unit.name.clone());
    (0..count)
        .map(|_| {
            let unit = units[dice.below(units.len())];
            let kind = if unit.level == UnitLevel::District { "Huyện" } else { "Xã" };
            let own = match dice.below(4) {
                0 => unit.name.clone(),
                1 => unit.name.to_uppercase(),
                2 => format!("{kind} {}", unit.name),
                _ => format!("{}. {}", &kind[..1], unit.name),
            };
            let districts = world.gazetteer.units().districts_of(unit.id);
            Asked {
                name: own,
                district: districts.first().and_then(|id| name(*id)).filter(|_| dice.below(2) > 0),
                day: Some(
                    Day::new(2023 + 2 * i16::from(unit.valid_to.is_none()), 8, 1).expect("a day"),
                ),
            }
        })
        .collect()
}

pub fn village_names(world: &World, count: usize, dice: &mut Dice) -> Vec<Asked> {
    let known: Vec<_> = geodata::embedded()
        .expect("the shipped tables are whole")
        .into_iter()
        .filter_map(|row| match row.fact {
            phusong_atlas::domain::Fact::Village(village) => Some(village),
            _ => None,
        })
        .collect();
    let units = world.gazetteer.units();
    (0..count)
        .map(|_| {
            let village = &known[dice.below(known.len())];
            let district = village.units.first().map(|id| units.districts_of(*id));
            let district = district.and_then(|all| units.get(*all.first()?));
            Asked {
                name: match dice.below(3) {
                    0 => village.name.clone(),
                    1 => village.name.to_uppercase(),
                    _ => format!("thôn {}", village.name),
                },
                district: district.map(|unit| unit.name.clone()).filter(|_| dice.below(2) > 0),
                day: None,
            }
        })
        .collect()
}
