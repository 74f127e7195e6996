//! Filings that are no site reports: who may file what, what counts for whom, and that nothing
//! moves that must not.

use serde_json::{Value, json};

use crate::edge::{Ask, COMMUNE, House};

const FORM: &[(&str, &str)] = &[("content-type", "multipart/form-data; boundary=----x")];

fn begin(house: &House, role: &str, kind: &str, csv: &str) -> (u16, Value) {
    let body = format!(
        "------x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"bang.csv\"\r\n\r\n{csv}\r\n------x\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n------x--\r\n"
    );
    let ask =
        Ask { method: "POST", path: "/api/v1/filings", body: body.as_bytes(), ..Ask::default() };
    let answer = house.ask(&ask.with(FORM).by(house.key(role)));
    (answer.status, answer.json())
}

fn file(house: &House, role: &str, kind: &str, csv: &str) -> Value {
    let (status, draft) = begin(house, role, kind, csv);
    assert_eq!((status, &draft["kind"]), (201, &json!(kind)), "{draft}");
    assert_eq!(draft["can_file"], json!(true), "{draft}");
    let at = format!("/api/v1/filings/{}/file", draft["id"].as_str().expect("an id"));
    let filed = house.post(&at, role, "");
    assert_eq!(filed.status, 201, "{}", filed.text());
    filed.json()
}

fn codes(draft: &Value) -> Vec<String> {
    let questions = draft["questions"].as_array().cloned().unwrap_or_default();
    questions.iter().map(|one| one["code"].as_str().unwrap_or("?").to_owned()).collect()
}

const DUTIES: &str = "Thôn;Mốc tiến độ;Ngày đạt;Ngày cam kết;Vướng mắc;Vướng mắc từ\n\
    Kon Dóc;khảo sát;10/03/2026;31/12/2027;chưa có điện lưới;01/03/2026\n";
const STATISTICS: &str = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số\n\
    hộ có cáp quang;Ba Tơ;10/2025;45;100\n";
const OUTAGES: &str = "Thôn;Bắt đầu;Kết thúc;Nguyên nhân\n\
    Kon Dóc;20/11/2025 06:00;20/11/2025 09:30;mất điện\n";

#[test]
fn progress_outages_and_figures_are_filed_and_move_no_verdict() {
    let house = House::open();
    let gaps = || house.get("/api/v1/gaps", "public").json();
    let before = gaps();
    for (kind, csv, list) in [
        ("duties", DUTIES, "progress"),
        ("outages", OUTAGES, "progress"),
        ("statistics", STATISTICS, "figures"),
    ] {
        let filed = file(&house, "viettel", kind, csv);
        assert_eq!(filed["moved"], json!([]), "{kind}: {filed}");
        let page = format!("/api/v1/reports/{}", filed["report"].as_str().expect("an id"));
        let own = house.get(&page, "viettel").json();
        assert_eq!(own["kind"], list, "{own}");
        assert_ne!(own["rows"][0]["understood"], json!({}), "{own}");
        // Another carrier and the public know nothing of it until it is published.
        for role in ["vnpt", "public"] {
            assert_eq!(house.get(&page, role).status, 404, "{kind} {role}");
        }
        let publish = house.post(&format!("{page}/publish"), "officer", "{}");
        assert_eq!(publish.status, 200, "{}", publish.text());
        assert_eq!(house.get(&page, "public").status, 200);
    }
    assert_eq!(gaps()["items"], before["items"]);
    // A row of progress says three things; each is a row of the entry.
    let listed = house.get("/api/v1/reports", "viettel").json();
    let rows: Vec<&Value> =
        listed["items"].as_array().expect("a list").iter().map(|l| &l["rows"]).collect();
    assert_eq!(rows, [&json!(1), &json!(1), &json!(3)]);
}

