//! The kinds of things files say, each as a declared template: its columns, which are needed,
//! what may stand in them. One table serves the heading matcher, the XLSX that people download,
//! the documentation and the check of what is missing.

mod network;
mod places;
mod shared;

use crate::report::Column;

/// What a table says (one kind to a table).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Completion reports and inventories: one row an event of a site.
    SiteReport,
    /// Coverage claimed by technology: outlines or named villages, without an event.
    Coverage,
    /// Villages and their clusters.
    Villages,
    /// Counts by unit and period.
    Statistics,
    /// A commune's word on its villages.
    Confirmation,
    /// Drive tests: one row a sample.
    Measurement,
    /// Outlines of units.
    Boundaries,
    /// Steps of duties and commitments.
    Duties,
    /// Sites or communes out of touch.
    Outages,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::SiteReport,
        Self::Coverage,
        Self::Villages,
        Self::Statistics,
        Self::Confirmation,
        Self::Measurement,
        Self::Boundaries,
        Self::Duties,
        Self::Outages,
    ];

    /// In addresses and at the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SiteReport => "site-report",
            Self::Coverage => "coverage",
            Self::Villages => "villages",
            Self::Statistics => "statistics",
            Self::Confirmation => "confirmation",
            Self::Measurement => "measurement",
            Self::Boundaries => "boundaries",
            Self::Duties => "duties",
            Self::Outages => "outages",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    pub fn template(self) -> Template {
        let (title_vi, title_en, columns) = match self {
            Self::SiteReport => (
                "Báo cáo hoàn thành trạm, danh sách trạm gốc",
                "Completion report and site inventory",
                network::SITE_REPORT,
            ),
            Self::Coverage => ("Khai báo vùng phủ", "Coverage claim", network::COVERAGE),
            Self::Villages => {
                ("Danh sách thôn và cụm dân cư", "Villages and clusters", places::VILLAGES)
            }
            Self::Statistics => (
                "Số liệu thống kê theo địa bàn và kỳ",
                "Statistics by unit and period",
                places::STATISTICS,
            ),
            Self::Confirmation => {
                ("Phiếu xác nhận của xã", "Commune confirmation", places::CONFIRMATION)
            }
            Self::Measurement => ("Dữ liệu đo kiểm", "Drive test", network::MEASUREMENT),
            Self::Boundaries => {
                ("Ranh giới đơn vị hành chính", "Boundaries of units", places::BOUNDARIES)
            }
            Self::Duties => (
                "Nhiệm vụ, cam kết và mốc tiến độ",
                "Duties, commitments and milestones",
                network::DUTIES,
            ),
            Self::Outages => ("Mất liên lạc", "Outages", network::OUTAGES),
        };
        Template { kind: self, title_vi, title_en, columns: columns.to_vec() }
    }
}

/// Whether a table can do without a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Always,
    /// A column of its own, or one answer for the whole table: a list of sites that stand need not
    /// say of each what happened and when.
    Once,
    Free,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Holds {
    Text,
    /// Text that looks like a number: never reckoned with, never reformatted.
    Code,
    Day,
    /// Date and time.
    Moment,
    Count,
    Number {
        unit: &'static str,
    },
    Coordinate,
    /// One of these words; the first is what is stored, the second what is shown.
    Word(&'static [(&'static str, &'static str)]),
    /// Several, divided by `;`.
    List,
    /// A closed list of the register: carriers, units, villages.
    Register,
}

impl Holds {
    /// What is shown of a stored word of a closed list.
    pub fn shown(self, stored: &str) -> Option<&'static str> {
        let Self::Word(words) = self else { return None };
        words.iter().find(|(own, _)| *own == stored).map(|(_, shown)| *shown)
    }
}

/// One column of a template.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spec {
    pub column: Column,
    pub need: Need,
    pub holds: Holds,
    pub heading_vi: &'static str,
    pub heading_en: &'static str,
    pub note_vi: &'static str,
    pub note_en: &'static str,
    pub example: &'static str,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    pub kind: Kind,
    pub title_vi: &'static str,
    pub title_en: &'static str,
    pub columns: Vec<Spec>,
}

impl Template {
    pub fn spec(&self, column: Column) -> Option<&Spec> {
        self.columns.iter().find(|spec| spec.column == column)
    }

    pub fn names(&self) -> Vec<Column> {
        self.columns.iter().map(|spec| spec.column).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_leads_to_its_own_column() {
        for kind in Kind::ALL {
            let template = kind.template();
            let names = template.names();
            for spec in &template.columns {
                for heading in [spec.column.as_str(), spec.heading_vi, spec.heading_en] {
                    let found = Column::headed_among(heading, &names).map(|found| found.column);
                    assert_eq!(found, Some(spec.column), "{kind:?}: {heading}");
                }
            }
        }
    }

    #[test]
    fn no_column_stands_twice_and_some_are_needed() {
        for kind in Kind::ALL {
            let mut names = kind.template().names();
            let many = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), many, "{kind:?}");
            assert!(kind.template().columns.iter().any(|spec| spec.need == Need::Always));
            assert_eq!(Kind::named(kind.as_str()), Some(kind));
        }
    }
}
