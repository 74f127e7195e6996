//! A carrier's report from its filing to everyone's view, and what survives a kill.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::edge::report;
use crate::served::{Served, key, phusong};

fn verdict(served: &Served, key: &str) -> (Value, Value) {
    let (_, village) = served.get("/api/v1/villages/kon-doc", key);
    (village["verdict"].clone(), village["flags"].clone())
}

struct House {
    data: TempDir,
    served: Served,
    viettel: String,
    vnpt: String,
    officer: String,
}

/// A service with three keys, which count within a second.
fn house() -> House {
    let data = TempDir::new().expect("a directory");
    let viettel = key(data.path(), &["carrier", "--carrier", "viettel"]);
    let vnpt = key(data.path(), &["carrier", "--carrier", "vnpt"]);
    let officer = key(data.path(), &["officer"]);
    let served = Served::start(data.path());
    House { data, served, viettel, vnpt, officer }
}

#[test]
fn at_first_start_the_nine_are_gaps_to_be_confirmed_again() {
    let house = house();
    let (status, gaps) = house.served.get("/api/v1/gaps?sort=name", "");
    assert_eq!(status, 200);
    let items = gaps["items"].as_array().unwrap();
    let mut ids: Vec<_> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    let nine = [
        "ca-xen",
        "cay-muoi",
        "dak-pao",
        "go-tranh",
        "kon-doc",
        "lang-mam",
        "nuoc-giap",
        "thon-ca",
        "thon-son",
    ];
    assert_eq!(ids, nine);
    for item in items {
        assert_eq!(item["verdict"], "no_signal");
        assert_eq!(item["flags"], json!(["recheck"]));
        assert_eq!(item["source_word"], "lõm sóng");
        assert_eq!(item["duties"][0]["state"], "overdue");
        assert!(item.get("nearest_site_m").is_none(), "the public sees no sites");
    }
}

#[test]
fn a_report_moves_the_village_for_its_carrier_and_the_department_and_the_public_when_published() {
    let House { data: _kept, served, viettel, vnpt, officer } = house();
    let gap = (json!("no_signal"), json!(["recheck"]));
    let covered = (json!("covered"), json!(["pending"]));
    let body = report("QNI001", "Kon Dóc", "2026-11-01");
    let (_, preview) = served.ask("POST", "/api/v1/reports/preview", &viettel, &body);
    assert_eq!(preview["would_move"][0]["to"], "covered", "{preview}");
    assert_eq!(verdict(&served, &viettel), gap, "a preview files nothing");
    let (status, filed) = served.ask("POST", "/api/v1/reports", &viettel, &body);
    assert_eq!(status, 201, "{filed}");
    assert_eq!(filed["moved"][0]["village"], "kon-doc");
    for (key, expected) in [(&viettel, &covered), (&officer, &covered), (&vnpt, &gap)] {
        assert_eq!(verdict(&served, key), *expected);
    }
    assert_eq!(verdict(&served, ""), gap);
    let (_, page) = served.get("/api/v1/villages/kon-doc", &viettel);
    let carriers = page["clusters"][0]["carriers"].as_array().unwrap();
    let own = carriers.iter().find(|carrier| carrier["carrier"] == "viettel").unwrap();
    let fourth = &own["technologies"][2];
    assert_eq!((&fourth["state"], &fourth["grade"]), (&json!("covered"), &json!("E1")));

    let path = format!("/api/v1/reports/{}", filed["report"].as_str().unwrap());
    let nothing = served.get("/api/v1/reports/0000000000000000", &vnpt);
    assert_eq!(served.get(&path, &vnpt), nothing, "another carrier's is as if it were not");
    let publish = format!("{path}/publish");
    assert_eq!(served.ask("POST", &publish, &viettel, "").0, 403);
    assert_eq!(served.ask("POST", &publish, &officer, "").0, 200);
    assert_eq!(verdict(&served, ""), covered);

    let withdraw = format!("{path}/withdraw");
    let reason = r#"{"reason":"nhầm thôn"}"#;
    assert_eq!(served.ask("POST", &withdraw, &viettel, reason).0, 200);
    for key in [viettel.as_str(), officer.as_str(), ""] {
        assert_eq!(verdict(&served, key), gap, "a withdrawn report counts for nobody");
    }
}

