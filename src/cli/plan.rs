//! `phusong plan`: what planners ask next, with the parameters and shapes of the API.

use clap::{Args, Subcommand};

use super::commands::{Done, fail, say};
use super::look::{Eyes, Filters, Places, Reading, households_vi, query_of, table, usage};
use crate::http::terminal::{self, ThenNow, Total};

#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// Đặt thêm trạm ở đâu phục vụ nhiều hộ nhất. / Where more sites would serve most households.
    #[command(
        after_help = "Ví dụ / Example:\n  phusong plan sites --reach-m 3000 --sites 5 --data DIR\n\nChỉ xét hình học, chưa xét địa hình. / Geometry only: terrain is not considered."
    )]
    Sites {
        /// Tầm phủ, mét. / Reach, metres.
        #[arg(long, alias = "reach_m")]
        reach_m: String,
        /// 1–200; mặc định 10. / Default 10.
        #[arg(long)]
        sites: Option<String>,
        /// Bước lưới, mét; mặc định nửa tầm. / Grid step; default half the reach.
        #[arg(long, alias = "step_m")]
        step_m: Option<String>,
        /// not_covered, insufficient: cụm cần phục vụ. / Clusters to serve.
        #[arg(long)]
        demand: Option<String>,
        /// Cụm chưa rõ số hộ tính bằng; mặc định 1. / What an unknown cluster weighs.
        #[arg(long, alias = "unknown_as")]
        unknown_as: Option<String>,
        #[command(flatten)]
        of: Box<Filtered>,
    },
    /// Xếp thứ tự ưu tiên. / Gaps ranked by an explained score.
    Ranking {
        /// TÊN:SỐ, cách nhau bằng dấu phẩy. / NAME:NUMBER with commas.
        #[arg(long)]
        weights: Option<String>,
        #[command(flatten)]
        of: Box<Filtered>,
    },
    /// Thôn chỉ dựa vào một trạm. / Villages that hang on one site.
    #[command(name = "single-points")]
    SinglePoints {
        #[command(flatten)]
        of: Box<Filtered>,
    },
    /// Cụm dân cư chưa có sóng, nhiều hộ trước. / Clusters without coverage, most households first.
    Clusters {
        /// covered, not_covered, insufficient; mặc định not_covered. / Several.
        #[arg(long)]
        verdict: Option<String>,
        #[command(flatten)]
        reading: Box<Reading>,
        #[command(flatten)]
        places: Box<Places>,
        /// Cho chương trình: như API. / For programs: the shape of the API.
        #[arg(long)]
        json: bool,
    },
    /// Bất kỳ, từng nhà mạng; từ 2G đến 5G; nhiều ngày: cạnh nhau. / Questions side by side.
    #[command(
        name = "side-by-side",
        after_help = "Ví dụ / Example:\n  phusong plan side-by-side --days 2026-09-15,2026-09-16 --data DIR"
    )]
    SideBySide {
        /// YYYY-MM-DD, 1–6 ngày. / 1 to 6 days; default today.
        #[arg(long)]
        days: Option<String>,
        #[command(flatten)]
        eyes: Box<Eyes>,
        #[command(flatten)]
        places: Box<Places>,
        /// Cho chương trình: như API. / For programs: the shape of the API.
        #[arg(long)]
        json: bool,
    },
    /// Khi ấy đã báo cáo gì, nay tính ra gì, điều gì làm đổi. / Reported then, computed now, what moved.
    #[command(
        name = "then-and-now",
        long_about = "Khi ấy đã báo cáo gì, nay tính ra gì, điều gì làm đổi. / What we reported then, what we compute now, what moved.\n\nCùng một ngày (--as-of; không nói thì là chính ngày --known-at), tính hai lần: theo dữ liệu nhận đến hết ngày --known-at, và theo dữ liệu biết hôm nay. Thôn nào đổi đánh giá thì kèm từng lần gửi đã làm đổi, cũ trước.\nOne day (--as-of; unsaid, the day of --known-at itself), computed twice: by what was known at the end of --known-at, and by what is known today. A village with another verdict names each filing that moved it, oldest first.",
        after_help = "Ví dụ / Examples:\n  phusong plan then-and-now --known-at 2026-06-30 --data DIR\n  phusong plan then-and-now --known-at 2026-06-30 --as-of 2023-12-31 --technology 4G --scope public --data DIR --json"
    )]
    ThenAndNow {
        #[command(flatten)]
        of: Box<Filtered>,
    },
    /// Số thôn, số hộ qua từng tháng. / Villages and households, month by month.
    Series {
        /// YYYY-MM-DD.
        #[arg(long)]
        from: String,
        /// YYYY-MM-DD; mặc định hôm nay. / Default today.
        #[arg(long)]
        to: Option<String>,
        #[command(flatten)]
        reading: Box<Reading>,
        /// Cho chương trình: như API. / For programs: the shape of the API.
        #[arg(long)]
        json: bool,
    },
}

