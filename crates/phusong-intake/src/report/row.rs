//! One row: cells in, a fact with findings out.
//!
//! A row is blocked only when event, day or place is missing or impossible, or when it hangs on a
//! question that must be answered first; everything else is taken with findings.

use std::borrow::Cow;
use std::collections::HashMap;

use phusong_atlas::domain::{
    Area, Fact, FiledRow, Position, RowRef, SiteCode, SiteEventFact, SiteEventKind, SiteId,
};
use serde_json::{Value, json};

use super::cells::{Cells, Drawn};
use super::columns::Column;
use super::place::Diagnosed;
use super::{Context, DraftRow, Outcome};
use crate::finding::{Finding, Severity};
use crate::known::several::SHARED;
use crate::reading::decided::{Beside, Names, asks_name};
use crate::values::number::{Expected, Reading, quantity};
use crate::values::radio::{Radio, radio};

pub struct Row<'a, 'c> {
    pub cells: &'a mut Cells,
    pub context: &'a Context<'c>,
    pub findings: Vec<Finding>,
    /// Its coordinates in the light of the whole file.
    pub diagnosed: Diagnosed,
    pub stands_at: Option<Position>,
    pub radios: &'a mut Radios,
    /// A question stands that must be answered before the row can be filed.
    blocked: bool,
    /// Its place is asked or refused already, for the file or for the row.
    pub place_is_told: bool,
}

/// What cells of technologies say: a file repeats them.
#[derive(Debug, Default)]
pub struct Radios(HashMap<String, Radio>);

/// So many different ones are kept in mind.
const KEPT_RADIOS: usize = 1_000;

impl Radios {
    pub fn of(&mut self, text: &str) -> Radio {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let found = radio(text);
        if self.0.len() < KEPT_RADIOS {
            self.0.insert(text.to_owned(), found.clone());
        }
        found
    }
}

pub fn read(
    cells: &mut Cells,
    diagnosed: Diagnosed,
    radios: &mut Radios,
    context: &Context<'_>,
) -> DraftRow {
    let place_is_told = cells.place_waits || cells.geometry_is_told();
    let blocked = cells.place_waits || cells.is_open;
    let findings = std::mem::take(&mut cells.findings);
    let stands_at = None;
    let mut row =
        Row { cells, context, findings, diagnosed, stands_at, radios, blocked, place_is_told };
    row.own_carrier();
    // A drawn area that is no event of a site is a claim.
    let is_drawn = matches!(row.cells.drawn, Some(Drawn::Area(_))) && !row.cells.has(Column::Event);
    let is_claim = row.cells.is_claim || is_drawn;
    let mut fact =
        if is_claim { row.claim().map(Fact::Claim) } else { row.site_event().map(Fact::SiteEvent) };
    let replaces = row.replaces(fact.as_ref());
    if let Some(Fact::SiteEvent(event)) = &mut fact {
        event.unit = event.unit.or_else(|| row.unit_around(event.position));
    }
    if row.cells.has(Column::Photos) {
        row.find(
            Severity::Note,
            "photos-named",
            Column::Photos,
            ("ảnh chỉ được nêu tên, chưa gửi kèm", "photos are named only, not sent along"),
            ("gửi ảnh khi được yêu cầu", "send the photos when asked"),
        );
    }
    let refused = row.findings.iter().any(|f| f.severity == Severity::Refuse);
    let blocked = refused || row.blocked || fact.is_none();
    let told = fact.is_none().then(|| row.partly());
    let note = Some(row.cells.text(Column::Note).to_owned()).filter(|text| !text.is_empty());
    DraftRow {
        table: None,
        row: row.cells.row,
        filed: fact.map(|fact| FiledRow { fact, replaces, note }),
        outcome: if blocked { Outcome::Blocked } else { Outcome::Fileable },
        told,
        also: Vec::new(),
        against: None,
        names: row.names(),
        findings: row.findings,
    }
}

