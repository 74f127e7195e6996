//! Figures by unit and period (DOMAIN §7): counts, never shares alone; what cannot be is refused,
//! what is odd is said.

use std::collections::BTreeMap;

use phusong_atlas::domain::{
    Day, Fact, FigureStanding, IndicatorKind, Period, Slug, StatisticFact, UnitId, UnitLevel,
};
use phusong_atlas::gazetteer::fold_for_search;

use crate::amount::{En, Vi, many};
use crate::finding::{Candidate, Finding, Severity};
use crate::known::moment::{PeriodText, period_of};
use crate::known::{Asked, Known};
use crate::report::{Cells, Column, DraftRow, Outcome};
use crate::template::{Holds, Kind};
use crate::twins;
use crate::values::period::Months;

/// A share that moves by more than this within a month is said, in points.
pub(crate) const JUMP_POINTS: f64 = 25.0;
/// A stated share may differ from its counts by rounding, in points.
const ROUNDING_POINTS: f64 = 0.1;
/// Per 100 people or households there may be more than 100: of one that nobody has defined, its
/// name says so.
const MAY_EXCEED: &str = "_per_100";

pub fn read_row(cells: Cells, known: &Known<'_>) -> DraftRow {
    let mut row = Asked::new(cells, known);
    let fact = statistic(&mut row);
    let replaces = row.replaces();
    if let Some(fact) = &fact {
        ask_of_early_final(&mut row, fact);
    }
    if let Some(fact) = &fact
        && replaces.is_none()
    {
        let before = (known.figures)(&fact.indicator, fact.unit);
        ask_of_finals(&mut row, fact, &before);
        warn_jump(&mut row, fact, &before);
    }
    row.done(fact.map(Fact::Statistic).into_iter().collect(), replaces)
}

fn statistic(row: &mut Asked<'_, '_>) -> Option<StatisticFact> {
    let (message, unit_missing) =
        (("chưa nêu chỉ tiêu", "no indicator is named"), ("chưa nêu đơn vị", "no unit is named"));
    if !row.cells.asks_once(Column::Indicator) {
        row.needs(Column::Indicator, "indicator-missing", message);
    }
    if !row.cells.asks_once(Column::Unit) {
        row.needs(Column::Unit, "unit-missing", unit_missing);
    }
    let indicator = indicator(row);
    let period = period(row);
    // A unit is known by its time, also while it is asked which month is meant.
    let asked = || match period_of(row.cells.text(Column::Period)) {
        PeriodText::Open(months) => months.each().last().and_then(|month| month.period()),
        _ => None,
    };
    let day = period.or_else(asked).map(|period| period.from);
    // Asked for the whole table: which unit a name means, its time will tell.
    let waits = row.cells.is_asked_once(Column::Period);
    let unit = if waits { None } else { row.unit(Column::Unit, day) };
    if let (Some(unit), Some(day)) = (unit, day) {
        row.warn_unit_day(Column::Unit, unit, day);
    }
    let whose = row.cells.asks_once(Column::Carrier);
    let carrier = if whose { None } else { row.carrier(Column::Carrier) };
    let standing = standing(row);
    let numerator = row.count(Column::Numerator);
    let denominator = row.count(Column::Denominator);
    row.cells.asks_once(Column::Denominator);
    let which_count = row.cells.asks_once(Column::Numerator);
    let share = share(row, numerator.is_some() && denominator.is_some());
    if let Some(indicator) = &indicator {
        check_counts(row, indicator, numerator, denominator, share);
    }
    // One that is there and cannot be read has been told already.
    let is_given = row.cells.has(Column::Numerator);
    if numerator.is_none() && !is_given && share.is_none() && !which_count {
        let message = ("không có tử số", "there is no numerator");
        row.refuse("no-figure", Column::Numerator, message);
    }
    Some(StatisticFact {
        indicator: indicator?,
        unit: unit?,
        period: period?,
        carrier: carrier?,
        standing: standing?,
        numerator,
        denominator,
        stated_share_milli: share.map(milli),
        source: String::new(),
    })
}

