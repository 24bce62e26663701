//! How are a block's place in the partition and its envelope coded?
//!
//! This is the gate: it says which expert (block) owns which samples.

use crate::{
    classes::{Classes, first, rate},
    header::SoundHeader,
    range::Coder,
    spectrum::{ENVELOPES, Envelope, GAINS, POINTS},
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
    /// By channel and band: how loud the noise is in place of zeros, see
    /// [`NOISES`] and [`noise_band`].
    pub noises: [[u8; NOISE_BANDS]; 2],
    /// By channel: how the noise dies away within the block, [`EVEN`] if it does not;
    /// see [`fade`](Self::fade).
    pub fades: [u8; 2],
}

impl Head {
    /// The levels of a channel's noise, by band.
    #[must_use]
    pub fn noise(&self, channel: usize) -> [u8; NOISE_BANDS] {
        let noises = self.noises.get(channel).copied().unwrap_or_default();
        noises.map(|index| NOISES.get(usize::from(index)).copied().unwrap_or(0))
    }

    /// What a number of a channel's noise has in common with the number before, in quarters,
    /// -3 to 3. Above 0 noise is loud where the block begins and dies away, below 0 it
    /// swells: a filter along the frequencies gives the shape of its transform to time.
    #[must_use]
    pub fn fade(&self, channel: usize) -> i8 {
        self.fades.get(channel).map_or(0, |&fade| fade.min(2 * EVEN) as i8 - EVEN as i8)
    }

    /// Decisions that a block's head takes at most, those before a chunk's first one
    /// among them.
    #[must_use]
    pub const fn max_decisions(header: &SoundHeader) -> u32 {
        // Model and angle; length and overlap.
        let block = 1 + 4 + 2 * (header.max_log2 - header.min_log2) as u32;
        // A number takes its limit, an index one more than its bits.
        let numbers = (GAINS - 1) as u32
            + 16
            + 1
            + NOISE_BANDS as u32 * (NOISES.len() as u32 - 1)
            + 2 * EVEN as u32;
        block + header.channels as u32 * (numbers + 2 * (1 + ENVELOPES.ilog2()))
    }
}

/// Levels of noise, in sixteenths of the lesser of envelope and step.
pub const NOISES: [u8; 8] = [0, 1, 2, 3, 4, 6, 9, 13];
/// The [`fades`](Head::fades) of noise that is as loud all through the block; twice that
/// is the largest.
pub const EVEN: u8 = 3;
/// Bands that have a level of noise each: an eighth of the spectrum, and half
/// octaves above it.
pub const NOISE_BANDS: usize = 7;

/// [`noise_band`] of all points.
#[allow(clippy::indexing_slicing)] // when it is compiled
static BANDS: [u8; POINTS] = {
    let mut bands = [0; POINTS];
    let mut point = 8;
    while point < POINTS {
        bands[point] = (2 * point.ilog2() + (point >> (point.ilog2() - 1) & 1) as u32 - 5) as u8;
        point += 1;
    }
    bands
};

/// The band of one of the [`POINTS`].
#[must_use]
#[inline]
pub fn noise_band(point: usize) -> usize {
    BANDS.get(point).copied().map_or(0, usize::from)
}

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
    was: [bool; 2],
}

/// Codes `to - from`, from the first of a [`NUMBER`]'s classes on, with `to` in
/// `0 ..= limit`; returns `to`.
fn near<C: Coder>(
    (coder, classes): (&mut C, &mut Classes),
    first: usize,
    (from, to): (u8, u8),
    limit: u8,
) -> u8 {
    if limit == 0 || coder.decide::<{ rate::HEADS }>(classes, first, to == from) {
        return from;
    }
    let down = match from {
        0 => false,
        _ if from >= limit => true,
        _ => coder.decide::<{ rate::HEADS }>(classes, first + 1, to < from),
    };
    let room = if down { from } else { limit - from };
    let mut distance = 1;
    while distance < room {
        let class = first + 2 + usize::from(distance - 1).min(2);
        if !coder.decide::<{ rate::HEADS }>(classes, class, to.abs_diff(from) > distance) {
            break;
        }
        distance += 1;
    }
    if down { from - distance } else { from + distance }
}

impl Partition {
    pub const fn new() -> Self {
        Self { was: [false; 2] }
    }

