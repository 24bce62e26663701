//! What can be asked of `plot`?

use super::LimitArgs;
#[cfg(feature = "pictures")]
use crate::{commands::terminal::Failure, measure::plot};
use clap::Args;
#[cfg(feature = "pictures")]
use std::path::Path;
use std::path::PathBuf;

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
pub struct PlotArgs {
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

/// The kind of picture that a file name asks for.
#[cfg(feature = "pictures")]
pub fn format_of(path: &Path) -> Result<plot::Format, Failure> {
    match path.extension().and_then(|e| e.to_str()) {
        Some(e) if e.eq_ignore_ascii_case("svg") => Ok(plot::Format::Svg),
        Some(e) if e.eq_ignore_ascii_case("png") => Ok(plot::Format::Png),
        _ => Err(Failure::Usage(format!("{}: must end in .svg or .png", path.display()))),
    }
}
