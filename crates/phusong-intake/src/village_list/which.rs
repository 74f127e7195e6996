//! Which village a name of a list means, and what is asked where it may be another's.

use phusong_atlas::domain::{Day, UnitId, VillageKind};
use phusong_atlas::gazetteer::{Resolution, VillageQuery, fold_for_search};

use super::NEW;
use crate::finding::{Candidate, Severity};
use crate::known::Asked;
use crate::report::Column;

/// A title or a name that somebody signed with would look the same.
pub fn ask_of_name_alone(row: &mut Asked<'_, '_>, name: &str) {
    let (vi, en) = (
        format!("dòng chỉ có “{name}”: thôn mới, hay tiêu đề, chữ ký?"),
        format!("the row has {name:?} alone: a new village, or a title or signature?"),
    );
    let remedy = (
        "chọn “new” nếu là thôn mới, nếu không thì bỏ dòng này",
        "choose “new” for a new village, else leave the row out",
    );
    let found = row.find(Severity::Ask, "name-alone", Column::VillageId, (&vi, &en), remedy);
    found.candidates.push(Candidate {
        id: NEW.to_owned(),
        name: format!("{name} (thôn mới)"),
        reason_vi: "thôn chưa có trong danh bạ".to_owned(),
        reason_en: "a village that is not in the register yet".to_owned(),
        score: 30,
    });
}

/// Is it one of these, or a new one?
pub fn ask_which(
    row: &mut Asked<'_, '_>,
    code: &'static str,
    name: &str,
    mut candidates: Vec<Candidate>,
) {
    candidates.push(Candidate {
        id: NEW.to_owned(),
        name: format!("{name} (thôn mới)"),
        reason_vi: "một thôn khác, chưa có trong danh bạ".to_owned(),
        reason_en: "another village, not in the register yet".to_owned(),
        score: 30,
    });
    let (vi, en) = (
        format!("“{name}” là thôn đã biết hay thôn mới?"),
        format!("is “{name}” a village that is known, or a new one?"),
    );
    let remedy =
        ("chọn một thôn, hoặc “new” nếu là thôn mới", "choose a village, or “new” for a new one");
    row.find(Severity::Ask, code, Column::VillageId, (&vi, &en), remedy).candidates = candidates;
}

/// The village that a longer name speaks of: `Thôn Kon Dóc (cũ)`, `Đội 4 - thôn Kon Dóc`.
pub fn around(
    row: &Asked<'_, '_>,
    name: &str,
    (unit, day): (UnitId, Option<Day>),
) -> Option<Candidate> {
    let (commune, district) = (row.said(Column::Commune), row.said(Column::District));
    let gazetteer = row.known.evidence.gazetteer;
    let lower = name.to_lowercase();
    let before = name.split_once('(').map(|(before, _)| before);
    let within = ["thôn ", "làng ", "tổ dân phố "].iter().filter_map(|kind| {
        let at = lower.rfind(kind).filter(|at| *at > 0)?;
        name.get(at..)
    });
    let ended = [" cũ", " mới"].iter().filter_map(|word| lower.strip_suffix(word));
    let tries = before.into_iter().chain(within).chain(ended);
    tries.filter(|part| !part.trim().is_empty()).find_map(|part| {
        let query = VillageQuery {
            name: part.trim(),
            commune: commune.as_deref(),
            district: district.as_deref(),
            day,
        };
        let Resolution::Found { id, .. } = gazetteer.resolve_village(&query) else {
            return None;
        };
        let own = gazetteer.village(&id).filter(|own| own.units.contains(&unit))?;
        Some(Candidate {
            id: id.to_string(),
            name: own.name.clone(),
            reason_vi: "tên này nằm trong tên đã ghi".to_owned(),
            reason_en: "the name that is written holds its name".to_owned(),
            score: 60,
        })
    })
}

/// What a name calls its village, where nothing else says it.
pub fn kind_in(name: &str) -> VillageKind {
    let folded = fold_for_search(name);
    let begins = |words: &[&str]| words.iter().any(|word| folded.starts_with(word));
    match () {
        () if begins(&["tdp ", "to dan pho ", "khoi pho ", "khu pho "]) => VillageKind::ToDanPho,
        () if begins(&["lang "]) => VillageKind::Lang,
        () => VillageKind::Thon,
    }
}
