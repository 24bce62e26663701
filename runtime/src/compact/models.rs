//! Which entropy models are in every decoder? (set 0)
//!
//! Two, of speech. Models of music and of interface sounds were tried beside
//! them: they saved nothing that could be measured, for what a chunk teaches
//! counts for more than which model it begins with.

use super::model::Model;

mod speech;
mod wideband;

/// The models of set 0, by a chunk's choice: of speech at a sampling rate of
/// 8 kHz, and at 16 kHz.
pub static MODELS: [&Model; 2] = [&speech::MODEL, &wideband::MODEL];
