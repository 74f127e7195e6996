//! A cell that lists villages, taken apart. What a piece means is the gazetteer's to say; here it
//! is only split, and only where every name that comes out exists.

use super::words::{Vague, vague};

/// One piece of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Name(String),
    /// Of `Làng Kênh 1, 2`: both exist.
    Split {
        from: String,
        names: Vec<String>,
    },
    /// The same, but not all of them exist: asked, none is bound.
    Unsplit {
        text: String,
        names: Vec<String>,
    },
    /// `toàn xã`: asked, binds no village.
    Vague(Vague, String),
}

/// Longer lists of numbers are no villages.
const MOST_NUMBERS: usize = 30;

/// Splits at semicolons, commas, line breaks and `và`. `exists` tells whether a name is known.
pub fn split(text: &str, exists: impl Fn(&str) -> bool) -> Vec<Item> {
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    if exists(text) {
        return vec![Item::Name(text.to_owned())];
    }
    let joined = text.replace(" và ", ",").replace(" & ", ",");
    let mut pieces: Vec<&str> = joined
        .split([';', ',', '\n'])
        .map(|piece| piece.trim().trim_end_matches('.'))
        .filter(|piece| !piece.is_empty())
        .collect();
    pieces.reverse();
    let mut items = Vec::new();
    while let Some(piece) = pieces.pop() {
        if let Some(word) = vague(piece) {
            items.push(Item::Vague(word, piece.to_owned()));
            continue;
        }
        let mut numbers: Vec<&str> = Vec::new();
        while let Some(next) = pieces.last().filter(|next| is_number(next)) {
            numbers.push(next);
            pieces.pop();
        }
        let apart = if numbers.is_empty() && !exists(piece) { apart(piece, &exists) } else { None };
        items.push(match apart {
            Some(names) => Item::Split { from: piece.to_owned(), names },
            None => one(piece, &numbers, &exists),
        });
    }
    items
}

/// Names that are known, without the mark of a list before them (`- Kon Dóc`, `1. Kon Dóc`), the
/// households behind (`Kon Dóc (60 hộ)`), or the stroke between them. Another remark in brackets
/// may say *a part of it*: that stays, and is asked.
fn apart(piece: &str, exists: &impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let is_mark = |c: char| c.is_ascii_digit() || matches!(c, '-' | '–' | '+' | '•' | '*');
    let marked = piece.trim_start_matches(is_mark);
    let bare = if marked.len() < piece.len() {
        marked.trim_start_matches(['.', ')', ':', ' '])
    } else {
        piece
    };
    let counted = |text: &str| {
        let count = text.trim().strip_suffix("hộ").map(str::trim).unwrap_or_default();
        !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit())
    };
    let bare = match bare.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((name, remark)) if counted(remark) => name.trim(),
        _ => bare,
    };
    let names: Vec<String> = if exists(bare) {
        vec![bare.to_owned()]
    } else {
        bare.split(['/', '+']).map(|name| name.trim().to_owned()).collect()
    };
    let changed = names.len() > 1 || bare != piece;
    (changed && names.iter().all(|name| !name.is_empty() && exists(name))).then_some(names)
}

/// A name, and the numbers behind it that stand for its brothers.
fn one(piece: &str, numbers: &[&str], exists: &impl Fn(&str) -> bool) -> Item {
    let whole =
        || std::iter::once(piece).chain(numbers.iter().copied()).collect::<Vec<_>>().join(", ");
    let (stem, first) = piece.rsplit_once(' ').unwrap_or(("", piece));
    let mut last: Vec<String> = match series(first) {
        Some(series) if !stem.is_empty() => series,
        _ if numbers.is_empty() => return Item::Name(piece.to_owned()),
        _ => vec![first.to_owned()],
    };
    if last.len() == 1 && numbers.is_empty() {
        return Item::Name(piece.to_owned());
    }
    let all_are_numbers = is_number(first) || last.len() > 1;
    for number in numbers {
        last.extend(series(number).unwrap_or_else(|| vec![(*number).to_owned()]));
    }
    let names: Vec<String> =
        last.iter().map(|last| format!("{stem} {last}").trim().to_owned()).collect();
    if all_are_numbers && !stem.is_empty() && names.iter().all(|name| exists(name)) {
        Item::Split { from: whole(), names }
    } else {
        Item::Unsplit { text: whole(), names }
    }
}

