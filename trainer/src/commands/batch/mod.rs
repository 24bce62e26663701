//! How does a folder of files become a folder of `.nex` files?
//!
//! Every file is exported by a process of its own: one that fails, or is
//! killed for want of memory, takes no other with it.

mod folder;
mod manifest;
mod total;
mod work;

pub use folder::{check, decode};

use crate::{
    commands::{
        options::{BatchArgs, ExportArgs, Given, Shard},
        terminal::{self, Console, CountProgress, Failure, text},
    },
    io::{self, ENDINGS, RAW_ENDINGS},
};
use manifest::{Entry, Manifest};
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Options that are not those of one file.
const OWN: [&str; 11] = [
    "output", "force", "json", "threads", "batch", "total", "jobs", "gpus", "shard", "quiet",
    "verbose",
];

/// Exports what is in the folder `args.input` into the folder `out`.
pub fn run(args: &ExportArgs, given: &Given, out: &Path, console: &Console) -> Result<(), Failure> {
    check_folder(&args.input)?;
    let found = files(args, console)?;
    let mut options = given.words(&OWN);
    if let Some(bytes) = args.batch.total {
        let sources: Vec<_> = found.iter().map(|file| args.input.join(file)).collect();
        options.push(total::quality(&sources, bytes, &options, &args.batch, console)?);
    }
    std::fs::create_dir_all(out).map_err(|e| format!("{}: {e}", out.display()))?;
    let manifest = Manifest::open(out, args.batch.shard.map(|s| (s.index, s.count)))?;
    let mut todo = Vec::new();
    let mut entries = BTreeMap::new();
    let shard = args.batch.shard.unwrap_or(Shard { index: 1, count: 1 });
    for file in found.iter().skip(shard.index - 1).step_by(shard.count) {
        let mut to = out.join(file);
        to.as_mut_os_string().push(".nex");
        let planned = Entry::planned(&args.input, file, to, &options);
        match manifest.done(&planned).filter(|_| !args.out.force) {
            Some(done) => drop(entries.insert(file.clone(), done.clone())),
            None => todo.push(planned),
        }
    }
    let before = entries.len();
    if before > 0 {
        console.detail(&format!("{} done before", text::count(before as u64, "file")));
    }
    let devices = devices(&args.batch);
    let progress = CountProgress::new(console);
    progress.set(before, before + todo.len());
    let stop = terminal::stop_flag()?;
    let (next, results) = (AtomicUsize::new(0), Mutex::new((manifest, entries)));
    let failed = Mutex::new(None);
    std::thread::scope(|scope| {
        for device in &devices {
            scope.spawn(|| {
                while !stop.load(Ordering::SeqCst)
                    && let Some(planned) = todo.get(next.fetch_add(1, Ordering::SeqCst))
                {
                    let entry = work::export(planned, &options, *device, args.threads);
                    let mut results = results.lock().unwrap_or_else(|e| e.into_inner());
                    if stop.load(Ordering::SeqCst) && entry.exit_code != 0 {
                        return; // it was stopped early
                    }
                    let (manifest, entries) = &mut *results;
                    if let Err(error) = manifest.add(&entry) {
                        *failed.lock().unwrap_or_else(|e| e.into_inner()) = Some(error);
                        return;
                    }
                    console.detail(&entry.line());
                    entries.insert(entry.input.clone(), entry);
                    progress.set(entries.len(), before + todo.len());
                }
            });
        }
    });
    progress.finish();
    if let Some(error) = failed.into_inner().unwrap_or_else(|e| e.into_inner()) {
        return Err(error);
    }
    let (_, entries) = results.into_inner().unwrap_or_else(|e| e.into_inner());
    finish(args.json, &entries, before + todo.len(), console)
}

fn check_folder(path: &Path) -> Result<(), Failure> {
    if path.is_dir() {
        return Ok(());
    }
    let path = path.display();
    Err(Failure::usage(format!("{path}: is no folder, and --batch asks for one")))
}

/// Threads that wait for so many processes at once, as many as there are cores
/// unless told.
fn pool(jobs: Option<NonZeroUsize>) -> Result<ThreadPool, ThreadPoolBuildError> {
    ThreadPoolBuilder::new().num_threads(jobs.map_or(0, NonZeroUsize::get)).build()
}

/// Says what became of the files; fails if not all are well.
fn finish(
    json: bool,
    entries: &BTreeMap<PathBuf, Entry>,
    all: usize,
    console: &Console,
) -> Result<(), Failure> {
    if json {
        let entries: Vec<_> = entries.values().collect();
        terminal::print(&(serde_json::to_string_pretty(&entries)? + "\n"))?;
    } else if !console.is_quiet() {
        terminal::print(&manifest::describe(entries.values()))?;
    }
    let failures: Vec<_> = entries.values().filter(|e| e.exit_code != 0).collect();
    let files = |n: usize| text::count(n as u64, "file");
    if entries.len() < all {
        let left = files(all - entries.len());
        return Err(Failure::Stopped(format!("stopped, {left} left; the same command goes on")));
    }
    match failures.as_slice() {
        [] => Ok(()),
        // Written, but not as good as asked for.
        misses if misses.iter().all(|e| e.exit_code == 3) => {
            Err(Failure::Target(format!("{} miss the target", files(misses.len()))))
        }
        _ => Err(format!("{} of {all} failed", files(failures.len())).into()),
    }
}

/// The devices to work on: one process each.
fn devices(args: &BatchArgs) -> Vec<Option<u32>> {
    let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let jobs = |default| args.jobs.map_or(default, NonZeroUsize::get);
    match args.gpus.as_slice() {
        [] => vec![None; jobs(cores())],
        gpus => gpus.iter().copied().map(Some).cycle().take(jobs(gpus.len())).collect(),
    }
}

/// The files in the folder that `export` reads, relative to it, sorted; says
/// which others there are.
fn files(args: &ExportArgs, console: &Console) -> Result<Vec<PathBuf>, Failure> {
    let endings = if args.sound.raw.is_some() { RAW_ENDINGS } else { ENDINGS };
    let found = io::files_in(&args.input)?.into_iter();
    let (files, others): (Vec<_>, Vec<_>) = found.partition(|path| io::ends_in(path, endings));
    let path = args.input.display();
    let endings = endings.join(" ");
    if files.is_empty() {
        return Err(
            format!("{path}: no files to export; names must end in one of {endings}").into()
        );
    }
    if !others.is_empty() {
        let names: Vec<_> = others.iter().take(5).map(|p| p.display().to_string()).collect();
        let more = if others.len() > names.len() { ", ..." } else { "" };
        console.warn(&format!(
            "{path}: {} left out, as names must end in one of {endings}: {}{more}",
            text::count(others.len() as u64, "file"),
            names.join(", ")
        ));
    }
    Ok(files)
}
