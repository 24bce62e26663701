//! What is the sine of a phase, to the bit, on every machine?
//!
//! The one place with trigonometry. Nothing here or elsewhere in this crate
//! calls a platform's `sin`.

/// One step of the sine table: the value at its left end in the low half,
/// the rise to its right end in the high half.
type Segment = u32;

/// 256 segments of one turn: 1 KB of flash, one load per sine.
static TABLE: [Segment; 256] = table();

/// `round(32767 sin(2 pi i / 256))` for the first quarter, i = 0 ..= 64.
const QUARTER: [i16; 65] = [
    0, 804, 1608, 2410, 3212, 4011, 4808, 5602, 6393, 7179, 7962, 8739, 9512, 10278, 11039, 11793,
    12539, 13279, 14010, 14732, 15446, 16151, 16846, 17530, 18204, 18868, 19519, 20159, 20787,
    21403, 22005, 22594, 23170, 23731, 24279, 24811, 25329, 25832, 26319, 26790, 27245, 27683,
    28105, 28510, 28898, 29268, 29621, 29956, 30273, 30571, 30852, 31113, 31356, 31580, 31785,
    31971, 32137, 32285, 32412, 32521, 32609, 32678, 32728, 32757, 32767,
];

#[allow(clippy::indexing_slicing)] // evaluated by the compiler
const fn table() -> [Segment; 256] {
    const fn value(i: usize) -> i16 {
        let i = i % 256;
        let quarter = match i % 128 {
            j @ 0..=64 => QUARTER[j],
            j => QUARTER[128 - j],
        };
        if i < 128 { quarter } else { -quarter }
    }
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let rise = value(i + 1) - value(i);
        table[i] = (rise as u16 as u32) << 16 | value(i) as u16 as u32;
        i += 1;
    }
    table
}

/// The table, for kernels that gather from it.
#[cfg(any(target_arch = "x86_64", nex_arm_dsp))]
pub(crate) const fn segments() -> &'static [u32; 256] {
    &TABLE
}

/// `clamp` without its panic, which stays in a firmware where the compiler does
/// not see that `low` is at most `high`.
pub(crate) fn limit<T: PartialOrd>(value: T, low: T, high: T) -> T {
    if value < low {
        low
    } else if value > high {
        high
    } else {
        value
    }
}

/// `sin(2 pi phase / 2^32)` in Q15: the sine of integer arithmetic.
///
/// The top 8 bits of the phase pick a table segment, the next 14 interpolate:
/// `(left * 2^14 + rise * fraction + 2^13) >> 14`. Result in -32767 ..= 32767.
///
/// Accuracy: within 1.1e-4 of full scale of the true sine (tested at every
/// interpolation step against `f64`). Cost: one load, one dual
/// multiply-accumulate.
///
/// ```
/// assert_eq!(nex_kernels::sine_q15(0x4000_0000), 32767);
/// assert_eq!(nex_kernels::sine_q15(0), 0);
/// ```
#[must_use]
#[inline]
pub fn sine_q15(phase: u32) -> i16 {
    let segment = TABLE.get((phase >> 24) as usize).copied().unwrap_or(0);
    let left = i32::from(segment as u16 as i16);
    let rise = (segment as i32) >> 16;
    let fraction = ((phase >> 10) & 0x3fff) as i32;
    // `left * 2^14` has no bits below 2^14, so it need not be shifted down.
    (left + ((rise * fraction + 8192) >> 14)) as i16
}

/// Adding and subtracting this rounds an `f32` below 2^22 to an integer,
/// ties to even.
const ROUND: f32 = 12_582_912.0;

/// The nearest integer, ties to even; |x| at most 2^22.
#[inline(always)]
pub(crate) fn round(x: f32) -> f32 {
    (x + ROUND) - ROUND
}

/// `sin(2 pi turns)`: the sine of float arithmetic. |turns| at most 2^16.
///
/// Range reduction is exact; then an odd polynomial of degree 9, every
/// operation rounded on its own. Accuracy: within 2.1e-7 (1.8 units in the
/// last place of 1.0) of the true sine of the given `f32` (tested against
/// `f64`). Cost: 8 multiplications, 8 additions.
///
/// ```
/// assert_eq!(nex_kernels::sine_turns(0.5), 0.0);
/// assert_eq!(nex_kernels::sine_turns(1000.25), 0.999_999_94);
/// ```
#[must_use]
#[inline(always)]
#[allow(clippy::approx_constant)] // the best odd polynomial's slope at 0 is not quite 2 pi
pub fn sine_turns(turns: f32) -> f32 {
    let r = turns - round(turns); // -0.5 ..= 0.5
    let a = r.abs();
    let b = 0.5 - a;
    let f = if a < b { a } else { b }; // 0 ..= 0.25, exact
    let s = f * f;
    let p = s * 39.536_705 + -76.549_78;
    let p = p * s + 81.601_006;
    let p = p * s + -41.341_656;
    let p = p * s + 6.283_185;
    (p * f).copysign(r)
}

