//! Field measurements in: samples of one cluster × carrier × technology, checked one by one and
//! put into the rule set's grid.

use crate::amount::{En, Vi, many, whole};
use jiff::civil::DateTime;
use jiff::{Timestamp, tz};
use phusong_atlas::domain::{
    Day, Fact, FiledRow, MeasurementRule, Position, Sample, SampleFact, TechSet, distance_m,
};
use phusong_gis::{Crs, DatumShift, with_transformer};
use serde_json::{Value, json};

use super::evidence::{EvidenceContext, KnownCluster, RowReading};
use super::finding::Severity;
use super::observation::no_rows;
use super::report::{Draft, DraftRow};
use super::values::day::DayHabit;

/// What a handset can report as RSRP, in dBm. Source: 3GPP TS 36.133, table 9.1.4-1; wider by
/// the extended range of TS 38.133 for 5G.
const RSRP_DBM: std::ops::RangeInclusive<f64> = -156.0..=-31.0;
/// Nobody measures faster than this on a road, in metres a second (300 km/h).
const FASTEST_M_S: f64 = 83.3;
/// Positioning noise: shorter jumps say nothing of speed.
const JUMP_M: f64 = 200.0;
/// Farther than this from every commune is another province.
const PROVINCE_MARGIN_M: f64 = 60_000.0;
/// Faults shown of one row; the rest is counted.
const MOST_SHOWN: usize = 10;
/// More samples than this are split by the sender.
pub const MOST_SAMPLES: usize = 200_000;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct SentSample {
    /// RFC 3339, or local date and time (+07:00).
    pub at: String,
    pub lon: f64,
    pub lat: f64,
    pub rsrp_dbm: f64,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct SentMeasurement {
    pub cluster: String,
    pub carrier: String,
    pub technology: String,
    pub samples: Vec<SentSample>,
    pub note: Option<String>,
    /// `REPORT/ROW` that this one corrects.
    pub replaces: Option<String>,
}

/// Every row with what was understood of it and every fault.
pub fn read(
    rows: &[SentMeasurement],
    rule: &MeasurementRule,
    context: &EvidenceContext<'_>,
) -> Draft {
    let mut draft = Draft::default();
    if rows.is_empty() {
        draft.findings.push(no_rows());
    }
    for (sent, row) in rows.iter().zip(1_u32..) {
        draft.rows.push(read_row(sent, row, rule, context));
    }
    draft
}

/// One row, by itself.
pub(super) fn read_row(
    sent: &SentMeasurement,
    row: u32,
    rule: &MeasurementRule,
    context: &EvidenceContext<'_>,
) -> DraftRow {
    let mut reading = RowReading { row, context, days: DayHabit::default(), findings: Vec::new() };
    let read = measurement(&mut reading, sent, rule);
    let replaces = reading.replaces(sent.replaces.as_deref());
    let understood = read.as_ref().map_or(json!({}), understood);
    let filed = read.filter(|_| reading.is_clear()).map(|fact| FiledRow {
        fact: Fact::Sample(fact),
        replaces,
        note: sent.note.clone().filter(|note| !note.trim().is_empty()),
    });
    DraftRow::of(row, filed, understood, reading.findings)
}

/// Could a handset have taken the sample here? Else the code of the fault.
pub(super) fn is_possible(
    sent: &SentSample,
    rule: &MeasurementRule,
    context: &EvidenceContext<'_>,
) -> Result<(), &'static str> {
    sample(sent, rule, context).map(drop).map_err(|fault| fault.code)
}

/// What was understood, without the samples themselves.
pub fn understood(fact: &SampleFact) -> Value {
    let days = fact.samples.iter().map(|sample| sample.day);
    json!({
        "cluster": fact.cluster.as_str(),
        "carrier": fact.carrier.as_str(),
        "technology": fact.technology.as_str(),
        "samples": fact.samples.len(),
        "from": days.clone().min().map(|day| day.to_string()),
        "to": days.max().map(|day| day.to_string()),
    })
}

/// A sample that passed, with the instant it was taken.
struct Taken {
    at: Timestamp,
    sample: Sample,
}

