//! How does a leaf of a compact picture become pixels? In integers alone.

#[cfg(nex_arm_dsp)]
mod arm;
mod border;
mod canvas;
mod colour;
pub mod drawn;
mod filter;
mod filters;
mod leaf;
mod predict;
mod transform;

pub use border::Border;
pub use canvas::{Canvas, Pixels};
pub use colour::{row_to_samples, samples_to_row, to_planes, to_samples};
pub use filter::{CHROMA_INPUTS, Classes, EXPERTS, Experts, Filter, LUMA_INPUTS, leave};
pub use filters::TRAINED;
pub use leaf::{Around, Work, decode, finish};
use predict::{from_luma, predict};
use transform::inverse;
pub use transform::{Square, Step, cosines, sines};

/// Added to magnitudes 1, 2 and above, in 1/64 of a step: zero is likelier than not.
pub const OFFSETS: [i8; 3] = [-4, -2, -2];
/// Fractional bits of a plane's pixels.
pub const FRACTION: u32 = 4;
/// The brightest pixel of luma; chroma lies between this and its opposite.
pub const BRIGHTEST: i16 = 255 << FRACTION;

/// A pixel not below `least` nor above the brightest; most are within.
#[inline]
fn limited(pixel: i32, least: i32) -> i16 {
    #[cold]
    fn limit(pixel: i32, least: i32) -> i16 {
        pixel.clamp(least, BRIGHTEST.into()) as i16
    }
    let within = (pixel - least) as u32 <= (i32::from(BRIGHTEST) - least) as u32;
    if within { pixel as i16 } else { limit(pixel, least) }
}
