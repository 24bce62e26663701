//! Which features lie where in a hash grid, and are its tables sound?
//!
//! Every level is a grid of vertices over the whole signal, each with a few
//! numbers of its own; where the vertices are more than the table's entries,
//! a hash of their coordinates says which entry is theirs, and several share
//! one (Mueller and others, 2022).

use super::{WeightType, half, header::LayerKind};
use crate::{
    Error, MAX_DIMS, MAX_FLOAT_ROW_SUM, MAX_LEVEL_FEATURES, MAX_LEVELS, MAX_TABLE_LOG2, Part,
    file::reader::Reader,
};

/// A signal's length in 2^-16 cells at most.
const MAX_SCALE: u32 = (1 << 31) - 1;
/// Bytes of a level's multiplier.
const MULTIPLIER_BYTES: usize = 4;
/// What a coordinate is multiplied with before it is hashed.
const PRIMES: [u32; MAX_DIMS] = [1, 2_654_435_761, 805_459_861];

/// A grid without its tables, as the header describes it.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct GridShape {
    dims: u8,
    levels: u8,
    features: u8,
    table_log2: u8,
    ty: WeightType,
    /// Where the first point lies in its cell, in 2^-16 cells.
    offset: u16,
    /// Of the levels: vertices, and 2^-16 cells from the first point to the last.
    sizes: [(u16, u32); MAX_LEVELS],
}

impl GridShape {
    /// Reads the fields after the kind of the encoder.
    pub fn read(reader: &mut Reader<'_>, dims: usize) -> Result<Self, Error> {
        let part = Part::Encoder;
        let ranged = |value: u8, most: usize| match usize::from(value) {
            0 => Err(Error::BadHeader(part)),
            n if n > most => Err(Error::LimitExceeded(part)),
            _ => Ok(value),
        };
        let levels = ranged(reader.byte()?, MAX_LEVELS)?;
        let features = ranged(reader.byte()?, MAX_LEVEL_FEATURES)?;
        let table_log2 = reader.byte()?;
        if table_log2 > MAX_TABLE_LOG2 {
            return Err(Error::LimitExceeded(part));
        }
        let byte = reader.byte()?;
        let kind = LayerKind::from_byte(byte).ok_or(Error::UnknownKind(Part::WeightType, byte))?;
        let fits = matches!(kind.ty, WeightType::F32 | WeightType::F16 | WeightType::I8);
        if kind.position || !fits {
            return Err(Error::BadHeader(Part::WeightType));
        }
        let offset = reader.u16(part)?;
        let mut sizes = [(0, 0); MAX_LEVELS];
        for size in sizes.iter_mut().take(levels.into()) {
            *size = (reader.u16(part)?, reader.u32(part)?);
            let (vertices, scale) = *size;
            if vertices < 2 || scale > MAX_SCALE {
                return Err(Error::BadHeader(part));
            }
        }
        let dims = dims as u8;
        Ok(Self { dims, levels, features, table_log2, ty: kind.ty, offset, sizes })
    }

    /// Features of all levels together.
    pub const fn width(&self) -> u16 {
        self.levels as u16 * self.features as u16
    }

    /// The entries of a level, and whether several vertices share one.
    fn entries(&self, vertices: u16) -> (usize, bool) {
        let dense = u64::from(vertices).saturating_pow(self.dims.into());
        let table = 1u64 << self.table_log2;
        // At most 2^24.
        (dense.min(table) as usize, dense > table)
    }

    /// Bytes of a level's table and its multiplier.
    fn level_bytes(&self, vertices: u16) -> (usize, usize) {
        let values = self.entries(vertices).0 * usize::from(self.features);
        let multiplier = if self.ty == WeightType::I8 { MULTIPLIER_BYTES } else { 0 };
        (values * self.ty.weight_bytes(), multiplier)
    }

    /// Bytes of all tables; `None` if a `usize` cannot hold them.
    pub fn total_bytes(&self) -> Option<usize> {
        let levels = self.sizes.iter().take(self.levels.into());
        levels
            .map(|&(vertices, _)| self.level_bytes(vertices))
            .try_fold(0usize, |sum, (table, multiplier)| {
                sum.checked_add(table)?.checked_add(multiplier)
            })
    }
}

/// A hash grid with its tables, borrowed from the file.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Grid<'a> {
    shape: GridShape,
    bytes: &'a [u8],
}

impl<'a> Grid<'a> {
    /// `bytes` have [`GridShape::total_bytes`].
    pub(crate) fn new(shape: GridShape, bytes: &'a [u8]) -> Result<Self, Error> {
        let grid = Self { shape, bytes };
        let bad = Err(Error::BadWeights(Part::EncoderWeights));
        if grid.levels().all(|level| level.is_sound()) { Ok(grid) } else { bad }
    }

