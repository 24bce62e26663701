//! Which predictors and envelopes suit a corpus?
//!
//! The linear experts are logistic regressions, one for each expert and
//! decision, fitted by Newton's method: the optimum, no learning rate, the
//! same on every run. The envelopes are the centroids of a k-means clustering of
//! spectra. Both become the constants of a source file of `nex-coding`.

use super::{
    chunk::Listener,
    encode::{Choose, attempt, listen},
    levels::split,
    partition::make_plan,
    plan::Effort,
    progress::Meter,
    quantiser::Quantiser,
    source::{Layout, Source},
};
use crate::Clip;
use nex_coding::{
    around::{Neighbours, Path},
    predictor::{BINS, EXPERTS, INPUTS, Predictor},
    sound::Model,
    spectrum::{BANDS, Codebook, ENVELOPES, ScaleFactors},
};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;
use std::{fmt::Write, io};

/// A weight's inputs and its magnitude.
#[derive(Clone, Copy)]
struct Example {
    inputs: [u8; INPUTS],
    magnitude: u8,
}

/// What the experts have to predict.
#[derive(Default)]
struct Examples {
    by_expert: Vec<Vec<Example>>,
}

impl Listener for Examples {
    fn block(&mut self, around: &Neighbours<'_>, factors: &ScaleFactors, weights: &[i32]) {
        self.by_expert.resize_with(EXPERTS, Vec::new);
        let (mut path, mut rest) = (Path::START, weights.iter());
        around.walk(factors, &mut vec![(); weights.len()], |fixed, ()| {
            let magnitude = rest.next().map_or(0, |weight| weight.unsigned_abs());
            let (inputs, expert) = fixed.inputs(&path);
            let example = Example { inputs: inputs.values(), magnitude: magnitude.min(255) as u8 };
            self.by_expert[expert].push(example);
            path = path.after(magnitude);
        });
    }
}

/// Fits a model to a class of sounds, coded with the runtime's present model
/// `index` at steps drawn at random.
///
/// # Errors
/// None are expected: clips are in memory.
pub fn train(clips: &[Clip], index: u8, max_log2: u8, seed: u64) -> io::Result<Model> {
    let codebook = cluster(clips, max_log2, seed)?;
    let parts: Vec<Examples> = clips
        .par_iter()
        .enumerate()
        .map(|(i, clip)| {
            let mut examples = Examples::default();
            let mut rng = Pcg64Mcg::seed_from_u64(seed ^ (i as u64) << 8);
            for shaped in [false, true] {
                hear(clip, (index, max_log2, shaped), &mut rng, &mut examples)?;
            }
            Ok(examples)
        })
        .collect::<io::Result<_>>()?;
    let mut weights = [[[0; INPUTS]; BINS]; EXPERTS];
    let mut biases = [[0; BINS]; EXPERTS];
    let fitted: Vec<_> = (0..EXPERTS * BINS)
        .into_par_iter()
        .map(|i| {
            let (expert, bin) = (i / BINS, i % BINS);
            let examples = parts.iter().filter_map(|p| p.by_expert.get(expert)).flatten();
            fit(
                &examples.copied().filter(|e| usize::from(e.magnitude) >= bin).collect::<Vec<_>>(),
                bin,
            )
        })
        .collect();
    for (i, (row, bias)) in fitted.into_iter().enumerate() {
        weights[i / BINS][i % BINS] = row;
        biases[i / BINS][i % BINS] = bias;
    }
    Ok(Model { predictor: Predictor { weights, biases }, codebook })
}

