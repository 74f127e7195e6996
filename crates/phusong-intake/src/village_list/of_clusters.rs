//! What the rows of a village's clusters say of the whole village. People, power and *đặc biệt khó
//! khăn* are a village's (DOMAIN §3), so they are taken from there only where the rows leave one
//! reading: people of all its clusters add up, and the rest every row says alike.

use std::collections::BTreeMap;

use phusong_atlas::domain::VillageFact;
use phusong_atlas::gazetteer::normalise;

use super::name_key;
use crate::finding::Severity;
use crate::known::{Asked, counted, counted_in};
use crate::report::{Cells, Column};
use crate::values::words::{YesNo, yes_no};

/// The columns that are taken from clusters' rows where they leave one reading.
const OF_VILLAGE: [Column; 3] = [Column::People, Column::Power, Column::EspeciallyPoor];

type Key = (String, String);
type Text = (String, String);

/// What one column says over all cluster rows of a village.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    Nothing,
    People(u32),
    Answer(YesNo),
    /// Why none is taken, as (Vietnamese, English).
    Untaken(Text),
}

fn because(vi: impl Into<String>, en: impl Into<String>) -> Said {
    Said::Untaken((vi.into(), en.into()))
}

/// The rows of one village.
#[derive(Debug, Default)]
struct Rows {
    /// By cluster: its row, and its cells of the columns above.
    clusters: BTreeMap<String, (u32, [String; 3])>,
    /// Rows that state one cluster in different words.
    disagree: bool,
    /// The row of the village itself and whether it fills the columns.
    own: Option<(u32, [bool; 3])>,
}

/// By name and commune, for the whole file.
#[derive(Debug, Default)]
pub(super) struct OfClusters {
    rows: BTreeMap<Key, Rows>,
    decided: BTreeMap<Key, [Said; 3]>,
    /// Villages whose fact stands in a row already.
    carried: std::collections::BTreeSet<Key>,
}

impl OfClusters {
    pub fn gather(rows: &[Cells]) -> Self {
        let mut all = Self::default();
        for cells in rows {
            let of = all.rows.entry(name_key(cells)).or_default();
            if !cells.has(Column::Cluster) {
                of.own = Some((cells.row, OF_VILLAGE.map(|column| cells.has(column))));
                continue;
            }
            let said = OF_VILLAGE.map(|column| cells.text(column).to_owned());
            let name = normalise(cells.text(Column::Cluster));
            let (_, first) = of.clusters.entry(name).or_insert((cells.row, said.clone()));
            of.disagree |= *first != said;
        }
        all
    }

    /// Does this row of a cluster carry what its village is said to be? The first one does, where
    /// the village has no row of its own.
    pub fn carries(&mut self, cells: &Cells) -> bool {
        let key = name_key(cells);
        self.rows.get(&key).is_some_and(|of| of.own.is_none()) && self.carried.insert(key)
    }

    /// Adds what the clusters' rows say to the village's fact; is it another one now?
    pub fn add(
        &mut self,
        row: &mut Asked<'_, '_>,
        listed: &[String],
        fact: &mut VillageFact,
    ) -> bool {
        let said = self.said(&row.cells, listed);
        let mut is_said = false;
        for (column, said) in OF_VILLAGE.into_iter().zip(said) {
            match (column, said) {
                // Its own row says it.
                _ if !row.cells.has(Column::Cluster) && row.cells.has(column) => continue,
                (Column::People, Said::People(people)) => fact.people = Some(people),
                (Column::Power, Said::Answer(is)) => fact.grid_power = is.known(),
                (_, Said::Answer(is)) => fact.especially_hard = is.known(),
                _ => continue,
            }
            is_said = true;
            let message = if column == Column::People {
                (
                    "nhân khẩu của thôn: cộng từ mọi dòng cụm",
                    "the village's people: added up from all rows of its clusters",
                )
            } else {
                (
                    "lấy cho cả thôn: mọi dòng cụm ghi như nhau",
                    "taken for the whole village: all rows of its clusters say so",
                )
            };
            let remedy = ("không cần làm gì", "nothing to do");
            row.find(Severity::Note, "cluster-rows-taken", column, message, remedy);
        }
        is_said
    }

    /// What this row of a cluster says of its village and is not taken, and why.
    pub fn tell(&mut self, row: &mut Asked<'_, '_>, listed: &[String]) {
        let said = self.said(&row.cells, listed);
        for (column, said) in OF_VILLAGE.into_iter().zip(said) {
            if let Said::Untaken((vi, en)) = said
                && row.cells.has(column)
            {
                let message = (
                    format!("ô này nói về cả thôn: dòng của cụm không lấy, vì {vi}"),
                    format!(
                        "the cell speaks of the whole village: not taken from a cluster's row, because {en}"
                    ),
                );
                untaken(row, column, (&message.0, &message.1));
            }
        }
    }

