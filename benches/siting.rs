//! Site search: 3,000 candidates, 10,000 clusters, 50 sites, made here from a fixed seed; and the
//! three instances with proven optima where they lie beside the project. `scripts/bench siting`

use std::path::Path;
use std::time::Instant;

use phusong_siting::{Instance, solve};

fn main() {
    println!(
        "{:>12} {:>10} {:>8} {:>6} {:>9} {:>9} {:>9} {:>7} {:>9}",
        "", "candidates", "demand", "sites", "ms", "total", "bound", "gap %", "of best %"
    );
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/mclp");
    for (name, sites) in [("dev_small", 6), ("dev_medium", 20), ("dev_large", 50)] {
        match read(&folder, name) {
            Some((instance, best)) => measure(name, &instance, sites, Some(best)),
            None => println!("{name:>12} skipped: not beside the project"),
        }
    }
    measure("made here", &made(3_000, 10_000), 50, None);
}

#[expect(clippy::cast_precision_loss, reason = "figures to be read")]
fn measure(name: &str, instance: &Instance, sites: usize, best: Option<u64>) {
    let begun = Instant::now();
    let solution = solve(instance, sites);
    let ms = begun.elapsed().as_secs_f64() * 1000.0;
    let of_best = best.map(|best| format!("{:.2}", solution.total as f64 / best as f64 * 100.0));
    println!(
        "{name:>12} {:>10} {:>8} {sites:>6} {ms:>9.1} {:>9} {:>9} {:>7.2} {:>9}",
        instance.candidates(),
        instance.weights().len(),
        solution.total,
        solution.bound,
        solution.gap() * 100.0,
        of_best.unwrap_or_default()
    );
}

fn read(folder: &Path, name: &str) -> Option<(Instance, u64)> {
    let text = |file: String| std::fs::read_to_string(folder.join(file)).ok();
    let (demand, candidates) =
        (text(format!("{name}_demand.csv"))?, text(format!("{name}_candidates.csv"))?);
    let proven = text(format!("{name}.json"))?;
    let best = proven.split("\"best_known\": ").nth(1)?.split(',').next()?.parse().ok()?;
    let last = |line: &str| line.rsplit(',').next().map(str::to_owned);
    let weights: Option<Vec<u64>> =
        demand.lines().skip(1).map(|line| last(line)?.parse().ok()).collect();
    let serves: Option<Vec<Vec<u32>>> = candidates
        .lines()
        .skip(1)
        .map(|line| last(line)?.split_whitespace().map(|id| id.parse().ok()).collect())
        .collect();
    Some((Instance::new(weights?, &serves?).ok()?, best))
}

/// Clusters around centres, candidates half near them and half anywhere, reach 2.5 to 7.5 km.
fn made(candidates: usize, demands: usize) -> Instance {
    const WIDTH_M: u64 = 110_000;
    let mut state = 0x5eed_u64;
    let mut below = move |limit: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let centres: Vec<[u64; 2]> =
        (0..demands / 40).map(|_| [below(WIDTH_M), below(WIDTH_M)]).collect();
    let near = |spread: u64, below: &mut dyn FnMut(u64) -> u64| {
        let centre = centres[usize::try_from(below(centres.len() as u64)).unwrap_or(0)];
        centre.map(|at| at + below(spread) + below(spread))
    };
    let clusters: Vec<([u64; 2], u64)> =
        (0..demands).map(|_| (near(3_000, &mut below), 5 + below(150))).collect();
    let serves: Vec<Vec<u32>> = (0..candidates)
        .map(|candidate| {
            let at = if candidate % 2 == 0 {
                near(1_500, &mut below)
            } else {
                [below(WIDTH_M), below(WIDTH_M)]
            };
            let reach_m = 2_500 + below(5_000);
            let within = |to: &[u64; 2]| {
                (at[0].abs_diff(to[0])).pow(2) + (at[1].abs_diff(to[1])).pow(2) <= reach_m.pow(2)
            };
            let clusters = (0_u32..).zip(&clusters).filter(|(_, (to, _))| within(to));
            clusters.map(|(cluster, _)| cluster).collect()
        })
        .collect();
    let weights = clusters.iter().map(|(_, weight)| *weight).collect();
    Instance::new(weights, &serves).expect("clusters exist")
}
