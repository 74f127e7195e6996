//! A reader of vector tiles, written from the MVT 2.1 text alone: it shares nothing with the
//! library that writes them, and refuses whatever the text forbids.

use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    Number(f64),
    Bool(bool),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Geometry {
    Points(Vec<[i64; 2]>),
    Lines(Vec<Vec<[i64; 2]>>),
    /// Each polygon is its shell and its holes; rings are open, as written.
    Polygons(Vec<Vec<Vec<[i64; 2]>>>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    pub geometry: Geometry,
    pub tags: BTreeMap<String, Value>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    pub name: String,
    pub extent: u64,
    pub features: Vec<Feature>,
}

impl Feature {
    pub fn text(&self, key: &str) -> &str {
        match self.tags.get(key) {
            Some(Value::Text(text)) => text,
            other => panic!("{key}: {other:?}"),
        }
    }

    pub fn number(&self, key: &str) -> f64 {
        match self.tags.get(key) {
            Some(Value::Number(number)) => *number,
            other => panic!("{key}: {other:?}"),
        }
    }
}

/// The layers of a tile by name.
pub fn read(tile: &[u8]) -> BTreeMap<String, Layer> {
    let mut layers = BTreeMap::new();
    for (field, part) in fields(tile) {
        assert_eq!(field, 3, "a tile holds layers and nothing else");
        let layer = layer(part.bytes());
        let name = layer.name.clone();
        assert!(layers.insert(name, layer).is_none(), "two layers of one name");
    }
    layers
}

/// A field's content by its wire type.
#[derive(Debug, Clone, Copy)]
enum Part<'a> {
    Varint(u64),
    Fixed(&'a [u8]),
    Bytes(&'a [u8]),
}

impl<'a> Part<'a> {
    fn bytes(self) -> &'a [u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            other => panic!("{other:?} is not length-delimited"),
        }
    }

    fn varint(self) -> u64 {
        match self {
            Self::Varint(number) => number,
            other => panic!("{other:?} is no varint"),
        }
    }

    fn text(self) -> String {
        String::from_utf8(self.bytes().to_vec()).expect("UTF-8")
    }
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().expect("a varint ends");
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return number;
        }
    }
    panic!("a varint of more than ten bytes");
}

fn fields(mut bytes: &[u8]) -> Vec<(u64, Part<'_>)> {
    let mut parts = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let mut take = |length: usize| {
            let (part, rest) = bytes.split_at(length);
            bytes = rest;
            part
        };
        let part = match key & 7 {
            1 => Part::Fixed(take(8)),
            5 => Part::Fixed(take(4)),
            2 => {
                let length = usize::try_from(varint(&mut bytes)).expect("a length");
                let (part, rest) = bytes.split_at(length);
                bytes = rest;
                Part::Bytes(part)
            }
            0 => Part::Varint(varint(&mut bytes)),
            other => panic!("wire type {other}"),
        };
        parts.push((key >> 3, part));
    }
    parts
}

fn layer(bytes: &[u8]) -> Layer {
    let (mut name, mut version, mut extent) = (None, None, 4096);
    let (mut keys, mut values, mut features) = (Vec::new(), Vec::new(), Vec::new());
    for (field, part) in fields(bytes) {
        match field {
            1 => assert!(name.replace(part.text()).is_none(), "two names"),
            2 => features.push(part.bytes()),
            3 => keys.push(part.text()),
            4 => values.push(value(part.bytes())),
            5 => extent = part.varint(),
            15 => version = Some(part.varint()),
            other => panic!("layer field {other}"),
        }
    }
    assert_eq!(version, Some(2), "a layer of version 2");
    assert!(!features.is_empty(), "a layer should hold a feature");
    let features = features.into_iter().map(|bytes| feature(bytes, &keys, &values)).collect();
    Layer { name: name.expect("a layer has a name"), extent, features }
}

fn value(bytes: &[u8]) -> Value {
    let parts = fields(bytes);
    let [(field, part)] = parts[..] else { panic!("a value holds exactly one field") };
    #[expect(clippy::cast_precision_loss, reason = "counts and codes are small")]
    match (field, part) {
        (1, part) => Value::Text(part.text()),
        (2, Part::Fixed(bits)) => {
            Value::Number(f64::from(f32::from_le_bytes(bits.try_into().expect("four bytes"))))
        }
        (3, Part::Fixed(bits)) => {
            Value::Number(f64::from_le_bytes(bits.try_into().expect("eight bytes")))
        }
        (4, part) => Value::Number(part.varint().cast_signed() as f64),
        (5, part) => Value::Number(part.varint() as f64),
        (6, part) => Value::Number(zigzag(part.varint()) as f64),
        (7, part) => Value::Bool(part.varint() != 0),
        (other, _) => panic!("value field {other}"),
    }
}

const fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

fn packed(mut bytes: &[u8]) -> Vec<u64> {
    let mut numbers = Vec::new();
    while !bytes.is_empty() {
        numbers.push(varint(&mut bytes));
    }
    numbers
}

