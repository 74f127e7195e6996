//! Who says what, what becomes of it, why a verdict turned, what is lacking: in Vietnamese and
//! English, for papers and the API alike.

use phusong_atlas::atlas::{
    Atlas, CarrierIndex, Cause, Evidence, Missing, Reason, Rows, Said, SaidKind, Step, VillageCard,
};
use phusong_atlas::domain::{Day, Says, Scope, SiteEventKind, TechSet, Technology};
use phusong_atlas::history::ClusterKey;

use super::{Both, capital, village_name};

const fn event(event: SiteEventKind) -> Both {
    match event {
        SiteEventKind::Planned => ("kế hoạch trạm", "a planned site"),
        SiteEventKind::Built => ("xây xong trạm", "a built site"),
        SiteEventKind::OnAir => ("phát sóng trạm", "a site on air"),
        SiteEventKind::Changed => ("nâng cấp, điều chỉnh trạm", "a changed site"),
        SiteEventKind::OffAir => ("tạm ngừng trạm", "a site off air"),
        SiteEventKind::Decommissioned => ("tháo dỡ trạm", "a decommissioned site"),
    }
}

const fn says(says: Says) -> Both {
    match says {
        Says::Has => ("có sóng", "there is signal"),
        Says::Lacks => ("không có sóng", "there is no signal"),
        Says::Weak => ("sóng yếu", "the signal is weak"),
    }
}

/// What becomes of a statement in a verdict.
pub const fn fate(step: Step) -> Both {
    match step {
        Step::Covers => ("được tính là phủ sóng", "counts as coverage"),
        Step::CoversAwaiting => ("được tính, chờ xác nhận", "counts, awaiting confirmation"),
        Step::Possible => ("chỉ có thể, chưa đủ để tính", "possible only"),
        Step::Contested => ("đang có ý kiến trái ngược, chưa phân định", "contested, not decided"),
        Step::Defeated => ("bị bằng chứng mức cao hơn bác bỏ", "defeated by higher evidence"),
        Step::Stands => ("còn hiệu lực", "stands"),
        Step::StandsStale => ("còn hiệu lực, cần xác nhận lại", "stands, to be confirmed again"),
        Step::Weak => ("sóng yếu, không kết luận", "weak, concludes nothing"),
    }
}

/// May this scope know of what kind an event of the carriers' sites was? Others are told that the
/// carrier reports, not what it did to a mast.
fn sees_sites_of(atlas: &Atlas, mut carriers: impl Iterator<Item = CarrierIndex>) -> bool {
    match &atlas.scope {
        Scope::Officer | Scope::Approver => true,
        Scope::Carrier(own) => carriers.all(|carrier| atlas.carrier(carrier).id == *own),
        Scope::Public | Scope::Commune(_) => false,
    }
}

/// Who speaks: `Viettel báo phát sóng trạm`; without the event for who may not know of sites.
fn speaker(kind: SaidKind, carriers: &str, sees_sites: bool) -> (String, String) {
    let vi = if carriers.is_empty() { "doanh nghiệp" } else { carriers };
    let en = if carriers.is_empty() { "the carrier" } else { carriers };
    let plain = |vi: &str, en: &str| (vi.to_owned(), en.to_owned());
    match kind {
        SaidKind::SiteRow(_) if !sees_sites => (format!("{vi} báo"), format!("{en} reports")),
        SaidKind::SiteRow(kind) => {
            let (event_vi, event_en) = event(kind);
            (format!("{vi} báo {event_vi}"), format!("{en} reports {event_en}"))
        }
        SaidKind::Claim => (format!("{vi} khai báo vùng phủ"), format!("{en} claims coverage")),
        SaidKind::CarrierWord => (format!("{vi} cho biết"), format!("{en} says")),
        SaidKind::List => plain("danh sách của cơ quan nhà nước", "an authority's list"),
        SaidKind::Commune => plain("xã xác nhận", "the commune confirms"),
        SaidKind::Measured => plain("đo kiểm tại hiện trường", "field measurement"),
    }
}

