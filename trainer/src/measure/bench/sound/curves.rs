//! What is each codec's SNR at each rate?

use super::{Bench, Codec, Mean};
use crate::measure::plot::{Axis, Curve, Curves};

/// The means over the sounds as a picture: SNR over kb/s (packets only), a
/// line per codec, an upright for an exact one.
///
/// Files made to match a rival are not in it: their operating points differ
/// from sound to sound.
#[must_use]
pub fn curves(bench: &Bench) -> Curves {
    let own = |mean: &&Mean| !mean.matched;
    let means: Vec<&Mean> = bench.summary.means.iter().filter(own).collect();
    let of = |codec: Codec| {
        let means = means.iter().filter(move |mean| mean.codec == codec);
        // The order of the rates asked for may be any.
        let mut points: Vec<(f64, f64)> = means
            .clone()
            .filter_map(|mean| Some((mean.bits_per_second / 1e3, mean.snr_db?)))
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let exact =
            means.filter(|mean| mean.exact).map(|mean| mean.bits_per_second / 1e3).collect();
        Curve { name: codec.name().into(), points, uprights: exact }
    };
    let filled = |curve: &Curve| !curve.points.is_empty() || !curve.uprights.is_empty();
    let sounds = bench.sounds.len();
    Curves {
        title: format!("Mean SNR of {sounds} sound{}", if sounds == 1 { "" } else { "s" }),
        x_label: "kb/s, without container (logarithmic)".into(),
        y_label: "SNR in dB".into(),
        y_axis: Axis::Linear,
        curves: Codec::ALL.into_iter().map(of).filter(filled).collect(),
    }
}