#[test]
fn the_same_report_twice_is_one_entry_and_a_reused_key_is_refused() {
    let House { data: _kept, served, viettel, .. } = house();
    let body = report("QNI001", "kon-doc", "2026-11-01");
    let (first, one) = served.ask("POST", "/api/v1/reports", &viettel, &body);
    let (second, two) = served.ask("POST", "/api/v1/reports", &viettel, &body);
    assert_eq!((first, second), (201, 200));
    assert_eq!(one["receipt"], two["receipt"]);
}

#[test]
fn bad_input_is_refused_with_its_place_and_nothing_is_filed() {
    let House { data, served, viettel, .. } = house();
    let row = |name: &str, value: Value| {
        let mut body: Value = serde_json::from_str(&report("Q1", "kon-doc", "2026-11-01")).unwrap();
        body["rows"][0][name] = value;
        body.to_string()
    };
    let cases = [
        ("{".to_owned(), 400, "bad-json"),
        (r#"{"rows":[]}"#.to_owned(), 422, "no-rows"),
        (row("ngay_su_kien", json!("31/02/2026")), 422, "bad-day"),
        (row("loai_su_kien", json!("hoàn thành")), 422, "bare-complete"),
        (row("cong_nghe", json!("7G")), 422, "unknown-technology"),
        (row("kinh_do", json!(0)), 422, "bad-coordinates"),
        (row("kinh_do", json!("abc")), 422, "bad-number"),
        (row("la", json!(1)), 422, "unknown-column"),
    ];
    for (body, status, code) in cases {
        let (found, problem) = served.ask("POST", "/api/v1/reports", &viettel, &body);
        assert_eq!(found, status, "{body}: {problem}");
        let named = problem["code"] == code || problem["errors"][0]["code"] == code;
        assert!(named, "{body}: {problem}");
    }
    let swapped =
        report("Q1", "kon-doc", "2026-11-01").replace("108.822", "14.7").replace("14.704", "108.8");
    let (_, problem) = served.ask("POST", "/api/v1/reports", &viettel, &swapped);
    assert_eq!(problem["errors"][0]["code"], "swapped");
    for path in [
        "gaps?bbox=1,2,3",
        "gaps?cursor=x.1",
        "gaps?wat=1",
        "gaps?as_of=2999-01-01",
        "gaps?carrier=nobody",
        "gaps?limit=0",
    ] {
        assert_eq!(served.get(&format!("/api/v1/{path}"), "").0, 400, "{path}");
    }
    assert_eq!(served.get("/api/v1/gaps", "ps_wrong").0, 401);
    assert_eq!(served.get("/api/v1/reports", &viettel).1["items"], json!([]));
    let second =
        phusong(&["serve", "--listen", "127.0.0.1:0", "--data", data.path().to_str().unwrap()]);
    assert_eq!(second.0, 75, "a second process refuses");
}

#[test]
fn a_key_made_beside_a_running_service_opens_it_at_once_and_a_revoked_one_no_more() {
    let House { data, served, .. } = house();
    let folder = data.path().to_str().expect("utf-8");
    for _ in 0..3 {
        let token = key(data.path(), &["officer"]);
        assert_eq!(served.get("/api/v1/reports", &token).0, 200);
    }
    let token = key(data.path(), &["carrier", "--carrier", "mobifone"]);
    assert_eq!(served.get("/api/v1/reports", &token).0, 200);
    let (_, list) = phusong(&["key", "list", "--data", folder]);
    let own = list.lines().find(|line| line.contains("mobifone")).expect("listed");
    let id = own.split('\t').next().expect("an id");
    assert_eq!(phusong(&["key", "revoke", "--data", folder, id]).0, 0);
    assert_eq!(served.get("/api/v1/reports", &token).0, 401);
}

/// How often the service is killed: 20 in CI, 200 in `scripts/prove`.
fn kills() -> u32 {
    if std::env::var_os("PHUSONG_PROVE").is_some() { 200 } else { 20 }
}

fn kill_9(pid: u32) {
    let killed = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status();
    assert!(killed.is_ok_and(|status| status.success()));
}

/// Every acknowledged report with the hash of its raw file, if it came as one.
type Acknowledged = Vec<(String, Vec<u8>)>;

/// One report in two comes as a file, whose very bytes must be there again.
fn body_of(round: u32, caller: u32, number: u32) -> (&'static str, String) {
    let code = format!("Q{round}-{caller}-{number}");
    if number.is_multiple_of(2) {
        return ("application/json", report(&code, "kon-doc", "2026-11-01"));
    }
    let text = format!(
        "ma_tram,loai_su_kien,ngay_su_kien,cong_nghe,kinh_do,vi_do,cac_thon_phuc_vu,ghi_chu\n\
         {code},on_air,2026-11-01,4G,108.822,14.704,Kon Dóc,{}\n",
        "ghi chú ".repeat(500)
    );
    ("text/csv", text)
}

/// The report is whole: it is there, and its raw file is what was sent.
fn assert_whole(served: &Served, key: &str, report: &str, sent: &[u8]) {
    let page = format!("/api/v1/reports/{report}");
    let (status, shown) = served.get(&page, key);
    assert_eq!(status, 200, "report {report} was acknowledged and is gone");
    let hash = shown["files"][0]["sha256"].as_str().expect("a raw file");
    let raw = served.fetch(&format!("{page}/files/{hash}"), key);
    assert_eq!(raw.as_deref(), Some(sent), "the raw file of {report}");
}

#[test]
fn what_was_acknowledged_survives_kill_9_at_any_moment() {
    let data = TempDir::new().unwrap();
    let viettel = key(data.path(), &["carrier", "--carrier", "viettel"]);
    let mut acknowledged: Acknowledged = Vec::new();
    for round in 0..kills() {
        let served = Served::start(data.path());
        for (report, sent) in &acknowledged {
            assert_whole(&served, &viettel, report, sent);
        }
        // Two callers file while a third kills: after so many answers, and a moment that differs
        // from round to round.
        let wait = std::time::Duration::from_micros(u64::from(round * 7_919 % 40_000));
        let killer = served.pid();
        let file = |caller: u32, answered: &std::sync::mpsc::Sender<()>| {
            let mut filed = Acknowledged::new();
            for number in 0..200 {
                let (kind, body) = body_of(round, caller, number);
                match served.try_send("/api/v1/reports", &viettel, kind, body.as_bytes()) {
                    Some((201, answer)) => {
                        let report = answer["report"].as_str().unwrap().to_owned();
                        filed.push((report, body.into_bytes()));
                        let _the_killer_may_have_gone = answered.send(());
                    }
                    _ => break,
                }
            }
            filed
        };
        let filed = std::thread::scope(|scope| {
            let file = &file;
            let (answered, answers) = std::sync::mpsc::channel();
            let callers: Vec<_> = (0..2)
                .map(|caller| {
                    let answered = answered.clone();
                    scope.spawn(move || file(caller, &answered))
                })
                .collect();
            scope.spawn(move || {
                answers.iter().take((round % 4) as usize).for_each(drop);
                std::thread::park_timeout(wait);
                kill_9(killer);
            });
            callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect::<Vec<_>>()
        });
        acknowledged.extend(filed);
    }
    // What is there is whole, acknowledged or not; and nothing half-received is left.
    let served = Served::start(data.path());
    let (_, list) = served.get("/api/v1/reports?limit=1000", &viettel);
    for item in list["items"].as_array().unwrap() {
        let page = format!("/api/v1/reports/{}", item["report"].as_str().unwrap());
        let hash = served.get(&page, &viettel).1["files"][0]["sha256"].clone();
        let raw = served.fetch(&format!("{page}/files/{}", hash.as_str().unwrap()), &viettel);
        assert!(raw.is_some_and(|raw| !raw.is_empty()), "{page} is half there");
    }
    let uploads = std::fs::read_dir(data.path().join("uploads"));
    assert!(uploads.map_or(0, Iterator::count) == 0, "an upload was left behind");
    drop(served);
    let dir = data.path().to_str().unwrap();
    assert_eq!(phusong(&["ledger", "verify", "--data", dir]).0, 0);
    assert!(!acknowledged.is_empty(), "nothing was ever acknowledged");
}
