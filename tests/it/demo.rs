//! `--demo`: invented data say so everywhere and never share a ledger with real ones.

use std::path::Path;

use tempfile::TempDir;

use crate::served::{Served, phusong};

fn demo(data: &Path) -> Served {
    Served::start_with(data, &["--demo"])
}

fn refused(data: &Path, args: &[&str]) -> i32 {
    let data = data.to_str().expect("utf-8");
    phusong(&[&["serve", "--listen", "127.0.0.1:0", "--data", data], args].concat()).0
}

#[test]
fn every_answer_of_a_demo_says_that_it_is_invented() {
    let data = TempDir::new().expect("a directory");
    let served = demo(data.path());
    for path in ["me", "gaps?limit=1000", "villages/minh-hoa-01", "villages", "carriers"] {
        let (_, body) = served.get(&format!("/api/v1/{path}"), "");
        assert_eq!(body["demo"], true, "{path}: {body}");
    }
    let (_, gaps) = served.get("/api/v1/gaps?limit=1000", "");
    let items = gaps["items"].as_array().expect("a list");
    let invented = items.iter().filter(|item| {
        let name = item["name"].as_str().expect("a name");
        let id = item["id"].as_str().expect("an id");
        assert_eq!(name.starts_with("Minh hoạ "), id.starts_with("minh-hoa-"), "{name}");
        name.starts_with("Minh hoạ ")
    });
    assert!(invented.count() > 5, "a demo has gaps to look at");
    let names: Vec<_> = items.iter().map(|item| item["id"].clone()).collect();
    assert!(names.contains(&"kon-doc".into()), "the order's nine are in a demo too");
}

#[test]
fn two_demos_are_alike_and_a_demo_started_again_files_nothing_new() {
    let (one, two) = (TempDir::new().expect("one"), TempDir::new().expect("two"));
    let ask = |data: &Path| demo(data).get("/api/v1/gaps?limit=1000&sort=name", "").1;
    let (first, second) = (ask(one.path()), ask(two.path()));
    let essence = |gaps: &serde_json::Value| {
        let items = gaps["items"].as_array().expect("a list").iter();
        items
            .map(|item| (item["id"].clone(), item["verdict"].clone(), item["position"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(essence(&first), essence(&second));
    assert_eq!(ask(one.path()), first, "started again, the same to the byte");
}

#[test]
fn a_demo_and_a_real_ledger_never_share_a_directory() {
    let (real, invented) = (TempDir::new().expect("one"), TempDir::new().expect("two"));
    let (_, me) = Served::start(real.path()).get("/api/v1/me", "");
    assert!(me.get("demo").is_none(), "a real ledger says nothing of the sort");
    drop(demo(invented.path()));
    assert_eq!(refused(real.path(), &["--demo"]), 78);
    assert_eq!(refused(invented.path(), &[]), 78);

    // Nor by way of a file: what it is stands in the ledger itself.
    let (file, restored) = (TempDir::new().expect("three"), TempDir::new().expect("four"));
    let path = |dir: &Path, name: &str| dir.join(name).to_str().expect("utf-8").to_owned();
    let (from, to) = (path(invented.path(), ""), path(restored.path(), "data"));
    let portable = path(file.path(), "demo.ledger");
    assert_eq!(phusong(&["ledger", "export", "--data", &from, &portable]).0, 0);
    assert_eq!(phusong(&["ledger", "import", "--data", &to, &portable]).0, 0);
    assert_eq!(refused(Path::new(&to), &[]), 78);
}
