//! Picks the memory map and the clock of a board: the variable `NEX_BOARD`, or
//! the one that fits the target.

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-env-changed=NEX_BOARD");
    println!("cargo:rerun-if-changed=boards");
    let board = env::var("NEX_BOARD").unwrap_or_else(|_| {
        let target = env::var("TARGET").unwrap_or_default();
        let board = match target.split('-').next() {
            Some("thumbv6m") => "lm3s6965evb",
            Some("thumbv8m.main") => "mps2-an505",
            _ => "mps2-an386",
        };
        board.into()
    });
    let map = fs::read(format!("boards/{board}.x")).map_err(|e| format!("board {board}: {e}"))?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("memory.x"), map)?;
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    // Flash is not paged: no padding between segments.
    println!("cargo:rustc-link-arg-bins=--nmagic");
    println!("cargo:rustc-link-arg-bin=log=-Tdefmt.x");
    // As QEMU emulates them.
    let clock_hz = match board.as_str() {
        "netduinoplus2" => 168_000_000,
        "mps2-an505" => 20_000_000,
        "mps2-an386" => 25_000_000,
        _ => 12_500_000,
    };
    println!("cargo:rustc-env=NEX_CLOCK_HZ={clock_hz}");
    Ok(())
}
