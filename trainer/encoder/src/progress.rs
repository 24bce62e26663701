//! How far has a search come?

use super::options::{Effort, Options, Target};
use std::sync::{Mutex, PoisonError};

/// Coding a sound once with one model is work of 1; planning its blocks takes
/// about this much.
const PLAN: f64 = 0.5;

/// Up to here the fraction follows the work; beyond, where a search takes
/// longer than most, it comes closer to 1 with every step.
const SURE: f64 = 0.9;

/// Told how far it is, from 0 to 1, never less than before. Called from the
/// threads of rayon's current pool, by one at a time.
pub type Watcher<'a> = &'a (dyn Fn(f64) + Sync);

/// Adds up the work of a search.
pub(super) struct Meter<'a> {
    done: Mutex<f64>,
    expected: f64,
    watcher: Watcher<'a>,
}

impl<'a> Meter<'a> {
    /// Of a search through so many candidates.
    pub fn new(options: &Options, candidates: usize, watcher: Watcher<'a>) -> Self {
        // Of `Options::default()` exactly, of the others on average.
        let (plans, codings) = match (options.target, options.effort) {
            (Target::Quality(_), _) => (1.0, 3.0),
            (_, Effort::Fast) => (3.0, 7.0),
            _ => (4.0, 9.0),
        };
        let expected = candidates as f64 * (plans * PLAN + codings);
        Self { done: Mutex::new(0.0), expected, watcher }
    }

    /// That nobody watches.
    pub fn silent() -> Self {
        Self { done: Mutex::new(0.0), expected: 1.0, watcher: &|_| {} }
    }

    /// So much of a sound, of 1, has been planned.
    pub fn planned(&self, part: f64) {
        self.add(part * PLAN);
    }

    /// One of so many chunks has been coded with one model.
    pub fn coded(&self, chunks: usize) {
        self.add(1.0 / chunks.max(1) as f64);
    }

    /// All is done.
    pub fn finish(&self) {
        (self.watcher)(1.0);
    }

    fn add(&self, work: f64) {
        // A watcher that panicked ends the search; the sum is still one.
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        *done += work;
        (self.watcher)(fraction(*done / self.expected));
    }
}

/// Adds up the files of a search, which makes about so many.
pub(crate) struct Files<'a> {
    done: Mutex<f64>,
    expected: f64,
    watcher: Watcher<'a>,
}

impl<'a> Files<'a> {
    pub(crate) const fn new(expected: f64, watcher: Watcher<'a>) -> Self {
        Self { done: Mutex::new(0.0), expected, watcher }
    }

    /// So much of a file, of 1, is made.
    pub(crate) fn add(&self, files: f64) {
        if let Ok(mut done) = self.done.lock() {
            *done += files;
            (self.watcher)(fraction(*done / self.expected));
        }
    }
}

/// What is shown for the part of the expected work that is done.
fn fraction(part: f64) -> f64 {
    if part <= SURE {
        return part;
    }
    let rest = 1.0 - SURE;
    1.0 - rest * (-(part - SURE) / rest).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_rises_with_the_work_and_stays_below_one() {
        let mut before = fraction(0.0);
        assert_eq!(before, 0.0);
        for i in 1..=300 {
            let now = fraction(f64::from(i) / 100.0);
            assert!(now > before && now < 1.0, "{i} %: {before} then {now}");
            before = now;
        }
        assert_eq!(fraction(0.5), 0.5);
    }
}
