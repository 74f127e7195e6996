//! *Báo cáo kỳ*: plan, what the period brought, what stands at its end, against the period before
//! and the same period of the year before; then what had been reported, what is computed now, and
//! what moved.

mod figures;
mod targets;

use std::collections::BTreeMap;
use std::sync::Arc;

use phusong_atlas::atlas::{Atlas, Question, VillageChange, VillageVerdict};
use phusong_atlas::domain::{Day, Period, VillageId};
use phusong_typeset::{Align, Block, Cell, Column, Document, Items, Sentence, Table};

use super::coverage::{centred, column};
use super::sources::Sources;
use super::{Asked, State, dossier, letterhead, words};
use figures::{Figure, GAPS, Key, figures};

/// The Atlases that a report compares.
#[derive(Debug, Clone)]
pub struct Views {
    /// As known on the day that the report is asked for.
    pub now: Arc<Atlas>,
    /// As known when the period before ended, and the same period of the year before.
    pub then_before: Arc<Atlas>,
    pub then_year: Arc<Atlas>,
}

/// The periods of one report; their last days are what figures stand at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periods {
    pub this: Period,
    pub before: Period,
    pub year: Period,
}

/// The reporting period begins on this day of a month (NĐ 09/2019: 15th to 14th).
pub const FIRST_DAY: i8 = 15;

impl Periods {
    /// The period that ends in a month, with the one before and that of the year before.
    pub fn ending_in(year: i16, month: i8) -> Option<Self> {
        let to = Day::new(year, month, FIRST_DAY).ok()?;
        let back = |months: i32| {
            let all = i32::from(year) * 12 + i32::from(month) - 1 - months;
            let month = i8::try_from(all.rem_euclid(12) + 1).ok()?;
            Day::new(i16::try_from(all.div_euclid(12)).ok()?, month, FIRST_DAY).ok()
        };
        Some(Self {
            this: Period { from: back(1)?, to },
            before: Period { from: back(2)?, to: back(1)? },
            year: Period { from: back(13)?, to: back(12)? },
        })
    }
}

/// As they stand when a period ends.
fn at(atlas: &Atlas, period: Period) -> Vec<Figure> {
    figures(atlas, last_day(period))
}

/// What a period brought, figure by figure.
struct Brought {
    before: Vec<Figure>,
    after: Vec<Figure>,
}

impl Brought {
    fn of(atlas: &Atlas, period: Period) -> Self {
        let before = figures(atlas, period.from.plus_days(-1));
        Self { before, after: at(atlas, period) }
    }

    /// `None`: not known exactly at both ends.
    fn by(&self, key: &Key) -> Option<i64> {
        let [before, after] = [&self.before, &self.after].map(|list| exact(list, key));
        Some(after? - before?)
    }
}

/// A figure that is not there yet is nothing: nobody had been ordered.
fn exact(list: &[Figure], key: &Key) -> Option<i64> {
    let found = list.iter().find(|figure| figure.key == *key);
    found.map_or(Some(0), |figure| i64::try_from(figure.exact()?).ok())
}

fn last_day(period: Period) -> Day {
    period.to.plus_days(-1)
}

pub fn period_report(views: &Views, periods: Periods, asked: &Asked) -> Document {
    let atlas = &*views.now;
    let (letterhead, signature) = letterhead::letterhead(atlas, asked.known_at).unzip();
    let subject = periods.this.to.date().strftime("%Y-%m").to_string();
    let state = State::of(atlas, asked, "period", &subject);
    let report = Report { views, periods, asked, sources: Sources::default() };
    Document {
        ident: state.as_str().to_owned(),
        title: "Báo cáo kỳ".to_owned(),
        subtitle: Some(format!(
            "Phủ sóng di động các thôn, từ {} đến {}",
            words::day(periods.this.from),
            words::day(last_day(periods.this))
        )),
        letterhead,
        blocks: report.blocks(),
        signature,
        annexes: Vec::new(),
        mark: asked.mark(),
        state: state.as_str().to_owned(),
    }
}

struct Report<'a> {
    views: &'a Views,
    periods: Periods,
    asked: &'a Asked,
    sources: Sources,
}

