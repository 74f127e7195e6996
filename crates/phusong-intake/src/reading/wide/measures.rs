//! What a heading counts, in whose indicator: by the sets of words that name it, for headings say
//! the same in many orders (*Số hộ gia đình có cáp quang*, *Hộ | Có cáp quang*). A word that is in
//! none of them leaves a heading unknown: *hộ nghèo có cáp quang* is another count.

use std::collections::BTreeSet;

use phusong_atlas::domain::{DenominatorOf, IndicatorFact};
use phusong_atlas::gazetteer::fold_for_search;

/// Words that say nothing of what is counted.
const SAYS_NOTHING: [&str; 27] = [
    "thang", "nay", "ky", "tong", "so", "luong", "cac", "co", "su", "dung", "gia", "dinh", "hien",
    "trong", "do", "ket", "noi", "duong", "truyen", "cua", "dang", "tren", "ty", "ti", "le",
    "thuc", "cong",
];

/// Words of a title by which it counts less, or something else: *chưa có*, *hộ nghèo*, *lắp mới*.
const NARROWS: [&str; 15] = [
    "chua", "khong", "ngheo", "can", "moi", "tang", "giam", "them", "lap", "huy", "ngung", "ke",
    "hoach", "nhu", "ky",
];

/// What is counted: its name here, words of which all have to stand there (one set of several),
/// words that may stand beside them.
type Count = (&'static str, &'static [&'static [&'static str]], &'static [&'static str]);

const COUNTS: [Count; 9] = [
    (
        "secure_smartphones",
        &[
            &["thue", "bao", "phan", "mem"],
            &["smartphone", "phan", "mem"],
            &["thong", "minh", "phan", "mem"],
        ],
        &[
            "thue",
            "bao",
            "tb",
            "dien",
            "thoai",
            "di",
            "dong",
            "thong",
            "minh",
            "smartphone",
            "an",
            "toan",
            "mat",
            "ban",
            "bao",
        ],
    ),
    (
        "secure_fibre",
        &[&["ho", "cap", "quang", "phan", "mem"]],
        &["thue", "bao", "an", "toan", "mat", "ban", "internet", "dan"],
    ),
    (
        "smartphones",
        &[
            &["smartphone"],
            &["dien", "thoai", "thong", "minh"],
            &["thue", "bao", "thong", "minh"],
            &["tb", "thong", "minh"],
        ],
        &["thue", "bao", "tb", "dien", "thoai", "di", "dong"],
    ),
    (
        "fibre",
        &[&["ho", "cap", "quang"], &["ho", "ftth"]],
        &["dan", "internet", "bang", "rong", "thue", "bao", "cap", "quang", "co", "dinh"],
    ),
    ("broadband", &[&["bang", "rong", "di", "dong"]], &["thue", "bao", "tb"]),
    ("mobiles", &[&["thue", "bao", "di", "dong"], &["tb", "di", "dong"]], &["dien", "thoai"]),
    ("internet", &[&["nguoi", "internet"]], &["dan"]),
    ("households", &[&["ho"]], &["dan"]),
    ("people", &[&["dan"], &["nhan", "khau"], &["nguoi", "dan"], &["khau"]], &[]),
];

/// Id of the indicator, what it counts, of what; whether that is the place's, whoever reports.
const DEFINED: [(&str, &str, &str, bool); 6] = [
    ("smartphone_share", "smartphones", "mobiles", false),
    ("fibre_households", "fibre", "households", true),
    ("mobile_broadband_per_100", "broadband", "people", true),
    ("internet_users", "internet", "people", true),
    ("security_smartphones", "secure_smartphones", "smartphones", false),
    ("security_fibre_households", "secure_fibre", "fibre", false),
];

/// What is counted, by its name here.
pub type Key = String;

#[derive(Debug, Clone)]
pub struct Indicator {
    pub id: String,
    pub name: String,
    pub numerator: Key,
    pub denominator: Key,
    /// Households or people of a place, the same for every carrier.
    pub of_place: bool,
}

