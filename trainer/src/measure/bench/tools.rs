//! Are the programs of the other codecs there, and how are they run?

use super::BenchError;
use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// A program that encodes or decodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// IMA ADPCM, GSM and AMR
    Sox,
    /// FLAC, both ways
    Flac,
    /// MP3, both ways
    Lame,
    /// Opus
    OpusEnc,
    /// Opus
    OpusDec,
    /// LC3
    Lc3Enc,
    /// LC3
    Lc3Dec,
    /// Speex
    SpeexEnc,
    /// Speex
    SpeexDec,
    /// AAC and Codec 2, both ways
    Ffmpeg,
    /// JPEG
    Cjpeg,
    /// JPEG
    Djpeg,
    /// JPEG, mozjpeg's `cjpeg`
    MozJpeg,
    /// WebP
    Cwebp,
    /// WebP
    Dwebp,
    /// AVIF
    AvifEnc,
    /// AVIF
    AvifDec,
    /// JPEG XL
    Cjxl,
    /// JPEG XL
    Djxl,
    /// PNG, made smaller
    Oxipng,
    /// Meshes
    DracoEnc,
    /// Meshes
    DracoDec,
    /// Meshes of fewer triangles, for Draco
    MeshSimplify,
    /// Grids of distances
    Xz,
}

impl Tool {
    /// Its name in `PATH`.
    #[must_use]
    pub const fn command(self) -> &'static str {
        match self {
            Self::Sox => "sox",
            Self::Flac => "flac",
            Self::Lame => "lame",
            Self::OpusEnc => "opusenc",
            Self::OpusDec => "opusdec",
            Self::Lc3Enc => "elc3",
            Self::Lc3Dec => "dlc3",
            Self::SpeexEnc => "speexenc",
            Self::SpeexDec => "speexdec",
            Self::Ffmpeg => "ffmpeg",
            Self::Cjpeg => "cjpeg",
            Self::Djpeg => "djpeg",
            Self::MozJpeg => "mozjpeg",
            Self::Cwebp => "cwebp",
            Self::Dwebp => "dwebp",
            Self::AvifEnc => "avifenc",
            Self::AvifDec => "avifdec",
            Self::Cjxl => "cjxl",
            Self::Djxl => "djxl",
            Self::Oxipng => "oxipng",
            Self::DracoEnc => "draco_encoder",
            Self::DracoDec => "draco_decoder",
            Self::MeshSimplify => "mesh-simplify",
            Self::Xz => "xz",
        }
    }

    /// The Debian packages that bring it; none has mozjpeg, oxipng or
    /// mesh-simplify.
    #[must_use]
    pub const fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Sox => &["sox", "libsox-fmt-base"],
            Self::Flac => &["flac"],
            Self::Lame => &["lame"],
            Self::OpusEnc | Self::OpusDec => &["opus-tools"],
            Self::Lc3Enc | Self::Lc3Dec => &["liblc3-tools"],
            Self::SpeexEnc | Self::SpeexDec => &["speex"],
            Self::Ffmpeg => &["ffmpeg"],
            Self::Cjpeg | Self::Djpeg => &["libjpeg-turbo-progs"],
            Self::MozJpeg | Self::Oxipng | Self::MeshSimplify => &[],
            Self::Cwebp | Self::Dwebp => &["webp"],
            Self::AvifEnc | Self::AvifDec => &["libavif-bin"],
            Self::Cjxl | Self::Djxl => &["libjxl-tools"],
            Self::DracoEnc | Self::DracoDec => &["draco"],
            Self::Xz => &["xz-utils"],
        }
    }

    /// The option that makes it say its version; LC3's and Draco's tools do not know
    /// theirs.
    const fn version_option(self) -> Option<&'static str> {
        match self {
            Self::Lc3Enc | Self::Lc3Dec | Self::DracoEnc | Self::DracoDec => None,
            Self::Ffmpeg
            | Self::Cjpeg
            | Self::Djpeg
            | Self::MozJpeg
            | Self::Cwebp
            | Self::Dwebp => Some("-version"),
            _ => Some("--version"),
        }
    }

    fn is_there(self) -> bool {
        let name = format!("{}{}", self.command(), env::consts::EXE_SUFFIX);
        let folders = env::var_os("PATH").unwrap_or_default();
        // An empty folder in PATH would be the current one: not a place to run things from.
        env::split_paths(&folders)
            .filter(|folder| !folder.as_os_str().is_empty())
            .any(|folder| folder.join(&name).is_file())
    }
}

/// The tools of some codecs, which are there.
#[derive(Clone, Debug)]
pub struct Tools {
    /// By the program's name.
    pub(super) versions: BTreeMap<&'static str, String>,
}

impl Tools {
    /// What a program says of its version; nothing if it was not checked.
    pub(super) fn version(&self, tool: Tool) -> &str {
        self.versions.get(tool.command()).map_or("", String::as_str)
    }

