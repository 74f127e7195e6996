//! A habit: in which system, which order and which form a sender writes coordinates. One file has
//! one habit.

use phusong_gis::Crs;

/// Which cell holds what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// East stands under the heading for east.
    AsHeaded,
    /// North stands where east should be.
    Swapped,
}

/// How the numbers were written, the safest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `108.7922`, `108,7922`, `108°47'32"`, `575 171,18`.
    Plain,
    /// `575,171` taken for 575171.
    Grouped,
    /// `48575171` taken for zone 48, 575171.
    ZonePrefixed,
    /// `575.17118` taken for kilometres.
    Kilometres,
    /// `-108.7922` taken for 108.7922.
    ExtraSign,
    /// `108792200` taken for 108.7922: the decimal point was lost.
    PointLost,
    /// `1084732` or `108.4732` taken for 108°47'32".
    Packed,
}

impl Form {
    const ALL: [Self; 7] = [
        Self::Plain,
        Self::Grouped,
        Self::ZonePrefixed,
        Self::Kilometres,
        Self::ExtraSign,
        Self::PointLost,
        Self::Packed,
    ];

    /// Safe to take for a single row with a note; the others are asked unless the whole file is
    /// written so.
    pub const fn is_natural(self) -> bool {
        matches!(self, Self::Plain | Self::Grouped | Self::ZonePrefixed)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Grouped => "grouped",
            Self::ZonePrefixed => "zone",
            Self::Kilometres => "km",
            Self::ExtraSign => "sign",
            Self::PointLost => "point-lost",
            Self::Packed => "packed",
        }
    }

    /// In Vietnamese and English; nothing for plain numbers.
    pub const fn told(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Plain => None,
            Self::Grouped => Some(("dấu phân cách hàng nghìn", "thousands are grouped")),
            Self::ZonePrefixed => {
                Some(("có số múi ở đầu tung độ", "the zone stands before the easting"))
            }
            Self::Kilometres => Some(("đơn vị là ki-lô-mét", "the unit is kilometres")),
            Self::ExtraSign => Some(("thừa dấu âm", "a minus sign too many")),
            Self::PointLost => Some(("mất dấu thập phân", "the decimal point was lost")),
            Self::Packed => {
                Some(("độ, phút, giây viết liền", "degrees, minutes and seconds run together"))
            }
        }
    }
}

/// System × axis order × form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Habit {
    pub crs: Crs,
    pub order: Order,
    pub form: Form,
}

impl Habit {
    pub const fn plain(crs: Crs) -> Self {
        Self { crs, order: Order::AsHeaded, form: Form::Plain }
    }

    pub fn is_plain(self) -> bool {
        self.order == Order::AsHeaded && self.form == Form::Plain
    }

    /// `EPSG:9216`, `EPSG:4326+swapped`, `EPSG:4326+point-lost`: what an answer names.
    pub fn id(self) -> String {
        let mut id = format!("EPSG:{}", self.crs.epsg());
        if self.order == Order::Swapped {
            id.push_str("+swapped");
        }
        if self.form != Form::Plain {
            id.push('+');
            id.push_str(self.form.word());
        }
        id
    }

    /// The same, as the answer that keeps what was declared although the rows contradict it.
    pub fn id_kept(self) -> String {
        format!("{}+declared", self.id())
    }

    /// The other way from [`Self::id`].
    pub fn of_id(id: &str) -> Option<Self> {
        let mut words = id.split('+');
        let code = words.next()?.strip_prefix("EPSG:")?.parse().ok()?;
        let mut habit = Self::plain(Crs::from_epsg(code)?);
        for word in words {
            match word {
                "swapped" => habit.order = Order::Swapped,
                "declared" => {}
                word => habit.form = Form::ALL.into_iter().find(|form| form.word() == word)?,
            }
        }
        Some(habit)
    }

    /// `VN-2000 / TM-3 107°30', hai cột đổi chỗ`.
    pub fn name_vi(self) -> String {
        self.name("hai cột đổi chỗ", |(vi, _)| vi)
    }

    pub fn name_en(self) -> String {
        self.name("the two columns swapped", |(_, en)| en)
    }

    fn name(
        self,
        swapped: &str,
        pick: impl Fn((&'static str, &'static str)) -> &'static str,
    ) -> String {
        let mut name = self.crs.name().to_owned();
        if self.order == Order::Swapped {
            name = format!("{name}, {swapped}");
        }
        match self.form.told().map(pick) {
            Some(form) => format!("{name}, {form}"),
            None => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_one_habit() {
        for crs in Crs::ALL {
            for order in [Order::AsHeaded, Order::Swapped] {
                for form in Form::ALL {
                    let habit = Habit { crs, order, form };
                    assert_eq!(Habit::of_id(&habit.id()), Some(habit), "{}", habit.id());
                    assert_eq!(Habit::of_id(&habit.id_kept()), Some(habit), "{}", habit.id());
                }
            }
        }
        for nonsense in ["", "EPSG:", "EPSG:1", "EPSG:5898+", "EPSG:5898+x", "5898"] {
            assert_eq!(Habit::of_id(nonsense), None, "{nonsense}");
        }
    }
}
