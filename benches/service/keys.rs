//! A key for each who asks, made before the service opens.

use std::path::Path;

use phusong::service::{fresh_key, now};
use phusong::vault::Vault;
use phusong::vault::api_keys::{Holder, NewApiKey};

pub struct Keys {
    pub viettel: String,
    pub officer: String,
    /// Whose views are kept beside.
    pub others: Vec<String>,
}

impl Keys {
    /// `commune`: whose code there is in the tables, if any.
    pub fn make(data: &Path, commune: Option<&str>) -> Self {
        let vault = Vault::open(data).expect("a vault");
        let make = |role: &str, scope: Option<&str>| {
            let holder = Holder::parse(role, scope).expect("a role");
            let (label, secret) = (String::new(), fresh_key().expect("randomness"));
            let new = NewApiKey { holder, label, expires: None, person: None, secret };
            vault.create_api_key(now(), &new).expect("a key").1.reveal().to_owned()
        };
        let carriers = ["vnpt", "mobifone", "vietnamobile"].map(|id| make("carrier", Some(id)));
        let commune = commune.map(|code| make("commune", Some(code)));
        Self {
            viettel: make("carrier", Some("viettel")),
            officer: make("officer", None),
            others: carriers.into_iter().chain([make("approver", None)]).chain(commune).collect(),
        }
    }
}
