//! Where do the files of a comparison go?

use crate::{
    commands::{options::BenchArgs, terminal::Failure},
    io,
    measure::bench::BenchError,
};
use std::{fs, path::Path};
use tempfile::TempDir;

/// What `--keep` writes beside the files.
const FACTS: &str = "bench.json";

/// A folder for files.
pub enum Folder<'a> {
    Kept(&'a Path),
    Passing(TempDir),
}

impl<'a> Folder<'a> {
    pub fn new(args: &'a BenchArgs) -> Result<Self, Failure> {
        if let Some(keep) = &args.keep {
            let failed = |source| BenchError::Io { path: keep.clone(), source };
            fs::create_dir_all(keep).map_err(failed)?;
            let used = fs::read_dir(keep).map_err(failed)?.next().is_some();
            if used && !args.force {
                return Err(BenchError::KeepExists(keep.clone()).into());
            }
            return Ok(Self::Kept(keep));
        }
        let folder = tempfile::Builder::new().prefix("nex-bench-").tempdir()?;
        let path = folder.path().to_path_buf();
        // A process that a signal ends tidies nothing up by itself.
        ctrlc::set_handler(move || {
            let _ = fs::remove_dir_all(&path);
            std::process::exit(130);
        })?;
        Ok(Self::Passing(folder))
    }

    pub fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Passing(folder) => folder.path(),
        }
    }

    /// Writes what was measured, as JSON, beside the files that are kept.
    pub fn finish(&self, json: &str) -> Result<(), Failure> {
        if let Self::Kept(path) = self {
            io::write_atomic(&path.join(FACTS), json.as_bytes(), true)?;
        }
        Ok(())
    }
}
