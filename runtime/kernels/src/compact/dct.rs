//! The inverse transform: a fast DCT of type IV in integers.
//!
//! All factors are of 16 bits and negative, for 16 bits hold -1 but not 1.

#[cfg(nex_arm_dsp)]
mod arm;

#[cfg(nex_arm_dsp)]
use arm::double;

use super::waves::{Twiddle, turned, turned_by};
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
/// Accuracy: 64 units + 6e-5 of the largest value (tested).
/// Cost: log2(n) + 3 multiplies per value, 2 of them between the table's places.
///
/// Part after part, 0 to [`parts`] - 1; each takes about as long.
#[inline(never)] // with the optimisation of this package
pub fn dct4_part(x: &mut [i32], part: u32) {
    let n = x.len();
    let log2 = n.checked_ilog2().unwrap_or(0);
    if !n.is_power_of_two() || !BLOCK_LOG2.contains(&(log2 as u8)) {
        return;
    }
    match part {
        0 => turn(x, log2),
        1 => begin(x.as_chunks_mut().0, log2 - 1),
        // Transforms of 2^(log2 - 1) values have so many stages.
        _ if part + 1 < parts(log2 as u8) => double_stage(x.as_chunks_mut().0, log2 - 1, part - 2),
        _ => turn_back(x, log2),
    }
}

/// How many parts a transform of `1 << log2` values has.
#[must_use]
pub const fn parts(log2: u8) -> u32 {
    // Two stages are in the first one, three if their number is odd; two in others.
    3 + (log2 as u32).saturating_sub(3) / 2
}

/// The multiplies of a whole [`dct4_part`] of `1 << log2` values, at most: four for each
/// of the butterflies and turns, and two for a turn's angle between the table's places.
pub const fn multiplies(log2: u8) -> u32 {
    let n = 1u32 << log2;
    // Twiddles of the stages lie on the table's places; the first two have none.
    let stages = log2 as u32 - 3;
    stages * n + 2 * (n / 2) * (4 + 2)
}

/// Pairs the real values up into complex ones and turns each by its eighth.
fn turn(x: &mut [i32], log2: u32) {
    let (mut rest, _) = x.as_chunks_mut::<2>();
    let mut k = 0;
    while let [a, middle @ .., b] = rest {
        // Even places of one end go with odd ones of the other.
        let (first, second) = ([a[0], b[1]], [b[0], a[1]]);
        *a = turned_by(first, twiddle(k, log2));
        *b = turned_by(second, twiddle((1 << (log2 - 1)) - 1 - k, log2));
        rest = middle;
        k += 1;
    }
}

/// The other way round after the transform.
fn turn_back(x: &mut [i32], log2: u32) {
    let (mut rest, _) = x.as_chunks_mut::<2>();
    let mut k = 0;
    while let [a, middle @ .., b] = rest {
        let [first, last] = turned_by(*a, back(k, log2));
        let [second, before] = turned_by(*b, back((1 << (log2 - 1)) - 1 - k, log2));
        // Even places take the real parts, mirrored odd ones the imaginary.
        *a = [first, before.wrapping_neg()];
        *b = [second, last.wrapping_neg()];
        rest = middle;
        k += 1;
    }
}

/// The phase of `k / 2n` of a turn, k below n / 2.
#[inline]
const fn back(k: u32, log2: u32) -> u32 {
    k << (31 - log2)
}

/// The phase of `(4k + 1) / 8n` of a turn, k below n / 2.
#[inline]
const fn twiddle(k: u32, log2: u32) -> u32 {
    (4 * k + 1) << (29 - log2)
}

