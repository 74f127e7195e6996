//! One row of a completion report: cells in, a fact with findings out.

use phusong_atlas::domain::{
    ClaimBasis, Day, Fact, FiledRow, Places, Position, SiteCode, SiteEventFact, SiteEventKind,
    SiteId, TechSet, Technology, UnitId, distance_m,
};
use phusong_atlas::gazetteer::{Candidate as Place, Resolution, VillageQuery};
use phusong_gis::{Crs, DatumShift, with_transformer};
use serde_json::json;

use super::cells::Cells;
use super::{Context, DraftRow};
use crate::intake::finding::{Candidate, Finding, Severity};

/// Farther than this from every commune is another province.
const PROVINCE_MARGIN_M: f64 = 60_000.0;
/// Farther than this from its declared commune's centre is asked.
const COMMUNE_MARGIN_M: f64 = 25_000.0;
/// A site that moved farther than this since its last report is a finding.
const MOVED_M: f64 = 200.0;

struct Reading<'a, 'c> {
    cells: Cells,
    context: &'a Context<'c>,
    findings: Vec<Finding>,
}

pub fn read(mut cells: Cells, context: &Context<'_>) -> DraftRow {
    let findings = std::mem::take(&mut cells.findings);
    let mut reading = Reading { cells, context, findings };
    let fact = reading.site_event();
    let replaces = reading.replaces();
    let refused = reading.findings.iter().any(|f| f.severity == Severity::Refuse);
    let note = Some(reading.cells.text("ghi_chu").to_owned()).filter(|text| !text.is_empty());
    let understood = fact.as_ref().map_or(json!({}), understood);
    DraftRow {
        row: reading.cells.row,
        filed: fact.filter(|_| !refused).map(|event| FiledRow {
            fact: Fact::SiteEvent(event),
            replaces,
            note,
        }),
        understood,
        findings: reading.findings,
    }
}

/// What was understood, in the columns of the form.
pub fn understood(event: &SiteEventFact) -> serde_json::Value {
    let technologies: Vec<&str> = event.technologies.iter().map(Technology::as_str).collect();
    let villages: Vec<&str> =
        event.serves.villages.iter().map(phusong_atlas::domain::VillageId::as_str).collect();
    json!({
        "ma_tram": event.site.code.as_str(),
        "ten_tram": event.site_name,
        "loai_su_kien": event.event.as_str(),
        "ngay_su_kien": event.day.to_string(),
        "cong_nghe": technologies,
        "bang_tan": event.bands,
        "kinh_do": event.position.map(Position::lon_deg),
        "vi_do": event.position.map(Position::lat_deg),
        "phep_chuyen": event.position_operation,
        "xa": event.unit.map(|unit| unit.code.0),
        "do_cao_anten_m": event.antenna_height_agl_m,
        "cac_thon_phuc_vu": villages,
        "uoc_so_ho": event.households_estimate,
    })
}

