//! How does a weight become a coefficient?

use nex_coding::tables;

/// A step of the quantiser: a power of two, in fixed point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    mantissa: u16,
    /// 15 bits of the mantissa, 6 of the value, less those of the power.
    shift: i32,
}

impl Step {
    /// `2^(exponent/32)`; exponents are limited to 0 ..= 1023.
    pub fn new(exponent: i32) -> Self {
        let exponent = exponent.clamp(0, 1023);
        let mantissa = tables::mantissa(exponent);
        Self { mantissa, shift: 21 - (exponent >> 5) }
    }

    /// Whether [`Self::scale_small`] may scale numbers of this magnitude.
    #[inline]
    const fn is_small(self, magnitude: i32) -> bool {
        self.shift > 0 && magnitude < 1 << 15
    }

    /// `value / 64` steps, rounded.
    #[inline]
    fn scale_small(self, value: i32) -> i32 {
        // Below 2^31: 2^15 times less than 2^16, and half a unit.
        let product = value.wrapping_mul(self.mantissa.into());
        product.wrapping_add(1 << (self.shift & 31) >> 1) >> (self.shift & 31)
    }

    /// `value / 64` steps, rounded; limited to +-2^30.
    #[inline]
    pub fn scale(self, value: i32) -> i32 {
        if self.is_small(value.wrapping_abs()) {
            self.scale_small(value)
        } else {
            self.scale_wide(value)
        }
    }

    #[inline(never)]
    fn scale_wide(self, value: i32) -> i32 {
        // At most 47 bits up to here.
        let product = i64::from(value) * i64::from(self.mantissa);
        let limit = 1 << 30;
        match self.shift {
            shift @ 0.. => (product + (1 << shift >> 1)) >> shift,
            shift => product << -shift,
        }
        .clamp(-limit, limit) as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_powers_of_two() {
        for exponent in 0..=1023 {
            let exact = 1e4 * (f64::from(exponent) / 32.0).exp2() / 64.0;
            let limit = f64::from(1 << 30);
            let error = f64::from(Step::new(exponent).scale(10_000)) - exact.min(limit);
            assert!(error.abs() <= 0.5 + exact * 2e-5, "{exponent}: {error}");
            let step = Step::new(exponent);
            assert_eq!((step.scale(-10_000) + step.scale(10_000)) >> 1, 0, "{exponent}");
        }
        let step = Step::new(9_999);
        assert_eq!((step.scale(1 << 30), step.scale(i32::MIN)), (1 << 30, -(1 << 30)));
    }
}
