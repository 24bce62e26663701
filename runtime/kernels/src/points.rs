//! Where are the points that are evaluated together?

use crate::{Position, layout::MAX_TILE};
#[cfg(feature = "networks")]
use nex_format::MAX_DIMS;
use nex_format::neural::{RunCursor, Tensor};

/// The coordinates of a tile: column `c` is at `start + c * step`, and at
/// `across` in the second dimension if there is one.
#[derive(Clone, Copy, Debug)]
pub struct Tile {
    pub(crate) start: Position,
    step: Position,
    pub(crate) across: Position,
    /// Columns, 1 to `MAX_TILE`; padding included.
    pub(crate) columns: usize,
    /// Points along both dimensions; none across a sound.
    #[cfg(feature = "networks")]
    points: [u32; 2],
}

/// Where the columns of a [`Tile`] begin and how far they are apart.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The first column's position.
    pub start: Position,
    /// From one column to the next.
    pub step: Position,
    /// The second coordinate, of a picture.
    pub across: Option<Position>,
    /// Points of the signal along its dimensions; the second is 0 of a sound.
    pub points: [u32; 2],
}

impl Tile {
    /// The tile of so many columns, 1 to `MAX_TILE`, padding included.
    #[must_use]
    pub fn new(run: &Run, columns: usize) -> Self {
        let (start, across) = match run.across {
            None => (run.start, Position::default()),
            Some(across) => (run.start.less_half(), across.less_half()),
        };
        Self {
            start,
            step: run.step,
            across,
            columns,
            #[cfg(feature = "networks")]
            points: run.points,
        }
    }
}

impl Tile {
    /// Whether the columns are recorded frames, one after the other.
    pub fn is_consecutive(&self) -> bool {
        self.step == Position::FRAME && self.start.fraction() == 0
    }

    /// Of a picture: the number of the pixel in which a position lies.
    #[cfg(feature = "networks")]
    fn pixel(&self, at: Position) -> Option<u32> {
        let [width, height] = self.points;
        let before = self.across.pixel().wrapping_mul(width);
        (height > 0).then(|| before.wrapping_add(at.pixel()))
    }
}

/// Points that are evaluated together: a tile of a line, or points of a shape
/// wherever they lie.
pub trait Points: sealed::Sealed {
    /// Columns, 1 to `MAX_TILE`; padding included.
    fn columns(&self) -> usize;
    /// Itself, if the columns are recorded frames, one after the other.
    fn consecutive(&self) -> Option<&Tile>;
    /// Phase of oscillator `row` at every column.
    fn phases(&self, tensor: &Tensor<'_>, row: usize, out: &mut [i32]);
    /// Reads the stored decision for every column.
    fn look_up(&self, cursor: &mut RunCursor<'_>, chosen: &mut [u8; MAX_TILE]);
    /// How far a column is from the first point towards the last, in 2^-32, by
    /// dimension.
    #[cfg(feature = "networks")]
    fn shares(&self, column: usize) -> [u64; MAX_DIMS];
    /// The coordinates, `[dimension][column]`.
    #[cfg(feature = "networks")]
    fn coordinates(&self, out: &mut [u32]);
}

mod sealed {
    /// What [`Points`](super::Points) need grows with features: none are added elsewhere.
    pub trait Sealed {}
    impl Sealed for super::Tile {}
    impl Sealed for super::Cloud<'_> {}
}

impl Points for Tile {
    fn columns(&self) -> usize {
        self.columns
    }

    fn consecutive(&self) -> Option<&Tile> {
        self.is_consecutive().then_some(self)
    }

    fn phases(&self, tensor: &Tensor<'_>, row: usize, out: &mut [i32]) {
        oscillator(tensor, row, self, out);
    }

    fn look_up(&self, cursor: &mut RunCursor<'_>, chosen: &mut [u8; MAX_TILE]) {
        look_up(cursor, self, chosen);
    }

    #[cfg(feature = "networks")]
    fn shares(&self, column: usize) -> [u64; MAX_DIMS] {
        let [along, across] = self.points;
        // Before the first point is as at it: positions in a picture wrap there.
        let share = |at: Position, points| match at.frame() >> 31 {
            1 if across > 0 => 0,
            _ => at.share(points),
        };
        [share(self.start.offset(self.step, column), along), share(self.across, across), 0]
    }

    #[cfg(feature = "networks")]
    fn coordinates(&self, out: &mut [u32]) {
        let mut axes = out.chunks_exact_mut(self.columns.max(1));
        let [along, across] = self.points;
        for (c, out) in axes.next().into_iter().flatten().enumerate() {
            *out = self.start.offset(self.step, c).coordinate(along).to_bits();
        }
        axes.next().into_iter().for_each(|out| out.fill(self.across.coordinate(across).to_bits()));
    }
}

/// Points of a shape, one to a column; columns after the last repeat it.
#[derive(Clone, Copy, Debug)]
pub struct Cloud<'p> {
    /// The points, at least one.
    pub points: &'p [[Position; 3]],
    pub(crate) columns: usize,
    /// Cells along an axis, and one: the far face's corners belong to the cube.
    #[cfg(feature = "networks")]
    pub(crate) corners: u32,
}

impl Points for Cloud<'_> {
    fn columns(&self) -> usize {
        self.columns
    }

