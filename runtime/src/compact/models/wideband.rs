//! Placeholder.
use crate::compact::model::{BINS, EXPERTS, INPUTS, Model};
use crate::compact::shape::{BANDS, SHAPES};
pub(super) static MODEL: Model = Model {
    weights: [[[0; INPUTS]; BINS]; EXPERTS],
    biases: [[0; BINS]; EXPERTS],
    shapes: [[0; BANDS]; SHAPES],
};
