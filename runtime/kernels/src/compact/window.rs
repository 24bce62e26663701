//! How do neighbouring blocks blend?

use super::fixed::{half_mul, quarter_sin, quarter_sin_cos};

/// Sine and cosine, with 31 fractional bits, of the slope at `distance` from
/// the boundary, in 2^-32 of the overlap, half of it at most: Vorbis's
/// power-complementary one, `sin(pi/2 sin^2(pi/2 (1/2 + distance)))`.
pub fn slope(distance: u32) -> (i32, i32) {
    // sin^2 is (1 - cos) / 2 of twice the angle, half a turn on the way from
    // one end of the overlap to the other; in this half -cos is the sine.
    // In 2^-32 of a quarter turn; 1 is 2^32.
    let square = (1u32 << 31).wrapping_add(quarter_sin(distance >> 1) as u32);
    quarter_sin_cos(square >> 2)
}

/// Undoes the fold at a block boundary: `left` ends there, `right` begins.
///
/// Both have `overlap / 2` values (or more; only those at the boundary are
/// touched). `overlap` is a power of two, at least 2; 0 does nothing.
/// Cost: 4 multiplies per value.
pub fn unfold(left: &mut [i32], right: &mut [i32], overlap: usize) {
    let Some(log2) = overlap.checked_ilog2().filter(|&log2| log2 > 0) else { return };
    let pairs = left.iter_mut().rev().zip(right).take(overlap / 2);
    for (n, (l, r)) in pairs.enumerate() {
        let (s, c) = slope((2 * n as u32 + 1) << (31 - log2));
        let (a, b) = (*r, *l);
        *r = half_mul(a, s).wrapping_sub(half_mul(b, c)) << 1;
        *l = half_mul(b, s).wrapping_add(half_mul(a, c)) << 1;
    }
}

/// The multiplies of an [`unfold`]: 4 for each pair, 4 for its slope.
pub const fn multiplies(overlap: usize) -> u32 {
    4 * overlap as u32
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::{super::fixed::counted, *};
    use std::f64::consts::FRAC_PI_2;

    #[test]
    fn the_stated_multiplies_are_those_counted() {
        for overlap in [0, 32, 512] {
            let counted = counted::multiplies(|| unfold(&mut [7; 1024], &mut [9; 1024], overlap));
            let stated = multiplies(overlap);
            assert!(
                counted <= stated && stated <= counted + 2 * overlap as u32,
                "{counted} {stated}"
            );
        }
    }

    #[test]
    fn the_slope_is_vorbis() {
        for i in 0..4096u32 {
            let distance = f64::from(i) / 8192.0;
            let exact = (FRAC_PI_2 * (FRAC_PI_2 * (0.5 + distance)).sin().powi(2)).sin_cos();
            let (s, c) = slope(i << 19);
            let unit = f64::from(i32::MAX);
            assert!((f64::from(s) / unit - exact.0).abs() < 1.5e-5, "{i}");
            assert!((f64::from(c) / unit - exact.1).abs() < 1.5e-5, "{i}");
        }
    }
}
