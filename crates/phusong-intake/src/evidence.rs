//! What observations and measurements are read against, and what both ask of a row: a place, a
//! carrier, a technology, a day.

use phusong_atlas::domain::{
    CarrierFact, CarrierId, ClusterId, Day, Fact, Places, Position, RowRef, TechSet, VillageId,
};
use phusong_atlas::gazetteer::{Gazetteer, Resolution, VillageQuery};

use super::alike;
use super::finding::{Candidate, Finding, Severity};
use super::report::candidate;
use super::values::carriers::{Named, carriers};
use super::values::day::{DayHabit, DayReading};
use super::values::radio::radio;

/// A cluster somebody has listed.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownCluster {
    pub id: ClusterId,
    pub name: String,
    /// Its village today.
    pub village: VillageId,
    pub position: Option<Position>,
    pub uncertainty_m: u32,
}

/// Since when a village made from others is one, and which those were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Began {
    pub since: Day,
    pub from: Vec<VillageId>,
}

/// A village named before it was one: what is said holds for the villages of that day, and of none
/// of them is this one the name.
pub(super) fn not_yet(village: &VillageId, began: &Began, gazetteer: &Gazetteer) -> Finding {
    let name = |id: &VillageId| {
        gazetteer.village(id).map_or_else(|| id.to_string(), |known| known.name.clone())
    };
    let former: Vec<String> = began.from.iter().map(name).collect();
    let (start, former, own) = (began.since, former.join(", "), name(village));
    let message = (
        format!("thôn chỉ có từ ngày {start}; trước đó là {former}: chưa tính cho {own}"),
        format!("the village is one only since {start}; before it was {former}: not of {own}"),
    );
    let remedy = (
        "ghi thôn của ngày ấy, hoặc kiểm tra ngày",
        "name the village of that day, or check the day",
    );
    let mut finding = Finding::new("village-not-yet", Severity::Warn, message, remedy);
    finding.candidates = began
        .from
        .iter()
        .map(|id| Candidate {
            id: id.to_string(),
            name: name(id),
            reason_vi: "thôn trước đó".to_owned(),
            reason_en: "what it was before".to_owned(),
            score: 70,
        })
        .collect();
    finding
}

/// The day from which a village was no more, and what followed it.
pub type Ended = (Day, Vec<VillageId>);

/// A village that was merged or divided speaks no more: what followed it does.
pub(super) fn no_more((day, next): &Ended, gazetteer: &Gazetteer) -> Finding {
    let (vi, en) = (
        format!("thôn đã sáp nhập hoặc chuyển từ ngày {day}"),
        format!("the village was merged or went over on {day}"),
    );
    let remedy = ("ghi thôn hiện nay", "name the village of today");
    let mut finding = Finding::new("village-ended", Severity::Ask, (vi, en), remedy);
    finding.candidates = next
        .iter()
        .filter_map(|id| gazetteer.village(id))
        .map(|village| Candidate {
            id: village.id.to_string(),
            name: village.name.clone(),
            reason_vi: "thôn kế thừa".to_owned(),
            reason_en: "what followed it".to_owned(),
            score: 80,
        })
        .collect();
    finding
}

/// An earlier row of the same owner, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedRow {
    pub at: RowRef,
    pub says: Fact,
}

/// What a row is read against.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "holds functions")]
pub struct EvidenceContext<'a> {
    pub gazetteer: &'a Gazetteer,
    pub carriers: &'a [CarrierFact],
    pub today: Day,
    /// A commune's own villages; `None`: any.
    pub own: Option<&'a (dyn Fn(&VillageId) -> bool + Sync)>,
    pub cluster: &'a (dyn Fn(&ClusterId) -> Option<KnownCluster> + Sync),
    /// Listed clusters of a village today.
    pub clusters_of: &'a (dyn Fn(&VillageId) -> Vec<KnownCluster> + Sync),
    /// `REPORT/ROW` of an earlier row of the same owner.
    pub row_ref: &'a (dyn Fn(&str) -> Option<NamedRow> + Sync),
    /// The first day on which a site of the carrier that serves the village was on air with one of
    /// the technologies (none named: any), as far as the sender may know.
    pub on_air_from: &'a (dyn Fn(&VillageId, &CarrierId, TechSet) -> Option<Day> + Sync),
    /// Of a village that was made from others.
    pub began: &'a (dyn Fn(&VillageId) -> Option<Began> + Sync),
    /// Of a village that is no more, or is known to end.
    pub ended: &'a (dyn Fn(&VillageId) -> Option<Ended> + Sync),
}

/// The commune and the district that a row names beside its village.
pub(super) type Within<'a> = (Option<&'a str>, Option<&'a str>);

/// One row being read: its number and what was found.
pub(super) struct RowReading<'a, 'c> {
    pub row: u32,
    pub context: &'a EvidenceContext<'c>,
    /// How its file writes days.
    pub days: DayHabit,
    pub findings: Vec<Finding>,
}

