//! The command line beside a running service: tables for people, the API's shapes for programs,
//! documented exit codes.

use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::disk::Mount;
use crate::served::{Served, key, phusong};

fn json(args: &[&str]) -> Value {
    let (code, out) = phusong(args);
    assert_eq!(code, 0, "{args:?}");
    serde_json::from_str(&out).expect("JSON")
}

#[test]
fn gaps_and_villages_are_read_beside_a_running_service_as_the_api_gives_them() {
    let data = TempDir::new().expect("a directory");
    let served = Served::start(data.path());
    let dir = data.path().to_str().expect("utf-8");
    let asked = ["--duty", "overdue", "--carrier", "viettel", "--sort", "name"];
    let scope = ["--scope", "public", "--json", "--data", dir];
    let list = json(&[&["gaps"][..], &asked, &scope].concat());
    let (_, api) = served.get("/api/v1/gaps?duty=overdue&carrier=viettel&sort=name&limit=1000", "");
    assert_eq!(list, api, "the same shape and content");
    let page = json(&[&["village", "kon doc"][..], &scope].concat());
    assert_eq!(page, served.get("/api/v1/villages/kon-doc", "").1, "without accents too");

    let (code, out) = phusong(&["gaps", "--data", dir]);
    assert_eq!(code, 0);
    assert!(out.contains("Kon Dóc"), "{out}");
    assert_eq!(out.matches("trắng sóng (E2, cần xác nhận lại)").count(), 9, "{out}");
    assert!(out.contains("9 thôn; chưa rõ số hộ: 9 thôn; tính đến hết ngày "), "{out}");
    assert!(!out.contains('\u{1b}'), "no colour in a pipe");
    let (code, out) = phusong(&["village", "kon-doc", "--data", dir]);
    assert_eq!(code, 0);
    assert!(out.contains("mục IV.16") && out.contains("Điều gì làm thay đổi đánh giá"), "{out}");
    // How sure it is, where it lies and how surely, and whose word each sentence is.
    for said in [
        "Kon Dóc (kon-doc), Đặng Thuỳ Trâm: trắng sóng (E2, cần xác nhận lại)",
        "  vị trí: 108.8",
        " sai số ",
        "| 2024-06-07    | trắng sóng, cần xác nhận lại |",
        "| bất kỳ       | trắng sóng ",
        "(Báo Mới, “Nỗ lực phủ sóng di động” (2024))",
    ] {
        assert!(out.contains(said), "{said}: {out}");
    }

    let none = data.path().join("none");
    let none = none.to_str().expect("utf-8");
    let cases: [(&[&str], i32); 7] = [
        (&["gaps", "--data", dir, "--technology", "9G"], 2),
        (&["gaps", "--data", dir, "--scope", "nobody"], 2),
        (&["gaps", "--data", dir, "--as-of", "2999-01-01"], 2),
        (&["gaps", "--data", none], 66),
        (&["village", "nowhere", "--data", dir], 66),
        (&["village", "kon-doc", "--data", dir, "--known-at", "2020-01-01"], 66),
        (&["wat"], 2),
    ];
    for (args, code) in cases {
        assert_eq!(phusong(args).0, code, "{args:?}");
    }
}

