//! Leaf values of version 1: how days, ids, positions and areas are written.

use std::str::FromStr;

use data_encoding::HEXLOWER as HEX;
use phusong_atlas::domain::{
    Area, CarrierId, ClusterId, Day, DutyId, GoalId, PersonId, Position, SiteCode, Slug, TechSet,
    Technology, UnitCode, UnitId, VillageId,
};

/// A written form of a domain value. One form can stand for several types.
pub trait Form<D>: Sized {
    fn write(value: &D) -> Self;
    fn read(self) -> Result<D, String>;
}

macro_rules! same {
    ($($number:ty),*) => {$(
        impl Form<$number> for $number {
            fn write(value: &$number) -> Self {
                value.clone()
            }

            fn read(self) -> Result<$number, String> {
                Ok(self)
            }
        }
    )*};
}

same!(String, bool, u32, i16, i32, i64, u64, f64);

impl<D, W: Form<D>> Form<Option<D>> for Option<W> {
    fn write(value: &Option<D>) -> Self {
        value.as_ref().map(W::write)
    }

    fn read(self) -> Result<Option<D>, String> {
        self.map(W::read).transpose()
    }
}

impl<D, W: Form<D>> Form<Vec<D>> for Vec<W> {
    fn write(value: &Vec<D>) -> Self {
        value.iter().map(W::write).collect()
    }

    fn read(self) -> Result<Vec<D>, String> {
        self.into_iter().map(W::read).collect()
    }
}

macro_rules! text_id {
    ($($id:ident),*) => {$(
        impl Form<$id> for String {
            fn write(value: &$id) -> Self {
                value.as_str().to_owned()
            }

            fn read(self) -> Result<$id, String> {
                $id::new(&self).map_err(|error| error.to_string())
            }
        }
    )*};
}

text_id!(Slug, CarrierId, VillageId, ClusterId, DutyId, GoalId, PersonId, SiteCode);

impl Form<Day> for String {
    fn write(value: &Day) -> Self {
        value.to_string()
    }

    fn read(self) -> Result<Day, String> {
        Day::from_str(&self).map_err(|error| format!("{self:?}: {error}"))
    }
}

impl Form<Technology> for String {
    fn write(value: &Technology) -> Self {
        value.as_str().to_owned()
    }

    fn read(self) -> Result<Technology, String> {
        self.parse().map_err(|()| format!("{self:?} is no technology"))
    }
}

impl Form<TechSet> for Vec<String> {
    fn write(value: &TechSet) -> Self {
        value.iter().map(|technology| technology.as_str().to_owned()).collect()
    }

    fn read(self) -> Result<TechSet, String> {
        self.into_iter().map(<String as Form<Technology>>::read).collect()
    }
}

/// `code`, or `code@2025-07-01` where the unit is not older than our records.
impl Form<UnitId> for String {
    fn write(value: &UnitId) -> Self {
        if value.valid_from == Day::EARLIEST {
            value.code.0.to_string()
        } else {
            format!("{}@{}", value.code.0, value.valid_from)
        }
    }

    fn read(self) -> Result<UnitId, String> {
        let wrong = || format!("{self:?} is no unit");
        let (code, from) = match self.split_once('@') {
            Some((code, from)) => (code, Some(from)),
            None => (self.as_str(), None),
        };
        let code = UnitCode(code.parse().map_err(|_not_a_number| wrong())?);
        let valid_from = match from {
            None => Day::EARLIEST,
            Some(from) => from.parse().map_err(|_not_a_day| wrong())?,
        };
        Ok(UnitId { code, valid_from })
    }
}

/// `[longitude, latitude]` in 1e-7 degrees.
impl Form<Position> for Vec<i32> {
    fn write(value: &Position) -> Self {
        vec![value.lon_e7(), value.lat_e7()]
    }

    fn read(self) -> Result<Position, String> {
        match self[..] {
            [lon, lat] => Position::from_e7(lon, lat).ok_or_else(|| format!("{lon},{lat}")),
            _ => Err("a position is two numbers".to_owned()),
        }
    }
}

/// Polygons of rings of `[longitude, latitude]` in degrees, exact.
impl Form<Area> for Vec<Vec<Vec<[f64; 2]>>> {
    fn write(value: &Area) -> Self {
        let ring = |ring: &geo::LineString<f64>| ring.coords().map(|at| [at.x, at.y]).collect();
        value
            .polygons()
            .iter()
            .map(|polygon| {
                std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
            })
            .collect()
    }

    fn read(self) -> Result<Area, String> {
        let ring = |ring: Vec<[f64; 2]>| -> geo::LineString<f64> {
            ring.into_iter().map(|[x, y]| geo::Coord { x, y }).collect()
        };
        let polygons = self.into_iter().map(|rings| {
            let mut rings = rings.into_iter().map(ring);
            let exterior = rings.next().unwrap_or_else(|| geo::LineString::new(Vec::new()));
            geo::Polygon::new(exterior, rings.collect())
        });
        Ok(Area::new(polygons.collect()))
    }
}

impl Form<[u8; 32]> for String {
    fn write(value: &[u8; 32]) -> Self {
        HEX.encode(value)
    }

    fn read(self) -> Result<[u8; 32], String> {
        HEX.decode(self.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| format!("{self:?} is no SHA-256"))
    }
}
