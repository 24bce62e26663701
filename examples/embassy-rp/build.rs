//! Picks the memory map by the chip's feature, and the linker scripts.

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let has = |name| env::var_os(name).is_some();
    let (map, scripts): (_, &[_]) = match (has("CARGO_FEATURE_RP2040"), has("CARGO_FEATURE_RP2350"))
    {
        (true, false) => ("memory-rp2040.x", &["link.x", "link-rp.x", "defmt.x"]),
        (false, true) => ("memory-rp2350.x", &["link.x", "defmt.x"]),
        _ => return Err("choose one chip: --features rp2040 or --features rp2350".into()),
    };
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::copy(map, out.join("memory.x"))?;
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rustc-link-arg-bins=--nmagic");
    for script in scripts {
        println!("cargo:rustc-link-arg-bins=-T{script}");
    }
    println!("cargo:rerun-if-changed={map}");
    Ok(())
}
