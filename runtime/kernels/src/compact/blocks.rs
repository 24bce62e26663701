//! How do coded weights become a block's coefficients?

use super::{
    step::Step,
    waves::{half_mul, minus_sin_cos},
};
use core::cell::Cell;
use nex_coding::{
    around::{Earlier, Neighbours, Path, RUN},
    partition::{Head, noise_band},
    range::Decoder,
    sound::{Chunk, SoundHeader},
    spectrum::ScaleFactors,
    trellis::magnitude,
};

/// Words of memory that the blocks of a sound take: for each channel a block of
/// coefficients, and its magnitudes in bytes.
#[must_use]
pub const fn words(header: &SoundHeader) -> usize {
    ((1 << header.max_log2) + (1 << header.max_log2) / 4) * header.channels as usize
}

/// The blocks' memory by what it holds.
#[derive(Debug, Default)]
pub struct Memory<'m> {
    /// By channel, the second empty in a mono sound: coefficients of the last
    /// block at its front, 8 fractional bits.
    pub coefs: [&'m mut [i32]; 2],
    /// By channel: the magnitudes of the last block.
    magnitudes: [&'m mut [u8]; 2],
}

impl<'m> Memory<'m> {
    /// Takes [`words`] off the front; `None` if there are fewer.
    #[inline]
    pub fn take(words: &mut &'m mut [i32], header: &SoundHeader) -> Option<Self> {
        let mut memory = Self::default();
        let channels = memory.coefs.iter_mut().zip(&mut memory.magnitudes);
        for (coefs, magnitudes) in channels.take(header.channels.into()) {
            let (block, rest) =
                core::mem::take(words).split_at_mut_checked(1 << header.max_log2)?;
            let (bytes, rest) = rest.split_at_mut_checked((1 << header.max_log2) / 4)?;
            *words = rest;
            *coefs = block;
            *magnitudes = bytemuck::cast_slice_mut(bytes);
        }
        Some(memory)
    }
}

/// What is known of the blocks in [`Memory`].
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Blocks {
    /// log2 of the length of the last block; `None`: not in this chunk.
    size: Option<u8>,
    noise: Noise,
    /// The channel of the next block that is worked at.
    channel: u8,
    next: Next,
}

/// What is to be done next for a block and channel.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Next {
    /// Weights from one on, a multiple of [`RUN`], after this path.
    Values(usize, Path),
    /// Coefficients from a run on, whose weights share a point.
    Coefs(usize),
}

impl Default for Next {
    fn default() -> Self {
        Self::Values(0, Path::START)
    }
}

/// More work than any block takes.
pub const WHOLE_BLOCK: i32 = 1 << 30;
/// Work, in about 20 instructions of a Cortex-M4: what decoding a weight takes in the
/// mean, and making a coefficient of it.
const WEIGHT_WORK: u32 = 5;
const COEF_WORK: u32 = 2;

impl Blocks {
    /// Forgets what came before, at the beginning of chunk `index`.
    pub const fn restart(&mut self, index: u32) {
        self.size = None;
        self.noise = Noise { state: index.wrapping_mul(0x9e37_79b9), last: 0 };
        (self.channel, self.next) = (0, Next::Values(0, Path::START));
    }

    /// The work that the coefficients of a block take, in units of some 20
    /// instructions.
    #[must_use]
    pub fn work(header: &SoundHeader, head: &Head) -> u32 {
        let coded: usize = (0..header.channels.into()).map(|channel| head.coded(channel)).sum();
        WEIGHT_WORK * coded as u32 + (u32::from(header.channels) << head.log2) * COEF_WORK
    }

