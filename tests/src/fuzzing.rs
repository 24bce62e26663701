//! What must hold for any bytes at all?
//!
//! The bodies of the fuzz targets; ordinary tests replay the committed
//! corpora and forged files through the same functions.

use crate::{
    compact_picture, compact_shape,
    forge::{self, Plan, Random},
    pictures, shapes,
    sounds::Decoder,
    windows,
};
use nex_format::{
    SectionId,
    neural::{
        File, Grid, Header, MAX_CHUNK_RUNS, Runs, Tensor, WeightType,
        write::{IntegerRows, Layer, Mixture, Mlp, encode},
    },
};
use nex_runtime::{Kernel, Picture, Position, Shape};

/// Files whose every frame costs more are decoded in a few frames only.
pub(crate) const MACS: u32 = 20_000;

/// Parsing never panics; what parses has sound parts.
pub fn parse(bytes: &[u8]) {
    let Ok(file) = File::parse(bytes) else { return };
    let mut end = 0;
    for section in file.sections() {
        assert!(section.offset >= end, "sections overlap");
        end = section.offset + section.data.len();
        assert!(end <= bytes.len(), "a section past the end");
    }
    let _ = file.comment();
    let mixture = file.mixture();
    let manager = mixture.manager.iter().flat_map(|m| [m.encoder.clone(), m.head.clone()]);
    let experts = (0..mixture.experts.count()).map(|k| mixture.experts.get(k));
    let mut stored = 0;
    for block in std::iter::once(mixture.encoder.clone()).chain(manager).chain(experts) {
        // An encoder that is a grid, or a manager's that has none.
        assert!(block.layers().all(|layer| layer.rows() > 0 && layer.cols() > 0));
        for tensor in block.layers() {
            stored += tensor.total_bytes();
            for row in 0..tensor.rows() {
                let bytes = tensor.row_bytes(row).len();
                assert_eq!(bytes, tensor.cols() * tensor.weight_type().weight_bytes());
                let sum: f32 = (0..tensor.cols()).map(|c| tensor.weight_f32(row, c).abs()).sum();
                assert!(sum.is_finite());
                let _ = (tensor.multiplier(row), tensor.phase(row), tensor.bias(row));
            }
        }
    }
    if let Some(grid) = mixture.grid() {
        assert!(mixture.encoder.is_empty());
        stored += tables(grid);
    }
    if let Some(runs) = &mixture.runs {
        routing(runs, mixture.experts.count());
    }
    let weights = file.sections().filter(|s| !s.id.is_optional() && s.id != SectionId::RUNS);
    assert_eq!(stored, weights.map(|s| s.data.len()).sum::<usize>(), "bytes that no tensor holds");
}

/// Bytes of a grid's tables; no vertex is without an entry.
fn tables(grid: &Grid<'_>) -> usize {
    let mut bytes = 0;
    for level in grid.levels() {
        let last = level.vertices() - 1;
        for vertex in [[0; 3], [last; 3], [last, 0, last], [last / 3, last / 2, 1]] {
            let entry = level.entry(vertex);
            assert!(entry < level.entries());
            let value = |f| level.value(entry, f) * level.multiplier();
            assert!((0..grid.features()).all(|f| value(f).is_finite()));
        }
        let multiplier = if grid.weight_type() == WeightType::I8 { 4 } else { 0 };
        let values = level.entries() * grid.features();
        bytes += values * grid.weight_type().weight_bytes() + multiplier;
    }
    bytes
}

/// Runs follow each other to the end, and a cursor finds each from anywhere.
fn routing(runs: &Runs<'_>, experts: usize) {
    let (mut end, mut before, mut in_chunk) = (0, None, 0);
    let mut cursor = runs.cursor();
    for run in runs.iter() {
        assert!(run.start == end && run.frames > 0 && usize::from(run.expert) < experts);
        if run.start.is_multiple_of(runs.chunk_frames()) {
            (before, in_chunk) = (None, 0);
        }
        in_chunk += 1;
        assert!(before != Some(run.expert) && in_chunk <= MAX_CHUNK_RUNS);
        before = Some(run.expert);
        end = run.start + run.frames;
        // Forwards to the last frame, then back to the first.
        for frame in [end - 1, run.start] {
            assert_eq!(cursor.expert_at(frame), run.expert);
            assert_eq!(runs.expert_at(frame), run.expert);
        }
    }
    assert_eq!(end, runs.frames());
    assert_eq!((cursor.expert_at(end), runs.expert_at(u32::MAX)), (0, 0));
}

