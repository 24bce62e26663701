//! How loud is the noise in place of zeros, and when?

use nex_coding::{
    partition::{EVEN, NOISE_BANDS, NOISES, noise_band},
    spectrum::ScaleFactors,
};

/// How loud noise is beside the coefficients that it stands for: as loud as they are it
/// sounds rougher.
const GAIN: f32 = 0.75;

/// Coefficients from which on it is known how noise dies away.
const KNOWN: usize = 24;

/// A coefficient over its step that noise stands for.
struct Heard {
    index: usize,
    point: usize,
    coef: f32,
    /// Root mean square of noise as loud as the envelope.
    level: f32,
}

/// All coefficients without weights around them.
fn heard<'a>(
    factors: &'a ScaleFactors,
    (coefs, weights): (&'a [f32], &'a [i32]),
) -> impl Iterator<Item = Heard> + 'a {
    let log2 = coefs.len().ilog2() as u8;
    let run_log2 = ScaleFactors::run_log2(log2);
    let runs = (0..coefs.len() >> run_log2).flat_map(move |run| {
        let point = ScaleFactors::point(run, log2);
        let level = factors.at(point).1 as f32 / 64.0;
        (run << run_log2..(run + 1) << run_log2).map(move |index| (index, point, level))
    });
    runs.filter_map(move |(index, point, level)| {
        let around = &weights[index.saturating_sub(2)..(index + 3).min(weights.len())];
        let silent = around.iter().all(|&w| w == 0);
        silent.then(|| Heard { index, point, coef: coefs[index], level })
    })
}

/// The levels of noise that stand for coefficients without weights, and of bands without
/// such coefficients those `before`.
pub(super) fn levels(
    factors: &ScaleFactors,
    block: (&[f32], &[i32]),
    before: [u8; NOISE_BANDS],
    fill: u8,
) -> [u8; NOISE_BANDS] {
    // By band: the energy of both.
    let mut sums = [(0.0, 0.0); NOISE_BANDS];
    for heard in self::heard(factors, block) {
        let (energy, noise) = &mut sums[noise_band(heard.point)];
        *energy += heard.coef * heard.coef;
        *noise += heard.level * heard.level;
    }
    // The number that stands for noise of that loudness.
    let one = GAIN * 128.0 / f32::from(fill.max(1));
    std::array::from_fn(|band| {
        let (energy, noise) = sums[band];
        if noise < 1e-3 {
            // Nothing is heard of it.
            return before[band];
        }
        let level = one * (energy / noise).sqrt();
        let distance = |n: u8| (level - f32::from(n)).abs();
        let levels = NOISES.iter().enumerate();
        let nearest = levels.min_by(|a, b| distance(*a.1).total_cmp(&distance(*b.1)));
        nearest.map_or(0, |(i, _)| i as u8)
    })
}

/// How noise dies away: what neighbours above an eighth of the spectrum have in common.
/// Where little is known of it, as `before`.
pub(super) fn fade(factors: &ScaleFactors, block: (&[f32], &[i32]), before: u8) -> u8 {
    let (mut energy, mut common, mut count) = (0.0, 0.0, 0);
    let mut last: Option<(usize, f32)> = None;
    let high = |heard: &Heard| noise_band(heard.point) > 0 && heard.level > 0.02;
    for Heard { index, coef, level, .. } in heard(factors, block).filter(high) {
        let flat = coef / level;
        if let Some((neighbour, other)) = last
            && neighbour + 1 == index
        {
            common += flat * other;
            energy += f32::midpoint(flat * flat, other * other);
        }
        count += 1;
        last = Some((index, flat));
    }
    if count < KNOWN || energy <= 0.0 {
        return before;
    }
    (f32::from(EVEN) + (4.0 * common / energy).round()).clamp(0.0, f32::from(2 * EVEN)) as u8
}