    /// Decodes coefficients of the block that `head` describes, as many as `left`
    /// units of [`work`](Self::work) allow and a few more; says whether they are
    /// complete.
    pub fn decode(
        &mut self,
        memory: &mut Memory<'_>,
        coder: &mut Decoder<'_>,
        (header, chunk): (&SoundHeader, &mut Chunk),
        head: &Head,
        left: &mut i32,
    ) -> bool {
        let [first, second] = &mut memory.coefs;
        let [magnitudes, others] = &mut memory.magnitudes;
        let channel = if header.is_stereo() { usize::from(self.channel) } else { 0 };
        let block = Block { head, channel, before: self.size };
        let (coefs, magnitudes, other) = match channel {
            0 => (&mut **first, &mut **magnitudes, Earlier::NONE),
            _ => (&mut **second, &mut **others, earlier(magnitudes, Some(head.log2))),
        };
        match &mut self.next {
            Next::Values(from, path) => {
                if block.values(coder, chunk, (magnitudes, other), coefs, (from, path), left) {
                    self.next = Next::Coefs(0);
                }
                false
            }
            Next::Coefs(run) => {
                let factors = chunk.factors(head, channel);
                let noise = &mut self.noise;
                if !block.scale(header, &factors, magnitudes, coefs, noise, run, left) {
                    return false;
                }
                self.next = Next::default();
                if channel == 0 && header.is_stereo() {
                    self.channel = 1;
                    return false;
                }
                if header.is_stereo() {
                    rotate(first, second, 1 << head.log2, chunk.choice().angle);
                }
                (self.channel, self.size) = (0, Some(head.log2));
                true
            }
        }
    }
}

/// One channel of a block that is decoded.
struct Block<'h> {
    head: &'h Head,
    channel: usize,
    /// log2 of the length of the block before.
    before: Option<u8>,
}

impl Block<'_> {
    /// Decodes the values of weights, in 1/64 of a step; says whether those were the
    /// last.
    fn values(
        &self,
        coder: &mut Decoder<'_>,
        chunk: &mut Chunk,
        (magnitudes, other): (&[u8], Earlier<'_>),
        coefs: &mut [i32],
        (from, path): (&mut usize, &mut Path),
        left: &mut i32,
    ) -> bool {
        let head = self.head;
        let values = coefs.get_mut(..1 << head.log2).unwrap_or_default();
        let coded = head.coded(self.channel).min(values.len());
        let (values, zero) = values.split_at_mut(coded);
        let values = values.get_mut(*from..).unwrap_or_default();
        let most = ((*left).max(0) as u32 / WEIGHT_WORK) as usize;
        let now = (most / RUN * RUN + RUN).min(values.len());
        let one = earlier(magnitudes, self.before);
        let around = Neighbours { log2: head.log2, one, other };
        let values = values.get_mut(..now).unwrap_or_default();
        decode(coder, chunk, (*from, path), &around, values);
        *left = left.saturating_sub((now as u32 * WEIGHT_WORK) as i32);
        *from += now;
        let complete = *from >= coded;
        if complete {
            zero.fill(0);
        }
        complete
    }

    /// Makes coefficients of values: 8 fractional bits; says whether those were the
    /// last. The weights' magnitudes take the place of those of the block before.
    #[allow(clippy::too_many_arguments)]
    #[inline(never)] // with the optimisation of this package
    fn scale(
        &self,
        header: &SoundHeader,
        factors: &ScaleFactors,
        magnitudes: &mut [u8],
        coefs: &mut [i32],
        noise: &mut Noise,
        first: &mut usize,
        left: &mut i32,
    ) -> bool {
        let head = self.head;
        let len = 1usize << head.log2;
        // The peak of uniform noise is 3^(1/2) of its root mean square.
        let levels = head
            .noise(self.channel)
            .map(|level| (u32::from(header.fill) * u32::from(level) * 7) >> 2);
        let fade = Fade::new(head.fade(self.channel));
        let mut random = *noise;
        let silent_from = head.coded(self.channel) + 2;
        let run_len = 1 << ScaleFactors::run_log2(head.log2);
        let from = *first * run_len;
        // Cells, for values are read ahead of where coefficients are written.
        let coefs = Cell::from_mut(coefs.get_mut(..len).unwrap_or_default()).as_slice_of_cells();
        if from == 0 {
            random.last = 0;
            // Beyond the coded ones are zeros up to the end.
            magnitudes.get_mut(silent_from..).unwrap_or_default().fill(0);
        }
        // Which of the five values around a weight are not zero: two before it are
        // coefficients by now, their magnitudes are known.
        let (before, magnitudes) = magnitudes.split_at_mut_checked(from).unwrap_or_default();
        let coefs = coefs.get(from..).unwrap_or_default();
        let mut ahead = coefs.iter().map(|value| u32::from(value.get() != 0));
        let before = before.iter().rev().take(2).rev().map(|&m| u32::from(m != 0));
        let mut near = before.chain(ahead.by_ref().take(2)).fold(0, |near, is| near << 1 | is);
        let most = ((*left).max(0) as u32 / COEF_WORK) as usize;
        let now = (most / run_len * run_len + run_len).min(len.saturating_sub(from));
        let coefs = coefs.get(..now).unwrap_or_default();
        let magnitudes = magnitudes.get_mut(..now).unwrap_or_default();
        let runs = coefs.chunks(run_len).zip(magnitudes.chunks_mut(run_len));
        for (i, (run, magnitudes)) in (*first..).zip(runs) {
            let point = ScaleFactors::point(i, head.log2);
            let (exponent, loudness) = factors.at(point);
            let step = Step::new(exponent);
            let level = levels.get(noise_band(point)).copied().unwrap_or(0);
            let loud = step.scale(2 * ((loudness * level) >> 7) as i32);
            if i * run_len >= silent_from {
                if loud != 0 {
                    run.iter().for_each(|coef| coef.set(random.next(fade, loud)));
                }
                continue;
            }
            for (coef, to) in run.iter().zip(magnitudes) {
                near = (near << 1 | ahead.next().unwrap_or(0)) & 0x1f;
                let value = coef.get();
                *to = magnitude(value);
                if value != 0 {
                    coef.set(step.scale(value));
                } else if near == 0 && loud != 0 {
                    coef.set(random.next(fade, loud));
                }
            }
        }
        *noise = random;
        *left = left.saturating_sub((now as u32 * COEF_WORK) as i32);
        *first = (from + now) / run_len;
        from + now >= len
    }
}