/// Where FINER's argument is limited: its phase stays below 2^16 turns.
#[cfg(feature = "networks")]
const FINER_LIMIT: f32 = 116.0;

/// `sin(30 (|z| + 1) z)`, with `z` limited to -116 ..= 116: FINER's activation.
///
/// The phase in turns is `(|z| + 1) * z`, then times 30 / (2 pi), each rounded;
/// its sine is [`sine_turns`]. Accuracy: within 2.1e-7 + 6e-6 (|z| + 1) |z|,
/// most of which is the rounding of the phase (tested against `f64`).
///
/// ```
/// assert_eq!(nex_kernels::finer(0.0), 0.0);
/// assert_eq!(nex_kernels::finer(0.05), 0.999_991_06);
/// ```
#[cfg(feature = "networks")]
#[must_use]
#[inline(always)]
pub fn finer(z: f32) -> f32 {
    let z = limit(z, -FINER_LIMIT, FINER_LIMIT);
    sine_turns((z.abs() + 1.0) * z * 4.774_648)
}

/// Where the activations without an upper bound are limited, so that no sum
/// after them overflows.
#[cfg(feature = "networks")]
const LARGEST: f32 = 65_536.0;

/// The larger of 0 and `z`, at most 65,536.
///
/// ```
/// assert_eq!((nex_kernels::relu(-1.5), nex_kernels::relu(0.5)), (0.0, 0.5));
/// ```
#[cfg(feature = "networks")]
#[must_use]
#[inline(always)]
pub fn relu(z: f32) -> f32 {
    limit(z, 0.0, LARGEST)
}

/// `ln(1 + exp(100 z)) / 100`, at most 65,536: SoftPlus as signed distances
/// use it, smooth but close to [`relu`].
///
/// That is `relu(z) + ln(1 + e) / 100` with e = exp(-100 |z|): a power of two
/// by its exponent's bits and a polynomial of degree 6, then the logarithm by
/// another of degree 9; no platform `exp` or `ln`. Accuracy: within 1.5e-9 and
/// half a unit in the last place (tested against `f64`). Below z = -0.44 the
/// result is 5e-22. Cost: 20 multiplications, 20 additions.
///
/// ```
/// assert_eq!(nex_kernels::soft_plus(0.0), 0.006_931_471_6);
/// assert_eq!(nex_kernels::soft_plus(1.0), 1.0);
/// ```
#[cfg(feature = "networks")]
#[must_use]
#[inline(always)]
#[allow(clippy::approx_constant)] // 2^-f to first order
pub fn soft_plus(z: f32) -> f32 {
    let z = limit(z, -LARGEST, LARGEST);
    // 100 |z| in powers of two.
    let a = limit(z.abs() * 144.269_5, 0.0, 64.0);
    let shifted = a + ROUND;
    let f = a - (shifted - ROUND); // -0.5 ..= 0.5
    let p = f * 0.000_154_614_45 + -0.001_340_042_8;
    let p = p * f + 0.009_618_057;
    let p = p * f + -0.055_503_27;
    let p = p * f + 0.240_226_5;
    let p = p * f + -0.693_147_2;
    let p = p * f + 1.0; // 2^-f
    // 2^-round(a): the low bits of `shifted` are the rounded number.
    let power = (127u32 << 23).wrapping_sub(shifted.to_bits() << 23);
    let e = p * f32::from_bits(power);
    let q = e * -0.003_176_057 + 0.019_542_528;
    let q = q * e + -0.056_373_615;
    let q = q * e + 0.105_436_236;
    let q = q * e + -0.152_696_67;
    let q = q * e + 0.196_632_74;
    let q = q * e + -0.249_516_16;
    let q = q * e + 0.333_297_1;
    let q = q * e + -0.499_998_93;
    let q = q * e + 1.0;
    relu(z) + q * e * 0.01
}
