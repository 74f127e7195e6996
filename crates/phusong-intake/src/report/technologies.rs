//! Which technologies a row names, and whether its bands go with them.

use phusong_atlas::domain::TechSet;

use super::columns::Column;
use super::row::{Row, lines_of};
use crate::alike::of_technologies;
use crate::finding::Severity;
use crate::values::radio::{Radio, disagreements};

impl Row<'_, '_> {
    pub fn technologies(&mut self) -> TechSet {
        let said = self.radios.of(&lines_of(self.cells, Column::Technologies));
        let open = of_technologies(&said);
        // Bands alone (`900/1800`) tell of none.
        let is_silent = open.is_empty() && said.technologies.is_empty();
        for found in open {
            self.tell_unfileable(found, Column::Technologies);
        }
        self.bands_agree(&said);
        if is_silent || !self.cells.has(Column::Technologies) {
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
