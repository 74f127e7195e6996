//! What became of former villages: what each succession is, and, where a village was divided, to
//! which of the new ones each of its clusters belongs. That is asked; until it is answered none of
//! it is filed.

use std::collections::{BTreeMap, BTreeSet};

use phusong_atlas::domain::{
    ClusterId, Day, Fact, VillageId, VillageRelation, VillageSuccessionFact,
};
use phusong_atlas::gazetteer::{Resolution, VillageQuery, fold_for_search, normalise};

use crate::evidence::Within;
use crate::finding::{Candidate, Finding, Severity};
use crate::known::{Asked, Before, Known};
use crate::report::{Column, candidate};
use crate::told::relation_of;

/// A row of the list as far as it can be read by itself.
pub(super) struct Read<'a, 'k> {
    pub row: Asked<'a, 'k>,
    pub facts: Vec<Fact>,
    pub came: Option<Came>,
    /// A cluster, and the village that its row names.
    pub placed: Option<(ClusterId, VillageId)>,
}

/// From which villages one came.
pub(super) struct Came {
    pub to: VillageId,
    pub name: String,
    /// Nobody knew it before.
    pub is_new: bool,
    pub day: Day,
    pub from: Vec<VillageId>,
}

/// What the row's own word for it is; `moved` is no succession.
fn relation(row: &Asked<'_, '_>) -> Option<VillageRelation> {
    relation_of(&row.cells.word(Column::Relation))
}

/// The row is of a village that goes over to another commune, whole and as it was.
pub(super) fn is_move(row: &Asked<'_, '_>) -> bool {
    row.cells.word(Column::Relation) == "moved"
}

pub(super) fn check_word(row: &mut Asked<'_, '_>) {
    if row.cells.has(Column::Relation) && relation(row).is_none() && !is_move(row) {
        let message = ("không rõ quan hệ với thôn cũ", "how is it related to the former village?");
        let remedy = (
            "chọn sáp nhập, chia tách, tách một phần, đổi tên hoặc chuyển xã",
            "choose merged, split, part, renamed or moved",
        );
        row.find(Severity::Ask, "unknown-relation", Column::Relation, message, remedy);
    }
}

/// The villages that it came from, as of the row's day.
pub(super) fn came(
    row: &mut Asked<'_, '_>,
    to: &VillageId,
    is_new: bool,
    day: Option<Day>,
) -> Option<Came> {
    let names = row.cells.list(Column::Predecessor, &[';', ',', '\n']);
    if names.is_empty() {
        return None;
    }
    let Some(day) = day else {
        // A cell that leaves its day open is asked already.
        if !row.cells.has(Column::FromDay) {
            let message = ("sáp nhập từ ngày nào?", "since when?");
            let remedy = ("ghi ngày có hiệu lực", "write the first day");
            row.find(Severity::Ask, "succession-day", Column::FromDay, message, remedy);
        }
        return None;
    };
    let commune = row.said(Column::Commune);
    let mut from: Vec<VillageId> = Vec::new();
    for name in names {
        let known = former(row, &name, commune.as_deref(), day);
        from.extend(known.filter(|id| id != to && !from.contains(id)));
    }
    let name = row.said(Column::Village).unwrap_or_default();
    (!from.is_empty()).then_some(Came { to: to.clone(), name, is_new, day, from })
}

/// A village of the day before; asked where the name is not one's alone.
pub(super) fn former(
    row: &mut Asked<'_, '_>,
    name: &str,
    commune: Option<&str>,
    day: Day,
) -> Option<VillageId> {
    let district = row.said(Column::District);
    let places = match on_day_before(day, name, (commune, district.as_deref()), row.known) {
        Resolution::Found { id, .. } => return Some(id),
        Resolution::Ambiguous(places) | Resolution::Unknown(places) => places,
    };
    let candidates: Vec<Candidate> =
        places.iter().map(|place| candidate(place, place.id.to_string())).collect();
    let (vi, en) =
        (format!("không rõ thôn cũ “{name}”"), format!("which former village is “{name}”?"));
    let remedy = ("ghi mã thôn cũ", "write the former village's id");
    let found =
        row.find(Severity::Ask, "unknown-predecessor", Column::Predecessor, (&vi, &en), remedy);
    found.candidates = candidates;
    None
}

