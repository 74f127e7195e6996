//! Features of a GeoJSON or GeoPackage as rows: points are sites, polygons are coverage areas.
//! Which layer and which coordinate system is decided here for the file as a whole, or asked.

use std::borrow::Borrow;
use std::sync::Arc;

use geo::{CoordsIter, Geometry, MultiPolygon};
use phusong_gis::{
    Crs, Damage, DeclaredCrs, Driver, Feature, GeoFile, GeometryFault, Layer, ReadError, Value,
};
use phusong_sheets::{BookError, RefusedBook};

use super::Context;
use super::cells::{Cells, Drawn, GEOMETRY};
use super::columns::Column;
use super::place::{choices, sampled};
use crate::doctor::{Habit, any_system};
use crate::finding::{Candidate, Finding, Severity};
use crate::{Because, Unreadable};

/// Features looked at to tell the file's system.
const SAMPLE: usize = 200;

/// What the sender says beside the file.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    /// For a file that names no coordinate system, or a wrong one.
    pub crs: Option<String>,
    /// For a file with several layers.
    pub layer: Option<String>,
}

/// Rows, the system they are drawn in, and findings on the file.
type Read = (Vec<Cells>, Crs, Vec<Finding>);

pub fn rows(
    file: GeoFile,
    declared: &Declared,
    context: &Context<'_>,
) -> Result<Read, Vec<Finding>> {
    let driver = file.driver;
    let layer = one_layer(file.layers, declared.layer.as_deref()).map_err(|fault| vec![*fault])?;
    let mut findings = Vec::new();
    let columns = columns(&layer, &mut findings)?;
    let named = layer.declared_crs.clone();
    let mut rows: Vec<Cells> =
        layer.features.into_iter().map(|feature| cells(feature, &columns)).collect();
    let is_geojson = driver == Driver::GeoJson;
    let asked = declared.crs.as_deref();
    let crs = system(&rows, (asked, named.as_ref(), is_geojson), Some(context), &mut findings)
        .map_err(|fault| vec![*fault])?;
    if columns.iter().any(|column| matches!(column, (_, Some((_, true))))) {
        for row in &mut rows {
            row.axes_by_letter = true;
        }
    }
    Ok((rows, crs, findings))
}

fn one_layer(layers: Vec<Layer>, asked: Option<&str>) -> Result<Layer, Box<Finding>> {
    let candidates: Vec<Candidate> = layers
        .iter()
        .filter(|layer| !layer.features.is_empty())
        .map(|layer| Candidate {
            id: layer.name.clone(),
            name: layer.name.clone(),
            reason_vi: format!("{} đối tượng", layer.features.len()),
            reason_en: format!("{} features", layer.features.len()),
            score: 50,
        })
        .collect();
    let fitting = |layer: &Layer| match asked {
        Some(name) => layer.name == name,
        None => !layer.features.is_empty(),
    };
    let mut found: Vec<Layer> = layers.into_iter().filter(fitting).collect();
    match (found.len(), asked) {
        (1, _) => Ok(found.remove(0)),
        (0, Some(name)) => Err(Finding::new(
            "unknown-layer",
            Severity::Refuse,
            (format!("tệp không có lớp “{name}”"), format!("the file has no layer {name:?}")),
            ("chọn một lớp trong danh sách", "choose one of the list"),
        )
        .with(candidates)
        .boxed()),
        _ => Err(Finding::new(
            "several-layers",
            Severity::Ask,
            ("tệp có nhiều lớp: cần chọn một", "the file has several layers: which one?"),
            ("gửi kèm layer=TÊN, hoặc xuất riêng từng lớp", "send layer=NAME, or one layer a file"),
        )
        .with(candidates)
        .boxed()),
    }
}

/// What each field is: its column, and whether it is an axis by letter only.
type Fields = Vec<(Arc<str>, Option<(Column, bool)>)>;

