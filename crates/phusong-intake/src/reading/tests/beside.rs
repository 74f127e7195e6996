//! Tables beside reports, in words: what each row becomes, and what is found.

use std::sync::LazyLock;

use phusong_atlas::domain::{
    CarrierFact, CarrierId, ClusterId, CommitmentFact, Day, DutyFact, Fact, FigureStanding,
    IndicatorFact, MilestoneFact, MilestoneStep, Party, Period, Position, RuleSet, Slug,
    StatisticFact, UnitCode, UnitId, VillageFact, VillageId, VillageRelation,
};

use super::super::{Ground, Reading, Said, Source, read};
use super::corrected::named_row;
use crate::evidence::{Ended, EvidenceContext, KnownCluster};
use crate::geodata;
use crate::known::{Before, Known};
use crate::report::csv_table;
use crate::report::tests::{told, with_context};
use crate::table::Table;
use crate::template::Kind;
use phusong_atlas::domain::ObservationKind;

pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

pub fn viettel() -> CarrierId {
    CarrierId::new("viettel").expect("an id")
}

fn ba_to() -> UnitId {
    UnitId { code: UnitCode(21_520), valid_from: day("2025-07-01") }
}

/// What geodata says, taken apart.
pub struct Facts {
    carriers: Vec<CarrierFact>,
    pub villages: Vec<VillageFact>,
    duties: Vec<DutyFact>,
    rules: RuleSet,
    indicators: Vec<IndicatorFact>,
}

pub static FACTS: LazyLock<Facts> = LazyLock::new(facts);

fn facts() -> Facts {
    let (mut carriers, mut villages, mut duties, mut rules) = (vec![], vec![], vec![], None);
    let mut indicators = vec![];
    for row in geodata::embedded().expect("geodata reads") {
        match row.fact {
            Fact::Carrier(fact) => carriers.push(fact),
            Fact::Village(fact) => villages.push(fact),
            Fact::Duty(fact) => duties.push(fact),
            Fact::Indicator(fact) => indicators.push(*fact),
            Fact::RuleSet(set) if set.id.id.as_str() == "mac-dinh" => rules = Some(*set),
            _ => {}
        }
    }
    let rules = rules.expect("the default rules");
    Facts { carriers, villages, duties, rules, indicators }
}

pub fn cluster() -> KnownCluster {
    KnownCluster {
        id: ClusterId::new("kon-doc-1").expect("an id"),
        name: "Nóc ông Út".to_owned(),
        village: VillageId::new("kon-doc").expect("an id"),
        position: Position::new(108.8216, 14.703).ok(),
        uncertainty_m: 100,
    }
}

/// Of September: 40 of 100, provisional; of August: 30 of 100, final.
fn figures() -> Vec<StatisticFact> {
    let figure = |from: &str, to: &str, standing, numerator| StatisticFact {
        indicator: Slug::new("fibre_households").expect("an id"),
        unit: ba_to(),
        period: Period { from: day(from), to: day(to) },
        carrier: Some(viettel()),
        standing,
        numerator: Some(numerator),
        denominator: Some(100),
        stated_share_milli: None,
        source: String::new(),
    };
    vec![
        figure("2026-08-01", "2026-09-01", FigureStanding::Final, 30),
        figure("2026-09-01", "2026-10-01", FigureStanding::Provisional, 40),
    ]
}

/// Surveyed on 10 March 2026; on air is promised for the end of November.
pub fn milestones() -> Vec<MilestoneFact> {
    let duty = FACTS.duties.iter().find(|duty| duty.village.as_str() == "kon-doc");
    let duty = duty.expect("a duty of the order").id.clone();
    vec![MilestoneFact {
        day: day("2026-03-10"),
        duty,
        step: MilestoneStep::Surveyed,
        source: String::new(),
    }]
}

pub fn promises() -> Vec<CommitmentFact> {
    vec![CommitmentFact {
        village: VillageId::new("kon-doc").expect("an id"),
        carrier: viettel(),
        said: day("2026-01-05"),
        promised: day("2026-11-30"),
        duty: None,
        technology: None,
        source: String::new(),
    }]
}

/// Kon Dóc has a listed cluster; of the others each has its implied one.
fn before(id: &VillageId) -> Before {
    Before {
        clusters: if *id == cluster().village { vec![cluster()] } else { vec![] },
        households: Some(60),
        went: Vec::new(),
    }
}

