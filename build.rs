//! One link argument, and a page to embed.

use std::path::Path;

/// Stands in for the page until `scripts/setup` (or `npm run build` in `web/`) has built it.
const PLACEHOLDER: &str = "<!doctype html>
<html lang=\"vi\" data-built=\"phusong-placeholder\">
<meta charset=\"utf-8\"><title>Phủ Sóng</title>
<p>Trang web chưa được dựng: chạy <code>scripts/run</code>.</p>
<p lang=\"en\">The page is not built yet: run <code>scripts/run</code>. The API works.</p>
";

fn main() -> std::io::Result<()> {
    // The static SQLite must not lend its symbols to the system's libproj and libgdal, which would
    // bind to half of them and crash. Reaches programs, tests and benches, not doctests.
    println!("cargo:rustc-link-arg=-Wl,--exclude-libs,ALL");
    println!("cargo:rerun-if-changed=build.rs");

    let dist = Path::new("web/dist");
    if !dist.join("index.html").exists() {
        std::fs::create_dir_all(dist)?;
        std::fs::write(dist.join("index.html"), PLACEHOLDER)?;
        println!(
            "cargo:warning=web/dist is not built: a placeholder page is embedded; run scripts/setup"
        );
    }
    // A new build of the page is a new binary.
    println!("cargo:rerun-if-changed=web/dist");
    Ok(())
}
