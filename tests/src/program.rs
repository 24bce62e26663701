//! How is the program `ne-train` run, and on which sounds and pictures?

use crate::fuzzing::crc32;
use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A fit that takes milliseconds.
pub const QUICK: &str =
    "--preset tiny --steps 3 --pretrain-steps 2 --batch-size 256 --threads 1 --seed 1";
/// The same, and its file has a few hundred bytes.
pub const SMALL: &str = "QUICK --width 4 --layers 1 --experts 2";

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// `None` if a signal ended it.
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The program that was built beside the tests or this program.
///
/// # Panics
/// If it was not built.
#[must_use]
pub fn path() -> PathBuf {
    let tests = env::current_exe().unwrap();
    let folder = tests.parent().unwrap();
    let folder = if folder.ends_with("deps") { folder.parent().unwrap() } else { folder };
    let path = folder.join("ne-train").with_extension(env::consts::EXE_EXTENSION);
    assert!(
        path.is_file(),
        "{} is missing; build it with `cargo build --release -p ne-train` \
         and test with --release",
        path.display()
    );
    path
}

/// Runs a compiler or what it made, its arguments separated by spaces, and gives what it
/// prints.
///
/// # Panics
/// With its words if it fails.
pub fn tool(folder: &Path, line: &str) -> String {
    let mut words = line.split(' ');
    let program = words.next().unwrap();
    let done = Command::new(program).args(words).current_dir(folder).output();
    let done = done.unwrap_or_else(|e| panic!("{program}: {e}; tests/setup installs it"));
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{line}\n{}{text}", String::from_utf8_lossy(&done.stderr));
    text
}

/// The compiler in a folder, with the decoder that was built beside the tests.
///
/// # Panics
/// If that was not built.
#[must_use]
pub fn rustc(folder: &Path) -> Command {
    let built = path().parent().unwrap().to_path_buf();
    let library = built.join("libnex_runtime.rlib");
    assert!(library.is_file(), "{} is missing; build the workspace", library.display());
    let mut command = Command::new("rustc");
    command.current_dir(folder).args(["--edition", "2024", "--extern"]);
    command.arg(format!("nex_runtime={}", library.display()));
    command.arg("-L").arg(format!("dependency={}", built.join("deps").display()));
    command
}

/// The program in a folder, its arguments separated by spaces; `QUICK` and
/// `SMALL` stand for those arguments.
#[must_use]
pub fn command(folder: &Path, line: &str) -> Command {
    let line = line.replace("SMALL", SMALL).replace("QUICK", QUICK);
    let mut command = Command::new(path());
    command.current_dir(folder).args(line.split_whitespace());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it to its end.
///
/// # Panics
/// If it cannot be started.
#[must_use]
pub fn run(folder: &Path, line: &str) -> Outcome {
    command(folder, line).output().unwrap().into()
}

/// Runs it, and gives what it prints.
///
/// # Panics
/// If it does not succeed.
pub fn succeed(folder: &Path, line: &str) -> Vec<u8> {
    let outcome = run(folder, line);
    assert_eq!(outcome.code, Some(0), "{line}: {}", outcome.stderr);
    outcome.stdout
}

/// What it is, the command line, the exit code, words on standard error.
pub type Row = (&'static str, &'static str, i32, &'static [&'static str]);

/// Runs every row; none may print a result, panic or touch a file.
///
/// # Panics
/// If one does, ends with another exit code or does not say the words.
pub fn check_rows(folder: &Path, rows: &[Row]) {
    let before = files(folder);
    for &(what, line, code, words) in rows {
        let outcome = run(folder, line);
        let stderr = &outcome.stderr;
        assert_eq!(outcome.code, Some(code), "{what}: {stderr}");
        assert!(outcome.stdout.is_empty(), "{what}: prints a result");
        assert!(stderr.starts_with("error: "), "{what}: {stderr}");
        assert!(!stderr.contains("panicked"), "{what}: {stderr}");
        for word in words {
            assert!(stderr.contains(word), "{what}: no \"{word}\" in: {stderr}");
        }
        assert!(files(folder) == before, "{what}: files were changed");
    }
}

