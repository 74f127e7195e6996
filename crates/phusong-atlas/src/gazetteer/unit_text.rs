//! A unit as documents write it, taken apart and not yet looked up.

use crate::domain::UnitCode;

/// A unit as written: `xã Ba Trang (cũ), huyện Ba Tơ`, or a code.
pub(super) struct UnitText<'a> {
    pub name: &'a str,
    pub code: Option<UnitCode>,
    /// `(cũ)` or `(mới)`, if said.
    pub old: Option<bool>,
    pub district: Option<&'a str>,
}

impl<'a> UnitText<'a> {
    pub fn of(text: &'a str) -> Self {
        let (first, district) = match text.split_once([',', ';']) {
            Some((first, rest)) => (first, Some(rest.trim()).filter(|rest| !rest.is_empty())),
            None => (text, None),
        };
        let mut name = first.trim();
        let mut old = None;
        for (word, means_old) in [("(cũ)", true), ("(mới)", false), (" cũ", true), (" mới", false)]
        {
            if let Some(rest) = name.strip_suffix(word) {
                (name, old) = (rest.trim(), Some(means_old));
                break;
            }
        }
        let digits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
        let code = digits.then(|| name.parse().ok().map(UnitCode)).flatten();
        Self { name, code, old, district }
    }
}
