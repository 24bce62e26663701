//! How do coded weights become a block's coefficients?

use super::fixed::{Step, half_mul, sin_cos};
use nex_coding::{
    around::{Earlier, Neighbours},
    partition::Head,
    range::Decoder,
    sound::{Chunk, SoundHeader},
    spectrum::ScaleFactors,
    trellis::{next_state, value},
};

/// Words of memory that the blocks of a sound take: for each channel a block of
/// coefficients, and the magnitudes of two blocks in bytes.
#[must_use]
pub const fn words(header: &SoundHeader) -> usize {
    ((1 << header.max_log2) + (2 << header.max_log2) / 4) * header.channels as usize
}

/// The blocks' memory by what it holds.
#[derive(Debug, Default)]
pub struct Memory<'m> {
    /// By channel, the second empty in a mono sound: coefficients of the last
    /// block at its front, 8 fractional bits.
    pub coefs: [&'m mut [i32]; 2],
    /// By channel: the magnitudes of two blocks, in turns.
    magnitudes: [[&'m mut [u8]; 2]; 2],
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
            let (bytes, rest) = rest.split_at_mut_checked((2 << header.max_log2) / 4)?;
            *words = rest;
            *coefs = block;
            let bytes = bytemuck::cast_slice_mut(bytes);
            *magnitudes = bytes.split_at_mut_checked(1 << header.max_log2)?.into();
        }
        Some(memory)
    }
}

/// What is known of the blocks in [`Memory`].
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Blocks {
    /// log2 of the lengths of the last block and of the one before; `None`: not
    /// in this chunk.
    sizes: [Option<u8>; 2],
    /// The second of the magnitudes are the last block's.
    swapped: bool,
    noise: Noise,
}

impl Blocks {
    /// Forgets what came before, at the beginning of chunk `index`.
    pub const fn restart(&mut self, index: u32) {
        self.sizes = [None; 2];
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
        let mut block = Block { head, channel: 0, sizes: self.sizes, swapped: self.swapped };
        let factors = chunk.factors(head, 0);
        block.weights(coder, chunk, &factors, (magnitudes, Earlier::NONE), first);
        block.scale(header, &factors, block.last(magnitudes), first, &mut self.noise);
        if header.is_stereo() {
            block.channel = 1;
            let factors = chunk.factors(head, 1);
            let magnitudes = block.last(magnitudes);
            let other = Earlier {
                magnitudes: magnitudes.get(..1 << head.log2).unwrap_or_default(),
                log2: head.log2,
            };
            block.weights(coder, chunk, &factors, (others, other), second);
            block.scale(header, &factors, block.last(others), second, &mut self.noise);
            rotate(first, second, 1 << head.log2, chunk.choice().angle);
        }
        self.sizes = [Some(head.log2), self.sizes[0]];
        self.swapped = !self.swapped;
    }
}

/// One channel of a block that is decoded.
struct Block<'h> {
    head: &'h Head,
    channel: usize,
    /// Of the blocks before.
    sizes: [Option<u8>; 2],
    swapped: bool,
}

impl Block<'_> {
    /// The magnitudes of this block, once its weights are decoded.
    fn last<'c>(&self, [one, two]: &'c [&mut [u8]; 2]) -> &'c [u8] {
        if self.swapped { one } else { two }
    }

    /// Decodes the weights, integers still, and remembers their magnitudes.
    fn weights(
        &self,
        coder: &mut Decoder<'_>,
        chunk: &mut Chunk,
        factors: &ScaleFactors,
        ([one, two], other): (&mut [&mut [u8]; 2], Earlier<'_>),
        coefs: &mut [i32],
    ) {
        let (last, before) = if self.swapped { (two, one) } else { (one, two) };
        let [last_size, before_size] = self.sizes;
        let head = self.head;
        let weights = coefs.get_mut(..1 << head.log2).unwrap_or_default();
        let around = Neighbours {
            log2: head.log2,
            one: earlier(last, last_size),
            two: earlier(before, before_size),
            other,
        };
        chunk.decode_weights(coder, (head, self.channel), (&around, factors), weights);
        let coded = head.coded(self.channel);
        let (first, zero) = before.split_at_mut_checked(coded).unwrap_or_default();
        for (magnitude, weight) in first.iter_mut().zip(&*weights) {
            *magnitude = weight.unsigned_abs().min(255) as u8;
        }
        let zeros = weights.len().saturating_sub(coded);
        zero.get_mut(..zeros).unwrap_or_default().fill(0);
    }

    /// Makes coefficients of the weights: 8 fractional bits.
    fn scale(
        &self,
        header: &SoundHeader,
        factors: &ScaleFactors,
        magnitudes: &[u8],
        coefs: &mut [i32],
        noise: &mut Noise,
    ) {
        let head = self.head;
        let len = 1usize << head.log2;
        let magnitudes = magnitudes.get(..len).unwrap_or_default();
        let mut ahead = magnitudes.iter().map(|&m| u32::from(m != 0));
        // The peak of uniform noise is 3^(1/2) of its root mean square.
        let [low, high] = head
            .noise(self.channel)
            .map(|level| (u32::from(header.fill) * u32::from(level) * 7) >> 2);
        let mut random = *noise;
        // Which of the five magnitudes around a weight are not zero.
        let mut around = ahead.next().unwrap_or(0) << 1 | ahead.next().unwrap_or(0);
        let (mut state, mut at) = (0, 0);
        let silent_from = head.coded(self.channel) + 2;
        let coefs = coefs.get_mut(..len).unwrap_or_default();
        for (i, run) in coefs.chunks_mut(1 << ScaleFactors::run_log2(head.log2)).enumerate() {
            let (exponent, loudness) = factors.run(i, head.log2);
            let step = Step::new(exponent);
            let level = if 2 * at < len { low } else { high };
            let peak = ((loudness * level) >> 7) as i32;
            let silent = at >= silent_from;
            at += run.len();
            if silent {
                // Zeros up to the end: no state, no magnitude matters.
                if peak > 0 && step.is_small(peak) {
                    run.iter_mut().for_each(|coef| *coef = step.scale_small(random.next(peak)));
                } else if peak > 0 {
                    run.iter_mut().for_each(|coef| *coef = step.scale(random.next(peak)));
                }
                continue;
            }
            for coef in run {
                around = (around << 1 | ahead.next().unwrap_or(0)) & 0x1f;
                let magnitude = coef.unsigned_abs();
                if magnitude > 0 {
                    let value = value(magnitude, state, &header.offsets);
                    *coef = step.scale(if *coef < 0 { -value } else { value });
                } else if peak > 0 && around == 0 {
                    *coef = step.scale(random.next(peak));
                }
                state = next_state(state, magnitude);
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
    /// From `-peak` to `peak`.
    fn next(&mut self, peak: i32) -> i32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (i32::from((self.0 >> 16) as i16) * peak + (1 << 14)) >> 15
    }
}

/// Turns the channels back: `(a, b)` to `(a cos - b sin, a sin + b cos)`.
fn rotate(first: &mut [i32], second: &mut [i32], len: usize, angle: u8) {
    if angle == 0 {
        return;
    }
    let (sin, cos) = sin_cos(u32::from(angle) << 27);
    for (a, b) in first.iter_mut().zip(second).take(len) {
        let (x, y) = (*a, *b);
        *a = half_mul(x, cos).wrapping_sub(half_mul(y, sin)) << 1;
        *b = half_mul(x, sin).wrapping_add(half_mul(y, cos)) << 1;
    }
}
