//! What was understood of a row, in the columns of the form.

use geo::GeodesicArea;
use phusong_atlas::domain::{
    Area, ClaimBasis, ClaimFact, Environment, Fact, Places, Position, Service, SiteEventFact,
    TechSet, Technology, VillageId,
};
use serde_json::{Value, json};

pub fn understood(fact: &Fact) -> Value {
    match fact {
        Fact::SiteEvent(event) => site_event(event),
        Fact::Claim(claim) => of_claim(claim),
        _ => json!({}),
    }
}

fn technologies(set: TechSet) -> Vec<&'static str> {
    set.iter().map(Technology::as_str).collect()
}

fn villages(places: &Places) -> Vec<&str> {
    places.villages.iter().map(VillageId::as_str).collect()
}

/// To a hundredth of a square kilometre.
pub fn area_km2(area: &Area) -> f64 {
    // Signed, because a ring drawn clockwise is else the rest of the Earth.
    let square_m: f64 =
        area.polygons().iter().map(|polygon| polygon.geodesic_area_signed().abs()).sum();
    (square_m / 1e4).round() / 100.0
}

fn site_event(event: &SiteEventFact) -> Value {
    let mut told = json!({
        "ma_tram": event.site.code.as_str(),
        "ten_tram": event.site_name,
        "loai_su_kien": event.event.as_str(),
        "ngay_su_kien": event.day.to_string(),
        "cong_nghe": technologies(event.technologies),
        "bang_tan": event.bands,
        "kinh_do": event.position.map(Position::lon_deg),
        "vi_do": event.position.map(Position::lat_deg),
        "phep_chuyen": event.position_operation,
        "xa": event.unit.map(|unit| unit.code.0),
        "do_cao_anten_m": event.antenna_height_agl_m,
        "cac_thon_phuc_vu": villages(&event.serves),
        "uoc_so_ho": event.households_estimate,
        "dien_tich_km2": event.area.as_ref().map(area_km2),
    });
    if let (Some(feeds), Some(told)) = (&event.feeds, told.as_object_mut()) {
        told.insert("truyen_dan".to_owned(), json!(feeds.backhaul));
        told.insert("nguon_dien".to_owned(), json!(feeds.power));
    }
    told
}

fn of_claim(claim: &ClaimFact) -> Value {
    let basis = match &claim.basis {
        ClaimBasis::Statement => "statement",
        ClaimBasis::Inventory => "inventory",
        ClaimBasis::OnAirLog => "on_air_log",
        ClaimBasis::Prediction { .. } => "prediction",
    };
    json!({
        "nha_mang": claim.carrier.as_str(),
        "cong_nghe": technologies(claim.technologies),
        "tu_ngay": claim.from.to_string(),
        "den_ngay": claim.to.map(|to| to.plus_days(-1).to_string()),
        "can_cu": basis,
        "moi_truong": claim.environment.map(|environment| match environment {
            Environment::Outdoor => "outdoor",
            Environment::Indoor => "indoor",
        }),
        "dich_vu": claim.service.map(|service| match service {
            Service::Voice => "voice",
            Service::Data => "data",
        }),
        "ma_tram": claim.site.as_ref().map(|site| site.code.as_str()),
        "cac_thon_phuc_vu": villages(&claim.serves),
        "dien_tich_km2": claim.area.as_ref().map(area_km2),
    })
}
