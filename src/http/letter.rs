//! The letter that a filing came with, in a JSON body.

use phusong_atlas::domain::DocumentRef;
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::Problem;

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
        let day = day.as_deref().map(str::parse).transpose().map_err(|_no_day| {
            let (vi, en) = ("không phải là ngày YYYY-MM-DD", "is no day YYYY-MM-DD");
            Problem::at("/document/day", vi, en)
        })?;
        Ok(DocumentRef { number, day, title })
    }
}
