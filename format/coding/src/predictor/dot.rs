//! How likely is a decision, from a row of weights and what is around?
//!
//! Written twice, to the same bits: for processors that have the Armv7E-M DSP
//! instructions, and for all others.
#![cfg_attr(nex_arm_dsp, allow(unsafe_code))]

use super::INPUTS;
#[cfg(nex_arm_dsp)]
use super::LOGISTIC;

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
    pub(crate) fn new(values: [u32; INPUTS]) -> Self {
        Self(values.map(|value| value as u8))
    }

    /// In the order of the weights.
    #[must_use]
    pub const fn values(&self) -> [u8; INPUTS] {
        self.0
    }

    /// Probability in 2^-15 of what a row of weights predicts: of the logit
    /// in 1/1024 that is the sum of the products and of a bias, and of one
    /// that was learned, in 1/4096.
    #[inline]
    pub(crate) fn probability(&self, row: &[i8; INPUTS], bias: i16, learned: i16) -> u16 {
        let products = row.iter().zip(&self.0).map(|(&w, &x)| i32::from(w) * i32::from(x));
        let sum: i32 = i32::from(bias) + products.sum::<i32>();
        super::logistic((sum >> 2) + (i32::from(learned) >> 4))
    }
}

#[cfg(nex_arm_dsp)]
impl Inputs {
    #[inline]
    pub(crate) const fn new(v: [u32; INPUTS]) -> Self {
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

    /// In the order of the weights.
    #[must_use]
    pub const fn values(&self) -> [u8; INPUTS] {
        let [a, b, c, d, e, f, last, alone] = self.0;
        const fn split(pair: u32) -> (u8, u8) {
            (pair as u8, (pair >> 16) as u8)
        }
        let ((a0, a2), (b0, b2), (c0, c2)) = (split(a), split(b), split(c));
        let ((d0, d2), (e0, e2), (f0, f2)) = (split(d), split(e), split(f));
        [a0, b0, a2, b2, c0, d0, c2, d2, e0, f0, e2, f2, last as u8, alone as u8]
    }

    #[inline]
    pub(crate) fn probability(&self, row: &[i8; INPUTS], bias: i16, learned: i16) -> u16 {
        let p: u32;
        // SAFETY: reads 14 bytes of the row, at any alignment (Armv7E-M allows
        // it in normal memory while CCR.UNALIGN_TRP is 0, as after a reset; the
        // crate's documentation says so), the eight words of the pairs, and two of the 65 entries of the
        // table, from place 0 to 63.
        unsafe {
            core::arch::asm!(
                processor!(),
                // Four products at a time.
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
                // The logit, its magnitude up to 2047.
                "asr {sum}, {sum}, #2",
                "add {sum}, {sum}, {learned}, asr #4",
                "eor {t}, {sum}, {sum}, asr #31",
                "sub {t}, {t}, {sum}, asr #31",
                "usat {t}, #11, {t}",
                // Between two entries of the table.
                "and {w}, {t}, #31",
                "lsr {t}, {t}, #5",
                "add {t}, {table}, {t}, lsl #1",
                "ldrh {p}, [{t}]",
                "ldrh {t}, [{t}, #2]",
                "sub {t}, {t}, {p}",
                "mul {t}, {t}, {w}",
                "add {t}, {t}, #16",
                "add {p}, {p}, {t}, lsr #5",
                // The rest of 2^15 if the logit is negative.
                "cmp {sum}, #0",
                "it mi",
                "rsbmi {p}, {p}, #32768",
                row = in(reg) row.as_ptr(),
                pairs = in(reg) self.0.as_ptr(),
                table = in(reg) LOGISTIC.as_ptr(),
                learned = in(reg) i32::from(learned),
                sum = inout(reg) i32::from(bias) => _,
                w = out(reg) _,
                t = out(reg) _,
                p = out(reg) p,
                q = out(reg) _,
                options(nostack, readonly, pure),
            );
        }
        p as u16
    }
}
