//! How close is each codec's shape at each size?

use super::{Bench, Codec, Row, Score};
use crate::measure::{
    bench::outline,
    plot::{Axis, Curve, Curves},
};

/// Whole bytes against each score, a line per codec through the files that no smaller one
/// beats: of several meshes the means at each setting.
#[must_use]
pub fn curves(bench: &Bench) -> Vec<Curves> {
    let of = |score| {
        let curve = |codec| Curve {
            name: Codec::name(codec).into(),
            points: means(bench, codec, score),
            uprights: Vec::new(),
        };
        let filled = |curve: &Curve| !curve.points.is_empty();
        let (what, y_label, y_axis) = match score {
            Score::Iou => ("Error of IoU", "1 - IoU, less is better", Axis::Logarithmic),
            Score::Trimap => ("Trimap IoU", "IoU within .001, more is better", Axis::Linear),
            Score::Chamfer => {
                ("Chamfer distance", "Chamfer distance x 1e5, less is better", Axis::Logarithmic)
            }
        };
        let meshes = match bench.meshes.as_slice() {
            [one] => one.name.clone(),
            all => format!("mean of {} meshes", all.len()),
        };
        Curves {
            title: format!("{what}, {meshes}"),
            x_label: "bytes, whole files (logarithmic)".into(),
            y_label: y_label.into(),
            y_axis,
            curves: Codec::ALL.into_iter().map(curve).filter(filled).collect(),
        }
    };
    let all = Score::ALL.into_iter().map(of);
    all.filter(|curves| !curves.curves.is_empty()).collect()
}

/// Bytes and what is drawn of a score, for every setting that all meshes have.
fn means(bench: &Bench, codec: Codec, score: Score) -> Vec<(f64, f64)> {
    let value = |row: &Row| {
        score.of(row)?;
        match score {
            Score::Iou => Some(1.0 - row.metrics.overlap.iou),
            Score::Trimap => row.metrics.overlap.trimap_iou[3],
            Score::Chamfer => row.metrics.chamfer.map(|chamfer| chamfer * 1e5),
        }
    };
    let count = bench.meshes.len();
    let rows: Vec<&Row> = bench.rows.iter().filter(|row| row.codec == codec).collect();
    let first = bench.meshes.first().map(|mesh| mesh.name.as_str());
    let settings = rows.iter().filter(|row| Some(row.mesh.as_str()) == first);
    // Of an outline more is better.
    let way = if score == Score::Trimap { 1.0 } else { -1.0 };
    let mean = |setting: &str| {
        let own = rows.iter().filter(|row| row.setting == setting);
        let all: Vec<(f64, f64)> =
            own.filter_map(|row| Some((row.bytes as f64, value(row)?))).collect();
        let sum = all.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        (all.len() == count).then(|| (sum.0 / count as f64, way * sum.1 / count as f64))
    };
    let points: Vec<(f64, f64)> = settings.filter_map(|row| mean(&row.setting)).collect();
    outline(&[points]).into_iter().map(|(bytes, value)| (bytes, way * value)).collect()
}
