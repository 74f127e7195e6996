//! Query parameters: each named in the contract, each once, each of its type; else 400.

pub mod doc;

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Uri};
use phusong_atlas::atlas::{ContentHash, content_hash};
use phusong_atlas::domain::Day;

use super::App;
use super::problem::Problem;
use crate::service::today;

/// A page holds at most this many things.
pub const MOST_ITEMS: usize = 1000;
/// And so many when nobody says.
const ITEMS: usize = 100;

#[derive(Debug)]
pub struct Params {
    /// As it was sent, for the address of a next page.
    query: String,
    values: BTreeMap<String, String>,
}

impl FromRequestParts<App> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Problem> {
        Self::read(parts.uri.query().unwrap_or(""))
    }
}

impl Params {
    pub fn read(query: &str) -> Result<Self, Problem> {
        let unreadable =
            || Problem::bad_query("?", "phần sau dấu ? không đọc được", "the query cannot be read");
        let uri = Uri::builder()
            .path_and_query(format!("/?{query}"))
            .build()
            .map_err(|_bad| unreadable())?;
        let Query(pairs) =
            Query::<Vec<(String, String)>>::try_from_uri(&uri).map_err(|_bad| unreadable())?;
        let mut values = BTreeMap::new();
        for (name, value) in pairs {
            if value.contains('\u{fffd}') || name.contains('\u{fffd}') {
                return Err(Problem::bad_query(&name, "không phải UTF-8", "is not UTF-8"));
            }
            if values.insert(name.clone(), value).is_some() {
                return Err(Problem::bad_query(&name, "có hai lần", "stands twice"));
            }
        }
        Ok(Self { query: query.to_owned(), values })
    }

    /// 400 when there is a parameter that nobody reads.
    pub fn only(&self, known: &[String]) -> Result<(), Problem> {
        match self.values.keys().find(|name| !known.contains(name)) {
            Some(name) => Err(self.bad(name, "không có tham số này", "there is no such parameter")),
            None => Ok(()),
        }
    }

    #[expect(clippy::unused_self, reason = "reads as a question to the parameters")]
    pub fn bad(&self, name: &str, vi: &str, en: &str) -> Problem {
        let name: String = name.chars().take(100).collect();
        Problem::bad_query(&name, vi, en)
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
        self.one_of(name, text, words).map(Some)
    }

    /// Some of the words, with commas between them.
    pub fn words<T: Copy>(
        &self,
        name: &str,
        words: &[(&str, T)],
    ) -> Result<Option<Vec<T>>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.split(',')
            .map(|word| self.one_of(name, word.trim(), words))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    fn one_of<T: Copy>(&self, name: &str, text: &str, words: &[(&str, T)]) -> Result<T, Problem> {
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        found.ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let known = known.join(", ");
            self.bad(
                name,
                &format!("cần một trong: {known}"),
                &format!("one of these is needed: {known}"),
            )
        })
    }

    /// Finite numbers, exactly so many.
    pub fn numbers<const N: usize>(&self, name: &str) -> Result<Option<[f64; N]>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let wrong = || {
            self.bad(
                name,
                &format!("cần {N} số thập phân, cách nhau bằng dấu phẩy"),
                &format!("{N} decimal number(s) with commas between them are needed"),
            )
        };
        let numbers: Vec<f64> = text
            .split(',')
            .map(|part| part.trim().parse::<f64>().ok().filter(|number| number.is_finite()))
            .collect::<Option<_>>()
            .ok_or_else(wrong)?;
        numbers.try_into().map(Some).map_err(|_count| wrong())
    }

    /// A day of the calendar.
    pub fn any_day(&self, name: &str) -> Result<Option<Day>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_no_day| {
            self.bad(name, "cần một ngày YYYY-MM-DD", "a day YYYY-MM-DD is needed")
        })
    }

    /// A day that has been or is.
    pub fn past_day(&self, name: &str) -> Result<Option<Day>, Problem> {
        let day = self.any_day(name)?;
        if day.is_some_and(|day| day > today()) {
            return Err(self.bad(name, "ngày ở tương lai", "the day is in the future"));
        }
        Ok(day)
    }

    /// 1 to [`MOST_ITEMS`] (more is as many); [`ITEMS`] when unsaid.
    pub fn limit(&self) -> Result<usize, Problem> {
        let Some(text) = self.text("limit") else { return Ok(ITEMS) };
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<u64>() {
            Ok(limit @ 1..) if is_plain => {
                Ok(usize::try_from(limit).unwrap_or(MOST_ITEMS).min(MOST_ITEMS))
            }
            _ => Err(self.bad("limit", "cần một số từ 1", "a number from 1 is needed")),
        }
    }

    /// `<?limit=100&cursor=…>; rel="next"` (RFC 8288): the same question, from the cursor on.
    pub fn link_to(&self, cursor: &str) -> Option<HeaderValue> {
        let asked = self.query.split('&').filter(|pair| {
            !pair.is_empty() && pair.split('=').next().is_some_and(|name| name != "cursor")
        });
        let mut target = String::new();
        for byte in asked.flat_map(|pair| pair.bytes().chain([b'&'])) {
            // A header holds ASCII alone; the edge lets no mark into an address that ends a link.
            if byte.is_ascii_graphic() {
                target.push(char::from(byte));
            } else {
                target.push('%');
                target.extend([byte >> 4, byte & 0xF].map(hex));
            }
        }
        HeaderValue::try_from(format!("<?{target}cursor={cursor}>; rel=\"next\"")).ok()
    }

    /// Where the page begins: from a cursor that [`next`] made for this view and question.
    pub fn offset(&self, bound: ContentHash) -> Result<usize, Problem> {
        let Some(text) = self.text("cursor") else { return Ok(0) };
        let offset = text.split_once('.').and_then(|(offset, _)| offset.parse().ok());
        offset.filter(|offset| cursor(bound, *offset) == text).ok_or_else(|| {
            self.bad("cursor", "con trỏ không hợp lệ hoặc đã cũ", "the cursor is forged or stale")
        })
    }
}

