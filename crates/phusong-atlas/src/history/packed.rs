//! What comes by the million, in a few dozen bytes each: site rows, claims, observations,
//! publications. A fact as it is takes three hundred.
//!
//! The form is this program's own and of this moment: what is kept for ever is the ledger's.
//! Nothing here knows rows or scopes.

use std::sync::Arc;

use super::site::SiteStep;
use crate::domain::{
    CarrierId, ClaimBasis, ClaimFact, ClusterId, Day, EntrySeq, Environment, Fact, Feeds,
    ObservationFact, ObservationKind, Places, Position, Says, Service, SiteCode, SiteEventFact,
    SiteEventKind, SiteId, Target, TechSet, Technology, UnitCode, UnitId, VillageId,
};

const SITE_EVENT: u8 = 1;
const CLAIM: u8 = 2;
const OBSERVATION: u8 = 3;
const PUBLICATION: u8 = 4;

/// Where a packed fact begins, in units of [`Packed::STEP`] bytes.
pub(super) type Address = u32;

/// Packed facts one behind the other. Only grows; copies share all but the last piece.
#[derive(Debug, Clone, Default)]
pub(super) struct Packed {
    pieces: Vec<Arc<Vec<u8>>>,
}

/// Longer ones stay as they are.
const LONGEST: usize = 1 << 12;

impl Packed {
    const STEP: usize = 4;
    const PIECE: usize = 1 << 20;
    /// Addresses lie below.
    pub(super) const END: Address = 1 << 31;

    /// Where the bytes of a packed fact lie from now on; `None`: there is no more room.
    pub(super) fn put(&mut self, fact: &[u8]) -> Option<Address> {
        let length = fact.len().next_multiple_of(Self::STEP);
        let has_room = self.pieces.last().is_some_and(|last| last.len() + length <= Self::PIECE);
        if !has_room {
            self.pieces.push(Arc::new(Vec::with_capacity(Self::PIECE)));
        }
        let before = (self.pieces.len() - 1) * (Self::PIECE / Self::STEP);
        // Shared with a copy only while a preview is made: then the piece is copied once.
        let last = Arc::make_mut(self.pieces.last_mut()?);
        let address = Address::try_from(before + last.len() / Self::STEP).ok();
        let address = address.filter(|address| *address < Self::END)?;
        last.extend_from_slice(fact);
        last.resize(last.len().next_multiple_of(Self::STEP), 0);
        Some(address)
    }

    /// `None` for what [`Self::put`] did not give.
    pub(super) fn get(&self, address: Address) -> Option<Fact> {
        unpack(self.from(address)?)
    }

    /// What a site row says of its site's life: it stands at the beginning of one.
    pub(super) fn site_step(&self, address: Address) -> Option<SiteStep> {
        let mut from = Reading(self.from(address)?);
        if from.byte()? != SITE_EVENT {
            return None;
        }
        let event = *SiteEventKind::ALL.get(usize::from(from.byte()?))?;
        let (technologies, ..) = from.signal()?;
        let [_, placed, ..] = from.flags()?;
        let day = from.day()?;
        let position = from.when(placed, Reading::position)?;
        Some(SiteStep { event, day, technologies, position })
    }

    pub(super) fn is_publication(&self, address: Address) -> bool {
        self.from(address).is_some_and(is_publication)
    }

    pub(super) fn pieces(&self) -> &[Arc<Vec<u8>>] {
        &self.pieces
    }

    /// A piece as [`Self::pieces`] had it, behind the others.
    pub(super) fn push_piece(&mut self, piece: Arc<Vec<u8>>) {
        self.pieces.push(piece);
    }

    pub(super) fn holds(&self, address: Address) -> bool {
        self.from(address).is_some_and(|bytes| !bytes.is_empty())
    }

    fn from(&self, address: Address) -> Option<&[u8]> {
        let steps = Self::PIECE / Self::STEP;
        let place = address as usize;
        self.pieces.get(place / steps)?.get(place % steps * Self::STEP..)
    }
}

/// As far as the first byte tells; it does.
pub(super) fn is_publication(bytes: &[u8]) -> bool {
    bytes.first() == Some(&PUBLICATION)
}