fn columns(layer: &Layer, findings: &mut Vec<Finding>) -> Result<Fields, Vec<Finding>> {
    let mut fields: Fields = Vec::new();
    let mut faults = Vec::new();
    for name in &layer.fields {
        let heading = Column::headed(name);
        let column = heading.map(|heading| (heading.column, heading.axis_by_letter));
        let twin = fields.iter().find(|(_, known)| {
            known.is_some_and(|(known, _)| Some(known) == heading.map(|heading| heading.column))
        });
        if let Some((twin, _)) = twin {
            let message = (
                format!("hai cột cùng nghĩa: “{twin}” và “{name}”"),
                format!("two columns of one meaning: {twin:?} and {name:?}"),
            );
            let remedy = ("bỏ một trong hai", "drop one of the two");
            faults
                .push(Finding::new("duplicate-column", Severity::Refuse, message, remedy).on(name));
        }
        fields.push((Arc::clone(name), column));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let unread: Vec<&str> =
        fields.iter().filter(|(_, column)| column.is_none()).map(|(name, _)| &**name).collect();
    if !unread.is_empty() {
        let shown = unread.iter().take(20).copied().collect::<Vec<_>>().join(", ");
        findings.push(Finding::new(
            "columns-not-read",
            Severity::Note,
            (format!("không đọc các cột: {shown}"), format!("columns that are not read: {shown}")),
            ("dùng tên cột của mẫu nếu cần", "use the template's names where they matter"),
        ));
    }
    Ok(fields)
}

fn cells(feature: Feature, fields: &Fields) -> Cells {
    let mut cells = Cells::new(feature.row);
    for (name, value) in &feature.attributes {
        let column = fields.iter().find(|(field, _)| field == name).and_then(|(_, column)| *column);
        let Some((column, _)) = column else { continue };
        match value {
            Value::Integer(number) => cells.push(column, &number.to_string()),
            Value::Real(number) => cells.push(column, &number.to_string()),
            // A list of a GeoJSON comes as its JSON text.
            Value::Text(text) if column.is_list() && text.starts_with('[') => {
                match serde_json::from_str::<Vec<String>>(text) {
                    Ok(items) => {
                        for item in &items {
                            cells.push(column, item);
                        }
                    }
                    Err(_) => cells.push(column, text),
                }
            }
            Value::Text(text) => cells.push(column, text),
        }
    }
    (cells.drawn, cells.findings) = match place(feature.geometry, feature.row) {
        Ok(drawn) => (drawn, cells.findings),
        Err(fault) => (None, vec![*fault]),
    };
    cells
}

/// What a feature draws; `None` for a table row, whose place is in its cells or missing.
pub(crate) fn place(
    geometry: Result<Geometry<f64>, GeometryFault>,
    row: u32,
) -> Result<Option<Drawn>, Box<Finding>> {
    let (code, value, vi, en) = match geometry.map(drawn) {
        Ok(Ok(drawn)) => return Ok(Some(drawn)),
        Err(GeometryFault::Missing) => return Ok(None),
        Ok(Err(kind)) => (
            "geometry-kind",
            kind,
            format!("kiểu hình học không dùng được: {kind}"),
            format!("a kind of geometry that says nothing here: {kind}"),
        ),
        Err(fault) => (geometry_code(&fault), "", fault.message_vi(), fault.to_string()),
    };
    let remedy = (
        "sửa hình trong phần mềm bản đồ rồi gửi lại",
        "mend the geometry in a map program, send again",
    );
    Err(Finding::new(code, Severity::Refuse, (vi, en), remedy).at(row, GEOMETRY, value).boxed())
}

fn geometry_code(fault: &GeometryFault) -> &'static str {
    match fault {
        GeometryFault::Missing | GeometryFault::Empty => "empty-geometry",
        GeometryFault::NotFinite => "not-finite",
        GeometryFault::OpenRing => "open-ring",
        GeometryFault::TooFewPoints => "too-few-points",
        GeometryFault::TooManyVertices { .. } => "too-many-vertices",
        GeometryFault::Unsupported { .. } => "geometry-kind",
    }
}

fn drawn(geometry: Geometry<f64>) -> Result<Drawn, &'static str> {
    match geometry {
        Geometry::Point(point) => Ok(Drawn::Point { first: point.x(), second: point.y() }),
        Geometry::MultiPoint(points) if points.0.len() == 1 => drawn(Geometry::Point(points.0[0])),
        Geometry::Polygon(polygon) => Ok(Drawn::area(MultiPolygon::new(vec![polygon]))),
        Geometry::MultiPolygon(polygons) => Ok(Drawn::area(polygons)),
        Geometry::GeometryCollection(mut members) if members.0.len() == 1 => {
            drawn(members.0.remove(0))
        }
        Geometry::MultiPoint(_) => Err("MultiPoint"),
        Geometry::LineString(_) | Geometry::MultiLineString(_) => Err("LineString"),
        _ => Err("GeometryCollection"),
    }
}

