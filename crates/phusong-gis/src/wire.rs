//! What parent and child say to each other: length-prefixed postcard frames. The parent trusts
//! none of it: no type here is recursive (a deep one would overflow the reader's stack), every
//! count is checked against what is really there, and what a frame costs in memory is counted
//! before it is kept.

use std::io::{self, Read, Write};

use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::error::ReadError;
use crate::geofile::{Container, DeclaredCrs, Driver, GeometryFault, Limits, Value};
use crate::note::Note;
use crate::raster::{CellQuestion, Raster};
use crate::sandbox::SandboxStatus;
use crate::text::TextEncoding;
use crate::workbook::{BookFrame, BookWork};

/// The largest frame: a feature of 10⁶ vertices is 16 MB.
const LONGEST_FRAME_BYTES: u32 = 32 << 20;

/// Parent → child, the only frame that way.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    /// Bytes of an absolute path.
    pub folder: Vec<u8>,
    /// `None`: enter the sandbox, say so, and end.
    pub file_name: Option<String>,
    pub limits: Limits,
    pub work: Work,
}

/// What the child is to do with the file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Work {
    Features,
    Area(CellQuestion),
    Book(BookWork),
}

/// Child → parent, in this order: `Sandboxed`, `Container`, (`Layer`, `Feature`*)* or (`Raster`,
/// `Area`?)*, `Done`; `Notes` between them, `Failed` at any place.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Frame {
    Sandboxed(SandboxStatus),
    Container(Container),
    Notes(Vec<Note>),
    Raster(Box<Raster>),
    /// In columns and rows, of the raster before; `None`: no cell was picked.
    Area {
        cells: u64,
        outline: Option<WireGeometry>,
        simplified_within_cells: Option<f64>,
    },
    Layer {
        name: String,
        declared_crs: Option<DeclaredCrs>,
        encoding: TextEncoding,
        fields: Vec<String>,
    },
    Feature {
        row: u32,
        geometry: Result<WireGeometry, GeometryFault>,
        cells: Vec<(u16, Value)>,
    },
    /// Of a workbook, any number of these.
    Book(BookFrame),
    Done {
        driver: Option<Driver>,
        warnings: Vec<String>,
    },
    Failed(ReadError),
}

pub(crate) fn write_frame(out: &mut impl Write, frame: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_stdvec(frame).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    if length > LONGEST_FRAME_BYTES {
        return Err(io::Error::other("frame too long"));
    }
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&bytes)
}

/// The next frame and its length in bytes; `None` at a clean end.
pub(crate) fn read_frame<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut prefix = [0; 4];
    match from.read_exact(&mut prefix) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(prefix);
    if length > LONGEST_FRAME_BYTES {
        return Err(io::Error::other("frame too long"));
    }
    // Grows with what arrives, not with what was promised.
    let mut bytes = Vec::new();
    from.take(u64::from(length)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != u64::from(length) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    postcard::from_bytes(&bytes).map(Some).map_err(io::Error::other)
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum WireGeometry {
    One(Shape),
    Collection(Vec<Shape>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    Point,
    LineString,
    Polygon,
    MultiPoint,
    MultiLineString,
    MultiPolygon,
}

/// A geometry laid flat: all coordinates, then how many of them each line or ring takes, then
/// how many rings each polygon takes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Shape {
    pub kind: Kind,
    #[serde(with = "packed")]
    pub coords: Vec<(f64, f64)>,
    pub lines: Vec<u32>,
    pub polygons: Vec<u32>,
}

/// Coordinates as one run of bytes: a million of them one by one cost more than reading them.
mod packed {
    use std::fmt;

    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};

    const STEP: usize = 16;

    pub fn serialize<S: Serializer>(coords: &[(f64, f64)], to: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::with_capacity(coords.len() * STEP);
        for (x, y) in coords {
            bytes.extend_from_slice(&x.to_le_bytes());
            bytes.extend_from_slice(&y.to_le_bytes());
        }
        to.serialize_bytes(&bytes)
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<(f64, f64)>, D::Error> {
        from.deserialize_bytes(Pairs)
    }

    struct Pairs;

    impl Visitor<'_> for Pairs {
        type Value = Vec<(f64, f64)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("pairs of numbers")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
            let (pairs, rest) = bytes.as_chunks::<STEP>();
            if !rest.is_empty() {
                return Err(E::invalid_length(bytes.len(), &self));
            }
            let number = |half: &[u8]| {
                let mut eight = [0; 8];
                eight.copy_from_slice(half);
                f64::from_le_bytes(eight)
            };
            Ok(pairs.iter().map(|pair| (number(&pair[..8]), number(&pair[8..]))).collect())
        }
    }
}

impl Shape {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, coords: Vec::new(), lines: Vec::new(), polygons: Vec::new() }
    }

    fn rebuild(self) -> Option<Geometry<f64>> {
        let finite = self.coords.iter().all(|(x, y)| x.is_finite() && y.is_finite());
        if !finite || self.coords.is_empty() {
            return None;
        }
        let mut coords = self.coords.into_iter().map(|(x, y)| Coord { x, y });
        let mut lines: Vec<LineString<f64>> = Vec::new();
        for length in self.lines {
            let line: Vec<Coord<f64>> = coords.by_ref().take(length as usize).collect();
            if line.len() != length as usize || line.len() < 2 {
                return None;
            }
            lines.push(LineString::new(line));
        }
        let mut rest = lines.into_iter();
        let mut polygons: Vec<Polygon<f64>> = Vec::new();
        for rings in self.polygons {
            let mut rings: Vec<_> = rest.by_ref().take(rings as usize).collect();
            if rings.is_empty() {
                return None;
            }
            let outer = rings.remove(0);
            polygons.push(Polygon::new(outer, rings));
        }
        let geometry = match self.kind {
            Kind::Point => Geometry::Point(Point(coords.next()?)),
            Kind::MultiPoint => {
                Geometry::MultiPoint(MultiPoint::new(coords.by_ref().map(Point).collect()))
            }
            Kind::LineString => Geometry::LineString(rest.next()?),
            Kind::MultiLineString => {
                Geometry::MultiLineString(MultiLineString::new(rest.by_ref().collect()))
            }
            Kind::Polygon => Geometry::Polygon(polygons.pop()?),
            Kind::MultiPolygon => {
                Geometry::MultiPolygon(MultiPolygon::new(std::mem::take(&mut polygons)))
            }
        };
        // Whatever is left over was promised to nothing.
        let all_used = coords.next().is_none() && rest.next().is_none();
        let single = matches!(self.kind, Kind::MultiPolygon) || polygons.is_empty();
        (all_used && single).then_some(geometry)
    }

    fn cost_bytes(&self) -> u64 {
        (16 * self.coords.len() + 24 * self.lines.len() + 48 * self.polygons.len()) as u64
    }
}

