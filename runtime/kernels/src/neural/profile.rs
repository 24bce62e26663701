//! What has an arithmetic to say for itself?

use crate::points::Points;
use crate::{
    Kernel,
    layout::{Input, MAX_TILE, Outputs, Range},
};
#[cfg(feature = "networks")]
use nex_format::neural::Activation;
use nex_format::neural::Tensor;

/// The arithmetic of a profile.
pub(crate) trait Arithmetics {
    /// Words that hold this many features of one coordinate.
    fn words(features: usize) -> usize;
    /// First layer: a bank of oscillators.
    fn oscillators<T: Points>(kernel: Kernel, tensor: &Tensor<'_>, tile: &T, out: &mut [u32]);
    /// A sine layer.
    fn sines(kernel: Kernel, tensor: &Tensor<'_>, input: &Input<'_>, out: &mut [u32]);
    /// A layer with another activation; only float files have one.
    #[cfg(feature = "networks")]
    fn activated(_: Kernel, _: Activation, _: &Tensor<'_>, _: &Input<'_>, _: &mut [u32]) {}
    /// A linear layer whose largest output counts; the lowest index wins ties.
    fn argmax(kernel: Kernel, tensor: &Tensor<'_>, input: &Input<'_>, best: &mut [u8; MAX_TILE]);
    /// A linear layer that gives samples.
    fn samples(
        kernel: Kernel,
        tensor: &Tensor<'_>,
        input: &Input<'_>,
        range: Range,
        out: &mut Outputs,
    );
}
