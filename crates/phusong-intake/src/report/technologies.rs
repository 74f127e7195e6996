//! Which technologies a row names, and whether its bands go with them.

use phusong_atlas::domain::{TechSet, Technology};

use super::columns::Column;
use super::row::{Row, lines_of};
use crate::finding::{Candidate, Finding, Severity};
use crate::values::radio::{Either, Radio, disagreements};

/// What a row of any kind is asked that says `4,5G`: as (Vietnamese, English), and its two choices.
pub(crate) fn two_readings(either: &Either) -> ((String, String), Vec<Candidate>) {
    let (text, rounded) = (&either.text, either.rounded.as_str());
    let listed: Vec<&str> = either.listed.iter().map(Technology::as_str).collect();
    let listed = listed.join("+");
    let message = (
        format!("“{text}”: một nấc của {rounded}, hay {listed}?"),
        format!("{text:?}: a step of {rounded}, or {listed}?"),
    );
    let choice = |id: &str, reason_vi: &str, reason_en: &str, score| Candidate {
        id: id.to_owned(),
        name: id.to_owned(),
        reason_vi: reason_vi.to_owned(),
        reason_en: reason_en.to_owned(),
        score,
    };
    let choices = vec![
        choice(rounded, "dấu phẩy thập phân", "a decimal comma", 60),
        choice(&listed, "dấu phẩy giữa hai công nghệ", "a comma between two technologies", 40),
    ];
    (message, choices)
}

/// All that a technology may be.
pub(crate) fn choices() -> Vec<Candidate> {
    let of = |technology: Technology| Candidate {
        id: technology.as_str().to_owned(),
        name: technology.as_str().to_owned(),
        reason_vi: String::new(),
        reason_en: String::new(),
        score: 25,
    };
    Technology::ALL.into_iter().map(of).collect()
}

impl Row<'_, '_> {
    pub fn technologies(&mut self) -> TechSet {
        let said = self.radios.of(&lines_of(self.cells, Column::Technologies));
        for word in &said.unknown {
            // Without it the row would speak of all technologies, or of too few.
            let vi = format!("không rõ công nghệ “{word}”; dùng 2G, 3G, 4G, 5G");
            let en = format!("unknown technology “{word}”; use 2G, 3G, 4G, 5G");
            self.ask_technology("unknown-technology", (&vi, &en));
        }
        for either in &said.either {
            let ((vi, en), choices) = two_readings(either);
            self.ask_technology("technology-two-readings", (&vi, &en)).candidates = choices;
        }
        if !said.no_coverage.is_empty() {
            let words = said.no_coverage.join(", ");
            let vi = format!("{words} không phải công nghệ phủ sóng di động: không tính");
            let en = format!("{words} is no technology of mobile coverage: not counted");
            if said.technologies.is_empty() {
                self.ask_technology("no-coverage-technology", (&vi, &en));
            } else {
                let remedy = ("không cần làm gì", "nothing to do");
                let column = Column::Technologies;
                self.find(Severity::Note, "no-coverage-technology", column, (&vi, &en), remedy);
            }
        }
        self.bands_agree(&said);
        if !self.cells.has(Column::Technologies) {
            self.find(
                Severity::Ask,
                "technology-missing",
                Column::Technologies,
                (
                    "chưa nêu công nghệ: chỉ tính là có thể phủ sóng",
                    "no technology is named: coverage counts as possible only",
                ),
                ("nêu 2G, 3G, 4G hoặc 5G", "name 2G, 3G, 4G or 5G"),
            );
        }
        said.technologies
    }

    fn ask_technology(&mut self, code: &'static str, message: (&str, &str)) -> &mut Finding {
        let remedy = ("ghi 2G, 3G, 4G hoặc 5G", "write 2G, 3G, 4G or 5G");
        let finding = self.ask_unfileable(code, Column::Technologies, message, remedy);
        finding.candidates = choices();
        finding
    }

    /// A band that none of the technologies is worked on: told, and taken all the same.
    fn bands_agree(&mut self, said: &Radio) {
        let mut bands = said.bands_mhz.clone();
        if self.cells.has(Column::Bands) {
            bands.extend(self.radios.of(&lines_of(self.cells, Column::Bands)).bands_mhz);
        }
        let column =
            if self.cells.has(Column::Bands) { Column::Bands } else { Column::Technologies };
        for lost in disagreements(said.technologies, &bands) {
            let (vi, en) = match lost.band_mhz {
                Some(band) => (
                    format!("băng {band} MHz không dùng cho công nghệ đã nêu"),
                    format!("the {band} MHz band is not used by the technologies named"),
                ),
                None => (
                    format!("{} không dùng băng tần nào đã nêu", lost.technology),
                    format!("{} is used on none of the bands named", lost.technology),
                ),
            };
            let remedy = ("kiểm tra công nghệ và băng tần", "check technology and band");
            self.find(Severity::Warn, "band-technology", column, (&vi, &en), remedy);
        }
    }
}
