//! How are results kept, and how are they shown beside the paper's?

use super::{
    PaperError,
    tables::{Metric, Table},
};
use serde::{Deserialize, Serialize};
use std::{
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

/// One network fitted to one signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Result {
    /// The table's number.
    pub table: u32,
    /// The row's name.
    pub row: String,
    /// The signal's name.
    pub signal: String,
    /// Points of the signal.
    pub points: usize,
    /// Trained parameters.
    pub parameters: usize,
    /// Steps, and steps of pretraining.
    pub steps: u64,
    /// Steps of pretraining.
    pub pretrain_steps: u64,
    /// First rate.
    pub rate: f64,
    /// The seed.
    pub seed: u64,
    /// Mean squared error on the scale -1 to 1.
    pub mse: f64,
    /// In dB, the largest value on that scale as the peak; 0 for sounds.
    pub psnr_paper: f64,
    /// In dB, the usual way: peak 255 of 8 bits.
    pub psnr: f64,
    /// Overlap of the insides; 0 for pictures and sounds.
    pub iou: f64,
    /// The same where the surface is at most 0.001 away.
    pub trimap: f64,
    /// The overlaps where the surface is at most 0.1, 0.01, 0.005 and 0.001 away.
    #[serde(default)]
    pub trimaps: String,
    /// Mean square distance between the surfaces, both ways added, times 10^5;
    /// 0 for pictures and sounds.
    #[serde(default)]
    pub chamfer: f64,
    /// Percent of the points that are decided by their segment's expert, if
    /// experts are given to segments in the best order; 0 without segments.
    #[serde(default)]
    pub follows: f64,
    /// The paper's figure.
    pub paper: f64,
    /// Share of each expert, in percent.
    pub usage: String,
    /// What computed it.
    pub device: String,
    /// Fits that were computed together; times and speeds are of all of them.
    pub together: usize,
    /// Seconds of the pretraining.
    pub pretrain_seconds: f64,
    /// Seconds of the steps.
    pub seconds: f64,
    /// Steps a second, each of all fits.
    pub steps_per_second: f64,
    /// Counted operations of all fits a second, in 10^9.
    pub gflops: f64,
}

impl Result {
    /// The figure that the paper's table has.
    #[must_use]
    pub fn figure(&self, metric: Metric) -> f64 {
        match metric {
            Metric::Psnr => self.psnr_paper,
            Metric::AudioMse => self.mse * 1e4,
            Metric::TrimapIou => self.trimap,
        }
    }

    /// Whether two results are of the same work.
    #[must_use]
    pub fn same_work(&self, other: &Self) -> bool {
        (self.table, &self.row, &self.signal, self.points, self.parameters)
            == (other.table, &other.row, &other.signal, other.points, other.parameters)
            && (self.steps, self.pretrain_steps, self.seed)
                == (other.steps, other.pretrain_steps, other.seed)
            && self.rate == other.rate
    }
}

/// PSNR of pictures on the scale -1 to 1: (the paper's, the usual one).
#[must_use]
pub fn psnr(mse: f64, target: &[f32]) -> (f64, f64) {
    let peak = f64::from(target.iter().copied().fold(f32::MIN, f32::max));
    let decibel = |peak: f64| 10.0 * (peak * peak / mse).log10();
    (decibel(peak), decibel(2.0))
}

/// The folder with a table's files.
pub struct Folder {
    csv: PathBuf,
    curves: PathBuf,
    markdown: PathBuf,
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> PaperError {
    move |e| PaperError::Results { path: path.into(), source: e.into() }
}

impl Folder {
    /// Makes the folder if it is not there.
    ///
    /// # Errors
    /// [`PaperError::Results`].
    pub fn new(folder: &Path, table: u32) -> std::result::Result<Self, PaperError> {
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let file = |name: &str| folder.join(format!("table-{table}{name}"));
        Ok(Self { csv: file(".csv"), curves: file("-curves.csv"), markdown: file(".md") })
    }

    /// The folder for figures.
    #[must_use]
    pub fn figures(&self) -> PathBuf {
        self.csv.with_extension("figures")
    }

    /// The picture of the curves.
    #[must_use]
    pub fn curves_png(&self) -> PathBuf {
        self.curves.with_extension("png")
    }

    /// Row, signal, step and mean squared error of all reports so far.
    ///
    /// # Errors
    /// [`PaperError::Results`], also for a file that is not ours.
    pub fn curves(&self) -> std::result::Result<Vec<(String, String, u64, f64)>, PaperError> {
        let broken = |source: csv::Error| PaperError::Results {
            path: self.curves.clone(),
            source: source.into(),
        };
        if !self.curves.exists() {
            return Ok(vec![]);
        }
        let mut reader = csv::Reader::from_path(&self.curves).map_err(broken)?;
        let line = |line: std::result::Result<(String, String, u64, u64, u64, f64), csv::Error>| {
            line.map(|(row, signal, _, _, step, mse)| (row, signal, step, mse)).map_err(broken)
        };
        reader.deserialize().map(line).collect()
    }

