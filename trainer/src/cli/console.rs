//! What does the user see while a command works?

use super::failure::Failure;
use crate::fit;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    io::{self, IsTerminal, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// How much to say, and where.
pub(super) struct Console {
    quiet: bool,
    verbose: bool,
}

impl Console {
    pub const fn new(quiet: bool, verbose: bool) -> Self {
        Self { quiet, verbose }
    }

    pub const fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Something the user should know.
    pub fn warn(&self, message: &str) {
        if !self.quiet {
            eprintln!("warning: {message}");
        }
    }

    /// A sign of life on a terminal, for work of seconds.
    pub fn spinner(&self, what: &'static str) -> ProgressBar {
        let show = !self.quiet && io::stderr().is_terminal();
        let target = if show { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let spinner = ProgressBar::with_draw_target(None, target).with_message(what);
        spinner.enable_steady_tick(Duration::from_millis(100));
        spinner
    }

    /// A bar of [`BAR_STEPS`] on a terminal, with a message.
    pub fn bar(&self) -> ProgressBar {
        bar(self, BAR_STEPS as u64, BAR)
    }

    /// Details, with `-v`.
    pub fn detail(&self, message: &str) {
        if self.verbose {
            eprintln!("{message}");
        }
    }
}

/// Prints to standard output; a closed pipe is an error value, not a panic.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Refuses to fill a terminal with binary data.
pub(super) fn check_not_terminal(out: &Path) -> Result<(), Failure> {
    if out.as_os_str() == "-" && io::stdout().is_terminal() {
        return Err(Failure::usage(
            "standard output is a terminal; name a file or redirect it (`> FILE`)",
        ));
    }
    Ok(())
}

/// Sets a flag at the first Ctrl-C and ends the process at the second.
pub(super) fn stop_flag() -> Result<Arc<AtomicBool>, ctrlc::Error> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&flag);
    ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        eprintln!("\nstopping after this step and writing the file; Ctrl-C again aborts");
    })?;
    Ok(flag)
}

/// A bar on a terminal, unless the user wants quiet.
fn bar(console: &Console, len: u64, template: &str) -> ProgressBar {
    let show = !console.quiet && io::stderr().is_terminal();
    let target = if show { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(len), target);
    let style = ProgressStyle::with_template(template);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// Shows how many of many pieces of work are done.
pub(super) struct CountProgress {
    bar: ProgressBar,
}

impl CountProgress {
    pub fn new(console: &Console) -> Self {
        Self { bar: bar(console, 0, "{bar:20} {pos} of {len} done, {elapsed} left {eta}") }
    }

    pub fn set(&self, done: usize, known: usize) {
        self.bar.set_length(known as u64);
        self.bar.set_position(done as u64);
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Shows a fit's progress: a bar on a terminal, with `-v` also lines.
pub(super) struct FitProgress {
    bar: ProgressBar,
    lines: Option<Instant>,
    stop: Arc<AtomicBool>,
}

const LINE_EVERY: Duration = Duration::from_secs(10);
/// The whole of a bar.
pub(super) const BAR_STEPS: f64 = 10_000.0;
const BAR: &str = "{bar:20} {percent:>3}% {elapsed} left {eta}  {msg}";

impl FitProgress {
    pub fn new(console: &Console, stop: Arc<AtomicBool>) -> Self {
        Self { bar: console.bar(), lines: console.verbose.then(Instant::now), stop }
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
