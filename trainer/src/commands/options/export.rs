//! What can be asked of `export`?

use super::{
    BatchArgs, CompactArgs, NeuralArgs, OutArgs, RangeArgs,
    given::{PICTURE, SHAPE, SOUND},
    values::{below_full, finite, fraction, rate, seconds, threads},
};
use crate::{audio::Encoding, commands::terminal::Failure, measure::targets::Target};
use clap::Args;
use std::path::PathBuf;

/// How a sound is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// Compact, unless options of the neural profile are given, or the sound
    /// has more than two channels
    #[default]
    Auto,
    /// Linear experts over cosines, entropy-coded: small, in seconds
    Compact,
    /// The paper's mixture of sine networks, fitted for a minute or more
    Neural,
}

/// Store a sound, a picture or a shape as a .nex file.
///
/// The compact profile makes the smallest files: sparse linear experts over
/// windowed cosines, chosen block by block, entropy-coded. The neural profile
/// fits a mixture of sine networks, as in the paper. At the end the file is
/// decoded with the real runtime, and what is printed was measured on that.
///
/// Pictures and shapes have both profiles, too: a compact picture is cut into squares, each
/// predicted from those before it. Of a shape, a mesh in OBJ, PLY or STL, what is stored is
/// the signed distance to its surface: compact in the cells of an octree, each with a
/// polynomial.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ne-train export hello.wav hello.nex                             compact, good quality
  ne-train export hello.wav hello.nex --quality 30                smaller
  ne-train export hello.wav hello.nex --size 4000                 never above 4000 bytes
  ne-train export hello.wav hello.nex --bitrate 12                12 kilobits a second
  ne-train export beep.wav beep.nex --snr 30 --tune snr           30 dB in the fewest bytes
  ne-train export song.wav song.nex --mono --rate 16k --start 10 --end 14
  ne-train export word.wav word.nex --trim-silence --normalize --fade-out 0.02
  ne-train export adc.pcm adc.nex --raw s16le --rate 16k          samples without a header
  ne-train export hello.wav hello.nex --compare                   both profiles in one table
  ne-train export hello.wav hello.nex --profile neural --seconds 600
  ne-train export hello.wav hello.nex --preset tiny --steps 20000 --run-dir hello.run
  ne-train export hello.wav hello.nex --target rp2040             half the memory, and what it takes
  ne-train export hello.wav hello.nex --features compact-narrowband   for a decoder with one model
  ne-train export hello.wav hello.nex --max-macs 4500             for a device with little time
  ne-train export cat.png cat.nex                                 a picture, good quality
  ne-train export icon.png icon.nex                               drawn: every pixel as it is
  ne-train export icons/ nex/ --batch --rgb565 --memory 4k        as a display shows them, 20 KB of RAM
  ne-train export photo.jpg photo.nex --max-side 320 --size 6k    never above 6000 bytes
  ne-train export map.png map.nex --tile 64 --psnr 38             parts of it decode alone
  ne-train export cat.png cat.nex --profile neural --seconds 120  the paper's network
  ne-train export bunny.obj bunny.nex                             a shape, good quality
  ne-train export part.stl part.nex --error 0.05 --voxels 256     in the mesh's units
  ne-train export prompts/ nex/ --batch --quality 40              a folder, on all cores

Targets: --size and --bitrate are limits that are never exceeded; if both are
given, the smaller holds. Within them --snr asks for the fewest bytes that reach
it, --quality for that quality, and neither for the best that fits. If a limit
keeps --snr or --min-snr from being reached, the file is written and the exit
code is 3; if nothing fits a limit, no file is written and it is 3 too.")]
pub struct ExportArgs {
    /// A sound (WAV; by default also FLAC, MP3, Ogg, AIFF, AAC), a picture (PNG, JPEG, WebP, GIF,
    /// BMP) or a mesh (OBJ, PLY, STL); `-` is standard input
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    #[command(flatten)]
    pub out: OutArgs,
    /// How it is stored
    #[arg(long, value_enum, default_value = "auto")]
    pub profile: Profile,
    /// Make the other profile's file too and show both in the table
    ///
    /// Only the file of the profile chosen is written.
    #[arg(long, help_heading = SOUND)]
    pub compare: bool,
    /// A comment to store in the file, such as an attribution
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
    /// Exit with code 3 if the file's signal-to-noise ratio is below this
    #[arg(long, value_name = "DB", value_parser = finite, allow_negative_numbers = true)]
    #[arg(help_heading = SOUND)]
    pub min_snr: Option<f64>,
    /// For a microcontroller, such as rp2040: takes half the memory there
    ///
    /// The longest block is half as long as by default (512 samples at 16 kHz, 256 at 8), and
    /// so is the decoder's memory. Speech takes about 1 % more bytes for that, tones and the
    /// sounds of an interface 17 to 28 %; --max-block goes before it. Flash, RAM, stack and
    /// clock are printed as by `info --target`.
    #[arg(long, value_name = "NAME")]
    #[arg(help_heading = SOUND)]
    pub target: Option<Target>,
    /// Threads; 0 uses all cores
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    #[command(flatten)]
    pub sound: SoundArgs,
    #[command(flatten)]
    pub picture: PictureArgs,
    #[command(flatten)]
    pub shape: ShapeArgs,
    #[command(flatten)]
    pub compact: CompactArgs,
    #[command(flatten)]
    pub neural: NeuralArgs,
    #[command(flatten)]
    pub batch: BatchArgs,
}

