//! The tables of `geodata/`: which columns each has, and what fact a row is.

use phusong_atlas::domain::{
    AgencyFact, AgencySuccessionFact, CarrierFact, CarrierId, CarrierKind, Comparator,
    CriterionAsks, CriterionFact, Day, DenominatorOf, DutyFact, DutyId, Fact, GoalFact, GoalId,
    GoalKind, IdError, IndicatorFact, IndicatorKind, Located, ObservationFact, ObservationKind,
    OrderClauseFact, Places, PositionGrade, PublicStatementFact, Says, Slug, SunsetFact, TechSet,
    Technology, UnitCode, UnitFact, UnitId, UnitLevel, UnitRelation, UnitSuccessionFact,
    VillageFact, VillageId, VillageKind,
};

use super::cells::{Cells, Fault};

/// Table, columns in order.
pub const COLUMNS: &[(&str, &str)] = &[
    ("agencies.csv", "id,name_vi,name_en,level,valid_from,valid_to,aliases,source,inferred"),
    ("agency_successions.csv", "from_agency,to_agency,day,matter,document,source,inferred"),
    ("carriers.csv", "id,name,name_vi,kind,valid_from,valid_to,aliases,source,inferred"),
    (
        "criteria.csv",
        "indicator,edition,content,valid_from,valid_to,asks,text_vi,text_en,source,inferred",
    ),
    ("duties.csv", "id,clause,village,carrier,technology,given,due,due_basis,cite,source,inferred"),
    (
        "goals.csv",
        "id,clause,kind,indicator,comparator,threshold,unit,scope_code,scope_valid_from,\
         scope_name,due,due_basis,owner,text_vi,text_en,source,inferred",
    ),
    (
        "indicators.csv",
        "id,name_vi,name_en,kind,denominator_of,numerator_vi,numerator_en,denominator_vi,\
         denominator_en,aliases,carriers,source,inferred",
    ),
    ("listings.csv", "village,says,source_word,day,clause,document,grade,source,inferred"),
    (
        "letterhead.csv",
        "agency,valid_from,valid_to,name,parent,signatory,place,recipients,source,inferred",
    ),
    ("order.csv", "clause,text_vi,text_en,who,cite,source,inferred"),
    (
        "statements.csv",
        "id,publication,title,year,day,text_vi,text_en,village,place_text,grade,source,inferred",
    ),
    (
        "sunsets.csv",
        "id,carrier,technology,what,first_day_without,place_vi,place_en,unit_codes,status,\
         confirmed_by,text_vi,text_en,source,inferred",
    ),
    ("technologies.csv", "id,generation,aliases,source,inferred"),
    (
        "unit_successions.csv",
        "from_code,from_valid_from,to_code,to_valid_from,day,relation,document,source,inferred",
    ),
    (
        "units.csv",
        "code,name,kind,level,parent_code,parent_valid_from,valid_from,valid_to,lon,lat,\
         centre_basis,area_km2,population_2019,households_2019,aliases,source,inferred",
    ),
    (
        "villages.csv",
        "id,name,aliases,kind,old_commune_code,commune_code,commune_valid_from,commune_inferred,\
         old_district_code,lon,lat,uncertainty_m,position_grade,position_basis,households,people,\
         power,especially_hard,note,source,inferred",
    ),
];

/// What a row of this table says; `None` where it is read and files nothing.
pub fn fact(table: &str, cells: &Cells<'_>) -> Result<Option<Fact>, Fault> {
    Ok(Some(match table {
        "carriers.csv" => Fact::Carrier(carrier(cells)?),
        "units.csv" => Fact::Unit(unit(cells)?),
        "unit_successions.csv" => Fact::UnitSuccession(unit_succession(cells)?),
        "villages.csv" => Fact::Village(village(cells)?),
        "listings.csv" => Fact::Observation(listing(cells)?),
        "duties.csv" => Fact::Duty(duty(cells)?),
        "goals.csv" => Fact::Goal(Box::new(goal(cells)?)),
        "indicators.csv" => Fact::Indicator(Box::new(indicator(cells)?)),
        "criteria.csv" => Fact::Criterion(criterion(cells)?),
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
            aliases: cells.list("aliases")?,
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
        "sunsets.csv" => Fact::Sunset(sunset(cells)?),
        "technologies.csv" => return technology(cells).map(|()| None),
        "letterhead.csv" => return letterhead(cells).map(|()| None),
        _ => return Err(Fault::new("", "không có bảng này", "no such table")),
    }))
}

