//! Which entropy models are in every decoder? (set 0)

use super::model::Model;

mod music;
mod speech;
mod tones;
mod wideband;

/// The models of set 0, by a chunk's choice: speech up to 8 kHz sampling
/// rate, wideband speech, music, tones of user interfaces.
pub static MODELS: [&Model; 4] = [&speech::MODEL, &wideband::MODEL, &music::MODEL, &tones::MODEL];
