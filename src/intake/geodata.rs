//! The tables of `geodata/` as facts. Every fault is told, by file, row and column.

use std::collections::HashMap;
use std::str::FromStr;

use phusong_atlas::domain::{
    AgencyFact, AgencySuccessionFact, CarrierFact, CarrierId, CarrierKind, Comparator, Day,
    DutyFact, DutyId, Fact, FiledRow, GoalFact, GoalId, GoalKind, Located, MeasurementRule,
    ObservationFact, ObservationKind, OrderClauseFact, Places, Position, PositionGrade,
    PublicStatementFact, RuleSet, RuleSetId, Says, Slug, SunsetFact, TechSet, Technology, UnitCode,
    UnitFact, UnitId, UnitLevel, UnitRelation, UnitSuccessionFact, VillageFact, VillageId,
    VillageKind,
};
use serde::Deserialize;

use super::finding::{Finding, Severity};

macro_rules! tables {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../geodata/", $name)))),*]
    };
}

/// In the order in which they are filed.
const EMBEDDED: &[(&str, &str)] = tables![
    "carriers.csv",
    "units.csv",
    "unit_successions.csv",
    "villages.csv",
    "listings.csv",
    "duties.csv",
    "goals.csv",
    "order.csv",
    "statements.csv",
    "agencies.csv",
    "agency_successions.csv",
    "sunsets.csv",
    "rules/default.toml",
    "rules/strict-example.toml",
];

/// The first day of today's units.
const REFORM: &str = "2025-07-01";

/// What this release brings along.
pub fn embedded() -> Result<Vec<FiledRow>, Vec<Finding>> {
    load(EMBEDDED)
}

/// Reads (name, text) pairs; all faults, not the first.
pub fn load(files: &[(&str, &str)]) -> Result<Vec<FiledRow>, Vec<Finding>> {
    let mut facts = Vec::new();
    let mut faults = Vec::new();
    for (name, text) in files {
        if name.starts_with("rules/") {
            match rule_set(text) {
                Ok(rules) => facts.push(Fact::RuleSet(Box::new(rules))),
                Err(why) => faults.push(fault(name, 1, "", &why)),
            }
        } else {
            table(name, text, &mut facts, &mut faults);
        }
    }
    if faults.is_empty() {
        Ok(facts.into_iter().map(|fact| FiledRow { fact, replaces: None, note: None }).collect())
    } else {
        Err(faults)
    }
}

/// Rows that are not on file yet. What `geodata/` no longer has is never withdrawn by that.
pub fn new_rows(filed: &[&Fact], now: Vec<FiledRow>) -> Vec<FiledRow> {
    now.into_iter().filter(|row| !filed.contains(&&row.fact)).collect()
}

fn fault(file: &str, row: u32, column: &str, why: &str) -> Finding {
    Finding::new(
        "geodata",
        Severity::Refuse,
        (
            format!("{file}, dòng {row}, cột {column}: {why}"),
            format!("{file}, row {row}, column {column}: {why}"),
        ),
        ("sửa bảng rồi chạy lại", "mend the table and run again"),
    )
    .at(row, column, "")
}

/// A row with its header; every look-up that fails says where.
struct Cells<'a> {
    columns: &'a HashMap<String, usize>,
    record: &'a csv::StringRecord,
}

