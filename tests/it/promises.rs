//! What RELIABILITY promises (R1–R23) is written down with its proofs in `docs/promises.md`; here is
//! that each proof that is named is there, and the proofs that no other file has.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use phusong::service::now;
use serde_json::json;
use tempfile::TempDir;

use crate::bad_files::{listed, root};
use crate::edge::{Answer, House, on_air, report};
use crate::filings::begin;
use crate::isolation::{Dice, Twin, act, file, row};
use crate::served::{Served, key, phusong};

/// Promises of RELIABILITY.
const PROMISES: u32 = 23;

#[test]
fn every_promise_is_written_down_and_its_proofs_are_there() {
    let listed = listed("docs/promises.md");
    let rows: BTreeSet<String> = listed.iter().map(|(row, _)| row.clone()).collect();
    let expected: BTreeSet<String> = (1..=PROMISES).map(|row| format!("R{row}")).collect();
    assert_eq!(rows, expected, "docs/promises.md lists other promises than there are");
    for (row, tests) in listed {
        for (file, test) in tests {
            let text = std::fs::read_to_string(root().join(&file));
            let text = text.unwrap_or_else(|_| panic!("{row}: there is no {file}"));
            assert!(text.contains(&format!("fn {test}(")), "{row}: no test {test} in {file}");
        }
    }
}

/// `YYYY-MM-DD` in Viet Nam.
fn local_day(at: Timestamp) -> String {
    let offset = SignedDuration::from_hours(7);
    at.checked_add(offset).expect("an instant").strftime("%Y-%m-%d").to_string()
}

fn after(begun: Timestamp, hours: i64) -> Timestamp {
    begun.checked_add(SignedDuration::from_hours(hours)).expect("an instant")
}

/// One day's acts: a report about any day of the past, of which much is published, corrected or
/// withdrawn, also what was filed on days before.
fn a_day_of_acts(twin: &Twin, dice: &mut Dice, number: i64, at: Timestamp, ids: &mut Vec<String>) {
    let carrier = dice.one_of(&["viettel", "vnpt"]);
    twin.call(&format!("report {number}"), at);
    let mut rows = row(dice, &format!("S{number}"));
    if number % 4 == 3 {
        rows["thay_the"] = json!(null);
        rows["ghi_chu"] = json!("báo lại");
    }
    ids.push(format!("{carrier}/{}", file(twin, carrier, &[rows])));
    for (what, by_owner) in [("publish", false), ("withdraw", true), ("return", false)] {
        if dice.throw(3) > 0 && what != "publish" {
            continue;
        }
        let (owner, id) = ids[dice.throw(ids.len())].split_once('/').expect("an owner");
        let role = if by_owner { owner } else { "officer" };
        twin.call(&format!("{what} {number}"), at);
        let done = act(twin, role, id, what, &[]).status;
        assert!(matches!(done, 200 | 409 | 422), "{what}: {done}");
    }
}

/// What may be asked of a day as it was known on a day.
fn questions(known_at: &str, as_of: &str) -> Vec<String> {
    let all = "verdict=covered,insufficient,no_signal,partial_hole,not_as_asked";
    [
        &*format!("gaps?{all}"),
        "gaps?carrier=viettel&technology=4G",
        "gaps?format=csv",
        "villages/kon-doc?",
        "villages/lang-mam?",
        "communes?",
        "sites?",
        "duties?",
        "duties/board?",
        "contradictions?",
        "planning/ranking?",
        "exports/villages.geojson?",
    ]
    .map(|path| {
        let sign = if path.ends_with('?') || !path.contains('?') { "" } else { "&" };
        format!("/api/v1/{path}{sign}known_at={known_at}&as_of={as_of}")
    })
    .to_vec()
}

/// R8.
#[test]
fn the_past_answers_the_same_to_the_byte_whatever_is_filed_later() {
    let days: i64 = if std::env::var_os("PHUSONG_PROVE").is_some() { 40 } else { 8 };
    let begun = after(now(), -24 * (days + 2));
    let twin = Twin::open(begun);
    let (mut dice, mut ids) = (Dice(23), Vec::new());
    let mut remembered: Vec<(&str, String, Answer)> = Vec::new();
    for number in 0..days {
        let at = after(begun, 24 * number);
        a_day_of_acts(&twin, &mut dice, number, at, &mut ids);
        if number < 2 {
            continue; // nothing was known a day before
        }
        let yesterday = local_day(after(at, -24));
        for as_of in [&*yesterday, "2026-03-15", "2024-01-01"] {
            for path in questions(&yesterday, as_of) {
                for role in ["public", "viettel", "officer"] {
                    let answer = twin.house.get(&path, role).lasting();
                    // Sites are for those who may see them.
                    let is_shown = answer.status == 200 || role == "public";
                    assert!(is_shown, "{role} {path}: {}", answer.text());
                    remembered.push((role, path.clone(), answer));
                }
            }
        }
    }
    let mut told = BTreeSet::new();
    for (role, path, first) in &remembered {
        let again = twin.house.get(path, role).lasting();
        assert_eq!(again.text(), first.text(), "{role} {path}");
        assert_eq!(again, *first, "{role} {path}");
        told.insert(first.header("etag").to_owned());
    }
    assert!(told.len() > remembered.len() / 10, "only {} different answers", told.len());
}

