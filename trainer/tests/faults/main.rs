//! What users of audio, picture and mesh tools ran into: each input, made here, with the
//! commands that it is given to and what must follow.
//!
//! S: sounds, P: pictures, M: meshes; then what was missing: samples without a header,
//! levels and ends, sizes in thousands, folders. A number after a project's name is its
//! public report. To look at some alone, name them: `FAULTS=S2,M4 cargo test ... faults`.
//! Sounds are decoded by the second decoder, too. The example for Ray, which needs a
//! cluster, has `tests/ray_batch`.

mod levels;
mod loops;
mod memory;
#[cfg(feature = "neural")]
mod pictures;
#[cfg(feature = "pictures")]
mod shapes;
mod sounds;
mod waves;

#[cfg(all(unix, feature = "neural"))]
use nex_tests::program::{command, wait_for};
use nex_tests::{
    peers,
    program::{self, Outcome},
};
#[cfg(all(unix, feature = "neural"))]
use std::process::Command;
use std::{env, fmt::Display, fs, io::Cursor, ops::RangeBounds, path::Path};
use tempfile::TempDir;

/// An input and what must follow.
pub struct Row {
    name: String,
    folder: TempDir,
    runs: Vec<(Line, i32, Vec<Must>)>,
}

/// What is started.
enum Line {
    Whole(String),
    /// Told to stop, by SIGINT, as soon as a file is there.
    #[cfg(all(unix, feature = "neural"))]
    Stopped(String, &'static str),
    /// With so many seconds of the processors.
    #[cfg(all(unix, feature = "neural"))]
    Within(String, u32),
}

/// What must be so after a command: an error says what is.
pub type Must = Box<dyn Fn(&Ran<'_>) -> Result<(), String>>;

/// A command that ended, and those before it.
pub struct Ran<'r> {
    pub folder: &'r Path,
    pub outcome: &'r Outcome,
    pub before: &'r [Outcome],
}

/// A row of some files.
pub fn row(name: impl Display, files: &[(&str, &[u8])]) -> Row {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    Row { name: name.to_string(), folder, runs: Vec::new() }
}

impl Row {
    /// A command of the program, its exit code, and what must be so.
    pub fn run(self, line: impl Into<String>, code: i32, musts: impl Into<Vec<Must>>) -> Self {
        self.with(Line::Whole(line.into()), code, musts.into())
    }

    /// The same, stopped as soon as a file is there.
    #[cfg(all(unix, feature = "neural"))]
    pub fn stop(self, line: &str, file: &'static str, code: i32, musts: Vec<Must>) -> Self {
        self.with(Line::Stopped(line.into(), file), code, musts)
    }

    /// The same, in so many seconds of the processors.
    #[cfg(all(unix, feature = "neural"))]
    pub fn within(self, seconds: u32, line: &str, musts: Vec<Must>) -> Self {
        self.with(Line::Within(line.into(), seconds), 0, musts)
    }

    fn with(mut self, line: Line, code: i32, musts: Vec<Must>) -> Self {
        self.runs.push((line, code, musts));
        self
    }

