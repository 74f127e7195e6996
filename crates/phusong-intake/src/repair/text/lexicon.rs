//! What a scanner makes of words that the field knows: `lờm sóng` for `lõm sóng`. Only whole known
//! phrases are mended, and only when exactly one of them is one letter away. Never names.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use super::letters;
use super::survey::pieces;

/// Phrases of two words and more.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// By their letters without marks.
    phrases: BTreeMap<String, Vec<String>>,
    longest: usize,
}

impl Lexicon {
    pub fn new<'p>(phrases: impl IntoIterator<Item = &'p str>) -> Self {
        let mut lexicon = Self::default();
        for phrase in phrases {
            let phrase = phrase.nfc().collect::<String>().to_lowercase();
            let words = phrase.split(' ').count();
            if words < 2 {
                continue;
            }
            lexicon.longest = lexicon.longest.max(words);
            let same = lexicon.phrases.entry(bare(&phrase)).or_default();
            if !same.contains(&phrase) {
                same.push(phrase);
            }
        }
        lexicon
    }

    /// Words of sites, signals and reports.
    pub fn of_the_field() -> Self {
        Self::new([
            "lõm sóng",
            "trắng sóng",
            "phủ sóng",
            "phát sóng",
            "đã phát sóng",
            "chờ phát sóng",
            "mất sóng",
            "có sóng",
            "sóng yếu",
            "xây xong",
            "xây dựng xong",
            "đang xây dựng",
            "đang triển khai",
            "chưa triển khai",
            "hoàn thành",
            "đã hoàn thành",
            "chưa hoàn thành",
            "tạm ngừng",
            "tháo dỡ",
            "nâng cấp",
            "điều chỉnh",
            "kế hoạch",
            "dự kiến",
            "điện lưới",
            "hộ dân",
            "số hộ",
            "nhân khẩu",
            "dân cư",
            "cụm dân cư",
            "kinh độ",
            "vĩ độ",
            "tọa độ",
            "toạ độ",
            "ghi chú",
            "tổng cộng",
            "mã trạm",
            "tên trạm",
            "công nghệ",
            "băng tần",
            "ngày phát sóng",
            "ngày hoàn thành",
            "đặc biệt khó khăn",
            "đơn vị",
            "địa bàn",
            "địa điểm",
            "nhà mạng",
            "vùng phủ",
            "trạm gốc",
        ])
    }

    /// The text with its misread phrases mended, keeping capitals at the start of words; `None`
    /// when nothing is to do or more than one phrase fits.
    pub fn mend(&self, text: &str) -> Option<String> {
        let mut steps = super::Steps::new();
        let composed = letters::mend(text, &mut steps);
        let text = composed.as_deref().unwrap_or(text);
        let words: Vec<(usize, &str)> = pieces(text)
            .filter(|(is_word, _)| *is_word)
            .map(|(_, word)| (word.as_ptr() as usize - text.as_ptr() as usize, word))
            .collect();
        let mut out = String::with_capacity(text.len());
        let (mut at, mut copied) = (0, 0);
        while at < words.len() {
            let longest = self.longest.min(words.len() - at);
            let known = (2..=longest).rev().find_map(|many| {
                let run = &words[at..at + many];
                let joined: Vec<String> = run.iter().map(|(_, word)| word.to_lowercase()).collect();
                Some((many, self.meant(&joined.join(" "))?))
            });
            let (many, meant) = known.unwrap_or((1, Meant::Itself));
            if let Meant::Other(phrase) = meant {
                for ((start, word), right) in words[at..at + many].iter().zip(phrase.split(' ')) {
                    out.push_str(&text[copied..*start]);
                    out.push_str(&like(word, right));
                    copied = start + word.len();
                }
            }
            at += many;
        }
        out.push_str(&text[copied..]);
        (copied > 0).then_some(out)
    }

    fn meant(&self, phrase: &str) -> Option<Meant<'_>> {
        let same = self.phrases.get(&bare(phrase))?;
        if same.iter().any(|own| own == phrase) {
            return Some(Meant::Itself);
        }
        let mut near = same.iter().filter(|own| differ(own, phrase) == 1);
        match (near.next(), near.next()) {
            (Some(one), None) => Some(Meant::Other(one)),
            _ => None,
        }
    }
}

enum Meant<'l> {
    Itself,
    Other(&'l str),
}

/// Lower case, without marks; what scanners take for one another is one letter.
fn bare(phrase: &str) -> String {
    phrase
        .nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'đ' => 'd',
            '1' | '|' | 'í' => 'l',
            '0' => 'o',
            other => other,
        })
        .collect()
}

/// In how many letters two phrases of one length differ.
fn differ(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.nfc().collect(), b.nfc().collect());
    if a.len() == b.len() { a.iter().zip(&b).filter(|(a, b)| a != b).count() } else { usize::MAX }
}

/// With the capitals of the word that it stands for.
fn like(word: &str, right: &str) -> String {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let first_is_upper = letters.next().is_some_and(char::is_uppercase);
    let rest_is_upper = letters.clone().next().is_some() && letters.all(char::is_uppercase);
    match (first_is_upper, rest_is_upper) {
        (true, true) => right.to_uppercase(),
        (true, false) => {
            let mut rest = right.chars();
            let first = rest.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
            first + rest.as_str()
        }
        _ => right.to_owned(),
    }
}
