//! Where should a signal be cut? (the gate, chosen)

mod cheapest;
mod costs;
mod proxy;
mod time;

pub use crate::block::Block;
pub(crate) use cheapest::Cheapest;
pub(crate) use costs::{Coster, Part};
pub use time::{cost, plan};

/// Fills the factors by which the coefficients of the block at sample
/// `start` of `1 << log2` samples count, low frequencies first: large where
/// the step is finer than the plan's.
pub type Weights<'a> = &'a (dyn Fn(usize, u8, &mut [f64]) + Sync);

/// How hard [`plan`] looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// The overlaps at a block's two ends add to its cost each on its own,
    /// as if the other were the widest: 2K - 1 costs for K overlaps. Half
    /// the time of `Full`, for partitions up to 0.7 % dearer.
    Fast,
    /// A cost for each pair of overlaps, K^2: finds the optimum.
    #[default]
    Full,
}
