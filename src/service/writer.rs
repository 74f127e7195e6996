//! The one thread that writes: it takes what waits, appends it with one fsync, folds it, makes
//! new Atlases, swaps them in, and only then answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use phusong_atlas::atlas::{Atlas, ContentHash, Home, Question, content_hash};
use phusong_atlas::domain::{
    Day, Entry, EntrySeq, Fact, FiledRow, Filing, FilingKind, ReportId, Scope, VillageId,
};
use phusong_atlas::history::{History, Touched};

use super::events::Change;
use super::filing::Moved;
use super::fold::{FoldError, decoded};
use super::memory::give_back_memory;
use super::open::{Service, Shared, Views, gazetteer_of, shared_with, today};
use super::shown::may_see_entry;
use crate::ledger::{IdempotencyClaim, Ledger, LedgerError, NewEntry, Outcome, format};

/// More than this waits at the door, not in memory.
const QUEUE: usize = 1024;
/// Most acts in one transaction.
pub(super) const BATCH: usize = 256;
/// Without a write for so long, giving memory back holds nobody up.
const QUIET: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub enum Command {
    Write(Box<Job>),
    /// Keep an Atlas for this scope from now on.
    Keep {
        scope: Scope,
        reply: Sender<Arc<Atlas>>,
    },
    /// Finish what came before and close the ledger.
    Stop {
        reply: Sender<()>,
    },
    #[cfg(test)]
    Fail(crate::ledger::Fails),
}

#[derive(Debug)]
pub struct Job {
    pub filing: Filing,
    pub rows: Vec<FiledRow>,
    pub claim: Option<IdempotencyClaim>,
    /// In whose view the consequences are told.
    pub scope: Scope,
    pub reply: Sender<Result<Written, WriteError>>,
}

/// An act that is durable and in every Atlas that may know of it.
#[derive(Debug, Clone)]
pub struct Written {
    pub seq: EntrySeq,
    pub id: ReportId,
    pub recorded_at: Timestamp,
    /// It had been filed before; nothing was added.
    pub repeated: bool,
    pub moved: Vec<Moved>,
    /// Others count it only once another account publishes it.
    pub awaits_second: bool,
    pub version: ContentHash,
}

#[derive(Debug, Clone, thiserror::Error)]
pub enum WriteError {
    #[error("this idempotency key stands for other content")]
    KeyReused,
    /// Nothing was filed.
    #[error("{message}")]
    Ledger { code: &'static str, message: String, message_vi: String },
    /// Nothing was filed; reading goes on.
    #[error(
        "less than {0} % of the disk is free: nothing was filed; free some space and file again"
    )]
    DiskLow(u64),
    #[error("the service is stopping")]
    Stopping,
}

impl From<LedgerError> for WriteError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger {
            code: error.code(),
            message: error.to_string(),
            message_vi: error.message_vi(),
        }
    }
}

pub fn start(shared: Arc<Shared>, ledger: Ledger) -> std::io::Result<SyncSender<Command>> {
    let (sender, receiver) = sync_channel(QUEUE);
    std::thread::Builder::new()
        .name("writer".to_owned())
        .spawn(move || Writer { shared, ledger, freed_memory: false }.run(&receiver))?;
    Ok(sender)
}

struct Writer {
    shared: Arc<Shared>,
    ledger: Ledger,
    /// Since memory was last given back.
    freed_memory: bool,
}

impl Writer {
    fn run(mut self, commands: &Receiver<Command>) {
        while let Some(first) = self.next(commands) {
            let mut jobs = Vec::new();
            let mut next = Some(first);
            while let Some(command) = next {
                match command {
                    Command::Write(job) => jobs.push(*job),
                    Command::Keep { scope, reply } => {
                        // What was asked before comes before.
                        self.write(std::mem::take(&mut jobs));
                        let _nobody_waits = reply.send(self.keep(scope));
                    }
                    Command::Stop { reply } => {
                        self.write(jobs);
                        self.shared.close_reader();
                        drop(self.ledger);
                        let _nobody_waits = reply.send(());
                        return;
                    }
                    #[cfg(test)]
                    Command::Fail(fails) => self.ledger.fails_next.set(Some(fails)),
                }
                next = if jobs.len() < BATCH { commands.try_recv().ok() } else { None };
            }
            self.write(jobs);
        }
    }

