//! *Phiếu hiện trạng thôn*: everything an Atlas tells of one village, each sentence with its
//! sources.

mod beside;
mod progress;

use phusong_atlas::atlas::{Atlas, Cause, VillageCard, missing, timeline};
use phusong_atlas::domain::{Day, Scope, VillageFact, VillageRelation, VillageSuccessionFact};
use phusong_typeset::{Block, Cell, Document, Items, Sentence, Table};

use super::coverage::{self, centred, column};
use super::sources::Sources;
use super::{Asked, State, letterhead, map, words};

/// Nearest sites on the paper.
const NEAREST: usize = 3;

/// The paper of one village. The caller has seen that it exists on the day.
pub fn dossier(atlas: &Atlas, card: &VillageCard, asked: &Asked) -> Document {
    let head = letterhead::letterhead(atlas, asked.known_at);
    let (letterhead, signature) = head.unzip();
    let state = State::of(atlas, asked, "dossier", card.id.as_str());
    Document {
        ident: state.as_str().to_owned(),
        title: "Phiếu hiện trạng thôn".to_owned(),
        subtitle: Some(subject(atlas, card, asked.day())),
        letterhead,
        blocks: body(atlas, card, asked),
        signature,
        annexes: Vec::new(),
        mark: asked.mark(),
        state: state.as_str().to_owned(),
    }
}

/// `Thôn Kon Dóc, xã Đặng Thùy Trâm`.
pub(super) fn subject(atlas: &Atlas, card: &VillageCard, day: Day) -> String {
    let fact = card.fact_on(day);
    let village = words::capital(&words::village(fact, &card.id));
    let Some(commune) = atlas.units_of(card, day).commune else { return village };
    let guess = fact.is_some_and(|fact| fact.unit_inferred.is_some());
    let guess = if guess { " (suy luận)" } else { "" };
    format!("{village}, {}{guess}", atlas.common.units.label(commune))
}

/// What stands under the titles.
pub(super) fn body(atlas: &Atlas, card: &VillageCard, asked: &Asked) -> Vec<Block> {
    let mut paper =
        Paper { atlas, card, asked, sources: Sources::default(), blocks: Vec::new(), parts: 0 };
    paper.conclusion();
    paper.village();
    paper.duties();
    paper.coverage();
    paper.sites();
    paper.certificates_and_outages();
    paper.history();
    paper.disputes();
    paper.open_points();
    paper.basis();
    paper.blocks
}

struct Paper<'a> {
    atlas: &'a Atlas,
    card: &'a VillageCard,
    asked: &'a Asked,
    sources: Sources,
    blocks: Vec<Block>,
    parts: u8,
}

