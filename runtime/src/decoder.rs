//! Which samples lie at these positions?

use crate::{
    Info, Kernel, Position,
    float::Float,
    integer::Integer,
    tile::{self, Buffers, Cloud, MAX_TILE, Outputs, Points, Profile, Range, Tile},
};
use core::fmt;
use nex_format::{Arithmetic, Audio, Cursor, Error, File, MAX_CHANNELS, Mixture, Part, Signal};

/// What a caller got wrong; the file itself has been checked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DecodeError {
    /// The scratch is smaller than [`Decoder::scratch_len`]`(1)` words.
    ScratchTooSmall {
        /// Words needed at least.
        needed: usize,
    },
    /// The output cannot hold what was asked for.
    OutputTooSmall {
        /// Samples needed at least.
        needed: usize,
    },
    /// The position lies at or past the end.
    OutOfRange,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ScratchTooSmall { needed } => write!(f, "scratch of {needed} words needed"),
            Self::OutputTooSmall { needed } => write!(f, "output of {needed} samples needed"),
            Self::OutOfRange => f.write_str("the position lies past the end"),
        }
    }
}

impl core::error::Error for DecodeError {}

/// A sound that can be evaluated anywhere.
///
/// Borrows the file; about 1 KB of its own.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Decoder<'a> {
    file: File<'a>,
    audio: Audio,
    kernel: Kernel,
}

impl<'a> Decoder<'a> {
    /// Parses and checks a whole file; see [`File::parse`].
    ///
    /// # Errors
    /// Says what is wrong with the bytes; [`Error::UnknownKind`] of
    /// [`Part::Signal`] if they hold a picture or a shape.
    ///
    /// # Panics
    /// Never; nor does any method after it.
    #[inline(never)] // its stack is to be free again while the sound plays
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let file = File::parse(bytes)?;
        match file.signal() {
            Signal::Audio(audio) => Ok(Self { file, audio, kernel: Kernel::best() }),
            other => Err(Error::UnknownKind(Part::Signal, other.kind())),
        }
    }

    /// Uses another inner loop (for tests and measurements). One that this
    /// machine cannot run is ignored.
    #[must_use]
    pub fn with_kernel(mut self, kernel: Kernel) -> Self {
        if kernel.is_available() {
            self.kernel = kernel;
        }
        self
    }

    /// The parsed file.
    #[must_use]
    pub const fn file(&self) -> &File<'a> {
        &self.file
    }

    /// What decoding costs.
    #[must_use]
    pub fn info(&self) -> Info {
        Info::new(&self.file, &self.audio, self.scratch_len(1))
    }

    /// Words of scratch to evaluate `columns` coordinates at once: 1 for the
    /// least memory, up to [`MAX_TILE`] for the most speed.
    #[must_use]
    pub fn scratch_len(&self, columns: usize) -> usize {
        scratch_len(self.file.mixture(), columns)
    }

    /// Channels per frame. A file without any does not parse; that this is
    /// not 0 lets the compiler leave out what would happen then.
    fn channels(&self) -> usize {
        usize::from(self.audio.channels).max(1)
    }

    /// Decodes whole frames from frame `start` on into `out`, interleaved.
    ///
    /// Returns how many frames were written: as many as fit, fewer at the
    /// end, 0 past it. Samples after them are untouched. `scratch` may hold
    /// anything; what it holds does not change the result.
    ///
    /// With baked routing a call first reads the runs of its chunk up to
    /// `start`, [`nex_format::MAX_CHUNK_RUNS`] at most: a block costs less
    /// than its frames one by one.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`].
    ///
    /// # Panics
    /// Never.
    pub fn decode_block(
        &self,
        start: u32,
        out: &mut [i16],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        self.decode_resampled(Position::from_frame(start), Position::FRAME, out, scratch)
    }

    /// Decodes the whole clip; returns the number of frames.
    ///
    /// # Errors
    /// [`DecodeError::OutputTooSmall`], [`DecodeError::ScratchTooSmall`].
    pub fn decode_into(&self, out: &mut [i16], scratch: &mut [u32]) -> Result<usize, DecodeError> {
        let frames = usize::try_from(self.audio.frames).unwrap_or(usize::MAX);
        let needed = frames.saturating_mul(self.channels());
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        self.decode_block(0, out, scratch)
    }

    /// Evaluates the clip at `start`, `start + step`, ... into `out`,
    /// interleaved; returns how many frames were written before the end.
    ///
    /// A step of [`Position::FRAME`] plays as recorded; [`Position::step`]
    /// converts rates. The network is continuous, so no resampling filter is
    /// involved: speeding up by much aliases as skipping samples would.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`].
    pub fn decode_resampled(
        &self,
        start: Position,
        step: Position,
        out: &mut [i16],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        self.along(start, step, scratch).samples(self.channels(), out, |sample| sample)
    }

    /// Evaluates one frame, between the recorded ones too: `channels`
    /// samples into `out`.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] at or past frame `frames`,
    /// [`DecodeError::OutputTooSmall`], [`DecodeError::ScratchTooSmall`].
    pub fn sample_at(
        &self,
        at: Position,
        out: &mut [i16],
        scratch: &mut [u32],
    ) -> Result<(), DecodeError> {
        let needed = self.channels();
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        match self.decode_resampled(at, Position::FRAME, out, scratch)? {
            0 => Err(DecodeError::OutOfRange),
            _ => Ok(()),
        }
    }

    /// The expert that owns a position. With baked routing it is looked up:
    /// the one of the frame at or before the position.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`], [`DecodeError::ScratchTooSmall`].
    pub fn expert_at(&self, at: Position, scratch: &mut [u32]) -> Result<u8, DecodeError> {
        let mut expert = [0];
        match self.along(at, Position::FRAME, scratch).experts(&mut expert)? {
            0 => Err(DecodeError::OutOfRange),
            _ => Ok(expert.first().copied().unwrap_or(0)),
        }
    }

    /// The experts that own the frames from `start` on; returns how many
    /// were written before the end. With baked routing nothing is evaluated.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`].
    pub fn experts_block(
        &self,
        start: u32,
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        self.along(Position::from_frame(start), Position::FRAME, scratch).experts(out)
    }

    /// The network at `start`, `start + step`, ... until the end.
    fn along<'s>(&'s self, start: Position, step: Position, scratch: &'s mut [u32]) -> Along<'s> {
        let line = Line {
            start,
            step,
            across: None,
            end: self.audio.frames,
            #[cfg(feature = "models")]
            points: [self.audio.frames, 0],
        };
        let range = Range::sound(self.audio.peak);
        Along { line, work: Work::new(self.kernel, self.file.mixture(), range, scratch) }
    }
}

