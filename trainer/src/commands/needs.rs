//! What does a file take of a microcontroller, in words?

use super::terminal::text;
use crate::measure::targets::{Estimate, Pace};

/// The rows for a reader.
pub fn describe(estimate: &Estimate) -> String {
    let grouped = |n: usize| text::grouped(n as u64);
    let processor = estimate.processor;
    let chip = match estimate.target {
        target if target == processor => String::new(),
        chip if estimate.note.is_some() => format!("{chip}, as on "),
        chip => format!("{chip}, "),
    };
    let (signal, point, instructions, time) = match estimate.pace {
        Pace::Sound { instructions_per_sample: n, clock_mhz } => {
            let real = format!("{clock_mhz:.1} MHz play in real time, at one instruction a cycle");
            ("sound", "time step", n, ("clock", real))
        }
        Pace::Picture { instructions_per_pixel: n, ms_at_100_mhz } => {
            let whole = format!("{ms_at_100_mhz:.0} ms at 100 MHz, at one instruction a cycle");
            ("picture", "pixel", n, ("all pixels", whole))
        }
    };
    format!(
        "\non {chip}a {processor}\n{}",
        text::rows(&[
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
                    "{} bytes: working memory {}, decoder {}; and {} of stack",
                    grouped(estimate.ram_bytes),
                    grouped(estimate.memory_bytes),
                    grouped(estimate.ram_bytes - estimate.memory_bytes),
                    grouped(estimate.stack_bytes)
                ),
            ),
            (
                "work",
                format!(
                    "{} instructions per {point}; measured {}s are up to {:.0} % off",
                    text::grouped(instructions.round() as u64),
                    signal,
                    estimate.worst_error_percent.ceil()
                ),
            ),
            time,
            (
                "measured by",
                estimate
                    .note
                    .unwrap_or("tests/device/bench, in an emulator that counts instructions")
                    .into(),
            ),
        ])
    )
}
