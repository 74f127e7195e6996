//! The command line says of figures what the API says.

use serde_json::Value;
use tempfile::TempDir;

use crate::served::{Served, phusong};

#[test]
fn targets_criteria_and_statistics_are_read_beside_a_running_service() {
    let data = TempDir::new().expect("a directory");
    let served = Served::start(data.path());
    let dir = data.path().to_str().expect("utf-8");
    let scope = ["--scope", "public", "--json", "--data", dir];
    let cases: [(&[&str], &str); 4] = [
        (&["targets"], "/api/v1/targets"),
        (&["criteria", "--as-of", "2025-12-31"], "/api/v1/criteria?as_of=2025-12-31"),
        (
            &["statistics", "fibre_households", "--by", "district_old"],
            "/api/v1/statistics?indicator=fibre_households&by=district_old",
        ),
        (
            &["statistics", "--missing", "--from", "2026-01-01", "--as-of", "2026-01-31"],
            "/api/v1/statistics/missing?from=2026-01-01&as_of=2026-01-31&limit=1000",
        ),
    ];
    for (args, path) in cases {
        let (code, out) = phusong(&[args, &scope].concat());
        assert_eq!(code, 0, "{args:?}");
        let said: Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(said, served.get(path, "").1, "{args:?}");
    }
    for (args, word) in [
        (&["targets", "--data", dir][..], "chưa đủ dữ liệu 8"),
        (&["criteria", "--data", dir], "Đông Trà Bồng"),
        (&["statistics", "fibre_households", "--data", dir], "0 đơn vị"),
    ] {
        let (code, out) = phusong(args);
        assert!(code == 0 && out.contains(word), "{args:?}: {out}");
    }
    for args in [
        &["statistics", "none", "--data", dir][..],
        &["statistics", "--data", dir],
        &["targets", "--period", "year", "--data", dir],
        &["criteria", "--unit", "1", "--data", dir],
    ] {
        assert_eq!(phusong(args).0, 2, "{args:?}");
    }
}