/// How many bytes it took; `None`, and none taken: it is of another kind, holds an outline, or is
/// long.
pub(super) fn pack(fact: &Fact, to: &mut Vec<u8>) -> Option<u32> {
    let begins = to.len();
    match fact {
        Fact::SiteEvent(fact) if fact.area.is_none() => site_event(fact, to),
        Fact::Claim(fact) if fact.area.is_none() => claim(fact, to),
        Fact::Observation(fact) => observation(fact, to),
        Fact::Publish(target) => {
            to.push(PUBLICATION);
            number(target.entry.0, to);
            number(target.rows.len() as u64, to);
            for row in &target.rows {
                number(u64::from(*row), to);
            }
        }
        _ => return None,
    }
    let length = to.len() - begins;
    if length > LONGEST {
        to.truncate(begins);
        return None;
    }
    u32::try_from(length).ok()
}

fn site_event(fact: &SiteEventFact, to: &mut Vec<u8>) {
    let SiteEventFact {
        site,
        site_name,
        event,
        day,
        technologies,
        bands,
        position,
        position_operation,
        unit,
        antenna_height_agl_m,
        serves,
        area: _,
        households_estimate,
        environment,
        service,
        feeds,
        basis,
    } = fact;
    to.extend([SITE_EVENT, *event as u8, signal(*technologies, *environment, *service)]);
    let there = [
        site_name.is_some(),
        position.is_some(),
        position_operation.is_some(),
        unit.is_some(),
        antenna_height_agl_m.is_some(),
        households_estimate.is_some(),
        feeds.is_some(),
        !bands.is_empty(),
    ];
    to.push(flags(there));
    day_to(*day, to);
    if let Some(at) = position {
        to.extend(at.lon_e7().to_le_bytes());
        to.extend(at.lat_e7().to_le_bytes());
    }
    site_to(site, to);
    places_to(serves, to);
    basis_to(basis, to);
    if let Some(unit) = unit {
        number(u64::from(unit.code.0), to);
        day_to(unit.valid_from, to);
    }
    if let Some(height) = antenna_height_agl_m {
        to.extend(height.to_bits().to_le_bytes());
    }
    if let Some(households) = households_estimate {
        number(u64::from(*households), to);
    }
    for text in [site_name, position_operation].into_iter().flatten() {
        text_to(text, to);
    }
    if !bands.is_empty() {
        texts_to(bands, to);
    }
    if let Some(feeds) = feeds {
        texts_to(&feeds.backhaul, to);
        texts_to(&feeds.power, to);
    }
}

fn read_site_event(from: &mut Reading<'_>) -> Option<SiteEventFact> {
    let event = *SiteEventKind::ALL.get(usize::from(from.byte()?))?;
    let (technologies, environment, service) = from.signal()?;
    let [named, placed, operated, united, high, estimated, fed, banded] = from.flags()?;
    let day = from.day()?;
    let position = from.when(placed, Reading::position)?;
    let site = from.site()?;
    let serves = from.places()?;
    let basis = from.basis()?;
    Some(SiteEventFact {
        site,
        event,
        day,
        technologies,
        position,
        unit: from.when(united, Reading::unit)?,
        antenna_height_agl_m: from.when(high, Reading::height)?,
        serves,
        area: None,
        households_estimate: from.when(estimated, Reading::small)?,
        environment,
        service,
        site_name: from.when(named, Reading::text)?.map(str::to_owned),
        position_operation: from.when(operated, Reading::text)?.map(str::to_owned),
        bands: from.when(banded, Reading::texts)?.unwrap_or_default(),
        feeds: from.when(fed, Reading::feeds)?.map(Box::new),
        basis,
    })
}

fn claim(fact: &ClaimFact, to: &mut Vec<u8>) {
    let ClaimFact {
        carrier,
        technologies,
        environment,
        service,
        from,
        to: until,
        basis,
        site,
        serves,
        area: _,
    } = fact;
    to.extend([CLAIM, signal(*technologies, *environment, *service)]);
    to.push(flags([until.is_some(), site.is_some(), false, false, false, false, false, false]));
    text_to(carrier.as_str(), to);
    day_to(*from, to);
    places_to(serves, to);
    basis_to(basis, to);
    if let Some(until) = until {
        day_to(*until, to);
    }
    if let Some(site) = site {
        site_to(site, to);
    }
}

fn read_claim(from: &mut Reading<'_>) -> Option<ClaimFact> {
    let (technologies, environment, service) = from.signal()?;
    let [ends, sited, ..] = from.flags()?;
    let carrier = from.carrier()?;
    let day = from.day()?;
    let serves = from.places()?;
    let basis = from.basis()?;
    Some(ClaimFact {
        carrier,
        technologies,
        environment,
        service,
        from: day,
        to: from.when(ends, Reading::day)?,
        basis,
        site: from.when(sited, Reading::site)?,
        serves,
        area: None,
    })
}

