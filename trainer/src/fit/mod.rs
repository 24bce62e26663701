//! How is a sound or a picture fitted, from the first step to the file?
//!
//! 1. The manager learns a balanced random segmentation.
//! 2. All parameters train on the mixture's loss.
//! 3. Optionally only each point's own expert (and the encoder) trains on.
//! 4. Only the experts' own weights train; routing and features are fixed.
//!
//! For the last part of the effort the loss is computed at the values the
//! file will hold. The result is the best file by *deployed* quality: the SNR of
//! a sound, the PSNR of a picture.
//!
//! A step (`learner`) is the same for a fit and for the paper's tables.

pub(crate) mod autodiff;
mod config;
mod deploy;
pub(crate) mod device;
mod error;
mod fused;
pub(crate) mod learner;
mod optim;
pub(crate) mod problem;
mod run_dir;
mod session;
pub(crate) mod stages;
mod state;
mod target;

pub use config::{Backend, Decay, Domain, Effort, FitConfig, Preset};
pub use device::reads;
pub use error::FitError;
pub use run_dir::RunDir;
pub use target::{Metric, Target};

use crate::audio::Clip;
use std::time::Duration;

/// Deployed evaluations of a whole fit.
const EVALUATIONS: u64 = 25;

/// Receives progress, and may end the fit.
pub trait Observer {
    /// A report, several times a second and at every deployed evaluation.
    fn progress(&mut self, progress: &Progress);
    /// Asked before every step; true ends the fit with the best file so far.
    fn should_stop(&self) -> bool;
}

/// How far a fit is.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Steps done, pretraining not counted.
    pub step: u64,
    /// Part of the effort that is spent, 0 to 1.
    pub fraction: f64,
    /// `pretraining`, `all`, `sparse` or `experts`; `+q` once quantised.
    pub stage: &'static str,
    /// Loss of the last step.
    pub loss: f64,
    /// What the next three are.
    pub metric: Metric,
    /// In dB, of the chosen experts on the last step's points.
    pub db: f64,
    /// Of the file, if it was just measured.
    pub deployed_db: Option<f64>,
    /// The best so far.
    pub best_deployed_db: Option<f64>,
    /// Wall time, that of earlier processes included.
    pub elapsed: Duration,
    /// Part of the last step's points by expert.
    pub usage: Vec<f32>,
}

/// A finished fit.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The file.
    pub nex: Vec<u8>,
    /// In dB: of a sound the SNR of the decoded file against the clip in 16
    /// bits, of a picture the PSNR.
    pub deployed_db: f64,
    /// Steps done.
    pub steps: u64,
    /// The observer ended it.
    pub stopped_early: bool,
}

/// Fits a clip.
///
/// With [`Effort::Steps`] the result depends on the clip, the configuration
/// and nothing else, resumed or not, on any number of threads.
///
/// # Errors
/// If the network, the clip or the run folder cannot be used.
pub fn fit(
    clip: &Clip,
    config: &FitConfig,
    run: Option<&RunDir>,
    observer: &mut dyn Observer,
) -> Result<Fitted, FitError> {
    fit_target(Target::Sound(clip), config, run, observer)
}

/// Fits a sound or a picture; see [`fit`].
///
/// # Errors
/// Likewise.
pub fn fit_target(
    target: Target<'_>,
    config: &FitConfig,
    run: Option<&RunDir>,
    observer: &mut dyn Observer,
) -> Result<Fitted, FitError> {
    session::Session::new(target, config, run)?.run(observer)
}
