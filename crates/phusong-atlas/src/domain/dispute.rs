//! What is said against what was said: a cause for a disagreement, a dispute with its life, and
//! certificates of inspection. None of it is a verdict.

use super::{CarrierId, Day, Party, Places, RowRef, SiteId, TechSet, VillageId};

/// Why a claim and what speaks against it differ, as the carrier explains it (*giải trình*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// *Ngừng có kế hoạch*.
    PlannedOutage,
    /// *Sự cố*.
    Fault,
    /// *Chưa cập nhật lên bản đồ*.
    NotYetOnMap,
    /// *Quá tải*.
    Load,
    /// *Địa hình*.
    Terrain,
    /// *Bản đồ sai*.
    WrongMap,
}

/// A carrier names the cause of a disagreement between its claim and what speaks against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCauseFact {
    /// The row that claims.
    pub claim: RowRef,
    /// The row that speaks against it.
    pub against: RowRef,
    pub carrier: CarrierId,
    pub cause: Cause,
    /// In the carrier's own words.
    pub text: String,
}

/// *Phản ánh*: somebody says that the verdict on a village is wrong. It exists from the day an
/// officer opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeFact {
    pub village: VillageId,
    /// The day on which it was raised.
    pub raised: Day,
    /// In the officer's wording: no name, no number of a person.
    pub text: String,
    /// Who raised it; `None`: somebody of the public.
    pub by: Option<Party>,
    /// Whose claim is disputed; `None`: of every carrier.
    pub carrier: Option<CarrierId>,
}

/// The carrier answers a dispute with a cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeAnswerFact {
    pub dispute: RowRef,
    pub carrier: CarrierId,
    pub cause: Cause,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DisputeFinding {
    /// The dispute is right.
    Upheld,
    NotUpheld,
    /// It cannot be told yet.
    Unclear,
}

/// Somebody went and looked. What was seen is filed as evidence; this says what it means for the
/// dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeCheckFact {
    pub dispute: RowRef,
    pub day: Day,
    pub finding: DisputeFinding,
    pub text: String,
}

/// A dispute is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeEndFact {
    pub dispute: RowRef,
    pub finding: DisputeFinding,
    pub reason: String,
}

/// *Vị trí cột* shared by several sites: an officer's word, never guessed from positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StructureFact {
    pub sites: Vec<SiteId>,
    /// The document that it stands on.
    pub source: String,
}

/// *Giấy chứng nhận kiểm định* of a site or of what serves a place. Shown beside the verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFact {
    pub carrier: CarrierId,
    pub number: String,
    pub issued: Day,
    /// The last day on which it is good; `None`: it says none.
    pub expires: Option<Day>,
    pub site: Option<SiteId>,
    pub places: Places,
    pub technologies: TechSet,
    /// Who issued it.
    pub source: String,
}