/// R15: copies of the ledger taken while reports come in, each restored on an empty machine.
#[test]
fn a_backup_taken_while_reports_come_in_restores_to_what_was_there() {
    const REPORTS: usize = 40;
    let (data, copies) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let dir = data.path().to_str().expect("utf-8").to_owned();
    let viettel = key(data.path(), &["carrier", "--carrier", "viettel"]);
    let officer = key(data.path(), &["officer"]);
    let served = Served::start(data.path());
    let copy = |number: usize| {
        let to = copies.path().join(format!("{number}.phusong"));
        let to = to.to_str().expect("utf-8").to_owned();
        assert_eq!(phusong(&["ledger", "export", "--data", &dir, &to]).0, 0);
        to
    };
    let during: Vec<String> = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..REPORTS {
                let body = report(&format!("QNI{number:03}"), "kon-doc", "2026-11-01");
                assert_eq!(served.ask("POST", "/api/v1/reports", &viettel, &body).0, 201);
            }
        });
        let mut made = Vec::new();
        while !writer.is_finished() {
            made.push(copy(made.len()));
        }
        made
    });
    let last = copy(REPORTS);
    let verified = |dir: &str| {
        let (code, told) = phusong(&["ledger", "verify", "--data", dir]);
        assert_eq!(code, 0, "{told}");
        told
    };
    let mut sizes = BTreeSet::new();
    for file in during.iter().chain([&last]) {
        let empty = TempDir::new().expect("a folder");
        let to = empty.path().to_str().expect("utf-8");
        assert_eq!(phusong(&["ledger", "import", "--data", to, file]).0, 0);
        sizes.insert(verified(to));
        if *file != last {
            continue;
        }
        assert_eq!(verified(to), verified(&dir), "the same entries, the same root");
        // And the same state: every view answers the same bytes.
        let again = Served::start(empty.path());
        let own = key(empty.path(), &["officer"]);
        for path in ["/api/v1/gaps", "/api/v1/villages/kon-doc", "/api/v1/sites", "/api/v1/reports"]
        {
            assert_eq!(again.get(path, &own), served.get(path, &officer), "{path}");
            assert_eq!(again.get(path, ""), served.get(path, ""), "{path}");
        }
    }
    assert!(!during.is_empty() && sizes.len() > 1, "every copy was taken at rest: {sizes:?}");
}

