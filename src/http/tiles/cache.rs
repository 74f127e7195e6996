//! Tiles that are kept, and the making of those that are not yet.
//!
//! A tile is kept under its content: what its view shows in its window. An address (this view,
//! this day, this tile) only leads to a content, so after a change the old bytes cannot be found
//! under the new view, untouched tiles stay, and scopes that see the same share them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::http::HeaderValue;
use phusong_atlas::atlas::{Areas, Atlas, ContentHash, content_hash};
use phusong_atlas::domain::Day;
use phusong_tiles::{LayerSet, Outlines, RowPool, TileError, TileId, TileView};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::Semaphore;

use super::super::front::encoding::Encoding;
use super::super::problem::Problem;

/// Room for tiles in every encoding asked for: a province's whole pyramid, twice over.
const KEPT_BYTES: u64 = 48 << 20;
/// A tile of a province is some kilobytes.
const TYPICAL_BYTES: u64 = 3 << 10;
/// Addresses known to lead to a content, at some hundred bytes each.
const ADDRESSES: usize = 1 << 15;
/// From this zoom on a tile is made in less time than handing it to another thread takes.
const NEAR_ZOOM: u8 = 12;
/// Views ready to be cut: each scope's of today, and days that sliders are on.
const VIEWS: usize = 32;

/// What a tile is asked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// The Atlas's: equal versions show the same.
    pub version: ContentHash,
    pub day: Day,
    pub layers: LayerSet,
    pub tile: TileId,
}

/// A tile as it is sent.
#[derive(Debug)]
pub struct Kept {
    /// Nothing when nothing lies in the tile.
    pub bytes: Bytes,
    pub encoding: Encoding,
    /// Strong: from the plain bytes and the encoding.
    pub etag: HeaderValue,
    content: ContentHash,
}

impl Kept {
    fn new(bytes: Vec<u8>, encoding: Encoding, content: ContentHash) -> Self {
        let etag = match encoding.name() {
            Some(name) => format!("\"{content}-{name}\""),
            None => format!("\"{content}\""),
        };
        let etag =
            HeaderValue::from_str(&etag).unwrap_or_else(|_never| HeaderValue::from_static("\"\""));
        Self { bytes: bytes.into(), encoding, etag, content }
    }
}

#[derive(Debug, Clone)]
struct ByBytes;

impl Weighter<(ContentHash, Encoding), Arc<Kept>> for ByBytes {
    /// With what keeping it costs beside its bytes.
    fn weight(&self, _key: &(ContentHash, Encoding), kept: &Arc<Kept>) -> u64 {
        const OVERHEAD: u64 = 256;
        kept.bytes.len() as u64 + OVERHEAD
    }
}

/// How the cache has done since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TileStats {
    /// Answered with what was kept.
    pub hits: u64,
    /// Had to wait until it was made, by whomever.
    pub misses: u64,
    /// Tiles made; however many wait for one, it is made once.
    pub builds: u64,
    /// What is kept now, in bytes.
    pub kept_bytes: u64,
}

/// Where something is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    /// It takes some tenths of a millisecond at most.
    Here,
    /// Off the async threads, when a core is free.
    Apart,
}

#[derive(Debug)]
pub struct TileCache {
    contents: Cache<Wanted, ContentHash>,
    tiles: Cache<(ContentHash, Encoding), Arc<Kept>, ByBytes>,
    views: Cache<(ContentHash, Day), Arc<TileView>>,
    outlines: Mutex<Option<Arc<Outlines>>>,
    rows: RowPool,
    /// One for each core: making tiles is all computing.
    makers: Semaphore,
    hits: AtomicU64,
    misses: AtomicU64,
    builds: AtomicU64,
}

impl Default for TileCache {
    fn default() -> Self {
        let makers = std::thread::available_parallelism().map_or(1, usize::from);
        let typical = usize::try_from(KEPT_BYTES / TYPICAL_BYTES).unwrap_or(ADDRESSES);
        Self {
            contents: Cache::new(ADDRESSES),
            tiles: Cache::with_weighter(typical, KEPT_BYTES, ByBytes),
            views: Cache::new(VIEWS),
            outlines: Mutex::default(),
            rows: RowPool::default(),
            makers: Semaphore::new(makers),
            hits: AtomicU64::default(),
            misses: AtomicU64::default(),
            builds: AtomicU64::default(),
        }
    }
}

impl TileCache {
    pub fn stats(&self) -> TileStats {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        TileStats {
            hits: read(&self.hits),
            misses: read(&self.misses),
            builds: read(&self.builds),
            kept_bytes: self.tiles.weight(),
        }
    }

    /// The tile, if it is kept in this encoding.
    pub fn kept(&self, wanted: Wanted, encoding: Encoding) -> Option<Arc<Kept>> {
        let content = self.contents.get(&wanted)?;
        let kept = self.tiles.get(&(content, encoding))?;
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some(kept)
    }

