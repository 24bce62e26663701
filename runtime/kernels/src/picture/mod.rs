//! How does a leaf of a compact picture become pixels? In integers alone.

mod border;
mod canvas;
mod colour;
mod filter;
mod filters;
mod leaf;
mod predict;
mod transform;

pub use border::Border;
pub use canvas::Canvas;
pub use colour::{row_to_samples, to_planes, to_samples};
pub use filter::{CHROMA_INPUTS, Classes, EXPERTS, Experts, Filter, LUMA_INPUTS, leave};
pub use filters::TRAINED;
pub use leaf::{Around, decode};
use predict::{from_luma, predict};
use transform::inverse;
pub use transform::{Square, Step, cosines, sines};

/// Added to magnitudes 1, 2 and above, in 1/64 of a step: zero is likelier than not.
pub const OFFSETS: [i8; 3] = [-4, -2, -2];
/// Fractional bits of a plane's pixels.
pub const FRACTION: u32 = 4;
/// The brightest pixel of luma; chroma lies between this and its opposite.
pub const BRIGHTEST: i16 = 255 << FRACTION;

/// A pixel within a plane's range.
#[must_use]
#[inline]
pub fn within(value: i32, signed: bool) -> i16 {
    let least = if signed { -i32::from(BRIGHTEST) } else { 0 };
    value.clamp(least, BRIGHTEST.into()) as i16
}