/// All indicators that a table may tell.
#[derive(Debug, Clone)]
pub struct Measures {
    pub indicators: Vec<Indicator>,
    /// What officers named otherwise, by its words.
    named: Vec<(String, Key)>,
}

impl Measures {
    pub fn of(known: &[IndicatorFact], shown: &[(&str, &str)]) -> Self {
        let mut found = Self { indicators: Vec::new(), named: Vec::new() };
        for (id, numerator, denominator, of_place) in DEFINED {
            let name = shown.iter().find(|(own, _)| *own == id).map_or(id, |(_, name)| name);
            found.indicators.push(Indicator {
                id: id.to_owned(),
                name: name.to_owned(),
                numerator: numerator.to_owned(),
                denominator: denominator.to_owned(),
                of_place,
            });
        }
        for fact in known {
            let id = fact.id.as_str();
            let own = DEFINED.iter().find(|(defined, ..)| *defined == id);
            let key = |text: &str, told: Option<&str>| match told {
                Some(key) => key.to_owned(),
                None => count_of(&bare(text)).map_or_else(|| bare(text).join(" "), str::to_owned),
            };
            let numerator = key(&fact.numerator_vi, own.map(|(_, key, ..)| *key));
            let denominator = key(&fact.denominator_vi, own.map(|(_, _, key, _)| *key));
            let names = [&fact.numerator_vi, &fact.numerator_en, &fact.name_vi, &fact.name_en];
            for name in names.into_iter().chain(&fact.aliases) {
                found.named.push((bare(name).join(" "), numerator.clone()));
            }
            for name in [&fact.denominator_vi, &fact.denominator_en] {
                found.named.push((bare(name).join(" "), denominator.clone()));
            }
            if own.is_none() {
                found.indicators.push(Indicator {
                    id: id.to_owned(),
                    name: fact.name_vi.clone(),
                    numerator,
                    denominator,
                    of_place: fact.denominator_of == DenominatorOf::Place,
                });
            }
        }
        found
    }

    /// What these words count; `None`: nothing that is known, or more than that.
    pub fn key(&self, words: &[String]) -> Option<Key> {
        let words: Vec<String> =
            words.iter().filter(|word| !SAYS_NOTHING.contains(&&***word)).cloned().collect();
        if let Some(count) = count_of(&words) {
            return Some(count.to_owned());
        }
        let said = words.join(" ");
        let mut named = self.named.iter().filter(|(name, _)| !name.is_empty() && *name == said);
        named.next().map(|(_, key)| key.clone())
    }

    /// The indicator that an answer names.
    pub fn called(&self, text: &str) -> Option<&Indicator> {
        let folded = fold_for_search(text);
        let by_name = |one: &&Indicator| one.id == text || fold_for_search(&one.name) == folded;
        let key = || self.key(&bare(text));
        self.indicators.iter().find(by_name).or_else(|| {
            let key = key()?;
            self.indicators.iter().find(|one| one.numerator == key)
        })
    }

    /// The one indicator whose count a title names among other words, the closest one: *thuê bao*
    /// alone is none.
    pub fn in_title(&self, lines: &[String]) -> Option<&Indicator> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        for line in lines {
            let folded = fold_for_search(line);
            let words: BTreeSet<&str> = folded.split(' ').collect();
            let names = COUNTS.iter().filter(|(_, any, _)| {
                any.iter().any(|all| all.iter().all(|word| words.contains(word)))
            });
            let names = names.map(|(name, ..)| *name);
            let names: Vec<&str> =
                names.filter(|name| !["mobiles", "households", "people"].contains(name)).collect();
            // Other households than those, what was added, or a rate: the title does not tell it.
            if !names.is_empty() && NARROWS.iter().any(|word| words.contains(word))
                || folded.contains("tren 100")
            {
                return None;
            }
            let is_secure = words.contains("toan") || words.contains("mat");
            let of_software = |name: &&&str| name.starts_with("secure_");
            let secure: Vec<&&str> = names.iter().filter(of_software).collect();
            match secure[..] {
                [] => found.extend(names),
                // It counts those of another count that have the software.
                [one] if is_secure => found.extend([*one]),
                _ => return None,
            }
        }
        let mut found = found.into_iter();
        let one = found.next().filter(|_| found.next().is_none())?;
        self.indicators.iter().find(|indicator| indicator.numerator == one)
    }
}

