//! Does the program do what its manual says?

use nex_tests::program::{self, Samples, command, files, pipe, run, succeed, wav};
use serde_json::Value;
use std::{
    fs,
    io::{Cursor, Read},
    path::Path,
};
use tempfile::TempDir;

const WAV16: Samples = Samples::Integer(16);

fn folder(sound: &[u8]) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("sound.wav"), sound).unwrap();
    folder
}

/// Rate, channels and samples of a 16-bit WAV file, by another reader.
fn read_wav(bytes: &[u8]) -> (u32, u16, Vec<i16>) {
    let mut reader = hound::WavReader::new(Cursor::new(bytes)).unwrap();
    let spec = reader.spec();
    assert_eq!((spec.bits_per_sample, spec.sample_format), (16, hound::SampleFormat::Int));
    (spec.sample_rate, spec.channels, reader.samples().collect::<Result<_, _>>().unwrap())
}

/// Decodes `sound.nex` with some options.
fn decode(folder: &Path, options: &str) -> (u32, u16, Vec<i16>) {
    read_wav(&succeed(folder, &format!("decode sound.nex - {options}")))
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn every_kind_of_sound_comes_back_in_its_shape() {
    let kinds = [
        ("1 sample", WAV16, 8000, 1, 1),
        ("2 samples", WAV16, 8000, 1, 2),
        ("8 bits", Samples::Integer(8), 8000, 1, 300),
        ("24 bits", Samples::Integer(24), 44_100, 1, 300),
        ("32 bits", Samples::Integer(32), 48_000, 1, 300),
        ("float", Samples::Float, 48_000, 1, 300),
        ("1 Hz", WAV16, 1, 1, 300),
        ("96 kHz", Samples::Integer(24), 96_000, 1, 300),
        ("stereo", WAV16, 44_100, 2, 300),
        ("stereo float", Samples::Float, 96_000, 2, 301),
        ("8 channels", WAV16, 16_000, 8, 300),
        ("1 sample, stereo", WAV16, 44_100, 2, 1),
    ];
    for (what, format, rate_hz, channels, frames) in kinds {
        let samples = program::tones(frames * usize::from(channels));
        let folder = folder(&wav(format, rate_hz, channels, &samples));
        let path = folder.path();
        succeed(path, "export sound.wav sound.nex QUICK");
        let (rate, count, decoded) = decode(path, "");
        assert_eq!((rate, count, decoded.len()), (rate_hz, channels, samples.len()), "{what}");
        succeed(path, "check sound.nex sound.wav");
        succeed(path, "plot sound.nex sound.wav sound.svg");
        let picture = fs::read_to_string(path.join("sound.svg")).unwrap();
        assert!(picture.contains("<svg") && picture.trim_end().ends_with("</svg>"), "{what}");
    }
}

/// The depth says how samples are written down, not what they are.
#[test]
fn every_depth_gives_the_same_file() {
    let samples = program::tones(300);
    let fitted = |format| {
        let folder = folder(&wav(format, 8000, 1, &samples));
        succeed(folder.path(), "export sound.wav sound.nex SMALL");
        fs::read(folder.path().join("sound.nex")).unwrap()
    };
    let expected = fitted(WAV16);
    for format in [8, 24, 32].map(Samples::Integer).into_iter().chain([Samples::Float]) {
        assert!(fitted(format) == expected, "{format:?}");
    }
}

#[test]
fn silence_stays_silent() {
    let folder = folder(&wav(WAV16, 8000, 1, &[0; 300]));
    succeed(folder.path(), "export sound.wav sound.nex QUICK");
    let (_, _, decoded) = decode(folder.path(), "");
    assert_eq!(decoded.len(), 300);
    assert!(decoded.iter().all(|s| s.abs() <= 1), "{decoded:?}");
    let report = json(&succeed(folder.path(), "check sound.nex sound.wav --json"));
    assert!(report["mse"].as_f64().unwrap() <= 1.0, "{report}");
    succeed(folder.path(), "info sound.nex");
}

#[test]
fn checks_numbers_are_those_of_the_decoded_sound() {
    let samples = program::tones(2 * 400);
    let folder = folder(&wav(WAV16, 8000, 2, &samples));
    let path = folder.path();
    let exported = json(&succeed(path, "export sound.wav sound.nex QUICK --json"));
    let report = json(&succeed(path, "check sound.nex sound.wav --json"));
    let keys = [
        "bytes",
        "expert_share",
        "macs_per_sample",
        "mse",
        "original_bytes",
        "psnr_db",
        "ratio",
        "scratch_bytes",
        "snr_db",
    ];
    let mut found: Vec<_> = report.as_object().unwrap().keys().collect();
    found.sort();
    assert_eq!(found, keys);
    for key in keys {
        assert_eq!(report[key], exported[key], "{key}");
    }

    let number = |key: &str| report[key].as_f64().unwrap();
    let square = |x: f64| x * x;
    let signal: f64 = samples.iter().map(|&s| square(s.into())).sum();
    let (_, _, decoded) = decode(path, "");
    let pairs = samples.iter().zip(&decoded);
    let noise: f64 = pairs.map(|(&s, &d)| square(f64::from(s) - f64::from(d))).sum();
    let mean = noise / samples.len() as f64;
    let peak = f64::from(*samples.iter().max_by_key(|s| s.unsigned_abs()).unwrap());
    assert!((number("snr_db") - 10.0 * (signal / noise).log10()).abs() < 1e-9);
    assert!((number("psnr_db") - 20.0 * (32_768.0 / mean.sqrt()).log10()).abs() < 1e-9);
    assert!((number("mse") - mean / square(peak)).abs() < 1e-12);
    assert_eq!(report["original_bytes"], 44 + 2 * samples.len());
    assert_eq!(report["bytes"], fs::read(path.join("sound.nex")).unwrap().len());
    assert_eq!(number("ratio"), number("original_bytes") / number("bytes"));
    assert_eq!(number("scratch_bytes") % 4.0, 0.0);
    let shares = report["expert_share"].as_array().unwrap();
    let sum: f64 = shares.iter().map(|s| s.as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9 && shares.len() == 4, "{shares:?}");
}

#[test]
fn parts_and_rates_agree_with_the_whole() {
    let folder = folder(&wav(WAV16, 8000, 2, &program::tones(2 * 400)));
    let path = folder.path();
    succeed(path, "export sound.wav sound.nex QUICK");
    let (_, _, whole) = decode(path, "");
    assert_eq!(decode(path, "--start 0.01 --end 0.03"), (8000, 2, whole[160..480].to_vec()));
    assert_eq!(decode(path, "--start 0.04"), (8000, 2, whole[640..].to_vec()));
    assert_eq!(decode(path, "--end 99"), (8000, 2, whole.clone()));

    let (rate, channels, twice) = decode(path, "--rate 16000");
    assert_eq!((rate, channels, twice.len()), (16_000, 2, 2 * whole.len()));
    // At the old moments the network is asked for the same values.
    assert!(twice.chunks(4).map(|f| &f[..2]).eq(whole.chunks(2)));
    let (_, _, part) = decode(path, "--rate 16000 --start 0.01 --end 0.03");
    assert_eq!(part, twice[320..960]);
    for (rate, frames) in [(12_000, 600), (11_025, 552), (1, 1), (768_000, 38_400)] {
        let (found, _, samples) = decode(path, &format!("--rate {rate}"));
        assert_eq!((found, samples.len()), (rate, 2 * frames));
    }
    assert!(run(path, "decode sound.nex - --rate 4000").stderr.contains("warning: 4000 Hz"));
}

#[test]
fn pipes_carry_what_files_hold() {
    let sound = wav(WAV16, 8000, 1, &program::tones(400));
    let folder = folder(&sound);
    let path = folder.path();
    succeed(path, "export sound.wav sound.nex SMALL");
    let nex = fs::read(path.join("sound.nex")).unwrap();
    let piped = pipe(path, "export - - SMALL", &sound);
    assert_eq!(piped.code, Some(0), "{}", piped.stderr);
    assert!(piped.stdout == nex, "the file is not all there is on standard output");
    assert!(piped.stderr.contains("this file"), "{}", piped.stderr);

    succeed(path, "decode sound.nex sound2.wav");
    let whole = fs::read(path.join("sound2.wav")).unwrap();
    assert!(pipe(path, "decode - -", &nex).stdout == whole);
    let facts = succeed(path, "info sound.nex --json");
    assert!(pipe(path, "info - --json", &nex).stdout == facts);
    let report = succeed(path, "check sound.nex sound.wav --json");
    assert!(pipe(path, "check - sound.wav --json", &nex).stdout == report);
    assert!(pipe(path, "check sound.nex - --json", &sound).stdout == report);
    assert_eq!(files(path).len(), 3);
}

/// `ne-train decode ... | head` has done nothing wrong.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = folder(&wav(WAV16, 8000, 1, &program::tones(400)));
    succeed(folder.path(), "export sound.wav sound.nex SMALL");
    // Larger than any pipe holds.
    let line = "decode sound.nex - --rate 768000";
    let mut child = command(folder.path(), line).spawn().unwrap();
    let mut start = [0; 4];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(&start, b"RIFF");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn info_accounts_for_every_byte() {
    let folder = folder(&wav(WAV16, 8000, 2, &program::tones(800)));
    let path = folder.path();
    succeed(path, "export sound.wav sound.nex QUICK --comment by_me");
    let facts = json(&succeed(path, "info sound.nex --json"));
    assert_eq!(facts["bytes"], fs::read(path.join("sound.nex")).unwrap().len());
    assert_eq!((&facts["rate_hz"], &facts["channels"]), (&8000.into(), &2.into()));
    assert_eq!((&facts["frames"], &facts["seconds"]), (&400.into(), &0.05.into()));
    assert_eq!((&facts["experts"], &facts["comment"]), (&4.into(), &"by_me".into()));
    let sections = facts["sections"].as_array().unwrap();
    let stored: u64 = sections.iter().map(|s| s["bytes"].as_u64().unwrap()).sum();
    assert_eq!(facts["bytes"].as_u64().unwrap(), stored + facts["header_bytes"].as_u64().unwrap());
    let text = String::from_utf8(succeed(path, "info sound.nex")).unwrap();
    for word in ["8000 Hz", "2 channels", "400 frames", "4 experts", "by_me"] {
        assert!(text.contains(word), "{word} in:\n{text}");
    }
}

#[test]
fn quiet_says_nothing_and_force_overwrites() {
    let folder = folder(&wav(WAV16, 8000, 1, &program::tones(400)));
    let path = folder.path();
    fs::write(path.join("sound.nex"), "old").unwrap();
    let lines = [
        "export sound.wav --output sound.nex SMALL --force --quiet",
        "export sound.wav -o sound.nex SMALL -fq --checkpoint-every 1e300",
        "decode -q sound.nex -o sound2.wav",
        "decode -q sound.nex sound2.wav -f",
        "check -q sound.nex sound.wav",
        "plot -q sound.nex sound.png",
    ];
    for line in lines {
        let outcome = run(path, line);
        assert_eq!(outcome.code, Some(0), "{line}: {}", outcome.stderr);
        assert_eq!((outcome.stdout.len(), &*outcome.stderr), (0, ""), "{line}");
    }
    assert!(fs::read(path.join("sound.nex")).unwrap().starts_with(b"NEX"));
    assert!(fs::read(path.join("sound.png")).unwrap().starts_with(b"\x89PNG"));
    assert_eq!(files(path).len(), 4);
}