    /// Checks that programs are installed.
    ///
    /// # Errors
    /// [`BenchError::MissingTools`] with all that are missing, or
    /// [`BenchError::MissingMozJpeg`], [`BenchError::MissingOxipng`] or
    /// [`BenchError::MissingSimplify`] if that is all.
    pub(super) fn check(tools: impl IntoIterator<Item = Tool>) -> Result<Self, BenchError> {
        let mut needed: Vec<Tool> = Vec::new();
        for tool in tools {
            if !needed.contains(&tool) {
                needed.push(tool);
            }
        }
        let missing: Vec<Tool> = needed.iter().copied().filter(|tool| !tool.is_there()).collect();
        match missing.as_slice() {
            [] => {}
            [Tool::MozJpeg] => return Err(BenchError::MissingMozJpeg),
            [Tool::Oxipng] => return Err(BenchError::MissingOxipng),
            [Tool::MeshSimplify] => return Err(BenchError::MissingSimplify),
            _ => return Err(BenchError::MissingTools(missing)),
        }
        let version = |tool: &Tool| {
            let name = tool.command();
            let Some(option) = tool.version_option() else {
                return Ok((name, format!("{name} of {}", tool.packages().join(", "))));
            };
            let outcome = Call::new(name, [option]).run()?;
            let said = outcome.stdout + &outcome.stderr;
            let first = said.lines().map(str::trim).find(|line| !line.is_empty());
            // sox aligns what it says: "sox:      SoX v14.4.2".
            let words: Vec<&str> = first.unwrap_or("unknown").split_whitespace().collect();
            let words = words.join(" ");
            // Some do not say who they are.
            let named = words.to_lowercase().contains(name);
            Ok((name, if named { words } else { format!("{name} {words}") }))
        };
        Ok(Self { versions: needed.iter().map(version).collect::<Result<_, BenchError>>()? })
    }
}

/// `ne-train export`, its options to follow: as a user would run it.
pub(super) fn export(program: &Path, input: &Path, encoded: &Path) -> Call {
    Call::new(program, ["-q", "export"]).with([input, encoded]).with(["--force"])
}

/// `cwebp` without loss, with all its effort; colours of transparent pixels may change.
pub(in crate::measure) fn cwebp_lossless(png: &Path, encoded: &Path) -> Call {
    Call::new("cwebp", ["-quiet", "-lossless", "-z", "9"]).with([png]).with(["-o"]).with([encoded])
}

/// `export` made a file that does not meet what was asked for.
pub(super) const TARGET_NOT_MET: i32 = 3;

/// `ne-train decode`.
pub(super) fn decode(program: &Path, encoded: &Path, decoded: &Path) -> Call {
    Call::new(program, ["-q", "decode"]).with([encoded, decoded]).with(["--force"])
}

/// A command line.
#[derive(Clone, Debug)]
pub(in crate::measure) struct Call {
    program: PathBuf,
    args: Vec<OsString>,
    /// Threads it may use, where it heeds `RAYON_NUM_THREADS`.
    threads: Option<usize>,
}

/// How a command ended.
#[derive(Debug)]
pub(in crate::measure) struct Outcome {
    /// 0, or one of the codes that were allowed.
    pub code: i32,
    pub seconds: f64,
    pub stdout: String,
    pub stderr: String,
}

impl Call {
    pub fn new<I: IntoIterator<Item: Into<OsString>>>(
        program: impl Into<PathBuf>,
        args: I,
    ) -> Self {
        let args = args.into_iter().map(Into::into).collect();
        Self { program: program.into(), args, threads: None }
    }

    /// With more arguments.
    pub fn with<I: IntoIterator<Item: Into<OsString>>>(mut self, args: I) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    pub const fn on_threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Runs it to its end and takes the time.
    pub fn run(&self) -> Result<Outcome, BenchError> {
        self.run_allowing(0)
    }

    /// The same; the exit code `also` is no failure either.
    pub fn run_allowing(&self, also: i32) -> Result<Outcome, BenchError> {
        let mut command = Command::new(&self.program);
        command.args(&self.args).stdin(Stdio::null());
        if let Some(threads) = self.threads {
            command.env("RAYON_NUM_THREADS", threads.to_string());
        }
        let begin = Instant::now();
        let output = command
            .output()
            .map_err(|source| BenchError::Start { command: self.to_string(), source })?;
        let seconds = begin.elapsed().as_secs_f64();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match output.status.code() {
            Some(code) if code == 0 || code == also => Ok(Outcome {
                code,
                seconds,
                stdout: text(&output.stdout),
                stderr: text(&output.stderr),
            }),
            _ => Err(BenchError::Tool {
                command: self.to_string(),
                status: output.status.to_string(),
                message: last_words(&output.stderr),
            }),
        }
    }
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.program.display())?;
        self.args.iter().try_for_each(|arg| write!(f, " {}", arg.to_string_lossy()))
    }
}

/// What a program said on standard error, as one line: from the first line
/// that names an error, or else the last ones.
fn last_words(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let error = lines.iter().position(|line| line.to_ascii_lowercase().starts_with("error"));
    let from = error.unwrap_or(lines.len().saturating_sub(LINES));
    match &lines[from..lines.len().min(from + LINES)] {
        [] => "it says nothing".into(),
        lines => lines.join("; "),
    }
}

/// More would not be read.
const LINES: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_found_in_what_a_program_says() {
        assert_eq!(last_words(b""), "it says nothing");
        assert_eq!(last_words(b"a\nb\n\nc\nd\n"), "b; c; d");
        assert_eq!(last_words(b"hello\nERROR: no\nx\ny\nz\n"), "ERROR: no; x; y");
    }
}