/// Codes a sound at a random step, for the examples.
fn hear(
    clip: &Clip,
    (index, max_log2, shaped): (u8, u8, bool),
    rng: &mut Pcg64Mcg,
    examples: &mut Examples,
) -> io::Result<()> {
    let layout = Layout::new(clip.rate_hz, clip.frames(), max_log2);
    let source = Source::new(clip, layout, false)?;
    let energy: f64 = clip.to_i16().iter().map(|&s| f64::from(s).powi(2)).sum();
    let deviation = (energy / clip.samples.len().max(1) as f64).sqrt().max(1.0);
    let gamma = if shaped { rng.random_range(4..=10) } else { 0 };
    let octaves = if shaped { rng.random_range(-4.0..0.0) } else { rng.random_range(-6.5..-0.5) };
    let step = deviation.log2() * (1.0 - f64::from(gamma) / 16.0) + octaves;
    let q = Quantiser {
        step: ((step + 8.0) * 32.0).clamp(0.0, 800.0) as u16,
        gamma,
        fill: 0,
        tilt: if shaped { rng.random_range(0..=8) } else { 0 },
        offsets: [0; 3],
        lambda: if shaped { 0.3 } else { 0.26 },
    };
    let plan = make_plan(&source, &q, Effort::Fast, &Meter::silent())?;
    let models = vec![index; source.chunks()];
    let coded = attempt(&source, &plan, &q, Choose::Fixed(&models), &Meter::silent())?;
    listen(&source, &plan, &coded, q.lambda, examples)
}

/// Coefficients of a regression: the inputs, and 1.
const TERMS: usize = INPUTS + 1;

/// Logistic regression of "larger than `bin`" by Newton's method.
fn fit(examples: &[Example], bin: usize) -> ([i8; INPUTS], i16) {
    let mut beta = [0.0f64; TERMS];
    // Inputs in units of 16, for a well-conditioned system.
    let row = |e: &Example| -> [f64; TERMS] {
        std::array::from_fn(|i| e.inputs.get(i).map_or(1.0, |&x| f64::from(x) / 16.0))
    };
    for _ in 0..12 {
        let (mut hessian, mut gradient) = ([[0.0; TERMS]; TERMS], [0.0; TERMS]);
        for example in examples {
            let x = row(example);
            let z: f64 = x.iter().zip(&beta).map(|(x, b)| x * b).sum();
            let p = 1.0 / (1.0 + (-z).exp());
            let error = f64::from(u8::from(usize::from(example.magnitude) > bin)) - p;
            let weight = p * (1.0 - p);
            for i in 0..TERMS {
                gradient[i] += error * x[i];
                for j in 0..=i {
                    hessian[i][j] += weight * x[i] * x[j];
                }
            }
        }
        // A faint pull towards zero: few examples give a cautious answer.
        for i in 0..TERMS {
            hessian[i][i] += 1.0;
            gradient[i] -= beta[i];
        }
        let Some(step) = solve(hessian, gradient) else { break };
        let size = step.iter().map(|s| s.abs()).fold(0.0, f64::max);
        let damp = (2.0 / size).min(1.0);
        beta.iter_mut().zip(step).for_each(|(b, s)| *b += damp * s);
        if size < 1e-4 {
            break;
        }
    }
    let weight = |b: f64| (b / 16.0 * 1024.0).round().clamp(-127.0, 127.0);
    let weights: [i8; INPUTS] = std::array::from_fn(|i| weight(beta[i]) as i8);
    (weights, (beta[INPUTS] * 1024.0).round().clamp(-32_000.0, 32_000.0) as i16)
}

/// Solves a symmetric positive definite system (Cholesky); the lower half is
/// given.
fn solve(mut a: [[f64; TERMS]; TERMS], mut b: [f64; TERMS]) -> Option<[f64; TERMS]> {
    for j in 0..TERMS {
        for k in 0..j {
            for i in j..TERMS {
                a[i][j] -= a[i][k] * a[j][k];
            }
        }
        let root = a[j][j].sqrt();
        if root.is_nan() || root <= 0.0 {
            return None;
        }
        for row in a.iter_mut().skip(j) {
            row[j] /= root;
        }
    }
    for i in 0..TERMS {
        for k in 0..i {
            b[i] -= a[i][k] * b[k];
        }
        b[i] /= a[i][i];
    }
    for i in (0..TERMS).rev() {
        for k in i + 1..TERMS {
            b[i] -= a[k][i] * b[k];
        }
        b[i] /= a[i][i];
    }
    Some(b)
}

