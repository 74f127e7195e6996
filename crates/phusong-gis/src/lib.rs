//! Files in, located rows out; coordinate systems. The only crate that may name `gdal` or `proj`.
