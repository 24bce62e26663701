//! Do sounds survive the disk and the resampler?

use super::*;
use crate::io::OutputError;
use std::{f64::consts::TAU, fs, path::PathBuf};

fn fault(error: AudioError) -> SoundError {
    match error {
        AudioError::Sound { fault, .. } => fault,
        other => panic!("{other}"),
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn tone(rate_hz: u32, frames: usize, hz: f64) -> Clip {
    let sample = |i: usize| (0.5 * (TAU * hz * i as f64 / f64::from(rate_hz)).sin()) as f32;
    Clip { rate_hz, channels: 1, samples: (0..frames).map(sample).collect() }
}

/// Writes `values` (full scale = `bits`) with another writer than ours.
fn hound_file(path: &PathBuf, bits: u16, channels: u16, values: &[i32]) {
    let spec = hound::WavSpec {
        channels,
        sample_rate: 48_000,
        bits_per_sample: bits,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    values.iter().for_each(|&v| writer.write_sample(v).unwrap());
    writer.finalize().unwrap();
}

#[test]
fn sixteen_bits_survive_a_round_trip() {
    let dir = folder();
    let path = dir.path().join("a.wav");
    let values = [i16::MIN, -1, 0, 1, 12_345, i16::MAX];
    for channels in [1, 2, 3] {
        let clip = Clip::from_i16(8_000, channels, &values);
        write_wav(&path, &clip, true).unwrap();
        let back = read(&path).unwrap();
        assert_eq!(back, clip);
        assert_eq!(back.to_i16(), values);
        let len = wav_bytes_len(6 / channels as u64, channels as u64);
        assert_eq!(fs::metadata(&path).unwrap().len(), len);
    }
}

#[test]
fn every_integer_width_has_the_same_full_scale() {
    let dir = folder();
    let path = dir.path().join("a.wav");
    for bits in [8u16, 16, 24, 32] {
        let half = 1i32 << (bits - 2);
        hound_file(&path, bits, 1, &[-half, half, 0, i32::MIN >> (32 - bits)]);
        assert_eq!(read(&path).unwrap().samples, [-0.5, 0.5, 0.0, -1.0], "{bits} bits");
    }
    // More than two channels make hound write WAVE_FORMAT_EXTENSIBLE.
    hound_file(&path, 24, 3, &[1 << 22, 0, -(1 << 22)]);
    let clip = read(&path).unwrap();
    assert_eq!((clip.channels, clip.samples), (3, vec![0.5, 0.0, -0.5]));
}

#[test]
fn floats_keep_their_value_and_bad_ones_are_named() {
    let dir = folder();
    let path = dir.path().join("a.wav");
    let write = |values: &[f32]| {
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 44_100,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        values.iter().for_each(|&v| writer.write_sample(v).unwrap());
        writer.finalize().unwrap();
    };
    write(&[0.1, -1.5]);
    let mut clip = read(&path).unwrap();
    assert_eq!(clip.samples, [0.1, -1.5]);
    assert_eq!(clip.clip_to_full_scale(), 1);
    assert_eq!(clip.samples, [0.1, -1.0]);
    write(&[0.0, 0.0, 0.0, f32::NAN]);
    let error = fault(read(&path).unwrap_err());
    assert!(matches!(error, SoundError::NotFinite { frame: 1, channel: 1, .. }), "{error}");
}

#[test]
fn damaged_files_are_refused_by_their_fault() {
    let dir = folder();
    let path = dir.path().join("a.wav");
    let refuse = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        read(&path).unwrap_err()
    };
    assert!(matches!(read(&dir.path().join("no.wav")).unwrap_err(), AudioError::NotFound(_)));
    assert!(matches!(read(dir.path()).unwrap_err(), AudioError::Directory(_)));
    assert!(matches!(refuse(b""), AudioError::Sound { fault: SoundError::Empty, .. }));
    assert!(matches!(fault(refuse(b"RIFF....WAVE")), SoundError::Damaged(_)));
    #[cfg(not(feature = "symphonia"))]
    assert!(matches!(refuse(b"OggS and more"), AudioError::NotWav { .. }));

    let clip = Clip::from_i16(8_000, 1, &[1, 2, 3, 4]);
    write_wav(&path, &clip, true).unwrap();
    let good = fs::read(&path).unwrap();
    let cut = fault(refuse(&good[..good.len() - 3]));
    assert!(matches!(cut, SoundError::Truncated { declared: 8, available: 5 }), "{cut}");
    assert!(matches!(fault(refuse(&good[..good.len() - 8])), SoundError::Truncated { .. }));
    for len in 1..44 {
        refuse(&good[..len]);
    }
    let patched = |at: usize, bytes: &[u8]| {
        let mut file = good.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        file
    };
    let encoding = |error| match fault(error) {
        SoundError::UnsupportedEncoding(encoding) => encoding,
        other => panic!("{other}"),
    };
    if cfg!(not(feature = "symphonia")) {
        assert_eq!(encoding(refuse(&patched(34, &[65, 0]))), "65-bit integer");
        assert_eq!(encoding(refuse(&patched(20, &[2, 0]))), "Microsoft ADPCM");
    }
    let mut none = patched(40, &[0; 4]);
    none.truncate(44);
    assert!(matches!(fault(refuse(&none)), SoundError::NoSamples));

    // A program that wrote into a pipe did not know the length.
    fs::write(&path, patched(40, &[255; 4])).unwrap();
    assert_eq!(read(&path).unwrap(), clip);
}

#[test]
fn one_sample_and_silence_are_sounds() {
    let dir = folder();
    let path = dir.path().join("a.wav");
    for samples in [&[7i16][..], &[0; 100]] {
        let clip = Clip::from_i16(96_000, 1, samples);
        write_wav(&path, &clip, true).unwrap();
        assert_eq!(read(&path).unwrap(), clip);
    }
    assert_eq!(read(&path).unwrap().peak(), 0.0);
}

#[test]
fn writing_overwrites_only_by_force_and_leaves_nothing_behind() {
    let dir = folder();
    let path = dir.path().join("a.wav");
    let clip = Clip::from_i16(8_000, 1, &[1]);
    fs::write(&path, "mine").unwrap();
    let error = write_wav(&path, &clip, false).unwrap_err();
    assert!(matches!(error, AudioError::Output(OutputError::Exists(_))), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    write_wav(&path, &clip, true).unwrap();
    assert_eq!(read(&path).unwrap(), clip);
    let deep = dir.path().join("no/a.wav");
    let error = write_wav(&deep, &clip, false).unwrap_err();
    assert!(matches!(error, AudioError::Output(OutputError::NoFolder { .. })), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn resampling_keeps_length_level_and_time() {
    for (from, to) in
        [(44_100, 8_000), (8_000, 44_100), (8_000, 16_000), (48_000, 44_100), (11_025, 8_000)]
    {
        let frames = from as usize / 2 + 1;
        let hz = 0.9 * f64::from(from.min(to)) / 2.0 * 0.97;
        let out = resample(&tone(from, frames, hz), to).unwrap();
        let expected = tone(to, resampled_frames(frames, from, to), hz);
        assert_eq!((out.rate_hz, out.channels), (to, 1));
        assert_eq!(out.samples.len(), expected.samples.len());
        // Away from the ends, where the tone starts and stops, every sample
        // is that of the same tone: neither delayed nor scaled.
        let middle = out.samples.len() / 4..out.samples.len() * 3 / 4;
        let worst =
            middle.map(|i| (out.samples[i] - expected.samples[i]).abs()).fold(0.0, f32::max);
        assert!(worst < 5e-5, "{from} -> {to}: {worst}");
    }
}

#[test]
fn resampling_separates_channels_and_takes_one_frame() {
    let stereo = Clip { rate_hz: 8_000, channels: 2, samples: [0.5, 0.0].repeat(4_000) };
    let out = resample(&stereo, 12_000).unwrap();
    assert_eq!(out.frames(), 6_000);
    assert!((out.samples[6_000] - 0.5).abs() < 1e-3);
    assert!(out.samples.iter().skip(1).step_by(2).all(|&s| s == 0.0));

    let one = Clip { rate_hz: 44_100, channels: 1, samples: vec![0.5] };
    assert_eq!(resample(&one, 8_000).unwrap().frames(), 1);
    assert_eq!(resample(&one, 44_100).unwrap(), one);
    assert!(resample(&one, 0).is_err());
}

#[test]
fn mono_is_the_mean() {
    let stereo = Clip { rate_hz: 8_000, channels: 2, samples: vec![1.0, 0.0, -0.5, -0.5] };
    assert_eq!(stereo.mono_mix().samples, [0.5, -0.5]);
    assert_eq!(stereo.slice(1..9).samples, [-0.5, -0.5]);
}

/// What `flac` and any writer of AIFF make of the same 20 frames.
#[cfg(feature = "symphonia")]
#[test]
fn other_formats_hold_the_same_samples() {
    const FLAC: &[u8] =
        b"fLaC\x00\x00\x00\x22\x10\x00\x10\x00\x00\x00\x1d\x00\x00\x1d\x01\xf4\x02\xf0\x00\x00\
        \x00\x14\x7fss\xd9\xd7l[\xa2Fa\xc1q\xc1L\x17\xe3\x84\x00\x00( \x00\x00\x00reference \
        libFLAC 1.4.2 20221022\x00\x00\x00\x00\xff\xf8d\x88\x00\x13\x91\x15\x07?\xd7@\x02\
        \x94\xa5)\xa5)\x13\x07\xf8\x80\x1e\x94\xa5?\xc0\x9a\xb8";
    let dir = folder();
    let sample =
        |i: i32| ((i * 977 - 12_345 + 32_768).rem_euclid(65_536) - 32_768).div_euclid(64) * 64;
    let samples: Vec<i16> = (0..40).map(|i| sample(i) as i16).collect();
    let expected = Clip::from_i16(8_000, 2, &samples);

    let data: Vec<u8> = samples.iter().flat_map(|s| s.to_be_bytes()).collect();
    // 8000 Hz as a float of 80 bits.
    let common = b"COMM\0\0\0\x12\0\x02\0\0\0\x14\0\x10\x40\x0b\xfa\0\0\0\0\0\0\0";
    let sound = [&b"SSND\0\0\0\x58\0\0\0\0\0\0\0\0"[..], &data].concat();
    let aiff = [&b"FORM\0\0\0\x7eAIFF"[..], common, &sound].concat();

    // The bytes decide, not the name.
    for (name, bytes) in [("a.flac", FLAC), ("a.wav", FLAC), ("a.aiff", &aiff), ("a", &aiff)] {
        let path = dir.path().join(name);
        fs::write(&path, bytes).unwrap();
        assert_eq!(read(&path).unwrap(), expected, "{name}");
    }
    let path = dir.path().join("a.flac");
    fs::write(&path, &FLAC[..FLAC.len() - 20]).unwrap();
    assert!(matches!(read(&path), Err(AudioError::Unknown { .. })));
}
