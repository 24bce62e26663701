//! How is a hash grid stored?

use super::{
    super::{WeightType, half},
    le,
};
use crate::{Error, Part, file::container::append};
use alloc::vec::Vec;

/// A hash grid with its values, ready to be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Numbers of one vertex, 1 to 8.
    pub features: u8,
    /// Entries of a table at most, as a power of two; 24 at most.
    pub table_log2: u8,
    /// How the tables are stored: `F32`, `F16` (rounded) or `I8` (rounded to
    /// 1/127 of a level's largest magnitude).
    pub storage: WeightType,
    /// Where the first point lies in its cell, in 2^-16 cells.
    pub offset: u16,
    /// 1 to 32.
    pub levels: Vec<GridLevel>,
}

/// One level of a [`Grid`].
#[derive(Clone, Debug, PartialEq)]
pub struct GridLevel {
    /// Along each axis, at least 2.
    pub vertices: u16,
    /// From the first point to the last, in 2^-16 cells, below 2^31.
    pub scale: u32,
    /// `[entry][feature]`.
    pub values: Vec<f32>,
}

impl Grid {
    /// Appends the header's fields; returns the tables.
    pub(super) fn store(&self, head: &mut Vec<u8>) -> Result<Vec<u8>, Error> {
        let levels = u8::try_from(self.levels.len());
        let levels = levels.map_err(|_| Error::LimitExceeded(Part::Encoder))?;
        let mut tables = Vec::new();
        for GridLevel { values, .. } in &self.levels {
            match self.storage {
                WeightType::F32 => le(&mut tables, values.iter().map(|v| v.to_le_bytes())),
                WeightType::F16 => le(&mut tables, values.iter().map(|&v| half::from_f32(v))),
                _ => {
                    let largest = values.iter().fold(0.0f32, |most, v| most.max(v.abs()));
                    let multiplier = largest / 127.0;
                    let scale = if largest > 0.0 { 127.0 / largest } else { 0.0 };
                    // Half a unit away from zero, then cut: rounded.
                    let round = |v: f32| (v * scale + 0.5f32.copysign(v)) as i8;
                    le(&mut tables, values.iter().map(|&v| round(v).to_le_bytes()));
                    le(&mut tables, core::iter::once(multiplier.to_le_bytes()));
                }
            }
        }
        // Without a length in front: the number of levels is one of the bytes.
        head.extend([levels, self.features, self.table_log2, self.storage as u8]);
        append(head, &self.offset)?;
        for level in &self.levels {
            append(head, &(level.vertices, level.scale))?;
        }
        Ok(tables)
    }
}
