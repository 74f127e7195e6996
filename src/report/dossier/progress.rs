//! What was ordered and promised for the village and how it goes on, and what is disputed.

use phusong_atlas::atlas::{
    DisputeCard, DisputeStage, DutyCard, DutyFinding, DutyRow, DutyState, standing,
};
use phusong_atlas::domain::{Day, MilestoneStep};
use phusong_typeset::{Block, Cell, Items, Sentence, Table};

use super::Paper;
use crate::report::coverage::{centred, column};
use crate::report::words;

impl Paper<'_> {
    /// The village's lines of the register: what was given to it and to those that went into it.
    pub(super) fn duties(&mut self) {
        self.part("Nhiệm vụ được giao, cam kết và tiến độ");
        let day = self.day();
        let rows = self.atlas.duties_of(self.card, day);
        let (duties, promises): (Vec<&DutyRow>, Vec<&DutyRow>) = rows
            .iter()
            .filter(|row| row.state != DutyState::NotYetGiven)
            .partition(|row| row.duty().is_some());
        if duties.is_empty() {
            self.say(vec![Sentence::new("Chưa có nhiệm vụ nào được giao cho thôn này.")]);
        }
        for row in duties {
            if let Some(duty) = row.duty() {
                self.duty(row, duty);
            }
        }
        if !promises.is_empty() {
            self.section("Cam kết không theo văn bản giao");
        }
        for row in promises {
            let head = Sentence::strong(format!("{}.", self.owed(row)));
            self.say(vec![head]);
            let items = self.told_of(row);
            self.list(items);
        }
    }

    /// `Viettel: quá hạn`; of a village that went into this one, with its name.
    fn owed(&self, row: &DutyRow) -> String {
        let name = words::carrier_name(self.atlas, &row.carrier);
        let state = words::duty(row.state).0;
        if row.card().id == self.card.id {
            format!("{name}: {state}")
        } else {
            let before = words::village_of(self.atlas, &row.card().id);
            format!("{name}: {state} (giao cho {before}, nay thuộc thôn này)")
        }
    }

    fn duty(&mut self, row: &DutyRow, duty: &DutyCard) {
        let fact = &duty.fact;
        let source = self.sources.row(duty.evidence);
        let technology = fact.technology.map_or_else(
            || "văn bản không nêu công nghệ".to_owned(),
            |technology| format!("công nghệ {technology}"),
        );
        let due = match (fact.due, &fact.due_inferred) {
            (Some(due), Some(why)) => {
                format!("Hạn {} (suy luận: {}).", words::day(due), words::why_due(why))
            }
            (Some(due), None) => format!("Hạn {}.", words::day(due)),
            (None, _) => "Văn bản không nêu hạn.".to_owned(),
        };
        let given = words::day(fact.given);
        let cite = format!("Giao ngày {given} tại {}; {technology}.", fact.cite);
        let head = Sentence::strong(format!("{}.", self.owed(row)));
        self.say(vec![head, Sentence::new(cite).from(source), Sentence::new(due).from(source)]);
        self.steps(duty);
        let mut items = self.told_of(row);
        if let Some(told) = duty.funding_on(self.day()) {
            let source = self.sources.row(told.evidence);
            let estimate = told
                .fact
                .estimate_vnd
                .map(|dong| format!(", dự toán {} đồng", words::number(dong)));
            let text = format!("Nguồn vốn: {}{}", told.fact.funds, estimate.unwrap_or_default());
            items.push(vec![Sentence::new(words::ended(&text)).from(source)]);
        }
        self.list(items);
    }

    /// What a line of the register says beside its state.
    fn told_of(&mut self, row: &DutyRow) -> Vec<Vec<Sentence>> {
        let mut items = findings(row);
        items.extend(self.promises(row));
        items.extend(self.blockers(row));
        items
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
            let step = Sentence::new(words::step(told.fact.step).0);
            let step = step.from(self.sources.row(told.evidence));
            rows.push(vec![Cell::from(words::day(told.fact.day)), step.into()]);
        }
        let columns = vec![centred("Ngày", 3), column("Mốc tiến độ", 11)];
        self.blocks.push(Block::Table(Table { columns, rows }));
    }

    /// Each promised day is kept: the slip is what they tell together.
    fn promises(&mut self, row: &DutyRow) -> Vec<Vec<Sentence>> {
        let promises = row.promises(self.day());
        let name = words::carrier_name(self.atlas, &row.carrier);
        let mut items = Vec::new();
        for told in &promises.0 {
            let (said, promised) = (words::day(told.fact.said), words::day(told.fact.promised));
            let text = format!("{name} cam kết (ngày {said}): xong ngày {promised}.");
            items.push(vec![Sentence::new(text).from(self.sources.row(told.evidence))]);
        }
        if let Some(days) = promises.slipped_days().filter(|days| *days > 0) {
            items.push(vec![Sentence::note(format!("Ngày cam kết đã lùi {days} ngày."))]);
        }
        items
    }

    fn blockers(&mut self, row: &DutyRow) -> Vec<Vec<Sentence>> {
        let mut items = Vec::new();
        for told in standing(&row.card().blockers, &row.carrier, self.day()) {
            let (kind, since) = (words::blocker(told.fact.kind).0, words::day(told.fact.since));
            let text = format!("Vướng mắc về {kind} từ ngày {since}: {}", told.fact.text);
            let text = words::ended(&text);
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
        let stage = words::stage(dispute.stage_on(day).unwrap_or(DisputeStage::Opened)).0;
        let text = format!("Mở ngày {} ({stage}): {}", words::day(dispute.opened), dispute.text);
        let text = words::ended(&text);
        let mut said = vec![Sentence::new(text).from(self.sources.row(dispute.evidence))];
        for answer in dispute.answers.iter().filter(|answer| answer.day <= day) {
            let name = words::carrier_name(self.atlas, &answer.carrier);
            let day = words::day(answer.day);
            let text = words::ended(&format!("{name} giải trình ngày {day}: {}", answer.text));
            said.push(Sentence::new(text).from(self.sources.row(answer.evidence)));
        }
        for check in dispute.checks.iter().filter(|check| check.day <= day) {
            let text = format!("Kiểm tra ngày {}: {}", words::day(check.day), check.text);
            let text = words::ended(&text);
            said.push(Sentence::new(text).from(self.sources.row(check.evidence)));
        }
        if let Some(end) = dispute.end.as_ref().filter(|end| end.day <= day) {
            let text = format!("Đóng ngày {}: {}", words::day(end.day), end.reason);
            let text = words::ended(&text);
            said.push(Sentence::new(text).from(self.sources.row(end.evidence)));
        }
        vec![said]
    }
}

/// What is odd in a line of the register; a promise is broken only while something is owed.
fn findings(row: &DutyRow) -> Vec<Vec<Sentence>> {
    let untold: Vec<&str> = row
        .findings
        .iter()
        .filter_map(|finding| match finding {
            DutyFinding::Missing { step } => Some(words::step(*step).0),
            _ => None,
        })
        .collect();
    let untold = (!untold.is_empty())
        .then(|| format!("Chưa có mốc: {} (dù đã có mốc sau).", untold.join(", ")));
    let others = row.findings.iter().filter(|one| !matches!(one, DutyFinding::Missing { .. }));
    let told = others.map(|one| {
        let (vi, _) = words::duty_finding(one, words::day);
        format!("{}.", words::capital(&vi))
    });
    untold.into_iter().chain(told).map(|text| vec![Sentence::note(text)]).collect()
}
