//! Which powers does the syntax use, to the bit? How do tables lie one behind the other?

/// `round(2^15 * 2^(i/32))`, i = 0 .. 32.
#[rustfmt::skip]
static POWERS: [u16; 32] = [
    32768, 33486, 34219, 34968, 35734, 36516, 37316, 38133,
    38968, 39821, 40693, 41584, 42495, 43425, 44376, 45348,
    46341, 47356, 48393, 49452, 50535, 51642, 52773, 53928,
    55109, 56316, 57549, 58809, 60097, 61413, 62757, 64132,
];

/// The fractional part of `2^(exponent/32)`, with 15 fractional bits; the
/// whole part is `exponent >> 5`.
#[must_use]
#[inline]
pub fn mantissa(exponent: i32) -> u16 {
    POWERS.get(exponent as usize & 31).copied().unwrap_or(0)
}

/// `64 * 2^(exponent/32)`, rounded down, of a negative exponent.
#[must_use]
#[inline]
pub fn power(exponent: i32) -> u32 {
    let shift = (15 - (exponent >> 5)).clamp(15, 31);
    (64 * u32::from(mantissa(exponent))) >> shift
}

/// One table behind the other.
macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident: $len:expr;)*) => {
        tables!(@ 0; $($(#[$doc])* $name: $len;)*);
    };
    (@ $first:expr; $(#[$doc:meta])* $name:ident: $len:expr; $($rest:tt)*) => {
        $(#[$doc])*
        pub const $name: usize = $first;
        tables!(@ $name + $len; $($rest)*);
    };
    (@ $first:expr;) => {
        /// How many answers there are.
        pub const COUNT: usize = $first;
    };
}
pub(crate) use tables;
