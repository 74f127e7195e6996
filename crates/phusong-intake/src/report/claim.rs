//! A coverage area without an event of a site: a carrier's claim (*khai báo vùng phủ*).

use phusong_atlas::domain::{ClaimBasis, ClaimFact, Day, Environment, Service, SiteCode, SiteId};

use super::columns::Column;
use super::row::Row;
use crate::alike::open_day;
use crate::finding::Severity;

impl Row<'_, '_> {
    pub fn claim(&mut self) -> Option<ClaimFact> {
        if self.cells.waits {
            return None;
        }
        self.ask_whether_covered();
        let column =
            if self.cells.has(Column::FromDay) { Column::FromDay } else { Column::EventDay };
        let from = self.day(column, true);
        let to = self.last_day(from);
        let technologies = self.technologies();
        let site = self.claimed_site();
        // Its first stated basis is asked alone, whatever becomes of it.
        let names_places = self.cells.has(Column::Villages) || self.cells.drawn.is_some();
        let serves = self.villages(from, None);
        let area = self.area().or_else(|| self.area_kept());
        if !serves.is_empty() && area.is_some() {
            self.find(
                Severity::Note,
                "names-before-area",
                Column::Villages,
                (
                    "dòng nêu tên thôn: tính theo tên, đường biên chỉ để xem",
                    "the row names villages: it counts by names, the outline is shown only",
                ),
                ("không cần làm gì", "nothing to do"),
            );
        }
        // Which villages are meant is asked already: no place is missing.
        let is_asked = serves.is_empty() && self.asks(Column::Villages);
        if serves.is_empty() && area.is_none() && (self.place_is_told || is_asked) {
            return None;
        }
        if site.is_some() && area.is_none() && !names_places {
            self.find(
                Severity::Note,
                "site-reach",
                Column::SiteCode,
                (
                    "chỉ nêu trạm: được tính theo tầm phủ, nếu bộ tiêu chí nêu tầm phủ",
                    "only a site is named: it counts by its reach, where the rules state one",
                ),
                ("nêu các thôn, hoặc vẽ vùng", "name the villages, or draw the area"),
            );
        } else if serves.is_empty() && area.is_none() {
            self.refuse(
                "place-missing",
                Column::Villages,
                "thiếu nơi được phủ: nêu các thôn, hoặc vẽ vùng",
                "no place is claimed: name the villages, or draw the area",
            );
            return None;
        }
        let basis = self.basis();
        Some(ClaimFact {
            carrier: self.context.carrier.id.clone(),
            technologies,
            environment: self.environment(),
            service: self.service(),
            from: from?,
            to,
            basis,
            site,
            serves,
            area,
        })
    }

    /// Its title, or another cell of its row, speaks of places without signal or of what is to come.
    fn ask_whether_covered(&mut self) {
        if self.cells.asks_once(Column::Basis) {
            self.findings.append(&mut self.cells.findings);
            self.block();
            return;
        }
        // *Không* in answer to that question.
        let said = self.cells.text(Column::Basis).to_owned();
        let is_no = ["khong", "chua", "no"]
            .iter()
            .any(|no| self.cells.word(Column::Basis).split(' ').next() == Some(no));
        let denied = self.cells.denied.take().or_else(|| is_no.then(|| said.into()));
        if let Some(text) = denied {
            let (vi, en) = (
                format!("dòng ghi “{text}”: có phải nơi đã phủ sóng từ ngày nêu?"),
                format!("the row says {text:?}: is it covered from its day on?"),
            );
            let remedy = (
                "trả lời “statement” nếu đã phủ sóng; nếu không, bỏ dòng này",
                "answer “statement” where it is covered; else leave the row out",
            );
            // Each thing that rows say is a question of its own.
            self.ask_unfileable("claim-denied", Column::Basis, (&vi, &en), remedy).value =
                Some(text.into_string());
        }
    }

