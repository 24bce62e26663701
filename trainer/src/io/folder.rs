//! Which files are in a folder, at any depth?

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

/// The files in a folder, relative to it, sorted; hidden ones are left out, and what is no
/// file. A link to a folder that was already looked into is not followed.
///
/// # Errors
/// What the system says, with the folder's name.
pub(crate) fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    let mut seen = BTreeSet::new();
    while let Some(place) = folders.pop() {
        if !seen.insert(fs::canonicalize(&place).unwrap_or_else(|_| place.clone())) {
            continue;
        }
        let failed = |e: io::Error| io::Error::new(e.kind(), format!("{}: {e}", place.display()));
        for entry in fs::read_dir(&place).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let kind = fs::metadata(&path);
            if kind.as_ref().is_ok_and(fs::Metadata::is_dir) {
                folders.push(path);
            } else if kind.map_or(true, |kind| kind.is_file()) {
                // And a link to nothing, of which is to be told.
                files.extend(path.strip_prefix(folder).ok().map(PathBuf::from));
            }
        }
    }
    files.sort();
    Ok(files)
}
