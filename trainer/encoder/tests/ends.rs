//! Are a sound's ends as good as its middle, does a chunk begin before a loop, and what does
//! noise cost? (How a loop begins anew: `trainer/tests/faults`.)

use nex_encoder::{Clip, Loop, Options, Target, encode, wav};
use nex_runtime::Sound;
use std::f64::consts::TAU;

fn decode(bytes: &[u8]) -> Vec<i16> {
    let sound = Sound::open(bytes).unwrap();
    let mut memory = vec![0; sound.memory_len()];
    let mut out = vec![0; sound.info().frames as usize * sound.channels()];
    sound.play(&mut memory).unwrap().decode_into(&mut out).unwrap();
    out
}

/// A tone of 0.6 of full scale that begins at a phase, in turns.
fn tone(hz: f64, rate_hz: u32, frames: usize, phase: f64) -> Clip {
    let sample = |i: usize| (TAU * (hz * i as f64 / f64::from(rate_hz) + phase)).sin();
    let samples: Vec<i16> = (0..frames).map(|i| (19_660.8 * sample(i)).round() as i16).collect();
    Clip::from_i16(rate_hz, 1, &samples)
}

fn shipped(name: &str) -> Clip {
    let path = format!("{}/../../examples/sounds/{name}.wav", env!("CARGO_MANIFEST_DIR"));
    wav::read(std::fs::read(path).unwrap()).unwrap()
}

/// Root mean square error of some samples.
fn error(a: &[i16], b: &[i16]) -> f64 {
    let square = |(a, b): (&i16, &i16)| f64::from(a.abs_diff(*b)).powi(2);
    (a.iter().zip(b).map(square).sum::<f64>() / a.len() as f64).sqrt()
}

#[test]
fn the_ends_of_a_tone_are_as_good_as_its_middle() {
    // What it was without: 16 to 23 dB more error at both ends.
    for (hz, rate_hz, frames, phase) in [
        (440.0, 16_000, 8_000, 0.0),
        (440.0, 16_000, 8_000, 0.25),
        (1_000.0, 16_000, 9_001, 0.16),
        (300.0, 8_000, 5_000, 0.16),
    ] {
        let clip = tone(hz, rate_hz, frames, phase);
        let encoded = encode(&clip, &Options::default()).unwrap();
        let (source, decoded) = (clip.to_i16(), decode(&encoded.bytes));
        let at = |range: std::ops::Range<usize>| error(&source[range.clone()], &decoded[range]);
        let middle = at(frames / 4..frames - frames / 4).max(1.0);
        for end in [0..256, frames - 256..frames] {
            let more = 20.0 * (at(end.clone()) / middle).log10();
            assert!(
                more < 10.0,
                "{hz} Hz from {phase}, {end:?}: {more:.1} dB more than the middle"
            );
        }
    }
}

#[test]
fn sounds_that_fade_are_encoded_as_before() {
    // Quiet ends need nothing: no byte more than the continuation saves.
    for (name, before) in [("hello-world", 2_299), ("please-try-again", 2_061)] {
        let bytes = encode(&shipped(name), &Options::default()).unwrap().bytes.len();
        assert!(bytes <= before + before / 10, "{name}: {bytes} bytes, {before} before");
    }
}

/// A player that jumps back decodes two blocks, not a chunk.
#[test]
fn a_chunk_begins_shortly_before_a_loop() {
    let clip = tone(300.0, 8_000, 40_000, 0.1);
    for start in [1, 300, 1_000, 20_000, 39_000] {
        let repeated = Some(Loop { start, end: 39_500 });
        for chunk_log2 in [None, Some(12)] {
            let options = Options { repeated, chunk_log2, ..Options::default() };
            let bytes = encode(&clip, &options).unwrap().bytes;
            let sound = nex_format::compact::Sound::parse(&bytes).unwrap();
            let header = sound.header();
            let (start, block) = (u64::from(start), 1u64 << header.max_log2);
            let chunk = header.chunk_start(header.chunk_of(start));
            let ahead = start - chunk;
            assert!(ahead < 2 * block, "{ahead} frames before frame {start}");
            assert!(chunk == 0 || ahead >= block / 2, "{ahead} frames before frame {start}");
        }
    }
}

#[test]
fn a_loop_of_noise_costs_no_more() {
    let mut seed = 1u32;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 18) as i16 - 8_192
    };
    let clip = Clip::from_i16(16_000, 1, &(0..6_000).map(|_| noise()).collect::<Vec<_>>());
    let plain = encode(&clip, &Options::default()).unwrap().bytes.len();
    let repeated = Some(Loop::whole(6_000));
    let looped = encode(&clip, &Options { repeated, ..Options::default() }).unwrap().bytes.len();
    assert!(looped <= plain + plain / 20, "{looped} bytes as a loop, {plain} else");
}

#[test]
fn a_few_units_of_noise_stay_small() {
    let mut seed = 1u32;
    let mut noise = |most: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (((seed >> 16) % (2 * most + 1)) as i16).wrapping_sub(most as i16)
    };
    let mut bytes = |most| {
        let samples: Vec<i16> = (0..16_000).map(|_| noise(most)).collect();
        let quality = Target::Quality(50.0);
        let options = Options { target: quality, ..Options::default() };
        encode(&Clip::from_i16(16_000, 1, &samples), &options).unwrap().bytes.len()
    };
    let loud = bytes(20_000);
    assert!(bytes(1) < loud / 6 && bytes(3) < loud / 3, "{} {} {loud}", bytes(1), bytes(3));
    let silence = encode(&Clip::from_i16(16_000, 1, &[0; 16_000]), &Options::default()).unwrap();
    assert!(silence.bytes.len() < 100);
}