#[test]
fn who_may_file_which_kind() {
    let house = House::open();
    let villages = format!("Thôn;Xã;Số hộ\nKon Dóc;{COMMUNE};41\n");
    let cases: [(&str, &str, &str, bool); 8] = [
        ("viettel", "villages", &villages, false),
        (
            "viettel",
            "measurement",
            "Timestamp,Longitude,Latitude,RSRP\n2025.11.20_08.00.10,108.8,14.7,-98\n",
            false,
        ),
        ("commune", "villages", &villages, true),
        ("commune", "statistics", STATISTICS, false),
        ("commune", "duties", DUTIES, false),
        ("officer", "villages", &villages, true),
        ("officer", "statistics", STATISTICS, true),
        ("viettel", "statistics", STATISTICS, true),
    ];
    for (role, kind, csv, may) in cases {
        let (status, draft) = begin(&house, role, kind, csv);
        assert_eq!(status, 201, "{draft}");
        let refused = codes(&draft).contains(&"kind-not-taken".to_owned());
        assert_eq!(
            (draft["can_file"] == json!(true), !refused),
            (may, may),
            "{role} {kind} {draft}"
        );
    }
    for role in ["planner", "auditor", "public"] {
        assert_ne!(begin(&house, role, "villages", &villages).0, 201, "{role}");
    }
}

#[test]
fn a_commune_lists_its_villages_and_an_officer_publishes_the_list() {
    let house = House::open();
    let csv = format!("Thôn;Xã;Số hộ;Từ ngày\nKon Dóc;{COMMUNE};41;01/10/2025\n");
    let households =
        |role: &str| house.get("/api/v1/villages/kon-doc", role).json()["households"].clone();
    assert_eq!(households("public"), Value::Null);
    let filed = file(&house, "commune", "villages", &csv);
    assert_eq!((households("commune"), households("officer")), (json!(41), json!(41)));
    assert_eq!(households("public"), Value::Null, "until an officer publishes it");
    let page = format!("/api/v1/reports/{}/publish", filed["report"].as_str().expect("an id"));
    assert_eq!(house.post(&page, "officer", "{}").status, 200);
    assert_eq!(households("public"), json!(41));
    // Names one tone apart are never merged: they are asked.
    let near = format!("Thôn;Xã;Số hộ\nKon Doc;{COMMUNE};20\n");
    let (_, draft) = begin(&house, "commune", "villages", &near);
    assert_eq!(codes(&draft), ["near-village"], "{draft}");
}

#[test]
fn a_bare_name_of_a_district_and_its_town_is_asked_in_a_column_of_units() {
    let house = House::open();
    let table = |unit: &str, period: &str| {
        let csv =
            format!("Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số\nhộ có cáp quang;{unit};{period};45;100\n");
        begin(&house, "officer", "statistics", &csv).1
    };
    let offered = |draft: &Value| {
        let places = draft["questions"][0]["candidates"].as_array().cloned().unwrap_or_default();
        let mut ids: Vec<String> =
            places.iter().map(|one| one["id"].as_str().unwrap_or("?").to_owned()).collect();
        ids.sort_unstable();
        ids
    };
    for (unit, expected) in
        [("Ba Tơ", ["21484", "535"]), ("Mộ Đức", ["21400", "533"]), ("Quảng Ngãi", ["51", "522"])]
    {
        let draft = table(unit, "03/2025");
        assert_eq!(codes(&draft), ["unit"], "{unit}: {draft}");
        assert_eq!(offered(&draft), expected, "{unit}");
    }
    for (unit, period) in [
        ("huyện Ba Tơ", "03/2025"),
        ("thị trấn Ba Tơ", "03/2025"),
        ("tỉnh Quảng Ngãi", "03/2025"),
        ("535", "03/2025"),
        ("Trà Bồng", "03/2025"),
        ("Ba Tơ", "08/2025"),
        ("Quảng Ngãi", "08/2025"),
    ] {
        let draft = table(unit, period);
        assert!(codes(&draft).is_empty(), "{unit} {period}: {draft}");
    }
}

fn found(draft: &Value) -> Vec<String> {
    let rows = draft["rows"].as_array().cloned().unwrap_or_default();
    let all = rows.iter().filter_map(|row| row["findings"].as_array()).flatten();
    all.map(|one| one["code"].as_str().unwrap_or("?").to_owned()).collect()
}

