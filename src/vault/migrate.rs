//! Numbered `.sql` steps, applied in order; the step reached is SQLite's `user_version`.
//!
//! Each file is one transaction. A file that a newer release wrote is refused before anything is
//! written to it. Going back is done with a backup, never with a downward step.

use rusqlite::Connection;

/// Why a database file is not one this binary may write.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The file was written by a newer release.
    #[error(
        "the file has format {found}, this program knows up to {known}: install the newer program; nothing was changed"
    )]
    Newer { found: i64, known: usize },
    /// Some other program's database.
    #[error(
        "the file is another program's database (application id {found:#x}); nothing was changed"
    )]
    Foreign { found: i32 },
    #[error("could not bring the database to the current format")]
    Store(#[source] rusqlite::Error),
}

impl MigrateError {
    /// The same sentence in Vietnamese.
    pub fn message_vi(&self) -> String {
        match self {
            Self::Newer { found, known } => format!(
                "tệp có định dạng {found}, chương trình này chỉ biết đến {known}: hãy cài bản mới hơn; tệp chưa bị thay đổi"
            ),
            Self::Foreign { found } => format!(
                "tệp là cơ sở dữ liệu của chương trình khác (mã {found:#x}); tệp chưa bị thay đổi"
            ),
            Self::Store(_) => "không nâng được cơ sở dữ liệu lên định dạng hiện tại".into(),
        }
    }
}

/// Refuses a file of a newer release or of another program. Only reads.
pub fn check(conn: &Connection, application_id: i32, known: usize) -> Result<(), MigrateError> {
    let found_id: i32 = pragma(conn, "application_id")?;
    let found: i64 = pragma(conn, "user_version")?;
    let tables: i64 = conn
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(MigrateError::Store)?;
    if found_id != application_id && (found_id != 0 || found != 0 || tables != 0) {
        return Err(MigrateError::Foreign { found: found_id });
    }
    if usize::try_from(found).map_or(true, |found| found > known) {
        return Err(MigrateError::Newer { found, known });
    }
    Ok(())
}

/// Applies what is missing, one transaction a step. Safe when two processes start at once.
pub fn run(conn: &mut Connection, application_id: i32, steps: &[&str]) -> Result<(), MigrateError> {
    if version(conn)? == steps.len() {
        return Ok(());
    }
    let tx = conn
        .transaction_with_behavior(rusqlite::TransactionBehavior::Exclusive)
        .map_err(MigrateError::Store)?;
    check(&tx, application_id, steps.len())?; // again, now that nobody else writes
    for (done, step) in steps.iter().enumerate().skip(version(&tx)?) {
        tx.execute_batch(step).map_err(MigrateError::Store)?;
        tx.execute_batch(&format!("PRAGMA user_version = {}", done + 1))
            .map_err(MigrateError::Store)?;
    }
    tx.execute_batch(&format!("PRAGMA application_id = {application_id}"))
        .map_err(MigrateError::Store)?;
    tx.commit().map_err(MigrateError::Store)
}

fn version(conn: &Connection) -> Result<usize, MigrateError> {
    pragma::<i64>(conn, "user_version").map(|found| usize::try_from(found).unwrap_or(usize::MAX))
}

fn pragma<T: rusqlite::types::FromSql>(conn: &Connection, name: &str) -> Result<T, MigrateError> {
    conn.pragma_query_value(None, name, |row| row.get(0)).map_err(MigrateError::Store)
}
