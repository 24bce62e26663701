//! Do the options for sounds mean what they say, and are sounds read and written
//! without a header too?

use nex_tests::program::{self, Outcome, Row, Samples, check_rows, run, succeed, wav};
use std::{fs, path::Path};
use tempfile::TempDir;

const WAV16: Samples = Samples::Integer(16);
const FRAMES: usize = 4000;

/// Half a second in mono, and with three channels.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let tones = program::tones(3 * FRAMES);
    write("sound.wav", &wav(WAV16, 8000, 1, &tones[..FRAMES]));
    write("three.wav", &wav(WAV16, 8000, 3, &tones[..900]));
    folder
}

fn json(path: &Path, line: &str) -> serde_json::Value {
    serde_json::from_slice(&succeed(path, &format!("{line} --json"))).unwrap()
}

fn read(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name)).unwrap()
}

/// The samples of a WAV file that the program wrote.
fn samples(wav: &[u8]) -> Vec<i16> {
    wav[44..].chunks_exact(2).map(|s| i16::from_le_bytes([s[0], s[1]])).collect()
}

/// The samples of `sound.wav`, exported with options, fine enough to see them.
fn stored(folder: &TempDir, options: &str) -> Vec<i16> {
    let line = format!("export sound.wav o.nex --force --snr 50 {options}");
    succeed(folder.path(), &line);
    samples(&succeed(folder.path(), "decode o.nex -"))
}

fn peak(samples: &[i16]) -> f64 {
    f64::from(samples.iter().map(|s| s.unsigned_abs()).max().unwrap())
}

#[test]
fn a_size_means_the_compact_profile_whatever_the_channels() {
    let folder = folder();
    #[rustfmt::skip]
    let rows: &[Row] = &[
        ("3 channels, a size", "export three.wav o.nex --size 1000", 1, &["1 or 2 channels", "has 3", "--mono"]),
        ("3 channels, a quality", "export three.wav o.nex --quality 40", 1, &["1 or 2 channels", "--mono"]),
        ("3 channels, a rate", "export three.wav o.nex --bitrate 8 --json", 1, &["1 or 2 channels", "--mono"]),
    ];
    check_rows(folder.path(), rows);
    succeed(folder.path(), "export three.wav o.nex --size 1000 --mono");
    assert!(read(&folder, "o.nex").len() <= 1000);

    fs::create_dir(folder.path().join("in")).unwrap();
    for name in ["sound.wav", "three.wav"] {
        fs::copy(folder.path().join(name), folder.path().join("in").join(name)).unwrap();
    }
    let Outcome { code, stderr, stdout } = run(folder.path(), "export in out --batch --size 1000");
    assert_eq!(code, Some(1), "{stderr}");
    let table = String::from_utf8(stdout).unwrap();
    assert!(table.contains("1 or 2 channels, this one has 3; mix it with --mono"), "{table}");
    assert!(read(&folder, "out/sound.wav.nex").len() <= 1000);
    assert!(!folder.path().join("out/three.wav.nex").exists());
}

#[test]
fn a_batch_says_what_it_skips() {
    let folder = folder();
    fs::create_dir(folder.path().join("in")).unwrap();
    for name in ["a.txt", "b.TXT", "README"] {
        fs::write(folder.path().join("in").join(name), "text").unwrap();
    }
    let said = run(folder.path(), "export in out --batch").stderr;
    assert!(said.contains("no files to export"), "{said}");
    fs::copy(folder.path().join("sound.wav"), folder.path().join("in/s.wav")).unwrap();
    let Outcome { code, stderr, .. } = run(folder.path(), "export in out --batch");
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.contains("3 files left out, as names must end in"), "{stderr}");
    // Samples without a header.
    fs::write(folder.path().join("in/r.raw"), [0x40; 2000]).unwrap();
    let line = "export in raw --batch --raw s16le --rate 8k";
    assert_eq!(run(folder.path(), line).code, Some(0));
    assert!(folder.path().join("raw/r.raw.nex").exists());
    assert!(!folder.path().join("raw/s.wav.nex").exists());
}