impl Paper<'_> {
    fn part(&mut self, title: &str) {
        self.parts += 1;
        let text = format!("{}. {title}", self.parts);
        self.blocks.push(Block::Heading { level: 1, text });
    }

    fn section(&mut self, title: &str) {
        self.blocks.push(Block::Heading { level: 2, text: title.to_owned() });
    }

    fn say(&mut self, sentences: Vec<Sentence>) {
        self.blocks.push(Block::Paragraph(sentences));
    }

    fn day(&self) -> Day {
        self.asked.day()
    }

    fn conclusion(&mut self) {
        let (atlas, card, question) = (self.atlas, self.card, &self.asked.question);
        let common = &atlas.common;
        self.part("Kết luận");
        let found = card.verdict(question, common);
        let flags = words::flags(found.flags, card.disputed_on(question.day));
        let beside =
            if flags.is_empty() { String::new() } else { format!(" ({})", flags.join(", ")) };
        let verdict = words::capital(words::verdict(found.verdict).0);
        let least = question.least_technology(common);
        let mut said = vec![Sentence::strong(format!("{verdict}{beside}."))];
        if let Some(grade) = card.grade_behind(question, common) {
            said.push(Sentence::new(format!("Mức xác minh {grade}: {}.", words::grade(grade))));
        }
        said.push(Sentence::new(format!(
            "Câu hỏi: có sóng di động từ {least} trở lên, ngoài trời, dịch vụ dữ liệu, của bất kỳ doanh nghiệp nào."
        )));
        if let Some(word) = card.source_word_on(question.day) {
            said.push(Sentence::new(format!("Từ dùng trong văn bản nguồn: “{word}”.")));
        }
        let owed = atlas.duties_of(card, question.day);
        let owed = owed.iter().filter(|row| row.duty().is_some());
        if let Some(days) = owed.filter_map(|row| row.waiting_days).max() {
            let days = words::number(u64::try_from(days).unwrap_or(0));
            said.push(Sentence::new(format!("Đã chờ {days} ngày kể từ ngày giao nhiệm vụ.")));
        }
        self.say(said);
    }

    fn village(&mut self) {
        self.part("Thôn");
        let facts = self.facts();
        self.blocks.push(Block::Table(Table {
            columns: vec![column("", 4), column("", 10)],
            rows: facts,
        }));
        if let Some(figure) = map::extract(self.atlas, self.card, self.day()) {
            self.blocks.push(figure);
        } else {
            self.say(vec![Sentence::note("Chưa rõ vị trí: không có trích bản đồ.")]);
        }
        if self.card.facts.len() > 1 {
            self.section("Tên gọi, đơn vị hành chính và số hộ qua các thời kỳ");
            let rows = self.card.facts.iter().map(|fact| self.version(fact)).collect::<Vec<_>>();
            let rows = rows.into_iter().zip(&self.card.facts).map(|(row, fact)| {
                let [from, name, units, households] = row;
                let name = Sentence::new(name).from(self.sources.named(&fact.source));
                vec![from.into(), name.into(), units.into(), households.into()]
            });
            let rows = rows.collect();
            let columns = vec![
                centred("Từ ngày", 3),
                column("Tên", 4),
                column("Thuộc", 6),
                centred("Số hộ", 2),
            ];
            self.blocks.push(Block::Table(Table { columns, rows }));
        }
        self.successions();
    }

    fn facts(&mut self) -> Vec<Vec<Cell>> {
        let (atlas, card, day) = (self.atlas, self.card, self.day());
        let Some(fact) = card.fact_on(day) else { return Vec::new() };
        let units = atlas.units_of(card, day);
        let label = |unit| atlas.common.units.label(unit);
        let source = self.sources.named(&fact.source);
        let unknown = || Sentence::note("chưa rõ");
        let counted = |count: Option<u32>| {
            count.map_or_else(unknown, |count| {
                Sentence::new(words::number(count.into())).from(source)
            })
        };
        let known = |known: Option<bool>| match known {
            Some(true) => Sentence::new("có").from(source),
            Some(false) => Sentence::new("không").from(source),
            None => unknown(),
        };
        let mut name = vec![Sentence::strong(fact.name.clone()).from(source)];
        if !fact.aliases.is_empty() {
            name.push(Sentence::new(format!("Còn viết: {}.", fact.aliases.join(", "))));
        }
        let mut commune =
            vec![units.commune.map_or_else(unknown, |unit| Sentence::new(label(unit)))];
        if let Some(why) = &fact.unit_inferred {
            commune.push(Sentence::note(format!("(suy luận: {why})")).from(source));
        }
        let before = units.commune_old.or(units.district_old);
        let mut households = vec![counted(card.households_on(day))];
        if card.households_are_of_clusters(day) {
            households.push(Sentence::note("(cộng các cụm dân cư)"));
        }
        let mut rows = vec![
            vec!["Tên".into(), name.into()],
            vec!["Xã hiện nay".into(), commune.into()],
            vec![
                "Trước 01/7/2025".into(),
                before.map_or_else(unknown, |unit| Sentence::new(label(unit)).from(source)).into(),
            ],
            vec!["Số hộ".into(), households.into()],
            vec!["Nhân khẩu".into(), counted(fact.people).into()],
            vec!["Điện lưới".into(), known(fact.grid_power).into()],
            vec!["Đặc biệt khó khăn".into(), known(fact.especially_hard).into()],
        ];
        rows.push(vec![
            "Vị trí (WGS 84)".into(),
            position(self.card, day).map_or_else(
                || unknown().into(),
                |said| {
                    Cell::from(
                        said.into_iter().map(|sentence| sentence.from(source)).collect::<Vec<_>>(),
                    )
                },
            ),
        ]);
        rows
    }

    /// From, name, units and households as one source gives them.
    fn version(&self, fact: &VillageFact) -> [String; 4] {
        let label = |unit: &_| self.atlas.common.units.label(*unit);
        [
            words::day(fact.day.unwrap_or(Day::EARLIEST)),
            fact.name.clone(),
            fact.units.iter().map(label).collect::<Vec<_>>().join("; "),
            fact.households.map_or_else(|| "–".to_owned(), |count| words::number(count.into())),
        ]
    }

    fn successions(&mut self) {
        let (atlas, card) = (self.atlas, self.card);
        let steps = card.from.iter().map(|step| (step, true));
        let steps = steps.chain(card.to.iter().map(|step| (step, false)));
        let items: Vec<Vec<Sentence>> = steps
            .map(|(step, into)| {
                let text = succession(atlas, step, into);
                vec![Sentence::new(text).from(self.sources.named(&step.source))]
            })
            .collect();
        if !items.is_empty() {
            self.section("Sắp xếp, kế thừa");
            self.blocks.push(Block::Items(Items(items)));
        }
    }

    fn coverage(&mut self) {
        let (atlas, card, question) = (self.atlas, self.card, &self.asked.question);
        self.part("Vùng phủ theo doanh nghiệp và công nghệ");
        self.blocks.push(coverage::by_carrier(atlas, card, question));
        self.say(vec![Sentence::note(
            "“Khai báo có” là lời của doanh nghiệp hoặc danh sách (E1, E2), chưa phải kết quả xác minh; “đã xác minh” là từ E3 trở lên.",
        )]);
        self.section("Theo cụm dân cư");
        self.blocks.push(coverage::clusters(atlas, card, question));
        let [claims, words] = coverage::statements(atlas, card, question, &mut self.sources);
        let nobody = claims.is_none() && words.is_none();
        let parts = [
            ("Doanh nghiệp khai báo (chưa phải kết quả xác minh)", claims),
            ("Danh sách của cơ quan nhà nước, xã xác nhận và đo kiểm", words),
        ];
        for (title, table) in parts {
            if let Some(table) = table {
                self.section(title);
                self.blocks.push(table);
            }
        }
        if nobody {
            self.say(vec![Sentence::new("Chưa có khai báo hay bằng chứng nào về thôn này.")]);
        }
    }

    /// Only where the scope may see sites; a carrier sees its own, and is told so.
    fn sites(&mut self) {
        let (atlas, day) = (self.atlas, self.day());
        let Some(from) = self.card.position_on(day).filter(|_| atlas.sees_sites()) else { return };
        let own = match &atlas.scope {
            Scope::Carrier(id) => Some(words::carrier_name(atlas, id)),
            _ => None,
        };
        let of = own.as_ref().map(|name| format!(" của {name}")).unwrap_or_default();
        self.part(&format!("Trạm{of} đang phát sóng gần nhất"));
        let near = atlas.nearest_sites(from, day, None, None, NEAREST);
        if near.is_empty() {
            self.say(vec![Sentence::new(format!("Chưa có trạm nào{of} đang phát sóng trong sổ."))]);
            return;
        }
        let rows = near.iter().map(|near| {
            let site = near.site();
            let technologies: Vec<_> =
                site.life.technologies_on(day).iter().map(|one| one.to_string()).collect();
            let evidence = site.events.last().map(|event| event.evidence);
            let code = Sentence::new(site.id.code.as_str());
            let code = code.from(evidence.and_then(|row| self.sources.row(row)));
            vec![
                Cell::from(words::carrier_name(atlas, &site.id.carrier)),
                code.into(),
                technologies.join(", ").into(),
                words::metres(near.distance_m).into(),
            ]
        });
        let rows = rows.collect();
        let columns = vec![
            column("Doanh nghiệp", 4),
            column("Mã trạm", 4),
            centred("Công nghệ", 3),
            centred("Khoảng cách", 3),
        ];
        self.blocks.push(Block::Table(Table { columns, rows }));
        let shown = own.map_or_else(
            || "Thông tin về trạm chỉ dùng nội bộ.".to_owned(),
            |name| format!("Phiếu này chỉ nêu trạm của {name}."),
        );
        self.say(vec![Sentence::note(format!(
            "Khoảng cách tính từ vị trí thôn đến trạm theo đường thẳng; không phải vùng phủ. {shown}"
        ))]);
    }

    fn history(&mut self) {
        let (atlas, card, question) = (self.atlas, self.card, &self.asked.question);
        self.part("Diễn biến đánh giá");
        let turns = timeline(card, question, &atlas.common, question.day);
        let rows = turns
            .iter()
            .rev()
            .map(|turn| {
                let flags = words::flags(turn.answer.flags, false);
                let verdict = std::iter::once(words::verdict(turn.answer.verdict).0).chain(flags);
                // What was so before our records has no cause in them.
                let causes = turn.causes.iter().filter(|_| turn.from > Day::EARLIEST);
                let because: Vec<Sentence> =
                    causes.map(|cause| self.cause(cause, turn.from)).collect();
                vec![
                    Cell::from(words::day(turn.from)),
                    verdict.collect::<Vec<_>>().join(", ").into(),
                    because.into(),
                ]
            })
            .collect();
        let columns = vec![centred("Từ ngày", 3), column("Đánh giá", 4), column("Vì", 9)];
        self.blocks.push(Block::Table(Table { columns, rows }));
    }

    fn cause(&mut self, cause: &Cause, day: Day) -> Sentence {
        let card = Some(self.card);
        let source = self.sources.rows(&words::rows_of(card, cause, day));
        Sentence::new(words::cause(self.atlas, card, cause, day).0).from(source)
    }

    fn open_points(&mut self) {
        let (atlas, question) = (self.atlas, &self.asked.question);
        self.part("Còn thiếu");
        let lacking = missing(self.card, question, &atlas.common);
        if lacking.is_empty() {
            self.say(vec![Sentence::new("Không còn thiếu dữ liệu nào theo bộ tiêu chí.")]);
            return;
        }
        let items =
            lacking.iter().map(|one| vec![Sentence::new(words::missing(atlas, one, words::day).0)]);
        self.blocks.push(Block::Items(Items(items.collect())));
    }

    /// From what the paper was made, so that anyone may make it again.
    fn basis(&mut self) {
        let (atlas, asked) = (self.atlas, self.asked);
        let rules = &atlas.common.rules;
        self.part("Căn cứ");
        let rules_source = self.sources.named(&rules.source);
        self.say(vec![
            Sentence::new(format!(
                "Phiếu lập từ sổ Phủ Sóng, tính đến hết ngày {}, theo dữ liệu nhận đến hết ngày {}, phạm vi {}.",
                words::day(asked.day()),
                words::day(asked.known_at),
                words::scope(atlas)
            )),
            Sentence::new(format!(
                "Bộ tiêu chí: {} (phiên bản {}).",
                rules.title_vi, rules.id.version
            ))
            .from(rules_source),
            Sentence::new(format!(
                "Trạng thái dữ liệu {}, mẫu phiếu phiên bản {}.",
                atlas.version,
                super::METHOD
            )),
        ]);
        let sources = self.sources.block();
        self.blocks.push(sources);
    }
}