/// A title up to what it compares with or rests on: `so với tháng 10/2026`, `Kế hoạch tháng 3/2026`.
pub fn own_words(line: &str) -> String {
    const OTHERS: [&str; 4] = ["so với", "kế hoạch", "kèm theo", "căn cứ"];
    let line = line.to_lowercase();
    let end = OTHERS.iter().filter_map(|words| line.find(words)).min();
    line[..end.unwrap_or(line.len())].to_owned()
}

/// A line above a table, folded, without the papers and offices it names: *Kế hoạch ban hành kèm theo
/// Quyết định 03*, *Sở Kế hoạch và Đầu tư*, *Khu vực nông thôn mới* plan and part nothing.
pub fn without_references(line: &str) -> String {
    const NAMED: [&str; 18] = [
        "so ke hoach va dau tu",
        "so ke hoach",
        "phong ke hoach",
        "ban ke hoach",
        "ke hoach va dau tu",
        "ke hoach dau tu",
        "ke hoach tai chinh",
        "phuc vu ke hoach",
        "thuc hien ke hoach",
        "theo ke hoach",
        "ke hoach ban hanh",
        "ke hoach kem theo",
        "ke hoach so",
        "nong thon moi",
        "chuyen doi so",
        "khong bao gom",
        "khong ke",
        "khong tinh",
    ];
    let folded = fold_for_search(line);
    NAMED.iter().fold(folded, |line, words| line.replace(words, ""))
}

/// Does a title say that its table counts what is to come, what was added, or a part of it all?
pub fn narrows(line: &str) -> bool {
    const LESS: [&str; 22] = [
        "phat trien moi",
        "lap moi",
        "lap dat moi",
        "phat sinh moi",
        "tang them",
        "tang moi",
        "giao chi tieu",
        "chi tieu giao",
        "giao ke hoach",
        "du kien",
        "uoc thuc hien",
        "khu vuc nong thon",
        "khu vuc thanh thi",
        "ho ngheo",
        "can ngheo",
        "dan toc thieu so",
        "thue bao moi",
        "roi mang",
        "ngung su dung",
        "phan dau",
        "ke hoach thuc hien",
        "ke hoach hoan thanh",
    ];
    // A result beside its plan is one.
    const RESULTS: [&str; 8] = [
        "thuc hien",
        "ket qua",
        "kem theo",
        "can cu",
        "so voi",
        "hoan thanh",
        "dat",
        "theo ke hoach",
    ];
    let folded = without_references(line);
    let has = |words: &[&str]| {
        let folded = format!(" {folded} ");
        words.iter().any(|word| folded.contains(&format!(" {word} ")))
    };
    has(&LESS) || has(&["ke hoach"]) && !has(&RESULTS)
}

/// Words that say something.
fn bare(text: &str) -> Vec<String> {
    let folded = fold_for_search(text);
    let words = folded.split(' ').filter(|word| !SAYS_NOTHING.contains(word));
    words.map(str::to_owned).filter(|word| !word.is_empty()).collect()
}

