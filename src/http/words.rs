//! The words of the wire, and the sentences of reasons, in both languages.

use super::wire;
use phusong_atlas::atlas::{Atlas, Missing, Reason, ReasonRole, SaidKind, Step};
use phusong_atlas::domain::{CarrierKind, Role, Says};

pub fn role(role: &Role) -> &'static str {
    match role {
        Role::Public => "public",
        Role::Planner => "planner",
        Role::Commune(_) => "commune",
        Role::CarrierReporter(_) => "carrier",
        Role::CarrierManager(_) => "carrier-manager",
        Role::Officer => "officer",
        Role::Approver => "approver",
        Role::Auditor => "auditor",
        Role::Admin => "admin",
    }
}

pub fn carrier_kind(kind: CarrierKind) -> &'static str {
    match kind {
        CarrierKind::Mno => "mno",
        CarrierKind::Mvno => "mvno",
        CarrierKind::TowerOwner => "tower",
        CarrierKind::Satellite => "satellite",
    }
}

/// A statement's part in a verdict, as a sentence in both languages with what it rests on.
pub fn reason(atlas: &Atlas, reason: &Reason) -> wire::Reason {
    let carriers: Vec<&str> =
        reason.carriers.iter().map(|carrier| atlas.carrier(*carrier).name.as_str()).collect();
    let technologies: Vec<&str> =
        reason.technologies.iter().map(phusong_atlas::domain::Technology::as_str).collect();
    let of_vi =
        if carriers.is_empty() { "mọi nhà mạng".to_owned() } else { carriers.join(", ") };
    let of_en = if carriers.is_empty() { "every carrier".to_owned() } else { carriers.join(", ") };
    let tech_vi = if technologies.is_empty() {
        "mọi công nghệ".to_owned()
    } else {
        technologies.join(", ")
    };
    let tech_en = if technologies.is_empty() {
        "every technology".to_owned()
    } else {
        technologies.join(", ")
    };
    let (who_vi, who_en) = match reason.kind {
        SaidKind::SiteRow(_) => {
            ("Doanh nghiệp báo sự kiện trạm", "The carrier reports a site event")
        }
        SaidKind::Claim => ("Doanh nghiệp khai báo vùng phủ", "The carrier claims coverage"),
        SaidKind::CarrierWord => ("Doanh nghiệp cho biết", "The carrier says"),
        SaidKind::List => ("Danh sách của cơ quan nhà nước", "An authority's list"),
        SaidKind::Commune => ("Xã xác nhận", "The commune confirms"),
        SaidKind::Measured => ("Đo kiểm tại hiện trường", "Field measurement"),
    };
    let (says_vi, says_en) = match reason.says {
        Says::Has => ("có sóng", "there is signal"),
        Says::Lacks => ("không có sóng", "there is no signal"),
        Says::Weak => ("sóng yếu", "the signal is weak"),
    };
    let (step_vi, step_en) = step_words(reason.step);
    let (day, grade) = (reason.day, reason.grade);
    wire::Reason {
        text_vi: format!(
            "{who_vi}: {says_vi} ({of_vi}; {tech_vi}), ngày {day}, mức {grade}: {step_vi}."
        ),
        text_en: format!("{who_en}: {says_en} ({of_en}; {tech_en}), {day}, {grade}: {step_en}."),
        role: match reason.role {
            ReasonRole::Support => wire::ReasonRole::Support,
            ReasonRole::Opposition => wire::ReasonRole::Opposition,
        },
        source: Some(reason.kind.into()),
        entries: vec![(&reason.evidence).into()],
        grade: Some(grade.into()),
        day: Some(day.to_string()),
        site: reason.site.as_ref().map(|site| site.code.as_str().to_owned()),
    }
}

/// What a statement does in a verdict.
pub const fn step_words(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Covers => ("được tính là phủ sóng", "counts as coverage"),
        Step::CoversAwaiting => ("được tính, chờ xác nhận", "counts, awaiting confirmation"),
        Step::Possible => ("chỉ có thể, chưa đủ để tính", "possible only"),
        Step::Contested => ("đang có ý kiến trái ngược ngang mức", "contested at the same grade"),
        Step::Defeated => ("bị bằng chứng mức cao hơn bác bỏ", "defeated by higher evidence"),
        Step::Stands => ("còn hiệu lực", "stands"),
        Step::StandsStale => ("còn hiệu lực, cần xác nhận lại", "stands, to be confirmed again"),
        Step::Weak => ("sóng yếu, không kết luận", "weak, concludes nothing"),
    }
}

/// What would bring a village further.
pub fn missing(atlas: &Atlas, missing: &Missing) -> wire::Reason {
    let (vi, en) = match missing {
        Missing::OnAirReport { carrier, after, .. } => {
            let index = carrier.as_ref().and_then(|carrier| atlas.common.carrier(carrier));
            let name = index.map(|index| atlas.carrier(index).name.clone());
            let (since_vi, since_en) = after.map_or_else(Default::default, |day| {
                (format!(" sau ngày {day}"), format!(" after {day}"))
            });
            (
                format!(
                    "Chưa có báo cáo phát sóng của {}{since_vi}.",
                    name.as_deref().unwrap_or("doanh nghiệp")
                ),
                format!(
                    "No on-air report of {}{since_en}.",
                    name.as_deref().unwrap_or("any carrier")
                ),
            )
        }
        Missing::CommuneConfirmation => {
            ("Chưa có xác nhận của xã (E3).".into(), "No confirmation of the commune (E3).".into())
        }
        Missing::Measurement => {
            ("Chưa có đo kiểm (E4).".into(), "No field measurement (E4).".into())
        }
        Missing::BetterPosition { uncertainty_m } => {
            let metres = uncertainty_m.map_or_else(|| "?".to_owned(), |metres| metres.to_string());
            (
                format!("Vị trí chưa chắc chắn (± {metres} m): cần khảo sát hoặc xã xác nhận."),
                format!("The position is uncertain (± {metres} m): survey or confirmation needed."),
            )
        }
        Missing::CommuneOfVillage => (
            "Xã của thôn này là suy luận: cần xác nhận.".into(),
            "Its commune is inferred: to be confirmed.".into(),
        ),
        Missing::Households => {
            ("Chưa rõ số hộ.".into(), "The number of households is unknown.".into())
        }
        Missing::Log => (
            "Chưa có nhật ký phát sóng hoặc mô phỏng kèm tham số (E2).".into(),
            "No on-air log, and no prediction with its parameters (E2).".into(),
        ),
        Missing::SecondSource => (
            "Chưa có nguồn thứ hai độc lập ở mức E3 hoặc E4 (E5).".into(),
            "No second source of E3 or E4, independent of the first (E5).".into(),
        ),
        Missing::Clusters => {
            ("Chưa có danh sách cụm dân cư.".into(), "Its clusters have not been listed.".into())
        }
    };
    wire::Reason {
        text_vi: vi,
        text_en: en,
        role: wire::ReasonRole::Missing,
        source: None,
        entries: Vec::new(),
        grade: None,
        day: None,
        site: None,
    }
}
