//! What can be asked of a cluster or village: one typed value from the edge to the answer.

use super::combine::Mode;
use super::said::{CarrierIndex, Signal};
use super::view::Common;
use crate::domain::{Day, Grade, Technology};

/// Which carriers a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Carriers {
    /// Every terrestrial mobile network operator valid on the day.
    Operators,
    /// These, sorted; never empty.
    Named(Vec<CarrierIndex>),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    pub carriers: Carriers,
    pub mode: Mode,
    /// `None`: the rule set's base technology of the day.
    pub technology: Option<Technology>,
    pub signal: Signal,
    pub grade: Grade,
    /// *Tính đến hết ngày*.
    pub day: Day,
}

impl Question {
    /// Any mobile signal from any operator, E1, outdoor × data.
    pub fn default_on(day: Day) -> Self {
        Self {
            carriers: Carriers::Operators,
            mode: Mode::Any,
            technology: None,
            signal: Signal::DEFAULT,
            grade: Grade::E1,
            day,
        }
    }

    /// The base question that every roll-up compares with: same day and grade.
    #[must_use]
    pub fn base(&self) -> Self {
        Self { grade: self.grade, ..Self::default_on(self.day) }
    }

    pub fn carriers_in(&self, common: &Common) -> Vec<CarrierIndex> {
        match &self.carriers {
            Carriers::Operators => common.operators_on(self.day).collect(),
            Carriers::Named(named) => named.clone(),
        }
    }

    pub fn least_technology(&self, common: &Common) -> Technology {
        self.technology.unwrap_or_else(|| common.rules.base_on(self.day))
    }
}
