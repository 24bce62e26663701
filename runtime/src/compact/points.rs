//! What is the sound's value at this very position? (the continuous view)

use super::walker::{Block, Walker};
use crate::{Position, error::DecodeError, info::Expert};
use nex_format::compact::SoundHeader;
use nex_kernels::compact::{Memory, half_mul, minus_sin_cos, shift, slope};

/// A compact sound as a function of continuous time: evaluates the selected
/// expert's cosines directly, two experts where blocks overlap.
///
/// Keeps the experts last used, so that nearby positions cost no decoding: what
/// the memory holds belongs to the points, and so does the walker; every call is given
/// the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Points {
    /// The expert after the boundary, and the one before.
    right: Option<Block>,
    left: Option<Block>,
}

/// Memory by what it holds, by channel: the experts' weights.
#[derive(Default)]
struct Views<'m> {
    right: Memory<'m>,
    left: [&'m mut [i32]; 2],
}

impl<'m> Views<'m> {
    /// Divides [`points_len`](super::points_len) words.
    fn of(header: &SoundHeader, words: &'m mut [u32]) -> Result<Self, DecodeError> {
        let needed = super::points_len(header);
        let divide = |words: &'m mut [u32]| {
            let mut words = bytemuck::cast_slice_mut(words);
            let right = Memory::take(&mut words, header)?;
            let len = 1 << header.max_log2;
            let (first, rest) = words.split_at_mut_checked(len)?;
            let second = if header.is_stereo() { rest.get_mut(..len)? } else { &mut [] };
            Some(Self { right, left: [first, second] })
        };
        divide(words).ok_or(DecodeError::ScratchTooSmall { needed })
    }
}

impl Points {
    /// One sample of each channel at a position, into the front of `out`.
    pub fn sample_at(
        &mut self,
        walker: &mut Walker<'_>,
        at: Position,
        out: &mut [i16],
        words: &mut [u32],
    ) -> Result<(), DecodeError> {
        let needed = usize::from(walker.header().channels);
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        let mut views = Views::of(walker.header(), words)?;
        self.find(walker, at, &mut views)?;
        for (c, out) in out.iter_mut().enumerate() {
            let value = (self.value(&views, at, c).saturating_add(1 << 7)) >> 8;
            *out = value.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        }
        Ok(())
    }

    /// The expert that owns a position: where two blend, the nearer one's.
    pub fn expert_at(
        &mut self,
        walker: &mut Walker<'_>,
        at: Position,
        words: &mut [u32],
    ) -> Result<Expert, DecodeError> {
        let mut views = Views::of(walker.header(), words)?;
        self.find(walker, at, &mut views)?;
        let expert = |block: Option<Block>, coefs: &[&mut [i32]; 2]| {
            let block = block.filter(|b| (b.start()..b.end()).contains(&u64::from(at.frame())))?;
            let mine = coefs.iter().flat_map(|coefs| coefs.iter().take(1 << block.head.log2));
            Some(Expert::Block {
                start: block.start() as u32,
                frames: 1 << block.head.log2,
                nonzero: mine.filter(|&&x| x != 0).count() as u32,
            })
        };
        let right = expert(self.right, &views.right.coefs);
        right.or_else(|| expert(self.left, &views.left)).ok_or(DecodeError::OutOfRange)
    }

