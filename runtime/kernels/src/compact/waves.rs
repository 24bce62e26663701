//! Which sines and windows does the profile use, to the bit?

/// `-round(2^15 sin(pi/2 i/256))` below `-round(2^15 cos(pi/2 i/256))`, i = 0 .. 256:
/// negative, for 16 bits hold -1 but not 1.
#[rustfmt::skip]
pub(super) static WAVES: [u32; 256] = [
    0x8000_0000, 0x8001_ff37, 0x8002_fe6e, 0x8006_fda5, 0x800a_fcdc, 0x800f_fc13, 0x8016_fb4a, 0x801e_fa81,
    0x8027_f9b8, 0x8032_f8ef, 0x803e_f827, 0x804b_f75e, 0x8059_f695, 0x8068_f5cd, 0x8079_f505, 0x808b_f43c,
    0x809e_f374, 0x80b2_f2ac, 0x80c8_f1e4, 0x80de_f11c, 0x80f6_f055, 0x8110_ef8d, 0x812a_eec6, 0x8146_edff,
    0x8163_ed38, 0x8181_ec71, 0x81a0_ebab, 0x81c1_eae4, 0x81e2_ea1e, 0x8205_e958, 0x822a_e892, 0x824f_e7cd,
    0x8276_e707, 0x829d_e642, 0x82c6_e57d, 0x82f1_e4b9, 0x831c_e3f4, 0x8349_e330, 0x8377_e26d, 0x83a6_e1a9,
    0x83d6_e0e6, 0x8407_e023, 0x843a_df61, 0x846e_de9e, 0x84a3_dddc, 0x84d9_dd1b, 0x8511_dc59, 0x8549_db99,
    0x8583_dad8, 0x85be_da18, 0x85fa_d958, 0x8637_d898, 0x8676_d7d9, 0x86b6_d71b, 0x86f6_d65c, 0x8738_d59e,
    0x877b_d4e1, 0x87c0_d424, 0x8805_d367, 0x884c_d2ab, 0x8894_d1ef, 0x88dd_d134, 0x8927_d079, 0x8972_cfbe,
    0x89be_cf04, 0x8a0c_ce4b, 0x8a5a_cd92, 0x8aaa_ccd9, 0x8afb_cc21, 0x8b4d_cb69, 0x8ba0_cab2, 0x8bf5_c9fc,
    0x8c4a_c946, 0x8ca1_c890, 0x8cf8_c7db, 0x8d51_c727, 0x8dab_c673, 0x8e06_c5c0, 0x8e62_c50d, 0x8ebf_c45b,
    0x8f1d_c3a9, 0x8f7d_c2f8, 0x8fdd_c248, 0x903e_c198, 0x90a1_c0e9, 0x9105_c03a, 0x9169_bf8c, 0x91cf_bedf,
    0x9236_be32, 0x929e_bd86, 0x9307_bcda, 0x9371_bc2f, 0x93dc_bb85, 0x9448_badc, 0x94b5_ba33, 0x9523_b98b,
    0x9592_b8e3, 0x9603_b83c, 0x9674_b796, 0x96e6_b6f1, 0x9759_b64c, 0x97ce_b5a8, 0x9843_b505, 0x98b9_b462,
    0x9930_b3c0, 0x99a9_b31f, 0x9a22_b27f, 0x9a9c_b1df, 0x9b17_b140, 0x9b94_b0a2, 0x9c11_b005, 0x9c8f_af68,
    0x9d0e_aecc, 0x9d8e_ae31, 0x9e0f_ad97, 0x9e91_acfd, 0x9f14_ac65, 0x9f98_abcd, 0xa01c_ab36, 0xa0a2_aaa0,
    0xa129_aa0a, 0xa1b0_a976, 0xa238_a8e2, 0xa2c2_a84f, 0xa34c_a7bd, 0xa3d7_a72c, 0xa463_a69c, 0xa4f0_a60c,
    0xa57e_a57e, 0xa60c_a4f0, 0xa69c_a463, 0xa72c_a3d7, 0xa7bd_a34c, 0xa84f_a2c2, 0xa8e2_a238, 0xa976_a1b0,
    0xaa0a_a129, 0xaaa0_a0a2, 0xab36_a01c, 0xabcd_9f98, 0xac65_9f14, 0xacfd_9e91, 0xad97_9e0f, 0xae31_9d8e,
    0xaecc_9d0e, 0xaf68_9c8f, 0xb005_9c11, 0xb0a2_9b94, 0xb140_9b17, 0xb1df_9a9c, 0xb27f_9a22, 0xb31f_99a9,
    0xb3c0_9930, 0xb462_98b9, 0xb505_9843, 0xb5a8_97ce, 0xb64c_9759, 0xb6f1_96e6, 0xb796_9674, 0xb83c_9603,
    0xb8e3_9592, 0xb98b_9523, 0xba33_94b5, 0xbadc_9448, 0xbb85_93dc, 0xbc2f_9371, 0xbcda_9307, 0xbd86_929e,
    0xbe32_9236, 0xbedf_91cf, 0xbf8c_9169, 0xc03a_9105, 0xc0e9_90a1, 0xc198_903e, 0xc248_8fdd, 0xc2f8_8f7d,
    0xc3a9_8f1d, 0xc45b_8ebf, 0xc50d_8e62, 0xc5c0_8e06, 0xc673_8dab, 0xc727_8d51, 0xc7db_8cf8, 0xc890_8ca1,
    0xc946_8c4a, 0xc9fc_8bf5, 0xcab2_8ba0, 0xcb69_8b4d, 0xcc21_8afb, 0xccd9_8aaa, 0xcd92_8a5a, 0xce4b_8a0c,
    0xcf04_89be, 0xcfbe_8972, 0xd079_8927, 0xd134_88dd, 0xd1ef_8894, 0xd2ab_884c, 0xd367_8805, 0xd424_87c0,
    0xd4e1_877b, 0xd59e_8738, 0xd65c_86f6, 0xd71b_86b6, 0xd7d9_8676, 0xd898_8637, 0xd958_85fa, 0xda18_85be,
    0xdad8_8583, 0xdb99_8549, 0xdc59_8511, 0xdd1b_84d9, 0xdddc_84a3, 0xde9e_846e, 0xdf61_843a, 0xe023_8407,
    0xe0e6_83d6, 0xe1a9_83a6, 0xe26d_8377, 0xe330_8349, 0xe3f4_831c, 0xe4b9_82f1, 0xe57d_82c6, 0xe642_829d,
    0xe707_8276, 0xe7cd_824f, 0xe892_822a, 0xe958_8205, 0xea1e_81e2, 0xeae4_81c1, 0xebab_81a0, 0xec71_8181,
    0xed38_8163, 0xedff_8146, 0xeec6_812a, 0xef8d_8110, 0xf055_80f6, 0xf11c_80de, 0xf1e4_80c8, 0xf2ac_80b2,
    0xf374_809e, 0xf43c_808b, 0xf505_8079, 0xf5cd_8068, 0xf695_8059, 0xf75e_804b, 0xf827_803e, 0xf8ef_8032,
    0xf9b8_8027, 0xfa81_801e, 0xfb4a_8016, 0xfc13_800f, 0xfcdc_800a, 0xfda5_8006, 0xfe6e_8002, 0xff37_8001,
];

