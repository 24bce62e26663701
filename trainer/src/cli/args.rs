//! Which arguments are there, and what do they mean?

use super::export::ExportArgs;
pub(super) use super::view_args::{Angles, Crop, Size};
use clap::{Args, Parser, Subcommand};
use nex_runtime::Limits;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  ne-train export hello.wav hello.nex                   compact, good quality
  ne-train export hello.wav hello.nex --size 4000       at most 4000 bytes
  ne-train export hello.wav hello.nex --profile neural  fit the paper's networks
  ne-train decode hello.nex out.wav                     play it back into a WAV file
  ne-train check hello.nex hello.wav                    bytes, dB, cost
  ne-train plot hello.nex hello.wav hello.svg           who decides where, and the error
  ne-train info hello.nex --target cortex-m4f           what it takes of a microcontroller
  ne-train emit hello.nex --rust hello.rs               source code for a firmware
  ne-train export cat.png cat.nex                       a picture, as a network
  ne-train decode cat.nex large.png --scale 2           at twice its size
  ne-train export bunny.obj bunny.nex                   a shape, from OBJ, PLY or STL
  ne-train decode bunny.nex bunny.png                   a picture of it; .obj is the mesh
  ne-train bench sounds/ --codecs flac,adpcm,compact    beside other codecs
  sox in.mp3 -t wav - | ne-train export - - > out.nex   in a pipe

Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 target not met.";

/// Store a sound, a picture or a shape as a mixture of experts, and play or show it.
///
/// `export` makes a .nex file of a sound, a picture or a mesh; `decode` makes the
/// sound, picture or mesh of it, as the no_std crate nex-runtime does on a microcontroller.
#[derive(Debug, Parser)]
#[command(name = "ne-train", version, after_help = EXAMPLES, arg_required_else_help = true)]
#[command(max_term_width = 100, propagate_version = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: progress as lines, speeds
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Export(Box<ExportArgs>),
    Bake(BakeArgs),
    Decode(DecodeArgs),
    Info(InfoArgs),
    Emit(EmitArgs),
    Check(CheckArgs),
    Plot(PlotArgs),
    #[cfg(feature = "pictures")]
    Bench(Box<super::bench_args::BenchArgs>),
    /// Compare .nex files with other codecs, at equal bytes and at equal dB (needs the feature
    /// `pictures`)
    #[cfg(not(feature = "pictures"))]
    Bench(super::missing::Anything),
    #[cfg(feature = "neural")]
    Reproduce(Box<super::reproduce::ReproduceArgs>),
    /// Run a table of the Neural Experts paper again (needs the feature `neural`)
    #[cfg(not(feature = "neural"))]
    Reproduce(super::missing::Anything),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  ne-train completions bash > /etc/bash_completion.d/ne-train"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page as roff
    #[command(
        after_help = "Examples:\n  ne-train man | man -l -\n  ne-train man export > ne-train-export.1"
    )]
    Man {
        /// A command with a page of its own, such as `export`
        command: Option<String>,
    },
}

