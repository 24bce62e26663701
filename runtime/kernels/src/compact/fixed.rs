//! Which sines and steps does the profile use, to the bit?

use nex_coding::tables;

/// `round((2^31 - 1) sin(pi/2 i/256))`, i = 0 ..= 256.
#[rustfmt::skip]
static QUARTER: [i32; 257] = [
    0, 13_176_712, 26_352_928, 39_528_151, 52_701_887, 65_873_638, 79_042_909, 92_209_205,
    105_372_028, 118_530_885, 131_685_278, 144_834_714, 157_978_697, 171_116_732, 184_248_325, 197_372_981,
    210_490_206, 223_599_506, 236_700_388, 249_792_358, 262_874_923, 275_947_592, 289_009_871, 302_061_269,
    315_101_294, 328_129_457, 341_145_265, 354_148_229, 367_137_860, 380_113_669, 393_075_166, 406_021_864,
    418_953_276, 431_868_915, 444_768_293, 457_650_927, 470_516_330, 483_364_019, 496_193_509, 509_004_318,
    521_795_963, 534_567_963, 547_319_836, 560_051_103, 572_761_285, 585_449_903, 598_116_478, 610_760_535,
    623_381_597, 635_979_190, 648_552_837, 661_102_068, 673_626_408, 686_125_386, 698_598_533, 711_045_377,
    723_465_451, 735_858_287, 748_223_418, 760_560_379, 772_868_706, 785_147_934, 797_397_602, 809_617_248,
    821_806_413, 833_964_637, 846_091_463, 858_186_434, 870_249_095, 882_278_991, 894_275_670, 906_238_681,
    918_167_571, 930_061_894, 941_921_200, 953_745_043, 965_532_978, 977_284_561, 988_999_351, 1_000_676_905,
    1_012_316_784, 1_023_918_549, 1_035_481_765, 1_047_005_996, 1_058_490_807, 1_069_935_767, 1_081_340_445, 1_092_704_410,
    1_104_027_236, 1_115_308_496, 1_126_547_765, 1_137_744_620, 1_148_898_640, 1_160_009_404, 1_171_076_495, 1_182_099_495,
    1_193_077_990, 1_204_011_566, 1_214_899_812, 1_225_742_318, 1_236_538_675, 1_247_288_477, 1_257_991_319, 1_268_646_799,
    1_279_254_515, 1_289_814_068, 1_300_325_059, 1_310_787_095, 1_321_199_780, 1_331_562_722, 1_341_875_532, 1_352_137_822,
    1_362_349_204, 1_372_509_294, 1_382_617_710, 1_392_674_071, 1_402_677_999, 1_412_629_117, 1_422_527_050, 1_432_371_426,
    1_442_161_874, 1_451_898_025, 1_461_579_513, 1_471_205_973, 1_480_777_044, 1_490_292_364, 1_499_751_575, 1_509_154_322,
    1_518_500_249, 1_527_789_006, 1_537_020_243, 1_546_193_612, 1_555_308_767, 1_564_365_366, 1_573_363_067, 1_582_301_533,
    1_591_180_425, 1_599_999_410, 1_608_758_157, 1_617_456_334, 1_626_093_615, 1_634_669_675, 1_643_184_190, 1_651_636_840,
    1_660_027_308, 1_668_355_276, 1_676_620_431, 1_684_822_463, 1_692_961_061, 1_701_035_921, 1_709_046_738, 1_716_993_211,
    1_724_875_039, 1_732_691_927, 1_740_443_580, 1_748_129_706, 1_755_750_016, 1_763_304_223, 1_770_792_043, 1_778_213_194,
    1_785_567_395, 1_792_854_372, 1_800_073_848, 1_807_225_552, 1_814_309_215, 1_821_324_571, 1_828_271_355, 1_835_149_305,
    1_841_958_164, 1_848_697_673, 1_855_367_580, 1_861_967_633, 1_868_497_585, 1_874_957_188, 1_881_346_201, 1_887_664_382,
    1_893_911_493, 1_900_087_300, 1_906_191_569, 1_912_224_072, 1_918_184_580, 1_924_072_870, 1_929_888_719, 1_935_631_909,
    1_941_302_224, 1_946_899_450, 1_952_423_376, 1_957_873_795, 1_963_250_500, 1_968_553_291, 1_973_781_966, 1_978_936_330,
    1_984_016_188, 1_989_021_349, 1_993_951_624, 1_998_806_828, 2_003_586_778, 2_008_291_295, 2_012_920_200, 2_017_473_320,
    2_021_950_483, 2_026_351_521, 2_030_676_268, 2_034_924_561, 2_039_096_240, 2_043_191_149, 2_047_209_132, 2_051_150_040,
    2_055_013_722, 2_058_800_035, 2_062_508_835, 2_066_139_982, 2_069_693_341, 2_073_168_776, 2_076_566_159, 2_079_885_359,
    2_083_126_253, 2_086_288_719, 2_089_372_637, 2_092_377_891, 2_095_304_369, 2_098_151_959, 2_100_920_555, 2_103_610_053,
    2_106_220_351, 2_108_751_351, 2_111_202_958, 2_113_575_079, 2_115_867_625, 2_118_080_510, 2_120_213_650, 2_122_266_966,
    2_124_240_379, 2_126_133_816, 2_127_947_205, 2_129_680_479, 2_131_333_571, 2_132_906_419, 2_134_398_965, 2_135_811_152,
    2_137_142_926, 2_138_394_239, 2_139_565_042, 2_140_655_292, 2_141_664_947, 2_142_593_970, 2_143_442_325, 2_144_209_981,
    2_144_896_909, 2_145_503_082, 2_146_028_479, 2_146_473_079, 2_146_836_865, 2_147_119_824, 2_147_321_945, 2_147_443_221,
    2_147_483_647,
];

