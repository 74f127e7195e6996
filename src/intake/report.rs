//! A completion report (DOMAIN §6) from JSON or CSV: a draft with every fault listed.

mod cells;
mod row;

use phusong_atlas::domain::{CarrierFact, Day, Fact, FiledRow, Position, RowRef, SiteCode};
use phusong_atlas::gazetteer::Gazetteer;
use serde_json::Value;

use super::finding::{Finding, Severity};
use cells::Cells;
pub use row::understood;
pub(super) use row::{candidate, day_of, technology_of};

/// The columns of a completion report, in the order of the form.
pub const COLUMNS: [&str; 17] = [
    "ma_tram",
    "ten_tram",
    "loai_su_kien",
    "ngay_su_kien",
    "cong_nghe",
    "bang_tan",
    "kinh_do",
    "vi_do",
    "he_toa_do",
    "xa",
    "huyen",
    "do_cao_anten_m",
    "cac_thon_phuc_vu",
    "uoc_so_ho",
    "thay_the",
    "anh",
    "ghi_chu",
];

/// More rows than this are split by the sender.
const MOST_ROWS: usize = 200_000;

/// What was filed of a site before, as far as the sender may know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownSite {
    pub position: Option<Position>,
}

/// What a report is read against.
#[expect(missing_debug_implementations, reason = "holds functions")]
pub struct Context<'a> {
    pub gazetteer: &'a Gazetteer,
    /// Whose report it is.
    pub carrier: &'a CarrierFact,
    pub today: Day,
    pub site: &'a dyn Fn(&SiteCode) -> Option<KnownSite>,
    /// `REPORT/ROW` of an earlier row of the same carrier.
    pub row_ref: &'a dyn Fn(&str) -> Option<RowRef>,
}

#[derive(Debug, Clone)]
pub struct DraftRow {
    /// As the sender counts, from 1.
    pub row: u32,
    /// `None` when the row cannot be filed.
    pub filed: Option<FiledRow>,
    /// What was understood, in the columns of the form.
    pub understood: Value,
    pub findings: Vec<Finding>,
}

#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub rows: Vec<DraftRow>,
    /// On the filing as a whole.
    pub findings: Vec<Finding>,
}

impl Draft {
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(self.rows.iter().flat_map(|row| &row.findings))
    }

    /// All rows or none: nothing is refused and there is something to file.
    pub fn can_file(&self) -> bool {
        self.all_findings().all(|finding| finding.severity != Severity::Refuse)
            && self.rows.iter().any(|row| row.filed.is_some())
    }

    fn refused(finding: Finding) -> Self {
        Self { rows: Vec::new(), findings: vec![finding] }
    }
}

/// `{"rows": [ … ]}`; the other members are the service's.
pub fn from_json(body: &Value, context: &Context<'_>) -> Draft {
    let Some(rows) = body.get("rows").and_then(Value::as_array) else {
        return Draft::refused(whole(
            "rows-missing",
            ("thiếu danh sách \"rows\"", "the list \"rows\" is missing"),
        ));
    };
    let cells = rows.iter().zip(1_u32..).map(|(row, number)| Cells::from_json(row, number));
    read(cells.collect(), context)
}

/// A header line and rows; comma, semicolon or tab is told from the header.
pub fn from_csv(bytes: &[u8], context: &Context<'_>) -> Draft {
    match cells::from_csv(bytes) {
        Ok((rows, notes)) => {
            let mut draft = read(rows, context);
            draft.findings.extend(notes);
            draft
        }
        Err(findings) => Draft { rows: Vec::new(), findings },
    }
}

fn whole(code: &'static str, message: (&str, &str)) -> Finding {
    let remedy = (
        "dùng mẫu báo cáo có các cột ghi trong tài liệu API",
        "use the report template with the columns named in the API reference",
    );
    Finding::new(code, Severity::Refuse, message, remedy)
}

fn read(rows: Vec<Cells>, context: &Context<'_>) -> Draft {
    if rows.is_empty() {
        return Draft::refused(whole("no-rows", ("không có dòng nào", "there are no rows")));
    }
    if rows.len() > MOST_ROWS {
        return Draft::refused(whole("too-many-rows", ("quá 200.000 dòng", "over 200,000 rows")));
    }
    let rows = rows.into_iter().map(|cells| row::read(cells, context)).collect();
    let mut draft = Draft { rows, findings: Vec::new() };
    find_repeats(&mut draft.rows);
    draft
}

/// The same site, event and day twice: identical rows count once, others are both asked.
fn find_repeats(rows: &mut [DraftRow]) {
    for later in 1..rows.len() {
        let (before, rest) = rows.split_at_mut(later);
        let this = &mut rest[0];
        let Some(Fact::SiteEvent(event)) = this.filed.as_ref().map(|filed| &filed.fact) else {
            continue;
        };
        let twin = before.iter_mut().find(|row| match row.filed.as_ref().map(|f| &f.fact) {
            Some(Fact::SiteEvent(other)) => {
                (&other.site, other.event, other.day) == (&event.site, event.event, event.day)
            }
            _ => false,
        });
        let Some(twin) = twin else { continue };
        let (first, second) = (twin.row, this.row);
        if twin.filed == this.filed {
            this.filed = None;
            let note = (
                format!("trùng hoàn toàn với dòng {first}: chỉ tính một lần"),
                format!("identical to row {first}: counted once"),
            );
            let remedy = ("không cần làm gì", "nothing to do");
            this.findings.push(
                Finding::new("duplicate-row", Severity::Note, note, remedy)
                    .at(second, "ma_tram", ""),
            );
            continue;
        }
        for (row, other) in [(twin, second), (this, first)] {
            let ask = (
                format!("cùng trạm, sự kiện và ngày với dòng {other} nhưng số liệu khác"),
                format!("same site, event and day as row {other}, with other values"),
            );
            let remedy = ("giữ lại dòng đúng", "keep the row that is right");
            row.findings.push(
                Finding::new("conflicting-rows", Severity::Ask, ask, remedy)
                    .at(row.row, "ma_tram", ""),
            );
        }
    }
}

#[cfg(test)]
mod tests;