#[test]
fn a_reader_that_has_had_enough_is_no_fault_to_tell_of() {
    let data = TempDir::new().expect("a directory");
    drop(Served::start(data.path()));
    let dir = data.path().to_str().expect("utf-8");
    for args in [&["completions", "bash"][..], &["village", "kon-doc", "--data", dir]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_phusong"))
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        drop(child.stdout.take());
        let ended = child.wait_with_output().expect("it ends");
        assert_eq!(ended.status.code(), Some(74), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{args:?}");
    }
}

#[test]
fn an_export_is_whole_files_in_an_empty_directory() {
    let data = TempDir::new().expect("a directory");
    let _served = Served::start(data.path());
    let dir = data.path().to_str().expect("utf-8");
    let out = data.path().join("out");
    let to = out.to_str().expect("utf-8");
    assert_eq!(phusong(&["export", to, "--data", dir, "--scope", "public"]).0, 0);
    let mut names: Vec<String> = std::fs::read_dir(&out)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_unstable();
    let tables = ["duties", "statistics", "villages"]
        .map(|name| ["geojson", "gpkg", "xlsx"].map(|ending| format!("{name}.{ending}")));
    let mut expected: Vec<String> = tables.into_iter().flatten().collect();
    expected.extend(["gaps.csv", "gaps.json", "villages.csv", "villages.json"].map(str::to_owned));
    expected.sort_unstable();
    assert_eq!(names, expected);
    let bytes = |name: &str| std::fs::read(out.join(name)).expect("a file");
    assert!(
        bytes("duties.xlsx").starts_with(b"PK") && bytes("villages.gpkg").starts_with(b"SQLite")
    );
    let csv = std::fs::read_to_string(out.join("gaps.csv")).expect("UTF-8");
    assert!(csv.starts_with("\u{feff}Mã thôn,Thôn,") && csv.lines().count() == 10, "{csv}");
    assert!(!csv.contains("Trạm gần nhất"), "the public sees no sites");
    assert_eq!(phusong(&["export", to, "--data", dir]).0, 2, "the directory is not empty");
}

#[test]
fn the_coordinate_doctor_needs_no_ledger() {
    let numbers = ["doctor", "588305,36", "1626337,87", "--commune", "Ba Trang"];
    let (code, out) = phusong(&numbers);
    assert_eq!(code, 0);
    assert!(out.contains("EPSG:5898 → WGS 84, EPSG:6960"), "{out}");
    let told = json(&[&numbers[..], &["--json"]].concat());
    assert_eq!(told["rows"][0]["habit"], "EPSG:5898", "{told}");
    assert_eq!(phusong(&["doctor"]).0, 2);
    // Nothing was read: programs see it by the exit code.
    for words in [&["doctor", "x", "y"][..], &["doctor", "x", "y", "--json"]] {
        assert_eq!(phusong(words).0, 65, "{words:?}");
    }
    let folder = TempDir::new().expect("a directory");
    let file = folder.path().join("diem.csv");
    std::fs::write(&file, "kinh_do,vi_do\nx,y\n").expect("written");
    let file = file.to_str().expect("utf-8");
    assert_eq!(phusong(&["doctor", "--file", file]).0, 65);
    assert_eq!(phusong(&["doctor", file]).0, 65, "a file's name is no number");
}

#[test]
fn a_view_is_of_a_carrier_that_there_is_and_a_village_is_found_as_it_is_typed() {
    let folder = TempDir::new().expect("a directory");
    let dir = folder.path().to_str().expect("utf-8");
    drop(Served::start(folder.path()));
    assert_eq!(phusong(&["gaps", "--data", dir, "--scope", "carrier:viettel"]).0, 0);
    assert_eq!(phusong(&["gaps", "--data", dir, "--scope", "carrier:nokia"]).0, 2);
    for typed in ["Thôn Cà", "Thon Ca", "thon ca"] {
        let (code, out) = phusong(&["village", "--data", dir, typed]);
        assert_eq!(code, 0, "{typed}");
        assert!(out.contains("thon-ca"), "{typed}: {out}");
    }
}

#[test]
fn every_documented_exit_code_is_given() {
    let folder = TempDir::new().expect("a directory");
    let place = |name: &str| folder.path().join(name).to_str().expect("utf-8").to_owned();
    let (real, file, nowhere) = (place("real"), place("file"), place("no/such/folder/x"));
    let served = Served::start(real.as_ref());
    std::fs::write(&file, "no receipt, no ledger").expect("written");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data"];
    let cases: [(&[&str], i32); 9] = [
        (&["--help"], 0),
        (&["template", "site-reports", "--out", &place("x.xlsx")], 2),
        (&["receipt", "verify", &file], 65),
        (&["ledger", "import", "--data", &place("new"), &file], 65),
        (&["receipt", "verify", &nowhere], 66),
        (&["key", "revoke", "--data", &real, "kzzzzzzzzzz"], 66),
        (&["template", "site-report", "--out", &nowhere], 74),
        (&[&serve[..], &[real.as_str()]].concat(), 75),
        (&[&serve[..], &[real.as_str(), "--demo"]].concat(), 75),
    ];
    for (args, code) in cases {
        assert_eq!(phusong(args).0, code, "{args:?}");
    }
    drop(served);
    assert_eq!(phusong(&[&serve[..], &[real.as_str(), "--demo"]].concat()).0, 78, "a real ledger");

    let small = folder.path().join("small");
    std::fs::create_dir(&small).expect("a directory");
    let Some(mount) = Mount::new(&small, "8k") else {
        println!("skipped: 73, as this process may not mount a small file system");
        return;
    };
    let out = mount.0.join("out");
    let out = out.to_str().expect("utf-8");
    assert_eq!(phusong(&["export", out, "--data", &real]).0, 73);
    let kept = std::fs::read_dir(out).expect("a directory").count();
    assert_eq!(kept, 0, "nothing half-written");
}

#[test]
fn rules_and_plans_are_read_as_the_api_gives_them() {
    let data = TempDir::new().expect("a directory");
    // A planner sees what the public sees, and may ask where more sites would serve most.
    let planner = key(data.path(), &["planner"]);
    let served = Served::start(data.path());
    let dir = data.path().to_str().expect("utf-8");
    let scope = ["--scope", "public", "--json", "--data", dir];
    let same = |args: &[&str], path: &str| {
        assert_eq!(json(&[args, &scope].concat()), served.get(path, &planner).1, "{path}");
    };
    same(&["rules", "list"], "/api/v1/rules");
    let diff = ["rules", "diff", "mac-dinh:1", "vi-du-nghiem:1", "--as-of", "2026-10-31"];
    same(&diff, "/api/v1/rules/diff?a=mac-dinh:1&b=vi-du-nghiem:1&as_of=2026-10-31");
    let (_, told) = phusong(&[&diff[..], &scope[..2], &["--data", dir]].concat());
    assert!(told.contains("thôn đổi đánh giá (") && told.contains(" hộ"), "{told}");
    let sites = ["plan", "sites", "--reach-m", "3000", "--sites", "2", "--demand", "not_covered"];
    same(&sites, "/api/v1/planning/sites?reach_m=3000&sites=2&demand=not_covered");
    same(
        &["plan", "ranking", "--weights", "overdue:1"],
        "/api/v1/planning/ranking?weights=overdue:1",
    );
    same(&["plan", "series", "--from", "2026-01-01"], "/api/v1/planning/series?from=2026-01-01");
    same(&["plan", "clusters", "--unit", "21520"], "/api/v1/planning/clusters?unit=21520");
    let days = ["plan", "side-by-side", "--days", "2023-06-07,2026-10-31", "--district", "535"];
    same(&days, "/api/v1/planning/side-by-side?days=2023-06-07,2026-10-31&district=535");
    let changes = ["changes", "--from", "2023-06-01", "--to", "2023-06-30"];
    same(&changes, "/api/v1/changes?from=2023-06-01&to=2023-06-30");
    let eve = phusong::service::today().plus_days(-1).to_string();
    let received = ["changes", "--known-from", &eve, "--as-of", "2023-12-31"];
    same(&received, &format!("/api/v1/changes?known_from={eve}&as_of=2023-12-31"));
    same(&["outages", "--as-of", "2026-10-31"], "/api/v1/outages?as_of=2026-10-31");
    same(&["disputes", "--stage", "opened"], "/api/v1/disputes?stage=opened");
    same(&["duties", "--board", "--as-of", "2024-01-01"], "/api/v1/duties/board?as_of=2024-01-01");
    same(&["duties", "--if-kept", "2999-12-31"], "/api/v1/duties/scenario?on=2999-12-31");
    // For people: a table, and what it is not.
    for (args, words) in [
        (&["plan", "clusters"][..], "chưa có sóng 9 cụm"),
        (&["plan", "side-by-side"], "mọi nhà mạng"),
        (&["plan", "single-points"], "0 trạm đã ghi nguồn điện"),
        (&["changes", "--from", "2023-06-01"], "Kon Dóc"),
        (&received, "Ghi nhận lúc"),
        (&["outages"], "không có nghĩa là đã khôi phục"),
        (&["disputes"], "0 phản ánh"),
        (&["duties", "--board"], "Viettel"),
        (&["duties", "--if-kept", "2999-12-31"], "Giả định"),
    ] {
        let (code, out) = phusong(&[args, &["--data", dir]].concat());
        assert!(code == 0 && out.contains(words), "{args:?}: {code} {out}");
    }
    assert_eq!(phusong(&[&["plan", "single-points"], &scope[..]].concat()).0, 66, "no sites");
    let (code, out) = phusong(&["rules", "show", "mac-dinh:1", "--data", dir]);
    assert_eq!(code, 0);
    for setting in ["good_share", "0.9", "attestation_months"] {
        assert!(out.contains(setting), "{setting}: {out}");
    }
    let shown = json(&["rules", "show", "mac-dinh:1", "--json", "--data", dir]);
    let listed = served.get("/api/v1/rules", "").1;
    let of_list = listed["items"].as_array().expect("rule sets");
    assert!(of_list.contains(&shown["items"][0]), "as in the list: {shown}");
    let (code, out) = phusong(&["plan", "sites", "--reach-m", "3000", "--data", dir]);
    assert_eq!(code, 0);
    assert!(out.contains("Chỉ xét hình học, chưa xét địa hình."), "{out}");
    let broken = data.path().join("bo-tieu-chi.toml");
    std::fs::write(&broken, "id = 3").expect("written");
    let broken = broken.to_str().expect("utf-8");
    for (args, code) in [
        (&["rules", "check", broken][..], 65),
        (&["rules", "check", "geodata/rules/default.toml"], 0),
        (&["rules", "show", "none:1", "--data", dir], 66),
        (&["plan", "sites", "--reach-m", "1", "--data", dir], 2),
        (&["changes", "--data", dir], 2),
        (&["changes", "--from", "2023-06-01", "--known-from", &eve, "--data", dir], 2),
        (&["changes", "--known-from", "2020-01-01", "--data", dir], 2),
    ] {
        assert_eq!(phusong(args).0, code, "{args:?}");
    }
}

#[test]
fn what_was_reported_then_is_held_against_now_as_the_api_does() {
    let data = TempDir::new().expect("a directory");
    let served = Served::start(data.path());
    let dir = data.path().to_str().expect("utf-8");
    let officer = key(data.path(), &["officer"]);
    let ask = ["plan", "then-and-now", "--data", dir];
    for (own, path) in [
        (&["--known-at", "2026-01-01"][..], "known_at=2026-01-01"),
        (
            &["--known-at", "2026-01-01", "--as-of", "2023-12-31", "--scope", "public"],
            "known_at=2026-01-01&as_of=2023-12-31",
        ),
    ] {
        let told = json(&[&ask[..], own, &["--json"]].concat());
        let key = if own.contains(&"public") { String::new() } else { officer.clone() };
        let path = format!("/api/v1/planning/then-and-now?{path}");
        assert_eq!(told, served.get(&path, &key).1, "{path}");
        assert_eq!(told["count"], 9, "nothing was known then: {told}");
    }
    let (code, out) = phusong(&[&ask[..], &["--known-at", "2026-01-01"]].concat());
    assert_eq!(code, 0);
    assert!(out.contains("Đã báo cáo") && out.contains("9 thôn đổi đánh giá"), "{out}");
    assert!(out.contains("Kon Dóc") && out.contains("trắng sóng"), "{out}");
    for wrong in [&[][..], &["--known-at", "2999-01-01"], &["--known-at", "hôm qua"]] {
        assert_eq!(phusong(&[&ask[..], wrong].concat()).0, 2, "{wrong:?}");
    }
}

#[test]
fn a_bundle_is_whole_or_not_there() {
    let data = TempDir::new().expect("a directory");
    let _served = Served::start(data.path());
    let dir = data.path().to_str().expect("utf-8");
    let out = TempDir::new().expect("a directory");
    let place = |name: &str| out.path().join(name).to_str().expect("utf-8").to_owned();
    let bundle = |of: &str, name: &str| {
        phusong(&["bundle", of, "--data", dir, "--out", &place(name), "--json"])
    };
    let (code, told) = bundle("carrier-vnpt", "vnpt.zip");
    assert_eq!(code, 0, "{told}");
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((&told["villages"], &told["papers"]), (&2.into(), &3.into()), "{told}");
    let zip = std::fs::File::open(place("vnpt.zip")).expect("a file");
    let mut zip = zip::ZipArchive::new(zip).expect("a folder");
    let mut names: Vec<String> =
        zip.file_names().map(|name| name.expect("UTF-8").into_owned()).collect();
    names.sort_unstable();
    assert_eq!(names, ["0000-tong-hop.pdf", "0001-thon-ca.pdf", "0002-thon-son.pdf"]);
    let mut paper = std::fs::File::create(place("one.pdf")).expect("a file");
    let mut inside = zip.by_name("0001-thon-ca.pdf").expect("a paper");
    std::io::copy(&mut inside, &mut paper).expect("copied");
    drop(paper);
    let (code, said) = phusong(&["verify-report", &place("one.pdf"), "--data", dir]);
    assert_eq!(code, 0, "sealed: {said}");

    assert_eq!(bundle("commune-21520", "xa.pdf").0, 0);
    let (code, said) = phusong(&["verify-report", &place("xa.pdf"), "--data", dir]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("commune-21520"), "{said}");
    assert_eq!(bundle("province", "tinh.docx").0, 0);
    let before = std::fs::read(place("xa.pdf")).expect("a file");
    let cases = [
        ("province", "xa.pdf", 74),
        ("province", "tinh.txt", 2),
        ("commune-1", "khong.pdf", 66),
        ("carrier-nobody", "khong.zip", 66),
        ("tỉnh", "khong.zip", 66),
    ];
    for (of, name, code) in cases {
        assert_eq!(bundle(of, name).0, code, "{of} {name}");
    }
    assert_eq!(std::fs::read(place("xa.pdf")).expect("a file"), before, "nothing is overwritten");
    let mut left: Vec<String> = std::fs::read_dir(out.path())
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    left.sort_unstable();
    assert_eq!(left, ["one.pdf", "tinh.docx", "vnpt.zip", "xa.pdf"], "nothing half-written");
}
