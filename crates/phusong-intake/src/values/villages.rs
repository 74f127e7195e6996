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
        items.push(one(piece, &numbers, &exists));
    }
    items
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
            ("Toàn xã", "WholeCommune"),
            ("Gò Tranh, các thôn còn lại", "Gò Tranh; TheRest"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }
}
