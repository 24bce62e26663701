//! Which golden files does a firmware hold? For build scripts.

use std::{error::Error, fmt::Write, fs, path::Path};

/// All folders of golden files, in the order of their lists.
pub const FOLDERS: &str = ". images shapes networks";

/// What the name of a file has that takes 330 KB of memory to decode, which no board has.
const LARGE: &str = "-64k";

/// Writes `golden.rs`: names and contents of the golden files of some [`FOLDERS`] in one,
/// by name, without those for which boards have too little memory.
pub fn write(golden: &str, folders: &str, out: &Path) -> Result<(), Box<dyn Error>> {
    let golden = fs::canonicalize(golden)?;
    let mut list = String::new();
    for folder in folders.split_whitespace().map(|name| golden.join(name)) {
        println!("cargo:rerun-if-changed={}", folder.display());
        let mut paths: Vec<_> = fs::read_dir(&folder)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_, Box<dyn Error>>>()?;
        paths.retain(|path| path.extension().is_some_and(|e| e == "nex"));
        paths.retain(|path| !path.to_string_lossy().contains(LARGE));
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default();
            writeln!(list, "    ({name:?}, include_bytes!({path:?})),")?;
        }
    }
    let list = format!("pub static GOLDEN: &[(&str, &[u8])] = &[\n{list}];\n");
    Ok(fs::write(out.join("golden.rs"), list)?)
}
