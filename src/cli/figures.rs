//! `phusong statistics`, `targets` and `criteria`: figures of a data directory, with the parameters and
//! shapes of the API.

use std::sync::Arc;

use clap::Args;
use phusong_atlas::atlas::Atlas;

use super::Failure;
use super::commands::{Done, say};
use super::look::{Eyes, day, query_of, table, usage};
use crate::http::terminal::{self, CriterionList, MissingList, StatisticList, TargetList};

/// Where to read, with whose eyes, and which periods.
#[derive(Debug, Args)]
pub struct Figures {
    #[command(flatten)]
    eyes: Eyes,
    /// Tính đến hết ngày YYYY-MM-DD; mặc định hôm nay. / On which day; default today.
    #[arg(long, alias = "as_of")]
    as_of: Option<String>,
    /// month, report: tháng, hay kỳ báo cáo. / Calendar months, or reporting periods.
    #[arg(long)]
    period: Option<String>,
    /// Ngày đầu kỳ báo cáo; mặc định 15. / First day of a reporting period.
    #[arg(long, alias = "period_day")]
    period_day: Option<String>,
    /// Cho chương trình: như API. / For programs: the shape of the API.
    #[arg(long)]
    json: bool,
}

/// Which indicator, of which units.
#[derive(Debug, Args)]
pub struct Statistics {
    /// Mã chỉ tiêu; bỏ trống cùng --missing: mọi chỉ tiêu. / Id; none with --missing: every one.
    indicator: Option<String>,
    #[command(flatten)]
    figures: Figures,
    /// province, commune, province_old, district_old, commune_old.
    #[arg(long)]
    by: Option<String>,
    /// Mã đơn vị trong cách chia. / Code of one unit of that cut.
    #[arg(long)]
    unit: Option<String>,
    /// Chỉ của các doanh nghiệp này. / Of these carriers alone.
    #[arg(long)]
    carrier: Option<String>,
    /// Từ kỳ bắt đầu ngày. / Periods that begin on or after.
    #[arg(long)]
    from: Option<String>,
    /// So với điều đã biết hết ngày này. / Against what was known on this day.
    #[arg(long, alias = "reported_at")]
    reported_at: Option<String>,
    /// Ai chưa gửi. / Who has not filed.
    #[arg(long)]
    missing: bool,
}

/// The communes that the order names, or one.
#[derive(Debug, Args)]
pub struct Criteria {
    #[command(flatten)]
    figures: Figures,
    /// Mã xã hiện nay. / Code of a commune of today.
    #[arg(long)]
    unit: Option<String>,
    /// Mã xã cũ. / Code of an old commune.
    #[arg(long, alias = "commune_old")]
    commune_old: Option<String>,
    /// ntm, ntm-nang-cao.
    #[arg(long)]
    set: Option<String>,
}

impl Figures {
    fn query(&self) -> String {
        self.eyes.query(&[
            ("as_of", &self.as_of),
            ("period", &self.period),
            ("period_day", &self.period_day),
        ])
    }

    fn open(&self) -> Result<Arc<Atlas>, Failure> {
        Ok(Arc::new(self.eyes.open()?.0))
    }
}

pub fn statistics(asked: &Statistics) -> Done {
    let figures = &asked.figures;
    let atlas = figures.open()?;
    let own = query_of(&[
        ("indicator", &asked.indicator),
        ("by", &asked.by),
        ("unit", &asked.unit),
        ("carrier", &asked.carrier),
        ("from", &asked.from),
        ("reported_at", &asked.reported_at),
    ]);
    let query = format!("{}&{own}", figures.query());
    let query = query.trim_matches('&');
    if asked.missing {
        let list = terminal::missing_list(&atlas, query).map_err(usage)?;
        return figures.eyes.tell(&list, figures.json, missing_table);
    }
    let then = match day("--reported-at", asked.reported_at.as_deref())? {
        Some(day) => Some(Arc::new(figures.eyes.open_known(Some(day))?.0)),
        None => None,
    };
    let list = terminal::statistic_list(&atlas, then.as_ref(), query).map_err(usage)?;
    figures.eyes.tell(&list, figures.json, series_table)
}

