//! Which features of nex-runtime does a compact sound need, and which has a device?

use crate::{commands::terminal::Failure, compact::Models};
use clap::ValueEnum;
use nex_format::compact;

/// A feature of nex-runtime, by Cargo's name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Feature {
    /// All of them
    Compact,
    /// Sounds coded with the model for 8 kHz
    #[value(name = "compact-narrowband", alias = "narrowband")]
    Narrowband,
    /// Sounds coded with the model for 16 kHz and more
    #[value(name = "compact-wideband", alias = "wideband")]
    Wideband,
    /// Two channels
    #[value(name = "compact-stereo", alias = "stereo")]
    Stereo,
}

/// The features that a decoder of this sound cannot do without.
pub fn needed(sound: &compact::Sound<'_>) -> Vec<&'static str> {
    let [narrowband, wideband] = sound.models();
    let needed = [
        ("compact-narrowband", narrowband),
        ("compact-wideband", wideband),
        ("compact-stereo", sound.header().channels == 2),
    ];
    needed.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect()
}

/// The models of a decoder with these features, of all if there are none; refuses a
/// sound of so many channels if it plays none such.
pub fn models(features: &[Feature], channels: usize) -> Result<Models, Failure> {
    if features.is_empty() {
        return Ok(Models::Any);
    }
    let has = |feature| features.contains(&Feature::Compact) || features.contains(&feature);
    let models = match [Feature::Narrowband, Feature::Wideband].map(has) {
        [true, true] => Models::Any,
        [true, false] => Models::Narrowband,
        [false, true] => Models::Wideband,
        [false, false] => {
            return Err(Failure::Usage(
                "a decoder with these --features has no model, and plays nothing; add \
                 compact-narrowband, compact-wideband or both, as it was built with"
                    .into(),
            ));
        }
    };
    if channels == 2 && !has(Feature::Stereo) {
        return Err("the sound has 2 channels, which a decoder with these --features does not \
                    play; mix it with --mono, or build the decoder with compact-stereo too"
            .into());
    }
    Ok(models)
}