/// Of which signal it speaks: `Viettel; 4G`.
fn of(carriers: &str, technologies: TechSet) -> (String, String) {
    let listed = technologies.iter().map(Technology::as_str).collect::<Vec<_>>().join(", ");
    let one = |all: &str, every: &str| {
        let carriers = if carriers.is_empty() { all } else { carriers };
        let technologies = if listed.is_empty() { every } else { &listed };
        format!("{carriers}; {technologies}")
    };
    (one("mọi nhà mạng", "mọi công nghệ"), one("every carrier", "every technology"))
}

/// What a statement says, without the day, the grade and what becomes of it.
pub fn reason(atlas: &Atlas, reason: &Reason, site: &str) -> (String, String) {
    let carriers: Vec<&str> =
        reason.carriers.iter().map(|carrier| atlas.carrier(*carrier).name.as_str()).collect();
    let carriers = carriers.join(", ");
    let sees_sites = sees_sites_of(atlas, reason.carriers.iter().copied());
    let (who_vi, who_en) = speaker(reason.kind, &carriers, sees_sites);
    let (of_vi, of_en) = of(&carriers, reason.technologies);
    let (says_vi, says_en) = says(reason.says);
    (
        format!("{}: {says_vi} ({of_vi}{site})", capital(&who_vi)),
        format!("{}: {says_en} ({of_en}{site})", capital(&who_en)),
    )
}

/// The statement behind a row, as it bears on the village on a day.
pub fn said_by(card: &VillageCard, row: Evidence, day: Day) -> Option<&Said> {
    let said = || card.clusters.iter().flat_map(|cluster| &cluster.world.said);
    let mut of_row = said().filter(|said| said.evidence == row);
    of_row.clone().find(|said| said.seen_on(day)).or_else(|| of_row.next())
}

/// Every row that a turn of the verdict on a day rests on.
pub fn rows_of(card: Option<&VillageCard>, cause: &Cause, day: Day) -> Vec<Rows> {
    let Some(row) = cause.evidence() else { return Vec::new() };
    let said = card.and_then(|card| said_by(card, row, day));
    let own = || if row.is_hidden() { Vec::new() } else { vec![row.into()] };
    said.map_or_else(own, Said::rows)
}

/// Who says what of whom, within a sentence.
pub fn what(atlas: &Atlas, said: Option<&Said>) -> (String, String) {
    let Some(said) = said else {
        return ("một bản khai".to_owned(), "a statement".to_owned());
    };
    let carrier = said.carrier.map_or("", |carrier| atlas.carrier(carrier).name.as_str());
    let sees_sites = sees_sites_of(atlas, said.carrier.into_iter());
    let (who_vi, who_en) = speaker(said.kind, carrier, sees_sites);
    let (of_vi, of_en) = of(carrier, said.technologies);
    let (says_vi, says_en) = says(said.says);
    let grade = said.grade;
    (
        format!("{who_vi}: {says_vi} ({of_vi}; mức {grade})"),
        format!("{who_en}: {says_en} ({of_en}; {grade})"),
    )
}

/// Why the verdict may turn on a day.
pub fn cause(
    atlas: &Atlas,
    card: Option<&VillageCard>,
    cause: &Cause,
    day: Day,
) -> (String, String) {
    let said = cause.evidence().and_then(|row| said_by(card?, row, day));
    let of_statement = |vi: &str, en: &str| {
        let (what_vi, what_en) = what(atlas, said);
        (format!("{vi}: {what_vi}."), format!("{en}: {what_en}."))
    };
    match cause {
        Cause::Begins(_) => {
            let (vi, en) = what(atlas, said);
            (format!("{}.", capital(&vi)), format!("{}.", capital(&en)))
        }
        Cause::Ends(_) => of_statement("Hết hiệu lực", "No longer holds"),
        Cause::SiteTurns(_) => of_statement(
            "Trạm làm căn cứ phát sóng hoặc ngừng phát sóng",
            "The site it rests on went on or off the air",
        ),
        Cause::GoesStale(_) => of_statement(
            "Quá thời hạn, cần xác nhận lại",
            "Past its shelf life, to be confirmed again",
        ),
        Cause::Ages(_) => {
            of_statement("Mức xác minh giảm một bậc theo thời gian", "One grade less with time")
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
            let name = cluster_name(atlas, card, key);
            (
                format!("Cụm dân cư {name} vào hoặc ra khỏi thôn."),
                format!("The cluster {name} joined or left the village."),
            )
        }
        Cause::Succession(other) => {
            let name = village_name(atlas, other);
            (
                format!("Sắp xếp thôn: liên quan {name}."),
                format!("Villages were rearranged: {name}."),
            )
        }
    }
}

