//! How does a block of a compact sound become samples? In integers alone.

mod blocks;
mod dct;
mod fixed;
mod window;

pub use blocks::{Blocks, Memory, words};
pub use dct::{dct4, multiplies as dct4_multiplies, shift};
pub use fixed::{half_mul, sin_cos};
pub use window::{multiplies as unfold_multiplies, slope, unfold};
