//! What is "good"?

use super::Settings;
use nex_coding::picture::Colour;

/// What the bytes are spent on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tune {
    /// What people see, as SSIMULACRA2 tells it.
    #[default]
    Eye,
    /// The least error of the samples.
    Psnr,
}

impl Tune {
    /// How a picture is encoded at a step of luma, in 1/32 octaves above 1/8 of a level.
    #[must_use]
    pub const fn settings(self, step: i32) -> Settings {
        Settings {
            colour: Colour::Orthogonal,
            step,
            chroma: [8, -16],
            falloff: 0,
            lambda: 0.35,
            candidates: 3,
            filtered: true,
            fields: 0.0,
        }
    }
}
