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
use crate::geofile::{DeclaredCrs, Driver, GeometryFault, Limits, Value};
use crate::sandbox::SandboxStatus;
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
    Book(BookWork),
}

/// Child → parent, in this order: `Sandboxed`, (`Layer`, `Feature`*)*, `Done`; or `Failed` at
/// any place.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Frame {
    Sandboxed(SandboxStatus),
    Layer {
        name: String,
        declared_crs: Option<DeclaredCrs>,
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
    pub coords: Vec<(f64, f64)>,
    pub lines: Vec<u32>,
    pub polygons: Vec<u32>,
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