impl Report<'_> {
    fn blocks(mut self) -> Vec<Block> {
        let heading = |text: &str| Block::Heading { level: 1, text: text.to_owned() };
        let mut blocks = vec![self.lead(), heading("1. Số liệu kỳ này"), self.main_table()];
        blocks.push(Block::Paragraph(vec![Sentence::note(
            "Lũy kế: tính đến hết ngày cuối kỳ. Thực hiện kỳ: lũy kế cuối kỳ trừ lũy kế trước kỳ. So kỳ trước, so cùng kỳ: thực hiện kỳ này trừ thực hiện của kỳ trước và của cùng kỳ năm trước. “–”: không có, hoặc chưa đủ số liệu để tính. “Chưa đủ dữ liệu” không tính là có hay không có sóng.",
        )]));
        if let Some(table) =
            targets::table(&self.views.now, last_day(self.periods.this), &mut self.sources)
        {
            blocks.push(Block::Heading {
                level: 2, text: "Chỉ tiêu của kế hoạch".to_owned()
            });
            blocks.push(table);
        }
        blocks.push(heading("2. Thôn thay đổi đánh giá trong kỳ"));
        blocks.push(self.changes());
        blocks.push(heading("3. Đã báo cáo, nay tính lại, thay đổi"));
        let before = Arc::clone(&self.views.then_before);
        blocks.extend(self.again("Cuối kỳ trước", self.periods.before, &before));
        let year = Arc::clone(&self.views.then_year);
        blocks.extend(self.again("Cuối cùng kỳ năm trước", self.periods.year, &year));
        blocks.push(heading("4. Căn cứ"));
        blocks.push(self.basis());
        if !self.sources.is_empty() {
            blocks.push(self.sources.block());
        }
        blocks
    }

    fn lead(&self) -> Block {
        let now = at(&self.views.now, self.periods.this);
        let gaps: u64 = GAPS
            .iter()
            .filter_map(|class| now.iter().find(|figure| figure.key == Key::Villages(*class)))
            .map(|figure| figure.value)
            .sum();
        let day = words::day(last_day(self.periods.this));
        Block::Paragraph(vec![
            Sentence::strong(format!(
                "Tính đến hết ngày {day}, còn {} thôn trắng sóng hoặc lõm sóng.",
                words::number(gaps)
            )),
            Sentence::new(format!(
                "Số liệu tính từ sổ Phủ Sóng theo dữ liệu nhận đến hết ngày {}.",
                words::day(self.asked.known_at)
            )),
        ])
    }

    fn main_table(&self) -> Block {
        let now = &self.views.now;
        let [this, before, year] = [self.periods.this, self.periods.before, self.periods.year]
            .map(|period| Brought::of(now, period));
        let rows = this.after.iter().map(|figure| {
            let brought = this.by(&figure.key);
            let against = |other: &Brought| Some(signed(brought? - other.by(&figure.key)?));
            let share =
                figure.plan.filter(|plan| *plan > 0).map(|plan| percent(figure.value, plan));
            let told = |text: Option<String>| Cell::from(text.unwrap_or_else(|| "–".to_owned()));
            vec![
                Cell::from(figure.name.clone()),
                told(figure.plan.map(words::number)),
                told(brought.map(signed)),
                figure.told().into(),
                told(share),
                told(against(&before)),
                told(against(&year)),
            ]
        });
        let right = |title: &str, share| Column { align: Align::Right, ..column(title, share) };
        Block::Table(Table {
            columns: vec![
                column("Chỉ tiêu", 10),
                right("Kế hoạch", 4),
                right("Thực hiện kỳ", 4),
                right("Lũy kế", 4),
                right("% kế hoạch", 4),
                right("So kỳ trước", 4),
                right("So cùng kỳ", 4),
            ],
            rows: rows.collect(),
        })
    }

    fn changes(&mut self) -> Block {
        let atlas = Arc::clone(&self.views.now);
        let question = Question::default_on(last_day(self.periods.this));
        let changes =
            atlas.changes(&question, last_day(self.periods.before), last_day(self.periods.this));
        let changes: Vec<VillageChange> =
            changes.into_iter().filter(VillageChange::moves).collect();
        if changes.is_empty() {
            let text = "Không thôn nào thay đổi đánh giá trong kỳ.";
            return Block::Paragraph(vec![Sentence::new(text)]);
        }
        let rows = changes.iter().map(|change| self.change(&atlas, change)).collect();
        let columns = vec![
            centred("Ngày", 3),
            column("Thôn", 5),
            column("Trước", 3),
            column("Sau", 3),
            column("Vì", 7),
        ];
        Block::Table(Table { columns, rows })
    }

    fn change(&mut self, atlas: &Atlas, change: &VillageChange) -> Vec<Cell> {
        let card = atlas.village(&change.village).map(|(_, card)| card);
        let because: Vec<Sentence> = change
            .because
            .iter()
            .filter_map(|cause| {
                let source = self.sources.rows(&words::rows_of(card, cause, change.day));
                let text = words::cause(atlas, Some(card?), cause, change.day).0;
                Some(Sentence::new(text).from(source))
            })
            .collect();
        let held = |held: Option<VillageVerdict>| held.map_or("–", |held| words::verdict(held).0);
        let name = card.map_or_else(
            || change.village.to_string(),
            |card| dossier::subject(atlas, card, change.day),
        );
        vec![
            Cell::from(words::day(change.day)),
            name.into(),
            held(change.before.map(|held| held.verdict)).into(),
            held(change.after.map(|held| held.verdict)).into(),
            because.into(),
        ]
    }

    /// A day of the past as it was reported then and as it is computed now.
    fn again(&self, title: &str, period: Period, then: &Atlas) -> Vec<Block> {
        let day = last_day(period);
        let (reported, computed) = (at(then, period), at(&self.views.now, period));
        let heading = format!("{title}: {}", words::day(day));
        let mut blocks = vec![Block::Heading { level: 2, text: heading }];
        if then.shards().all(|shard| shard.villages.is_empty()) {
            let text = "Khi đó sổ chưa có dữ liệu, nên không có số đã báo cáo để so sánh.";
            blocks.push(Block::Paragraph(vec![Sentence::new(text)]));
            return blocks;
        }
        let rows = computed.iter().map(|now| {
            let then = reported.iter().find(|figure| figure.key == now.key);
            let change = exact(&computed, &now.key).zip(exact(&reported, &now.key));
            vec![
                Cell::from(now.name.clone()),
                then.map_or_else(|| "–".to_owned(), Figure::told).into(),
                now.told().into(),
                change.map_or_else(|| "–".to_owned(), |(now, then)| signed(now - then)).into(),
            ]
        });
        let right = |title: &str, share| Column { align: Align::Right, ..column(title, share) };
        blocks.push(Block::Table(Table {
            columns: vec![
                column("Chỉ tiêu", 10),
                right("Theo sổ lúc đó", 4),
                right("Nay tính lại", 4),
                right("Thay đổi", 4),
            ],
            rows: rows.collect(),
        }));
        let moved = self.moved(then, day);
        if moved.is_empty() {
            blocks.push(Block::Paragraph(vec![Sentence::new(
                "Không thôn nào đổi đánh giá của ngày đó.",
            )]));
        } else {
            blocks.push(Block::Items(Items(moved)));
        }
        blocks
    }

    /// Villages of which the answer for a day is another one now.
    fn moved(&self, then: &Atlas, day: Day) -> Vec<Vec<Sentence>> {
        let (before, after) = (answers(then, day), answers(&self.views.now, day));
        let all: std::collections::BTreeSet<&VillageId> =
            before.keys().chain(after.keys()).collect();
        let held = |held: Option<&VillageVerdict>| {
            held.map_or("chưa có trong sổ", |held| words::verdict(*held).0)
        };
        all.into_iter()
            .filter(|id| before.get(*id) != after.get(*id))
            .map(|id| {
                let name = words::capital(&words::village_of(&self.views.now, id));
                let (before, after) = (held(before.get(id)), held(after.get(id)));
                vec![Sentence::new(format!("{name}: lúc đó {before}, nay {after}."))]
            })
            .collect()
    }

    fn basis(&mut self) -> Block {
        let atlas = Arc::clone(&self.views.now);
        let rules = &atlas.common.rules;
        Block::Paragraph(vec![
            Sentence::new(format!(
                "Phạm vi {}; bộ tiêu chí: {} (phiên bản {}).",
                words::scope(&atlas),
                rules.title_vi,
                rules.id.version
            ))
            .from(self.sources.named(&rules.source)),
            Sentence::new(
                "“Theo sổ lúc đó” là kết quả tính từ dữ liệu nhận được đến hết ngày cuối của kỳ đó.",
            ),
            Sentence::new(format!(
                "Trạng thái dữ liệu {}, mẫu báo cáo phiên bản {}.",
                atlas.version,
                super::METHOD
            )),
        ])
    }
}

