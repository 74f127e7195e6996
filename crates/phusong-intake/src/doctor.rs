//! The coordinate doctor: what the coordinates of a whole file mean. One file has one habit
//! (system × axis order × form of numbers); rows that do not follow it are shown, with what they
//! may be.
//!
//! Nothing is guessed in silence: one plausible reading is proposed with its reason, several are
//! asked, none is refused with the nearest miss. Files nothing, reads no clock.

mod datum;
mod decide;
mod ground;
mod habit;
mod number;
mod reading;
mod rows;
mod systems;
mod words;

use std::collections::{BTreeMap, HashMap};

use geo::MultiPolygon;
use phusong_atlas::atlas::Areas;
use phusong_atlas::cores::{both, in_pieces};
use phusong_atlas::domain::{Day, Located, Position, SiteCode, UnitId};
use phusong_atlas::gazetteer::Gazetteer;
use phusong_gis::{Crs, DatumShift, Transformer, with_transformer};

use crate::amount::{En, Vi, whole};
use crate::finding::{Candidate, Finding, Severity};
use crate::table::PIECE_ROWS;
pub use datum::{DatumFit, fitted};
use decide::Parsed;
use ground::Ready;
pub use habit::{Form, Habit, Order};
use number::pair;
pub(crate) use number::{numbers, otherwise_written};
use reading::Window;
pub(crate) use reading::place_in;
use rows::Reader;
pub use systems::{any as any_system, systems};
pub use words::BY_ROW;

/// A row with coordinates, as its sender wrote them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Point<'a> {
    /// As the sender counts.
    pub row: u32,
    /// The cell under longitude, Y or easting; both may stand in one cell.
    pub east: &'a str,
    /// The cell under latitude, X or northing.
    pub north: &'a str,
    /// A cell that says in which system (`he_toa_do`).
    pub row_crs: Option<&'a str>,
    /// The site: two of them on one point are told.
    pub code: Option<&'a str>,
    /// The commune that the row names.
    pub claimed: Option<UnitId>,
    /// A village that it names.
    pub village: Option<Located>,
    /// Where this site was reported last, or the same point from another source.
    pub before: Option<Position>,
    /// What the sender answered to an earlier question: the id of a choice, or a system in words.
    pub answer: Option<&'a str>,
}

/// Where a system is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    Heading,
    /// The file itself: `.prj`, a layer's system, a `crs` member.
    File,
    /// Beside the file: a parameter, or the sender's answer.
    Parameter,
    /// A cell of the row (`he_toa_do`).
    Cell,
}

/// What the headings say of the axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Axes {
    /// Longitude and latitude, or east and north, in words.
    #[default]
    Words,
    /// `X` and `Y` only. In Vietnamese papers X is north; the numbers tell.
    Letters,
    /// A drawn point, or one cell that holds both.
    Nothing,
}

/// What the file says of its coordinates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// None: nothing is said. One: it is declared. Several: any of these.
    pub systems: Vec<Crs>,
    pub said: Option<(Said, String)>,
    pub axes: Axes,
}

impl Declared {
    /// The systems that a text names; of a text that names none, nothing.
    pub fn of_text(text: &str, said: Said, axes: Axes) -> Self {
        let systems = match Crs::parse(text) {
            Ok(crs) => vec![crs],
            Err(error) => error.candidates().to_vec(),
        };
        let said = (!systems.is_empty()).then(|| (said, text.trim().to_owned()));
        Self { systems, said, axes }
    }

    pub fn of_crs(crs: Crs, said: Said, axes: Axes) -> Self {
        Self { systems: vec![crs], said: Some((said, crs.to_string())), axes }
    }
}

/// What coordinates are held against.
#[expect(missing_debug_implementations, reason = "holds a function")]
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub gazetteer: &'a Gazetteer,
    /// Communes of today: computed cells until real boundaries are filed.
    pub areas: &'a Areas,
    /// To tell the sea by; `None`: that is not told.
    pub land: Option<&'a MultiPolygon<f64>>,
    pub today: Day,
    /// The sender's own sites on exactly this point.
    pub sites_at: &'a (dyn Fn(Position) -> Vec<SiteCode> + Sync),
}