/// By the template's words and the indicators that are defined; another is asked, with all.
fn indicator(row: &mut Asked<'_, '_>) -> Option<Slug> {
    let text = row.said(Column::Indicator)?;
    let folded = fold_for_search(&text);
    let known = row.known.indicators;
    let mut words: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (stored, shown) in words_of(Column::Indicator) {
        words.entry(stored).or_default().push(shown);
    }
    for fact in known {
        let names = words.entry(fact.id.as_str()).or_default();
        names.extend([fact.name_vi.as_str(), fact.name_en.as_str()]);
        names.extend(fact.aliases.iter().map(String::as_str));
    }
    let found = words.iter().find(|(stored, names)| {
        **stored == text
            || fold_for_search(stored) == folded
            || names.iter().any(|name| fold_for_search(name) == folded)
    });
    if let Some((stored, _)) = found {
        return Slug::new(stored).ok();
    }
    let message = ("không rõ chỉ tiêu nào", "which indicator is meant?");
    let remedy = ("chọn một chỉ tiêu đã có", "choose one that is defined");
    let candidates: Vec<Candidate> = words
        .iter()
        .map(|(stored, names)| Candidate {
            id: (*stored).to_owned(),
            name: names.first().copied().unwrap_or(stored).to_owned(),
            reason_vi: "chỉ tiêu đã có".to_owned(),
            reason_en: "an indicator that is defined".to_owned(),
            score: 10,
        })
        .collect();
    row.find(Severity::Ask, "unknown-indicator", Column::Indicator, message, remedy).candidates =
        candidates;
    None
}

pub fn words_of(column: Column) -> &'static [(&'static str, &'static str)] {
    match Kind::Statistics.template().spec(column).map(|spec| spec.holds) {
        Some(Holds::Word(words)) => words,
        _ => &[],
    }
}

fn period(row: &mut Asked<'_, '_>) -> Option<Period> {
    let Some(text) = row.said(Column::Period) else {
        if row.cells.asks_once(Column::Period) {
            return None;
        }
        let message = ("thiếu kỳ số liệu", "the period is missing");
        row.refuse("period-missing", Column::Period, message);
        return None;
    };
    let period = match period_of(&text) {
        PeriodText::Period(period) => period,
        PeriodText::Month(period) => {
            let message = (
                "ô ghi một ngày đầu tháng: hiểu là cả tháng",
                "the cell holds the first of a month: the month is meant",
            );
            let remedy = ("không cần làm gì nếu đúng", "nothing to do if that is right");
            row.find(Severity::Note, "period-from-day", Column::Period, message, remedy);
            period
        }
        PeriodText::Open(months) => {
            ask_which_month(row, months);
            return None;
        }
        PeriodText::Unclear => {
            let message = (
                "không rõ kỳ; viết 11/2026 hoặc 15/10/2026 - 14/11/2026",
                "no period; write 11/2026 or 15/10/2026 - 14/11/2026",
            );
            row.refuse("bad-period", Column::Period, message);
            return None;
        }
    };
    if period.from > row.known.today() {
        row.refuse("future-day", Column::Period, ("kỳ ở tương lai", "a period of the future"));
        return None;
    }
    Some(period)
}

