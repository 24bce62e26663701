//! Does a compact sound decode to the same bits however it is asked, and is
//! it what its encoder promised?

use nex_encoder::{Clip, EncodeError, Encoded, Options, Smaller, Target, Tune, encode, wav};
use nex_format::{
    SectionId,
    compact::{Sound, SoundHeader, write},
};
use nex_runtime::{DecodeError, Error, Expert, Part, Position};
use nex_tests::{
    compact::{self, Decoder, decode},
    forge::Random,
    golden,
};
use proptest::prelude::*;
use std::{fs, path::PathBuf};

fn example(name: &str) -> Clip {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/sounds");
    wav::read(fs::read(folder.join(name)).unwrap()).unwrap()
}

/// A sound of a kind: noise, tones, silence, clicks, a square wave.
fn sound(random: &mut Random, frames: usize) -> Clip {
    let rate_hz = [8_000, 11_025, 16_000, 22_050, 44_100, 48_000][random.within(0..=5)];
    let channels = random.within(1..=2);
    let kind = random.within(0..=4);
    let period = random.within(2..=200);
    let loud = [300.0, 9_000.0, 32_767.0][random.within(0..=2)];
    let turn = random.symmetric();
    let sample = |i: usize| {
        let (t, c) = (i / channels, i % channels);
        let wave = (t as f32 * (0.02 + turn.abs()) + c as f32 * turn).sin();
        match kind {
            0 => (random.symmetric() * loud) as i16,
            1 => ((wave + (t as f32 * 0.17).cos()) * loud / 2.0) as i16,
            2 => 0,
            3 if t % (7 * period) == period => loud as i16,
            3 => 0,
            // Full scale on both sides.
            _ if (t / period + c).is_multiple_of(2) => i16::MAX,
            _ => i16::MIN,
        }
    };
    let samples: Vec<i16> = (0..frames * channels).map(sample).collect();
    Clip::from_i16(rate_hz, channels, &samples)
}

#[test]
fn golden_speech_is_its_sound() {
    // Not so if a program older than the decoder made it: then any bits are its bits.
    let clip = example("hello-world.wav");
    let bytes = fs::read(golden::folder().join("compact-speech.nex")).unwrap();
    let decoded = decode(&Decoder::parse(&bytes).unwrap(), u32::MAX, 0);
    let snr_db = snr_db(&clip.to_i16(), &decoded);
    assert!(snr_db > 25.0, "{snr_db} dB");
}

/// Encodes, and checks that the file decodes to what was promised.
fn encoded(clip: &Clip, options: &Options) -> Encoded {
    let encoded = encode(clip, options).unwrap();
    let decoder = Decoder::parse(&encoded.bytes).unwrap();
    let header = decoder.header();
    assert_eq!(header.frames as usize, clip.frames());
    assert_eq!((header.rate_hz, usize::from(header.channels)), (clip.rate_hz, clip.channels));
    let snr_db = snr_db(&clip.to_i16(), &decode(&decoder, header.frames, 7));
    // Of silence that is decoded exactly there is no ratio: infinite, as promised.
    assert!(
        snr_db == encoded.snr_db || (snr_db - encoded.snr_db).abs() < 1e-9,
        "{snr_db} dB decoded, {} promised",
        encoded.snr_db
    );
    encoded
}

fn snr_db(original: &[i16], decoded: &[i16]) -> f64 {
    assert_eq!(original.len(), decoded.len());
    let square = |x: f64| x * x;
    let signal: f64 = original.iter().map(|&s| square(s.into())).sum();
    let pairs = original.iter().zip(decoded);
    let noise: f64 = pairs.map(|(&a, &b)| square(f64::from(a) - f64::from(b))).sum();
    if noise == 0.0 { f64::INFINITY } else { 10.0 * (signal / noise).log10() }
}

fn quality(quality: f64) -> Options {
    Options { target: Target::Quality(quality), ..Options::default() }
}

