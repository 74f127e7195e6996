//! One habit for the rows that declare the same: taken, proposed, or asked with what fits.

use std::collections::BTreeSet;

use phusong_atlas::domain::Position;
use phusong_gis::{Crs, DatumShift, Transformer};

use super::ground::{Ready, roughly_m};
use super::habit::{Form, Habit, Order};
use super::number::Numbers;
use super::reading::{Depth, Reading, Window, compute, readings};
use super::{Axes, Declared, HabitCandidate, Point, Verdict};

/// Rows that are looked at in every system; of more, so many evenly spread ones.
const SAMPLE: usize = 384;
/// Two readings nearer than this are one: nobody places a mast more exactly on a coverage map.
const SAME_PLACE_M: f64 = 50.0;
/// Candidates that are shown.
const MOST_CANDIDATES: usize = 6;

/// A row whose cells are numbers.
#[derive(Debug)]
pub struct Parsed<'p, 'a> {
    pub point: &'p Point<'a>,
    pub numbers: [Numbers; 2],
}

/// Why it was decided so; the words are elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// As declared, or degrees in the template's own system.
    AsSaid,
    OnlyPlausible,
    /// Degrees stand under each other's headings.
    Swapped,
    /// Declared, and the rows lie elsewhere.
    Contradicted,
    Ambiguous,
    /// Two habits share the file.
    Mixed,
    NoneFits,
}

#[derive(Debug)]
pub struct Decision {
    pub verdict: Verdict,
    pub reason: Reason,
    pub candidates: Vec<HabitCandidate>,
    /// What was declared, as it fits; for the message of a contradiction.
    pub declared: Option<HabitCandidate>,
}

/// System and order, and a form that no single row would be allowed.
type Key = (Crs, Order, Option<Form>);

struct Judged {
    reading: Reading,
    fits: bool,
}

struct Sample<'r, 'p, 'a> {
    ready: &'r Ready<'a>,
    transformer: &'r Transformer,
    rows: Vec<(&'r Parsed<'p, 'a>, Vec<Judged>)>,
}

/// How well one key fits.
#[derive(Debug, Clone)]
struct Score {
    key: Key,
    form: Form,
    fits: usize,
    /// Rows that lie within the very outline that they name.
    inside: usize,
    /// Rows that it can read at all.
    read: usize,
    /// Not fitting rows lie elsewhere by so much, in kilometres; to order equals.
    miss_km: u64,
}

pub fn decide<'a>(
    rows: &[&Parsed<'_, 'a>],
    declared: &Declared,
    ready: &Ready<'a>,
    window: &Window,
    transformer: &Transformer,
) -> Decision {
    let usual = Sample::of(rows, ready, window, Depth::Usual, transformer);
    let decision = usual.decide(declared);
    if decision.reason != Reason::NoneFits {
        return decision;
    }
    let deep = Sample::of(rows, ready, window, Depth::Deep, transformer).decide(declared);
    if deep.reason == Reason::NoneFits { decision } else { deep }
}

