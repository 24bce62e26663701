//! Does a loop come through: from a sampler chunk or an option into the file, and out
//! again as a sampler chunk and as constants?

use nex_tests::{
    program::{run, succeed},
    riff::{chunk, format, riff, sampler},
};
use std::{fs, path::Path};
use tempfile::TempDir;

const FRAMES: u32 = 8_000;

/// A loop of a sampler chunk: its direction, its first and its last frame.
type Looped = (u32, u32, u32);

/// A WAV file of 16 kHz: a tone, and a sampler chunk of some loops.
fn wav(path: &Path, loops: &[Looped]) {
    let tone = |i: u32| {
        (19_660.8 * (f64::from(i) * 440.0 / 16_000.0 * std::f64::consts::TAU).sin()) as i16
    };
    let data: Vec<u8> = (0..FRAMES).flat_map(|i| tone(i).to_le_bytes()).collect();
    let chunks = [chunk(b"fmt ", &format(1, 1, 16_000, 16)), chunk(b"data", &data)];
    let file = riff(&[&chunks[..], &[sampler(loops)]].concat());
    fs::write(path, file).unwrap();
}

fn folder(loops: &[Looped]) -> TempDir {
    let folder = TempDir::new().unwrap();
    wav(&folder.path().join("in.wav"), loops);
    folder
}

/// The loop that `info` finds in a file.
fn found(folder: &Path, file: &str) -> Option<(u32, u32)> {
    let facts = succeed(folder, &format!("info {file} --json"));
    let facts: serde_json::Value = serde_json::from_slice(&facts).unwrap();
    let at = |i: usize| facts["loop"][i].as_u64().map(|n| n as u32);
    Some((at(0)?, at(1)?))
}

/// The loop of what `export` makes of the sound.
fn exported(loops: &[Looped], options: &str) -> Option<(u32, u32)> {
    let folder = folder(loops);
    succeed(folder.path(), &format!("export in.wav o.nex -q {options}"));
    found(folder.path(), "o.nex")
}

#[test]
fn a_sampler_chunk_is_kept_and_an_option_goes_before_it() {
    let own: &[Looped] = &[(0, 800, 7_199)];
    assert_eq!(exported(&[], ""), None);
    assert_eq!(exported(&[], "--loop"), Some((0, FRAMES)));
    assert_eq!(exported(own, ""), Some((800, 7_200)));
    assert_eq!(exported(own, "--loop"), Some((800, 7_200)));
    assert_eq!(exported(own, "--loop=5..4000"), Some((5, 4_000)));
    assert_eq!(exported(&[(0, 0, FRAMES - 1)], ""), Some((0, FRAMES)));
    // To and fro, backwards, beyond the sound, from behind its end.
    assert_eq!(
        exported(&[(1, 0, 99), (2, 5, 99), (0, 5, FRAMES), (0, 9, 8), (0, 7, 9)], ""),
        Some((7, 10))
    );
    assert_eq!(exported(&[(1, 0, 99)], ""), None);
    assert_eq!(exported(&[(0, u32::MAX, u32::MAX)], ""), None);
}

#[test]
fn what_is_not_kept_is_said() {
    let folder = folder(&[(1, 0, 99), (0, 800, 7_199)]);
    let path = folder.path();
    let told = run(path, "export in.wav o.nex").stderr;
    assert!(told.contains("2 loops") && told.contains("from frame 800 to 7200"), "{told}");
    let told = run(path, "export in.wav o.nex -f --end 0.2").stderr;
    assert!(told.contains("does not lie in what is stored") && told.contains("left out"), "{told}");
    assert_eq!(found(path, "o.nex"), None);
    let joined = run(path, "export in.wav o.nex -f --loop=10..90 -v").stderr;
    assert!(joined.contains("joined to its first"), "{joined}");
    for (options, code, words) in [
        ("--loop=10..9000", 2, "frames 0 to 8000"),
        ("--loop=4000..4000", 2, "START..END"),
        ("--loop=1", 2, "START..END"),
        ("--loop=-1..3", 2, "START..END"),
        ("--loop=10..4000 --end 0.1", 2, "change --loop"),
        ("--loop --profile neural", 2, "belongs to --profile compact"),
    ] {
        let refused = run(path, &format!("export in.wav p.nex {options}"));
        assert_eq!(refused.code, Some(code), "{options}: {}", refused.stderr);
        assert!(refused.stderr.contains(words), "{options}: {}", refused.stderr);
    }
}

#[test]
fn points_follow_cuts_and_rates() {
    let own: &[Looped] = &[(0, 800, 7_199)];
    assert_eq!(exported(own, "--start 0.01"), Some((640, 7_040)));
    assert_eq!(exported(own, "--rate 8000"), Some((400, 3_600)));
    assert_eq!(exported(own, "--rate 44100"), Some((2_205, 19_845)));
    assert_eq!(exported(own, "--rate 11025 --start 0.05"), Some((0, 4_410)));
    assert_eq!(exported(&[], "--loop --rate 11025 --end 0.25"), Some((0, 2_757)));
    assert_eq!(exported(&[], "--loop --trim-silence"), Some((0, FRAMES)));
}

#[test]
fn a_loop_comes_out_as_it_went_in() {
    let folder = folder(&[(0, 800, 7_199)]);
    let path = folder.path();
    succeed(path, "export in.wav a.nex -q");
    for (options, points) in [
        ("", Some((800, 7_200))),
        ("--rate 32000", Some((1_600, 14_400))),
        ("--start 0.05", Some((0, 6_400))),
        ("--end 0.2", None),
    ] {
        succeed(path, &format!("decode a.nex a.wav -f {options}"));
        succeed(path, "export a.wav b.nex -q -f");
        assert_eq!(found(path, "b.nex"), points, "{options}");
    }
    let c = String::from_utf8(succeed(path, "emit a.nex --c -")).unwrap();
    assert!(
        c.contains("#define A_LOOP_START 800u") && c.contains("#define A_LOOP_END 7200u"),
        "{c}"
    );
    let rust = String::from_utf8(succeed(path, "emit a.nex --rust -")).unwrap();
    assert!(rust.contains("LOOP_START: u32 = 800;") && rust.contains("LOOP_END: u32 = 7_200;"));
    let text = String::from_utf8(succeed(path, "info a.nex")).unwrap();
    assert!(text.contains("6,400 frames, from frame 800 to 7199"), "{text}");
}
