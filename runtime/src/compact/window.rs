//! How do neighbouring blocks blend?

use super::fixed::{mul, sin_cos};

/// Undoes the fold at a block boundary: `left` ends there, `right` begins.
///
/// Both have `overlap / 2` values (or more; only those at the boundary are
/// touched). The slope is Vorbis's power-complementary one:
/// `sin(pi/2 sin^2(pi (n + w/2 + 1/2) / 2w))`, w the overlap.
/// `overlap` is a power of two, at least 2; 0 does nothing.
pub fn unfold(left: &mut [i32], right: &mut [i32], overlap: usize) {
    if overlap < 2 {
        return;
    }
    let log2 = overlap.ilog2();
    let pairs = left.iter_mut().rev().zip(right).take(overlap / 2);
    for (n, (l, r)) in pairs.enumerate() {
        // sin^2 is (1 - cos) / 2 of twice the angle; with 30 fractional bits
        // it is also that part of a quarter turn in 2^-32 turns.
        let (_, cos) = sin_cos((2 * n as u32 + overlap as u32 + 1) << (30 - log2));
        let square = ((1 << 30) - cos) >> 1;
        let (s, c) = sin_cos(square as u32);
        let (a, b) = (*r, *l);
        *r = mul(s, a).wrapping_sub(mul(c, b));
        *l = mul(s, b).wrapping_add(mul(c, a));
    }
}
