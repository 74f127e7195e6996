//! What is to be known of a band before its cells say anything: by the file, by its sender, or
//! asked with what the numbers suggest.

use phusong_atlas::domain::Technology;
use phusong_atlas::gazetteer::fold_for_search;
use phusong_gis::Raster;

use super::GoodLevels;
use crate::alike;
use crate::amount::{En, Vi};
use crate::finding::{Candidate, Finding, Severity};
use crate::reading::Said;
use crate::report::Column;
use crate::values::number::{Expected, Reading, quantity};
use crate::values::radio::radio;

type Answer<T> = Result<T, Box<Finding>>;

/// What a cell's number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    Dbm,
    Class,
}

/// What stands for "no data".
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Nodata {
    /// The file says it.
    Declared,
    Is(f64),
    /// Every cell holds data, as its sender says.
    Nothing,
}

/// Weaker or stronger is no threshold of coverage.
const THRESHOLDS_DBM: std::ops::RangeInclusive<f64> = -150.0..=-20.0;

/// One row's questions.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    pub table: &'a str,
    pub row: u32,
    pub raster: &'a Raster,
    pub said: &'a Said,
}

impl Asking<'_> {
    /// What stands for a column: the sender's answer to this row, the file's own word, what was
    /// said of the whole filing.
    pub fn stated(&self, column: Column) -> Option<String> {
        let own = self.raster.declared.iter().find(|(key, _)| key == column.as_str());
        let own = own.map(|(_, value)| value.trim()).filter(|value| !value.is_empty());
        let unit = self.raster.unit.as_deref().filter(|_| column == Column::RasterUnit);
        let own = own.or(unit);
        let answers = &self.said.answers;
        let answers = answers.of_table(self.table);
        let answer = answers.cell(self.row, column, own.unwrap_or_default());
        let stated = answer.or(own).or_else(|| answers.column(column));
        stated.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    pub fn cells(
        &self,
        columns: &[Column],
        technology: Option<Technology>,
    ) -> Vec<(Column, String)> {
        let stated = columns
            .iter()
            .filter(|column| !matches!(column, Column::Basis | Column::Technologies))
            .filter_map(|column| Some((*column, self.stated(*column)?)));
        let technology = technology.map(|known| (Column::Technologies, known.as_str().to_owned()));
        technology.into_iter().chain(stated).collect()
    }

    fn ask(&self, code: &'static str, column: Column, message: (&str, &str)) -> Finding {
        let remedy =
            ("trả lời tại đây, hoặc ghi trong tệp", "answer here, or write it in the file");
        let value = self.stated(column).unwrap_or_default();
        let finding = Finding::new(code, Severity::Ask, message, remedy);
        finding.at(self.row, column.as_str(), &value)
    }

    fn refuse(&self, code: &'static str, message: (&str, &str)) -> Finding {
        let remedy = ("xuất lại tệp rồi gửi lại", "export the file again and send it anew");
        Finding::new(code, Severity::Refuse, message, remedy).at(self.row, "", "")
    }

    /// What is missing whatever the numbers are.
    pub fn open(&self, technology: Option<Technology>) -> Vec<Finding> {
        let mut open = Vec::new();
        if self.raster.geotransform.is_none() {
            let message = (
                "tệp không ghi ảnh nằm ở đâu (không có tọa độ góc)",
                "the file does not say where the raster lies",
            );
            open.push(self.refuse("raster-unplaced", message));
        }
        if self.raster.statistics.valid == 0 {
            let message = (
                "mọi ô đều không có dữ liệu: không có vùng phủ nào",
                "no cell holds data: there is no covered area",
            );
            open.push(self.refuse("raster-empty", message));
        }
        if technology.is_none() {
            let message = ("ảnh này của công nghệ nào?", "of which technology is this raster?");
            let finding = self.ask("raster-technology", Column::Technologies, message);
            let stated: Option<String> = self.stated(Column::Technologies);
            let either = stated.and_then(|text| radio(&text).either.into_iter().next());
            open.push(match either {
                Some(either) => {
                    let ((vi, en), choices) = alike::two_readings(&either);
                    Finding { message_vi: vi, message_en: en, ..finding.with(choices) }
                }
                None => finding.with(alike::technologies()),
            });
        }
        if self.stated(Column::FromDay).is_none() {
            let message = ("vùng phủ có từ ngày nào?", "since which day is this the coverage?");
            let finding = self.ask("raster-day", Column::FromDay, message);
            let of_letter = ("ngày của văn bản", "the day of the letter");
            let letter = self.said.document_day;
            let letter = letter.map(|day| candidate(&day.to_string(), 50, of_letter));
            open.push(finding.with(letter));
        }
        open
    }

    /// Asked beside, where silence has a meaning of its own and keeps nothing from being filed.
    pub fn beside(&self) -> Vec<Finding> {
        if self.stated(Column::Service).is_some() {
            return Vec::new();
        }
        let message = (
            "chưa nêu dịch vụ: tính cho cả thoại và dữ liệu",
            "no service is named: it counts for voice and data",
        );
        let finding = self.ask("raster-service", Column::Service, message);
        vec![finding.with(["thoại", "dữ liệu"].map(|word| candidate(word, 50, ("", ""))))]
    }

    /// The sender's word, or the unit that the file declares.
    pub fn quantity(&self) -> Answer<Quantity> {
        let said = self.stated(Column::RasterUnit);
        let folded = said.as_deref().map(fold_for_search).unwrap_or_default();
        match &*folded {
            "dbm" => return Ok(Quantity::Dbm),
            "lop" | "class" | "classes" | "phan lop" => return Ok(Quantity::Class),
            _ => {}
        }
        let (vi, en) = match &said {
            Some(unit) => (
                format!("đơn vị “{unit}” không dùng ở đây: các số là dBm hay mã lớp?"),
                format!("the unit {unit:?} is not used here: are the numbers dBm, or classes?"),
            ),
            None => (
                "tệp không ghi đơn vị: các số là dBm hay mã lớp?".to_owned(),
                "the file names no unit: are the numbers dBm, or classes?".to_owned(),
            ),
        };
        let finding = self.ask("raster-unit", Column::RasterUnit, (&vi, &en));
        let (vi, en) = self.seen();
        let statistics = &self.raster.statistics;
        let few = statistics.classes.as_ref().is_some_and(|known| known.len() <= 8);
        // Classes are numbered from 0 or 1 on; a level is below zero.
        let numbered = statistics.range.is_some_and(|range| range.max >= 0.0);
        let (dbm, class) = if few && numbered { (40, 60) } else { (60, 40) };
        let each = [candidate("dBm", dbm, (&vi, &en)), candidate("lớp", class, (&vi, &en))];
        Err(finding.with(each).boxed())
    }

    /// The numbers in words.
    fn seen(&self) -> (String, String) {
        let statistics = &self.raster.statistics;
        let Some(range) = statistics.range else { return (String::new(), String::new()) };
        let (min, max) = (range.min, range.max);
        let many = statistics.classes.as_ref().map(|classes| classes.len().to_string());
        let many = many.unwrap_or_else(|| "> 32".to_owned());
        (
            format!("{many} giá trị khác nhau, từ {min} đến {max}"),
            format!("{many} different values, from {min} to {max}"),
        )
    }

    pub fn nodata(&self) -> Answer<Nodata> {
        // A mask says it cell by cell.
        if self.raster.nodata.is_some() || self.raster.statistics.nodata > 0 {
            return Ok(Nodata::Declared);
        }
        if let Some(text) = self.stated(Column::RasterNodata) {
            let folded = fold_for_search(&text);
            if matches!(&*folded, "khong" | "khong co" | "none" | "no") {
                return Ok(Nodata::Nothing);
            }
            if let Some(number) = number(&text) {
                return Ok(Nodata::Is(number));
            }
        }
        let message = (
            "tệp không ghi giá trị nào là “không có dữ liệu”",
            "the file does not say which value stands for no data",
        );
        let finding = self.ask("raster-nodata", Column::RasterNodata, message);
        let statistics = &self.raster.statistics;
        let mut offered = Vec::new();
        if let Some(range) = statistics.range {
            for (value, many, end) in [
                (range.min, range.min_cells, ("nhỏ nhất", "least")),
                (range.max, range.max_cells, ("lớn nhất", "greatest")),
            ] {
                let vi = format!("giá trị {}, ở {} ô", end.0, Vi(many));
                let en = format!("the {} value, in {} cells", end.1, En(many));
                offered.push(candidate(&value.to_string(), 40, (&vi, &en)));
            }
        }
        if statistics.not_finite > 0 {
            let many = statistics.not_finite;
            let (vi, en) = (format!("ở {} ô", Vi(many)), format!("in {} cells", En(many)));
            offered.push(candidate("NaN", 60, (&vi, &en)));
        }
        let none = ("mọi ô đều có số liệu", "every cell holds data");
        offered.push(candidate("không có", 30, none));
        Err(finding.with(offered).boxed())
    }

    /// The level from which a cell is covered, and whose word that is.
    pub fn threshold(&self, technology: Technology, good: &GoodLevels) -> Answer<(f64, Finding)> {
        let rule = good.ddbm[technology.index()].map(|tenths| f64::from(tenths) / 10.0);
        let stated = self.stated(Column::RasterThreshold);
        let own = stated.as_deref().and_then(number).filter(|dbm| THRESHOLDS_DBM.contains(dbm));
        let set = &good.rule_set;
        let (dbm, code, severity, vi, en) = match (own, rule, &stated) {
            (Some(own), Some(rule), _) if own < rule => (
                own,
                "raster-threshold-weak",
                Severity::Warn,
                format!("ngưỡng {own} dBm yếu hơn mức tốt {rule} dBm của bộ tiêu chí {set}"),
                format!("{own} dBm is weaker than the good level {rule} dBm of {set}"),
            ),
            (Some(own), ..) => (
                own,
                "raster-threshold",
                Severity::Note,
                format!("ngưỡng {own} dBm do người gửi nêu"),
                format!("a threshold of {own} dBm, as its sender says"),
            ),
            (None, Some(rule), None) => (
                rule,
                "raster-threshold",
                Severity::Note,
                format!(
                    "ngưỡng {rule} dBm: mức tốt của {technology} theo bộ tiêu chí {set}, vì tệp không nêu ngưỡng nào"
                ),
                format!(
                    "a threshold of {rule} dBm: the good level of {technology} by {set}, as the file states none"
                ),
            ),
            (None, ..) => {
                let vi = format!(
                    "từ bao nhiêu dBm thì {technology} được coi là phủ? ({set} không nêu, hoặc số đã ghi không dùng được)"
                );
                let en = format!(
                    "from which dBm on is {technology} covered? ({set} states none, or what was written is none)"
                );
                let finding = self.ask("raster-threshold", Column::RasterThreshold, (&vi, &en));
                let of_rules = ("mức tốt của bộ tiêu chí", "the good level of the rules");
                let offered = rule.map(|dbm| candidate(&dbm.to_string(), 60, of_rules));
                return Err(finding.with(offered).boxed());
            }
        };
        let remedy = ("gửi nguong_dbm nếu khác", "send nguong_dbm if it is another");
        let told = Finding::new(code, severity, (vi, en), remedy);
        Ok((dbm, told.at(self.row, Column::RasterThreshold.as_str(), "")))
    }

    /// The classes that mean "covered".
    pub fn classes(&self, nodata: Option<Nodata>) -> Answer<Vec<f64>> {
        let Some(known) = &self.raster.statistics.classes else {
            let message = (
                "hơn 32 giá trị khác nhau: không phải ảnh phân lớp",
                "over 32 different values: these are no classes",
            );
            return Err(self.refuse("raster-many-classes", message).boxed());
        };
        let is_nodata = |value: f64| matches!(nodata, Some(Nodata::Is(none)) if same(none, value));
        let known: Vec<(f64, u64)> =
            known.iter().copied().filter(|(value, _)| !is_nodata(*value)).collect();
        let stated = self.stated(Column::RasterClasses).unwrap_or_default();
        let words = stated.split([';', ',', ' ', '/']).filter(|word| !word.is_empty());
        let picked: Option<Vec<f64>> = words
            .map(|word| {
                let value = number(word)?;
                known.iter().any(|(class, _)| same(*class, value)).then_some(value)
            })
            .collect();
        if let Some(picked) = picked.filter(|picked| !picked.is_empty()) {
            return Ok(picked);
        }
        let message = (
            "những lớp nào nghĩa là có sóng? Nhiều lớp thì cách nhau bằng dấu ;",
            "which classes mean covered? Several are divided by ;",
        );
        let finding = self.ask("raster-classes", Column::RasterClasses, message);
        let offered = known.iter().map(|(value, cells)| {
            let (vi, en) = (format!("ở {} ô", Vi(*cells)), format!("in {} cells", En(*cells)));
            candidate(&value.to_string(), 50, (&vi, &en))
        });
        Err(finding.with(offered).boxed())
    }
}

