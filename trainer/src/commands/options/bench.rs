//! What is compared with what, on the command line?

use super::values::{positive, rate, threads};
use crate::measure::bench::{Codec, Matches};
use clap::{Args, ValueEnum, builder::PossibleValue};
use std::path::PathBuf;

/// Compare .nex files with other codecs, at equal bytes and at equal dB.
///
/// Every sound goes through every codec at every operating point: encoded and
/// decoded by the real tools, moved back by the codec's delay, measured
/// against the original. For each lossy rival's file a compact .nex file of
/// the same bytes is made (for Opus: of its packets' bytes, without the Ogg
/// container, which is harder), and one with the SNR of ADPCM. Files that are
/// ours are made by running this program. Prints Markdown.
#[derive(Args, Debug)]
#[command(after_help = "\
Codecs, and the packages of their tools:
  flac     flac -8, lossless              flac
  adpcm    IMA ADPCM by sox               sox libsox-fmt-base
  gsm      GSM full rate, 8 kHz mono      sox libsox-fmt-base
  opus     opusenc at each of --rates     opus-tools
  mp3      lame, CBR at each of --rates   lame
  lc3      elc3, CBR at each of --rates   liblc3-tools
  aac      ffmpeg's own, each of --rates  ffmpeg
  speex    speexenc, each of --rates      speex
  amr      AMR-NB by sox, 8 kHz mono      sox libsox-fmt-base
  codec2   by ffmpeg, 8 kHz mono          ffmpeg
  compact  ours, at each of --rates, at the rivals' bytes, at ADPCM's SNR
  neural   ours, weights of a small network (slow)

Numbers:
  file bytes    the whole file
  packet bytes  Opus: the packets and a byte each for their lengths; others: the file,
                which is .lc3, ADTS (.aac), Ogg (.spx), .amr, .c2
  bit/s         packet bytes over time; bit/sample: per sample of each channel
  SNR dB        as in `check`, of the aligned sound in 16 bits; no gain is fitted
  segSNR dB     mean over active frames of 20 ms, each within -10 to 35 dB
  encode s      wall time; measure with --threads 1 if times matter

Examples:
  ne-train bench prompts/                                       all codecs, all WAV files
  ne-train bench a.wav b.wav --codecs adpcm,compact             the bytes that ADPCM's dB need
  ne-train bench music/ --rate 16000 --mono --seconds 6 --plot music.svg
  ne-train bench prompts/ --codecs opus,compact --rates 8,16,24 --markdown table.md
  ne-train bench prompts/ --keep out && tests/peers/pesq.py out/bench.json")]
pub struct BenchArgs {
    /// WAV files, and folders with WAV files at any depth
    #[arg(required = true, value_name = "FOLDER_OR_FILE")]
    pub sounds: Vec<PathBuf>,
    /// Resample every sound to this rate first
    #[arg(long, value_name = "HZ", value_parser = rate)]
    pub rate: Option<u32>,
    /// Mix all channels into one first
    #[arg(long)]
    pub mono: bool,
    /// Take the beginning of each sound only
    #[arg(long, value_name = "MAX", value_parser = positive)]
    pub seconds: Option<f64>,
    /// The codecs, separated by commas
    #[arg(long, value_name = "LIST", value_enum, value_delimiter = ',')]
    #[arg(default_values_t = Codec::ALL, hide_default_value = true)]
    pub codecs: Vec<Codec>,
    /// Bit rates of opus, mp3, lc3, aac, speex and compact in kb/s; not all have all
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = kbps)]
    #[arg(default_values_t = [8, 12, 16, 24, 32, 48, 64])]
    pub rates: Vec<u32>,
    /// Compact files at the bytes of each lossy rival
    #[arg(long, value_enum, default_value = "natural")]
    pub matches: Matches,
    /// Steps of each neural fit
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub neural_steps: u64,
    /// Write everything as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the printed tables
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Draw SNR over kb/s, a line per codec: a name that ends in .svg or .png
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// Keep all files, and bench.json beside them, in this folder
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// Measurements at the same time; 0 is one for each core
    #[arg(long, value_name = "N", value_parser = threads, default_value_t = 0)]
    pub threads: usize,
    /// Overwrite files that exist
    #[arg(short, long)]
    pub force: bool,
}

impl ValueEnum for Codec {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.id()))
    }
}

impl std::fmt::Display for Codec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id())
    }
}

impl ValueEnum for Matches {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::None, Self::Natural, Self::Both]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::None => PossibleValue::new("none").help("none, and none at ADPCM's SNR"),
            Self::Natural => PossibleValue::new("natural")
                .help("one, tuned for SNR beside ADPCM and for the ear beside the others"),
            Self::Both => PossibleValue::new("both").help("one tuned for SNR and one for the ear"),
        })
    }
}

/// What any codec may be asked for.
fn kbps(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(rate @ 1..=512) => Ok(rate),
        _ => Err("must be a whole number of kb/s in 1 to 512".into()),
    }
}