/// The first two or three stages of a complex transform of `2^log2` values, log2 at
/// least 4.
///
/// Its sums are divided by `2^(floor(log2 / 2) - 2)`: the two halvings left out make
/// up for those of the turns.
fn begin(z: &mut [[i32; 2]], log2: u32) {
    reverse(z, log2);
    // The first two stages, whose twiddles are 1 and -i.
    let (fours, _) = z.as_chunks_mut::<4>();
    for [a0, a1, b0, b1] in fours {
        let ((p0, p1), (q0, [re, im])) = (butterfly(*a0, *a1), butterfly(*b0, *b1));
        (*a0, *b0) = butterfly(p0, q0);
        (*a1, *b1) = butterfly(p1, ahead([re, im]));
    }
    if log2 % 2 == 1 {
        eights(z);
    }
}

/// The `index`-th two of the other stages.
fn double_stage(z: &mut [[i32; 2]], log2: u32, index: u32) {
    let stage = 2 + log2 % 2 + 2 * index;
    // Sums are halved once in two stages, from the last one backwards.
    if stage > 3 {
        double::<true>(z, stage);
    } else {
        double::<false>(z, stage);
    }
}

/// Stage 2: makes transforms of eight values of those of four.
fn eights(z: &mut [[i32; 2]]) {
    let (eights, _) = z.as_chunks_mut::<8>();
    let [none, eighth] = [0, 128].map(Twiddle::on_table);
    for [a0, a1, a2, a3, b0, b1, b2, b3] in eights {
        (*a0, *b0) = join::<false>(*a0, turned(*b0, none));
        (*a1, *b1) = join::<false>(*a1, turned(*b1, eighth));
        (*a2, *b2) = join::<false>(*a2, ahead(turned(*b2, none)));
        (*a3, *b3) = join::<false>(*a3, ahead(turned(*b3, eighth)));
    }
}

/// A quarter turn ahead.
#[inline]
const fn ahead([re, im]: [i32; 2]) -> [i32; 2] {
    [im, re.wrapping_neg()]
}

/// Two stages, the second of which halves its sums or not.
#[cfg(not(nex_arm_dsp))]
fn double<const HALVE: bool>(z: &mut [[i32; 2]], stage: u32) {
    merge::<false>(z, stage);
    merge::<HALVE>(z, stage + 1);
}

/// Makes transforms of `2 << stage` values of those of half the length.
#[cfg(not(nex_arm_dsp))]
#[inline(never)]
fn merge<const HALVE: bool>(z: &mut [[i32; 2]], stage: u32) {
    let quarter = 1usize << stage >> 1;
    let step = 512 >> stage;
    for group in z.chunks_exact_mut((4 * quarter).max(1)) {
        let (low, high) = group.split_at_mut_checked(2 * quarter).unwrap_or_default();
        let (a0, a1) = low.split_at_mut_checked(quarter).unwrap_or_default();
        let (b0, b1) = high.split_at_mut_checked(quarter).unwrap_or_default();
        let mut place = 0;
        for (a, b) in a0.iter_mut().zip(b0) {
            (*a, *b) = join::<HALVE>(*a, turned(*b, Twiddle::on_table(place)));
            place += step;
        }
        let mut place = 0;
        for (a, b) in a1.iter_mut().zip(b1) {
            (*a, *b) = join::<HALVE>(*a, ahead(turned(*b, Twiddle::on_table(place))));
            place += step;
        }
    }
}

/// Difference and sum with twice a number, both halved if asked.
#[inline]
fn join<const HALVE: bool>(a: [i32; 2], [re, im]: [i32; 2]) -> ([i32; 2], [i32; 2]) {
    let (sum, difference) = if HALVE {
        butterfly(a.map(|x| x >> 1), [re, im])
    } else {
        butterfly(a, [re << 1, im << 1])
    };
    (difference, sum)
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
    use super::{super::waves::counted, *};
    use std::{f64::consts::PI, vec::Vec};

    fn dct4(x: &mut [i32]) {
        for part in 0..parts(x.len().ilog2() as u8) {
            dct4_part(x, part);
        }
    }

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
                assert!(error < 64.0 + 6e-5 * peak, "{n} {k} {fast} {exact}");
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
            assert!(error < Some(4_000), "{n}: {error:?}");
        }
    }
}