/// Speech, an interface's sound in stereo, and tones as loud as can be.
fn real() -> Vec<(&'static str, Clip)> {
    let tone = |i: usize| {
        let t = i as f64;
        (((t * 0.231).sin() + (t * 0.0457).sin() + (t * 0.777).cos()) * 10_922.0) as i16
    };
    let tones: Vec<i16> = (0..9000).map(tone).collect();
    let square = |i: usize| if (i / 37).is_multiple_of(2) { i16::MAX } else { i16::MIN };
    let square: Vec<i16> = (0..9000).map(square).collect();
    let mut random = Random::new(7);
    let noise: Vec<i16> = (0..12_000).map(|_| random.bits() as i16).collect();
    vec![
        ("speech", example("hello-world.wav")),
        ("bell", example("bell-stereo.wav")),
        ("complete", example("complete.wav")),
        ("loud tones", Clip::from_i16(16_000, 1, &tones)),
        ("a full-scale square wave", Clip::from_i16(48_000, 1, &square)),
        ("full-scale noise", Clip::from_i16(44_100, 2, &noise)),
    ]
}

#[test]
fn every_way_to_decode_a_real_sound_gives_the_same_bits() {
    for (_, clip) in real() {
        for options in [quality(50.0), Options { max_log2: Some(6), ..quality(20.0) }] {
            compact::parse_decode(&encoded(&clip, &options).bytes);
        }
    }
    let mut count = 0;
    for entry in fs::read_dir(golden::folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("compact-")) {
            compact::parse_decode(&fs::read(&path).unwrap());
            count += 1;
        }
    }
    assert!(count >= 16, "only {count} golden files");
}

/// The bound that the documentation of `sample_at` states.
#[test]
fn positions_on_frames_agree_with_the_stream() {
    for (name, clip) in real() {
        for options in [quality(0.0), quality(50.0), quality(100.0)] {
            let bytes = encoded(&clip, &options).bytes;
            let decoder = Decoder::parse(&bytes).unwrap();
            let channels = clip.channels;
            let whole = decode(&decoder, u32::MAX, 3);
            let mut memory = vec![u32::MAX; decoder.points_len()];
            let mut points = decoder.stream(&mut memory).unwrap();
            let (mut most, mut other) = (0, 0);
            for (frame, expected) in whole.chunks_exact(channels).enumerate() {
                let mut out = vec![0; channels];
                points.sample_at(Position::from_frame(frame as u32), &mut out).unwrap();
                for (a, b) in out.iter().zip(expected) {
                    let difference = i32::from(*a).abs_diff((*b).into());
                    most = most.max(difference);
                    other += u32::from(difference > 0);
                }
            }
            let share = 100.0 * f64::from(other) / whole.len() as f64;
            println!("{name}, {:?}: at most {most} units, {share:.2} % differ", options.target);
            // Factors of 16 bits: what is as loud as can be is off by more.
            let bound = if name.contains("loud") || name.contains("full-scale") { 5 } else { 1 };
            assert!(most <= bound && share < 50.0, "{name}: {most} units, {share} %");
        }
    }
}

/// A block's first frame, and the one after its last.
fn span(expert: &Expert) -> (u32, u32) {
    let Expert::Block { start, frames, .. } = *expert else { panic!("{expert:?}") };
    (start, start + frames)
}