/// `min(round(2^15 w(i/256)), 2^15 - 1)`, i = 0 ..= 256, w being the rising
/// [`slope`].
#[rustfmt::skip]
static SLOPE: [i16; 257] = [
    0, 101, 205, 310, 418, 527, 638, 751, 866, 983, 1102, 1223,
    1345, 1470, 1596, 1725, 1855, 1987, 2121, 2257, 2394, 2534, 2675, 2818,
    2963, 3109, 3258, 3408, 3560, 3714, 3869, 4026, 4185, 4346, 4508, 4671,
    4837, 5004, 5172, 5343, 5514, 5688, 5862, 6039, 6216, 6395, 6576, 6758,
    6941, 7126, 7312, 7499, 7688, 7877, 8068, 8261, 8454, 8648, 8844, 9041,
    9238, 9437, 9637, 9837, 10039, 10241, 10445, 10649, 10854, 11059, 11265, 11473,
    11680, 11888, 12097, 12307, 12517, 12727, 12938, 13149, 13360, 13572, 13784, 13997,
    14209, 14422, 14635, 14848, 15061, 15274, 15487, 15699, 15912, 16125, 16337, 16549,
    16761, 16973, 17184, 17395, 17605, 17815, 18025, 18234, 18442, 18650, 18857, 19063,
    19269, 19473, 19677, 19881, 20083, 20284, 20485, 20684, 20882, 21080, 21276, 21471,
    21665, 21858, 22049, 22239, 22428, 22616, 22802, 22987, 23170, 23352, 23533, 23712,
    23890, 24066, 24240, 24413, 24584, 24754, 24921, 25088, 25252, 25415, 25576, 25735,
    25893, 26048, 26202, 26354, 26504, 26652, 26799, 26943, 27086, 27226, 27365, 27502,
    27637, 27770, 27901, 28030, 28157, 28282, 28405, 28526, 28645, 28762, 28877, 28991,
    29102, 29211, 29318, 29424, 29527, 29628, 29728, 29825, 29921, 30014, 30106, 30195,
    30283, 30369, 30453, 30535, 30616, 30694, 30771, 30845, 30918, 30989, 31059, 31126,
    31192, 31257, 31319, 31380, 31439, 31496, 31552, 31606, 31659, 31710, 31759, 31807,
    31853, 31898, 31942, 31984, 32024, 32064, 32101, 32138, 32173, 32207, 32239, 32271,
    32301, 32330, 32357, 32384, 32409, 32433, 32456, 32479, 32500, 32520, 32539, 32557,
    32574, 32590, 32606, 32620, 32634, 32647, 32659, 32670, 32680, 32690, 32699, 32708,
    32715, 32723, 32729, 32735, 32740, 32745, 32749, 32753, 32757, 32759, 32762, 32764,
    32765, 32767, 32767, 32767, 32767,
];

