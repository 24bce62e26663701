//! The inverse transform: a fast DCT of type IV in integers.

use super::fixed::{half_mul, sin_cos};
use nex_format::compact::BLOCK_LOG2;

/// A block's samples are sums of cosines over two to the power of this.
#[must_use]
pub(super) const fn shift(log2: u8) -> u32 {
    (log2 as u32).saturating_sub(1) / 2
}

/// `X[k] = 2^-s sum_n x[n] cos(pi/n (n + 1/2) (k + 1/2))` in place, with
/// `s = floor((log2 - 1) / 2)`: the orthonormal DCT-IV if log2 is odd, and
/// `2^(1/2)` times it if log2 is even, which a caller makes up for where
/// weights are scaled.
///
/// `x.len()` is a power of two, 32 to 2048; anything else is left as it is.
/// If the norm of the result is below 2^29, nothing overflows; others wrap.
/// Accuracy: 2 units + 1e-5 of the largest value (tested).
/// Cost: log2(n) + 4 multiplies per value, 2 of them at most for twiddles.
pub fn dct4(x: &mut [i32]) {
    let n = x.len();
    let log2 = n.checked_ilog2().unwrap_or(0);
    if !n.is_power_of_two() || !BLOCK_LOG2.contains(&(log2 as u8)) {
        return;
    }
    turn(x, log2);
    fft(x, log2 - 1);
    turn_back(x, log2);
}

/// The multiplies of a [`dct4`] of `1 << log2` values, at most: four for each
/// of the butterflies and turns, two for a twiddle between the table's places.
pub(super) const fn multiplies(log2: u8) -> u32 {
    let n = 1u32 << log2;
    let stages = log2 as u32 - 2;
    // Twiddles of the stages lie on the table's places.
    stages * n + 2 * (n / 2) * (4 + 2)
}

/// Half of `(re + i im) * exp(-2 pi i phase / 2^32)`.
#[inline]
fn rotate((re, im): (i32, i32), (s, c): (i32, i32)) -> (i32, i32) {
    (half_mul(re, c).wrapping_add(half_mul(im, s)), half_mul(im, c).wrapping_sub(half_mul(re, s)))
}

/// The complex number at `index` of interleaved parts.
#[inline]
fn get(z: &[i32], index: usize) -> (i32, i32) {
    match z.get(2 * index..2 * index + 2) {
        Some(&[re, im]) => (re, im),
        _ => (0, 0),
    }
}

#[inline]
fn set(z: &mut [i32], index: usize, (re, im): (i32, i32)) {
    if let Some([a, b]) = z.get_mut(2 * index..2 * index + 2) {
        (*a, *b) = (re, im);
    }
}

/// Pairs the real values up into complex ones and turns each by its eighth,
/// halving it.
fn turn(x: &mut [i32], log2: u32) {
    let n = x.len();
    let value = |x: &[i32], i: usize| x.get(i).copied().unwrap_or(0);
    for k in 0..n / 4 {
        let other = n / 2 - 1 - k;
        let a = (value(x, 2 * k), value(x, n - 1 - 2 * k));
        let b = (value(x, 2 * other), value(x, n - 1 - 2 * other));
        set(x, k, rotate(a, twiddle(k, log2)));
        set(x, other, rotate(b, twiddle(other, log2)));
    }
}

/// The other way round after the transform, halving again.
fn turn_back(x: &mut [i32], log2: u32) {
    let n = x.len();
    for k in 0..n / 4 {
        let other = n / 2 - 1 - k;
        let (a, d) = rotate(get(x, k), back(k, log2));
        let (c, b) = rotate(get(x, other), back(other, log2));
        // Even places take the real parts, mirrored odd ones the imaginary.
        set(x, k, (a, b.wrapping_neg()));
        set(x, other, (c, d.wrapping_neg()));
    }
}

/// `k / 2n` of a turn.
fn back(k: usize, log2: u32) -> (i32, i32) {
    sin_cos((k as u32) << (31 - log2))
}

/// `(4k + 1) / 8n` of a turn.
fn twiddle(k: usize, log2: u32) -> (i32, i32) {
    sin_cos((4 * k as u32 + 1) << (29 - log2))
}

