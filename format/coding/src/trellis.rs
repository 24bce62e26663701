//! Which values may a quantised weight stand for, and in which state?
//!
//! Dependent quantisation as in VVC (H.266, section 7.4.12): two quantisers, one
//! of the even multiples of the step, the other of the odd ones and zero; four
//! states say which is used next.

/// Next state of the quantiser: a magnitude's parity steps the trellis.
///
/// States 0 and 1 stand for even multiples of the step, 2 and 3 for odd ones
/// and zero.
#[must_use]
pub fn next_state(state: usize, magnitude: u32) -> usize {
    // Of states 0 to 3, after an even magnitude and an odd one:
    // 0 2, 2 0, 1 3, 3 1; two bits each.
    const NEXT: u32 = 0b01_11_11_01_00_10_10_00;
    (NEXT >> ((state as u32 & 3) * 4 + (magnitude & 1) * 2) & 3) as usize
}

/// The value of a magnitude above 0, in 1/64 of a step; `offsets` are added to
/// the magnitudes 1, 2 and above.
#[must_use]
#[inline]
pub fn value(magnitude: u32, state: usize, offsets: &[i8; 3]) -> i32 {
    let twice = 2 * magnitude as i32 - i32::from(state >= 2);
    let offset = offsets.get(magnitude.min(3) as usize - 1);
    64 * twice + offset.copied().map_or(0, i32::from)
}
