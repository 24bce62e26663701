//! What can be asked of a compact file?

use super::{
    given::{COMPACT, COMPACT_NOT_SHAPES, COMPACT_PICTURE, COMPACT_SHAPE, COMPACT_SOUND},
    values::{bytes, finite, positive},
};
#[cfg(feature = "pictures")]
use crate::compact::{picture, shape};
use crate::{
    commands::{
        sound::{Feature, models},
        terminal::Failure,
    },
    compact::{self, Frames, Options, Request},
};
use clap::{Args, ValueEnum};
use nex_runtime::Loop;

/// How long to search: [`compact::Effort`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Effort {
    /// A quick plan and few steps
    Fast,
    /// The best plan, all steps
    Normal,
    /// Tries other block lengths and trade-offs too, at ten times the cost
    Best,
}

impl From<Effort> for compact::Effort {
    fn from(effort: Effort) -> Self {
        match effort {
            Effort::Fast => Self::Fast,
            Effort::Normal => Self::Normal,
            Effort::Best => Self::Best,
        }
    }
}

/// What "good" means: [`compact::Tune`], [`picture::Tune`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tune {
    /// Sounds: noise follows the spectrum, so that it is less audible
    Perceptual,
    /// Sounds: the least error of the waveform
    Snr,
    /// Pictures: what people see
    Eye,
    /// Pictures: the least error of the samples
    Psnr,
}

impl Tune {
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().into())
    }
}

/// What is played over and over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeated {
    /// The file's loop, or all of the sound.
    Own,
    /// These frames of the file.
    Frames { start: u64, end: u64 },
}

impl Repeated {
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self::Own);
        }
        let number = |text: &str| text.parse().ok();
        text.split_once("..")
            .and_then(|(start, end)| Some((number(start)?, number(end)?)))
            .filter(|(start, end)| start < end)
            .map(|(start, end)| Self::Frames { start, end })
            .ok_or_else(|| "must be START..END in frames, such as 4000..12000".into())
    }
}

/// The compact profile.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = COMPACT)]
pub struct CompactArgs {
    /// At most so many bytes, the whole file, such as 900 or 4k; never exceeded
    ///
    /// 4k is 4000 and 4Ki is 4096. With --quality it is a limit: a file that would be
    /// larger is made as good as fits.
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    size: Option<u64>,
    /// From 0 (rough) to 100 (fine) [default: 50]
    ///
    /// Of a sound's own loudness: what is lost is the same part of a soft sound as of a
    /// loud one; 8 points are 3 dB. A sound softer than -54 dB of full scale, where it is
    /// loudest, counts as if it were that loud. Of a picture or a shape 13 points are an octave
    /// of the quantiser's step.
    #[arg(long, value_name = "Q", value_parser = quality)]
    #[arg(conflicts_with_all = ["snr", "psnr", "error"])]
    quality: Option<f64>,
    /// What to spend the bytes on
    ///
    /// By default what is heard or seen; with --snr and --psnr the least error.
    #[arg(long, value_enum, help_heading = COMPACT_NOT_SHAPES)]
    tune: Option<Tune>,
    /// How long to search
    #[arg(long, value_enum, help_heading = COMPACT_NOT_SHAPES)]
    effort: Option<Effort>,
    #[command(flatten)]
    pub sound: CompactSoundArgs,
    #[command(flatten)]
    pub picture: CompactPictureArgs,
    #[command(flatten)]
    pub shape: CompactShapeArgs,
}

/// A compact sound.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = COMPACT_SOUND)]
pub struct CompactSoundArgs {
    /// At most so many kilobits (1000) per second, the whole file
    #[arg(long, value_name = "KBPS", value_parser = positive)]
    bitrate: Option<f64>,
    /// At least this signal-to-noise ratio, in as few bytes as possible
    #[arg(long, value_name = "DB", value_parser = finite, allow_negative_numbers = true)]
    pub snr: Option<f64>,
    /// Played over and over, its ends made to meet; or only these frames of IN
    ///
    /// Without frames the loop of IN, if it is a WAV file that names one, or all of
    /// it. The ends of a whole sound take more bytes, so that they meet without a
    /// click. A loop within it is kept as it is, sample joined to sample. START and
    /// END count IN's frames from 0 on; END is the first one after the loop.
    #[arg(long = "loop", value_name = "START..END", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "", value_parser = Repeated::parse)]
    pub repeated: Option<Repeated>,
    /// Samples of the longest block, 32 to 2048 [default: by the sound]
    ///
    /// Longer ones suit music and tones; the decoder needs 7 bytes of memory
    /// for each sample and channel.
    #[arg(long, value_name = "SAMPLES", value_parser = block)]
    max_block: Option<u8>,
    /// Frames of a chunk, 32 to 131072 [default: by the sound]
    ///
    /// A power of two, 1 to 128 times the longest block. A jump into the
    /// sound decodes from the beginning of a chunk on, so shorter chunks seek
    /// faster and cost bytes: on speech of 1.4 s at 8 kHz, one for the whole
    /// sound takes 2,256 bytes, chunks of 2048 take 2 % more, of 512 7 %. By
    /// default one to two seconds, and one chunk for a sound no longer than
    /// three of those.
    #[arg(long, value_name = "FRAMES", value_parser = chunk, hide_short_help = true)]
    chunk: Option<u8>,
    /// For a decoder with these features alone, such as compact-narrowband
    ///
    /// Those of nex-runtime, as they stand in the firmware's Cargo.toml, with commas. A
    /// decoder refuses a file that needs more; by default a file may need any, and `info`
    /// says which. One model alone (compact-narrowband, for 8 kHz; compact-wideband, for
    /// 16 kHz and more) serves every rate: the other one saves 1.5 % of the bytes at most,
    /// in the mean of 20 sounds. Without compact-stereo two channels are refused.
    #[arg(long, value_name = "FEATURES", value_enum, value_delimiter = ',')]
    #[arg(hide_possible_values = true)]
    features: Vec<Feature>,
}

