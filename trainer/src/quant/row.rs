//! Which integers stand for one row of weights? (SPEC.md, "Tensors")

use super::TURNS;

/// Accumulator units of one: Q15 activations times 2^17 make 2^32.
pub(crate) const ROW_UNIT: f64 = 131_072.0;
/// Largest weight of a linear row.
pub(crate) const LINEAR_LIMIT: f64 = 32_767.0;

/// Largest weight of a row before a sine.
pub(crate) const fn sine_limit(wide: bool) -> f64 {
    if wide { 32_767.0 } else { 127.0 }
}

/// Turns modulo one, in 2^-32 turns.
pub(super) fn wrap_turns(turns: f64) -> u32 {
    ((turns - turns.floor()) * 4_294_967_296.0).round() as u64 as u32
}

/// A weight after a round trip through `f16` in the given units.
pub(super) fn through_f16(weight: f32, units: f64) -> f32 {
    if units == 0.0 {
        return 0.0;
    }
    let stored = half::f16::from_f32((f64::from(weight) * units) as f32);
    (stored.to_f64() / units) as f32
}

/// An integer row before a sine.
pub(super) struct Sine {
    pub weights: Vec<i16>,
    /// 2^-32 turns per accumulator unit.
    pub multiplier: u16,
    /// 2^-16 turns.
    pub phase: u16,
    /// The bias in whole 2^-16 turns, not wrapped.
    bias: f64,
}

impl Sine {
    pub fn new(weights: &[f32], bias: f32, wide: bool) -> Self {
        let limit = sine_limit(wide);
        let largest = weights.iter().fold(0.0f64, |m, &w| m.max(f64::from(w).abs())) * TURNS;
        let multiplier = (largest * ROW_UNIT / limit).ceil().clamp(1.0, 65_535.0);
        let scale = TURNS * ROW_UNIT / multiplier;
        let weights = integers(weights, scale, limit);
        let bias = (f64::from(bias) * TURNS * 65_536.0).round();
        let phase = (wrap_turns(bias / 65_536.0) >> 16) as u16;
        Self { weights, multiplier: multiplier as u16, phase, bias }
    }

    pub fn dequantise(&self, out: &mut [f32]) {
        let scale = f64::from(self.multiplier) / (TURNS * ROW_UNIT);
        reals(&self.weights, scale, out);
    }

    pub fn bias(&self) -> f32 {
        (self.bias / (65_536.0 * TURNS)) as f32
    }
}

/// A linear integer row; weights are always 16 bits wide.
pub(super) struct Linear {
    pub weights: Vec<i16>,
    /// 2^-32 output units per accumulator unit.
    pub multiplier: u32,
    /// 2^-16 output units.
    pub bias: i32,
}

impl Linear {
    /// `units`: output units of 1.0.
    pub fn new(weights: &[f32], bias: f32, units: f64) -> Self {
        let magnitudes = || weights.iter().map(|&w| f64::from(w).abs() * units);
        let largest = magnitudes().fold(0.0, f64::max);
        // Rounding adds at most one half to each magnitude.
        let room = f64::from(nex_format::MAX_LINEAR_ROW_SUM) - weights.len() as f64 / 2.0;
        let step = (largest / LINEAR_LIMIT).max(magnitudes().sum::<f64>() / room);
        let multiplier = (step * ROW_UNIT).ceil().clamp(1.0, 2_147_483_647.0);
        let weights = integers(weights, units * ROW_UNIT / multiplier, LINEAR_LIMIT);
        let bias = (f64::from(bias) * units * 65_536.0).round() as i32;
        Self { weights, multiplier: multiplier as u32, bias }
    }

    pub fn dequantise(&self, units: f64, out: &mut [f32]) {
        if units != 0.0 {
            reals(&self.weights, f64::from(self.multiplier) / (units * ROW_UNIT), out);
        }
    }

    pub fn bias(&self, units: f64) -> Option<f32> {
        (units != 0.0).then(|| (f64::from(self.bias) / (units * 65_536.0)) as f32)
    }
}

fn integers(weights: &[f32], scale: f64, limit: f64) -> Vec<i16> {
    weights.iter().map(|&w| (f64::from(w) * scale).round().clamp(-limit, limit) as i16).collect()
}

fn reals(weights: &[i16], scale: f64, out: &mut [f32]) {
    for (out, &w) in out.iter_mut().zip(weights) {
        *out = (f64::from(w) * scale) as f32;
    }
}
