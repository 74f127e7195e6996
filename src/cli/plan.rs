//! `phusong plan`: what planners ask next, with the parameters and shapes of the API.

use clap::Subcommand;

use super::commands::{Done, say};
use super::look::{Filters, Reading, query_of, table, usage};
use crate::http::terminal;

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
        reading: Box<Reading>,
        #[command(flatten)]
        filters: Box<Filters>,
        /// Cho chương trình: như API. / For programs: the shape of the API.
        #[arg(long)]
        json: bool,
    },
    /// Xếp thứ tự ưu tiên. / Gaps ranked by an explained score.
    Ranking {
        /// TÊN:SỐ, cách nhau bằng dấu phẩy. / NAME:NUMBER with commas.
        #[arg(long)]
        weights: Option<String>,
        #[command(flatten)]
        reading: Box<Reading>,
        #[command(flatten)]
        filters: Box<Filters>,
        /// Cho chương trình: như API. / For programs: the shape of the API.
        #[arg(long)]
        json: bool,
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

pub fn run(command: PlanCommand) -> Done {
    match command {
        PlanCommand::Sites {
            reach_m,
            sites,
            step_m,
            demand,
            unknown_as,
            reading,
            filters,
            json,
        } => {
            let own = query_of(&[
                ("reach_m", &Some(reach_m)),
                ("sites", &sites),
                ("step_m", &step_m),
                ("demand", &demand),
                ("unknown_as", &unknown_as),
            ]);
            propose(&reading, &asked(&[&own, &reading.query(), &filters.query()]), json)
        }
        PlanCommand::Ranking { weights, reading, filters, json } => {
            let own = query_of(&[("weights", &weights)]);
            ranking(&reading, &asked(&[&own, &reading.query(), &filters.query()]), json)
        }
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
