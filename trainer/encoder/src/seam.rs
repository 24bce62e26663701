//! Are a sound's ends as good as its middle, and do those of a loop meet?
//!
//! Nothing is blended before the first block and after the last one, so a tone
//! takes many weights there, whose errors lie at the ends. Finer steps mend
//! that. Steps follow envelopes, which are the encoder's to choose: at the ends
//! these are said to be lower than the sound is.

use super::{
    distance::{mean_errors, pieces},
    levels::LOWEST,
    math::{cos, log10, sin},
    options::{EncodeError, Options, Target, Tune},
    progress::Meter,
    quantiser::Quantiser,
    search::{Found, first_guess, search},
    source::Source,
};
use std::f64::consts::TAU;

/// What is said of a sound's envelopes so that steps at its ends are finer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Ends {
    /// Octaves by which levels are said to be lower at the beginning and at the
    /// end.
    pub finer: [f64; 2],
    /// Octaves of these that low frequencies are spared.
    pub spared: f64,
    /// In place of all levels.
    pub level: Option<f64>,
}

/// Samples that are looked at, at each end.
pub(super) const END: usize = 64;

/// Samples beside these that they are compared with.
const BESIDE: usize = 1 << 11;

/// Longer sounds are searched only once.
const LONG: usize = 1 << 20;

/// The file that a search finds, with steps at the ends as they have to be.
pub(super) fn search_ends(
    source: &mut Source<'_>,
    options: &Options,
    q: Quantiser,
    meter: &Meter<'_>,
) -> Result<Found, EncodeError> {
    source.ends = Ends::default();
    let found = search(source, options, q, meter)?;
    if options.is_looped(source.frames) {
        return meet(source, options, found, meter);
    }
    if q.gamma == 0 || source.frames > LONG {
        Ok(found)
    } else {
        refine(source, options, found, meter)
    }
}

/// Makes steps finer at ends that have more error than the rest.
fn refine(
    source: &mut Source<'_>,
    options: &Options,
    mut found: Found,
    meter: &Meter<'_>,
) -> Result<Found, EncodeError> {
    // Once more where tones are still far from it.
    for enough in [2.0, 2.0, 5.0] {
        let excess = excess_db(source, &found)?;
        if excess.iter().all(|&db| db < enough) {
            break;
        }
        let octaves =
            |db: f64| (db / 6.02 * 16.0 / f64::from(found.quantiser.gamma)).clamp(0.0, 8.0);
        let before = source.ends;
        let [a, b] = excess.map(octaves);
        source.ends.finer = [before.finer[0] + a, before.finer[1] + b];
        let next = search(source, options, found.quantiser, meter)?;
        if options.limit.is_some_and(|limit| next.bytes.len() > limit) {
            break;
        }
        found = next;
    }
    Ok(found)
}

/// By how much, in dB, the error of each end is above that of the whole sound and
/// of what lies beside it.
fn excess_db(source: &Source<'_>, found: &Found) -> Result<[f64; 2], EncodeError> {
    let frames = source.frames;
    let (end, beside) = (END.min(frames / 4), (END + BESIDE).min(frames / 2));
    let ranges = [0..end, end..beside, frames - beside..frames - end, frames - end..frames];
    let [first, after, before, last] = mean_errors(source, &found.bytes, ranges)?;
    let above =
        |near: f64, beside: f64| 10.0 * log10(near.max(1e-3) / beside.max(found.error).max(1.0));
    Ok([above(first, after), above(last, before)])
}

