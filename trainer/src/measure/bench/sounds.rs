//! Which sounds are measured?

use super::BenchError;
use crate::audio::{self, Clip};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// A sound in memory.
#[derive(Clone, Debug)]
pub struct Sound {
    /// Unlike any other's.
    pub name: String,
    /// Where it came from.
    pub path: PathBuf,
    /// Frames per second.
    pub rate_hz: u32,
    /// Samples per frame.
    pub channels: usize,
    /// `[frames, channels]`
    pub samples: Vec<i16>,
}

impl Sound {
    /// Number of time steps.
    #[must_use]
    pub const fn frames(&self) -> usize {
        self.samples.len() / self.channels
    }

    /// Length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.frames() as f64 / f64::from(self.rate_hz)
    }
}

/// What is done to every sound before it is measured.
#[derive(Clone, Copy, Debug, Default)]
pub struct Preparation {
    /// Resample to this rate.
    pub rate_hz: Option<u32>,
    /// Mix all channels into one.
    pub mono: bool,
    /// Keep only the beginning, so many seconds.
    pub seconds: Option<f64>,
}

/// The WAV files in the folders (to any depth) and among the files named,
/// sorted, each once; files are taken whatever their names.
///
/// # Errors
/// [`BenchError::NoSounds`] for a folder without any.
pub fn find(places: &[PathBuf]) -> Result<Vec<PathBuf>, BenchError> {
    let mut found = BTreeSet::new();
    for place in places {
        if !place.is_dir() {
            found.insert(place.clone());
            continue;
        }
        let before = found.len();
        let mut folders = vec![place.clone()];
        while let Some(folder) = folders.pop() {
            let failed = |source| BenchError::Io { path: folder.clone(), source };
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let path = entry.map_err(failed)?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("wav")) {
                    found.insert(path);
                }
            }
        }
        if found.len() == before {
            return Err(BenchError::NoSounds(place.clone()));
        }
    }
    // A file named twice, by whatever path, is one sound.
    let mut seen = BTreeSet::new();
    let real = |path: &PathBuf| fs::canonicalize(path).unwrap_or_else(|_| path.clone());
    Ok(found.into_iter().filter(|path| seen.insert(real(path))).collect())
}

/// A name for every sound: the file's own, and for those that share it also
/// the folders that lead to it.
#[must_use]
pub fn names(paths: &[PathBuf]) -> Vec<String> {
    let clean = |text: String| text.replace(['/', '\\', '|', ' '], "-");
    let own = |path: &Path| {
        clean(path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned()))
    };
    let mut uses = BTreeMap::<String, usize>::new();
    paths.iter().for_each(|path| *uses.entry(own(path)).or_default() += 1);
    let full = |path: &PathBuf| {
        let whole = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let parts = whole.with_extension("").to_string_lossy().into_owned();
        clean(parts.trim_start_matches('/').into())
    };
    let name = |path: &PathBuf| match own(path) {
        own if uses[&own] == 1 => own,
        _ => full(path),
    };
    paths.iter().map(name).collect()
}

/// Reads and prepares a sound.
///
/// # Errors
/// Those of reading and resampling.
pub fn load(path: &Path, name: String, how: Preparation) -> Result<Sound, BenchError> {
    let mut clip: Clip = audio::read(path)?;
    if let Some(seconds) = how.seconds {
        let frames = (seconds * f64::from(clip.rate_hz)).round().max(1.0) as usize;
        clip = clip.slice(0..frames);
    }
    if how.mono && clip.channels > 1 {
        clip = clip.mono_mix();
    }
    if let Some(rate_hz) = how.rate_hz {
        clip = audio::resample(&clip, rate_hz)?;
    }
    Ok(Sound {
        name,
        path: path.into(),
        rate_hz: clip.rate_hz,
        channels: clip.channels,
        samples: clip.to_i16(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_where_they_can_be() {
        let paths = ["a/bell.wav", "b/bell.wav", "b/tick.wav"].map(PathBuf::from);
        assert_eq!(names(&paths), ["a-bell", "b-bell", "tick"]);
    }

    #[test]
    fn folders_are_searched_and_nothing_is_taken_twice() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("sub")).unwrap();
        fs::create_dir(at("none")).unwrap();
        for name in ["b.wav", "sub/a.WAV", "notes.txt"] {
            fs::write(at(name), b"x").unwrap();
        }
        let again = at("sub").join("..").join("b.wav");
        let found = find(&[folder.path().into(), again, at("notes.txt")]).unwrap();
        assert_eq!(found, [at("b.wav"), at("notes.txt"), at("sub/a.WAV")]);
        assert!(matches!(find(&[at("none")]), Err(BenchError::NoSounds(_))));
    }
}