/// A question about some villages.
#[derive(Debug, Args)]
pub struct Filtered {
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    filters: Filters,
    /// Cho chương trình: như API. / For programs: the shape of the API.
    #[arg(long)]
    json: bool,
}

impl Filtered {
    /// `own` and what is asked of which villages.
    fn query(&self, own: &str) -> String {
        asked(&[own, &self.reading.query(), &self.filters.query()])
    }
}

pub fn run(command: PlanCommand) -> Done {
    match command {
        PlanCommand::Sites { reach_m, sites, step_m, demand, unknown_as, of } => {
            let own = query_of(&[
                ("reach_m", &Some(reach_m)),
                ("sites", &sites),
                ("step_m", &step_m),
                ("demand", &demand),
                ("unknown_as", &unknown_as),
            ]);
            propose(&of.reading, &of.query(&own), of.json)
        }
        PlanCommand::Ranking { weights, of } => {
            let own = query_of(&[("weights", &weights)]);
            ranking(&of.reading, &of.query(&own), of.json)
        }
        PlanCommand::SinglePoints { of } => single_points(&of.reading, &of.query(""), of.json),
        PlanCommand::Clusters { verdict, reading, places, json } => {
            let own = query_of(&[("verdict", &verdict)]);
            clusters(&reading, &asked(&[&own, &reading.query(), &places.query()]), json)
        }
        PlanCommand::SideBySide { days, eyes, places, json } => {
            let own = eyes.query(&[("days", &days)]);
            side_by_side(&eyes, &asked(&[&own, &places.query()]), json)
        }
        PlanCommand::ThenAndNow { of } => then_and_now(&of.reading, &of.query(""), of.json),
        PlanCommand::Series { from, to, reading, json } => {
            let own = query_of(&[("from", &Some(from)), ("to", &to)]);
            series(&reading, &asked(&[&own, &reading.query()]), json)
        }
    }
}

fn asked(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("&")
}

fn propose(reading: &Reading, query: &str, json: bool) -> Done {
    let (atlas, _) = reading.open()?;
    let plan = terminal::site_plan(&atlas, query).map_err(usage)?;
    reading.tell(&plan, json, |plan| {
        let mut rows =
            table(&["#", "Kinh độ", "Vĩ độ", "Cột có sẵn", "Thêm hộ", "Thêm cụm", "Thôn"]);
        for site in &plan.sites {
            let mut villages: Vec<&str> =
                site.clusters.iter().map(|cluster| cluster.village.as_str()).collect();
            villages.dedup();
            rows.add_row([
                site.rank.to_string(),
                format!("{:.5}", site.lon),
                format!("{:.5}", site.lat),
                site.existing.as_ref().map_or_else(String::new, |site| site.code.clone()),
                format!("≥ {}", site.adds_households),
                site.adds_clusters.to_string(),
                villages.join(", "),
            ]);
        }
        say(&rows.to_string())?;
        let gap = plan.gap * 100.0;
        say(&format!(
            "Phục vụ {} trên {} cụm (≥ {} hộ); kém tối ưu nhiều nhất {gap:.2} %. {}",
            plan.clusters, plan.demand.clusters, plan.households, plan.note_vi
        ))
    })
}

