//! A band whose area was drawn, as a row with what is told of the drawing.

use phusong_gis::{CoveredArea, Raster};

use super::asked::Quantity;
use super::{Planned, cells_of};
use crate::amount::{En, Vi};
use crate::finding::{Finding, Severity};
use crate::report::{Column, Drawn};
use crate::table::TableRow;

const NOTHING: (&str, &str) = ("không cần làm gì", "nothing to do");

pub fn row(
    mut planned: Planned,
    raster: Option<&Raster>,
    area: Option<CoveredArea>,
    file: &str,
) -> TableRow {
    let mut row = TableRow { number: planned.row, waits: true, ..TableRow::default() };
    row.findings.append(&mut planned.findings);
    planned.cells.push((Column::Basis, "mô phỏng".to_owned()));
    if let Some(raster) = raster {
        let own = planned.cells.iter().position(|(column, _)| *column == Column::Parameters);
        let own = own.map(|at| planned.cells.remove(at).1);
        let text = parameters(raster, &planned.rule, file, own.as_deref());
        planned.cells.push((Column::Parameters, text));
    }
    if let Some(drawn) = area.filter(|_| planned.question.is_some()) {
        if let Some(finding) = refused(&planned, &drawn) {
            row.findings.push(finding);
        } else {
            row.findings.extend(told(&planned, &drawn));
            row.drawn = Some(Drawn::area(drawn.area));
            row.waits = false;
        }
    }
    row.cells = cells_of(planned.cells);
    row
}

/// What keeps the drawn cells from being a claim.
fn refused(planned: &Planned, drawn: &CoveredArea) -> Option<Finding> {
    let statistics = &drawn.raster.statistics;
    let strongest = statistics.range.map(|range| range.max).filter(|max| *max > 0.0);
    if let (Some(Quantity::Dbm), Some(strongest)) = (planned.quantity, strongest) {
        let message = (
            format!("có ô mạnh tới {strongest} dBm: mức thu không quá 0 dBm"),
            format!("cells of up to {strongest} dBm: no level received is above 0 dBm"),
        );
        let remedy = (
            "sai dấu, sai đơn vị, hay giá trị của ô không có dữ liệu? Sửa tệp hoặc trả lời lại",
            "a lost sign, another unit, or the value of no data? Mend the file or answer anew",
        );
        let finding = Finding::new("raster-above-zero", Severity::Ask, message, remedy);
        return Some(finding.at(planned.row, Column::RasterNodata.as_str(), ""));
    }
    if drawn.cells > 0 {
        return None;
    }
    let message = if statistics.valid == 0 {
        (
            "mọi ô đều không có dữ liệu: không có vùng phủ nào".to_owned(),
            "no cell holds data: there is no covered area".to_owned(),
        )
    } else {
        let rule = &planned.rule;
        (format!("không ô nào đạt {rule}"), format!("no cell meets {rule}"))
    };
    let remedy = ("kiểm tra ngưỡng hoặc tệp", "look at the threshold, or at the file");
    let finding = Finding::new("raster-none-covered", Severity::Refuse, message, remedy);
    Some(finding.at(planned.row, "", ""))
}

/// How the area was made.
fn told(planned: &Planned, drawn: &CoveredArea) -> Vec<Finding> {
    let statistics = &drawn.raster.statistics;
    let (cells, valid, nodata) = (drawn.cells, statistics.valid, statistics.nodata);
    let rule = &planned.rule;
    let message = (
        format!(
            "{rule}: {} trong {} ô có số liệu được tính là phủ; {} ô trống",
            Vi(cells),
            Vi(valid),
            Vi(nodata)
        ),
        format!(
            "{rule}: {} of {} cells with data count as covered; {} are empty",
            En(cells),
            En(valid),
            En(nodata)
        ),
    );
    let mut told = vec![Finding::new("raster-read", Severity::Note, message, NOTHING)];
    if statistics.not_finite > 0 {
        let many = statistics.not_finite;
        let message = (
            format!("{} ô không phải là số (NaN, vô cực): không tính là phủ", Vi(many)),
            format!("{} cells are no numbers (NaN, infinite): not counted as covered", En(many)),
        );
        told.push(Finding::new("raster-not-finite", Severity::Warn, message, NOTHING));
    }
    if let Some(within) = drawn.simplified_within_cells {
        let message = (
            format!("đường biên được vẽ gọn lại, lệch không quá {within} ô"),
            format!("the outline was drawn simpler, nowhere off by more than {within} cells"),
        );
        told.push(Finding::new("raster-simplified", Severity::Note, message, NOTHING));
    }
    told.into_iter().map(|finding| finding.at(planned.row, "", "")).collect()
}

/// By what the prediction was made and read: kept with the claim.
fn parameters(raster: &Raster, rule: &str, file: &str, own: Option<&str>) -> String {
    let mut parts = vec![
        format!("tệp {file}"),
        format!("kênh {}/{}", raster.band, raster.bands),
        format!("{} × {} ô", raster.columns, raster.rows),
    ];
    if let Some([_, x_column, x_row, _, y_column, y_row]) = raster.geotransform {
        let (width, height) = (x_column.hypot(y_column), x_row.hypot(y_row));
        parts.push(format!("ô {width} × {height}"));
    }
    if let Some(named) = &raster.declared_crs {
        match (named.epsg, &named.wkt_name) {
            (Some(code), _) => parts.push(format!("EPSG:{code}")),
            (None, Some(name)) => parts.push(name.clone()),
            (None, None) => {}
        }
    }
    if !rule.is_empty() {
        parts.push(rule.to_owned());
    }
    parts.extend(own.map(str::to_owned));
    parts.join("; ")
}
