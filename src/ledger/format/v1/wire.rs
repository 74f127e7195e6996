//! Values of version 1: how days, ids, words, positions and areas are written.

use std::fmt;

use data_encoding::HEXLOWER as HEX;
use phusong_atlas::domain::{
    Area, CarrierId, ClusterId, Day, DutyId, EntrySeq, GoalId, PersonId, Position, RowRef,
    SiteCode, Slug, TechSet, Technology, Timestamp, UnitCode, UnitId, VillageId,
};
use serde::de::{Error as _, Unexpected, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A domain value that has a written form. The domain itself knows no serde.
pub trait Wire: Sized {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error>;
    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error>;
}

/// For `#[serde(with = "wire")]`.
pub fn serialize<T: Wire, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    value.write(to)
}

/// For `#[serde(with = "wire")]`.
pub fn deserialize<'de, T: Wire, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::read(from)
}

/// A value on its way in.
pub struct Read<T>(pub T);

impl<'de, T: Wire> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::read(from).map(Self)
    }
}

/// A value on its way out.
pub struct Write<'a, T>(pub &'a T);

impl<T: Wire> Serialize for Write<'_, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.write(to)
    }
}

macro_rules! as_it_is {
    ($($plain:ty),*) => {$(
        impl Wire for $plain {
            fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                self.serialize(to)
            }

            fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Self::deserialize(from)
            }
        }
    )*};
}

as_it_is!(String, bool, u32, u64, i16, i32, i64);

impl<T: Wire> Wire for Option<T> {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Write).serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::<Read<T>>::deserialize(from)?.map(|value| value.0))
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter().map(Write))
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let values = Vec::<Read<T>>::deserialize(from)?;
        Ok(values.into_iter().map(|value| value.0).collect())
    }
}

impl<T: Wire, const N: usize> Wire for [Option<T>; N] {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter().map(Write))
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let values = Vec::read(from)?;
        values.try_into().map_err(|values: Vec<_>| D::Error::invalid_length(values.len(), &"four"))
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut pair = to.serialize_tuple(2)?;
        pair.serialize_element(&Write(&self.0))?;
        pair.serialize_element(&Write(&self.1))?;
        pair.end()
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (a, b) = <(Read<A>, Read<B>)>::deserialize(from)?;
        Ok((a.0, b.0))
    }
}

/// A number; JSON has none for NaN and the infinities, which become text, so that whatever was
/// written can be read.
impl Wire for f64 {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.is_finite() { to.serialize_f64(*self) } else { to.collect_str(self) }
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = f64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<f64, E> {
                Ok(number)
            }

            #[expect(clippy::cast_precision_loss, reason = "we write no whole number as f64")]
            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<f64, E> {
                Ok(number as f64)
            }

            #[expect(clippy::cast_precision_loss, reason = "we write no whole number as f64")]
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<f64, E> {
                Ok(number as f64)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<f64, E> {
                let wrong = |_| E::invalid_value(Unexpected::Str(text), &self);
                text.parse().map_err(wrong)
            }
        }

        from.deserialize_any(Number)
    }
}

/// Reads a text where it lies, without a copy.
pub fn text<'de, T, D: Deserializer<'de>>(
    from: D,
    what: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    struct Text<P> {
        what: &'static str,
        parse: P,
    }

    impl<T, P: Fn(&str) -> Option<T>> Visitor<'_> for Text<P> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.what)
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            (self.parse)(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
        }
    }

    from.deserialize_str(Text { what, parse })
}

macro_rules! text_id {
    ($($id:ident = $what:literal),* $(,)?) => {$(
        impl Wire for $id {
            fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }

            fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                text(from, $what, |text| Self::new(text).ok())
            }
        }
    )*};
}

text_id! {
    Slug = "an id", CarrierId = "a carrier", VillageId = "a village", ClusterId = "a cluster",
    DutyId = "a duty", GoalId = "a goal", PersonId = "a person", SiteCode = "a site code",
}

impl Wire for Day {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text(from, "a day", |text| text.parse().ok())
    }
}

/// RFC 3339, in UTC.
impl Wire for Timestamp {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text(from, "an instant", |text| text.parse().ok())
    }
}

impl Wire for Technology {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text(from, "2G, 3G, 4G or 5G", |text| text.parse().ok())
    }
}

impl Wire for TechSet {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter().map(Technology::as_str))
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Vec::<Technology>::read(from)?.into_iter().collect())
    }
}

impl Wire for EntrySeq {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(self.0)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        u64::deserialize(from).map(Self)
    }
}

impl Wire for UnitCode {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u32(self.0)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        u32::deserialize(from).map(Self)
    }
}

/// `[entry, row]`.
impl Wire for RowRef {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (self.entry.0, self.row).serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (entry, row) = Deserialize::deserialize(from)?;
        Ok(Self { entry: EntrySeq(entry), row })
    }
}

/// `{"code":21520,"from":"2025-07-01"}`; no `from`: older than our records.
#[derive(Serialize, Deserialize)]
#[serde(remote = "UnitId", deny_unknown_fields)]
struct UnitIdForm {
    #[serde(with = "self")]
    code: UnitCode,
    #[serde(
        rename = "from",
        with = "self",
        default = "earliest",
        skip_serializing_if = "is_earliest"
    )]
    valid_from: Day,
}

const fn earliest() -> Day {
    Day::EARLIEST
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_earliest(day: &Day) -> bool {
    *day == Day::EARLIEST
}

impl Wire for UnitId {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        UnitIdForm::serialize(self, to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        UnitIdForm::deserialize(from)
    }
}

/// `[longitude, latitude]` in 1e-7 degrees.
impl Wire for Position {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (self.lon_e7(), self.lat_e7()).serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (lon, lat) = <(i32, i32)>::deserialize(from)?;
        Self::from_e7(lon, lat)
            .ok_or_else(|| D::Error::custom(format_args!("[{lon},{lat}] is off the globe")))
    }
}

/// Polygons of rings (the outer one first) of `[longitude, latitude]` in 1e-7 degrees.
impl Wire for Area {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let ring = |ring: &geo::LineString<f64>| -> Vec<(i32, i32)> {
            ring.coords().map(|at| (e7(at.x, 180.0), e7(at.y, 90.0))).collect()
        };
        to.collect_seq(self.polygons().iter().map(|polygon| -> Vec<_> {
            std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
        }))
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let ring = |ring: Vec<Position>| -> geo::LineString<f64> {
            ring.into_iter().map(Position::point).collect()
        };
        let polygons = Vec::<Vec<Vec<Position>>>::read(from)?.into_iter().map(|rings| {
            let mut rings = rings.into_iter().map(ring);
            let outer =
                rings.next().ok_or_else(|| D::Error::invalid_length(0, &"an outer ring"))?;
            Ok(geo::Polygon::new(outer, rings.collect()))
        });
        polygons.collect::<Result<_, _>>().map(Area::new)
    }
}

/// The grid of [`Position`]; held on the globe, so that whatever was written can be read.
#[expect(clippy::cast_possible_truncation, reason = "|degrees| ≤ 180, so the product fits i32")]
fn e7(deg: f64, max_deg: f64) -> i32 {
    (deg.clamp(-max_deg, max_deg) * 1e7).round() as i32
}

/// A SHA-256 in hexadecimal.
impl Wire for [u8; 32] {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&HEX.encode(self))
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text(from, "a SHA-256 in hexadecimal", |text| {
            HEX.decode(text.as_bytes()).ok()?.try_into().ok()
        })
    }
}