    fn said(&mut self, cells: &Cells, listed: &[String]) -> [Said; 3] {
        let key = name_key(cells);
        let Some(rows) = self.rows.get(&key) else {
            return [Said::Nothing, Said::Nothing, Said::Nothing];
        };
        let decided =
            self.decided.entry(key).or_insert_with(|| [0, 1, 2].map(|at| rows.decide(at, listed)));
        decided.clone()
    }
}

/// A cell of a village in a cluster's row that is left where it stands.
pub(super) fn untaken(row: &mut Asked<'_, '_>, column: Column, message: (&str, &str)) {
    let remedy = (
        "ghi ở một dòng của thôn, không ghi cụm",
        "write it in a row of the village, without a cluster",
    );
    row.find(Severity::Warn, "cluster-row-column", column, message, remedy);
}

impl Rows {
    fn decide(&self, at: usize, listed: &[String]) -> Said {
        let cells: Vec<(u32, &str)> =
            self.clusters.values().map(|(row, said)| (*row, said[at].trim())).collect();
        let filled = cells.iter().filter(|(_, text)| !text.is_empty());
        if filled.clone().next().is_none() {
            return Said::Nothing;
        }
        if let Some((row, _)) = self.own.filter(|(_, fills)| fills[at]) {
            return because(
                format!("dòng {row} của thôn đã ghi"),
                format!("row {row} of the village says it"),
            );
        }
        let is_people = OF_VILLAGE[at] == Column::People;
        let is_read = |text: &str| {
            if is_people {
                counted(text, &counted_in(Column::People)).is_some()
            } else {
                yes_no(text).is_some()
            }
        };
        if let Some((_, text)) = filled.clone().find(|(_, text)| !is_read(text)) {
            let text: String = text.chars().take(40).collect();
            let (vi, en) = if is_people {
                ("một số đếm", "no count")
            } else {
                ("có, không hoặc chưa rõ", "neither yes, no nor unknown")
            };
            return because(format!("“{text}” không phải {vi}"), format!("{text:?} is {en}"));
        }
        if self.disagree {
            return because("một cụm có hai dòng ghi khác nhau", "two rows of one cluster differ");
        }
        let is_whole = filled.clone().count() == cells.len()
            && listed.iter().all(|name| self.clusters.contains_key(&normalise(name)));
        if !is_whole {
            return because(
                "không phải mọi cụm của thôn đều ghi",
                "not every cluster of the village says it",
            );
        }
        if is_people { people(&cells) } else { alike(&cells) }
    }
}

fn people(cells: &[(u32, &str)]) -> Said {
    let counts: Vec<u64> =
        cells.iter().filter_map(|(_, text)| counted(text, &counted_in(Column::People))).collect();
    if counts.len() > 1 && counts.iter().all(|count| *count == counts[0]) {
        let count = counts[0];
        return because(
            format!("mọi cụm ghi {count}: không rõ là của từng cụm hay của cả thôn"),
            format!("every cluster has {count}: each its own, or all the village's?"),
        );
    }
    let sum = counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count));
    sum.and_then(|sum| u32::try_from(sum).ok()).map_or(Said::Nothing, Said::People)
}

fn alike(cells: &[(u32, &str)]) -> Said {
    // The first row of each answer.
    let mut answers: Vec<(u32, YesNo)> = Vec::new();
    for (row, text) in cells {
        let said = yes_no(text).filter(|said| answers.iter().all(|(_, known)| known != said));
        answers.extend(said.map(|said| (*row, said)));
    }
    if let [(_, only)] = answers[..] {
        return Said::Answer(only);
    }
    let told = |row: &str, [yes, no, unknown]: [&str; 3]| {
        let word = |said| match said {
            YesNo::Yes => yes,
            YesNo::No => no,
            YesNo::Unknown => unknown,
        };
        let told = answers.iter().map(|(number, said)| format!("{row} {number}: {}", word(*said)));
        told.collect::<Vec<_>>().join("; ")
    };
    let (vi, en) =
        (told("dòng", ["có", "không", "chưa rõ"]), told("row", ["yes", "no", "unknown"]));
    because(
        format!("các cụm ghi khác nhau ({vi}), mà thôn chỉ có một giá trị"),
        format!("the clusters differ ({en}), and a village has one value"),
    )
}
