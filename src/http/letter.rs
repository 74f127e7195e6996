//! The letter that a filing came with: in a JSON body, or in the address beside a file.

use phusong_atlas::domain::{Day, DocumentRef};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::path::Parameter;

use super::params::{Params, doc};
use super::problem::Problem;
use crate::service::today;

/// What an address may say of it.
pub fn params() -> [Parameter; 3] {
    [
        doc::text("document_number", "số văn bản / number of the letter"),
        doc::day("document_day", "ngày văn bản / day of the letter"),
        doc::text("document_title", "trích yếu / title of the letter"),
    ]
}

pub fn beside(params: &Params) -> Result<DocumentRef, Problem> {
    let text = |name| params.text(name).map(str::to_owned);
    Ok(DocumentRef {
        number: text("document_number"),
        day: params.text("document_day").map(|text| day_of(text, "/document_day")).transpose()?,
        title: text("document_title"),
    })
}

/// The day of a letter that was sent: it has come.
pub fn day_of(text: &str, pointer: &str) -> Result<Day, Problem> {
    let day: Day = text.parse().map_err(|_no_day| {
        Problem::at(pointer, "không phải là ngày YYYY-MM-DD", "is no day YYYY-MM-DD")
    })?;
    if day > today() {
        let (vi, en) = ("ngày văn bản ở tương lai", "the letter's day is in the future");
        return Err(Problem::found("future-day", pointer, vi, en));
    }
    Ok(day)
}

/// The letter it came with; number and day may follow later.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterBody {
    number: Option<String>,
    #[schema(format = Date)]
    day: Option<String>,
    title: Option<String>,
}

impl LetterBody {
    pub fn read(body: Option<Self>) -> Result<DocumentRef, Problem> {
        let Some(Self { number, day, title }) = body else { return Ok(DocumentRef::default()) };
        let day = day.as_deref().map(|text| day_of(text, "/document/day")).transpose()?;
        Ok(DocumentRef { number, day, title })
    }
}
