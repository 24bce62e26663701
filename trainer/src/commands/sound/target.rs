//! What does a sound take of a microcontroller?

use crate::{
    commands::{file::Stored, terminal::Failure},
    measure::targets::{self, Estimate, Points, Target, Work},
};
use nex_format::neural::{Activation, Arithmetic, Mixture, Mlp, WeightType};
use nex_runtime::{NetworkInfo, Sound, SoundInfo};

/// What a sound takes of a target, if so many multiply-accumulates are spent on a time
/// step; none of a network for which the table's firmware has no decoder.
pub fn estimate(
    target: &Target,
    file: &Stored,
    sound: &Sound<'_>,
    macs: u32,
) -> Result<Option<Estimate>, Failure> {
    let work = match sound.network() {
        Some(cost) => of_network(sound, &cost, file.network()?.mixture()),
        None => Some(of_compact(sound, macs)),
    };
    Ok(work.and_then(|work| targets::estimate(target, &work)))
}

/// What a compact sound asks of a decoder that spends so much on a time step.
fn of_compact(sound: &Sound<'_>, macs: u32) -> Work {
    let info = sound.info();
    Work {
        decoder: "compact",
        file_bytes: info.file_bytes,
        memory_bytes: 4 * sound.memory_len(),
        points: Points::Frames(info.rate_hz),
        channels: info.channels,
        macs: macs.into(),
        sines: 0.0,
        bits: bits(&info),
    }
}

/// What a sound's network asks of a decoder, if there is one for it.
fn of_network(sound: &Sound<'_>, cost: &NetworkInfo, mixture: &Mixture<'_>) -> Option<Work> {
    let info = sound.info();
    (!is_further(mixture)).then(|| Work {
        decoder: match cost.arithmetic {
            Arithmetic::Float => "neural-float",
            Arithmetic::Integer if has_wide_weights(mixture) => "neural-i16",
            Arithmetic::Integer => "neural-i8",
        },
        file_bytes: info.file_bytes,
        memory_bytes: 4 * targets::COLUMNS * sound.memory_len(),
        points: Points::Frames(info.rate_hz),
        channels: info.channels,
        macs: cost.macs.into(),
        sines: cost.sines.into(),
        bits: bits(&info),
    })
}

/// Whether it is more than a mixture of sines whose manager sees all features.
fn is_further(mixture: &Mixture<'_>) -> bool {
    let manager = mixture.manager.as_ref();
    let reduced = manager.is_some_and(|m| !m.sees_features() || m.encoder.is_empty());
    let expert = mixture.experts.get(0);
    let blocks = [&mixture.encoder, &expert].into_iter();
    let mut blocks = blocks.chain(manager.into_iter().flat_map(|m| [&m.encoder, &m.head]));
    let further = |block: &Mlp<'_>| {
        block.activation() != Activation::Sine || block.layers().any(|l| l.reads_position())
    };
    reduced || mixture.grid().is_some() || blocks.any(further)
}

fn has_wide_weights(mixture: &Mixture<'_>) -> bool {
    let wide = |mlp: &Mlp<'_>| mlp.layers().any(|l| l.weight_type() == WeightType::I16);
    wide(&mixture.encoder) || wide(&mixture.experts.get(0))
}

/// Bits of a file for each frame: about as many decisions are decoded.
fn bits(info: &SoundInfo) -> f64 {
    8.0 * info.file_bytes as f64 / f64::from(info.frames.max(1))
}
