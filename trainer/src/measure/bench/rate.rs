//! How many bytes does a codec take for a score, and what does that make of two codecs?
//!
//! As Bjøntegaard's rates: through the measured points goes a curve that rises wherever they
//! do (piecewise cubic, by Fritsch and Butland), of the logarithm of bytes over the score, or
//! the other way round; two curves are compared by the mean of their distance where both are.

/// Places between the ends of the common range at which curves are compared.
const STEPS: usize = 512;

/// A rising curve through points.
struct Rising {
    points: Vec<(f64, f64)>,
    slopes: Vec<f64>,
}

impl Rising {
    /// Through two points at least, which rise in both.
    fn new(points: Vec<(f64, f64)>) -> Option<Self> {
        let secants: Vec<(f64, f64)> = points
            .windows(2)
            .map(|p| (p[1].0 - p[0].0, (p[1].1 - p[0].1) / (p[1].0 - p[0].0)))
            .collect();
        let first = *secants.first()?;
        let last = *secants.last()?;
        // Between two secants their harmonic mean, the more of one the nearer its other end.
        let between = |pair: &[(f64, f64)]| {
            let ((h0, d0), (h1, d1)) = (pair[0], pair[1]);
            let (w0, w1) = (2.0 * h1 + h0, h1 + 2.0 * h0);
            (w0 + w1) / (w0 / d0 + w1 / d1)
        };
        // That of a parabola, if it rises.
        let end = |near: (f64, f64), next: Option<&(f64, f64)>| {
            let Some(&(h, d)) = next else { return near.1 };
            (((2.0 * near.0 + h) * near.1 - near.0 * d) / (near.0 + h)).max(0.0)
        };
        let mut slopes = vec![end(first, secants.get(1))];
        slopes.extend(secants.windows(2).map(between));
        slopes.push(end(last, secants.iter().rev().nth(1)));
        Some(Self { points, slopes })
    }

    fn range(&self) -> (f64, f64) {
        (self.points[0].0, self.points[self.points.len() - 1].0)
    }

    /// Its value at a place in its range.
    fn at(&self, x: f64) -> Option<f64> {
        let (low, high) = self.range();
        if !(low..=high).contains(&x) {
            return None;
        }
        let after = self.points.partition_point(|p| p.0 <= x).clamp(1, self.points.len() - 1);
        let ((x0, y0), (x1, y1)) = (self.points[after - 1], self.points[after]);
        let (h, t) = (x1 - x0, (x - x0) / (x1 - x0));
        let (s0, s1) = (h * self.slopes[after - 1], h * self.slopes[after]);
        let (t2, t3) = (t * t, t * t * t);
        Some(
            (2.0 * t3 - 3.0 * t2 + 1.0) * y0
                + (t3 - 2.0 * t2 + t) * s0
                + (3.0 * t2 - 2.0 * t3) * y1
                + (t3 - t2) * s1,
        )
    }
}

/// Which of several ways to encode counts?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Best {
    /// Fewest bytes at a score.
    Bytes,
    /// The highest score at so many bytes.
    Score,
}

/// What a codec reaches on a picture, at every place the better of all its ways to encode.
pub struct Envelope {
    ways: Vec<Rising>,
    best: Best,
}

impl Envelope {
    /// Of the measured points (bytes, score) of each way, in any order. `None` where no way has
    /// two points of which one is the better and larger; points that take more bytes for a
    /// score that others reach with fewer do not count, nor do exact copies.
    #[must_use]
    pub fn new(ways: &[Vec<(f64, f64)>], best: Best) -> Option<Self> {
        let turned = |&(bytes, score): &(f64, f64)| match best {
            Best::Bytes => (score, bytes.ln()),
            Best::Score => (bytes.ln(), score),
        };
        let way = |points: &Vec<_>| Rising::new(frontier(points).iter().map(turned).collect());
        let ways: Vec<Rising> = ways.iter().filter_map(way).collect();
        (!ways.is_empty()).then_some(Self { ways, best })
    }