/// A figure is of a month or of a reporting period. What a quarter or a year says is the count at
/// its end, as a rule, but it may be a mean, or what was added: one of its months is chosen.
fn ask_which_month(row: &mut Asked<'_, '_>, months: Months) {
    let today = row.known.today();
    if months.year.is_none() {
        let message = ("kỳ không ghi năm: năm nào?", "the period names no year: which one?");
        let remedy = ("chọn năm, hoặc ghi như 11/2026", "choose the year, or write like 11/2026");
        let years = [0, 1].map(|back| months.in_year(today.date().year() - back));
        let years = years.into_iter().filter(|one| one.period().is_some_and(|p| p.from <= today));
        let candidates = years.map(|one| Candidate {
            id: one.shown(),
            name: one.shown(),
            reason_vi: "thêm năm vào kỳ đã ghi".to_owned(),
            reason_en: "the period as written, with a year".to_owned(),
            score: 30,
        });
        let candidates: Vec<Candidate> = candidates.collect();
        row.find(Severity::Ask, "period-year", Column::Period, message, remedy).candidates =
            candidates;
        return;
    }
    let each = months.each();
    let last = each.last().copied();
    let begun = |one: &Months| one.period().is_some_and(|period| period.from <= today);
    let candidates: Vec<Candidate> = each
        .into_iter()
        .rev()
        .filter(begun)
        .map(|one| {
            let ends = Some(one) == last;
            let (vi, en) = if ends {
                ("tháng cuối: số chốt đến cuối kỳ", "its last month: the count at its end")
            } else {
                ("một tháng của kỳ đã ghi", "a month of the period as written")
            };
            Candidate {
                id: one.shown(),
                name: format!("tháng {}", one.shown()),
                reason_vi: vi.to_owned(),
                reason_en: en.to_owned(),
                score: if ends { 60 } else { 20 },
            }
        })
        .collect();
    if candidates.is_empty() {
        row.refuse("future-day", Column::Period, ("kỳ ở tương lai", "a period of the future"));
        return;
    }
    let message = (
        "kỳ dài hơn một tháng, mà số liệu theo tháng: đây là số chốt của tháng nào?",
        "longer than a month, and figures are of months: at the end of which one was it counted?",
    );
    let remedy = (
        "chọn tháng chốt số (thường là tháng cuối); số bình quân hoặc số tăng thêm trong kỳ thì \
         không gửi ở đây",
        "choose the month of the count (its last one, as a rule); a mean, or what was added in \
         the period, is not filed here",
    );
    row.find(Severity::Ask, "period-longer", Column::Period, message, remedy).candidates =
        candidates;
}

/// Unsaid is provisional: a figure becomes final only in so many words.
fn standing(row: &mut Asked<'_, '_>) -> Option<FigureStanding> {
    match &*row.cells.word(Column::IsFinal) {
        "" | "provisional" | "so bo" | "uoc" | "uoc tinh" | "khong" | "no" => {
            Some(FigureStanding::Provisional)
        }
        "final" | "chinh thuc" | "co" | "yes" | "x" => Some(FigureStanding::Final),
        _ => {
            let message = ("sơ bộ hay chính thức?", "provisional or final?");
            let remedy = ("ghi sơ bộ hoặc chính thức", "write provisional or final");
            row.find(Severity::Ask, "standing", Column::IsFinal, message, remedy);
            None
        }
    }
}

