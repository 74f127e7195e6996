//! Lists of villages and their clusters. A known village goes on from what was known of it; an
//! unknown one gets an id made from its name and commune; one with a near name is asked first,
//! because names one tone apart are different places (DOMAIN §9).

use std::collections::{BTreeMap, BTreeSet};

use phusong_atlas::cores::in_pieces;
use phusong_atlas::domain::{
    ClusterFact, ClusterId, Day, Fact, Located, Party, Position, PositionGrade, Shape, UnitId,
    VillageFact, VillageId, VillageKind,
};
use phusong_atlas::gazetteer::{Resolution, fold_for_search, normalise};

use crate::doctor::{self, Axes, Declared, Point, RowDiagnosis};
use crate::finding::{Candidate, Finding, Severity};
use crate::known::{Asked, Known, counted, counted_in};
use crate::report::{Cells, Column, DraftRow, candidate};
use crate::table::PIECE_ROWS;

mod answers;
mod became;
mod begun;
mod ids;
mod moved;
mod of_clusters;
mod outline;
mod twins;
mod which;

use answers::of_village_alone;
use answers::yes_no;
use became::Read;
use begun::{Begun, begin};
pub use ids::{cluster_id, village_id};
use moved::belongs;
use of_clusters::OfClusters;
use outline::{Drawing, uncertainty_m};
use twins::find_twins;
use which::{around, ask_of_name_alone, ask_which, kind_in};

/// What an answer to `ma_thon` says when the village is a new one.
pub const NEW: &str = "new";

/// Every row, and what is found of the file as a whole. A village that several rows name is one.
pub fn read(
    mut rows: Vec<Cells>,
    crs: Option<&str>,
    known: &Known<'_>,
) -> (Vec<DraftRow>, Vec<Finding>) {
    let (placed, on_file) = place(&rows, crs, known);
    let of_clusters = OfClusters::gather(&rows);
    let stated = stated_villages(&rows);
    let former = former_villages(&rows, known);
    let mut list = List { known, made: BTreeMap::new(), stated, former, of_clusters };
    let begun = begin(&mut rows, &placed, known);
    let mut reads: Vec<Read<'_, '_>> =
        begun.into_iter().zip(&placed).map(|(begun, at)| list.row(begun, at)).collect();
    became::settle(&mut reads, known);
    let done = |read: Read<'_, '_>| {
        let Read { mut row, mut facts, .. } = read;
        let table = row.cells.table();
        let named = row.named_row();
        row.put_first(&mut facts, named.as_ref());
        let mut row = row.done(facts, named.map(|named| named.at));
        row.table = table;
        row
    };
    let mut read: Vec<DraftRow> = reads.into_iter().map(done).collect();
    find_twins(&mut read);
    (read, on_file)
}

/// Names that have a row of their own (without a cluster), normalised with their commune.
fn stated_villages(rows: &[Cells]) -> BTreeSet<(String, String)> {
    rows.iter().filter(|cells| !cells.has(Column::Cluster)).map(name_key).collect()
}

/// By name and commune of a row: the villages that it names as former ones, and since when not.
fn former_villages(
    rows: &[Cells],
    known: &Known<'_>,
) -> BTreeMap<(String, String), Vec<(VillageId, Day)>> {
    let mut found: BTreeMap<_, Vec<(VillageId, Day)>> = BTreeMap::new();
    for cells in rows.iter().filter(|cells| cells.has(Column::Predecessor)) {
        let Some(day) = cells.days.read(cells.text(Column::FromDay)).day() else { continue };
        let said = |column| Some(cells.text(column)).filter(|text| !text.is_empty());
        let within = (said(Column::Commune), said(Column::District));
        for name in cells.list(Column::Predecessor, &[';', ',', '\n']) {
            if let Resolution::Found { id, .. } = became::on_day_before(day, &name, within, known) {
                found.entry(name_key(cells)).or_default().push((id, day));
            }
        }
    }
    found
}

fn name_key(cells: &Cells) -> (String, String) {
    (normalise(cells.text(Column::Village)), normalise(cells.text(Column::Commune)))
}