/// The village that bore a name on the day before, with the commune and the district beside it.
pub(super) fn on_day_before(
    day: Day,
    name: &str,
    (commune, district): Within<'_>,
    known: &Known<'_>,
) -> Resolution<VillageId> {
    let query = VillageQuery { name, commune, district, day: Some(day.plus_days(-1)) };
    known.evidence.gazetteer.resolve_village(&query)
}

/// Every succession of the list, in the light of all its rows.
pub(super) fn settle(reads: &mut [Read<'_, '_>], known: &Known<'_>) {
    let mut followed: BTreeMap<(VillageId, Day), Vec<usize>> = BTreeMap::new();
    for (at, read) in reads.iter().enumerate() {
        let Some(came) = &read.came else { continue };
        for from in &came.from {
            followed.entry((from.clone(), came.day)).or_default().push(at);
        }
    }
    let stated = Stated::of(reads);
    for ((from, day), rows) in followed {
        let before = (known.before)(&from, day);
        let parted = |step: &VillageSuccessionFact| {
            step.day == day && step.relation == VillageRelation::Part
        };
        let has_part =
            rows.iter().any(|at| relation(&reads[*at].row) == Some(VillageRelation::Part));
        let goes_on = has_part || stated.stands(&from, day) || before.went.iter().any(parted);
        let village = known.evidence.gazetteer.village(&from);
        let name = village.map_or_else(|| from.to_string(), |known| known.name.clone());
        let former = Former { from, name, day, before, goes_on };
        let heirs = former.heirs(reads, &rows, known);
        if let ([_], false) = (&heirs[..], former.goes_on) {
            for at in rows {
                former.hand_over_whole(&mut reads[at]);
            }
        } else {
            former.divide(reads, &rows, (&heirs, &stated));
        }
    }
}

/// What the rows of the list say by themselves, to be asked once for every former village.
#[derive(Default)]
struct Stated {
    /// Since when; `None`: since before our records.
    villages: BTreeMap<VillageId, Vec<Option<Day>>>,
    /// Clusters, each with the village that its row names.
    placed: BTreeSet<(ClusterId, VillageId)>,
}

impl Stated {
    fn of(reads: &[Read<'_, '_>]) -> Self {
        let mut stated = Self::default();
        for read in reads {
            stated.placed.extend(read.placed.clone());
            for fact in &read.facts {
                if let Fact::Village(fact) = fact {
                    stated.villages.entry(fact.id.clone()).or_default().push(fact.day);
                }
            }
        }
        stated
    }

    /// Does the village stand in the list for that day or a later one?
    fn stands(&self, village: &VillageId, day: Day) -> bool {
        let since = self.villages.get(village).into_iter().flatten();
        since.into_iter().any(|since| since.is_none_or(|since| day <= since))
    }
}

/// A village that others came from, on one day.
struct Former {
    from: VillageId,
    name: String,
    day: Day,
    before: Before,
    goes_on: bool,
}

/// A village that something of the former one may have come to.
struct Heir {
    id: VillageId,
    name: String,
}

impl Former {
    /// By the rows of this list, and by what was filed before of the same day.
    fn heirs(&self, reads: &[Read<'_, '_>], rows: &[usize], known: &Known<'_>) -> Vec<Heir> {
        let mut heirs: Vec<Heir> = Vec::new();
        let came = rows.iter().filter_map(|at| reads[*at].came.as_ref());
        let own = came.map(|came| Heir { id: came.to.clone(), name: came.name.clone() });
        let filed = self.before.went.iter().filter(|step| step.day == self.day);
        let filed = filed.map(|step| {
            let village = known.evidence.gazetteer.village(&step.to);
            let name = village.map_or_else(|| step.to.to_string(), |known| known.name.clone());
            Heir { id: step.to.clone(), name }
        });
        for heir in own.chain(filed) {
            if heirs.iter().all(|known| known.id != heir.id) {
                heirs.push(heir);
            }
        }
        heirs
    }

    fn succession(
        &self,
        to: &VillageId,
        relation: VillageRelation,
        clusters: Vec<ClusterId>,
    ) -> Fact {
        Fact::VillageSuccession(VillageSuccessionFact {
            from: self.from.clone(),
            to: to.clone(),
            day: self.day,
            relation,
            clusters,
            source: String::new(),
        })
    }

