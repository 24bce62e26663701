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
//! | [`around`]: what is known around a weight | [`classes`]: how likely is a decision |
//! | [`spectrum`]: envelope and steps | [`magnitude`], [`trellis`]: a weight's decisions |
//! | [`sound`]: header and order | [`tables`] |
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[cfg(feature = "write")]
extern crate alloc;

pub mod additive;
pub mod around;
pub mod classes;
mod header;
pub mod magnitude;
pub mod partition;
pub mod picture;
pub mod range;
pub mod shape;
pub mod sound;
pub mod spectrum;
pub mod tables;
pub mod trellis;
