//! Why an answer turned on a day, as sentences in both languages with the rows behind them.

use phusong_atlas::atlas::{Atlas, Cause, Evidence, Said, SaidKind, VillageCard};
use phusong_atlas::domain::{Says, SiteEventKind, TechSet, Technology, VillageId};
use phusong_atlas::history::ClusterKey;

use super::wire::{Reason, ReasonRole};

/// Each cause once, in the order of the Atlas.
pub fn reasons(atlas: &Atlas, village: &VillageId, causes: &[Cause]) -> Vec<Reason> {
    let card = atlas.village(village).map(|(_, card)| card);
    causes.iter().map(|cause| reason(atlas, card, cause)).collect()
}

fn reason(atlas: &Atlas, card: Option<&VillageCard>, cause: &Cause) -> Reason {
    let said = cause.evidence().and_then(|row| card.and_then(|card| said_by(card, row)));
    let (text_vi, text_en) = sentence(atlas, card, said, cause);
    Reason {
        text_vi,
        text_en,
        role: role(said),
        source: said.map(|said| said.kind.into()),
        entries: cause.evidence().iter().map(Into::into).collect(),
        grade: said.map(|said| said.grade.into()),
        day: said.map(|said| said.from.to_string()),
        site: None,
    }
}

/// In Vietnamese and English.
fn sentence(
    atlas: &Atlas,
    card: Option<&VillageCard>,
    said: Option<&Said>,
    cause: &Cause,
) -> (String, String) {
    match cause {
        Cause::Begins(_) => begins(atlas, said),
        Cause::Ends(_) => {
            let (vi, en) = what(atlas, said);
            (format!("Hết hiệu lực: {vi}."), format!("No longer holds: {en}."))
        }
        Cause::SiteTurns(_) => {
            let (vi, en) = what(atlas, said);
            (
                format!("Trạm làm căn cứ phát sóng hoặc ngừng phát sóng: {vi}."),
                format!("The site it rests on went on or off the air: {en}."),
            )
        }
        Cause::GoesStale(_) => {
            let (vi, en) = what(atlas, said);
            (
                format!("Quá thời hạn, cần xác nhận lại: {vi}."),
                format!("Past its shelf life, to be confirmed again: {en}."),
            )
        }
        Cause::Ages(_) => {
            let (vi, en) = what(atlas, said);
            (
                format!("Mức xác minh giảm một bậc theo thời gian: {vi}."),
                format!("One grade less with time: {en}."),
            )
        }
        Cause::Sunset { carrier, technology } => {
            let who = carrier.map(|carrier| atlas.carrier(carrier).name.as_str());
            (
                format!("{} ngừng {technology}.", who.unwrap_or("Mọi nhà mạng")),
                format!("{technology} ended for {}.", who.unwrap_or("every carrier")),
            )
        }
        Cause::Base(technology) => (
            format!("Bộ tiêu chí tính từ {technology} trở lên kể từ ngày này."),
            format!("From this day the rule set counts from {technology} on."),
        ),
        Cause::Operators(carrier) => {
            let name = &atlas.carrier(*carrier).name;
            (
                format!("Danh sách nhà mạng thay đổi: {name}."),
                format!("The list of operators changed: {name}."),
            )
        }
        Cause::Cluster(key) => {
            let name = cluster_name(card, key);
            (
                format!("Cụm dân cư {name} vào hoặc ra khỏi thôn."),
                format!("The cluster {name} joined or left the village."),
            )
        }
        Cause::Succession(other) => {
            let name = village_name(atlas, other);
            (
                format!("Sắp xếp thôn: liên quan thôn {name}."),
                format!("Villages were rearranged: {name}."),
            )
        }
    }
}

fn role(said: Option<&Said>) -> ReasonRole {
    match said.map(|said| said.says) {
        Some(Says::Has) => ReasonRole::Support,
        Some(Says::Lacks | Says::Weak) => ReasonRole::Opposition,
        None => ReasonRole::Note,
    }
}

