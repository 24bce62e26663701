//! What is compared with what, on the command line?

use super::{
    Size,
    given::{PICTURE, SOUND},
    values::{positive, rate, threads},
};
use crate::{
    commands::terminal::Failure,
    measure::bench::{
        lossless, picture, shape,
        sound::{self, Matches},
    },
};
use clap::{
    Args, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser},
};
use std::path::{Path, PathBuf};

/// Compare .nex files with other codecs: sounds at equal bytes and at equal dB, pictures at equal
/// PSNR and at equal SSIMULACRA2, shapes at equal IoU and at equal Chamfer distance.
///
/// Every sound, picture or mesh goes through every codec at every operating point: encoded and
/// decoded by the real tools, measured against the original. Files that are ours are made by
/// running this program. Prints Markdown.
///
/// Of sounds what comes back is moved back by the codec's delay; for each lossy rival's file a
/// compact .nex file of the same bytes is made (for Opus: of its packets' bytes, without the Ogg
/// container, which is harder), and one with the SNR of ADPCM. Of pictures a curve through each
/// codec's seven qualities says how many bytes it takes for any score between, and of shapes one
/// through the files that no smaller one of the same codec beats.
#[derive(Args, Debug)]
#[command(after_help = "\
Codecs of sounds, and the packages of their tools:
  flac     flac -8, lossless              flac
  adpcm    IMA ADPCM by sox               sox libsox-fmt-base
  gsm      GSM full rate, 8 kHz mono      sox libsox-fmt-base
  opus     opusenc at each of --rates     opus-tools
  mp3      lame, CBR at each of --rates   lame
  lc3      elc3, CBR at each of --rates   liblc3-tools
  aac      ffmpeg's own, each of --rates  ffmpeg
  vorbis   libvorbis, each of --rates     ffmpeg
  sbc      by ffmpeg, each of --rates     ffmpeg
  speex    speexenc, each of --rates      speex
  amr      AMR-NB by sox, 8 kHz mono      sox libsox-fmt-base
  codec2   by ffmpeg, 8 kHz mono          ffmpeg
  compact  ours, at each of --rates, at the rivals' bytes, at ADPCM's SNR
  neural   ours, weights of a small network (slow)

Codecs of pictures:
  compact  ours, --tune psnr and --tune eye
  jpeg     cjpeg -optimize                                       libjpeg-turbo-progs
  webp     cwebp -m 6                                            webp
  avif     avifenc, libaom's tune=psnr and tune=ssim             libavif-bin
  jxl      cjxl -e 9                                             libjxl-tools
  png      lossless, by this program
  mozjpeg  only if asked for: a program of that name, which is mozjpeg's cjpeg
  avif-iq  only if asked for: tune=iq, which takes libaom 3.12   libavif-bin
  JPEG and AVIF with 4:2:0 and with 4:4:4, of which the better counts at every score.

Codecs of shapes:
  compact  ours, of 64 to 256 voxels a side
  draco    draco_encoder -cl 10, of simplified meshes            draco
           mesh-simplify gives it those: a script of this repository, tests/peers/encoders
  zlib     a grid of distances in 8 bits of 16 to 64 points a side
  xz       the same by xz -9e                                    xz-utils
  neural   only if asked for: networks, --preset tiny and small (slow)
  The best of all triangles, bits, sides and levels counts at every score.

Codecs of --lossless:
  compact  ours, with memories of at most 16k and 4k entries
  webp     cwebp -lossless -z 9                                  webp
  jxl      cjxl -d 0 -e 9                                        libjxl-tools
  png      by this program
  qoi      likewise
  lz4      RGB565 in an LZ4 block, as LVGL 9 stores it: with alpha RGB565A8, of gray L8
  rle      the same in LVGL's runs
  oxipng   only if asked for: oxipng -o max                      (cargo install oxipng)

Numbers of sounds:
  file bytes    the whole file
  packet bytes  Opus: the packets and a byte each for their lengths; others: the file,
                which is .lc3, ADTS (.aac), Ogg (.spx), .amr, .c2
  bit/s         packet bytes over time; bit/sample: per sample of each channel
  SNR dB        as in `check`, of the aligned sound in 16 bits; no gain is fitted
  segSNR dB     mean over active frames of 20 ms, each within -10 to 35 dB
  encode s      wall time; measure with --threads 1 if times matter

