//! What the example row of a template says of places, parties and days: of a village that the
//! register holds, so that the row would be taken as it stands.

use phusong_atlas::domain::{
    CarrierFact, CarrierId, Day, DutyFact, Located, PositionGrade, UnitId, VillageFact,
};
use phusong_atlas::gazetteer::Units;

use phusong_intake::report::Column;
use phusong_intake::template::Spec;

/// A site stands beside its village, not on it: a third of a kilometre to the east.
const BESIDE_DEG: f64 = 0.003;

/// A village of which an example may speak.
pub(super) struct Candidate<'a> {
    pub fact: &'a VillageFact,
    pub commune: UnitId,
    pub located: Located,
    pub households: Option<u32>,
    /// An open duty of it, of whoever fills the template in.
    pub duty: Option<&'a DutyFact>,
}

impl Candidate<'_> {
    /// One with a duty before others, then one of which it is known where it is.
    fn rank(&self) -> (bool, bool, u32, &str) {
        let is_centre = self.located.grade == PositionGrade::CommuneCentre;
        (self.duty.is_none(), is_centre, self.located.uncertainty_m, self.fact.id.as_str())
    }
}

/// Cells of the example row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Example {
    place: Option<Place>,
    carrier: Option<String>,
    clause: Option<String>,
    period: String,
    promised: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    village: String,
    commune: String,
    code: String,
    longitude: String,
    latitude: String,
    households: Option<u32>,
}

impl Example {
    /// `own`: the carrier that fills it in, who speaks of itself only.
    pub fn of<'a>(
        candidates: impl Iterator<Item = Candidate<'a>>,
        carriers: &[CarrierFact],
        (units, day): (&Units, Day),
        own: Option<&CarrierId>,
    ) -> Self {
        let best = candidates.min_by(|a, b| a.rank().cmp(&b.rank()));
        let duty = best.as_ref().and_then(|best| best.duty);
        let carrier = own.or_else(|| duty.map(|duty| &duty.carrier));
        let named = |id: &CarrierId| carriers.iter().find(|carrier| carrier.id == *id);
        let last_month = day.date().first_of_month().yesterday().unwrap_or(day.date());
        Self {
            place: best.as_ref().map(|best| Place {
                village: best.fact.name.clone(),
                commune: super::said(units, best.commune),
                code: best.commune.code.0.to_string(),
                longitude: format!("{:.4}", best.located.position.lon_deg() + BESIDE_DEG),
                latitude: format!("{:.4}", best.located.position.lat_deg()),
                households: best.households,
            }),
            carrier: carrier.and_then(named).map(|carrier| carrier.name.clone()),
            clause: best.is_some().then(|| duty.map_or_else(String::new, |one| one.clause.clone())),
            period: format!("{:02}/{}", last_month.month(), last_month.year()),
            promised: format!("31/12/{}", i32::from(day.date().year()) + 1),
        }
    }

    /// What stands in a column; what is no matter of this register is the template's own.
    pub fn text(&self, spec: &Spec) -> String {
        let own = || spec.example.to_owned();
        // A column that shows nothing is left empty.
        if spec.example.is_empty() {
            return String::new();
        }
        let place = |of: fn(&Place) -> String| self.place.as_ref().map_or_else(own, of);
        match spec.column {
            Column::Village | Column::Villages => place(|at| at.village.clone()),
            Column::SiteName => place(|at| format!("Trạm {}", at.village)),
            Column::Commune | Column::Unit => place(|at| at.commune.clone()),
            Column::UnitCode => place(|at| at.code.clone()),
            // For an old commune only.
            Column::District => place(|_| String::new()),
            Column::Longitude => place(|at| at.longitude.clone()),
            Column::Latitude => place(|at| at.latitude.clone()),
            Column::Households => {
                let known = self.place.as_ref().and_then(|at| at.households);
                known.map_or_else(own, |households| households.to_string())
            }
            Column::Carrier | Column::OperatorName => self.carrier.clone().unwrap_or_else(own),
            Column::Clause => self.clause.clone().unwrap_or_else(own),
            Column::Period => self.period.clone(),
            Column::PromisedDay => self.promised.clone(),
            _ => own(),
        }
    }
}
