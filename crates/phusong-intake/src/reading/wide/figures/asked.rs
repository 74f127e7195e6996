//! What a wide table of figures leaves open, asked once for all of it.

use phusong_atlas::domain::UnitId;
use phusong_atlas::gazetteer::{Resolution, fold_for_search};

use super::super::{measures, titles};
use super::{Figure, Figures, NONE, choice};
use crate::finding::{Finding, Severity};
use crate::report::Column;
use crate::template::Kind;
use crate::values::period::Months;

/// An answer to the question whether the counts are those of the period's end.
const STOCK: &str = "có đến cuối kỳ";

impl Figures<'_> {
    /// The line above the table by which its counts are a plan, what was added or a part, and not
    /// what there is; `None` once its sender has said that they are.
    pub(super) fn narrowing(&self) -> Option<&str> {
        let is_told = |line: &str| {
            let answer = self.words.word(Column::Numerator, line).map(fold_for_search);
            answer.is_some_and(|answer| !answer.starts_with("khong") && !answer.starts_with("chua"))
        };
        let lines = self.lines.iter().map(String::as_str);
        lines.filter(|line| measures::narrows(line)).find(|line| !is_told(line))
    }

    fn tells_carriers(&self) -> bool {
        self.layout.has(Column::Carrier)
            || self.entries.iter().any(|entry| entry.told.carrier.is_some())
    }

    /// The carrier as which the sheet is named, and so written.
    pub(super) fn sheets_carrier(&self) -> Option<(String, String)> {
        let carriers = self.looked.ground.carriers();
        let titled = titles::one_carrier(&self.layout.title, carriers);
        titles::sheets_carrier(&self.looked.table.name, carriers)
            .filter(|(name, _)| titled.is_none_or(|other| other == *name))
            .filter(|_| !self.tells_carriers())
    }

    /// One carrier alone stands in the title of figures that name none.
    pub(super) fn titled_carrier(&self) -> Option<Finding> {
        let is_told = self.tells_carriers()
            || self.sheets_carrier().is_some()
            || self.answers.column(Column::Carrier).is_some();
        let carriers = self.looked.ground.carriers();
        let name = titles::one_carrier(&self.layout.title, carriers)
            .or_else(|| titles::one_carrier(&self.lines, carriers));
        titles::whose(self.looked, &name.filter(|_| !is_told)?, Kind::Statistics)
    }

    pub(super) fn which_count(
        &self,
        (count, written): (u16, &str),
        (at, heading): &(u16, String),
    ) -> Finding {
        let message = (
            "bảng có cột lũy kế bên cạnh: số liệu của kỳ là cột nào?",
            "a cumulative column stands beside it: which one is the figure of the period?",
        );
        let remedy = ("chọn cột", "choose the column");
        let named = |at: u16, heading: &str, score| {
            let name = self.looked.table.column_name(at);
            let shown = format!("cột {name}: {heading}");
            choice(&name, &shown, ("cột của bảng", "a column of the table"), score)
        };
        let mut found = Finding::new("which-count", Severity::Ask, message, remedy);
        found.value = Some(written.to_owned());
        found.with([named(*at, heading, 40), named(count, written, 30)])
    }

    fn heading_of(&self, at: u16) -> &str {
        let entry = self.entries.iter().find(|entry| entry.at == at);
        entry.map_or("", |entry| &*entry.heading)
    }

    /// Of which indicator a bare share is, as its sender said.
    pub(super) fn share_told(&self, at: u16) -> Option<String> {
        let answer = self.words.word(Column::Share, self.heading_of(at))?;
        self.measures.called(answer).map(|indicator| indicator.id.clone())
    }

    /// A bare share beside several counts: asked once for its column.
    pub(super) fn which_share(&self, at: u16) -> Option<Finding> {
        let heading = self.heading_of(at);
        if self.words.word(Column::Share, heading).is_some() {
            return None;
        }
        let name = self.looked.table.column_name(at);
        let message = (
            format!("cột {name} “{heading}” là tỷ lệ của chỉ tiêu nào?"),
            format!("of which indicator is the share in column {name}, {heading:?}?"),
        );
        let remedy = (
            "chọn một lần cho cả cột, hoặc “không có”; chưa trả lời thì không đọc cột này",
            "choose once for the column, or “không có” (none); until then it is not read",
        );
        let keys = self.entries.iter().filter_map(|entry| entry.told.key.clone());
        let keys: Vec<super::Key> = keys.collect();
        let own = self.measures.indicators.iter().filter(|one| keys.contains(&one.numerator));
        let none = choice(NONE, NONE, ("không đọc cột này", "the column is not read"), 10);
        let choices = own.map(|one| choice(&one.id, &one.name, ("có cột số đếm", "counted"), 30));
        let mut found =
            Finding::new("which-share", Severity::Ask, message, remedy).on(Column::Share.as_str());
        found.value = Some(heading.to_owned());
        Some(found.with(choices.chain([none])))
    }

    pub(super) fn which_whole(&self, figure: &Figure<'_>, written: &str) -> Finding {
        let message = (
            format!("mẫu số của “{written}” là cột nào?"),
            format!("which column is {written:?} counted of?"),
        );
        let remedy = ("chọn cột, hoặc “không có”", "choose the column, or “không có” (none)");
        let columns = self.open(figure).into_iter().map(|(at, heading)| {
            let name = self.looked.table.column_name(at);
            choice(
                &name,
                &format!("cột {name}: {heading}"),
                ("cột chưa rõ nghĩa", "of unknown meaning"),
                40,
            )
        });
        let none = choice(NONE, NONE, ("chỉ có số đếm", "the count alone"), 10);
        let mut found = Finding::new("which-whole", Severity::Ask, message, remedy);
        found.value = Some(written.to_owned());
        found.with(columns.chain([none]))
    }

    pub(super) fn which_indicator(&self) -> Finding {
        let message = (
            "bảng không nói số liệu của chỉ tiêu nào",
            "the table does not say of which indicator its figures are",
        );
        let remedy = (
            "chọn một lần cho cả bảng; nếu khác nhau, ghi chỉ tiêu vào tiêu đề cột",
            "choose once for the whole table; where they differ, head the columns with them",
        );
        let all = self.measures.indicators.iter();
        Finding::new("list-indicator", Severity::Ask, message, remedy)
            .with(all.map(|one| choice(&one.id, &one.name, ("chỉ tiêu đã có", "defined"), 10)))
    }

    /// Units that the title names are offered.
    pub(super) fn which_unit(&self) -> Finding {
        const KINDS: [&str; 7] =
            ["xã", "phường", "đặc khu", "huyện", "thị xã", "thành phố", "tỉnh"];
        let message = (
            "bảng không có cột Đơn vị: số liệu của đơn vị nào?",
            "the table has no column Unit: whose figures are they?",
        );
        let remedy = ("trả lời một lần cho cả bảng", "answer once for the whole table");
        let found = Finding::new("list-unit", Severity::Ask, message, remedy);
        let Some(known) = self.looked.ground.known.as_ref() else { return found };
        let gazetteer = known.evidence.gazetteer;
        let mut named: Vec<(String, String)> = Vec::new();
        for line in &self.lines {
            let lower = line.to_lowercase();
            for kind in KINDS {
                let Some((_, after)) = lower.split_once(&format!("{kind} ")) else { continue };
                let words: Vec<&str> = after.split_whitespace().collect();
                let unit = (1..=3.min(words.len())).rev().find_map(|many| {
                    let name = format!("{kind} {}", words[..many].join(" "));
                    match gazetteer.resolve_unit_of_any_level(&name, None, Some(known.today())) {
                        Resolution::Found { id, .. } => Some(id),
                        _ => None,
                    }
                });
                let of = |id: UnitId| (id.code.0.to_string(), gazetteer.units().label(id));
                named.extend(unit.map(of).filter(|one| !named.contains(one)));
            }
        }
        let reason = ("tiêu đề có nêu", "named in the title");
        found.with(named.iter().map(|(id, name)| choice(id, name, reason, 40)))
    }

    pub(super) fn which_year(&self) -> Finding {
        let message = (
            "tiêu đề cột ghi tháng mà không ghi năm: năm nào?",
            "its headings name months without a year: which one?",
        );
        let remedy = ("chọn một lần cho cả bảng", "choose once for the whole table");
        let today = self.looked.ground.known.as_ref().map(crate::known::Known::today);
        let years =
            today.into_iter().flat_map(|today| [0, 1].map(|back| today.date().year() - back));
        Finding::new("list-year", Severity::Ask, message, remedy).with(years.map(|year| {
            choice(&year.to_string(), &format!("năm {year}"), ("năm gần đây", "a recent year"), 20)
        }))
    }
}