/// Thôn Cà became Thôn Sơn.
fn ended(id: &VillageId) -> Option<Ended> {
    let next = || vec![VillageId::new("thon-son").expect("an id")];
    (id.as_str() == "thon-ca").then(|| (day("2026-01-01"), next()))
}

pub fn reading(kind: Kind, owner: &Party, csv: &str) -> Reading {
    let (table, _) = csv_table(&|| Ok(csv.as_bytes()), 1_000).expect("a table");
    read_table(kind, owner, table)
}

pub fn read_table(kind: Kind, owner: &Party, table: Table) -> Reading {
    read_said(&[kind], owner, vec![table], Said::default())
}

/// Of a letter of 20 November 2026.
pub fn read_said(kinds: &[Kind], owner: &Party, tables: Vec<Table>, said: Said) -> Reading {
    read_of(kinds, owner, tables, &Said { document_day: Some(day("2026-11-20")), ..said })
}

pub fn read_of(kinds: &[Kind], owner: &Party, tables: Vec<Table>, said: &Said) -> Reading {
    let source = Source { name: "bang.csv".to_owned(), tables, ..Source::default() };
    let facts = &*FACTS;
    with_context(|context| {
        let is_own = |id: &VillageId| id.as_str() == "kon-doc";
        let commune = matches!(owner, Party::Commune(_));
        let evidence = EvidenceContext {
            gazetteer: context.gazetteer,
            carriers: &facts.carriers,
            today: context.today,
            own: commune.then_some(&is_own),
            cluster: &|id| (*id == cluster().id).then(cluster),
            clusters_of: &|id| if *id == cluster().village { vec![cluster()] } else { vec![] },
            row_ref: &named_row,
            on_air_from: &|_, _, _| None,
            began: &|_| None,
            ended: &ended,
        };
        let known = Known {
            evidence,
            areas: context.areas,
            owner,
            rule: &facts.rules.measurement,
            village: &|id| facts.villages.iter().find(|fact| fact.id == *id).cloned(),
            ended: &ended,
            before: &|id, _| before(id),
            cluster: &|_| None,
            clusters: &|| vec![cluster()],
            agencies: &[],
            duties: &|id| facts.duties.iter().filter(|duty| duty.village == *id).cloned().collect(),
            milestones: &|_| milestones(),
            promises: &|_| promises(),
            has_site: &|site| site.code.as_str() == "QNI001",
            figures: &|_, unit| if unit == ba_to() { figures() } else { vec![] },
            indicators: &facts.indicators,
        };
        let ground = Ground {
            kinds: kinds.to_vec(),
            report: None,
            evidence: Some(evidence),
            known: Some(known),
            observation: ObservationKind::CarrierStatement,
        };
        read(&[source], said, &ground)
    })
}

fn rows(reading: &Reading) -> Vec<String> {
    (0..reading.draft.rows.len()).map(|at| told(&reading.draft, at)).collect()
}

pub fn check(kind: Kind, owner: &Party, heading: &str, cases: &[(&str, &str)]) {
    for (row, expected) in cases {
        let reading = reading(kind, owner, &format!("{heading}\n{row}\n"));
        assert_eq!(rows(&reading), [*expected], "{row}\n{:#?}", reading.draft.findings);
    }
}

