//! The service itself: is it alive, who am I, which carriers are there.

use axum::Json;
use axum::extract::State;
use phusong_atlas::domain::Party;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::problem::{Kind, Problem};
use super::reports::person;
use super::wire::{Finding, Person};
use super::{App, blocking, question, words};
use crate::service::{self, Action};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(me))
        .routes(routes!(carriers))
}

/// Còn sống / Alive
#[utoipa::path(get, path = "/healthz", tag = "system", responses((status = 200, body = String)))]
async fn healthz() -> &'static str {
    "ok\n"
}

/// One thing that serving needs.
#[derive(Debug, Serialize, ToSchema)]
struct Check {
    /// `fold`, `disk`, `data` or `sandbox`.
    name: &'static str,
    ok: bool,
    /// It holds, and somebody should look: the disk below 20 % free, for one.
    warns: bool,
    says_vi: String,
    says_en: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct Readiness {
    checks: Vec<Check>,
}

/// Sẵn sàng phục vụ, nếu không thì vì sao / Ready to serve, and if not, why
#[utoipa::path(
    get, path = "/readyz", tag = "system",
    responses((status = 200, body = Readiness))
)]
async fn readyz(State(app): State<App>) -> Result<Json<Readiness>, Problem> {
    let checks = blocking(move || Ok(app.service.checks())).await?;
    let checks: Vec<Check> = checks.into_iter().map(Into::into).collect();
    if checks.iter().all(|check| check.ok) {
        Ok(Json(Readiness { checks }))
    } else {
        Err(failing(&checks))
    }
}

impl From<service::Check> for Check {
    fn from(check: service::Check) -> Self {
        let (says_vi, says_en) = check.says;
        Self { name: check.name, ok: check.is_good, warns: check.warns, says_vi, says_en }
    }
}

fn failing(checks: &[Check]) -> Problem {
    let failing = checks.iter().filter(|check| !check.ok).map(|check| {
        Finding::refuse("not-ready", &check.says_vi, &check.says_en).of_column(check.name)
    });
    Problem::new(Kind::NotReady).naming(failing)
}

/// The key that is carried, for its own holder.
#[derive(Debug, Serialize, ToSchema)]
struct MyKey {
    /// The note that stands beside it in lists of keys.
    label: String,
    /// The first instant at which it opens nothing more; null: it has no end.
    #[schema(format = DateTime)]
    expires: Option<String>,
}

/// What this key is and may do.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    role: &'static str,
    /// Of a carrier's key.
    carrier: Option<String>,
    /// Code of a commune's key.
    commune: Option<u32>,
    may: Vec<&'static str>,
    /// The account that the key is of, where it has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<Person>,
    /// Absent for the public.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<MyKey>,
    /// The operator keeps the public view closed; absent where it is open.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    public_closed: bool,
    /// Hash of everything this actor sees.
    version: String,
}

/// Tôi là ai, được làm gì / Who am I and what may I do
#[utoipa::path(get, path = "/api/v1/me", tag = "system", responses((status = 200, body = Me)))]
async fn me(caller: Caller) -> Result<Json<Me>, Problem> {
    let may = Action::ALL.into_iter().filter(|action| caller.actor.may(*action));
    let atlas = question::atlas_now(&caller).await?;
    let (carrier, commune) = match caller.actor.party() {
        Some(Party::Carrier(carrier)) => (Some(carrier.to_string()), None),
        Some(Party::Commune(unit)) => (None, Some(unit.code.0)),
        _ => (None, None),
    };
    let key = caller
        .service
        .own_key(&caller.actor)
        .map(|key| MyKey { label: key.label, expires: key.expires.map(|end| end.to_string()) });
    let (service, account) = (caller.service.clone(), caller.actor.person.clone());
    let person = blocking(move || person(&service, account.as_ref())).await?;
    Ok(Json(Me {
        role: words::role(&caller.actor.role),
        carrier,
        commune,
        may: may.map(Action::as_str).collect(),
        person,
        key,
        public_closed: caller.service.is_public_closed(),
        version: atlas.version.to_string(),
    }))
}

#[derive(Debug, Serialize, ToSchema)]
struct Carrier {
    id: String,
    name: String,
    /// `mno`, `mvno`, `tower` or `satellite`.
    kind: &'static str,
    aliases: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct CarrierList {
    items: Vec<Carrier>,
}

/// Doanh nghiệp viễn thông / Carriers
#[utoipa::path(
    get, path = "/api/v1/carriers", tag = "system", responses((status = 200, body = CarrierList))
)]
async fn carriers(caller: Caller) -> Result<Json<CarrierList>, Problem> {
    let atlas = question::atlas_now(&caller).await?;
    let items = atlas.common.carriers.iter().map(|carrier| Carrier {
        id: carrier.id.to_string(),
        name: carrier.name.clone(),
        kind: words::carrier_kind(carrier.kind),
        aliases: carrier.aliases.clone(),
    });
    Ok(Json(CarrierList { items: items.collect() }))
}
