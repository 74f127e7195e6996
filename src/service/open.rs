//! Opening a data directory: locks, keys, the fold of the ledger, the Atlases, the writer thread.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Instant;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use phusong_atlas::atlas::{Atlas, Ground};
use phusong_atlas::cores::both;
use phusong_atlas::domain::{
    Day, DocumentRef, Fact, FiledRow, Scope, UnitFact, UnitSuccessionFact, VillageFact,
};
use phusong_atlas::gazetteer::Gazetteer;
use phusong_atlas::history::{History, RowIndex};
use phusong_gis::SandboxedReader;
use tokio::sync::broadcast;

use super::demo::Data;
use super::disk::Disk;
use super::drafts::{self, RasterAreas, Sources};
use super::events::Change;
use super::filing::InProgress;
use super::fold::{FoldError, Folded, fold, fold_before, fold_proven, prove_behind, put_by_if_due};
use super::geography::{self, GroundError};
use super::keys::{self, KeyTable, OwnKey};
use super::known::PastViews;
use super::memory::{few_arenas, give_back_memory};
use super::meters::Meters;
use super::news::News;
use super::register;
use super::resumable::{self, Positions};
use super::rules::OtherViews;
use super::sign_in::Tries;
use super::uploads;
use super::world::World;
use super::writer::{self, Command, WriteError};
use crate::ledger::{Fault, Ledger, LedgerError, LedgerReader, format};
use crate::vault::keys::{BlobMasterKey, NewKey, SigningKey};
use crate::vault::{Vault, VaultError};
use phusong_intake::Finding;
use phusong_intake::geodata::{self, Difference, Tables};

/// What was computed last; swapped as a whole, so that no answer mixes two states.
#[derive(Debug)]
pub struct Views {
    pub atlases: BTreeMap<Scope, Arc<Atlas>>,
    pub gazetteer: Arc<Gazetteer>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub dir: PathBuf,
    pub data: Data,
    pub ground: Ground,
    pub views: ArcSwap<Views>,
    pub history: RwLock<History>,
    pub news: News,
    pub keys: KeyTable,
    pub signing: SigningKey,
    pub past: PastViews,
    pub others: OtherViews,
    /// For files and drafts; keys are watched through a connection of their own.
    pub vault: Mutex<Vault>,
    /// For look-ups while filing.
    pub reader: Mutex<Option<LedgerReader>>,
    pub blob_master: BlobMasterKey,
    pub geo_reader: SandboxedReader,
    pub readers: uploads::Turns,
    /// Held while a draft is tried on a copy of the History.
    pub looking_ahead: Mutex<()>,
    pub world: World,
    pub meters: Meters,
    /// When the views were last swapped.
    pub swapped: ArcSwap<Instant>,
    pub in_progress: InProgress,
    /// Tables of files that drafts rest on.
    pub sources: Sources,
    pub raster_areas: RasterAreas,
    pub kept_grounds: super::grounds::KeptGrounds,
    /// Where files on their way here stand.
    pub positions: Positions,
    pub tries: Tries,
    /// A failed write stopped the ledger, and it could not be opened again yet.
    pub is_stopped: AtomicBool,
    /// So many entries were in the file in which the fold was last put by.
    pub put_by: AtomicU64,
    /// Every entry was proven since the start, or is by the start itself.
    pub is_proven: AtomicBool,
    /// How often the ledger's files were let go of.
    pub closings: AtomicU64,
    /// What is wrong with the ledger, found behind a start that did not read all of it.
    pub damage: OnceLock<Fault>,
    /// The operator keeps the public view closed, and no approver has opened it yet.
    pub is_public_closed: AtomicBool,
    pub disk: Disk,
}