fn answers(atlas: &Atlas, day: Day) -> BTreeMap<VillageId, VillageVerdict> {
    let question = Question::default_on(day);
    let cards = atlas.shards().flat_map(|shard| &shard.villages);
    cards
        .filter(|card| card.exists_on(day))
        .map(|card| (card.id.clone(), card.verdict(&question, &atlas.common).verdict))
        .collect()
}

/// `+3`, `−2`, `0`.
fn signed(change: i64) -> String {
    let size = words::number(change.unsigned_abs());
    match change.signum() {
        0 => size,
        1 => format!("+{size}"),
        _ => format!("−{size}"),
    }
}

/// `88,9 %`, rounded half up, but never up to the plan.
fn percent(value: u64, plan: u64) -> String {
    let (value, plan) = (u128::from(value), u128::from(plan.max(1)));
    let mut tenths = (2 * value * 1_000 + plan) / (2 * plan);
    if value < plan {
        tenths = tenths.min(999);
    }
    format!("{},{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn a_period_runs_from_the_15th_to_the_14th_and_knows_its_neighbours() {
        let periods = Periods::ending_in(2026, 1).expect("periods");
        assert_eq!(periods.this, Period { from: day("2025-12-15"), to: day("2026-01-15") });
        assert_eq!(periods.before, Period { from: day("2025-11-15"), to: day("2025-12-15") });
        assert_eq!(periods.year, Period { from: day("2024-12-15"), to: day("2025-01-15") });
    }

    #[test]
    fn a_share_is_rounded_half_up_and_never_up_to_the_plan() {
        let told = [(2, 11), (1, 11), (1, 3), (2, 3), (1, 2_000), (0, 9), (10, 9)];
        assert_eq!(
            told.map(|(value, plan)| percent(value, plan)),
            ["18,2 %", "9,1 %", "33,3 %", "66,7 %", "0,1 %", "0,0 %", "111,1 %"]
        );
        assert_eq!(percent(1_999, 2_000), "99,9 %");
        assert_eq!(percent(9, 9), "100,0 %");
        assert_eq!([2, -2, 0, -1_234].map(signed), ["+2", "−2", "0", "−1.234"]);
    }
}
