//! For whom is a picture encoded?

use super::Settings;
use nex_coding::picture::Colour;

/// What is to be small for its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tune {
    /// The squared error of samples.
    Psnr,
    /// What is seen: high frequencies, chroma and busy blocks have larger steps.
    #[default]
    Eye,
}

impl Tune {
    /// How to encode with a step of luma in 1/32 octaves above 1/8 of a level, 0 to 320.
    #[must_use]
    pub const fn settings(self, step: i32) -> Settings {
        let flat = Settings {
            colour: Colour::Orthogonal,
            step,
            chroma: [8, -16],
            falloff: 0,
            lambda: 0.35,
            candidates: 3,
            filtered: true,
            fields: 0.0,
        };
        match self {
            Self::Psnr => flat,
            // By SSIMULACRA2.
            Self::Eye => Settings {
                colour: Colour::YCoCg,
                chroma: [24, 24],
                falloff: 4,
                fields: 0.25,
                ..flat
            },
        }
    }
}
