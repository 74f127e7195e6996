//! `phusong duties` and `contradictions`: beside a running service, in the parameters and shapes of
//! the API.

use clap::Args;

use super::commands::Done;
use super::look::{Listing, query_of, table, usage};
use crate::http::terminal::{self, BoardCounts, ContradictionList, DutyBoard, DutyList, Scenario};

#[derive(Debug, Args)]
pub struct Duties {
    #[command(flatten)]
    listing: Listing,
    /// overdue, open, not_yet_given, confirmed; có thể nhiều. / Several.
    #[arg(long)]
    state: Option<String>,
    /// Hạn từ ngày. / Due from.
    #[arg(long, alias = "due_from")]
    due_from: Option<String>,
    /// Hạn đến hết ngày. / Due to.
    #[arg(long, alias = "due_to")]
    due_to: Option<String>,
    /// Mã xã hiện nay. / Code of a commune of today.
    #[arg(long)]
    unit: Option<String>,
    /// Mã huyện cũ. / Code of an old district.
    #[arg(long)]
    district: Option<String>,
    /// Bảng theo nhà mạng và quý. / The board by carrier and quarter.
    #[arg(long, conflicts_with = "if_kept")]
    board: bool,
    /// Giả định cam kết đúng hạn: đến hết ngày này còn thôn nào. / Assumed: what is left that day.
    #[arg(
        long,
        alias = "if_kept",
        value_name = "YYYY-MM-DD",
        conflicts_with_all = ["as_of", "carrier", "state", "due_from", "due_to", "unit", "district"]
    )]
    if_kept: Option<String>,
}

pub fn duties(asked: &Duties) -> Done {
    let atlas = asked.listing.open()?;
    if asked.if_kept.is_some() {
        let left = terminal::scenario(&atlas, &query_of(&[("on", &asked.if_kept)]));
        return asked.listing.tell(&left.map_err(usage)?, assumed);
    }
    let query = asked.listing.query(&[
        ("state", &asked.state),
        ("due_from", &asked.due_from),
        ("due_to", &asked.due_to),
        ("unit", &asked.unit),
        ("district", &asked.district),
    ]);
    if asked.board {
        let board = terminal::duty_board(&atlas, &query).map_err(usage)?;
        return asked.listing.tell(&board, boarded);
    }
    let list = terminal::duty_list(&atlas, &query).map_err(usage)?;
    asked.listing.tell(&list, lines)
}

fn lines(list: &DutyList) -> String {
    let mut shown = table(&[
        "Thôn",
        "Doanh nghiệp",
        "Điều khoản",
        "Hạn",
        "Cam kết",
        "Trạng thái",
        "Mốc",
        "Chờ",
        "Số ngày chờ",
    ]);
    for line in &list.items {
        let inferred = if line.due_inferred { " (suy luận)" } else { "" };
        let due = line.due.as_ref().map_or_else(String::new, |due| format!("{due}{inferred}"));
        shown.add_row([
            line.village.name.clone(),
            line.carrier_name.clone(),
            line.clause.clone().unwrap_or_else(|| "cam kết".to_owned()),
            due,
            line.promised.clone().unwrap_or_default(),
            line.state_vi.to_owned(),
            line.stage_vi.to_owned(),
            line.waits_for_vi.to_owned(),
            line.waiting_days.map_or_else(String::new, |days| days.to_string()),
        ]);
    }
    let (count, day) = (list.items.len(), &list.as_of);
    format!("{shown}\n{count} dòng; tính đến hết ngày {day}.")
}

fn boarded(board: &DutyBoard) -> String {
    let mut shown = table(&[
        "Doanh nghiệp",
        "Hạn trong quý",
        "Quá hạn",
        "Đang làm",
        "Chưa giao",
        "Đã xác nhận",
        "Chờ doanh nghiệp",
        "Chờ cơ quan khác",
        "Chờ Sở",
        "Lỡ cam kết",
    ]);
    let mut add = |carrier: &str, period: String, counts: &BoardCounts| {
        let totals = [
            &counts.overdue,
            &counts.open,
            &counts.not_yet_given,
            &counts.confirmed,
            &counts.waits_for_carrier,
            &counts.waits_for_agency,
            &counts.waits_for_department,
            &counts.promise_broken,
        ];
        let start = [carrier.to_owned(), period];
        shown.add_row(start.into_iter().chain(totals.map(|total| total.villages.to_string())));
    };
    for carrier in &board.carriers {
        for period in &carrier.periods {
            let quarter = match (period.year, period.quarter) {
                (Some(year), Some(quarter)) => format!("{quarter}/{year}"),
                _ => "chưa nêu ngày".to_owned(),
            };
            add(&carrier.carrier_name, quarter, &period.counts);
        }
    }
    add("Tất cả", String::new(), &board.whole);
    format!("{shown}\nSố thôn; tính đến hết ngày {}.", board.as_of)
}

fn assumed(scenario: &Scenario) -> String {
    let mut shown =
        table(&["Thôn", "Xã", "Hộ", "Khi đó", "Cam kết được coi là đúng hạn", "Cam kết sau đó"]);
    for one in &scenario.items {
        let kept = one.kept.iter().map(|kept| format!("{} {}", kept.carrier, kept.day));
        shown.add_row([
            one.village.name.clone(),
            one.commune.as_ref().map_or_else(String::new, |unit| unit.name.clone()),
            one.households.map_or_else(|| "chưa rõ".to_owned(), |count| count.to_string()),
            one.verdict_then_vi.to_owned(),
            kept.collect::<Vec<_>>().join(", "),
            one.next_promise.clone().unwrap_or_default(),
        ]);
    }
    let (today, left) = (scenario.gaps_today.villages, scenario.left.villages);
    format!(
        "{shown}\nGiả định: hôm nay còn {today} thôn, hết ngày {} còn {left} thôn. {}",
        scenario.on, scenario.note_vi
    )
}

#[derive(Debug, Args)]
pub struct Contradictions {
    #[command(flatten)]
    listing: Listing,
    /// measurement, commune, list, carrier; có thể nhiều. / Several.
    #[arg(long)]
    against: Option<String>,
    /// Mã xã hiện nay. / Code of a commune of today.
    #[arg(long)]
    unit: Option<String>,
}

pub fn contradictions(asked: &Contradictions) -> Done {
    let atlas = asked.listing.open()?;
    let query = asked.listing.query(&[("against", &asked.against), ("unit", &asked.unit)]);
    let list = terminal::contradiction_list(&atlas, &query).map_err(usage)?;
    asked.listing.tell(&list, differing)
}

fn differing(list: &ContradictionList) -> String {
    let mut shown =
        table(&["Thôn", "Doanh nghiệp", "Nội dung", "Số hộ", "Trọng số", "Nguyên nhân"]);
    for one in &list.items {
        shown.add_row([
            one.village.name.clone(),
            one.carrier_name.clone(),
            one.text_vi.clone(),
            one.households.map_or_else(|| "chưa rõ".to_owned(), |count| count.to_string()),
            one.weight.to_string(),
            one.cause.as_ref().map_or_else(String::new, |cause| cause.cause_vi.to_owned()),
        ]);
    }
    let (count, day, note) = (list.items.len(), &list.as_of, list.note_vi);
    format!("{shown}\n{count} mâu thuẫn; tính đến hết ngày {day}. {note}")
}
