//! `phusong geodata`: the shipped tables are whole, and a broken table is refused by its place.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

fn geodata(args: &[&str]) -> (i32, String, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_phusong")).arg("geodata").args(args).output();
    let output = run.expect("runs");
    let text = |bytes| String::from_utf8(bytes).expect("utf-8");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// The shipped tables in a folder of their own, to be broken.
fn copied() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("geodata");
    std::fs::create_dir(folder.path().join("rules")).expect("a folder");
    for inside in ["", "rules"] {
        for entry in std::fs::read_dir(shipped.join(inside)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                let name = path.file_name().expect("a name");
                std::fs::copy(&path, folder.path().join(inside).join(name)).expect("copied");
            }
        }
    }
    folder
}

#[test]
fn the_shipped_tables_and_a_copy_of_them_are_whole() {
    let copy = copied();
    let (code, out, _) = geodata(&["check"]);
    assert_eq!(code, 0);
    assert_eq!((code, out), {
        let (code, out, err) = geodata(&["check", copy.path().to_str().expect("utf-8")]);
        assert_eq!(err, "");
        (code, out)
    });
}

#[test]
fn every_broken_cell_is_named_with_file_row_and_column_in_both_languages() {
    let copy = copied();
    let break_in = |name: &str, from: &str, to: &str| {
        let path = copy.path().join(name);
        let text = std::fs::read_to_string(&path).expect("readable");
        assert!(text.contains(from), "{name}");
        std::fs::write(path, text.replacen(from, to, 1)).expect("written");
    };
    break_in("goals.csv", ",>,30,", ",>,3O,");
    break_in("duties.csv", ",viettel,", ",viettell,");
    let (code, _, err) = geodata(&["check", copy.path().to_str().expect("utf-8")]);
    assert_eq!(code, 65);
    for told in [
        "goals.csv, dòng 2, cột threshold: ",
        "goals.csv, row 2, column threshold: ",
        "duties.csv, dòng 2, cột carrier: viettell không có trong bảng nào",
        "duties.csv, row 2, column carrier: viettell is in no table",
    ] {
        assert!(err.contains(told), "{told:?} is not said:\n{err}");
    }
    let (code, _, _) = geodata(&["check", "no-such-folder"]);
    assert_eq!(code, 66);
}
