//! The coded syntax of compact `.nex` files: what is decided, in which order,
//! and how likely is each decision?
//!
//! Everything is written once, over the trait [`range::Coder`], for those who
//! decode, those who encode and those who plan what a decision costs. `SPEC.md`
//! of `nex-format` says it to the bit. A package of its own, so that a firmware
//! can compile it at another opt-level than the rest.
//!
//! | depends on the signal's dimension | does not |
//! |---|---|
//! | [`partition`]: the gate | [`range`]: the coder |
//! | [`around`]: what is known around a weight | [`predictor`]: how likely is a decision |
//! | [`spectrum`]: envelope and steps | [`magnitude`], [`trellis`]: a weight's decisions |
//! | [`sound`]: header and order | [`tables`] |
//!
//! The kernel for Armv7E-M reads words at any address: in normal memory, with
//! `CCR.UNALIGN_TRP` clear, as it is after a reset.
#![no_std]
#![deny(unsafe_code)] // allowed in `predictor::dot` alone
#![deny(missing_docs)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[cfg(feature = "write")]
extern crate alloc;

/// The assembler's word for a processor with the DSP instructions:
/// `thumbv8m.main` does not know that it is one, the feature `arm-dsp` says so.
#[cfg(all(nex_arm_dsp, feature = "arm-dsp"))]
macro_rules! processor {
    () => {
        ".cpu cortex-m33"
    };
}
#[cfg(all(nex_arm_dsp, not(feature = "arm-dsp")))]
macro_rules! processor {
    () => {
        ""
    };
}

pub mod around;
mod header;
pub mod magnitude;
pub mod partition;
pub mod predictor;
pub mod range;
pub mod sound;
pub mod spectrum;
pub mod tables;
pub mod trellis;
