//! Who needs fewer bytes over all pictures, and by how much?

use super::{Row, Series};
use crate::measure::bench::{Best, Envelope, difference};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// By what is a picture's quality told?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Score {
    /// Peak signal-to-noise ratio, in dB.
    Psnr,
    /// SSIMULACRA2, in points.
    Ssimulacra2,
}

impl Score {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Psnr, Self::Ssimulacra2];

    /// The name in tables and pictures.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Psnr => "PSNR",
            Self::Ssimulacra2 => "SSIMULACRA2",
        }
    }

    /// A row's, if it has one; infinite for the PSNR of an exact copy.
    #[must_use]
    pub const fn of(self, row: &Row) -> Option<f64> {
        match self {
            Self::Psnr => Some(row.psnr_db),
            Self::Ssimulacra2 => row.ssimulacra2,
        }
    }
}

/// The means of one codec at one quality over the pictures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mean {
    /// The codec.
    pub codec: Series,
    /// "4:2:0" or "4:4:4", where the codec leaves the choice.
    pub chroma: Option<&'static str>,
    /// The quality.
    pub setting: String,
    /// Pictures in the mean.
    pub pictures: usize,
    /// Whole files.
    pub bytes: f64,
    /// The mean of what each has.
    pub bits_per_pixel: f64,
    /// Over those that are no exact copies; `None` if all are.
    pub psnr_db: Option<f64>,
    /// Over those that have one.
    pub ssimulacra2: Option<f64>,
    /// Whether all are exact copies.
    pub exact: bool,
    /// Wall time of the encoder.
    pub encode_seconds: f64,
    /// Wall time of the decoder.
    pub decode_seconds: f64,
}

/// A value over the pictures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// Of the picture where we are best.
    pub best: f64,
    /// Of the picture where we are worst.
    pub worst: f64,
}

/// Our files against those of a rival.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The rival.
    pub rival: Series,
    /// Which of ours.
    pub ours: Series,
    /// What is equal.
    pub score: Score,
    /// Pictures in the means.
    pub pictures: usize,
    /// Pictures where the two have no score in common.
    pub apart: usize,
    /// Our bytes over the rival's at equal score, less 1: the mean over the scores that both
    /// reach of a picture (Bjøntegaard's rate, by the mean of logarithms), then over pictures.
    pub bytes: Spread,
    /// Our score less the rival's at equal bytes, likewise.
    pub gain: Spread,
    /// The scores that both reach: means of both ends.
    pub range: (f64, f64),
}

/// All means.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// By codec and quality, in the order of the rows.
    pub means: Vec<Mean>,
    /// By score, then by rival.
    pub comparisons: Vec<Comparison>,
}

/// The means of rows.
#[must_use]
pub fn summarise(rows: &[Row]) -> Summary {
    let mut order = Vec::new();
    for row in rows {
        let key = (row.codec, row.setting.as_str());
        if !order.contains(&key) {
            order.push(key);
        }
    }
    let of = |&(codec, setting): &(Series, &str)| {
        rows.iter().filter(|row| row.codec == codec && row.setting == setting).collect::<Vec<_>>()
    };
    let means = order.iter().map(|key| mean_of(key.0, key.1, &of(key))).collect();
    let mut all: Vec<Series> = order.iter().map(|key| key.0).collect();
    all.dedup();
    let (ours, rivals): (Vec<Series>, Vec<Series>) = all.into_iter().partition(|s| s.is_ours());
    let pairs: Vec<(Series, Series)> =
        rivals.iter().flat_map(|&rival| ours.iter().map(move |&own| (rival, own))).collect();
    let comparisons = Score::ALL
        .into_iter()
        .flat_map(|score| pairs.iter().filter_map(move |&pair| compare(rows, pair, score)))
        .collect();
    Summary { means, comparisons }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0usize), |(sum, count), v| (sum + v, count + 1));
    (count > 0).then(|| sum / count as f64)
}

fn mean_of(codec: Series, setting: &str, rows: &[&Row]) -> Mean {
    let of = |value: fn(&Row) -> f64| mean(rows.iter().map(|row| value(row))).unwrap_or(f64::NAN);
    Mean {
        codec,
        chroma: rows.first().and_then(|row| row.chroma),
        setting: setting.into(),
        pictures: rows.len(),
        bytes: of(|row| row.bytes as f64),
        bits_per_pixel: of(|row| row.bits_per_pixel),
        psnr_db: mean(rows.iter().map(|row| row.psnr_db).filter(|db| db.is_finite())),
        ssimulacra2: mean(rows.iter().filter_map(|row| row.ssimulacra2)),
        exact: rows.iter().all(|row| row.exact),
        encode_seconds: of(|row| row.encode_seconds),
        decode_seconds: of(|row| row.decode_seconds),
    }
}

