//! “Publish at once”: what a carrier files itself is published by an entry of the system right
//! after, where the operator has set it so.
//!
//! The setting lies in the vault, not in the ledger: it is the house's way of working and no fact
//! about the world, the fold must not depend on it, and each publication is an entry of its own
//! anyway, which an officer can withdraw as any other.

use phusong_atlas::domain::{
    DocumentRef, Fact, FiledRow, Filing, FilingKind, Party, ReportId, Scope, Target,
};
use phusong_atlas::history::{EntryHead, History};

use super::filing::{FileError, content_of};
use super::open::Service;
use crate::ledger::IdempotencyClaim;

/// Under which the system's own acts are told apart from people's.
pub(super) const SYSTEM: &str = "system";
const NOTE: &str = "công bố ngay theo cài đặt của hệ thống / published at once by a setting";

/// A carrier's own filing: neither on behalf, nor an act on earlier rows.
pub(super) fn own_filing(filing: &Filing) -> Option<&str> {
    let is_said = !matches!(filing.kind, FilingKind::Decision | FilingKind::Register);
    match &filing.owner {
        Party::Carrier(carrier) if is_said && filing.filed_by == filing.owner => {
            Some(carrier.as_str())
        }
        _ => None,
    }
}

/// Nobody has decided on any of its rows yet.
fn waits(history: &History, head: EntryHead<'_>) -> bool {
    history
        .rows_of(head)
        .all(|row| row.published_at().is_none() && !row.is_returned() && !row.is_withdrawn())
}

impl Service {
    /// Publishes a filing if its carrier is set so. The filing itself stands whatever comes of
    /// this: a start takes up what could not be published.
    pub(super) fn publish_if_set(&self, report: ReportId) {
        if let Err(error) = self.try_publish(report) {
            tracing::error!(%report, %error, "{report} was filed and could not be published at once");
        }
    }

    fn try_publish(&self, report: ReportId) -> Result<(), FileError> {
        let found = self.with_history(|history| {
            let head = history.entry_by_id(report).filter(|head| waits(history, *head))?;
            let carrier = own_filing(head.filing)?.to_owned();
            Some((head.seq, head.recorded_at, carrier))
        });
        let Some((entry, recorded_at, carrier)) = found else { return Ok(()) };
        let since = self.with_vault(|vault| vault.publishes_at_once(&carrier));
        if since.map_err(FileError::of_vault)?.is_none_or(|since| recorded_at < since) {
            return Ok(());
        }
        let filing = Filing {
            kind: FilingKind::Decision,
            owner: Party::Department,
            filed_by: Party::Department,
            person: None,
            document: DocumentRef::default(),
            files: Vec::new(),
        };
        let fact = Fact::Publish(Target { entry, rows: Vec::new() });
        let rows = vec![FiledRow { fact, replaces: None, note: Some(NOTE.to_owned()) }];
        // Once for each filing, however often it is tried.
        let content = content_of(&filing, &rows);
        let key = format!("publish-at-once:{report}");
        let claim = IdempotencyClaim { actor: SYSTEM.to_owned(), key, content };
        self.write(filing, rows, Some(claim), Scope::Officer)?;
        Ok(())
    }

    /// At the start: what was filed when the process ended before it could be published.
    pub(super) fn publish_what_waits(&self) {
        let set = self.with_vault(crate::vault::Vault::carriers_published_at_once);
        let set = set.unwrap_or_default();
        if set.is_empty() {
            return;
        }
        let waiting: Vec<ReportId> = self.with_history(|history| {
            let own = |head: &EntryHead<'_>| {
                own_filing(head.filing).is_some_and(|carrier| set.iter().any(|one| one == carrier))
            };
            let waiting = history.entries().filter(own).filter(|head| waits(history, *head));
            waiting.map(|head| head.id).collect()
        });
        for report in waiting {
            self.publish_if_set(report);
        }
    }
}
