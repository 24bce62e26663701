//! What does the user see of a fit?

use super::console::{BAR_STEPS, Console};
use crate::fit;
use indicatif::ProgressBar;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Shows a fit's progress: a bar on a terminal, with `-v` also lines.
pub struct FitProgress {
    bar: ProgressBar,
    lines: Option<Instant>,
    stop: Arc<AtomicBool>,
}

const LINE_EVERY: Duration = Duration::from_secs(10);

impl FitProgress {
    pub fn new(console: &Console, stop: Arc<AtomicBool>) -> Self {
        Self { bar: console.bar(), lines: console.is_verbose().then(Instant::now), stop }
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl fit::Observer for FitProgress {
    fn progress(&mut self, p: &fit::Progress) {
        let db = |value: f64| format!("{value:.2} dB");
        let name = p.metric.name();
        let mut message = format!("{}, step {}: {name} {}", p.stage, p.step, db(p.db));
        if let Some(best) = p.best_deployed_db {
            message += &format!(", best as file {}", db(best));
        }
        if let Some(last) = self.lines.filter(|last| last.elapsed() >= LINE_EVERY) {
            let usage: Vec<String> =
                p.usage.iter().map(|u| format!("{:.0}", f64::from(*u) * 100.0)).collect();
            let line = format!(
                "{:6.1} s  {message}, loss {:.4e}, experts {} %",
                p.elapsed.as_secs_f64(),
                p.loss,
                usage.join(" ")
            );
            self.bar.suspend(|| eprintln!("{line}"));
            self.lines = Some(last + LINE_EVERY.max(last.elapsed()));
        }
        self.bar.set_message(message);
        self.bar.set_position((p.fraction.clamp(0.0, 1.0) * BAR_STEPS) as u64);
    }

    fn should_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
