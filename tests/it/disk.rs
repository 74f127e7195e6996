//! When the disk is full: filing is refused, reading goes on, nothing is half-written, and filing
//! works again once there is space.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use crate::served::{Served, key, phusong};

/// A small file system of its own; gone when dropped.
struct Mount(PathBuf);

impl Mount {
    /// `None` where this process may not mount.
    fn new(at: &Path, size: &str) -> Option<Self> {
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
