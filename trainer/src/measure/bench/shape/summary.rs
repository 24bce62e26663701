//! Who needs fewer bytes for a mesh, and by how much?

use super::{Codec, Row};
use crate::measure::bench::{Best, Envelope, difference, outline};
use serde::Serialize;

/// By what is it told how close a shape is?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Score {
    /// The insides' overlap.
    Iou,
    /// The same within a thousandth of the surface.
    Trimap,
    /// The Chamfer distance.
    Chamfer,
}

impl Score {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Iou, Self::Trimap, Self::Chamfer];

    /// The name in tables and pictures.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iou => "IoU",
            Self::Trimap => "trimap IoU within .001",
            Self::Chamfer => "Chamfer distance",
        }
    }

    /// A row's, so that more is better: an error of IoU and a distance as decibels below 1.
    #[must_use]
    pub fn of(self, row: &Row) -> Option<f64> {
        let score = match self {
            Self::Iou => -10.0 * (1.0 - row.metrics.overlap.iou).log10(),
            Self::Trimap => row.metrics.overlap.trimap_iou[3]?,
            Self::Chamfer => -10.0 * row.metrics.chamfer?.log10(),
        };
        score.is_finite().then_some(score)
    }
}

/// Our files against those of a rival.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The mesh.
    pub mesh: String,
    /// The rival.
    pub rival: Codec,
    /// What is equal.
    pub score: Score,
    /// Our bytes over the rival's at equal score, less 1: the mean over the scores that both
    /// reach (Bjøntegaard's rate, by the mean of logarithms); `None` where that is nowhere.
    pub bytes: Option<f64>,
}

/// Compares ours with the others, by mesh, rival and score in the order of the rows.
#[must_use]
pub fn summarise(rows: &[Row]) -> Vec<Comparison> {
    let mut pairs: Vec<(&str, Codec)> =
        rows.iter().map(|row| (row.mesh.as_str(), row.codec)).collect();
    pairs.dedup();
    let has_ours = |mesh| pairs.contains(&(mesh, Codec::Compact));
    let rivals =
        pairs.iter().copied().filter(|&(mesh, codec)| codec != Codec::Compact && has_ours(mesh));
    let compare = |(mesh, rival): (&str, Codec), score| {
        let envelope = |codec| Envelope::new(&[points(rows, (mesh, codec), score)], Best::Bytes);
        let between = || difference(&envelope(Codec::Compact)?, &envelope(rival)?);
        let bytes = between().map(|difference| difference.mean.exp() - 1.0);
        Comparison { mesh: mesh.into(), rival, score, bytes }
    };
    rivals.flat_map(|pair| Score::ALL.map(|score| compare(pair, score))).collect()
}

/// A codec's files of a mesh that no smaller one of it beats, by any of the scores.
#[must_use]
pub fn best<'a>(rows: &'a [Row], mesh: &str, codec: Codec) -> Vec<&'a Row> {
    let own = rows.iter().filter(|row| row.mesh == mesh && row.codec == codec);
    let lines = Score::ALL.map(|score| (score, outline(&[points(rows, (mesh, codec), score)])));
    let kept = |row: &&Row| {
        lines.iter().any(|(score, line)| {
            score.of(row).is_some_and(|value| line.contains(&(row.bytes as f64, value)))
        })
    };
    let mut best: Vec<&Row> = own.filter(kept).collect();
    best.sort_by_key(|row| row.bytes);
    best.dedup_by_key(|row| row.bytes);
    best
}

/// Bytes and scores of a codec's files of a mesh.
fn points(rows: &[Row], (mesh, codec): (&str, Codec), score: Score) -> Vec<(f64, f64)> {
    let own = rows.iter().filter(|row| row.mesh == mesh && row.codec == codec);
    own.filter_map(|row| Some((row.bytes as f64, score.of(row)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::shape::{Overlap, ShapeMetrics};

    /// A file of which all scores say the same.
    fn row(codec: Codec, bytes: u64, error: f64) -> Row {
        Row {
            mesh: "a".into(),
            codec,
            setting: String::new(),
            bytes,
            metrics: ShapeMetrics {
                overlap: Overlap { iou: 1.0 - error, trimap_iou: [Some(1.0 - error); 4] },
                chamfer: Some(error),
                chamfer_floor: 0.0,
                chamfer_beside_holes: None,
                hausdorff: None,
            },
            encoded: "a".into(),
        }
    }

    #[test]
    fn bytes_are_compared_where_both_have_a_score() {
        let rows = [
            row(Codec::Compact, 100, 0.1),
            row(Codec::Compact, 1_000, 0.01),
            row(Codec::Draco, 200, 0.1),
            row(Codec::Draco, 5_000, 0.05),
            row(Codec::Draco, 2_000, 0.01),
            row(Codec::Zlib, 9_000, 1e-4),
        ];
        let all = summarise(&rows);
        assert_eq!(all.len(), 6);
        for comparison in &all {
            match comparison.rival {
                Codec::Draco => assert!((comparison.bytes.unwrap() + 0.5).abs() < 1e-9),
                _ => assert_eq!(comparison.bytes, None),
            }
        }
        let bytes: Vec<u64> = best(&rows, "a", Codec::Draco).iter().map(|row| row.bytes).collect();
        assert_eq!(bytes, [200, 2_000]);
        assert_eq!(summarise(&rows[2..]), []);
    }
}
