//! What can be asked of `decode`?

use super::{
    FolderArgs, LimitArgs, OutArgs, RangeArgs,
    given::{PICTURE, PICTURE_OR_SHAPE, SHAPE, SOUND},
    values::{positive, rate},
    view::{Angles, Crop, Size},
};
use clap::Args;
use std::path::PathBuf;

/// Decode a .nex file to a 16-bit WAV file, raw samples, a PNG file or a mesh.
///
/// The same input gives the same bits on every machine.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ne-train decode hello.nex hello.wav
  ne-train decode hello.nex hello48.wav --rate 48k      evaluate between the samples
  ne-train decode hello.nex - | aplay                   listen
  ne-train decode hello.nex - | ffmpeg -i - hello.mp3   any other format
  ne-train decode hello.nex hello.pcm                   samples without a header
  ne-train decode hello.nex part.wav --start 1.5 --end 2
  ne-train decode nex/ decoded/ --batch                 all .nex files in a folder
  ne-train decode cat.nex cat.png
  ne-train decode cat.nex large.png --scale 2.5         evaluate between the pixels
  ne-train decode cat.nex face.png --crop 64x64+40+20 --size 512x512
  ne-train decode bunny.nex bunny.obj --resolution 256  also .ply, .stl and .glb
  ne-train decode bunny.nex bunny.png --view 30,20      a picture of the shape")]
pub struct DecodeArgs {
    /// The .nex file; `-` is standard input
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub limit: LimitArgs,
    /// Play at this sample rate
    ///
    /// A compact sound is resampled with a filter. A neural one is a function
    /// of continuous time, so a higher rate asks it for the moments between
    /// the original samples; a lower rate skips moments without a filter,
    /// which aliases: decode at the stored rate and resample the WAV file
    /// instead.
    #[arg(long, value_name = "HZ", value_parser = rate, help_heading = SOUND)]
    pub rate: Option<u32>,
    #[command(flatten, next_help_heading = SOUND)]
    pub range: RangeArgs,
    /// Write the samples alone, 16 bits, little-endian; so does a name that ends in .raw or .pcm
    #[arg(long, help_heading = SOUND)]
    pub raw: bool,
    /// So many times its size, or that of --crop
    ///
    /// A compact picture is scaled with a filter, which sees nothing beyond --crop. A neural one is a function of continuous
    /// coordinates, so a larger one asks it for what lies between the pixels; a much smaller
    /// one leaves pixels out without a filter, which aliases.
    #[arg(long, value_name = "FACTOR", value_parser = positive, help_heading = PICTURE)]
    pub scale: Option<f64>,
    /// In this size (a picture: instead of --scale)
    #[arg(long, value_name = "WxH", conflicts_with = "scale", help_heading = PICTURE_OR_SHAPE)]
    pub size: Option<Size>,
    /// Only this rectangle, in its own pixels
    #[arg(long, value_name = "WxH+X+Y", help_heading = PICTURE)]
    pub crop: Option<Crop>,
    #[command(flatten)]
    pub shape: ShapeDecodeArgs,
    #[command(flatten)]
    pub folder: FolderArgs,
}

/// How a shape is decoded.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq)]
#[command(next_help_heading = SHAPE)]
pub struct ShapeDecodeArgs {
    /// Points along each side of the grid that its surface is found on [default: 128]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1024))]
    pub resolution: Option<u32>,
    /// The direction of its picture, around the y axis and above the horizon, in
    /// degrees [default: 30,20]
    #[arg(long, value_name = "AZ,EL", allow_hyphen_values = true)]
    pub view: Option<Angles>,
    /// Its picture in the colours of the experts that own each point
    #[arg(long)]
    pub by_expert: bool,
}