/// In which system the rows are drawn: as the sender says, as the file does, or as the numbers
/// tell. `said`: by the sender, by the file, and whether the format means WGS 84 by itself.
pub(crate) fn system(
    rows: &[impl Borrow<Cells>],
    said: (Option<&str>, Option<&DeclaredCrs>, bool),
    context: Option<&Context<'_>>,
    findings: &mut Vec<Finding>,
) -> Result<Crs, Box<Finding>> {
    told(rows, said, context, findings).map_err(|fault| {
        let known = |system: &Candidate| fault.candidates.iter().any(|own| own.id == system.id);
        let others: Vec<Candidate> =
            systems(rows, context).into_iter().filter(|system| !known(system)).collect();
        fault.with(others).boxed()
    })
}

/// Every system with what speaks for it, the likeliest first.
pub(crate) fn systems(
    rows: &[impl Borrow<Cells>],
    context: Option<&Context<'_>>,
) -> Vec<Candidate> {
    context.map_or_else(any_system, |context| choices(rows, SAMPLE, context))
}

fn told(
    rows: &[impl Borrow<Cells>],
    (asked, named, is_geojson): (Option<&str>, Option<&DeclaredCrs>, bool),
    context: Option<&Context<'_>>,
    findings: &mut Vec<Finding>,
) -> Result<Crs, Box<Finding>> {
    if let Some(text) = asked {
        return Crs::parse(text).map_err(|error| {
            let known = error.candidates().iter().map(|crs| crs_candidate(*crs));
            Finding::new(
                "crs",
                Severity::Refuse,
                (error.message_vi(), error.to_string()),
                ("ghi mã EPSG, ví dụ EPSG:5898", "write an EPSG code, like EPSG:5898"),
            )
            .with(known)
            .on("crs")
            .boxed()
        });
    }
    if let Some(named) = named {
        let crs = ours(named).ok_or_else(|| foreign(named).boxed())?;
        if is_geojson {
            let name = crs.name();
            let message = (
                format!("tệp GeoJSON ghi hệ tọa độ ở mục crs: đọc theo {name}"),
                format!("the GeoJSON names a system in its crs member: read as {name}"),
            );
            let remedy = ("không cần làm gì nếu đúng", "nothing to do if that is right");
            findings.push(Finding::new("crs-member", Severity::Note, message, remedy));
        }
        return Ok(crs);
    }
    let degrees =
        rows.iter().filter_map(|row| row.borrow().drawn.as_ref()).all(|drawn| match drawn {
            Drawn::Point { first, second } => is_degrees(*first, *second),
            Drawn::Area(outline) => outline.coords_iter().all(|at| is_degrees(at.x, at.y)),
        });
    if !degrees {
        return context
            .map_or_else(|| Err(unknown_system()), |context| propose(rows, context, findings));
    }
    // A GeoJSON in degrees is WGS 84 by RFC 7946.
    if !is_geojson {
        findings.push(Finding::new(
            "crs-proposed",
            Severity::Note,
            (
                "tệp không ghi hệ tọa độ; các số là độ: hiểu là WGS 84",
                "the file names no system; its numbers are degrees: read as WGS 84",
            ),
            ("gửi kèm crs=EPSG:…, nếu khác", "send crs=EPSG:… if it is another"),
        ));
    }
    Ok(Crs::Wgs84)
}

fn is_degrees(x: f64, y: f64) -> bool {
    x.abs() <= 180.0 && y.abs() <= 180.0
}

fn ours(named: &DeclaredCrs) -> Option<Crs> {
    match (named.epsg, &named.wkt_name) {
        (Some(code), _) => Crs::from_epsg(code),
        (None, Some(name)) => Crs::parse(name).ok(),
        (None, None) => None,
    }
}

fn foreign(named: &DeclaredCrs) -> Finding {
    let shown = match (named.epsg, &named.wkt_name) {
        (Some(code), _) => format!("EPSG:{code}"),
        (None, Some(name)) => name.chars().take(80).collect(),
        (None, None) => "?".to_owned(),
    };
    Finding::new(
        "foreign-crs",
        Severity::Refuse,
        (
            format!("hệ tọa độ của tệp ({shown}) không dùng ở đây"),
            format!("the file's coordinate system ({shown}) is not used here"),
        ),
        (
            "xuất lại theo WGS 84 hoặc VN-2000, hoặc gửi kèm crs=EPSG:… nếu tệp ghi sai",
            "export it in WGS 84 or VN-2000, or send crs=EPSG:… if the file is wrong about it",
        ),
    )
    .on("crs")
}