    /// The levels, coarse or fine in any order, features one after the other.
    pub fn levels(&self) -> impl ExactSizeIterator<Item = Level<'a>> {
        let shape = self.shape;
        let mut rest = self.bytes;
        (0..usize::from(shape.levels)).map(move |level| {
            let (vertices, scale) = shape.sizes.get(level).copied().unwrap_or((0, 0));
            let (entries, hashed) = shape.entries(vertices);
            let (table_bytes, multiplier_bytes) = shape.level_bytes(vertices);
            let (table, after) = rest.split_at_checked(table_bytes).unwrap_or_default();
            let (multiplier, after) = after.split_at_checked(multiplier_bytes).unwrap_or_default();
            rest = after;
            let multiplier = multiplier.first_chunk().map_or(1.0, |&b| f32::from_le_bytes(b));
            let GridShape { dims, features, ty, offset, .. } = shape;
            Level {
                dims,
                features,
                ty,
                offset,
                vertices,
                scale,
                entries,
                hashed,
                table,
                multiplier,
            }
        })
    }

    /// Numbers of one vertex, 1 to 8.
    #[must_use]
    pub const fn features(&self) -> usize {
        self.shape.features as usize
    }

    /// Coordinates, 1 to 3.
    #[must_use]
    pub const fn dims(&self) -> usize {
        self.shape.dims as usize
    }

    /// Where the first point lies in its cell, in 2^-16 cells.
    #[must_use]
    pub const fn offset(&self) -> u16 {
        self.shape.offset
    }

    /// How the tables are stored: `f32`, `f16` or `i8`.
    #[must_use]
    pub const fn weight_type(&self) -> WeightType {
        self.shape.ty
    }

    /// Products of one evaluation: every feature from 2 to the power of
    /// `dims` vertices.
    #[must_use]
    pub fn macs(&self) -> u32 {
        u32::from(self.shape.width()) << self.shape.dims
    }
}

/// One level of a [`Grid`].
#[derive(Clone, Copy, Debug)]
pub struct Level<'a> {
    dims: u8,
    features: u8,
    ty: WeightType,
    offset: u16,
    vertices: u16,
    scale: u32,
    entries: usize,
    hashed: bool,
    table: &'a [u8],
    multiplier: f32,
}

impl Level<'_> {
    /// Vertices along each axis, at least 2.
    #[must_use]
    pub const fn vertices(&self) -> u32 {
        self.vertices as u32
    }

    /// From the first point to the last, in 2^-16 cells; below 2^31.
    #[must_use]
    pub const fn scale(&self) -> u32 {
        self.scale
    }

    /// Where a point lies along an axis, in 2^-32 cells: between its first and
    /// its last vertex. `share`: how far it is from the first point towards the
    /// last one, in 2^-32; at most 2^32 counts.
    #[must_use]
    pub fn place(&self, share: u64) -> u64 {
        // Below 2^63.
        let from_first = (share.min(1 << 32) * u64::from(self.scale)) >> 16;
        let place = from_first + (u64::from(self.offset) << 16);
        place.min((u64::from(self.vertices.saturating_sub(1)) << 32).saturating_sub(1))
    }

    /// Entries of its table, at most 2^24.
    #[must_use]
    pub const fn entries(&self) -> usize {
        self.entries
    }

    /// What the table's values are multiplied with: 1 of float tables.
    #[must_use]
    pub const fn multiplier(&self) -> f32 {
        self.multiplier
    }

    /// The table's entry for a vertex; of vertices that do not exist any entry.
    #[must_use]
    pub fn entry(&self, vertex: [u32; MAX_DIMS]) -> usize {
        let axes = vertex.iter().take(self.dims.into());
        if self.hashed {
            let hash = axes.zip(PRIMES).fold(0, |hash, (&at, prime)| hash ^ at.wrapping_mul(prime));
            return hash as usize & (self.entries - 1);
        }
        let side = usize::from(self.vertices);
        let place = axes
            .rev()
            .fold(0usize, |place, &at| place.wrapping_mul(side).wrapping_add(at as usize));
        place % self.entries
    }

    /// A stored value, not multiplied; 0 outside of the table.
    #[must_use]
    pub fn value(&self, entry: usize, feature: usize) -> f32 {
        let index = entry.saturating_mul(self.features.into()).saturating_add(feature);
        let at = index.saturating_mul(self.ty.weight_bytes());
        let bytes = self.table.get(at..).unwrap_or_default();
        match self.ty {
            WeightType::F32 => bytes.first_chunk().map_or(0.0, |&b| f32::from_le_bytes(b)),
            WeightType::F16 => bytes.first_chunk().map_or(0.0, |&b| half::to_f32(b)),
            _ => bytes.first().map_or(0.0, |&b| f32::from(b as i8)),
        }
    }

    /// No NaN, nothing above the limit.
    fn is_sound(&self) -> bool {
        let values = self.entries * usize::from(self.features);
        let is_small = |value: f32| value.abs() <= MAX_FLOAT_ROW_SUM; // false of a NaN
        if self.ty == WeightType::I8 {
            return is_small(self.multiplier * 128.0);
        }
        (0..values).all(|index| is_small(self.value(0, index)))
    }
}
