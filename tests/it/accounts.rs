//! Named accounts over HTTP: who did it, who may know, and the second person.

use phusong::service::Service;
use phusong_atlas::domain::{
    DocumentRef, Fact, FiledRow, Filing, FilingKind, Party, PersonId, ReportId, Role, Scope, Target,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::edge::{Ask, House};
use crate::served::{Served, phusong};

const FORM: &[(&str, &str)] = &[("content-type", "multipart/form-data; boundary=----x")];
const LIST: &str = "Thôn;Xã;Số hộ\nKon Dóc;21520;41\n";

/// Sends a list of villages as far as it goes: the answer to *gửi*.
fn send_list(house: &House, role: &str, csv: &str) -> (u16, Value) {
    let body = format!(
        "------x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"thon.csv\"\r\n\r\n{csv}\r\n------x\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\nvillages\r\n------x--\r\n"
    );
    let ask =
        Ask { method: "POST", path: "/api/v1/filings", body: body.as_bytes(), ..Ask::default() };
    let begun = house.ask(&ask.with(FORM).by(house.key(role)));
    assert_eq!(begun.status, 201, "{}", begun.text());
    let id = begun.json()["id"].as_str().expect("an id").to_owned();
    let filed = house.post(&format!("/api/v1/filings/{id}/file"), role, "");
    (filed.status, filed.json())
}

/// The same, taken: its report.
pub fn file_list(house: &House, role: &str, csv: &str) -> String {
    let (status, filed) = send_list(house, role, csv);
    assert!(matches!(status, 200 | 201), "{filed}");
    filed["report"].as_str().expect("an id").to_owned()
}

/// Two officers, and two managers of Viettel.
pub fn name_four(house: &mut House) {
    for (who, role, scope) in [
        ("a", "officer", None),
        ("b", "officer", None),
        ("m", "carrier-manager", Some("viettel")),
        ("n", "carrier-manager", Some("viettel")),
    ] {
        house.name(who, role, scope);
    }
}

/// Something that waits for a second person: a list of the department's, or a manager's mark on a
/// site, for which the other one comes now and then. The report of that site.
pub fn waits(house: &House, code: &str, number: usize) -> Option<String> {
    if number.is_multiple_of(2) {
        file_list(house, "a", &LIST.replace("41", &(50 + number).to_string()));
        return None;
    }
    let body = crate::edge::report(code, "kon-doc", "2026-10-01");
    let filed = house.post("/api/v1/reports", "m", &body);
    assert_eq!(filed.status, 201, "{}", filed.text());
    let (status, marked) = restrict(house, "m", "viettel", code);
    assert_eq!((status, &marked["awaits_second"]), (201, &json!(true)), "{marked}");
    if number % 4 == 1 {
        assert_eq!(publish(house, "n", marked["report"].as_str().expect("an id")).0, 200);
    }
    filed.json()["report"].as_str().map(str::to_owned)
}

fn publish(house: &House, role: &str, report: &str) -> (u16, Value) {
    let done = house.post(&format!("/api/v1/reports/{report}/publish"), role, "{}");
    (done.status, done.json())
}

fn households(house: &House, role: &str) -> Value {
    house.get("/api/v1/villages/kon-doc", role).json()["households"].clone()
}

fn waiting(house: &House, role: &str) -> Vec<Value> {
    let docket = house.get("/api/v1/decisions", role).json();
    docket["awaiting_second"].as_array().cloned().unwrap_or_default()
}

/// What the second person is asked to agree to.
fn content(house: &House, role: &str, report: &str) -> Value {
    page(house, role, report)["rows"][0]["understood"].clone()
}

fn page(house: &House, role: &str, report: &str) -> Value {
    house.get(&format!("/api/v1/reports/{report}"), role).json()
}

#[test]
fn until_there_is_a_second_account_everything_is_as_it_was() {
    let mut house = House::open();
    file_list(&house, "officer", LIST);
    assert_eq!(households(&house, "public"), 41, "nobody named");
    let account = house.name("Cán bộ A", "officer", None);
    house.name("Cán bộ C", "approver", None);
    let report = file_list(&house, "Cán bộ A", &LIST.replace("41", "42"));
    assert_eq!(households(&house, "public"), 42, "one officer and one approver");
    assert_eq!(waiting(&house, "officer"), Vec::<Value>::new());
    // The department knows who it was; nobody else does.
    let by = json!({ "account": account, "name": "Cán bộ A" });
    for role in ["officer", "approver", "auditor"] {
        assert_eq!(page(&house, role, &report)["by"], by, "{role}");
    }
    for role in ["public", "viettel", "commune", "planner", "admin"] {
        let shown = page(&house, role, &report);
        assert_eq!((&shown["report"], &shown["by"]), (&json!(report), &Value::Null), "{role}");
    }
    let me = house.get("/api/v1/me", "Cán bộ A").json();
    assert_eq!((&me["person"], &me["role"]), (&by, &json!("officer")));
    assert_eq!(house.get("/api/v1/me", "officer").json()["person"], Value::Null);
}

#[test]
fn a_list_of_villages_waits_for_another_account() {
    let mut house = House::open();
    let first = house.name("Cán bộ A", "officer", None);
    let second = house.name("Cán bộ B", "officer", None);
    let before = house.get("/api/v1/villages/kon-doc", "public").json();
    let (status, filed) = send_list(&house, "Cán bộ A", LIST);
    assert_eq!((status, &filed["awaits_second"]), (201, &json!(true)), "{filed}");
    let report = filed["report"].as_str().expect("an id").to_owned();

    // It counts for the department, which sees that it waits and for whom.
    assert_eq!(households(&house, "officer"), 41);
    assert_eq!(households(&house, "approver"), 41);
    for (role, may) in [("Cán bộ B", true), ("Cán bộ A", false), ("auditor", false)] {
        let list = waiting(&house, role);
        assert_eq!(list.len(), 1, "{role}");
        assert_eq!(list[0]["by"], json!({ "account": first, "name": "Cán bộ A" }), "{role}");
        assert_eq!(list[0]["what"], "villages");
        assert_eq!((&list[0]["report"], &list[0]["may_publish"]), (&json!(report), &json!(may)));
        assert_eq!(page(&house, role, &report)["rows"][0]["state"], "awaits_second");
        assert_eq!(content(&house, role, &report)["uoc_so_ho"], 41, "{role}");
    }
    // For everybody else it is not there.
    assert_eq!(house.get("/api/v1/villages/kon-doc", "public").json(), before);
    for role in ["public", "viettel", "commune", "planner"] {
        assert_eq!(households(&house, role), before["households"], "{role}");
        assert_eq!(house.get(&format!("/api/v1/reports/{report}"), role).status, 404, "{role}");
        assert_eq!(waiting(&house, role), Vec::<Value>::new(), "{role}");
    }

    // Neither its own account nor nobody named is a second person.
    let (status, why) = publish(&house, "Cán bộ A", &report);
    assert_eq!((status, &why["code"]), (403, &json!("second-person")), "{why}");
    assert!(why["detail"].as_str().expect("a detail").contains("một tài khoản khác"), "{why}");
    let english = [("accept-language", "en"), ("content-type", "application/json")];
    let path = format!("/api/v1/reports/{report}/publish");
    let asked = Ask { method: "POST", path: &path, body: b"{}", ..Ask::default() };
    let why = house.ask(&asked.by(house.key("officer")).with(&english)).json();
    assert_eq!((&why["status"], &why["code"]), (&json!(403), &json!("unnamed-key")), "{why}");
    assert!(why["detail"].as_str().expect("a detail").contains("key create --name"), "{why}");
    let (status, why) = send_list(&house, "officer", &LIST.replace("41", "43"));
    assert_eq!((status, &why["code"]), (403, &json!("unnamed-key")), "{why}");
    assert_eq!(households(&house, "officer"), 41, "nothing was filed");

    // Put into the ledger all the same, it changes nothing.
    smuggle(&house, Some(&first), &report);
    smuggle(&house, None, &report);
    assert_eq!(house.get("/api/v1/villages/kon-doc", "public").json(), before);

    assert_eq!(publish(&house, "Cán bộ B", &report).0, 200);
    assert_eq!(households(&house, "public"), 41);
    assert_eq!(waiting(&house, "officer"), Vec::<Value>::new());
    let shown = page(&house, "officer", &report);
    let by = json!({ "account": second, "name": "Cán bộ B" });
    assert_eq!(
        (&shown["rows"][0]["state"], &shown["rows"][0]["published_by"]),
        (&json!("published"), &by)
    );
    let public = page(&house, "public", &report);
    assert_eq!((&public["by"], &public["rows"][0]["published_by"]), (&Value::Null, &Value::Null));
}

/// A publication that the service would not have filed.
fn smuggle(house: &House, person: Option<&str>, report: &str) {
    let id: ReportId = report.parse().expect("an id");
    let entry =
        house.service.with_history(|history| history.entry_by_id(id).expect("an entry").seq);
    let filing = Filing {
        kind: FilingKind::Decision,
        owner: Party::Department,
        filed_by: Party::Department,
        person: person.map(|person| PersonId::new(person).expect("an id")),
        document: DocumentRef::default(),
        files: Vec::new(),
    };
    let fact = Fact::Publish(Target { entry, rows: Vec::new() });
    let row = FiledRow { fact, replaces: None, note: None };
    house.service.write(filing, vec![row], None, Scope::Officer).expect("written");
}

#[test]
fn a_new_village_is_found_by_name_once_the_second_person_was_there() {
    let mut house = House::open();
    house.name("a", "officer", None);
    house.name("b", "officer", None);
    let list = "Thôn;Xã;Số hộ;Kinh độ;Vĩ độ\nLàng Mới Tinh;21520;30;108.82;14.70\n";
    let report = file_list(&house, "a", list);
    let found = |role: &str| {
        let list = house.get("/api/v1/villages?q=L%C3%A0ng%20M%E1%BB%9Bi%20Tinh", role).json();
        list["items"].as_array().map_or(0, Vec::len)
    };
    assert_eq!((found("public"), found("viettel")), (0, 0));
    let row = json!({ "rows": [{
        "ma_tram": "A1", "loai_su_kien": "on_air", "ngay_su_kien": "2026-10-01", "cong_nghe": "4G",
        "kinh_do": 108.82, "vi_do": 14.70, "cac_thon_phuc_vu": "Làng Mới Tinh", "xa": "21520",
    }] })
    .to_string();
    let codes = || {
        let preview = house.post("/api/v1/reports/preview", "viettel", &row).json();
        preview["rows"][0]["findings"].to_string()
    };
    assert!(codes().contains("unknown-village"), "{}", codes());
    assert_eq!(publish(&house, "b", &report).0, 200);
    assert_eq!((found("public"), found("viettel")), (1, 1));
    assert!(!codes().contains("unknown-village"), "{}", codes());
}

#[test]
fn a_target_waits_for_another_account() {
    let mut house = House::open();
    let first = house.name("a", "officer", None);
    house.name("b", "officer", None);
    let target = |role: &str, more: &[(&str, Value)]| {
        let mut body = json!({
            "id": "muc-tieu-moi", "clause": "mục 1", "indicator": "fibre_households",
            "comparator": "at_least", "threshold": 87.5, "code": 51, "due": "2027-12-31",
            "owner": "Sở KH&CN", "text_vi": "Hộ có cáp quang", "text_en": "Households with fibre",
            "source": "thử nghiệm",
        });
        for (name, value) in more {
            body[*name] = value.clone();
        }
        let done =
            house.post("/api/v1/decisions", role, &json!({ "set_target": body }).to_string());
        (done.status, done.json())
    };
    for (name, value) in [
        ("id", json!("goal-ii4b-fibre")),
        ("id", json!("có dấu")),
        ("indicator", json!("none")),
        ("threshold", json!(-1)),
        ("threshold", json!(1e300)),
        ("code", json!(999_999)),
        ("due", json!("2027-02-31")),
        ("owner", json!(" ")),
    ] {
        let (status, why) = target("a", &[(name, value.clone())]);
        assert_eq!(status, 422, "{name} {value}: {why}");
        assert!(why["errors"].to_string().contains(name), "{name} {value}: {why}");
    }
    assert_eq!(target("viettel", &[]).0, 403);
    assert_eq!(target("officer", &[]).1["code"], "unnamed-key");
    let (status, filed) = target("a", &[]);
    assert_eq!((status, &filed["awaits_second"]), (201, &json!(true)), "{filed}");
    assert_eq!(waiting(&house, "b")[0]["by"]["account"], json!(first));
    let report = filed["report"].as_str().expect("an id").to_owned();
    let shown = |role: &str| {
        let list = house.get("/api/v1/targets", role).json();
        let items = list["items"].as_array().expect("a list").iter();
        items.filter(|one| one["id"] == "muc-tieu-moi").count()
    };
    assert_eq!((shown("officer"), shown("public"), shown("viettel")), (1, 0, 0));
    assert_eq!(waiting(&house, "b")[0]["what"], "goal");
    assert_eq!(
        content(&house, "b", &report),
        json!({
            "chi_tieu": "fibre_households", "noi_dung": "Hộ có cáp quang", "so_sanh": "≥",
            "nguong": 87.5, "don_vi_tinh": "%", "pham_vi": "tỉnh Quảng Ngãi (cũ)", "don_vi": 51,
            "han": "2027-12-31", "chu_tri": "Sở KH&CN", "can_cu": "mục 1", "nguon": "thử nghiệm",
        })
    );
    assert_eq!(publish(&house, "a", &report).0, 403);
    assert_eq!(publish(&house, "b", &report).0, 200);
    assert_eq!((shown("public"), shown("viettel")), (1, 1));
}

fn restrict(house: &House, role: &str, carrier: &str, code: &str) -> (u16, Value) {
    let body = json!({ "restrict_site": { "carrier": carrier, "code": code } }).to_string();
    let done = house.post("/api/v1/decisions", role, &body);
    (done.status, done.json())
}

#[test]
fn a_carriers_manager_restricts_its_own_sites_and_a_second_one_has_to_agree() {
    let mut house = House::open();
    for (role, code) in [("viettel", "S1"), ("viettel", "S2"), ("vnpt", "V1")] {
        let report = crate::edge::report(code, "kon-doc", "2026-10-01");
        assert_eq!(house.post("/api/v1/reports", role, &report).status, 201);
    }
    let sees = |house: &House, role: &str, site: &str| {
        house.get(&format!("/api/v1/sites/viettel/{site}"), role).status == 200
    };
    assert_eq!(restrict(&house, "viettel", "viettel", "S1").0, 403, "a reporter");
    assert_eq!(restrict(&house, "officer", "viettel", "S1").0, 403, "an officer");
    let (theirs, nobodys) = (
        restrict(&house, "viettel-manager", "vnpt", "V1"),
        restrict(&house, "viettel-manager", "vnpt", "NONE"),
    );
    assert_eq!(theirs.0, 422, "another carrier's site is not there: {}", theirs.1);
    assert_eq!(theirs.1.to_string().replace("V1", "NONE"), nobodys.1.to_string());
    // The only manager's word counts at once.
    assert!(sees(&house, "officer", "S1"));
    assert_eq!(restrict(&house, "viettel-manager", "viettel", "S1").0, 201);
    assert!(!sees(&house, "officer", "S1") && sees(&house, "approver", "S1"));

    house.name("m", "carrier-manager", Some("viettel"));
    house.name("n", "carrier-manager", Some("viettel"));
    assert_eq!(restrict(&house, "viettel-manager", "viettel", "S2").1["code"], "unnamed-key");
    let (status, marked) = restrict(&house, "m", "viettel", "S2");
    assert_eq!((status, &marked["awaits_second"]), (201, &json!(true)), "{marked}");
    let report = marked["report"].as_str().expect("an id");
    assert!(sees(&house, "officer", "S2"), "it waits");
    for (role, many) in
        [("n", 1), ("m", 1), ("viettel", 1), ("approver", 1), ("officer", 0), ("vnpt", 0)]
    {
        assert_eq!(waiting(&house, role).len(), many, "{role}");
    }
    assert_eq!(waiting(&house, "n")[0]["by"]["name"], "m");
    for role in ["m", "viettel", "viettel-manager", "officer", "approver"] {
        assert_eq!(publish(&house, role, report).0, 403, "{role}");
    }
    assert_eq!(publish(&house, "vnpt", report).0, 404);
    let site = json!({ "nha_mang": "viettel", "ma_tram": "S2" });
    assert_eq!(content(&house, "n", report), site);
    assert!(sees(&house, "officer", "S2"), "it waits still");
    assert_eq!(publish(&house, "n", report).0, 200);
    assert!(!sees(&house, "officer", "S2") && sees(&house, "approver", "S2"));
}

#[test]
fn an_approvers_mark_waits_for_another_approver() {
    let mut house = House::open();
    let report = crate::edge::report("S1", "kon-doc", "2026-10-01");
    assert_eq!(house.post("/api/v1/reports", "viettel", &report).status, 201);
    house.name("c", "approver", None);
    house.name("d", "approver", None);
    let sees = || house.get("/api/v1/sites/viettel/S1", "officer").status == 200;
    let (status, marked) = restrict(&house, "c", "viettel", "S1");
    assert_eq!(status, 201, "{marked}");
    let report = marked["report"].as_str().expect("an id");
    assert_eq!(publish(&house, "c", report).1["code"], "second-person");
    assert!(sees());
    assert_eq!(publish(&house, "d", report).0, 200);
    assert!(!sees());
}

#[test]
fn a_carrier_sees_its_own_people_and_nobody_elses() {
    let mut house = House::open();
    house.name("r", "carrier", Some("viettel"));
    house.name("a", "officer", None);
    let body = crate::edge::report("S1", "kon-doc", "2026-10-01");
    let filed = house.post("/api/v1/reports", "r", &body);
    assert_eq!(filed.status, 201, "{}", filed.text());
    let report = filed.json()["report"].as_str().expect("an id").to_owned();
    // The same by a colleague is the same act.
    assert_eq!(house.post("/api/v1/reports", "viettel", &body).json()["report"], json!(report));
    let named = |role: &str| page(&house, role, &report)["by"]["name"].clone();
    assert_eq!((named("viettel"), named("officer")), (json!("r"), json!("r")));
    assert_eq!(publish(&house, "a", &report).0, 200);
    assert_eq!((named("vnpt"), named("public")), (Value::Null, Value::Null));
    let by = |role: &str| page(&house, role, &report)["rows"][0]["published_by"]["name"].clone();
    assert_eq!((by("officer"), by("viettel")), (json!("a"), Value::Null));

    // On its behalf: the carrier sees the filing, not who filed it.
    let behalf = body.replace("S1", "S2").replacen('{', "{\"on_behalf_of\":\"viettel\",", 1);
    let filed = house.post("/api/v1/reports", "a", &behalf);
    assert_eq!(filed.status, 201, "{}", filed.text());
    let report = filed.json()["report"].as_str().expect("an id").to_owned();
    let by = |role: &str| page(&house, role, &report)["by"]["name"].clone();
    assert_eq!((by("auditor"), by("viettel")), (json!("a"), Value::Null));

    let ruling = json!({
        "of": "village", "text": "Làng Lạ", "means": "kon-doc", "reason": "theo xã",
        "sender": "viettel",
    });
    let ruled = house.post("/api/v1/names/decisions", "a", &ruling.to_string());
    assert_eq!(ruled.status, 201, "{}", ruled.text());
    let by = |role: &str| {
        let list = house.get("/api/v1/names/decisions", role).json();
        list["decisions"][0]["person"]["name"].clone()
    };
    assert_eq!((by("officer"), by("viettel")), (json!("a"), Value::Null));
}

#[test]
fn an_account_made_while_nobody_served_is_known_at_the_start_and_told_once() {
    let data = TempDir::new().expect("a directory");
    let dir = data.path().to_str().expect("utf-8");
    let create = ["key", "create", "--data", dir, "--role"];
    for who in [&["officer", "--name", "A"][..], &["auditor", "--name", "U"], &["officer"]] {
        assert_eq!(phusong(&[&create[..], who].concat()).0, 0);
    }
    let mut known = Vec::new();
    for _again in 0..2 {
        let service = Service::open(data.path()).expect("opens");
        known.push(service.with_history(|history| {
            let count = |role| history.accounts().count(&role);
            (count(Role::Officer), count(Role::Auditor), history.entries().len())
        }));
        service.stop();
    }
    assert_eq!(known, [(1, 1, 3), (1, 1, 3)]);
}

/// `key create --name`, `list`, `link --account`, `erase`: beside a running service, and no byte
/// of the name is left.
#[test]
fn an_erased_name_is_gone_and_the_account_stays() {
    const NAME: &str = "Huỳnh Thị Tên Dài Khó Quên";
    let data = TempDir::new().expect("a directory");
    let dir = data.path().to_str().expect("utf-8").to_owned();
    let run = |args: &[&str]| phusong(&[args, &["--data", &dir]].concat());
    let mut served = Served::start(data.path());
    let create = ["key", "create", "--role", "officer"];
    let (code, key) = run(&[&create[..], &["--name", NAME]].concat());
    assert_eq!(code, 0);
    let key = key.trim().to_owned();
    let (_, me) = served.get("/api/v1/me", &key);
    assert_eq!(me["person"]["name"], NAME, "{me}");
    let account = me["person"]["account"].as_str().expect("an id").to_owned();
    let (_, list) = run(&["key", "list"]);
    assert!(list.trim_end().ends_with(&format!("\t{account}\t{NAME}")), "{list}");

    let (code, other) = run(&[&create[..], &["--account", &account]].concat());
    assert_eq!(code, 0);
    assert_eq!(served.get("/api/v1/me", other.trim()).1["person"]["account"], account.as_str());
    let carrier = ["key", "create", "--role", "carrier", "--carrier", "vnpt", "--account"];
    assert_eq!(run(&[&carrier[..], &[&account]].concat()).0, 2, "an account is of one side");
    let link = ["key", "link", "--role", "officer", "--account", &account];
    let (code, link) = run(&link);
    assert_eq!(code, 0);
    let token = link.trim().split("signin=").nth(1).expect("a token").to_owned();
    let (status, session) =
        served.ask("POST", "/api/v1/session", "", &json!({ "token": token }).to_string());
    assert_eq!(status, 201, "{session}");
    let session = session["key"].as_str().expect("a key");
    assert_eq!(served.get("/api/v1/me", session).1["person"]["account"], account.as_str());

    let seen = json!({ "rows": [{ "village": "kon-doc", "says": "lacks", "day": "2026-10-01" }] });
    let (status, filed) = served.ask("POST", "/api/v1/observations", &key, &seen.to_string());
    assert_eq!(status, 201, "{filed}");
    let path = format!("/api/v1/reports/{}", filed["report"].as_str().expect("an id"));
    assert_eq!(served.get(&path, &key).1["by"]["name"], NAME);

    assert_eq!(run(&["key", "erase", "--account", &account]).0, 0);
    let by = served.get(&path, &key).1["by"].clone();
    assert_eq!(by, json!({ "account": account, "name": null }), "the key opens still");
    assert_eq!(run(&[&create[..], &["--account", &account]].concat()).0, 66, "no further key");
    assert_eq!(run(&["key", "erase", "--account", "nobody"]).0, 2);
    assert_eq!(run(&["key", "erase", "--account", "paaaaaaaaaaaaaaaa"]).0, 66);
    assert_eq!(run(&["ledger", "verify"]).0, 0);
    served.signal("TERM");
    served.wait();
    let mut looked_at = 0;
    for file in walk(data.path()) {
        let bytes = std::fs::read(&file).expect("a file");
        let found = bytes.windows(NAME.len()).any(|part| part == NAME.as_bytes());
        assert!(!found, "{} holds the name", file.display());
        looked_at += 1;
    }
    assert!(looked_at > 2);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("one"));
    entries
        .flat_map(|entry| {
            let path = entry.path();
            if path.is_dir() { walk(&path) } else { vec![path] }
        })
        .collect()
}
