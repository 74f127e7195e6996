//! The unit that a heading states for its whole column: *Khái toán (triệu đồng)*, *Số thuê bao
//! (nghìn)*, or a line above the table, *ĐVT: triệu đồng*. Its cells are told with it, so that no
//! number is taken for a thousandth of itself.

use phusong_atlas::gazetteer::fold_for_search;

use super::own::Own;
use crate::known::without_dong;
use crate::reading::How;
use crate::report::Column;
use crate::table::layout::{Layout, Mapped};
use crate::values::number::{Expected, Quantity, Reading, quantity};

/// Of how many each number of a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    Thousand,
    Million,
    Billion,
}

const NAMED: &str = "heading-unit";
const COUNTS: [Column; 4] =
    [Column::Numerator, Column::Denominator, Column::Households, Column::People];

impl Scale {
    /// As the column's own heading says, else a line above the table that is about units.
    pub fn of(mapped: &Mapped, column: Column, layout: &Layout) -> Option<Self> {
        let is_money = column == Column::EstimateVnd;
        if !is_money && !COUNTS.contains(&column) {
            return None;
        }
        let is_about_units = |line: &&String| {
            let folded = fold_for_search(line);
            ["dvt ", "don vi tinh ", "don vi trieu", "don vi nghin", "don vi ngan", "don vi ty "]
                .iter()
                .any(|start| folded.contains(start))
        };
        // Counts are of no money, money is.
        let says_money = |line: &&String| fold_for_search(line).contains("dong");
        let lines = layout.title.iter().filter(is_about_units);
        let of_lines = lines.filter(|line| says_money(line) == is_money);
        std::iter::once(&mapped.heading).chain(of_lines).find_map(|text| Self::said(text))
    }

    fn said(text: &str) -> Option<Self> {
        let folded = format!(" {} ", fold_for_search(text));
        let says = |words: &[&str]| words.iter().any(|word| folded.contains(&format!(" {word} ")));
        if says(&["ty dong", "ti dong", "ty vnd", "ty d"]) {
            Some(Self::Billion)
        } else if says(&["trieu", "tr dong", "trd"]) {
            Some(Self::Million)
        } else if says_ngan(text, &folded)
            || says(&["nghin", "1000", "1 000", "1000d", "1000 dong", "x1000"])
        {
            Some(Self::Thousand)
        } else {
            None
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Thousand => "nghìn",
            Self::Million => "triệu",
            Self::Billion => "tỷ",
        }
    }

    const fn times(self) -> f64 {
        match self {
            Self::Thousand => 1e3,
            Self::Million => 1e6,
            Self::Billion => 1e9,
        }
    }

    /// A cell of the column with its unit. A number that may be read in two ways stays one, with
    /// the unit beside it: that is asked where it is read.
    pub fn apply(self, column: Column, own: &mut Own<'_>) {
        if !own.text.contains(|c: char| c.is_ascii_digit()) {
            return;
        }
        let with_unit = |text: &str, of: &str| format!("{} {}{of}", text.trim(), self.word());
        if column == Column::EstimateVnd {
            if without_dong(&own.text) == own.text.trim() {
                own.change(with_unit(&own.text, " đồng"), How::Understood(NAMED));
            }
            return;
        }
        let read = quantity(&own.text, &Expected::measure(0.0..=1e9));
        let whole = match read {
            Reading::Is(Quantity::Exactly(number)) => Some((number * self.times()).round())
                .filter(|product| (product - number * self.times()).abs() < 1e-3),
            _ => None,
        };
        let after =
            whole.map_or_else(|| with_unit(&own.text, ""), |product| format!("{product:.0}"));
        own.change(after, How::Understood(NAMED));
    }
}

/// `ngàn`, or without its mark before what is counted; but *ngân sách* and *ngân hàng* are none.
fn says_ngan(text: &str, folded: &str) -> bool {
    const COUNTED: [&str; 6] = ["dong", "ho", "nguoi", "thue bao", "d", "vnd"];
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| word == "ngàn")
        || COUNTED.iter().any(|of| folded.contains(&format!(" ngan {of} ")))
        || folded.ends_with(" ngan ") && !lower.contains("ngân")
}
