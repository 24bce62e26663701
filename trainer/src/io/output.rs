//! How do bytes reach a path so that nobody ever sees half a file?

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;
use thiserror::Error;

/// Why nothing was written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The file is there already.
    #[error("{}: exists already; give another name, or overwrite it with --force", .0.display())]
    Exists(PathBuf),
    /// The path names a directory.
    #[error("{}: is a directory; name a file in it", .0.display())]
    Directory(PathBuf),
    /// The folder it would go into is missing.
    #[error("{}: the folder {} does not exist; create it first", .path.display(), .folder.display())]
    NoFolder {
        /// The file.
        path: PathBuf,
        /// Its folder.
        folder: PathBuf,
    },
    /// Writing failed.
    #[error("{}: cannot be written", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Writes `bytes` to `path`, or to standard output for `-`: an [`Output`] in
/// one piece.
///
/// # Errors
/// As [`Output::create`] and [`Output::finish`]. Nothing is left behind.
pub fn write_atomic(path: &Path, bytes: &[u8], force: bool) -> Result<(), OutputError> {
    let mut output = Output::create(path, force)?;
    output.write(bytes)?;
    output.finish()
}

/// A file that is written piece by piece, or standard output for `-`.
///
/// The bytes go to a temporary file in the same folder, which in the end takes
/// the name: readers see the old file or the new one, never a part. Devices
/// and pipes are written directly. One that is not finished leaves nothing
/// behind.
pub struct Output {
    path: PathBuf,
    force: bool,
    sink: Sink,
}

enum Sink {
    Stdout,
    /// Or a pipe.
    Device(File),
    /// And the name that it takes: a link's target is replaced, not the link.
    Part(NamedTempFile, PathBuf),
}

impl Output {
    /// Begins.
    ///
    /// # Errors
    /// [`OutputError::Exists`] if the file is there and `force` is not given;
    /// the other variants as named.
    pub fn create(path: &Path, force: bool) -> Result<Self, OutputError> {
        let sink = if path.as_os_str() == "-" {
            Sink::Stdout
        } else {
            check_free(path, force)?;
            Self::open(path).map_err(|source| OutputError::Io { path: path.into(), source })?
        };
        Ok(Self { path: path.into(), force, sink })
    }

    fn open(path: &Path) -> io::Result<Sink> {
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.into());
        if fs::metadata(&target).is_ok_and(|m| !m.is_file()) {
            return Ok(Sink::Device(File::options().write(true).open(&target)?));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".nex-").suffix(".part");
        #[cfg(unix)]
        {
            // What any program would create: 0666 less the umask.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        Ok(Sink::Part(builder.tempfile_in(folder_of(&target))?, target))
    }

    fn failed(&self) -> impl Fn(io::Error) -> OutputError + use<> {
        let path = self.path.clone();
        move |source| OutputError::Io { path: path.clone(), source }
    }

    /// The next bytes.
    ///
    /// # Errors
    /// [`OutputError::Io`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        let written = match &mut self.sink {
            Sink::Stdout => io::stdout().lock().write_all(bytes),
            Sink::Device(device) => device.write_all(bytes),
            Sink::Part(file, _) => file.write_all(bytes),
        };
        written.map_err(self.failed())
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn finish(self) -> Result<(), OutputError> {
        let failed = self.failed();
        let (file, target) = match self.sink {
            Sink::Stdout => return io::stdout().lock().flush().map_err(failed),
            Sink::Device(_) => return Ok(()),
            Sink::Part(file, target) => (file, target),
        };
        file.as_file().sync_all().map_err(&failed)?;
        let placed =
            if self.force { file.persist(&target) } else { file.persist_noclobber(&target) };
        match placed {
            Ok(_) => Ok(()),
            Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(OutputError::Exists(self.path))
            }
            Err(e) => Err(failed(e.error)),
        }
    }
}

/// Whether `path` can be written, as far as can be said beforehand: call it
/// before work that takes long.
///
/// # Errors
/// As [`Output::create`].
pub(crate) fn check_free(path: &Path, force: bool) -> Result<(), OutputError> {
    if path.as_os_str() == "-" {
        return Ok(());
    }
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => Err(OutputError::Directory(path.into())),
        Ok(meta) if meta.is_file() && !force => Err(OutputError::Exists(path.into())),
        Ok(_) => Ok(()),
        Err(_) => {
            let folder = folder_of(path);
            if folder.is_dir() {
                Ok(())
            } else {
                Err(OutputError::NoFolder { path: path.into(), folder: folder.into() })
            }
        }
    }
}

/// [`check_free`], and whether a file can be made in the folder: a fit of
/// hours must not end in a place that cannot be written.
///
/// # Errors
/// As [`Output::create`].
pub(crate) fn check_writable(path: &Path, force: bool) -> Result<(), OutputError> {
    check_free(path, force)?;
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.into());
    if path.as_os_str() == "-" || fs::metadata(&target).is_ok_and(|m| !m.is_file()) {
        return Ok(());
    }
    let made = tempfile::tempfile_in(folder_of(&target));
    made.map(drop).map_err(|source| OutputError::Io { path: path.into(), source })
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
