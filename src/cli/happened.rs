//! `phusong changes`, `outages` and `disputes`: what happened, beside a running service, in the
//! parameters and shapes of the API.

use clap::Args;

use super::commands::{Done, say};
use super::look::{Eyes, Listing, day, table, usage};
use crate::http::terminal::{self, DisputeList, OutageList};

#[derive(Debug, Args)]
pub struct Changes {
    #[command(flatten)]
    eyes: Eyes,
    /// Theo ngày: so với hết ngày YYYY-MM-DD. / By days: compared with the end of this day.
    #[arg(long, required_unless_present = "known_from")]
    from: Option<String>,
    /// YYYY-MM-DD; mặc định hôm nay. / Default today.
    #[arg(long)]
    to: Option<String>,
    /// Lần gửi nào đổi thôn nào: nhận sau ngày YYYY-MM-DD. / Which report moved which village:
    /// received after this day.
    #[arg(long, alias = "known_from", conflicts_with_all = ["from", "to", "known_at"])]
    known_from: Option<String>,
    /// Nhận đến hết ngày; mặc định hôm nay. / Received to the end of the day; default today.
    #[arg(long, alias = "known_to", requires = "known_from")]
    known_to: Option<String>,
    /// Cùng --known-from: đánh giá của ngày nào. / With --known-from: verdicts of which day.
    #[arg(long, alias = "as_of", requires = "known_from")]
    as_of: Option<String>,
    /// Nhà mạng, cách nhau bằng dấu phẩy. / Carriers, with commas.
    #[arg(long)]
    carrier: Option<String>,
    /// 2G, 3G, 4G, 5G: tối thiểu. / At least.
    #[arg(long)]
    technology: Option<String>,
    /// Cho chương trình: như API. / For programs: the shape of the API.
    #[arg(long)]
    json: bool,
}

pub fn changes(asked: &Changes) -> Done {
    // What filings moved is told as it was known at the end of the stretch.
    let (atlas, _) = match (&asked.known_from, &asked.known_to) {
        (Some(_), Some(to)) => asked.eyes.open_known(day("--known-to", Some(to))?)?,
        _ => asked.eyes.open()?,
    };
    let query = asked.eyes.query(&[
        ("from", &asked.from),
        ("to", &asked.to),
        ("known_from", &asked.known_from),
        ("known_to", &asked.known_to),
        ("as_of", &asked.as_of),
        ("carrier", &asked.carrier),
        ("technology", &asked.technology),
    ]);
    let list = terminal::changes(asked.eyes.data(), &atlas, &query).map_err(usage)?;
    asked.eyes.tell(&list, asked.json, |list| {
        let when = if asked.known_from.is_some() { "Ghi nhận lúc" } else { "Ngày" };
        let mut shown = table(&[when, "Thôn", "Xã", "Từ", "Thành", "Lần gửi"]);
        for one in &list.items {
            let word = |verdict: Option<_>| verdict.map_or("–", terminal::verdict_vi).to_owned();
            shown.add_row([
                one.day.clone().or_else(|| one.recorded_at.clone()).unwrap_or_default(),
                one.name.clone(),
                one.commune.clone().unwrap_or_default(),
                word(one.from),
                word(one.to),
                one.reports.join(", "),
            ]);
        }
        say(&format!("{shown}\n{} thay đổi.", list.count))
    })
}

#[derive(Debug, Args)]
pub struct Outages {
    #[command(flatten)]
    listing: Listing,
    /// ongoing, stale, ended; có thể nhiều. / Several.
    #[arg(long)]
    state: Option<String>,
    /// Mã xã hiện nay. / Code of a commune of today.
    #[arg(long)]
    unit: Option<String>,
}

pub fn outages(asked: &Outages) -> Done {
    let atlas = asked.listing.open()?;
    let query = asked.listing.query(&[("state", &asked.state), ("unit", &asked.unit)]);
    let list = terminal::outages(&atlas, &query).map_err(usage)?;
    asked.listing.tell(&list, out_of_touch)
}

fn out_of_touch(list: &OutageList) -> String {
    let headings =
        ["Doanh nghiệp", "Xã", "Trạm", "Từ lúc", "Nghe lần cuối", "Trạng thái", "Nguyên nhân"];
    let mut shown = table(&headings);
    for one in &list.items {
        let communes: Vec<&str> = one.communes.iter().map(|unit| unit.name.as_str()).collect();
        shown.add_row([
            one.carrier_name.clone(),
            communes.join(", "),
            one.site.clone().unwrap_or_default(),
            one.start.clone(),
            one.last_heard.clone(),
            one.state_vi.to_owned(),
            one.cause.clone().unwrap_or_default(),
        ]);
    }
    let mut by_hour = table(&["Doanh nghiệp", "Xã", "0 – 24 giờ"]);
    for one in &list.hours {
        by_hour.add_row([one.carrier.clone(), one.commune.name.clone(), one.hours.clone()]);
    }
    let letters = "o: mất liên lạc; s: quá hạn cập nhật; -: không có tin.";
    format!("{shown}\n{by_hour}\n{letters} {}", list.note_vi)
}

#[derive(Debug, Args)]
pub struct Disputes {
    #[command(flatten)]
    listing: Listing,
    /// opened, answered, checked, closed; có thể nhiều. / Several.
    #[arg(long)]
    stage: Option<String>,
    /// Mã thôn. / A village's id.
    #[arg(long)]
    village: Option<String>,
}

pub fn disputes(asked: &Disputes) -> Done {
    let atlas = asked.listing.open()?;
    let query = asked.listing.query(&[("stage", &asked.stage), ("village", &asked.village)]);
    let list = terminal::disputes(&atlas, &query).map_err(usage)?;
    asked.listing.tell(&list, disputed)
}

fn disputed(list: &DisputeList) -> String {
    let mut shown =
        table(&["Thôn", "Xã", "Doanh nghiệp", "Giai đoạn", "Từ ngày", "Số ngày", "Nội dung"]);
    for one in &list.items {
        shown.add_row([
            one.village.name.clone(),
            one.commune.as_ref().map_or_else(String::new, |unit| unit.name.clone()),
            one.carrier.clone().unwrap_or_else(|| "mọi doanh nghiệp".to_owned()),
            one.stage_vi.to_owned(),
            one.raised.clone(),
            one.days.to_string(),
            one.text.clone(),
        ]);
    }
    format!("{shown}\n{} phản ánh; tính đến hết ngày {}.", list.items.len(), list.as_of)
}