/// Where every row is, by the habit of the whole file.
fn place(
    rows: &[Cells],
    crs: Option<&str>,
    known: &Known<'_>,
) -> (Vec<RowDiagnosis>, Vec<Finding>) {
    let drawn: Vec<Option<(String, String)>> = rows.iter().map(drawn_point).collect();
    let claimed = in_pieces(
        rows.chunks(PIECE_ROWS),
        || (),
        |(), rows| rows.iter().map(|cells| claimed(cells, known)).collect::<Vec<_>>(),
    );
    let points: Vec<Point<'_>> = rows
        .iter()
        .zip(&drawn)
        .zip(claimed.into_iter().flatten())
        .map(|((cells, drawn), claimed)| Point {
            row: cells.row,
            east: drawn.as_ref().map_or(cells.text(Column::Longitude), |(east, _)| east),
            north: drawn.as_ref().map_or(cells.text(Column::Latitude), |(_, north)| north),
            row_crs: Some(cells.text(Column::Crs)).filter(|text| !text.is_empty()),
            claimed,
            ..Point::default()
        })
        .collect();
    let axes =
        if rows.iter().any(|cells| cells.axes_by_letter) { Axes::Letters } else { Axes::default() };
    let declared = crs.map_or_else(
        || Declared { axes, ..Declared::default() },
        |text| Declared::of_text(text, doctor::Said::Parameter, axes),
    );
    let ground = doctor::Ground {
        gazetteer: known.evidence.gazetteer,
        areas: known.areas,
        land: None,
        today: known.today(),
        sites_at: &|_| Vec::new(),
    };
    let diagnosis = doctor::examine(&points, &declared, &ground);
    (diagnosis.rows, diagnosis.findings)
}

/// The commune that a row names, or whose list it is, as of today.
fn claimed(cells: &Cells, known: &Known<'_>) -> Option<UnitId> {
    if let (false, Party::Commune(own)) = (cells.has(Column::Commune), known.owner) {
        return Some(*own);
    }
    let district = Some(cells.text(Column::District)).filter(|text| !text.is_empty());
    let gazetteer = known.evidence.gazetteer;
    match gazetteer.resolve_unit(cells.text(Column::Commune), district, Some(known.today())) {
        Resolution::Found { id, .. } => Some(id),
        _ => None,
    }
}

/// A point of a layer, as text for the doctor.
fn drawn_point(cells: &Cells) -> Option<(String, String)> {
    match &cells.drawn {
        Some(crate::report::Drawn::Point { first, second }) => {
            Some((first.to_string(), second.to_string()))
        }
        _ => None,
    }
}

struct List<'a, 'k> {
    known: &'a Known<'k>,
    /// Villages that rows of this file have named so far, by name and commune.
    made: BTreeMap<(String, String), VillageId>,
    stated: BTreeSet<(String, String)>,
    /// What rows name as the former villages of theirs.
    former: BTreeMap<(String, String), Vec<(VillageId, Day)>>,
    of_clusters: OfClusters,
}

/// A new village that rows above named. Alone it may be a title over them.
fn once_more(row: &mut Asked<'_, '_>, name: &str, made: &VillageId) -> Option<Which> {
    if row.cells.names_alone && fold_for_search(row.cells.text(Column::VillageId)) != NEW {
        ask_of_name_alone(row, name);
        return None;
    }
    Some(Which::New(made.clone()))
}

/// The village of a row: one that is known, or a new one with its name.
enum Which {
    Known(VillageId),
    New(VillageId),
}

impl<'a, 'k> List<'a, 'k> {
    fn row(&mut self, begun: Begun<'a, 'k>, at: &RowDiagnosis) -> Read<'a, 'k> {
        let Begun { mut row, day, unit, named, is_inferred } = begun;
        let which = unit.and_then(|unit| self.which(&mut row, unit, day, named));
        let which = which.filter(|which| match (which, unit) {
            (Which::Known(id), Some(unit)) if is_inferred => moved::is_around(&mut row, id, unit),
            _ => true,
        });
        let mut read = Read { row, facts: Vec::new(), came: None, placed: None };
        let (Some(unit), Some(which)) = (unit, which) else { return read };
        let row = &mut read.row;
        let located = self.located(row, at.position);
        let (Which::Known(id) | Which::New(id)) = &which;
        if row.cells.has(Column::Cluster) {
            of_village_alone(row);
            read.facts = self.cluster_facts(row, &which, unit, day, located);
            read.placed = read.facts.iter().find_map(|fact| match fact {
                Fact::Cluster(fact) => Some((fact.id.clone(), id.clone())),
                _ => None,
            });
        } else {
            read.facts = self.village_facts(row, &which, unit, day, located);
            moved::mark_inferred(&mut read.facts, is_inferred);
            became::check_word(row);
            if !became::is_move(row) {
                read.came = became::came(row, id, matches!(which, Which::New(_)), day);
            }
        }
        read
    }

