//! Rows of a list of villages as far as each is read by itself, on every core.

use phusong_atlas::cores::in_pieces;
use phusong_atlas::domain::{Day, UnitId, VillageId};
use phusong_atlas::gazetteer::{Resolution, VillageQuery};

use super::moved::commune;
use crate::doctor::{RowDiagnosis, State};
use crate::finding::Severity;
use crate::known::{Asked, Known};
use crate::report::{Cells, Column};
use crate::table::PIECE_ROWS;

/// A row as far as it is read without the rows above it.
pub(super) struct Begun<'a, 'k> {
    pub row: Asked<'a, 'k>,
    pub day: Option<Day>,
    pub unit: Option<UnitId>,
    /// Which villages its name may mean; `None` where nothing is named, or its id is.
    pub named: Option<Resolution<VillageId>>,
    pub is_inferred: bool,
}

/// Every row by itself, on every core.
pub(super) fn begin<'a, 'k>(
    rows: &mut [Cells],
    placed: &[RowDiagnosis],
    known: &'a Known<'k>,
) -> Vec<Begun<'a, 'k>> {
    let pieces = rows.chunks_mut(PIECE_ROWS).zip(placed.chunks(PIECE_ROWS));
    let of_piece = |(): &mut (), (rows, placed): (&mut [Cells], &[RowDiagnosis])| {
        let rows = rows.iter_mut().zip(placed);
        rows.map(|(cells, at)| Begun::of(std::mem::take(cells), at, known)).collect::<Vec<_>>()
    };
    in_pieces(pieces, || (), of_piece).into_iter().flatten().collect()
}

impl<'a, 'k> Begun<'a, 'k> {
    fn of(cells: Cells, at: &RowDiagnosis, known: &'a Known<'k>) -> Self {
        let mut row = Asked::new(cells, known);
        row.cells.findings.extend(at.findings.iter().cloned());
        if at.state == State::WaitsForFile {
            let message = (
                "tọa độ chờ câu hỏi chung của tệp",
                "its coordinates wait for the file's question",
            );
            let remedy = ("chọn hệ tọa độ của tệp", "choose the file's coordinate system");
            let found = row.find(Severity::Ask, "system-open", Column::Crs, message, remedy);
            found.candidates.clone_from(&at.candidates);
        }
        row.needs(Column::Village, "village-missing", ("chưa nêu thôn", "no village is named"));
        let day = row.day(Column::FromDay);
        let (unit, is_inferred) = commune(&mut row, day, at.position);
        if let Some(unit) = unit.filter(|unit| !known.is_own(*unit)) {
            let label = known.evidence.gazetteer.units().label(unit);
            let (vi, en) = (
                format!("{label} không thuộc xã gửi: xã chỉ lập danh sách thôn của mình"),
                format!("{label} is not the sender's: a commune lists its own villages"),
            );
            row.refuse("not-own-village", Column::Commune, (&vi, &en));
        }
        let is_named = unit.is_some() && row.cells.has(Column::Village);
        let named = (is_named && !row.cells.has(Column::VillageId)).then(|| {
            let text = |column| Some(row.cells.text(column)).filter(|text| !text.is_empty());
            // One inferred from a point says nothing of a name: that is looked at afterwards.
            let own = unit.filter(|_| !is_inferred).map(|unit| unit.code.0.to_string());
            known.evidence.gazetteer.resolve_village(&VillageQuery {
                name: row.cells.text(Column::Village),
                commune: text(Column::Commune).or(own.as_deref()),
                district: text(Column::District),
                day,
            })
        });
        Self { row, day, unit, named, is_inferred }
    }
}
