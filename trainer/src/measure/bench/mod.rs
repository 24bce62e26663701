//! How do these files compare with other codecs at equal bytes, or equal dB?
//!
//! Every sound goes through every codec at every operating point: encoded by
//! the real tool, decoded by the real tool, aligned, measured. Ours are made
//! by running this program. [`run`] is the whole of it.

mod align;
mod codec;
mod curves;
mod error;
mod measure;
mod nex;
mod ogg;
mod one;
mod rival;
mod rivals;
mod run;
mod sounds;
mod summary;
mod tools;

pub use align::{Aligned, align};
pub use codec::{Against, Codec, Equal, Goal, Ours, Point, Tune};
pub use curves::curves;
pub use error::BenchError;
pub use measure::segmental_snr;
pub use ogg::packet_bytes;
pub use one::Row;
pub use rival::Rival;
pub use run::{Progress, run};
pub use sounds::{Preparation, Sound, find, load, names};
pub use summary::{Mean, Pair, Summary, summarise};
pub use tools::{Tool, Tools};

use serde::Serialize;
use std::{collections::BTreeMap, fs, path::PathBuf, thread};

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

/// The machine that the times belong to.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// Such as "linux x86_64".
    pub system: String,
    /// The processor, where the system says.
    pub processor: Option<String>,
    /// Cores that this process may use.
    pub cores: usize,
    /// Measurements at the same time; more than one makes times longer.
    pub at_once: usize,
}

impl Machine {
    fn this() -> Self {
        use std::env::consts::{ARCH, OS};
        let facts = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = facts.lines().find_map(|line| line.strip_prefix("model name"));
        Self {
            system: format!("{OS} {ARCH}"),
            processor: model.map(|m| m.trim_start_matches(['\t', ' ', ':']).to_string()),
            cores: thread::available_parallelism().map_or(1, usize::from),
            at_once: rayon::current_num_threads(),
        }
    }
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
