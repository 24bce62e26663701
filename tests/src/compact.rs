//! What must hold for any compact sound at all?
//!
//! The body of the fuzz target `compact`; ordinary tests put forged and real
//! files through the same functions.

use crate::{forge::Random, fuzzing::somewhere};
use nex_format::compact::{self, SoundHeader};
use nex_runtime::{DecodeError, Expert, Playback, Position, Sound};

/// Frames that the fuzz target decodes, from the beginning of the sound on. A
/// header may ask for 2^32; work is bounded by this and one block of 2048,
/// whatever it says.
const FEW: u32 = 48;
/// The same for ordinary tests, and for one of the fuzzer's files in 256.
const MANY: u32 = 6000;

/// What a stream's memory is filled with beforehand: none of it may count.
const POISONS: [u32; 5] = [0, u32::MAX, i32::MAX as u32, 1 << 31, 0x5555_aaaa];

/// Parsing never panics; what parses decodes to the same bits whole, by
/// block, and after any seek; no position panics.
pub fn parse_decode(bytes: &[u8]) {
    if let Some(decoder) = parse(bytes) {
        agree(&decoder, MANY, 12, &Ways::ALL, &mut Random::new(somewhere(bytes).into()));
    }
}

/// The same for a fuzzer: few frames and one other way to decode them, but
/// for one file in 256.
pub fn parse_decode_few(bytes: &[u8]) {
    let Some(decoder) = parse(bytes) else { return };
    let place = somewhere(bytes);
    let mut random = Random::new(place.into());
    if place.is_multiple_of(256) {
        agree(&decoder, 1024, 6, &Ways::ALL, &mut random);
    } else {
        agree(&decoder, FEW, 2, &[Ways::ALL[random.within(0..=2)]], &mut random);
    }
}

/// Other ways to decode than all at once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ways {
    Blocks,
    Seeks,
    Points,
}

impl Ways {
    const ALL: [Self; 3] = [Self::Blocks, Self::Seeks, Self::Points];
}

/// A sound and its header.
#[derive(Clone, Debug)]
pub struct Decoder<'a> {
    sound: Sound<'a>,
    header: SoundHeader,
}

impl<'a> Decoder<'a> {
    /// # Errors
    /// Those of [`Sound::open_compact`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, nex_format::Error> {
        let header = *compact::Sound::parse(bytes)?.header();
        Ok(Self { sound: Sound::open_compact(bytes)?, header })
    }

    #[must_use]
    pub const fn header(&self) -> &SoundHeader {
        &self.header
    }

    #[must_use]
    pub const fn stream_len(&self) -> usize {
        self.sound.memory_len()
    }

    #[must_use]
    pub const fn points_len(&self) -> usize {
        self.sound.points_len()
    }

    /// # Errors
    /// Those of [`Sound::play`].
    pub fn stream<'m>(&self, memory: &'m mut [u32]) -> Result<Playback<'a, 'm>, DecodeError> {
        self.sound.clone().play(memory)
    }
}

fn parse(bytes: &[u8]) -> Option<Decoder<'_>> {
    let decoder = Decoder::parse(bytes).ok()?;
    let sound = compact::Sound::parse(bytes).unwrap();
    let header = decoder.header();
    let _ = sound.sections().comment();
    assert!((1..=2).contains(&header.channels) && header.frames > 0);
    // A table of a hostile file may be long, but never longer than the file.
    assert_eq!(sound.chunks().count(), header.chunks() as usize);
    assert!(sound.chunks().map(<[u8]>::len).sum::<usize>() < bytes.len());
    Some(decoder)
}

/// A sound decoded with its memory filled beforehand.
///
/// # Panics
/// If the decoder does not take as much memory as it says, or gives another
/// number of frames.
#[must_use]
pub fn decode(decoder: &Decoder<'_>, frames: u32, poison: u32) -> Vec<i16> {
    let header = decoder.header();
    let channels = usize::from(header.channels);
    let mut memory = vec![poison; decoder.stream_len()];
    let mut out = vec![poison as i16; frames.min(header.frames) as usize * channels];
    let mut stream = decoder.stream(&mut memory).unwrap();
    assert_eq!(stream.decode_block(&mut out) * channels, out.len());
    out
}

