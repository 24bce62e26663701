//! How are the weights of one block's expert coded?
//!
//! From low to high frequency, each as decisions "larger than 0, 1, 2, ...".

use crate::{
    around::{Fixed, Neighbours, Path},
    predictor::{BINS, Expert, Inputs, Learned, Predictor, learn},
    range::{Adaptive, Coder, HALF},
    spectrum::ScaleFactors,
};

/// What a chunk's weights have taught so far.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Taught {
    /// Of the decisions.
    pub learned: Learned,
    /// Of how many bits an escape has.
    pub escapes: Escapes,
    /// Decisions so far that a model predicted.
    pub decisions: u32,
}

impl Taught {
    /// Nothing.
    pub const NEW: Self =
        Self { learned: Learned::NEW, escapes: [Adaptive::NEW; 16], decisions: 0 };
}

/// Codes the weights of one block and channel.
pub(crate) fn code_weights(
    coder: &mut impl Coder,
    predictor: &Predictor,
    taught: &mut Taught,
    (around, factors): (&Neighbours<'_>, &ScaleFactors),
    weights: &mut [i32],
) {
    let mut path = Path::START;
    around.walk(factors, weights, |fixed, weight| {
        *weight = code_weight(coder, predictor, taught, (fixed, &path), *weight);
        path = path.after(weight.unsigned_abs());
    });
}

/// Learned probabilities of how many bits an escape has.
pub type Escapes = [Adaptive; 16];
/// Bits of an escape's length at most.
const ESCAPE_LIMIT: u32 = 24;
/// Raw bits of an escape at most.
const RAW_LIMIT: u32 = 12;
/// Decisions that a weight takes at most: those that are predicted, an escape's
/// length and its bits, the sign.
pub const MAX_DECISIONS: u32 = BINS as u32 + 2 * ESCAPE_LIMIT + RAW_LIMIT + 1;
/// Larger magnitudes decode as this one.
pub const MAX_MAGNITUDE: u32 = 1 << 23;

/// Codes one signed weight; returns it.
fn code_weight(
    coder: &mut impl Coder,
    predictor: &Predictor,
    taught: &mut Taught,
    (fixed, path): (&Fixed, &Path),
    value: i32,
) -> i32 {
    let (inputs, expert) = fixed.inputs(path);
    let given = value.unsigned_abs();
    let learned = taught.learned.of(expert);
    let (mut magnitude, decisions) =
        code_bins(coder, (predictor.expert(expert), learned), &inputs, given);
    taught.decisions = taught.decisions.wrapping_add(decisions);
    if magnitude == BINS as u32 {
        let raw = fixed.escape_bits(&path.history);
        let escape = code_escape(coder, &mut taught.escapes, raw, given.wrapping_sub(BINS as u32));
        magnitude = magnitude.saturating_add(escape).min(MAX_MAGNITUDE);
    }
    if magnitude == 0 {
        return 0;
    }
    let negative = coder.bit(HALF, value < 0);
    if negative { -(magnitude as i32) } else { magnitude as i32 }
}

/// Codes "larger than 0, 1, 2, ..." up to the first no, as an expert predicts
/// them; returns the number of yes, and of decisions.
#[inline(never)]
fn code_bins(
    coder: &mut impl Coder,
    (expert, learned): (Expert<'_>, &mut [i16; BINS]),
    inputs: &Inputs,
    given: u32,
) -> (u32, u32) {
    let mut magnitude = 0;
    for ((row, bias), learned) in expert.rows.iter().zip(expert.biases).zip(learned) {
        let p = inputs.probability(row, *bias, *learned);
        let bit = coder.bit(p, given > magnitude);
        learn(learned, p, bit);
        if !bit {
            return (magnitude, magnitude + 1);
        }
        magnitude += 1;
    }
    (magnitude, magnitude)
}

/// Exponential Golomb code of order `raw`, its length learned.
fn code_escape(coder: &mut impl Coder, escapes: &mut Escapes, raw: u32, value: u32) -> u32 {
    let high = (value >> raw).saturating_add(1);
    let length = high.ilog2();
    let mut bits = 0;
    while bits < ESCAPE_LIMIT {
        let Some(context) = escapes.get_mut(bits.min(15) as usize) else { break };
        if !coder.adaptive(context, length > bits) {
            break;
        }
        bits += 1;
    }
    let high = 1 << bits | coder.raw(bits, high);
    let low = coder.raw(raw, value);
    let high = (u64::from(high - 1) << raw).saturating_add(low.into());
    u32::try_from(high).unwrap_or(u32::MAX)
}