/// `2`, `3A`, `II`: no name of its own.
fn is_number(piece: &str) -> bool {
    let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &piece.as_bytes()[digits..];
    let numbered =
        (1..=2).contains(&digits) && rest.len() <= 1 && rest.iter().all(u8::is_ascii_alphabetic);
    let roman =
        matches!(piece, "I" | "II" | "III" | "IV" | "V" | "VI" | "VII" | "VIII" | "IX" | "X");
    numbered || roman || series(piece).is_some_and(|all| all.len() > 1)
}

/// `1-3`, `1–3`, `1+2`, `1/2`; a single number is a series of one.
fn series(text: &str) -> Option<Vec<String>> {
    let number = |part: &str| part.parse::<usize>().ok().filter(|_| part.len() <= 2);
    if let Some((from, to)) = text.split_once(['-', '–']) {
        let (from, to) = (number(from)?, number(to)?);
        let many = to.checked_sub(from)? + 1;
        return (2..=MOST_NUMBERS)
            .contains(&many)
            .then(|| (from..=to).map(|n| n.to_string()).collect());
    }
    let parts: Option<Vec<String>> =
        text.split(['+', '/']).map(|part| number(part).map(|_| part.to_owned())).collect();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let known =
            ["Làng Kênh 1", "Làng Kênh 2", "Thôn 1", "Thôn 2", "Thôn 3", "Nước Giáp", "Gò Tranh"];
        let items = split(text, |name| known.contains(&name));
        let one = |item: &Item| match item {
            Item::Name(name) => name.clone(),
            Item::Split { names, .. } => format!("[{}]", names.join("|")),
            Item::Unsplit { text, names } => format!("?{text} ({})", names.join("|")),
            Item::Vague(word, _) => format!("{word:?}"),
        };
        items.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn lists_as_people_write_them() {
        let cases = [
            ("Nước Giáp", "Nước Giáp"),
            ("Nước Giáp; Gò Tranh", "Nước Giáp; Gò Tranh"),
            ("Nước Giáp và Gò Tranh", "Nước Giáp; Gò Tranh"),
            ("Làng Kênh 1, 2", "[Làng Kênh 1|Làng Kênh 2]"),
            ("Làng Kênh 1, 2, Gò Tranh", "[Làng Kênh 1|Làng Kênh 2]; Gò Tranh"),
            ("Làng Kênh 1, 2, 3", "?Làng Kênh 1, 2, 3 (Làng Kênh 1|Làng Kênh 2|Làng Kênh 3)"),
            ("Thôn 1-3", "[Thôn 1|Thôn 2|Thôn 3]"),
            ("Thôn 1+2", "[Thôn 1|Thôn 2]"),
            ("Nước Giáp, 2", "?Nước Giáp, 2 (Nước Giáp|Nước 2)"),
            ("- Nước Giáp\n- Gò Tranh", "[Nước Giáp]; [Gò Tranh]"),
            ("1. Nước Giáp; 2) Gò Tranh", "[Nước Giáp]; [Gò Tranh]"),
            ("Nước Giáp (60 hộ), Gò Tranh", "[Nước Giáp]; Gò Tranh"),
            ("Nước Giáp/Gò Tranh", "[Nước Giáp|Gò Tranh]"),
            ("Nước Giáp + Gò Tranh", "[Nước Giáp|Gò Tranh]"),
            // A part of it, a place in it, and one that nobody knows: as they stand.
            ("Nước Giáp (một phần)", "Nước Giáp (một phần)"),
            ("Nước Giáp (cụm 1)", "Nước Giáp (cụm 1)"),
            ("Nước Giáp/Nơi Lạ", "Nước Giáp/Nơi Lạ"),
            ("- Nơi Lạ", "- Nơi Lạ"),
            ("Toàn xã", "WholeCommune"),
            ("Gò Tranh, các thôn còn lại", "Gò Tranh; TheRest"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }
}