/// A page of a list, or all of it: the command line takes all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    Page,
    All,
}

/// Which items of a list are shown.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    bound: ContentHash,
    limit: usize,
    offset: usize,
}

impl Rows {
    /// `bound`: the view's version and all that was asked of it, so that pages of two lists are
    /// never put together.
    pub fn of(self, params: &Params, bound: ContentHash) -> Result<Page, Problem> {
        let (limit, offset) = match self {
            Self::Page => (params.limit()?, params.offset(bound)?),
            Self::All => (usize::MAX, 0),
        };
        Ok(Page { bound, limit, offset })
    }
}

impl Page {
    /// Those of `all` that stand on it.
    pub fn of<T>(self, all: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        all.into_iter().skip(self.offset).take(self.limit)
    }

    /// The cursor of the page behind it, should there be so many.
    pub fn next(self, count: usize) -> Option<String> {
        next(self.bound, self.offset.saturating_add(self.limit), count)
    }
}

/// The cursor of the page that begins at `offset`, if there is one.
pub fn next(bound: ContentHash, offset: usize, count: usize) -> Option<String> {
    (offset < count).then(|| cursor(bound, offset))
}

/// `OFFSET.HASH`: bound to the version of the view, the question and the place.
fn cursor(bound: ContentHash, offset: usize) -> String {
    format!("{offset}.{}", content_hash(&(bound, offset)))
}

/// The sign of a digit below 16, as addresses write it.
fn hex(digit: u8) -> char {
    char::from_digit(digit.into(), 16).unwrap_or('0').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_asks_the_same_from_the_cursor_on() {
        let link = |query: &str| {
            let params = Params::read(query).unwrap_or_else(|_bad| panic!("{query} is read"));
            let link = params.link_to("2.abc").expect("a header");
            link.to_str().expect("ASCII").to_owned()
        };
        for (asked, next) in [
            ("", "<?cursor=2.abc>"),
            ("limit=2", "<?limit=2&cursor=2.abc>"),
            ("cursor=1.def&limit=2", "<?limit=2&cursor=2.abc>"),
            ("carrier=viettel&cursor=1.def", "<?carrier=viettel&cursor=2.abc>"),
            ("q=Kon%20D%C3%B3c&x=a%3Eb", "<?q=Kon%20D%C3%B3c&x=a%3Eb&cursor=2.abc>"),
            ("q=Dóc", "<?q=D%C3%B3c&cursor=2.abc>"),
        ] {
            assert_eq!(link(asked), format!("{next}; rel=\"next\""), "{asked}");
        }
    }
}