fn measurement(
    reading: &mut RowReading<'_, '_>,
    sent: &SentMeasurement,
    rule: &MeasurementRule,
) -> Option<SampleFact> {
    let cluster = reading.cluster(&sent.cluster);
    let carrier = reading.carrier(Some(&sent.carrier)).flatten();
    let technology = reading.technologies(std::slice::from_ref(&sent.technology));
    let technology = technology.and_then(|named| {
        let mut all = named.iter();
        let one = all.next().filter(|_| all.next().is_none());
        if one.is_none() {
            let cell = ("technology", &*sent.technology);
            let (vi, en) = ("cần đúng một công nghệ", "exactly one technology is needed");
            reading.refuse("unknown-technology", cell, vi, en);
        }
        one
    });
    if sent.samples.is_empty() {
        reading.refuse(
            "no-samples",
            ("samples", ""),
            "không có mẫu đo nào",
            "there are no samples",
        );
    }
    if sent.samples.len() > MOST_SAMPLES {
        let (vi, en) = ("quá 200.000 mẫu trong một dòng", "over 200,000 samples in one row");
        reading.refuse("too-many-samples", ("samples", ""), vi, en);
        return None;
    }
    let mut taken = samples(reading, &sent.samples, rule);
    taken.sort_by_key(|taken| (taken.at, taken.sample));
    check_track(reading, &taken);
    if let Some(cluster) = &cluster {
        check_reach(reading, &taken, cluster, rule);
    }
    if let Some(technology) = technology
        && rule.good_level_ddbm[technology.index()].is_none()
    {
        reading.find(
            Severity::Note,
            "no-threshold",
            ("technology", technology.as_str()),
            (
                "bộ tiêu chí chưa có ngưỡng cho công nghệ này: phép đo được lưu, chưa kết luận",
                "the rule set has no threshold for it: kept, concludes nothing",
            ),
            ("không cần làm gì", "nothing to do"),
        );
    }
    let mut samples: Vec<Sample> = taken.into_iter().map(|taken| taken.sample).collect();
    samples.sort_unstable();
    if let (Some(cluster), Some(carrier), Some(technology), Some(last)) =
        (&cluster, &carrier, technology, samples.last())
    {
        let named = TechSet::NONE.with(technology);
        reading.warn_before_on_air(&cluster.village, carrier, named, last.day);
    }
    Some(SampleFact { cluster: cluster?.id, carrier: carrier?, technology: technology?, samples })
}

/// A fault of one sample: code, whether it is asked rather than refused, member, value, words.
struct Fault {
    code: &'static str,
    severity: Severity,
    member: &'static str,
    value: String,
    vi: &'static str,
    en: &'static str,
}

fn samples(
    reading: &mut RowReading<'_, '_>,
    sent: &[SentSample],
    rule: &MeasurementRule,
) -> Vec<Taken> {
    let mut taken = Vec::with_capacity(sent.len());
    let mut faults = 0_usize;
    for (place, one) in sent.iter().enumerate() {
        match sample(one, rule, reading.context) {
            Ok(good) => taken.push(good),
            Err(fault) => {
                faults += 1;
                if faults <= MOST_SHOWN {
                    let column = format!("samples[{place}].{}", fault.member);
                    let remedy = ("sửa mẫu này rồi gửi lại", "mend this sample and send again");
                    let cell = (column.as_str(), fault.value.as_str());
                    reading.find(fault.severity, fault.code, cell, (fault.vi, fault.en), remedy);
                }
            }
        }
    }
    if faults > MOST_SHOWN {
        let more = faults - MOST_SHOWN;
        let (vi, en) = (format!("và {more} mẫu sai nữa"), format!("and {more} more bad samples"));
        reading.refuse("more-bad-samples", ("samples", ""), &vi, &en);
    }
    taken
}

