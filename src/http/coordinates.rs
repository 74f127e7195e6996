//! `POST /api/v1/tools/coordinates`: what pairs of numbers may mean, for anyone; nothing is filed.

use axum::Json;
use axum::extract::State;
use phusong_atlas::domain::Position;
use phusong_intake::doctor::{
    HabitCandidate, RowDiagnosis, RowReading, State as RowState, Verdict,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::JsonBody;
use super::problem::{Problem, Rendered};
use super::wire::Finding;
use super::{App, blocking};
use crate::service::coordinates::{Examined, MOST_POINTS, WrittenPoint, WrittenPoints};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(examine))
}

/// Numbers as they stand in a file, east first where the headings say so.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Numbers {
    /// Hệ tọa độ tệp khai báo / what the file says of its system.
    #[serde(default)]
    crs: Option<String>,
    /// Cột chỉ ghi X, Y / columns are headed X and Y only.
    #[serde(default)]
    by_letters: bool,
    /// 1,000 at most; rows count from 1 in their order.
    points: Vec<Pair>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Pair {
    /// Kinh độ, Y, hoặc cả hai số / longitude, Y, or both numbers.
    east: String,
    /// Vĩ độ, X / latitude, X.
    #[serde(default)]
    north: String,
    #[serde(default)]
    crs: Option<String>,
    /// Tên xã của ngày nào cũng được / the commune's name, of today or before.
    #[serde(default)]
    commune: Option<String>,
    #[serde(default)]
    district: Option<String>,
}

/// What the numbers may mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct Coordinates {
    groups: Vec<Habits>,
    rows: Vec<ReadRow>,
    /// On the rows together.
    findings: Vec<Finding>,
}

/// Rows that declare the same.
#[derive(Debug, Serialize, ToSchema)]
struct Habits {
    /// What their own cells say; empty when they say nothing.
    declared: String,
    rows: usize,
    /// taken, proposed, answered, asked, unknown.
    verdict: &'static str,
    habit: Option<String>,
    candidates: Vec<Habit>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Habit {
    id: String,
    name_vi: String,
    name_en: String,
    fits: usize,
    of: usize,
    median_m: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct ReadRow {
    row: u32,
    /// empty, placed, waits, asked, refused.
    state: &'static str,
    lon: Option<f64>,
    lat: Option<f64>,
    operation: Option<String>,
    habit: Option<String>,
    odd: bool,
    findings: Vec<Finding>,
    /// Every reading near the province, those first that lie where the row says.
    readings: Vec<Reading>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Reading {
    id: String,
    name_vi: String,
    name_en: String,
    lon: f64,
    lat: f64,
    operation: Option<String>,
    fits: bool,
    distance_m: f64,
    from: String,
}

/// Bác sĩ tọa độ: mọi cách hiểu các con số / The coordinate doctor: every reading of the numbers
///
/// For anyone; nothing is filed and nothing filed is read.
#[utoipa::path(
    post, path = "/api/v1/tools/coordinates", tag = "tools", request_body = Numbers,
    responses(
        (status = 200, body = Coordinates),
        (status = 413, body = Rendered, content_type = "application/problem+json"),
        (status = 422, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn examine(
    State(app): State<App>,
    JsonBody(numbers): JsonBody<Numbers>,
) -> Result<Json<Coordinates>, Problem> {
    if numbers.points.len() > MOST_POINTS {
        return Err(Problem::body("quá 1.000 điểm", "over 1,000 points"));
    }
    let asked = WrittenPoints {
        crs: numbers.crs,
        by_letters: numbers.by_letters,
        points: (1..).zip(numbers.points).map(|(row, pair)| written(row, pair)).collect(),
    };
    let examined = blocking(move || Ok(app.service.examine_points(&asked))).await?;
    Ok(Json(examined.into()))
}

fn written(row: u32, pair: Pair) -> WrittenPoint {
    let Pair { east, north, crs, commune, district } = pair;
    WrittenPoint { row, east, north, crs, commune, district }
}

impl From<Examined> for Coordinates {
    fn from(examined: Examined) -> Self {
        let Examined { diagnosis, readings } = examined;
        let groups = diagnosis.groups.into_iter().map(|group| Habits {
            declared: group.key,
            rows: group.rows,
            verdict: match group.verdict {
                Verdict::Taken(_) => "taken",
                Verdict::Proposed(_) => "proposed",
                Verdict::Answered(_) | Verdict::ByRow(_) => "answered",
                Verdict::Asked => "asked",
                Verdict::Unknown => "unknown",
            },
            habit: group.verdict.habit().map(phusong_intake::doctor::Habit::id),
            candidates: group.candidates.iter().map(habit).collect(),
        });
        Self {
            groups: groups.collect(),
            rows: diagnosis.rows.into_iter().zip(readings).map(row).collect(),
            findings: diagnosis.findings.into_iter().map(Finding::from).collect(),
        }
    }
}

fn habit(candidate: &HabitCandidate) -> Habit {
    Habit {
        id: candidate.habit.id(),
        name_vi: candidate.habit.name_vi(),
        name_en: candidate.habit.name_en(),
        fits: candidate.fits,
        of: candidate.of,
        median_m: candidate.median_m,
    }
}

fn row((row, readings): (RowDiagnosis, Vec<RowReading>)) -> ReadRow {
    ReadRow {
        row: row.row,
        state: match row.state {
            RowState::Empty => "empty",
            RowState::Placed => "placed",
            RowState::WaitsForFile => "waits",
            RowState::Asked => "asked",
            RowState::Refused => "refused",
        },
        lon: row.position.map(Position::lon_deg),
        lat: row.position.map(Position::lat_deg),
        operation: row.operation,
        habit: row.habit.map(phusong_intake::doctor::Habit::id),
        odd: row.odd,
        findings: row.findings.into_iter().map(Finding::from).collect(),
        readings: readings.into_iter().map(reading).collect(),
    }
}

fn reading(one: RowReading) -> Reading {
    Reading {
        id: one.habit.id(),
        name_vi: one.habit.name_vi(),
        name_en: one.habit.name_en(),
        lon: one.position.lon_deg(),
        lat: one.position.lat_deg(),
        operation: one.operation,
        fits: one.fits,
        distance_m: one.metres,
        from: one.from,
    }
}
