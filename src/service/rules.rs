//! Rule sets: what is on file, loading another, and a scope's view under one that is not adopted.

use std::sync::Arc;

use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{Fact, RuleSet, RuleSetId, Scope};
use phusong_atlas::history::History;
use phusong_intake::{Finding, Severity, rule_set};
use quick_cache::sync::Cache;

use super::actor::{Action, Actor, Object, can};
use super::decisions::{KnownRules, RulingError, rule_sets};
use super::open::Service;
use super::writer::Written;
use crate::ledger::Receipt;

/// Views under other rule sets, each by its scope, its rules, and how far the ledger went: the
/// next entry makes a key that nobody has yet. Never shown as what is.
#[derive(Debug)]
pub(super) struct OtherViews(Cache<(Scope, RuleSetId, usize), Arc<Atlas>>);

/// Two rule sets are compared at a time; each kept view of a province is some megabytes.
const KEPT: usize = 4;

impl Default for OtherViews {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

/// Of a history read beside a running service.
pub fn rule_sets_of(history: &History, atlas: &Atlas) -> Vec<KnownRules> {
    rule_sets(history, &atlas.scope, &atlas.common.rules.id)
}

/// Is a rule set's file sound by itself?
pub fn check_rules_file(text: &str) -> Result<RuleSet, Vec<Finding>> {
    rule_set::read(text)
}

impl Service {
    /// The rule sets that count for the scope, as filed; the one in force is marked.
    pub fn rule_sets(&self, scope: &Scope) -> Vec<KnownRules> {
        let atlas = self.atlas(scope);
        self.with_history(|history| rule_sets(history, scope, &atlas.common.rules.id))
    }

    /// What a rule set's file would be refused for; nothing is filed.
    pub fn check_rules(&self, text: &str) -> Result<RuleSet, Vec<Finding>> {
        let rules = rule_set::read(text)?;
        let known = self.rule_sets(&Scope::Approver);
        if known.iter().any(|known| known.rules.id == rules.id) {
            let (id, version) = (rules.id.id.as_str(), rules.id.version);
            let message = (
                format!("{id} phiên bản {version} đã có trong sổ; bản đã gửi không thay được"),
                format!("{id}, version {version}, is on file; what was filed is never changed"),
            );
            let remedy = ("tăng số phiên bản rồi gửi lại", "give it the next version");
            let mut finding =
                Finding::new("rules-version-taken", Severity::Refuse, message, remedy)
                    .on("version");
            finding.value = Some(version.to_string());
            return Err(vec![finding]);
        }
        Ok(rules)
    }

    /// Files a rule set: from then on it can be compared and adopted; nothing follows it yet.
    pub fn load_rules(
        &self,
        actor: &Actor,
        text: &str,
        key: Option<&str>,
    ) -> Result<(Written, Receipt), RulingError> {
        can(actor, Action::Decide, Object::House).map_err(|_refusal| RulingError::NotAllowed)?;
        let rules = self.check_rules(text).map_err(RulingError::Faulty)?;
        Ok(self.decision(actor, vec![Fact::RuleSet(Box::new(rules))], key)?)
    }

    /// The scope's view by a rule set on file; `None` when it knows no such set. Blocks unless
    /// that set is in force or was asked for a moment ago.
    pub fn atlas_under(&self, scope: &Scope, id: &RuleSetId) -> Option<Arc<Atlas>> {
        let now = self.atlas(scope);
        if now.common.rules.id == *id {
            return Some(now);
        }
        let known = self.rule_sets(scope).into_iter().find(|known| known.rules.id == *id)?;
        let rules = Arc::new(known.rules);
        self.with_history(|history| {
            let key = (scope.clone(), id.clone(), history.entries().len());
            let build = || {
                let ground = &self.shared.ground;
                let other = Atlas::build_under(history, scope.clone(), ground, rules);
                Ok::<_, std::convert::Infallible>(Arc::new(other))
            };
            self.shared.others.0.get_or_insert_with(&key, build).ok()
        })
    }
}
