//! What a row of a report says happened, and when.

use phusong_atlas::domain::{ClaimBasis, Day, SiteEventKind};

use super::columns::Column;
use super::row::Row;
use crate::alike::{WRITE_DAY, open_day};
use crate::finding::{Candidate, Severity};
use crate::values::day::DayReading;
use crate::values::words::{EventWord, event_of, event_vi};

/// Before this no mobile network stood in Viet Nam.
const FIRST_YEAR: i16 = 1990;

impl Row<'_, '_> {
    /// What happened, or how the site stands in a list of them.
    pub fn event(&mut self) -> (Option<SiteEventKind>, ClaimBasis) {
        let basis =
            if self.cells.lists_sites { ClaimBasis::Inventory } else { ClaimBasis::Statement };
        if self.cells.lists_sites && !self.cells.has(Column::Event) {
            let finding = self.ask_unfileable(
                "event-missing",
                Column::Event,
                (
                    "danh sách không nói các trạm đang ở trạng thái nào",
                    "the list does not tell how its sites stand",
                ),
                (
                    "chọn một lần cho cả danh sách; nếu khác nhau, thêm cột Sự kiện",
                    "choose once for the whole list; where they differ, add the column Event",
                ),
            );
            finding.candidates = [SiteEventKind::OnAir, SiteEventKind::OffAir].map(choice).to_vec();
            return (None, basis);
        }
        if !self.cells.has(Column::Event) {
            let message = ("chưa nêu sự kiện của trạm", "the site's event is missing");
            let remedy = (
                "ghi kế hoạch, xây xong, phát sóng, nâng cấp, tạm ngừng hoặc tháo dỡ",
                "write planned, built, on_air, changed, off_air or decommissioned",
            );
            let finding =
                self.find(Severity::Refuse, "event-missing", Column::Event, message, remedy);
            finding.candidates = SiteEventKind::ALL.map(choice).to_vec();
            return (None, basis);
        }
        let word = event_of(&self.cells.word(Column::Event));
        let choices: &[SiteEventKind] = match word {
            EventWord::Event(event) => return (Some(event), basis),
            EventWord::Standing(event) => return (Some(event), ClaimBasis::Inventory),
            EventWord::BareComplete => &[SiteEventKind::Built, SiteEventKind::OnAir],
            EventWord::Unknown => &SiteEventKind::ALL,
        };
        let finding = match word {
            EventWord::BareComplete => self.ask_unfileable(
                "bare-complete",
                Column::Event,
                (
                    "“hoàn thành” chưa rõ: đã xây xong hay đã phát sóng?",
                    "“hoàn thành” does not tell: built, or on air?",
                ),
                ("chọn xây xong hoặc phát sóng", "choose built or on_air"),
            ),
            _ => self.refuse(
                "unknown-event",
                Column::Event,
                "không rõ loại sự kiện; dùng kế hoạch, xây xong, phát sóng, nâng cấp, tạm ngừng hoặc tháo dỡ",
                "unknown event; use planned, built, on_air, changed, off_air or decommissioned",
            ),
        };
        finding.candidates = choices.iter().map(|event| choice(*event)).collect();
        (None, basis)
    }

    /// On air by its event, and by another cell not, not yet or no more: told.
    pub fn compare_with_notes(&mut self, event: Option<SiteEventKind>) {
        let Some(text) = self.cells.denied.take() else { return };
        if event != Some(SiteEventKind::OnAir) {
            return;
        }
        let (vi, en) = (
            format!("dòng ghi “{text}” mà sự kiện là phát sóng"),
            format!("the row says {text:?}, and its event is on_air"),
        );
        let remedy = ("kiểm tra sự kiện và ghi chú", "check the event and the note");
        self.find(Severity::Warn, "note-differs", Column::Event, (&vi, &en), remedy);
    }

