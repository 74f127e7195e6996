//! The state a paper was made from, as plain text that any copy of it carries.

use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::Scope;

use super::{Asked, METHOD};

/// From what a paper was made: enough to make it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State(String);

impl State {
    /// `paper` and `subject` are words of ours, never free text.
    pub fn of(atlas: &Atlas, asked: &Asked, paper: &str, subject: &str) -> Self {
        let scope = match &atlas.scope {
            Scope::Public => "public".to_owned(),
            Scope::Carrier(carrier) => format!("carrier.{carrier}"),
            Scope::Commune(unit) => format!("commune.{}", unit.code.0),
            Scope::Officer => "officer".to_owned(),
            Scope::Approver => "approver".to_owned(),
        };
        let data = if asked.demo { "demo" } else { "real" };
        let (as_of, known_at, version) = (asked.day(), asked.known_at, atlas.version);
        Self(format!(
            "phusong paper={paper} subject={subject} scope={scope} as_of={as_of} known_at={known_at} atlas={version} method={METHOD} data={data}"
        ))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
