//! Finds the document face: Tinos (metric-equal to Times New Roman, OFL), which the page's npm
//! packages bring. The project holds no copy of it.

use std::fmt::Write as _;
use std::path::Path;

const FACES: [&str; 4] = ["400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic"];

fn main() -> std::io::Result<()> {
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/node_modules");
    let folder = packages.join("@expo-google-fonts/tinos");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", folder.join("package.json").display());

    let files = FACES.map(|face| folder.join(face).join(format!("Tinos_{face}.ttf")));
    let mut list = String::from("/// Regular, italic, bold, bold italic.\n");
    list.push_str("pub(crate) const FACES: &[&[u8]] = &[\n");
    if files.iter().all(|file| file.exists()) {
        for file in files {
            let file = file.canonicalize()?;
            let _never_fails = writeln!(list, "    include_bytes!(r#\"{}\"#),", file.display());
        }
    } else {
        println!(
            "cargo:warning=web/node_modules holds no @expo-google-fonts/tinos: no PDF and no picture can be made; run scripts/setup"
        );
    }
    list.push_str("];\n");
    let out = std::env::var_os("OUT_DIR").ok_or(std::io::ErrorKind::NotFound)?;
    std::fs::write(Path::new(&out).join("faces.rs"), list)
}
