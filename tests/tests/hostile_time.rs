//! Can a small file keep a decoder busy?
//!
//! A header may ask for 2^32 frames in 16 KB. Parsing must cost no more than the
//! file is long, and a block no more than its frames: counted in multiplies where
//! the decoder counts them, by the clock where nothing does.

use nex_format::{
    Error, MAX_EXPERTS, MAX_SINE_LAYERS, MAX_WIDTH, Part, compact,
    neural::{
        Arithmetic, PictureHeader, ShapeHeader, SoundHeader,
        write::{IntegerRows, Layer, Mixture, Mlp, encode},
    },
};
use nex_runtime::{MAX_TILE, Picture, Playback, Position, Shape, Sound};
use nex_tests::forge::Random;
use std::time::{Duration, Instant};

/// What parsing any of these files may take: hundreds of times what it does, for
/// machines that are busy with other things.
const MOST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 1 });

/// Multiplies for one sample of a compact sound at most: one that scales its weight,
/// `log2 + 3` of the transform, 3 of the overlap.
const MULTIPLIES: u64 = 1 + (11 + 3) + 3;

fn in_time<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let taken = start.elapsed();
    assert!(taken < MOST, "{what} took {taken:?}");
    result
}

/// The most frames in the longest chunks: 2^14 of them.
const LONGEST: compact::SoundHeader = compact::SoundHeader {
    rate_hz: 8_000,
    frames: u32::MAX,
    channels: 2,
    min_log2: 5,
    max_log2: 11,
    chunk_log2: 18,
    lead: 0,
    models: 0,
    step: 800,
    gamma: 15,
    fill: 15,
    tilt: 15,
    offsets: [15; 3],
};

/// A file whose first and last chunks are so many bytes; the others are empty.
fn sound(header: &compact::SoundHeader, len: usize, byte: impl Fn(usize) -> u8) -> Vec<u8> {
    let mut chunks = vec![Vec::new(); header.chunks() as usize];
    let last = chunks.len() - 1;
    for chunk in [0, last] {
        chunks[chunk] = (0..len).map(&byte).collect();
    }
    compact::write(header, &[], &chunks).unwrap()
}

/// Multiplies that a call takes, against what so many frames may.
fn bounded(
    playback: &mut Playback<'_, '_>,
    frames: u64,
    what: &str,
    work: impl Fn(&mut Playback<'_, '_>),
) {
    let before = playback.multiplies();
    in_time(what, || work(playback));
    let (spent, most) = (playback.multiplies() - before, frames * 2 * MULTIPLIES);
    assert!(spent <= most, "{what}: {spent} multiplies, at most {most}");
}

#[test]
fn a_compact_sound_costs_its_blocks_alone() {
    let noise: Vec<u8> = (0..2000).map(|i| Random::new(i).bits() as u8).collect();
    let fills: [(&str, &dyn Fn(usize) -> u8); 4] =
        [("0", &|_| 0), ("0xff", &|_| 0xff), ("0x80", &|_| 0x80), ("noise", &|i| noise[i % 2000])];
    for (name, fill) in fills {
        for min_log2 in [5, 11] {
            let header = compact::SoundHeader { min_log2, ..LONGEST };
            let bytes = sound(&header, 600, fill);
            assert!(bytes.len() < 20_000);
            let sound = in_time(name, || Sound::open(&bytes).unwrap());
            let mut memory = vec![0; sound.memory_len()];
            // As long as the longest blocks, not as the sound.
            assert!(memory.len() <= 8 * 2048, "{} words", memory.len());
            let mut playback = sound.play(&mut memory).unwrap();
            // A block overlaps its neighbours by one more at most.
            let (chunk, block) = (1 << 18, 1 << 11);
            bounded(&mut playback, 3 * block, name, |p| {
                assert_eq!(p.decode_block(&mut [0; 2]), 1);
            });
            bounded(&mut playback, 4 * block, name, |p| {
                assert_eq!(p.decode_block(&mut [0; 2 * 2048]), 2048);
            });
            // From wherever it was: the decisions of two chunks.
            for frame in [u32::MAX - 1, 1 << 18, 1 << 31] {
                bounded(&mut playback, 2 * chunk + 2 * block, name, |p| {
                    p.seek(frame);
                    assert_eq!(p.decode_block(&mut [0; 2]), 1);
                });
            }
        }
    }
}

