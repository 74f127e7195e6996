//! A day that a carrier promised.

use phusong_atlas::domain::{CommitmentFact, Day, Technology};

use super::{About, source_of};
use crate::finding::Severity;
use crate::known::Asked;
use crate::report::Column;

/// `corrected`: the promise that this one takes the place of.
pub(super) fn promise(
    row: &mut Asked<'_, '_>,
    about: &About,
    said: Day,
    corrected: Option<&CommitmentFact>,
) -> Option<CommitmentFact> {
    let technology = promised_technology(row);
    let promised = row.day(Column::PromisedDay)?;
    if said > row.known.today() {
        let message = ("văn bản có ngày ở tương lai", "the letter is dated in the future");
        row.refuse("future-day", Column::PromisedDay, message);
        return None;
    }
    if promised < said {
        let (vi, en) = (
            format!("ngày cam kết đã qua khi văn bản được gửi ({said})"),
            format!("the promised day had passed when it was promised ({said})"),
        );
        let remedy = (
            "nếu đã xong, ghi mốc phát sóng; nếu chưa, ghi ngày mới",
            "if it is done, file the step; if not, write the new day",
        );
        row.find(Severity::Ask, "promise-past", Column::PromisedDay, (&vi, &en), remedy);
        return None;
    }
    let before = (row.known.promises)(&about.village);
    let last = before
        .iter()
        .filter(|known| known.carrier == about.carrier && known.said <= said)
        .filter(|known| Some(*known) != corrected)
        .max_by_key(|known| known.said);
    if let Some(last) = last.filter(|last| last.promised != promised) {
        let (vi, en) = (
            format!(
                "cam kết thay đổi: trước là {} (ngày {}), cả hai được giữ",
                last.promised, last.said
            ),
            format!(
                "the promise moved: it was {} (said {}); both are kept",
                last.promised, last.said
            ),
        );
        let remedy = ("nêu lý do ở cột ghi chú", "give the reason as a note");
        row.find(Severity::Note, "promise-moved", Column::PromisedDay, (&vi, &en), remedy);
    }
    if let Some(due) = about.duty.as_ref().and_then(|duty| duty.due).filter(|due| promised > *due) {
        let (vi, en) =
            (format!("sau hạn của nhiệm vụ ({due})"), format!("after the duty's due day ({due})"));
        let remedy = ("không cần làm gì", "nothing to do");
        row.find(Severity::Note, "after-due", Column::PromisedDay, (&vi, &en), remedy);
    }
    Some(CommitmentFact {
        village: about.village.clone(),
        carrier: about.carrier.clone(),
        said,
        promised,
        duty: about.duty.as_ref().map(|duty| duty.id.clone()),
        technology,
        source: source_of(row),
    })
}

/// A promise is of one technology: of several the least is kept, and said.
fn promised_technology(row: &mut Asked<'_, '_>) -> Option<Technology> {
    let technologies = row.technologies();
    let kept = technologies.iter().next()?;
    let named: Vec<&str> = technologies.iter().map(Technology::as_str).collect();
    if named.len() > 1 {
        let all = named.join(", ");
        let (vi, en) = (
            format!("cam kết nêu {all}: chỉ giữ được một công nghệ, ghi là {kept}"),
            format!("{all} are promised: a promise keeps one technology, {kept} is taken"),
        );
        let remedy = ("ghi một công nghệ nếu muốn khác", "write the one that is meant if another");
        let column = Column::Technologies;
        row.find(Severity::Warn, "promise-technologies", column, (&vi, &en), remedy);
    }
    Some(kept)
}
