//! What is a row of weights times a weight's surroundings?
//!
//! Written twice, to the same bits: for processors that have the Armv7E-M DSP
//! instructions, and for all others.
#![cfg_attr(nex_arm_dsp, allow(unsafe_code))]

use super::model::INPUTS;

/// The numbers that describe a weight's surroundings, 0 to 127 each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Inputs(Layout);

#[cfg(not(nex_arm_dsp))]
type Layout = [u8; INPUTS];

/// Pairs in 16 bits each, as unpacking the bytes of a row gives them: 0 and 2,
/// 1 and 3, 4 and 6, and so on; 12 and 13 are alone.
#[cfg(nex_arm_dsp)]
type Layout = [u32; 8];

#[cfg(not(nex_arm_dsp))]
impl Inputs {
    /// Of the numbers in the order of the weights.
    #[inline]
    pub(super) fn new(values: [u32; INPUTS]) -> Self {
        Self(values.map(|value| value as u8))
    }

    /// In the order of the weights.
    #[must_use]
    pub const fn values(&self) -> [u8; INPUTS] {
        self.0
    }

    /// The sum of the products with a row, and of another number.
    #[inline]
    pub(super) fn dot(&self, row: &[i8; INPUTS], bias: i32) -> i32 {
        row.iter().zip(&self.0).fold(bias, |sum, (&w, &x)| sum + i32::from(w) * i32::from(x))
    }
}

#[cfg(nex_arm_dsp)]
impl Inputs {
    #[inline]
    pub(super) const fn new(v: [u32; INPUTS]) -> Self {
        const fn pair(a: u32, b: u32) -> u32 {
            a | b << 16
        }
        Self([
            pair(v[0], v[2]),
            pair(v[1], v[3]),
            pair(v[4], v[6]),
            pair(v[5], v[7]),
            pair(v[8], v[10]),
            pair(v[9], v[11]),
            v[12],
            v[13],
        ])
    }

    #[inline]
    pub(super) fn dot(&self, row: &[i8; INPUTS], bias: i32) -> i32 {
        let mut sum = bias;
        // SAFETY: reads 14 bytes of the row, at any alignment (Armv7E-M allows
        // it), and the eight words of the pairs.
        unsafe {
            core::arch::asm!(
                "ldr {w}, [{row}]",
                "ldrd {p}, {q}, [{pairs}]",
                "sxtb16 {t}, {w}",
                "sxtb16 {w}, {w}, ror #8",
                "smlad {sum}, {t}, {p}, {sum}",
                "smlad {sum}, {w}, {q}, {sum}",
                "ldr {w}, [{row}, #4]",
                "ldrd {p}, {q}, [{pairs}, #8]",
                "sxtb16 {t}, {w}",
                "sxtb16 {w}, {w}, ror #8",
                "smlad {sum}, {t}, {p}, {sum}",
                "smlad {sum}, {w}, {q}, {sum}",
                "ldr {w}, [{row}, #8]",
                "ldrd {p}, {q}, [{pairs}, #16]",
                "sxtb16 {t}, {w}",
                "sxtb16 {w}, {w}, ror #8",
                "smlad {sum}, {t}, {p}, {sum}",
                "smlad {sum}, {w}, {q}, {sum}",
                "ldrsb {t}, [{row}, #12]",
                "ldrsb {w}, [{row}, #13]",
                "ldrd {p}, {q}, [{pairs}, #24]",
                "mla {sum}, {t}, {p}, {sum}",
                "mla {sum}, {w}, {q}, {sum}",
                row = in(reg) row.as_ptr(),
                pairs = in(reg) self.0.as_ptr(),
                sum = inout(reg) sum,
                w = out(reg) _,
                t = out(reg) _,
                p = out(reg) _,
                q = out(reg) _,
                options(nostack, readonly, pure, preserves_flags),
            );
        }
        sum
    }
}