#[test]
fn a_row_of_progress_says_a_step_a_promise_or_what_stands_in_the_way() {
    let own = Party::Carrier(viettel());
    let heading = "Thôn;Điều khoản;Mốc tiến độ;Ngày đạt;Ngày cam kết;Vướng mắc;Vướng mắc từ;Gỡ vướng mắc;Nhà mạng";
    check(
        Kind::Duties,
        &own,
        heading,
        &[
            ("Kon Dóc;IV.16;chọn vị trí;20/04/2026;;;;;", "✓"),
            ("Kon Dóc;;phát sóng;20/10/2026;;;;;Viettel", "✓ missing-steps"),
            ("Kon Dóc;;chọn vị trí;01/02/2026;;;;;", "✓ backward-day~"),
            ("Kon Dóc;;chọn vị trí;20/04/2027;;;;;", "✗ future-day!"),
            ("Kon Dóc;;chọn vị trí;;;;;;", "✗ step-day-missing?"),
            ("Kon Dóc;;xác nhận hoàn thành;20/10/2026;;;;;", "✗ not-own-step! missing-steps"),
            ("Kon Dóc;;gần xong;20/10/2026;;;;;", "✗ unknown-step?"),
            ("Thôn Sơn;;khảo sát;20/10/2026;;;;;", "✗ no-duty!"),
            ("Kon Dóc;IV.99;khảo sát;20/10/2026;;;;;", "✗ unknown-duty?"),
            ("Kon Dóc;;khảo sát;20/10/2026;;;;;VNPT", "✗ other-carrier!"),
            ("Kon Dóc;;;;31/12/2026;;;;", "✓ promise-moved after-due"),
            ("Kon Dóc;;;;30/11/2026;;;;", "✓ after-due"),
            ("Kon Dóc;;;;01/06/2026;;;;", "✗ promise-past?"),
            ("Kon Dóc;;;;;chưa có điện lưới;01/03/2026;;", "✓"),
            ("Kon Dóc;;;;;chưa có điện lưới;;;", "✗ blocker-since?"),
            ("Kon Dóc;;;;;đất;01/03/2026;01/02/2026;", "✗ end-before-start!"),
            ("Kon Dóc;;;;;thời tiết;01/03/2026;;", "✓ blocker-kind~"),
            ("Thôn Cà;;;;31/12/2026;;;;", "✗ village-ended?"),
            ("Kon Dóc;;;;;;;;Viettel", "✗ nothing-said!"),
            ("Thôn Lạ;;khảo sát;20/10/2026;;;;;", "✗ unknown-village?"),
        ],
    );
    let all = "Kon Dóc;;chọn vị trí;20/04/2026;30/11/2026;đường truyền;01/05/2026;;";
    let reading = reading(Kind::Duties, &own, &format!("{heading}\n{all}\n"));
    let said: Vec<&Fact> = reading.draft.to_file().map(|filed| &filed.fact).collect();
    assert!(
        matches!(said[..], [Fact::Milestone(_), Fact::Commitment(_), Fact::Blocker(_)]),
        "{said:?}"
    );
    let owed = "Kon Dóc;;xác nhận hoàn thành;20/10/2026;;;;;Viettel";
    check(
        Kind::Duties,
        &Party::Department,
        heading,
        &[(owed, "✓ missing-steps"), ("Kon Dóc;;khảo sát;20/10/2026;;;;;", "✗ carrier-missing?")],
    );
}

#[test]
fn an_outage_names_a_place_and_a_span() {
    let heading = "Mã trạm;Xã;Thôn;Công nghệ;Bắt đầu;Kết thúc;Nguyên nhân";
    check(
        Kind::Outages,
        &Party::Carrier(viettel()),
        heading,
        &[
            ("QNI001;;;4G;20/11/2026 06:00;20/11/2026 09:30;mất điện", "✓"),
            ("QNI009;;;;20/11/2026 06:00;;bão", "✓ unknown-site~"),
            (";;Kon Dóc;;6h30 ngày 20/11/2026;;", "✓"),
            (";Ba Tơ;;;20/11/2026 06:00;;", "✓"),
            ("QNI001;;;;20/11/2026;;", "✓ time-missing"),
            ("QNI001;;;;20/11/2026 06:00;20/11/2026 05:00;", "✗ end-before-start!"),
            ("QNI001;;;;20/09/2026 06:00;20/11/2026 05:00;", "✓ long-outage~"),
            ("QNI001;;;;20/12/2026 06:00;;", "✗ future-day!"),
            ("QNI001;;;;sáng nay;;", "✗ bad-instant!"),
            (";;;4G;20/11/2026 06:00;;", "✗ place-missing!"),
            ("QNI001;;;6G;20/11/2026 06:00;;", "✗ unknown-technology?"),
        ],
    );
    let twice = "QNI001;;;;20/11/2026 06:00;;bão\nQNI001;;;;20/11/2026 06:00;;bão";
    let other = "QNI001;;;;20/11/2026 06:00;;bão\nQNI001;;;;20/11/2026 06:00;;cáp";
    let of = |rows_of: &str| {
        let csv = format!("{heading}\n{rows_of}\n");
        rows(&reading(Kind::Outages, &Party::Carrier(viettel()), &csv))
    };
    assert_eq!(of(twice), ["✓", "= duplicate-row"]);
    assert_eq!(of(other), ["✗ conflicting-rows?", "✗ conflicting-rows?"]);
}