    /// All of it went to one village.
    fn hand_over_whole(&self, read: &mut Read<'_, '_>) {
        let Some(came) = &read.came else { return };
        let is_renamed = came.is_new && came.from.len() == 1;
        let relation = match relation(&read.row) {
            Some(VillageRelation::Split) => {
                let message = (
                    "thôn cũ chia tách thành những thôn nào nữa?",
                    "into which others was the former village divided?",
                );
                let remedy = (
                    "ghi mọi thôn mới trong cùng danh sách; thôn cũ còn thì chọn tách một phần",
                    "list every new village; choose part if the former one goes on",
                );
                read.row.find(Severity::Ask, "split-alone", Column::Relation, message, remedy);
                return;
            }
            Some(relation) => relation,
            None if is_renamed => VillageRelation::Renamed,
            None => VillageRelation::Merged,
        };
        let fact = self.succession(&came.to, relation, Vec::new());
        if !read.row.cells.has(Column::Relation) && is_renamed {
            let message = (
                "hiểu là đổi tên: thôn cũ không còn, mọi cụm dân cư sang thôn này",
                "read as a renaming: the former village ends, all its clusters are this one's",
            );
            let remedy = (
                "nếu chỉ tách một phần thì ghi ở cột quan hệ",
                "if only a part went, say so in the column of relations",
            );
            read.row.find(Severity::Note, "read-as-renamed", Column::Predecessor, message, remedy);
        }
        read.facts.push(fact);
    }

    /// It was divided: each of its clusters belongs to one of the heirs, or stays.
    fn divide(
        &self,
        reads: &mut [Read<'_, '_>],
        rows: &[usize],
        (heirs, stated): (&[Heir], &Stated),
    ) {
        let mut of: BTreeMap<VillageId, Vec<ClusterId>> = BTreeMap::new();
        for (cluster, name) in self.clusters() {
            match self.goes_to(&cluster, (&*reads, rows), (heirs, stated)) {
                Some(heir) => of.entry(heir).or_default().push(cluster),
                None => self.ask(&cluster, name.as_deref(), (&mut *reads, rows), heirs),
            }
        }
        let relation = if self.goes_on { VillageRelation::Part } else { VillageRelation::Split };
        for at in rows {
            let Some(to) = reads[*at].came.as_ref().map(|came| came.to.clone()) else { continue };
            let clusters = of.get(&to).cloned().unwrap_or_default();
            let fact = self.succession(&to, relation, clusters);
            reads[*at].facts.push(fact);
        }
        if !self.goes_on {
            self.count(reads, rows);
        }
    }

    /// What is to be divided: the clusters that were listed, else the implied one under its
    /// village's name. Of a village that goes on the implied one is its own centre.
    fn clusters(&self) -> Vec<(ClusterId, Option<String>)> {
        let listed = &self.before.clusters;
        if listed.is_empty() && !self.goes_on {
            return ClusterId::new(self.from.as_str())
                .ok()
                .map(|id| (id, None))
                .into_iter()
                .collect();
        }
        listed.iter().map(|cluster| (cluster.id.clone(), Some(cluster.name.clone()))).collect()
    }

