//! What does the filter make of the frames around a place?

use super::table::{ROWS, TABLE, TAPS};

/// The sample that is `phase` past the middle of the covered ones.
#[inline]
pub(super) fn sharp(covered: &[i16; 2 * TAPS], phase: u32) -> i32 {
    let (row, between) = split(phase);
    let mut value = half_dot(covered, row);
    if between > 0 {
        // The difference is less than 2^27: the table is tested.
        value += (((half_dot(covered, row + 1) - value) >> 11) * between) >> 4;
    }
    (value + (1 << 13)) >> 14
}

/// The table's row at or before a phase, and how far the phase is past it, in
/// 2^-15 of the way to the next. Rounded, so that multiples of 1/72 are on a row.
#[inline]
fn split(phase: u32) -> (usize, i32) {
    let rows = ((phase >> 7) * ROWS as u32 + (1 << 9)) >> 10;
    ((rows >> 15) as usize, (rows & 0x7fff) as i32)
}

/// Half of what a row makes of the samples, 30 fractional bits. Pairs of
/// samples are read at once.
#[inline(never)] // inlined twice, its values do not fit the registers
fn half_dot(covered: &[i16; 2 * TAPS], row: usize) -> i32 {
    let (Some(before), Some(after)) = (TABLE.get(row), TABLE.get(ROWS.wrapping_sub(row))) else {
        return 0;
    };
    let [left, right]: [[u32; TAPS / 2]; 2] = bytemuck::cast(*covered);
    let (before, after): ([u32; TAPS / 2], [u32; TAPS / 2]) =
        (bytemuck::cast(*before), bytemuck::cast(*after));
    // Each fits 32 bits, and so does half of both: the table is tested.
    let (mut a, mut b) = (0, 0);
    for (samples, row) in left.into_iter().rev().zip(before) {
        a += low(samples) * high(row) + high(samples) * low(row);
    }
    for (samples, row) in right.into_iter().zip(after) {
        b += low(samples) * low(row) + high(samples) * high(row);
    }
    (a >> 1) + (b >> 1)
}

#[inline]
fn low(pair: u32) -> i32 {
    i32::from(pair as i16)
}

#[inline]
fn high(pair: u32) -> i32 {
    pair as i32 >> 16
}

/// Fractional bits of a place between the table's rows.
const ROW: u32 = 22;

/// The table's filter, stretched.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Wide {
    /// From one frame to the next in the table's rows, [`ROW`] fractional bits.
    spacing: u32,
    /// What its coefficients add up to: from / to, 15 fractional bits.
    sum: i32,
    /// 2^43 / sum.
    gain: i64,
}

/// Quotient and remainder, bit by bit: in a hundred bytes instead of the thousand that
/// a compiler's quick division of 64 bits takes. All ones by nothing.
pub(super) const fn divide(a: u64, b: u64) -> (u64, u64) {
    let (mut quotient, mut rest) = (a, 0u64);
    let mut bits = 0;
    while bits < u64::BITS {
        rest = rest << 1 | quotient >> 63;
        quotient <<= 1;
        if rest >= b {
            rest -= b;
            quotient |= 1;
        }
        bits += 1;
    }
    (quotient, rest)
}

impl Wide {
    /// Of these rates: `from` is more than `to`, and at most three times as much.
    pub const fn new(from: u64, to: u64) -> Self {
        let spacing = divide(to * ((ROWS as u64) << ROW), from).0 as u32;
        let sum = divide((from << 15) + to / 2, to).0;
        Self { spacing, sum: sum as i32, gain: divide(1 << 43, sum).0 as i64 }
    }

    /// The sample that is `phase` past the last of those before it.
    #[inline(never)]
    pub fn apply(&self, before: &[i16], after: &[i16], phase: u32) -> i32 {
        let past = ((u64::from(phase) * u64::from(self.spacing)) >> 32) as u32;
        let (left, left_total) = self.half(before.iter().rev(), past);
        let (right, right_total) = self.half(after.iter(), self.spacing - past);
        // What the coefficients' sum lacks, the nearest sample gets.
        let lack = self.sum - left - right;
        let nearest = before.last().copied().map_or(0, i32::from);
        let total = left_total + right_total + ((lack * nearest) >> 3);
        ((i64::from(total) * self.gain + (1 << 39)) >> 40) as i32
    }

    /// Of the samples on one side, of which the first is so far from the
    /// middle: the sum of the coefficients, and an eighth of what they make.
    #[inline]
    fn half<'a>(&self, samples: impl Iterator<Item = &'a i16>, mut place: u32) -> (i32, i32) {
        let (mut tap, mut sum, mut total) = (0, 0, 0);
        for sample in samples {
            if tap >= TAPS {
                break;
            }
            let entries = TABLE.as_flattened().get((place >> ROW) as usize * TAPS + tap..);
            let Some([from, .., to]) = entries.and_then(|rest| rest.first_chunk::<{ TAPS + 1 }>())
            else {
                break;
            };
            let (from, to) = (i32::from(*from), i32::from(*to));
            let between = (place >> (ROW - 15) & 0x7fff) as i32;
            let coefficient = from + (((to - from) * between + (1 << 14)) >> 15);
            sum += coefficient;
            total += (coefficient * i32::from(*sample)) >> 3;
            place += self.spacing;
            if place >= (ROWS as u32) << ROW {
                place -= (ROWS as u32) << ROW;
                tap += 1;
            }
        }
        (sum, total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So a product with it fits 32 bits.
    #[test]
    fn the_coefficients_lack_little() {
        for from in (1_001..=3_000).step_by(7) {
            let wide = Wide::new(from, 1_000);
            let wing = (TAPS as u64 * from).div_ceil(1_000) as usize;
            for phase in (0..100u32).map(|n| n * 0x028f_5c28) {
                let past = ((u64::from(phase) * u64::from(wide.spacing)) >> 32) as u32;
                let side = |past| wide.half([0i16; 36].iter().take(wing), past).0;
                let lack = wide.sum - side(past) - side(wide.spacing - past);
                assert!(lack.abs() < 64, "{from} {phase}: {lack}");
            }
        }
    }
}
