//! Query parameters: each known, each once, each of its type; else 400.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use phusong_atlas::domain::Day;

use super::problem::{Language, Problem};
use crate::service::{Service, today};

#[derive(Debug)]
pub struct Params {
    values: BTreeMap<String, String>,
    language: Language,
}

impl FromRequestParts<Service> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        let language = super::actor::Caller::from_request_parts(parts, service).await?.language;
        let bad =
            |name: &str| Problem::bad_query(language, name, "không đọc được", "cannot be read");
        let Query(pairs) = Query::<Vec<(String, String)>>::from_request_parts(parts, service)
            .await
            .map_err(|_unreadable| bad("?"))?;
        let mut values = BTreeMap::new();
        for (name, value) in pairs {
            if values.insert(name.clone(), value).is_some() {
                return Err(Problem::bad_query(language, &name, "có hai lần", "stands twice"));
            }
        }
        Ok(Self { values, language })
    }
}

impl Params {
    /// 400 when there is a parameter that nobody reads.
    pub fn only(&self, known: &[&str]) -> Result<(), Problem> {
        match self.values.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(self.bad(name, "không có tham số này", "there is no such parameter")),
            None => Ok(()),
        }
    }

    pub fn bad(&self, name: &str, vi: &str, en: &str) -> Problem {
        Problem::bad_query(self.language, name, vi, en)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    pub fn parse<T: FromStr>(&self, name: &str) -> Result<Option<T>, Problem> {
        self.text(name)
            .map(|text| {
                text.parse().map_err(|_wrong| self.bad(name, "sai giá trị", "no such value"))
            })
            .transpose()
    }

    /// One of the words.
    pub fn word<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        found.map(Some).ok_or_else(|| self.bad(name, "sai giá trị", "no such value"))
    }

    /// Finite numbers, exactly so many.
    pub fn numbers<const N: usize>(&self, name: &str) -> Result<Option<[f64; N]>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let wrong = || self.bad(name, "sai số", "wrong numbers");
        let numbers: Vec<f64> = text
            .split(',')
            .map(|part| part.trim().parse::<f64>().ok().filter(|number| number.is_finite()))
            .collect::<Option<_>>()
            .ok_or_else(wrong)?;
        numbers.try_into().map(Some).map_err(|_count| wrong())
    }

    /// A day that has been or is.
    pub fn past_day(&self, name: &str) -> Result<Option<Day>, Problem> {
        let day: Option<Day> = self.parse(name)?;
        if day.is_some_and(|day| day > today()) {
            return Err(self.bad(name, "ngày ở tương lai", "the day is in the future"));
        }
        Ok(day)
    }

    /// 1 to 1,000; 100 when unsaid.
    pub fn limit(&self) -> Result<usize, Problem> {
        match self.parse::<usize>("limit")? {
            Some(0) => Err(self.bad("limit", "phải từ 1", "must be at least 1")),
            Some(limit) => Ok(limit.min(1000)),
            None => Ok(100),
        }
    }

    /// Where the page begins, from a cursor bound to the view's version and question.
    pub fn offset(&self, bound: &str) -> Result<usize, Problem> {
        let Some(cursor) = self.text("cursor") else { return Ok(0) };
        let forged = || {
            self.bad("cursor", "con trỏ không hợp lệ hoặc đã cũ", "the cursor is forged or stale")
        };
        let (version, offset) = cursor.split_once('.').ok_or_else(forged)?;
        if version != bound {
            return Err(forged());
        }
        offset.parse().map_err(|_wrong| forged())
    }
}
