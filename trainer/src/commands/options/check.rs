//! What can be asked of `check`?

use super::{
    FolderArgs, LimitArgs,
    given::{PICTURE, SHAPE, SOUND},
    values::{finite, fraction},
};
use crate::audio::Encoding;
use clap::Args;
use std::path::PathBuf;

/// Decode a .nex file and compare it with the original sound or picture.
///
/// The real runtime decodes it, and every sample is compared. The original
/// must have the rate, channels and length that were stored. If the sound was
/// exported with --rate, --mono, --start, --end, --gain or the like, change the
/// original alike first. A picture that was exported with --max-side is compared with the
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
  scratch_bytes   the least working memory that the decoder is given
  expert_share    part of the time that each expert decides; of a compact sound, whose
                  blocks are its experts, that blocks of 32, 64, ... samples decide

Of a picture:
  psnr_db         peak signal-to-noise ratio, peak 255, over all samples of all channels
  paper_psnr_db   the same as the paper counts it: samples from -1 to 1, the peak the
                  largest of them, which is 6.02 dB less if white occurs
  ssim            mean structural similarity, Gaussian window of 11 x 11 pixels, sigma 1.5
  ssimulacra2     100 for equal pictures, 90 where no difference is seen, 70 high quality, 50
                  medium, 30 low; of gray and RGB of 8 pixels a side and 16 million in all
  original_bytes  the samples as they are, one byte each

Of a shape, where the original fills -1 to 1 along its longest side (one that encloses
nothing is refused):
  iou             points inside of both over points inside of either, of a grid of 128^3
                  from -1.2 to 1.2
  trimap_iou      the same of the points within 0.1, 0.01, 0.005, 0.001 of the original
  chamfer         mean square distance to the nearest of 300000 points of the other surface,
                  both ways added; chamfer_floor is that of two samples of the original, and
                  chamfer_beside_holes leaves out what closes the holes of an open one
  hausdorff       the largest of these distances, not squared
  mean_error      mean error of distances, half of them at the surface, most others near it

Examples:
  ne-train check hello.nex hello.wav
  ne-train check nex/ prompts/ --batch --min-snr 15     all .nex files in a folder
  ne-train check hello.nex hello.wav --min-snr 20 || echo 'not good enough'")]
pub struct CheckArgs {
    /// The .nex file; `-` is standard input
    pub file: PathBuf,
    /// The sound, picture or mesh it was made from; `-` is standard input
    pub original: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// ORIGINAL is samples without a header, of the file's rate and channels: s16le, f32be, u8, ...
    #[arg(long, value_name = "FORMAT", help_heading = SOUND)]
    pub raw: Option<Encoding>,
    /// Exit with code 3 if the signal-to-noise ratio is below this
    #[arg(long, value_name = "DB", value_parser = finite, allow_negative_numbers = true)]
    #[arg(help_heading = SOUND)]
    pub min_snr: Option<f64>,
    /// Exit with code 3 if the PSNR (peak 255) is below this
    #[arg(long, value_name = "DB", value_parser = finite, allow_negative_numbers = true)]
    #[arg(help_heading = PICTURE)]
    pub min_psnr: Option<f64>,
    /// Exit with code 3 if the overlap with the original (IoU, 0 to 1) is below this
    #[arg(long, value_name = "X", value_parser = fraction, help_heading = SHAPE)]
    pub min_iou: Option<f64>,
    #[command(flatten)]
    pub limit: LimitArgs,
    #[command(flatten)]
    pub folder: FolderArgs,
}