impl Reading<'_, '_> {
    fn find(
        &mut self,
        severity: Severity,
        code: &'static str,
        column: &'static str,
        message: (&str, &str),
        remedy: (&str, &str),
    ) -> &mut Finding {
        let value = self.cells.text(column).to_owned();
        let finding = Finding::new(code, severity, message, remedy);
        self.findings.push(finding.at(self.cells.row, column, &value));
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    fn refuse(&mut self, code: &'static str, column: &'static str, vi: &str, en: &str) {
        let remedy = ("sửa ô này rồi gửi lại", "mend this cell and send again");
        self.find(Severity::Refuse, code, column, (vi, en), remedy);
    }

    fn site_event(&mut self) -> Option<SiteEventFact> {
        let code = self.site_code();
        let event = self.event();
        let day = self.day(event);
        let technologies = self.technologies();
        let unit = self.unit(day);
        let known = code.as_ref().and_then(|code| (self.context.site)(code));
        let (position, operation) = self.position(unit, known.and_then(|site| site.position));
        let serves = self.villages(day);
        let (code, event, day) = (code?, event?, day?);
        if position.is_none()
            && known.is_none()
            && self.findings.iter().all(|f| f.column.as_deref() != Some("kinh_do"))
        {
            self.refuse(
                "place-missing",
                "kinh_do",
                "thiếu tọa độ, và trạm này chưa từng được báo cáo",
                "coordinates are missing, and this site was never reported before",
            );
        }
        let starts = matches!(
            event,
            SiteEventKind::OnAir
                | SiteEventKind::Changed
                | SiteEventKind::Planned
                | SiteEventKind::Built
        );
        if starts && serves.is_empty() && self.cells.text("cac_thon_phuc_vu").is_empty() {
            self.find(
                Severity::Ask,
                "serves-none",
                "cac_thon_phuc_vu",
                (
                    "chưa nêu thôn nào được phục vụ: dòng này chỉ cập nhật tình trạng trạm",
                    "no village is named: the row moves the site only",
                ),
                ("nêu các thôn trạm phục vụ", "name the villages it serves"),
            );
        }
        Some(SiteEventFact {
            site: SiteId { carrier: self.context.carrier.id.clone(), code },
            site_name: Some(self.cells.text("ten_tram").to_owned()).filter(|name| !name.is_empty()),
            event,
            day,
            technologies,
            bands: self.cells.list("bang_tan", &[',', ';', '+', '/']),
            position,
            position_operation: operation,
            unit,
            antenna_height_agl_m: self
                .number("do_cao_anten_m")
                .filter(|metres| (0.0..=500.0).contains(metres)),
            serves,
            area: None,
            households_estimate: self.households(),
            environment: None,
            service: None,
            basis: ClaimBasis::Statement,
        })
    }

    fn site_code(&mut self) -> Option<SiteCode> {
        let code = SiteCode::new(self.cells.text("ma_tram")).ok();
        if code.is_none() {
            self.refuse(
                "site-code",
                "ma_tram",
                "thiếu mã trạm, hoặc mã dài quá 64 ký tự",
                "the site code is missing, or longer than 64 characters",
            );
        }
        code
    }

    fn event(&mut self) -> Option<SiteEventKind> {
        use SiteEventKind::{Built, Changed, Decommissioned, OffAir, OnAir, Planned};
        let word = self.cells.text("loai_su_kien").to_lowercase();
        let words: [(&[&str], SiteEventKind); 6] = [
            (&["planned", "kế hoạch", "dự kiến"], Planned),
            (&["built", "xây xong", "đã xây xong"], Built),
            (&["on_air", "phát sóng", "đã phát sóng"], OnAir),
            (&["changed", "nâng cấp", "điều chỉnh"], Changed),
            (&["off_air", "tạm ngừng", "ngừng phát sóng"], OffAir),
            (&["decommissioned", "tháo dỡ"], Decommissioned),
        ];
        let found = words.iter().find(|(words, _)| words.contains(&word.as_str()));
        if let Some((_, event)) = found {
            return Some(*event);
        }
        if matches!(word.as_str(), "hoàn thành" | "đã hoàn thành" | "completed") {
            let finding = self.find(
                Severity::Refuse,
                "bare-complete",
                "loai_su_kien",
                (
                    "“hoàn thành” chưa rõ: đã xây xong hay đã phát sóng?",
                    "“hoàn thành” does not tell: built, or on air?",
                ),
                ("chọn built (xây xong) hoặc on_air (phát sóng)", "choose built or on_air"),
            );
            finding.candidates = [("built", "xây xong"), ("on_air", "phát sóng")]
                .into_iter()
                .map(|(id, name)| Candidate {
                    id: id.to_owned(),
                    name: name.to_owned(),
                    reason_vi: String::new(),
                    reason_en: String::new(),
                    score: 50,
                })
                .collect();
            return None;
        }
        self.refuse("unknown-event", "loai_su_kien", "không rõ loại sự kiện; dùng planned, built, on_air, changed, off_air hoặc decommissioned", "unknown event; use planned, built, on_air, changed, off_air or decommissioned");
        None
    }

    fn day(&mut self, event: Option<SiteEventKind>) -> Option<Day> {
        let text = self.cells.text("ngay_su_kien").to_owned();
        let Some(day) = day_of(&text) else {
            self.refuse(
                "bad-day",
                "ngay_su_kien",
                "ngày không có trong lịch; viết 2026-11-20 hoặc 20/11/2026",
                "not a day of the calendar; write 2026-11-20 or 20/11/2026",
            );
            return None;
        };
        if self.context.carrier.valid_from.is_some_and(|from| day < from)
            || day < Day::new(1990, 1, 1).unwrap_or(day)
        {
            self.refuse(
                "before-carrier",
                "ngay_su_kien",
                "ngày này trước khi có doanh nghiệp",
                "this day is before the carrier existed",
            );
            return None;
        }
        if day > self.context.today && event == Some(SiteEventKind::OnAir) {
            let finding = self.find(
                Severity::Ask,
                "future-on-air",
                "ngay_su_kien",
                (
                    "ngày phát sóng ở tương lai: được ghi như kế hoạch, chưa tính là phủ sóng",
                    "on air in the future: kept as a plan, covers nothing yet",
                ),
                (
                    "đổi loại sự kiện thành planned, hoặc báo lại khi đã phát sóng",
                    "make it planned, or report again once it is on air",
                ),
            );
            finding.candidates.push(Candidate {
                id: "planned".to_owned(),
                name: "kế hoạch".to_owned(),
                reason_vi: "ngày ở tương lai".to_owned(),
                reason_en: "the day is in the future".to_owned(),
                score: 100,
            });
        }
        Some(day)
    }

    fn technologies(&mut self) -> TechSet {
        let mut named = TechSet::NONE;
        for word in self.cells.list("cong_nghe", &[',', ';', '+', '|']) {
            match technology_of(&word) {
                Some(technology) => named = named.with(technology),
                None => self.refuse(
                    "unknown-technology",
                    "cong_nghe",
                    "không rõ công nghệ; dùng 2G, 3G, 4G, 5G",
                    "unknown technology; use 2G, 3G, 4G, 5G",
                ),
            }
        }
        if named.is_empty() && self.cells.text("cong_nghe").is_empty() {
            self.find(
                Severity::Ask,
                "technology-missing",
                "cong_nghe",
                (
                    "chưa nêu công nghệ: chỉ tính là có thể phủ sóng",
                    "no technology is named: coverage counts as possible only",
                ),
                ("nêu 2G, 3G, 4G hoặc 5G", "name 2G, 3G, 4G or 5G"),
            );
        }
        named
    }

    fn unit(&mut self, day: Option<Day>) -> Option<UnitId> {
        let name = self.cells.text("xa").to_owned();
        if name.is_empty() {
            return None;
        }
        let district = Some(self.cells.text("huyen").to_owned()).filter(|text| !text.is_empty());
        match self.context.gazetteer.resolve_unit(&name, district.as_deref(), day) {
            Resolution::Found { id, .. } => Some(id),
            Resolution::Ambiguous(places) | Resolution::Unknown(places) => {
                let candidates = places
                    .iter()
                    .map(|place| candidate(place, place.id.code.0.to_string()))
                    .collect();
                let finding = self.find(
                    Severity::Ask,
                    "unit",
                    "xa",
                    ("không rõ xã nào", "which commune is meant?"),
                    ("ghi thêm huyện cũ hoặc mã xã", "add the old district, or the commune's code"),
                );
                finding.candidates = candidates;
                None
            }
        }
    }

    fn number(&mut self, column: &'static str) -> Option<f64> {
        let text = self.cells.text(column).replace(' ', "").replace(',', ".");
        if text.is_empty() {
            return None;
        }
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        if number.is_none() {
            self.refuse("bad-number", column, "không phải là số", "not a number");
        }
        number
    }

    fn households(&mut self) -> Option<u32> {
        let text = self.cells.text("uoc_so_ho").to_owned();
        let households = text.parse::<u32>().ok();
        if households.is_none() && !text.is_empty() {
            self.find(
                Severity::Warn,
                "households",
                "uoc_so_ho",
                ("không phải là số hộ: để trống", "not a count of households: left empty"),
                ("ghi một số nguyên", "write a whole number"),
            );
        }
        households
    }

    /// WGS 84 degrees, or a declared projected system through PROJ, with the operation named.
    fn position(
        &mut self,
        unit: Option<UnitId>,
        before: Option<Position>,
    ) -> (Option<Position>, Option<String>) {
        let (Some(first), Some(second)) = (self.number("kinh_do"), self.number("vi_do")) else {
            return (None, None);
        };
        let declared = self.cells.text("he_toa_do").to_owned();
        let crs = if declared.is_empty() { Ok(Crs::Wgs84) } else { Crs::parse(&declared) };
        let Ok(crs) = crs else {
            self.refuse(
                "crs",
                "he_toa_do",
                "không rõ hệ tọa độ; ghi WGS84 hoặc VN-2000 kèm kinh tuyến trục",
                "unknown coordinate system; write WGS84, or VN-2000 with its central meridian",
            );
            return (None, None);
        };
        if crs == Crs::Wgs84 && (8.0..=24.0).contains(&first) && (102.0..=118.0).contains(&second) {
            self.find(
                Severity::Refuse,
                "swapped",
                "kinh_do",
                ("kinh độ và vĩ độ bị đổi chỗ?", "are longitude and latitude swapped?"),
                ("đổi chỗ hai ô", "swap the two cells"),
            );
            return (None, None);
        }
        let read = with_transformer(|transformer| {
            transformer.to_wgs84(crs, DatumShift::Epsg6960, first, second)
        });
        let at = read
            .ok()
            .and_then(|at| Some((Position::new(at.lon_deg, at.lat_deg).ok()?, at.operation)));
        let Some((position, operation)) = at.filter(|_| first != 0.0 && second != 0.0) else {
            self.refuse("bad-coordinates", "kinh_do", "tọa độ không thể có", "no such coordinates");
            return (None, None);
        };
        self.check_place(position, unit, before);
        let operation = (crs != Crs::Wgs84)
            .then(|| format!("EPSG:{} → WGS 84, {}", crs.epsg(), operation.name()));
        (Some(position), operation)
    }

    fn check_place(&mut self, at: Position, unit: Option<UnitId>, before: Option<Position>) {
        let units = self.context.gazetteer.units();
        let nearest = units.nearest_commune(at, self.context.today);
        if let Some((near, metres)) = nearest.filter(|(_, metres)| *metres > PROVINCE_MARGIN_M) {
            let (km, label) = ((metres / 1000.0).round(), units.label(near));
            let vi = format!("ngoài tỉnh: cách tâm xã gần nhất ({label}) {km} km");
            let en = format!(
                "outside the province: {km} km from the nearest commune's centre ({label})"
            );
            self.refuse("outside-province", "kinh_do", &vi, &en);
            return;
        }
        let declared = unit.and_then(|unit| units.get(unit)).and_then(|unit| unit.centre);
        if let Some(metres) = declared
            .map(|centre| distance_m(centre, at))
            .filter(|metres| *metres > COMMUNE_MARGIN_M)
        {
            let km = (metres / 1000.0).round();
            let hint = if (45.0..65.0).contains(&km) {
                ": có thể dùng nhầm múi 107°30'"
            } else {
                ""
            };
            let vi = format!("cách xã khai báo {km} km{hint}");
            let en = format!("{km} km from the declared commune");
            self.find(
                Severity::Ask,
                "far-from-commune",
                "kinh_do",
                (&vi, &en),
                (
                    "kiểm tra tọa độ, hệ tọa độ và tên xã",
                    "check coordinates, their system and the commune",
                ),
            );
        }
        if let Some(metres) =
            before.map(|old| distance_m(old, at)).filter(|metres| *metres > MOVED_M)
        {
            let vi = format!("trạm dời {metres} m so với lần báo cáo trước");
            let en = format!("the site moved {metres} m since its last report");
            self.find(
                Severity::Warn,
                "moved",
                "kinh_do",
                (&vi, &en),
                ("kiểm tra tọa độ", "check the coordinates"),
            );
        }
    }

    /// Names become villages only when one alone fits; the rest is asked and binds nothing.
    fn villages(&mut self, day: Option<Day>) -> Places {
        let (commune, district) =
            (self.cells.text("xa").to_owned(), self.cells.text("huyen").to_owned());
        let mut serves = Places::default();
        for name in self.cells.list("cac_thon_phuc_vu", &[';', ',', '\n']) {
            let query = VillageQuery {
                name: &name,
                commune: Some(commune.as_str()).filter(|text| !text.is_empty()),
                district: Some(district.as_str()).filter(|text| !text.is_empty()),
                day,
            };
            let (code, places) = match self.context.gazetteer.resolve_village(&query) {
                Resolution::Found { id, .. } => {
                    if !serves.villages.contains(&id) {
                        serves.villages.push(id);
                    }
                    continue;
                }
                Resolution::Ambiguous(places) => ("ambiguous-village", places),
                Resolution::Unknown(places) => ("unknown-village", places),
            };
            let candidates =
                places.iter().map(|place| candidate(place, place.id.to_string())).collect();
            let vi = format!("không rõ thôn “{name}”: chưa gắn với thôn nào");
            let en = format!("which village is “{name}”? It is bound to none");
            let finding = self.find(
                Severity::Ask,
                code,
                "cac_thon_phuc_vu",
                (&vi, &en),
                (
                    "chọn một thôn trong danh sách, hoặc ghi mã thôn",
                    "choose from the list, or write the village's id",
                ),
            );
            finding.candidates = candidates;
            finding.value = Some(name);
        }
        serves
    }

    fn replaces(&mut self) -> Option<phusong_atlas::domain::RowRef> {
        let text = self.cells.text("thay_the").to_owned();
        if text.is_empty() {
            return None;
        }
        let found = (self.context.row_ref)(&text);
        if found.is_none() {
            self.refuse(
                "unknown-row",
                "thay_the",
                "không có dòng báo cáo này của doanh nghiệp; viết MÃ-BÁO-CÁO/DÒNG",
                "no such row of yours; write REPORT/ROW",
            );
        }
        found
    }
}

pub(in crate::intake) fn candidate<Id>(place: &Place<Id>, id: String) -> Candidate {
    let units = place.units.join(", ");
    Candidate {
        id,
        name: if units.is_empty() {
            place.name.clone()
        } else {
            format!("{} ({units})", place.name)
        },
        reason_vi: place.reason.vi(),
        reason_en: place.reason.en(),
        score: place.score,
    }
}

/// ISO, or day/month/year as written in Viet Nam.
pub(in crate::intake) fn day_of(text: &str) -> Option<Day> {
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let parts: Vec<i16> =
        text.split(['/', '.', '-']).map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    match parts[..] {
        [day, month, year] if year >= 1900 => {
            Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
        }
        _ => None,
    }
}

/// `4G`, `4G/LTE`, `L1800`, `NR` …
pub(in crate::intake) fn technology_of(word: &str) -> Option<Technology> {
    let upper = word.to_uppercase();
    let words = [
        (Technology::G5, ["5G", "NR"].as_slice()),
        (Technology::G4, &["4G", "LTE", "L900", "L1800", "L2100", "L2600"]),
        (Technology::G3, &["3G", "UMTS", "WCDMA", "HSPA", "U900", "U2100"]),
        (Technology::G2, &["2G", "GSM", "GPRS", "EDGE", "G900", "G1800"]),
    ];
    let of =
        |part: &str| words.iter().find(|(_, words)| words.contains(&part.trim())).map(|(t, _)| *t);
    let mut parts = upper.split('/').map(of);
    let first = parts.next()??;
    parts.all(|part| part == Some(first)).then_some(first)
}
