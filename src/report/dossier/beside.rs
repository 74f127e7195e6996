//! What stands beside the verdicts and never enters them: certificates of inspection, and who is
//! out of touch.

use phusong_atlas::atlas::{CertificateCard, OutageCard, OutageState};
use phusong_atlas::domain::Day;
use phusong_typeset::{Block, Cell, Sentence, Table};

use super::Paper;
use crate::report::coverage::{centred, column};
use crate::report::words;

impl Paper<'_> {
    /// Only where there is something to say.
    pub(super) fn certificates_and_outages(&mut self) {
        let (atlas, card, day) = (self.atlas, self.card, self.day());
        let certificates: Vec<&CertificateCard> =
            atlas.certificates_of(card, day).filter(|one| one.issued <= day).collect();
        let at = day.min(self.asked.known_at).plus_days(1).start();
        let stale_hours = atlas.common.rules.outage_stale_hours();
        let outages: Vec<(&OutageCard, OutageState)> = atlas
            .outages_of(card, day)
            .filter_map(|outage| Some((outage, outage.state_at(at, stale_hours)?)))
            .filter(|(_, state)| *state != OutageState::Ended)
            .collect();
        if !certificates.is_empty() {
            self.part("Kiểm định");
            let rows = certificates.into_iter().map(|one| self.certificate(one, day)).collect();
            let columns = vec![
                column("Doanh nghiệp", 4),
                column("Số giấy chứng nhận", 5),
                centred("Cấp ngày", 3),
                column("Hiệu lực", 4),
            ];
            self.blocks.push(Block::Table(Table { columns, rows }));
        }
        if !outages.is_empty() {
            self.part("Mất liên lạc");
            let rows = outages.into_iter().map(|(one, state)| self.outage(one, state)).collect();
            let columns = vec![
                column("Doanh nghiệp", 4),
                centred("Từ ngày", 3),
                column("Tình trạng", 5),
                column("Nguyên nhân", 5),
            ];
            self.blocks.push(Block::Table(Table { columns, rows }));
        }
    }

    fn certificate(&mut self, one: &CertificateCard, day: Day) -> Vec<Cell> {
        let number = Sentence::new(one.number.clone());
        let number = number.from(self.sources.row(one.evidence));
        let good = match one.expires {
            None => "không ghi thời hạn".to_owned(),
            Some(last) if one.is_expired_on(day) => format!("hết hạn ngày {}", words::day(last)),
            Some(last) => format!("đến hết ngày {}", words::day(last)),
        };
        vec![
            words::carrier_name(self.atlas, &one.carrier).into(),
            number.into(),
            words::day(one.issued).into(),
            good.into(),
        ]
    }

    fn outage(&mut self, one: &OutageCard, state: OutageState) -> Vec<Cell> {
        let said = match state {
            OutageState::Ongoing => "đang mất liên lạc",
            OutageState::Stale => "quá hạn cập nhật, chưa rõ đã khôi phục chưa",
            OutageState::Ended => "đã khôi phục",
        };
        let said = Sentence::new(said).from(self.sources.row(one.evidence));
        vec![
            words::carrier_name(self.atlas, &one.carrier).into(),
            words::day(Day::of(one.start)).into(),
            said.into(),
            one.cause.clone().unwrap_or_else(|| "chưa nêu".to_owned()).into(),
        ]
    }
}
