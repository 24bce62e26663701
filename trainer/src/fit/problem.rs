//! What is to be learnt, and which points does a step see?

use crate::engine::Errors;
use rand::{SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64Mcg;
use std::ops::Range;

/// Points, their values and labels; one network per fit learns its targets.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub in_dim: usize,
    pub out_dim: usize,
    /// `[points, in_dim]`, the same for all fits.
    pub coords: Vec<f64>,
    /// Of each fit `[points, out_dim]`.
    pub targets: Vec<Vec<f32>>,
    /// Experts, `[points]`: one list for all fits, one for each, or none.
    pub labels: Vec<Vec<u8>>,
    /// The labels decide in the manager's place.
    pub fixed: bool,
    /// What the error of each point of a batch counts; 1 if absent.
    pub weights: Option<Vec<f32>>,
    pub order: Order,
    pub errors: Errors,
    /// Weight of the errors in the loss (paper: 1000).
    pub reconstruction: f32,
    /// Weight of the cross entropy to the labels while all is trained.
    pub label_weight: f32,
}

/// How points are dealt to steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// All of them to every step.
    Whole,
    /// So many, as they lie.
    Fixed(usize),
    /// So many, of a permutation for every epoch that depends on it and a seed
    /// alone.
    Shuffled(usize, u64),
}

impl Problem {
    pub fn points(&self) -> usize {
        self.coords.len() / self.in_dim
    }

    pub fn fits(&self) -> usize {
        self.targets.len()
    }

    /// Points of a step.
    pub fn batch_len(&self) -> usize {
        let points = self.points();
        match self.order {
            Order::Whole => points,
            Order::Fixed(size) | Order::Shuffled(size, _) => size.min(points),
        }
    }

    /// The labels of a fit.
    pub fn labels_of(&self, fit: usize) -> Option<&[u8]> {
        self.labels.get(fit).or(self.labels.first()).map(|l| &l[..])
    }

    /// One for the expert of a label, `[points, experts]`.
    pub fn one_hot(&self, labels: &[u8], experts: usize) -> Vec<f32> {
        let row = |&j: &u8| (0..experts).map(move |k| f32::from(u8::from(usize::from(j) == k)));
        labels.iter().flat_map(row).collect()
    }
}

/// Whose turn it is.
pub(crate) struct Batches {
    points: usize,
    len: usize,
    order: Order,
    permutation: Vec<u32>,
    /// The epoch that the permutation belongs to.
    epoch: Option<u64>,
}

impl Batches {
    pub fn new(problem: &Problem) -> Self {
        let (points, len) = (problem.points(), problem.batch_len());
        let order = if len == points { Order::Whole } else { problem.order };
        let shuffled = matches!(order, Order::Shuffled(..));
        let permutation = if shuffled { (0..points as u32).collect() } else { vec![] };
        Self { points, len, order, permutation, epoch: None }
    }

    /// Batches of an epoch.
    pub fn count(&self) -> usize {
        self.points.checked_div(self.len).unwrap_or(1)
    }

    pub const fn is_whole(&self) -> bool {
        matches!(self.order, Order::Whole)
    }

    /// Makes the permutation that of a step's epoch; true if it was another.
    pub fn begin(&mut self, step: u64) -> bool {
        let Order::Shuffled(_, seed) = self.order else { return false };
        let epoch = step / self.count() as u64;
        if self.epoch == Some(epoch) {
            return false;
        }
        self.permutation.sort_unstable();
        let seed = seed.wrapping_add(epoch.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        self.permutation.shuffle(&mut Pcg64Mcg::seed_from_u64(seed));
        self.epoch = Some(epoch);
        true
    }

    /// The step's part of its epoch.
    pub fn range(&self, step: u64) -> Range<usize> {
        let part = (step % self.count() as u64) as usize;
        part * self.len..(part + 1) * self.len
    }

    /// In which order an epoch takes the points; `None` as they lie.
    pub fn permutation(&self) -> Option<&[u32]> {
        (!self.permutation.is_empty()).then_some(&self.permutation[..])
    }
}