/// Decodes values of weights: nothing else is in the registers.
#[inline(never)]
fn decode(
    coder: &mut Decoder<'_>,
    chunk: &mut Chunk,
    from: (usize, &mut Path),
    around: &Neighbours<'_>,
    values: &mut [i32],
) {
    let mut own = coder.clone();
    chunk.values(&mut own, from, around, values);
    *coder = own;
}

fn earlier(magnitudes: &[u8], size: Option<u8>) -> Earlier<'_> {
    match size {
        Some(log2) => Earlier { magnitudes: magnitudes.get(..1 << log2).unwrap_or_default(), log2 },
        None => Earlier::NONE,
    }
}

/// A filter of noise, in 1/128: what is taken of a new number and of the one before. It
/// keeps the energy.
#[derive(Clone, Copy)]
struct Fade {
    new: i32,
    last: i32,
}

impl Fade {
    fn new(quarters: i8) -> Self {
        let new = match quarters {
            0 => 128,
            -1 | 1 => 124,
            -2 | 2 => 111,
            _ => 85,
        };
        Self { new, last: 32 * i32::from(quarters) }
    }
}

/// Noise from a linear congruential generator (Numerical Recipes').
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Noise {
    state: u32,
    /// What came last of the block, 16 bits.
    last: i32,
}

impl Noise {
    /// From `-loud / 2` to `loud / 2`.
    #[inline]
    fn next(&mut self, fade: Fade, loud: i32) -> i32 {
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let number = self.state as i32 >> 16;
        let mixed = (fade.new * number + fade.last * self.last) >> 7;
        self.last = mixed.clamp(-0x8000, 0x7fff);
        half_mul(loud, self.last)
    }
}

/// Turns the channels back: `(a, b)` to `(a cos - b sin, a sin + b cos)`.
fn rotate(first: &mut [i32], second: &mut [i32], len: usize, angle: u8) {
    if angle == 0 {
        return;
    }
    let (s, c) = minus_sin_cos(u32::from(angle) << 27);
    for (a, b) in first.iter_mut().zip(second).take(len) {
        let (x, y) = (*a, *b);
        *a = half_mul(y, s).wrapping_sub(half_mul(x, c)) << 1;
        *b = half_mul(x, s).wrapping_add(half_mul(y, c)).wrapping_neg() << 1;
    }
}
