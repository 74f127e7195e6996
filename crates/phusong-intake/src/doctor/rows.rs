//! One row by the habit of its file: where it is, what is odd about it.

use geo::Intersects;
use phusong_atlas::domain::{Position, distance_m};
use phusong_gis::{Crs, DatumShift, Transformer};

use super::ground::{BOUNDARY_ERROR_M, Miss, Ready, SAME_SITE_M, is_within, outline_m, roughly_m};
use super::habit::{Form, Habit};
use super::number::{Numbers, PairFault};
use super::reading::{Depth, Reading, Window, compute, in_order, readings};
use super::words::{CHECK, EAST, NORTH, odd, reading_candidate};
use super::{Order, Point, RowDiagnosis, State};
use crate::amount::{En, Vi, whole};
use crate::finding::{Finding, Severity};

/// The packaged coast is off by so much.
const COAST_ERROR_M: f64 = 1_500.0;
/// Nobody's mast stands so exactly on the centre of a unit.
const CENTRE_M: f64 = 15.0;
/// Two readings of a row nearer than this are one.
const SAME_PLACE_M: f64 = 50.0;
const MOST_CANDIDATES: usize = 6;

/// By what the rows of a group are read.
#[derive(Clone, Copy)]
pub struct Reader<'r, 'a> {
    pub ready: &'r Ready<'a>,
    pub window: &'r Window,
    pub transformer: &'r Transformer,
    pub shift: DatumShift,
    /// None: each row for itself.
    pub habit: Option<Habit>,
    /// The habit is the sender's own answer: other readings are not asked again.
    pub is_answered: bool,
    /// So few rows that one lying beside its commune is no proof of the habit.
    pub is_weak: bool,
    /// Each row by whichever of these fits it alone.
    pub by_row: &'r [Habit],
}

impl Reader<'_, '_> {
    pub fn row(&self, point: &Point<'_>, numbers: &[Numbers; 2]) -> RowDiagnosis {
        let near = |reading: &Reading| self.ready.is_near_province(reading.position);
        let own = self.habit.and_then(|habit| self.by(habit, numbers)).filter(near);
        if let Some(own) = own {
            let miss = self.ready.miss(own.position, point);
            // A site that moved may stand where another reading would leave it in place.
            let unmoved = miss.on_the_spot || point.before.is_none();
            // 19 sites in 20 lie nearer to their commune's cell than this.
            let usual_m = if self.is_weak { 0.0 } else { BOUNDARY_ERROR_M };
            let sure = miss.on_the_spot || miss.is_inside() || miss.metres <= usual_m;
            if self.is_answered || miss.fits && unmoved && sure {
                return self.placed(point, own, miss, &[]);
            }
        }
        let mut others = self.others(point, numbers, own.as_ref());
        if !self.by_row.is_empty() {
            others.retain(|one| {
                self.by_row
                    .iter()
                    .any(|own| (own.crs, own.order) == (one.habit.crs, one.habit.order))
            });
            if let [one] = others[..] {
                return self.placed(point, one, self.ready.miss(one.position, point), &[]);
            }
        }
        // On the spot where it was before, or within the commune that our reading only skirts.
        let better = |one: &Reading| {
            let miss = self.ready.miss(one.position, point);
            miss.on_the_spot || miss.is_inside() && one.habit.form.is_natural()
        };
        match own.map(|own| (own, self.ready.miss(own.position, point))) {
            Some((own, miss)) if miss.fits && !others.iter().any(better) => {
                self.placed(point, own, miss, &[])
            }
            Some((own, miss)) if others.iter().all(|one| !one.habit.form.is_natural()) => {
                self.placed(point, own, miss, &others)
            }
            Some((own, _)) => self.asked(point, &others, Some(own)),
            None if !others.is_empty() => self.asked(point, &others, None),
            None => self.nowhere(point, numbers),
        }
    }

    /// The sender's own answer for this row.
    pub fn answered(
        &self,
        point: &Point<'_>,
        numbers: &[Numbers; 2],
        habit: Habit,
    ) -> Option<RowDiagnosis> {
        let reading = self.by(habit, numbers)?;
        let odd = self.habit.is_some_and(|own| (own.crs, own.order) != (habit.crs, habit.order));
        let own = Self { is_answered: true, ..*self };
        let miss = self.ready.miss(reading.position, point);
        Some(RowDiagnosis { odd, ..own.placed(point, reading, miss, &[]) })
    }