    /// All results so far.
    ///
    /// # Errors
    /// [`PaperError::Results`], also for a file that is not ours.
    pub fn results(&self) -> std::result::Result<Vec<Result>, PaperError> {
        if !self.csv.exists() {
            return Ok(vec![]);
        }
        let broken = |source: csv::Error| PaperError::Results {
            path: self.csv.clone(),
            source: source.into(),
        };
        let mut reader = csv::Reader::from_path(&self.csv).map_err(broken)?;
        reader.deserialize().map(|r| r.map_err(broken)).collect()
    }

    /// Appends results; `curve` holds steps and mean squared errors of each.
    ///
    /// # Errors
    /// [`PaperError::Results`].
    pub fn add(
        &self,
        results: &[Result],
        curve: &[(u64, Vec<f32>)],
    ) -> std::result::Result<(), PaperError> {
        self.append(&self.csv, |to, fresh| {
            let mut writer = csv::WriterBuilder::new().has_headers(fresh).from_writer(to);
            results.iter().try_for_each(|r| writer.serialize(r))?;
            Ok(writer.flush()?)
        })?;
        self.append(&self.curves, |to, fresh| {
            let mut text = String::new();
            if fresh {
                text += "row,signal,steps,seed,step,mse\n";
            }
            for (i, r) in results.iter().enumerate() {
                for (step, mse) in curve {
                    let (row, signal, mse) = (&r.row, &r.signal, mse[i]);
                    let _ = writeln!(text, "{row},{signal},{},{},{step},{mse:e}", r.steps, r.seed);
                }
            }
            Ok(to.write_all(text.as_bytes())?)
        })
    }

    fn append(
        &self,
        path: &Path,
        write: impl Fn(&mut fs::File, bool) -> std::result::Result<(), csv::Error>,
    ) -> std::result::Result<(), PaperError> {
        let mut file =
            OpenOptions::new().create(true).append(true).open(path).map_err(failed(path))?;
        let fresh = file.metadata().map_err(failed(path))?.len() == 0;
        let source = |e: csv::Error| PaperError::Results { path: path.into(), source: e.into() };
        write(&mut file, fresh).map_err(source)
    }

    /// Writes the table as Markdown.
    ///
    /// # Errors
    /// [`PaperError::Results`].
    pub fn write_markdown(&self, text: &str) -> std::result::Result<(), PaperError> {
        fs::write(&self.markdown, text).map_err(failed(&self.markdown))
    }
}

/// Our figures beside the paper's, as Markdown.
#[must_use]
pub fn markdown(table: &Table, results: &[Result]) -> String {
    let mut text = format!("## Table {}: {}\n\n", table.number, table.title);
    text += match table.metric {
        Metric::Psnr => {
            "PSNR in dB, the largest value on the scale -1 to 1 as the peak, as the paper \
             counts it; in brackets the usual way.\n\n"
        }
        Metric::TrimapIou => {
            "Overlap of the insides where the surface is at most 0.001 away; in brackets \
             everywhere, where it is at most 0.1, 0.01, 0.005 and 0.001 away, and the Chamfer \
             distance times 100,000. The paper has no figures for the bunny.\n\n"
        }
        Metric::AudioMse => "Mean squared error of the normalised waveform, times 10,000.\n\n",
    };
    text += "| row | signals | parameters | ours | paper (30,000 steps) | steps | rate | \
             seconds | steps/s | GFLOP/s | fits together | device |\n";
    text += "|---|---|---|---|---|---|---|---|---|---|---|---|\n";
    for group in groups(table, results) {
        let first = group[0];
        let mean = |value: &dyn Fn(&Result) -> f64| {
            group.iter().map(|r| value(r)).sum::<f64>() / group.len() as f64
        };
        let ours = match table.metric {
            Metric::Psnr => {
                format!("{:.2} ({:.2})", mean(&|r| r.psnr_paper), mean(&|r| r.psnr))
            }
            Metric::TrimapIou => {
                let Result { trimap, iou, trimaps, chamfer, .. } = first;
                format!("{trimap:.4} ({iou:.4}; {trimaps}; {chamfer:.2})")
            }
            Metric::AudioMse => format!("{:.3}", mean(&|r| r.mse * 1e4)),
        };
        let signals =
            if group.len() == 1 { first.signal.clone() } else { format!("{}, mean", group.len()) };
        let _ = writeln!(
            text,
            "| {} | {signals} | {} | {ours} | {} | {} | {:e} | {:.1} | {:.2} | {:.0} | {} | {} |",
            first.row,
            first.parameters,
            first.paper,
            first.steps,
            first.rate,
            first.seconds,
            first.steps_per_second,
            first.gflops,
            first.together,
            first.device,
        );
    }
    text
}

/// Results that make one line: of one row, and of one sound.
fn groups<'a>(table: &Table, results: &'a [Result]) -> Vec<Vec<&'a Result>> {
    let mut groups: Vec<Vec<&Result>> = vec![];
    for row in &table.rows {
        for result in results.iter().filter(|r| r.row == row.name) {
            let fits = |group: &&mut Vec<&Result>| {
                let first = group[0];
                let one_line = table.metric == Metric::Psnr || first.signal == result.signal;
                one_line
                    && first.row == result.row
                    && (first.steps, first.seed, first.points, first.parameters)
                        == (result.steps, result.seed, result.points, result.parameters)
                    && first.rate == result.rate
                    && first.device == result.device
            };
            match groups.iter_mut().find(fits) {
                Some(group) => group.push(result),
                None => groups.push(vec![result]),
            }
        }
    }
    groups
}