/// A compact picture.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = COMPACT_PICTURE)]
pub struct CompactPictureArgs {
    /// Every pixel as it is: for icons, text, interfaces and what else is drawn
    ///
    /// By default both files are made, and the lossless one is taken if it has at most three
    /// times the bytes of the lossy one of quality 50, as most drawn pictures have and no
    /// photograph. With --quality or --psnr it is taken if it is no larger than the lossy one,
    /// with --size if it fits.
    #[arg(long, conflicts_with_all = ["lossy", "quality", "psnr", "tune", "effort", "total"])]
    lossless: bool,
    /// With loss, even if it is drawn
    #[arg(long)]
    lossy: bool,
    /// Colours that a lossless picture's decoder keeps in memory at most, of 5 bytes each (3
    /// with --rgb565), such as 1k, 4k (4096) or 64k [default: 16k]
    ///
    /// A power of two from 16 to 64k. More make long texts and lists smaller. Fewer are taken
    /// where they are enough.
    #[arg(long, value_name = "ENTRIES", value_parser = entries, conflicts_with = "lossy")]
    memory: Option<u8>,
    /// Of a lossless picture only what a display of 16 bits a pixel (RGB565) shows
    #[arg(long, conflicts_with = "lossy")]
    rgb565: bool,
    /// Keep the colours of transparent pixels, which nobody sees, in a lossless picture
    #[arg(long, conflicts_with = "lossy")]
    hidden: bool,
    /// Only the alpha of a picture, as gray (A8): icons that are tinted where they are shown
    #[arg(long, conflicts_with_all = ["rgb565", "hidden"])]
    pub mask: bool,
    /// At least this peak signal-to-noise ratio, in as few bytes as possible
    #[arg(long, value_name = "DB", value_parser = finite, allow_negative_numbers = true)]
    pub psnr: Option<f64>,
    /// Tiles of so many pixels a side that are decoded each by itself [default: one for all]
    ///
    /// 32 times a power of two. To show a part of a picture without tiles, everything above it is
    /// decoded; tiles of 64 cost 3 to 9 % of bytes.
    #[arg(long, value_name = "PIXELS", value_parser = tile)]
    tile: Option<u32>,
    /// Whether parts of a picture may be drawn, without loss [default: auto]
    ///
    /// Text, icons and whatever else has few colours and sharp edges takes fewer bytes so. The
    /// decoder needs the feature compact-drawn then, and more memory: `info` says how much.
    #[arg(long, value_enum, value_name = "MIX")]
    mix: Option<Mix>,
}

/// Whether blocks of a picture may be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mix {
    /// Where that costs less
    Auto,
    /// Nowhere
    Never,
}

/// A compact shape.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = COMPACT_SHAPE)]
pub struct CompactShapeArgs {
    /// At most this root mean square error of the distances near the surface, in the mesh's
    /// units, in as few bytes as possible
    #[arg(long, value_name = "UNITS", value_parser = positive)]
    pub error: Option<f64>,
    /// Voxels along the cube's side, 16 to 512 [default: 128]
    ///
    /// The surface's details are no smaller than a voxel, and the longest side of the mesh
    /// has 5/6 of them. More take more bytes, memory and time.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(16..=512))]
    voxels: Option<u16>,
}

/// Voxels along the cube's side where nothing else is said.
#[cfg(feature = "pictures")]
const VOXELS: u16 = 128;

impl CompactArgs {
    /// What to ask of the encoder for a sound.
    pub fn sound(
        &self,
        sound: &dyn Frames,
        comment: Option<&str>,
        repeated: Option<Loop>,
    ) -> Result<Options, Failure> {
        let request = Request {
            bytes: self.size.map(|bytes| bytes as usize),
            kbps: self.sound.bitrate,
            snr_db: self.sound.snr,
            quality: self.quality,
        };
        let options = request.options(sound.seconds());
        Ok(Options {
            tune: match self.tune {
                None => options.tune,
                Some(Tune::Perceptual) => compact::Tune::Perceptual,
                Some(Tune::Snr) => compact::Tune::Snr,
                Some(other) => return Err(other.of("pictures", "perceptual or snr")),
            },
            effort: self.effort.map_or(options.effort, Into::into),
            max_log2: self.sound.max_block,
            chunk_log2: self.sound.chunk,
            models: models(&self.sound.features, sound.channels())?,
            comment: comment.map(Into::into),
            repeated,
            ..options
        })
    }