    /// The row in one habit, wherever that is.
    fn by(&self, habit: Habit, numbers: &[Numbers; 2]) -> Option<Reading> {
        let depth = if habit.form == Form::Packed { Depth::Deep } else { Depth::Usual };
        let mut found = Vec::new();
        let (to, how) = ((habit.crs, habit.order), (depth, self.shift));
        in_order(numbers, to, self.window, how, self.transformer, &mut found);
        let allowed = |form: Form| form.is_natural() || form == habit.form;
        found.retain(|reading| allowed(reading.habit.form));
        // Packed degrees are numbers too: a file that packs them packs them all.
        let unpacked =
            |reading: &Reading| habit.form == Form::Packed && reading.habit.form != Form::Packed;
        found.into_iter().min_by_key(|reading| (unpacked(reading), reading.habit.form))
    }

    /// What else the row may be, where it says it is; the best first.
    fn others(
        &self,
        point: &Point<'_>,
        numbers: &[Numbers; 2],
        own: Option<&Reading>,
    ) -> Vec<Reading> {
        let how = (Depth::Deep, self.shift);
        let mut found = readings(numbers, &Crs::ALL, self.window, how, self.transformer);
        let apart = |a: &Reading, b: &Reading| roughly_m(a.position, b.position) > SAME_PLACE_M;
        found.retain(|one| {
            one.habit.crs != Crs::Vn2000
                && own.is_none_or(|own| apart(own, one))
                && self.ready.miss(one.position, point).fits
        });
        let rank = |one: &Reading| {
            let miss = self.ready.miss(one.position, point);
            let prior = Crs::ALL.iter().position(|crs| *crs == one.habit.crs);
            (
                !miss.on_the_spot,
                !one.habit.form.is_natural(),
                !miss.is_inside(),
                one.habit.form,
                prior,
            )
        };
        found.sort_by_key(rank);
        if found.iter().any(|one| self.ready.miss(one.position, point).on_the_spot) {
            found.retain(|one| self.ready.miss(one.position, point).on_the_spot);
        }
        let mut kept: Vec<Reading> = Vec::new();
        for one in found {
            if kept.iter().all(|known| apart(known, &one)) {
                kept.push(one);
            }
        }
        kept.truncate(MOST_CANDIDATES);
        kept
    }

    fn asked(&self, point: &Point<'_>, fitting: &[Reading], own: Option<Reading>) -> RowDiagnosis {
        let shown = fitting.iter().chain(&own);
        let candidates: Vec<_> =
            shown.map(|one| reading_candidate(one, point, self.ready)).collect();
        let mut finding = match fitting.first() {
            Some(best) => odd(self.habit, best.habit),
            None => Finding::new("crs-ambiguous", Severity::Ask, ("", ""), CHECK),
        };
        finding.candidates.clone_from(&candidates);
        RowDiagnosis {
            state: State::Asked,
            odd: self.habit.is_some(),
            candidates,
            findings: vec![on(point, finding)],
            ..RowDiagnosis::silent(point.row)
        }
    }

    /// No reading lies where the row says: what lies in the province at all is asked, and where
    /// none does it is refused with the nearest miss.
    fn nowhere(&self, point: &Point<'_>, numbers: &[Numbers; 2]) -> RowDiagnosis {
        let how = (Depth::Usual, self.shift);
        let mut found = readings(numbers, &Crs::ALL, self.window, how, self.transformer);
        found.retain(|one| one.habit.crs != Crs::Vn2000);
        let beyond = self.beyond(numbers);
        let inside: Vec<Reading> = found
            .iter()
            .filter(|one| self.ready.ground.areas.holding(one.position).is_some())
            .filter(|one| one.habit.form.is_natural())
            .copied()
            .collect();
        if !inside.is_empty() {
            let mut row = self.asked(point, &inside, None);
            row.candidates.truncate(MOST_CANDIDATES);
            return row;
        }
        let misses = found.iter().chain(&beyond).map(|one| {
            let (label, metres) = self.ready.said(one.position, point);
            (label, metres, one.habit)
        });
        let nearest = misses.min_by(|a, b| a.1.total_cmp(&b.1));
        let (vi, en) = match nearest {
            Some((label, metres, habit)) => {
                let km = (metres / 1000.0).round();
                (
                    format!(
                        "ngoài tỉnh: gần nhất vẫn cách {label} {km} km (theo {})",
                        habit.name_vi()
                    ),
                    format!(
                        "outside the province: at best {km} km from {label} (as {})",
                        habit.name_en()
                    ),
                )
            }
            None => return unreadable(point, PairFault::Impossible),
        };
        refused(point, "outside-province", EAST, (&vi, &en))
    }

