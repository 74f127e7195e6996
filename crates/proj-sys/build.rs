//! Links the system's PROJ (Debian: libproj-dev); nothing is compiled or downloaded.

fn main() {
    println!("cargo:rustc-link-lib=proj");
    println!("cargo:rerun-if-changed=build.rs");
}