#[test]
fn sizes_and_rates_may_be_written_in_thousands() {
    let folder = folder();
    let path = folder.path();
    for (size, most) in [("1k", 1000), ("0.5k", 500), ("1Ki", 1024), ("600", 600)] {
        succeed(path, &format!("export sound.wav o.nex --force --size {size}"));
        let len = read(&folder, "o.nex").len();
        assert!(len <= most && len > most - 40, "{size}: {len}");
    }
    succeed(path, "export sound.wav o.nex --force --rate 11.025k");
    assert_eq!(json(path, "info o.nex")["rate_hz"], 11_025);
    let wav = succeed(path, "decode o.nex - --rate 44.1k");
    assert_eq!(wav[24..28], 44_100u32.to_le_bytes());
}

#[test]
fn a_name_of_another_format_is_refused() {
    let folder = folder();
    let path = folder.path();
    succeed(path, "export sound.wav sound.nex");
    #[rustfmt::skip]
    let rows: &[Row] = &[
        ("MP3", "decode sound.nex o.mp3", 2, &["o.mp3: sounds are written as WAV", ".raw", "name it o.wav", "ffmpeg -i - o.mp3"]),
        ("FLAC", "decode sound.nex o.FLAC --rate 16k", 2, &["o.FLAC: sounds are written as WAV", "o.wav"]),
        ("nothing", "decode sound.nex o", 2, &["o: sounds are written as WAV", "name it o.wav"]),
        ("a WAV file without a header", "decode sound.nex o.wav --raw", 2, &["o.wav", "--raw"]),
    ];
    check_rows(path, rows);
    succeed(path, "decode sound.nex o.WAV");
    succeed(path, "decode sound.nex o.raw");
    succeed(path, "decode sound.nex o.pcm");
    let file = read(&folder, "o.WAV");
    assert_eq!(file.len(), 44 + 2 * FRAMES);
    assert!(read(&folder, "o.raw") == file[44..] && read(&folder, "o.pcm") == file[44..]);
    assert!(succeed(path, "decode sound.nex - --raw") == file[44..]);
    assert!(succeed(path, "decode sound.nex -") == file);
    succeed(path, "decode sound.nex o.bin --raw");
    #[cfg(unix)]
    succeed(path, "decode sound.nex /dev/null");
}

#[test]
fn samples_without_a_header_are_read_as_said() {
    let folder = folder();
    let path = folder.path();
    let write = |name: &str, bytes: &[u8]| fs::write(path.join(name), bytes).unwrap();
    let original = samples(&read(&folder, "sound.wav"));
    succeed(path, "export sound.wav sound.nex");
    let expected = read(&folder, "sound.nex");
    write("s.raw", &original.iter().flat_map(|s| s.to_le_bytes()).collect::<Vec<_>>());
    write("b.pcm", &original.iter().flat_map(|s| s.to_be_bytes()).collect::<Vec<_>>());
    let float = |s: &i16| (f32::from(*s) / 32_768.0).to_le_bytes();
    write("f.bin", &original.iter().flat_map(float).collect::<Vec<_>>());
    for line in ["s.raw --raw s16le", "b.pcm --raw S16BE", "f.bin --raw f32le"] {
        let (name, raw) = line.split_once(' ').unwrap();
        succeed(path, &format!("export {name} o.nex --force {raw} --rate 8k"));
        assert!(read(&folder, "o.nex") == expected, "{line}");
    }
    succeed(path, "export s.raw o.nex --force --raw s16le --raw-rate 8k --channels 2 --rate 16k");
    let facts = json(path, "info o.nex");
    assert_eq!((&facts["rate_hz"], &facts["channels"]), (&16_000.into(), &2.into()));
    assert_eq!(facts["frames"], FRAMES);
    let (raw, wav) =
        (json(path, "check sound.nex s.raw --raw s16le"), json(path, "check sound.nex sound.wav"));
    assert_eq!(raw, wav);

    write("odd.raw", &[1; 4001]);
    let said = run(path, "export odd.raw o.nex --force --raw s16le --rate 8000").stderr;
    assert!(said.contains("warning: odd.raw: the last 1 bytes are no whole frame"), "{said}");
    fs::remove_file(path.join("o.nex")).unwrap();
    #[rustfmt::skip]
    let rows: &[Row] = &[
        ("no word", "export s.raw o.nex", 1, &["s.raw: has no header", "--raw s16le --rate 16000"]),
        ("no rate", "export s.raw o.nex --raw s16le", 2, &["--rate"]),
        ("no such samples", "export s.raw o.nex --raw s12le --rate 8k", 2, &["--raw", "s16le", "alaw"]),
        ("no samples", "export s.raw o.nex --raw s16le --rate 8k --channels 9", 2, &["--channels", "1 to 8"]),
        ("channels of a WAV file", "export sound.wav o.nex --channels 2", 2, &["--raw"]),
    ];
    check_rows(path, rows);
}