    /// The plain numbers, however far off: for the nearest miss.
    fn beyond(&self, [easts, norths]: &[Numbers; 2]) -> Option<Reading> {
        let habit = self.habit.unwrap_or(Habit::plain(Crs::Wgs84));
        let (east, north) = match habit.order {
            Order::AsHeaded => (easts.first()?, norths.first()?),
            Order::Swapped => (norths.first()?, easts.first()?),
        };
        compute(habit, east.value, north.value, self.shift, self.transformer)
    }

    /// A place that was taken, held against all that is known.
    fn placed(
        &self,
        point: &Point<'_>,
        own: Reading,
        miss: Miss,
        others: &[Reading],
    ) -> RowDiagnosis {
        let mut findings = Vec::new();
        if self.ready.names_commune(point) {
            if miss.metres > 0.0 {
                findings.push(self.off_commune(point, &own, others));
            }
        } else if self.ready.ground.areas.holding(own.position).is_none() {
            let message = (
                "điểm ở ngoài mọi xã của tỉnh (ngoài biển hoặc tỉnh bên?)",
                "the point lies in no commune of the province (at sea, or beyond the border?)",
            );
            let mut finding = Finding::new("outside-every-commune", Severity::Warn, message, CHECK);
            finding.candidates =
                others.iter().map(|one| reading_candidate(one, point, self.ready)).collect();
            findings.push(finding);
        }
        if miss.metres > 0.0 || !self.ready.names_commune(point) {
            findings.extend(self.at_sea(own.position));
        }
        findings.extend(self.on_centre(point, own.position));
        findings.extend(moved(point, own.position));
        RowDiagnosis {
            state: State::Placed,
            position: Some(own.position),
            operation: own.operation_name(),
            habit: Some(own.habit),
            findings: findings.into_iter().map(|finding| on(point, finding)).collect(),
            candidates: others
                .iter()
                .map(|one| reading_candidate(one, point, self.ready))
                .collect(),
            ..RowDiagnosis::silent(point.row)
        }
    }

    fn off_commune(&self, point: &Point<'_>, own: &Reading, others: &[Reading]) -> Finding {
        let miss = self.ready.miss(own.position, point);
        let (label, metres) = self.ready.said(own.position, point);
        let km = (metres / 1000.0).round();
        if !miss.in_claim {
            let candidates = others.iter().chain([own]);
            let severity = if self.is_answered { Severity::Warn } else { Severity::Ask };
            return Finding::new(
                "far-from-commune",
                severity,
                (
                    format!("cách xã khai báo ({label}) {km} km"),
                    format!("{km} km from the declared commune ({label})"),
                ),
                (
                    "kiểm tra tên xã, tọa độ, hệ tọa độ và kinh tuyến trục",
                    "check the commune, the coordinates, their system and meridian",
                ),
            )
            .with(candidates.map(|one| reading_candidate(one, point, self.ready)));
        }
        Finding::new(
            "outside-cell",
            Severity::Note,
            (
                format!("ngoài ranh giới gần đúng của {label} (cách tâm {km} km)"),
                format!("outside the approximate boundary of {label} ({km} km from its centre)"),
            ),
            (
                "ranh giới gần đúng, không có giá trị pháp lý: chỉ cần xem lại",
                "the boundary is approximate and has no legal value: only look again",
            ),
        )
    }

    fn at_sea(&self, at: Position) -> Option<Finding> {
        let land = self.ready.ground.land?;
        let wet = !land.intersects(&at.point()) && outline_m(land, at) > COAST_ERROR_M;
        let message = ("điểm nằm ngoài biển", "the point lies at sea");
        wet.then(|| Finding::new("at-sea", Severity::Warn, message, CHECK))
    }