/// R22: what is secret, sent wherever a client may put it, with everything logged that can be.
#[test]
fn no_secret_stands_in_a_log_in_metrics_or_in_an_answer_to_others() {
    let data = TempDir::new().expect("a folder");
    let made = |role: &[&str]| key(data.path(), role);
    let (viettel, officer) = (made(&["carrier", "--carrier", "viettel"]), made(&["officer"]));
    let log = data.path().with_extension("log");
    let stderr = std::fs::File::create(&log).expect("a log");
    let served = Served::logging_into(data.path(), "trace", Stdio::from(stderr));
    let link = Command::new(env!("CARGO_BIN_EXE_phusong"))
        .args(["key", "link", "--role", "approver", "--address", "http://127.0.0.1", "--data"])
        .arg(data.path())
        .output()
        .expect("a link");
    let link = String::from_utf8_lossy(&link.stdout).into_owned();
    let token = link.trim().split("#signin=").nth(1).expect("a token").to_owned();
    let (status, session) =
        served.ask("POST", "/api/v1/session", "", &json!({"token": token}).to_string());
    assert_eq!(status, 201, "{session}");
    let session = session["key"].as_str().expect("a key").to_owned();
    // Told by nobody but whom they are of.
    let (wrong, contact, complaint) =
        ("ps_viettel_CANARYWRONGKEY", "CANARYCONTACT", "CANARYCOMPLAINT");
    let secrets = [&*viettel, &officer, &session, &token, wrong, contact, complaint];
    let mut answers = String::new();
    let body = report("QNI001", "kon-doc", "2026-11-01");
    for key in [&*viettel, &officer, &session, wrong, ""] {
        for (method, path, body) in [
            ("GET", "/api/v1/me".to_owned(), ""),
            ("GET", format!("/api/v1/gaps?key={viettel}"), ""),
            ("GET", format!("/{officer}"), ""),
            ("GET", format!("/api/v1/reports/{session}"), ""),
            ("GET", format!("/tiles/{token}/0/0/0.mvt"), ""),
            ("POST", "/api/v1/reports".to_owned(), &*body),
            ("POST", "/api/v1/reports".to_owned(), "{"),
            ("POST", "/api/v1/filings".to_owned(), "x"),
            ("DELETE", format!("/api/v1/filings/{officer}"), ""),
            ("PATCH", format!("/api/v1/uploads/{officer}"), "x"),
        ] {
            answers.push_str(&served.ask(method, &path, key, body).1.to_string());
        }
    }
    let bad = json!({"token": officer, "more": token}).to_string();
    answers.push_str(&served.ask("POST", "/api/v1/session", "", &bad).1.to_string());
    let told = json!({"village": "kon-doc", "text": complaint, "contact": contact}).to_string();
    answers.push_str(&served.ask("POST", "/api/v1/disputes", "", &told).1.to_string());
    answers.push_str(&served.get("/api/v1/disputes", "").1.to_string());
    let metrics = served.fetch("/metrics", &officer).expect("metrics");
    served.signal("TERM");
    let mut served = served;
    assert_eq!(served.wait(), Some(0));
    let log = std::fs::read_to_string(&log).expect("a log");
    assert!(log.lines().count() > 50, "everything is logged:\n{log}");
    for (place, text) in [
        ("the log", &*log),
        ("metrics", &String::from_utf8_lossy(&metrics)),
        ("an answer", &answers),
    ] {
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} stands in {place}");
        }
    }
}

/// R22 and the threats' report reader: a name that begins like a formula is a text in every file.
#[test]
fn a_name_of_the_ledger_is_a_formula_in_no_file_that_goes_out() {
    const NAMES: [&str; 4] = ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)"];
    let house = House::open();
    let commune = house.get("/api/v1/villages/kon-doc", "public").json()["commune"]["name"].clone();
    let commune = commune.as_str().expect("a name");
    let rows: Vec<String> = NAMES.iter().map(|name| format!("{name};{commune}\n")).collect();
    let csv = format!("Thôn;Xã\n{}", rows.concat());
    let parts = [("file", Some("thon.csv"), csv.as_str()), ("kind", None, "villages")];
    let (status, draft) = begin(&house, "officer", &parts);
    assert_eq!((status, &draft["can_file"]), (201, &json!(true)), "{draft}");
    let at = format!("/api/v1/filings/{}", draft["id"].as_str().expect("an id"));
    let answered = house.get(&format!("{at}/answered"), "officer").text();
    assert_eq!(house.post(&format!("{at}/file"), "officer", "").status, 201);
    let mut site = on_air("=HYPERLINK(1)", "kon-doc", "2026-11-01");
    site["rows"][0]["ten_tram"] = json!("=1+1");
    assert_eq!(house.post("/api/v1/reports", "viettel", &site.to_string()).status, 201);
    let all = "verdict=covered,insufficient,no_signal,partial_hole,not_as_asked";
    let gaps = house.get(&format!("/api/v1/gaps?{all}&format=csv"), "officer").text();
    assert!(gaps.contains("'=1+1"), "the names went out: {gaps}");
    for text in [gaps, answered] {
        for cell in text.lines().flat_map(|line| line.split([',', ';'])) {
            let cell = cell.trim_matches('"').trim_start_matches('\u{feff}');
            let is_formula = cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
            assert!(!is_formula, "{cell:?} in {text}");
        }
    }
    for path in ["/api/v1/exports/villages.xlsx", &format!("/api/v1/gaps?{all}&format=xlsx")] {
        let book = house.get(path, "officer");
        assert_eq!(book.status, 200, "{path}");
        let mut package = zip::ZipArchive::new(std::io::Cursor::new(&book.body)).expect("a ZIP");
        let mut sheets = 0;
        for at in 0..package.len() {
            let mut part = package.by_index(at).expect("a part");
            let is_sheet = part.name().is_ok_and(|name| name.contains("worksheets/sheet"));
            if is_sheet {
                let mut xml = String::new();
                std::io::Read::read_to_string(&mut part, &mut xml).expect("XML");
                assert!(!xml.contains("<f>") && !xml.contains("<f "), "{path}: a formula");
                sheets += 1;
            }
        }
        assert!(sheets > 0, "{path}");
    }
}
