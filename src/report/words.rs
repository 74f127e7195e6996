//! The words of papers: days and numbers as state papers write them, verdicts, steps, statements.

use phusong_atlas::atlas::{
    Atlas, Cause, ClusterVerdict, DutyState, Evidence, Flags, Missing, Reason, Said, SaidKind,
    Step, VillageCard, VillageVerdict,
};
use phusong_atlas::domain::{
    Day, Grade, MilestoneStep, PositionGrade, Says, Scope, SiteEventKind, Technology, VillageFact,
    VillageId, VillageKind,
};
use phusong_atlas::history::ClusterKey;

/// `07/6/2023`: a zero before days below 10 and before January and February (NĐ 30/2020).
pub(super) fn day(day: Day) -> String {
    if day <= Day::EARLIEST {
        return "trước khi có sổ".to_owned();
    }
    let date = day.date();
    let month =
        if date.month() <= 2 { format!("{:02}", date.month()) } else { date.month().to_string() };
    format!("{:02}/{month}/{}", date.day(), date.year())
}

/// `12.345`.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

/// `14,70300`.
pub(super) fn degrees(degrees: f64) -> String {
    format!("{degrees:.4}").replace('.', ",")
}

pub(super) fn metres(metres: f64) -> String {
    if metres < 10_000.0 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10,000")]
        let whole = metres.round() as u64;
        format!("{} m", number(whole))
    } else {
        format!("{:.1} km", metres / 1_000.0).replace('.', ",")
    }
}

pub(super) const fn verdict(verdict: VillageVerdict) -> &'static str {
    match verdict {
        VillageVerdict::Covered => "đã phủ sóng",
        VillageVerdict::NotAsAsked => "có sóng, chưa đáp ứng yêu cầu",
        VillageVerdict::NoSignal => "trắng sóng",
        VillageVerdict::PartialHole => "lõm sóng",
        VillageVerdict::Insufficient => "chưa đủ dữ liệu",
    }
}

pub(super) const fn verdict_code(verdict: VillageVerdict) -> &'static str {
    match verdict {
        VillageVerdict::Covered => "covered",
        VillageVerdict::NotAsAsked => "not_as_asked",
        VillageVerdict::NoSignal => "no_signal",
        VillageVerdict::PartialHole => "partial_hole",
        VillageVerdict::Insufficient => "insufficient",
    }
}

pub(super) const fn cluster_verdict(verdict: ClusterVerdict) -> &'static str {
    match verdict {
        ClusterVerdict::Covered => "có sóng",
        ClusterVerdict::NotCovered => "không có sóng",
        ClusterVerdict::Insufficient => "chưa đủ dữ liệu",
    }
}

pub(super) fn flags(flags: Flags, disputed: bool) -> Vec<&'static str> {
    let all = [
        (flags.pending, "chờ xác nhận"),
        (flags.recheck, "cần xác nhận lại"),
        (disputed, "đang có phản ánh"),
    ];
    all.into_iter().filter(|(set, _)| *set).map(|(_, word)| word).collect()
}

pub(super) const fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::E0 => "chưa có căn cứ",
        Grade::E1 => "doanh nghiệp khai báo",
        Grade::E2 => "danh sách của cơ quan nhà nước, nhật ký phát sóng hoặc dự báo",
        Grade::E3 => "xã xác nhận",
        Grade::E4 => "đo kiểm tại hiện trường",
        Grade::E5 => "hai nguồn độc lập từ xã xác nhận hoặc đo kiểm",
    }
}

pub(super) const fn kind(kind: VillageKind) -> &'static str {
    match kind {
        VillageKind::Thon => "thôn",
        VillageKind::ToDanPho => "tổ dân phố",
        VillageKind::Lang => "làng",
    }
}

/// `thôn Kon Dóc`; a name that brings its kind stays as it is.
pub(super) fn village(fact: Option<&VillageFact>, id: &VillageId) -> String {
    let Some(fact) = fact else { return id.to_string() };
    let kind = kind(fact.kind);
    if fact.name.to_lowercase().starts_with(kind) {
        fact.name.clone()
    } else {
        format!("{kind} {}", fact.name)
    }
}

pub(super) fn village_of(atlas: &Atlas, id: &VillageId) -> String {
    village(atlas.village(id).and_then(|(_, card)| card.facts.last()), id)
}

/// With a capital letter first.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

pub(super) fn scope(atlas: &Atlas) -> String {
    match &atlas.scope {
        Scope::Public => "công khai".to_owned(),
        Scope::Carrier(id) => {
            let name = atlas.common.carrier(id).map(|index| atlas.carrier(index).name.clone());
            format!("doanh nghiệp {}", name.unwrap_or_else(|| id.to_string()))
        }
        Scope::Commune(unit) => atlas.common.units.label(*unit),
        Scope::Officer => "cơ quan quản lý".to_owned(),
        Scope::Approver => "cơ quan quản lý, gồm cả trạm hạn chế".to_owned(),
    }
}

