//! Which golden files does a firmware hold? For build scripts.

use std::{error::Error, fmt::Write, fs, path::Path};

/// Writes `golden.rs`: names and contents of all golden files, the sounds, the
/// pictures and the shapes, by name; with `networks` further networks too.
pub fn write(folder: &str, networks: bool, out: &Path) -> Result<(), Box<dyn Error>> {
    let folder = fs::canonicalize(folder)?;
    let mut list = String::new();
    let mut folders = vec![folder.clone(), folder.join("images"), folder.join("shapes")];
    if networks {
        folders.push(folder.join("networks"));
    }
    for folder in folders {
        println!("cargo:rerun-if-changed={}", folder.display());
        let mut paths: Vec<_> = fs::read_dir(&folder)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_, Box<dyn Error>>>()?;
        paths.retain(|path| path.extension().is_some_and(|e| e == "nex"));
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default();
            writeln!(list, "    ({name:?}, include_bytes!({path:?})),")?;
        }
    }
    let list = format!("pub static GOLDEN: &[(&str, &[u8])] = &[\n{list}];\n");
    Ok(fs::write(out.join("golden.rs"), list)?)
}
