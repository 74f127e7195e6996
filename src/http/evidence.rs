//! `POST /api/v1/observations` and `/measurements`: evidence in, each with a preview that files
//! nothing.

use axum::Json;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode};
use phusong_atlas::domain::DocumentRef;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::{JsonBody, idempotency_key};
use super::filing::{filed_wire, preview_of, status_of};
use super::letter::LetterBody;
use super::problem::Problem;
use super::wire::measured::{SampleSet, SampleTally, sets};
use super::wire::{self, Preview};
use super::{App, blocking};
use crate::service::{self, Counted};
use phusong_intake::measurement::{SentMeasurement, SentSample};
use phusong_intake::observation::SentObservation;
use phusong_intake::values::day::DayHabit;

/// Rows and samples as JSON, as long as a report may be.
const ROWS_BYTES: usize = 20 << 20;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(observe).layer(DefaultBodyLimit::max(ROWS_BYTES)))
        .routes(routes!(preview_observations).layer(DefaultBodyLimit::max(ROWS_BYTES)))
        .routes(routes!(measure).layer(DefaultBodyLimit::max(ROWS_BYTES)))
        .routes(routes!(preview_measurements).layer(DefaultBodyLimit::max(ROWS_BYTES)))
}

/// One or several technologies.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
enum Technologies {
    One(String),
    Several(Vec<String>),
}

impl From<Technologies> for Vec<String> {
    fn from(technologies: Technologies) -> Self {
        match technologies {
            Technologies::One(one) => vec![one],
            Technologies::Several(several) => several,
        }
    }
}

/// What is there, or is not, at one place on one day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ObservationBody {
    /// Id or name of a village; or `cluster`.
    village: Option<String>,
    /// Id of a listed cluster.
    cluster: Option<String>,
    /// `has`, `lacks` or `weak`.
    says: String,
    day: String,
    /// None: of every carrier.
    carrier: Option<String>,
    /// None: of every technology.
    technology: Option<Technologies>,
    /// `outdoor` or `indoor`.
    environment: Option<String>,
    /// `data` or `voice`.
    service: Option<String>,
    /// The source's own word, kept beside ours.
    source_word: Option<String>,
    note: Option<String>,
    /// `REPORT/ROW` that this row corrects.
    replaces: Option<String>,
}

/// Rows of one filing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ObservationsBody {
    rows: Vec<ObservationBody>,
    /// Code of a commune of today; officers only.
    on_behalf_of: Option<Party>,
    document: Option<LetterBody>,
}

/// A commune's code, or a carrier's id.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
enum Party {
    Code(u32),
    Id(String),
}

impl Party {
    fn text(self) -> String {
        match self {
            Self::Code(code) => code.to_string(),
            Self::Id(id) => id,
        }
    }
}

/// One reading of a handset outdoors.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SampleBody {
    /// RFC 3339; without an offset it is local time (+07:00).
    at: String,
    lon: f64,
    lat: f64,
    rsrp_dbm: f64,
}

/// Samples of one cluster × carrier × technology.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MeasurementBody {
    cluster: String,
    carrier: String,
    technology: String,
    samples: Vec<SampleBody>,
    note: Option<String>,
    /// `REPORT/ROW` that this row corrects.
    replaces: Option<String>,
}

/// Rows of one filing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MeasurementsBody {
    rows: Vec<MeasurementBody>,
    /// A commune's code or a carrier's id; officers only.
    on_behalf_of: Option<Party>,
    document: Option<LetterBody>,
}

/// A filed row's samples, counted alone by the rule set in force: one median per cell and day.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleCount {
    /// As sent, from 1.
    pub row: u32,
    pub samples: usize,
    #[serde(flatten)]
    pub tally: SampleTally,
}

/// *Biên nhận* of measurements.
#[derive(Debug, Serialize, ToSchema)]
pub struct Measured {
    #[serde(flatten)]
    pub filed: wire::Filed,
    /// Rows whose technology has a threshold in the rule set.
    pub counts: Vec<SampleCount>,
}

/// A preview of measurements: also what its samples come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasurementPreview {
    #[serde(flatten)]
    pub preview: Preview,
    /// Each row alone.
    pub counts: Vec<SampleCount>,
    /// What the sets will say once the rows are filed, with what is on file. At most 200.
    pub sets: Vec<SampleSet>,
}

impl From<&Counted> for Option<SampleCount> {
    fn from(counted: &Counted) -> Self {
        let tally = counted.tally?;
        Some(SampleCount {
            row: counted.row,
            samples: counted.samples,
            tally: SampleTally::from(&tally),
        })
    }
}

/// What a body says, apart from its rows.
struct Envelope {
    behalf: Option<String>,
    document: DocumentRef,
}

fn observations(body: ObservationsBody) -> Result<(Vec<SentObservation>, Envelope), Problem> {
    let behalf = body.on_behalf_of.map(Party::text);
    let document = LetterBody::read(body.document)?;
    let rows = body.rows.into_iter().map(|row| SentObservation {
        village: row.village,
        cluster: row.cluster,
        commune: None,
        district: None,
        says: row.says,
        day: row.day,
        days: DayHabit::default(),
        carrier: row.carrier,
        technologies: row.technology.map(Into::into).unwrap_or_default(),
        environment: row.environment,
        service: row.service,
        source_word: row.source_word,
        note: row.note,
        replaces: row.replaces,
    });
    Ok((rows.collect(), Envelope { behalf, document }))
}