    /// What is not so.
    fn faults(&self) -> Vec<String> {
        let folder = self.folder.path();
        let (mut before, mut faults) = (Vec::new(), Vec::new());
        for (line, code, musts) in &self.runs {
            let (line, outcome) = match line {
                Line::Whole(line) => (line, program::run(folder, line)),
                #[cfg(all(unix, feature = "neural"))]
                Line::Stopped(line, file) => (line, stopped(folder, line, file)),
                #[cfg(all(unix, feature = "neural"))]
                Line::Within(line, seconds) => (line, within(folder, line, *seconds)),
            };
            let mut fault = |what: String| faults.push(format!("{}: {line}: {what}", self.name));
            if outcome.code != Some(*code) {
                fault(format!("exit code {:?} for {code}: {}", outcome.code, outcome.stderr));
            }
            if outcome.stderr.contains("panicked") {
                fault(outcome.stderr.clone());
            }
            let ran = Ran { folder, outcome: &outcome, before: &before };
            musts.iter().filter_map(|must| must(&ran).err()).for_each(&mut fault);
            before.push(outcome);
        }
        faults
    }
}

#[cfg(all(unix, feature = "neural"))]
fn stopped(folder: &Path, line: &str, file: &str) -> Outcome {
    let mut child = command(folder, line).spawn().unwrap();
    wait_for(&folder.join(file), &mut child);
    // The shell's own kill: the program of that name is not on every machine.
    let kill = format!("kill -INT {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    child.wait_with_output().unwrap().into()
}

/// The system ends it, if it takes longer.
#[cfg(all(unix, feature = "neural"))]
fn within(folder: &Path, line: &str, seconds: u32) -> Outcome {
    let line = format!("ulimit -t {seconds}; exec {} {line}", program::path().display());
    Command::new("sh").args(["-c", &line]).current_dir(folder).output().unwrap().into()
}

/// Runs the table; tells of all rows that fail.
pub fn check(rows: Vec<Row>) {
    let wanted = env::var("FAULTS").unwrap_or_default();
    let is_wanted = |row: &&Row| {
        let number = row.name.split(' ').next().unwrap_or_default();
        wanted.is_empty() || wanted.split(',').any(|name| name == number)
    };
    let faults: Vec<String> = rows.iter().filter(is_wanted).flat_map(Row::faults).collect();
    assert!(faults.is_empty(), "{} things are not so:\n{}", faults.len(), faults.join("\n"));
}

impl Ran<'_> {
    pub fn file(&self, name: &str) -> Result<Vec<u8>, String> {
        fs::read(self.folder.join(name)).map_err(|error| format!("{name}: {error}"))
    }

    /// A number of what it printed as JSON, by its place.
    pub fn number(&self, pointer: &str) -> Result<f64, String> {
        number(self.outcome, pointer)
    }

    /// The samples of a compact `.nex` file, which a second decoder hears alike.
    pub fn samples(&self, name: &str) -> Result<Vec<i16>, String> {
        let outcome = program::run(self.folder, &format!("decode {name} -"));
        let (file, wav) = (self.folder.join(name), TempDir::new().unwrap());
        let other = wav.path().join("decoded.wav");
        fs::write(&other, &outcome.stdout).unwrap();
        let pair = [&file, &other].map(|path| path.display().to_string());
        let arguments = [vec!["--compare".to_owned()], pair.into()].concat();
        peers::same_bits("decode_compact.py", &arguments, self.folder, 1);
        let read = hound::WavReader::new(Cursor::new(outcome.stdout));
        let mut read = read.map_err(|error| format!("{name}: {error}: {}", outcome.stderr))?;
        read.samples().collect::<Result<_, _>>().map_err(|error| format!("{name}: {error}"))
    }
}

/// A number of what a command printed as JSON.
pub fn number(outcome: &Outcome, pointer: &str) -> Result<f64, String> {
    let value: serde_json::Value =
        serde_json::from_slice(&outcome.stdout).map_err(|error| error.to_string())?;
    let found = value.pointer(pointer).and_then(serde_json::Value::as_f64);
    found.ok_or_else(|| format!("no number {pointer} in {value}"))
}

/// Anything else.
pub fn that(must: impl Fn(&Ran<'_>) -> Result<(), String> + 'static) -> Must {
    Box::new(must)
}

fn holds(is_so: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if is_so { Ok(()) } else { Err(what()) }
}

/// Words on standard error.
pub fn says(words: &'static str) -> Must {
    that(move |ran| {
        let stderr = &ran.outcome.stderr;
        holds(stderr.contains(words), || format!("does not say \"{words}\": {stderr}"))
    })
}

/// No warning, no error.
pub fn quiet() -> Must {
    that(|ran| {
        let stderr = &ran.outcome.stderr;
        let is_quiet = !stderr.contains("warning") && !stderr.contains("error");
        holds(is_quiet, || format!("says: {stderr}"))
    })
}

/// Words on standard output.
pub fn prints(words: &'static str) -> Must {
    that(move |ran| {
        let stdout = String::from_utf8_lossy(&ran.outcome.stdout).replace("\n  ", " ");
        holds(stdout.contains(words), || format!("does not print \"{words}\": {stdout}"))
    })
}

/// So many lines on standard output.
pub fn lines(range: impl RangeBounds<usize> + 'static) -> Must {
    that(move |ran| {
        let lines = ran.outcome.stdout.iter().filter(|&&byte| byte == b'\n').count();
        holds(range.contains(&lines), || format!("{lines} lines"))
    })
}

/// A file of so many bytes.
pub fn bytes(name: &'static str, range: impl RangeBounds<usize> + 'static) -> Must {
    that(move |ran| {
        let bytes = ran.file(name)?.len();
        holds(range.contains(&bytes), || format!("{name} has {bytes} bytes"))
    })
}

pub fn no_file(name: &'static str) -> Must {
    that(move |ran| holds(!ran.folder.join(name).exists(), || format!("{name} is there")))
}

/// The folder holds these names and no others.
pub fn only(names: &'static [&'static str]) -> Must {
    that(move |ran| {
        let entries = fs::read_dir(ran.folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut found: Vec<_> = entries.map(|name| name.into_string().unwrap()).collect();
        found.sort_unstable();
        holds(found == names, || format!("the folder holds {found:?}"))
    })
}

/// A number that it prints as JSON.
pub fn json(pointer: &'static str, range: impl RangeBounds<f64> + 'static) -> Must {
    that(move |ran| {
        let number = ran.number(pointer)?;
        holds(range.contains(&number), || format!("{pointer} is {number}"))
    })
}

/// A `.nex` file holds these samples, which the test itself knows, with so much less
/// noise.
pub fn heard(name: &'static str, samples: &[i16], least_db: f64) -> Must {
    let expected = samples.to_vec();
    that(move |ran| {
        let found = ran.samples(name)?;
        let (len, wanted) = (found.len(), expected.len());
        holds(len == wanted, || format!("{name} has {len} samples for {wanted}"))?;
        let square = |x: i32| f64::from(x).powi(2);
        let signal: f64 = expected.iter().map(|&s| square(s.into())).sum();
        let pairs = expected.iter().zip(&found);
        let noise: f64 = pairs.map(|(&a, &b)| square(i32::from(a) - i32::from(b))).sum();
        let db = 10.0 * (signal / noise.max(1e-9)).log10();
        holds(db >= least_db, || format!("{name}: {db:.1} dB for {least_db}"))
    })
}

/// The same bytes.
pub fn same(a: &'static str, b: &'static str) -> Must {
    that(move |ran| holds(ran.file(a)? == ran.file(b)?, || format!("{a} and {b} differ")))
}
