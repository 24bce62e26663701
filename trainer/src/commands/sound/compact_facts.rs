//! What is in a compact file?

use super::features;
use crate::{
    audio,
    commands::terminal::{Failure, text},
    measure::targets::Estimate,
};
use nex_format::compact;
use nex_runtime::Sound;
use serde::Serialize;

/// Frames that are decoded at most, to count what they cost.
const COUNTED: u32 = 1 << 24;

/// What `info --json` prints.
#[derive(Serialize)]
pub struct Facts {
    profile: &'static str,
    bytes: usize,
    version: u8,
    rate_hz: u32,
    channels: u8,
    frames: u32,
    seconds: f64,
    bits_per_second: f64,
    chunks: u32,
    chunk_frames: u32,
    /// Samples of the shortest and the longest block.
    shortest_block: u32,
    longest_block: u32,
    /// In samples' units.
    step: f64,
    /// How much of the spectrum's shape the step follows, 0 to 1.
    gamma: f64,
    /// Level of the noise, relative to the shape.
    fill: f64,
    /// Bytes of all chunks; the rest is header, chunk table and checksum.
    chunk_bytes: usize,
    /// On average, counted while the sound was decoded, or its first
    /// [`COUNTED`] frames.
    pub macs_per_sample: u32,
    /// Working memory that the caller gives to play it.
    memory_bytes: usize,
    /// Memory of samples that a player decodes ahead, beside it.
    ahead_bytes: usize,
    /// Of nex-runtime: a decoder without one of them refuses the file.
    features: Vec<&'static str>,
    /// Frames to play over and over: the first, and the first after them.
    #[serde(rename = "loop")]
    repeated: Option<[u32; 2]>,
    comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Estimate>,
}

pub fn gather(sound: &Sound<'_>, stored: &compact::Sound<'_>) -> Result<Facts, Failure> {
    let header = stored.header();
    let (macs_per_sample, memory_bytes) = audio::cost(sound, COUNTED)?;
    let bytes = stored.bytes().len();
    let seconds = f64::from(header.frames) / f64::from(header.rate_hz);
    Ok(Facts {
        profile: "compact",
        bytes,
        version: nex_format::VERSION,
        rate_hz: header.rate_hz,
        channels: header.channels,
        frames: header.frames,
        seconds,
        bits_per_second: 8.0 * bytes as f64 / seconds,
        chunks: header.chunks(),
        chunk_frames: header.chunk_frames(),
        shortest_block: 1 << header.min_log2,
        longest_block: 1 << header.max_log2,
        step: (f64::from(header.step) / 32.0 - 8.0).exp2(),
        gamma: f64::from(header.gamma) / 16.0,
        fill: f64::from(header.fill) / 8.0,
        chunk_bytes: stored.chunks().map(<[u8]>::len).sum(),
        macs_per_sample,
        memory_bytes,
        ahead_bytes: 2 * sound.ahead_len(sound.channels()),
        features: features::needed(stored),
        repeated: sound.repeated().map(|l| [l.start, l.end]),
        comment: sound.sections().comment().map(String::from),
        target: None,
    })
}

/// The frames that are played over and over, in words.
pub fn repeated(points: Option<[u32; 2]>, frames: u32) -> String {
    match points {
        None => "none".into(),
        Some([0, end]) if end == frames => "the whole sound".into(),
        Some([start, end]) => format!(
            "{}, from frame {start} to {}",
            text::count((end - start).into(), "frame"),
            end - 1
        ),
    }
}

pub fn describe(facts: &Facts) -> String {
    let grouped = |n: usize| text::grouped(n as u64);
    text::rows(&[
        (
            "file",
            format!(
                "{} bytes, .nex version {}, intact; {} of them chunks",
                grouped(facts.bytes),
                facts.version,
                grouped(facts.chunk_bytes)
            ),
        ),
        (
            "sound",
            format!(
                "{:.3} s, {} Hz, {}, {}, {} bit/s",
                facts.seconds,
                facts.rate_hz,
                text::count(facts.channels.into(), "channel"),
                text::count(facts.frames.into(), "frame"),
                text::grouped(facts.bits_per_second.round() as u64)
            ),
        ),
        (
            "experts",
            format!(
                "windowed cosines, blocks of {} to {} samples, {} of up to {} frames",
                facts.shortest_block,
                facts.longest_block,
                text::count(facts.chunks.into(), "chunk"),
                text::grouped(facts.chunk_frames.into())
            ),
        ),
        (
            "quantiser",
            format!(
                "step {:.3}, follows {:.2} of the spectrum, noise up to {:.2}",
                facts.step, facts.gamma, facts.fill
            ),
        ),
        (
            "per time step",
            format!(
                "{} MAC on average, counted{}",
                text::grouped(facts.macs_per_sample.into()),
                if facts.frames > COUNTED { " where it begins" } else { "" }
            ),
        ),
        (
            "memory",
            format!(
                "{} bytes of working memory to play it, {} more ahead in a Player",
                grouped(facts.memory_bytes),
                grouped(facts.ahead_bytes)
            ),
        ),
        ("needs features", facts.features.join(", ")),
        ("loop", repeated(facts.repeated, facts.frames)),
        ("comment", facts.comment.clone().unwrap_or_else(|| "none".into())),
    ])
}
