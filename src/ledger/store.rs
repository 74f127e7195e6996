//! The file: opening it, the lock that lets one process write, and what SQLite's errors mean.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::LedgerError;
use crate::vault::keys::{private_dir, private_file};
use crate::vault::migrate;

/// File name inside the data directory.
pub const FILE: &str = "ledger.db";
const LOCK: &str = "LOCK";

/// Marks the file as ours (`PRAGMA application_id`): "PSLG".
pub(super) const APPLICATION_ID: i32 = 0x5053_4C47;

/// Numbered steps; a released one is never edited, and none rewrites a leaf.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_ledger.sql")];

const BUSY: Duration = Duration::from_secs(5);

/// Takes the data directory for this process (it is made when missing), until the file is dropped.
/// The operating system frees it when the process dies.
pub(super) fn lock(dir: &Path) -> Result<File, LedgerError> {
    private_dir(dir).map_err(io(dir))?;
    let path = dir.join(LOCK);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(io(&path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.take(20).read_to_string(&mut holder); // only for the message
            let holder = holder.trim();
            let holder = if holder.is_empty() { "?" } else { holder }.to_owned();
            return Err(LedgerError::InUse { dir: dir.into(), holder });
        }
        Err(TryLockError::Error(source)) => return Err(io(&path)(source)),
    }
    // Best effort: on a full disk the pid is missing from a message, no more.
    let _ = file
        .set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()));
    Ok(file)
}

/// Opens for writing; creates and brings up to date. The caller holds the lock.
pub(super) fn open_writer(path: &Path) -> Result<Connection, LedgerError> {
    private_file(path).map_err(io(path))?;
    let mut conn = Connection::open(path).map_err(LedgerError::Read)?;
    conn.busy_timeout(BUSY).map_err(LedgerError::Read)?;
    migrate::check(&conn, APPLICATION_ID, MIGRATIONS.len()).map_err(LedgerError::Migrate)?;
    // FULL: every commit is fsynced. Checkpoints of the write-ahead log are run by the writer,
    // which then sees their errors.
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0;",
    )
    .map_err(|error| failed(error, Phase::BeforeCommit))?;
    migrate::run(&mut conn, APPLICATION_ID, MIGRATIONS).map_err(LedgerError::Migrate)?;
    Ok(conn)
}

/// Opens for reading, beside a writer or without one.
pub(super) fn open_reader(dir: &Path) -> Result<Connection, LedgerError> {
    let path = dir.join(FILE);
    if !path.exists() {
        return Err(LedgerError::Absent { dir: dir.into() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(&path, flags).map_err(LedgerError::Read)?;
    conn.busy_timeout(BUSY).map_err(LedgerError::Read)?;
    migrate::check(&conn, APPLICATION_ID, MIGRATIONS.len()).map_err(LedgerError::Migrate)?;
    Ok(conn)
}

/// Where an error struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    BeforeCommit,
    Commit,
}

/// What an error while writing means. `Full` and `Busy`: SQLite took the transaction back, the
/// ledger goes on. All else: stop, for after a failed fsync the page cache may lie.
pub(super) fn failed(error: rusqlite::Error, phase: Phase) -> LedgerError {
    match (error.sqlite_error_code(), phase) {
        (Some(ErrorCode::DiskFull), _) => LedgerError::Full,
        (Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked), _) => LedgerError::Busy,
        (_, Phase::BeforeCommit) => LedgerError::Failed(error),
        (_, Phase::Commit) => LedgerError::Unknown(error),
    }
}

pub(super) fn io(path: &Path) -> impl Fn(std::io::Error) -> LedgerError {
    move |source| LedgerError::Io { path: path.into(), source }
}
