//! What do the fits of a table look like?
//!
//! For each picture and row a PNG of nine parts. From left to right and from top
//! to bottom: the original, the magnitude of its gradient, its Laplacian (both by
//! differences of pixels); the same of the fit (both exact); the experts before
//! and after the training, and ten times the error. Gradients and Laplacians are
//! of the mean of the channels, each on the scale of the original's.

use super::{PaperError, Trainer, data::Signals, report::Result as Row};
use crate::{
    fit::{
        autodiff::net::Net,
        device::{device, download, upload},
    },
    measure::plot::{Axis, Curve, Curves, Format, render_curves},
    picture,
};
use image::{Rgb, RgbImage, imageops};
use std::{collections::BTreeMap, fs, path::Path};

/// A picture's values `[points, 3]` of -1 to 1, and gray derivatives `[points]`.
struct View<'a> {
    values: &'a [f32],
    gradient: Vec<f32>,
    laplacian: Vec<f32>,
}

fn grays(values: &[f32], channels: usize) -> Vec<f32> {
    values.chunks_exact(channels).map(|p| p.iter().sum::<f32>() / channels as f32).collect()
}

/// Derivatives by differences between neighbours, on the scale of coordinates.
fn differences<'a>(
    values: &'a [f32],
    channels: usize,
    (rows, columns): (usize, usize),
) -> View<'a> {
    let gray = grays(values, channels);
    let at = |r: isize, c: isize| {
        let (r, c) = (r.clamp(0, rows as isize - 1), c.clamp(0, columns as isize - 1));
        gray[r as usize * columns + c as usize]
    };
    let (down, right) = ((rows - 1) as f32 / 2.0, (columns - 1) as f32 / 2.0);
    let (mut gradient, mut laplacian) = (vec![], vec![]);
    for r in 0..rows as isize {
        for c in 0..columns as isize {
            let (dr, dc) = (at(r + 1, c) - at(r - 1, c), at(r, c + 1) - at(r, c - 1));
            gradient.push((dr * down / 2.0).hypot(dc * right / 2.0));
            let (rr, cc) = (at(r + 1, c) + at(r - 1, c), at(r, c + 1) + at(r, c - 1));
            let middle = 2.0 * at(r, c);
            laplacian.push((rr - middle) * down * down + (cc - middle) * right * right);
        }
    }
    View { values, gradient, laplacian }
}

fn byte(unit: f32) -> u8 {
    (255.0 * unit).round().clamp(0.0, 255.0) as u8
}

/// The value that 99 of 100 do not pass.
fn scale(values: &[f32]) -> f32 {
    let mut sorted: Vec<f32> = values.iter().map(|v| v.abs()).collect();
    sorted.sort_by(f32::total_cmp);
    sorted.get(sorted.len() * 99 / 100).copied().unwrap_or(1.0).max(1e-9)
}

/// The parts of a figure, each of one size.
struct Sheet {
    image: RgbImage,
    side: (usize, usize),
    zoom: u32,
}

impl Sheet {
    const GAP: u32 = 4;

    fn new(side: (usize, usize)) -> Self {
        let zoom = (128 / side.0.max(1)).max(1) as u32;
        let (rows, columns) = (side.0 as u32 * zoom, side.1 as u32 * zoom);
        let image = RgbImage::from_pixel(
            3 * columns + 2 * Self::GAP,
            3 * rows + 2 * Self::GAP,
            Rgb([255; 3]),
        );
        Self { image, side, zoom }
    }

    fn put(&mut self, (row, column): (u32, u32), colour: impl Fn(usize) -> [u8; 3]) {
        let (rows, columns) = (self.side.0 as u32, self.side.1 as u32);
        let part = RgbImage::from_fn(columns, rows, |x, y| Rgb(colour((y * columns + x) as usize)));
        let (width, height) = (columns * self.zoom, rows * self.zoom);
        let part = imageops::resize(&part, width, height, imageops::FilterType::Nearest);
        let (x, y) = (column * (width + Self::GAP), row * (height + Self::GAP));
        imageops::replace(&mut self.image, &part, x.into(), y.into());
    }

    fn view(&mut self, row: u32, view: &View<'_>, channels: usize, scales: [f32; 2]) {
        let colour = |i: usize| {
            let pixel = &view.values[i * channels..(i + 1) * channels];
            [0, 1, 2].map(|c| byte(f32::midpoint(pixel[c.min(channels - 1)], 1.0)))
        };
        self.put((row, 0), colour);
        self.put((row, 1), |i| [byte(view.gradient[i] / scales[0]); 3]);
        self.put((row, 2), |i| [byte(f32::midpoint(view.laplacian[i] / scales[1], 1.0)); 3]);
    }
}

