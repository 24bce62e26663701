//! Which shape do a pixel column's samples have?

use std::ops::Range;

/// The extremes of the samples in one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub low: i32,
    pub high: i32,
}

/// The frames that column `column` of `columns` shows; never empty.
pub(super) fn frames_of(column: usize, columns: usize, frames: usize) -> Range<usize> {
    let start = (column * frames / columns).min(frames - 1);
    let end = ((column + 1) * frames / columns).clamp(start + 1, frames);
    start..end
}

/// The extremes of every column; neighbours touch, as a line would.
pub(super) fn extents(samples: &[i32], columns: usize) -> Vec<Extent> {
    let extent = |column| {
        let frames = frames_of(column, columns, samples.len());
        // From the last sample of the column before.
        let samples = &samples[frames.start.saturating_sub(1)..frames.end];
        let low = samples.iter().copied().min().unwrap_or(0);
        let high = samples.iter().copied().max().unwrap_or(0);
        Extent { low, high }
    };
    (0..columns).map(extent).collect()
}

/// How many frames of every column belong to each group, as parts of 1.
pub(super) fn group_shares(groups: &[usize], count: usize, columns: usize) -> Vec<Vec<f64>> {
    let shares = |column| {
        let frames = frames_of(column, columns, groups.len());
        let part = 1.0 / frames.len() as f64;
        let mut shares = vec![0.0; count];
        groups[frames].iter().for_each(|&g| shares[g] += part);
        shares
    };
    (0..columns).map(shares).collect()
}

/// The index of the largest share; the first wins ties.
pub(super) fn dominant(shares: &[f64]) -> usize {
    let better = |best: usize, i: usize| if shares[i] > shares[best] { i } else { best };
    (0..shares.len()).fold(0, better)
}

/// Runs of equal values, as ranges.
pub(super) fn runs<T: PartialEq>(values: &[T]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (i, value) in values.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if values[run.start] == *value => run.end = i + 1,
            _ => runs.push(i..i + 1),
        }
    }
    runs
}

/// Round values in `low..=high`, at most `most` of them, and how many
/// decimals they need.
pub(super) fn ticks(low: f64, high: f64, most: usize) -> (Vec<f64>, usize) {
    let rough = (high - low) / most.max(1) as f64;
    let decade = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|s| s * decade >= rough * 0.999_999);
    let step = step.unwrap_or(10.0) * decade;
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    let decimals = (-step.log10() - 1e-9).ceil().clamp(0.0, 12.0) as usize;
    ((first..=last).map(|i| i as f64 * step).collect(), decimals)
}

/// 0 and the largest round value within `range` on both sides, if `fine` also
/// half of it; and how many decimals they need.
pub(super) fn symmetric_ticks(range: f64, fine: bool) -> (Vec<f64>, usize) {
    let decade = 10f64.powf((range * 0.97).log10().floor());
    let round = [5.0, 2.0, 1.0].into_iter().find(|s| s * decade <= range * 0.97).unwrap_or(1.0);
    let step = round * decade * if fine { 0.5 } else { 1.0 };
    let decimals = (0..12).find(|&d| {
        let scaled = step * 10f64.powi(d);
        (scaled - scaled.round()).abs() < 1e-6 * scaled
    });
    let count = if fine { 2 } else { 1 };
    ((-count..=count).map(|i| f64::from(i) * step).collect(), decimals.unwrap_or(12) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_cover_every_frame_once() {
        for (columns, frames) in [(7, 100), (100, 7), (5, 5), (3, 1)] {
            let ranges: Vec<_> = (0..columns).map(|c| frames_of(c, columns, frames)).collect();
            assert!(ranges.iter().all(|r| !r.is_empty() && r.end <= frames));
            assert_eq!((ranges[0].start, ranges[columns - 1].end), (0, frames));
            assert!(ranges.windows(2).all(|w| w[1].start <= w[0].end));
        }
    }

    #[test]
    fn envelopes_hold_the_extremes_and_touch() {
        let extents = extents(&[1, 5, -2, 0], 2);
        assert_eq!(extents, [Extent { low: 1, high: 5 }, Extent { low: -2, high: 5 }]);
    }

    #[test]
    fn shares_and_runs() {
        assert_eq!(group_shares(&[0, 1, 1, 1], 2, 2), [[0.5, 0.5], [0.0, 1.0]]);
        assert_eq!((dominant(&[0.5, 0.5]), dominant(&[0.1, 0.9])), (0, 1));
        assert_eq!(runs(&[3, 3, 1, 3]), [0..2, 2..3, 3..4]);
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(ticks(0.0, 1.0, 5), (vec![0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0], 1));
        assert_eq!(symmetric_ticks(1.1, false), (vec![-1.0, 0.0, 1.0], 0));
        assert_eq!(symmetric_ticks(0.54, true), (vec![-0.5, -0.25, 0.0, 0.25, 0.5], 2));
        assert_eq!(symmetric_ticks(3e-3, false).1, 3);
        assert_eq!(ticks(0.0, 37.0, 10), (vec![0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0], 0));
    }
}