fn count_of(words: &[String]) -> Option<&'static str> {
    let words: BTreeSet<&str> = words.iter().map(String::as_str).collect();
    let is = |(_, any, beside): &&Count| {
        any.iter().any(|all| {
            all.iter().all(|word| words.contains(word))
                && words.iter().all(|word| all.contains(word) || beside.contains(word))
        })
    };
    COUNTS.iter().find(is).map(|(name, ..)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_counts_what_all_of_its_words_say() {
        let measures = Measures::of(&[], &[]);
        for (text, expected) in [
            ("Thuê bao smartphone", Some("smartphones")),
            ("Số thuê bao điện thoại thông minh", Some("smartphones")),
            ("Thuê bao di động smartphone", Some("smartphones")),
            ("Tổng thuê bao di động", Some("mobiles")),
            ("Tổng số TB di động", Some("mobiles")),
            ("Thuê bao điện thoại di động", Some("mobiles")),
            ("Hộ có cáp quang", Some("fibre")),
            ("Số hộ gia đình có kết nối internet cáp quang", Some("fibre")),
            ("Tổng số hộ", Some("households")),
            ("Số hộ dân", Some("households")),
            ("Thuê bao băng rộng di động", Some("broadband")),
            ("Dân số", Some("people")),
            ("Nhân khẩu", Some("people")),
            ("Số người sử dụng internet", Some("internet")),
            ("Thuê bao có phần mềm an toàn", Some("secure_smartphones")),
            ("Hộ cáp quang có phần mềm bảo mật cơ bản", Some("secure_fibre")),
            // Another count, or none.
            ("Hộ nghèo có cáp quang", None),
            ("Số hộ lắp đặt cáp quang", None),
            ("Số hộ lắp mới cáp quang", None),
            ("Thuê bao di động trả trước", None),
            ("Thuê bao", None),
            ("Thuê bao cáp quang", None),
            ("Số trạm BTS", None),
            ("Kế hoạch", None),
            ("Tổng số", None),
        ] {
            assert_eq!(measures.key(&bare(text)).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_title_of_plans_additions_or_parts_is_told_from_that_of_results() {
        for (title, expected) in [
            ("PHÁT TRIỂN MỚI THÁNG 10/2026", true),
            ("Giao chỉ tiêu năm 2026", true),
            ("KẾ HOẠCH NĂM 2026", true),
            ("SỐ LIỆU KHU VỰC NÔNG THÔN", true),
            ("Ước thực hiện tháng 12", true),
            ("Kết quả thực hiện kế hoạch tháng 10", false),
            ("(Kèm theo Kế hoạch số 12/KH-UBND)", false),
            ("BÁO CÁO THỰC HIỆN TIÊU CHÍ NÔNG THÔN MỚI", false),
            ("Hộ có cáp quang tháng 10/2026", false),
        ] {
            assert_eq!(narrows(title), expected, "{title}");
        }
    }

    #[test]
    fn a_title_tells_the_one_count_that_it_names_in_full() {
        let measures = Measures::of(&[], &[]);
        for (title, expected) in [
            ("SỐ HỘ GIA ĐÌNH CÓ CÁP QUANG THÁNG 10/2026", Some("fibre_households")),
            ("BÁO CÁO THUÊ BAO ĐIỆN THOẠI THÔNG MINH", Some("smartphone_share")),
            ("THUÊ BAO ĐIỆN THOẠI THÔNG MINH CÓ PHẦN MỀM AN TOÀN", Some("security_smartphones")),
            ("HỘ CHƯA CÓ CÁP QUANG", None),
            ("SỐ HỘ NGHÈO CÓ CÁP QUANG", None),
            ("SỐ HỘ LẮP MỚI CÁP QUANG", None),
            ("PHẦN MỀM BÁO CÁO: THUÊ BAO DI ĐỘNG", None),
            ("SỐ NGƯỜI DÙNG INTERNET VÀ HỘ CÓ CÁP QUANG", None),
            ("THUÊ BAO BĂNG RỘNG DI ĐỘNG TRÊN 100 DÂN", None),
            ("KẾ HOẠCH PHÁT TRIỂN HỘ CÓ CÁP QUANG", None),
        ] {
            let found = measures.in_title(&[title.to_owned()]).map(|one| one.id.as_str());
            assert_eq!(found, expected, "{title}");
        }
    }
}
