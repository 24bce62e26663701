//! What is evaluated, in whose memory?

use super::{
    evaluate::{self, Buffers},
    float::Float,
    integer::Integer,
    profile::Arithmetics,
};
use crate::{
    Kernel, Position,
    layout::{MAX_TILE, Outputs, Range},
    points::{Cloud, Points},
};
use nex_format::neural::{Arithmetic, Mixture, RunCursor};

/// The scratch is smaller than [`scratch_len`] of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooSmall {
    /// Words needed at least.
    pub needed: usize,
}

/// Words of scratch to evaluate `columns` coordinates at once, 1 to [`MAX_TILE`].
pub fn scratch_len(mixture: &Mixture<'_>, columns: usize) -> usize {
    words_per_column(mixture) * columns.clamp(1, MAX_TILE)
}

/// Words of scratch per coordinate.
fn words_per_column(mixture: &Mixture<'_>) -> usize {
    match mixture.arithmetic {
        Arithmetic::Integer => evaluate::words_per_column::<Integer>(mixture),
        Arithmetic::Float => evaluate::words_per_column::<Float>(mixture),
    }
}

/// A network with its scratch, evaluating one tile at a time.
#[derive(Debug)]
pub struct Work<'d, 's> {
    kernel: Kernel,
    mixture: &'d Mixture<'d>,
    range: Range,
    scratch: &'s mut [u32],
    /// With baked routing: where the last tile ended among the runs.
    cursor: Option<RunCursor<'d>>,
}

impl<'d, 's> Work<'d, 's> {
    /// A network, what its samples range over, and scratch for one column or
    /// more ([`scratch_len`]).
    #[must_use]
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
    ///
    /// # Errors
    /// [`TooSmall`] if there is room for none.
    pub fn columns(&self) -> Result<usize, TooSmall> {
        let needed = words_per_column(self.mixture);
        let mut columns = (self.scratch.len() / needed.max(1)).min(self.kernel.most_columns());
        if columns == 0 {
            return Err(TooSmall { needed });
        }
        if columns >= 8 {
            columns -= columns % 8;
        }
        Ok(columns)
    }

    /// Calls `work` for clouds of points in a cube of so many cells a side, with
    /// how many of them are before it.
    ///
    /// # Errors
    /// [`TooSmall`] if the scratch has no room for one column.
    pub fn clouds(
        mut self,
        (points, cells): (&[[Position; 3]], u16),
        mut work: impl FnMut(&Cloud<'_>, usize, &mut Self),
    ) -> Result<(), TooSmall> {
        let most = self.columns()?;
        let mut done = 0;
        #[cfg(not(feature = "networks"))]
        let _ = cells;
        for points in points.chunks(most) {
            let cloud = Cloud {
                points,
                columns: self.kernel.pad(points.len(), most),
                #[cfg(feature = "networks")]
                corners: u32::from(cells) + 1,
            };
            work(&cloud, done, &mut self);
            done += points.len();
        }
        Ok(())
    }

    /// Columns to evaluate for `used` of them, so that vectors are whole.
    #[must_use]
    pub fn pad(&self, used: usize, available: usize) -> usize {
        self.kernel.pad(used, available)
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

    fn route_in<P: Arithmetics, T: Points>(
        &mut self,
        tile: &T,
    ) -> ([u8; MAX_TILE], Option<Buffers<'_>>) {
        let mut chosen = [0; MAX_TILE];
        let mut buffers = Buffers::new::<P>(self.mixture, tile.columns(), self.scratch);
        if let Some(buffers) = &mut buffers {
            let gate = (&mut self.cursor, &mut chosen);
            evaluate::route::<P, T>(self.kernel, self.mixture, tile, buffers, gate);
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

    fn samples_in<P: Arithmetics, T: Points>(&mut self, tile: &T, used: usize, out: &mut Outputs) {
        let (kernel, mixture, range) = (self.kernel, self.mixture, self.range);
        let (chosen, buffers) = self.route_in::<P, T>(tile);
        if let Some(mut buffers) = buffers {
            let gate = (&chosen, range);
            evaluate::experts::<P, T>(kernel, mixture, tile, used, &mut buffers, gate, out);
        }
    }
}