type Fault = (&'static str, String);

impl Cells<'_> {
    fn text(&self, column: &'static str) -> Result<String, Fault> {
        let place = self.columns.get(column).ok_or((column, "no such column".to_owned()))?;
        Ok(self.record.get(*place).unwrap_or_default().to_owned())
    }

    fn needed(&self, column: &'static str) -> Result<String, Fault> {
        let text = self.text(column)?;
        if text.is_empty() { Err((column, "is empty".to_owned())) } else { Ok(text) }
    }

    fn maybe(&self, column: &'static str) -> Result<Option<String>, Fault> {
        Ok(Some(self.text(column)?).filter(|text| !text.is_empty()))
    }

    fn parse<T: FromStr>(&self, column: &'static str) -> Result<Option<T>, Fault> {
        self.maybe(column)?
            .map(|text| {
                text.parse().map_err(|_wrong| (column, format!("{text:?} is no value here")))
            })
            .transpose()
    }

    fn required<T: FromStr>(&self, column: &'static str) -> Result<T, Fault> {
        self.parse(column)?.ok_or((column, "is empty".to_owned()))
    }

    fn id<T, E: std::fmt::Display>(
        &self,
        column: &'static str,
        new: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, Fault> {
        new(&self.needed(column)?).map_err(|error| (column, error.to_string()))
    }

    fn list(&self, column: &'static str) -> Result<Vec<String>, Fault> {
        let text = self.text(column)?;
        Ok(text.split('|').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect())
    }

    fn word<T: Copy>(&self, column: &'static str, words: &[(&str, T)]) -> Result<T, Fault> {
        let text = self.needed(column)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        found.ok_or((column, format!("{text:?} is no word of this column")))
    }

    fn yes_no(&self, column: &'static str) -> Result<Option<bool>, Fault> {
        match self.maybe(column)?.as_deref() {
            None => Ok(None),
            Some("yes") => Ok(Some(true)),
            Some("no") => Ok(Some(false)),
            Some(other) => Err((column, format!("{other:?} is neither yes nor no"))),
        }
    }

    fn position(&self) -> Result<Option<Position>, Fault> {
        match (self.parse::<f64>("lon")?, self.parse::<f64>("lat")?) {
            (Some(lon), Some(lat)) => {
                Position::new(lon, lat).map(Some).map_err(|error| ("lon", error.to_string()))
            }
            (None, None) => Ok(None),
            _ => Err(("lon", "longitude and latitude go together".to_owned())),
        }
    }

    fn unit(&self, code: &'static str, from: &'static str) -> Result<UnitId, Fault> {
        Ok(UnitId {
            code: UnitCode(self.required(code)?),
            valid_from: self.parse(from)?.unwrap_or(Day::EARLIEST),
        })
    }
}

fn table(name: &str, text: &str, facts: &mut Vec<Fact>, faults: &mut Vec<Finding>) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns: HashMap<String, usize> = match reader.headers() {
        Ok(header) => header.iter().map(str::to_owned).zip(0..).collect(),
        Err(error) => {
            faults.push(fault(name, 1, "", &error.to_string()));
            return;
        }
    };
    for (record, row) in reader.records().zip(2_u32..) {
        let read = record
            .map_err(|error| ("", error.to_string()))
            .and_then(|record| fact(name, &Cells { columns: &columns, record: &record }));
        match read {
            Ok(Some(fact)) => facts.push(fact),
            Ok(None) => {}
            Err((column, why)) => faults.push(fault(name, row, column, &why)),
        }
    }
}

fn fact(table: &str, cells: &Cells<'_>) -> Result<Option<Fact>, Fault> {
    Ok(Some(match table {
        "carriers.csv" => Fact::Carrier(carrier(cells)?),
        "units.csv" => Fact::Unit(unit(cells)?),
        "unit_successions.csv" => Fact::UnitSuccession(unit_succession(cells)?),
        "villages.csv" => Fact::Village(village(cells)?),
        "listings.csv" => Fact::Observation(listing(cells)?),
        "duties.csv" => Fact::Duty(duty(cells)?),
        "goals.csv" => Fact::Goal(goal(cells)?),
        "order.csv" => Fact::OrderClause(OrderClauseFact {
            clause: cells.needed("clause")?,
            text_vi: cells.needed("text_vi")?,
            text_en: cells.needed("text_en")?,
            who: cells.text("who")?,
            source: cells.needed("source")?,
        }),
        "statements.csv" => Fact::PublicStatement(statement(cells)?),
        "agencies.csv" => Fact::Agency(AgencyFact {
            id: cells.id("id", Slug::new)?,
            name_vi: cells.needed("name_vi")?,
            name_en: cells.needed("name_en")?,
            valid_from: cells.parse("valid_from")?,
            valid_to: cells.parse("valid_to")?,
            source: cells.needed("source")?,
            inferred: cells.maybe("inferred")?,
        }),
        "agency_successions.csv" => Fact::AgencySuccession(AgencySuccessionFact {
            from: cells.id("from_agency", Slug::new)?,
            to: cells.id("to_agency", Slug::new)?,
            day: cells.required("day")?,
            part: cells.maybe("matter")?,
            source: cells.needed("source")?,
            inferred: cells.maybe("inferred")?,
        }),
        // The end of service to 2G-only handsets is no end of 2G itself: it sunsets nothing.
        "sunsets.csv" if cells.needed("what")? != "technology" => return Ok(None),
        "sunsets.csv" => Fact::Sunset(sunset(cells)?),
        _ => return Err(("", "no such table".to_owned())),
    }))
}

