//! A cell that names several carriers: what is said of each of them, what one sender shares with
//! others, and what is asked.

use phusong_atlas::domain::{CarrierFact, CarrierId};

use super::Asked;
use crate::finding::{Candidate, Severity};
use crate::report::{Cells, Column};
use crate::values::carriers::{Named, carriers};

/// Of a row that its sender shares with others: message and remedy.
pub(crate) const SHARED: ((&str, &str), (&str, &str)) = (
    (
        "ô nêu nhiều doanh nghiệp: chỉ đọc phần của bên gửi",
        "several carriers are named: only the sender's part is read",
    ),
    ("không cần làm gì nếu đúng", "nothing to do if that is right"),
);

/// The cells once for each of the carriers that one of them names, where they are several and what
/// the row says is said of each.
pub(crate) fn of_each_carrier(cells: Cells, known: &[CarrierFact]) -> Vec<Cells> {
    let Named::Several(all) = carriers(cells.text(Column::Carrier), known) else {
        return vec![cells];
    };
    let own = |id: &CarrierId| {
        let mut own = cells.clone();
        own.set(Column::Carrier, id.as_str());
        own
    };
    all.into_iter().map(own).collect()
}

impl Asked<'_, '_> {
    /// A carrier reads its own part of what several share; a count of them all has no such part.
    #[expect(clippy::option_option, reason = "as of one carrier")]
    pub(super) fn of_several_carriers(
        &mut self,
        column: Column,
        own: Option<CarrierId>,
        named: &[&CarrierId],
    ) -> Option<Option<CarrierId>> {
        let counts = [Column::Numerator, Column::Share].iter().any(|own| self.cells.has(*own));
        let is_own = own.as_ref().is_some_and(|own| named.contains(&own));
        if let Some(own) = own.filter(|_| is_own && !counts) {
            let (message, remedy) = SHARED;
            self.find(Severity::Warn, "carriers-shared", column, message, remedy);
            return Some(Some(own));
        }
        let message = (
            "ô nêu nhiều doanh nghiệp: dòng này của doanh nghiệp nào?",
            "several carriers are named: whose is the row?",
        );
        let remedy =
            ("chọn, hoặc tách thành mỗi doanh nghiệp một dòng", "choose, or give each its own row");
        let all = self.known.evidence.carriers;
        let candidates = all.iter().filter(|one| named.contains(&&one.id)).map(|one| Candidate {
            id: one.id.to_string(),
            name: one.name.clone(),
            reason_vi: "ô có nêu".to_owned(),
            reason_en: "named in the cell".to_owned(),
            score: 30,
        });
        let candidates: Vec<Candidate> = candidates.collect();
        self.find(Severity::Ask, "several-carriers", column, message, remedy).candidates =
            candidates;
        None
    }
}