#[test]
fn a_figure_is_counts_of_a_unit_and_a_period() {
    let heading = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số;Tỷ lệ;Chính thức;Nhà mạng";
    let own = Party::Carrier(viettel());
    check(
        Kind::Statistics,
        &own,
        heading,
        &[
            ("hộ có cáp quang;21520;10/2026;45;100;;;", "✓"),
            ("fibre_households;21520;10/2026;45;100;45,0;chính thức;", "✓"),
            ("hộ có cáp quang;21520;10/2026;45;100;54,0;;", "✓ share-differs~"),
            ("hộ có cáp quang;21520;10/2026;;;45,0;;", "✓ share-only~"),
            ("hộ có cáp quang;21520;10/2026;;;;;", "✗ no-figure!"),
            ("hộ có cáp quang;21520;10/2026;145;100;;;", "✗ above-denominator? jump~"),
            ("thuê bao băng rộng di động trên 100 dân;21520;11/2026;145;100;;;", "✓"),
            ("hộ có cáp quang;21520;10/2026;-4;100;;;", "✗ negative!"),
            ("hộ có cáp quang;21520;10/2026;4;0;;;", "✗ zero-denominator!"),
            // Without a period there is no day, and the code was two units'.
            ("hộ có cáp quang;21520;;45;100;;;", "✗ period-missing! unit?"),
            ("hộ có cáp quang;21520;quý V;45;100;;;", "✗ bad-period! unit?"),
            ("hộ có cáp quang;21520;quý IV;45;100;;;", "✗ period-year? unit?"),
            ("hộ có cáp quang;21520;12/2026;45;100;;;", "✗ future-day! unit?"),
            ("hộ có cáp quang;21520;10/2026;70;100;;;", "✓ jump~"),
            ("hộ có cáp quang;21520;8/2026;35;100;;chính thức;", "✗ two-finals?"),
            ("hộ có cáp quang;21520;8/2026;30;100;;chính thức;", "✓"),
            ("hộ có cáp quang;21520;8/2026;35;100;;sơ bộ;", "✓ final-stands"),
            ("hộ có cáp quang;21520;11/2026;45;100;;chính thức;", "✗ final-too-early?"),
            ("hộ có cáp quang;21520;11/2026;45;100;;sơ bộ;", "✓"),
            ("số bò;21520;10/2026;45;100;;;", "✗ unknown-indicator?"),
            ("hộ có cáp quang;21520;10/2026;45;100;;;VNPT", "✗ other-carrier!"),
            ("hộ có cáp quang;Huyện Ba Tơ;10/2026;45;100;;;", "✓ unit-not-of-day~"),
        ],
    );
    let of = |one: &str, other: &str| {
        rows(&reading(Kind::Statistics, &own, &format!("{heading}\n{one}\n{other}\n")))
    };
    let row = "hộ có cáp quang;21520;10/2026;45;100;;;";
    assert_eq!(of(row, row), ["✓", "= duplicate-row"]);
    let other = "hộ có cáp quang;21520;10/2026;46;100;;;";
    assert_eq!(of(row, other), ["✗ conflicting-rows?", "✗ conflicting-rows?"]);
    let next = "hộ có cáp quang;21520;11/2026;80;100;;;";
    assert_eq!(of(row, next), ["✓", "✓ jump~"]);
}