/// Half the product of a number and one of 31 fractional bits, rounded.
#[inline]
pub fn half_mul(a: i32, b: i32) -> i32 {
    #[cfg(test)]
    counted::add(1);
    ((a as i64 * b as i64 + (1 << 31)) >> 32) as i32
}

/// Sine and cosine of a phase in 2^-32 turns, with 31 fractional bits.
///
/// A table of a quarter wave, 257 entries, with straight lines between them.
/// Accuracy: within 5e-6 (tested). Cost: 2 multiplies.
#[must_use]
pub fn sin_cos(phase: u32) -> (i32, i32) {
    let (s, c) = quarter_sin_cos(phase & 0x3fff_ffff);
    match phase >> 30 {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    }
}

/// [`sin_cos`] of less than a quarter turn.
#[must_use]
#[inline]
pub(super) fn quarter_sin_cos(phase: u32) -> (i32, i32) {
    let (place, rest) = (phase >> 22 & 255, phase & 0x003f_ffff);
    let (s, c) = on_table(place);
    if rest == 0 {
        return (s, c);
    }
    (between(s, at(place + 1), rest), between(c, at(255 - place), rest))
}

/// The sine alone, of a quarter turn at most.
#[must_use]
#[inline]
pub(super) fn quarter_sin(phase: u32) -> i32 {
    let (place, rest) = (phase >> 22, phase & 0x003f_ffff);
    between(at(place), at(place + 1), rest)
}

/// Sine and cosine of so many 1/1024 turns, less than a quarter turn: places of
/// the table.
#[must_use]
#[inline]
pub(super) fn on_table(place: u32) -> (i32, i32) {
    let place = place & 255;
    (at(place), at(256 - place))
}

#[inline]
fn at(place: u32) -> i32 {
    QUARTER.get(place as usize).copied().unwrap_or(0)
}

/// So many 2^-22 of the way from one entry of the table to the next.
#[inline]
fn between(a: i32, b: i32, rest: u32) -> i32 {
    #[cfg(test)]
    counted::add(1);
    // Entries are less than 2^24 apart: the upper half of a product.
    let step = (i64::from(b.wrapping_sub(a) << 1) * i64::from(rest << 9)) >> 32;
    a.wrapping_add(step as i32)
}

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
    pub const fn is_small(self, magnitude: i32) -> bool {
        self.shift > 0 && magnitude < 1 << 15
    }

    /// `value / 64` steps, rounded.
    #[inline]
    pub fn scale_small(self, value: i32) -> i32 {
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

    #[test]
    fn sines_and_cosines_are_close_to_the_true_ones() {
        for i in 0..400_000u32 {
            let phase = i.wrapping_mul(10_737) ^ i << 20;
            let angle = f64::from(phase) / 4_294_967_296.0 * std::f64::consts::TAU;
            let (s, c) = sin_cos(phase);
            let unit = f64::from(i32::MAX);
            assert!((f64::from(s) / unit - angle.sin()).abs() < 5e-6, "{phase:x}");
            assert!((f64::from(c) / unit - angle.cos()).abs() < 5e-6, "{phase:x}");
        }
    }

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