#[test]
fn seeking_reads_the_table_and_decodes_nothing() {
    let bytes = sound(&LONGEST, 600, |_| 0x5a);
    let sound = Sound::open(&bytes).unwrap();
    let mut memory = vec![0; sound.memory_len()];
    let mut playback = sound.play(&mut memory).unwrap();
    bounded(&mut playback, 0, "seeks past the end", |playback| {
        (0..1000).for_each(|_| playback.seek(u32::MAX));
    });
    let table = compact::Sound::parse(&bytes).unwrap();
    in_time("1000 walks over the table", || {
        assert!((0..1000).all(|_| table.chunks().count() == 1 << 14));
    });
}

/// A table that is longer than the file: refused where the bytes end.
#[test]
fn chunk_tables_end_with_the_file() {
    let short = compact::SoundHeader { frames: 1, max_log2: 5, chunk_log2: 5, ..LONGEST };
    let bytes = compact::write(&short, &[], &[[0u8; 0]]).unwrap();
    // The frame count follows the rate, two bytes of it.
    assert_eq!(bytes[7], 1);
    for digit in [0, 1, 0x7f] {
        let mut bytes =
            [&bytes[..7], &[0xff, 0xff, 0xff, 0xff, 0xf], &bytes[8..bytes.len() - 4]].concat();
        bytes.resize(16_000, digit);
        let bytes = nex_tests::fuzzing::with_checksum(&[&bytes[..], &[0; 4]].concat());
        let error = in_time("a table of 2^27 chunks", || Sound::open(&bytes).err());
        assert_eq!(error, Some(Error::Truncated), "{digit}");
    }
    let numbers = [&bytes[..7], &[2 << 5], &bytes[8..bytes.len() - 4], &[0xff; 16_000]].concat();
    let endless = nex_tests::fuzzing::with_checksum(&numbers);
    let error = in_time("a number without an end", || Sound::open(&endless).err());
    assert_eq!(error, Some(Error::BadHeader(Part::Chunks)));
}

/// Layers of all the width there is, and as many as there may be in one block.
fn widest(sines: usize, outputs: usize) -> (Mlp, Mlp) {
    let layer = |rows: usize, cols: usize, linear: bool| Layer::Integer {
        wide: false,
        weights: vec![1; rows * cols],
        rows: if linear {
            IntegerRows::Linear { multipliers: vec![1; rows], biases: vec![0; rows] }
        } else {
            IntegerRows::Sine { multipliers: vec![1; rows], phases: vec![0; rows] }
        },
    };
    let width = MAX_WIDTH as u16;
    let oscillators =
        Layer::Oscillator { frequencies: vec![1; MAX_WIDTH], phases: vec![0; MAX_WIDTH] };
    let mut encoder = vec![oscillators];
    encoder.extend((1..sines).map(|_| layer(MAX_WIDTH, MAX_WIDTH, false)));
    let head = vec![layer(MAX_WIDTH, MAX_WIDTH, false), layer(outputs, MAX_WIDTH, true)];
    (Mlp { width, layers: encoder }, Mlp { width, layers: head })
}

