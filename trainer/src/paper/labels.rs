//! Which expert is a coordinate given to, before the manager knows better?

use super::data::Signals;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// A rule that labels every coordinate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labels {
    /// A random expert, for every coordinate on its own.
    Random,
    /// Neighbouring pixels in turn: the pattern repeats every few pixels.
    Grid,
    /// The picture cut into as many equal fields as there are experts.
    Fields,
    /// Clusters of colours (k-means); different for every picture.
    Colours,
    /// The signals' own segments; different for every signal.
    Segments,
}

/// Rounds of k-means; colours settle long before.
const ROUNDS: usize = 50;

impl Labels {
    /// A label per point: one list for all signals, or one for each.
    #[must_use]
    pub fn of(self, signals: &Signals, experts: usize, seed: u64) -> Vec<Vec<u8>> {
        let points = signals.points();
        let (rows, columns) = signals.size.unwrap_or((1, points));
        // The most nearly square arrangement of that many experts.
        let across = (1..=experts).rev().find(|a| a * a <= experts && experts.is_multiple_of(*a));
        let across = across.unwrap_or(1);
        let down = experts / across;
        let mut rng = Pcg64Mcg::seed_from_u64(seed ^ 0x5e6d);
        match self {
            Self::Random => vec![(0..points).map(|_| rng.random_range(0..experts) as u8).collect()],
            Self::Grid => {
                let label = |i: usize| (i / columns % down) * across + i % columns % across;
                vec![(0..points).map(|i| label(i) as u8).collect()]
            }
            Self::Fields => {
                let label = |i: usize| {
                    (i / columns * down / rows) * across + i % columns * across / columns
                };
                vec![(0..points).map(|i| label(i) as u8).collect()]
            }
            Self::Colours => {
                let cluster =
                    |target: &Vec<f32>| k_means(target, signals.out_dim, experts, &mut rng);
                signals.targets.iter().map(cluster).collect()
            }
            Self::Segments => signals.segments.clone(),
        }
    }
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// Lloyd's algorithm from the furthest-first start.
fn k_means(values: &[f32], channels: usize, clusters: usize, rng: &mut Pcg64Mcg) -> Vec<u8> {
    let points: Vec<&[f32]> = values.chunks_exact(channels).collect();
    let mut centres = vec![points[rng.random_range(0..points.len())].to_vec()];
    while centres.len() < clusters {
        let far = |p: &&[f32]| centres.iter().map(|c| distance(p, c)).fold(f32::MAX, f32::min);
        let furthest = points.iter().max_by(|a, b| far(a).total_cmp(&far(b)));
        centres.push(furthest.map_or_else(|| vec![0.0; channels], |p| p.to_vec()));
    }
    let nearest = |centres: &[Vec<f32>], p: &[f32]| {
        let order =
            |a: &usize, b: &usize| distance(p, &centres[*a]).total_cmp(&distance(p, &centres[*b]));
        (0..clusters).min_by(order).unwrap_or(0)
    };
    for _ in 0..ROUNDS {
        let mut sums = vec![(vec![0.0f32; channels], 0usize); clusters];
        for p in &points {
            let (sum, count) = &mut sums[nearest(&centres, p)];
            sum.iter_mut().zip(*p).for_each(|(s, v)| *s += v);
            *count += 1;
        }
        for (centre, (sum, count)) in centres.iter_mut().zip(sums) {
            if count > 0 {
                *centre = sum.iter().map(|s| s / count as f32).collect();
            }
        }
    }
    points.iter().map(|p| nearest(&centres, p) as u8).collect()
}