impl RowReading<'_, '_> {
    pub fn find(
        &mut self,
        severity: Severity,
        code: &'static str,
        (column, value): (&str, &str),
        message: (&str, &str),
        remedy: (&str, &str),
    ) -> &mut Finding {
        let finding = Finding::new(code, severity, message, remedy).at(self.row, column, value);
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    pub fn refuse(&mut self, code: &'static str, cell: (&str, &str), vi: &str, en: &str) {
        let remedy = ("sửa giá trị này rồi gửi lại", "mend this value and send again");
        self.find(Severity::Refuse, code, cell, (vi, en), remedy);
    }

    /// A yes of a day on which no site of the carrier was on air there yet: taken, and said.
    pub fn warn_before_on_air(
        &mut self,
        village: &VillageId,
        carrier: &CarrierId,
        technologies: TechSet,
        day: Day,
    ) {
        let first = (self.context.on_air_from)(village, carrier, technologies);
        let Some(first) = first.filter(|first| day < *first) else { return };
        let (vi, en) = (
            format!("trước ngày trạm phục vụ thôn phát sóng ({first})"),
            format!("before the site that serves the village was on air ({first})"),
        );
        let remedy = ("kiểm tra ngày, nhà mạng và công nghệ", "check day, carrier and technology");
        let shown = day.to_string();
        self.find(Severity::Warn, "before-on-air", ("day", &shown), (&vi, &en), remedy);
    }

    /// A village named for a day on which it was no more is asked; one that was none yet is taken,
    /// and said.
    pub fn check_life(&mut self, village: &VillageId, text: &str, day: Day) {
        if let Some(ended) = (self.context.ended)(village).filter(|(end, _)| *end <= day) {
            let found = no_more(&ended, self.context.gazetteer);
            self.findings.push(found.at(self.row, "village", text));
        }
        let began = (self.context.began)(village).filter(|began| day < began.since);
        let found = began.map(|began| not_yet(village, &began, self.context.gazetteer));
        self.findings.extend(found.map(|found| found.at(self.row, "village", text)));
    }

    /// Nothing refused and nothing left to ask: the row can be filed.
    pub fn is_clear(&self) -> bool {
        self.findings.iter().all(|found| found.severity > Severity::Ask)
    }

    /// A village by handle or name; unknown and ambiguous ones come back with candidates.
    pub fn village(&mut self, text: &str, (commune, district): Within<'_>) -> Option<VillageId> {
        let query = VillageQuery { name: text, commune, district, ..VillageQuery::default() };
        let (code, places) = match self.context.gazetteer.resolve_village(&query) {
            Resolution::Found { id, .. } => return self.own_village(id, "village", text),
            Resolution::Ambiguous(places) => ("ambiguous-village", places),
            Resolution::Unknown(places) => ("unknown-village", places),
        };
        let candidates = places.iter().map(|place| candidate(place, place.id.to_string()));
        let candidates: Vec<Candidate> = candidates.collect();
        let (vi, en) = (format!("không rõ thôn “{text}”"), format!("which village is “{text}”?"));
        let remedy = (
            "chọn một thôn trong danh sách, hoặc ghi mã thôn",
            "choose from the list, or write the village's id",
        );
        let found = self.find(Severity::Refuse, code, ("village", text), (&vi, &en), remedy);
        found.candidates = candidates;
        None
    }

    fn own_village(&mut self, id: VillageId, column: &str, text: &str) -> Option<VillageId> {
        if self.context.own.is_none_or(|own| own(&id)) {
            return Some(id);
        }
        self.refuse(
            "not-own-village",
            (column, text),
            "xã chỉ xác nhận thôn của mình",
            "a commune confirms its own villages only",
        );
        None
    }

    /// A listed cluster by its id. A village's name instead gets its clusters as candidates.
    pub fn cluster(&mut self, text: &str) -> Option<KnownCluster> {
        let listed = ClusterId::new(text).ok().and_then(|id| (self.context.cluster)(&id));
        if let Some(known) = listed {
            return self.own_village(known.village.clone(), "cluster", text).map(|_| known);
        }
        let query = VillageQuery { name: text, ..VillageQuery::default() };
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut code = "unknown-cluster";
        let mut message =
            (format!("không rõ cụm dân cư “{text}”"), format!("which cluster is “{text}”?"));
        if let Resolution::Found { id, .. } = self.context.gazetteer.resolve_village(&query) {
            candidates = (self.context.clusters_of)(&id).iter().map(offer).collect();
            if candidates.is_empty() {
                code = "clusters-unlisted";
                message = (
                    format!("thôn “{text}” chưa có danh sách cụm dân cư"),
                    format!("the clusters of “{text}” have not been listed"),
                );
            }
        }
        let remedy = if code == "clusters-unlisted" {
            (
                "lập danh sách cụm dân cư của thôn trước; phép đo gắn với một cụm",
                "have its clusters listed first: a measurement is of a cluster",
            )
        } else {
            ("ghi mã cụm dân cư", "write the cluster's id")
        };
        let cell = ("cluster", text);
        let found = self.find(Severity::Refuse, code, cell, (&message.0, &message.1), remedy);
        found.candidates = candidates;
        None
    }

    /// The place a row speaks of: a village, or one of its clusters.
    pub fn places(
        &mut self,
        village: Option<&str>,
        cluster: Option<&str>,
        within: Within<'_>,
    ) -> Option<Places> {
        let village = match village {
            Some(text) => Some(self.village(text, within)?),
            None => None,
        };
        let Some(text) = cluster else {
            let Some(village) = village else {
                self.refuse(
                    "place-missing",
                    ("village", ""),
                    "chưa nêu thôn hoặc cụm dân cư",
                    "no village or cluster is named",
                );
                return None;
            };
            return Some(Places { villages: vec![village], clusters: Vec::new() });
        };
        let known = self.cluster(text)?;
        if village.as_ref().is_some_and(|village| *village != known.village) {
            self.refuse(
                "cluster-elsewhere",
                ("cluster", text),
                "cụm dân cư này thuộc thôn khác",
                "this cluster belongs to another village",
            );
            return None;
        }
        Some(Places { villages: Vec::new(), clusters: vec![known.id] })
    }

    /// `Some(None)` when none is named.
    #[expect(clippy::option_option, reason = "refused, silent and named are three things")]
    pub fn carrier(&mut self, text: Option<&str>) -> Option<Option<CarrierId>> {
        let Some(text) = text else { return Some(None) };
        if let Named::One(carrier) = carriers(text, self.context.carriers) {
            return Some(Some(carrier.clone()));
        }
        let candidates = self.context.carriers.iter().map(|carrier| Candidate {
            id: carrier.id.to_string(),
            name: carrier.name.clone(),
            reason_vi: String::new(),
            reason_en: String::new(),
            score: 10,
        });
        let candidates: Vec<Candidate> = candidates.collect();
        let message = ("không có doanh nghiệp này", "there is no such carrier");
        let remedy = ("chọn trong danh sách", "choose from the list");
        let cell = ("carrier", text);
        self.find(Severity::Refuse, "unknown-carrier", cell, message, remedy).candidates =
            candidates;
        None
    }

    pub fn technologies(&mut self, words: &[String]) -> Option<TechSet> {
        let text = words.join(";");
        let said = radio(&text);
        let found = alike::of_technologies(&said);
        let is_clear = found.is_empty();
        for mut found in found {
            // A program says it in so many words: of two readings alone it is asked.
            if found.code != "technology-two-readings" {
                found.severity = Severity::Refuse;
            }
            self.findings.push(found.at(self.row, "technology", &text));
        }
        is_clear.then_some(said.technologies)
    }

    /// A day that has been or is.
    pub fn day(&mut self, column: &str, text: &str) -> Option<Day> {
        let read = self.days.read(text);
        if read == DayReading::Empty {
            let message = ("thiếu ngày", "the day is missing");
            self.find(Severity::Refuse, "bad-day", (column, text), message, alike::WRITE_DAY);
            return None;
        }
        if let Some(open) = alike::open_day(&read) {
            self.findings.push(open.at(self.row, column, text));
            return None;
        }
        let Some(day) = read.day() else {
            self.refuse(
                "bad-day",
                (column, text),
                "ngày không có trong lịch; viết 2026-11-20 hoặc 20/11/2026",
                "not a day of the calendar; write 2026-11-20 or 20/11/2026",
            );
            return None;
        };
        self.not_future(day, (column, text)).then_some(day)
    }

    pub fn not_future(&mut self, day: Day, cell: (&str, &str)) -> bool {
        let future = day > self.context.today;
        if future {
            self.refuse(
                "future-day",
                cell,
                "ngày ở tương lai: chưa thể quan sát",
                "the day is in the future: nothing can have been seen yet",
            );
        }
        !future
    }

    pub fn replaces(&mut self, text: Option<&str>) -> Option<RowRef> {
        let text = text?;
        let found = (self.context.row_ref)(text);
        if found.is_none() {
            self.refuse(
                "unknown-row",
                ("replaces", text),
                "không có dòng này trong các lần gửi của đơn vị; viết MÃ/DÒNG",
                "no such row of yours; write REPORT/ROW",
            );
        }
        found.map(|named| named.at)
    }
}

fn offer(cluster: &KnownCluster) -> Candidate {
    Candidate {
        id: cluster.id.to_string(),
        name: cluster.name.clone(),
        reason_vi: "cụm dân cư của thôn này".to_owned(),
        reason_en: "a cluster of this village".to_owned(),
        score: 50,
    }
}
