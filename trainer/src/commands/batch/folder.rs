//! How is a folder of `.nex` files decoded, or compared with what it was made of?

use super::{check_folder, finish, manifest::Entry, pool, work};
use crate::{
    commands::{
        file,
        options::{CheckArgs, DecodeArgs, FolderArgs, Given},
        terminal::{Console, CountProgress, Failure},
    },
    io::{self, MeshFormat},
};
use nex_runtime::Signal;
use rayon::prelude::*;
use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

/// Options that are not those of one file.
const OWN: [&str; 7] = ["output", "force", "json", "batch", "jobs", "quiet", "verbose"];

/// Decodes all in the folder `args.input` into the folder `out`.
pub fn decode(
    args: &DecodeArgs,
    given: &Given,
    out: &Path,
    console: &Console,
) -> Result<(), Failure> {
    let options = given.words(&OWN);
    let plan = |file: &PathBuf| {
        let to = out.join(decoded_name(&args.input, file));
        Entry::new(&args.input, file, to)
    };
    let todo: Vec<_> = nex_files(&args.input)?.iter().map(plan).collect();
    let force = args.out.force;
    let entries = each(&args.folder, &todo, console, |entry| {
        work::run(entry, |command| {
            command.arg("decode").arg(&entry.source).arg(&entry.output).args(&options);
            command.args(force.then_some("--force"));
        })
    })?;
    finish(false, &entries, todo.len(), console)
}

/// Compares all in the folder `args.file` with what is called alike in the
/// folder `args.original`.
pub fn check(args: &CheckArgs, given: &Given, console: &Console) -> Result<(), Failure> {
    let options: Vec<OsString> = given.words(&OWN);
    let originals = io::files_in(&args.original)?;
    let plan = |file: &Path| {
        let stem = file.with_extension("");
        let same = || originals.iter().find(|path| **path == stem);
        let alike = |path: &&PathBuf| path.with_extension("") == stem && io::is_input(path);
        if let Some(original) = same().or_else(|| originals.iter().find(alike)) {
            return Entry::new(&args.file, file, args.original.join(original));
        }
        let said = format!(
            "error: {}: nothing in {} is called so; the original of hello.nex or hello.wav.nex is \
             hello.wav there",
            args.file.join(file).display(),
            args.original.display()
        );
        Entry::new(&args.file, file, PathBuf::new()).failed(said)
    };
    let todo: Vec<_> = nex_files(&args.file)?.iter().map(|file| plan(file)).collect();
    let entries = each(&args.folder, &todo, console, |entry| {
        if entry.exit_code != 0 {
            return entry.clone();
        }
        let mut entry = work::run(entry, |command| {
            command.arg("check").arg(&entry.source).arg(&entry.output).arg("--json");
            command.args(&options);
        });
        entry.bytes = entry.source.metadata().ok().map(|m| m.len());
        entry
    })?;
    finish(args.json, &entries, todo.len(), console)
}

/// Works on all files, some at a time.
fn each(
    args: &FolderArgs,
    todo: &[Entry],
    console: &Console,
    work: impl Fn(&Entry) -> Entry + Sync,
) -> Result<BTreeMap<PathBuf, Entry>, Failure> {
    let pool = pool(args.jobs)?;
    let (progress, count) = (CountProgress::new(console), AtomicUsize::new(0));
    let one = |entry: &Entry| {
        let entry = work(entry);
        progress.set(count.fetch_add(1, Ordering::SeqCst) + 1, todo.len());
        console.detail(&entry.line());
        (entry.input.clone(), entry)
    };
    let done = pool.install(|| todo.par_iter().map(one).collect());
    progress.finish();
    Ok(done)
}

/// The `.nex` files in what has to be a folder, relative to it.
fn nex_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    check_folder(folder)?;
    file::in_folder(folder)
}

/// What a file's content is called: `hello.wav` of `hello.nex` and
/// `hello.wav.nex`, by what is in it.
fn decoded_name(folder: &Path, file: &Path) -> PathBuf {
    let stem = file.with_extension("");
    // Of a damaged one its own decoding says what is wrong.
    let kind = file::load(&folder.join(file)).and_then(|stored| stored.kind());
    match kind.map(|kind| kind.signal) {
        Ok(Signal::Picture) => stem.with_extension("png"),
        Ok(Signal::Shape) if MeshFormat::of_name(&stem).is_none() => stem.with_extension("ply"),
        Ok(Signal::Shape) => stem,
        _ => stem.with_extension("wav"),
    }
}
