//! What was ordered and promised for the village and how it goes on, and what is disputed.

use phusong_atlas::atlas::{DisputeCard, DisputeStage, DutyCard, DutyFinding, Promises, standing};
use phusong_atlas::domain::{BlockerKind, CarrierId, Day, DutyId, MilestoneStep};
use phusong_typeset::{Block, Cell, Items, Sentence, Table};

use super::Paper;
use crate::report::coverage::{centred, column};
use crate::report::words;

impl Paper<'_> {
    pub(super) fn duties(&mut self) {
        self.part("Nhiệm vụ được giao, cam kết và tiến độ");
        if self.card.duties.is_empty() {
            self.say(vec![Sentence::new("Chưa có nhiệm vụ nào được giao cho thôn này.")]);
        }
        for duty in &self.card.duties {
            self.duty(duty);
        }
        self.other_promises();
    }

    fn carrier(&self, id: &CarrierId) -> String {
        let index = self.atlas.common.carrier(id);
        index.map_or_else(|| id.to_string(), |index| self.atlas.carrier(index).name.clone())
    }

    fn duty(&mut self, duty: &DutyCard) {
        let (day, fact) = (self.day(), &duty.fact);
        let source = self.sources.row(duty.evidence);
        let name = self.carrier(&fact.carrier);
        let technology = fact.technology.map_or_else(
            || "văn bản không nêu công nghệ".to_owned(),
            |technology| format!("công nghệ {technology}"),
        );
        let state = words::duty(duty.state_on(day));
        let due = match (fact.due, &fact.due_inferred) {
            (Some(due), Some(why)) => {
                let why = why.trim_start_matches("due: ");
                format!("Hạn {} (suy luận: {why}).", words::day(due))
            }
            (Some(due), None) => format!("Hạn {}.", words::day(due)),
            (None, _) => "Văn bản không nêu hạn.".to_owned(),
        };
        let given = words::day(fact.given);
        let cite = format!("Giao ngày {given} tại {}; {technology}.", fact.cite);
        self.say(vec![
            Sentence::strong(format!("{name}: {state}.")),
            Sentence::new(cite).from(source),
            Sentence::new(due).from(source),
        ]);
        self.steps(duty);
        let mut items = self.findings(duty);
        items.extend(self.promises(&fact.carrier, Some(&fact.id)));
        items.extend(self.blockers(&fact.carrier));
        if let Some(told) = duty.funding_on(day) {
            let source = self.sources.row(told.evidence);
            let estimate = told
                .fact
                .estimate_vnd
                .map(|dong| format!(", dự toán {} đồng", words::number(dong)));
            let text = format!("Nguồn vốn: {}{}.", told.fact.funds, estimate.unwrap_or_default());
            items.push(vec![Sentence::new(text).from(source)]);
        }
        self.list(items);
    }

    fn list(&mut self, items: Vec<Vec<Sentence>>) {
        if !items.is_empty() {
            self.blocks.push(Block::Items(Items(items)));
        }
    }

    fn steps(&mut self, duty: &DutyCard) {
        let day = self.day();
        let told: Vec<_> = duty
            .steps
            .iter()
            .filter(|told| told.fact.day <= day && told.fact.step != MilestoneStep::Given)
            .collect();
        if told.is_empty() {
            self.say(vec![Sentence::note("Chưa có mốc tiến độ nào được báo cáo.")]);
            return;
        }
        let mut rows = Vec::new();
        for told in told {
            let step = Sentence::new(words::step(told.fact.step));
            let step = step.from(self.sources.row(told.evidence));
            rows.push(vec![Cell::from(words::day(told.fact.day)), step.into()]);
        }
        let columns = vec![centred("Ngày", 3), column("Mốc tiến độ", 11)];
        self.blocks.push(Block::Table(Table { columns, rows }));
    }

    fn findings(&self, duty: &DutyCard) -> Vec<Vec<Sentence>> {
        let told = duty.findings_on(self.day()).into_iter().map(|finding| match finding {
            DutyFinding::Missing { step } => {
                format!("Chưa có báo cáo về bước {}.", words::step(step))
            }
            DutyFinding::Backward { earlier, later, days } => format!(
                "Bước {} ({}) ghi trước bước {} ({}): cần làm rõ.",
                words::step(later),
                words::day(days.1),
                words::step(earlier),
                words::day(days.0)
            ),
            DutyFinding::BeforeGiven { step, day } => {
                format!("Bước {} ghi ngày {}, trước ngày giao.", words::step(step), words::day(day))
            }
            DutyFinding::PromiseBroken { promised } => {
                format!("Đã qua ngày cam kết {}.", words::day(promised))
            }
            DutyFinding::OnAirUntold { day } => format!(
                "Có báo cáo phát sóng ngày {} nhưng chưa có mốc tiến độ tương ứng.",
                words::day(day)
            ),
        });
        told.map(|text| vec![Sentence::note(text)]).collect()
    }

    /// Each promised day is kept: the slip is what they tell together.
    fn promises(&mut self, carrier: &CarrierId, duty: Option<&DutyId>) -> Vec<Vec<Sentence>> {
        let day = self.day();
        let promises = Promises::of(&self.card.promises, carrier, duty, day);
        let name = self.carrier(carrier);
        let mut items = Vec::new();
        for told in &promises.0 {
            let (said, promised) = (words::day(told.fact.said), words::day(told.fact.promised));
            let text = format!("{name} cam kết (ngày {said}): xong ngày {promised}.");
            items.push(vec![Sentence::new(text).from(self.sources.row(told.evidence))]);
        }
        if let Some(days) = promises.slipped_days().filter(|days| *days > 0) {
            items.push(vec![Sentence::note(format!("Ngày cam kết đã lùi {days} ngày."))]);
        }
        if let Some(promised) = promises.broken_on(day) {
            let text = format!("Đã qua ngày cam kết {}.", words::day(promised));
            items.push(vec![Sentence::note(text)]);
        }
        items
    }

    /// Promised without an order.
    fn other_promises(&mut self) {
        let card = self.card;
        let mut carriers: Vec<&CarrierId> = card
            .promises
            .iter()
            .filter(|told| told.fact.duty.is_none())
            .map(|told| &told.fact.carrier)
            .collect();
        carriers.dedup();
        for carrier in carriers {
            let items = self.promises(carrier, None);
            if !items.is_empty() {
                self.section("Cam kết không theo văn bản giao");
            }
            self.list(items);
        }
    }

    fn blockers(&mut self, carrier: &CarrierId) -> Vec<Vec<Sentence>> {
        let (card, day) = (self.card, self.day());
        let mut items = Vec::new();
        for told in standing(&card.blockers, carrier, day) {
            let (kind, since) = (blocker(told.fact.kind), words::day(told.fact.since));
            let text = format!("Vướng mắc về {kind} từ ngày {since}: {}.", told.fact.text);
            items.push(vec![Sentence::new(text).from(self.sources.row(told.evidence))]);
        }
        items
    }

    pub(super) fn disputes(&mut self) {
        let (card, day) = (self.card, self.day());
        let shown: Vec<&DisputeCard> =
            card.disputes.iter().filter(|dispute| dispute.stage_on(day).is_some()).collect();
        if shown.is_empty() {
            return;
        }
        self.part("Phản ánh");
        for dispute in shown {
            let items = self.dispute(dispute, day);
            self.list(items);
        }
    }

    fn dispute(&mut self, dispute: &DisputeCard, day: Day) -> Vec<Vec<Sentence>> {
        let stage = match dispute.stage_on(day) {
            Some(DisputeStage::Closed) => "đã đóng",
            Some(DisputeStage::Checked) => "đã kiểm tra",
            Some(DisputeStage::Answered) => "doanh nghiệp đã giải trình",
            _ => "đang mở",
        };
        let text = format!("Mở ngày {} ({stage}): {}.", words::day(dispute.opened), dispute.text);
        let mut said = vec![Sentence::new(text).from(self.sources.row(dispute.evidence))];
        for answer in dispute.answers.iter().filter(|answer| answer.day <= day) {
            let name = self.carrier(&answer.carrier);
            let text =
                format!("{name} giải trình ngày {}: {}.", words::day(answer.day), answer.text);
            said.push(Sentence::new(text).from(self.sources.row(answer.evidence)));
        }
        for check in dispute.checks.iter().filter(|check| check.day <= day) {
            let text = format!("Kiểm tra ngày {}: {}.", words::day(check.day), check.text);
            said.push(Sentence::new(text).from(self.sources.row(check.evidence)));
        }
        if let Some(end) = dispute.end.as_ref().filter(|end| end.day <= day) {
            let text = format!("Đóng ngày {}: {}.", words::day(end.day), end.reason);
            said.push(Sentence::new(text).from(self.sources.row(end.evidence)));
        }
        vec![said]
    }
}

const fn blocker(kind: BlockerKind) -> &'static str {
    match kind {
        BlockerKind::Land => "đất, mặt bằng",
        BlockerKind::GridPower => "điện lưới",
        BlockerKind::Road => "đường",
        BlockerKind::Backhaul => "truyền dẫn",
        BlockerKind::Permit => "giấy phép",
        BlockerKind::Other => "việc khác",
    }
}
