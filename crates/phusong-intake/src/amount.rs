//! Counts and metres inside sentences, as each language groups their digits.

use std::fmt;

/// `21.800`.
#[derive(Debug, Clone, Copy)]
pub struct Vi(pub u64);

/// `21,800`.
#[derive(Debug, Clone, Copy)]
pub struct En(pub u64);

impl fmt::Display for Vi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        grouped(self.0, '.', f)
    }
}

impl fmt::Display for En {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        grouped(self.0, ',', f)
    }
}

/// Whole metres of a distance.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates; no sign")]
pub fn whole(metres: f64) -> u64 {
    metres.round() as u64
}

/// How many, of a list in memory.
pub fn many(count: usize) -> u64 {
    count as u64
}

fn grouped(number: u64, mark: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let digits = number.to_string();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            write!(f, "{mark}")?;
        }
        write!(f, "{digit}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_as_each_language_does() {
        let written = [0, 999, 1_000, 21_800, 1_234_567].map(|n| format!("{} {}", Vi(n), En(n)));
        assert_eq!(
            written,
            ["0 0", "999 999", "1.000 1,000", "21.800 21,800", "1.234.567 1,234,567"]
        );
        assert_eq!(format!("{}", Vi(whole(21_799.6))), "21.800");
    }
}