#[test]
fn a_known_village_goes_on_and_a_near_name_is_asked() {
    let heading = "Thôn;Mã thôn;Xã;Số hộ;Nhân khẩu;Điện lưới;Tên khác;Thôn cũ;Từ ngày;Cụm dân cư;Trung tâm;Kinh độ;Vĩ độ;Sai số (m)";
    let commune = Party::Commune(ba_to());
    let department = Party::Department;
    check(
        Kind::Villages,
        &department,
        heading,
        &[
            ("Kon Dóc;;21520;41;150;có;;;01/10/2026;;;;;", "✓"),
            ("Kon Dóc;;21520;khoảng 40;;;;;;;;;;", "✓ households-as-written~"),
            ("Kon Hoàn Toàn Mới;;21520;20;;;;;;;;;;", "✓ new-village"),
            ("Kon Doc;;21520;20;;;;;;;;;;", "✗ near-village?"),
            ("Kon Doc;new;21520;20;;;;;;;;;;", "✓ new-village"),
            ("Kon Dóc;khong-co;21520;20;;;;;;;;;;", "✗ unknown-village!"),
            ("Kon Dóc;;Xã Lạ;20;;;;;;;;;;", "✗ unit?"),
            ("Kon Dóc;;21520;20;;;;Kon Hoàn Toàn Khác;01/10/2026;;;;;", "✗ unknown-predecessor?"),
            ("Kon Dóc;;21520;20;;;;Nước Giáp;;;;;;", "✗ succession-day?"),
            ("Kon Dóc;;21520;20;;;;;;Nóc Bà Lý;có;;;", "✓ cluster-unplaced~"),
            ("Kon Dóc;;21520;20;;;;;;noc ong ut;;;;", "✗ near-cluster?"),
            ("Kon Dóc;;21520;20;;ừ;;;;;;;;", "✗ yes-or-no?"),
        ],
    );
    check(
        Kind::Villages,
        &commune,
        heading,
        &[
            ("Kon Dóc;;21520;41;;;;;;;;;;", "✓"),
            ("Kon Mới;;21535;41;;;;;;;;;;", "✗ not-own-village! new-village"),
        ],
    );
    let placed = "Kon Dóc;;21520;20;;;;;;Nóc Bà Lý;có;108,8216;14,7030;30";
    let reading = reading(Kind::Villages, &department, &format!("{heading}\n{placed}\n"));
    let fact = reading.draft.to_file().next().map(|filed| filed.fact.clone());
    let Some(Fact::Cluster(fact)) = fact else { panic!("{:#?}", reading.draft) };
    assert!(fact.centre && fact.households == Some(20), "{fact:?}");
}

