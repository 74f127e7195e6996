//! What an act did, by its code and in columns: decisions, disputes, what follows from them.

use phusong_atlas::domain::{CarrierId, Fact, RuleSetId, SunsetFact, Technology};
use serde_json::{Value, json};

use super::contested::{Cause, DisputeFinding};

/// `publish`, `adopt_rule_set` …; `None`: a statement, told by its columns alone.
pub const fn code(fact: &Fact) -> Option<&'static str> {
    Some(match fact {
        Fact::Publish(_) => "publish",
        Fact::Return { .. } => "return",
        Fact::Withdraw { .. } => "withdraw",
        Fact::SetAside { .. } => "set_aside",
        Fact::ConfirmSunset { .. } => "confirm_sunset",
        Fact::Sunset(_) => "announce_sunset",
        Fact::AdoptRuleSet { .. } => "adopt_rule_set",
        Fact::RuleSet(_) => "file_rule_set",
        Fact::RestrictSite { .. } => "restrict_site",
        Fact::OpenDispute { .. } | Fact::Dispute(_) => "open_dispute",
        Fact::DisputeAnswer(_) => "answer_dispute",
        Fact::DisputeCheck(_) => "check_dispute",
        Fact::CloseDispute { .. } | Fact::DisputeEnd(_) => "close_dispute",
        Fact::NamedCause(_) => "name_cause",
        Fact::Certificate(_) => "certificate",
        Fact::Structure(_) => "share_structure",
        Fact::Indicator(_) => "define_indicator",
        Fact::UnitCount(_) => "count_unit",
        Fact::Goal(_) => "set_target",
        Fact::NameQuestion(_) => "ask_name",
        Fact::NameDecision(_) => "decide_name",
        Fact::NameUse(_) => "use_name",
        Fact::SignedPaper(_) => "keep_signed_paper",
        Fact::Account(_) => "account",
        _ => return None,
    })
}

/// The columns of an act that no template has, with what somebody wrote of it or without; `None`:
/// it is told like a statement.
pub fn understood(fact: &Fact, tells_why: bool) -> Option<Value> {
    Some(match fact {
        Fact::Return { reason, .. } | Fact::Withdraw { reason, .. } if tells_why => {
            json!({ "ly_do": reason })
        }
        Fact::SetAside { carrier, cause, .. } if tells_why => {
            json!({ "nha_mang": carrier.as_str(), "nguyen_nhan": cause })
        }
        Fact::SetAside { carrier, .. } => json!({ "nha_mang": carrier.as_str() }),
        Fact::AdoptRuleSet { rule_set, from } => {
            json!({ "bo_tieu_chi": rules(rule_set), "tu_ngay": from.to_string() })
        }
        Fact::RuleSet(set) => json!({ "bo_tieu_chi": rules(&set.id), "nguon": set.source }),
        Fact::Sunset(fact) => sunset(fact),
        Fact::OpenDispute { village, text } => {
            json!({ "thon": village.as_str(), "noi_dung": text })
        }
        Fact::CloseDispute { village, reason } => {
            json!({ "thon": village.as_str(), "ly_do": reason })
        }
        Fact::Dispute(fact) => json!({
            "thon": fact.village.as_str(), "tu_ngay": fact.raised.to_string(),
            "nha_mang": fact.carrier.as_ref().map(CarrierId::as_str), "noi_dung": fact.text,
        }),
        Fact::DisputeAnswer(fact) => json!({
            "nha_mang": fact.carrier.as_str(), "nguyen_nhan": Cause::from(fact.cause),
            "noi_dung": fact.text,
        }),
        Fact::DisputeCheck(fact) => json!({
            "ngay_kiem_tra": fact.day.to_string(), "ket_qua": DisputeFinding::from(fact.finding),
            "noi_dung": fact.text,
        }),
        Fact::DisputeEnd(fact) => json!({
            "ket_qua": DisputeFinding::from(fact.finding), "ly_do": fact.reason,
        }),
        Fact::NamedCause(fact) => json!({
            "nha_mang": fact.carrier.as_str(), "nguyen_nhan": Cause::from(fact.cause),
            "noi_dung": fact.text,
        }),
        _ => return None,
    })
}

fn rules(set: &RuleSetId) -> String {
    format!("{}:{}", set.id.as_str(), set.version)
}

fn sunset(fact: &SunsetFact) -> Value {
    json!({
        "nha_mang": fact.carrier.as_ref().map(CarrierId::as_str),
        "cong_nghe": Technology::as_str(fact.technology),
        "tu_ngay": fact.first_day_without.to_string(), "nguon": fact.source,
    })
}