#[test]
fn a_village_that_moves_is_in_the_new_commune_from_the_day_on() {
    let house = House::open();
    let row = |commune: &str, from: &str| {
        format!("Mã thôn;Thôn;Xã;Từ ngày\nlang-mam;Làng Mâm;{commune};{from}\n")
    };
    file(&house, "officer", "villages", &row("xã Ba Tơ", "01/09/2025"));
    let move_there = row("xã Đặng Thùy Trâm", "01/10/2025");
    let (_, draft) = begin(&house, "officer", "villages", &move_there);
    assert!(found(&draft).contains(&"village-moved".to_owned()), "{draft}");
    file(&house, "officer", "villages", &move_there);
    let commune = |as_of: &str| {
        let path = format!("/api/v1/villages/lang-mam?as_of={as_of}");
        house.get(&path, "officer").json()["commune"]["code"].clone()
    };
    assert_eq!(commune("2025-10-01"), json!(21_520));
    assert_ne!(commune("2025-09-30"), json!(21_520), "before, it lay where it had lain");
}

#[test]
fn households_of_all_clusters_are_the_villages_and_what_a_cluster_cannot_say_is_told() {
    let house = House::open();
    let table = |second: &str| {
        format!(
            "Thôn;Xã;Cụm dân cư;Số hộ;Nhân khẩu;Điện lưới\n\
             Kon Dóc;{COMMUNE};Cụm Trên;60;240;abc\nKon Dóc;{COMMUNE};Cụm Dưới;{second};;\n"
        )
    };
    let households =
        || house.get("/api/v1/villages/kon-doc", "officer").json()["households"].clone();
    let (_, draft) = begin(&house, "officer", "villages", &table(""));
    let told = found(&draft).iter().filter(|code| *code == "cluster-row-column").count();
    assert_eq!(told, 2, "{draft}");
    file(&house, "officer", "villages", &table(""));
    assert_eq!(households(), Value::Null, "one is not counted");
    file(&house, "officer", "villages", &table("30"));
    assert_eq!(households(), json!(90));
}

