//! Figures in a wide table: indicators, months or carriers stand across. Which count is of which
//! whole is told by the definitions of the indicators and by nothing else.

mod asked;

use std::collections::BTreeSet;

use phusong_atlas::gazetteer::fold_for_search;

use asked::which_period;
pub use asked::which_stock;

use super::headings::{self, Role, Told};
use super::measures::{self, Indicator, Key, Measures};
use super::{Entry, Headed, Looked, Sense, Wide, as_long, choice, part, sums};
use crate::finding::{Finding, Severity};
use crate::reading::answers::TableAnswers;
use crate::reading::notes;
use crate::report::Column;
use crate::statistic;
use crate::table::layout::{Fixed, Layout, Part};
use crate::template::Kind;
use crate::values::period::{Months, months, months_in};

/// An answer to the question of a whole that the table does not have.
const NONE: &str = "không có";

/// Whose and when: what all columns of one figure share.
type Group = (Option<Months>, Option<String>);

struct Figures<'a> {
    looked: &'a Looked<'a>,
    measures: Measures,
    answers: TableAnswers<'a>,
    /// The same with what was answered to a part of the table: words of a heading or a title are of
    /// that part, however the question called it.
    words: TableAnswers<'a>,
    layout: Layout,
    entries: Vec<Entry>,
    /// Columns that nobody understands and that may be a whole: where, and their headings.
    open: Vec<(u16, String)>,
    lines: Vec<String>,
    findings: Vec<Finding>,
}

/// The columns of one figure.
struct Figure<'f> {
    group: Group,
    indicator: Option<&'f Indicator>,
    count: Option<u16>,
    whole: Option<u16>,
    share: Option<u16>,
    /// Two columns of one meaning.
    twins: Vec<(u16, u16)>,
}

pub fn of(looked: &Looked<'_>) -> Option<Wide> {
    let known = looked.ground.known.as_ref()?;
    let measures = Measures::of(known.indicators, statistic::words_of(Column::Indicator));
    let (block, columns) = looked.best(Kind::Statistics, &measures, &[])?;
    let layout = looked.layout(Kind::Statistics, &block, &columns);
    let entries = columns.iter().filter_map(entry);
    // `Viettel › Tổng số`: its own line tells. Bare subscribers may be the whole of any.
    let starts = |one: &&Headed| {
        let own = fold_for_search(one.heading.rsplit(" › ").next().unwrap_or_default());
        own.starts_with("tong") || ["thue bao", "so thue bao"].contains(&&*own)
    };
    let open = columns.iter().filter(|one| matches!(one.sense, Sense::Unread)).filter(starts);
    let mut figures = Figures {
        looked,
        answers: looked.said.answers.of_tables(&[looked.label]),
        words: looked.said.answers.of_parts(looked.label),
        entries: entries.collect(),
        open: open.map(|one| (one.at, one.heading.clone())).collect(),
        lines: looked.lines(&layout),
        measures,
        layout,
        findings: Vec::new(),
    };
    figures.is_wide().then(|| figures.split())?
}

fn entry(one: &Headed) -> Option<Entry> {
    let told = match &one.sense {
        Sense::Tells(told) => told.clone(),
        Sense::Learnt(column) => Told::of_role(match column {
            Column::Numerator => Role::Count,
            Column::Denominator => Role::Whole,
            Column::Share => Role::Share,
            _ => return None,
        }),
        Sense::Names(_) | Sense::Unread => return None,
    };
    Some(Entry { at: one.at, heading: one.heading.clone(), told })
}