fn carrier(cells: &Cells<'_>) -> Result<CarrierFact, Fault> {
    Ok(CarrierFact {
        id: cells.id("id", CarrierId::new)?,
        name: cells.needed("name")?,
        kind: cells.word(
            "kind",
            &[
                ("mno", CarrierKind::Mno),
                ("mvno", CarrierKind::Mvno),
                ("tower", CarrierKind::TowerOwner),
                ("satellite", CarrierKind::Satellite),
            ],
        )?,
        aliases: cells.list("aliases")?,
        valid_from: cells.parse("valid_from")?,
        valid_to: cells.parse("valid_to")?,
        source: cells.needed("source")?,
    })
}

fn unit(cells: &Cells<'_>) -> Result<UnitFact, Fault> {
    Ok(UnitFact {
        id: cells.unit("code", "valid_from")?,
        name: cells.needed("name")?,
        kind: cells.needed("kind")?,
        level: cells.word(
            "level",
            &[
                ("province", UnitLevel::Province),
                ("district", UnitLevel::District),
                ("commune", UnitLevel::Commune),
            ],
        )?,
        parent: match cells.maybe("parent_code")? {
            Some(_) => Some(cells.unit("parent_code", "parent_valid_from")?),
            None => None,
        },
        valid_to: cells.parse("valid_to")?,
        centre: cells.position()?,
        households: cells.parse("households_2019")?,
        people: cells.parse("population_2019")?,
        source: cells.needed("source")?,
        inferred: cells.maybe("inferred")?,
    })
}

fn unit_succession(cells: &Cells<'_>) -> Result<UnitSuccessionFact, Fault> {
    Ok(UnitSuccessionFact {
        from: cells.unit("from_code", "from_valid_from")?,
        to: cells.unit("to_code", "to_valid_from")?,
        day: cells.required("day")?,
        relation: cells.word(
            "relation",
            &[
                ("whole", UnitRelation::Whole),
                ("part", UnitRelation::Part),
                ("renamed", UnitRelation::Renamed),
            ],
        )?,
        source: cells.needed("source")?,
    })
}

fn village(cells: &Cells<'_>) -> Result<VillageFact, Fault> {
    let old = |column| -> Result<Option<UnitId>, Fault> {
        Ok(cells
            .parse(column)?
            .map(|code| UnitId { code: UnitCode(code), valid_from: Day::EARLIEST }))
    };
    let reform = REFORM.parse().map_err(|_never| ("commune_code", "no reform day".to_owned()))?;
    let today = cells
        .parse("commune_code")?
        .map(|code| UnitId { code: UnitCode(code), valid_from: reform });
    let units = [today, old("old_commune_code")?, old("old_district_code")?];
    let located = match cells.position()? {
        None => None,
        Some(position) => Some(Located {
            position,
            uncertainty_m: cells.required("uncertainty_m")?,
            grade: cells.word(
                "position_grade",
                &[
                    ("surveyed", PositionGrade::Surveyed),
                    ("commune-confirmed", PositionGrade::CommuneConfirmed),
                    ("gazetteer", PositionGrade::Gazetteer),
                    ("commune-centre", PositionGrade::CommuneCentre),
                    ("unknown", PositionGrade::Unknown),
                ],
            )?,
        }),
    };
    Ok(VillageFact {
        day: None,
        id: cells.id("id", VillageId::new)?,
        name: cells.needed("name")?,
        aliases: cells.list("aliases")?,
        kind: cells.word(
            "kind",
            &[
                ("thon", VillageKind::Thon),
                ("to-dan-pho", VillageKind::ToDanPho),
                ("lang", VillageKind::Lang),
            ],
        )?,
        units: units.into_iter().flatten().collect(),
        unit_inferred: cells.maybe("commune_inferred")?,
        located,
        position_basis: cells.maybe("position_basis")?,
        households: cells.parse("households")?,
        people: cells.parse("people")?,
        grid_power: cells.yes_no("power")?,
        especially_hard: cells.yes_no("especially_hard")?,
        source: cells.needed("source")?,
    })
}

fn listing(cells: &Cells<'_>) -> Result<ObservationFact, Fault> {
    Ok(ObservationFact {
        kind: ObservationKind::AuthorityList,
        says: cells.word("says", &[("lacks", Says::Lacks), ("has", Says::Has)])?,
        source_word: cells.maybe("source_word")?,
        carrier: None,
        technologies: TechSet::NONE,
        environment: None,
        service: None,
        places: Places {
            villages: vec![cells.id("village", VillageId::new)?],
            clusters: Vec::new(),
        },
        day: cells.required("day")?,
        source: cells.needed("source")?,
    })
}