    fn is_soon_made(&self, wanted: Wanted) -> bool {
        let z = wanted.tile.z();
        let view = || self.views.get(&(wanted.version, wanted.day));
        z >= NEAR_ZOOM && view().is_some_and(|view| view.is_ready(z))
    }

    /// The tile, kept or made now. `wanted.version` is the Atlas's.
    pub async fn get(
        self: &Arc<Self>,
        atlas: &Arc<Atlas>,
        wanted: Wanted,
        encoding: Encoding,
    ) -> Result<Arc<Kept>, Problem> {
        if let Some(kept) = self.kept(wanted, encoding) {
            return Ok(kept);
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        if self.is_soon_made(wanted) {
            return Arc::clone(self).made(Arc::clone(atlas), wanted, encoding, Where::Here).await;
        }
        // On a task of its own: whoever goes away while waiting leaves the making to the others.
        let (cache, atlas) = (Arc::clone(self), Arc::clone(atlas));
        let made =
            tokio::spawn(async move { cache.made(atlas, wanted, encoding, Where::Apart).await });
        made.await.map_err(|error| Problem::internal(&error))?
    }

    /// The view of an Atlas on a day.
    pub async fn view(
        self: &Arc<Self>,
        atlas: &Arc<Atlas>,
        day: Day,
    ) -> Result<Arc<TileView>, Problem> {
        let (cache, atlas) = (Arc::clone(self), Arc::clone(atlas));
        self.computing(Where::Apart, move || Ok(cache.view_now(&atlas, day))).await
    }

    async fn made(
        self: Arc<Self>,
        atlas: Arc<Atlas>,
        wanted: Wanted,
        encoding: Encoding,
        place: Where,
    ) -> Result<Arc<Kept>, Problem> {
        let mut made = None;
        let content = self
            .contents
            .get_or_insert_async(&wanted, async {
                let (content, kept) = self.plain(&atlas, wanted, place).await?;
                made = Some(kept);
                Ok::<_, Problem>(content)
            })
            .await?;
        let plain = match made.or_else(|| self.tiles.get(&(content, Encoding::Plain))) {
            Some(plain) => plain,
            // It was kept once and had to make room.
            None => self.plain(&atlas, wanted, place).await?.1,
        };
        if encoding == Encoding::Plain {
            return Ok(plain);
        }
        let encoded = async {
            if plain.bytes.is_empty() {
                return Ok(Arc::clone(&plain));
            }
            let plain = Arc::clone(&plain);
            self.computing(place, move || {
                let bytes = encoding.encode(&plain.bytes);
                Ok(bytes.map_or(Arc::clone(&plain), |bytes| {
                    Arc::new(Kept::new(bytes, encoding, plain.content))
                }))
            })
            .await
        };
        self.tiles.get_or_insert_async(&(content, encoding), encoded).await
    }

    /// Makes the plain tile unless another address has led to it meanwhile.
    async fn plain(
        self: &Arc<Self>,
        atlas: &Arc<Atlas>,
        wanted: Wanted,
        place: Where,
    ) -> Result<(ContentHash, Arc<Kept>), Problem> {
        let (cache, atlas) = (Arc::clone(self), Arc::clone(atlas));
        self.computing(place, move || {
            let view = cache.view_now(&atlas, wanted.day);
            let content = view.key(wanted.tile, wanted.layers);
            let make = || {
                cache.builds.fetch_add(1, Ordering::Relaxed);
                let bytes = view.encode(wanted.tile, wanted.layers)?;
                let content = content_hash(&bytes);
                Ok::<_, TileError>(Arc::new(Kept::new(bytes, Encoding::Plain, content)))
            };
            let kept = cache.tiles.get_or_insert_with(&(content, Encoding::Plain), make);
            kept.map(|kept| (content, kept)).map_err(|error| Problem::internal(&error))
        })
        .await
    }

    /// Blocks: the first time for an Atlas and a day, its new shards are made ready.
    fn view_now(&self, atlas: &Atlas, day: Day) -> Arc<TileView> {
        let make = || {
            let outlines = self.outlines_of(&atlas.areas);
            Ok::<_, std::convert::Infallible>(Arc::new(TileView::of(
                atlas, day, outlines, &self.rows,
            )))
        };
        let Ok(view) = self.views.get_or_insert_with(&(atlas.version, day), make);
        view
    }

    /// Areas hardly ever change: the last ones are kept.
    fn outlines_of(&self, areas: &Arc<Areas>) -> Arc<Outlines> {
        let mut last = self.outlines.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(outlines) if outlines.areas().hash() == areas.hash() => Arc::clone(outlines),
            _ => Arc::clone(last.insert(Arc::new(Outlines::new(Arc::clone(areas))))),
        }
    }

    async fn computing<T: Send + 'static>(
        &self,
        place: Where,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        if place == Where::Here {
            return work();
        }
        let _turn = self.makers.acquire().await.map_err(|error| Problem::internal(&error))?;
        super::super::blocking(work).await
    }
}