#[expect(clippy::float_cmp, reason = "classes as the file holds them")]
fn same(one: f64, other: f64) -> bool {
    one == other
}

/// As files write it (`-3.4e38`, `nan`), else as people do; one that may be read in two ways is none.
fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().or_else(|| {
        let expected = Expected::measure(f64::MIN..=f64::MAX);
        match quantity(text, &expected) {
            Reading::Is(found) => found.exactly(),
            _ => None,
        }
    })
}

fn candidate(id: &str, score: u8, reason: (&str, &str)) -> Candidate {
    Candidate {
        id: id.to_owned(),
        name: id.to_owned(),
        reason_vi: reason.0.to_owned(),
        reason_en: reason.1.to_owned(),
        score,
    }
}

/// A coloured picture of a map is not coverage.
pub fn picture(rasters: &[Raster]) -> Option<Finding> {
    let is_plain = |colour: &str| matches!(colour, "Gray" | "Palette");
    let coloured = |raster: &&Raster| raster.colour.as_deref().is_some_and(|own| !is_plain(own));
    rasters.iter().find(coloured)?;
    let message = (
        "đây là ảnh màu của bản đồ, không phải số liệu phủ sóng",
        "this is a coloured picture of a map, no figures of coverage",
    );
    let remedy =
        ("gửi ảnh có một kênh: dBm hoặc mã lớp", "send a raster of one band: dBm, or classes");
    Some(Finding::new("raster-picture", Severity::Refuse, message, remedy))
}
