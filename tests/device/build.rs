//! Picks the board's memory map: `NEX_BOARD`, a name in `boards/`; and lists the golden
//! files, of the folders in `NEX_GOLDEN` or of all.

mod golden_list;

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let board = env::var("NEX_BOARD").unwrap_or_else(|_| "mps2-an386".into());
    let map = fs::read(format!("boards/{board}.x")).map_err(|e| format!("board {board}: {e}"))?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("memory.x"), map)?;
    let folders = env::var("NEX_GOLDEN").unwrap_or_else(|_| golden_list::FOLDERS.into());
    golden_list::write("../golden", &folders, &out)?;
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    println!("cargo:rustc-link-arg-bins=--nmagic");
    println!("cargo:rerun-if-env-changed=NEX_BOARD");
    println!("cargo:rerun-if-env-changed=NEX_GOLDEN");
    println!("cargo:rerun-if-changed=boards");
    println!("cargo:rerun-if-changed=build.rs");
    Ok(())
}