/// People, power and *đặc biệt khó khăn* are a village's: of rows of its clusters they are taken where
/// the rows leave one reading, else each cell says why not.
#[test]
fn what_the_rows_of_all_clusters_say_of_their_village_is_taken_and_found_by_filters() {
    let house = House::open();
    let table = |rows: &[[&str; 4]]| {
        let head = "Thôn;Xã;Cụm dân cư;Nhân khẩu;Điện lưới;Đặc biệt khó khăn\n".to_owned();
        rows.iter()
            .fold(head, |table, row| table + &format!("Kon Dóc;{COMMUNE};{}\n", row.join(";")))
    };
    let why = |rows: &[[&str; 4]]| {
        let (_, draft) = begin(&house, "officer", "villages", &table(rows));
        let rows = draft["rows"].as_array().expect("rows").clone();
        let all = rows.iter().filter_map(|row| row["findings"].as_array()).flatten();
        let untaken = all.filter(|one| one["code"] == "cluster-row-column");
        untaken.map(|one| one["message_vi"].as_str().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    let cases: [(&[[&str; 4]], &str); 6] = [
        (
            &[["Trên", "", "có", ""], ["Dưới", "", "không", ""]],
            "các cụm ghi khác nhau (dòng 3: không; dòng 2: có)",
        ),
        (&[["Trên", "430", "", ""], ["Dưới", "430", "", ""]], "mọi cụm ghi 430"),
        (&[["Trên", "430", "", ""], ["Dưới", "", "", ""]], "không phải mọi cụm của thôn đều ghi"),
        (&[["Trên", "bốn trăm", "", ""]], "“bốn trăm” không phải một số đếm"),
        (&[["Trên", "", "", "hơi khó"]], "“hơi khó” không phải có, không hoặc chưa rõ"),
        (&[["", "400", "", ""], ["Trên", "300", "", ""]], "dòng 2 của thôn đã ghi"),
    ];
    for (rows, expected) in cases {
        let told = why(rows);
        assert!(told.iter().any(|one| one.contains(expected)), "{rows:?}: {told:?}");
    }
    let sound = [["Trên", "240", "không", "có"], ["Dưới", "100", "Không", "x"]];
    assert_eq!(why(&sound), Vec::<String>::new());
    let (_, draft) = begin(&house, "officer", "villages", &table(&sound));
    assert_eq!(found(&draft).iter().filter(|code| *code == "cluster-rows-taken").count(), 3);
    assert_eq!(draft["rows"][0]["understood"]["nhan_khau"], json!(340), "{draft}");
    file(&house, "officer", "villages", &table(&sound));
    let village = house.get("/api/v1/villages/kon-doc", "officer").json();
    let told =
        ["people", "grid_power", "especially_hard", "name"].map(|name| village[name].clone());
    assert_eq!(told, [json!(340), json!("no"), json!("yes"), json!("Kon Dóc")], "{village}");
    let listed = |filter: &str| {
        let gaps = house.get(&format!("/api/v1/gaps?{filter}"), "officer");
        gaps.text().contains("\"kon-doc\"")
    };
    assert!(listed("grid_power=no") && listed("especially_hard=yes"), "the filters find it");
    assert!(!listed("grid_power=yes") && !listed("especially_hard=no"));
    // The same again changes nothing, and one more cluster says it of the village no more.
    let (_, draft) = begin(&house, "officer", "villages", &table(&[["Giữa", "10", "có", ""]]));
    assert!(found(&draft).contains(&"cluster-row-column".to_owned()), "{draft}");
}

/// *Các thôn còn lại* and a month without a day are asked, and nothing is refused beside.
#[test]
fn a_claim_of_villages_that_are_not_named_is_asked_and_not_refused() {
    let house = House::open();
    let table = "Công nghệ;Ngày bắt đầu;Ngày kết thúc;Thôn phục vụ\n\
        4G;01/10/2026;;các thôn còn lại\n4G;10/2026;;Kon Dóc\n4G;01/10/2026;12/2026;Kon Dóc\n";
    let (_, draft) = begin(&house, "viettel", "coverage", table);
    assert_eq!(found(&draft), ["vague-villages", "day-missing", "day-missing"], "{draft}");
    assert!(draft["rows"].as_array().expect("rows").iter().all(|row| row["outcome"] == "blocked"));
}

/// A list of several carriers, in groups, sent for one of them: the others' rows are not its own.
#[test]
fn rows_under_the_name_of_another_carrier_are_not_the_senders() {
    let house = House::open();
    let csv = "STT,Mã trạm,Sự kiện,Ngày,Công nghệ,Kinh độ,Vĩ độ,Thôn phục vụ\n\
        I,VIETTEL,,,,,,\n\
        1,QNI951,on_air,01/11/2026,4G,108.822,14.704,Kon Dóc\n\
        II,VNPT Quảng Ngãi,,,,,,\n\
        1,QNI952,on_air,01/11/2026,4G,108.823,14.704,Kon Dóc\n";
    let (_, draft) = begin(&house, "viettel", "site-report", csv);
    assert_eq!((&draft["fileable"], &draft["can_file"]), (&json!(1), &json!(false)), "{draft}");
    let found = &draft["rows"][1]["findings"];
    assert!(found.to_string().contains("other-carrier"), "{draft}");
}

/// Thirteen districts that are no more, named as people name them: what is taken for a commune of
/// that name is said in its row.
#[test]
fn a_district_of_before_is_not_taken_for_its_commune_unsaid() {
    let house = House::open();
    let rows = |names: &[&str]| {
        let lines = names.iter().map(|name| format!("hộ có cáp quang;{name};10/2025;45;100\n"));
        let csv = format!("Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số\n{}", lines.collect::<String>());
        let (_, draft) = begin(&house, "officer", "statistics", &csv);
        found(&draft).into_iter().filter(|code| code == "unit-namesake").count()
    };
    assert_eq!(rows(&["Bình Sơn", "Ba Tơ", "Lý Sơn", "Mộ Đức"]), 4);
    assert_eq!(rows(&["Xã Bình Sơn", "huyện Ba Tơ", "Ba Vì", "21400"]), 0);
}
