//! What does a fit leave on disk while it runs?
//!
//! | file | content |
//! |---|---|
//! | `config.json` | every constant of the fit, and which sound, picture or shape it is of |
//! | `metrics.csv` | a line per progress report |
//! | `checkpoint` | parameters, Adam moments, counters, the best file |
//! | `best.nex` | the best file so far, by deployed quality |
//!
//! Whole files are written beside their place and renamed into it, so that a
//! process killed at any moment leaves the last whole one.

use super::{FitConfig, FitError, Metric, Progress, Target, state::State};
use crate::{audio::Clip, io::write_atomic, picture::Picture, shape::Shape};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

/// A folder with the state of a fit.
#[derive(Clone, Debug)]
pub struct RunDir {
    path: PathBuf,
    resume: bool,
}

impl RunDir {
    /// Makes a new folder; one that holds a run already is refused.
    ///
    /// # Errors
    /// If it cannot be made or holds a checkpoint.
    pub fn create(path: &Path) -> Result<Self, FitError> {
        fs::create_dir_all(path).map_err(|e| FitError::folder(path, e))?;
        let run = Self { path: path.to_path_buf(), resume: false };
        if run.file("checkpoint").exists() {
            return Err(FitError::RunExists { path: path.to_path_buf() });
        }
        Ok(run)
    }

    /// Opens a folder to go on from its checkpoint; without one the fit
    /// starts from the beginning.
    ///
    /// # Errors
    /// If there is no such folder.
    pub fn resume(path: &Path) -> Result<Self, FitError> {
        fs::read_dir(path).map_err(|e| FitError::folder(path, e))?;
        Ok(Self { path: path.to_path_buf(), resume: true })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes the configuration, or checks it against the run's own; returns
    /// the state to go on from.
    pub(super) fn open(
        &self,
        config: &FitConfig,
        target: Target<'_>,
    ) -> Result<Option<State>, FitError> {
        let path = self.file("config.json");
        let run = Run { of: Of::new(target), config: config.clone() };
        let text = serde_json::to_string_pretty(&run).map_err(|e| FitError::folder(&path, e))?;
        if !self.resume || !path.exists() {
            self.write("config.json", text.as_bytes())?;
            self.write("metrics.csv", header(target.metric()).as_bytes())?;
            return Ok(None);
        }
        let stored = fs::read_to_string(&path).map_err(|e| FitError::folder(&path, e))?;
        let stored: Run = serde_json::from_str(&stored).map_err(|e| FitError::folder(&path, e))?;
        if stored.of != run.of {
            let what = stored.of.name();
            return Err(FitError::OtherTarget { what, path: self.path.clone() });
        }
        if !stored.config.continues_as(config) {
            return Err(FitError::OtherRun { path: self.path.clone() });
        }
        let path = self.file("checkpoint");
        if !path.exists() {
            return Ok(None);
        }
        let bytes = fs::read(&path).map_err(|e| FitError::folder(&path, e))?;
        match State::from_bytes(&bytes, &config.arch) {
            Some(state) => Ok(Some(state)),
            None => Err(FitError::BadCheckpoint { path }),
        }
    }

    pub(super) fn checkpoint(&self, state: &State, config: &FitConfig) -> Result<(), FitError> {
        let bytes = state
            .to_bytes(&config.arch)
            .map_err(|e| FitError::folder(&self.file("checkpoint"), e))?;
        self.write("checkpoint", &bytes)
    }

    pub(super) fn best(&self, nex: &[u8]) -> Result<(), FitError> {
        self.write("best.nex", nex)
    }

    pub(super) fn metrics(&self, progress: &Progress, rate: f64) -> Result<(), FitError> {
        let path = self.file("metrics.csv");
        let usage: Vec<_> = progress.usage.iter().map(|u| format!("{u:.4}")).collect();
        let deployed = progress.deployed_db.map_or(String::new(), |db| format!("{db:.3}"));
        let line = format!(
            "{},{:.3},{},{:.6},{:.3},{deployed},{rate:.3e},{}\n",
            progress.step,
            progress.elapsed.as_secs_f64(),
            progress.stage,
            progress.loss,
            progress.db,
            usage.join(" ")
        );
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|e| FitError::folder(&path, e))?;
        file.write_all(line.as_bytes()).map_err(|e| FitError::folder(&path, e))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FitError> {
        let path = self.file(name);
        write_atomic(&path, bytes, true).map_err(|e| FitError::folder(&path, e))
    }
}

fn header(metric: Metric) -> String {
    let db = match metric {
        Metric::Snr => "snr_db",
        Metric::Psnr => "psnr_db",
        Metric::Distance => "accuracy_db",
    };
    format!("step,seconds,stage,loss,{db},deployed_{db},rate,usage\n")
}

/// What `config.json` holds.
#[derive(Serialize, Deserialize)]
struct Run {
    #[serde(flatten)]
    of: Of,
    #[serde(flatten)]
    config: FitConfig,
}

/// What is fitted.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Of {
    Sound(Sound),
    Picture(Pixels),
    Shape(Points),
}

impl Of {
    fn new(target: Target<'_>) -> Self {
        match target {
            Target::Sound(clip) => Self::Sound(Sound::of(clip)),
            Target::Picture(picture) => Self::Picture(Pixels::of(picture)),
            Target::Shape(shape) => Self::Shape(Points::of(shape)),
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Sound(_) => "sound",
            Self::Picture(_) => "picture",
            Self::Shape(_) => "shape",
        }
    }
}

/// Tells sounds apart: a checkpoint's best file is of one of them only.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Sound {
    rate_hz: u32,
    channels: usize,
    frames: usize,
    /// FNV-1a of the samples' bits.
    fnv1a: u64,
}

impl Sound {
    fn of(clip: &Clip) -> Self {
        let fnv1a = fnv1a(clip.samples.iter().flat_map(|s| s.to_bits().to_le_bytes()));
        Self { rate_hz: clip.rate_hz, channels: clip.channels, frames: clip.frames(), fnv1a }
    }
}

/// Tells pictures apart.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Pixels {
    width: u16,
    height: u16,
    channels: usize,
    fnv1a: u64,
}

impl Pixels {
    fn of(picture: &Picture) -> Self {
        let &Picture { width, height, channels, ref samples } = picture;
        Self { width, height, channels, fnv1a: fnv1a(samples.iter().copied()) }
    }
}

/// Tells shapes apart.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Points {
    points: usize,
    fnv1a: u64,
}

impl Points {
    fn of(shape: &Shape) -> Self {
        let values = shape.samples.coords.iter().chain(&shape.samples.distances);
        let fnv1a = fnv1a(values.flat_map(|v| v.to_bits().to_le_bytes()));
        Self { points: shape.samples.len(), fnv1a }
    }
}

fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

impl FitConfig {
    /// Whether a run of `self` may go on with `other`: all that decides the
    /// result is the same.
    fn continues_as(&self, other: &Self) -> bool {
        let comparable = |c: &Self| Self {
            threads: 0,
            checkpoint_every: std::time::Duration::ZERO,
            comment: None,
            ..c.clone()
        };
        comparable(self) == comparable(other)
    }
}
