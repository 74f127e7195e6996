//! What the texts above a column say: whose, when, what is counted, with which technology. A text
//! says of each one thing or the column is not understood.

use std::collections::{BTreeMap, BTreeSet};

use phusong_atlas::domain::CarrierFact;
use phusong_atlas::gazetteer::fold_for_search;

use super::measures::{Key, Measures};
use super::signal::OfSignal;
use crate::values::carriers::{Named, carriers};
use crate::values::period::{Months, months, months_in};
use crate::values::radio::radio;

/// What a number under a heading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Count,
    /// Of what it is counted, in so many words (`Mẫu số`).
    Whole,
    Share,
}

/// What stands above a column.
#[derive(Debug, Clone)]
pub struct Told {
    pub months: Option<Months>,
    /// The carrier's name here, and as it is written.
    pub carrier: Option<(String, String)>,
    /// As they are written.
    pub technologies: Option<String>,
    /// Over words on signal alone.
    pub signal: OfSignal,
    pub key: Option<Key>,
    pub role: Role,
    /// Nothing but a word for a sum stands in its last line.
    pub is_sum: bool,
    /// Words that none of this explains.
    pub is_clear: bool,
}

type Signature<'t> =
    (Option<Months>, Option<&'t str>, (Option<&'t str>, Role), Option<&'t str>, &'t OfSignal);

/// Of a heading in which carriers are looked for.
const MOST_WORDS: usize = 24;

const SUMS: [&str; 10] = [
    "tong",
    "tong so",
    "tong cong",
    "cong",
    "toan tinh",
    "ca nam",
    "luy ke",
    "total",
    "chung",
    "toan mang",
];
const BESIDE_CARRIERS: [&str; 9] =
    ["mang", "nha", "chi", "nhanh", "quang", "ngai", "dn", "doanh", "nghiep"];
const BESIDE_MONTHS: [&str; 10] =
    ["thang", "t", "quy", "q", "nam", "dau", "cuoi", "den", "tinh", "ky"];

const SAYS_LITTLE: [&str; 14] = [
    "tong", "so", "luong", "cong", "tu", "mau", "ty", "ti", "le", "thuc", "hien", "thang", "nay",
    "ky",
];

/// A text taken apart.
#[derive(Default)]
struct Taken {
    months: BTreeSet<Months>,
    /// By the name of the house, as it is written.
    carriers: BTreeMap<String, String>,
    technologies: BTreeSet<String>,
    words: Vec<String>,
    signal: OfSignal,
    share: bool,
}

impl Taken {
    fn of(text: &str, known: &[CarrierFact]) -> Self {
        let mut found = Self { share: text.contains('%'), ..Self::default() };
        let whole = months(text);
        let several = if whole.is_some() { Vec::new() } else { months_in(text) };
        found.months.extend(whole.into_iter().chain(several));
        if whole.is_some() {
            return found;
        }
        let is_part = |c: char| c.is_whitespace() || "()[]/:,;|-–".contains(c);
        let parts: Vec<&str> = text.split(is_part).filter(|part| !part.is_empty()).collect();
        let is_own_name = |at: usize| !is_generic(text, &parts, at);
        let mut at = 0;
        while at < parts.len() {
            // A heading is short: what is longer is a note, and names nobody.
            let most = if parts.len() > MOST_WORDS { 0 } else { 5.min(parts.len() - at) };
            let named = (1..=most).rev().find_map(|many| {
                let name = parts[at..at + many].join(" ");
                let Named::One(id) = carriers(&name, known) else { return None };
                let carrier = known.iter().find(|one| one.id == *id)?;
                is_own_name(at).then(|| (many, (carrier.name.clone(), name)))
            });
            if let Some((many, (name, written))) = named {
                found.carriers.entry(name).or_insert(written);
                at += many;
                continue;
            }
            let part = parts[at];
            let said = radio(part);
            let is_clear = said.unknown.is_empty() && said.either.is_empty();
            if !said.technologies.is_empty() && is_clear && part.contains(char::is_alphabetic) {
                found.technologies.insert(part.to_owned());
            } else {
                found.words.extend(fold_for_search(part).split(' ').map(str::to_owned));
            }
            at += 1;
        }
        if !found.months.is_empty() {
            let is_number = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
            let is_roman = |word: &str| word.bytes().all(|byte| b"iv".contains(&byte));
            found.words.retain(|word| {
                !is_number(word) && !is_roman(word) && !BESIDE_MONTHS.contains(&&**word)
            });
        }
        found.words.retain(|word| !word.is_empty());
        found
    }

    /// Without the words that stand beside a carrier's name. `of_signal`: over words on signal.
    fn of_heading(text: &str, known: &[CarrierFact], of_signal: bool) -> Self {
        let mut found = Self::of(text, known);
        if of_signal {
            found.signal = OfSignal::taken(text, &mut found.words);
        }
        if !found.carriers.is_empty() {
            found.words.retain(|word| !BESIDE_CARRIERS.contains(&&**word));
        }
        found
    }

    fn add(&mut self, other: Self) {
        self.months.extend(other.months);
        for (name, written) in other.carriers {
            self.carriers.entry(name).or_insert(written);
        }
        self.technologies.extend(other.technologies);
        self.words.extend(other.words);
        self.signal.add(other.signal);
        self.share |= other.share;
    }
}