fn sample(
    sent: &SentSample,
    rule: &MeasurementRule,
    context: &EvidenceContext<'_>,
) -> Result<Taken, Fault> {
    let refuse = |code, member, value: String, vi, en| Fault {
        code,
        severity: Severity::Refuse,
        member,
        value,
        vi,
        en,
    };
    let at = instant(&sent.at).ok_or_else(|| {
        let en = "no instant; write 2026-11-20T08:15:00+07:00";
        let vi = "không phải thời điểm; viết 2026-11-20T08:15:00+07:00";
        refuse("bad-instant", "at", sent.at.clone(), vi, en)
    })?;
    let day = Day::of(at);
    if day > context.today {
        let (vi, en) = ("thời điểm đo ở tương lai", "measured in the future");
        return Err(refuse("future-day", "at", sent.at.clone(), vi, en));
    }
    if !RSRP_DBM.contains(&sent.rsrp_dbm) {
        let vi = "máy không thể báo mức này; RSRP tính bằng dBm, số âm";
        let en = "no handset reports this level; RSRP is in dBm, negative";
        return Err(refuse("bad-level", "rsrp_dbm", sent.rsrp_dbm.to_string(), vi, en));
    }
    let (lon, lat) = (sent.lon, sent.lat);
    let value = format!("{lon},{lat}");
    if (8.0..=24.0).contains(&lon) && (102.0..=118.0).contains(&lat) {
        return Err(Fault {
            severity: Severity::Ask,
            ..refuse(
                "swapped",
                "lon",
                value,
                "kinh độ và vĩ độ bị đổi chỗ?",
                "are longitude and latitude swapped?",
            )
        });
    }
    let off = || {
        refuse(
            "bad-coordinates",
            "lon",
            value.clone(),
            "tọa độ không thể có",
            "no such coordinates",
        )
    };
    let position = Position::new(lon, lat).map_err(|_off_the_globe| off())?;
    let far = context
        .gazetteer
        .units()
        .nearest_commune(position, context.today)
        .is_some_and(|(_, metres)| metres > PROVINCE_MARGIN_M);
    if far || (lon == 0.0 && lat == 0.0) {
        let (vi, en) = ("ngoài tỉnh", "outside the province");
        return Err(refuse("outside-province", "lon", value, vi, en));
    }
    let (easting_cm, northing_cm) = grid_cm(position, rule).ok_or_else(off)?;
    let level_ddbm = tenths(sent.rsrp_dbm);
    Ok(Taken { at, sample: Sample { day, position, easting_cm, northing_cm, level_ddbm } })
}

/// RFC 3339, or civil date and time in Viet Nam.
fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse::<Timestamp>().ok().or_else(|| {
        let civil: DateTime = text.parse().ok()?;
        text.contains(['T', ' ']).then(|| tz::offset(7).to_timestamp(civil).ok())?
    })
}

/// Into the rule set's grid, in centimetres.
fn grid_cm(at: Position, rule: &MeasurementRule) -> Option<(i32, i32)> {
    let crs = Crs::from_epsg(rule.grid_epsg)?;
    let point = with_transformer(|transformer| {
        transformer.from_wgs84(crs, DatumShift::Epsg6960, at.lon_deg(), at.lat_deg())
    });
    let point = point.ok()?;
    Some((centimetres(point.first)?, centimetres(point.second)?))
}

#[expect(clippy::cast_possible_truncation, reason = "bounded on the line before")]
fn centimetres(metres: f64) -> Option<i32> {
    let cm = (metres * 100.0).round();
    (cm.abs() < f64::from(i32::MAX)).then_some(cm as i32)
}

#[expect(clippy::cast_possible_truncation, reason = "a level is within ±200 dBm")]
fn tenths(dbm: f64) -> i16 {
    (dbm * 10.0).round() as i16
}

/// What the samples say of each other: all at one point, or moving faster than anybody can.
fn check_track(reading: &mut RowReading<'_, '_>, taken: &[Taken]) {
    let first = taken.first().map(|taken| taken.sample.position);
    if taken.len() > 1 && taken.iter().all(|taken| Some(taken.sample.position) == first) {
        reading.find(
            Severity::Warn,
            "one-point",
            ("samples", ""),
            (
                "mọi mẫu đo ở cùng một điểm: chỉ tính là một ô",
                "all samples lie at one point: they count as one cell",
            ),
            ("đo trong toàn cụm dân cư", "measure across the cluster"),
        );
    }
    let too_fast = |pair: &&[Taken]| {
        let metres = distance_m(pair[0].sample.position, pair[1].sample.position);
        let seconds = pair[1].at.duration_since(pair[0].at).as_secs_f64().max(0.001);
        metres > JUMP_M && metres / seconds > FASTEST_M_S
    };
    let jumps = taken.windows(2).filter(too_fast).count();
    if let Some(pair) = taken.windows(2).find(too_fast) {
        let local = |at: Timestamp| tz::offset(7).to_datetime(at).strftime("%H:%M:%S %d/%m/%Y");
        let (from, to) = (local(pair[0].at), local(pair[1].at));
        let vi = format!("{jumps} bước nhanh hơn 300 km/h, bước đầu từ {from} đến {to}");
        let en = format!("{jumps} steps faster than 300 km/h, the first from {from} to {to}");
        reading.find(
            Severity::Warn,
            "impossible-speed",
            ("samples", ""),
            (&vi, &en),
            ("kiểm tra đồng hồ và định vị của máy đo", "check the device's clock and positioning"),
        );
    }
}

