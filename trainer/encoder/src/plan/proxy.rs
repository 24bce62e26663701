//! About how many bits will a block's coefficients cost?

use crate::math::{exp, expm1, log1p, log2};
use std::sync::LazyLock;

/// What one unit of squared error, in steps, costs in bits: at high rate one
/// more bit divides the error 1/12 by 4, so its slope is `2 ln 2 / 12` a bit.
const BITS_PER_ERROR: f32 = 1.0 / 0.1155;
/// Least bits of a coefficient: adaptive coders stop short of free zeros.
const MIN_BITS: f32 = 0.02;
/// Magnitude that a silent neighbourhood still predicts, in steps.
const FLOOR: f32 = 0.08;
/// Magnitudes below it round to zero (a dead zone, as the quantiser has).
const DEAD_ZONE: f32 = 0.6;
/// Bits of the mantissa that pick a table entry: within 1/64 octave, so
/// within about 1/64 bit, either way.
const MANTISSA_BITS: u32 = 5;
/// Octaves of the table, from the one that holds [`FLOOR`]. Magnitudes past
/// it (2^24 steps) count as if they were there.
const OCTAVES: usize = 28;
const FIRST: u32 = FLOOR.to_bits() >> 23 << MANTISSA_BITS;

/// Of a predicted magnitude: the bits of a zero, and those of a magnitude at
/// the dead zone's edge with its sign.
static BITS: LazyLock<Vec<[f32; 2]>> = LazyLock::new(|| {
    let entry = |i: usize| {
        let low = (FIRST + i as u32) << (23 - MANTISSA_BITS);
        let middle = low | 1 << (22 - MANTISSA_BITS);
        let scale = f64::from(f32::from_bits(middle));
        let zone = f64::from(DEAD_ZONE);
        // Magnitudes are exponential with mean `scale`; a cell is 1 wide.
        let zero = -log1p(-exp(-zone / scale)) / std::f64::consts::LN_2;
        let cell = -log2(-expm1(-1.0 / scale));
        [zero as f32, (1.0 + cell) as f32]
    };
    (0..OCTAVES << MANTISSA_BITS).map(entry).collect()
});

/// Bits plus error, in bits, of a block with these coefficients over step.
///
/// The model is an exponential (Laplacian with its sign) whose mean follows
/// the neighbours two to each side, as the coder's contexts will. About 3 ns
/// a coefficient; the sum runs in order, so it repeats to the last bit.
///
/// `magnitudes` are absolute values between two places of padding on each
/// side, which this fills with the edge values.
pub(super) fn block_bits(magnitudes: &mut [f32]) -> f32 {
    let n = magnitudes.len();
    if n < 5 {
        return 0.0;
    }
    let (first, last) = (magnitudes[2], magnitudes[n - 3]);
    magnitudes[..2].fill(first);
    magnitudes[n - 2..].fill(last);
    let table = &BITS[..OCTAVES << MANTISSA_BITS];
    let mut sum = 0.0;
    for near in magnitudes.array_windows::<5>() {
        let a = near[2];
        let mean = (near[0] + near[4] + a + 2.0 * (near[1] + near[3])) * (1.0 / 7.0) + FLOOR;
        let at = (mean.to_bits() >> (23 - MANTISSA_BITS)).wrapping_sub(FIRST) as usize;
        let [zero, edge] = table[at.min(table.len() - 1)];
        let level = (a + 1.0 - DEAD_ZONE) as i32 as f32;
        let coded = edge + (level - (1.0 - DEAD_ZONE)) * std::f32::consts::LOG2_E / mean;
        let bits = if level == 0.0 { zero } else { coded };
        sum += bits.max(MIN_BITS) + (a - level) * (a - level) * BITS_PER_ERROR;
    }
    sum
}
