//! Which values may a quantised weight stand for, and in which state?
//!
//! Dependent quantisation as in VVC (H.266, section 7.4.12): two quantisers, one
//! of the even multiples of the step, the other of the odd ones and zero; four
//! states say which is used next.

/// A state of the quantiser, 0 to 3.
///
/// States 0 and 1 stand for even multiples of the step, 2 and 3 for odd ones
/// and zero. A magnitude's parity leads from 0 to 0 or 2, from 1 to 2 or 0, from 2
/// to 1 or 3, from 3 to 3 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct State {
    odd: bool,
    turned: bool,
}

impl State {
    /// At the beginning of a block.
    pub const START: Self = Self::new(0);

    /// State 0, 1, 2 or 3.
    #[must_use]
    pub const fn new(state: usize) -> Self {
        Self { odd: state & 2 != 0, turned: state & 1 != 0 }
    }

    /// 0 to 3.
    #[must_use]
    pub const fn index(self) -> usize {
        2 * self.odd as usize + self.turned as usize
    }

    /// Whether magnitudes stand for odd multiples of the step.
    #[must_use]
    #[inline]
    pub const fn is_odd(self) -> bool {
        self.odd
    }

    /// After a magnitude.
    #[must_use]
    #[inline]
    pub const fn after(self, magnitude: u32) -> Self {
        Self { odd: self.turned ^ (magnitude & 1 != 0), turned: self.odd }
    }

    /// The value of a weight, in 1/64 of a step; `offsets` are added to the
    /// magnitudes 1, 2 and above.
    #[must_use]
    #[inline]
    pub fn value(self, weight: i32, offsets: &[i8; 3]) -> i32 {
        let magnitude = weight.unsigned_abs();
        let Some(class) = magnitude.min(3).checked_sub(1) else { return 0 };
        let offset = offsets.get(class as usize).copied().map_or(0, i32::from);
        let value = 64 * (2 * magnitude as i32 - i32::from(self.odd)) + offset;
        if weight < 0 { -value } else { value }
    }
}

/// The magnitude, limited to 255, that has a value.
#[must_use]
#[inline]
pub const fn magnitude(value: i32) -> u8 {
    // Offsets are at most a quarter of a step.
    let magnitude = (value.unsigned_abs() + 80) >> 7;
    if magnitude < 255 { magnitude as u8 } else { 255 }
}
