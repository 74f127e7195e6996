//! The fences of the house: arrows between rooms, words that belong to one room, sizes, heads.
//!
//! The arrows are DESIGN's, drawn in `docs/architecture.md`. A missing arrow is a decision:
//! widening a table here needs the reason beside it. The maxima may only be lowered.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Longest file of ours, in lines. Lower it when you can; never raise it.
const FILE_LINES_MAX: usize = 600;
/// Tables of cases are longer; even so.
const TEST_FILE_LINES_MAX: usize = 700;
/// Longest function, from `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;
/// Functions that were longer when the fence was put up: (file, function, lines).
const LONGER: &[(&str, &str, usize)] = &[
    ("src/http/villages.rs", "story", 78),
    ("crates/phusong-atlas/src/atlas/explain.rs", "explain", 89),
];

/// Rooms of `src/` and what each may use there. Downwards only.
const ARROWS: &[(&str, &[&str])] = &[
    ("cli", &["service", "report"]),
    ("http", &["service", "report"]),
    ("service", &["report", "ledger", "vault"]),
    ("report", &[]),
    ("ledger", &[]),
    ("vault", &[]),
    ("reader", &[]),
];

/// Arrows beyond the drawing, each with its reason.
const EXTRA_ARROWS: &[(&str, &str, &str)] = &[
    ("cli", "http", "`serve` mounts the router; tables for programs are the API's JSON"),
    ("cli", "ledger", "verify, export, import, recover work on the files, with no service open"),
    ("cli", "vault", "keys are made beside a running service"),
    ("http", "ledger", "a receipt is rendered as it is"),
    ("ledger", "vault", "checkpoints and receipts are signed with the vault's key"),
];

/// Member crates that a room of `src/` may name.
const MEMBERS: &[(&str, &[&str])] = &[
    ("phusong_gis", &["service", "cli", "reader"]),
    // cli: `geodata check` reads tables where no ledger is; http: findings are rendered as they are.
    ("phusong_intake", &["service", "http", "cli"]),
    ("phusong_sheets", &["service", "cli", "report"]),
    ("phusong_geopackage", &["report"]),
    ("phusong_typeset", &["report"]),
    ("phusong_tiles", &["service", "http", "cli", "report"]),
];

struct Word {
    text: &'static str,
    /// Where it may stand.
    places: &'static [&'static str],
    /// Where it is looked for.
    within: &'static [&'static str],
    why: &'static str,
}

const EVERYWHERE: &[&str] = &["src/", "crates/"];
const CORE: &[&str] = &["crates/phusong-atlas/src/"];

/// Words of one room.
const WORDS: &[Word] = &[
    word(
        "rusqlite",
        // GeoPackage is a file format of SQLite, made in memory.
        &["src/ledger/", "src/vault/", "crates/phusong-geopackage/"],
        EVERYWHERE,
        "SQL lives in ledger and vault",
    ),
    word("gdal::", &["crates/phusong-gis/"], EVERYWHERE, "GDAL runs in gis' child"),
    word("proj::", &["crates/phusong-gis/"], EVERYWHERE, "coordinate systems are gis' business"),
    word("StatusCode", &["src/http/"], EVERYWHERE, "only http knows status codes"),
    word("SystemTime", &["src/service/"], EVERYWHERE, "only service reads the clock"),
    word("Timestamp::now", &["src/service/"], EVERYWHERE, "only service reads the clock"),
    word("Zoned::now", &["src/service/"], EVERYWHERE, "only service reads the clock"),
    word("println!", &["src/cli/"], EVERYWHERE, "only the command line prints"),
    word("#[allow", &[], EVERYWHERE, "`#[expect(…, reason)]` instead"),
    word("#![allow", &[], EVERYWHERE, "`#![expect(…, reason)]` instead"),
    word("TODO", &[], EVERYWHERE, "do it, or write an issue"),
    word("std::fs", &[], CORE, "the core does no I/O"),
    word("std::net", &[], CORE, "the core does no I/O"),
    word("serde", &[], CORE, "wire shapes live at the edge"),
    word("tokio", &[], &["crates/"], "no async below the edge"),
    word("Instant::now", &[], CORE, "the core reads no clock"),
    word("getrandom", &["src/service/", "src/ledger/", "src/vault/"], EVERYWHERE, "randomness"),
];