/// Runs it with bytes in its standard input.
///
/// # Panics
/// If it cannot be started or does not read them.
#[must_use]
pub fn pipe(folder: &Path, line: &str, input: &[u8]) -> Outcome {
    let mut child = command(folder, line).stdin(Stdio::piped()).spawn().unwrap();
    // Commands read all of their input before they write, so this cannot block.
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap().into()
}

/// Waits until a file is there while the program runs.
///
/// # Panics
/// If the program ends first, or after 20 seconds.
pub fn wait_for(path: &Path, child: &mut Child) {
    let begin = Instant::now();
    while !path.exists() {
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "{ended:?} before {} appeared", path.display());
        if begin.elapsed() > Duration::from_secs(20) {
            let _ = child.kill();
            panic!("{} does not appear", path.display());
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// Every file below a folder with its bytes, sorted by name.
///
/// # Panics
/// If one cannot be read.
#[must_use]
pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
    found.sort();
    found
}

/// Sample formats of a WAV file: the code in its header, and the bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Samples {
    Integer(u16),
    Float,
}

/// A WAV file of samples in -32,768 to 32,767, interleaved; fewer bits drop
/// the lowest.
#[must_use]
pub fn wav(format: Samples, rate_hz: u32, channels: u16, samples: &[i16]) -> Vec<u8> {
    let mut data = Vec::new();
    for &s in samples {
        let wide = i32::from(s) << 16;
        match format {
            // WAV's 8-bit samples alone are unsigned.
            Samples::Integer(8) => data.push((s >> 8) as u8 ^ 0x80),
            Samples::Integer(bits) => {
                data.extend(&wide.to_le_bytes()[4 - usize::from(bits / 8)..]);
            }
            Samples::Float => data.extend((f32::from(s) / 32_768.0).to_le_bytes()),
        }
    }
    let (code, bits) = match format {
        Samples::Integer(bits) => (1u16, bits),
        Samples::Float => (3, 32),
    };
    let block = channels * bits / 8;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + data.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0");
    file.extend([code, channels].map(u16::to_le_bytes).concat());
    file.extend([rate_hz, rate_hz * u32::from(block)].map(u32::to_le_bytes).concat());
    file.extend([block, bits].map(u16::to_le_bytes).concat());
    file.extend(b"data");
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    file
}

/// A PNG file of 8-bit samples of 1 to 4 channels, not compressed.
#[must_use]
pub fn png(channels: u8, (width, height): (u32, u32), samples: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8; 4], data: &[u8]| {
        let named = [kind, data].concat();
        file.extend((data.len() as u32).to_be_bytes());
        file.extend(&named);
        file.extend(crc32(&named).to_be_bytes());
    };
    let kind = [0, 4, 2, 6][usize::from(channels - 1)];
    let size = [width, height].map(u32::to_be_bytes).concat();
    chunk(b"IHDR", &[&size[..], &[8, kind, 0, 0, 0]].concat());
    // Each row in a stored block of its own, after a byte that says "no filter".
    let (mut zlib, mut sums) = (vec![0x78, 1], (1, 0));
    for row in samples.chunks(width as usize * usize::from(channels)) {
        let len = row.len() as u16 + 1;
        zlib.push(0);
        zlib.extend([len, !len].map(u16::to_le_bytes).concat());
        for byte in [&[0], row].concat() {
            zlib.push(byte);
            sums.0 = (sums.0 + u32::from(byte)) % 65_521;
            sums.1 = (sums.1 + sums.0) % 65_521;
        }
    }
    zlib.extend([1, 0, 0, 0xff, 0xff]);
    zlib.extend((sums.1 << 16 | sums.0).to_be_bytes());
    chunk(b"IDAT", &zlib);
    chunk(b"IEND", &[]);
    file
}

/// A few tones as loud as 12,032, in steps of 256 so that 8 bits hold them.
#[must_use]
pub fn tones(samples: usize) -> Vec<i16> {
    let at = |i: usize| (i as f64 * 0.11).sin() * 30.0 + (i as f64 * 0.047).cos() * 17.0;
    (0..samples).map(|i| at(i).round() as i16 * 256).collect()
}
