//! `phusong village` for people: a village's story, line by line.

use phusong_atlas::gazetteer::kind_vi;

use super::commands::{Done, say};
use super::look::table;
use crate::http::terminal::{NearSite, Verdict, VillagePage, VillageSummary};

/// A verdict with its grade and flags: what a carrier says and what is verified never look alike.
pub fn judged(village: &VillageSummary) -> String {
    let grade = village.grade.map(|grade| format!("{grade:?}"));
    let beside: Vec<String> =
        grade.into_iter().chain(village.flags.iter().map(|flag| flag.vi().to_owned())).collect();
    if beside.is_empty() {
        return village.verdict_vi.to_owned();
    }
    format!("{} ({})", village.verdict_vi, beside.join(", "))
}

pub fn told(page: &VillagePage) -> Done {
    place(&page.summary)?;
    let summary = &page.summary;
    let said = page.statements.iter().map(|said| format!("{} ({})", said.text_vi, said.source));
    let near = page.nearest_sites.iter().flatten().map(near);
    let sections: [(&str, Vec<String>); 5] = [
        ("Căn cứ", summary.reasons.iter().map(|reason| reason.text_vi.clone()).collect()),
        ("Còn thiếu", page.missing.iter().map(|reason| reason.text_vi.clone()).collect()),
        ("Điều gì làm thay đổi đánh giá", page.what_if.iter().map(|w| w.text_vi.clone()).collect()),
        ("Trạm gần nhất", near.collect()),
        ("Phát biểu công khai", said.collect()),
    ];
    for (heading, lines) in sections {
        if !lines.is_empty() {
            say(&format!("\n{heading}"))?;
            lines.iter().try_for_each(|line| say(&format!("  - {line}")))?;
        }
    }
    let mut by_carrier = table(&["Nhà mạng", "2G", "3G", "4G", "5G"]);
    for row in &page.matrix {
        let of = &row.technologies;
        let verdicts = [of.g2, of.g3, of.g4, of.g5].map(|verdict: Verdict| verdict.words().0);
        let carrier = if row.carrier == "any" { "bất kỳ" } else { &row.carrier };
        by_carrier.add_row(std::iter::once(carrier).chain(verdicts));
    }
    say(&format!("\nTheo nhà mạng và công nghệ\n{by_carrier}"))?;
    let mut turns = table(&["Từ ngày", "Đánh giá", "Vì"]);
    for turn in &page.timeline {
        let why: Vec<&str> = turn.because.iter().map(|reason| reason.text_vi.as_str()).collect();
        let flags = turn.flags.iter().map(|flag| flag.vi());
        let verdict: Vec<&str> = std::iter::once(turn.verdict.words().0).chain(flags).collect();
        turns.add_row([
            turn.from.clone().unwrap_or_else(|| "trước dữ liệu".to_owned()),
            verdict.join(", "),
            why.join(" "),
        ]);
    }
    say(&format!("\nQuá trình\n{turns}"))?;
    let rules = &page.rule_set;
    say(&format!("Bộ tiêu chí: {} ({} {})", rules.title_vi, rules.id, rules.version))
}

/// Its verdict, where it lies and how surely, and who owes it.
fn place(summary: &VillageSummary) -> Done {
    let name = summary.name.as_deref().unwrap_or(&summary.id);
    let commune = summary.commune.name.as_deref().unwrap_or("chưa rõ xã");
    say(&format!("{name} ({}), {commune}: {}", summary.id, judged(summary)))?;
    for unit in [&summary.commune_old, &summary.district_old].into_iter().flatten() {
        say(&format!("  cũ: {} {}", kind_vi(&unit.kind), unit.name))?;
    }
    if let Some(why) = &summary.commune.inferred {
        say(&format!("  xã suy luận: {why}"))?;
    }
    match &summary.position {
        Some(at) => {
            let basis = at.basis.as_deref().unwrap_or_else(|| at.grade.vi());
            let (lon, lat, far_m) = (at.lon, at.lat, at.uncertainty_m);
            say(&format!("  vị trí: {lon}, {lat}, sai số {far_m} m ({basis})"))?;
        }
        None => say("  vị trí: chưa rõ")?,
    }
    if let Some(word) = &summary.source_word {
        say(&format!("  từ trong văn bản: {word}"))?;
    }
    for duty in &summary.duties {
        let due = duty.due.as_deref().unwrap_or("không nêu hạn");
        let inferred = if duty.due_inferred { " (suy luận)" } else { "" };
        say(&format!("  nhiệm vụ của {}: {}; hạn {due}{inferred}", duty.carrier, duty.cite))?;
    }
    Ok(())
}

fn near(site: &NearSite) -> String {
    let name = site.name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
    let technologies: Vec<&str> = site.technologies.iter().map(|one| one.as_str()).collect();
    let (code, far_m) = (&site.code, site.distance_m);
    format!("{} {code}{name}, {}: {far_m} m", site.carrier, technologies.join(" "))
}
