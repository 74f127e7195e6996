//! Entries by their ids.

use std::sync::Arc;

use hashbrown::HashTable;

use super::row_index;
use super::rows::Rows;
use crate::cores::side_by_side;
use crate::domain::ReportId;

/// Places of entries by ids, which are hashes already. In many small tables: each lies in the cache
/// while a start fills it, and all cores fill them.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    /// The first entries of a fold that came out of its bytes, in the order of their ids.
    sorted: Arc<Vec<u32>>,
    /// [`TABLES`] of them, or none yet.
    tables: Vec<HashTable<u32>>,
    /// So many entries are in either; the rest is looked through one by one.
    known: u32,
}

const TABLES: usize = 64;
/// More at once are worth the while of all cores.
const MANY: u32 = 10_000;

fn hash(ReportId(id): ReportId) -> u64 {
    id.iter().fold(0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte))
}

/// By bits that a table of its own does not look at first.
fn table_of(id: ReportId) -> usize {
    usize::from(id.0[4]) % TABLES
}

/// Of two entries of one id the later: there are none.
fn put(table: &mut HashTable<u32>, rows: &Rows, place: u32) {
    let Some(id) = rows.id_of(place) else { return };
    let is_it = |known: &u32| rows.id_of(*known) == Some(id);
    let hash_of = |known: &u32| rows.id_of(*known).map_or(0, hash);
    *table.entry(hash(id), is_it, hash_of).or_insert(place).get_mut() = place;
}

impl Ids {
    /// Of the first entries, by their places in the order of their ids.
    pub fn sorted(places: Vec<u32>) -> Self {
        let known = row_index(places.len());
        Self { sorted: Arc::new(places), tables: Vec::new(), known }
    }

    /// Takes in every entry that is not known yet.
    pub fn catch_up(&mut self, rows: &Rows) {
        let all = row_index(rows.entry_count());
        let new = self.known..all;
        self.known = all;
        if self.tables.is_empty() {
            self.tables = vec![HashTable::new(); TABLES];
        }
        if new.len() < MANY as usize {
            for place in new {
                if let Some(id) = rows.id_of(place) {
                    put(&mut self.tables[table_of(id)], rows, place);
                }
            }
            return;
        }
        let mut places: Vec<Vec<u32>> = vec![Vec::new(); TABLES];
        for place in new {
            if let Some(id) = rows.id_of(place) {
                places[table_of(id)].push(place);
            }
        }
        let work: Vec<_> = self.tables.iter().zip(places).collect();
        self.tables = side_by_side(&work, |(table, places)| {
            let mut table = HashTable::clone(table);
            table.reserve(places.len(), |known| rows.id_of(*known).map_or(0, hash));
            for place in places {
                put(&mut table, rows, *place);
            }
            table
        });
    }

    pub fn place_of(&self, rows: &Rows, id: ReportId) -> Option<u32> {
        let is_it = |place: &u32| rows.id_of(*place) == Some(id);
        let later = || (self.known..row_index(rows.entry_count())).rev().find(is_it);
        let in_table = || self.tables.get(table_of(id))?.find(hash(id), is_it).copied();
        let among_first = || {
            let found = self.sorted.binary_search_by_key(&Some(id), |place| rows.id_of(*place));
            found.ok().map(|at| self.sorted[at])
        };
        later().or_else(in_table).or_else(among_first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{DocumentRef, Entry, EntrySeq, Filing, FilingKind, Party};
    use crate::history::History;

    fn entry(seq: u64) -> Entry {
        let mut id = [0; 10];
        id[..8].copy_from_slice(&(seq.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_be_bytes());
        Entry {
            seq: EntrySeq(seq),
            id: ReportId(id),
            recorded_at: "2026-06-01T05:00:00Z".parse().expect("an instant"),
            filing: Filing {
                kind: FilingKind::Report,
                owner: Party::Department,
                filed_by: Party::Department,
                person: None,
                document: DocumentRef::default(),
                files: Vec::new(),
            },
            rows: Vec::new(),
        }
    }

    #[test]
    fn every_entry_is_found_whether_it_came_alone_or_with_many() {
        let many = u64::from(MANY);
        let mut history = History::default();
        let found =
            |history: &History, seq| history.entry_by_id(entry(seq).id).map(|head| head.seq.0);
        for seq in 1..=3 {
            let _touched = history.apply(&entry(seq));
        }
        for seq in 4..=3 * many {
            history.absorb(entry(seq));
            if seq == many || seq == 2 * many + 5 {
                assert_eq!(found(&history, seq), Some(seq), "not caught up yet");
                history.catch_up();
            }
        }
        let _touched = history.apply(&entry(3 * many + 1));
        for seq in 1..=3 * many + 1 {
            assert_eq!(found(&history, seq), Some(seq));
        }
        assert_eq!(found(&history, 3 * many + 2), None);
    }
}
