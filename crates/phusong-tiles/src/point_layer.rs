//! A layer of points, written while it is told: features, keys and values of MVT 2.1 (§4).
//!
//! A province's far tile holds twenty thousand points of half a dozen values, and what took
//! longest there was the library's book of values, which owns a copy of each. Here a value is
//! written where it will stay and looked up by its bytes. The tile is the library's to the byte,
//! as a test holds.

use std::hash::BuildHasher as _;

use buffa::encoding::varint_len;
use buffa::types::{
    encode_sint32, encode_uint32, put_bool_field, put_len_delimited_header, put_string_field,
    put_uint32_field, sint32_encoded_len, string_encoded_len, uint32_encoded_len,
};
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::grid::{EXTENT, GridPoint};

/// Field numbers of `vector_tile.proto`.
mod field {
    pub const LAYER: u32 = 3;

    pub const NAME: u32 = 1;
    pub const FEATURE: u32 = 2;
    pub const KEY: u32 = 3;
    pub const VALUE: u32 = 4;
    pub const EXTENT: u32 = 5;
    pub const VERSION: u32 = 15;

    pub const TAGS: u32 = 2;
    pub const TYPE: u32 = 3;
    pub const GEOMETRY: u32 = 4;

    pub const STRING: u32 = 1;
    pub const UINT: u32 = 5;
    pub const BOOL: u32 = 7;
}

const VERSION: u32 = 2;
const POINT: u32 = 1;
/// Once.
const MOVE_TO: u32 = 1 << 3 | 1;

/// What is said of a point.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    Text(&'a str),
    Number(u32),
    Is(bool),
}

#[derive(Debug)]
pub struct PointLayer {
    name: &'static str,
    features: Vec<u8>,
    count: usize,
    /// In order of their first use.
    keys: Vec<&'static str>,
    /// Whole fields of the layer, one after the other, in order of their first use.
    values: Vec<u8>,
    /// Where each of them stands.
    known: HashTable<Known>,
    /// Seeded anew each time, so that nobody can send names that fall together.
    hasher: RandomState,
    /// Of the point that is being told.
    tags: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    start: usize,
    end: usize,
    number: u32,
}

impl PointLayer {
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            features: Vec::new(),
            count: 0,
            keys: Vec::new(),
            values: Vec::new(),
            known: HashTable::new(),
            hasher: RandomState::default(),
            tags: Vec::new(),
        }
    }

    pub const fn count(&self) -> usize {
        self.count
    }

    /// Says something of the point that [`Self::place`] will place.
    pub fn tag(&mut self, key: &'static str, value: Value<'_>) {
        let key = self.key(key);
        let value = self.value(value);
        encode_uint32(key, &mut self.tags);
        encode_uint32(value, &mut self.tags);
    }

    /// The point of which the tags since the last one were said, from the tile's corner.
    pub fn place(&mut self, at: GridPoint) {
        let out = &mut self.features;
        let tags = self.tags.len();
        let geometry =
            uint32_encoded_len(MOVE_TO) + sint32_encoded_len(at.x) + sint32_encoded_len(at.y);
        let type_field = 1 + uint32_encoded_len(POINT);
        let tags_field = if tags == 0 { 0 } else { bytes_field(tags) };
        let len = tags_field + type_field + bytes_field(geometry);
        put_len_delimited_header(field::FEATURE, len as u64, out);
        if tags > 0 {
            put_len_delimited_header(field::TAGS, tags as u64, out);
            out.extend_from_slice(&self.tags);
        }
        put_uint32_field(field::TYPE, POINT, out);
        put_len_delimited_header(field::GEOMETRY, geometry as u64, out);
        encode_uint32(MOVE_TO, out);
        encode_sint32(at.x, out);
        encode_sint32(at.y, out);
        self.tags.clear();
        self.count += 1;
    }

    /// Appends the layer to a tile's bytes; nothing when it holds no point.
    pub fn write(&self, tile: &mut Vec<u8>) {
        if self.count == 0 {
            return;
        }
        let text_field = |text| 1 + string_encoded_len(text);
        let keys: usize = self.keys.iter().copied().map(text_field).sum();
        let extent = EXTENT.unsigned_abs();
        let len = text_field(self.name)
            + self.features.len()
            + keys
            + self.values.len()
            + (1 + uint32_encoded_len(extent))
            + (1 + uint32_encoded_len(VERSION));
        tile.reserve(bytes_field(len));
        put_len_delimited_header(field::LAYER, len as u64, tile);
        put_string_field(field::NAME, self.name, tile);
        tile.extend_from_slice(&self.features);
        for key in &self.keys {
            put_string_field(field::KEY, key, tile);
        }
        tile.extend_from_slice(&self.values);
        put_uint32_field(field::EXTENT, extent, tile);
        put_uint32_field(field::VERSION, VERSION, tile);
    }

    /// A layer has some ten keys: looked through faster than hashed.
    fn key(&mut self, key: &'static str) -> u32 {
        let found = self.keys.iter().position(|known| *known == key);
        let place = found.unwrap_or_else(|| {
            self.keys.push(key);
            self.keys.len() - 1
        });
        number_of(place)
    }

    /// Written at the end, and taken away again when it stands before.
    fn value(&mut self, value: Value<'_>) -> u32 {
        let start = self.values.len();
        put_value(&mut self.values, value);
        let (values, hasher) = (&self.values, &self.hasher);
        let hash = |of: &[u8]| hasher.hash_one(of);
        let (before, this) = values.split_at(start);
        let found = self.known.find(hash(this), |known| before[known.start..known.end] == *this);
        if let Some(Known { number, .. }) = found.copied() {
            self.values.truncate(start);
            return number;
        }
        let number = number_of(self.known.len());
        let known = Known { start, end: values.len(), number };
        self.known.insert_unique(hash(this), known, |known| hash(&values[known.start..known.end]));
        number
    }
}