    /// Waits for what is to be done next. Once writes go quiet, what they freed goes back.
    fn next(&mut self, commands: &Receiver<Command>) -> Option<Command> {
        if self.freed_memory {
            match commands.recv_timeout(QUIET) {
                Err(RecvTimeoutError::Timeout) => {
                    give_back_memory();
                    self.freed_memory = false;
                }
                done => return done.ok(),
            }
        }
        commands.recv().ok()
    }

    fn keep(&self, scope: Scope) -> Arc<Atlas> {
        let views = self.shared.views.load();
        if let Some(atlas) = views.atlases.get(&scope) {
            return Arc::clone(atlas);
        }
        let built = Atlas::build(&read(&self.shared), scope.clone(), &self.shared.ground);
        let atlas = Arc::new(shared_with(&views.atlases, built));
        let mut atlases = views.atlases.clone();
        atlases.insert(scope, Arc::clone(&atlas));
        let gazetteer = Arc::clone(&views.gazetteer);
        self.shared.views.store(Arc::new(Views { atlases, gazetteer }));
        give_back_memory();
        atlas
    }

    fn write(&mut self, jobs: Vec<Job>) {
        if jobs.is_empty() {
            return;
        }
        self.freed_memory = true;
        if self.ledger.is_stopped()
            && let Err(error) = self.reopen()
        {
            refuse(&jobs, &error);
            return;
        }
        let mut entries = Vec::with_capacity(jobs.len());
        for job in &jobs {
            let body = format::encode(&job.filing, &job.rows);
            let Some(salt) = self.shared.world.salt(&body) else {
                refuse(&jobs, &WriteError::Stopping);
                return;
            };
            entries.push(NewEntry {
                format: format::CURRENT,
                salt,
                body,
                idempotency: job.claim.clone(),
            });
        }
        let (begun, count) = (Instant::now(), entries.len() as u64);
        match self.ledger.append_batch(self.shared.world.now(), entries) {
            Ok(outcomes) => {
                self.shared.meters.appended(begun.elapsed(), count);
                self.apply(jobs, &outcomes);
            }
            Err(error) => {
                let is_stopped = self.ledger.is_stopped();
                refuse(&jobs, &error.into());
                if is_stopped {
                    let _told_in_the_log = self.reopen();
                }
            }
        }
    }