    /// By our id, by the name in the commune, or new. A near name is asked.
    fn which(
        &mut self,
        row: &mut Asked<'_, '_>,
        unit: UnitId,
        day: Option<Day>,
        named: Option<Resolution<VillageId>>,
    ) -> Option<Which> {
        let name = row.said(Column::Village)?;
        let key = name_key(&row.cells);
        if let Some(made) = self.made.get(&key) {
            return once_more(row, &name, made);
        }
        if became::is_move(row) && !row.cells.has(Column::VillageId) {
            // The village that it was elsewhere, whatever this commune has of that name.
            let former = row.said(Column::Predecessor).unwrap_or_else(|| name.clone());
            let day = day.unwrap_or_else(|| self.known.today());
            let id = became::former(row, &former, None, day)?;
            return self.own(row, id);
        }
        let id = row.said(Column::VillageId);
        let wants_new = id.as_deref().is_some_and(|id| fold_for_search(id) == NEW);
        if let Some(text) = id.filter(|_| !wants_new) {
            return self.by_id(row, &text);
        }
        let (code, places) = match named.unwrap_or(Resolution::Unknown(Vec::new())) {
            Resolution::Found { id, .. } if !wants_new => return self.own(row, id),
            Resolution::Ambiguous(places) if !wants_new => ("ambiguous-village", places),
            Resolution::Unknown(places) if !wants_new && !places.is_empty() => {
                ("near-village", places)
            }
            _ if !wants_new && row.cells.names_alone => {
                ask_of_name_alone(row, &name);
                return None;
            }
            _ => {
                let around = if wants_new { None } else { around(row, &name, (unit, day)) };
                if let Some(around) = around {
                    ask_which(row, "near-village", &name, vec![around]);
                    return None;
                }
                let id = village_id(&name, unit)?;
                self.made.insert(key, id.clone());
                let (vi, en) = (
                    format!("thôn mới: sẽ có mã {id}"),
                    format!("a new village: its id will be {id}"),
                );
                let remedy = ("không cần làm gì", "nothing to do");
                row.find(Severity::Note, "new-village", Column::Village, (&vi, &en), remedy);
                return Some(Which::New(id));
            }
        };
        let candidates: Vec<Candidate> =
            places.iter().map(|place| candidate(place, place.id.to_string())).collect();
        ask_which(row, code, &name, candidates);
        None
    }

    fn by_id(&self, row: &mut Asked<'_, '_>, text: &str) -> Option<Which> {
        let known = VillageId::new(text)
            .ok()
            .filter(|id| self.known.evidence.gazetteer.village(id).is_some());
        let Some(id) = known else {
            let message = ("không có thôn mang mã này", "no village has this id");
            row.refuse("unknown-village", Column::VillageId, message);
            return None;
        };
        self.own(row, id)
    }

    /// A commune may speak of its own villages only, whatever commune the row names.
    fn own(&self, row: &mut Asked<'_, '_>, id: VillageId) -> Option<Which> {
        let fits = match self.known.evidence.own {
            Some(own) => own(&id),
            None => true,
        };
        if !fits {
            let message =
                ("xã chỉ lập danh sách thôn của mình", "a commune lists its own villages only");
            row.refuse("not-own-village", Column::Village, message);
            return None;
        }
        Some(Which::Known(id))
    }

    fn located(&self, row: &mut Asked<'_, '_>, at: Option<Position>) -> Option<Located> {
        let position = at?;
        let grade = match self.known.owner {
            Party::Commune(_) => PositionGrade::CommuneConfirmed,
            _ => PositionGrade::Gazetteer,
        };
        Some(Located { position, uncertainty_m: uncertainty_m(row), grade })
    }