/// Half the product of a number and one of 15 fractional bits, -1 to 1, rounded
/// down.
///
/// One instruction with Armv7E-M's DSP extension (SMULWB); without it two
/// 32-bit products and no 64-bit one.
#[inline]
#[must_use]
pub fn half_mul(a: i32, b: i32) -> i32 {
    #[cfg(test)]
    counted::add(1);
    if cfg!(nex_narrow) {
        (a >> 16).wrapping_mul(b).wrapping_add((a & 0xffff).wrapping_mul(b) >> 16)
    } else {
        ((i64::from(a) * i64::from(b)) >> 16) as i32
    }
}

/// Sine and cosine of a phase in 2^-32 turns, 15 fractional bits, both with
/// the other sign: `(-sin, -cos)`.
///
/// A table of a quarter wave, 256 entries, with tangents between them.
/// Accuracy: within 8e-5 (tested). Cost: 3 multiplies.
#[must_use]
pub fn minus_sin_cos(phase: u32) -> (i32, i32) {
    let (s, c) = quarter(phase & 0x3fff_ffff);
    match phase >> 30 {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    }
}

/// A twiddle: `(-sin, -cos)` of less than a quarter turn, 15 fractional bits.
#[derive(Clone, Copy)]
pub(super) struct Twiddle(u32);

impl Twiddle {
    /// Of so many 1/1024 turns, less than 256.
    #[inline]
    pub fn on_table(place: u32) -> Self {
        Self(WAVES.get((place & 255) as usize).copied().unwrap_or(0))
    }

    #[inline]
    fn sin(self) -> i32 {
        i32::from(self.0 as i16)
    }

    #[inline]
    fn cos(self) -> i32 {
        self.0 as i32 >> 16
    }
}

/// [`minus_sin_cos`] of less than a quarter turn: that of the table's place before
/// it, and straight on along the tangent.
#[must_use]
#[inline]
pub(super) fn quarter(phase: u32) -> (i32, i32) {
    let twiddle = Twiddle::on_table(phase >> 22);
    let (s, c) = (twiddle.sin(), twiddle.cos());
    // In 2^-16 radians; 402 is a step of the table.
    let back = -((((phase & 0x003f_ffff) >> 10) as i32 * 402) >> 12);
    let (s, c) = (s - ((c * back + 0x8000) >> 16), c + ((s * back + 0x8000) >> 16));
    // They are 16 bits, as the compiler should know.
    (i32::from(s as i16), i32::from(c as i16))
}

/// Minus half of `(re + i im) * exp(-2 pi i phase / 2^32)`, of the phase's
/// `(-sin, -cos)`.
#[inline]
pub(super) fn turned([re, im]: [i32; 2], twiddle: Twiddle) -> [i32; 2] {
    let (s, c) = (twiddle.sin(), twiddle.cos());
    [half_mul(re, c).wrapping_add(half_mul(im, s)), half_mul(im, c).wrapping_sub(half_mul(re, s))]
}