/// As many digits as were written, and no trace of how machines count.
fn per_cent_of(share: f64) -> String {
    let text = format!("{:.8}", share * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// In answer to the question of a column of shares: `0,8` is 80 %, or 0,8 %.
pub(crate) const OF_ONE: &str = "phần của một";
const OF_HUNDRED: &str = "phần trăm";

fn fractions() -> Vec<Candidate> {
    let choice = |id: &str, (vi, en): (&str, &str)| Candidate {
        id: id.to_owned(),
        name: id.to_owned(),
        reason_vi: vi.to_owned(),
        reason_en: en.to_owned(),
        score: 50,
    };
    vec![
        choice(OF_ONE, ("0,8 là 80 %", "0.8 is 80 %")),
        choice(OF_HUNDRED, ("0,8 là 0,8 %", "0.8 is 0.8 %")),
    ]
}

/// A cell of a column of which its sender has said so, with its sign; `None`: it is no such cell.
pub(crate) fn share_told(text: &str, answer: &str) -> Option<String> {
    let bare = text.trim().replace(',', ".");
    let share = bare.parse::<f64>().ok().filter(|share| 0.0 < *share && *share <= 1.0)?;
    let is_of_one = fold_for_search(answer) == fold_for_search(OF_ONE);
    let told = if is_of_one { per_cent_of(share) } else { bare };
    Some(format!("{}%", told.replace('.', ",")))
}

/// A percentage, decimal comma or point. Counts beside it tell what a small one means.
fn share(row: &mut Asked<'_, '_>, has_counts: bool) -> Option<f64> {
    let text = row.said(Column::Share)?;
    let bare = text.trim().trim_end_matches('%').trim().replace(',', ".");
    let share = bare.parse::<f64>().ok().filter(|share| (0.0..=1_000.0).contains(share));
    if share.is_none() {
        let message = ("không phải một tỷ lệ phần trăm", "not a percentage");
        let remedy = ("ghi như 82,3", "write it like 82,3");
        row.find(Severity::Ask, "bad-share", Column::Share, message, remedy);
    }
    // Workbooks hold 80 % as 0,8.
    let is_plain = !has_counts && !text.contains('%');
    let small = share.filter(|share| is_plain && 0.0 < *share && *share <= 1.0);
    if let Some(small) = small {
        let (low, high) = (bare.replace('.', ","), per_cent_of(small).replace('.', ","));
        let (vi, en) =
            (format!("“{text}”: {low} % hay {high} %?"), format!("{text:?}: {low} % or {high} %?"));
        let remedy = ("ghi cả dấu %", "write the per cent sign with it");
        let choices = [high, low].map(|share| Candidate {
            id: format!("{share}%"),
            name: format!("{share} %"),
            reason_vi: "một cách đọc của ô".to_owned(),
            reason_en: "one reading of the cell".to_owned(),
            score: 50,
        });
        let heading = row.cells.share_heading().map(str::to_owned);
        let found = row.find(Severity::Ask, "share-fraction", Column::Share, (&vi, &en), remedy);
        found.candidates = choices.to_vec();
        // A file is asked once for its column.
        if let Some(heading) = heading {
            (found.value, found.candidates) = (Some(heading), fractions());
        }
    }
    share
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 to 1,000 by the check above"
)]
fn milli(share: f64) -> u32 {
    (share * 1_000.0).round() as u32
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of people and households are far below 2^53"
)]
fn percent(numerator: u64, denominator: u64) -> Option<f64> {
    (denominator > 0).then(|| numerator as f64 / denominator as f64 * 100.0)
}

fn check_counts(
    row: &mut Asked<'_, '_>,
    indicator: &Slug,
    numerator: Option<u64>,
    denominator: Option<u64>,
    share: Option<f64>,
) {
    let (Some(numerator), Some(denominator)) = (numerator, denominator) else {
        if share.is_some() {
            let message = (
                "tỷ lệ không có đủ tử số và mẫu số: được giữ, không tính vào tỷ lệ nào",
                "a share without both counts is kept and enters no ratio",
            );
            let remedy = ("ghi tử số và mẫu số", "write both counts");
            row.find(Severity::Warn, "share-only", Column::Share, message, remedy);
        }
        return;
    };
    if denominator == 0 {
        row.refuse(
            "zero-denominator",
            Column::Denominator,
            ("mẫu số bằng 0", "the denominator is 0"),
        );
        return;
    }
    let defined = row.known.indicators.iter().find(|fact| fact.id == *indicator);
    let may_exceed = defined.map_or_else(
        || indicator.as_str().ends_with(MAY_EXCEED),
        |fact| fact.kind == IndicatorKind::PerHundred,
    );
    if numerator > denominator && !may_exceed {
        let message = (
            "tử số lớn hơn mẫu số: số nào đúng?",
            "the numerator is above the denominator: which one is right?",
        );
        let remedy = ("sửa một trong hai số", "mend one of them");
        row.find(Severity::Ask, "above-denominator", Column::Numerator, message, remedy);
    }
    let counted = percent(numerator, denominator);
    if let (Some(stated), Some(counted)) = (share, counted)
        && (stated - counted).abs() > ROUNDING_POINTS
    {
        let (vi, en) = (
            format!("tỷ lệ ghi {stated} %, tính từ số đếm là {counted:.2} %: lấy số đếm")
                .replace('.', ","),
            format!("the share says {stated} %, the counts {counted:.2} %: the counts hold"),
        );
        let remedy = ("kiểm tra số liệu", "check the figures");
        row.find(Severity::Warn, "share-differs", Column::Share, (&vi, &en), remedy);
    }
}