/// Makes steps finer at the ends of a loop until nothing is heard where they
/// meet; or as fine as they can be.
fn meet(
    source: &mut Source<'_>,
    options: &Options,
    found: Found,
    meter: &Meter<'_>,
) -> Result<Found, EncodeError> {
    let mut best = (click(source, &found.bytes)?, found);
    // Without a step of its own for a quality, what it gives is the aim.
    let target = match options.target {
        Target::Quality(_) => Target::Snr(best.1.snr_db),
        target => target,
    };
    // Noise would be heard at the seam, too.
    let fill = options.fill.or(Some(0));
    let even = Options { target, fill, tilt: Some(0), ..options.clone() };
    let usual = Options { target: options.target, ..even.clone() };
    let (gamma, lambda) = (options.gamma.or(Some(15)), options.lambda.or(Some(FLAT_LAMBDA)));
    let flat = Options { gamma, lambda, ..even };
    let ends = |octaves: f64, spared: f64| Ends { finer: [octaves; 2], spared, level: None };
    let mut tries = Vec::new();
    if options.tune == Tune::Perceptual {
        tries.extend([3.0, 6.0, 9.0].map(|octaves| (&usual, ends(octaves, 0.0))));
    }
    for half in 2..=18 {
        let octaves = f64::from(half) / 2.0;
        let level = Some(LOWEST + octaves);
        let spared: &[f64] = if octaves < SPARED { &[0.0] } else { &[0.0, SPARED] };
        let alike = |&spared| (&flat, Ends { level, ..ends(octaves, spared) });
        tries.extend(spared.iter().map(alike));
    }
    for (options, ends) in tries {
        if best.0 <= HEARD {
            break;
        }
        source.ends = ends;
        let q = first_guess(source, options);
        let found = search(source, options, q, meter)?;
        let click = click(source, &found.bytes)?;
        let fits = options.limit.is_none_or(|limit| found.bytes.len() <= limit);
        if fits && click < best.0 {
            best = (click, found);
        }
    }
    Ok(best.1)
}

/// What a bit is worth where all steps are alike, as in a file for [`Tune::Snr`].
const FLAT_LAMBDA: f32 = 0.26;

/// Where a loop begins anew low frequencies hardly count for what is heard: with coarser
/// steps they leave bytes to the others.
const SPARED: f64 = 4.0;

/// By so much the highest frequencies may rise where a loop begins anew.
const HEARD: f64 = 1.7;

/// Frames on each side of a loop's seam that are listened to, and before that for
/// the filter to settle.
const NEAR: usize = 200;
const SETTLING: usize = 256;

/// How loud, beside the sound itself, a decoded loop's seam is in the upper three
/// quarters of the band: the louder channel.
fn click(source: &Source<'_>, bytes: &[u8]) -> Result<f64, EncodeError> {
    let frames = source.frames;
    let before = (SETTLING + NEAR).min(frames);
    let [ends, starts] = pieces(source, bytes, [frames - before..frames, 0..NEAR.min(frames)])?;
    let channels = source.sound.channels();
    let peak = |which: usize, channel: usize| {
        let [end, start] = [&ends[which], &starts[which]];
        let seam = end.iter().chain(start).skip(channel).step_by(channels);
        let high = high_passed(seam.map(|&s| f64::from(s)).collect());
        high.iter().skip(before.saturating_sub(NEAR)).fold(0.0, |peak: f64, x| peak.max(x.abs()))
    };
    // A few units are rounding.
    Ok((0..channels).map(|c| peak(1, c) / peak(0, c).max(8.0)).fold(0.0, f64::max))
}

/// What lies above an eighth of the rate: Butterworth's filter of fourth order.
fn high_passed(mut samples: Vec<f64>) -> Vec<f64> {
    for q in [0.541_196_1, 1.306_563] {
        let (turn, cosine) = (sin(TAU / 8.0) / (2.0 * q), cos(TAU / 8.0));
        let (mut x, mut y) = ([samples.first().copied().unwrap_or(0.0); 2], [0.0; 2]);
        for sample in &mut samples {
            let input = (1.0 + cosine) / 2.0 * (*sample - 2.0 * x[0] + x[1]);
            let output = (input + 2.0 * cosine * y[0] - (1.0 - turn) * y[1]) / (1.0 + turn);
            (x, y) = ([*sample, x[0]], [output, y[0]]);
            *sample = output;
        }
    }
    samples
}