/// `round(2^16 pi/512 j/16)`: sixteenths of the table's step, in 2^-16 radians.
static ANGLES: [i16; 16] =
    [0, 25, 50, 75, 101, 126, 151, 176, 201, 226, 251, 276, 302, 327, 352, 377];

/// [`turned`] by a phase in 2^-32 turns, less than a quarter turn, of which the
/// upper 14 bits count: by the table's place before it, and on along the tangent.
#[inline]
pub(super) fn turned_by(z: [i32; 2], phase: u32) -> [i32; 2] {
    let [re, im] = turned(z, Twiddle::on_table(phase >> 22));
    let angle = ANGLES.get((phase >> 18 & 15) as usize).copied().map_or(0, i32::from);
    [re.wrapping_add(half_mul(im, angle)), im.wrapping_sub(half_mul(re, angle))]
}

/// The window's rising slope and its mirror image at `distance` from the
/// boundary, in 2^-32 of the overlap, less than half of it; 15 fractional bits.
///
/// With x from 0 to 1 over the overlap it is `sin(pi/4 (x + sin^2(pi/2 x)))`,
/// the mean of the sine window's angle and of Vorbis's: power-complementary as
/// both are.
#[must_use]
#[inline]
pub fn slope(distance: u32) -> (i32, i32) {
    let (place, rest) = (distance >> 24 & 127, distance >> 8 & 0xffff);
    let (place, mirrored) = (128 + place, 128 - place);
    let rise = between(&SLOPE, place, place + 1, rest);
    let fall = between(&SLOPE, mirrored, mirrored - 1, rest);
    // They are 16 bits, as the compiler should know.
    (i32::from(rise as i16), i32::from(fall as i16))
}

#[inline]
fn at(table: &[i16; 257], place: u32) -> i32 {
    table.get(place as usize).copied().map_or(0, i32::from)
}

/// So many 2^-16 of the way from one entry of a table to another.
#[inline]
fn between(table: &[i16; 257], from: u32, to: u32, rest: u32) -> i32 {
    #[cfg(test)]
    counted::add(1);
    let (from, to) = (at(table, from), at(table, to));
    // Entries are less than 2^8 apart.
    from + (((to - from) * rest as i32) >> 16)
}

/// Multiplies of this thread, counted where they happen: what the stated
/// costs are tested against.
#[cfg(test)]
pub(super) mod counted {
    extern crate std;
    use core::cell::Cell;

    std::thread_local!(static COUNT: Cell<u32> = const { Cell::new(0) });

    pub fn add(n: u32) {
        COUNT.with(|count| count.set(count.get() + n));
    }

    /// How many `work` takes.
    pub fn multiplies(work: impl FnOnce()) -> u32 {
        COUNT.with(|count| count.set(0));
        work();
        COUNT.with(Cell::get)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, TAU};

    #[test]
    fn sines_and_cosines_are_close_to_the_true_ones() {
        for i in 0..400_000u32 {
            let phase = i.wrapping_mul(10_737) ^ i << 20;
            let angle = f64::from(phase) / 4_294_967_296.0 * TAU;
            let (s, c) = minus_sin_cos(phase);
            assert!((f64::from(s) / -32_768.0 - angle.sin()).abs() < 8e-5, "{phase:x}");
            assert!((f64::from(c) / -32_768.0 - angle.cos()).abs() < 8e-5, "{phase:x}");
        }
    }

    #[test]
    fn the_slope_is_between_the_sine_window_and_vorbis() {
        for i in 0..4096u32 {
            let x = 0.5 + f64::from(i) / 8192.0;
            let exact = (FRAC_PI_4 * (x + (FRAC_PI_2 * x).sin().powi(2))).sin_cos();
            let (s, c) = slope(i << 19);
            assert!((f64::from(s) / 32_768.0 - exact.0).abs() < 8e-5, "{i}");
            assert!((f64::from(c) / 32_768.0 - exact.1).abs() < 8e-5, "{i}");
        }
    }

    #[test]
    fn half_mul_takes_any_numbers() {
        let numbers = [0, 1, -1, 0xffff, 0x1_0000, -0x1_0000, 0x7fff_1234, i32::MAX, i32::MIN];
        for a in numbers {
            for b in [0, 1, -1, 181, -23_170, 32_768, -32_768] {
                let exact = (i128::from(a) * i128::from(b)).div_euclid(1 << 16);
                assert_eq!(i128::from(half_mul(a, b)), exact, "{a} {b}");
            }
        }
    }
}
