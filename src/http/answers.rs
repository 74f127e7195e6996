//! Lists that are kept as they are sent: whole answers in every encoding asked for, and the
//! written rows that new answers are put together from.
//!
//! Everything is kept under its content, never under an address or a caller: an answer under the
//! hash of the whole view and the question, a row under that of its shard. After a change the old
//! bytes cannot be found under the new view, and scopes that see the same share them.

use std::cell::RefCell;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use phusong_atlas::atlas::{
    Atlas, ContentHash, Flagged, Question, Shard, VillageVerdict, content_hash,
};
use phusong_atlas::domain::SiteId;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde::Serialize;

use super::front::encoding::Encoding;
use super::front::etag;
use super::problem::Problem;
use super::turns::at_desk;
use super::wire::VillageSummary;
use super::{blocking, villages};

/// Room for whole answers; a page of 1,000 villages is 2 MB, and a tenth of it compressed.
const ANSWER_BYTES: u64 = 8 << 20;
/// So few are expected that the library keeps them in one shard: each of several would have its
/// part of the room alone, and the largest page would fit in none.
const TYPICAL_ANSWER_BYTES: u64 = 256 << 10;
/// Room for rows: a province's villages, as a few questions and scopes see them.
const ROW_BYTES: u64 = 8 << 20;
const TYPICAL_ROW_BYTES: u64 = 2 << 10;
/// What keeping anything costs beside its bytes.
const OVERHEAD_BYTES: u64 = 128;

pub const JSON: &str = "application/json";

/// A body as it is sent, with its tag.
#[derive(Debug)]
pub struct Kept {
    pub bytes: Bytes,
    /// `None`: this content is not worth encoding, or cannot be.
    pub encoding: Option<&'static str>,
    pub etag: HeaderValue,
    /// The cursor of the page behind it.
    next: Option<Box<str>>,
}

/// An answer as it was made: its body, and the cursor of the page behind it, if there is one.
#[derive(Debug)]
pub struct Made {
    pub bytes: Vec<u8>,
    pub next: Option<String>,
}

impl From<Vec<u8>> for Made {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, next: None }
    }
}

/// The cursor of the page behind an answer, beside it.
#[derive(Debug, Clone)]
pub struct NextPage(pub Box<str>);

/// Under which the edge finds the encoded forms of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptKey(ContentHash);

/// One village as JSON, and what was looked at beside its shard.
#[derive(Debug)]
struct Row {
    json: Box<[u8]>,
    /// Sites that its reasons rest on, and whether the view shows them: they may lie in another
    /// shard.
    sites: Box<[(SiteId, bool)]>,
}

/// The shard's whole content, the village's place in it, the question.
type RowKey = (ContentHash, u32, ContentHash);

#[derive(Debug, Clone)]
struct ByBytes;

impl Weighter<(ContentHash, Encoding), Arc<Kept>> for ByBytes {
    fn weight(&self, _key: &(ContentHash, Encoding), kept: &Arc<Kept>) -> u64 {
        kept.bytes.len() as u64 + OVERHEAD_BYTES
    }
}

impl Weighter<RowKey, Arc<Row>> for ByBytes {
    fn weight(&self, _key: &RowKey, row: &Arc<Row>) -> u64 {
        (row.json.len() + size_of_val(&*row.sites)) as u64 + OVERHEAD_BYTES
    }
}

#[derive(Debug)]
pub struct Answers {
    whole: Cache<(ContentHash, Encoding), Arc<Kept>, ByBytes>,
    rows: Cache<RowKey, Arc<Row>, ByBytes>,
}

impl Default for Answers {
    fn default() -> Self {
        let typical = |room: u64, one: u64| usize::try_from(room / one).unwrap_or(1);
        Self {
            whole: Cache::with_weighter(
                typical(ANSWER_BYTES, TYPICAL_ANSWER_BYTES),
                ANSWER_BYTES,
                ByBytes,
            ),
            rows: Cache::with_weighter(typical(ROW_BYTES, TYPICAL_ROW_BYTES), ROW_BYTES, ByBytes),
        }
    }
}

fn plain<M: Into<Made>>(
    make: impl FnOnce() -> Result<M, Problem>,
) -> impl FnOnce() -> Result<Arc<Kept>, Problem> {
    move || {
        let Made { bytes, next } = make()?.into();
        let kept = tagged(bytes.into(), Encoding::Plain);
        Ok(Arc::new(Kept { next: next.map(Into::into), ..kept }))
    }
}