    fn village_facts(
        &mut self,
        row: &mut Asked<'_, '_>,
        which: &Which,
        unit: UnitId,
        day: Option<Day>,
        located: Option<Located>,
    ) -> Vec<Fact> {
        let mut fact = self.base(row, which, unit, day);
        if let Some(located) = located {
            fact.located = Some(located);
            fact.position_basis = None;
        }
        for alias in row.cells.list(Column::OtherNames, &[';', ',', '\n']) {
            if !fact.aliases.contains(&alias) && alias != fact.name {
                fact.aliases.push(alias);
            }
        }
        if row.cells.has(Column::Households) {
            fact.households = households(row);
        }
        if let Some(people) = row.count(Column::People) {
            fact.people = u32::try_from(people).ok();
        }
        fact.grid_power = yes_no(row, Column::Power, fact.grid_power);
        fact.especially_hard = yes_no(row, Column::EspeciallyPoor, fact.especially_hard);
        let listed = self.listed(&fact.id);
        self.of_clusters.add(row, &listed, &mut fact);
        let id = fact.id.clone();
        let mut facts = vec![Fact::Village(fact)];
        facts.extend(answers::fixed_service(row, &id, day.unwrap_or_else(|| self.known.today())));
        facts
    }

    /// What was known, in the words of this row; or a new village with nothing but its name.
    fn base(
        &self,
        row: &mut Asked<'_, '_>,
        which: &Which,
        unit: UnitId,
        day: Option<Day>,
    ) -> VillageFact {
        let (Which::Known(id) | Which::New(id)) = which;
        let name = row.said(Column::Village).unwrap_or_default();
        let kind = match &*row.cells.word(Column::VillageKind) {
            "to_dan_pho" | "to dan pho" | "tdp" | "khoi pho" => Some(VillageKind::ToDanPho),
            "lang" => Some(VillageKind::Lang),
            "thon" => Some(VillageKind::Thon),
            _ => None,
        };
        let known = (self.known.village)(id);
        let day = day.or_else(|| known.is_some().then(|| self.known.today()));
        let mut fact = known.unwrap_or_else(|| VillageFact {
            day: None,
            id: id.clone(),
            name: name.clone(),
            aliases: Vec::new(),
            kind: kind_in(&name),
            units: Vec::new(),
            unit_inferred: None,
            located: None,
            position_basis: None,
            households: None,
            people: None,
            grid_power: None,
            especially_hard: None,
            source: String::new(),
        });
        fact.day = day;
        fact.kind = kind.unwrap_or(fact.kind);
        if normalise(&fact.name) != normalise(&name) && !fact.aliases.contains(&name) {
            // Known under another of its names: that is an alias, no renaming.
            fact.aliases.push(name);
        }
        belongs(row, &mut fact, unit);
        fact.unit_inferred = None;
        fact.source = String::new();
        fact
    }

    fn cluster_facts(
        &mut self,
        row: &mut Asked<'_, '_>,
        which: &Which,
        unit: UnitId,
        day: Option<Day>,
        located: Option<Located>,
    ) -> Vec<Fact> {
        let (Which::Known(village) | Which::New(village)) = which;
        let name = row.said(Column::Cluster).unwrap_or_default();
        let Some(id) = self.cluster(row, village, &name) else { return Vec::new() };
        let known = (self.known.cluster)(&id);
        let home = (self.known.village)(village).and_then(|fact| fact.located);
        let shape = match (outline::of_cluster(row, unit), located, &known, home) {
            (Drawing::Area(area), ..) => Shape::Outline { area, uncertainty_m: uncertainty_m(row) },
            (Drawing::Refused, ..) => return Vec::new(),
            (Drawing::None, Some(located), ..) => Shape::Point(located),
            (Drawing::None, None, Some(known), _) => known.shape.clone(),
            (Drawing::None, None, None, Some(home)) => {
                let message = (
                    "chưa có tọa độ cụm: đặt tại vị trí thôn, với sai số của thôn",
                    "the cluster has no coordinates: put at the village's place and uncertainty",
                );
                let remedy = ("ghi tọa độ nếu có", "write its coordinates if they are known");
                row.find(Severity::Warn, "cluster-unplaced", Column::Longitude, message, remedy);
                Shape::Point(home)
            }
            (Drawing::None, None, None, None) => {
                let message = ("cụm ở đâu? thiếu tọa độ", "where is it? coordinates are missing");
                let remedy = ("ghi tọa độ", "write its coordinates");
                row.find(Severity::Ask, "place-missing", Column::Longitude, message, remedy);
                return Vec::new();
            }
        };
        let households = if row.cells.has(Column::Households) {
            households(row)
        } else {
            known.as_ref().and_then(|known| known.households)
        };
        let was_centre = known.as_ref().is_some_and(|known| known.centre);
        let centre = yes_no(row, Column::IsCentre, Some(was_centre)).unwrap_or(false);
        let day = day.or_else(|| known.is_some().then(|| self.known.today()));
        let first = known.map_or_else(|| village.clone(), |known| known.village);
        let fact = ClusterFact {
            day,
            id,
            village: first,
            name,
            shape,
            households,
            centre,
            source: String::new(),
        };
        let home = self.home(row, which, unit, fact.day).map(Fact::Village);
        match which {
            Which::New(_) => home.into_iter().chain([Fact::Cluster(fact)]).collect(),
            Which::Known(_) => std::iter::once(Fact::Cluster(fact)).chain(home).collect(),
        }
    }