fn feature(bytes: &[u8], keys: &[String], values: &[Value]) -> Feature {
    let (mut tags, mut kind, mut commands) = (Vec::new(), 0, Vec::new());
    for (field, part) in fields(bytes) {
        match field {
            1 => {}
            2 => tags = packed(part.bytes()),
            3 => kind = part.varint(),
            4 => commands = packed(part.bytes()),
            other => panic!("feature field {other}"),
        }
    }
    assert_eq!(tags.len() % 2, 0, "tags come in pairs");
    let at = |place: u64| usize::try_from(place).expect("a place");
    let mut named = BTreeMap::new();
    for pair in tags.chunks_exact(2) {
        let (key, value) = (keys[at(pair[0])].clone(), values[at(pair[1])].clone());
        assert!(named.insert(key, value).is_none(), "a key twice");
    }
    Feature { geometry: geometry(kind, &commands), tags: named }
}

/// Section 4.3: a cursor, MoveTo, LineTo and ClosePath.
fn geometry(kind: u64, commands: &[u64]) -> Geometry {
    let mut cursor = [0_i64; 2];
    let mut lines: Vec<Vec<[i64; 2]>> = Vec::new();
    let mut closed = 0;
    let mut rest = commands;
    while let Some((command, after)) = rest.split_first() {
        let (id, count) = (command & 7, usize::try_from(command >> 3).expect("a count"));
        assert!(count > 0, "a command is for something");
        rest = after;
        if id == 7 {
            assert_eq!((kind, count), (3, 1), "only polygons close, once a ring");
            closed += 1;
            assert_eq!(closed, lines.len(), "each ring closes");
            continue;
        }
        for _ in 0..count {
            let (x, y) = (zigzag(rest[0]), zigzag(rest[1]));
            rest = &rest[2..];
            assert!(id == 1 || (x, y) != (0, 0), "a LineTo goes somewhere");
            cursor = [cursor[0] + x, cursor[1] + y];
            match id {
                1 => lines.push(vec![cursor]),
                2 => lines.last_mut().expect("a line begins with MoveTo").push(cursor),
                other => panic!("command {other}"),
            }
        }
    }
    assert!(!lines.is_empty(), "a feature has geometry");
    match kind {
        1 => {
            assert!(lines.iter().all(|line| line.len() == 1), "points are MoveTo alone");
            Geometry::Points(lines.into_iter().map(|line| line[0]).collect())
        }
        2 => Geometry::Lines(lines),
        3 => {
            assert_eq!(closed, lines.len(), "each ring closes");
            Geometry::Polygons(polygons(lines))
        }
        other => panic!("geometry type {other}"),
    }
}

/// A ring of positive area begins a polygon; those of negative area after it are its holes.
fn polygons(rings: Vec<Vec<[i64; 2]>>) -> Vec<Vec<Vec<[i64; 2]>>> {
    let mut polygons: Vec<Vec<Vec<[i64; 2]>>> = Vec::new();
    for ring in rings {
        assert!(ring.len() > 2, "a ring has three points");
        match area_2(&ring) {
            0 => panic!("a ring of no area"),
            area if area > 0 => polygons.push(vec![ring]),
            _ => polygons.last_mut().expect("a shell before its holes").push(ring),
        }
    }
    polygons
}

/// Twice the area by the surveyor's formula, y running down.
fn area_2(ring: &[[i64; 2]]) -> i64 {
    let next = |place: usize| ring[(place + 1) % ring.len()];
    ring.iter().enumerate().map(|(i, at)| at[0] * next(i)[1] - next(i)[0] * at[1]).sum()
}

/// The example of the specification's section 4.3.5 reads as the text says.
#[test]
fn the_examples_of_the_specification_read_as_written() {
    assert_eq!(geometry(1, &[9, 50, 34]), Geometry::Points(vec![[25, 17]]));
    assert_eq!(geometry(1, &[17, 10, 14, 3, 9]), Geometry::Points(vec![[5, 7], [3, 2]]));
    assert_eq!(
        geometry(2, &[9, 4, 4, 18, 0, 16, 16, 0]),
        Geometry::Lines(vec![vec![[2, 2], [2, 10], [10, 10]]])
    );
    assert_eq!(
        geometry(3, &[9, 6, 12, 18, 10, 12, 24, 44, 15]),
        Geometry::Polygons(vec![vec![vec![[3, 6], [8, 12], [20, 34]]]])
    );
    let multi = [
        9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15, 9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15, 9, 4, 13, 26,
        0, 8, 8, 0, 0, 7, 15,
    ];
    let Geometry::Polygons(polygons) = geometry(3, &multi) else { panic!("polygons") };
    assert_eq!(polygons.len(), 2);
    assert_eq!(polygons[1][1], [[13, 13], [13, 17], [17, 17], [17, 13]]);
}