#[test]
fn the_deepest_network_costs_what_its_layers_are() {
    let (encoder, expert) = widest(MAX_SINE_LAYERS, 1);
    let mixture =
        Mixture { arithmetic: Arithmetic::Integer, manager: None, encoder, experts: vec![expert] };
    let header = SoundHeader { rate_hz: 768_000, channels: 1, frames: u32::MAX, peak: 32_768 };
    let bytes = encode(&header, &mixture, None).unwrap();
    let sound = in_time("15 layers of 1024", || Sound::open(&bytes).unwrap());
    let macs = sound.network().unwrap().macs as usize;
    assert!(macs <= (MAX_SINE_LAYERS + 1) * MAX_WIDTH * MAX_WIDTH, "{macs} MAC");
    // No more than the bytes that hold the weights, one a weight.
    assert!(macs <= bytes.len());
    assert!(sound.best_len() <= 4 * MAX_WIDTH * MAX_TILE);
    let mut memory = vec![0; sound.memory_len()];
    let mut playback = sound.play(&mut memory).unwrap();
    for start in [0, u32::MAX / 2, u32::MAX - 1] {
        in_time("a frame", || {
            playback.seek(start);
            assert_eq!(playback.decode_block(&mut [0]), 1);
        });
    }
    playback.seek(u32::MAX);
    assert_eq!(playback.decode_block(&mut [0; 9]), 0);
}

/// One expert is evaluated, however many there are.
#[test]
fn experts_cost_one_of_them() {
    let block = |inputs: usize, outputs: usize| {
        let sine = IntegerRows::Sine { multipliers: vec![1], phases: vec![0] };
        let linear =
            IntegerRows::Linear { multipliers: vec![1; outputs], biases: vec![0; outputs] };
        let layer = |count, rows| Layer::Integer { wide: false, weights: vec![1; count], rows };
        Mlp { width: 1, layers: vec![layer(inputs, sine), layer(outputs, linear)] }
    };
    let encoder = || Mlp {
        width: 1,
        layers: vec![Layer::Oscillator { frequencies: vec![1], phases: vec![0] }],
    };
    let mixture = Mixture {
        arithmetic: Arithmetic::Integer,
        manager: Some((encoder(), block(2, MAX_EXPERTS))),
        encoder: encoder(),
        experts: vec![block(1, 1); MAX_EXPERTS],
    };
    let header = SoundHeader { rate_hz: 1, channels: 1, frames: u32::MAX, peak: 1 };
    let bytes = encode(&header, &mixture, None).unwrap();
    let sound = in_time("256 experts", || Sound::open(&bytes).unwrap());
    // Two oscillators, a unit of two inputs with a row for each expert, one expert.
    assert!(sound.network().unwrap().macs as usize <= 2 + (2 + MAX_EXPERTS) + 2);
}

/// As many pixels or cells as there may be: a row, a point.
#[test]
fn pictures_and_shapes_cost_the_points_that_are_asked_for() {
    let (encoder, expert) = widest(2, 1);
    let mixture =
        Mixture { arithmetic: Arithmetic::Integer, manager: None, encoder, experts: vec![expert] };
    let across = |dims: usize| {
        let mut mixture = mixture.clone();
        mixture.encoder.layers[0] = Layer::Oscillator {
            frequencies: vec![1; dims * MAX_WIDTH],
            phases: vec![0; MAX_WIDTH],
        };
        mixture
    };
    let header = PictureHeader { width: u16::MAX, height: u16::MAX, channels: 1 };
    let bytes = encode(&header, &across(2), None).unwrap();
    let picture = in_time("a picture", || Picture::open(&bytes).unwrap());
    let mut memory = vec![0; picture.memory_len()];
    let last = Position::centre(u32::from(u16::MAX) - 1);
    let field = picture.field().unwrap();
    in_time("a pixel", || field.sample_at((last, last), &mut [0], &mut memory).unwrap());
    let header = ShapeHeader { cells: u16::MAX, origin: [0.0; 3], side: 1.0 };
    let bytes = encode(&header, &across(3), None).unwrap();
    let shape = in_time("a shape", || Shape::open(&bytes).unwrap());
    let mut memory = vec![0; shape.memory_len()];
    let corner = [Position::from_frame(u16::MAX.into()); 3];
    in_time("a point", || shape.sdf_points(&[corner], &mut [0], &mut memory).unwrap());
}