fn observation(fact: &ObservationFact, to: &mut Vec<u8>) {
    let ObservationFact {
        kind,
        says,
        source_word,
        carrier,
        technologies,
        environment,
        service,
        places,
        day,
        source,
    } = fact;
    to.extend([OBSERVATION, *kind as u8, *says as u8]);
    to.push(signal(*technologies, *environment, *service));
    let (worded, named) = (source_word.is_some(), carrier.is_some());
    to.push(flags([worded, named, false, false, false, false, false, false]));
    day_to(*day, to);
    places_to(places, to);
    text_to(source, to);
    if let Some(word) = source_word {
        text_to(word, to);
    }
    if let Some(carrier) = carrier {
        text_to(carrier.as_str(), to);
    }
}

fn read_observation(from: &mut Reading<'_>) -> Option<ObservationFact> {
    let kinds = [
        ObservationKind::AuthorityList,
        ObservationKind::CommuneConfirmation,
        ObservationKind::CarrierStatement,
    ];
    let kind = *kinds.get(usize::from(from.byte()?))?;
    let says = *[Says::Has, Says::Lacks, Says::Weak].get(usize::from(from.byte()?))?;
    let (technologies, environment, service) = from.signal()?;
    let [worded, named, ..] = from.flags()?;
    Some(ObservationFact {
        kind,
        says,
        technologies,
        environment,
        service,
        day: from.day()?,
        places: from.places()?,
        source: from.text()?.to_owned(),
        source_word: from.when(worded, Reading::text)?.map(str::to_owned),
        carrier: from.when(named, Reading::carrier)?,
    })
}

pub(super) fn unpack(bytes: &[u8]) -> Option<Fact> {
    let mut from = Reading(bytes);
    Some(match from.byte()? {
        SITE_EVENT => Fact::SiteEvent(read_site_event(&mut from)?),
        CLAIM => Fact::Claim(read_claim(&mut from)?),
        OBSERVATION => Fact::Observation(read_observation(&mut from)?),
        PUBLICATION => {
            let entry = EntrySeq(from.number()?);
            Fact::Publish(Target { entry, rows: from.many(Reading::small)? })
        }
        _ => return None,
    })
}

/// What a packed fact is found by.
#[derive(Debug, Default)]
pub(super) struct FoundBy {
    /// Of a site row, with its event.
    pub site_row: Option<(SiteId, SiteEventKind)>,
    /// On which a claim rests.
    pub site: Option<SiteId>,
    pub places: Places,
}

/// `None` for what [`pack`] did not give.
pub(super) fn found_by(bytes: &[u8]) -> Option<FoundBy> {
    let from = &mut Reading(bytes);
    if from.byte()? == SITE_EVENT {
        let event = *SiteEventKind::ALL.get(usize::from(from.byte()?))?;
        from.signal()?;
        let [_, placed, ..] = from.flags()?;
        from.day()?;
        from.when(placed, Reading::position)?;
        let site_row = Some((from.site()?, event));
        return Some(FoundBy { site_row, places: from.places()?, ..FoundBy::default() });
    }
    Some(match unpack(bytes)? {
        Fact::Claim(fact) => FoundBy { site: fact.site, places: fact.serves, ..FoundBy::default() },
        Fact::Observation(fact) => FoundBy { places: fact.places, ..FoundBy::default() },
        _ => FoundBy::default(),
    })
}

/// Technologies in the low four bits, then environment and service, two bits each.
fn signal(technologies: TechSet, environment: Option<Environment>, service: Option<Service>) -> u8 {
    let named: u8 = technologies.iter().map(|technology| 1 << technology.index()).sum();
    let environment = environment.map_or(0, |named| named as u8 + 1);
    let service = service.map_or(0, |named| named as u8 + 1);
    named | environment << 4 | service << 6
}

fn flags(there: [bool; 8]) -> u8 {
    there.iter().zip(0..8).map(|(is, place)| u8::from(*is) << place).sum()
}

/// Seven bits a byte, the lowest first.
pub(super) fn number(mut value: u64, to: &mut Vec<u8>) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            return to.push(low);
        }
        to.push(low | 0x80);
    }
}

fn day_to(day: Day, to: &mut Vec<u8>) {
    to.extend(day.number().to_le_bytes());
}

pub(super) fn text_to(text: &str, to: &mut Vec<u8>) {
    number(text.len() as u64, to);
    to.extend(text.as_bytes());
}