fn series_table(list: &StatisticList) -> Done {
    let mut table = table(&[
        "Đơn vị",
        "Kỳ đến",
        "Tử số",
        "Mẫu số",
        "Tỷ lệ",
        "So kỳ trước",
        "So cùng kỳ",
        "Khi đó",
        "Ghi chú",
    ]);
    let shown = |number: Option<f64>| number.map_or_else(String::new, |n| format!("{n:.2}"));
    let whole = |count: Option<u64>| count.map_or_else(String::new, |count| count.to_string());
    for item in &list.items {
        for point in &item.points {
            let now = point.now.as_ref();
            let mut notes: Vec<String> = Vec::new();
            match now {
                None => notes.push("chưa có số liệu".to_owned()),
                Some(now) => {
                    notes.extend(now.estimated.then(|| "ước tính".to_owned()));
                    if !now.complete {
                        notes.push(format!("đã báo cáo {:.1} %", now.reported));
                    }
                    let asks = now.asks.iter().map(|unit| format!("cần làm rõ: {}", unit.label));
                    notes.extend(asks);
                }
            }
            table.add_row([
                item.unit.label.clone(),
                point.to.clone(),
                whole(now.and_then(|now| now.numerator)),
                whole(now.and_then(|now| now.denominator)),
                shown(now.and_then(|now| now.ratio)),
                shown(point.from_previous),
                shown(point.from_last_year),
                shown(point.then.as_ref().and_then(|then| then.ratio)),
                notes.join("; "),
            ]);
        }
    }
    say(&table.to_string())?;
    for note in list.items.iter().flat_map(|item| &item.findings) {
        say(&format!("{} – {}, {}: {}", note.from, note.to, note.unit.label, note.text_vi))?;
    }
    let (name, day) = (&list.indicator.name_vi, &list.as_of);
    say(&format!("{name}; {} đơn vị; tính đến hết ngày {day}.", list.items.len()))
}

fn missing_table(list: &MissingList) -> Done {
    let mut table = table(&["Chỉ tiêu", "Từ ngày", "Đến hết ngày", "Đơn vị", "Doanh nghiệp"]);
    for one in &list.items {
        table.add_row([&one.indicator, &one.from, &one.to, &one.unit.label, &one.carrier]);
    }
    say(&table.to_string())?;
    say(&format!("{} số liệu chưa gửi; tính đến hết ngày {}.", list.count, list.as_of))
}

pub fn targets(asked: &Figures) -> Done {
    let atlas = asked.open()?;
    let list = terminal::target_list(&atlas, &asked.query()).map_err(usage)?;
    asked.eyes.tell(&list, asked.json, target_table)
}

fn target_table(list: &TargetList) -> Done {
    let mut table = table(&[
        "Điều khoản",
        "Chỉ tiêu",
        "Kế hoạch",
        "Thực hiện",
        "Kỳ đến",
        "Đánh giá",
        "Còn thiếu",
        "Xu hướng",
    ]);
    for target in &list.items {
        let judged = target.judged.as_ref();
        let plan = target.sign.zip(target.threshold).map(|(sign, bar)| format!("{sign} {bar}"));
        let shown = |number: Option<f64>| number.map_or_else(String::new, |n| format!("{n:.2}"));
        let short = judged.and_then(|one| one.distance).filter(|_| target.verdict == "not_met");
        table.add_row([
            target.clause.clone(),
            format!("{} ({})", target.text_vi, target.scope_name),
            plan.unwrap_or_default(),
            shown(judged.and_then(|one| one.ratio)),
            judged.map(|one| one.to.clone()).unwrap_or_default(),
            target.verdict_vi.to_owned(),
            shown(short),
            target.trend.as_ref().map(|trend| trend.text_vi.clone()).unwrap_or_default(),
        ]);
    }
    say(&table.to_string())?;
    let totals = &list.totals;
    say(&format!(
        "đạt {}, chưa đạt {}, chưa đủ dữ liệu {}; tính đến hết ngày {}.",
        totals.met, totals.not_met, totals.insufficient, list.as_of
    ))
}

pub fn criteria(asked: &Criteria) -> Done {
    let figures = &asked.figures;
    let atlas = figures.open()?;
    let query = figures.eyes.query(&[
        ("as_of", &figures.as_of),
        ("unit", &asked.unit),
        ("commune_old", &asked.commune_old),
        ("set", &asked.set),
    ]);
    let list = terminal::criterion_list(&atlas, &query).map_err(usage)?;
    figures.eyes.tell(&list, figures.json, criterion_table)
}

fn criterion_table(list: &CriterionList) -> Done {
    let mut table = table(&["Đơn vị", "Xã hiện nay", "Bộ", "Giai đoạn", "Đánh giá", "Vì sao"]);
    for item in &list.items {
        let today: Vec<&str> = item.today.iter().map(|unit| unit.label.as_str()).collect();
        let why = item.contents.iter().filter(|content| !content.why_vi.is_empty());
        let why: Vec<String> =
            why.map(|content| format!("{}: {}", content.content, content.why_vi)).collect();
        table.add_row([
            item.unit.label.clone(),
            today.join("; "),
            item.set.clone(),
            item.edition.clone().unwrap_or_default(),
            item.verdict_vi.to_owned(),
            why.join("; "),
        ]);
    }
    say(&table.to_string())?;
    let totals = &list.totals;
    say(&format!(
        "đạt {}, chưa đạt {}, chưa đủ dữ liệu {}; tính đến hết ngày {}.",
        totals.passes, totals.fails, totals.insufficient, list.as_of
    ))
}
