//! How are the paper's tables run from the command line?

use super::{
    options::ReproduceArgs,
    terminal::{self, BAR_STEPS, Console, Failure},
};
use crate::{
    fit,
    paper::{
        data::Side,
        report::Folder,
        run::{self, Options, Watch},
        shape::Size,
        tables::{self, Metric, Version},
    },
};
use indicatif::ProgressBar;
use std::time::Duration;

/// Points and grid of the shapes.
fn shape(args: &ReproduceArgs) -> Size {
    if args.quick {
        return Size { points: 512, batches: 40, grid: 64 };
    }
    let scaled = |whole: f64| (whole * args.scale.unwrap_or(1.0)).ceil() as usize;
    Size { points: scaled(10_000.0), batches: 100, grid: scaled(128.0).max(8) }
}

/// A bar with the last report beside it, with `-v` also lines.
struct Progress<'a> {
    console: &'a Console,
    bar: ProgressBar,
}

impl Watch for Progress<'_> {
    fn line(&mut self, text: &str) {
        self.bar.suspend(|| self.console.detail(text));
        self.bar.set_message(text.to_string());
    }

    fn progress(&mut self, part: f64) {
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
        (true, Metric::Psnr | Metric::TrimapIou) => 400,
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
    let mut progress = Progress { console, bar: console.bar() };
    progress.bar.enable_steady_tick(Duration::from_secs(1));
    let text = run::run(&table, &options, device, &folder, &mut progress);
    progress.bar.finish_and_clear();
    let text = text?;
    if console.is_quiet() { Ok(()) } else { terminal::print(&text) }
}
