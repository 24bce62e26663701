//! What does a sound become with a given quantiser?

use super::{
    chunk::{self, Coded, Listener, Planned},
    mdct::Mdct,
    plan::{self, Block, plan},
    progress::Meter,
    quantiser::Quantiser,
    source::{Source, turn},
};
use nex_coding::{
    sound::{MODELS, SoundHeader},
    spectrum::{BANDS, Envelope},
};
use nex_format::{Error, SectionId, compact};
use rayon::prelude::*;

/// A sound in chunks, its partition and coefficients known.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub step: u16,
    pub gamma: u8,
    pub chunks: Vec<Planned>,
}

/// A sound in coded chunks.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub header: SoundHeader,
    pub chunks: Vec<Coded>,
    /// By chunk.
    pub models: Vec<u8>,
}

/// The trellis's steps are this many times finer than a plain quantiser's of
/// the same error.
const PLAN_STEP: f64 = 1.6;

/// Cuts the sound for a step.
pub(super) fn make_plan(source: &Source, q: &Quantiser, effort: plan::Effort) -> Plan {
    let (min, max) = (source.layout.min_log2, source.layout.max_log2);
    let step = (f64::from(q.step) / 32.0 - 8.0).exp2() * PLAN_STEP;
    let gamma = f64::from(q.gamma) / 16.0;
    let weights = |start: usize, log2: u8, out: &mut [f64]| {
        let bands = source.plan_levels.of(start, log2);
        fill_weights(&bands, gamma, q.tilt, out);
    };
    let weights: Option<plan::Weights<'_>> = if q.gamma > 0 { Some(&weights) } else { None };
    let mut blocks = plan(&source.planned, min..=max, step, weights, effort);
    // What begins past the end is not stored, so nothing may fold into it.
    blocks.retain(|block| block.start < source.frames);
    let mut mdct = Mdct::new();
    let coefs: Vec<Vec<f64>> =
        source.signals.iter().map(|signal| mdct.forward(signal, &blocks)).collect();
    let chunk = 1usize << source.layout.chunk_log2;
    let chunks = source.angles.iter().enumerate().map(|(i, &angle)| {
        let start = i * chunk;
        let end = (start + chunk).min(source.frames);
        let mine = blocks.iter().filter(|b| (start..end).contains(&b.start));
        let local: Vec<Block> = mine.map(|b| Block { start: b.start - start, ..*b }).collect();
        let len = local.last().map_or(0, |b| b.range().end);
        let mut coefs: Vec<Vec<f64>> =
            coefs.iter().map(|c| c[start..start + len].to_vec()).collect();
        if let [a, b] = &mut coefs[..] {
            turn(a, b, angle);
        }
        Planned { blocks: local, coefs, angle }
    });
    Plan { step: q.step, gamma: q.gamma, chunks: chunks.collect() }
}

/// One over the part of the step that follows the spectrum.
fn fill_weights(bands: &[f64; BANDS], gamma: f64, tilt: u8, out: &mut [f64]) {
    let scale = BANDS as f64 / 2.2f64;
    let len = out.len() as f64;
    for (k, out) in out.iter_mut().enumerate() {
        // The inverse of the bands' spacing.
        let f = (k as f64 + 0.5) / len;
        let band = ((f * 2.2f64.exp_m1()).ln_1p() * scale - 0.5).clamp(0.0, (BANDS - 1) as f64);
        let (i, part) = (band as usize, band.fract());
        let next = bands[(i + 1).min(BANDS - 1)];
        let level = bands[i] + part * (next - bands[i]);
        *out = (-gamma * level.max(5.0) - f64::from(tilt) * f / 2.0).exp2();
    }
}

/// Which models a chunk may be coded with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choose<'a> {
    /// The cheapest of all.
    Any,
    /// These, chunk by chunk.
    Fixed(&'a [u8]),
}

/// Quantises and codes a sound.
pub(super) fn attempt(
    source: &Source,
    plan: &Plan,
    q: &Quantiser,
    choose: Choose<'_>,
    meter: &Meter<'_>,
) -> Attempt {
    let header = SoundHeader {
        step: q.step,
        gamma: q.gamma,
        fill: q.fill,
        tilt: q.tilt,
        offsets: q.offsets,
        ..source.header()
    };
    let chunks = plan.chunks.len();
    let coded: Vec<(u8, Coded)> = (0..chunks)
        .into_par_iter()
        .map(|i| {
            let try_model = |model: u8| {
                let envelopes = envelopes(source, &header, i, &plan.chunks[i], model);
                let planned = &plan.chunks[i];
                let coded = chunk::encode(&header, planned, (model, &envelopes), q.lambda, &mut ());
                meter.coded(chunks);
                (model, coded)
            };
            match choose {
                Choose::Fixed(models) => try_model(models[i]),
                Choose::Any => (1..MODELS.len() as u8)
                    .map(try_model)
                    .fold(try_model(0), |a, b| if b.1.cost < a.1.cost { b } else { a }),
            }
        })
        .collect();
    let (models, chunks) = coded.into_iter().unzip();
    Attempt { header, chunks, models }
}

/// Lets a listener hear the weights of a sound, coded with fixed models.
pub(super) fn listen(
    source: &Source,
    plan: &Plan,
    attempt: &Attempt,
    lambda: f32,
    listener: &mut impl Listener,
) {
    for (i, planned) in plan.chunks.iter().enumerate() {
        let model = attempt.models[i];
        let envelopes = envelopes(source, &attempt.header, i, planned, model);
        chunk::encode(&attempt.header, planned, (model, &envelopes), lambda, listener);
    }
}

/// By block and channel; plain ones if the header has none.
fn envelopes(
    source: &Source,
    header: &SoundHeader,
    index: usize,
    planned: &Planned,
    model: u8,
) -> Vec<[Envelope; 2]> {
    let mut envelopes = vec![[Envelope::default(); 2]; planned.blocks.len()];
    if header.has_envelopes() {
        let start = index << source.layout.chunk_log2;
        let blocks: Vec<Block> =
            planned.blocks.iter().map(|b| Block { start: b.start + start, ..*b }).collect();
        for (c, levels) in source.levels.iter().enumerate() {
            let codebook = &MODELS[usize::from(model)].codebook;
            for (to, envelope) in
                envelopes.iter_mut().zip(super::levels::envelopes(codebook, levels, &blocks))
            {
                to[c] = envelope;
            }
        }
    }
    envelopes
}

impl Attempt {
    /// The whole file.
    pub fn file(&self, comment: Option<&str>) -> Result<Vec<u8>, Error> {
        let chunks: Vec<&[u8]> = self.chunks.iter().map(|c| &c.bytes[..]).collect();
        let sections = comment.map(|comment| (SectionId::COMMENT, comment.as_bytes()));
        compact::write(&self.header, sections.as_slice(), &chunks)
    }

    /// Squared error in steps, each coefficient in its own.
    pub fn shaped_error(&self) -> f64 {
        self.chunks.iter().map(|c| c.error).sum()
    }

    /// Offsets that would have fitted better.
    pub fn better_offsets(&self) -> [i8; 3] {
        std::array::from_fn(|class| {
            let (count, short) = self.chunks.iter().fold((0.0, 0.0), |(n, s), chunk| {
                (n + chunk.centroids[class].0, s + chunk.centroids[class].1)
            });
            let mean = if count < 8.0 { 0.0 } else { short / count };
            let offset = f64::from(self.header.offsets[class]) + 64.0 * mean;
            offset.round().clamp(-16.0, 15.0) as i8
        })
    }
}