pub(super) const fn position_grade(grade: PositionGrade) -> &'static str {
    match grade {
        PositionGrade::Surveyed => "khảo sát thực địa",
        PositionGrade::CommuneConfirmed => "xã xác nhận",
        PositionGrade::Gazetteer => "theo danh mục địa danh",
        PositionGrade::CommuneCentre => "lấy theo tâm xã",
        PositionGrade::Unknown => "chưa rõ",
    }
}

pub(super) const fn duty(state: DutyState) -> &'static str {
    match state {
        DutyState::NotYetGiven => "chưa giao",
        DutyState::Open => "đang thực hiện",
        DutyState::Overdue => "quá hạn",
        DutyState::Confirmed => "đã xác nhận hoàn thành",
    }
}

pub(super) const fn step(step: MilestoneStep) -> &'static str {
    match step {
        MilestoneStep::Given => "giao nhiệm vụ",
        MilestoneStep::Surveyed => "khảo sát",
        MilestoneStep::PlaceChosen => "chọn vị trí",
        MilestoneStep::UnderConstruction => "xây dựng",
        MilestoneStep::Installed => "lắp đặt",
        MilestoneStep::AwaitingOnAir => "chờ phát sóng",
        MilestoneStep::OnAir => "phát sóng",
        MilestoneStep::AwaitingInspection => "chờ kiểm tra",
        MilestoneStep::Passed => "kiểm tra đạt",
        MilestoneStep::Failed => "kiểm tra chưa đạt",
        MilestoneStep::ConfirmedComplete => "xác nhận hoàn thành",
        MilestoneStep::Reopened => "mở lại",
    }
}

const fn event(event: SiteEventKind) -> &'static str {
    match event {
        SiteEventKind::Planned => "kế hoạch trạm",
        SiteEventKind::Built => "xây xong trạm",
        SiteEventKind::OnAir => "phát sóng trạm",
        SiteEventKind::Changed => "nâng cấp, điều chỉnh trạm",
        SiteEventKind::OffAir => "tạm ngừng trạm",
        SiteEventKind::Decommissioned => "tháo dỡ trạm",
    }
}

const fn says(says: Says) -> &'static str {
    match says {
        Says::Has => "có sóng",
        Says::Lacks => "không có sóng",
        Says::Weak => "sóng yếu",
    }
}

/// Who speaks: `Viettel báo phát sóng trạm`.
fn speaker(kind: SaidKind, carriers: &str) -> String {
    let named = if carriers.is_empty() { "Doanh nghiệp" } else { carriers };
    match kind {
        SaidKind::SiteRow(kind) => format!("{named} báo {}", event(kind)),
        SaidKind::Claim => format!("{named} khai báo vùng phủ"),
        SaidKind::CarrierWord => format!("{named} cho biết"),
        SaidKind::List => "Danh sách của cơ quan nhà nước".to_owned(),
        SaidKind::Commune => "Xã xác nhận".to_owned(),
        SaidKind::Measured => "Đo kiểm tại hiện trường".to_owned(),
    }
}

/// Of which signal it speaks: `Viettel; 4G`.
fn of(carriers: &str, technologies: &str) -> String {
    let carriers = if carriers.is_empty() { "mọi nhà mạng" } else { carriers };
    let technologies = if technologies.is_empty() { "mọi công nghệ" } else { technologies };
    format!("{carriers}; {technologies}")
}

fn technologies(all: impl Iterator<Item = Technology>) -> String {
    all.map(Technology::as_str).collect::<Vec<_>>().join(", ")
}

/// What a statement says, without the day and what becomes of it.
pub(super) fn reason(atlas: &Atlas, reason: &Reason) -> String {
    let carriers: Vec<&str> =
        reason.carriers.iter().map(|carrier| atlas.carrier(*carrier).name.as_str()).collect();
    let carriers = carriers.join(", ");
    let of = of(&carriers, &technologies(reason.technologies.iter()));
    let site = reason.site.as_ref().map(|site| format!(", trạm {}", site.code.as_str()));
    let site = site.unwrap_or_default();
    format!("{}: {} ({of}{site}).", speaker(reason.kind, &carriers), says(reason.says))
}

pub(super) const fn fate(step: Step) -> &'static str {
    match step {
        Step::Covers => "được tính là phủ sóng",
        Step::CoversAwaiting => "được tính, chờ xác nhận",
        Step::Possible => "chỉ có thể, chưa đủ để tính",
        Step::Contested => "có ý kiến trái ngược ngang mức",
        Step::Defeated => "bị bằng chứng mức cao hơn bác bỏ",
        Step::Stands => "còn hiệu lực",
        Step::StandsStale => "còn hiệu lực, cần xác nhận lại",
        Step::Weak => "sóng yếu, không kết luận",
    }
}