#[test]
fn experts_partition_the_time_axis() {
    let mut files: Vec<_> = real().iter().map(|(_, c)| encoded(c, &quality(30.0)).bytes).collect();
    files.extend((0..40).map(|seed| compact::file(&mut Random::new(seed), 5000, 60)));
    for bytes in files {
        let decoder = Decoder::parse(&bytes).unwrap();
        let header = decoder.header();
        let mut memory = vec![u32::MAX; decoder.points_len()];
        let mut points = decoder.stream(&mut memory).unwrap();
        let mut last: Option<Expert> = None;
        for frame in 0..header.frames {
            for fraction in [0, 0x7fff_ffff, 0x8000_0000, u32::MAX] {
                let expert = points.expert_at(Position::new(frame, fraction)).unwrap();
                let (start, end) = span(&expert);
                assert!((start..end).contains(&frame), "{expert:?} at {frame}");
                if last != Some(expert) {
                    let next = last.map_or(0, |last| span(&last).1);
                    assert_eq!(start, next, "after {last:?}");
                    last = Some(expert);
                }
            }
        }
        assert!(span(&last.unwrap()).1 >= header.frames);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    /// Any header and any chunks: no panic, an end, and the same bits always.
    #[test]
    fn any_bytes_in_chunks_decode(seed: u64, bytes in 0usize..200) {
        compact::parse_decode(&compact::file(&mut Random::new(seed), 5000, bytes));
    }

    /// Memory, output and places that do not suffice are errors.
    #[test]
    fn callers_mistakes_are_errors(seed: u64) {
        let bytes = compact::file(&mut Random::new(seed), 300, 20);
        let decoder = Decoder::parse(&bytes).unwrap();
        let (needed, points) = (decoder.stream_len(), decoder.points_len());
        let short = |needed| Some(DecodeError::ScratchTooSmall { needed });
        prop_assert_eq!(decoder.stream(&mut vec![0; needed - 1]).err(), short(needed));
        let mut few = vec![0; points - 1];
        if let Ok(mut playback) = decoder.stream(&mut few) {
            let error = playback.sample_at(Position::default(), &mut [0; 2]).err();
            prop_assert_eq!(error, short(points));
        }
        let channels = usize::from(decoder.header().channels);
        let mut memory = vec![0; needed.max(points)];
        let error = DecodeError::OutputTooSmall { needed: channels };
        let mut view = decoder.stream(&mut memory).unwrap();
        let none = &mut [0; 2][..channels - 1];
        prop_assert_eq!(view.sample_at(Position::default(), none), Err(error));
        let needed = decoder.header().frames as usize * channels;
        let mut stream = decoder.stream(&mut memory).unwrap();
        let error = DecodeError::OutputTooSmall { needed };
        prop_assert_eq!(stream.decode_into(&mut vec![0; needed - 1]), Err(error));
        let mut out = vec![0; needed + 1];
        prop_assert_eq!(stream.decode_into(&mut out), Ok(needed / channels));
        prop_assert_eq!(&out[..needed], decode(&decoder, u32::MAX, 0));
    }
}

/// What is written is read back; what the format cannot hold is refused.
#[test]
fn headers_are_read_back() {
    for seed in 0..500 {
        let mut random = Random::new(seed);
        let header = compact::header(&mut random, 1 << 20);
        let chunks: Vec<Vec<u8>> = (0..header.chunks())
            .map(|i| vec![i as u8; random.within(0..=3) + 100 * usize::from(i == 1)])
            .collect();
        let comment = (seed % 3 == 0).then_some("ein Öhrchen");
        let sections = comment.map(|comment| (SectionId::COMMENT, comment.as_bytes()));
        let bytes = write(&header, sections.as_slice(), &chunks).unwrap();
        let sound = Sound::parse(&bytes).unwrap();
        assert_eq!((sound.header(), sound.sections().comment()), (&header, comment));
        assert!(sound.chunks().eq(chunks.iter().map(|c| &c[..])));
    }
    let good = compact::header(&mut Random::new(1), 1);
    let refused = |header: SoundHeader, part| {
        let result = write(&header, &[], &[[0; 2]]);
        assert_eq!(result, Err(Error::BadHeader(part)), "{header:?}");
    };
    refused(SoundHeader { rate_hz: 0, ..good }, Part::Rate);
    refused(SoundHeader { rate_hz: 768_001, ..good }, Part::Rate);
    refused(SoundHeader { frames: 0, ..good }, Part::Frames);
    refused(SoundHeader { channels: 0, ..good }, Part::Channels);
    refused(SoundHeader { channels: 3, ..good }, Part::Channels);
    refused(SoundHeader { min_log2: 4, ..good }, Part::Blocks);
    refused(SoundHeader { max_log2: 12, chunk_log2: 12, ..good }, Part::Blocks);
    refused(SoundHeader { chunk_log2: good.max_log2 + 8, ..good }, Part::Blocks);
    let two = SoundHeader { min_log2: 5, max_log2: 5, chunk_log2: 6, frames: 33, ..good };
    refused(SoundHeader { lead: 2, ..two }, Part::Blocks);
    refused(SoundHeader { lead: 1, frames: 32, ..two }, Part::Blocks);
    refused(SoundHeader { step: 801, ..good }, Part::Step);
    refused(SoundHeader { tilt: 16, ..good }, Part::Step);
    refused(SoundHeader { gamma: 16, ..good }, Part::Step);
    refused(SoundHeader { fill: 16, ..good }, Part::Step);
    refused(SoundHeader { offsets: [0, 16, 0], ..good }, Part::Step);
}

#[test]
fn limits_are_never_exceeded() {
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let frames = if seed % 4 == 0 { random.within(1..=70) } else { random.within(1..=3000) };
        let clip = sound(&mut random, frames);
        let limit = [30, 60, 200, 1000, 9000][random.within(0..=4)] + random.within(0..=30);
        let target = match random.within(0..=2) {
            0 => Target::Size,
            1 => Target::Snr(20.0),
            _ => Target::Quality(60.0),
        };
        let tune = if random.within(0..=1) == 0 { Tune::Snr } else { Tune::Perceptual };
        let options = Options { target, limit: Some(limit), tune, ..Options::default() };
        match encode(&clip, &options) {
            Ok(_) => {
                let len = encoded(&clip, &options).bytes.len();
                assert!(len <= limit, "seed {seed}: {len} bytes for {limit}");
            }
            Err(EncodeError::DoesNotFit { limit: asked, smallest, smaller }) => {
                assert!(asked == limit && smallest > limit, "seed {seed}: {smallest}, {limit}");
                // What is named as the smallest can be had.
                let options = Options { limit: Some(smallest), ..options };
                let again = encode(&clip, &options).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
                assert!(again.bytes.len() <= smallest, "seed {seed}");
                // And so can what other options give, or less.
                let Some(Smaller { bytes, max_log2 }) = smaller else { continue };
                assert!(bytes < smallest, "seed {seed}: {bytes}, {smallest}");
                let options = Options { limit: Some(bytes), tune: Tune::Snr, max_log2, ..options };
                let again = encode(&clip, &options).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
                assert!(again.bytes.len() <= bytes, "seed {seed}");
            }
            Err(e) => panic!("seed {seed}: {e}"),
        }
    }
}

