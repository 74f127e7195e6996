//! Carriers and communes named at the command line: known, or refused with those that are.

use std::collections::BTreeMap;
use std::path::Path;

use phusong_atlas::domain::{Fact, UnitLevel};
use phusong_atlas::gazetteer::normalise;

use super::Failure;
use super::commands::fail;
use crate::ledger::LedgerError;
use crate::service::{OpenError, Service, today};

/// By id or code, with names.
type Known = BTreeMap<String, String>;

/// Most that are offered of many.
const MOST_OFFERED: usize = 8;

pub(super) fn carrier(data: &Path, asked: &str) -> Result<(), Failure> {
    let known = known(data, |fact| match fact {
        Fact::Carrier(carrier) => Some((carrier.id.to_string(), carrier.name.clone())),
        _ => None,
    })?;
    let vi = format!("không có doanh nghiệp “{asked}”");
    refuse_unless(&known, asked, (vi, format!("there is no carrier {asked:?}")))
}

/// By its code of today: nobody files for a commune that is no more.
pub(super) fn commune(data: &Path, asked: &str) -> Result<(), Failure> {
    let known = known(data, |fact| match fact {
        Fact::Unit(unit) if unit.level == UnitLevel::Commune => {
            let is_now = unit.id.valid_from <= today() && unit.valid_to.is_none();
            is_now.then(|| (unit.id.code.0.to_string(), format!("{} {}", unit.kind, unit.name)))
        }
        _ => None,
    })?;
    let vi = format!("không có xã nào hiện nay mang mã “{asked}”");
    refuse_unless(&known, asked, (vi, format!("no commune of today has the code {asked:?}")))
}

/// Of the ledger; of the tables that one begins with where there is none yet.
fn known(data: &Path, of: impl Fn(&Fact) -> Option<(String, String)>) -> Result<Known, Failure> {
    let filed: Known = match Service::read_history(data) {
        Ok(history) => history.rows().filter_map(|row| of(row.kept()?)).collect(),
        Err(OpenError::Ledger(LedgerError::Absent { .. })) => Known::new(),
        Err(error) => return Err(error.into()),
    };
    if !filed.is_empty() {
        return Ok(filed);
    }
    let shipped = phusong_intake::geodata::embedded().unwrap_or_default();
    Ok(shipped.iter().filter_map(|row| of(&row.fact)).collect())
}

fn refuse_unless(known: &Known, asked: &str, (vi, en): (String, String)) -> Result<(), Failure> {
    if known.contains_key(asked) {
        return Ok(());
    }
    // Those of that name first; of many only those that begin alike.
    let key = normalise(asked);
    let begins = |text: &str| asked.get(..2).is_some_and(|start| text.starts_with(start));
    let is_near = |(id, name): &(&String, &String)| normalise(name) == key || begins(id);
    let near: Vec<_> = known.iter().filter(is_near).collect();
    let offered = if near.is_empty() { known.iter().collect() } else { near };
    let lines: Vec<String> =
        offered.iter().take(MOST_OFFERED).map(|(id, name)| format!("  {id}  {name}")).collect();
    let more = if offered.len() > MOST_OFFERED { "\n  …" } else { "" };
    Err(fail(
        66,
        format!("{vi}; có:\n{}{more}", lines.join("\n")),
        format!("{en}; see the list above"),
    ))
}
