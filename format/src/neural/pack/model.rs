//! How likely is the next bit of a number, after the numbers before it?

use nex_coding::range::{Coder, HALF, PROBABILITY_BITS};

/// A probability that is the mean of what it has seen, of the last 64 or so
/// in the long run. Weights hardly change their statistics within a file, so
/// it is slower than [`nex_coding::range::Adaptive`].
#[derive(Clone, Copy)]
pub(super) struct Steady {
    /// The probability less one half: new models are all zeros, which take no
    /// bytes of a program.
    lean: i16,
    seen: u8,
}

impl Steady {
    pub const NEW: Self = Self { lean: 0, seen: 0 };
    const SEEN: u8 = 126;
    const LEAST: u32 = 64;

    pub fn code<C: Coder>(&mut self, coder: &mut C, bit: bool) -> bool {
        let p = HALF.wrapping_add_signed(self.lean);
        let bit = coder.bit(p, bit);
        let one = 1u32 << PROBABILITY_BITS;
        let (p, part) = (u32::from(p), 2 * u32::from(self.seen) + 3);
        let p = if bit { p + 2 * (one - p) / part } else { p - 2 * p / part };
        self.lean = p.clamp(Self::LEAST, one - Self::LEAST).wrapping_sub(HALF.into()) as i16;
        self.seen = self.seen.saturating_add(1).min(Self::SEEN);
        bit
    }
}

/// Codes the lowest `bits` bits of a value, highest first, each with a
/// probability for the bits before it. `nodes` has 2^bits of them.
fn tree<C: Coder>(coder: &mut C, nodes: &mut [Steady], bits: u32, value: u32) -> u32 {
    let mut node = 1;
    for i in (0..bits).rev() {
        let bit = value >> i & 1 != 0;
        let bit = match nodes.get_mut(node) {
            Some(model) => model.code(coder, bit),
            None => coder.bit(HALF, bit),
        };
        node = 2 * node + usize::from(bit);
    }
    node as u32 & ((1 << bits) - 1)
}

const CLASS_BITS: u32 = 6;
const FINE_BITS: u32 = 2;
const FINE_CLASSES: usize = 32;

/// Numbers over many powers of two: the power and the two bits after the
/// first one are modelled, the others are as good as noise.
#[derive(Clone, Copy)]
pub(super) struct Numbers {
    class: [Steady; 1 << CLASS_BITS],
    fine: [[Steady; 1 << FINE_BITS]; FINE_CLASSES],
}

impl Numbers {
    pub const NEW: Self = Self {
        class: [Steady::NEW; 1 << CLASS_BITS],
        fine: [[Steady::NEW; 1 << FINE_BITS]; FINE_CLASSES],
    };

    /// The bits below the first one (of a float: its mantissa), `count` of them.
    fn below<C: Coder>(&mut self, coder: &mut C, class: u32, count: u32, value: u32) -> u32 {
        let fine = count.min(FINE_BITS);
        let rest = count - fine;
        let high = match self.fine.get_mut(class as usize % FINE_CLASSES) {
            Some(nodes) => tree(coder, nodes, fine, value >> rest),
            None => 0,
        };
        high << rest | coder.raw(rest, value)
    }

    pub fn unsigned<C: Coder>(&mut self, coder: &mut C, value: u32) -> u32 {
        let class = u32::BITS - value.leading_zeros();
        // A class above 32 is damage; it counts as 32.
        let class = tree(coder, &mut self.class, CLASS_BITS, class).min(u32::BITS);
        match class.checked_sub(1) {
            None => 0,
            Some(count) => 1 << count | self.below(coder, class, count, value),
        }
    }

    /// Magnitude, then the sign unless it is 0.
    pub fn signed<C: Coder>(&mut self, coder: &mut C, value: i32) -> i32 {
        let magnitude = self.unsigned(coder, value.unsigned_abs());
        let negative = magnitude != 0 && coder.bit(HALF, value < 0);
        let value = magnitude as i32;
        if negative { value.wrapping_neg() } else { value }
    }

    pub fn f16<C: Coder>(&mut self, coder: &mut C, bits: u16) -> u16 {
        let bits = u32::from(bits);
        let sign = coder.raw(1, bits >> 15);
        let class = tree(coder, &mut self.class, CLASS_BITS, bits >> 10 & 0x1f) & 0x1f;
        (sign << 15 | class << 10 | self.below(coder, class, 10, bits)) as u16
    }

    pub fn f32<C: Coder>(&mut self, coder: &mut C, bits: u32) -> u32 {
        /// Exponents up to here, of numbers below 2^-31, share a class.
        const SMALL: u32 = 95;
        let exponent = bits >> 23 & 0xff;
        let sign = coder.raw(1, bits >> 31);
        let class = exponent.saturating_sub(SMALL);
        let class = tree(coder, &mut self.class, CLASS_BITS, class);
        let exponent = if class == 0 { coder.raw(7, exponent) } else { class + SMALL };
        sign << 31 | exponent << 23 | self.below(coder, class, 23, bits)
    }
}

/// Steps to the end of a row are told apart by their number of bits, to 63.
const AHEAD: usize = 7;
const HIGH_BITS: u32 = 3;
const LOW_BITS: u32 = 4;

/// 8-bit weights. A row is scaled so that its largest magnitude is 126 or
/// 127, and who knows that knows the more of a weight the later it comes in
/// a row that lacks one.
#[derive(Clone, Copy)]
pub(super) struct Bytes {
    /// Is it one of the largest: in a row that had none, by what is ahead.
    first: [Steady; AHEAD],
    /// Likewise, in a row that had one.
    again: Steady,
    /// Whether one of the largest is above 126, then 127.
    above: [Steady; 2],
    high: [Steady; 1 << HIGH_BITS],
}

impl Bytes {
    pub const NEW: Self = Self {
        first: [Steady::NEW; AHEAD],
        again: Steady::NEW,
        above: [Steady::NEW; 2],
        high: [Steady::NEW; 1 << HIGH_BITS],
    };
    const LARGE: u32 = 126;

    pub fn row<C: Coder>(&mut self, coder: &mut C, row: &mut [u8]) {
        let mut had = false;
        let mut ahead = row.len();
        for byte in row {
            ahead = ahead.saturating_sub(1);
            let value = i8::from_le_bytes([*byte]);
            let magnitude = u32::from(value.unsigned_abs());
            let bits = (usize::BITS - ahead.leading_zeros()) as usize;
            let model = match self.first.get_mut(bits.min(AHEAD - 1)) {
                Some(model) if !had => model,
                _ => &mut self.again,
            };
            let large = model.code(coder, magnitude >= Self::LARGE);
            had |= large;
            let magnitude =
                if large { self.large(coder, magnitude) } else { self.small(coder, magnitude) };
            let negative = magnitude != 0 && coder.bit(HALF, value < 0);
            let value = magnitude as u8;
            *byte = if negative { value.wrapping_neg() } else { value };
        }
    }

    fn large<C: Coder>(&mut self, coder: &mut C, magnitude: u32) -> u32 {
        let mut value = Self::LARGE;
        for model in &mut self.above {
            if !model.code(coder, magnitude > value) {
                break;
            }
            value += 1;
        }
        value
    }

    fn small<C: Coder>(&mut self, coder: &mut C, magnitude: u32) -> u32 {
        let high = tree(coder, &mut self.high, HIGH_BITS, magnitude >> LOW_BITS);
        high << LOW_BITS | coder.raw(LOW_BITS, magnitude)
    }
}