    fn consecutive(&self) -> Option<&Tile> {
        None
    }

    fn phases(&self, tensor: &Tensor<'_>, row: usize, out: &mut [i32]) {
        let (phase, last) = (tensor.phase(row), self.points.last());
        let [x, y, z] = [0, 1, 2].map(|d| tensor.frequency(row, d));
        for (c, out) in out.iter_mut().enumerate() {
            let Some([px, py, pz]) = self.points.get(c).or(last) else { return };
            let turned = px.turn(x).wrapping_add(py.turn(y)).wrapping_add(pz.turn(z));
            *out = phase.wrapping_add(turned) as i32;
        }
    }

    /// A shape has no runs.
    fn look_up(&self, _: &mut RunCursor<'_>, _: &mut [u8; MAX_TILE]) {}

    #[cfg(feature = "networks")]
    fn shares(&self, column: usize) -> [u64; MAX_DIMS] {
        let point = self.points.get(column).or(self.points.last());
        point.map_or([0; MAX_DIMS], |axes| axes.map(|at| at.share(self.corners)))
    }

    #[cfg(feature = "networks")]
    fn coordinates(&self, out: &mut [u32]) {
        for (axis, out) in out.chunks_exact_mut(self.columns.max(1)).enumerate() {
            for (c, out) in out.iter_mut().enumerate() {
                let point = self.points.get(c).or(self.points.last());
                let at = point.and_then(|axes| axes.get(axis)).copied().unwrap_or_default();
                *out = at.coordinate(self.corners).to_bits();
            }
        }
    }
}

/// Phase of oscillator `row` at every column.
fn oscillator(tensor: &Tensor<'_>, row: usize, tile: &Tile, out: &mut [i32]) {
    let frequency = tensor.frequency(row, 0);
    // Of a sound the frequency across is 0.
    let phase = tensor.phase(row).wrapping_add(tile.across.turn(tensor.frequency(row, 1)));
    if tile.is_consecutive() {
        let mut at = phase.wrapping_add((frequency as u32).wrapping_mul(tile.start.frame()));
        for out in out {
            *out = at as i32;
            at = at.wrapping_add(frequency as u32);
        }
        return;
    }
    for (c, out) in out.iter_mut().enumerate() {
        *out = phase.wrapping_add(tile.start.offset(tile.step, c).turn(frequency)) as i32;
    }
}

/// Reads the stored decision for every column: that of the frame at or before
/// its position.
#[inline(never)]
fn look_up(cursor: &mut RunCursor<'_>, tile: &Tile, chosen: &mut [u8; MAX_TILE]) {
    for (c, expert) in chosen.iter_mut().enumerate().take(tile.columns) {
        let at = tile.start.offset(tile.step, c);
        #[cfg(feature = "networks")]
        let point = tile.pixel(at).unwrap_or(at.frame());
        #[cfg(not(feature = "networks"))]
        let point = at.frame();
        *expert = cursor.expert_at(point);
    }
}
