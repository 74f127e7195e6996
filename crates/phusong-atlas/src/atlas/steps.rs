//! Verdicts as step functions over days, packed: for each (carrier, technology) of which
//! anything is said, and each grade that can be asked, the state from each day on.

use super::meet::{Asked, Flags, Judged, State};
use super::said::{CarrierIndex, Signal};
use super::world::World;
use crate::domain::{Day, Grade, RuleSet, Technology};

/// For outdoor × data; other signals are judged when asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Steps {
    /// Sorted. All others are silent throughout.
    pairs: Vec<(CarrierIndex, Technology)>,
    /// Sorted; the first is [`Day::EARLIEST`].
    days: Vec<Day>,
    /// `days × pairs`, four bits for each askable grade.
    cells: Vec<u32>,
}

impl Steps {
    pub fn of(world: &World, carriers: usize, rules: &RuleSet) -> Self {
        let mut steps = Self { pairs: world.pairs(carriers), days: Vec::new(), cells: Vec::new() };
        if steps.pairs.is_empty() {
            return steps;
        }
        let twins = steps.twins(world);
        for day in std::iter::once(Day::EARLIEST).chain(world.days(rules)) {
            let mut row = Vec::with_capacity(steps.pairs.len());
            for (place, twin) in twins.iter().enumerate() {
                let cell = if *twin < place {
                    row[*twin]
                } else {
                    judge(world, rules, steps.pairs[place], day)
                };
                row.push(cell);
            }
            steps.push(day, &row);
        }
        steps
    }

    /// For each pair the first one about which exactly the same is said, so that a list that
    /// names no carrier is judged once and not for every carrier and technology.
    fn twins(&self, world: &World) -> Vec<usize> {
        let alike: Vec<_> = self.pairs.iter().map(|pair| said_of(world, *pair)).collect();
        let first = |said: &SaidOf| alike.iter().position(|other| other == said);
        alike.iter().enumerate().map(|(place, said)| first(said).unwrap_or(place)).collect()
    }

    fn push(&mut self, day: Day, row: &[u32]) {
        if self.cells.len() >= row.len() && self.cells[self.cells.len() - row.len()..] == *row {
            return;
        }
        self.days.push(day);
        self.cells.extend_from_slice(row);
    }

    /// The state on a day at an asked grade.
    pub fn at(
        &self,
        day: Day,
        carrier: CarrierIndex,
        technology: Technology,
        grade: Grade,
    ) -> Judged {
        let Ok(pair) = self.pairs.binary_search(&(carrier, technology)) else {
            return Judged::SILENT;
        };
        let Some(row) = self.days.partition_point(|from| *from <= day).checked_sub(1) else {
            return Judged::SILENT;
        };
        let place = grade.max(Grade::E1).index() - 1;
        unpack(self.cells[row * self.pairs.len() + pair] >> (4 * place))
    }

    /// Days on which anything steps, the first excepted.
    pub fn days(&self) -> &[Day] {
        self.days.get(1..).unwrap_or(&[])
    }

    pub fn pairs(&self) -> &[(CarrierIndex, Technology)] {
        &self.pairs
    }
}

/// What bears on a pair: statements (whether set aside for it), sunsets, and the technology
/// where a site's life by technology matters.
type SaidOf = (Vec<(usize, bool)>, Vec<usize>, Option<Technology>);

fn said_of(world: &World, (carrier, technology): (CarrierIndex, Technology)) -> SaidOf {
    let bearing: Vec<_> = world
        .said
        .iter()
        .enumerate()
        .filter(|(_, said)| said.speaks_of(carrier, technology))
        .map(|(place, said)| (place, said.set_aside.contains(&carrier)))
        .collect();
    let ended = world.sundowns.iter().enumerate().filter(|(_, down)| {
        down.technology == technology && down.carrier.is_none_or(|named| named == carrier)
    });
    let ended = ended.map(|(place, _)| place).collect();
    let on_site = bearing.iter().any(|(place, _)| world.said[*place].site.is_some());
    (bearing, ended, on_site.then_some(technology))
}

/// Four bits for each grade that can be asked.
fn judge(
    world: &World,
    rules: &RuleSet,
    (carrier, technology): (CarrierIndex, Technology),
    day: Day,
) -> u32 {
    let mut cell = 0;
    for (place, grade) in Grade::ASKABLE.into_iter().enumerate() {
        let signal = Signal::DEFAULT;
        let asked = Asked { world, rules, carrier, technology, signal, day, grade };
        let judged = asked.meet().judged;
        if judged == Judged::SILENT && grade > Grade::E1 {
            // Nothing reaches this grade, so nothing reaches a higher one.
            let reached = world.said.iter().any(|said| said.grade >= grade);
            if !reached && grade < Grade::E5 {
                break;
            }
        }
        cell |= pack(judged) << (4 * place);
    }
    cell
}

const fn pack(judged: Judged) -> u32 {
    judged.state as u32 | (judged.flags.pending as u32) << 2 | (judged.flags.recheck as u32) << 3
}

const fn unpack(bits: u32) -> Judged {
    let state = match bits & 3 {
        0 => State::Silent,
        1 => State::Open,
        2 => State::Not,
        _ => State::Covered,
    };
    Judged { state, flags: Flags { pending: bits & 4 != 0, recheck: bits & 8 != 0 } }
}
