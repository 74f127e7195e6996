//! Letters: any column of texts is mended or left, and what was mended is told step by step.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phusong_intake::repair::text::{Lexicon, Survey};

fuzz_target!(|column: &str| {
    let mut survey = Survey::default();
    column.lines().for_each(|text| survey.see(0, text));
    let habit = survey.decide();
    let words = Lexicon::of_the_field();
    for text in column.lines() {
        let mended = habit.repair(0, text);
        assert!(mended.text == text || !mended.steps.is_empty(), "{text:?} → {:?}", mended.text);
        words.mend(&mended.text);
    }
});