Numbers of pictures:
  bytes         whole files; of a comparison ours over the rival's at equal score, less 1:
                the mean over the scores that both reach (Bjontegaard's rate), then over the
                pictures, and that of the picture where we are best and worst
  at equal bytes  our score less the rival's, over the bytes that both reach
  PSNR dB       over red, green and blue; of gray the same
  SSIMULACRA2   as in `check`

Numbers of shapes, as in `check`:
  IoU           of the insides, on a grid of 128 points a side
  trimap .01    the same of points so near to the original's surface
  Chamfer 1e5   mean square distance between the surfaces, both ways, where the longest side
                is 2; beside holes: without what closes the holes of the original

Examples:
  ne-train bench prompts/                                       all codecs, all WAV files
  ne-train bench a.wav b.wav --codecs adpcm,compact             the bytes that ADPCM's dB need
  ne-train bench music/ --rate 16000 --mono --seconds 6 --plot music.svg
  ne-train bench prompts/ --codecs opus,compact --rates 8,16,24 --markdown table.md
  ne-train bench prompts/ --keep out && tests/peers/pesq.py out/bench.json
  ne-train bench photos/ --fit 320x240 --plot psnr.svg          pictures, made small first
  ne-train bench a.png --codecs avif,compact --avif-speed 1     beside the best AVIF
  ne-train bench icons/ --lossless                              bytes of what is drawn, by folder
  ne-train bench meshes/ --codecs compact,zlib --plot shapes.png")]
pub struct BenchArgs {
    /// WAV files, pictures (PNG, JPEG, WebP, GIF, BMP) or meshes (OBJ, PLY, STL), and folders with
    /// such at any depth
    #[arg(required = true, value_name = "FOLDER_OR_FILE")]
    pub inputs: Vec<PathBuf>,
    /// The codecs, separated by commas [default: all of sounds; of pictures all but mozjpeg and
    /// avif-iq; of shapes all but neural]
    #[arg(long, value_name = "LIST", value_delimiter = ',', hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(ids()))]
    codecs: Option<Vec<String>>,
    /// Write everything as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the printed tables
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Draw a line per codec, SNR over kb/s, PSNR over bits per pixel or what is wrong of a shape
    /// over bytes: a name that ends in .svg or .png
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
    // Their headings would be those of what follows.
    #[command(flatten)]
    pub sound: BenchSoundArgs,
    #[command(flatten)]
    pub picture: BenchPictureArgs,
}

/// A comparison of sounds.
#[derive(Args, Debug)]
#[command(next_help_heading = SOUND)]
pub struct BenchSoundArgs {
    /// Resample every sound to this rate first
    #[arg(long, value_name = "HZ", value_parser = rate)]
    pub rate: Option<u32>,
    /// Mix all channels into one first
    #[arg(long)]
    pub mono: bool,
    /// Take the beginning of each sound only
    #[arg(long, value_name = "MAX", value_parser = positive)]
    pub seconds: Option<f64>,
    /// Bit rates of opus, mp3, lc3, aac, vorbis, sbc, speex and compact in kb/s; not all have all
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
}

/// A comparison of pictures.
#[derive(Args, Debug)]
#[command(next_help_heading = PICTURE)]
pub struct BenchPictureArgs {
    /// Cut and scale every picture to this size first, or turned if it is upright
    ///
    /// As much of the middle as has these proportions, by Lanczos' filter.
    #[arg(long, value_name = "WxH")]
    pub fit: Option<Size>,
    /// How fast AVIF is encoded: 0 (slowest) to 10
    #[arg(long, value_name = "N", default_value_t = 4)]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=10))]
    pub avif_speed: u8,
    /// Compare whole files of lossless codecs, summed by the folders that pictures lie in
    #[arg(long, conflicts_with_all = ["fit", "plot_ssimulacra2"])]
    pub lossless: bool,
    /// Let --plot draw SSIMULACRA2 instead of PSNR
    #[arg(long, requires = "plot")]
    pub plot_ssimulacra2: bool,
}

impl BenchArgs {
    /// The codecs of sounds that are asked for, of which one is called so.
    pub fn sound_codecs(&self, path: &Path) -> Result<Vec<sound::Codec>, Failure> {
        use sound::Codec;
        self.of(&is(path, "sound"), &Codec::ALL, &Codec::ALL, |codec| codec.id())
    }

    /// Likewise those of pictures.
    pub fn picture_codecs(&self, path: &Path) -> Result<Vec<picture::Codec>, Failure> {
        use picture::Codec;
        self.of(&is(path, "picture"), &Codec::ALL, &Codec::USUAL, |codec| codec.id())
    }

    /// Likewise those of shapes.
    pub fn shape_codecs(&self, path: &Path) -> Result<Vec<shape::Codec>, Failure> {
        use shape::Codec;
        self.of(&is(path, "shape"), &Codec::ALL, &Codec::USUAL, |codec| codec.id())
    }

    /// Likewise those of `--lossless`.
    pub fn lossless_codecs(&self) -> Result<Vec<lossless::Codec>, Failure> {
        use lossless::Codec;
        self.of("is none of --lossless", &Codec::ALL, &Codec::USUAL, |codec| codec.id())
    }

    fn of<C: Copy>(
        &self,
        other: &str,
        all: &[C],
        usual: &[C],
        id: fn(C) -> &'static str,
    ) -> Result<Vec<C>, Failure> {
        let Some(names) = &self.codecs else { return Ok(usual.to_vec()) };
        let codec = |name: &String| {
            all.iter().copied().find(|&codec| id(codec) == name).ok_or_else(|| {
                let ids: Vec<_> = all.iter().map(|&codec| id(codec)).collect();
                Failure::Usage(format!("--codecs {name}: {other}; take some of {}", ids.join(", ")))
            })
        };
        names.iter().map(codec).collect()
    }
}

/// What a codec is not that is none of a signal's.
fn is(path: &Path, signal: &str) -> String {
    format!("is none of {signal}s, and {} is a {signal}", path.display())
}

/// The names of all codecs, each once: those of sounds, of pictures, of lossless ones, of shapes.
fn ids() -> Vec<&'static str> {
    let mut ids: Vec<_> = sound::Codec::ALL.into_iter().map(sound::Codec::id).collect();
    let lossless = lossless::Codec::ALL.into_iter().map(lossless::Codec::id);
    let shapes = shape::Codec::ALL.into_iter().map(shape::Codec::id);
    let pictures = picture::Codec::ALL.into_iter().map(picture::Codec::id);
    for id in pictures.chain(lossless).chain(shapes) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
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