#[test]
fn ratios_asked_for_are_reached() {
    for seed in 0..40 {
        let mut random = Random::new(seed);
        let frames = random.within(1..=3000);
        let clip = sound(&mut random, frames);
        if clip.peak() == 0.0 {
            continue;
        }
        let db = random.within(3..=45) as f64;
        let tune = if seed % 2 == 0 { Tune::Snr } else { Tune::Perceptual };
        let options = Options { target: Target::Snr(db), tune, ..Options::default() };
        let encoded = encoded(&clip, &options);
        let least = encoded.quantiser.step == 0;
        assert!(encoded.snr_db >= db || least, "seed {seed}: {} of {db}", encoded.snr_db);
    }
}

#[test]
fn threads_do_not_change_the_file() {
    let (sound, options) = (example("bell-stereo.wav"), quality(40.0));
    let many: Vec<f32> = example("hello-world.wav").samples.repeat(4);
    let many = Clip { rate_hz: 8000, channels: 1, samples: many };
    for clip in [&sound, &many] {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| encode(clip, &options)).unwrap().bytes
        };
        let one = with(1);
        assert!(with(2) == one && with(5) == one);
        assert!(encode(clip, &options).unwrap().bytes == one);
    }
}

/// The range coder writes what the models say, and a little for its ends.
#[test]
fn bytes_are_those_of_the_ideal_code() {
    let mut checked = 0;
    for (name, clip) in real() {
        for options in [quality(20.0), quality(50.0), quality(90.0)] {
            let Encoded { bytes, ideal_bits, .. } = encoded(&clip, &options);
            let sound = Sound::parse(&bytes).unwrap();
            let stored = 8 * sound.chunks().map(<[u8]>::len).sum::<usize>();
            let over = 100.0 * (stored as f64 / ideal_bits - 1.0);
            println!("{name}: {} bytes, {over:+.3} %", bytes.len());
            assert!(bytes.len() <= 1024 || over.abs() < 1.0, "{name}: {over} %");
            checked += u32::from(bytes.len() > 1024);
        }
    }
    assert!(checked >= 8, "only {checked} large files");
}

#[test]
fn what_cannot_be_encoded_is_said() {
    let clip = |channels, samples: &[i16]| Clip::from_i16(8000, channels, samples);
    let result = encode(&clip(3, &[1; 9]), &Options::default());
    assert!(matches!(result, Err(EncodeError::Channels(3))), "{result:?}");
    let result = encode(&clip(1, &[]), &Options::default());
    assert!(matches!(result, Err(EncodeError::Empty)), "{result:?}");
}
