//! Clusters that a layer draws as areas, and how sure a place is.

use phusong_atlas::domain::{Area, UnitId};

use crate::boundary::{drawn_area, far_from_centre};
use crate::finding::Severity;
use crate::known::Asked;
use crate::report::{Column, Drawn};

/// A place whose accuracy nobody stated: a village's centre is found within this.
const UNSTATED_M: u32 = 500;

/// The area that a row of a cluster draws.
pub enum Drawing {
    None,
    /// It cannot be taken, and the row says why.
    Refused,
    Area(Area),
}

pub fn of_cluster(row: &mut Asked<'_, '_>, unit: UnitId) -> Drawing {
    let Some(Drawn::Area(outline)) = row.cells.drawn.clone() else { return Drawing::None };
    let Some(area) = drawn_area(row, &outline, Column::Cluster) else { return Drawing::Refused };
    far_from_centre(row, unit, &area, Column::Cluster);
    Drawing::Area(area)
}

/// As stated, else as much as a centre is off, with a note.
pub fn uncertainty_m(row: &mut Asked<'_, '_>) -> u32 {
    let stated = row.said(Column::Uncertainty).and_then(|text| {
        let bare = text.trim_end_matches(['m', ' ']).replace(',', ".");
        bare.parse::<f64>().ok().filter(|metres| (0.0..=50_000.0).contains(metres))
    });
    if stated.is_none() {
        let (vi, en) = (
            format!("chưa nêu sai số: lấy {UNSTATED_M} m"),
            format!("no accuracy is stated: {UNSTATED_M} m are taken"),
        );
        let remedy = ("ghi sai số của vị trí", "write the position's accuracy");
        row.find(Severity::Note, "accuracy-unstated", Column::Uncertainty, (&vi, &en), remedy);
    }
    stated.map_or(UNSTATED_M, metres)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 to 50,000 by the check above"
)]
fn metres(stated: f64) -> u32 {
    stated.ceil() as u32
}