const fn word(
    text: &'static str,
    places: &'static [&'static str],
    within: &'static [&'static str],
    why: &'static str,
) -> Word {
    Word { text, places, within, why }
}

/// A file of the project: its path from the root, and its text.
struct File {
    path: String,
    text: String,
}

impl File {
    fn is(&self, ending: &str) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, found)| found == ending)
    }

    fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
    }

    /// Lines of code with their numbers: no comments, and nothing from `#[cfg(test)]` on.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..)
            .zip(self.text.lines())
            .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
            .map(|(number, line)| (number, line.split(" // ").next().unwrap_or(line)))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The room of `src/` it stands in.
    fn room(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        Some(inside.split_once('/').map_or(inside.trim_end_matches(".rs"), |(room, _)| room))
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Everything of ours that is text. What is built, fetched or filed is left out.
fn files() -> Vec<File> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        const NOT_OURS: &[&str] =
            &["target", "node_modules", "dist", ".git", "data", "data-demo", "shared"];
        let entries = std::fs::read_dir(dir).expect("a readable folder");
        for entry in entries.map(|entry| entry.expect("a readable entry")) {
            let name = entry.file_name();
            if NOT_OURS.iter().any(|not_ours| name == *not_ours) {
                continue;
            }
            let kind = entry.file_type().expect("a kind");
            if kind.is_dir() {
                walk(&entry.path(), found);
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    let mut paths = Vec::new();
    walk(&root(), &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let text = String::from_utf8(std::fs::read(&path).expect("readable")).ok()?;
        let path = path.strip_prefix(root()).expect("inside").to_str().expect("utf-8").to_owned();
        Some(File { path, text })
    };
    paths.into_iter().filter_map(read).collect()
}

/// Fails with every fault, not the first.
#[track_caller]
fn none(faults: &[String]) {
    let mut told = String::new();
    for fault in faults {
        let _never = writeln!(told, "  {fault}");
    }
    assert!(faults.is_empty(), "{} fault(s):\n{told}", faults.len());
}

/// The word after each `prefix` in a line.
fn named<'a>(line: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    line.match_indices(prefix).filter_map(move |(at, _)| {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            return None;
        }
        let rest = &line[at + prefix.len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        (end > 0).then(|| &rest[..end])
    })
}

/// The rooms of `use crate::{ledger, service::Actor};`.
fn grouped(line: &str) -> impl Iterator<Item = &str> {
    let inside = line.split_once("crate::{").map_or("", |(_, rest)| rest);
    let names = inside.split([',', '}']).map(|part| part.split("::").next().unwrap_or(part));
    names.map(str::trim).filter(|name| !name.is_empty() && *name != ";")
}

fn may_use(from: &str, to: &str) -> bool {
    let drawn = ARROWS.iter().any(|(room, uses)| *room == from && uses.contains(&to));
    drawn || from == to || EXTRA_ARROWS.iter().any(|(room, used, _)| (*room, *used) == (from, to))
}

/// Uses of other rooms that no arrow allows, and ways around `crate::`.
fn arrow_faults(file: &File) -> Vec<String> {
    let Some(room) = file.room().filter(|_| file.is("rs") && !file.is_test()) else {
        return Vec::new();
    };
    if matches!(room, "lib" | "main") {
        return Vec::new();
    }
    let mut faults = Vec::new();
    if !ARROWS.iter().any(|(known, _)| *known == room) {
        faults.push(format!("{}: room {room:?} is in no table: draw its arrows", file.path));
    }
    // `src/http/gaps.rs` is two below the root, `src/http/mod.rs` one.
    let depth = file.path.matches('/').count() - usize::from(file.path.ends_with("/mod.rs"));
    for (number, line) in file.code() {
        let at = format!("{}:{number}", file.path);
        let broken = line.contains("crate::{") && !line.contains('}');
        if broken || line.contains(&"super::".repeat(depth)) {
            faults.push(format!("{at}: write `crate::room::…`, one line a room"));
        }
        let used = named(line, "crate::").chain(named(line, "phusong::")).chain(grouped(line));
        for used in used {
            if !may_use(room, used) {
                faults.push(format!("{at}: {room} → {used} is no arrow of the house"));
            }
        }
        for (member, rooms) in MEMBERS {
            if line.contains(member) && !rooms.contains(&room) {
                faults.push(format!("{at}: {room} → {member} is no arrow of the house"));
            }
        }
    }
    faults
}