/// Samples far from the cluster count for nothing.
fn check_reach(
    reading: &mut RowReading<'_, '_>,
    taken: &[Taken],
    cluster: &KnownCluster,
    rule: &MeasurementRule,
) {
    let Some(at) = cluster.position else { return };
    let limit_m = rule.radius_m + f64::from(cluster.uncertainty_m);
    let away = taken.iter().filter(|taken| distance_m(at, taken.sample.position) > limit_m).count();
    if away == 0 {
        return;
    }
    let (away, total, limit_m) = (many(away), many(taken.len()), whole(limit_m));
    let vi = format!(
        "{}/{} mẫu cách cụm dân cư hơn {} m: không được tính",
        Vi(away),
        Vi(total),
        Vi(limit_m)
    );
    let en = format!(
        "{} of {} samples lie farther than {} m: not counted",
        En(away),
        En(total),
        En(limit_m)
    );
    reading.find(
        Severity::Warn,
        "far-samples",
        ("samples", ""),
        (&vi, &en),
        ("kiểm tra tên cụm và nơi đo", "check the cluster's name and the place of measuring"),
    );
}

#[cfg(test)]
mod tests {
    use phusong_atlas::domain::{
        CarrierFact, CarrierId, CarrierKind, ClusterId, RuleSet, VillageFact, VillageId,
    };
    use phusong_atlas::gazetteer::Gazetteer;

    use super::*;
    use crate::geodata;

    fn facts() -> (Gazetteer, RuleSet) {
        let rows = geodata::embedded().expect("geodata reads");
        let (mut units, mut villages, mut rules) = (Vec::new(), Vec::<VillageFact>::new(), None);
        for row in rows {
            match row.fact {
                Fact::Unit(fact) => units.push(fact),
                Fact::Village(fact) => villages.push(fact),
                Fact::RuleSet(set) if set.id.id.as_str() == "mac-dinh" => rules = Some(*set),
                _ => {}
            }
        }
        (Gazetteer::new(&units, &[], &villages), rules.expect("the default rules"))
    }

    fn viettel() -> CarrierFact {
        CarrierFact {
            id: CarrierId::new("viettel").expect("an id"),
            name: "Viettel".to_owned(),
            kind: CarrierKind::Mno,
            aliases: Vec::new(),
            valid_from: None,
            valid_to: None,
            source: String::new(),
        }
    }

    fn known() -> KnownCluster {
        KnownCluster {
            id: ClusterId::new("kon-doc-1").expect("an id"),
            name: "Nóc ông Út".to_owned(),
            village: VillageId::new("kon-doc").expect("an id"),
            position: Position::new(108.8216, 14.703).ok(),
            uncertainty_m: 100,
        }
    }

    fn read_one(sent: SentMeasurement) -> DraftRow {
        let ((gazetteer, rules), carriers) = (facts(), [viettel()]);
        let context = EvidenceContext {
            gazetteer: &gazetteer,
            carriers: &carriers,
            today: "2026-11-25".parse().expect("a day"),
            own: None,
            cluster: &|id| (*id == known().id).then(known),
            clusters_of: &|village| {
                if *village == known().village { vec![known()] } else { Vec::new() }
            },
            row_ref: &|_| None,
            on_air_from: &|_, _, _| None,
            began: &|_| None,
            ended: &|_| None,
        };
        read(&[sent], &rules.measurement, &context).rows.remove(0)
    }