#[test]
fn levels_and_ends_are_changed_as_asked() {
    let folder = folder();
    let plain = stored(&folder, "");
    let level = |options: &str| 20.0 * (peak(&stored(&folder, options)) / 32_768.0).log10();
    assert!((level("--normalize") + 1.0).abs() < 0.1);
    assert!((level("--normalize=-12") + 12.0).abs() < 0.1);
    let own = 20.0 * (peak(&plain) / 32_768.0).log10();
    assert!((level("--gain -20") - own + 20.0).abs() < 0.1);
    let faded = stored(&folder, "--fade-in 0.1 --fade-out 0.2");
    let (ends, middle) = ([&faded[..40], &faded[FRAMES - 40..]], 800..2400);
    assert!(ends.iter().all(|end| peak(end) < 0.02 * peak(&plain)), "{ends:?}");
    let differs = faded[middle.clone()].iter().zip(&plain[middle]).map(|(a, b)| a.abs_diff(*b));
    assert!(differs.max().unwrap() < 200);

    // Half a second of sound in two of silence that is not quite.
    let tones = samples(&read(&folder, "sound.wav"));
    let noise: Vec<i16> = (0..8000).map(|i| i % 3 - 1).collect();
    let long = wav(WAV16, 8000, 1, &[&noise[..], &tones, &noise].concat());
    fs::write(folder.path().join("sound.wav"), long).unwrap();
    let trimmed = stored(&folder, "--trim-silence").len();
    assert!(trimmed <= FRAMES + 160 && trimmed > FRAMES - 200, "{trimmed}");
    assert_eq!(stored(&folder, "--trim-silence=-120").len(), FRAMES + 16_000);
    let silence = wav(WAV16, 8000, 1, &[0; 800]);
    fs::write(folder.path().join("sound.wav"), silence).unwrap();
    fs::remove_file(folder.path().join("o.nex")).unwrap();
    #[rustfmt::skip]
    let rows: &[Row] = &[
        ("silence", "export sound.wav o.nex --trim-silence", 2, &["sound.wav: is silent", "--trim-silence"]),
        ("louder than full", "export sound.wav o.nex --normalize=3", 2, &["--normalize", "0 dB or below"]),
        ("two levels", "export sound.wav o.nex --normalize --gain 3", 2, &["--normalize", "--gain"]),
        ("for pictures?", "decode sound.wav o.wav --gain 3", 2, &["--gain"]),
    ];
    check_rows(folder.path(), rows);
}