impl Shared {
    /// Nobody else may hold the ledger's files when it closes or opens anew.
    pub fn close_reader(&self) {
        self.closings.fetch_add(1, Ordering::Relaxed);
        drop(self.reader.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// The running house. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Service {
    pub(super) shared: Arc<Shared>,
    pub(super) writer: Arc<SyncSender<Command>>,
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{0}")]
    Ledger(#[source] LedgerError),
    #[error("{0}")]
    Vault(#[source] VaultError),
    #[error("{0}")]
    Key(#[source] crate::vault::keys::KeyError),
    #[error("{0}")]
    Format(#[source] format::FormatError),
    #[error("{0}")]
    Ground(#[source] GroundError),
    #[error("geodata: {} fault(s), the first: {}", .0.len(), .0.first().map_or("", |f| f.message_en.as_str()))]
    Geodata(Vec<Finding>),
    #[error("could not file geodata: {0}")]
    Register(#[source] WriteError),
    #[error(
        "{0} holds a real ledger: invented data need a directory of their own (another --data)"
    )]
    DemoOnReal(PathBuf),
    #[error(
        "{0} holds invented data (dữ liệu minh hoạ): start it with --demo, or take another --data"
    )]
    RealOnDemo(PathBuf),
    #[error("no randomness to be had from the system")]
    Random,
    #[error("could not remove what was left half-received: {0}")]
    Sweep(#[source] std::io::Error),
    #[error("could not start a thread")]
    Thread(#[source] std::io::Error),
}

impl OpenError {
    /// The same in Vietnamese, where the room below knows one.
    pub fn message_vi(&self) -> String {
        match self {
            Self::Ledger(error) => error.message_vi(),
            Self::Vault(error) => error.message_vi(),
            Self::Key(error) => error.message_vi(),
            Self::Geodata(faults) => faults
                .first()
                .map_or_else(String::new, |fault| format!("geodata: {}", fault.message_vi)),
            Self::DemoOnReal(dir) => format!(
                "{} giữ một sổ thật: dữ liệu minh hoạ cần thư mục riêng (--data khác)",
                dir.display()
            ),
            Self::RealOnDemo(dir) => format!(
                "{} giữ dữ liệu minh hoạ: hãy chạy với --demo, hoặc chọn --data khác",
                dir.display()
            ),
            Self::Random => "hệ thống không cung cấp được số ngẫu nhiên".to_owned(),
            other => format!("không mở được dữ liệu: {other}"),
        }
    }
}

/// The one clock of the house.
#[expect(clippy::disallowed_methods, reason = "the one place that reads it")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Today in Asia/Ho_Chi_Minh.
pub fn today() -> Day {
    Day::of(now())
}

/// An Atlas that nobody holds yet, sharing with others every shard and every site card in which
/// they do not differ.
pub(super) fn shared_with(atlases: &BTreeMap<Scope, Arc<Atlas>>, atlas: Atlas) -> Atlas {
    atlases.values().fold(atlas, |atlas, other| atlas.sharing_cards(other))
}

/// No longer than a minute, so that a clock set anew is noticed.
fn until_midnight(now: Timestamp) -> std::time::Duration {
    const LONGEST: std::time::Duration = std::time::Duration::from_mins(1);
    let left = Day::of(now).plus_days(1).start().duration_since(now);
    std::time::Duration::try_from(left).map_or(LONGEST, |left| left.min(LONGEST))
}

/// 32 random bytes from the system.
pub fn fresh_key() -> Result<NewKey, OpenError> {
    fresh_bytes().map(|secret| NewKey { secret }).map_err(|NoRandomness| OpenError::Random)
}

/// The system gave no randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no randomness to be had from the system")]
pub struct NoRandomness;

pub(super) fn fresh_bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_refused| NoRandomness)?;
    Ok(bytes)
}

/// The program that reads one file and ends: it lies beside this one.
const READER: &str = "phusong-reader";

fn geo_reader() -> std::io::Result<SandboxedReader> {
    let own = std::env::current_exe()?;
    // Tests and benches are built one folder deeper than the programs.
    let mut folders = own.ancestors().skip(1).take(2).map(|folder| folder.join(READER));
    let program = folders.find(|program| program.is_file());
    let program = program.unwrap_or_else(|| own.with_file_name(READER));
    Ok(SandboxedReader::new(program, std::iter::empty::<std::ffi::OsString>()))
}

/// Invented data never come among real ones, nor these among those.
fn refuse_to_mix(held: Option<Data>, data: Data, dir: &Path) -> Result<Option<Data>, OpenError> {
    match (held, data) {
        (Some(Data::Real), Data::Demo) => Err(OpenError::DemoOnReal(dir.to_owned())),
        (Some(Data::Demo), Data::Real) => Err(OpenError::RealOnDemo(dir.to_owned())),
        _ => Ok(held),
    }
}

impl Service {
    /// Opens (or begins) the data directory with the tables of this release.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        Self::open_with(dir, Tables::embedded().map_err(OpenError::Geodata)?, Data::Real)
    }

    /// Opens (or begins) a data directory of invented data.
    pub fn open_demo(dir: &Path) -> Result<Self, OpenError> {
        Self::open_with(dir, Tables::embedded().map_err(OpenError::Geodata)?, Data::Demo)
    }

    /// The same in a world of the caller's making.
    pub fn open_in(dir: &Path, world: World) -> Result<Self, OpenError> {
        Self::open_as(dir, Tables::embedded().map_err(OpenError::Geodata)?, Data::Real, world)
    }

    /// Opens (or begins) the data directory and files what the tables change in it.
    pub fn open_with(dir: &Path, tables: Tables, data: Data) -> Result<Self, OpenError> {
        few_arenas();
        Self::open_as(dir, tables, data, World::real())
    }

    fn open_as(dir: &Path, tables: Tables, data: Data, world: World) -> Result<Self, OpenError> {
        let begun = Instant::now();
        let vault = Vault::open(dir).map_err(OpenError::Vault)?;
        let signing = SigningKey::open_or_create(dir, &fresh_key()?).map_err(OpenError::Key)?;
        let receipts = SigningKey::open_or_create(dir, &fresh_key()?).map_err(OpenError::Key)?;
        let blob_master =
            BlobMasterKey::open_or_create(dir, &fresh_key()?).map_err(OpenError::Key)?;
        let ledger = Ledger::open(dir, signing, world.now()).map_err(OpenError::Ledger)?;
        let files = Vault::open(dir).map_err(OpenError::Vault)?;
        uploads::sweep(dir, &files, &blob_master).map_err(OpenError::Sweep)?;
        let entries = ledger.reader().map_err(OpenError::Ledger)?;
        let (Folded { history, put_by }, ground) = fold_on_ground(dir, entries, &tables.rows)?;
        let folded_ms = begun.elapsed().as_millis();
        let held = refuse_to_mix(Data::of(&history), data, dir)?;
        let keys = KeyTable::default();
        keys.refresh(&vault).map_err(OpenError::Vault)?;
        let difference = geodata::difference(&register::on_file(&history), tables.rows);
        // Whoever files before the first view is there has to find names.
        let will_file = held.is_none() || data == Data::Demo || !difference.is_empty();
        let none = || Gazetteer::new(&[], &[], &[]);
        let gazetteer = Arc::new(if will_file { gazetteer_of(&history) } else { none() });
        let views = Views { atlases: BTreeMap::new(), gazetteer };
        let shared = Arc::new(Shared {
            dir: dir.to_owned(),
            data,
            ground,
            views: ArcSwap::from_pointee(views),
            history: RwLock::new(history),
            news: News::default(),
            keys,
            signing: receipts,
            past: PastViews::default(),
            others: OtherViews::default(),
            vault: Mutex::new(files),
            reader: Mutex::default(),
            blob_master,
            geo_reader: geo_reader().map_err(OpenError::Thread)?,
            readers: uploads::Turns::default(),
            looking_ahead: Mutex::default(),
            world,
            meters: Meters::default(),
            swapped: ArcSwap::from_pointee(begun),
            in_progress: InProgress::default(),
            sources: drafts::sources(),
            raster_areas: drafts::raster_areas(),
            kept_grounds: super::grounds::KeptGrounds::default(),
            positions: Positions::default(),
            tries: Tries::default(),
            is_stopped: AtomicBool::new(false),
            put_by: AtomicU64::new(put_by),
            is_proven: AtomicBool::new(put_by == 0),
            closings: AtomicU64::new(0),
            damage: OnceLock::new(),
            is_public_closed: AtomicBool::new(false),
            disk: Disk::default(),
        });
        let writer = writer::start(Arc::clone(&shared), ledger).map_err(OpenError::Thread)?;
        let service = Self { shared, writer: Arc::new(writer) };
        service.file_first(held, tables.document, difference)?;
        let compared_ms = begun.elapsed().as_millis();
        service.assess_first();
        let assessed_ms = begun.elapsed().as_millis();
        service.go_on_behind(vault, put_by).map_err(OpenError::Thread)?;
        let took = begun.elapsed();
        tracing::info!(?took, folded_ms, compared_ms, assessed_ms, "opened");
        service.shared.meters.opened(took);
        Ok(service)
    }

    /// What a start files: what is new in the tables, what a demo invents.
    ///
    /// `held`: what the directory held before.
    fn file_first(
        &self,
        held: Option<Data>,
        document: DocumentRef,
        difference: Difference,
    ) -> Result<(), OpenError> {
        let data = self.shared.data;
        if held.is_none() && data == Data::Demo {
            self.mark_as_demo().map_err(OpenError::Register)?;
        }
        match self.register(document, difference) {
            // What was there before can be read all the same; the next start files the rest.
            Err(error @ WriteError::DiskLow(_)) if held.is_some() => {
                tracing::warn!(%error, "the newer geodata is not filed yet");
            }
            done => done.map_err(OpenError::Register)?,
        }
        if data == Data::Demo {
            self.fill_demo().map_err(OpenError::Register)?;
        }
        Ok(())
    }

    /// What was left waiting, and what goes on beside the answers from here on.
    fn go_on_behind(&self, vault: Vault, put_by: u64) -> Result<(), std::io::Error> {
        // Accounts are of communes by their names of today, which are gathered only now.
        self.learn_accounts();
        self.publish_what_waits();
        keys::watch(self, vault)?;
        self.watch_midnight()?;
        self.assess_next();
        if put_by > 0 { prove_behind(&self.shared) } else { Ok(()) }
    }

    /// A scope's Atlas of a data directory and the history behind it, as known to the end of a
    /// day, read beside a running service: no lock, nothing written.
    pub fn read_past(
        dir: &Path,
        scope: Scope,
        known_at: Option<Day>,
    ) -> Result<(Atlas, History), OpenError> {
        let reader = LedgerReader::open(dir).map_err(OpenError::Ledger)?;
        let history = match known_at {
            Some(day) => fold_before(&reader, day.plus_days(1).start()),
            None => fold_proven(&reader),
        };
        let history = history.map_err(FoldError::into_open)?;
        Ok((Atlas::build(&history, scope, &ground_on_file()?), history))
    }

    /// All that the ledger of a directory tells, beside a running service.
    ///
    /// # Errors
    /// The ledger is absent or damaged.
    pub fn read_history(dir: &Path) -> Result<History, OpenError> {
        let reader = LedgerReader::open(dir).map_err(OpenError::Ledger)?;
        fold_proven(&reader).map_err(FoldError::into_open)
    }

    /// The public's Atlas. Other scopes get theirs when somebody first asks for them.
    fn assess_first(&self) {
        let Ok(history) = self.shared.history.read() else { return };
        // Neither needs the other, and a start waits for both.
        let (gazetteer, public) = both(
            || Arc::new(gazetteer_of(&history)),
            || Atlas::build(&history, Scope::Public, &self.shared.ground),
        );
        let atlases = BTreeMap::from([(Scope::Public, Arc::new(public))]);
        self.shared.views.store(Arc::new(Views { atlases, gazetteer }));
        self.shared.swapped.store(Arc::new(Instant::now()));
    }

    /// The department asks for its own before long: begun at once, and a start does not wait.
    fn assess_next(&self) {
        let (reply, _nobody_waits) = std::sync::mpsc::channel();
        let _stopping = self.writer.send(Command::Keep { scope: Scope::Officer, reply });
    }

    /// At midnight in Viet Nam the default day moves: each scope hears of what steps there. Files
    /// that were left half-sent go within the same minute.
    fn watch_midnight(&self) -> Result<(), std::io::Error> {
        let shared = Arc::downgrade(&self.shared);
        std::thread::Builder::new().name("midnight".to_owned()).spawn(move || {
            give_back_memory();
            let mut day = today();
            while let Some(shared) = shared.upgrade() {
                let next = today();
                if next > day {
                    for change in Change::of_midnight(&shared.views.load(), day, next) {
                        shared.news.tell(change);
                    }
                    day = next;
                }
                put_by_if_due(&shared);
                if let Err(error) = resumable::drop_expired(&shared) {
                    tracing::warn!(%error, "half-sent files could not be tidied");
                }
                drop(shared);
                std::thread::park_timeout(until_midnight(now()));
            }
        })?;
        Ok(())
    }

    /// The Atlas of a scope as it stands, unless nobody has asked for it yet.
    pub fn atlas_kept(&self, scope: &Scope) -> Option<Arc<Atlas>> {
        self.shared.views.load().atlases.get(scope).map(Arc::clone)
    }

    /// The Atlas of a scope as it stands. Made on first use for scopes nobody has asked for yet:
    /// that blocks.
    pub fn atlas(&self, scope: &Scope) -> Arc<Atlas> {
        if let Some(atlas) = self.atlas_kept(scope) {
            return atlas;
        }
        // The writer makes it, once however many ask, and keeps it up to date from here on.
        let (reply, kept) = std::sync::mpsc::channel();
        let keep = Command::Keep { scope: scope.clone(), reply };
        if self.writer.send(keep).is_ok()
            && let Ok(kept) = kept.recv()
        {
            return kept;
        }
        self.with_history(|history| {
            Arc::new(Atlas::build(history, scope.clone(), &self.shared.ground))
        })
    }

    pub fn gazetteer(&self) -> Arc<Gazetteer> {
        Arc::clone(&self.shared.views.load().gazetteer)
    }

    pub fn listen(&self, scope: &Scope) -> broadcast::Receiver<Arc<Change>> {
        self.shared.news.listen(scope)
    }

    /// Who presents this key.
    pub fn actor(&self, token: &str) -> Result<super::Actor, super::KeyError> {
        let gazetteer = self.gazetteer();
        self.shared
            .keys
            .find(token, now(), |code| gazetteer.units().at(code, today()).map(|unit| unit.id))
    }

    /// The key that an actor came with.
    pub fn own_key(&self, actor: &super::Actor) -> Option<OwnKey> {
        self.shared.keys.own(actor.key.as_deref()?)
    }

    /// Asks the ledger through the one connection that is kept for questions; opened when it is
    /// needed first, and after [`Shared::close_reader`].
    pub(super) fn with_reader<T>(
        &self,
        ask: impl FnOnce(&LedgerReader) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let mut kept = self.shared.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let reader = match kept.take() {
            Some(reader) => reader,
            None => LedgerReader::open(&self.shared.dir)?,
        };
        ask(kept.insert(reader))
    }

    pub fn with_history<T>(&self, read: impl FnOnce(&History) -> T) -> T {
        match self.shared.history.read() {
            Ok(history) => read(&history),
            Err(poisoned) => read(&poisoned.into_inner()),
        }
    }
}

/// Ground as this release knows it, for those who read beside a running service.
pub(super) fn ground_on_file() -> Result<Ground, OpenError> {
    let rows = geodata::embedded().map_err(OpenError::Geodata)?;
    geography::ground(&rows).map_err(OpenError::Ground)
}

/// The fold of the ledger, and meanwhile the ground for it.
fn fold_on_ground(
    dir: &Path,
    reader: &LedgerReader,
    rows: &[FiledRow],
) -> Result<(Folded, Ground), OpenError> {
    let (ground, history) = both(|| geography::ground(rows), || fold(dir, reader));
    Ok((history.map_err(FoldError::into_open)?, ground.map_err(OpenError::Ground)?))
}

/// Names as the department knows them; villages are no secret.
pub fn gazetteer_of(history: &History) -> Gazetteer {
    let mut units: Vec<UnitFact> = Vec::new();
    let mut successions: Vec<UnitSuccessionFact> = Vec::new();
    let mut villages: Vec<VillageFact> = Vec::new();
    let index = history.index();
    let of_villages = index.villages.values().flatten();
    let mut rows: Vec<RowIndex> =
        index.units.iter().chain(&index.unit_successions).chain(of_villages).copied().collect();
    // In the order of arrival.
    rows.sort_unstable();
    for row in rows.into_iter().filter(|row| history.counts(*row, &Scope::Public)) {
        match history.row(row).kept() {
            Some(Fact::Unit(fact)) => units.push(fact.clone()),
            Some(Fact::UnitSuccession(fact)) => successions.push(fact.clone()),
            Some(Fact::Village(fact)) => villages.push(fact.clone()),
            _ => {}
        }
    }
    Gazetteer::new(&units, &successions, &villages)
}