/// Heads and signatures of papers: read by the report, filed by nobody.
fn letterhead(cells: &Cells<'_>) -> Result<(), Fault> {
    cells.id("agency", Slug::new)?;
    for column in ["name", "signatory", "place", "recipients", "source"] {
        cells.needed(column)?;
    }
    let (from, to) = (cells.parse::<Day>("valid_from")?, cells.parse::<Day>("valid_to")?);
    if from.zip(to).is_some_and(|(from, to)| to <= from) {
        return Err(Fault::new("valid_to", "không sau valid_from", "is not after valid_from"));
    }
    Ok(())
}

/// Words for the four generations: read by the desk that takes reports, filed by nobody.
fn technology(cells: &Cells<'_>) -> Result<(), Fault> {
    cells.required::<Technology>("id")?;
    cells.list("aliases")?;
    cells.needed("source").map(|_| ())
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
        parent: cells.maybe_unit("parent_code", "parent_valid_from")?,
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
    let today = cells.maybe_unit("commune_code", "commune_valid_from")?;
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
        comparator: match cells.maybe("comparator")? {
            None => None,
            Some(_) => Some(
                cells
                    .word("comparator", &[(">", Comparator::Above), (">=", Comparator::AtLeast)])?,
            ),
        },
        threshold_milli,
        unit: cells.maybe("unit")?,
        scope: cells.maybe_unit("scope_code", "scope_valid_from")?,
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

fn indicator(cells: &Cells<'_>) -> Result<IndicatorFact, Fault> {
    let carrier = |id: String| {
        let wrong = |error: IdError| {
            Fault::new("carriers", format!("{id:?} không phải là mã"), error.to_string())
        };
        CarrierId::new(&id).map_err(wrong)
    };
    Ok(IndicatorFact {
        id: cells.id("id", Slug::new)?,
        name_vi: cells.needed("name_vi")?,
        name_en: cells.needed("name_en")?,
        kind: cells.word(
            "kind",
            &[("share", IndicatorKind::Share), ("per_hundred", IndicatorKind::PerHundred)],
        )?,
        denominator_of: cells.word(
            "denominator_of",
            &[("carrier", DenominatorOf::Carrier), ("place", DenominatorOf::Place)],
        )?,
        numerator_vi: cells.needed("numerator_vi")?,
        numerator_en: cells.needed("numerator_en")?,
        denominator_vi: cells.needed("denominator_vi")?,
        denominator_en: cells.needed("denominator_en")?,
        aliases: cells.list("aliases")?,
        carriers: cells.list("carriers")?.into_iter().map(carrier).collect::<Result<_, _>>()?,
        source: cells.needed("source")?,
        inferred: cells.maybe("inferred")?,
    })
}

fn criterion(cells: &Cells<'_>) -> Result<CriterionFact, Fault> {
    Ok(CriterionFact {
        indicator: cells.needed("indicator")?,
        edition: cells.needed("edition")?,
        content: cells.needed("content")?,
        valid_from: cells.required("valid_from")?,
        valid_to: cells.parse("valid_to")?,
        asks: cells.word(
            "asks",
            &[
                ("fixed_or_mobile_in_every_village", CriterionAsks::FixedOrMobileInEveryVillage),
                ("not_held", CriterionAsks::NotHeld),
                ("not_loaded", CriterionAsks::NotLoaded),
            ],
        )?,
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
        code.parse().map(|code| UnitId { code: UnitCode(code), valid_from: Day::EARLIEST }).map_err(
            |_wrong| {
                Fault::new(
                    "unit_codes",
                    format!("{code:?} không phải là mã đơn vị"),
                    format!("{code:?} is no code"),
                )
            },
        )
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
        // What ends is for the officer to read before it is confirmed: 2G itself, or only the
        // service to handsets that know nothing else.
        source: format!("{} ({})", cells.needed("text_vi")?, cells.needed("source")?),
    })
}
