//! Does the program keep what it promises of the compact profile?

use nex_format::compact;
use nex_runtime::Sound;
use nex_tests::program::{self, Outcome, Row, Samples, check_rows, files, pipe, run, succeed, wav};
use serde_json::Value;
use std::{fs, io::Cursor, path::Path};
use tempfile::TempDir;

const WAV16: Samples = Samples::Integer(16);
const FRAMES: usize = 4000;

/// Half a second in mono, in stereo and with three channels.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let tones = program::tones(3 * FRAMES);
    write("sound.wav", &wav(WAV16, 8000, 1, &tones[..FRAMES]));
    write("stereo.wav", &wav(WAV16, 44_100, 2, &tones[..2 * FRAMES]));
    write("three.wav", &wav(WAV16, 8000, 3, &tones[..900]));
    folder
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn read_wav(bytes: &[u8]) -> (u32, u16, Vec<i16>) {
    let mut reader = hound::WavReader::new(Cursor::new(bytes)).unwrap();
    let spec = reader.spec();
    (spec.sample_rate, spec.channels, reader.samples().collect::<Result<_, _>>().unwrap())
}

fn decode(path: &Path, options: &str) -> (u32, u16, Vec<i16>) {
    read_wav(&succeed(path, &format!("decode sound.nex - {options}")))
}

/// Exports `sound.wav` to standard output; the file, which must be compact.
fn export(path: &Path, options: &str) -> (Vec<u8>, Outcome) {
    let outcome = run(path, &format!("export sound.wav - {options}"));
    assert!(Sound::open_compact(&outcome.stdout).is_ok(), "{options}: {}", outcome.stderr);
    (outcome.stdout.clone(), outcome)
}

#[test]
fn bad_arguments_are_refused() {
    let folder = folder();
    fs::write(folder.path().join("taken.nex"), b"mine").unwrap();
    #[rustfmt::skip]
    let rows: &[Row] = &[
        ("too small", "export sound.wav o.nex --size 20", 3, &["at most 20 bytes", "the smallest has"]),
        ("too small a rate", "export sound.wav o.nex --bitrate 0.001", 3, &["at most 0 bytes", "the smallest has"]),
        ("too small with a quality", "export sound.wav o.nex --size 9 --quality 80", 3, &["at most 9 bytes", "the smallest has"]),
        ("too small with a ratio", "export sound.wav o.nex --size 9 --snr 30 --json", 3, &["at most 9 bytes", "the smallest has"]),
        ("a fit, compact", "export sound.wav o.nex --profile compact --steps 3", 2, &["belongs to --profile neural"]),
        ("a network, compact", "export sound.wav o.nex --profile compact --experts 3", 2, &["belongs to --profile neural"]),
        ("packed, compact", "export sound.wav o.nex --profile compact --pack", 2, &["belongs to --profile neural"]),
        ("a size, neural", "export sound.wav o.nex --profile neural --size 4000", 2, &["--size", "belongs to --profile compact"]),
        ("a block, neural", "export sound.wav o.nex --profile neural --max-block 64", 2, &["belongs to --profile compact"]),
        ("both", "export sound.wav o.nex --size 4000 --steps 3", 2, &["options of both profiles", "--profile"]),
        ("3 channels", "export three.wav o.nex --profile compact", 1, &["1 or 2 channels", "has 3", "--mono", "--profile neural"]),
        ("33 samples", "export sound.wav o.nex --max-block 33", 2, &["--max-block", "power of two from 32 to 2048"]),
        ("16 samples", "export sound.wav o.nex --max-block 16", 2, &["power of two from 32 to 2048"]),
        ("4096 samples", "export sound.wav o.nex --max-block 4096", 2, &["power of two from 32 to 2048"]),
        ("no bytes", "export sound.wav o.nex --size 0", 2, &["--size"]),
        ("half a byte", "export sound.wav o.nex --size 0.5", 2, &["--size"]),
        ("a negative size", "export sound.wav o.nex --size=-4", 2, &["--size"]),
        ("no bits", "export sound.wav o.nex --bitrate 0", 2, &["--bitrate", "must be above 0"]),
        ("NaN bits", "export sound.wav o.nex --bitrate nan", 2, &["--bitrate", "must be finite"]),
        ("infinite ratio", "export sound.wav o.nex --snr inf", 2, &["--snr", "must be finite"]),
        ("quality 101", "export sound.wav o.nex --quality 101", 2, &["--quality", "must lie in 0 to 100"]),
        ("quality -1", "export sound.wav o.nex --quality=-1", 2, &["--quality", "must lie in 0 to 100"]),
        ("no such feature", "export sound.wav o.nex --features neural", 2, &["neural", "compact-narrowband, compact-wideband, compact-stereo"]),
        ("no model", "export sound.wav o.nex --features compact-stereo", 2, &["plays nothing", "compact-narrowband"]),
        ("two channels, mono", "export stereo.wav o.nex --features narrowband", 1, &["2 channels", "--mono", "compact-stereo"]),
        ("features, neural", "export sound.wav o.nex --profile neural --features compact", 2, &["belongs to --profile compact"]),
        ("no such target", "export sound.wav o.nex --target z80", 2, &["not measured", "cortex-m4f"]),
        ("quality and ratio", "export sound.wav o.nex --quality 50 --snr 20", 2, &["--quality", "--snr"]),
        ("tune", "export sound.wav o.nex --tune loud", 2, &["loud", "perceptual, snr"]),
        ("effort", "export sound.wav o.nex --effort none", 2, &["none", "fast, normal, best"]),
        ("profile", "export sound.wav o.nex --profile mp3", 2, &["mp3", "auto, compact, neural"]),
        ("over a file", "export sound.wav taken.nex --size 900", 1, &["taken.nex: exists already", "--force"]),
        ("JSON and file", "export sound.wav - --json", 2, &["--json", "standard output"]),
    ];
    check_rows(folder.path(), rows);
}