    /// Likewise for a picture.
    #[cfg(feature = "pictures")]
    pub fn picture(
        &self,
        channels: usize,
        comment: Option<&str>,
    ) -> Result<picture::Wishes, Failure> {
        let CompactPictureArgs { psnr, tile, mix, lossless, lossy, memory, rgb565, hidden, .. } =
            self.picture;
        let request = picture::Request {
            bytes: self.size.map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX)),
            psnr_db: psnr,
            quality: self.quality,
        };
        let options = request.options();
        let drawn = picture::DrawnOptions::default();
        let drawn = picture::DrawnOptions {
            memory: memory.unwrap_or(drawn.memory),
            // Gray has no colours of a display.
            display: rgb565 && channels > 2,
            hidden,
            tile,
            limit: options.limit,
            comment: comment.map(Into::into),
        };
        let lossy_options = picture::Options {
            tune: match self.tune {
                None => options.tune,
                Some(Tune::Eye) => picture::Tune::Eye,
                Some(Tune::Psnr) => picture::Tune::Psnr,
                Some(other) => return Err(other.of("sounds", "eye or psnr")),
            },
            effort: self.effort.map_or(options.effort, Into::into),
            mix: match mix {
                None | Some(Mix::Auto) => {
                    memory.map_or(options.mix, |memory| picture::Mix::Auto { memory })
                }
                Some(Mix::Never) => picture::Mix::Never,
            },
            tile,
            comment: comment.map(Into::into),
            ..options
        };
        Ok(picture::Wishes {
            loss: match (lossless, lossy) {
                (true, _) => picture::Loss::Lossless,
                (_, true) => picture::Loss::Lossy,
                _ => picture::Loss::Auto,
            },
            lossy: lossy_options,
            lossless: drawn,
            chosen: request.has_quality(),
        })
    }
}

impl CompactArgs {
    /// Voxels along the cube's side, and what to ask of the encoder for a shape.
    #[cfg(feature = "pictures")]
    pub fn shape(&self, comment: Option<&str>) -> (u16, shape::Options) {
        let request = shape::Request {
            bytes: self.size.map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX)),
            error: self.shape.error,
            quality: self.quality,
        };
        let options = shape::Options { comment: comment.map(Into::into), ..request.options() };
        (self.shape.voxels.unwrap_or(VOXELS), options)
    }
}

impl Tune {
    /// It is for other signals; these take others.
    fn of(self, signals: &str, own: &str) -> Failure {
        Failure::Usage(format!("--tune {} is for {signals}; take {own}", self.name()))
    }
}

/// Pixels along a tile's side.
fn tile(text: &str) -> Result<u32, String> {
    match text.parse::<u32>() {
        Ok(n @ 32..=65_536) if n.is_power_of_two() => Ok(n),
        _ => Err("must be a power of two from 32 to 65536".into()),
    }
}

/// log2 of a memory's entries.
fn entries(text: &str) -> Result<u8, String> {
    let lower = text.to_ascii_lowercase();
    let thousands = lower.strip_suffix("ki").or_else(|| lower.strip_suffix('k'));
    let entries = match thousands {
        Some(digits) => digits.parse::<u32>().ok().and_then(|n| n.checked_mul(1024)),
        None => lower.parse().ok(),
    };
    match entries {
        Some(n @ 16..=65_536) if n.is_power_of_two() => Ok(n.ilog2() as u8),
        _ => Err("must be a power of two from 16 to 64k (65536), such as 1k, 4k or 16k".into()),
    }
}

/// 0 to 100.
fn quality(text: &str) -> Result<f64, String> {
    let value = finite(text)?;
    if (0.0..=100.0).contains(&value) { Ok(value) } else { Err("must lie in 0 to 100".into()) }
}

/// log2 of a block's length.
fn block(text: &str) -> Result<u8, String> {
    match text.parse::<u32>() {
        Ok(n @ 32..=2048) if n.is_power_of_two() => Ok(n.ilog2() as u8),
        _ => Err("must be a power of two from 32 to 2048".into()),
    }
}

/// log2 of a chunk's frames.
fn chunk(text: &str) -> Result<u8, String> {
    match text.parse::<u32>() {
        Ok(n @ 32..=131_072) if n.is_power_of_two() => Ok(n.ilog2() as u8),
        _ => Err("must be a power of two from 32 to 131072".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_powers_of_two() {
        for (text, log2) in [("16", 4), ("1k", 10), ("4096", 12), ("16K", 14), ("64ki", 16)] {
            assert_eq!(entries(text), Ok(log2), "{text}");
        }
        for text in ["", "k", "8", "3k", "4000", "128k", "-4", "4kb", "5000000k"] {
            assert!(entries(text).is_err(), "{text}");
        }
    }
}
