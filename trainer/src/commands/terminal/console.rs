//! What does the user see while a command works?

use super::failure::Failure;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::{
    io::{self, IsTerminal, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// The whole of a bar.
pub const BAR_STEPS: f64 = 10_000.0;
const BAR: &str = "{bar:20} {percent:>3}% {elapsed} left {eta}  {msg}";

/// How much to say, and where.
pub struct Console {
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

    #[cfg(feature = "neural")]
    pub const fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Something the user should know.
    pub fn warn(&self, message: &str) {
        if !self.quiet {
            eprintln!("warning: {message}");
        }
    }

    /// What happens, on any kind of standard error.
    #[cfg(feature = "neural")]
    pub fn tell(&self, message: &str) {
        if !self.quiet {
            eprintln!("{message}");
        }
    }

    /// How far some work is, on a terminal, if it takes long enough to wonder.
    pub fn progress(&self, what: &'static str) -> Progress {
        let bar = bar(self, BAR_STEPS as u64, BAR);
        bar.set_message(what);
        Progress { bar, begin: Instant::now() }
    }

    /// A sign of life on a terminal, for work of seconds.
    #[cfg(feature = "pictures")]
    pub fn spinner(&self, what: &'static str) -> ProgressBar {
        let show = !self.quiet && io::stderr().is_terminal();
        let target = if show { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let spinner = ProgressBar::with_draw_target(None, target).with_message(what);
        spinner.enable_steady_tick(Duration::from_millis(100));
        spinner
    }

    /// A bar of [`BAR_STEPS`] on a terminal, with a message.
    #[cfg(feature = "neural")]
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
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Prints a result: as JSON, or as text, which goes to standard error where the
/// file `out` itself goes to standard output.
pub fn show<T: Serialize>(
    console: &Console,
    json: bool,
    out: Option<&Path>,
    result: &T,
    text: impl FnOnce(&T) -> String,
) -> Result<(), Failure> {
    if json {
        return print(&(serde_json::to_string_pretty(result)? + "\n"));
    }
    if console.is_quiet() {
        return Ok(());
    }
    if out.is_some_and(|out| out.as_os_str() == "-") {
        eprint!("{}", text(result));
        return Ok(());
    }
    print(&text(result))
}

/// Refuses to fill a terminal with binary data.
pub fn check_not_terminal(out: &Path) -> Result<(), Failure> {
    if out.as_os_str() == "-" && io::stdout().is_terminal() {
        return Err(Failure::usage(
            "standard output is a terminal; name a file or redirect it (`> FILE`)",
        ));
    }
    Ok(())
}

/// Whether Ctrl-C was heard by a command that ends well all the same.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Whether the command was stopped before it was done.
pub fn was_stopped() -> bool {
    STOPPED.load(Ordering::SeqCst)
}

/// Sets a flag at the first Ctrl-C and ends the process at the second.
pub fn stop_flag() -> Result<Arc<AtomicBool>, ctrlc::Error> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&flag);
    ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        STOPPED.store(true, Ordering::SeqCst);
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

/// A bar that appears after a second and goes when it is dropped.
pub struct Progress {
    bar: ProgressBar,
    begin: Instant,
}

impl Progress {
    /// So much of 1 is done; from any thread.
    pub fn set(&self, part: f64) {
        if self.begin.elapsed() >= PATIENCE {
            self.bar.set_position((part.clamp(0.0, 1.0) * BAR_STEPS) as u64);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Work that takes less shows no progress.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shows how many of many pieces of work are done.
pub struct CountProgress {
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
