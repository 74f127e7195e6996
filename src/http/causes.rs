//! Why an answer turned on a day, as sentences in both languages with the rows behind them.

use phusong_atlas::atlas::{Atlas, Cause, Said, VillageCard};
use phusong_atlas::domain::{Day, Says, VillageId};

use super::wire::{Reason, ReasonRole};
use crate::report::words;

/// Each cause once, in the order of the Atlas.
pub fn reasons(atlas: &Atlas, village: &VillageId, causes: &[Cause], day: Day) -> Vec<Reason> {
    let card = atlas.village(village).map(|(_, card)| card);
    causes.iter().map(|cause| reason(atlas, card, cause, day)).collect()
}

fn reason(atlas: &Atlas, card: Option<&VillageCard>, cause: &Cause, day: Day) -> Reason {
    let said = cause.evidence().and_then(|row| words::said_by(card?, row, day));
    let (text_vi, text_en) = words::cause(atlas, card, cause, day);
    Reason {
        text_vi,
        text_en,
        role: role(said),
        source: said.map(|said| said.kind.into()),
        entries: words::rows_of(card, cause, day).iter().map(Into::into).collect(),
        grade: said.map(|said| said.grade.into()),
        day: said.map(|said| said.from.to_string()),
        site: None,
    }
}

fn role(said: Option<&Said>) -> ReasonRole {
    match said.map(|said| said.says) {
        Some(Says::Has) => ReasonRole::Support,
        Some(Says::Lacks | Says::Weak) => ReasonRole::Opposition,
        None => ReasonRole::Note,
    }
}
