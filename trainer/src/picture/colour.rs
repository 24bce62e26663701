//! In which colour is an expert, and an error?

use plotters::{prelude::ViridisRGB, style::colors::colormaps::ColorMap};

/// Colours that the colour-blind tell apart (Okabe and Ito, with two more).
pub const EXPERTS: [[u8; 3]; 8] = [
    [0, 114, 178],
    [230, 159, 0],
    [0, 158, 115],
    [213, 94, 0],
    [204, 121, 167],
    [86, 180, 233],
    [120, 94, 40],
    [150, 160, 20],
];

/// The colour of an expert; those beyond the eighth share them.
#[must_use]
pub const fn expert(index: u8) -> [u8; 3] {
    EXPERTS[index as usize % EXPERTS.len()]
}

/// The colour of an error, from none (0, violet) to the largest (1, yellow) on
/// the scale Viridis, which gets brighter evenly; beyond its ends, the ends'.
#[must_use]
pub fn error(part: f64) -> [u8; 3] {
    let colour = ViridisRGB.get_color(part.clamp(0.0, 1.0) as f32);
    [colour.0, colour.1, colour.2]
}

/// A round number that few of the errors are above: 1, 2 or 5 times a power of
/// ten, at least the 99th percentile. 1 without errors.
#[must_use]
pub fn most(errors: &[f64]) -> f64 {
    let mut sorted = errors.to_vec();
    sorted.sort_by(f64::total_cmp);
    let large = sorted.get(sorted.len() * 99 / 100).copied().unwrap_or(0.0);
    if large <= 0.0 {
        return 1.0;
    }
    let decade = 10f64.powf(large.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0].map(|m| m * decade);
    round.into_iter().find(|&m| m >= large).unwrap_or(large)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_end_at_round_numbers() {
        for (errors, end) in
            [(vec![0.0, 0.0031], 0.005), (vec![0.2; 3], 0.2), (vec![], 1.0), (vec![0.0], 1.0)]
        {
            assert!((most(&errors) - end).abs() < 1e-12, "{errors:?}");
        }
        // One of 200 does not count.
        let mut errors = vec![1.0; 200];
        errors[7] = 1e6;
        assert!((most(&errors) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn larger_errors_are_brighter() {
        let light = |part| error(part).iter().map(|&c| u32::from(c)).sum::<u32>();
        assert!((0..10).all(|i| light(f64::from(i) / 10.0) < light(f64::from(i + 1) / 10.0)));
        assert_eq!((error(-3.0), error(9.0)), (error(0.0), error(1.0)));
    }
}