    /// Opens the ledger again after a failed write, and takes in what it then holds beyond the
    /// fold: entries whose outcome nobody could tell.
    fn reopen(&mut self) -> Result<(), WriteError> {
        self.shared.close_reader();
        let done = self.ledger.reopen().and_then(|()| self.unfolded());
        self.shared.is_stopped.store(done.is_err(), Ordering::Relaxed);
        match done {
            Ok(entries) => {
                let entries_found = entries.len();
                tracing::warn!(entries_found, "the ledger was opened again after a failed write");
                self.shared.meters.reopened();
                let taken = self.take_in(entries.into_iter().map(Some).collect());
                self.tell(&read(&self.shared), &taken);
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, "the ledger stays stopped after a failed write");
                Err(error.into())
            }
        }
    }

    /// What the ledger holds and the fold does not.
    fn unfolded(&self) -> Result<Vec<Entry>, LedgerError> {
        let folded = read(&self.shared).entries().last().map_or(0, |last| last.seq.0);
        let reader = self.ledger.reader()?;
        let entries = reader.read_from(folded + 1)?.map(|entry| {
            decoded(&entry?).map_err(|error| match error {
                FoldError::Ledger(error) => error,
                // Written by this very program a moment ago.
                FoldError::Format(_) => LedgerError::Stopped,
            })
        });
        entries.collect()
    }

    /// Folds what was appended, makes the Atlases after it, swaps, answers, tells.
    fn apply(&mut self, jobs: Vec<Job>, outcomes: &[Outcome]) {
        let day = today();
        let entries = jobs.iter().zip(outcomes).map(|(job, outcome)| {
            let Outcome::Appended(appended) = outcome else { return None };
            Some(Entry {
                seq: EntrySeq(appended.seq),
                id: ReportId::of_leaf(&appended.leaf_hash),
                recorded_at: appended.recorded_at,
                filing: job.filing.clone(),
                rows: job.rows.clone(),
            })
        });
        let taken = self.take_in(entries.collect());
        for ((job, outcome), mine) in jobs.into_iter().zip(outcomes).zip(&taken.touches) {
            let answer = answer(&job, outcome, mine, &taken.before, &taken.after, day);
            let _nobody_waits = job.reply.send(answer);
        }
        self.tell(&read(&self.shared), &taken);
    }

    /// Folds entries, makes the Atlases after them and swaps. `None` stands for an act that added
    /// nothing.
    fn take_in(&mut self, entries: Vec<Option<Entry>>) -> Taken {
        let mut touched = Touched::default();
        let mut places_changed = false;
        let mut touches = Vec::with_capacity(entries.len());
        let mut told: BTreeSet<Told> = BTreeSet::new();
        let before = self.shared.views.load_full();
        let begun = Instant::now();
        {
            let mut history = match self.shared.history.write() {
                Ok(history) => history,
                Err(poisoned) => poisoned.into_inner(),
            };
            for entry in entries {
                let Some(entry) = entry else {
                    touches.push(Touched::default());
                    continue;
                };
                places_changed |=
                    entry.rows.iter().any(|row| names_places(&history, entry.seq, &row.fact));
                tell_of(&entry, &history, &mut told);
                let mine = history.apply(&entry);
                touched.merge(mine.clone());
                touches.push(mine);
            }
        }
        self.shared.meters.folded(begun.elapsed());
        let begun = Instant::now();
        let history = read(&self.shared);
        let mut atlases: BTreeMap<Scope, Arc<Atlas>> = BTreeMap::new();
        let mut anew: BTreeSet<Home> = BTreeSet::new();
        for (scope, atlas) in &before.atlases {
            // What is new in several scopes alike is there once.
            let after = atlas.after(&history, &touched);
            anew.extend(after.homes_since(atlas));
            let share =
                |after: Atlas, other: &Arc<Atlas>| after.sharing_at(anew.iter().copied(), other);
            let after = atlases.values().fold(after, share);
            atlases.insert(scope.clone(), Arc::new(after));
        }
        let gazetteer = if places_changed {
            Arc::new(gazetteer_of(&history))
        } else {
            Arc::clone(&before.gazetteer)
        };
        let after = Arc::new(Views { atlases, gazetteer });
        self.shared.views.store(Arc::clone(&after));
        self.shared.swapped.store(Arc::new(Instant::now()));
        self.shared.meters.built(begun.elapsed());
        Taken { touches, touched, told, before, after }
    }

    /// Each scope hears of what changed in its own view, and of nothing else.
    fn tell(&self, history: &History, taken: &Taken) {
        let Taken { touched, told, before, after, .. } = taken;
        for (scope, atlas) in &after.atlases {
            let Some(old) = before.atlases.get(scope) else { continue };
            let shown = |id: ReportId| {
                history.entry_by_id(id).is_some_and(|head| may_see_entry(history, head, scope))
            };
            let heard = told.iter().filter(|told| shown(told.report) && told.by.is_none_or(shown));
            let reports: BTreeSet<ReportId> = heard.map(|told| told.report).collect();
            if old.version == atlas.version && reports.is_empty() {
                continue;
            }
            let look = |atlas: &Atlas, id: &VillageId| {
                atlas.village(id).map(|(_, card)| content_hash(card))
            };
            // None named: any may have changed.
            let named = (!touched.is_anywhere()).then_some(&touched.villages);
            let changed = |id: &&VillageId| look(old, id) != look(atlas, id);
            let villages = named.into_iter().flatten().filter(changed).cloned().collect();
            let reports = reports.into_iter().collect();
            let change = Change { scope: scope.clone(), version: atlas.version, villages, reports };
            self.shared.news.tell(change);
        }
    }
}

