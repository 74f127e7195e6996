//! A history as a table: one line for each row, in the language of [`crate::book`].

use std::fmt::Write as _;

use phusong_atlas::domain::{
    Area, CarrierId, ClaimBasis, Day, Environment, Fact, Filing, Party, Places, RowRef, RuleSet,
    Says, Service, Shape, SunsetFact, Target, TechSet, Technology, UnitId,
};

use super::History;
use crate::plain::Question;

pub fn table(history: &History) -> String {
    let mut text = String::new();
    for entry in &history.entries {
        for (n, row) in entry.rows.iter().enumerate() {
            let head = if n == 0 {
                format!("#{} {} {}:", entry.seq.0, entry.recorded_day(), parties(&entry.filing))
            } else {
                String::new()
            };
            let replaces = row.replaces.map(|at| format!(" replaces {}", at_text(at)));
            let fact = fact(&row.fact);
            let _ = writeln!(text, "{head:<30} .{n} {fact}{}", replaces.unwrap_or_default());
        }
    }
    let _ = writeln!(text, "{}", rules(&history.rules));
    text
}

pub fn question(q: &Question) -> String {
    let carriers: Vec<&str> = q.carriers.iter().map(CarrierId::as_str).collect();
    let mode = if q.each { "each of" } else { "any of" };
    format!(
        "≥ {} by {mode} {} on {} at {} {:?} {:?}",
        q.technology,
        carriers.join(" "),
        q.day,
        q.grade,
        q.environment,
        q.service,
    )
}

/// Only what the variants of the generator change.
fn rules(set: &RuleSet) -> String {
    format!(
        "rules: base {:?}, reach {:?}, good share {} (z {}), opposes at p < {} with {} failures, \
         good levels {:?}",
        set.base,
        set.reach_m,
        set.measurement.good_share,
        set.measurement.wilson_z,
        set.measurement.oppose_p,
        set.measurement.oppose_failures,
        set.measurement.good_level_ddbm,
    )
}

fn parties(filing: &Filing) -> String {
    let behalf = if filing.on_behalf() { " via dept" } else { "" };
    let person = filing.person.as_ref().map(|person| format!(" ({person})")).unwrap_or_default();
    format!("{}{behalf}{person}", party(&filing.owner))
}

pub fn party(party: &Party) -> String {
    match party {
        Party::Department => "dept".to_owned(),
        Party::Carrier(id) => id.to_string(),
        Party::Commune(id) => format!("xa{}", id.code.0),
    }
}

fn at_text(at: RowRef) -> String {
    format!("{}.{}", at.entry.0, at.row)
}

/// Words joined by blanks, the empty ones left out.
fn line(words: &[String]) -> String {
    words.iter().filter(|w| !w.is_empty()).cloned().collect::<Vec<_>>().join(" ")
}

fn fact(fact: &Fact) -> String {
    match fact {
        Fact::Carrier(f) => format!("carrier {} {:?} until {:?}", f.id, f.kind, f.valid_to),
        Fact::Unit(f) => {
            format!(
                "unit {} {:?} until {:?} in {:?}",
                unit(f.id),
                f.level,
                f.valid_to,
                f.parent.map(unit)
            )
        }
        Fact::Village(f) => line(&[
            format!("village @{}", f.id),
            f.located.map_or("nowhere".to_owned(), |l| {
                format!("at {} ±{}", position(l.position), l.uncertainty_m)
            }),
            format!("in {}", units(&f.units)),
            maybe_on(f.day),
        ]),
        Fact::Cluster(f) => line(&[
            format!("cluster @{} @{} {}", f.id, f.village, shape(&f.shape)),
            if f.centre { "centre".to_owned() } else { String::new() },
            maybe_on(f.day),
        ]),
        Fact::VillageSuccession(f) => {
            let clusters: Vec<String> = f.clusters.iter().map(|k| format!("@{k}")).collect();
            line(&[
                format!("{:?} @{} @{}", f.relation, f.from, f.to),
                clusters.join(" "),
                on(f.day),
            ])
        }
        Fact::Sunset(f) => sunset(f),
        Fact::Publish(t) => format!("publish {}", target(t)),
        Fact::Return { target: t, .. } => format!("return {}", target(t)),
        Fact::Withdraw { target: t, .. } => format!("withdraw {}", target(t)),
        Fact::SetAside { opposition, carrier, .. } => {
            format!("set-aside {} {carrier}", at_text(*opposition))
        }
        Fact::ConfirmSunset { sunset } => format!("confirm {}", at_text(*sunset)),
        Fact::Account(f) => format!("account {} {:?}", f.person, f.role),
        Fact::RestrictSite { site } => format!("restrict {}", site.code.as_str()),
        Fact::OpenDispute { village, .. } => format!("dispute @{village}"),
        Fact::SiteEvent(_) | Fact::Claim(_) | Fact::Observation(_) | Fact::Sample(_) => {
            statement(fact)
        }
        other => format!("{other:?}"),
    }
}