fn word_faults(file: &File) -> Vec<String> {
    let mut faults = Vec::new();
    // A build script speaks to cargo by printing.
    if !file.is("rs") || file.is_test() || file.path.ends_with("build.rs") {
        return faults;
    }
    for (number, line) in file.code() {
        for Word { text, places, within, why } in WORDS {
            let looked_for = within.iter().any(|place| file.path.starts_with(place));
            let allowed = places.iter().any(|place| file.path.starts_with(place));
            if looked_for && !allowed && stands_alone(line, text) {
                faults.push(format!("{}:{number}: {text}: {why}", file.path));
            }
        }
    }
    faults
}

/// `proj::` is in `proj::Proj` and not in `some_proj::x`.
fn stands_alone(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })
}

/// (name, lines) of every function, by rustfmt's indentation.
fn functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let Some((before, name)) = code.split_once("fn ") else { continue };
        let qualifiers = ["pub", "async", "const", "unsafe", "extern", "\"C\"", "in"];
        let is_head = before
            .split([' ', '(', ')'])
            .all(|word| word.is_empty() || qualifiers.contains(&word) || word.starts_with("crate"));
        if !is_head || before.contains("//") {
            continue;
        }
        let indent = line.len() - code.len();
        let closing = format!("{}}}", " ".repeat(indent));
        let length = lines[start..].iter().position(|line| *line == closing).unwrap_or(0) + 1;
        found.push((name.split(['<', '(']).next().unwrap_or(name), length));
    }
    found
}

fn size_faults(file: &File) -> Vec<String> {
    let ours = file.is("rs") || file.is("ts") || file.is("css") || file.is("mjs");
    // The plain contract of the page is made from the code.
    if !ours || file.path.contains(".gen.") {
        return Vec::new();
    }
    let mut faults = Vec::new();
    let lines = file.text.lines().count();
    let most = if file.is_test() { TEST_FILE_LINES_MAX } else { FILE_LINES_MAX };
    if lines > most {
        faults.push(format!("{}: {lines} lines, at most {most}", file.path));
    }
    // Tables of cases in tests are data.
    if file.is("rs") && !file.is_test() {
        for (name, length) in functions(&file.text) {
            let longer = LONGER.iter().find(|(path, long, _)| (*path, *long) == (&file.path, name));
            let most = longer.map_or(FUNCTION_LINES_MAX, |(_, _, lines)| *lines);
            if length > most {
                faults.push(format!("{}: fn {name}: {length} lines, over {most}", file.path));
            }
        }
    }
    faults
}

fn head_fault(file: &File) -> Option<String> {
    let first = file.text.lines().next().unwrap_or_default();
    let good = match file.path.rsplit_once('.').map(|(_, ending)| ending) {
        _ if file.text.trim().is_empty() => true,
        Some("rs") => first.starts_with("//! "),
        Some("ts" | "mjs" | "js" | "css") => first.starts_with("//") || first.starts_with("/*"),
        Some("sql") => first.starts_with("--"),
        _ if file.path.starts_with("scripts/") => file.text.contains("\n# "),
        _ => true,
    };
    (!good && !file.path.contains(".gen."))
        .then(|| format!("{}: begin with what it is for, and what not", file.path))
}

/// Folders that only one machine has.
fn machine_path_faults(file: &File) -> Vec<String> {
    let folders = [["/ro", "ot/"], ["/wo", "rk/"], ["/ho", "me/"]].map(|parts| parts.concat());
    let lines = (1..).zip(file.text.lines());
    lines
        .filter(|(_, line)| folders.iter().any(|folder| line.contains(folder.as_str())))
        .map(|(number, _)| format!("{}:{number}: a path of one machine", file.path))
        .collect()
}

fn lock_faults(file: &File) -> Vec<String> {
    const CRATES: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let lines = (1..).zip(file.text.lines());
    let is_fault = |line: &str| match file.path.rsplit('/').next() {
        Some("Cargo.lock") => line.starts_with("source = ") && line != CRATES,
        Some("package-lock.json") => {
            line.contains("\"resolved\"") && !line.contains("file:") || line.contains("http://")
        }
        _ => false,
    };
    lines
        .filter(|(_, line)| is_fault(line))
        .map(|(number, _)| format!("{}:{number}: a registry's address", file.path))
        .collect()
}

#[test]
fn rooms_use_only_what_stands_below_them() {
    none(&files().iter().flat_map(arrow_faults).collect::<Vec<_>>());
}

