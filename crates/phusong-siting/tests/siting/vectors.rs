//! Three instances with proven optima, where they lie beside the project.

use std::path::{Path, PathBuf};

use phusong_siting::{Instance, solve};
use serde::Deserialize;

use crate::adds_up;

#[derive(Debug, Deserialize)]
struct Proven {
    p: usize,
    best_known: u64,
    #[serde(rename = "proven_optimal")]
    is_optimal: bool,
    best_selection: Vec<usize>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/mclp")
}

fn lines(name: &str) -> Option<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(folder().join(name)).ok()?;
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    Some(text.lines().skip(1).map(cells).collect())
}

fn read(name: &str) -> Option<(Instance, Proven)> {
    let demand = lines(&format!("{name}_demand.csv"))?;
    let candidates = lines(&format!("{name}_candidates.csv"))?;
    let proven = std::fs::read(folder().join(format!("{name}.json"))).ok()?;
    let number = |cell: &String| cell.parse::<u64>().expect("a number");
    let weights = demand.iter().map(|cells| number(&cells[3])).collect();
    let numbers = |cells: &Vec<String>| {
        cells[3].split_whitespace().map(|id| id.parse().expect("a number")).collect()
    };
    let serves: Vec<Vec<u32>> = candidates.iter().map(numbers).collect();
    let instance = Instance::new(weights, &serves).expect("demands exist");
    Some((instance, serde_json::from_slice(&proven).expect("as its SOURCE.md says")))
}

/// Within 1.5 % of the optimum, and never below it with the bound.
fn within_reach_of_the_optimum(name: &str) {
    let Some((instance, proven)) = read(name) else {
        println!("skipped: {name} of shared/vectors/mclp is not here");
        return;
    };
    assert!(proven.is_optimal);
    let solution = solve(&instance, proven.p);
    adds_up(&instance, &solution);
    println!(
        "{name}: {} of {}, bound {} (gap {:.2} %)",
        solution.total,
        proven.best_known,
        solution.bound,
        solution.gap() * 100.0
    );
    assert!(solution.total <= proven.best_known && proven.best_known <= solution.bound);
    assert!(solution.total * 1000 >= proven.best_known * 985);
    assert!(solution.bound * 1000 <= proven.best_known * 1005, "the bound is near");
    let only_theirs: Vec<Vec<u32>> =
        proven.best_selection.iter().map(|at| instance.served_by(*at).to_vec()).collect();
    let theirs = Instance::new(instance.weights().to_vec(), &only_theirs).expect("demands exist");
    assert_eq!(solve(&theirs, proven.p).total, proven.best_known, "the instance is read rightly");
}

#[test]
fn dev_small() {
    within_reach_of_the_optimum("dev_small");
}

#[test]
fn dev_medium() {
    within_reach_of_the_optimum("dev_medium");
}

#[test]
fn dev_large() {
    within_reach_of_the_optimum("dev_large");
}