pub(super) fn which_period(several: &[Months]) -> Finding {
    let message = (
        "bảng không có cột Kỳ, tiêu đề không cho biết chắc kỳ nào",
        "the table has no column for the period, and its title tells none for sure",
    );
    let remedy = (
        "trả lời một lần cho cả bảng, như 11/2026",
        "answer once for the whole table, like 11/2026",
    );
    let known = several.iter().filter(|months| months.year.is_some());
    Finding::new("list-period", Severity::Ask, message, remedy).with(known.map(|months| {
        choice(&months.shown(), &months.shown(), ("tiêu đề có nêu", "named in the title"), 40)
    }))
}

pub fn which_stock(line: &str) -> Finding {
    let message = (
        format!("tiêu đề “{line}”: đây có phải là số có đến cuối kỳ?"),
        format!("the title {line:?}: are these the counts at the end of the period?"),
    );
    let remedy = (
        "trả lời một lần cho cả bảng; nếu là kế hoạch, số phát triển mới hay chỉ một phần thì bỏ \
         các dòng",
        "answer once for the table; of a plan, of what was added or of a part, leave the rows out",
    );
    let mut found = Finding::new("title-narrows", Severity::Ask, message, remedy);
    found.value = Some(line.to_owned());
    found.with([choice(STOCK, STOCK, ("số thực có", "what there is"), 30)])
}
