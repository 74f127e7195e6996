//! The question that gaps, villages and their kin share: whose signal, how good, on which day, as
//! known when.

use std::sync::Arc;

use phusong_atlas::atlas::{Atlas, CarrierIndex, Carriers, Mode, Question, Signal};
use phusong_atlas::domain::{CarrierId, Day, Environment, Grade, Service, Technology};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::actor::Caller;
use super::params::{Params, doc};
use super::problem::Problem;
use super::turns::in_the_past;
use super::{blocking, wire};
use crate::service::today;

const MODES: [(&str, Mode); 2] = [("any", Mode::Any), ("each", Mode::Each)];
pub const TECHNOLOGIES: [(&str, Technology); 4] = [
    ("2G", Technology::G2),
    ("3G", Technology::G3),
    ("4G", Technology::G4),
    ("5G", Technology::G5),
];
const GRADES: [(&str, Grade); 5] =
    [("E1", Grade::E1), ("E2", Grade::E2), ("E3", Grade::E3), ("E4", Grade::E4), ("E5", Grade::E5)];
const ENVIRONMENTS: [(&str, Environment); 2] =
    [("outdoor", Environment::Outdoor), ("indoor", Environment::Indoor)];
const SERVICES: [(&str, Service); 2] = [("data", Service::Data), ("voice", Service::Voice)];

/// The parameters of a question.
#[derive(Debug)]
pub struct Asked;

impl IntoParams for Asked {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::texts("carrier", "mã doanh nghiệp / carrier ids; default every terrestrial MNO"),
            doc::word("mode", &MODES, "một trong số đó, hay từng cái / any of them, or each"),
            doc::word(
                "technology",
                &TECHNOLOGIES,
                "tối thiểu / at least; default the rule set's base",
            ),
            doc::word("grade", &GRADES, "mức xác minh tối thiểu / least grade; default E1"),
            doc::word("environment", &ENVIRONMENTS, "mặc định / default: outdoor"),
            doc::word("service", &SERVICES, "mặc định / default: data"),
            doc::as_of(),
            doc::known_at(),
        ]
    }
}

/// The same without the day: for questions that name their days themselves.
#[derive(Debug)]
pub struct AskedOfDays;

impl IntoParams for AskedOfDays {
    fn into_params(inside: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Asked::into_params(inside).into_iter().filter(|asked| asked.name != "as_of").collect()
    }
}

/// The caller's Atlas, as known at the asked day; folding again stays off the async threads.
pub async fn atlas_of(caller: &Caller, params: &Params) -> Result<Arc<Atlas>, Problem> {
    atlas_at(caller, params.past_day("known_at")?).await
}

/// The same, as known at the end of a day.
pub async fn atlas_at(caller: &Caller, known_at: Option<Day>) -> Result<Arc<Atlas>, Problem> {
    if known_at.is_none_or(|day| day >= today()) {
        return atlas_now(caller).await;
    }
    let (service, scope) = (caller.service.clone(), caller.actor.scope());
    let known =
        move || service.atlas_known(&scope, known_at).map_err(|error| Problem::internal(&error));
    if caller.service.keeps_known(&caller.actor.scope(), known_at) {
        blocking(known).await
    } else {
        in_the_past(known).await
    }
}

/// The caller's Atlas as it stands. That of a scope nobody has asked for yet is made off the async
/// threads.
pub async fn atlas_now(caller: &Caller) -> Result<Arc<Atlas>, Problem> {
    let scope = caller.actor.scope();
    if let Some(atlas) = caller.service.atlas_kept(&scope) {
        return Ok(atlas);
    }
    let service = caller.service.clone();
    blocking(move || Ok(service.atlas(&scope))).await
}

pub fn technology(params: &Params) -> Result<Option<Technology>, Problem> {
    params.word("technology", &TECHNOLOGIES)
}

/// What is asked, from the parameters that all questions share.
pub fn question(params: &Params, atlas: &Atlas) -> Result<Question, Problem> {
    let day = as_of(params)?;
    let unknown = || params.bad("carrier", "không có doanh nghiệp này", "there is no such carrier");
    let carriers = match params.text("carrier") {
        None | Some("any" | "each") => Carriers::Operators,
        Some(list) => {
            let mut named: Vec<CarrierIndex> = list
                .split(',')
                .map(|id| CarrierId::new(id.trim()).ok().and_then(|id| atlas.common.carrier(&id)))
                .collect::<Option<_>>()
                .ok_or_else(unknown)?;
            named.sort_unstable();
            named.dedup();
            Carriers::Named(named)
        }
    };
    let each = params.text("carrier") == Some("each");
    let mode = params.word("mode", &MODES)?;
    Ok(Question {
        carriers,
        mode: mode.unwrap_or(if each { Mode::Each } else { Mode::Any }),
        technology: technology(params)?,
        signal: Signal {
            environment: params.word("environment", &ENVIRONMENTS)?.unwrap_or(Environment::Outdoor),
            service: params.word("service", &SERVICES)?.unwrap_or(Service::Data),
        },
        grade: params.word("grade", &GRADES)?.unwrap_or(Grade::E1),
        day,
    })
}

/// The day as of which is told: today unless another is asked.
pub fn as_of(params: &Params) -> Result<Day, Problem> {
    Ok(params.past_day("as_of")?.unwrap_or_else(today))
}

/// The carriers that are named; none: all of them.
pub fn carriers(params: &Params, atlas: &Atlas) -> Result<Vec<CarrierId>, Problem> {
    let known = |id: &str| {
        let id = CarrierId::new(id.trim()).ok()?;
        atlas.common.carrier(&id).map(|_| id)
    };
    let Some(list) = params.text("carrier") else { return Ok(Vec::new()) };
    list.split(',').map(known).collect::<Option<_>>().ok_or_else(|| {
        params.bad("carrier", "không có doanh nghiệp này", "there is no such carrier")
    })
}

/// The one carrier that is named, if any is.
pub fn carrier(params: &Params, atlas: &Atlas) -> Result<Option<CarrierId>, Problem> {
    let Some(text) = params.text("carrier") else { return Ok(None) };
    let known = CarrierId::new(text).ok().filter(|id| atlas.common.carrier(id).is_some());
    let unknown = || params.bad("carrier", "không có doanh nghiệp này", "there is no such carrier");
    known.map(Some).ok_or_else(unknown)
}

/// The day up to which things are known: today unless another is asked.
pub fn known_at(params: &Params) -> Result<Day, Problem> {
    Ok(params.past_day("known_at")?.unwrap_or_else(today))
}

/// What was asked, with every default filled in.
pub fn question_wire(atlas: &Atlas, question: &Question) -> wire::Question {
    let carriers = question.carriers_in(&atlas.common).into_iter();
    wire::Question {
        carriers: carriers.map(|index| atlas.carrier(index).id.to_string()).collect(),
        mode: question.mode.into(),
        technology: question.least_technology(&atlas.common).into(),
        grade: question.grade.into(),
        environment: question.signal.environment.into(),
        service: question.signal.service.into(),
    }
}
