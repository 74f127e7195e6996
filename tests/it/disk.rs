//! When the disk is full: filing is refused, reading goes on, nothing is half-written, and filing
//! works again once there is space.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use phusong::service::{Space, World};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::edge::{Ask, House, report};
use crate::served::{Served, key, phusong};

/// A small file system of its own; gone when dropped.
pub struct Mount(pub PathBuf);

impl Mount {
    /// `None` where this process may not mount.
    pub fn new(at: &Path, size: &str) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size},mode=700"), "tmpfs"])
            .arg(at)
            .output();
        mounted.is_ok_and(|done| done.status.success()).then(|| Self(at.to_owned()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn csv(code: &str, padding: usize) -> String {
    format!(
        "ma_tram,loai_su_kien,ngay_su_kien,cong_nghe,kinh_do,vi_do,cac_thon_phuc_vu,ghi_chu\n\
         {code},on_air,2026-11-01,4G,108.822,14.704,Kon Dóc,{}\n",
        "x".repeat(padding)
    )
}

/// Files half-received or half-kept.
fn left_over(data: &Path) -> Vec<PathBuf> {
    let blobs = std::fs::read_dir(data.join("blobs")).into_iter().flatten().flatten();
    let uploads = std::fs::read_dir(data.join("uploads")).into_iter().flatten().flatten();
    let temporary = blobs.map(|entry| entry.path()).filter(|path| path.is_file());
    temporary.chain(uploads.map(|entry| entry.path())).collect()
}

#[test]
fn a_full_disk_refuses_filing_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let Some(mount) = Mount::new(folder.path(), "24m") else {
        println!("skipped: this process may not mount a small file system");
        return;
    };
    let data = mount.0.join("data");
    let viettel = key(&data, &["carrier", "--carrier", "viettel"]);
    let served = Served::start(&data);
    let file = |code: &str| {
        served.send("/api/v1/reports", &viettel, "text/csv", csv(code, 20_000).as_bytes())
    };
    let (status, first) = file("QNI001");
    assert_eq!(status, 201, "{first}");

    let filler = mount.0.join("filler");
    let mut everything = std::fs::File::create(&filler).unwrap();
    let _full = std::io::copy(&mut std::io::repeat(7), &mut everything);
    let (status, problem) = file("QNI002");
    assert_eq!((status, &problem["code"]), (507, &json!("disk-full")), "{problem}");
    assert_eq!(left_over(&data), Vec::<PathBuf>::new());
    assert_eq!(served.get("/api/v1/villages/kon-doc", &viettel).0, 200, "reading goes on");
    assert_eq!(served.get("/api/v1/reports", &viettel).1["items"].as_array().unwrap().len(), 1);

    drop(everything);
    std::fs::remove_file(&filler).unwrap();
    let (status, again) = file("QNI002");
    assert_eq!(status, 201, "{again}");
    drop(served);
    assert_eq!(phusong(&["ledger", "verify", "--data", data.to_str().unwrap()]).0, 0);
    drop(mount);
}

/// A house on a disk of 10,000 bytes, of which so many are free.
fn on_a_disk() -> (House, Arc<AtomicU64>) {
    let free = Arc::new(AtomicU64::new(10_000));
    let told = Arc::clone(&free);
    let world = World::real().on_disk(move |_dir| {
        Some(Space { free_bytes: told.load(Ordering::Relaxed), total_bytes: 10_000 })
    });
    (House::open_in(world), free)
}

#[test]
fn while_the_disk_fills_less_and_less_is_taken_and_reading_goes_on() {
    let (house, free) = on_a_disk();
    let text = csv("QNI001", 1);
    let file = || {
        let headers = [("content-type", "text/csv")];
        let ask = Ask {
            method: "POST",
            path: "/api/v1/reports",
            body: text.as_bytes(),
            ..Ask::default()
        };
        house.ask(&ask.by(house.key("viettel")).with(&headers))
    };
    let act = |code: &str| {
        house.post("/api/v1/reports", "viettel", &report(code, "kon-doc", "2026-11-01"))
    };
    let room = || {
        let text = house.get("/metrics", "officer").text();
        let line = text.lines().find(|line| line.starts_with("phusong_disk_room "));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<u8>().ok()).expect("a measure")
    };
    let disk = || {
        let ready = house.get("/readyz", "public").json();
        let checks = ready["checks"].as_array().or(ready["errors"].as_array()).expect("checks");
        let is_disk = |one: &&Value| one["name"] == "disk" || one["column"] == "disk";
        checks.iter().find(is_disk).cloned().unwrap_or_default()
    };
    assert_eq!(
        (disk()["ok"].clone(), disk()["warns"].clone(), room()),
        (json!(true), json!(false), 3)
    );
    free.store(1_999, Ordering::Relaxed);
    assert_eq!(
        (disk()["ok"].clone(), disk()["warns"].clone(), room()),
        (json!(true), json!(true), 2)
    );
    free.store(999, Ordering::Relaxed);
    assert_eq!(room(), 1);
    let refused = file();
    assert_eq!((refused.status, &refused.json()["code"]), (507, &json!("disk-full")), "no files");
    assert!(refused.json()["detail"].as_str().is_some_and(|text| text.contains("10 %")));
    assert_eq!(act("QNI002").status, 201, "a report as JSON still is");

    free.store(499, Ordering::Relaxed);
    assert_eq!((disk()["code"].clone(), room()), (json!("not-ready"), 0));
    let refused = act("QNI003");
    assert_eq!((refused.status, &refused.json()["code"]), (507, &json!("disk-full")));
    let filed = house.get("/api/v1/reports", "viettel").json();
    let id = filed["items"][0]["report"].as_str().expect("a report");
    let publish = format!("/api/v1/reports/{id}/publish");
    assert_eq!(house.post(&publish, "officer", "").status, 507, "no act of any kind");
    assert_eq!(house.get("/api/v1/gaps", "public").status, 200, "reading goes on");
    assert_eq!(filed["items"].as_array().map(Vec::len), Some(1));

    free.store(5_000, Ordering::Relaxed);
    assert_eq!(file().status, 201, "it heals by itself");
    assert_eq!(act("QNI003").status, 201);
    assert_eq!((disk()["warns"].clone(), room()), (json!(false), 3));
}

#[test]
fn a_damaged_ledger_is_not_served_and_the_way_back_is_named() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let viettel = key(&data, &["carrier", "--carrier", "viettel"]);
    let served = Served::start(&data);
    assert_eq!(
        served.send("/api/v1/reports", &viettel, "text/csv", csv("Q1", 1).as_bytes()).0,
        201
    );
    drop(served);
    let db = rusqlite::Connection::open(data.join("ledger.db")).unwrap();
    db.execute_batch("DROP TRIGGER IF EXISTS entry_is_final;").unwrap();
    let last: i64 = db.query_row("SELECT max(seq) FROM entry", [], |row| row.get(0)).unwrap();
    db.execute("UPDATE entry SET leaf = CAST(leaf || x'20' AS BLOB) WHERE seq = ?1", [last])
        .unwrap();
    db.close().unwrap();
    let refused = Command::new(env!("CARGO_BIN_EXE_phusong"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(&data)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(65), "{told}");
    assert!(told.contains(&format!("entry {last}")) && told.contains("ledger recover"), "{told}");
}
