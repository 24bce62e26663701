//! What does a file take of a microcontroller?

use super::super::{sound::Sound, table};
use crate::targets::{self, Estimate, Work};
use nex_format::{Activation, Arithmetic, Mixture, Mlp, WeightType};

/// The estimate for one of the table's processors.
pub(super) fn gather(target: &str, sound: &Sound<'_>, macs: u32) -> Option<Estimate> {
    let rate_hz = sound.shape().rate_hz;
    let work = match sound {
        Sound::Compact(decoder) => Work {
            decoder: "compact",
            file_bytes: decoder.sound().bytes().len(),
            memory_bytes: 4 * decoder.stream_len(),
            rate_hz,
            macs: macs.into(),
            sines: 0.0,
        },
        Sound::Neural(decoder) => {
            let info = decoder.info();
            // The table's firmware has no decoder for it.
            if is_further(decoder.file().mixture()) {
                return None;
            }
            Work {
                decoder: match info.arithmetic {
                    Arithmetic::Float => "neural-float",
                    Arithmetic::Integer if has_wide_weights(decoder.file().mixture()) => {
                        "neural-i16"
                    }
                    Arithmetic::Integer => "neural-i8",
                },
                file_bytes: info.file_bytes,
                memory_bytes: 4 * decoder.scratch_len(targets::COLUMNS),
                rate_hz,
                macs: macs.into(),
                sines: info.sines_per_frame.into(),
            }
        }
    };
    targets::estimate(target, &work)
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
    reduced || mixture.grid.is_some() || blocks.any(further)
}

fn has_wide_weights(mixture: &Mixture<'_>) -> bool {
    let wide = |mlp: &nex_format::Mlp<'_>| mlp.layers().any(|l| l.weight_type() == WeightType::I16);
    wide(&mixture.encoder) || wide(&mixture.experts.get(0))
}

/// The rows for a reader.
pub(super) fn describe(estimate: &Estimate) -> String {
    let grouped = |n: usize| table::grouped(n as u64);
    format!(
        "\non a {}\n{}",
        estimate.target,
        table::rows(&[
            (
                "flash",
                format!(
                    "{} bytes: decoder {}, file {}",
                    grouped(estimate.flash_bytes),
                    grouped(estimate.decoder_flash_bytes),
                    grouped(estimate.flash_bytes - estimate.decoder_flash_bytes)
                ),
            ),
            (
                "RAM",
                format!(
                    "{} bytes, and {} of stack",
                    grouped(estimate.ram_bytes),
                    grouped(estimate.stack_bytes)
                ),
            ),
            (
                "work",
                format!(
                    "{} instructions per time step; measured sounds are up to {:.0} % off",
                    table::grouped(estimate.instructions_per_sample.round() as u64),
                    estimate.worst_error_percent.ceil()
                ),
            ),
            (
                "clock",
                format!(
                    "{:.1} MHz play in real time, at one instruction a cycle",
                    estimate.clock_mhz
                ),
            ),
            ("measured by", "tests/device/bench, in an emulator that counts instructions".into()),
        ])
    )
}
