//! Which quantiser meets a target?

use super::{
    encode::{Attempt, Choose, Plan, Quantiser, attempt, make_plan},
    plan,
    source::{Layout, Source},
};
use crate::audio::Clip;
use nex_format::compact::MAX_STEP;
use nex_runtime::compact::CompactDecoder;
use thiserror::Error;

/// What a file must be like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// As good as fits the limit.
    Size,
    /// At least this signal-to-noise ratio, in dB, as few bytes as possible.
    Snr(f64),
    /// From 0 (rough) to 100 (fine); 50 is good for most speech.
    Quality(f64),
}

/// How long to search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Effort {
    /// The quickest
    Fast,
    /// Tries several shapings of the noise
    #[default]
    Normal,
    /// Tries many, and more trade-offs: for files that are shipped
    Best,
}

/// What "good" means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Tune {
    /// Noise follows the spectrum, so that it is less audible
    Perceptual,
    /// The least error of the waveform
    Snr,
}

/// How a sound is to be encoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What the file must be like.
    pub target: Target,
    /// Bytes of the whole file that are never exceeded.
    pub limit: Option<usize>,
    /// What "good" means.
    pub tune: Tune,
    /// How long to search.
    pub effort: Effort,
    /// log2 of the longest block, 5 to 11; decides the decoder's memory.
    /// `None`: by the sound.
    pub max_log2: Option<u8>,
    /// A comment for the file.
    pub comment: Option<String>,
    /// Fixed shaping instead of the searched one, for tests.
    pub gamma: Option<u8>,
    /// Fixed noise instead of the searched one.
    pub fill: Option<u8>,
    /// Fixed trade-off.
    pub lambda: Option<f32>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            target: Target::Quality(50.0),
            limit: None,
            tune: Tune::Perceptual,
            effort: Effort::Normal,
            max_log2: None,
            comment: None,
            gamma: None,
            fill: None,
            lambda: None,
        }
    }
}

/// A file, and how it was made.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// What was chosen.
    pub quantiser: Quantiser,
    /// By chunk.
    pub models: Vec<u8>,
    /// Ideal bits of all decisions.
    pub ideal_bits: f64,
    /// Signal-to-noise ratio, decoded by the runtime.
    pub snr_db: f64,
}

/// Why there is no file.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// More than two channels.
    #[error(
        "a compact sound has 1 or 2 channels, this one has {0}; mix it with --mono, or use --profile neural"
    )]
    Channels(usize),
    /// No samples.
    #[error("the sound is empty")]
    Empty,
    /// Nothing that small.
    #[error("no file of at most {limit} bytes holds this sound; the smallest has {smallest}")]
    DoesNotFit {
        /// What was asked for.
        limit: usize,
        /// What there is.
        smallest: usize,
    },
    /// The format refused it.
    #[error("the file cannot be written")]
    Format(#[from] nex_format::Error),
}

struct Search<'a> {
    source: &'a Source,
    options: &'a Options,
    plan: Option<Plan>,
    models: Option<Vec<u8>>,
    q: Quantiser,
}

impl Search<'_> {
    /// Encodes with a step; plans anew if it is far from the last plan's.
    fn run(&mut self, step: u16) -> Attempt {
        self.q.step = step;
        let fresh = |plan: &Plan| plan.step.abs_diff(step) <= 6 && plan.gamma == self.q.gamma;
        let plan = match self.plan.take().filter(fresh) {
            Some(plan) => plan,
            None => make_plan(self.source, &self.q, plan::Effort::Full),
        };
        let choose = match &self.models {
            Some(models) => Choose::Fixed(models),
            None => Choose::Any,
        };
        let attempt = attempt(self.source, &plan, &self.q, choose);
        self.models = Some(attempt.models.clone());
        self.q.offsets = attempt.better_offsets();
        self.plan = Some(plan);
        attempt
    }

    fn bytes(&self, attempt: &Attempt) -> Result<Vec<u8>, EncodeError> {
        Ok(attempt.file(self.options.comment.as_deref())?)
    }

    /// The finest step whose file fits.
    fn to_size(&mut self, size: usize, start: u16) -> Result<Attempt, EncodeError> {
        let mut points: Vec<(f64, f64)> = Vec::new();
        let mut best: Option<Attempt> = None;
        let (mut low, mut high) = (0i32, i32::from(MAX_STEP) + 1);
        let mut step = i32::from(start);
        for round in 0..14 {
            if round == 2 {
                self.models = None;
            }
            let attempt = self.run(step as u16);
            let len = self.bytes(&attempt)?.len();
            points.push((f64::from(step), (len as f64).ln()));
            if len <= size {
                high = step;
                if best.as_ref().is_none_or(|b| attempt.header.step <= b.header.step) {
                    best = Some(attempt);
                }
            } else {
                low = step + 1;
                if best.is_none() && step == i32::from(MAX_STEP) {
                    best = Some(attempt);
                    break;
                }
            }
            if low >= high {
                break;
            }
            // Sizes fall by about this much per 1/32 octave.
            let slope = match points[..] {
                [.., a, b] if a.0 != b.0 => ((b.1 - a.1) / (b.0 - a.0)).clamp(-0.06, -0.004),
                _ => -0.012,
            };
            let aim = ((size as f64 * 0.998).ln() - points[points.len() - 1].1) / slope;
            step = (step + aim.round() as i32).clamp(low, high - 1).min(MAX_STEP.into());
        }
        match best {
            Some(best) => Ok(best),
            None => Ok(self.run(high.min(MAX_STEP.into()) as u16)),
        }
    }

    /// The coarsest step whose error is small enough.
    fn to_snr(&mut self, db: f64, start: u16) -> Result<Attempt, EncodeError> {
        let (mut low, mut high) = (0i32, i32::from(MAX_STEP) + 1);
        let mut step = i32::from(start);
        let mut best: Option<Attempt> = None;
        for round in 0..14 {
            if round == 2 {
                self.models = None;
            }
            let attempt = self.run(step as u16);
            let reached = snr_db(self.source, &self.bytes(&attempt)?);
            if reached >= db {
                low = step + 1;
                if best.as_ref().is_none_or(|b| attempt.header.step >= b.header.step) {
                    best = Some(attempt);
                }
            } else {
                high = step;
                if step == 0 {
                    best = Some(attempt);
                    break;
                }
            }
            if low >= high {
                break;
            }
            let per_step = if self.q.gamma > 0 { 0.12 } else { 0.17 };
            let aim = ((reached - db).min(60.0) / per_step) as i32;
            let aim = if aim == 0 { (reached - db).signum() as i32 } else { aim };
            step = (step + aim).clamp(low, high - 1).min(MAX_STEP.into());
        }
        match best {
            Some(best) => Ok(best),
            None => Ok(self.run(low.min(MAX_STEP.into()) as u16)),
        }
    }
}