    /// Codes a block that may have up to `1 << allowed` samples, after
    /// `before`; `due` if it carries envelopes of its own.
    pub fn code<C: Coder>(
        &mut self,
        (coder, classes): (&mut C, &mut Classes),
        header: &SoundHeader,
        (before, allowed, due): (&Head, u8, bool),
        head: &Head,
    ) -> Head {
        let log2 = self.size(
            (coder, classes),
            header.min_log2,
            allowed,
            before.log2.min(allowed),
            head.log2,
        );
        let overlap =
            self.overlap((coder, classes), header.min_log2, log2.min(before.log2), head.overlap);
        let mut coded = Head { log2, overlap, ..*before };
        for c in 0..usize::from(header.channels) {
            if let (true, Some(to), Some(&envelope)) =
                (due, coded.envelopes.get_mut(c), head.envelopes.get(c))
            {
                *to = code_envelope((coder, classes), *to, envelope);
            }
            if let (Some(to), Some(&end)) = (coded.ends.get_mut(c), head.ends.get(c)) {
                *to = near((coder, classes), first::END, (*to, end), 16);
            }
            if let (true, Some(to), Some(noise)) =
                (header.has_noise(), coded.noises.get_mut(c), head.noises.get(c))
                && !coder.decide::<{ rate::HEADS }>(classes, first::SAME_NOISE, to == noise)
            {
                for (to, &level) in to.iter_mut().zip(noise) {
                    let limit = NOISES.len() as u8 - 1;
                    *to = near((coder, classes), first::NOISE, (*to, level), limit);
                }
            }
            if let (true, Some(to), Some(&fade)) =
                (header.has_noise(), coded.fades.get_mut(c), head.fades.get(c))
            {
                *to = near((coder, classes), first::FADE, (*to, fade), 2 * EVEN);
            }
        }
        coded
    }

    fn size<C: Coder>(
        &mut self,
        (coder, classes): (&mut C, &mut Classes),
        min: u8,
        max: u8,
        before: u8,
        size: u8,
    ) -> u8 {
        if min >= max {
            return max;
        }
        let [was_same, was_widest] = &mut self.was;
        let same = coder.decide::<{ rate::HEADS }>(
            classes,
            first::SAME_SIZE + usize::from(*was_same),
            size == before,
        );
        (*was_same, *was_widest) = (same, *was_widest);
        if same {
            return before;
        }
        let larger = match before {
            _ if before <= min => true,
            _ if before >= max => false,
            _ => coder.decide::<{ rate::HEADS }>(classes, first::LARGER, size > before),
        };
        let room = if larger { max - before } else { before - min };
        let mut distance = 1;
        while distance < room
            && coder.decide::<{ rate::HEADS }>(
                classes,
                first::SIZE_MORE,
                size.abs_diff(before) > distance,
            )
        {
            distance += 1;
        }
        if larger { before + distance } else { before - distance }
    }

    fn overlap<C: Coder>(
        &mut self,
        (coder, classes): (&mut C, &mut Classes),
        min: u8,
        max: u8,
        overlap: u8,
    ) -> u8 {
        if min >= max {
            return max;
        }
        let [_, was_widest] = &mut self.was;
        let class = first::WIDEST + usize::from(*was_widest);
        *was_widest = coder.decide::<{ rate::HEADS }>(classes, class, overlap >= max);
        if *was_widest {
            return max;
        }
        let mut width = max - 1;
        while width > min
            && coder.decide::<{ rate::HEADS }>(classes, first::NARROWER, overlap < width)
        {
            width -= 1;
        }
        width
    }
}

fn code_envelope<C: Coder>(
    (coder, classes): (&mut C, &mut Classes),
    before: Envelope,
    envelope: Envelope,
) -> Envelope {
    let limit = GAINS - 1;
    let gain = near((coder, classes), first::GAIN, (before.gain, envelope.gain), limit);
    let firsts = (first::SAME_LOW + usize::from(gain != before.gain), first::LOW);
    let low = index((coder, classes), firsts, before.low, envelope.low);
    let firsts = (first::SAME_HIGH + usize::from(low != before.low), first::HIGH);
    Envelope { low, high: index((coder, classes), firsts, before.high, envelope.high), gain }
}

/// Codes the index of an envelope: whether it is the one before, and if not, in a
/// tree of decisions, highest bit first.
fn index<C: Coder>(
    (coder, classes): (&mut C, &mut Classes),
    (same, tree): (usize, usize),
    before: u8,
    index: u8,
) -> u8 {
    if coder.decide::<{ rate::HEADS }>(classes, same, index == before) {
        return before;
    }
    let mut node = 1;
    for bit in (0..ENVELOPES.ilog2()).rev() {
        node = 2 * node
            + usize::from(coder.decide::<{ rate::HEADS }>(
                classes,
                tree + node,
                index >> bit & 1 != 0,
            ));
    }
    (node - ENVELOPES) as u8
}