impl WireGeometry {
    pub(crate) fn of_areas(areas: &MultiPolygon<f64>) -> Self {
        let mut shape = Shape::new(Kind::MultiPolygon);
        let length = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
        for area in areas {
            shape.polygons.push(length(1 + area.interiors().len()));
            for ring in std::iter::once(area.exterior()).chain(area.interiors()) {
                shape.lines.push(length(ring.0.len()));
                shape.coords.extend(ring.0.iter().map(Coord::x_y));
            }
        }
        Self::One(shape)
    }

    pub(crate) fn rebuild(self) -> Option<Geometry<f64>> {
        match self {
            Self::One(shape) => shape.rebuild(),
            Self::Collection(shapes) => {
                let members: Option<Vec<_>> = shapes.into_iter().map(Shape::rebuild).collect();
                Some(Geometry::GeometryCollection(GeometryCollection::new_from(members?)))
            }
        }
    }

    pub(crate) fn vertices(&self) -> usize {
        match self {
            Self::One(shape) => shape.coords.len(),
            Self::Collection(shapes) => shapes.iter().map(|shape| shape.coords.len()).sum(),
        }
    }

    fn cost_bytes(&self) -> u64 {
        match self {
            Self::One(shape) => shape.cost_bytes(),
            Self::Collection(shapes) => {
                shapes.iter().map(|shape| 64 + shape.cost_bytes()).sum::<u64>()
            }
        }
    }
}

/// What a feature takes up once kept, in bytes, roughly and rather too much.
pub(crate) fn feature_cost_bytes(
    geometry: &Result<WireGeometry, GeometryFault>,
    cells: &[(u16, Value)],
) -> u64 {
    let place = geometry.as_ref().map_or(0, WireGeometry::cost_bytes);
    let text: usize = cells
        .iter()
        .map(|(_, value)| match value {
            Value::Text(text) => text.len(),
            Value::Integer(_) | Value::Real(_) => 0,
        })
        .sum();
    128 + place + 48 * cells.len() as u64 + text as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square() -> Vec<(f64, f64)> {
        vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]
    }

    #[test]
    fn a_polygon_comes_back() {
        let shape = Shape {
            kind: Kind::Polygon,
            coords: [square(), square()].concat(),
            lines: vec![4, 4],
            polygons: vec![2],
        };
        let Some(Geometry::Polygon(polygon)) = shape.rebuild() else { panic!("no polygon") };
        assert_eq!(polygon.interiors().len(), 1);
    }

    #[test]
    fn coordinates_cross_the_pipe_bit_by_bit() {
        let coords = vec![(f64::MIN_POSITIVE, -0.0), (575_171.180_000_1, 1e300)];
        let shape = Shape { kind: Kind::MultiPoint, coords, lines: vec![], polygons: vec![] };
        let bytes = postcard::to_stdvec(&shape).expect("written");
        let back: Shape = postcard::from_bytes(&bytes).expect("read");
        assert_eq!(format!("{back:?}"), format!("{shape:?}"));
        let mut odd = bytes.clone();
        odd[1] = 31;
        assert!(postcard::from_bytes::<Shape>(&odd).is_err());
    }

    #[test]
    fn counts_that_lie_are_refused() {
        let lies = [
            (Kind::Point, vec![], vec![], vec![]),
            (Kind::Point, square(), vec![], vec![]),
            (Kind::Point, vec![(f64::NAN, 0.0)], vec![], vec![]),
            (Kind::LineString, square(), vec![5], vec![]),
            (Kind::LineString, square(), vec![u32::MAX], vec![]),
            (Kind::LineString, square(), vec![2, 2], vec![]),
            (Kind::Polygon, square(), vec![4], vec![]),
            (Kind::Polygon, square(), vec![4], vec![0, 1]),
            (Kind::Polygon, square(), vec![4], vec![1, 1]),
            (Kind::MultiPolygon, square(), vec![2], vec![1]),
        ];
        for (kind, coords, lines, polygons) in lies {
            let shape = Shape { kind, coords, lines, polygons };
            let shown = format!("{shape:?}");
            assert!(shape.rebuild().is_none(), "{shown}");
        }
    }

    #[test]
    fn a_frame_that_promises_too_much_is_an_error() {
        let mut bytes = (LONGEST_FRAME_BYTES + 1).to_le_bytes().to_vec();
        assert!(read_frame::<Frame>(&mut bytes.as_slice()).is_err());
        bytes = 1_000_u32.to_le_bytes().to_vec();
        bytes.push(0);
        assert!(read_frame::<Frame>(&mut bytes.as_slice()).is_err());
        assert!(read_frame::<Frame>(&mut [].as_slice()).expect("a clean end").is_none());
    }
}
