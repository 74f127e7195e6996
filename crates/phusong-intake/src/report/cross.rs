//! What rows say, held against one another and against what is known: a site on air before it was
//! built, more households than live there. Told, and taken all the same.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hasher};

use phusong_atlas::domain::{Day, Fact, Places, SiteCode, SiteEventFact, SiteEventKind};

use super::columns::Column;
use super::row::Row;
use super::{Context, DraftRow};
use crate::amount::{En, Vi};
use crate::finding::{Finding, Severity};
use crate::twins::named;

/// Households are far from what is known when they are so many times as many, and so many more.
const TIMES: u64 = 3;
const MORE: u64 = 50;
/// No village of the country has more, whatever is known of it.
const MOST_OF_A_VILLAGE: u64 = 3_000;

impl Row<'_, '_> {
    pub fn households_fit(&mut self, said: Option<u32>, serves: &Places) {
        let Some(said) = said.map(u64::from).filter(|_| !serves.villages.is_empty()) else {
            return;
        };
        let (mut known, mut unknown) = (0, 0_u64);
        for village in &serves.villages {
            match self.context.households.and_then(|ask| ask(village)) {
                Some(households) => known += u64::from(households),
                None => unknown += 1,
            }
        }
        let is_far = unknown == 0 && said > TIMES * known && said - known > MORE;
        let most = known + unknown * MOST_OF_A_VILLAGE;
        if !is_far && (unknown == 0 || said <= most) {
            return;
        }
        let (vi, en) = if unknown == 0 {
            (
                format!("{} hộ, các thôn đã nêu có {} hộ theo số liệu đã có", Vi(said), Vi(known)),
                format!(
                    "{} households, the villages named have {} as far as is known",
                    En(said),
                    En(known)
                ),
            )
        } else {
            (
                format!("{} hộ: nhiều hơn các thôn đã nêu có thể có", Vi(said)),
                format!("{} households: more than the villages named can have", En(said)),
            )
        };
        let remedy = ("kiểm tra số hộ và tên các thôn", "check the households and the villages");
        self.find(Severity::Warn, "households-far", Column::Households, (&vi, &en), remedy);
    }
}

/// Codes that differ by capitals, blanks or dashes alone: two sites, or one written twice?
pub fn codes_alike(rows: &mut [DraftRow]) {
    let mut first: HashMap<u64, usize> = HashMap::with_capacity(rows.len());
    let mut found = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let Some(code) = code_of(row) else { continue };
        // By the hash of its bare letters, so that no text is made of each.
        let mut hash = DefaultHasher::new();
        bare(code).for_each(|letter| hash.write_u32(letter.into()));
        let other = *first.entry(hash.finish()).or_insert(at);
        let known = code_of(&rows[other]).filter(|known| known.as_str() != code.as_str());
        if known.is_some_and(|known| bare(known).eq(bare(code))) {
            found.push((at, other));
        }
    }
    for (at, other) in found {
        let (known, number) = (shown(&rows[other]), named(&rows[other], &rows[at]));
        let message = (
            format!("mã chỉ khác “{known}” (dòng {number}) ở chữ hoa, dấu cách hoặc gạch nối"),
            format!("differs from {known:?} (row {number}) by capitals, blanks or dashes alone"),
        );
        let remedy = ("nếu là một trạm, ghi mã như nhau", "write one site by one code");
        let code = shown(&rows[at]);
        let row = &mut rows[at];
        let warning = Finding::new("code-alike", Severity::Warn, message, remedy);
        row.findings.push(warning.at(row.row, Column::SiteCode.as_str(), &code));
    }
}

/// Letters and digits of a code, all of them capitals.
fn bare(code: &SiteCode) -> impl Iterator<Item = char> {
    code.as_str().chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase)
}

fn shown(row: &DraftRow) -> String {
    code_of(row).map(|code| code.as_str().to_owned()).unwrap_or_default()
}

fn code_of(row: &DraftRow) -> Option<&SiteCode> {
    match row.filed.as_ref().map(|filed| &filed.fact) {
        Some(Fact::SiteEvent(event)) => Some(&event.site.code),
        _ => None,
    }
}

/// What a site did first, in this file or as filed before.
#[derive(Debug, Clone, Copy, Default)]
struct First {
    built: Option<Day>,
    on_air: Option<Day>,
}

impl First {
    fn see(&mut self, event: SiteEventKind, day: Day) {
        let own = match event {
            SiteEventKind::Built => &mut self.built,
            SiteEventKind::OnAir => &mut self.on_air,
            _ => return,
        };
        *own = Some(own.map_or(day, |known| known.min(day)));
    }
}

/// On air before it was built: told at the later said of the two, or at both.
pub fn on_air_before_built(rows: &mut [DraftRow], context: &Context<'_>) {
    let mut sites: BTreeMap<SiteCode, First> = BTreeMap::new();
    for event in rows.iter().filter_map(event_of) {
        if matches!(event.event, SiteEventKind::Built | SiteEventKind::OnAir) {
            let first = sites.entry(event.site.code.clone()).or_insert_with(|| {
                let known = (context.site)(&event.site.code);
                known.map_or_else(First::default, |known| First {
                    built: known.built,
                    on_air: known.on_air,
                })
            });
            first.see(event.event, event.day);
        }
    }
    for row in rows {
        let Some(event) = event_of(row) else { continue };
        if !matches!(event.event, SiteEventKind::Built | SiteEventKind::OnAir) {
            continue;
        }
        let first = sites.get(&event.site.code).copied().unwrap_or_default();
        let (Some(built), Some(on_air)) = (first.built, first.on_air) else { continue };
        let speaks = match event.event {
            SiteEventKind::Built => event.day == built,
            _ => event.day < built,
        };
        if on_air >= built || !speaks {
            continue;
        }
        let day = event.day;
        let on_air = if event.event == SiteEventKind::OnAir { day } else { on_air };
        let message = (
            format!("phát sóng ngày {on_air} trước khi xây xong ngày {built}"),
            format!("on air on {on_air}, before it was built on {built}"),
        );
        let remedy = ("kiểm tra cả hai ngày", "check both days");
        let finding = Finding::new("on-air-before-built", Severity::Warn, message, remedy);
        row.findings.push(finding.at(row.row, Column::EventDay.as_str(), &day.to_string()));
    }
}

fn event_of(row: &DraftRow) -> Option<&SiteEventFact> {
    match &row.filed.as_ref()?.fact {
        Fact::SiteEvent(event) => Some(event),
        _ => None,
    }
}
