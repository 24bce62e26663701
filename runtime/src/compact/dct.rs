//! The inverse transform: a fast DCT of type IV in integers.

use super::fixed::{mul, sin_cos};

/// log2 of the longest block.
pub const MAX_LOG2: u8 = 11;

/// Rotates by `-phase`: `(re + i im) * exp(-2 pi i phase / 2^32)`.
fn rotate((re, im): (i32, i32), (s, c): (i32, i32)) -> (i32, i32) {
    (mul(re, c).wrapping_add(mul(im, s)), mul(im, c).wrapping_sub(mul(re, s)))
}

/// The complex number at `index` of interleaved parts.
fn get(z: &[i32], index: usize) -> (i32, i32) {
    match z.get(2 * index..2 * index + 2) {
        Some(&[re, im]) => (re, im),
        _ => (0, 0),
    }
}

fn set(z: &mut [i32], index: usize, (re, im): (i32, i32)) {
    if let Some([a, b]) = z.get_mut(2 * index..2 * index + 2) {
        (*a, *b) = (re, im);
    }
}

/// Orthonormal DCT-IV in place; its own inverse.
///
/// `x.len()` is a power of two, 8 to 2048; anything else is left as it is.
/// Values stay below the input's norm (times 2 on the way), so inputs of norm
/// below 2^29 cannot overflow; others wrap. Error: below 8 units (tested).
/// Cost: about `log2(n) + 12` multiplies per value, twiddles included.
pub fn dct4(x: &mut [i32]) {
    let n = x.len();
    if !n.is_power_of_two() || !(8..=1 << MAX_LOG2).contains(&n) {
        return;
    }
    let log2 = n.ilog2();
    turn(x, log2);
    fft(x, log2 - 1);
    turn_back(x, log2);
}

/// Pairs the real values up into complex ones and turns each by its eighth.
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

/// The other way round after the transform.
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

/// Complex transform of `2^log2` values, scaled by `2^(-log2 / 2)`.
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
    // sqrt(1/2) with 30 fractional bits.
    const ROOT: i32 = 759_250_125;
    for stage in 0..log2 {
        let half = 1usize << stage;
        // One halving for two stages; an odd one out takes the root.
        let halve = stage % 2 == 1;
        let root = log2 % 2 == 1 && stage + 1 == log2;
        for k in 0..half {
            let w = sin_cos((k as u32) << (31 - stage));
            let mut i = k;
            while i < n {
                let a = get(z, i);
                let b = rotate(get(z, i + half), w);
                let mut sum = (a.0.wrapping_add(b.0), a.1.wrapping_add(b.1));
                let mut difference = (a.0.wrapping_sub(b.0), a.1.wrapping_sub(b.1));
                for value in [&mut sum.0, &mut sum.1, &mut difference.0, &mut difference.1] {
                    if halve {
                        *value = value.wrapping_add(1) >> 1;
                    } else if root {
                        *value = mul(*value, ROOT);
                    }
                }
                set(z, i, sum);
                set(z, i + half, difference);
                i += 2 * half;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::{f64::consts::PI, vec::Vec};

    #[test]
    fn agrees_with_the_sum_of_cosines() {
        for log2 in 3..=11 {
            let n = 1usize << log2;
            let values = (0..n).map(|i| ((i * i * 7919 + 13) % 20_011) as i32 * 400 - 4_000_000);
            let input: Vec<i32> = values.collect();
            let mut fast = input.clone();
            dct4(&mut fast);
            for (k, &fast) in fast.iter().enumerate().step_by((n / 64).max(1)) {
                let terms = input.iter().enumerate().map(|(i, &x)| {
                    let angle = PI / n as f64 * (i as f64 + 0.5) * (k as f64 + 0.5);
                    f64::from(x) * angle.cos()
                });
                let exact = terms.sum::<f64>() * (2.0 / n as f64).sqrt();
                assert!((f64::from(fast) - exact).abs() < 8.0, "{n} {k} {fast} {exact}");
            }
        }
    }

    #[test]
    fn is_its_own_inverse() {
        let input: Vec<i32> = (0..512).map(|i| ((i * 7919) % 30_011) * 256 - 4_000_000).collect();
        let mut twice = input.clone();
        dct4(&mut twice);
        dct4(&mut twice);
        let errors = input.iter().zip(&twice).map(|(a, b)| (a - b).abs());
        assert!(errors.clone().all(|e| e <= 16), "{:?}", errors.max());
    }
}
