//! Drive-test logs (G-NetTrack Pro, Network Survey): rows become samples, samples are bound to
//! the nearest cluster within the rule set's radius. What lies elsewhere is counted and said; no
//! raw row is a fact of its own.

use std::collections::BTreeMap;

use phusong_atlas::cores::in_pieces;
use phusong_atlas::domain::{CarrierId, ClusterId, Party, Position, Technology, distance_m};
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

use crate::alike::one_of;
use crate::amount::{En, Vi, many, whole};
use crate::evidence::KnownCluster;
use crate::finding::{Candidate, Finding, Severity};
use crate::known::moment::moment_of;
use crate::known::{Known, carrier_called};
use crate::measurement::{self, MOST_SAMPLES, SentMeasurement, SentSample};
use crate::report::{Cells, Column, DraftRow};
use crate::table::PIECE_ROWS;
use crate::values::radio::{radio, technology_of};
use crate::values::words::{YesNo, yes_no};

/// A degree of latitude is longer than this, so that a window of radius / this holds the circle.
const DEGREE_M: f64 = 110_000.0;
/// Faults that are shown one by one.
const MOST_SHOWN: usize = 12;

/// A cluster × carrier × technology, and the earlier row that its samples take the place of (empty:
/// none).
type Group = (ClusterId, CarrierId, Technology, Box<str>);

/// Each with the row of its first sample.
type Groups = BTreeMap<Group, (u32, Vec<SentSample>)>;

/// One row of the draft for each cluster × carrier × technology.
pub fn read(rows: &[Cells], known: &Known<'_>) -> (Vec<DraftRow>, Vec<Finding>) {
    let near = Near::of((known.clusters)(), known);
    let mut log = Log {
        known,
        near,
        groups: BTreeMap::new(),
        faults: BTreeMap::new(),
        outside: 0,
        neighbours: 0,
    };
    let judge = |(): &mut (), rows: &[Cells]| -> Vec<Judged> {
        rows.iter().map(|cells| log.judge(cells)).collect()
    };
    let judged = in_pieces(rows.chunks(PIECE_ROWS), || (), judge);
    for (cells, judged) in rows.iter().zip(judged.into_iter().flatten()) {
        log.take(cells, judged);
    }
    let findings = log.findings(rows.len());
    let read = log.groups.into_iter().map(|((cluster, carrier, technology, replaces), rows)| {
        let (row, samples) = rows;
        let sent = SentMeasurement {
            cluster: cluster.to_string(),
            carrier: carrier.to_string(),
            technology: technology.as_str().to_owned(),
            samples,
            note: None,
            replaces: Some(String::from(replaces)).filter(|text| !text.is_empty()),
        };
        let mut read = measurement::read_row(&sent, row, known.rule, &known.evidence);
        for found in read.findings.iter_mut().filter(|found| found.code == "unknown-row") {
            found.column = Some(Column::Replaces.as_str().to_owned());
        }
        read.tell_also([
            (Column::Cluster, cluster.as_str().into()),
            (Column::OperatorName, carrier.as_str().into()),
            (Column::NetworkType, technology.as_str().into()),
        ]);
        read
    });
    (read.collect(), findings)
}

/// Clusters by place.
struct Near {
    tree: RTree<GeomWithData<[f64; 2], usize>>,
    all: Vec<(KnownCluster, Position)>,
    radius_m: f64,
    window_deg: [f64; 2],
}

impl Near {
    fn of(clusters: Vec<KnownCluster>, known: &Known<'_>) -> Self {
        let all: Vec<(KnownCluster, Position)> = clusters
            .into_iter()
            .filter_map(|one| Some((one.position?, one)))
            .map(|(at, one)| (one, at))
            .collect();
        let points = all.iter().enumerate().map(|(at, (_, position))| {
            GeomWithData::new([position.lon_deg(), position.lat_deg()], at)
        });
        let widest = all.iter().map(|(one, _)| one.uncertainty_m).max().unwrap_or(0);
        let reach_m = known.rule.radius_m + f64::from(widest);
        let cosine = all.iter().map(|(_, at)| at.lat_deg().to_radians().cos()).fold(1.0, f64::min);
        let window_deg = [reach_m / (DEGREE_M * cosine.max(0.1)), reach_m / DEGREE_M];
        Self {
            tree: RTree::bulk_load(points.collect()),
            all,
            radius_m: known.rule.radius_m,
            window_deg,
        }
    }

