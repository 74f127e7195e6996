//! The columns of a completion report and of a coverage claim, and what senders call them.

mod names;

use phusong_atlas::gazetteer::fold_for_search;

use names::NAMES;

/// A column, in the order of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    SiteCode,
    SiteName,
    Event,
    EventDay,
    Technologies,
    Bands,
    Longitude,
    Latitude,
    Crs,
    Commune,
    District,
    AntennaHeight,
    Villages,
    Households,
    Replaces,
    Photos,
    Note,
    // Of a site, beside what a completion report must have.
    Backhaul,
    PowerFeed,
    // Coverage areas only.
    Carrier,
    FromDay,
    ToDay,
    Basis,
    Parameters,
    Environment,
    Service,
    /// The sender's running number: checked, never kept.
    Ordinal,
    /// One village to a row, in every template but the report's.
    Village,
    VillageId,
    VillageKind,
    OtherNames,
    Cluster,
    IsCentre,
    People,
    Power,
    EspeciallyPoor,
    FixedTelephone,
    FixedInternet,
    Predecessor,
    Uncertainty,
    Says,
    ObservedDay,
    Observer,
    Indicator,
    Unit,
    Period,
    Numerator,
    Denominator,
    Share,
    IsFinal,
    Clause,
    Step,
    StepDay,
    PromisedDay,
    Blocker,
    Evidence,
    OutageStart,
    OutageEnd,
    Cause,
    Time,
    Level,
    NetworkType,
    OperatorName,
    UnitCode,
    BlockerSince,
    BlockerLifted,
    Responsible,
    Funds,
    EstimateVnd,
    /// Of a coverage raster: what its numbers are, which stands for no data, which count.
    RasterUnit,
    RasterNodata,
    RasterClasses,
    RasterThreshold,
    /// Of an instrument: is it the cell that serves the handset, or a neighbour?
    ServingCell,
    /// What a village is to the one that it came from, and which of its clusters it received.
    Relation,
    Received,
}

use Column::{
    AntennaHeight, Backhaul, Bands, Basis, Carrier, Commune, Crs, District, Environment, Event,
    EventDay, FromDay, Households, Latitude, Longitude, Note, Parameters, Photos, PowerFeed,
    Replaces, Service, SiteCode, SiteName, Technologies, ToDay, Villages,
};

impl Column {
    /// The completion report (DOMAIN §6).
    pub const OF_REPORT: [Self; 17] = [
        SiteCode,
        SiteName,
        Event,
        EventDay,
        Technologies,
        Bands,
        Longitude,
        Latitude,
        Crs,
        Commune,
        District,
        AntennaHeight,
        Villages,
        Households,
        Replaces,
        Photos,
        Note,
    ];

    /// What a site lives on, which a report may say.
    const OF_FEEDS: [Self; 2] = [Backhaul, PowerFeed];

    /// What a file of coverage areas may have beside them.
    const OF_CLAIM: [Self; 7] = [Carrier, FromDay, ToDay, Basis, Parameters, Environment, Service];

    /// The name in the template, the API and every finding.
    pub const fn as_str(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// May a cell of the API hold a list?
    pub const fn is_list(self) -> bool {
        matches!(self, Technologies | Bands | Villages | Photos | Backhaul | PowerFeed)
    }

    fn of_a_report() -> impl Iterator<Item = Self> {
        Self::OF_REPORT.into_iter().chain(Self::OF_FEEDS)
    }

    /// The template's own name, to the letter.
    pub fn named(name: &str) -> Option<Self> {
        Self::of_a_report().find(|column| column.as_str() == name)
    }

    /// As people head the columns of a report or a claim.
    pub fn headed(heading: &str) -> Option<Heading> {
        let all: Vec<Self> = Self::of_a_report().chain(Self::OF_CLAIM).collect();
        Self::headed_among(heading, &all)
    }

    /// Which of these a heading stands for: the template's name, its Vietnamese words with or
    /// without accents, or English. A remark in brackets (`(m)`, `(WGS84)`) plays no part.
    pub fn headed_among(heading: &str, among: &[Self]) -> Option<Heading> {
        let bare = heading.split('(').next().unwrap_or_default();
        let folded = fold_for_search(bare);
        Self::called(&folded, among)
            .or_else(|| Self::called(&names::without_system(&folded)?, among))
            .or_else(|| {
                let column = names::level_named(&folded).filter(|column| among.contains(column))?;
                Some(Heading { column, axis_by_letter: false })
            })
    }

    fn called(folded: &str, among: &[Self]) -> Option<Heading> {
        let by_letter = match folded {
            "x" | "toa do x" => Some(Latitude),
            "y" | "toa do y" => Some(Longitude),
            _ => None,
        };
        if let Some(column) = by_letter.filter(|column| among.contains(column)) {
            return Some(Heading { column, axis_by_letter: true });
        }
        // The names of the template are folded but for their strokes.
        let is_named = |column: &Self| {
            let name = column.as_str().bytes();
            name.map(|byte| if byte == b'_' { b' ' } else { byte }).eq(folded.bytes())
        };
        let known =
            among.iter().find(|column| is_named(column) || column.others().contains(&folded));
        known.map(|column| Heading { column: *column, axis_by_letter: false })
    }

    /// Which of these a field of a layer stands for: as a heading, written without its blanks
    /// (`CONGNGHE`), cut after ten letters as a DBF does (`DOANHNGHIE`), or with lines for its
    /// accented letters as the reader of a KML leaves it (`T__nh_tr___ng`), where one alone fits.
    pub fn of_field(field: &str, among: &[Self]) -> Option<Heading> {
        const DBF_LETTERS: usize = 10;
        if let Some(heading) = Self::headed_among(field, among) {
            return Some(heading);
        }
        let squeezed = |text: &str| text.replace([' ', '_'], "");
        let own = squeezed(&fold_for_search(field));
        let names = |column: Self| {
            let others = column.others().iter().copied();
            others.chain([column.as_str()]).map(squeezed).collect::<Vec<_>>()
        };
        let fits = |is: &dyn Fn(&str) -> bool| {
            let mut found =
                among.iter().filter(|column| names(**column).iter().any(|name| is(name)));
            let one = found.next()?;
            found.next().is_none().then_some(*one)
        };
        let is_cut = field.chars().count() == DBF_LETTERS;
        let headings = |is: &dyn Fn(&str) -> bool| {
            let called = |column: &&Self| {
                let own = column.as_str().replace('_', " ");
                is(&own) || column.others().iter().any(|name| is(name))
            };
            let mut found = among.iter().filter(called);
            let one = found.next()?;
            found.next().is_none().then_some(*one)
        };
        let column = fits(&|name| name == own)
            .or_else(|| if is_cut { fits(&|name| name.starts_with(&own)) } else { None })
            .or_else(|| {
                let blotted = field.contains("__");
                if blotted { headings(&|name| is_blotted(field, name)) } else { None }
            });
        column.map(|column| Heading { column, axis_by_letter: false })
    }

    /// Other headings, folded.
    const fn others(self) -> &'static [&'static str] {
        NAMES[self as usize].2
    }