    /// By the sender's answer; by the lists of the rows, where they agree; by a row of the cluster
    /// itself; by what was filed before.
    fn goes_to(
        &self,
        cluster: &ClusterId,
        (reads, rows): (&[Read<'_, '_>], &[usize]),
        (heirs, stated): (&[Heir], &Stated),
    ) -> Option<VillageId> {
        let stays = self.goes_on.then_some(&self.from);
        let meant = rows.iter().flat_map(|at| &reads[*at].row.cells.meant);
        let answered = meant.filter(|(what, _)| what == cluster.as_str()).find_map(|(_, means)| {
            let heir = heirs.iter().find(|heir| {
                heir.id.as_str() == means || normalise(&heir.name) == normalise(means)
            });
            heir.map(|heir| &heir.id).or(stays.filter(|own| own.as_str() == means))
        });
        if let Some(heir) = answered {
            return Some(heir.clone());
        }
        let known = self.before.clusters.iter().find(|known| known.id == *cluster);
        let is_named = |text: &String| match known {
            Some(known) => text == cluster.as_str() || normalise(text) == normalise(&known.name),
            None => {
                text == cluster.as_str()
                    || matches!(&*fold_for_search(text), "trung tam" | "trung tam thon cu")
            }
        };
        let lists = |read: &Read<'_, '_>| {
            read.row.cells.list(Column::Received, &[';', ',', '\n']).iter().any(is_named)
        };
        let listing = rows.iter().map(|at| &reads[*at]).filter(|read| lists(read));
        let mut named: BTreeSet<&VillageId> =
            listing.filter_map(|read| Some(&read.came.as_ref()?.to)).collect();
        if named.is_empty() {
            let has_row =
                |id: &&VillageId| stated.placed.contains(&(cluster.clone(), (*id).clone()));
            named = heirs.iter().map(|heir| &heir.id).filter(has_row).collect();
        }
        let mut named = named.into_iter();
        match (named.next(), named.next()) {
            (Some(one), None) => Some(one.clone()),
            (None, _) => {
                let filed = self.before.went.iter().filter(|step| step.day == self.day);
                let mut filed = filed.filter(|step| step.clusters.contains(cluster));
                filed.next().map(|step| step.to.clone())
            }
            _ => None,
        }
    }

    /// One question, of which the rows of all parts wait.
    fn ask(
        &self,
        cluster: &ClusterId,
        name: Option<&str>,
        (reads, rows): (&mut [Read<'_, '_>], &[usize]),
        heirs: &[Heir],
    ) {
        let names: Vec<&str> = heirs.iter().map(|heir| heir.name.as_str()).collect();
        let (names, from) = (names.join(", "), &self.name);
        let what = match name {
            Some(name) => (format!("cụm “{name}”"), format!("cluster “{name}”")),
            None => ("trung tâm thôn cũ".to_owned(), "the centre of the former village".to_owned()),
        };
        let message = (
            format!("“{from}” chia thành {names}: {} thuộc thôn nào?", what.0),
            format!("{from} was divided into {names}: to which does {} belong?", what.1),
        );
        let remedy = (
            "chọn một thôn, hoặc ghi cụm vào cột cụm nhận về của thôn ấy",
            "choose a village, or list it among the clusters that the village received",
        );
        let heir = |heir: &Heir| Candidate {
            id: heir.id.to_string(),
            name: heir.name.clone(),
            reason_vi: "một phần của thôn cũ".to_owned(),
            reason_en: "a part of the former village".to_owned(),
            score: 50,
        };
        let stays = self.goes_on.then(|| Candidate {
            id: self.from.to_string(),
            name: self.name.clone(),
            reason_vi: "ở lại thôn cũ".to_owned(),
            reason_en: "stays with the former village".to_owned(),
            score: 50,
        });
        let mut found = Finding::new("split-cluster", Severity::Ask, message, remedy);
        found.candidates = heirs.iter().map(heir).chain(stays).collect();
        for at in rows {
            let cells = &mut reads[*at].row.cells;
            cells.find(found.clone(), Column::Received.as_str(), cluster.as_str());
        }
    }

    /// Households of the parts against those of the whole: said where they do not come to the same.
    fn count(&self, reads: &mut [Read<'_, '_>], rows: &[usize]) {
        let Some(whole) = self.before.households else { return };
        let counted = |read: &Read<'_, '_>| match read.facts.first() {
            Some(Fact::Village(fact)) => fact.households,
            _ => None,
        };
        let parts: Option<Vec<u32>> = rows.iter().map(|at| counted(&reads[*at])).collect();
        let sum = parts.map(|parts| parts.into_iter().map(u64::from).sum::<u64>());
        if sum == Some(u64::from(whole)) {
            return;
        }
        let from = &self.name;
        let (vi, en) = match sum {
            Some(sum) => (
                format!("các phần cộng lại {sum} hộ, thôn cũ {from} có {whole} hộ"),
                format!("the parts have {sum} households together, {from} had {whole}"),
            ),
            None => (
                format!("chưa đủ số hộ của từng phần; thôn cũ {from} có {whole} hộ"),
                format!("not every part says its households; {from} had {whole}"),
            ),
        };
        let remedy = ("kiểm tra số hộ của từng phần", "check the households of each part");
        let row = &mut reads[rows[0]].row;
        row.find(Severity::Warn, "split-households", Column::Households, (&vi, &en), remedy);
    }
}
