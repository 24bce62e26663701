//! Which files are in a folder, at any depth?

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The files in a folder, relative to it, sorted; hidden ones are left out.
///
/// # Errors
/// What the system says, with the folder's name.
pub(crate) fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(place) = folders.pop() {
        let failed = |e: io::Error| io::Error::new(e.kind(), format!("{}: {e}", place.display()));
        for entry in fs::read_dir(&place).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                files.extend(path.strip_prefix(folder).ok().map(PathBuf::from));
            }
        }
    }
    files.sort();
    Ok(files)
}
