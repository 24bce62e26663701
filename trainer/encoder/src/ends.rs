//! How does a sound go on where it ends?
//!
//! The last block may reach beyond the sound; what lies there is dropped when it
//! is decoded, so the encoder is free to choose it. A sound that breaks off there
//! has energy in all of a block's coefficients, and their error falls on its end.

use crate::math::cos;
use std::f64::consts::PI;

/// Samples that a continuation follows from, at most.
pub(crate) const KNOWN: usize = 1 << 10;

/// Past samples that predict the next one.
const ORDER: usize = 32;

/// The next `len` samples of a signal by linear prediction (Burg's method, whose
/// predictions never grow): a tone rings on, noise dies away.
pub(crate) fn continued(signal: &[f64], len: usize) -> Vec<f64> {
    let known = &signal[signal.len().saturating_sub(KNOWN)..];
    let taps = burg(known, ORDER.min(known.len() / 4));
    let mut all = known.to_vec();
    for _ in 0..len {
        let next = taps.iter().zip(all.iter().rev()).map(|(tap, past)| tap * past).sum();
        all.push(next);
    }
    all.split_off(known.len())
}

/// The taps, nearest sample first, that leave the least error forwards and
/// backwards.
fn burg(signal: &[f64], order: usize) -> Vec<f64> {
    let (mut ahead, mut back) = (signal.to_vec(), signal.to_vec());
    let mut taps: Vec<f64> = Vec::with_capacity(order);
    for m in 0..order {
        let pairs = || ahead[m + 1..].iter().zip(&back[m..]);
        let (mut product, mut energy) = (0.0, 0.0);
        for (a, b) in pairs() {
            product += a * b;
            energy += a * a + b * b;
        }
        // What is left is rounding.
        if energy < 1e-3 {
            break;
        }
        let reflection = 2.0 * product / energy;
        let before = taps.clone();
        for (tap, other) in taps.iter_mut().zip(before.iter().rev()) {
            *tap -= reflection * other;
        }
        taps.push(reflection);
        for i in (m + 1..signal.len()).rev() {
            let (a, b) = (ahead[i], back[i - 1]);
            (ahead[i], back[i]) = (a - reflection * b, b - reflection * a);
        }
    }
    taps
}

/// Lets what lies behind sample `end` fall to silence at `to`, where the last
/// block ends: it is odd about that place. `samples` begin at sample `start`.
pub(crate) fn fade(samples: &mut [f64], start: usize, end: usize, to: usize) {
    let len = to.saturating_sub(end) as f64;
    for (i, sample) in samples.iter_mut().enumerate().skip(end.saturating_sub(start)) {
        let part = ((start + i - end) as f64 + 0.5) / len;
        *sample *= 0.5 + 0.5 * cos(PI * part.min(1.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_ring_on_and_silence_stays() {
        let tone =
            |i: usize| 9_000.0 * (0.17 * i as f64 + 1.0).sin() + 500.0 * (1.3 * i as f64).sin();
        let signal: Vec<f64> = (0..3_000).map(tone).collect();
        let error = |i: usize, x: f64| (x - tone(3_000 + i)).abs();
        let next = continued(&signal, 200);
        let worst = next.iter().enumerate().map(|(i, &x)| error(i, x)).fold(0.0, f64::max);
        assert!(worst < 900.0, "{worst}");
        assert_eq!(continued(&[0.0; 50], 3), [0.0; 3]);
        assert_eq!(continued(&[5.0], 2), [0.0; 2]);
        assert!(continued(&[], 2) == [0.0; 2]);
    }
}