/// What parses decodes: the same bits by block, whole, at random, with any
/// scratch, on every kernel.
pub fn parse_decode(bytes: &[u8]) {
    if let Ok(picture) = Picture::open(bytes) {
        windows::agree(bytes, &picture);
        return picture.field().into_iter().for_each(|_| pictures::agree(bytes, &picture));
    }
    if let Ok(shape) = Shape::open(bytes) {
        return match shape.network() {
            Some(_) => shapes::agree(bytes, &shape),
            None => compact_shape::parse_decode(bytes),
        };
    }
    let Ok(decoder) = Decoder::parse(bytes) else { return };
    let info = decoder.info();
    let frames = if info.macs_per_frame > MACS { 3 } else { 40 };
    for start in [0, info.frames.saturating_sub(frames / 2), somewhere(bytes) % info.frames] {
        agree(&decoder, start, frames as usize);
    }
}

/// The same for a fuzzer, which has many files to see: a few frames at one
/// place, against two other ways; everything for one file in 512.
pub fn parse_decode_few(bytes: &[u8]) {
    if let Ok(picture) = Picture::open(bytes) {
        return match picture.field() {
            Some(_) => pictures::agree_few(bytes, &picture),
            None => compact_picture::parse_decode_few(bytes),
        };
    }
    if let Ok(shape) = Shape::open(bytes) {
        return match shape.network() {
            Some(_) => shapes::agree_few(bytes, &shape),
            None => compact_shape::parse_decode(bytes),
        };
    }
    let Ok(decoder) = Decoder::parse(bytes) else { return };
    let info = decoder.info();
    let place = somewhere(bytes);
    if place.is_multiple_of(512) {
        return parse_decode(bytes);
    }
    let start = place % info.frames;
    let frames = if info.macs_per_frame > MACS { 1 } else { 9 };
    let channels = usize::from(info.channels);
    let mut scratch = vec![place; decoder.scratch_len(frames)];
    let mut out = vec![place as i16; frames * channels];
    let written = decoder.decode_block(start, &mut out, &mut scratch).unwrap();
    assert_eq!(written, frames.min((info.frames - start) as usize));
    let limit = i32::from(info.peak);
    assert!(out[..written * channels].iter().all(|&s| (-limit..=limit).contains(&s.into())));
    let at = place as usize % written;
    let mut frame = vec![0; channels];
    let position = Position::new(start + at as u32, 0);
    let other = decoder.clone().with_kernel(Kernel::Portable);
    other.sample_at(position, &mut frame, &mut scratch).unwrap();
    assert_eq!(frame, out[at * channels..][..channels]);
    let between = Position::new(start, place);
    let step = Position::new(place >> 24, place);
    assert!(decoder.decode_resampled(between, step, &mut out, &mut scratch).unwrap() >= 1);
    assert!(u16::from(decoder.expert_at(between, &mut scratch).unwrap()) < info.experts);
}

/// A number that any byte changes.
pub(crate) fn somewhere(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0u32, |h, &b| h.wrapping_mul(0x0100_0193) ^ u32::from(b))
}

fn agree(decoder: &Decoder<'_>, start: u32, frames: usize) {
    let info = decoder.info();
    let channels = usize::from(info.channels);
    let decode = |kernel: Kernel, columns: usize, poison: u32| {
        let decoder = decoder.clone().with_kernel(kernel);
        let mut out = vec![poison as i16; frames * channels];
        let mut scratch = vec![poison; decoder.scratch_len(columns)];
        let written = decoder.decode_block(start, &mut out, &mut scratch).unwrap();
        assert_eq!(written, frames.min((info.frames - start) as usize));
        assert!(
            out[written * channels..].iter().all(|&s| s == poison as i16),
            "wrote past the end"
        );
        out.truncate(written * channels);
        out
    };
    let whole = decode(Kernel::Portable, 1, 0);
    let limit = i32::from(info.peak);
    assert!(whole.iter().all(|&s| (-limit..=limit).contains(&s.into())));
    for kernel in Kernel::ALL.into_iter().filter(|k| k.is_available()) {
        for (columns, poison) in [(64, 0xdead_beef), (9, u32::MAX), (8, 0x7fff_8000)] {
            assert_eq!(decode(kernel, columns, poison), whole, "{kernel:?}, {columns} columns");
        }
    }
    let mut scratch = vec![0x5555_5555; decoder.scratch_len(3)];
    let mut frame = vec![0; channels];
    for (i, expected) in whole.chunks_exact(channels).enumerate() {
        let at = Position::from_frame(start + i as u32);
        decoder.sample_at(at, &mut frame, &mut scratch).unwrap();
        assert_eq!(frame, expected, "sample_at");
        let expert = decoder.expert_at(at, &mut scratch).unwrap();
        assert!(u16::from(expert) < info.experts);
    }
    // Half steps: every other frame is a recorded one.
    let half = Position::new(0, 1 << 31);
    let mut resampled = vec![0; 2 * whole.len()];
    let first = Position::from_frame(start);
    decoder.decode_resampled(first, half, &mut resampled, &mut scratch).unwrap();
    let even = resampled.chunks_exact(channels).step_by(2).flatten();
    assert!(even.eq(whole.iter()), "resampled");
}