fn said_by(card: &VillageCard, row: Evidence) -> Option<&Said> {
    let said = card.clusters.iter().flat_map(|cluster| &cluster.world.said);
    said.into_iter().find(|said| said.evidence == row)
}

fn begins(atlas: &Atlas, said: Option<&Said>) -> (String, String) {
    let (vi, en) = what(atlas, said);
    (format!("Kể từ ngày này: {vi}."), format!("From this day: {en}."))
}

/// Who says what of whom, without a full stop.
pub fn what(atlas: &Atlas, said: Option<&Said>) -> (String, String) {
    let Some(said) = said else {
        return ("một bản khai".to_owned(), "a statement".to_owned());
    };
    let carrier = said.carrier.map(|carrier| atlas.carrier(carrier).name.as_str());
    let technologies = listed(said.technologies);
    let (who_vi, who_en) = source(said, carrier);
    let (says_vi, says_en) = match said.says {
        Says::Has => ("có sóng", "there is signal"),
        Says::Lacks => ("không có sóng", "there is no signal"),
        Says::Weak => ("sóng yếu", "the signal is weak"),
    };
    let of_vi = of(carrier, &technologies, "mọi nhà mạng", "mọi công nghệ");
    let of_en = of(carrier, &technologies, "every carrier", "every technology");
    let grade = said.grade;
    (
        format!("{who_vi} {says_vi} ({of_vi}; mức {grade})"),
        format!("{who_en} {says_en} ({of_en}; {grade})"),
    )
}

fn of(carrier: Option<&str>, technologies: &str, all: &str, every: &str) -> String {
    let technologies = if technologies.is_empty() { every } else { technologies };
    format!("{}; {technologies}", carrier.unwrap_or(all))
}

fn listed(technologies: TechSet) -> String {
    technologies.iter().map(Technology::as_str).collect::<Vec<_>>().join(", ")
}

fn source(said: &Said, carrier: Option<&str>) -> (String, String) {
    let (vi_name, en_name) = (carrier.unwrap_or("doanh nghiệp"), carrier.unwrap_or("the carrier"));
    match said.kind {
        SaidKind::SiteRow(event) => {
            let (vi, en) = match event {
                SiteEventKind::OnAir => ("phát sóng", "a site on air"),
                SiteEventKind::Changed => ("nâng cấp trạm", "a changed site"),
                SiteEventKind::Built => ("xây xong trạm", "a built site"),
                SiteEventKind::Planned => ("kế hoạch trạm", "a planned site"),
                SiteEventKind::OffAir => ("tạm ngừng trạm", "a site off air"),
                SiteEventKind::Decommissioned => ("tháo dỡ trạm", "a decommissioned site"),
            };
            (format!("{vi_name} báo {vi}:"), format!("{en_name} reports {en}:"))
        }
        SaidKind::Claim => {
            (format!("{vi_name} khai báo vùng phủ:"), format!("{en_name} claims coverage:"))
        }
        SaidKind::CarrierWord => (format!("{vi_name} cho biết"), format!("{en_name} says")),
        SaidKind::List => {
            ("danh sách của cơ quan nhà nước:".to_owned(), "an authority's list:".to_owned())
        }
        SaidKind::Commune => ("xã xác nhận".to_owned(), "the commune confirms".to_owned()),
        SaidKind::Measured => ("đo kiểm:".to_owned(), "a field measurement:".to_owned()),
    }
}

fn cluster_name(card: Option<&VillageCard>, key: &ClusterKey) -> String {
    let known = card.and_then(|card| card.clusters.iter().find(|cluster| cluster.key == *key));
    let fact = known.and_then(|cluster| cluster.facts.last());
    match (fact, key) {
        (Some(fact), _) if !fact.name.is_empty() => fact.name.clone(),
        (_, ClusterKey::Known(id)) => id.to_string(),
        (_, ClusterKey::Implied(village)) => village.to_string(),
    }
}

pub fn village_name(atlas: &Atlas, id: &VillageId) -> String {
    let fact = atlas.village(id).and_then(|(_, card)| card.facts.last());
    fact.map_or_else(|| id.to_string(), |fact| fact.name.clone())
}
