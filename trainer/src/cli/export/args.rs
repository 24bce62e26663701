//! What can be asked of `export`?

use super::{compact_args::CompactArgs, neural_args::NeuralArgs};
use crate::cli::args::{OutArgs, RangeArgs, finite, rate, threads};
use clap::Args;
use std::path::PathBuf;

/// How a sound is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Profile {
    /// Compact, unless options of the neural profile are given or the sound
    /// has more than two channels
    #[default]
    Auto,
    /// Linear experts over windowed cosines, entropy-coded: small, in seconds
    Compact,
    /// The paper's mixture of sine networks, fitted for a minute or more
    Neural,
}

/// Store a sound as a .nex file.
///
/// The compact profile makes the smallest files: sparse linear experts over
/// windowed cosines, chosen block by block, entropy-coded. The neural profile
/// fits a mixture of sine networks, as in the paper. At the end the file is
/// decoded with the real runtime, and what is printed was measured on that.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ne-train export hello.wav hello.nex                             compact, good quality
  ne-train export hello.wav hello.nex --quality 30                smaller
  ne-train export hello.wav hello.nex --size 4000                 never above 4000 bytes
  ne-train export hello.wav hello.nex --bitrate 12                12 kilobits a second
  ne-train export beep.wav beep.nex --snr 30 --tune snr           30 dB in the fewest bytes
  ne-train export song.wav song.nex --mono --rate 16000 --start 10 --end 14
  ne-train export hello.wav hello.nex --compare                   both profiles in one table
  ne-train export hello.wav hello.nex --profile neural --seconds 600
  ne-train export hello.wav hello.nex --preset tiny --steps 20000 --run-dir hello.run
  ne-train export hello.wav hello.nex --max-macs 4500             for a device with little time

Targets: --size and --bitrate are limits that are never exceeded; if both are
given, the smaller holds. Within them --snr asks for the fewest bytes that reach
it, --quality for that quality, and neither for the best that fits. If a limit
keeps --snr or --min-snr from being reached, the file is written and the exit
code is 3; if nothing fits a limit, no file is written and it is 3 too.")]
pub(in crate::cli) struct ExportArgs {
    /// The sound, WAV or (if built with feature symphonia) other; `-` is standard input
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    #[command(flatten)]
    pub out: OutArgs,
    /// How the sound is stored
    #[arg(long, value_enum, default_value = "auto")]
    pub(super) profile: Profile,
    /// Make the other profile's file too and show both in the table
    ///
    /// Only the file of the profile chosen is written.
    #[arg(long)]
    pub compare: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
    /// Exit with code 3 if the file's signal-to-noise ratio is below this
    #[arg(long, value_name = "DB", value_parser = finite, allow_negative_numbers = true)]
    pub min_snr: Option<f64>,
    /// Threads; 0 uses all cores
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    #[command(flatten)]
    pub(super) sound: SoundArgs,
    #[command(flatten)]
    pub(super) compact: CompactArgs,
    #[command(flatten)]
    pub(super) neural: NeuralArgs,
}

/// What is stored.
#[derive(Args, Debug)]
#[command(next_help_heading = "Sound")]
pub(super) struct SoundArgs {
    #[command(flatten)]
    pub range: RangeArgs,
    /// Mix all channels into one
    #[arg(long)]
    pub mono: bool,
    /// Resample to this rate first
    #[arg(long, value_name = "HZ", value_parser = rate)]
    pub rate: Option<u32>,
    /// A comment to store in the file, such as an attribution
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
}