fn agree(decoder: &Decoder<'_>, most: u32, places: usize, ways: &[Ways], random: &mut Random) {
    let header = *decoder.header();
    let channels = usize::from(header.channels);
    let frames = most.min(header.frames);
    let mut poison = || POISONS[random.within(0..=POISONS.len() - 1)];
    let poisons: [u32; 4] = std::array::from_fn(|_| poison());
    if ways.contains(&Ways::Points) {
        points_agree(decoder, [poisons[0], poisons[3]], frames, places, random);
    }
    if ways == [Ways::Points] {
        return;
    }
    let whole = decode(decoder, frames, poisons[0]);
    let mut memory = vec![poisons[1]; decoder.stream_len()];
    let mut stream = decoder.stream(&mut memory).unwrap();
    if ways.contains(&Ways::Blocks) {
        by_blocks(&mut stream, (&whole, channels), random);
    }
    if ways.contains(&Ways::Seeks) {
        // The same stream goes on from wherever it is, another begins anew.
        let mut fresh = vec![poisons[2]; decoder.stream_len()];
        for place in places_of(&header, frames, places, random) {
            let count = random.within(1..=40);
            seek(&mut stream, (&whole, channels), (place, count));
            if ways.len() > 1 {
                let stream = &mut decoder.stream(&mut fresh).unwrap();
                seek(stream, (&whole, channels), (place, count));
            }
        }
    }
    for end in [header.frames, u32::MAX] {
        stream.seek(end);
        assert_eq!((stream.decode_block(&mut [7; 4]), stream.position()), (0, end));
    }
}

/// A position's value does not depend on those before, nor on the memory.
fn points_agree(
    decoder: &Decoder<'_>,
    [one, other]: [u32; 2],
    frames: u32,
    places: usize,
    random: &mut Random,
) {
    let header = decoder.header();
    let mut memory = vec![one; decoder.points_len()];
    let mut points = decoder.stream(&mut memory).unwrap();
    let mut fresh = vec![other; decoder.points_len()];
    for frame in places_of(header, frames, places, random) {
        let at = Position::new(frame, random.bits() as u32);
        let first = point(&mut points, header, at);
        assert_eq!(point(&mut decoder.stream(&mut fresh).unwrap(), header, at), first, "{at:?}");
    }
    let end = Position::from_frame(header.frames);
    assert_eq!(points.sample_at(end, &mut [0; 2]), Err(DecodeError::OutOfRange));
    assert_eq!(points.expert_at(end), Err(DecodeError::OutOfRange));
}

/// Frames to try: around the first borders of chunks, the end, anywhere.
fn places_of(header: &SoundHeader, frames: u32, count: usize, random: &mut Random) -> Vec<u32> {
    let mut place = |_| {
        let border = header.chunk_start(random.within(1..=4) as u32) as u32;
        let near = random.within(0..=2 << header.max_log2) as u32;
        match random.within(0..=4) {
            0 => border.saturating_sub(near),
            1 => border.saturating_add(near),
            2 => frames - 1 - near.min(frames - 1),
            _ => random.within(0..=frames as usize - 1) as u32,
        }
        .min(frames - 1)
    };
    (0..count).map(&mut place).collect()
}

fn by_blocks(
    stream: &mut Playback<'_, '_>,
    (whole, channels): (&[i16], usize),
    random: &mut Random,
) {
    let mut at = 0;
    while at < whole.len() {
        let most = [7, 700][random.within(0..=1)];
        let frames = random.within(1..=most);
        // Samples that do not make up a frame are left alone.
        let odd = random.within(0..=channels - 1);
        let mut block = vec![-3; frames.min((whole.len() - at) / channels) * channels + odd];
        let written = stream.decode_block(&mut block) * channels;
        assert_eq!(written, block.len() - odd);
        assert!(block[written..].iter().all(|&s| s == -3), "wrote past the end");
        assert!(block[..written] == whole[at..at + written], "block of {frames} at {at}");
        at += written;
        assert_eq!(stream.position() as usize * channels, at);
    }
}