/// A habit with how well it fits.
#[derive(Debug, Clone, PartialEq)]
pub struct HabitCandidate {
    pub habit: Habit,
    /// Rows that lie where they say, of those that say something.
    pub fits: usize,
    pub of: usize,
    /// Of the distance to what the rows claim.
    pub median_m: f64,
    /// The first row in this habit.
    pub sample: Option<Position>,
}

/// How the rows of one declaration are read.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// As declared, or in the template's own system.
    Taken(Habit),
    /// The only plausible one, with a note.
    Proposed(Habit),
    /// By the sender's answer.
    Answered(Habit),
    /// By the sender's answer: each row by whichever of these fits it alone.
    ByRow(Vec<Habit>),
    /// One question for all its rows; the fitting reading first.
    Asked,
    /// No reading fits: each row is told for itself.
    Unknown,
}

impl Verdict {
    /// The habit by which rows are read; `None` while that is open.
    pub fn habit(&self) -> Option<Habit> {
        match self {
            Self::Taken(habit) | Self::Proposed(habit) | Self::Answered(habit) => Some(*habit),
            Self::ByRow(_) | Self::Asked | Self::Unknown => None,
        }
    }
}

/// Rows that declare the same; most files have one such group.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Their `he_toa_do`, or empty.
    pub key: String,
    pub rows: usize,
    pub verdict: Verdict,
    /// The fitting one first.
    pub candidates: Vec<HabitCandidate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Both cells are empty: nothing is said here, the caller knows whether that matters.
    Empty,
    /// It has a position (questions may stand beside it).
    Placed,
    /// The file's question must be answered first.
    WaitsForFile,
    /// A question of its own must be answered first.
    Asked,
    Refused,
}

#[derive(Debug, Clone)]
pub struct RowDiagnosis {
    pub row: u32,
    pub state: State,
    pub position: Option<Position>,
    /// How it came to WGS 84; `None` when it was WGS 84.
    pub operation: Option<String>,
    pub habit: Option<Habit>,
    /// Does not follow the file's habit.
    pub odd: bool,
    /// Place and value are filled in; columns are named as in the template.
    pub findings: Vec<Finding>,
    /// What it may be, the fitting reading first.
    pub candidates: Vec<Candidate>,
}

#[derive(Debug, Clone, Default)]
pub struct Diagnosis {
    pub groups: Vec<Group>,
    /// In the order of the points.
    pub rows: Vec<RowDiagnosis>,
    /// On the file.
    pub findings: Vec<Finding>,
}

/// Is it an answer that nobody writes of its own accord?
pub fn is_answer(text: &str) -> bool {
    text == words::BY_ROW || text.contains('+') && Habit::of_id(text).is_some()
}

