//! Papers: one dossier as PDF and DOCX, and a province's folder of 1,006, with invented villages.
//!
//! `scripts/bench dossier`. In this process, without a server: what is set is set as the service
//! sets it, and the folder is made and written as it is sent, into nothing.

#[expect(dead_code, reason = "the tiles are the other program's")]
#[path = "tiles/province.rs"]
mod province;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use phusong::report::{Asked, BundleOf, METHOD, docx, dossier, folder, members, pdf};
use phusong_atlas::atlas::Question;
use phusong_atlas::domain::Day;

const TURNS: usize = 20;

fn main() {
    let (source, atlas) = province::atlas();
    let day = Day::new(2026, 11, 26).expect("a day");
    let asked = Asked { question: Question::default_on(day), known_at: day, demo: true };
    let villages = members(&atlas, &BundleOf::Province, day);
    println!("{}: {} villages, method {METHOD}", source.name, villages.len());
    let paper = |place: usize| {
        let (_, card) = atlas.village(&villages[place]).expect("a village");
        dossier(&atlas, card, &asked)
    };

    let first = Instant::now();
    let bytes = pdf(&paper(0)).expect("a PDF").len();
    println!("the first PDF (faces are read): {:?}, {bytes} bytes", first.elapsed());
    times("one PDF", |turn| pdf(&paper(turn)).expect("a PDF").len());
    times("one DOCX", |turn| docx(&paper(turn)).expect("a DOCX").len());

    let begun = Instant::now();
    let bytes = AtomicUsize::new(0);
    let counted = |pdf: Vec<u8>| {
        bytes.fetch_add(pdf.len(), Ordering::Relaxed);
        pdf
    };
    folder((&atlas, &BundleOf::Province, &asked), &villages, counted, std::io::sink())
        .expect("packed");
    let bytes = bytes.into_inner();
    println!("the province's folder: {:?}, {bytes} bytes", begun.elapsed());
}

/// Middle and worst of some turns.
fn times(what: &str, mut make: impl FnMut(usize) -> usize) {
    let mut bytes = 0;
    let mut took: Vec<Duration> = (1..=TURNS)
        .map(|turn| {
            let begun = Instant::now();
            bytes += make(turn);
            begun.elapsed()
        })
        .collect();
    took.sort_unstable();
    let (middle, worst) = (took[TURNS / 2], took[TURNS - 1]);
    println!("{what}: p50 {middle:?}, worst {worst:?}, {} bytes each", bytes / TURNS);
}