pub(super) fn missing(atlas: &Atlas, missing: &Missing) -> String {
    match missing {
        Missing::OnAirReport { carrier, after, .. } => {
            let index = carrier.as_ref().and_then(|carrier| atlas.common.carrier(carrier));
            let name = index.map_or("doanh nghiệp", |index| atlas.carrier(index).name.as_str());
            let since = after.map(|after| format!(" sau ngày {}", day(after))).unwrap_or_default();
            format!("Báo cáo phát sóng của {name}{since}.")
        }
        Missing::CommuneConfirmation => "Xác nhận của xã theo từng cụm dân cư (E3).".to_owned(),
        Missing::Measurement => "Đo kiểm tại hiện trường (E4).".to_owned(),
        Missing::BetterPosition { uncertainty_m } => {
            let now = uncertainty_m
                .map(|metres_now| format!(" (hiện sai số ± {})", metres(f64::from(metres_now))));
            format!("Vị trí do khảo sát hoặc xã xác nhận{}.", now.unwrap_or_default())
        }
        Missing::CommuneOfVillage => "Xác nhận thôn thuộc xã nào (hiện là suy luận).".to_owned(),
        Missing::Households => "Số hộ.".to_owned(),
        Missing::Log => "Nhật ký phát sóng hoặc mô phỏng kèm tham số (E2).".to_owned(),
        Missing::SecondSource => "Nguồn thứ hai độc lập ở mức E3 hoặc E4 (E5).".to_owned(),
        Missing::Clusters => "Danh sách cụm dân cư.".to_owned(),
    }
}

fn said_by(card: &VillageCard, row: Evidence) -> Option<&Said> {
    let said = card.clusters.iter().flat_map(|cluster| &cluster.world.said);
    said.into_iter().find(|said| said.evidence == row)
}

fn what(atlas: &Atlas, card: &VillageCard, row: Evidence) -> String {
    let Some(said) = said_by(card, row) else { return "một bản khai".to_owned() };
    let carrier = said.carrier.map_or("", |carrier| atlas.carrier(carrier).name.as_str());
    let of = of(carrier, &technologies(said.technologies.iter()));
    format!("{}: {} ({of}; mức {})", speaker(said.kind, carrier), says(said.says), said.grade)
}

/// Why the verdict may turn on a day.
pub(super) fn cause(atlas: &Atlas, card: &VillageCard, cause: &Cause) -> String {
    match cause {
        Cause::Begins(row) => format!("{}.", what(atlas, card, *row)),
        Cause::Ends(row) => format!("Hết hiệu lực: {}.", what(atlas, card, *row)),
        Cause::SiteTurns(row) => {
            format!("Trạm làm căn cứ phát sóng hoặc ngừng: {}.", what(atlas, card, *row))
        }
        Cause::GoesStale(row) => {
            format!("Quá thời hạn, cần xác nhận lại: {}.", what(atlas, card, *row))
        }
        Cause::Ages(row) => {
            format!("Giảm một bậc theo thời gian: {}.", what(atlas, card, *row))
        }
        Cause::Sunset { carrier, technology } => {
            let who =
                carrier.map_or("Mọi nhà mạng", |index| atlas.carrier(index).name.as_str());
            format!("{who} ngừng {technology}.")
        }
        Cause::Base(technology) => format!("Bộ tiêu chí tính từ {technology} trở lên."),
        Cause::Operators(index) => {
            format!("Danh sách nhà mạng thay đổi: {}.", atlas.carrier(*index).name)
        }
        Cause::Cluster(key) => format!("Cụm dân cư {} vào hoặc ra khỏi thôn.", cluster(card, key)),
        Cause::Succession(other) => {
            format!("Sắp xếp thôn: liên quan {}.", village_of(atlas, other))
        }
    }
}

fn cluster(card: &VillageCard, key: &ClusterKey) -> String {
    let known = card.clusters.iter().find(|cluster| cluster.key == *key);
    match (known.and_then(|cluster| cluster.facts.last()), key) {
        (Some(fact), _) if !fact.name.is_empty() => fact.name.clone(),
        (_, ClusterKey::Known(id)) => id.to_string(),
        (_, ClusterKey::Implied(village)) => village.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_numbers_are_written_as_state_papers_write_them() {
        let written = |text: &str| day(text.parse().expect("a day"));
        assert_eq!(written("2023-06-07"), "07/6/2023");
        assert_eq!(written("2026-01-15"), "15/01/2026");
        assert_eq!(written("2026-11-26"), "26/11/2026");
        let numbers = [0, 999, 1_000, 12_345, 1_234_567].map(number);
        assert_eq!(numbers, ["0", "999", "1.000", "12.345", "1.234.567"]);
        assert_eq!(metres(36_400.0), "36,4 km");
        assert_eq!(metres(6_400.4), "6.400 m");
    }
}
