//! One link argument: the static SQLite must not lend its symbols to libgdal, whose GeoPackage
//! driver would bind to half of them and crash.

fn main() {
    println!("cargo:rustc-link-arg=-Wl,--exclude-libs,ALL");
    println!("cargo:rerun-if-changed=build.rs");
}