    /// The cluster that a sample is of: of several in reach the nearest.
    fn cluster(&self, at: Position) -> Option<&KnownCluster> {
        let [lon, lat] = [at.lon_deg(), at.lat_deg()];
        let [wide, high] = self.window_deg;
        let window = AABB::from_corners([lon - wide, lat - high], [lon + wide, lat + high]);
        let in_reach = self.tree.locate_in_envelope(window).filter_map(|found| {
            let (cluster, centre) = &self.all[found.data];
            let metres = distance_m(*centre, at);
            (metres <= self.radius_m + f64::from(cluster.uncertainty_m))
                .then_some((metres, cluster))
        });
        in_reach
            .min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.id.cmp(&b.1.id)))
            .map(|(_, cluster)| cluster)
    }
}

/// Why rows were left out: code, column and value, with the first row and how many.
type Faults = BTreeMap<(&'static str, Column, String), (u32, usize)>;

struct Log<'a, 'k> {
    known: &'a Known<'k>,
    near: Near,
    groups: Groups,
    faults: Faults,
    outside: usize,
    /// Cells that are heard and do not serve.
    neighbours: usize,
}

/// What a row of a log is.
enum Judged {
    Sample { group: Group, sample: SentSample },
    Fault((&'static str, Column)),
    Neighbour,
    Outside,
}

impl Log<'_, '_> {
    /// A row by itself.
    fn judge(&self, cells: &Cells) -> Judged {
        if yes_no(cells.text(Column::ServingCell)) == Some(YesNo::No) {
            return Judged::Neighbour;
        }
        self.placed(cells).unwrap_or_else(Judged::Fault)
    }

    fn placed(&self, cells: &Cells) -> Result<Judged, (&'static str, Column)> {
        let carrier = self.carrier(cells)?;
        let sample = sample(cells)?;
        let technology = technology_of(cells.text(Column::NetworkType))
            .ok_or(("no-technology", Column::NetworkType))?;
        // What is impossible by itself is not taken, and says so in its own words.
        measurement::is_possible(&sample, self.known.rule, &self.known.evidence).map_err(
            |code| match code {
                "bad-instant" | "future-day" => (code, Column::Time),
                "bad-level" => (code, Column::Level),
                _ => (code, Column::Longitude),
            },
        )?;
        let at = Position::new(sample.lon, sample.lat)
            .map_err(|_off_the_globe| ("bad-coordinates", Column::Longitude))?;
        let named = ClusterId::new(cells.text(Column::Cluster)).ok();
        let named = named.and_then(|id| (self.known.evidence.cluster)(&id)).map(|one| one.id);
        let cluster = named.or_else(|| self.near.cluster(at).map(|near| near.id.clone()));
        Ok(cluster.map_or(Judged::Outside, |cluster| Judged::Sample {
            group: (cluster, carrier, technology, cells.text(Column::Replaces).trim().into()),
            sample,
        }))
    }

    fn take(&mut self, cells: &Cells, judged: Judged) {
        match judged {
            Judged::Neighbour => self.neighbours += 1,
            Judged::Outside => self.outside += 1,
            Judged::Fault(fault) => self.left_out(cells, fault),
            Judged::Sample { group, sample } => {
                let group = self.groups.entry(group).or_insert_with(|| (cells.row, Vec::new()));
                if group.1.len() < MOST_SAMPLES {
                    group.1.push(sample);
                }
            }
        }
    }

    /// The network that was measured; a carrier's own log may leave it unsaid.
    fn carrier(&self, cells: &Cells) -> Result<CarrierId, (&'static str, Column)> {
        let text = cells.text(Column::OperatorName);
        match self.known.owner {
            Party::Carrier(own) if text.is_empty() => Ok(own.clone()),
            _ => carrier_called(text, self.known).ok_or(("unknown-operator", Column::OperatorName)),
        }
    }

    fn left_out(&mut self, cells: &Cells, (code, column): (&'static str, Column)) {
        // A closed list of names is asked by its value; numbers only by their kind.
        let by_value = matches!(column, Column::OperatorName | Column::NetworkType);
        let value = if by_value { cells.text(column).to_owned() } else { String::new() };
        let fault = self.faults.entry((code, column, value)).or_insert((cells.row, 0));
        fault.1 += 1;
    }

    fn findings(&self, rows: usize) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .faults
            .iter()
            .take(MOST_SHOWN)
            .map(|((code, column, value), (row, count))| {
                self.told(code, *column, value, *row, *count)
            })
            .collect();
        if self.neighbours > 0 {
            let (neighbours, rows) = (many(self.neighbours), many(rows));
            let message = (
                format!(
                    "{}/{} dòng là ô lân cận, không phục vụ máy đo: không tính",
                    Vi(neighbours),
                    Vi(rows)
                ),
                format!(
                    "{} of {} rows are neighbours that do not serve: not counted",
                    En(neighbours),
                    En(rows)
                ),
            );
            let remedy = ("không cần làm gì", "nothing to do");
            findings.push(Finding::new("neighbour-cells", Severity::Note, message, remedy));
        }
        if self.outside > 0 {
            let (outside, rows, radius_m) =
                (many(self.outside), many(rows), whole(self.near.radius_m));
            let message = (
                format!(
                    "{}/{} mẫu không gần cụm dân cư nào (trong {} m): không tính",
                    Vi(outside),
                    Vi(rows),
                    Vi(radius_m)
                ),
                format!(
                    "{} of {} samples are near no cluster (within {} m): not counted",
                    En(outside),
                    En(rows),
                    En(radius_m)
                ),
            );
            let remedy = (
                "lập danh sách cụm dân cư nơi đã đo",
                "have the clusters listed where it was measured",
            );
            let all = self.groups.is_empty() && self.faults.is_empty();
            let severity = if all { Severity::Refuse } else { Severity::Warn };
            findings.push(Finding::new("outside-clusters", severity, message, remedy));
        }
        findings
    }

    fn told(
        &self,
        code: &'static str,
        column: Column,
        value: &str,
        row: u32,
        count: usize,
    ) -> Finding {
        let (vi, en) = match code {
            "unknown-operator" => ("không rõ mạng nào", "which network is it?"),
            "no-technology" => ("không rõ công nghệ", "no technology is named"),
            "no-level" => ("không có mức thu", "there is no level"),
            "bad-instant" => ("thời điểm không đọc được", "the instant cannot be read"),
            "future-day" => ("đo ở tương lai", "measured in the future"),
            "bad-level" => ("mức thu không thể có", "a level that no handset reports"),
            "swapped" => ("kinh độ và vĩ độ bị đổi chỗ?", "are longitude and latitude swapped?"),
            "outside-province" => ("ngoài tỉnh", "outside the province"),
            _ => ("tọa độ không thể có", "no such coordinates"),
        };
        // A sample is of one technology: `4,5G` is a step of 4G, or 5G.
        let either = radio(value).either.into_iter().next().filter(|_| code == "no-technology");
        let severity = match code {
            "unknown-operator" | "swapped" => Severity::Ask,
            _ if either.is_some() => Severity::Ask,
            _ => Severity::Warn,
        };
        let message = (
            format!("{vi}: {} dòng, dòng đầu {row}; không tính", Vi(many(count))),
            format!("{en}: {} rows, the first is {row}; not counted", En(many(count))),
        );
        let remedy = ("sửa trong tệp rồi gửi lại nếu cần", "mend the file where it matters");
        let mut finding = Finding::new(code, severity, message, remedy).on(column.as_str());
        finding.value = Some(value.to_owned()).filter(|value| !value.is_empty());
        if let Some(either) = either {
            finding.candidates = one_of(&either);
        }
        if code == "unknown-operator" {
            finding.candidates = self
                .known
                .evidence
                .carriers
                .iter()
                .map(|carrier| Candidate {
                    id: carrier.id.to_string(),
                    name: carrier.name.clone(),
                    reason_vi: String::new(),
                    reason_en: String::new(),
                    score: 10,
                })
                .collect();
        }
        finding
    }
}

/// Cells to a sample; instruments write `-` for what they lack.
fn sample(cells: &Cells) -> Result<SentSample, (&'static str, Column)> {
    let number = |column: Column| {
        let text = cells.text(column).trim().replace(',', ".");
        text.parse::<f64>().ok().filter(|number| number.is_finite())
    };
    let moment = moment_of(cells.text(Column::Time), cells.days).filter(|moment| moment.has_time);
    let at = moment.ok_or(("bad-instant", Column::Time))?.at.to_string();
    let lon = number(Column::Longitude).ok_or(("bad-coordinates", Column::Longitude))?;
    let lat = number(Column::Latitude).ok_or(("bad-coordinates", Column::Latitude))?;
    let rsrp_dbm = number(Column::Level).ok_or(("no-level", Column::Level))?;
    Ok(SentSample { at, lon, lat, rsrp_dbm })
}
