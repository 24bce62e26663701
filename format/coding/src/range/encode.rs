//! The writing side of the range coder.

use super::{Coder, PROBABILITY_BITS, TOP};
use alloc::vec::Vec;

/// Encodes decisions into bytes.
#[derive(Clone, Debug)]
pub struct Encoder {
    bytes: Vec<u8>,
    low: u64,
    range: u32,
    /// The last byte, held back while a carry may still reach it, and how
    /// many 0xff follow it.
    held: Option<(u8, usize)>,
}

impl Encoder {
    /// Nothing coded yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), low: 0, range: u32::MAX, held: None }
    }

    /// Ends with as few bytes as decode to the same decisions; zeros at the
    /// end are left out, because a decoder reads them there anyway.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let end = self.low + u64::from(self.range);
        for bits in (0..32).rev() {
            let mask = (1u64 << bits) - 1;
            let value = (self.low + mask) & !mask;
            if value < end {
                self.low = value;
                break;
            }
        }
        for _ in 0..5 {
            self.shift();
        }
        while self.bytes.last() == Some(&0) {
            self.bytes.pop();
        }
        self.bytes
    }

    fn shift(&mut self) {
        let carry = (self.low >> 32) as u8;
        let top = (self.low >> 24) as u8;
        match &mut self.held {
            Some((_, ones)) if carry == 0 && top == 0xff => *ones += 1,
            held => {
                if let Some((byte, ones)) = held.take() {
                    self.bytes.push(byte.wrapping_add(carry));
                    let after = 0xffu8.wrapping_add(carry);
                    self.bytes.resize(self.bytes.len() + ones, after);
                }
                self.held = Some((top, 0));
            }
        }
        self.low = (self.low << 8) & 0xffff_ffff;
    }
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Coder for Encoder {
    fn bit(&mut self, p: u16, bit: bool) -> bool {
        debug_assert!(p > 0, "probability 0");
        // Neither part of the range may be empty, or it is never topped up.
        let p = p.max(1);
        let bound = (self.range >> PROBABILITY_BITS) * u32::from(p);
        if bit {
            self.range = bound;
        } else {
            self.low += u64::from(bound);
            self.range -= bound;
        }
        while self.range < TOP {
            self.shift();
            self.range <<= 8;
        }
        bit
    }
}
