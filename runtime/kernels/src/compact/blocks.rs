//! How do coded weights become a block's coefficients?

use super::{
    step::Step,
    waves::{half_mul, minus_sin_cos},
};
use core::cell::Cell;
use nex_coding::{
    around::{Earlier, Neighbours},
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
}

impl Blocks {
    /// Forgets what came before, at the beginning of chunk `index`.
    pub const fn restart(&mut self, index: u32) {
        self.size = None;
        self.noise = Noise(index.wrapping_mul(0x9e37_79b9));
    }

    /// Decodes the coefficients of the block that `head` describes.
    pub fn decode(
        &mut self,
        memory: &mut Memory<'_>,
        coder: &mut Decoder<'_>,
        (header, chunk): (&SoundHeader, &mut Chunk),
        head: &Head,
    ) {
        let [first, second] = &mut memory.coefs;
        let [magnitudes, others] = &mut memory.magnitudes;
        let mut block = Block { head, channel: 0, before: self.size };
        block.values(coder, chunk, (magnitudes, Earlier::NONE), first);
        block.scale(header, &chunk.factors(head, 0), magnitudes, first, &mut self.noise);
        if header.is_stereo() {
            block.channel = 1;
            let other = earlier(magnitudes, Some(head.log2));
            block.values(coder, chunk, (others, other), second);
            block.scale(header, &chunk.factors(head, 1), others, second, &mut self.noise);
            rotate(first, second, 1 << head.log2, chunk.choice().angle);
        }
        self.size = Some(head.log2);
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
    /// Decodes the values of the weights, in 1/64 of a step.
    #[inline(never)] // twice called
    fn values(
        &self,
        coder: &mut Decoder<'_>,
        chunk: &mut Chunk,
        (magnitudes, other): (&[u8], Earlier<'_>),
        coefs: &mut [i32],
    ) {
        let head = self.head;
        let values = coefs.get_mut(..1 << head.log2).unwrap_or_default();
        let one = earlier(magnitudes, self.before);
        let around = Neighbours { log2: head.log2, one, other };
        // A copy of it can lie in registers.
        let mut own = coder.clone();
        chunk.values(&mut own, (head, self.channel), &around, values);
        *coder = own;
    }

    /// Makes coefficients of the values: 8 fractional bits. The weights' magnitudes
    /// take the place of those of the block before.
    fn scale(
        &self,
        header: &SoundHeader,
        factors: &ScaleFactors,
        magnitudes: &mut [u8],
        coefs: &mut [i32],
        noise: &mut Noise,
    ) {
        let head = self.head;
        let len = 1usize << head.log2;
        // The peak of uniform noise is 3^(1/2) of its root mean square.
        let levels = head
            .noise(self.channel)
            .map(|level| (u32::from(header.fill) * u32::from(level) * 7) >> 2);
        let mut random = *noise;
        // Cells, for values are read ahead of where coefficients are written.
        let coefs = Cell::from_mut(coefs.get_mut(..len).unwrap_or_default()).as_slice_of_cells();
        let mut ahead = coefs.iter().map(|value| u32::from(value.get() != 0));
        // Which of the five values around a weight are not zero.
        let mut around = ahead.next().unwrap_or(0) << 1 | ahead.next().unwrap_or(0);
        let silent_from = head.coded(self.channel) + 2;
        let run_len = 1 << ScaleFactors::run_log2(head.log2);
        // Beyond them are zeros up to the end.
        magnitudes.get_mut(silent_from..).unwrap_or_default().fill(0);
        let runs = coefs.chunks(run_len).zip(magnitudes.chunks_mut(run_len));
        for (i, (run, magnitudes)) in runs.enumerate() {
            let point = ScaleFactors::point(i, head.log2);
            let (exponent, loudness) = factors.at(point);
            let step = Step::new(exponent);
            let level = levels.get(noise_band(point)).copied().unwrap_or(0);
            let loud = step.scale(2 * ((loudness * level) >> 7) as i32);
            if i * run_len >= silent_from {
                if loud != 0 {
                    run.iter().for_each(|coef| coef.set(random.next(loud)));
                }
                continue;
            }
            for (coef, to) in run.iter().zip(magnitudes) {
                around = (around << 1 | ahead.next().unwrap_or(0)) & 0x1f;
                let value = coef.get();
                *to = magnitude(value);
                if value != 0 {
                    coef.set(step.scale(value));
                } else if around == 0 && loud != 0 {
                    coef.set(random.next(loud));
                }
            }
        }
        *noise = random;
    }
}

fn earlier(magnitudes: &[u8], size: Option<u8>) -> Earlier<'_> {
    match size {
        Some(log2) => Earlier { magnitudes: magnitudes.get(..1 << log2).unwrap_or_default(), log2 },
        None => Earlier::NONE,
    }
}

/// Uniform noise from a linear congruential generator (Numerical Recipes').
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Noise(u32);

impl Noise {
    /// From `-loud / 2` to `loud / 2`.
    #[inline]
    fn next(&mut self, loud: i32) -> i32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        half_mul(loud, self.0 as i32 >> 16)
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
