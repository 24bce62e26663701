//! How are a block's place in the partition and its envelope coded?
//!
//! This is the gate: it says which expert (block) owns which samples.

use crate::{
    header::SoundHeader,
    range::{Adaptive, Coder},
    spectrum::{ENVELOPES, Envelope, GAINS},
};

/// What is known of a block before its weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Head {
    /// log2 of its length.
    pub log2: u8,
    /// log2 of the overlap with the block before; the shorter of the two
    /// blocks limits it.
    pub overlap: u8,
    /// By channel.
    pub envelopes: [Envelope; 2],
    /// By channel: how many sixteenths of the weights are coded.
    pub ends: [u8; 2],
    /// By channel: how loud the noise is in place of zeros, in the lower half
    /// of the weights and in the upper one, see [`NOISES`].
    pub noises: [[u8; 2]; 2],
}

impl Head {
    /// The levels of a channel's noise, in the lower half and in the upper.
    #[must_use]
    pub fn noise(&self, channel: usize) -> [u8; 2] {
        let noises = self.noises.get(channel).copied().unwrap_or_default();
        noises.map(|index| NOISES.get(usize::from(index)).copied().unwrap_or(0))
    }

    /// Decisions that a block's head takes at most, those before a chunk's first one
    /// among them.
    #[must_use]
    pub const fn max_decisions(header: &SoundHeader) -> u32 {
        // Model and angle; length and overlap.
        let block = 1 + 4 + 2 * (header.max_log2 - header.min_log2) as u32;
        // A number takes its limit, an index one more than its bits.
        let numbers = (GAINS - 1) as u32 + 16 + 2 * (NOISES.len() as u32 - 1);
        block + header.channels as u32 * (numbers + 2 * (1 + ENVELOPES.ilog2()))
    }
}

/// Levels of noise, in sixteenths of the lesser of envelope and step.
pub const NOISES: [u8; 8] = [0, 1, 2, 3, 4, 6, 9, 13];

impl Head {
    /// Weights that are coded of a channel; the others are zero.
    #[must_use]
    pub fn coded(&self, channel: usize) -> usize {
        let end = self.ends.get(channel).copied().unwrap_or(0);
        (usize::from(end) << self.log2) >> 4
    }
}

/// The blocks of a chunk as coded syntax: what their heads have taught so far.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Partition {
    same_size: [Adaptive; 2],
    larger: Adaptive,
    size_more: Adaptive,
    widest: [Adaptive; 2],
    narrower: Adaptive,
    same_envelope: [Adaptive; 2],
    same_high: [Adaptive; 2],
    low: [Adaptive; ENVELOPES],
    high: [Adaptive; ENVELOPES],
    gain: Signed,
    end: Signed,
    noise: [Signed; 2],
    was: [bool; 2],
}

/// A small signed difference.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Signed {
    zero: Adaptive,
    negative: Adaptive,
    more: [Adaptive; 3],
}

impl Signed {
    const NEW: Self = Self {
        zero: Adaptive::expecting(13_000),
        negative: Adaptive::NEW,
        more: [Adaptive::expecting(20_000); 3],
    };

    /// Codes `to - from` with `to` in `0 ..= limit`; returns `to`.
    fn code(&mut self, coder: &mut impl Coder, from: u8, to: u8, limit: u8) -> u8 {
        if limit == 0 || coder.adaptive(&mut self.zero, to == from) {
            return from;
        }
        let down = match from {
            0 => false,
            _ if from >= limit => true,
            _ => coder.adaptive(&mut self.negative, to < from),
        };
        let room = if down { from } else { limit - from };
        let mut distance = 1;
        while distance < room {
            let Some(context) = self.more.get_mut(usize::from(distance - 1).min(2)) else { break };
            if !coder.adaptive(context, to.abs_diff(from) > distance) {
                break;
            }
            distance += 1;
        }
        if down { from - distance } else { from + distance }
    }
}

impl Partition {
    pub const fn new() -> Self {
        Self {
            same_size: [Adaptive::expecting(13_000), Adaptive::expecting(20_000)],
            larger: Adaptive::NEW,
            size_more: Adaptive::expecting(10_000),
            widest: [Adaptive::expecting(16_000), Adaptive::expecting(22_000)],
            narrower: Adaptive::NEW,
            same_envelope: [Adaptive::NEW; 2],
            same_high: [Adaptive::NEW; 2],
            low: [Adaptive::NEW; ENVELOPES],
            high: [Adaptive::NEW; ENVELOPES],
            gain: Signed::NEW,
            end: Signed::NEW,
            noise: [Signed::NEW; 2],
            was: [false; 2],
        }
    }

