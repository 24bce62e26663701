//! How do sounds compare at equal bytes, or equal dB?
//!
//! What comes back is aligned with the original before it is measured.

mod align;
mod codec;
mod curves;
mod measure;
mod nex;
mod ogg;
mod one;
mod rival;
mod rivals;
mod run;
mod sounds;
mod summary;

pub use align::{Aligned, align};
pub use codec::{Against, Codec, Equal, Goal, Ours, Point, Tune, check};
pub use curves::curves;
pub use measure::segmental_snr;
pub use ogg::packet_bytes;
pub use one::Row;
pub use rival::Rival;
pub use run::run;
pub use sounds::{Preparation, Sound, load};
pub use summary::{Mean, Pair, Summary, summarise};

use super::Machine;
use serde::Serialize;
use std::{collections::BTreeMap, path::PathBuf};

/// Which compact files are made to meet each lossy rival at its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matches {
    /// None.
    None,
    /// One, tuned as the rival is: [`Rival::natural_tune`].
    Natural,
    /// One tuned for SNR, one for the ear.
    Both,
}

/// What is compared, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The codecs.
    pub codecs: Vec<Codec>,
    /// Bit rates of the codecs that have a choice of them, in kb/s.
    pub rates: Vec<u32>,
    /// Compact files at the rivals' bytes.
    pub matches: Matches,
    /// Steps of a neural fit.
    pub neural_steps: u64,
    /// This program, which makes the files that are ours.
    pub program: PathBuf,
    /// A folder for files, which exists.
    pub folder: PathBuf,
    /// Whether the files in it are left there.
    pub keep: bool,
}

/// Everything that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Bench {
    /// Versions by the program's name.
    pub tools: BTreeMap<&'static str, String>,
    /// Where it was measured.
    pub machine: Machine,
    /// What was measured.
    pub sounds: Vec<SoundFacts>,
    /// By sound, then by codec and operating point.
    pub rows: Vec<Row>,
    /// What was left out, and why.
    pub notes: Vec<String>,
    /// What should have been measured and could not be.
    pub failures: Vec<String>,
    /// The means over the sounds.
    pub summary: Summary,
}

/// What is known of a sound.
#[derive(Clone, Debug, Serialize)]
pub struct SoundFacts {
    /// Its name in the rows.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The WAV file that every codec was given, in the folder that is kept.
    pub reference: Option<PathBuf>,
    /// Frames per second.
    pub rate_hz: u32,
    /// Samples per frame.
    pub channels: usize,
    /// Time steps.
    pub frames: usize,
    /// Length.
    pub seconds: f64,
}
