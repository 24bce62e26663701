//! What does any file decode to, in a word?
//!
//! Uses nothing but `core` and the decoder, so that a device says the same
//! words: the firmware `golden` of `tests/device` has this file as a module.

use core::fmt;
use nex_runtime::{
    Area, Error, Kind, Picture, Position, SampleChecksum, Shape, Signal, Sound, unpack,
    unpacked_len,
};

/// What came of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// CRC-32 of the samples (of a sound 16-bit little-endian, of a picture
    /// 8-bit, interleaved), decoded in three ways that agree.
    Samples(u32),
    /// The ways do not agree.
    Differ(Checksums),
    /// Parsing gave an error.
    Refused(Error),
    /// The memory does not suffice.
    NoMemory,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Samples(crc) => write!(f, "{crc:08x}"),
            Self::Differ(checksums) => write!(f, "{checksums:?} differ"),
            Self::Refused(error) => write!(f, "error: {error}"),
            Self::NoMemory => f.write_str("error: not enough memory"),
        }
    }
}

impl From<Error> for Verdict {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

/// Parses and decodes a file of any kind, packed or not, in three ways.
/// `memory` is all that is used, besides some hundred words of stack.
#[must_use]
pub fn verdict(bytes: &[u8], memory: &mut [u32]) -> Verdict {
    judge(bytes, memory).unwrap_or_else(|verdict| verdict)
}

fn judge(bytes: &[u8], memory: &mut [u32]) -> Result<Verdict, Verdict> {
    let signal = Kind::of(bytes)?.signal;
    match plain(bytes, signal, memory) {
        Err(Verdict::Refused(Error::Packed)) => {}
        judged => return judged,
    }
    let needed = unpacked_len(bytes)?;
    let (unpacked, rest) =
        memory.split_at_mut_checked(needed.div_ceil(4)).ok_or(Verdict::NoMemory)?;
    let unpacked: &mut [u8] = bytemuck::cast_slice_mut(unpacked);
    let written = unpack(bytes, unpacked)?;
    plain(unpacked.get(..written).unwrap_or_default(), signal, rest)
}

fn plain(bytes: &[u8], signal: Signal, memory: &mut [u32]) -> Result<Verdict, Verdict> {
    match signal {
        Signal::Picture => picture(bytes, memory),
        Signal::Shape => shape(bytes, memory),
        _ => sound(bytes, memory),
    }
}

/// What decoding takes at least and at most, as far as there is so much.
fn scratch(memory: &mut [u32], least: usize, most: usize) -> Result<&mut [u32], Verdict> {
    let most = most.min(memory.len());
    let scratch = memory.get_mut(..most).filter(|s| s.len() >= least).ok_or(Verdict::NoMemory)?;
    scratch.fill(0x5555_5555);
    Ok(scratch)
}

/// Whole, row by row, and in parts.
fn picture(bytes: &[u8], memory: &mut [u32]) -> Result<Verdict, Verdict> {
    let decoder = Picture::open(bytes)?;
    let info = decoder.info();
    let size = (info.width, info.height);
    let len = info.width as usize * info.height as usize * usize::from(info.channels);
    let (out, memory) = memory.split_at_mut_checked(len.div_ceil(4)).ok_or(Verdict::NoMemory)?;
    let out = bytemuck::cast_slice_mut::<_, u8>(out).get_mut(..len).unwrap_or_default();
    let memory = scratch(memory, decoder.rows_len(Area::ALL, size), usize::MAX)?;
    let [mut whole, mut rows, mut parts] = [SampleChecksum::new(); 3];
    let _ = decoder.decode_into(out, memory);
    whole.add_bytes(out);
    memory.fill(0x7fff_8000);
    if let Ok(mut all) = decoder.rows(Area::ALL, size, memory) {
        while let Some(samples) = all.next_row(out) {
            rows.add_bytes(out.get(..samples).unwrap_or_default());
        }
    }
    out.fill(0);
    in_parts(&decoder, out, memory);
    parts.add_bytes(out);
    Ok(Checksums { whole: whole.value(), odd: rows.value(), parts: parts.value() }.verdict())
}

/// In eight bands of three parts, the last one first: tiles that lie there without those
/// before.
fn in_parts(decoder: &Picture<'_>, out: &mut [u8], memory: &mut [u32]) {
    let info = decoder.info();
    let channels = usize::from(info.channels);
    let (columns, rows) = (info.width / 3 + 1, info.height / 8 + 1);
    for top in (0..info.height).step_by(rows as usize).rev() {
        for left in (0..info.width).step_by(columns as usize).rev() {
            let area = Area { left, top, width: columns, height: rows };
            let Ok(windows) = decoder.windows(memory) else { return };
            let mut windows = windows.within(area);
            while let Some(window) = windows.next_window() {
                let Area { left, top, width, height } = window.area();
                for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                    let at = (top + y) as usize * info.width as usize + (left + x) as usize;
                    let to = out.get_mut(at * channels..).unwrap_or_default();
                    to.iter_mut()
                        .zip(window.pixel(x, y))
                        .take(channels)
                        .for_each(|(to, s)| *to = s);
                }
            }
        }
    }
}