/// Writes the figures of one trainer's fits, `ROW-SIGNAL.png`, and the outputs
/// `[points, channels]` as little-endian floats, `ROW-SIGNAL.f32`.
///
/// # Errors
/// [`PaperError::Results`].
pub(super) fn write(
    folder: &Path,
    row: &str,
    names: &[String],
    signals: &Signals,
    trainer: &mut Trainer,
    before: &[u8],
) -> Result<(), PaperError> {
    let failed =
        |source: std::io::Error| PaperError::Results { path: folder.into(), source: source.into() };
    fs::create_dir_all(folder).map_err(failed)?;
    let (outputs, after) = trainer.decode();
    let (points, channels) = (signals.points(), signals.out_dim);
    let slopes = match signals.size {
        Some(_) => slopes(trainer, signals)?,
        None => None,
    };
    for (fit, name) in names.iter().enumerate() {
        let ours = &outputs[fit * points * channels..(fit + 1) * points * channels];
        let bytes: Vec<u8> = ours.iter().flat_map(|v| v.to_le_bytes()).collect();
        fs::write(folder.join(format!("{row}-{name}.f32")), bytes).map_err(failed)?;
        let Some(size) = signals.size else { continue };
        let theirs = &signals.targets[fit];
        let original = differences(theirs, channels, size);
        let fitted = match &slopes {
            Some(Slopes { gradient, laplacian }) => View {
                values: ours,
                gradient: gradient[fit * points..(fit + 1) * points].to_vec(),
                laplacian: laplacian[fit * points..(fit + 1) * points].to_vec(),
            },
            None => differences(ours, channels, size),
        };
        let scales = [scale(&original.gradient), scale(&original.laplacian)];
        let mut sheet = Sheet::new(size);
        sheet.view(0, &original, channels, scales);
        sheet.view(1, &fitted, channels, scales);
        for (column, experts) in [(0, before), (1, &after[..])] {
            let experts = &experts[fit * points..(fit + 1) * points];
            sheet.put((2, column), |i| picture::colour::expert(experts[i]));
        }
        let (a, b) = (grays(ours, channels), grays(theirs, channels));
        sheet.put((2, 2), |i| [byte(0.5 + 5.0 * (a[i] - b[i])); 3]);
        let path = folder.join(format!("{row}-{name}.png"));
        sheet.image.save(&path).map_err(|e| PaperError::Results { path, source: e.into() })?;
    }
    Ok(())
}

/// Of every fit's gray, `[fits * points]`.
#[derive(Default)]
struct Slopes {
    /// The magnitude.
    gradient: Vec<f32>,
    laplacian: Vec<f32>,
}

/// Every fit's slopes; `None` behind a hash grid.
fn slopes(trainer: &Trainer, signals: &Signals) -> Result<Option<Slopes>, PaperError> {
    let (points, dims) = (signals.points(), signals.in_dim);
    let device = device(trainer.backend)?;
    let coords = upload(signals.coords.clone(), [1, 1, 1, points, dims], &device);
    let mut all = Slopes::default();
    for fit in 0..signals.targets.len() {
        let net = Net::new(trainer.spec, &trainer.values(fit), &device);
        let Some(jet) = net.jets(coords.clone()) else { return Ok(None) };
        let zeros = jet.value.clone().narrow(4, 0, 1).zeros_like();
        let (mut square, mut laplacian) = (zeros.clone(), zeros);
        for [first, second] in jet.axes {
            square = square + first.mean_dim(4).square();
            laplacian = laplacian + second.mean_dim(4);
        }
        all.gradient.extend(download(&square.sqrt()));
        all.laplacian.extend(download(&laplacian));
    }
    Ok(Some(all))
}

/// PSNR in the course of the training, one line for each row: the mean over its
/// signals. `curves` are the lines of a folder's file of curves.
///
/// # Errors
/// [`PaperError::Results`] if the picture cannot be drawn or written.
pub(super) fn write_curves(
    path: &Path,
    title: &str,
    results: &[Row],
    curves: &[(String, String, u64, f64)],
) -> Result<(), PaperError> {
    let mut lines: Vec<(String, BTreeMap<u64, Vec<f64>>)> = vec![];
    for (row, signal, step, mse) in curves {
        let Some(result) = results.iter().find(|r| r.row == *row && r.signal == *signal) else {
            continue;
        };
        // The peak is the signal's: from the end's two figures.
        let decibel = match result.psnr_paper == 0.0 {
            true => -10.0 * mse.log10(),
            false => result.psnr_paper + 10.0 * (result.mse / mse).log10(),
        };
        let index = lines.iter().position(|(name, _)| name == row).unwrap_or_else(|| {
            lines.push((row.clone(), BTreeMap::new()));
            lines.len() - 1
        });
        lines[index].1.entry(*step).or_default().push(decibel);
    }
    let mean = |values: &Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
    let curve = |(name, points): (String, BTreeMap<u64, Vec<f64>>)| Curve {
        name,
        points: points.iter().map(|(&step, values)| (step as f64, mean(values))).collect(),
        uprights: vec![],
    };
    let curves: Vec<_> = lines.into_iter().map(curve).collect();
    if curves.is_empty() {
        return Ok(());
    }
    let curves = Curves {
        title: title.into(),
        x_label: "steps".into(),
        y_label: "PSNR in dB".into(),
        y_axis: Axis::Linear,
        curves,
    };
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| PaperError::Results {
        path: path.into(),
        source,
    };
    let png = render_curves(&curves, Format::Png).map_err(|e| failed(e.into()))?;
    fs::write(path, png).map_err(|e| failed(e.into()))
}
