//! `phusong geodata`: read the tables of facts, say every fault, say what they would change.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use phusong_atlas::domain::{Fact, FiledRow};

use super::commands::{Done, fail, say};
use crate::service::Service;
use phusong_intake::geodata::{self, REGISTER_FILE, Tables};

#[derive(Debug, Subcommand)]
pub enum GeodataCommand {
    /// Reads the tables of a folder (none: those of this program); names file, row and column of
    /// every fault.
    Check { folder: Option<PathBuf> },
    /// What the tables would change in a data directory: new, changed, gone. Files nothing.
    Diff {
        #[arg(long, env = "PHUSONG_DATA")]
        data: PathBuf,
        folder: Option<PathBuf>,
    },
}

pub fn run(act: GeodataCommand) -> Done {
    match act {
        GeodataCommand::Check { folder } => {
            let tables = tables(folder.as_deref())?;
            let read = geodata::file_names().count();
            say(&format!("{read} tệp, {} dòng, không lỗi / no fault", tables.rows.len()))
        }
        GeodataCommand::Diff { data, folder } => {
            super::commands::say_if_demo(&data)?;
            let found = Service::geodata_difference(&data, tables(folder.as_deref())?)?;
            for (sign, rows) in [("+", &found.new), ("~", &found.changed)] {
                rows.iter()
                    .try_for_each(|row| say(&format!("{sign} {}", geodata::key(&row.fact))))?;
            }
            found.gone.iter().try_for_each(|row| say(&format!("- {}", named(row))))?;
            say(&format!(
                "mới {} · đổi {} · bỏ {} / new {} · changed {} · gone {}",
                found.new.len(),
                found.changed.len(),
                found.gone_count(),
                found.new.len(),
                found.changed.len(),
                found.gone_count(),
            ))
        }
    }
}

/// The rows that a withdrawal names.
fn named(row: &FiledRow) -> String {
    match &row.fact {
        Fact::Withdraw { target, .. } => format!("entry {} rows {:?}", target.entry.0, target.rows),
        other => geodata::key(other),
    }
}

/// All faults go to the terminal, one a line, and the command fails.
fn tables(folder: Option<&Path>) -> Result<Tables, super::Failure> {
    let read = match folder {
        None => Tables::embedded(),
        Some(folder) => {
            let files = read_all(folder)?;
            let register = files.iter().find(|(name, _)| *name == REGISTER_FILE);
            let register = register.map_or("", |(_, text)| text.as_str()).to_owned();
            let tables: Vec<(&str, &str)> = files
                .iter()
                .filter(|(name, _)| *name != REGISTER_FILE)
                .map(|(name, text)| (*name, text.as_str()))
                .collect();
            Tables::read(&tables, &register)
        }
    };
    read.map_err(|faults| {
        let lines = |of: fn(&phusong_intake::Finding) -> &str| {
            faults.iter().map(of).collect::<Vec<_>>().join("\n")
        };
        fail(65, lines(|fault| &fault.message_vi), lines(|fault| &fault.message_en))
    })
}

fn read_all(folder: &Path) -> Result<Vec<(&'static str, String)>, super::Failure> {
    geodata::file_names()
        .map(|name| {
            let path = folder.join(name);
            let text = std::fs::read_to_string(&path).map_err(|error| {
                let path = path.display();
                fail(66, format!("{path}: không đọc được"), format!("{path}: {error}"))
            })?;
            Ok((name, text))
        })
        .collect()
}