    fn walk(count: u32) -> SentMeasurement {
        let samples = (0..count).map(|step| SentSample {
            at: format!("2026-11-20T08:{:02}:{:02}+07:00", step / 60, step % 60),
            lon: 108.8216 + f64::from(step) * 1e-5,
            lat: 14.703,
            rsrp_dbm: -98.5,
        });
        SentMeasurement {
            cluster: "kon-doc-1".to_owned(),
            carrier: "Viettel".to_owned(),
            technology: "4G".to_owned(),
            samples: samples.collect(),
            ..SentMeasurement::default()
        }
    }

    fn codes(row: &DraftRow) -> Vec<&'static str> {
        row.findings.iter().map(|found| found.code).collect()
    }

    #[test]
    fn a_walk_is_taken_into_the_provinces_grid() {
        let row = read_one(walk(40));
        assert!(row.findings.is_empty(), "{:?}", row.findings);
        let Some(Fact::Sample(fact)) = row.filed.map(|filed| filed.fact) else { panic!("taken") };
        let first = fact.samples[0];
        assert_eq!((first.day.to_string().as_str(), first.level_ddbm), ("2026-11-20", -985));
        // DOMAIN §8's check value lies 13 km off; here only the zone must be the right one.
        assert!((58_000_000..59_500_000).contains(&first.easting_cm), "{first:?}");
        assert!((162_000_000..163_000_000).contains(&first.northing_cm), "{first:?}");
    }

    #[test]
    fn every_fault_of_a_sample_is_told_with_its_place() {
        let with = |change: &dyn Fn(&mut SentSample)| {
            let mut sent = walk(3);
            change(&mut sent.samples[1]);
            let row = read_one(sent);
            (codes(&row), row.findings[0].column.clone().unwrap_or_default(), row.filed.is_some())
        };
        let told = |code, column: &str| (vec![code], format!("samples[1].{column}"), false);
        assert_eq!(with(&|s| s.at = "hôm qua".to_owned()), told("bad-instant", "at"));
        assert_eq!(
            with(&|s| s.at = "2026-11-26T00:00:00+07:00".to_owned()),
            told("future-day", "at")
        );
        assert_eq!(with(&|s| s.rsrp_dbm = 98.5), told("bad-level", "rsrp_dbm"));
        assert_eq!(with(&|s| s.rsrp_dbm = f64::NAN), told("bad-level", "rsrp_dbm"));
        assert_eq!(with(&|s| (s.lon, s.lat) = (14.7, 108.8)), told("swapped", "lon"));
        assert_eq!(with(&|s| s.lon = 181.0), told("bad-coordinates", "lon"));
        assert_eq!(with(&|s| s.lon = 105.8), told("outside-province", "lon"));
    }

    #[test]
    fn what_is_odd_is_taken_and_said() {
        let mut still = walk(5);
        for sample in &mut still.samples {
            sample.lon = 108.8216;
        }
        let row = read_one(still);
        assert_eq!((codes(&row), row.filed.is_some()), (vec!["one-point"], true));

        let mut fast = walk(5);
        fast.samples[3].lon += 0.004;
        let row = read_one(fast);
        assert_eq!((codes(&row), row.filed.is_some()), (vec!["impossible-speed"], true));

        let mut away = walk(5);
        for sample in &mut away.samples {
            sample.lat += 0.01;
        }
        assert_eq!(codes(&read_one(away)), ["far-samples"]);
        let fifth = SentMeasurement { technology: "5G".to_owned(), ..walk(5) };
        assert_eq!(codes(&read_one(fifth)), ["no-threshold"]);
    }

    #[test]
    fn an_unknown_cluster_comes_back_with_what_it_may_have_meant() {
        let named = |cluster: &str| {
            let row = read_one(SentMeasurement { cluster: cluster.to_owned(), ..walk(3) });
            let ids = row.findings[0].candidates.iter().map(|candidate| candidate.id.clone());
            (row.findings[0].code, ids.collect::<Vec<_>>())
        };
        assert_eq!(named("Kon Dóc"), ("unknown-cluster", vec!["kon-doc-1".to_owned()]));
        assert_eq!(named("Thôn Cà"), ("clusters-unlisted", Vec::new()));
        assert_eq!(named("nowhere"), ("unknown-cluster", Vec::new()));
    }
}