fn texts_to(texts: &[String], to: &mut Vec<u8>) {
    number(texts.len() as u64, to);
    for text in texts {
        text_to(text, to);
    }
}

pub(super) fn site_to(site: &SiteId, to: &mut Vec<u8>) {
    text_to(site.carrier.as_str(), to);
    text_to(site.code.as_str(), to);
}

fn places_to(places: &Places, to: &mut Vec<u8>) {
    number(places.villages.len() as u64, to);
    for village in &places.villages {
        text_to(village.as_str(), to);
    }
    number(places.clusters.len() as u64, to);
    for cluster in &places.clusters {
        text_to(cluster.as_str(), to);
    }
}

fn basis_to(basis: &ClaimBasis, to: &mut Vec<u8>) {
    match basis {
        ClaimBasis::Statement => to.push(0),
        ClaimBasis::Inventory => to.push(1),
        ClaimBasis::OnAirLog => to.push(2),
        ClaimBasis::Prediction { parameters } => {
            to.push(3);
            text_to(parameters, to);
        }
    }
}

/// What is left to read. Everything is `None` where the bytes end or say what nothing packs.
pub(super) struct Reading<'a>(pub(super) &'a [u8]);

impl<'a> Reading<'a> {
    fn take(&mut self, many: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(many)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|taken| taken[0])
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// Four bytes, the lowest first.
    pub(super) fn word(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// `Some(None)` where it is not there.
    #[expect(clippy::option_option, reason = "that it is not there was read; `None` is no end")]
    pub(super) fn when<T>(
        &mut self,
        is_there: bool,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        if is_there { read(self).map(Some) } else { Some(None) }
    }

    pub(super) fn many<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let many = usize::try_from(self.number()?).ok()?;
        // Not for whatever the bytes say: of most there are a few.
        let mut all = Vec::with_capacity(many.min(1_024));
        for _ in 0..many {
            all.push(read(self)?);
        }
        Some(all)
    }

    fn flags(&mut self) -> Option<[bool; 8]> {
        let byte = self.byte()?;
        Some(std::array::from_fn(|place| byte >> place & 1 == 1))
    }

    fn signal(&mut self) -> Option<(TechSet, Option<Environment>, Option<Service>)> {
        let byte = self.byte()?;
        let named = |technology: &Technology| byte >> technology.index() & 1 == 1;
        let technologies = Technology::ALL.into_iter().filter(named).collect();
        let environment = match byte >> 4 & 3 {
            0 => None,
            1 => Some(Environment::Outdoor),
            _ => Some(Environment::Indoor),
        };
        let service = match byte >> 6 {
            0 => None,
            1 => Some(Service::Voice),
            _ => Some(Service::Data),
        };
        Some((technologies, environment, service))
    }

    pub(super) fn day(&mut self) -> Option<Day> {
        self.array().map(|bytes| Day::from_number(i32::from_le_bytes(bytes)))
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn texts(&mut self) -> Option<Vec<String>> {
        self.many(|from| from.text().map(str::to_owned))
    }

    pub(super) fn carrier(&mut self) -> Option<CarrierId> {
        CarrierId::new(self.text()?).ok()
    }

    pub(super) fn site(&mut self) -> Option<SiteId> {
        Some(SiteId { carrier: self.carrier()?, code: SiteCode::new(self.text()?).ok()? })
    }

    fn places(&mut self) -> Option<Places> {
        Some(Places {
            villages: self.many(|from| VillageId::new(from.text()?).ok())?,
            clusters: self.many(|from| ClusterId::new(from.text()?).ok())?,
        })
    }

    fn position(&mut self) -> Option<Position> {
        let (lon, lat) = (self.array()?, self.array()?);
        Position::from_e7(i32::from_le_bytes(lon), i32::from_le_bytes(lat))
    }

    fn unit(&mut self) -> Option<UnitId> {
        Some(UnitId { code: UnitCode(self.small()?), valid_from: self.day()? })
    }

    fn height(&mut self) -> Option<f64> {
        self.array().map(|bytes| f64::from_bits(u64::from_le_bytes(bytes)))
    }

    fn feeds(&mut self) -> Option<Feeds> {
        Some(Feeds { backhaul: self.texts()?, power: self.texts()? })
    }

    fn basis(&mut self) -> Option<ClaimBasis> {
        Some(match self.byte()? {
            0 => ClaimBasis::Statement,
            1 => ClaimBasis::Inventory,
            2 => ClaimBasis::OnAirLog,
            3 => ClaimBasis::Prediction { parameters: self.text()?.to_owned() },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests;