#[test]
fn words_of_one_room_stay_in_it() {
    none(&files().iter().flat_map(word_faults).collect::<Vec<_>>());
}

#[test]
fn files_and_functions_are_short() {
    none(&files().iter().flat_map(size_faults).collect::<Vec<_>>());
}

#[test]
fn every_file_says_what_it_is_for() {
    none(&files().iter().filter_map(head_fault).collect::<Vec<_>>());
}

#[test]
fn no_path_of_a_machine_and_no_registry_address() {
    let files = files();
    let faults =
        files.iter().flat_map(|f| machine_path_faults(f).into_iter().chain(lock_faults(f)));
    none(&faults.collect::<Vec<_>>());
}

#[test]
fn an_extra_arrow_that_nothing_needs_is_taken_out() {
    let files = files();
    let unused = EXTRA_ARROWS.iter().filter(|(from, to, _)| {
        let inside = files.iter().filter(|f| f.room() == Some(from) && f.is("rs") && !f.is_test());
        !inside
            .flat_map(|f| f.code().collect::<Vec<_>>())
            .any(|(_, line)| named(line, "crate::").any(|used| used == *to))
    });
    none(&unused.map(|(from, to, _)| format!("{from} → {to} is not used")).collect::<Vec<_>>());
}

/// The fences themselves: each must stop what it is there for.
mod broken {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn an_arrow_upwards_fails() {
        let cases = [
            ("src/report/board.rs", "use crate::service::Actor;"),
            ("src/vault/keys.rs", "let x = crate::ledger::open();"),
            ("src/ledger/read.rs", "use super::super::report::Sheet;"),
            ("src/ledger/mod.rs", "use super::report::Sheet;"),
            ("src/service/open.rs", "use crate::{http, vault};"),
            ("src/service/open.rs", "use crate::{"),
            ("src/kitchen/mod.rs", "//! A room in no table."),
            ("src/ledger/read.rs", "use phusong_gis::crs::Wgs84;"),
        ];
        for (path, text) in cases {
            assert_eq!(arrow_faults(&file(path, text)).len(), 1, "{path}: {text}");
        }
        let good = "use super::Actor;\nuse super::super::Deep;\nuse crate::vault::Vault;";
        none(&arrow_faults(&file("src/service/deep/er.rs", good)));
    }

    #[test]
    fn a_word_in_the_wrong_room_fails() {
        let cases = [
            ("src/http/gaps.rs", "use rusqlite::Connection;"),
            ("crates/phusong-intake/src/read.rs", "let set = gdal::Dataset::open(path);"),
            ("src/service/open.rs", "StatusCode::OK"),
            ("src/ledger/write.rs", "let at = jiff::Timestamp::now();"),
            ("crates/phusong-atlas/src/lib.rs", "use std::fs;"),
            ("src/http/gaps.rs", "#[allow(unused)]"),
        ];
        for (path, text) in cases {
            assert_eq!(word_faults(&file(path, text)).len(), 1, "{path}: {text}");
        }
        none(&word_faults(&file(
            "src/http/gaps.rs",
            "// rusqlite is elsewhere\nlet my_proj::x = 1;",
        )));
    }

    #[test]
    fn a_long_function_a_long_file_and_a_missing_head_fail() {
        let body = "    let x = 1;\n".repeat(FUNCTION_LINES_MAX);
        let long = format!("//! A file.\npub(crate) async fn long<T>(x: T) {{\n{body}}}\n");
        assert_eq!(size_faults(&file("src/http/x.rs", &long)).len(), 1);
        let long = "//! A file.\n".repeat(FILE_LINES_MAX + 1);
        assert_eq!(size_faults(&file("src/http/x.rs", &long)).len(), 1);
        assert!(head_fault(&file("src/http/x.rs", "use x;\n")).is_some());
    }

    #[test]
    fn a_machine_path_and_a_registry_address_fail() {
        let path = ["see /ho", "me/someone/x"].concat();
        assert_eq!(machine_path_faults(&file("docs/x.md", &path)).len(), 1);
        let other = "source = \"registry+https://mirror.example/index\"";
        assert_eq!(lock_faults(&file("Cargo.lock", other)).len(), 1);
        let resolved = "  \"resolved\": \"https://mirror.example/x.tgz\",";
        assert_eq!(lock_faults(&file("web/package-lock.json", resolved)).len(), 1);
    }
}