#[test]
fn limits_hold_and_the_smallest_is_named() {
    let folder = folder();
    let path = folder.path();
    for limit in [100, 300, 1000, 3000] {
        let (bytes, outcome) = export(path, &format!("--size {limit}"));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert!(bytes.len() <= limit, "{} for {limit}", bytes.len());
    }
    // The one that is named fits itself.
    let refused = run(path, "export sound.wav o.nex --size 20").stderr;
    let smallest = refused.trim().rsplit(' ').next().unwrap();
    let (bytes, _) = export(path, &format!("--size {smallest}"));
    assert!(bytes.len() <= smallest.parse().unwrap());

    // 16 kbit/s for half a second are 1000 bytes.
    let (bitrate, _) = export(path, "--bitrate 16");
    assert!(bitrate.len() <= 1000);
    assert!(export(path, "--size 1000").0 == bitrate);
    assert!(export(path, "--size 5000 --bitrate 16").0 == bitrate);
    assert!(export(path, "--size 400 --bitrate 16").0 == export(path, "--size 400").0);
}

#[test]
fn targets_are_met_or_the_code_is_3() {
    let folder = folder();
    let path = folder.path();
    let snr = |options: &str| {
        fs::remove_file(path.join("o.nex")).unwrap_or_default();
        let outcome = run(path, &format!("export sound.wav o.nex --json {options}"));
        (outcome.code, json(&outcome.stdout)["snr_db"].as_f64().unwrap(), outcome.stderr)
    };
    let (code, reached, _) = snr("--snr 25");
    assert!(code == Some(0) && reached >= 25.0, "{reached}");
    let (code, reached, stderr) = snr("--snr 60 --size 200");
    assert!(code == Some(3) && reached < 60.0, "{reached}");
    assert!(stderr.contains("below the target of 60 dB"), "{stderr}");
    assert!(fs::read(path.join("o.nex")).unwrap().len() <= 200);
    succeed(path, "check o.nex sound.wav");
    let (code, _, stderr) = snr("--quality 10 --min-snr 99");
    assert!(code == Some(3) && stderr.contains("below the target of 99 dB"), "{stderr}");
    succeed(path, "check o.nex sound.wav");

    let length = |quality: u32| export(path, &format!("--quality {quality}")).0.len();
    let (rough, middle, fine) = (length(0), length(50), length(100));
    assert!(rough < middle && middle < fine, "{rough} {middle} {fine}");
    assert_eq!(export(path, "").0.len(), middle);
}