/// Words of scratch to evaluate `columns` coordinates at once, 1 to [`MAX_TILE`].
pub(crate) fn scratch_len(mixture: &Mixture<'_>, columns: usize) -> usize {
    words_per_column(mixture) * columns.clamp(1, MAX_TILE)
}

/// Words of scratch per coordinate.
fn words_per_column(mixture: &Mixture<'_>) -> usize {
    match mixture.arithmetic {
        Arithmetic::Integer => tile::words_per_column::<Integer>(mixture),
        Arithmetic::Float => tile::words_per_column::<Float>(mixture),
    }
}

/// Which points are asked for: `start`, `start + step`, ...
pub(crate) struct Line {
    pub start: Position,
    pub step: Position,
    /// The second coordinate, of a picture.
    pub across: Option<Position>,
    /// Frames or pixels there are along the line.
    pub end: u32,
    /// Points of the signal along its dimensions; the second is 0 of a sound.
    #[cfg(feature = "models")]
    pub points: [u32; 2],
}

impl Line {
    /// How many points from `start` on lie before the end, of `most`.
    fn points_before_end(&self, start: Position, most: usize) -> usize {
        let inside = |c: usize| start.advance(self.step, c).is_some_and(|at| at.frame() < self.end);
        if inside(most.saturating_sub(1)) {
            return most;
        }
        (0..most).take_while(|&c| inside(c)).count()
    }

    /// The tile of so many columns at one of the points.
    fn tile(&self, start: Position, columns: usize) -> Tile {
        let (start, across) = match self.across {
            None => (start, Position::default()),
            Some(across) => (start.less_half(), across.less_half()),
        };
        Tile {
            start,
            step: self.step,
            across,
            columns,
            #[cfg(feature = "models")]
            points: self.points,
        }
    }
}