fn seek(
    stream: &mut Playback<'_, '_>,
    (whole, channels): (&[i16], usize),
    (frame, count): (u32, usize),
) {
    let expected = &whole[frame as usize * channels..];
    let mut out = vec![9; (count * channels).min(expected.len())];
    stream.seek(frame);
    assert_eq!(stream.decode_block(&mut out) * channels, out.len());
    assert!(out == expected[..out.len()], "{count} frames from {frame} on");
}

/// What a position evaluates to; the expert's place is sound.
fn point(points: &mut Playback<'_, '_>, header: &SoundHeader, at: Position) -> ([i16; 2], Expert) {
    let mut out = [0; 2];
    points.sample_at(at, &mut out).unwrap();
    let expert = points.expert_at(at).unwrap();
    let Expert::Block { start, frames, nonzero } = expert else { panic!("{expert:?}") };
    assert!((1 << header.min_log2..=1 << header.max_log2).contains(&frames));
    assert!(frames.is_power_of_two() && start % frames == 0, "not aligned: {expert:?}");
    assert_eq!(at.frame() / frames, start / frames, "{expert:?} at {at:?}");
    assert!(nonzero <= u32::from(header.channels) * frames);
    (out, expert)
}

/// A header of any kind, of a sound with a few frames.
#[must_use]
pub fn header(random: &mut Random, most_frames: usize) -> SoundHeader {
    let max_log2 = random.within(5..=11) as u8;
    let min_log2 = random.within(5..=max_log2.into()) as u8;
    let shaped = random.within(0..=3) > 0;
    let gamma = if shaped { random.within(0..=15) as u8 } else { 0 };
    let fill = if shaped { random.within(0..=15) as u8 } else { 0 };
    let octaves = [0, 2, 7][random.within(0..=2)];
    let frames = random.within(1..=most_frames) as u32;
    let chunk_log2 = max_log2 + random.within(0..=octaves) as u8;
    let most = ((frames - 1) >> max_log2).min((1 << (chunk_log2 - max_log2)) - 1);
    SoundHeader {
        rate_hz: [1, 8_000, 16_000, 44_100, 48_000, 768_000][random.within(0..=5)],
        frames,
        channels: random.within(1..=2) as u8,
        min_log2,
        max_log2,
        chunk_log2,
        lead: [0, random.within(0..=most as usize) as u8][random.within(0..=1)],
        models: 0,
        step: random.within(0..=800) as u16,
        gamma,
        fill,
        tilt: if gamma | fill == 0 { 0 } else { random.within(0..=15) as u8 },
        offsets: std::array::from_fn(|_| random.within(0..=31) as i8 - 16),
    }
}

/// A file of a random header and random chunks.
///
/// # Panics
/// If the format refuses a header that this module takes for valid.
#[must_use]
pub fn file(random: &mut Random, most_frames: usize, most_bytes: usize) -> Vec<u8> {
    let header = header(random, most_frames);
    let mut chunk = |_| {
        let len = random.within(0..=most_bytes);
        // Runs of equal bytes drive the decisions to their ends.
        let fill = [None, Some(0), Some(0xff)][random.within(0..=2)];
        let from = random.within(0..=len);
        let byte = |i| if i >= from { fill } else { None };
        (0..len).map(|i| byte(i).unwrap_or(random.bits() as u8)).collect::<Vec<u8>>()
    };
    let chunks: Vec<Vec<u8>> = (0..header.chunks()).map(&mut chunk).collect();
    compact::write(&header, &[], &chunks).unwrap_or_else(|e| panic!("{header:?}: {e}"))
}