fn duty(cells: &Cells<'_>) -> Result<DutyFact, Fault> {
    let inferred = cells.text("due_basis")? == "inferred";
    Ok(DutyFact {
        id: cells.id("id", DutyId::new)?,
        clause: cells.needed("clause")?,
        cite: cells.needed("cite")?,
        village: cells.id("village", VillageId::new)?,
        carrier: cells.id("carrier", CarrierId::new)?,
        technology: cells.parse("technology")?,
        given: cells.required("given")?,
        due: cells.parse("due")?,
        due_inferred: if inferred { cells.maybe("inferred")? } else { None },
        source: cells.needed("source")?,
    })
}

fn goal(cells: &Cells<'_>) -> Result<GoalFact, Fault> {
    let inferred = cells.text("due_basis")? == "inferred";
    let threshold = cells.parse::<f64>("threshold")?;
    #[expect(clippy::cast_possible_truncation, reason = "percentages in thousandths fit")]
    let threshold_milli = threshold.map(|value| (value * 1000.0).round() as i64);
    Ok(GoalFact {
        id: cells.id("id", GoalId::new)?,
        clause: cells.needed("clause")?,
        kind: cells.word(
            "kind",
            &[("target", GoalKind::Target), ("commune-criterion", GoalKind::CommuneCriterion)],
        )?,
        indicator: cells.needed("indicator")?,
        comparator: match cells.text("comparator")?.as_str() {
            "" => None,
            ">" => Some(Comparator::Above),
            ">=" => Some(Comparator::AtLeast),
            other => return Err(("comparator", format!("{other:?} is neither > nor >="))),
        },
        threshold_milli,
        unit: cells.maybe("unit")?,
        scope: match cells.maybe("scope_code")? {
            Some(_) => Some(cells.unit("scope_code", "scope_valid_from")?),
            None => None,
        },
        scope_name: cells.text("scope_name")?,
        due: cells.parse("due")?,
        due_inferred: if inferred { cells.maybe("inferred")? } else { None },
        owner: cells.text("owner")?,
        text_vi: cells.needed("text_vi")?,
        text_en: cells.needed("text_en")?,
        source: cells.needed("source")?,
        inferred: cells.maybe("inferred")?,
    })
}

fn statement(cells: &Cells<'_>) -> Result<PublicStatementFact, Fault> {
    let (year, day) = (cells.text("year")?, cells.text("day")?);
    Ok(PublicStatementFact {
        id: cells.id("id", Slug::new)?,
        publication: cells.needed("publication")?,
        title: cells.maybe("title")?,
        said_when: if day.is_empty() { year } else { day },
        text_vi: cells.needed("text_vi")?,
        text_en: cells.needed("text_en")?,
        names: cells.maybe("place_text")?,
        source: cells.needed("source")?,
    })
}

fn sunset(cells: &Cells<'_>) -> Result<SunsetFact, Fault> {
    let unit = |code: String| {
        code.parse()
            .map(|code| UnitId { code: UnitCode(code), valid_from: Day::EARLIEST })
            .map_err(|_wrong| ("unit_codes", format!("{code:?} is no code")))
    };
    Ok(SunsetFact {
        carrier: match cells.maybe("carrier")? {
            Some(_) => Some(cells.id("carrier", CarrierId::new)?),
            None => None,
        },
        technology: cells.required::<Technology>("technology")?,
        units: cells.list("unit_codes")?.into_iter().map(unit).collect::<Result<_, _>>()?,
        except: Vec::new(),
        first_day_without: cells.required("first_day_without")?,
        source: cells.needed("source")?,
    })
}

#[derive(Debug, Deserialize)]
struct RulesText {
    id: String,
    version: u32,
    valid_from: String,
    title_vi: String,
    title_en: String,
    source: String,
    base: Vec<BaseText>,
    time: TimeText,
    #[serde(default)]
    reach_m: HashMap<String, toml::Value>,
    measurement: MeasurementText,
    #[serde(default)]
    good_level: Vec<GoodLevelText>,
}

#[derive(Debug, Deserialize)]
struct BaseText {
    from: String,
    technology: String,
}

#[derive(Debug, Deserialize)]
struct TimeText {
    #[serde(rename = "shelf_life_months")]
    shelf_life: u32,
    #[serde(rename = "ageing_months")]
    ageing: u32,
    #[serde(rename = "pair_window_months")]
    pair_window: u32,
}

#[derive(Debug, Deserialize)]
struct MeasurementText {
    span_days: i32,
    radius_m: f64,
    cell_m: u32,
    grid_epsg: u32,
    wilson_z: f64,
    good_share: f64,
    oppose_p: f64,
    oppose_failures: u32,
    oppose_failure_days: u32,
}

