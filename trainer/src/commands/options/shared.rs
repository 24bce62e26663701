//! Which options do several commands have?

use super::values::seconds;
use clap::Args;
use nex_runtime::Limits;
use std::path::PathBuf;

/// Where the result goes.
#[derive(Args, Debug)]
pub struct OutArgs {
    /// The file to write; `-` is standard output
    #[arg(required_unless_present = "output", value_name = "OUT")]
    out: Option<PathBuf>,
    /// The file to write, instead of the positional OUT
    #[arg(short, long, conflicts_with = "out", value_name = "OUT")]
    output: Option<PathBuf>,
    /// Overwrite a file that exists
    #[arg(short, long)]
    pub force: bool,
}

impl OutArgs {
    /// The path, from either way to give it.
    pub fn path(&self) -> PathBuf {
        self.out.clone().or_else(|| self.output.clone()).unwrap_or_else(|| "-".into())
    }
}

/// A part of a sound.
#[derive(Args, Clone, Copy, Debug)]
pub struct RangeArgs {
    /// Begin at this second
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub start: Option<f64>,
    /// Stop before this second
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub end: Option<f64>,
}

impl RangeArgs {
    /// The frames meant, of a sound that has `frames` frames.
    pub fn frames(&self, frames: usize, rate_hz: u32) -> Result<std::ops::Range<usize>, String> {
        let frame = |s: f64| (s * f64::from(rate_hz)).round() as usize;
        let start = self.start.map_or(0, frame);
        let end = self.end.map_or(frames, frame).min(frames);
        if start >= end {
            let length = frames as f64 / f64::from(rate_hz);
            return Err(format!(
                "--start and --end leave nothing of the sound, which is {length:.3} s long"
            ));
        }
        Ok(start..end)
    }
}

/// How much is decoded at most.
#[derive(Args, Clone, Copy, Debug)]
pub struct LimitArgs {
    /// Decode no more than so many samples: frames or pixels, times channels
    ///
    /// A file of a few bytes may promise days of sound, and pictures, shapes and
    /// plots are kept in memory.
    #[arg(long, value_name = "N", default_value_t = MAX_SAMPLES)]
    pub max_samples: u64,
}

impl LimitArgs {
    pub const fn limits(self) -> Limits {
        Limits::samples(self.max_samples)
    }
}

/// What is decoded unless more is asked for: 512 MB of 16-bit samples.
const MAX_SAMPLES: u64 = 1 << 28;