#[test]
fn a_log_becomes_samples_of_clusters_and_the_rest_is_counted() {
    let heading = "Timestamp,Longitude,Latitude,Speed,Operatorname,CellID,NetworkMode,RSRP";
    let mut csv = format!("{heading}\n");
    for second in 10..40 {
        let row = format!("2026.11.20_08.00.{second},108.82{second},14.703,5,Viettel,12,LTE,-98\n");
        csv += &row;
    }
    csv.push_str("2026.11.20_08.01.00,108.90,14.703,5,Viettel,12,LTE,-98\n");
    csv.push_str("2026.11.20_08.01.01,108.8216,14.703,5,Viettel,12,LTE,-\n");
    csv.push_str("2026.11.20_08.01.02,108.8216,14.703,5,B,12,LTE,-98\n");
    csv.push_str("2026.11.20_08.01.03,108.8216,14.703,5,Viettel,12,-,-98\n");
    let reading = reading(Kind::Measurement, &Party::Department, &csv);
    let codes: Vec<&str> = reading.draft.findings.iter().map(|found| found.code).collect();
    for code in ["no-level", "unknown-operator", "no-technology", "outside-clusters"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
    assert_eq!(reading.draft.rows.len(), 1, "{:#?}", reading.draft.rows);
    let filed = reading.draft.rows[0].filed.as_ref().map(|filed| &filed.fact);
    let Some(Fact::Sample(fact)) = filed else { panic!("{:#?}", reading.draft.rows) };
    assert_eq!((fact.samples.len(), fact.cluster.as_str()), (30, "kon-doc-1"));
}

/// The app's own columns, a file for each technology, and the spelling of G-NetTrack: all are read.
#[test]
fn logs_of_network_survey_are_read_by_their_own_columns() {
    const HEAD: &str = "deviceTime,latitude,longitude,altitude,speed,accuracy,missionId,recordNumber,groupNumber,mcc,mnc";
    let files = [
        (
            "tac,eci,earfcn,pci,rsrp,rsrq,ta,lteBandwidth,signalStrength,servingCell,provider",
            "1,2,3,4,-98,-9,0,20 MHz,-70,{},Viettel",
            "4G",
        ),
        (
            "tac,nci,narfcn,pci,ssRsrp,ssRsrq,ssSinr,csiRsrp,csiRsrq,csiSinr,ta,servingCell,provider,slot",
            "1,2,3,4,-98,-9,9,,,,0,{},Viettel,0",
            "5G",
        ),
        (
            "lac,cid,uarfcn,psc,rscp,ecno,signalStrength,servingCell,provider",
            "1,2,3,4,-98,-9,-70,{},Viettel",
            "3G",
        ),
        (
            "lac,ci,arfcn,bsic,signalStrength,ta,servingCell,provider",
            "1,2,3,4,-98,0,{},Viettel",
            "2G",
        ),
    ];
    for (head, row, technology) in files {
        let line = |second: u8, lon: &str, mnc: &str, serves: &str| {
            let row = row.replace("{}", serves);
            format!(
                "2026-11-20T08:00:{second}.125+07:00,14.703,{lon},9,1,5,m,1,1,452,{mnc},{row}\n"
            )
        };
        let served = (10..40).map(|second| line(second, &format!("108.82{second}"), "4", "true"));
        let heard = line(41, "108.8216", "", "false");
        let rows: String = served.chain([heard]).collect();
        let csv = format!("{HEAD},{head}\n{rows}");
        let reading = reading(Kind::Measurement, &Party::Department, &csv);
        let codes: Vec<&str> = reading.draft.findings.iter().map(|found| found.code).collect();
        assert_eq!(
            codes,
            ["network-by-columns", "columns-not-read", "neighbour-cells"],
            "{technology}"
        );
        let filed = reading.draft.rows[0].filed.as_ref().map(|filed| &filed.fact);
        let Some(Fact::Sample(fact)) = filed else { panic!("{:#?}", reading.draft.rows) };
        assert_eq!((fact.samples.len(), fact.technology.as_str()), (30, technology));
    }
}

#[test]
fn a_carriers_own_log_is_told_as_a_log_that_it_may_not_file() {
    let csv = "Timestamp,Longitude,Latitude,Operatorname,NetworkMode,RSRP\n2026.11.20_08.00.10,108.8216,14.703,Viettel,LTE,-98\n";
    let (table, _) = csv_table(&|| Ok(csv.as_bytes()), 10).expect("a table");
    let source = Source { name: "a.csv".to_owned(), tables: vec![table], ..Source::default() };
    with_context(|context| {
        let ground = Ground {
            kinds: vec![
                Kind::SiteReport,
                Kind::Coverage,
                Kind::Duties,
                Kind::Outages,
                Kind::Statistics,
            ],
            report: Some(*context),
            evidence: None,
            known: None,
            observation: ObservationKind::CarrierStatement,
        };
        let reading = read(&[source], &Said::default(), &ground);
        let codes: Vec<&str> = reading.draft.findings.iter().map(|found| found.code).collect();
        assert_eq!(codes, ["kind-not-taken"]);
        assert!(reading.draft.findings[0].remedy_vi.contains("đo kiểm"));
    });
}

#[test]
fn naming_a_kind_gives_nobody_the_right_to_it() {
    let csv = "Thôn,Xã,Số hộ\nKon Dóc,21520,41\n";
    let (table, _) = csv_table(&|| Ok(csv.as_bytes()), 10).expect("a table");
    let source = Source { name: "a.csv".to_owned(), tables: vec![table], ..Source::default() };
    with_context(|context| {
        let ground = Ground {
            kinds: vec![Kind::SiteReport],
            report: Some(*context),
            evidence: None,
            known: None,
            observation: ObservationKind::CarrierStatement,
        };
        let said = Said { kind: Some(Kind::Villages), ..Said::default() };
        let reading = read(&[source], &said, &ground);
        assert!(!reading.draft.can_file());
        assert!(reading.draft.findings.iter().any(|found| found.code == "kind-not-taken"));
    });
}

#[test]
fn a_sum_that_may_be_read_in_two_ways_follows_its_table_and_says_by_which_cell() {
    let own = Party::Carrier(viettel());
    let heading = "Thôn;Nguồn vốn;Khái toán (đồng)";
    let open = format!("{heading}\nKon Dóc;vốn công ích;1,200 tỷ\n");
    let alone = reading(Kind::Duties, &own, &open);
    assert_eq!(rows(&alone), ["✗ bad-estimate!"]);
    let proved = format!("{open}Kon Dóc;vốn công ích;1,5 tỷ\n");
    let told = reading(Kind::Duties, &own, &proved);
    assert_eq!(rows(&told), ["✓ decimal-by-habit", "✓"]);
    let note = &told.draft.rows[0].findings[0];
    assert!(note.message_vi.contains("“1,5” ở dòng 3"), "{}", note.message_vi);
    let Some(Fact::Funding(fact)) = told.draft.to_file().next().map(|row| &row.fact) else {
        panic!("{:#?}", told.draft)
    };
    assert_eq!(fact.estimate_vnd, Some(1_200_000_000));
}

/// One that came from one is renamed, one that came from several is merged; a part leaves the rest
/// where it is, and what is divided is asked. Kon Dóc has a listed cluster, the others none.
#[test]
fn what_became_of_a_village_is_told_by_the_list_or_asked() {
    use VillageRelation::{Merged, Part, Renamed, Split};
    const HEAD: &str = "Thôn;Xã;Số hộ;Thôn cũ;Quan hệ với thôn cũ;Cụm nhận về;Từ ngày";
    let row = |name: &str, households: &str, from: &str, relation: &str, clusters: &str| {
        format!("{name};21520;{households};{from};{relation};{clusters};01/10/2026\n")
    };
    let one = |from: &str, relation: &str| row("Làng Xà Nu", "60", from, relation, "");
    let two = |from: &str, relation: &str, first: &str, second: &str| {
        row("Làng Xà Nu", "20", from, relation, first)
            + &row("Làng Pơ Lang", "40", from, relation, second)
    };
    let cases = [
        (one("nuoc-giap", ""), "new-village read-as-renamed", vec![(Renamed, vec![])]),
        (one("nuoc-giap", "đổi tên"), "new-village", vec![(Renamed, vec![])]),
        (one("nuoc-giap", "sáp nhập"), "new-village", vec![(Merged, vec![])]),
        (one("nuoc-giap, cay-muoi", ""), "new-village", vec![(Merged, vec![]), (Merged, vec![])]),
        (one("nuoc-giap", "chia tách"), "new-village split-alone?", vec![]),
        (one("nuoc-giap", "khác"), "new-village unknown-relation?", vec![]),
        // Of a village that goes on the implied cluster is its own.
        (one("nuoc-giap", "tách một phần"), "new-village", vec![(Part, vec![])]),
        (one("kon-doc", "tách một phần"), "new-village split-cluster?", vec![]),
        (
            row("Làng Xà Nu", "60", "kon-doc", "tách một phần", "Nóc ông Út"),
            "new-village",
            vec![(Part, vec!["kon-doc-1"])],
        ),
        (
            one("kon-doc", "") + "Kon Dóc;21520;20;;;;01/10/2026\n",
            "new-village split-cluster? | ",
            vec![],
        ),
        (
            two("nuoc-giap", "", "", ""),
            "new-village split-cluster? | new-village split-cluster?",
            vec![],
        ),
        (
            two("nuoc-giap", "chia tách", "", "trung tâm"),
            "new-village | new-village",
            vec![(Split, vec![]), (Split, vec!["nuoc-giap"])],
        ),
        (
            two("kon-doc", "", "Nóc ông Út", ""),
            "new-village | new-village",
            vec![(Split, vec!["kon-doc-1"]), (Split, vec![])],
        ),
        // Two that claim it, and none.
        (
            two("kon-doc", "", "Nóc ông Út", "kon-doc-1"),
            "new-village split-cluster? | new-village split-cluster?",
            vec![],
        ),
    ];
    for (table, findings, expected) in cases {
        let reading = reading(Kind::Villages, &Party::Department, &format!("{HEAD}\n{table}"));
        let found: Vec<String> =
            rows(&reading).iter().map(|row| row[row.len().min(4)..].to_owned()).collect();
        assert_eq!(found.join(" | "), findings, "{table}");
        let filed: Vec<_> = reading
            .draft
            .to_file()
            .filter_map(|filed| match &filed.fact {
                Fact::VillageSuccession(fact) => Some(fact),
                _ => None,
            })
            .map(|fact| (fact.relation, fact.clusters.iter().map(ClusterId::as_str).collect()))
            .collect();
        let expected: Vec<(VillageRelation, Vec<&str>)> = expected;
        assert_eq!(filed, expected, "{table}");
    }
}

#[test]
fn a_village_that_goes_over_to_another_commune_stays_the_village_that_it_was() {
    let table = "Thôn;Xã;Thôn cũ;Quan hệ với thôn cũ;Từ ngày\n\
                 Kon Dóc;xã Ba Vinh;kon-doc;chuyển xã;01/10/2026\n";
    let reading = reading(Kind::Villages, &Party::Department, table);
    assert_eq!(rows(&reading), ["✓ village-moved~"], "{:#?}", reading.draft);
    let facts: Vec<&Fact> = reading.draft.to_file().map(|filed| &filed.fact).collect();
    assert!(
        matches!(&facts[..], [Fact::Village(fact)] if fact.id.as_str() == "kon-doc"),
        "{facts:?}"
    );
}