impl Row<'_, '_> {
    pub fn find(
        &mut self,
        severity: Severity,
        code: &'static str,
        column: Column,
        message: (&str, &str),
        remedy: (&str, &str),
    ) -> &mut Finding {
        self.tell(Finding::new(code, severity, message, remedy), column);
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// What was found of a cell.
    pub fn tell(&mut self, found: Finding, column: Column) {
        let value = self.cells.text(column).to_owned();
        self.findings.push(found.at(self.cells.row, column.as_str(), &value));
    }

    /// A question of every kind of file, without whose answer there is no row here.
    pub fn tell_unfileable(&mut self, found: Finding, column: Column) {
        self.blocked |= found.severity <= Severity::Ask;
        self.tell(found, column);
    }

    pub fn refuse(
        &mut self,
        code: &'static str,
        column: Column,
        vi: &str,
        en: &str,
    ) -> &mut Finding {
        let remedy = ("sửa ô này rồi gửi lại", "mend this cell and send again");
        self.find(Severity::Refuse, code, column, (vi, en), remedy)
    }

    /// Which site it speaks of and where, while what it says is not clear yet: the map shows it.
    fn partly(&self) -> Value {
        let text = |column| Some(self.cells.text(column)).filter(|text| !text.is_empty());
        json!({
            "ma_tram": text(Column::SiteCode),
            "ten_tram": text(Column::SiteName),
            "kinh_do": self.stands_at.map(Position::lon_deg),
            "vi_do": self.stands_at.map(Position::lat_deg),
        })
    }

    /// What was decided on its names; where one is left open, what stands beside it.
    fn names(&mut self) -> Option<Box<Names>> {
        let known = self.cells.names.take();
        let is_open = self.findings.iter().any(|found| asks_name(found.code).is_some());
        if known.is_some() || !is_open {
            return known;
        }
        let text =
            |column| Some(self.cells.text(column).to_owned()).filter(|text| !text.is_empty());
        let beside = Beside { commune: text(Column::Commune), district: text(Column::District) };
        Some(Box::new(Names { beside, decided: Vec::new() }))
    }

    /// Until a question is answered there is no row.
    pub fn block(&mut self) {
        self.blocked = true;
    }

    /// A question without whose answer there is no row.
    pub fn ask_unfileable(
        &mut self,
        code: &'static str,
        column: Column,
        message: (&str, &str),
        remedy: (&str, &str),
    ) -> &mut Finding {
        self.blocked = true;
        self.find(Severity::Ask, code, column, message, remedy)
    }

    /// A file may say whose it is: then it must be the one for whom it is filed.
    fn own_carrier(&mut self) {
        let said = self.cells.text(Column::Carrier).to_owned();
        if said.is_empty() {
            // One that its title names may be another.
            self.blocked |= self.cells.asks_once(Column::Carrier);
            self.findings.append(&mut self.cells.findings);
            return;
        }
        if self.context.is_own_carrier(&said) {
            return;
        }
        if self.context.shares_with_others(&said) {
            let (message, remedy) = SHARED;
            self.find(Severity::Warn, "carriers-shared", Column::Carrier, message, remedy);
            return;
        }
        let own = self.context.carrier.name.clone();
        let vi = format!("dòng của doanh nghiệp khác; báo cáo này là của {own}");
        let en = format!("a row of another enterprise; this report is {own}'s");
        self.refuse("other-carrier", Column::Carrier, &vi, &en);
    }

    fn site_event(&mut self) -> Option<SiteEventFact> {
        let code = self.site_code();
        let (event, basis) = self.event();
        let day = self.day(Column::EventDay, event == Some(SiteEventKind::OnAir));
        self.foretold(event, day);
        self.compare_with_notes(event);
        let technologies = self.technologies();
        let unit = self.unit(day);
        let known = code.as_ref().and_then(|code| (self.context.site)(code));
        let area = self.area().or_else(|| self.area_kept());
        let found = self.position();
        let serves = self.villages(day, found.position);
        let is_placed = found.position.is_some() || found.stated || area.is_some();
        if !is_placed && !self.place_is_told {
            self.no_place(known.is_some());
        }
        let starts = event.is_some_and(|event| {
            !matches!(event, SiteEventKind::OffAir | SiteEventKind::Decommissioned)
        });
        if starts && serves.is_empty() && area.is_none() && !self.cells.has(Column::Villages) {
            self.find(
                Severity::Ask,
                "serves-none",
                Column::Villages,
                (
                    "chưa nêu thôn nào được phục vụ: dòng này chỉ cập nhật tình trạng trạm",
                    "no village is named: the row moves the site only",
                ),
                ("nêu các thôn trạm phục vụ", "name the villages it serves"),
            );
        }
        // Every cell is looked at, whatever else the row lacks.
        let (antenna_height_agl_m, households_estimate) =
            (self.antenna_height(), self.households());
        self.households_fit(households_estimate, &serves);
        let feeds = self.feeds();
        Some(SiteEventFact {
            site: SiteId { carrier: self.context.carrier.id.clone(), code: code? },
            site_name: Some(self.cells.text(Column::SiteName).to_owned())
                .filter(|name| !name.is_empty()),
            event: event?,
            day: day?,
            technologies,
            bands: self.cells.list(Column::Bands, &[',', ';', '+', '/']),
            position: found.position,
            position_operation: found.operation,
            unit,
            antenna_height_agl_m,
            serves,
            area,
            households_estimate,
            environment: None,
            service: None,
            feeds,
            basis,
        })
    }

    /// A place is coordinates: a commune or a village does not say where a new site stands.
    fn no_place(&mut self, is_known: bool) {
        if !is_known {
            self.refuse(
                "place-missing",
                Column::Longitude,
                "thiếu vị trí: không có tọa độ, và trạm này chưa từng được báo cáo",
                "no place: no coordinates, and the site was never reported before",
            );
            return;
        }
        self.find(
            Severity::Ask,
            "position-missing",
            Column::Longitude,
            (
                "không có tọa độ: trạm vẫn ở vị trí đã báo cáo?",
                "no coordinates: is the site still where it was reported?",
            ),
            (
                "ghi tọa độ; chưa trả lời thì vị trí cũ được giữ",
                "write the coordinates; until then the former place is kept",
            ),
        );
    }

    fn site_code(&mut self) -> Option<SiteCode> {
        if !self.cells.has(Column::SiteCode) {
            self.ask_unfileable(
                "site-code",
                Column::SiteCode,
                ("thiếu mã trạm", "the site code is missing"),
                ("ghi mã trạm của doanh nghiệp", "write the carrier's own code"),
            );
            return None;
        }
        let code = SiteCode::new(self.cells.text(Column::SiteCode)).ok();
        if code.is_none() {
            self.refuse(
                "site-code",
                Column::SiteCode,
                "mã trạm dài quá 64 ký tự, hoặc có ký tự không dùng được",
                "the site code is longer than 64 characters, or has letters that cannot be used",
            );
        }
        code
    }

    fn antenna_height(&mut self) -> Option<f64> {
        let text = self.cells.text(Column::AntennaHeight).to_owned();
        let height = match quantity(&text, &Expected::antenna_height()) {
            Reading::Is(quantity) => quantity.exactly(),
            _ => None,
        };
        if height.is_none() && !text.is_empty() {
            self.find(
                Severity::Warn,
                "antenna-height",
                Column::AntennaHeight,
                (
                    "độ cao anten không hợp lý (0–500 m): để trống",
                    "no plausible antenna height (0–500 m): left empty",
                ),
                ("ghi số mét trên mặt đất", "write metres above ground"),
            );
        }
        height
    }

    fn households(&mut self) -> Option<u32> {
        let text = self.cells.text(Column::Households).to_owned();
        let read = quantity(&text, &Expected::households());
        if let Reading::Is(quantity) = read {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a count: whole, and within its range"
            )]
            if let Some(households) = quantity.exactly() {
                return Some(households as u32);
            }
            self.find(
                Severity::Note,
                "households-as-written",
                Column::Households,
                (
                    "số hộ là khoảng hoặc giới hạn: giữ nguyên như đã ghi, không lấy số giữa",
                    "households are a range or a bound: kept as written, no middle is taken",
                ),
                ("ghi một số nguyên nếu đã biết", "write a whole number if it is known"),
            );
            return None;
        }
        if !text.is_empty() && read != Reading::None {
            self.find(
                Severity::Warn,
                "households",
                Column::Households,
                ("không phải là số hộ: để trống", "not a count of households: left empty"),
                ("ghi một số nguyên", "write a whole number"),
            );
        }
        None
    }

    /// A form has no field for what is drawn: a row that corrects another keeps its area.
    pub fn area_kept(&mut self) -> Option<Area> {
        let text = self.cells.text(Column::Replaces);
        if text.is_empty() || self.place_is_told {
            return None;
        }
        let area = (self.context.row_ref)(text)?.area?;
        self.find(
            Severity::Note,
            "area-kept",
            Column::Replaces,
            (
                "giữ vùng phủ đã vẽ ở dòng được đính chính",
                "the area drawn for the row that it corrects is kept",
            ),
            (
                "gửi kèm đường biên mới nếu vùng thay đổi; để bỏ vùng, thu hồi dòng cũ rồi gửi dòng mới",
                "send a new outline where it changed; to drop it, withdraw that row and file anew",
            ),
        );
        Some(area)
    }

    fn replaces(&mut self, fact: Option<&Fact>) -> Option<RowRef> {
        let text = self.cells.text(Column::Replaces).to_owned();
        if text.is_empty() {
            return None;
        }
        let Some(earlier) = (self.context.row_ref)(&text) else {
            self.refuse(
                "unknown-row",
                Column::Replaces,
                "không có dòng báo cáo này của doanh nghiệp; viết MÃ-BÁO-CÁO/DÒNG",
                "no such row of yours; write REPORT/ROW",
            );
            return None;
        };
        let own = match fact {
            Some(Fact::SiteEvent(event)) => Some(&event.site.code),
            _ => None,
        };
        if let (Some(own), Some(other)) = (own, &earlier.site)
            && own != other
        {
            let vi = format!("dòng được đính chính là của trạm {}", other.as_str());
            let en = format!("the row corrected is of site {}", other.as_str());
            self.find(
                Severity::Ask,
                "replaces-other-site",
                Column::Replaces,
                (&vi, &en),
                (
                    "kiểm tra số dòng (dòng của báo cáo đã nhận đếm từ 1)",
                    "check the row's number (rows of a filed report count from 1)",
                ),
            );
        }
        Some(earlier.at)
    }
}

/// All that a column says, a line each.
pub fn lines_of(cells: &Cells, column: Column) -> Cow<'_, str> {
    let mut texts = cells.texts(column);
    match (texts.next(), texts.next()) {
        (Some(one), None) if !one.contains('\n') => Cow::Borrowed(one),
        _ => Cow::Owned(cells.list(column, &['\n']).join("\n")),
    }
}
