//! `phusong key …`: keys and sign-in links, made beside a running service.

use std::path::Path;
use std::time::Duration;

use phusong_atlas::domain::Day;

use super::commands::{Done, fail, say};
use super::{Failure, KeyCommand};
use crate::service::{fresh_key, now, sign_in_token};
use crate::vault::Vault;
use crate::vault::api_keys::{ApiKey, Holder, NewApiKey};

/// A running service looks for new and revoked keys ten times a second. A script that uses the key
/// it was just given must not be refused, nor one that was just revoked be let in. The service tells
/// nobody when it has looked, and whether one runs is only learnt by taking its lock, which would
/// keep one that is starting from it: so this waits for longer than a look takes, always.
const UNTIL_NOTICED: Duration = Duration::from_millis(400);

pub(super) fn run(act: KeyCommand) -> Done {
    match act {
        KeyCommand::Create { data, role, carrier, commune, label, expires } => {
            let holder = holder(&role, carrier.as_deref(), commune.as_deref())?;
            let expires = expires.as_deref().map(end_of_day).transpose()?;
            let new = NewApiKey { holder, label, expires, secret: fresh_key()? };
            let (_, token) = Vault::open(&data)?.create_api_key(now(), &new)?;
            std::thread::sleep(UNTIL_NOTICED);
            say(token.reveal())
        }
        KeyCommand::Link { data, role, carrier, commune, address } => {
            let holder = holder(&role, carrier.as_deref(), commune.as_deref())?;
            say(&link(&data, &holder, &address)?)
        }
        KeyCommand::List { data } => {
            Vault::open(&data)?.api_keys()?.iter().try_for_each(|key| say(&line(key)))
        }
        KeyCommand::Revoke { data, id } => {
            let key = Vault::open(&data)?.revoke_api_key(now(), &id)?;
            std::thread::sleep(UNTIL_NOTICED);
            say(&format!("{} revoked", key.id))
        }
    }
}

fn holder(role: &str, carrier: Option<&str>, commune: Option<&str>) -> Result<Holder, Failure> {
    Holder::parse(role, carrier.or(commune)).ok_or_else(|| {
        fail(
            2,
            "vai trò sai, hoặc thiếu/thừa --carrier, --commune",
            "no such role, or --carrier/--commune is missing or too many",
        )
    })
}

/// The instant at which a key that holds to the end of this day opens nothing any more.
fn end_of_day(text: &str) -> Result<jiff::Timestamp, Failure> {
    let day: Day = text.parse().map_err(|_no_day| {
        fail(
            2,
            format!("{text:?} không phải là ngày YYYY-MM-DD"),
            format!("{text:?} is no day YYYY-MM-DD"),
        )
    })?;
    let end = day.plus_days(1).start();
    if end <= now() {
        return Err(fail(2, format!("ngày {text} đã qua"), format!("{text} is past")));
    }
    Ok(end)
}

/// A one-time link to sign in as this holder: for the terminal only, never a log.
pub(super) fn link(data: &Path, holder: &Holder, address: &str) -> Result<String, Failure> {
    let token = sign_in_token(data, holder)
        .map_err(|error| fail(74, "không tạo được liên kết đăng nhập", error.to_string()))?;
    Ok(format!("{}/#signin={}", address.trim_end_matches('/'), token.reveal()))
}

/// Name, role, whose, state, until when, last use, note; never the key.
fn line(key: &ApiKey) -> String {
    let state = match (key.revoked, key.is_valid(now())) {
        (Some(_), _) => "revoked",
        (None, true) => "valid",
        (None, false) => "expired",
    };
    let at = |instant: Option<jiff::Timestamp>| {
        instant.map_or_else(|| "-".to_owned(), |instant| instant.to_string())
    };
    let scope = key.holder.scope().unwrap_or("-");
    let (role, expires, used) = (key.holder.role(), at(key.expires), at(key.used));
    format!("{}\t{role}\t{scope}\t{state}\t{expires}\t{used}\t{}", key.id, key.label)
}
