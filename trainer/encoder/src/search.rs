//! Which quantiser meets a target?

use super::{
    distance::distance,
    encode::{Attempt, Choose, attempt},
    loudness,
    math::{exp2, ln},
    options::{Effort, EncodeError, Encoded, Models, Options, Target, Tune},
    partition::{Plan, make_plan},
    plan,
    progress::{Meter, Watcher},
    quantiser::Quantiser,
    seam::search_ends,
    smaller::smaller,
    source::{Layout, Source},
};
use crate::Frames;
use nex_coding::sound::{BLOCK_LOG2, MAX_CHUNK_OCTAVES, MAX_STEP};

/// The finest step that is tried: 2^-7 of a sample's unit. Below, magnitudes
/// reach the decoder's limit.
const MIN_STEP: i32 = 32;

struct Search<'a> {
    source: &'a Source<'a>,
    options: &'a Options,
    meter: &'a Meter<'a>,
    plan: Option<Plan>,
    models: Option<Vec<u8>>,
    q: Quantiser,
}

impl Search<'_> {
    /// Encodes with a step; plans anew if it is far from the last plan's.
    fn run(&mut self, step: u16) -> Result<Attempt, EncodeError> {
        self.q.step = step;
        let fresh = |plan: &Plan| plan.step.abs_diff(step) <= 6 && plan.gamma == self.q.gamma;
        let plan = match self.plan.take().filter(fresh) {
            Some(plan) => plan,
            None => make_plan(self.source, &self.q, self.plan_effort(), self.meter)?,
        };
        let choose = match (&self.models, self.options.models) {
            (Some(models), _) => Choose::Fixed(models),
            (None, Models::Any) => Choose::Any,
            (None, Models::Narrowband) => Choose::Only(0),
            (None, Models::Wideband) => Choose::Only(1),
        };
        let attempt = attempt(self.source, &plan, &self.q, choose, self.meter)?;
        self.models = Some(attempt.models.clone());
        self.q.offsets = attempt.better_offsets();
        self.plan = Some(plan);
        Ok(attempt)
    }

    const fn plan_effort(&self) -> plan::Effort {
        match self.options.effort {
            Effort::Fast => plan::Effort::Fast,
            _ => plan::Effort::Full,
        }
    }

    /// Steps tried at most.
    const fn rounds(&self) -> u32 {
        match self.options.effort {
            Effort::Fast => 6,
            _ => 14,
        }
    }

    fn bytes(&self, attempt: &Attempt) -> Result<Vec<u8>, EncodeError> {
        Ok(attempt.file(self.options.comment.as_deref(), self.options.repeated)?)
    }

    /// The finest step whose file fits.
    fn meet_size(&mut self, size: usize, start: u16) -> Result<Attempt, EncodeError> {
        let mut points: Vec<(f64, f64)> = Vec::new();
        let mut best: Option<Attempt> = None;
        let (mut low, mut high) = (MIN_STEP, i32::from(MAX_STEP) + 1);
        let mut step = i32::from(start);
        for round in 0..self.rounds() {
            if round == 2 {
                self.models = None;
            }
            let attempt = self.run(step as u16)?;
            let len = self.bytes(&attempt)?.len();
            points.push((f64::from(step), ln(len as f64)));
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
            let aim = (ln(size as f64 * 0.998) - points[points.len() - 1].1) / slope;
            step = (step + aim.round() as i32).clamp(low, high - 1).min(MAX_STEP.into());
        }
        match best {
            Some(best) => Ok(best),
            None => self.run(high.min(MAX_STEP.into()) as u16),
        }
    }

    /// The coarsest step whose error is small enough.
    fn meet_snr(&mut self, db: f64, start: u16) -> Result<Attempt, EncodeError> {
        let (mut low, mut high) = (MIN_STEP, i32::from(MAX_STEP) + 1);
        let mut step = i32::from(start);
        let mut best: Option<Attempt> = None;
        let mut closest: Option<(f64, Attempt)> = None;
        for round in 0..self.rounds() {
            if round == 2 {
                self.models = None;
            }
            let attempt = self.run(step as u16)?;
            let reached = distance(self.source, &self.bytes(&attempt)?)?.snr_db();
            if reached >= db {
                low = step + 1;
                if best.as_ref().is_none_or(|b| attempt.header.step >= b.header.step) {
                    best = Some(attempt);
                }
            } else {
                high = step;
                if closest.as_ref().is_none_or(|(db, _)| reached > *db) {
                    closest = Some((reached, attempt));
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
        match best.or(closest.map(|(_, attempt)| attempt)) {
            Some(best) => Ok(best),
            None => self.run(MIN_STEP as u16),
        }
    }
}

/// Encodes a sound.
///
/// Deterministic: the same options give the same bytes on every machine, whatever
/// the number of threads. Cost, in rayon's current pool: 0.05 to 0.15 s of CPU for a
/// second of sound at 8 to 16 kHz, ten times that with [`Effort::Best`], up to
/// three times where its ends need steps of their own, thirty for a loop. The
/// sound is read some twenty times, each thread a chunk at a time; what grows
/// with its length is the file, held up to three times, and its partition, a
/// byte or less for a hundred samples.
///
/// # Errors
/// [`EncodeError::DoesNotFit`] if nothing fits the limit. A quality or an SNR
/// out of reach is no error: the result is what came closest.
pub fn encode(sound: &dyn Frames, options: &Options) -> Result<Encoded, EncodeError> {
    encode_watched(sound, options, &|_| {})
}

/// [`encode`], and a watcher is told how far it is: a few hundred times for a
/// sound of a minute, the last time with 1.
///
/// # Errors
/// As [`encode`].
pub fn encode_watched(
    sound: &dyn Frames,
    options: &Options,
    watcher: Watcher<'_>,
) -> Result<Encoded, EncodeError> {
    if !(1..=2).contains(&sound.channels()) {
        return Err(EncodeError::Channels(sound.channels()));
    }
    let (rate_hz, frames) = (sound.rate_hz(), sound.frames());
    if frames == 0 {
        return Err(EncodeError::Empty);
    }
    if u32::try_from(frames).is_err() {
        return Err(EncodeError::TooLong(frames));
    }
    let usual = usual_log2(rate_hz, options);
    // A block lies within one chunk.
    let chunk_log2 = options.chunk_log2.unwrap_or(*BLOCK_LOG2.end());
    let usual = options.max_log2.unwrap_or(chunk_log2.min(usual));
    let best = options.effort == Effort::Best;
    let searched = best && !matches!(options.target, Target::Quality(_));
    let lengths = match options.max_log2 {
        None if searched => {
            let longest = if options.half_memory { usual } else { usual + 1 };
            let longest = longest.min(chunk_log2).min(*BLOCK_LOG2.end());
            (usual - 1).max(*BLOCK_LOG2.start())..=longest
        }
        _ => usual..=usual,
    };
    check_chunks(options, *lengths.end())?;
    let lambdas = if searched { &[0.7, 1.0, 1.4][..] } else { &[1.0] };
    let meter = Meter::new(options, lengths.clone().count() * lambdas.len(), watcher);
    let mut found: Option<Found> = None;
    for max_log2 in lengths {
        let layout = layout(sound, options, max_log2);
        let mut source = Source::new(sound, layout, options.is_looped(frames))?;
        let start = first_guess(&source, options);
        for lambda in lambdas {
            let mut q = start;
            q.lambda *= lambda;
            if let Some(other) = &found {
                q.step = other.quantiser.step;
            }
            let candidate = search_ends(&mut source, options, q, &meter)?;
            if found.as_ref().is_none_or(|found| candidate.is_better(found, options)) {
                found = Some(candidate);
            }
        }
    }
    let found = found.ok_or(EncodeError::Empty)?;
    if let Some(limit) = options.limit.filter(|&limit| found.bytes.len() > limit) {
        let smallest = found.bytes.len();
        let smaller = smaller(sound, options, limit, &meter)?.filter(|s| s.bytes < smallest);
        return Err(EncodeError::DoesNotFit { limit, smallest, smaller });
    }
    meter.finish();
    Ok(Encoded {
        bytes: found.bytes,
        quantiser: found.quantiser,
        models: found.attempt.models,
        ideal_bits: found.attempt.chunks.iter().map(|c| c.bits).sum(),
        snr_db: found.snr_db,
    })
}

/// Whether the chunks asked for hold the blocks.
pub(super) const fn check_chunks(options: &Options, max_log2: u8) -> Result<(), EncodeError> {
    match options.chunk_log2 {
        Some(chunk) if chunk < max_log2 || chunk > max_log2 + MAX_CHUNK_OCTAVES => {
            Err(EncodeError::Chunk { chunk: 1 << chunk, block: 1 << max_log2 })
        }
        _ => Ok(()),
    }
}

/// A file that is a candidate.
pub(super) struct Found {
    attempt: Attempt,
    pub bytes: Vec<u8>,
    pub quantiser: Quantiser,
    pub snr_db: f64,
    /// Mean square error of a sample.
    pub error: f64,
    /// Squared error over the shaped step, in units of the lowest step.
    shaped_error: f64,
}

impl Found {
    fn is_better(&self, other: &Self, options: &Options) -> bool {
        let fits = |found: &Self| options.limit.is_none_or(|limit| found.bytes.len() <= limit);
        match options.target {
            _ if fits(self) != fits(other) => fits(self),
            Target::Snr(db) => {
                let reached = |found: &Self| found.snr_db >= db;
                match (reached(self), reached(other)) {
                    (true, true) => self.bytes.len() < other.bytes.len(),
                    (false, false) => self.snr_db > other.snr_db,
                    (reached, _) => reached,
                }
            }
            _ if options.tune == Tune::Snr => self.snr_db > other.snr_db,
            _ => self.shaped_error < other.shaped_error,
        }
    }
}

/// Where a search begins.
///
/// The shaping is what Zimtohrli liked best of six and more on the sounds of all kinds that
/// the models were trained on, at 12 to 24 kb/s (8 and 12 up to 12 kHz, 24 to 64 above 24),
/// as far as PESQ of speech stays above that of Opus.
pub(super) fn first_guess(source: &Source<'_>, options: &Options) -> Quantiser {
    let narrow = source.rate_hz <= 12_000;
    let (gamma, fill, tilt, lambda) = match (options.tune, scarcity(source, options)) {
        (Tune::Snr, _) => (0, 0, 0, 0.26),
        // Where bits are many, all is worth one that rises above the noise.
        (Tune::Perceptual, -2) if narrow => (10, 5, 4, 0.15),
        (Tune::Perceptual, _) if narrow => (10, 5, 4, 0.3),
        (Tune::Perceptual, _) if source.rate_hz > 24_000 => (12, 12, 9, 0.25),
        (Tune::Perceptual, -2) => (10, 12, 5, 0.15),
        (Tune::Perceptual, -1 | 0) => (10, 12, 5, 0.4),
        // What is high is lost where bits are few, unless steps follow it less.
        (Tune::Perceptual, 1) => (9, 12, 4, 0.4),
        (Tune::Perceptual, _) => (9, 12, 3, 0.4),
    };
    let gamma = options.gamma.unwrap_or(gamma);
    let fill = options.fill.unwrap_or(fill);
    let shaped = gamma > 0 || fill > 0;
    Quantiser {
        step: if shaped { 330 } else { 420 },
        gamma,
        fill,
        tilt: if shaped { options.tilt.unwrap_or(tilt) } else { 0 },
        offsets: [0; 3],
        lambda: options.lambda.unwrap_or(lambda),
    }
}

/// How few bits a sample has, of a file that must not be larger than a limit: 0 for one, 2 up
/// to about three quarters, -2 from about one and a quarter on.
fn scarcity(source: &Source<'_>, options: &Options) -> i8 {
    let samples = source.frames * source.sound.channels();
    match (options.target, options.limit) {
        (Target::Size, Some(limit)) => {
            let bits = 8.0 * limit as f64 / samples.max(1) as f64;
            (8.0 * (1.0 - bits)).round().clamp(-2.0, 2.0) as i8
        }
        _ => 0,
    }
}

/// The file of one layout and trade-off that meets the target.
pub(super) fn search(
    source: &Source<'_>,
    options: &Options,
    q: Quantiser,
    meter: &Meter<'_>,
) -> Result<Found, EncodeError> {
    let mut search = Search { source, options, meter, plan: None, models: None, q };
    let mut attempt = match options.target {
        Target::Size => search.meet_size(options.limit.unwrap_or(usize::MAX), q.step)?,
        Target::Snr(db) => search.meet_snr(db, q.step)?,
        Target::Quality(quality) => {
            let step = quality_step(quality, q.gamma, source.rate_hz);
            let step = loudness::step(source, &q, step)? as u16;
            // Once for the offsets, then for good.
            search.run(step)?;
            search.run(step)?
        }
    };
    let mut bytes = search.bytes(&attempt)?;
    let over = options.limit.filter(|&limit| bytes.len() > limit);
    if let (Some(limit), true) = (over, options.target != Target::Size) {
        attempt = search.meet_size(limit, attempt.header.step)?;
        bytes = search.bytes(&attempt)?;
    }
    if options.limit.is_some_and(|limit| bytes.len() > limit) {
        (attempt, bytes) = coarsest(source, options, meter)?;
    }
    let header = &attempt.header;
    let distance = distance(source, &bytes)?;
    Ok(Found {
        snr_db: distance.snr_db(),
        error: distance.mean_error(source.frames * source.sound.channels()),
        quantiser: Quantiser { step: header.step, offsets: header.offsets, ..q },
        shaped_error: attempt.shaped_error() * exp2(f64::from(header.step) / 16.0),
        bytes,
        attempt,
    })
}

/// The smallest file of one layout and shaping.
///
/// What a search ends with depends on its limit by a byte or two. This does not,
/// so the smallest size that an error names can be had.
pub(super) fn coarsest(
    source: &Source<'_>,
    options: &Options,
    meter: &Meter<'_>,
) -> Result<(Attempt, Vec<u8>), EncodeError> {
    let q = first_guess(source, options);
    let mut search = Search { source, options, meter, plan: None, models: None, q };
    let attempt = search.run(MAX_STEP)?;
    let bytes = search.bytes(&attempt)?;
    Ok((attempt, bytes))
}

/// log2 of the longest block, unless another is asked for.
///
/// Half as long ones cost, at equal shaping and at equal SNR, .1 and 1.3 % of bytes in
/// speech at 8 kHz, -.1 and 1.0 % at 16 kHz, but 17 and 20 % in an interface's sounds.
pub(super) const fn usual_log2(rate_hz: u32, options: &Options) -> u8 {
    let log2 = match rate_hz {
        ..=12_000 => 9,
        12_001..=24_000 => 10,
        _ => 11,
    };
    if options.half_memory { log2 - 1 } else { log2 }
}

pub(super) fn layout(sound: &dyn Frames, options: &Options, max_log2: u8) -> Layout {
    let layout = Layout::new(sound.rate_hz(), sound.frames(), max_log2);
    let layout = match options.chunk_log2 {
        Some(chunk_log2) => layout.with_chunks(sound.frames(), chunk_log2),
        None => layout,
    };
    options.repeated.map_or(layout, |l| layout.restarting(l.start as usize))
}

/// The step of a quality from 0 to 100 in a sound of usual loudness: 3 dB finer
/// every 8 points. The more of the spectrum the step follows, the lower it starts.
fn quality_step(quality: f64, gamma: u8, rate_hz: u32) -> f64 {
    // Where steps grow less with frequency, they start higher.
    let middle = match rate_hz {
        ..=12_000 => 456.0,
        12_001..=24_000 => 462.0,
        _ => 450.0,
    };
    middle - 15.6 * f64::from(gamma) - (quality - 50.0) * 2.0
}
