//! How does a block of a compact sound become samples? In integers alone.

mod blocks;
mod dct;
mod samples;
mod step;
mod waves;
mod window;

pub use blocks::{Blocks, Memory, words};
pub use dct::{dct4, multiplies as dct4_multiplies, shift};
pub use samples::{round_mono, round_stereo};
pub use waves::{half_mul, minus_sin_cos, slope};
pub use window::{multiplies as unfold_multiplies, unfold};
