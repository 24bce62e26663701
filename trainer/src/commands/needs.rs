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
    let whole = |n: f64| text::grouped(n.round() as u64);
    let (signal, work, time) = match estimate.pace {
        Pace::Sound { instructions_per_sample: n, clock_mhz } => {
            let real = format!("{clock_mhz:.1} MHz play in real time, at one instruction a cycle");
            ("sound", format!("{} instructions per time step", whole(n)), ("clock", real))
        }
        Pace::Picture { instructions_per_pixel: n, ms_at_100_mhz } => {
            let all = format!("{ms_at_100_mhz:.0} ms at 100 MHz, at one instruction a cycle");
            ("picture", format!("{} instructions per pixel", whole(n)), ("all pixels", all))
        }
        Pace::Shape {
            instructions_to_open: n,
            open_ms_at_100_mhz: ms,
            instructions_per_distance: each,
        } => {
            let words = format!(
                "about {} instructions near the surface, a gradient up to {}",
                whole(each),
                whole(5.0 * each)
            );
            let open = format!("{} instructions to open, {ms:.0} ms at 100 MHz", whole(n));
            ("shape", open, ("a distance", words))
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
                    "{work}; measured {signal}s are up to {:.0} % off",
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