/// A name that everybody is to find, or an act on one.
fn names_places(history: &History, entry: EntrySeq, fact: &Fact) -> bool {
    match fact {
        Fact::Village(_) | Fact::Unit(_) | Fact::UnitSuccession(_) => true,
        Fact::Publish(target) | Fact::Return { target, .. } | Fact::Withdraw { target, .. } => {
            // Acts are on earlier entries only.
            let earlier = history.entry(target.entry).filter(|head| head.seq < entry);
            earlier.is_some_and(|head| {
                let mut rows = history.rows_of(head);
                rows.any(|row| names_places(history, head.seq, &row.fact()))
            })
        }
        _ => false,
    }
}

/// What taking entries in has changed.
struct Taken {
    /// By each entry.
    touches: Vec<Touched>,
    touched: Touched,
    told: BTreeSet<Told>,
    before: Arc<Views>,
    after: Arc<Views>,
}

/// A report of which something is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    report: ReportId,
    /// Only where this one is shown too.
    by: Option<ReportId>,
}

/// What an entry makes news of: itself, unless it only acts on others; the reports it acts upon;
/// and those it corrects, where the correction is known.
fn tell_of(entry: &Entry, history: &History, told: &mut BTreeSet<Told>) {
    if entry.filing.kind != FilingKind::Decision {
        told.insert(Told { report: entry.id, by: None });
    }
    for row in &entry.rows {
        let (seq, by) = match (&row.fact, row.replaces) {
            (
                Fact::Publish(target) | Fact::Return { target, .. } | Fact::Withdraw { target, .. },
                _,
            ) => (target.entry, None),
            (_, Some(replaced)) => (replaced.entry, Some(entry.id)),
            _ => continue,
        };
        if let Some(head) = history.entry(seq) {
            told.insert(Told { report: head.id, by });
        }
    }
}

fn answer(
    job: &Job,
    outcome: &Outcome,
    touched: &Touched,
    before: &Views,
    after: &Views,
    day: Day,
) -> Result<Written, WriteError> {
    let (appended, repeated) = match outcome {
        Outcome::Appended(appended) => (appended, false),
        Outcome::Repeated(appended) => (appended, true),
        Outcome::KeyReused { .. } => return Err(WriteError::KeyReused),
    };
    let (old, new) = (before.atlases.get(&job.scope), after.atlases.get(&job.scope));
    let moved = match (old, new) {
        (Some(old), Some(new)) => Moved::between(old, new, touched, &Question::default_on(day)),
        _ => Vec::new(),
    };
    Ok(Written {
        seq: EntrySeq(appended.seq),
        id: ReportId::of_leaf(&appended.leaf_hash),
        recorded_at: appended.recorded_at,
        repeated,
        moved,
        awaits_second: false,
        version: new.map(|atlas| atlas.version).unwrap_or_default(),
    })
}

fn refuse(jobs: &[Job], error: &WriteError) {
    for job in jobs {
        let _nobody_waits = job.reply.send(Err(error.clone()));
    }
}

fn read(shared: &Shared) -> std::sync::RwLockReadGuard<'_, History> {
    match shared.history.read() {
        Ok(history) => history,
        Err(poisoned) => poisoned.into_inner(),
    }
}

impl Service {
    /// Files an act and waits until it is durable and visible. Blocks: never on an async thread.
    pub fn write(
        &self,
        filing: Filing,
        rows: Vec<FiledRow>,
        claim: Option<IdempotencyClaim>,
        scope: Scope,
    ) -> Result<Written, WriteError> {
        let (reply, answer) = std::sync::mpsc::channel();
        self.room_for_appends()?;
        if let Some(fault) = self.shared.damage.get() {
            return Err(LedgerError::from(fault.clone()).into());
        }
        let job = Job { filing, rows, claim, scope, reply };
        self.writer.send(Command::Write(Box::new(job))).map_err(|_stopped| WriteError::Stopping)?;
        answer.recv().map_err(|_stopped| WriteError::Stopping)?
    }

    /// Ends every stream of events, so that nobody who only listens keeps the house open.
    pub fn hush(&self) {
        self.shared.news.close();
    }

    /// Finishes what was begun and closes the ledger; what comes later is refused. Blocks.
    pub fn stop(&self) {
        let (reply, stopped) = std::sync::mpsc::channel();
        if self.writer.send(Command::Stop { reply }).is_ok() {
            let _gone_is_stopped = stopped.recv();
        }
    }
}

#[cfg(test)]
mod tests;
