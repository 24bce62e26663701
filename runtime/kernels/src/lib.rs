//! The inner loops of `nex-runtime`: how is one block, or one tile of points,
//! evaluated?
//!
//! A package of its own, so that a firmware can compile it at another opt-level
//! than the rest. It is meant for `nex-runtime`, which owns the interface that
//! stays; what is public here may change with every release.
//!
//! * [`compact`]: dequantisation, transforms and overlaps, in integers.
//! * [`neural`]: a mixture of networks at a few points at once, in integers or
//!   in floats; [`Kernel`] says with which of the processor's instructions.
//! * [`picture`]: predictors and transforms of compact pictures, in integers.
//! * [`show`]: samples of pictures in a display's colours.
//! * [`mix`]: samples copied, scaled, added.
//! * [`Resampler`]: frames of one rate played at another, in integers.
//!
//! The kernels for Armv7E-M read words at any address: in normal memory, with
//! `CCR.UNALIGN_TRP` clear, as it is after a reset.
#![no_std]
#![deny(unsafe_code)] // allowed in `compact::dct::arm`, `picture::arm` and those of `kernel` alone
#![deny(missing_docs)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

/// The assembler's word for a processor with the DSP instructions:
/// `thumbv8m.main` does not know that it is one, the feature `arm-dsp` says so.
#[cfg(all(nex_arm_dsp, feature = "arm-dsp", any(feature = "compact-core", feature = "neural")))]
macro_rules! processor {
    () => {
        ".cpu cortex-m33"
    };
}
#[cfg(all(
    nex_arm_dsp,
    not(feature = "arm-dsp"),
    any(feature = "compact-core", feature = "neural")
))]
macro_rules! processor {
    () => {
        ""
    };
}

#[cfg(feature = "compact-core")]
pub mod compact;
#[cfg(feature = "neural")]
mod kernel;
#[cfg(feature = "neural")]
mod layout;
#[cfg(feature = "neural")]
mod math;
pub mod mix;
#[cfg(feature = "neural")]
pub mod neural;
#[cfg(feature = "compact-core")]
pub mod picture;
#[cfg(feature = "neural")]
mod points;
mod position;
mod resample;
pub mod show;

#[cfg(feature = "neural")]
pub use kernel::Kernel;
#[cfg(feature = "neural")]
pub use layout::MAX_TILE;
#[cfg(feature = "networks")]
pub use math::{finer, relu, soft_plus};
#[cfg(feature = "neural")]
pub use math::{sine_q15, sine_turns};
pub use position::Position;
pub use resample::Resampler;