fn measurements(body: MeasurementsBody) -> Result<(Vec<SentMeasurement>, Envelope), Problem> {
    let behalf = body.on_behalf_of.map(Party::text);
    let document = LetterBody::read(body.document)?;
    let sample = |sample: SampleBody| SentSample {
        at: sample.at,
        lon: sample.lon,
        lat: sample.lat,
        rsrp_dbm: sample.rsrp_dbm,
    };
    let rows = body.rows.into_iter().map(|row| SentMeasurement {
        cluster: row.cluster,
        carrier: row.carrier,
        technology: row.technology,
        samples: row.samples.into_iter().map(sample).collect(),
        note: row.note,
        replaces: row.replaces,
    });
    Ok((rows.collect(), Envelope { behalf, document }))
}

/// Xác nhận của xã, danh sách của cơ quan / A commune confirms its villages; an officer on behalf, or as the authority
#[utoipa::path(
    post, path = "/api/v1/observations", tag = "evidence", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    request_body(content = ObservationsBody),
    responses((status = 201, body = wire::Filed), (status = 200, body = wire::Filed, description = "đã gửi trước đó / filed before"))
)]
async fn observe(
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<ObservationsBody>,
) -> Result<(StatusCode, Json<wire::Filed>), Problem> {
    let key = idempotency_key(&headers)?;
    let (rows, envelope) = observations(body)?;
    blocking(move || {
        let sent = service::Sent::Observations(&rows);
        let Envelope { behalf, document } = envelope;
        let (service, actor) = (&caller.service, &caller.actor);
        let filed =
            service.file_evidence(actor, behalf.as_deref(), document, key.as_deref(), sent)?;
        Ok((status_of(&filed), Json(filed_wire(&caller, &filed))))
    })
    .await
}

/// Kiểm tra thử xác nhận, không ghi gì / Preview of observations; files nothing
#[utoipa::path(
    post, path = "/api/v1/observations/preview", tag = "evidence", security(("key" = [])),
    request_body(content = ObservationsBody), responses((status = 200, body = Preview))
)]
async fn preview_observations(
    caller: Caller,
    JsonBody(body): JsonBody<ObservationsBody>,
) -> Result<Json<Preview>, Problem> {
    let (rows, Envelope { behalf, document }) = observations(body)?;
    blocking(move || {
        let sent = service::Sent::Observations(&rows);
        let (service, actor, behalf) = (&caller.service, &caller.actor, behalf.as_deref());
        let draft = service.preview_evidence(actor, behalf, &document, sent)?;
        let moved = service.evidence_would_move(actor, behalf, &draft, sent);
        Ok(Json(preview_of(&draft, &moved)))
    })
    .await
}

/// Kết quả đo kiểm / Field measurements (officers)
#[utoipa::path(
    post, path = "/api/v1/measurements", tag = "evidence", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    request_body(content = MeasurementsBody),
    responses((status = 201, body = Measured), (status = 200, body = Measured, description = "đã gửi trước đó / filed before"))
)]
async fn measure(
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<MeasurementsBody>,
) -> Result<(StatusCode, Json<Measured>), Problem> {
    let key = idempotency_key(&headers)?;
    let (rows, envelope) = measurements(body)?;
    blocking(move || {
        let sent = service::Sent::Measurements(&rows);
        let Envelope { behalf, document } = envelope;
        let (service, actor) = (&caller.service, &caller.actor);
        let filed =
            service.file_evidence(actor, behalf.as_deref(), document, key.as_deref(), sent)?;
        let counts = service.count_samples(actor, &filed.draft);
        let counts = counts.iter().filter_map(Into::into).collect();
        let answer = Measured { filed: filed_wire(&caller, &filed), counts };
        Ok((status_of(&filed), Json(answer)))
    })
    .await
}

/// Kiểm tra thử kết quả đo, không ghi gì / Preview of measurements; files nothing
#[utoipa::path(
    post, path = "/api/v1/measurements/preview", tag = "evidence", security(("key" = [])),
    request_body(content = MeasurementsBody), responses((status = 200, body = MeasurementPreview))
)]
async fn preview_measurements(
    caller: Caller,
    JsonBody(body): JsonBody<MeasurementsBody>,
) -> Result<Json<MeasurementPreview>, Problem> {
    let (rows, Envelope { behalf, document }) = measurements(body)?;
    blocking(move || {
        let sent = service::Sent::Measurements(&rows);
        let (service, actor, behalf) = (&caller.service, &caller.actor, behalf.as_deref());
        let draft = service.preview_evidence(actor, behalf, &document, sent)?;
        let moved = service.evidence_would_move(actor, behalf, &draft, sent);
        let counts = service.count_samples(actor, &draft);
        Ok(Json(MeasurementPreview {
            preview: preview_of(&draft, &moved),
            counts: counts.iter().filter_map(Into::into).collect(),
            sets: sets(&service.sets_foreseen(actor, behalf, &draft, sent)),
        }))
    })
    .await
}