#[test]
fn a_file_needs_no_more_than_the_features_it_was_made_for() {
    let folder = folder();
    let path = folder.path();
    let needed = |options: &str| {
        succeed(path, &format!("export {options} made.nex -f"));
        let facts = json(&succeed(path, "info made.nex --json"));
        let text = String::from_utf8(succeed(path, "info made.nex")).unwrap();
        let words = facts["features"].as_array().unwrap();
        let words: Vec<&str> = words.iter().map(|word| word.as_str().unwrap()).collect();
        assert!(text.contains(&format!("needs features  {}\n", words.join(", "))), "{text}");
        words.join(",")
    };
    for model in ["compact-narrowband", "compact-wideband"] {
        // A size is searched for, and the models with it; a loop has searches of its own.
        for more in ["", "--size 300", "--snr 20", "--loop", "--effort fast"] {
            assert_eq!(needed(&format!("sound.wav --features {model} {more}")), model, "{more}");
        }
        let stereo = format!("{model},compact-stereo");
        assert_eq!(needed(&format!("stereo.wav --features {stereo}")), stereo);
        assert_eq!(needed(&format!("stereo.wav --mono --features {stereo}")), model);
    }
    // All that there is: as without.
    let made = |options: &str| export(path, options).0;
    assert!(made("--features compact") == made(""));
    assert!(made("--features narrowband,wideband,stereo") == made(""));
}

#[test]
fn a_target_takes_half_the_memory_and_says_what_it_takes() {
    let folder = folder();
    let path = folder.path();
    let facts = |options: &str| {
        succeed(path, &format!("export made.wav made.nex -f {options}"));
        json(&succeed(path, "info made.nex --json"))
    };
    for rate in [8_000, 16_000, 44_100] {
        let tones = program::tones(FRAMES);
        fs::write(path.join("made.wav"), wav(WAV16, rate, 1, &tones)).unwrap();
        let (usual, half) = (facts(""), facts("--target cortex-m4f"));
        for memory in ["longest_block", "memory_bytes", "ahead_bytes"] {
            let [usual, half] = [&usual, &half].map(|facts| facts[memory].as_u64().unwrap());
            assert_eq!(usual, 2 * half, "{memory} at {rate} Hz");
        }
        // Who names a length means it.
        let same = facts("--target cortex-m4f --max-block 2048");
        assert_eq!(same["longest_block"], facts("--max-block 2048")["longest_block"]);
    }
    let exported = json(&succeed(path, "export made.wav made.nex -f --json --target rp2040"));
    let info = json(&succeed(path, "info made.nex --json --target rp2040"));
    assert_eq!(exported["target"], info["target"]);
    assert_eq!(exported["target"]["target"], "rp2040");
    let printed = String::from_utf8(succeed(path, "export made.wav made.nex -f --target rp2040"));
    assert!(printed.unwrap().contains("on rp2040, a cortex-m0plus\nflash"));
}

#[test]
fn the_profile_is_chosen_by_what_is_asked() {
    let folder = folder();
    let path = folder.path();
    let profile = |line: &str| {
        let report = json(&succeed(path, &format!("export {line} o.nex -f --json")));
        report["profile"].as_str().unwrap().to_string()
    };
    assert_eq!(profile("sound.wav"), "compact");
    assert_eq!(profile("stereo.wav"), "compact");
    assert_eq!(profile("sound.wav --threads 1 --comment x --rate 4000"), "compact");
    assert_eq!(profile("sound.wav SMALL"), "neural");
    assert_eq!(profile("three.wav --mono"), "compact");
    // Only the test's patience asks for few steps here: three channels do it.
    assert_eq!(profile("three.wav SMALL"), "neural");
    assert_eq!(profile("sound.wav --profile neural SMALL"), "neural");
}

#[test]
fn both_profiles_stand_in_one_table() {
    let folder = folder();
    let path = folder.path();
    let text = succeed(path, "export sound.wav o.nex --compare SMALL --profile compact --size 900");
    let text = String::from_utf8(text).unwrap();
    for word in ["this file", "nex neural", "IMA ADPCM", "16-bit WAV", "quantiser"] {
        assert!(text.contains(word), "no {word} in:\n{text}");
    }
    assert!(fs::read(path.join("o.nex")).unwrap().len() <= 900);
    let text = succeed(path, "export sound.wav o.nex -f --compare SMALL --profile neural");
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("nex compact") && text.contains("fit "), "{text}");
    let bytes = fs::read(path.join("o.nex")).unwrap();
    assert!(Sound::open_neural(&bytes).is_ok());
}

