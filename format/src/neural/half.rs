//! Which 16 bits are a float of half precision (IEEE 754's binary16), and back?

/// Exponents of single precision's normal numbers begin so much lower.
const REBASE: u32 = 112;
const INFINITY: u32 = 0x7c00;

/// The value, exactly.
pub(crate) fn to_f32(bytes: [u8; 2]) -> f32 {
    let bits = u32::from(u16::from_le_bytes(bytes));
    let (sign, magnitude) = ((bits & 0x8000) << 16, bits & 0x7fff);
    let single = match magnitude {
        // Below the normal numbers: steps of 2^-24.
        0..0x400 => (magnitude as f32 / 16_777_216.0).to_bits(),
        0x400..INFINITY => (magnitude << 13) + (REBASE << 23),
        INFINITY => f32::INFINITY.to_bits(),
        _ => f32::NAN.to_bits() | magnitude << 13,
    };
    f32::from_bits(sign | single)
}

/// The nearest value, of two the even one; above the largest, infinity.
#[cfg(feature = "write")]
pub(crate) fn from_f32(value: f32) -> [u8; 2] {
    let bits = value.to_bits();
    let (sign, magnitude) = (bits >> 16 & 0x8000, bits & 0x7fff_ffff);
    let least = (REBASE + 1) << 23;
    let half = if value.is_nan() {
        0x7e00 | magnitude >> 13 & 0x3ff
    } else if magnitude < least {
        // Half's steps there are those of a float from 0.5 on, so that the sum rounds.
        (value.abs() + 0.5).to_bits() - 0.5f32.to_bits()
    } else {
        let even = magnitude >> 13 & 1;
        ((magnitude - (REBASE << 23) + 0xfff + even) >> 13).min(INFINITY)
    };
    ((sign | half) as u16).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All numbers, but where an interpreter runs the test.
    const STEP: usize = if cfg!(miri) { 311 } else { 1 };

    #[test]
    fn every_half_is_the_value_that_its_fields_say() {
        for bits in (0..=u16::MAX).step_by(STEP) {
            let (exponent, fraction) = (u64::from(bits >> 10 & 31), f64::from(bits & 0x3ff));
            let magnitude = match exponent {
                0 => fraction / 16_777_216.0,
                31 if fraction == 0.0 => f64::INFINITY,
                31 => f64::NAN,
                // 2 to the power of the exponent less 15.
                _ => (1.0 + fraction / 1024.0) * f64::from_bits((exponent + 1023 - 15) << 52),
            };
            let value = to_f32(bits.to_le_bytes());
            assert_eq!(value.is_sign_negative(), bits >= 0x8000, "{bits:#x}");
            let equal = f64::from(value.abs()) == magnitude || value.is_nan() && magnitude.is_nan();
            assert!(equal, "{bits:#x}: {value}");
        }
    }

    #[cfg(feature = "write")]
    #[test]
    fn rounding_takes_the_nearest_and_of_two_the_even_one() {
        let bits = |value: f32| u16::from_le_bytes(from_f32(value));
        for half in (0..0x7bffu16).step_by(STEP) {
            let [below, above] = [half, half + 1].map(|h| to_f32(h.to_le_bytes()));
            let middle = (below + above) / 2.0;
            let even = half + half % 2;
            assert_eq!(bits(below), half);
            assert_eq!((bits(middle), bits(-middle)), (even, even | 0x8000), "{half:#x}");
            assert_eq!(bits(middle.next_down()), half, "{half:#x}");
            assert_eq!(bits(middle.next_up()), half + 1, "{half:#x}");
        }
        assert_eq!((bits(65_519.996), bits(65_520.0), bits(f32::MAX)), (0x7bff, 0x7c00, 0x7c00));
        assert_eq!((bits(f32::NEG_INFINITY), bits(f32::MIN_POSITIVE)), (0xfc00, 0));
        assert!(to_f32(from_f32(f32::NAN)).is_nan());
    }
}
