//! How are the paper's tables run from the command line?

use super::{
    options::ReproduceArgs,
    terminal::{self, BAR_STEPS, Console, Failure, text},
};
use crate::{
    fit,
    paper::{
        data::Side,
        progress::Watch,
        report::Folder,
        run::{self, Options},
        shape::Size,
        tables::{self, Metric, Table, Version},
    },
};
use indicatif::ProgressBar;
use std::time::{Duration, Instant};

/// Points and grid of the shapes.
fn shape(args: &ReproduceArgs) -> Size {
    if args.quick {
        return Size { points: 512, batches: 40, grid: 64 };
    }
    let scaled = |whole: f64| (whole * args.scale.unwrap_or(1.0)).ceil() as usize;
    Size { points: scaled(10_000.0), batches: 100, grid: scaled(128.0).max(8) }
}

/// What a quick run leaves out.
fn quick_note(table: &Table, version: Version, options: &Options) -> String {
    let Options { signals, shape, steps, rate, .. } = options;
    let size = match (table.metric, options.side) {
        (Metric::Psnr, Side::Pixels(side)) => format!("{side} x {side} pixels (paper: 128 x 128)"),
        (Metric::Psnr, Side::Part(part)) => format!("{part} of the paper's side"),
        (Metric::AudioMse, _) => format!("{} of the rate", options.clip_scale),
        (Metric::TrimapIou, _) => format!("{} points of each kind (paper: 10,000)", shape.points),
    };
    format!(
        "This is quick: {} alone, {size}, {steps} steps (paper: 30,000) at a rate of {rate:e} \
         (paper: {:e}); figures are far from the paper's, and rows may come in another order.",
        signals.join(", "),
        version.rate(table.metric)
    )
}

/// A bar with the last report beside it, and a line for each row. Without a
/// terminal also a line now and then; with `-v` one for each report.
struct Progress<'a> {
    console: &'a Console,
    bar: ProgressBar,
    begun: Instant,
    said: Instant,
    part: f64,
}

/// Without a terminal the time between two lines within a row.
const LINE_EVERY: Duration = Duration::from_secs(15);
/// Until then nobody knows how long it takes.
const GUESS_AFTER: Duration = Duration::from_secs(5);

impl<'a> Progress<'a> {
    fn new(console: &'a Console) -> Self {
        let now = Instant::now();
        let bar = console.bar();
        bar.enable_steady_tick(Duration::from_secs(1));
        Self { console, bar, begun: now, said: now, part: 0.0 }
    }

    fn say(&mut self, text: &str) {
        self.said = Instant::now();
        let text = format!("{text}{}", self.left());
        self.bar.suspend(|| self.console.tell(&text));
    }

    /// How much is done and how long the rest takes, if the rows so far tell.
    fn left(&self) -> String {
        let spent = self.begun.elapsed();
        if self.part <= 0.0 || spent < GUESS_AFTER {
            return String::new();
        }
        let seconds = spent.as_secs_f64() * (1.0 - self.part) / self.part;
        format!("; {:.0} % done, {} left", 100.0 * self.part, text::duration(seconds))
    }
}

impl Watch for Progress<'_> {
    fn line(&mut self, text: &str) {
        self.bar.set_message(text.to_string());
        if self.console.is_verbose() || self.bar.is_hidden() && self.said.elapsed() >= LINE_EVERY {
            self.say(text);
        }
    }

    fn row(&mut self, text: &str) {
        self.say(text);
    }

    fn progress(&mut self, part: f64) {
        self.part = part;
        self.bar.set_position((part * BAR_STEPS) as u64);
    }
}

pub fn run(args: &ReproduceArgs, console: &Console) -> Result<(), Failure> {
    let version: Version = args.version.into();
    let table = tables::table(args.table, version)
        .ok_or_else(|| Failure::usage(format!("there is no table {}", args.table)))?;
    let device = fit::Backend::from(args.device);
    let gpu = device.is_gpu();
    let scale = args.scale.unwrap_or(1.0);
    let steps = args.steps.unwrap_or(match (args.quick, table.metric) {
        (true, Metric::AudioMse) => 100,
        (true, Metric::Psnr) => 300,
        (true, Metric::TrimapIou) => 400,
        (false, _) => 30_000,
    });
    let options = Options {
        data: args.data.clone(),
        rows: args.rows.clone(),
        signals: match (&args.signals[..], args.quick) {
            ([], true) => vec![table.subject.quickest().into()],
            (asked, _) => asked.into(),
        },
        side: match (args.size, args.quick) {
            (Some(pixels), _) => Side::Pixels(pixels.into()),
            (None, true) => Side::Pixels(32),
            (None, false) => Side::Part(scale),
        },
        clip_seconds: args.seconds,
        clip_scale: if args.quick { 0.1 } else { scale },
        segments: args.segments.clone(),
        segment_weight: args.segment_weight,
        steps,
        pretrain_steps: args.pretrain_steps,
        rate: args.rate.unwrap_or(if args.quick { 1e-4 } else { version.rate(table.metric) }),
        shape: shape(args),
        save: args.save.clone(),
        precision: args.storage.precision(),
        figures: args.figures,
        seed: args.seed,
        budget: args.budget,
        together: args.together.map_or(if gpu { 8 } else { 1 }, usize::from),
        log_every: args.log_every.unwrap_or((steps / 20).clamp(1, 200)),
        chunks: args.chunks.map_or(device.chunks(), usize::from),
        device_name: args.device_name.clone(),
    };
    let folder = Folder::new(&args.out, table.number)?;
    let note = args.quick.then(|| quick_note(&table, version, &options));
    let mut progress = Progress::new(console);
    note.iter().for_each(|note| progress.say(note));
    let text = run::run(&table, &options, device, &folder, &mut progress);
    progress.bar.finish_and_clear();
    let text = text? + &note.map_or(String::new(), |note| format!("\n{note}\n"));
    if console.is_quiet() { Ok(()) } else { terminal::print(&text) }
}