/// Where the result goes.
#[derive(Args, Debug)]
pub(super) struct OutArgs {
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
pub(super) struct RangeArgs {
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
pub(super) struct LimitArgs {
    /// Decode no more than so many samples: frames or pixels, times channels
    ///
    /// A file of a few bytes may promise days of sound, and what is decoded is
    /// kept in memory.
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

/// Replace the manager of a neural .nex file by its decisions.
///
/// A neural sound has a manager, a network that chooses the expert for every
/// time step. Its choices never change, so they can be stored: as runs, an
/// expert and for how many frames it decides. The manager is left out then,
/// and with it its part of the work of decoding: a fifth with the presets tiny
/// and small, 54 % with paper. All recorded samples stay the same to the bit;
/// at another rate, the moments between two of them take the expert of the
/// earlier one. Nothing is trained again. `export --bake-routing` does the
/// same to a file that it makes.
///
/// The file gets smaller if the experts change seldom, and larger if the runs
/// take more bytes than the manager's weights. A packed file stays packed.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ne-train bake hello.nex hello-baked.nex
  ne-train bake hello.nex - | ne-train info -           how many runs, in how many bytes")]
pub(super) struct BakeArgs {
    /// The neural .nex file; `-` is standard input
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub limit: LimitArgs,
    /// Print what changed as JSON
    #[arg(long)]
    pub json: bool,
}

/// Decode a .nex file to a 16-bit WAV file, a PNG file or a mesh.
///
/// The same input gives the same bits on every machine.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ne-train decode hello.nex hello.wav
  ne-train decode hello.nex hello48.wav --rate 48000    evaluate between the samples
  ne-train decode hello.nex - | aplay                   listen
  ne-train decode hello.nex part.wav --start 1.5 --end 2
  ne-train decode cat.nex cat.png
  ne-train decode cat.nex large.png --scale 2.5         evaluate between the pixels
  ne-train decode cat.nex face.png --crop 64x64+40+20 --size 512x512
  ne-train decode bunny.nex bunny.obj --resolution 256  also .ply and .stl
  ne-train decode bunny.nex bunny.png --view 30,20      a picture of the shape")]
pub(super) struct DecodeArgs {
    /// The .nex file; `-` is standard input
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    #[command(flatten)]
    pub out: OutArgs,
    /// Play at this sample rate
    ///
    /// A compact sound is resampled with a filter. A neural one is a function
    /// of continuous time, so a higher rate asks it for the moments between
    /// the original samples; a lower rate skips moments without a filter,
    /// which aliases: decode at the stored rate and resample the WAV file
    /// instead.
    #[arg(long, value_name = "HZ", value_parser = rate)]
    pub rate: Option<u32>,
    #[command(flatten)]
    pub range: RangeArgs,
    /// Of a picture: so many times its size, or that of --crop
    ///
    /// The picture is a function of continuous coordinates, so a larger one
    /// asks it for what lies between the pixels; a much smaller one leaves
    /// pixels out without a filter, which aliases.
    #[arg(long, value_name = "FACTOR", value_parser = positive)]
    pub scale: Option<f64>,
    /// Of a picture: in this size, instead of --scale; of a shape: the size of its picture
    #[arg(long, value_name = "WxH", conflicts_with = "scale")]
    pub size: Option<Size>,
    /// Of a picture: only this rectangle, in its own pixels
    #[arg(long, value_name = "WxH+X+Y")]
    pub crop: Option<Crop>,
    #[command(flatten)]
    pub shape: ShapeDecodeArgs,
    #[command(flatten)]
    pub limit: LimitArgs,
}

/// How a shape is decoded.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ShapeDecodeArgs {
    /// Of a shape: points along each side of the grid that its surface is found on [default: 128]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1024))]
    pub resolution: Option<u32>,
    /// Of a shape: the direction of its picture, around the y axis and above the horizon, in
    /// degrees [default: 30,20]
    #[arg(long, value_name = "AZ,EL", allow_hyphen_values = true)]
    pub view: Option<Angles>,
    /// Of a shape: its picture in the colours of the experts that own each point
    #[arg(long)]
    pub by_expert: bool,
}

/// Say what a .nex file holds and what decoding it costs.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ne-train info hello.nex
  ne-train info hello.nex --target cortex-m4f           flash, RAM and clock on a microcontroller
  ne-train info hello.nex --json | jq .macs_per_sample")]
pub(super) struct InfoArgs {
    /// The .nex file; `-` is standard input
    pub file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Also what decoding takes of this processor
    ///
    /// Flash, RAM, stack, instructions and the clock that plays in real time
    /// at one instruction a cycle, which waiting for flash makes less of. From a
    /// table measured in an emulator, which counts instructions exactly.
    #[arg(long, value_name = "PROCESSOR", value_parser = clap::builder::PossibleValuesParser::new(crate::targets::names()))]
    pub target: Option<String>,
}

/// Write a .nex file as source code for a firmware.
///
/// A static with the bytes, aligned to 4, and constants: sample rate, frames,
/// working memory, multiply-accumulates, a checksum of the samples. So a build
/// can hold a clip against its budgets. A packed file is written unpacked, as
/// the decoder reads it. Rust firmware can also include the file itself:
/// `nex_runtime::include_nex!`.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("language").required(true).multiple(true))]
#[command(after_help = "\
Examples:
  ne-train emit hello.nex --rust src/hello.rs           then: mod hello;
  ne-train emit hello.nex --c hello.h                   then: #include \"hello.h\"
  ne-train emit hello.nex --rust - | less")]
pub(super) struct EmitArgs {
    /// The .nex file; `-` is standard input
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    /// The Rust module to write; `-` is standard output
    #[arg(long, value_name = "OUT.rs", group = "language")]
    pub rust: Option<PathBuf>,
    /// The C header to write; `-` is standard output
    #[arg(long, value_name = "OUT.h", group = "language")]
    pub c: Option<PathBuf>,
    /// What the sound is called in the source [default: the file's name]
    #[arg(long)]
    pub name: Option<String>,
    /// Overwrite files that exist
    #[arg(short, long)]
    pub force: bool,
    #[command(flatten)]
    pub limit: LimitArgs,
}

/// Decode a .nex file and compare it with the original sound or picture.
///
/// The real runtime decodes it, and every sample is compared. The original
/// must have the rate, channels and length that were stored. If the sound was
/// exported with --rate, --mono, --start or --end, convert the original alike
/// first. A picture that was exported with --max-side is compared with the
/// original made smaller in the same way.
#[derive(Args, Debug)]
#[command(after_help = "\
Numbers:
  snr_db          energy of the original over energy of the error, all channels together;
                  null (\"exact\") if the sounds are identical
  psnr_db         the same with 16-bit full scale, 32768, as the signal
  mse             mean square error of the waveform divided by its largest magnitude
  original_bytes  size of the original as 16-bit WAV; ratio = original_bytes / bytes
  macs_per_sample multiply-accumulates per time step (one evaluation gives all channels);
                  of a compact sound the mean, counted while it is decoded
  scratch_bytes   the least working memory of the decoder
  expert_share    part of the time that each expert decides; of a compact sound, whose
                  blocks are its experts, that blocks of 32, 64, ... samples decide

Of a picture:
  psnr_db         peak signal-to-noise ratio, peak 255, over all samples of all channels
  paper_psnr_db   the same as the paper counts it: samples from -1 to 1, the peak the
                  largest of them, which is 6.02 dB less if white occurs
  ssim            mean structural similarity, Gaussian window of 11 x 11 pixels, sigma 1.5
  original_bytes  the samples as they are, one byte each

Of a shape, where the original fills -1 to 1 along its longest side:
  iou             points inside of both over points inside of either, of a grid of 128^3
                  from -1.2 to 1.2
  trimap_iou      the same of the points within 0.1, 0.01, 0.005, 0.001 of the original
  chamfer         mean square distance to the nearest of 300000 points of the other surface,
                  both ways added; chamfer_floor is that of two samples of the original
  hausdorff       the largest of these distances, not squared
  mean_error      mean error of distances, half of them at the surface, most others near it

Examples:
  ne-train check hello.nex hello.wav
  ne-train check hello.nex hello.wav --min-snr 20 || echo 'not good enough'")]
pub(super) struct CheckArgs {
    /// The .nex file; `-` is standard input
    pub file: PathBuf,
    /// The sound, picture or mesh it was made from; `-` is standard input
    pub original: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Exit with code 3 if the signal-to-noise ratio is below this
    #[arg(long, value_name = "DB", value_parser = finite, allow_negative_numbers = true)]
    pub min_snr: Option<f64>,
    /// Of a picture: exit with code 3 if its PSNR (peak 255) is below this
    #[arg(long, value_name = "DB", value_parser = finite, allow_negative_numbers = true)]
    pub min_psnr: Option<f64>,
    /// Of a shape: exit with code 3 if its overlap with the original (IoU, 0 to 1) is below this
    #[arg(long, value_name = "X", value_parser = fraction)]
    pub min_iou: Option<f64>,
    #[command(flatten)]
    pub limit: LimitArgs,
}

/// Draw what a .nex file holds, who decides where, and where the error is.
///
/// Of a sound: the waveform, coloured by the expert that decides each moment;
/// under it a ribbon with the experts' shares over time and, if the original
/// is given, the error. Axes are in seconds and in parts of full scale. Of a
/// picture or a shape: it, its experts and, if the original is given, its
/// error on a scale of colours, side by side. A shape's error can also be a
/// mesh with these colours.
#[derive(Args, Debug)]
#[command(allow_missing_positional = true)]
#[command(after_help = "\
Examples:
  ne-train plot hello.nex hello.svg                the decoded sound
  ne-train plot hello.nex hello.wav hello.png      the error under it
  ne-train plot photo.nex photo.jpg errors.png     a picture and its error
  ne-train plot bunny.nex bunny.obj errors.ply     a mesh in the colours of its error")]
pub(super) struct PlotArgs {
    /// The .nex file; `-` is standard input
    pub file: PathBuf,
    /// The sound, picture or mesh it was made from, to draw the error
    pub original: Option<PathBuf>,
    /// The picture: a name that ends in .svg (sounds), .png or .ply (shapes)
    pub out: PathBuf,
    /// Overwrite a file that exists
    #[arg(short, long)]
    pub force: bool,
    #[command(flatten)]
    pub limit: LimitArgs,
}

fn number(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| "not a number".to_string())
}

/// Any finite number.
pub(super) fn finite(text: &str) -> Result<f64, String> {
    let value = number(text)?;
    if value.is_finite() { Ok(value) } else { Err("must be finite".into()) }
}

/// Above zero.
pub(super) fn positive(text: &str) -> Result<f64, String> {
    let value = finite(text)?;
    if value > 0.0 { Ok(value) } else { Err("must be above 0".into()) }
}

/// A point in time.
fn seconds(text: &str) -> Result<f64, String> {
    let value = finite(text)?;
    if value >= 0.0 { Ok(value) } else { Err("must not be negative".into()) }
}

/// 0 to 1, both included.
pub(super) fn fraction(text: &str) -> Result<f64, String> {
    let value = finite(text)?;
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err("must lie in 0 to 1".into()) }
}

/// Above 0, up to 1.
pub(super) fn ratio(text: &str) -> Result<f64, String> {
    positive(text).and_then(|_| fraction(text))
}

/// A sample rate.
pub(super) fn rate(text: &str) -> Result<u32, String> {
    let value: u32 = text.parse().map_err(|_| "not a whole number of Hz".to_string())?;
    let range = nex_format::RATE_HZ;
    if range.contains(&value) {
        Ok(value)
    } else {
        Err(format!("must lie in {} to {} Hz", range.start(), range.end()))
    }
}

/// More than any machine has; a million would exhaust its memory.
const MAX_THREADS: usize = 1024;

/// 0 uses all cores.
pub(super) fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n @ 0..=MAX_THREADS) => Ok(n),
        _ => Err(format!("must be a whole number up to {MAX_THREADS}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn plot_takes_the_original_in_the_middle() {
        let parse = |args: &[&str]| match Cli::try_parse_from(args).unwrap().command {
            Command::Plot(plot) => (plot.original, plot.out),
            other => panic!("{other:?}"),
        };
        assert_eq!(parse(&["ne-train", "plot", "a", "b"]), (None, "b".into()));
        assert_eq!(parse(&["ne-train", "plot", "a", "b", "c"]), (Some("b".into()), "c".into()));
    }

    #[test]
    fn ranges_are_cut_to_the_sound_and_never_empty() {
        let frames = |start, end| RangeArgs { start, end }.frames(8_000, 8_000);
        assert_eq!(frames(None, None), Ok(0..8_000));
        assert_eq!(frames(Some(0.5), Some(9.0)), Ok(4_000..8_000));
        assert!(frames(Some(1.0), None).is_err());
        assert!(frames(Some(0.5), Some(0.5)).is_err());
    }
}