/// A network and the points of a line that it is to be evaluated at.
pub(crate) struct Along<'s> {
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
        let columns = work.columns()?;
        let mut left = count;
        let mut at = Some(line.start);
        while let Some(first) = at.filter(|_| left > 0) {
            let used = line.points_before_end(first, columns.min(left));
            if used == 0 {
                break;
            }
            let tile = line.tile(first, tile::pad(work.kernel, used, columns));
            evaluate(&tile, used, &mut work);
            left -= used;
            at = first.advance(line.step, used);
        }
        Ok(())
    }
}

/// A network with its scratch, evaluating one tile at a time.
pub(crate) struct Work<'d, 's> {
    kernel: Kernel,
    mixture: &'d Mixture<'d>,
    range: Range,
    scratch: &'s mut [u32],
    /// With baked routing: where the last tile ended among the runs.
    cursor: Option<Cursor<'d>>,
}

impl<'d, 's> Work<'d, 's> {
    pub fn new(
        kernel: Kernel,
        mixture: &'d Mixture<'d>,
        range: Range,
        scratch: &'s mut [u32],
    ) -> Self {
        let cursor = mixture.runs.map(|runs| runs.cursor());
        Self { kernel, mixture, range, scratch, cursor }
    }

    /// Columns that the scratch has room for.
    fn columns(&self) -> Result<usize, DecodeError> {
        let needed = words_per_column(self.mixture);
        let mut columns = (self.scratch.len() / needed.max(1)).min(self.kernel.most_columns());
        if columns == 0 {
            return Err(DecodeError::ScratchTooSmall { needed });
        }
        if columns >= 8 {
            columns -= columns % 8;
        }
        Ok(columns)
    }

    /// Calls `work` for clouds of points in a cube of so many cells a side, with
    /// how many of them are before it.
    pub fn clouds(
        mut self,
        (points, cells): (&[[Position; 3]], u16),
        mut work: impl FnMut(&Cloud<'_>, usize, &mut Self),
    ) -> Result<(), DecodeError> {
        let most = self.columns()?;
        let mut done = 0;
        #[cfg(not(feature = "models"))]
        let _ = cells;
        for points in points.chunks(most) {
            let cloud = Cloud {
                points,
                columns: tile::pad(self.kernel, points.len(), most),
                #[cfg(feature = "models")]
                corners: u32::from(cells) + 1,
            };
            work(&cloud, done, &mut self);
            done += points.len();
        }
        Ok(())
    }

    /// The chosen expert of every column.
    pub fn chosen<T: Points>(&mut self, tile: &T) -> [u8; MAX_TILE] {
        let mut chosen = [0; MAX_TILE];
        match &mut self.cursor {
            Some(cursor) => tile.look_up(cursor, &mut chosen),
            None => chosen = self.route(tile).0,
        }
        chosen
    }

    /// The chosen expert of every column, and the buffers with the features.
    fn route<T: Points>(&mut self, tile: &T) -> ([u8; MAX_TILE], Option<Buffers<'_>>) {
        match self.mixture.arithmetic {
            Arithmetic::Integer => self.route_in::<Integer, T>(tile),
            Arithmetic::Float => self.route_in::<Float, T>(tile),
        }
    }

    fn route_in<P: Profile, T: Points>(
        &mut self,
        tile: &T,
    ) -> ([u8; MAX_TILE], Option<Buffers<'_>>) {
        let mut chosen = [0; MAX_TILE];
        let mut buffers = Buffers::new::<P>(self.mixture, tile.columns(), self.scratch);
        if let Some(buffers) = &mut buffers {
            let gate = (&mut self.cursor, &mut chosen);
            tile::route::<P, T>(self.kernel, self.mixture, tile, buffers, gate);
        }
        (chosen, buffers)
    }

    /// Samples of the first `used` columns.
    pub fn samples<T: Points>(&mut self, tile: &T, used: usize, out: &mut Outputs) {
        match self.mixture.arithmetic {
            Arithmetic::Integer => self.samples_in::<Integer, T>(tile, used, out),
            Arithmetic::Float => self.samples_in::<Float, T>(tile, used, out),
        }
    }

    fn samples_in<P: Profile, T: Points>(&mut self, tile: &T, used: usize, out: &mut Outputs) {
        let (kernel, mixture, range) = (self.kernel, self.mixture, self.range);
        let (chosen, buffers) = self.route_in::<P, T>(tile);
        if let Some(mut buffers) = buffers {
            let gate = (&chosen, range);
            tile::experts::<P, T>(kernel, mixture, tile, used, &mut buffers, gate, out);
        }
    }
}