fn cluster_name(atlas: &Atlas, card: Option<&VillageCard>, key: &ClusterKey) -> String {
    let known = card.and_then(|card| card.clusters.iter().find(|cluster| cluster.key == *key));
    match (known.and_then(|cluster| cluster.facts.last()), key) {
        (Some(fact), _) if !fact.name.is_empty() => fact.name.clone(),
        (_, ClusterKey::Known(id)) => id.to_string(),
        // Where its village is, and called as that.
        (_, ClusterKey::Implied(village)) => village_name(atlas, village),
    }
}

/// What would bring a village further; `day` writes a day.
pub fn missing(atlas: &Atlas, missing: &Missing, day: fn(Day) -> String) -> (String, String) {
    let plain = |vi: &str, en: &str| (vi.to_owned(), en.to_owned());
    match missing {
        Missing::OnAirReport { carrier, after, .. } => {
            let index = carrier.as_ref().and_then(|carrier| atlas.common.carrier(carrier));
            let name = index.map(|index| atlas.carrier(index).name.as_str());
            let (since_vi, since_en) = after.map(day).map_or_else(Default::default, |day| {
                (format!(" sau ngày {day}"), format!(" after {day}"))
            });
            (
                format!(
                    "Chưa có báo cáo phát sóng của {}{since_vi}.",
                    name.unwrap_or("doanh nghiệp")
                ),
                format!("No on-air report of {}{since_en}.", name.unwrap_or("any carrier")),
            )
        }
        Missing::CommuneConfirmation => plain(
            "Chưa có xác nhận của xã là có sóng (E3).",
            "No confirmation of signal by the commune (E3).",
        ),
        Missing::Measurement => {
            plain("Chưa có đo kiểm đạt (E4).", "No field measurement confirms it (E4).")
        }
        Missing::BetterPosition { uncertainty_m } => {
            let Some(metres) = uncertainty_m.map(u64::from) else {
                return plain(
                    "Chưa rõ vị trí: cần khảo sát hoặc xã xác nhận.",
                    "The position is unknown: survey or confirmation needed.",
                );
            };
            let (vi, en) = (super::number(metres), super::number_en(metres));
            (
                format!("Vị trí chưa chắc chắn (± {vi} m): cần khảo sát hoặc xã xác nhận."),
                format!("The position is uncertain (± {en} m): survey or confirmation needed."),
            )
        }
        Missing::CommuneOfVillage => plain(
            "Xã của thôn này là suy luận: cần xác nhận.",
            "Its commune is inferred: to be confirmed.",
        ),
        Missing::Households => plain("Chưa rõ số hộ.", "The number of households is unknown."),
        Missing::Log => plain(
            "Chưa có nhật ký phát sóng hoặc mô phỏng kèm tham số (E2).",
            "No on-air log, and no prediction with its parameters (E2).",
        ),
        Missing::SecondSource => plain(
            "Chưa có nguồn thứ hai độc lập ở mức E3 hoặc E4 (E5).",
            "No second source of E3 or E4, independent of the first (E5).",
        ),
        Missing::Clusters => {
            plain("Chưa có danh sách cụm dân cư.", "Its clusters have not been listed.")
        }
    }
}
