//! The search against every choice there is, and against proven optima.

mod vectors;

use phusong_siting::{Instance, Solution, solve};
use proptest::collection::vec;
use proptest::prelude::*;

/// The best of all choices, one by one.
fn best_of_all(instance: &Instance, sites: usize) -> u64 {
    let weight_of = |chosen: u32| {
        let mut served: Vec<u32> = (0..instance.candidates())
            .filter(|candidate| chosen & (1 << candidate) != 0)
            .flat_map(|candidate| instance.served_by(candidate).iter().copied())
            .collect();
        served.sort_unstable();
        served.dedup();
        served.into_iter().map(|demand| instance.weight(demand)).sum::<u64>()
    };
    let all = 0..(1_u32 << instance.candidates());
    all.filter(|chosen| chosen.count_ones() as usize <= sites).map(weight_of).max().unwrap_or(0)
}

fn instances() -> impl Strategy<Value = Instance> {
    (1_usize..=12).prop_flat_map(|demands| {
        let demand = 0..u32::try_from(demands).expect("few");
        (vec(0_u64..200, demands), vec(vec(demand, 0..6), 0..=9))
            .prop_map(|(weights, serves)| Instance::new(weights, &serves).expect("demands exist"))
    })
}

/// Picks add up, and serve what they say.
fn adds_up(instance: &Instance, solution: &Solution) {
    let mut served: Vec<u32> = solution
        .picks
        .iter()
        .flat_map(|pick| instance.served_by(pick.candidate))
        .copied()
        .collect();
    served.sort_unstable();
    served.dedup();
    let total: u64 = served.into_iter().map(|demand| instance.weight(demand)).sum();
    assert_eq!(total, solution.total);
    assert_eq!(solution.picks.iter().map(|pick| pick.adds).sum::<u64>(), total);
    assert!(solution.picks.iter().all(|pick| pick.adds <= pick.serves));
    assert!(solution.picks.windows(2).all(|pair| pair[0].adds >= pair[1].adds));
}

proptest! {
    /// No choice exceeds the bound, and the answer is a choice.
    #[test]
    fn the_bound_holds_the_answer_is_true(instance in instances(), sites in 0_usize..5) {
        let solution = solve(&instance, sites);
        let best = best_of_all(&instance, sites);
        prop_assert!(solution.picks.len() <= sites);
        prop_assert!(solution.total <= best && best <= solution.bound, "{solution:?} {best}");
        adds_up(&instance, &solution);
        prop_assert_eq!(&solution, &solve(&instance, sites));
    }

    /// One exchange more would not help.
    #[test]
    fn small_ones_are_all_but_solved(instance in instances(), sites in 1_usize..5) {
        let (solution, best) = (solve(&instance, sites), best_of_all(&instance, sites));
        prop_assert!(solution.total * 100 >= best * 90, "{} of {best}", solution.total);
    }
}

#[test]
fn greedy_alone_would_be_wrong_here() {
    // The middle one serves most, and the two outer ones together all.
    let serves = [vec![1, 2, 3, 4], vec![0, 1, 2], vec![3, 4, 5]];
    let instance = Instance::new(vec![3, 2, 2, 2, 2, 3], &serves).expect("demands exist");
    let solution = solve(&instance, 2);
    assert_eq!((solution.total, solution.bound), (14, 14));
    let chosen: Vec<usize> = solution.picks.iter().map(|pick| pick.candidate).collect();
    assert_eq!(chosen, [1, 2]);
}

#[test]
fn nothing_to_serve_is_an_answer_too() {
    let none = Instance::new(Vec::new(), &[]).expect("no demand");
    assert_eq!(solve(&none, 5), Solution { picks: Vec::new(), total: 0, bound: 0 });
    let weightless = Instance::new(vec![0, 0], &[vec![0, 1], vec![1]]).expect("demands exist");
    assert_eq!(solve(&weightless, 1).picks, []);
    let fault = Instance::new(vec![5], &[vec![0], vec![3]]).expect_err("there is no demand 3");
    assert_eq!((fault.candidate, fault.demand), (1, 3));
}