fn put_value(out: &mut Vec<u8>, value: Value<'_>) {
    let len = 1 + match value {
        Value::Text(text) => string_encoded_len(text),
        Value::Number(number) => uint32_encoded_len(number),
        Value::Is(_) => 1,
    };
    put_len_delimited_header(field::VALUE, len as u64, out);
    match value {
        Value::Text(text) => put_string_field(field::STRING, text, out),
        Value::Number(number) => put_uint32_field(field::UINT, number, out),
        Value::Is(is) => put_bool_field(field::BOOL, is, out),
    }
}

/// The length of a field that holds so many bytes; every field number here takes one byte.
const fn bytes_field(len: usize) -> usize {
    1 + varint_len(len as u64) + len
}

/// A tile of 2^32 values would not fit into memory.
fn number_of(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use fast_mvt::{MvtCoord, MvtGeomType, MvtLayerBuilder, MvtValueRef};
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    enum Said {
        Text(String),
        Number(u32),
        Is(bool),
    }

    const KEYS: [&str; 4] = ["id", "name", "households", "inferred"];

    fn said() -> impl Strategy<Value = Said> {
        prop_oneof![
            "[a-cđ]{0,3}".prop_map(Said::Text),
            "[a-z]{100,200}".prop_map(Said::Text),
            prop_oneof![0..4_u32, any::<u32>()].prop_map(Said::Number),
            any::<bool>().prop_map(Said::Is),
        ]
    }

    type Points = Vec<(i32, i32, Vec<(usize, Said)>)>;

    fn points() -> impl Strategy<Value = Points> {
        let tags = prop::collection::vec((0..KEYS.len(), said()), 0..5);
        prop::collection::vec((-64..4160_i32, any::<i16>().prop_map(i32::from), tags), 1..40)
    }

    fn ours(points: &Points) -> Vec<u8> {
        let mut layer = PointLayer::new("villages");
        for (x, y, tags) in points {
            for (key, said) in tags {
                let value = match said {
                    Said::Text(text) => Value::Text(text),
                    Said::Number(number) => Value::Number(*number),
                    Said::Is(is) => Value::Is(*is),
                };
                layer.tag(KEYS[*key], value);
            }
            layer.place(GridPoint { x: *x, y: *y });
        }
        assert_eq!(layer.count(), points.len());
        let mut bytes = Vec::new();
        layer.write(&mut bytes);
        bytes
    }

    fn the_librarys(points: &Points) -> Vec<u8> {
        let mut layer = MvtLayerBuilder::new("villages").expect("a name");
        for (x, y, tags) in points {
            let mut feature = layer.feature_of(MvtGeomType::Point);
            feature.points([MvtCoord { x: *x, y: *y }]).expect("a point");
            for (key, said) in tags {
                let value = match said {
                    Said::Text(text) => MvtValueRef::String(text),
                    Said::Number(number) => MvtValueRef::UInt((*number).into()),
                    Said::Is(is) => MvtValueRef::Bool(*is),
                };
                feature.tag_ref(KEYS[*key], value).expect("a value");
            }
            layer = feature.end();
        }
        layer.encode()
    }

    proptest! {
        #[test]
        fn the_bytes_are_those_of_the_library(points in points()) {
            prop_assert_eq!(ours(&points), the_librarys(&points));
        }
    }

    #[test]
    fn a_layer_without_points_is_left_out() {
        let mut bytes = vec![7];
        PointLayer::new("gaps").write(&mut bytes);
        assert_eq!(bytes, [7]);
    }
}
