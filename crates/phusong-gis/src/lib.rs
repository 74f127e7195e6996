//! Files in, located rows out; coordinate systems. The only crate that may name `gdal` or `proj`.
//!
//! [`crs`] turns coordinates of the province's systems into WGS 84 and back.

pub mod crs;
