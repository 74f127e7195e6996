//! Whose: carriers by their names and other names.

use phusong_atlas::domain::{CarrierFact, CarrierId};
use phusong_atlas::gazetteer::{fold_for_search, normalise};

/// Whom a cell names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named<'c> {
    One(&'c CarrierId),
    /// `VNPT, Viettel`: all of them, in order.
    Several(Vec<&'c CarrierId>),
    /// Nobody by that name; those whose names look like it.
    Unknown(Vec<&'c CarrierId>),
}

/// Reads a cell against the carriers that are known.
pub fn carriers<'c>(text: &str, known: &'c [CarrierFact]) -> Named<'c> {
    if let Some(one) = exactly(text, known) {
        return Named::One(one);
    }
    // Names hold dashes too: every part has to be one by itself.
    let parts: Vec<&str> = text
        .split(['/', ',', ';', '+', '&', '\n'])
        .flat_map(|part| part.split(" và "))
        .flat_map(|part| part.split(" - "))
        .flat_map(|part| part.split(" – "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let all: Option<Vec<&CarrierId>> = parts.iter().map(|part| exactly(part, known)).collect();
    match all {
        Some(mut all) if all.len() > 1 => {
            all.dedup();
            if let [one] = all[..] { Named::One(one) } else { Named::Several(all) }
        }
        _ => Named::Unknown(like(text, known)),
    }
}

/// The house's own name of whom a cell names in other words; `None` where it says so itself, or
/// nobody alone is named.
pub fn otherwise_named(text: &str, known: &[CarrierFact]) -> Option<String> {
    let Named::One(id) = carriers(text, known) else { return None };
    let carrier = known.iter().find(|one| one.id == *id)?;
    let is_own = text.trim() == carrier.name || text.trim() == id.as_str();
    (!is_own).then(|| carrier.name.clone())
}

fn names(carrier: &CarrierFact) -> impl Iterator<Item = &str> {
    let own = [carrier.id.as_str(), carrier.name.as_str()];
    own.into_iter().chain(carrier.aliases.iter().map(String::as_str))
}

/// What a house is, before its name.
const FORMS: [&str; 18] = [
    "tập đoàn",
    "tổng công ty",
    "công ty",
    "chi nhánh",
    "nhà mạng",
    "mạng",
    "doanh nghiệp",
    "tct",
    "cty",
    "cn",
    "dn",
    "cổ phần",
    "tnhh",
    "mtv",
    "một thành viên",
    "dịch vụ",
    "viễn thông",
    "di động",
];

/// By its name, what it is before it or not (*Tổng công ty Viettel*), with its short name in brackets
/// or not.
fn exactly<'c>(text: &str, known: &'c [CarrierFact]) -> Option<&'c CarrierId> {
    if let Some(one) = named(text, known) {
        return Some(one);
    }
    let text = text.to_lowercase();
    let mut bare = text.trim();
    while let Some(rest) = FORMS.iter().find_map(|form| bare.strip_prefix(form)?.strip_prefix(' '))
    {
        bare = rest.trim_start();
        if let Some(one) = named(bare, known) {
            return Some(one);
        }
    }
    let (_, short) = bare.strip_suffix(')')?.split_once('(')?;
    if bare.len() < text.trim().len() { named(short, known) } else { None }
}

fn named<'c>(text: &str, known: &'c [CarrierFact]) -> Option<&'c CarrierId> {
    let text = normalise(text);
    let mut found = known.iter().filter(|one| names(one).any(|name| normalise(name) == text));
    let one = found.next()?;
    // A name that two bear names neither.
    found.next().is_none().then_some(&one.id)
}

/// By letters without accents and spaces: to be offered, never taken.
fn like<'c>(text: &str, known: &'c [CarrierFact]) -> Vec<&'c CarrierId> {
    let squeezed = |text: &str| fold_for_search(text).replace(' ', "");
    let text = squeezed(text);
    let near = |name: &str| {
        let name = squeezed(name);
        name.len() > 2 && !text.is_empty() && (text.contains(&name) || name == text)
    };
    known.iter().filter(|one| names(one).any(near)).map(|one| &one.id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use phusong_atlas::domain::CarrierKind;

    fn known() -> Vec<CarrierFact> {
        let mut table =
            csv::Reader::from_reader(include_str!("../../../../geodata/carriers.csv").as_bytes());
        let of = |row: csv::StringRecord| CarrierFact {
            id: CarrierId::new(&row[0]).unwrap(),
            name: row[1].to_owned(),
            kind: CarrierKind::Mno,
            aliases: row[6].split('|').map(str::to_owned).collect(),
            valid_from: None,
            valid_to: None,
            source: String::new(),
        };
        table.records().map(|row| of(row.unwrap())).collect()
    }

    #[test]
    fn carriers_by_name_and_other_name() {
        let known = known();
        let one = |text: &str| match carriers(text, &known) {
            Named::One(id) => id.as_str().to_owned(),
            Named::Several(all) => all.iter().map(|id| id.as_str()).collect::<Vec<_>>().join("+"),
            Named::Unknown(like) => format!("? {}", like.len()),
        };
        let cases = [
            ("Viettel", "viettel"),
            ("VIETTEL QUẢNG NGÃI", "viettel"),
            ("Vinaphone", "vnpt"),
            ("Viễn thông Quảng Ngãi", "vnpt"),
            ("MobiFone", "mobifone"),
            ("VNPT, Viettel", "vnpt+viettel"),
            ("VNPT/Vinaphone", "vnpt"),
            ("Tổng công ty Viettel", "viettel"),
            ("TẬP ĐOÀN VNPT", "vnpt"),
            ("Công ty Viễn thông Viettel", "viettel"),
            ("mạng Viettel", "viettel"),
            ("Tổng công ty Dịch vụ Viễn thông (VNPT VinaPhone)", "vnpt"),
            ("Viettel và VNPT", "viettel+vnpt"),
            ("Viettel - VNPT", "viettel+vnpt"),
            ("Tập đoàn Công nghiệp - Viễn thông Quân đội", "viettel"),
            ("Trạm Viettel", "? 1"),
            ("ngành viễn thông Quảng Ngãi", "? 1"),
            ("Sở Thông tin và Truyền thông", "? 0"),
            ("Viễn thông", "? 0"),
            ("Viettel (4G)", "? 1"),
            ("Sao Hỏa", "? 0"),
            ("", "? 0"),
        ];
        for (text, expected) in cases {
            assert_eq!(one(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_carrier_by_another_name_is_told_by_the_houses_own() {
        let known = known();
        let own = |text: &str| otherwise_named(text, &known);
        for text in ["viettel", "Viettel", "Sao Hỏa", "VNPT, Viettel", ""] {
            assert_eq!(own(text), None, "{text:?}");
        }
        for (text, name) in [("VIETTEL QUẢNG NGÃI", "Viettel"), ("Vinaphone", "VNPT")] {
            assert!(own(text).is_some_and(|own| own.contains(name)), "{text:?}: {:?}", own(text));
        }
    }
}