impl ExportArgs {
    /// Works on as many threads as were asked for.
    pub fn on_threads<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
        match self.threads {
            None | Some(0) => Ok(work()),
            Some(threads) => {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                let pool = pool.map_err(|e| format!("cannot start {threads} threads: {e}"))?;
                Ok(pool.install(work))
            }
        }
    }
}

/// What is stored.
#[derive(Args, Debug)]
#[command(next_help_heading = SOUND)]
pub struct SoundArgs {
    #[command(flatten)]
    pub range: RangeArgs,
    /// Mix all channels into one
    #[arg(long)]
    pub mono: bool,
    /// Resample to this rate first, such as 16000 or 44.1k
    #[arg(long, value_name = "HZ", value_parser = rate)]
    pub rate: Option<u32>,
    /// IN is samples without a header: s16le, f32be, u8, alaw, ...; with --rate, --channels
    ///
    /// s or u (unsigned), bits and le or be (big-endian): s16le, u8, s24be; f32le,
    /// f64le; alaw, mulaw. --rate is then the rate that they have.
    #[arg(long, value_name = "FORMAT")]
    pub raw: Option<Encoding>,
    /// The rate of --raw samples, where --rate is to resample them
    #[arg(long, value_name = "HZ", value_parser = rate, requires = "raw", hide_short_help = true)]
    pub raw_rate: Option<u32>,
    /// The channels of --raw samples, interleaved [default: 1]
    #[arg(long, value_name = "N", value_parser = channels, requires = "raw", hide_short_help = true)]
    pub channels: Option<usize>,
    /// Cut off both ends where they lie so far below the peak [default: -50]
    #[arg(long, value_name = "DB", value_parser = below_full, allow_negative_numbers = true)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "-50")]
    pub trim_silence: Option<f64>,
    /// Make it louder by so many dB, or quieter
    #[arg(long, value_name = "DB", value_parser = finite, allow_negative_numbers = true)]
    pub gain: Option<f64>,
    /// Bring the peak to this level [default: -1 dB of full scale]
    #[arg(long, value_name = "DB", value_parser = below_full, allow_negative_numbers = true)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "-1")]
    #[arg(conflicts_with = "gain")]
    pub normalize: Option<f64>,
    /// Rise from silence in so many seconds; --fade-out falls to it
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub fade_in: Option<f64>,
    /// Fall to silence in the last so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds, hide_short_help = true)]
    pub fade_out: Option<f64>,
}

fn channels(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if (1..=nex_format::MAX_CHANNELS).contains(&n) => Ok(n),
        _ => Err(format!("must be a whole number from 1 to {}", nex_format::MAX_CHANNELS)),
    }
}

/// How a picture is stored.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = PICTURE)]
pub struct PictureArgs {
    /// Make it smaller first if a side has more pixels (Lanczos' filter)
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(1..=65_535))]
    pub max_side: Option<u32>,
    /// Exit with code 3 if the picture's PSNR (peak 255) is below this
    #[arg(long, value_name = "DB", value_parser = finite, allow_negative_numbers = true)]
    pub min_psnr: Option<f64>,
}

/// How a shape is stored.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = SHAPE)]
pub struct ShapeArgs {
    /// Exit with code 3 if the overlap with the original (IoU, 0 to 1) is below this
    #[arg(long, value_name = "X", value_parser = fraction)]
    pub min_iou: Option<f64>,
}