/// Where every row is, as far as the whole file tells.
pub fn examine(points: &[Point<'_>], declared: &Declared, ground: &Ground<'_>) -> Diagnosis {
    with_transformer(|transformer| {
        let ready = Ready::new(ground, points);
        let (south_west, north_east) = ground.areas.bounds().unwrap_or(COUNTRY);
        let window = Window::around(south_west, north_east, transformer);
        let exam = Exam { ready: &ready, window: &window, transformer };
        let mut diagnosis = Diagnosis {
            rows: points.iter().map(|point| RowDiagnosis::silent(point.row)).collect(),
            ..Diagnosis::default()
        };
        for (systems, members) in by_declaration(points, declared) {
            let Some((declared, key)) = systems else {
                for at in members {
                    diagnosis.rows[at] = rows::unknown_system(&points[at]);
                }
                continue;
            };
            exam.group(points, &members, &declared, key, &mut diagnosis);
        }
        let rows = &mut diagnosis.rows;
        let (twice, here) = both(|| two_places(points, rows), || sites_by_point(points, rows));
        tell_same_points(points, &here, ground, rows);
        for (at, finding) in twice {
            rows[at].findings.push(finding);
        }
        diagnosis
    })
}

/// One reading of a row with its distance to what the row claims.
#[derive(Debug, Clone, PartialEq)]
pub struct RowReading {
    pub habit: Habit,
    pub position: Position,
    /// How it came to WGS 84; `None` when it was WGS 84.
    pub operation: Option<String>,
    /// It lies where the row says, as far as our outlines can tell.
    pub fits: bool,
    /// To the centre of what is claimed, or of the nearest commune.
    pub metres: f64,
    pub from: String,
}

/// Every reading of a row that lands in or near the province, those first that lie where it says.
pub fn every_reading(point: &Point<'_>, ground: &Ground<'_>) -> Vec<RowReading> {
    let Ok(numbers) = pair(point.east, point.north) else { return Vec::new() };
    with_transformer(|transformer| {
        let ready = Ready::new(ground, std::slice::from_ref(point));
        let (south_west, north_east) = ground.areas.bounds().unwrap_or(COUNTRY);
        let window = Window::around(south_west, north_east, transformer);
        let how = (reading::Depth::Deep, DatumShift::default());
        let found = reading::readings(&numbers, &Crs::ALL, &window, how, transformer);
        let mut told: Vec<RowReading> = found
            .iter()
            .map(|one| {
                let (from, metres) = ready.said(one.position, point);
                RowReading {
                    habit: one.habit,
                    position: one.position,
                    operation: one.operation_name(),
                    fits: ready.miss(one.position, point).fits,
                    metres,
                    from,
                }
            })
            .collect();
        told.sort_by(|a, b| {
            let bold = |one: &RowReading| (!one.fits, !one.habit.form.is_natural());
            bold(a).cmp(&bold(b)).then(a.metres.total_cmp(&b.metres))
        });
        told
    })
}

/// Fewer rows than this are no habit.
const WEAK_ROWS: usize = 3;

/// Where places are looked for when no commune has an area.
const COUNTRY: ([f64; 2], [f64; 2]) = ([102.0, 8.0], [110.0, 23.5]);

/// A declaration with the words of its cell; `None` for words that name no system.
type Declaration = Option<(Declared, String)>;

/// Rows that declare the same, in the order of their first row.
fn by_declaration(points: &[Point<'_>], file: &Declared) -> Vec<(Declaration, Vec<usize>)> {
    let mut groups: Vec<(Declaration, Vec<usize>)> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (at, point) in points.iter().enumerate() {
        let text = point.row_crs.map_or("", str::trim);
        let group = *known.entry(text).or_insert_with(|| {
            let said = if text.is_empty() {
                Some((file.clone(), String::new()))
            } else {
                let own = Declared::of_text(text, Said::Cell, file.axes);
                own.said.is_some().then(|| (own, text.to_owned()))
            };
            let same = groups.iter().position(|(other, _)| match (other, &said) {
                (Some((other, _)), Some((own, _))) => {
                    other.systems == own.systems && !own.systems.is_empty()
                }
                (other, own) => other.is_none() && own.is_none(),
            });
            same.unwrap_or_else(|| {
                groups.push((said, Vec::new()));
                groups.len() - 1
            })
        });
        groups[group].1.push(at);
    }
    groups
}

struct Exam<'r, 'a> {
    ready: &'r Ready<'a>,
    window: &'r Window,
    transformer: &'r Transformer,
}

impl<'a> Exam<'_, 'a> {
    fn group(
        &self,
        points: &[Point<'a>],
        members: &[usize],
        declared: &Declared,
        key: String,
        into: &mut Diagnosis,
    ) {
        let mut parsed: Vec<Parsed<'_, 'a>> = Vec::with_capacity(members.len());
        let mut places: Vec<usize> = Vec::with_capacity(members.len());
        let pairs = in_pieces(
            members.chunks(PIECE_ROWS),
            || (),
            |(), members| {
                let points = members.iter().map(|at| &points[*at]);
                points.map(|point| pair(point.east, point.north)).collect::<Vec<_>>()
            },
        );
        for (at, pair) in members.iter().zip(pairs.into_iter().flatten()) {
            let point = &points[*at];
            match pair {
                Ok(numbers) => {
                    parsed.push(Parsed { point, numbers });
                    places.push(*at);
                }
                Err(fault) => into.rows[*at] = rows::unreadable(point, fault),
            }
        }
        // What its sender answered is no question any more, and no evidence for the others.
        let open: Vec<&Parsed<'_, 'a>> =
            parsed.iter().filter(|row| row.point.answer.is_none()).collect();
        let by_row: Vec<&Parsed<'_, 'a>> =
            parsed.iter().filter(|row| row.point.answer == Some(words::BY_ROW)).collect();
        let decided = |rows: &[&Parsed<'_, 'a>]| {
            decide::decide(rows, declared, self.ready, self.window, self.transformer)
        };
        let mut findings: Vec<Finding> = Vec::new();
        let (verdict, candidates) = if !open.is_empty() {
            let decision = decided(&open);
            findings.extend(words::on_group(&decision, declared));
            (decision.verdict, decision.candidates)
        } else if !by_row.is_empty() {
            let candidates = decided(&by_row).candidates;
            (Verdict::ByRow(candidates.iter().map(|one| one.habit).collect()), candidates)
        } else if let Some(habit) = parsed.iter().find_map(|row| answer(row.point)) {
            (Verdict::Answered(habit), Vec::new())
        } else {
            return;
        };
        self.read(&parsed, &places, (&verdict, &candidates), &mut findings, into);
        if let ([at], [_]) = (&places[..], members) {
            let findings = findings.into_iter().map(|finding| rows::on(&points[*at], finding));
            into.rows[*at].findings.splice(0..0, findings);
        } else {
            into.findings.extend(findings.into_iter().map(|one| words::on_system(one, &key)));
        }
        into.groups.push(Group { key, rows: parsed.len(), verdict, candidates });
    }

    fn read(
        &self,
        parsed: &[Parsed<'_, 'a>],
        places: &[usize],
        (verdict, candidates): (&Verdict, &[HabitCandidate]),
        findings: &mut Vec<Finding>,
        into: &mut Diagnosis,
    ) {
        let habit = verdict.habit();
        let shift =
            habit.map_or_else(DatumShift::default, |habit| self.datum(habit, parsed, findings));
        let by_row: Vec<Habit> = candidates.iter().map(|one| one.habit).collect();
        let (ready, window) = (self.ready, self.window);
        let is_weak = parsed.len() < WEAK_ROWS;
        let read = in_pieces(
            parsed.chunks(PIECE_ROWS),
            || (),
            |(), rows| {
                // Every core has a transformer of its own.
                with_transformer(|transformer| {
                    let reader = Reader {
                        ready,
                        window,
                        transformer,
                        shift,
                        habit,
                        is_weak,
                        is_answered: matches!(verdict, Verdict::Answered(_)),
                        by_row: &[],
                    };
                    let alone = Reader { habit: None, by_row: &by_row, ..reader };
                    let rows = rows.iter().map(|row| {
                        let answered = answer(row.point)
                            .and_then(|habit| reader.answered(row.point, &row.numbers, habit));
                        match answered {
                            Some(answered) => answered,
                            None if row.point.answer == Some(words::BY_ROW) => {
                                alone.row(row.point, &row.numbers)
                            }
                            None if *verdict == Verdict::Asked => RowDiagnosis {
                                state: State::WaitsForFile,
                                candidates: candidates.iter().map(words::habit_candidate).collect(),
                                ..RowDiagnosis::silent(row.point.row)
                            },
                            None => reader.row(row.point, &row.numbers),
                        }
                    });
                    rows.collect::<Vec<RowDiagnosis>>()
                })
            },
        );
        for (at, row) in places.iter().zip(read.into_iter().flatten()) {
            into.rows[*at] = row;
        }
        let rows = places.iter().map(|at| &into.rows[*at]);
        let proposed = habit.filter(|_| matches!(verdict, Verdict::Proposed(_)));
        findings.extend(on_writing(habit, proposed, rows));
    }

    /// The parameters by which the file's known places fit.
    fn datum(
        &self,
        habit: Habit,
        parsed: &[Parsed<'_, 'a>],
        findings: &mut Vec<Finding>,
    ) -> DatumShift {
        let controls: Vec<(f64, f64, Position)> = parsed
            .iter()
            .filter_map(|row| {
                let [easts, norths] = &row.numbers;
                let (east, north) = match habit.order {
                    Order::AsHeaded => (easts.first()?, norths.first()?),
                    Order::Swapped => (norths.first()?, easts.first()?),
                };
                Some((east.value, north.value, row.point.before?))
            })
            .collect();
        let Some(fit) = fitted(habit.crs, &controls, self.transformer) else {
            return DatumShift::default();
        };
        findings.push(words::datum("EPSG:5194", fit.rows, fit.median_m));
        fit.shift
    }
}

/// The habit that an answer names: by its id, or a system in words.
fn answer(point: &Point<'_>) -> Option<Habit> {
    let text = point.answer?.trim();
    Habit::of_id(text).or_else(|| Crs::parse(text).ok().map(Habit::plain))
}

/// Notes on how the numbers of the rows were written.
fn on_writing<'d>(
    habit: Option<Habit>,
    proposed: Option<Habit>,
    rows: impl Iterator<Item = &'d RowDiagnosis>,
) -> Vec<Finding> {
    let mut forms: BTreeMap<Form, usize> = BTreeMap::new();
    for habit in rows.filter(|row| row.position.is_some()).filter_map(|row| row.habit) {
        *forms.entry(habit.form).or_default() += 1;
    }
    let swapped = habit.is_some_and(|habit| habit.order == Order::Swapped && !forms.is_empty());
    let forms: Vec<(Form, usize)> = forms.into_iter().collect();
    swapped.then(words::axis_order).into_iter().chain(words::on_forms(&forms, proposed)).collect()
}

/// The first site on a point, and the first other one, by their places among the points.
type OnPoint = (usize, Option<usize>);

fn sites_by_point(points: &[Point<'_>], rows: &[RowDiagnosis]) -> HashMap<Position, OnPoint> {
    let mut here: HashMap<Position, OnPoint> = HashMap::with_capacity(points.len());
    for (at, (point, row)) in points.iter().zip(rows).enumerate() {
        let (Some(position), Some(code)) = (row.position, point.code) else { continue };
        let (first, other) = here.entry(position).or_insert((at, None));
        if points[*first].code != Some(code) {
            other.get_or_insert(at);
        }
    }
    here
}

/// Two sites of the sender on exactly one point: of the file, or filed before.
fn tell_same_points(
    points: &[Point<'_>],
    here: &HashMap<Position, OnPoint>,
    ground: &Ground<'_>,
    rows: &mut [RowDiagnosis],
) {
    let tell = |point: &Point<'_>, row: &mut RowDiagnosis| {
        let (Some(position), Some(code)) = (row.position, point.code) else { return };
        let (first, other) = here.get(&position).map_or((None, None), |(a, b)| (Some(*a), *b));
        let beside = first.into_iter().chain(other).map(|at| &points[at]);
        let other = beside
            .filter_map(|other| Some((other.code?, other.row)))
            .find(|(other, _)| *other != code)
            .map(|(other, row)| format!("{other} (dòng {row})"));
        let filed = || {
            let filed = (ground.sites_at)(position);
            filed.iter().map(SiteCode::as_str).find(|other| *other != code).map(str::to_owned)
        };
        let Some(other) = other.or_else(filed) else { return };
        let message = (
            format!("trùng vị trí với trạm khác: {other}"),
            format!("on the same point as another site: {other}"),
        );
        let finding = Finding::new("same-point", Severity::Warn, message, words::CHECK);
        row.findings.push(rows::on(point, finding));
    };
    let pieces = points.chunks(PIECE_ROWS).zip(rows.chunks_mut(PIECE_ROWS));
    in_pieces(
        pieces,
        || (),
        |(), (points, rows)| {
            points.iter().zip(rows).for_each(|(point, row)| tell(point, row));
        },
    );
}

/// One site in two places of one file: told at the later row.
fn two_places(points: &[Point<'_>], rows: &[RowDiagnosis]) -> Vec<(usize, Finding)> {
    let mut first: HashMap<&str, usize> = HashMap::with_capacity(points.len());
    let mut found = Vec::new();
    for (at, point) in points.iter().enumerate() {
        let (Some(position), Some(code)) = (rows[at].position, point.code) else { continue };
        let known = *first.entry(code).or_insert(at);
        let Some(before) = rows[known].position else { continue };
        let Some(metres) = rows::apart_m(before, position) else { continue };
        let row = points[known].row;
        let message = (
            format!("cùng trạm với dòng {row} nhưng cách {} m", Vi(whole(metres))),
            format!("the same site as in row {row}, {} m from there", En(whole(metres))),
        );
        let finding = Finding::new("two-places", Severity::Warn, message, words::CHECK);
        found.push((at, rows::on(point, finding)));
    }
    found
}

#[cfg(test)]
mod tests;
