//! How does a file become source code that a firmware compiles?
//!
//! The bytes as a static, aligned, and beside it what a build can hold
//! against its budgets: sizes, memory, work, and a checksum of the samples for
//! a self-test on the device.

mod c;
mod rust;

pub use c::{header, headers};
use nex_runtime::Loop;
pub use rust::{module, modules};

/// What the source says of a sound.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// An identifier in lower case.
    pub name: String,
    /// The file it was made from.
    pub source: String,
    /// What the decoder reads.
    pub bytes: &'a [u8],
    /// `compact`, or the arithmetic of a network: `integer`, `float`.
    pub profile: &'static str,
    /// Hz.
    pub rate_hz: u32,
    /// Samples per frame.
    pub channels: u32,
    /// Time steps.
    pub frames: u32,
    /// Frames to play over and over.
    pub repeated: Option<Loop>,
    /// 32-bit words of working memory that decoding takes at least.
    pub memory_words: usize,
    /// Words that make the most speed of a network on a microcontroller; of a
    /// compact sound, that evaluating single positions takes.
    pub more_words: usize,
    /// Experts of a network; 0 of a compact sound, whose blocks they are.
    pub experts: u32,
    /// Multiply-accumulates per frame: exact of a network, the mean of a
    /// compact sound, rounded up.
    pub macs_per_frame: u32,
    /// Sines per frame of a network.
    pub sines_per_frame: u32,
    /// CRC-32 of all samples as `nex_runtime::SampleChecksum` has it.
    pub samples_crc: u32,
}

/// A constant of the source.
struct Constant {
    name: &'static str,
    value: u64,
    hex: bool,
    about: &'static str,
}

impl Facts<'_> {
    /// Whether this is a network.
    fn is_neural(&self) -> bool {
        self.profile != "compact"
    }

    fn constants(&self) -> Vec<Constant> {
        let looped = self.repeated.unwrap_or(Loop { start: 0, end: 0 });
        let constant = |name, value, about| Constant { name, value, hex: false, about };
        let mut all = vec![
            constant("FILE_BYTES", self.bytes.len() as u64, "Bytes of the file."),
            constant("RATE_HZ", self.rate_hz.into(), "Sample rate in Hz."),
            constant("CHANNELS", self.channels.into(), "Channels; samples are interleaved."),
            constant("FRAMES", self.frames.into(), "Time steps."),
            constant("LOOP_START", u64::from(looped.start), "First frame to play over and over."),
            constant(
                "LOOP_END",
                looped.end.into(),
                "First frame after the loop; 0: there is none.",
            ),
            constant(
                "MEMORY_WORDS",
                self.memory_words as u64,
                "32-bit words of working memory, at least.",
            ),
        ];
        let more = self.more_words as u64;
        if self.is_neural() {
            all.push(constant(
                "FAST_MEMORY_WORDS",
                more,
                "Words of working memory for the most speed.",
            ));
            all.push(constant("EXPERTS", self.experts.into(), "Experts."));
        } else {
            all.push(constant(
                "POINTS_WORDS",
                more,
                "Words of memory to evaluate single positions.",
            ));
        }
        let about = if self.is_neural() {
            "Multiply-accumulates per frame."
        } else {
            "Multiply-accumulates per frame, the mean, rounded up."
        };
        all.push(constant("MACS_PER_FRAME", self.macs_per_frame.into(), about));
        if self.is_neural() {
            all.push(constant("SINES_PER_FRAME", self.sines_per_frame.into(), "Sines per frame."));
        }
        all.push(Constant {
            name: "SAMPLES_CRC32",
            value: self.samples_crc.into(),
            hex: true,
            about: "CRC-32 of all samples, 16-bit little-endian, interleaved.",
        });
        all
    }
}

/// An identifier made of a file's name: lower case, `_` for what no
/// identifier has, and `sound_` before a digit.
#[must_use]
pub fn identifier(stem: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let name: String = stem.chars().map(plain).collect();
    // C reserves what begins with `_`.
    match name.trim_matches('_') {
        "" => "sound".into(),
        name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("sound_{name}"),
        name => name.into(),
    }
}

/// The working memory that suffices for each.
fn most_words(all: &[Facts<'_>]) -> usize {
    all.iter().map(|facts| facts.memory_words).max().unwrap_or(0)
}

/// Bytes in rows of sixteen.
fn rows(bytes: &[u8], indent: &str) -> String {
    let row = |row: &[u8]| {
        let numbers: Vec<String> = row.iter().map(|b| format!("0x{b:02x},")).collect();
        format!("{indent}{}\n", numbers.join(" "))
    };
    bytes.chunks(16).map(row).collect()
}