#[derive(Debug, Deserialize)]
struct GoodLevelText {
    technology: String,
    min_dbm: f64,
}

fn rule_set(text: &str) -> Result<RuleSet, String> {
    let rules: RulesText = toml::from_str(text).map_err(|error| error.to_string())?;
    let day = |text: &str| {
        if text.is_empty() {
            Ok(Day::EARLIEST)
        } else {
            text.parse().map_err(|_wrong| text.to_owned())
        }
    };
    let technology =
        |text: &str| text.parse::<Technology>().map_err(|()| format!("{text:?} is no technology"));
    let mut base = Vec::new();
    for step in &rules.base {
        base.push((day(&step.from)?, technology(&step.technology)?));
    }
    let mut reach_m = [None; 4];
    let mut good_level_ddbm = [None; 4];
    for (word, value) in &rules.reach_m {
        if let (Ok(at), Some(metres)) = (technology(word), value.as_integer()) {
            reach_m[at.index()] = u32::try_from(metres).ok();
        }
    }
    for level in &rules.good_level {
        #[expect(clippy::cast_possible_truncation, reason = "a level is within -200..0 dBm")]
        let ddbm = (level.min_dbm.clamp(-200.0, 0.0) * 10.0).round() as i16;
        good_level_ddbm[technology(&level.technology)?.index()] = Some(ddbm);
    }
    let rule = rules.measurement;
    Ok(RuleSet {
        id: RuleSetId {
            id: Slug::new(&rules.id).map_err(|error| error.to_string())?,
            version: rules.version,
        },
        title_vi: rules.title_vi,
        title_en: rules.title_en,
        valid_from: day(&rules.valid_from)?,
        base,
        shelf_life_months: rules.time.shelf_life,
        ageing_months: rules.time.ageing,
        pair_window_months: rules.time.pair_window,
        measurement: MeasurementRule {
            span_days: rule.span_days,
            radius_m: rule.radius_m,
            cell_m: rule.cell_m,
            grid_epsg: rule.grid_epsg,
            wilson_z: rule.wilson_z,
            good_share: rule.good_share,
            oppose_p: rule.oppose_p,
            oppose_failures: rule.oppose_failures,
            oppose_failure_days: rule.oppose_failure_days,
            good_level_ddbm,
        },
        reach_m,
        source: rules.source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(rows: &[FiledRow], which: impl Fn(&Fact) -> bool) -> usize {
        rows.iter().filter(|row| which(&row.fact)).count()
    }

    #[test]
    fn the_tables_hold_the_order_and_the_units_of_today() {
        let rows = embedded().unwrap_or_else(|faults| panic!("{faults:#?}"));
        assert_eq!(count(&rows, |fact| matches!(fact, Fact::Village(_))), 9);
        assert_eq!(count(&rows, |fact| matches!(fact, Fact::Observation(_))), 9);
        let of = |carrier: &str| {
            count(&rows, |fact| matches!(fact, Fact::Duty(d) if d.carrier.as_str() == carrier))
        };
        assert_eq!((of("viettel"), of("vnpt")), (7, 2));
        let units = |level, today: bool| {
            count(
                &rows,
                |fact| matches!(fact, Fact::Unit(u) if u.level == level && u.valid_to.is_none() == today),
            )
        };
        assert_eq!(units(UnitLevel::Commune, true), 96);
        assert_eq!(units(UnitLevel::Commune, false), 170 + 102);
        assert_eq!(units(UnitLevel::District, false), 13 + 10);
        assert_eq!(count(&rows, |fact| matches!(fact, Fact::RuleSet(_))), 2);
        let filed: Vec<&Fact> = rows.iter().map(|row| &row.fact).collect();
        assert!(new_rows(&filed, rows.clone()).is_empty());
    }

    #[test]
    fn a_fault_names_file_row_and_column() {
        let text = "village,says,source_word,day,clause,document,grade,source,inferred\n\
                    kon-doc,lacks,lõm sóng,2023-02-31,IV.16,x,E2,x,\n\
                    ,lacks,lõm sóng,2023-06-07,IV.16,x,E2,x,\n";
        let faults = load(&[("listings.csv", text)]).unwrap_err();
        let places: Vec<_> =
            faults.iter().map(|fault| (fault.row, fault.column.as_deref())).collect();
        assert_eq!(places, [(Some(2), Some("day")), (Some(3), Some("village"))]);
    }
}