/// `None` if they have nothing in common on any picture.
fn compare(rows: &[Row], (rival, ours): (Series, Series), score: Score) -> Option<Comparison> {
    let pictures: BTreeSet<&str> = rows.iter().map(|row| row.picture.as_str()).collect();
    let envelope = |picture: &str, series: Series, best: Best| {
        let mut ways = BTreeMap::<_, Vec<(f64, f64)>>::new();
        for row in rows.iter().filter(|row| row.picture == picture && row.codec == series) {
            if let Some(value) = score.of(row).filter(|_| !row.exact) {
                ways.entry(row.chroma).or_default().push((row.bytes as f64, value));
            }
        }
        Envelope::new(&ways.into_values().collect::<Vec<_>>(), best)
    };
    let between = |picture: &str, best: Best| {
        difference(&envelope(picture, ours, best)?, &envelope(picture, rival, best)?)
    };
    let found: Vec<_> = pictures
        .iter()
        .filter_map(|&p| Some((between(p, Best::Bytes)?, between(p, Best::Score)?)))
        .collect();
    let spread = |values: &mut dyn Iterator<Item = f64>, ours_less: bool| {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let (low, high) = (*values.first()?, *values.last()?);
        let (best, worst) = if ours_less { (low, high) } else { (high, low) };
        Some(Spread { mean: mean(values.into_iter())?, best, worst })
    };
    Some(Comparison {
        rival,
        ours,
        score,
        pictures: found.len(),
        apart: pictures.len() - found.len(),
        bytes: spread(&mut found.iter().map(|(bytes, _)| bytes.mean.exp() - 1.0), true)?,
        gain: spread(&mut found.iter().map(|(_, gain)| gain.mean), false)?,
        range: (
            mean(found.iter().map(|(bytes, _)| bytes.range.0))?,
            mean(found.iter().map(|(bytes, _)| bytes.range.1))?,
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{AvifTune, Tune},
        *,
    };

    const OURS: Series = Series::Compact(Tune::Eye);
    const RIVAL: Series = Series::Avif(AvifTune::Psnr);

    /// A file whose scores say how good it is.
    fn row(picture: &str, codec: Series, chroma: Option<&'static str>, bytes: u64, db: f64) -> Row {
        Row {
            picture: picture.into(),
            codec,
            chroma,
            setting: format!("{db} {chroma:?}"),
            bytes,
            bits_per_pixel: bytes as f64 / 100.0,
            psnr_db: db,
            ssimulacra2: (picture != "tiny").then_some(2.0 * db),
            exact: db == f64::INFINITY,
            encode_seconds: 2.0,
            decode_seconds: 1.0,
            encoded: None,
            decoded: None,
        }
    }

    /// Every 10 dB take ten times the bytes.
    fn rows(picture: &str, codec: Series, chroma: Option<&'static str>, bytes: u64) -> Vec<Row> {
        (0..3)
            .map(|i| row(picture, codec, chroma, bytes * 10u64.pow(i), 10.0 * f64::from(i)))
            .collect()
    }

    #[test]
    fn bytes_are_compared_by_picture_and_with_the_better_way() {
        let all = [
            rows("a", OURS, None, 50),
            rows("a", RIVAL, Some("4:2:0"), 100),
            rows("a", RIVAL, Some("4:4:4"), 200),
            rows("tiny", OURS, None, 150),
            rows("tiny", RIVAL, Some("4:2:0"), 300),
            rows("tiny", RIVAL, Some("4:4:4"), 200),
            vec![row("a", Series::Png, None, 9_999, f64::INFINITY)],
        ]
        .concat();
        let summary = summarise(&all);
        let [psnr, points] = &summary.comparisons[..] else { panic!("{:?}", summary.comparisons) };
        assert_eq!((psnr.rival, psnr.ours, psnr.score), (RIVAL, OURS, Score::Psnr));
        assert_eq!((psnr.pictures, psnr.apart), (2, 0));
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a}, not {b}");
        near(psnr.bytes.best, -0.5);
        near(psnr.bytes.worst, -0.25);
        near(psnr.bytes.mean, -0.375);
        near(psnr.gain.best, 10.0 * 2f64.log10());
        near(psnr.gain.worst, 10.0 * (4.0f64 / 3.0).log10());
        assert_eq!(psnr.range, (0.0, 20.0));
        // The other picture has no such score.
        assert_eq!((points.score, points.pictures, points.apart), (Score::Ssimulacra2, 1, 1));
        near(points.bytes.mean, -0.5);
        near(points.gain.mean, 20.0 * 2f64.log10());
    }

    #[test]
    fn means_are_taken_by_quality_in_the_order_of_the_rows() {
        let all = [
            rows("a", RIVAL, Some("4:4:4"), 100),
            vec![row("a", Series::Png, None, 9_999, f64::INFINITY)],
            rows("b", RIVAL, Some("4:4:4"), 300),
        ]
        .concat();
        let means = summarise(&all).means;
        let bytes: Vec<f64> = means.iter().map(|mean| mean.bytes).collect();
        assert_eq!(bytes, [200.0, 2_000.0, 20_000.0, 9_999.0]);
        let (first, png) = (&means[0], &means[3]);
        assert_eq!((first.codec, first.pictures, first.chroma), (RIVAL, 2, Some("4:4:4")));
        assert_eq!((first.psnr_db, first.ssimulacra2, first.exact), (Some(0.0), Some(0.0), false));
        assert_eq!((png.psnr_db, png.exact, png.pictures), (None, true, 1));
        assert_eq!(summarise(&[]), Summary::default());
    }
}
