//! How are decisions coded in less than a bit each?
//!
//! A binary range coder with carry (Martin 1979; the byte-wise form of LZMA):
//! 32-bit range, 16-bit probabilities. [`Decoder`] and the writing side
//! implement one trait, so that a syntax is written once and serves both.

#[cfg(feature = "write")]
mod encode;
#[cfg(feature = "write")]
pub use encode::Encoder;

use crate::{
    classes::{Classes, after, rate},
    magnitude::code_escape,
};

/// Bits of a probability; 1 is `1 << PROBABILITY_BITS`.
pub const PROBABILITY_BITS: u32 = 16;
/// One half.
pub const HALF: u16 = 1 << (PROBABILITY_BITS - 1);
/// Below this the range is topped up.
const TOP: u32 = 1 << 24;

/// Codes binary decisions: a decoder finds them out, an encoder is told.
pub trait Coder {
    /// Codes one decision that is true with probability `p / 2^16`, p in
    /// 1 ..= 2^16 - 1. Returns it; a decoder ignores `bit`. Of any other p the
    /// encoder takes the nearest, and what is decoded means nothing.
    fn bit(&mut self, p: u16, bit: bool) -> bool;

    /// Whether decisions teach: of who only asks what they cost, they do not.
    #[inline]
    fn learns(&self) -> bool {
        true
    }

    /// Codes a decision of a [class](crate::classes::first), which learns from it
    /// at a [rate].
    #[inline]
    fn decide<const RATE: u32>(&mut self, classes: &mut Classes, class: usize, bit: bool) -> bool {
        self.told(class, bit);
        classes.learn::<RATE>(class, |p| self.bit(p, bit))
    }

    /// Hears of every decision of a class before it is coded; an encoder may count.
    #[inline]
    fn told(&mut self, _class: usize, _bit: bool) {}

    /// Hears of every decision of [answers](crate::additive) before it is coded, and at
    /// which rate they learn; an encoder may keep them.
    #[inline]
    fn asked(&mut self, _places: &[usize], _rate: u32, _bit: bool) {}

    /// [`Self::decide`] for the class of a weight with this probability.
    #[inline]
    fn decide_weight(&mut self, p: &mut u16, class: usize, bit: bool) -> bool {
        self.told(class, bit);
        let bit = self.bit(*p, bit);
        *p = after::<{ rate::WEIGHTS }>(*p, bit);
        bit
    }

    /// Codes an [escape](crate::magnitude) of this order.
    #[inline]
    fn escape(&mut self, classes: &mut Classes, raw: u32, value: u32) -> u32
    where
        Self: Sized,
    {
        code_escape(self, classes, raw, value)
    }

    /// Codes the lowest `count` bits of a number, highest first.
    fn raw(&mut self, count: u32, value: u32) -> u32 {
        (0..count).rev().fold(0, |sum, i| {
            sum << 1 | u32::from(self.bit(HALF, value.checked_shr(i).unwrap_or(0) & 1 != 0))
        })
    }
}

/// Decodes decisions from bytes. Past their end it reads zeros, so it never
/// fails and never stops; whoever calls it bounds the count.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Decoder<'a> {
    bytes: &'a [u8],
    at: usize,
    range: u32,
    code: u32,
}

impl<'a> Decoder<'a> {
    /// Starts at the first byte.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut decoder = Self { bytes, at: 0, range: u32::MAX, code: 0 };
        for _ in 0..4 {
            decoder.shift();
        }
        decoder
    }

    /// Bytes taken so far.
    #[must_use]
    pub const fn bytes_read(&self) -> usize {
        self.at
    }

    #[inline]
    fn shift(&mut self) {
        self.code <<= 8;
        if let Some(&byte) = self.bytes.get(self.at) {
            self.code |= u32::from(byte);
            self.at += 1;
        }
    }
}

impl Decoder<'_> {
    /// The decision that is true below this bound.
    #[inline(always)]
    fn find_out(&mut self, bound: u32) -> bool {
        let bit = self.code < bound;
        if bit {
            self.range = bound;
        } else {
            self.code = self.code.wrapping_sub(bound);
            self.range = self.range.wrapping_sub(bound);
        }
        // Twice at most: the smaller part of a range is at least 2^12.
        for _ in 0..2 {
            if self.range >= TOP {
                break;
            }
            self.range <<= 8;
            self.shift();
        }
        bit
    }
}

impl Coder for Decoder<'_> {
    #[inline]
    fn bit(&mut self, p: u16, _: bool) -> bool {
        self.find_out((self.range >> PROBABILITY_BITS).wrapping_mul(p.into()))
    }

    fn raw(&mut self, count: u32, _: u32) -> u32 {
        // In registers, all of them.
        let mut own = self.clone();
        let mut sum = 0;
        for _ in 0..count {
            let bound = own.range >> PROBABILITY_BITS << (PROBABILITY_BITS - 1);
            sum = sum << 1 | u32::from(own.find_out(bound));
        }
        *self = own;
        sum
    }

    #[inline]
    fn escape(&mut self, classes: &mut Classes, raw: u32, _: u32) -> u32 {
        // A copy, so that this one may stay in registers.
        let mut own = self.clone();
        let escape = decode_escape(&mut own, classes, raw);
        *self = own;
        escape
    }
}

/// Compiled in this package: escapes are few.
#[inline(never)]
fn decode_escape(coder: &mut Decoder<'_>, classes: &mut Classes, raw: u32) -> u32 {
    code_escape(coder, classes, raw, 0)
}