impl Figures<'_> {
    /// Its rows name units, its cells are numbers, and a heading or the title says what they count,
    /// whose they are or when.
    fn is_wide(&self) -> bool {
        let (mut filled, mut numbers) = (0, 0);
        for entry in &self.entries {
            for row in self.looked.cells(&self.layout, entry.at) {
                filled += 1;
                numbers += usize::from(row.text(entry.at).contains(|c: char| c.is_ascii_digit()));
            }
        }
        let across = self.entries.iter().any(|entry| entry.told.says() > 0);
        let is_keyed = self.entries.iter().any(|entry| entry.told.key.is_some());
        // Rows of one unit name indicators.
        (self.layout.has(Column::Unit) || self.layout.has(Column::Indicator))
            && numbers > 0
            && numbers * 2 >= filled
            && (across || self.measures.in_title(&self.lines).is_some())
            && !(is_keyed && self.layout.has(Column::Indicator))
    }

    fn split(&mut self) -> Option<Wide> {
        self.see_shares();
        self.date();
        self.spread_month();
        self.leave_sums_out();
        let rows_tell = self.layout.has(Column::Indicator);
        let answered = self.answers.column(Column::Indicator);
        let answered = answered.and_then(|text| self.measures.called(text)).cloned();
        let titled = self.measures.in_title(&self.lines).cloned();
        let context = answered.clone().or(titled).filter(|_| !rows_tell);
        let (figures, shares) = self.figures(context.as_ref());
        let parts: Vec<Layout> =
            figures.iter().map(|figure| self.part(figure, context.as_ref(), rows_tell)).collect();
        if parts.is_empty() {
            return None;
        }
        let uses_title = figures.iter().any(|figure| figure.indicator.is_none());
        let mut layout = self.layout.clone();
        for part in &parts {
            for mapped in &part.columns {
                if let Some(own) = layout.columns.iter_mut().find(|own| own.at == mapped.at) {
                    own.means = mapped.means;
                }
            }
            layout.twins.extend(&part.twins);
        }
        layout.twins.sort_unstable();
        layout.twins.dedup();
        let name = |part: &Layout| {
            let fixed = part.fixed.iter().map(|fixed| match fixed.column {
                Column::Indicator => self.name(&fixed.means),
                _ => fixed.means.clone(),
            });
            fixed.collect::<Vec<_>>().join(", ")
        };
        let mut findings = vec![as_long(&parts, &name)];
        findings.extend(shares.iter().filter_map(|at| self.which_share(*at)));
        let of_plan = self.entries.iter().map(|entry| entry.at);
        let of_plan =
            of_plan.filter(|at| self.layout.is_share_of_plan(*at, &self.looked.said.learnt));
        let table = self.looked.table;
        findings.extend(of_plan.map(|at| notes::share_of_plan(&table.column_name(at))));
        if let Some((name, _)) = self.sheets_carrier() {
            findings.push(from_title("doanh nghiệp", "the carrier", &name));
        }
        if let Some(context) = context.filter(|_| answered.is_none() && uses_title) {
            findings.push(from_title("chỉ tiêu", "the indicator", &context.name));
        }
        let is_titled = |fixed: &Fixed| fixed.column == Column::Period && fixed.written.is_empty();
        if let Some(period) = parts.iter().flat_map(|part| &part.fixed).find(|one| is_titled(one)) {
            findings.push(from_title("kỳ", "the period", &period.means));
        }
        findings.append(&mut self.findings);
        Some(Wide { layout, parts, findings })
    }

    fn name(&self, id: &str) -> String {
        let known = self.measures.indicators.iter().find(|one| one.id == id);
        known.map_or_else(|| id.to_owned(), |one| one.name.clone())
    }

    /// Cells of per cent are shares, whatever stands above them; so are numbers up to 100 under a
    /// title of shares.
    fn see_shares(&mut self) {
        let is_title = self.lines.iter().any(|line| {
            let folded = fold_for_search(line);
            let is_share = ["ty le", "ti le"].iter().any(|words| folded.contains(words));
            let is_unit =
                ["(%)", "tính: %", "ĐVT: %", "đvt: %"].iter().any(|unit| line.contains(unit));
            // `Tỷ lệ và số hộ`: counts too.
            is_unit || is_share && !folded.split(' ').any(|word| word == "so")
        });
        for at in 0..self.entries.len() {
            let entry = &self.entries[at];
            let texts: Vec<String> = self
                .looked
                .cells(&self.layout, entry.at)
                .map(|row| row.text(entry.at).trim().to_owned())
                .collect();
            let percent = texts.iter().filter(|text| text.ends_with('%')).count();
            let small = |text: &String| {
                // Three digits after a mark may be thousands.
                let after = text.rsplit_once(['.', ',']).map_or("", |(_, after)| after);
                let number = text.replace(',', ".").parse::<f64>();
                after.len() != 3 && number.is_ok_and(|number| number <= 100.0)
            };
            let is_share = percent * 2 > texts.len()
                || is_title && entry.told.key.is_none() && texts.iter().all(small);
            if is_share && !texts.is_empty() && entry.told.role == Role::Count {
                self.entries[at].told.role = Role::Share;
            }
        }
    }

    /// Months above columns take the year that the title names, or the answer.
    fn date(&mut self) {
        let mut years: BTreeSet<i16> = self.answered_year().into_iter().collect();
        if years.is_empty() {
            years = self.titled().into_iter().filter_map(|months| months.year).collect();
        }
        let mut years = years.into_iter();
        let (Some(year), None) = (years.next(), years.next()) else { return };
        for entry in &mut self.entries {
            entry.told.months = entry.told.months.map(|months| months.in_year(year));
        }
    }

    /// A bare year in answer to the question of it.
    fn answered_year(&self) -> Option<i16> {
        let said = self.answers.column(Column::Period).and_then(months)?;
        said.year.filter(|_| (said.first, said.many) == (1, 12))
    }

    /// One month alone stands above some columns: it is that of the others too.
    fn spread_month(&mut self) {
        let told: BTreeSet<Months> =
            self.entries.iter().filter_map(|entry| entry.told.months).collect();
        let titled = self.titled();
        if let (1, Some(one)) = (told.len(), told.first().copied())
            && titled.iter().all(|other| *other == one)
        {
            self.entries.iter_mut().for_each(|entry| entry.told.months = Some(one));
        }
    }

    /// Months that the title or the sheet's name tells.
    fn titled(&self) -> Vec<Months> {
        let whole = months(&self.looked.table.name);
        let mut found: BTreeSet<Months> = self
            .lines
            .iter()
            .flat_map(|line| months_in(&measures::own_words(line)))
            .chain(whole)
            .collect();
        // `Tháng 11/2026 … năm 2026` is of the month.
        let within = |one: &Months, other: &Months| match (one.period(), other.period()) {
            (Some(one), Some(other)) => {
                other.from <= one.from
                    && one.to <= other.to
                    && (one.from, one.to) != (other.from, other.to)
            }
            _ => false,
        };
        // `T9` is of the year that is named elsewhere, or asked.
        if let Some(year) = self.answered_year() {
            found = found.into_iter().map(|one| one.in_year(year)).collect();
        }
        let all = found.clone();
        found.retain(|one| !all.iter().any(|other| within(other, one)));
        found.into_iter().collect()
    }

    /// A column that adds up its neighbours is no figure of its own.
    fn leave_sums_out(&mut self) {
        let all = self.entries.clone();
        let is_sum = |one: &Entry| {
            all.iter().any(|other| {
                let (own, other) = (&one.told, &other.told);
                let alike = own.role == other.role && (own.key == other.key || own.is_sum);
                let of_carriers = own.carrier.is_none() && other.carrier.is_some();
                let of_months = own.months.is_none() && other.months.is_some();
                let same_carrier = own.carrier.is_some() == other.carrier.is_some();
                let same_months = own.months == other.months;
                let may_be = own.is_sum || own.key.is_some();
                may_be
                    && alike
                    && (of_carriers && (same_months || of_months) || of_months && same_carrier)
            })
        };
        let (out, kept): (Vec<Entry>, Vec<Entry>) =
            std::mem::take(&mut self.entries).into_iter().partition(is_sum);
        self.entries = kept;
        self.layout.beside = out.iter().map(|one| (one.at, Part::Sum)).collect();
        if !out.is_empty() {
            let names: Vec<String> =
                out.iter().map(|one| self.looked.table.column_name(one.at)).collect();
            self.findings.push(sums(&names.join(", ")));
        }
    }

    /// All figures, and columns of shares that may be of several of them.
    fn figures<'f>(&'f self, context: Option<&'f Indicator>) -> (Vec<Figure<'f>>, Vec<u16>) {
        let mut groups: Vec<Group> = Vec::new();
        for entry in &self.entries {
            let group = group_of(entry);
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        let (mut found, mut shares) = (Vec::new(), Vec::new());
        for group in groups {
            let mut own: Vec<Figure<'_>> = Vec::new();
            for indicator in &self.measures.indicators {
                let of = (Some(&indicator.numerator), Some(indicator));
                own.extend(
                    self.figure(&group, of)
                        .map(|figure| Figure { indicator: Some(indicator), ..figure }),
                );
            }
            let open = self.figure(&group, (None, context));
            let share = open.as_ref().filter(|open| open.count.is_none()).and_then(|one| one.share);
            let share = share.filter(|_| own.len() > 1 && context.is_none());
            shares.extend(share);
            let open = open.filter(|_| share.is_none());
            if let Some((at, id)) = share.and_then(|at| Some((at, self.share_told(at)?))) {
                let mut of = own.iter_mut().filter(|one| one.indicator.is_some_and(|i| i.id == id));
                of.by_ref().take(1).for_each(|one| one.share = one.share.or(Some(at)));
            }
            found.extend(self.with_shares(own, open));
        }
        (found, shares)
    }

    /// A share that stands under the whole (`Hộ gia đình | Tỷ lệ`), or under nothing, is that of the
    /// one figure that it can be of.
    fn with_shares<'f>(
        &self,
        mut own: Vec<Figure<'f>>,
        open: Option<Figure<'f>>,
    ) -> Vec<Figure<'f>> {
        let wholes: Vec<Option<u16>> = own.iter().map(|figure| figure.whole).collect();
        for figure in &mut own {
            let alone = wholes.iter().filter(|whole| **whole == figure.whole).count() == 1;
            if let (None, Some(indicator), true) = (figure.share, figure.indicator, alone) {
                let is = |entry: &&Entry| {
                    group_of(entry) == figure.group
                        && entry.told.key.as_ref() == Some(&indicator.denominator)
                        && entry.told.role == Role::Share
                };
                figure.share = self.entries.iter().find(is).map(|entry| entry.at);
            }
        }
        match (&mut own[..], open) {
            ([one], Some(open)) if open.count.is_none() && one.share.is_none() => {
                one.share = open.share;
            }
            (_, open) => own.extend(open),
        }
        own
    }

    /// The columns of a group that count this, with what they are counted of.
    fn figure<'f>(
        &self,
        group: &Group,
        (key, of): (Option<&Key>, Option<&Indicator>),
    ) -> Option<Figure<'f>> {
        let mut twins = Vec::new();
        let is_keyed = self.entries.iter().any(|entry| entry.told.key.is_some());
        let mut one = |group: &Group, key: Option<&Key>, role| {
            // A bare sum beside counts that have names may be the whole of one: that is asked.
            let is = |entry: &&Entry| {
                group_of(entry) == *group
                    && entry.told.key.as_ref() == key
                    && entry.told.role == role
                    && !(entry.told.is_sum && key.is_none() && is_keyed)
            };
            let mut all = self.entries.iter().filter(is).map(|entry| entry.at);
            let first = all.next()?;
            twins.extend(all.map(|second| (first, second)));
            Some(first)
        };
        let (count, share) = (one(group, key, Role::Count), one(group, key, Role::Share));
        let mut whole = one(group, key, Role::Whole);
        if let Some(of) = of.filter(|_| whole.is_none()) {
            let key = Some(&of.denominator);
            whole = one(group, key, Role::Count);
            if of.of_place && whole.is_none() {
                whole = one(&(group.0, None), key, Role::Count);
            }
        }
        // A whole alone is no figure.
        let is_figure = count.is_some() || share.is_some();
        let group = group.clone();
        is_figure.then_some(Figure { group, indicator: None, count, whole, share, twins })
    }

    fn part(&self, figure: &Figure<'_>, context: Option<&Indicator>, rows_tell: bool) -> Layout {
        let (mut fixed, mut once) = (Vec::new(), Vec::new());
        let first = figure.count.or(figure.share).unwrap_or_default();
        let heading = self.entries.iter().find(|entry| entry.at == first);
        let written = heading.map_or_else(String::new, |entry| entry.heading.clone());
        let fix = |column, means: &str, written: &str| Fixed {
            column,
            written: written.to_owned(),
            means: means.to_owned(),
        };
        match figure.indicator.or(context) {
            Some(indicator) => fixed.push(fix(Column::Indicator, &indicator.id, &written)),
            None if rows_tell => {}
            None => once.push((Column::Indicator, self.which_indicator())),
        }
        if !self.layout.has(Column::Unit) {
            once.push((Column::Unit, self.which_unit()));
        }
        let carrier = heading.and_then(|entry| entry.told.carrier.as_ref());
        fixed.extend(carrier.map(|(name, own)| fix(Column::Carrier, name, own)));
        match figure.group.0 {
            Some(months) if months.year.is_some() => {
                fixed.push(fix(Column::Period, &months.shown(), &written));
            }
            Some(_) => once.push((Column::Period, self.which_year())),
            None if self.layout.has(Column::Period) => {}
            None => match &self.titled()[..] {
                [one] if one.year.is_some() => fixed.push(fix(Column::Period, &one.shown(), "")),
                [_] => once.push((Column::Period, self.which_year())),
                several => once.push((Column::Period, which_period(several))),
            },
        }
        // A whole period in answer stands in place of what the title tells.
        let is_answered =
            self.answers.column(Column::Period).is_some() && self.answered_year().is_none();
        if is_answered && figure.group.0.is_none() {
            fixed.retain(|one| one.column != Column::Period);
        }
        // Of another thing than the stock, for all that the title says: nothing is read of it.
        let narrowed = self.narrowing();
        once.extend(narrowed.map(|line| (Column::Numerator, which_stock(line))));
        once.extend(self.titled_carrier().map(|found| (Column::Carrier, found)));
        fixed.extend(self.sheets_carrier().map(|(name, own)| fix(Column::Carrier, &name, &own)));
        let is_of_plan = |at: &u16| self.layout.is_share_of_plan(*at, &self.looked.said.learnt);
        let share = figure.share.filter(|at| narrowed.is_none() && !is_of_plan(at));
        let count = figure.count.filter(|_| narrowed.is_none());
        let count = self.count_of(count, &written, &mut once);
        let mut whole = figure.whole;
        if whole.is_none() && figure.count.is_some() && !self.open(figure).is_empty() {
            match self.words.word(Column::Denominator, &written) {
                Some(answer) => whole = self.column_called(answer),
                None => once.push((Column::Denominator, self.which_whole(figure, &written))),
            }
        }
        let own =
            [(count, Column::Numerator), (whole, Column::Denominator), (share, Column::Share)];
        let own: Vec<(u16, Column)> =
            own.into_iter().filter_map(|(at, means)| Some((at?, means))).collect();
        let mut part = part(&self.layout, &own);
        (part.fixed, part.once, part.twins) = (fixed, once, figure.twins.clone());
        // The other of two is looked at too.
        for (_, second) in &figure.twins {
            let other = self.layout.columns.iter().find(|mapped| mapped.at == *second);
            part.columns.extend(other.cloned());
        }
        part.columns.sort_by_key(|mapped| mapped.at);
        part
    }

    /// The column of the count; where it is asked, none.
    fn count_of(
        &self,
        count: Option<u16>,
        written: &str,
        once: &mut Vec<(Column, Finding)>,
    ) -> Option<u16> {
        let at = count?;
        let Some(cumulative) = self.cumulative_beside(at) else { return count };
        if let Some(answer) = self.words.word(Column::Numerator, written) {
            return self.column_called(answer).or(count);
        }
        once.push((Column::Numerator, self.which_count((at, written), &cumulative)));
        None
    }

    /// *Lũy kế* beside what a period brought: which of the two is the count nobody says (DOMAIN §7
    /// has both columns).
    fn cumulative_beside(&self, count: u16) -> Option<(u16, String)> {
        let is_cumulative = |heading: &str| fold_for_search(heading).contains("luy ke");
        let own = self.layout.columns.iter().find(|mapped| mapped.at == count)?;
        let other = self.layout.columns.iter().find(|mapped| is_cumulative(&mapped.heading))?;
        (!is_cumulative(&own.heading)).then(|| (other.at, other.heading.clone()))
    }

    /// Columns that may be the whole of a figure, for all that is known.
    fn open(&self, figure: &Figure<'_>) -> Vec<(u16, String)> {
        let may_be = self.entries.iter().filter(|entry| {
            let told = &entry.told;
            group_of(entry) == figure.group
                && told.key.is_none()
                && figure.count != Some(entry.at)
                && (told.role == Role::Whole || told.is_sum)
        });
        let may_be = may_be.map(|entry| (entry.at, entry.heading.clone()));
        // Of another carrier it is no whole.
        let carriers = self.looked.ground.carriers();
        let is_near = |(_, heading): &&(u16, String)| {
            let named = headings::carriers_in(heading, carriers);
            figure.group.1.as_ref().is_none_or(|own| named.is_empty() || named.contains_key(own))
        };
        may_be.chain(self.open.iter().filter(is_near).cloned()).collect()
    }

    fn column_called(&self, answer: &str) -> Option<u16> {
        let folded = fold_for_search(answer);
        let mut columns = self.layout.columns.iter();
        let is = |name: &str, heading: &str| {
            name.eq_ignore_ascii_case(answer.trim()) || fold_for_search(heading) == folded
        };
        columns.find(|mapped| is(&mapped.name, &mapped.heading)).map(|mapped| mapped.at)
    }
}

pub fn from_title(vi: &str, en: &str, what: &str) -> Finding {
    let message = (
        format!("{vi} của cả bảng lấy từ tiêu đề: {what}"),
        format!("{en} of the whole table is its title's: {what}"),
    );
    let remedy = ("không cần làm gì nếu đúng", "nothing to do if that is right");
    Finding::new("from-title", Severity::Note, message, remedy)
}

fn group_of(entry: &Entry) -> Group {
    (entry.told.months, entry.told.carrier.as_ref().map(|(name, _)| name.clone()))
}