/// What is counted at the end of a period is not final before that end.
fn ask_of_early_final(row: &mut Asked<'_, '_>, fact: &StatisticFact) {
    let last = fact.period.to.plus_days(-1);
    if fact.standing != FigureStanding::Final || last < row.known.today() {
        return;
    }
    let (vi, en) = (
        format!("số chính thức của kỳ chưa kết thúc (đến hết ngày {last})"),
        format!("a final figure of a period that has not ended (it ends on {last})"),
    );
    let remedy = (
        "chọn sơ bộ, rồi gửi số chính thức khi hết kỳ; nếu ghi nhầm kỳ thì sửa kỳ",
        "take it as provisional and file the final one after the end; mend the period if it is wrong",
    );
    let candidates = vec![Candidate {
        id: "provisional".to_owned(),
        name: "sơ bộ".to_owned(),
        reason_vi: "kỳ chưa kết thúc".to_owned(),
        reason_en: "the period has not ended".to_owned(),
        score: 60,
    }];
    row.find(Severity::Ask, "final-too-early", Column::IsFinal, (&vi, &en), remedy).candidates =
        candidates;
}

/// Two final figures of one thing: the later one has to name the one that it replaces.
fn ask_of_finals(row: &mut Asked<'_, '_>, fact: &StatisticFact, before: &[StatisticFact]) {
    let same =
        |known: &&StatisticFact| known.period == fact.period && known.carrier == fact.carrier;
    let Some(known) = before.iter().find(same) else { return };
    let is_final = |one: &StatisticFact| one.standing == FigureStanding::Final;
    let counts = |one: &StatisticFact| (one.numerator, one.denominator);
    if is_final(known) && is_final(fact) && counts(known) != counts(fact) {
        let message =
            ("đã có số chính thức khác cho kỳ này", "there is another final figure of this period");
        let remedy = (
            "nếu là đính chính, ghi MÃ/DÒNG của số cũ ở cột Thay thế",
            "if it corrects it, name the row that it replaces",
        );
        row.find(Severity::Ask, "two-finals", Column::Replaces, message, remedy);
    } else if is_final(known) && !is_final(fact) {
        let message = (
            "kỳ này đã có số chính thức: số sơ bộ được giữ, không thay thế",
            "the period has a final figure: the provisional one is kept and replaces nothing",
        );
        let remedy = ("không cần làm gì", "nothing to do");
        row.find(Severity::Note, "final-stands", Column::IsFinal, message, remedy);
    }
}

/// Against the period that ends where this one begins.
fn warn_jump(row: &mut Asked<'_, '_>, fact: &StatisticFact, before: &[StatisticFact]) {
    let last = before
        .iter()
        .find(|known| known.period.to == fact.period.from && known.carrier == fact.carrier);
    if let Some(finding) = last.and_then(|last| jump(last, fact)) {
        let row_number = row.cells.row;
        row.cells.findings.push(finding.at(row_number, Column::Numerator.as_str(), ""));
    }
}

fn jump(last: &StatisticFact, fact: &StatisticFact) -> Option<Finding> {
    let share = |one: &StatisticFact| {
        one.counts().and_then(|(numerator, denominator)| percent(numerator, denominator))
    };
    let (then, now) = (share(last)?, share(fact)?);
    ((now - then).abs() > JUMP_POINTS).then(|| {
        let comma = |share: f64| format!("{share:.1}").replace('.', ",");
        let turned = if now > then { "lên" } else { "xuống" };
        let (then_vi, now_vi) = (comma(then), comma(now));
        let message = (
            format!("từ {then_vi} % kỳ trước {turned} {now_vi} %: thay đổi quá 25 điểm"),
            format!("from {then:.1} % in the period before to {now:.1} %: over 25 points"),
        );
        let remedy = ("kiểm tra số liệu", "check the figures");
        Finding::new("jump", Severity::Warn, message, remedy)
    })
}