impl Answers {
    /// The answer to `question` in a view: kept, or made now off the async threads, once however
    /// many wait for it. `question` holds all that the answer depends on beside the view.
    pub async fn get<M: Into<Made> + Send + 'static>(
        &self,
        atlas: &Atlas,
        question: &(impl std::hash::Hash + ?Sized),
        content_type: &'static str,
        make: impl FnOnce() -> Result<M, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        self.kept(atlas, question, content_type, blocking(plain(make))).await
    }

    /// The same of what takes long to make: at a desk, unless it is kept.
    pub async fn get_at_desk<M: Into<Made> + Send + 'static>(
        &self,
        atlas: &Atlas,
        question: &(impl std::hash::Hash + ?Sized),
        content_type: &'static str,
        make: impl FnOnce() -> Result<M, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        self.kept(atlas, question, content_type, at_desk(plain(make))).await
    }

    async fn kept(
        &self,
        atlas: &Atlas,
        question: &(impl std::hash::Hash + ?Sized),
        content_type: &'static str,
        made: impl Future<Output = Result<Arc<Kept>, Problem>>,
    ) -> Result<Response, Problem> {
        let key = content_hash(&(atlas.inner, atlas.sees_sites(), content_type, question));
        let kept = self.whole.get_or_insert_async(&(key, Encoding::Plain), made).await?;
        let mut response = Response::new(Body::from(kept.bytes.clone()));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        response.extensions_mut().insert(KeptKey(key));
        if let Some(next) = &kept.next {
            response.extensions_mut().insert(NextPage(next.clone()));
        }
        Ok(response)
    }

    /// The same answer in an encoding, made once. `plain` is its body, should it have had to make
    /// room.
    pub async fn encoded(
        &self,
        key: KeptKey,
        encoding: Encoding,
        plain: Bytes,
    ) -> Result<Arc<Kept>, Problem> {
        let made = async { blocking(move || Ok(Arc::new(tagged(plain, encoding)))).await };
        self.whole.get_or_insert_async(&(key.0, encoding), made).await
    }

    /// One village of a list as JSON, appended to `out`.
    pub fn row(&self, list: &List<'_>, row: &ListRow<'_>, out: &mut Vec<u8>) {
        let place = u32::try_from(row.place).unwrap_or(u32::MAX);
        let key = (row.shard.inner, place, list.key);
        let sees = |site: &SiteId| list.atlas.site(site).is_some();
        let kept = self
            .rows
            .get(&key)
            .filter(|kept| kept.sites.iter().all(|(site, was_seen)| sees(site) == *was_seen));
        if let Some(kept) = kept {
            out.extend_from_slice(&kept.json);
            return;
        }
        let made = Arc::new(list.render(row, sees));
        out.extend_from_slice(&made.json);
        self.rows.insert(key, made);
    }
}

/// What the rows of a list have in common.
#[derive(Debug)]
pub struct List<'a> {
    atlas: &'a Atlas,
    question: &'a Question,
    /// Do rows name the distance to a site, unknown unless a row says it?
    has_distance: bool,
    key: ContentHash,
}

/// One row of a list.
#[derive(Debug, Clone, Copy)]
pub struct ListRow<'a> {
    pub shard: &'a Shard,
    /// Index into [`Shard::villages`].
    pub place: usize,
    pub answer: Flagged<VillageVerdict>,
}

impl<'a> List<'a> {
    pub fn new(atlas: &'a Atlas, question: &'a Question, has_distance: bool) -> Self {
        Self { atlas, question, has_distance, key: content_hash(&(question, has_distance)) }
    }

    fn render(&self, row: &ListRow<'_>, sees: impl Fn(&SiteId) -> bool) -> Row {
        let sites = RefCell::new(Vec::new());
        let noting = |site: &SiteId| {
            let seen = sees(site);
            sites.borrow_mut().push((site.clone(), seen));
            seen
        };
        let card = &row.shard.villages[row.place];
        let item = villages::summary_seeing(self.atlas, card, self.question, row.answer, noting);
        let item = VillageSummary { nearest_site_m: self.has_distance.then_some(None), ..item };
        let json = serde_json::to_vec(&item).unwrap_or_default().into_boxed_slice();
        let mut sites = sites.into_inner();
        sites.sort_unstable();
        sites.dedup();
        Row { json, sites: sites.into_boxed_slice() }
    }
}

fn tagged(plain: Bytes, encoding: Encoding) -> Kept {
    let etag = etag(&plain, encoding);
    Kept::new(plain, encoding, etag)
}

impl Kept {
    /// `etag`: that of the plain body and the encoding.
    pub fn new(plain: Bytes, encoding: Encoding, etag: HeaderValue) -> Self {
        match encoding.encode(&plain) {
            Some(bytes) => {
                Self { bytes: bytes.into(), encoding: encoding.name(), etag, next: None }
            }
            None => Self { bytes: plain, encoding: None, etag, next: None },
        }
    }
}

/// A list as JSON: `head`, of which the last members are `items`, empty, and `next`; and each
/// item as `write` appends it.
pub fn listed<T>(
    head: &impl Serialize,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(T, &mut Vec<u8>),
) -> Result<Vec<u8>, Problem> {
    const EMPTY: &[u8] = b"\"items\":[]";
    let mut body = serde_json::to_vec(head).map_err(|error| Problem::internal(&error))?;
    let found = body.windows(EMPTY.len()).rposition(|window| window == EMPTY);
    let tail = body.split_off(found.map_or(body.len(), |at| at + EMPTY.len() - 1));
    for (number, item) in items.into_iter().enumerate() {
        if number > 0 {
            body.push(b',');
        }
        write(item, &mut body);
    }
    body.extend_from_slice(&tail);
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Page {
        items: Vec<&'static str>,
        next: Option<&'static str>,
    }

    #[test]
    fn there_is_room_for_the_largest_page() {
        let answers = Answers::default();
        let key = (content_hash(&"a page of 1,000 villages"), Encoding::Plain);
        answers.whole.insert(key, Arc::new(tagged(vec![b' '; 5 << 20].into(), Encoding::Plain)));
        assert!(answers.whole.get(&key).is_some());
    }

    #[test]
    fn a_list_put_together_is_byte_for_byte_the_list_written_at_once() {
        // An item may hold the very bytes that are looked for.
        for items in [vec![], vec!["một"], vec!["một", "\"items\":[]", "ba"]] {
            for next in [None, Some("100.0af3")] {
                let whole = serde_json::to_vec(&Page { items: items.clone(), next });
                let head = Page { items: Vec::new(), next };
                let listed = listed(&head, &items, |item, out| {
                    out.extend(serde_json::to_vec(item).unwrap());
                });
                assert_eq!(listed.unwrap(), whole.unwrap());
            }
        }
    }
}
