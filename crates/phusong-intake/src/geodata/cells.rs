//! One row of a table under its header. Every look-up that fails says in which column, and why.

use std::collections::HashMap;
use std::str::FromStr;

use phusong_atlas::domain::{Day, Position, UnitCode, UnitId};

/// Why a cell is wrong, (Vietnamese, English), under its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub column: &'static str,
    pub vi: String,
    pub en: String,
}

impl Fault {
    pub fn new(column: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { column, vi: vi.into(), en: en.into() }
    }
}

/// A row with its header.
pub struct Cells<'a> {
    pub columns: &'a HashMap<String, usize>,
    pub record: &'a csv::StringRecord,
}

impl Cells<'_> {
    pub fn text(&self, column: &'static str) -> Result<String, Fault> {
        let place = self
            .columns
            .get(column)
            .ok_or_else(|| Fault::new(column, "không có cột này", "no such column"))?;
        Ok(self.record.get(*place).unwrap_or_default().to_owned())
    }

    pub fn needed(&self, column: &'static str) -> Result<String, Fault> {
        let text = self.text(column)?;
        if text.is_empty() {
            Err(Fault::new(column, "để trống", "is empty"))
        } else {
            Ok(text)
        }
    }

    pub fn maybe(&self, column: &'static str) -> Result<Option<String>, Fault> {
        Ok(Some(self.text(column)?).filter(|text| !text.is_empty()))
    }

    pub fn parse<T: FromStr>(&self, column: &'static str) -> Result<Option<T>, Fault> {
        let read = |text: String| {
            text.parse().map_err(|_wrong| {
                Fault::new(
                    column,
                    format!("{text:?} không dùng được ở cột này"),
                    format!("{text:?} is no value here"),
                )
            })
        };
        self.maybe(column)?.map(read).transpose()
    }

    pub fn required<T: FromStr>(&self, column: &'static str) -> Result<T, Fault> {
        self.parse(column)?.ok_or_else(|| Fault::new(column, "để trống", "is empty"))
    }

    pub fn id<T, E: std::fmt::Display>(
        &self,
        column: &'static str,
        new: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, Fault> {
        let text = self.needed(column)?;
        new(&text).map_err(|error| {
            Fault::new(
                column,
                format!("{text:?} không phải là mã: 1–40 chữ cái ASCII, chữ số, '-', '_', '.'"),
                error.to_string(),
            )
        })
    }

    pub fn list(&self, column: &'static str) -> Result<Vec<String>, Fault> {
        let text = self.text(column)?;
        Ok(text.split('|').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect())
    }

    pub fn word<T: Copy>(&self, column: &'static str, words: &[(&str, T)]) -> Result<T, Fault> {
        let text = self.needed(column)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        found.ok_or_else(|| {
            let known = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
            Fault::new(
                column,
                format!("{text:?} không có trong: {known}"),
                format!("{text:?} is none of: {known}"),
            )
        })
    }

    pub fn yes_no(&self, column: &'static str) -> Result<Option<bool>, Fault> {
        match self.maybe(column)? {
            None => Ok(None),
            Some(_) => self.word(column, &[("yes", true), ("no", false)]).map(Some),
        }
    }

    pub fn position(&self) -> Result<Option<Position>, Fault> {
        match (self.parse::<f64>("lon")?, self.parse::<f64>("lat")?) {
            (Some(lon), Some(lat)) => Position::new(lon, lat).map(Some).map_err(|error| {
                Fault::new("lon", format!("{lon}, {lat} không phải là vị trí"), error.to_string())
            }),
            (None, None) => Ok(None),
            (lon, _) => Err(Fault::new(
                if lon.is_none() { "lon" } else { "lat" },
                "kinh độ và vĩ độ đi cùng nhau",
                "longitude and latitude go together",
            )),
        }
    }

    pub fn unit(&self, code: &'static str, from: &'static str) -> Result<UnitId, Fault> {
        Ok(UnitId {
            code: UnitCode(self.required(code)?),
            valid_from: self.parse(from)?.unwrap_or(Day::EARLIEST),
        })
    }

    /// A unit that may be left open.
    pub fn maybe_unit(
        &self,
        code: &'static str,
        from: &'static str,
    ) -> Result<Option<UnitId>, Fault> {
        match self.maybe(code)? {
            Some(_) => self.unit(code, from).map(Some),
            None => Ok(None),
        }
    }
}
