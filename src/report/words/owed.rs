//! What is owed and what is disputed, and what is odd about it: in Vietnamese and English, for
//! papers and the API alike.

use phusong_atlas::atlas::{DisputeStage, DutyFinding, DutyState};
use phusong_atlas::domain::{BlockerKind, Day, MilestoneStep};

use super::Both;

pub const fn duty(state: DutyState) -> Both {
    match state {
        DutyState::NotYetGiven => ("chưa giao", "not yet given"),
        DutyState::Open => ("đang thực hiện", "open"),
        DutyState::Overdue => ("quá hạn", "overdue"),
        DutyState::Confirmed => ("đã xác nhận hoàn thành", "confirmed complete"),
    }
}

pub const fn blocker(kind: BlockerKind) -> Both {
    match kind {
        BlockerKind::Land => ("đất, mặt bằng", "land"),
        BlockerKind::GridPower => ("điện lưới", "grid power"),
        BlockerKind::Road => ("đường", "road"),
        BlockerKind::Backhaul => ("truyền dẫn", "backhaul"),
        BlockerKind::Permit => ("giấy phép", "permit"),
        BlockerKind::Other => ("việc khác", "other"),
    }
}

pub const fn step(step: MilestoneStep) -> Both {
    match step {
        MilestoneStep::Given => ("giao", "given"),
        MilestoneStep::Surveyed => ("khảo sát", "surveyed"),
        MilestoneStep::PlaceChosen => ("chọn vị trí", "place chosen"),
        MilestoneStep::UnderConstruction => ("xây dựng", "under construction"),
        MilestoneStep::Installed => ("lắp đặt", "installed"),
        MilestoneStep::AwaitingOnAir => ("chờ phát sóng", "awaiting on air"),
        MilestoneStep::OnAir => ("phát sóng", "on air"),
        MilestoneStep::AwaitingInspection => ("chờ kiểm tra", "awaiting inspection"),
        MilestoneStep::Passed => ("đạt", "passed"),
        MilestoneStep::Failed => ("chưa đạt", "failed"),
        MilestoneStep::ConfirmedComplete => ("xác nhận hoàn thành", "confirmed complete"),
        MilestoneStep::Reopened => ("mở lại", "reopened"),
    }
}

pub const fn stage(stage: DisputeStage) -> Both {
    match stage {
        DisputeStage::Opened => ("đã mở", "opened"),
        DisputeStage::Answered => ("đã giải trình", "answered"),
        DisputeStage::Checked => ("đã kiểm tra", "checked"),
        DisputeStage::Closed => ("đã đóng", "closed"),
    }
}

/// What is odd in a line of the register, within a sentence; `day` writes a day.
pub fn duty_finding(found: &DutyFinding, day: fn(Day) -> String) -> (String, String) {
    match found {
        DutyFinding::Missing { step: missing } => {
            let (vi, en) = step(*missing);
            let vi = format!("chưa có mốc “{vi}” dù đã có mốc sau");
            (vi, format!("no “{en}”, though later steps are told"))
        }
        DutyFinding::Backward { earlier, later, days: (before, after) } => {
            let ((earlier_vi, earlier_en), (later_vi, later_en)) = (step(*earlier), step(*later));
            let (before, after) = (day(*before), day(*after));
            (
                format!("ngày đi ngược: “{later_vi}” {after} trước “{earlier_vi}” {before}"),
                format!("backwards: “{later_en}” {after} before “{earlier_en}” {before}"),
            )
        }
        DutyFinding::BeforeGiven { step: told, day: on } => {
            let ((vi, en), on) = (step(*told), day(*on));
            (format!("“{vi}” {on} trước ngày giao"), format!("“{en}” {on} before it was given"))
        }
        DutyFinding::PromiseBroken { promised } => {
            let promised = day(*promised);
            (
                format!("đã qua ngày cam kết {promised}"),
                format!("the promised day {promised} has passed"),
            )
        }
        DutyFinding::OnAirUntold { day: on } => {
            let on = day(*on);
            (
                format!("doanh nghiệp đã báo trạm phục vụ thôn phát sóng ngày {on}, chưa ghi mốc"),
                format!("a site serving it is reported on air on {on}; no step says so"),
            )
        }
    }
}

/// Why a due day is *suy luận*, as people read it: the tables name the column before it.
pub fn why_due(inferred: &str) -> &str {
    inferred.strip_prefix("due:").unwrap_or(inferred).trim_start()
}
