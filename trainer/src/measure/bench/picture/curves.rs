//! What is each codec's score at each size?

use super::{Bench, Mean, Score, Series};
use crate::measure::{
    bench::outline,
    plot::{Axis, Curve, Curves},
};
use std::collections::BTreeMap;

/// The means over the pictures as a picture: a score over bits per pixel, a line per codec
/// (the better of its ways to store colours), an upright for an exact one.
#[must_use]
pub fn curves(bench: &Bench, score: Score) -> Curves {
    let means = &bench.summary.means;
    let value = |mean: &Mean| match score {
        Score::Psnr => mean.psnr_db,
        Score::Ssimulacra2 => mean.ssimulacra2,
    };
    let of = |series: Series| {
        let own = || means.iter().filter(move |mean| mean.codec == series);
        let mut ways = BTreeMap::<_, Vec<(f64, f64)>>::new();
        for mean in own().filter(|mean| !mean.exact) {
            let point = value(mean).map(|score| (mean.bits_per_pixel, score));
            ways.entry(mean.chroma).or_default().extend(point);
        }
        let points = outline(&ways.into_values().collect::<Vec<_>>());
        let exact = own().filter(|mean| mean.exact).map(|mean| mean.bits_per_pixel).collect();
        Curve { name: series.name().into(), points, uprights: exact }
    };
    let mut series: Vec<Series> = means.iter().map(|mean| mean.codec).collect();
    series.dedup();
    let filled = |curve: &Curve| !curve.points.is_empty() || !curve.uprights.is_empty();
    let pictures = bench.pictures.len();
    let unit = match score {
        Score::Psnr => "PSNR in dB",
        Score::Ssimulacra2 => "SSIMULACRA2",
    };
    Curves {
        title: format!(
            "Mean {} of {pictures} picture{}",
            score.name(),
            if pictures == 1 { "" } else { "s" }
        ),
        x_label: "bits per pixel, whole files (logarithmic)".into(),
        y_label: unit.into(),
        y_axis: Axis::Linear,
        curves: series.into_iter().map(of).filter(filled).collect(),
    }
}
