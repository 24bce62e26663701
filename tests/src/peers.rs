//! How are the second decoders in `tests/peers` run, which are in Python?

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Runs a script on files in a folder: it must say of `count` that they are the
/// same bits.
///
/// # Panics
/// If it does not, or if its Python is not installed.
pub fn same_bits(script: &str, arguments: &[String], folder: &Path, count: usize) {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut python = Command::new(python(tests));
    let run = python.arg(tests.join("peers").join(script)).args(arguments);
    let run = run.current_dir(folder).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{out}{err}");
    assert_eq!(out.matches("same bits").count(), count, "{out}{err}");
}

/// The environment that has the packages of `requirements.txt`, whatever the machine's has.
fn python(tests: &Path) -> PathBuf {
    let path = tests.with_file_name("target/python/bin/python3");
    assert!(path.exists(), "{} is missing; run: tests/setup host", path.display());
    path
}