impl<'r, 'p, 'a> Sample<'r, 'p, 'a> {
    fn of(
        rows: &[&'r Parsed<'p, 'a>],
        ready: &'r Ready<'a>,
        window: &Window,
        depth: Depth,
        transformer: &'r Transformer,
    ) -> Self {
        let step = rows.len().div_ceil(SAMPLE).max(1);
        let anchored = rows.iter().filter(|row| ready.is_anchored(row.point)).count();
        // Rows that claim a place decide, unless they are too few to speak for the others.
        let claiming = anchored >= rows.len().min(3);
        let chosen = rows.iter().filter(|row| !claiming || ready.is_anchored(row.point));
        let rows = chosen
            .step_by(step)
            .map(|row| {
                let shift = DatumShift::Epsg6960;
                let found = readings(&row.numbers, &Crs::ALL, window, (depth, shift), transformer);
                let judged = found.into_iter().map(|reading| {
                    let miss = ready.miss(reading.position, row.point);
                    (reading, miss)
                });
                let judged: Vec<_> = judged.collect();
                // On the spot where the site was before: no other reading comes into question.
                let spotted = judged.iter().any(|(_, miss)| miss.on_the_spot);
                let judged = judged.into_iter().map(|(reading, miss)| Judged {
                    reading,
                    fits: miss.fits && (!spotted || miss.on_the_spot),
                });
                (*row, judged.collect())
            })
            .collect();
        Self { ready, transformer, rows }
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    /// Four rows in five.
    fn is_most(&self, count: usize) -> bool {
        count > 0 && count * 5 >= self.len() * 4
    }

    /// Of a row, the reading of a key: the safest form first.
    fn reading_of(judged: &[Judged], key: Key) -> Option<&Judged> {
        let (crs, order, bold) = key;
        let allowed = |form: Form| form.is_natural() || Some(form) == bold;
        judged
            .iter()
            .filter(|own| own.reading.habit.crs == crs && own.reading.habit.order == order)
            .filter(|own| allowed(own.reading.habit.form))
            .min_by_key(|own| (!own.fits, own.reading.habit.form))
    }

    fn scores(&self) -> Vec<Score> {
        let mut keys: BTreeSet<Key> = BTreeSet::new();
        for own in self.rows.iter().flat_map(|(_, judged)| judged) {
            let habit = own.reading.habit;
            let bold = (!habit.form.is_natural()).then_some(habit.form);
            keys.insert((habit.crs, habit.order, bold));
        }
        let mut scores: Vec<Score> = keys.into_iter().map(|key| self.score(key)).collect();
        let prior = |crs: Crs| Crs::ALL.iter().position(|own| *own == crs);
        scores.sort_by_key(|score| {
            let (crs, order, bold) = score.key;
            let inside = std::cmp::Reverse(score.inside);
            (std::cmp::Reverse(score.fits), bold, order, inside, score.miss_km, prior(crs))
        });
        scores
    }

    fn score(&self, key: Key) -> Score {
        let mut score = Score { key, form: Form::Plain, fits: 0, inside: 0, read: 0, miss_km: 0 };
        let mut misses: Vec<f64> = Vec::new();
        for (row, judged) in &self.rows {
            let Some(own) = Self::reading_of(judged, key) else { continue };
            score.read += 1;
            score.fits += usize::from(own.fits);
            score.form = score.form.max(own.reading.habit.form);
            let miss = self.ready.miss(own.reading.position, row.point);
            score.inside += usize::from(miss.is_inside());
            misses.push(miss.metres);
        }
        misses.sort_by(f64::total_cmp);
        let median = misses.get(misses.len() / 2).copied().unwrap_or_default();
        score.miss_km = km(median);
        score
    }

    /// Do these two read every row as the same place?
    fn is_same_place(&self, a: &Score, b: &Score) -> bool {
        let places = self.rows.iter().filter_map(|(_, judged)| {
            let [a, b] = [a.key, b.key].map(|key| Self::reading_of(judged, key));
            Some((a?.reading.position, b?.reading.position))
        });
        let mut any = false;
        places.inspect(|_| any = true).all(|(a, b)| roughly_m(a, b) <= SAME_PLACE_M) && any
    }

    fn decide(&self, declared: &Declared) -> Decision {
        let scores = self.scores();
        let own = self.own_system(declared, &scores);
        let plausible = self.plausible(&scores, &declared.systems, own);
        let (verdict, reason, shown) = match own {
            Some(crs) => self.against(crs, declared, &scores, &plausible),
            None => self.among(declared, &scores, &plausible),
        };
        let said = own.filter(|_| reason == Reason::Contradicted).map(|crs| {
            let key = (crs, Order::AsHeaded, None);
            let known = scores.iter().find(|score| score.key == key);
            self.candidate(&known.cloned().unwrap_or_else(|| self.score(key)))
        });
        let mut candidates: Vec<HabitCandidate> =
            shown.iter().take(MOST_CANDIDATES).map(|score| self.candidate(score)).collect();
        if let Some(said) = &said {
            candidates.push(said.clone());
        }
        Decision { verdict, reason, candidates, declared: said }
    }

    /// The one system that the file speaks of: declared, or WGS 84 for numbers that are degrees,
    /// as in the template.
    fn own_system(&self, declared: &Declared, scores: &[Score]) -> Option<Crs> {
        if let [one] = declared.systems[..] {
            return Some(one);
        }
        let template = |score: &&Score| score.key.0 == Crs::Wgs84 && score.key.2.is_none();
        let degrees: usize = scores.iter().filter(template).map(|score| score.read).sum();
        let open = declared.systems.is_empty();
        (open && degrees > 0 && degrees * 2 >= self.len()).then_some(Crs::Wgs84)
    }

    /// Habits in which most rows lie where they say, the best first, each place once.
    fn plausible(&self, scores: &[Score], named: &[Crs], own: Option<Crs>) -> Vec<Score> {
        let mut plausible: Vec<Score> = Vec::new();
        let has_plain =
            scores.iter().any(|score| self.is_most(score.fits) && score.form == Form::Plain);
        for score in scores.iter().filter(|score| self.is_most(score.fits)) {
            let (crs, _, bold) = score.key;
            // VN-2000 in degrees differs from WGS 84 by 226 m: only when somebody says so.
            let unsaid = crs == Crs::Vn2000 && own != Some(crs) && !named.contains(&crs);
            // What needs no story beats what needs one.
            let natural = |known: &Score| known.key.0 == crs && known.key.2.is_none();
            let bolder = bold.is_some() && (has_plain || plausible.iter().any(natural));
            if !unsaid && !bolder && !plausible.iter().any(|known| self.is_same_place(known, score))
            {
                plausible.push(score.clone());
            }
        }
        plausible
    }

    /// One system is declared.
    fn against(
        &self,
        crs: Crs,
        declared: &Declared,
        scores: &[Score],
        plausible: &[Score],
    ) -> (Verdict, Reason, Vec<Score>) {
        let plain = Habit::plain(crs);
        let mine: Vec<&Score> = plausible.iter().filter(|score| score.key.0 == crs).collect();
        let headed =
            mine.iter().any(|score| score.key.1 == Order::AsHeaded && score.key.2.is_none());
        if headed {
            return (Verdict::Taken(plain), Reason::AsSaid, Vec::new());
        }
        if let [one, ..] = mine[..] {
            return self.one(one, declared, Reason::AsSaid, plausible);
        }
        let fits = |order| {
            let known = scores.iter().find(|score| score.key == (crs, order, None));
            known.map_or(0, |score| score.fits)
        };
        match plausible {
            [rival, ..] if fits(Order::AsHeaded) * 2 < rival.fits => {
                (Verdict::Asked, Reason::Contradicted, plausible.to_vec())
            }
            [] if self.len() > 0 && scores.iter().all(|score| score.fits == 0) => {
                (Verdict::Taken(plain), Reason::NoneFits, Vec::new())
            }
            _ => (Verdict::Taken(plain), Reason::AsSaid, Vec::new()),
        }
    }

    /// Nothing is declared, or several systems.
    fn among(
        &self,
        declared: &Declared,
        scores: &[Score],
        plausible: &[Score],
    ) -> (Verdict, Reason, Vec<Score>) {
        let named = &declared.systems;
        let pool: Vec<Score> = plausible
            .iter()
            .filter(|score| named.is_empty() || named.contains(&score.key.0))
            .cloned()
            .collect();
        match &pool[..] {
            [one] => self.one(one, declared, Reason::OnlyPlausible, &pool),
            [] if !plausible.is_empty() => {
                (Verdict::Asked, Reason::Contradicted, plausible.to_vec())
            }
            [] => match self.mixed(scores, named) {
                Some(two) => (Verdict::Asked, Reason::Mixed, two),
                None => (Verdict::Unknown, Reason::NoneFits, Vec::new()),
            },
            _ => (Verdict::Asked, Reason::Ambiguous, pool),
        }
    }

    /// One habit is left: proposed, unless it contradicts the headings or is too bold for so few.
    fn one(
        &self,
        one: &Score,
        declared: &Declared,
        reason: Reason,
        plausible: &[Score],
    ) -> (Verdict, Reason, Vec<Score>) {
        let (crs, order, bold) = one.key;
        let habit = Habit { crs, order, form: one.form };
        let of_this =
            |own: &&Judged| own.reading.habit.crs == crs && own.reading.habit.order == order;
        let mut judged = self.rows.iter().flat_map(|(_, judged)| judged).filter(of_this);
        let told = crs.is_projected()
            || declared.axes != Axes::Words
            || judged.any(|own| own.reading.order_told);
        if order == Order::Swapped && !told {
            return (Verdict::Asked, Reason::Swapped, plausible.to_vec());
        }
        // A bold story is told only where nothing else would do.
        if bold.is_some() && plausible.len() > 1 {
            return (Verdict::Asked, Reason::Ambiguous, plausible.to_vec());
        }
        (Verdict::Proposed(habit), reason, vec![one.clone()])
    }

    /// Two habits that share the rows between them.
    fn mixed(&self, scores: &[Score], named: &[Crs]) -> Option<Vec<Score>> {
        let able: Vec<&Score> = scores
            .iter()
            .filter(|score| score.key.2.is_none() && score.fits >= 2)
            .filter(|score| named.is_empty() || named.contains(&score.key.0))
            .filter(|score| score.key.0 != Crs::Vn2000)
            .collect();
        let fits = |judged: &[Judged], score: &Score| {
            Self::reading_of(judged, score.key).is_some_and(|own| own.fits)
        };
        for (at, first) in able.iter().enumerate() {
            for second in &able[at + 1..] {
                let both = self
                    .rows
                    .iter()
                    .filter(|(_, judged)| fits(judged, first) || fits(judged, second))
                    .count();
                if self.is_most(both) {
                    return Some(vec![(*first).clone(), (*second).clone()]);
                }
            }
        }
        None
    }

    fn candidate(&self, score: &Score) -> HabitCandidate {
        let (crs, order, _) = score.key;
        let habit = Habit { crs, order, form: score.form };
        let places = self.rows.iter().filter_map(|(row, judged)| {
            let known = Self::reading_of(judged, score.key).map(|own| own.reading.position);
            Some((row.point, known.or_else(|| self.beyond(habit, &row.numbers))?))
        });
        let places: Vec<(&Point<'_>, Position)> = places.collect();
        let mut metres: Vec<f64> =
            places.iter().map(|(point, at)| self.ready.said(*at, point).1).collect();
        metres.sort_by(f64::total_cmp);
        HabitCandidate {
            habit,
            fits: score.fits,
            of: self.len(),
            median_m: metres.get(metres.len() / 2).copied().unwrap_or_default(),
            sample: places.first().map(|(_, at)| *at),
        }
    }

    /// Where the plain numbers lie when that is out of the window.
    fn beyond(&self, habit: Habit, [easts, norths]: &[Numbers; 2]) -> Option<Position> {
        let (east, north) = match habit.order {
            Order::AsHeaded => (easts.first()?, norths.first()?),
            Order::Swapped => (norths.first()?, easts.first()?),
        };
        let shift = DatumShift::Epsg6960;
        let reading = compute(habit, east.value, north.value, shift, self.transformer)?;
        Some(reading.position)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a distance on Earth, in kilometres"
)]
fn km(metres: f64) -> u64 {
    (metres / 1000.0).min(1e9) as u64
}
