//! Picks the board's memory map: `NEX_BOARD`, a name in `boards/`; and lists
//! the golden files.

use std::{env, error::Error, fmt::Write, fs, path::Path, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let board = env::var("NEX_BOARD").unwrap_or_else(|_| "mps2-an386".into());
    let map = fs::read(format!("boards/{board}.x")).map_err(|e| format!("board {board}: {e}"))?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("memory.x"), map)?;
    golden(&out)?;
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    println!("cargo:rustc-link-arg-bins=--nmagic");
    println!("cargo:rerun-if-env-changed=NEX_BOARD");
    println!("cargo:rerun-if-changed=boards");
    Ok(())
}

/// Writes `golden.rs`: names and contents of all golden files, by name.
fn golden(out: &Path) -> Result<(), Box<dyn Error>> {
    let folder = fs::canonicalize("../golden")?;
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Box<dyn Error>>>()?;
    paths.retain(|path| path.extension().is_some_and(|e| e == "nex"));
    paths.sort();
    let mut list = String::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default();
        writeln!(list, "    ({name:?}, include_bytes!({path:?})),")?;
    }
    let list = format!("pub static GOLDEN: &[(&str, &[u8])] = &[\n{list}];\n");
    Ok(fs::write(out.join("golden.rs"), list)?)
}
