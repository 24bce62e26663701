//! What is left of a fit that was stopped, and does it go on?

use nex_tests::program::{self, Outcome, Samples, command, run, succeed, wait_for, wav};
use std::fs;
use tempfile::TempDir;

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let sound = wav(Samples::Integer(16), 8000, 1, &program::tones(2000));
    fs::write(folder.path().join("sound.wav"), sound).unwrap();
    folder
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A fit killed at any moment leaves no part of a file, and goes on to the
/// same file as if nothing had happened.
#[test]
fn a_killed_fit_resumes_to_the_same_file() {
    let folder = folder();
    let fit = "--preset tiny --steps 5000 --pretrain-steps 2 --batch-size 256 --threads 1 --seed 1";
    let begin = format!("export sound.wav out.nex {fit} --run-dir fit --checkpoint-every 0.1");
    let mut child = command(folder.path(), &begin).spawn().unwrap();
    wait_for(&folder.path().join("fit/checkpoint"), &mut child);
    child.kill().unwrap();
    let outcome = Outcome::from(child.wait_with_output().unwrap());
    assert_eq!(outcome.code, None, "it ended before it was killed: {}", outcome.stderr);
    assert_eq!(names(&folder), ["fit", "sound.wav"]);

    succeed(folder.path(), &format!("{begin} --resume"));
    succeed(folder.path(), "check out.nex sound.wav --min-snr 0.1");
    succeed(folder.path(), &format!("export sound.wav whole.nex {fit}"));
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert!(read("out.nex") == read("whole.nex"), "resumed, but to another file");
    assert_eq!(names(&folder), ["fit", "out.nex", "sound.wav", "whole.nex"]);
}

/// Below the target is an answer, not a failure: the file is there.
#[test]
fn a_missed_target_has_its_own_exit_code() {
    let folder = folder();
    let lines = [
        "export sound.wav out.nex QUICK --min-snr 200",
        "check out.nex sound.wav --min-snr 200",
        "check out.nex sound.wav --min-snr 200 --json",
    ];
    for line in lines {
        let outcome = run(folder.path(), line);
        assert_eq!(outcome.code, Some(3), "{line}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("below the target of 200 dB"), "{}", outcome.stderr);
        assert!(!outcome.stdout.is_empty(), "{line}: no numbers");
        succeed(folder.path(), "check out.nex sound.wav --min-snr -200");
    }
}
