//! Picks the board's memory map: `NEX_BOARD`, a name in `boards/`; lists the
//! golden files; and makes the files that the measurements decode.

mod golden_list;

use std::{env, error::Error, fmt::Write, fs, path::Path, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let board = env::var("NEX_BOARD").unwrap_or_else(|_| "mps2-an386".into());
    let map = fs::read(format!("boards/{board}.x")).map_err(|e| format!("board {board}: {e}"))?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("memory.x"), map)?;
    golden_list::write("../golden", &out)?;
    models(&out)?;
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    println!("cargo:rustc-link-arg-bins=--nmagic");
    println!("cargo:rerun-if-env-changed=NEX_BOARD");
    println!("cargo:rerun-if-changed=boards");
    println!("cargo:rerun-if-changed=build.rs");
    Ok(())
}

/// Writes `models.rs`: a static for each model, and `ALL` with their names.
fn models(out: &Path) -> Result<(), Box<dyn Error>> {
    let (mut statics, mut all) = (String::new(), String::new());
    for model in nex_device_models::all()? {
        let name = &model.name;
        let ident = name.to_uppercase().replace('-', "_");
        let path = out.join(format!("{name}.nex"));
        fs::write(&path, &model.bytes)?;
        writeln!(statics, "/// `{name}`, {} bytes.", model.bytes.len())?;
        writeln!(statics, "pub static {ident}: &[u8] = include_bytes!({path:?});")?;
        writeln!(all, "    ({name:?}, {ident}),")?;
    }
    let all = format!("/// Names and files.\npub static ALL: &[(&str, &[u8])] = &[\n{all}];\n");
    fs::write(out.join("models.rs"), statics + &all)?;
    Ok(())
}