/// Puts the right checksum at the end of damaged bytes.
#[must_use]
pub fn with_checksum(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some(at) = bytes.len().checked_sub(4) {
        let crc = crc32(&bytes[..at]);
        bytes[at..].copy_from_slice(&crc.to_le_bytes());
    }
    bytes
}

/// CRC-32/ISO-HDLC, bit by bit.
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

/// A forged mixture is read back weight by weight, and decodes to what the
/// reference says at a few frames.
pub fn roundtrip(seed: u64) {
    let mut random = Random::new(seed);
    let plan = Plan::any(&mut random);
    let (audio, mixture) = forge::mixture(&plan, &mut random);
    let bytes = encode(&audio, &mixture, Some("a comment")).unwrap();
    let file = File::parse(&bytes).unwrap();
    assert_eq!(file.header(), Header::Sound(audio));
    assert_eq!(file.comment(), Some("a comment"));
    let blocks = |m: &Mixture| -> Vec<Mlp> {
        let manager = m.manager.iter().flat_map(|(e, h)| [e.clone(), h.clone()]);
        std::iter::once(m.encoder.clone()).chain(manager).chain(m.experts.clone()).collect()
    };
    let parsed = file.mixture();
    let manager = parsed.manager.iter().flat_map(|m| [m.encoder.clone(), m.head.clone()]);
    let experts = (0..parsed.experts.count()).map(|k| parsed.experts.get(k));
    let read = std::iter::once(parsed.encoder.clone()).chain(manager).chain(experts);
    for (written, read) in blocks(&mixture).iter().zip(read) {
        assert_eq!(written.layers.len(), read.len());
        for (written, read) in written.layers.iter().zip(read.layers()) {
            same(written, &read);
        }
    }
    let decoder = Decoder::parse(&bytes).unwrap();
    let mut scratch = vec![0; decoder.scratch_len(1)];
    let mut out = vec![0; plan.channels];
    for frame in [0, audio.frames / 2, audio.frames - 1] {
        let fraction = random.bits() as u32;
        decoder.sample_at(Position::new(frame, fraction), &mut out, &mut scratch).unwrap();
        assert_eq!(out, crate::reference::point(&file, frame, fraction).1);
    }
}

fn same(written: &Layer, read: &Tensor<'_>) {
    let at = |i: usize| (i / read.cols(), i % read.cols());
    match written {
        Layer::Oscillator { frequencies, phases } => {
            for (row, (f, p)) in frequencies.iter().zip(phases).enumerate() {
                assert_eq!((read.frequency(row, 0), read.phase(row)), (*f, *p));
            }
        }
        Layer::F32 { weights, biases } | Layer::Position { half: false, weights, biases } => {
            for (i, w) in weights.iter().enumerate() {
                assert_eq!(read.weight_f32(at(i).0, at(i).1), *w);
            }
            assert!(biases.iter().enumerate().all(|(row, b)| read.bias_f32(row) == *b));
        }
        Layer::F16 { weights, biases } | Layer::Position { half: true, weights, biases } => {
            for (i, w) in weights.iter().enumerate() {
                let error = (read.weight_f32(at(i).0, at(i).1) - w).abs();
                assert!(error <= w.abs() / 2048.0 + 1e-7, "f16 of {w}");
            }
            assert!(biases.iter().enumerate().all(|(row, b)| read.bias_f32(row) == *b));
        }
        Layer::Integer { weights, rows, .. } => {
            for (i, w) in weights.iter().enumerate() {
                assert_eq!(read.weight(at(i).0, at(i).1), *w);
            }
            for row in 0..read.rows() {
                match rows {
                    IntegerRows::Sine { multipliers, phases } => {
                        assert_eq!(read.multiplier(row), multipliers[row].into());
                        assert_eq!(read.phase(row), u32::from(phases[row]) << 16);
                    }
                    IntegerRows::Linear { multipliers, biases } => {
                        assert_eq!(read.multiplier(row), multipliers[row]);
                        assert_eq!(read.bias(row), biases[row]);
                    }
                }
            }
        }
        other => panic!("{other:?}"),
    }
}
