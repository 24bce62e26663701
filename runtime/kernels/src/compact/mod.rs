//! How does a block of a compact sound become samples? In integers alone.

mod blocks;
mod dct;
mod samples;
mod step;
mod waves;
mod window;

pub use blocks::{Blocks, Memory, WHOLE_BLOCK, words};
pub use dct::{dct4_part, multiplies as dct4_multiplies, parts as dct4_parts, shift};
pub use samples::{round_mono, round_stereo};
pub use waves::{half_mul, minus_sin_cos, slope};
pub use window::{UNFOLD_PARTS, copy, multiplies as unfold_multiplies, unfold_part};
