//! Does a folder of files become a folder of `.nex` files, and once only?

use nex_tests::program::{self, Row, Samples, check_rows, run, succeed, wav};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

const WAV16: Samples = Samples::Integer(16);

fn sound(path: &Path, from: usize) {
    let tones = program::tones(from + 2000);
    fs::write(path, wav(WAV16, 8000, 1, &tones[from..])).unwrap();
}

/// Three sounds, one of them in a folder below, and a file of another kind.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let sounds = folder.path().join("in");
    fs::create_dir_all(sounds.join("deep")).unwrap();
    sound(&sounds.join("a.wav"), 0);
    sound(&sounds.join("b.WAV"), 300);
    sound(&sounds.join("deep/a.wav"), 600);
    fs::write(sounds.join("notes.txt"), "no sound").unwrap();
    folder
}

/// The lines of a manifest that are not empty.
fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|l| !l.is_empty()).map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn inputs(lines: &[Value]) -> Vec<&str> {
    let mut inputs: Vec<_> = lines.iter().map(|l| l["input"].as_str().unwrap()).collect();
    inputs.sort_unstable();
    inputs
}

#[test]
fn every_file_is_what_export_makes_of_it_alone() {
    let folder = folder();
    let path = folder.path();
    let table = succeed(path, "export in out --batch --quality 40 --mono --jobs 2");
    let table = String::from_utf8(table).unwrap();
    for (input, output) in
        [("a.wav", "a.wav.nex"), ("b.WAV", "b.WAV.nex"), ("deep/a.wav", "deep/a.wav.nex")]
    {
        succeed(path, &format!("export in/{input} alone.nex --force --quality 40 --mono"));
        let alone = fs::read(path.join("alone.nex")).unwrap();
        assert!(fs::read(path.join("out").join(output)).unwrap() == alone, "{input}");
        assert!(table.contains(input), "{table}");
    }
    let manifest = lines(&path.join("out/manifest.jsonl"));
    assert_eq!(inputs(&manifest), ["a.wav", "b.WAV", "deep/a.wav"]);
    for line in &manifest {
        assert_eq!(line["report"]["bytes"], line["bytes"], "{line}");
        assert_eq!(line["exit_code"], 0);
    }
}

#[test]
fn only_what_changed_is_done_again() {
    let folder = folder();
    let path = folder.path();
    let manifest = path.join("out/manifest.jsonl");
    let count = |options: &str| {
        let before = if manifest.exists() { lines(&manifest).len() } else { 0 };
        succeed(path, &format!("export in out --batch {options}"));
        lines(&manifest).len() - before
    };
    assert_eq!(count("--quality 40"), 3);
    assert_eq!(count("--quality 40"), 0);
    assert_eq!(count("--quality 30"), 3); // other options
    sound(&path.join("in/a.wav"), 900);
    assert_eq!(count("--quality 30"), 1); // another sound
    fs::remove_file(path.join("out/b.WAV.nex")).unwrap();
    assert_eq!(count("--quality 30"), 1); // a file that is gone
    assert_eq!(count("--quality 30 --force"), 3);
    // A machine that stopped amid a line leaves half a line.
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, &text[..text.len() - 20]).unwrap();
    let outcome = run(path, "export in out --batch --quality 30 --json");
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let done: Value = serde_json::from_slice(&outcome.stdout).unwrap();
    assert_eq!(done.as_array().unwrap().len(), 3);
}

#[test]
fn shards_share_the_work() {
    let folder = folder();
    let path = folder.path();
    let mut done = Vec::new();
    for shard in 1..=2 {
        succeed(path, &format!("export in out --batch --shard {shard}/2"));
        done.extend(lines(&path.join(format!("out/manifest-{shard}-of-2.jsonl"))));
    }
    assert_eq!(inputs(&done), ["a.wav", "b.WAV", "deep/a.wav"]);
    // The whole has nothing left to do.
    succeed(path, "export in out --batch");
    assert_eq!(lines(&path.join("out/manifest.jsonl")).len(), 0);
}

#[test]
fn what_fails_is_named_and_takes_no_other_with_it() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("in/broken.wav"), "RIFF, but no more").unwrap();
    fs::create_dir(path.join("empty")).unwrap();
    let rows: &[Row] = &[
        ("no folder", "export in/a.wav out3 --batch", 2, &["in/a.wav", "is no folder"]),
        ("nothing there", "export empty out4 --batch", 1, &["empty", "no files to export", "wav"]),
        ("a shard", "export in out --batch --shard 3/2", 2, &["--shard", "I from 1 to N"]),
        ("jobs alone", "export in/a.wav o.nex --jobs 2", 2, &["--batch"]),
    ];
    check_rows(path, rows);
    let missed = run(path, "export in/deep out2 --batch --min-snr 200");
    assert_eq!(missed.code, Some(3), "{}", missed.stderr);
    assert!(missed.stderr.contains("the target"), "{}", missed.stderr);
    let outcome = run(path, "export in out --batch");
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("1 file of 4 failed"), "{}", outcome.stderr);
    let table = String::from_utf8(outcome.stdout).unwrap();
    assert!(table.contains("broken.wav") && path.join("out/a.wav.nex").is_file(), "{table}");
    let manifest = lines(&path.join("out/manifest.jsonl"));
    assert!(manifest.iter().any(|l| l["input"] == "broken.wav" && l["exit_code"] == 1));
}