fn position(card: &VillageCard, day: Day) -> Option<Vec<Sentence>> {
    let stand = card.stand_on(day)?;
    let at = stand.located;
    let (lat, lon) = (at.position.lat_deg(), at.position.lon_deg());
    let doubt = words::metres(f64::from(at.uncertainty_m));
    let mut said = vec![Sentence::new(format!(
        "Vĩ độ {}, kinh độ {}, sai số ± {doubt}; {}.",
        words::degrees(lat),
        words::degrees(lon),
        words::position_grade(at.grade)
    ))];
    if let Some(basis) = words::position_basis(card, &stand, day) {
        said.push(Sentence::note(words::ended(&format!("Căn cứ: {basis}"))));
    }
    Some(said)
}

fn succession(atlas: &Atlas, step: &VillageSuccessionFact, into: bool) -> String {
    let day = words::day(step.day);
    let other = words::village_of(atlas, if into { &step.from } else { &step.to });
    match (step.relation, into) {
        (VillageRelation::Merged, true) => format!("Từ {day}, nhận toàn bộ {other}."),
        (VillageRelation::Merged, false) => format!("Từ {day}, nhập vào {other}."),
        (VillageRelation::Part, true) => format!("Từ {day}, nhận một phần cụm dân cư của {other}."),
        (VillageRelation::Part, false) => {
            format!("Từ {day}, chuyển một phần cụm dân cư sang {other}.")
        }
        (VillageRelation::Split, true) => format!("Từ {day}, tách từ {other}."),
        (VillageRelation::Split, false) => format!("Từ {day}, chia tách, một phần là {other}."),
        (VillageRelation::Renamed, true) => format!("Từ {day}, đổi tên từ {other}."),
        (VillageRelation::Renamed, false) => format!("Từ {day}, đổi tên thành {other}."),
    }
}