/// Decodes a file with the runtime and compares.
fn snr_db(source: &Source, bytes: &[u8]) -> f64 {
    let decoded = decode(bytes, source.samples.len());
    let error: f64 = source
        .samples
        .iter()
        .zip(&decoded)
        .map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2))
        .sum();
    if error == 0.0 { f64::INFINITY } else { 10.0 * (source.energy() / error).log10() }
}

/// All samples of a file that was just written.
fn decode(bytes: &[u8], samples: usize) -> Vec<i16> {
    let mut out = vec![0; samples];
    if let Ok(decoder) = CompactDecoder::parse(bytes) {
        let mut memory = vec![0; decoder.stream_len()];
        if let Ok(mut stream) = decoder.stream(&mut memory) {
            stream.decode_block(&mut out);
        }
    }
    out
}

/// Encodes a sound.
///
/// # Errors
/// [`EncodeError`]; a target out of reach is not an error: the result is what
/// came closest.
pub fn encode(clip: &Clip, options: &Options) -> Result<Encoded, EncodeError> {
    if !(1..=2).contains(&clip.channels) {
        return Err(EncodeError::Channels(clip.channels));
    }
    if clip.frames() == 0 {
        return Err(EncodeError::Empty);
    }
    let max_log2 = options.max_log2.unwrap_or(match clip.rate_hz {
        ..=12_000 => 9,
        12_001..=24_000 => 10,
        _ => 11,
    });
    let layout = Layout::new(clip.rate_hz, clip.frames(), max_log2);
    let source = Source::new(clip, layout);
    let perceptual = options.tune == Tune::Perceptual;
    let q = Quantiser {
        step: 0,
        gamma: options.gamma.unwrap_or(if perceptual { 8 } else { 0 }),
        fill: options.fill.unwrap_or(if perceptual { 3 } else { 0 }),
        offsets: [0; 3],
        lambda: options.lambda.unwrap_or(if perceptual { 0.3 } else { 0.26 }),
    };
    let mut search = Search { source: &source, options, plan: None, models: None, q };
    let start = if perceptual { 300 } else { 420 };
    let limit = options.limit;
    let mut attempt = match options.target {
        Target::Size => search.to_size(limit.unwrap_or(usize::MAX), start)?,
        Target::Snr(db) => search.to_snr(db, start)?,
        Target::Quality(quality) => {
            let step = f64::from(start) + 128.0 - quality.clamp(0.0, 100.0) * 2.56;
            search.run(step as u16);
            search.run(step as u16)
        }
    };
    let mut bytes = search.bytes(&attempt)?;
    if let Some(limit) = limit.filter(|&limit| bytes.len() > limit) {
        let mut smallest = usize::MAX;
        if options.target != Target::Size {
            smallest = bytes.len();
            attempt = search.to_size(limit, attempt.header.step)?;
            bytes = search.bytes(&attempt)?;
        }
        if bytes.len() > limit {
            // What a search ends with depends on its limit by a byte or two.
            // This does not, so what the error names can be had.
            search = Search { source: &source, options, plan: None, models: None, q };
            attempt = search.run(MAX_STEP);
            bytes = search.bytes(&attempt)?;
        }
        if bytes.len() > limit {
            return Err(EncodeError::DoesNotFit { limit, smallest: smallest.min(bytes.len()) });
        }
    }
    Ok(Encoded {
        snr_db: snr_db(&source, &bytes),
        bytes,
        quantiser: Quantiser {
            step: attempt.header.step,
            gamma: attempt.header.gamma,
            fill: attempt.header.fill,
            offsets: attempt.header.offsets,
            lambda: q.lambda,
        },
        ideal_bits: attempt.chunks.iter().map(|c| c.bits).sum(),
        models: attempt.models,
    })
}
