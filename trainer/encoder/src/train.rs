//! Which starts and envelopes suit a corpus?
//!
//! A class starts where its decisions fell in the corpus. The envelopes are the
//! centroids of a k-means clustering of spectra. Both become the constants of a
//! source file of `nex-coding`.

use super::{
    chunk::Tally,
    encode::{self, Choose, attempt},
    levels::split,
    partition::make_plan,
    plan::Effort,
    progress::Meter,
    quantiser::Quantiser,
    source::{Layout, Source},
};
use crate::Clip;
use nex_coding::{
    classes::first,
    sound::Model,
    spectrum::{BANDS, Codebook, ENVELOPES},
};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;
use std::{fmt::Write, io};

/// Fits envelopes to speech, and starts to sounds of all kinds, coded with the
/// present model `index` at steps drawn at random.
///
/// # Errors
/// None are expected: clips are in memory.
pub fn train(
    speech: &[Clip],
    clips: &[Clip],
    (index, max_log2): (u8, u8),
    seed: u64,
) -> io::Result<Model> {
    let codebook = cluster(speech, max_log2, seed)?;
    let parts: Vec<Tally> = clips
        .par_iter()
        .enumerate()
        .map(|(i, clip)| {
            let mut tally = vec![[0; 2]; first::COUNT];
            let mut rng = Pcg64Mcg::seed_from_u64(seed ^ (i as u64) << 8);
            for shaped in [false, true] {
                hear(clip, (index, max_log2, shaped), &mut rng, &mut tally)?;
            }
            Ok(tally)
        })
        .collect::<io::Result<_>>()?;
    // A little of either kind before, so that nothing is certain; each sound
    // counts for the root of how often its classes decide.
    let starts = std::array::from_fn(|class| {
        let (made, came_true) = parts.iter().fold((1.0, 0.5), |(made, came_true), part| {
            let [no, yes] = part[class].map(f64::from);
            let share = (no + yes + 1.0).sqrt().recip();
            (made + share * (no + yes), came_true + share * yes)
        });
        (came_true / made * 65_536.0).clamp(512.0, 65_024.0) as u16
    });
    Ok(Model { starts, codebook })
}

/// Codes a sound at a random step, and counts its decisions.
fn hear(
    clip: &Clip,
    (index, max_log2, shaped): (u8, u8, bool),
    rng: &mut Pcg64Mcg,
    tally: &mut Tally,
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
        fill: if shaped { 12 } else { 0 },
        tilt: if shaped { rng.random_range(0..=8) } else { 0 },
        offsets: [0; 3],
        lambda: if shaped { 0.3 } else { 0.26 },
    };
    let plan = make_plan(&source, &q, Effort::Fast, &Meter::silent())?;
    let models = vec![index; source.chunks()];
    let coded = attempt(&source, &plan, &q, Choose::Fixed(&models), &Meter::silent())?;
    encode::tally(&source, &plan, &coded, q.lambda, tally)
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
         use crate::sound::Model;\n\n#[rustfmt::skip]\npub(super) static MODEL: Model = Model {{\n    starts: [\n"
    );
    let list = |row: &mut dyn Iterator<Item = String>| row.collect::<Vec<_>>().join(", ");
    for row in model.starts.chunks(12) {
        let _ = writeln!(text, "        {},", list(&mut row.iter().map(u16::to_string)));
    }
    text += "    ],\n    codebook: [\n";
    for row in &model.codebook {
        let _ = writeln!(text, "        [{}],", list(&mut row.iter().map(i8::to_string)));
    }
    text + "    ],\n};\n"
}
