//! What does decoding take of a microcontroller? (from a measured table)
//!
//! `costs.csv` is made by `tests/device/bench`, which counts instructions in
//! an emulator and reads flash and RAM from the linked firmware.

mod name;

pub use name::Target;

use serde::Serialize;
use std::sync::LazyLock;

/// Columns that a decoder on a microcontroller evaluates at once at most.
pub const COLUMNS: usize = 8;

const TABLE: &str = include_str!("costs.csv");

/// A row of the table: a processor and one of the decoders.
#[derive(Clone, Debug, PartialEq)]
struct Costs {
    target: String,
    decoder: String,
    /// Instructions per point (a frame, a pixel), per channel of it, per
    /// multiply-accumulate, per sine and per bit of the file.
    per_point: f64,
    per_channel: f64,
    per_mac: f64,
    per_sine: f64,
    per_bit: f64,
    flash_bytes: usize,
    ram_bytes: usize,
    stack_bytes: usize,
    worst_error_percent: f64,
}

static ROWS: LazyLock<Vec<Costs>> = LazyLock::new(|| TABLE.lines().filter_map(parse).collect());

/// None for comments and the line of names.
fn parse(line: &str) -> Option<Costs> {
    let mut fields = line.split(',');
    let mut next = || fields.next().map(str::trim);
    let (target, decoder) = (next()?.to_string(), next()?.to_string());
    let mut number = || next().and_then(|field| field.parse::<f64>().ok());
    Some(Costs {
        target,
        decoder,
        per_point: number()?,
        per_channel: number()?,
        per_mac: number()?,
        per_sine: number()?,
        per_bit: number()?,
        flash_bytes: number()? as usize,
        ram_bytes: number()? as usize,
        stack_bytes: number()? as usize,
        worst_error_percent: number()?,
    })
}

/// The processors of the table.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for row in ROWS.iter() {
        if !names.contains(&row.target.as_str()) {
            names.push(&row.target);
        }
    }
    names
}

/// The points that are decoded.
#[derive(Clone, Copy, Debug)]
pub enum Points {
    /// The frames (time steps) of a sound, so many in a second.
    Frames(u32),
    /// All pixels of a picture.
    Pixels(u64),
    /// A whole shape, to be opened.
    Shape,
}

/// What a file asks of the decoder.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// `compact`, `neural-i8`, `neural-i16`, `neural-float`, `picture`, `drawn` or `shape`.
    pub decoder: &'static str,
    pub points: Points,
    pub channels: u8,
    /// Of the file as the decoder reads it.
    pub file_bytes: usize,
    /// Of the caller's working memory.
    pub memory_bytes: usize,
    /// Per point; of a shape the coefficients of all polynomials.
    pub macs: f64,
    /// Per point.
    pub sines: f64,
    /// Of the file, per point.
    pub bits: f64,
}

/// Instructions of a point, and how long all of them take at one instruction a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Pace {
    Sound {
        /// Per frame (time step), all channels.
        instructions_per_sample: f64,
        /// The clock that plays in real time.
        clock_mhz: f64,
    },
    Picture {
        /// All channels.
        instructions_per_pixel: f64,
        /// The whole picture at a clock of 100 MHz.
        ms_at_100_mhz: f64,
    },
    Shape {
        /// Checking the file and decoding all of it.
        instructions_to_open: f64,
        /// Likewise at a clock of 100 MHz.
        open_ms_at_100_mhz: f64,
        /// The mean of places near the surface; a gradient takes up to five times as many.
        instructions_per_distance: f64,
    },
}

/// What a processor needs for a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The processor or chip.
    pub target: &'static str,
    /// The processor whose costs these are.
    pub processor: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
    /// Code and tables of the decoder.
    pub decoder_flash_bytes: usize,
    /// That, and the file.
    pub flash_bytes: usize,
    /// Working memory, which the caller gives.
    pub memory_bytes: usize,
    /// That, and the decoder's own values.
    pub ram_bytes: usize,
    /// Deepest stack, parsing included.
    pub stack_bytes: usize,
    #[serde(flatten)]
    pub pace: Pace,
    /// How far the instructions of a measured file are off at most.
    pub worst_error_percent: f64,
}

/// Reads the table for a file; none if it lacks the processor or decoder.
#[must_use]
pub fn estimate(target: &Target, work: &Work) -> Option<Estimate> {
    let of = |decoder: &str| {
        ROWS.iter().find(|row| row.target == target.processor && row.decoder == decoder)
    };
    let row = of(work.decoder)?;
    let instructions = row.per_point
        + row.per_channel * f64::from(work.channels)
        + row.per_mac * work.macs
        + row.per_sine * work.sines
        + row.per_bit * work.bits;
    Some(Estimate {
        target: target.name,
        processor: target.processor,
        note: target.note(),
        decoder_flash_bytes: row.flash_bytes,
        flash_bytes: row.flash_bytes + work.file_bytes,
        memory_bytes: work.memory_bytes,
        ram_bytes: row.ram_bytes + work.memory_bytes,
        stack_bytes: row.stack_bytes,
        pace: match work.points {
            Points::Frames(rate_hz) => Pace::Sound {
                instructions_per_sample: instructions,
                clock_mhz: instructions * f64::from(rate_hz) / 1e6,
            },
            Points::Pixels(pixels) => Pace::Picture {
                instructions_per_pixel: instructions,
                ms_at_100_mhz: instructions * pixels as f64 / 1e5,
            },
            Points::Shape => Pace::Shape {
                instructions_to_open: instructions,
                open_ms_at_100_mhz: instructions / 1e5,
                instructions_per_distance: of("distance")?.per_point,
            },
        },
        worst_error_percent: row.worst_error_percent,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = TABLE.lines().filter(|l| !l.starts_with('#') && !l.starts_with("target,"));
        assert_eq!(ROWS.len(), lines.count());
        for target in names() {
            for (decoder, points) in [
                ("compact", Points::Frames(8000)),
                ("neural-i8", Points::Frames(8000)),
                ("neural-i16", Points::Frames(8000)),
                ("neural-float", Points::Frames(8000)),
                ("picture", Points::Pixels(100)),
                ("drawn", Points::Pixels(100)),
                ("shape", Points::Shape),
            ] {
                let work = Work {
                    decoder,
                    points,
                    channels: 1,
                    file_bytes: 1000,
                    memory_bytes: 100,
                    macs: 100.0,
                    sines: 10.0,
                    bits: 1.0,
                };
                let estimate = estimate(&target.parse().unwrap(), &work).unwrap();
                assert_eq!((estimate.target, estimate.memory_bytes), (target, 100));
                assert_eq!(estimate.flash_bytes, estimate.decoder_flash_bytes + 1000);
                let (Pace::Sound { clock_mhz: time, .. }
                | Pace::Picture { ms_at_100_mhz: time, .. }
                | Pace::Shape { open_ms_at_100_mhz: time, .. }) = estimate.pace;
                assert!(time > 0.0 && time.is_finite());
            }
        }
    }
}