fn ranking(reading: &Reading, query: &str, json: bool) -> Done {
    let (atlas, _) = reading.open()?;
    let ranking = terminal::ranking(&atlas, query).map_err(usage)?;
    reading.tell(&ranking, json, |ranking| {
        let mut rows = table(&["#", "Mã", "Thôn", "Điểm", "Gồm"]);
        for item in &ranking.items {
            let parts = item.parts.iter().filter(|part| part.points > 0.0);
            let parts: Vec<String> =
                parts.map(|part| format!("{} {:.1}", part.factor, part.points)).collect();
            rows.add_row([
                item.rank.to_string(),
                item.village.id.clone(),
                item.village.name.clone().unwrap_or_default(),
                format!("{:.1}", item.score),
                parts.join(", "),
            ]);
        }
        say(&rows.to_string())?;
        let weights: Vec<String> = ranking
            .weights
            .iter()
            .filter(|weight| weight.weighs > 0.0)
            .map(|weight| format!("{}:{}", weight.factor, weight.weighs))
            .collect();
        say(&format!("Trọng số: {}. Điểm = {}.", weights.join(","), ranking.formula))
    })
}

fn single_points(reading: &Reading, query: &str, json: bool) -> Done {
    let (atlas, _) = reading.open()?;
    let Some(list) = terminal::single_points(&atlas, query).map_err(usage)? else {
        return Err(fail(
            66,
            "góc nhìn này không xem được trạm: dùng --scope officer hoặc carrier:MÃ",
            "this view sees no sites: use --scope officer or carrier:ID",
        ));
    };
    reading.tell(&list, json, |list| {
        let mut rows = table(&["Thôn", "Xã", "Hộ", "Chỉ dựa vào", "Nhà mạng"]);
        for item in &list.items {
            let sites = item.clusters.iter().map(|cluster| match (&cluster.site, &cluster.line) {
                (Some(site), _) => format!("trạm {} {}", site.carrier, site.code),
                (None, Some(line)) if cluster.on == "power" => format!("nguồn điện {line}"),
                (None, Some(line)) => format!("truyền dẫn {line}"),
                (None, None) => "trạm không được xem".to_owned(),
            });
            let carriers = item.clusters.iter().flat_map(|cluster| cluster.carriers.clone());
            rows.add_row([
                item.name.clone().unwrap_or_else(|| item.village.clone()),
                item.commune.as_ref().map_or_else(String::new, |unit| unit.name.clone()),
                match item.households {
                    0 => "chưa rõ".to_owned(),
                    known => format!("≥ {known}"),
                },
                each_once(sites),
                each_once(carriers),
            ]);
        }
        say(&rows.to_string())?;
        say(&format!("{} thôn. {}", list.count, list.note_vi))
    })
}

fn each_once(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    words.sort();
    words.dedup();
    words.join(", ")
}

fn clusters(reading: &Reading, query: &str, json: bool) -> Done {
    let (atlas, _) = reading.open()?;
    let list = terminal::cluster_gaps(&atlas, query).map_err(usage)?;
    reading.tell(&list, json, |list| {
        let mut rows = table(&["Thôn", "Cụm dân cư", "Xã", "Hộ", "Trung tâm"]);
        for item in &list.items {
            let own = if item.implied { "cả thôn" } else { item.id.as_str() };
            rows.add_row([
                item.village_name.clone().unwrap_or_else(|| item.village.clone()),
                item.name.clone().unwrap_or_else(|| own.to_owned()),
                item.commune.as_ref().map_or_else(String::new, |unit| unit.name.clone()),
                item.households.map_or_else(|| "chưa rõ".to_owned(), |count| count.to_string()),
                if item.centre { "có" } else { "không" }.to_owned(),
            ]);
        }
        say(&rows.to_string())?;
        let of = |name: &str, total: &terminal::ClusterTotal| {
            let households = match (total.households, total.clusters_households_unknown) {
                (known, 0) => format!("{known} hộ"),
                (0, unknown) => format!("chưa rõ số hộ: {unknown} cụm"),
                (known, unknown) => format!("≥ {known} hộ; chưa rõ số hộ: {unknown} cụm"),
            };
            format!("{name} {} cụm, {households}", total.clusters)
        };
        let totals = &list.totals;
        say(&format!(
            "{}; {}; {}.",
            of("Có sóng", &totals.covered),
            of("chưa có sóng", &totals.not_covered),
            of("chưa đủ dữ liệu", &totals.insufficient)
        ))
    })
}

