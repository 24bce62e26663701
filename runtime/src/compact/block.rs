//! How do coded weights become a block's coefficients?

use super::{
    chunk::Chunk,
    context::Earlier,
    fixed::{Step, half_mul, sin_cos},
    head::Head,
    shape::Grid,
    weights::next_state,
};
use nex_format::{CompactHeader, range::Coder};

/// Words of memory for one channel's decoder of blocks of up to `1 << log2`
/// samples: a block, and the magnitudes of two in bytes.
pub(super) const fn words(max_log2: u8) -> usize {
    (1 << max_log2) + (2 << max_log2) / 4
}

/// One channel's coefficients, and the magnitudes of the two blocks before.
#[derive(Debug, Default)]
pub(super) struct Channel<'m> {
    /// Coefficients of the block at its front, 8 fractional bits.
    pub coefs: &'m mut [i32],
    /// The last block, then the one before.
    magnitudes: [&'m mut [u8]; 2],
    /// log2 of their lengths; `None`: not in this chunk.
    sizes: [Option<u8>; 2],
}

impl<'m> Channel<'m> {
    /// Takes its part off the front of the memory.
    pub fn take(memory: &mut &'m mut [i32], max_log2: u8) -> Option<Self> {
        let (coefs, rest) = core::mem::take(memory).split_at_mut_checked(1 << max_log2)?;
        let (bytes, rest) = rest.split_at_mut_checked((2 << max_log2) / 4)?;
        *memory = rest;
        let (one, two) = bytemuck::cast_slice_mut(bytes).split_at_mut_checked(1 << max_log2)?;
        Some(Self { coefs, magnitudes: [one, two], sizes: [None; 2] })
    }

    /// Decodes the weights of a block, integers still, and remembers their
    /// magnitudes.
    fn weights(
        &mut self,
        coder: &mut impl Coder,
        chunk: &mut Chunk,
        (head, index): (&Head, usize),
        (grid, other): (&Grid, Earlier<'_>),
    ) {
        let (one, two) = earlier(&self.magnitudes, self.sizes);
        let weights = self.coefs.get_mut(..1 << head.log2).unwrap_or_default();
        chunk.weights(coder, (head, index), grid, (one, two, other), weights);
        self.magnitudes.swap(0, 1);
        self.sizes.swap(0, 1);
        let ([last, _], [size, _]) = (&mut self.magnitudes, &mut self.sizes);
        *size = Some(head.log2);
        let coded = head.coded(index);
        let (first, zero) = last.split_at_mut_checked(coded).unwrap_or_default();
        for (magnitude, weight) in first.iter_mut().zip(&*weights) {
            *magnitude = weight.unsigned_abs().min(255) as u8;
        }
        let zeros = weights.len().saturating_sub(coded);
        zero.get_mut(..zeros).unwrap_or_default().fill(0);
    }

    /// Makes coefficients of the weights: 8 fractional bits.
    fn scale(
        &mut self,
        header: &CompactHeader,
        (grid, head, index): (&Grid, &Head, usize),
        noise: &mut Noise,
    ) {
        let len = 1usize << head.log2;
        let [magnitudes, _] = &self.magnitudes;
        let magnitudes = magnitudes.get(..len).unwrap_or_default();
        let mut ahead = magnitudes.iter().map(|&m| u32::from(m != 0));
        // The peak of uniform noise is 3^(1/2) of its root mean square.
        let [low, high] =
            head.noise(index).map(|level| (u32::from(header.fill) * u32::from(level) * 7) >> 2);
        let mut random = *noise;
        // Which of the five magnitudes around a weight are not zero.
        let mut around = ahead.next().unwrap_or(0) << 1 | ahead.next().unwrap_or(0);
        let (mut state, mut at) = (0, 0);
        let silent_from = head.coded(index) + 2;
        let coefs = self.coefs.get_mut(..len).unwrap_or_default();
        for (i, run) in coefs.chunks_mut(1 << Grid::run_log2(head.log2)).enumerate() {
            let (exponent, loudness) = grid.run(i, head.log2);
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
                    let twice = 2 * magnitude as i32 - i32::from(state >= 2);
                    let offset = header.offsets.get(magnitude.min(3) as usize - 1);
                    let value = 64 * twice + offset.copied().map_or(0, i32::from);
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

fn earlier<'c>(
    [one, two]: &'c [&mut [u8]; 2],
    [one_size, two_size]: [Option<u8>; 2],
) -> (Earlier<'c>, Earlier<'c>) {
    let earlier = |magnitudes: &'c [u8], size: Option<u8>| match size {
        Some(log2) => Earlier { magnitudes: magnitudes.get(..1 << log2).unwrap_or_default(), log2 },
        None => Earlier::NONE,
    };
    (earlier(one, one_size), earlier(two, two_size))
}

/// Uniform noise from a linear congruential generator (Numerical Recipes').
#[derive(Clone, Copy, Debug, Default)]
struct Noise(u32);

impl Noise {
    /// From `-peak` to `peak`.
    fn next(&mut self, peak: i32) -> i32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (i32::from((self.0 >> 16) as i16) * peak + (1 << 14)) >> 15
    }
}

/// A chunk's coefficients as they are decoded, block by block.
#[derive(Debug, Default)]
pub(super) struct Blocks<'m> {
    /// The second is empty in a mono sound.
    pub channels: [Channel<'m>; 2],
    noise: Noise,
}

impl<'m> Blocks<'m> {
    /// Takes its part off the front of the memory: [`words`] for each channel.
    pub fn take(memory: &mut &'m mut [i32], header: &CompactHeader) -> Option<Self> {
        let first = Channel::take(memory, header.max_log2)?;
        let second = match header.channels {
            2 => Channel::take(memory, header.max_log2)?,
            _ => Channel::default(),
        };
        Some(Self { channels: [first, second], noise: Noise::default() })
    }

    /// Forgets what came before, at the beginning of chunk `index`.
    pub fn restart(&mut self, index: u32) {
        for channel in &mut self.channels {
            channel.sizes = [None; 2];
        }
        self.noise = Noise(index.wrapping_mul(0x9e37_79b9));
    }

    /// Decodes the coefficients of the block that `head` describes.
    pub fn decode(
        &mut self,
        coder: &mut impl Coder,
        (header, chunk): (&CompactHeader, &mut Chunk),
        head: &Head,
    ) {
        let [first, second] = &mut self.channels;
        let grid = chunk.grid(head, 0);
        first.weights(coder, chunk, (head, 0), (&grid, Earlier::NONE));
        first.scale(header, (&grid, head, 0), &mut self.noise);
        if header.channels == 2 {
            let grid = chunk.grid(head, 1);
            let (other, _) = earlier(&first.magnitudes, first.sizes);
            second.weights(coder, chunk, (head, 1), (&grid, other));
            second.scale(header, (&grid, head, 1), &mut self.noise);
            let len = 1 << head.log2;
            rotate(first.coefs, second.coefs, len, chunk.choice().angle);
        }
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