    /// The centre of a unit is where people put a site whose place they do not know.
    fn on_centre(&self, point: &Point<'_>, at: Position) -> Option<Finding> {
        let units = self.ready.ground.gazetteer.units();
        let is_here = |centre: Position| is_within(centre, at, CENTRE_M);
        let province = self.ready.province_centres.iter().find(|(_, centre)| is_here(*centre));
        let claimed = point
            .claimed
            .filter(|unit| units.get(*unit).and_then(|unit| unit.centre).is_some_and(is_here));
        let label = units.label(province.map(|(unit, _)| *unit).or(claimed)?);
        Some(Finding::new(
            "unit-centre",
            Severity::Warn,
            (
                format!("trùng điểm tâm của {label}: có phải vị trí thật của trạm?"),
                format!("exactly the centre of {label}: is it where the site stands?"),
            ),
            CHECK,
        ))
    }
}

/// How far two places of one site lie apart, when that is more than measuring tells.
pub(super) fn apart_m(one: Position, other: Position) -> Option<f64> {
    Some(distance_m(one, other)).filter(|metres| *metres > SAME_SITE_M)
}

fn moved(point: &Point<'_>, at: Position) -> Option<Finding> {
    let metres = apart_m(point.before?, at)?;
    Some(Finding::new(
        "moved",
        Severity::Warn,
        (
            format!("trạm dời {} m so với lần báo cáo trước", Vi(whole(metres))),
            format!("the site moved {} m since its last report", En(whole(metres))),
        ),
        CHECK,
    ))
}

impl RowDiagnosis {
    pub(super) fn silent(row: u32) -> Self {
        Self {
            row,
            state: State::Empty,
            position: None,
            operation: None,
            habit: None,
            odd: false,
            findings: Vec::new(),
            candidates: Vec::new(),
        }
    }
}

/// The finding at the row's coordinates.
pub fn on(point: &Point<'_>, finding: Finding) -> Finding {
    let value = match (point.east, point.north) {
        ("", one) | (one, "") => one.to_owned(),
        (east, north) => format!("{east}; {north}"),
    };
    finding.at(point.row, EAST, &value)
}

fn refused(
    point: &Point<'_>,
    code: &'static str,
    column: &str,
    message: (&str, &str),
) -> RowDiagnosis {
    let remedy = ("sửa ô này rồi gửi lại", "mend this cell and send again");
    let value = if column == NORTH { point.north } else { point.east };
    let finding = Finding::new(code, Severity::Refuse, message, remedy);
    RowDiagnosis {
        state: State::Refused,
        findings: vec![finding.at(point.row, column, value)],
        ..RowDiagnosis::silent(point.row)
    }
}

/// A row whose cells are no pair of numbers.
pub fn unreadable(point: &Point<'_>, fault: PairFault) -> RowDiagnosis {
    let not_a_number = ("không phải là số", "not a number");
    match fault {
        PairFault::Nothing => RowDiagnosis::silent(point.row),
        PairFault::East => {
            refused(point, "half-position", EAST, ("thiếu kinh độ", "longitude is missing"))
        }
        PairFault::North => {
            refused(point, "half-position", NORTH, ("thiếu vĩ độ", "latitude is missing"))
        }
        PairFault::BadEast => refused(point, "bad-number", EAST, not_a_number),
        PairFault::BadNorth => refused(point, "bad-number", NORTH, not_a_number),
        PairFault::Impossible => {
            let message = ("tọa độ không thể có", "no such coordinates");
            refused(point, "bad-coordinates", EAST, message)
        }
    }
}

/// A cell that names no system known here.
pub fn unknown_system(point: &Point<'_>) -> RowDiagnosis {
    let mut row = refused(
        point,
        "crs",
        super::words::CRS,
        (
            "không rõ hệ tọa độ; ghi WGS84 hoặc VN-2000 kèm kinh tuyến trục",
            "unknown coordinate system; write WGS84, or VN-2000 with its central meridian",
        ),
    );
    for finding in &mut row.findings {
        finding.value = point.row_crs.map(str::to_owned);
    }
    row
}
