//! How is a comparison of codecs run and shown?

mod folder;
mod lossless;
mod picture;
mod shape;
mod sound;
mod table;

use super::{
    options::{BenchArgs, Given, format_of},
    terminal::{self, Console, CountProgress, Failure},
};
use crate::{
    io,
    measure::{
        bench::{self, BenchError, Input},
        plot::{self, Curves},
    },
};
use folder::Folder;
use nex_runtime::Signal;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::path::PathBuf;

/// What every comparison has to do with.
struct Order<'a> {
    args: &'a BenchArgs,
    /// At least one.
    paths: &'a [PathBuf],
    pool: ThreadPool,
    console: &'a Console,
}

/// What was measured, for every way to write it.
struct Shown {
    json: String,
    text: String,
    /// Drawn one below the other.
    curves: Vec<Curves>,
    measured: usize,
    failures: usize,
}

pub fn run(args: &BenchArgs, given: &Given, console: &Console) -> Result<(), Failure> {
    let plot = args.plot.as_ref().map(|path| Ok::<_, Failure>((path, format_of(path)?)));
    let plot = plot.transpose()?;
    for out in [&args.json, &args.markdown, &args.plot].into_iter().flatten() {
        io::check_writable(out, args.force)?;
    }
    let found = bench::find(&args.inputs)?;
    let signal = match found {
        Input::Sounds(_) => Signal::Sound,
        Input::Pictures(_) => Signal::Picture,
        Input::Shapes(_) => Signal::Shape,
    };
    if let Some(first) = found.paths().first() {
        given.suit_signal(first, signal)?;
    }
    if let (true, Some((path, _))) = (args.picture.lossless, &plot) {
        let words = "--lossless has a table and no curves; leave --plot out";
        return Err(Failure::Usage(format!("{}: {words}", path.display())));
    }
    let pool = ThreadPoolBuilder::new().num_threads(args.threads).build()?;
    let order = Order { args, paths: found.paths(), pool, console };
    let shown = match found {
        Input::Sounds(_) => sound::run(&order)?,
        Input::Pictures(_) if args.picture.lossless => lossless::run(&order)?,
        Input::Pictures(_) => picture::run(&order)?,
        Input::Shapes(_) => shape::run(&order)?,
    };
    if let Some(path) = &args.json {
        io::write_atomic(path, shown.json.as_bytes(), args.force)?;
    }
    if let Some(path) = &args.markdown {
        io::write_atomic(path, shown.text.as_bytes(), args.force)?;
    }
    if let Some((path, format)) = plot {
        let drawn = |curves: &&Curves| !curves.curves.is_empty();
        let curves: Vec<Curves> = shown.curves.iter().filter(drawn).cloned().collect();
        if curves.is_empty() {
            console.warn(&format!("{}: not drawn, nothing was measured", path.display()));
        } else {
            let picture = plot::render_all_curves(&curves, format)?;
            io::write_atomic(path, &picture, args.force)?;
        }
    }
    if !console.is_quiet() {
        terminal::print(&shown.text)?;
    }
    match shown.failures {
        0 => Ok(()),
        n => Err(format!(
            "{n} of {} measurements failed; the list under \"Failed\" says which and why",
            n + shown.measured
        )
        .into()),
    }
}

impl Order<'_> {
    /// Runs a measurement in the pool and shows how far it is.
    fn watched<B: Send>(
        &self,
        measure: impl FnOnce(&bench::Progress<'_>) -> Result<B, BenchError> + Send,
    ) -> Result<B, BenchError> {
        let progress = CountProgress::new(self.console);
        let measured = self.pool.install(|| measure(&|done, known| progress.set(done, known)));
        progress.finish();
        measured
    }

    /// Reads the inputs, each with a name of its own, and says of which it could not, and
    /// why. If it can be done of none, that is an error.
    fn load<T: Send>(
        &self,
        load: impl Fn(&PathBuf, String) -> Result<T, BenchError> + Sync,
    ) -> Result<(Vec<T>, Vec<String>), BenchError> {
        use rayon::prelude::*;
        let named: Vec<_> = bench::names(self.paths).into_iter().zip(self.paths).collect();
        let all = || named.into_par_iter().map(|(name, path)| load(path, name)).collect();
        let all: Vec<_> = self.pool.install(all);
        let (mut read, mut failures) = (Vec::new(), Vec::new());
        for one in all {
            match one {
                Ok(one) => read.push(one),
                Err(error) if failures.len() + 1 == self.paths.len() => return Err(error),
                Err(error) => {
                    let text = bench::chain(&error);
                    self.console.warn(&format!("{text}; it is left out"));
                    failures.push(text);
                }
            }
        }
        Ok((read, failures))
    }
}