    /// Makes the two experts those on the sides of the boundary nearest to
    /// the position.
    fn find(
        &mut self,
        walker: &mut Walker<'_>,
        at: Position,
        views: &mut Views<'_>,
    ) -> Result<(), DecodeError> {
        let header = *walker.header();
        if at.frame() >= header.frames {
            return Err(DecodeError::OutOfRange);
        }
        // Positions count from half a sample before the sample they round to.
        let frame = u64::from(at.frame()) + u64::from(at.fraction() >> 31);
        let covered = |this: &Self| {
            let from = this.left.map(|block| block.middle());
            let to = this.right.map(|block| block.middle());
            match (from, to) {
                (None, None) => false,
                (from, to) => from.is_none_or(|f| f <= frame) && to.is_none_or(|t| frame < t),
            }
        };
        if covered(self) {
            return Ok(());
        }
        // Short of the left block's middle the boundary before it is nearer.
        let ahead = self.right.is_some()
            && self.left.is_none_or(|block| block.middle() <= frame)
            && frame < walker.chunk_end();
        if !ahead {
            // The block before a chunk's first one may reach into it.
            let before = frame.saturating_sub(1 << header.max_log2 >> 1);
            (self.left, self.right) = (None, None);
            walker.go_to(header.chunk_of(before));
            let _ = self.advance(walker, views);
        }
        // Every step decodes a block, so the sound's length bounds the loop.
        while !covered(self) {
            if !self.advance(walker, views) {
                return Err(DecodeError::OutOfRange);
            }
        }
        Ok(())
    }

    /// Moves on by one boundary; false past the last block.
    fn advance(&mut self, walker: &mut Walker<'_>, views: &mut Views<'_>) -> bool {
        if let Some(block) = self.right {
            for (to, from) in views.left.iter_mut().zip(&views.right.coefs) {
                for (to, from) in to.iter_mut().zip(&**from).take(1 << block.head.log2) {
                    *to = *from;
                }
            }
            walker.pass(block.end());
        } else if self.left.is_some() {
            return false;
        }
        self.left = self.right.take();
        self.right = walker.decode(&mut views.right);
        self.left.is_some() || self.right.is_some()
    }

    /// The value at a position, 8 fractional bits; the experts are in place.
    fn value(&self, views: &Views<'_>, at: Position, channel: usize) -> i32 {
        let right_coefs = views.right.coefs.get(channel).map(|c| &**c).unwrap_or_default();
        let left_coefs = views.left.get(channel).map(|c| &**c).unwrap_or_default();
        // The boundary lies half a sample before the right block's first.
        let boundary = match (self.right, self.left) {
            (Some(right), _) => right.start(),
            (None, Some(left)) => left.end(),
            (None, None) => return 0,
        };
        let distance = (i64::from(at.frame()) - boundary as i64) << 32;
        let distance = distance + i64::from(at.fraction()) + (1 << 31);
        let (after, distance) = (distance >= 0, distance.unsigned_abs());
        let right = || self.right.map_or(0, |p| cosines(right_coefs, p.head.log2, distance));
        let left = || {
            self.left.map_or(0, |p| {
                let back = (1u64 << (32 + p.head.log2)).saturating_sub(distance);
                cosines(left_coefs, p.head.log2, back)
            })
        };
        let overlap = match (self.right, self.left) {
            (Some(right), Some(left)) => right.head.overlap.min(left.head.log2),
            _ => 0,
        };
        if overlap == 0 || distance >= 1 << (31 + overlap) {
            return if after { right() } else { left() };
        }
        let (s, c) = slope((distance >> overlap) as u32);
        let (r, l) = (right(), left());
        if after {
            half_mul(r, s).wrapping_sub(half_mul(l, c)) << 1
        } else {
            half_mul(l, s).wrapping_add(half_mul(r, c)) << 1
        }
    }
}

/// The sum of a block's cosines at a distance, in 2^-32 samples, from half a
/// sample before its first one.
fn cosines(coefs: &[i32], log2: u8, distance: u64) -> i32 {
    // A quarter of the distance over the length: 2^-64 turns.
    let angle = distance << (30 - u32::from(log2.min(30)));
    let mut phase = angle;
    let mut sum = 0i64;
    for &coef in coefs.iter().take(1 << log2) {
        if coef != 0 {
            let (_, c) = minus_sin_cos((phase >> 32) as u32);
            sum -= i64::from(half_mul(coef, c));
        }
        phase = phase.wrapping_add(2 * angle);
    }
    ((2 * sum) >> shift(log2)).clamp(i32::MIN.into(), i32::MAX.into()) as i32
}