/// Complex transform of `2^log2` values, log2 at least 4, its sums divided by
/// `2^(floor(log2 / 2) - 2)`: the two halvings left out make up for those of
/// the turns.
fn fft(z: &mut [i32], log2: u32) {
    let n = 1usize << log2;
    for i in 0..n {
        let j = i.reverse_bits() >> (usize::BITS - log2);
        if i < j {
            let (a, b) = (get(z, i), get(z, j));
            set(z, i, b);
            set(z, j, a);
        }
    }
    for pair in z.chunks_exact_mut(4) {
        if let [a, b, c, d] = pair {
            (*a, *c) = (a.wrapping_add(*c), a.wrapping_sub(*c));
            (*b, *d) = (b.wrapping_add(*d), b.wrapping_sub(*d));
        }
    }
    for stage in 1..log2 {
        let half = 1usize << stage;
        let halve = stage > 4 && stage % 2 == 1;
        for k in 0..half {
            let w = sin_cos((k as u32) << (31 - stage));
            for i in (k..n).step_by(2 * half) {
                let (re, im) = get(z, i);
                let b = rotate(get(z, i + half), w);
                let (a, b) = if halve {
                    // Ties go to the even neighbour: no drift over the stages.
                    ((re.wrapping_add(re >> 1 & 1) >> 1, im.wrapping_add(im >> 1 & 1) >> 1), b)
                } else {
                    ((re, im), (b.0 << 1, b.1 << 1))
                };
                set(z, i, (a.0.wrapping_add(b.0), a.1.wrapping_add(b.1)));
                set(z, i + half, (a.0.wrapping_sub(b.0), a.1.wrapping_sub(b.1)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::{super::fixed::counted, *};
    use std::{f64::consts::PI, vec::Vec};

    #[test]
    fn agrees_with_the_sum_of_cosines() {
        for log2 in 5..=11u8 {
            let n = 1usize << log2;
            let values = (0..n).map(|i| ((i * i * 7919 + 13) % 20_011) as i32 * 400 - 4_000_000);
            let input: Vec<i32> = values.collect();
            let mut fast = input.clone();
            dct4(&mut fast);
            let exact: Vec<f64> = (0..n)
                .map(|k| {
                    let terms = input.iter().enumerate().map(|(i, &x)| {
                        let angle = PI / n as f64 * (i as f64 + 0.5) * (k as f64 + 0.5);
                        f64::from(x) * angle.cos()
                    });
                    terms.sum::<f64>() / f64::from(1 << shift(log2))
                })
                .collect();
            let peak = exact.iter().fold(0.0f64, |a, b| a.max(b.abs()));
            for (k, (&fast, exact)) in fast.iter().zip(exact).enumerate() {
                let error = (f64::from(fast) - exact).abs();
                assert!(error < 2.0 + 1e-5 * peak, "{n} {k} {fast} {exact}");
            }
        }
    }

    #[test]
    fn the_stated_multiplies_are_those_counted() {
        for log2 in 5..=11u8 {
            let counted = counted::multiplies(|| dct4(&mut std::vec![1 << 20; 1 << log2]));
            // Some of the turns' twiddles lie on the table's places too.
            let stated = multiplies(log2);
            assert!(counted <= stated && stated <= counted + (2 << log2), "{counted} {stated}");
        }
    }

    #[test]
    fn a_full_scale_block_does_not_wrap() {
        // A block of full-scale samples with 8 fractional bits.
        for log2 in 5..=11u8 {
            let n = 1usize << log2;
            let input: Vec<i32> =
                (0..n).map(|i| if i % 3 == 0 { 1 << 23 } else { -1 << 23 }).collect();
            let mut there = input.clone();
            dct4(&mut there);
            let mut back = there.clone();
            dct4(&mut back);
            let gain = if log2 % 2 == 0 { 2 } else { 1 };
            let error = input.iter().zip(&back).map(|(a, b)| (a - b / gain).abs()).max();
            assert!(error < Some(400), "{n}: {error:?}");
        }
    }
}