    /// A day of the calendar since there is a carrier; one to come is a plan.
    pub fn day(&mut self, column: Column, is_on_air: bool) -> Option<Day> {
        let read = self.cells.days.read(self.cells.text(column));
        let Some(day) = read.day() else {
            self.no_day(column, &read);
            return None;
        };
        if self.context.carrier.valid_from.is_some_and(|from| day < from)
            || Day::new(FIRST_YEAR, 1, 1).is_ok_and(|first| day < first)
        {
            self.refuse(
                "before-carrier",
                column,
                "ngày này trước khi có doanh nghiệp",
                "this day is before the carrier existed",
            );
            return None;
        }
        if day > self.context.today && is_on_air {
            let finding = self.find(
                Severity::Ask,
                "future-on-air",
                column,
                (
                    "ngày phát sóng ở tương lai: được ghi như kế hoạch, chưa tính là phủ sóng",
                    "on air in the future: kept as a plan, covers nothing yet",
                ),
                (
                    "đổi loại sự kiện thành planned, hoặc báo lại khi đã phát sóng",
                    "make it planned, or report again once it is on air",
                ),
            );
            finding.candidates.push(planned());
        }
        Some(day)
    }

    /// What is to come is no event yet: work to be done is a plan, an end is told once it has come.
    /// (On air alone is kept as a plan without being asked for another word.)
    pub fn foretold(&mut self, event: Option<SiteEventKind>, day: Option<Day>) {
        use SiteEventKind::{Built, Changed, Decommissioned, OffAir};
        let Some(day) = day.filter(|day| *day > self.context.today) else { return };
        match event {
            Some(Built | Changed) => {
                let vi = format!("{day} còn ở tương lai: chưa xong thì chưa là sự kiện");
                let en = format!("{day} is still to come: what is not done is no event yet");
                let remedy = (
                    "đổi loại sự kiện thành planned, hoặc báo lại khi đã xong",
                    "make it planned, or report again once it is done",
                );
                let message = (&*vi, &*en);
                let finding = self.ask_unfileable("future-event", Column::Event, message, remedy);
                finding.candidates.push(planned());
            }
            Some(OffAir | Decommissioned) => {
                let vi = format!("{day} còn ở tương lai: chưa ngừng, chưa tháo dỡ");
                let en = format!("{day} is still to come: nothing has ended yet");
                let remedy = (
                    "báo khi việc đã xảy ra; nếu nhầm ngày thì sửa ngày",
                    "report it when it has happened; mend the day if it is wrong",
                );
                let message = (&*vi, &*en);
                self.find(Severity::Refuse, "future-end", Column::EventDay, message, remedy);
            }
            _ => {}
        }
    }

    /// Two days are possible, or only a month is told: asked. No day is invented.
    fn no_day(&mut self, column: Column, read: &DayReading) {
        if let Some(open) = open_day(read) {
            self.tell_unfileable(open, column);
            return;
        }
        match read {
            DayReading::Empty if self.cells.lacks_days => {
                let message = (
                    "danh sách không có cột Ngày: các trạm ở trạng thái này từ ngày nào?",
                    "the list has no column Event date: since which day do its sites stand so?",
                );
                let remedy = (
                    "trả lời một lần cho cả danh sách; nếu khác nhau, thêm cột Ngày",
                    "answer once for the whole list; where they differ, add the column Event date",
                );
                self.ask_unfileable("list-day", column, message, remedy);
            }
            DayReading::Empty => {
                let message = ("thiếu ngày", "the day is missing");
                self.find(Severity::Refuse, "bad-day", column, message, WRITE_DAY);
            }
            _ => {
                let vi = "ngày không có trong lịch; viết 2026-11-20 hoặc 20/11/2026";
                let en = "not a day of the calendar; write 2026-11-20 or 20/11/2026";
                self.refuse("bad-day", column, vi, en);
            }
        }
    }
}

/// What lies ahead is one.
fn planned() -> Candidate {
    Candidate {
        reason_vi: "ngày ở tương lai".to_owned(),
        reason_en: "the day is in the future".to_owned(),
        score: 100,
        ..choice(SiteEventKind::Planned)
    }
}

fn choice(event: SiteEventKind) -> Candidate {
    Candidate {
        id: event.as_str().to_owned(),
        name: event_vi(event).to_owned(),
        reason_vi: String::new(),
        reason_en: String::new(),
        score: 50,
    }
}
