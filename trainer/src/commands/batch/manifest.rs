//! What has been done, in a file that outlives the process?

use crate::commands::terminal::{Failure, text};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    path::{Path, PathBuf},
};

/// One file and what became of it: a line of the manifest.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Entry {
    /// Relative to the folder.
    pub input: PathBuf,
    #[serde(skip)]
    pub source: PathBuf,
    pub output: PathBuf,
    /// CRC-32 of the input's bytes.
    input_crc32: u32,
    options: Vec<String>,
    /// As `export` ends: 0 done, 3 done but the target is missed.
    pub exit_code: i32,
    pub bytes: Option<u64>,
    pub seconds: f64,
    /// Warnings and errors.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub said: Option<String>,
    /// What `export --json` prints.
    pub report: Option<serde_json::Value>,
}

impl Entry {
    /// A file that is to be exported. Of one that cannot be read its export says why.
    pub fn planned(folder: &Path, input: &Path, output: PathBuf, options: &[OsString]) -> Self {
        let planned = Self::new(folder, input, output);
        Self {
            input_crc32: crc32(&planned.source).unwrap_or(0),
            options: options.iter().map(|o| o.to_string_lossy().into()).collect(),
            ..planned
        }
    }

    /// A file of which no manifest is kept.
    pub fn new(folder: &Path, input: &Path, output: PathBuf) -> Self {
        Self {
            input: input.into(),
            source: folder.join(input),
            output,
            input_crc32: 0,
            options: Vec::new(),
            exit_code: 0,
            bytes: None,
            seconds: 0.0,
            said: None,
            report: None,
        }
    }

    /// Nothing comes of it.
    pub fn failed(self, said: String) -> Self {
        Self { exit_code: 1, said: Some(said), ..self }
    }

    fn is_of(&self, other: &Self) -> bool {
        (&self.input, self.input_crc32, &self.options)
            == (&other.input, other.input_crc32, &other.options)
    }

    /// For a log.
    pub fn line(&self) -> String {
        let bytes = self.bytes.map_or("no file".into(), |n| format!("{} bytes", text::grouped(n)));
        let said = self.said.as_deref().map(|s| format!("; {s}")).unwrap_or_default();
        format!("{}: {bytes} in {:.1} s{said}", self.input.display(), self.seconds)
    }
}

/// Of a file's bytes, which may be many.
fn crc32(path: &Path) -> std::io::Result<u32> {
    let (mut file, mut hasher) = (File::open(path)?, crc32fast::Hasher::new());
    let mut block = vec![0; 1 << 16];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(hasher.finalize()),
            read => hasher.update(&block[..read]),
        }
    }
}

/// The manifest of a folder, or of one part of it.
pub struct Manifest {
    done: BTreeMap<PathBuf, Entry>,
    path: PathBuf,
    file: File,
}

impl Manifest {
    /// Reads all manifests in the folder; new lines go to that of the part.
    pub fn open(folder: &Path, shard: Option<(usize, usize)>) -> Result<Self, Failure> {
        let mut done = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !(name.starts_with("manifest") && name.ends_with(".jsonl")) {
                continue;
            }
            let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            // A last line that was cut off when the machine stopped is no entry.
            let entries = text.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
            done.extend(entries.map(|entry| (entry.input.clone(), entry)));
        }
        let name = match shard {
            None => "manifest.jsonl".into(),
            Some((index, count)) => format!("manifest-{index}-of-{count}.jsonl"),
        };
        let path = folder.join(name);
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let file = file.map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(Self { done, path, file })
    }

    /// The entry of a file that need not be done again.
    pub fn done(&self, planned: &Entry) -> Option<&Entry> {
        self.done.get(&planned.input).filter(|entry| {
            entry.is_of(planned) && matches!(entry.exit_code, 0 | 3) && {
                let bytes = planned.output.metadata().ok().map(|m| m.len());
                bytes.is_some() && bytes == entry.bytes
            }
        })
    }

    pub fn add(&mut self, entry: &Entry) -> Result<(), Failure> {
        // A line begins anew, whatever a machine that stopped has left before it.
        let line = format!("\n{}\n", serde_json::to_string(entry)?);
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.flush());
        Ok(written.map_err(|e| format!("{}: {e}", self.path.display()))?)
    }
}

/// Whether everything comes back as it was, by the report.
fn is_exact(entry: &Entry) -> bool {
    entry.report.as_ref().and_then(|report| report.get("exact")?.as_bool()) == Some(true)
}

/// The table at the end.
pub fn describe<'a>(entries: impl Iterator<Item = &'a Entry>) -> String {
    let mut rows = vec![["file", "bytes", "seconds", "dB", ""].map(String::from)];
    let (mut bytes, mut seconds) = (0, 0.0);
    for entry in entries {
        let number = |name: &str| entry.report.as_ref()?.get(name)?.as_f64();
        let db = number("snr_db").or_else(|| number("psnr_db"));
        rows.push([
            entry.input.display().to_string(),
            entry.bytes.map_or("-".into(), text::grouped),
            format!("{:.1}", entry.seconds),
            match db {
                Some(db) => format!("{db:.2}"),
                None if is_exact(entry) => "exact".into(),
                None => "-".into(),
            },
            match entry.exit_code {
                0 => String::new(),
                3 => "target missed".into(),
                _ => entry.said.clone().unwrap_or_default().lines().next().unwrap_or("").into(),
            },
        ]);
        bytes += entry.bytes.unwrap_or(0);
        seconds += entry.seconds;
    }
    let sum = [text::grouped(bytes), format!("{seconds:.1}")];
    let [bytes, seconds] = sum;
    rows.push(["together".into(), bytes, seconds, String::new(), String::new()]);
    text::columns(&rows)
}
