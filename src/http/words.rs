//! The words of the wire, and statements and what is missing as it tells them.

use phusong_atlas::atlas::{Atlas, Missing, Reason, ReasonRole};
use phusong_atlas::domain::{CarrierKind, Role};

use super::wire;
use crate::report::words;

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
    let (said_vi, said_en) = words::reason(atlas, reason, "");
    let (step_vi, step_en) = words::fate(reason.step);
    let (day, grade) = (reason.day, reason.grade);
    wire::Reason {
        text_vi: format!("{said_vi}, ngày {day}, mức {grade}: {step_vi}."),
        text_en: format!("{said_en}, {day}, {grade}: {step_en}."),
        role: match reason.role {
            ReasonRole::Support => wire::ReasonRole::Support,
            ReasonRole::Opposition => wire::ReasonRole::Opposition,
        },
        source: Some(reason.kind.into()),
        entries: reason.rows.iter().map(Into::into).collect(),
        grade: Some(grade.into()),
        day: Some(day.to_string()),
        site: reason.site.as_ref().map(|site| site.code.as_str().to_owned()),
    }
}

/// What would bring a village further.
pub fn missing(atlas: &Atlas, missing: &Missing) -> wire::Reason {
    let (text_vi, text_en) = words::missing(atlas, missing, |day| day.to_string());
    wire::Reason {
        text_vi,
        text_en,
        role: wire::ReasonRole::Missing,
        source: None,
        entries: Vec::new(),
        grade: None,
        day: None,
        site: None,
    }
}