    /// `den_ngay` is the last day on which it holds; the fact names the day after.
    fn last_day(&mut self, from: Option<Day>) -> Option<Day> {
        let text = self.cells.text(Column::ToDay).to_owned();
        if text.is_empty() {
            return None;
        }
        let read = self.cells.days.read(&text);
        if let Some(open) = open_day(&read) {
            self.tell_unfileable(open, Column::ToDay);
            return None;
        }
        let last = read.day().filter(|last| from.is_none_or(|from| from <= *last));
        if last.is_none() {
            self.refuse(
                "bad-day",
                Column::ToDay,
                "ngày kết thúc không có trong lịch, hoặc trước ngày bắt đầu",
                "the last day is not a day of the calendar, or before the first",
            );
        }
        last.map(|last| last.plus_days(1))
    }

    fn asks(&self, column: Column) -> bool {
        self.findings.iter().any(|found| {
            found.severity == Severity::Ask && found.column.as_deref() == Some(column.as_str())
        })
    }

    fn claimed_site(&mut self) -> Option<SiteId> {
        let text = self.cells.text(Column::SiteCode).to_owned();
        let code = SiteCode::new(&text).ok();
        if !text.is_empty() && code.as_ref().and_then(|code| (self.context.site)(code)).is_none() {
            self.find(
                Severity::Ask,
                "unknown-site",
                Column::SiteCode,
                (
                    "trạm này chưa từng được báo cáo: vùng phủ chưa tính đến khi trạm phát sóng",
                    "this site was never reported: the claim counts once the site is on air",
                ),
                ("báo cáo trạm, hoặc bỏ mã trạm", "report the site, or leave the code out"),
            );
        }
        Some(SiteId { carrier: self.context.carrier.id.clone(), code: code? })
    }

    fn basis(&mut self) -> ClaimBasis {
        let parameters = self.cells.text(Column::Parameters).to_owned();
        match self.cells.word(Column::Basis).as_str() {
            "" | "statement" | "khai bao" | "ke khai" => ClaimBasis::Statement,
            "inventory" | "kiem ke" | "danh muc" => ClaimBasis::Inventory,
            "on air log" | "nhat ky phat song" => ClaimBasis::OnAirLog,
            "prediction" | "mo phong" | "du doan" if !parameters.is_empty() => {
                ClaimBasis::Prediction { parameters }
            }
            word => {
                let predicted = matches!(word, "prediction" | "mo phong" | "du doan");
                let message = if predicted {
                    (
                        "mô phỏng không kèm tham số: tính như khai báo",
                        "a prediction without its parameters: counts as a statement",
                    )
                } else {
                    ("không rõ căn cứ: tính như khai báo", "unknown basis: counts as a statement")
                };
                let remedy = (
                    "ghi mô phỏng kèm tham_so, nhật ký phát sóng, kiểm kê hoặc khai báo",
                    "write prediction with tham_so, on-air log, inventory or statement",
                );
                self.find(Severity::Warn, "basis", Column::Basis, message, remedy);
                ClaimBasis::Statement
            }
        }
    }

    fn environment(&mut self) -> Option<Environment> {
        match self.cells.word(Column::Environment).as_str() {
            "" => None,
            "outdoor" | "ngoai troi" => Some(Environment::Outdoor),
            // Both: indoors implies outdoors.
            "indoor" | "trong nha" | "indoor outdoor" | "outdoor indoor" => {
                Some(Environment::Indoor)
            }
            _ => {
                self.unclear(Column::Environment, "ngoài trời, trong nhà", "outdoor, indoor");
                None
            }
        }
    }

    fn service(&mut self) -> Option<Service> {
        match self.cells.word(Column::Service).as_str() {
            "" | "voice data" | "data voice" => None,
            "voice" | "thoai" => Some(Service::Voice),
            "data" | "du lieu" => Some(Service::Data),
            _ => {
                self.unclear(Column::Service, "thoại, dữ liệu", "voice, data");
                None
            }
        }
    }

    /// Left out, a narrower claim would become a wider one: it is asked first.
    fn unclear(&mut self, column: Column, vi: &str, en: &str) {
        let (vi, en) = (format!("không rõ; dùng {vi}"), format!("unclear; use {en}"));
        let remedy = ("sửa ô này, hoặc để trống", "mend this cell, or leave it empty");
        self.ask_unfileable("unclear-word", column, (&vi, &en), remedy);
    }
}
