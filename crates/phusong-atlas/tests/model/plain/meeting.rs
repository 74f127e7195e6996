//! Steps 4 and 5: grades, and how statements for and against meet.

use std::fmt::Write as _;

use phusong_atlas::domain::{
    CarrierId, ClaimBasis, Day, Grade, ObservationKind, Party, Says, SiteId, Technology,
};

use super::statements::{Cell, Hold, Made, Opposition, Started, Support, oppositions, supports};
use super::{ClusterKey, CtState, Flags, Question, View, sites};

/// Everything said for and against one (k, c, t) on D, with what is needed to weigh it.
struct Meeting<'v, 'a> {
    view: &'v View<'a>,
    technology: Technology,
    day: Day,
    /// All statements; they make pairs even where they are ignored themselves.
    supports: Vec<Support<'a>>,
    oppositions: Vec<Opposition<'a>>,
}

/// *Then (c, t) is covered if …; else open …; else not …; else silent.*
pub fn state(
    view: &View,
    cluster: &ClusterKey,
    carrier: &CarrierId,
    technology: Technology,
    question: &Question,
) -> (CtState, Flags) {
    Meeting::of(view, cluster, carrier, technology, question).outcome(question.grade)
}

impl<'v, 'a> Meeting<'v, 'a> {
    fn of(
        view: &'v View<'a>,
        key: &ClusterKey,
        carrier: &CarrierId,
        technology: Technology,
        q: &Question,
    ) -> Self {
        let cell = Cell { key, carrier, technology };
        Self {
            view,
            technology,
            day: q.day,
            supports: supports(view, cell, q),
            oppositions: oppositions(view, cell, q),
        }
    }

    /// *Statements below the asked grade on D are ignored.*
    fn outcome(&self, asked: Grade) -> (CtState, Flags) {
        let yes: Vec<_> =
            self.supports.iter().filter(|s| self.support_grade(s, self.day) >= asked).collect();
        let no: Vec<_> = self
            .oppositions
            .iter()
            .filter(|o| self.opposition_grade(o, self.day) >= asked)
            .collect();

        // "covered if a binding support is neither defeated nor contested"
        let bearing: Vec<_> = yes
            .iter()
            .filter(|s| s.hold == Hold::Binding)
            .filter(|s| !self.defeated(s, &no) && !self.contested(s, &no))
            .collect();
        if !bearing.is_empty() {
            let flags = Flags {
                pending: bearing.iter().all(|s| self.answers_a_higher(s, &no)),
                recheck: bearing.iter().all(|s| self.unattested(s)),
            };
            return (CtState::Covered, flags);
        }
        // "else *open* if a support is contested, or possible and not defeated"
        let open = yes.iter().any(|s| {
            !self.defeated(s, &no) && (self.contested(s, &no) || s.hold == Hold::Possible)
        });
        if open {
            return (CtState::Open, Flags::default());
        }
        // "else *not* if an opposition stands; else *silent*"; weak alone "leaves (c, t) silent".
        // Reading: one that a defeated support answered stands all the same.
        let standing: Vec<_> = no.iter().filter(|o| o.says == Says::Lacks).collect();
        if standing.is_empty() {
            return (CtState::Silent, Flags::default());
        }
        let recheck = standing.iter().all(|o| self.past_shelf_life(o.day));
        (CtState::Not, Flags { pending: false, recheck })
    }

    /// *Unanswered, an opposition of higher grade defeats the support …; a later "lacks" by the
    /// support's own source defeats it, and so does an authority's list, whatever its day, a
    /// carrier's E1 or E2. A possible support is defeated by any opposition of higher grade.*
    ///
    /// Weak oppositions never defeat. Reading: "unanswered" governs the whole sentence, and "a
    /// carrier's E1 or E2" is a statement whose source is a carrier, by its grade that day.
    fn defeated(&self, s: &Support, no: &[&Opposition]) -> bool {
        no.iter().filter(|o| o.says == Says::Lacks).any(|o| {
            let (for_it, against) = self.grades(s, o);
            let unanswered_defeats = against > for_it
                || (o.day > s.from && o.source == s.source)
                || (o.list && matches!(s.source, Party::Carrier(_)) && for_it <= Grade::E2);
            (!self.answered(o, s) && unanswered_defeats)
                || (s.hold == Hold::Possible && against > for_it)
        })
    }

    /// *of equal grade contests it, of lower grade does nothing*; a weak one "at most
    /// contests", of equal or higher grade.
    fn contested(&self, s: &Support, no: &[&Opposition]) -> bool {
        no.iter().any(|o| {
            let (for_it, against) = self.grades(s, o);
            let meets = against == for_it || (o.says == Says::Weak && against > for_it);
            meets && !self.answered(o, s)
        })
    }

    /// *flagged chờ xác nhận when every such support answers an opposition of higher grade*
    fn answers_a_higher(&self, s: &Support, no: &[&Opposition]) -> bool {
        no.iter().any(|o| {
            let (for_it, against) = self.grades(s, o);
            against > for_it && self.answered(o, s)
        })
    }

