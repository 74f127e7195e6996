//! Support meets opposition: steps 2–5 of DOMAIN §4 for one cluster × carrier × technology on
//! one day.

use super::said::{CarrierIndex, Said, SaidKind, Signal};
use super::world::World;
use crate::domain::{Day, Grade, Independence, Party, RuleSet, Says, SiteEventKind, Technology};

/// What is known of (cluster, carrier, technology) on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Silent,
    Open,
    Not,
    Covered,
}

/// Flags beside a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Flags {
    /// *Chờ xác nhận*.
    pub pending: bool,
    /// *Cần xác nhận lại*.
    pub recheck: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Judged {
    pub state: State,
    pub flags: Flags,
}

impl Judged {
    pub const SILENT: Self =
        Self { state: State::Silent, flags: Flags { pending: false, recheck: false } };
}

/// How a support holds a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    Binding,
    Possible,
}

/// What an opposition does to a support.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    Nothing,
    /// Answered, of higher grade.
    AnsweredHigher,
    Contests,
    Defeats,
}

/// A support with its fate; indexes are into [`World::said`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    pub said: usize,
    pub hold: Hold,
    pub grade: Grade,
    pub worst: Effect,
    pub answers_higher: bool,
    /// The opposition that did the worst, if one did anything.
    pub by: Option<usize>,
}

/// Everything that entered a judgement, for explanations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    pub judged: Judged,
    pub supports: Vec<Fate>,
    /// Oppositions with their grade on the day.
    pub oppositions: Vec<(usize, Grade)>,
}

/// Two statements of other minds; indexes are into [`World::said`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Disagreement {
    pub support: usize,
    pub opposition: usize,
    pub effect: Effect,
    /// On the later of their days: support, opposition.
    pub grades: (Grade, Grade),
}

/// One question put to one cluster's world.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub world: &'a World,
    pub rules: &'a RuleSet,
    pub carrier: CarrierIndex,
    pub technology: Technology,
    pub signal: Signal,
    pub day: Day,
    pub grade: Grade,
}