type Key = (Slug, UnitId, Period, Option<phusong_atlas::domain::CarrierId>);

fn key(fact: &StatisticFact) -> Key {
    (fact.indicator.clone(), fact.unit, fact.period, fact.carrier.clone())
}

fn statistic_of(row: &DraftRow) -> Option<&StatisticFact> {
    match row.filed.as_ref().map(|filed| &filed.fact) {
        Some(Fact::Statistic(fact)) => Some(fact),
        _ => None,
    }
}

/// What the rows of one file say of each other: twins, jumps, totals that differ from their parts.
pub fn find_conflicts(rows: &mut [DraftRow], known: &Known<'_>) {
    let mut first: BTreeMap<(Key, FigureStanding), usize> = BTreeMap::new();
    let mut by_end: BTreeMap<(Slug, UnitId, Day, Option<_>), usize> = BTreeMap::new();
    for at in 0..rows.len() {
        let Some(fact) = statistic_of(&rows[at]).cloned() else { continue };
        let twin = *first.entry((key(&fact), fact.standing)).or_insert(at);
        if twin != at {
            let is_same = statistic_of(&rows[twin]) == Some(&fact);
            twins::settle(rows, (twin, at), is_same);
            continue;
        }
        let end = (fact.indicator.clone(), fact.unit, fact.period.to, fact.carrier.clone());
        by_end.insert(end, at);
    }
    for at in 0..rows.len() {
        let Some(fact) = statistic_of(&rows[at]) else { continue };
        let before = (fact.indicator.clone(), fact.unit, fact.period.from, fact.carrier.clone());
        let last = by_end.get(&before).and_then(|last| statistic_of(&rows[*last]));
        if let Some(finding) = last.and_then(|last| jump(last, fact)) {
            let row = &mut rows[at];
            row.findings.push(finding.at(row.row, Column::Numerator.as_str(), ""));
        }
    }
    compare_totals(rows, known);
}

/// A total beside all of its parts: of one indicator, period and carrier.
fn compare_totals(rows: &mut [DraftRow], known: &Known<'_>) {
    let units = known.evidence.gazetteer.units();
    let mut figures: BTreeMap<Key, (usize, u64)> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        if let Some(fact) = statistic_of(row)
            && let Some(numerator) = fact.numerator
            && row.outcome == Outcome::Fileable
        {
            figures.insert(key(fact), (at, numerator));
        }
    }
    let mut told = Vec::new();
    for ((indicator, unit, period, carrier), (at, total)) in &figures {
        let is_commune = units.get(*unit).is_none_or(|fact| fact.level == UnitLevel::Commune);
        if is_commune {
            continue;
        }
        let parts: Vec<UnitId> = units
            .children(*unit)
            .iter()
            .copied()
            .filter(|part| units.is_valid(*part, period.from))
            .collect();
        let sum: Option<u64> = parts
            .iter()
            .map(|part| {
                let key = (indicator.clone(), *part, *period, carrier.clone());
                figures.get(&key).map(|(_, numerator)| *numerator)
            })
            .sum();
        if let Some(sum) = sum.filter(|sum| !parts.is_empty() && sum != total) {
            told.push((*at, *total, sum, parts.len()));
        }
    }
    for (at, total, sum, parts) in told {
        let message = (
            format!(
                "tổng {} khác tổng {} của {} đơn vị trực thuộc trong tệp",
                Vi(total),
                Vi(sum),
                Vi(many(parts))
            ),
            format!(
                "the total {} differs from {}, the sum of its {} parts in the file",
                En(total),
                En(sum),
                En(many(parts))
            ),
        );
        let remedy = ("kiểm tra tổng và các đơn vị", "check the total and its parts");
        let warning = Finding::new("total-differs", Severity::Warn, message, remedy);
        let row = &mut rows[at];
        row.findings.push(warning.at(row.row, Column::Numerator.as_str(), &total.to_string()));
    }
}
