//! The inverse transform: a fast DCT of type IV in integers.

use super::fixed::{half_mul, on_table, quarter_sin_cos};
use nex_coding::sound::BLOCK_LOG2;

/// A block's samples are sums of cosines over two to the power of this.
#[must_use]
pub const fn shift(log2: u8) -> u32 {
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
pub const fn multiplies(log2: u8) -> u32 {
    let n = 1u32 << log2;
    let stages = log2 as u32 - 2;
    // Twiddles of the stages lie on the table's places.
    stages * n + 2 * (n / 2) * (4 + 2)
}

/// Half of `(re + i im) * exp(-2 pi i phase / 2^32)`.
#[inline]
fn rotate([re, im]: [i32; 2], (s, c): (i32, i32)) -> [i32; 2] {
    [half_mul(re, c).wrapping_add(half_mul(im, s)), half_mul(im, c).wrapping_sub(half_mul(re, s))]
}

/// Pairs the real values up into complex ones and turns each by its eighth,
/// halving it.
fn turn(x: &mut [i32], log2: u32) {
    let (mut rest, _) = x.as_chunks_mut::<2>();
    let mut k = 0;
    while let [a, middle @ .., b] = rest {
        // Even places of one end go with odd ones of the other.
        let (first, second) = ([a[0], b[1]], [b[0], a[1]]);
        *a = rotate(first, twiddle(k, log2));
        *b = rotate(second, twiddle((1 << (log2 - 1)) - 1 - k, log2));
        rest = middle;
        k += 1;
    }
}

/// The other way round after the transform, halving again.
fn turn_back(x: &mut [i32], log2: u32) {
    let (mut rest, _) = x.as_chunks_mut::<2>();
    let mut k = 0;
    while let [a, middle @ .., b] = rest {
        let [first, last] = rotate(*a, back(k, log2));
        let [second, before] = rotate(*b, back((1 << (log2 - 1)) - 1 - k, log2));
        // Even places take the real parts, mirrored odd ones the imaginary.
        *a = [first, before.wrapping_neg()];
        *b = [second, last.wrapping_neg()];
        rest = middle;
        k += 1;
    }
}

/// `k / 2n` of a turn, k below n / 2.
#[inline]
fn back(k: u32, log2: u32) -> (i32, i32) {
    quarter_sin_cos(k << (31 - log2))
}

/// `(4k + 1) / 8n` of a turn, k below n / 2.
#[inline]
fn twiddle(k: u32, log2: u32) -> (i32, i32) {
    quarter_sin_cos((4 * k + 1) << (29 - log2))
}

/// Complex transform of `2^log2` values, log2 at least 4, its sums divided by
/// `2^(floor(log2 / 2) - 2)`: the two halvings left out make up for those of
/// the turns.
fn fft(x: &mut [i32], log2: u32) {
    let (z, _) = x.as_chunks_mut::<2>();
    reverse(z, log2);
    // The first two stages at once.
    let (fours, _) = z.as_chunks_mut::<4>();
    let (s, c) = on_table(0);
    for [a0, a1, b0, b1] in fours {
        let ((p0, p1), (q0, q1)) = (butterfly(*a0, *a1), butterfly(*b0, *b1));
        (*a0, *b0) = join::<false>(p0, rotate(q0, (s, c)));
        (*a1, *b1) = join::<false>(p1, rotate(q1, (c, -s)));
    }
    for stage in 2..log2 {
        if stage > 4 && stage % 2 == 1 {
            merge::<true>(z, stage);
        } else {
            merge::<false>(z, stage);
        }
    }
}

/// Makes transforms of `2 << stage` values of those of half the length.
#[inline(never)]
fn merge<const HALVE: bool>(z: &mut [[i32; 2]], stage: u32) {
    let quarter = 1usize << stage >> 1;
    for group in z.chunks_exact_mut((4 * quarter).max(1)) {
        let (low, high) = group.split_at_mut_checked(2 * quarter).unwrap_or_default();
        let (a0, a1) = low.split_at_mut_checked(quarter).unwrap_or_default();
        let (b0, b1) = high.split_at_mut_checked(quarter).unwrap_or_default();
        let mut place = 0;
        for (((a0, a1), b0), b1) in a0.iter_mut().zip(a1).zip(b0).zip(b1) {
            // The second of them is a quarter turn ahead.
            let (s, c) = on_table(place);
            (*a0, *b0) = join::<HALVE>(*a0, rotate(*b0, (s, c)));
            (*a1, *b1) = join::<HALVE>(*a1, rotate(*b1, (c, -s)));
            place += 512 >> stage;
        }
    }
}

/// Sum and difference with twice a number, both halved if asked.
#[inline]
fn join<const HALVE: bool>(a: [i32; 2], [re, im]: [i32; 2]) -> ([i32; 2], [i32; 2]) {
    if HALVE {
        // Ties go to the even neighbour: no drift over the stages.
        butterfly(a.map(|x| x.wrapping_add(x >> 1 & 1) >> 1), [re, im])
    } else {
        butterfly(a, [re << 1, im << 1])
    }
}

#[inline]
fn butterfly([a, b]: [i32; 2], [c, d]: [i32; 2]) -> ([i32; 2], [i32; 2]) {
    ([a.wrapping_add(c), b.wrapping_add(d)], [a.wrapping_sub(c), b.wrapping_sub(d)])
}

/// Swaps the values whose places are each other's bits in reverse.
fn reverse(z: &mut [[i32; 2]], log2: u32) {
    for i in 0..z.len() {
        let j = i.reverse_bits() >> (usize::BITS - log2);
        if let (true, Ok([a, b])) = (i < j, z.get_disjoint_mut([i, j])) {
            core::mem::swap(a, b);
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