fn statement(fact: &Fact) -> String {
    match fact {
        Fact::SiteEvent(f) => line(&[
            format!("{} {}/{}", f.event.as_str(), f.site.carrier, f.site.code.as_str()),
            techs(f.technologies),
            places(&f.serves),
            f.area.as_ref().map(area).unwrap_or_default(),
            f.position.map(|p| format!("at {}", position(p))).unwrap_or_default(),
            said(f.environment, f.service),
            basis(&f.basis),
            on(f.day),
        ]),
        Fact::Claim(f) => line(&[
            format!("claim {}", f.carrier),
            f.site.as_ref().map(|s| s.code.as_str().to_owned()).unwrap_or_default(),
            techs(f.technologies),
            places(&f.serves),
            f.area.as_ref().map(area).unwrap_or_default(),
            said(f.environment, f.service),
            basis(&f.basis),
            format!("from {}", f.from),
            f.to.map(|to| format!("to {to}")).unwrap_or_default(),
        ]),
        Fact::Observation(f) => line(&[
            format!("{:?}", f.kind),
            match f.says {
                Says::Has => "has",
                Says::Lacks => "lacks",
                Says::Weak => "weak",
            }
            .to_owned(),
            f.carrier.as_ref().map(ToString::to_string).unwrap_or_default(),
            techs(f.technologies),
            places(&f.places),
            said(f.environment, f.service),
            on(f.day),
        ]),
        Fact::Sample(f) => {
            let mut by_day: Vec<(Day, i16, usize)> = Vec::new();
            for s in &f.samples {
                match by_day.iter_mut().find(|(d, l, _)| (*d, *l) == (s.day, s.level_ddbm)) {
                    Some(group) => group.2 += 1,
                    None => by_day.push((s.day, s.level_ddbm, 1)),
                }
            }
            by_day.sort();
            let groups: Vec<String> =
                by_day.iter().map(|(d, l, n)| format!("{n}×{l} on {d}")).collect();
            let at = f.samples.first().map(|s| position(s.position)).unwrap_or_default();
            format!(
                "samples @{} {} {} at {at}: {}",
                f.cluster,
                f.carrier,
                f.technology,
                groups.join(", ")
            )
        }
        other => format!("{other:?}"),
    }
}

fn sunset(f: &SunsetFact) -> String {
    line(&[
        format!("sunset {}", f.technology),
        f.carrier.as_ref().map(ToString::to_string).unwrap_or_default(),
        if f.units.is_empty() { String::new() } else { format!("in {}", units(&f.units)) },
        if f.except.is_empty() { String::new() } else { format!("except {}", units(&f.except)) },
        on(f.first_day_without),
    ])
}

fn target(target: &Target) -> String {
    if target.rows.is_empty() {
        return target.entry.0.to_string();
    }
    let rows: Vec<String> =
        target.rows.iter().map(|row| format!("{}.{row}", target.entry.0)).collect();
    rows.join(" ")
}

fn unit(id: UnitId) -> String {
    id.code.0.to_string()
}

fn units(ids: &[UnitId]) -> String {
    ids.iter().map(|id| unit(*id)).collect::<Vec<_>>().join("+")
}

fn on(day: Day) -> String {
    format!("on {day}")
}

fn maybe_on(day: Option<Day>) -> String {
    day.map(on).unwrap_or_default()
}

fn techs(set: TechSet) -> String {
    set.iter().map(Technology::as_str).collect::<Vec<_>>().join(" ")
}

fn places(places: &Places) -> String {
    let villages = places.villages.iter().map(|id| format!("@{id}"));
    let clusters = places.clusters.iter().map(|id| format!("@{id}"));
    villages.chain(clusters).collect::<Vec<_>>().join(" ")
}

fn said(environment: Option<Environment>, service: Option<Service>) -> String {
    let words = [environment.map(|e| format!("{e:?}")), service.map(|s| format!("{s:?}"))];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn basis(basis: &ClaimBasis) -> String {
    match basis {
        ClaimBasis::Statement => "",
        ClaimBasis::Inventory => "inventory",
        ClaimBasis::OnAirLog => "log",
        ClaimBasis::Prediction { .. } => "prediction",
    }
    .to_owned()
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Point(l) => format!("at {} ±{}", position(l.position), l.uncertainty_m),
        Shape::Outline { area: outline, uncertainty_m } => {
            format!("{} ±{uncertainty_m}", area(outline))
        }
    }
}

fn position(position: phusong_atlas::domain::Position) -> String {
    format!("{},{}", position.lon_deg(), position.lat_deg())
}

fn area(area: &Area) -> String {
    let rings: Vec<String> = area
        .polygons()
        .iter()
        .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
        .map(|ring| {
            let corners: Vec<String> =
                ring.0.iter().skip(1).map(|c| format!("{:.5},{:.5}", c.x, c.y)).collect();
            corners.join(" ")
        })
        .collect();
    format!("area[{}]", rings.join(" without "))
}