/// Points along each side of the grid that a shape is looked at.
const GRID: u32 = 9;

/// A grid of the whole cube: along x, point by point, and as clouds.
fn shape(bytes: &[u8], memory: &mut [u32]) -> Result<Verdict, Verdict> {
    let decoder = Shape::open(bytes)?;
    let cells = decoder.info().cells;
    let memory = scratch(memory, decoder.memory_len(), decoder.best_len())?;
    let mut distances = decoder.distances(memory).map_err(|_| Verdict::NoMemory)?;
    let step = Position::step(cells, GRID - 1);
    let zero = Position::default();
    let place = |i: u32| zero.advance(step, i as usize).unwrap_or_default();
    let [mut whole, mut odd, mut parts] = [SampleChecksum::new(); 3];
    let mut buffer = [0i16; GRID as usize];
    for i in 0..GRID * GRID {
        let (y, z) = (place(i % GRID), place(i / GRID));
        let line = distances.sdf_line([zero, y, z], [step, zero, zero], &mut buffer);
        whole.add(buffer.get(..line.unwrap_or(0)).unwrap_or_default());
        for x in 0..GRID {
            odd.add(&[distances.sdf_at([place(x), y, z]).unwrap_or(0)]);
        }
        let mut points = [[zero, y, z]; GRID as usize];
        for (x, point) in points.iter_mut().enumerate() {
            *point = [place(x as u32), y, z];
        }
        // Seven at once, then the others; one from elsewhere between.
        let _ = distances.expert_at([y, z, y]);
        for points in points.chunks(7) {
            let out = buffer.get_mut(..points.len()).unwrap_or_default();
            let _ = distances.sdf_points(points, out);
            parts.add(out);
        }
    }
    Ok(Checksums { whole: whole.value(), odd: odd.value(), parts: parts.value() }.verdict())
}

fn sound(bytes: &[u8], memory: &mut [u32]) -> Result<Verdict, Verdict> {
    let sound = Sound::open(bytes)?;
    let info = sound.info();
    let memory = scratch(memory, sound.memory_len(), sound.best_len())?;
    let mut playback = sound.play(memory).map_err(|_| Verdict::NoMemory)?;
    let shape = (info.frames, info.channels.into());
    Ok(Checksums::of(shape, |start, out| {
        if playback.position() != start {
            playback.seek(start);
        }
        playback.decode_block(out)
    })
    .verdict())
}

/// Checksums of a whole sound, picture or grid decoded in three ways. All must be the
/// same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checksums {
    /// From the beginning to the end, in blocks of 256 samples.
    pub whole: u32,
    /// In blocks of 1, 2, ... 13 and again 1 frames; of a picture in rows.
    pub odd: u32,
    /// In eight parts, each after a frame from elsewhere; of a picture in 24, the last
    /// one first.
    pub parts: u32,
}

impl Checksums {
    /// Decodes the sound three times. `decode` writes the frames from one on
    /// into a buffer and says how many it wrote.
    #[must_use]
    pub fn of(
        (frames, channels): (u32, usize),
        decode: impl FnMut(u32, &mut [i16]) -> usize,
    ) -> Self {
        let mut sound = Parts { channels, decode };
        let [mut whole, mut odd, mut parts] = [SampleChecksum::new(); 3];
        sound.part(&mut whole, 0..frames, |_| usize::MAX);
        sound.part(&mut odd, 0..frames, |i| 1 + i % 13);
        let span = frames / 8 + 1;
        for i in 0..8 {
            let start = span.saturating_mul(i).min(frames);
            let elsewhere = (start + frames / 2) % frames.max(1);
            sound.part(&mut SampleChecksum::new(), elsewhere..elsewhere + 1, |_| 1);
            sound.part(&mut parts, start..(start + span).min(frames), |_| usize::MAX);
        }
        Self { whole: whole.value(), odd: odd.value(), parts: parts.value() }
    }

    /// The one checksum, if all three are the same.
    fn verdict(self) -> Verdict {
        if self.whole == self.odd && self.whole == self.parts {
            Verdict::Samples(self.whole)
        } else {
            Verdict::Differ(self)
        }
    }
}

struct Parts<D> {
    channels: usize,
    decode: D,
}

impl<D: FnMut(u32, &mut [i16]) -> usize> Parts<D> {
    /// Decodes some frames in blocks; `size` says how long the i-th may be.
    fn part(
        &mut self,
        crc: &mut SampleChecksum,
        frames: core::ops::Range<u32>,
        size: impl Fn(usize) -> usize,
    ) {
        let mut buffer = [0; 256];
        let mut at = frames.start;
        for i in 0.. {
            let left = frames.end.saturating_sub(at) as usize;
            let most = (buffer.len() / self.channels).min(size(i)).min(left);
            let Some(block) = buffer.get_mut(..most * self.channels) else { break };
            let written = (self.decode)(at, block);
            if written == 0 {
                break;
            }
            crc.add(block.get(..written * self.channels).unwrap_or_default());
            at += written as u32;
        }
    }
}
