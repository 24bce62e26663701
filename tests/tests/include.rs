//! Does the compiler refuse damaged files in `include_nex!`, and say why?

use nex_tests::program;
use std::{
    fs,
    path::Path,
    process::Output,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Compiles a library without `std` that includes the bytes.
fn compile(folder: &Path, bytes: &[u8]) -> Output {
    fs::write(folder.join("clip.nex"), bytes).unwrap();
    let source = "#![no_std]\n\
        pub static CLIP: &[u8] = nex_runtime::include_nex!(\"clip.nex\");\n";
    fs::write(folder.join("lib.rs"), source).unwrap();
    let mut command = program::rustc(folder);
    command.args(["-D", "warnings", "--crate-type", "lib", "--emit", "metadata", "lib.rs"]);
    command.output().unwrap()
}

fn golden(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    fs::read(folder.join(name).with_extension("nex")).unwrap()
}

#[test]
fn sound_files_compile() {
    let folder = TempDir::new().unwrap();
    for name in
        ["compact-speech", "compact-stereo", "integer-mono", "float-stereo", "packed-float-stereo"]
    {
        let output = compile(folder.path(), &golden(name));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{name}: {said}");
    }
}

#[test]
fn damaged_files_do_not_and_the_compiler_says_why() {
    let folder = TempDir::new().unwrap();
    for name in ["compact-speech", "integer-mono"] {
        let file = golden(name);
        let with = |at: usize, byte: u8| {
            let mut file = file.clone();
            file[at] = byte;
            file
        };
        for (bytes, words) in [
            (with(0, b'M'), "does not begin with \\\"NEX\\\""),
            (with(3, 9), "format version 9 is not supported"),
            (with(file.len() / 2, !file[file.len() / 2]), "the file is damaged"),
            (file[..file.len() - 5].to_vec(), "the checksum does not match"),
            (file[..2].to_vec(), "ends too early"),
            (Vec::new(), "ends too early"),
        ] {
            let output = compile(folder.path(), &bytes);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success(), "{name}: accepted, but {words}");
            assert!(
                said.contains(words) || said.contains(&words.replace('\\', "")),
                "{name}: no \"{words}\" in {said}"
            );
        }
    }
}

/// The bound that is asked for is two seconds; it is held at twice that, since
/// processors differ.
#[test]
fn a_hundred_kilobytes_take_the_compiler_seconds_at_most() {
    let folder = TempDir::new().unwrap();
    // A comment is as long as it likes; its bytes are summed as all are.
    let file = nex_tests::program::tones(60_000);
    let wav = program::wav(program::Samples::Integer(16), 44_100, 1, &file);
    fs::write(folder.path().join("sound.wav"), wav).unwrap();
    let comment = "x".repeat(100_000);
    program::succeed(folder.path(), &format!("export sound.wav big.nex -q --comment {comment}"));
    let bytes = fs::read(folder.path().join("big.nex")).unwrap();
    assert!(bytes.len() > 100_000);
    // The quickest of five: other work on the machine only adds.
    let quickest = |bytes: &[u8]| {
        let times = [(); 5].map(|()| {
            let begin = Instant::now();
            let output = compile(folder.path(), bytes);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            begin.elapsed()
        });
        times.into_iter().min().unwrap()
    };
    let usual = quickest(&golden("compact-one-frame"));
    let took = quickest(&bytes).saturating_sub(usual);
    eprintln!("{} bytes: {took:?}", bytes.len());
    assert!(took < Duration::from_secs(4), "{took:?}");
}
