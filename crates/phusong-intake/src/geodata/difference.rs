//! What a newer `geodata/` changes: rows that are new, rows that correct, rows that are gone.

use std::collections::BTreeMap;

use phusong_atlas::domain::{EntrySeq, Fact, FiledRow, RowRef, Target, UnitId};

/// A row that earlier tables filed and that later ones neither corrected nor took back.
#[derive(Debug, Clone, Copy)]
pub struct OnFile<'a> {
    pub at: RowRef,
    pub fact: &'a Fact,
}

/// What to file so that the ledger says what the tables say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Difference {
    pub new: Vec<FiledRow>,
    /// Each names the row that it replaces.
    pub changed: Vec<FiledRow>,
    /// Withdrawals, each with its reason; the rows they name are what is gone.
    pub gone: Vec<FiledRow>,
}

impl Difference {
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.gone.is_empty()
    }

    /// How many rows are taken back.
    pub fn gone_count(&self) -> usize {
        let named = |row: &FiledRow| match &row.fact {
            Fact::Withdraw { target, .. } => target.rows.len(),
            _ => 0,
        };
        self.gone.iter().map(named).sum()
    }

    /// In the order in which they are filed.
    pub fn into_rows(self) -> Vec<FiledRow> {
        [self.new, self.changed, self.gone].concat()
    }
}

/// What stands on file against the tables of now.
pub fn difference(on_file: &[OnFile<'_>], now: Vec<FiledRow>) -> Difference {
    let mut before: BTreeMap<String, Vec<OnFile<'_>>> = BTreeMap::new();
    for row in on_file {
        before.entry(key(row.fact)).or_default().push(*row);
    }
    let mut difference = Difference::default();
    let mut gone: Vec<RowRef> = Vec::new();
    for row in now {
        let Some(mut rows) = before.remove(&key(&row.fact)) else {
            difference.new.push(row);
            continue;
        };
        // One row goes on; older doubles of it, if any, do not stay beside it.
        let same = rows.iter().position(|old| *old.fact == row.fact);
        let kept = rows.swap_remove(same.unwrap_or(rows.len() - 1));
        gone.extend(rows.iter().map(|old| old.at));
        if same.is_none() {
            difference.changed.push(FiledRow { replaces: Some(kept.at), ..row });
        }
    }
    gone.extend(before.into_values().flatten().map(|old| old.at));
    difference.gone = withdrawals(gone);
    difference
}

/// One withdrawal for each entry that loses rows.
fn withdrawals(gone: Vec<RowRef>) -> Vec<FiledRow> {
    let mut by_entry: BTreeMap<EntrySeq, Vec<u32>> = BTreeMap::new();
    for at in gone {
        by_entry.entry(at.entry).or_default().push(at.row);
    }
    let withdraw = |(entry, mut rows): (EntrySeq, Vec<u32>)| {
        rows.sort_unstable();
        let reason = "bản geodata mới không còn dòng này / the newer geodata has no such row";
        let target = Target { entry, rows };
        let fact = Fact::Withdraw { target, reason: reason.to_owned() };
        FiledRow { fact, replaces: None, note: None }
    };
    by_entry.into_iter().map(withdraw).collect()
}

/// What a row is about: rows of one key are one thing said twice.
pub fn key(fact: &Fact) -> String {
    let unit = |id: &UnitId| format!("{}@{}", id.code.0, id.valid_from);
    match fact {
        Fact::Carrier(fact) => format!("carrier {}", fact.id),
        Fact::Unit(fact) => format!("unit {}", unit(&fact.id)),
        Fact::UnitSuccession(fact) => {
            format!("succession {} {} {}", unit(&fact.from), unit(&fact.to), fact.day)
        }
        Fact::Village(fact) => {
            format!("village {} {}", fact.id, fact.day.map_or_else(String::new, |d| d.to_string()))
        }
        Fact::Observation(fact) => {
            format!("listing {:?} {:?} {}", fact.places, fact.says, fact.day)
        }
        Fact::Duty(fact) => format!("duty {}", fact.id),
        Fact::Goal(fact) => format!("goal {}", fact.id),
        Fact::Indicator(fact) => format!("indicator {}", fact.id.as_str()),
        Fact::Criterion(fact) => {
            format!("criterion {} {} {}", fact.indicator, fact.edition, fact.content)
        }
        Fact::OrderClause(fact) => format!("clause {}", fact.clause),
        Fact::PublicStatement(fact) => format!("statement {}", fact.id.as_str()),
        Fact::Agency(fact) => format!("agency {}", fact.id.as_str()),
        Fact::AgencySuccession(fact) => {
            let part = fact.part.as_deref().unwrap_or_default();
            format!("agencies {} {} {part}", fact.from.as_str(), fact.to.as_str())
        }
        Fact::Sunset(fact) => {
            let units: Vec<_> = fact.units.iter().map(unit).collect();
            let carrier = fact.carrier.as_ref().map_or("", |carrier| carrier.as_str());
            // Another day is another announcement: it has to be confirmed anew.
            format!("sunset {carrier} {:?} {units:?} {}", fact.technology, fact.first_day_without)
        }
        Fact::RuleSet(rules) => format!("rules {} {}", rules.id.id.as_str(), rules.id.version),
        // No table of `geodata/` holds other kinds.
        other => format!("{other:?}"),
    }
}
