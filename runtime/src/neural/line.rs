//! Which samples lie along a line?

use crate::{Position, error::DecodeError};
use nex_format::MAX_CHANNELS;
use nex_kernels::{
    MAX_TILE,
    neural::{Run, Tile, Work},
};

/// The points `start`, `start + step`, ... of a run, as far as they lie before
/// the end.
pub(super) struct Line {
    pub run: Run,
    /// Frames or pixels there are along the line.
    pub end: u32,
}

impl Line {
    /// How many points from `start` on lie before the end, of `most`.
    fn points_before_end(&self, start: Position, most: usize) -> usize {
        let step = self.run.step;
        let inside = |c: usize| start.advance(step, c).is_some_and(|at| at.frame() < self.end);
        if inside(most.saturating_sub(1)) {
            return most;
        }
        (0..most).take_while(|&c| inside(c)).count()
    }
}

/// A network and the points of a line that it is to be evaluated at.
pub(super) struct Along<'s> {
    pub line: Line,
    pub work: Work<'s, 's>,
}

impl Along<'_> {
    /// Writes `channels` samples of every point, interleaved, until `out` is
    /// full or the line ends; returns how many points that were.
    pub fn samples<T>(
        self,
        channels: usize,
        out: &mut [T],
        convert: impl Fn(i16) -> T,
    ) -> Result<usize, DecodeError> {
        // A parsed file has channels; the compiler does not know that.
        let channels = channels.max(1);
        let mut written = 0;
        let mut samples = [[0; MAX_TILE]; MAX_CHANNELS];
        self.tiles(out.len() / channels, |tile, used, work| {
            work.samples(tile, used, &mut samples);
            if let ([mono, ..], 1) = (&samples, channels) {
                for (sample, &from) in out.iter_mut().skip(written).zip(mono).take(used) {
                    *sample = convert(from);
                }
                written += used;
                return;
            }
            let points = out.chunks_exact_mut(channels).skip(written).take(used);
            for (c, point) in points.enumerate() {
                for (sample, row) in point.iter_mut().zip(&samples) {
                    *sample = convert(row.get(c).copied().unwrap_or(0));
                }
            }
            written += used;
        })?;
        Ok(written)
    }

    /// Writes the expert of every point; returns how many points that were.
    pub fn experts(self, out: &mut [u8]) -> Result<usize, DecodeError> {
        let mut written = 0;
        self.tiles(out.len(), |tile, used, work| {
            let chosen = work.chosen(tile);
            for (out, &expert) in out.iter_mut().skip(written).zip(&chosen).take(used) {
                *out = expert;
            }
            written += used;
        })?;
        Ok(written)
    }

    /// Calls `evaluate` for tile after tile, until `count` points or the end.
    fn tiles(
        self,
        count: usize,
        mut evaluate: impl FnMut(&Tile, usize, &mut Work<'_, '_>),
    ) -> Result<(), DecodeError> {
        let Self { line, mut work } = self;
        let columns = work.columns().map_err(DecodeError::of_scratch)?;
        let mut left = count;
        let mut at = Some(line.run.start);
        while let Some(start) = at.filter(|_| left > 0) {
            let used = line.points_before_end(start, columns.min(left));
            if used == 0 {
                break;
            }
            let tile = Tile::new(&Run { start, ..line.run }, work.pad(used, columns));
            evaluate(&tile, used, &mut work);
            left -= used;
            at = start.advance(line.run.step, used);
        }
        Ok(())
    }
}
