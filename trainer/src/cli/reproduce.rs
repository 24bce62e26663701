//! How are the paper's tables run from the command line?

use super::{
    args::positive,
    console::{self, BAR_STEPS, Console},
    export::neural_args::Backend,
    failure::Failure,
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
    quant::Precision,
};
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use std::{path::PathBuf, time::Duration};

/// Run a table of the Neural Experts paper again.
///
/// Fits the table's networks to its signals and prints our figures beside the
/// paper's. Results are kept in a folder, as CSV with one line for every fit,
/// a second CSV with the errors in the course of the training, and Markdown;
/// what is there already is not run again. The paper trains for 30,000 steps,
/// which takes a GPU hours for a whole table: `--quick` shows the same code at
/// a small size, and its figures are far below the paper's.
#[derive(Args, Debug)]
#[command(after_help = "\
Tables:
  1  images: SoftPlus, Fourier features, sines, FINER  (Kodak)
  2  images: architectures with sines                  (Kodak)
  3  sounds                                            (gt_bach, gt_counting, gt_twospeakers)
  4  shapes                                            (armadillo, stanford-bunny)
  5  what the manager sees                             (astronaut)
  6  how the manager begins; SAM's as a label map      (astronaut)
  7  number of experts                                 (astronaut)
  8  experts and layers                                (Kodak)
  9  where the parameters are; 11 is the same          (Kodak)
  10 images: all networks, with InstantNGP             (Kodak)
  Tables 12 and 13 show more of table 4's figures: here they are the same.

Data: kodim01.png and so on and astronaut.png in the folder or its images/, the
sounds as .wav in the folder or its audio/, the shapes as .obj in meshes/.

Examples:
  ne-train reproduce 2 --data data --quick
  ne-train reproduce 1 --data data --rows base,wider,experts --device vulkan --together 8
  ne-train reproduce 3 --data data --budget 600 --device vulkan")]
pub(super) struct ReproduceArgs {
    /// The table's number
    #[arg(value_name = "TABLE", value_parser = number)]
    table: u32,
    /// The folder with the pictures and sounds
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Only these rows, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    rows: Vec<String>,
    /// Only these pictures or sounds, by name without ending
    #[arg(long, value_name = "NAMES", value_delimiter = ',', alias = "images")]
    signals: Vec<String>,
    /// A small run of minutes: one picture of 32 by 32, the sound of two
    /// speakers at a tenth of its rate, a shape of 512 points of each kind; 400
    /// steps (sounds: 100) at a rate of 1e-4
    #[arg(long)]
    quick: bool,
    /// Whose constants, where the paper and its authors' code disagree
    #[arg(long = "as", value_name = "VERSION", value_enum, default_value = "code")]
    version: Version,
    /// Part of the paper's size: of a picture's side, of a sound's rate, of the
    /// points on a shape in a step and along a side of its grid
    #[arg(long, value_name = "PART", value_parser = part, conflicts_with = "quick")]
    scale: Option<f64>,
    /// Side of the pictures [default: a quarter of the file's]
    #[arg(long, value_name = "PIXELS", conflicts_with = "scale", value_parser = clap::value_parser!(u16).range(4..))]
    size: Option<u16>,
    /// Take the beginning of each sound only
    #[arg(long, value_name = "MAX", value_parser = positive)]
    seconds: Option<f64>,
    /// Steps of each fit [default: 30000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    steps: Option<u64>,
    /// Steps in which the manager is pretrained [default: a tenth of --steps;
    /// shapes: as many]
    #[arg(long, value_name = "N")]
    pretrain_steps: Option<u64>,
    /// Who speaks when, as JSON, or a picture's segments, as a label map
    /// [default: NAME_segments.json or NAME_segments.png, if it is there]
    ///
    /// JSON: a list of {"start": SECONDS, "end": SECONDS, "label": NUMBER}; 0
    /// where nothing is said. Label map: a picture in which every colour is a
    /// segment. The manager is taught them in the rows experts-segments (table
    /// 3) and segmentation (table 6).
    #[arg(long, value_name = "FILE")]
    segments: Option<PathBuf>,
    /// Weight of the cross entropy to the manager's labels during the training
    /// [default: 10 for sounds, else 0]
    #[arg(long, value_name = "WEIGHT")]
    segment_weight: Option<f32>,
    /// Learning rate of the first step [default: 1e-5; shapes as --as says]
    #[arg(long, value_name = "RATE", value_parser = positive)]
    rate: Option<f64>,
    /// Seconds for the whole table: fewer steps if they would take longer; not of
    /// shapes
    #[arg(long, value_name = "SECONDS", value_parser = positive)]
    budget: Option<f64>,
    /// Pictures that are fitted at the same time [default: 8 on a GPU, 1 on a CPU]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    together: Option<u8>,
    /// Parts that a step is split into [default: 16 on a GPU, 1 on a CPU]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=16))]
    chunks: Option<u8>,
    /// Steps between two reports, which wait for the device [default: a
    /// twentieth of --steps, 200 at most]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    log_every: Option<u64>,
    /// Write every fit as a .nex file into this folder, decode it again, and
    /// say what it is worth (-v): of rows that are run, not of results that are
    /// there already
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// How the weights of these files are stored
    #[arg(long, value_enum, default_value = "f16", requires = "save")]
    storage: StorageArg,
    /// What computes
    #[arg(long, visible_alias = "backend", value_enum, default_value = "fused")]
    device: Backend,
    /// What the results call the device [default: its kind]
    #[arg(long, value_name = "NAME")]
    device_name: Option<String>,
    /// Draw figures too, into the folder table-N.figures
    ///
    /// For each picture and row nine parts: the original, its gradient and its
    /// Laplacian; the same of the fit; the experts before and after the
    /// training, and ten times the error. For each table the PSNR in the course
    /// of the training.
    #[arg(long)]
    figures: bool,
    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// The folder for results
    #[arg(long, value_name = "DIR", default_value = "reproduced")]
    out: PathBuf,
}

/// How weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StorageArg {
    /// 32 bits each
    F32,
    /// 16 bits each
    F16,
}

impl StorageArg {
    const fn precision(self) -> Precision {
        match self {
            Self::F32 => Precision::F32,
            Self::F16 => Precision::F16,
        }
    }
}

fn number(text: &str) -> Result<u32, String> {
    let known = tables::NUMBERS.map(|n| n.to_string()).join(", ");
    match text.parse() {
        Ok(number) if tables::NUMBERS.contains(&number) => Ok(number),
        _ => Err(format!("there are the tables {known}")),
    }
}

fn part(text: &str) -> Result<f64, String> {
    let part = positive(text)?;
    if part <= 1.0 { Ok(part) } else { Err("the paper's size is 1".into()) }
}

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

pub(super) fn run(args: &ReproduceArgs, console: &Console) -> Result<(), Failure> {
    let table = tables::table(args.table, args.version)
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
        rate: args.rate.unwrap_or(if args.quick { 1e-4 } else { args.version.rate(table.metric) }),
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
    if console.is_quiet() { Ok(()) } else { console::print(&text) }
}