#[test]
fn what_would_fit_a_size_is_said_and_true() {
    let folder = folder();
    let path = folder.path();
    let number_before = |text: &str, words: &str| -> usize {
        let before = text.split(words).next().unwrap();
        before.rsplit([' ', '(']).next().unwrap().parse().unwrap()
    };
    let Outcome { code, stderr, .. } = run(path, "export sound.wav o.nex --size 30");
    assert_eq!(code, Some(3), "{stderr}");
    assert!(
        stderr.contains("at most 30 bytes") && stderr.contains("with --tune snr it fits"),
        "{stderr}"
    );
    succeed(path, "export sound.wav o.nex --size 30 --tune snr");
    assert!(read(&folder, "o.nex").len() <= 30);
    let least = number_before(&stderr, " bytes or more");
    succeed(path, &format!("export sound.wav o.nex --force --tune snr --size {least}"));

    let Outcome { code, stderr, .. } = run(path, "export sound.wav p.nex --size 9");
    assert_eq!(code, Some(3), "{stderr}");
    let (_, rest) = stderr.split_once("; with ").unwrap();
    let (options, rest) = rest.split_once(" the smallest has ").unwrap();
    let (bytes, plain) = rest.split_once(", and without ").unwrap();
    let [bytes, plain]: [usize; 2] = [bytes, plain].map(|n| n.trim().parse().unwrap());
    succeed(path, &format!("export sound.wav o.nex --force --size {plain}"));
    succeed(path, &format!("export sound.wav p.nex {options} --size {bytes}"));
    // Nothing that can be asked for is smaller.
    for tune in ["snr", "perceptual"] {
        for block in [32, 256, 512, 1024, 2048] {
            let less = bytes - 1;
            let line =
                format!("export sound.wav q.nex --tune {tune} --max-block {block} --size {less}");
            assert_eq!(run(path, &line).code, Some(3), "{line}");
        }
    }
}

#[test]
fn a_clip_takes_one_number_of_memory() {
    let folder = folder();
    let path = folder.path();
    succeed(path, "export sound.wav sound.nex");
    let facts = json(path, "info sound.nex --target cortex-m4f");
    let memory = facts["memory_bytes"].as_u64().unwrap();
    assert_eq!(facts["target"]["memory_bytes"], memory);
    assert_eq!(json(path, "check sound.nex sound.wav")["scratch_bytes"], memory);
    let grouped = format!("{},{:03}", memory / 1000, memory % 1000);
    let text = |line: &str| String::from_utf8(succeed(path, line)).unwrap();
    let info = text("info sound.nex --target rp2040");
    assert!(info.contains(&format!("{grouped} bytes of working memory")), "{info}");
    assert!(info.contains(&format!("working memory {grouped}, decoder")), "{info}");
    assert!(
        text("check sound.nex sound.wav").contains(&format!("{grouped} bytes of working memory"))
    );
    let rust = text("emit sound.nex --rust -");
    assert!(rust.contains(&format!("working memory, at least: {memory} bytes.")), "{rust}");
    assert!(rust.contains(&format!("MEMORY_WORDS: usize = {};", memory / 4)), "{rust}");
}

#[test]
fn chips_are_known_by_name_and_others_sent_to_the_nearest() {
    let folder = folder();
    let path = folder.path();
    succeed(path, "export sound.wav sound.nex");
    for (chip, processor) in [
        ("RP2040", "cortex-m0plus"),
        ("rp2350", "cortex-m33"),
        ("esp32-c3", "cortex-m0plus"),
        ("Cortex-M0+", "cortex-m0plus"),
    ] {
        let of =
            |name: &str| json(path, &format!("info sound.nex --target {name}"))["target"].clone();
        let (chip, processor) = (of(chip), of(processor));
        for key in ["processor", "flash_bytes", "ram_bytes", "stack_bytes", "clock_mhz"] {
            assert_eq!(chip[key], processor[key], "{key}");
        }
    }
    #[rustfmt::skip]
    let rows: &[Row] = &[
        ("M0", "info sound.nex --target cortex-m0", 2, &["not measured", "nearest that was is cortex-m0plus"]),
        ("M3", "info sound.nex --target cortex-m3", 2, &["nearest that was is cortex-m4f"]),
        ("M55", "info sound.nex --target cortex-m55", 2, &["nearest that was is cortex-m33"]),
        ("Z80", "info sound.nex --target z80", 2, &["not measured", "cortex-m4f", "rp2040"]),
    ];
    check_rows(path, rows);
}
