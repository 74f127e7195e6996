//! Coverage rasters: what their sender has to say before their cells are a claim, and the row
//! that comes of it. A unit, a value for "no data", a class or a technology is never assumed.
//!
//! Pure: [`plan`] says what is asked and which cells are wanted, the sandboxed child draws them,
//! [`tables`] makes rows of it that go the way of every other table.

mod asked;
mod done;
#[cfg(test)]
mod tests;

use phusong_atlas::domain::{TechSet, Technology};
use phusong_gis::{CellPick, CellQuestion, CoveredArea, DeclaredCrs, Raster};

use crate::Finding;
use crate::reading::{Said, Source};
use crate::report::Column;
use crate::table::{Cell, Drawing, Table};
use crate::values::radio::radio;
use asked::{Asking, Nodata, Quantity};

/// Of one row's columns, what the sender said or the file declares.
const OF_CLAIM: [Column; 10] = [
    Column::Carrier,
    Column::Technologies,
    Column::FromDay,
    Column::ToDay,
    Column::Basis,
    Column::Parameters,
    Column::Environment,
    Column::Service,
    Column::SiteCode,
    Column::Note,
];

/// The level from which a technology is good, as the rules in force say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodLevels {
    /// Tenths of a dBm, by technology.
    pub ddbm: [Option<i16>; 4],
    /// Which rules these are.
    pub rule_set: String,
}

/// One technology of one band: a row, once its area is there.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Place of its raster in the source.
    at: usize,
    row: u32,
    cells: Vec<(Column, String)>,
    /// Which cells are covered; `None`: something has to be answered first.
    question: Option<CellQuestion>,
    quantity: Option<Quantity>,
    /// The rule by which cells count, for people.
    rule: String,
    findings: Vec<Finding>,
}

impl Planned {
    /// Which cells are wanted of the child; `None`: none before an answer.
    pub fn question(&self) -> Option<&CellQuestion> {
        self.question.as_ref()
    }

    /// The child could not draw it.
    pub fn fail(&mut self, why: Vec<Finding>) {
        let row = self.row;
        let column = Column::RasterThreshold.as_str();
        self.findings.extend(why.into_iter().map(|finding| finding.at(row, column, "")));
        self.question = None;
    }
}

/// What each band of a source says, as far as it is clear.
pub fn plan(source: &Source, said: &Said, good: &GoodLevels) -> Vec<Planned> {
    let mut planned = Vec::new();
    if let Some(picture) = asked::picture(&source.rasters) {
        planned.push(Planned::waiting(0, 1, vec![picture.at(1, "", "")]));
        return planned;
    }
    for (at, raster) in source.rasters.iter().enumerate() {
        // Two grids in one ZIP are both band 1.
        let first = u32::try_from(at + 1).unwrap_or(u32::MAX);
        planned.extend(of_band(at, first, raster, (source, said, good)));
    }
    planned
}

fn of_band(
    at: usize,
    first: u32,
    raster: &Raster,
    (source, said, good): (&Source, &Said, &GoodLevels),
) -> Vec<Planned> {
    /// Rows of a band's further technologies stand apart from the bands.
    const APART: u32 = 100;
    if said.answers.of_table(&source.name).leaves_out(first) {
        return vec![Planned::waiting(at, first, Vec::new())];
    }
    let asking = |row| Asking { table: &source.name, row, raster, said };
    let technologies = asking(first).stated(Column::Technologies);
    let technologies =
        technologies.map(|text: String| radio(&text).technologies).unwrap_or_default();
    let each: Vec<Option<Technology>> = match technologies {
        TechSet::NONE => vec![None],
        set => set.iter().map(Some).collect(),
    };
    let rows = (first..).step_by(APART as usize).zip(each);
    rows.map(|(row, technology)| of_technology(at, asking(row), technology, good)).collect()
}

fn of_technology(
    at: usize,
    asking: Asking<'_>,
    technology: Option<Technology>,
    good: &GoodLevels,
) -> Planned {
    let mut planned = Planned::waiting(at, asking.row, Vec::new());
    planned.cells = asking.cells(&OF_CLAIM, technology);
    let mut open = asking.open(technology);
    let quantity = asking.quantity().map_err(|finding| open.push(*finding)).ok();
    let nodata = asking.nodata().map_err(|finding| open.push(*finding)).ok();
    let pick = match (quantity, technology) {
        (Some(Quantity::Dbm), Some(technology)) => asking
            .threshold(technology, good)
            .map(|(min_dbm, told)| {
                planned.findings.push(told);
                planned.rule = format!("{technology}: ≥ {min_dbm} dBm");
                CellPick::at_least(min_dbm)
            })
            .map_err(|finding| open.push(*finding))
            .ok(),
        (Some(Quantity::Class), technology) => asking
            .classes(nodata)
            .map(|classes| {
                let shown: Vec<String> = classes.iter().map(ToString::to_string).collect();
                let of = technology.map(|known| format!("{known}: ")).unwrap_or_default();
                planned.rule = format!("{of}lớp {}", shown.join("; "));
                CellPick::Values(classes)
            })
            .map_err(|finding| open.push(*finding))
            .ok(),
        _ => None,
    };
    planned.quantity = quantity;
    if let (true, Some(pick), Some(nodata)) = (open.is_empty(), pick, nodata) {
        let nodata = match nodata {
            Nodata::Is(number) => Some(number),
            Nodata::Declared | Nodata::Nothing => None,
        };
        planned.question = Some(CellQuestion { raster: at, pick, nodata });
        planned.findings.extend(asking.beside());
    } else {
        // What would be told of an answer is told with it.
        planned.findings = open;
    }
    planned
}

impl Planned {
    fn waiting(at: usize, row: u32, findings: Vec<Finding>) -> Self {
        let (cells, rule) = (Vec::new(), String::new());
        Self { at, row, cells, question: None, quantity: None, rule, findings }
    }
}

/// Rows of the bands, each with the area that the child drew for it. A table has one system of
/// coordinates: bands that declare others, as grids of one ZIP may, are tables of their own.
pub fn tables(source: &Source, planned: Vec<(Planned, Option<CoveredArea>)>) -> Vec<Table> {
    let mut found: Vec<(Option<DeclaredCrs>, Table)> = Vec::new();
    for (one, area) in planned {
        let raster = source.rasters.get(one.at);
        let declared = raster.and_then(|raster| raster.declared_crs.clone());
        let row = done::row(one, raster, area, &source.name);
        let known = found.iter().position(|(own, _)| *own == declared);
        let at = known.unwrap_or_else(|| {
            found.push((declared.clone(), empty(&source.name)));
            found.len() - 1
        });
        let table = &mut found[at].1;
        if row.drawn.is_some() {
            table.layer = Some(Drawing { declared, is_geojson: false });
        }
        table.rows.push(row);
    }
    found.into_iter().map(|(_, table)| table).collect()
}

fn empty(name: &str) -> Table {
    Table {
        name: name.to_owned(),
        fields: Some(OF_CLAIM.iter().map(|column| column.as_str().to_owned()).collect()),
        ..Table::default()
    }
}

fn cell_at(column: Column) -> u16 {
    let at = OF_CLAIM.iter().position(|own| *own == column).unwrap_or_default();
    u16::try_from(at).unwrap_or_default()
}

/// In the order of their columns.
fn cells_of(texts: Vec<(Column, String)>) -> Vec<(u16, Cell)> {
    let mut cells: Vec<(u16, Cell)> = texts
        .into_iter()
        .map(|(column, text)| (cell_at(column), Cell::Text(text.into())))
        .collect();
    cells.sort_by_key(|(at, _)| *at);
    cells
}