fn side_by_side(eyes: &Eyes, query: &str, json: bool) -> Done {
    let (atlas, _) = eyes.open()?;
    let beside = terminal::side_by_side(&atlas, query).map_err(usage)?;
    eyes.tell(&beside, json, |beside| {
        let days = beside.days.iter().map(|day| format!("Đã phủ {day}"));
        let headings: Vec<String> =
            ["Nhà mạng".to_owned(), "Từ công nghệ".to_owned()].into_iter().chain(days).collect();
        let mut rows = table(&headings.iter().map(String::as_str).collect::<Vec<_>>());
        for row in &beside.rows {
            let carrier = match &*row.carrier {
                "any" => "bất kỳ",
                "each" => "mọi nhà mạng",
                id => id,
            };
            let technology = row.technology.map_or("nền của ngày", |least| least.as_str());
            let cells = row.cells.iter().map(|cell| cell.villages.covered.villages.to_string());
            let start = [carrier.to_owned(), technology.to_owned()];
            rows.add_row(start.into_iter().chain(cells).collect::<Vec<_>>());
        }
        say(&rows.to_string())?;
        beside.turnings.iter().try_for_each(|turning| say(&turning.text_vi))
    })
}

fn then_and_now(reading: &Reading, query: &str, json: bool) -> Done {
    let Some(known_at) = reading.known_at()? else {
        return Err(fail(
            2,
            "cần --known-at NGÀY: ngày đã báo cáo",
            "--known-at DAY is needed: the day on which it was reported",
        ));
    };
    let ((then, _), (now, _)) = (reading.open_known(Some(known_at))?, reading.open_known(None)?);
    let told = terminal::then_and_now(reading.data(), (then, now), query).map_err(usage)?;
    reading.tell(&told, json, moved_since)
}

fn moved_since(told: &ThenNow) -> Done {
    let mut totals = table(&["Đánh giá", "Đã báo cáo", "Nay tính"]);
    let of = |total: &Total| {
        let unknown = total.villages_households_unknown as usize;
        format!("{} thôn, {}", total.villages, households_vi(total.households, unknown))
    };
    for (verdict, then, now) in terminal::beside_by_verdict(&told.then, &told.now) {
        totals.add_row([terminal::verdict_vi(verdict).to_owned(), of(then), of(now)]);
    }
    say(&format!(
        "Tính đến hết ngày {}: theo dữ liệu nhận đến hết ngày {}, và theo dữ liệu biết hôm nay.",
        told.as_of, told.known_at
    ))?;
    say(&totals.to_string())?;
    let word = |verdict: Option<_>| verdict.map_or("–", terminal::verdict_vi).to_owned();
    let mut rows = table(&["Thôn", "Đã báo cáo", "Nay tính", "Do lần gửi (ghi nhận lúc)"]);
    for one in &told.moved {
        let by = one.moved_by.iter().map(|by| {
            let (reports, at) = (by.reports.join(" "), &by.recorded_at);
            format!("{reports} ({at}): {}", terminal::verdict_vi(by.to))
        });
        rows.add_row([
            one.name.clone().unwrap_or_else(|| one.village.clone()),
            word(one.then),
            word(one.now),
            by.collect::<Vec<_>>().join("\n"),
        ]);
    }
    if told.count > 0 {
        say(&rows.to_string())?;
    }
    say(&format!("{} thôn đổi đánh giá.", told.count))?;
    let (then, now) = (&told.rules_then, &told.rules_now);
    say(&format!(
        "Bộ tiêu chí: {} ({} {}) → {} ({} {})",
        then.title_vi, then.id, then.version, now.title_vi, now.id, now.version
    ))
}

fn series(reading: &Reading, query: &str, json: bool) -> Done {
    let (atlas, _) = reading.open()?;
    let series = terminal::series(&atlas, query).map_err(usage)?;
    reading.tell(&series, json, |series| {
        let headings = [
            "Ngày",
            "Đã phủ",
            "Chưa đáp ứng",
            "Trắng",
            "Lõm",
            "Chưa đủ dữ liệu",
            "Hộ ở cụm có sóng",
        ];
        let mut rows = table(&headings);
        for point in &series.points {
            let of = &point.counted.villages;
            rows.add_row([
                point.day.clone(),
                of.covered.villages.to_string(),
                of.not_as_asked.villages.to_string(),
                of.no_signal.villages.to_string(),
                of.partial_hole.villages.to_string(),
                of.insufficient.villages.to_string(),
                format!("≥ {}", point.counted.clusters.covered.households),
            ]);
        }
        say(&rows.to_string())
    })
}
