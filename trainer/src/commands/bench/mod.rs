//! How is a comparison of codecs run and shown?

mod tables;

use super::{
    options::{BenchArgs, format_of},
    terminal::{self, Console, CountProgress, Failure, text},
};
use crate::{
    io,
    measure::{
        bench::{self, Bench, BenchError, Options, Preparation, Sound, Tools},
        plot,
    },
};
use rayon::{ThreadPoolBuilder, prelude::*};
use std::{fs, path::Path};
use tempfile::TempDir;

/// What `--keep` writes beside the files.
const FACTS: &str = "bench.json";

pub fn run(args: &BenchArgs, console: &Console) -> Result<(), Failure> {
    let plot = args.plot.as_ref().map(|path| Ok::<_, Failure>((path, format_of(path)?)));
    let plot = plot.transpose()?;
    for out in [&args.json, &args.markdown, &args.plot].into_iter().flatten() {
        io::check_writable(out, args.force)?;
    }
    // Before any work: a long run must not end at its last codec.
    let tools = Tools::check(&args.codecs)?;
    let folder = Folder::new(args)?;
    let pool = ThreadPoolBuilder::new().num_threads(args.threads).build()?;
    let sounds = pool.install(|| load(args))?;
    console.detail(&format!(
        "{} by {}",
        text::count(sounds.len() as u64, "sound"),
        text::count(args.codecs.len() as u64, "codec")
    ));
    let options = Options {
        codecs: args.codecs.clone(),
        rates: args.rates.clone(),
        matches: args.matches,
        neural_steps: args.neural_steps,
        program: std::env::current_exe()?,
        folder: folder.path().into(),
        keep: args.keep.is_some(),
    };
    let progress = CountProgress::new(console);
    let show = |done, known| progress.set(done, known);
    let measured = pool.install(|| bench::run(&sounds, &options, tools, &show));
    progress.finish();
    let measured = measured?;
    folder.finish(&measured)?;
    write(args, console, &measured, plot)?;
    match measured.failures.len() {
        0 => Ok(()),
        n => Err(format!(
            "{n} of {} measurements failed; the list under \"Failed\" says which and why",
            n + measured.rows.len()
        )
        .into()),
    }
}

fn load(args: &BenchArgs) -> Result<Vec<Sound>, BenchError> {
    let paths = bench::find(&args.sounds)?;
    let how = Preparation { rate_hz: args.rate, mono: args.mono, seconds: args.seconds };
    let named: Vec<_> = bench::names(&paths).into_iter().zip(&paths).collect();
    named.into_par_iter().map(|(name, path)| bench::load(path, name, how)).collect()
}

fn write(
    args: &BenchArgs,
    console: &Console,
    measured: &Bench,
    plot: Option<(&std::path::PathBuf, plot::Format)>,
) -> Result<(), Failure> {
    if let Some(path) = &args.json {
        let json = serde_json::to_string_pretty(measured)? + "\n";
        io::write_atomic(path, json.as_bytes(), args.force)?;
    }
    let text = tables::rows(measured) + "\n" + &tables::summary(measured);
    if let Some(path) = &args.markdown {
        io::write_atomic(path, text.as_bytes(), args.force)?;
    }
    if let Some((path, format)) = plot {
        let curves = bench::curves(measured);
        if curves.curves.is_empty() {
            console.warn(&format!("{}: not drawn, nothing was measured", path.display()));
        } else {
            let picture = plot::render_curves(&curves, format)?;
            io::write_atomic(path, &picture, args.force)?;
        }
    }
    if console.is_quiet() { Ok(()) } else { terminal::print(&text) }
}

/// Where the files go.
enum Folder<'a> {
    Kept(&'a Path),
    Passing(TempDir),
}

impl<'a> Folder<'a> {
    fn new(args: &'a BenchArgs) -> Result<Self, Failure> {
        if let Some(keep) = &args.keep {
            let failed = |source| BenchError::Io { path: keep.clone(), source };
            fs::create_dir_all(keep).map_err(failed)?;
            let used = fs::read_dir(keep).map_err(failed)?.next().is_some();
            if used && !args.force {
                return Err(BenchError::KeepExists(keep.clone()).into());
            }
            return Ok(Self::Kept(keep));
        }
        let folder = tempfile::Builder::new().prefix("nex-bench-").tempdir()?;
        let path = folder.path().to_path_buf();
        // A process that a signal ends tidies nothing up by itself.
        ctrlc::set_handler(move || {
            let _ = fs::remove_dir_all(&path);
            std::process::exit(130);
        })?;
        Ok(Self::Passing(folder))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Passing(folder) => folder.path(),
        }
    }

    fn finish(&self, measured: &Bench) -> Result<(), Failure> {
        if let Self::Kept(path) = self {
            let json = serde_json::to_string_pretty(measured)? + "\n";
            io::write_atomic(&path.join(FACTS), json.as_bytes(), true)?;
        }
        Ok(())
    }
}