impl<'a> Asked<'a> {
    /// Statements that a question about this day, carrier, technology and signal sees at all.
    fn bearing(&self) -> impl Iterator<Item = (usize, &'a Said)> + use<'a> {
        self.bearing_on(self.day)
    }

    /// The same, in the form they have on another day.
    fn bearing_on(&self, day: Day) -> impl Iterator<Item = (usize, &'a Said)> + use<'a> {
        let asked = *self;
        self.world.said.iter().enumerate().filter(move |(_, said)| {
            said.seen_on(day)
                && said.speaks_of(asked.carrier, asked.technology)
                && said.bears_on(asked.signal)
        })
    }

    /// Step 2, without the rule on lone observations: does `said` support on `day`?
    fn holds_plainly(&self, said: &Said, day: Day) -> Option<Hold> {
        let stands = said.says == Says::Has
            && said.from <= day
            && day < said.to
            && (!said.plan || said.site.is_some())
            && said.operational(&self.world.lives, self.technology, day)
            && !self.world.sunset(self.carrier, self.technology, day);
        let binding = said.sure && said.names_both();
        stands.then_some(if binding { Hold::Binding } else { Hold::Possible })
    }

    fn claims_bind_on(&self, day: Day) -> bool {
        self.bearing_on(day).any(|(_, said)| {
            said.kind.is_claim() && self.holds_plainly(said, day) == Some(Hold::Binding)
        })
    }

    /// Step 2: an observation on whose day claims bound while none does now is only possible.
    fn holds(&self, said: &Said) -> Option<Hold> {
        let hold = self.holds_plainly(said, self.day)?;
        let lone = hold == Hold::Binding
            && !said.kind.is_claim()
            && self.claims_bind_on(said.from)
            && !self.claims_bind_on(self.day);
        Some(if lone { Hold::Possible } else { hold })
    }

    /// Step 3: opposed on `day`, and not set aside for this carrier.
    fn opposes(&self, said: &Said, day: Day) -> bool {
        said.says != Says::Has && said.from <= day && !said.set_aside.contains(&self.carrier)
    }

    fn aged(&self, said: &Said, day: Day) -> Grade {
        // What is below E3 does not age: most of what carriers say.
        if said.says != Says::Has || said.grade < Grade::E3 || self.rules.ageing_months == 0 {
            return said.grade;
        }
        said.grade.aged(said.from.full_months_to(day) / self.rules.ageing_months)
    }

    /// Step 4: the grade on a day, aged, and E5 where two independent ones agree.
    fn grade_on(&self, this: usize, said: &Said, day: Day) -> Grade {
        let own = self.aged(said, day);
        if own < Grade::E3 || !self.can_pair(said, day) {
            return own;
        }
        let paired = self.bearing().any(|(other_index, other)| {
            other_index != this
                && other.says == said.says
                && self.are_independent(said, other)
                && self.can_pair(other, day)
                && self.aged(other, day) >= Grade::E3
                && (said.says == Says::Has || self.near_in_time(said, other))
        });
        if paired { Grade::E5 } else { own }
    }

    fn are_independent(&self, one: &Said, other: &Said) -> bool {
        one.source != other.source
            && match self.rules.independence {
                Independence::Source => true,
                Independence::SourceAndKind => one.kind != other.kind,
            }
    }

    fn can_pair(&self, said: &Said, day: Day) -> bool {
        match said.says {
            Says::Has => said.from <= day && self.holds(said) == Some(Hold::Binding),
            Says::Lacks | Says::Weak => self.opposes(said, day),
        }
    }

    fn near_in_time(&self, a: &Said, b: &Said) -> bool {
        let (earlier, later) = (a.from.min(b.from), a.from.max(b.from));
        later <= earlier.plus_months(self.rules.pair_window_months)
    }

    fn stale(&self, said: &Said) -> bool {
        said.stale_from(self.rules.shelf_life_months) <= self.day
    }

    /// Step 5: is `opposition` answered by `support`?
    fn answers(&self, support: (&Said, Grade), opposition: (&Said, Grade)) -> bool {
        let ((support, support_grade), (opposition, opposition_grade)) = (support, opposition);
        let later = support.from > opposition.from;
        let starts = matches!(
            support.kind,
            SaidKind::SiteRow(SiteEventKind::OnAir | SiteEventKind::Changed)
        );
        let new_signal = starts && later && !support.plan;
        let was_not_on_air = support.site.is_some()
            && !support.operational(&self.world.lives, self.technology, opposition.from);
        let observed = matches!(support.kind, SaidKind::Commune | SaidKind::Measured)
            && later
            && (support_grade >= opposition_grade
                || (self.stale(opposition) && support_grade >= Grade::E3));
        new_signal || was_not_on_air || observed
    }

    fn effect(&self, support: (usize, &Said, Hold), opposition: (usize, &Said)) -> Effect {
        let (support_index, support, hold) = support;
        let (opposition_index, opposition) = opposition;
        let day = support.from.max(opposition.from);
        let support_grade = self.grade_on(support_index, support, day);
        let opposition_grade = self.grade_on(opposition_index, opposition, day);
        let higher = opposition_grade > support_grade;
        let weak = opposition.says == Says::Weak;

        if hold == Hold::Possible && higher && !weak {
            return Effect::Defeats;
        }
        if self.answers((support, support_grade), (opposition, opposition_grade)) {
            return if higher { Effect::AnsweredHigher } else { Effect::Nothing };
        }
        let own_later_word = opposition.source == support.source && opposition.from > support.from;
        let listed = opposition.kind == SaidKind::List
            && matches!(support.source, Party::Carrier(_))
            && support_grade <= Grade::E2;
        match (weak, higher, opposition_grade == support_grade) {
            (true, higher, equal) => {
                if higher || equal {
                    Effect::Contests
                } else {
                    Effect::Nothing
                }
            }
            (false, true, _) => Effect::Defeats,
            (false, false, _) if own_later_word || listed => Effect::Defeats,
            (false, false, true) => Effect::Contests,
            (false, false, false) => Effect::Nothing,
        }
    }

    /// Every support against every opposition that is of another mind, unless it has been answered
    /// for good.
    pub(super) fn disagreements(&self) -> Vec<Disagreement> {
        let mut found = Vec::new();
        for (support_index, support) in self.bearing() {
            let Some(hold) = self.holds(support) else { continue };
            for (opposition_index, opposition) in self.bearing() {
                if !self.opposes(opposition, self.day) {
                    continue;
                }
                let effect =
                    self.effect((support_index, support, hold), (opposition_index, opposition));
                let day = support.from.max(opposition.from);
                let grades = (
                    self.grade_on(support_index, support, day),
                    self.grade_on(opposition_index, opposition, day),
                );
                let is_answered = self.answers((support, grades.0), (opposition, grades.1));
                if effect == Effect::Nothing && is_answered {
                    continue;
                }
                found.push(Disagreement {
                    support: support_index,
                    opposition: opposition_index,
                    effect,
                    grades,
                });
            }
        }
        found
    }

    /// Steps 2–5 with everything that entered.
    pub fn meet(&self) -> Meeting {
        let oppositions: Vec<(usize, &Said, Grade)> = self
            .bearing()
            .filter(|(_, said)| self.opposes(said, self.day))
            .map(|(index, said)| (index, said, self.grade_on(index, said, self.day)))
            .filter(|(.., grade)| *grade >= self.grade)
            .collect();
        let supports: Vec<Fate> = self
            .bearing()
            .filter_map(|(index, said)| {
                let hold = self.holds(said)?;
                let grade = self.grade_on(index, said, self.day);
                (grade >= self.grade).then(|| self.fate((index, said, hold), grade, &oppositions))
            })
            .collect();
        Meeting {
            judged: self.judge(&supports, &oppositions),
            supports,
            oppositions: oppositions.into_iter().map(|(index, _, grade)| (index, grade)).collect(),
        }
    }

    fn fate(
        &self,
        support: (usize, &Said, Hold),
        grade: Grade,
        oppositions: &[(usize, &Said, Grade)],
    ) -> Fate {
        let mut fate = Fate {
            said: support.0,
            hold: support.2,
            grade,
            worst: Effect::Nothing,
            answers_higher: false,
            by: None,
        };
        for (index, opposition, _) in oppositions {
            let effect = self.effect(support, (*index, opposition));
            fate.answers_higher |= effect == Effect::AnsweredHigher;
            if effect > fate.worst {
                (fate.worst, fate.by) = (effect, Some(*index));
            }
        }
        fate
    }

    fn judge(&self, supports: &[Fate], oppositions: &[(usize, &Said, Grade)]) -> Judged {
        let deciding: Vec<&Fate> = supports
            .iter()
            .filter(|fate| fate.hold == Hold::Binding && fate.worst < Effect::Contests)
            .collect();
        if !deciding.is_empty() {
            let unattested = |fate: &&Fate| {
                let said = &self.world.said[fate.said];
                said.inventory && self.stale(said)
            };
            let flags = Flags {
                pending: deciding.iter().all(|fate| fate.answers_higher),
                recheck: deciding.iter().all(unattested),
            };
            return Judged { state: State::Covered, flags };
        }
        let open = supports.iter().any(|fate| {
            fate.worst == Effect::Contests
                || (fate.hold == Hold::Possible && fate.worst != Effect::Defeats)
        });
        if open {
            return Judged { state: State::Open, flags: Flags::default() };
        }
        let mut standing =
            oppositions.iter().filter(|(_, said, _)| said.says == Says::Lacks).peekable();
        if standing.peek().is_none() {
            return Judged::SILENT;
        }
        let recheck = standing.all(|(_, said, _)| self.stale(said));
        Judged { state: State::Not, flags: Flags { pending: false, recheck } }
    }
}