    /// What a cluster's row says of its village: a new one's name, where no other row states it,
    /// and what all the rows of its clusters say alike.
    fn home(
        &mut self,
        row: &mut Asked<'_, '_>,
        which: &Which,
        unit: UnitId,
        day: Option<Day>,
    ) -> Option<VillageFact> {
        let (Which::Known(village) | Which::New(village)) = which;
        let unstated = !self.stated.contains(&name_key(&row.cells));
        let home = match which {
            Which::New(_) if unstated => Some(self.base(row, which, unit, None)),
            Which::New(_) => None,
            Which::Known(id) => (self.known.village)(id),
        };
        let listed = self.listed(village);
        self.of_clusters.tell(row, &listed);
        let mut home = home?;
        let is_said =
            self.of_clusters.carries(&row.cells) && self.of_clusters.add(row, &listed, &mut home);
        if matches!(which, Which::New(_)) {
            return Some(home);
        }
        home.day = day.or_else(|| Some(self.known.today()));
        home.source = String::new();
        is_said.then_some(home)
    }

    /// Names of the clusters that are known of a village.
    fn listed(&self, village: &VillageId) -> Vec<String> {
        let known = (self.known.evidence.clusters_of)(village);
        known.iter().map(|cluster| cluster.name.clone()).collect()
    }

    /// A listed cluster by id or name; a new one gets an id; one with a near name is asked.
    fn cluster(
        &self,
        row: &mut Asked<'_, '_>,
        village: &VillageId,
        name: &str,
    ) -> Option<ClusterId> {
        let mut listed = (self.known.evidence.clusters_of)(village);
        // One of a former village goes on under its own id.
        let former = self.former.get(&name_key(&row.cells)).into_iter().flatten();
        listed.extend(former.flat_map(|(id, day)| (self.known.before)(id, *day).clusters));
        let by_id = listed.iter().find(|cluster| cluster.id.as_str() == name);
        let same =
            |cluster: &&crate::evidence::KnownCluster| normalise(&cluster.name) == normalise(name);
        if let Some(known) = by_id.or_else(|| listed.iter().find(same)) {
            return Some(known.id.clone());
        }
        let folded = fold_for_search(name);
        let near: Vec<Candidate> = listed
            .iter()
            .filter(|cluster| fold_for_search(&cluster.name) == folded)
            .map(|cluster| Candidate {
                id: cluster.id.to_string(),
                name: cluster.name.clone(),
                reason_vi: "chỉ giống khi bỏ dấu".to_owned(),
                reason_en: "alike only without accents".to_owned(),
                score: 60,
            })
            .collect();
        if near.is_empty() {
            return cluster_id(village, name);
        }
        let message = ("cụm đã biết hay cụm mới?", "a cluster that is known, or a new one?");
        let remedy = ("ghi mã cụm, hoặc viết rõ dấu", "write its id, or its accents");
        row.find(Severity::Ask, "near-cluster", Column::Cluster, message, remedy).candidates = near;
        None
    }
}

/// A whole number; a range or a bound stays as written and is no number.
fn households(row: &mut Asked<'_, '_>) -> Option<u32> {
    let text = row.said(Column::Households)?;
    let count = counted(&text, &counted_in(Column::Households));
    if let Some(count) = count.and_then(|count| u32::try_from(count).ok()) {
        return Some(count);
    }
    let (vi, en) = (
        format!("“{text}” không phải một số: giữ nguyên văn, số hộ coi là chưa rõ"),
        format!("{text:?} is not one number: kept as written, households count as unknown"),
    );
    let remedy = ("ghi một số nguyên nếu biết", "write a whole number if it is known");
    row.find(Severity::Warn, "households-as-written", Column::Households, (&vi, &en), remedy);
    let note = row.said(Column::Note);
    let kept = format!("số hộ như đã ghi: {text}");
    row.cells.set(Column::Note, &note.map_or(kept.clone(), |note| format!("{note}; {kept}")));
    None
}