/// The envelopes of all sounds: each half's by itself.
fn cluster(clips: &[Clip], max_log2: u8, seed: u64) -> io::Result<Codebook> {
    let spectra = clips.par_iter().map(|clip| {
        let layout = Layout::new(clip.rate_hz, clip.frames(), max_log2);
        let source = Source::new(clip, layout, false)?;
        let mut part = source.part(0..source.len())?;
        source.turn(&mut part);
        let cells = source.levels(&part, 0).cells().to_vec();
        let loud = cells.into_iter().filter(|c| c.iter().any(|&b| b > 5.0));
        Ok(loud.map(|c| split(&c).1).collect())
    });
    let spectra = spectra.collect::<io::Result<Vec<Vec<[f64; BANDS]>>>>()?.concat();
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut codebook = [[0; BANDS]; ENVELOPES];
    for half in 0..2 {
        let points: Vec<[f64; HALF]> =
            spectra.iter().map(|s| std::array::from_fn(|i| s[half * HALF + i])).collect();
        for (envelope, mean) in codebook.iter_mut().zip(means(&points, &mut rng)) {
            for (to, m) in envelope[half * HALF..].iter_mut().zip(mean) {
                *to = (8.0 * m).round().clamp(-127.0, 127.0) as i8;
            }
        }
    }
    Ok(codebook)
}

/// Bands of half an envelope.
const HALF: usize = BANDS / 2;

/// The centroids of [`ENVELOPES`] clusters (Lloyd's algorithm).
fn means(points: &[[f64; HALF]], rng: &mut Pcg64Mcg) -> Vec<[f64; HALF]> {
    if points.is_empty() {
        return vec![[0.0; HALF]; ENVELOPES];
    }
    let mut any = || points[rng.random_range(0..points.len())];
    let mut means: Vec<_> = (0..ENVELOPES).map(|_| any()).collect();
    for _ in 0..40 {
        let distance = |a: &[f64; HALF], b: &[f64; HALF]| -> f64 {
            a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum()
        };
        let nearest: Vec<usize> = points
            .par_iter()
            .map(|p| {
                let to = |k: &usize| distance(p, &means[*k]);
                (0..ENVELOPES).min_by(|a, b| to(a).total_cmp(&to(b))).unwrap_or(0)
            })
            .collect();
        for (k, mean) in means.iter_mut().enumerate() {
            let mine = points.iter().zip(&nearest).filter(|(_, n)| **n == k).map(|(p, _)| p);
            let (count, sum) = mine.fold((0.0, [0.0; HALF]), |(n, mut sum), p| {
                sum.iter_mut().zip(p).for_each(|(a, b)| *a += b);
                (n + 1.0, sum)
            });
            *mean = if count > 0.0 { sum.map(|s| s / count) } else { any() };
        }
    }
    means
}

/// The source file of a model.
#[must_use]
pub fn source_file(model: &Model, what: &str) -> String {
    let mut text = format!(
        "//! The model for {what}.\n//!\n//! Made by `cargo run --release -p ne-train --example train_models`;\n\
         //! `tests/corpus` says of which sounds.\n\n\
         use crate::{{predictor::Predictor, sound::Model}};\n\n#[rustfmt::skip]\npub(super) static MODEL: Model = Model {{\n    predictor: Predictor {{\n    weights: [\n"
    );
    let list = |row: &mut dyn Iterator<Item = String>| row.collect::<Vec<_>>().join(", ");
    for rows in &model.predictor.weights {
        text += "        [\n";
        for row in rows {
            let _ = writeln!(text, "            [{}],", list(&mut row.iter().map(i8::to_string)));
        }
        text += "        ],\n";
    }
    text += "    ],\n    biases: [\n";
    for row in &model.predictor.biases {
        let _ = writeln!(text, "        [{}],", list(&mut row.iter().map(i16::to_string)));
    }
    text += "    ],\n    },\n    codebook: [\n";
    for row in &model.codebook {
        let _ = writeln!(text, "        [{}],", list(&mut row.iter().map(i8::to_string)));
    }
    text + "    ],\n};\n"
}
