//! Days, numbers, technologies, bands and lists of villages: what a cell's text may mean.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phusong_intake::values::day::{DayHabit, DayReading};
use phusong_intake::values::number::{Expected, Marks, Reading, quantity};
use phusong_intake::values::{radio, villages, words};

fuzz_target!(|text: &str| {
    let mut habit = DayHabit::default();
    text.lines().for_each(|line| habit.see(line));
    for line in text.lines() {
        if let DayReading::Either(days) = habit.read(line) {
            assert!(!days.is_empty());
        }
    }
    Marks::default().see(text);
    for expected in [Expected::count(), Expected::measure(-180.0..=180.0)] {
        if let Reading::Either(found) = quantity(text, &expected) {
            assert!(found.len() > 1);
        }
    }
    radio::radio(text);
    villages::split(text, |name| name.len() % 2 == 0);
    words::yes_no(text);
    words::vague(text);
});