/// *ngành viễn thông Quảng Ngãi* is no carrier, for all that one is called *Viễn thông Quảng Ngãi*:
/// such a name begins its line, follows a mark, or has its capital where the word before has none.
fn is_generic(text: &str, parts: &[&str], at: usize) -> bool {
    const OF_ALL: [&str; 16] = [
        "ngành",
        "hạ tầng",
        "tầng",
        "dịch vụ",
        "vụ",
        "mạng",
        "lưới",
        "lĩnh",
        "vực",
        "nghiệp",
        "triển",
        "trường",
        "hoạt",
        "động",
        "trình",
        "lý",
    ];
    let word = parts[at];
    if fold_for_search(word) != "vien" {
        return false;
    }
    let Some(before) = at.checked_sub(1).map(|before| parts[before]) else { return false };
    let place = word.as_ptr() as usize - text.as_ptr() as usize;
    let marks = text[..place].trim_end();
    let follows_a_mark = marks.ends_with(|c: char| "()[]/:,;|-–".contains(c));
    let is_capital = |word: &str| word.starts_with(char::is_uppercase);
    let lower = before.to_lowercase();
    !follows_a_mark && (!is_capital(word) || is_capital(before) || OF_ALL.contains(&&*lower))
}

/// Carriers that a line names, by the name of the house and as it is written.
pub fn carriers_in(line: &str, known: &[CarrierFact]) -> BTreeMap<String, String> {
    Taken::of(line, known).carriers
}

/// Words beside a carrier's name that a table of signal has.
pub const OF_SIGNAL: [&str; 17] = [
    "song", "phu", "co", "tin", "hieu", "di", "dong", "mang", "tinh", "trang", "cong", "nghe",
    "chat", "luong", "muc", "hien", "hinh",
];

/// `None`: nothing stands there.
pub fn told(
    texts: &[String],
    measures: &Measures,
    known: &[CarrierFact],
    beside: &[&str],
) -> Option<Told> {
    let last = texts.last()?;
    let taken = |text: &String| Taken::of_heading(text, known, !beside.is_empty());
    let own = taken(last);
    let mut all = Taken::default();
    for text in texts {
        all.add(taken(text));
    }
    // The innermost word is what a tick means.
    all.signal.word = texts.iter().rev().find_map(|text| taken(text).signal.word);
    let folded = own.words.join(" ");
    let is_whole = folded == "mau so";
    // `… trên 100 dân` is a share of people.
    let is_share = all.share || has_share(&all.words) || all.words.iter().any(|word| word == "100");
    let key = |words: &[String]| measures.key(&counted(words, is_whole));
    let (inner, joined) = (key(&own.words), key(&all.words));
    // `Hộ có cáp quang | Tổng số hộ` are all households; what one line narrows in words that nobody
    // knows is another count.
    let says_sum = own.words.first().is_some_and(|word| word == "tong");
    let key = if says_sum { inner.filter(|_| joined.is_some()).or(joined) } else { joined };
    let says_little = |word: &String| {
        SAYS_LITTLE.contains(&&**word)
            || is_share && ["phan", "tram"].contains(&&**word)
            || beside.contains(&&**word)
    };
    let is_said =
        key.is_some() || all.words.iter().all(says_little) || SUMS.contains(&&*all.words.join(" "));
    let (is_clear, is_sum) = (
        all.months.len() <= 1 && all.carriers.len() <= 1 && is_said,
        SUMS.contains(&&*folded) && own.months.is_empty() && own.carriers.is_empty() && !own.share,
    );
    let technologies: Vec<String> = all.technologies.into_iter().collect();
    Some(Told {
        months: all.months.into_iter().next(),
        carrier: all.carriers.into_iter().next(),
        technologies: (!technologies.is_empty()).then(|| technologies.join("; ")),
        signal: all.signal,
        key,
        role: match (is_share, is_whole) {
            (true, _) => Role::Share,
            (false, true) => Role::Whole,
            (false, false) => Role::Count,
        },
        is_sum,
        is_clear,
    })
}

fn has_share(words: &[String]) -> bool {
    let is =
        |two: &[String]| matches!((&*two[0], &*two[1]), ("ty" | "ti", "le") | ("phan", "tram"));
    words.windows(2).any(is)
}

/// Words without those that say what part a number plays; but *phần mềm* is counted.
fn counted(words: &[String], is_whole: bool) -> Vec<String> {
    if words.iter().any(|word| word == "mem") {
        return words.to_vec();
    }
    let per_100 = words.iter().any(|word| word == "100");
    let plays = |word: &&String| {
        ["tu", "phan", "tram"].contains(&&***word)
            || is_whole && ["mau", "so"].contains(&&***word)
            || per_100 && ["100", "dan"].contains(&&***word)
    };
    words.iter().filter(|word| !plays(word)).cloned().collect()
}

impl Told {
    /// All that it says, to tell columns that say the same.
    pub fn signature(&self) -> Signature<'_> {
        let carrier = self.carrier.as_ref().map(|(name, _)| &**name);
        let counted = (self.key.as_deref(), self.role);
        (self.months, carrier, counted, self.technologies.as_deref(), &self.signal)
    }

    /// How many things it says.
    pub fn says(&self) -> usize {
        let told = [
            self.months.is_some(),
            self.carrier.is_some(),
            self.key.is_some(),
            self.technologies.is_some(),
            self.signal.says(),
        ];
        told.into_iter().filter(|is| *is).count()
    }

    /// What its sender said that a column is, and nothing else.
    pub fn of_role(role: Role) -> Self {
        Self {
            months: None,
            carrier: None,
            technologies: None,
            signal: OfSignal::default(),
            key: None,
            role,
            is_sum: false,
            is_clear: true,
        }
    }
}
