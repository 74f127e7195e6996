//! `phusong publishing`: whose filings are published at once, set beside a running service.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use phusong_atlas::domain::CarrierId;

use super::commands::{Done, fail, say};
use super::named;
use crate::service::now;
use crate::vault::Vault;

#[derive(Debug, Args)]
pub struct Publishing {
    #[arg(long, env = "PHUSONG_DATA")]
    data: PathBuf,
    /// Mã doanh nghiệp. / A carrier's id; none: list those that are published at once.
    #[arg(long, requires = "when")]
    carrier: Option<String>,
    /// Từ lần gửi tới. / From its next filing on; what waits already goes on waiting.
    #[arg(long, value_enum, requires = "carrier")]
    when: Option<When>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    /// Ngay sau khi gửi. / Right after it is filed, by an entry of the system.
    AtOnce,
    /// Khi cán bộ công bố. / When an officer publishes it.
    ByOfficer,
}

pub(super) fn run(asked: &Publishing) -> Done {
    let vault = Vault::open(&asked.data)?;
    if let (Some(carrier), Some(when)) = (&asked.carrier, asked.when) {
        let carrier = CarrierId::new(carrier).map_err(|error| {
            fail(2, format!("{carrier:?} không phải là mã doanh nghiệp"), error.to_string())
        })?;
        named::carrier(&asked.data, carrier.as_str())?;
        match when {
            When::AtOnce => vault.publish_at_once(now(), carrier.as_str())?,
            When::ByOfficer => vault.publish_by_officer(carrier.as_str())?,
        }
    }
    vault.carriers_published_at_once()?.iter().try_for_each(|carrier| say(carrier))
}
