//! `phusong key …`: keys and sign-in links, made beside a running service.

use std::path::Path;
use std::time::Duration;

use phusong_atlas::domain::Day;

use super::commands::{Done, fail, say};
use super::{Failure, KeyCommand, Whose, named};
use crate::service::{fresh_key, fresh_person, now, sign_in_token};
use crate::vault::api_keys::{ApiKey, Holder, NewApiKey};
use crate::vault::people::{LONGEST_NAME, PersonId};
use crate::vault::{Vault, VaultError};

/// A running service looks for new and revoked keys ten times a second. A script that uses the key
/// it was just given must not be refused, nor one that was just revoked be let in. The service tells
/// nobody when it has looked, and whether one runs is only learnt by taking its lock, which would
/// keep one that is starting from it: so this waits for longer than a look takes, always.
const UNTIL_NOTICED: Duration = Duration::from_millis(400);

pub(super) fn run(act: KeyCommand) -> Done {
    match act {
        KeyCommand::Create { data, role, carrier, commune, whose, label, expires } => {
            let holder = holder(&data, &role, carrier.as_deref(), commune.as_deref())?;
            let expires = expires.as_deref().map(end_of_day).transpose()?;
            let vault = Vault::open(&data)?;
            let person = account(&vault, &holder, &whose)?;
            let new = NewApiKey { holder, label, expires, person, secret: fresh_key()? };
            let (_, token) = vault.create_api_key(now(), &new)?;
            std::thread::sleep(UNTIL_NOTICED);
            say(token.reveal())
        }
        KeyCommand::Link { data, role, carrier, commune, whose, address } => {
            let holder = holder(&data, &role, carrier.as_deref(), commune.as_deref())?;
            let person = account(&Vault::open(&data)?, &holder, &whose)?;
            say(&link(&data, &holder, person.as_ref(), &address)?)
        }
        KeyCommand::List { data, json } => {
            let vault = Vault::open(&data)?;
            let keys = vault.api_keys()?;
            if json {
                let told: Result<Vec<_>, Failure> =
                    keys.iter().map(|key| as_json(&vault, key)).collect();
                return say(&serde_json::json!({ "keys": told? }).to_string());
            }
            keys.iter().try_for_each(|key| say(&line(&vault, key)?))
        }
        KeyCommand::Revoke { data, id } => {
            let key = Vault::open(&data)?.revoke_api_key(now(), &id)?;
            std::thread::sleep(UNTIL_NOTICED);
            say(&format!("{} revoked", key.id))
        }
        KeyCommand::Erase { data, account } => {
            let person = account_id(&account)?;
            erase(&Vault::open(&data)?, &person)?;
            say(&format!("{person} erased"))
        }
    }
}

fn account_id(text: &str) -> Result<PersonId, Failure> {
    PersonId::parse(text).ok_or_else(|| {
        let vi = format!("{text:?} không phải mã tài khoản: xem phusong key list");
        fail(2, vi, format!("{text:?} is no account: see phusong key list"))
    })
}

/// The account that a key is to be of: a new one, or one of the same side that is there.
fn account(vault: &Vault, holder: &Holder, whose: &Whose) -> Result<Option<PersonId>, Failure> {
    if let Some(text) = &whose.account {
        let person = account_id(text)?;
        if vault.account_scope(&person)?.as_deref() != holder.scope() {
            let vi = "tài khoản này thuộc bên khác: mỗi người một tài khoản ở mỗi bên";
            return Err(fail(2, vi, "this account is of another side: one account for each side"));
        }
        return Ok(Some(person));
    }
    let Some(name) = whose.name.as_deref().map(str::trim) else { return Ok(None) };
    let is_name = (1..=LONGEST_NAME).contains(&name.chars().count());
    if !is_name || name.chars().any(char::is_control) {
        let vi = format!("--name: cần 1 đến {LONGEST_NAME} ký tự");
        return Err(fail(2, vi, format!("--name: 1 to {LONGEST_NAME} characters")));
    }
    let person = fresh_person()?;
    vault.add_person(now(), &person, name)?;
    Ok(Some(person))
}

/// A running service reads now and then: between two of its looks the old pages can go.
fn erase(vault: &Vault, person: &PersonId) -> Result<(), Failure> {
    const TRIES: u32 = 20;
    for _ in 1..TRIES {
        match vault.erase_person(now(), person) {
            Err(VaultError::ErasurePending) => std::thread::sleep(UNTIL_NOTICED),
            done => return Ok(done?),
        }
    }
    Ok(vault.erase_person(now(), person)?)
}

fn holder(
    data: &Path,
    role: &str,
    carrier: Option<&str>,
    commune: Option<&str>,
) -> Result<Holder, Failure> {
    let wrong = || {
        fail(
            2,
            "vai trò sai, hoặc thiếu/thừa --carrier, --commune",
            "no such role, or --carrier/--commune is missing or too many",
        )
    };
    let holder = Holder::parse(role, carrier.or(commune)).ok_or_else(wrong)?;
    match (&holder, carrier, commune) {
        (Holder::Commune(_), None, Some(code)) => named::commune(data, code)?,
        (Holder::Carrier(_) | Holder::CarrierManager(_), Some(id), None) => {
            named::carrier(data, id)?;
        }
        (_, None, None) => {}
        _ => return Err(wrong()),
    }
    Ok(holder)
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
pub(super) fn link(
    data: &Path,
    holder: &Holder,
    person: Option<&PersonId>,
    address: &str,
) -> Result<String, Failure> {
    let token = sign_in_token(data, holder, person)
        .map_err(|error| fail(74, "không tạo được liên kết đăng nhập", error.to_string()))?;
    Ok(format!("{}/#signin={}", address.trim_end_matches('/'), token.reveal()))
}

fn state(key: &ApiKey) -> &'static str {
    match (key.revoked, key.is_valid(now())) {
        (Some(_), _) => "revoked",
        (None, true) => "valid",
        (None, false) => "expired",
    }
}

fn name_of(vault: &Vault, key: &ApiKey) -> Result<Option<String>, Failure> {
    Ok(key.person.as_ref().map(|person| vault.person_name(person)).transpose()?.flatten())
}

/// Never the key.
fn as_json(vault: &Vault, key: &ApiKey) -> Result<serde_json::Value, Failure> {
    let at = |instant: Option<jiff::Timestamp>| instant.map(|instant| instant.to_string());
    Ok(serde_json::json!({
        "id": key.id, "role": key.holder.role(), "scope": key.holder.scope(),
        "state": state(key), "expires": at(key.expires), "used": at(key.used),
        "label": key.label, "account": key.person.as_ref().map(PersonId::as_str),
        "name": name_of(vault, key)?,
    }))
}

/// Name, role, whose, state, until when, last use, note, account and its name; never the key.
fn line(vault: &Vault, key: &ApiKey) -> Result<String, Failure> {
    let at = |instant: Option<jiff::Timestamp>| {
        instant.map_or_else(|| "-".to_owned(), |instant| instant.to_string())
    };
    let scope = key.holder.scope().unwrap_or("-");
    let (role, expires, used) = (key.holder.role(), at(key.expires), at(key.used));
    let name = name_of(vault, key)?;
    let account = key.person.as_ref().map_or("-", PersonId::as_str);
    let name = name.as_deref().unwrap_or("-");
    Ok(format!(
        "{}\t{role}\t{scope}\t{}\t{expires}\t{used}\t{}\t{account}\t{name}",
        key.id,
        state(key),
        key.label
    ))
}