fn crs_candidate(crs: Crs) -> Candidate {
    Candidate {
        id: format!("EPSG:{}", crs.epsg()),
        name: crs.name().to_owned(),
        reason_vi: String::new(),
        reason_en: String::new(),
        score: 50,
    }
}

/// Nothing tells the system: the sender has to.
fn unknown_system() -> Box<Finding> {
    let message = ("không rõ hệ tọa độ của tệp", "in which coordinate system is the file?");
    let remedy = ("gửi kèm crs=EPSG:…", "send crs=EPSG:…");
    Finding::new("crs-unknown", Severity::Refuse, message, remedy).on("crs").boxed()
}

/// The only reading that fits is not as a map file is written: swapped axes, lost signs.
fn asked_of(habit: Habit) -> Finding {
    let (vi, en) = (habit.name_vi(), habit.name_en());
    let message = (
        format!("các số của lớp chỉ hợp lý khi đọc là {vi}: có đúng vậy không?"),
        format!("the layer's numbers only make sense read as {en}: is that what they are?"),
    );
    let remedy = ("gửi kèm crs=EPSG:…, hoặc xuất lại", "send crs=EPSG:…, or export it again");
    let reading = Candidate {
        id: habit.id(),
        name: vi,
        reason_vi: "cách hiểu duy nhất hợp lý".to_owned(),
        reason_en: "the only reading that makes sense".to_owned(),
        score: 90,
    };
    Finding::new("swapped", Severity::Ask, message, remedy).on("crs").with([reading])
}

/// Metres without a word: what the doctor makes of a sample.
fn propose(
    rows: &[impl Borrow<Cells>],
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Crs, Box<Finding>> {
    let (verdict, told) = sampled(rows, SAMPLE, context);
    let remedy = ("gửi kèm crs=EPSG:…", "send crs=EPSG:…");
    match verdict.and_then(|verdict| verdict.habit()) {
        Some(habit) if habit.is_plain() => {
            findings.extend(told);
            Ok(habit.crs)
        }
        // A map file says which axis is which: another order than its own is asked.
        Some(habit) => Err(asked_of(habit).boxed()),
        None => {
            let mut finding = told.into_iter().next().unwrap_or_else(|| *unknown_system());
            if finding.severity == Severity::Refuse {
                finding.code = "crs-unknown";
            }
            (finding.row, finding.value) = (None, None);
            (finding.remedy_vi, finding.remedy_en) = (remedy.0.to_owned(), remedy.1.to_owned());
            Err(finding.on("crs").boxed())
        }
    }
}

fn of_workbook(error: &BookError) -> Because {
    match error {
        BookError::Bomb { .. } | BookError::TooLarge { .. } => Because::TooLarge,
        BookError::Refused { what: RefusedBook::Encrypted | RefusedBook::Entities }
        | BookError::FarCell { .. }
        | BookError::Broken { .. }
        | BookError::NoData => Because::Damaged,
        BookError::Refused { .. } => Because::OtherKind,
        BookError::Io { .. } => Because::NoReader,
    }
}

/// Why the sandboxed reader gave nothing, for the sender.
pub fn unreadable(error: &ReadError) -> Unreadable {
    let because = match error {
        ReadError::TooLarge { .. } | ReadError::ArchiveBomb { .. } => Because::TooLarge,
        ReadError::NotAllowed { what } if what.is_other_kind() => Because::OtherKind,
        ReadError::BrokenFile {
            what: Damage::TooDeep { .. } | Damage::DuplicateKey { .. } | Damage::Json { .. },
        } => Because::Malformed,
        ReadError::NotAllowed { .. }
        | ReadError::BrokenFile { .. }
        | ReadError::Timeout { .. }
        | ReadError::Crashed { .. }
        | ReadError::NoFeatures => Because::Damaged,
        ReadError::SandboxMissing { .. } | ReadError::Io { .. } => Because::NoReader,
        ReadError::Workbook(error) => of_workbook(error),
    };
    let message = (error.message_vi(), error.to_string());
    let finding = Finding::new(error.code(), Severity::Refuse, message, error.remedy());
    Unreadable { because, findings: vec![finding] }
}
