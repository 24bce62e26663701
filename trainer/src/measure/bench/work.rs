//! How are many measurements made at the same time, and told of?

use super::BenchError;
use rayon::prelude::*;
use std::{
    error::Error,
    sync::atomic::{AtomicUsize, Ordering},
};

/// How far it is: measurements done, and those known to be needed.
pub type Progress<'a> = dyn Fn(usize, usize) + Sync + 'a;

/// Measurements on all threads of the current pool.
pub(super) struct Work<'a> {
    done: AtomicUsize,
    progress: &'a Progress<'a>,
}

impl<'a> Work<'a> {
    pub const fn new(progress: &'a Progress<'a>) -> Self {
        Self { done: AtomicUsize::new(0), progress }
    }

    /// The results, in the order of the jobs; `known` are all jobs so far.
    pub fn all<J: Sync, R: Send>(
        &self,
        jobs: &[J],
        known: usize,
        measure: impl Fn(&J) -> Result<R, BenchError> + Sync,
    ) -> Vec<Result<R, BenchError>> {
        (self.progress)(self.done.load(Ordering::Relaxed), known);
        let run = |job: &J| {
            let result = measure(job);
            (self.progress)(self.done.fetch_add(1, Ordering::Relaxed) + 1, known);
            result
        };
        // One at a time: a job may take a thousand times as long as the next.
        jobs.par_iter().with_max_len(1).map(run).collect()
    }
}

/// "GSM-FR takes 8,000 Hz mono only: left out for bell and 3 others"
pub(super) fn left_out(reason: &str, names: &[&str]) -> String {
    let names = match names {
        [] => String::new(),
        [one] => (*one).to_string(),
        [first, others @ ..] => format!("{first} and {} more", others.len()),
    };
    format!("{reason}: left out for {names}")
}

/// An error with its causes, in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(", because: {error}");
        cause = error.source();
    }
    text
}
