//! The library's geometries, laid flat for the wire.

use gdal::vector::{Feature, Geometry, OGRwkbGeometryType};

use crate::error::clip;
use crate::geofile::{GeometryFault, Limits};
use crate::wire::{Kind, Shape, WireGeometry};

pub(super) fn geometry_of(
    feature: &Feature<'_>,
    has_geometry: bool,
    limits: &Limits,
) -> Result<WireGeometry, GeometryFault> {
    // An error here is an empty cell: by index, because `geometry()` wraps its null pointer.
    let geometry = has_geometry.then(|| feature.geometry_by_index(0).ok()).flatten();
    let geometry = geometry.ok_or(GeometryFault::Missing)?;
    if geometry.is_empty() {
        return Err(GeometryFault::Empty);
    }
    let mut shapes = Shapes { left: limits.vertices_per_feature, max: limits.vertices_per_feature };
    match kind_of(geometry) {
        Some(kind) => shapes.read(kind, geometry).map(WireGeometry::One),
        None if flat(geometry) == OGRwkbGeometryType::wkbGeometryCollection => {
            let mut members = Vec::new();
            shapes.read_collection(geometry, &mut members)?;
            Ok(WireGeometry::Collection(members))
        }
        None => Err(GeometryFault::Unsupported { kind: clip(geometry.geometry_name()) }),
    }
}

fn flat(geometry: &Geometry) -> OGRwkbGeometryType::Type {
    gdal::vector::geometry_type_flatten(geometry.geometry_type())
}

fn kind_of(geometry: &Geometry) -> Option<Kind> {
    match flat(geometry) {
        OGRwkbGeometryType::wkbPoint => Some(Kind::Point),
        OGRwkbGeometryType::wkbLineString | OGRwkbGeometryType::wkbLinearRing => {
            Some(Kind::LineString)
        }
        OGRwkbGeometryType::wkbPolygon => Some(Kind::Polygon),
        OGRwkbGeometryType::wkbMultiPoint => Some(Kind::MultiPoint),
        OGRwkbGeometryType::wkbMultiLineString => Some(Kind::MultiLineString),
        OGRwkbGeometryType::wkbMultiPolygon => Some(Kind::MultiPolygon),
        _ => None,
    }
}

/// Lays geometries flat, with one allowance of vertices for a whole feature.
struct Shapes {
    left: u32,
    max: u32,
}

impl Shapes {
    fn read(&mut self, kind: Kind, geometry: &Geometry) -> Result<Shape, GeometryFault> {
        let mut shape = Shape::new(kind);
        let parts = || (0..geometry.geometry_count()).map(|at| geometry.get_geometry(at));
        match kind {
            Kind::Point => self.points(geometry, &mut shape)?,
            Kind::MultiPoint => {
                for part in parts() {
                    self.points(&part, &mut shape)?;
                }
            }
            Kind::LineString => self.line(geometry, &mut shape)?,
            Kind::MultiLineString => {
                for part in parts() {
                    self.line(&part, &mut shape)?;
                }
            }
            Kind::Polygon => self.polygon(geometry, &mut shape)?,
            Kind::MultiPolygon => {
                for part in parts() {
                    self.polygon(&part, &mut shape)?;
                }
            }
        }
        Ok(shape)
    }

    fn read_collection(
        &mut self,
        geometry: &Geometry,
        into: &mut Vec<Shape>,
    ) -> Result<(), GeometryFault> {
        for at in 0..geometry.geometry_count() {
            let part = geometry.get_geometry(at);
            match kind_of(&part) {
                _ if part.is_empty() => {}
                Some(kind) => into.push(self.read(kind, &part)?),
                // GDAL itself stops at 32 levels.
                None if flat(&part) == OGRwkbGeometryType::wkbGeometryCollection => {
                    self.read_collection(&part, into)?;
                }
                None => {
                    return Err(GeometryFault::Unsupported { kind: clip(part.geometry_name()) });
                }
            }
        }
        Ok(())
    }

    /// Appends the points of a point, line or ring; how many.
    fn points(&mut self, geometry: &Geometry, shape: &mut Shape) -> Result<(), GeometryFault> {
        if geometry.is_empty() {
            return Err(GeometryFault::Empty);
        }
        let count = u32::try_from(geometry.point_count()).unwrap_or(u32::MAX);
        self.left =
            self.left.checked_sub(count).ok_or(GeometryFault::TooManyVertices { max: self.max })?;
        for at in 0..count.cast_signed() {
            let (x, y, _) = geometry.get_point(at);
            if !x.is_finite() || !y.is_finite() {
                return Err(GeometryFault::NotFinite);
            }
            shape.coords.push((x, y));
        }
        Ok(())
    }

    fn line(&mut self, geometry: &Geometry, shape: &mut Shape) -> Result<(), GeometryFault> {
        let before = shape.coords.len();
        self.points(geometry, shape)?;
        let count = shape.coords.len() - before;
        if count < 2 {
            return Err(GeometryFault::TooFewPoints);
        }
        shape.lines.push(u32::try_from(count).unwrap_or(u32::MAX));
        Ok(())
    }

    fn polygon(&mut self, geometry: &Geometry, shape: &mut Shape) -> Result<(), GeometryFault> {
        let rings = geometry.geometry_count();
        if rings == 0 {
            return Err(GeometryFault::Empty);
        }
        for at in 0..rings {
            let before = shape.coords.len();
            self.line(&geometry.get_geometry(at), shape)?;
            let ring = &shape.coords[before..];
            if ring.first() != ring.last() {
                return Err(GeometryFault::OpenRing);
            }
            if ring.len() < 4 {
                return Err(GeometryFault::TooFewPoints);
            }
        }
        shape.polygons.push(u32::try_from(rings).unwrap_or(u32::MAX));
        Ok(())
    }
}