    /// Codes a block that may have up to `1 << allowed` samples, after
    /// `before`; `due` if it carries envelopes of its own.
    pub fn code(
        &mut self,
        coder: &mut impl Coder,
        header: &SoundHeader,
        (before, allowed, due): (&Head, u8, bool),
        head: &Head,
    ) -> Head {
        let log2 = self.size(coder, header.min_log2, allowed, before.log2.min(allowed), head.log2);
        let overlap = self.overlap(coder, header.min_log2, log2.min(before.log2), head.overlap);
        let mut coded = Head { log2, overlap, ..*before };
        for c in 0..usize::from(header.channels) {
            if let (true, Some(to), Some(&envelope)) =
                (due, coded.envelopes.get_mut(c), head.envelopes.get(c))
            {
                *to = self.envelope(coder, *to, envelope);
            }
            if let (Some(to), Some(&end)) = (coded.ends.get_mut(c), head.ends.get(c)) {
                *to = self.end.code(coder, *to, end, 16);
            }
            if let (true, Some(to), Some(noise)) =
                (header.fill > 0, coded.noises.get_mut(c), head.noises.get(c))
            {
                for ((to, &level), context) in to.iter_mut().zip(noise).zip(&mut self.noise) {
                    *to = context.code(coder, *to, level, NOISES.len() as u8 - 1);
                }
            }
        }
        coded
    }

    fn size(&mut self, coder: &mut impl Coder, min: u8, max: u8, before: u8, size: u8) -> u8 {
        if min >= max {
            return max;
        }
        let [was_same, was_widest] = &mut self.was;
        let [first, second] = &mut self.same_size;
        let context = if *was_same { second } else { first };
        let same = coder.adaptive(context, size == before);
        (*was_same, *was_widest) = (same, *was_widest);
        if same {
            return before;
        }
        let larger = match before {
            _ if before <= min => true,
            _ if before >= max => false,
            _ => coder.adaptive(&mut self.larger, size > before),
        };
        let room = if larger { max - before } else { before - min };
        let mut distance = 1;
        while distance < room
            && coder.adaptive(&mut self.size_more, size.abs_diff(before) > distance)
        {
            distance += 1;
        }
        if larger { before + distance } else { before - distance }
    }

    fn overlap(&mut self, coder: &mut impl Coder, min: u8, max: u8, overlap: u8) -> u8 {
        if min >= max {
            return max;
        }
        let [_, was_widest] = &mut self.was;
        let [first, second] = &mut self.widest;
        let context = if *was_widest { second } else { first };
        *was_widest = coder.adaptive(context, overlap >= max);
        if *was_widest {
            return max;
        }
        let mut width = max - 1;
        while width > min && coder.adaptive(&mut self.narrower, overlap < width) {
            width -= 1;
        }
        width
    }

    fn envelope(
        &mut self,
        coder: &mut impl Coder,
        before: Envelope,
        envelope: Envelope,
    ) -> Envelope {
        let gain = self.gain.code(coder, before.gain, envelope.gain, GAINS - 1);
        let moved = gain != before.gain;
        let low =
            index(coder, (&mut self.same_envelope, &mut self.low), moved, before.low, envelope.low);
        let moved = low != before.low;
        let contexts = (&mut self.same_high, &mut self.high);
        Envelope { low, high: index(coder, contexts, moved, before.high, envelope.high), gain }
    }
}

/// Codes the index of an envelope: whether it is the one before, and if not, in a
/// tree of decisions, highest bit first.
fn index(
    coder: &mut impl Coder,
    ([steady, moving], tree): (&mut [Adaptive; 2], &mut [Adaptive; ENVELOPES]),
    moved: bool,
    before: u8,
    index: u8,
) -> u8 {
    if coder.adaptive(if moved { moving } else { steady }, index == before) {
        return before;
    }
    let mut node = 1;
    for bit in (0..ENVELOPES.ilog2()).rev() {
        let Some(context) = tree.get_mut(node) else { break };
        node = 2 * node + usize::from(coder.adaptive(context, index >> bit & 1 != 0));
    }
    (node - ENVELOPES) as u8
}