#[test]
fn reports_agree_with_each_other_and_the_file() {
    let folder = folder();
    let path = folder.path();
    let made = json(&succeed(path, "export sound.wav sound.nex --json --comment by_me"));
    let check = json(&succeed(path, "check sound.nex sound.wav --json"));
    for (key, value) in check.as_object().unwrap() {
        assert_eq!(&made[key], value, "{key}");
    }
    let bytes = fs::read(path.join("sound.nex")).unwrap();
    let number = |report: &Value, key: &str| report[key].as_f64().unwrap();
    assert_eq!(made["bytes"], bytes.len());
    assert_eq!(made["profile"], "compact");
    assert_eq!(number(&made, "bits_per_second"), 16.0 * bytes.len() as f64);
    assert_eq!(number(&made, "bits_per_sample"), bytes.len() as f64 / 500.0);
    assert!(number(&made, "step") > 0.0 && number(&made, "ideal_bits") < 8.0 * bytes.len() as f64);
    assert!((0.0..=1.0).contains(&number(&made, "gamma")));
    assert!((0.0..=2.0).contains(&number(&made, "fill")));
    assert!(number(&made, "ima_adpcm_bytes") > 0.0 && number(&made, "ima_adpcm_snr_db") > 0.0);
    let chunks = made["chunks"].as_array().unwrap();
    assert_eq!((chunks.len(), chunks.iter().map(|c| c.as_u64().unwrap()).sum()), (2, 1u64));
    let shares = made["expert_share"].as_array().unwrap();
    let sum: f64 = shares.iter().map(|s| s.as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{shares:?}");

    let original = read_wav(&fs::read(path.join("sound.wav")).unwrap()).2;
    let decoded = decode(path, "").2;
    let square = |x: f64| x * x;
    let pairs = original.iter().zip(&decoded);
    let noise: f64 = pairs.map(|(&a, &b)| square(f64::from(a) - f64::from(b))).sum();
    let signal: f64 = original.iter().map(|&s| square(s.into())).sum();
    assert!((number(&made, "snr_db") - 10.0 * (signal / noise).log10()).abs() < 1e-9);

    let facts = json(&succeed(path, "info sound.nex --json"));
    let header = *compact::Sound::parse(&bytes).unwrap().header();
    assert_eq!((&facts["bytes"], &facts["profile"]), (&bytes.len().into(), &"compact".into()));
    assert_eq!((&facts["rate_hz"], &facts["channels"]), (&8000.into(), &1.into()));
    assert_eq!((&facts["frames"], &facts["seconds"]), (&FRAMES.into(), &0.5.into()));
    assert_eq!((&facts["chunks"], &facts["version"]), (&1.into(), &1.into()));
    assert_eq!(facts["longest_block"], 1 << header.max_log2);
    assert_eq!(facts["comment"], "by_me");
    for (facts_key, key) in [
        ("macs_per_sample", "macs_per_sample"),
        ("memory_bytes", "scratch_bytes"),
        ("step", "step"),
        ("gamma", "gamma"),
        ("fill", "fill"),
    ] {
        assert_eq!(facts[facts_key], made[key], "{key}");
    }
    let text = String::from_utf8(succeed(path, "info sound.nex")).unwrap();
    for word in ["8000 Hz", "1 channel", "windowed cosines", "intact", "by_me", "to play it"] {
        assert!(text.contains(word), "no {word} in:\n{text}");
    }
}

#[test]
fn pipes_carry_what_files_hold() {
    let folder = folder();
    let path = folder.path();
    succeed(path, "export sound.wav sound.nex");
    let read = |name: &str| fs::read(path.join(name)).unwrap();
    let (sound, nex) = (read("sound.wav"), read("sound.nex"));
    let piped = pipe(path, "export - -", &sound);
    assert!(piped.code == Some(0) && piped.stdout == nex, "{}", piped.stderr);
    assert!(piped.stderr.contains("this file"), "{}", piped.stderr);
    let wav = succeed(path, "decode sound.nex -");
    assert!(pipe(path, "decode - -", &nex).stdout == wav);
    let facts = succeed(path, "info sound.nex --json");
    assert!(pipe(path, "info - --json", &nex).stdout == facts);
    let report = succeed(path, "check sound.nex sound.wav --json");
    assert!(pipe(path, "check - sound.wav --json", &nex).stdout == report);
    assert!(pipe(path, "check sound.nex - --json", &sound).stdout == report);
    assert_eq!(files(path).len(), 4);
}

#[test]
fn parts_are_slices_and_rates_last_as_long() {
    let folder = folder();
    let path = folder.path();
    for (export, rate) in [("export sound.wav", 8000), ("export stereo.wav", 44_100)] {
        succeed(path, &format!("{export} sound.nex -f --max-block 64"));
        let (found, channels, whole) = decode(path, "");
        assert_eq!((found, whole.len()), (rate, FRAMES * usize::from(channels)));
        for (start, end) in [(0, 4000), (0, 1), (3999, 4000), (777, 2500), (1024, 1025)] {
            let seconds = |frame: usize| frame as f64 / f64::from(rate);
            let options = format!("--start {} --end {}", seconds(start), seconds(end));
            let channels = usize::from(channels);
            let part = decode(path, &options).2;
            assert!(part == whole[start * channels..end * channels], "{export}, {options}");
        }
        assert!(decode(path, "--end 99").2 == whole);
        for (new, frames) in [(2 * rate, 2 * FRAMES), (rate / 2, FRAMES / 2)] {
            let (found, _, samples) = decode(path, &format!("--rate {new}"));
            assert_eq!((found, samples.len()), (new, frames * usize::from(channels)));
        }
        // A filter stands before a lower rate, so there is nothing to warn of.
        assert_eq!(run(path, "decode sound.nex - --rate 4000").stderr, "");
    }
}

#[test]
fn resampling_keeps_the_sound() {
    let folder = folder();
    let path = folder.path();
    succeed(path, "export sound.wav sound.nex --quality 80");
    let (whole, twice) = (decode(path, "").2, decode(path, "--rate 16000").2);
    let inner = 200..FRAMES - 200;
    let square = |x: f64| x * x;
    let noise: f64 =
        inner.clone().map(|i| square(f64::from(twice[2 * i]) - f64::from(whole[i]))).sum();
    let signal: f64 = inner.map(|i| square(f64::from(whole[i]))).sum();
    assert!(10.0 * (signal / noise).log10() > 30.0, "{signal} {noise}");
}

#[test]
fn pictures_show_the_blocks() {
    let folder = folder();
    let path = folder.path();
    for sound in ["sound.wav", "stereo.wav"] {
        succeed(path, &format!("export {sound} sound.nex -f"));
        succeed(path, &format!("plot sound.nex {sound} o.png -f"));
        succeed(path, "plot sound.nex o.svg -f");
        assert!(fs::read(path.join("o.png")).unwrap().starts_with(b"\x89PNG"));
        let picture = fs::read_to_string(path.join("o.svg")).unwrap();
        assert!(picture.contains("<svg") && picture.trim_end().ends_with("</svg>"));
    }
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let folder = folder();
    let path = folder.path();
    let (good, _) = export(path, "--size 300 --comment damage_me");
    for len in 0..good.len() {
        assert!(Sound::open_compact(&good[..len]).is_err(), "{len} bytes");
    }
    for i in 0..8 * good.len() {
        let mut bytes = good.clone();
        bytes[i / 8] ^= 1 << (i % 8);
        assert!(Sound::open_compact(&bytes).is_err(), "bit {i}");
    }
    assert!(Sound::open_compact(&[&good[..], b"\0"].concat()).is_err());
    fs::write(path.join("cut.nex"), &good[..good.len() / 2]).unwrap();
    for line in ["decode cut.nex o.wav", "info cut.nex", "check cut.nex sound.wav"] {
        let outcome = run(path, line);
        assert_eq!(outcome.code, Some(1), "{line}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("cut.nex: cannot be decoded"), "{}", outcome.stderr);
    }
}