    fn range(&self) -> (f64, f64) {
        let ranges = self.ways.iter().map(Rising::range);
        ranges.fold((f64::INFINITY, f64::NEG_INFINITY), |a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    fn at(&self, x: f64) -> Option<f64> {
        let all = self.ways.iter().filter_map(|way| way.at(x));
        all.reduce(match self.best {
            Best::Bytes => f64::min,
            Best::Score => f64::max,
        })
    }
}

/// How far two envelopes are apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The mean of ours less the rival's over the range: of logarithms of bytes, or of scores.
    pub mean: f64,
    /// The scores, or logarithms of bytes, that both reach.
    pub range: (f64, f64),
}

/// The difference where both are; `None` where that is nowhere.
#[must_use]
pub fn difference(ours: &Envelope, rival: &Envelope) -> Option<Difference> {
    let (a, b) = (ours.range(), rival.range());
    let (low, high) = (a.0.max(b.0), a.1.min(b.1));
    let step = (high - low) / STEPS as f64;
    let places = (0..STEPS).map(|i| low + (i as f64 + 0.5) * step);
    let differences = places.filter_map(|x| Some(ours.at(x)? - rival.at(x)?));
    let (sum, count) = differences.fold((0.0, 0u32), |(sum, n), d| (sum + d, n + 1));
    (step > 0.0 && count > 0)
        .then(|| Difference { mean: sum / f64::from(count), range: (low, high) })
}

/// The points of several ways to encode that lie on their [`Envelope`], the smallest first.
#[must_use]
pub fn outline(ways: &[Vec<(f64, f64)>]) -> Vec<(f64, f64)> {
    let whole = Envelope::new(ways, Best::Score);
    let best = |bytes: f64| whole.as_ref().and_then(|whole| whole.at(bytes.ln()));
    let mut points = frontier(&ways.concat());
    points.retain(|&(bytes, score)| best(bytes).is_none_or(|best| score >= best - 1e-9));
    points
}

/// The points (bytes, score) that no other beats in both, the smallest first.
fn frontier(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut sorted: Vec<_> = points.iter().copied().filter(|p| p.1.is_finite()).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    let mut best = f64::NEG_INFINITY;
    sorted.retain(|&(_, score)| {
        let better = score > best;
        best = best.max(score);
        better
    });
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: [(f64, f64); 5] =
        [(1_000.0, 30.0), (1_900.0, 32.5), (3_300.0, 35.1), (5_200.0, 37.0), (9_000.0, 40.2)];
    const RIVAL: [(f64, f64); 4] =
        [(1_300.0, 30.6), (2_100.0, 32.0), (4_400.0, 35.5), (8_000.0, 38.9)];

    const BYTES: f64 = -0.171_521_483_499_228;
    const GAIN: f64 = 0.786_851_382_729_297;
    const AT: [(f64, f64); 2] = [(31.3, 7.255_879_405_024_747), (39.5, 9.006_916_383_530_939)];

    fn between(ours: &[Vec<(f64, f64)>], rival: &[Vec<(f64, f64)>], best: Best) -> Difference {
        difference(&Envelope::new(ours, best).unwrap(), &Envelope::new(rival, best).unwrap())
            .unwrap()
    }

    /// By SciPy 1.17's `PchipInterpolator`, integrated by its `antiderivative`.
    #[test]
    fn rates_are_those_of_scipy() {
        let (ours, rival) = ([OURS.to_vec()], [RIVAL.to_vec()]);
        let bytes = between(&ours, &rival, Best::Bytes);
        assert!((bytes.mean - BYTES).abs() < 1e-5, "{bytes:?}");
        assert_eq!(bytes.range, (30.6, 38.9));
        let gain = between(&ours, &rival, Best::Score);
        assert!((gain.mean - GAIN).abs() < 1e-4, "{gain:?}");
        let way = Envelope::new(&ours, Best::Bytes).unwrap();
        for (score, expected) in AT {
            assert!((way.at(score).unwrap() - expected).abs() < 1e-9, "{score}");
        }
        assert_eq!((way.at(29.9), way.at(40.3)), (None, None));
    }

    #[test]
    fn half_the_bytes_are_half_at_every_score() {
        let half: Vec<(f64, f64)> = OURS.iter().map(|&(b, s)| (b / 2.0, s)).collect();
        let mean = between(&[half], &[OURS.to_vec()], Best::Bytes).mean;
        assert!((mean.exp() - 0.5).abs() < 1e-12, "{mean}");
        let better: Vec<(f64, f64)> = OURS.iter().map(|&(b, s)| (b, s + 2.0)).collect();
        let gain = between(&[better], &[OURS.to_vec()], Best::Score).mean;
        assert!((gain - 2.0).abs() < 1e-12, "{gain}");
    }

    #[test]
    fn the_better_way_counts_at_every_score() {
        // One alone is there up to 33 dB, the other is better at 40.
        let coarse = vec![(100.0, 30.0), (1_000.0, 40.0)];
        let fine = vec![(300.0, 33.0), (310.0, 35.0), (400.0, 40.0)];
        let both = Envelope::new(&[coarse, fine], Best::Bytes).unwrap();
        assert!((both.at(32.5).unwrap().exp() - 177.827_941).abs() < 1e-5);
        assert!((both.at(40.0).unwrap().exp() - 400.0).abs() < 1e-9);
        let mean = between(&[OURS.to_vec()], &[OURS.to_vec()], Best::Bytes).mean;
        assert_eq!(mean, 0.0);
    }

    #[test]
    fn an_outline_has_the_points_of_the_better_way() {
        let coarse = vec![(100.0, 30.0), (200.0, 31.0), (400.0, 32.0)];
        let fine = vec![(100.0, 28.0), (300.0, 34.0), (500.0, 36.0)];
        let points = outline(&[coarse, fine]);
        assert_eq!(points, [(100.0, 30.0), (300.0, 34.0), (500.0, 36.0)]);
        assert_eq!(outline(&[OURS.to_vec()]), OURS);
        assert_eq!(outline(&[vec![(1.0, 2.0)]]), [(1.0, 2.0)]);
    }

    #[test]
    fn what_has_nothing_in_common_is_not_compared() {
        let low = Envelope::new(&[vec![(1.0, 10.0), (2.0, 20.0)]], Best::Bytes).unwrap();
        let high = Envelope::new(&[vec![(1.0, 21.0), (2.0, 30.0)]], Best::Bytes).unwrap();
        assert_eq!(difference(&low, &high), None);
        for points in
            [vec![], vec![(1.0, 10.0)], vec![(1.0, 10.0), (2.0, 9.0), (3.0, f64::INFINITY)]]
        {
            assert!(Envelope::new(&[points], Best::Bytes).is_none());
        }
    }

    #[test]
    fn points_that_others_beat_do_not_count() {
        let points = [(5.0, 3.0), (1.0, 1.0), (4.0, 4.0), (4.0, 2.0), (2.0, 1.0)];
        assert_eq!(frontier(&points), [(1.0, 1.0), (4.0, 4.0)]);
    }
}