    /// All that any column is called, folded.
    pub fn all_names() -> impl Iterator<Item = String> {
        let names = NAMES.iter().flat_map(|(_, own, others)| others.iter().chain([own]));
        names.map(|name| name.replace('_', " "))
    }

    /// By the template's own name, whatever the template.
    pub fn of_any(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, own, _)| *own == name).map(|(column, _, _)| *column)
    }
}

/// Is the name, folded, what the field was before every byte of a letter with an accent became a
/// line, and every blank?
fn is_blotted(field: &str, name: &str) -> bool {
    let Some((first, rest)) = field.split_at_checked(1) else { return name.is_empty() };
    if first != "_" {
        let own = first.to_ascii_lowercase();
        return name.strip_prefix(&*own).is_some_and(|name| is_blotted(rest, name));
    }
    let lines = field.bytes().take_while(|byte| *byte == b'_').count();
    // A blank is one line, a letter two or three.
    let reach =
        (1..=lines).take_while(|reach| name.is_char_boundary(*reach) && *reach <= name.len());
    reach.into_iter().any(|reach| {
        let (of, name) = name.split_at(reach);
        let blanks = of.matches(' ').count();
        let letters = reach - blanks;
        let bytes =
            lines.checked_sub(blanks).filter(|own| (letters * 2..=letters * 3).contains(own));
        bytes.is_some() && is_blotted(&field[lines..], name)
    })
}

/// Does this heading give way to any other of its column?
pub fn is_weak(heading: &str) -> bool {
    names::WEAK.contains(&&*fold_for_search(heading))
}

/// What a heading stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heading {
    pub column: Column,
    /// `X` and `Y` say no axis: which is north is told by the numbers, and noted.
    pub axis_by_letter: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_a_layer_may_lack_its_blanks_or_its_end() {
        let all = [
            Column::Carrier,
            Column::Technologies,
            Column::FromDay,
            Column::UnitCode,
            Column::Unit,
        ];
        let of = |field: &str| Column::of_field(field, &all).map(|heading| heading.column);
        for (field, column) in [
            ("CONGNGHE", Some(Column::Technologies)),
            ("cong_nghe", Some(Column::Technologies)),
            ("DOANHNGHIE", Some(Column::Carrier)),
            ("TUNGAY", Some(Column::FromDay)),
            ("MADONVI", Some(Column::UnitCode)),
            ("T____ng__y", Some(Column::FromDay)),
            ("C__ng_ngh___", Some(Column::Technologies)),
            ("M_______n_v___", Some(Column::UnitCode)),
            ("____", None),
            // Too short to be a cut one, and no name by itself.
            ("DOANH", None),
            ("ABCDEFGHIJ", None),
        ] {
            assert_eq!(of(field), column, "{field}");
        }
    }

    /// Which system a column is in says nothing of what it holds.
    #[test]
    fn a_heading_may_name_its_system() {
        let all = [Column::Longitude, Column::Latitude, Column::Commune];
        for (heading, expected) in [
            ("Kinh độ WGS84", Some((Column::Longitude, false))),
            ("Vĩ độ WGS 84", Some((Column::Latitude, false))),
            ("UTM X", Some((Column::Latitude, true))),
            ("Y UTM 48", Some((Column::Longitude, true))),
            ("X VN2000 KTT 108", Some((Column::Latitude, true))),
            ("Tọa độ Y VN-2000 kinh tuyến trục 107°30'", Some((Column::Longitude, true))),
            ("Toạ độ X (m) VN2000 KTT 108", Some((Column::Latitude, true))),
            ("VN2000", None),
            ("Xã 108", None),
            ("Kinh tuyến trục", None),
        ] {
            let found = Column::headed_among(heading, &all);
            let found = found.map(|heading| (heading.column, heading.axis_by_letter));
            assert_eq!(found, expected, "{heading}");
        }
    }

    #[test]
    fn every_column_has_its_own_line_and_name() {
        for (at, (column, name, _)) in NAMES.iter().enumerate() {
            assert_eq!(*column as usize, at, "{name}");
            assert_eq!(Column::of_any(name), Some(*column));
            assert_eq!(fold_for_search(name), name.replace('_', " "));
        }
    }
}
