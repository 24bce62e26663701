//! What are sine and slope of a whole row of phases?
//!
//! One polynomial gives sine and cosine together. The loops are plain Rust,
//! compiled three times; the processor picks once.

use nex_runtime::sine_q15;

/// Which sine the forward pass uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sine {
    /// The true sine, within 3e-7.
    Exact,
    /// The integer decoder's: its table, rounded to 1/32768. The slope stays
    /// the true cosine (straight-through).
    Q15,
}

/// Adding and subtracting this rounds to an integer (|x| < 2^22).
const ROUND: f32 = 12_582_912.0;

#[inline(always)]
fn mul_add<const FMA: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

/// `sin(2 pi f)` for |f| at most 1/4: odd minimax polynomial of degree 9.
#[inline(always)]
fn odd<const FMA: bool>(f: f32) -> f32 {
    let s = f * f;
    let p = mul_add::<FMA>(s, 39.536_705, -76.549_78);
    let p = mul_add::<FMA>(p, s, 81.601_006);
    let p = mul_add::<FMA>(p, s, -41.341_656);
    #[allow(clippy::approx_constant)] // the best slope at 0 is not quite 2 pi
    let p = mul_add::<FMA>(p, s, 6.283_185);
    p * f
}

#[inline(always)]
pub(super) fn sine_and_slope_body<const FMA: bool>(
    values: &mut [f32],
    slopes: &mut [f32],
    (bias, omega): (f32, f32),
    sine: Sine,
) {
    for (value, slope) in values.iter_mut().zip(slopes.iter_mut()) {
        let turns = *value + bias;
        let r = turns - ((turns + ROUND) - ROUND);
        let a = r.abs();
        let b = 0.5 - a;
        let f = if a < b { a } else { b };
        *slope = omega * odd::<FMA>(0.25 - a);
        *value = if matches!(sine, Sine::Exact) { odd::<FMA>(f).copysign(r) } else { r };
    }
    if matches!(sine, Sine::Q15) {
        for value in values {
            *value = f32::from(sine_q15(phase(*value))) * (1.0 / 32_768.0);
        }
    }
}

/// Turns in -1/2 ..= 1/2 as a 32-bit phase.
#[inline(always)]
fn phase(turns: f32) -> u32 {
    (turns * 4_294_967_296.0) as i64 as u32
}

/// Replaces phases (in turns) by their sines and writes `omega` times their
/// cosines to `slopes`; `bias` turns are added to every phase first.
///
/// |phase + bias| below 2^22. Accuracy: within 3e-7 of the true values
/// (`Exact`); exactly the decoder's sine of the phase rounded to 2^-32 turns
/// (`Q15`).
pub fn sine_and_slope(values: &mut [f32], slopes: &mut [f32], bias: f32, omega: f32, sine: Sine) {
    super::dispatch::sine_and_slope(values, slopes, (bias, omega), sine);
}