    /// *An opposition is answered by a support (a) that is itself an on_air or changed row for t
    /// dated after o and not after D, (b) whose named site was not on air for t on day o, or (c)
    /// that is an observation (commune, measurement) with from > o, of no lower grade, or of any
    /// grade from E3 once the opposition is past its shelf life.*
    ///
    /// Reading: a row that names no technology is "for t" as it is in step 2; a plan is no
    /// on_air row; the shelf life is asked on D, the grades on the later of o and from.
    fn answered(&self, o: &Opposition, s: &Support) -> bool {
        let (for_it, against) = self.grades(s, o);
        let a =
            matches!(s.made, Made::Site(_, Started::Yes)) && s.from > o.day && s.from <= self.day;
        let b = s.site().is_some_and(|site| !self.on_air(site, o.day));
        let observed = match s.made {
            Made::Observation(fact) => fact.kind == ObservationKind::CommuneConfirmation,
            Made::Measurement => true,
            Made::Site(..) | Made::Claim(_) => false,
        };
        let c = observed
            && s.from > o.day
            && (for_it >= against || (for_it >= Grade::E3 && self.past_shelf_life(o.day)));
        a || b || c
    }

    fn on_air(&self, site: &SiteId, day: Day) -> bool {
        sites::operational(self.view, site, self.technology, day)
    }

    /// *step 5 compares grades on the later of o and from*
    fn grades(&self, s: &Support, o: &Opposition) -> (Grade, Grade) {
        let day = s.from.max(o.day);
        (self.support_grade(s, day), self.opposition_grade(o, day))
    }

    /// *Two statements of one mind on (k, c, t) from different sources, each ≥ E3 that day, both
    /// count as E5*: of the supports only those that bind, and only once both have begun.
    fn support_grade(&self, s: &Support, day: Day) -> Grade {
        let alone = self.aged(s, day);
        let paired = s.hold == Hold::Binding
            && alone >= Grade::E3
            && self.supports.iter().any(|other| {
                other.hold == Hold::Binding
                    && other.source != s.source
                    && other.from <= day
                    && self.aged(other, day) >= Grade::E3
            });
        if paired { Grade::E5 } else { alone }
    }

    /// *(two noes only within 12 months of each other)*; weak ones pair with weak ones.
    fn opposition_grade(&self, o: &Opposition, day: Day) -> Grade {
        let months = self.view.rules.pair_window_months;
        let paired = o.grade >= Grade::E3
            && self.oppositions.iter().any(|other| {
                let (first, second) = (o.day.min(other.day), o.day.max(other.day));
                other.says == o.says
                    && other.source != o.source
                    && other.grade >= Grade::E3
                    && other.day <= day
                    && second <= first.plus_months(months)
            });
        if paired { Grade::E5 } else { o.grade }
    }

    /// *Only supports age, E3–E5 alone: one grade for each full 12 months (12 calendar months
    /// on; 29/2 → 28/2), never below E1.*
    fn aged(&self, s: &Support, day: Day) -> Grade {
        let months = self.view.rules.ageing_months;
        let mut full = 0;
        while months > 0 && s.from.plus_months((full + 1) * months) <= day && full < 10 {
            full += 1;
        }
        s.grade.aged(full)
    }

    /// *after R's shelf life (12 months) it is flagged cần xác nhận lại*: from that day on.
    fn past_shelf_life(&self, from: Day) -> bool {
        from.plus_months(self.view.rules.shelf_life_months) <= self.day
    }

    /// *inventories not attested for 12 months are flagged*
    fn unattested(&self, s: &Support) -> bool {
        let basis = match s.made {
            Made::Site(event, _) => &event.basis,
            Made::Claim(claim) => &claim.basis,
            Made::Observation(_) | Made::Measurement => return false,
        };
        *basis == ClaimBasis::Inventory && self.past_shelf_life(s.from)
    }
}

/// The statements of one (k, c, t) as a table, for people who must find out who is right.
pub fn explain(
    view: &View,
    cluster: &ClusterKey,
    carrier: &CarrierId,
    technology: Technology,
    question: &Question,
) -> String {
    let m = Meeting::of(view, cluster, carrier, technology, question);
    let mut text = String::new();
    let no: Vec<_> =
        m.oppositions.iter().filter(|o| m.opposition_grade(o, m.day) >= question.grade).collect();
    for s in &m.supports {
        let ignored = m.support_grade(s, m.day) < question.grade;
        let fate = match (ignored, m.defeated(s, &no), m.contested(s, &no)) {
            (true, ..) => "below the asked grade",
            (_, true, _) => "defeated",
            (_, _, true) => "contested",
            _ => "bears",
        };
        let made = match s.made {
            Made::Site(event, _) => event.event.as_str(),
            Made::Claim(_) => "claim",
            Made::Observation(_) => "observation",
            Made::Measurement => "measurement",
        };
        let _ = writeln!(
            text,
            "  + {} from {} {} ({} on D) {:?} by {:?}: {fate}",
            rows(&s.rows),
            s.from,
            s.grade,
            m.support_grade(s, m.day),
            s.hold,
            s.source,
        );
        let answers: Vec<String> =
            no.iter().filter(|o| m.answered(o, s)).map(|o| rows(&o.rows)).collect();
        let _ = writeln!(text, "      {made}, answers [{}]", answers.join(", "));
    }
    for o in &m.oppositions {
        let _ = writeln!(
            text,
            "  - {} on {} {} ({} on D) {:?}{} by {:?}",
            rows(&o.rows),
            o.day,
            o.grade,
            m.opposition_grade(o, m.day),
            o.says,
            if o.list { ", a list" } else { "" },
            o.source,
        );
    }
    text
}

fn rows(rows: &[phusong_atlas::domain::RowRef]) -> String {
    let mut named: Vec<String> = rows.iter().map(|r| format!("#{}.{}", r.entry.0, r.row)).collect();
    named.dedup();
    named.join(" ")
}
