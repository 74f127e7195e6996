//! Templates as workbooks: the columns that intake declares, with the names that the register
//! knows in the drop-downs.

use phusong_sheets::{ColumnHolds, ColumnSpec, TemplateSpec, WriteError};

use phusong_intake::report::Column;
use phusong_intake::template::{Holds, Kind, Need, Spec};

/// The workbook of one kind. `carriers`: names for the drop-down.
///
/// # Errors
/// When the workbook cannot be written.
pub fn template_xlsx(kind: Kind, carriers: &[String]) -> Result<Vec<u8>, WriteError> {
    let template = kind.template();
    let column = |spec: &Spec| ColumnSpec {
        key: spec.column.as_str(),
        heading_vi: spec.heading_vi,
        heading_en: spec.heading_en,
        needed: spec.need == Need::Always,
        holds: holds(spec, carriers),
        note_vi: spec.note_vi,
        note_en: spec.note_en,
        example: spec.example,
    };
    let columns = template.columns.iter().map(column).collect();
    let spec = TemplateSpec {
        kind: kind.as_str(),
        title_vi: template.title_vi,
        title_en: template.title_en,
        columns,
    };
    spec.to_xlsx()
}

fn holds<'a>(spec: &Spec, carriers: &'a [String]) -> ColumnHolds<'a> {
    match spec.holds {
        Holds::Code => ColumnHolds::Code,
        Holds::Day => ColumnHolds::Day,
        Holds::Moment => ColumnHolds::Moment,
        Holds::Count => ColumnHolds::Count,
        Holds::Number { unit } => ColumnHolds::Number { unit },
        Holds::Coordinate => ColumnHolds::Coordinate,
        Holds::Word(words) => ColumnHolds::Choice(words.iter().map(|(_, shown)| *shown).collect()),
        Holds::List if spec.column == Column::Technologies => {
            ColumnHolds::Several(vec!["2G", "3G", "4G", "5G"])
        }
        Holds::List => ColumnHolds::Several(Vec::new()),
        Holds::Register if matches!(spec.column, Column::Carrier | Column::OperatorName) => {
            ColumnHolds::Choice(carriers.iter().map(String::as_str).collect())
        }
        Holds::Text | Holds::Register => ColumnHolds::Text,
    }
}
